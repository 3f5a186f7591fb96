"""The parts of streets that a reach covers: whole edges, and edges up to where time runs out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.raster import (
    cut_shapes,
    list_incident,
    parts_box,
    reached_parts,
    share_along,
    stamp_distance,
)
from planner.reach.access import search_ends

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, Int32Array, IntArray
    from planner.domain.network import StreetNetwork, Streets
    from planner.domain.reach import Reach


@dataclass(frozen=True, slots=True)
class Shapes:
    """
    Drawn shapes, with how far along each vertex is.

    Attributes
    ----------
    indptr, xy
        As `Streets.shape_indptr` and `Streets.shape_xy`.
    share : float64, shape (n_vertices,)
        Share of the drawn length, 0 to 1, ascending along an edge.
    """

    indptr: IntArray
    xy: FloatArray
    share: FloatArray


@dataclass(frozen=True, slots=True)
class Parts:
    """
    Stretches of edges; those of one edge may overlap.

    Attributes
    ----------
    shapes
        What the edges look like.
    edge : int64, shape (n_parts,)
        Positions in `shapes`.
    low, high : float64, shape (n_parts,)
        From and to, shares of the drawn length.
    """

    shapes: Shapes
    edge: IntArray
    low: FloatArray
    high: FloatArray

    def box(self) -> FloatArray:
        """Return left, bottom, right, top of a box that holds the parts."""
        box = np.array([np.inf, np.inf, -np.inf, -np.inf])
        parts_box(*self._arguments(), box)
        return box

    def stamp(
        self, squared: FloatArray, *, left: float, bottom: float, cell_m: float, radius_m: float
    ) -> None:
        """Lower the squared distances on a grid around the parts, metres squared."""
        stamp_distance(*self._arguments(), left, bottom, cell_m, radius_m, squared)

    def cut(self) -> tuple[FloatArray, IntArray]:
        """Return the vertices of the parts, and where each part begins in them."""
        vertices = np.diff(self.shapes.indptr)[self.edge] + 2
        xy = np.empty((int(vertices.sum()), 2))
        indptr = np.zeros(len(self.edge) + 1, np.int64)
        used = cut_shapes(*self._arguments(), xy, indptr)
        return xy[:used], indptr

    def _arguments(self) -> tuple[object, ...]:
        shapes = self.shapes
        counted = (self.edge, self.low, self.high, len(self.edge))
        return (shapes.indptr, shapes.xy, shapes.share, *counted)


def measure_shapes(streets: Streets) -> Shapes:
    """Find how far along its edge each vertex of the drawn shapes is."""
    indptr = np.ascontiguousarray(streets.shape_indptr, np.int64)
    xy = np.ascontiguousarray(streets.shape_xy, np.float64)
    share = np.empty(len(xy))
    share_along(indptr, xy, share)
    return Shapes(indptr, xy, share)


class PartFinder:
    """Finds the reached parts of one source after another; one for each thread."""

    def __init__(self, network: StreetNetwork, reach: Reach, shared: SharedStreets) -> None:
        self._network = network
        self._reach = reach if reach.searched is None else reach.searched
        self._shared = shared
        self._found = np.full(len(network.rank), np.inf)
        self._mark = np.full(len(network.streets.edge_start), -1, np.int32)

    def find(self, source: int, limit_s: float) -> Parts:
        """
        Find the parts of streets within the limit of a source.

        A source that is a node none of whose edges can be entered has one part: a
        point of a shape of its own.
        """
        reach, shared = self._reach, self._shared
        row = slice(reach.indptr[source], reach.indptr[source + 1])
        node = np.ascontiguousarray(reach.node[row], np.int64)
        time_s = np.ascontiguousarray(reach.travel_time_s[row], np.float64)
        room = 2 * int((shared.indptr[node + 1] - shared.indptr[node]).sum()) + 1
        edge, low, high = np.empty(room, np.int64), np.empty(room), np.empty(room)
        used = reached_parts(
            node,
            time_s,
            limit_s,
            shared.indptr,
            shared.edge,
            shared.start,
            shared.end,
            shared.time_from,
            self._found,
            self._mark,
            np.int32(source),
            edge,
            low,
            high,
            0,
        )
        own = self._own_part(source, limit_s)
        if own is not None:
            edge[used], low[used], high[used] = own
            used += 1
        if used == 0 and len(node):
            nodes = self._network.search_nodes
            junction = node[:1] if nodes is None else nodes.junction[node[:1]]
            point = np.repeat(self._network.streets.node_xy[junction], 2, axis=0)
            alone = Shapes(np.array([0, 2]), point, np.array([0.0, 1.0]))
            return Parts(alone, np.zeros(1, np.int64), np.zeros(1), np.ones(1))
        return Parts(shared.shapes, edge[:used], low[:used], high[:used])

    def _own_part(self, source: int, limit_s: float) -> tuple[int, float, float] | None:
        """Return the part of the place's own edge walked straight from or to the place."""
        access, leg_s = self._reach.access, self._reach.leg_s
        if access is None or access.edge_index[source] < 0:
            return None
        left_s = limit_s - (0.0 if leg_s is None else float(leg_s[source]))
        if left_s < 0:
            return None
        edge = int(access.edge_index[source])
        fraction = float(access.fraction[source])
        up_s, down_s = self._shared.time_from[edge]
        return edge, max(0.0, fraction - left_s / down_s), min(1.0, fraction + left_s / up_s)


@dataclass(frozen=True, slots=True)
class SharedStreets:
    """What all threads read: shapes, edges at each node, times by direction."""

    shapes: Shapes
    indptr: IntArray
    edge: Int32Array
    start: Int32Array
    end: Int32Array
    time_from: FloatArray

    @classmethod
    def prepare(cls, network: StreetNetwork, *, reverse: bool) -> SharedStreets:
        """Read the streets once for all sources."""
        # Walks to the source begin on the edges they are drawn on, walks from it end there.
        start, end = search_ends(network, leaving=reverse)
        indptr = np.zeros(len(network.rank) + 1, np.int64)
        edge = np.empty(2 * len(start), np.int32)
        list_incident(start, end, indptr, edge)
        # Walking to the source, an edge is left by its start against the way it was met.
        columns = [1, 0] if reverse else [0, 1]
        time_from = np.ascontiguousarray(network.edge_time_s[:, columns], np.float64)
        shapes = measure_shapes(network.streets)
        return cls(shapes, indptr, edge, start, end, time_from)
