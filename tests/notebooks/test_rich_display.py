"""What notebooks show of studies, evaluations and plans."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import numpy as np
import pytest

import planner
from planner.errors import Fault, PlannerWarning, ReportError
from planner.report import figures
from planner.report.lettering import choose_lettering
from planner.workbench import read_demo_study
from tests.scenes.town import Town

if TYPE_CHECKING:
    from pathlib import Path

    from planner.workbench import Evaluation, Plan

PNG = b"\x89PNG\r\n\x1a\n"


class Cells(HTMLParser):
    """Collects the text of every cell, row by row, and every tag met."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - given by the parser
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1] and self.lasttag in ("td", "th"):
            self.rows[-1][-1] += data.strip()


def outside_requests(shown: str) -> list[str]:
    """Return what a page would fetch from elsewhere, the pages in its frames included."""
    page = html.unescape(shown)
    tags = re.findall(r"<(?:script|link|img|iframe|source)\b[^>]*", page)
    fetched = [tag for tag in tags if re.search(r"(?:src|href)\s*=\s*[\"']?\s*(?:https?:)?//", tag)]
    return fetched + re.findall(r"url\(\s*[\"']?(?:https?:)?//[^)]*|@import[^;]*", page)


@pytest.fixture(scope="module")
def demo() -> Evaluation:
    return planner.evaluate(read_demo_study())


@pytest.fixture(scope="module")
def plan(demo: Evaluation) -> Plan:
    return planner.propose(demo, count=3)


def test_an_evaluation_shows_each_share_with_its_numbers(tmp_path: Path) -> None:
    # a lives beside 1, b 400 s away, c 2,000 s; in all 7 persons.
    drawing = "+a1" + "-" * 39 + "b" + "-" * 159 + "c+"
    evaluation = Town(drawing, centres={"1": {"status": ""}}).evaluate(tmp_path)
    shown = Cells(evaluation._repr_html_())
    row = next(row for row in shown.rows if row[:2] == ["Plan", "5 min"])
    assert row[2:5] == ["1", "1 / 7 persons", "14.3 %"]
    row = next(row for row in shown.rows if row[:2] == ["Plan", "15 min"])
    assert row[2:5] == ["1", "3 / 7 persons", "42.9 %"]
    assert row[5] == "0.0 % (0 persons, 0 centres)"
    assert ["1", "0", "0", "1", "0"] in shown.rows  # cannot tell
    assert any(row[2:4] == ["4", "—"] for row in shown.rows)  # the gap, beyond the search


def test_an_evaluation_without_gaps_shows_none(tmp_path: Path) -> None:
    text = Town("+a1-+").evaluate(tmp_path)._repr_html_()
    assert "Largest gaps" not in text
    assert "slope not counted" in text


def test_a_study_shows_what_it_reads_and_asks(demo: Evaluation, tmp_path: Path) -> None:
    shown = Cells(read_demo_study()._repr_html_())
    assert ["人口", "population.csv"] in shown.rows
    assert ["选址", "daily_15min · 最多新增 5 处"] in shown.rows
    town = planner.read_study(Town("+a1-+").write(tmp_path))
    assert "Siting" not in town._repr_html_()
    assert "reach a share of 95.0 %" in town.with_siting(target=0.95)._repr_html_()
    assert "spend 3,000,000 yuan" in town.with_siting(budget=3e6)._repr_html_()


def test_a_plan_shows_gains_and_proof(plan: Plan) -> None:
    shown = Cells(plan._repr_html_())
    first = plan.records.plan.proposals[0]
    assert shown.rows[1][0] == "1"
    assert shown.rows[1][-1] == f"{first.persons_gained['daily_15min']:,.0f}"
    assert "任何方案不超过" in plan._repr_html_()


def test_many_proposals_are_counted_and_the_first_shown(
    demo: Evaluation, monkeypatch: pytest.MonkeyPatch, plan: Plan
) -> None:
    monkeypatch.setattr("planner.report.rich_tables.PROPOSALS_SHOWN", 2)
    assert "另有 1 处" in plan._repr_html_()


def test_an_infeasible_plan_shows_why(tmp_path: Path) -> None:
    # b lives off the streets: no centre reaches everybody.
    town = Town("+a1----b-+", off_street_m={"b": 100.0})
    plan = planner.propose(town.evaluate(tmp_path), target=1.0)
    assert plan.records.plan.status == "infeasible"
    assert plan.records.plan.message[:10] in plan._repr_html_()


def test_names_are_shown_as_text_never_as_markup(tmp_path: Path) -> None:
    study = Town("+a1-" + "-" * 199 + "b+").write(tmp_path)
    evil = "<script>alert(1)</script>"
    text = study.read_text("utf-8").replace('name = "town"', f'name = "{evil} & co"')
    study.write_text(text, encoding="utf-8")
    streets = tmp_path / "streets.osm"
    streets.write_text(
        streets.read_text("utf-8").replace("street 1", "&lt;img src=x onerror=1&gt;"), "utf-8"
    )
    evaluation = planner.evaluate(study)
    for shown in (planner.read_study(study), evaluation, planner.propose(evaluation, count=1)):
        markup = shown._repr_html_()
        assert not Cells(markup).tags & {"script", "img"}
        assert "<script" not in markup


@pytest.mark.parametrize("kind", ["coverage", "times", "verdicts", "curve"])
def test_a_chart_shows_itself_without_any_setting_of_the_notebook(
    demo: Evaluation, plan: Plan, kind: str
) -> None:
    figure = demo.chart(kind, plan)
    picture = figure._repr_png_()  # type: ignore[attr-defined] # what notebooks call
    assert picture.startswith(PNG)
    assert len(picture) > 10_000


def test_charts_leave_pyplot_alone() -> None:
    code = (
        "import sys, planner; from planner.workbench import read_demo_study;"
        "planner.evaluate(read_demo_study()).chart('verdicts')._repr_png_();"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_chart_that_is_none_names_those_there_are(demo: Evaluation) -> None:
    with pytest.raises(ReportError, match="one of coverage, states, times, verdicts, curve"):
        demo.chart("pie")
    with pytest.raises(ReportError, match="a curve needs proposals"):
        demo.chart("curve")


def test_a_kernel_without_chinese_fonts_is_warned(
    demo: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    english, _ = choose_lettering("en")
    monkeypatch.setattr(figures, "choose_lettering", lambda _: (english, (Fault("no font"),)))
    with pytest.warns(PlannerWarning, match="no font"):
        demo.chart("verdicts")


@pytest.mark.parametrize(
    ("library", "module", "show"),
    [
        ("folium", "planner.report.notebook_map", "map"),
        ("matplotlib", "planner.report.figures", "chart"),
    ],
)
def test_a_kernel_without_a_library_is_told_which(
    demo: Evaluation, monkeypatch: pytest.MonkeyPatch, library: str, module: str, show: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ReportError, match=f"needs {library}.*pip install {library}"):
        getattr(demo, show)()


def test_a_map_shows_itself_and_asks_nothing_of_the_network(demo: Evaluation, plan: Plan) -> None:
    assert outside_requests(demo.map(plan)._repr_html_()) == []


def test_frames_hold_what_the_records_hold(demo: Evaluation, plan: Plan) -> None:
    demand, centres, gaps = demo.demand_frame(), demo.centre_frame(), demo.gap_frame()
    assert demand["persons"].sum() == demo.summary()["demand"]["persons"]
    assert len(centres) == demo.summary()["centres"]["count"]
    assert len(gaps) == len(demo.records.coverage.gaps)
    areas = demo.area_frame()
    assert set(areas["level"]) == {"community", "street", "district"}
    for circle in demo.summary()["life_circles"]:
        covered = areas.loc[areas["level"] == "community", f"persons_covered_{circle['id']}"]
        # Nobody lives outside the communities.
        assert covered.sum() == pytest.approx(circle["persons_covered"])
    # Every home lies in the area it is counted in.
    joined = demand.sjoin(areas[areas["level"] == "community"], predicate="within")
    by_area = joined.groupby("area_id")["persons_left"].sum()
    counted = areas[areas["level"] == "community"].set_index("area_id")["persons"]
    assert np.allclose(by_area.reindex(counted.index).fillna(0.0), counted)
    proposals = plan.proposal_frame()
    assert proposals["order"].tolist() == [1, 2, 3]
    assert proposals.crs == demand.crs
