"""Two results against each other: figures, centres, homes, areas."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj

from planner.domain.comparison import (
    AreaRow,
    CentreChange,
    CircleHomes,
    Comparison,
    FigureRow,
    Homes,
)
from planner.domain.places import LEVELS
from planner.report.compare_districts import Division

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.arrays import IntArray
    from planner.domain.comparison import Change, ResultCentre
    from planner.report.compare_districts import DistrictOn
    from planner.report.compare_read import Result

MOVED_M = 0.5
"""A centre farther than this from where it was has moved; nearer is rounding."""

_MADE_UP_ID = re.compile(r"row-\d+")
_ELLIPSOID = pyproj.Geod(ellps="GRS80")
_AREA_NOUNS = ("community", "street", "district", "plan_scope", "urban_unbuilt")
_PEOPLE_NOUNS = ("demand", "buildings", "land")
_CIRCLE_FIGURES = (
    "centres",
    "persons",
    "persons_covered",
    "share_covered",
    "share_covered_pass",
    "share_covered_not_failing",
)
_CENTRE_FIGURES = ("count", "pass", "fail", "cannot_tell", "not_applicable")
_BY_RULES = {"share_covered_pass", "share_covered_not_failing", *_CENTRE_FIGURES[1:]}
_BY_PERSONS = {
    "persons",
    "persons_covered",
    "share_covered",
    "share_covered_pass",
    "share_covered_not_failing",
}


def compare_results(a: Result, b: Result, *, district_on: DistrictOn | None = None) -> Comparison:
    """
    Compare two results.

    Differences are B less A. Figures that rest on something the two do not share (persons
    on the population, verdicts on the rules) stand side by side without a difference.

    Where the administrative division changed between the two plans, districts are those of
    the later plan's day, as `district_on` tells them.
    """
    differ = _find_differences(a, b)
    division = None if district_on is None else Division.of(a, b, district_on)
    if division is not None and not division.renames(a, b):
        division = None
    if division is not None:
        differ = (*differ, "divisions")
    name_a, name_b = a.folder.resolve().name, b.folder.resolve().name
    if name_a == name_b:
        name_a, name_b = (f"{one.folder.resolve().parent.name}/{name_a}" for one in (a, b))
    return Comparison(
        name_a=name_a,
        name_b=name_b,
        language=str(a.manifest["settings"].get("language", "zh")),
        differ=differ,
        figures=tuple(_compare_figures(a, b, differ)),
        centres=tuple(_compare_centres(a, b, differ)),
        homes=_compare_homes(a, b),
        areas=tuple(_compare_areas(a, b, division)),
        districts=() if division is None else tuple(division.sum_centres(a, b)),
    )


def _find_differences(a: Result, b: Result) -> tuple[str, ...]:
    """Name what the two do not share, by digests of files and by settings."""
    one, two = a.manifest, b.manifest
    settings = one["settings"], two["settings"]
    found = {
        "streets": _digests(one, "streets") != _digests(two, "streets"),
        "elevation": _digests(one, "elevation") != _digests(two, "elevation"),
        "demand": _digests(one, *_PEOPLE_NOUNS) != _digests(two, *_PEOPLE_NOUNS)
        or _without_paths(settings[0]["demand"]) != _without_paths(settings[1]["demand"]),
        "rule_sets": _rules(one)[:1] != _rules(two)[:1],
        "further_rule_sets": _rules(one)[1:] != _rules(two)[1:],
        "walking": settings[0]["walking"] != settings[1]["walking"],
        "standards": _judging(one) != _judging(two),
        "areas": _digests(one, *_AREA_NOUNS) != _digests(two, *_AREA_NOUNS),
        "circles": a.limits_s != b.limits_s,
        "versions": one["versions"].get("planner") != two["versions"].get("planner"),
    }
    return tuple(name for name, differs in found.items() if differs)


def _digests(manifest: dict[str, Any], *nouns: str) -> list[tuple[str, str]]:
    return sorted(
        (entry["noun"], entry["sha256"]) for entry in manifest["inputs"] if entry["noun"] in nouns
    )


def _without_paths(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key != "source"}


def _rules(manifest: dict[str, Any]) -> list[tuple[str, str]]:
    return [(entry["id"], entry["sha256"]) for entry in manifest["rule_sets"]]


def _judging(manifest: dict[str, Any]) -> tuple[Any, ...]:
    standards = manifest["settings"]["standards"]
    return manifest["plan_date"], standards["apply_to_existing"], standards["serves"]


def _compare_figures(a: Result, b: Result, differ: tuple[str, ...]) -> Iterator[FigureRow]:
    not_comparable: set[str] = set()
    if "demand" in differ:
        not_comparable |= _BY_PERSONS
    if "rule_sets" in differ or "standards" in differ:
        not_comparable |= _BY_RULES

    def row(state: str, circle_id: str, figure: str, one: Any, two: Any) -> FigureRow:  # noqa: ANN401 - JSON
        known = one is not None and two is not None and figure not in not_comparable
        difference = two - one if known else None
        return FigureRow(state, circle_id, figure, one, two, difference)

    states = [
        *a.summary["states"],
        *(s for s in b.summary["states"] if s not in a.summary["states"]),
    ]
    for state in states:
        one, two = _circles(a, state), _circles(b, state)
        for circle_id in dict.fromkeys((*one, *two)):
            for figure in _CIRCLE_FIGURES:
                yield row(
                    state,
                    circle_id,
                    figure,
                    one.get(circle_id, {}).get(figure),
                    two.get(circle_id, {}).get(figure),
                )
    for figure in _CENTRE_FIGURES:
        yield row("", "", figure, a.summary["centres"][figure], b.summary["centres"][figure])
    yield row("", "", "gaps", len(a.summary["gaps"]), len(b.summary["gaps"]))


def _circles(result: Result, state: str) -> dict[str, dict[str, Any]]:
    listed = result.summary["states"].get(state, {}).get("life_circles", ())
    return {one["id"]: one for one in listed}


def _compare_centres(a: Result, b: Result, differ: tuple[str, ...]) -> Iterator[CentreChange]:
    """Give the centres that changed: in A's order, then those that only B has."""
    same_rules = "rule_sets" not in differ and "standards" not in differ
    for one, two in _pair_centres(a.centres, b.centres):
        moved_m = 0.0
        if one is not None and two is not None:
            moved_m = float(_ELLIPSOID.inv(one.lon, one.lat, two.lon, two.lat)[2])
        changes = tuple(_changes(one, two, moved_m, same_rules=same_rules))
        known = two or one
        if changes and known is not None:
            yield CentreChange(known.centre_id, known.name, changes, one, two, moved_m)


def _pair_centres(
    a: tuple[ResultCentre, ...], b: tuple[ResultCentre, ...]
) -> list[tuple[ResultCentre | None, ResultCentre | None]]:
    """
    Pair the centres by id.

    Ids that the planner made up from the row would pair strangers as soon as a row is
    put in: such centres are paired by name, where that is theirs alone.
    """
    names = [Counter(centre.name for centre in side) for side in (a, b)]

    def key(centre: ResultCentre) -> tuple[str, str]:
        alone = all(count[centre.name] <= 1 for count in names)
        if _MADE_UP_ID.fullmatch(centre.centre_id) and centre.name and alone:
            return ("name", centre.name)
        return ("id", centre.centre_id)

    left = {key(centre): centre for centre in b}
    pairs: list[tuple[ResultCentre | None, ResultCentre | None]] = [
        (centre, left.pop(key(centre), None)) for centre in a
    ]
    return [*pairs, *((None, centre) for centre in left.values())]


def _changes(
    a: ResultCentre | None, b: ResultCentre | None, moved_m: float, *, same_rules: bool
) -> Iterator[Change]:
    served, serves = (one is not None and one.status != "closed" for one in (a, b))
    if serves and not served:
        yield "opened"
    if served and not serves:
        yield "closed"
    if a is None or b is None:
        return
    if (a.floor_area_m2, a.convenience_area_m2) != (b.floor_area_m2, b.convenience_area_m2):
        yield "resized"
    if moved_m > MOVED_M:
        yield "moved"
    status_told = served != serves
    if (a.level, a.kind) != (b.level, b.kind) or (a.status != b.status and not status_told):
        yield "relabelled"
    if same_rules and a.verdict != b.verdict:
        yield "verdict"


def _compare_homes(a: Result, b: Result) -> Homes:
    place_b = {name: place for place, name in enumerate(b.demand.demand_id)}
    pairs = [
        (place, place_b[name]) for place, name in enumerate(a.demand.demand_id) if name in place_b
    ]
    at_a, at_b = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    shared = [c for c, limit_s in a.limits_s.items() if b.limits_s.get(c) == limit_s]
    persons_a, persons_b = a.demand.persons[at_a], b.demand.persons[at_b]

    def changed(circle_id: str) -> CircleHomes:
        before, after = a.demand.covered[circle_id][at_a], b.demand.covered[circle_id][at_b]
        gained: IntArray = np.flatnonzero(after & ~before)
        lost: IntArray = np.flatnonzero(before & ~after)
        return CircleHomes(
            circle_id=circle_id,
            limit_s=a.limits_s[circle_id],
            gained=gained,
            lost=lost,
            persons_gained=math.fsum(persons_b[gained]),
            persons_lost=math.fsum(persons_a[lost]),
        )

    return Homes(
        demand_id=tuple(a.demand.demand_id[place] for place in at_a),
        lonlat=a.demand.lonlat[at_a],
        persons_a=persons_a,
        persons_b=persons_b,
        time_a_s={circle_id: a.demand.time_s[circle_id][at_a] for circle_id in shared},
        time_b_s={circle_id: b.demand.time_s[circle_id][at_b] for circle_id in shared},
        circles=tuple(changed(circle_id) for circle_id in shared),
        only_a=len(a.demand.demand_id) - len(pairs),
        only_b=len(b.demand.demand_id) - len(pairs),
    )


def _compare_areas(a: Result, b: Result, division: Division | None) -> Iterator[AreaRow]:
    for level in LEVELS:
        if level == "district" and division is not None:
            yield from division.join_districts(a, b)
            continue
        one, two = (
            {area["id"]: area for area in result.summary["areas"].get(level, ())}
            for result in (a, b)
        )
        for area_id in dict.fromkeys((*one, *two)):
            before, after = one.get(area_id, {}), two.get(area_id, {})
            yield AreaRow(
                level=level,
                area_id=area_id,
                name=str((after or before)["name"]),
                persons_a=before.get("persons"),
                persons_b=after.get("persons"),
                share_a=dict(before.get("share_covered", {})),
                share_b=dict(after.get("share_covered", {})),
            )
