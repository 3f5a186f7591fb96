"""Travel times along the streets: from each source, and to the nearest of many."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.search import reach_rows, sum_rows
from planner._kernels.spread import nearest_seed
from planner.domain.progress import SilentProgress
from planner.domain.reach import NearestCentre, Reach
from planner.errors import Fault, NetworkInvalid, NodeIndexError
from planner.reach.access import node_ends
from planner.reach.rows import collect_rows, map_blocks, thread_count
from planner.reach.workspace import Workspace, longest_step_s, make_queue, make_workspace

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, Int32Array, IntArray
    from planner.domain.network import SearchGraph, StreetNetwork
    from planner.reach.rows import Buffer
    from planner.units import Seconds

_SUM_BLOCK = 1024


def compute_reach(
    network: StreetNetwork,
    source_nodes: IntArray,
    *,
    limit_s: Seconds,
    reverse: bool = False,
    threads: int | None = None,
) -> Reach:
    """
    List, for every source, the nodes within a limit and the walks to them.

    Parameters
    ----------
    network
        Streets to walk on.
    source_nodes : shape (n_sources,)
        Nodes in the caller's numbering, in any order; duplicates are searched
        like any other.
    limit_s
        Longest walk looked for, seconds, inclusive; above 0.
    reverse
        False (default) gives times from the sources, True times to them.
    threads
        How many threads; by default `PLANNER_THREADS`, else one for each core.
        The result has the same bytes for any number.

    Returns
    -------
    reach
        One row for each source, in the order given; nodes ascend within a row,
        and a source reaches itself at 0.

    Raises
    ------
    NodeIndexError
        If a source is not a node of the network.
    NetworkInvalid
        If the limit is not above 0.

    Examples
    --------
    >>> reach = compute_reach(tiny_town, [0, 3], limit_s=300)
    >>> reach.indptr.tolist(), reach.node.tolist()
    ([0, 2, 3], [0, 1, 3])
    >>> reach.travel_time_s.tolist()
    [0.0, 300.0, 0.0]
    """
    limit_s = check_limit(limit_s)
    nodes = check_nodes(network, source_nodes)
    rank = network.rank[node_ends(network, leaving=not reverse)[nodes]]
    order = np.argsort(rank, kind="stable")
    seed_node = np.full((len(nodes), 2), -1, np.int32)
    seed_node[:, 0] = rank[order]
    search = NodeSearch.make(network, seed_node, np.zeros((len(nodes), 2)), limit_s, reverse)
    indptr, node, time_s = collect_rows(
        search, order, widest=len(network.rank), threads=thread_count(threads), wide=True
    )
    return by_node(
        network,
        Reach(
            indptr=indptr,
            node=node.astype(np.int64, copy=False),
            travel_time_s=time_s,
            limit_s=limit_s,
            reverse=reverse,
        ),
    )


def by_node(network: StreetNetwork, searched: Reach) -> Reach:
    """Return rows by search node as rows by node; they stay as `searched` if that differs."""
    nodes = network.search_nodes
    if nodes is None:
        return searched
    # A walk out of the sources ends at the others; one to the sources begins there.
    listed = node_ends(network, leaving=searched.reverse)
    number = np.full(len(nodes.junction), -1, np.int64)
    number[listed] = np.arange(len(listed))
    node = number[searched.node]
    row = np.repeat(np.arange(len(searched.indptr) - 1), np.diff(searched.indptr))
    kept = np.flatnonzero(node >= 0)
    kept = kept[np.lexsort((node[kept], row[kept]))]
    indptr = np.zeros(len(searched.indptr), np.int64)
    np.cumsum(np.bincount(row[kept], minlength=len(indptr) - 1), out=indptr[1:])
    return dataclasses.replace(
        searched,
        indptr=indptr,
        node=node[kept],
        travel_time_s=searched.travel_time_s[kept],
        searched=searched,
    )


def find_nearest_centre(
    network: StreetNetwork,
    source_nodes: IntArray,
    *,
    limit_s: Seconds,
    reverse: bool = True,
) -> NearestCentre:
    """
    Find, for every node, the nearest centre and the walk to it.

    One search runs from all centres at once, so the work does not grow with
    their number. Ties go to the centre that comes first in `source_nodes`.

    Parameters
    ----------
    network
        Streets to walk on.
    source_nodes : shape (n_centres,)
        The node of each centre, in the caller's numbering.
    limit_s
        Longest walk looked for, seconds, inclusive; above 0, may be infinite.
    reverse
        True (default) gives times to the centre, False times from it.

    Returns
    -------
    nearest
        `travel_time_s`, float64, shape (n_nodes,), seconds, `UNREACHED` beyond
        `limit_s`; `centre_index`, int64, same shape, -1 where not reached.

    Raises
    ------
    NodeIndexError
        If a source is not a node of the network.
    NetworkInvalid
        If the limit is not above 0.

    Notes
    -----
    Raising `limit_s`, or adding a centre, never raises a time.

    Examples
    --------
    >>> nearest = find_nearest_centre(tiny_town, [1], limit_s=300)
    >>> nearest.travel_time_s.tolist()
    [300.0, 0.0, 300.0, inf]
    """
    limit_s = check_limit(limit_s)
    nodes = check_nodes(network, source_nodes)
    graph = network.inward if reverse else network.outward
    seed_time = np.zeros(len(nodes))
    queue = make_queue(limit_s, longest_step_s(graph, seed_time, limit_s))
    found = np.full(len(network.rank), np.inf)
    label = np.full(len(network.rank), -1, np.int64)
    nearest_seed(
        *graph_arrays(graph),
        network.rank[node_ends(network, leaving=not reverse)[nodes]].astype(np.int32),
        seed_time,
        limit_s,
        queue.width_s,
        found,
        label,
        queue.ring,
        queue.link,
        queue.link_time,
    )
    listed = network.rank[node_ends(network, leaving=reverse)]
    return NearestCentre(travel_time_s=found[listed], centre_index=label[listed])


def sum_within_limit(
    network: StreetNetwork,
    source_nodes: IntArray,
    node_value: FloatArray,
    *,
    limit_s: Seconds,
    reverse: bool = False,
    threads: int | None = None,
) -> FloatArray:
    """
    Sum a value of the nodes (persons, say) over the reach of each source.

    Parameters
    ----------
    network, source_nodes, limit_s, reverse, threads
        As for `compute_reach`.
    node_value : shape (n_nodes,)
        What to sum.

    Returns
    -------
    total : float64, shape (n_sources,)
        No lists are kept, so all nodes of a city may be sources.

    Raises
    ------
    NodeIndexError
        If a source is not a node of the network.
    NetworkInvalid
        If the limit is not above 0, or there is not one value for each node.
    """
    limit_s = check_limit(limit_s)
    nodes = check_nodes(network, source_nodes)
    values = np.asarray(node_value, np.float64)
    if values.shape != (len(network.streets.node_xy),):
        expected = str((len(network.streets.node_xy),))
        message = "there must be one value for each node"
        raise NetworkInvalid(
            Fault(message, field="node_value", found=str(values.shape), expected=expected)
        )
    rank = network.rank[node_ends(network, leaving=not reverse)[nodes]]
    order = np.argsort(rank, kind="stable")
    seed_node = np.full((len(nodes), 2), -1, np.int32)
    seed_node[:, 0] = rank[order]
    search = NodeSearch.make(network, seed_node, np.zeros((len(nodes), 2)), limit_s, reverse)
    by_rank = np.zeros(len(network.rank))
    by_rank[network.rank[node_ends(network, leaving=reverse)]] = values
    sums = np.empty(len(nodes))
    count = thread_count(threads)
    n_blocks = max(count, -(-len(nodes) // _SUM_BLOCK))
    edges = np.linspace(0, len(nodes), n_blocks + 1).astype(np.int64)
    idle: SimpleQueue[Workspace] = SimpleQueue()
    for _ in range(min(count, n_blocks)):
        idle.put(search.prepare())

    def work(block: int) -> int:
        first, last = int(edges[block]), int(edges[block + 1])
        if last > first:
            memory = idle.get()
            search.add_up(memory, first, last, by_rank, sums)
            idle.put(memory)
        return last - first

    map_blocks(work, iter(range(n_blocks)), count, SilentProgress())
    total = np.empty(len(nodes))
    total[order] = sums
    return total


@dataclass(frozen=True, slots=True)
class NodeSearch:
    """A search that lists nodes; seeds in rank numbers, in the order of the search."""

    graph: SearchGraph
    seed_node: Int32Array
    seed_time: FloatArray
    limit_s: float
    step_s: float
    number: Int32Array
    position: Int32Array

    @classmethod
    def make(
        cls,
        network: StreetNetwork,
        seed_node: Int32Array,
        seed_time: FloatArray,
        limit_s: float,
        reverse: bool,  # noqa: FBT001  # the direction is named where the user calls
    ) -> NodeSearch:
        """Choose the graph of the direction, and prepare the two numberings."""
        graph = network.inward if reverse else network.outward
        position = network.rank.astype(np.int32)
        number = np.empty(len(position), np.int32)
        number[position] = np.arange(len(position), dtype=np.int32)
        step_s = longest_step_s(graph, seed_time, limit_s)
        return cls(graph, seed_node, seed_time, limit_s, step_s, number, position)

    def prepare(self) -> Workspace:
        """Make the working memory of one thread."""
        n_nodes = len(self.position)
        return make_workspace(n_nodes, n_nodes, self.limit_s, self.step_s)

    def fill(
        self,
        memory: Workspace,
        first: int,
        last: int,
        buffer: Buffer,
        used: int,
        row_end: IntArray,
    ) -> int:
        """Append rows; see `RowSearch.fill`."""
        stop: int = reach_rows(
            *self._arguments(memory, first, last),
            memory.words,
            memory.summary,
            self.number,
            self.position,
            buffer.index,
            buffer.time_s,
            used,
            row_end,
        )
        return stop

    def add_up(
        self, memory: Workspace, first: int, last: int, value: FloatArray, out_sum: FloatArray
    ) -> None:
        """Sum the value, in rank order, over the reach of each source."""
        sum_rows(*self._arguments(memory, first, last), value, out_sum)

    def _arguments(self, memory: Workspace, first: int, last: int) -> tuple[object, ...]:
        queue = memory.queue
        return (
            *graph_arrays(self.graph),
            self.seed_node,
            self.seed_time,
            first,
            last,
            self.limit_s,
            queue.width_s,
            memory.found,
            memory.touched,
            queue.ring,
            queue.link,
            queue.link_time,
        )


def graph_arrays(graph: SearchGraph) -> tuple[Int32Array, Int32Array, FloatArray]:
    """Return the arrays of a search graph as the kernels take them."""
    return (
        np.ascontiguousarray(graph.indptr, np.int32),
        np.ascontiguousarray(graph.head, np.int32),
        np.ascontiguousarray(graph.time_s, np.float64),
    )


def check_limit(limit_s: Seconds) -> float:
    """
    Return the limit as a float.

    Raises
    ------
    NetworkInvalid
        If it is not above 0.
    """
    limit = float(limit_s)
    if not limit > 0.0:
        message = "the limit of a walk must be above 0"
        raise NetworkInvalid(
            Fault(message, field="limit_s", found=str(limit_s), expected="seconds above 0")
        )
    return limit


def check_nodes(network: StreetNetwork, source_nodes: IntArray) -> IntArray:
    """
    Return the sources as int64.

    Raises
    ------
    NodeIndexError
        If one is not a node of the network.
    """
    given = np.asarray(source_nodes)
    n_nodes = len(network.streets.node_xy)
    expected = f"whole numbers from 0 to {n_nodes - 1}, one for each source"
    if given.ndim != 1 or (given.size and not np.issubdtype(given.dtype, np.integer)):
        found = f"{given.dtype}, shape {given.shape}"
        message = "sources are node numbers"
        raise NodeIndexError(Fault(message, field="source_nodes", found=found, expected=expected))
    nodes = given.astype(np.int64)
    wrong = np.flatnonzero((nodes < 0) | (nodes >= n_nodes))
    if len(wrong):
        message = f"{len(wrong)} of {len(nodes)} sources are no nodes of this network"
        raise NodeIndexError(
            Fault(
                message,
                field="source_nodes",
                row=int(wrong[0]),
                found=str(nodes[wrong[0]]),
                expected=expected,
            )
        )
    return nodes
