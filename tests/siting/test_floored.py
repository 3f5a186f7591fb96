"""Floors: of each group of people so many must be covered, whatever else is gained."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.siting.problem import check_arrays
from planner.siting.rules import find_rivals, no_rules
from planner.siting.solve.floored import search_floored
from planner.siting.solve.grouped import Floor
from planner.siting.solve.search import Limits
from tests.siting.questions import Question, questions, random_question


def reached(question: Question, choice: tuple[int, ...], members: list[int]) -> float:
    covered = frozenset[int]().union(*(question.covers[one] for one in choice))
    return sum(question.persons[one] for one in members if one in covered)


@settings(max_examples=200, deadline=None)
@given(questions(), st.data())
def test_the_best_choice_that_keeps_the_floors_is_found_or_there_is_none(
    question: Question, data: st.DataObject
) -> None:
    n, n_demand = len(question.covers), len(question.persons)
    by_money = data.draw(st.booleans())
    prices = np.array([float(data.draw(st.integers(1, 4))) if by_money else 1.0 for _ in range(n)])
    limit = float(data.draw(st.integers(1, 6)))
    groups = [data.draw(st.lists(st.integers(0, n_demand - 1), unique=True)) for _ in range(2)]
    floors = []
    for members in groups:
        share = data.draw(st.sampled_from([0.1, 0.5, 0.9, 1.0]))
        least = share * sum(question.persons[one] for one in members)
        if least > 0:
            floors.append(Floor(np.array(members, np.int64), least))
    xy = np.array([[float(data.draw(st.integers(0, 4))), 0.0] for _ in range(n)])
    must = np.array(sorted(data.draw(st.sets(st.integers(0, n - 1), max_size=1))), np.int64)
    indptr, rival = find_rivals(xy, data.draw(st.sampled_from([None, 1.0])))
    rules = replace(no_rules(n), must=must, rival_indptr=indptr, rival=rival)
    near = {(a, int(b)) for a in range(n) for b in rival[indptr[a] : indptr[a + 1]]}

    def allowed(choice: tuple[int, ...]) -> bool:
        return (
            prices[list(choice)].sum() <= limit
            and set(must.tolist()) <= set(choice)
            and not any((a, b) in near for a in choice for b in choice)
            and all(
                reached(question, choice, one.members.tolist()) >= one.least - 1e-9
                for one in floors
            )
        )

    if prices[must].sum() > limit:
        return
    possible = [choice for choice in question.choices() if allowed(choice)]
    found = search_floored(
        check_arrays(*question.arrays),
        rules,
        Limits(),
        limit=limit,
        price=prices if by_money else None,
        floors=floors,
    )
    if not possible:
        assert found.infeasible
        assert not found.kept
        return
    assert found.kept
    best = max(question.value(choice) for choice in possible)
    chosen = tuple(found.found.chosen.tolist())
    assert allowed(chosen)
    assert question.value(chosen) == pytest.approx(best, rel=1e-6)
    assert found.found.bound == pytest.approx(best, rel=1e-6, abs=1e-6)


def test_a_floor_takes_a_site_to_where_few_live() -> None:
    """Three sites of 10, 9 and 1 persons; two may be built, and the last group must be reached."""
    question = Question((frozenset({0}), frozenset({1}), frozenset({2})), (10.0, 9.0, 1.0))
    arrays = check_arrays(*question.arrays)
    floors = [Floor(np.array([2]), 1.0)]
    found = search_floored(arrays, no_rules(3), Limits(), limit=2, price=None, floors=floors)
    assert found.found.chosen.tolist() == [0, 2]
    assert (found.found.persons, found.found.bound) == (11.0, 11.0)


def test_a_floor_that_all_together_do_not_reach_is_named() -> None:
    question = Question((frozenset({0}), frozenset({1})), (10.0, 9.0, 5.0))
    arrays = check_arrays(*question.arrays)
    floors = [Floor(np.array([0]), 10.0), Floor(np.array([1, 2]), 10.0)]
    found = search_floored(arrays, no_rules(2), Limits(), limit=2, price=None, floors=floors)
    assert (found.infeasible, found.short) == (True, (1,))


def test_floors_that_exclude_each_other_are_infeasible_though_each_can_be_reached() -> None:
    question = Question((frozenset({0}), frozenset({1})), (10.0, 9.0))
    arrays = check_arrays(*question.arrays)
    floors = [Floor(np.array([0]), 10.0), Floor(np.array([1]), 9.0)]
    found = search_floored(arrays, no_rules(2), Limits(), limit=1, price=None, floors=floors)
    assert (found.infeasible, found.short) == (True, ())


def test_of_a_larger_town_the_floors_are_kept_and_the_bound_holds() -> None:
    arrays = check_arrays(*random_question(80, 3_000, 90, seed=2))
    street = np.arange(3_000) % 12
    free = search_floored(arrays, no_rules(80), Limits(), limit=12, price=None, floors=[])
    floors = [
        Floor(np.flatnonzero(street == one), 0.2 * arrays.persons[street == one].sum())
        for one in range(12)
    ]
    found = search_floored(arrays, no_rules(80), Limits(), limit=12, price=None, floors=floors)
    assert found.kept
    covered = np.zeros(3_000, np.bool_)
    for one in found.found.chosen:
        covered[arrays.index[arrays.indptr[one] : arrays.indptr[one + 1]]] = True
    for floor in floors:
        inside = floor.members[covered[floor.members]]
        assert arrays.persons[inside].sum() >= floor.least
    assert found.found.persons == arrays.persons[covered].sum()
    assert found.found.persons <= free.found.bound
    assert found.found.bound <= free.found.bound * (1 + 1e-9)
