"""Centres that may close: kept only where that is worth what closing them pays for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.domain.siting import Closing
from planner.errors import Fault, SitingInvalid
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray
    from planner.domain.siting import Expansions, SitingPlan
    from planner.domain.standard import LifeCircle
    from planner.domain.study import SitingSettings


def check_closing(settings: SitingSettings) -> None:
    """
    Refuse what closing is not asked with.

    Raises
    ------
    SitingInvalid
        If a target, phases, walkers, alternatives or another objective are asked for as well.
    """
    asked = settings.target is not None or settings.phases or settings.walkers
    if asked or settings.alternatives or settings.objective != "cover":
        raise SitingInvalid(
            Fault(
                "Closing is asked about with a count or a budget, one walker, and one plan",
                field="siting.may_close",
                hint="leave out target, phases, walkers and alternatives, "
                'and ask for objective = "cover"',
            )
        )


def allow_closing(settings: SitingSettings, keeps: Expansions) -> SitingSettings:
    """
    Let the centres that may close pay: all of them close, and keeping one is something to choose.

    Parameters
    ----------
    settings
        The question.
    keeps
        The centres that may close.
    """
    n_keeps = len(keeps.centre_id)
    if settings.count is not None:
        return replace(settings, count=settings.count + n_keeps)
    saved = float(keeps.floor_area_m2.sum()) * float(settings.closing_saves_per_m2 or 0.0)
    return replace(settings, budget=float(settings.budget or 0.0) + saved)


def settle_closings(plan: SitingPlan, keeps: Expansions, settings: SitingSettings) -> SitingPlan:
    """
    Tell the centres that are not kept as closings, and leave out those that are.

    Parameters
    ----------
    plan
        Answer to the question that `allow_closing` makes; an infeasible one closes nothing.
    keeps
        The centres that may close.
    settings
        The question as it was asked.
    """
    kept = {one.centre_index for one in plan.proposals if one.action == "keep"}
    new = [one for one in plan.proposals if one.action != "keep"]
    gone = [
        row
        for row, centre in enumerate(keeps.centre_index.tolist())
        if centre not in kept and plan.status != "infeasible"
    ]
    saves = settings.closing_saves_per_m2 if settings.budget is not None else None
    return replace(
        plan,
        proposals=tuple(
            replace(one, order=number, proposal_id=f"P{number}")
            for number, one in enumerate(new, start=1)
        ),
        closings=tuple(
            Closing(
                centre_index=int(keeps.centre_index[row]),
                centre_id=keeps.centre_id[row],
                name=keeps.centre_name[row],
                xy=(float(keeps.xy[row, 0]), float(keeps.xy[row, 1])),
                saved_yuan=None if saves is None else float(keeps.floor_area_m2[row] * saves),
                persons_lost={},
            )
            for row in gone
        ),
        curve=(),
        cost_curve=(),
        counts={**plan.counts, "may_close": len(keeps.centre_id), "closed": len(gone)},
    )


def count_lost(
    plan: SitingPlan,
    keeps: Expansions,
    time_s: FloatArray,
    persons: FloatArray,
    circles: Sequence[LifeCircle],
) -> SitingPlan:
    """
    Say for each closing whom nothing covers once the plan is built.

    Parameters
    ----------
    plan, keeps
        The plan, and the centres that might have closed.
    time_s : shape (n_circles, n_demand)
        Fastest walks once it is built.
    persons : shape (n_demand,)
        Persons at each demand point.
    circles
        The circles.
    """
    row_of = {centre: row for row, centre in enumerate(keeps.centre_index.tolist())}
    closings = []
    for one in plan.closings:
        row = row_of[one.centre_index]
        ends = slice(int(keeps.walks.indptr[row]), int(keeps.walks.indptr[row + 1]))
        home, walk_s = keeps.walks.demand_index[ends], keeps.walks.travel_time_s[ends]
        lost = {}
        for number, circle in enumerate(circles):
            limit_s = circle.limit_s + LIMIT_TOLERANCE_S
            near = home[walk_s <= limit_s] if keeps.serves[number, row] else home[:0]
            lost[circle.circle_id] = float(persons[near[time_s[number, near] > limit_s]].sum())
        closings.append(replace(one, persons_lost=lost))
    return replace(plan, closings=tuple(closings))
