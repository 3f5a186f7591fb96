"""Most persons with a number of centres: against trying everything, and what always holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import planner
from planner.errors import SitingInvalid
from planner.siting.problem import check_arrays, keep_candidates, make_problem
from planner.siting.solve import solve_cover
from planner.siting.solve.search import Limits, search_count
from tests.siting.questions import Question, questions, random_question

quick = settings(max_examples=60, deadline=None)


@quick
@given(questions(), st.integers(1, 8))
def test_the_answer_is_the_best_of_all_choices(question: Question, count: int) -> None:
    count = min(count, len(question.covers))
    cover = solve_cover(*question.arrays, count=count)
    best = question.most(count)
    assert cover.objective == pytest.approx(best, rel=1e-9)
    assert cover.objective == pytest.approx(question.value(tuple(cover.chosen)), rel=1e-12)
    assert cover.status == "optimal"
    assert cover.bound == cover.objective
    assert cover.bound_gap_share == 0
    assert len(cover.chosen) <= count
    assert sorted(set(cover.chosen.tolist())) == cover.chosen.tolist()


@quick
@given(questions(), st.data())
def test_candidates_that_must_be_chosen_are_and_the_rest_is_best(
    question: Question, data: st.DataObject
) -> None:
    n_candidates = len(question.covers)
    must = data.draw(st.sets(st.integers(0, n_candidates - 1), max_size=n_candidates))
    count = data.draw(st.integers(max(1, len(must)), n_candidates))
    cover = solve_cover(*question.arrays, count=count, must=np.array(sorted(must), np.int64))
    best = max(question.value(choice) for choice in question.choices(count) if must <= set(choice))
    assert must <= set(cover.chosen.tolist())
    assert cover.objective == pytest.approx(best, rel=1e-9)
    assert cover.status == "optimal"
    assert len(cover.chosen) <= count


@quick
@given(questions())
def test_one_centre_more_never_covers_fewer(question: Question) -> None:
    objective = [
        solve_cover(*question.arrays, count=count).objective
        for count in range(1, len(question.covers) + 1)
    ]
    assert objective == sorted(objective)


@quick
@given(questions(), st.integers(1, 5), st.randoms())
def test_the_order_of_rows_and_demand_does_not_matter(
    question: Question, count: int, random: object
) -> None:
    count = min(count, len(question.covers))
    rows = list(question.covers)
    names = list(range(len(question.persons)))
    random.shuffle(rows)  # type: ignore[attr-defined] # hypothesis gives a random.Random
    random.shuffle(names)  # type: ignore[attr-defined]
    moved = Question(
        tuple(frozenset(names[demand] for demand in row) for row in rows),
        tuple(question.persons[names.index(place)] for place in range(len(names))),
    )
    one, other = (solve_cover(*asked.arrays, count=count) for asked in (question, moved))
    assert one.objective == pytest.approx(other.objective, rel=1e-12)


@quick
@given(questions(whole=True), st.integers(1, 5))
def test_splitting_a_home_in_two_changes_nothing(question: Question, count: int) -> None:
    count = min(count, len(question.covers))
    assume(question.persons[0] >= 2)
    twin = len(question.persons)
    split = Question(
        tuple(row | {twin} if 0 in row else row for row in question.covers),
        (question.persons[0] - 1, *question.persons[1:], 1.0),
    )
    one, other = (solve_cover(*asked.arrays, count=count) for asked in (question, split))
    assert one.objective == other.objective


@quick
@given(questions(), st.integers(1, 6))
def test_merging_and_dropping_candidates_keep_the_best_answer(
    question: Question, count: int
) -> None:
    problem = make_problem(check_arrays(*question.arrays))
    count = min(count, len(question.covers))
    covering = problem.covering
    reduced = Question(
        tuple(
            frozenset(covering.demand[covering.indptr[i] : covering.indptr[i + 1]].tolist())
            for i in range(problem.n_candidates)
        ),
        tuple(covering.weight.tolist()),
    )
    best = reduced.most(min(count, problem.n_candidates)) if problem.n_candidates else 0.0
    assert best == pytest.approx(question.most(count), rel=1e-12)
    for one in range(problem.n_candidates):
        others = [row for k, row in enumerate(reduced.covers) if k != one]
        assert not any(reduced.covers[one] <= row for row in others)
    signature = [
        frozenset(k for k, row in enumerate(reduced.covers) if demand in row)
        for demand in range(len(reduced.persons))
    ]
    assert len(set(signature)) == len(signature)
    assert frozenset() not in signature


def test_a_town_of_six_homes_is_solved_by_hand() -> None:
    # greedy takes the middle (1, 2, 3, 4: 60 persons) and ends at 70; both sides reach 80
    covers = (frozenset({1, 2, 3, 4}), frozenset({0, 1, 2}), frozenset({3, 4, 5}))
    question = Question(covers, (10, 15, 15, 15, 15, 10))
    cover = planner.solve_cover(*question.arrays, count=2)
    assert cover.chosen.tolist() == [1, 2]
    assert cover.objective == 80
    assert cover.stopped_by == "proved"


def test_no_centre_is_proposed_that_gains_nobody() -> None:
    cover = solve_cover([0, 2, 3, 4, 4], [0, 1, 0, 1], [5, 3], count=4)
    assert cover.chosen.tolist() == [0]
    assert cover.objective == 8


def test_where_nobody_can_be_covered_nothing_is_chosen() -> None:
    cover = solve_cover([0, 0, 1], [1], [5, 0], count=1)
    assert cover.chosen.tolist() == []
    assert (cover.objective, cover.bound, cover.bound_gap_share) == (0, 0, 0)
    assert cover.status == "optimal"


def test_rows_out_of_order_and_repeats_count_once() -> None:
    cover = solve_cover([0, 4, 6], [2, 0, 2, 0, 1, 1], [1, 2, 4], count=1)
    assert (cover.chosen.tolist(), cover.objective) == ([0], 5)


@pytest.mark.parametrize("count", [3, 8])
def test_the_answer_beats_greedy_and_stays_under_its_bound(count: int) -> None:
    indptr, index, persons = random_question(60, 300, 25)
    rows = tuple(
        frozenset(index[indptr[i] : indptr[i + 1]].tolist()) for i in range(indptr.size - 1)
    )
    question = Question(rows, tuple(persons.tolist()))
    cover = solve_cover(indptr, index, persons, count=count)
    assert cover.objective >= question.greedy(count)
    assert cover.bound >= cover.objective
    assert cover.status == "optimal"


def test_the_same_seed_gives_the_same_plan_and_another_no_worse_bound() -> None:
    arrays = random_question(300, 1500, 60)
    one, same, other = (
        solve_cover(*arrays, count=15, seed=seed, max_nodes=0) for seed in (1, 1, 2)
    )
    assert one.chosen.tolist() == same.chosen.tolist()
    assert (one.objective, one.bound, one.stopped_by) == (
        same.objective,
        same.bound,
        same.stopped_by,
    )
    assert other.bound >= one.objective
    assert one.bound >= other.objective


def test_without_an_exact_search_the_bound_is_honest_and_the_reason_given() -> None:
    arrays = random_question(300, 1500, 60)
    quick_answer = solve_cover(*arrays, count=15, max_nodes=0)
    proved = solve_cover(*arrays, count=15, max_nodes=None)
    assert proved.status == "optimal"
    assert quick_answer.bound >= proved.objective >= quick_answer.objective
    if quick_answer.status != "optimal":
        assert quick_answer.status == "stopped"
        assert "node" in quick_answer.stopped_by


def test_a_gap_asked_for_is_enough_and_kept() -> None:
    arrays = random_question(300, 1500, 60)
    exact = solve_cover(*arrays, count=15, max_nodes=None)
    for gap in (0.05, 0.002):
        near = solve_cover(*arrays, count=15, gap=gap)
        assert near.status in ("within_gap", "optimal")
        assert near.bound_gap_share <= gap
        assert near.bound >= exact.objective


def test_the_gap_counts_those_whom_locked_candidates_cover() -> None:
    arrays = random_question(300, 1500, 60)
    must = solve_cover(*arrays, count=10).chosen
    near = solve_cover(*arrays, count=15, gap=0.02, must=must)
    exact = solve_cover(*arrays, count=15, must=must, max_nodes=None)
    assert near.bound >= exact.objective >= near.objective
    assert near.bound_gap_share <= 0.02


def test_a_time_limit_of_no_length_still_gives_a_choice_and_says_time() -> None:
    arrays = random_question(300, 1500, 60)
    cover = solve_cover(*arrays, count=15, time_limit_s=1e-6)
    assert cover.status in ("stopped", "optimal")
    assert cover.objective > 0
    if cover.status == "stopped":
        assert "time" in cover.stopped_by


def test_a_search_in_a_problem_left_with_one_candidate_takes_it() -> None:
    problem = make_problem(check_arrays([0, 1, 2], [0, 1], [3, 4]))
    left = keep_candidates(problem, np.array([False, True]))
    found = search_count(left, 1, Limits(), seed=0)
    assert (found.persons, found.stopped_by) == (4, "proof")


@pytest.mark.parametrize(
    ("arrays", "text"),
    [
        (([0], [], [1.0]), "no candidate"),
        (([], [], [1.0]), "no candidate"),
        (([0, 1], [0], []), "no demand"),
        (([0, 1], [0], [[1.0]]), "no demand"),
        (([0, 1], [1], [1.0]), "does not exist"),
        (([0, 1], [-1], [1.0]), "does not exist"),
        (([0, 2, 1], [0, 0], [1.0]), "do not fit"),
        (([1, 2], [0, 0], [1.0]), "do not fit"),
        (([0, 1], [0], [np.nan]), "no usable number"),
        (([0, 1], [0], [np.inf]), "no usable number"),
        (([0, 1], [0], [-1.0]), "no usable number"),
        (([0, 1], [0], [0.0]), "any persons"),
        (([0, 1], [0.5], [1.0]), "whole numbers"),
        (([0.0, 1.0], [0], [1.0]), "whole numbers"),
    ],
)
def test_arrays_that_cannot_be_right_are_named(
    arrays: tuple[list[int], list[int], list[float]], text: str
) -> None:
    with pytest.raises(SitingInvalid, match=text):
        solve_cover(*arrays, count=1)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"count": 0}, "at least 1"),
        ({"count": 1.5}, "at least 1"),
        ({"count": 3}, "fewer candidates"),
        ({"count": 1, "must": [2]}, "does not exist"),
        ({"count": 1, "must": [0, 1]}, "More candidates must"),
        ({"count": 1, "gap": -0.1}, "gap is a share"),
        ({"count": 1, "gap": 1.0}, "gap is a share"),
        ({"count": 1, "gap": float("nan")}, "gap is a share"),
        ({"count": 1, "max_nodes": -2}, "cannot be negative"),
        ({"count": 1, "time_limit_s": 0}, "time limit"),
    ],
)
def test_settings_that_cannot_be_right_are_named(asked: dict[str, object], text: str) -> None:
    with pytest.raises(SitingInvalid, match=text):
        solve_cover([0, 1, 2], [0, 1], [1.0, 2.0], **asked)  # type: ignore[arg-type]


def test_all_faults_come_in_one_message() -> None:
    with pytest.raises(SitingInvalid) as caught:
        solve_cover([0, 2, 1], [0, 5], [np.nan], count=1)
    assert {fault.field for fault in caught.value.faults} == {"indptr", "demand_index", "persons"}
