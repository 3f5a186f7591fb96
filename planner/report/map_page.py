"""`map.html`: one page that carries everything it shows and asks the network for nothing."""

from __future__ import annotations

import base64
import hashlib
import html
import importlib.metadata
import importlib.resources
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planner.errors import ReportError
from planner.report.map_data import build_map_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.domain.shelf import Shelf

SCRIPTS: Final = (
    "unpack.js",
    "state.js",
    "elements.js",
    "symbols.js",
    "areas.js",
    "canvas.js",
    "labels.js",
    "markers.js",
    "popups.js",
    "choose.js",
    "figures.js",
    "findings.js",
    "slopes.js",
    "base.js",
    "counts.js",
    "chart.js",
    "panes.js",
    "furniture.js",
    "print.js",
    "start.js",
)
"""The page's own scripts; they share one scope, in this order."""

STYLES: Final = ("app.css", "panel.css", "map.css", "screens.css")


def write_map(
    records: EvaluationRecords,
    proposals: ProposalRecords | None,
    summary: Mapping[str, Any],
    path: Path,
    *,
    made: str,
    shelf: Shelf | None = None,
) -> None:
    """
    Write the map as one self-contained page.

    Parameters
    ----------
    records, proposals
        The evaluation, and what siting adds to it, `None` without siting.
    summary
        The figures of `summary.json`. Every headline number of the page is read from it,
        and stands in an element with `data-figure` (its place in the summary) and
        `data-value` (the number itself).
    path
        File to write.
    made
        Date printed on the page; nothing else changes from one run to the next.
    shelf
        Where what several pages share is kept.

    Raises
    ------
    ReportError
        If Leaflet's files are not installed.
    """
    page = make_page(build_map_data(records, proposals, summary, made=made, shelf=shelf))
    path.write_text(page, encoding="utf-8", newline="\n")


def make_page(data: Mapping[str, Any]) -> str:
    """
    Put data, styles and scripts into the page.

    The page's security policy names the digests of its scripts: no other script runs,
    whatever the data says, and nothing at all is loaded.
    """
    leaflet_script, leaflet_style = read_leaflet()
    words = json.loads(read_page_file("words.json"))
    app = "\n".join(read_page_file(name) for name in SCRIPTS)
    script = f'"use strict";\n(() => {{\nconst WORDS = {to_json(words)};\n{app}}})();\n'
    parts = {
        "LANGUAGE": "en" if data["language"] == "en" else "zh-CN",
        "TITLE": html.escape(str(data["name"])),
        "SCRIPT_DIGESTS": " ".join(_digest(text) for text in (leaflet_script, script)),
        "LEAFLET_STYLE": leaflet_style,
        "TILE_HOSTS": " ".join(["data:", *(data["base_map"] or {"hosts": ()})["hosts"]]),
        "STYLE": "\n".join(read_page_file(name) for name in STYLES),
        "DATA": to_json(data),
        "LEAFLET_SCRIPT": leaflet_script,
        "SCRIPT": script,
    }
    # One pass: what a part holds is never taken for a mark of the template.
    return re.sub(r"\{\{(\w+)\}\}", lambda mark: parts[mark[1]], read_page_file("template.html"))


def to_json(value: object) -> str:
    """Return JSON that may stand inside a script element: no markup, no line separators."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def read_leaflet() -> tuple[str, str]:
    """
    Return Leaflet's script and style sheet from the installed package.

    The package is looked up by its metadata and never imported: its namespace
    warns when it is.

    Raises
    ------
    ReportError
        If the package is absent or broken.
    """
    try:
        package = importlib.metadata.distribution("XStatic-Leaflet")
        folder = Path(str(package.locate_file("xstatic/pkg/leaflet/data")))
        script = (folder / "leaflet.js").read_text(encoding="utf-8")
        style = (folder / "leaflet.css").read_text(encoding="utf-8")
    except (importlib.metadata.PackageNotFoundError, OSError) as error:
        raise ReportError(
            "Leaflet's files are not installed; install the package xstatic-leaflet"
        ) from error
    return script.split("//# sourceMappingURL")[0], re.sub(r"url\([^)]*\)", "none", style)


def read_page_file(name: str) -> str:
    """Return a file of the page's folder."""
    folder = importlib.resources.files("planner.report") / "page"
    return (folder / name).read_text(encoding="utf-8")


def _digest(script: str) -> str:
    raw = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(raw).decode('ascii')}'"
