"""Room in siting: households that find room, sizes to choose from, old centres made larger."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

import planner
from planner.domain.reach import Walks
from planner.domain.siting import StandingRoom
from planner.errors import PlanDisagrees, SitingInvalid, StudyKeyError
from planner.pipeline import propose as pipeline
from planner.siting.with_room import choose_with_room
from tests.scenes.town import Town
from tests.siting.test_propose import ASK as ASK_TOWN
from tests.siting.test_propose import CIRCLES, hand_town
from tests.siting.test_rules_of_a_study import GROUND

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.siting import SitingPlan
    from planner.domain.study import SitingSettings
    from planner.workbench import Evaluation

# One household a person, 100 m2 a household: centre 1 with 1,000 m2 holds 10 of the 31 households
# a to e; f (32 households) lives 40 minutes away. A new centre of 2,700 m2 holds 27, of 4,000
# m2 40. W is beside e, E beside f.
DRAWING = "+1abcde" + "-" * 240 + "f-+"
OLD: dict[str, dict[str, object]] = {"1": {"floor_area_m2": 1000, "convenience_area_m2": 900}}
ROOM = "[coverage]\nm2_per_100_households = 10_000\npersons_per_household = 1\n"
ASK = (
    ROOM
    + '[siting]\ncandidates = "sites.csv"\ncost_per_m2 = 1000\ncapacity = true\n'
    + "sizes_m2 = [2700, 4000]\n"
)


def ask(
    folder: Path,
    question: str = "budget = 3_000_000\n",
    centres: dict[str, dict[str, object]] = OLD,
    text: str = ASK,
) -> Path:
    town = Town(DRAWING, centres=centres, extra_study=text + question)
    study = town.write(folder)
    homes = town.places("home")
    (folder / "sites.csv").write_text(
        "id,lon,lat\n"
        + "".join(f"{name},{homes[home][0]},{homes[home][1]}\n" for name, home in ("We", "Ef")),
        encoding="utf-8",
    )
    return study


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    return planner.evaluate(ask(tmp_path_factory.mktemp("room")), threads=1)


@pytest.mark.parametrize(
    ("millions", "done", "served"),
    [
        (2.7, {("E", 2700)}, 10 + 27),
        (4.0, {("E", 4000)}, 10 + 32),
        (4.4, {("E", 2700), ("expand 1", 2700)}, 27 + 27),
        (5.4, {("E", 2700), ("W", 2700)}, 31 + 27),
        (5.7, {("E", 4000), ("expand 1", 2700)}, 27 + 32),
        (6.7, {("E", 4000), ("W", 2700)}, 31 + 32),
        (60.0, {("E", 4000), ("W", 2700)}, 31 + 32),
    ],
)
def test_the_money_goes_where_most_find_room(
    evaluation: Evaluation, millions: float, done: set[tuple[str, int]], served: float
) -> None:
    plan = planner.propose(evaluation, budget=millions * 1e6).records.plan
    assert plan.status == "optimal"
    assert (plan.objective, plan.bound) == (served, served)
    ids = plan.candidates.candidate_id
    assert {
        (
            f"expand {one.centre_id}" if one.action == "expand" else ids[one.candidate_index],
            one.floor_area_m2,
        )
        for one in plan.proposals
    } == done
    assert sum(one.households_gained or 0 for one in plan.proposals) == served - 10
    assert sum(one.cost_yuan or 0 for one in plan.proposals) <= millions * 1e6
    assert plan.counts["households_with_room_before"] == 10
    assert plan.counts["households"] == 63


def test_a_number_of_centres_takes_the_large_ones(evaluation: Evaluation) -> None:
    """With one E large (32); of sizes that serve as many the smaller: W at 2,700 serves 21."""
    one = planner.propose(evaluation, count=1).records.plan
    assert [(item.floor_area_m2, item.households_gained) for item in one.proposals] == [(4000, 32)]
    two = planner.propose(evaluation, count=2).records.plan
    assert two.objective == 63
    assert [item.households_gained for item in two.proposals] == [32, 21]


def test_an_expansion_says_what_it_adds(evaluation: Evaluation) -> None:
    """From 1,000 to 2,700 m2: 1,700 m2 for 1.7 million, room for 17 more."""
    plan = planner.propose(evaluation, budget=1_700_000).records.plan
    (only,) = plan.proposals
    assert (only.action, only.centre_id) == ("expand", "1")
    assert (only.added_m2, only.floor_area_m2, only.cost_yuan) == (1700, 2700, 1_700_000)
    assert only.households_gained == 17
    assert plan.objective == 27


def test_an_old_centre_can_be_made_larger_than_the_least(tmp_path: Path) -> None:
    """Without W the west is served whole by centre 1 at 4,000 m2: 3,000 m2 more."""
    study = ask(tmp_path, 'budget = 3_100_000\nmust_not = ["E", "W"]\n')
    (only,) = planner.propose(planner.evaluate(study, threads=1)).records.plan.proposals
    assert (only.action, only.floor_area_m2, only.added_m2) == ("expand", 4000, 3000)
    assert only.cost_yuan == 3_000_000
    assert only.households_gained == 21


def test_a_centre_of_unknown_size_takes_in_all_who_come(tmp_path: Path) -> None:
    study = ask(tmp_path, centres={"1": {"convenience_area_m2": 900}})
    plan = planner.propose(planner.evaluate(study, threads=1)).records.plan
    assert plan.counts["households_with_room_before"] == 31
    assert plan.objective == 31 + 27


def test_of_centres_that_do_not_pass_none_has_room(tmp_path: Path) -> None:
    """Centre 1 is not judged (existing): with `base = "pass"` it holds nobody until it passes."""
    study = ask(tmp_path, 'budget = 1_700_000\nbase = "pass"\n')
    plan = planner.propose(planner.evaluate(study, threads=1)).records.plan
    assert plan.counts["households_with_room_before"] == 0
    assert plan.objective == 27
    assert [one.households_gained for one in plan.proposals] == [27]


def test_circles_are_added_up_by_weight(tmp_path: Path) -> None:
    """Both circles weigh the same here: within five minutes E serves f too, 1 all of a to e."""
    study = ask(tmp_path, "budget = 4_000_000\nweights = { basic_5min = 1, daily_15min = 1 }\n")
    records = planner.propose(planner.evaluate(study, threads=1)).records
    plan = records.plan
    assert plan.weights == {"basic_5min": 1.0, "daily_15min": 1.0}
    assert plan.objective == plan.bound
    assert [one.floor_area_m2 for one in plan.proposals] == [4000]


def test_phases_build_first_what_serves_most(tmp_path: Path) -> None:
    study = ask(
        tmp_path,
        'phases = [{ name = "now", budget = 2_700_000 }, { name = "then", budget = 2_700_000 }]\n',
    )
    plan = planner.propose(planner.evaluate(study, threads=1)).records.plan
    ids = plan.candidates.candidate_id
    assert [(ids[one.candidate_index], one.phase) for one in plan.proposals] == [
        ("E", "now"),
        ("W", "then"),
    ]
    assert not plan.phases_proved


def test_a_must_have_takes_the_size_that_is_best(tmp_path: Path) -> None:
    study = ask(tmp_path, 'budget = 4_100_000\nmust_have = ["W"]\n')
    (only,) = planner.propose(planner.evaluate(study, threads=1)).records.plan.proposals
    assert (only.candidate_index, only.floor_area_m2) == (0, 2700)
    assert only.households_gained == 21


def test_the_reports_say_households(tmp_path: Path) -> None:
    study = ask(tmp_path / "study", "budget = 4_000_000\n")
    planner.run(study, tmp_path / "out", threads=1)
    siting = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))["siting"]
    assert siting["question"] == "capacity"
    assert siting["objective"] == 42
    assert "households that find room" in siting["asked"][1]
    assert [one["households_gained"] for one in siting["proposals"]] == [32]
    with (tmp_path / "out" / "projects.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (
        float(next(value for key, value in row.items() if "有余量" in key or "room" in key)) == 32
    )


def test_coverage_counts_the_households_again(
    evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "count_with_room", lambda *_: 1.0)
    with pytest.raises(PlanDisagrees, match="recount"):
        planner.propose(evaluation, budget=4e6)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("target = 0.9\n", "with a count or a budget, one walker, and one plan"),
        ('count = 1\nwalkers = ["adult"]\n', "one walker"),
        ("count = 1\nalternatives = 2\n", "one plan"),
    ],
)
def test_what_room_is_not_asked_with_is_named(tmp_path: Path, question: str, message: str) -> None:
    with pytest.raises(SitingInvalid, match=message):
        planner.propose(planner.evaluate(ask(tmp_path, question), threads=1))


def test_a_size_below_the_standard_is_a_fault(tmp_path: Path) -> None:
    text = ASK.replace("[2700, 4000]", "[1200, 2700]")
    with pytest.raises(SitingInvalid, match="would not meet the rule set") as caught:
        planner.propose(planner.evaluate(ask(tmp_path, text=text), threads=1))
    assert caught.value.faults[0].found == "1200 m2"
    assert caught.value.faults[0].expected == "at least 2700 m2"


def test_sizes_under_a_budget_need_the_cost_of_a_square_metre(tmp_path: Path) -> None:
    text = ASK.replace("cost_per_m2 = 1000\n", "")
    study = ask(tmp_path, text=text)
    sites = tmp_path / "sites.csv"
    lines = sites.read_text("utf-8").splitlines()
    priced = [f"{lines[0]},cost_yuan", *(f"{line},2700000" for line in lines[1:])]
    sites.write_text("\n".join(priced) + "\n", encoding="utf-8")
    with pytest.raises(SitingInvalid, match="needs the cost of a square metre"):
        planner.propose(planner.evaluate(study, threads=1))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("capacity = true\n", "", "sizes_m2"),
        ("capacity = true\n", 'capacity = true\nobjective = "median"\n', "capacity"),
        ("[2700, 4000]", '["2700"]', "sizes_m2"),
        ("[2700, 4000]", "[2700, -1]", "sizes_m2"),
    ],
)
def test_a_wrong_line_of_the_study_is_named(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    study = ask(tmp_path, "count = 1\n", text=ASK.replace(old, new))
    with pytest.raises(StudyKeyError, match=message):
        planner.evaluate(study, threads=1)


def choose(settings: SitingSettings, m2: float = 4000.0) -> SitingPlan:
    """Ask the town of eight homes, where nothing stands and 100 m2 hold a household."""
    town = hand_town()
    nothing = Walks(
        np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0), len(town.persons), 900.0
    )
    return choose_with_room(
        candidates=town.candidates,
        walks=town.walks,
        persons=town.persons,
        base_time_s=np.stack([town.base_s, town.base_s]),
        circles=CIRCLES,
        settings=replace(settings, capacity=True),
        floor_area_m2=m2,
        convenience_area_m2=None,
        standing=StandingRoom(
            nothing, np.zeros((2, 0), np.bool_), np.zeros(0), town.persons, 10_000.0
        ),
        ground=GROUND,
        demand_xy=np.zeros((len(town.persons), 2)),
    )


def test_streets_that_exclude_each_other_are_told_as_without_room() -> None:
    plan = choose(replace(ASK_TOWN, count=1, street_floor=0.4))
    assert plan.status == "infeasible"
    assert not plan.proposals
    assert "40% of each of 2 streets at once" in plan.message
    assert plan.objective == 0.0


def test_a_plan_with_room_keeps_the_floor_of_every_street() -> None:
    """Candidate 3 alone would fill its 40 twice over; the floor of the north takes another."""
    free = choose(replace(ASK_TOWN, count=2))
    kept = choose(replace(ASK_TOWN, count=2, street_floor=0.4))
    town = hand_town()
    sites = [one.candidate_index for one in kept.proposals]
    covered = np.min(town.time_s[sites], axis=0) <= 900.0
    assert GROUND.demand_area is not None
    for street in (0, 1):
        inside = GROUND.demand_area == street
        base = town.base_s[inside] <= 900
        share = town.persons[inside][covered[inside] | base].sum() / town.persons[inside].sum()
        assert share >= 0.4
    assert kept.objective <= free.objective
    assert kept.bound >= kept.objective


def test_without_a_size_anywhere_room_cannot_be_asked_about() -> None:
    with pytest.raises(SitingInvalid, match="none is known"):
        choose(replace(ASK_TOWN, count=1), m2=None)  # type: ignore[arg-type]
