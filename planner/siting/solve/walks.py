"""
Least walking: least weighted walking time (p-median), and the shortest worst walk (p-centre).

Both are asked as questions of cover. A home saves one second more with each second by which its
nearest centre is nearer, so p-median is a maximal cover of the steps between the times at
which candidates come within reach of a home (Cornuéjols, Nemhauser and Wolsey 1980); a worst
walk is short enough if so many candidates cover everybody within it.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.siting import WalkChoice
from planner.errors import Fault, SitingInvalid
from planner.siting.problem import CoverArrays, check_arrays, make_problem
from planner.siting.solve.cover import check_settings, solve_cover
from planner.siting.solve.search import (
    DEFAULT_MAX_NODES,
    STOPPED_BY,
    Limits,
    gap_share,
    search_count,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.siting import SolveStatus

MOST_STEPS = 100_000_000
"""Entries of the covering of steps; about a gigabyte."""


def solve_median(
    indptr: ArrayLike,
    demand_index: ArrayLike,
    travel_time_s: ArrayLike,
    persons: ArrayLike,
    *,
    count: int,
    limit_s: float,
    seed: int = 0,
    max_nodes: int | None = DEFAULT_MAX_NODES,
    time_limit_s: float | None = None,
) -> WalkChoice:
    """
    Choose `count` candidates so that people walk least, in all, to the nearest of them.

    Parameters
    ----------
    indptr, demand_index, persons, count, seed, max_nodes, time_limit_s
        As in `solve_cover`.
    travel_time_s
        Walk of each entry of `demand_index`, seconds, 0 or more.
    limit_s
        What a walk counts that is longer, or not listed; seconds.

    Returns
    -------
    choice
        `objective` and `bound` are person-seconds; no choice walks less than `bound`.

    Raises
    ------
    SitingInvalid
        If an array or a setting is wrong, or there are too many steps to tell apart.

    Examples
    --------
    >>> choice = solve_median(
    ...     [0, 2, 4], [0, 1, 0, 1], [60, 600, 300, 60], [5, 1], count=1, limit_s=900
    ... )
    >>> choice.chosen.tolist(), choice.objective
    ([0], 900.0)
    """
    arrays, walk_s = _check(indptr, demand_index, travel_time_s, persons)
    if not (np.isfinite(limit_s) and limit_s > 0):
        raise SitingInvalid(
            Fault("The limit is a time greater than 0", field="limit_s", found=str(limit_s))
        )
    steps = cover_of_steps(arrays, walk_s, float(limit_s))
    longest = float(limit_s) * float(arrays.persons.sum())
    if not steps.persons.any():
        none = np.zeros(0, np.int64)
        return WalkChoice(none, longest, longest, 0.0, "optimal", STOPPED_BY["proof"])
    cover = solve_cover(
        steps.indptr,
        steps.index,
        steps.persons,
        count=count,
        seed=seed,
        max_nodes=max_nodes,
        time_limit_s=time_limit_s,
    )
    objective, bound = longest - cover.objective, longest - cover.bound
    gap = max(0.0, (objective - bound) / objective) if objective > 0 else 0.0
    return WalkChoice(cover.chosen, objective, bound, gap, cover.status, cover.stopped_by)


def cover_of_steps(
    arrays: CoverArrays, walk_s: FloatArray, limit_s: float | FloatArray
) -> CoverArrays:
    """
    Turn walks into a covering whose weight is the person-seconds saved.

    Each home has one step for each different time up to `limit_s` (of all, or of each home: its
    walk as things stand) at which some candidate comes within reach; a candidate covers the
    steps from its own time on.

    Raises
    ------
    SitingInvalid
        If there are more than `MOST_STEPS` entries.
    """
    owner = np.repeat(np.arange(arrays.n_candidates), np.diff(arrays.indptr))
    stands_s = np.broadcast_to(np.asarray(limit_s, np.float64), arrays.persons.shape)
    counts = (walk_s < stands_s[arrays.index]) & (arrays.persons[arrays.index] > 0)
    owner, demand, walk_s = owner[counts], arrays.index[counts].astype(np.int64), walk_s[counts]
    order = np.lexsort((walk_s, demand))
    owner, demand, walk_s = owner[order], demand[order], walk_s[order]
    new = np.ones(demand.size, np.bool_)
    new[1:] = (demand[1:] != demand[:-1]) | (walk_s[1:] != walk_s[:-1])
    step = np.cumsum(new) - 1
    first = np.flatnonzero(new)
    step_demand, step_s = demand[first], walk_s[first]
    last = np.ones(first.size, np.bool_)
    last[:-1] = step_demand[1:] != step_demand[:-1]
    following = np.where(last, stands_s[step_demand], np.append(step_s[1:], 0.0))
    weight = arrays.persons[step_demand] * (following - step_s)
    end = np.append(np.flatnonzero(last), first.size)[
        np.cumsum(last) - last
    ]  # the last step of each step's home
    size = end[step] - step + 1
    if int(size.sum()) > MOST_STEPS:
        raise SitingInvalid(
            Fault(
                "There are too many different walks to tell apart",
                found=f"{int(size.sum()):,} steps",
                expected=f"at most {MOST_STEPS:,}",
                hint="give fewer candidates, a shorter limit_s, or times in whole minutes",
            )
        )
    by_owner = np.argsort(owner, kind="stable")
    size, start = size[by_owner], step[by_owner]
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(size)])
    index = np.arange(int(before[-1])) - np.repeat(before[:-1] - start, size)
    rows = np.searchsorted(owner[by_owner], np.arange(arrays.n_candidates + 1))
    return CoverArrays(before[rows], index.astype(np.int32), weight.astype(np.float64))


def solve_worst(
    indptr: ArrayLike,
    demand_index: ArrayLike,
    travel_time_s: ArrayLike,
    persons: ArrayLike,
    *,
    count: int,
    seed: int = 0,
    max_nodes: int | None = DEFAULT_MAX_NODES,
    time_limit_s: float | None = None,
) -> WalkChoice:
    """
    Choose `count` candidates so that the longest walk to the nearest of them is shortest.

    Homes without persons do not count.

    Parameters
    ----------
    indptr, demand_index, travel_time_s, persons, count, seed, max_nodes, time_limit_s
        As in `solve_median`.

    Returns
    -------
    choice
        `objective` and `bound` are seconds; where no choice is found that reaches everybody,
        nothing is chosen, `objective` is `UNREACHED`, and the status is `infeasible` if none
        can.

    Raises
    ------
    SitingInvalid
        If an array or a setting is wrong.

    Examples
    --------
    >>> choice = solve_worst([0, 2, 4], [0, 1, 0, 1], [60, 600, 300, 60], [5, 1], count=1)
    >>> choice.chosen.tolist(), choice.objective
    ([1], 300.0)
    """
    arrays, walk_s = _check(indptr, demand_index, travel_time_s, persons)
    check_settings(gap=0.0, max_nodes=max_nodes, time_limit_s=time_limit_s)
    if not 1 <= count <= arrays.n_candidates:
        raise SitingInvalid(
            Fault(
                "The number of centres is from 1 to that of the candidates",
                field="count",
                found=str(count),
                expected=f"1 to {arrays.n_candidates}",
            )
        )
    deadline = None if time_limit_s is None else time.monotonic() + time_limit_s
    limits = Limits(max_nodes=max_nodes, deadline=deadline)
    nowhere = np.full(arrays.persons.size, np.inf)
    return search_worst(arrays, walk_s, nowhere, count=count, limits=limits, seed=seed)


def search_worst(
    arrays: CoverArrays,
    walk_s: FloatArray,
    stands_s: FloatArray,
    *,
    count: int,
    limits: Limits,
    seed: int,
) -> WalkChoice:
    """
    Close in on the shortest longest walk, given the walks as things stand.

    Parameters
    ----------
    arrays, walk_s
        Who reaches whom, and the walk of each entry; homes without persons do not count.
    stands_s : shape (n_demand,)
        Walk of each home to what stands already, inf for none.
    count
        Candidates to choose at most.
    limits
        When to stop.
    seed
        Of the random choices.
    """
    lived_in = arrays.persons > 0
    times = np.unique(
        np.concatenate([walk_s[lived_in[arrays.index]], stands_s[lived_in & np.isfinite(stands_s)]])
    )
    low, high = 0, times.size
    proved_below = 0
    best: IntArray | None = None
    while low < high:
        middle = (low + high) // 2
        open_homes = lived_in & (stands_s > times[middle])
        goal = float(open_homes.sum())
        if not goal:
            best, high = np.zeros(0, np.int64), middle
            continue
        problem = make_problem(_within(arrays, walk_s, float(times[middle]), open_homes))
        reachable = problem.reachable >= goal
        asked = replace(limits, goal=goal)
        found = search_count(problem, count, asked, seed=seed) if reachable else None
        if found is not None and found.persons >= goal:
            best, high = problem.candidate[np.sort(found.chosen)], middle
            continue
        if found is None or found.bound < goal:
            proved_below = middle + 1
        low = middle + 1
    if best is None:
        none = np.zeros(0, np.int64)
        proved = proved_below >= times.size
        status: SolveStatus = "infeasible" if proved else "stopped"
        bound = np.inf if proved else float(times[proved_below])
        return WalkChoice(none, np.inf, bound, 0.0, status, STOPPED_BY["unreachable"])
    objective = float(times[high])
    proved = proved_below >= high
    bound = objective if proved else float(times[proved_below])
    return WalkChoice(
        best,
        objective,
        bound,
        gap_share(bound, objective),
        "optimal" if proved else "stopped",
        STOPPED_BY["proof" if proved else "nodes"],
    )


def _within(
    arrays: CoverArrays, walk_s: FloatArray, limit_s: float, lived_in: np.ndarray
) -> CoverArrays:
    inside = walk_s <= limit_s
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(inside)])
    return CoverArrays(before[arrays.indptr], arrays.index[inside], lived_in.astype(np.float64))


def _check(
    indptr: ArrayLike, demand_index: ArrayLike, travel_time_s: ArrayLike, persons: ArrayLike
) -> tuple[CoverArrays, FloatArray]:
    """Check walks; their rows are sorted and hold no home twice."""
    walk_s = np.asarray(travel_time_s, np.float64)
    index = np.asarray(demand_index)
    if walk_s.shape != index.shape or not bool((np.isfinite(walk_s) & (walk_s >= 0)).all()):
        raise SitingInvalid(
            Fault(
                "Each walk needs a finite time of 0 or more",
                field="travel_time_s",
                found=str(walk_s.shape),
                expected=str(index.shape),
            )
        )
    arrays = check_arrays(indptr, demand_index, persons)
    if arrays.index.size != index.size or bool((arrays.index != index).any()):
        raise SitingInvalid(
            Fault(
                "The homes of a candidate must be in ascending order, each once",
                field="demand_index",
            )
        )
    return arrays, walk_s
