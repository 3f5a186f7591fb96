"""The list of a batch opens without a network, sorts, and takes names for what they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import openpyxl
import pytest

from planner.domain.batch import BatchResult, BatchRun
from planner.errors import Fault
from planner.report.batch_pages import describe_batch, write_batch_pages
from tests.report.browser import open_browser, open_page

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = '<img src=x onerror=alert(1)> "甲" & \u202eb'


def circle(share: float, circle_id: str = "daily_15min") -> dict[str, object]:
    return {
        "id": circle_id,
        "limit_s": 900.0,
        "centres": 3,
        "persons": 1000.0,
        "persons_covered": 1000.0 * share,
        "share_covered": share,
        "share_covered_pass": share / 2,
        "share_covered_not_failing": share,
        "share_covered_with_proposals": None,
    }


def run(run_id: str, share: float | None, *, language: str = "zh", message: str = "") -> BatchRun:
    figures = None
    if share is not None:
        figures = {
            "life_circles": [circle(share)],
            "centres": {"count": 3, "pass": 1, "fail": 1, "cannot_tell": 1, "not_applicable": 0},
            "gaps": 7,
            "proposals": None,
            "siting_status": None,
        }
    status = "failed" if share is None else "ok"
    return BatchRun(
        run_id,
        f"study {run_id}",
        status,  # type: ignore[arg-type]
        language=language,
        exit_code=0,
        message=message,
        figures=figures,
        seconds=1.5,
    )


def result(*runs: BatchRun) -> BatchResult:
    return BatchResult(runs, workers=2, threads=1, seconds=3.0, notices=(Fault("fewer"),))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("pages") / "out"
    runs = (
        run("方案 一", 0.5),
        run("b #2", 0.25),
        run("c", None, message=f"第一行 {HOSTILE}\nsecond line"),
        run("d", 0.75),
    )
    write_batch_pages(result(*runs), root, run={"started": "now"})
    for one in runs:
        if one.status == "ok":
            picture = root / one.run_id / "figures" / "coverage_map.png"
            picture.parent.mkdir(parents=True)
            picture.write_bytes(PIXEL)
    return root


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
    "789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


@pytest.mark.browser
def test_the_page_opens_offline_with_its_pictures_and_sorts(root: Path) -> None:
    with open_browser() as browser, open_page(browser, root / "index.html") as opened:
        page = opened.page
        assert opened.messages == []
        assert [url for url in opened.requests if not url.startswith("file:")] == []
        assert page.locator("img").count() == 3
        loaded = "all => all.every(e => e.complete && e.naturalWidth === 1)"
        assert page.eval_on_selector_all("img", loaded)

        def order() -> list[str]:
            return page.locator("tbody tr td:nth-child(2)").all_inner_texts()

        assert order() == ["方案 一", "b #2", "c", "d"]
        head = page.locator("th", has_text="15 分钟覆盖率").first
        head.locator("button").click()
        assert order() == ["b #2", "方案 一", "d", "c"]
        assert head.get_attribute("aria-sort") == "ascending"
        head.locator("button").click()
        # What has no figure stays at the end, whichever way.
        assert order() == ["d", "方案 一", "b #2", "c"]
        page.locator("th", has_text="方案").first.locator("button").click()
        assert order() == ["方案 一", "b #2", "c", "d"]  # Chinese goes before Latin in zh
        opened.keep_picture("batch_index")


@pytest.mark.browser
def test_links_lead_to_the_folders_whatever_their_names(root: Path) -> None:
    (root / "b #2" / "map.html").write_text("<title>the map of b</title>", encoding="utf-8")
    with open_browser() as browser, open_page(browser, root / "index.html") as opened:
        opened.page.get_by_role("link", name="b #2", exact=True).click()
        opened.page.wait_for_url("**/map.html")
        assert opened.page.title() == "the map of b"


def test_names_and_messages_are_text_never_markup(root: Path) -> None:
    text = (root / "index.html").read_text("utf-8")
    assert "<img src=x" not in text
    assert "&lt;img src=x" in text
    assert "\u202e" not in text.split("<tbody>")[1].split('data-value="第一行')[0]


def test_the_language_is_that_of_the_first_study(tmp_path: Path) -> None:
    write_batch_pages(result(run("a", 0.5, language="en"), run("b", 0.5)), tmp_path, run={})
    page = (tmp_path / "index.html").read_text("utf-8")
    assert '<html lang="en">' in page
    assert "Results of the batch" in page
    assert openpyxl.load_workbook(tmp_path / "batch.xlsx").sheetnames == ["Batch"]


def test_the_workbook_holds_numbers_as_numbers(root: Path) -> None:
    sheet = openpyxl.load_workbook(root / "batch.xlsx")["批次"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    heads = next(row for row in rows if "15 分钟覆盖率" in row)
    share, count = heads.index("15 分钟覆盖率"), heads.index("15 分钟未覆盖人数")
    found = {row[0]: (row[share], row[count]) for row in rows[rows.index(heads) + 1 :]}
    assert found == {
        "方案 一": (0.5, 500),
        "b #2": (0.25, 750),
        "c": (None, None),
        "d": (0.75, 250),
    }


def test_the_same_runs_give_the_same_bytes_but_for_one_block(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_batch_pages(result(run("a", 0.5)), tmp_path / name, run={"started": name})
    for name in ("index.html", "batch.xlsx"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    one, two = (
        json.loads((tmp_path / name / "batch.json").read_text("utf-8")) for name in ("one", "two")
    )
    assert one.pop("run") != two.pop("run")
    assert one == two


def test_runs_of_unlike_circles_stand_in_one_list(tmp_path: Path) -> None:
    other = run("b", 0.5)
    assert other.figures is not None
    other.figures["life_circles"] = [circle(0.9, "ten") | {"limit_s": 600.0}]
    write_batch_pages(result(run("a", 0.25), other), tmp_path, run={})
    page = (tmp_path / "index.html").read_text("utf-8")
    assert "15 分钟覆盖率" in page
    assert "10 分钟覆盖率" in page


def test_a_batch_without_a_result_has_its_list_too(tmp_path: Path) -> None:
    write_batch_pages(result(run("a", None, message="broken")), tmp_path, run={})
    assert "broken" in (tmp_path / "index.html").read_text("utf-8")
    assert describe_batch(result(), run={})["runs"] == []
