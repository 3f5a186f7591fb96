"""Which cells of a grid lie around a box of degrees."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import Transformer

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray

Affine = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]

MARGIN_M: Final = 250.0
"""So much terrain is read around the streets: for smoothing, and for cells cut by the box."""
_MARGIN_CELLS: Final = 3
_DEGREE_M: Final = 111_000.0
_PER_SIDE: Final = 41
_DEGREES: Final = "EPSG:4326"


@dataclass(frozen=True, slots=True)
class Window:
    """Rows and columns of a grid, from the first to the one behind the last."""

    row_start: int
    row_stop: int
    column_start: int
    column_stop: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.row_stop - self.row_start, self.column_stop - self.column_start


def find_window(
    crs: str, transform: Affine, shape: tuple[int, int], bounds_lonlat: Box
) -> Window | None:
    """
    Find the cells around a box.

    Parameters
    ----------
    crs, transform, shape
        Of the grid; south-up and turned grids are fine.
    bounds_lonlat
        West, south, east, north, degrees.

    Returns
    -------
    window
        The cells within 250 m and three cells of the box; None where the box itself does not
        meet the grid.
    """
    place = _outline_cells(crs, transform, bounds_lonlat)
    if place is None or not _meets(place, shape):
        return None
    west, south, east, north = bounds_lonlat
    up = MARGIN_M / _DEGREE_M
    aside = up / max(math.cos(math.radians(max(abs(south), abs(north)))), 0.01)
    wide = (west - aside, max(south - up, -90.0), east + aside, min(north + up, 90.0))
    around = _outline_cells(crs, transform, wide)
    column, row = (place if around is None else around).T
    n_rows, n_columns = shape
    return Window(
        row_start=max(math.floor(row.min()) - _MARGIN_CELLS, 0),
        row_stop=min(math.ceil(row.max()) + _MARGIN_CELLS, n_rows),
        column_start=max(math.floor(column.min()) - _MARGIN_CELLS, 0),
        column_stop=min(math.ceil(column.max()) + _MARGIN_CELLS, n_columns),
    )


def _meets(place: FloatArray, shape: tuple[int, int]) -> bool:
    (first_column, first_row), (last_column, last_row) = place.min(axis=0), place.max(axis=0)
    n_rows, n_columns = shape
    return bool(
        first_row < n_rows and last_row > 0 and first_column < n_columns and last_column > 0
    )


def box_of_grid(crs: str, transform: Affine, shape: tuple[int, int]) -> Box:
    """Return west, south, east, north of a grid, degrees."""
    n_rows, n_columns = shape
    a, b, c, d, e, f = transform
    column, row = _outline(0.0, 0.0, float(n_columns), float(n_rows)).T
    to_degrees = Transformer.from_crs(crs, _DEGREES, always_xy=True)
    lon, lat = to_degrees.transform(a * column + b * row + c, d * column + e * row + f)
    return (float(np.min(lon)), float(np.min(lat)), float(np.max(lon)), float(np.max(lat)))


def move_transform(transform: Affine, window: Window, step: int = 1) -> Affine:
    """Return the transform of a window's cells, where every `step`-th cell stands for its block."""
    a, b, c, d, e, f = transform
    return (
        a * step,
        b * step,
        c + a * window.column_start + b * window.row_start,
        d * step,
        e * step,
        f + d * window.column_start + e * window.row_start,
    )


def _outline_cells(crs: str, transform: Affine, box: Box) -> FloatArray | None:
    """Return columns and rows of places along a box's outline; None where none can be placed."""
    lon, lat = _outline(*box).T
    x, y = Transformer.from_crs(_DEGREES, crs, always_xy=True).transform(lon, lat)
    placed = np.isfinite(x) & np.isfinite(y)
    if not placed.any():
        return None
    a, b, c, d, e, f = transform
    shift = np.vstack([np.subtract(x[placed], c), np.subtract(y[placed], f)])
    cells: FloatArray = np.linalg.solve([[a, b], [d, e]], shift).T
    return cells


def _outline(west: float, south: float, east: float, north: float) -> FloatArray:
    """Return places along the sides of a box: in another CRS its sides are bent."""
    part = np.linspace(0.0, 1.0, _PER_SIDE)
    x, y = west + (east - west) * part, south + (north - south) * part
    left, bottom = np.full(_PER_SIDE, west), np.full(_PER_SIDE, south)
    right, top = np.full(_PER_SIDE, east), np.full(_PER_SIDE, north)
    return np.column_stack(
        [np.concatenate([x, x, left, right]), np.concatenate([bottom, top, y, y])]
    )
