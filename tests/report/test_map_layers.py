"""Layers that are off until asked for, and the measures that areas can be coloured by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.domain.places import QuarantinedRow
from planner.domain.siting import PhaseStep
from planner.report.map_data import build_map_data
from planner.report.map_slopes import SLOPE_BREAKS, edge_slopes
from planner.report.summary import make_summary
from tests.report.browser import open_browser, open_page
from tests.report.hills import with_heights
from tests.report.records import make_proposals, make_records
from tests.report.test_map_browser import assert_quiet, write

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.evaluation import EvaluationRecords


def with_slopes(records: EvaluationRecords, slopes: tuple[float | None, ...]) -> EvaluationRecords:
    """Give each edge a steady slope up, `None` for no height."""
    records = with_heights(records, tuple(i for i, slope in enumerate(slopes) if slope is not None))
    heights = records.network.heights
    assert heights is not None
    length_m = records.network.streets.edge_length_m
    sample_m = np.zeros(2 * len(slopes), dtype=np.float32)
    sample_m[1::2] = [
        (slope or 0.0) * length for slope, length in zip(slopes, length_m, strict=True)
    ]
    return replace(
        records,
        network=replace(records.network, heights=replace(heights, sample_m=sample_m)),
    )


def test_the_slope_of_an_edge_is_what_it_rises_and_falls_over_its_length() -> None:
    slopes = (0.0, 0.04, 0.06, 0.10, 0.20, None)
    found = edge_slopes(with_slopes(make_records(), slopes).network)
    assert found[:5] == pytest.approx(slopes[:5], abs=1e-6)
    assert np.isnan(found[5])


def test_rise_and_fall_are_added_up_and_the_next_edge_does_not_count() -> None:
    records = with_heights(make_records())
    heights = records.network.heights
    assert heights is not None
    length_m = records.network.streets.edge_length_m
    # The first edge goes 6 m up and 6 m down; the others lie 50 m higher, and are flat.
    sample_m = np.array([0.0, 6.0, 0.0, *[50.0] * 10], dtype=np.float32)
    indptr = np.array([0, 3, 5, 7, 9, 11, 13], dtype=np.int64)
    hilly = replace(heights, sample_m=sample_m, sample_indptr=indptr)
    found = edge_slopes(replace(records.network, heights=hilly))
    assert found.tolist() == pytest.approx([12.0 / length_m[0], 0, 0, 0, 0, 0])


def test_without_heights_nothing_is_said_of_slope() -> None:
    records = make_records()
    assert np.isnan(edge_slopes(records.network)).all()
    data = build_map_data(records, None, make_summary(records, None), made="2026-11-24")
    assert data["slopes"] == {"breaks": [], "lines": []}


def test_streets_are_classed_from_five_percent_a_ramp_and_fifteen_percent() -> None:
    records = with_slopes(make_records(), (0.0, 0.049, 0.05, 0.084, 0.15, None))
    data = build_map_data(records, None, make_summary(records, None), made="2026-11-24")
    assert data["slopes"]["breaks"] == [0.05, pytest.approx(1 / 12), 0.15]
    assert all(data["slopes"]["lines"]), "one street in each class"
    flat = with_slopes(make_records(), (0.0, 0.049, 0.0, 0.049, 0.0, None))
    data = build_map_data(flat, None, make_summary(flat, None), made="2026-11-24")
    assert len(set(data["slopes"]["lines"])) == 1, "no street in any"
    assert len(SLOPE_BREAKS) == 3


def set_aside(records: EvaluationRecords) -> EvaluationRecords:
    """Put three rows aside: one in the town, one in the sea, one nowhere."""
    lon = sum(records.network.streets.bounds_lonlat[::2]) / 2
    lat = sum(records.network.streets.bounds_lonlat[1::2]) / 2
    return replace(
        records,
        quarantine=(
            QuarantinedRow("demand", 12, "<b>H9</b>", "no_persons", "", 0.0, lon, lat),
            QuarantinedRow("demand", 13, "H10", "outside_streets", "0, 0", 4.0, 0.0, 0.0),
            QuarantinedRow("centres", 14, "C9", "no_coordinates"),
        ),
    )


def test_rows_set_aside_have_a_place_only_where_they_lie_on_the_page() -> None:
    records = set_aside(make_records())
    data = build_map_data(records, None, make_summary(records, None), made="2026-11-24")
    assert ["x" in row for row in data["quarantine"]] == [True, False, False]


@pytest.mark.browser
def test_slopes_rows_set_aside_and_measures_of_areas_are_drawn_when_asked_for(
    tmp_path: Path,
) -> None:
    records = set_aside(with_slopes(make_records(), (0.06, 0.10, 0.2, 0.0, 0.0, None)))
    path, _ = write(tmp_path, records, make_proposals(records))
    with open_browser() as browser, open_page(browser, path, anchor="#lang=zh") as opened:
        page = opened.page
        page.click("[data-tool=layers]")
        canvas = page.locator("#map canvas")
        pictures = [canvas.screenshot()]
        for layer, legend in (("slopes", "坡度 8.3–15%"), ("quarantine", "搁置、未计入的行")):
            page.click(f"#layers input[value={layer}]")
            opened.settle()
            pictures.append(canvas.screenshot())
            assert legend in page.inner_text("#legend")
        assert len(set(pictures)) == 3
        opened.keep_picture("layers-slopes-zh")
        at = page.evaluate(
            """() => {
              const row = planner.data.quarantine[0], map = planner.map;
              const [x, y] = planner.data.origin;
              const p = map.latLngToContainerPoint(map.unproject([row.x + x, row.y + y], 18));
              const box = map.getContainer().getBoundingClientRect();
              return [p.x + box.left, p.y + box.top];
            }"""
        )
        page.mouse.click(*at)
        opened.settle()
        assert "<b>H9</b>" in page.inner_text(".popup")
        assert "行 12" in page.inner_text(".popup").replace("第 12 行", "行 12")
        page.keyboard.press("Escape")
        page.click("#layers input[value=area]")
        drawn = set()
        for measure in ("all", "pass", "not_failing", "homes", "minutes"):
            page.click(f"#layers input[name=measure][value={measure}]")
            opened.settle()
            drawn.add(canvas.screenshot())
            assert page.is_checked(f"#layers input[name=measure][value={measure}]")
        assert len(drawn) >= 4, "all and not failing may look alike"
        assert "分钟(人口中位数)" in page.inner_text("#legend")
        opened.keep_picture("layers-minutes-zh")
        assert_quiet(opened)


@pytest.mark.browser
def test_measures_of_an_area_are_counted_from_its_homes(tmp_path: Path) -> None:
    records = make_records()
    path, _ = write(tmp_path, records, None)
    areas = next(one for one in records.areas if one.level == "community")
    index = records.area_index["community"]
    plan = next(one for one in records.coverage.states if one.state == "plan")
    time_s = plan.travel_time_s[1]
    with open_browser() as browser, open_page(browser, path) as opened:
        told = opened.page.evaluate("planner.measures()")
    for number in range(len(areas.area_id)):
        mine = np.flatnonzero(index == number)
        assert told["homes"][number] == pytest.approx((time_s[mine] <= 900).mean())
        persons, walks = records.demand.persons[mine], time_s[mine]
        order = np.argsort(walks)
        middle = walks[order][np.searchsorted(np.cumsum(persons[order]), persons.sum() / 2)]
        expected = None if np.isinf(middle) else pytest.approx(middle / 60, abs=1 / 60)
        assert told["minutes"][number] == expected


@pytest.mark.browser
def test_proposals_are_shown_by_phase_on_the_map_in_the_list_and_in_the_table(
    tmp_path: Path,
) -> None:
    records = make_records()
    proposals = make_proposals(records)
    names = ("近期", "近期", "远期")
    plan = replace(
        proposals.plan,
        proposals=tuple(
            replace(one, phase=name)
            for one, name in zip(proposals.plan.proposals, names, strict=True)
        ),
        phases=(
            PhaseStep("近期", 2, 2_500_000.0, 127.0, 127 / 255),
            PhaseStep("远期", 1, None, 127.0, 127 / 255),
        ),
    )
    phased = replace(proposals, plan=plan)
    path, summary = write(tmp_path, records, phased)
    assert [one["phase"] for one in summary["siting"]["proposals"]] == list(names)
    assert summary["siting"]["phases"][1]["cost_yuan"] is None
    with open_browser() as browser, open_page(browser, path, anchor="#lang=zh") as opened:
        page = opened.page
        marks = page.locator(".mark").count()
        page.click("[data-tool=layers]")
        page.click("#layers input[data-phase=远期]")
        assert page.locator(".mark").count() == marks - 1
        page.click("#layers input[data-phase=近期]")
        assert page.locator(".mark").count() == marks - 3
        page.click("#layers input[data-phase=近期]")
        page.click("[data-tab=proposals]")
        table = page.inner_text("[data-table=phases]")
        assert "2 处" in table
        assert "49.8%" in table
        figures = opened.figures()
        assert figures["siting.phases.0.share_covered"] == {str(127 / 255)}
        page.click("[data-pane=proposals] .list button >> nth=0")
        opened.settle(600)
        assert "近期" in page.inner_text(".popup")
        opened.keep_picture("layers-phases-zh")
        assert_quiet(opened)
