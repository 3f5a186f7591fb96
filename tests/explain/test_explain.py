"""Why a home is covered or not: the answer is the evaluation's, and the walk can be walked."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
from pyproj import Geod

import planner
from planner.domain.explain import ExplainedWalk, WalkPart
from planner.errors import InputInvalid
from planner.report.explain_text import _tell_walk
from planner.report.words import Words
from planner.units import UNREACHED
from tests.scenes.town import ORIGIN_LAT, ORIGIN_LON, TO_LONLAT, Town, times

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.explain import ExplainedCircle, Explanation
    from planner.workbench import Evaluation

FIVE, FIFTEEN = "basic_5min", "daily_15min"
ROUNDING = 0.03
"""OpenStreetMap files hold coordinates to 1e-7 degrees: a drawn junction is up to 1 cm off."""
PASSING = {"status": "new", "floor_area_m2": 2700, "convenience_area_m2": 800}
ONE_WAY = """
+-a->---1-+
|         |
|         |
+---------+
"""
WALK = """
+--a----+
        |
        |
        +---1--+
"""


def at(row: float, column: float, cell_m: float = 10.0) -> tuple[float, float]:
    lon, lat = TO_LONLAT.transform(column * cell_m, -row * cell_m)
    return float(lon), float(lat)


def circle_of(explanation: Explanation, circle_id: str = FIFTEEN) -> ExplainedCircle:
    return next(one for one in explanation.circles if one.circle_id == circle_id)


def on_streets(walk: ExplainedWalk) -> list[WalkPart]:
    """Parts on streets; drawn homes stand up to a centimetre off theirs."""
    return [part for part in walk.parts if part.kind not in ("home_leg", "centre_leg")]


def test_the_walk_is_told_street_by_street(tmp_path: Path) -> None:
    # a: 20 m off its street, 5 cells along it, 3 down, 4 along the last one, 15 m to the door.
    town = Town(WALK, off_street_m={"a": 20.0, "1": -15.0})
    told = town.evaluate(tmp_path).explain(demand_id="a")
    assert (told.demand_id, told.persons, told.on_network) == ("a", 1.0, True)
    assert (told.street_name, told.street_way) == ("street 1", "residential")
    assert told.snap_distance_m == pytest.approx(20, abs=ROUNDING)
    circle = circle_of(told)
    assert circle.centre is not None
    assert (circle.covered, circle.reason, circle.centre.centre_id) == (True, "", "1")
    assert circle.centre.travel_time_s == pytest.approx(20 + 50 + 30 + 40 + 15, abs=ROUNDING)
    (walk,) = circle.walks
    assert [(part.kind, part.name) for part in walk.parts] == [
        ("home_leg", ""),
        ("street", "street 1"),
        ("street", "street 2"),
        ("street", "street 3"),
        ("centre_leg", ""),
    ]
    metres = [part.length_m for part in walk.parts]
    assert metres == pytest.approx([20, 50, 30, 40, 15], abs=ROUNDING)
    # The norm walks one metre a second.
    assert [part.time_s for part in walk.parts] == pytest.approx(metres, abs=1e-3)
    assert walk.length_m == pytest.approx(155, abs=3 * ROUNDING)


@pytest.mark.parametrize("direction", ["to_centre", "from_centre", "round_trip", "worse"])
def test_the_times_are_those_of_the_evaluation(tmp_path: Path, direction: str) -> None:
    drawing = """
+-a->--+-b--1-+---c
|      |      |
d      +--<---+-e-+
|      |          |
+--f---+----2-----+
"""
    town = Town(drawing, walking=f'direction = "{direction}"', off_street_m={"d": 7.0})
    evaluation = town.evaluate(tmp_path)
    for name, time_s in times(evaluation).items():
        circle = circle_of(evaluation.explain(demand_id=name))
        assert circle.centre is not None
        assert circle.centre.travel_time_s == pytest.approx(time_s, abs=1e-6)
        ways = [walk.travel_time_s for walk in circle.walks]
        assert len(ways) == (2 if direction in ("round_trip", "worse") else 1)
        whole = sum(ways) / len(ways) if direction == "round_trip" else max(ways)
        assert whole == pytest.approx(time_s, abs=1e-6)


def test_both_ways_are_told_where_both_count(tmp_path: Path) -> None:
    # Along the one-way street 60 m; home again the long way round, 2 + 3 + 10 + 3 + 2 cells.
    evaluation = Town(ONE_WAY, walking='direction = "round_trip"').evaluate(tmp_path)
    circle = circle_of(evaluation.explain(demand_id="a"))
    assert [walk.direction for walk in circle.walks] == ["to_centre", "from_centre"]
    lengths = [walk.length_m for walk in circle.walks]
    assert lengths == pytest.approx([60, 200], abs=2 * ROUNDING)
    assert circle.centre is not None
    assert circle.centre.travel_time_s == pytest.approx(130, abs=2 * ROUNDING)


@pytest.mark.parametrize("direction", ["to_centre", "from_centre"])
def test_the_line_runs_from_door_to_door_as_it_is_walked(tmp_path: Path, direction: str) -> None:
    town = Town(WALK, walking=f'direction = "{direction}"', off_street_m={"a": 20.0, "1": -15.0})
    (walk,) = circle_of(town.evaluate(tmp_path).explain(demand_id="a")).walks
    doors = [town.places("home")["a"], town.places("centre")["1"]]
    if direction == "from_centre":
        doors.reverse()
    assert walk.lonlat[0] == pytest.approx(doors[0], abs=1e-7)
    assert walk.lonlat[-1] == pytest.approx(doors[1], abs=1e-7)
    first, last = walk.parts[0].kind, walk.parts[-1].kind
    legs = ("home_leg", "centre_leg")
    assert (first, last) == (legs if direction == "to_centre" else legs[::-1])
    line_m = Geod(ellps="WGS84").line_length(walk.lonlat[:, 0], walk.lonlat[:, 1])
    # The working plane is true to 60 parts in a million.
    assert line_m == pytest.approx(walk.length_m, rel=1e-3)


def test_a_home_too_far_is_told_how_far_also_beyond_the_search(tmp_path: Path) -> None:
    # 40 m a cell: 60 cells are 40 minutes; the evaluation looks for 30.
    evaluation = Town("+1" + "-" * 59 + "a+", cell_m=40.0).evaluate(tmp_path)
    assert times(evaluation) == {"a": UNREACHED}
    circle = circle_of(evaluation.explain(demand_id="a"))
    assert (circle.covered, circle.reason) == (False, "too_far")
    assert circle.centre is not None
    assert circle.centre.travel_time_s == pytest.approx(2400, abs=0.2)
    assert circle.walks[0].travel_time_s == pytest.approx(2400, abs=0.2)


def test_near_as_the_crow_flies_is_a_detour(tmp_path: Path) -> None:
    # 20 m apart, 1,020 m on foot round the dead ends: seventeen minutes.
    drawing = "\n".join(
        ["+-1" + "-" * 49 + "+", " " * 52 + "|", "+-a" + "-" * 49 + "+"],
    )
    circle = circle_of(Town(drawing).evaluate(tmp_path).explain(demand_id="a"))
    assert circle.reason == "detour"
    assert circle.centre is not None
    assert circle.centre.straight_m == pytest.approx(20, abs=ROUNDING)
    assert circle.centre.travel_time_s == pytest.approx(1020, abs=ROUNDING)


def test_a_home_off_the_network_has_no_walk(tmp_path: Path) -> None:
    evaluation = Town("+--1--a--b--+", off_street_m={"b": 100.0}).evaluate(tmp_path)
    told = evaluation.explain(demand_id="b")
    assert not told.on_network
    assert told.street_name == ""
    assert told.snap_distance_m == pytest.approx(100, abs=ROUNDING)
    circle = circle_of(told)
    assert (circle.covered, circle.reason, circle.centre) == (False, "off_network", None)
    assert circle.walks == ()


def test_a_circle_that_no_centre_serves_says_so(tmp_path: Path) -> None:
    # A street-level centre serves the fifteen minutes only.
    evaluation = Town("+--1--a--+", centres={"1": {"level": "street"}}).evaluate(tmp_path)
    told = evaluation.explain(demand_id="a")
    assert circle_of(told, FIVE).reason == "no_centre"
    assert circle_of(told, FIFTEEN).reason == ""


def test_a_centre_that_no_walk_leads_to_is_not_called_far(tmp_path: Path) -> None:
    evaluation = Town("+-1-+   +-a-+").evaluate(tmp_path)
    circle = circle_of(evaluation.explain(demand_id="a"))
    assert (circle.covered, circle.reason, circle.centre) == (False, "no_way", None)


def test_covered_by_a_centre_that_does_not_pass_names_the_nearest_that_does(
    tmp_path: Path,
) -> None:
    # 1 stands and is not judged; 2 is new and large enough, 110 m away, 3 is new and too small.
    town = Town(
        "+-a-1-------2--3--+",
        centres={"2": PASSING, "3": PASSING | {"floor_area_m2": 100}},
    )
    circle = circle_of(town.evaluate(tmp_path).explain(demand_id="a"), FIVE)
    assert circle.centre is not None
    assert (circle.covered, circle.centre.centre_id) == (True, "1")
    assert (circle.covered_pass, circle.covered_existing) == (True, True)
    assert circle.centre_pass is not None
    assert (circle.centre_pass.centre_id, circle.centre_pass.verdict) == ("2", "pass")
    assert circle.centre_pass.travel_time_s == pytest.approx(100, abs=ROUNDING)


def test_a_closed_centre_serves_today_and_not_in_the_plan(tmp_path: Path) -> None:
    evaluation = Town("+-a-1-+", centres={"1": {"status": "closed"}}).evaluate(tmp_path)
    circle = circle_of(evaluation.explain(demand_id="a"))
    assert (circle.covered, circle.covered_existing) == (False, True)
    assert (circle.reason, circle.reason_pass) == ("no_centre", "no_centre")


def test_a_place_without_a_home_gets_what_a_home_there_would(tmp_path: Path) -> None:
    # b stands where the point is: the same town with it must say the same.
    homes = Town("+--a--------1----+").evaluate(tmp_path / "without")
    told = homes.explain(at=at(0, 7))
    assert (told.demand_id, told.persons, told.nearest_home_id) == (None, None, "a")
    assert told.nearest_home_m == pytest.approx(40, abs=ROUNDING)
    also = Town("+--a---b----1----+").evaluate(tmp_path / "with").explain(demand_id="b")
    for mine, theirs in zip(told.circles, also.circles, strict=True):
        assert mine.centre is not None
        assert theirs.centre is not None
        assert mine.covered == theirs.covered
        assert mine.centre.travel_time_s == pytest.approx(theirs.centre.travel_time_s, abs=1e-2)


def test_a_point_on_a_home_is_that_home(tmp_path: Path) -> None:
    evaluation = Town("+--a--------1----+").evaluate(tmp_path)
    lon, lat = at(0, 3)
    by_point = evaluation.explain(at=(round(lon, 5), round(lat, 5)))
    assert by_point.demand_id == "a"
    assert by_point.nearest_home_id is None


def test_a_point_off_the_network_is_told_the_distance_of_the_nearest_street(
    tmp_path: Path,
) -> None:
    told = Town("+--a--------1----+").evaluate(tmp_path).explain(at=at(20, 5))
    assert not told.on_network
    assert told.snap_distance_m == pytest.approx(200, abs=ROUNDING)
    assert {circle.reason for circle in told.circles} == {"off_network"}


def test_home_and_centre_at_one_place_are_no_walk_apart(tmp_path: Path) -> None:
    town = Town("+--a--1--+")
    study = town.write(tmp_path)
    table = tmp_path / "centres.csv"
    lon, lat = (str(value) for value in town.places("home")["a"])
    old_lon, old_lat = (str(value) for value in town.places("centre")["1"])
    text = table.read_text("utf-8").replace(old_lon, lon).replace(old_lat, lat)
    table.write_text(text, encoding="utf-8")
    (walk,) = circle_of(planner.evaluate(study).explain(demand_id="a")).walks
    assert walk.travel_time_s == pytest.approx(0, abs=ROUNDING)
    assert len(walk.lonlat) >= 2  # still a line


def test_a_street_that_ends_where_it_begins_is_left_by_the_nearer_end(tmp_path: Path) -> None:
    study = Town("+--a----+--1--+").write(tmp_path)
    # The first street becomes a ring through two more nodes, 80 + 60 + 80 + 60 m from the
    # junction and back: a stands 30 m from its far corner, so 50 m from the junction.
    streets = tmp_path / "streets.osm"
    text = streets.read_text("utf-8")
    corners = "".join(
        f'<node id="{number}" lon="{lon:.9f}" lat="{lat:.9f}" version="1"/>'
        for number, (lon, lat) in ((901, at(6, 0)), (902, at(6, 8)))
    )
    text = text.replace("<way id", corners + "<way id", 1)
    text = text.replace(
        '<nd ref="1"/>\n<nd ref="9"/>',
        '<nd ref="9"/><nd ref="1"/><nd ref="901"/><nd ref="902"/><nd ref="9"/>',
    )
    assert "901" in text.split("<way")[1]
    streets.write_text(text, encoding="utf-8")
    evaluation = planner.evaluate(study)
    (walk,) = circle_of(evaluation.explain(demand_id="a")).walks
    assert [part.length_m for part in on_streets(walk)] == pytest.approx([50, 30], abs=0.1)
    far = evaluation.explain(at=at(5.9, 5))
    (walk,) = circle_of(far).walks
    metres = [part.length_m for part in on_streets(walk)]
    assert metres == pytest.approx([30 + 60, 30], abs=0.1)


def test_steps_and_private_ways_are_told_apart(tmp_path: Path) -> None:
    study = Town(WALK, walking='private_ways = "open"').write(tmp_path)
    streets = tmp_path / "streets.osm"
    first, second, third, fourth = streets.read_text("utf-8").split("<way")
    second = second.replace('<tag k="name" v="street 1"/>', '<tag k="access" v="private"/>')
    third = third.replace('v="residential"', 'v="steps"')
    third = third.replace('<tag k="name" v="street 2"/>', "")
    streets.write_text(f"{first}<way{second}<way{third}<way{fourth}", encoding="utf-8")
    evaluation = planner.evaluate(study)
    (walk,) = circle_of(evaluation.explain(demand_id="a")).walks
    parts = on_streets(walk)
    assert [(part.kind, part.way, part.name) for part in parts] == [
        ("private", "residential", ""),
        ("steps", "steps", ""),
        ("street", "residential", "street 3"),
    ]
    assert [part.length_m for part in parts] == pytest.approx([50, 30, 40], abs=ROUNDING)
    by_kind = [walk.private_s, walk.steps_s, walk.streets_s]
    assert by_kind == pytest.approx([part.time_s for part in parts], abs=1e-9)


def test_streets_of_one_name_are_one_part(tmp_path: Path) -> None:
    study = Town("+-a-+---+--1-+").write(tmp_path)
    streets = tmp_path / "streets.osm"
    text = streets.read_text("utf-8")
    for number in (2, 3):
        text = text.replace(f'v="street {number}"', 'v="street 1"')
    streets.write_text(text, encoding="utf-8")
    (walk,) = circle_of(planner.evaluate(study).explain(demand_id="a")).walks
    assert [(part.name, round(part.length_m)) for part in on_streets(walk)] == [("street 1", 90)]


def test_an_unknown_home_names_the_nearest_ids(tmp_path: Path) -> None:
    study = Town("+--a-b--1--+").write(tmp_path)
    table = tmp_path / "population.csv"
    text = table.read_text("utf-8").replace("\na,", "\nhome-01,").replace("\nb,", "\nhome-02,")
    table.write_text(text, encoding="utf-8")
    evaluation = planner.evaluate(study)
    with pytest.raises(InputInvalid, match=r"found home-1; expected one of 2 ids.*`home-01`"):
        evaluation.explain(demand_id="home-1")
    with pytest.raises(InputInvalid, match="there is no such home") as caught:
        evaluation.explain(demand_id="zzz")
    assert caught.value.faults[0].hint is None


def test_ids_are_compared_in_a_city_of_many_homes_too(tmp_path: Path) -> None:
    evaluation = Town("+--a--1--+").evaluate(tmp_path)
    records = evaluation.records
    many = dataclasses.replace(records.demand, demand_id=tuple(f"H{i:05d}" for i in range(30_000)))
    city = planner.Evaluation(dataclasses.replace(records, demand=many))
    with pytest.raises(InputInvalid, match="did you mean `H0012"):
        city.explain(demand_id="H0012")


def test_a_home_set_aside_is_told_so(tmp_path: Path) -> None:
    study = Town("+--a-b--1--+").write(tmp_path)
    table = tmp_path / "population.csv"
    text = table.read_text("utf-8").rstrip("\n")
    table.write_text(text[: text.rindex(",") + 1] + "\n", encoding="utf-8")
    with pytest.raises(InputInvalid, match="set aside: no_persons") as caught:
        planner.evaluate(study).explain(demand_id="b")
    assert caught.value.faults[0].row == 3


def test_a_point_outside_the_streets_box_is_refused(tmp_path: Path) -> None:
    evaluation = Town("+--a--1--+").evaluate(tmp_path)
    with pytest.raises(InputInvalid, match="outside the streets' box; found 120, 30; expected"):
        evaluation.explain(at=(120.0, 30.0))
    with pytest.raises(InputInvalid, match="the two look swapped"):
        evaluation.explain(at=(ORIGIN_LAT, ORIGIN_LON))
    with pytest.raises(InputInvalid, match="do not reach there"):
        evaluation.explain(at=(1e9, float("nan")))


def test_one_question_at_a_time(tmp_path: Path) -> None:
    evaluation = Town("+--a--1--+").evaluate(tmp_path)
    with pytest.raises(InputInvalid, match="exactly one"):
        evaluation.explain()
    with pytest.raises(InputInvalid, match="exactly one"):
        evaluation.explain(demand_id="a", at=at(0, 0))


@pytest.fixture(scope="module")
def helsinki(root: Path) -> Evaluation:
    return planner.evaluate(root / "data" / "helsinki" / "study.toml")


def test_on_real_streets_every_walk_sums_to_the_time_of_the_evaluation(
    helsinki: Evaluation,
) -> None:
    records = helsinki.records
    plan = records.coverage.states[1]
    covered = 0
    for index in range(0, len(records.demand.demand_id), 17):
        told = helsinki.explain(demand_id=records.demand.demand_id[index])
        for position, circle in enumerate(told.circles):
            time_s = float(plan.travel_time_s[position, index])
            found = UNREACHED if circle.centre is None else circle.centre.travel_time_s
            if np.isfinite(time_s):
                assert found == pytest.approx(time_s, abs=1e-6)
                assert circle.centre is not None
                assert circle.centre.centre_index == plan.centre_index[position, index]
            else:
                assert found > records.walks.limit_s
            assert circle.covered == (time_s <= circle.limit_s + 1e-3)
            covered += circle.covered
            _check_sums(circle.walks, found)
    assert covered > 20


def _check_sums(walks: tuple[ExplainedWalk, ...], time_s: float) -> None:
    for walk in walks:
        assert walk.travel_time_s == pytest.approx(time_s, abs=1e-6)
        assert sum(part.time_s for part in walk.parts) == pytest.approx(time_s, abs=1e-6)
        # At 1 m/s on the flat, and slower on steps, nobody is faster than the metres walked.
        on_streets = [part for part in walk.parts if part.kind == "street"]
        for part in on_streets:
            assert part.time_s == pytest.approx(part.length_m, rel=1e-6)
        line_m = Geod(ellps="WGS84").line_length(walk.lonlat[:, 0], walk.lonlat[:, 1])
        assert line_m == pytest.approx(walk.length_m, rel=1e-3, abs=0.01)


def test_a_place_on_real_streets_is_explained_as_a_home_there(helsinki: Evaluation) -> None:
    # Homes are asked as places: the search from the place must find the evaluation's times.
    from planner.pipeline.explain import _Place

    records = helsinki.records
    for index in range(0, len(records.demand.demand_id), 97):
        place = _Place.of_point(records, records.demand.xy[index])
        home = _Place.of_home(records, index)
        both = np.isfinite(home.centre_time_s)
        assert np.allclose(place.centre_time_s[both], home.centre_time_s[both], atol=1e-6, rtol=0)


def test_climbs_and_waits_are_told_where_there_are_any() -> None:
    walk = ExplainedWalk(
        direction="to_centre",
        travel_time_s=390.0,
        home_leg_s=0.0,
        centre_leg_s=0.0,
        streets_s=360.0,
        steps_s=0.0,
        private_s=0.0,
        parts=(WalkPart("street", "residential", "坡街", 300.0, 390.0),),
        lonlat=np.zeros((2, 2)),
        wait_s=30.0,
        up_s=240.0,
        down_s=60.0,
        rise_m=18.4,
        fall_m=3.0,
    )
    told = _tell_walk(walk, Words("zh"))
    assert "上坡 4 分 00 秒, 下坡 1 分 00 秒, 等候 0 分 30 秒; 升高 18 米, 降低 3 米" in told[2]
    level = dataclasses.replace(walk, wait_s=0.0, rise_m=0.0, fall_m=0.0)
    assert not any("升高" in line for line in _tell_walk(level, Words("zh")))
