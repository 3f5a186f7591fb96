"""`report.html`: the figures of the summary, nothing asked for, nothing run, A4."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from planner.report import pdf as printing
from planner.report.pdf import find_browser, print_pdf, scrub_pdf
from planner.report.printed_report import write_report
from planner.report.summary import make_summary
from planner.report.write import write_all
from tests.report.browser import find_chromium, open_browser, open_page
from tests.report.records import make_proposals, make_records

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.evaluation import EvaluationRecords


class Reader(HTMLParser):
    """Reads the figures, the cells and the tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.figures: dict[str, set[tuple[float, str]]] = {}
        self.tags: list[str] = []
        self._open: tuple[str, float] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        place, value = named.get("data-figure"), named.get("data-value")
        self._open = (place, float(value)) if place and value not in (None, "None") else None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            place, value = self._open
            self.figures.setdefault(place, set()).add((value, data))
            self._open = None


def write(records: EvaluationRecords, folder: Path, *, siting: bool = True) -> tuple[str, Any]:
    proposals = make_proposals(records) if siting else None
    summary = make_summary(records, proposals)
    path = folder / "report.html"
    write_report(records, proposals, summary, path, made="2026-01-02", figures=folder)
    return path.read_text("utf-8"), summary


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_is_that_of_the_summary_and_shown_as_it_is(
    tmp_path: Path, language: str
) -> None:
    text, summary = write(make_records(language=language), tmp_path)
    figures = Reader(text).figures
    percent = "%" if language == "zh" else " %"
    for state, told in summary["states"].items():
        for circle in told["life_circles"]:
            at = f"states.{state}.{circle['id']}"
            share = circle["share_covered"]
            assert figures[f"{at}.share_covered"] == {(share, f"{share * 100:.1f}{percent}")}
            covered = circle["persons_covered"]
            assert figures[f"{at}.persons_covered"] == {(covered, f"{covered:,.0f}")}
            persons = circle["persons"]
            assert figures[f"{at}.persons"] == {(persons, f"{persons:,.0f}")}
    for gap in summary["gaps"]:
        told = figures.get(f"gaps.{gap['id']}.persons")
        assert told is None or told == {(gap["persons"], f"{gap['persons']:,.0f}")}
    for one in summary["siting"]["proposals"]:
        for circle_id, gained in one["persons_gained"].items():
            assert figures[f"proposals.{one['id']}.{circle_id}"] == {(gained, f"{gained:,.0f}")}


def test_it_says_what_it_rests_on_and_where_it_ends(tmp_path: Path) -> None:
    text, summary = write(make_records(language="en"), tmp_path)
    assert ", ".join(summary["rule_sets"]) in text
    assert "home to centre" in text
    assert "data of 2026-01-02" in text
    for told in ("Limits of the method", "Clauses and sources", "inferred", "second-hand"):
        assert told in text
    plain, _ = write(make_records(language="en"), tmp_path, siting=False)
    assert "does not ask for siting" in plain
    assert "best among the candidates" not in plain


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_names_stay_text(tmp_path: Path, language: str) -> None:
    text, _ = write(make_records(hostile=True, language=language), tmp_path)
    assert "script" not in Reader(text).tags
    assert "img" not in Reader(text).tags
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)
    # A name of 10,000 characters is cut; the whole of it is in the workbook.
    assert not re.search(r"(.)\1{400}", text)


def test_it_says_so_where_there_is_nothing(tmp_path: Path) -> None:
    for options in ({"areas": False}, {"centres": 1}):
        records = make_records(language="en", **options)
        text, summary = write(records, tmp_path, siting=False)
        assert f"{summary['centres']['count']} centres:" in text


def test_it_opens_in_a_browser_without_asking_for_anything(tmp_path: Path) -> None:
    records = make_records(hostile=True, folder=tmp_path)
    write_all(records, make_proposals(records), tmp_path / "out", made="2026-01-02")
    with (
        open_browser() as browser,
        open_page(browser, tmp_path / "out" / "report.html") as opened,
    ):
        assert opened.messages == []
        assert [one for one in opened.requests if not one.startswith(("file:", "data:"))] == []
        assert opened.page.evaluate("window.harmed === undefined")
        loaded = opened.page.evaluate(
            "[...document.images].map(one => one.naturalWidth > 0 && one.src.startsWith('data:'))"
        )
        assert loaded == [True] * 5
        opened.keep_picture("report")


def test_dates_and_the_browser_s_own_numbers_are_taken_out_of_a_pdf() -> None:
    one = b"/CreationDate (D:20260102030405+00'00') /ID (node00000039) (node00000041)"
    other = b"/CreationDate (D:20260102030999+00'00') /ID (node00000034) (node00000037)"
    assert scrub_pdf(one) == scrub_pdf(other)
    assert len(scrub_pdf(one)) == len(one)
    assert b"(node00000000) (node00000001)" in scrub_pdf(one)


@pytest.mark.skipif(find_chromium() is None, reason="no Chromium to print with")
def test_the_pdf_is_a4_of_some_pages_and_the_same_each_time(tmp_path: Path) -> None:
    records = make_records(folder=tmp_path, pdf=True)
    for name in ("one", "two"):
        write_all(records, make_proposals(records), tmp_path / name, made="2026-01-02")
    printed = (tmp_path / "one" / "report.pdf").read_bytes()
    assert printed == (tmp_path / "two" / "report.pdf").read_bytes()
    pages = len(re.findall(rb"/Type\s*/Page[^s]", printed))
    assert 4 <= pages <= 8
    # 210 x 297 mm in points.
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert boxes
    for wide, high in boxes:
        assert float(wide) == pytest.approx(210 / 25.4 * 72, abs=1)
        assert float(high) == pytest.approx(297 / 25.4 * 72, abs=1)
    manifest = json.loads((tmp_path / "one" / "manifest.json").read_text("utf-8"))
    assert "report.pdf" in {one["path"] for one in manifest["outputs"]}


def test_without_a_browser_there_is_the_page_and_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANNER_BROWSER", str(tmp_path / "none"))
    assert find_browser() is None
    records = make_records(folder=tmp_path, pdf=True)
    write_all(records, None, tmp_path / "out", made="2026-01-02")
    assert (tmp_path / "out" / "report.html").is_file()
    assert not (tmp_path / "out" / "report.pdf").exists()
    manifest = (tmp_path / "out" / "manifest.json").read_text("utf-8")
    assert "no browser was found to print the report with" in manifest


def test_a_browser_that_does_not_print_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "report.html"
    page.write_text("<p>page</p>", encoding="utf-8")
    browser = tmp_path / "browser"
    browser.write_text("#!/bin/sh\necho out of order >&2\n", encoding="utf-8")
    browser.chmod(0o755)
    monkeypatch.setattr(printing, "find_browser", lambda: str(browser))
    (notice,) = print_pdf(page, tmp_path / "report.pdf")
    assert "out of order" in str(notice)
    assert not (tmp_path / "report.pdf").exists()
    monkeypatch.setattr(printing, "find_browser", lambda: str(tmp_path / "gone"))
    (notice,) = print_pdf(page, tmp_path / "report.pdf")
    assert "did not print" in str(notice)


def test_browsers_are_found_where_windows_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLANNER_BROWSER", raising=False)
    monkeypatch.setenv("PATH", "")
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    edge = tmp_path / "PROGRAMFILES(X86)" / "Microsoft" / "Edge" / "Application" / "msedge.exe"
    edge.parent.mkdir(parents=True)
    edge.touch()
    assert find_browser() == str(edge)
