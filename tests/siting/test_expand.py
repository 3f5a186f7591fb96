"""Expanding a centre that is below the size for new ones, in place of building another."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

import planner
from planner.errors import SitingInvalid
from planner.pipeline.expansions import find_expansions
from tests.scenes.town import Town, circle, homes_in

if TYPE_CHECKING:
    from pathlib import Path

    from planner.workbench import Evaluation

FIFTEEN = "daily_15min"
# Two old centres 40 minutes apart: 1 has 1,000 of the 2,700 square metres, 2 has 2,500.
DRAWING = "+a1b" + "-" * 240 + "cd2-+"
OLD: dict[str, dict[str, object]] = {
    "1": {"floor_area_m2": 1000, "convenience_area_m2": 100},
    "2": {"floor_area_m2": 2500, "convenience_area_m2": 900},
}
ASK = '[siting]\nbase = "pass"\ncandidates = "sites.csv"\ncost_per_m2 = 5000\n'


def ask(folder: Path, question: str, centres: dict[str, dict[str, object]] = OLD) -> Path:
    town = Town(DRAWING, centres=centres, extra_study=ASK + question)
    study = town.write(folder)
    lon, lat = town.places("home")["c"]
    (folder / "sites.csv").write_text(f"id,lon,lat\nnear-c,{lon},{lat}\n", encoding="utf-8")
    return study


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    return planner.evaluate(ask(tmp_path_factory.mktemp("old"), "count = 1\n"), threads=1)


def test_an_expansion_is_taken_where_it_gains_as_much_as_a_new_centre(
    evaluation: Evaluation,
) -> None:
    assert [one.verdict for one in evaluation.records.judgements.judgement] == [
        "not_applicable",
        "not_applicable",
    ]
    records = planner.propose(evaluation).records
    (only,) = records.plan.proposals
    assert (only.action, only.centre_id, only.candidate_index) == ("expand", "2", -1)
    assert (only.added_m2, only.floor_area_m2, only.convenience_area_m2) == (200, 2700, 900)
    assert only.cost_yuan == 200 * 5000
    assert homes_in(only.persons_gained[FIFTEEN]) == "cd"
    assert only.clause_ids == ("floor_area_total",)
    assert only.street_name == "street 1"
    assert records.plan.counts["expansions"] == 2


def test_the_plan_is_the_same_whatever_the_threads(evaluation: Evaluation) -> None:
    one, two = (planner.propose(evaluation, threads=threads).records.plan for threads in (1, 2))
    assert one.proposals == two.proposals
    assert one.curve == two.curve


def test_a_budget_below_the_cheapest_says_what_that_is(evaluation: Evaluation) -> None:
    with pytest.raises(SitingInvalid, match="at least 1,000,000 yuan"):
        planner.propose(evaluation, budget=10)


def test_a_budget_expands_both_and_they_count_once_and_as_passing(evaluation: Evaluation) -> None:
    # 1 misses 1,700 square metres, 2 misses 200: 9.5 million; a new centre is 13.5 million.
    before = circle(evaluation, FIFTEEN)
    plan = planner.propose(evaluation, budget=9_600_000)
    assert [(one.action, one.centre_id, one.cost_yuan) for one in plan.records.plan.proposals] == [
        ("expand", "2", 1e6),
        ("expand", "1", 8.5e6),
    ]
    after = next(
        one
        for state in plan.records.coverage.states
        if state.state == "with_proposals"
        for one in state.life_circles
        if one.circle_id == FIFTEEN
    )
    assert (before.centres, before.centres_pass, after.centres, after.centres_pass) == (2, 0, 2, 2)
    assert homes_in(before.persons_covered_pass) == ""
    assert homes_in(after.persons_covered_pass) == "abcd"
    assert after.persons_covered == before.persons_covered


def test_the_reports_say_expand(tmp_path: Path) -> None:
    planner.run(ask(tmp_path, "count = 2\n"), tmp_path / "out", threads=1)
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert [one["action"] for one in summary["siting"]["proposals"]] == ["expand", "expand"]
    with (tmp_path / "out" / "projects.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert all("expand" in row for row in rows[1:])


def test_a_planned_centre_that_fails_is_built_larger(tmp_path: Path) -> None:
    centres = {"1": {**OLD["1"], "status": "new"}, "2": OLD["2"]}
    evaluation = planner.evaluate(ask(tmp_path, "count = 2\n", centres), threads=1)
    assert evaluation.records.judgements.judgement[0].verdict == "fail"
    first = planner.propose(evaluation).records.plan.proposals[1]
    assert (first.action, first.centre_id, first.added_m2) == ("expand", "1", 1700)


def test_only_what_is_known_to_be_missing_can_be_added(tmp_path: Path) -> None:
    short: dict[str, object] = {"floor_area_m2": 1000, "convenience_area_m2": 100}
    centres: dict[str, dict[str, object]] = {
        "1": {"floor_area_m2": 1000},  # 800 of convenience fit into the 1,700 added
        "2": {"floor_area_m2": 2500},  # nobody knows whether they fit
        "3": {"convenience_area_m2": 100},
        "4": {},
        "5": {"floor_area_m2": 2700, "convenience_area_m2": 800},  # large enough, only old
        "6": {**short, "status": "closed"},
        "7": {**short, "level": "street"},  # the size is for communities' centres
        "8": {**short, "level": "district"},  # serves no circle
    }
    evaluation = Town("+a1-2-3-4-5-6-7-8-+", centres=centres).evaluate(tmp_path)
    found = find_expansions(evaluation.records)
    assert found.centre_id == ("1",)
    assert found.clause_ids == (("floor_area_total", "floor_area_convenience"),)
    assert (found.floor_area_m2.tolist(), found.convenience_area_m2.tolist()) == ([2700], [800])
    assert found.counts == {"expansions": 1, "expansions_unknown": 3}


def test_where_all_centres_count_nothing_is_expanded(tmp_path: Path) -> None:
    study = ask(tmp_path, "count = 1\n")
    study.write_text(study.read_text("utf-8").replace('"pass"', '"all"'), encoding="utf-8")
    plan = planner.propose(planner.evaluate(study, threads=1)).records.plan
    assert plan.proposals == ()
    assert "expansions" not in plan.counts
