"""An explanation as people and programs read it: text, JSON, GeoJSON, and the command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from planner.cli import main
from planner.cli.explain import read_point
from planner.errors import ReportError
from planner.report.explain_files import explanation_document, write_explanation
from planner.report.explain_text import explain_text, name_street
from tests.explain.test_explain import ONE_WAY, PASSING, WALK, at
from tests.scenes.town import Town

if TYPE_CHECKING:
    from pathlib import Path


def test_the_text_tells_the_walk_of_a_covered_home(tmp_path: Path) -> None:
    town = Town(WALK, off_street_m={"a": 20.0, "1": -15.0}, centres={"1": PASSING})
    text = town.evaluate(tmp_path).explain_text(demand_id="a")
    assert "town · home a (1 person)\n" in text
    assert "meets the streets at street 1, 20 m away" in text
    assert "5-minute basic life circle (5 min): covered" in text
    assert "nearest centre in service: centre 1 (Pass), 2 min 35 s on foot" in text
    assert "by a centre that passes: yes, centre 1 (2 min 35 s)" in text
    assert "today: not covered" in text
    assert "the walk (home to centre): 2 min 35 s, 155 m" in text
    assert "    2. street 1  50 m, 0 min 50 s" in text
    # The fifteen minutes have the same centre: its walk is not told twice.
    assert text.count("    2. street 1") == 1
    assert "the walk is the one above" in text


def test_the_text_is_in_the_studys_language_and_survives_code_page_936(tmp_path: Path) -> None:
    explanation = Town(WALK).evaluate(tmp_path).explain(demand_id="a")
    text = explain_text(explanation, "zh")
    assert "5分钟基本生活圈(5 分钟): 覆盖" in text
    assert "步行路线(从家到中心): 2 分 00 秒, 120 米" in text
    assert "未计坡度" in text
    for told in (text, explain_text(explanation)):
        assert told.encode("cp936").decode("cp936") == told


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        ("+1" + "-" * 199 + "a+", "why: 18 min 20 s over the limit"),
        ("+-1-+   +-a-+", "why: no walk leads to any centre"),
    ],
)
def test_the_text_says_why_not(tmp_path: Path, drawing: str, said: str) -> None:
    # 200 cells are 2,000 s: 1,100 s over fifteen minutes.
    assert said in Town(drawing).evaluate(tmp_path).explain_text(demand_id="a")


def test_the_text_says_off_the_network_and_no_centre(tmp_path: Path) -> None:
    off = Town("+--1--a--b--+", off_street_m={"b": 100.0}).evaluate(tmp_path / "off")
    text = off.explain_text(demand_id="b")
    assert "off the network: the nearest street is 100 m away, more than 60 m" in text
    assert "why: off the network" in text
    none = Town("+--1--a--+", centres={"1": {"level": "street"}}).evaluate(tmp_path / "none")
    assert "no centre in service serves this circle" in none.explain_text(demand_id="a")
    assert "no centre that serves this circle passes" in none.explain_text(demand_id="a")
    cut = Town("+-1-+   +-a-+", centres={"1": PASSING}).evaluate(tmp_path / "cut")
    assert "by a centre that passes: no; none can be reached" in cut.explain_text(demand_id="a")


def test_the_text_of_a_place_names_the_nearest_home_and_both_ways(tmp_path: Path) -> None:
    town = Town(ONE_WAY, walking='direction = "worse"', centres={"1": PASSING})
    text = town.evaluate(tmp_path).explain_text(at=at(0, 4))
    assert "nobody lives here; the nearest home is a, 20 m away" in text
    assert "the walk (home to centre): 0 min 40 s" in text
    assert "the walk (centre to home): 3 min 40 s" in text


def test_a_street_without_a_name_is_called_by_what_it_is() -> None:
    assert name_street("人民路", "primary", "zh") == "人民路"
    assert name_street("", "steps", "zh") == "无名梯道"
    assert name_street("", "footway", "en") == "unnamed footway"
    assert name_street("", "residential", "en") == "unnamed street"


def test_the_document_is_json_that_any_program_reads(tmp_path: Path) -> None:
    town = Town("+--1--a--b--+", off_street_m={"b": 100.0})
    evaluation = town.evaluate(tmp_path)
    for home in "ab":
        document = explanation_document(evaluation.explain(demand_id=home))
        again = json.loads(json.dumps(document, allow_nan=False))
        assert again["schema"] == "planner.explain/1"
        assert again["demand_id"] == home
    walked = explanation_document(evaluation.explain(demand_id="a"))["circles"][0]["walks"][0]
    assert len(walked["lonlat"]) >= 2
    assert walked["length_m"] == pytest.approx(sum(part["length_m"] for part in walked["parts"]))


def test_the_files_hold_home_centre_and_walk(tmp_path: Path) -> None:
    town = Town(WALK, walking='direction = "round_trip"')
    explanation = town.evaluate(tmp_path / "town").explain(demand_id="a")
    folder = tmp_path / "输出 out"
    geojson, text = write_explanation(explanation, folder)
    assert text.read_text("utf-8") == explain_text(explanation)
    features = json.loads(geojson.read_text("utf-8"))["features"]
    assert [one["properties"]["what"] for one in features] == ["home", "centre", "walk", "walk"]
    assert features[1]["properties"]["life_circles"] == "basic_5min,daily_15min"
    home, centre = (features[i]["geometry"]["coordinates"] for i in (0, 1))
    there, back = (features[i]["geometry"]["coordinates"] for i in (2, 3))
    assert there[0] == back[-1] == pytest.approx(home, abs=2e-7)
    assert there[-1] == back[0] == pytest.approx(centre, abs=2e-7)


def test_files_that_cannot_be_written_say_so(tmp_path: Path) -> None:
    explanation = Town(WALK).evaluate(tmp_path / "town").explain(demand_id="a")
    (tmp_path / "a file").write_text("")
    with pytest.raises(ReportError, match="a file"):
        write_explanation(explanation, tmp_path / "a file" / "out")
    (tmp_path / "out" / "explain.txt").mkdir(parents=True)
    with pytest.raises(ReportError, match="cannot be written"):
        write_explanation(explanation, tmp_path / "out")


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["explain", *words])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_the_command_explains_homes_and_places(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = str(Town(WALK).write(tmp_path))
    assert run(study, "--demand", "a") == 0
    assert "home a" in capsys.readouterr().out
    lon, lat = at(0, 4)
    assert run(study, "--at", f"{lon},{lat}", "--json", "--out", str(tmp_path / "out")) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["nearest_home_id"] == "a"
    assert "explain.geojson" in captured.err
    assert (tmp_path / "out" / "explain.txt").is_file()


def test_the_command_lists_notices_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town = Town(WALK, centres={"1": {"level": ""}})
    assert run(str(town.write(tmp_path)), "--demand", "a", "-v") == 0
    assert "has no level" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "exactly one"),
        (("--demand", "a", "--at", "1,2"), "exactly one"),
        (("--at", "106.5"), "longitude and latitude"),
        (("--at", "east,north"), "longitude and latitude"),
        (("--at", "1,2,3"), "longitude and latitude"),
        (("--at", "12,50"), "outside the streets' box"),
        (("--at", "-30.03,-51.2"), "outside the streets' box"),
        (("--demand", "A"), "there is no such home"),
    ],
)
def test_wrong_questions_leave_with_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    study = str(Town(WALK).write(tmp_path))
    assert run(study, *words) == 2
    assert said in capsys.readouterr().err


def test_a_point_may_be_typed_the_chinese_way() -> None:
    assert read_point("106.55，29.56") == (106.55, 29.56)
    assert read_point(" -51.2, -30.03 ") == (-51.2, -30.03)
