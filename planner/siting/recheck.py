"""The last word has coverage: a plan whose figures it does not confirm is a bug."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.errors import Fault, PlanDisagrees
from planner.siting.least_walking import CAP_FACTOR
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.coverage import StateCoverage
    from planner.domain.siting import SitingPlan
    from planner.domain.standard import LifeCircle

AGREES_SHARE = 1e-6
"""Sums may differ by so much, as a share."""


def check_agreement(
    plan: SitingPlan,
    *,
    coverage: StateCoverage,
    objective: float | None,
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
    objective
        What the plan is to be worth, counted again; `None` where it promises nothing.
    persons : shape (n_demand,)
        Persons at each demand point.
    base_time_s : shape (n_circles, n_demand)
        Fastest walk to the centres that counted before.
    circles
        The circles, in the order of the times.

    Raises
    ------
    PlanDisagrees
        If the objective, or the persons gained in any circle, differ by more than
        `AGREES_SHARE`.
    """
    time_s = coverage.travel_time_pass_s if plan.base == "pass" else coverage.travel_time_s
    faults = []
    for number, circle in enumerate(circles):
        counted = _covered(time_s[number], persons, circle.limit_s)
        before = _covered(base_time_s[number], persons, circle.limit_s)
        gained = sum(item.persons_gained[circle.circle_id] for item in plan.proposals)
        if _differ(before + gained, counted):
            faults.append(_fault(circle.circle_id, "persons_gained", before + gained, counted))
    if objective is not None and _differ(plan.objective, objective):
        faults.append(_fault(plan.circle_id, "objective", plan.objective, objective))
    if faults:
        raise PlanDisagrees(faults)


def count_layers(layers: Sequence[tuple[FloatArray, float, float]], persons: FloatArray) -> float:
    """
    Count the persons covered in several layers, a mean by weight.

    Parameters
    ----------
    layers
        Fastest walks, shape (n_demand,), limit, and weight of each.
    persons : shape (n_demand,)
        Persons at each demand point.
    """
    weight = sum(each for _, _, each in layers)
    whole = sum(each * _covered(time_s, persons, limit_s) for time_s, limit_s, each in layers)
    return whole / weight


def count_walking(
    plan: SitingPlan, time_s: FloatArray, persons: FloatArray, circles: Sequence[LifeCircle]
) -> float | None:
    """
    Count the mean or the longest walk again, `None` where a plan promises none.

    Parameters
    ----------
    plan
        A plan of least walking.
    time_s : shape (n_demand,)
        Fastest walks once it is built, of the circle asked for.
    persons, circles
        As in `check_agreement`.
    """
    if plan.status == "infeasible" or not np.isfinite(plan.objective):
        return None
    cap_s = CAP_FACTOR * max(circle.limit_s for circle in circles)
    if plan.question == "median":
        return float((persons * np.minimum(time_s, cap_s)).sum() / persons.sum())
    counted = time_s[(persons > 0) & (time_s <= cap_s + LIMIT_TOLERANCE_S)]
    return float(counted.max(initial=0.0))


def check_floors(
    share: float, where: IntArray, persons: FloatArray, time_s: FloatArray, limit_s: float
) -> None:
    """
    Hold a plan against the floor of every street, counted again.

    Parameters
    ----------
    share
        Of every street's persons that must be covered.
    where : shape (n_demand,)
        Street of each demand point, -1 for none.
    persons, time_s : shape (n_demand,)
        Persons, and their fastest walks once the plan is built.
    limit_s
        Of the circle.

    Raises
    ------
    PlanDisagrees
        If a street is below the floor.
    """
    inside = where >= 0
    covered = np.where(time_s <= limit_s + LIMIT_TOLERANCE_S, persons, 0.0)
    whole = np.bincount(where[inside], persons[inside])
    reached = np.bincount(where[inside], covered[inside])
    below = np.flatnonzero(reached < share * whole * (1 - AGREES_SHARE) - AGREES_SHARE)
    if below.size:
        street = int(below[0])
        raise PlanDisagrees(
            _fault(f"street {street}", "street_floor", share * whole[street], reached[street])
        )


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
