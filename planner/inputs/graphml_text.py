"""The text of a GraphML file as nodes and edges with their data, streamed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from planner.errors import Fault, InputUnreadable

if TYPE_CHECKING:
    from pathlib import Path

_EXPECTED = "a GraphML file saved by osmnx"


@dataclass(slots=True)
class GraphText:
    """
    What a GraphML file says, as texts.

    Attributes
    ----------
    graph
        Data of the graph itself: `crs`, `simplified`, ….
    nodes
        Data of each node, by id.
    edges
        Source, target and data of each edge.
    """

    graph: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, dict[str, str]] = field(default_factory=dict)
    edges: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)


def read_graph_text(path: Path) -> GraphText:
    """
    Read nodes, edges and their data.

    Parameters
    ----------
    path
        A GraphML file.

    Raises
    ------
    InputUnreadable
        If it is not XML, is cut short, is not GraphML, or declares a document type: those
        can define texts that grow without bound, and GraphML needs none.
    """
    handlers = _Handlers(path.name)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = handlers.refuse_doctype
    parser.StartElementHandler = handlers.start
    parser.EndElementHandler = handlers.end
    parser.CharacterDataHandler = handlers.text
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        raise InputUnreadable(
            Fault(
                "is cut short or damaged: it is not whole XML",
                file=path.name,
                row=error.lineno,
                found=expat.ErrorString(error.code),
                expected=_EXPECTED,
                hint="save it again with osmnx, or copy it again",
            )
        ) from error
    return handlers.found


class _Handlers:
    """Turns the events of the parser into nodes and edges."""

    def __init__(self, file: str) -> None:
        self.found = GraphText()
        self._file = file
        self._keys: dict[str, str] = {}
        self._data: dict[str, str] = self.found.graph
        self._key: str | None = None
        self._parts: list[str] = []
        self._opened = False

    def refuse_doctype(self, *_: Any) -> None:  # noqa: ANN401 - whatever the declaration says
        """Stop at a document type."""
        raise InputUnreadable(
            Fault(
                "declares a document type, which GraphML does not need and the planner refuses",
                file=self._file,
                expected=_EXPECTED,
            )
        )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take in the start of an element."""
        name = tag.rpartition(" ")[2]
        if not self._opened:
            self._opened = True
            self._check_root(name)
        if name == "data":
            key = attributes.get("key", "")
            self._key = self._keys.get(key, key)
            self._parts = []
        elif name == "node":
            self._data = self.found.nodes.setdefault(attributes.get("id", ""), {})
        elif name == "edge":
            self._data = {}
            ends = attributes.get("source", ""), attributes.get("target", "")
            self.found.edges.append((*ends, self._data))
        elif name == "key":
            self._keys[attributes.get("id", "")] = attributes.get("attr.name", "")

    def text(self, text: str) -> None:
        """Take in text, which may come in parts."""
        if self._key is not None:
            self._parts.append(text)

    def end(self, tag: str) -> None:
        """Take in the end of an element."""
        if self._key is not None and tag.rpartition(" ")[2] == "data":
            self._data[self._key] = "".join(self._parts)
            self._key = None
        elif tag.rpartition(" ")[2] in ("node", "edge"):
            self._data = self.found.graph

    def _check_root(self, name: str) -> None:
        if name != "graphml":
            raise InputUnreadable(
                Fault(
                    "is not GraphML",
                    file=self._file,
                    found=f"an XML file that begins with <{name}>",
                    expected=_EXPECTED,
                )
            )
