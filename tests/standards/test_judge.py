"""Verdicts: what the clauses of 2018 say of a centre, and what they do not say."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from planner.domain.places import Centre, Centres
from planner.errors import StandardsError
from planner.standards.catalogue import load_rule_set
from planner.standards.judge import judge_centres

if TYPE_CHECKING:
    from planner.domain.coverage import State
    from planner.domain.standard import ClauseResult, Judgement, Judgements, RuleSet

RULES = load_rule_set("chongqing-2018")
LATER = load_rule_set("chongqing-2022-unbuilt")
NEW: dict[str, Any] = {"level": "community", "status": "new"}
GOOD: dict[str, Any] = {**NEW, "floor_area_m2": 2700.0, "convenience_area_m2": 800.0}


def plan_of(*rows: dict[str, Any]) -> Centres:
    centre = tuple(
        Centre(centre_id=f"c{row}", name=f"中心{row}", row=row + 2, **values)
        for row, values in enumerate(rows)
    )
    xy = np.zeros((len(centre), 2))
    return Centres(centre=centre, xy=xy, crs="EPSG:4545", source_crs="EPSG:4490")


def judge_all(
    *rows: dict[str, Any],
    rule_sets: tuple[RuleSet, ...] = (RULES,),
    plan_date: date | None = None,
    apply_to_existing: bool = False,
    scope: list[int] | None = None,
    state: State = "plan",
) -> Judgements:
    return judge_centres(
        plan_of(*rows),
        rule_sets,
        plan_date=plan_date,
        apply_to_existing=apply_to_existing,
        in_plan_scope=None if scope is None else np.array(scope, dtype=np.int64),
        state=state,
    )


def judge(row: dict[str, Any], **settings: Any) -> Judgement:  # noqa: ANN401 - passed on
    return judge_all(row, **settings).judgement[0]


def result(judgement: Judgement, clause_id: str) -> ClauseResult:
    return next(one for one in judgement.clause_results if one.clause_id == clause_id)


def total(judgement: Judgement) -> tuple[str, str]:
    found = result(judgement, "floor_area_total")
    return found.verdict, found.reason


def part(judgement: Judgement) -> tuple[str, str]:
    found = result(judgement, "floor_area_convenience")
    return found.verdict, found.reason


def test_the_boundary_passes() -> None:
    assert judge(GOOD).verdict == "pass"


@pytest.mark.parametrize(
    ("floor_area_m2", "verdict", "margin"),
    [(2699.99, "fail", -0.01), (2700.0, "pass", 0.0), (4000.0, "pass", 1300.0)],
)
def test_the_margin_is_signed_so_that_zero_passes(
    floor_area_m2: float, verdict: str, margin: float
) -> None:
    found = result(judge({**GOOD, "floor_area_m2": floor_area_m2}), "floor_area_total")
    assert found.verdict == verdict
    assert (found.measured, found.required) == (floor_area_m2, 2700.0)
    assert found.margin == pytest.approx(margin)


def test_rounding_of_a_converted_unit_does_not_fail_a_centre() -> None:
    just_below = float(np.nextafter(2700.0, 0.0))
    assert judge({**GOOD, "floor_area_m2": just_below}).verdict == "pass"


def test_eight_hundred_is_a_part_of_the_whole_not_another_kind_of_centre() -> None:
    small_part = judge({**GOOD, "convenience_area_m2": 799.0})
    assert total(small_part) == ("pass", "")
    assert part(small_part) == ("fail", "")
    assert small_part.verdict == "fail"


@pytest.mark.parametrize(("area", "verdict"), [(799.0, "fail"), (800.0, "pass")])
def test_a_convenience_centre_by_itself_is_held_against_the_800_and_never_the_2700(
    area: float, verdict: str
) -> None:
    alone = judge({**NEW, "kind": "convenience", "floor_area_m2": area})
    assert total(alone) == ("not_applicable", "kind_other")
    assert part(alone) == (verdict, "")
    assert alone.verdict == verdict


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "existing"}, "status_existing"),
        ({"status": "expanded"}, "status_expanded"),
        ({"status": "closed"}, "status_closed"),
        ({"level": "street"}, "level_other"),
        ({"level": "district"}, "level_other"),
        ({"kind": "party_service"}, "kind_other"),
    ],
)
def test_only_new_comprehensive_community_centres_are_judged(
    change: dict[str, Any], reason: str
) -> None:
    found = judge({**NEW, "floor_area_m2": 10.0, **change})
    assert total(found) == ("not_applicable", reason)
    assert found.verdict == "not_applicable"


@pytest.mark.parametrize(
    ("field", "reason"),
    [("floor_area_m2", "value_blank"), ("status", "status_blank"), ("level", "level_blank")],
)
def test_a_blank_cannot_be_told_and_never_fails(field: str, reason: str) -> None:
    found = judge({**GOOD, field: None})
    assert total(found) == ("cannot_tell", reason)
    assert found.verdict == "cannot_tell"


def test_a_blank_value_has_no_measure_and_no_margin() -> None:
    found = result(judge({**GOOD, "floor_area_m2": None}), "floor_area_total")
    assert found.measured is None
    assert found.margin is None


@pytest.mark.parametrize(
    "row",
    [
        {"level": "street", "status": None},
        {"level": None, "status": "existing"},
        {"level": None, "status": None, "kind": "other"},
    ],
)
def test_a_blank_does_not_matter_where_something_else_excludes_the_clause(
    row: dict[str, Any],
) -> None:
    assert judge(row).verdict == "not_applicable"


def test_a_failure_outweighs_what_cannot_be_told() -> None:
    assert judge({**NEW, "floor_area_m2": 100.0}).verdict == "fail"


def test_what_cannot_be_told_outweighs_a_pass() -> None:
    assert judge({**NEW, "floor_area_m2": 3000.0}).verdict == "cannot_tell"


def test_a_part_larger_than_its_whole_cannot_be_right() -> None:
    found = judge({**NEW, "floor_area_m2": 2800.0, "convenience_area_m2": 2801.0})
    assert total(found) == ("pass", "")
    assert part(found) == ("cannot_tell", "exceeds_whole")
    assert found.verdict == "cannot_tell"


def test_a_part_as_large_as_its_whole_is_possible() -> None:
    same = judge({**NEW, "floor_area_m2": 2800.0, "convenience_area_m2": 2800.0})
    assert same.verdict == "pass"


def test_the_scope_decides_where_it_is_given() -> None:
    inside, outside, unknown = judge_all(GOOD, GOOD, GOOD, scope=[1, 0, -1]).judgement
    assert inside.verdict == "pass"
    assert (outside.verdict, total(outside)[1]) == ("not_applicable", "outside_scope")
    assert (unknown.verdict, total(unknown)[1]) == ("cannot_tell", "scope_unknown")


def test_without_a_scope_the_plan_is_taken_as_inside_and_that_is_said() -> None:
    assert "plan_within_scope" in judge_all(GOOD).assumptions
    assert "plan_within_scope" not in judge_all(GOOD, scope=[1]).assumptions


def test_expanding_is_not_building_new_and_that_is_said() -> None:
    row = {**GOOD, "status": "expanded"}
    assert "expanded_not_new" in judge_all(row).assumptions
    assert "expanded_not_new" not in judge_all(GOOD).assumptions
    assert judge_all(row, apply_to_existing=True).assumptions[-2:] == (
        "existing_judged_as_new",
        "communities_taken_as_urban",
    )


@pytest.mark.parametrize("status", ["existing", "expanded"])
def test_a_study_may_apply_the_clauses_to_what_stands(status: str) -> None:
    row = {**NEW, "status": status, "floor_area_m2": 900.0, "convenience_area_m2": 800.0}
    assert judge(row, apply_to_existing=True).verdict == "fail"


def test_a_closed_centre_is_not_judged_in_the_plan_even_then() -> None:
    row = {**NEW, "status": "closed", "floor_area_m2": 900.0}
    assert judge(row, apply_to_existing=True).verdict == "not_applicable"


def test_the_existing_state_judges_the_old_size() -> None:
    row = {**GOOD, "status": "expanded", "floor_area_existing_m2": 900.0}
    assert judge(row, apply_to_existing=True).verdict == "pass"
    before = judge(row, apply_to_existing=True, state="existing")
    assert result(before, "floor_area_total").measured == 900.0
    assert part(before) == ("cannot_tell", "value_blank")  # the old part is not known
    assert before.verdict == "fail"


def test_an_expanded_centre_without_its_old_size_cannot_be_told_before() -> None:
    row = {**GOOD, "status": "expanded"}
    assert judge(row, apply_to_existing=True, state="existing").verdict == "cannot_tell"


def test_a_closed_centre_still_stands_in_the_existing_state() -> None:
    row = {**NEW, "status": "closed", "floor_area_m2": 900.0}
    assert judge(row, apply_to_existing=True, state="existing").verdict == "fail"
    assert judge(row, state="existing").verdict == "not_applicable"


@pytest.mark.parametrize("column", ["floor_area_m2", "floor_area_existing_m2"])
def test_a_centre_that_stays_has_one_size_in_whichever_column(column: str) -> None:
    row = {**NEW, "status": "existing", column: 900.0}
    for state in ("existing", "plan"):
        found = judge(row, apply_to_existing=True, state=state)
        assert result(found, "floor_area_total").measured == 900.0


def test_a_rule_set_counts_from_its_first_day_to_its_last() -> None:
    short = dataclasses.replace(RULES, valid_to=date(2022, 8, 31), superseded_by=None)
    for day, verdict in (
        (date(2017, 12, 31), "not_applicable"),
        (date(2018, 1, 1), "pass"),
        (date(2022, 8, 31), "pass"),
        (date(2022, 9, 1), "not_applicable"),
    ):
        found = judge(GOOD, rule_sets=(short,), plan_date=day)
        assert found.verdict == verdict
        assert (total(found)[1] == "not_in_force") == (verdict == "not_applicable")


def test_the_day_of_the_plan_is_the_first_rule_sets_by_default() -> None:
    assert judge_all(GOOD).plan_date == RULES.valid_from
    assert judge_all(GOOD, plan_date=date(2018, 10, 1)).plan_date == date(2018, 10, 1)


def test_a_scope_that_no_input_tells_cannot_be_told() -> None:
    found = judge({**GOOD, "floor_area_m2": 9000.0}, rule_sets=(LATER,))
    assert total(found) == ("cannot_tell", "scope_unknown")


def test_a_second_rule_set_has_its_own_verdict_and_changes_no_other() -> None:
    found = judge(GOOD, rule_sets=(RULES, LATER), plan_date=date(2023, 1, 1))
    assert found.verdict == "pass"
    assert found.verdict_by_rule_set == {
        "chongqing-2018": "pass",
        "chongqing-2022-unbuilt": "cannot_tell",
    }
    assert [(one.rule_set_id, one.clause_id) for one in found.clause_results] == [
        ("chongqing-2018", "floor_area_total"),
        ("chongqing-2018", "floor_area_convenience"),
        ("chongqing-2018", "social_workers"),
        ("chongqing-2018", "social_work_room"),
        ("chongqing-2018", "parent_centre"),
        ("chongqing-2022-unbuilt", "floor_area_total"),
    ]


def test_staffing_has_a_column_of_its_own_and_does_not_touch_the_verdict() -> None:
    found = judge({**GOOD, "social_workers": 1.0})
    assert found.verdict == "pass"
    assert found.verdict_by_group == {
        "floor_area": "pass",
        "staffing": "fail",
        "hierarchy": "not_applicable",
    }


@pytest.mark.parametrize(
    ("workers", "verdict"), [(2.0, "pass"), (1.0, "fail"), (None, "cannot_tell")]
)
def test_a_community_needs_two_social_workers_whatever_the_status(
    workers: float | None, verdict: str
) -> None:
    row = {"level": "community", "status": "existing", "social_workers": workers}
    assert judge(row).verdict_by_group["staffing"] == verdict


def test_the_workers_of_one_community_are_counted_together() -> None:
    here = {"level": "community", "street": "甲街道", "community": "一社区"}
    first, second, elsewhere = judge_all(
        {**here, "social_workers": 1.0},
        {**here, "social_workers": 1.0, "kind": "convenience"},
        {**here, "street": "乙街道", "social_workers": 1.0},
    ).judgement
    assert result(first, "social_workers").measured == 2.0
    assert first.verdict_by_group["staffing"] == "pass"
    assert second.verdict_by_group["staffing"] == "pass"
    assert elsewhere.verdict_by_group["staffing"] == "fail"


def test_a_blank_count_matters_only_while_the_others_do_not_suffice() -> None:
    here = {"level": "community", "community": "一社区"}
    for workers, verdict in ((2.0, "pass"), (1.0, "cannot_tell")):
        found = judge_all({**here, "social_workers": workers}, here).judgement
        assert [one.verdict_by_group["staffing"] for one in found] == [verdict, verdict]
    alone = judge(here)
    assert result(alone, "social_workers").reason == "value_blank"


def test_a_closed_centres_workers_are_not_counted_in_the_plan() -> None:
    here = {"level": "community", "community": "一社区", "social_workers": 1.0}
    rows = ({**here, "status": "closed"}, {**here, "status": "new"})
    closed, new = judge_all(*rows).judgement
    assert closed.verdict_by_group["staffing"] == "not_applicable"
    assert result(new, "social_workers").measured == 1.0
    before = judge_all(*rows, state="existing").judgement
    assert result(before[0], "social_workers").measured == 1.0


def with_clause(**changes: Any) -> RuleSet:  # noqa: ANN401 - fields of a clause
    clause = dataclasses.replace(RULES.clauses[0], **changes)
    return dataclasses.replace(RULES, clauses=(clause,))


def test_only_must_can_fail() -> None:
    found = judge({**NEW, "floor_area_m2": 10.0}, rule_sets=(with_clause(force="should"),))
    assert total(found) == ("below_recommended", "")
    assert found.verdict == "not_applicable"
    assert found.verdict_by_group == {"floor_area": "below_recommended"}


@pytest.mark.parametrize(
    ("value", "verdict", "margin"), [(2700.0, "pass", 0.0), (2701.0, "fail", -1.0)]
)
def test_a_clause_may_set_a_ceiling(value: float, verdict: str, margin: float) -> None:
    rules = with_clause(comparison="<=")
    found = result(judge({**NEW, "floor_area_m2": value}, rule_sets=(rules,)), "floor_area_total")
    assert (found.verdict, found.margin) == (verdict, margin)


def test_an_incomplete_sum_above_a_ceiling_fails_already() -> None:
    rules = with_clause(comparison="<=", judged_unit="community")
    here = {**NEW, "community": "一社区"}
    for value, verdict in ((2701.0, "fail"), (2000.0, "cannot_tell")):
        found = judge_all({**here, "floor_area_m2": value}, here, rule_sets=(rules,)).judgement
        assert found[0].verdict == verdict


def test_a_clause_for_another_status_says_so_of_new_centres() -> None:
    assert total(judge(GOOD, rule_sets=(with_clause(statuses=("existing",)),))) == (
        "not_applicable",
        "status_other",
    )


def test_there_is_one_judgement_a_centre_in_their_order() -> None:
    found = judge_all(GOOD, {**NEW, "floor_area_m2": 1.0}).judgement
    assert [(one.centre_id, one.verdict) for one in found] == [("c0", "pass"), ("c1", "fail")]


def test_an_empty_plan_has_no_judgements() -> None:
    assert judge_all().judgement == ()


def test_at_least_one_rule_set_is_needed() -> None:
    with pytest.raises(StandardsError, match="at least one rule set"):
        judge(GOOD, rule_sets=())


def test_a_rule_set_counts_once() -> None:
    with pytest.raises(StandardsError, match="given twice; found chongqing-2018"):
        judge(GOOD, rule_sets=(RULES, RULES))


@pytest.mark.parametrize("scope", [[1, 1], [2]])
def test_a_scope_of_another_shape_or_value_is_refused(scope: list[int]) -> None:
    with pytest.raises(StandardsError, match="1, 0 or -1 for each centre"):
        judge(GOOD, scope=scope)
