"""Places where a centre could be built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely

from planner.errors import InputInvalid
from planner.inputs.candidates import read_candidates

if TYPE_CHECKING:
    from pathlib import Path


def _csv(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "lots.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_points_with_costs_in_ten_thousands_are_read(tmp_path: Path) -> None:
    text = "地块编号,经度,纬度,造价（万元）,备注\nA,106.5,29.5,350,x\nB,106.6,29.6,,\n,,,1,\n"
    candidates = read_candidates(_csv(tmp_path, text))
    assert candidates.candidate_id == ("A", "B")
    assert candidates.xy.tolist() == [[106.5, 29.5], [106.6, 29.6]]
    assert candidates.crs == "EPSG:4326"
    assert candidates.cost_yuan is not None
    assert candidates.cost_yuan[0] == 3_500_000.0
    assert np.isnan(candidates.cost_yuan[1])
    together = "\n".join(str(notice) for notice in candidates.notices)
    assert "row 4: 1 rows without coordinates were left out" in together
    assert "columns not used: 备注" in together


def test_costs_without_a_unit_are_yuan_and_said_so(tmp_path: Path) -> None:
    candidates = read_candidates(_csv(tmp_path, "lon,lat,cost\n106.5,29.5,350\n"))
    assert candidates.candidate_id == ("row-2",)
    assert candidates.cost_yuan is not None
    assert candidates.cost_yuan.tolist() == [350.0]
    assert any("yuan" in str(notice) for notice in candidates.notices)


def test_parcels_are_taken_as_a_point_inside(tmp_path: Path) -> None:
    ring = shapely.box(0, 0, 100, 100).difference(shapely.box(10, 10, 90, 90))
    frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=[ring], crs="EPSG:4545")
    frame.to_file(tmp_path / "a.gpkg")
    candidates = read_candidates(tmp_path / "a.gpkg")
    assert ring.contains(shapely.Point(candidates.xy[0]))
    assert candidates.cost_yuan is None
    assert candidates.crs == "EPSG:4545"


def test_no_place_at_all_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match="no row has coordinates"):
        read_candidates(_csv(tmp_path, "id,lon,lat\na,,\n"))


def test_repeated_ids_and_bad_costs_come_at_once(tmp_path: Path) -> None:
    text = "id,lon,lat,cost\na,106.5,29.5,cheap\na,106.6,29.6,-1\n"
    with pytest.raises(InputInvalid) as caught:
        read_candidates(_csv(tmp_path, text))
    assert len(caught.value.faults) == 3
