"""Least walking: p-median and p-centre, against all choices and the published optima."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from planner.errors import SitingInvalid
from planner.siting.solve import solve_median, solve_worst, walks

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

P_MEDIAN = [5819, 4093, 4250, 3034, 1355, 7824, 5631, 4445, 2734, 1255]

LIMIT_S = 900.0


def lists(
    time_s: NDArray[np.float64], *, within_s: float = np.inf
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """List the walks of a table (candidates by homes) that are short enough."""
    near = time_s <= within_s
    indptr = np.concatenate([np.zeros(1, np.int64), near.sum(axis=1).cumsum()])
    return indptr, np.nonzero(near)[1], time_s[near]


@st.composite
def tables(draw: st.DrawFn) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    n_candidates, n_demand = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    times = st.sampled_from([0.0, 60.0, 61.5, 300.0, 899.0, 900.0, 901.0, 5000.0])
    row = st.lists(times, min_size=n_demand, max_size=n_demand)
    table = np.array(draw(st.lists(row, min_size=n_candidates, max_size=n_candidates)))
    persons = draw(st.lists(st.integers(0, 5), min_size=n_demand, max_size=n_demand).filter(any))
    return table, np.array(persons, np.float64)


@settings(max_examples=120, deadline=None)
@given(tables(), st.integers(1, 6))
def test_people_walk_least_of_all_choices(
    table: tuple[NDArray[np.float64], NDArray[np.float64]], count: int
) -> None:
    time_s, persons = table
    count = min(count, len(time_s))

    def walked(chosen: tuple[int, ...]) -> float:
        nearest = np.min(time_s[list(chosen)], axis=0, initial=LIMIT_S)
        return float((persons * nearest).sum())

    choice = solve_median(*lists(time_s, within_s=1000.0), persons, count=count, limit_s=LIMIT_S)
    best = min(walked(chosen) for chosen in combinations(range(len(time_s)), count))
    assert walked(tuple(choice.chosen.tolist())) == pytest.approx(choice.objective)
    assert choice.objective == pytest.approx(best)
    assert choice.bound == pytest.approx(best)
    assert choice.status == "optimal"
    assert choice.chosen.size <= count


@settings(max_examples=120, deadline=None)
@given(tables(), st.integers(1, 6))
def test_the_longest_walk_is_the_shortest_of_all_choices(
    table: tuple[NDArray[np.float64], NDArray[np.float64]], count: int
) -> None:
    time_s, persons = table
    count = min(count, len(time_s))
    listed = np.where(time_s <= 1000.0, time_s, np.inf)[:, persons > 0]
    best = min(
        float(listed[list(chosen)].min(axis=0).max())
        for chosen in combinations(range(len(time_s)), count)
    )
    choice = solve_worst(*lists(time_s, within_s=1000.0), persons, count=count)
    assert (choice.objective, choice.bound) == (best, best)
    assert choice.status == ("optimal" if np.isfinite(best) else "infeasible")
    if np.isfinite(best):
        assert listed[choice.chosen].min(axis=0).max() == best


def test_walks_that_are_wrong_are_named() -> None:
    good = {"count": 1, "limit_s": 900.0}
    with pytest.raises(SitingInvalid, match="finite time"):
        solve_median([0, 1], [0], [np.nan], [1], **good)  # type: ignore[arg-type]
    with pytest.raises(SitingInvalid, match="ascending order"):
        solve_median([0, 2], [1, 0], [5, 5], [1, 1], **good)  # type: ignore[arg-type]
    with pytest.raises(SitingInvalid, match="limit is a time"):
        solve_median([0, 1], [0], [5], [1], count=1, limit_s=0)
    with pytest.raises(SitingInvalid, match="from 1 to"):
        solve_worst([0, 1], [0], [5], [1], count=2)
    with pytest.raises(SitingInvalid, match="any persons"):
        solve_worst([0, 1], [0], [5], [0], count=1)


def test_too_many_steps_are_refused_before_they_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(walks, "MOST_STEPS", 3)
    table = np.arange(9.0).reshape(3, 3)
    with pytest.raises(SitingInvalid, match="18 steps"):
        solve_median(*lists(table), [1, 1, 1], count=1, limit_s=100)


def read_graph(file: Path) -> tuple[NDArray[np.float64], int]:
    """Read a graph of the OR-Library; of a repeated edge the last length counts."""
    nodes, _, count = np.loadtxt(file, max_rows=1).astype(int)
    length = np.zeros((nodes, nodes))
    for one, other, metres in np.loadtxt(file, skiprows=1):
        length[int(one) - 1, int(other) - 1] = length[int(other) - 1, int(one) - 1] = metres
    return dijkstra(length, directed=False), int(count)


def check_published(folder: Path, number: int) -> None:
    table, count = read_graph(folder / f"pmed{number}.txt")
    persons = np.ones(len(table))
    median = solve_median(*lists(table), persons, count=count, limit_s=table.max() + 1)
    optimum = P_MEDIAN[number - 1]
    assert median.objective == optimum
    assert 0.99 * optimum <= median.bound <= optimum
    lines = (folder / "p_center_optima.txt").read_text("utf-8").split()
    shortest = float(lines[lines.index(f"pmed{number}") + 1])
    worst = solve_worst(*lists(table), persons, count=count)
    assert (worst.objective, worst.bound, worst.status) == (shortest, shortest, "optimal")


@pytest.mark.shared_data
def test_the_published_optima_of_a_median_and_a_centre_are_found(shared_data: Path) -> None:
    check_published(shared_data / "siting" / "pmed", 5)


@pytest.mark.long
@pytest.mark.shared_data
@pytest.mark.parametrize("number", range(1, 11))
def test_the_published_optima_of_all_ten(shared_data: Path, number: int) -> None:
    check_published(shared_data / "siting" / "pmed", number)
