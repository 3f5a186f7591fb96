"""Heights of the streets: roads are levelled, the ground follows, and slopes name the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scripts.hill_district.settings import LANE
from scripts.hill_district.shapes import lengthened

if TYPE_CHECKING:
    from shapely.geometry import LineString

    from scripts.hill_district.graph import StreetGraph
    from scripts.hill_district.settings import FloatArray
    from scripts.hill_district.terrain import Terrain

STEEPEST = {
    "primary": 0.075,
    "secondary": 0.075,
    "tertiary": 0.105,
    "residential": 0.105,
    "footway": 0.21,
}
"""What the earthworks bring streets down to."""

STEEPEST_LANE, STEEPEST_FOOTWAY, STEEPEST_STAIRS = 0.115, 0.25, 0.60


def settle_heights(graph: StreetGraph, terrain: Terrain) -> None:
    """
    Level the roads, bend the ground to them, and class the cross links by their slope.

    Parameters
    ----------
    graph
        Gets heights; its lanes become residential streets, footways or steps.
    terrain
        Gets cut and filled.
    """
    e = graph.edges
    limit: FloatArray = np.asarray(
        e["highway"].map(STEEPEST).where(e["span"] == "").to_numpy(np.float64)
    )
    bound = ~np.isnan(limit)
    touched = np.unique(graph.ends[bound])
    for _ in range(3):
        graph.heights_m = _relaxed(terrain.at(graph.xy), graph, limit)
        terrain.cut_and_fill(graph.xy[touched], graph.heights_m[touched])
    terrain.refresh()
    _class_by_slope(graph)
    stairs = (graph.edges["highway"] == "steps").to_numpy()
    impossible = stairs & (np.abs(graph.grades) > STEEPEST_STAIRS)
    graph.edges = graph.edges[~impossible].reset_index(drop=True)


def _relaxed(z: FloatArray, graph: StreetGraph, limit: FloatArray) -> FloatArray:
    """Move the ends of edges that are too steep towards each other until few are."""
    u, v = graph.ends.T
    most = np.nan_to_num(limit, nan=np.inf) * graph.lengths_m
    for _ in range(250):
        rise = z[v] - z[u]
        over = np.sign(rise) * np.maximum(np.abs(rise) - most, 0)
        if np.abs(over).max() < 0.02:
            break
        shift = np.bincount(u, over, len(z)) - np.bincount(v, over, len(z))
        load = np.bincount(u, over != 0, len(z)) + np.bincount(v, over != 0, len(z))
        z = z + 0.5 * shift / np.maximum(load, 1)
    return z


def _class_by_slope(graph: StreetGraph) -> None:
    """Turn lanes, and streets that stayed too steep, into what their slope makes of them."""
    e, grades = graph.edges, np.abs(graph.grades)
    rises = grades * graph.lengths_m
    highways, lines = e["highway"].tolist(), e["line"].tolist()
    for i in np.flatnonzero((e["span"] == "").to_numpy()):
        too_steep = {"residential": 0.118, "footway": STEEPEST_FOOTWAY}.get(highways[i], np.inf)
        if highways[i] != LANE and grades[i] <= too_steep:
            continue
        if grades[i] <= STEEPEST_LANE and highways[i] != "footway":
            highways[i] = "residential"
        elif grades[i] <= STEEPEST_FOOTWAY:
            highways[i] = "footway"
        elif grades[i] < 0.30:
            highways[i] = "footway"
            lines[i] = _eased(lines[i], rises[i], grades[i] / 0.232, 0.249)
        else:
            highways[i] = "steps"
            if grades[i] > 0.58:
                lines[i] = _eased(lines[i], rises[i], grades[i] / 0.56, 0.595)
    graph.edges = e.assign(highway=highways, line=np.array(lines, dtype=object))


def _eased(line: LineString, rise_m: float, factor: float, steepest: float) -> LineString:
    """Lengthen a line until its rise is no steeper than allowed, or it cannot get longer."""
    longer = lengthened(line, factor)
    while longer.length * steepest < rise_m and factor < 2.2:
        factor *= 1.05
        longer = lengthened(line, factor)
    return longer
