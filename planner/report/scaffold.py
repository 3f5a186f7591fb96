"""The scaffold of a study: a commented study file and a template workbook that reads back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import xlsxwriter

from planner.errors import Fault, ReportError

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_COLUMNS: tuple[tuple[str, int, str, str], ...] = (
    # header, width, what it is (zh), what it is (en)
    ("编号", 8, "唯一编号,可空", "unique id, may be blank"),
    ("名称", 28, "必填", "needed"),
    ("级别", 10, "社区级 / 街道级 / 区县级", "community / street / district"),
    ("类型", 16, "综合服务中心 / 便民服务中心 / 党群服务中心 / 其他", "kind of centre"),
    ("状态", 10, "现状 / 新建 / 改扩建 / 撤销", "existing / new / expanded / closed"),
    ("建筑面积(㎡)", 14, "总建筑面积(规划)", "floor area in all, as planned"),
    ("现状建筑面积(㎡)", 16, "现状总建筑面积", "floor area as it stands"),
    ("便民服务中心面积(㎡)", 20, "其中社区便民服务中心", "of which convenience centre"),
    ("社工人数", 10, "社会工作专业人才", "social workers"),
    ("所属街道", 12, "", "street it belongs to"),
    ("所属社区", 12, "", "community it belongs to"),
    ("经度", 12, "WGS 84 / CGCS2000,度", "longitude, degrees"),
    ("纬度", 12, "WGS 84 / CGCS2000,度", "latitude, degrees"),
)
_CHOICES = {
    "级别": ["社区级", "街道级", "区县级"],
    "类型": ["综合服务中心", "便民服务中心", "党群服务中心", "其他"],
    "状态": ["现状", "新建", "改扩建", "撤销"],
}
_EXAMPLE_NAME = "示例：某社区综合服务中心（请改写或删除本行）"
_EXAMPLE = ("C01", _EXAMPLE_NAME, "社区级", "综合服务中心", "新建", 2800, None, 850, 2)
_EXAMPLE_PLACE = ("示例街道", "示例社区")
"""Without coordinates the row is set aside, its name saying why, and never counted as a centre."""

_ROWS = 500

_STUDY = """\
# 研究文件 / study file. 路径相对于本文件 / paths are relative to this file.
name = "新研究"
language = "zh"                        # zh | en

[streets]
source = "streets.osm.pbf"             # .osm.pbf .osm .osm.gz .osm.bz2

[walking]
profile = "norm"                       # norm (60 m/min) adult elderly child_with_carer wheelchair
direction = "to_centre"                # to_centre from_centre round_trip worse
snap_limit_m = 200                     # 离道路更远的居民点按"路网外"计 / farther is off the network
private_ways = "residents"             # residents | exclude | open

[demand]
source = "population.csv"              # 点 / points: lon lat persons (经度 纬度 人口)

[centres]
source = "centres.xlsx"                # 布点方案 / the layout plan
datum = "auto"                         # wgs84 cgcs2000 gcj02(高德 AMap) bd09(百度 Baidu)
                                       # auto 按所属社区判断,判断不了会询问 / found out, or asked

# [areas]                              # 可选 / optional
# community = "communities.gpkg"
# street = "streets_admin.gpkg"
# district = "district.gpkg"
# plan_scope = "main_urban.gpkg"       # 主城区条款适用范围 / where the main-urban clauses apply

[standards]
rule_sets = ["chongqing-2018"]         # planner standards list

# [siting]                             # 可选:补点建议 / optional: where to build next
# life_circle = "daily_15min"
# count = 5                            # 或 / or: target = 0.95 | budget = 30_000_000
"""


def write_scaffold(folder: Path) -> tuple[Path, ...]:
    """
    Make a folder with `study.toml` and `centres.xlsx`.

    Parameters
    ----------
    folder
        Made if missing; a study already there is never overwritten.

    Returns
    -------
    paths
        The files written.

    Raises
    ------
    ReportError
        If one of the files is there already, or the folder cannot be made.
    """
    paths = (folder / "study.toml", folder / "centres.xlsx")
    for path in paths:
        if path.exists():
            raise ReportError(
                Fault("the file is there already", file=str(path), hint="choose an empty folder")
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths[0].write_text(_STUDY, encoding="utf-8")
        _write_template(paths[1])
    except OSError as error:
        raise ReportError(
            Fault(f"cannot write: {error.strerror or error}", file=str(folder))
        ) from error
    return paths


def _write_template(path: Path) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
        head = book.add_format({"bold": True, "bg_color": "#D6E4EC", "border": 1})
        plan = book.add_worksheet("布点规划")
        _write_plan(plan, head)
        guide = book.add_worksheet("填表说明")
        for column, title in enumerate(("列 column", "说明", "meaning")):
            guide.write(0, column, title, head)
        for row, (header, _, meaning_zh, meaning_en) in enumerate(_COLUMNS, start=1):
            for column, text in enumerate((header, meaning_zh, meaning_en)):
                guide.write(row, column, text)
        guide.set_column(0, 2, 36)


def _write_plan(sheet: Worksheet, head: Format) -> None:
    for column, (header, width, _, _) in enumerate(_COLUMNS):
        sheet.write(0, column, header, head)
        sheet.set_column(column, column, width)
        if header in _CHOICES:
            sheet.data_validation(
                1,
                column,
                _ROWS,
                column,
                {"validate": "list", "source": _CHOICES[header], "ignore_blank": True},
            )
    for column, value in enumerate((*_EXAMPLE, *_EXAMPLE_PLACE)):
        if value is not None:
            sheet.write(1, column, value)
    sheet.freeze_panes(1, 2)
