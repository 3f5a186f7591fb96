"""What holds of any plan: more area never fails a minimum; what does not apply never fails."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any, get_args

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.places import Kind, Level, Status
from planner.domain.standard import VERDICT_ORDER
from planner.standards.catalogue import list_rule_sets, load_rule_set
from planner.standards.judge import judge_centres
from planner.standards.judge_units import judge_units
from planner.standards.unit_figures import list_units
from tests.standards.plans import plan_of

SETS = [load_rule_set(name) for name in list_rule_sets()]
DAY = date(2026, 1, 1)
AREAS = ("floor_area_m2", "floor_area_existing_m2", "convenience_area_m2", "activity_area_m2")
area = st.one_of(st.none(), st.integers(0, 6000).map(float))
row = st.fixed_dictionaries(
    {
        "level": st.sampled_from([None, *get_args(Level)]),
        "kind": st.sampled_from(get_args(Kind)),
        "status": st.sampled_from([None, *get_args(Status)]),
        **dict.fromkeys(AREAS, area),
        "site_area_m2": area,
        "social_workers": st.sampled_from([None, 0.0, 1.0, 2.0, 3.0]),
        "social_work_room": st.sampled_from([None, True, False]),
        "district": st.sampled_from([None, "渝中区", "渝北区", "万州区"]),
        "street": st.sampled_from([None, "甲街道", "乙镇"]),
        "community": st.sampled_from([None, "一社区", "二社区", "三村"]),
        "parent": st.sampled_from([None, "c0", "c1", "无"]),
        "households_served": st.sampled_from([None, 100.0, 2000.0]),
        "approximate": st.sampled_from([(), ("floor_area_m2",), ("convenience_area_m2",)]),
        "co_located_with": st.sampled_from([(), ("c0",), ("c1",)]),
    }
)
plans = st.lists(row, min_size=1, max_size=5)


def judged(rows: list[dict[str, Any]], **changes: Any) -> Any:  # noqa: ANN401 - judgements
    given_ = {"apply_to_existing": False, "in_plan_scope": None, "state": "plan", **changes}
    return judge_centres(plan_of(*rows), SETS, plan_date=DAY, **given_)


def judged_units(rows: list[dict[str, Any]]) -> Any:  # noqa: ANN401 - results
    centres = plan_of(*rows)
    units = [list_units(centres, level, day=DAY) for level in ("community", "street")]
    return judge_units(centres, SETS, units, plan_date=DAY, in_plan_scope=None).results


@settings(max_examples=60, deadline=None)
@given(plans, st.data())
def test_more_area_never_fails_a_minimum(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    which = data.draw(st.integers(0, len(rows) - 1))
    more = data.draw(st.integers(1, 5000))
    larger = [dict(one) for one in rows]
    for name in AREAS:  # every area grows alike, so that no part outgrows its whole
        if larger[which][name] is not None:
            larger[which][name] += more
    before, after = judged(rows).columns.clauses, judged(larger).columns.clauses
    for one, two in zip(before, after, strict=True):
        if one.clause.comparison == ">=" and one.clause.measures in AREAS:
            passed = one.verdict == VERDICT_ORDER.index("pass")
            failed = two.verdict == VERDICT_ORDER.index("fail")
            assert not (passed & failed).any()
    for one, two in zip(judged_units(rows), judged_units(larger), strict=True):
        if one.clause_id == "area_per_100_households" and one.verdict == "pass":
            assert two.verdict == "pass"


@settings(max_examples=60, deadline=None)
@given(plans, st.booleans(), st.sampled_from(["plan", "existing"]))
def test_a_rule_that_does_not_apply_never_fails(
    rows: list[dict[str, Any]],
    apply_to_existing: bool,  # noqa: FBT001 - drawn
    state: str,
) -> None:
    found = judged(rows, apply_to_existing=apply_to_existing, state=state)
    clauses = {(r.rule_set_id, c.clause_id): c for r in SETS for c in r.clauses}
    for centre, one in zip(rows, found.judgement, strict=True):
        for result in one.clause_results:
            clause = clauses[result.rule_set_id, result.clause_id]
            outside = (
                (clause.levels and centre["level"] and centre["level"] not in clause.levels)
                or (clause.kinds and centre["kind"] not in clause.kinds)
                or (clause.in_plan_scope and centre["district"] == "万州区")
            )
            if outside:
                assert result.verdict == "not_applicable"
            if result.verdict == "fail":
                assert clause.force == "must"
                assert result.needed is not None
                assert result.needed > 0
            if result.verdict == "cannot_tell":
                assert result.missing


@settings(max_examples=40, deadline=None)
@given(plans)
def test_a_blank_never_fails_and_columns_agree_with_records(rows: list[dict[str, Any]]) -> None:
    blank = [{**one, **dict.fromkeys(AREAS)} for one in rows]
    found = judged(blank)
    for column in found.columns.clauses:
        if column.clause.measures in AREAS:
            assert not (column.verdict == VERDICT_ORDER.index("fail")).any()
    told = judged(rows)
    assert [one.verdict for one in told.judgement] == [
        VERDICT_ORDER[code] for code in told.columns.verdict
    ]


@settings(max_examples=40, deadline=None)
@given(plans)
def test_the_order_of_rows_does_not_matter(rows: list[dict[str, Any]]) -> None:
    named = [{**one, "centre_id": f"c{i}", "name": f"中心{i}"} for i, one in enumerate(rows)]
    here = {one.centre_id: dict(one.verdict_by_rule_set) for one in judged(named).judgement}
    turned = judged(named[::-1]).judgement
    assert here == {one.centre_id: dict(one.verdict_by_rule_set) for one in turned}


@settings(max_examples=40, deadline=None)
@given(plans)
def test_a_scope_told_can_only_settle_what_was_open(rows: list[dict[str, Any]]) -> None:
    opened = judged(rows, in_plan_scope=np.full(len(rows), -1))
    inside = judged(rows, in_plan_scope=np.ones(len(rows), dtype=np.int64))
    for one, two in zip(opened.columns.clauses, inside.columns.clauses, strict=True):
        unsaid = one.if_applies == 255
        assert (one.verdict[unsaid] == two.verdict[unsaid]).all()
        if one.clause.in_plan_scope and not one.clause.statuses and not one.clause.levels:
            assert (one.if_applies[~unsaid] == two.verdict[~unsaid]).all()


def test_a_stricter_value_never_turns_a_failure_into_a_pass() -> None:
    rules = load_rule_set("chongqing-2018")
    stricter = dataclasses.replace(
        rules, clauses=(dataclasses.replace(rules.clauses[0], value=3000.0),)
    )
    rows = [
        {"level": "community", "status": "new", "floor_area_m2": float(size)}
        for size in range(2600, 3100, 50)
    ]
    verdicts = [
        [
            one.verdict
            for one in judge_centres(
                plan_of(*rows),
                [one_set],
                plan_date=None,
                apply_to_existing=False,
                in_plan_scope=None,
            ).judgement
        ]
        for one_set in (dataclasses.replace(rules, clauses=rules.clauses[:1]), stricter)
    ]
    assert verdicts == [["fail"] * 2 + ["pass"] * 8, ["fail"] * 8 + ["pass"] * 2]
