"""The table that `planner check` prints: a column a field, whole lines, counted beyond 200."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import openpyxl
import pytest

from planner.cli.fault_table import write_fault_table
from planner.domain.places import QuarantinedRow
from planner.domain.recognised import ColumnRead, FileRead
from planner.errors import Fault
from planner.pipeline.check import CheckResult, check_inputs
from tests.cli.command import Said, edit, write_town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NEGATIVE = Fault(
    "is negative",
    file="人口 数据.csv",
    row=3,
    field="人口",
    found="-1",
    expected="0 or more",
    hint="correct the cell, or leave it blank where the number is not known",
)
ASIDE = QuarantinedRow("centres", 7, "丙中心", "no_coordinates")


def _result(faults: int = 1) -> CheckResult:
    unused = Fault("columns not used: 备注", file="布点.xlsx", layer="布点")
    return CheckResult((NEGATIVE,) * faults, (unused,), (ASIDE,), ())


def test_every_field_has_its_column_and_every_fault_its_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_fault_table(_result())
    lines = capsys.readouterr().out.splitlines()
    titles = ["kind", "file", "layer", "row", "field", "found", "expected", "message", "hint"]
    places = [lines[0].index(title) for title in titles]
    assert places == sorted(places)
    (fault,) = [line for line in lines if line.startswith("fault 错误")]
    for text in (
        "人口 数据.csv",
        "3",
        "人口",
        "-1",
        "0 or more",
        "is negative",
        "correct the cell",
    ):
        assert text in fault
    after = lines[lines.index(fault) + 1]
    assert "数值为负" in after
    assert "请更正该单元格" in after
    assert any("丙中心" in line and line.startswith("set aside") for line in lines)
    assert any("布点.xlsx" in line and line.startswith("note 提示") for line in lines)


def test_nothing_found_is_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    write_fault_table(CheckResult((), (), (), ()))
    assert capsys.readouterr().out == ""


def test_of_many_faults_two_hundred_are_shown_and_all_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_fault_table(_result(100_000))
    out = capsys.readouterr().out
    assert out.count("is negative") == 200
    assert "… 100000 in all, the first 200 shown 共 100000 处，只列出前 200 处" in out
    assert _result(100_000).text().count("is negative") == 200
    assert "… 100000 faults 错误 in all" in _result(100_000).text()


@pytest.mark.parametrize("width", [80, 200])
def test_a_terminal_shows_colours_in_its_own_width(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    write_fault_table(_result())
    out = capsys.readouterr().out
    assert "\x1b[31m" in out, "faults are red"
    assert ("where 位置" in out) == (width == 80)
    assert "人口" in out


def test_the_clean_bill_says_what_was_taken_for_what() -> None:
    read = FileRead(
        noun="centres",
        file="布点.shp",
        layer="布点",
        rows=1200,
        crs='PROJCRS["Own grid",BASEGEOGCRS["CGCS2000"]]',
        encoding="gb18030 (trial)",
        columns=(
            ColumnRead("社区便民服", "convenience_area_m2", "㎡, assumed", "cut name"),
            ColumnRead("MC", "name"),
        ),
        unused=("备注",),
        examples=(2,),
    )
    lines = CheckResult((), (), (), (), files=(read,)).account().splitlines()
    assert lines == [
        (
            "recognised 识别: centres 中心: 布点.shp · layer 图层 布点 · 1,200 rows 行 · "
            "crs 坐标系 Own grid · encoding 编码 gb18030 (trial)"
        ),
        (
            "  社区便民服 → convenience_area_m2 (㎡, assumed), "
            "by the beginning of its name 按截断的列名"
        ),
        "  MC → name",
        "  not used 未使用: 备注",
        "  the template's example, not counted 模板示例行，不计入: row 行 2",
        "0 faults, 0 notes, 0 rows set aside",
    ]


def test_the_workbook_lists_columns_and_caps_what_it_lists(tmp_path: Path) -> None:
    bare = FileRead("demand", "人口.gpkg", None, 5)
    read = FileRead(
        "demand", "人口.csv", None, 5, columns=(ColumnRead("人口", "persons", "persons"),),
        unused=("备注",),
    )  # fmt: skip
    result = CheckResult((NEGATIVE,) * 20_003, (), (), (), files=(bare, read))
    result.write_workbook(tmp_path / "检查.xlsx")
    book = openpyxl.load_workbook(tmp_path / "检查.xlsx", read_only=True)
    rows = list(book["检查 check"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == 20_001
    assert rows[-1][5] == "… 20003 in all, the first 20000 listed"
    columns = list(book["识别 recognised"].iter_rows(min_row=2, values_only=True))
    assert [(row[1], row[6], row[7]) for row in columns] == [
        ("人口.gpkg", None, None),
        ("人口.csv", "人口", "persons"),
        ("人口.csv", "备注", "not used 未使用"),
    ]


def test_a_fault_in_one_file_keeps_nothing_back_of_the_others(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    study = write_town(tmp_path / "study")
    edit(study.parent, "population.csv", ",1\n", ",-1\n")
    centres = study.parent / "centres.csv"
    lines = centres.read_text("utf-8").splitlines()
    centres.write_text("\n".join([f"{lines[0]},remark", *(f"{x},z" for x in lines[1:])]), "utf-8")
    said = planner_says("check", study, "--json").json()
    assert [fault["message"] for fault in said["faults"]] == ["is negative"]
    assert "columns not used: remark" in [notice["message"] for notice in said["notices"]]
    assert [file["noun"] for file in said["files"]] == ["centres"]
    assert said["counts"]["faults"] == 1


def test_a_study_that_cannot_be_read_is_told_alone(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text("x = [", encoding="utf-8")
    result = check_inputs(tmp_path)
    assert (len(result.faults), result.notices, result.files) == (1, (), ())


def test_areas_and_candidates_are_looked_at_too(tmp_path: Path) -> None:
    study = write_town(tmp_path / "study")
    (study.parent / "a.csv").write_text("id\n1\n", encoding="utf-8")
    (study.parent / "places.csv").write_text("id,lon,lat,remark\n1,0,0,z\n", encoding="utf-8")
    text = study.read_text("utf-8")
    siting = '[siting]\ncandidates = "places.csv"\ncount = 1\n'
    text = text.split("[siting]", maxsplit=1)[0]
    study.write_text(f'{text}\n[areas]\ncommunity = "a.csv"\n\n{siting}', encoding="utf-8")
    faults = [fault.message for fault in check_inputs(study).faults]
    assert "is a table: areas need polygons" in faults
    assert "no row has coordinates" in faults
