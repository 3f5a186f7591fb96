"""Which uncovered places are neighbours: along the streets, or as the crow flies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.network import AccessPoints, StreetNetwork
    from planner.units import Metres

_SHORTEST_M: Final = 1e-6
"""Length given to parts of no length: sparse matrices drop zeros."""


class Neighbours(NamedTuple):
    """
    Pairs of neighbouring points.

    Attributes
    ----------
    first, second : shape (n_pairs,)
        Positions of the two points, `first < second`, each pair once.
    length_m : shape (n_pairs,)
        How far apart they are, greater than 0.
    """

    first: IntArray
    second: IntArray
    length_m: FloatArray


class _Parts(NamedTuple):
    """Undirected parts of streets between numbered places."""

    start: IntArray
    end: IntArray
    length_m: FloatArray


class StreetCells(NamedTuple):
    """
    Which of some points share a place on the streets, and which places are neighbours.

    Attributes
    ----------
    place : shape (n_points,)
        Place of each point; points at one access point share it.
    n_places
        Number of places.
    met
        Pairs of places whose stretches of street meet.
    """

    place: IntArray
    n_places: int
    met: Neighbours


def find_street_cells(
    network: StreetNetwork, access: AccessPoints, points: IntArray, *, joining_m: Metres
) -> StreetCells:
    """
    Divide the streets among points, each place on them to the point nearest along them.

    Parameters
    ----------
    network
        Streets; a street counts if the walker may use it in either direction.
    access
        Access points of all demand.
    points : shape (n_points,)
        Demand on the network that takes part, covered or not.
    joining_m
        Longest way between neighbours, metres along streets, off-street legs apart.

    Notes
    -----
    The cells are the network Voronoi diagram of the points, found by one search from
    all of them at once. A minimum spanning tree of the points by street distance has
    its edges among these pairs (Mehlhorn 1988), so with every point uncovered the
    clusters are exactly those of single linkage at `joining_m`.
    """
    n_nodes = network.streets.node_xy.shape[0]
    edge, fraction = access.edge_index[points], access.fraction[points]
    node = _node_met(network, edge, fraction)
    lead, place = _same_place(np.where(node < 0, edge, -1), np.where(node < 0, fraction, node))
    number = np.where(node[lead] >= 0, node[lead], n_nodes + np.arange(lead.size))
    inner = np.flatnonzero(node[lead] < 0)
    parts = _cut_edges(network, edge[lead[inner]], fraction[lead[inner]], number[inner])
    met = _meeting_pairs(parts, number, n_nodes + lead.size, joining_m)
    return StreetCells(place, lead.size, met)


def street_neighbours(cells: StreetCells, uncovered: BoolArray) -> Neighbours:
    """
    Find the pairs of uncovered points that are neighbours along the streets.

    Two points are neighbours where their stretches of street meet and the way between
    them through that place is at most the joining distance of the cells. So covered
    points between two uncovered ones keep them apart, and so does a river without a
    bridge.

    Parameters
    ----------
    cells
        Of all points, from `find_street_cells`.
    uncovered : shape (n_points,)
        Which of them are uncovered. Where covered and uncovered points share an
        access point, the place counts as uncovered.

    Returns
    -------
    neighbours
        Positions in the points of the cells, of uncovered points only.
    """
    open_place = np.zeros(cells.n_places, dtype=np.bool_)
    open_place[cells.place[uncovered]] = True
    kept = open_place[cells.met.first] & open_place[cells.met.second]
    met = Neighbours(cells.met.first[kept], cells.met.second[kept], cells.met.length_m[kept])
    return _from_places(met, cells.place, uncovered)


def straight_neighbours(xy: FloatArray, *, joining_m: Metres) -> Neighbours:
    """
    Find the pairs of points at most `joining_m` apart in a straight line.

    Parameters
    ----------
    xy : shape (n_points, 2)
        Finite coordinates, metres.
    """
    pairs = cKDTree(xy).query_pairs(joining_m, output_type="ndarray").astype(np.int64)
    length = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    return Neighbours(pairs[:, 0], pairs[:, 1], np.maximum(length, _SHORTEST_M))


def _node_met(network: StreetNetwork, edge: IntArray, fraction: FloatArray) -> IntArray:
    """Return the junction where an access point lies on one, else -1."""
    start = network.streets.edge_start[edge].astype(np.int64)
    end = network.streets.edge_end[edge].astype(np.int64)
    return np.where(fraction <= 0.0, start, np.where(fraction >= 1.0, end, -1))


def _same_place(edge: IntArray, at: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the first point of each place, and the place of each point."""
    order = np.lexsort((at, edge))
    new = np.ones(order.size, dtype=np.bool_)
    new[1:] = (np.diff(edge[order]) != 0) | (np.diff(at[order]) != 0)
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.cumsum(new) - 1
    return order[new], place


def _cut_edges(
    network: StreetNetwork, edge: IntArray, fraction: FloatArray, number: IntArray
) -> _Parts:
    """
    Cut the walkable edges at the access points on them.

    `edge`, `fraction` and `number` are of the places inside edges; an edge without
    any is one part from junction to junction.
    """
    streets = network.streets
    order = np.lexsort((fraction, edge))
    ends = np.arange(streets.edge_start.size, dtype=np.int64)
    # Each edge is a run of stops: its start, the places on it, its end.
    stop_edge = np.concatenate([ends, edge[order], ends])
    stop_at = np.concatenate([np.full(ends.size, -1.0), fraction[order], np.full(ends.size, 2.0)])
    stop = np.concatenate([streets.edge_start, number[order], streets.edge_end]).astype(np.int64)
    run = np.lexsort((stop_at, stop_edge))
    stop_edge, stop = stop_edge[run], stop[run]
    stop_at = np.clip(stop_at[run], 0.0, 1.0)
    walkable = np.asarray(np.isfinite(network.edge_time_s).any(axis=1))
    kept = (stop_edge[:-1] == stop_edge[1:]) & walkable[stop_edge[:-1]]
    length = (stop_at[1:] - stop_at[:-1]) * streets.edge_length_m[stop_edge[:-1]]
    return _Parts(stop[:-1][kept], stop[1:][kept], np.maximum(length[kept], _SHORTEST_M))


def _meeting_pairs(parts: _Parts, number: IntArray, size: int, joining_m: Metres) -> Neighbours:
    """Find the places whose stretches of street meet within `joining_m`."""
    graph = _graph(_shortest(parts), size)
    # Where two stretches meet, the nearer side of the way is at most half of it long.
    found = dijkstra(
        graph,
        indices=number,
        min_only=True,
        return_predecessors=True,
        limit=joining_m / 2.0 + _SHORTEST_M,
    )
    distance, owner_number = found[0], found[2]
    owner_of = np.full(size, -1, dtype=np.int64)
    owner_of[number] = np.arange(number.size)
    owner = np.full(size, -1, dtype=np.int64)
    reached = np.isfinite(distance)
    owner[reached] = owner_of[owner_number[reached]]
    first, second = owner[parts.start], owner[parts.end]
    way = distance[parts.start] + parts.length_m + distance[parts.end]
    # A way from nobody's ground is infinite and falls out.
    kept = np.asarray((way <= joining_m) & (first != second))
    return Neighbours(*_shortest(_Parts(first[kept], second[kept], way[kept])))


def _shortest(parts: _Parts) -> _Parts:
    """Keep the shortest of parallel parts, ends in ascending order, without loops."""
    low, high = np.minimum(parts.start, parts.end), np.maximum(parts.start, parts.end)
    order = np.lexsort((parts.length_m, high, low))
    low, high, length = low[order], high[order], parts.length_m[order]
    kept = np.asarray(low != high)
    kept[1:] &= (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return _Parts(low[kept], high[kept], length[kept])


def _graph(parts: _Parts, size: int) -> coo_array:
    """Return the matrix of lengths, both directions of every part."""
    rows = np.concatenate([parts.start, parts.end])
    columns = np.concatenate([parts.end, parts.start])
    lengths = np.concatenate([parts.length_m, parts.length_m])
    return coo_array((lengths, (rows, columns)), shape=(size, size)).tocsr()


def _from_places(met: Neighbours, place: IntArray, uncovered: BoolArray) -> Neighbours:
    """Number the neighbours by point: those at one place in a chain, the first for others."""
    points = np.flatnonzero(uncovered)
    order = points[np.argsort(place[points], kind="stable")]
    same = place[order[:-1]] == place[order[1:]]
    first_at = np.full(int(place.max(initial=-1)) + 1, -1, dtype=np.int64)
    first_at[place[order[::-1]]] = order[::-1]
    ends = np.concatenate(
        [
            np.stack([order[:-1][same], order[1:][same]], axis=1),
            np.stack([first_at[met.first], first_at[met.second]], axis=1),
        ]
    )
    length = np.concatenate([np.full(int(np.count_nonzero(same)), _SHORTEST_M), met.length_m])
    return Neighbours(ends.min(axis=1), ends.max(axis=1), length)
