"""Answers of a map server, written down as an OpenStreetMap file with nothing left out."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Any, Final
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_KINDS: Final = ("node", "way", "relation")
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<osm version="0.6" generator="planner fetch" '
    'attribution="https://www.openstreetmap.org/copyright" '
    'license="https://opendatacommons.org/licenses/odbl/1-0/">\n'
)


def gather_elements(
    answers: Iterable[Mapping[str, Any]],
) -> dict[str, dict[int, dict[str, Any]]]:
    """
    Put the elements of several answers together, each once.

    Parameters
    ----------
    answers
        Answers of the Overpass API (`out:json`).

    Returns
    -------
    elements
        Nodes, ways and relations by id, in ascending order; an element with tags beats the
        same one without.
    """
    found: dict[str, dict[int, dict[str, Any]]] = {kind: {} for kind in _KINDS}
    for answer in answers:
        for element in answer.get("elements", ()):
            kind = found.get(element.get("type", ""))
            if kind is None:
                continue
            known = kind.get(element["id"])
            if known is None or ("tags" in element and "tags" not in known):
                kind[element["id"]] = element
    return {kind: dict(sorted(elements.items())) for kind, elements in found.items()}


def only_relations(
    elements: dict[str, dict[int, dict[str, Any]]],
) -> dict[str, dict[int, dict[str, Any]]]:
    """Return the squares drawn as relations, and what they are made of."""
    relations = {
        number: relation
        for number, relation in elements["relation"].items()
        if "highway" in relation.get("tags", {})
    }
    members = {
        member["ref"]
        for relation in relations.values()
        for member in relation.get("members", ())
        if member.get("type") == "way"
    }
    ways = {number: way for number, way in elements["way"].items() if number in members}
    ends = {node for way in ways.values() for node in way.get("nodes", ())}
    nodes = {number: node for number, node in elements["node"].items() if number in ends}
    return {"node": nodes, "way": ways, "relation": relations}


def write_osm_file(file: IO[str], elements: dict[str, dict[int, dict[str, Any]]]) -> None:
    """
    Write elements as OpenStreetMap XML, with all their tags.

    Parameters
    ----------
    file
        Open for text in UTF-8.
    elements
        From `gather_elements`.
    """
    file.write(_HEAD)
    for number, node in elements["node"].items():
        place = f'lat="{node["lat"]}" lon="{node["lon"]}"'
        _write(file, "node", f'id="{number}" version="1" {place}', (), node)
    for number, way in elements["way"].items():
        inside = [f'<nd ref="{node}"/>' for node in way.get("nodes", ())]
        _write(file, "way", f'id="{number}" version="1"', inside, way)
    for number, relation in elements["relation"].items():
        inside = [
            f'<member type={quoteattr(member["type"])} ref="{member["ref"]}" '
            f"role={_quoted(member.get('role', ''))}/>"
            for member in relation.get("members", ())
        ]
        _write(file, "relation", f'id="{number}" version="1"', inside, relation)
    file.write("</osm>\n")


def _write(
    file: IO[str], kind: str, attributes: str, inside: Iterable[str], element: dict[str, Any]
) -> None:
    tags = [
        f"<tag k={_quoted(key)} v={_quoted(value)}/>"
        for key, value in element.get("tags", {}).items()
    ]
    content = "".join((*inside, *tags))
    file.write(
        f"<{kind} {attributes}>{content}</{kind}>\n" if content else f"<{kind} {attributes}/>\n"
    )


def _quoted(text: str) -> str:
    return quoteattr(_NOT_XML.sub("", str(text)))
