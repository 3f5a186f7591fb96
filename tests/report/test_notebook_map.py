"""The notebook's map opens offline, shows the records, and treats names as text."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.report.notebook_map import build_layers, make_folium_map
from tests.report.browser import open_browser, open_page
from tests.report.records import make_proposals, make_records
from tests.report.town import HOSTILE_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.evaluation import EvaluationRecords

TEMPLATE_NAME = "{{ 7 * 7 }} {% raw %} {# note #} </script>"


def named(records: EvaluationRecords, name: str) -> EvaluationRecords:
    centres = tuple(replace(centre, name=name) for centre in records.centres.centre)
    return replace(records, centres=replace(records.centres, centre=centres))


def test_the_map_names_no_host_to_load_from() -> None:
    page = make_folium_map(make_records()).get_root().render()
    linked = re.findall(r'<(?:script|link)[^>]*(?:src|href)="([^"]*)"', page)
    assert linked == []


def test_a_notebook_gets_the_map_in_a_frame_of_its_own() -> None:
    shown = make_folium_map(make_records())._repr_html_()
    assert "L.geoJSON" in html.unescape(shown)


def test_layers_hold_what_the_plan_leaves_and_what_proposals_add() -> None:
    records = make_records()
    proposals = make_proposals(records)
    layers = build_layers(records, proposals)
    assert sorted(persons for _, _, persons in layers["people"]) == [64.0, 128.0]
    assert [one["near"] for one in layers["circles"]] == [False, True]
    assert len(layers["gaps"]) == 2
    assert [one["order"] for one in layers["proposals"]] == [1, 2, 3]
    assert "+64" in layers["proposals"][0]["text"]
    assert "15 分钟内: 40 人" in layers["centres"][2]["text"]
    assert build_layers(records, None)["proposals"] == []


def test_the_map_speaks_the_study_s_language() -> None:
    layers = build_layers(make_records(language="en"), None)
    assert layers["words"]["gaps"] == "Gaps"
    assert "Fail" in layers["centres"][2]["text"]


def test_no_place_at_all_shows_the_streets() -> None:
    records = make_records(gaps=False)
    empty = replace(
        records,
        demand=replace(records.demand, xy=np.empty((0, 2)), persons=np.empty(0)),
        centres=replace(records.centres, centre=(), xy=np.empty((0, 2))),
        isochrones=tuple(replace(one, geometry=one.geometry[:0]) for one in records.isochrones),
        coverage=replace(
            records.coverage,
            states=tuple(
                replace(state, travel_time_s=np.empty((2, 0))) for state in records.coverage.states
            ),
        ),
    )
    (south, west), (north, east) = build_layers(empty, None)["bounds"]
    assert south < north
    assert west < east


@pytest.mark.browser
def test_it_opens_without_a_network_and_runs_no_name(tmp_path: Path) -> None:
    records = make_records()
    path = tmp_path / "notebook.html"
    for name in (HOSTILE_NAME, TEMPLATE_NAME):
        make_folium_map(named(records, name), make_proposals(records)).save(str(path))
        with open_browser() as browser, open_page(browser, path) as opened:
            assert opened.messages == []
            assert opened.requests == [path.resolve().as_uri()]
            assert opened.page.locator("input[type=checkbox]").count() == 6
            opened.keep_picture("notebook-zh")
            opened.page.evaluate(
                """() => {
                  const map = Object.values(window).find(one => one instanceof L.Map);
                  map.eachLayer(one => { if (one.options.radius === 7) one.openPopup(); });
                }"""
            )
            opened.settle()
            assert name in opened.page.inner_text(".leaflet-popup-content")
            assert opened.page.query_selector("img[src=x]") is None
