"""Times from node to node: by hand, against scipy, and the same whatever the threads."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from planner.domain.network import StreetNetwork
from planner.errors import NetworkInvalid, NodeIndexError
from planner.reach.rows import thread_count
from planner.reach.times import compute_reach, find_nearest_centre, sum_within_limit
from planner.units import UNREACHED
from tests.reach.towns import CRS, make_random_town, make_town

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tiny_town() -> StreetNetwork:
    """Three nodes in a row, five minutes apart, and an island."""
    return StreetNetwork.from_arrays(
        np.array([[0.0, 0.0], [300.0, 0.0], [600.0, 0.0], [900.0, 900.0]]),
        np.array([0, 1, 1, 2]),
        np.array([1, 0, 2, 1]),
        np.full(4, 300.0),
        crs=CRS,
    )


def test_a_source_reaches_itself_at_zero_and_the_limit_is_inclusive(
    tiny_town: StreetNetwork,
) -> None:
    reach = compute_reach(tiny_town, np.array([0, 3]), limit_s=300)
    assert reach.indptr.tolist() == [0, 2, 3]
    assert reach.node.tolist() == [0, 1, 3]
    assert reach.travel_time_s.tolist() == [0.0, 300.0, 0.0]
    assert reach.node.dtype == reach.indptr.dtype == np.int64


def test_just_below_a_time_the_node_is_not_reached(tiny_town: StreetNetwork) -> None:
    limit_s = np.nextafter(300.0, 0.0)
    assert compute_reach(tiny_town, np.array([0]), limit_s=limit_s).node.tolist() == [0]


def test_beyond_the_limit_nodes_are_unreached_and_belong_to_no_centre(
    tiny_town: StreetNetwork,
) -> None:
    nearest = find_nearest_centre(tiny_town, np.array([1]), limit_s=300)
    assert nearest.travel_time_s.tolist() == [300.0, 0.0, 300.0, UNREACHED]
    assert nearest.centre_index.tolist() == [0, 0, 0, -1]


def test_ties_go_to_the_centre_that_comes_first(tiny_town: StreetNetwork) -> None:
    for first, second in ((0, 2), (2, 0)):
        nearest = find_nearest_centre(tiny_town, np.array([first, second]), limit_s=900)
        assert nearest.centre_index[1] == 0


def test_a_centre_named_twice_counts_as_the_first(tiny_town: StreetNetwork) -> None:
    nearest = find_nearest_centre(tiny_town, np.array([1, 1]), limit_s=900)
    assert nearest.centre_index.tolist() == [0, 0, 0, -1]


def test_duplicate_and_unsorted_sources_keep_their_rows(tiny_town: StreetNetwork) -> None:
    reach = compute_reach(tiny_town, np.array([2, 0, 2]), limit_s=300)
    assert np.split(reach.node, reach.indptr[1:-1])[0].tolist() == [1, 2]
    assert np.split(reach.node, reach.indptr[1:-1])[2].tolist() == [1, 2]


def test_no_source_gives_no_row(tiny_town: StreetNetwork) -> None:
    none = np.array([], np.int64)
    assert compute_reach(tiny_town, none, limit_s=300).indptr.tolist() == [0]
    nearest = find_nearest_centre(tiny_town, none, limit_s=300)
    assert np.isinf(nearest.travel_time_s).all()
    assert sum_within_limit(tiny_town, none, np.ones(4), limit_s=300).tolist() == []


def test_a_one_way_street_is_reached_one_way_and_left_the_other() -> None:
    street = make_town([(0, 1, 60.0)], two_way=False)
    assert compute_reach(street, np.array([0]), limit_s=60).node.tolist() == [0, 1]
    assert compute_reach(street, np.array([1]), limit_s=60).node.tolist() == [1]
    assert compute_reach(street, np.array([1]), limit_s=60, reverse=True).node.tolist() == [0, 1]
    nearest = find_nearest_centre(street, np.array([1]), limit_s=60, reverse=False)
    assert nearest.travel_time_s.tolist() == [UNREACHED, 0.0]


@pytest.mark.parametrize("nodes", [[4], [-1], [0, 99]])
def test_a_source_outside_the_network_is_named(tiny_town: StreetNetwork, nodes: list[int]) -> None:
    with pytest.raises(NodeIndexError, match=rf"found {nodes[-1]}.*0 to 3"):
        compute_reach(tiny_town, np.array(nodes), limit_s=300)
    with pytest.raises(IndexError):
        find_nearest_centre(tiny_town, np.array(nodes), limit_s=300)


@pytest.mark.parametrize("nodes", [[0.5], [[0, 1]]])
def test_sources_that_are_no_node_numbers_are_refused(
    tiny_town: StreetNetwork, nodes: list[object]
) -> None:
    with pytest.raises(NodeIndexError, match="node numbers"):
        compute_reach(tiny_town, np.array(nodes), limit_s=300)


@pytest.mark.parametrize("limit_s", [0.0, -1.0, float("nan")])
def test_a_limit_must_be_above_zero(tiny_town: StreetNetwork, limit_s: float) -> None:
    with pytest.raises(NetworkInvalid, match="limit_s"):
        compute_reach(tiny_town, np.array([0]), limit_s=limit_s)


@pytest.mark.parametrize("limit_s", [0.0, -1.0, float("nan")])
def test_every_search_refuses_a_limit_that_is_not_above_zero(
    tiny_town: StreetNetwork, limit_s: float
) -> None:
    with pytest.raises(NetworkInvalid, match="limit_s"):
        find_nearest_centre(tiny_town, np.array([0]), limit_s=limit_s)
    with pytest.raises(NetworkInvalid, match="limit_s"):
        sum_within_limit(tiny_town, np.array([0]), np.ones(4), limit_s=limit_s)


def test_without_a_limit_all_that_can_be_reached_is(tiny_town: StreetNetwork) -> None:
    reach = compute_reach(tiny_town, np.array([0]), limit_s=np.inf)
    assert reach.node.tolist() == [0, 1, 2]
    assert reach.travel_time_s.tolist() == [0.0, 300.0, 600.0]
    nearest = find_nearest_centre(tiny_town, np.array([3]), limit_s=np.inf)
    assert nearest.centre_index.tolist() == [-1, -1, -1, 0]


def test_times_beyond_32_bits_of_milliseconds_or_microseconds_are_exact() -> None:
    # A day and 50 days: 2^31 microseconds are 36 minutes, 2^31 milliseconds 25 days.
    day_s, long_s = 86_400.000_001, 50 * 86_400.5
    town = make_town([(0, 1, day_s), (1, 2, long_s), (2, 3, 0.000_001)])
    for limit_s in (1e8, np.inf):
        reach = compute_reach(town, np.array([0]), limit_s=limit_s)
        assert reach.travel_time_s.tolist() == [
            0.0,
            day_s,
            day_s + long_s,
            day_s + long_s + 0.000_001,
        ]


def test_a_network_without_edges_is_searched_too() -> None:
    none = np.empty(0, np.int64)
    alone = StreetNetwork.from_arrays(np.zeros((2, 2)), none, none, np.empty(0), crs=CRS)
    assert compute_reach(alone, np.array([1, 0]), limit_s=900).node.tolist() == [1, 0]
    assert find_nearest_centre(alone, np.array([1]), limit_s=900).centre_index.tolist() == [-1, 0]
    assert sum_within_limit(alone, np.array([1]), np.array([1.0, 2.0]), limit_s=9).tolist() == [2.0]


def test_sums_need_one_value_for_each_node(tiny_town: StreetNetwork) -> None:
    with pytest.raises(NetworkInvalid, match="node_value"):
        sum_within_limit(tiny_town, np.array([0]), np.ones(3), limit_s=300)


def test_sums_take_the_values_of_the_nodes_within_the_limit(tiny_town: StreetNetwork) -> None:
    persons = np.array([1.0, 2.0, 4.0, 8.0])
    total = sum_within_limit(tiny_town, np.array([3, 0, 1]), persons, limit_s=300, threads=2)
    assert total.tolist() == [8.0, 3.0, 7.0]


def test_threads_come_from_the_setting_then_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLANNER_THREADS", "3")
    assert thread_count(2) == 2
    assert thread_count(None) == 3
    monkeypatch.delenv("PLANNER_THREADS")
    assert thread_count(None) >= 1
    monkeypatch.setenv("PLANNER_THREADS", "many")
    with pytest.raises(NetworkInvalid, match=r"PLANNER_THREADS.*found many"):
        thread_count(None)
    with pytest.raises(NetworkInvalid, match="threads"):
        thread_count(0)


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 10**9),
    limit_s=st.sampled_from([1.0, 30.0, 100.0, 5000.0, np.inf]),
    reverse=st.booleans(),
)
def test_times_agree_with_scipy(seed: int, limit_s: float, reverse: bool) -> None:  # noqa: FBT001
    rng = np.random.default_rng(seed)
    n_nodes = int(rng.integers(1, 40))
    n_edges = int(rng.integers(0, 100))
    start, end = rng.integers(0, n_nodes, (2, n_edges))
    time_s = rng.choice([1.0, 10.0, 0.001, 2000.0, *rng.uniform(0.1, 40, 4)], n_edges)
    town = StreetNetwork.from_arrays(rng.uniform(0, 9, (n_nodes, 2)), start, end, time_s, crs=CRS)
    least = np.full((n_nodes, n_nodes), np.inf)
    np.minimum.at(least, (start, end), time_s)
    least[np.isinf(least)] = 0.0
    np.fill_diagonal(least, 0.0)
    graph = csr_array(least.T if reverse else least)
    sources = rng.integers(0, n_nodes, int(rng.integers(1, 12)))
    expected = dijkstra(graph, indices=sources, limit=limit_s)

    reach = compute_reach(town, sources, limit_s=limit_s, reverse=reverse)
    found = np.full(expected.shape, np.inf)
    row = np.repeat(np.arange(len(sources)), np.diff(reach.indptr))
    found[row, reach.node] = reach.travel_time_s
    assert found.tolist() == expected.tolist()
    for nodes in np.split(reach.node, reach.indptr[1:-1]):
        assert (np.diff(nodes) > 0).all(), "nodes ascend within a row"

    nearest = find_nearest_centre(town, sources, limit_s=limit_s, reverse=reverse)
    assert nearest.travel_time_s.tolist() == expected.min(axis=0).tolist()
    first = np.where(np.isinf(expected.min(axis=0)), -1, expected.argmin(axis=0))
    assert nearest.centre_index.tolist() == first.tolist()

    value = rng.integers(0, 100, n_nodes).astype(np.float64)
    total = sum_within_limit(town, sources, value, limit_s=limit_s, reverse=reverse)
    assert total.tolist() == (np.isfinite(expected) @ value).tolist()


def test_the_same_bytes_for_any_number_of_threads_and_from_two_threads_at_once() -> None:
    rng = np.random.default_rng(7)
    town = make_random_town(rng, 2000, 5000)
    sources = rng.integers(0, 2000, 700)
    one = compute_reach(town, sources, limit_s=120, threads=1)

    def again(threads: int) -> tuple[bytes, bytes, bytes]:
        reach = compute_reach(town, sources, limit_s=120, threads=threads)
        return reach.indptr.tobytes(), reach.node.tobytes(), reach.travel_time_s.tobytes()

    wanted = (one.indptr.tobytes(), one.node.tobytes(), one.travel_time_s.tobytes())
    assert again(2) == wanted
    assert again(4) == wanted
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(again, [2, 2])) == [wanted, wanted]
    value = rng.random(2000)
    sums = [
        sum_within_limit(town, sources, value, limit_s=120, threads=threads).tobytes()
        for threads in (1, 2, 4)
    ]
    assert sums[0] == sums[1] == sums[2]


def test_rows_longer_than_what_is_left_of_a_buffer_go_into_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(7)
    town = make_random_town(rng, 500, 1500)
    sources = np.arange(500)
    before = compute_reach(town, sources, limit_s=60, threads=1)
    monkeypatch.setattr("planner.reach.rows._CHUNK", 1)
    after = compute_reach(town, sources, limit_s=60, threads=2)
    assert before.node.tobytes() == after.node.tobytes()
    assert before.travel_time_s.tobytes() == after.travel_time_s.tobytes()


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="this system cannot fork")
def test_a_forked_child_can_search_after_its_parent_did() -> None:
    script = """
        import os, sys
        import numpy as np
        from planner.reach.times import compute_reach
        from tests.reach.towns import make_random_town
        town = make_random_town(np.random.default_rng(1), 500, 1500)
        def search():
            return compute_reach(town, np.arange(500), limit_s=60, threads=2).node.tobytes()
        parents = search()
        child = os.fork()
        if child == 0:
            os._exit(0 if search() == parents else 3)
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    run([sys.executable, "-c", textwrap.dedent(script)])


def run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
