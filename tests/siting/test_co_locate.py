"""Building where a centre of another service stands already."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest

import planner
from planner.pipeline.expansions import find_shared_sites
from tests.scenes.town import Town, homes_in

if TYPE_CHECKING:
    from pathlib import Path

FIFTEEN, FIVE = "daily_15min", "basic_5min"
# A street centre (1) serves the 15-minute circle only, a district hall (2) none; a and b live
# near 1, d and e near 2, which are 40 minutes apart.
DRAWING = "+a1b" + "-" * 240 + "d2e-+"
CENTRES: dict[str, dict[str, object]] = {
    "1": {"level": "street", "floor_area_m2": 3000, "convenience_area_m2": 900},
    "2": {"level": "district", "floor_area_m2": 3000, "convenience_area_m2": 900},
}


def ask(folder: Path, question: str) -> Path:
    siting = f'[siting]\ncandidates = "sites.csv"\ncost_per_m2 = 5000\n{question}\n'
    town = Town(DRAWING, centres=CENTRES, extra_study=siting)
    study = town.write(folder)
    lon, lat = town.at(0, 120)
    (folder / "sites.csv").write_text(f"id,lon,lat\nfar,{lon},{lat}\n", encoding="utf-8")
    return study


def test_a_new_centre_stands_with_the_district_hall_and_the_hall_stays(tmp_path: Path) -> None:
    evaluation = planner.evaluate(ask(tmp_path, "co_locate = true\ncount = 1"), threads=1)
    records = planner.propose(evaluation).records
    (only,) = records.plan.proposals
    assert (only.action, only.centre_id, only.candidate_index) == ("co_locate", "2", -1)
    assert homes_in(only.persons_gained[FIFTEEN]) == "de"
    assert homes_in(only.persons_gained[FIVE]) == "de"
    assert (only.floor_area_m2, only.convenience_area_m2) == (2700, 800)
    assert only.cost_yuan == 2700 * 5000
    before, after = evaluation.records.coverage.states[1], records.coverage.states[-1]
    assert after.life_circles[1].centres == before.life_circles[1].centres + 1
    assert records.plan.status == "optimal"


def test_beside_a_street_centre_the_short_circle_is_gained_and_the_long_one_kept(
    tmp_path: Path,
) -> None:
    study = ask(tmp_path, f'co_locate = true\ncount = 2\nlife_circle = "{FIVE}"')
    records = planner.propose(planner.evaluate(study, threads=1)).records
    assert sorted(one.centre_id for one in records.plan.proposals) == ["1", "2"]
    beside = next(one for one in records.plan.proposals if one.centre_id == "1")
    assert homes_in(beside.persons_gained[FIVE]) == "ab"
    assert beside.persons_gained[FIFTEEN] == 0, "the street centre covers them still"
    assert records.plan.counts["shared_sites"] == 2


def test_without_asking_nothing_stands_with_another(tmp_path: Path) -> None:
    records = planner.propose(planner.evaluate(ask(tmp_path, "count = 1"), threads=1)).records
    assert all(one.action == "build" for one in records.plan.proposals)
    assert "shared_sites" not in records.plan.counts


def test_what_serves_every_circle_already_is_no_place_to_share(tmp_path: Path) -> None:
    study = ask(tmp_path, "co_locate = true\ncount = 1")
    text = (tmp_path / "centres.csv").read_text("utf-8")
    (tmp_path / "centres.csv").write_text(text.replace("street", "community"), encoding="utf-8")
    evaluation = planner.evaluate(study, threads=1)
    sites = find_shared_sites(evaluation.records, (2700.0, None))
    assert sites.centre_id == ("2",)
    assert np.isnan(sites.convenience_area_m2).all()


def test_the_list_names_the_centre_and_every_report_is_written(tmp_path: Path) -> None:
    planner.run(ask(tmp_path / "study", "co_locate = true\ncount = 1"), tmp_path / "out", threads=1)
    with (tmp_path / "out" / "projects.csv").open(encoding="utf-8-sig") as file:
        (row,) = csv.DictReader(file)
    assert row["Action"] == "co-locate"
    assert row["Centre to expand or share"].startswith("2")
    assert float(row["Area to add (㎡)"]) == pytest.approx(2700)
