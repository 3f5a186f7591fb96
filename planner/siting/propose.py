"""From candidates and walks to proposals in order, with proof and curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.progress import Progress, SilentProgress
from planner.domain.siting import SitingPlan
from planner.siting.curve import draw_curve
from planner.siting.heuristic import choose_greedily
from planner.siting.options import cover_arrays, list_options
from planner.siting.problem import covered_persons, keep_candidates, make_problem
from planner.siting.question import check_budget, whose_coverage
from planner.siting.solve.budget import search_budget
from planner.siting.solve.search import (
    DEFAULT_MAX_NODES,
    STOPPED_BY,
    Found,
    Limits,
    gap_share,
    search_count,
    status_of,
)
from planner.siting.solve.target import search_target
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.places import Candidates
    from planner.domain.reach import Walks
    from planner.domain.siting import CurvePoint, Expansions
    from planner.domain.standard import LifeCircle
    from planner.domain.study import SitingSettings
    from planner.siting.options import Options
    from planner.siting.problem import CoverArrays, CoverProblem


@dataclass(frozen=True, slots=True)
class _Answer:
    """A choice in the problem's positions; `own` where it is a point of the curve."""

    found: Found
    own: Found | None
    message: str = ""
    infeasible: bool = False
    counts: tuple[tuple[str, int], ...] = ()


def choose_proposals(
    *,
    candidates: Candidates,
    walks: Walks,
    persons: FloatArray,
    base_time_s: FloatArray,
    circles: Sequence[LifeCircle],
    settings: SitingSettings,
    floor_area_m2: float | None,
    convenience_area_m2: float | None,
    expansions: Expansions | None = None,
    seed: int = 0,
    max_nodes: int | None = DEFAULT_MAX_NODES,
    progress: Progress | None = None,
) -> SitingPlan:
    """
    Choose where to build on top of the centres that already count.

    The question is asked for one life circle: who walks to a counting centre
    within its limit is covered already and adds no gain. A new centre serves
    every circle.

    Parameters
    ----------
    candidates
        Places where a centre could be built.
    walks
        Candidate to demand, within the longest circle, in the study's direction.
    persons : shape (n_demand,)
        Persons at each demand point.
    base_time_s : shape (n_circles, n_demand)
        Fastest walk to a centre that already counts, seconds, `UNREACHED` for none.
    circles
        The circles, in the order of `base_time_s`.
    settings
        Circle, base, and one of count, target, budget.
    floor_area_m2, convenience_area_m2
        Size of a new centre, `None` without such a clause.
    expansions
        Centres that would count if they were larger; they take part where `base` is
        `pass`, each as one of the `count`.
    seed, max_nodes
        As in `solve_cover`.
    progress
        Who listens.

    Returns
    -------
    plan
        `objective` and `bound` are persons covered in all. A target out of reach
        is a result: status `infeasible`, no proposals, `bound` the most that all
        candidates together would cover, and `message` says so.

    Raises
    ------
    SitingInvalid
        If the question cannot be asked: no or several of count, target, budget,
        fewer candidates than count, a budget without costs, an unknown circle.
    """
    listener = progress or SilentProgress()
    circle = whose_coverage(
        candidates, walks, persons, base_time_s, circles, settings, expansions=expansions
    )
    sizes_m2 = (floor_area_m2, convenience_area_m2)
    options = list_options(candidates, walks, len(circles), settings, sizes_m2, expansions)
    check_budget(options.cost_yuan, settings.budget)
    listener.begin("siting", 3)
    covered = base_time_s <= np.array([[one.limit_s] for one in circles]) + LIMIT_TOLERANCE_S
    base = float(persons[covered[circle]].sum())
    arrays = cover_arrays(options, persons, covered[circle], circle, circles[circle].limit_s)
    price = options.cost_yuan if settings.budget is not None else None
    problem = make_problem(arrays, price=price)
    listener.advance()
    limits = Limits(max_nodes=max_nodes, base=base)
    answer = _answer(problem, settings, limits, base, float(persons.sum()), seed)
    listener.advance()
    chosen = _in_order(problem, answer.found.chosen)
    gains = _gains(options, persons, covered, circles, chosen)
    objective = base + covered_persons(arrays, chosen)
    curve = _curve(problem, arrays, settings, answer, base, float(persons.sum()), seed)
    listener.advance()
    listener.end()
    status = "infeasible" if answer.infeasible else status_of(answer.found, limits)
    bound = objective if status == "optimal" else max(objective, base + answer.found.bound)
    return SitingPlan(
        circle_id=circles[circle].circle_id,
        base=settings.base,
        candidates=candidates,
        proposals=tuple(
            options.propose(int(one), order + 1, gains[order]) for order, one in enumerate(chosen)
        ),
        status=status,
        objective=objective,
        bound=bound,
        bound_gap_share=gap_share(objective, bound),
        stopped_by=STOPPED_BY[answer.found.stopped_by],
        curve=curve,
        message=answer.message,
        counts={
            **problem.counts,
            **dict(answer.counts),
            **({} if options.expansions is None else options.expansions.counts),
        },
    )


def _answer(
    problem: CoverProblem,
    settings: SitingSettings,
    limits: Limits,
    base: float,
    persons: float,
    seed: int,
) -> _Answer:
    if settings.count is not None:
        found = search_count(problem, settings.count, limits, seed=seed)
        return _Answer(found, found)
    if settings.budget is not None:
        found = search_budget(problem, settings.budget, limits, seed=seed)
        # with equal prices a budget is a number, and its answer a point of the curve
        return _Answer(found, found if np.unique(problem.price).size == 1 else None)
    wanted = float(settings.target or 0.0) * persons
    if wanted <= base:
        found = Found(np.zeros(0, np.int64), 0.0, 0.0, "proof")
        return _Answer(found, found, counts=(("fewest", 0),))
    reached = search_target(problem, wanted - base, limits, seed=seed)
    if reached.reached:
        return _Answer(reached.found, reached.found, counts=(("fewest", reached.fewest),))
    most = base + problem.reachable
    message = (
        f"The target of {settings.target:.2%} ({wanted:,.0f} persons) is out of reach: all "
        f"candidates together with the centres that count cover {most / persons:.2%} "
        f"({most:,.0f} persons). Lower the target, or give more candidates."
    )
    return _Answer(reached.found, None, message, infeasible=True)


def _in_order(problem: CoverProblem, chosen: IntArray) -> IntArray:
    """Order the chosen by what each adds to those before; who adds nothing is left out."""
    keep = np.zeros(problem.n_candidates, np.bool_)
    keep[chosen] = True
    few = keep_candidates(problem, keep)
    order, _ = choose_greedily(few, few.n_candidates)
    return problem.candidate[few.candidate[order]]


def _gains(
    options: Options,
    persons: FloatArray,
    covered: BoolArray,
    circles: Sequence[LifeCircle],
    chosen: IntArray,
) -> list[dict[str, float]]:
    """Count what each chosen option adds, circle by circle, to the plan and those before."""
    covered = covered.copy()
    gains = []
    indptr = options.walks.indptr
    counts = [options.inside(number, circle.limit_s) for number, circle in enumerate(circles)]
    for one in chosen:
        row = slice(int(indptr[one]), int(indptr[one + 1]))
        gained = {}
        for number, circle in enumerate(circles):
            inside = options.walks.demand_index[row][counts[number][row]]
            new = inside[~covered[number, inside]]
            gained[circle.circle_id] = float(persons[new].sum())
            covered[number, new] = True
        gains.append(gained)
    return gains


def _curve(
    problem: CoverProblem,
    arrays: CoverArrays,
    settings: SitingSettings,
    answer: _Answer,
    base: float,
    persons: float,
    seed: int,
) -> tuple[CurvePoint, ...]:
    if np.unique(problem.price).size > 1:
        # dominance looked at prices; the curve asks for numbers
        problem = make_problem(arrays)
    return draw_curve(
        problem,
        base=base,
        persons=persons,
        n_proposals=settings.count or int(answer.found.chosen.size),
        n_candidates=arrays.n_candidates,
        own=answer.own,
        seed=seed,
    )
