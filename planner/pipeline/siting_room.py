"""Room for siting: what the centres hold, and the households counted again with the proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.coverage.capacity import count_households, measure_capacity
from planner.coverage.cover import stack_walks
from planner.domain.siting import StandingRoom

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import BoolArray, FloatArray
    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.reach import Walks
    from planner.domain.siting import SitingPlan
    from planner.domain.standard import LifeCircle, Verdict


def describe_room(records: EvaluationRecords, counting: BoolArray) -> StandingRoom:
    """
    Say what the centres that count already hold.

    Parameters
    ----------
    records
        The evaluation.
    counting : shape (n_circles, n_centres)
        Those that count in each circle.
    """
    asked = records.settings.coverage
    households, _ = count_households(records.demand, asked.persons_per_household)
    return StandingRoom(
        walks=records.walks,
        counting=counting,
        floor_area_m2=_floor_areas(records),
        households=households,
        m2_per_100_households=asked.m2_per_100_households,
    )


def count_with_room(
    records: EvaluationRecords,
    plan: SitingPlan,
    walks: Walks,
    offered: tuple[BoolArray, list[Verdict]],
    circles: Sequence[LifeCircle],
) -> float:
    """
    Count the households with room once a plan is built, as `coverage` counts them.

    Parameters
    ----------
    records, plan
        The evaluation, and the plan on top of it.
    walks
        Of the proposals to the homes.
    offered
        Which centres and proposals serve each circle, and their verdicts.
    circles
        The circles of the rule set.

    Returns
    -------
    households
        A mean by weight over the circles that the plan asks for.
    """
    serving, verdicts = offered
    if plan.base == "pass":
        serving = serving & np.array([one == "pass" for one in verdicts])
    built = [one.floor_area_m2 for one in plan.proposals]
    asked = records.settings.coverage
    weights = plan.weights or {plan.circle_id: 1.0}
    rows = [row for row, circle in enumerate(circles) if circle.circle_id in weights]
    found = measure_capacity(
        circles=[circles[row] for row in rows],
        walks=stack_walks(records.walks, walks),
        serving=serving[rows],
        demand=records.demand,
        floor_area_m2=np.concatenate(
            [_floor_areas(records), [np.nan if area is None else area for area in built]]
        ),
        m2_per_100_households=asked.m2_per_100_households,
        persons_per_household=asked.persons_per_household,
    )
    total = sum(
        weights[one.circle_id]
        * float(one.flow.centre_households.sum() - np.nansum(one.flow.centre_over_households))
        for one in found
    )
    return total / sum(weights.values())


def _floor_areas(records: EvaluationRecords) -> FloatArray:
    """Return the floor areas of the plan, NaN where not known."""
    planned = [centre.floor_area_m2 for centre in records.centres.centre]
    return np.array([np.nan if area is None else area for area in planned], dtype=np.float64)
