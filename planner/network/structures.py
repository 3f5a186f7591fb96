"""Heights of junctions that hang in the air or lie under the ground: bridges, tunnels, indoors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import spsolve

from planner.domain.network import EdgeFlag

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FlagArray, FloatArray, IntArray
    from planner.domain.network import Streets

_OFF_GROUND: Final = EdgeFlag.BRIDGE | EdgeFlag.TUNNEL | EdgeFlag.INDOOR
_CONNECTORS: Final = EdgeFlag.STEPS | EdgeFlag.LIFT | EdgeFlag.ESCALATOR
_STRAIGHT: Final = _OFF_GROUND | EdgeFlag.LIFT | EdgeFlag.ESCALATOR | EdgeFlag.COVERED


@dataclass(frozen=True, slots=True)
class Structures:
    """
    Which edges and junctions do not lie on the ground.

    Attributes
    ----------
    edge_deck : bool, shape (n_edges,)
        Bridges, tunnels and indoor ways, less their steps, lifts and escalators.
    edge_straight : bool, shape (n_edges,)
        Edges that take the straight line between their ends.
    node_hung : bool, shape (n_nodes,)
        Junctions of decks that no street on the ground meets.
    """

    edge_deck: BoolArray
    edge_straight: BoolArray
    node_hung: BoolArray


def find_structures(streets: Streets) -> Structures:
    """
    Find what does not lie on the ground.

    Steps, lifts and escalators join levels: they neither hold a bridge down at the foot of
    theirs nor lie on its deck, so a junction of a bridge and a lift hangs with the bridge. A
    covered way stands on the ground like any other, but the terrain may show its roof: it is
    straight between its ends, which are ground. So are steps that end at a junction that hangs.
    """
    flags = streets.edge_flags
    connector = _has(flags, _CONNECTORS)
    deck = _has(flags, _OFF_GROUND) & ~connector
    n_nodes = len(streets.node_xy)
    on_ground = np.zeros(n_nodes, dtype=np.bool_)
    hung = np.zeros(n_nodes, dtype=np.bool_)
    for end in (streets.edge_start, streets.edge_end):
        on_ground[end[~deck & ~connector]] = True
        hung[end[deck]] = True
    hung &= ~on_ground
    straight = _has(flags, _STRAIGHT) | hung[streets.edge_start] | hung[streets.edge_end]
    return Structures(edge_deck=deck, edge_straight=straight, node_hung=hung)


def hang_junctions(
    streets: Streets, structures: Structures, node_m: FloatArray
) -> tuple[FloatArray, int]:
    """
    Give the junctions of bridges and tunnels the height of the deck.

    Over the decks, heights change evenly by length (a harmonic function with weights 1/length)
    from where they stand on the ground; a chain of edges becomes the straight line between its
    ends. A structure that no street on the ground meets stands on the terrain at its dead ends,
    or, where it has none, everywhere.

    Parameters
    ----------
    streets, structures
        What joins what.
    node_m : shape (n_nodes,)
        Heights of the ground, NaN where not known.

    Returns
    -------
    node_m : float64, shape (n_nodes,)
        Heights of the streets.
    n_groundless
        Structures that no street on the ground with a known height meets.
    """
    hung = structures.node_hung
    if not hung.any():
        return node_m, 0
    deck = np.flatnonzero(structures.edge_deck)
    start = streets.edge_start[deck].astype(np.int64)
    end = streets.edge_end[deck].astype(np.int64)
    fixed = ~hung & np.isfinite(node_m)
    # What hangs on nothing but a place without a height is not held by it.
    useful = (hung | fixed)[start] & (hung | fixed)[end]
    deck, start, end = deck[useful], start[useful], end[useful]
    piece = _pieces(len(node_m), hung, start, end)
    n_pieces = int(piece.max()) + 1
    held = np.zeros(n_pieces, dtype=np.bool_)
    for one, other in ((start, end), (end, start)):
        held[piece[one[fixed[other] & hung[one]]]] = True
    is_piece = np.zeros(n_pieces, dtype=np.bool_)
    is_piece[piece[hung]] = True
    fixed |= _stands(hung & ~held[piece], piece, start, end, node_m)
    free = hung & ~fixed
    return (
        _solve_even(node_m, fixed, free, (start, end, streets.edge_length_m[deck])),
        int((is_piece & ~held).sum()),
    )


def _pieces(n_nodes: int, hung: BoolArray, start: IntArray, end: IntArray) -> IntArray:
    """Number the sets of hung junctions that decks join."""
    inner = hung[start] & hung[end]
    ones = np.ones(int(inner.sum()), dtype=np.int8)
    graph = coo_array((ones, (start[inner], end[inner])), shape=(n_nodes, n_nodes))
    label: IntArray = connected_components(graph, directed=False)[1].astype(np.int64)
    return label


def _stands(
    loose: BoolArray, piece: IntArray, start: IntArray, end: IntArray, node_m: FloatArray
) -> BoolArray:
    """Tell which junctions of structures without ground stand on the terrain."""
    n_nodes = len(node_m)
    degree = np.bincount(start, minlength=n_nodes) + np.bincount(end, minlength=n_nodes)
    known = loose & np.isfinite(node_m)
    dead_end = known & (degree <= 1)
    has_end = np.zeros(int(piece.max()) + 1, dtype=np.bool_)
    has_end[piece[dead_end]] = True
    stands: BoolArray = dead_end | (known & ~has_end[piece])
    return stands


def _solve_even(
    node_m: FloatArray,
    fixed: BoolArray,
    free: BoolArray,
    edges: tuple[IntArray, IntArray, FloatArray],
) -> FloatArray:
    """Solve for the heights of free junctions that change evenly along the edges."""
    start, end, length_m = edges
    heights = np.where(fixed, node_m, np.nan)
    # A junction that nothing fixed holds, even from afar, keeps no height.
    n_nodes = len(node_m)
    joined = coo_array((np.ones(len(start), dtype=np.int8), (start, end)), shape=(n_nodes, n_nodes))
    label = connected_components(joined, directed=False)[1]
    reached = np.zeros(int(label.max()) + 1, dtype=np.bool_)
    reached[label[fixed]] = True
    solved = free & reached[label]
    heights[~fixed & ~free] = node_m[~fixed & ~free]
    if not solved.any():
        return heights
    number = np.full(n_nodes, -1, dtype=np.int64)
    number[solved] = np.arange(int(solved.sum()))
    # From the lowest height that holds each structure: equal heights then give just that height.
    lowest = np.full(len(reached), np.inf)
    np.minimum.at(lowest, label[fixed], node_m[fixed])
    row, column, value = [], [], []
    right = np.zeros(int(solved.sum()))
    pull = 1.0 / length_m
    for one, other in ((start, end), (end, start)):
        of_one = solved[one]
        row.append(number[one[of_one]])
        column.append(number[one[of_one]])
        value.append(pull[of_one])
        inner = of_one & solved[other]
        row.append(number[one[inner]])
        column.append(number[other[inner]])
        value.append(-pull[inner])
        outer = of_one & fixed[other]
        above = node_m[other[outer]] - lowest[label[other[outer]]]
        np.add.at(right, number[one[outer]], pull[outer] * above)
    shape = (len(right), len(right))
    entries = (np.concatenate(value), (np.concatenate(row), np.concatenate(column)))
    matrix = coo_array(entries, shape=shape).tocsc()
    heights[solved] = lowest[label[solved]] + np.atleast_1d(spsolve(matrix, right))
    return heights


def _has(flags: FlagArray, flag: EdgeFlag) -> BoolArray:
    return (flags & np.uint16(flag)) > 0
