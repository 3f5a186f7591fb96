"""Phases: each spends what it has, later ones keep the earlier, most persons come early."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.study import SitingPhase, SitingSettings
from planner.errors import StudyKeyError
from planner.inputs.study import read_study_file
from planner.siting.phases import split_into_phases
from planner.siting.problem import check_arrays
from tests.siting.questions import Question, questions
from tests.siting.test_propose import Town, hand_town

if TYPE_CHECKING:
    from pathlib import Path


def early(question: Question, phase: tuple[int, ...], last: int) -> float:
    """Add up what is covered at the end of each phase but the last."""
    return sum(
        question.value(tuple(one for one, when in enumerate(phase) if when <= end))
        for end in range(last)
    )


@given(questions(), st.data())
def test_no_other_order_covers_more_early(question: Question, data: st.DataObject) -> None:
    n = len(question.covers)
    by_money = data.draw(st.booleans())
    prices = [float(data.draw(st.integers(1, 5))) if by_money else 1.0 for _ in range(n)]
    n_phases = data.draw(st.integers(1, 3)) if n <= 5 else 2
    cuts = sorted(data.draw(st.integers(0, int(sum(prices)))) for _ in range(n_phases - 1))
    limits = np.array([*cuts, sum(prices)], np.float64)
    phase, proved = split_into_phases(
        check_arrays(*question.arrays), np.arange(n), np.array(prices), limits
    )
    spent = [
        sum(p for p, when in zip(prices, phase, strict=True) if when <= k) for k in range(n_phases)
    ]
    assert all(one <= limit + 1e-9 for one, limit in zip(spent, limits, strict=True))
    best = max(
        early(question, tried, n_phases - 1)
        for tried in product(range(n_phases), repeat=n)
        if all(
            sum(p for p, when in zip(prices, tried, strict=True) if when <= k) <= limits[k]
            for k in range(n_phases)
        )
    )
    found = early(question, tuple(phase.tolist()), n_phases - 1)
    assert found == pytest.approx(best, rel=1e-6)
    assert proved


def test_what_gains_most_alone_is_not_always_what_comes_first() -> None:
    """
    Two sites of 3 and 3 million beside one of 5: with 6 million in the first phase the two cover
    16 + 16 persons, the one 20. In the end all three stand.
    """
    question = Question((frozenset({0}), frozenset({1}), frozenset({2})), (16.0, 16.0, 20.0))
    phase, proved = split_into_phases(
        check_arrays(*question.arrays),
        np.arange(3),
        np.array([3.0, 3.0, 5.0]),
        np.array([6.0, 11.0]),
    )
    assert phase.tolist() == [0, 0, 1]
    assert proved


def test_a_study_s_phases_order_the_proposals_and_tell_where_each_ends() -> None:
    """
    Of the hand-made town candidates 1, 3 and 2 gain 14, 96 and 16 persons after each other (the
    plan covers the home of one person): two in the first phase, one in the second.
    """
    near = SitingPhase("近期", count=2)
    far = SitingPhase("远期", count=1)
    settings = SitingSettings(life_circle="daily_15min", count=3, phases=(near, far))
    plan = hand_town().propose(settings)
    assert [one.phase for one in plan.proposals] == ["近期", "近期", "远期"]
    whole = hand_town().propose(SitingSettings(life_circle="daily_15min", count=3))
    assert plan.objective == whole.objective, "the end state is the same"
    assert {one.candidate_index for one in plan.proposals} == {
        one.candidate_index for one in whole.proposals
    }
    assert [one.proposals for one in plan.phases] == [2, 1]
    gains = [one.persons_gained["daily_15min"] for one in plan.proposals]
    base = plan.objective - sum(gains)
    assert plan.phases[0].persons_covered == base + gains[0] + gains[1]
    assert plan.phases[1].persons_covered == plan.objective
    two = hand_town().propose(SitingSettings(life_circle="daily_15min", count=2))
    assert plan.phases[0].persons_covered <= two.objective
    assert plan.phases_proved


def test_money_left_over_is_there_for_the_next_phase() -> None:
    time_s = np.full((2, 2), np.inf)
    np.fill_diagonal(time_s, 100.0)
    town = Town(time_s, np.array([8.0, 4.0]), cost_yuan=np.array([3e6, 4e6]))
    phases = (SitingPhase("A", budget=3.5e6), SitingPhase("B", budget=3.5e6))
    plan = town.propose(SitingSettings(life_circle="daily_15min", budget=7e6, phases=phases))
    assert [(one.phase, one.cost_yuan) for one in plan.proposals] == [("A", 3e6), ("B", 4e6)]
    assert [one.cost_yuan for one in plan.phases] == [3e6, 4e6]
    assert [one.share_covered for one in plan.phases] == [pytest.approx(8 / 12), 1.0]


def test_a_phase_that_can_afford_nothing_builds_nothing() -> None:
    time_s = np.full((1, 1), 100.0)
    town = Town(time_s, np.array([8.0]), cost_yuan=np.array([4e6]))
    phases = (SitingPhase("A", budget=1e6), SitingPhase("B", budget=3e6))
    plan = town.propose(SitingSettings(life_circle="daily_15min", budget=4e6, phases=phases))
    assert [one.proposals for one in plan.phases] == [0, 1]
    assert plan.phases[0].cost_yuan == 0


def study(tmp_path: Path, siting: str) -> Path:
    path = tmp_path / "study.toml"
    path.write_text(
        '[streets]\nsource = "s.osm"\n[demand]\nsource = "d.csv"\n[centres]\nsource = "c.csv"\n'
        f"[siting]\n{siting}\n",
        "utf-8",
    )
    return path


def test_a_study_file_names_its_phases_and_their_sum_is_the_question(tmp_path: Path) -> None:
    siting = 'phases = [{ name = "近期", count = 2 }, { name = "远期", count = 3 }]'
    found = read_study_file(study(tmp_path, siting), require_files=False).siting
    assert found is not None
    assert (found.count, found.budget) == (5, None)
    assert [one.name for one in found.phases] == ["近期", "远期"]
    siting = "phases = [{ budget = 2e6 }, { budget = 3e6 }]\ncost_per_m2 = 5000"
    found = read_study_file(study(tmp_path, siting), require_files=False).siting
    assert found is not None
    assert (found.count, found.budget) == (None, 5e6)
    assert [one.name for one in found.phases] == ["1", "2"]


@pytest.mark.parametrize(
    ("siting", "words"),
    [
        ('count = 3\nphases = [{ name = "a", count = 3 }]', "is what the phases say already"),
        ('phases = [{ name = "a" }]', "a phase has either a count or a budget"),
        ('phases = [{ name = "a", count = 1, budget = 2.0 }]', "either a count or a budget"),
        ("phases = [{ count = 1 }, { budget = 2e6 }]", "some phases have a count"),
        ('phases = [{ name = "a", count = 1 }, { name = "a", count = 1 }]', "the same name"),
        ("phases = 3", "wrong type"),
        ('phases = [{ nane = "a", count = 1 }]', "nane"),
        ("phases = [{ count = 0 }]", "out of range"),
        ("phases = [{ budget = 2e6 }]", "needs to know what a place costs"),
    ],
)
def test_phases_that_cannot_be_meant_are_named(tmp_path: Path, siting: str, words: str) -> None:
    with pytest.raises(StudyKeyError, match=words):
        read_study_file(study(tmp_path, siting), require_files=False)
