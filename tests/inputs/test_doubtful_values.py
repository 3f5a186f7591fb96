"""What is doubtful and no fault: warnings, set-aside rows, merged cells, units that look wrong."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pytest
import shapely

from planner.domain.study import CentresSettings, DemandSettings
from planner.errors import FAULTS_SHOWN, InputInvalid, PlannerError
from planner.inputs.centres import read_centres
from planner.inputs.demand import read_demand
from planner.inputs.recognise import recognise_columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.domain.places import Centres
    from planner.errors import Fault
    from planner.inputs.columns import Aliases


def _plan(tmp_path: Path, header: str, *cells: str) -> Centres:
    rows = "".join(f"中心{i},{cell},106.5{i},29.5\n" for i, cell in enumerate(cells))
    path = tmp_path / "布点.csv"
    path.write_text(f"名称,{header},经度,纬度\n{rows}", encoding="utf-8")
    return read_centres(CentresSettings(source=path))


def _book(tmp_path: Path, rows: Sequence[Sequence[object]], *merged: str) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in rows:
        sheet.append(list(cells))
    for block in merged:
        sheet.merge_cells(block)
    path = tmp_path / "布点 方案.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("header", "cells", "likely"),
    [
        ("建筑面积", ("0.28", "0.27", "0.12"), "万㎡"),
        ("建筑面积", ("4.2", "3.9"), "亩"),
        ("建筑面积(万㎡)", ("2800", "2700"), "㎡"),
        ("建筑面积(公顷)", ("900", "1000"), "㎡"),
    ],
)
def test_areas_that_cannot_be_in_their_unit_are_offered_the_likely_one(
    header: str, cells: tuple[str, ...], likely: str, tmp_path: Path
) -> None:
    centres = _plan(tmp_path, header, *cells)
    (doubt,) = [notice for notice in centres.notices if "half of these areas" in notice.message]
    assert (doubt.field, doubt.expected) == (header, likely)
    assert doubt.hint == f"say the unit in the header: 建筑面积({likely})"


def test_areas_beyond_any_unit_are_to_be_checked(tmp_path: Path) -> None:
    centres = _plan(tmp_path, "建筑面积", "90000000", "80000000")
    (doubt,) = [notice for notice in centres.notices if "half of these areas" in notice.message]
    assert (doubt.expected, doubt.hint) == (None, "check the numbers and the unit in the header")


@pytest.mark.parametrize("cells", [("20", "200000"), ("2700", "0.1", "2800"), ("", "")])
def test_usual_areas_are_no_doubt(cells: tuple[str, ...], tmp_path: Path) -> None:
    centres = _plan(tmp_path, "建筑面积(㎡)", *cells)
    assert not any("half of these" in notice.message for notice in centres.notices)


def test_units_of_headers_and_cells_come_out_in_square_metres(tmp_path: Path) -> None:
    centres = _plan(tmp_path, "建筑面积㎡", "２，７００", "约0.28万㎡", "4.2亩", "0.3公顷")
    areas = [centre.floor_area_m2 for centre in centres.centre]
    assert areas == pytest.approx([2700.0, 2800.0, 2800.0, 3000.0])
    assert centres.centre[1].approximate == ("floor_area_m2",)
    assert not any("without a unit" in notice.message for notice in centres.notices)


def test_nan_is_nothing_in_numbers_and_no_place_in_coordinates(tmp_path: Path) -> None:
    path = tmp_path / "人口.csv"
    path.write_text("人口,经度,纬度\nNaN,106.5,29.5\n7,NaN,29.5\n8,106.5,29.5\n", encoding="utf-8")
    demand = read_demand(DemandSettings(source=path))
    assert demand.persons.tolist() == [8.0]
    assert [(row.row, row.reason, row.persons) for row in demand.quarantine] == [
        (2, "no_persons", 0.0),
        (3, "no_coordinates", 7.0),
    ]
    assert demand.quarantine[0].lon == pytest.approx(106.5)
    assert math.isnan(demand.quarantine[1].lon)


def test_nan_and_empty_points_of_a_layer_are_set_aside(tmp_path: Path) -> None:
    shapes = [shapely.Point(106.5, 29.5), shapely.Point(), None]
    frame = gpd.GeoDataFrame(
        {"人口": [1.0, 2.0, 4.0], "名称": list("甲乙丙")}, geometry=shapes, crs="EPSG:4490"
    )
    frame.to_file(tmp_path / "人口.gpkg")
    demand = read_demand(DemandSettings(source=tmp_path / "人口.gpkg"))
    assert demand.persons.tolist() == [1.0]
    assert [(row.row, row.persons) for row in demand.quarantine] == [(2, 2.0), (3, 4.0)]


def test_persons_stored_as_text_are_numbers(tmp_path: Path) -> None:
    path = _book(
        tmp_path, [["人口", "经度", "纬度"], ["1,234", "106.5", "29.5"], [" 8 人", 106.6, 29.6]]
    )
    demand = read_demand(DemandSettings(source=path))
    assert demand.persons.tolist() == [1234.0, 8.0]
    assert demand.xy.tolist() == [[106.5, 29.5], [106.6, 29.6]]


def test_a_self_crossing_footprint_still_gives_a_point_inside(tmp_path: Path) -> None:
    bow_tie = shapely.Polygon([(106, 29), (107, 30), (107, 29), (106, 30)])
    frame = gpd.GeoDataFrame({"名称": ["甲"]}, geometry=[bow_tie], crs="EPSG:4490")
    frame.to_file(tmp_path / "布点.gpkg")
    centres = read_centres(CentresSettings(source=tmp_path / "布点.gpkg"))
    assert shapely.make_valid(bow_tie).covers(shapely.Point(centres.xy[0]))


MERGED: list[list[object]] = [
    ["名称", "所属街道", "建筑面积(㎡)", "经度", "纬度"],
    ["一、街道级", None, None, None, None],
    ["甲", "大溪沟街道", 3000, 106.50, 29.50],
    ["乙", None, None, 106.51, 29.51],
    ["二、社区级", None, None, None, None],
    ["丙", "上清寺街道", 800, 106.52, 29.52],
    ["丁", None, 900, 106.53, 29.53],
]


def test_blank_means_the_same_as_above_where_cells_are_merged_and_only_there(
    tmp_path: Path,
) -> None:
    path = _book(tmp_path, MERGED, "A2:E2", "B3:B4", "C3:C4", "A5:E5")
    centres = read_centres(CentresSettings(source=path))
    found = [(centre.name, centre.row, centre.street) for centre in centres.centre]
    # Rows 6 and 7 are not merged: the blank of row 7 stays blank.
    assert found == [
        ("甲", 3, "大溪沟街道"),
        ("乙", 4, "大溪沟街道"),
        ("丙", 6, "上清寺街道"),
        ("丁", 7, None),
    ]
    told = {(notice.message, notice.row, notice.field) for notice in centres.notices}
    part = "a row that is one wide cell names a part of the table, and is left out"
    assert {(part, 2, None), (part, 5, None)} <= told
    assert (
        "merged cells were read as standing in each of their rows: 所属街道",
        None,
        None,
    ) in told
    once = "one number stands in cells merged over several rows: it was read for each of them"
    assert (once, "4", "建筑面积(㎡)") in told


def test_merged_cells_without_a_value_or_beyond_the_table_change_nothing(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["名称", "街道", "经度", "纬度"],
        ["甲", None, 106.5, 29.5],
        ["乙", None, 106.6, 29.6],
    ]
    path = _book(tmp_path, rows, "B2:B3", "F2:F3", "A9:A12", "A3:A5")
    centres = read_centres(CentresSettings(source=path))
    assert [centre.street for centre in centres.centre] == [None, None]
    assert not any("merged" in notice.message for notice in centres.notices)


def test_a_heading_alone_with_merged_cells_holds_no_rows(tmp_path: Path) -> None:
    path = _book(tmp_path, [["名称", None, "经度", "纬度"]], "A1:B1")
    with pytest.raises(InputInvalid, match="holds a header but no rows"):
        read_centres(CentresSettings(source=path))


def test_all_faults_of_a_file_come_with_its_warnings_in_one_pass(tmp_path: Path) -> None:
    path = tmp_path / "人口.csv"
    path.write_text(
        "编号,人口,经度,纬度,备注\nA,many,106.5,29.5,x\nA,-3,东,29.5,x\nB,1,106.5,29.5,x,y\n",
        encoding="utf-8",
    )
    with pytest.raises(InputInvalid) as caught:
        read_demand(DemandSettings(source=path))
    met = {(fault.row, fault.field, fault.message) for fault in caught.value.faults}
    assert met == {
        (4, None, "has more cells than the header"),
        (3, "经度", "is not a number"),
        ("2, 3", "编号", "the same id stands in more than one row"),
        (2, "人口", "is not a number"),
        (3, "人口", "is negative"),
    }
    told = [notice.message for notice in caught.value.notices]
    assert "columns not used: 备注" in told
    assert "numbers without a unit were read as persons" in told


def test_a_hundred_thousand_faults_are_all_counted_and_the_first_shown(tmp_path: Path) -> None:
    path = tmp_path / "人口.csv"
    rows = "".join(f"{-i},106.5,29.5\n" for i in range(1, 100_001))
    path.write_text("人口,经度,纬度\n" + rows, encoding="utf-8")
    with pytest.raises(PlannerError) as caught:
        read_demand(DemandSettings(source=path))
    assert len(caught.value.faults) == 100_000
    lines = str(caught.value).splitlines()
    assert len(lines) == FAULTS_SHOWN + 1
    assert lines[-1] == "… 100000 faults in all, the first 200 shown"


def _recognise(headers: list[str], faults: list[Fault]) -> dict[str, int]:
    aliases: Aliases = {
        "street": (("所属街道",),),
        "parent": (("所属街道中心",),),
        "wide": (("服务半径长",),),
        "deep": (("服务半径短",),),
        "households_served": (("households_served",),),
    }
    return recognise_columns(headers, aliases, cut_names=True, file="a.shp", faults=faults)


def test_a_cut_name_means_the_alias_that_loses_least(tmp_path: Path) -> None:
    faults: list[Fault] = []
    assert _recognise(["所属街", "households"], faults) == {"street": 0, "households_served": 1}
    assert faults == []


def test_a_cut_name_that_fits_two_meanings_is_asked_for(tmp_path: Path) -> None:
    faults: list[Fault] = []
    assert _recognise(["服务半", "x"], faults) == {}
    (fault,) = faults
    assert (fault.field, fault.found) == ("服务半", "wide or deep")
    assert fault.hint == 'say which in the study: columns = { wide = "…" }'


def test_short_and_whole_names_are_no_cut_ones() -> None:
    faults: list[Fault] = []
    assert _recognise(["所属", "服务半径长短不一"], faults) == {}
    assert faults == []


def test_the_worked_example_of_the_template_is_never_counted(tmp_path: Path) -> None:
    path = tmp_path / "布点.csv"
    path.write_text(
        "名称,经度,纬度\n示例：某中心,106.5,29.5\n示范中心,106.5,29.5\n", encoding="utf-8"
    )
    centres = read_centres(CentresSettings(source=path))
    assert [centre.name for centre in centres.centre] == ["示范中心"]
    assert centres.quarantine == ()
    assert centres.read is not None
    assert centres.read.examples == (2,)


@pytest.mark.parametrize(
    ("cell", "value"), [(True, None), (float("nan"), None), (12, 12.0), (" ", None)]
)
def test_cells_of_a_workbook_are_taken_for_what_they_are(
    cell: Any,  # noqa: ANN401 - any cell
    value: float | None,
    tmp_path: Path,
) -> None:
    path = _book(tmp_path, [["名称", "建筑面积(㎡)", "经度", "纬度"], ["甲", cell, 106.5, 29.5]])
    if cell is True:
        with pytest.raises(InputInvalid, match="is not a number"):
            read_centres(CentresSettings(source=path))
    else:
        (centre,) = read_centres(CentresSettings(source=path)).centre
        assert centre.floor_area_m2 == value
