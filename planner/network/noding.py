"""Road lines to ways that share a node wherever people can turn from one to another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.domain.chains import chain_pieces
from planner.domain.network import EdgeFlag, RawWays
from planner.domain.street_lines import ClosedGap
from planner.domain.working_crs import working_crs
from planner.errors import Fault, NetworkInvalid
from planner.network.crossings import Segments, find_cuts, lands_on, merge_places
from planner.network.gaps import NodedLines, close_gaps

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.street_lines import StreetLines

NODING_VERSION: Final = "1"
"""Raised whenever the same lines would be noded differently: older caches expire."""

_DEGREES: Final = "EPSG:4326"
_GAPS_SHOWN: Final = 20
_WHOLE_SHARE: Final = 0.5
_PIECE_M: Final = 30.0
"""A straight line shorter than this is a piece of a curve that was exploded, not a street."""

_DIRECTED: Final = int(EdgeFlag.NO_FORWARD | EdgeFlag.NO_BACKWARD)


@dataclass(frozen=True, slots=True)
class _Chains:
    """Lines as runs of places: `place[i]` belongs to line `line[i]`, lines one after the other."""

    line: IntArray
    place: IntArray

    def ends(self) -> tuple[BoolArray, BoolArray]:
        """Return where lines begin and where they end."""
        first = np.ones(len(self.line), dtype=np.bool_)
        first[1:] = self.line[1:] != self.line[:-1]
        return first, np.append(first[1:], True)


def node_lines(
    lines: StreetLines, *, gap_tolerance_m: float
) -> tuple[RawWays, tuple[ClosedGap, ...]]:
    """
    Find where lines meet, and give them a common node there.

    Lines of one level meet where they cross, and where a vertex of one lies on
    the other. Lines of different levels do not; but where ends meet they share
    a node whatever their levels, and the end of a bridge joins the street it
    comes down to. A line that ends within the tolerance of another without
    being joined to it nearby is drawn on to it.

    Parameters
    ----------
    lines
        Lines in any CRS; the result does not depend on their order.
    gap_tolerance_m
        Widest gap that is closed, metres; 0 closes none.

    Returns
    -------
    ways
        Short straight pieces, as exploded drawings have them, are put together
        with what they continue; `way_id` is the lowest row of a way. `notices` tells
        of closed gaps and of a torn network.
    gaps
        Every gap that was closed, from west to east.

    Raises
    ------
    NetworkInvalid
        If the coordinates do not lie in the domain of their CRS, or no two of
        several lines meet.
    """
    xy, crs = _to_working(lines)
    place_xy, place = merge_places(xy)
    line = np.repeat(np.arange(len(lines.row), dtype=np.int64), np.diff(lines.indptr))
    chains = _without_repeats(line, place)
    chains, place_xy = _cut(lines, chains, place_xy)
    node, n_nodes = _nodes_of(lines, chains)
    noded = _number_nodes(lines, chains, node, n_nodes, place_xy)
    noded, closings = close_gaps(noded, tolerance_m=gap_tolerance_m)
    to_lonlat = Transformer.from_crs(crs, _DEGREES, always_xy=True)
    gaps = _gaps(lines, closings, to_lonlat)
    joined_share, n_meetings = _connection(noded)
    if n_meetings == 0 and len(np.unique(noded.line)) > 1:
        raise _never_meet(lines, gap_tolerance_m)
    notices = (*lines.notices, *_notices(lines, gaps, joined_share))
    ways = _ways(lines, noded, _pieces(lines, xy), to_lonlat)
    ways = replace(
        ways,
        counts={**ways.counts, "gaps_closed": len(gaps), "nodes_noded": n_meetings},
        closed_gaps=np.array([[gap.lon, gap.lat, gap.length_m] for gap in gaps]).reshape(-1, 3),
        notices=notices,
    )
    return ways, gaps


def _to_working(lines: StreetLines) -> tuple[FloatArray, str]:
    to_degrees = Transformer.from_crs(lines.crs, _DEGREES, always_xy=True)
    lon, lat = to_degrees.transform(lines.vertices[:, 0], lines.vertices[:, 1])
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        wrong = int(np.flatnonzero(~(np.isfinite(lon) & np.isfinite(lat)))[0])
        row = int(lines.row[np.searchsorted(lines.indptr, wrong, side="right") - 1])
        raise NetworkInvalid(
            Fault(
                "coordinates do not lie where the CRS is defined",
                file=lines.file,
                row=row,
                found=", ".join(f"{value:.10g}" for value in lines.vertices[wrong]),
                hint='say in the study what they are in: [streets] crs = "EPSG:4545"',
            )
        )
    crs = working_crs((lon.min(), lat.min(), lon.max(), lat.max()))
    to_working = Transformer.from_crs(_DEGREES, crs, always_xy=True)
    return np.column_stack(to_working.transform(lon, lat)), crs


def _without_repeats(line: IntArray, place: IntArray) -> _Chains:
    """Drop places repeated in a row, and lines of which one place is left."""
    kept = np.ones(len(line), dtype=np.bool_)
    kept[1:] = (line[1:] != line[:-1]) | (place[1:] != place[:-1])
    line, place = line[kept], place[kept]
    size = np.bincount(line)
    long = size[line] > 1
    return _Chains(line[long], place[long])


def _cut(lines: StreetLines, chains: _Chains, place_xy: FloatArray) -> tuple[_Chains, FloatArray]:
    """Put the places where lines meet into the lines."""
    first, last = chains.ends()
    vertex = np.flatnonzero(~last)
    segments = Segments(
        xy=place_xy,
        start=chains.place[vertex],
        end=chains.place[vertex + 1],
        level=lines.level[chains.line[vertex]],
        tip_start=first[vertex],
        tip_end=last[vertex + 1],
    )
    cuts = find_cuts(segments)
    place_xy, merged = merge_places(cuts.xy)
    position = np.concatenate([np.arange(len(chains.place)), vertex[cuts.segment]])
    along = np.concatenate([np.zeros(len(chains.place)), cuts.along])
    place = np.concatenate([chains.place, cuts.place])
    order = np.lexsort((along, position))
    line = chains.line[position[order]]
    return _without_repeats(line, merged[place[order]]), place_xy


def _nodes_of(lines: StreetLines, chains: _Chains) -> tuple[IntArray, int]:
    """
    Tell which vertices at one place are one node.

    Insides of lines are one node where their level is the same; ends are one node whatever
    their levels, and join the insides that they land on.
    """
    first, last = chains.ends()
    tip = first | last
    level = lines.level[chains.line].astype(np.int64)
    lowest = int(level.min(initial=0))
    n_codes = int(level.max(initial=0)) - lowest + 2
    # Code 0 stands for the ends of lines, the others for the levels of their insides.
    key = chains.place * n_codes + np.where(tip, 0, level - lowest + 1)
    keys, number = np.unique(key, return_inverse=True)
    one, other = [], []
    tip_place, tip_level = chains.place[tip], level[tip]
    for code in range(1, n_codes):
        inside_level = np.full(len(tip_level), code - 1 + lowest)
        wanted = tip_place * n_codes + code
        found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        joined = (keys[found] == wanted) & lands_on(
            tip_level.astype(np.int32), inside_level.astype(np.int32)
        )
        one.append(np.searchsorted(keys, tip_place[joined] * n_codes))
        other.append(found[joined])
    pair = np.concatenate(one), np.concatenate(other)
    graph = coo_array((np.ones(len(pair[0]), dtype=np.int8), pair), shape=(len(keys),) * 2)
    n_nodes, label = connected_components(graph, directed=False)
    return label[number].astype(np.int64), int(n_nodes)


def _number_nodes(
    lines: StreetLines, chains: _Chains, node: IntArray, n_nodes: int, place_xy: FloatArray
) -> NodedLines:
    """Number nodes by x, then y, then level: the order of the lines has no bearing on it."""
    level = lines.level[chains.line]
    place_of_node = np.empty(n_nodes, dtype=np.int64)
    place_of_node[node] = chains.place
    lowest = np.full(n_nodes, np.iinfo(np.int32).max, dtype=np.int64)
    np.minimum.at(lowest, node, level)
    order = np.lexsort((lowest, place_of_node))
    rank = np.empty(n_nodes, dtype=np.int64)
    rank[order] = np.arange(n_nodes)
    return NodedLines(
        line=chains.line,
        node=rank[node],
        level=level,
        xy=place_xy[place_of_node[order]],
    )


def _connection(noded: NodedLines) -> tuple[float, int]:
    """Return the share of the length in the largest part, and how many nodes join lines."""
    ahead = noded.line[1:] == noded.line[:-1]
    tail, head = noded.node[:-1][ahead], noded.node[1:][ahead]
    n_nodes = len(noded.xy)
    graph = coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(n_nodes,) * 2)
    part = connected_components(graph, directed=False)[1]
    length = np.hypot(*(noded.xy[head] - noded.xy[tail]).T)
    by_part = np.bincount(part[tail], weights=length)
    visits = np.unique(np.column_stack([noded.node, noded.line]), axis=0)
    n_lines = np.bincount(visits[:, 0], minlength=n_nodes)
    return float(by_part.max() / by_part.sum()), int((n_lines > 1).sum())


def _gaps(
    lines: StreetLines, closings: list[tuple[float, float, float, int, int]], to_lonlat: Transformer
) -> tuple[ClosedGap, ...]:
    gaps = []
    for x, y, length_m, line, other in sorted(closings):
        lon, lat = to_lonlat.transform(x, y)
        gaps.append(ClosedGap(lon, lat, length_m, int(lines.row[line]), int(lines.row[other])))
    return tuple(gaps)


def _never_meet(lines: StreetLines, gap_tolerance_m: float) -> NetworkInvalid:
    return NetworkInvalid(
        Fault(
            "no two lines meet: nobody could turn from one street into another",
            file=lines.file,
            found=f"{len(lines.row)} lines, gaps up to {gap_tolerance_m:g} m closed",
            hint="raise [streets] gap_tolerance_m, or look at the CRS and the levels of the lines",
        )
    )


def _notices(lines: StreetLines, gaps: tuple[ClosedGap, ...], joined_share: float) -> list[Fault]:
    notices = []
    if gaps:
        longest = max(gap.length_m for gap in gaps)
        shown = "; ".join(
            f"{gap.lon:.6f},{gap.lat:.6f} ({gap.length_m:.2f} m, rows {gap.row}, {gap.other_row})"
            for gap in gaps[:_GAPS_SHOWN]
        )
        notices.append(
            Fault(
                f"{len(gaps)} gaps between lines were closed, the longest {longest:.2f} m",
                file=lines.file,
                found=shown + ("; …" if len(gaps) > _GAPS_SHOWN else ""),
                hint="look at the places: [streets] gap_tolerance_m says how wide a gap may be",
            )
        )
    if joined_share < _WHOLE_SHARE:
        notices.append(
            Fault(
                f"the largest connected part holds only {joined_share:.0%} of the length",
                file=lines.file,
                hint="raise [streets] gap_tolerance_m, or look at the levels of the lines",
            )
        )
    return notices


def _ways(
    lines: StreetLines, noded: NodedLines, pieces: BoolArray, to_lonlat: Transformer
) -> RawWays:
    """Put lines that carry the same and follow each other together, and list their nodes."""
    size = np.bincount(noded.line, minlength=len(lines.row))
    used = np.flatnonzero(size)
    used = used[np.argsort(lines.row[used], kind="stable")]
    stop = np.cumsum(size)
    start = stop - size
    first, last = noded.node[start[used]], noded.node[stop[used] - 1]
    directed = (lines.flags[used] & _DIRECTED) != 0
    indptr, piece, turned = chain_pieces(
        first, last, _groups(lines, used), directed=directed, eager=pieces[used]
    )
    way_node: list[IntArray] = []
    way_indptr = [0]
    for one, end in zip(indptr[:-1].tolist(), indptr[1:].tolist(), strict=True):
        runs = []
        for i in range(one, end):
            line = used[piece[i]]
            run = noded.node[start[line] : stop[line]]
            run = run[::-1] if turned[i] else run
            runs.append(run if i == one else run[1:])
        way_node += runs
        way_indptr.append(way_indptr[-1] + sum(map(len, runs)))
    lowest = used[piece[indptr[:-1]]]
    lon, lat = to_lonlat.transform(noded.xy[:, 0], noded.xy[:, 1])
    step_count = lines.step_count[lowest]
    return RawWays(
        node_id=np.arange(len(noded.xy), dtype=np.int64),
        node_lonlat=np.column_stack([lon, lat]),
        way_id=lines.row[lowest],
        way_indptr=np.array(way_indptr, dtype=np.int64),
        way_node=np.concatenate(way_node),
        way_kind=lines.kind[lowest],
        way_flags=lines.flags[lowest],
        way_name=lines.name[lowest],
        kinds=lines.kinds,
        names=lines.names,
        barred_node=np.zeros(0, dtype=np.int64),
        counts=lines.counts,
        way_step_count=None if np.isnan(step_count).all() else step_count,
    )


def _pieces(lines: StreetLines, xy: FloatArray) -> BoolArray:
    """Tell lines that are one short segment in the file."""
    start, stop = lines.indptr[:-1], lines.indptr[1:]
    length = np.hypot(*(xy[stop - 1] - xy[start]).T)
    piece: BoolArray = (stop - start == 2) & (length < _PIECE_M)  # noqa: PLR2004 - both ends
    return piece


def _groups(lines: StreetLines, used: IntArray) -> IntArray:
    """Number lines by what they carry; a stated number of steps belongs to its line alone."""
    counted = ~np.isnan(lines.step_count[used])
    carried = np.column_stack(
        [
            lines.kind[used],
            lines.flags[used],
            lines.name[used],
            lines.level[used],
            np.where(counted, np.arange(len(used)), -1),
        ]
    )
    group: IntArray = np.unique(carried, axis=0, return_inverse=True)[1].reshape(-1)
    return group
