"""Candidates along the streets: apart, everywhere, and only where a home could meet a street."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.network import EdgeFlag, StreetNetwork
from planner.errors import SitingInvalid
from planner.siting.candidates import place_candidates
from planner.units import UNREACHED

CRS = "+proj=tmerc +lat_0=0 +lon_0=106.5 +k=1 +ellps=GRS80 +units=m"


def make_streets(
    node_xy: list[tuple[float, float]],
    edges: list[tuple[int, int]],
    flags: dict[int, EdgeFlag] | None = None,
) -> StreetNetwork:
    start, end = np.array(edges, np.int64).T
    xy = np.array(node_xy, np.float64)
    time_s = np.hypot(*(xy[start] - xy[end]).T)
    network = StreetNetwork.from_arrays(xy, start, end, time_s, crs=CRS)
    marks = network.streets.edge_flags.copy()
    for edge, flag in (flags or {}).items():
        ends = set(edges[edge])
        for k, pair in enumerate(
            zip(network.streets.edge_start, network.streets.edge_end, strict=True)
        ):
            if set(map(int, pair)) == ends:
                marks[k] |= int(flag)
    return replace(network, streets=replace(network.streets, edge_flags=marks))


def test_a_straight_street_gets_one_candidate_every_spacing() -> None:
    network = make_streets([(0, 0), (1000, 0)], [(0, 1)])
    candidates, access = place_candidates(network, spacing_m=100)
    assert candidates.xy[:, 0].tolist() == pytest.approx([25 + 100 * k for k in range(10)])
    assert (candidates.xy[:, 1] == 0).all()
    assert candidates.candidate_id[:2] == ("N00001", "N00002")
    assert candidates.crs == CRS
    assert access.fraction.tolist() == pytest.approx([0.025 + 0.1 * k for k in range(10)])
    assert access.edge_index.tolist() == [0] * 10
    assert (access.distance_m == 0).all()
    assert (access.xy == candidates.xy).all()
    assert not access.switched.any()


def test_candidates_lie_apart_and_no_street_is_far_from_one() -> None:
    nodes = [(100.0 * column, 100.0 * row) for row in range(12) for column in range(12)]
    right = [(k, k + 1) for k in range(144) if k % 12 < 11]
    up = [(k, k + 12) for k in range(132)]
    network = make_streets(nodes, right + up)
    xy = place_candidates(network, spacing_m=150)[0].xy
    apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    assert apart[~np.eye(len(xy), dtype=bool)].min() >= 150 * (1 - 1e-9)
    middles = np.array([(np.array(nodes[a]) + np.array(nodes[b])) / 2 for a, b in right + up])
    near = np.hypot(*(middles[:, None] - xy[None]).transpose(2, 0, 1)).min(axis=1)
    assert near.max() < 150 + 150 / 2


def test_a_candidate_follows_the_shape_of_its_street() -> None:
    network = make_streets([(0, 0), (300, 400)], [(0, 1)])
    bent = replace(
        network.streets,
        shape_xy=np.array([[0.0, 0.0], [300.0, 0.0], [300.0, 0.0], [300.0, 400.0]]),
        shape_indptr=np.array([0, 4]),
        edge_length_m=np.array([700.0]),
    )
    candidates, access = place_candidates(replace(network, streets=bent), spacing_m=350)
    # tried at 87.5, 262.5, 437.5 and 612.5 m; the middle two lie 175 and 253 m from the first
    assert candidates.xy.tolist() == [[87.5, 0.0], [300.0, 312.5]]
    assert access.fraction.tolist() == pytest.approx([0.125, 0.875])


def test_bridges_private_ways_and_closed_streets_take_no_candidate() -> None:
    nodes = [(0.0, 1000.0 * row) for row in range(6)]
    edges = [(k, k + 1) for k in range(5)]
    flags = {0: EdgeFlag.BRIDGE, 1: EdgeFlag.PRIVATE, 2: EdgeFlag.TUNNEL, 3: EdgeFlag.STEPS}
    network = make_streets(nodes, edges, flags)
    closed = network.edge_time_s.copy()
    last = int(np.argmax(network.streets.node_xy[network.streets.edge_end, 1]))
    closed[last] = UNREACHED
    xy = place_candidates(replace(network, edge_time_s=closed), spacing_m=100)[0].xy
    assert xy[:, 1].min() > 3000
    assert xy[:, 1].max() < 4000


def test_islands_of_streets_are_left_out_beside_a_town() -> None:
    town = [(10.0 * k, 0.0) for k in range(100)]
    island = [(0.0, 500.0), (900.0, 500.0)]
    edges = [(k, k + 1) for k in range(99)] + [(100, 101)]
    xy = place_candidates(make_streets(town + island, edges), spacing_m=100)[0].xy
    assert (xy[:, 1] == 0).all()


def test_where_every_component_is_small_the_largest_is_taken() -> None:
    nodes = [(0.0, 0.0), (500.0, 0.0), (1000.0, 0.0), (0.0, 500.0), (500.0, 500.0)]
    xy = place_candidates(make_streets(nodes, [(0, 1), (1, 2), (3, 4)]), spacing_m=100)[0].xy
    assert len(xy) > 0
    assert (xy[:, 1] == 0).all()


def test_short_streets_are_tried_once_each() -> None:
    nodes = [(30.0 * k, 0.0) for k in range(21)]
    xy = place_candidates(make_streets(nodes, [(k, k + 1) for k in range(20)]), spacing_m=100)[0].xy
    gaps = np.diff(np.sort(xy[:, 0]))
    assert gaps.min() >= 100
    assert gaps.max() <= 130


@pytest.mark.parametrize("spacing_m", [0, -5, float("nan"), float("inf")])
def test_a_spacing_is_a_distance(spacing_m: float) -> None:
    with pytest.raises(SitingInvalid, match="spacing"):
        place_candidates(make_streets([(0, 0), (10, 0)], [(0, 1)]), spacing_m=spacing_m)


def test_streets_that_take_no_candidate_are_a_fault() -> None:
    network = make_streets([(0, 0), (100, 0)], [(0, 1)], {0: EdgeFlag.BRIDGE})
    with pytest.raises(SitingInvalid, match="No street"):
        place_candidates(network, spacing_m=50)
