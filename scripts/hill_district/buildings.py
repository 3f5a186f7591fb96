"""Buildings along the streets, and the people who live in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from scripts.hill_district.settings import (
    HALF_WIDTH_M,
    BoolArray,
    FloatArray,
    IntArray,
    ObjectArray,
)
from scripts.hill_district.shapes import rectangles

if TYPE_CHECKING:
    from shapely.geometry import Polygon

    from scripts.hill_district.graph import StreetGraph
    from scripts.hill_district.town import Town

PERSONS_PER_HOUSEHOLD = 2.45
OLD_TOWN_M = 560.0
QUARTERS = np.array(["村居", "老街", "新区", "小区"])
VILLAGE, OLD, NEW, GATED = range(4)
FRONT_M = {"service": 31, "residential": 24, "tertiary": 30, "secondary": 34, "primary": 40}
NARROW_FRONT_M = 19
WIDTH_M = np.array([[9, 13], [10, 19], [14, 28], [22, 28]], float)
DEPTH_M = np.array([[8, 10], [9, 12], [11, 14], [14, 16]], float)
FLOORS = np.array([[1, 4], [2, 8], [3, 7], [15, 34]])
LANDMARKS = 10
STREETS_WITH_SHOPS = ["primary", "secondary"]


class Fronts(NamedTuple):
    """Places along the streets where a building may stand; one row each side of a slot."""

    point: FloatArray
    along: FloatArray
    side: FloatArray
    highway: ObjectArray
    urban: FloatArray
    quarter: IntArray


def place_buildings(town: Town, graph: StreetGraph, compounds: list[Polygon]) -> gpd.GeoDataFrame:
    """
    Put rectangles along both sides of the streets where they fit.

    Parameters
    ----------
    town
        Ground, density and the choices.
    graph
        The streets.
    compounds
        Blocks where only the compound's own buildings stand.

    Returns
    -------
    buildings
        `quarter`, `floors`, `use` (`residential`, `commercial`, `landmark`) and outline.
    """
    fronts = _fronts(town, graph)
    rng, n = town.rng, len(fronts.side)
    low, high = WIDTH_M[fronts.quarter].T
    width = rng.uniform(low, high)
    low, high = DEPTH_M[fronts.quarter].T
    depth = rng.uniform(low, high)
    grand = (fronts.quarter != GATED) & np.isin(fronts.highway, [*STREETS_WITH_SHOPS, "tertiary"])
    grand &= (fronts.urban > 0.45) & (rng.random(n) < 0.06)
    width, depth = np.where(grand, 52, width), np.where(grand, 34, depth)
    half = np.array([HALF_WIDTH_M[h] for h in fronts.highway])
    setback = half + rng.uniform(2, 6, n) + depth / 2
    left = np.c_[-fronts.along[:, 1], fronts.along[:, 0]]
    middle = fronts.point + (fronts.side * setback)[:, None] * left
    shape = rectangles(middle, fronts.along, width, depth)
    keep = _buildable(town, fronts, grand, middle) & _clear_of_streets(graph, shape)
    order = np.lexsort((rng.random(n), np.select([grand, fronts.quarter == GATED], [0, 1], 2)))
    order = order[keep[order]]
    if compounds:
        yards = shapely.buffer(compounds, -20)
        inside = np.unique(shapely.STRtree(shape).query(yards, "intersects")[1])
        order = order[~np.isin(order, inside) | (fronts.quarter[order] == GATED)]
    row = order[_standing(shape[order], grand[order])]
    floors = np.where(grand, 4, _floors(fronts, rng))[row]
    shops = rng.random(len(row)) < np.where(
        np.isin(fronts.highway[row], STREETS_WITH_SHOPS), 0.16, 0.05
    )
    shops &= fronts.quarter[row] != GATED
    use = np.select([grand[row], shops], ["landmark", "commercial"], "residential")
    columns = {"quarter": QUARTERS[fronts.quarter[row]], "floors": floors, "use": use}
    return gpd.GeoDataFrame(columns, geometry=shape[row])


def _fronts(town: Town, graph: StreetGraph) -> Fronts:
    """Divide the streets into slots and tell what kind of quarter each is in."""
    rng, e = town.rng, graph.on_ground()
    lines = e["line"].to_numpy()
    gap = e["highway"].map(FRONT_M).fillna(NARROW_FRONT_M).to_numpy(float)
    count = np.maximum(1, (shapely.length(lines) / gap).astype(int))
    edge = np.repeat(np.arange(len(e)), count * 2)
    slot = np.concatenate([np.repeat(np.arange(c), 2) for c in count])
    at = (slot + 0.5 + rng.uniform(-0.12, 0.12, len(edge))) / count[edge]
    p, q, o = (
        shapely.get_coordinates(
            shapely.line_interpolate_point(lines[edge], np.clip(at + step, 0, 1), normalized=True)
        )
        for step in (0.0, 0.04, -0.04)
    )
    along = (q - o) / (np.hypot(*(q - o).T)[:, None] + 1e-9)
    highway, urban = e["highway"].to_numpy(object)[edge], town.urban_at(p)
    gated = highway == "service"
    old = np.hypot(*(p - town.old_town).T) < OLD_TOWN_M
    quarter = np.select([gated, urban < 0.26, old], [GATED, VILLAGE, OLD], NEW)
    return Fronts(p, along, np.tile([1.0, -1.0], count.sum()), highway, urban, quarter)


def _floors(fronts: Fronts, rng: np.random.Generator) -> IntArray:
    """Floors by quarter, with some slabs of nine and more in the new ones."""
    low, high = FLOORS[fronts.quarter].T
    floors = rng.integers(low, high)
    tall = rng.random(len(floors)) < 0.08 + 0.12 * (fronts.urban > 0.7)
    tall &= fronts.quarter == NEW
    return np.where(tall, rng.integers(9, 19, len(floors)), floors)


def _buildable(town: Town, fronts: Fronts, grand: BoolArray, middle: FloatArray) -> BoolArray:
    """Draw which slots are built on, by density, and refuse steep or wet ground."""
    old = np.hypot(*(fronts.point - town.old_town).T) < OLD_TOWN_M
    narrow = np.isin(fronts.highway, ["steps", "footway"])
    chance = np.select(
        [fronts.quarter == GATED, narrow, old],
        [1.0, 0.55 * old, 0.95],
        np.clip(0.72 * fronts.urban - 0.04, 0.02, 0.6),
    )
    terrain = town.terrain
    keep = (town.rng.random(len(chance)) < chance) | grand
    keep &= terrain.at(middle, terrain.slope) < np.where(grand, 0.22, 0.5)
    keep &= town.bank_at(middle) > 25
    return np.asarray(keep & (np.abs(middle / terrain.size_m - 0.5) < 0.49).all(axis=1))


def _clear_of_streets(graph: StreetGraph, shape: ObjectArray) -> BoolArray:
    """Tell which outlines touch no street; tunnels run below them."""
    clear = np.ones(len(shape), bool)
    for highway, rows in graph.edges[graph.edges["span"] != "tunnel"].groupby("highway"):
        tree = shapely.STRtree(rows["line"].to_numpy())
        clear[tree.query(shape, "dwithin", HALF_WIDTH_M[str(highway)] + 0.5)[0]] = False
    return clear


def _standing(shape: ObjectArray, grand: BoolArray) -> BoolArray:
    """Take outlines in order of precedence; each refuses those closer than three metres."""
    near: list[list[int]] = [[] for _ in shape]
    for a, b in shapely.STRtree(shape).query(shape, "dwithin", 3.0).T.tolist():
        if b < a:
            near[a].append(b)
    stand, landmarks = np.zeros(len(shape), bool), 0
    for k in range(len(shape)):
        if not any(stand[b] for b in near[k]) and not (grand[k] and landmarks == LANDMARKS):
            stand[k] = True
            landmarks += bool(grand[k])
    return stand


def house_people(buildings: gpd.GeoDataFrame, persons: int) -> gpd.GeoDataFrame:
    """
    Share whole persons out by residential floor area, exactly to the total.

    Parameters
    ----------
    buildings
        `use`, `floors` and outline.
    persons
        The total.

    Returns
    -------
    buildings
        With `floor_area_m2`, `persons` and `households`.
    """
    floor_area = (buildings.area * buildings["floors"]).to_numpy()
    homes = np.where(buildings["use"] == "residential", floor_area, 0.0)
    exact = homes / homes.sum() * persons
    whole = np.floor(exact).astype(int)
    whole[np.argsort(whole - exact, kind="stable")[: persons - whole.sum()]] += 1
    households = np.where(whole > 0, np.maximum(1, np.rint(whole / PERSONS_PER_HOUSEHOLD)), 0)
    return buildings.assign(
        floor_area_m2=floor_area.round().astype(int),
        persons=whole,
        households=households.astype(int),
    )
