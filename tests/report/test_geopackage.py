"""`results.gpkg` read back: every layer, the fields of the contract, nulls, CRS, same bytes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyogrio
import pytest

from planner.domain.standard import Judgements
from planner.errors import StudyKeyError
from planner.report.frames import centre_frame, demand_frame
from planner.report.geopackage import write_geopackage, write_shapefiles
from tests.report import town
from tests.report.counted import with_counts, with_placing
from tests.report.hills import with_findings
from tests.report.records import make_proposals, make_records
from tests.report.rules import CHONGQING_2018

if TYPE_CHECKING:
    from pathlib import Path

LAYERS = {
    "centres": "Point", "demand": "Point", "isochrones": "MultiPolygon", "gaps": "MultiPolygon",
    "proposals": "Point", "area_community": "MultiPolygon", "area_street": "MultiPolygon",
    "area_district": "MultiPolygon", "quarantine": "Point", "network_findings": "Point",
}  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("gpkg") / "results.gpkg"
    records = make_records()
    write_geopackage(records, make_proposals(records), path)
    return path


def read(path: Path, layer: str) -> Any:  # noqa: ANN401 -- a GeoDataFrame
    return pyogrio.read_dataframe(path, layer=layer)


def layers_of(path: Path) -> dict[str, str]:
    """Name and geometry of each layer; the table of styles is none."""
    found = {str(name): str(kind) for name, kind in pyogrio.list_layers(path)}
    assert found.pop("layer_styles") == "None"
    return found


def test_every_layer_is_there(path: Path) -> None:
    assert layers_of(path) == LAYERS


def test_empty_layers_keep_their_fields_and_their_geometry_type(path: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.gpkg"
    records = make_records(areas=False, gaps=False)
    write_geopackage(replace(records, quarantine=()), None, empty)
    assert layers_of(empty) == LAYERS
    for layer in ("gaps", "proposals", "area_community", "area_street", "quarantine"):
        with_rows, without = (
            pyogrio.read_info(path, layer=layer),
            pyogrio.read_info(empty, layer=layer),
        )
        assert without["features"] == 0
        assert list(without["fields"]) == list(with_rows["fields"])
        assert list(without["dtypes"]) == list(with_rows["dtypes"])


def test_demand_has_times_to_twice_the_longest_circle_and_empty_beyond(path: Path) -> None:
    demand = read(path, "demand")
    assert list(demand.columns[:3]) == ["demand_id", "persons", "snap_distance_m"]
    assert demand["persons"].tolist() == [1, 2, 4, 8, 16, 32, 64, 128]
    assert demand["snap_distance_m"].tolist() == [0, 12, 0, 0, 0, 0, 0, 2000]
    assert demand["time_s_daily_15min"].tolist()[:7] == [400, 12, 300, 0, 0, 600, 1200]
    assert demand["covered_daily_15min"].tolist() == [1, 1, 1, 1, 1, 1, 0, 0]
    assert demand["covered_basic_5min"].tolist() == [0, 0, 1, 1, 1, 0, 0, 0]
    with closing(sqlite3.connect(path)) as base:
        null = base.execute(
            "SELECT demand_id FROM demand WHERE time_s_daily_15min IS NULL"
        ).fetchall()
    assert null == [("d7",)]
    # Twice the longest circle is 1,800 s: a walk found beyond it is not written.
    records = make_records()
    existing, plan = records.coverage.states
    late = plan.travel_time_s.copy()
    late[:, 6] = 1801.0
    coverage = replace(records.coverage, states=(existing, replace(plan, travel_time_s=late)))
    other = path.with_name("late.gpkg")
    write_geopackage(replace(records, coverage=coverage), None, other)
    assert np.isnan(read(other, "demand")["time_s_daily_15min"][6])


def test_centres_have_a_column_for_each_clause(path: Path) -> None:
    centres = read(path, "centres")
    assert centres["centre_id"].tolist() == ["C1", "C2", "C3", "C4"]
    assert centres["verdict"].tolist() == ["not_applicable", "pass", "fail", "cannot_tell"]
    assert centres["floor_area_total"].tolist() == ["not_applicable", "pass", "fail", "pass"]
    assert centres["floor_area_convenience"][3] == "cannot_tell"
    assert centres["social_workers"].tolist()[1:] == ["pass", "fail", "cannot_tell"]
    assert np.isnan(centres["convenience_area_m2"][3])
    assert centres["persons_reached_daily_15min"].tolist() == [31, 30, 40, 31]


def test_isochrones_name_their_centre_circle_limit_and_persons(path: Path) -> None:
    isochrones = read(path, "isochrones")
    assert list(isochrones.columns) == [
        "centre_id",
        "life_circle",
        "limit_s",
        "persons",
        "geometry",
    ]
    assert len(isochrones) == 8
    row = isochrones[(isochrones.centre_id == "C3") & (isochrones.life_circle == "daily_15min")]
    assert row["limit_s"].item() == 900
    assert row["persons"].item() == 40
    assert len(row.geometry.item().geoms[0].interiors) == 1


def test_nothing_is_drawn_where_nothing_is_reached(tmp_path: Path) -> None:
    import shapely

    records = make_records()
    geometry = records.isochrones[0].geometry.copy()
    geometry[1] = shapely.Polygon()
    isochrones = (replace(records.isochrones[0], geometry=geometry), records.isochrones[1])
    write_geopackage(replace(records, isochrones=isochrones), None, tmp_path / "r.gpkg")
    assert len(read(tmp_path / "r.gpkg", "isochrones")) == 7


def test_gaps_and_proposals_carry_what_the_lists_carry(path: Path) -> None:
    gaps = read(path, "gaps")
    assert gaps["persons"].tolist() == [128, 96, 3, 128, 64]
    assert gaps["nearest_centre_id"][1] == "C3"
    # Two homes 600 m apart, 30 m around them: 600 x 60 and a circle of 30 m.
    assert gaps.geometry[1].area == pytest.approx(600 * 60 + np.pi * 900, rel=0.01)
    proposals = read(path, "proposals")
    assert proposals[["proposal_id", "order", "action"]].values.tolist() == [
        ["P1", 1, "build"], ["P2", 2, "build"], ["P3", 3, "expand"],
    ]  # fmt: skip
    assert proposals["persons_gained_daily_15min"].tolist() == [64, 0, 0]
    assert proposals["gap"][0] == "G5 滨江社区 滨江路"


def test_areas_have_the_figures_of_the_plan(path: Path) -> None:
    areas = read(path, "area_community")
    assert areas["name"].tolist() == ["人民社区", "滨江社区"]
    assert areas["persons_covered_daily_15min"].tolist() == [31, 32]
    assert areas["share_covered_daily_15min"].tolist() == pytest.approx([1, 1 / 3])


def test_quarantined_rows_without_a_place_are_kept(path: Path) -> None:
    rows = read(path, "quarantine")
    assert rows["reason"].tolist() == ["no_coordinates", "no_persons", "no_coordinates"]
    assert rows.geometry.isna().tolist() == [True, False, True]


def test_coordinates_are_in_the_centres_crs_east_first(path: Path, tmp_path: Path) -> None:
    centres = read(path, "centres")
    assert centres.crs.to_epsg() == 4545
    # EPSG:4545 has its meridian at 108 E, 1.4474 degrees (140.3 km) east of C1.
    assert centres.geometry[0].x == pytest.approx(500_000 - 140_300, abs=200)
    other = tmp_path / "degrees.gpkg"
    write_geopackage(make_records(crs="EPSG:4490"), None, other)
    degrees = read(other, "centres")
    assert degrees.crs.to_epsg() == 4490
    assert degrees.geometry[0].x == pytest.approx(106.5526, abs=1e-3)


def test_an_unknown_crs_is_a_fault_of_the_study_file(tmp_path: Path) -> None:
    with pytest.raises(StudyKeyError, match=r"study\.toml.*\[output\] crs.*EPSG:4490"):
        write_geopackage(make_records(crs="EPSG:none"), None, tmp_path / "r.gpkg")


def test_two_rule_sets_with_the_same_clause_keep_a_column_each(tmp_path: Path) -> None:
    records = make_records()
    second = replace(CHONGQING_2018, rule_set_id="own")
    judgements = Judgements(
        (CHONGQING_2018, second), records.judgements.plan_date, records.judgements.judgement
    )
    write_geopackage(replace(records, judgements=judgements), None, tmp_path / "r.gpkg")
    fields = list(pyogrio.read_info(tmp_path / "r.gpkg", layer="centres")["fields"])
    assert {"floor_area_total", "own_floor_area_total", "verdict_own"} <= set(fields)


def test_the_same_records_give_the_same_bytes(path: Path, tmp_path: Path) -> None:
    records = make_records()
    write_geopackage(records, make_proposals(records), tmp_path / "again.gpkg")
    assert (tmp_path / "again.gpkg").read_bytes() == path.read_bytes()
    assert not list(tmp_path.glob("*-wal"))


def test_gdal_is_left_as_it_was(tmp_path: Path) -> None:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2001-01-01T00:00:00.000Z"})
    try:
        write_geopackage(make_records(), None, tmp_path / "r.gpkg")
        assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == "2001-01-01T00:00:00.000Z"
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def test_hostile_names_are_stored_as_they_are(tmp_path: Path) -> None:
    write_geopackage(make_records(hostile=True), None, tmp_path / "r.gpkg")
    assert town.HOSTILE_NAME in read(tmp_path / "r.gpkg", "centres")["name"].tolist()


def test_shapefiles_are_gbk_and_say_so(tmp_path: Path) -> None:
    records = make_records()
    centre = replace(records.centres.centre[0], name="峡江社区😀")
    everyone = (centre, *records.centres.centre[1:])
    records = replace(records, centres=replace(records.centres, centre=everyone))
    write_shapefiles(records, make_proposals(records), tmp_path / "shp")
    assert (tmp_path / "shp" / "centres.cpg").read_text(encoding="ascii") == "GBK"
    assert "人民社区综合服务中心".encode("gbk") in (tmp_path / "shp" / "centres.dbf").read_bytes()
    centres = pyogrio.read_dataframe(tmp_path / "shp" / "centres.shp")
    assert centres["name"].tolist()[:2] == ["峡江社区?", "人民社区综合服务中心"]
    assert len(set(centres.columns)) == len(centres.columns)
    assert max(len(name.encode("gbk")) for name in centres.columns[:-1]) <= 10
    assert not (tmp_path / "shp" / "area_district.shp").exists()


def test_every_place_to_look_at_in_the_streets_is_a_point(tmp_path: Path) -> None:
    path = tmp_path / "findings.gpkg"
    write_geopackage(with_findings(make_records(crs=town.CRS)), None, path)
    found = read(path, "network_findings")
    assert found["kind"].tolist() == [
        "island", "demand_near_edge", "demand_near_edge", "centre_near_edge",
        "edges_without_height",
    ]  # fmt: skip
    assert found["name"].fillna("").tolist() == [
        "和平梯道",
        "",
        "",
        "和平社区综合服务中心",
        "滨江路",
    ]
    assert found["label"].tolist() == ["104", "d6", "d0", "C4", "106"]
    assert found["persons"].tolist() == [16, 64, 1, 0, 0]
    assert found["length_m"][0] == 300.0
    assert np.isnan(found["edge_distance_m"][0])
    assert found["edge_distance_m"].tolist()[1:4] == [0, 12.5, 0]
    assert found.geometry[0].coords[0] == pytest.approx((town.X0 + 300, town.Y0 + 150), abs=1e-3)


def test_homes_centres_and_areas_say_how_sure_their_coverage_is(tmp_path: Path) -> None:
    path = tmp_path / "results.gpkg"
    write_geopackage(with_placing(with_counts(make_records())), None, path)
    demand, centres = read(path, "demand"), read(path, "centres")
    assert demand["standing_daily_15min"].tolist() == [
        "fragile", "robust", "robust", "robust", "robust", "fragile", "uncovered", "uncovered",
    ]  # fmt: skip
    assert demand["second_time_s_daily_15min"].tolist()[1:5] == [300, 312, 600, 600]
    assert demand["second_time_s_daily_15min"].isna().tolist()[5:] == [True] * 3
    assert centres["persons_only_daily_15min"].tolist() == [1, 0, 32, 0]
    assert centres["over_households_daily_15min"].tolist()[2] == 6
    assert centres["room_households_daily_15min"].isna().tolist() == [False, True, False, True]
    assert centres["co_located_with"].fillna("").tolist() == ["", "C3", "", ""]
    assert centres["entrances"].tolist() == [0, 2, 0, 0]
    areas = read(path, "area_community")
    assert areas["share_low_daily_15min"].tolist() == pytest.approx([30 / 31, 0])
    assert areas["share_high_daily_15min"].tolist() == pytest.approx([1, 1 / 3])
    assert areas["share_low_basic_5min"].isna().all()
    records = with_counts(make_records())
    assert demand_frame(records)["standing_daily_15min"].tolist() == (
        demand["standing_daily_15min"].tolist()
    )
    assert centre_frame(records)["persons_only_daily_15min"].tolist() == [1, 0, 32, 0]
