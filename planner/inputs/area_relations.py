"""Squares drawn as relations: their rings, put together from the ways they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class AreaRelation:
    """
    A relation that outlines a square.

    Attributes
    ----------
    relation_id
        Its id.
    tags
        Its tags.
    members
        Ids of the ways that its outer and inner rings are made of.
    """

    relation_id: int
    tags: Mapping[str, str]
    members: tuple[int, ...]


def join_rings(
    members: Sequence[int], nodes_of: Mapping[int, tuple[int, ...]]
) -> tuple[list[list[int]], bool]:
    """
    Put the ways of a relation together end to end.

    Parameters
    ----------
    members
        Ids of the ways, in any order and direction.
    nodes_of
        Node ids of each way that the file holds.

    Returns
    -------
    lines, whole
        Node ids along each line that results; whether all of them are closed rings and no
        way is missing.
    """
    pieces = [
        list(nodes_of[way]) for way in dict.fromkeys(members) if len(nodes_of.get(way, ())) > 1
    ]
    whole = all(way in nodes_of for way in members)
    lines: list[list[int]] = []
    while pieces:
        line = pieces.pop(0)
        while line[0] != line[-1]:
            found = next((i for i, piece in enumerate(pieces) if _touches(line, piece)), None)
            if found is None:
                whole = False
                break
            piece = pieces.pop(found)
            line += piece[1:] if piece[0] == line[-1] else piece[-2::-1]
        lines.append(line)
    return lines, whole


def _touches(line: list[int], piece: list[int]) -> bool:
    return piece[0] != piece[-1] and line[-1] in (piece[0], piece[-1])
