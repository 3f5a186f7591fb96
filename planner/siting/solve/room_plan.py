"""A good choice where places hold only so many: greedy by price, then ruin and recreate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.cover import sum_rows
from planner._kernels.room import FlowState
from planner.siting.solve.budget import AFFORDABLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.domain.arrays import BoolArray, IntArray
    from planner.siting.solve.room_problem import RoomProblem

MOST_ROUNDS, FEWEST_ROUNDS = 1000, 20
ROUND_WORK = 24_000_000
"""Rounds times pairs of places and classes; some seconds."""
MOST_RUINED = 4
FEWEST_TRIED, TRY_WORK = 8, 4_000_000
"""Options counted exactly for each one that is added: at least so many, or so many pairs."""
SLACK = 0.003
"""A plan so much worse than the best is still gone on from, at first."""
SMALLEST_PRICE = 1e-9
FLOOR_CHANCE = 2.0
"""By how much chance changes the order in which floors are reached, and what is served there."""


class RoomPlan:
    """
    A choice that keeps limit and rows, and the flow to it.

    `alone` is what each option adds to what stands: none adds more to anything else.
    """

    def __init__(self, problem: RoomProblem, state: FlowState) -> None:
        asked = problem.asked
        self._problem = problem
        self.state = state
        self.alone = np.zeros(asked.n_options)
        options = np.flatnonzero(problem.useful)
        self.alone[options] = [problem.gain(state, int(one)) for one in options]
        self.chosen: list[int] = []
        self.spent = 0.0
        self._taken = np.zeros(len(problem.rivals), np.int64)
        self._most = np.array([most for _, most in problem.rivals], np.int64)
        self._rows: list[list[int]] = [[] for _ in range(asked.n_options)]
        for number, (members, _) in enumerate(problem.rivals):
            for one in members:
                self._rows[int(one)].append(number)

    def copy(self) -> RoomPlan:
        """Return a plan that can be changed on its own."""
        other = object.__new__(RoomPlan)
        other._problem, other._most, other._rows = self._problem, self._most, self._rows
        other.alone = self.alone
        state = self.state
        other.state = FlowState(
            state.left.copy(), state.room.copy(), state.sent.copy(), state.full.copy()
        )
        other.chosen, other.spent = self.chosen.copy(), self.spent
        other._taken = self._taken.copy()
        return other

    def fits(self, option: int) -> bool:
        """Tell whether an option can be added."""
        asked = self._problem.asked
        return self.spent + float(asked.price[option]) <= asked.limit * AFFORDABLE and all(
            self._taken[row] < self._most[row] for row in self._rows[option]
        )

    def add(self, option: int) -> None:
        """Do an option."""
        self._problem.add(self.state, option)
        self.chosen.append(option)
        self.spent += float(self._problem.asked.price[option])
        self._taken[self._rows[option]] += 1

    def remove(self, option: int) -> None:
        """Undo an option."""
        self._problem.remove(self.state, option)
        self.chosen.remove(option)
        self.spent -= float(self._problem.asked.price[option])
        self._taken[self._rows[option]] -= 1

    def done(self) -> BoolArray:
        """Return what is done, shape (n_options,)."""
        done = np.zeros(self._problem.asked.n_options, np.bool_)
        done[self.chosen] = True
        return done


def plan_room(problem: RoomProblem, start: Iterable[int], *, seed: int) -> tuple[IntArray, float]:
    """
    Choose so that many are served.

    Parameters
    ----------
    problem
        The question.
    start
        Options to begin with, as far as they fit; the floors are kept if these keep them.
    seed
        Of the random choices.

    Returns
    -------
    chosen, served
        The choice; `served` is what all places serve.
    """
    plan = RoomPlan(problem, problem.start())
    for one in start:
        if plan.fits(int(one)):
            plan.add(int(one))
    _complete(problem, plan, (), None)
    best, most = plan.copy(), problem.served(plan.state)
    best_keeps = problem.keeps(best.chosen)
    rng = np.random.default_rng(seed)
    work = max(problem.pairs.demand.size, 1)
    rounds = max(FEWEST_ROUNDS, min(MOST_ROUNDS, ROUND_WORK // work))
    for number in range(rounds):
        if not plan.chosen:
            break
        tried = plan.copy()
        ruined = rng.permutation(plan.chosen)[: rng.integers(1, MOST_RUINED + 1)]
        for one in ruined:
            tried.remove(int(one))
        _complete(problem, tried, ruined, rng)
        served = problem.served(tried.state)
        keeps = problem.keeps(tried.chosen)
        if best_keeps and not keeps:
            continue
        slack = SLACK * most * (1 - number / rounds)
        if served > most or (keeps and not best_keeps):
            best, most, best_keeps = tried.copy(), served, keeps
            plan = tried
        elif served >= most - slack:
            plan = tried
    # every flow is summed afresh: what rounding left behind on the way is not carried on
    chosen = np.sort(np.array(best.chosen, np.int64))
    return chosen, problem.served(problem.flow(chosen))


def _complete(
    problem: RoomProblem,
    plan: RoomPlan,
    last: Iterable[int],
    rng: np.random.Generator | None,
) -> None:
    """Add what must be done, then what serves most for its price; some only in the end."""
    asked, done = problem.asked, plan.done()
    for members in asked.musts:
        if not done[members].any():
            _add_best(problem, plan, members[problem.useful[members]])
            done = plan.done()
    _reach_floors(problem, plan, rng)
    late = np.zeros(asked.n_options, np.bool_)
    late[np.asarray(last, np.int64)] = True
    early = np.flatnonzero(problem.useful & ~late)
    while _add_best(problem, plan, early):
        pass
    every = np.flatnonzero(problem.useful)
    while _add_best(problem, plan, every):
        pass


def _reach_floors(problem: RoomProblem, plan: RoomPlan, rng: np.random.Generator | None) -> None:
    """Add what lowers the unmet floors most for its price, more or less, while anything does."""
    asked = problem.asked
    price = np.maximum(asked.price, SMALLEST_PRICE)
    if rng is not None:
        share = rng.uniform(0.0, FLOOR_CHANCE)
        worth = plan.alone / max(float(plan.alone.max(initial=0.0)), SMALLEST_PRICE)
        price = price * rng.uniform(1.0, 1.0 + FLOOR_CHANCE, price.size) / (share * worth + 0.1)
    while True:
        more = problem.short_of_floors(plan.done())[asked.place] / price
        helps = np.flatnonzero(problem.useful & (more > 0))
        order = helps[np.argsort(-more[helps], kind="stable")]
        best = next((int(one) for one in order if plan.fits(int(one))), -1)
        if best < 0:
            return
        plan.add(best)


def _add_best(problem: RoomProblem, plan: RoomPlan, options: IntArray) -> bool:
    """
    Add the option that gains most for its price; tell whether there was one that gains.

    Those come first that serve most of who is left without moving anybody; whoever could not win
    even alone is not tried.
    """
    asked, pairs = problem.asked, problem.pairs
    price = np.maximum(asked.price[options], SMALLEST_PRICE)
    near = sum_rows(pairs.indptr, pairs.demand, plan.state.left)
    near = near.reshape(len(asked.layers), asked.n_places)
    spare = plan.state.room.reshape(near.shape)
    place = asked.place[options]
    more = asked.room[:, options] - asked.standing[:, place]
    direct = np.minimum(near[:, place], spare[:, place] + more).sum(axis=0)
    most = plan.alone[options] / price
    may_try = max(FEWEST_TRIED, TRY_WORK // max(pairs.demand.size, 1))
    best, found, tried = 0.0, -1, 0
    for number in np.argsort(-direct / price, kind="stable"):
        one = int(options[number])
        if tried == may_try:
            break
        if most[number] <= best or not plan.fits(one):
            continue
        tried += 1
        gain = problem.gain(plan.state, one)
        if gain > problem.least and gain / price[number] > best:
            best, found = gain / float(price[number]), one
    if found >= 0:
        plan.add(found)
    return found >= 0
