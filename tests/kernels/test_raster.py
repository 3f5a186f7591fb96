"""Raster kernels against shapely and slow plain twins."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.ops import substring

from planner._kernels import raster

SEEDS = st.integers(0, 10**9)


def random_shapes(
    rng: np.random.Generator, count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make polylines of 2 to 5 vertices, some with a repeated vertex, one a point."""
    size = rng.integers(2, 6, count)
    indptr = np.concatenate([[0], np.cumsum(size)])
    xy = rng.uniform(0, 200, (indptr[-1], 2))
    for edge in range(count):
        if size[edge] > 2 and rng.random() < 0.3:
            xy[indptr[edge] + 1] = xy[indptr[edge]]
    xy[indptr[0] : indptr[1]] = xy[0]
    share = np.empty(len(xy))
    raster.share_along(indptr, xy, share)
    return indptr, xy, share


def random_parts(
    rng: np.random.Generator, n_edges: int, count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    low, high = np.sort(rng.choice([0.0, 1.0, *rng.random(4)], (2, count)), axis=0)
    return rng.integers(0, n_edges, count), low, high


def test_shares_run_from_0_to_1_by_drawn_length() -> None:
    xy = np.array([[0.0, 0.0], [30.0, 0.0], [30.0, 10.0], [5.0, 5.0], [5.0, 5.0]])
    share = np.empty(5)
    raster.share_along(np.array([0, 3, 5]), xy, share)
    assert share.tolist() == [0.0, 0.75, 1.0, 0.0, 1.0]


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS)
def test_incident_edges_are_listed_at_both_ends(seed: int) -> None:
    rng = np.random.default_rng(seed)
    start, end = rng.integers(0, 9, (2, 14)).astype(np.int32)
    indptr, edge = np.zeros(10, np.int64), np.empty(28, np.int32)
    raster.list_incident(start, end, indptr, edge)
    for node in range(9):
        expected = [e for e in range(14) for tip in (start[e], end[e]) if tip == node]
        assert edge[indptr[node] : indptr[node + 1]].tolist() == expected


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_parts_hold_exactly_the_points_within_the_limit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n_nodes, n_edges, limit = 8, 15, 100.0
    start, end = rng.integers(0, n_nodes, (2, n_edges)).astype(np.int32)
    time_from = rng.choice([20.0, 70.0, 150.0, np.inf], (n_edges, 2))
    node = np.sort(rng.choice(n_nodes, int(rng.integers(0, n_nodes)), replace=False))
    time_s = rng.choice([0.0, 40.0, 90.0, 100.0, 120.0], len(node))
    indptr, incident = np.zeros(n_nodes + 1, np.int64), np.empty(2 * n_edges, np.int32)
    raster.list_incident(start, end, indptr, incident)
    found, mark = np.full(n_nodes, np.inf), np.full(n_edges, -1, np.int32)
    edge, low, high = np.empty(31, np.int64), np.empty(31), np.empty(31)
    used = raster.reached_parts(
        node,
        time_s,
        limit,
        indptr,
        incident,
        start,
        end,
        time_from,
        found,
        mark,
        np.int32(3),
        edge,
        low,
        high,
        0,
    )
    assert np.isinf(found).all()
    within = {n: t for n, t in zip(node.tolist(), time_s.tolist(), strict=True) if t <= limit}
    for e in range(n_edges):
        for at in np.linspace(0.003, 0.997, 41):
            from_start = within.get(int(start[e]), np.inf) + at * time_from[e, 0]
            from_end = within.get(int(end[e]), np.inf) + (1 - at) * time_from[e, 1]
            inside = any(
                edge[p] == e and low[p] - 1e-9 <= at <= high[p] + 1e-9 for p in range(used)
            )
            assert inside == (min(from_start, from_end) <= limit + 1e-6)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_cut_shapes_are_the_substrings_of_shapely(seed: int) -> None:
    rng = np.random.default_rng(seed)
    indptr, xy, share = random_shapes(rng, 6)
    edge, low, high = random_parts(rng, 6, 10)
    out, out_indptr = np.empty((200, 2)), np.zeros(11, np.int64)
    raster.cut_shapes(indptr, xy, share, edge, low, high, 10, out, out_indptr)
    for p in range(10):
        line = shapely.LineString(xy[indptr[edge[p]] : indptr[edge[p] + 1]])
        expected = substring(line, low[p], high[p], normalized=True)
        piece = out[out_indptr[p] : out_indptr[p + 1]]
        assert len(piece) >= 2
        drawn = shapely.LineString(piece)
        assert abs(drawn.length - expected.length) < 1e-9
        assert shapely.hausdorff_distance(drawn, expected) < 1e-9


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS)
def test_stamped_distances_are_those_of_shapely(seed: int) -> None:
    rng = np.random.default_rng(seed)
    indptr, xy, share = random_shapes(rng, 4)
    edge, low, high = random_parts(rng, 4, 5)
    radius, cell = 40.0, 20.0
    grid = np.full((15, 15), radius**2)
    parts = (indptr, xy, share, edge, low, high, 5)
    raster.stamp_distance(*parts, -45.0, -45.0, cell, radius, grid)
    out, out_indptr = np.empty((200, 2)), np.zeros(6, np.int64)
    raster.cut_shapes(*parts, out, out_indptr)
    pieces = np.array([shapely.LineString(out[a:b]) for a, b in pairwise(out_indptr)])
    box = np.array([np.inf, np.inf, -np.inf, -np.inf])
    raster.parts_box(*parts, box)
    left, bottom, right, top = shapely.total_bounds(pieces)
    assert (box[:2] <= np.array([left, bottom]) + 1e-9).all()
    assert (box[2:] >= np.array([right, top]) - 1e-9).all()
    at = np.stack(np.meshgrid(np.arange(15), np.arange(15)), axis=-1) * cell - 45.0
    # Parts may be points, which a union of lines would leave out: the least over the pieces.
    away = shapely.distance(shapely.points(at)[..., None], pieces).min(axis=-1)
    assert np.abs(np.sqrt(grid) - np.minimum(away, radius)).max() < 1e-9


def test_distances_are_rounded_to_whole_steps() -> None:
    grid = np.array([[4.0, 2.0], [0.0, 6.25]])
    raster.round_distance(grid, 10.0)
    assert grid.tolist() == [[20.0, 14.0], [0.0, 25.0]]
