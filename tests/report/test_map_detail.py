"""What a city's page leaves out, and that it still opens and tells the same figures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from planner.report import map_detail
from planner.report.map_data import build_map_data
from planner.report.map_detail import CITY, DISTRICT, Detail, choose_detail
from planner.report.map_plane import MapPlane
from planner.report.summary import make_summary
from tests.report import town
from tests.report.browser import open_browser, open_page
from tests.report.records import make_proposals, make_records
from tests.report.test_map_browser import assert_quiet, assert_same_figures, write
from tests.report.test_map_packing import read_text, unfold

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.arrays import IntArray


def read_ring(text: str) -> IntArray:
    """Return the steps of the only ring of a packed polygon, shape (n, 2)."""
    _, _, *steps = read_text(text)
    return np.array([unfold(one) for one in steps]).reshape(-1, 2)


@pytest.mark.parametrize("name", ["CITY_CENTRES", "CITY_HOMES", "CITY_EDGES"])
def test_more_than_a_district_of_anything_is_a_city(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    records = make_records()
    counts = {
        "CITY_CENTRES": len(records.centres.centre),
        "CITY_HOMES": len(records.demand.demand_id),
        "CITY_EDGES": len(records.network.streets.edge_start),
    }
    assert choose_detail(records) is DISTRICT
    monkeypatch.setattr(map_detail, name, counts[name])
    assert choose_detail(records) is DISTRICT, "exactly as many are still a district"
    monkeypatch.setattr(map_detail, name, counts[name] - 1)
    assert choose_detail(records) is CITY


def test_the_largest_gaps_of_each_circle_are_kept_in_their_order() -> None:
    gap = make_records().coverage.gaps[0]
    gaps = [
        replace(gap, gap_id=f"{circle}{number}", circle_id=circle, persons=persons)
        for circle in ("short", "long")
        for number, persons in enumerate((4.0, 16.0, 8.0))
    ]
    kept = Detail(most_gaps=2).keep_gaps(gaps)
    assert [one.gap_id for one in kept] == ["short1", "short2", "long1", "long2"]
    assert DISTRICT.keep_gaps(gaps) == gaps


def test_coarse_shapes_lie_on_the_same_ground_and_small_rings_are_left_out() -> None:
    plane = MapPlane.over(town.CRS, (town.X0, town.Y0, town.X0 + 1000, town.Y0 + 1000))
    x, y = town.X0 + 200, town.Y0 + 200
    square = shapely.box(x, y, x + 400, y + 400)
    holed = shapely.difference(
        square, shapely.union_all([shapely.box(x + 10, y + 10, x + 30, y + 30),
                                   shapely.box(x + 100, y + 100, x + 130, y + 130)])
    )  # fmt: skip
    assert plane.pack_polygon(holed, least_ring_m2=399.0) == plane.pack_polygon(holed)
    large = [ring for ring in holed.interiors if shapely.Polygon(ring).area > 401]
    without = shapely.Polygon(holed.exterior, large)
    assert plane.pack_polygon(holed, least_ring_m2=401.0) == plane.pack_polygon(without)
    fine = np.cumsum(read_ring(plane.pack_polygon(square)), axis=0)
    coarse = 4 * np.cumsum(read_ring(plane.pack_polygon(square, step=4)), axis=0)
    assert np.abs(fine - coarse).max() <= 2, "half a step of four pixels"
    assert np.abs(fine - coarse).max() > 0


def test_a_city_s_page_carries_no_shape_of_a_single_centre_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records = make_records()
    monkeypatch.setattr(map_detail, "CITY_CENTRES", 1)
    data = build_map_data(records, None, make_summary(records, None), made="2026-11-24")
    assert data["detail"] == {"city": True, "step": 4}
    assert {shape for centre in data["centres"] for shape in centre["shapes"]} == {""}
    assert sum(data["gap_counts"]) == len(records.coverage.gaps)


@pytest.mark.browser
def test_a_city_s_page_opens_answers_and_tells_the_summary_s_figures(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(map_detail, "CITY_CENTRES", 1)
    records = make_records()
    path, summary = write(tmp_path, records, make_proposals(records))
    with open_browser() as browser, open_page(browser, path, anchor="#lang=zh") as opened:
        page = opened.page
        assert_same_figures(opened, summary)
        assert "results.gpkg" in page.inner_text("#strip")
        marks = page.locator(".mark").count()
        page.evaluate("planner.map.setMinZoom(9).setZoom(12, { animate: false })")
        opened.settle()
        assert page.locator(".mark").count() == marks, "small from afar, and all there"
        assert page.evaluate("document.querySelector('.mark').offsetWidth") == 12
        page.evaluate("planner.map.setZoom(15, { animate: false })")
        opened.settle()
        page.click(".mark[title^='滨江社区']")
        opened.settle()
        assert "1,800" in page.inner_text(".popup")
        assert_quiet(opened)
