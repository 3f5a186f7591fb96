"""One community's share added up again: on the screen, as JSON, and by live formulas in a sheet."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pytest
from shapely.geometry import box

import planner
from planner.cli import main
from planner.errors import InputInvalid
from planner.report.recount_files import recount_text
from tests.scenes.town import Town

if TYPE_CHECKING:
    from pathlib import Path

    from planner.workbench import Evaluation

# 60 m a cell: homes a, b, c of 1, 2, 4 persons stand 2, 8 and 17 minutes west of the centre, d
# (8 persons) one minute east of it. Nobody lives west of a, and d's community is another one.
DRAWING = "+c--------b-----a-1d+"
FIVE, FIFTEEN = "basic_5min", "daily_15min"


def town(folder: Path, language: str = "en") -> Path:
    drawn = Town(DRAWING, cell_m=60.0, extra_study='[areas]\ncommunity = "communities.gpkg"\n')
    study = drawn.write(folder)
    (west, north), (middle, south) = drawn.at(-3, -3), drawn.at(3, 17)
    east, _ = drawn.at(0, 24)
    gpd.GeoDataFrame(
        {"id": ["W", "E", "F"], "name": ["West", "East", "East"]},
        geometry=[
            box(west, south, middle, north),
            box(middle, south, east, north),
            box(east, south, east + 0.01, north),
        ],
        crs="EPSG:4326",
    ).to_file(folder / "communities.gpkg")
    text = study.read_text("utf-8").replace('language = "en"', f'language = "{language}"')
    study.write_text(text, encoding="utf-8")
    return study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town of two lived-in communities."""
    return town(tmp_path_factory.mktemp("recount"))


@pytest.fixture(scope="module")
def evaluation(study: Path) -> Evaluation:
    """Its evaluation."""
    return planner.evaluate(study, threads=1)


def test_a_community_is_recounted_by_name_or_id(evaluation: Evaluation) -> None:
    for name in ("West", "W", " West "):
        found = evaluation.recount(name)
        assert set(found.demand_id) == {"a", "b", "c"}
        assert found.persons_total == 7
        # Within 5 minutes a alone, within 15 a and b.
        assert dict(zip(found.circle_id, found.persons_covered, strict=True)) == {
            FIVE: 1,
            FIFTEEN: 3,
        }


def test_the_community_with_most_persons_outside_is_recounted_unasked(
    evaluation: Evaluation,
) -> None:
    recount = evaluation.records.recount
    assert recount is not None
    assert (recount.area_id, recount.persons_total) == ("W", 7)


@pytest.mark.parametrize(
    ("name", "level", "told"),
    [
        ("Wst", "community", "West"),
        ("East", "community", "E, F"),
        ("West", "street", "no boundaries of this level"),
    ],
)
def test_a_name_that_names_no_area_or_several_is_refused(
    evaluation: Evaluation, name: str, level: str, told: str
) -> None:
    with pytest.raises(InputInvalid, match=told):
        evaluation.recount(name, level=level)


def test_the_command_lists_the_homes_and_the_sum(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert _run(["explain", str(study), "--community", "West", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "Community West · Plan" in told
    assert "15-minute daily life circle (15 min): covered 3.0 of 7.0 persons = 42.9%" in told
    lines = [line for line in told.splitlines() if line.startswith("  ")]
    # Those who are not covered come first.
    assert [line.split()[0] for line in lines] == ["c", "b", "a"]
    assert "× 17 min" in lines[0]
    _assert_formulas_hold(openpyxl.load_workbook(out / "recount.xlsx")["Recount"], 7, [1, 3])


def test_the_json_holds_every_home(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["explain", str(study), "--community", "W", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    homes = {one["demand_id"]: one for one in found["homes"]}
    assert homes["b"]["covered"] == {FIVE: False, FIFTEEN: True}
    assert homes["b"]["time_s"][FIFTEEN] == pytest.approx(480, abs=0.05)
    assert homes["b"]["centre_id"][FIFTEEN] == "1"
    assert sum(one["persons"] for one in found["homes"]) == found["persons"] == 7


def test_two_questions_at_once_are_a_fault(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["explain", str(study), "--community", "West", "--demand", "a"]) == 2
    assert "exactly one of" in capsys.readouterr().err


def test_the_workbook_of_a_run_recounts_the_least_covered_community(
    study: Path, tmp_path: Path
) -> None:
    planner.run(study, tmp_path / "out", threads=1)
    sheet = openpyxl.load_workbook(tmp_path / "out" / "tables.xlsx")["Recount"]
    _assert_formulas_hold(sheet, 7, [1, 3])
    shown = openpyxl.load_workbook(tmp_path / "out" / "tables.xlsx", data_only=True)["Recount"]
    (row, _) = _rows_of_circles(shown)
    assert [shown.cell(row, column).value for column in (3, 4)] == [7, 1]


def test_without_communities_the_sheet_says_why_it_is_empty(tmp_path: Path) -> None:
    planner.run(Town("+-a-1-+").write(tmp_path), tmp_path / "out", threads=1)
    sheet = openpyxl.load_workbook(tmp_path / "out" / "tables.xlsx")["Recount"]
    assert str(sheet["A2"].value).startswith("There are no communities")


def test_a_long_list_is_cut_on_the_screen_only(tmp_path: Path) -> None:
    study = town(tmp_path, "zh")
    homes = study.parent / "population.csv"
    lines = homes.read_text("utf-8").splitlines()
    head = lines[0].split(",")
    home = dict(zip(head, lines[1].split(","), strict=True))
    more = [
        ",".join((home | {"demand_id": f"m{n}", "persons": "1"})[name] for name in head)
        for n in range(60)
    ]
    homes.write_text("\n".join([*lines, *more]) + "\n", encoding="utf-8")
    evaluation = planner.evaluate(study, threads=1)
    told = recount_text(evaluation.records, evaluation.recount("West"))
    assert told.count("  m") + told.count("  c ") + told.count("  b ") + told.count("  a ") == 40
    assert "只列出 63 个居民点中的 40 个" in told


def _run(words: list[str]) -> int:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def _rows_of_circles(sheet: Any) -> tuple[int, int]:  # noqa: ANN401 -- openpyxl's
    rows = [row for row in range(1, 30) if sheet.cell(row, 2).value in (300, 900)]
    first, second = rows
    return first, second


def _assert_formulas_hold(
    sheet: Any,  # noqa: ANN401 -- openpyxl's
    persons: int,
    covered: list[int],
) -> None:
    """Compute every formula of the sheet from the cells it names, as a spreadsheet would."""
    for row, expected in zip(_rows_of_circles(sheet), covered, strict=True):
        (first, last) = re.fullmatch(r"=SUM\((\w+):(\w+)\)", sheet.cell(row, 3).value).groups()  # type: ignore[union-attr]
        people = [cell.value for (cell,) in sheet[f"{first}:{last}"]]
        assert sum(people) == persons
        parts = re.fullmatch(
            r"=SUMPRODUCT\((\w+:\w+),(\w+:\w+)\)", sheet.cell(row, 4).value
        ).groups()  # type: ignore[union-attr]
        weights = [cell.value for (cell,) in sheet[parts[0]]]
        marks = [_mark(sheet, cell.value) for (cell,) in sheet[parts[1]]]
        assert weights == people
        assert sum(w * m for w, m in zip(weights, marks, strict=True)) == expected
        assert sheet.cell(row, 5).value == f'=IF(C{row}=0,"",D{row}/C{row})'
        assert sheet.cell(row, 6).value == pytest.approx(expected / persons)


def _mark(sheet: Any, formula: str) -> int:  # noqa: ANN401 -- openpyxl's
    time, same, limit, tolerance = re.fullmatch(
        r"=IF\(ISNUMBER\((\w+)\),IF\((\w+)<=([$\w]+)\+([\d.]+),1,0\),0\)", formula
    ).groups()  # type: ignore[union-attr]
    assert time == same
    value = sheet[time].value
    return int(
        value is not None and value <= sheet[limit.replace("$", "")].value + float(tolerance)
    )
