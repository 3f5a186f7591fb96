"""Street files (OpenStreetMap) to walkable ways."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import osmium

from planner.domain.network import EdgeFlag, RawWays
from planner.domain.progress import Progress, SilentProgress
from planner.errors import Fault, InputMissing, InputUnreadable, NetworkEmpty
from planner.inputs.foot_access import KEYS_READ, barrier_bars, judge_way

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from planner.domain.arrays import BoolArray, FloatArray, IntArray

READER_VERSION: Final = "1"
"""Raised whenever the same file would be read differently: caches of older versions expire."""

FORMATS: Final[dict[str, str]] = {
    ".osm.pbf": "pbf",
    ".pbf": "pbf",
    ".osm": "osm",
    ".osm.gz": "osm.gz",
    ".osm.bz2": "osm.bz2",
}
_FORMATS_TEXT: Final = ".osm.pbf, .osm, .osm.gz or .osm.bz2"
_SCALE: Final = 1e7
"""Osmium holds degrees as whole ten-millionths."""
_UNKNOWN_PLACE: Final = np.iinfo(np.int64).max


def read_ways(path: Path, *, progress: Progress | None = None) -> RawWays:
    """
    Read the walkable ways of an OpenStreetMap file.

    The file is streamed once; what people on foot may use is decided by the table in
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
    collected = _Collected()
    try:
        _stream(source, collected, listener)
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        raise _unreadable(path, error) from error
    finally:
        listener.end()
    return _assemble(path, collected)


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
                expected=f"a {_FORMATS_TEXT} file",
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


@dataclass(slots=True)
class _Collected:
    """What streaming gathers: ways as runs of node ids, and places of those nodes."""

    way_id: list[int] = field(default_factory=list)
    way_size: list[int] = field(default_factory=list)
    way_kind: list[int] = field(default_factory=list)
    way_flags: list[int] = field(default_factory=list)
    way_name: list[int] = field(default_factory=list)
    ref: list[int] = field(default_factory=list)
    x: list[int] = field(default_factory=list)
    y: list[int] = field(default_factory=list)
    barred: list[int] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add_node(self, node_id: int, tags: dict[str, str]) -> None:
        """Note a barrier that stops people, and count lifts drawn as nodes."""
        if barrier_bars(tags):
            self.barred.append(node_id)
        if tags.get("highway") == "elevator":
            self.counts["lift_nodes"] += 1

    def add_way(
        self, way_id: int, tags: dict[str, str], nodes: Iterable[osmium.osm.NodeRef]
    ) -> None:
        """Judge a way and keep it with its nodes where people may walk it."""
        verdict = judge_way(tags)
        if verdict.left_out:
            if verdict.left_out != "not_a_street" or "highway" in tags:
                self.counts["ways_read"] += 1
                self.counts[f"left_out_{verdict.left_out}"] += 1
            return
        self.counts["ways_read"] += 1
        if tags.get("area") == "yes":
            self.counts["areas_as_outline"] += 1
        if tags.get("sidewalk") == "separate":
            self.counts["pavement_drawn_apart"] += 1
        name = tags.get("name", "")
        size = len(self.ref)
        for node in nodes:
            location = node.location
            self.ref.append(node.ref)
            known = location.valid()
            self.x.append(location.x if known else _UNKNOWN_PLACE)
            self.y.append(location.y if known else _UNKNOWN_PLACE)
        self.way_id.append(way_id)
        self.way_size.append(len(self.ref) - size)
        self.way_kind.append(self.kinds.setdefault(verdict.kind, len(self.kinds)))
        self.way_flags.append(verdict.flags)
        self.way_name.append(self.names.setdefault(name, len(self.names)) if name else -1)


def _stream(source: osmium.io.File, collected: _Collected, progress: Progress) -> None:
    entities = osmium.osm.NODE | osmium.osm.WAY
    places = osmium.FileProcessor(source, entities).with_locations("flex_mem")
    batch = 1000
    for number, item in enumerate(places.with_filter(osmium.filter.KeyFilter(*KEYS_READ)), 1):
        if number % batch == 0:
            progress.advance()
        if item.deleted:
            continue
        if item.is_node():
            collected.add_node(item.id, dict(item.tags))
        else:
            collected.add_way(item.id, dict(item.tags), item.nodes)
    _find_late_nodes(source, collected, places.node_location_storage)


def _find_late_nodes(
    source: osmium.io.File, collected: _Collected, storage: osmium.index.LocationTable
) -> None:
    """Find nodes that stand after their ways in the file, or have the negative ids of editors."""
    lost = [index for index, x in enumerate(collected.x) if x == _UNKNOWN_PLACE]
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


def _assemble(path: Path, collected: _Collected) -> RawWays:
    counts = collected.counts
    ref = np.array(collected.ref, dtype=np.int64)
    x = np.array(collected.x, dtype=np.int64)
    size = np.array(collected.way_size, dtype=np.int64)
    vertex_way = np.repeat(np.arange(len(size)), size)
    known = x != _UNKNOWN_PLACE
    counts["nodes_missing"] = len(np.unique(ref[~known]))
    counts["ways_cut"] = len(np.unique(vertex_way[~known]))

    part, kept = _split_into_parts(ref, known, vertex_way)
    if not len(kept):
        raise _no_street(path, counts)
    part_start = np.flatnonzero(np.diff(part, prepend=-1))
    way = vertex_way[kept][part_start]
    node_id, first, way_node = np.unique(ref[kept], return_index=True, return_inverse=True)
    lonlat = np.column_stack(
        [x[kept][first], np.array(collected.y, dtype=np.int64)[kept][first]]
    ).astype(np.float64)
    flags = np.array(collected.way_flags, dtype=np.uint16)[way]
    barred = np.unique(np.searchsorted(node_id, np.intersect1d(node_id, collected.barred)))
    counts["ways_walkable"] = len(np.unique(way))
    counts["ways_private"] = len(np.unique(way[(flags & np.uint16(EdgeFlag.PRIVATE)) != 0]))
    counts["barriers"] = len(barred)
    return RawWays(
        node_id=node_id,
        node_lonlat=_degrees(lonlat),
        way_id=np.array(collected.way_id, dtype=np.int64)[way],
        way_indptr=np.append(part_start, len(kept)).astype(np.int64),
        way_node=way_node.astype(np.int64),
        way_kind=np.array(collected.way_kind, dtype=np.int32)[way],
        way_flags=flags,
        way_name=np.array(collected.way_name, dtype=np.int32)[way],
        kinds=tuple(collected.kinds),
        names=tuple(collected.names),
        barred_node=barred.astype(np.int64),
        counts={key: int(counts[key]) for key in sorted(counts)},
    )


def _degrees(ten_millionths: FloatArray) -> FloatArray:
    return ten_millionths / _SCALE


def _split_into_parts(
    ref: IntArray, known: BoolArray, vertex_way: IntArray
) -> tuple[IntArray, IntArray]:
    """
    Cut ways at nodes without a place, and drop nodes repeated in a row.

    Returns
    -------
    part, kept
        The part (0, 1, …) of each vertex kept, and the positions of those vertices in `ref`;
        every part has two vertices or more.
    """
    starts = np.ones(len(ref), dtype=bool)
    starts[1:] = (vertex_way[1:] != vertex_way[:-1]) | ~known[:-1]
    part = np.cumsum(starts) - 1
    repeated = np.zeros(len(ref), dtype=bool)
    repeated[1:] = ~starts[1:] & (ref[1:] == ref[:-1])
    kept = np.flatnonzero(known & ~repeated)
    _, inverse, sizes = np.unique(part[kept], return_inverse=True, return_counts=True)
    kept = kept[sizes[inverse] > 1]
    _, renumbered = np.unique(part[kept], return_inverse=True)
    return renumbered.astype(np.int64), kept.astype(np.int64)


def _no_street(path: Path, counts: Counter[str]) -> NetworkEmpty:
    left_out = ", ".join(
        f"{key.removeprefix('left_out_').replace('_', ' ')} {count}"
        for key, count in sorted(counts.items())
        if key.startswith("left_out_")
    )
    if counts["nodes_missing"]:
        hint = "the file names nodes whose positions it does not hold: export it with its nodes"
    else:
        hint = "check that the extract covers the study and holds ways tagged highway=*"
    return NetworkEmpty(
        Fault(
            "no street that people may walk on",
            file=path.name,
            found=f"{counts['ways_read']} ways read"
            + (f", left out: {left_out}" if left_out else ""),
            hint=hint,
        )
    )
