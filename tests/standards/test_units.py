"""Verdicts of communities, streets and the hierarchy: each worked out by hand."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely

from planner.domain.places import Areas
from planner.standards.catalogue import load_rule_set
from planner.standards.judge_units import judge_units
from planner.standards.unit_figures import AreaMembers, list_units
from tests.standards.plans import (
    DAY,
    HERE,
    clause_result,
    community,
    named_units,
    plan_of,
    unit_of,
    unit_result,
)

NATIONAL = load_rule_set("national-30-per-100-households")
RULES = load_rule_set("chongqing-2018")
LATER = load_rule_set("chongqing-2022-unbuilt")
C: dict[str, Any] = {"level": "community", "status": "existing", **HERE}
AREA = "area_per_100_households"


def ratio(households: float, *rows: dict[str, Any], **settings: Any) -> Any:  # noqa: ANN401 - a result
    unit = community(households=households, centres=[0] * len(rows))
    return unit_result(NATIONAL, AREA, unit, *rows, **settings)


def test_every_community_centre_of_a_community_counts_and_no_other() -> None:
    found = ratio(
        2000,
        {**C, "floor_area_m2": 400.0},
        {**C, "floor_area_m2": 100.0, "kind": "convenience"},
        {**C, "floor_area_m2": 50.0, "kind": "party_service"},
        {**C, "floor_area_m2": 9000.0, "level": "street"},
        {**C, "floor_area_m2": 9000.0, "status": "closed"},
    )
    # 550 m² over 2,000 households: 27.5 m² per 100; 600 m² would do; enough for 1,833.3
    assert (found.verdict, found.measured, found.margin) == ("fail", 27.5, -2.5)
    assert (found.numerator, found.denominator, found.centres) == (550.0, 2000.0, 3)
    assert found.needed == pytest.approx(50.0)
    assert found.over_households == pytest.approx(2000 - 550 / 0.3)


def test_eight_hundred_square_metres_are_enough_for_2666_households_and_not_2667() -> None:
    assert ratio(2666, {**C, "floor_area_m2": 800.0}).verdict == "pass"
    assert ratio(2667, {**C, "floor_area_m2": 800.0}).verdict == "fail"


@pytest.mark.parametrize(
    ("areas", "households", "verdict", "reason", "measured"),
    [
        ((600.0, 600.0), 2000, "pass", "", 30.0),  # the same building twice is enough once
        ((600.0, 600.0), 2001, "cannot_tell", "co_located", 600 / 20.01),
        ((600.0, 600.0), 4001, "fail", "", 600 / 40.01),  # both together would not do either
        ((2700.0, 800.0), 9001, "cannot_tell", "co_located", 2700 / 90.01),
    ],
)
def test_what_is_built_once_is_never_counted_twice(
    areas: tuple[float, float], households: int, verdict: str, reason: str, measured: float
) -> None:
    first, second = areas
    found = ratio(
        households,
        {**C, "floor_area_m2": first, "co_located_with": ("c1",)},
        {**C, "floor_area_m2": second, "co_located_with": ("c0", "gone")},
    )
    assert (found.verdict, found.reason) == (verdict, reason)
    assert found.measured == pytest.approx(measured)


def test_a_street_centre_in_the_same_building_takes_nothing_away() -> None:
    found = ratio(
        1000,
        {**C, "floor_area_m2": 300.0, "co_located_with": ("c1",)},
        {**C, "floor_area_m2": 3000.0, "level": "street", "co_located_with": ("c0",)},
    )
    assert (found.verdict, found.measured) == ("pass", 30.0)


@pytest.mark.parametrize(
    ("known", "verdict", "decides"), [(600.0, "pass", None), (599.0, "cannot_tell", 1.0)]
)
def test_a_blank_area_matters_while_the_others_do_not_suffice(
    known: float, verdict: str, decides: float | None
) -> None:
    found = ratio(2000, {**C, "floor_area_m2": known}, C)
    assert found.verdict == verdict
    assert found.decides == (None if decides is None else pytest.approx(decides))
    if verdict == "cannot_tell":
        assert (found.reason, found.missing) == ("value_blank", ("floor_area_m2",))


def test_unknown_households_say_how_many_would_be_too_many() -> None:
    found = ratio(np.nan, {**C, "floor_area_m2": 800.0})
    assert (found.verdict, found.reason) == ("cannot_tell", "households_blank")
    assert found.missing == ("households",)
    assert found.decides == pytest.approx(800 / 0.3)
    assert found.over_households is None


def test_a_centre_without_a_level_may_count_or_not() -> None:
    maybe = {**C, "level": None, "floor_area_m2": 600.0}
    assert ratio(2000, maybe).verdict == "cannot_tell"
    assert ratio(2001, maybe).verdict == "fail"  # not even with it
    assert ratio(2000, maybe, {**C, "floor_area_m2": 600.0}).verdict == "pass"


def test_a_community_without_any_centre_has_no_square_metre() -> None:
    found = ratio(1000)
    assert (found.verdict, found.measured, found.needed) == ("fail", 0.0, 300.0)
    assert found.over_households == 1000.0


def test_an_about_area_counts_in_a_ratio_as_far_as_five_per_cent_do_not_matter() -> None:
    row = {**C, "approximate": ("floor_area_m2",)}
    assert ratio(2000, {**row, "floor_area_m2": 632.0}).verdict == "pass"  # 600.4 at least
    assert ratio(2000, {**row, "floor_area_m2": 620.0}).reason == "approximate"


def test_in_the_existing_state_new_centres_do_not_count() -> None:
    rows = ({**C, "floor_area_existing_m2": 200.0}, {**C, "status": "new", "floor_area_m2": 900.0})
    assert ratio(1000, *rows).verdict == "pass"
    assert ratio(1000, *rows, state="existing").measured == 20.0


def test_activity_areas_are_a_share_of_the_floor_area_of_the_community() -> None:
    rows = (
        {**C, "floor_area_m2": 800.0, "activity_area_m2": 500.0},
        {**C, "floor_area_m2": 200.0, "activity_area_m2": 50.0},
    )
    found = unit_result(NATIONAL, "activity_share", community(centres=[0, 0]), *rows)
    assert (found.verdict, found.measured) == ("fail", 0.55)
    assert found.needed == pytest.approx(50.0)
    assert found.over_households is None
    blank = unit_result(NATIONAL, "activity_share", community(centres=[0]), C)
    assert (blank.verdict, blank.reason) == ("cannot_tell", "value_blank")


def test_a_ceiling_of_a_ratio_may_be_broken() -> None:
    clause = dataclasses.replace(NATIONAL.clauses[0], comparison="<=")
    rules = dataclasses.replace(NATIONAL, clauses=(clause,))
    unit = community(households=1000, centres=[0])
    found = unit_result(rules, AREA, unit, {**C, "floor_area_m2": 400.0})
    assert (found.verdict, found.needed) == ("fail", 10.0)


def test_a_rule_not_in_force_says_so_of_every_unit() -> None:
    found = ratio(1000, {**C, "floor_area_m2": 1.0}, day=date(2018, 1, 1))
    assert (found.verdict, found.reason) == ("not_applicable", "not_in_force")


def test_social_workers_are_added_up_in_their_community() -> None:
    rows = ({**C, "social_workers": 1.0}, {**C, "social_workers": 1.0, "kind": "convenience"})
    found = unit_result(RULES, "social_workers", community(centres=[0, 0]), *rows)
    assert (found.verdict, found.measured) == ("pass", 2.0)
    none = unit_result(RULES, "social_workers", community(centres=[0]), {**C, "social_workers": 0})
    assert (none.verdict, none.needed) == ("fail", 2.0)


def test_areas_of_a_unit_are_summed_without_counting_a_building_twice() -> None:
    clause = dataclasses.replace(RULES.clauses[0], judged_unit="community", statuses=())
    rules = dataclasses.replace(RULES, clauses=(clause,))
    rows = (
        {**C, "floor_area_m2": 2000.0, "co_located_with": ("c1",)},
        {**C, "floor_area_m2": 2000.0, "co_located_with": ("c0",)},
    )
    found = unit_result(rules, "floor_area_total", community(centres=[0, 0]), *rows)
    assert (found.verdict, found.measured) == ("cannot_tell", 2000.0)


def test_a_unit_lies_in_a_zone_where_its_centres_do() -> None:
    def say(zone: list[int] | None) -> tuple[str, str]:
        settings: dict[str, Any] = (
            {} if zone is None else {"zones": {"urban_unbuilt": np.array(zone)}}
        )
        unit = community(persons=20000, centres=[0, 0])
        found = unit_result(LATER, "community_population", unit, C, C, **settings)
        return found.verdict, found.reason

    assert say(None) == ("cannot_tell", "scope_unknown")
    assert say([1, 0]) == ("below_recommended", "above_band")
    assert say([0, -1]) == ("not_applicable", "outside_scope")
    assert say([-1, -1]) == ("cannot_tell", "scope_unknown")


def squares(*names: str) -> Areas:
    shapes = np.array([shapely.box(i, 0, i + 1, 1) for i in range(len(names))], dtype=object)
    return Areas(
        level="community",
        area_id=tuple(f"a{i}" for i in range(len(names))),
        name=names,
        geometry=shapes,
        crs="EPSG:4545",
    )


def test_a_centre_belongs_to_the_area_it_names_else_to_the_one_it_stands_in() -> None:
    centres = plan_of(
        {**C, "community": "二社区"},  # stands in the first, names the second
        {**C, "community": "同名社区"},  # two bear the name: where it stands decides
        {**C, "community": None},
        {**C, "community": "不知社区"},
    )
    members = AreaMembers(
        areas=squares("一社区", "二社区", "同名社区", "同名社区"),
        centre_area=np.array([0, 3, 2, -1]),
        demand_area=np.array([0, 0, 1, -1]),
    )
    units = list_units(
        centres,
        "community",
        day=DAY,
        members=members,
        persons=np.array([1.0, 2.0, 4.0, 8.0]),
        households=np.array([1.0, np.nan, 2.0, 3.0]),
    )
    assert units.centre_unit.tolist() == [1, 3, 2, -1]
    assert units.persons.tolist() == [3.0, 4.0, 0.0, 0.0]
    assert np.isnan(units.households[0])
    assert units.households[1:].tolist() == [2.0, 0.0, 0.0]
    assert units.complete
    found = judge_units(centres, [RULES], [units], plan_date=DAY, in_plan_scope=None)
    presence = [one for one in found.results if one.clause_id == "community_has_centre"]
    assert [one.verdict for one in presence] == ["below_recommended", "pass", "pass", "pass"]
    assert presence[0].needed == 1.0
    assert "units_from_names" not in found.assumptions


def test_without_areas_the_units_are_those_that_rows_name_and_that_is_said() -> None:
    rows = (
        {**C, "households_served": 500.0},
        {**C, "households_served": 300.0},
        {**C, "community": "二社区", "households_served": 400.0},
        {**C, "community": "二社区"},
        {**C, "community": None},
    )
    units = named_units("community", *rows)
    assert units.name == ("一社区", "二社区")
    assert units.parent == ("甲街道", "甲街道")
    assert units.households[0] == 800.0
    assert np.isnan(units.households[1])  # one of its centres does not say whom it serves
    found = judge_units(plan_of(*rows), [NATIONAL], [units], plan_date=DAY, in_plan_scope=None)
    assert found.assumptions == ("units_from_names", "households_from_centres", "co_located_once")


def test_a_street_that_only_communities_name_has_no_centre() -> None:
    rows = (C, {**C, "level": "street"}, {**C, "street": "乙街道", "community": "三社区"})
    units = named_units("street", *rows)
    found = judge_units(plan_of(*rows), [RULES], [units], plan_date=DAY, in_plan_scope=None)
    told = {
        one.name: (one.verdict, one.measured, one.centres)
        for one in found.results
        if one.clause_id == "street_has_centre"
    }
    assert told == {"甲街道": ("pass", 1.0, 1), "乙街道": ("below_recommended", 0.0, 0)}


def test_the_whole_plan_is_one_unit() -> None:
    people = np.array([1.0, 2.0])
    units = list_units(plan_of(C), "plan", day=DAY, persons=people)
    assert (units.unit_id, units.persons.tolist()) == (("plan",), [3.0])
    assert np.isnan(units.households[0])
    assert named_units("plan", C).demand_unit is None


def test_a_level_without_units_gives_nothing() -> None:
    found = judge_units(plan_of(C), [RULES], [unit_of("district")], plan_date=None,
                        in_plan_scope=None)  # fmt: skip
    assert len(found.results) == 0
    assert list(found.results) == []


STREET = {"level": "street", "name": "甲街道中心", "street": "甲街道", "status": "existing"}
HALL = {"level": "district", "name": "区行政服务中心", "district": "渝中区"}


@pytest.mark.parametrize(
    ("row", "others", "verdict", "reason"),
    [
        ({**C, "parent": "甲街道中心"}, [STREET], "pass", ""),
        ({**C, "parent": "c1"}, [STREET], "pass", ""),
        ({**C, "parent": "甲街道"}, [STREET], "pass", ""),
        ({**C, "parent": "乙街道中心"}, [STREET], "below_recommended", "parent_not_found"),
        ({**C, "parent": "乙街道中心"}, [], "cannot_tell", "parent_not_found"),
        ({**C, "parent": "区行政服务中心"}, [STREET, HALL], "below_recommended",
         "parent_other_level"),
        ({**C, "parent": "甲街道中心"}, [{**STREET, "status": "closed"}], "cannot_tell",
         "parent_not_found"),
        ({**STREET, "parent": "渝中区"}, [HALL], "pass", ""),
        (C, [{**STREET, "parent": "区"}], "cannot_tell", "value_blank"),
        (C, [STREET], "not_applicable", "no_parents_named"),
        ({**C, "level": None, "parent": "甲街道中心"}, [STREET], "cannot_tell", "level_blank"),
        ({**HALL, "parent": "市"}, [STREET], "not_applicable", "level_other"),
    ],
)  # fmt: skip
def test_each_centre_hangs_on_one_a_level_up(
    row: dict[str, Any], others: list[dict[str, Any]], verdict: str, reason: str
) -> None:
    found = clause_result(RULES, "parent_centre", row, *others)
    assert (found.verdict, found.reason) == (verdict, reason)


def test_a_parent_that_must_be_there_can_fail() -> None:
    clause = next(one for one in RULES.clauses if one.clause_id == "parent_centre")
    rules = dataclasses.replace(RULES, clauses=(dataclasses.replace(clause, force="must"),))
    found = clause_result(rules, "parent_centre", {**C, "parent": "乙"}, STREET)
    assert (found.verdict, found.needed) == ("fail", 1.0)
    loose = dataclasses.replace(RULES, clauses=(dataclasses.replace(clause, levels=()),))
    blank = clause_result(loose, "parent_centre", {**C, "level": None, "parent": "甲"}, STREET)
    assert (blank.verdict, blank.reason) == ("cannot_tell", "level_blank")
