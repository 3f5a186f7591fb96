"""A state counted by everything that is counted, as a study asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.coverage.indicators import count_indicators, find_served_communities
from planner.domain.indicators import CommunityRule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.coverage import StateCoverage
    from planner.domain.indicators import Indicator
    from planner.domain.places import Areas, Demand
    from planner.domain.standard import LifeCircle, Verdict
    from planner.domain.study import StudySettings


def community_rule(settings: StudySettings) -> CommunityRule:
    """Return when a community counts in a study."""
    asked = settings.coverage
    return CommunityRule(when=asked.community_counts_when, at_share=asked.community_counts_at)


def indicate(
    state: StateCoverage,
    *,
    settings: StudySettings,
    circles: Sequence[LifeCircle],
    demand: Demand,
    areas: Sequence[Areas],
    area_index: Mapping[str, IntArray],
    places_xy: FloatArray,
    serving: BoolArray,
    verdicts: Sequence[Verdict],
) -> tuple[Indicator, ...]:
    """
    Count one state by persons, homes, households, groups and communities.

    Parameters
    ----------
    state
        What was covered.
    settings
        Of the study: when a community counts.
    circles, demand, areas, area_index
        As in `count_indicators`.
    places_xy, serving, verdicts
        Centres in the working CRS, with proposals behind them; which of them are in service
        and serve each circle, shape (n_circles, n_places); and their verdicts.
    """
    rule = community_rule(settings)
    communities = next((area for area in areas if area.level == "community"), None)
    served = None
    if rule.when == "centre" and communities is not None:
        passing = np.array([verdict == "pass" for verdict in verdicts], dtype=np.bool_)
        failing = np.array([verdict == "fail" for verdict in verdicts], dtype=np.bool_)
        sets = np.stack([serving, serving & passing, serving & ~failing])
        served = find_served_communities(communities, places_xy, sets)
    return count_indicators(
        state,
        circles=circles,
        demand=demand,
        areas=areas,
        area_index=area_index,
        rule=rule,
        community_served=served,
    )
