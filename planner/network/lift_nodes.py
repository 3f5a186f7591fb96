"""Lifts drawn as nodes: the levels that meet there are joined by a ride, not at once."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.network import STOREY_M
from planner.network.added_ways import AddedWays

if TYPE_CHECKING:
    from planner.domain.arrays import Float32Array, FloatArray, IntArray
    from planner.domain.network import LiftNodes, RawWays

_ASIDE_M: Final = 0.05
"""A ride is drawn this far aside and back, so that it has a length: 0.1 m."""
_DEGREE_M: Final = 111_320.0
_KIND: Final = "elevator"


def join_lifts(ways: RawWays) -> tuple[RawWays, dict[str, int]]:
    """
    Take apart the levels that meet at lifts drawn as nodes, and join them by rides.

    Each level there becomes a node of its own at the same place; every two of them are joined
    by a way of 0.1 m with the lift's flags and a rise of 3.5 m a level. A way that states no
    level is on the lift's level nearest to the ground. Where all ways are of one level the
    lift is passed at no cost, as what it joins is not known.

    Parameters
    ----------
    ways
        With `lifts` and `way_level`, else they are returned as they are.

    Returns
    -------
    ways, counts
        The ways with the rides behind them, and `lift_nodes_joined`,
        `lift_nodes_without_levels` (of those on a way), `lift_rides`,
        `lift_ways_without_level` (taken to be on the ground).
    """
    if ways.lifts is None or ways.way_level is None:
        return ways, {}
    counts = {
        "lift_nodes_joined": 0,
        "lift_nodes_without_levels": 0,
        "lift_rides": 0,
        "lift_ways_without_level": 0,
    }
    added = AddedWays(ways)
    way_node = ways.way_node.copy()
    at_lift = np.flatnonzero(np.isin(way_node, np.setdiff1d(ways.lifts.node, ways.barred_node)))
    vertex_way = np.repeat(np.arange(len(ways.way_id)), np.diff(ways.way_indptr))[at_lift]
    stated = ways.way_level[vertex_way]
    for lift in np.argsort(ways.lifts.node).tolist():
        here = ways.way_node[at_lift] == ways.lifts.node[lift]
        if not here.any():
            continue
        level, n_assumed = _levels(stated[here], float(ways.lifts.ground_level[lift]))
        met = np.unique(level)
        if len(met) == 1:
            counts["lift_nodes_without_levels"] += 1
            continue
        nodes = _ride(added, ways.lifts, lift, met)
        way_node[at_lift[here]] = nodes[np.searchsorted(met, level)]
        counts["lift_nodes_joined"] += 1
        counts["lift_rides"] += math.comb(len(met), 2)
        counts["lift_ways_without_level"] += n_assumed
    return added.joined(way_node), counts


def _levels(stated: Float32Array, ground_level: float) -> tuple[FloatArray, int]:
    """Return the level of each way that meets a lift, and how many are assumed."""
    unstated = np.isnan(stated)
    return np.where(unstated, ground_level, stated).astype(np.float64), int(unstated.sum())


def _ride(added: AddedWays, lifts: LiftNodes, lift: int, levels: FloatArray) -> IntArray:
    """Add a node for each level but the lowest, which keeps the lift's, and the rides."""
    node = int(lifts.node[lift])
    lon, lat = added.ways.node_lonlat[node].tolist()
    nodes = [node, *(added.add_node(lon, lat) for _ in levels[1:])]
    aside = lon + _ASIDE_M / (_DEGREE_M * max(math.cos(math.radians(lat)), 1e-3))
    kind = added.kind(_KIND)
    for low, high in itertools.combinations(range(len(levels)), 2):
        # A turning point for each ride: two that shared one would meet there.
        added.add_way(
            [nodes[low], added.add_node(aside, lat), nodes[high]],
            way_id=int(added.ways.node_id[node]),
            kind=kind,
            flags=int(lifts.flags[lift]),
            rise_m=float(levels[high] - levels[low]) * STOREY_M,
        )
    return np.array(nodes, dtype=np.int64)
