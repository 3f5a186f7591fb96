"""Records as GeoDataFrames, for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from planner.report.counts import STANDINGS
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from planner.domain.coverage import State
    from planner.domain.evaluation import EvaluationRecords, ProposalRecords


def demand_frame(records: EvaluationRecords) -> gpd.GeoDataFrame:
    """
    Return one row a demand point: persons, and for each circle its time and whether covered.

    Columns `time_s_ID` are seconds to the nearest centre of the plan that serves circle ID
    (inf where not reached), `covered_ID` booleans, `standing_ID` `robust`, `fragile` or
    `uncovered` where that was asked. Geometry is in the working CRS.
    """
    demand = records.demand
    columns: dict[str, object] = {
        "demand_id": demand.demand_id,
        "persons": demand.persons,
        "snap_distance_m": records.demand_access.distance_m,
    }
    plan = next(state for state in records.coverage.states if state.state == "plan")
    for circle, time_s in zip(plan.life_circles, plan.travel_time_s, strict=True):
        columns[f"time_s_{circle.circle_id}"] = time_s
        columns[f"covered_{circle.circle_id}"] = time_s <= circle.limit_s + LIMIT_TOLERANCE_S
    for one in records.coverage.robustness:
        columns[f"standing_{one.circle_id}"] = [STANDINGS[k] for k in one.home_standing.tolist()]
    return gpd.GeoDataFrame(columns, geometry=shapely.points(demand.xy), crs=demand.crs)


def centre_frame(records: EvaluationRecords) -> gpd.GeoDataFrame:
    """
    Return one row a centre: what its row says, its verdict, and the persons it reaches.

    Columns `persons_reached_ID`, `persons_nearest_ID` and `persons_only_ID` (those whom no
    other centre reaches) are by circle. Working CRS.
    """
    columns: dict[str, list[object]] = {
        name: [getattr(centre, name) for centre in records.centres.centre]
        for name in ("centre_id", "name", "level", "kind", "status", "floor_area_m2")
    }
    columns["convenience_area_m2"] = [c.convenience_area_m2 for c in records.centres.centre]
    columns["verdict"] = [item.verdict for item in records.judgements.judgement]
    for figures in ("persons_reached", "persons_nearest"):
        for circle in records.judgements.rule_sets[0].life_circles:
            columns[f"{figures}_{circle.circle_id}"] = [
                getattr(item, figures).get(circle.circle_id) for item in records.coverage.centres
            ]
    for only in records.coverage.robustness:
        columns[f"persons_only_{only.circle_id}"] = only.centre_only_persons.tolist()
    return gpd.GeoDataFrame(
        columns, geometry=shapely.points(records.centres.xy), crs=records.centres.crs
    )


def gap_frame(records: EvaluationRecords) -> gpd.GeoDataFrame:
    """Return one row a gap, largest first; geometry is its middle in the working CRS."""
    gaps = sorted(records.coverage.gaps, key=lambda gap: -gap.persons)
    names = ("gap_id", "circle_id", "name", "persons", "points", "straight_m", "reason")
    columns = {name: [getattr(gap, name) for gap in gaps] for name in names}
    middle = np.array([gap.xy for gap in gaps], dtype=np.float64).reshape(-1, 2)
    return gpd.GeoDataFrame(columns, geometry=shapely.points(middle), crs=records.demand.crs)


def area_frame(records: EvaluationRecords, *, state: State = "plan") -> gpd.GeoDataFrame:
    """
    Return one row an administrative area of each level, with its shares in a state.

    Columns `persons_covered_ID`, `share_covered_ID` and `share_covered_pass_ID` are by
    circle; a share is NaN where nobody lives. Geometry is in the working CRS.
    """
    figures = [one for one in records.coverage.areas if one.state == state]
    names = ("level", "area_id", "name", "persons")
    columns: dict[str, list[object]] = {
        name: [getattr(one, name) for one in figures] for name in names
    }
    for column in ("persons_covered", "share_covered", "share_covered_pass"):
        for circle in records.judgements.rule_sets[0].life_circles:
            columns[f"{column}_{circle.circle_id}"] = [
                getattr(one, column).get(circle.circle_id) for one in figures
            ]
    drawn = {
        (area.level, area_id): shape
        for area in records.areas
        for area_id, shape in zip(area.area_id, area.geometry, strict=True)
    }
    shapes = [drawn[one.level, one.area_id] for one in figures]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=records.demand.crs)


def proposal_frame(records: ProposalRecords) -> gpd.GeoDataFrame:
    """
    Return one row a proposal in order, with its gains; geometry in the working CRS.

    Column `persons_gained_ID` is by circle: what it adds to the plan and to those before it.
    """
    proposals = records.plan.proposals
    names = ("proposal_id", "order", "action", "phase", "community", "street_name")
    columns: dict[str, list[object]] = {
        name: [getattr(one, name) for one in proposals]
        for name in (*names, "floor_area_m2", "cost_yuan")
    }
    for circle in records.coverage.states[-1].life_circles:
        columns[f"persons_gained_{circle.circle_id}"] = [
            one.persons_gained.get(circle.circle_id) for one in proposals
        ]
    places = np.array([one.xy for one in proposals], dtype=np.float64).reshape(-1, 2)
    return gpd.GeoDataFrame(
        columns, geometry=shapely.points(places), crs=records.plan.candidates.crs
    )
