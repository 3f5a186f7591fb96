"""Good choices fast: greedy, swap, ruin and recreate, all counted in steps, not seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.cover import count_covers, greedy_cover, ruin_and_recreate, swap_cover

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, IntArray
    from planner.siting.problem import CoverProblem

SEARCH_WORK = 1_000_000_000
"""Steps of ruin and recreate for one question; about half a second."""

FIRST_WORK = SEARCH_WORK // 10
"""Steps of it before the first bound, which often is proof already."""

LEAST_PER_ENTRY = 800
"""A large problem gets so many steps for each entry: less than once over it finds nothing."""

WORK_PER_ENTRY = 20_000
"""Steps after which a small problem has been turned over often enough."""

LARGEST_RUIN = 10
"""So many neighbouring candidates are placed anew at once, at most."""

PATIENCE = 0.1
"""How far behind the best a choice may fall at first, in mean persons of one candidate."""

DRAWS = 262_147
"""Length of the table of random numbers; a prime, so that rounds do not fall in step."""

RELATIVE_NOISE = 1e-9
"""Gains below this share of all persons are rounding, not gains."""


def choose_greedily(problem: CoverProblem, count: int) -> tuple[IntArray, FloatArray]:
    """
    Add the candidate that covers most persons not yet covered, `count` times.

    Returns
    -------
    order, gain
        Positions in the problem and the persons each adds; fewer than `count`
        where nobody is left to gain.
    """
    covering = problem.covering
    covered = np.zeros(covering.weight.size, np.bool_)
    order: IntArray
    gain: FloatArray
    order, gain = greedy_cover(covering.indptr, covering.demand, covering.weight, covered, count)
    return order, gain


def improve_by_swaps(problem: CoverProblem, chosen: IntArray) -> IntArray:
    """Exchange one chosen candidate for another while persons are gained."""
    improved: IntArray = swap_cover(problem.covering, chosen, _least_gain(problem), SEARCH_WORK)
    return improved


def improve_by_ruin(
    problem: CoverProblem, chosen: IntArray, *, seed: int, work: int = SEARCH_WORK
) -> IntArray:
    """Place neighbouring candidates anew, over and over, for `work` steps."""
    draws = np.random.default_rng(seed).random(DRAWS)
    patience = PATIENCE * covered_weight(problem, chosen) / max(1, chosen.size)
    least = _least_gain(problem)
    work = min(work, WORK_PER_ENTRY * (problem.covering.demand.size + problem.n_candidates))
    improved: IntArray = ruin_and_recreate(
        problem.covering, chosen, draws, LARGEST_RUIN, patience, least, work
    )
    return improved


def search_work(problem: CoverProblem) -> int:
    """Return the steps of ruin and recreate for one question."""
    return max(SEARCH_WORK, LEAST_PER_ENTRY * int(problem.covering.demand.size))


def covered_weight(problem: CoverProblem, chosen: IntArray) -> float:
    """Count the persons of the problem that `chosen` (its own positions) cover."""
    covering = problem.covering
    covers = count_covers(covering.indptr, covering.demand, chosen, covering.weight.size)
    return float(covering.weight[covers > 0].sum())


def find_cover(problem: CoverProblem, count: int, *, seed: int, work: int = FIRST_WORK) -> IntArray:
    """
    Find a good choice of up to `count` candidates.

    Returns
    -------
    chosen
        Positions in the problem; never worth less than the greedy choice.
    """
    order, _ = choose_greedily(problem, count)
    chosen = improve_by_swaps(problem, order)
    return improve_by_ruin(problem, chosen, seed=seed, work=work)


def _least_gain(problem: CoverProblem) -> float:
    if problem.unit:
        return problem.unit / 2
    return RELATIVE_NOISE * problem.reachable
