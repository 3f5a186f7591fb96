"""Tiny OpenStreetMap files, written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

HEAD = "<?xml version='1.0' encoding='UTF-8'?>\n<osm version='0.6' generator='hand'>\n"
TAIL = "</osm>\n"


def tag_lines(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())


def node(node_id: int, lon: float, lat: float, **tags: str) -> str:
    return f"<node id='{node_id}' version='1' lon='{lon}' lat='{lat}'>{tag_lines(tags)}</node>\n"


def way(way_id: int, refs: Sequence[int], tags: Mapping[str, str] | None = None) -> str:
    inside = "".join(f"<nd ref='{ref}'/>" for ref in refs)
    stated = {"highway": "footway"} if tags is None else tags
    return f"<way id='{way_id}' version='1'>{inside}{tag_lines(stated)}</way>\n"


def write_osm(path: Path, *items: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + "".join(items) + TAIL, encoding="utf-8")
    return path


def row_of_nodes(count: int) -> str:
    """Return nodes 1, 2, … on a parallel, a thousandth of a degree apart."""
    return "".join(node(number, 106.5 + number / 1000, 29.5) for number in range(1, count + 1))
