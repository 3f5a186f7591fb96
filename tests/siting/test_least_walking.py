"""Least walking on top of a plan: the mean walk, and the longest."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.errors import SitingInvalid
from planner.siting.least_walking import choose_least_walking
from tests.scenes import town as scenes
from tests.siting.test_propose import ASK, CIRCLES, Town, hand_town, towns

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.siting import SitingPlan
    from planner.domain.study import SitingSettings

CAP_S = 1800.0


def ask(town: Town, question: SitingSettings) -> SitingPlan:
    return choose_least_walking(
        candidates=town.candidates,
        walks=town.walks,
        persons=town.persons,
        base_time_s=np.stack([town.base_s, town.base_s]),
        circles=CIRCLES,
        settings=question,
        floor_area_m2=800.0,
        convenience_area_m2=550.0,
    )


def walked(town: Town, choice: tuple[int, ...]) -> np.ndarray:
    """Return the walk of each home; the walks of the town end at 900 s."""
    near = np.where(town.time_s <= 900.001, town.time_s, np.inf)
    best: np.ndarray = np.min(np.vstack([town.base_s, *(near[one] for one in choice)]), axis=0)
    return np.where(best <= CAP_S, best, np.inf)


@settings(max_examples=80, deadline=None)
@given(towns(), st.integers(1, 3))
def test_no_choice_has_a_smaller_mean_walk(town: Town, count: int) -> None:
    n = len(town.candidates.candidate_id)
    count = min(count, n)
    plan = ask(town, replace(ASK, count=count, objective="median"))

    def mean(choice: tuple[int, ...]) -> float:
        times = np.minimum(walked(town, choice), CAP_S)
        return float((town.persons * times).sum() / town.persons.sum())

    best = min(mean(choice) for choice in combinations(range(n), count))
    assert plan.objective == pytest.approx(best)
    assert plan.bound == pytest.approx(best)
    assert plan.status == "optimal"
    assert mean(tuple(one.candidate_index for one in plan.proposals)) == pytest.approx(best)


@settings(max_examples=80, deadline=None)
@given(towns(), st.integers(1, 3))
def test_no_choice_has_a_shorter_longest_walk(town: Town, count: int) -> None:
    n = len(town.candidates.candidate_id)
    count = min(count, n)
    plan = ask(town, replace(ASK, count=count, objective="worst"))
    counted = np.isfinite(walked(town, tuple(range(n))))
    best = min(
        walked(town, choice)[counted].max(initial=0.0)
        for size in range(count + 1)
        for choice in combinations(range(n), size)
    )
    if not counted.any() or not np.isfinite(best):
        assert plan.status == "infeasible"
        assert plan.proposals == ()
        return
    assert plan.objective == pytest.approx(best)
    assert plan.status == "optimal"
    chosen = tuple(one.candidate_index for one in plan.proposals)
    assert walked(town, chosen)[counted].max(initial=0.0) == pytest.approx(best)
    left_out = town.persons[~counted].sum()
    assert (f"{left_out:,.0f} persons" in plan.message) == bool(left_out)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (replace(ASK, target=0.5, objective="median"), "a number of centres"),
        (replace(ASK, count=1, objective="worst", weights={"daily_15min": 1.0}), "neither weights"),
        (replace(ASK, count=1, objective="median", walkers=("norm",)), "neither weights"),
        (replace(ASK, count=1, objective="worst", min_spacing_m=100.0), "without rules"),
        (replace(ASK, count=9, objective="median"), "fewer candidates"),
    ],
)
def test_what_least_walking_cannot_answer_is_named(question: SitingSettings, words: str) -> None:
    with pytest.raises(SitingInvalid, match=words):
        ask(hand_town(), question)


def test_a_mean_walk_keeps_the_rules() -> None:
    free = ask(hand_town(), replace(ASK, count=2, objective="median"))
    first = free.proposals[0].candidate_index
    ruled = ask(hand_town(), replace(ASK, count=2, objective="median", must_not=(f"N{first}",)))
    assert first not in {one.candidate_index for one in ruled.proposals}
    assert ruled.objective >= free.objective
    assert ruled.status == "optimal"


# One street: a centre at the west end; a (1 person) 200 m from it, d (8) 1,000 m and e (16) 1,300 m
# east of it, and a site at each of the two.
LINE = ["-"] * 200
LINE[0] = LINE[199] = "+"
LINE[10], LINE[30], LINE[110], LINE[140] = "1", "a", "d", "e"


def study(folder: Path, siting: str) -> Path:
    town = scenes.Town(
        "".join(LINE),
        centres={"1": {"floor_area_m2": 2700, "convenience_area_m2": 800}},
        extra_study=f'[siting]\ncandidates = "sites.csv"\ncount = 1\n{siting}\n',
    )
    path = town.write(folder)
    places = [town.at(0, 110), town.at(0, 140)]
    rows = [f"{name},{lon},{lat}" for name, (lon, lat) in zip("DE", places, strict=True)]
    (folder / "sites.csv").write_text("id,lon,lat\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("objective", "site", "seconds"),
    [
        # At d: a 200 s, d 0 s, e 300 s: (200 + 4,800) / 25; at e: (200 + 2,400) / 25.
        ("median", "E", 2600 / 25),
        # The longest walk is 300 s either way: that of e to d, or of d to e.
        ("worst", None, 300.0),
    ],
)
def test_a_study_asks_for_least_walking_and_its_reports_tell_minutes(
    tmp_path: Path, objective: str, site: str | None, seconds: float
) -> None:
    path = study(tmp_path / "study", f'objective = "{objective}"')
    planner.run(path, tmp_path / "out", threads=1)
    siting = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))["siting"]
    assert siting["objective"] == pytest.approx(seconds, abs=0.1)
    assert siting["status"] == "optimal"
    assert siting["question"] == objective
    report = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert f"{seconds / 60:.1f}" in report
    records = planner.propose(planner.evaluate(path, threads=1)).records
    (only,) = records.plan.proposals
    if site is not None:
        assert records.plan.candidates.candidate_id[only.candidate_index] == site
