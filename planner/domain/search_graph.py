"""From edges with times to the search graphs that the kernels run on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.domain.network import SearchGraph, StreetNetwork, Streets
from planner.errors import Fault, NetworkInvalid
from planner.units import UNREACHED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.domain.arrays import BoolArray, FloatArray, Int32Array, IntArray

_HILBERT_BITS = 16
_MOST = 2**31 - 1
"""Most nodes, and most directed edges: kernels number both in 32 bits."""

_COINCIDENT_LENGTH_M = 0.01
"""Length given to an edge whose ends have the same coordinates: lengths are positive."""


def hilbert_order(xy: FloatArray) -> IntArray:
    """
    Order points along a Hilbert curve over their bounding square.

    Neighbours in the plane become neighbours in memory, which is what makes a
    bounded search fast.

    Parameters
    ----------
    xy : shape (n_points, 2)
        Finite coordinates.

    Returns
    -------
    order : int64, shape (n_points,)
        Positions of the points in the order of the curve; points in the same
        cell of the 2^16 grid keep the order they came in.

    Notes
    -----
    Hilbert, D. (1891): the usual bit-by-bit rotation, all points at once.

    Examples
    --------
    >>> hilbert_order(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])).tolist()
    [0, 3, 2, 1]
    """
    if len(xy) == 0:
        return np.empty(0, np.int64)
    side = (1 << _HILBERT_BITS) - 1
    low = xy.min(axis=0)
    extent = max(float((xy.max(axis=0) - low).max()), 1e-9)
    x, y = ((xy - low) * (side / extent)).astype(np.int64).T
    distance = np.zeros(len(xy), np.int64)
    for bit in reversed(range(_HILBERT_BITS)):
        right = (x >> bit) & 1
        upper = (y >> bit) & 1
        distance += ((3 * right) ^ upper) << (2 * bit)
        flip = (upper == 0) & (right == 1)
        x = np.where(flip, side - x, x)
        y = np.where(flip, side - y, y)
        x, y = np.where(upper == 0, y, x), np.where(upper == 0, x, y)
    return np.argsort(distance, kind="stable").astype(np.int64)


def invert_order(order: IntArray) -> IntArray:
    """
    Return the rank of each position: where it stands in `order`.

    Examples
    --------
    >>> invert_order(np.array([2, 0, 1])).tolist()
    [1, 2, 0]
    """
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank


def make_search_graphs(
    n_nodes: int,
    edge_start: Int32Array | IntArray,
    edge_end: Int32Array | IntArray,
    edge_time_s: FloatArray,
    rank: IntArray,
) -> tuple[SearchGraph, SearchGraph]:
    """
    Group the directed edges by tail, once along the edges and once against them.

    Parameters
    ----------
    n_nodes
        Number of nodes.
    edge_start, edge_end : shape (n_edges,)
        Ends of each undirected edge, the caller's numbers.
    edge_time_s : shape (n_edges, 2)
        Seconds from start to end and from end to start; a direction whose time
        is not finite is left out.
    rank : shape (n_nodes,)
        Number of each node inside the graphs.

    Returns
    -------
    outward, inward
        Edges sorted by tail, then head; of parallel directed edges the fastest
        is kept; edges from a node to itself are left out.

    Raises
    ------
    NetworkInvalid
        If there are more nodes or directed edges than 32 bits can number.
    """
    _check_size("nodes", n_nodes)
    _check_size("directed edges", int(np.isfinite(edge_time_s).sum()))
    start = rank[edge_start]
    end = rank[edge_end]
    tail = np.concatenate([start, end])
    head = np.concatenate([end, start])
    time_s = np.concatenate([edge_time_s[:, 0], edge_time_s[:, 1]])
    usable = np.isfinite(time_s) & (tail != head)
    tail, head, time_s = tail[usable], head[usable], time_s[usable]
    outward = _group_by_tail(n_nodes, tail, head, time_s)
    return outward, _turn_round(outward)


def _check_size(name: str, count: int) -> None:
    if count > _MOST:
        raise NetworkInvalid(
            Fault(
                f"these streets have more {name} than a search can number in 32 bits",
                found=f"{count:,}",
                expected=f"at most {_MOST:,}",
                hint="cut the area into parts, each with the walk of the longest circle around it",
            )
        )


def _group_by_tail(n_nodes: int, tail: IntArray, head: IntArray, time_s: FloatArray) -> SearchGraph:
    """Sort directed edges into compressed rows, the fastest of parallel ones kept."""
    key = tail * max(n_nodes, 1) + head
    order = np.argsort(key, kind="stable")
    key = key[order]
    first = np.ones(len(key), np.bool_)
    np.not_equal(key[1:], key[:-1], out=first[1:])
    first_of_each = np.flatnonzero(first)
    kept = order[first_of_each]
    fastest = time_s[order]
    if len(kept) < len(order):
        fastest = np.minimum.reduceat(fastest, first_of_each)
    indptr = np.zeros(n_nodes + 1, np.int32)
    np.cumsum(np.bincount(tail[kept], minlength=n_nodes), out=indptr[1:])
    return SearchGraph(
        indptr=indptr,
        head=head[kept].astype(np.int32),
        time_s=np.ascontiguousarray(fastest, np.float64),
    )


def _turn_round(graph: SearchGraph) -> SearchGraph:
    """Group the same edges by head, tails ascending; scipy counts instead of sorting."""
    from scipy.sparse import csr_array

    n_nodes = len(graph.indptr) - 1
    rows = csr_array((graph.time_s, graph.head, graph.indptr), shape=(n_nodes, n_nodes))
    columns = rows.tocsc()
    return SearchGraph(
        indptr=np.asarray(columns.indptr, np.int32),
        head=np.asarray(columns.indices, np.int32),
        time_s=np.asarray(columns.data, np.float64),
    )


def label_components(
    n_nodes: int,
    edge_start: Int32Array | IntArray,
    edge_end: Int32Array | IntArray,
    edge_time_s: FloatArray,
) -> Int32Array:
    """
    Number the weakly connected components over the edges that can be walked.

    Parameters
    ----------
    n_nodes
        Number of nodes.
    edge_start, edge_end : shape (n_edges,)
        Ends of each edge.
    edge_time_s : shape (n_edges, 2)
        An edge joins its ends if either direction has a finite time.

    Returns
    -------
    node_component : int32, shape (n_nodes,)
        0 is the component with most nodes; of equal ones, that with the
        smaller node number.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    walkable = np.isfinite(edge_time_s).any(axis=1)
    start = np.asarray(edge_start)[walkable]
    end = np.asarray(edge_end)[walkable]
    links = coo_array((np.ones(len(start), np.int8), (start, end)), shape=(n_nodes, n_nodes))
    count, label = connected_components(links, directed=False)
    size = np.bincount(label, minlength=count)
    first = np.full(count, n_nodes, np.int64)
    np.minimum.at(first, label, np.arange(n_nodes))
    by_size = np.lexsort((first, -size))
    numbered: Int32Array = invert_order(by_size)[label].astype(np.int32)
    return numbered


def network_from_arrays(
    node_xy: FloatArray,
    edge_start: IntArray,
    edge_end: IntArray,
    edge_time_s: FloatArray,
    *,
    crs: str,
) -> StreetNetwork:
    """
    Make a network of straight directed edges; see `StreetNetwork.from_arrays`.

    The two directions between a pair of nodes become one street edge, drawn
    straight: street edges stand in the order in which their pair first occurs,
    and run the way of that first directed edge. Edges from a node to itself are
    left out. Of the direction that was not given the time is `UNREACHED`. The
    box in degrees is not known (NaN).
    """
    node_xy, edge_start, edge_end, edge_time_s = _checked(
        node_xy, edge_start, edge_end, edge_time_s
    )
    start, end, time_s = _pair_directions(len(node_xy), edge_start, edge_end, edge_time_s)
    rank = invert_order(hilbert_order(node_xy))
    outward, inward = make_search_graphs(len(node_xy), start, end, time_s, rank)
    return StreetNetwork(
        streets=_straight_streets(node_xy, start, end, crs),
        edge_time_s=time_s,
        outward=outward,
        inward=inward,
        node_component=label_components(len(node_xy), start, end, time_s),
        rank=rank,
        profile=None,
    )


def _pair_directions(
    n_nodes: int, tail: IntArray, head: IntArray, time_s: FloatArray
) -> tuple[Int32Array, Int32Array, FloatArray]:
    """Merge directed edges into street edges with a time for each direction."""
    proper = tail != head
    tail, head, time_s = tail[proper], head[proper], time_s[proper]
    key = np.minimum(tail, head) * n_nodes + np.maximum(tail, head)
    _, first, pair = np.unique(key, return_index=True, return_inverse=True)
    by_first = np.argsort(first, kind="stable")
    edge = invert_order(by_first)[pair]
    start = tail[first[by_first]]
    end = head[first[by_first]]
    times = np.full((len(start), 2), UNREACHED)
    np.minimum.at(times, (edge, (tail != start[edge]).astype(np.int64)), time_s)
    return start.astype(np.int32), end.astype(np.int32), times


def _straight_streets(node_xy: FloatArray, start: Int32Array, end: Int32Array, crs: str) -> Streets:
    n_edges = len(start)
    shape = np.stack([node_xy[start], node_xy[end]], axis=1)
    length = np.hypot(*(shape[:, 1] - shape[:, 0]).T)
    return Streets(
        crs=crs,
        node_xy=node_xy,
        edge_start=start,
        edge_end=end,
        edge_length_m=np.maximum(length, _COINCIDENT_LENGTH_M),
        edge_kind=np.zeros(n_edges, np.int32),
        edge_flags=np.zeros(n_edges, np.uint16),
        edge_name=np.full(n_edges, -1, np.int32),
        edge_way_id=np.arange(n_edges, dtype=np.int64),
        shape_indptr=np.arange(n_edges + 1, dtype=np.int64) * 2,
        shape_xy=shape.reshape(-1, 2),
        kinds=("unclassified",),
        names=(),
        bounds_lonlat=(float("nan"),) * 4,
        counts={"nodes": len(node_xy), "edges": n_edges},
    )


def _checked(
    node_xy: NDArray[Any],
    edge_start: NDArray[Any],
    edge_end: NDArray[Any],
    edge_time_s: NDArray[Any],
) -> tuple[FloatArray, IntArray, IntArray, FloatArray]:
    """Convert what the caller gave to arrays of the right type, or name every fault."""
    xy = np.array(node_xy, dtype=np.float64)
    time_s = np.asarray(edge_time_s, dtype=np.float64)
    ends = {"edge_start": np.asarray(edge_start), "edge_end": np.asarray(edge_end)}
    faults: list[Fault] = []
    if xy.shape[1:] != (2,) or len(xy) == 0:
        shape = "node_xy must hold one pair of coordinates for each node"
        faults.append(Fault(shape, field="node_xy", found=f"shape {xy.shape}", expected="(n, 2)"))
    else:
        unknown = np.isnan(xy.sum(axis=1)) | np.isinf(xy).any(axis=1)
        faults += _fault_rows(unknown, xy, "node_xy", "finite metres")
    for name, node in ends.items():
        faults += _end_faults(name, node, xy.shape[0] if xy.ndim else 0, time_s.shape)
    if time_s.ndim != 1:
        found = f"shape {time_s.shape}"
        faults.append(
            Fault("one time for each edge", field="edge_time_s", found=found, expected="(n,)")
        )
    else:
        wrong = ~(np.isfinite(time_s) & (time_s > 0))
        faults += _fault_rows(wrong, time_s, "edge_time_s", "finite seconds above 0")
    if faults:
        raise NetworkInvalid(faults)
    return xy, ends["edge_start"].astype(np.int64), ends["edge_end"].astype(np.int64), time_s


def _end_faults(name: str, node: NDArray[Any], n_nodes: int, shape: tuple[int, ...]) -> list[Fault]:
    if node.shape != shape or node.ndim != 1:
        message = f"{name} and edge_time_s must have the same shape"
        return [Fault(message, field=name, found=str(node.shape), expected=str(shape))]
    if node.size and not np.issubdtype(node.dtype, np.integer):
        return [Fault("node numbers are integers", field=name, found=str(node.dtype))]
    outside = np.zeros(len(node), np.bool_)
    outside[:] = (node < 0) | (node >= n_nodes)
    return _fault_rows(outside, node, name, f"a node from 0 to {n_nodes - 1}")


def _fault_rows(wrong: BoolArray, values: NDArray[Any], name: str, expected: str) -> list[Fault]:
    """One fault for a field, naming its first wrong row and counting the rest."""
    rows = np.flatnonzero(wrong)
    if len(rows) == 0:
        return []
    return [
        Fault(
            f"{len(rows)} of {len(values)} values cannot be used, the first of them here",
            field=name,
            row=int(rows[0]),
            found=str(values[rows[0]]),
            expected=expected,
        )
    ]
