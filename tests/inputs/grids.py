"""Small grids of heights, written as the files that planners get."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import rasterio
from rasterio.transform import Affine

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from planner.domain.terrain import TerrainTile

WEST, NORTH = 106.50, 29.60
CELL = 0.001
BOUNDS = (WEST + 0.002, NORTH - 0.008, WEST + 0.008, NORTH - 0.002)
"""A box of streets well inside ten by ten cells."""
DEGREES = "EPSG:4490"


def ten_by_ten() -> NDArray[Any]:
    """Return heights that tell their row and column: 100 + 10 · row + column."""
    row, column = np.mgrid[0:10, 0:10]
    heights: NDArray[Any] = 100.0 + 10.0 * row + column
    return heights


def write_tiff(
    path: Path,
    heights: NDArray[Any],
    *,
    crs: str | None = DEGREES,
    transform: tuple[float, float, float, float, float, float] = (CELL, 0, WEST, 0, -CELL, NORTH),
    dtype: str = "float32",
    unit: str | None = None,
    scale: float | None = None,
    mask: NDArray[Any] | None = None,
    **profile: object,
) -> Path:
    bands = heights if heights.ndim == 3 else heights[np.newaxis]
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
        rasterio.open(
            path,
            "w",
            driver="GTiff",
            height=bands.shape[1],
            width=bands.shape[2],
            count=bands.shape[0],
            dtype=dtype,
            crs=crs,
            transform=Affine(*transform),
            **profile,
        ) as raster,
    ):
        raster.write(bands.astype(dtype))
        if unit is not None:
            raster.units = (unit,) * bands.shape[0]
        if scale is not None:
            raster.scales = (scale,) * bands.shape[0]
        if mask is not None:
            raster.write_mask(mask)
    return path


def hgt_bytes(side: int = 1201, *, void: bool = False) -> bytes:
    """Return a tile whose heights tell their place: row from the north + 2 · column, metres."""
    row, column = np.mgrid[0:side, 0:side]
    heights = (row + 2 * column).astype(">i2")
    if void:
        heights[:] = -32768
    return bytes(heights.tobytes())


def write_zip(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return path


def height_at(tile: TerrainTile, x: float, y: float) -> float:
    """Return the height of the cell over a place in the tile's CRS."""
    a, b, c, d, e, f = tile.transform
    column, row = np.linalg.solve([[a, b], [d, e]], [x - c, y - f])
    return float(tile.height_m[int(np.floor(row)), int(np.floor(column))])
