"""A study's own areas, scope and walks reach the clauses: on the demo, against its coverage."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from planner.domain.shelf import Shelf
from planner.inputs.study import read_study_file
from planner.pipeline.evaluate import evaluate_inputs
from planner.pipeline.intake import read_inputs
from planner.pipeline.plan_verdicts import add_unit_verdicts, judge_study, list_study_units
from planner.standards.catalogue import load_rule_set

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.evaluation import EvaluationRecords, StudyInputs
    from planner.domain.standard import RuleSet

RULES = load_rule_set("chongqing-2018")
NATIONAL = load_rule_set("national-30-per-100-households")
GB = load_rule_set("gb-50180-2018")


@pytest.fixture(scope="module")
def inputs(root: Path) -> StudyInputs:
    return read_inputs(read_study_file(root / "data" / "demo" / "study.toml"), shelf=Shelf())


@pytest.fixture(scope="module")
def records(inputs: StudyInputs) -> EvaluationRecords:
    return evaluate_inputs(inputs, threads=1)


def with_shares() -> RuleSet:
    share = dataclasses.replace(
        RULES.clauses[0],
        clause_id="share_plan",
        group="circle",
        rule_type="share",
        measures="travel_time_s",
        circle="basic_5min",
        value=0.9,
        unit="share",
        judged_unit="plan",
    )
    by_community = dataclasses.replace(share, clause_id="share_community", judged_unit="community")
    return dataclasses.replace(RULES, clauses=(share, by_community))


def test_shares_of_clauses_are_those_of_coverage(
    inputs: StudyInputs, records: EvaluationRecords
) -> None:
    found = judge_study(inputs, [with_shares()], plan_date=None, threads=1)
    basic = records.coverage.states[1].life_circles[0]
    plan = next(one for one in found.units if one.clause_id == "share_plan")
    assert plan.numerator == pytest.approx(basic.persons_covered)
    assert plan.denominator == pytest.approx(basic.persons)
    told = {one.unit_id: one.measured for one in found.units if one.clause_id == "share_community"}
    figures = {
        one.area_id: one.share_covered["basic_5min"]
        for one in records.coverage.areas
        if (one.level, one.state) == ("community", "plan")
    }
    assert told == pytest.approx(figures)
    assert len(told) == 16


def test_walks_already_found_are_used_where_they_reach_far_enough(
    inputs: StudyInputs, records: EvaluationRecords
) -> None:
    bare = dataclasses.replace(records.judgements, rule_sets=(with_shares(),))
    found = add_unit_verdicts(inputs, bare, walks=records.walks, threads=1)
    again = judge_study(inputs, [with_shares()], plan_date=None, threads=1)
    assert list(found.units) == list(again.units)
    short = dataclasses.replace(records.walks, limit_s=10.0)
    assert list(add_unit_verdicts(inputs, bare, walks=short, threads=1).units) == list(again.units)


def test_metres_are_walked_by_the_norm_whoever_the_study_asks(inputs: StudyInputs) -> None:
    assert inputs.settings.walking.profile == "adult"
    found = judge_study(inputs, [GB], plan_date=None, threads=1)
    walk = next(one for one in found.units if one.clause_id == "walk_5min")
    straight = next(one for one in found.units if one.clause_id == "radius_station")
    assert walk.verdict == "below_recommended"
    # A way along streets is never shorter than the straight line.
    assert walk.beyond is not None
    assert straight.beyond is not None
    assert walk.beyond > straight.beyond


def test_people_of_every_area_are_those_of_the_file(inputs: StudyInputs) -> None:
    units = {one.level: one for one in list_study_units(inputs, day=RULES.valid_from)}
    assert [len(units[level].unit_id) for level in units] == [16, 3, 1, 1]
    assert units["plan"].persons.sum() == pytest.approx(48000)
    assert units["community"].persons.sum() == pytest.approx(48000)
    assert units["plan"].households.sum() == pytest.approx(19593)


def test_each_community_is_judged_by_all_it_has(inputs: StudyInputs) -> None:
    found = judge_study(inputs, [NATIONAL], plan_date=None, threads=1)
    ratios = [one for one in found.units if one.clause_id == "area_per_100_households"]
    assert len(ratios) == 16
    for one in ratios:
        if one.verdict == "fail":
            assert one.numerator is not None
            assert one.denominator is not None
            assert one.needed == pytest.approx(0.3 * one.denominator - one.numerator)
    assert "co_located_once" in found.assumptions
    assert "units_from_names" not in found.assumptions
