"""The map page in headless Chromium, network off: it opens, tells the figures, answers clicks."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from planner.report.map_page import write_map
from planner.report.summary import make_summary
from tests.report.browser import TABLET, OpenedPage, open_browser, open_page
from tests.report.hills import with_findings, with_heights, with_losses
from tests.report.records import make_proposals, make_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from planner.domain.evaluation import EvaluationRecords, ProposalRecords

pytestmark = pytest.mark.browser

MADE = "2026-11-24"
HOSTILE = (
    "</script><script>window.harmed=1</script>",
    "<img src=x onerror=window.harmed=1>",
    "\"'`{{DATA}} ${1} \\u003c &lt; \u2028\u2029",
    "line\nbreak\ttab\x00nul",
    "turned \u202earound \u2066and back",
    "长" * 10_000,
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as started:
        yield started


def write(
    folder: Path, records: EvaluationRecords, proposals: ProposalRecords | None
) -> tuple[Path, dict[str, Any]]:
    """Write the page of records; return it with its summary as read back from JSON."""
    summary = json.loads(json.dumps(make_summary(records, proposals)))
    path = folder / "map.html"
    write_map(records, proposals, summary, path, made=MADE)
    return path, summary


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    records = make_records()
    return write(tmp_path_factory.mktemp("town"), records, make_proposals(records))


def assert_quiet(opened: OpenedPage) -> None:
    """Hold that a page said nothing on the console and asked for nothing but itself."""
    assert opened.messages == []
    assert [one for one in opened.requests if not one.startswith("data:")] == [
        opened.page.url.split("#")[0]
    ]


def assert_same_figures(opened: OpenedPage, summary: dict[str, Any]) -> None:
    """Hold every headline number of the page against the summary, exactly."""
    told = opened.figures()
    expected: dict[str, Any] = {
        f"centres.{key}": value for key, value in summary["centres"].items() if key != "notes"
    }
    expected["network.length_km"] = summary["network"]["length_km"]
    expected["network.largest_component_share"] = summary["network"]["largest_component_share"]
    expected["demand.points"] = summary["demand"]["points"]
    for state, figures in summary["states"].items():
        for circle in (figures or {}).get("life_circles", []):
            for key in (
                "share_covered",
                "share_covered_pass",
                "share_covered_not_failing",
                "persons_covered",
                "persons_covered_pass",
                "persons_covered_not_failing",
                "centres",
            ):
                expected[f"{state}.{circle['id']}.{key}"] = circle[key]
    for place, value in expected.items():
        assert place in told, place
        assert {float(text) for text in told[place]} == {float(value)}, place


def test_the_page_opens_offline_asks_for_nothing_and_says_nothing(
    browser: Browser, town: tuple[Path, dict[str, Any]]
) -> None:
    with open_page(browser, town[0]) as opened:
        assert_quiet(opened)
        opened.keep_picture("town-desktop-zh")
        assert opened.page.title() == "示范镇 · 社区服务中心生活圈评估"


def test_every_headline_figure_is_the_summary_s_in_every_state(
    browser: Browser, town: tuple[Path, dict[str, Any]]
) -> None:
    path, summary = town
    with open_page(browser, path) as opened:
        for state in ("existing", "plan", "with_proposals"):
            opened.page.click(f"[data-state={state}]")
            assert_same_figures(opened, summary)
            card = opened.page.inner_text(".figure-card[aria-checked=true]")
            daily = summary["states"][state]["life_circles"][1]
            assert f"{100 * daily['share_covered']:.1f}%" in card.replace("\n", "")
            assert f"{daily['persons_covered']:.0f} / 255" in card


def test_the_page_reads_back_the_walks_that_the_records_hold(
    browser: Browser, town: tuple[Path, dict[str, Any]]
) -> None:
    records = make_records()
    proposals = make_proposals(records)
    with open_page(browser, town[0]) as opened:
        homes = opened.page.evaluate(
            """() => ({persons: [...planner.homes.persons], walks: Object.fromEntries(
                 Object.entries(planner.homes.walks).map(([state, circles]) => [state,
                   circles.map(c => [[...c.seconds].map(s => s === Infinity ? -1 : s),
                                     [...c.centre]])]))})"""
        )
    order = [int(np.log2(persons)) for persons in homes["persons"]]
    assert sorted(order) == list(range(8))
    for state in proposals.coverage.states:
        for circle in range(2):
            seconds, centre = homes["walks"][state.state][circle]
            times = state.travel_time_s[circle][order]
            reached = np.isfinite(times)
            assert np.array_equal(np.array(seconds) >= 0, reached)
            assert np.allclose(np.array(seconds)[reached], times[reached], rtol=0, atol=1)
            expected = np.where(reached, state.centre_index[circle][order], -1)
            assert centre == expected.tolist()


def test_a_click_on_a_centre_opens_its_clauses(
    browser: Browser, town: tuple[Path, dict[str, Any]]
) -> None:
    with open_page(browser, town[0]) as opened:
        opened.page.click(".mark[title^='滨江社区']")
        opened.settle()
        popup = opened.page.inner_text(".popup")
        for text in ("不达标", "滨江社区综合服务中心", "1,800", "≥ 2,700", "−900"):
            assert text in popup, text
        rows = opened.page.eval_on_selector_all(
            "[data-clause]", "all => all.map(e => e.dataset.verdict)"
        )
        assert rows == ["fail", "pass", "fail"]
        opened.keep_picture("town-centre-zh")
        opened.page.keyboard.press("Escape")
        opened.settle()
        assert opened.page.query_selector(".popup") is None
        assert_quiet(opened)


def test_every_control_answers_without_a_word_on_the_console(
    browser: Browser, town: tuple[Path, dict[str, Any]]
) -> None:
    with open_page(browser, town[0]) as opened:
        page = opened.page
        page.click("[data-circle=basic_5min]")
        assert page.get_attribute("[data-circle=basic_5min]", "aria-checked") == "true"
        page.click("[data-circle=daily_15min]")
        page.click("[data-tool=layers]")
        for selector in ("#layers input[type=radio]", "#layers input[type=checkbox]"):
            for index in range(page.locator(selector).count()):
                page.locator(selector).nth(index).click()
        assert page.locator(".mark").count() == 0, "centres and proposals are switched off"
        for index in range(page.locator("#layers input[type=checkbox]").count()):
            page.locator("#layers input[type=checkbox]").nth(index).click()
        assert page.locator(".mark").count() == 7
        page.click("#layers input[value=circle]")
        page.click("[data-tool=layers]")
        for tool in ("zoom_in", "zoom_out", "whole"):
            page.click(f"[data-tool={tool}]")
        for tab in ("centres", "gaps", "proposals", "coverage"):
            page.click(f"[data-tab={tab}]")
            assert page.is_visible(f"[data-pane={tab}]")
            page.locator(f"[data-pane={tab}] .list button").first.click()
            opened.settle()
            assert page.is_visible(".popup"), tab
        page.click("[data-tab=centres]")
        page.click(".chips [data-verdict=fail]")
        assert page.locator(".mark[title*='不达标']").count() == 0
        page.fill(".search input", "g5")
        page.click(".search li button")
        assert "G5" in page.inner_text(".popup h3")
        assert_quiet(opened)


def test_a_click_on_a_home_says_its_people_its_minutes_and_its_centre(
    browser: Browser, town: tuple[Path, dict[str, Any]]
) -> None:
    with open_page(browser, town[0]) as opened:
        at = opened.page.evaluate(
            """() => {
              const k = [...planner.homes.persons].indexOf(32), map = planner.map;
              const [x, y] = planner.data.origin;
              const at = map.unproject([planner.homes.x[k] + x, planner.homes.y[k] + y], 18);
              const p = map.latLngToContainerPoint(at);
              const box = map.getContainer().getBoundingClientRect();
              return [p.x + box.left, p.y + box.top];
            }"""
        )
        opened.page.mouse.click(*at)
        opened.settle()
        popup = opened.page.inner_text(".popup")
        assert "32 人" in popup
        assert "10 分 00 秒" in popup, "600 m from C3 at 1 m/s"
        assert "滨江社区综合服务中心" in popup
        assert_quiet(opened)


def test_a_click_on_a_community_opens_its_figures_with_numerator_and_denominator(
    browser: Browser, town: tuple[Path, dict[str, Any]]
) -> None:
    with open_page(browser, town[0]) as opened:
        page = opened.page
        page.click("[data-tool=layers]")
        page.click("#layers input[value=area]")
        page.click("[data-tool=layers]")
        at = page.evaluate(
            """() => {
              const area = planner.data.areas.items[0], map = planner.map;
              const [x, y] = planner.data.origin;
              const p = map.latLngToContainerPoint(map.unproject([area.x + x, area.y + y], 18));
              const box = map.getContainer().getBoundingClientRect();
              return [p.x + box.left, p.y + box.top, area.name, area.persons, area.figures.plan];
            }"""
        )
        page.mouse.click(*at[:2])
        opened.settle()
        popup = page.inner_text(".popup")
        name, persons, figures = at[2:]
        assert name in popup
        assert f"{figures[1][0]:.0f} / {persons:.0f}" in popup
        assert f"{100 * figures[1][0] / persons:.1f}%" in popup.replace("\n", "")
        opened.keep_picture("town-community-zh")
        assert_quiet(opened)


def test_the_other_language_is_complete_and_changes_every_word(
    browser: Browser, town: tuple[Path, dict[str, Any]]
) -> None:
    with open_page(browser, town[0], anchor="#lang=zh") as opened:
        opened.page.click("[data-language=en]")
        assert opened.page.evaluate("document.documentElement.lang") == "en"
        text = opened.page.inner_text("#tabs") + opened.page.inner_text("#legend")
        assert "Coverage" in text
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in text), text
        opened.keep_picture("town-desktop-en")
        assert_quiet(opened)


def test_the_strip_tells_method_and_limits_of_the_data(
    browser: Browser, town: tuple[Path, dict[str, Any]]
) -> None:
    with open_page(browser, town[0]) as opened:
        strip = opened.page.inner_text("#strip")
        for text in ("重庆", "2018-10-01", "规范步速", "居民 → 中心", "5 / 15 分钟", MADE, "推断"):
            assert text in strip, text
        for text in ("未计坡度", "搁置 3 行", "© OpenStreetMap contributors"):
            assert text in strip, text


def test_a_tablet_and_a_sheet_of_paper_show_the_same_figures(
    browser: Browser, town: tuple[Path, dict[str, Any]]
) -> None:
    path, summary = town
    with open_page(browser, path, size=TABLET, anchor="#lang=en") as opened:
        assert_same_figures(opened, summary)
        opened.keep_picture("town-tablet-en")
        opened.page.set_viewport_size({"width": 1589, "height": 1123})
        opened.page.emulate_media(media="print")
        opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        opened.settle()
        assert_same_figures(opened, summary)
        assert "(A3)" in opened.page.inner_text("#scale")
        assert opened.page.is_visible("[data-pane=gaps]")
        assert not opened.page.is_visible("#tabs")
        opened.keep_picture("town-print-en")
        opened.page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert opened.page.is_visible("#tabs")
        assert_quiet(opened)


@pytest.fixture(scope="module")
def hills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    records = with_losses(with_findings(with_heights(make_records(), (0, 1, 2))))
    return write(tmp_path_factory.mktemp("hills"), records, make_proposals(records))[0]


def test_the_street_check_is_off_until_asked_for_and_then_opens_its_places(
    browser: Browser, hills: Path
) -> None:
    with open_page(browser, hills) as opened:
        page = opened.page
        assert "路网待查处" not in page.inner_text("#legend")
        page.click("[data-tool=layers]")
        assert not page.is_checked("#layers input[value=findings]")
        plain = page.locator("#map canvas").screenshot()
        page.click("#layers input[value=findings]")
        opened.settle()
        assert page.locator("#map canvas").screenshot() != plain, "signs are drawn"
        assert "路网待查处" in page.inner_text("#legend")
        page.click("[data-doubts=findings] summary")
        told = page.inner_text("[data-doubts=findings]")
        for text in ("孤立路段 1 处", "居民点 2 个(65 人", "重复路段 23 条", "高程数据空缺 1"):
            assert text in told, text
        page.click("[data-choose=finding0]")
        opened.settle(600)
        popup = page.inner_text(".popup")
        for text in ("孤立路段", "和平梯道", "104", "长 300 m", "16 人"):
            assert text in popup, text
        opened.keep_picture("hills-findings-zh")
        page.click("[data-language=en]")
        opened.settle()
        assert "300 m long" in page.inner_text(".popup")
        assert_quiet(opened)


def test_a_place_chosen_from_the_list_puts_the_street_check_on(
    browser: Browser, hills: Path
) -> None:
    with open_page(browser, hills) as opened:
        opened.page.click("[data-doubts=findings] summary")
        opened.page.click("[data-choose=finding3]")
        opened.settle(600)
        assert "近数据边缘的中心" in opened.page.inner_text(".popup")
        assert opened.page.evaluate("planner.view.on.findings") is True
        assert_quiet(opened)


def test_the_panel_tells_what_detours_and_terrain_take_and_the_strip_the_heights(
    browser: Browser, hills: Path
) -> None:
    with open_page(browser, hills) as opened:
        table = " ".join(opened.page.inner_text("[data-table=losses]").split())
        for text in (
            "绕行(面积) 50.0% 40.0%",
            "33.3% 48 → 32",
            "地形(人) 1.6% 64 → 63 12.5% 32 → 28",
        ):
            assert text in table, text
        assert opened.figures()["plan.basic_5min.loss_terrain_persons_share"] == {"0.125"}
        strip = opened.page.inner_text("#strip")
        assert "坡度已计,50% 的路段无高程" in strip
        assert "未计坡度" not in strip
        assert "高程 dem.tif" in strip


def hostile_records() -> EvaluationRecords:
    """Give every name of the town, in turn, one of the hostile texts."""
    records = make_records()

    def name(position: int) -> str:
        return HOSTILE[position % len(HOSTILE)]

    centres = tuple(
        replace(centre, name=name(i), community=name(i + 1), street=name(i + 2))
        for i, centre in enumerate(records.centres.centre)
    )
    streets = replace(records.network.streets, names=(name(0), name(3), name(5)))
    gaps = tuple(replace(gap, name=name(i)) for i, gap in enumerate(records.coverage.gaps))
    return replace(
        records,
        settings=replace(records.settings, name=name(0), credits=HOSTILE),
        centres=replace(records.centres, centre=centres),
        network=replace(records.network, streets=streets),
        areas=tuple(
            replace(area, name=tuple(name(i + 4) for i in range(len(area.area_id))))
            for area in records.areas
        ),
        coverage=replace(records.coverage, gaps=gaps),
    )


def test_hostile_names_are_text_run_no_script_and_fit_the_page(
    browser: Browser, tmp_path: Path
) -> None:
    records = with_findings(hostile_records())
    proposals = make_proposals(records)
    named = replace(
        proposals,
        plan=replace(
            proposals.plan,
            proposals=tuple(
                replace(one, community=HOSTILE[1], street_name=HOSTILE[5])
                for one in proposals.plan.proposals
            ),
        ),
    )
    path, summary = write(tmp_path, records, named)
    with open_page(browser, path) as opened:
        page = opened.page
        for tab in ("centres", "gaps", "proposals", "coverage"):
            page.click(f"[data-tab={tab}]")
            for index in range(page.locator(f"[data-pane={tab}] .list button").count()):
                page.evaluate(
                    "([tab, index]) => document.querySelectorAll("
                    "`[data-pane=${tab}] .list button`)[index].click()",
                    [tab, index],
                )
                opened.settle(60)
                assert page.query_selector(".popup") is not None
        page.click("[data-doubts=findings] summary")
        page.click("[data-choose=finding0]")
        opened.settle(600)
        assert page.query_selector(".popup") is not None
        page.fill(".search input", "script")
        opened.keep_picture("hostile-zh")
        assert page.evaluate("window.harmed") is None
        assert page.query_selector("img") is None
        assert HOSTILE[0] in page.inner_text("#head h1")
        assert page.evaluate("document.body.textContent.includes('\\u202e')") is False
        wide = page.evaluate(
            "() => [document.documentElement.scrollWidth, innerWidth,"
            " document.querySelector('#panes').scrollWidth -"
            " document.querySelector('#panes').clientWidth]"
        )
        assert wide[0] <= wide[1], "nothing makes the page wider than the window"
        assert wide[2] <= 0, "nothing makes the panel scroll sideways"
        assert_same_figures(opened, summary)
        assert_quiet(opened)


def no_siting() -> tuple[EvaluationRecords, None]:
    return make_records(areas=False, gaps=False), None


def one_centre() -> tuple[EvaluationRecords, None]:
    return make_records(centres=1), None


def no_proposals() -> tuple[EvaluationRecords, ProposalRecords]:
    records = make_records()
    full = make_proposals(records)
    plan = replace(full.plan, proposals=(), curve=full.plan.curve[:1])
    return records, replace(
        full,
        plan=plan,
        coverage=records.coverage,
        isochrones=tuple(replace(one, geometry=one.geometry[:0]) for one in full.isochrones),
    )


def infeasible() -> tuple[EvaluationRecords, ProposalRecords]:
    records, none = no_proposals()
    message = "a share of 0.95 cannot be reached; at most 0.5 can"
    return records, replace(
        none, plan=replace(none.plan, status="infeasible", message=message, curve=())
    )


@pytest.mark.parametrize("case", [no_siting, one_centre, no_proposals, infeasible])
def test_every_shape_of_study_opens_and_every_tab_says_something(
    browser: Browser, tmp_path: Path, case: Callable[[], tuple[EvaluationRecords, Any]]
) -> None:
    records, proposals = case()
    path, summary = write(tmp_path, records, proposals)
    with open_page(browser, path) as opened:
        assert_same_figures(opened, summary)
        assert opened.page.query_selector("[data-state=with_proposals]") is None
        for tab in ("centres", "gaps", "proposals", "coverage"):
            opened.page.click(f"[data-tab={tab}]")
            assert len(opened.page.inner_text(f"[data-pane={tab}]")) > 5, tab
        opened.keep_picture(f"case-{case.__name__}-zh")
        if case is infeasible:
            opened.page.click("[data-tab=proposals]")
            assert "at most 0.5 can" in opened.page.inner_text("[data-pane=proposals]")
        assert_quiet(opened)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_nobody_and_everybody_covered_are_told_as_such(
    browser: Browser, tmp_path: Path, share: float
) -> None:
    records = make_records()
    states = tuple(
        replace(
            state,
            life_circles=tuple(
                replace(
                    circle,
                    persons_covered=255 * share,
                    share_covered=share,
                    persons_covered_pass=255 * share,
                    share_covered_pass=share,
                    persons_covered_not_failing=255 * share,
                    share_covered_not_failing=share,
                )
                for circle in state.life_circles
            ),
        )
        for state in records.coverage.states
    )
    records = replace(records, coverage=replace(records.coverage, states=states))
    path, summary = write(tmp_path, records, None)
    with open_page(browser, path) as opened:
        assert_same_figures(opened, summary)
        card = opened.page.inner_text(".figure-card[aria-checked=true] .big").replace("\n", "")
        assert card == f"{100 * share:.1f}%"
        assert_quiet(opened)
