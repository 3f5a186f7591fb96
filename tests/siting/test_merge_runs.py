"""Annealed choices, and the best that their sites allow together."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner._kernels.anneal import anneal_cover
from planner.errors import SitingInvalid
from planner.siting.heuristic import choose_greedily, covered_weight
from planner.siting.problem import check_arrays, make_problem
from planner.siting.solve import merge_runs as merging
from planner.siting.solve import solve_cover
from planner.siting.solve.search import Limits
from tests.siting.questions import Question, questions, random_question


def covered_by(question: Question, choice: tuple[int, ...]) -> float:
    homes = set().union(*(question.covers[one] for one in choice)) if choice else set()
    return sum(question.persons[home] for home in homes)


@given(questions(), st.integers(0, 1_000))
@settings(max_examples=60, deadline=None)
def test_merged_runs_find_the_best_of_a_small_question(question: Question, seed: int) -> None:
    problem = make_problem(check_arrays(*question.arrays))
    if problem.n_candidates < 2:
        return
    count = problem.n_candidates - 1
    start, _ = choose_greedily(problem, count)
    if start.size < count:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "STEPS", 3_000)
        merged = merging.merge_runs(problem, start, 3, Limits(), seed=seed)
    everyone = range(len(question.covers))
    best = max(covered_by(question, choice) for choice in combinations(everyone, count))
    assert np.unique(merged).size == merged.size <= count
    assert covered_weight(problem, merged) == pytest.approx(best)


def test_a_run_keeps_the_number_and_is_repeatable() -> None:
    problem = make_problem(check_arrays(*random_question(200, 3_000, 60, seed=5)))
    start = np.arange(12, dtype=np.int64)
    one, other, third = (
        anneal_cover(problem.covering, start, seed, 200_000, 500.0, 5.0) for seed in (1, 1, 2)
    )
    assert one.tolist() == other.tolist()
    assert one.tolist() != third.tolist()
    for found in (one, third):
        assert np.unique(found).size == 12
        assert covered_weight(problem, found) >= covered_weight(problem, start)
    assert start.tolist() == list(range(12))


def test_more_runs_are_no_worse_than_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "STEPS", 100_000)
    arrays = random_question(300, 4_000, 150, seed=2)
    plain = solve_cover(*arrays, count=12, max_nodes=0)
    more = solve_cover(*arrays, count=12, max_nodes=0, runs=4)
    assert more.objective >= plain.objective
    assert more.bound == plain.bound
    assert more.chosen.size <= 12


def test_a_wrong_number_of_runs_is_a_fault() -> None:
    with pytest.raises(SitingInvalid, match="number of runs"):
        solve_cover([0, 1], [0], [1.0], count=1, runs=-1)
