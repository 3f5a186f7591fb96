"""Fewest centres for a target, most persons for a budget: against trying everything."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import SitingInvalid
from planner.siting.bound import bound_cover
from planner.siting.problem import check_arrays, make_problem
from planner.siting.solve import solve_budget, solve_cover, solve_target
from planner.siting.solve.budget import PickBudget
from tests.siting.questions import Question, questions, random_question

quick = settings(max_examples=60, deadline=None)


@quick
@given(questions(), st.floats(0.05, 1.1))
def test_a_target_takes_the_fewest_of_all_choices(question: Question, share: float) -> None:
    everything = question.value(tuple(range(len(question.covers))))
    target = max(share * everything, 1e-3)
    cover = solve_target(*question.arrays, target_persons=target)
    if everything < target * (1 - 1e-9):
        assert cover.status == "infeasible"
        assert cover.chosen.size == 0
        assert cover.bound == pytest.approx(everything)
        return
    fewest = next(
        len(choice)
        for choice in question.choices()
        if question.value(choice) >= target - 1e-9 * everything
    )
    assert len(cover.chosen) == fewest == cover.fewest
    assert cover.objective >= target - 1e-9 * everything
    assert cover.objective == pytest.approx(question.most(fewest), rel=1e-9)
    assert cover.status == "optimal"


def test_a_target_that_only_all_demand_meets_takes_what_covers_it() -> None:
    cover = solve_target([0, 2, 3, 4], [0, 1, 2, 3], [1, 1, 1, 1], target_persons=4)
    assert cover.chosen.tolist() == [0, 1, 2]


def test_a_target_without_proof_tells_the_number_it_cannot_rule_out() -> None:
    arrays = random_question(200, 800, 30)
    target = 0.8 * float(arrays[2].sum())
    rough = solve_target(*arrays, target_persons=target, max_nodes=0)
    exact = solve_target(*arrays, target_persons=target, max_nodes=None)
    assert exact.fewest == len(exact.chosen)
    assert rough.fewest is not None
    assert exact.fewest is not None
    assert rough.fewest <= exact.fewest <= len(rough.chosen)
    assert rough.objective >= target
    assert rough.status in ("stopped", "optimal")


@pytest.mark.parametrize("target", [0, -1, float("nan"), float("inf")])
def test_a_target_is_a_number_of_persons(target: float) -> None:
    with pytest.raises(SitingInvalid, match="target"):
        solve_target([0, 1], [0], [1.0], target_persons=target)


@quick
@given(questions(), st.data())
def test_a_budget_buys_the_best_of_all_choices(question: Question, data: st.DataObject) -> None:
    costs = data.draw(
        st.lists(
            st.integers(0, 6).map(float),
            min_size=len(question.covers),
            max_size=len(question.covers),
        )
    )
    budget = float(data.draw(st.integers(0, 20)))
    cover = solve_budget(*question.arrays, cost_yuan=costs, budget=budget)
    best = max(
        question.value(choice)
        for choice in question.choices()
        if sum(costs[one] for one in choice) <= budget
    )
    assert sum(costs[one] for one in cover.chosen) <= budget
    assert cover.objective == pytest.approx(best, rel=1e-9)
    assert cover.status == "optimal"


def test_equal_costs_make_a_budget_a_number() -> None:
    arrays = random_question(80, 300, 20)
    by_budget = solve_budget(*arrays, cost_yuan=np.full(80, 3e6), budget=16e6)
    by_count = solve_cover(*arrays, count=5)
    assert by_budget.objective == by_count.objective
    assert len(by_budget.chosen) <= 5


def test_a_dearer_candidate_is_no_stand_in_for_a_cheap_one() -> None:
    # the first covers more than the second but costs more than there is
    cover = solve_budget([0, 2, 3], [0, 1, 0], [5, 3], cost_yuan=[10, 1], budget=5)
    assert cover.chosen.tolist() == [1]


def test_the_bound_of_a_budget_holds_without_and_within_the_exact_search() -> None:
    arrays = random_question(120, 600, 40)
    costs = np.random.default_rng(3).integers(1, 9, 120) * 1e6
    rough = solve_budget(*arrays, cost_yuan=costs, budget=20e6, max_nodes=0)
    exact = solve_budget(*arrays, cost_yuan=costs, budget=20e6, max_nodes=None)
    near = solve_budget(*arrays, cost_yuan=costs, budget=20e6, gap=0.05)
    assert exact.status == "optimal"
    assert rough.bound >= exact.objective >= rough.objective
    assert near.bound >= exact.objective
    assert near.bound_gap_share <= 0.05
    late = solve_budget(*arrays, cost_yuan=costs, budget=20e6, time_limit_s=1e-6)
    assert late.bound >= exact.objective >= late.objective


def test_the_knapsack_bound_takes_the_last_candidate_in_part() -> None:
    pick = PickBudget(price=np.array([2.0, 3.0, 0.0]), budget=3.5)
    worth, taken = pick(np.array([4.0, 3.0, 1.0]))
    assert sorted(taken.tolist()) == [0, 2]
    assert worth == pytest.approx(4 + 1 + 3 * 1.5 / 3)


def test_the_bound_of_a_budget_starts_from_any_prices() -> None:
    question = Question((frozenset({0}), frozenset({0, 1})), (3.0, 4.0))
    problem = make_problem(check_arrays(*question.arrays), price=np.array([1.0, 2.0]))
    start = np.zeros(problem.covering.weight.size)
    bound = bound_cover(
        problem, PickBudget(problem.price, 1.0), np.zeros(0, np.int64), price=start, polish=False
    )
    assert bound.persons >= 3


@pytest.mark.parametrize(
    ("costs", "budget", "text"),
    [
        ([1.0], 1.0, "one cost"),
        ([1.0, np.nan], 1.0, "usable cost"),
        ([1.0, -1.0], 1.0, "usable cost"),
        ([1.0, 1.0], -1.0, "budget"),
        ([1.0, 1.0], float("nan"), "budget"),
    ],
)
def test_costs_and_budgets_are_amounts_of_money(
    costs: list[float], budget: float, text: str
) -> None:
    with pytest.raises(SitingInvalid, match=text):
        solve_budget([0, 1, 2], [0, 1], [1.0, 2.0], cost_yuan=costs, budget=budget)
