"""Plain offline pages with tables that sort: the list of a batch, a comparison."""

from __future__ import annotations

import base64
import hashlib
import html
import importlib.resources
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from planner.report.formats import NOTHING
from planner.report.map_text import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: `number` columns are set to the right and sort as numbers."""

    title: str
    number: bool = False
    sortable: bool = True


@dataclass(frozen=True, slots=True)
class PageCell:
    """
    A cell.

    Attributes
    ----------
    markup
        HTML, every text in it escaped.
    value
        What the column sorts by, empty last.
    kind
        Class of the cell.
    """

    markup: str
    value: str = ""
    kind: str = ""


def escape(text: object) -> str:
    """Return text that may stand in HTML; marks that turn the writing around are left out."""
    return html.escape("\n".join(clean_text(line) for line in str(text).splitlines()))


def words_cell(text: object, kind: str = "words") -> PageCell:
    """Return a cell of text."""
    return PageCell(escape(text), html.escape(str(text)), kind)


def number_cell(value: float | None, shown: str) -> PageCell:
    """Return a cell of a number as it is shown; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return PageCell(NOTHING, "", "number")
    return PageCell(escape(shown), repr(float(value)), "number")


def link(path: str, text: str) -> str:
    """Return a link to a file beside the page."""
    return f'<a href="{quote(path)}">{escape(text)}</a>'


def make_table(heads: Sequence[Head], rows: Iterable[Sequence[PageCell]]) -> str:
    """Return a table whose columns sort."""
    top = "".join(
        f'<th scope="col"{_kind("number" if head.number else "")}>'
        + (f"<button>{escape(head.title)}</button>" if head.sortable else escape(head.title))
        + "</th>"
        for head in heads
    )
    lines = [
        "<tr>"
        + "".join(
            f'<td{_kind(cell.kind)} data-value="{cell.value}">{cell.markup}</td>' for cell in row
        )
        + "</tr>"
        for row in rows
    ]
    body = "\n".join(lines)
    return (
        '<div class="scroll"><table class="sortable">'
        f"<thead><tr>{top}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>\n"
    )


def make_plain_page(title: str, body: str, *, language: str) -> str:
    """
    Put a body into the page.

    Nothing but the page's own style and script is allowed, whatever the body says, and
    of files only pictures beside it.
    """
    style, script = _part("page.css"), _part("sort.js")
    parts = {
        "LANGUAGE": "en" if language == "en" else "zh-CN",
        "TITLE": escape(title),
        "STYLE_DIGEST": _digest(style),
        "SCRIPT_DIGEST": _digest(script),
        "STYLE": style,
        "SCRIPT": script,
        "BODY": body,
    }
    # One pass: what a part holds is never taken for a mark of the template.
    return re.sub(r"\{\{(\w+)\}\}", lambda mark: parts[mark[1]], _part("page.html"))


def _kind(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _part(name: str) -> str:
    folder = importlib.resources.files("planner.report") / "plain"
    return (folder / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    raw = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(raw).decode('ascii')}'"
