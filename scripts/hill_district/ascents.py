"""Public lifts, the long escalator, and the last tags of stairs and streets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from shapely.geometry import LineString

from scripts.hill_district.shapes import points_along

if TYPE_CHECKING:
    from scripts.hill_district.graph import StreetGraph
    from scripts.hill_district.names import NamePool
    from scripts.hill_district.town import Town

LIFTS = 2
APART_M = 500.0
LEAST_URBAN = 0.25
RISER_M = 0.15
NAMED_STAIRS_RISE_M = 9.0


def add_lifts_and_escalator(town: Town, graph: StreetGraph) -> None:
    """
    Make the tallest town stairs an escalator, and put lifts beside the next tallest.

    A lift stands at the foot of the stairs; a bridge joins its top to the upper street.

    Parameters
    ----------
    town
        Gives names, and where the town is dense.
    graph
        Gets the lifts and their bridges.
    """
    ends, rises = graph.ends, graph.grades * graph.lengths_m
    middle = np.array([points_along(line, [0.5])[0] for line in graph.edges["line"]])
    in_town = town.urban_at(middle) > LEAST_URBAN
    stairs = np.flatnonzero((graph.edges["highway"] == "steps").to_numpy() & in_town)
    if not len(stairs):
        return
    tallest = stairs[np.argsort(-np.abs(rises[stairs]), kind="stable")]
    escalator = int(tallest[0])
    graph.edges.loc[escalator, ["conveying", "name"]] = ["yes", town.names.take("大扶梯")]
    taken = [middle[escalator]]
    rows: list[dict[str, Any]] = []
    tops: list[tuple[float, float, float]] = []
    for i in tallest[1:]:
        far = np.hypot(*(np.array(taken) - middle[i]).T).min() >= APART_M
        if len(tops) == LIFTS or not far:
            continue
        low, high = ends[i].tolist() if rises[i] > 0 else ends[i][::-1].tolist()
        foot, head, node = graph.xy[low], graph.xy[high], len(graph.xy) + len(tops)
        top = foot + 1.5 * (head - foot) / np.hypot(*(head - foot))
        name = town.names.take("公共电梯")
        lift = {"u": low, "v": node, "highway": "elevator", "name": name}
        bridge = {"u": node, "v": high, "highway": "footway", "name": name + "连廊"}
        rows.append({**lift, "line": LineString([foot, top]), "span": "lift"})
        rows.append(
            {
                **bridge,
                "line": LineString([top, head]),
                "span": "skyway",
                "bridge": "yes",
                "layer": 1,
            }
        )
        tops.append((float(top[0]), float(top[1]), float(graph.heights_m[high])))
        taken.append(middle[i])
    if rows:
        added = np.array(tops)
        graph.add(rows, added[:, :2], added[:, 2])


def finish_tags(graph: StreetGraph, names: NamePool) -> None:
    """
    Add grades, step counts and pavements, and name what has no name yet.

    Parameters
    ----------
    graph
        Gets the columns `grade` and `step_count` (0 where it is no stairs).
    names
        Names for tall stairs and for lanes.
    """
    e = graph.edges
    grades = graph.grades
    rises = np.abs(grades) * graph.lengths_m
    stairs = (e["highway"] == "steps").to_numpy()
    bare = (e["name"] == "").to_numpy()
    label = e["name"].tolist()
    for suffix, pick in (
        ("梯道", stairs & (rises > NAMED_STAIRS_RISE_M)),
        ("巷", (e["highway"] == "residential").to_numpy()),
    ):
        for i in np.flatnonzero(bare & pick):
            label[i] = names.take(suffix)
    pavement = np.where(e["highway"].isin(["primary", "secondary"]), "both", "")
    steps = np.where(stairs, np.maximum(3, np.rint(rises / RISER_M)), 0).astype(int)
    graph.edges = e.assign(name=label, sidewalk=pavement, grade=grades, step_count=steps)
