"""Clauses held against coverage: shares and longest ways, by hand."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from planner.domain.judged_units import UnitFigures
from planner.errors import StandardsError
from planner.standards.catalogue import load_rule_set
from planner.standards.judge_coverage import CoverageInputs, longest_distance
from tests.standards.plans import coverage_result, homes, plan_of, walks_of

if TYPE_CHECKING:
    from planner.domain.standard import Clause, RuleSet

RULES = load_rule_set("chongqing-2018")
GB = load_rule_set("gb-50180-2018")
C: dict[str, Any] = {"level": "community", "status": "existing"}


def share_rule(**changes: Any) -> RuleSet:  # noqa: ANN401 - fields of a clause
    clause: Clause = dataclasses.replace(
        RULES.clauses[0],
        clause_id="share",
        group="circle",
        rule_type="share",
        measures="travel_time_s",
        circle="basic_5min",
        value=0.9,
        unit="share",
        judged_unit="plan",
    )
    return dataclasses.replace(RULES, clauses=(dataclasses.replace(clause, **changes),))


# four homes of 1, 2, 4 and 8 persons, 100, 300, 301 and 2,000 s from the only centre
TIMES = {0: 100.0, 1: 300.0, 2: 301.0, 3: 2000.0}
PEOPLE = [1.0, 2.0, 4.0, 8.0]
PLACES = [[0, 0], [300, 0], [301, 0], [2000, 0]]


def town(*rows: dict[str, Any], **more: Any) -> CoverageInputs:  # noqa: ANN401 - of demand
    walks = walks_of([TIMES] * len(rows or (C,)), 4)
    return CoverageInputs(plan_of(*(rows or (C,))), homes(PEOPLE, PLACES, **more), walks, walks)


@pytest.mark.parametrize(
    ("share_of", "measured"),
    [
        ("persons", 3 / 15),
        ("homes", 2 / 4),
        ("households", 5 / 10),
        ("residential_land", 30 / 60),
    ],
)
def test_what_is_counted_is_the_share_within_the_circle(share_of: str, measured: float) -> None:
    inputs = town(
        households=np.array([2.0, 3.0, 1.0, 4.0]),
        groups={"residential_land_m2": np.array([10.0, 20.0, 30.0, 0.0])},
    )
    found = coverage_result(share_rule(share_of=share_of), "share", inputs)
    assert found.measured == pytest.approx(measured)
    assert (found.level, found.verdict) == ("plan", "fail")
    assert found.margin == pytest.approx(measured - 0.9)
    assert found.needed == pytest.approx(0.9 - measured)


def test_a_share_tells_its_numbers() -> None:
    found = coverage_result(share_rule(value=0.2), "share", town())
    assert (found.verdict, found.numerator, found.denominator, found.beyond) == (
        "pass",
        3.0,
        15.0,
        12.0,
    )


@pytest.mark.parametrize(
    ("share_of", "missing"),
    [
        ("households", "households"),
        ("residential_land", "residential_land_m2"),
        ("communities", "areas.community"),
    ],
)
def test_what_no_input_holds_cannot_be_told(share_of: str, missing: str) -> None:
    found = coverage_result(share_rule(share_of=share_of), "share", town())
    assert (found.verdict, found.reason, found.missing) == (
        "cannot_tell",
        "value_blank",
        (missing,),
    )


def of_homes(level: str, unit: list[int]) -> UnitFigures:
    count = max(unit) + 1
    return UnitFigures(
        level=level,  # type: ignore[arg-type]  # one of the levels
        unit_id=tuple(f"u{i}" for i in range(count)),
        name=("",) * count,
        parent=("",) * count,
        centre_unit=np.zeros(1, dtype=np.int64),
        persons=np.zeros(count),
        households=np.zeros(count),
        complete=True,
        demand_unit=np.array(unit, dtype=np.int64),
    )


@pytest.mark.parametrize(
    ("unit_share", "measured"), [(1.0, 1 / 3), (0.5, 1 / 3), (1 / 3, 2 / 3), (0.01, 2 / 3)]
)
def test_communities_count_where_enough_of_their_people_are_within(
    unit_share: float, measured: float
) -> None:
    # communities: home 0; homes 1 and 2 (2 of 6 persons within); home 3; a fourth is empty
    units = [of_homes("plan", [0, 0, 0, 0]), of_homes("community", [0, 1, 1, 3])]
    rules = share_rule(share_of="communities", unit_share=unit_share)
    found = coverage_result(rules, "share", town(), units)
    assert found.measured == pytest.approx(measured)
    assert found.denominator == 3.0


def test_each_unit_is_judged_by_itself_and_one_without_people_is_not() -> None:
    from planner.standards.judge_coverage import judge_coverage

    rules = share_rule(judged_unit="community")
    units = [of_homes("community", [0, 0, -1, 3])]
    found = judge_coverage(town(), [rules], units, plan_date=None).results
    assert [(one.verdict, one.reason) for one in found] == [
        ("pass", ""),
        ("not_applicable", "no_homes"),
        ("not_applicable", "no_homes"),
        ("fail", ""),
    ]


@pytest.mark.parametrize(
    ("changes", "measured"),
    [
        ({"circle": None, "limit": 301.0}, 7 / 15),
        ({"circle": None, "limit": 301.0, "measures": "walk_m"}, 7 / 15),
        ({"circle": None, "limit": 300.0, "measures": "straight_m"}, 3 / 15),
        ({"circle": None, "limit": 300.0, "levels": ("street",)}, 0.0),
        ({"circle": None, "limit": 300.0, "kinds": ("other",)}, 0.0),
        ({"circle": "daily_15min"}, 7 / 15),
    ],
)
def test_within_is_a_time_or_metres_walked_or_straight(
    changes: dict[str, Any], measured: float
) -> None:
    found = coverage_result(share_rule(**changes), "share", town())
    assert found.measured == pytest.approx(measured)


def test_the_nearest_centre_in_service_counts() -> None:
    def measured(*rows: dict[str, Any], state: str = "plan") -> float | None:
        walks = walks_of([{0: 500.0}, {0: 200.0}], 1)
        inputs = CoverageInputs(plan_of(*rows), homes([8.0]), walks)
        return coverage_result(share_rule(), "share", inputs, state=state).measured  # type: ignore[arg-type]

    assert measured(C, C) == 1.0
    assert measured(C, {**C, "status": "closed"}) == 0.0
    assert measured(C, {**C, "status": "new"}, state="existing") == 0.0
    assert measured(C, {**C, "level": "district"}) == 0.0
    assert measured(C, {**C, "level": None}) == 1.0


def test_the_longest_way_is_told_with_those_beyond() -> None:
    found = coverage_result(GB, "walk_5min", town())
    assert (found.verdict, found.measured, found.required) == ("below_recommended", 2000.0, 300.0)
    assert (found.needed, found.beyond, found.numerator) == (1700.0, 12.0, 3.0)


def test_metres_walked_and_metres_straight_are_two_rules() -> None:
    walks = walks_of([{0: 420.0}], 1)
    inputs = CoverageInputs(plan_of(C), homes([1.0], [[290.0, 0.0]]), walks, walks)
    assert coverage_result(GB, "walk_5min", inputs).verdict == "below_recommended"
    assert coverage_result(GB, "radius_station", inputs).verdict == "pass"


def test_nobody_lives_at_an_empty_home() -> None:
    inputs = CoverageInputs(plan_of(C), homes([1.0, 0.0]), None, walks_of([{0: 10.0}], 2))
    found = coverage_result(GB, "walk_5min", inputs)
    assert (found.verdict, found.measured) == ("pass", 10.0)


def test_beyond_the_search_there_is_no_figure_and_no_pass() -> None:
    inputs = CoverageInputs(plan_of(C), homes([1.0, 2.0]), None, walks_of([{0: 10.0}], 2))
    found = coverage_result(GB, "walk_5min", inputs)
    assert (found.verdict, found.reason) == ("below_recommended", "beyond_search")
    assert (found.measured, found.needed, found.beyond) == (None, None, 2.0)


def test_without_centres_nobody_is_within() -> None:
    inputs = CoverageInputs(plan_of({**C, "level": "street"}), homes([1.0]), None, None)
    found = coverage_result(GB, "radius_station", inputs)
    assert (found.verdict, found.reason) == ("below_recommended", "beyond_search")


def test_metres_that_were_not_searched_cannot_be_told() -> None:
    found = coverage_result(GB, "walk_5min", CoverageInputs(plan_of(C), homes([1.0])))
    assert (found.verdict, found.missing, found.decides) == ("cannot_tell", ("walk_m",), 300.0)


def test_a_limit_beyond_the_walks_looked_for_is_refused() -> None:
    inputs = CoverageInputs(plan_of(C), homes([1.0]), walks_of([{0: 1.0}], 1, limit=299.0))
    with pytest.raises(StandardsError, match="farther than the walks that were looked for"):
        coverage_result(share_rule(), "share", inputs)


def test_the_tolerance_of_coverage_holds_here_too() -> None:
    inputs = CoverageInputs(plan_of(C), homes([1.0]), walks_of([{0: 300.0005}], 1))
    assert coverage_result(share_rule(), "share", inputs).measured == 1.0
    reach = share_rule(rule_type="reach", circle=None, comparison="<=", value=300.0)
    assert coverage_result(reach, "share", inputs).verdict == "pass"


def test_a_rule_not_in_force_says_so() -> None:
    day = GB.valid_from.replace(year=2001)
    found = coverage_result(GB, "walk_5min", town(), day=day)
    assert (found.verdict, found.reason) == ("not_applicable", "not_in_force")


def test_the_walks_to_look_for_are_the_longest_asked_for() -> None:
    assert longest_distance([RULES, GB], "walk_m") == 1000.0
    assert longest_distance([RULES, share_rule()], "travel_time_s") == 300.0
    assert longest_distance([RULES], "travel_time_s") == 0.0
