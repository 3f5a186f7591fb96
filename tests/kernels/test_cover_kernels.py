"""The covering kernels against slow plain twins, on random coverings with ties."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner._kernels.cover import (
    Covering,
    count_covers,
    greedy_cover,
    ruin_and_recreate,
    sum_rows,
    swap_cover,
)
from planner._kernels.merge import (
    find_dominated,
    is_ascending,
    keep_columns,
    split_into_classes,
    transpose_rows,
)
from planner._kernels.thinning import thin_points

quick = settings(max_examples=60, deadline=None)


@dataclass(frozen=True)
class Rows:
    """Rows of demand as sets, and as the kernels take them."""

    rows: tuple[frozenset[int], ...]
    n_demand: int
    weight: tuple[float, ...]

    def __post_init__(self) -> None:
        lists = [sorted(row) for row in self.rows]
        object.__setattr__(self, "indptr", np.cumsum([0, *map(len, lists)]).astype(np.int64))
        object.__setattr__(self, "index", np.array([j for row in lists for j in row], np.int32))

    indptr = np.zeros(0, np.int64)
    index = np.zeros(0, np.int32)

    def covering(self) -> Covering:
        columns, coverer = transpose_rows(self.indptr, self.index, self.n_demand)
        return Covering(
            self.indptr, self.index, columns, coverer, np.array(self.weight, np.float64)
        )

    def value(self, chosen: list[int]) -> float:
        return sum(self.weight[j] for j in frozenset[int]().union(*(self.rows[i] for i in chosen)))


@st.composite
def coverings(draw: st.DrawFn, *, filled: bool = False) -> Rows:
    n_demand = draw(st.integers(1, 8))
    demand = st.frozensets(st.integers(0, n_demand - 1), min_size=int(filled), max_size=n_demand)
    rows = list(draw(st.lists(demand, min_size=1, max_size=8)))
    if filled:
        rows += [frozenset({j}) for j in range(n_demand) if not any(j in row for row in rows)]
    weight = draw(st.lists(st.integers(1, 9), min_size=n_demand, max_size=n_demand))
    return Rows(tuple(rows), n_demand, tuple(map(float, weight)))


@quick
@given(coverings())
def test_turning_rows_over_lists_each_column(town: Rows) -> None:
    indptr, row = transpose_rows(town.indptr, town.index, town.n_demand)
    for j in range(town.n_demand):
        expected = [i for i, items in enumerate(town.rows) if j in items]
        assert row[indptr[j] : indptr[j + 1]].tolist() == expected


@pytest.mark.parametrize(
    ("indptr", "index", "ascending"),
    [
        ([0, 2, 3], [0, 1, 0], True),
        ([0, 2], [1, 0], False),
        ([0, 2], [1, 1], False),
        ([0], [], True),
    ],
)
def test_rows_out_of_order_or_with_repeats_are_noticed(
    indptr: list[int], index: list[int], *, ascending: bool
) -> None:
    assert is_ascending(np.array(indptr, np.int64), np.array(index, np.int32)) is ascending


@quick
@given(coverings())
def test_two_points_share_a_class_only_where_the_same_rows_hold_both(town: Rows) -> None:
    label = np.zeros(town.n_demand, np.int32)
    n_classes = split_into_classes(town.indptr, town.index, label)
    signature = [
        tuple(i for i, row in enumerate(town.rows) if j in row) for j in range(town.n_demand)
    ]
    for one in range(town.n_demand):
        for other in range(town.n_demand):
            assert (label[one] == label[other]) == (signature[one] == signature[other])
    assert sorted(set(label.tolist())) == list(range(n_classes))


def test_classes_given_before_are_only_split_further() -> None:
    label = np.array([0, 0, 1, 1], np.int32)
    n_classes = split_into_classes(np.array([0, 2], np.int64), np.array([0, 2], np.int32), label)
    assert n_classes == 4
    assert len(set(label.tolist())) == 4


def test_columns_left_out_leave_their_rows_in_order() -> None:
    indptr, index = keep_columns(
        np.array([0, 2, 3], np.int64), np.array([0, 2, 1], np.int32), np.array([5, -1, 7], np.int32)
    )
    assert (indptr.tolist(), index.tolist()) == ([0, 2, 2], [5, 7])


@quick
@given(coverings(), st.data())
def test_a_candidate_is_dominated_where_another_covers_it_for_no_more_money(
    town: Rows, data: st.DataObject
) -> None:
    size = len(town.rows)
    price = data.draw(st.lists(st.integers(1, 3), min_size=size, max_size=size))
    columns = transpose_rows(town.indptr, town.index, town.n_demand)
    arguments = (town.indptr, town.index, *columns, np.array(price, np.float64))
    marked = find_dominated(*arguments, 10**6)
    for i, row in enumerate(town.rows):
        better = [
            k
            for k, other in enumerate(town.rows)
            if k != i
            and row <= other
            and price[k] <= price[i]
            and (row < other or price[k] < price[i] or k < i)
        ]
        assert marked[i] == (not row or bool(better))
    cut_short = find_dominated(*arguments, 0)
    assert not (cut_short & ~marked).any()


@quick
@given(coverings(), st.data())
def test_sums_and_counts_over_rows(town: Rows, data: st.DataObject) -> None:
    value = np.array(town.weight)
    total = sum_rows(town.indptr, town.index, value)
    assert total.tolist() == [sum(town.weight[j] for j in row) for row in town.rows]
    chosen = data.draw(st.lists(st.integers(0, len(town.rows) - 1), unique=True))
    count = count_covers(town.indptr, town.index, np.array(chosen, np.int64), town.n_demand)
    expected = [sum(j in town.rows[i] for i in chosen) for j in range(town.n_demand)]
    assert count.tolist() == expected


@quick
@given(coverings(), st.integers(1, 8), st.data())
def test_greedy_takes_most_gain_first_and_the_lower_number_in_a_tie(
    town: Rows, count: int, data: st.DataObject
) -> None:
    known = data.draw(st.frozensets(st.integers(0, town.n_demand - 1)))
    covered = np.isin(np.arange(town.n_demand), sorted(known))
    order, gain = greedy_cover(town.indptr, town.index, np.array(town.weight), covered, count)
    seen = set(known)
    expected: list[tuple[int, float]] = []
    for _ in range(count):
        gains = [sum(town.weight[j] for j in row - seen) for row in town.rows]
        best = max(range(len(gains)), key=lambda i: (gains[i], -i))
        if gains[best] == 0:
            break
        expected.append((best, gains[best]))
        seen |= town.rows[best]
    assert list(zip(order.tolist(), gain.tolist(), strict=True)) == expected
    assert set(np.flatnonzero(covered).tolist()) == seen


@quick
@given(coverings(filled=True), st.data())
def test_after_swapping_no_single_exchange_gains(town: Rows, data: st.DataObject) -> None:
    n = len(town.rows)
    start = data.draw(st.lists(st.integers(0, n - 1), unique=True, max_size=n))
    chosen = swap_cover(town.covering(), np.array(start, np.int64), 0.5, 10**6).tolist()
    assert len(set(chosen)) == len(start)
    assert town.value(chosen) >= town.value(start)
    for out in chosen:
        for one in set(range(n)) - set(chosen):
            exchanged = [one if item == out else item for item in chosen]
            assert town.value(exchanged) <= town.value(chosen)


@quick
@given(coverings(filled=True), st.data())
def test_ruin_and_recreate_never_ends_worse_and_keeps_the_number(
    town: Rows, data: st.DataObject
) -> None:
    n = len(town.rows)
    start = data.draw(st.lists(st.integers(0, n - 1), unique=True, max_size=n))
    draws = np.random.default_rng(data.draw(st.integers(0, 5))).random(101)
    arguments = (np.array(start, np.int64), draws, 3, 2.0, 0.5, 3000)
    chosen = ruin_and_recreate(town.covering(), *arguments)
    again = ruin_and_recreate(town.covering(), *arguments)
    assert chosen.tolist() == again.tolist()
    assert len(set(chosen.tolist())) == len(start)
    assert town.value(chosen.tolist()) >= town.value(start)


def test_ruin_and_recreate_leaves_a_choice_that_swaps_cannot() -> None:
    # pairs {0,1} and {2,3} are best; from {4,5} no single exchange gains
    rows = ({0, 1, 2}, {3, 4, 5}, {0, 3, 6}, {1, 4, 6}, {0, 1, 3, 4}, {2, 5})
    town = Rows(tuple(map(frozenset, rows)), 7, (3.0, 3.0, 2.0, 3.0, 3.0, 2.0, 0.5))
    draws = np.random.default_rng(1).random(997)
    chosen = ruin_and_recreate(
        town.covering(), np.array([4, 2], np.int64), draws, 2, 0.0, 1e-9, 20_000
    )
    assert sorted(chosen.tolist()) in ([0, 1], [4, 5])
    assert town.value(chosen.tolist()) == 16


def test_points_are_thinned_to_a_distance_in_their_order() -> None:
    xy = np.array([[0.0, 0.0], [0.6, 0.0], [1.0, 0.0], [1.0, 0.99], [2.0, 0.0], [0.0, 0.0]])
    assert thin_points(xy, 1.0).tolist() == [True, False, True, False, True, False]


@quick
@given(st.integers(1, 60), st.integers(0, 99))
def test_thinned_points_are_apart_and_leave_none_out_needlessly(n: int, seed: int) -> None:
    xy = np.random.default_rng(seed).uniform(-5, 5, (n, 2))
    taken = thin_points(xy, 1.5)
    expected: list[int] = []
    for point in range(n):
        if all(np.hypot(*(xy[point] - xy[other])) >= 1.5 for other in expected):
            expected.append(point)
    assert np.flatnonzero(taken).tolist() == expected
