"""Answers to the questions of a study, freely or by its rules; why where there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.siting import CurvePoint
from planner.siting.heuristic import choose_greedily
from planner.siting.problem import covered_persons, make_problem
from planner.siting.solve.budget import search_budget
from planner.siting.solve.ruled import search_ruled, search_ruled_target
from planner.siting.solve.search import Found, search_count
from planner.siting.solve.target import search_target

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.siting import SitingGround
    from planner.domain.study import SitingSettings
    from planner.siting.problem import CoverArrays, CoverProblem
    from planner.siting.rules import Rules
    from planner.siting.solve.ruled import RuledFound
    from planner.siting.solve.search import Limits

MOST_NAMED = 3
"""So many areas are named where people have no candidate."""


@dataclass(frozen=True, slots=True)
class Asked:
    """
    A question: who covers whom, what for, and when to stop.

    `persons` are the persons of each demand point, `base` those covered already; `limit_s`
    is the circle's; `price` the cost of each option under a budget.
    """

    arrays: CoverArrays
    settings: SitingSettings
    limits: Limits
    persons: FloatArray
    base: float
    limit_s: float
    ground: SitingGround
    price: FloatArray | None
    seed: int

    @property
    def total(self) -> float:
        """Persons in all."""
        return float(self.persons.sum())

    @property
    def wanted(self) -> float:
        """Persons that the target asks for."""
        return float(self.settings.target or 0.0) * self.total


@dataclass(frozen=True, slots=True)
class Answer:
    """
    A choice with its proof.

    `found` holds positions in the problem, or in the options where rules were kept (then
    `most` bounds each number); `own` is set where it is a point of the curve.
    """

    found: Found
    own: Found | None
    message: str = ""
    infeasible: bool = False
    counts: tuple[tuple[str, int], ...] = ()
    most: FloatArray | None = None


def answer_freely(problem: CoverProblem, asked: Asked) -> Answer:
    """Answer a question without rules; positions are the problem's."""
    settings, limits, seed = asked.settings, asked.limits, asked.seed
    if settings.count is not None:
        found = search_count(problem, settings.count, limits, seed=seed)
        return Answer(found, found)
    if settings.budget is not None:
        found = search_budget(problem, settings.budget, limits, seed=seed)
        # with equal prices a budget is a number, and its answer a point of the curve
        return Answer(found, found if np.unique(problem.price).size == 1 else None)
    if asked.wanted <= asked.base:
        found = Found(np.zeros(0, np.int64), 0.0, 0.0, "proof")
        return Answer(found, found, counts=(("fewest", 0),))
    reached = search_target(problem, asked.wanted - asked.base, limits, seed=seed)
    if reached.reached:
        return Answer(reached.found, reached.found, counts=(("fewest", reached.fewest),))
    most = asked.base + problem.reachable
    message = (
        f"{_target(asked)} is out of reach: all candidates together with the centres that count "
        f"cover {most / asked.total:.2%} ({most:,.0f} persons).\n{_without_candidate(asked)}\n"
        "Lower the target, or give more candidates."
    )
    return Answer(reached.found, None, message, infeasible=True)


def answer_by_rules(asked: Asked, rules: Rules) -> Answer:
    """Answer a question under rules; positions are the options'."""
    settings = asked.settings
    if settings.target is not None:
        return _target_by_rules(asked, rules)
    limit = settings.count if settings.budget is None else settings.budget
    ruled = search_ruled(
        asked.arrays,
        rules,
        asked.limits,
        limit=float(limit or 0),
        price=asked.price,
        seed=asked.seed,
    )
    return _ruled(ruled)


def _ruled(ruled: RuledFound, counts: tuple[tuple[str, int], ...] = ()) -> Answer:
    counts = (*ruled.problem.counts.items(), *counts)
    return Answer(ruled.found, ruled.found, counts=counts, most=ruled.most)


def _target_by_rules(asked: Asked, rules: Rules) -> Answer:
    wanted = asked.wanted - asked.base
    if wanted <= 0 and not rules.must.size:
        found = Found(np.zeros(0, np.int64), 0.0, 0.0, "proof")
        return Answer(found, found, counts=(("fewest", 0),), most=np.zeros(1))
    ruled, fewest, reached = search_ruled_target(
        asked.arrays, rules, wanted, asked.limits, seed=asked.seed
    )
    if reached:
        return _ruled(ruled, (("fewest", fewest),))
    everyone = np.arange(asked.arrays.n_candidates, dtype=np.int64)
    freely = asked.base + covered_persons(asked.arrays, everyone)
    best, most = asked.base + ruled.found.persons, asked.base + ruled.found.bound
    if freely < asked.wanted:
        words = (
            f"is out of reach even without the rules: all candidates together with the centres "
            f"that count cover {freely / asked.total:.2%} ({freely:,.0f} persons).\n"
            f"{_without_candidate(asked)}\nLower the target, or give more candidates."
        )
    else:
        proved = most < asked.wanted
        words = (
            f"{'is out of reach' if proved else 'was not reached'} under the rules "
            f"{_name_rules(asked.settings)}: at most {most / asked.total:.2%} ({most:,.0f} "
            f"persons) can be covered, {best / asked.total:.2%} are by the best choice found; "
            f"without these rules {freely / asked.total:.2%}.\nLower the target, or relax a rule."
        )
        if not proved:
            # nothing says that it cannot be done: the best choice found is the plan
            return replace(_ruled(ruled), message=f"{_target(asked)} {words}")
    none = replace(ruled.found, chosen=np.zeros(0, np.int64), persons=0.0, stopped_by="unreachable")
    return replace(_ruled(ruled), found=none, message=f"{_target(asked)} {words}", infeasible=True)


def _target(asked: Asked) -> str:
    return f"The target of {asked.settings.target:.2%} ({asked.wanted:,.0f} persons)"


def _name_rules(settings: SitingSettings) -> str:
    named = [
        f"must_have ({len(settings.must_have)} places)" if settings.must_have else "",
        "must_not" if settings.must_not else "",
        ""
        if settings.most_per_street is None
        else f"at most {settings.most_per_street} a street (most_per_street)",
        ""
        if settings.min_spacing_m is None
        else f"at least {settings.min_spacing_m:,.0f} m apart (min_spacing_m)",
    ]
    return ", ".join(name for name in named if name)


def _without_candidate(asked: Asked) -> str:
    """Say who has no candidate within the circle, and where most of them live."""
    near = np.bincount(asked.arrays.index, minlength=asked.arrays.persons.size) > 0
    left = np.where(near, 0.0, asked.arrays.persons)
    text = f"{left.sum():,.0f} persons have no candidate within {asked.limit_s / 60:g} minutes"
    where = asked.ground.demand_area
    if where is None or not asked.ground.area_name:
        return f"{text}."
    by_area = np.bincount(
        where[where >= 0], left[where >= 0], minlength=len(asked.ground.area_name)
    )
    most = [one for one in np.argsort(-by_area, kind="stable")[:MOST_NAMED] if by_area[one] > 0]
    if not most:
        return f"{text}."
    named = ", ".join(f"{asked.ground.area_name[one]} {by_area[one]:,.0f}" for one in most)
    return f"{text}, most of them in {named}."


def order_by_rules(arrays: CoverArrays, rules: Rules, chosen: IntArray) -> IntArray:
    """Order options by what each adds; who adds nothing stays only where it must be."""
    keep = np.zeros(arrays.n_candidates, np.bool_)
    keep[chosen] = True
    few = make_problem(arrays, keep=keep)
    order, _ = choose_greedily(few, few.n_candidates)
    gaining = few.candidate[order]
    idle = rules.must[np.isin(rules.must, chosen) & ~np.isin(rules.must, gaining)]
    return np.concatenate([gaining, idle])


def curve_of_rules(answer: Answer, asked: Asked, rules: Rules) -> tuple[CurvePoint, ...]:
    """Count what the first 0, 1, … proposals cover, with what no choice of so many exceeds."""
    own = answer.own or answer.found
    chosen = order_by_rules(asked.arrays, rules, own.chosen)
    points = []
    for count in range(chosen.size + 1):
        covered = asked.base + covered_persons(asked.arrays, chosen[:count])
        bound = own.bound
        if answer.most is not None and not rules.must.size:
            bound = min(bound, float(answer.most[min(count, answer.most.size - 1)]))
        bound = max(asked.base + bound, covered)
        proved = count == 0 or bound <= covered or (count == chosen.size and _is_proved(own))
        points.append(
            CurvePoint(
                count=count,
                share_covered=min(covered / asked.total, 1.0),
                persons_covered=covered,
                bound_share=min((covered if proved else bound) / asked.total, 1.0),
                status="optimal" if proved else "stopped",
            )
        )
    return tuple(points)


def _is_proved(found: Found) -> bool:
    return found.stopped_by == "proof"
