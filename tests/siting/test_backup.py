"""Backup: a second centre within reach counts too, with a weight."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.errors import SitingInvalid
from planner.siting.problem import check_arrays
from planner.siting.rules import find_rivals, no_rules
from planner.siting.solve.backup import search_backup
from planner.siting.solve.search import Limits
from tests.scenes import town as scenes
from tests.siting.questions import Question, questions, random_question

if TYPE_CHECKING:
    from pathlib import Path


def gained(
    question: Question, choice: tuple[int, ...], standing: list[int], weight: float
) -> float:
    """Count what a choice adds: first centres whole, second ones by weight."""
    total = 0.0
    for home, persons in enumerate(question.persons):
        now = standing[home]
        then = now + sum(home in question.covers[one] for one in choice)
        total += persons * (min(then, 1) - min(now, 1))
        total += weight * persons * ((min(then, 2) > 1) - (min(now, 2) > 1))
    return total


@settings(max_examples=200, deadline=None)
@given(questions(), st.data())
def test_no_choice_gains_more(question: Question, data: st.DataObject) -> None:
    n = len(question.covers)
    standing = [data.draw(st.integers(0, 2)) for _ in question.persons]
    weight = data.draw(st.sampled_from([0.25, 0.5, 1.0]))
    by_money = data.draw(st.booleans())
    prices = np.array([float(data.draw(st.integers(1, 4))) if by_money else 1.0 for _ in range(n)])
    limit = float(data.draw(st.integers(1, 6)))
    xy = np.array([[float(data.draw(st.integers(0, 4))), 0.0] for _ in range(n)])
    must = np.array(sorted(data.draw(st.sets(st.integers(0, n - 1), max_size=1))), np.int64)
    indptr, rival = find_rivals(xy, data.draw(st.sampled_from([None, 1.0])))
    rules = replace(no_rules(n), must=must, rival_indptr=indptr, rival=rival)
    near = {(a, int(b)) for a in range(n) for b in rival[indptr[a] : indptr[a + 1]]}
    if prices[must].sum() > limit:
        return

    def allowed(choice: tuple[int, ...]) -> bool:
        return (
            prices[list(choice)].sum() <= limit
            and set(must.tolist()) <= set(choice)
            and not any((a, b) in near for a in choice for b in choice)
        )

    found = search_backup(
        check_arrays(*question.arrays),
        rules,
        Limits(),
        limit=limit,
        price=prices if by_money else None,
        standing=np.array(standing),
        weight=weight,
    )
    best = max(
        gained(question, one, standing, weight) for one in question.choices() if allowed(one)
    )
    chosen = tuple(found.chosen.tolist())
    assert allowed(chosen)
    assert gained(question, chosen, standing, weight) == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert found.persons == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert found.bound == pytest.approx(best, rel=1e-6, abs=1e-5)
    assert found.stopped_by == "proof"


def test_a_second_centre_goes_where_it_counts_for_more_than_a_first() -> None:
    """
    Ten persons have one centre, four none. At half weight a second one for the ten counts 5, a
    first one for the four 4; at a quarter 2.5.
    """
    question = Question((frozenset({0}), frozenset({1})), (10.0, 4.0))
    arrays, standing = check_arrays(*question.arrays), np.array([1, 0])
    for weight, site, worth in ((0.5, 0, 5.0), (0.25, 1, 4.0)):
        found = search_backup(
            arrays, no_rules(2), Limits(), limit=1, price=None, standing=standing, weight=weight
        )
        assert found.chosen.tolist() == [site]
        assert (found.persons, found.bound) == (worth, worth)


def test_of_a_larger_town_the_bound_holds_and_is_near() -> None:
    arrays = check_arrays(*random_question(60, 2_000, 80, seed=4))
    standing = np.random.default_rng(0).integers(0, 3, 2_000)
    found = search_backup(
        arrays, no_rules(60), Limits(), limit=10, price=None, standing=standing, weight=0.5
    )
    covers = np.zeros(2_000, np.int64)
    for one in found.chosen:
        covers[arrays.index[arrays.indptr[one] : arrays.indptr[one + 1]]] += 1
    first = arrays.persons[(standing == 0) & (covers > 0)].sum()
    second = arrays.persons[(standing < 2) & (standing + covers > 1)].sum()
    assert found.persons == pytest.approx(first + 0.5 * second)
    assert found.bound >= found.persons
    assert (found.bound - found.persons) / found.bound < 0.01


# Two centres stand 200 m apart and reach a and b; c has the second of them only, d none.
LINE = ["-"] * 330
LINE[0] = LINE[329] = "+"
LINE[60], LINE[80], LINE[70], LINE[75], LINE[160], LINE[300] = "1", "2", "a", "b", "c", "d"
BOTH: dict[str, dict[str, object]] = {
    one: {"level": "community", "floor_area_m2": 2700, "convenience_area_m2": 800} for one in "12"
}


def study(folder: Path, siting: str) -> Path:
    text = f'[siting]\ncandidates = "sites.csv"\ncount = 1\nobjective = "backup"\n{siting}\n'
    town = scenes.Town("".join(LINE), centres=BOTH, extra_study=text)
    path = town.write(folder)
    rows = [
        f"{name},{lon},{lat}"
        for name, (lon, lat) in (("C", town.at(0, 170)), ("D", town.at(0, 310)))
    ]
    (folder / "sites.csv").write_text("id,lon,lat\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_study_asks_for_a_second_centre_and_its_reports_say_so(tmp_path: Path) -> None:
    """
    A (1 person) and b (2) have two centres, c (4) one at 800 m (2; 1 is 1,000 m away), d (8) none.
    At D d is covered: 1 + 2 + 4 + 8 persons, and 3 of them twice; at C c twice and d not.
    """
    path = study(tmp_path / "study", "backup_weight = 0.5")
    planner.run(path, tmp_path / "out", threads=1)
    siting = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))["siting"]
    assert siting["objective"] == siting["bound"] == 15 + 0.5 * 3
    assert siting["status"] == "optimal"
    assert siting["counts"] == {"persons_twice_before": 3, "persons_twice_after": 3}
    assert "second centre" in siting["asked"][1]
    records = planner.propose(planner.evaluate(path, threads=1)).records
    (only,) = records.plan.proposals
    assert records.plan.candidates.candidate_id[only.candidate_index] == "D"


def test_what_a_second_centre_is_not_asked_with_is_named(tmp_path: Path) -> None:
    path = study(tmp_path, "street_floor = 0.5")
    with pytest.raises(SitingInvalid, match="with a count or a budget, for one circle"):
        planner.propose(planner.evaluate(path, threads=1))
