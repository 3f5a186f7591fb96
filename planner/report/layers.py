"""The layers of `results.gpkg`: columns and geometry, in the working CRS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import shapely

from planner.domain.places import LEVELS
from planner.domain.shelf import Shelf
from planner.report.coordinates import DEGREES
from planner.report.counts import STANDINGS
from planner.report.drawn_shapes import DrawnShapes
from planner.report.findings import list_finding_places
from planner.report.project_rows import list_projects
from planner.report.words import choose_words
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike

    from planner.domain.arrays import GeometryArray
    from planner.domain.coverage import StateCoverage
    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.domain.standard import LifeCircle

GeometryType: TypeAlias = Literal["Point", "MultiPolygon"]


@dataclass(frozen=True, slots=True)
class Layer:
    """
    One layer: `columns` by name, each shape (n,), in order; `geometry` of one type.

    Columns are float64 (NaN is null), int32 or object (text or `None`), so that
    an empty layer still has the right fields.
    """

    name: str
    columns: dict[str, ArrayLike]
    geometry: GeometryArray
    geometry_type: GeometryType
    crs: str


def make_layers(
    records: EvaluationRecords,
    proposals: ProposalRecords | None,
    shapes: DrawnShapes | None = None,
) -> tuple[Layer, ...]:
    """Make every layer of the contract, empty ones too, in its order."""
    shapes = shapes or DrawnShapes(Shelf())
    return (
        _centres(records),
        _demand(records),
        _isochrones(records),
        _gaps(records, proposals, shapes),
        _proposals(records, proposals),
        *(_areas(records, level) for level in LEVELS),
        _quarantine(records),
        _network_findings(records),
    )


def _text(values: Iterable[object]) -> ArrayLike:
    found = [None if value is None or value == "" else str(value) for value in values]
    column = np.empty(len(found), dtype=object)
    column[:] = found
    return column


def _number(values: Iterable[float | None]) -> ArrayLike:
    """Return numbers, NaN where there is none: infinity has no place in a file."""
    found = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return np.where(np.isfinite(found), found, np.nan)


def _whole(values: Iterable[int]) -> ArrayLike:
    return np.array(list(values), dtype=np.int32)


def _points(xy: ArrayLike) -> GeometryArray:
    geometry: GeometryArray = shapely.points(np.asarray(xy, dtype=np.float64).reshape(-1, 2))
    return geometry


def _polygons(geometry: Iterable[shapely.Geometry]) -> GeometryArray:
    """Return multi-polygons, so that every feature of the layer is of its one type."""
    found = [
        shapely.multipolygons([part for part in shapely.get_parts(one) if part.area > 0])
        for one in geometry
    ]
    column = np.empty(len(found), dtype=object)
    column[:] = found
    return column


def _circles(records: EvaluationRecords) -> tuple[LifeCircle, ...]:
    return records.judgements.rule_sets[0].life_circles


def _plan(records: EvaluationRecords) -> StateCoverage:
    return next(state for state in records.coverage.states if state.state == "plan")


def _centres(records: EvaluationRecords) -> Layer:
    centres, judgements = records.centres.centre, records.judgements.judgement
    columns: dict[str, ArrayLike] = {
        "centre_id": _text(c.centre_id for c in centres),
        "name": _text(c.name for c in centres),
        "verdict": _text(judgement.verdict for judgement in judgements),
        "level": _text(c.level for c in centres),
        "kind": _text(c.kind for c in centres),
        "status": _text(c.status for c in centres),
        "floor_area_m2": _number(c.floor_area_m2 for c in centres),
        "floor_area_existing_m2": _number(c.floor_area_existing_m2 for c in centres),
        "convenience_area_m2": _number(c.convenience_area_m2 for c in centres),
        "district": _text(c.district for c in centres),
        "street": _text(c.street for c in centres),
        "community": _text(c.community for c in centres),
        "snap_distance_m": _number(records.centre_access.distance_m),
        "co_located_with": _text(" · ".join(c.co_located_with) for c in centres),
        "entrances": _whole(len(c.entrances) for c in centres),
    }
    first = records.judgements.rule_sets[0].rule_set_id
    for rules in records.judgements.rule_sets:
        if rules.rule_set_id != first:
            columns[f"verdict_{rules.rule_set_id}"] = _text(
                j.verdict_by_rule_set.get(rules.rule_set_id) for j in judgements
            )
        for clause in rules.clauses:
            name = clause.clause_id
            key = (rules.rule_set_id, name)
            column = name if name not in columns else f"{rules.rule_set_id}_{name}"
            columns[column] = _text(
                {(r.rule_set_id, r.clause_id): r.verdict for r in j.clause_results}.get(key)
                for j in judgements
            )
    for group in dict.fromkeys(g for j in judgements for g in j.verdict_by_group):
        if group != "floor_area":
            columns[f"verdict_{group}"] = _text(j.verdict_by_group.get(group) for j in judgements)
    figures = records.coverage.centres
    for circle in _circles(records):
        columns[f"persons_reached_{circle.circle_id}"] = _number(
            one.persons_reached.get(circle.circle_id) for one in figures
        )
        columns[f"persons_nearest_{circle.circle_id}"] = _number(
            one.persons_nearest.get(circle.circle_id) for one in figures
        )
    for only in records.coverage.robustness:
        columns[f"persons_only_{only.circle_id}"] = _number(only.centre_only_persons)
    for room in records.coverage.capacity:
        name = room.circle_id
        columns[f"room_households_{name}"] = _number(room.room_households)
        columns[f"over_households_{name}"] = _number(room.nearest.centre_over_households)
        columns[f"spare_households_{name}"] = _number(room.nearest.centre_spare_households)
    return Layer("centres", columns, _points(records.centres.xy), "Point", records.centres.crs)


def _demand(records: EvaluationRecords) -> Layer:
    demand, plan = records.demand, _plan(records)
    searched_s = 2.0 * max(circle.limit_s for circle in _circles(records))
    columns: dict[str, ArrayLike] = {
        "demand_id": _text(demand.demand_id),
        "persons": demand.persons,
        "snap_distance_m": _number(records.demand_access.distance_m),
    }
    if demand.households is not None:
        columns["households"] = demand.households
    for circle, times in zip(plan.life_circles, plan.travel_time_s, strict=True):
        known = times <= searched_s + LIMIT_TOLERANCE_S
        columns[f"time_s_{circle.circle_id}"] = np.where(known, times, np.nan)
        columns[f"covered_{circle.circle_id}"] = (
            times <= circle.limit_s + LIMIT_TOLERANCE_S
        ).astype(np.int32)
    for one in records.coverage.robustness:
        columns[f"standing_{one.circle_id}"] = _text(
            STANDINGS[value] for value in one.home_standing.tolist()
        )
        columns[f"second_time_s_{one.circle_id}"] = _number(one.second_time_s)
    return Layer("demand", columns, _points(demand.xy), "Point", demand.crs)


def _isochrones(records: EvaluationRecords) -> Layer:
    rows = [
        (centre.centre_id, circle, geometry, figures.persons_reached.get(circle.circle_id))
        for circle, drawn in zip(_circles(records), records.isochrones, strict=True)
        for centre, geometry, figures in zip(
            records.centres.centre, drawn.geometry, records.coverage.centres, strict=True
        )
        if not shapely.is_empty(geometry)
    ]
    return Layer(
        "isochrones",
        {
            "centre_id": _text(row[0] for row in rows),
            "life_circle": _text(row[1].circle_id for row in rows),
            "limit_s": _number(row[1].limit_s for row in rows),
            "persons": _number(row[3] for row in rows),
        },
        _polygons(row[2] for row in rows),
        "MultiPolygon",
        records.network.streets.crs,
    )


def _gaps(
    records: EvaluationRecords, proposals: ProposalRecords | None, shapes: DrawnShapes
) -> Layer:
    gaps = (records.coverage if proposals is None else proposals.coverage).gaps
    centres = records.centres.centre
    return Layer(
        "gaps",
        {
            "gap_id": _text(gap.gap_id for gap in gaps),
            "life_circle": _text(gap.circle_id for gap in gaps),
            "persons": _number(gap.persons for gap in gaps),
            "points": _whole(gap.points for gap in gaps),
            "name": _text(gap.name for gap in gaps),
            "community": _text(gap.community for gap in gaps),
            "street_name": _text(gap.street_name for gap in gaps),
            "reason": _text(gap.reason for gap in gaps),
            "nearest_centre_id": _text(
                centres[gap.nearest_centre_index].centre_id
                if gap.nearest_centre_index >= 0
                else None
                for gap in gaps
            ),
            "straight_m": _number(gap.straight_m for gap in gaps),
            "travel_time_s": _number(gap.travel_time_s for gap in gaps),
        },
        _polygons(shapes.hull_gap(records.demand, gap.demand_index) for gap in gaps),
        "MultiPolygon",
        records.demand.crs,
    )


def _proposals(records: EvaluationRecords, proposals: ProposalRecords | None) -> Layer:
    projects = list_projects(records, proposals, choose_words(records.settings.language))
    plan = () if proposals is None else proposals.plan.proposals
    ordered = sorted(plan, key=lambda one: one.order)
    columns: dict[str, ArrayLike] = {
        "proposal_id": _text(one.proposal_id for one in ordered),
        "order": _whole(one.order for one in ordered),
        "action": _text(one.action for one in ordered),
    }
    for circle in _circles(records):
        columns[f"persons_gained_{circle.circle_id}"] = _number(
            one.persons_gained.get(circle.circle_id) for one in ordered
        )
    columns |= {
        "floor_area_m2": _number(one.floor_area_m2 for one in ordered),
        "convenience_area_m2": _number(one.convenience_area_m2 for one in ordered),
        "cost_yuan": _number(one.cost_yuan for one in ordered),
        "community": _text(one.community for one in ordered),
        "street_name": _text(one.street_name for one in ordered),
        "gap": _text(project.gap for project in projects),
        "clause": _text(project.clause for project in projects),
        "centre_id": _text(one.centre_id for one in ordered),
        "added_m2": _number(one.added_m2 for one in ordered),
        "phase": _text(one.phase for one in ordered),
        "households_gained": _number(one.households_gained for one in ordered),
    }
    return Layer(
        "proposals",
        columns,
        _points([one.xy for one in ordered]),
        "Point",
        records.network.streets.crs,
    )


def _areas(records: EvaluationRecords, level: str) -> Layer:
    given = next((areas for areas in records.areas if areas.level == level), None)
    figures = {
        area.area_id: area
        for area in records.coverage.areas
        if area.level == level and area.state == "plan"
    }
    rows = [] if given is None else [figures.get(area_id) for area_id in given.area_id]
    columns: dict[str, ArrayLike] = {
        "area_id": _text(() if given is None else given.area_id),
        "name": _text(() if given is None else given.name),
        "persons": _number(None if row is None else row.persons for row in rows),
        "points": _whole(0 if row is None else row.points for row in rows),
    }
    for circle in _circles(records):
        for kind in (
            "persons_covered",
            "share_covered",
            "persons_covered_pass",
            "share_covered_pass",
        ):
            columns[f"{kind}_{circle.circle_id}"] = _number(
                None if row is None else getattr(row, kind).get(circle.circle_id) for row in rows
            )
    columns |= _bands(records, level, () if given is None else given.area_id)
    return Layer(
        f"area_{level}",
        columns,
        _polygons(() if given is None else given.geometry),
        "MultiPolygon",
        records.network.streets.crs if given is None else given.crs,
    )


def _bands(records: EvaluationRecords, level: str, area_id: Iterable[str]) -> dict[str, ArrayLike]:
    """Return between which shares each area lies, by circle."""
    ids = list(area_id)
    columns: dict[str, ArrayLike] = {}
    for circle in records.coverage.robustness:
        for side in ("share_low", "share_high"):
            known = {
                one: float(share)
                for band in circle.bands
                if band.level == level
                for one, share in zip(band.area_id, getattr(band, side), strict=True)
            }
            columns[f"{side}_{circle.circle_id}"] = _number(known.get(one) for one in ids)
    return columns


def _quarantine(records: EvaluationRecords) -> Layer:
    rows = records.quarantine
    geometry = np.array(
        [
            shapely.Point(row.lon, row.lat) if np.isfinite([row.lon, row.lat]).all() else None
            for row in rows
        ],
        dtype=object,
    )
    return Layer(
        "quarantine",
        {
            "noun": _text(row.noun for row in rows),
            "row": _text(row.row for row in rows),
            "label": _text(row.label for row in rows),
            "reason": _text(row.reason for row in rows),
            "detail": _text(row.detail for row in rows),
            "persons": _number(row.persons for row in rows),
        },
        geometry,
        "Point",
        DEGREES,
    )


def _network_findings(records: EvaluationRecords) -> Layer:
    rows = list_finding_places(records)
    return Layer(
        "network_findings",
        {
            "kind": _text(row.kind for row in rows),
            "severity": _text(row.severity for row in rows),
            "name": _text(row.name for row in rows),
            "label": _text(row.label for row in rows),
            "count": _whole(row.count for row in rows),
            "length_m": _number(row.length_m for row in rows),
            "edge_distance_m": _number(row.edge_distance_m for row in rows),
            "persons": _number(row.persons for row in rows),
        },
        _points([(row.x, row.y) for row in rows]),
        "Point",
        records.network.streets.crs,
    )
