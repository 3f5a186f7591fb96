"""Towns small enough to work out by hand: what coverage must mean."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import pytest

import planner
from planner.units import UNREACHED
from tests.scenes.town import Town, circle, homes_in, times

if TYPE_CHECKING:
    from pathlib import Path

FIVE, FIFTEEN = "basic_5min", "daily_15min"
ROUNDING_S = 0.03
"""OpenStreetMap files hold coordinates to 1e-7 degrees: a drawn junction is up to 1 cm off."""
PASSING = {"status": "new", "floor_area_m2": 2700, "convenience_area_m2": 800}


def test_places_meet_streets_between_junctions(tmp_path: Path) -> None:
    # a is 7 cells from 1, b 12 cells: 70 s and 120 s at 1 m/s, no junction between them.
    town = Town("+---a------1-----------b----+")
    assert times(town.evaluate(tmp_path)) == pytest.approx({"a": 70, "b": 120}, abs=ROUNDING_S)


def test_the_off_street_legs_are_walked_too(tmp_path: Path) -> None:
    town = Town("+---a------1----------------+", off_street_m={"a": 40.0, "1": 25.0})
    assert times(town.evaluate(tmp_path)) == pytest.approx({"a": 70 + 40 + 25}, abs=ROUNDING_S)


def test_a_limit_is_inclusive_to_a_millisecond(tmp_path: Path) -> None:
    # The limit is set to a's own time, then 2 ms below it; b lives one cell farther.
    drawing = "+1" + "-" * 29 + "ab----+"
    time_s = times(Town(drawing).evaluate(tmp_path / "first"))["a"]
    assert time_s == pytest.approx(300, abs=ROUNDING_S)
    for limit_s, covered in ((time_s, "a"), (time_s - 0.002, "")):
        folder = tmp_path / f"limit {covered}"
        own_rules(folder, limit_s)
        town = Town(drawing, extra_study='[standards]\nrule_sets = ["own.toml"]\n')
        figures = circle(town.evaluate(folder), FIVE)
        assert homes_in(figures.persons_covered) == covered
        assert homes_in(figures.persons) == "ab"


def own_rules(folder: Path, limit_s: float) -> None:
    """Write the rule set of 2018 with another limit for the small circle."""
    shipped = resources.files("planner") / "standards" / "rule_sets" / "chongqing-2018.toml"
    text = shipped.read_text("utf-8").replace('"chongqing-2018"', '"own"', 1)
    assert text.count("limit_s = 300") == 1
    folder.mkdir()
    (folder / "own.toml").write_text(
        text.replace("limit_s = 300", f"limit_s = {limit_s!r}"), encoding="utf-8"
    )


def test_going_round_beats_a_one_way_street(tmp_path: Path) -> None:
    # Along the one-way street a would reach 1 in 6 cells; it must go round: 2 + 3 + 10 + 3 + 2.
    drawing = """
+-a->---1-+
|         |
|         |
+---------+
"""
    there = Town(drawing).evaluate(tmp_path / "with")
    assert times(there) == pytest.approx({"a": 60}, abs=ROUNDING_S)
    back = Town(drawing.replace(">", "<")).evaluate(tmp_path / "against")
    assert times(back) == pytest.approx({"a": 20 + 30 + 100 + 30 + 20}, abs=ROUNDING_S)


def test_from_the_centre_is_the_other_way(tmp_path: Path) -> None:
    drawing = """
+-a->---1-+
|         |
|         |
+---------+
"""
    out = Town(drawing, walking='direction = "from_centre"').evaluate(tmp_path / "out")
    assert times(out) == pytest.approx({"a": 200}, abs=ROUNDING_S)
    mean = Town(drawing, walking='direction = "round_trip"').evaluate(tmp_path / "mean")
    assert times(mean) == pytest.approx({"a": (60 + 200) / 2}, abs=ROUNDING_S)
    worse = Town(drawing, walking='direction = "worse"').evaluate(tmp_path / "worse")
    assert times(worse) == pytest.approx({"a": 200}, abs=ROUNDING_S)


def test_the_way_round_may_be_shorter_than_a_long_street(tmp_path: Path) -> None:
    # Same edge, but home and centre at its far ends: along the street 8 cells.
    town = Town("+a-------1+")
    assert times(town.evaluate(tmp_path)) == pytest.approx({"a": 80}, abs=ROUNDING_S)


def test_a_river_is_crossed_only_by_its_bridge(tmp_path: Path) -> None:
    # b is 20 m from 1 as the crow flies; on foot 1 -> right 10 -> bridge 2 -> left 10.
    drawing = """
+-1---------+
            =
+-b---------+
"""
    town = Town(drawing)
    assert times(town.evaluate(tmp_path)) == pytest.approx({"b": 100 + 20 + 100}, abs=ROUNDING_S)
    no_bridge = Town(drawing.replace("=", " ")).evaluate(tmp_path / "none")
    assert times(no_bridge) == {"b": UNREACHED}
    assert homes_in(circle(no_bridge, FIFTEEN).persons_covered) == ""


def test_people_off_the_network_stay_in_the_denominator(tmp_path: Path) -> None:
    town = Town("+--1--a--b--+", off_street_m={"b": 100.0})
    figures = circle(town.evaluate(tmp_path), FIFTEEN)
    assert homes_in(figures.persons) == "ab"
    assert homes_in(figures.persons_covered) == "a"


def test_states_count_what_stands_and_what_is_planned(tmp_path: Path) -> None:
    # Five centres far apart, a home beside each; only 15-minute reach could join them.
    gap = "-" * 95
    town = Town(
        "+" + gap.join(["a1", "b2", "c3", "d4", "e5"]) + "+",
        centres={
            "1": {"status": "existing"},
            "2": {"status": "new"},
            "3": {"status": "expanded"},
            "4": {"status": "closed"},
            "5": {"status": ""},
        },
    )
    evaluation = town.evaluate(tmp_path)
    assert homes_in(circle(evaluation, FIFTEEN, "existing").persons_covered) == "acde"
    assert homes_in(circle(evaluation, FIFTEEN, "plan").persons_covered) == "abce"
    assert circle(evaluation, FIFTEEN, "plan").centres == 4


def test_the_three_shares_tell_pass_from_not_failing_from_all(tmp_path: Path) -> None:
    gap = "-" * 95
    town = Town(
        "+" + gap.join(["a1", "b2", "c3", "d4"]) + "+",
        centres={
            "1": PASSING,
            "2": PASSING | {"floor_area_m2": 2699},
            "3": PASSING | {"convenience_area_m2": ""},
            "4": {"status": "existing"},
        },
    )
    evaluation = town.evaluate(tmp_path)
    verdicts = [item.verdict for item in evaluation.records.judgements.judgement]
    assert verdicts == ["pass", "fail", "cannot_tell", "not_applicable"]
    figures = circle(evaluation, FIFTEEN)
    assert homes_in(figures.persons_covered) == "abcd"
    assert homes_in(figures.persons_covered_pass) == "a"
    assert homes_in(figures.persons_covered_not_failing) == "acd"
    assert (figures.centres, figures.centres_pass, figures.centres_not_failing) == (4, 1, 3)


def test_each_circle_is_served_by_its_own_centres(tmp_path: Path) -> None:
    # Street halls serve the 15-minute circle only; district halls none; a convenience centre
    # serves the 5-minute circle only.
    gap = "-" * 95
    town = Town(
        "+" + gap.join(["a1", "b2", "c3"]) + "+",
        centres={
            "1": {"level": "street"},
            "2": {"level": "district"},
            "3": {"kind": "convenience"},
        },
    )
    evaluation = town.evaluate(tmp_path)
    assert homes_in(circle(evaluation, FIVE).persons_covered) == "c"
    assert homes_in(circle(evaluation, FIFTEEN).persons_covered) == "a"


def test_a_person_within_two_centres_is_counted_once(tmp_path: Path) -> None:
    town = Town("+-1--a--b--c--2-+")
    evaluation = town.evaluate(tmp_path)
    assert homes_in(circle(evaluation, FIVE).persons_covered) == "abc"
    nearest = [f.persons_nearest[FIVE] for f in evaluation.records.coverage.centres]
    assert sum(nearest) == 7
    reached = [f.persons_reached[FIVE] for f in evaluation.records.coverage.centres]
    assert reached == [7, 7]


def test_gaps_do_not_join_across_a_river(tmp_path: Path) -> None:
    # b and c face each other over the water and belong to two gaps; c and d share a street.
    drawing = "+1" + "-" * 95 + "b-+\n  " + " " * 95 + "  \n+-" + "-" * 94 + "cd-+"
    evaluation = Town(drawing).evaluate(tmp_path)
    gaps = [g for g in evaluation.records.coverage.gaps if g.circle_id == FIFTEEN]
    assert sorted(homes_in(gap.persons) for gap in gaps) == ["b", "cd"]


def test_a_candidates_file_is_where_centres_are_built(tmp_path: Path) -> None:
    # From the file only b's place is near anyone; along the streets a better place would be
    # between b and c, which no candidate offers.
    drawing = "+1" + "-" * 95 + "b" + "-" * 100 + "c-+"
    town = Town(drawing, extra_study='[siting]\ncandidates = "sites.csv"\ncount = 1\n', walking="")
    study = town.write(tmp_path)
    lon, lat = town.places("home")["b"]
    rows = f"id,lon,lat\nnear-b,{lon},{lat}\n"
    (tmp_path / "sites.csv").write_text(rows, encoding="utf-8")
    evaluation = planner.evaluate(study)
    plan = planner.propose(evaluation).records.plan
    assert plan.candidates.candidate_id == ("near-b",)
    assert [homes_in(item.persons_gained[FIFTEEN]) for item in plan.proposals] == ["b"]
    east, north = evaluation.records.demand.xy[0]
    assert plan.proposals[0].xy == pytest.approx((east, north), abs=0.01)
    along = planner.propose(evaluation, count=1).records.plan
    assert along.candidates.candidate_id == ("near-b",), "another count asks of the same places"


def test_a_home_walks_to_the_nearest_entrance_of_a_centre(tmp_path: Path) -> None:
    """Centre 1 stands 25 cells along the street and has doors 10 and 40 cells along it."""
    drawing = "+----a--------------------1-------------------------b----+"
    doors = "; ".join("{:.9f},{:.9f}".format(*Town(drawing).at(0, cell)) for cell in (10, 40))
    town = Town(drawing, centres={"1": {"entrances": doors}})
    evaluation = town.evaluate(tmp_path / "doors")
    assert times(evaluation) == pytest.approx({"a": 50, "b": 120}, abs=ROUNDING_S)
    one_door = Town(drawing).evaluate(tmp_path / "one")
    assert times(one_door) == pytest.approx({"a": 210, "b": 260}, abs=ROUNDING_S)
    # The circle of the centre is what lies within a walk of any door.
    both, single = (one.records.isochrones[0].geometry[0].bounds for one in (evaluation, one_door))
    assert both[0] <= single[0]
    assert both[2] >= single[2]
    walk = evaluation.explain(demand_id="b").circles[0].walks[0]
    assert walk.travel_time_s == pytest.approx(120, abs=ROUNDING_S)
