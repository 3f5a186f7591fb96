"""`street_floor`: of every street at least a share, and in words why there is no such plan."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.siting import SitingGround
from planner.errors import PlanDisagrees, SitingInvalid
from planner.report.chinese import message_in_chinese
from planner.report.siting_words import tell_message
from planner.siting.recheck import check_floors
from tests.siting.test_propose import ASK, Town, hand_town, random_town, towns
from tests.siting.test_rules_of_a_study import GROUND

if TYPE_CHECKING:
    from planner.domain.study import SitingSettings


def share_of(town: Town, choice: tuple[int, ...], where: np.ndarray, street: int) -> float:
    best = np.min(np.vstack([town.base_s, *(town.time_s[one] for one in choice)]), axis=0)
    inside = where == street
    whole = town.persons[inside].sum()
    return float(town.persons[inside & (best <= 900.001)].sum() / whole) if whole else 1.0


@settings(max_examples=120, deadline=None)
@given(towns(), st.integers(1, 3), st.sampled_from([0.2, 0.5, 0.8, 1.0]), st.data())
def test_the_best_of_all_that_keep_the_floor_is_found_or_there_is_none(
    town: Town, count: int, floor: float, data: st.DataObject
) -> None:
    n, n_demand = len(town.candidates.candidate_id), len(town.persons)
    count = min(count, n)
    where = np.array([data.draw(st.integers(-1, 1)) for _ in range(n_demand)])
    ground = SitingGround(
        candidate_street=np.zeros(n, np.int64),
        street_name=("North", "South"),
        demand_area=where,
        area_name=("North", "South"),
    )
    plan = town.propose(replace(ASK, count=count, street_floor=floor), ground=ground)
    possible = [
        choice
        for size in range(count + 1)
        for choice in combinations(range(n), size)
        if all(share_of(town, choice, where, street) >= floor - 1e-9 for street in (0, 1))
    ]
    if not possible:
        assert plan.status == "infeasible"
        assert plan.proposals == ()
        assert "street_floor" in plan.message
        return
    best = max(town.covered(choice, 900) for choice in possible)
    assert plan.objective == pytest.approx(best)
    assert plan.status == "optimal"
    chosen = tuple(one.candidate_index for one in plan.proposals)
    assert all(share_of(town, chosen, where, street) >= floor - 1e-9 for street in (0, 1))
    for point in plan.curve:
        if point.count >= len(chosen):
            break
        most = max(town.covered(choice, 900) for choice in combinations(range(n), point.count))
        assert point.bound_share * town.persons.sum() >= most - 1e-6
    own = next(point for point in plan.curve if point.count == len(chosen))
    assert own.persons_covered == pytest.approx(best)


def ask(question: SitingSettings) -> str:
    return hand_town().propose(question, ground=GROUND).message


def test_who_has_no_candidate_is_said_with_the_street_and_the_nearest_place() -> None:
    """In the south live 16 + 32 + 64 + 128 persons; the last, over half, have no candidate."""
    question = replace(ASK, count=3, street_floor=0.6)
    plan = hand_town().propose(
        question, ground=GROUND, demand_xy=np.column_stack([np.arange(8) * 10.0, np.zeros(8)])
    )
    assert plan.status == "infeasible"
    assert "South cannot reach 60%: 128 persons have no candidate within 15 minutes" in plan.message
    assert "at most 46.7% can be covered" in plan.message
    assert "the largest home is nearest to N4, 66 m away in a straight line" in plan.message
    assert "North" not in plan.message


def test_candidates_that_are_forbidden_count_as_none() -> None:
    """Without 2 and 3 nobody in the south can be reached: all 240 persons have no candidate."""
    question = replace(ASK, count=3, street_floor=0.3, must_not=("N2", "N3"))
    plan = hand_town().propose(question, ground=GROUND, demand_xy=np.zeros((8, 2)))
    assert plan.status == "infeasible"
    assert "South cannot reach 30%: 240 persons have no candidate" in plan.message
    assert "is nearest to N0, 0 m away" in plan.message


def test_candidates_that_are_too_dear_count_as_none() -> None:
    town = hand_town()
    priced = Town(town.time_s, town.persons, town.base_s, np.array([1.0, 1, 9, 9, 1]) * 1e6)
    question = replace(ASK, budget=5e6, street_floor=0.3)
    plan = priced.propose(question, ground=GROUND)
    assert "South cannot reach 30%: 240 persons have no candidate" in plan.message


def test_the_weight_of_a_circle_does_not_change_the_persons_that_are_told() -> None:
    weights = {"basic_5min": 1.0, "daily_15min": 4.0}
    question = replace(ASK, count=3, street_floor=0.6, weights=weights)
    plan = hand_town().propose(question, ground=GROUND)
    assert "South cannot reach 60%: 128 persons have no candidate" in plan.message


def test_streets_that_exclude_each_other_are_named_and_what_to_relax() -> None:
    """One centre: north needs candidate 0 or 1, south 3 (96 of 240 persons, 40 %)."""
    message = ask(replace(ASK, count=1, street_floor=0.4))
    assert "1 new centres" in message
    assert "40% of each of 2 streets at once (covered now): North 7%, South 0%" in message
    assert "Without any one of them the others can be covered" in message
    assert "Allow more centres, lower street_floor" in message
    assert hand_town().propose(replace(ASK, count=2, street_floor=0.4), ground=GROUND).proposals


def test_one_street_that_the_number_does_not_reach_is_told_with_the_most_there_is() -> None:
    """One centre covers 96 of the south's 240 persons at most: 40 %, not 45 %; two cover 112."""
    south = replace(GROUND, demand_area=np.array([-1, -1, -1, -1, 1, 1, 1, 1]))
    question = replace(ASK, count=1, street_floor=0.45)
    message = hand_town().propose(question, ground=south).message
    assert "1 new centres cannot cover 45% of one street (covered now): South 0%" in message
    assert "At most 40.0% of its persons can be covered" in message
    assert hand_town().propose(replace(question, count=2), ground=south).proposals


def test_a_floor_that_is_reached_already_changes_nothing() -> None:
    free = hand_town().propose(replace(ASK, count=2), ground=GROUND)
    same = hand_town().propose(replace(ASK, count=2, street_floor=0.0001), ground=GROUND)
    assert same.objective == free.objective


def test_alternatives_keep_the_floor_too() -> None:
    plan = hand_town().propose(
        replace(ASK, count=3, street_floor=0.4, alternatives=2), ground=GROUND
    )
    town = hand_town()
    assert plan.proposals
    for one in plan.alternatives:
        chosen = tuple(int(name[1:]) for name in one.names)
        for street in (0, 1):
            assert share_of(town, chosen, GROUND.demand_area, street) >= 0.4  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "ground", "words"),
    [
        (replace(ASK, count=1, street_floor=0.5), SitingGround(), "needs to know the streets"),
        (replace(ASK, target=0.5, street_floor=0.5), GROUND, "with a count or a budget"),
        (
            replace(ASK, count=1, street_floor=0.5, weights={"basic_5min": 1.0}),
            GROUND,
            "circle of the floor has no weight",
        ),
    ],
)
def test_floors_that_cannot_be_asked_are_named(
    question: SitingSettings, ground: SitingGround, words: str
) -> None:
    with pytest.raises(SitingInvalid, match=words):
        hand_town().propose(question, ground=ground)


def test_a_plan_below_the_floor_is_loud() -> None:
    where, persons = np.array([0, 0, 1]), np.array([1.0, 1.0, 4.0])
    check_floors(0.5, where, persons, np.array([100.0, 1000.0, 900.0]), 900.0)
    with pytest.raises(PlanDisagrees, match="street_floor"):
        check_floors(0.6, where, persons, np.array([100.0, 1000.0, 900.0]), 900.0)


@pytest.mark.parametrize(
    "question",
    [
        replace(ASK, count=3, street_floor=0.6),
        replace(ASK, count=1, street_floor=0.4),
        replace(ASK, target=0.9),
        replace(ASK, target=0.49, most_per_street=1),
        replace(ASK, target=0.9, most_per_street=1),
    ],
)
def test_why_there_is_no_plan_is_said_in_chinese_sentence_by_sentence(
    question: SitingSettings,
) -> None:
    plan = hand_town().propose(question, ground=GROUND, demand_xy=np.zeros((8, 2)))
    assert plan.status == "infeasible"
    told = tell_message(plan.message, "zh")
    assert len(told) > 20
    for line in plan.message.splitlines():
        assert message_in_chinese(line), line
    assert "persons" not in told
    assert "\n" not in tell_message(plan.message, "en")


class Heard:
    """Notes what a search tells."""

    def __init__(self) -> None:
        self.found: list[tuple[float, float]] = []

    def begin(self, stage: str, total: int | None = None) -> None:
        """Begin."""

    def advance(self, steps: int = 1) -> None:
        """Go on."""

    def end(self) -> None:
        """End."""

    def tell(self, objective: float, bound: float) -> None:
        self.found.append((objective, bound))


@pytest.mark.parametrize(
    "question",
    [
        replace(ASK, count=6),
        replace(ASK, count=6, street_floor=0.1),
        replace(ASK, count=6, min_spacing_m=2.0),
    ],
)
def test_a_search_tells_plan_and_bound_while_it_works(question: SitingSettings) -> None:
    town = random_town()
    ground = SitingGround(
        candidate_street=np.arange(120) % 4,
        street_name=tuple("abcd"),
        demand_area=np.arange(500) % 4,
        area_name=tuple("abcd"),
    )
    heard = Heard()
    plan = town.propose(question, ground=ground, progress=heard)
    assert heard.found
    assert all(objective <= plan.bound * (1 + 1e-9) for objective, _ in heard.found)
    assert all(bound >= plan.objective * (1 - 1e-9) for _, bound in heard.found)
    assert heard.found[-1][0] <= plan.objective * (1 + 1e-9)
