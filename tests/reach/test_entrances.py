"""Of several entrances the best counts, for every home on its own."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.reach import Walks
from planner.reach.entrances import merge_entrances


def _walks(rows: list[dict[int, float]], n_demand: int = 6) -> Walks:
    return Walks(
        indptr=np.cumsum([0, *(len(row) for row in rows)]).astype(np.int64),
        demand_index=np.array([d for row in rows for d in sorted(row)], dtype=np.int32),
        travel_time_s=np.array([row[d] for row in rows for d in sorted(row)], dtype=np.float64),
        n_demand=n_demand,
        limit_s=900.0,
    )


def _rows(walks: Walks) -> list[dict[int, float]]:
    return [
        dict(
            zip(
                walks.demand_index[start:stop].tolist(),
                walks.travel_time_s[start:stop].tolist(),
                strict=True,
            )
        )
        for start, stop in zip(walks.indptr[:-1].tolist(), walks.indptr[1:].tolist(), strict=True)
    ]


def test_each_home_takes_the_entrance_that_is_nearest_to_it() -> None:
    entrances = _walks([{0: 100.0, 1: 300.0}, {5: 60.0}, {1: 200.0, 2: 50.0, 0: 150.0}])
    merged = merge_entrances(entrances, np.array([0, 1, 0]), 3)
    assert _rows(merged) == [{0: 100.0, 1: 200.0, 2: 50.0}, {5: 60.0}, {}]
    assert merged.demand_index.dtype == np.int32
    assert (merged.n_demand, merged.limit_s) == (6, 900.0)


def test_places_of_one_entrance_each_keep_their_walks() -> None:
    walks = _walks([{0: 1.0}, {1: 2.0}])
    assert merge_entrances(walks, np.arange(2), 2) is walks


_row = st.dictionaries(st.integers(0, 5), st.floats(0.0, 900.0), max_size=6)


@given(st.lists(st.tuples(st.integers(0, 3), _row), max_size=8))
def test_it_is_the_smallest_of_all_entrances(entrances: list[tuple[int, dict[int, float]]]) -> None:
    merged = merge_entrances(
        _walks([row for _, row in entrances]), np.array([p for p, _ in entrances], np.int64), 4
    )
    slow: list[dict[int, float]] = [{} for _ in range(4)]
    for place, row in entrances:
        for demand, time_s in row.items():
            slow[place][demand] = min(time_s, slow[place].get(demand, np.inf))
    assert _rows(merged) == slow
    for start, stop in zip(merged.indptr[:-1], merged.indptr[1:], strict=True):
        assert (np.diff(merged.demand_index[start:stop]) > 0).all()
