"""`summary.json` keeps the schema of the contract, with figures worked out on paper."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from planner.report.coordinates import output_crs, to_lonlat
from planner.report.slope import slope_and_source, slope_text
from planner.report.summary import make_summary, write_json
from planner.report.words import Words
from tests.report import town
from tests.report.hills import LOSSES, with_findings, with_heights, with_losses
from tests.report.records import make_proposals, make_records

if TYPE_CHECKING:
    from pathlib import Path

CIRCLE_KEYS = {
    "id", "limit_s", "centres", "persons", "persons_covered", "share_covered",
    "persons_covered_pass", "share_covered_pass", "persons_covered_not_failing",
    "share_covered_not_failing",
}  # fmt: skip


@pytest.fixture(scope="module")
def summary() -> dict[str, Any]:
    records = make_records()
    return make_summary(records, make_proposals(records))


def circle(summary: dict[str, Any], state: str, name: str) -> dict[str, Any]:
    figures = summary["states"][state]["life_circles"]
    found: dict[str, Any] = next(one for one in figures if one["id"] == name)
    return found


def test_every_key_of_the_contract_is_there(summary: dict[str, Any]) -> None:
    assert summary["schema"] == "planner.summary/1"
    assert set(summary) >= {
        "study", "rule_sets", "profile", "direction", "network", "demand", "life_circles",
        "states", "centres", "areas", "gaps", "siting",
    }  # fmt: skip
    assert set(summary["network"]) >= {
        "nodes", "edges", "length_km", "largest_component_share", "heights_share",
    }  # fmt: skip
    assert set(summary["demand"]) >= {
        "points", "persons", "persons_quarantined", "persons_off_network",
    }  # fmt: skip
    for one in summary["life_circles"]:
        assert set(one) >= CIRCLE_KEYS | {"loss_detour_share", "loss_terrain_share"}
    assert list(summary["states"]) == ["existing", "plan", "with_proposals"]
    for state in summary["states"].values():
        assert all(set(one) >= CIRCLE_KEYS for one in state["life_circles"])
    assert list(summary["areas"]) == ["community", "street", "district"]
    assert set(summary["areas"]["community"][0]) >= {
        "id", "name", "persons", "persons_covered", "share_covered",
    }  # fmt: skip
    assert set(summary["gaps"][0]) >= {"id", "persons", "lon", "lat", "life_circle"}
    assert set(summary["siting"]) >= {
        "status", "objective", "bound", "bound_gap_share", "reproducible", "proposals", "curve",
    }  # fmt: skip
    assert set(summary["siting"]["proposals"][0]) >= {
        "id", "order", "action", "lon", "lat", "persons_gained",
    }  # fmt: skip
    assert set(summary["siting"]["curve"][0]) >= {"count", "share_covered"}


@pytest.mark.parametrize(
    ("state", "name", "centres", "covered"),
    [
        ("existing", "basic_5min", (0, 0, 0), (0, 0, 0)),
        ("existing", "daily_15min", (1, 0, 1), (31, 0, 31)),
        ("plan", "basic_5min", (3, 1, 2), (28, 12, 28)),
        ("plan", "daily_15min", (4, 1, 3), (63, 30, 31)),
        ("with_proposals", "basic_5min", (5, 4, 5), (93, 77, 93)),
        ("with_proposals", "daily_15min", (6, 4, 6), (127, 127, 127)),
    ],
)
def test_each_share_stands_with_its_persons_and_its_number_of_centres(
    summary: dict[str, Any],
    state: str,
    name: str,
    centres: tuple[int, int, int],
    covered: tuple[int, int, int],
) -> None:
    found = circle(summary, state, name)
    assert found["persons"] == 255
    for suffix, count, persons in zip(("", "_pass", "_not_failing"), centres, covered, strict=True):
        assert found[f"centres{suffix}"] == count
        assert found[f"persons_covered{suffix}"] == persons
        assert found[f"share_covered{suffix}"] == pytest.approx(persons / 255)


def test_the_headline_is_the_plan(summary: dict[str, Any]) -> None:
    plan = summary["states"]["plan"]["life_circles"]
    for top, one in zip(summary["life_circles"], plan, strict=True):
        assert {key: top[key] for key in one} == one


def test_counts_of_the_town(summary: dict[str, Any]) -> None:
    assert summary["network"] == {
        "nodes": 7,
        "edges": 6,
        "length_km": 3.4,  # 400 + 300 + 300 + 300 + 900 + 1200 m
        "largest_component_share": 1.0,
        "heights_share": 0.0,
        "heights_counted": False,
        "heights_sources": [],
        "findings": [],
    }
    assert summary["demand"] == {
        "points": 8,
        "persons": 255.0,
        "persons_quarantined": 512.0,
        "persons_off_network": 128.0,
        "points_off_network": 1,
    }
    assert summary["centres"] == {
        "count": 4, "pass": 1, "fail": 1, "cannot_tell": 1, "not_applicable": 1,
    }  # fmt: skip
    assert summary["quarantine"] == {"rows": 3, "demand": 2, "centres": 1}
    assert summary["notes"]["slope_not_counted"] is True


def test_areas_are_those_of_the_plan(summary: dict[str, Any]) -> None:
    communities = summary["areas"]["community"]
    assert [(one["id"], one["persons"]) for one in communities] == [("K1", 31), ("K2", 96)]
    assert communities[1]["persons_covered"] == {"basic_5min": 0, "daily_15min": 32}
    assert communities[1]["share_covered"]["daily_15min"] == pytest.approx(32 / 96)
    assert summary["areas"]["street"][0]["persons_covered"]["daily_15min"] == 63
    assert summary["areas"]["district"] == []


def test_shares_by_level_stand_beside_the_inferred_mapping(summary: dict[str, Any]) -> None:
    found = {
        (one["life_circle"], one["level"]): (one["centres"], one["persons_covered"])
        for one in summary["shares_by_level"]
    }
    # C1, the street centre, within 300 s: d1 (12 s), d2 and d4 (300 s) = 2 + 4 + 16.
    assert found["basic_5min", "street"] == (1, 22)
    assert found["basic_5min", "community"] == (3, 28)
    assert found["daily_15min", "street"] == (1, 31)
    assert found["daily_15min", "district"] == (0, 0)


def test_places_are_in_degrees(summary: dict[str, Any]) -> None:
    proposal = summary["siting"]["proposals"][0]
    # 7,800 m east of 106.5 E at 29.55 N: 1 degree of longitude is 96.9 km there.
    assert proposal["lon"] == pytest.approx(106.5 + 7.8 / 96.9, abs=2e-4)
    assert proposal["lat"] == pytest.approx(29.55, abs=2e-3)
    assert summary["gaps"][1]["lon"] == proposal["lon"]


def test_siting_is_null_where_it_did_not_run() -> None:
    summary = make_summary(make_records(areas=False), None)
    assert summary["siting"] is None
    assert list(summary["states"]) == ["existing", "plan"]
    assert summary["areas"] == {"community": [], "street": [], "district": []}


def test_nothing_in_it_is_infinite_or_not_a_number(tmp_path: Path) -> None:
    records = make_records()
    proposals = make_proposals(records)
    plan = replace(proposals.plan, objective=float("-inf"), bound=np.float64("inf"))
    summary = make_summary(records, replace(proposals, plan=plan))
    assert summary["siting"]["objective"] is None
    assert summary["siting"]["bound"] is None
    assert summary["gaps"][0]["travel_time_s"] is None

    def refuse(token: str) -> None:
        raise AssertionError(token)

    write_json(summary, tmp_path / "summary.json")
    text = (tmp_path / "summary.json").read_bytes().decode("utf-8")
    assert json.loads(text, parse_constant=refuse) == summary
    assert text.endswith("}\n")
    assert "\r" not in text
    assert "示范镇" in text


def test_a_study_without_people_or_streets_has_shares_of_zero() -> None:
    records = make_records()
    empty = replace(
        records,
        demand=replace(records.demand, persons=np.zeros(8)),
        network=replace(
            records.network, edge_time_s=np.full_like(records.network.edge_time_s, np.inf)
        ),
    )
    summary = make_summary(empty, None)
    assert summary["network"]["largest_component_share"] == 0.0
    assert all(one["share_covered"] == 0.0 for one in summary["shares_by_level"])


def test_without_heights_and_only_then_slope_is_not_counted() -> None:
    words = (Words("zh"), Words("en"))
    flat = make_summary(make_records(), None)
    assert flat["notes"]["slope_not_counted"] is True
    assert [slope_text(flat, one) for one in words] == ["未计坡度", "slope not counted"]
    hilly = make_summary(with_heights(make_records()), None)
    assert hilly["network"]["heights_share"] == 1.0
    assert hilly["network"]["heights_sources"] == ["dem.tif"]
    assert hilly["notes"]["slope_not_counted"] is False
    assert [slope_text(hilly, one) for one in words] == ["已计坡度", "slope counted"]
    assert slope_and_source(hilly, words[0]) == "已计坡度；高程：dem.tif"
    assert slope_and_source(flat, words[0]) == "未计坡度"


def test_a_profile_that_slope_does_not_slow_says_so_though_heights_are_there() -> None:
    hilly = with_heights(make_records())
    assert hilly.network.profile is not None
    norm = replace(hilly.network.profile, slope="none")
    summary = make_summary(replace(hilly, network=replace(hilly.network, profile=norm)), None)
    assert summary["network"]["heights_share"] == 1.0
    assert summary["notes"]["slope_not_counted"] is True
    assert slope_text(summary, Words("zh")) == "未计坡度（该画像不计）"
    assert slope_text(summary, Words("en")) == "slope not counted by this profile"


def test_edges_without_height_are_told_as_a_share() -> None:
    partly = make_summary(with_heights(make_records(), known=(0, 1, 2, 3, 4)), None)
    assert partly["network"]["heights_share"] == pytest.approx(5 / 6)
    assert slope_text(partly, Words("zh")) == "坡度已计，17% 的路段无高程"
    assert slope_text(partly, Words("en")) == "slope counted; 17 % of edges without height"
    nearly = {"network": {"heights_share": 0.9995, "heights_counted": True}}
    assert slope_text(nearly, Words("en")) == "slope counted; 0.05 % of edges without height"


def test_the_share_of_heights_is_of_edges_that_can_be_walked() -> None:
    records = with_heights(make_records(), known=(0, 1, 2))
    times = records.network.edge_time_s.copy()
    times[4:] = np.inf
    network = replace(records.network, edge_time_s=times)
    assert make_summary(replace(records, network=network), None)["network"]["heights_share"] == 0.75


def test_results_of_earlier_versions_had_no_heights() -> None:
    assert slope_text({"network": {"heights_share": 0.0}}, Words("en")) == "slope not counted"


def test_what_detours_and_terrain_take_stands_with_its_denominators() -> None:
    basic = make_summary(with_losses(make_records()), None)["life_circles"][0]
    assert {key: basic[key] for key in LOSSES} == {
        key: by_circle["basic_5min"] for key, by_circle in LOSSES.items()
    }
    unknown = make_summary(make_records(), None)["life_circles"][0]
    assert unknown["loss_detour_persons_share"] is unknown["persons_flat"] is None


def test_what_was_found_in_the_streets_is_counted() -> None:
    found = make_summary(with_findings(make_records()), None)["network"]["findings"]
    assert [one["kind"] for one in found] == [
        "island", "demand_near_edge", "centre_near_edge", "duplicate_ways", "edges_without_height",
    ]  # fmt: skip
    assert found[0] == {
        "kind": "island", "severity": "look", "count": 1, "share": None, "length_m": 300.0,
        "length_share": 300 / 3400, "persons": 16.0, "persons_share": 16 / 255, "centres": 1,
        "causes": {}, "places": 1,
    }  # fmt: skip
    assert found[-1]["causes"] == {"outside_terrain": 2, "on_voids": 1}


def test_outputs_are_in_the_crs_of_the_centres_unless_the_study_names_one() -> None:
    assert output_crs(make_records()) == "EPSG:4545"
    assert output_crs(make_records(crs="EPSG:4490")) == "EPSG:4490"
    records = make_records()
    unknown = replace(records, centres=replace(records.centres, source_crs="local"))
    assert output_crs(unknown) == "EPSG:4490"


def test_degrees_keep_seven_decimals() -> None:
    lon, lat = to_lonlat((town.X0, town.Y0), town.CRS)
    assert (lon, lat) == (round(lon, 7), round(lat, 7))
    assert math.isclose(lon, 106.5495, abs_tol=1e-3)
