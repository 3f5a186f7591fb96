"""The template of a layout plan: a workbook with choices to pick, a guide and a worked example."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter.workbook import Workbook

PLAN_SHEET: Final = "布点规划"
GUIDE_SHEET: Final = "填表说明 guide"
_ROWS: Final = 500
"""Rows with choices and bounds."""


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of the template: what it holds, in both languages, and what it may hold."""

    header: str
    width: int
    needed: str
    zh: str
    en: str
    example: str | float | None = None
    choices: tuple[tuple[str, str], ...] = ()
    bounds: tuple[float, float] | None = None


_MOST_M2: Final = 1e6
_COLUMNS: Final = (
    _Column("编号", 8, "可空 optional", "唯一编号", "id, different in each row", "C01"),
    _Column(
        "名称",
        30,
        "必填 needed",
        "中心名称",
        "name of the centre",
        "示例：某社区综合服务中心（请改写或删除本行）",
    ),
    _Column(
        "级别",
        10,
        "建议 advised",
        "空白时两个生活圈都计入，并提示",
        "blank: counted for both circles, with a warning",
        "社区级",
        (("社区级", "community"), ("街道级", "street"), ("区县级", "district")),
    ),
    _Column(
        "类型",
        16,
        "可空 optional",
        "空白按综合服务中心",
        "blank means comprehensive",
        "综合服务中心",
        (
            ("综合服务中心", "comprehensive"),
            ("便民服务中心", "convenience"),
            ("党群服务中心", "party service"),
            ("其他", "other"),
        ),
    ),
    _Column(
        "状态",
        10,
        "建议 advised",
        "空白时现状与规划都计入",
        "blank: counted as existing and as planned",
        "新建",
        (
            ("现状", "existing"),
            ("新建", "new"),
            ("改扩建", "to be expanded"),
            ("撤销", "to be closed"),
        ),
    ),
    _Column(
        "建筑面积(㎡)",
        14,
        "建议 advised",
        "总建筑面积（规划）；空白为“无法判断”，不是 0",
        "floor area in all, as planned; blank means cannot tell, never 0",
        2800,
        bounds=(0, _MOST_M2),
    ),
    _Column(
        "现状建筑面积(㎡)",
        16,
        "改扩建填 if expanded",
        "现状总建筑面积",
        "floor area as it stands",
        bounds=(0, _MOST_M2),
    ),
    _Column(
        "便民服务中心面积(㎡)",
        20,
        "建议 advised",
        "其中社区便民服务中心的面积",
        "of which: the convenience centre",
        850,
        bounds=(0, _MOST_M2),
    ),
    _Column(
        "社工人数",
        10,
        "可空 optional",
        "社会工作专业人才（人）",
        "social workers, persons",
        2,
        bounds=(0, 10_000),
    ),
    _Column("所属区县", 12, "可空 optional", "用于统计和核对坐标", "its district", "示例区"),
    _Column(
        "所属街道",
        12,
        "建议 advised",
        "用于统计，并据此判断坐标是否偏移",
        "its street or town; tells whether coordinates are shifted",
        "示例街道",
    ),
    _Column(
        "所属社区",
        12,
        "建议 advised",
        "同上",
        "its community; tells whether coordinates are shifted",
        "示例社区",
    ),
    _Column(
        "经度",
        12,
        "必填 needed",
        "十进制度，WGS 84 / CGCS2000；高德、百度坐标请在 study.toml 写明 datum",
        "decimal degrees, WGS 84 / CGCS2000; from AMap or Baidu: name the datum in study.toml",
        106.5775,
        bounds=(-180, 180),
    ),
    _Column(
        "纬度",
        12,
        "必填 needed",
        "十进制度；没有坐标的行会被隔离并列出",
        "decimal degrees; rows without coordinates are set aside and listed",
        29.5586,
        bounds=(-90, 90),
    ),
)
_NOTES: Final = (
    (
        "一行一个中心；不要合并单元格，不要加合计行。",
        "One centre a row; no merged cells, no row of totals.",
    ),
    (
        "面积默认 ㎡；其他单位写在表头或单元格里，如 建筑面积(万㎡)、0.28万㎡、4.2亩。",
        "Areas are in ㎡; another unit stands in the header or the cell, such as 0.28万㎡.",
    ),
    (
        "可以增加自己的列；未用到的会列出一次。列名不同的在 [centres.columns] 指定。",
        "Columns of your own may be added; other names are told in [centres.columns].",
    ),
    (
        "名称以“示例：”开头的行是示例，读取但不计入。",
        "A row whose name begins with 示例： is the example: it is read, and never counted.",
    ),
)


def write_template(path: Path) -> None:
    """
    Write the template.

    Parameters
    ----------
    path
        An `.xlsx` file; what is there is overwritten.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
        head = book.add_format({"bold": True, "bg_color": "#D6E4EC", "border": 1})
        _write_plan(book, head)
        _write_guide(book, head)


def _write_plan(book: Workbook, head: Any) -> None:  # noqa: ANN401 - a format of xlsxwriter
    sheet = book.add_worksheet(PLAN_SHEET)
    example = book.add_format({"italic": True, "font_color": "#7A7A7A"})
    for index, column in enumerate(_COLUMNS):
        sheet.write(0, index, column.header, head)
        sheet.set_column(index, index, column.width)
        if column.example is not None:
            sheet.write(1, index, column.example, example)
        rule = _rule(column)
        if rule:
            sheet.data_validation(1, index, _ROWS, index, rule)
    sheet.freeze_panes(1, 2)


def _rule(column: _Column) -> dict[str, Any]:
    asked = {"ignore_blank": True, "input_title": column.header, "input_message": column.zh}
    if column.choices:
        listed = [word for word, _ in column.choices]
        return {"validate": "list", "source": listed, **asked}
    if column.bounds is not None:
        least, most = column.bounds
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": least,
            "maximum": most,
            # A cell may also hold a text such as 约1200 or 0.28万㎡.
            "error_type": "warning",
            "error_title": "请核对 please check",
            "error_message": f"一般为 {least:g} 到 {most:g} 的数字 usually a number",
            **asked,
        }
    return {}


def _write_guide(book: Workbook, head: Any) -> None:  # noqa: ANN401 - a format of xlsxwriter
    sheet = book.add_worksheet(GUIDE_SHEET)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    titles = ("列 column", "填写 fill in", "说明", "meaning", "可选值 choices", "示例 example")
    for index, title in enumerate(titles):
        sheet.write(0, index, title, head)
    for row, column in enumerate(_COLUMNS, start=1):
        choices = "\n".join(f"{word} {english}" for word, english in column.choices)
        example = "" if column.example is None else str(column.example)
        cells = (column.header, column.needed, column.zh, column.en, choices, example)
        for index, text in enumerate(cells):
            sheet.write_string(row, index, text, wrapped)
    for row, (zh, en) in enumerate(_NOTES, start=len(_COLUMNS) + 2):
        sheet.write_string(row, 2, zh, wrapped)
        sheet.write_string(row, 3, en, wrapped)
    for index, width in enumerate((22, 18, 44, 44, 28, 30)):
        sheet.set_column(index, index, width)
    sheet.freeze_panes(1, 1)
