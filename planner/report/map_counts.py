"""What the page tells beside coverage: who depends on one centre, room, bands, judged units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planner.report.map_text import clean_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.domain.arrays import ByteArray
    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.judged_units import UnitResult
    from planner.domain.places import Areas, Centre
    from planner.domain.standard import ClauseResult
    from planner.report.map_plane import MapPlane

_COUNT_KEYS: Final = ("community_rule", "capacity")
_STANDINGS: Final = ("persons_robust", "persons_fragile", "persons_uncovered")


def describe_counts(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return the counts of the summary that the panel shows; centres carry who needs them."""
    told = {key: summary[key] for key in _COUNT_KEYS if summary.get(key)}
    if summary.get("indicators"):
        told["indicators"] = [
            one | {"measure": clean_text(one["measure"])} for one in summary["indicators"]
        ]
    if summary.get("robustness"):
        told["robustness"] = [
            {key: one[key] for key in ("life_circle", "persons", *_STANDINGS)}
            for one in summary["robustness"]
        ]
    return told


def describe_dependence(records: EvaluationRecords, index: int) -> dict[str, Any]:
    """Return who has no other centre than this one, and its room, by circle."""
    circles = records.judgements.rule_sets[0].life_circles
    only = {one.circle_id: one.centre_only_persons[index] for one in records.coverage.robustness}
    told: dict[str, Any] = {}
    if only:
        told["only"] = [_finite(only.get(circle.circle_id)) for circle in circles]
    rooms = {
        one.circle_id: [
            _finite(one.room_households[index]),
            _finite(one.nearest.centre_households[index]),
            _finite(one.nearest.centre_over_households[index]),
        ]
        for one in records.coverage.capacity
        if one.serving[index]
    }
    if rooms:
        told["room"] = [rooms.get(circle.circle_id) for circle in circles]
    return told


def describe_site(centre: Centre, plane: MapPlane, names: Mapping[str, str]) -> dict[str, Any]:
    """Return the centres at the same place by name, and the doors in page pixels."""
    told: dict[str, Any] = {}
    if centre.co_located_with:
        told["together"] = [clean_text(names.get(one, one)) for one in centre.co_located_with]
    if len(centre.entrances) > 1:
        told["doors"] = plane.to_pixels(np.array(centre.entrances)).ravel().tolist()
    return told


def describe_outcome(result: ClauseResult | UnitResult, position: int) -> list[Any]:
    """
    Return what one clause says, short: the clause's position and verdict, then the figures.

    Measured, required, margin, reason, what it would take, the value at which the verdict
    turns, and the fields that are missing; what is empty at the end is left out.
    """
    told: list[Any] = [
        position,
        result.verdict,
        _finite(result.measured),
        _finite(result.required),
        _finite(result.margin),
        result.reason,
        _finite(result.needed),
        _finite(result.decides),
        list(result.missing) or None,
    ]
    while told[-1] is None:
        told.pop()
    return told


def describe_units(
    records: EvaluationRecords, areas: Areas, clauses: Mapping[tuple[str, str], int]
) -> dict[str, list[list[Any]]]:
    """Return by area what the clauses say of it."""
    found: dict[str, list[list[Any]]] = {}
    for one in records.judgements.units:
        position = clauses.get((one.rule_set_id, one.clause_id))
        if one.level == areas.level and position is not None:
            found.setdefault(one.unit_id, []).append(describe_outcome(one, position))
    return found


def describe_bands(records: EvaluationRecords, areas: Areas) -> dict[str, list[Any]]:
    """Return by area, for each circle, between which shares its coverage lies."""
    circles = records.judgements.rule_sets[0].life_circles
    by_circle = {
        one.circle_id: band
        for one in records.coverage.robustness
        for band in one.bands
        if band.level == areas.level
    }
    found: dict[str, list[Any]] = {}
    for position, circle in enumerate(circles):
        band = by_circle.get(circle.circle_id)
        if band is None:
            continue
        for row, area_id in enumerate(band.area_id):
            sides = [_finite(band.share_low[row]), _finite(band.share_high[row])]
            found.setdefault(area_id, [None] * len(circles))[position] = sides
    return found


def list_standing(records: EvaluationRecords) -> tuple[ByteArray, ...]:
    """Return for each circle whether homes are uncovered, fragile or robust; none if unknown."""
    circles = records.judgements.rule_sets[0].life_circles
    known = {one.circle_id: one.home_standing for one in records.coverage.robustness}
    if any(circle.circle_id not in known for circle in circles):
        return ()
    return tuple(known[circle.circle_id] for circle in circles)


def _finite(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)
