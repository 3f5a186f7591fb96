"""Headings as people draw them: titles, names over two rows, units, totals and remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from planner.domain.study import CentresSettings, DemandSettings
from planner.errors import InputInvalid
from planner.inputs.centres import read_centres
from planner.inputs.columns import CENTRE_COLUMNS
from planner.inputs.demand import read_demand
from planner.inputs.headings import find_heading, is_remark, is_totals
from planner.inputs.tables import read_table

if TYPE_CHECKING:
    from pathlib import Path

_ROWS: list[list[Any]] = [
    ["示范区社区综合服务中心布点规划一览表"],
    ["序号", "名称", "级别", "规模", None, "位置", None, "所属街道"],
    [None, None, None, "建筑面积", "其中便民服务中心", "经度", "纬度", None],
    [None, None, None, "(万㎡)", "㎡", "°", "°", None],
    [1, "甲中心", "社区级", 0.27, 800, 106.5, 29.5, "望江"],
    [2, "乙中心", "社区级", None, "约650", 106.6, 29.6, None],
    ["合计", None, None, 0.27, 1450, None, None, None],
    ["注：建筑面积为规划面积。"],
]
_MERGED = ["A1:H1", "A2:A4", "B2:B4", "C2:C4", "H2:H4", "D2:E2", "F2:G2", "A8:H8"]


def _workbook(path: Path, rows: list[list[Any]], merged: list[str]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in rows:
        sheet.append(cells)
    for cells_ in merged:
        sheet.merge_cells(cells_)
    book.save(path)
    return path


def _names(*rows: list[object]) -> tuple[str, ...]:
    return find_heading(list(enumerate(rows, 1)), CENTRE_COLUMNS).names


def test_a_plan_under_merged_names_and_a_row_of_units_reads_as_drawn(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "布点 方案.xlsx", _ROWS, _MERGED)
    centres = read_centres(CentresSettings(source=path))
    first, second = centres.centre
    # 0.27 万㎡ are 2,700 m².
    assert (first.name, first.row) == ("甲中心", 5)
    assert first.floor_area_m2 == pytest.approx(2700.0)
    assert (first.convenience_area_m2, first.street) == (800.0, "望江")
    assert (second.floor_area_m2, second.convenience_area_m2, second.street) == (None, 650.0, None)
    assert centres.xy.tolist() == [[106.5, 29.5], [106.6, 29.6]]
    told = [(notice.row, notice.message) for notice in centres.notices if notice.row]
    assert told == [(7, "a row of totals is left out"), (8, "a remark is left out")]


def test_a_text_file_saved_from_such_a_sheet_reads_the_same(tmp_path: Path) -> None:
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in _ROWS]
    path = tmp_path / "布点.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    sheet = _workbook(tmp_path / "布点.xlsx", _ROWS, _MERGED)
    assert (
        read_centres(CentresSettings(source=path)).centre
        == read_centres(CentresSettings(source=sheet)).centre
    )


def test_a_row_of_totals_never_doubles_the_population(tmp_path: Path) -> None:
    path = tmp_path / "人口.csv"
    path.write_text(
        "编号,人口,经度,纬度\n1,30,106.5,29.5\n2,12,106.6,29.6\n总 计,42,106.5,29.5\n",
        encoding="utf-8",
    )
    demand = read_demand(DemandSettings(source=path))
    assert demand.persons.sum() == 42.0
    assert "row 4: a row of totals is left out" in "\n".join(map(str, demand.notices))


def test_names_below_a_group_take_the_group_s_name_where_it_says_more() -> None:
    assert _names(
        ["名称", "现状", None, "规划", None, "经度", "纬度"],
        [None, "建筑面积", "备注", "建筑面积（㎡）", "年份", None, None],
    ) == ("名称", "现状建筑面积", "现状 备注", "规划建筑面积（㎡）", "规划 年份", "经度", "纬度")


def test_a_group_gives_its_unit_and_a_name_for_its_whole() -> None:
    assert _names(
        ["名称", "建筑面积（万㎡）", None, None, "经度", "纬度"],
        [None, "合计", "其中便民服务中心", "现状", None, None],
    ) == (
        "名称",
        "建筑面积（万㎡）",
        "其中便民服务中心(万m2)",
        "现状建筑面积(万m2)",
        "经度",
        "纬度",
    )


def test_a_unit_already_in_the_name_stays() -> None:
    assert _names(
        ["名称", "建筑面积（万㎡）", "社工人数", "楼层", "经度"], ["单位", "㎡", "人", "层", "/"]
    ) == ("名称", "建筑面积（万㎡）", "社工人数(人)", "楼层", "经度")


@pytest.mark.parametrize(
    "row",
    [
        ["甲中心", "社区级", "现状", None, None],  # words, all below names of columns
        ["甲中心", None, None, 106.5, 29.5],  # mostly blank
        ["甲中心", "社区", "状态", "经度", "名称"],  # words that are names of columns too
    ],
)
def test_a_row_of_the_body_is_never_taken_for_a_heading(row: list[object]) -> None:
    head: list[object] = ["名称", "级别", "状态", "经度", "纬度"]
    heading = find_heading([(1, head), (2, row)], CENTRE_COLUMNS)
    assert (heading.names, heading.first, heading.after) == (tuple(head), 0, 1)


def test_a_table_of_totals_alone_holds_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "空.csv"
    path.write_text("编号,名称,经度,纬度\n合计,2,,\n", encoding="utf-8")
    with pytest.raises(InputInvalid, match="holds a header but no rows"):
        read_table(path, CENTRE_COLUMNS)


def test_only_rows_at_the_end_are_left_out() -> None:
    assert is_totals(["合 计", None, 3])
    assert not is_totals(["合计社区中心", 1])
    assert is_remark([None, "备注：以上为规划数。"])
    assert is_remark(["注1 面积为估算"])
    assert not is_remark(["说明社区中心"])
    assert not is_remark(["注：", "甲"])
