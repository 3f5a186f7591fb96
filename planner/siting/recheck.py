"""The last word has coverage: a plan whose figures it does not confirm is a bug."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.errors import Fault, PlanDisagrees
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray
    from planner.domain.coverage import StateCoverage
    from planner.domain.siting import SitingPlan
    from planner.domain.standard import LifeCircle

AGREES_SHARE = 1e-6
"""Sums may differ by so much, as a share."""


def check_agreement(
    plan: SitingPlan,
    *,
    coverage: StateCoverage,
    circle_index: int,
    persons: FloatArray,
    base_time_s: FloatArray,
    circles: Sequence[LifeCircle],
) -> None:
    """
    Compare what a plan promises with what `coverage` counts once it is built.

    Parameters
    ----------
    plan
        The plan.
    coverage
        State with the proposals built.
    circle_index
        Circle that the plan was asked for.
    persons : shape (n_demand,)
        Persons at each demand point.
    base_time_s : shape (n_circles, n_demand)
        Fastest walk to the centres that counted before.
    circles
        The circles, in the order of the times.

    Raises
    ------
    PlanDisagrees
        If the persons covered in all, or those gained in any circle, differ by
        more than `AGREES_SHARE`.
    """
    time_s = coverage.travel_time_pass_s if plan.base == "pass" else coverage.travel_time_s
    faults = []
    for number, circle in enumerate(circles):
        counted = _covered(time_s[number], persons, circle.limit_s)
        before = _covered(base_time_s[number], persons, circle.limit_s)
        gained = sum(item.persons_gained[circle.circle_id] for item in plan.proposals)
        if _differ(before + gained, counted):
            faults.append(_fault(circle.circle_id, "persons_gained", before + gained, counted))
        if number == circle_index and _differ(plan.objective, counted):
            faults.append(_fault(circle.circle_id, "objective", plan.objective, counted))
    if faults:
        raise PlanDisagrees(faults)


def _covered(time_s: FloatArray, persons: FloatArray, limit_s: float) -> float:
    return float(persons[time_s <= limit_s + LIMIT_TOLERANCE_S].sum())


def _differ(promised: float, counted: float) -> bool:
    return bool(np.abs(promised - counted) > AGREES_SHARE * max(abs(counted), 1.0))


def _fault(circle_id: str, field: str, promised: float, counted: float) -> Fault:
    return Fault(
        f"The siting plan and the recount of {circle_id} differ",
        field=field,
        found=f"{promised:.6f} persons promised",
        expected=f"{counted:.6f} counted",
        hint="this is a fault of the planner, not of the study; please report it",
    )
