"""Fewest centres that reach a target: set cover with a threshold."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.progress import Progress, SilentProgress
from planner.errors import Fault, SitingInvalid
from planner.siting.bound import PickCount, bound_by_count, bound_cover
from planner.siting.heuristic import choose_greedily
from planner.siting.problem import check_arrays, make_problem
from planner.siting.solve.cover import check_settings, drop_idle, finish_cover
from planner.siting.solve.search import (
    DEFAULT_MAX_NODES,
    Found,
    Limits,
    search_count,
    status_of,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from planner.domain.arrays import FloatArray
    from planner.domain.siting import Cover
    from planner.siting.problem import CoverProblem

REACHED_SHARE = 1e-9
"""A target counts as reached within this share of all persons: rounding of sums."""


@dataclass(frozen=True, slots=True)
class TargetFound:
    """
    A choice that reaches a target with few candidates.

    Attributes
    ----------
    found
        The choice; among choices of so many candidates it covers most.
    fewest
        No fewer candidates reach the target.
    reached
        False where all candidates together do not reach it.
    """

    found: Found
    fewest: int
    reached: bool = True


def solve_target(
    indptr: ArrayLike,
    demand_index: ArrayLike,
    persons: ArrayLike,
    *,
    target_persons: float,
    seed: int = 0,
    gap: float = 0.0,
    max_nodes: int | None = DEFAULT_MAX_NODES,
    time_limit_s: float | None = None,
    progress: Progress | None = None,
) -> Cover:
    """
    Choose the fewest candidates that cover at least `target_persons`.

    Among choices of that number, one that covers most is given.

    Parameters
    ----------
    indptr, demand_index, persons, seed, max_nodes, time_limit_s, progress
        As in `solve_cover`.
    target_persons
        Persons to cover, greater than 0.
    gap
        As in `solve_cover`, of the persons covered by so many candidates.

    Returns
    -------
    cover
        `fewest` is a number below which no choice reaches the target; the
        status is `optimal` where it is the number chosen and nobody more can be
        covered by as many. `infeasible` where all candidates together fall
        short: nothing is chosen, and `bound` is the most they cover.

    Raises
    ------
    SitingInvalid
        If an array or a setting is wrong.

    Examples
    --------
    >>> cover = solve_target([0, 2, 4], [0, 1, 1, 2], [5, 3, 4], target_persons=9)
    >>> cover.chosen.tolist(), cover.fewest
    ([0, 1], 2)
    """
    arrays = check_arrays(indptr, demand_index, persons)
    check_settings(gap=gap, max_nodes=max_nodes, time_limit_s=time_limit_s)
    if not (np.isfinite(target_persons) and target_persons > 0):
        raise SitingInvalid(
            Fault(
                "The target is a number of persons greater than 0",
                field="target_persons",
                found=str(target_persons),
            )
        )
    deadline = None if time_limit_s is None else time.monotonic() + time_limit_s
    limits = Limits(gap=gap, max_nodes=max_nodes, deadline=deadline)
    listener = progress or SilentProgress()
    listener.begin("siting")
    problem = make_problem(arrays)
    answer = search_target(problem, float(target_persons), limits, seed=seed)
    listener.end()
    if not answer.reached:
        none = np.zeros(0, np.int64)
        return finish_cover(
            arrays, none, problem.reachable, status="infeasible", stopped_by="unreachable"
        )
    found = answer.found
    cover = finish_cover(
        arrays,
        problem.candidate[drop_idle(problem, found.chosen)],
        found.bound,
        status=status_of(found, limits),
        stopped_by=found.stopped_by,
    )
    return replace(cover, fewest=answer.fewest)


def search_target(
    problem: CoverProblem, target: float, limits: Limits, *, seed: int
) -> TargetFound:
    """
    Close in on the fewest candidates of a problem that cover `target` persons.

    One set of Lagrangian prices bounds every number of candidates at once, so it
    tells how many are needed at least; greedy tells how many are enough. In
    between each number is searched for the most it can cover.
    """
    target = target - REACHED_SHARE * problem.reachable
    none = Found(np.zeros(0, np.int64), 0.0, problem.reachable, "unreachable")
    if target > problem.reachable or problem.n_candidates == 0:
        return TargetFound(none, problem.n_candidates + 1, reached=False)
    order, gain = choose_greedily(problem, problem.n_candidates)
    enough = min(int(np.searchsorted(np.cumsum(gain), target)) + 1, order.size)
    bound = bound_cover(problem, PickCount(enough), order[:enough], polish=False)
    needed = _needed(bound_by_count(problem, bound.price), target)
    decide = replace(limits, gap=0.0, goal=target)
    start = order[:enough]
    low, high = min(needed, enough), enough
    while low < high:
        middle = (low + high) // 2
        found = search_count(problem, middle, decide, seed=seed)
        if found.persons >= target:
            high, start = middle, found.chosen
            continue
        if found.bound < target:
            needed = middle + 1
        low = middle + 1
    found = search_count(problem, high, limits, seed=seed, start=start)
    if needed < high:
        found = replace(found, stopped_by="fewest")
    elif found.stopped_by not in ("proof", "gap"):
        found = replace(found, stopped_by="most")
    return TargetFound(found, needed)


def _needed(most: FloatArray, target: float) -> int:
    """Return the first number of candidates whose bound reaches the target."""
    return int(np.searchsorted(most, target)) + 1
