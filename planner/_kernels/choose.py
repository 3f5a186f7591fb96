"""
Choosing under rules: what is chosen rules out its rivals, fills its street, costs its price.

One loop ruins and rebuilds a choice; it is one thread, takes its random numbers from an array
and counts its own steps, so the same input gives the same answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from planner._kernels.cover import Covering, _draw, _open

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]


class Ruling(NamedTuple):
    """
    What may be chosen together.

    Prices sum to at most `limit`; of street `street[i]` (-1 for none) at most `room` are
    chosen; rivals (`rival[rival_indptr[i]:rival_indptr[i + 1]]`) exclude each other.
    """

    price: Floats
    limit: float
    street: Ints
    room: Ints
    rival_indptr: Ints
    rival: Ints


class Choice(NamedTuple):
    """A choice in the making: `left` and `persons` are arrays of one number."""

    chosen: Flags
    covers: NDArray[np.int32]
    gain: Floats
    blocked: Ints
    room: Ints
    left: Floats
    persons: Floats
    cursor: Ints


PLAIN_ROUNDS = 2
"""The first round takes what gains most, the second what gains most for its price."""
BY_PRICE = 0.5
NO_PRICE = 1e-200


@njit(cache=True, nogil=True)
def _turn(one: int, step: int, covering: Covering, ruling: Ruling, choice: Choice) -> int:
    """Take a candidate in (`step` 1) or out (-1); return the steps taken."""
    if step > 0:
        choice.persons[0] += choice.gain[one]
    work = _open(one, covering, choice.covers, choice.gain, step)
    if step < 0:
        choice.persons[0] -= choice.gain[one]
    choice.left[0] -= step * ruling.price[one]
    choice.chosen[one] = step > 0
    if ruling.street[one] >= 0:
        choice.room[ruling.street[one]] -= step
    for place in range(ruling.rival_indptr[one], ruling.rival_indptr[one + 1]):
        choice.blocked[ruling.rival[place]] += step
    return int(work)


@njit(cache=True, nogil=True)
def _fits(one: int, ruling: Ruling, choice: Choice) -> bool:
    if choice.chosen[one] or choice.blocked[one] > 0 or ruling.price[one] > choice.left[0]:
        return False
    street = ruling.street[one]
    return bool(street < 0 or choice.room[street] > 0)


@njit(cache=True, nogil=True)
def _fill(
    covering: Covering,
    ruling: Ruling,
    choice: Choice,
    draws: Floats,
    noise: float,
    by_price: bool,  # noqa: FBT001 - kernels take plain arguments
    least_gain: float,
) -> int:
    """Add what gains most and fits until nothing does; return the steps taken."""
    work = 0
    while True:
        pick = -1
        pick_worth = 0.0
        work += choice.gain.size
        for one in range(choice.gain.size):
            if choice.gain[one] <= least_gain or not _fits(one, ruling, choice):
                continue
            worth = choice.gain[one]
            if by_price:
                worth /= max(ruling.price[one], NO_PRICE)
            if noise > 0.0:
                choice.cursor[0] = (choice.cursor[0] + 1) % draws.size
                worth *= 1.0 + noise * draws[choice.cursor[0]]
            if worth > pick_worth:
                pick_worth = worth
                pick = one
        if pick < 0:
            return work
        work += _turn(pick, 1, covering, ruling, choice)


@njit(cache=True, nogil=True)
def _ruin(
    covering: Covering, ruling: Ruling, choice: Choice, draws: Floats, largest_ruin: int
) -> int:
    """Close one and others that share its demand, then open another there, against its rivals."""
    indptr, index, coverer_indptr, coverer, _ = covering
    opened = np.flatnonzero(choice.chosen)
    to_close = 1 + _draw(draws, choice.cursor, min(largest_ruin, opened.size))
    first = opened[_draw(draws, choice.cursor, opened.size)]
    degree = indptr[first + 1] - indptr[first]
    shared = index[indptr[first] + _draw(draws, choice.cursor, degree)]
    start = _draw(draws, choice.cursor, degree)
    work = _turn(first, -1, covering, ruling, choice)
    to_close -= 1
    for k in range(degree):
        if to_close <= 0:
            break
        near = index[indptr[first] + (start + k) % degree]
        work += coverer_indptr[near + 1] - coverer_indptr[near]
        for place in range(coverer_indptr[near], coverer_indptr[near + 1]):
            if choice.chosen[coverer[place]] and to_close > 0:
                work += _turn(coverer[place], -1, covering, ruling, choice)
                to_close -= 1
    degree = coverer_indptr[shared + 1] - coverer_indptr[shared]
    new = coverer[coverer_indptr[shared] + _draw(draws, choice.cursor, degree)]
    if choice.chosen[new]:
        return int(work)
    for place in range(ruling.rival_indptr[new], ruling.rival_indptr[new + 1]):
        if choice.chosen[ruling.rival[place]]:
            work += _turn(ruling.rival[place], -1, covering, ruling, choice)
    street = ruling.street[new]
    for other in opened:
        if street < 0 or choice.room[street] > 0:
            break
        if choice.chosen[other] and ruling.street[other] == street:
            work += _turn(other, -1, covering, ruling, choice)
    if _fits(new, ruling, choice):
        work += _turn(new, 1, covering, ruling, choice)
    return int(work)


@njit(cache=True, nogil=True)
def _return_to(known: Flags, covering: Covering, ruling: Ruling, choice: Choice) -> int:
    """Make the choice what it was: first close, then open, so that nothing is in the way."""
    work = 0
    for step in (-1, 1):
        for one in range(known.size):
            if known[one] != choice.chosen[one] and known[one] == (step > 0):
                work += _turn(one, step, covering, ruling, choice)
    return work


@njit(cache=True, nogil=True)
def choose_by_rules(
    covering: Covering,
    ruling: Ruling,
    draws: Floats,
    largest_ruin: int,
    patience: float,
    least_gain: float,
    work_limit: int,
) -> Flags:
    """
    Choose greedily, then close some and fill up again, over and over.

    A round closes a chosen candidate and others that share its demand, then opens one that
    covers some of it, against its rivals, before the rest is filled greedily with up to 10 %
    of noise, by gain or by gain for the price. What is kept may be `patience` persons
    below the best, less and less of it. Returns the best, shape (n_candidates,).
    """
    indptr, index, _, _, weight = covering
    n_candidates = indptr.size - 1
    choice = Choice(
        np.zeros(n_candidates, np.bool_),
        np.zeros(weight.size, np.int32),
        np.zeros(n_candidates, np.float64),
        np.zeros(n_candidates, np.int64),
        ruling.room.copy(),
        np.array([ruling.limit * (1.0 + 1e-12)]),
        np.zeros(1, np.float64),
        np.zeros(1, np.int64),
    )
    for row in range(n_candidates):
        for place in range(indptr[row], indptr[row + 1]):
            choice.gain[row] += weight[index[place]]
    nothing = choice.chosen.copy()
    known, best = nothing.copy(), nothing.copy()
    known_persons, best_persons = 0.0, 0.0
    work = 0
    number = 0
    while number < PLAIN_ROUNDS or (work < work_limit and best.any()):
        noise = 0.0
        by_price = number == 1
        if number < PLAIN_ROUNDS:
            work += _return_to(nothing, covering, ruling, choice)
        else:
            work += _ruin(covering, ruling, choice, draws, largest_ruin)
            noise = 0.1
            choice.cursor[0] = (choice.cursor[0] + 1) % draws.size
            by_price = draws[choice.cursor[0]] < BY_PRICE
        work += _fill(covering, ruling, choice, draws, noise, by_price, least_gain)
        if choice.persons[0] > best_persons + least_gain:
            best_persons = choice.persons[0]
            best[:] = choice.chosen
        behind = patience * max(0.0, 1.0 - work / work_limit) + least_gain
        if number == 0 or choice.persons[0] >= best_persons - behind:
            known[:] = choice.chosen
            known_persons = choice.persons[0]
        else:
            work += _return_to(known, covering, ruling, choice)
            choice.persons[0] = known_persons
        if number >= PLAIN_ROUNDS and not choice.chosen.any():
            break
        number += 1
    return best
