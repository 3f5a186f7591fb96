"""Most persons with a given number of centres: maximal cover."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.cover import count_covers
from planner.domain.progress import Progress, SilentProgress
from planner.domain.siting import Cover
from planner.errors import Fault, SitingInvalid
from planner.siting.heuristic import choose_greedily, covered_weight
from planner.siting.problem import (
    CoverArrays,
    check_arrays,
    covered_persons,
    keep_candidates,
    make_problem,
)
from planner.siting.solve.merge_runs import merge_runs
from planner.siting.solve.search import (
    DEFAULT_MAX_NODES,
    STOPPED_BY,
    Limits,
    gap_share,
    search_count,
    settle,
    status_of,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from planner.domain.arrays import IntArray
    from planner.domain.siting import SolveStatus
    from planner.siting.problem import CoverProblem


def solve_cover(
    indptr: ArrayLike,
    demand_index: ArrayLike,
    persons: ArrayLike,
    *,
    count: int,
    seed: int = 0,
    gap: float = 0.0,
    max_nodes: int | None = DEFAULT_MAX_NODES,
    time_limit_s: float | None = None,
    must: ArrayLike | None = None,
    runs: int = 0,
    progress: Progress | None = None,
) -> Cover:
    """
    Choose candidates so that they cover most persons, and say how good that is.

    Demand that the same candidates cover is merged, greedy, swaps and ruin and
    recreate find a choice, a Lagrangian bound rules most candidates in or out,
    and branch and bound settles the rest.

    Parameters
    ----------
    indptr : shape (n_candidates + 1,)
        Candidate `i` covers `demand_index[indptr[i]:indptr[i + 1]]`.
    demand_index
        Positions in `persons`.
    persons : shape (n_demand,)
        Persons at each demand point, 0 or more.
    count
        Largest number of candidates; one that gains nobody is not chosen.
    seed
        Of the random choices; the same seed gives the same answer.
    gap
        `(bound - objective) / bound` at which to stop; 0 asks for a proof.
    max_nodes
        Nodes of the exact search at most; `None` for no limit, 0 for none of it;
        by default as many as take a few seconds.
    time_limit_s
        Seconds after which no further step begins; runs may then differ.
    must
        Candidates that are chosen in any case; they count towards `count`.
    runs
        Annealed choices made where nothing is proved, whose candidates are then searched exactly
        together: some four seconds each. A better choice for more time; the bound stays.
    progress
        Who listens.

    Returns
    -------
    cover
        `objective` is counted again from the arrays given.

    Raises
    ------
    SitingInvalid
        If an array or a setting is wrong, or there are fewer candidates than `count`.

    Examples
    --------
    >>> cover = solve_cover([0, 2, 4], [0, 1, 1, 2], [5, 3, 4], count=1)
    >>> cover.chosen.tolist(), cover.objective, cover.status
    ([0], 8.0, 'optimal')
    """
    arrays = check_arrays(indptr, demand_index, persons)
    check_settings(gap=gap, max_nodes=max_nodes, time_limit_s=time_limit_s)
    if runs != int(runs) or runs < 0:
        raise SitingInvalid(
            Fault(
                "The number of runs is a whole number of 0 or more", field="runs", found=str(runs)
            )
        )
    locked = _check_count(arrays, count, must)
    deadline = None if time_limit_s is None else time.monotonic() + time_limit_s
    listener = progress or SilentProgress()
    listener.begin("siting", 2)
    base = covered_persons(arrays, locked)
    problem = make_problem(_without(arrays, locked))
    listener.advance()
    limits = Limits(gap=gap, max_nodes=max_nodes, deadline=deadline, base=base)
    found = search_count(problem, count - locked.size, limits, seed=seed)
    if runs and found.stopped_by not in ("proof", "gap"):
        better = merge_runs(problem, found.chosen, runs, limits, seed=seed)
        persons = covered_weight(problem, better)
        again = settle(problem, replace(found, chosen=better, persons=persons), limits)
        found = replace(again, stopped_by=again.stopped_by or found.stopped_by)
    listener.advance()
    listener.end()
    chosen = problem.candidate[drop_idle(problem, found.chosen)]
    return finish_cover(
        arrays,
        np.sort(np.concatenate([locked, chosen])),
        base + found.bound,
        status=status_of(found, limits),
        stopped_by=found.stopped_by,
    )


def finish_cover(
    arrays: CoverArrays, chosen: IntArray, bound: float, *, status: SolveStatus, stopped_by: str
) -> Cover:
    """Count a choice again from the caller's arrays and make the answer."""
    objective = covered_persons(arrays, chosen)
    bound = objective if status == "optimal" else max(bound, objective)
    return Cover(
        chosen=chosen,
        objective=objective,
        bound=bound,
        bound_gap_share=gap_share(objective, bound),
        status=status,
        stopped_by=STOPPED_BY[stopped_by],
    )


def drop_idle(problem: CoverProblem, chosen: IntArray) -> IntArray:
    """Leave out, one after the other, candidates without whom nobody is lost."""
    keep = np.zeros(problem.n_candidates, np.bool_)
    keep[chosen] = True
    few = keep_candidates(problem, keep)
    order, _ = choose_greedily(few, int(chosen.size))
    return np.sort(few.candidate[order])


def check_settings(*, gap: float, max_nodes: int | None, time_limit_s: float | None) -> None:
    """Refuse stops that make no sense."""
    faults = []
    if not 0 <= gap < 1:
        faults.append(Fault("The gap is a share", field="gap", found=str(gap), expected="0 to 1"))
    if max_nodes is not None and max_nodes < 0 and max_nodes != DEFAULT_MAX_NODES:
        faults.append(
            Fault("A limit of nodes cannot be negative", field="max_nodes", found=str(max_nodes))
        )
    if time_limit_s is not None and not time_limit_s > 0:
        faults.append(
            Fault(
                "A time limit is a number of seconds greater than 0",
                field="time_limit_s",
                found=str(time_limit_s),
            )
        )
    if faults:
        raise SitingInvalid(faults)


def _check_count(arrays: CoverArrays, count: int, must: ArrayLike | None) -> IntArray:
    if count != int(count) or count < 1:
        raise SitingInvalid(
            Fault(
                "The number of centres is a whole number of at least 1",
                field="count",
                found=str(count),
            )
        )
    if count > arrays.n_candidates:
        raise SitingInvalid(
            Fault(
                "There are fewer candidates than centres asked for",
                field="count",
                found=f"{arrays.n_candidates} candidates",
                expected=f"at least {count}",
                hint="ask for fewer centres, or give more candidates (a smaller spacing_m)",
            )
        )
    locked = np.unique(np.asarray([] if must is None else must, np.int64))
    outside = locked[(locked < 0) | (locked >= arrays.n_candidates)]
    if outside.size:
        raise SitingInvalid(
            Fault(
                "A candidate that must be chosen does not exist",
                field="must",
                found=str(int(outside[0])),
                expected=f"0 to {arrays.n_candidates - 1}",
            )
        )
    if locked.size > count:
        raise SitingInvalid(
            Fault(
                "More candidates must be chosen than centres are asked for",
                field="must",
                found=str(locked.size),
                expected=f"at most {count}",
            )
        )
    return locked


def _without(arrays: CoverArrays, locked: IntArray) -> CoverArrays:
    """Take out the demand that the locked candidates cover."""
    if locked.size == 0:
        return arrays
    covers = count_covers(arrays.indptr, arrays.index, locked, arrays.persons.size)
    return CoverArrays(arrays.indptr, arrays.index, np.where(covers > 0, 0.0, arrays.persons))
