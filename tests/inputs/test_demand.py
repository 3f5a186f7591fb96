"""Where people live: what is read, what is set aside, and what is refused."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely

from planner.domain.study import DemandSettings
from planner.errors import InputInvalid, InputMissing, InputUnreadable, PlannerError
from planner.inputs.demand import read_demand

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.places import Demand

TWO_HOMES = "id,lon,lat,population\na,106.5,29.5,10\nb,106.6,29.6,20\n"


def _csv(tmp_path: Path, text: str, encoding: str = "utf-8", name: str = "人口.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def _read(path: Path, **settings: Any) -> Demand:  # noqa: ANN401 - any setting
    return read_demand(DemandSettings(source=path, **settings))


def _faults(
    path: Path,
    kind: type[PlannerError] = InputInvalid,
    **settings: Any,  # noqa: ANN401 - any setting
) -> list[str]:
    with pytest.raises(kind) as caught:
        _read(path, **settings)
    return [str(fault) for fault in caught.value.faults]


def _notices(demand: Demand) -> str:
    return "\n".join(str(notice) for notice in demand.notices)


def test_a_plain_table_is_read(tmp_path: Path) -> None:
    demand = _read(_csv(tmp_path, TWO_HOMES))
    assert demand.demand_id == ("a", "b")
    assert demand.xy.tolist() == [[106.5, 29.5], [106.6, 29.6]]
    assert demand.crs == "EPSG:4326"
    assert demand.persons.tolist() == [10.0, 20.0]
    assert demand.row == (2, 3)
    assert demand.file == "人口.csv"
    assert demand.quarantine == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_tables_are_read_in_the_encodings_that_offices_write(
    tmp_path: Path, encoding: str
) -> None:
    text = "编号,经度,纬度,常住人口（人）\n嘉陵,106.5,29.5,10\n"
    demand = _read(_csv(tmp_path, text, encoding))
    assert demand.demand_id == ("嘉陵",)
    assert demand.persons.tolist() == [10.0]
    assert ("GB18030" in _notices(demand)) == (encoding == "gb18030")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,lon,lat,pop\n\xff\xff\xff,1,2,3\n")
    assert "neither UTF-8 nor GB18030" in _faults(path, InputUnreadable)[0]


def test_a_workbook_with_another_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"PK\x03\x04\x00\x00\x00\x00")
    assert "archive is damaged" in _faults(path, InputUnreadable)[0]


@pytest.mark.parametrize(("separator", "name"), [("\t", "a.tsv"), (";", "a.csv"), ("\t", "a.txt")])
def test_tabs_and_semicolons_part_cells_too(tmp_path: Path, separator: str, name: str) -> None:
    demand = _read(_csv(tmp_path, TWO_HOMES.replace(",", separator), name=name))
    assert demand.persons.sum() == 30


def test_blank_rows_before_and_between_do_not_shift_row_numbers(tmp_path: Path) -> None:
    text = "\n,,,\n" + TWO_HOMES.replace("b,", "\nb,")
    assert _read(_csv(tmp_path, text)).row == (4, 6)


def test_a_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    assert _read(_csv(tmp_path, "人口数据汇总表,,,\n" + TWO_HOMES)).row == (3, 4)


def test_a_value_with_the_separator_in_it_is_a_fault_with_its_row(tmp_path: Path) -> None:
    faults = _faults(_csv(tmp_path, TWO_HOMES.replace("20", "1,020")))
    assert "row 3" in faults[0]
    assert "double quotes" in faults[0]


def test_thousands_in_quotes_and_units_in_cells_are_read(tmp_path: Path) -> None:
    text = 'id,lon,lat,人口\na,106.5,29.5,"1,020"\nb,106.6,29.6,约1.2万人\nc,106.7,29.7,３０\n'
    demand = _read(_csv(tmp_path, text))
    assert demand.persons.tolist() == [1020.0, 12000.0, 30.0]
    assert "about" in _notices(demand)
    assert "without a unit were read as persons" in _notices(demand)


def test_a_unit_in_the_header_needs_no_assumption(tmp_path: Path) -> None:
    demand = _read(_csv(tmp_path, TWO_HOMES.replace("population", "人口（万人）")))
    assert demand.persons.tolist() == [100_000.0, 200_000.0]
    assert "without a unit" not in _notices(demand)


def test_a_header_with_another_unit_is_a_fault(tmp_path: Path) -> None:
    assert "unit" in _faults(_csv(tmp_path, TWO_HOMES.replace("population", "人口（㎡）")))[0]


def test_ids_that_are_missing_are_row_numbers(tmp_path: Path) -> None:
    text = "id,lon,lat,pop\n,106.5,29.5,1\n7,106.6,29.6,2\n"
    assert _read(_csv(tmp_path, text)).demand_id == ("row-2", "7")
    text = "lon,lat,pop\n106.5,29.5,1\n"
    assert _read(_csv(tmp_path, text)).demand_id == ("row-2",)


def test_all_bad_rows_come_at_once_with_row_field_and_value(tmp_path: Path) -> None:
    text = (
        "id,lon,lat,population\na,106.5,29.5,-3\nb,106.6,29.6,many\nb,106.6,29.6,2\n"
        "c,somewhere,29.6,1\n"
    )
    faults = _faults(_csv(tmp_path, text))
    assert len(faults) == 4
    together = "\n".join(faults)
    assert "row 2 · field population: is negative; found -3" in together
    assert "row 3 · field population: is not a number; found many" in together
    assert "row 3, 4 · field id: the same id" in together
    assert "row 5 · field lon: is not a number; found somewhere" in together


def test_many_rows_with_one_id_are_listed_short(tmp_path: Path) -> None:
    rows = "".join(f"a,106.{n},29.5,1\n" for n in range(10, 20))
    (fault,) = _faults(_csv(tmp_path, "id,lon,lat,pop\n" + rows))
    assert "2, 3, 4, 5, 6, … (10 rows)" in fault


def test_rows_that_cannot_be_trusted_are_set_aside_and_listed(tmp_path: Path) -> None:
    text = (
        "id,lon,lat,population,note\n"
        "a,,29.5,10,\n"
        "b,106.5,29.5,,\n"
        "c,0,0,7,\n"
        "d,106.5,29.5,5,\n"
        "e,nan,nan,,\n"
    )
    demand = _read(_csv(tmp_path, text))
    assert demand.demand_id == ("d",)
    listed = [(row.label, row.row, row.reason, row.persons) for row in demand.quarantine]
    assert listed == [
        ("a", 2, "no_coordinates", 10.0),
        ("b", 3, "no_persons", 0.0),
        ("c", 4, "no_coordinates", 7.0),
        ("e", 6, "no_coordinates", 0.0),
    ]
    assert demand.quarantine[1].lon == pytest.approx(106.5)
    assert math.isnan(demand.quarantine[0].lon)
    assert all(row.noun == "demand" for row in demand.quarantine)


def test_homes_that_share_a_point_are_all_counted(tmp_path: Path) -> None:
    demand = _read(_csv(tmp_path, TWO_HOMES.replace("106.6,29.6", "106.5,29.5")))
    assert demand.persons.sum() == 30
    assert "1 rows stand on a point" in _notices(demand)


def test_households_and_age_groups_come_along(tmp_path: Path) -> None:
    text = "lon,lat,人口,户数,0-14岁,60岁以上,65+,pop_0_14,楼层\n106.5,29.5,10,4,1,2,3,1,33\n"
    demand = _read(_csv(tmp_path, text))
    assert demand.households is not None
    assert demand.households.tolist() == [4.0]
    counts = {name: values.tolist() for name, values in demand.groups.items()}
    assert counts == {"0-14岁": [1.0], "60岁以上": [2.0], "65+": [3.0], "pop_0_14": [1.0]}
    assert "columns not used: 楼层" in _notices(demand)


def test_a_column_named_in_the_study_beats_its_alias(tmp_path: Path) -> None:
    text = "lon,lat,population,2025 est\n106.5,29.5,10,11\n"
    assert _read(_csv(tmp_path, text), persons="2025 est").persons.tolist() == [11.0]
    assert _read(_csv(tmp_path, text), columns={"persons": "2025 est"}).persons.tolist() == [11.0]


def test_a_named_column_that_is_missing_lists_the_columns_nearest_first(tmp_path: Path) -> None:
    (fault,) = _faults(_csv(tmp_path, TWO_HOMES), persons="populaton")
    assert "named in the study for persons" in fault
    assert "columns population" in fault


def test_two_columns_of_persons_are_a_fault_unless_one_is_named(tmp_path: Path) -> None:
    path = _csv(tmp_path, "lon,lat,人口,常住人口\n106.5,29.5,10,11\n")
    (fault,) = _faults(path)
    assert '"人口" and "常住人口"' in fault
    assert _read(path, persons="常住人口").persons.tolist() == [11.0]


def test_a_serial_number_beside_an_id_is_no_doubt(tmp_path: Path) -> None:
    text = "序号,编号,lon,lat,人口\n1,A,106.5,29.5,10\n"
    assert _read(_csv(tmp_path, text)).demand_id == ("A",)


def test_no_column_of_persons_is_a_fault_that_lists_the_columns(tmp_path: Path) -> None:
    (fault,) = _faults(_csv(tmp_path, "lon,lat,jobs\n106.5,29.5,10\n"))
    assert "lon, lat, jobs" in fault


def test_no_place_is_a_fault(tmp_path: Path) -> None:
    assert "where it stands" in _faults(_csv(tmp_path, "id,pop\n1,10\n"))[0]
    assert "only lon" in _faults(_csv(tmp_path, "lon,pop\n106.5,10\n"))[0]


def test_exchanged_longitude_and_latitude_are_told(tmp_path: Path) -> None:
    (fault,) = _faults(_csv(tmp_path, "lon,lat,pop\n29.5,106.5,10\n29.6,106.6,10\n"))
    assert "exchanged" in fault
    assert "row 2, 3" in fault


def test_metres_in_columns_of_degrees_are_read_by_range_and_told_where_none_fits(
    tmp_path: Path,
) -> None:
    demand = _read(_csv(tmp_path, "lon,lat,pop\n362138,3272029,10\n"))
    assert demand.crs == "EPSG:4545"
    assert "lie where EPSG:4545 puts Chongqing" in _notices(demand)
    (fault,) = _faults(_csv(tmp_path, "lon,lat,pop\n5362138,3272029,10\n"))
    assert "metres" in fault


def test_one_impossible_latitude_is_a_fault(tmp_path: Path) -> None:
    (fault,) = _faults(_csv(tmp_path, "lon,lat,pop\n106.5,29.5,10\n206.5,129.5,10\n"))
    assert "row 3" in fault


def test_infinite_coordinates_are_a_fault(tmp_path: Path) -> None:
    assert "infinite" in _faults(_csv(tmp_path, "lon,lat,pop\ninf,29.5,10\n"))[0]


# 解放碑 in EPSG:4544 and EPSG:4545, from the PROJ database.
PLACES = [
    ("EPSG:4544", 652886.0, 3272223.0),
    ("EPSG:4545", 362138.0, 3272029.0),
    ("EPSG:4523", 35652886.0, 3272223.0),
    ("EPSG:4524", 36362138.0, 3272029.0),
]


@pytest.mark.parametrize(("crs", "east", "north"), PLACES)
@pytest.mark.parametrize("surveyor", [False, True])
def test_projected_coordinates_of_chongqing_are_recognised_by_their_range(
    tmp_path: Path,
    crs: str,
    east: float,
    north: float,
    surveyor: bool,  # noqa: FBT001 - a parameter
) -> None:
    pair = (north, east) if surveyor else (east, north)
    demand = _read(_csv(tmp_path, f"X坐标,Y坐标,人口\n{pair[0]},{pair[1]},10\n"))
    assert demand.crs == crs
    assert demand.xy.tolist() == [[east, north]]
    assert crs in _notices(demand)
    assert ("northings" in _notices(demand)) == surveyor


def test_x_and_y_in_a_stated_crs_are_taken_as_they_are(tmp_path: Path) -> None:
    demand = _read(_csv(tmp_path, "x,y,pop\n500000,4000000,10\n"), crs="EPSG:32723")
    assert demand.crs == "EPSG:32723"
    assert demand.xy.tolist() == [[500000.0, 4000000.0]]


def test_x_and_y_that_are_degrees_are_read_so(tmp_path: Path) -> None:
    demand = _read(_csv(tmp_path, "x,y,pop\n-51.2,-30.0,10\n"))
    assert demand.crs == "EPSG:4326"
    assert "look like degrees" in _notices(demand)


@pytest.mark.parametrize("pair", ["500000,3272029", "500000,4000000"])
def test_x_and_y_of_no_known_range_need_a_crs(tmp_path: Path, pair: str) -> None:
    (fault,) = _faults(_csv(tmp_path, f"x,y,pop\n{pair},10\n"))
    assert "set crs" in fault


def test_x_and_y_that_are_all_blank_are_set_aside(tmp_path: Path) -> None:
    assert len(_read(_csv(tmp_path, "x,y,pop\n,,10\n")).quarantine) == 1


def test_cgcs2000_degrees_may_be_stated_and_metres_may_not(tmp_path: Path) -> None:
    path = _csv(tmp_path, TWO_HOMES)
    assert _read(path, crs="EPSG:4490").crs == "EPSG:4490"
    assert "in metres" in _faults(path, crs="EPSG:4545")[0]


@pytest.mark.parametrize(
    ("text", "part"), [("id,lon,lat,pop\n", "no rows"), ("\n\n,,\n", "holds no rows")]
)
def test_a_table_without_rows_is_a_fault(tmp_path: Path, text: str, part: str) -> None:
    assert part in _faults(_csv(tmp_path, text))[0]


def test_missing_empty_and_folder_are_told_apart(tmp_path: Path) -> None:
    assert "does not exist" in _faults(tmp_path / "no.csv", InputMissing)[0]
    (tmp_path / "a.csv").write_bytes(b"")
    assert "0 bytes" in _faults(tmp_path / "a.csv", InputUnreadable)[0]
    (tmp_path / "b.csv").mkdir()
    assert "folder" in _faults(tmp_path / "b.csv", InputUnreadable)[0]
    (tmp_path / "c.xls").write_bytes(b"x")
    assert ".xlsx" in _faults(tmp_path / "c.xls", InputUnreadable)[0]


def _layer(crs: str | None = "EPSG:4490", **columns: Any) -> gpd.GeoDataFrame:  # noqa: ANN401
    shapes = columns.pop("geometry", [shapely.Point(106.5, 29.5), shapely.Point(106.6, 29.6)])
    return gpd.GeoDataFrame({"人口": [1, 2], **columns}, geometry=shapes, crs=crs)


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp"])
def test_point_layers_are_read(tmp_path: Path, name: str) -> None:
    _layer("EPSG:4326").to_file(tmp_path / name)
    demand = _read(tmp_path / name)
    assert demand.crs == "EPSG:4326"
    assert demand.persons.tolist() == [1.0, 2.0]
    assert demand.xy.tolist() == [[106.5, 29.5], [106.6, 29.6]]
    assert demand.row == (1, 2)


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_layer_without_crs_is_a_fault_until_the_study_states_one(tmp_path: Path) -> None:
    _layer(None).to_file(tmp_path / "a.gpkg")
    (fault,) = _faults(tmp_path / "a.gpkg")
    assert "no CRS" in fault
    assert "set crs" in fault
    assert _read(tmp_path / "a.gpkg", crs="EPSG:4490").crs == "EPSG:4490"


def test_a_stated_crs_beats_the_layer_and_says_so(tmp_path: Path) -> None:
    _layer("EPSG:4326").to_file(tmp_path / "a.gpkg")
    demand = _read(tmp_path / "a.gpkg", crs="EPSG:4490")
    assert demand.crs == "EPSG:4490"
    assert "not the layer's own" in _notices(demand)
    assert "not the layer's own" not in _notices(_read(tmp_path / "a.gpkg", crs="EPSG:4326"))


def test_single_points_in_multipoints_are_points_and_blank_ones_are_set_aside(
    tmp_path: Path,
) -> None:
    shapes = [shapely.MultiPoint([(106.5, 29.5)]), None]
    _layer(geometry=shapes).to_file(tmp_path / "a.gpkg")
    demand = _read(tmp_path / "a.gpkg")
    assert demand.xy.tolist() == [[106.5, 29.5]]
    assert [row.reason for row in demand.quarantine] == ["no_coordinates"]


@pytest.mark.parametrize(
    ("shape", "part"),
    [
        (shapely.box(106, 29, 107, 30), "polygons"),
        (shapely.LineString([(106, 29), (107, 30)]), "lines"),
        (shapely.MultiPoint([(106, 29), (107, 30)]), "single points"),
    ],
)
def test_shapes_that_are_no_points_are_a_fault(
    tmp_path: Path, shape: shapely.Geometry, part: str
) -> None:
    _layer(geometry=[shape, shape]).to_file(tmp_path / "a.gpkg")
    (fault,) = _faults(tmp_path / "a.gpkg")
    assert part in fault
    assert "row 1, 2" in fault


def test_a_layer_is_chosen_by_its_columns_or_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    _layer().to_file(path, layer="homes")
    _layer(人口=[8, 8]).to_file(path, layer="old")
    (fault,) = _faults(path)
    assert '"homes" and "old"' in fault
    assert _read(path, layer="old").persons.tolist() == [8.0, 8.0]
    assert "no layer of this name" in _faults(path, layer="new")[0]
    _layer(户数=[3, 3]).to_file(path, layer="homes")
    assert _read(path).persons.tolist() == [1.0, 2.0]


def test_damaged_and_empty_layers_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text('{"type": "FeatureColl', encoding="utf-8")
    assert "vector data" in _faults(tmp_path / "a.geojson", InputUnreadable)[0]
    _layer().iloc[:0].to_file(tmp_path / "b.gpkg")
    assert "no features" in _faults(tmp_path / "b.gpkg")[0]


def test_workbooks_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for cells in (["编号", "经度", "纬度", "人口"], [1, 106.5, 29.5, 10], ["乙", 106.6, 29.6, 5.5]):
        book.active.append(cells)
    book.save(tmp_path / "a.xlsx")
    demand = _read(tmp_path / "a.xlsx")
    assert demand.demand_id == ("1", "乙")
    assert demand.persons.tolist() == [10.0, 5.5]


@pytest.mark.shared_data
def test_a_real_table_keeps_its_total(shared_data: Path) -> None:
    demand = _read(shared_data / "porto-alegre" / "population_hexgrid.csv")
    # The description of the data: 1,227 hexagons, 812,935 persons; blanks only in other columns.
    assert len(demand.demand_id) == 1227
    assert demand.persons.sum() == 812_935
    assert demand.quarantine == ()
    assert np.isfinite(demand.xy).all()
