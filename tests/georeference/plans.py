"""Made plans in Chongqing: communities, streets, and centres that name their community."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planner.domain.places import Areas, Centre, Centres
from planner.georeference.crs import project
from planner.georeference.datum import from_wgs84
from planner.network.build import build_streets
from tests.network.drawing import ORIGIN_LON, Way, draw

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.domain.network import Streets

WEST, SOUTH = 106.50, 29.50
CROSSINGS, STEP_M = 26, 280.0
"""Streets 7 km by 7 km, a block of 280 m."""


@lru_cache(maxsize=1)
def grid_streets() -> Streets:
    """Return a grid of streets; streets from west to east have names, 甲路 being too short."""
    places: dict[str, tuple[float, float]] = {}
    ways: list[Way] = []
    letter = iter(chr(c) for c in range(0x4E00, 0x9FFF))
    rows = [[next(letter) for _ in range(CROSSINGS)] for _ in range(CROSSINGS)]
    for r, row in enumerate(rows):
        for c, mark in enumerate(row):
            places[mark] = (c * STEP_M, r * STEP_M)
        ways.append(Way("".join(row), name=f"{chr(0x6000 + r)}水路", kind="residential"))
    ways += [Way("".join(row[c] for row in rows), kind="residential") for c in range(CROSSINGS)]
    drawn = draw(places, *ways)
    metres = (drawn.node_lonlat - np.array([ORIGIN_LON, 0.0])) * (111_319.49, 110_574.3)
    lonlat = np.column_stack(
        [
            WEST + metres[:, 0] / (111_319.49 * np.cos(np.radians(SOUTH))),
            SOUTH + metres[:, 1] / 110_840,
        ]
    )
    return build_streets(dataclasses.replace(drawn, node_lonlat=lonlat))


@dataclass(frozen=True)
class Plan:
    """A made plan: where its centres truly stand, and the communities."""

    lonlat: FloatArray
    centre: tuple[Centre, ...]
    areas: Areas

    def as_read(self, datum: str, *, stated: bool = False) -> Centres:
        """Return the centres as a table of that datum gives them."""
        lonlat = self.lonlat if datum == "wgs84" else from_wgs84(self.lonlat, datum)
        return Centres(
            centre=self.centre,
            xy=lonlat,
            crs="EPSG:4326",
            source_crs="EPSG:4326",
            file="layout_plan.xlsx",
            crs_stated=stated,
        )


def make_plan(
    seed: int,
    *,
    n_centres: int = 60,
    n_communities: int = 60,
    wrong_share: float = 0.0,
    misspelt_share: float = 0.0,
    near_border: bool = False,
) -> Plan:
    """
    Make a plan: communities of about 49 km² / n, a centre each, in a random place of it.

    `wrong_share` of the rows name another community, `misspelt_share` one that is not known;
    `near_border` puts every centre within about 30 m of the border of its community.
    """
    random = np.random.default_rng(seed)
    streets = grid_streets()
    low, high = streets.shape_xy.min(axis=0), streets.shape_xy.max(axis=0)
    seeds = random.uniform(low, high, (n_communities, 2))
    cells = shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=shapely.box(*low, *high))
    box = shapely.box(*low, *high)
    geometry = np.array([shapely.intersection(cell, box) for cell in cells.geoms], dtype=object)
    home = random.integers(0, n_communities, n_centres)
    xy = np.array([_place_in(geometry[i], random, near_border=near_border) for i in home])
    told = home.copy()
    wrong = random.random(n_centres) < wrong_share
    told[wrong] = random.integers(0, n_communities, int(wrong.sum()))
    names = [f"第{i}社区" for i in told]
    for i in np.flatnonzero(random.random(n_centres) < misspelt_share):
        names[i] = names[i].replace("第", "弟")
    return Plan(
        lonlat=project(xy, streets.crs, "EPSG:4326"),
        centre=tuple(
            Centre(f"C{i}", f"{name}服务中心", row=i + 2, community=name)
            for i, name in enumerate(names)
        ),
        areas=Areas(
            level="community",
            area_id=tuple(str(i) for i in range(n_communities)),
            name=tuple(f"第{i}社区" for i in range(n_communities)),
            geometry=geometry,
            crs=streets.crs,
        ),
    )


def _place_in(
    area: shapely.Polygon, random: np.random.Generator, *, near_border: bool
) -> tuple[float, float]:
    west, south, east, north = area.bounds
    inner = shapely.buffer(area, -30.0) if near_border else shapely.Polygon()
    while True:
        x, y = float(random.uniform(west, east)), float(random.uniform(south, north))
        point = shapely.Point(x, y)
        if area.contains(point) and not inner.contains(point):
            return x, y
