"""Heights of the ground at places: grids smoothed, then sampled between their cells."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import Geod, Transformer

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, Float32Array, FloatArray, IntArray
    from planner.domain.terrain import TerrainTile

BELL_CELLS: Final = 1.5
AROUND_CELLS: Final = 2.0
NOISE_M: Final = 0.4
NOISE_CELL_M: Final = 30.0
"""Grids of 30 m have noise of 0.4 m, finer ones less in proportion: decision 0003."""
_ROUNDING_TO_METRES_M2: Final = 1.0 / 12.0

_KNOWN_WEIGHT: Final = 0.5
"""A place has a height where so much of its four cells' weight has one."""
_REACH_SIGMAS: Final = 3.0
_WGS84: Final = Geod(ellps="WGS84")
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class GroundGrid:
    """
    One tile, ready to be asked.

    Attributes
    ----------
    height_m : float32, shape (n_rows, n_columns)
        Smoothed heights, NaN where there is none.
    crs
        CRS of the grid.
    to_cell : float64, shape (2, 3)
        From `(x, y, 1)` to `(column, row)`, whole numbers at the centres of cells.
    """

    height_m: Float32Array
    crs: str
    to_cell: FloatArray

    def find_cells(self, xy: FloatArray) -> FloatArray:
        """Return columns and rows, shape (n, 2), of places in the grid's CRS."""
        cells: FloatArray = xy @ self.to_cell[:, :2].T + self.to_cell[:, 2]
        return cells


@dataclass(frozen=True, slots=True)
class Smoothing:
    """
    How a grid is smoothed.

    Attributes
    ----------
    bell_cells
        Standard deviation of the bell that is laid over the heights, in cells; 0 for none.
    noise_m
        What a height may be off by chance, metres: so much is smoothed away, and no more. None
        goes by the grid (see `expect_noise`); infinity smooths whatever there is.
    """

    bell_cells: float = BELL_CELLS
    noise_m: float | None = None


def prepare_grid(tile: TerrainTile, *, smoothing: Smoothing) -> GroundGrid:
    """
    Smooth a tile and turn its transform round.

    What a bell would take away is noise where it is as small as noise, and relief where it is
    larger. So of the difference between a height and the bell's the share `1 - noise²/v` is kept,
    with `v` the mean square of such differences around (Lee's filter): flat ground becomes smooth,
    hills stay as they are. Decision 0003 has the evidence.

    Parameters
    ----------
    tile
        Heights as the file gives them.
    smoothing
        How far. Where cells are longer one way, the bell is as long in metres both ways as the
        shorter side asks for.
    """
    a, b, c, d, e, f = tile.transform
    forth = np.array([[a, b, c + (a + b) / 2], [d, e, f + (d + e) / 2], [0.0, 0.0, 1.0]])
    height_m = tile.height_m
    if smoothing.bell_cells > 0:
        column_m, row_m = measure_cell(tile)
        side_m = min(column_m, row_m)
        shape = side_m / row_m, side_m / column_m
        noise_m = smoothing.noise_m
        if noise_m is None:
            noise_m = expect_noise(height_m, side_m)
        height_m = _smooth(height_m, shape, smoothing.bell_cells, noise_m)
    return GroundGrid(height_m=height_m, crs=tile.crs, to_cell=np.linalg.inv(forth)[:2])


def expect_noise(height_m: Float32Array, cell_m: float) -> float:
    """
    Return what the heights of a grid may be off by chance, metres.

    Noise of 0.4 m at cells of 30 m or more, in proportion below; and that of rounding, where all
    heights are whole metres. A real grid of 30 m in whole metres has 0.49 m on flat ground.
    """
    variance = (NOISE_M * min(1.0, cell_m / NOISE_CELL_M)) ** 2
    known = height_m[np.isfinite(height_m)]
    if np.array_equal(known, np.round(known)):
        variance += _ROUNDING_TO_METRES_M2
    return math.sqrt(variance)


def _smooth(
    height_m: Float32Array, shape: tuple[float, float], bell_cells: float, noise_m: float
) -> Float32Array:
    def lay_bell(values: Float32Array, cells: float) -> Float32Array:
        along = smooth_heights(values, cells * shape[0])
        return smooth_heights(along.T, cells * shape[1]).T

    smooth_m = lay_bell(height_m, bell_cells)
    if math.isinf(noise_m):
        return smooth_m
    relief = height_m - smooth_m
    around = lay_bell(relief * relief, AROUND_CELLS)
    np.maximum(around, np.float32(noise_m**2), out=around)
    # All noise where the differences around are no larger: nothing of them is kept.
    relief *= np.float32(1.0) - np.float32(noise_m**2) / around
    smooth_m += relief
    return smooth_m


def measure_cell(tile: TerrainTile) -> tuple[float, float]:
    """Return the metres from one column to the next, and from one row to the next."""
    n_rows, n_columns = tile.height_m.shape
    a, b, c, d, e, f = tile.transform
    column = n_columns / 2 + np.array([0.0, 1.0, 0.0])
    row = n_rows / 2 + np.array([0.0, 0.0, 1.0])
    lon, lat = Transformer.from_crs(tile.crs, "EPSG:4326", always_xy=True).transform(
        a * column + b * row + c, d * column + e * row + f
    )
    _, _, metres = _WGS84.inv(lon[[0, 0]], lat[[0, 0]], lon[1:], lat[1:])
    return float(metres[0]), float(metres[1])


def smooth_heights(height_m: Float32Array, sigma_cells: float) -> Float32Array:
    """
    Smooth a grid along its columns with a bell.

    Cells are taken in pairs, as far before as behind; a pair of which one has no height is left
    out. So an even slope stays what it is up to its last cell, equal heights stay equal to the
    bit, and no cell without a height gets one.

    Parameters
    ----------
    height_m : shape (n_rows, n_columns)
        Metres, NaN where there is no height.
    sigma_cells
        Standard deviation of the bell, in rows.
    """
    reach = min(math.ceil(_REACH_SIGMAS * sigma_cells), (len(height_m) - 1) // 2)
    away = np.arange(1, math.ceil(_REACH_SIGMAS * sigma_cells) + 1)
    weight = np.exp(-0.5 * (away / sigma_cells) ** 2)
    weight /= 1.0 + 2.0 * weight.sum()
    smooth = height_m.copy()
    for distance in range(1, reach + 1):
        middle = height_m[distance:-distance]
        bend = height_m[2 * distance :] - middle
        bend += height_m[: -2 * distance] - middle
        bend *= np.float32(weight[distance - 1])
        bend[np.isnan(bend)] = 0.0
        smooth[distance:-distance] += bend
    return smooth


def sample_grid(grid: GroundGrid, cells: FloatArray) -> tuple[FloatArray, BoolArray]:
    """
    Return heights between the cells of a grid (bilinear).

    A place takes the heights of the four cells around it, each by its nearness. Cells without a
    height are left out, and the place has a height where the others hold at least half of the
    weight; the outermost half cell of a grid is such a place.

    Parameters
    ----------
    grid
        Heights.
    cells : shape (n, 2)
        Columns and rows, whole numbers at the centres of cells.

    Returns
    -------
    height_m : float64, shape (n,)
        Metres, NaN where there is no height.
    inside : bool, shape (n,)
        Whether the place lies on a cell of the grid.
    """
    height_m = np.full(len(cells), np.nan)
    n_rows, n_columns = grid.height_m.shape
    column, row = cells.T + 0.5  # from the corner of the grid
    inside: BoolArray = (column >= 0) & (column <= n_columns) & (row >= 0) & (row <= n_rows)
    places = np.flatnonzero(inside)
    for start in range(0, len(places), _CHUNK):
        some = places[start : start + _CHUNK]
        height_m[some] = _bilinear(grid.height_m, *cells[some].T)
    return height_m, inside


def _bilinear(height_m: Float32Array, column: FloatArray, row: FloatArray) -> FloatArray:
    left, top = np.floor(column).astype(np.int64), np.floor(row).astype(np.int64)
    right_share, bottom_share = column - left, row - top
    base = np.full(len(column), np.nan)
    corners = []
    for d_row, row_share in ((0, 1.0 - bottom_share), (1, bottom_share)):
        for d_column, column_share in ((0, 1.0 - right_share), (1, right_share)):
            corner_m, known = _cell_heights(height_m, left + d_column, top + d_row)
            base = np.where(np.isnan(base), corner_m, base)
            corners.append((corner_m, known, row_share * column_share))
    total, above = np.zeros(len(column)), np.zeros(len(column))
    for corner_m, known, share in corners:
        # Differences, so that equal heights give just that height.
        total += np.where(known, share, 0.0)
        above += np.where(known, share * (corner_m - base), 0.0)
    enough = total >= _KNOWN_WEIGHT
    return np.where(enough, base + above / np.where(enough, total, 1.0), np.nan)


def _cell_heights(
    height_m: Float32Array, column: IntArray, row: IntArray
) -> tuple[FloatArray, BoolArray]:
    n_rows, n_columns = height_m.shape
    there = (column >= 0) & (column < n_columns) & (row >= 0) & (row < n_rows)
    nearest = height_m[np.clip(row, 0, n_rows - 1), np.clip(column, 0, n_columns - 1)]
    corner_m: FloatArray = nearest.astype(np.float64)
    corner_m[~there] = np.nan
    known: BoolArray = np.isfinite(corner_m)
    return corner_m, known
