"""Streets on foot: the walking time of every edge for one profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.domain.gated import copy_gated_junctions, rank_beside_junctions
from planner.domain.network import EdgeFlag, StreetNetwork
from planner.domain.search_graph import make_search_graphs
from planner.domain.walking import PRIVATE_WAYS
from planner.errors import Fault, StudyKeyError
from planner.network.pace import pace_edges
from planner.network.profiles import find_profile
from planner.units import UNREACHED

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FlagArray, Int32Array
    from planner.domain.network import Streets
    from planner.domain.terrain import StreetHeights
    from planner.domain.walking import PrivateWays, WalkingProfile

__all__ = ["find_profile", "time_streets"]


def time_streets(
    streets: Streets,
    profile: WalkingProfile,
    *,
    heights: StreetHeights | None = None,
    private_ways: PrivateWays = "residents",
) -> StreetNetwork:
    """
    Give every edge the time this walker takes, and group the edges for the search.

    Parameters
    ----------
    streets
        Compiled streets.
    profile
        Who is walking.
    heights
        Heights along the streets; without them slope is not counted.
    private_ways
        `residents` lets private ways begin or end a walk, never carry it through;
        `exclude` closes them; `open` treats them as any other.

    Returns
    -------
    network
        `edge_time_s` is `UNREACHED` where the walker may not go.

    Raises
    ------
    StudyKeyError
        If `private_ways` asks for what is not offered.
    """
    if private_ways not in PRIVATE_WAYS:
        raise StudyKeyError(
            Fault(
                "this treatment of private ways is not offered",
                field="walking.private_ways",
                found=str(private_ways),
                expected=" or ".join(PRIVATE_WAYS),
            )
        )
    pace = pace_edges(streets, profile, heights=heights)
    edge_time_s = pace.edge_time_s
    private = _has(streets.edge_flags, EdgeFlag.PRIVATE)
    if private_ways == "exclude":
        edge_time_s[private] = UNREACHED
    usable = np.isfinite(edge_time_s[:, 0]) | np.isfinite(edge_time_s[:, 1])
    n_nodes = len(streets.node_xy)
    # Streets are numbered along the Hilbert curve already.
    rank = np.arange(n_nodes, dtype=np.int64)
    ends = streets.edge_start, streets.edge_end
    search_nodes = None
    if private_ways == "residents" and (private & usable).any():
        search_nodes, edges = copy_gated_junctions(n_nodes, *ends, edge_time_s, private)
        rank = rank_beside_junctions(search_nodes.junction, rank)
        graphs = make_search_graphs(len(rank), edges.start, edges.end, edges.time_s, rank)
    else:
        graphs = make_search_graphs(n_nodes, *ends, edge_time_s, rank)
    return StreetNetwork(
        streets=streets,
        edge_time_s=edge_time_s,
        outward=graphs[0],
        inward=graphs[1],
        node_component=_number_components(streets, usable),
        rank=rank,
        profile=profile,
        heights=heights,
        edge_wait_s=pace.edge_wait_s,
        search_nodes=search_nodes,
    )


def _has(flags: FlagArray, flag: EdgeFlag) -> BoolArray:
    return (flags & np.uint16(flag)) > 0


def _number_components(streets: Streets, usable: BoolArray) -> Int32Array:
    """Number the components over usable edges by size, of equals the one with the lowest node."""
    n_nodes = len(streets.node_xy)
    ends = streets.edge_start[usable], streets.edge_end[usable]
    graph = coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(n_nodes, n_nodes))
    n_components, label = connected_components(graph, directed=False)
    size = np.bincount(label, minlength=n_components)
    lowest_node = np.full(n_components, n_nodes)
    np.minimum.at(lowest_node, label, np.arange(n_nodes))
    number = np.empty(n_components, dtype=np.int32)
    number[np.lexsort((lowest_node, -size))] = np.arange(n_components, dtype=np.int32)
    component: Int32Array = number[label]
    return component
