"""The page tells counts, robustness, room, doors and judged units as the records have them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from planner.report.map_data import build_map_data
from planner.report.map_page import write_map
from planner.report.summary import make_summary
from tests.report.browser import open_browser, open_page
from tests.report.counted import PRESENCE, with_counts, with_placing, with_units
from tests.report.records import make_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from planner.domain.evaluation import EvaluationRecords

HOSTILE = "</script><script>window.harmed=1</script>\u202e"


def told() -> EvaluationRecords:
    return with_placing(with_units(with_counts(make_records())))


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    records = told()
    return build_map_data(records, None, make_summary(records, None), made="2026-11-24")


def test_the_panel_s_counts_are_those_of_the_summary(data: dict[str, Any]) -> None:
    summary = make_summary(told(), None)
    figures = data["figures"]
    assert figures["indicators"] == summary["indicators"]
    assert figures["capacity"] == summary["capacity"]
    assert figures["community_rule"] == summary["community_rule"]
    assert figures["robustness"] == [
        {
            "life_circle": one["life_circle"],
            "persons": one["persons"],
            "persons_robust": one["persons_robust"],
            "persons_fragile": one["persons_fragile"],
            "persons_uncovered": one["persons_uncovered"],
        }
        for one in summary["robustness"]
    ]


def test_a_centre_says_who_depends_on_it_its_room_and_its_doors(data: dict[str, Any]) -> None:
    first, second, third, fourth = data["centres"]
    assert [one["only"] for one in data["centres"]] == [[0, 1], [0, 0], [0, 32], [0, 0]]
    assert third["room"] == [None, [10, 16, 6]]
    assert second["room"] == [None, [None, 1, None]]
    assert "room" not in fourth
    assert second["together"] == ["滨江社区综合服务中心"]
    assert len(second["doors"]) == 4
    west, y_west, east, y_east = second["doors"]
    assert west < second["x"] < east
    assert east - second["x"] == pytest.approx(second["x"] - west, abs=2)
    assert abs(y_west - y_east) <= 1
    assert "doors" not in first


def test_clauses_say_what_it_would_take_and_areas_what_is_said_of_them(
    data: dict[str, Any],
) -> None:
    failing = data["centres"][2]["clauses"][0]
    assert failing[:6] == [0, "fail", 1800, 2700, -900, ""]
    assert failing[6:] == [900, 2700]
    presence = next(i for i, one in enumerate(data["clauses"]) if one["id"] == PRESENCE.clause_id)
    one, two = data["areas"]["items"]
    assert one["clauses"] == [[presence, "pass", 2, 1, 1, ""]]
    assert two["clauses"] == [[presence, "fail", 0, 1, -1, "", 1, None, ["level", "pool"]]]
    assert one["band"] == [None, pytest.approx([30 / 31, 1])]
    assert two["band"] == [None, pytest.approx([0, 1 / 3])]


def test_a_page_without_these_records_carries_nothing_of_them() -> None:
    records = make_records()
    plain = build_map_data(records, None, make_summary(records, None), made="2026-11-24")
    assert plain["homes"]["standing"] == []
    assert not {"robustness", "indicators", "capacity"} & set(plain["figures"])
    assert not any({"only", "room", "doors", "together"} & set(one) for one in plain["centres"])
    partly = replace(records.coverage, robustness=with_counts(records).coverage.robustness[1:])
    partly_told = replace(records, coverage=partly)
    found = build_map_data(partly_told, None, make_summary(partly_told, None), made="2026-11-24")
    assert found["homes"]["standing"] == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as started:
        yield started


@pytest.mark.browser
def test_counts_standing_doors_and_units_are_read_on_the_page(
    browser: Browser, tmp_path: Path
) -> None:
    records = told()
    coverage = records.coverage
    group = replace(coverage.indicators[2], measure=f"group:{HOSTILE}")
    records = replace(
        records,
        coverage=replace(coverage, indicators=(*coverage.indicators[:2], group)),
    )
    summary = json.loads(json.dumps(make_summary(records, None)))
    path = tmp_path / "map.html"
    write_map(records, None, summary, path, made="2026-11-24")
    with open_page(browser, path) as opened:
        page = opened.page
        figures = opened.figures()
        for one in summary["robustness"]:
            for name in ("persons_robust", "persons_fragile", "persons_uncovered"):
                place = f"robustness.{one['life_circle']}.{name}"
                assert {float(text) for text in figures[place]} == {one[name]}
        homes = summary["indicators"][0]["life_circles"][1]
        assert {float(v) for v in figures["plan.homes.daily_15min.share"]} == {homes["share"]}
        assert figures["plan.homes.daily_15min.covered"] == {"6"}
        assert figures["capacity.daily_15min.flow.persons_without_room"] == {"8"}
        standing = page.evaluate(
            "() => [[...planner.homes.persons], planner.homes.standing.map(c => [...c])]"
        )
        order = np.log2(standing[0]).astype(int)
        for position, circle in enumerate(records.coverage.robustness):
            assert standing[1][position] == circle.home_standing[order].tolist()
        page.evaluate("document.querySelector('#layers input[value=robust]').click()")
        assert page.inner_text("#legend").count("脆弱") == 1
        page.click("[data-tab=centres]")
        page.evaluate("document.querySelector('[data-choose=centre1]').click()")
        opened.settle(500)
        assert "出入口 2 处" in page.inner_text(".popup")
        assert "同址:滨江社区综合服务中心" in page.inner_text(".popup")
        opened.keep_picture("counts-doors-zh")
        page.evaluate("document.querySelector('[data-choose=centre2]').click()")
        opened.settle(500)
        popup = page.inner_text(".popup")
        assert "32 人只有这一处可达" in popup
        assert "就近 16 户,可容 10 户,超 6 户" in popup
        assert "还需 900 ㎡" in popup
        page.click("[data-tab=coverage]")
        page.click("[data-language=en]")
        page.evaluate("document.querySelector('[data-choose=area1]').click()")
        opened.settle(500)
        popup = page.inner_text(".popup")
        assert "between 0.0 % and 33.3 % when conditions vary" in popup
        assert "needs 1 more centres" in popup
        opened.keep_picture("counts-area-en")
        assert page.evaluate("window.harmed") is None
        assert opened.messages == []
