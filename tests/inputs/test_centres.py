"""The layout plan as planners write it."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pytest
import shapely

from planner.domain.places import Centre
from planner.domain.study import CentresSettings
from planner.errors import InputInvalid, InputUnreadable, PlannerError
from planner.inputs.centres import read_centres

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.domain.places import Centres

HEADER = "编号,名称,级别,类型,状态,建筑面积(㎡),经度,纬度\n"


def _csv(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "布点规划.csv"
    path.write_text(text, encoding="utf-8")
    return path


def _workbook(path: Path, **sheets: Sequence[Sequence[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for cells in rows:
            sheet.append(list(cells))
    book.save(path)
    return path


def _read(path: Path, **settings: Any) -> Centres:  # noqa: ANN401 - any setting
    return read_centres(CentresSettings(source=path, **settings))


def _faults(
    path: Path,
    kind: type[PlannerError] = InputInvalid,
    **settings: Any,  # noqa: ANN401 - any setting
) -> list[str]:
    with pytest.raises(kind) as caught:
        _read(path, **settings)
    return [str(fault) for fault in caught.value.faults]


def _notices(centres: Centres) -> str:
    return "\n".join(str(notice) for notice in centres.notices)


PLAN: list[list[object]] = [
    ["名称", "建筑面积（㎡）", "经度", "纬度"],
    ["甲", 2700, 106.5, 29.5],
    ["乙", "约1200", 106.6, 29.6],
]


def test_every_column_of_the_contract_is_read(tmp_path: Path) -> None:
    text = (
        "编号,名称,级别,类型,状态,总建筑面积（㎡）,现状建筑面积,其中：便民服务中心面积(㎡),区县,"
        "镇街,村社区,上级中心,服务户数,社工人数,社工室,建设时序,投资（万元）,经度,纬度\n"
        "A1,甲中心,街道级,综合服务中心,改扩建,3000,1500,800,渝中区,大溪沟,人和街,乙,4100,5,有,近期,"
        "1200,106.5,29.5\n"
    )
    centres = _read(_csv(tmp_path, text))
    assert centres.centre == (
        Centre(
            centre_id="A1",
            name="甲中心",
            row=2,
            level="street",
            kind="comprehensive",
            status="expanded",
            floor_area_m2=3000.0,
            floor_area_existing_m2=1500.0,
            convenience_area_m2=800.0,
            district="渝中区",
            street="大溪沟",
            community="人和街",
            parent="乙",
            households_served=4100.0,
            social_workers=5.0,
            social_work_room=True,
            phase="近期",
            cost_yuan=12_000_000.0,
        ),
    )
    assert centres.xy.tolist() == [[106.5, 29.5]]
    assert centres.crs == centres.source_crs == "EPSG:4326"
    assert centres.file == "布点规划.csv"


def test_english_columns_and_words_are_read(tmp_path: Path) -> None:
    text = (
        "centre_id,name,level,kind,status,floor_area_m2,social_work_room,lon,lat\n"
        "A,One,community,party_service,new,2700,no,106.5,29.5\n"
    )
    (centre,) = _read(_csv(tmp_path, text)).centre
    assert (centre.level, centre.kind, centre.status) == ("community", "party_service", "new")
    assert centre.social_work_room is False


def test_blank_cells_and_missing_columns_are_none_never_zero(tmp_path: Path) -> None:
    (centre,) = _read(_csv(tmp_path, HEADER + ",甲,,,,,106.5,29.5\n")).centre
    assert centre == Centre(centre_id="row-2", name="甲", row=2)
    assert centre.kind == "comprehensive"
    (centre,) = _read(_csv(tmp_path, "名称,经度,纬度\n甲,106.5,29.5\n")).centre
    assert centre == Centre(centre_id="row-2", name="甲", row=2)


@pytest.mark.parametrize(
    ("word", "level", "kind"),
    [
        ("社区综合服务中心", "community", "comprehensive"),
        ("社区家园", "community", "comprehensive"),
        ("街道综合服务中心", "street", "comprehensive"),
        ("街道中心", "street", "comprehensive"),
        ("社区级", "community", "comprehensive"),
        ("社区便民服务中心", None, "convenience"),
        ("党群服务中心", None, "party_service"),
        ("其他", None, "other"),
        ("", None, "comprehensive"),
    ],
)
@pytest.mark.parametrize("header", ["类型", "级别"])
def test_one_column_speaks_for_level_and_kind(
    tmp_path: Path, header: str, word: str, level: str | None, kind: str
) -> None:
    text = f"名称,{header},经度,纬度\n甲,{word},106.5,29.5\n"
    (centre,) = _read(_csv(tmp_path, text)).centre
    assert (centre.level, centre.kind) == (level, kind)


def test_two_columns_speak_each_for_itself(tmp_path: Path) -> None:
    text = HEADER + "A,甲,社区级,社区便民服务中心,现状保留,1,106.5,29.5\n"
    (centre,) = _read(_csv(tmp_path, text)).centre
    assert (centre.level, centre.kind, centre.status) == ("community", "convenience", "existing")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("现状", "existing"), ("现状保留", "existing"), ("新建", "new"), ("规划", "new"),
        ("规划新增", "new"), ("拟建", "new"), ("在建", "new"), ("改扩建", "expanded"),
        ("撤销", "closed"), ("New", "new"), ("", None),
    ],
)  # fmt: skip
def test_the_words_of_the_contract_name_a_status(
    tmp_path: Path, word: str, status: str | None
) -> None:
    text = HEADER + f"A,甲,社区级,,{word},1,106.5,29.5\n"
    assert _read(_csv(tmp_path, text)).centre[0].status == status


def test_unknown_words_list_the_words_accepted(tmp_path: Path) -> None:
    rows = (
        "A,甲,片区级,,现状,1,106.5,29.5\nB,乙,社区级,商场,现状,1,106.6,29.5\n"
        "C,丙,社区级,,改造,1,106.7,29.5\nD,丁,社区级,,改造,1,106.8,29.5\n"
    )
    faults = _faults(_csv(tmp_path, HEADER + rows))
    assert len(faults) == 3
    assert "row 2 · field 级别" in faults[0]
    assert "found 片区级" in faults[0]
    assert "社区级" in faults[0]
    assert "found 商场" in faults[1]
    assert "row 4, 5 · field 状态" in faults[2]
    assert "改扩建" in faults[2]


def test_about_is_read_and_marked(tmp_path: Path) -> None:
    centres = _read(_workbook(tmp_path / "a.xlsx", 布点=PLAN))
    assert centres.centre[0].approximate == ()
    assert centres.centre[1].floor_area_m2 == 1200.0
    assert centres.centre[1].approximate == ("floor_area_m2",)


def test_a_part_larger_than_its_whole_is_for_the_standards_to_judge(tmp_path: Path) -> None:
    text = "名称,建筑面积,便民大厅面积,经度,纬度\n甲,100,200,106.5,29.5\n"
    centres = _read(_csv(tmp_path, text))
    assert centres.centre[0].convenience_area_m2 == 200.0
    assert "without a unit were read as ㎡" in _notices(centres)


def test_names_and_ids_that_are_wrong_come_at_once(tmp_path: Path) -> None:
    rows = "A,,社区级,,,x,106.5,29.5\nA,乙,,,,-1,106.6,29.5\n"
    together = "\n".join(_faults(_csv(tmp_path, HEADER + rows)))
    assert "row 2 · field 名称: a centre has no name" in together
    assert "row 2, 3 · field 编号" in together
    assert "row 2 · field 建筑面积(㎡): is not a number; found x" in together
    assert "row 3 · field 建筑面积(㎡): is negative" in together


def test_an_unknown_unit_is_a_fault(tmp_path: Path) -> None:
    (fault,) = _faults(_csv(tmp_path, HEADER + "A,甲,,,,1200间,106.5,29.5\n"))
    assert "unknown unit (间)" in fault


def test_no_column_of_names_is_a_fault(tmp_path: Path) -> None:
    (fault,) = _faults(_csv(tmp_path, "设施,经度,纬度\n甲,106.5,29.5\n"))
    assert "设施, 经度, 纬度" in fault
    path = _csv(tmp_path, "设施,经度,纬度\n甲,106.5,29.5\n")
    assert _read(path, columns={"name": "设施"}).centre[0].name == "甲"
    (fault,) = _faults(path, columns={"name": "设施名"})
    assert "columns 设施, 经度, 纬度" in fault


def test_rows_without_a_place_are_set_aside(tmp_path: Path) -> None:
    centres = _read(_csv(tmp_path, HEADER + "A,甲,社区级,,,1,106.5,29.5\nE,丙,社区级,,,1,,\n"))
    assert [centre.centre_id for centre in centres.centre] == ["A"]
    assert len(centres.xy) == 1
    (nowhere,) = centres.quarantine
    assert (nowhere.row, nowhere.reason, nowhere.noun) == (3, "no_coordinates", "centres")
    assert (nowhere.label, nowhere.detail) == ("丙", "")


def test_a_plan_without_any_coordinates_has_all_rows_set_aside(tmp_path: Path) -> None:
    centres = _read(_csv(tmp_path, HEADER + "A,甲,,,,1,,\n"))
    assert centres.centre == ()
    assert centres.xy.shape == (0, 2)
    assert len(centres.quarantine) == 1


def test_unused_columns_are_listed_once(tmp_path: Path) -> None:
    text = "名称,经度,纬度,备注,负责人\n甲,106.5,29.5,x,y\n"
    assert _notices(_read(_csv(tmp_path, text))).count("columns not used: 备注, 负责人") == 1


def test_merged_titles_and_blank_rows_above_the_header_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    _workbook(path, 布点=[[], ["XX区社区综合服务中心布点规划表"], [], *PLAN, [None, None]])
    book = openpyxl.load_workbook(path)
    book["布点"].merge_cells("A2:D2")
    book.save(path)
    centres = _read(path)
    assert [(centre.name, centre.row) for centre in centres.centre] == [("甲", 5), ("乙", 6)]


def test_the_sheet_with_the_columns_is_the_plan(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "a.xlsx", 说明=[["填表说明"], ["名称必填"]], 布点=PLAN, 空=[])
    assert len(_read(path).centre) == 2


def test_two_sheets_that_could_be_the_plan_are_both_named(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "a.xlsx", 现状=PLAN, 规划=PLAN[:2])
    (fault,) = _faults(path)
    assert '"现状" and "规划"' in fault
    assert len(_read(path, layer="规划").centre) == 1
    (fault,) = _faults(path, layer="规划表")
    assert "sheets 规划, 现状" in fault


def test_sheets_without_known_columns_ask_for_a_name(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "a.xlsx", a=[["x"], [1]], b=[["y"], [2]])
    assert "no sheet has columns known" in _faults(path)[0]


def test_a_workbook_that_is_empty_or_none_is_refused(tmp_path: Path) -> None:
    assert "no filled cell" in _faults(_workbook(tmp_path / "a.xlsx", a=[]))[0]
    (tmp_path / "b.xlsx").write_bytes(b"PK not a zip")
    assert "found plain text" in _faults(tmp_path / "b.xlsx", InputUnreadable)[0]
    with zipfile.ZipFile(tmp_path / "c.xlsx", "w") as archive:
        archive.writestr("a.txt", "x")
    assert "found a zip archive" in _faults(tmp_path / "c.xlsx", InputUnreadable)[0]


def test_a_locked_workbook_says_to_close_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _workbook(tmp_path / "a.xlsx", a=PLAN)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(openpyxl, "load_workbook", refuse)
    assert "close it in Excel" in _faults(path, InputUnreadable)[0]


def test_footprints_are_taken_as_a_point_inside(tmp_path: Path) -> None:
    shape = shapely.box(0, 0, 100, 100).difference(shapely.box(10, 10, 90, 90))
    frame = gpd.GeoDataFrame({"名称": ["甲"]}, geometry=[shape], crs="EPSG:4545")
    frame.to_file(tmp_path / "a.gpkg")
    centres = _read(tmp_path / "a.gpkg")
    assert shape.contains(shapely.Point(centres.xy[0]))
    assert centres.source_crs == "EPSG:4545"
    assert "1 polygons are taken as a point" in _notices(centres)


@pytest.mark.parametrize(
    "damage", ["cpg_gbk", "cpg_nonsense", "language_byte", "gbk_bare", "utf8_bare"]
)
@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.filterwarnings("ignore:.*decode error message:RuntimeWarning")
def test_chinese_shapefiles_are_read_whatever_says_their_encoding(
    tmp_path: Path,
    damage: str,
    zipped: bool,  # noqa: FBT001 - a parameter
) -> None:
    frame = gpd.GeoDataFrame(
        {"名称": ["嘉陵社区中心"], "状态": ["新建"]},
        geometry=[shapely.Point(106.5, 29.5)],
        crs="EPSG:4490",
    )
    path = tmp_path / "plan.shp"
    frame.to_file(path, encoding="utf-8" if damage == "utf8_bare" else "gbk")
    code_page = tmp_path / "plan.cpg"
    code_page.unlink(missing_ok=True)
    if damage == "cpg_gbk":
        code_page.write_text("936", encoding="ascii")
    if damage == "cpg_nonsense":
        code_page.write_text("who knows", encoding="ascii")
    table = bytearray((tmp_path / "plan.dbf").read_bytes())
    table[29] = 0x4D if damage == "language_byte" else 0
    (tmp_path / "plan.dbf").write_bytes(table)
    if zipped:
        with zipfile.ZipFile(tmp_path / "plan.zip", "w") as archive:
            for item in tmp_path.glob("plan.*"):
                if item.suffix != ".zip":
                    archive.write(item, item.name)
        path = tmp_path / "plan.zip"
    (centre,) = _read(path).centre
    assert (centre.name, centre.status) == ("嘉陵社区中心", "new")


@pytest.mark.filterwarnings("ignore:.*decode error message:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:Normalized/laundered:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:Column names longer than 10:UserWarning")
def test_names_cut_by_a_shapefile_are_matched_by_what_is_left(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"名称": ["甲"], "社区便民服务中心建筑面积": [800]},
        geometry=[shapely.Point(106.5, 29.5)],
        crs="EPSG:4490",
    )
    frame.to_file(tmp_path / "a.shp", encoding="gbk")
    assert _read(tmp_path / "a.shp").centre[0].convenience_area_m2 == 800.0


def test_a_shapefile_without_its_table_says_which_file_is_missing(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"name": ["a"]}, geometry=[shapely.Point(106.5, 29.5)], crs="EPSG:4490"
    )
    frame.to_file(tmp_path / "a.shp")
    for ending in (".dbf", ".cpg"):
        (tmp_path / f"a{ending}").unlink()
    (fault,) = _faults(tmp_path / "a.shp", InputUnreadable)
    assert "the .dbf that belongs to the Shapefile is missing" in fault


def test_the_demo_plan_is_read_whole(root: Path) -> None:
    path = root / "data" / "demo" / "layout_plan.xlsx"
    centres = _read(path, columns={"floor_area_existing_m2": "现状建筑面积(㎡)"})
    sheet = openpyxl.load_workbook(path).worksheets[0]
    named = [cells for cells in sheet.iter_rows(min_row=2, values_only=True) if cells[1]]
    assert len(centres.centre) + len(centres.quarantine) == len(named)
    assert [row.reason for row in centres.quarantine] == ["no_coordinates"]
    about = [centre for centre in centres.centre if centre.approximate]
    assert [centre.floor_area_m2 for centre in about] == [1200.0]
    assert any(centre.status is None for centre in centres.centre)
    assert any(centre.floor_area_m2 is None for centre in centres.centre)
