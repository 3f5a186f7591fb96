"""OpenStreetMap tags for the edges of the district, and the chains that become ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd

    from scripts.hill_district.settings import IntArray

Tags: TypeAlias = dict[str, str]

STEP_COUNT_KNOWN_SHARE = 0.75
FOOTWAY_INCLINE_KNOWN_SHARE = 0.4
ONEWAY_SHARE = 0.12
STEEP = 0.08
LONGEST_CHAIN = 12
ALONE = {"incline", "bridge", "tunnel", "layer"}


def tag_edges(edges: pd.DataFrame, rng: np.random.Generator) -> list[Tags]:
    """
    Give each edge the tags a careful mapper would: sometimes incomplete ones.

    A quarter of the stairs have no step count, most footpaths no incline, and some
    streets are one way for vehicles, as in real extracts. The sign of an incline is
    that of the edge's own direction.

    Parameters
    ----------
    edges
        Edge table of the street graph.
    rng
        Source of the gaps in the tagging.

    Returns
    -------
    tags
        One dict an edge, in the order of the table.
    """
    known = rng.random((len(edges), 2))
    named = sorted(set(edges["name"]) - {""})
    oneway_names = {
        n for n, draw in zip(named, rng.random(len(named)), strict=True) if draw < ONEWAY_SHARE
    }
    draws = zip(edges.to_dict("records"), known, strict=True)
    return [_tags_of(row, *draw, oneway_names=oneway_names) for row, draw in draws]


def _tags_of(
    row: dict[Hashable, Any], steps_draw: float, incline_draw: float, *, oneway_names: set[str]
) -> Tags:
    """Tags of one edge; the draws decide whether a count or an incline is known."""
    keys = ("highway", "name", "bridge", "tunnel", "layer", "access", "sidewalk")
    tags = {key: str(row[key]) for key in keys if row[key]}
    grade = float(row["grade"])
    match row["highway"]:
        case "steps":
            tags["incline"] = "up" if grade > 0 else "down"
            if row["conveying"]:
                tags["conveying"] = "forward"
            elif steps_draw < STEP_COUNT_KNOWN_SHARE:
                tags["step_count"] = str(row["step_count"])
        case "footway" if abs(grade) > STEEP and not row["bridge"]:
            if incline_draw < FOOTWAY_INCLINE_KNOWN_SHARE:
                tags["incline"] = f"{100 * grade:.0f}%"
        case "elevator":
            tags["wheelchair"] = "yes"
        case "residential" if row["name"] in oneway_names:
            tags["oneway"] = "yes"
    return tags


def upward(tags: list[Tags]) -> list[bool]:
    """
    Turn escalators so that `conveying=forward` means up; correct their incline in place.

    Parameters
    ----------
    tags
        Tags of each edge.

    Returns
    -------
    forward
        For each edge whether its way runs from `u` to `v`.
    """
    forward = [t.get("conveying", "") == "" or t["incline"] == "up" for t in tags]
    for t, keeps in zip(tags, forward, strict=True):
        if not keeps:
            t["incline"] = "up"
    return forward


class Chains:
    """
    Joins edges that carry the same tags end to end, as mapped ways run past junctions.

    Stairs, lifts, spans and edges with an incline stay ways of their own.

    Parameters
    ----------
    ends : shape (n_edges, 2)
        End nodes.
    tags
        Tags of each edge.
    """

    def __init__(self, ends: IntArray, tags: list[Tags]) -> None:
        self.ends = ends
        self.keys = [tuple(sorted(t.items())) for t in tags]
        self.alone = [bool(ALONE & set(t)) or t["highway"] == "elevator" for t in tags]
        self.used = np.zeros(len(ends), bool)
        self.at_node: dict[tuple[int, tuple[tuple[str, str], ...]], list[int]] = {}
        for i, pair in enumerate(ends.tolist()):
            for node in pair:
                if not self.alone[i]:
                    self.at_node.setdefault((node, self.keys[i]), []).append(i)

    def joined(self) -> list[list[tuple[int, bool]]]:
        """
        Join the edges.

        Returns
        -------
        chains
            For each way its edges in order, each with whether it is walked from `u` to `v`.
        """
        chains = [[(i, True)] for i, alone in enumerate(self.alone) if alone]
        open_ends = (
            (i, node)
            for i, pair in enumerate(self.ends.tolist())
            for node in pair
            if not self.alone[i] and len(self.at_node[node, self.keys[i]]) != 2
        )
        chains.extend(self._follow(i, node) for i, node in open_ends if not self.used[i])
        loops = (i for i in range(len(self.ends)) if not self.used[i] and not self.alone[i])
        chains.extend(self._follow(i, int(self.ends[i, 0])) for i in loops)
        return chains

    def _follow(self, edge: int, node: int) -> list[tuple[int, bool]]:
        """Go on from edge to edge while exactly two of the same kind meet."""
        chain: list[tuple[int, bool]] = []
        while len(chain) < LONGEST_CHAIN:
            self.used[edge] = True
            forward = bool(self.ends[edge, 0] == node)
            chain.append((edge, forward))
            node = int(self.ends[edge, 1 if forward else 0])
            meeting = self.at_node[node, self.keys[edge]]
            onward = [j for j in meeting if not self.used[j]]
            if len(meeting) != 2 or not onward:
                break
            edge = onward[0]
        return chain
