"""Several circles and several walkers in one question: sums by weight, mean and worst."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.domain.reach import Walks
from planner.domain.siting import WalkerReach
from planner.errors import SitingInvalid, StudyKeyError
from planner.pipeline.siting_walkers import keep_worst
from planner.siting.aims import stack_covers
from planner.siting.problem import check_arrays, covered_persons
from tests.scenes import town as scenes
from tests.siting.questions import Question, questions
from tests.siting.test_propose import ASK, Town, hand_town, towns

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTS = {"basic_5min": 3.0, "daily_15min": 1.0}


@settings(max_examples=60, deadline=None)
@given(towns(), st.integers(1, 3), st.integers(1, 5), st.integers(1, 5))
def test_both_circles_by_weight_are_the_best_of_all_choices(
    town: Town, count: int, near: int, far: int
) -> None:
    n_candidates = len(town.candidates.candidate_id)
    count = min(count, n_candidates)
    weights = {"basic_5min": float(near), "daily_15min": float(far)}
    plan = town.propose(replace(ASK, count=count, weights=weights))

    def worth(choice: tuple[int, ...]) -> float:
        both = near * town.covered(choice, 300) + far * town.covered(choice, 900)
        return both / (near + far)

    best = max(worth(choice) for choice in combinations(range(n_candidates), count))
    assert plan.objective == pytest.approx(best)
    assert plan.bound == pytest.approx(best)
    assert worth(tuple(one.candidate_index for one in plan.proposals)) == pytest.approx(best)
    assert plan.curve[count].persons_covered == pytest.approx(best)
    assert plan.curve[count].share_covered == pytest.approx(best / town.persons.sum())


@settings(max_examples=40, deadline=None)
@given(towns(), st.integers(1, 3), st.sampled_from([1.25, 2.0, 4.0]))
def test_the_mean_over_walkers_is_the_best_of_all_choices(
    town: Town, count: int, slower: float
) -> None:
    n_candidates = len(town.candidates.candidate_id)
    count = min(count, n_candidates)
    slow = Town(town.time_s * slower, town.persons, town.base_s * slower)
    walkers = [
        WalkerReach(name, one.walks, None, np.stack([one.base_s, one.base_s]))
        for name, one in (("own", town), ("slow", slow))
    ]
    plan = town.propose(replace(ASK, count=count, walkers=("own", "slow")), walkers=walkers)

    def worth(choice: tuple[int, ...]) -> float:
        return (town.covered(choice, 900) + slow.covered(choice, 900)) / 2

    best = max(worth(choice) for choice in combinations(range(n_candidates), count))
    assert plan.objective == pytest.approx(best)
    assert (plan.walkers, plan.walkers_by) == (("own", "slow"), "mean")


@given(questions(), questions(), st.data())
def test_stacked_coverings_count_what_each_counts(
    one: Question, other: Question, data: st.DataObject
) -> None:
    n = min(len(one.covers), len(other.covers))
    demand = max(len(one.persons), len(other.persons))
    layers = []
    for question in (one, other):
        persons = (*question.persons, *(0.0,) * (demand - len(question.persons)))
        layers.append(check_arrays(*Question(question.covers[:n], persons).arrays))
    stacked = stack_covers(layers)
    chosen = np.array(sorted(data.draw(st.sets(st.integers(0, n - 1)))), np.int64)
    parts = sum(covered_persons(layer, chosen) for layer in layers)
    assert covered_persons(stacked, chosen) == pytest.approx(parts)


def test_a_target_is_not_asked_of_several_circles() -> None:
    with pytest.raises(SitingInvalid, match="a share of one circle"):
        hand_town().propose(replace(ASK, target=0.9, weights=WEIGHTS))
    with pytest.raises(SitingInvalid, match="no such life circle"):
        hand_town().propose(replace(ASK, count=1, weights={"daily": 1.0}))


def test_the_worst_walk_is_one_that_every_walker_makes_as_long_as_the_slowest_takes() -> None:
    fast = Walks(
        np.array([0, 2, 3]), np.array([0, 1, 1], np.int32), np.array([5.0, 9.0, 7.0]), 3, 10
    )
    slow = Walks(
        np.array([0, 1, 3]), np.array([0, 1, 2], np.int32), np.array([8.0, 6.0, 9.0]), 3, 10
    )
    worst = keep_worst([fast, slow])
    assert worst.indptr.tolist() == [0, 1, 2]
    assert worst.demand_index.tolist() == [0, 1]
    assert worst.travel_time_s.tolist() == [8.0, 7.0]


# Two sites: d (8 persons) lives 600 m from the first, c (4) 290 m and b (2) 310 m from the second.
LINE = ["-"] * 520
LINE[0] = LINE[519] = "+"
LINE[61], LINE[329], LINE[331], LINE[500] = "d", "c", "b", "1"
DRAWING = "".join(LINE)
SLOW = '[walking.profiles.slow]\nbase = "norm"\nspeed_m_s = 0.5\n'


def study(folder: Path, siting: str) -> Path:
    town = scenes.Town(
        DRAWING,
        centres={"1": {"floor_area_m2": 2700, "convenience_area_m2": 800}},
        extra_study=f'[siting]\ncandidates = "sites.csv"\ncount = 1\n{siting}\n{SLOW}',
    )
    path = town.write(folder)
    places = [town.at(0, 1), town.at(0, 300)]
    rows = [f"{name},{lon},{lat}" for name, (lon, lat) in zip("ST", places, strict=True)]
    (folder / "sites.csv").write_text("id,lon,lat\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("siting", "site", "persons"),
    [
        ("", "S", 8.0),
        # A slow walker reaches 450 m: of d's 8 half count, of b's and c's 6 all.
        ('walkers = ["norm", "slow"]', "T", 6.0),
        ('walkers = ["norm", "slow"]\nwalkers_by = "worst"', "T", 6.0),
        ('walkers = ["norm"]', "S", 8.0),
        ("weights = { basic_5min = 1, daily_15min = 1 }", "T", 5.0),
    ],
)
def test_a_slow_walker_or_the_short_circle_takes_the_site_to_where_people_are_near(
    tmp_path: Path, siting: str, site: str, persons: float
) -> None:
    """The centre that stands reaches nobody within 900 m: it is 1,690 m from the nearest home."""
    evaluation = planner.evaluate(study(tmp_path, siting), threads=1)
    records = planner.propose(evaluation).records
    (only,) = records.plan.proposals
    assert records.plan.candidates.candidate_id[only.candidate_index] == site
    assert records.plan.objective == persons
    assert records.plan.status == "optimal"


@pytest.mark.parametrize(
    ("siting", "words"),
    [
        ('walkers = ["nobody"]', "nobody"),
        ("weights = { basic_5min = 0 }", "a weight is a number above 0"),
        ('weights = { basic_5min = "1" }', "a weight is a number above 0"),
        ('walkers_by = "best"', "walkers_by"),
    ],
)
def test_walkers_and_weights_that_are_none_are_named(
    tmp_path: Path, siting: str, words: str
) -> None:
    with pytest.raises(StudyKeyError, match=words):
        planner.evaluate(study(tmp_path, siting), threads=1)
