"""Small scenes for coverage: walks, centres and streets written down by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planner.domain.network import AccessPoints, StreetNetwork
from planner.domain.places import Areas, Centre, Centres, Demand
from planner.domain.reach import Walks
from planner.domain.standard import LifeCircle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray

CRS = "EPSG:4545"


def circle_of(
    limit_s: float,
    circle_id: str = "basic_5min",
    serves: tuple[tuple[str, str], ...] = (("community", "comprehensive"),),
) -> LifeCircle:
    return LifeCircle(
        circle_id=circle_id,
        limit_s=limit_s,
        name_zh="圈",
        name_en="circle",
        serves=serves,
        text="",
        source="",
        certainty="read",
    )


BASIC = circle_of(300.0)
DAILY = circle_of(900.0, "daily_15min")


def centres_of(*rows: dict[str, Any]) -> Centres:
    centre = tuple(
        Centre(centre_id=f"c{row}", name=f"中心{row}", row=row + 2, **values)
        for row, values in enumerate(rows)
    )
    xy = np.zeros((len(rows), 2))
    return Centres(centre=centre, xy=xy, crs=CRS, source_crs=CRS, file="plan.xlsx")


def walks_of(times: Sequence[dict[int, float]], n_demand: int, limit_s: float = 1800.0) -> Walks:
    """Make walks from one `{demand: seconds}` a place."""
    rows = [sorted(row.items()) for row in times]
    flat = [walk for row in rows for walk in row]
    return Walks(
        indptr=np.cumsum([0, *(len(row) for row in rows)]).astype(np.int64),
        demand_index=np.array([demand for demand, _ in flat], dtype=np.int32),
        travel_time_s=np.array([seconds for _, seconds in flat], dtype=np.float64),
        n_demand=n_demand,
        limit_s=limit_s,
    )


def powers(count: int) -> FloatArray:
    """Return 1, 2, 4, …: a sum of them names exactly who is in it."""
    return np.exp2(np.arange(count, dtype=np.float64))


def named(persons: float, labels: str) -> str:
    """Return the labels whose power of two is in a sum."""
    return "".join(label for bit, label in enumerate(labels) if int(persons) >> bit & 1)


def areas_of(*boxes: tuple[float, float, float, float], level: str = "community") -> Areas:
    count = len(boxes)
    return Areas(
        level=level,
        area_id=tuple(f"a{number}" for number in range(count)),
        name=tuple(f"社区{number}" for number in range(count)),
        geometry=np.array([shapely.box(*box) for box in boxes], dtype=object),
        crs=CRS,
    )


def network_of(
    nodes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]]
) -> StreetNetwork:
    """Make a network of straight two-way streets walked at 1 m/s."""
    xy = np.array(nodes, dtype=np.float64).reshape(-1, 2)
    ends = np.array(edges, dtype=np.int64).reshape(-1, 2)
    start, end = np.concatenate([ends, ends[:, ::-1]]).T
    return StreetNetwork.from_arrays(xy, start, end, np.hypot(*(xy[end] - xy[start]).T), crs=CRS)


def find_edge(network: StreetNetwork, first: int, second: int) -> tuple[int, bool]:
    """Return the edge between two nodes, and whether it runs from the first."""
    start, end = network.streets.edge_start, network.streets.edge_end
    along = np.flatnonzero((start == first) & (end == second))
    if along.size:
        return int(along[0]), True
    return int(np.flatnonzero((start == second) & (end == first))[0]), False


def access_of(
    network: StreetNetwork, places: Sequence[tuple[int, int, float] | None]
) -> tuple[AccessPoints, FloatArray]:
    """Put places on streets, `(node, node, share of the way)`; `None` is off the network."""
    edge, fraction, xy = [], [], []
    for place in places:
        if place is None:
            edge.append(-1)
            fraction.append(0.0)
            xy.append((0.0, 0.0))
            continue
        first, second, share = place
        found, forward = find_edge(network, first, second)
        edge.append(found)
        fraction.append(share if forward else 1.0 - share)
        ends = network.streets.node_xy[[first, second]]
        xy.append(tuple(ends[0] + share * (ends[1] - ends[0])))
    at = np.array(xy, dtype=np.float64).reshape(-1, 2)
    count = len(places)
    access = AccessPoints(
        edge_index=np.array(edge, dtype=np.int64),
        fraction=np.array(fraction, dtype=np.float64),
        distance_m=np.zeros(count),
        xy=at,
        switched=np.zeros(count, dtype=np.bool_),
    )
    return access, at


def demand_of(xy: FloatArray, persons: FloatArray) -> Demand:
    count = persons.size
    return Demand(
        demand_id=tuple(f"d{number}" for number in range(count)),
        xy=xy,
        crs=CRS,
        persons=persons,
        row=tuple(range(2, count + 2)),
    )
