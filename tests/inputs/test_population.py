"""People by polygon, raster and community; buildings and land: what is read and refused."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from rasterio.transform import Affine

from planner.domain.places import Demand
from planner.domain.population import OTHER_USE, RESIDENTIAL, USE_UNKNOWN, PopulationAreas
from planner.domain.study import DemandSettings
from planner.errors import InputInvalid, InputMissing, InputUnreadable, PlannerError
from planner.inputs.population_buildings import read_buildings, read_residential_land
from planner.inputs.population_rasters import read_population_raster
from planner.inputs.population_source import read_population
from planner.inputs.population_uses import classify_uses

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.domain.population import Buildings

SQUARES = [shapely.box(106.5 + i / 100, 29.5, 106.51 + i / 100, 29.51) for i in range(3)]
BOUNDS = (106.5, 29.5, 106.502, 29.502)
CELL = 0.001


def _layer(tmp_path: Path, name: str = "census.gpkg", **columns: Any) -> Path:  # noqa: ANN401
    columns = {"编号": ["a", "b", "c"], "人口": [1, 2, 4], "geometry": SQUARES} | columns
    path = tmp_path / name
    gpd.GeoDataFrame(columns, crs=columns.pop("crs", "EPSG:4490")).to_file(path)
    return path


def _people(path: Path, communities: Path | None = None, **settings: Any) -> PopulationAreas:  # noqa: ANN401 - any setting
    people = read_population(DemandSettings(source=path, **settings), communities=communities)
    assert isinstance(people, PopulationAreas)
    return people


def _fault(call: Any, *args: Any, kind: type[PlannerError] = InputInvalid, **more: Any) -> str:  # noqa: ANN401 - any reader
    with pytest.raises(kind) as caught:
        call(*args, **more)
    return "\n".join(str(fault) for fault in caught.value.faults)


def _said(record: PopulationAreas | Buildings) -> str:
    return "\n".join(str(notice) for notice in record.notices)


# polygons


@pytest.mark.parametrize("name", ["census.gpkg", "census.geojson", "census.shp"])
def test_polygons_with_persons_are_read_from_every_format(tmp_path: Path, name: str) -> None:
    crs = "EPSG:4326" if name.endswith("json") else "EPSG:4490"
    people = _people(_layer(tmp_path, name, crs=crs))
    assert people.source == "polygons"
    assert people.area_id == ("a", "b", "c")
    assert people.persons.tolist() == [1.0, 2.0, 4.0]
    assert shapely.bounds(people.geometry) == pytest.approx(shapely.bounds(SQUARES))
    assert people.read is not None
    assert people.read.noun == "demand"


def test_groups_and_households_of_polygons_are_carried(tmp_path: Path) -> None:
    more: dict[str, Any] = {"户数": [1, 1, 2], "60岁及以上": [0, 1, 1]}
    people = _people(_layer(tmp_path, **more))
    assert people.households is not None
    assert people.households.tolist() == [1.0, 1.0, 2.0]
    assert people.groups["60岁及以上"].tolist() == [0.0, 1.0, 1.0]


def test_a_polygon_without_persons_is_set_aside_and_one_of_0_is_kept(tmp_path: Path) -> None:
    people = _people(_layer(tmp_path, 人口=[1.0, math.nan, 0.0]))
    assert people.area_id == ("a", "c")
    (row,) = people.quarantine
    assert (row.reason, row.row, row.label, row.persons) == ("no_persons", 2, "b", 0.0)
    assert (row.lon, row.lat) == pytest.approx((106.515, 29.505), abs=1e-6)


def test_persons_without_a_polygon_are_set_aside_with_their_number(tmp_path: Path) -> None:
    people = _people(_layer(tmp_path, geometry=[SQUARES[0], None, SQUARES[2]]))
    (row,) = people.quarantine
    assert (row.reason, row.persons) == ("no_coordinates", 2.0)
    assert people.persons.tolist() == [1.0, 4.0]


def test_negative_persons_of_a_polygon_are_a_fault_with_row_and_field(tmp_path: Path) -> None:
    fault = _fault(_people, _layer(tmp_path, 人口=[1, -2, 4]))
    assert "row 2 · field 人口: is negative" in fault


def test_polygons_without_crs_are_a_fault_unless_the_study_names_one(tmp_path: Path) -> None:
    path = _layer(tmp_path, "census.shp")
    path.with_suffix(".prj").unlink()
    assert "has no CRS" in _fault(_people, path)
    assert _people(path, crs="EPSG:4490").crs == "EPSG:4490"


def test_points_among_polygons_are_a_fault(tmp_path: Path) -> None:
    path = _layer(tmp_path, geometry=[SQUARES[0], shapely.Point(106.5, 29.5), SQUARES[2]])
    assert "row 2: holds shapes that are not polygons" in _fault(_people, path)


def test_points_stay_points(tmp_path: Path) -> None:
    path = _layer(tmp_path, geometry=[shape.centroid for shape in SQUARES])
    people = read_population(DemandSettings(source=path))
    assert isinstance(people, Demand)
    assert people.persons.tolist() == [1.0, 2.0, 4.0]


def test_a_table_with_coordinates_and_a_column_of_communities_is_points(tmp_path: Path) -> None:
    path = tmp_path / "homes.csv"
    path.write_text("社区,lon,lat,人口\n甲,106.5,29.5,3\n", "utf-8")
    people = read_population(DemandSettings(source=path), communities=tmp_path / "none.gpkg")
    assert isinstance(people, Demand)


def test_cells_are_for_points_alone(tmp_path: Path) -> None:
    fault = _fault(_people, _layer(tmp_path), cell="square", cell_size_m=100.0)
    assert "cell is for points that stand for cells" in fault


# rasters


def _raster(
    tmp_path: Path,
    values: Sequence[Sequence[float]],
    *,
    crs: str | None = "EPSG:4326",
    nodata: float | None = None,
    west: float = 106.5,
    north: float = 29.502,
    cell: float = CELL,
    bands: int = 1,
) -> Path:
    array = np.array(values, dtype=np.float32)
    path = tmp_path / "people.tif"
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=array.shape[0],
        width=array.shape[1],
        count=bands,
        dtype="float32",
        crs=crs,
        nodata=nodata,
        transform=Affine(cell, 0, west, 0, -cell, north),
    ) as raster:
        for band in range(bands):
            raster.write(array, band + 1)
    return path


def test_four_cells_of_a_raster_are_four_polygons(tmp_path: Path) -> None:
    path = _raster(tmp_path, [[1, 2], [4, 8]])
    people = read_population_raster(path, bounds_lonlat=BOUNDS)
    assert people.area_id == ("r1c1", "r1c2", "r2c1", "r2c2")
    assert people.persons.tolist() == [1.0, 2.0, 4.0, 8.0]
    assert people.geometry[1].bounds == pytest.approx((106.501, 29.501, 106.502, 29.502))
    assert people.geometry[2].bounds == pytest.approx((106.5, 29.5, 106.501, 29.501))
    assert all(shapely.is_valid(people.geometry))


def test_cells_of_0_and_without_data_are_nobody_and_counted(tmp_path: Path) -> None:
    path = _raster(tmp_path, [[1, 0], [math.nan, -99999]], nodata=-99999)
    people = read_population_raster(path, bounds_lonlat=BOUNDS)
    assert people.persons.tolist() == [1.0]
    assert "4 cells around the streets: 1 of 0, 2 without data" in _said(people)


def test_zero_declared_as_no_data_is_nobody_too(tmp_path: Path) -> None:
    path = _raster(tmp_path, [[1, 0], [0, 8]], nodata=0)
    people = read_population_raster(path, bounds_lonlat=BOUNDS)
    assert people.persons.tolist() == [1.0, 8.0]
    assert "0 of 0, 2 without data" in _said(people)


def test_negative_cells_are_a_fault_that_names_the_first(tmp_path: Path) -> None:
    path = _raster(tmp_path, [[1, 2], [-9999, -1]])
    fault = _fault(read_population_raster, path, bounds_lonlat=BOUNDS)
    assert "people.tif · row r2c1: 2 cells of the raster are negative; found -9999" in fault
    assert "gdal_edit -a_nodata" in fault


def test_a_raster_in_metres_lies_where_its_crs_says(tmp_path: Path) -> None:
    # 解放碑 (106.5775 E, 29.5586 N) is at 362138, 3272029 in EPSG:4545.
    path = _raster(tmp_path, [[5]], crs="EPSG:4545", west=362_088, north=3_272_079, cell=100.0)
    bounds = (106.57, 29.55, 106.59, 29.57)
    people = read_population_raster(path, bounds_lonlat=bounds)
    (cell,) = gpd.GeoSeries(people.geometry, crs=people.crs).to_crs("EPSG:4490")
    assert (cell.centroid.x, cell.centroid.y) == pytest.approx((106.5775, 29.5586), abs=1e-5)


def test_only_cells_whose_middle_lies_among_the_streets_are_read(tmp_path: Path) -> None:
    path = _raster(tmp_path, [[2.0**c for c in range(20)]], north=29.501)
    people = read_population_raster(path, bounds_lonlat=(106.5025, 29.5, 106.5054, 29.502))
    assert people.persons.tolist() == [4.0, 8.0, 16.0]
    assert people.area_id == ("r1c3", "r1c4", "r1c5")
    everything = read_population_raster(path, bounds_lonlat=None)
    assert everything.persons.sum() == 2.0**20 - 1


def test_a_raster_elsewhere_is_a_fault_with_both_boxes(tmp_path: Path) -> None:
    path = _raster(tmp_path, [[1, 2], [4, 8]], west=-51.2)
    fault = _fault(read_population_raster, path, bounds_lonlat=BOUNDS)
    assert "the raster of persons does not reach the streets" in fault
    assert "raster -51.2000…-51.1980° E" in fault
    assert "streets 106.5000…106.5020° E" in fault


def test_a_raster_without_crs_without_people_or_cut_short_is_a_fault(tmp_path: Path) -> None:
    nobody = _raster(tmp_path, [[0, 0], [0, 0]])
    fault = _fault(read_population_raster, nobody, bounds_lonlat=BOUNDS)
    assert "no cell around the streets holds anyone" in fault
    bare = _raster(tmp_path, [[1, 2], [4, 8]], crs=None)
    fault = _fault(read_population_raster, bare, bounds_lonlat=BOUNDS)
    assert "no coordinate reference system" in fault
    bare.write_bytes(b"II*\x00nothing")
    assert "cannot be read as a raster" in _fault(
        read_population_raster, bare, bounds_lonlat=BOUNDS, kind=InputUnreadable
    )
    bare.unlink()
    _fault(read_population_raster, bare, bounds_lonlat=BOUNDS, kind=InputMissing)


def test_the_first_of_several_bands_is_read_and_told(tmp_path: Path) -> None:
    path = _raster(tmp_path, [[1, 2], [4, 8]], bands=2)
    people = _people(path)
    assert people.persons.sum() == 15.0
    assert "holds several bands" in _said(people)


def test_a_raster_too_large_to_hold_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.inputs.population_rasters.CELLS_LIMIT", 3)
    path = _raster(tmp_path, [[1, 2], [4, 8]])
    assert "too many cells" in _fault(read_population_raster, path, bounds_lonlat=BOUNDS)


# a table by community


def _communities(tmp_path: Path, names: Sequence[str], **columns: Any) -> Path:  # noqa: ANN401
    path = tmp_path / "communities.gpkg"
    frame = {"代码": [f"50010{i}" for i in range(len(names))], "名称": names, **columns}
    gpd.GeoDataFrame(frame, geometry=SQUARES[: len(names)], crs="EPSG:4490").to_file(path)
    return path


def _table(tmp_path: Path, **columns: Any) -> Path:  # noqa: ANN401 - any columns
    path = tmp_path / "人口.xlsx"
    pd.DataFrame(columns).to_excel(path, index=False)
    return path


def test_a_workbook_by_community_is_joined_by_name(tmp_path: Path) -> None:
    communities = _communities(tmp_path, ["大坪社区", "人和街", "上清寺社区"])
    table = _table(
        tmp_path,
        社区=["上清寺", " 大坪社区 ", "人和街社区居委会"],
        常住人口=[4, 1, 2],
        户数=[2, 1, 1],
    )
    people = _people(table, communities)
    assert people.source == "communities"
    assert people.area_id == ("500102", "500100", "500101")
    assert people.persons.tolist() == [4.0, 1.0, 2.0]
    assert people.row == (2, 3, 4)
    assert people.geometry[0].equals(SQUARES[2])
    assert people.households is not None
    assert people.households.sum() == 4.0


def test_an_id_goes_before_a_name(tmp_path: Path) -> None:
    communities = _communities(tmp_path, ["甲", "乙"])
    table = _table(tmp_path, 社区代码=["500101"], 社区=["甲"], 人口=[8])
    people = _people(table, communities)
    assert people.area_id == ("500101",)
    assert "1 communities have no row of persons" in _said(people)


def test_two_communities_of_one_name_are_told_apart_by_their_street(tmp_path: Path) -> None:
    communities = _communities(tmp_path, ["新华社区"] * 2, 街道=["大坪街道", "石油路街道"])
    table = _table(tmp_path, 街道=["石油路", "大坪"], 社区=["新华社区", "新华"], 人口=[16, 32])
    assert _people(table, communities).area_id == ("500101", "500100")
    without = _table(tmp_path, 社区=["新华社区"], 人口=[16])
    assert "1 rows match no community" in _fault(_people, without, communities)


def test_few_persons_without_boundary_are_set_aside_and_listed(tmp_path: Path) -> None:
    communities = _communities(tmp_path, ["甲", "乙"])
    table = _table(tmp_path, 社区=["甲", "乙", "丙"], 人口=[60, 36, 4])
    people = _people(table, communities)
    assert "found 丙: 4 of 100 persons" in _said(people)
    assert [(row.reason, row.label, row.persons) for row in people.quarantine] == [
        ("no_area", "丙", 4.0)
    ]


def test_many_persons_without_boundary_are_a_fault_that_lists_the_rows(tmp_path: Path) -> None:
    communities = _communities(tmp_path, ["甲", "乙"])
    table = _table(tmp_path, 社区=["甲", "乙", "丙"], 人口=[60, 34, 6])
    fault = _fault(_people, table, communities)
    assert "row 4: 1 rows match no community of communities.gpkg by id or name" in fault
    assert "丙: 6 of 100 persons" in fault
    assert "at most 5% of the persons" in fault


def test_a_community_in_two_rows_is_a_fault(tmp_path: Path) -> None:
    communities = _communities(tmp_path, ["甲社区"])
    table = _table(tmp_path, 社区=["甲", "甲社区"], 人口=[1, 2])
    fault = _fault(_people, table, communities)
    assert "row 2, 3: the same community stands in more than one row; found 甲社区" in fault


def test_blank_persons_of_a_community_are_set_aside(tmp_path: Path) -> None:
    communities = _communities(tmp_path, ["甲", "乙"])
    people = _people(_table(tmp_path, 社区=["甲", "乙"], 人口=[1, None]), communities)
    assert people.persons.tolist() == [1.0]
    assert [row.reason for row in people.quarantine] == ["no_persons"]


def test_communities_without_boundaries_in_the_study_are_a_fault(tmp_path: Path) -> None:
    fault = _fault(_people, _table(tmp_path, 社区=["甲"], 人口=[1]))
    assert "the study has no boundaries for them" in fault
    assert "[areas] community" in fault


def test_a_table_that_names_neither_place_nor_community_is_refused_as_points(
    tmp_path: Path,
) -> None:
    assert "says of no row where it stands" in _fault(_people, _table(tmp_path, 人口=[1]))


# buildings and land


def _homes(tmp_path: Path, **columns: Any) -> Path:  # noqa: ANN401 - any columns
    path = tmp_path / "buildings.gpkg"
    frame = {"geometry": SQUARES[: len(next(iter(columns.values()), SQUARES))]} | columns
    gpd.GeoDataFrame(frame, crs="EPSG:4490").to_file(path)
    return path


def test_buildings_are_read_with_use_floors_and_floor_area(tmp_path: Path) -> None:
    path = _homes(
        tmp_path, 用途=["住宅", "", "办公"], 层数=["6层", None, "3"], 建筑面积=[0.3, 1, 2]
    )
    homes = read_buildings(path)
    assert homes.use.tolist() == [RESIDENTIAL, USE_UNKNOWN]
    assert homes.floors[0] == 6.0
    assert math.isnan(homes.floors[1])
    assert homes.floor_area_m2.tolist() == [0.3, 1.0]
    assert "1 of 3 rows are residential; found 住宅" in _said(homes)


def test_floors_are_taken_from_the_height_where_only_that_is_stated(tmp_path: Path) -> None:
    homes = read_buildings(_homes(tmp_path, floors=[5, None, None], height=[99.0, 18.4, 1.0]))
    assert homes.floors.tolist() == [5.0, 6.0, 1.0]
    assert "the floors of 2 buildings are taken from their height, 3 m each" in _said(homes)


def test_floors_that_are_no_number_are_blank_and_counted(tmp_path: Path) -> None:
    homes = read_buildings(_homes(tmp_path, floors=["5;6", "-1", "2"]))
    assert math.isnan(homes.floors[0])
    assert homes.floors[2] == 2.0
    assert "2 cells are no number above 0" in _said(homes)


def test_a_layer_without_any_residential_use_is_a_fault_that_shows_the_uses(
    tmp_path: Path,
) -> None:
    fault = _fault(read_buildings, _homes(tmp_path, use=["office", "office", "yes"]))
    assert "field use: none of the rows is residential; found office, yes" in fault
    assert "住宅" in fault


@pytest.mark.parametrize("columns", [{"name": ["x"] * 3}, {"building": ["yes", "", "yes"]}])
def test_without_any_word_of_use_all_buildings_count_and_it_is_told(
    tmp_path: Path, columns: dict[str, list[str]]
) -> None:
    homes = read_buildings(_homes(tmp_path, **columns))
    assert homes.use.tolist() == [RESIDENTIAL] * 3
    assert "nothing says what they are used for" in _said(homes)


def test_a_table_of_buildings_with_coordinates_is_read(tmp_path: Path) -> None:
    path = tmp_path / "buildings.csv"
    path.write_text("lon,lat,floor_area\n106.5,29.5,100\n,,50\n106.6,29.6,200\n", "utf-8")
    homes = read_buildings(path)
    assert shapely.get_coordinates(homes.geometry).tolist() == [[106.5, 29.5], [106.6, 29.6]]
    assert homes.floor_area_m2.tolist() == [100.0, 200.0]
    assert "1 buildings without a place were dropped; " not in _said(homes)
    assert "row 3: 1 buildings without a place were dropped" in _said(homes)


def test_lines_and_layers_without_crs_are_no_buildings(tmp_path: Path) -> None:
    line = shapely.LineString([(106.5, 29.5), (106.6, 29.6)])
    path = _homes(tmp_path, use=["住宅"] * 3, geometry=[SQUARES[0], line, None])
    assert "row 2: holds shapes that are neither polygons nor points" in _fault(
        read_buildings, path
    )
    shape = tmp_path / "b.shp"
    gpd.GeoDataFrame({"use": ["住宅"]}, geometry=SQUARES[:1], crs="EPSG:4490").to_file(shape)
    shape.with_suffix(".prj").unlink()
    assert "has no CRS" in _fault(read_buildings, shape)


def test_a_building_that_crosses_itself_is_mended(tmp_path: Path) -> None:
    bow = shapely.Polygon([(106.5, 29.5), (106.6, 29.6), (106.6, 29.5), (106.5, 29.6)])
    homes = read_buildings(_homes(tmp_path, use=["住宅"], geometry=[bow]))
    assert shapely.is_valid(homes.geometry).all()


def test_residential_land_is_kept_by_word_or_code(tmp_path: Path) -> None:
    path = _homes(tmp_path, 用地性质=["R2", "A1", "070102"])
    land = read_residential_land(path)
    assert [shape.bounds for shape in land.geometry] == [SQUARES[0].bounds, SQUARES[2].bounds]
    fault = _fault(read_residential_land, _homes(tmp_path, 用地性质=["A1", "B1", "R22"]))
    assert "none of the rows is residential" in fault


@pytest.mark.parametrize(
    ("words", "use"),
    [
        (("住宅", "居住用地", "商住混合", "公寓", "宿舍", "农村宅基地", "成套住宅"), RESIDENTIAL),
        (("residential", "Apartments", "semi-detached house", "terrace"), RESIDENTIAL),
        (("R", "R1", "r2", "R21", "07", "0701", "701", "070103", "0703"), RESIDENTIAL),
        (("R12", "R22", "R32", "0702", "非住宅", "non-residential", "A2"), OTHER_USE),
        (("办公", "商业", "school", "industrial", "garage"), OTHER_USE),
        (("", "yes", "未知", "unknown"), USE_UNKNOWN),
    ],
)
def test_words_and_codes_tell_where_people_live(words: tuple[str, ...], use: int) -> None:
    assert classify_uses(words).tolist() == [use] * len(words)
