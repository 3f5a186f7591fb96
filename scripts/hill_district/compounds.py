"""Gated compounds: a private ring inside a block, reached through one or two gates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
import shapely.ops
from shapely.geometry import LineString, Polygon

from scripts.hill_district.shapes import faces_between, points_along

if TYPE_CHECKING:
    from scripts.hill_district.graph import StreetGraph
    from scripts.hill_district.settings import FloatArray
    from scripts.hill_district.terrain import Terrain
    from scripts.hill_district.town import Town

RING_INSET_M = 31.0
STEEPEST_RING, STEEPEST_GATE, STEEPEST_DRIVE = 0.10, 0.24, 0.12
LONGEST_DRIVE_M, GATES_APART_M = 90.0, 80.0


def enclose_compounds(town: Town, graph: StreetGraph) -> list[Polygon]:
    """
    Turn gentle urban blocks into gated compounds.

    Parameters
    ----------
    town
        Gives names, and where the town is dense; its ground is levelled under the rings.
    graph
        Gets the private ways.

    Returns
    -------
    blocks
        The blocks that are compounds.
    """
    terrain = town.terrain
    faces = faces_between(graph.on_ground()["line"])
    inner = shapely.buffer(faces, -RING_INSET_M)
    centre = shapely.get_coordinates(shapely.point_on_surface(faces))
    area = shapely.area(faces)
    fit = (area > 12_000) & (area < 90_000) & (shapely.area(inner) > 1500)
    fit &= shapely.get_type_id(inner) == shapely.GeometryType.POLYGON
    score = town.urban_at(centre) - 1.2 * terrain.at(centre, terrain.slope)
    score += town.rng.normal(0, 0.05, len(faces))
    blocks: list[Polygon] = []
    for f in np.argsort(-score):
        if len(blocks) == town.settings.compounds:
            break
        if not fit[f] or any(faces[f].distance(b) < 5 for b in blocks):
            continue
        ring = inner[f].buffer(-6).buffer(6).simplify(6)
        if isinstance(ring, Polygon) and ring.exterior.length >= 160:
            name = town.names.take("苑")
            if _add_ring(graph, terrain, faces[f], LineString(ring.exterior), name):
                blocks.append(faces[f])
    return blocks


def _add_ring(
    graph: StreetGraph, terrain: Terrain, block: Polygon, ring: LineString, name: str
) -> bool:
    """Add one ring and its gates; nothing where no street is near enough for a gate."""
    count = max(4, int(ring.length / 42))
    xy = points_along(ring, np.arange(count) / count)
    z = _levelled(terrain.at(xy), ring.length / count)
    terrain.cut_and_fill(xy, z)
    gates = _gates(graph, block, xy, z, name)
    if not gates:
        return False
    first = len(graph.xy)
    rows: list[dict[str, Any]] = []
    for k in range(count):
        part = shapely.ops.substring(ring, k / count, (k + 1) / count, normalized=True)
        ends = {"u": first + k, "v": first + (k + 1) % count, "line": part}
        rows.append({**ends, "highway": "service", "access": "private", "name": name + "内部路"})
    graph.add([*rows, *gates], xy, z)
    return True


def _levelled(z: FloatArray, spacing_m: float) -> FloatArray:
    """Bring the heights around a ring down to its steepest grade."""
    for _ in range(300):
        for step in (1, -1):
            rise = z - np.roll(z, step)
            over = np.maximum(np.abs(rise) - STEEPEST_RING * spacing_m, 0)
            z = z - 0.25 * np.sign(rise) * over
    return z


def _gates(
    graph: StreetGraph, block: Polygon, xy: FloatArray, z: FloatArray, name: str
) -> list[dict[str, Any]]:
    """Choose up to two short ways in, far from each other, that are not too steep."""
    on_edge = shapely.dwithin(block.exterior, shapely.points(graph.xy), 1.5)
    doors = np.flatnonzero(on_edge)
    if not len(doors):
        return []
    away = np.hypot(*(graph.xy[doors][:, None] - xy[None]).transpose(2, 0, 1))
    grade = np.abs(graph.heights_m[doors][:, None] - z[None]) / away
    away = np.where(grade < STEEPEST_GATE, away, np.inf)
    chosen: list[int] = []
    rows: list[dict[str, Any]] = []
    for i in np.argsort(away.min(axis=1), kind="stable"):
        p = graph.xy[doors[i]]
        apart = all(np.hypot(*(p - graph.xy[g])) > GATES_APART_M for g in chosen)
        if away[i].min() < LONGEST_DRIVE_M and len(chosen) < 2 and apart:
            k = int(away[i].argmin())
            chosen.append(int(doors[i]))
            drive = grade[i, k] < STEEPEST_DRIVE
            rows.append(
                {
                    "u": int(doors[i]),
                    "v": len(graph.xy) + k,
                    "line": LineString([p, xy[k]]),
                    "highway": "service" if drive else "footway",
                    "access": "private",
                    "barrier": "gate",
                    "name": name + "大门",
                }
            )
    return rows
