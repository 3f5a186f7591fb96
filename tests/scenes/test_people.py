"""People in whole towns: robust, with room, and why they are not covered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import planner
from planner.units import UNREACHED
from tests.scenes.town import Town, homes_in

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.coverage import Gap
    from planner.workbench import Evaluation

FIVE, FIFTEEN = 0, 1


def gaps(evaluation: Evaluation, circle_id: str) -> dict[str, Gap]:
    found = evaluation.records.coverage.gaps
    return {homes_in(gap.persons): gap for gap in found if gap.circle_id == circle_id}


def test_robust_homes_keep_their_circle_whoever_walks_and_whatever_closes(tmp_path: Path) -> None:
    # a is 50 m from both centres. b is 250 m from 1 (278 s at 0.9 m/s, 312 s at 0.8) and 360 m
    # from 2; c is 280 m (311 s) from 2 alone and d 320 m, reached by who walks 1.1 times faster.
    drawing = "+b" + "-" * 24 + "1----a----2" + "-" * 27 + "c---d+"
    evaluation = Town(drawing).evaluate(tmp_path)
    records = evaluation.records
    by_id = dict(zip(records.demand.demand_id, range(4), strict=True))
    five = records.coverage.robustness[FIVE]
    assert homes_in(five.persons_robust) == "a"
    assert homes_in(five.persons_fragile) == "bc"
    assert homes_in(five.persons_uncovered) == "d"
    lost = {kind: homes_in(persons) for kind, persons in five.persons_lost_by.items()}
    assert lost == {"speed": "bc", "profile": "c", "direction": "", "closure": "bc"}
    named = {(v.kind, v.name): v for v in five.variations}
    assert homes_in(named["speed", "0.9"].persons_lost) == "c"
    assert homes_in(named["speed", "0.8"].persons_lost) == "bc"
    assert homes_in(named["speed", "1.1"].persons_gained) == "d"
    assert homes_in(named["profile", "adult"].persons_gained) == "d"
    assert homes_in(named["profile", "elderly"].persons_lost) == "c"
    assert not named["profile", "wheelchair"].decides
    assert [homes_in(float(p)) for p in five.centre_only_persons] == ["b", "c"]
    assert five.home_standing[by_id["a"]] == 2


def test_a_wait_takes_its_time_however_fast_people_walk(tmp_path: Path) -> None:
    # 260 m take 217 s at 1.2 m/s and 271 s at 0.8 of it: within. The wait at a signal (33.75 s,
    # told along the 13/14 of its streets that are walked) makes the slow walk 302 s.
    drawing = f"+a{'-' * 12}+{'-' * 12}1+"
    for signal, expected_s in ((False, 260 / 0.96), (True, 260 / 0.96 + 33.75 * 13 / 14)):
        study = Town(drawing, walking='profile = "adult"').write(tmp_path / str(signal))
        if signal:
            streets = study.parent / "streets.osm"
            text = streets.read_text("utf-8")
            node = text.split("<node ")[2].split("/>")[0]
            tags = '<tag k="highway" v="crossing"/><tag k="crossing" v="traffic_signals"/>'
            tagged = text.replace(f"{node}/>", f"{node}>{tags}</node>")
            tagged = tagged.replace('v="residential"', 'v="footway"')
            streets.write_text(tagged, encoding="utf-8")
        evaluation = planner.evaluate(study)
        five = evaluation.records.coverage.robustness[FIVE]
        slow = next(v for v in five.variations if (v.kind, v.name) == ("speed", "0.8"))
        assert homes_in(slow.persons_covered) == ("a" if expected_s < 300 else "")
        assert homes_in(five.persons - five.persons_uncovered) == "a"


def test_room_is_that_of_the_plan_and_people_move_on_where_it_ends(tmp_path: Path) -> None:
    # Two persons a household and 100 m² for each: 1 has room for 4 persons, 2 for more than all.
    town = Town(
        "+-1-a-b-c-----2-+",
        centres={"1": {"floor_area_m2": 200}, "2": {"floor_area_m2": 2000}},
        extra_study="[coverage]\nm2_per_100_households = 10_000\npersons_per_household = 2\n",
    )
    five = town.evaluate(tmp_path).records.coverage.capacity[FIVE]
    assert [homes_in(float(p)) for p in five.nearest.centre_persons] == ["abc", ""]
    assert five.nearest.persons_without_room == pytest.approx(3)
    assert five.flow.centre_persons.tolist() == pytest.approx([4, 3])
    assert five.flow.persons_without_room == 0
    assert five.room_households.tolist() == [2, 20]
    assert five.households == 3.5
    assert five.floating.home_m2_per_100_households[0] == pytest.approx(100 * 2200 / 3.5)


def test_a_river_between_is_told_from_a_long_way(tmp_path: Path) -> None:
    # b faces 1 over the water, 26 cells of 50 m from the bridge; c lives 19 cells away. Streets
    # 600 m off all around make sure that no way round lies outside the data.
    frame, empty = "+" + "-" * 39 + "+", [""] * 11
    north = "+" + "-" * 11 + "1" + "-" * 18 + "c" + "-" * 7 + "+"
    south = "+" + "-" * 11 + "b" + "-" * 26 + "+"
    assert north.index("+", 1) == south.index("+", 1) == 39
    rows = [frame, *empty, north, " " * 39 + "=", south, *empty, frame]
    evaluation = Town("\n".join(rows), cell_m=50.0).evaluate(tmp_path)
    fifteen = gaps(evaluation, "daily_15min")
    assert {homes: gap.reason for homes, gap in fifteen.items()} == {"b": "barrier", "c": "too_far"}
    assert fifteen["b"].middle_time_s == pytest.approx(2 * 27 * 50 + 100, abs=0.2)
    assert fifteen["b"].travel_time_s == UNREACHED, "beyond twice the circle"
    assert fifteen["c"].middle_time_s == pytest.approx(950, abs=0.1)


def test_people_whom_failing_centres_alone_cover_are_listed_apart(tmp_path: Path) -> None:
    town = Town(
        "+-1-a" + "-" * 95 + "b-2-+",
        centres={
            "1": {"status": "new", "floor_area_m2": 100, "convenience_area_m2": 800},
            "2": {"status": "new", "floor_area_m2": 2700, "convenience_area_m2": 800},
        },
    )
    found = town.evaluate(tmp_path).records.coverage
    assert found.gaps == ()
    assert {(g.circle_id, homes_in(g.persons), g.reason) for g in found.undersized} == {
        ("basic_5min", "a", "undersized"),
        ("daily_15min", "a", "undersized"),
    }


def test_indicators_of_every_state_stand_in_the_records(tmp_path: Path) -> None:
    town = Town("+-1-a-b-+", centres={"1": {"status": "new"}})
    found = town.evaluate(tmp_path).records.coverage
    persons = {
        indicator.state: homes_in(float(indicator.covered[0, FIVE, 0]))
        for indicator in found.indicators
        if indicator.measure == "persons"
    }
    assert persons == {"existing": "", "plan": "ab"}
    assert found.community_rule is not None
    assert found.community_rule.at_share == 0.8
