"""Gaps between lines: ends that stop just short of another line, and how they are closed."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from planner.network.crossings import SAME_PLACE_M, lands_on, measure_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.arrays import BoolArray, FloatArray, Int32Array, IntArray

_NEARBY: Final = 4.0
"""An end that reaches the other line within so many tolerances on foot leaves no gap there."""

Closing = tuple[float, float, float, int, int]
"""x and y of the end, metres missing, the line that ended, the line it was joined to."""


@dataclass(frozen=True, slots=True)
class NodedLines:
    """
    Lines as runs of nodes.

    Attributes
    ----------
    line, node : int64, shape (n_vertices,)
        Line and node of each vertex, lines one after the other.
    level : int32, shape (n_vertices,)
        Bridge level of the line.
    xy : float64, shape (n_nodes, 2)
        Nodes, metres.
    """

    line: IntArray
    node: IntArray
    level: Int32Array
    xy: FloatArray


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Ends with segments near them, the nearest pair first; `vertex` starts the segment."""

    end: IntArray
    vertex: IntArray
    along: FloatArray
    distance: FloatArray


@dataclass(slots=True)
class _Mending:
    """The network as it is, and what has been added to it so far."""

    noded: NodedLines
    indptr: IntArray
    neighbour: IntArray
    length: FloatArray
    added: dict[int, list[tuple[int, float]]] = field(default_factory=dict)
    inside: dict[int, list[tuple[float, int]]] = field(default_factory=dict)
    extended: dict[int, int] = field(default_factory=dict)
    new_xy: list[tuple[float, float]] = field(default_factory=list)

    def neighbours(self, node: int) -> Iterator[tuple[int, float]]:
        """Give the nodes one step away, and how far they are."""
        if node < len(self.noded.xy):
            row = slice(self.indptr[node], self.indptr[node + 1])
            yield from zip(self.neighbour[row].tolist(), self.length[row].tolist(), strict=True)
        yield from self.added.get(node, ())

    def link(self, one: int, other: int, length: float) -> None:
        """Join two nodes."""
        self.added.setdefault(one, []).append((other, length))
        self.added.setdefault(other, []).append((one, length))

    def within(self, source: int, limit_m: float) -> dict[int, float]:
        """Return every node within a distance on foot."""
        found: dict[int, float] = {}
        queue = [(0.0, source)]
        while queue:
            far, node = heapq.heappop(queue)
            if node in found:
                continue
            found[node] = far
            for other, step in self.neighbours(node):
                if other not in found and far + step <= limit_m:
                    heapq.heappush(queue, (far + step, other))
        return found

    def target(self, vertex: int, along: float) -> int:
        """Return the node at a place on the segment after a vertex, made where there is none."""
        start, end = int(self.noded.node[vertex]), int(self.noded.node[vertex + 1])
        a, b = self.noded.xy[start], self.noded.xy[end]
        length = float(np.hypot(*(b - a)))
        marks = [(0.0, start), (1.0, end), *self.inside.get(vertex, ())]
        for mark, known in marks:
            if abs(mark - along) * length <= SAME_PLACE_M:
                return int(known)
        node = int(len(self.noded.xy) + len(self.new_xy))
        x, y = (a + along * (b - a)).tolist()
        self.new_xy.append((x, y))
        for mark, other in marks:
            self.link(node, other, abs(mark - along) * length)
        self.inside.setdefault(vertex, []).append((along, node))
        return node


def close_gaps(noded: NodedLines, *, tolerance_m: float) -> tuple[NodedLines, list[Closing]]:
    """
    Draw lines that end just short of another on to it.

    The narrowest gap is closed first. An end from which the other line can be reached on
    foot within four tolerances leaves no gap: a stub beyond a crossing, a bend of
    many short pieces.

    Parameters
    ----------
    noded
        Lines as runs of nodes.
    tolerance_m
        Widest gap closed, metres; 0 closes none.

    Returns
    -------
    noded
        With the closed gaps as a last step of the lines that ended.
    closings
        Every gap closed.
    """
    if tolerance_m <= 0.0:
        return noded, []
    found = _find_candidates(noded, tolerance_m)
    if not len(found.end):
        return noded, []
    mending = _start_mending(noded)
    closings: list[Closing] = []
    limit_m = _NEARBY * tolerance_m
    for end, vertex, along, distance in zip(
        found.end.tolist(),
        found.vertex.tolist(),
        found.along.tolist(),
        found.distance.tolist(),
        strict=True,
    ):
        if end in mending.extended:
            continue
        source = int(noded.node[end])
        if _is_near(mending, mending.within(source, limit_m), vertex, along, limit_m):
            continue
        node = mending.target(vertex, along)
        mending.link(source, node, distance)
        mending.extended[end] = node
        x, y = noded.xy[source].tolist()
        closings.append((x, y, distance, int(noded.line[end]), int(noded.line[vertex])))
    return _apply(mending), closings


def _is_near(
    mending: _Mending, reached: dict[int, float], vertex: int, along: float, limit_m: float
) -> bool:
    """Return True where a place on a segment is reached within the limit already."""
    noded = mending.noded
    start, end = int(noded.node[vertex]), int(noded.node[vertex + 1])
    length = float(np.hypot(*(noded.xy[end] - noded.xy[start])))
    marks = [(0.0, start), (1.0, end), *mending.inside.get(vertex, ())]
    return any(
        node in reached and reached[node] + abs(mark - along) * length <= limit_m
        for mark, node in marks
    )


def _tips(noded: NodedLines) -> tuple[BoolArray, BoolArray]:
    first = np.ones(len(noded.line), dtype=np.bool_)
    first[1:] = noded.line[1:] != noded.line[:-1]
    last = np.ones(len(noded.line), dtype=np.bool_)
    last[:-1] = first[1:]
    return first, last


def _find_candidates(noded: NodedLines, tolerance_m: float) -> _Candidates:
    first, last = _tips(noded)
    tip = first | last
    loose = np.flatnonzero(tip & (np.bincount(noded.node)[noded.node] == 1))
    vertex = np.flatnonzero(~last)
    start, end = noded.node[vertex], noded.node[vertex + 1]
    tree = shapely.STRtree(shapely.linestrings(np.stack([noded.xy[start], noded.xy[end]], axis=1)))
    points = shapely.points(noded.xy[noded.node[loose]])
    which, segment = tree.query(points, predicate="dwithin", distance=tolerance_m)
    loose, vertex = loose[which], vertex[segment]
    source, start, end = noded.node[loose], noded.node[vertex], noded.node[vertex + 1]
    along, distance = measure_from(noded.xy[source], noded.xy[start], noded.xy[end])
    length = np.hypot(*(noded.xy[end] - noded.xy[start]).T)
    meets_tip = ((along * length <= SAME_PLACE_M) & tip[vertex]) | (
        ((1.0 - along) * length <= SAME_PLACE_M) & tip[vertex + 1]
    )
    lands = lands_on(noded.level[loose], noded.level[vertex]) | meets_tip
    own = (source == start) | (source == end)
    kept = np.flatnonzero(lands & ~own & (distance <= tolerance_m))
    spot = noded.xy[start[kept]] + along[kept, None] * (noded.xy[end[kept]] - noded.xy[start[kept]])
    # To the micrometre: which way a line is drawn must not decide between equals.
    order = np.lexsort(
        (*np.round(spot, 6).T[::-1], *noded.xy[source[kept]].T[::-1], np.round(distance[kept], 6))
    )
    kept = kept[order]
    return _Candidates(loose[kept], vertex[kept], along[kept], distance[kept])


def _start_mending(noded: NodedLines) -> _Mending:
    ahead = np.flatnonzero(noded.line[1:] == noded.line[:-1])
    tail, head = noded.node[ahead], noded.node[ahead + 1]
    step = np.hypot(*(noded.xy[head] - noded.xy[tail]).T)
    tail, head = np.concatenate([tail, head]), np.concatenate([head, tail])
    order = np.argsort(tail, kind="stable")
    indptr = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=len(noded.xy)))])
    return _Mending(noded, indptr, head[order], np.tile(step, 2)[order])


def _apply(mending: _Mending) -> NodedLines:
    """Put the new nodes into their segments, and the last steps behind the ends."""
    noded = mending.noded
    if not mending.extended:
        return noded
    first, _ = _tips(noded)
    put = [
        (vertex, along, node) for vertex, marks in mending.inside.items() for along, node in marks
    ]
    put += [(end, -1.0 if first[end] else 2.0, node) for end, node in mending.extended.items()]
    at = np.array([vertex for vertex, _, _ in put], dtype=np.int64)
    position = np.concatenate([np.arange(len(noded.line)), at])
    along = np.concatenate([np.zeros(len(noded.line)), [along for _, along, _ in put]])
    node = np.concatenate([noded.node, [node for _, _, node in put]]).astype(np.int64)
    order = np.lexsort((along, position))
    xy = np.concatenate([noded.xy, np.array(mending.new_xy).reshape(-1, 2)])
    # New nodes take their place among the others, by x and then y.
    by_place = np.lexsort((np.arange(len(xy)), xy[:, 1], xy[:, 0]))
    rank = np.empty(len(xy), dtype=np.int64)
    rank[by_place] = np.arange(len(xy))
    return NodedLines(
        line=noded.line[position[order]],
        node=rank[node[order]],
        level=noded.level[position[order]],
        xy=xy[by_place],
    )
