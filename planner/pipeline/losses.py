"""What detours and terrain take out of every circle, in area and in persons."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import shapely

from planner.coverage.losses import count_people_lost, detour_and_terrain

if TYPE_CHECKING:
    from planner.coverage.losses import Losses, PeopleLost
    from planner.domain.arrays import BoolArray, FloatArray
    from planner.domain.coverage import StateCoverage
    from planner.domain.evaluation import StudyInputs
    from planner.domain.reach import Isochrones


class CircleLosses(NamedTuple):
    """Of one circle: shares of area, and shares of persons with their numbers."""

    area: Losses
    people: PeopleLost


def measure_losses(
    inputs: StudyInputs,
    serving: BoolArray,
    isochrones: tuple[tuple[Isochrones, ...], tuple[Isochrones, ...]],
    plans: tuple[StateCoverage, StateCoverage],
) -> dict[str, CircleLosses]:
    """
    Compare the straight-line circles, the flat network and the network as it is.

    Parameters
    ----------
    inputs
        The study.
    serving : shape (n_circles, n_centres)
        Centres in service in the plan that serve each circle.
    isochrones, plans
        Flat first, then as it is; one record for each circle, and the plan's coverage.

    Returns
    -------
    losses
        By circle, in the order of the rule set.
    """
    profile = inputs.network.profile
    assert profile is not None  # noqa: S101 - networks read from files are timed for a profile
    found = {}
    for index, circle in enumerate(inputs.rule_sets[0].life_circles):
        flat_area, area = (_area_m2(drawn[index], serving[index]) for drawn in isochrones)
        found[circle.circle_id] = CircleLosses(
            area=detour_and_terrain(
                flat_area_m2=flat_area,
                mountain_area_m2=area,
                limit_s=circle.limit_s,
                speed_m_s=profile.speed_m_s,
            ),
            people=count_people_lost(
                demand_xy=inputs.demand.xy,
                persons=inputs.demand.persons,
                serving_xy=inputs.centres.xy[serving[index]],
                flat_time_s=plans[0].travel_time_s[index],
                mountain_time_s=plans[1].travel_time_s[index],
                limit_s=circle.limit_s,
                speed_m_s=profile.speed_m_s,
            ),
        )
    return found


def _area_m2(isochrones: Isochrones, serving: BoolArray) -> FloatArray:
    area: FloatArray = shapely.area(isochrones.geometry[serving])
    return area
