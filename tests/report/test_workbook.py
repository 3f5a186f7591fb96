"""`tables.xlsx` read back by another library: the summary's figures, and text that stays text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from planner.domain.standard import Judgements
from planner.report.summary import make_summary
from planner.report.workbook import write_workbook
from tests.report import town
from tests.report.counted import with_counts
from tests.report.hills import make_findings, with_findings, with_heights, with_losses
from tests.report.records import make_proposals, make_records
from tests.report.rules import CHONGQING_2018

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from planner.domain.evaluation import EvaluationRecords

ZH = [
    "汇总", "覆盖", "中心", "缺口", "建议", "来源", "稳健性", "承载", "均衡性", "单元判定", "路网",
    "接入", "人口去向", "复算", "隔离行",
]  # fmt: skip
EN = [
    "Summary", "Coverage", "Centres", "Gaps", "Proposals", "Sources", "Robustness", "Capacity",
    "Evenness", "Units", "Network", "Snapping", "People", "Recount", "Quarantine",
]  # fmt: skip


def write(records: EvaluationRecords, path: Path, *, siting: bool = True) -> Any:  # noqa: ANN401 -- openpyxl's
    proposals = make_proposals(records) if siting else None
    write_workbook(records, proposals, make_summary(records, proposals), path)
    return openpyxl.load_workbook(path)


def table(sheet: Worksheet, first: str) -> list[dict[str, Any]]:
    """Return the rows of the filtered table of a sheet, whose head begins with `first`."""
    rows = list(sheet.iter_rows(values_only=True))
    top = next(index for index, row in enumerate(rows) if row[0] == first)
    head = [str(name) for name in rows[top] if name is not None]
    found = []
    for row in rows[top + 1 :]:
        if row[0] is None:
            break
        found.append(dict(zip(head, row, strict=False)))
    return found


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    found: Workbook = write(make_records(), tmp_path_factory.mktemp("book") / "tables.xlsx")
    return found


@pytest.mark.parametrize(("language", "names"), [("zh", ZH), ("en", EN)])
def test_the_sheets_are_there_in_both_languages_even_when_empty(
    tmp_path: Path, language: str, names: list[str]
) -> None:
    records = make_records(areas=False, gaps=False, households=False, language=language)
    book = write(replace(records, quarantine=(), notices=()), tmp_path / "t.xlsx", siting=False)
    assert book.sheetnames == names


def test_coverage_has_the_figures_of_the_summary_with_their_basis(book: Workbook) -> None:
    rows = table(book["覆盖"], "层级")
    records = make_records()
    summary = make_summary(records, make_proposals(records))
    whole = [row for row in rows if row["层级"] == "全域"]
    expected = [
        (state, circle)
        for state in ("现状", "规划", "规划+建议")
        for circle in summary["states"][
            {"现状": "existing", "规划": "plan", "规划+建议": "with_proposals"}[state]
        ]["life_circles"]
    ]
    assert len(whole) == len(expected) == 6
    for row, (state, circle) in zip(whole, expected, strict=True):
        assert row["布局状态"] == state
        assert row["限时(分)"] == circle["limit_s"] / 60
        assert row["人口(分母)"] == circle["persons"]
        assert row["覆盖人数"] == circle["persons_covered"]
        assert row["覆盖率"] == pytest.approx(circle["share_covered"])
        assert row["达标覆盖人数"] == circle["persons_covered_pass"]
        assert row["达标中心数"] == circle["centres_pass"]
        assert row["未判不达标覆盖人数"] == circle["persons_covered_not_failing"]
        assert row["覆盖户数"] == circle["households_covered"]
        assert (row["步行画像"], row["方向"], row["规则集"]) == (
            "规范(60 米/分)",
            "从家到中心",
            "chongqing-2018",
        )
    areas = [row for row in rows if row["名称"] == "滨江社区" and row["布局状态"] == "规划"]
    assert [(row["层级"], row["人口(分母)"], row["覆盖人数"]) for row in areas] == [
        ("社区", 96, 0),
        ("社区", 96, 32),
    ]
    assert {row["层级"] for row in rows} == {"全域", "社区", "街道"}


def test_a_centre_shows_every_clause_measured_required_margin_and_source(book: Workbook) -> None:
    rows = {row["编号"]: row for row in table(book["中心"], "编号")}
    assert [rows[name]["结论"] for name in ("C1", "C2", "C3", "C4")] == [
        "不适用", "达标", "不达标", "无法判定",
    ]  # fmt: skip
    failing = rows["C3"]
    assert failing["建筑面积 · 实测 (㎡)"] == 1800
    assert failing["建筑面积 · 要求 >="] == 2700
    assert failing["建筑面积 · 余量"] == -900
    assert failing["建筑面积 · 结论"] == "不达标"
    assert failing["建筑面积 · 出处"] == "中国社会报 2018-10-23"
    assert failing["建筑面积 · 可信程度"] == "已读原文"
    assert failing["可达人数 · 15分钟居民日常生活圈"] == 8 + 32
    assert failing["最近归属人数 · 15分钟居民日常生活圈"] == 32
    assert rows["C4"]["便民服务中心面积 · 实测 (㎡)"] is None
    assert rows["C4"]["便民服务中心面积 · 原因"] == "该项为空"
    assert rows["C1"]["建筑面积 · 原因"] == "条款针对其他层级"
    assert rows["C3"]["约数"] == "建筑面积(㎡)"


def test_gaps_carry_their_share_of_all_persons_and_the_reason(book: Workbook) -> None:
    rows = table(book["缺口"], "编号")
    assert [row["未覆盖人数"] for row in rows] == [128, 96, 3, 128, 64]
    assert rows[1]["占总人口"] == pytest.approx(96 / 255)
    assert rows[1]["最近中心"] == "滨江社区综合服务中心"
    assert rows[1]["步行(分)"] == pytest.approx(1000 / 60)
    assert rows[0]["步行(分)"] is None
    assert rows[0]["原因"] == "未接路网"


def test_proposals_stand_with_their_proof_and_the_gap_they_fill(book: Workbook) -> None:
    sheet = book["建议"]
    facts = {row[0]: row[1] for row in sheet.iter_rows(values_only=True)}
    assert facts["方案覆盖人数"] == facts["上界(任何方案不超过)"] == 127
    assert facts["求解状态"] == "已证最优"
    rows = table(sheet, "次序")
    assert [row["方式"] for row in rows] == ["新建", "新建", "改扩建"]
    assert rows[0]["新增覆盖人数 · 15分钟居民日常生活圈"] == 64
    assert rows[0]["弥补缺口"] == "G5 滨江社区 滨江路"
    assert rows[2]["弥补缺口"] is None
    assert rows[2]["对应条款"] == "建筑面积"
    curve = table(sheet, "新增中心数")
    assert [row["覆盖人数"] for row in curve] == [63, 127, 127]


def test_an_infeasible_question_says_why(tmp_path: Path) -> None:
    records = make_records()
    proposals = make_proposals(records)
    plan = replace(proposals.plan, status="infeasible", message="预算不足", proposals=(), curve=())
    path = tmp_path / "t.xlsx"
    changed = replace(proposals, plan=plan)
    write_workbook(records, changed, make_summary(records, changed), path)
    text = [row[1] for row in openpyxl.load_workbook(path)["建议"].iter_rows(values_only=True)]
    assert "预算不足" in text
    assert "无可行方案" in text


def test_sources_quote_the_clauses_and_list_the_notices(book: Workbook) -> None:
    cells = {cell for row in book["来源"].iter_rows(values_only=True) for cell in row}
    assert "主城区新建社区综合服务中心建筑面积不低于2700平方米" in cells
    assert "© OpenStreetMap contributors" in cells
    assert "bare numbers are read as square metres" in cells
    assert "社区 综合服务中心 · 街道 综合服务中心 (推断)" in cells
    assert "walking.snap_limit_m" in cells


def test_the_definitions_a_reader_needs_stand_under_the_figures(book: Workbook) -> None:
    text = "\n".join(str(row[0]) for row in book["汇总"].iter_rows(values_only=True))
    assert "覆盖按居民点步行时间判定" in text
    assert "未计坡度" in text
    assert "生活圈与中心的对应为推断" in text


def test_rows_set_aside_are_listed_with_the_reason(book: Workbook) -> None:
    rows = table(book["隔离行"], "数据")
    assert [(row["行"], row["原因"], row["人数"]) for row in rows] == [
        ("10", "无坐标", 512),
        ("11", "人数为空", 0),
        ("6", "无坐标", 0),
    ]


def test_text_from_files_stays_text(tmp_path: Path) -> None:
    book = write(make_records(hostile=True), tmp_path / "t.xlsx")
    found = [
        cell
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    values = [cell.value for cell in found]
    assert town.HOSTILE_NAME in values
    assert town.HOSTILE_TITLE in values
    assert not [cell for cell in found if cell.data_type == "f" or cell.hyperlink]


def test_text_longer_than_excel_holds_is_cut_not_lost(tmp_path: Path) -> None:
    records = make_records()
    long = replace(records, settings=replace(records.settings, credits=("长" * 40_000,)))
    book = write(long, tmp_path / "t.xlsx")
    assert max(len(str(row[0])) for row in book["来源"].iter_rows(values_only=True)) == 32_767


def test_heads_are_frozen_filtered_and_printed_on_every_page(book: Workbook) -> None:
    for name in ("覆盖", "中心", "缺口", "建议", "隔离行"):
        sheet = book[name]
        assert sheet.auto_filter.ref, name
        assert sheet.freeze_panes, name
        assert sheet.print_title_rows, name
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize in {8, 9}
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
    assert book["中心"].page_setup.paperSize == 8
    assert book["中心"].conditional_formatting


def test_a_head_far_down_its_sheet_is_not_frozen(tmp_path: Path) -> None:
    book = write(with_counts(make_records()), tmp_path / "t.xlsx", siting=False)
    assert book["稳健性"].auto_filter.ref
    assert book["稳健性"].freeze_panes is None


def test_a_second_rule_set_has_a_verdict_of_its_own(tmp_path: Path) -> None:
    records = make_records()
    second = replace(CHONGQING_2018, rule_set_id="own-2025")
    judgements = Judgements(
        (CHONGQING_2018, second),
        records.judgements.plan_date,
        tuple(
            replace(one, verdict_by_rule_set={**one.verdict_by_rule_set, "own-2025": "fail"})
            for one in records.judgements.judgement
        ),
    )
    book = write(replace(records, judgements=judgements), tmp_path / "t.xlsx", siting=False)
    row = table(book["中心"], "编号")[1]
    assert row["结论 · own-2025"] == "不达标"
    assert row["chongqing-2018 建筑面积 · 余量"] == 100
    assert row["own-2025 建筑面积 · 余量"] is None


def test_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write(make_records(), tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_network_sheet_lists_kinds_and_places(tmp_path: Path) -> None:
    sheet = write(with_findings(make_records()), tmp_path / "t.xlsx")["路网"]
    rows = list(sheet.iter_rows(values_only=True))
    kinds = {row[0]: row for row in rows if row[1] in {"请查看", "说明"}}
    assert list(kinds) == [
        "孤立路段", "近数据边缘的居民点", "近数据边缘的中心", "重复路段", "无高程的路段",
    ]  # fmt: skip
    assert kinds["孤立路段"][2:9] == (
        1, None, 0.3, pytest.approx(300 / 3400), 16, pytest.approx(16 / 255), 1,
    )  # fmt: skip
    assert kinds["孤立路段"][9] == (
        "孤立路段 1 处，共 0.3 公里(占可走路网 8.8%)，其上有 16 人、1 个中心：与主路网不相连"
    )
    assert kinds["无高程的路段"][9].endswith("在高程数据范围之外 2 · 高程数据空缺 1")
    top = next(index for index, row in enumerate(rows) if row[:3] == ("检查项", "名称", "编号"))
    places = {row[0]: row for row in rows[top + 1 :] if row[0]}
    island, centre = places["孤立路段"], places["近数据边缘的中心"]
    assert island[1:7] == ("和平梯道", "104", 1, 300, None, 16)
    assert island[7:9] == pytest.approx((106.5497, 29.5548), abs=0.01)
    assert (centre[1], centre[2], centre[4], centre[5]) == ("和平社区综合服务中心", "C4", None, 0)
    assert len(rows) - top - 1 == 5


def test_the_network_sheet_says_when_there_is_nothing_to_say(tmp_path: Path) -> None:
    sheet = write(make_records(language="en"), tmp_path / "t.xlsx")["Network"]
    assert sheet["A2"].value == "The streets were not looked over."
    nothing = replace(make_findings(), findings=())
    records = replace(make_records(language="en"), network_findings=nothing)
    assert write(records, tmp_path / "u.xlsx")["Network"]["A2"].value == "Nothing was found."


def test_the_summary_names_the_heights_and_what_terrain_takes(tmp_path: Path) -> None:
    sheet = write(with_losses(with_heights(make_records(), (0, 1, 2))), tmp_path / "t.xlsx")["汇总"]
    rows = list(sheet.iter_rows(values_only=True))
    facts = {row[0]: row[1] for row in rows}
    assert facts["坡度"] == "坡度已计，50% 的路段无高程；高程：dem.tif"
    assert not any(row[0] == "未计坡度：没有高程数据。" for row in rows)
    top = next(index for index, row in enumerate(rows) if row[1] == "绕行损失(面积)")
    assert rows[top + 1][1:8] == (0.4, 0.125, 48, 32, pytest.approx(1 / 3), 28, 0.125)


def test_the_coverage_sheet_has_the_losses_of_the_plan(tmp_path: Path) -> None:
    rows = table(write(with_losses(make_records()), tmp_path / "t.xlsx")["覆盖"], "层级")
    whole = {(row["布局状态"], row["限时(分)"]): row for row in rows if row["层级"] == "全域"}
    assert whole["规划", 5]["绕行损失(人)"] == pytest.approx(1 / 3)
    assert whole["规划", 15]["地形损失(面积)"] == 0.25
    assert whole["现状", 5]["绕行损失(人)"] is None
