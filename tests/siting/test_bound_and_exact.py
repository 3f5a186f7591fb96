"""The Lagrangian bound, what it fixes, and the port to the exact solver."""

from __future__ import annotations

from typing import TYPE_CHECKING

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from planner.siting.bound import (
    PickCount,
    bound_by_count,
    bound_cover,
    fix_by_value,
    round_down,
)
from planner.siting.heuristic import covered_weight, find_cover
from planner.siting.problem import CoverProblem, check_arrays, make_problem
from planner.siting.solve import highs
from planner.siting.solve.search import Found, Limits, gap_share, search_count, settle
from tests.siting.questions import Question, questions, random_question

if TYPE_CHECKING:
    from numpy.typing import NDArray

quick = settings(max_examples=60, deadline=None)


def as_question(problem: CoverProblem) -> Question:
    covering = problem.covering
    rows = (
        covering.demand[covering.indptr[i] : covering.indptr[i + 1]].tolist()
        for i in range(problem.n_candidates)
    )
    return Question(tuple(frozenset(row) for row in rows), tuple(covering.weight.tolist()))


def linear_bound(problem: CoverProblem, count: int) -> float:
    """The linear relaxation, solved by scipy: no Lagrangian bound can be lower."""
    question = as_question(problem)
    n, m = problem.n_candidates, len(question.persons)
    rows = np.zeros((m + 1, n + m))
    for demand in range(m):
        rows[demand, n + demand] = 1
        for one in range(n):
            rows[demand, one] = -float(demand in question.covers[one])
    rows[m, :n] = 1
    answer = linprog(
        np.concatenate([np.zeros(n), -np.array(question.persons)]),
        A_ub=rows,
        b_ub=np.concatenate([np.zeros(m), [count]]),
        bounds=(0, 1),
    )
    return -float(answer.fun)


def test_the_bound_comes_within_a_thousandth_of_the_linear_relaxation() -> None:
    problem = make_problem(check_arrays(*random_question(60, 200, 20)))
    count = 6
    bound = bound_cover(problem, PickCount(count), find_cover(problem, count, seed=0))
    best = linear_bound(problem, count)
    assert best * (1 - 1e-9) <= bound.persons <= best * 1.001


@quick
@given(questions(), st.integers(1, 7), st.floats(0, 1))
def test_any_prices_bound_every_number_of_centres(
    question: Question, count: int, part: float
) -> None:
    problem = make_problem(check_arrays(*question.arrays))
    if problem.n_candidates == 0:
        return
    small = as_question(problem)
    most = bound_by_count(problem, problem.covering.weight * part)
    for number in range(1, problem.n_candidates + 1):
        assert most[number - 1] >= small.most(number) * (1 - 1e-12)
    count = min(count, problem.n_candidates)
    bound = bound_cover(problem, PickCount(count), np.arange(1, dtype=np.int64))
    assert bound.persons >= small.most(count) * (1 - 1e-12)
    assert bound.objective == pytest.approx(small.value(tuple(bound.chosen)))


@quick
@given(questions(), st.integers(1, 6))
def test_fixed_candidates_agree_with_every_better_choice(question: Question, count: int) -> None:
    problem = make_problem(check_arrays(*question.arrays))
    if problem.n_candidates <= count:
        return
    small = as_question(problem)
    chosen = np.arange(1, dtype=np.int64)
    bound = bound_cover(problem, PickCount(count), chosen, rounds=60, polish=False)
    threshold = small.value((0,)) * (1 + 1e-9)
    taken, refused = fix_by_value(bound, count, threshold)
    assert not (taken & refused).any()
    for choice in small.choices(count):
        if len(choice) == count and small.value(choice) > threshold * (1 + 1e-9):
            assert set(np.flatnonzero(taken)) <= set(choice)
            assert not set(np.flatnonzero(refused)) & set(choice)


def test_a_bound_is_rounded_down_to_what_whole_persons_can_reach() -> None:
    assert round_down(17.9, 1.0, 100) == 17
    assert round_down(17.9999999999, 1.0, 100) == 18
    assert round_down(17.9, 5.0, 100) == 15
    assert round_down(17.9, 0.0, 100) == pytest.approx(17.9)
    assert round_down(101.0, 0.0, 100) == 100


def test_the_gap_of_nothing_is_nothing() -> None:
    assert gap_share(0, 0) == 0
    assert gap_share(90, 100) == pytest.approx(0.1)


def exact(
    problem: CoverProblem, count: int, start: NDArray[np.int64], **stops: float | None
) -> highs.ExactAnswer:
    asked: dict[str, float | int | None] = {"gap": 0.0, "max_nodes": None, "time_limit_s": None}
    asked.update(stops)
    return highs.maximise_cover(problem, float(count), start, **asked)  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None)
@given(questions(), st.integers(1, 4))
def test_the_exact_solver_finds_the_best_of_all_choices(question: Question, count: int) -> None:
    problem = make_problem(check_arrays(*question.arrays))
    if problem.n_candidates == 0:
        return
    best = as_question(problem).most(min(count, problem.n_candidates))
    answer = exact(problem, count, np.zeros(0, np.int64))
    assert answer.persons == pytest.approx(best, rel=1e-6)
    assert answer.bound >= best * (1 - 1e-6)
    assert answer.stopped_by == "proof"


def test_the_exact_solver_stops_at_nodes_gap_and_time_and_says_so() -> None:
    problem = make_problem(check_arrays(*random_question(150, 900, 40, seed=4)))
    start = find_cover(problem, 12, seed=0)
    known = covered_weight(problem, start)
    best = exact(problem, 12, start).persons
    for stops, reason in (
        ({"max_nodes": 0}, ("nodes", "proof")),
        ({"time_limit_s": 0.0}, ("time", "proof")),
        ({"gap": 0.5 * known}, ("gap",)),
    ):
        answer = exact(problem, 12, start, **stops)
        assert answer.stopped_by in reason
        assert known <= answer.persons <= best <= answer.bound


def test_the_exact_solver_works_after_others_used_more_threads() -> None:
    highspy.Highs.resetGlobalScheduler(True)  # noqa: FBT003 - the solver's own signature
    other = highspy._Highs()  # type: ignore[attr-defined] # a plain one prints a banner
    other.setOptionValue("output_flag", False)  # noqa: FBT003
    other.setOptionValue("threads", 2)
    model = highspy.HighsLp()
    model.num_col_ = 1
    model.col_cost_, model.col_lower_, model.col_upper_ = [1.0], [0.0], [1.0]
    other.passModel(model)
    other.run()
    problem = make_problem(check_arrays([0, 2, 4], [0, 1, 1, 2], [5, 3, 4]))
    answer = exact(problem, 1, np.zeros(0, np.int64))
    assert (answer.persons, answer.stopped_by) == (8, "proof")


def test_a_bound_below_a_counted_choice_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lying:
        mip_dual_bound = 1.0
        mip_node_count = 0

    class Solver:
        def getModelStatus(self) -> highspy.HighsModelStatus:  # noqa: N802 - as the solver's
            return highspy.HighsModelStatus.kSolveError

        def getInfo(self) -> Lying:  # noqa: N802
            return Lying()

        def getSolution(self) -> highspy.HighsSolution:  # noqa: N802
            return highspy.HighsSolution()

    problem = make_problem(check_arrays(*random_question(80, 300, 20)))
    monkeypatch.setattr(highs, "run_model", lambda *_: Solver())
    start = find_cover(problem, 5, seed=0)
    answer = exact(problem, 5, start)
    assert answer.bound == float("inf")
    assert answer.stopped_by == "error"
    assert answer.chosen.tolist() == start.tolist()
    found = search_count(problem, 5, Limits(max_nodes=None), seed=0)
    assert found.bound >= found.persons
    assert found.stopped_by in ("error", "proof")


def test_the_solver_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    problem = make_problem(check_arrays(*random_question(80, 300, 20)))
    exact(problem, 5, np.zeros(0, np.int64))
    assert capfd.readouterr() == ("", "")


def test_a_search_for_a_goal_ends_when_it_is_reached_or_out_of_reach() -> None:
    problem = make_problem(check_arrays(*random_question(80, 300, 20)))
    best = search_count(problem, 5, Limits(max_nodes=None), seed=0)
    assert best.stopped_by == "proof"
    reached = search_count(problem, 5, Limits(goal=best.persons), seed=0)
    assert reached.persons >= best.persons
    beyond = search_count(problem, 5, Limits(goal=best.persons + 1, max_nodes=None), seed=0)
    assert beyond.bound < best.persons + 1


def test_what_is_left_too_large_is_said() -> None:
    assert Limits().refuse(1_000_000) == "size"
    assert Limits(max_nodes=None).refuse(1_000_000) == ""
    assert Limits(max_nodes=None).refuse(1_000_001) == "size"
    assert Limits(max_nodes=7).nodes(10) == 7
    assert Limits().nodes(10) == 2000
    assert Limits().nodes(10**7) == 20
    problem = make_problem(check_arrays([0, 1], [0], [1.5]))
    near = Found(np.zeros(0, np.int64), 90.0, 100.0, "")
    assert settle(problem, near, Limits(gap=0.2)).stopped_by == "gap"
    assert settle(problem, near, Limits(gap=0.05)).stopped_by == ""
    assert settle(problem, near, Limits(gap=0.05, base=100)).stopped_by == "gap"
