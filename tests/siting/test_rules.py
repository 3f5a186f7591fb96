"""Must-haves, must-nots, most a street, spacing: against all choices, checked by other code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.siting.problem import check_arrays
from planner.siting.rules import Rules, find_rivals
from planner.siting.solve.ruled import search_ruled, search_ruled_target
from planner.siting.solve.search import Limits
from tests.siting.questions import Question, questions, random_question

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Ruled:
    """A small question on a line of places, with rules."""

    question: Question
    place: tuple[int, ...]
    street: tuple[int, ...]
    allowed: tuple[bool, ...]
    must: tuple[int, ...]
    most: int | None
    spacing: float | None
    price: tuple[float, ...]

    @property
    def rules(self) -> Rules:
        xy = np.column_stack([self.place, np.zeros(len(self.place))]).astype(float)
        return Rules(
            np.array(self.must, np.int64),
            np.array(self.allowed),
            np.array(self.street, np.int64),
            self.most,
            *find_rivals(xy, self.spacing),
        )

    def obeys(self, chosen: tuple[int, ...]) -> bool:
        """Check every rule, one at a time and by the plainest code."""
        if not set(self.must) <= set(chosen) or not all(self.allowed[one] for one in chosen):
            return False
        for one in chosen:
            same = [other for other in chosen if self.street[other] == self.street[one]]
            if self.most is not None and self.street[one] >= 0 and len(same) > self.most:
                return False
            for other in chosen:
                near = abs(self.place[one] - self.place[other])
                if self.spacing is not None and one != other and near < self.spacing:
                    return False
        return True

    def choices(self) -> Iterator[tuple[int, ...]]:
        return (choice for choice in self.question.choices() if self.obeys(choice))


@st.composite
def ruled(draw: st.DrawFn) -> Ruled:
    question = draw(questions())
    n = len(question.covers)

    def each(values: st.SearchStrategy[int]) -> tuple[int, ...]:
        return tuple(draw(st.lists(values, min_size=n, max_size=n)))

    asked = Ruled(
        question,
        place=each(st.integers(0, 12)),
        street=each(st.integers(-1, 2)),
        allowed=tuple(value > 0 for value in each(st.integers(0, 4))),
        must=(),
        most=draw(st.sampled_from([None, 1, 2])),
        spacing=draw(st.sampled_from([None, 2.0, 4.0])),
        price=tuple(float(value) for value in each(st.integers(0, 5))),
    )
    must: tuple[int, ...] = ()
    for one in draw(st.sets(st.integers(0, n - 1), max_size=2)):
        wider = tuple(sorted((*must, one)))
        if replace(asked, must=wider).obeys(wider):
            must = wider
    return replace(asked, must=must)


@settings(max_examples=150, deadline=None)
@given(ruled(), st.integers(0, 8))
def test_a_number_under_rules_is_the_best_of_all_that_obey(asked: Ruled, more: int) -> None:
    count = len(asked.must) + more
    arrays = check_arrays(*asked.question.arrays)
    found = search_ruled(arrays, asked.rules, Limits(), limit=count, price=None, seed=0).found
    chosen = tuple(found.chosen.tolist())
    assert asked.obeys(chosen)
    assert len(chosen) <= count
    best = max(asked.question.value(choice) for choice in asked.choices() if len(choice) <= count)
    assert asked.question.value(chosen) == pytest.approx(found.persons)
    assert found.persons == pytest.approx(best)
    assert found.bound == pytest.approx(best)
    assert found.stopped_by == "proof"


@settings(max_examples=150, deadline=None)
@given(ruled(), st.integers(0, 12))
def test_a_budget_under_rules_is_the_best_of_all_that_obey(asked: Ruled, more: int) -> None:
    price = np.array(asked.price)
    budget = float(price[list(asked.must)].sum()) + more
    arrays = check_arrays(*asked.question.arrays)
    found = search_ruled(arrays, asked.rules, Limits(), limit=budget, price=price, seed=0).found
    chosen = tuple(found.chosen.tolist())
    assert asked.obeys(chosen)
    assert price[list(chosen)].sum() <= budget
    best = max(
        asked.question.value(choice)
        for choice in asked.choices()
        if price[list(choice)].sum() <= budget
    )
    assert found.persons == pytest.approx(best)
    assert found.bound >= best * (1 - 1e-9)
    assert found.stopped_by == "proof"


@settings(max_examples=150, deadline=None)
@given(ruled(), st.floats(0.05, 1.0))
def test_a_target_under_rules_takes_the_fewest_of_all_that_obey(asked: Ruled, share: float) -> None:
    target = share * sum(asked.question.persons)
    arrays = check_arrays(*asked.question.arrays)
    found, fewest, reached = search_ruled_target(arrays, asked.rules, target, Limits(), seed=0)
    chosen = tuple(found.found.chosen.tolist())
    assert asked.obeys(chosen)
    enough = [c for c in asked.choices() if asked.question.value(c) >= target * (1 - 1e-9)]
    assert reached == bool(enough)
    if not reached:
        most = max(asked.question.value(choice) for choice in asked.choices())
        assert found.found.persons == pytest.approx(most)
        assert found.found.bound == pytest.approx(most)
        return
    assert fewest == min(len(choice) for choice in enough)
    assert len(chosen) == fewest
    best = max(asked.question.value(c) for c in asked.choices() if len(c) == fewest)
    assert found.found.persons == pytest.approx(best)


def test_a_larger_question_keeps_its_rules_and_its_bound_and_repeats() -> None:
    rng = np.random.default_rng(3)
    arrays = check_arrays(*random_question(150, 800, 40, seed=3))
    xy = rng.random((150, 2))
    rules = Rules(
        np.array([4, 90]),
        np.arange(150) % 7 != 5,
        rng.integers(0, 9, 150),
        2,
        *find_rivals(xy, 0.05),
    )
    asked = [
        search_ruled(arrays, rules, Limits(max_nodes=200), limit=14, price=None, seed=1).found
        for _ in range(2)
    ]
    assert asked[0].chosen.tolist() == asked[1].chosen.tolist()
    chosen = asked[0].chosen
    assert {4, 90} <= set(chosen.tolist())
    assert bool(rules.allowed[chosen].all())
    assert np.bincount(rules.street[chosen]).max() <= 2
    away = np.hypot(*(xy[chosen][:, None] - xy[chosen][None]).transpose(2, 0, 1))
    assert (away + np.eye(len(chosen))).min() >= 0.05
    assert asked[0].persons <= asked[0].bound <= 1.05 * asked[0].persons


def test_a_larger_target_keeps_its_rules_and_brackets_the_fewest() -> None:
    rng = np.random.default_rng(5)
    arrays = check_arrays(*random_question(60, 300, 25, seed=5))
    xy, street = rng.random((60, 2)), rng.integers(0, 12, 60)
    must, allowed = np.array([7]), np.ones(60, np.bool_)
    rules = Rules(must, allowed, street, 1, *find_rivals(xy, 0.1))
    target = 0.5 * arrays.persons.sum()
    found, fewest, reached = search_ruled_target(arrays, rules, target, Limits(), seed=0)
    chosen = found.found.chosen
    assert reached
    assert 7 in chosen
    assert fewest <= chosen.size <= fewest + 1
    assert np.bincount(street[chosen]).max() == 1
    assert found.found.persons >= target
    fewer = search_ruled(arrays, rules, Limits(), limit=fewest - 1, price=None, seed=0).found
    assert fewer.bound < target, "one less cannot reach it"
    hurried = search_ruled(
        arrays, rules, Limits(max_nodes=0), limit=chosen.size, price=None, seed=0
    ).found
    assert hurried.stopped_by in ("nodes", "proof")
    assert hurried.bound >= found.found.persons


def test_rivals_are_nearer_than_the_spacing_which_itself_is_allowed() -> None:
    xy = np.array([[0.0, 0.0], [300.0, 400.0], [300.0, 0.0], [299.0, 1.0]])
    indptr, rival = find_rivals(xy, 300.0)
    assert [rival[a:b].tolist() for a, b in pairwise(indptr)] == [
        [3],
        [],
        [3],
        [0, 2],
    ]
    assert find_rivals(xy, None)[0].tolist() == [0] * 5
