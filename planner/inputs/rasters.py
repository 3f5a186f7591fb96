"""Heights of a raster file: its first band, in metres, NaN where there is no height."""

from __future__ import annotations

import math
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planner.errors import Fault, InputInvalid, InputUnreadable
from planner.inputs.grid_window import find_window, move_transform
from planner.inputs.zeros import find_void_zeros

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from planner.domain.arrays import BoolArray, Float32Array
    from planner.inputs.grid_window import Affine, Box, Window

LOWEST_M: Final = -500.0
HIGHEST_M: Final = 9_000.0
"""No ground lies below the one or above the other: such values mean "no data"."""
CELLS_LIMIT: Final = 40_000_000
"""Of a larger part of a grid only every second, third, … cell is read."""

_DRIVERS: Final = {".asc": "AAIGrid", ".img": "HFA"}
"""Formats by suffix; everything else has to be a GeoTIFF."""
_ASSIGN: Final = "assign it in a GIS (gdal_edit -a_srs EPSG:4490, say) and save it again"
_FOOT_M: Final = 0.3048
_SURVEY_FOOT_M: Final = 1200.0 / 3937.0
_METRES_OF_UNIT: Final = {
    "": 1.0,
    "m": 1.0,
    "metre": 1.0,
    "metres": 1.0,
    "meter": 1.0,
    "meters": 1.0,
    "米": 1.0,
    "dm": 0.1,
    "cm": 0.01,
    "mm": 0.001,
    "ft": _FOOT_M,
    "foot": _FOOT_M,
    "feet": _FOOT_M,
    "international foot": _FOOT_M,
    "us-ft": _SURVEY_FOOT_M,
    "ft-us": _SURVEY_FOOT_M,
    "ftus": _SURVEY_FOOT_M,
    "us survey foot": _SURVEY_FOOT_M,
    "foot us": _SURVEY_FOOT_M,
}


@dataclass(frozen=True, slots=True)
class GridPart:
    """
    The part of a grid around the streets.

    Attributes
    ----------
    height_m : float32, shape (n_rows, n_columns)
        Metres, NaN where there is no height.
    crs, transform
        Of this part.
    n_zero_void
        Zeros taken as "no data", among the cells without height.
    notices
        Rules that were applied.
    """

    height_m: Float32Array
    crs: str
    transform: Affine
    n_zero_void: int
    notices: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class GridElsewhere:
    """A grid that the streets do not meet: where it lies."""

    crs: str
    transform: Affine
    shape: tuple[int, int]


def read_raster(path: Path, bounds_lonlat: Box) -> GridPart | GridElsewhere:
    """
    Read the heights around a box from a GeoTIFF (or an ESRI or ERDAS grid).

    Parameters
    ----------
    path
        A file that exists.
    bounds_lonlat
        West, south, east, north, degrees.

    Raises
    ------
    InputUnreadable
        If it is no such raster, or is cut short.
    InputInvalid
        If it has no CRS, or is a picture.
    """
    with open_raster(path) as raster:
        crs = crs_of_raster(raster, path)
        _refuse_picture(raster, path)
        transform: Affine = tuple(raster.transform)[:6]
        shape = (int(raster.height), int(raster.width))
        window = find_window(crs, transform, shape, bounds_lonlat)
        if window is None:
            return GridElsewhere(crs=crs, transform=transform, shape=shape)
        step = math.ceil(math.sqrt(math.prod(window.shape) / CELLS_LIMIT))
        height_m, zero, notices = _read_heights(raster, path, window, step)
    known = np.isfinite(height_m)
    impossible = known & ((height_m < LOWEST_M) | (height_m > HIGHEST_M))
    height_m[impossible] = np.nan
    void = np.zeros_like(zero)
    if zero.any():
        void = find_void_zeros(height_m, zero)
        height_m[void] = np.nan
        notices += _tell_zeros(path, zero, void)
    return GridPart(
        height_m=height_m,
        crs=crs,
        transform=move_transform(transform, window, step),
        n_zero_void=int(void.sum()),
        notices=(*notices, *_tell_impossible(path, impossible)),
    )


@contextmanager
def open_raster(
    path: Path, expected: str = "a whole GeoTIFF, or an SRTM tile (.hgt, .hgt.zip)"
) -> Iterator[Any]:
    """
    Open a GeoTIFF (or an ESRI or ERDAS grid).

    Parameters
    ----------
    path
        A file that exists.
    expected
        For the message where it is none.

    Raises
    ------
    InputUnreadable
        If it is no such raster, or is cut short, on opening or while it is read.
    """
    import warnings

    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError

    try:
        with warnings.catch_warnings():
            # A raster without a place is refused below, in words of our own.
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            # One format alone: left free, GDAL takes some that lead to other files, or to the net.
            driver = _DRIVERS.get(path.suffix.lower(), "GTiff")
            with (
                rasterio.Env(GTIFF_REPORT_COMPD_CS="YES"),
                rasterio.open(path, driver=driver) as raster,
            ):
                yield raster
    except (RasterioIOError, RasterioError) as error:
        cause = error.__cause__ or error
        raise InputUnreadable(
            Fault(
                "cannot be read as a raster",
                file=path.name,
                found=str(cause),
                expected=expected,
                hint="copy or download it again",
            )
        ) from error


def _refuse_picture(raster: Any, path: Path) -> None:  # noqa: ANN401 - rasterio has no types
    if raster.count >= 3 and raster.colorinterp[0].name == "red":  # noqa: PLR2004 - a colour has three
        raise InputInvalid(
            Fault(
                "is a coloured picture, not heights",
                file=path.name,
                found=f"{raster.count} bands, red first",
                expected="one band with heights in metres",
            )
        )


def crs_of_raster(raster: Any, path: Path) -> str:  # noqa: ANN401 - as above
    """
    Return the CRS of an open raster as WKT, without its heights.

    Raises
    ------
    InputInvalid
        If it has none, or one without a place on the earth.
    """
    from pyproj import CRS, Transformer
    from pyproj.exceptions import ProjError

    if raster.crs is None:
        raise InputInvalid(
            Fault(
                "the raster has no coordinate reference system",
                file=path.name,
                found=f"{raster.width} × {raster.height} cells at "
                f"x {raster.bounds.left:g}, y {raster.bounds.top:g}",
                hint=_ASSIGN,
            )
        )
    crs = CRS.from_wkt(raster.crs.to_wkt())
    flat = crs.sub_crs_list[0] if crs.is_compound else crs
    try:
        Transformer.from_crs("EPSG:4326", flat)
    except ProjError as error:
        raise InputInvalid(
            Fault(
                "the raster's coordinate reference system has no place on the earth",
                file=path.name,
                found=str(flat.name),
                expected="a code such as EPSG:4490 or EPSG:4545",
                hint=_ASSIGN,
            )
        ) from error
    wkt: str = flat.to_wkt()
    return wkt


def _read_heights(
    raster: Any,  # noqa: ANN401 - rasterio has no types
    path: Path,
    window: Window,
    step: int,
) -> tuple[Float32Array, BoolArray, list[Fault]]:
    """Return heights, the zeros whose meaning is open, and notices."""
    from rasterio.enums import MaskFlags
    from rasterio.windows import Window as RasterWindow

    n_rows, n_columns = window.shape
    options: dict[str, Any] = {
        "window": RasterWindow(window.column_start, window.row_start, n_columns, n_rows),
        "out_shape": (n_rows // step, n_columns // step),
    }
    raw: NDArray[Any] = raster.read(1, **options)
    factor, notices = _metres_of(raster, path)
    height_m = raw.astype(np.float32)
    if np.issubdtype(raw.dtype, np.integer):
        height_m[raw == np.iinfo(np.int16).min] = np.nan
    zero = np.zeros(raw.shape, dtype=np.bool_)
    nodata = raster.nodata
    undeclared = nodata is None and raster.mask_flag_enums[0] == [MaskFlags.all_valid]
    if nodata == 0 or undeclared:
        # Zero may be the height of the ground here, whatever a tag says.
        zero = raw == 0
    known = raster.read_masks(1, **options) > 0
    height_m[~known & ~zero] = np.nan
    scale, offset = raster.scales[0] * factor, raster.offsets[0] * factor
    if (scale, offset) != (1.0, 0.0):
        height_m *= np.float32(scale)
        height_m += np.float32(offset)
    notices += _tell_bands(raster, path, step)
    return height_m, zero, notices


def _metres_of(raster: Any, path: Path) -> tuple[float, list[Fault]]:  # noqa: ANN401 - as above
    """Return the metres of the unit that the band, or else the vertical axis, names."""
    from pyproj import CRS

    unit, factor = str(raster.units[0] or ""), 1.0
    if unit:
        known = _METRES_OF_UNIT.get(unit.strip().lower().replace("_", " "))
        if known is None:
            return 1.0, [
                Fault(
                    "the unit of the heights is not known: they are taken as metres",
                    file=path.name,
                    found=unit,
                    expected="m or ft",
                )
            ]
        factor = known
    else:
        for axis in CRS.from_wkt(raster.crs.to_wkt()).axis_info:
            if axis.direction == "up":
                unit, factor = axis.unit_name, axis.unit_conversion_factor
    if factor == 1.0:
        return 1.0, []
    return factor, [
        Fault(
            f"the heights are turned into metres: 1 unit is {factor:.6g} m",
            file=path.name,
            found=unit,
        )
    ]


def _tell_bands(raster: Any, path: Path, step: int) -> list[Fault]:  # noqa: ANN401 - as above
    notices = []
    if raster.count > 1:
        notices.append(
            Fault(
                "holds several bands: the first is taken as heights",
                file=path.name,
                found=f"{raster.count} bands",
            )
        )
    if step > 1:
        notices.append(
            Fault(
                f"the grid is very fine: one cell in {step} × {step} is read",
                file=path.name,
                found=f"{raster.width} × {raster.height} cells",
                hint="a grid of 5 m is fine enough for streets",
            )
        )
    return notices


def _tell_zeros(path: Path, zero: BoolArray, void: BoolArray) -> list[Fault]:
    n_void = int(void.sum())
    if n_void == 0:
        return []
    return [
        Fault(
            "zeros that reach the edge of the grid, or stand beside heights over 10 m, are taken "
            "as no data",
            file=path.name,
            found=f"{n_void:,} of {int(zero.sum()):,} cells of 0",
            hint="write a no-data value other than 0 into the file if they are ground",
        )
    ]


def _tell_impossible(path: Path, impossible: BoolArray) -> list[Fault]:
    if not impossible.any():
        return []
    return [
        Fault(
            f"heights below {LOWEST_M:.0f} m or above {HIGHEST_M:.0f} m are taken as no data",
            file=path.name,
            found=f"{int(impossible.sum()):,} cells",
        )
    ]
