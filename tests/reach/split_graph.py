"""An independent way to the same walks: edges cut at every access point, searched by scipy."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.domain.network import AccessPoints, StreetNetwork

SHORTEST_S = 1e-12
"""Stands for 0 s, which a sparse matrix would take for no edge."""


def walks_from_places(
    network: StreetNetwork, places: AccessPoints, demand: AccessPoints, *, speed_m_s: float
) -> FloatArray:
    """Return seconds from every place to every demand point; shape (n_places, n_demand)."""
    n_nodes = len(network.streets.node_xy)
    edge = np.concatenate([places.edge_index, demand.edge_index])
    fraction = np.concatenate([places.fraction, demand.fraction])
    n_places = len(places.edge_index)
    best: dict[tuple[int, int], float] = {}
    for number, (forward_s, backward_s) in enumerate(network.edge_time_s.tolist()):
        on = np.flatnonzero(edge == number)
        stops = [(0.0, int(network.streets.edge_start[number]))]
        stops += sorted((float(fraction[point]), n_nodes + int(point)) for point in on)
        stops += [(1.0, int(network.streets.edge_end[number]))]
        for (from_share, tail), (to_share, head) in pairwise(stops):
            share = to_share - from_share
            for a, b, time_s in ((tail, head, forward_s), (head, tail, backward_s)):
                part_s = share * time_s if share > 0 else 0.0
                if a != b and np.isfinite(part_s):
                    best[a, b] = min(best.get((a, b), np.inf), max(part_s, SHORTEST_S))
    size = n_nodes + len(edge)
    pairs = np.array(list(best), dtype=np.int64).reshape(-1, 2)
    graph = csr_array((np.array(list(best.values())), (pairs[:, 0], pairs[:, 1])), (size, size))
    on_street_s = dijkstra(graph, indices=np.arange(n_nodes, n_nodes + n_places))
    walks: FloatArray = on_street_s[:, n_nodes + n_places :]
    walks = walks + places.distance_m[:, None] / speed_m_s + demand.distance_m / speed_m_s
    walks[places.edge_index < 0] = np.inf
    walks[:, demand.edge_index < 0] = np.inf
    return walks


def reversed_walks(
    network: StreetNetwork, places: AccessPoints, demand: AccessPoints, *, speed_m_s: float
) -> FloatArray:
    """Return seconds from every demand point to every place; shape (n_places, n_demand)."""
    return walks_from_places(network, demand, places, speed_m_s=speed_m_s).T
