"""
A town of one street, small enough to work out on paper.

Metres along the main street from its corner (`X0`, `Y0`), walked at 1 m/s::

                     n4 (300, 300)  centre C4, home d4
                     |  steps lane
    n0 ------ n1 ------ n2 ------ n3 ---------------- n5 ------------- n6
    -100      300       600       900     bridge      1800             3000
    d0        C1 d1     d2        C2 d3               C3      d5 2400  d6

`d7` lives off the network at (3000, 2000). Persons are 1, 2, 4, … 128.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planner.domain.network import AccessPoints, EdgeFlag, SearchGraph, StreetNetwork, Streets
from planner.domain.places import Areas, Centre, Centres, Demand, QuarantinedRow
from planner.domain.reach import Isochrones, Walks
from planner.domain.walking import WalkingProfile

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray

CRS = "+proj=tmerc +lat_0=0 +lon_0=106.5 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs"
X0, Y0 = 504_800.0, 3_270_200.0
SEARCH_LIMIT_S = 1800.0

NODES = ((-100, 0), (300, 0), (600, 0), (900, 0), (300, 300), (1800, 0), (3000, 0))
EDGES = (
    # start, end, name, kind, flags, bends
    (0, 1, 0, 0, EdgeFlag.NONE, ()),
    (1, 2, 0, 0, EdgeFlag.NONE, ((450, 0),)),
    (2, 3, 0, 0, EdgeFlag.NONE, ()),
    (1, 4, 1, 1, EdgeFlag.STEPS, ((300, 100), (300, 200))),
    (3, 5, 2, 0, EdgeFlag.BRIDGE, ()),
    (5, 6, 2, 0, EdgeFlag.NONE, ((2400, 0),)),
)
STREET_NAMES = ("人民路", "和平梯道", "滨江路")
HOSTILE_NAME = '=HYPERLINK("http://x","</script><img src=x onerror=alert(1)>")'
HOSTILE_TITLE = "+cmd|' /C calc'!A0 <b>&amp;</b>"

# Where a place stands: metres along the main street, metres up the lane at 300, metres off it.
HOMES = (
    (-100, 0, 0),
    (300, 0, 12),
    (600, 0, 0),
    (900, 0, 0),
    (300, 300, 0),
    (2400, 0, 0),
    (3000, 0, 0),
)
HOME_EDGES = (0, 1, 1, 2, 3, 5, 5)
HOME_FRACTIONS = (0.0, 0.0, 1.0, 1.0, 1.0, 0.5, 1.0)
CENTRES = ((300, 0, 0), (900, 0, 0), (1800, 0, 0), (300, 300, 0))
CENTRE_EDGES = (0, 2, 4, 3)
PROPOSALS = ((3000, 0, 0), (-100, 0, 0), (1800, 0, 0))
PROPOSAL_EDGES = (5, 0, 4)
PROPOSAL_FRACTIONS = (1.0, 0.0, 1.0)


def walk_m(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """Return the metres on foot between two places of the town."""
    off = one[2] + other[2]
    if one[0] == other[0]:
        return float(abs(one[1] - other[1]) + off)
    return float(abs(one[0] - other[0]) + one[1] + other[1] + off)


def make_walks(places: tuple[tuple[int, int, int], ...]) -> Walks:
    indptr, demand_index, times = [0], [], []
    for place in places:
        for index, home in enumerate(HOMES):
            metres = walk_m(place, home)
            if metres <= SEARCH_LIMIT_S:
                demand_index.append(index)
                times.append(metres)
        indptr.append(len(times))
    return Walks(
        indptr=np.array(indptr, dtype=np.int64),
        demand_index=np.array(demand_index, dtype=np.int32),
        travel_time_s=np.array(times, dtype=np.float64),
        n_demand=len(HOMES) + 1,
        limit_s=SEARCH_LIMIT_S,
    )


def place_xy(places: tuple[tuple[int, int, int], ...]) -> FloatArray:
    return np.array([(X0 + x, Y0 + up - off) for x, up, off in places], dtype=np.float64)


def make_network() -> StreetNetwork:
    corner = np.array([X0, Y0])
    node_xy = np.array(NODES, dtype=np.float64) + corner
    start = np.array([edge[0] for edge in EDGES], dtype=np.int32)
    end = np.array([edge[1] for edge in EDGES], dtype=np.int32)
    shapes = [
        np.array([NODES[edge[0]], *edge[5], NODES[edge[1]]], dtype=np.float64) + corner
        for edge in EDGES
    ]
    length_m = np.hypot(*(node_xy[end] - node_xy[start]).T)
    streets = Streets(
        crs=CRS,
        node_xy=node_xy,
        edge_start=start,
        edge_end=end,
        edge_length_m=length_m,
        edge_kind=np.array([edge[3] for edge in EDGES], dtype=np.int32),
        edge_flags=np.array([int(edge[4]) for edge in EDGES], dtype=np.uint16),
        edge_name=np.array([edge[2] for edge in EDGES], dtype=np.int32),
        edge_way_id=np.arange(101, 101 + len(EDGES), dtype=np.int64),
        shape_indptr=np.cumsum([0, *(len(shape) for shape in shapes)], dtype=np.int64),
        shape_xy=np.concatenate(shapes),
        kinds=("residential", "steps"),
        names=STREET_NAMES,
        bounds_lonlat=(106.548, 29.543, 106.582, 29.563),
        counts={"ways": len(EDGES)},
    )
    tail = np.concatenate([start, end])
    order = np.argsort(tail, kind="stable")
    graph = SearchGraph(
        indptr=np.searchsorted(tail[order], np.arange(len(NODES) + 1)).astype(np.int32),
        head=np.concatenate([end, start])[order].astype(np.int32),
        time_s=np.concatenate([length_m, length_m])[order],
    )
    return StreetNetwork(
        streets=streets,
        edge_time_s=np.column_stack([length_m, length_m]),
        outward=graph,
        inward=graph,
        node_component=np.zeros(len(NODES), dtype=np.int32),
        rank=np.arange(len(NODES), dtype=np.int64),
        profile=WalkingProfile("norm", 1.0, 0.5, 0.5, "60 m/min", "convention"),
    )


def make_demand(*, hostile: bool, households: bool) -> Demand:
    xy = np.concatenate([place_xy(HOMES), [[X0 + 3000.0, Y0 + 2000.0]]])
    names = [f"d{index}" for index in range(len(xy))]
    if hostile:
        names[2] = HOSTILE_NAME
    return Demand(
        demand_id=tuple(names),
        xy=xy,
        crs=CRS,
        persons=np.array([1, 2, 4, 8, 16, 32, 64, 128], dtype=np.float64),
        row=tuple(range(2, 2 + len(xy))),
        households=np.array([1, 1, 2, 4, 8, 16, 32, np.nan]) if households else None,
        file="population.csv",
        quarantine=(
            QuarantinedRow("demand", 10, "d8", "no_coordinates", "", 512.0),
            QuarantinedRow("demand", 11, "d9", "no_persons", "", 0.0, 106.56, 29.55),
        ),
    )


def make_access(
    places: tuple[tuple[int, int, int], ...],
    edges: tuple[int, ...],
    fractions: tuple[float, ...],
    *,
    off_network: FloatArray | None = None,
) -> AccessPoints:
    on_street = np.array([(X0 + x, Y0 + up) for x, up, _ in places], dtype=np.float64)
    distance = np.array([off for _, _, off in places], dtype=np.float64)
    index = np.array(edges, dtype=np.int64)
    fraction = np.array(fractions, dtype=np.float64)
    if off_network is not None:
        on_street = np.concatenate([on_street, off_network[None, :]])
        distance = np.append(distance, 2000.0)
        index = np.append(index, -1)
        fraction = np.append(fraction, 0.0)
    return AccessPoints(index, fraction, distance, on_street, np.zeros(len(index), dtype=bool))


def make_centres(*, hostile: bool, count: int) -> Centres:
    everyone = (
        Centre(
            "C1", "人民路街道综合服务中心", 2, level="street", status="existing",
            floor_area_m2=3100.0, floor_area_existing_m2=3100.0, street="人民街道",
        ),
        Centre(
            "C2", "人民社区综合服务中心", 3, level="community", status="new",
            floor_area_m2=2800.0, convenience_area_m2=800.0, community="人民社区",
            social_workers=3.0,
        ),
        Centre(
            "C3", "滨江社区综合服务中心", 4, level="community", status="new",
            floor_area_m2=1800.0, convenience_area_m2=900.0, community="滨江社区",
            social_workers=1.0, approximate=("floor_area_m2",),
        ),
        Centre(
            "C4", HOSTILE_NAME if hostile else "和平社区综合服务中心", 5, level="community",
            status="new", floor_area_m2=2700.0, convenience_area_m2=None, community="人民社区",
            phase="近期",
        ),
    )  # fmt: skip
    return Centres(
        centre=everyone[:count],
        xy=place_xy(CENTRES)[:count],
        crs=CRS,
        source_crs="EPSG:4545",
        file="layout_plan.xlsx",
        quarantine=(QuarantinedRow("centres", 6, "无坐标中心", "no_coordinates"),),
    )


def _box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(X0 + west, Y0 + south, X0 + east, Y0 + north)


def make_areas() -> tuple[Areas, ...]:
    def areas(level: str, rows: list[tuple[str, str, shapely.Polygon]], parent: str) -> Areas:
        geometry = np.empty(len(rows), dtype=object)
        geometry[:] = [row[2] for row in rows]
        return Areas(
            level=level,
            area_id=tuple(row[0] for row in rows),
            name=tuple(row[1] for row in rows),
            geometry=geometry,
            crs=CRS,
            parent_name=(parent,) * len(rows),
            file=f"{level}.gpkg",
        )

    return (
        areas(
            "community",
            [
                ("K1", "人民社区", _box(-300, -500, 1200, 800)),
                ("K2", "滨江社区", _box(1200, -500, 3300, 800)),
            ],
            "人民街道",
        ),
        areas("street", [("S1", "人民街道", _box(-300, -500, 3300, 800))], "示范区"),
    )


def make_isochrones(
    places: tuple[tuple[int, int, int], ...], limits_s: tuple[float, ...]
) -> tuple[Isochrones, ...]:
    """Draw boxes as wide as the walk; the longer circle has a hole."""
    found = []
    for limit_s in limits_s:
        geometry = np.empty(len(places), dtype=object)
        for index, (x, up, _) in enumerate(places):
            picture = _box(x - limit_s, up - 60, x + limit_s, up + 60)
            if limit_s > 600:
                picture = picture.difference(_box(x + 400, up - 20, x + 440, up + 20))
            geometry[index] = picture
        found.append(Isochrones(geometry, limit_s))
    return tuple(found)
