"""Streets of a file, and their heights: compiled once, then from the user's cache."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from planner.domain.progress import Progress, SilentProgress
from planner.inputs.streets import READER_VERSION, read_ways
from planner.inputs.terrain import read_terrain
from planner.network.build import BUILDER_VERSION, build_streets
from planner.network.heights import measure_heights
from planner.network.store import load_streets, save_streets, streets_digest

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.network import Streets
    from planner.domain.terrain import StreetHeights


def open_streets(source: Path, *, progress: Progress | None = None) -> Streets:
    """
    Return the compiled streets of a file, from the user's cache where they are there.

    Parameters
    ----------
    source
        An OpenStreetMap file.

    Raises
    ------
    InputError, NetworkEmpty
        As `read_ways`.
    """
    progress = progress or SilentProgress()
    progress.begin("streets")
    digest = (
        streets_digest(source, reader_version=f"{READER_VERSION}+{BUILDER_VERSION}")
        if source.is_file()
        else None
    )
    streets = load_streets(digest) if digest else None
    if streets is None:
        streets = build_streets(read_ways(source, progress=progress))
        if digest:
            save_streets(digest, streets)
    progress.end()
    return streets


def open_heights(
    streets: Streets, elevation: tuple[Path, ...], *, progress: Progress | None = None
) -> StreetHeights | None:
    """
    Return the heights of compiled streets, from the user's cache where they are there.

    Parameters
    ----------
    streets
        Compiled streets.
    elevation
        Terrain files, the first that knows a place counts; none: no heights.

    Raises
    ------
    InputError
        As `read_terrain`.
    """
    if not elevation:
        return None
    progress = progress or SilentProgress()
    progress.begin("heights")
    terrain = read_terrain(elevation, bounds_lonlat=streets.bounds_lonlat)
    heights = measure_heights(streets, terrain)
    progress.end()
    return dataclasses.replace(heights, notices=terrain.notices)
