"""Least walking on top of a plan: the mean walk of all persons, or the longest walk of any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.domain.siting import SitingGround, SitingPlan
from planner.errors import Fault, SitingInvalid
from planner.siting.answers import Asked, answer_by_rules, answer_freely, order_by_rules
from planner.siting.options import list_options
from planner.siting.problem import CoverArrays, covered_persons, make_problem
from planner.siting.propose import count_gains, in_order, split_phases, tell_phases
from planner.siting.question import whose_coverage
from planner.siting.rule_checks import make_rules
from planner.siting.solve.search import (
    DEFAULT_MAX_NODES,
    PROVED_SHARE,
    STOPPED_BY,
    Limits,
    is_proved,
)
from planner.siting.solve.walks import cover_of_steps, search_worst
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.places import Candidates
    from planner.domain.reach import Walks
    from planner.domain.siting import SolveStatus
    from planner.domain.standard import LifeCircle
    from planner.domain.study import SitingSettings
    from planner.siting.options import Options

CAP_FACTOR = 2.0
"""A walk longer than so many times the longest circle counts as that long in a mean."""


def choose_least_walking(
    *,
    candidates: Candidates,
    walks: Walks,
    persons: FloatArray,
    base_time_s: FloatArray,
    circles: Sequence[LifeCircle],
    settings: SitingSettings,
    floor_area_m2: float | None,
    convenience_area_m2: float | None,
    ground: SitingGround | None = None,
    seed: int = 0,
    max_nodes: int | None = DEFAULT_MAX_NODES,
) -> SitingPlan:
    """
    Choose where to build so that people walk least to the nearest centre.

    Parameters
    ----------
    candidates, persons, circles, settings, ground, seed, max_nodes
        As in `choose_proposals`; `settings.objective` is `median` (least mean walk, a walk longer
        than twice the longest circle counts as that) or `worst` (shortest longest walk of all who
        have a candidate or a centre within twice the longest circle).
    floor_area_m2, convenience_area_m2
        Size of a new centre.
    walks, base_time_s
        As in `choose_proposals`, within twice the longest circle; what counts already is what
        serves `settings.life_circle`.

    Returns
    -------
    plan
        `objective` and `bound` are seconds; no choice has less than `bound`. Without a curve.

    Raises
    ------
    SitingInvalid
        As `choose_proposals`; and if no count is given, if weights, walkers or, for `worst`,
        rules are asked for as well.
    """
    circle = whose_coverage(candidates, walks, persons, base_time_s, circles, settings)
    _check(settings)
    sizes_m2 = (floor_area_m2, convenience_area_m2)
    options = list_options(candidates, walks, len(circles), settings, sizes_m2, None)
    cap_s = CAP_FACTOR * max(one.limit_s for one in circles)
    stands_s = np.where(base_time_s[circle] <= cap_s, base_time_s[circle], np.inf)
    arrays = CoverArrays(walks.indptr, walks.demand_index, persons)
    find = _least_mean if settings.objective == "median" else _least_longest
    found = find(options, arrays, stands_s, cap_s, settings, ground, seed, max_nodes)
    chosen, phase, phases_proved = split_phases(options, found.arrays, found.chosen, settings)
    covered = base_time_s <= np.array([[one.limit_s] for one in circles]) + LIMIT_TOLERANCE_S
    gains = count_gains(options, persons, covered, circles, chosen)
    proposals = options.propose_all(chosen, gains, phase)
    return SitingPlan(
        circle_id=circles[circle].circle_id,
        base=settings.base,
        candidates=candidates,
        proposals=proposals,
        status=found.status,
        objective=found.objective,
        bound=found.bound,
        bound_gap_share=max(0.0, (found.objective - found.bound) / found.objective)
        if np.isfinite(found.objective) and found.objective > 0
        else 0.0,
        stopped_by=found.stopped_by,
        curve=(),
        message=found.message,
        counts=found.counts,
        phases=tell_phases(
            proposals,
            settings,
            circles[circle].circle_id,
            float(persons[covered[circle]].sum()),
            float(persons.sum()),
        ),
        phases_proved=phases_proved,
        question=settings.objective,
    )


def _check(settings: SitingSettings) -> None:
    faults = []
    if settings.count is None:
        faults.append(
            Fault(
                "Least walking is asked of a number of centres",
                field="siting.objective",
                found=settings.objective,
                expected="count = 5",
            )
        )
    if settings.weights or settings.walkers:
        faults.append(
            Fault(
                "Least walking knows neither weights nor several walkers",
                field="siting.objective",
                found=settings.objective,
                hint='leave out weights and walkers, or ask for objective = "cover"',
            )
        )
    ruled = settings.must_have or settings.must_not or settings.most_per_street
    if settings.objective == "worst" and (ruled or settings.min_spacing_m):
        faults.append(
            Fault(
                "The shortest longest walk is asked without rules",
                field="siting.objective",
                found=settings.objective,
                hint="leave out must_have, must_not, most_per_street and min_spacing_m",
            )
        )
    if faults:
        raise SitingInvalid(faults)


class _Found:
    """A choice in order, its seconds, and what it was ordered by."""

    def __init__(
        self,
        chosen: IntArray,
        arrays: CoverArrays,
        objective: float,
        bound: float,
        status: SolveStatus,
        stopped_by: str,
        counts: dict[str, int],
        message: str = "",
    ) -> None:
        self.chosen, self.arrays = chosen, arrays
        self.objective, self.bound = objective, bound
        self.status, self.stopped_by = status, stopped_by
        self.counts, self.message = counts, message


def _least_mean(
    options: Options,
    arrays: CoverArrays,
    stands_s: FloatArray,
    cap_s: float,
    settings: SitingSettings,
    ground: SitingGround | None,
    seed: int,
    max_nodes: int | None,
) -> _Found:
    total = float(arrays.persons.sum())
    now_s = np.minimum(stands_s, cap_s)
    steps = cover_of_steps(arrays, options.walks.travel_time_s.astype(np.float64), now_s)
    standing = float((arrays.persons * now_s).sum())
    ground = ground or SitingGround()
    rules = make_rules(options, settings, ground)
    limits = Limits(max_nodes=max_nodes)
    none = np.zeros(0, np.int64)
    if not steps.persons.any():
        mean = standing / total
        return _Found(none, arrays, mean, mean, "optimal", STOPPED_BY["proof"], {})
    asked = Asked(steps, settings, limits, steps.persons, 0.0, cap_s, ground, None, seed)
    problem = make_problem(steps)
    if rules is None:
        answer = answer_freely(problem, asked)
        chosen = in_order(problem, answer.found.chosen)
    else:
        answer = answer_by_rules(asked, rules)
        chosen = order_by_rules(steps, rules, answer.found.chosen)
    saved = covered_persons(steps, chosen)
    most = max(answer.found.bound, saved)
    proved = answer.found.stopped_by == "proof" or is_proved(problem, saved, most)
    objective = (standing - saved) / total
    bound = objective if proved else (standing - most) / total
    return _Found(
        chosen,
        steps,
        objective,
        bound,
        "optimal" if proved or objective - bound <= PROVED_SHARE * objective else "stopped",
        STOPPED_BY[answer.found.stopped_by],
        dict(problem.counts),
    )


def _least_longest(
    options: Options,
    arrays: CoverArrays,
    stands_s: FloatArray,
    cap_s: float,
    settings: SitingSettings,
    ground: SitingGround | None,
    seed: int,
    max_nodes: int | None,
) -> _Found:
    del ground
    near = np.bincount(arrays.index, minlength=arrays.persons.size) > 0
    reachable = near | np.isfinite(stands_s)
    left_out = float(arrays.persons[~reachable].sum())
    asked = CoverArrays(arrays.indptr, arrays.index, np.where(reachable, arrays.persons, 0.0))
    minutes = cap_s / 60
    message = (
        f"{left_out:,.0f} persons have neither a candidate nor a centre within {minutes:g} minutes "
        "and are left out of the longest walk."
        if left_out
        else ""
    )
    if not asked.persons.any():
        none = np.zeros(0, np.int64)
        return _Found(none, asked, 0.0, 0.0, "infeasible", STOPPED_BY["unreachable"], {}, message)
    choice = search_worst(
        asked,
        options.walks.travel_time_s.astype(np.float64),
        stands_s,
        count=settings.count or 0,
        limits=Limits(max_nodes=max_nodes),
        seed=seed,
    )
    status = choice.status
    if not np.isfinite(choice.objective):
        words = (
            f"{settings.count} new centres do not bring everybody who has a candidate within "
            f"{minutes:g} minutes of one.\nAsk for more centres."
        )
        message = f"{words}\n{message}".strip()
        status = "infeasible" if status == "infeasible" else "stopped"
    counts = {"persons_left_out": int(left_out)}
    within = CoverArrays(asked.indptr, asked.index, asked.persons)
    return _Found(
        _by_use(within, choice.chosen),
        within,
        choice.objective,
        choice.bound,
        status,
        choice.stopped_by,
        counts,
        message,
    )


def _by_use(arrays: CoverArrays, chosen: IntArray) -> IntArray:
    """Order the chosen by how many persons they reach."""
    reached = [
        float(arrays.persons[arrays.index[arrays.indptr[one] : arrays.indptr[one + 1]]].sum())
        for one in chosen
    ]
    return chosen[np.argsort(-np.array(reached), kind="stable")] if reached else chosen
