"""Terrain: heights of the ground around the streets, from GeoTIFFs and SRTM tiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.progress import Progress, SilentProgress
from planner.domain.terrain import Terrain, TerrainTile
from planner.errors import Fault, InputError, InputInvalid, PlannerError
from planner.inputs.grid_window import box_of_grid, find_window, move_transform
from planner.inputs.rasters import GridPart, read_raster
from planner.inputs.srtm import HGT_CRS, find_tiles, is_hgt, read_tile
from planner.inputs.tables import require_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.inputs.grid_window import Box

TERRAIN_VERSION: Final = 1
"""Part of the cache's digest: raise it whenever the same files give other heights."""

_HGT_VOID: Final = -32768


def read_terrain(
    paths: Sequence[Path], *, bounds_lonlat: Box, progress: Progress | None = None
) -> Terrain:
    """
    Read the heights around the streets.

    A cell has no height where its file says so (no-data value, mask, -32768 in whole numbers),
    where its value cannot be a height (below -500 m or above 9,000 m), and, in a file that does
    not declare what "no data" is or declares it to be 0, where its zero is one of those that
    `find_void_zeros` tells from ground at sea level. SRTM tiles declare -32768: their zeros are
    heights.

    Parameters
    ----------
    paths
        GeoTIFFs in any CRS and any orientation, SRTM tiles (`.hgt`, `.hgt.zip`). Where two give
        a height, the first counts.
    bounds_lonlat
        Box of the streets: west, south, east, north, degrees. Only what lies around it is read.
    progress
        Listener.

    Returns
    -------
    terrain
        Heights in metres. Files that lie elsewhere are left out, with a notice.

    Raises
    ------
    InputMissing, InputUnreadable, InputInvalid
        If a file is not there, empty, cut short, of another kind, without a CRS, or without a
        single height around the streets; or if no file reaches the streets.
    InputError
        If there are such faults in several files.
    """
    progress = progress or SilentProgress()
    progress.begin("terrain", len(paths))
    tiles: list[TerrainTile] = []
    elsewhere: list[Fault] = []
    notices: list[Fault] = []
    errors: list[PlannerError] = []
    n_zero_void = 0
    for path in paths:
        try:
            require_file(path)
            if is_hgt(path):
                found = _read_hgt(path, bounds_lonlat, elsewhere)
            else:
                found, part_notices, n_zeros = _read_raster(path, bounds_lonlat, elsewhere)
                notices += part_notices
                n_zero_void += n_zeros
            tiles += found
        except PlannerError as error:
            errors.append(error)
        progress.advance()
    if not tiles and not errors:
        errors.append(InputInvalid(elsewhere))
    if errors:
        raise errors[0] if len(errors) == 1 else InputError([f for e in errors for f in e.faults])
    void = [int(np.isnan(tile.height_m).sum()) for tile in tiles]
    _refuse_all_void(tiles, void)
    progress.end()
    return Terrain(
        tiles=tuple(tiles),
        counts={
            "cells": sum(tile.height_m.size for tile in tiles),
            "cells_void": sum(void),
            "cells_zero_as_void": n_zero_void,
        },
        notices=(*notices, *elsewhere),
    )


def _read_hgt(path: Path, bounds: Box, elsewhere: list[Fault]) -> list[TerrainTile]:
    tiles = []
    for tile in find_tiles(path):
        shape = (tile.side, tile.side)
        window = find_window(HGT_CRS, tile.transform, shape, bounds)
        if window is None:
            box = box_of_grid(HGT_CRS, tile.transform, shape)
            elsewhere.append(_elsewhere(path, box, bounds, layer=tile.member))
            continue
        samples = read_tile(tile)[
            window.row_start : window.row_stop, window.column_start : window.column_stop
        ]
        height_m = samples.astype(np.float32)
        height_m[samples == _HGT_VOID] = np.nan
        tiles.append(
            TerrainTile(
                file=path.name,
                crs=HGT_CRS,
                transform=move_transform(tile.transform, window),
                height_m=height_m,
            )
        )
    return tiles


def _read_raster(
    path: Path, bounds: Box, elsewhere: list[Fault]
) -> tuple[list[TerrainTile], tuple[Fault, ...], int]:
    part = read_raster(path, bounds)
    if not isinstance(part, GridPart):
        box = box_of_grid(part.crs, part.transform, part.shape)
        elsewhere.append(_elsewhere(path, box, bounds))
        return [], (), 0
    tile = TerrainTile(
        file=path.name, crs=part.crs, transform=part.transform, height_m=part.height_m
    )
    return [tile], part.notices, part.n_zero_void


def _elsewhere(path: Path, box: Box, bounds: Box, *, layer: str | None = None) -> Fault:
    return Fault(
        "the terrain does not reach the streets",
        file=path.name,
        layer=layer,
        found=f"terrain {_show_box(box)}",
        expected=f"streets {_show_box(bounds)}",
        hint="name the tile of this place, or check the raster's coordinate reference system",
    )


def _show_box(box: Box) -> str:
    west, south, east, north = box
    return f"{west:.4f}…{east:.4f}° E, {south:.4f}…{north:.4f}° N"


def _refuse_all_void(tiles: Sequence[TerrainTile], void: Sequence[int]) -> None:
    if any(n < tile.height_m.size for tile, n in zip(tiles, void, strict=True)):
        return
    raise InputInvalid(
        [
            Fault(
                "holds no height around the streets",
                file=tile.file,
                found=f"{n:,} cells without data",
                hint="name a file with data there, or leave streets.elevation out",
            )
            for tile, n in zip(tiles, void, strict=True)
        ]
    )
