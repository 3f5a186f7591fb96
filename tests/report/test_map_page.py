"""The page as text: the same bytes each time, closed to the network, complete in two languages."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import importlib.metadata
import importlib.resources
import json
import re
from typing import TYPE_CHECKING

import pytest

from planner.errors import ReportError
from planner.report.map_page import (
    SCRIPTS,
    STYLES,
    make_page,
    read_leaflet,
    read_page_file,
    to_json,
    write_map,
)
from planner.report.summary import make_summary
from tests.report.records import make_proposals, make_records
from tests.report.test_map_data import data_of

if TYPE_CHECKING:
    from pathlib import Path

PAGE_LINES = 500


class Elements(html.parser.HTMLParser):
    """The scripts and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag == "script" and "type" not in dict(attrs)
        if self._inside:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 -- the parser's own name
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[-1] += data


def test_the_same_records_and_date_give_the_same_bytes(tmp_path: Path) -> None:
    pages = []
    for name, made in (("a", "2026-11-24"), ("b", "2026-11-24"), ("c", "2026-11-25")):
        records = make_records()
        proposals = make_proposals(records)
        path = tmp_path / f"{name}.html"
        write_map(records, proposals, make_summary(records, proposals), path, made=made)
        pages.append(path.read_bytes())
    assert pages[0] == pages[1]
    assert pages[0].replace(b"2026-11-24", b"2026-11-25") == pages[2]


def test_only_the_page_s_own_scripts_may_run_and_nothing_may_be_loaded() -> None:
    elements = Elements()
    elements.feed(make_page(data_of(hostile=True)))
    policy = next(
        attributes["content"]
        for tag, attributes in elements.tags
        if tag == "meta" and "http-equiv" in attributes
    )
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert re.search(r"script-src[^;]*unsafe", policy) is None
    digests = {
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in elements.scripts
    }
    assert len(elements.scripts) == 2
    assert digests == set(policy.split("script-src ")[1].split())
    loading = [
        attributes
        for tag, attributes in elements.tags
        if "src" in attributes or (tag == "link" and attributes.get("href") != "data:,")
    ]
    assert loading == []
    assert not any(tag in {"img", "iframe", "object"} for tag, _ in elements.tags)


def test_the_data_come_out_of_the_page_as_they_went_in() -> None:
    data = data_of(hostile=True)
    page = make_page(data)
    carried = page.split('<script type="application/json" id="data">')[1].split("</script>")[0]
    assert json.loads(carried) == json.loads(json.dumps(data))


def test_marks_of_the_template_inside_a_name_are_only_text() -> None:
    page = make_page(data_of() | {"name": "{{DATA}} <b>&"})
    assert "<title>{{DATA}} &lt;b&gt;&amp;</title>" in page


def test_json_holds_nothing_that_ends_a_script_or_a_line() -> None:
    text = to_json({"a": "</script><!--\u2028\u2029"})
    assert not set("<>\u2028\u2029") & set(text)
    assert json.loads(text) == {"a": "</script><!--\u2028\u2029"}
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(float("nan"))


def test_leaflet_comes_without_links() -> None:
    script, style = read_leaflet()
    assert "sourceMappingURL" not in script
    assert "url(" not in style


def test_a_missing_leaflet_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", absent)
    with pytest.raises(ReportError, match="xstatic-leaflet"):
        read_leaflet()


def test_every_word_the_page_asks_for_is_there_in_both_languages() -> None:
    words = json.loads(read_page_file("words.json"))
    assert all(len(pair) == 2 and all(pair) for pair in words.values())
    for pair in words.values():
        holes = [sorted(set(re.findall(r"\{\d\}", text))) for text in pair]
        assert holes[0] == holes[1], pair
    scripts = "".join(read_page_file(name) for name in SCRIPTS)
    asked = set(re.findall(r'word\("([^"]+)"[,)]', scripts))
    assert asked <= set(words), asked - set(words)
    built = {f"{one}_" for one in re.findall(r'word\("([a-z_]+)_" \+', scripts)}
    assert all(any(key.startswith(prefix) for key in words) for prefix in built)


def test_every_file_of_the_page_is_used_and_short_enough_to_read() -> None:
    folder = importlib.resources.files("planner.report") / "page"
    names = {entry.name for entry in folder.iterdir()}
    assert names == {*SCRIPTS, *STYLES, "template.html", "words.json", "notebook.js"}
    for name in names:
        lines = read_page_file(name).splitlines()
        assert len(lines) < PAGE_LINES, name


def test_no_script_builds_markup_from_text() -> None:
    for name in SCRIPTS:
        text = read_page_file(name)
        for way in ("innerHTML", "insertAdjacentHTML", "document.write", "eval(", "outerHTML"):
            assert way not in text, (name, way)
