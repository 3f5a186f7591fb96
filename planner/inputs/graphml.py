"""Street graphs saved by osmnx (GraphML) to walkable ways."""

from __future__ import annotations

import ast
import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planner.domain.chains import chain_pieces
from planner.domain.progress import Progress, SilentProgress
from planner.errors import Fault, InputInvalid, NetworkEmpty
from planner.inputs.foot_access import Effect, effect_of
from planner.inputs.graph_places import GraphPlaces, place_graph
from planner.inputs.graphml_text import GraphText, read_graph_text
from planner.inputs.tables import require_file
from planner.inputs.way_assembly import assemble_ways
from planner.inputs.way_collector import WayCollector

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.domain.arrays import FloatArray
    from planner.domain.network import RawWays

READER_VERSION: Final = "1"
"""Raised whenever the same file would be read differently: caches of older versions expire."""

_NOT_TAGS: Final = frozenset({"osmid", "geometry", "length", "reversed", "id", "from", "to"})
_BOUND_TO_A_DIRECTION: Final = ("oneway:foot", "incline", "foot:backward", "foot:forward")
_BOOLEANS: Final = {"True": "yes", "False": "no"}
_SCALE: Final = 1e7


@dataclass(frozen=True, slots=True)
class _Location:
    """A place in ten-millionths of a degree, as the collector of ways takes it."""

    x: int
    y: int

    def valid(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class _Node:
    ref: int
    location: _Location


@dataclass(frozen=True, slots=True)
class _Piece:
    """One street between two nodes of the graph, drawn the way its way runs."""

    start: str
    end: str
    inside: FloatArray
    osmid: tuple[str, ...]
    tags: dict[str, str]
    mixed: bool


def read_graphml(path: Path, *, progress: Progress | None = None) -> RawWays:
    """
    Read the walkable ways of a street graph saved by osmnx.

    Both directed copies of a street are one street: `oneway` is for vehicles. Edges of
    one way (`osmid`) that follow each other are put together, so that a graph with an
    edge for every segment gives the ways it was made from. Tags are judged like those
    of OpenStreetMap files, as far as the graph holds them.

    Parameters
    ----------
    path
        A `.graphml` file, simplified or not, in degrees or projected.
    progress
        Listener.

    Returns
    -------
    ways
        `notices` tells what the graph could not say.

    Raises
    ------
    InputMissing, InputUnreadable
        If there is no such file, or it is damaged or not GraphML.
    InputInvalid
        If nodes have no coordinates, edges name nodes that are not there, or no edge
        says what kind of street it is.
    NetworkEmpty
        If no street of the graph can be walked.
    """
    listener = SilentProgress() if progress is None else progress
    listener.begin("read_streets")
    try:
        require_file(path)
        text = read_graph_text(path)
        _check(path, text)
        places = place_graph(path, text)
        collected, notices = _collect(path, text, places)
        ways = assemble_ways(collected)
        if not len(ways.way_id):
            raise _nothing_to_walk(path, ways.counts)
        return dataclasses.replace(ways, notices=tuple(notices))
    finally:
        listener.end()


def _check(path: Path, text: GraphText) -> None:
    faults = []
    if not text.edges:
        faults.append(Fault("holds no edges", file=path.name, expected="a street graph of osmnx"))
    elif not any("highway" in data for _, _, data in text.edges):
        found = sorted({key for _, _, data in text.edges[:1000] for key in data})
        faults.append(
            Fault(
                "no edge says what kind of street it is (highway)",
                file=path.name,
                found="edges with " + (", ".join(found) or "no data at all"),
                expected="a street graph saved by osmnx",
                hint="save the lines as a GeoPackage: those may come from anywhere",
            )
        )
    lost = sorted({end for edge in text.edges for end in edge[:2] if end not in text.nodes})
    if lost:
        faults.append(
            Fault(
                f"edges name {len(lost)} nodes that the file does not hold",
                file=path.name,
                found=", ".join(lost[:5]) + (", …" if lost[5:] else ""),
                hint="save it again with osmnx",
            )
        )
    if faults:
        raise InputInvalid(faults)


def _collect(path: Path, text: GraphText, places: GraphPlaces) -> tuple[WayCollector, list[Fault]]:
    collected = WayCollector()
    number = {label: places.node_id[i] for i, label in enumerate(text.nodes)}
    where = {label: places.lonlat[i] for i, label in enumerate(text.nodes)}
    for label, data in text.nodes.items():
        collected.add_node(int(number[label]), data)
    pieces, doubtful = _pieces(text, places)
    notices = list(places.notices)
    if doubtful:
        notices.append(
            Fault(
                "the graph does not say which way its edges run: their slopes and one-way "
                "signs for people on foot are not used",
                file=path.name,
                hint="save it again with a newer osmnx",
            )
        )
    mixed = sum(piece.mixed for piece in pieces)
    if mixed:
        notices.append(
            Fault(
                f"{mixed} edges stand for streets of several kinds: the first kind counts, or "
                "one that is closed to people on foot",
                file=path.name,
                hint="build the graph with simplify=False: stairs are then told from streets",
            )
        )
    spare = int(min(number.values(), default=0)) - 1
    for way_id, tags, chain in _ways(pieces, directed=not doubtful):
        nodes: list[_Node] = []
        for piece, turned in chain:
            ends = (piece.end, piece.start) if turned else (piece.start, piece.end)
            inside = piece.inside[::-1] if turned else piece.inside
            if not nodes:
                nodes.append(_node(int(number[ends[0]]), where[ends[0]]))
            for lonlat in inside:
                nodes.append(_node(spare, lonlat))
                spare -= 1
            nodes.append(_node(int(number[ends[1]]), where[ends[1]]))
        collected.add_way(way_id, tags, nodes)
    return collected, notices


def _node(ref: int, lonlat: FloatArray) -> _Node:
    return _Node(ref, _Location(round(float(lonlat[0]) * _SCALE), round(float(lonlat[1]) * _SCALE)))


def _pieces(text: GraphText, places: GraphPlaces) -> tuple[list[_Piece], bool]:
    """Return every street once, and whether some direction that matters is not known."""
    found: dict[tuple[Any, ...], tuple[int, bool]] = {}
    stated = any("reversed" in data for _, _, data in text.edges)
    for i, (start, end, data) in enumerate(text.edges):
        against = data.get("reversed") == "True"
        osmid = _several(data.get("osmid", f"edge {i}"))
        shape = places.inside[i].tobytes(), places.inside[i][::-1].tobytes()
        key = (min(start, end), max(start, end), tuple(sorted(osmid)), min(shape), max(shape))
        known = found.get(key)
        if known is None or (known[1] and not against):
            found[key] = (i, against)
    pieces = []
    doubtful = False
    for i, against in found.values():
        start, end, data = text.edges[i]
        tags = _tags(data)
        if not stated and any(key in tags for key in _BOUND_TO_A_DIRECTION):
            doubtful = True
            tags = {key: value for key, value in tags.items() if key not in _BOUND_TO_A_DIRECTION}
        inside = places.inside[i]
        if against:
            start, end, inside = end, start, inside[::-1]
        osmid = _several(data.get("osmid", f"edge {i}"))
        mixed = len(set(_several(data.get("highway", "")))) > 1
        pieces.append(_Piece(start, end, inside, osmid, tags, mixed))
    return pieces, doubtful or not stated


def _ways(
    pieces: list[_Piece], *, directed: bool
) -> Iterator[tuple[int, dict[str, str], list[tuple[_Piece, bool]]]]:
    """Put pieces of one way together; a piece made of several ways stays alone."""
    node: dict[str, int] = {}
    group: dict[object, int] = {}
    first = [node.setdefault(piece.start, len(node)) for piece in pieces]
    last = [node.setdefault(piece.end, len(node)) for piece in pieces]
    label = [
        group.setdefault(piece.osmid if len(piece.osmid) == 1 else i, len(group))
        for i, piece in enumerate(pieces)
    ]
    indptr, order, turned = chain_pieces(
        np.array(first, dtype=np.int64),
        np.array(last, dtype=np.int64),
        np.array(label, dtype=np.int64),
        directed=np.full(len(pieces), directed),
    )
    for start, stop in zip(indptr[:-1].tolist(), indptr[1:].tolist(), strict=True):
        chain = [(pieces[order[i]], bool(turned[i])) for i in range(start, stop)]
        lowest = pieces[int(order[start:stop].min())]
        yield _number(lowest.osmid[0], label[int(order[start])]), lowest.tags, chain


def _number(text: str, otherwise: int) -> int:
    try:
        return int(float(text))
    except ValueError:
        return otherwise


def _several(text: str) -> tuple[str, ...]:
    """Return the values of a text that may be the list of a simplified graph."""
    if text.startswith("["):
        try:
            values = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return (text,)
        return tuple(str(value) for value in values) or (text,)
    return (text,)


def _tags(data: dict[str, str]) -> dict[str, str]:
    tags = {}
    for key, text in data.items():
        if key in _NOT_TAGS or not text:
            continue
        values = tuple(dict.fromkeys(_several(text)))
        if key == "highway":
            # Nobody gets past the part that is closed.
            closed = (value for value in values if effect_of(key, value) is not Effect.WALK)
            tags[key] = next(closed, values[0])
        else:
            tags[key] = values[0] if key == "name" else ";".join(values)
    if "oneway" in tags:
        tags["oneway"] = _BOOLEANS.get(tags["oneway"], tags["oneway"])
    return tags


def _nothing_to_walk(path: Path, counts: dict[str, int]) -> NetworkEmpty:
    left_out = ", ".join(
        f"{key.removeprefix('left_out_').replace('_', ' ')} {number}"
        for key, number in sorted(counts.items())
        if key.startswith("left_out_")
    )
    return NetworkEmpty(
        Fault(
            "no street that people may walk on",
            file=path.name,
            found=f"{counts.get('ways_read', 0)} ways read; left out: {left_out}",
            hint="build the graph with network_type='all' or 'walk'",
        )
    )
