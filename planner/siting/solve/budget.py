"""Most persons within a budget: maximal cover with a knapsack."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.cover import count_covers, sum_rows
from planner.domain.progress import Progress, SilentProgress
from planner.errors import Fault, SitingInvalid
from planner.siting.bound import bound_cover, round_down
from planner.siting.heuristic import covered_weight
from planner.siting.problem import check_arrays, keep_candidates, make_problem
from planner.siting.solve.cover import check_settings, finish_cover
from planner.siting.solve.highs import maximise_cover
from planner.siting.solve.search import (
    DEFAULT_MAX_NODES,
    Found,
    Limits,
    search_count,
    settle,
    status_of,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.siting import Cover
    from planner.siting.problem import CoverProblem

AFFORDABLE = 1 + 1e-12
"""A sum of costs may exceed the budget by its own rounding."""
NO_PRICE = 1e-200
"""Stands for a price of 0 where something is divided by it."""
BUDGET_ROUNDS = 400
IMPROVE_WORK = 200_000_000
"""Steps of spending the money of one candidate anew; each step looks at one walk."""


@dataclass(frozen=True, slots=True)
class PickBudget:
    """Pick candidates of most value for their price, as long as the budget lasts."""

    price: FloatArray
    budget: float

    def __call__(self, value: FloatArray) -> tuple[float, IntArray]:
        """Return the worth with the last one taken in part, and those taken whole."""
        order = np.lexsort((np.arange(value.size), -value / np.maximum(self.price, NO_PRICE)))
        spent = np.cumsum(self.price[order])
        whole = int(np.searchsorted(spent, self.budget * AFFORDABLE, side="right"))
        worth = float(value[order[:whole]].sum())
        if whole < order.size:
            left = self.budget - (float(spent[whole - 1]) if whole else 0.0)
            worth += float(value[order[whole]]) * max(left, 0.0) / float(self.price[order[whole]])
        return worth, order[:whole].astype(np.int64)


def solve_budget(
    indptr: ArrayLike,
    demand_index: ArrayLike,
    persons: ArrayLike,
    *,
    cost_yuan: ArrayLike,
    budget: float,
    seed: int = 0,
    gap: float = 0.0,
    max_nodes: int | None = DEFAULT_MAX_NODES,
    time_limit_s: float | None = None,
    progress: Progress | None = None,
) -> Cover:
    """
    Choose candidates that together cost at most `budget` and cover most persons.

    Parameters
    ----------
    indptr, demand_index, persons, seed, gap, max_nodes, time_limit_s, progress
        As in `solve_cover`.
    cost_yuan : shape (n_candidates,)
        Cost of each candidate, 0 or more.
    budget
        Yuan, 0 or more.

    Returns
    -------
    cover
        As of `solve_cover`.

    Raises
    ------
    SitingInvalid
        If an array or a setting is wrong.

    Examples
    --------
    >>> cover = solve_budget(
    ...     [0, 2, 4], [0, 1, 1, 2], [5, 3, 4], cost_yuan=[2e6, 1e6], budget=1.5e6
    ... )
    >>> cover.chosen.tolist(), cover.objective
    ([1], 7.0)
    """
    arrays = check_arrays(indptr, demand_index, persons)
    check_settings(gap=gap, max_nodes=max_nodes, time_limit_s=time_limit_s)
    price = check_costs(cost_yuan, budget, arrays.n_candidates)
    deadline = None if time_limit_s is None else time.monotonic() + time_limit_s
    limits = Limits(gap=gap, max_nodes=max_nodes, deadline=deadline)
    listener = progress or SilentProgress()
    listener.begin("siting")
    problem = make_problem(arrays, price=price)
    found = search_budget(problem, float(budget), limits, seed=seed)
    listener.end()
    return finish_cover(
        arrays,
        problem.candidate[np.sort(found.chosen)],
        found.bound,
        status=status_of(found, limits),
        stopped_by=found.stopped_by,
    )


def check_costs(cost_yuan: ArrayLike, budget: float, n_candidates: int) -> FloatArray:
    """Refuse costs and budgets that are no amounts of money; return the costs."""
    cost = np.asarray(cost_yuan, np.float64)
    faults = []
    if not (np.isfinite(budget) and budget >= 0):
        faults.append(
            Fault("The budget is an amount of 0 yuan or more", field="budget", found=str(budget))
        )
    if cost.shape != (n_candidates,):
        faults.append(
            Fault(
                "Each candidate needs one cost",
                field="cost_yuan",
                found=str(cost.shape),
                expected=str((n_candidates,)),
            )
        )
    else:
        wrong = np.flatnonzero(~(np.isfinite(cost) & (cost >= 0)))
        if wrong.size:
            faults.append(
                Fault(
                    f"{wrong.size} candidates have no usable cost",
                    row=int(wrong[0]),
                    field="cost_yuan",
                    found=str(cost[wrong[0]]),
                    expected="yuan, 0 or more",
                )
            )
    if faults:
        raise SitingInvalid(faults)
    return cost


def search_budget(problem: CoverProblem, budget: float, limits: Limits, *, seed: int) -> Found:
    """Choose candidates of a problem within a budget; equal prices make it a number."""
    payable = problem.price <= budget * AFFORDABLE
    if not payable.all():
        smaller = keep_candidates(problem, payable)
        found = search_budget(smaller, budget, limits, seed=seed)
        return replace(found, chosen=smaller.candidate[found.chosen], price=None)
    price = problem.price
    if price.size == 0 or float(price.sum()) <= budget * AFFORDABLE:
        everything = np.arange(problem.n_candidates, dtype=np.int64)
        return Found(everything, problem.reachable, problem.reachable, "proof")
    if price.min() == price.max():
        return search_count(problem, int(budget * AFFORDABLE / price[0]), limits, seed=seed)
    chosen = _improve(problem, _greedy(problem, budget), budget)
    bound = bound_cover(
        problem,
        PickBudget(price, budget),
        chosen,
        rounds=BUDGET_ROUNDS,
        polish=False,
        close_enough=problem.unit * 0.999,
    )
    upper = round_down(bound.persons, problem.unit, problem.reachable)
    found = settle(problem, Found(chosen, bound.objective, upper, "", bound.price), limits)
    if not found.stopped_by:
        found = replace(found, stopped_by=limits.refuse(problem.covering.demand.size))
    return found if found.stopped_by else _prove(problem, budget, found, limits)


def _prove(problem: CoverProblem, budget: float, found: Found, limits: Limits) -> Found:
    answer = maximise_cover(
        problem,
        budget,
        found.chosen,
        gap=limits.gap * (found.persons + limits.base),
        max_nodes=limits.nodes(problem.covering.demand.size),
        time_limit_s=limits.left_s(),
    )
    upper = min(found.bound, round_down(answer.bound, problem.unit, problem.reachable))
    known = Found(answer.chosen, answer.persons, max(upper, answer.persons), "", found.price)
    known = settle(problem, known, limits)
    if known.stopped_by:
        return known
    return replace(known, stopped_by=answer.stopped_by.replace("proof", "error"))


def _greedy(problem: CoverProblem, budget: float, start: IntArray | None = None) -> IntArray:
    """Add what gains most for its price, and once more what simply gains most; keep the better."""
    best = np.zeros(0, np.int64) if start is None else start
    for by_price in (True, False):
        chosen = _fill(problem, budget, start, by_price=by_price)
        if covered_weight(problem, chosen) > covered_weight(problem, best):
            best = chosen
    return best


def _fill(
    problem: CoverProblem, budget: float, start: IntArray | None, *, by_price: bool
) -> IntArray:
    covering = problem.covering
    chosen = [] if start is None else [int(one) for one in start]
    left = budget * AFFORDABLE - float(problem.price[chosen].sum())
    while True:
        covers = count_covers(
            covering.indptr,
            covering.demand,
            np.asarray(chosen, np.int64),
            covering.weight.size,
        )
        gain = sum_rows(
            covering.indptr, covering.demand, np.where(covers > 0, 0.0, covering.weight)
        )
        gain[problem.price > left] = 0.0
        if not gain.any():
            return np.asarray(chosen, np.int64)
        worth = gain / np.maximum(problem.price, NO_PRICE) if by_price else gain
        chosen.append(int(np.argmax(worth)))
        left -= float(problem.price[chosen[-1]])


def _improve(problem: CoverProblem, chosen: IntArray, budget: float) -> IntArray:
    """Take out one at a time and spend its money anew, while that gains."""
    best, better = covered_weight(problem, chosen), True
    work = 0
    while better and work < IMPROVE_WORK:
        better = False
        for one in chosen:
            work += 2 * problem.covering.demand.size
            other = _greedy(problem, budget, chosen[chosen != one])
            persons = covered_weight(problem, other)
            if persons > best * (1 + 1e-12):
                chosen, best, better = other, persons, True
                break
    return chosen
