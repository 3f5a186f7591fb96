"""A made plan of eleven centres, every verdict worked out by hand from the sentences."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from planner.domain.judged_units import Indicator
from planner.standards.catalogue import load_rule_set
from planner.standards.judge import judge_centres
from planner.standards.judge_units import judge_units
from planner.standards.plan_verdict import compare_verdicts, sum_up_plan
from planner.standards.unit_figures import list_units
from tests.standards.plans import plan_of

if TYPE_CHECKING:
    from planner.domain.standard import Judgements

DAY = date(2024, 6, 1)
NAMES = (
    "chongqing-2018",
    "chongqing-2022-unbuilt",
    "embedded-2024",
    "national-30-per-100-households",
)
A: dict[str, Any] = {"district": "渝中区", "street": "甲街道", "status": "new"}
C: dict[str, Any] = {**A, "level": "community"}
PLAN = plan_of(
    {
        **C, "community": "一社区", "floor_area_m2": 2700.0, "convenience_area_m2": 800.0,
        "households_served": 9000.0, "social_workers": 2.0, "social_work_room": True,
        "parent": "甲街道中心",
    },
    {
        **C, "community": "二社区", "floor_area_m2": 2699.0, "convenience_area_m2": 800.0,
        "households_served": 3000.0, "social_workers": 1.0,
    },
    {**C, "community": "三社区", "floor_area_m2": 2800.0},
    {
        **C, "community": "四社区", "status": "existing", "floor_area_m2": 900.0,
        "convenience_area_m2": 300.0, "households_served": 4000.0,
    },
    {
        **C, "community": "五社区", "kind": "convenience", "floor_area_m2": 800.0,
        "households_served": 2000.0,
    },
    {
        **C, "community": "六社区", "floor_area_m2": 2700.0, "convenience_area_m2": 900.0,
        "households_served": 10000.0, "approximate": ("floor_area_m2",),
    },
    {
        **C, "community": "八社区", "district": "北碚区", "street": "某镇",
        "floor_area_m2": 5000.0, "convenience_area_m2": 1000.0,
    },
    {**A, "level": "street", "name": "甲街道中心", "floor_area_m2": 3000.0},
    {
        **C, "community": "十社区", "district": "万州区", "street": "乙街道",
        "floor_area_m2": 100.0, "households_served": 1000.0,
    },
    {**C, "community": "七社区", "floor_area_m2": 2700.0, "convenience_area_m2": 2800.0},
    {**C, "community": "九社区", "status": None, "floor_area_m2": 100.0},
)  # fmt: skip

P, F, Q, N, L = "pass", "fail", "cannot_tell", "not_applicable", "below_recommended"

# centre by centre: 2,700 and 800 of 2018 with their reasons, 3,000 of 2022, 600 and 800 of 2024
TABLE = [
    ((P, ""), (P, ""), (Q, "scope_unknown"), P, P),
    ((F, ""), (P, ""), (Q, "scope_unknown"), P, P),
    ((P, ""), (Q, "value_blank"), (Q, "scope_unknown"), P, P),
    ((N, "status_existing"), (N, "status_existing"), (N, "status_existing"), N, N),
    ((N, "kind_other"), (P, ""), (N, "kind_other"), N, N),
    ((Q, "approximate"), (P, ""), (Q, "scope_unknown"), P, P),
    ((Q, "scope_unknown"), (Q, "scope_unknown"), (Q, "scope_unknown"), P, P),
    ((N, "level_other"), (N, "level_other"), (N, "level_other"), N, N),
    ((N, "outside_scope"), (N, "outside_scope"), (Q, "scope_unknown"), L, L),
    ((P, ""), (Q, "exceeds_whole"), (Q, "scope_unknown"), P, P),
    ((Q, "status_blank"), (Q, "status_blank"), (Q, "status_blank"), Q, Q),
]
VERDICTS_2018 = [P, F, Q, N, P, Q, Q, N, N, Q, Q]
VERDICTS_2022 = [Q, Q, Q, N, N, Q, Q, N, Q, Q, Q]


def judged(*names: str, day: date = DAY) -> Judgements:
    rule_sets = [load_rule_set(name) for name in names or NAMES]
    found = judge_centres(
        PLAN, rule_sets, plan_date=day, apply_to_existing=False, in_plan_scope=None
    )
    units = [list_units(PLAN, level, day=day) for level in ("community", "street")]
    of_units = judge_units(PLAN, rule_sets, units, plan_date=day, in_plan_scope=None)
    return dataclasses.replace(found, units=of_units.results, unit_columns=of_units.columns)


ALL = judged()


def test_the_verdict_of_every_clause_on_every_centre() -> None:
    for row, expected in enumerate(TABLE):
        found = {(one.rule_set_id, one.clause_id): one for one in ALL.judgement[row].clause_results}
        areas = [
            found["chongqing-2018", "floor_area_total"],
            found["chongqing-2018", "floor_area_convenience"],
            found["chongqing-2022-unbuilt", "floor_area_total"],
        ]
        assert [(one.verdict, one.reason) for one in areas] == list(expected[:3]), row
        embedded = [
            found["embedded-2024", "floor_area_normal"].verdict,
            found["embedded-2024", "floor_area_preferred"].verdict,
        ]
        assert embedded == list(expected[3:]), row


def test_the_verdict_of_every_centre() -> None:
    assert [one.verdict for one in ALL.judgement] == VERDICTS_2018
    assert [one.verdict_by_rule_set["chongqing-2022-unbuilt"] for one in ALL.judgement] == (
        VERDICTS_2022
    )
    # Neither has a binding clause on the floor area of a centre.
    for name in ("embedded-2024", "national-30-per-100-households"):
        assert {one.verdict_by_rule_set[name] for one in ALL.judgement} == {N}


def of_units(clause_id: str, rule_set: str = "national-30-per-100-households") -> list[Any]:
    return [
        (one.name, one.verdict, one.measured, one.needed, one.over_households)
        for one in ALL.units
        if (one.rule_set_id, one.clause_id) == (rule_set, clause_id)
    ]


def test_square_metres_per_hundred_households_of_every_community() -> None:
    expected = [
        ("一社区", P, 30.0, None, None),
        ("二社区", P, 2699 / 30, None, None),
        ("三社区", Q, None, None, None),
        ("四社区", F, 22.5, 300.0, 1000.0),
        ("五社区", P, 40.0, None, None),
        # 约2,700 over 10,000: at most 28.35
        ("六社区", F, 27.0, 300.0, 1000.0),
        ("八社区", Q, None, None, None),
        ("十社区", F, 10.0, 200.0, 1000 - 100 / 0.3),
        ("七社区", Q, None, None, None),
        ("九社区", Q, None, None, None),
    ]
    for one, other in zip(of_units("area_per_100_households"), expected, strict=True):
        assert one[:2] == other[:2]
        assert one[2:] == pytest.approx(other[2:], nan_ok=True)


def test_which_communities_and_streets_have_a_centre() -> None:
    communities = of_units("community_has_centre", "chongqing-2018")
    assert {one[1] for one in communities} == {P}
    streets = of_units("street_has_centre", "chongqing-2018")
    assert [one[:4] for one in streets] == [
        ("甲街道", P, 1.0, None),
        ("某镇", L, 0.0, 1.0),
        ("乙街道", L, 0.0, 1.0),
    ]


def test_staffing_and_the_hierarchy_of_every_centre() -> None:
    told = [one.verdict_by_group for one in ALL.judgement]
    assert [one["staffing"] for one in told] == [P, F, Q, Q, Q, Q, Q, N, Q, Q, Q]
    # The first names its street's centre; the others name none.
    assert [one["hierarchy"] for one in told] == [P, *[Q] * 10]


def test_the_plan_is_summed_up_for_each_rule_set() -> None:
    y2018, y2022, embedded, national = sum_up_plan(PLAN, ALL, ALL.unit_columns)
    assert [one.verdict for one in (y2018, y2022, embedded, national)] == [F, Q, N, F]
    assert y2018.centres == {P: 2, F: 1, Q: 5, N: 3, L: 0}
    assert national.units == {"community": {P: 0, F: 3, Q: 7, N: 0, L: 0}}
    assert y2018.units == {"community": {P: 1, F: 1, Q: 8, N: 0, L: 0}}
    assert y2018.needed == pytest.approx(
        {"floor_area_total": 1.0, "social_workers": 1.0, "street_has_centre": 2.0}
    )
    assert national.needed == pytest.approx({"area_per_100_households": 800.0})
    assert embedded.needed == {"floor_area_normal": 500.0, "floor_area_preferred": 700.0}


def test_how_many_centres_reach_a_size_whether_they_must_or_not() -> None:
    y2018 = sum_up_plan(PLAN, ALL, ALL.unit_columns)[0]
    # 2,700: the 1st, 3rd, 6th, 7th and 10th of nine; 800: six of seven, two are blank
    assert y2018.indicators == (
        Indicator("chongqing-2018", "floor_area_total", 2700.0, "m2", 5, 9, 0),
        Indicator("chongqing-2018", "floor_area_convenience", 800.0, "m2", 6, 7, 3),
    )


def test_without_columns_nothing_is_counted() -> None:
    bare = dataclasses.replace(ALL, columns=None)
    assert {sum(one.centres.values()) for one in sum_up_plan(PLAN, bare)} == {0}


def test_one_plan_under_two_rule_sets_tells_who_changes_and_why() -> None:
    found = compare_verdicts(PLAN, judged("chongqing-2018"), judged("chongqing-2022-unbuilt"))
    assert found.counts == {
        (P, Q): 1, (F, Q): 1, (Q, Q): 5, (N, N): 2, (P, N): 1, (N, Q): 1,
    }  # fmt: skip
    centres = [one for one in found.shifts if one.level == "centre"]
    assert [(one.subject_id, one.before, one.after) for one in centres] == [
        ("c0", P, Q),
        ("c1", F, Q),
        ("c4", P, N),
        ("c8", N, Q),
    ]
    second = centres[1]
    (before,), (after,) = second.because_before, second.because_after
    assert (before.clause_id, before.measured, before.required, before.unit) == (
        "floor_area_total",
        2699.0,
        2700.0,
        "m2",
    )
    assert (after.required, after.reason) == (3000.0, "scope_unknown")
    third = centres[2]
    assert [one.clause_id for one in third.because_before] == ["floor_area_convenience"]
    assert [one.reason for one in third.because_after] == ["kind_other"]


def test_units_of_which_one_set_says_nothing_change_too() -> None:
    found = compare_verdicts(
        PLAN, judged("embedded-2024"), judged("national-30-per-100-households")
    )
    units = {one.name: one for one in found.shifts if one.level == "community"}
    assert (units["四社区"].before, units["四社区"].after) == (N, F)
    assert units["四社区"].because_before == ()
    assert [one.clause_id for one in units["四社区"].because_after] == ["area_per_100_households"]
    assert (found.plan_before.verdict, found.plan_after.verdict) == (N, F)


def test_a_rule_set_against_itself_changes_nothing() -> None:
    one = judged("chongqing-2018")
    found = compare_verdicts(PLAN, one, one)
    assert found.shifts == ()
    assert sum(found.counts.values()) == len(PLAN.centre)


def test_arrays_hold_what_the_records_say() -> None:
    for column in ALL.unit_columns:
        own = [
            one.measured
            for one in ALL.units
            if (one.rule_set_id, one.clause_id) == (column.rule_set_id, column.clause.clause_id)
        ]
        assert np.array_equal(np.array(own, dtype=np.float64), column.measured, equal_nan=True)
