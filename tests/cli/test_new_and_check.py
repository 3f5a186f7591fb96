"""A study from nothing, and the list of what is wrong with one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.cli.command import Said, edit, read_bytes, write_town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _scaffold(root: Path, folder: Path, planner_says: Callable[..., Said]) -> Path:
    """Make a study and put the streets and people of the demo into it."""
    assert planner_says("new", folder).code == 0
    for name in ("streets.osm.pbf", "population.csv"):
        shutil.copy(root / "data" / "demo" / name, folder / name)
    return folder


def test_a_new_study_says_what_to_do_next(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    folder = tmp_path / "新 研究"
    said = planner_says("new", folder)
    assert said.code == 0
    assert said.out.splitlines() == [str(folder / "study.toml"), str(folder / "centres.xlsx")]
    assert f'planner check "{folder}"' in said.err
    # Before the streets and the people are there, the study says that it misses these two alone.
    checked = planner_says("check", folder)
    assert checked.code == 2
    faults = [line for line in checked.out.splitlines() if line.startswith("fault 错误")]
    assert ["streets.source" in faults[0], "demand.source" in faults[1], len(faults)] == [
        True,
        True,
        2,
    ]


def test_a_new_study_reads_back_with_no_warning_of_its_template(
    root: Path, tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    folder = _scaffold(root, tmp_path / "新 研究", planner_says)
    said = planner_says("check", folder, "--json")
    assert said.code == 0
    document = said.json()
    assert document["faults"] == []
    assert document["quarantine"] == []
    assert [notice for notice in document["notices"] if notice["file"] == "centres.xlsx"] == []
    (read,) = [file for file in document["files"] if file["noun"] == "centres"]
    assert read["examples"] == [2], "the worked example is read, and told not to count"
    assert read["unused"] == []


def test_the_template_guides_in_both_languages_and_offers_choices(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    assert planner_says("new", tmp_path / "a").code == 0
    book = openpyxl.load_workbook(tmp_path / "a" / "centres.xlsx")
    plan, guide = book.worksheets
    headers = [cell.value for cell in plan[1]]
    listed = {
        str(rule.sqref).split(":")[0].rstrip("0123456789"): rule.formula1
        for rule in plan.data_validations.dataValidation
        if rule.type == "list"
    }
    choices = {headers[ord(letter) - ord("A")]: words for letter, words in listed.items()}
    assert choices["级别"] == '"社区级,街道级,区县级"'
    assert choices["状态"] == '"现状,新建,改扩建,撤销"'
    assert set(choices) == {"级别", "类型", "状态"}
    rows = list(guide.iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows[: len(headers)]] == headers
    assert all(row[2] and row[3] for row in rows[: len(headers)])
    assert "示例" in str(plan.cell(2, 2).value)
    assert "删除本行" in str(plan.cell(2, 2).value), "the row itself says it is to be replaced"


def test_the_template_filled_in_is_a_plan(
    root: Path, tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    folder = _scaffold(root, tmp_path / "study", planner_says)
    book = openpyxl.load_workbook(folder / "centres.xlsx")
    sheet = book["布点规划"]
    headers = [cell.value for cell in sheet[1]]
    people = (folder / "population.csv").read_text("utf-8-sig").splitlines()
    names = people[0].split(",")
    home = dict(zip(names, people[1].split(","), strict=True))
    filled = {"名称": "一号社区中心", "经度": float(home["lon"]), "纬度": float(home["lat"])}
    for header, value in filled.items():
        sheet.cell(2, headers.index(header) + 1, value)
    book.save(folder / "centres.xlsx")
    said = planner_says("check", folder, "--json")
    assert said.code == 2, "nothing tells which datum the degrees are in"
    assert "datum" in said.json()["faults"][0]["hint"]
    study = folder / "study.toml"
    text = study.read_text("utf-8").replace('datum = "auto"', 'datum = "wgs84"')
    study.write_text(text, encoding="utf-8")
    said = planner_says("check", folder, "--json")
    assert said.code == 0
    assert said.json()["quarantine"] == []
    out = tmp_path / "out"
    summary = planner_says("run", folder, "--out", out, "--json").json()
    # New, 2,800 m2 with 850 m2 of convenience centre: the example passes.
    assert summary["centres"] == {
        "count": 1,
        "pass": 1,
        "fail": 0,
        "cannot_tell": 0,
        "not_applicable": 0,
    }


@pytest.mark.parametrize("left", ["study.toml", "centres.xlsx"])
def test_a_second_new_never_overwrites(
    left: str, tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    folder = tmp_path / "study"
    assert planner_says("new", folder).code == 0
    for name in {"study.toml", "centres.xlsx"} - {left}:
        (folder / name).unlink()
    (folder / left).write_text("mine", encoding="utf-8")
    said = planner_says("new", folder)
    assert (said.code, said.out) == (2, "")
    assert left in said.err
    assert "choose an empty folder" in said.err
    assert read_bytes(folder) == {left: b"mine"}


def test_new_lists_its_files_as_json(tmp_path: Path, planner_says: Callable[..., Said]) -> None:
    said = planner_says("new", tmp_path / "a", "--json")
    assert said.json()["files"] == [
        str(tmp_path / "a" / "study.toml"),
        str(tmp_path / "a" / "centres.xlsx"),
    ]


def test_a_new_study_under_a_file_is_a_fault(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    said = planner_says("new", tmp_path / "file" / "study")
    assert said.code == 2
    assert "Traceback" not in said.err


def test_check_changes_nothing(tmp_path: Path, planner_says: Callable[..., Said]) -> None:
    study = write_town(tmp_path / "study")
    before = read_bytes(tmp_path)
    said = planner_says("check", study)
    assert said.code == 0
    assert read_bytes(tmp_path) == before
    assert "4 demand points, 15 persons" in said.out
    assert "2 centres" in said.out
    assert "0 faults" in said.out


def test_check_lists_missing_files_and_the_faults_of_the_others_together(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    study = write_town(tmp_path / "study")
    (study.parent / "streets.osm").unlink()
    edit(study.parent, "population.csv", ",1\n", ",-1\n")
    edit(study.parent, "population.csv", ",2\n", ",many\n")
    edit(study.parent, "centres.csv", "existing", "somewhere")
    said = planner_says("check", study, "--json")
    assert said.code == 2
    met = [(fault["file"], fault["field"], fault["row"]) for fault in said.json()["faults"]]
    assert met == [
        ("study.toml", "streets.source", None),
        ("population.csv", "persons", 3),
        ("population.csv", "persons", 2),
        ("centres.csv", "status", 2),
    ]


def test_the_list_is_a_workbook_too(tmp_path: Path, planner_says: Callable[..., Said]) -> None:
    study = write_town(tmp_path / "study")
    table = study.parent / "population.csv"
    table.write_text(table.read_text("utf-8") + "e,,,16\n", encoding="utf-8")
    listed = tmp_path / "检查 结果.xlsx"
    said = planner_says("check", study, "--out", listed)
    assert said.code == 0
    assert str(listed) in said.err
    sheet = openpyxl.load_workbook(listed).worksheets[0]
    rows = [dict(zip(("kind", "file"), row, strict=False)) for row in sheet.values]
    assert rows[0]["kind"] == "类别 kind"
    kinds = [str(row["kind"]) for row in rows[1:]]
    assert kinds.count("隔离 set aside") == 1
    assert kinds.count("提示 note") == said.out.count("note 提示")
    edit(study.parent, "population.csv", ",1\n", ",=-1\n")
    assert planner_says("check", study, "--out", listed).code == 2
    sheet = openpyxl.load_workbook(listed).worksheets[0]
    kind, file, _, row, field, message, found, expected, hint, chinese = next(
        row for row in sheet.values if row[0] == "错误 fault"
    )
    assert str(chinese).startswith("population.csv · 第 2 行 · 字段 persons：不是数字；现为 =-1")
    assert (file, row, field, found) == ("population.csv", "2", "persons", "=-1")
    assert (kind, message) == ("错误 fault", "is not a number")
    assert expected
    assert hint


@pytest.mark.parametrize(
    ("name", "words"),
    [("no folder/list.xlsx", "its folder does not exist"), ("a folder", "is a folder")],
)
def test_a_list_that_cannot_be_written_is_a_fault(
    name: str, words: str, tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    study = write_town(tmp_path / "study")
    (tmp_path / "a folder").mkdir()
    said = planner_says("check", study, "--out", tmp_path / name)
    assert said.code == 2
    assert words in said.err
