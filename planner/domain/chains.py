"""Pieces of lines that follow each other, put together end to end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, IntArray

_PAIR = 2


def chain_pieces(
    first: IntArray,
    last: IntArray,
    group: IntArray,
    *,
    directed: BoolArray,
    eager: BoolArray | None = None,
) -> tuple[IntArray, IntArray, BoolArray]:
    """
    Put pieces together where exactly two ends of one group meet.

    What other groups do at the node is of no account: a street stays one street where
    another crosses it. Where three ends or more of one group meet, each begins anew.

    Parameters
    ----------
    first, last : shape (n_pieces,)
        Nodes at the ends of each piece.
    group : shape (n_pieces,)
        Pieces of different groups are never put together.
    directed : shape (n_pieces,)
        Pieces that mean something else when turned round: they are only put
        together head to tail, and never turned.
    eager : shape (n_pieces,)
        Two pieces are put together where one of them is eager; default all.

    Returns
    -------
    indptr : shape (n_chains + 1,)
        Chain `c` has the pieces `piece[indptr[c]:indptr[c + 1]]`, in their order.
    piece : shape (n_pieces,)
        Pieces; chains are numbered by their lowest piece, which is never turned.
    turned : shape (n_pieces,)
        Whether each piece is walked from its last node to its first.

    Examples
    --------
    >>> import numpy as np
    >>> first, last = np.array([7, 9, 9]), np.array([8, 8, 5])
    >>> one, no = np.zeros(3, dtype=int), np.zeros(3, dtype=bool)
    >>> [part.tolist() for part in chain_pieces(first, last, one, directed=no)]
    [[0, 3], [0, 1, 2], [False, True, False]]
    """
    n_pieces = len(first)
    if eager is None:
        eager = np.ones(n_pieces, dtype=np.bool_)
    ahead = _links(first, last, group, directed, eager)
    done = np.zeros(n_pieces, dtype=np.bool_)
    piece: list[int] = []
    turned: list[bool] = []
    indptr = [0]
    for lowest in range(n_pieces):
        if done[lowest]:
            continue
        done[lowest] = True
        onward = _walk(lowest * 2 + 1, ahead, done)
        back = _walk(lowest * 2, ahead, done)
        # Walking back, pieces come in the wrong order, and each the wrong way round.
        chain = [(side // 2, side % 2 == 1) for side in reversed(back)]
        chain += [(lowest, False), *((side // 2, side % 2 == 0) for side in onward)]
        piece += [number for number, _ in chain]
        turned += [flag for _, flag in chain]
        indptr.append(len(piece))
    return (
        np.array(indptr, dtype=np.int64),
        np.array(piece, dtype=np.int64),
        np.array(turned, dtype=np.bool_),
    )


def _walk(side: int, ahead: list[int], done: BoolArray) -> list[int]:
    """
    Follow the links from one side of a piece.

    Sides are numbered twice the piece, plus one at its last node.

    Returns
    -------
    left
        The side by which each further piece is left.
    """
    left = []
    while (entered := ahead[side]) >= 0 and not done[entered // 2]:
        done[entered // 2] = True
        side = entered ^ 1
        left.append(side)
    return left


def _links(
    first: IntArray, last: IntArray, group: IntArray, directed: BoolArray, eager: BoolArray
) -> list[int]:
    """Return for each side of a piece the side that it is joined to, -1 for none."""
    n_pieces = len(first)
    side = np.arange(2 * n_pieces)
    node = np.column_stack([first, last]).ravel()
    of_group = np.repeat(group, 2)
    order = np.lexsort((side, node, of_group))
    starts = np.ones(len(order), dtype=np.bool_)
    starts[1:] = (node[order[1:]] != node[order[:-1]]) | (
        of_group[order[1:]] != of_group[order[:-1]]
    )
    run = np.flatnonzero(starts)
    pair = run[np.diff(np.append(run, len(order))) == _PAIR]
    one, other = order[pair], order[pair + 1]
    fixed = directed[one // 2] | directed[other // 2]
    fits = (one // 2 != other // 2) & (~fixed | (one % 2 != other % 2))
    fits &= eager[one // 2] | eager[other // 2]
    ahead = np.full(2 * n_pieces, -1, dtype=np.int64)
    ahead[one[fits]] = other[fits]
    ahead[other[fits]] = one[fits]
    joined: list[int] = ahead.tolist()
    return joined
