"""Every walk between places (centres, candidates) and demand within a limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.rows import join_rows
from planner._kernels.search import walk_rows
from planner.domain.progress import SilentProgress
from planner.domain.reach import Walks
from planner.domain.search_graph import invert_order
from planner.domain.walking import DIRECTIONS
from planner.errors import Fault, NetworkInvalid
from planner.reach.access import edge_ends, find_end_walks, find_leg_s
from planner.reach.rows import collect_rows, thread_count
from planner.reach.times import check_limit, graph_arrays
from planner.reach.workspace import Workspace, longest_step_s, make_workspace
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, Int32Array, IntArray
    from planner.domain.network import AccessPoints, SearchGraph, StreetNetwork
    from planner.domain.progress import Progress
    from planner.domain.walking import Direction
    from planner.reach.rows import Buffer
    from planner.units import Seconds

_Rows = tuple["IntArray", "Int32Array", "FloatArray"]

_SLAB = 2048
"""Places searched both ways before their rows are joined, so that memory stays bounded."""

_SILENT = SilentProgress()


def find_walks(
    network: StreetNetwork,
    places: AccessPoints,
    demand: AccessPoints,
    *,
    limit_s: Seconds,
    direction: Direction,
    speed_m_s: float | None = None,
    threads: int | None = None,
    progress: Progress = _SILENT,
) -> Walks:
    """
    Find the fastest walk between every place and every demand point within a limit.

    A walk is the off-street leg of the demand, the fastest path along the streets
    from one access point to the other, and the off-street leg of the place. Where
    both meet the same edge, straight along it is a path too.

    Parameters
    ----------
    network
        Streets to walk on.
    places, demand
        Where they meet the streets; those with edge -1 have no walks.
    limit_s
        Longest walk looked for, seconds, above 0, inclusive with `LIMIT_TOLERANCE_S`.
    direction
        `to_centre`, `from_centre`; `round_trip` is the mean of both ways, `worse`
        the slower of them: walks that exist one way only are left out.
    speed_m_s
        Flat speed of the off-street legs, by default that of the network's profile.
    threads
        How many threads; by default `PLANNER_THREADS`, else one for each core.
        The result has the same bytes for any number.
    progress
        Told of the places done.

    Returns
    -------
    walks
        One row for each place, in the order given; demand ascends within a row.

    Raises
    ------
    NetworkInvalid
        If the limit is not above 0, the direction is unknown, nothing says how
        fast people walk, or an access point is no point of the network.
    """
    limit_s = check_limit(limit_s)
    if direction not in DIRECTIONS:
        message = "this direction is unknown"
        expected = ", ".join(DIRECTIONS)
        raise NetworkInvalid(
            Fault(message, field="direction", found=str(direction), expected=expected)
        )
    finder = _Finder(network, places, demand, speed_m_s, thread_count(threads), progress)
    n_places = len(places.edge_index)
    both = direction in ("round_trip", "worse")
    progress.begin("walks", (2 if both else 1) * n_places)
    if both:
        rows = finder.both_ways(limit_s, mean=direction == "round_trip")
    else:
        every = np.arange(n_places)
        rows = finder.one_way(every, limit_s, reverse=direction == "to_centre")
    progress.end()
    indptr, demand_index, time_s = rows
    return Walks(
        indptr=indptr,
        demand_index=demand_index,
        travel_time_s=time_s,
        n_demand=len(demand.edge_index),
        limit_s=limit_s,
    )


class _Finder:
    """What the searches of one call share."""

    def __init__(
        self,
        network: StreetNetwork,
        places: AccessPoints,
        demand: AccessPoints,
        speed_m_s: float | None,
        threads: int,
        progress: Progress,
    ) -> None:
        self.network = network
        self.places = places
        self.threads = threads
        self.progress = progress
        self.place_leg_s = find_leg_s(network, places, speed_m_s)
        self.place_walks = find_end_walks(network, places, self.place_leg_s)
        self.demand = _HungDemand(network, demand, find_leg_s(network, demand, speed_m_s))

    def one_way(self, chosen: IntArray, limit_s: float, *, reverse: bool) -> _Rows:
        """Find the walks of the chosen places, to them (reverse) or from them."""
        network = self.network
        walks = self.place_walks
        ends = edge_ends(network, self.places, leaving=not reverse)[chosen]
        seed_time = (walks.coming_s if reverse else walks.leaving_s)[chosen]
        usable = (ends >= 0) & np.isfinite(seed_time)
        ends[usable] = network.rank[ends[usable]]
        ends[~usable] = -1
        order = np.argsort(ends.max(axis=1, initial=-1), kind="stable")
        graph = network.inward if reverse else network.outward
        seed_time = np.ascontiguousarray(seed_time[order])
        search = _WalkSearch(
            graph=graph,
            seed_node=ends[order].astype(np.int32),
            seed_time=seed_time,
            limit_s=limit_s + LIMIT_TOLERANCE_S,
            step_s=longest_step_s(graph, seed_time, limit_s + LIMIT_TOLERANCE_S),
            demand=self.demand,
            entries=self.demand.entries(leaving=reverse),
            own_range=self.demand.on_edges(self.places.edge_index[chosen][order]),
            own_walk=self._own_walk(chosen[order], reverse=reverse),
        )
        indptr, index, time_s = collect_rows(
            search,
            order,
            widest=self.demand.count,
            threads=self.threads,
            wide=False,
            progress=self.progress,
        )
        return indptr, index.astype(np.int32, copy=False), time_s

    def both_ways(self, limit_s: float, *, mean: bool) -> _Rows:
        """Find the walks there and back, and join them, a slab of places at a time."""
        n_places = len(self.places.edge_index)
        search_limit_s = 2.0 * limit_s if mean else limit_s
        counts = [np.zeros(1, np.int64)]
        index = [np.empty(0, np.int32)]
        times = [np.empty(0)]
        for first in range(0, n_places, _SLAB):
            chosen = np.arange(first, min(first + _SLAB, n_places))
            there = self.one_way(chosen, search_limit_s, reverse=True)
            back = self.one_way(chosen, search_limit_s, reverse=False)
            room = min(len(there[1]), len(back[1]))
            joined = np.empty(room, np.int32)
            joined_s = np.empty(room)
            indptr = np.zeros(len(chosen) + 1, np.int64)
            used = join_rows(
                *there,
                *back,
                len(chosen),
                limit_s + LIMIT_TOLERANCE_S,
                mean,
                joined,
                joined_s,
                indptr,
            )
            counts.append(np.diff(indptr))
            index.append(joined[:used].copy())
            times.append(joined_s[:used].copy())
        return np.cumsum(np.concatenate(counts)), np.concatenate(index), np.concatenate(times)

    def _own_walk(self, chosen: IntArray, *, reverse: bool) -> FloatArray:
        """Say how long the place's own edge takes towards higher and lower fractions."""
        edge = self.places.edge_index[chosen]
        own = np.empty((len(chosen), 4))
        own[:, 0] = self.places.fraction[chosen]
        own[:, 1] = self.place_leg_s[chosen]
        own[:, 2:] = np.inf
        # Walking to the place, demand further along the edge comes back along it.
        columns = [1, 0] if reverse else [0, 1]
        own[edge >= 0, 2:] = self.network.edge_time_s[edge[edge >= 0]][:, columns]
        return own


class _HungDemand:
    """
    Demand that meets the streets, hung on both ends of its edges.

    Inside, demand is numbered by edge, edges along the curve of the nodes: the
    demand of an edge is a range, and neighbours are close in memory.
    """

    def __init__(self, network: StreetNetwork, access: AccessPoints, leg_s: FloatArray) -> None:
        self.count = len(access.edge_index)
        self.n_nodes = len(network.rank)
        on = access.edge_index >= 0
        key = np.full(self.count, -1, np.int64)
        key[on] = self._edge_keys(network, access.edge_index[on])
        order = np.argsort(key, kind="stable")
        self.number = order.astype(np.int32)
        self.position = invert_order(order).astype(np.int32)
        self._edge_key = key[order]
        self._network = network
        self.fraction = access.fraction[order].astype(np.float64)
        self.leg_s = leg_s[order]
        walks = find_end_walks(network, access, leg_s)
        self._leaving_s = walks.leaving_s[order]
        self._coming_s = walks.coming_s[order]
        self._leaving_ends = edge_ends(network, access, leaving=True)[order]
        self._coming_ends = edge_ends(network, access, leaving=False)[order]

    @staticmethod
    def _edge_keys(network: StreetNetwork, edge: IntArray) -> IntArray:
        """Return what sorts edges along the curve of the nodes; no two are equal."""
        n_edges = len(network.streets.edge_start)
        keys: IntArray = network.rank[network.streets.edge_start[edge]] * n_edges + edge
        return keys

    def on_edges(self, edge_index: IntArray) -> IntArray:
        """Return first and last of the demand on each edge; shape (n, 2), empty for -1."""
        found = np.zeros((len(edge_index), 2), np.int64)
        on = edge_index >= 0
        edge = edge_index[on]
        key = self._edge_keys(self._network, edge)
        found[on, 0] = np.searchsorted(self._edge_key, key, side="left")
        found[on, 1] = np.searchsorted(self._edge_key, key, side="right")
        return found

    def entries(self, *, leaving: bool) -> tuple[IntArray, Int32Array, FloatArray]:
        """List the demand of each node: compressed rows of (demand, more seconds)."""
        more_s = (self._leaving_s if leaving else self._coming_s).reshape(-1)
        usable = np.flatnonzero(np.isfinite(more_s))
        ends = self._leaving_ends if leaving else self._coming_ends
        node = self._network.rank[ends.reshape(-1)[usable]]
        by_node = np.argsort(node, kind="stable")
        indptr = np.zeros(self.n_nodes + 1, np.int64)
        np.cumsum(np.bincount(node, minlength=self.n_nodes), out=indptr[1:])
        chosen = usable[by_node]
        return indptr, (chosen // 2).astype(np.int32), more_s[chosen]


@dataclass(frozen=True, slots=True)
class _Memory:
    """The working memory of one thread, for nodes and for demand."""

    nodes: Workspace
    demand_found: FloatArray
    demand_touched: Int32Array


@dataclass(frozen=True, slots=True)
class _WalkSearch:
    """A search that lists demand; places in the order of the search."""

    graph: SearchGraph
    seed_node: Int32Array
    seed_time: FloatArray
    limit_s: float
    step_s: float
    demand: _HungDemand
    entries: tuple[IntArray, Int32Array, FloatArray]
    own_range: IntArray
    own_walk: FloatArray

    def prepare(self) -> _Memory:
        """Make the working memory of one thread."""
        count = self.demand.count
        return _Memory(
            nodes=make_workspace(self.demand.n_nodes, count, self.limit_s, self.step_s),
            demand_found=np.full(count, np.inf),
            demand_touched=np.empty(count, np.int32),
        )

    def fill(
        self, memory: _Memory, first: int, last: int, buffer: Buffer, used: int, row_end: IntArray
    ) -> int:
        """Append rows; see `RowSearch.fill`."""
        nodes, demand = memory.nodes, self.demand
        stop: int = walk_rows(
            *graph_arrays(self.graph),
            self.seed_node,
            self.seed_time,
            first,
            last,
            self.limit_s,
            nodes.queue.width_s,
            nodes.found,
            nodes.touched,
            nodes.queue.ring,
            nodes.queue.link,
            nodes.queue.link_time,
            nodes.words,
            nodes.summary,
            demand.number,
            demand.position,
            buffer.index,
            buffer.time_s,
            used,
            row_end,
            self.own_range,
            self.own_walk,
            *self.entries,
            demand.fraction,
            demand.leg_s,
            memory.demand_found,
            memory.demand_touched,
        )
        return stop
