"""Searches of whole cities, real and made up: what scipy finds, the same bytes for any threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.hill_city import build_hill_city, make_network
from planner.network.walking import find_profile, time_streets
from planner.pipeline.streets import open_streets
from planner.reach.times import compute_reach, find_nearest_centre, sum_within_limit

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.network import StreetNetwork
    from planner.domain.reach import Reach

LIMIT_S = 900.0
N_SOURCES = 130  # more than two blocks of 64


def make_scipy_graph(network: StreetNetwork) -> csr_array:
    """Read the times off the street edges, not off the planner's own search graphs."""
    streets = network.streets
    n_nodes = len(streets.node_xy)
    tail = np.concatenate([streets.edge_start, streets.edge_end]).astype(np.int64)
    head = np.concatenate([streets.edge_end, streets.edge_start]).astype(np.int64)
    time_s = network.edge_time_s.T.reshape(-1)
    usable = np.isfinite(time_s) & (tail != head)
    tail, head, time_s = tail[usable], head[usable], time_s[usable]
    order = np.lexsort((time_s, head, tail))
    tail, head, time_s = tail[order], head[order], time_s[order]
    first = np.ones(len(tail), np.bool_)
    first[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
    return csr_array((time_s[first], (tail[first], head[first])), shape=(n_nodes, n_nodes))


def as_bytes(reach: Reach) -> tuple[bytes, ...]:
    return reach.indptr.tobytes(), reach.node.tobytes(), reach.travel_time_s.tobytes()


def assert_agrees_with_scipy(network: StreetNetwork) -> None:
    assert network.search_nodes is None
    graph = make_scipy_graph(network)
    rng = np.random.default_rng(11)
    sources = rng.choice(len(network.rank), N_SOURCES, replace=False)
    value = rng.integers(0, 100, len(network.rank)).astype(np.float64)
    for reverse in (False, True):
        directed = csr_array(graph.T) if reverse else graph
        expected = dijkstra(directed, indices=sources, limit=LIMIT_S)
        one = compute_reach(network, sources, limit_s=LIMIT_S, reverse=reverse, threads=1)
        row, node = np.nonzero(np.isfinite(expected))
        assert len(node) > 10 * N_SOURCES
        assert np.array_equal(np.diff(one.indptr), np.bincount(row, minlength=N_SOURCES))
        assert np.array_equal(one.node, node)
        assert np.array_equal(one.travel_time_s, expected[row, node])
        for threads in (2, 4):
            more = compute_reach(
                network, sources, limit_s=LIMIT_S, reverse=reverse, threads=threads
            )
            assert as_bytes(more) == as_bytes(one)

        nearest = find_nearest_centre(network, sources, limit_s=LIMIT_S, reverse=reverse)
        least = expected.min(axis=0)
        assert np.array_equal(nearest.travel_time_s, least)
        first = np.where(np.isfinite(least), expected.argmin(axis=0), -1)
        assert np.array_equal(nearest.centre_index, first)

        total = sum_within_limit(network, sources, value, limit_s=LIMIT_S, reverse=reverse)
        assert np.array_equal(total, np.isfinite(expected) @ value)


@pytest.mark.shared_data
@pytest.mark.parametrize("city", ["porto-alegre", "heidelberg"])
def test_searches_of_a_real_city_find_what_scipy_finds(shared_data: Path, city: str) -> None:
    streets = open_streets(shared_data / city / "streets.osm.pbf")
    profile = find_profile("elderly")
    assert_agrees_with_scipy(time_streets(streets, profile, private_ways="open"))


@pytest.mark.parametrize(("directed_edges", "seed"), [(30_000, 1), (60_000, 2)])
def test_searches_of_a_made_up_hill_city_find_what_scipy_finds(
    directed_edges: int, seed: int
) -> None:
    assert_agrees_with_scipy(make_network(build_hill_city(directed_edges, seed=seed)))
