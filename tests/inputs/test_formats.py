"""The same plan in every format planners send gives the same record."""

from __future__ import annotations

import sqlite3
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pyogrio
import pytest
import shapely

from planner.domain.study import CentresSettings, DemandSettings
from planner.errors import InputInvalid, InputUnreadable
from planner.inputs.areas import read_areas
from planner.inputs.centres import read_centres
from planner.inputs.demand import read_demand

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from planner.domain.places import Centre, Centres

PLACES = [(106.50, 29.50), (106.51, 29.51), (106.52, 29.52)]
PLAN: dict[str, list[Any]] = {
    "编号": ["A1", "B2", "C3"],
    "名称": ["嘉陵社区中心", "解放碑街道中心", "大溪沟便民服务中心"],
    "级别": ["社区级", "街道级", "社区级"],
    "状态": ["新建", "现状", "改扩建"],
    "建筑面积": [2800.0, 3000.5, 1200.0],
    "社区便民服务中心建筑面积": [850.0, None, 400.0],
    "所属街道": ["大溪沟街道", "解放碑街道", "大溪沟街道"],
}


def _frame() -> Any:  # noqa: ANN401 - geopandas is untyped
    return gpd.GeoDataFrame(PLAN, geometry=shapely.points(PLACES), crs="EPSG:4490")


def _rows() -> list[list[Any]]:
    names = [*PLAN, "经度", "纬度"]
    body = [
        [*values, *place]
        for values, place in zip(zip(*PLAN.values(), strict=True), PLACES, strict=True)
    ]
    return [names, *body]


def _xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in _rows():
        sheet.append(cells)
    book.save(path)


def _text(separator: str, encoding: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        lines = [
            separator.join("" if cell is None else str(cell) for cell in row) for row in _rows()
        ]
        path.write_bytes("\n".join(lines).encode(encoding))

    return write


def _layer(**options: Any) -> Callable[[Path], None]:  # noqa: ANN401 - any option of GDAL
    def write(path: Path) -> None:
        _frame().to_file(path, **options)

    return write


def _gbk_shapefile(path: Path) -> None:
    _frame().to_file(path.with_suffix(".shp"), encoding="gbk")
    path.with_suffix(".cpg").unlink()


def _zip_of(suffix: str, write: Callable[[Path], None]) -> Callable[[Path], None]:
    def pack(path: Path) -> None:
        inner = path.parent / "内 层"
        inner.mkdir()
        write(inner / f"布点{suffix}")
        with zipfile.ZipFile(path, "w") as archive:
            for item in sorted(inner.rglob("*")):
                archive.write(item, item.relative_to(path.parent))

    return pack


_FORMATS: dict[str, Callable[[Path], None]] = {
    "布点.xlsx": _xlsx,
    "布点.csv": _text(",", "utf-8-sig"),
    "布点 gbk.csv": _text(",", "gbk"),
    "布点.tsv": _text("\t", "utf-16"),
    "布点.gpkg": _layer(),
    "布点.geojson": _layer(),
    "布点.shp": _gbk_shapefile,
    "布点 utf8.shp": _layer(encoding="utf-8"),
    "布点.gdb": _layer(driver="OpenFileGDB"),
    "布点.fgb": _layer(SPATIAL_INDEX="NO"),
    "布点.parquet": lambda path: _frame().to_parquet(path),
    "布点 shp.zip": _zip_of(".shp", _gbk_shapefile),
    "布点 gdb.zip": _zip_of(".gdb", _layer(driver="OpenFileGDB")),
    "布点 gpkg.zip": _zip_of(".gpkg", _layer()),
}


def _read(path: Path, **settings: Any) -> Centres:  # noqa: ANN401 - any setting
    return read_centres(CentresSettings(source=path, **settings))


def _without_row(centres: Centres) -> list[Centre]:
    return [replace(centre, row=0) for centre in centres.centre]


@pytest.mark.filterwarnings("ignore:.*decode error message:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:Normalized/laundered:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:Column names longer than 10:UserWarning")
@pytest.mark.parametrize("name", _FORMATS)
def test_every_format_gives_the_same_record(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "规划 资料（终稿）"
    folder.mkdir()
    _FORMATS[name](folder / name)
    centres = _read(folder / name)
    _xlsx(folder / "同一.xlsx")
    same = _read(folder / "同一.xlsx")
    assert _without_row(centres) == _without_row(same)
    assert centres.xy == pytest.approx(same.xy, abs=1e-9)
    assert centres.centre[0].convenience_area_m2 == 850.0
    assert centres.centre[1].convenience_area_m2 is None
    assert centres.quarantine == ()
    assert centres.read is not None
    meanings = {column.meaning for column in centres.read.columns} - {"lon", "lat"}
    assert meanings == {
        "centre_id", "name", "level", "status", "floor_area_m2", "convenience_area_m2", "street",
    }  # fmt: skip
    assert centres.read.unused == ()


@pytest.mark.filterwarnings("ignore:.*decode error message:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:Normalized/laundered:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:Column names longer than 10:UserWarning")
def test_the_clean_bill_names_encoding_cut_names_and_units(tmp_path: Path) -> None:
    _gbk_shapefile(tmp_path / "a.shp")
    read = _read(tmp_path / "a.shp").read
    assert read is not None
    assert (read.rows, read.encoding, read.crs) == (3, "gb18030 (trial)", "EPSG:4490")
    column = next(column for column in read.columns if column.meaning == "convenience_area_m2")
    assert (column.header, column.unit, column.how) == ("社区便民服", "㎡, assumed", "cut name")


def test_geojson_in_gbk_is_read_and_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    _frame().to_file(path)
    path.write_bytes(path.read_bytes().decode("utf-8").encode("gb18030"))
    centres = _read(path)
    assert centres.centre[0].name == "嘉陵社区中心"
    assert "read as GB18030 (GBK) text" in [notice.message for notice in centres.notices]


def test_chinese_names_inside_a_zip_of_windows_are_shown_as_written(tmp_path: Path) -> None:
    _frame().to_file(tmp_path / "a.gpkg", layer="布点")
    path = tmp_path / "a.zip"
    info = zipfile.ZipInfo("规划方案.gpkg".encode("gbk").decode("cp437"))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, (tmp_path / "a.gpkg").read_bytes())
        archive.writestr("说明.txt", "x")
    assert _read(path).centre[0].name == "嘉陵社区中心"
    with zipfile.ZipFile(path, "a") as archive:
        archive.write(tmp_path / "a.gpkg", "b.gpkg")
    with pytest.raises(InputInvalid, match=r"b\.gpkg, 规划方案\.gpkg"):
        _read(path)


def test_of_two_files_in_a_zip_the_study_names_one(tmp_path: Path) -> None:
    for name, count in (("现状", 1), ("规划", 3)):
        _frame()[:count].to_file(tmp_path / f"{name}.geojson")
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("现状", "规划"):
            archive.write(tmp_path / f"{name}.geojson", f"{name}.geojson")
    assert len(_read(path, layer="规划").centre) == 3


def test_a_geopackage_open_elsewhere_is_read_as_last_saved(tmp_path: Path) -> None:
    path = tmp_path / "布点.gpkg"
    _frame().to_file(path)
    editor = sqlite3.connect(path, isolation_level=None)
    editor.execute("BEGIN EXCLUSIVE")
    assert len(_read(path).centre) == 3
    editor.execute("ROLLBACK")
    editor.close()
    path.with_name("布点.gpkg-wal").write_bytes(b"")
    notices = [notice.message for notice in _read(path).notices]
    assert "is open in another program: what is not yet saved there is not read" in notices


@pytest.mark.parametrize("said", ["database is locked", "Permission denied"])
def test_a_geopackage_that_another_program_locks_says_to_close_it(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "布点.gpkg"
    _frame().to_file(path)

    def refuse(*_: object, **__: object) -> None:
        raise pyogrio.errors.DataSourceError(said)

    monkeypatch.setattr(pyogrio, "list_layers", refuse)
    with pytest.raises(InputUnreadable, match=r"is locked by another program.*close it in QGIS"):
        _read(path)


def test_a_file_that_may_not_be_read_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "布点.csv"
    _text(",", "utf-8")(path)

    def refuse(*_: object) -> bytes:
        raise PermissionError

    monkeypatch.setattr(type(path), "read_bytes", refuse)
    with pytest.raises(InputUnreadable, match="locked by another program, or may not be read"):
        _read(path)


def test_a_plain_parquet_table_is_read_by_its_columns(tmp_path: Path) -> None:
    pd = pytest.importorskip("pandas")
    path = tmp_path / "人口.parquet"
    table = {"人口": [3, 4], "lon": [106.5, None], "lat": [29.5, 29.6], "小区": ["甲", "乙"]}
    frame = pd.DataFrame(table)
    frame["小区"] = frame["小区"].astype("category")
    frame["日期"] = pd.to_datetime(["2020-01-01", "2020-01-02"])
    frame.to_parquet(path)
    demand = read_demand(DemandSettings(source=path))
    assert demand.persons.tolist() == [3.0]
    assert [row.row for row in demand.quarantine] == [2]


def test_geoparquet_without_a_word_of_its_crs_is_in_degrees_and_null_is_unknown(
    tmp_path: Path,
) -> None:
    json = pytest.importorskip("json")
    pq = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    _frame().to_parquet(path)
    table = pq.read_table(path)
    for crs, expected in (("left out", "EPSG:4326"), (None, None), ("EPSG:4545", "EPSG:4545")):
        geo = json.loads(table.schema.metadata[b"geo"])
        column = geo["columns"]["geometry"]
        if crs == "left out":
            del column["crs"]
        else:
            column["crs"] = crs
        metadata = {**table.schema.metadata, b"geo": json.dumps(geo).encode()}
        pq.write_table(table.replace_schema_metadata(metadata), path)
        if expected is None:
            with pytest.raises(InputInvalid, match="no CRS"):
                _read(path)
        else:
            assert _read(path).crs == expected


def test_geoparquet_with_native_shapes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    _frame().to_parquet(path, geometry_encoding="geoarrow")
    assert _read(path).xy.tolist() == [list(place) for place in PLACES]


def test_a_parquet_file_of_no_rows_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    _frame()[:0].to_parquet(path)
    with pytest.raises(InputInvalid, match="holds no features"):
        _read(path)


def test_areas_are_read_from_parquet_and_zips_with_crossings_mended_and_listed(
    tmp_path: Path,
) -> None:
    bow_tie = shapely.Polygon([(106, 29), (108, 31), (108, 29), (106, 31)])
    areas = gpd.GeoDataFrame(
        {"编号": ["1", "2", "3"], "名称": ["甲", "乙", "丙"]},
        geometry=[bow_tie, shapely.box(106, 29, 107, 30), shapely.Polygon()],
        crs="EPSG:4490",
    )
    areas.to_parquet(tmp_path / "社区.parquet")
    areas.to_file(tmp_path / "社区.gpkg")
    with zipfile.ZipFile(tmp_path / "社区.zip", "w") as archive:
        archive.write(tmp_path / "社区.gpkg", "社区.gpkg")
    for name in ("社区.parquet", "社区.zip"):
        read = read_areas(tmp_path / name, level="community")
        assert read.name == ("甲", "乙")
        # Two triangles of area 1 meet in the middle of the bow tie.
        assert shapely.area(read.geometry).tolist() == pytest.approx([2.0, 1.0])
        told = [(notice.message, notice.row) for notice in read.notices]
        assert ("1 polygons that crossed themselves were mended", "1") in told
        assert ("1 rows without a polygon were dropped", "3") in told
