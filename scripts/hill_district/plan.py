"""The layout plan an office would hand over, with the faults such tables have."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geopandas as gpd

    from scripts.hill_district.settings import FloatArray

DISTRICT = "山城示范区"
VACANT_SHARE = 0.31
VACANT_APART_M = 800.0
COLUMNS = (
    "编号",
    "名称",
    "级别",
    "类型",
    "状态",
    "建筑面积(㎡)",
    "现状建筑面积(㎡)",
    "其中便民服务中心面积(㎡)",
    "社工人数",
    "所属区县",
    "所属街道",
    "所属社区",
    "经度",
    "纬度",
    "建设时序",
    "备注",
)
NEAR, MIDDLE, FAR = "近期（2026—2027）", "中期（2028—2030）", "远期（2031—2035）"
NOTE = "示范数据（虚构）"


class Part(NamedTuple):
    """What the plan says of one centre; None is a blank cell."""

    status: str | None
    floor_area: float | str | None
    existing_area: float | None
    convenience_area: float | None
    social_workers: int | None
    phase: str | None


COMMUNITY_PARTS = (
    Part("新建", 2700, None, 800, 3, NEAR),  # exactly on both limits
    Part("现状", 640, None, 210, 2, None),
    Part("新建", 2699, None, 860, 2, MIDDLE),  # the whole just fails
    Part("现状", None, None, 260, 1, None),  # no area
    Part("新建", 2950, None, 799, 3, NEAR),  # the part just fails
    Part("现状", "约1200", None, 335, 2, None),  # an approximate area
    Part("改扩建", 4120, 780, 1250, 4, NEAR),
    Part(None, 2790, None, 905, 2, MIDDLE),  # no status
    Part("现状", 1940, None, 1980, 2, None),  # a part larger than the whole
    Part("新建", 3210, None, 1063, 4, FAR),
    Part("新建", 3330, None, None, None, MIDDLE),  # no area of the part, no staff figure
    Part("现状", 880, None, 300, 0, None),
    Part("改扩建", 2860, 620, None, 2, FAR),
    Part("现状", 1180, None, 390, 2, None),
)
STREET_PARTS = (
    Part("现状", 4970, None, 1500, 6, None),
    Part("新建", 5200, None, 1600, 5, NEAR),
    Part("现状", 3470, None, None, 4, None),
)


def vacant_communities(places: FloatArray, count: int) -> list[int]:
    """
    Choose the communities that the plan leaves without a comprehensive centre.

    The loneliest one goes first, then the loneliest of those far from it, so that
    what is missing shows as separate gaps on the map.

    Parameters
    ----------
    places : shape (n_communities, 2)
        Where each community's centre would stand.
    count
        How many to leave out, at most.

    Returns
    -------
    vacant
        Indices of the communities, in the order chosen.
    """
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    open_ones = np.ones(len(places), bool)
    vacant: list[int] = []
    while len(vacant) < count and open_ones.any():
        alone = np.delete(apart, vacant, axis=1).min(axis=1)
        chosen = int(np.where(open_ones, alone, -1).argmax())
        vacant.append(chosen)
        open_ones &= apart[chosen] > VACANT_APART_M
        open_ones[chosen] = False
    return vacant


class PlanTable:
    """
    Collects the rows of the plan; every centre stands beside a street.

    Parameters
    ----------
    street_nodes : shape (n_nodes, 2)
        Nodes on streets where a centre may stand, local metres.
    to_lonlat
        Turns local metres into longitude and latitude.
    rng
        Moves the centres a few metres off the street.
    """

    def __init__(
        self,
        street_nodes: FloatArray,
        *,
        to_lonlat: Callable[[FloatArray], FloatArray],
        rng: np.random.Generator,
    ) -> None:
        self.tree = cKDTree(street_nodes)
        self.to_lonlat = to_lonlat
        self.rng = rng
        self.rows: list[dict[str, object]] = []

    def beside_street(self, near: FloatArray) -> FloatArray:
        """
        Find a place beside the street nearest to a point.

        Parameters
        ----------
        near : shape (2,)
            Point in local metres.

        Returns
        -------
        place : shape (2,)
            Local metres.
        """
        node = np.asarray(self.tree.data)[self.tree.query(near)[1]]
        return np.asarray(node + self.rng.normal(0, 4, 2))

    def put(
        self,
        name: str,
        part: Part,
        place: FloatArray | None,
        *,
        level: str,
        kind: str,
        street: str | None = None,
        community: str | None = None,
    ) -> None:
        """
        Add one row.

        Parameters
        ----------
        name
            Name of the centre.
        part
            Status, areas and staff.
        place : shape (2,)
            Local metres, or None for a centre whose site is not chosen.
        level, kind
            Cells of 级别 and 类型.
        street, community
            What it belongs to.
        """
        lon, lat = (
            (None, None) if place is None else self.to_lonlat(place[None])[0].round(6).tolist()
        )
        cells = (
            f"SF-{len(self.rows) + 1:03d}",
            name,
            level,
            kind,
            part.status,
            part.floor_area,
            part.existing_area,
            part.convenience_area,
            part.social_workers,
            DISTRICT,
            street,
            community,
            lon,
            lat,
            part.phase,
            NOTE,
        )
        self.rows.append(dict(zip(COLUMNS, cells, strict=True)))

    def frame(self) -> pd.DataFrame:
        """
        Give the table as it goes into the workbook.

        Returns
        -------
        table
            One row a centre, blank cells None.
        """
        return pd.DataFrame(self.rows, columns=list(COLUMNS), dtype=object)


def draw_up_plan(
    communities: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    street_nodes: FloatArray,
    *,
    to_lonlat: Callable[[FloatArray], FloatArray],
    seed: int,
) -> pd.DataFrame:
    """
    Draw up the layout plan: about twenty centres, a few of them wrongly filled in.

    Parameters
    ----------
    communities
        `id`, `name`, `street` and outline of each community.
    buildings
        `persons` and outline of each building.
    street_nodes : shape (n_nodes, 2)
        Where a centre may stand, local metres.
    to_lonlat
        Turns local metres into longitude and latitude.
    seed
        Seed of the small displacements.

    Returns
    -------
    table
        Columns as in `COLUMNS`; exactly one row is without coordinates.
    """
    rng = np.random.default_rng([seed, 2])
    table = PlanTable(street_nodes, to_lonlat=to_lonlat, rng=rng)
    middle = _middles_of_people(communities, buildings)
    places = np.array([table.beside_street(m + rng.normal(0, 45, 2)) for m in middle])
    vacant = vacant_communities(places, round(VACANT_SHARE * len(communities)))
    served = [i for i in range(len(communities)) if i not in vacant]
    _put_community_centres(table, communities, places, served)
    away = np.hypot(*(places[:, None] - places[vacant][None]).transpose(2, 0, 1)).min(axis=1)
    for k, street in enumerate(dict.fromkeys(communities["street"])):
        own = np.where(communities["street"] == street, away, -1.0)
        place = table.beside_street(places[own.argmax()] + rng.normal(0, 160, 2))
        part = STREET_PARTS[k % len(STREET_PARTS)]
        name = street + "综合服务中心"
        table.put(name, part, place, level="街道级", kind="综合服务中心", street=street)
    _put_others(table, communities, places, vacant, served)
    return table.frame()


def _middles_of_people(communities: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame) -> FloatArray:
    """Where the people of each community live, on average; shape (n_communities, 2)."""
    home = shapely.centroid(buildings.geometry.to_numpy())
    member = shapely.STRtree(communities.geometry.to_numpy()).nearest(home)
    xy, persons = shapely.get_coordinates(home), buildings["persons"].to_numpy(float)
    return np.array(
        [
            np.average(xy[member == k], axis=0, weights=persons[member == k] + 1e-9)
            for k in range(len(communities))
        ]
    )


def _put_community_centres(
    table: PlanTable, communities: gpd.GeoDataFrame, places: FloatArray, served: Sequence[int]
) -> None:
    """Add the comprehensive centre of each community that has one."""
    for k, i in enumerate(served):
        row = communities.iloc[i]
        table.put(
            row["name"] + "综合服务中心",
            COMMUNITY_PARTS[k % len(COMMUNITY_PARTS)],
            places[i],
            level="社区级",
            kind="综合服务中心",
            street=row["street"],
            community=row["name"],
        )


def _put_others(
    table: PlanTable,
    communities: gpd.GeoDataFrame,
    places: FloatArray,
    vacant: Sequence[int],
    served: Sequence[int],
) -> None:
    """Add the district hall, stand-alone centres, one to be closed and one without a site."""
    hall = places[served[0]] + [180.0, 60.0]
    table.put(
        DISTRICT + "政务服务中心",
        Part("现状", 12600, None, 6400, 12, None),
        table.beside_street(hall),
        level="区级",
        kind="综合服务中心",
        street=str(communities["street"].iloc[served[0]]),
    )
    extra = (
        (vacant[0], "便民服务中心", "便民服务中心", Part("现状", 420, None, 420, 2, None), 0.0),
        (
            served[-1],
            "第二便民服务中心",
            "便民服务中心",
            Part("新建", 860, None, 860, 2, NEAR),
            260.0,
        ),
        (served[1], "党群服务中心", "党群服务中心", Part("现状", 350, None, None, 1, None), 150.0),
        (
            served[2],
            "综合服务中心（旧址）",
            "综合服务中心",
            Part("撤销", 560, None, 180, 1, NEAR),
            220.0,
        ),
    )
    for i, suffix, kind, part, away in extra:
        row = communities.iloc[i]
        table.put(
            row["name"] + suffix,
            part,
            table.beside_street(places[i] + [away, -0.5 * away]),
            level="社区级",
            kind=kind,
            street=row["street"],
            community=row["name"],
        )
    row = communities.iloc[vacant[-1]]
    table.put(
        row["name"] + "综合服务中心（待选址）",
        Part("新建", 2800, None, 850, 2, FAR),
        None,
        level="社区级",
        kind="综合服务中心",
        street=row["street"],
        community=row["name"],
    )
