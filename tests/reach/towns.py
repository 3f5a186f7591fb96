"""Small towns for the tests of reach."""

from __future__ import annotations

import numpy as np

from planner.domain.network import AccessPoints, StreetNetwork

CRS = "EPSG:32648"


def make_town(
    edges: list[tuple[int, int, float]],
    *,
    xy: list[tuple[float, float]] | None = None,
    two_way: bool = True,
) -> StreetNetwork:
    """Make a town of edges (start, end, seconds), by default walked both ways."""
    start = np.array([edge[0] for edge in edges], np.int64)
    end = np.array([edge[1] for edge in edges], np.int64)
    time_s = np.array([edge[2] for edge in edges], np.float64)
    n_nodes = int(max(start.max(), end.max())) + 1 if len(edges) else 1
    if xy is None:
        xy = [(100.0 * (node % 4), 100.0 * (node // 4)) for node in range(n_nodes)]
    if two_way:
        start, end = np.concatenate([start, end]), np.concatenate([end, start])
        time_s = np.concatenate([time_s, time_s])
    return StreetNetwork.from_arrays(np.array(xy), start, end, time_s, crs=CRS)


def make_random_town(rng: np.random.Generator, n_nodes: int, n_edges: int) -> StreetNetwork:
    """Make a town with one-way streets, islands, ties and parallel edges."""
    start, end = rng.integers(0, n_nodes, (2, n_edges))
    time_s = rng.integers(1, 30, n_edges).astype(np.float64)
    back = rng.random(n_edges) < 0.6
    tails = np.concatenate([start, end[back]])
    heads = np.concatenate([end, start[back]])
    times = np.concatenate([time_s, rng.integers(1, 30, int(back.sum()))])
    xy = rng.uniform(0, 500, (n_nodes, 2))
    return StreetNetwork.from_arrays(xy, tails, heads, times, crs=CRS)


def make_access(
    points: list[tuple[int, float, float]] | list[tuple[int, float]], network: StreetNetwork
) -> AccessPoints:
    """Make access points of (edge, fraction, off-street metres)."""
    edge = np.array([point[0] for point in points], np.int64)
    fraction = np.array([point[1] for point in points], np.float64)
    distance = np.array([point[2] if len(point) == 3 else 0.0 for point in points])
    streets = network.streets
    xy = np.full((len(points), 2), np.nan)
    on = edge >= 0
    a = streets.node_xy[streets.edge_start[edge[on]]]
    b = streets.node_xy[streets.edge_end[edge[on]]]
    xy[on] = a + fraction[on, None] * (b - a)
    return AccessPoints(
        edge_index=edge,
        fraction=fraction,
        distance_m=np.asarray(distance, np.float64),
        xy=xy,
        switched=np.zeros(len(points), np.bool_),
    )


def make_random_access(
    rng: np.random.Generator, network: StreetNetwork, n_points: int
) -> AccessPoints:
    """Make access points on random edges, some at their ends, some off the network."""
    n_edges = len(network.streets.edge_start)
    points = [
        (
            int(rng.integers(-1, n_edges)),
            float(rng.choice([0.0, 1.0, 0.5, rng.random()])),
            float(rng.choice([0.0, 10.0, 25.0 * rng.random()])),
        )
        for _ in range(n_points)
    ]
    return make_access(points, network)
