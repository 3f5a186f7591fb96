"""Clusters of neighbouring points, none longer than a given extent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components, minimum_spanning_tree

if TYPE_CHECKING:
    from planner.coverage.neighbours import Neighbours
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.units import Metres


def cluster_points(n_points: int, neighbours: Neighbours, *, longest_m: Metres) -> IntArray:
    """
    Join neighbours into clusters, and cut those that are too long.

    Points are joined when a chain of neighbours leads from one to the other. A
    cluster whose points lie further apart than `longest_m`, along its minimum
    spanning tree, is cut into as few pieces of that tree as keep to it.

    Parameters
    ----------
    n_points
        Number of points.
    neighbours
        Pairs, lengths greater than 0.
    longest_m
        Longest way between two points of a cluster along its tree, metres.

    Returns
    -------
    cluster : shape (n_points,)
        Number of the cluster of each point, from 0.

    Notes
    -----
    The cut goes from the leaves up and keeps, at every point, the branches that fit
    together, shortest first: the fewest pieces of bounded length a tree allows.
    """
    tree = minimum_spanning_tree(_matrix(neighbours, n_points)).tocoo()
    order, parent, length_m = _rooted(tree, n_points)
    cut = _cuts(order, parent, length_m, longest_m)
    kept = (parent >= 0) & ~cut
    child = np.flatnonzero(kept)
    forest = coo_array(
        (np.ones(child.size), (child, parent[child])),
        shape=(n_points, n_points),
    )
    labels: IntArray = connected_components(forest.tocsr(), directed=False)[1].astype(np.int64)
    return labels


def _matrix(neighbours: Neighbours, n_points: int) -> coo_array:
    """Return the lengths as a sparse matrix; each pair stands once."""
    return coo_array(
        (neighbours.length_m, (neighbours.first, neighbours.second)), shape=(n_points, n_points)
    ).tocsr()


def _rooted(tree: coo_array, n_points: int) -> tuple[IntArray, IntArray, FloatArray]:
    """Hang every tree of the forest from its first point: order from the top, parents, lengths."""
    component = connected_components(tree.tocsr(), directed=False)[1]
    _, root = np.unique(component, return_index=True)
    # One more point above all roots, so that one walk visits the whole forest.
    rows = np.concatenate([tree.row, np.full(root.size, n_points)])
    columns = np.concatenate([tree.col, root])
    hung = coo_array(
        (np.ones(rows.size), (rows, columns)), shape=(n_points + 1, n_points + 1)
    ).tocsr()
    order, parent = breadth_first_order(hung, n_points, directed=False)
    order, parent = order[1:].astype(np.int64), parent[:n_points].astype(np.int64)
    parent[root] = -1
    length_m = np.zeros(n_points, dtype=np.float64)
    child = np.where(parent[tree.row] == tree.col, tree.row, tree.col)
    length_m[child] = tree.data
    return order, parent, length_m


def _cuts(order: IntArray, parent: IntArray, length_m: FloatArray, longest_m: Metres) -> BoolArray:
    """Tell which points are cut off from their parent."""
    branches: dict[int, list[tuple[float, int]]] = {}
    cut = np.zeros(order.size, dtype=np.bool_)
    parents, lengths = parent.tolist(), length_m.tolist()
    for point in reversed(order.tolist()):
        depth = 0.0
        for reach, child in sorted(branches.pop(point, ())):
            if depth + reach > longest_m:
                cut[child] = True
            else:
                depth = reach
        if parents[point] >= 0:
            branches.setdefault(parents[point], []).append((depth + lengths[point], point))
    return cut
