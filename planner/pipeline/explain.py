"""Why one home, or one place, is covered or not: from an evaluation to an explanation."""

from __future__ import annotations

import difflib
import math
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.coverage.cover import is_covered
from planner.domain.explain import (
    ExplainedCentre,
    ExplainedCircle,
    ExplainedWalk,
    Explanation,
    WhyNot,
)
from planner.errors import Fault, InputInvalid
from planner.georeference.crs import LONLAT, lonlat_of, project
from planner.georeference.locate import MARGIN_M
from planner.georeference.snap import snap_places
from planner.pipeline.circles import take_access
from planner.pipeline.evaluate import serving_masks
from planner.pipeline.explain_walk import describe_walk, street_of
from planner.reach.routes import trace_route
from planner.reach.walks import find_walks
from planner.units import UNREACHED

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray
    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.network import AccessPoints
    from planner.domain.reach import Route
    from planner.domain.walking import Direction

SAME_PLACE_M: Final = 1.0
"""A point this near to a home is that home: coordinates are often copied with five decimals."""

_IDS_COMPARED: Final = 20_000
_MOST_LON, _MOST_LAT = 180.0, 90.0
_TURNED: Final[dict[Direction, Direction]] = {
    "to_centre": "from_centre",
    "from_centre": "to_centre",
    "round_trip": "round_trip",
    "worse": "worse",
}


def explain_home(records: EvaluationRecords, demand_id: str) -> Explanation:
    """
    Explain why a home is covered or not.

    Parameters
    ----------
    records
        An evaluation.
    demand_id
        The home.

    Returns
    -------
    explanation
        Its times are those of the evaluation, and beyond its search limit go on.

    Raises
    ------
    InputInvalid
        If there is no such home (the nearest ids are named), or its row was set aside.
    """
    try:
        index = records.demand.demand_id.index(demand_id)
    except ValueError:
        raise InputInvalid(_unknown_home(records, demand_id)) from None
    return _explain(records, index, _Place.of_home(records, index))


def explain_point(records: EvaluationRecords, at: tuple[float, float]) -> Explanation:
    """
    Explain what a home at a point gets, whether there is one or not.

    Parameters
    ----------
    records
        An evaluation.
    at
        Longitude and latitude, degrees, WGS 84. Within 1 m of a home it is that home.

    Raises
    ------
    InputInvalid
        If it is no point on the earth, or lies outside the streets' box (with the margin
        that homes are granted).
    """
    xy = _locate(records, at)
    away_m = np.hypot(*(records.demand.xy - xy).T)
    nearest = int(np.argmin(away_m)) if away_m.size else -1
    if nearest >= 0 and away_m[nearest] <= SAME_PLACE_M:
        return _explain(records, nearest, _Place.of_home(records, nearest))
    place = _Place.of_point(records, xy)
    if nearest >= 0:
        place.nearest_home_id = records.demand.demand_id[nearest]
        place.nearest_home_m = float(away_m[nearest])
    return _explain(records, None, place)


class _Place:
    """One place, where it meets the streets, and its walk from or to every centre."""

    def __init__(self, records: EvaluationRecords, xy: FloatArray, access: AccessPoints) -> None:
        self.xy = xy
        self.access = access
        self.on_network = bool(access.edge_index[0] >= 0)
        self.centre_time_s = np.full(len(records.centres.centre), UNREACHED)
        self.nearest_home_id: str | None = None
        self.nearest_home_m: float | None = None
        self._records = records

    @classmethod
    def of_home(cls, records: EvaluationRecords, index: int) -> _Place:
        access = take_access(records.demand_access, np.array([index], dtype=np.int64))
        place = cls(records, records.demand.xy[index], access)
        walks = records.walks
        position = np.flatnonzero(walks.demand_index == index)
        centre = np.searchsorted(walks.indptr, position, side="right") - 1
        place.centre_time_s[centre] = walks.travel_time_s[position]
        asked = [mask & also for mask in _masks(records) for also in (True, _passing(records))]
        if place.on_network and not all(_reached(place.centre_time_s, mask) for mask in asked):
            # Farther than the evaluation looked: how far is part of the answer.
            beyond = ~np.isfinite(place.centre_time_s)
            place.centre_time_s[beyond] = place.search()[beyond]
        return place

    @classmethod
    def of_point(cls, records: EvaluationRecords, xy: FloatArray) -> _Place:
        limit_m = records.settings.walking.snap_limit_m
        place = cls(records, xy, snap_places(records.network, xy[None, :], limit_m=limit_m))
        if place.on_network:
            place.centre_time_s = place.search()
        return place

    def search(self) -> FloatArray:
        """Find the walk between the place and every centre, however far, in one search."""
        records = self._records
        # One search from the place: the centres take the part of the demand, the other way round.
        entrances = records.entrances
        walks = find_walks(
            records.network,
            self.access,
            records.centre_access if entrances is None else entrances.access,
            limit_s=math.inf,
            direction=_TURNED[records.settings.walking.direction],
            threads=1,
        )
        time_s = np.full(len(records.centres.centre), UNREACHED)
        centre = walks.demand_index.astype(np.int64)
        if entrances is not None:
            centre = entrances.centre_index[centre]
        np.minimum.at(time_s, centre, walks.travel_time_s)
        return time_s


def _masks(records: EvaluationRecords) -> BoolArray:
    circles = records.judgements.rule_sets[0].life_circles
    return serving_masks(records.centres, circles, "plan")


def _passing(records: EvaluationRecords) -> BoolArray:
    return np.array([item.verdict == "pass" for item in records.judgements.judgement], np.bool_)


def _reached(time_s: FloatArray, mask: BoolArray) -> bool:
    return bool(np.isfinite(time_s[mask]).any()) or not mask.any()


def _explain(records: EvaluationRecords, home: int | None, place: _Place) -> Explanation:
    settings, streets = records.settings, records.network.streets
    lon, lat = lonlat_of(place.xy[None, :], streets.crs)[0].tolist()
    access_lon, access_lat = lonlat_of(place.access.xy, streets.crs)[0].tolist()
    street_name, street_way = street_of(records.network, int(place.access.edge_index[0]))
    return Explanation(
        study=settings.name,
        language=settings.language,
        rule_set_id=records.judgements.rule_sets[0].rule_set_id,
        profile=settings.walking.profile,
        direction=settings.walking.direction,
        slope_counted=records.network.heights is not None,
        demand_id=None if home is None else records.demand.demand_id[home],
        persons=None if home is None else float(records.demand.persons[home]),
        lon=lon,
        lat=lat,
        nearest_home_id=place.nearest_home_id,
        nearest_home_m=place.nearest_home_m,
        on_network=place.on_network,
        street_name=street_name,
        street_way=street_way,
        snap_distance_m=float(place.access.distance_m[0]),
        snap_limit_m=settings.walking.snap_limit_m,
        access_lon=access_lon,
        access_lat=access_lat,
        switched=bool(place.access.switched[0]),
        circles=_explain_circles(records, place),
    )


def _explain_circles(records: EvaluationRecords, place: _Place) -> tuple[ExplainedCircle, ...]:
    circles = records.judgements.rule_sets[0].life_circles
    standing = serving_masks(records.centres, circles, "existing")
    passing = _passing(records)
    traced: dict[int, tuple[ExplainedWalk, ...]] = {}
    found = []
    for circle, serving, today in zip(circles, _masks(records), standing, strict=True):
        centre = _nearest(records, place, serving)
        centre_pass = _nearest(records, place, serving & passing)
        if centre is not None and centre.centre_index not in traced:
            traced[centre.centre_index] = _trace(records, place, centre.centre_index)
        reason = _why_not(records, place, serving, centre, circle.limit_s)
        reason_pass = _why_not(records, place, serving & passing, centre_pass, circle.limit_s)
        existing = _nearest(records, place, today)
        found.append(
            ExplainedCircle(
                circle_id=circle.circle_id,
                name_zh=circle.name_zh,
                name_en=circle.name_en,
                limit_s=circle.limit_s,
                covered=reason == "",
                reason=reason,
                centre=centre,
                covered_pass=reason_pass == "",
                reason_pass=reason_pass,
                centre_pass=centre_pass,
                covered_existing=existing is not None and _within(existing, circle.limit_s),
                walks=traced[centre.centre_index] if centre is not None else (),
            )
        )
    return tuple(found)


def _nearest(records: EvaluationRecords, place: _Place, among: BoolArray) -> ExplainedCentre | None:
    """Return the nearest centre on foot, of equals the first, as coverage counts."""
    time_s = np.where(among, place.centre_time_s, UNREACHED)
    if not np.isfinite(time_s).any():
        return None
    index = int(np.argmin(time_s))
    xy = records.centres.xy[index]
    lon, lat = lonlat_of(xy[None, :], records.network.streets.crs)[0].tolist()
    centre = records.centres.centre[index]
    return ExplainedCentre(
        centre_index=index,
        centre_id=centre.centre_id,
        name=centre.name,
        verdict=records.judgements.judgement[index].verdict,
        lon=lon,
        lat=lat,
        straight_m=float(np.hypot(*(xy - place.xy))),
        travel_time_s=float(time_s[index]),
    )


def _within(centre: ExplainedCentre, limit_s: float) -> bool:
    return bool(is_covered(np.array([centre.travel_time_s]), limit_s)[0])


def _why_not(
    records: EvaluationRecords,
    place: _Place,
    among: BoolArray,
    centre: ExplainedCentre | None,
    limit_s: float,
) -> WhyNot:
    """Return why none of some centres covers the place, by the words that gaps use too."""
    if centre is not None and _within(centre, limit_s):
        return ""
    if not place.on_network:
        return "off_network"
    if not among.any():
        return "no_centre"
    if centre is None:
        return "no_way"
    profile = records.network.profile
    assert profile is not None  # noqa: S101 - networks read from files are timed for a profile
    straight_m = float(np.hypot(*(records.centres.xy[among] - place.xy).T).min())
    return "detour" if straight_m <= limit_s * profile.speed_m_s else "too_far"


def _trace(records: EvaluationRecords, place: _Place, index: int) -> tuple[ExplainedWalk, ...]:
    """Trace the walk to a centre, or both ways where both count."""
    direction = records.settings.walking.direction
    ways: tuple[Direction, ...] = (
        (direction,) if direction in ("to_centre", "from_centre") else ("to_centre", "from_centre")
    )
    walks = []
    for way in ways:
        route, centre = _best_route(records, place, index, way)
        walks.append(
            describe_walk(
                records.network,
                route,
                home=place.access,
                home_xy=place.xy,
                centre=centre,
                centre_xy=records.centres.xy[index],
            )
        )
    return tuple(walks)


def _best_route(
    records: EvaluationRecords, place: _Place, index: int, way: Direction
) -> tuple[Route, AccessPoints]:
    """Return the fastest walk to a centre, and the entrance it leads to."""
    access, chosen = records.centre_access, np.array([index], dtype=np.int64)
    if records.entrances is not None:
        access = records.entrances.access
        chosen = np.flatnonzero(records.entrances.centre_index == index)
    doors = [take_access(access, chosen[i : i + 1]) for i in range(len(chosen))]
    found = [
        (route, door)
        for door in doors
        if (route := trace_route(records.network, door, place.access, direction=way)) is not None
    ]
    # The search found a walk: there is one to trace.
    return min(found, key=lambda one: one[0].travel_time_s)


def _locate(records: EvaluationRecords, at: tuple[float, float]) -> FloatArray:
    """Return a point in the working CRS, or raise where it cannot belong to the study."""
    lon, lat = float(at[0]), float(at[1])
    west, south, east, north = records.network.streets.bounds_lonlat
    expected = f"longitude {west:.4f} to {east:.4f}, latitude {south:.4f} to {north:.4f}"
    if abs(lon) <= _MOST_LON and abs(lat) <= _MOST_LAT:
        xy: FloatArray = project(np.array([[lon, lat]]), LONLAT, records.network.streets.crs)[0]
        if _in_box(records, xy):
            return xy
    hint = "the streets of the study do not reach there"
    if abs(lat) <= _MOST_LON and abs(lon) <= _MOST_LAT:
        turned = project(np.array([[lat, lon]]), LONLAT, records.network.streets.crs)[0]
        if _in_box(records, turned):
            hint = "longitude comes first: the two look swapped"
    raise InputInvalid(
        Fault(
            "the point lies outside the streets' box",
            field="at",
            found=f"{lon:g}, {lat:g}",
            expected=expected,
            hint=hint,
        )
    )


def _in_box(records: EvaluationRecords, xy: FloatArray) -> bool:
    drawn = records.network.streets.shape_xy
    low, high = drawn.min(axis=0) - MARGIN_M, drawn.max(axis=0) + MARGIN_M
    return bool(((low <= xy) & (xy <= high)).all())


def _same_start(first: str, second: str) -> int:
    pairs = enumerate(zip(first, second, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(first), len(second)))


def _unknown_home(records: EvaluationRecords, demand_id: str) -> Fault:
    """Say why there is no such home: set aside, or an id that is not in the file."""
    aside = [row for row in records.quarantine if row.noun == "demand" and row.label == demand_id]
    if aside:
        return Fault(
            f"this home was set aside: {aside[0].reason}",
            file=records.demand.file,
            row=aside[0].row,
            field="demand_id",
            found=demand_id,
            hint="mend the row and run again",
        )
    known = records.demand.demand_id
    if len(known) > _IDS_COMPARED:
        known = tuple(one for one in known if one[:3] == demand_id[:3])[:_IDS_COMPARED]
    close = difflib.get_close_matches(demand_id, known, n=max(len(known), 1), cutoff=0.5)
    # Of all that are close, those that begin alike come first.
    near = sorted(close, key=lambda one: -_same_start(one, demand_id))[:3]
    return Fault(
        "there is no such home",
        file=records.demand.file,
        field="demand_id",
        found=demand_id,
        expected=f"one of {len(records.demand.demand_id):,} ids",
        hint=f"did you mean {', '.join(f'`{one}`' for one in near)}?" if near else None,
    )
