"""Whether a siting question can be asked as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.errors import Fault, SitingInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray
    from planner.domain.places import Candidates
    from planner.domain.reach import Walks
    from planner.domain.siting import Expansions
    from planner.domain.standard import LifeCircle
    from planner.domain.study import SitingSettings


def whose_coverage(
    candidates: Candidates,
    walks: Walks,
    persons: FloatArray,
    base_time_s: FloatArray,
    circles: Sequence[LifeCircle],
    settings: SitingSettings,
    *,
    expansions: Expansions | None = None,
) -> int:
    """
    Check the question and return the position of the circle it is asked for.

    Raises
    ------
    SitingInvalid
        With every fault found.
    """
    faults = _fit_faults(candidates, walks, persons, base_time_s, circles)
    ids = [circle.circle_id for circle in circles]
    if settings.life_circle not in ids:
        faults.append(
            Fault(
                "The rule set has no such life circle",
                field="siting.life_circle",
                found=settings.life_circle,
                expected=", ".join(ids),
            )
        )
    more = len(expansions.centre_id) if expansions else 0
    faults += _number_faults(len(candidates.candidate_id) + more, settings)
    if faults:
        raise SitingInvalid(faults)
    return ids.index(settings.life_circle)


def _fit_faults(
    candidates: Candidates,
    walks: Walks,
    persons: FloatArray,
    base_time_s: FloatArray,
    circles: Sequence[LifeCircle],
) -> list[Fault]:
    faults = []
    n_candidates = len(candidates.candidate_id)
    if n_candidates == 0:
        faults.append(
            Fault(
                "There is no candidate to choose from",
                file=candidates.file or None,
                field="siting.candidates",
            )
        )
    if walks.indptr.size != n_candidates + 1 or walks.n_demand != persons.size:
        faults.append(
            Fault(
                "The walks do not belong to these candidates and this demand",
                found=f"{walks.indptr.size - 1} x {walks.n_demand}",
                expected=f"{n_candidates} x {persons.size}",
            )
        )
    if base_time_s.shape != (len(circles), persons.size):
        faults.append(
            Fault(
                "The times of the plan do not belong to these circles and this demand",
                found=str(base_time_s.shape),
                expected=str((len(circles), persons.size)),
            )
        )
    if bool((~np.isfinite(persons) | (persons < 0)).any()) or not persons.any():
        faults.append(
            Fault(
                "Persons must be finite, 0 or more, and not all 0",
                field="persons",
            )
        )
    return faults


def _number_faults(n_options: int, settings: SitingSettings) -> list[Fault]:
    given = {
        name: value
        for name in ("count", "target", "budget")
        if (value := getattr(settings, name)) is not None
    }
    if len(given) != 1:
        return [
            Fault(
                "Siting asks for exactly one of count, target and budget",
                field="siting",
                found=", ".join(given) or "none of them",
            )
        ]
    if settings.count is not None:
        return _count_faults(n_options, settings.count)
    if settings.target is not None and not 0 < settings.target <= 1:
        return [
            Fault(
                "The target is a share of the persons",
                field="siting.target",
                found=str(settings.target),
                expected="above 0, up to 1",
            )
        ]
    if settings.budget is not None and not (np.isfinite(settings.budget) and settings.budget >= 0):
        return [
            Fault(
                "The budget is an amount of 0 yuan or more",
                field="siting.budget",
                found=str(settings.budget),
            )
        ]
    return []


def _count_faults(n_candidates: int, count: int) -> list[Fault]:
    if count < 1:
        return [
            Fault(
                "The number of new centres is a whole number of at least 1",
                field="siting.count",
                found=str(count),
            )
        ]
    if 0 < n_candidates < count:
        return [
            Fault(
                "There are fewer candidates than centres asked for",
                field="siting.count",
                found=f"{n_candidates} candidates",
                expected=f"at least {count}",
                hint="ask for fewer centres, or give more candidates (a smaller spacing_m)",
            )
        ]
    return []


def cost_of_each(
    candidates: Candidates, settings: SitingSettings, floor_area_m2: float | None
) -> FloatArray | None:
    """
    Return the cost of building at each candidate, `None` where unknown.

    A candidate's own cost comes first, else `cost_per_m2` times the floor area
    that the rule set asks for.

    Raises
    ------
    SitingInvalid
        If a budget is given and a candidate has no usable cost.
    """
    n_candidates = len(candidates.candidate_id)
    cost = candidates.cost_yuan
    if cost is None and settings.cost_per_m2 is not None and floor_area_m2 is not None:
        cost = np.full(n_candidates, settings.cost_per_m2 * floor_area_m2)
    if settings.budget is None:
        return cost
    if cost is None:
        raise SitingInvalid(
            Fault(
                "A budget needs the cost of each candidate",
                file=candidates.file or None,
                field="siting.budget",
                hint="give cost_yuan with the candidates, or cost_per_m2 in [siting]",
            )
        )
    wrong = np.flatnonzero(~(np.isfinite(cost) & (cost >= 0)))
    if wrong.size:
        raise SitingInvalid(
            [
                Fault(
                    "A budget needs the cost of each candidate",
                    file=candidates.file or None,
                    row=candidates.candidate_id[one],
                    field="cost_yuan",
                    found=str(cost[one]),
                    expected="yuan, 0 or more",
                )
                for one in wrong
            ]
        )
    return cost


def check_budget(cost_yuan: FloatArray | None, budget: float | None) -> None:
    """
    Refuse a budget that pays for nothing at all.

    Raises
    ------
    SitingInvalid
        If it is below the cheapest option.
    """
    if budget is None or cost_yuan is None:
        return
    cheapest = float(cost_yuan.min())
    if budget < cheapest:
        raise SitingInvalid(
            Fault(
                "The budget is below the cheapest thing there is to do",
                field="siting.budget",
                found=f"{budget:,.0f} yuan",
                expected=f"at least {cheapest:,.0f} yuan",
                hint="raise the budget, or give cheaper candidates",
            )
        )
