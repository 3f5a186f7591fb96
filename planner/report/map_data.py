"""Records of one run -> the data that `map.html` carries."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyproj
import shapely

from planner.domain.shelf import Same, Shelf
from planner.report.base_maps import choose_base_map, describe_base_map
from planner.report.chinese import in_chinese
from planner.report.drawn_shapes import DrawnShapes
from planner.report.map_circles import pack_bands, study_limit, unite_bands
from planner.report.map_counts import describe_counts, list_standing
from planner.report.map_detail import choose_detail
from planner.report.map_findings import describe_findings_on_map
from planner.report.map_people import pack_homes
from planner.report.map_places import (
    choose_level,
    describe_areas,
    describe_centres,
    describe_clauses,
    describe_gaps,
    describe_proposals,
    finite,
)
from planner.report.map_plane import MapPlane
from planner.report.map_slopes import pack_slopes
from planner.report.map_streets import label_streets, pack_streets
from planner.report.map_text import clean_text
from planner.report.slope import describe_heights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.domain.coverage import Coverage
    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.domain.places import QuarantinedRow
    from planner.domain.standard import RuleSet

SCHEMA: Final = "planner.map/1"

_MARGIN_M: Final = 1500.0
"""Streets are drawn this far around the people and the centres."""

_VIEW_PAD_M: Final = 60.0
_NOTICES_MOST: Final = 200
_SUMMARY_KEYS: Final = ("network", "demand", "centres", "life_circles", "states")

Bounds = tuple[float, float, float, float]


def build_map_data(
    records: EvaluationRecords,
    proposals: ProposalRecords | None,
    summary: Mapping[str, Any],
    *,
    made: str,
    shelf: Shelf | None = None,
) -> dict[str, Any]:
    """
    Build what the page carries, ready for JSON.

    Parameters
    ----------
    records, proposals
        The evaluation, and what siting adds to it.
    summary
        The figures of `summary.json`; every headline number on the page is read from it.
    made
        Date printed on the page.
    shelf
        Where streets, shapes and other things that several pages share are kept.

    Returns
    -------
    data
        Numbers, texts, lists and packed geometry (see `packing`).
    """
    shelf = shelf or Shelf()
    detail = choose_detail(records)
    shapes = DrawnShapes(shelf, coarser=detail.coarser)
    circles = records.judgements.rule_sets[0].life_circles
    coverage = records.coverage if proposals is None else proposals.coverage
    view = _view_bounds(records, proposals)
    limit = study_limit(records.areas)
    around = _street_bounds(records, view)
    plane = MapPlane.over(records.network.streets.crs, around)
    areas = choose_level(records.areas)
    states = _offered_states(summary, coverage, proposals)
    bands = unite_bands(records, proposals, shapes)
    streets = records.network.streets
    packed_streets, labels = shelf.take(
        ("map streets", Same(streets), around),
        lambda: (
            pack_streets(streets, plane, around, step=detail.step),
            label_streets(streets, plane, around),
        ),
    )
    slopes = shelf.take(
        ("map slopes", Same(records.network), around),
        lambda: pack_slopes(records.network, plane, around, step=detail.step),
    )
    return {
        "schema": SCHEMA,
        "made": made,
        "language": records.settings.language,
        "name": clean_text(records.settings.name),
        "origin": list(plane.origin),
        "view": _pixel_box(plane, view),
        "extent": _pixel_box(plane, around),
        "states": list(states),
        "figures": {key: summary[key] for key in _SUMMARY_KEYS if key in summary}
        | describe_counts(summary),
        **_describe_method(records),
        **_describe_doubts(records, plane, around),
        "siting": _describe_siting(records, proposals, summary),
        "alternatives": _describe_alternatives(coverage),
        "clauses": describe_clauses(records.judgements.rule_sets),
        "detail": {"city": detail.is_city, "step": detail.step},
        "streets": packed_streets,
        "labels": labels,
        "slopes": slopes,
        "base_map": describe_base_map(choose_base_map(records.settings.output)),
        "study": "" if limit is None else plane.pack_polygon(limit, tolerance_m=2.0),
        "bands": {
            name: packed
            for name, packed in pack_bands(bands, plane, shapes, detail).items()
            if name in {*states, "added"}
        },
        "areas": describe_areas(records, areas, coverage, plane),
        "centres": describe_centres(
            records,
            plane,
            shapes if detail.centre_shapes else None,
            frozenset(one.centre_index for one in (proposals.plan.closings if proposals else ())),
        ),
        "gaps": describe_gaps(records, proposals, plane, shapes, detail=detail),
        "gap_counts": [
            sum(gap.circle_id == circle.circle_id for gap in coverage.gaps) for circle in circles
        ],
        "proposals": describe_proposals(records, proposals, plane, shapes),
        "findings": describe_findings_on_map(records, plane),
        "homes": pack_homes(
            records.demand,
            tuple(one for one in coverage.states if one.state in states),
            circles,
            area_index=None if areas is None else records.area_index.get(areas.level),
            plane=plane,
            standing=list_standing(records),
        ),
    }


def _offered_states(
    summary: Mapping[str, Any], coverage: Coverage, proposals: ProposalRecords | None
) -> tuple[str, ...]:
    """Return the states that the records and the summary both know."""
    told = summary.get("states", {})
    return tuple(
        one.state
        for one in coverage.states
        if (told.get(one.state) or {}).get("life_circles")
        and (one.state != "with_proposals" or (proposals and proposals.plan.proposals))
    )


def _view_bounds(records: EvaluationRecords, proposals: ProposalRecords | None) -> Bounds:
    """Return the box of people, centres and proposals: what the page opens on."""
    points = [records.demand.xy, records.centres.xy]
    if proposals is not None and proposals.plan.proposals:
        points.append(np.array([one.xy for one in proposals.plan.proposals]))
    xy = np.concatenate([part.reshape(-1, 2) for part in points])
    if not len(xy):
        xy = records.network.streets.node_xy
    (west, south), (east, north) = xy.min(axis=0) - _VIEW_PAD_M, xy.max(axis=0) + _VIEW_PAD_M
    return float(west), float(south), float(east), float(north)


def _street_bounds(records: EvaluationRecords, view: Bounds) -> Bounds:
    """Return the box of streets drawn: the view and the isochrones with a margin, if there."""
    boxes = [
        shapely.total_bounds(drawn.geometry) for drawn in records.isochrones if len(drawn.geometry)
    ]
    stacked = np.array([view, *(box for box in boxes if np.all(np.isfinite(box)))])
    low, high = stacked[:, :2].min(axis=0) - _MARGIN_M, stacked[:, 2:].max(axis=0) + _MARGIN_M
    drawn = records.network.streets.shape_xy
    if len(drawn):
        low = np.minimum(np.maximum(low, drawn.min(axis=0)), stacked[:, :2].min(axis=0))
        high = np.maximum(np.minimum(high, drawn.max(axis=0)), stacked[:, 2:].max(axis=0))
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _pixel_box(plane: MapPlane, bounds: Bounds) -> list[int]:
    """Return west, north, east, south in page pixels."""
    west, south, east, north = bounds
    corners = plane.to_pixels(
        np.array([[west, south], [west, north], [east, south], [east, north]])
    )
    return [int(v) for v in (*corners.min(axis=0), *corners.max(axis=0))]


def _describe_method(records: EvaluationRecords) -> dict[str, Any]:
    """Return what the strip below the map prints: rules, limits, walker, direction, credits."""
    profile = records.network.profile
    judgements = records.judgements
    return {
        "plan_date": judgements.plan_date.isoformat(),
        "circles": [
            {
                "id": circle.circle_id,
                "limit_s": circle.limit_s,
                "name": [clean_text(circle.name_zh), clean_text(circle.name_en)],
                "text": clean_text(circle.text),
                "source": clean_text(circle.source),
                "certainty": circle.certainty,
                "serves_certainty": circle.serves_certainty,
            }
            for circle in judgements.rule_sets[0].life_circles
        ],
        "assumptions": list(judgements.assumptions),
        "rule_sets": [_describe_rule_set(rule_set) for rule_set in judgements.rule_sets],
        "profile": {
            "id": records.settings.walking.profile,
            "speed_m_s": None if profile is None else profile.speed_m_s,
            "source": "" if profile is None else clean_text(profile.source),
            "certainty": "" if profile is None else profile.certainty,
        },
        "direction": records.settings.walking.direction,
        "sources": [
            ["streets", clean_text(records.settings.streets.source.name)],
            *(
                ["elevation", clean_text(name)]
                for name in describe_heights(records)["heights_sources"]
            ),
            ["demand", clean_text(records.settings.demand.source.name)],
            ["centres", clean_text(records.settings.centres.source.name)],
        ],
        "credits": [clean_text(line) for line in records.settings.credits],
    }


def _describe_rule_set(rule_set: RuleSet) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for clause in rule_set.clauses:
        if clause.certainty != "read":
            counts[clause.certainty] = counts.get(clause.certainty, 0) + 1
    return {
        "id": rule_set.rule_set_id,
        "title": [clean_text(rule_set.title), clean_text(rule_set.title_en)],
        "body": clean_text(rule_set.issuing_body),
        "valid_from": rule_set.valid_from.isoformat(),
        "not_read": counts,
        "notes": [clean_text(note) for note in rule_set.notes],
    }


def _describe_doubts(records: EvaluationRecords, plane: MapPlane, around: Bounds) -> dict[str, Any]:
    rows = records.quarantine[:_NOTICES_MOST]
    places = _row_places(rows, plane, around)
    return {
        "quarantine": [
            {
                "noun": row.noun,
                "row": row.row,
                "label": clean_text(row.label),
                "reason": row.reason,
                "detail": clean_text(row.detail),
                "persons": row.persons,
            }
            | ({} if place is None else {"x": place[0], "y": place[1]})
            for row, place in zip(rows, places, strict=True)
        ],
        "quarantine_count": len(records.quarantine),
        "notices": [
            [clean_text(in_chinese(notice)), clean_text(str(notice))]
            for notice in records.notices[:_NOTICES_MOST]
        ],
        "notices_count": len(records.notices),
    }


def _row_places(
    rows: tuple[QuarantinedRow, ...], plane: MapPlane, around: Bounds
) -> list[list[int] | None]:
    """Return the page pixels of rows set aside, `None` where unknown or off the page."""
    to_working = pyproj.Transformer.from_crs("EPSG:4326", plane.crs, always_xy=True)
    west, south, east, north = around
    places: list[list[int] | None] = []
    for row in rows:
        x, y = to_working.transform(row.lon, row.lat)
        here = math.isfinite(x) and west <= x <= east and south <= y <= north
        places.append(plane.to_point((x, y)) if here else None)
    return places


def _describe_siting(
    records: EvaluationRecords,
    proposals: ProposalRecords | None,
    summary: Mapping[str, Any],
) -> dict[str, Any] | None:
    told = summary.get("siting")
    if proposals is None or not told:
        return None
    asked = records.settings.siting
    return {
        "status": told.get("status", proposals.plan.status),
        "objective": told.get("objective"),
        "question": told.get("question", "cover"),
        "asked": told.get("asked", ["", ""]),
        "bound": told.get("bound"),
        "bound_gap_share": told.get("bound_gap_share"),
        "reproducible": told.get("reproducible", True),
        "curve": [[one["count"], one["share_covered"]] for one in told.get("curve", ())],
        "circle_id": proposals.plan.circle_id,
        "base": proposals.plan.base,
        "candidates": len(proposals.plan.candidates.candidate_id),
        "stopped_by": clean_text(proposals.plan.stopped_by),
        "message": [clean_text(told.get("message_zh", "")), clean_text(told.get("message", ""))],
        "closings": [
            {
                "centre": one.centre_index,
                "saved_yuan": finite(one.saved_yuan),
                "lost": [
                    one.persons_lost.get(circle.circle_id, 0.0)
                    for circle in records.judgements.rule_sets[0].life_circles
                ],
            }
            for one in proposals.plan.closings
        ],
        "target": None if asked is None else finite(asked.target),
        "phases": [
            [clean_text(one["name"]), one["proposals"], one["cost_yuan"], one["share_covered"]]
            for one in told.get("phases", ())
        ],
    }


def _describe_alternatives(coverage: Coverage) -> list[dict[str, Any]]:
    return [
        {
            "profile": one.profile,
            "direction": one.direction,
            "shares": [
                [circle.circle_id, circle.share_covered, circle.persons_covered]
                for circle in one.life_circles
            ],
        }
        for one in coverage.alternatives
    ]
