"""Vertices of ways as one long sequence: measure, mend, and cut it into edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import Geod
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.network import RawWays

_WGS84: Final = Geod(ellps="WGS84")
_NO_LENGTH_M: Final = 1e-6
"""Below a micrometre a distance is rounding, not street."""


@dataclass(frozen=True, slots=True)
class VertexRun:
    """
    The vertices of all ways, one way after the other.

    Attributes
    ----------
    node : int64, shape (n_vertices,)
        Node of each vertex, a position in `RawWays.node_id`.
    way : int64, shape (n_vertices,)
        Way of each vertex.
    step_m : float64, shape (n_vertices,)
        Geodesic metres to the next vertex, greater than 0; 0 at the last vertex of a way.
    first, last : bool, shape (n_vertices,)
        Whether a way begins, or ends, at the vertex.
    """

    node: IntArray
    way: IntArray
    step_m: FloatArray
    first: BoolArray
    last: BoolArray


@dataclass(frozen=True, slots=True)
class Cuts:
    """
    Where the run is cut into edges.

    Attributes
    ----------
    start, end : int64, shape (n_edges,)
        First and last vertex of each edge, positions in the run.
    n_loops
        Rings with a single junction that were cut once more.
    """

    start: IntArray
    end: IntArray
    n_loops: int


def run_of_vertices(ways: RawWays) -> VertexRun:
    """
    Lay out the vertices of all ways, leaving out steps without length.

    Two nodes at the same place that follow each other in a way become one node,
    so that leaving out the step between them does not tear the street apart.
    Ways of which fewer than two vertices remain are left out.
    """
    counts = np.diff(ways.way_indptr)
    way = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    node = ways.way_node
    if len(node) == 0:
        nothing = np.zeros(0, dtype=np.bool_)
        return VertexRun(node, way, np.zeros(0), nothing, nothing)
    lon, lat = ways.node_lonlat[node, 0], ways.node_lonlat[node, 1]
    step_m = np.zeros(len(node))
    step_m[:-1] = _WGS84.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]
    ahead = np.zeros(len(node), dtype=np.bool_)
    ahead[:-1] = way[1:] == way[:-1]
    step_m[~ahead] = 0.0
    flat = np.flatnonzero(ahead & (step_m < _NO_LENGTH_M))
    if len(flat):
        node = _merge(node, node[flat], node[flat + 1], len(ways.node_id))
    kept = np.ones(len(node), dtype=np.bool_)
    kept[1:] = ~ahead[:-1] | (node[1:] != node[:-1])
    if not kept.all():
        # A dropped vertex hands its way onward to the one before it, which lies at its place.
        step_m = np.add.reduceat(step_m, np.flatnonzero(kept))
        node, way = node[kept], way[kept]
    lone = np.bincount(way, minlength=len(counts))[way] < 2  # noqa: PLR2004 - a line has two ends
    node, way, step_m = node[~lone], way[~lone], step_m[~lone]
    first = np.ones(len(node), dtype=np.bool_)
    first[1:] = way[1:] != way[:-1]
    last = np.ones(len(node), dtype=np.bool_)
    last[:-1] = first[1:]
    return VertexRun(node, way, step_m, first, last)


def _merge(node: IntArray, one: IntArray, other: IntArray, n_nodes: int) -> IntArray:
    """Give nodes joined by a step without length the same number, the lowest of theirs."""
    touched = np.unique(np.concatenate([one, other]))
    pair = np.searchsorted(touched, one), np.searchsorted(touched, other)
    graph = coo_array((np.ones(len(one), dtype=np.int8), pair), shape=(len(touched),) * 2)
    label = connected_components(graph, directed=False)[1]
    lowest = np.full(label.max() + 1, n_nodes, dtype=np.int64)
    np.minimum.at(lowest, label, touched)
    number = np.arange(n_nodes, dtype=np.int64)
    number[touched] = lowest[label]
    merged: IntArray = number[node]
    return merged


def cut_at_junctions(run: VertexRun, barred: BoolArray) -> Cuts:
    """
    Cut the run where ways end, meet, cross themselves, or are barred.

    A ring with one junction is cut once more, at the vertex nearest to half
    its length, so that every edge has two different ends.

    Parameters
    ----------
    run
        Vertices.
    barred : shape (n_nodes,)
        Nodes that nobody passes; their sides become different junctions, so a
        ring that is closed there is no loop.
    """
    met = np.bincount(run.node, minlength=len(barred))
    junction = run.first | run.last | (met[run.node] > 1) | barred[run.node]
    start, end = np.flatnonzero(junction & ~run.last), np.flatnonzero(junction & ~run.first)
    loop = (run.node[start] == run.node[end]) & ~barred[run.node[start]]
    n_loops = int(loop.sum())
    if n_loops:
        junction[_middle_vertices(run.step_m, start[loop], end[loop])] = True
        start, end = np.flatnonzero(junction & ~run.last), np.flatnonzero(junction & ~run.first)
    return Cuts(start, end, n_loops)


def _middle_vertices(step_m: FloatArray, start: IntArray, end: IntArray) -> IntArray:
    """Return for each ring the vertex between its ends that is nearest to half its length."""
    middles = np.empty(len(start), dtype=np.int64)
    for i, (a, b) in enumerate(zip(start.tolist(), end.tolist(), strict=True)):
        along = np.cumsum(step_m[a : b - 1])
        half = (along[-1] + step_m[b - 1]) / 2.0
        middles[i] = a + 1 + int(np.argmin(np.abs(along - half)))
    return middles


def edge_vertices(cuts: Cuts) -> tuple[IntArray, IntArray]:
    """
    Return the vertices of every edge, both ends included, as compressed rows.

    Returns
    -------
    indptr : shape (n_edges + 1,)
        Edge `e` has the vertices `vertex[indptr[e]:indptr[e + 1]]`.
    vertex : shape (indptr[-1],)
        Positions in the run.
    """
    return ranges(cuts.start, cuts.end + 1)


def ranges(start: IntArray, stop: IntArray) -> tuple[IntArray, IntArray]:
    """Write out the ranges `start[i]:stop[i]` one after the other, with their row pointer."""
    counts = stop - start
    indptr = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=indptr[1:])
    shift = np.repeat(start - indptr[:-1], counts)
    return indptr, np.arange(indptr[-1], dtype=np.int64) + shift
