"""What cannot be told: what is missing, which value would decide, and what excludes a clause."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from planner.standards.catalogue import load_rule_set
from planner.standards.judge import judge_centres
from tests.standards.plans import HERE, clause_result, plan_of

if TYPE_CHECKING:
    from planner.domain.standard import RuleSet

RULES = load_rule_set("chongqing-2018")
LATER = load_rule_set("chongqing-2022-unbuilt")
NEW: dict[str, Any] = {"level": "community", "status": "new", **HERE}
ABOUT = {"approximate": ("floor_area_m2",)}


def with_clause(**changes: Any) -> RuleSet:  # noqa: ANN401 - fields of a clause
    clause = dataclasses.replace(RULES.clauses[0], **changes)
    return dataclasses.replace(RULES, clauses=(clause,))


def total(row: dict[str, Any], rules: RuleSet = RULES, **settings: Any) -> tuple[str, str]:  # noqa: ANN401 - passed on
    found = clause_result(rules, "floor_area_total", row, **settings)
    return found.verdict, found.reason


@pytest.mark.parametrize(
    ("area", "verdict"),
    [
        (2843.0, "pass"),  # 2,843 less 5 % is 2,700.85
        (2842.0, "cannot_tell"),  # 2,699.9
        (2700.0, "cannot_tell"),
        (2572.0, "cannot_tell"),  # 2,572 and 5 % is 2,700.6
        (2571.0, "fail"),  # 2,699.55
    ],
)
def test_an_about_figure_counts_only_where_five_per_cent_do_not_matter(
    area: float, verdict: str
) -> None:
    found = clause_result(RULES, "floor_area_total", {**NEW, "floor_area_m2": area, **ABOUT})
    assert found.verdict == verdict
    assert found.reason == ("approximate" if verdict == "cannot_tell" else "")
    assert found.measured == area
    if verdict == "cannot_tell":
        assert (found.missing, found.decides) == (("floor_area_m2",), 2700.0)


def test_the_same_figure_without_about_is_judged_as_it_stands() -> None:
    assert total({**NEW, "floor_area_m2": 2700.0}) == ("pass", "")


@pytest.mark.parametrize(
    ("marked", "verdict"), [("floor_area_m2", "cannot_tell"), ("floor_area_existing_m2", "pass")]
)
def test_only_the_cell_that_is_judged_matters(marked: str, verdict: str) -> None:
    row = {
        **NEW,
        "status": "expanded",
        "floor_area_m2": 2700.0,
        "floor_area_existing_m2": 900.0,
        "approximate": (marked,),
    }
    assert total(row, apply_to_existing=True)[0] == verdict


def test_a_convenience_centre_that_says_about_is_about_in_its_part_too() -> None:
    alone = {**NEW, "kind": "convenience", "floor_area_m2": 800.0, **ABOUT}
    found = clause_result(RULES, "floor_area_convenience", alone)
    assert (found.verdict, found.reason) == ("cannot_tell", "approximate")


def test_a_blank_names_the_field_and_the_value_that_decides() -> None:
    found = clause_result(RULES, "floor_area_total", NEW)
    assert (found.verdict, found.missing, found.decides) == (
        "cannot_tell",
        ("floor_area_m2",),
        2700.0,
    )
    assert (found.measured, found.margin, found.needed) == (None, None, None)


@pytest.mark.parametrize(("blank", "missing"), [("status", ("status",)), ("level", ("level",))])
def test_where_it_is_open_whether_a_clause_applies_it_says_what_it_would_say(
    blank: str, missing: tuple[str, ...]
) -> None:
    found = clause_result(RULES, "floor_area_total", {**NEW, "floor_area_m2": 2699.0, blank: None})
    assert (found.verdict, found.missing, found.if_applies) == ("cannot_tell", missing, "fail")
    judged = clause_result(RULES, "floor_area_total", {**NEW, "floor_area_m2": 2699.0})
    assert judged.if_applies is None


def test_an_unknown_scope_names_what_would_tell_it() -> None:
    row = {**NEW, "street": "歇马镇", "district": "北碚区", "floor_area_m2": 3000.0}
    found = clause_result(RULES, "floor_area_total", row)
    assert (found.verdict, found.reason) == ("cannot_tell", "scope_unknown")
    assert (found.missing, found.if_applies) == (("plan_scope",), "pass")
    unbuilt = clause_result(LATER, "floor_area_total", {**NEW, "floor_area_m2": 2999.0})
    assert (unbuilt.missing, unbuilt.if_applies) == (("urban_unbuilt",), "fail")


def test_a_part_beyond_its_whole_names_both_fields() -> None:
    row = {**NEW, "floor_area_m2": 2700.0, "convenience_area_m2": 2701.0}
    found = clause_result(RULES, "floor_area_convenience", row)
    assert found.missing == ("convenience_area_m2", "floor_area_m2")
    assert found.decides is None


def test_a_zone_may_be_given_for_each_centre() -> None:
    rows = [{**NEW, "floor_area_m2": 2999.0}] * 3
    judged = judge_centres(
        plan_of(*rows),
        [LATER],
        plan_date=None,
        apply_to_existing=False,
        in_plan_scope=None,
        zones={"urban_unbuilt": np.array([1, 0, -1])},
    )
    assert [one.verdict for one in judged.judgement] == ["fail", "not_applicable", "cannot_tell"]
    assert [one.clause_results[0].reason for one in judged.judgement] == [
        "",
        "outside_scope",
        "scope_unknown",
    ]


@pytest.mark.parametrize(
    ("value", "verdict", "reason", "margin", "needed"),
    [
        (599.0, "below_recommended", "below_band", -1.0, 1.0),
        (600.0, "pass", "", 0.0, None),
        (700.0, "pass", "", 100.0, None),
        (1000.0, "pass", "", 0.0, None),
        (1001.0, "below_recommended", "above_band", -1.0, 1.0),
    ],
)
def test_a_range_is_a_band_that_advises_on_both_sides(
    value: float, verdict: str, reason: str, margin: float, needed: float | None
) -> None:
    rules = with_clause(comparison="between", value=600.0, value_max=1000.0, force="about")
    found = clause_result(rules, "floor_area_total", {**NEW, "floor_area_m2": value})
    assert (found.verdict, found.reason, found.margin, found.needed) == (
        verdict,
        reason,
        margin,
        needed,
    )


def test_a_range_without_width_is_one_value() -> None:
    rules = with_clause(comparison="between", value=600.0, value_max=None, force="about")
    assert total({**NEW, "floor_area_m2": 600.0}, rules) == ("pass", "")


@pytest.mark.parametrize(
    ("district", "verdict", "reason"),
    [
        ("渝中区", "pass", ""),
        ("渝中", "pass", ""),
        ("重庆市渝中区", "pass", ""),
        ("南岸区", "not_applicable", "district_other"),
        (None, "cannot_tell", "district_blank"),
    ],
)
def test_a_clause_may_be_for_some_districts(
    district: str | None, verdict: str, reason: str
) -> None:
    rules = with_clause(districts=("渝中区",))
    row = {**NEW, "district": district, "floor_area_m2": 2700.0}
    assert total(row, rules) == (verdict, reason)


def test_a_clause_may_have_days_of_its_own() -> None:
    rules = with_clause(valid_from=date(2020, 1, 1), valid_to=date(2020, 12, 31))
    row = {**NEW, "floor_area_m2": 2700.0}
    for day, verdict in (
        (date(2019, 12, 31), "not_applicable"),
        (date(2020, 1, 1), "pass"),
        (date(2020, 12, 31), "pass"),
        (date(2021, 1, 1), "not_applicable"),
    ):
        assert total(row, rules, day=day)[0] == verdict


def test_a_clause_that_only_informs_gives_no_verdict() -> None:
    rules = with_clause(judges=False)
    for informs in (rules, dataclasses.replace(RULES, judges=False)):
        judged = judge_centres(
            plan_of({**NEW, "floor_area_m2": 1.0}),
            [informs],
            plan_date=None,
            apply_to_existing=False,
            in_plan_scope=None,
        )
        assert judged.judgement[0].verdict == "not_applicable"
        assert judged.judgement[0].clause_results == ()


def test_a_rule_set_that_another_superseded_is_applied_with_a_warning() -> None:
    def judge(rules: RuleSet, day: date) -> tuple[str, list[str]]:
        judged = judge_centres(
            plan_of({**NEW, "floor_area_m2": 2700.0, "convenience_area_m2": 800.0}),
            [rules],
            plan_date=day,
            apply_to_existing=False,
            in_plan_scope=None,
        )
        return judged.judgement[0].verdict, [str(one) for one in judged.notices]

    assert judge(RULES, date(2022, 8, 31)) == ("pass", [])
    verdict, (warning,) = judge(RULES, date(2022, 9, 1))
    assert verdict == "pass"
    assert "superseded, wholly or in part, by chongqing-2022-unbuilt" in warning
    assert "found chongqing-2022-unbuilt 2022-09-01" in warning
    # Its own last day has passed, and nobody knows the successor: applied and told as well.
    ended = dataclasses.replace(RULES, valid_to=date(2020, 1, 1), superseded_by="own-2020")
    assert judge(ended, date(2020, 1, 1)) == ("pass", [])
    verdict, (warning,) = judge(ended, date(2020, 1, 2))
    assert verdict == "pass"
    assert "superseded, wholly or in part, by own-2020" in warning


def test_the_successor_may_be_one_of_those_applied() -> None:
    first = dataclasses.replace(RULES, superseded_by="own")
    second = dataclasses.replace(LATER, rule_set_id="own", valid_from=date(2019, 1, 1))
    judged = judge_centres(
        plan_of(NEW),
        [first, second],
        plan_date=date(2019, 1, 1),
        apply_to_existing=False,
        in_plan_scope=None,
    )
    assert [one.found for one in judged.notices] == ["own 2019-01-01"]


def test_a_rule_set_that_does_not_hold_yet_judges_nothing_and_that_is_said() -> None:
    judged = judge_centres(
        plan_of(NEW),
        [RULES, LATER, load_rule_set("beijing-2025")],
        plan_date=None,
        apply_to_existing=False,
        in_plan_scope=None,
    )
    (told,) = judged.notices  # the third only informs
    assert "chongqing-2022-unbuilt does not hold yet" in told.message
    assert "(2018-01-01), but from 2022-09-01 on" in told.message
    assert told.field == "standards.plan_date"


def test_judgements_are_a_sequence_like_any_other() -> None:
    rows = [{**NEW, "floor_area_m2": area} for area in (2699.0, 2700.0, 2701.0)]
    judged = judge_centres(
        plan_of(*rows), [RULES], plan_date=None, apply_to_existing=False, in_plan_scope=None
    )
    every = tuple(judged.judgement)
    assert judged.judgement == every
    assert judged.judgement[-1] == every[2]
    assert judged.judgement[1:] == every[1:]
    assert judged.judgement != every[:2]
    assert every[0].clause_results[:1] == (every[0].clause_results[0],)
    with pytest.raises(IndexError):
        judged.judgement[3]
