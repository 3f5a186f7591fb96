"""Proposals on top of a plan: gains, order, curve, and questions that cannot be asked."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.coverage import StateCoverage
from planner.domain.places import Candidates
from planner.domain.reach import Walks
from planner.domain.standard import LifeCircle
from planner.domain.study import SitingSettings
from planner.errors import PlanDisagrees, SitingInvalid
from planner.siting.propose import choose_proposals
from planner.siting.recheck import check_agreement
from planner.units import LIMIT_TOLERANCE_S, UNREACHED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.domain.siting import SitingPlan


def circle(circle_id: str, limit_s: float) -> LifeCircle:
    return LifeCircle(circle_id, limit_s, "", "", (), "", "", "read")


CIRCLES = (circle("basic_5min", 300), circle("daily_15min", 900))
ASK = SitingSettings(life_circle="daily_15min")


class Town:
    """Times of every walk between candidates and homes, and those of the plan so far."""

    def __init__(
        self,
        time_s: NDArray[np.float64],
        persons: NDArray[np.float64],
        base_s: NDArray[np.float64] | None = None,
        cost_yuan: NDArray[np.float64] | None = None,
    ) -> None:
        self.time_s = time_s
        self.persons = persons
        self.base_s = np.full(len(persons), UNREACHED) if base_s is None else base_s
        near = time_s <= 900 + LIMIT_TOLERANCE_S
        self.walks = Walks(
            indptr=np.concatenate([np.zeros(1, np.int64), near.sum(axis=1).cumsum()]),
            demand_index=np.nonzero(near)[1].astype(np.int32),
            travel_time_s=time_s[near],
            n_demand=len(persons),
            limit_s=900,
        )
        n = len(time_s)
        xy = np.column_stack([np.arange(n), np.zeros(n)]).astype(np.float64)
        ids = tuple(f"N{k}" for k in range(n))
        self.candidates = Candidates(ids, xy, "EPSG:4547", cost_yuan, "parcels.gpkg")

    def propose(self, settings: SitingSettings, **changes: object) -> SitingPlan:
        asked: dict[str, object] = {
            "candidates": self.candidates,
            "walks": self.walks,
            "persons": self.persons,
            "base_time_s": np.stack([self.base_s, self.base_s]),
            "circles": CIRCLES,
            "settings": settings,
            "floor_area_m2": 800.0,
            "convenience_area_m2": 550.0,
        }
        return choose_proposals(**{**asked, **changes})  # type: ignore[arg-type]

    def covered(self, chosen: tuple[int, ...], limit_s: float) -> float:
        best = np.min(np.vstack([self.base_s, *(self.time_s[one] for one in chosen)]), axis=0)
        return float(self.persons[best <= limit_s + LIMIT_TOLERANCE_S].sum())

    def built(self, plan: SitingPlan) -> StateCoverage:
        rows = [self.time_s[item.candidate_index] for item in plan.proposals]
        best = np.min(np.vstack([self.base_s, *rows]), axis=0)
        times = np.stack([best, best])
        nobody = np.full(times.shape, -1, np.int32)
        return StateCoverage("with_proposals", (), times, nobody, times, times)


@st.composite
def towns(draw: st.DrawFn) -> Town:
    n_demand, n_candidates = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    times = st.sampled_from([60.0, 300.0, 300.0009, 301.0, 900.0, 900.0009, 901.0, UNREACHED])
    line = st.lists(times, min_size=n_demand, max_size=n_demand)
    time_s = np.array(draw(st.lists(line, min_size=n_candidates, max_size=n_candidates)))
    persons = np.array([float(2**k) for k in range(n_demand)])
    base_s = np.array(draw(line))
    return Town(time_s, persons, base_s)


def hand_town() -> Town:
    """Eight homes (1 to 128 persons); the plan covers the first; candidates in a row."""
    near, far, no = 200.0, 800.0, UNREACHED
    time_s = np.array(
        [
            [near, near, far, no, no, no, no, no],  # gains 2 + 4
            [no, far, near, far, no, no, no, no],  # gains 2 + 4 + 8
            [no, no, no, no, far, near, no, no],  # gains 16 + 32
            [no, no, no, no, no, far, near, no],  # gains 32 + 64
            [near, no, no, no, no, no, no, no],  # gains nobody
        ]
    )
    base_s = np.array([300.0, *[UNREACHED] * 7])
    return Town(time_s, np.array([float(2**k) for k in range(8)]), base_s)


def test_proposals_are_ordered_by_gain_and_gain_in_every_circle() -> None:
    plan = hand_town().propose(replace(ASK, count=3))
    assert [item.candidate_index for item in plan.proposals] == [3, 2, 1] or [
        item.candidate_index for item in plan.proposals
    ] == [3, 1, 2]
    assert plan.objective == 1 + 96 + 16 + 14
    assert plan.status == "optimal"
    assert plan.bound == plan.objective
    gained = [item.persons_gained for item in plan.proposals]
    assert gained == [
        {"basic_5min": 64.0, "daily_15min": 96.0},
        {"basic_5min": 32.0, "daily_15min": 16.0},
        {"basic_5min": 4.0, "daily_15min": 14.0},
    ]
    assert [(item.proposal_id, item.order, item.action) for item in plan.proposals] == [
        ("P1", 1, "build"),
        ("P2", 2, "build"),
        ("P3", 3, "build"),
    ]
    assert plan.proposals[0].xy == (3.0, 0.0)
    assert (plan.proposals[0].floor_area_m2, plan.proposals[0].convenience_area_m2) == (800, 550)
    assert plan.proposals[0].cost_yuan is None
    assert (plan.circle_id, plan.base, plan.reproducible) == ("daily_15min", "all", True)
    assert plan.counts["demand"] == 8
    assert plan.counts["candidates"] == 5


def test_nothing_is_proposed_that_gains_nobody() -> None:
    plan = hand_town().propose(replace(ASK, count=5))
    assert len(plan.proposals) == 3
    assert plan.objective == 127
    assert [point.persons_covered for point in plan.curve] == [1, 97, 113, 127, 127, 127]
    assert all(point.status == "optimal" for point in plan.curve)


@settings(max_examples=80, deadline=None)
@given(towns(), st.integers(1, 6), st.sampled_from(CIRCLES))
def test_a_plan_is_the_best_of_all_and_its_figures_agree(
    town: Town, count: int, asked: LifeCircle
) -> None:
    n_candidates = len(town.candidates.candidate_id)
    count = min(count, n_candidates)
    plan = town.propose(replace(ASK, count=count, life_circle=asked.circle_id))
    best = max(
        town.covered(choice, asked.limit_s) for choice in combinations(range(n_candidates), count)
    )
    assert plan.objective == pytest.approx(best)
    assert plan.status == "optimal"
    assert len(plan.proposals) <= count
    chosen = tuple(item.candidate_index for item in plan.proposals)
    for one in CIRCLES:
        gained = sum(item.persons_gained[one.circle_id] for item in plan.proposals)
        assert gained == town.covered(chosen, one.limit_s) - town.covered((), one.limit_s)
    order = [item.persons_gained[asked.circle_id] for item in plan.proposals]
    assert order == sorted(order, reverse=True)
    assert all(gain > 0 for gain in order)
    check_agreement(
        plan,
        coverage=town.built(plan),
        objective=town.covered(chosen, asked.limit_s),
        persons=town.persons,
        base_time_s=np.stack([town.base_s, town.base_s]),
        circles=CIRCLES,
    )
    assert [point.count for point in plan.curve] == list(range(min(10, n_candidates) + 1))
    for point in plan.curve:
        most = max(
            town.covered(choice, asked.limit_s)
            for choice in combinations(range(n_candidates), point.count)
        )
        assert point.share_covered <= most / town.persons.sum() * (1 + 1e-12)
        assert point.bound_share >= most / town.persons.sum() * (1 - 1e-12)
        assert point.persons_covered == pytest.approx(point.share_covered * town.persons.sum())
    shares = [point.share_covered for point in plan.curve]
    assert shares == sorted(shares)
    assert plan.curve[count].persons_covered == plan.objective


def random_town(*, seed: int = 0, n_candidates: int = 120, n_demand: int = 500) -> Town:
    rng = np.random.default_rng(seed)
    one, other = rng.random((n_candidates, 2)), rng.random((n_demand, 2))
    time_s = 7000 * np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1))
    base_s = 7000 * np.hypot(*(other - 0.5).T)
    return Town(time_s, rng.integers(1, 50, n_demand).astype(float), base_s)


def test_the_curve_goes_to_twice_the_count_and_brackets_the_plan() -> None:
    plan = random_town().propose(replace(ASK, count=8))
    assert [point.count for point in plan.curve] == list(range(17))
    assert plan.curve[8].persons_covered == plan.objective
    shares = [point.share_covered for point in plan.curve]
    bounds = [point.bound_share for point in plan.curve]
    assert shares == sorted(shares)
    assert bounds == sorted(bounds)
    assert all(bound >= share for bound, share in zip(bounds, shares, strict=True))
    assert {point.status for point in plan.curve} <= {"optimal", "stopped"}


def test_the_same_seed_gives_the_same_plan() -> None:
    one, same = (random_town().propose(replace(ASK, count=8), seed=3) for _ in range(2))
    assert one.proposals == same.proposals
    assert one.curve == same.curve


def test_a_target_takes_the_fewest_centres() -> None:
    town = hand_town()
    plan = town.propose(replace(ASK, target=0.4))  # 102 of 255 persons
    assert plan.status == "optimal"
    assert len(plan.proposals) == 2
    assert plan.objective == 113
    assert plan.counts["fewest"] == 2
    assert plan.curve[2].persons_covered == 113


def test_a_target_met_already_asks_for_nothing() -> None:
    plan = hand_town().propose(replace(ASK, target=1 / 255))
    assert (plan.status, plan.proposals, plan.objective, plan.bound) == ("optimal", (), 1, 1)
    assert len(plan.curve) == 6


def test_a_target_out_of_reach_is_a_result_that_says_how_far_one_gets() -> None:
    plan = hand_town().propose(replace(ASK, target=0.6))
    assert plan.status == "infeasible"
    assert plan.proposals == ()
    assert (plan.objective, plan.bound) == (1, 127)
    assert "127 persons" in plan.message
    assert "49.80%" in plan.message
    assert plan.curve[-1].persons_covered == 127


def test_a_budget_buys_by_the_size_that_the_rule_set_asks_for() -> None:
    town = hand_town()
    plan = town.propose(replace(ASK, budget=13e6, cost_per_m2=8000))  # 6.4 million each
    assert [item.candidate_index for item in plan.proposals] == [3, 2]
    assert [item.cost_yuan for item in plan.proposals] == [6.4e6, 6.4e6]
    assert plan.status == "optimal"
    assert plan.curve[2].persons_covered == plan.objective


def test_a_budget_takes_each_parcels_own_cost() -> None:
    town = hand_town()
    dear = Town(town.time_s, town.persons, town.base_s, np.array([1.0, 1, 1, 9, 1]))
    plan = dear.propose(replace(ASK, budget=2.0))
    assert sorted(item.candidate_index for item in plan.proposals) == [1, 2]
    assert plan.objective == 1 + 14 + 48
    assert plan.curve[2].persons_covered == 113
    with pytest.raises(SitingInvalid, match="at least 1 yuan"):
        dear.propose(replace(ASK, budget=0.5))


def test_where_everybody_is_covered_nothing_is_proposed() -> None:
    town = Town(np.array([[100.0]]), np.array([5.0]), np.array([900.0005]))
    plan = town.propose(replace(ASK, count=1))
    assert (plan.proposals, plan.objective, plan.bound, plan.status) == ((), 5, 5, "optimal")
    assert [point.share_covered for point in plan.curve] == [1, 1]


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (ASK, "exactly one"),
        (replace(ASK, count=1, target=0.5), "exactly one"),
        (replace(ASK, count=0), "at least 1"),
        (replace(ASK, count=6), "fewer candidates"),
        (replace(ASK, target=0.0), "target is a share"),
        (replace(ASK, target=1.1), "target is a share"),
        (replace(ASK, budget=-1.0, cost_per_m2=1.0), "budget is an amount"),
        (replace(ASK, budget=5.0), "needs the cost"),
        (replace(ASK, count=1, life_circle="daily"), "no such life circle"),
    ],
)
def test_questions_that_cannot_be_asked_are_named(settings: SitingSettings, text: str) -> None:
    with pytest.raises(SitingInvalid, match=text):
        hand_town().propose(settings)


def test_a_parcel_without_cost_is_named_under_a_budget() -> None:
    town = hand_town()
    costs = np.array([1.0, np.nan, 1, 1, -1])
    blank = Town(town.time_s, town.persons, town.base_s, costs)
    with pytest.raises(SitingInvalid) as caught:
        blank.propose(replace(ASK, budget=2.0))
    assert [fault.row for fault in caught.value.faults] == ["N1", "N4"]
    assert caught.value.faults[0].file == "parcels.gpkg"


def test_records_that_do_not_belong_together_are_named() -> None:
    town = hand_town()
    none = Candidates((), np.zeros((0, 2)), "EPSG:4547")
    for changes, text in (
        ({"candidates": none}, "no candidate"),
        ({"persons": np.ones(3)}, "do not belong"),
        ({"persons": np.zeros(8)}, "not all 0"),
        ({"base_time_s": np.zeros((1, 8))}, "do not belong to these circles"),
    ):
        with pytest.raises(SitingInvalid, match=text):
            town.propose(replace(ASK, count=1), **changes)


def test_a_recount_that_differs_is_loud() -> None:
    town = hand_town()
    plan = town.propose(replace(ASK, count=2))
    common = {
        "objective": 1.0 + 96.0 + 16.0,
        "persons": town.persons,
        "base_time_s": np.stack([town.base_s, town.base_s]),
        "circles": CIRCLES,
    }
    check_agreement(plan, coverage=town.built(plan), **common)  # type: ignore[arg-type]
    check_agreement(
        replace(plan, base="pass"),
        coverage=town.built(plan),
        **common,  # type: ignore[arg-type]
    )
    with pytest.raises(PlanDisagrees, match="objective"):
        check_agreement(
            replace(plan, objective=plan.objective + 1),
            coverage=town.built(plan),
            **common,  # type: ignore[arg-type]
        )
    late = town.built(plan)
    late = replace(late, travel_time_s=late.travel_time_s + 1000)
    with pytest.raises(PlanDisagrees, match="basic_5min"):
        check_agreement(plan, coverage=late, **common)  # type: ignore[arg-type]
