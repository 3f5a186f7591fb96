"""
Every clause of every rule set that judges: one below, exactly, one above, missing, out of scope.

The expected verdicts are those of the sentences of the sources, written by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from planner.standards.catalogue import list_rule_sets, load_rule_set
from planner.standards.judge_coverage import CoverageInputs
from tests.standards.plans import (
    HERE,
    clause_result,
    coverage_result,
    homes,
    plan_of,
    unit_of,
    unit_result,
    walks_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.judged_units import UnitResult
    from planner.domain.standard import ClauseResult, RuleSet

CQ18, CQ22 = "chongqing-2018", "chongqing-2022-unbuilt"
GB, NATIONAL, EMBEDDED = "gb-50180-2018", "national-30-per-100-households", "embedded-2024"
NEW: dict[str, Any] = {"level": "community", "status": "new", **HERE}
STREET: dict[str, Any] = {"level": "street", "status": "new", "street": "甲街道"}
UNBUILT = {"zones": {"urban_unbuilt": np.array([1])}}
BUILT = {"zones": {"urban_unbuilt": np.array([0])}}


@dataclass(frozen=True)
class Centre:
    """A figure of one centre against a clause."""

    measures: str
    row: dict[str, Any] = field(default_factory=lambda: NEW)
    outside: dict[str, Any] = field(default_factory=lambda: {"status": "existing"})
    settings: dict[str, Any] = field(default_factory=dict)
    outside_settings: dict[str, Any] | None = None

    def ask(self, rules: RuleSet, clause_id: str, value: float | None) -> ClauseResult:
        row = {**self.row, self.measures: value}
        return clause_result(rules, clause_id, row, **self.settings)

    def ask_outside(self, rules: RuleSet, clause_id: str, value: float) -> ClauseResult:
        settings = self.settings if self.outside_settings is None else self.outside_settings
        row = {**self.row, self.measures: value, **self.outside}
        return clause_result(rules, clause_id, row, **settings)


@dataclass(frozen=True)
class People:
    """Persons or households of one unit against a clause."""

    level: str
    measures: str
    settings: dict[str, Any] = field(default_factory=dict)
    outside: dict[str, Any] | None = None

    def ask(self, rules: RuleSet, clause_id: str, value: float | None) -> UnitResult:
        people = {self.measures: np.nan if value is None else value}
        unit = unit_of(self.level, centres=[0], **people)  # type: ignore[arg-type]
        return unit_result(rules, clause_id, unit, NEW, **self.settings)

    def ask_outside(self, rules: RuleSet, clause_id: str, value: float) -> UnitResult:
        unit = unit_of(self.level, centres=[0], **{self.measures: value})  # type: ignore[arg-type]
        if self.outside is None:  # no zone: another day is what is out of its scope
            return unit_result(rules, clause_id, unit, NEW, day=EARLIER)
        return unit_result(rules, clause_id, unit, NEW, **self.outside)


@dataclass(frozen=True)
class Presence:
    """So many centres in a unit."""

    level: str
    row: dict[str, Any] = field(default_factory=lambda: NEW)

    def ask(self, rules: RuleSet, clause_id: str, value: float | None) -> UnitResult:
        rows = [self.row] * int(value or 0)
        if value is None:  # one centre that may or may not be of this level
            rows = [{**self.row, "level": None}]
        unit = unit_of(self.level, centres=[0] * len(rows))  # type: ignore[arg-type]
        return unit_result(rules, clause_id, unit, *rows)

    def ask_outside(self, rules: RuleSet, clause_id: str, _: float) -> UnitResult:
        return unit_result(rules, clause_id, unit_of(self.level), day=EARLIER)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Ratio:
    """A sum over the centres of a community per households, or per another sum."""

    def ask(self, rules: RuleSet, clause_id: str, value: float | None) -> UnitResult:
        if clause_id == "area_per_100_households":
            unit = unit_of("community", households=1000, centres=[0])
            area = None if value is None else value * 10
            return unit_result(rules, clause_id, unit, {**NEW, "floor_area_m2": area})
        unit = unit_of("community", centres=[0])
        area = None if value is None else value * 1000
        row = {**NEW, "floor_area_m2": 1000.0, "activity_area_m2": area}
        return unit_result(rules, clause_id, unit, row)

    def ask_outside(self, rules: RuleSet, clause_id: str, _: float) -> UnitResult:
        unit = unit_of("community", households=1000, centres=[0])
        return unit_result(rules, clause_id, unit, NEW, day=EARLIER)


@dataclass(frozen=True)
class Reach:
    """The longest way of one home, along streets or straight."""

    row: dict[str, Any]

    def ask(self, rules: RuleSet, clause_id: str, value: float | None) -> UnitResult:
        metres = 0.0 if value is None else value
        inputs = CoverageInputs(
            plan_of(self.row),
            homes([100.0], [[metres, 0.0]]),
            walks_m=None if value is None else walks_of([{0: metres}], 1),
        )
        return coverage_result(rules, clause_id, inputs)

    def ask_outside(self, rules: RuleSet, clause_id: str, _: float) -> UnitResult:
        inputs = CoverageInputs(plan_of(self.row), homes([0.0]), walks_m=walks_of([{}], 1))
        return coverage_result(rules, clause_id, inputs)


@dataclass(frozen=True)
class Parent:
    """A community's centre whose street centre is in the plan (1) or is not (0)."""

    def ask(self, rules: RuleSet, clause_id: str, value: float | None) -> ClauseResult:
        parent = {0: "无此中心", 1: "甲街道中心"}.get(int(value)) if value is not None else None
        street = {**STREET, "name": "甲街道中心", "parent": "区中心"}
        return clause_result(rules, clause_id, {**NEW, "parent": parent}, street)

    def ask_outside(self, rules: RuleSet, clause_id: str, _: float) -> ClauseResult:
        hall = {"level": "district", "name": "区中心", "parent": "市"}
        return clause_result(rules, clause_id, hall, {**NEW, "parent": "区中心"})


EARLIER = load_rule_set(CQ18).valid_from.replace(year=2010)
COMMUNITY_PAIR = {"level": "community", "status": "existing"}
STREET_PAIR = {"level": "street", "status": "existing"}
LOW, FAIL, OPEN, NA = "below_recommended", "fail", "cannot_tell", "not_applicable"

# rule set, clause, how it is asked, the value, then the verdicts of one less, of exactly the
# value, of one more, of a blank, and of what the clause is not for
CASES: list[tuple[str, str, Any, float, tuple[str, str, str, str, str]]] = [
    (CQ18, "floor_area_total", Centre("floor_area_m2"), 2700, (FAIL, "pass", "pass", OPEN, NA)),
    (
        CQ18,
        "floor_area_convenience",
        Centre("convenience_area_m2"),
        800,
        (FAIL, "pass", "pass", OPEN, NA),
    ),
    (
        CQ18,
        "social_workers",
        Centre("social_workers", outside={"community": "双河村"}),
        2,
        (FAIL, "pass", "pass", OPEN, NA),
    ),
    (
        CQ18,
        "social_work_room",
        Centre("social_work_room", outside={"kind": "party_service"}),
        1,
        (LOW, "pass", "pass", OPEN, NA),
    ),
    (CQ18, "community_has_centre", Presence("community"), 1, (LOW, "pass", "pass", OPEN, NA)),
    (CQ18, "street_has_centre", Presence("street", STREET), 1, (LOW, "pass", "pass", OPEN, NA)),
    (CQ18, "parent_centre", Parent(), 1, (LOW, "pass", "", OPEN, NA)),
    (
        CQ22,
        "floor_area_total",
        Centre("floor_area_m2", outside={}, settings=UNBUILT, outside_settings=BUILT),
        3000,
        (FAIL, "pass", "pass", OPEN, NA),
    ),
    # about 12,000: a tenth more or less
    (
        CQ22,
        "community_population",
        People("community", "persons", UNBUILT, BUILT),
        10800,
        (LOW, "pass", "pass", OPEN, NA),
    ),
    (
        CQ22,
        "community_population",
        People("community", "persons", UNBUILT, BUILT),
        13200,
        ("pass", "pass", LOW, OPEN, NA),
    ),
    (NATIONAL, "area_per_100_households", Ratio(), 30, (FAIL, "pass", "pass", OPEN, NA)),
    (NATIONAL, "activity_share", Ratio(), 0.6, (FAIL, "pass", "pass", OPEN, NA)),
    (NATIONAL, "community_has_centre", Presence("community"), 1, (LOW, "pass", "pass", OPEN, NA)),
    (EMBEDDED, "floor_area_normal", Centre("floor_area_m2"), 600, (LOW, "pass", "pass", OPEN, NA)),
    (
        EMBEDDED,
        "floor_area_preferred",
        Centre("floor_area_m2"),
        800,
        (LOW, "pass", "pass", OPEN, NA),
    ),
    (GB, "walk_5min", Reach(COMMUNITY_PAIR), 300, ("pass", "pass", LOW, OPEN, NA)),
    (GB, "walk_10min", Reach(COMMUNITY_PAIR), 500, ("pass", "pass", LOW, OPEN, NA)),
    (GB, "walk_15min", Reach(STREET_PAIR), 1000, ("pass", "pass", LOW, OPEN, NA)),
    (GB, "radius_station", Reach(COMMUNITY_PAIR), 300, ("pass", "pass", LOW, "", NA)),
    (GB, "radius_street_centre", Reach(STREET_PAIR), 1000, ("pass", "pass", LOW, "", NA)),
    (GB, "population_5min", People("community", "persons"), 5000, (LOW, "pass", "pass", OPEN, NA)),
    (GB, "population_5min", People("community", "persons"), 12000, ("pass", "pass", LOW, OPEN, NA)),
    (
        GB,
        "dwellings_5min",
        People("community", "households"),
        1500,
        (LOW, "pass", "pass", OPEN, NA),
    ),
    (
        GB,
        "dwellings_5min",
        People("community", "households"),
        4000,
        ("pass", "pass", LOW, OPEN, NA),
    ),
    (GB, "population_15min", People("street", "persons"), 50000, (LOW, "pass", "pass", OPEN, NA)),
    (GB, "population_15min", People("street", "persons"), 100000, ("pass", "pass", LOW, OPEN, NA)),
    (GB, "dwellings_15min", People("street", "households"), 17000, (LOW, "pass", "pass", OPEN, NA)),
    (GB, "dwellings_15min", People("street", "households"), 32000, ("pass", "pass", LOW, OPEN, NA)),
    (
        GB,
        "site_street_centre",
        Centre("site_area_m2", row=STREET),
        10000,
        (LOW, "pass", "pass", OPEN, NA),
    ),
    (GB, "site_community_centre", Centre("site_area_m2"), 3000, (LOW, "pass", "pass", OPEN, NA)),
    (
        GB,
        "station_floor_area",
        Centre("convenience_area_m2"),
        600,
        (LOW, "pass", "pass", OPEN, NA),
    ),
    (
        GB,
        "station_floor_area",
        Centre("convenience_area_m2"),
        1000,
        ("pass", "pass", LOW, OPEN, NA),
    ),
]


def test_no_clause_that_judges_is_left_out() -> None:
    judging = {
        (name, clause.clause_id)
        for name in list_rule_sets()
        if (rules := load_rule_set(name)).judges
        for clause in rules.clauses
        if clause.judges
    }
    assert judging == {(rule_set, clause) for rule_set, clause, *_ in CASES}


@pytest.mark.parametrize(
    ("rule_set", "clause_id", "how", "value", "expected"),
    CASES,
    ids=[f"{rule_set} {clause} {value:g}" for rule_set, clause, _, value, _ in CASES],
)
def test_at_the_boundary(
    rule_set: str,
    clause_id: str,
    how: Any,  # noqa: ANN401 - one of the ways to ask
    value: float,
    expected: tuple[str, ...],
) -> None:
    rules = load_rule_set(rule_set)
    step = 1.0 if value >= 1 else 0.01
    asked: list[Callable[[], ClauseResult | UnitResult]] = [
        lambda: how.ask(rules, clause_id, value - step),
        lambda: how.ask(rules, clause_id, value),
        lambda: how.ask(rules, clause_id, value + step),
        lambda: how.ask(rules, clause_id, None),
        lambda: how.ask_outside(rules, clause_id, value),
    ]
    found = [ask().verdict if verdict else "" for ask, verdict in zip(asked, expected, strict=True)]
    assert found == list(expected)


MISSED = [case for case in CASES if case[4][0] in (FAIL, LOW) and case[1] != "parent_centre"]


@pytest.mark.parametrize(
    ("rule_set", "clause_id", "how", "value"),
    [case[:4] for case in MISSED],
    ids=[f"{case[0]} {case[1]}" for case in MISSED],
)
def test_what_it_would_take_is_what_is_missing(
    rule_set: str,
    clause_id: str,
    how: Any,  # noqa: ANN401 - one of the ways to ask
    value: float,
) -> None:
    rules = load_rule_set(rule_set)
    step = 1.0 if value >= 1 else 0.01
    # Of ratios what is missing is in the unit of the sum: here ten, a thousand times as much.
    scale = {"area_per_100_households": 10.0, "activity_share": 1000.0}.get(clause_id, 1.0)
    found = how.ask(rules, clause_id, value - step)
    assert found.needed == pytest.approx(step * scale)
    assert how.ask(rules, clause_id, value).needed is None
