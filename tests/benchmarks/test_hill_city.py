"""Made-up cities: the same for the same seed, and as a hill city is."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.hill_city import HillCity, build_hill_city, make_network
from planner.domain.search_graph import hilbert_order


@pytest.fixture(scope="module")
def city() -> HillCity:
    return build_hill_city(43_000)


def test_the_same_seed_gives_the_same_city_and_another_one_another() -> None:
    first, again, other = (build_hill_city(5_000, seed=seed) for seed in (3, 3, 4))
    for field in dataclasses.fields(HillCity):
        assert getattr(first, field.name).tobytes() == getattr(again, field.name).tobytes()
    assert first.node_xy.tobytes() != other.node_xy.tobytes()


def test_a_city_is_about_as_large_as_asked_and_in_one_piece(city: HillCity) -> None:
    n_nodes, n_edges = len(city.node_xy), len(city.edge_start)
    assert 2 * n_edges == pytest.approx(43_000, rel=0.1)
    assert n_edges / n_nodes == pytest.approx(1.25, abs=0.01)
    links = coo_array((np.ones(n_edges), (city.edge_start, city.edge_end)), shape=(n_nodes,) * 2)
    assert connected_components(links, directed=False)[0] == 1


def test_no_two_edges_join_the_same_pair(city: HillCity) -> None:
    ends = np.sort(np.stack([city.edge_start, city.edge_end], axis=1), axis=1)
    assert len(np.unique(ends, axis=0)) == len(ends)
    assert (ends[:, 0] != ends[:, 1]).all()


def test_more_than_half_of_the_nodes_have_two_streets_and_few_edges_are_bridges(
    city: HillCity,
) -> None:
    degree = np.bincount(np.concatenate([city.edge_start, city.edge_end]))
    assert (degree == 2).mean() > 0.5
    assert (degree >= 3).mean() > 0.25
    assert 2 <= city.edge_is_bridge.sum() <= 0.01 * len(city.edge_start)


def test_the_two_directions_of_a_street_take_different_times_on_hills(city: HillCity) -> None:
    forward, backward = city.edge_time_s.T
    assert (np.abs(forward / backward - 1.0) > 0.05).mean() > 0.3
    climbs = city.node_height_m[city.edge_end] - city.node_height_m[city.edge_start] > 3.0
    assert climbs.sum() > 100
    assert (forward > backward)[climbs].all()


def test_times_are_whole_eighths_of_a_second_that_every_tool_holds_exactly(city: HillCity) -> None:
    assert (city.edge_time_s > 0.0).all()
    assert np.array_equal(city.edge_time_s * 8, np.rint(city.edge_time_s * 8))


def test_streets_bend_between_their_ends_and_are_longer_than_straight(city: HillCity) -> None:
    start, end = city.node_xy[city.edge_start], city.node_xy[city.edge_end]
    assert city.shape_xy[:, 0] == pytest.approx(start)
    assert city.shape_xy[:, -1] == pytest.approx(end)
    assert (city.edge_length_m >= np.hypot(*(end - start).T) - 1e-9).all()


def test_nodes_are_numbered_along_the_curve(city: HillCity) -> None:
    assert np.array_equal(hilbert_order(city.node_xy), np.arange(len(city.node_xy)))


def test_the_network_keeps_the_order_and_the_times_of_the_city(city: HillCity) -> None:
    network = make_network(city)
    assert np.array_equal(network.streets.edge_start, city.edge_start)
    assert np.array_equal(network.streets.edge_end, city.edge_end)
    assert np.array_equal(network.edge_time_s, city.edge_time_s)
    assert len(network.streets.shape_xy) == network.streets.shape_indptr[-1]
