"""`planner check` tells what was found in the streets: as text, as a workbook, as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from planner.pipeline.check import CheckResult
from planner.report.findings import describe_findings, list_finding_places, tell_in_both
from tests.report.hills import make_findings, with_findings
from tests.report.records import make_records

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def result() -> CheckResult:
    records = with_findings(make_records())
    return CheckResult(
        faults=(),
        notices=(),
        quarantine=(),
        recognised=("streets.osm.pbf: 6 edges to walk",),
        findings=tell_in_both(records.network_findings),
        finding_places=tuple(list_finding_places(records)),
        findings_counted=tuple(describe_findings(records.network_findings)),
    )


def test_every_finding_is_told_in_both_languages_and_none_is_a_fault(result: CheckResult) -> None:
    text = result.text()
    told = [line for line in text.splitlines() if line.startswith("streets 路网: ")]
    assert len(told) == len(make_findings().findings)
    assert told[0].endswith(
        "islands, streets cut off from the others: 1, 0.3 km (8.8 % of all that can be walked); "
        "persons on them: 16, centres: 1"
    )
    assert "\n  居民点 2 个(65 人，占 25.5%)距路网数据边缘不足 900 米" in text
    assert "by length 61.8 %), walked as if flat: outside the height data 2 · on voids" in text
    assert text.endswith("0 faults, 0 notes, 0 rows set aside\n")


def test_what_is_told_survives_the_chinese_code_page(result: CheckResult) -> None:
    text = result.text()
    assert text.encode("cp936").decode("cp936") == text


def test_the_workbook_lists_findings_and_their_places(result: CheckResult, tmp_path: Path) -> None:
    result.write_workbook(tmp_path / "check.xlsx")
    book = openpyxl.load_workbook(tmp_path / "check.xlsx")
    rows = [row for row in book["检查 check"].iter_rows(min_row=2, values_only=True) if row[0]]
    assert [row[0] for row in rows] == ["路网 streets"] * 5
    assert rows[2][5] == (
        "centres within 900 m of the edge of the street data: 1; their circles may be cut off"
    )
    assert rows[2][9] == "中心 1 个距路网数据边缘不足 900 米，其生活圈可能被截断"
    places = list(book["路网 streets"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in places] == [
        "孤立路段 Islands",
        "近数据边缘的居民点 Homes near the edge of the data",
        "近数据边缘的居民点 Homes near the edge of the data",
        "近数据边缘的中心 Centres near the edge of the data",
        "无高程的路段 Edges without height",
    ]
    assert places[0][1:7] == ("和平梯道", "104", 1, 300, None, 16)
    assert places[2][4:7] == (None, 12.5, 1)


def test_streets_that_were_not_looked_over_tell_nothing() -> None:
    assert tell_in_both(None) == ()
    assert describe_findings(None) == []
    assert list_finding_places(make_records()) == []
