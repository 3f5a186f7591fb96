"""Streets of a file, and their heights: compiled once, then from the user's cache."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal, TypeAlias

from planner.domain.progress import Progress, SilentProgress
from planner.domain.study import StreetsSettings
from planner.inputs import graphml, street_lines
from planner.inputs.street_lines import LINE_SUFFIXES
from planner.inputs.streets import READER_VERSION, read_ways
from planner.inputs.terrain import TERRAIN_VERSION, read_terrain
from planner.network.build import BUILDER_VERSION, build_streets
from planner.network.heights import HEIGHTS_VERSION, measure_heights
from planner.network.noding import NODING_VERSION, node_lines
from planner.network.store import (
    heights_digest,
    load_heights,
    load_streets,
    save_heights,
    save_streets,
    streets_digest,
)

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.network import RawWays, Streets
    from planner.domain.terrain import StreetHeights

_Kind: TypeAlias = Literal["osm", "graph", "lines"]


def open_streets(
    source: Path, *, settings: StreetsSettings | None = None, progress: Progress | None = None
) -> Streets:
    """
    Return the compiled streets of a file, from the user's cache where they are there.

    Parameters
    ----------
    source
        An OpenStreetMap file, a street graph of osmnx (`.graphml`), or road lines.
    settings
        How road lines are to be read; default as `StreetsSettings` has it.
    progress
        Listener.

    Raises
    ------
    InputError, NetworkError
        As `read_ways`, `read_graphml`, `read_street_lines` and `node_lines`.
    """
    progress = progress or SilentProgress()
    progress.begin("streets")
    settings = settings or StreetsSettings(source=source)
    kind = _kind_of(source)
    version = f"{_version(kind, settings)}+{BUILDER_VERSION}"
    digest = streets_digest(source, reader_version=version) if source.is_file() else None
    streets = load_streets(digest) if digest else None
    if streets is None:
        streets = build_streets(_read(kind, source, settings, progress))
        if digest:
            save_streets(digest, streets)
    progress.end()
    return streets


def _kind_of(source: Path) -> _Kind:
    name = source.name.lower()
    if name.endswith(".graphml"):
        return "graph"
    if name.endswith(LINE_SUFFIXES):
        return "lines"
    return "osm"


def _version(kind: _Kind, settings: StreetsSettings) -> str:
    if kind == "graph":
        return f"graphml {graphml.READER_VERSION}"
    if kind == "lines":
        read_as = (settings.layer, settings.crs, sorted(settings.columns.items()))
        return (
            f"lines {street_lines.READER_VERSION}+{NODING_VERSION} {read_as} "
            f"{settings.gap_tolerance_m}"
        )
    return READER_VERSION


def _read(kind: _Kind, source: Path, settings: StreetsSettings, progress: Progress) -> RawWays:
    if kind == "graph":
        return graphml.read_graphml(source, progress=progress)
    if kind == "lines":
        lines = street_lines.read_street_lines(
            dataclasses.replace(settings, source=source), progress=progress
        )
        return node_lines(lines, gap_tolerance_m=settings.gap_tolerance_m)[0]
    return read_ways(source, progress=progress)


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
    digest = None
    if all(path.is_file() for path in elevation):
        version = f"{TERRAIN_VERSION}+{HEIGHTS_VERSION}"
        digest = heights_digest(streets, elevation, heights_version=version)
    heights = load_heights(digest) if digest else None
    if heights is None:
        terrain = read_terrain(elevation, bounds_lonlat=streets.bounds_lonlat)
        heights = measure_heights(streets, terrain)
        if digest:
            save_heights(digest, heights)
    progress.end()
    return heights
