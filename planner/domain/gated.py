"""
Gated compounds: private ways begin or end a walk, and are never a way through.

A walk has three parts: out of a compound along private ways, along public streets, and into
a compound along private ways; any of them may be missing. A search must know in which part it
is, so every junction inside or at the gate of a compound is searched over in up to three
copies: leaving, open, arriving. Private edges join the leaving copies with each other, and the
arriving copies with each other; public edges join the open ones. From leaving to open to
arriving one changes in no time, never back. Walks are then ordinary fastest paths.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, Int32Array, IntArray


@dataclass(frozen=True, slots=True)
class SearchNodes:
    """
    The nodes that searches run over: every junction, then copies of those on private ways.

    Attributes
    ----------
    junction : int64, shape (n_search_nodes,)
        Junction of each search node; the first `n_nodes` are the junctions themselves.
    edge_leaving, edge_arriving : int32, shape (n_edges, 2)
        Search nodes at start and end of each edge where a walk that begins on the edge
        leaves it, and where a walk that ends on the edge comes to it.
    leaving, arriving : int64, shape (n_nodes,)
        Search node of each junction where a walk begins, and where it ends: the junction
        itself if any public edge meets it, else its copy.
    """

    junction: IntArray
    edge_leaving: Int32Array
    edge_arriving: Int32Array
    leaving: IntArray
    arriving: IntArray


@dataclass(frozen=True, slots=True)
class SearchEdges:
    """
    Edges between search nodes.

    Attributes
    ----------
    start, end : int64, shape (n,)
        Search nodes.
    time_s : float64, shape (n, 2)
        From start to end and back, `UNREACHED` where not allowed; 0 where one part of a walk
        goes over into the next.
    """

    start: IntArray
    end: IntArray
    time_s: FloatArray


def copy_gated_junctions(
    n_nodes: int,
    edge_start: Int32Array,
    edge_end: Int32Array,
    edge_time_s: FloatArray,
    private: BoolArray,
) -> tuple[SearchNodes, SearchEdges]:
    """
    Copy the junctions of private edges for the first and the last part of a walk.

    Parameters
    ----------
    n_nodes
        Number of junctions.
    edge_start, edge_end : shape (n_edges,)
        Junctions at the ends.
    edge_time_s : shape (n_edges, 2)
        Seconds in both directions, `UNREACHED` where not allowed.
    private : shape (n_edges,)
        Edges that may only begin or end a walk.

    Returns
    -------
    nodes, edges
        What to search over.

    Examples
    --------
    A private way (the second edge) between two public ones is no way through:

    >>> start, end = np.array([0, 1, 2]), np.array([1, 2, 3])
    >>> nodes, edges = copy_gated_junctions(
    ...     4, start, end, np.full((3, 2), 60.0), np.array([False, True, False])
    ... )
    >>> nodes.junction.tolist()
    [0, 1, 2, 3, 1, 2, 1, 2]
    >>> nodes.edge_leaving[1].tolist(), nodes.edge_arriving[1].tolist()
    ([4, 5], [6, 7])
    """
    usable = np.isfinite(edge_time_s).any(axis=1)
    inside = np.flatnonzero(private & usable)
    outside = np.flatnonzero(~private & usable)
    ends = np.column_stack([edge_start, edge_end]).astype(np.int64)
    copied = np.unique(ends[inside])
    n_copied = len(copied)
    leaving_copy, arriving_copy = np.arange(n_nodes), np.arange(n_nodes)
    leaving_copy[copied] = n_nodes + np.arange(n_copied)
    arriving_copy[copied] = n_nodes + n_copied + np.arange(n_copied)
    edge_leaving, edge_arriving = ends.copy(), ends.copy()
    edge_leaving[inside] = leaving_copy[ends[inside]]
    edge_arriving[inside] = arriving_copy[ends[inside]]
    public = np.zeros(n_nodes, dtype=np.bool_)
    public[ends[outside]] = True
    leaving, arriving = (
        np.where(public, np.arange(n_nodes), copy) for copy in (leaving_copy, arriving_copy)
    )
    change_s = np.column_stack([np.zeros(n_copied), np.full(n_copied, np.inf)])
    edges = SearchEdges(
        start=np.concatenate(
            [
                ends[outside, 0],
                edge_leaving[inside, 0],
                edge_arriving[inside, 0],
                leaving_copy[copied],
                copied,
            ]
        ),
        end=np.concatenate(
            [
                ends[outside, 1],
                edge_leaving[inside, 1],
                edge_arriving[inside, 1],
                copied,
                arriving_copy[copied],
            ]
        ),
        time_s=np.concatenate(
            [edge_time_s[outside], edge_time_s[inside], edge_time_s[inside], change_s, change_s]
        ),
    )
    nodes = SearchNodes(
        junction=np.concatenate([np.arange(n_nodes), copied, copied]),
        edge_leaving=edge_leaving.astype(np.int32),
        edge_arriving=edge_arriving.astype(np.int32),
        leaving=leaving,
        arriving=arriving,
    )
    return nodes, edges


def rank_beside_junctions(junction: IntArray, rank: IntArray) -> IntArray:
    """
    Number search nodes so that copies stand beside their junction: close in memory.

    Parameters
    ----------
    junction : shape (n_search_nodes,)
        Junction of each search node.
    rank : shape (n_nodes,)
        Number of each junction among the junctions.

    Examples
    --------
    >>> rank_beside_junctions(np.array([0, 1, 2, 1]), np.array([2, 1, 0])).tolist()
    [3, 1, 0, 2]
    """
    order = np.argsort(rank[junction], kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place
