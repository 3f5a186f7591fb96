"""
A second way to the same travel times: split every edge at its access points, then scipy.

Nothing of `planner.reach` is used: the graph holds the junctions, one node for each place, and
the pieces of the edges between them, with their share of the edge's time. Where private ways
only begin or end a walk, the whole graph stands three times: private pieces first, public
pieces then, private pieces last.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from planner.domain.network import EdgeFlag

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray
    from planner.domain.network import AccessPoints, StreetNetwork


def times_to_nearest(
    network: StreetNetwork,
    homes: AccessPoints,
    centres: AccessPoints,
    *,
    limit_s: float,
) -> FloatArray:
    """Return for every home the seconds to the nearest centre, inf beyond the limit."""
    assert network.profile is not None
    speed_m_s = network.profile.speed_m_s
    n_nodes, n_homes = len(network.streets.node_xy), len(homes.edge_index)
    edge_index = np.concatenate([homes.edge_index, centres.edge_index])
    fraction = np.concatenate([homes.fraction, centres.fraction])
    leg_s = np.concatenate([homes.distance_m, centres.distance_m]) / speed_m_s
    at_edge: dict[int, list[int]] = {}
    for place, edge in enumerate(edge_index.tolist()):
        if edge >= 0:
            at_edge.setdefault(edge, []).append(place)
    private = np.zeros(len(network.edge_time_s), np.bool_)
    if network.search_nodes is not None:
        private = (network.streets.edge_flags & np.uint16(EdgeFlag.PRIVATE)) > 0
    one = n_nodes + len(edge_index)
    best = _pieces(network, at_edge, fraction, private, one)
    size = 3 * one + 1
    source = size - 1
    tails = [head for _, head in best]
    heads = [tail for tail, _ in best]
    weights = list(best.values())
    inside = private[edge_index]
    for place in range(n_homes, len(edge_index)):
        if edge_index[place] >= 0:
            tails.append(source)
            heads.append((2 if inside[place] else 1) * one + n_nodes + place)
            weights.append(float(leg_s[place]) + 1.0)  # +1 keeps a leg of 0 in the sparse matrix
    graph = csr_array((weights, (tails, heads)), shape=(size, size))
    found = dijkstra(graph, indices=source, limit=limit_s + 1.0) - 1.0
    begin = np.where(inside[:n_homes], 0, one) + n_nodes + np.arange(n_homes)
    total: FloatArray = found[begin] + leg_s[:n_homes]
    total[homes.edge_index < 0] = np.inf
    total[total > limit_s] = np.inf
    return total


def _pieces(
    network: StreetNetwork,
    at_edge: dict[int, list[int]],
    fraction: FloatArray,
    private: BoolArray,
    one: int,
) -> dict[tuple[int, int], float]:
    """Return seconds by tail and head, of three graphs of `one` nodes each and between them."""
    n_nodes = len(network.streets.node_xy)
    best: dict[tuple[int, int], float] = {}

    def walkable(tail: int, head: int, time_s: float, storeys: tuple[int, ...]) -> None:
        if np.isfinite(time_s):
            for storey in storeys:
                way = tail + storey * one, head + storey * one
                best[way] = min(best.get(way, np.inf), max(time_s, 1e-12))

    for edge, (forward_s, backward_s) in enumerate(network.edge_time_s.tolist()):
        storeys = (0, 2) if private[edge] else (1,)
        stops = [(0.0, int(network.streets.edge_start[edge]))]
        stops += sorted((float(fraction[p]), n_nodes + p) for p in at_edge.get(edge, []))
        stops += [(1.0, int(network.streets.edge_end[edge]))]
        for (f0, a), (f1, b) in pairwise(stops):
            walkable(a, b, (f1 - f0) * forward_s, storeys)
            walkable(b, a, (f1 - f0) * backward_s, storeys)
    for node in range(2 * one):
        best[node, node + one] = 1e-12
    return best
