"""Gaps of the plan, with why, and how far their people walk."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from planner.coverage.gaps import JOINING_M, find_gaps, find_undersized
from planner.georeference.lattice import measure_lattice_spacing
from planner.pipeline.circles import take_access
from planner.reach.walks import find_walks
from planner.units import UNREACHED

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.coverage import Gap, StateCoverage
    from planner.domain.evaluation import StudyInputs
    from planner.domain.places import Demand
    from planner.domain.walking import Direction

TURNED: Final[dict[Direction, Direction]] = {
    "to_centre": "from_centre",
    "from_centre": "to_centre",
    "round_trip": "round_trip",
    "worse": "worse",
}
"""The direction of a search from homes whose walks are those of a search from centres."""

_FARTHER: Final = (4.0, 12.0, math.inf)
"""How far the walk of a gap's middle is looked for, as multiples of the longest circle."""

_LATTICE_JOINING: Final = 2.0
"""Neighbouring cells are joined along streets up to so many times their spacing."""


class PlanGaps(NamedTuple):
    """People not covered in the plan, and those whom failing centres alone cover."""

    gaps: tuple[Gap, ...]
    undersized: tuple[Gap, ...]


def find_plan_gaps(
    inputs: StudyInputs,
    *,
    plan: StateCoverage,
    flat_plan: StateCoverage,
    serving: BoolArray,
    area_index: dict[str, IntArray],
    threads: int | None,
) -> PlanGaps:
    """
    Find the gaps of the plan, and the people whom failing centres alone cover.

    Parameters
    ----------
    inputs
        The study.
    plan, flat_plan
        The plan as it is and on flat streets; the same record where that changes nothing.
    serving : shape (n_circles, n_centres)
        Centres in service that serve each circle.
    area_index
        By level, the area of each demand point.
    threads
        Of the searches.
    """
    findings = inputs.network_findings
    asked: dict[str, Any] = {
        "coverage": plan,
        "circles": inputs.rule_sets[0].life_circles,
        "demand": inputs.demand,
        "demand_access": inputs.demand_access,
        "network": inputs.network,
        "centres_xy": inputs.centres.xy,
        "serving": serving,
        "communities": next((area for area in inputs.areas if area.level == "community"), None),
        "community_index": area_index.get("community"),
        "joining_m": _joining_m(inputs.demand),
    }
    gaps = find_gaps(
        **asked,
        flat_time_s=None if flat_plan is plan else flat_plan.travel_time_s,
        data_edge_xy=None if findings is None else findings.data_edge_xy,
    )
    return PlanGaps(
        gaps=_with_middle_times(inputs, gaps, plan, serving, threads),
        undersized=find_undersized(**asked),
    )


def _joining_m(demand: Demand) -> float:
    """Return how far apart homes may stand to share a gap; cells of a lattice stand wider."""
    spacing_m = measure_lattice_spacing(demand.xy)
    return JOINING_M if spacing_m is None else max(JOINING_M, _LATTICE_JOINING * spacing_m)


def _with_middle_times(
    inputs: StudyInputs,
    gaps: tuple[Gap, ...],
    plan: StateCoverage,
    serving: BoolArray,
    threads: int | None,
) -> tuple[Gap, ...]:
    """Say how far the middle of each gap walks, however far."""
    found: list[Gap] = []
    for row, circle in enumerate(inputs.rule_sets[0].life_circles):
        here = [gap for gap in gaps if gap.circle_id == circle.circle_id]
        middle = np.array([gap.middle_index for gap in here], dtype=np.int64)
        time_s = plan.travel_time_s[row][middle]
        far = np.flatnonzero(~np.isfinite(time_s) & (inputs.demand_access.edge_index[middle] >= 0))
        time_s[far] = _search_farther(inputs, middle[far], serving[row], threads)
        found += [
            dataclasses.replace(gap, middle_time_s=seconds)
            for gap, seconds in zip(here, time_s.tolist(), strict=True)
        ]
    return tuple(found)


def _search_farther(
    inputs: StudyInputs, homes: IntArray, serving: BoolArray, threads: int | None
) -> FloatArray:
    """Find the walks of a few homes to their nearest centre, wider and wider."""
    # One search from each home: the centres take the part of the demand, the other way round.
    time_s = np.full(homes.size, UNREACHED)
    access, entrances = inputs.centre_access, inputs.entrances
    usable = np.flatnonzero(serving)
    if entrances is not None:
        access, usable = entrances.access, np.flatnonzero(serving[entrances.centre_index])
    if usable.size == 0:
        return time_s
    longest_s = max(circle.limit_s for circle in inputs.rule_sets[0].life_circles)
    for multiple in _FARTHER:
        left = np.flatnonzero(~np.isfinite(time_s))
        if left.size == 0:
            break
        walks = find_walks(
            inputs.network,
            take_access(inputs.demand_access, homes[left]),
            take_access(access, usable),
            limit_s=multiple * longest_s,
            direction=TURNED[inputs.settings.walking.direction],
            threads=threads,
        )
        row = np.repeat(left, np.diff(walks.indptr))
        np.minimum.at(time_s, row, walks.travel_time_s)
    return time_s
