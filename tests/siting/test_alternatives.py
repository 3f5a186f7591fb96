"""Alternatives: other choices that differ enough, and what they cost in coverage."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.siting.test_propose import ASK, Town, hand_town, random_town, towns

if TYPE_CHECKING:
    from planner.domain.siting import SitingPlan


def numbers(names: tuple[str, ...]) -> frozenset[int]:
    return frozenset(int(name[1:]) for name in names)


def plan_sites(plan: SitingPlan) -> frozenset[int]:
    return frozenset(one.candidate_index for one in plan.proposals)


@settings(max_examples=120, deadline=None)
@given(towns(), st.integers(1, 3), st.integers(1, 2), st.integers(1, 3))
def test_each_is_the_best_that_differs_from_all_before_it(
    town: Town, count: int, differ_in: int, asked: int
) -> None:
    n = len(town.candidates.candidate_id)
    count = min(count, n)
    plan = town.propose(replace(ASK, count=count, alternatives=asked, differ_in=differ_in))
    before = [plan_sites(plan)]
    assert len(plan.alternatives) <= asked
    for one in plan.alternatives:
        allowed = [
            choice
            for size in range(count + 1)
            for choice in combinations(range(n), size)
            if all(len(other - set(choice)) >= differ_in for other in before)
        ]
        best = max(town.covered(choice, 900) for choice in allowed)
        own = numbers(one.names)
        assert one.objective == pytest.approx(best)
        assert one.bound == pytest.approx(best)
        assert one.status == "optimal"
        assert town.covered(tuple(own), 900) == one.objective
        assert all(len(other - own) >= differ_in for other in before)
        assert one.loss == pytest.approx(plan.objective - one.objective)
        assert numbers(one.new) == own - before[0]
        before.append(own)


def test_where_the_plan_must_stay_there_is_no_alternative() -> None:
    """Candidate 3 is demanded, one site is all there is: nothing can differ."""
    plan = hand_town().propose(replace(ASK, count=1, must_have=("N3",), alternatives=2))
    assert plan_sites(plan) == {3}
    assert plan.alternatives == ()


def test_alternatives_keep_the_rules_and_the_budget() -> None:
    town = hand_town()
    priced = Town(town.time_s, town.persons, town.base_s, np.array([3.0, 3, 2, 4, 1]) * 1e6)
    question = replace(ASK, budget=6e6, must_not=("N1",), alternatives=3, differ_in=1)
    plan = priced.propose(question)
    for one in plan.alternatives:
        assert 1 not in numbers(one.names)
        assert sum(priced.candidates.cost_yuan[list(numbers(one.names))]) <= 6e6  # type: ignore[index]
        assert one.loss >= 0


def test_of_a_larger_town_they_differ_in_so_many_sites_and_the_bound_holds() -> None:
    town = random_town()
    plan = town.propose(replace(ASK, count=6, alternatives=3, differ_in=3))
    assert len(plan.alternatives) == 3
    sites = [plan_sites(plan), *(numbers(one.names) for one in plan.alternatives)]
    for number, own in enumerate(sites):
        assert all(len(other - own) >= 3 for other in sites[:number])
    for one in plan.alternatives:
        assert one.objective <= one.bound <= plan.bound * (1 + 1e-9)
        assert town.covered(tuple(numbers(one.names)), 900) == pytest.approx(one.objective)


def test_without_asking_there_is_none() -> None:
    assert hand_town().propose(replace(ASK, count=2)).alternatives == ()


@settings(max_examples=80, deadline=None)
@given(towns(), st.data())
def test_the_curve_of_cost_lies_below_its_bound_and_the_best_choice_between_them(
    town: Town, data: st.DataObject
) -> None:
    n = len(town.candidates.candidate_id)
    costs = np.array([float(data.draw(st.integers(1, 5))) for _ in range(n)])
    priced = Town(town.time_s, town.persons, town.base_s, costs)
    budget = float(data.draw(st.integers(int(costs.min()), 12)))
    plan = priced.propose(replace(ASK, budget=budget))
    assert next(one.cost_yuan for one in plan.cost_curve) == 0
    shares = [one.share_covered for one in plan.cost_curve]
    assert shares == sorted(shares)
    for point in plan.cost_curve:
        best = max(
            town.covered(choice, 900)
            for size in range(n + 1)
            for choice in combinations(range(n), size)
            if costs[list(choice)].sum() <= point.cost_yuan
        )
        assert point.persons_covered <= best + 1e-9
        assert point.bound_share * town.persons.sum() >= best * (1 - 1e-9)
    if costs.min() < costs.max():
        own = next(one for one in plan.cost_curve if one.cost_yuan == budget)
        assert own.persons_covered == plan.objective


def test_without_costs_there_is_no_curve_of_cost() -> None:
    assert hand_town().propose(replace(ASK, count=2)).cost_curve == ()
