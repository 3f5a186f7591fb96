"""The sheets about counts, robustness, room, units and placing hold the records' own figures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from planner.domain.indicators import CommunityRule
from planner.errors import Fault
from planner.report.counts import tell_community_rule
from planner.report.map_data import build_map_data
from planner.report.summary import make_summary, write_json
from planner.report.words import Words
from planner.report.workbook import write_workbook
from tests.report.counted import with_counts, with_people, with_placing, with_units
from tests.report.records import make_records

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet


def write(path: Path, language: str) -> Any:  # noqa: ANN401 -- openpyxl's
    records = with_people(with_placing(with_units(with_counts(make_records(language=language)))))
    write_workbook(records, None, make_summary(records, None), path)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    found: Workbook = write(tmp_path_factory.mktemp("counts") / "tables.xlsx", "zh")
    return found


def tables(sheet: Worksheet, *first: str) -> list[list[dict[str, Any]]]:
    """Return the tables of a sheet whose head begins with these cells."""
    rows = list(sheet.iter_rows(values_only=True))
    found = []
    for top, row in enumerate(rows):
        if row[: len(first)] != first:
            continue
        head = [str(name) for name in row if name is not None]
        body = []
        for below in rows[top + 1 :]:
            if below[0] is None:
                break
            body.append(dict(zip(head, below, strict=False)))
        found.append(body)
    return found


def test_the_summary_counts_homes_households_communities_and_groups(book: Workbook) -> None:
    (rows,) = tables(book["汇总"], "布局状态", "计数口径")
    daily = {row["计数口径"]: row for row in rows if "15" in row["生活圈"]}
    assert {name: (row["总数(分母)"], row["覆盖数"]) for name, row in daily.items()} == {
        "居民点": (8, 6),
        "户": (64, 32),
        "人群：老年人": (16, 4),
        "社区": (2, 1),
    }
    assert daily["户"]["达标覆盖数"] == 15
    assert daily["户"]["未判不达标覆盖率"] == pytest.approx(16 / 64)
    assert daily["户"]["数值为空的居民点"] == 1
    text = [str(row[0]) for row in book["汇总"].iter_rows(values_only=True)]
    assert any("覆盖人口达到该社区人口的 80%" in line for line in text)
    assert not any("本表不计算中心的容量" in line for line in text)


def test_coverage_of_an_area_has_its_homes_and_households_beside_its_persons(
    book: Workbook,
) -> None:
    (rows,) = tables(book["覆盖"], "层级", "名称")
    plan = [row for row in rows if row["布局状态"] == "规划" and "15" in row["生活圈"]]
    by_id = {row["编号"] or row["层级"]: row for row in plan}
    by_id["whole"] = by_id["全域"]
    outside = by_id["社区"]
    assert (outside["名称"], outside["人口(分母)"], outside["居民点数"]) == (
        "(不在任何区内)",
        128,
        1,
    )
    communities = (by_id["K1"], by_id["K2"], outside)
    for figure in ("人口(分母)", "覆盖人数"):
        assert sum(row[figure] for row in communities) == by_id["whole"][figure]
    assert (by_id["whole"]["社区数"], by_id["whole"]["覆盖社区数"]) == (2, 1)
    assert by_id["whole"]["人群：老年人 · 覆盖人数"] == 4
    assert by_id["K2"]["人口(分母)"] == 96
    assert (by_id["K2"]["居民点数"], by_id["K2"]["覆盖点数"]) == (2, 1)
    assert (by_id["K2"]["户数"], by_id["K2"]["覆盖户数"]) == (48, 16)
    assert by_id["K2"]["覆盖户占比"] == pytest.approx(1 / 3)
    assert by_id["S1"]["覆盖户占比"] is None


def test_robust_fragile_and_uncovered_add_up_to_everybody(book: Workbook) -> None:
    totals = tables(book["稳健性"], "生活圈", "人口(分母)")[0]
    assert totals == tables(book["汇总"], "生活圈", "人口(分母)")[0]
    daily = totals[1]
    assert [daily[f"{name}"] for name in ("稳健覆盖人数", "脆弱覆盖人数", "未覆盖人数")] == [
        30, 33, 192,
    ]  # fmt: skip
    assert [daily[f"{name}居民点"] for name in ("稳健", "脆弱", "未覆盖")] == [4, 2, 2]
    assert daily["稳健覆盖率"] == pytest.approx(30 / 255)
    assert daily["失去覆盖人数 · 关闭中心"] == 33
    assert daily["失去覆盖人数 · 画像"] is None


def test_variations_say_what_was_varied_and_whether_it_decides(book: Workbook) -> None:
    (rows,) = tables(book["稳健性"], "生活圈", "条件")
    told = [(row["条件"], row["取值"], row["参与判定"], row["失去覆盖人数"]) for row in rows]
    assert told == [
        ("步速", "步速 × 0.8", "是", 16),
        ("步速", "步速 × 0.8", "是", 1),
        ("画像", "轮椅", "否", 16),
        ("关闭中心", "滨江社区综合服务中心", "是", 32),
    ]


def test_centres_that_are_the_only_one_stand_with_most_persons_first(book: Workbook) -> None:
    (rows,) = tables(book["稳健性"], "生活圈", "编号")
    assert [(row["编号"], row["仅此可达人数"]) for row in rows] == [("C3", 32), ("C1", 1)]
    centres = {row["编号"]: row for row in tables(book["中心"], "编号", "名称")[0]}
    assert centres["C3"]["仅此可达人数 · 15分钟居民日常生活圈"] == 32
    assert centres["C2"]["仅此可达人数 · 15分钟居民日常生活圈"] == 0


def test_areas_lie_between_two_shares_with_what_gives_each(book: Workbook) -> None:
    (rows,) = tables(book["稳健性"], "生活圈", "层级")
    assert [row["名称"] for row in rows] == ["人民社区", "滨江社区", "(不在任何区内)"]
    assert rows[1]["最低覆盖率"] == 0
    assert rows[1]["最低出自"] == "关闭中心 · 滨江社区综合服务中心"
    assert rows[1]["最高出自"] == "画像 · 成人"
    assert rows[0]["最低覆盖率"] == pytest.approx(30 / 31)
    assert rows[0]["最高出自"] == "规划本身"


def test_room_and_overload_are_the_records(book: Workbook) -> None:
    (totals,) = tables(book["承载"], "生活圈", "方法", "人口(分母)")
    assert [(row["方法"], row["无处可容人数"]) for row in totals] == [("就近", 12), ("最优分配", 8)]
    for row in totals:
        parts = ("有处可容人数", "无处可容人数", "容量未知人数", "未覆盖人数")
        assert sum(row[name] for name in parts) == row["人口(分母)"]
    assert totals == tables(book["汇总"], "生活圈", "方法", "人口(分母)")[0]
    (floating,) = tables(book["承载"], "生活圈", "方法", "平均 ㎡/百户")
    assert [row["指数"] for row in floating] == [pytest.approx(0.8), pytest.approx(0.7)]
    (centres,) = tables(book["承载"], "生活圈", "编号")
    assert [row["编号"] for row in centres] == ["C1", "C2", "C3"]
    assert centres[2]["超载户数 · 就近"] == 6
    assert centres[2]["去往人数 · 最优分配"] == 28
    assert centres[1]["可容户数"] is None


def test_units_stand_with_measured_required_and_what_it_would_take(book: Workbook) -> None:
    (rows,) = tables(book["单元判定"], "规则集", "层级", "编号")
    failing = rows[1]
    assert failing["名称"] == "=1+1"
    assert (failing["结论"], failing["实测"], failing["要求"], failing["还需"]) == (
        "不达标", 0, 1, 1,
    )  # fmt: skip
    assert (failing["分子"], failing["分母"], failing["超出户数"]) == (0, 48, 48)
    assert failing["缺少的项"] == "层级 · pool"
    (counts,) = tables(book["单元判定"], "规则集", "层级", "条款")
    assert (counts[0]["达标"], counts[0]["不达标"], counts[0]["还需"]) == (1, 1, 1)


def test_a_centre_says_what_it_would_take_and_clauses_of_units_take_no_columns(
    book: Workbook,
) -> None:
    centres = {row["编号"]: row for row in tables(book["中心"], "编号", "名称")[0]}
    assert centres["C3"]["建筑面积 · 还需"] == 900
    assert centres["C3"]["建筑面积 · 判定转折值"] == 2700
    assert centres["C2"]["建筑面积 · 还需"] is None
    assert not [name for name in centres["C3"] if name.startswith("每个社区有中心")]
    assert centres["C2"]["同址中心"] == "C3"
    assert centres["C2"]["出入口数"] == 2
    assert centres["C1"]["出入口数"] is None


def test_sources_tell_the_datum_and_every_figure_of_the_walker(book: Workbook) -> None:
    (datums,) = tables(book["来源"], "假定基准")
    assert datums[0]["假定基准"] == "WGS 84 / CGCS2000"
    assert datums[1]["其余距区域中位(米)"] == 480
    assert datums[1]["距所述道路中位(米)"] is None
    facts = {row[0]: row[1] for row in book["来源"].iter_rows(values_only=True)}
    assert facts["检验结论"] == "只有一种基准能解释"
    assert facts["其中名称可查到区域"] == 3
    (figures,) = tables(book["来源"], "项目", "内容")
    assert [(row["内容"], row["可信程度"], row["出处"]) for row in figures] == [
        ("1", "约定", "60 m/min"),
        ("否", "已读原文", "=SUM(1)"),
        ("none", "未核实", None),
    ]


def test_the_ledger_says_where_everybody_went_and_that_nobody_is_missing(book: Workbook) -> None:
    facts = {row[0]: row[1] for row in book["人口去向"].iter_rows(values_only=True)}
    assert facts["读作"] == "面"
    assert facts["读入人数"] == facts["计入居民点的人数"] + facts["隔离行的人数"] == 767
    assert facts["差额(应为 0)"] == 0
    (rows,) = tables(book["人口去向"], "分摊方式")
    assert [(row["分摊方式"], row["原因"], row["人数"]) for row in rows] == [
        ("按住宅建筑面积分摊", None, 127),
        ("沿街分摊", None, 128),
        ("隔离，未计入", "无坐标", 512),
    ]
    assert any("户 · 老年人" in str(row[0]) for row in book["汇总"].iter_rows(values_only=True))


def test_the_farthest_places_from_a_street_are_listed_with_their_rows(book: Workbook) -> None:
    (files,) = tables(book["接入"], "数据", "个数")
    assert [(row["中位(米)"], row["最远(米)"], row["超过上限的个数"]) for row in files] == [
        (0, 2000, 1)
    ]
    (rows,) = tables(book["接入"], "数据", "编号")
    assert [(row["编号"], row["行"], row["距道路(米)"], row["未接路网"]) for row in rows] == [
        ("d7", "9", 2000, "是"),
        ("=d1", "Sheet1!3", 12, "否"),
    ]
    assert rows[0]["经度"] == pytest.approx(106.5805, abs=1e-3)


def test_walks_are_spread_over_groups_and_heights(book: Workbook) -> None:
    (rows,) = tables(book["均衡性"], "生活圈", "人群或高度")
    assert [row["人群或高度"] for row in rows] == [
        "全部", "人群：老年人", "高出 20–50 米", "高出 200 米以上", "高程不明",
    ]  # fmt: skip
    assert rows[0]["40% 的人不超过(分)"] == 5
    assert rows[0]["50% 的人不超过(分)"] is None
    assert rows[0]["基尼系数"] == 0.25
    assert rows[0]["平均步行(分)"] == pytest.approx(15.9)
    assert rows[4]["基尼系数"] is None
    (worst,) = tables(book["均衡性"], "生活圈", "编号")
    assert [(row["编号"], row["步行(分)"]) for row in worst] == [("G5", 20)]


def test_gaps_say_who_is_in_them_and_people_of_failing_centres_stand_apart(
    book: Workbook,
) -> None:
    gaps, undersized = tables(book["缺口"], "编号", "名称")
    assert len(gaps) == 5
    assert (gaps[4]["人群：老年人"], gaps[4]["中点步行(分，不限远近)"]) == (7, 40)
    assert gaps[0]["人群：老年人"] is None
    (only,) = undersized
    assert (only["编号"], only["人数"], only["原因"]) == ("U2-1", 32, "仅不达标中心覆盖")


def test_text_stays_text_and_english_has_no_chinese_words(tmp_path: Path) -> None:
    book = write(tmp_path / "t.xlsx", "en")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert [name for name in book.sheetnames if not name.isascii()] == []
    heads = [c.value for name in ("Robustness", "Capacity") for c in book[name]["A"] if c.value]
    assert any(str(head).startswith("Robust: covered") for head in heads)


def test_the_summary_document_holds_the_same_counts_in_the_same_bytes(tmp_path: Path) -> None:
    records = with_counts(make_records())
    summary = make_summary(records, None)
    homes = summary["indicators"][0]
    assert (homes["state"], homes["measure"]) == ("plan", "homes")
    assert homes["life_circles"][1] == {
        "id": "daily_15min", "whole": 8, "covered": 6, "share": 0.75, "covered_pass": 4,
        "share_pass": 0.5, "covered_not_failing": 5, "share_not_failing": 0.625,
    }  # fmt: skip
    assert summary["community_rule"] == {"when": "share", "at_share": 0.8}
    daily = summary["robustness"][1]
    assert daily["persons_robust"] + daily["persons_fragile"] + daily["persons_uncovered"] == 255
    assert daily["only_centres"] == [{"id": "C3", "persons": 32}, {"id": "C1", "persons": 1}]
    assert list(daily["persons_lost_by"]) == ["speed", "closure"]
    assert summary["capacity"][0]["flow"]["persons_without_room"] == 8
    assert summary["ledger"] is None
    people = make_summary(with_people(make_records()), None)
    assert people["ledger"]["persons_placed"] == 255
    assert [one["id"] for one in people["undersized"]] == ["U2-1"]
    assert people["gaps"][4]["groups"] == {"老年人": 7}
    everybody = people["equity"][0]["rows"][0]
    assert (everybody["part"], everybody["gini"], everybody["deciles_s"][8]) == ("all", 0.25, None)
    for name in ("a.json", "b.json"):
        write_json(make_summary(with_counts(make_records()), None), tmp_path / name)
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_without_the_records_the_sheets_say_so(tmp_path: Path) -> None:
    records = make_records()
    path = tmp_path / "t.xlsx"
    summary = make_summary(records, None)
    write_workbook(records, None, summary, path)
    book = openpyxl.load_workbook(path)
    assert book["稳健性"]["A2"].value == "本次未计算稳健性。"
    assert book["承载"]["A2"].value == "本次未计算承载。"
    assert book["均衡性"]["A2"].value == "本次未计算均衡性。"
    assert book["接入"]["A2"].value == "本次没有记录接入距离。"
    assert book["人口去向"]["A2"].value == "本次没有记录人口去向。"
    assert str(book["单元判定"]["A2"].value).startswith("规则集没有判定单元的条款")
    assert (summary["indicators"], summary["robustness"], summary["capacity"]) == ([], [], [])
    assert summary["community_rule"] is None


@pytest.mark.parametrize(
    ("language", "message", "hint"),
    [
        ("zh", "数值为负", "请更正该单元格；数字未知时留空"),
        (
            "en",
            "is negative",
            "correct the cell, or leave it blank where the number is not known",
        ),
    ],
)
def test_notices_are_in_the_language_of_the_study(
    tmp_path: Path, language: str, message: str, hint: str
) -> None:
    known = Fault(
        "is negative", hint="correct the cell, or leave it blank where the number is not known"
    )
    records = replace(
        make_records(language=language), notices=(known, Fault("something quite new"))
    )
    path = tmp_path / "t.xlsx"
    write_workbook(records, None, make_summary(records, None), path)
    sheet = openpyxl.load_workbook(path)[{"zh": "来源", "en": "Sources"}[language]]
    rows = list(sheet.iter_rows(values_only=True))[-2:]
    assert (rows[0][0], rows[0][5]) == (message, hint)
    assert rows[1][0] == "something quite new"
    carried = build_map_data(records, None, make_summary(records, None), made="2026-11-24")
    assert carried["notices"][0][0].startswith("数值为负")
    assert carried["notices"][0][1].startswith("is negative")
    assert carried["notices"][1] == ["", "something quite new"]


def test_when_a_community_counts_is_told_as_the_study_asks_for_it() -> None:
    coverage = with_counts(make_records()).coverage
    words = Words("en")
    centre = replace(coverage, community_rule=CommunityRule("centre"))
    assert "a centre in service that serves the circle stands in it" in (
        tell_community_rule(centre, words) or ""
    )
    assert "at least 80% of its persons" in (tell_community_rule(coverage, words) or "")
    assert tell_community_rule(replace(coverage, community_rule=None), words) is None
