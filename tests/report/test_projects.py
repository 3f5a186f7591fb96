"""`projects.csv`: in order, readable by Excel, and never a formula."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.report.project_rows import find_gap, list_projects
from planner.report.projects import safe_text, write_projects
from planner.report.words import choose_words
from tests.report.records import make_proposals, make_records

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_list_says_what_where_how_much_and_why(tmp_path: Path) -> None:
    records = make_records()
    write_projects(records, make_proposals(records), tmp_path / "projects.csv")
    first, second, third = read(tmp_path / "projects.csv")
    assert first == {
        "次序": "1",
        "编号": "P1",
        "方式": "新建",
        "社区": "滨江社区",
        "道路": "滨江路",
        "经度": "106.580480",
        "纬度": "29.549691",
        "建议规模(㎡)": "2700",
        "便民服务中心面积(㎡)": "800",
        "费用(元)": "6000000",
        "时序": "",
        "新增覆盖人数 · 5分钟居民基本生活圈": "64",
        "新增覆盖人数 · 15分钟居民日常生活圈": "64",
        "新增覆盖人数 · 5分钟居民基本生活圈 · 户": "32",
        "新增覆盖人数 · 15分钟居民日常生活圈 · 户": "32",
        "弥补缺口": "G5 滨江社区 滨江路",
        "对应条款": "15分钟居民日常生活圈",
        "改扩建或合建的中心": "",
        "增加面积(㎡)": "",
        "新增有余量户数": "",
        "步行画像": "规范(60 米/分)",
        "方向": "从家到中心",
        "规则集": "chongqing-2018",
    }
    assert second["费用(元)"] == ""
    assert second["弥补缺口"] == "G3 人民社区 人民路"
    assert (third["方式"], third["弥补缺口"], third["对应条款"]) == ("改扩建", "", "建筑面积")


def test_the_persons_gained_are_told_by_group_each_once(tmp_path: Path) -> None:
    """Three quarters of every home are of the group: of the 64 whom P1 gains, and the 1 of P2."""
    records = make_records()
    demand = replace(records.demand, groups={"老年人": 0.75 * records.demand.persons})
    grouped = replace(records, demand=demand)
    write_projects(grouped, make_proposals(grouped), tmp_path / "projects.csv")
    rows = read(tmp_path / "projects.csv")
    for circle in ("5分钟居民基本生活圈", "15分钟居民日常生活圈"):
        told = [float(row[f"新增覆盖人数 · {circle}"]) for row in rows]
        group = [float(row[f"新增覆盖人数 · {circle} · 老年人"]) for row in rows]
        assert group == [0.75 * gained for gained in told]
        assert sum(told) > 0


def test_an_expansion_names_its_centre_what_it_adds_and_the_clauses_it_mends(
    tmp_path: Path,
) -> None:
    records = make_records()
    proposals = make_proposals(records)
    expand = replace(
        proposals.plan.proposals[2],
        centre_index=2,
        centre_id="C3",
        centre_name="=滨江",
        added_m2=900.0,
        clause_ids=("floor_area_total", "floor_area_convenience"),
    )
    plan = replace(proposals.plan, proposals=(*proposals.plan.proposals[:2], expand))
    write_projects(records, replace(proposals, plan=plan), tmp_path / "projects.csv")
    row = read(tmp_path / "projects.csv")[2]
    assert row["改扩建或合建的中心"] == "C3 =滨江"
    assert row["增加面积(㎡)"] == "900"
    assert row["对应条款"] == "建筑面积 · 便民服务中心面积"


@pytest.mark.parametrize(("language", "first"), [("zh", "次序"), ("en", "Order")])
def test_the_head_is_there_even_when_nothing_is_proposed(
    tmp_path: Path, language: str, first: str
) -> None:
    write_projects(make_records(language=language), None, tmp_path / "projects.csv")
    data = (tmp_path / "projects.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf" + first.encode())
    assert data.count(b"\r\n") == 1
    assert read(tmp_path / "projects.csv") == []


def test_text_a_spreadsheet_would_run_is_defused(tmp_path: Path) -> None:
    records = make_records()
    proposals = make_proposals(records)
    hostile = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "\r=1")
    built = tuple(
        replace(proposals.plan.proposals[0], proposal_id=f"P{index}", order=index, community=text)
        for index, text in enumerate(hostile)
    )
    plan = replace(proposals.plan, proposals=built)
    nowhere = replace(proposals.walks, indptr=np.zeros(len(built) + 1, dtype=np.int64))
    changed = replace(proposals, plan=plan, walks=nowhere)
    write_projects(records, changed, tmp_path / "projects.csv")
    assert [row["社区"] for row in read(tmp_path / "projects.csv")] == [f"'{t}" for t in hostile]


def test_numbers_are_not_taken_for_formulas() -> None:
    assert safe_text("-106.58") == "-106.58"
    assert safe_text("") == ""


def test_a_gap_of_the_circle_asked_for_comes_before_a_larger_one_of_another() -> None:
    records = make_records()
    proposals = make_proposals(records)
    # P1 takes 64 persons out of G2 (5 min) and the same 64 out of G5 (15 min, asked for).
    gap = find_gap(records, proposals, 0)
    assert gap is not None
    assert gap.gap_id == "G5"
    assert find_gap(make_records(gaps=False), proposals, 0) is None


def test_projects_come_in_their_order_whatever_the_plan_s() -> None:
    records = make_records()
    proposals = make_proposals(records)
    plan = proposals.plan
    turned = replace(
        proposals, plan=replace(plan, proposals=plan.proposals[::-1], circle_id="other")
    )
    projects = list_projects(records, turned, choose_words("en"))
    assert [project.order for project in projects] == [1, 2, 3]
    assert projects[0].clause == ""
