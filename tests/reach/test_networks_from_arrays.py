"""Networks made from arrays, and the graphs the searches run on."""

from __future__ import annotations

import numpy as np
import pytest

from planner.domain.network import StreetNetwork
from planner.domain.search_graph import hilbert_order, invert_order, make_search_graphs
from planner.errors import NetworkInvalid
from planner.units import UNREACHED
from tests.reach.towns import CRS

XY = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]])


def make(
    start: list[int], end: list[int], time_s: list[float], xy: np.ndarray = XY
) -> StreetNetwork:
    return StreetNetwork.from_arrays(
        xy, np.array(start, np.int64), np.array(end, np.int64), np.array(time_s), crs=CRS
    )


def test_the_curve_steps_from_cell_to_neighbouring_cell() -> None:
    cells = np.array([(x, y) for x in range(16) for y in range(16)], np.float64)
    order = hilbert_order(cells)
    assert np.sort(order).tolist() == list(range(256))
    assert np.abs(np.diff(cells[order], axis=0)).sum(axis=1).tolist() == [1.0] * 255


def test_points_at_one_place_and_no_points_have_an_order_too() -> None:
    assert hilbert_order(np.ones((3, 2))).tolist() == [0, 1, 2]
    assert hilbert_order(np.empty((0, 2))).tolist() == []


def test_both_directions_of_a_pair_become_one_street_edge() -> None:
    town = make([1, 0, 2, 1], [0, 1, 1, 2], [10.0, 20.0, 30.0, 40.0])
    assert town.streets.edge_start.tolist() == [1, 2]
    assert town.streets.edge_end.tolist() == [0, 1]
    assert town.edge_time_s.tolist() == [[10.0, 20.0], [30.0, 40.0]]
    assert town.streets.edge_length_m.tolist() == [100.0, 100.0]
    assert town.streets.shape_xy.tolist()[:2] == [[100.0, 0.0], [0.0, 0.0]]


def test_of_parallel_edges_the_faster_wins_and_loops_are_left_out() -> None:
    town = make([0, 0, 1, 2], [1, 1, 0, 2], [30.0, 20.0, 50.0, 1.0])
    assert town.edge_time_s.tolist() == [[20.0, 50.0]]
    assert sorted(town.outward.time_s.tolist()) == [20.0, 50.0]


def test_a_direction_that_is_not_given_is_unreached_and_in_no_graph() -> None:
    town = make([0], [1], [30.0])
    assert town.edge_time_s.tolist() == [[30.0, UNREACHED]]
    assert town.outward.head.tolist() == [town.rank[1]]
    assert town.inward.head.tolist() == [town.rank[0]]


def test_islands_are_kept_and_the_largest_component_is_number_0() -> None:
    town = make([1, 2], [2, 3], [30.0, 30.0])
    assert len(town.rank) == 4
    assert town.node_component.tolist() == [1, 0, 0, 0]


def test_edges_of_equal_nodes_have_a_length_above_zero() -> None:
    town = make([0], [1], [30.0], xy=np.zeros((2, 2)))
    assert (town.streets.edge_length_m > 0).all()


def test_a_network_without_edges_is_a_network() -> None:
    town = make([], [], [])
    assert town.outward.indptr.tolist() == [0] * 5
    assert town.node_component.tolist() == [0, 1, 2, 3]


def test_graphs_are_sorted_by_tail_then_head_in_the_rank_numbering() -> None:
    rng = np.random.default_rng(2)
    start, end = rng.integers(0, 9, (2, 60))
    time_s = rng.uniform(1, 9, (60, 2))
    time_s[rng.random((60, 2)) < 0.3] = np.inf
    rank = invert_order(rng.permutation(9))
    outward, inward = make_search_graphs(9, start, end, time_s, rank)
    best: dict[tuple[int, int], float] = {}
    for u, v, (forward, backward) in zip(start, end, time_s, strict=True):
        for tail, head, seconds in ((u, v, forward), (v, u, backward)):
            key = int(rank[tail]), int(rank[head])
            if tail != head and np.isfinite(seconds):
                best[key] = min(best.get(key, np.inf), seconds)
    for graph, turned in ((outward, False), (inward, True)):
        tail = np.repeat(np.arange(9), np.diff(graph.indptr)).tolist()
        keys = list(zip(tail, graph.head.tolist(), strict=True))
        assert keys == sorted(keys)
        found = dict(zip(keys, graph.time_s.tolist(), strict=True))
        assert found == {(k[::-1] if turned else k): t for k, t in best.items()}


@pytest.mark.parametrize(
    ("start", "end", "time_s", "named"),
    [
        ([0, 9], [1, 1], [1.0, 1.0], r"row 1 · field edge_start.*found 9.*0 to 3"),
        ([0], [-1], [1.0], r"field edge_end.*found -1"),
        ([0, 0], [1, 2], [1.0], r"edge_start.*same shape"),
        ([0, 0, 0], [1, 2, 3], [1.0, 0.0, -1.0], r"row 1 · field edge_time_s: 2 of 3.*found 0"),
        ([0], [1], [np.inf], r"edge_time_s.*finite seconds above 0"),
        ([0], [1], [np.nan], r"found nan"),
    ],
)
def test_impossible_edges_are_named_by_row_and_field(
    start: list[int], end: list[int], time_s: list[float], named: str
) -> None:
    with pytest.raises(NetworkInvalid, match=named):
        make(start, end, time_s)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(NetworkInvalid) as raised:
        make([7], [8], [-1.0], xy=np.array([[np.nan, 0.0]]))
    assert {fault.field for fault in raised.value.faults} == {
        "node_xy",
        "edge_start",
        "edge_end",
        "edge_time_s",
    }


@pytest.mark.parametrize("xy", [np.zeros((0, 2)), np.zeros((3, 3)), np.zeros(4), np.float64(1)])
def test_coordinates_are_one_pair_for_each_node(xy: np.ndarray) -> None:
    with pytest.raises(NetworkInvalid, match="one pair of coordinates"):
        make([], [], [], xy=xy)


def test_node_numbers_are_whole_and_times_are_a_list() -> None:
    with pytest.raises(NetworkInvalid, match="integers"):
        StreetNetwork.from_arrays(XY, np.array([0.5]), np.array([1]), np.ones(1), crs=CRS)
    pair = np.zeros((1, 2), np.int64)
    with pytest.raises(NetworkInvalid, match="one time for each edge"):
        StreetNetwork.from_arrays(XY, pair, pair, np.ones((1, 2)), crs=CRS)


@pytest.mark.parametrize(("most", "what"), [(3, "4 nodes"), (5, "6 directed edges")])
def test_streets_too_many_to_number_are_refused_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, most: int, what: str
) -> None:
    count, name = what.split(" ", 1)
    monkeypatch.setattr("planner.domain.search_graph._MOST", most)
    nodes = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])
    with pytest.raises(
        NetworkInvalid, match=rf"more {name}.*32 bits.*found {count}.*at most {most}.*cut the area"
    ):
        StreetNetwork.from_arrays(
            nodes, np.array([0, 1, 1, 2, 2, 3]), np.array([1, 0, 2, 1, 3, 2]), np.ones(6), crs=CRS
        )
    monkeypatch.setattr("planner.domain.search_graph._MOST", 6)
    StreetNetwork.from_arrays(
        nodes, np.array([0, 1, 1, 2, 2, 3]), np.array([1, 0, 2, 1, 3, 2]), np.ones(6), crs=CRS
    )
