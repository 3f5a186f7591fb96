"""
Annealing of maximal cover: exchanges at random, worse ones too while it is hot.

One thread, and random numbers of its own (xorshift, Marsaglia 2003): the same seed gives the same
answer. An exchange that is turned down is taken back, so a step costs what the two candidates
cover.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner._kernels.cover import Covering

    Ints = NDArray[np.int64]
    Indices = NDArray[np.int32]
    State = NDArray[np.uint64]

NEAR = 0.9
"""Share of the exchanges that try a candidate which covers somebody in common."""


@njit(cache=True, nogil=True)
def _draw(state: State) -> float:
    """Return a number from 0 to 1."""
    value = state[0]
    value ^= value << np.uint64(13)
    value ^= value >> np.uint64(7)
    value ^= value << np.uint64(17)
    state[0] = value
    return float(value >> np.uint64(11)) / 9007199254740992.0


@njit(cache=True, nogil=True)
def _place(covering: Covering, count: Indices, candidate: int, change: int) -> float:
    """Add a candidate (`change` 1) or take it away (-1); return the persons won or lost."""
    persons = 0.0
    for place in range(covering.indptr[candidate], covering.indptr[candidate + 1]):
        one = covering.demand[place]
        count[one] += change
        if change > 0 and count[one] == 1:
            persons += covering.weight[one]
        elif change < 0 and count[one] == 0:
            persons -= covering.weight[one]
    return persons


@njit(cache=True, nogil=True)
def anneal_cover(
    covering: Covering, start: Ints, seed: int, steps: int, hot: float, cold: float
) -> Ints:
    """
    Exchange candidates at random, at a temperature that falls from `hot` to `cold`.

    Parameters
    ----------
    covering
        Who covers whom.
    start
        A choice, fewer than there are candidates.
    seed
        Any number.
    steps
        Exchanges tried.
    hot, cold
        Temperatures, persons, greater than 0.

    Returns
    -------
    chosen
        The best choice met in the second half: not the start again, even if that is better.
    """
    n_candidates = covering.indptr.size - 1
    state = np.empty(1, np.uint64)
    state[0] = np.uint64(seed) * np.uint64(2654435769) + np.uint64(88172645463325252)
    count = np.zeros(covering.weight.size, np.int32)
    inside = np.zeros(n_candidates, np.bool_)
    chosen = start.copy()
    persons = 0.0
    for one in chosen:
        inside[one] = True
        persons += _place(covering, count, one, 1)
    best, best_chosen = persons, chosen.copy()
    for step in range(steps):
        if step == steps // 2:
            best = persons
            best_chosen[:] = chosen
        heat = hot * (cold / hot) ** (step / steps)
        number = int(_draw(state) * chosen.size)
        old = chosen[number]
        if _draw(state) < NEAR:
            first, last = covering.indptr[old], covering.indptr[old + 1]
            one = covering.demand[first + int(_draw(state) * (last - first))]
            first, last = covering.coverer_indptr[one], covering.coverer_indptr[one + 1]
            new = int(covering.coverer[first + int(_draw(state) * (last - first))])
        else:
            new = int(_draw(state) * n_candidates)
        if inside[new]:
            continue
        change = _place(covering, count, old, -1) + _place(covering, count, new, 1)
        if change >= 0.0 or _draw(state) < np.exp(change / heat):
            persons += change
            inside[old], inside[new] = False, True
            chosen[number] = new
            if persons > best:
                best = persons
                best_chosen[:] = chosen
        else:
            _place(covering, count, new, -1)
            _place(covering, count, old, 1)
    return best_chosen
