"""What the page lists and opens: centres with their clauses, areas, gaps, proposals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from planner.domain.places import LEVELS
from planner.domain.service import is_in_service, offers_service
from planner.report.map_counts import (
    describe_bands,
    describe_dependence,
    describe_outcome,
    describe_site,
    describe_units,
)
from planner.report.map_detail import DISTRICT
from planner.report.map_text import clean_text
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.domain.arrays import GeometryArray
    from planner.domain.coverage import AreaFigures, Coverage, Gap, StateCoverage
    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.domain.places import Areas, Centre
    from planner.domain.reach import Isochrones
    from planner.domain.siting import Proposal
    from planner.domain.standard import Clause, Judgement, LifeCircle, RuleSet
    from planner.report.drawn_shapes import DrawnShapes
    from planner.report.map_detail import Detail
    from planner.report.map_plane import MapPlane

_AREA_TOLERANCE_M: Final = 1.5
_MEETS_SHARE: Final = 0.25
"""A proposal meets a gap when it covers more than this share of its people."""


def finite(value: float | None) -> float | None:
    """Return a number JSON can hold, `None` for UNREACHED and NaN."""
    return None if value is None or not math.isfinite(value) else float(value)


def describe_clauses(rule_sets: tuple[RuleSet, ...]) -> list[dict[str, Any]]:
    """Return every clause of every rule set, in order: what the results of a centre point to."""
    return [
        {
            "id": clause.clause_id,
            "rule_set": position,
            "name": [clean_text(clause.name_zh), clean_text(clause.name_en)],
            "group": clause.group,
            "force": clause.force,
            "comparison": clause.comparison,
            "measures": clause.measures,
            "judged_unit": clause.judged_unit,
            "unit": clause.unit,
            "text": clean_text(clause.text),
            "source": clean_text(clause.source),
            "certainty": clause.certainty,
        }
        for position, rule_set in enumerate(rule_sets)
        for clause in rule_set.clauses
    ]


def describe_centres(
    records: EvaluationRecords,
    plane: MapPlane,
    shapes: DrawnShapes | None,
    closing: frozenset[int] = frozenset(),
) -> list[dict[str, Any]]:
    """
    Return every centre: identity, verdicts, clauses, what it reaches, its own shapes.

    Without `shapes` the centres have none of their own; `closing` are positions of those that
    the plan closes.
    """
    rule_sets = records.judgements.rule_sets
    circles = rule_sets[0].life_circles
    clauses = _clause_positions(rule_sets)
    pixels = plane.to_pixels(records.centres.xy).tolist()
    drawn = None if shapes is None else _drawn(records.isochrones, circles, shapes)
    names = {one.centre_id: one.name for one in records.centres.centre}
    described = []
    for index, centre in enumerate(records.centres.centre):
        figures = records.coverage.centres[index]
        served = [offers_service(centre, circle.serves) for circle in circles]
        described.append(
            _describe_centre(centre)
            | _describe_judgement(records.judgements.judgement[index], clauses)
            | {
                "x": pixels[index][0],
                "y": pixels[index][1],
                "in_service": [
                    state for state in ("existing", "plan") if is_in_service(centre, state)
                ],
                "closes": index in closing,
                "off_network": bool(records.centre_access.edge_index[index] < 0),
                "serves": served,
                "reached": [figures.persons_reached.get(one.circle_id) for one in circles],
                "nearest": [figures.persons_nearest.get(one.circle_id) for one in circles],
                "shapes": [
                    shapes.pack(drawn[number][index], plane)
                    if serves and shapes is not None and drawn is not None
                    else ""
                    for number, serves in enumerate(served)
                ],
            }
            | describe_dependence(records, index)
            | describe_site(centre, plane, names)
        )
    return described


def choose_level(areas: tuple[Areas, ...]) -> Areas | None:
    """Return the finest level of areas given, `None` without any."""
    by_level = {area.level: area for area in areas if len(area.area_id)}
    return next((by_level[level] for level in LEVELS if level in by_level), None)


def describe_areas(
    records: EvaluationRecords, areas: Areas | None, coverage: Coverage, plane: MapPlane
) -> dict[str, Any]:
    """Return the areas of one level: outlines, figures by state and circle, bands, verdicts."""
    rule_sets = records.judgements.rule_sets
    circles = rule_sets[0].life_circles
    if areas is None:
        return {"level": "", "items": []}
    figures = {(one.state, one.area_id): one for one in coverage.areas if one.level == areas.level}
    states = tuple(dict.fromkeys(state for state, _ in figures))
    middles = plane.to_pixels(shapely.get_coordinates(shapely.point_on_surface(areas.geometry)))
    units = describe_units(records, areas, _clause_positions(rule_sets))
    bands = describe_bands(records, areas)
    items = []
    for index, area_id in enumerate(areas.area_id):
        known = {state: figures.get((state, area_id)) for state in states}
        items.append(
            {
                "id": clean_text(area_id),
                "name": clean_text(areas.name[index]) or clean_text(area_id),
                "persons": next((one.persons for one in known.values() if one), 0.0),
                "x": int(middles[index, 0]),
                "y": int(middles[index, 1]),
                "shape": plane.pack_polygon(areas.geometry[index], tolerance_m=_AREA_TOLERANCE_M),
                "figures": {
                    state: _area_figures(one, circles) for state, one in known.items() if one
                },
            }
            | ({"clauses": units[area_id]} if area_id in units else {})
            | ({"band": bands[area_id]} if area_id in bands else {})
        )
    return {"level": areas.level, "items": items}


def describe_gaps(
    records: EvaluationRecords,
    proposals: ProposalRecords | None,
    plane: MapPlane,
    shapes: DrawnShapes,
    *,
    detail: Detail = DISTRICT,
) -> list[dict[str, Any]]:
    """Return the gaps that the page lists, with their shapes and the proposals that meet them."""
    circles = records.judgements.rule_sets[0].life_circles
    position = {circle.circle_id: index for index, circle in enumerate(circles)}
    after = _state_with_proposals(proposals)
    described = []
    for gap in detail.keep_gaps(records.coverage.gaps):
        x, y = plane.to_point(gap.xy)
        nearest = gap.nearest_centre_index
        described.append(
            {
                "id": gap.gap_id,
                "circle": position[gap.circle_id],
                "persons": gap.persons,
                "points": gap.points,
                "x": x,
                "y": y,
                "name": clean_text(gap.name),
                "straight_m": finite(gap.straight_m),
                "travel_time_s": finite(gap.travel_time_s),
                "nearest": clean_text(records.centres.centre[nearest].name) if nearest >= 0 else "",
                "reason": gap.reason,
                "met_by": _met_by(gap, position[gap.circle_id], records, after),
                "shape": shapes.pack(shapes.round_gap(records.demand, gap.demand_index), plane),
            }
        )
    return described


def describe_proposals(
    records: EvaluationRecords,
    proposals: ProposalRecords | None,
    plane: MapPlane,
    shapes: DrawnShapes,
) -> list[dict[str, Any]]:
    """Return the proposals in order, with gains by circle and their own shapes."""
    if proposals is None:
        return []
    circles = records.judgements.rule_sets[0].life_circles
    drawn = _drawn(proposals.isochrones, circles, shapes)
    return [
        _describe_proposal(proposal, circles)
        | {"x": x, "y": y, "shapes": [shapes.pack(one[index], plane) for one in drawn]}
        for index, proposal in enumerate(proposals.plan.proposals)
        for x, y in [plane.to_point(proposal.xy)]
    ]


def _drawn(
    isochrones: tuple[Isochrones, ...], circles: tuple[LifeCircle, ...], shapes: DrawnShapes
) -> list[GeometryArray]:
    return [
        shapes.simplify(one.geometry, circle.limit_s)
        for circle, one in zip(circles, isochrones, strict=True)
    ]


def _describe_centre(centre: Centre) -> dict[str, Any]:
    places = (centre.district, centre.street, centre.community)
    return {
        "id": clean_text(centre.centre_id),
        "name": clean_text(centre.name) or clean_text(centre.centre_id),
        "level": centre.level,
        "kind": centre.kind,
        "status": centre.status,
        "floor_area_m2": finite(centre.floor_area_m2),
        "floor_area_existing_m2": finite(centre.floor_area_existing_m2),
        "place": " · ".join(clean_text(place) for place in places if place),
        "approximate": list(centre.approximate),
    }


def _describe_judgement(
    judgement: Judgement, clauses: dict[tuple[str, str], int]
) -> dict[str, Any]:
    return {
        "verdict": judgement.verdict,
        "groups": dict(judgement.verdict_by_group),
        "rule_sets": dict(judgement.verdict_by_rule_set),
        "clauses": [
            describe_outcome(result, clauses[result.rule_set_id, result.clause_id])
            for result in judgement.clause_results
        ],
    }


def _clause_positions(rule_sets: Iterable[RuleSet]) -> dict[tuple[str, str], int]:
    ordered: list[tuple[RuleSet, Clause]] = [
        (rule_set, clause) for rule_set in rule_sets for clause in rule_set.clauses
    ]
    return {
        (rule_set.rule_set_id, clause.clause_id): index
        for index, (rule_set, clause) in enumerate(ordered)
    }


def _area_figures(figures: AreaFigures, circles: tuple[LifeCircle, ...]) -> list[list[float]]:
    return [
        [
            figures.persons_covered.get(circle.circle_id, 0.0),
            figures.persons_covered_pass.get(circle.circle_id, 0.0),
            figures.persons_covered_not_failing.get(circle.circle_id, 0.0),
        ]
        for circle in circles
    ]


def _state_with_proposals(proposals: ProposalRecords | None) -> StateCoverage | None:
    if proposals is None:
        return None
    states = proposals.coverage.states
    return next((one for one in states if one.state == "with_proposals"), None)


def _met_by(
    gap: Gap, circle: int, records: EvaluationRecords, after: StateCoverage | None
) -> list[int]:
    """Return the orders (from 1) of the proposals that reach enough of a gap's people."""
    if after is None or not gap.persons:
        return []
    limit_s = records.judgements.rule_sets[0].life_circles[circle].limit_s
    members = gap.demand_index
    reached = after.travel_time_s[circle][members] <= limit_s + LIMIT_TOLERANCE_S
    added = after.centre_index[circle][members] - len(records.centres.centre)
    persons = np.where(reached & (added >= 0), records.demand.persons[members], 0.0)
    gained = np.bincount(np.maximum(added, 0), weights=persons)
    return [int(order) + 1 for order in np.flatnonzero(gained > _MEETS_SHARE * gap.persons)]


def _describe_proposal(proposal: Proposal, circles: tuple[LifeCircle, ...]) -> dict[str, Any]:
    return {
        "id": proposal.proposal_id,
        "order": proposal.order,
        "action": proposal.action,
        "gained": [proposal.persons_gained.get(circle.circle_id, 0.0) for circle in circles],
        "floor_area_m2": finite(proposal.floor_area_m2),
        "convenience_area_m2": finite(proposal.convenience_area_m2),
        "cost_yuan": finite(proposal.cost_yuan),
        "phase": clean_text(proposal.phase),
        "households": finite(proposal.households_gained),
        "added_m2": finite(proposal.added_m2),
        "centre": clean_text(proposal.centre_name or proposal.centre_id),
        "community": clean_text(proposal.community),
        "street": clean_text(proposal.street_name),
    }
