"""Coverage by everything that is counted, for every area and the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from planner.coverage.areas import locate_in_areas
from planner.coverage.cover import is_covered
from planner.coverage.sums import AreaSums
from planner.coverage.totals import total_persons
from planner.domain.indicators import GROUP_PREFIX, INDICATOR_LEVELS, Indicator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.coverage import StateCoverage
    from planner.domain.indicators import CommunityRule, IndicatorLevel
    from planner.domain.places import Areas, Demand
    from planner.domain.population import LandMeasure
    from planner.domain.standard import LifeCircle

_SHARE_TOLERANCE: Final = 1e-12
"""Quotients of whole numbers may miss a stated share by the last bit."""


def count_indicators(
    coverage: StateCoverage,
    *,
    circles: Sequence[LifeCircle],
    demand: Demand,
    areas: Sequence[Areas],
    area_index: Mapping[str, IntArray],
    rule: CommunityRule,
    community_served: BoolArray | None = None,
) -> tuple[Indicator, ...]:
    """
    Count a state by persons, homes, households, groups and communities.

    Parameters
    ----------
    coverage
        The state.
    circles
        Life circles, in its order.
    demand
        People.
    areas
        Levels given; other levels than those of administration are left out.
    area_index
        By level, the area of each demand point, from `locate_in_areas`.
    rule
        When a community counts.
    community_served : shape (3, n_circles, n_communities), or None
        Where centres stand (`find_served_communities`), for the rule `centre`.

    Returns
    -------
    indicators
        By level from the whole down, then by what is counted. Households and communities are
        left out where nothing is known of them. The rows of a level add up to the whole.
    """
    covered = _covered(coverage, circles)
    ids = tuple(circle.circle_id for circle in circles)
    given = {area.level: area for area in areas}
    found = []
    for level in INDICATOR_LEVELS:
        if level != "whole" and level not in given:
            continue
        rows = _Rows(coverage, level, given.get(level), ids)
        for measure, values in _measures(demand):
            found.append(rows.add_up(measure, values, area_index.get(level), covered))
        if level != "community" and "community" in given:
            found.append(
                _count_communities(
                    rows, given["community"], area_index, demand, covered, rule, community_served
                )
            )
    return tuple(found)


def count_land(
    coverage: StateCoverage,
    *,
    measure: LandMeasure,
    circles: Sequence[LifeCircle],
    area_m2: FloatArray,
    areas: Sequence[Areas],
    area_index: Mapping[str, IntArray],
) -> tuple[Indicator, ...]:
    """
    Count a state by the land it covers.

    Parameters
    ----------
    coverage
        The state, of the places that stand for the land.
    measure
        What the land is.
    circles
        Life circles, in its order.
    area_m2 : shape (n_places,)
        Land that each place stands for.
    areas
        Levels given.
    area_index
        By level, the area of each place.

    Returns
    -------
    indicators
        By level from the whole down.
    """
    covered = _covered(coverage, circles)
    ids = tuple(circle.circle_id for circle in circles)
    given = {area.level: area for area in areas}
    return tuple(
        _Rows(coverage, level, given.get(level), ids).add_up(
            measure, area_m2, area_index.get(level), covered
        )
        for level in INDICATOR_LEVELS
        if level == "whole" or level in given
    )


def find_served_communities(
    communities: Areas, places_xy: FloatArray, place_sets: BoolArray
) -> BoolArray:
    """
    Find the communities in which a centre stands that serves a circle.

    Parameters
    ----------
    communities
        Areas.
    places_xy : shape (n_places, 2)
        Centres, and proposals behind them, in the CRS of the areas.
    place_sets : shape (3, n_circles, n_places)
        Which of them serve each circle, by the sets of `CENTRE_SETS`.

    Returns
    -------
    served : shape (3, n_circles, n_communities)
    """
    at = locate_in_areas(places_xy, communities)
    served = np.zeros((*place_sets.shape[:2], len(communities.area_id)), dtype=np.bool_)
    for place in np.flatnonzero(at >= 0).tolist():
        served[:, :, at[place]] |= place_sets[:, :, place]
    return served


def locate_communities(communities: Areas, upper: Areas) -> IntArray:
    """
    Find the area of a higher level that each community belongs to.

    Returns
    -------
    upper_index : shape (n_communities,)
        By the name the file gives for its street, where an upper area has that name; else
        by a point inside the community; -1 where neither tells.
    """
    inside = shapely.get_coordinates(shapely.point_on_surface(communities.geometry))
    at = locate_in_areas(inside, upper)
    if upper.level == "street":
        named = {name: place for place, name in reversed(list(enumerate(upper.name)))}
        for place, parent in enumerate(communities.parent_name):
            at[place] = named.get(parent, at[place])
    return at


def _covered(coverage: StateCoverage, circles: Sequence[LifeCircle]) -> BoolArray:
    """Tell who is covered: shape (3, n_circles, n_demand), by the sets of `CENTRE_SETS`."""
    times = (
        coverage.travel_time_s,
        coverage.travel_time_pass_s,
        coverage.travel_time_not_failing_s,
    )
    return np.stack(
        [
            np.stack([is_covered(rows[row], circle.limit_s) for row, circle in enumerate(circles)])
            for rows in times
        ]
    )


def _measures(demand: Demand) -> Iterator[tuple[str, FloatArray]]:
    """List what is counted at each home: name, and how much of it."""
    yield "persons", demand.persons
    yield "homes", np.ones(len(demand.persons), dtype=np.float64)
    if demand.households is not None:
        yield "households", demand.households
    for name, persons in demand.groups.items():
        yield f"{GROUP_PREFIX}{name}", persons


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one level in one state."""

    coverage: StateCoverage
    level: IndicatorLevel
    areas: Areas | None
    circle_id: tuple[str, ...]

    @property
    def n_areas(self) -> int:
        """Number of areas, 1 for the whole."""
        return 1 if self.areas is None else len(self.areas.area_id)

    def add_up(
        self, measure: str, values: FloatArray, area_index: IntArray | None, covered: BoolArray
    ) -> Indicator:
        """Add one column up: in all, and where covered."""
        if self.areas is None or area_index is None:
            known = np.nan_to_num(values, nan=0.0)
            part = [[[total_persons(known[mask])] for mask in rows] for rows in covered]
            whole = np.array([total_persons(known)])
            blank = np.array([float(np.count_nonzero(np.isnan(values)))])
            return self.indicator(measure, whole, np.array(part), blank)
        sums = AreaSums(area_index, values, self.n_areas)
        parts = np.array([[sums.total(mask) for mask in rows] for rows in covered])
        return self.indicator(measure, sums.total(), parts, sums.blank)

    def indicator(
        self, measure: str, whole: FloatArray, covered: FloatArray, not_known: FloatArray
    ) -> Indicator:
        """Make the record; the row of what lies in no area stays only if it holds anything."""
        ids: tuple[str, ...] = ("",)
        names: tuple[str, ...] = ("",)
        if self.areas is not None:
            ids, names = (*self.areas.area_id, ""), (*self.areas.name, "")
        kept = len(ids)
        if self.areas is not None and whole[-1] <= 0.0 and not_known[-1] <= 0.0:
            kept -= 1
        whole, covered = whole[:kept], covered[:, :, :kept]
        share = np.full(covered.shape, np.nan)
        np.divide(covered, whole, out=share, where=np.broadcast_to(whole > 0.0, covered.shape))
        return Indicator(
            state=self.coverage.state,
            level=self.level,
            measure=measure,
            circle_id=self.circle_id,
            area_id=ids[:kept],
            name=names[:kept],
            whole=whole,
            covered=covered,
            share=share,
            not_known=not_known[:kept],
        )


def _count_communities(
    rows: _Rows,
    communities: Areas,
    area_index: Mapping[str, IntArray],
    demand: Demand,
    covered: BoolArray,
    rule: CommunityRule,
    community_served: BoolArray | None,
) -> Indicator:
    """Count the communities of each area, and those that count as covered."""
    n_communities = len(communities.area_id)
    if rule.when == "centre":
        counted = np.ones(n_communities, dtype=np.bool_)
        counts = np.zeros((*covered.shape[:2], n_communities), dtype=np.bool_)
        if community_served is not None:
            counts = community_served
    else:
        sums = AreaSums(area_index["community"], demand.persons, n_communities)
        persons = sums.total()[:-1]
        counted = persons > 0.0
        least = (rule.at_share - _SHARE_TOLERANCE) * persons
        counts = np.array([[sums.total(mask)[:-1] >= least for mask in row] for row in covered])
    at = np.zeros(n_communities, dtype=np.int64)
    if rows.areas is not None:
        at = locate_communities(communities, rows.areas)
    size = rows.n_areas + (rows.areas is not None)
    slot = np.where(at < 0, rows.n_areas, at)
    whole = np.bincount(slot, weights=counted, minlength=size).astype(np.float64)
    parts = np.array(
        [
            [np.bincount(slot, weights=mask & counted, minlength=size) for mask in row]
            for row in counts
        ]
    )
    return rows.indicator("communities", whole, parts, np.zeros(size))
