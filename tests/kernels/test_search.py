"""Search kernels against slow plain twins and scipy, on random graphs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from planner._kernels import rows, search, spread
from tests.kernels.graphs import (
    Graph,
    Memory,
    Seed,
    buckets_for,
    make_graph,
    plain_nearest,
    plain_search,
)

ROOT = Path(__file__).resolve().parents[2]
LIMITS = st.sampled_from([0.5, 8.0, 10.0, 60.0, 900.0, np.inf])
WIDTHS = st.sampled_from([0.3, 4.0, 16.0, 1e5])
SEEDS = st.integers(0, 10**9)


def random_graph(rng: np.random.Generator) -> Graph:
    n_nodes = int(rng.integers(1, 70))
    return make_graph(rng, n_nodes, int(rng.integers(0, 3 * n_nodes)))


def random_seeds(rng: np.random.Generator, graph: Graph, count: int) -> list[list[Seed]]:
    """Make up to two seeds a source, some absent, some late."""
    return [
        [
            (int(rng.integers(-1, graph.n_nodes)), float(rng.choice([0.0, 2.0, 25.0])))
            for _ in range(2)
        ]
        for _ in range(count)
    ]


def seed_arrays(seeds: list[list[Seed]]) -> tuple[np.ndarray, np.ndarray]:
    both = np.array(seeds, np.float64).reshape(-1, 2, 2)
    return both[:, :, 0].astype(np.int32), np.ascontiguousarray(both[:, :, 1])


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, limit=LIMITS, width=WIDTHS)
def test_reach_rows_list_what_a_textbook_search_finds(
    seed: int, limit: float, width: float
) -> None:
    rng = np.random.default_rng(seed)
    graph = random_graph(rng)
    seeds = random_seeds(rng, graph, 5)
    number = rng.permutation(graph.n_nodes).astype(np.int32)
    position = np.argsort(number).astype(np.int32)
    memory = Memory.make(graph.n_nodes, graph.n_nodes, buckets_for(graph, width, 25.0), limit=limit)
    room = 5 * graph.n_nodes
    out, times, row_end = np.empty(room, np.int32), np.empty(room), np.zeros(5, np.int64)
    done = search.reach_rows(
        *graph.arrays,
        *seed_arrays(seeds),
        0,
        5,
        limit,
        width,
        *memory.search,
        memory.words,
        memory.summary,
        number,
        position,
        out,
        times,
        0,
        row_end,
    )
    assert done == 5
    assert memory.is_clean(limit)
    began = 0
    for source, end in zip(seeds, row_end.tolist(), strict=True):
        expected = {int(number[n]): t for n, t in plain_search(graph, source, limit).items()}
        assert out[began:end].tolist() == sorted(expected)
        assert (
            dict(zip(out[began:end].tolist(), times[began:end].tolist(), strict=True)) == expected
        )
        began = end


def test_reach_rows_stop_where_a_row_does_not_fit_and_leave_no_trace() -> None:
    graph = Graph(np.array([0, 1, 2, 2], np.int32), np.array([1, 2], np.int32), np.ones(2))
    same = np.arange(3, dtype=np.int32)
    memory = Memory.make(3, 3, 8, limit=9.0)
    out, times, row_end = np.empty(4, np.int32), np.empty(4), np.zeros(2, np.int64)
    seeds = seed_arrays([[(0, 0.0), (-1, 0.0)], [(1, 0.0), (-1, 0.0)]])
    lists = (memory.words, memory.summary, same, same, out, times)
    arguments = (*graph.arrays, *seeds, 0, 2, 9.0, 1.0, *memory.search, *lists)
    assert search.reach_rows(*arguments, 0, row_end) == 1
    assert out[:3].tolist() == [0, 1, 2]
    assert memory.is_clean(9.0)
    assert search.reach_rows(*arguments, 2, row_end) == 0
    assert memory.is_clean(9.0)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, limit=LIMITS, width=WIDTHS)
def test_nearest_seed_is_the_least_of_time_then_label(
    seed: int, limit: float, width: float
) -> None:
    rng = np.random.default_rng(seed)
    graph = random_graph(rng)
    # Whole seconds add up without rounding, so that ties are ties.
    graph = Graph(graph.indptr, graph.head, np.ceil(graph.time_s))
    seeds = [pair[0] for pair in random_seeds(rng, graph, 7)]
    memory = Memory.make(graph.n_nodes, 1, buckets_for(graph, width, 25.0))
    label = np.full(graph.n_nodes, -1, np.int64)
    node, time_s = seed_arrays([[seed] * 2 for seed in seeds])
    spread.nearest_seed(
        *graph.arrays,
        np.ascontiguousarray(node[:, 0]),
        np.ascontiguousarray(time_s[:, 0]),
        limit,
        width,
        memory.found,
        label,
        *memory.queue,
    )
    times, labels = plain_nearest(graph, seeds, limit)
    assert memory.found.tolist() == [times.get(n, np.inf) for n in range(graph.n_nodes)]
    assert label.tolist() == [labels.get(n, -1) for n in range(graph.n_nodes)]


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, limit=LIMITS, width=WIDTHS)
def test_sums_are_those_of_the_nodes_a_textbook_search_finds(
    seed: int, limit: float, width: float
) -> None:
    rng = np.random.default_rng(seed)
    graph = random_graph(rng)
    seeds = random_seeds(rng, graph, 5)
    value = 2.0 ** (np.arange(graph.n_nodes) % 50)
    memory = Memory.make(graph.n_nodes, 1, buckets_for(graph, width, 25.0), limit=limit)
    total = np.full(5, np.nan)
    search.sum_rows(
        *graph.arrays, *seed_arrays(seeds), 0, 5, limit, width, *memory.search, value, total
    )
    expected = [sum(value[n] for n in plain_search(graph, pair, limit)) for pair in seeds]
    assert total.tolist() == expected
    assert memory.is_clean(limit)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, width=WIDTHS)
def test_trees_agree_with_scipy_and_lead_back_to_a_seed(seed: int, width: float) -> None:
    rng = np.random.default_rng(seed)
    graph = random_graph(rng)
    source = int(rng.integers(0, graph.n_nodes))
    memory = Memory.make(graph.n_nodes, 1, buckets_for(graph, width))
    parent = np.full(graph.n_nodes, -1, np.int32)
    node = np.array([source, -1], np.int32)
    spread.grow_tree(
        *graph.arrays, node, np.zeros(2), np.inf, width, memory.found, parent, *memory.queue
    )
    least = np.full((graph.n_nodes, graph.n_nodes), np.inf)
    tail = np.repeat(np.arange(graph.n_nodes), np.diff(graph.indptr))
    np.minimum.at(least, (tail, graph.head), graph.time_s)
    np.fill_diagonal(least, 0.0)
    matrix = csr_array(np.where(np.isinf(least), 0.0, least))
    assert memory.found.tolist() == dijkstra(matrix, indices=source).tolist()
    for start in np.flatnonzero(np.isfinite(memory.found)).tolist():
        walker, left = start, graph.n_nodes
        while parent[walker] >= 0:
            before = int(parent[walker])
            assert memory.found[before] + least[before, walker] == memory.found[walker]
            walker, left = before, left - 1
            assert left > 0, "a tree has no ring"
        assert walker == source


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, limit=st.sampled_from([0.5, 10.0, 40.0, 900.0]))
def test_walk_rows_take_the_least_over_both_ends_and_the_own_edge(seed: int, limit: float) -> None:
    rng = np.random.default_rng(seed)
    graph = random_graph(rng)
    seeds = random_seeds(rng, graph, 4)
    n_demand = int(rng.integers(0, 50))
    at = rng.integers(0, graph.n_nodes, (n_demand, 2))
    extra = rng.choice([0.0, 3.0, 17.5], (n_demand, 2))
    kept = rng.random((n_demand, 2)) < 0.8
    fraction, leg = rng.random(n_demand), rng.choice([0.0, 5.0], n_demand)
    own_range = np.sort(rng.integers(0, n_demand + 1, (4, 2)), axis=1)
    own_walk = np.stack([rng.random(4), rng.choice([0.0, 4.0], 4), *rng.uniform(1, 50, (2, 4))], 1)
    node = at[kept]
    by_node = np.argsort(node, kind="stable")
    entry_indptr = np.zeros(graph.n_nodes + 1, np.int64)
    np.cumsum(np.bincount(node, minlength=graph.n_nodes), out=entry_indptr[1:])
    entry_demand = np.nonzero(kept)[0][by_node].astype(np.int32)
    number = rng.permutation(n_demand).astype(np.int32)
    memory = Memory.make(graph.n_nodes, n_demand, buckets_for(graph, 4.0, 25.0), limit=limit)
    demand_found = np.full(n_demand, np.inf)
    out, times, row_end = np.empty(4 * n_demand, np.int32), np.empty(4 * n_demand), np.zeros(4, int)

    def fill(first: int, used: int) -> int:
        done: int = search.walk_rows(
            *graph.arrays,
            *seed_arrays(seeds),
            first,
            4,
            limit,
            4.0,
            *memory.search,
            memory.words,
            memory.summary,
            number,
            np.argsort(number).astype(np.int32),
            out,
            times,
            used,
            row_end,
            own_range,
            own_walk,
            entry_indptr,
            entry_demand,
            extra[kept][by_node],
            fraction,
            leg,
            demand_found,
            np.empty(n_demand, np.int32),
        )
        return done

    assert fill(0, 0) == 4
    began = 0
    for row, end in enumerate(row_end.tolist()):
        expected: dict[int, float] = {}
        reached = plain_search(graph, seeds[row], limit)
        for demand in range(n_demand):
            ends = [
                reached.get(int(at[demand, k]), np.inf) + extra[demand, k]
                for k in (0, 1)
                if kept[demand, k]
            ]
            if own_range[row, 0] <= demand < own_range[row, 1]:
                along = fraction[demand] - own_walk[row, 0]
                edge_s = own_walk[row, 2] if along > 0 else own_walk[row, 3]
                ends.append(own_walk[row, 1] + leg[demand] + abs(along) * edge_s)
            if min(ends, default=np.inf) <= limit:
                expected[int(number[demand])] = min(ends)
        assert out[began:end].tolist() == sorted(expected)
        assert times[began:end].tolist() == [expected[d] for d in sorted(expected)]
        began = end
    assert memory.is_clean(limit)
    assert np.isinf(demand_found).all()
    if row_end[3] > row_end[2]:
        assert fill(3, len(out)) == 3, "a row that does not fit is not begun"
        assert np.isinf(demand_found).all()


@pytest.mark.parametrize("copy", [rows.copy_rows, rows.copy_rows_wide])
def test_rows_are_copied_to_where_they_begin(copy: object) -> None:
    index, times = np.arange(5, dtype=np.int32), np.arange(5) * 0.5
    out = np.full(6, -1, np.int32 if copy is rows.copy_rows else np.int64)
    out_s = np.full(6, -1.0)
    starts, ends, target = np.array([0, 2, 2]), np.array([2, 2, 5]), np.array([4, 9, 0])
    copy(index, times, starts, ends, target, out, out_s)  # type: ignore[operator]  # kernels
    assert out.tolist() == [2, 3, 4, -1, 0, 1]
    assert out_s.tolist() == [1.0, 1.5, 2.0, -1.0, 0.0, 0.5]


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, mean=st.booleans())
def test_joined_rows_are_those_of_two_dictionaries(seed: int, *, mean: bool) -> None:
    rng = np.random.default_rng(seed)
    sides = []
    for _ in range(2):
        row_sets = [np.flatnonzero(rng.random(12) < 0.5) for _ in range(3)]
        index = np.concatenate(row_sets).astype(np.int32)
        indptr = np.cumsum([0, *map(len, row_sets)])
        sides.append((indptr, index, rng.integers(0, 20, len(index)).astype(np.float64)))
    out, times, indptr = np.empty(36, np.int32), np.empty(36), np.zeros(4, np.int64)
    used = rows.join_rows(*sides[0], *sides[1], 3, 10.0, mean, out, times, indptr)
    assert used == indptr[-1]
    for row in range(3):
        a, b = (
            dict(zip(i[p[row] : p[row + 1]].tolist(), t[p[row] : p[row + 1]].tolist(), strict=True))
            for p, i, t in sides
        )
        joined = {d: (a[d] + b[d]) / 2 if mean else max(a[d], b[d]) for d in a.keys() & b.keys()}
        expected = {d: t for d, t in sorted(joined.items()) if t <= 10.0}
        found = slice(indptr[row], indptr[row + 1])
        assert out[found].tolist() == list(expected)
        assert times[found].tolist() == list(expected.values())


@pytest.mark.skipif("NUMBA_DISABLE_JIT" in os.environ, reason="this is the run without compiler")
def test_kernels_give_the_same_without_the_compiler() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header"]
        + [f"tests/kernels/{name}" for name in ("test_search.py", "test_raster.py")],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "COVERAGE_PROCESS_START": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
