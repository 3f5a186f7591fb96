"""Street files (OpenStreetMap) to walkable ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import osmium

from planner.domain.progress import Progress, SilentProgress
from planner.errors import Fault, InputMissing, InputUnreadable, NetworkEmpty
from planner.inputs.area_relations import AreaRelation, join_rings
from planner.inputs.foot_access import KEYS_READ, judge_way
from planner.inputs.way_assembly import assemble_ways
from planner.inputs.way_collector import UNKNOWN_PLACE, WayCollector

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.network import RawWays

READER_VERSION: Final = "2"
"""Raised whenever the same file would be read differently: caches of older versions expire."""

FORMATS: Final[dict[str, str]] = {
    ".osm.pbf": "pbf",
    ".pbf": "pbf",
    ".osm": "osm",
    ".osm.gz": "osm.gz",
    ".osm.bz2": "osm.bz2",
}
_FORMATS_TEXT: Final = ".osm.pbf, .osm, .osm.gz or .osm.bz2"


def read_ways(path: Path, *, progress: Progress | None = None) -> RawWays:
    """
    Read the walkable ways of an OpenStreetMap file.

    The file is streamed once, and its ways a second time where relations outline squares; what
    people on foot may use is decided by the table in
    `planner.inputs.foot_access`.

    Parameters
    ----------
    path
        A `.osm.pbf`, `.osm`, `.osm.gz` or `.osm.bz2` file.
    progress
        Listener; a step is a thousand ways read.

    Returns
    -------
    ways
        Ways with positions of all their nodes. A way that runs over the edge of the extract is
        cut there, so one `way_id` may stand for several parts.

    Raises
    ------
    InputMissing
        If there is no such file.
    InputUnreadable
        If it is a folder, empty, cut short, or not an OpenStreetMap file.
    NetworkEmpty
        If no way of the file can be walked.
    """
    source = _open(path)
    listener = SilentProgress() if progress is None else progress
    listener.begin("read_streets")
    collected = WayCollector()
    try:
        _stream(source, collected, listener)
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        raise _unreadable(path, error) from error
    finally:
        listener.end()
    ways = assemble_ways(collected)
    if not len(ways.way_id):
        raise _no_street(path, ways.counts)
    return ways


def _open(path: Path) -> osmium.io.File:
    name = path.name
    if not path.exists():
        raise InputMissing(
            Fault("the street file does not exist", file=name, found=str(path), field="source")
        )
    if path.is_dir():
        raise InputUnreadable(
            Fault("is a folder, not a street file", file=name, expected=f"a {_FORMATS_TEXT} file")
        )
    lowered = name.lower()
    suffix = next((end for end in FORMATS if lowered.endswith(end)), None)
    if suffix is None:
        raise InputUnreadable(
            Fault(
                "street files of this kind are not read",
                file=name,
                found=path.suffix or "no extension",
                expected=f"a {_FORMATS_TEXT} file, a .graphml of osmnx, or road lines "
                "(.gpkg .shp .geojson .fgb .dxf .parquet)",
            )
        )
    if path.stat().st_size == 0:
        raise InputUnreadable(
            Fault("is empty (0 bytes)", file=name, hint="copy or download it again")
        )
    if str(path).isascii():
        return osmium.io.File(str(path), FORMATS[suffix])
    # On Windows the library opens paths in the code page of the machine; bytes always work.
    return osmium.io.FileBuffer(path.read_bytes(), FORMATS[suffix])


def _unreadable(path: Path, error: Exception) -> InputUnreadable:
    text = str(error)
    cut = any(word in text.lower() for word in ("eof", "truncated", "unclosed", "close failed"))
    return InputUnreadable(
        Fault(
            "is cut short" if cut else "cannot be read as OpenStreetMap data",
            file=path.name,
            found=text,
            expected=f"a whole {_FORMATS_TEXT} file",
            hint="download or copy it again" if cut else None,
        )
    )


def _stream(source: osmium.io.File, collected: WayCollector, progress: Progress) -> None:
    entities = osmium.osm.NODE | osmium.osm.WAY | osmium.osm.RELATION
    places = osmium.FileProcessor(source, entities).with_locations("flex_mem")
    areas: list[AreaRelation] = []
    batch = 1000
    for number, item in enumerate(places.with_filter(osmium.filter.KeyFilter(*KEYS_READ)), 1):
        if number % batch == 0:
            progress.advance()
        if item.deleted:
            continue
        if item.is_node():
            collected.add_node(item.id, dict(item.tags))
        elif item.is_way():
            collected.add_way(item.id, dict(item.tags), item.nodes)
        elif item.tags.get("type") == "multipolygon" and not judge_way(dict(item.tags)).left_out:
            members = tuple(member.ref for member in item.members if member.type == "w")
            areas.append(AreaRelation(item.id, dict(item.tags), members))
    _add_areas(source, collected, areas)
    _find_late_nodes(source, collected, places.node_location_storage)


def _add_areas(source: osmium.io.File, collected: WayCollector, areas: list[AreaRelation]) -> None:
    """Read the ways that squares drawn as relations are made of: they need not have tags."""
    if not areas:
        return
    wanted = {way for area in areas for way in area.members}
    outlines = osmium.FileProcessor(source, osmium.osm.WAY)
    if min(wanted, default=0) > 0:
        outlines = outlines.with_filter(osmium.filter.IdFilter(wanted))
    nodes_of = {
        way.id: tuple(node.ref for node in way.nodes)
        for way in outlines
        if way.id in wanted and not way.deleted
    }
    for area in areas:
        lines, whole = join_rings(area.members, nodes_of)
        collected.add_area(area.relation_id, area.tags, lines, whole=whole)


def _find_late_nodes(
    source: osmium.io.File, collected: WayCollector, storage: osmium.index.LocationTable
) -> None:
    """Find nodes that stand after their ways in the file, or have the negative ids of editors."""
    lost = [index for index, x in enumerate(collected.x) if x == UNKNOWN_PLACE]
    wanted = {collected.ref[index] for index in lost}
    found: dict[int, tuple[int, int]] = {}
    for node_id in wanted:
        if node_id > 0:
            try:
                location = storage.get(node_id)
            except KeyError:
                continue
            if location.valid():
                found[node_id] = (location.x, location.y)
    if any(node_id < 0 for node_id in wanted):
        for node in osmium.FileProcessor(source, osmium.osm.NODE):
            if node.id in wanted and node.location.valid():
                found[node.id] = (node.location.x, node.location.y)
    for index in lost:
        place = found.get(collected.ref[index])
        if place is not None:
            collected.x[index], collected.y[index] = place


def _no_street(path: Path, counts: dict[str, int]) -> NetworkEmpty:
    left_out = ", ".join(
        f"{key.removeprefix('left_out_').replace('_', ' ')} {count}"
        for key, count in sorted(counts.items())
        if key.startswith("left_out_")
    )
    if counts.get("nodes_missing"):
        hint = "the file names nodes whose positions it does not hold: export it with its nodes"
    else:
        hint = "check that the extract covers the study and holds ways tagged highway=*"
    return NetworkEmpty(
        Fault(
            "no street that people may walk on",
            file=path.name,
            found=f"{counts.get('ways_read', 0)} ways read"
            + (f", left out: {left_out}" if left_out else ""),
            hint=hint,
        )
    )
