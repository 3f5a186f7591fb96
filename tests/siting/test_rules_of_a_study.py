"""The rules of `[siting]` in words: must_have, must_not, most_per_street, min_spacing_m."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.domain.siting import SitingGround
from planner.errors import SitingInvalid
from planner.inputs.study import read_study_file
from planner.pipeline.propose import propose_sites
from planner.report.provenance import list_input_files
from tests.scenes.town import Town as Drawing
from tests.siting.test_propose import ASK, Town, hand_town, towns

if TYPE_CHECKING:
    from planner.domain.study import SitingSettings

GROUND = SitingGround(
    candidate_street=np.array([0, 0, 0, 1, 1]),
    expansion_street=np.zeros(0, np.int64),
    street_name=("North", "South"),
    demand_area=np.array([0, 0, 0, 0, 1, 1, 1, 1]),
    area_name=("North", "South"),
)


def chosen(settings: SitingSettings, ground: SitingGround = GROUND) -> list[int]:
    plan = hand_town().propose(settings, ground=ground)
    return [item.candidate_index for item in plan.proposals]


def test_a_must_have_is_in_the_plan_though_it_gains_nobody() -> None:
    # candidate 4 reaches only who is covered already; of the rest 3 gains most
    plan = hand_town().propose(replace(ASK, count=2, must_have=("N4",)))
    assert [item.candidate_index for item in plan.proposals] == [3, 4]
    assert plan.proposals[1].persons_gained == {"basic_5min": 0.0, "daily_15min": 0.0}
    assert (plan.objective, plan.bound, plan.status) == (97, 97, "optimal")
    assert [point.persons_covered for point in plan.curve] == [1, 97, 97]


def test_a_must_not_is_left_out_by_name_and_by_area() -> None:
    assert chosen(replace(ASK, count=1, must_not=("N3",))) == [2]
    closed = replace(GROUND, forbidden=np.array([False, False, True, True, False]))
    assert chosen(replace(ASK, count=1, must_not=Path("closed.gpkg")), closed) == [1]


def test_at_most_one_a_street() -> None:
    assert sorted(chosen(replace(ASK, count=3, most_per_street=1))) in ([2, 3], [1, 3])
    plan = hand_town().propose(replace(ASK, count=3, most_per_street=1), ground=GROUND)
    assert plan.objective == 1 + 96 + 16


def test_places_keep_their_distance() -> None:
    # places stand 1 m apart in their order: 2 and 3 are too near to each other
    assert chosen(replace(ASK, count=2, min_spacing_m=1.5)) == [3, 1]
    assert chosen(replace(ASK, count=2, min_spacing_m=1.0)) == [3, 2]


def test_a_target_out_of_reach_says_the_most_the_rules_and_who_has_no_candidate() -> None:
    town = hand_town()
    plan = town.propose(replace(ASK, target=0.49, most_per_street=1), ground=GROUND)
    assert plan.status == "infeasible"
    assert plan.proposals == ()
    for words in ("out of reach under the rules", "44.31%", "113 persons", "most_per_street"):
        assert words in plan.message
    assert "without these rules 49.80%" in plan.message
    assert plan.curve[-1].persons_covered == 113
    for rule in ({}, {"most_per_street": 1}):
        plan = town.propose(replace(ASK, target=0.9, **rule), ground=GROUND)  # type: ignore[arg-type]
        assert plan.status == "infeasible"
        assert "49.80% (127 persons)" in plan.message
        assert "128 persons have no candidate within 15 minutes, most of them in South 128" in (
            plan.message
        )


def test_a_target_that_was_not_reached_and_not_ruled_out_gives_the_best_choice_found() -> None:
    asked = replace(ASK, target=0.49, most_per_street=1)
    plan = hand_town().propose(asked, ground=GROUND, max_nodes=0)
    assert plan.status == "stopped"
    assert plan.objective == 113
    assert plan.bound >= 0.49 * 255
    assert "was not reached under the rules" in plan.message


def test_a_target_under_rules_takes_the_fewest() -> None:
    plan = hand_town().propose(replace(ASK, target=0.4, must_not=("N2",)), ground=GROUND)
    assert [item.candidate_index for item in plan.proposals] == [3, 1]
    assert (plan.objective, plan.counts["fewest"], plan.status) == (111, 2, "optimal")
    met = hand_town().propose(replace(ASK, target=1 / 255, min_spacing_m=5.0))
    assert (met.proposals, met.status) == ((), "optimal")


def test_a_budget_pays_for_the_must_have_first() -> None:
    town = hand_town()
    dear = Town(town.time_s, town.persons, town.base_s, np.array([1.0, 1, 1, 2, 2]))
    plan = dear.propose(replace(ASK, budget=3.0, must_have=("N4",)))
    assert sorted(item.candidate_index for item in plan.proposals) == [2, 4]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"must_have": ("NN1",)}, "no such candidate.*did you mean `N1`"),
        ({"must_have": ("N1",), "must_not": ("N1",)}, "one that must not"),
        ({"must_have": ("N1", "N2"), "min_spacing_m": 5.0}, "N1 and N2.*1 m apart.*5 m"),
        ({"must_have": ("N1", "N2"), "most_per_street": 1}, "More must be chosen in North.*N1, N2"),
        ({"must_have": ("N1", "N2"), "count": 1}, "2 places.*at most 1"),
        ({"must_not": ("N0", "N1", "N2", "N3", "N4")}, "Every candidate"),
        ({"must_have": ("N1",), "count": None, "budget": 2.0}, "costs more than the budget"),
    ],
)
def test_rules_that_exclude_each_other_are_told_in_words(
    changes: dict[str, object], text: str
) -> None:
    town = hand_town()
    priced = Town(town.time_s, town.persons, town.base_s, np.array([1.0, 3, 1, 1, 1]))
    with pytest.raises(SitingInvalid, match=f"(?i){text}"):
        priced.propose(replace(replace(ASK, count=2), **changes), ground=GROUND)  # type: ignore[arg-type]


def test_a_most_per_street_needs_streets() -> None:
    with pytest.raises(SitingInvalid, match="needs to know the streets"):
        chosen(replace(ASK, count=1, most_per_street=1), SitingGround())


@settings(max_examples=60, deadline=None)
@given(towns(), st.integers(1, 4), st.sampled_from([1, 2]), st.sampled_from([1.0, 2.5]))
def test_a_plan_under_rules_is_the_best_of_all_that_keep_them(
    town: Town, count: int, most: int, spacing: float
) -> None:
    n = len(town.candidates.candidate_id)
    count = min(count, n)
    street = np.arange(n) // 3
    ground = SitingGround(candidate_street=street, street_name=("a", "b"))
    asked = replace(ASK, count=count, most_per_street=most, min_spacing_m=spacing)
    plan = town.propose(asked, ground=ground)

    def obeys(choice: tuple[int, ...]) -> bool:
        crowded = any(sum(one // 3 == k for one in choice) > most for k in range(2))
        return not crowded and all(b - a >= spacing for a, b in combinations(choice, 2))

    best = max(
        town.covered(choice, 900.0)
        for size in range(count + 1)
        for choice in combinations(range(n), size)
        if obeys(choice)
    )
    assert obeys(tuple(sorted(item.candidate_index for item in plan.proposals)))
    assert plan.objective == pytest.approx(best)
    assert plan.status == "optimal"
    assert all(point.bound_share >= point.share_covered for point in plan.curve)


def test_the_study_file_names_the_rules_and_the_whole_job_keeps_them(tmp_path: Path) -> None:
    drawing = "+1" + "-" * 95 + "b" + "-" * 100 + "c-+"
    rules = 'must_have = ["near-b"]\nmust_not = ["near-c"]\nmin_spacing_m = 300\n'
    ask = f'[siting]\ncandidates = "sites.csv"\ncount = 2\n{rules}'
    town = Drawing(drawing, extra_study=ask)
    study = town.write(tmp_path)
    lonlat = town.places("home")
    rows = "".join(f"near-{home},{lon},{lat}\n" for home, (lon, lat) in lonlat.items())
    (tmp_path / "sites.csv").write_text(f"id,lon,lat\n{rows}", encoding="utf-8")
    siting = read_study_file(study).siting
    assert siting is not None
    assert (siting.must_have, siting.must_not, siting.min_spacing_m) == (
        ("near-b",),
        ("near-c",),
        300.0,
    )
    evaluation = planner.evaluate(study, threads=1)
    plan = planner.propose(evaluation).records.plan
    assert [plan.candidates.candidate_id[one.candidate_index] for one in plan.proposals] == [
        "near-b"
    ]
    square = [[106.4, 29.4], [lonlat["b"][0] + 1e-4, 29.4], [lonlat["b"][0] + 1e-4, 29.6]]
    ring = [*square, [106.4, 29.6], [106.4, 29.4]]
    closed = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"id": "z1", "name": "reserve"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        ],
    }
    (tmp_path / "closed.geojson").write_text(json.dumps(closed), encoding="utf-8")
    asked = replace(siting, must_have=(), must_not=tmp_path / "closed.geojson", count=1)
    again = propose_sites(evaluation.records, asked).plan
    assert [plan.candidates.candidate_id[one.candidate_index] for one in again.proposals] == [
        "near-c"
    ], "the reserve takes in b and not c"
    text = study.read_text("utf-8").replace('["near-c"]', '"closed.geojson"')
    study.write_text(text, encoding="utf-8")
    named = read_study_file(study).siting
    assert named is not None
    assert named.must_not == (tmp_path / "closed.geojson").resolve()
    listed = {noun: path for noun, path, _ in list_input_files(read_study_file(study))}
    assert listed["must_not"] == "closed.geojson", "the manifest holds its digest"
