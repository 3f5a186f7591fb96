"""People counted by the cells of a raster, such as a grid of 100 m."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from planner.domain.population import PopulationAreas
from planner.domain.recognised import FileRead
from planner.errors import Fault, InputInvalid
from planner.inputs.grid_window import Window, box_of_grid, find_window, move_transform
from planner.inputs.rasters import CELLS_LIMIT, crs_of_raster, open_raster
from planner.inputs.tables import require_file

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.arrays import BoolArray, FloatArray, GeometryArray, IntArray
    from planner.inputs.grid_window import Affine, Box

RASTER_SUFFIXES: Final = (".tif", ".tiff", ".asc", ".img")
_DEGREES: Final = "EPSG:4326"
_CORNERS: Final = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))


def read_population_raster(path: Path, *, bounds_lonlat: Box | None) -> PopulationAreas:
    """
    Read the people of a raster: each cell's value is its number of persons.

    Cells without data are nobody, and so are cells of 0, whether 0 is declared to be "no data"
    or not; both are counted. Only cells whose middle lies in the box of the streets are read: a
    raster of a whole country goes on far beyond a study.

    Parameters
    ----------
    path
        GeoTIFF (or ESRI or ERDAS grid) in any CRS and any orientation.
    bounds_lonlat
        Box of the streets: west, south, east, north, degrees; `None` reads all of it.

    Returns
    -------
    areas
        One polygon for each cell with anyone in it.

    Raises
    ------
    InputMissing, InputUnreadable
        If the file is not there, or is no whole raster.
    InputInvalid
        If it has no CRS, does not reach the streets, holds negative cells, or nobody.
    """
    require_file(path)
    with open_raster(path, expected="a whole GeoTIFF with persons in its cells") as raster:
        crs = crs_of_raster(raster, path)
        transform: Affine = tuple(raster.transform)[:6]
        shape = (int(raster.height), int(raster.width))
        window = _window(path, crs, transform, shape, bounds_lonlat)
        persons, known, n_bands = _read_cells(raster, window)
    part = move_transform(transform, window)
    row, column = np.nonzero(_within(persons.shape, part, crs, bounds_lonlat))
    value, filled = persons[row, column], known[row, column]
    _refuse_negative(path, window, row, column, value, filled)
    peopled = filled & (value > 0.0)
    if not peopled.any():
        raise InputInvalid(
            Fault(
                "no cell around the streets holds anyone",
                file=path.name,
                found=f"{len(value):,} cells, {int((~filled).sum()):,} without data",
                hint="is it the right raster? its cells must hold numbers of persons",
            )
        )
    row, column = row[peopled], column[peopled]
    labels = [
        f"r{r + 1}c{c + 1}"
        for r, c in zip(
            (row + window.row_start).tolist(), (column + window.column_start).tolist(), strict=True
        )
    ]
    return PopulationAreas(
        source="raster",
        area_id=tuple(labels),
        geometry=_draw_cells(part, row, column),
        crs=crs,
        persons=value[peopled],
        row=tuple(labels),
        file=path.name,
        notices=tuple(_notices(path, value, filled, n_bands)),
        read=FileRead("demand", path.name, None, rows=int(peopled.sum()), crs=crs),
    )


def _window(
    path: Path, crs: str, transform: Affine, shape: tuple[int, int], bounds: Box | None
) -> Window:
    whole = Window(0, shape[0], 0, shape[1])
    window = whole if bounds is None else find_window(crs, transform, shape, bounds)
    if window is None:
        raise InputInvalid(
            Fault(
                "the raster of persons does not reach the streets",
                file=path.name,
                found=f"raster {_show_box(box_of_grid(crs, transform, shape))}",
                expected=f"streets {_show_box(bounds)}" if bounds else None,
                hint="name the raster of this place, or check its coordinate reference system",
            )
        )
    n_cells = window.shape[0] * window.shape[1]
    if n_cells > CELLS_LIMIT:
        raise InputInvalid(
            Fault(
                "the raster of persons has too many cells",
                file=path.name,
                found=f"{n_cells:,} cells around the streets",
                expected=f"at most {CELLS_LIMIT:,}",
                hint="cut it to the study, or sum its cells to a grid of 100 m",
            )
        )
    return window


def _show_box(box: Box) -> str:
    west, south, east, north = box
    return f"{west:.4f}…{east:.4f}° E, {south:.4f}…{north:.4f}° N"


def _read_cells(raster: Any, window: Window) -> tuple[FloatArray, BoolArray, int]:  # noqa: ANN401 - rasterio has no types
    """Return values, where they are data, and how many bands there are."""
    from rasterio.windows import Window as RasterWindow

    n_rows, n_columns = window.shape
    part = RasterWindow(window.column_start, window.row_start, n_columns, n_rows)
    persons = raster.read(1, window=part).astype(np.float64)
    known = (raster.read_masks(1, window=part) > 0) & np.isfinite(persons)
    persons[known] = persons[known] * raster.scales[0] + raster.offsets[0]
    return persons, known, int(raster.count)


def _within(shape: tuple[int, ...], transform: Affine, crs: str, bounds: Box | None) -> BoolArray:
    """Tell whose middle lies in the box."""
    if bounds is None:
        return np.ones(shape, dtype=np.bool_)
    from pyproj import Transformer

    a, b, c, d, e, f = transform
    row, column = np.mgrid[: shape[0], : shape[1]] + 0.5
    to_degrees = Transformer.from_crs(crs, _DEGREES, always_xy=True)
    lon, lat = to_degrees.transform(a * column + b * row + c, d * column + e * row + f)
    west, south, east, north = bounds
    within: BoolArray = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return within


def _refuse_negative(
    path: Path,
    window: Window,
    row: IntArray,
    column: IntArray,
    value: FloatArray,
    filled: BoolArray,
) -> None:
    negative = np.flatnonzero(filled & (value < 0.0))
    if not len(negative):
        return
    first = negative[0]
    raise InputInvalid(
        Fault(
            f"{len(negative):,} cells of the raster are negative",
            file=path.name,
            row=f"r{row[first] + window.row_start + 1}c{column[first] + window.column_start + 1}",
            found=f"{value[first]:g}",
            expected="0 or more persons",
            hint="if it stands for no data, declare it: gdal_edit -a_nodata VALUE FILE",
        )
    )


def _draw_cells(transform: Affine, row: IntArray, column: IntArray) -> GeometryArray:
    a, b, c, d, e, f = transform
    corner = np.array(_CORNERS, dtype=np.float64)
    right, down = column[:, None] + corner[:, 0], row[:, None] + corner[:, 1]
    rings = np.stack([a * right + b * down + c, d * right + e * down + f], axis=-1)
    cells: GeometryArray = shapely.polygons(rings)
    return cells


def _notices(path: Path, value: FloatArray, filled: BoolArray, n_bands: int) -> list[Fault]:
    n_zero = int((filled & (value == 0.0)).sum())
    notices = [
        Fault(
            "each cell's value is taken as its number of persons",
            file=path.name,
            found=f"{len(value):,} cells around the streets: {n_zero:,} of 0, "
            f"{int((~filled).sum()):,} without data",
        )
    ]
    if n_bands > 1:
        notices.append(
            Fault(
                "holds several bands: the first is taken as persons",
                file=path.name,
                found=f"{n_bands} bands",
            )
        )
    return notices
