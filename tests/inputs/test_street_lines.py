"""Official road lines: what is read of them, and what one reads when a file is bad."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import LineString, MultiLineString, Point, Polygon

from planner.domain.network import EdgeFlag
from planner.domain.study import StreetsSettings
from planner.errors import InputInvalid, InputMissing, InputUnreadable, NetworkEmpty
from planner.inputs.street_lines import read_street_lines

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.street_lines import StreetLines

ZONE_108 = "EPSG:4545"
WEST, SOUTH = 360_000.0, 3_270_000.0


def line(*places: tuple[float, ...]) -> LineString:
    return LineString([(WEST + place[0], SOUTH + place[1], *place[2:]) for place in places])


def frame(shapes: list[Any], crs: str | None = ZONE_108, **columns: list[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=shapes, crs=crs)


def save(folder: Path, file: str, shapes: list[Any], /, **columns: Any) -> Path:  # noqa: ANN401
    path = folder / file
    options = {"encoding": columns.pop("encoding")} if "encoding" in columns else {}
    write(frame(shapes, columns.pop("crs", ZONE_108), **columns), path, **options)
    return path


def write(table: gpd.GeoDataFrame, path: Path, **options: Any) -> None:  # noqa: ANN401
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # layers without a CRS are the point of some tests
        table.to_file(path, **options)


def read(path: Path, **settings: Any) -> StreetLines:  # noqa: ANN401
    return read_street_lines(StreetsSettings(source=path, **settings))


def kinds_of(lines: StreetLines) -> list[str]:
    return [lines.kinds[kind] for kind in lines.kind]


def names_of(lines: StreetLines) -> list[str]:
    return [lines.names[name] if name >= 0 else "" for name in lines.name]


def messages(lines: StreetLines) -> str:
    return "\n".join(map(str, lines.notices))


def test_lines_keep_their_vertices_kinds_names_and_rows(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        "roads.gpkg",
        [line((0, 0), (100, 0)), line((0, 0), (0, 50), (30, 50)), line((5, 5), (9, 9))],
        路名=["人民路", None, "滨江路"],
        道路等级=["主干路", "梯道", "高速公路"],
    )
    lines = read(path)
    assert kinds_of(lines) == ["primary", "steps"]
    assert names_of(lines) == ["人民路", ""]
    assert lines.row.tolist() == [1, 2]
    assert lines.indptr.tolist() == [0, 2, 5]
    assert (lines.vertices - [WEST, SOUTH]).tolist() == [
        [0, 0],
        [100, 0],
        [0, 0],
        [0, 50],
        [30, 50],
    ]
    assert lines.flags.tolist() == [0, EdgeFlag.STEPS]
    assert lines.level.tolist() == [0, 0]
    assert "4545" in lines.crs
    assert lines.counts["ways_read"] == 3
    assert lines.counts["ways_walkable"] == 2
    assert lines.counts["left_out_vehicles_only"] == 1
    assert lines.vertices.dtype == np.float64
    assert lines.flags.dtype == np.uint16
    assert lines.indptr.dtype == lines.row.dtype == np.int64
    assert lines.kind.dtype == lines.name.dtype == lines.level.dtype == np.int32


@pytest.mark.parametrize("file", ["roads.shp", "roads.geojson", "roads.fgb", "roads.gpkg"])
def test_every_format_gives_the_same_lines(tmp_path: Path, file: str) -> None:
    shapes = [line((0, 0), (100, 0)), line((50, -50), (50, 50))]
    table = frame(shapes, name=["甲路", "乙路"])
    write(table.to_crs("EPSG:4326") if file.endswith("json") else table, tmp_path / file)
    lines = read(tmp_path / file)
    # FlatGeobuf puts its rows in an order of its own.
    assert sorted(names_of(lines)) == ["乙路", "甲路"]
    assert len(lines.vertices) == 4


def test_geoparquet_is_read_where_pyarrow_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "roads.parquet"
    pytest.importorskip("pyarrow")
    shapes = [line((0, 0), (100, 0)), line((0, 0), (0, 9))]
    frame(shapes, 名称=["甲路", None], 类别=["支路", "步道"]).to_parquet(path)
    lines = read(path)
    assert names_of(lines) == ["甲路", ""]
    assert kinds_of(lines) == ["tertiary", "footway"]
    assert "4545" in lines.crs

    bad = tmp_path / "bad.parquet"
    bad.write_bytes(b"PAR1 and then nothing of use")
    with pytest.raises(InputUnreadable, match="cannot be read as GeoParquet"):
        read(bad)
    monkeypatch.setattr("planner.inputs.parquet.find_spec", lambda _: None)
    with pytest.raises(InputUnreadable, match=r"pyarrow, which is not installed.*GeoPackage"):
        read(path)


def test_a_shapefile_in_gbk_keeps_its_chinese(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        "道路.shp",
        [line((0, 0), (100, 0)), line((0, 0), (0, 9))],
        道路名称=["解放碑步行街", "十八梯"],
        类别=["步行街", "梯道"],
        encoding="gbk",
    )
    path.with_suffix(".cpg").unlink()
    lines = read(path)
    assert names_of(lines) == ["解放碑步行街", "十八梯"]
    assert kinds_of(lines) == ["pedestrian", "steps"]
    assert "attributes read as gb18030" in messages(lines)


def test_a_file_without_a_crs_says_which_key_to_set_and_the_key_works(tmp_path: Path) -> None:
    path = save(tmp_path, "roads.shp", [line((0, 0), (100, 0))], crs=None, name=["a"])
    with pytest.raises(InputInvalid, match=r'no CRS.*\[streets\] crs = "EPSG:4545"') as caught:
        read(path)
    assert caught.value.faults[0].file == "roads.shp"
    assert read(path, crs="EPSG:4545").crs == "EPSG:4545"


def test_the_study_s_crs_beats_the_layer_s_and_says_so(tmp_path: Path) -> None:
    path = save(tmp_path, "roads.gpkg", [line((0, 0), (100, 0))], name=["a"])
    lines = read(path, crs="EPSG:4544")
    assert lines.crs == "EPSG:4544"
    assert "the study's crs EPSG:4544 is used" in messages(lines)
    assert "the study's crs" not in messages(read(path, crs="EPSG:4545"))


@pytest.mark.parametrize(
    ("crs", "shape", "text"),
    [
        ("EPSG:4490", line((0, 0), (100, 0)), "metres, but the CRS is in degrees"),
        (ZONE_108, LineString([(106.5, 29.5), (106.6, 29.5)]), "look like degrees"),
        ("EPSG:4490", LineString([(29.5, 106.5), (29.5, 106.6)]), "look exchanged"),
    ],
)
def test_coordinates_that_cannot_be_in_the_crs_are_a_fault(
    tmp_path: Path, crs: str, shape: LineString, text: str
) -> None:
    with pytest.raises(InputInvalid, match=text):
        read(save(tmp_path, "roads.gpkg", [shape], crs=crs, name=["a"]))


def test_what_is_no_line_is_counted_and_left_out(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        "mixed.gpkg",
        [
            line((0, 0), (100, 0)),
            Point(WEST, SOUTH),
            Polygon([(WEST, SOUTH), (WEST + 9, SOUTH), (WEST, SOUTH + 9)]),
            None,
            line((5, 5), (5, 5)),
            shapely.GeometryCollection([line((0, 0), (0, 9)), Point(WEST, SOUTH)]),
            shapely.GeometryCollection([shapely.GeometryCollection([line((0, 0), (0, 8))])]),
        ],
        name=list("abcdefg"),
    )
    lines = read(path)
    assert lines.row.tolist() == [1, 6, 7]
    assert lines.counts["shapes_not_lines"] == 3
    assert lines.counts["lines_empty"] == 1
    assert lines.counts["lines_without_length"] == 1
    assert "3 points or polygons among the lines were left out" in messages(lines)
    assert "1 rows without a shape were left out" in messages(lines)
    assert "1 lines without length were left out" in messages(lines)


def test_multi_lines_are_split_heights_dropped_and_vertices_not_repeated(tmp_path: Path) -> None:
    parts = MultiLineString([line((0, 0, 5), (9, 0, 6)), line((0, 5, 5), (9, 5, 6), (9, 5, 7))])
    lines = read(save(tmp_path, "roads.gpkg", [parts], name=["甲路"]))
    assert lines.row.tolist() == [1, 1]
    assert names_of(lines) == ["甲路", "甲路"]
    assert lines.indptr.tolist() == [0, 2, 4]
    assert lines.vertices.shape == (4, 2)


def test_curves_are_drawn_as_chords(tmp_path: Path) -> None:
    path = tmp_path / "arcs.csv"
    arc = f"CIRCULARSTRING({WEST} {SOUTH},{WEST + 50} {SOUTH + 50},{WEST + 100} {SOUTH})"
    path.write_text(f'name,WKT\narc,"{arc}"\n', encoding="utf-8")
    other = tmp_path / "arcs.vrt"
    other.write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="arcs"><SrcDataSource>{path}</SrcDataSource>'
        "<LayerSRS>EPSG:4545</LayerSRS></OGRVRTLayer></OGRVRTDataSource>",
        encoding="utf-8",
    )
    lines = read(other)
    length = np.hypot(*np.diff(lines.vertices, axis=0).T).sum()
    # Half a circle of 50 m: 157.08 m, chords a little less.
    assert length == pytest.approx(np.pi * 50, abs=0.5)


def test_numbers_that_are_none_break_a_line_and_far_leftovers_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "roads.gpkg"
    broken = shapely.linestrings([[WEST, SOUTH], [WEST, np.inf]])
    origin = LineString([(0, 0), (420, 0), (420, 297)])
    shapes = [line((0, 0), (100, 0)), line((0, 0), (0, 9)), broken, origin]
    with np.errstate(invalid="ignore"):
        frame(shapes, name=list("abcd")).to_file(path)
        lines = read(path)
    assert lines.row.tolist() == [1, 2]
    assert lines.counts["lines_broken"] == 1
    assert lines.counts["lines_far_off"] == 1
    assert "1 lines more than 300 km from the others were left out" in messages(lines)
    assert "row 4" in messages(lines)


@pytest.mark.parametrize(
    ("columns", "level", "flag"),
    [
        ({"层级": [2]}, 2, EdgeFlag.BRIDGE),
        ({"layer": [-1]}, -1, EdgeFlag.TUNNEL),
        ({"layer": [0], "bridge": ["T"], "tunnel": ["F"]}, 1, EdgeFlag.BRIDGE),
        ({"layer": [3], "bridge": ["yes"]}, 3, EdgeFlag.BRIDGE),
        ({"桥隧": ["桥梁"]}, 1, EdgeFlag.BRIDGE),
        ({"桥隧": ["隧道"]}, -1, EdgeFlag.TUNNEL),
        ({"桥隧": ["无"]}, 0, EdgeFlag.NONE),
        ({"桥隧": ["地面"]}, 0, EdgeFlag.NONE),
        ({"层级": ["高架"]}, 1, EdgeFlag.BRIDGE),
        ({"层级": ["地下"]}, -1, EdgeFlag.TUNNEL),
        ({"层级": ["地面"]}, 0, EdgeFlag.NONE),
        ({"隧道": ["是"]}, -1, EdgeFlag.TUNNEL),
        ({"bridge": ["movable"]}, 1, EdgeFlag.BRIDGE),
        ({"类别": ["人行天桥"]}, 1, EdgeFlag.BRIDGE),
        ({"类别": ["地下通道"]}, -1, EdgeFlag.TUNNEL),
        ({"layer": [None]}, 0, EdgeFlag.NONE),
    ],
)
def test_bridges_and_tunnels_have_their_level(
    tmp_path: Path, columns: dict[str, list[Any]], level: int, flag: EdgeFlag
) -> None:
    lines = read(save(tmp_path, "roads.gpkg", [line((0, 0), (100, 0))], **columns))
    assert lines.level.tolist() == [level]
    assert lines.flags.tolist() == [flag]


@pytest.mark.parametrize(
    ("columns", "kind", "count"),
    [
        ({"梯道": ["是"]}, "steps", np.nan),
        ({"梯道": ["否"]}, "unclassified", np.nan),
        ({"台阶数": [120]}, "steps", 120.0),
        ({"台阶数": [0]}, "unclassified", np.nan),
        ({"steps": [1]}, "steps", np.nan),
        ({"类别": ["步道"], "是否梯道": ["梯道"]}, "steps", np.nan),
    ],
)
def test_stairs_are_told_by_a_word_or_a_number_of_steps(
    tmp_path: Path, columns: dict[str, list[Any]], kind: str, count: float
) -> None:
    lines = read(save(tmp_path, "roads.gpkg", [line((0, 0), (100, 0))], **columns))
    assert kinds_of(lines) == [kind]
    assert lines.step_count.tolist() == pytest.approx([count], nan_ok=True)


@pytest.mark.parametrize(
    ("columns", "flags"),
    [
        ({"步行单向": ["顺行"]}, EdgeFlag.NO_BACKWARD),
        ({"oneway_foot": ["-1"]}, EdgeFlag.NO_FORWARD),
        ({"步行单向": ["双向"]}, EdgeFlag.NONE),
        ({"access": ["private"]}, EdgeFlag.PRIVATE),
        ({"access": ["小区内部"]}, EdgeFlag.PRIVATE),
        ({"foot": ["是"]}, EdgeFlag.NONE),
        ({"oneway": ["yes"]}, EdgeFlag.NONE),
    ],
)
def test_who_may_walk_and_which_way(
    tmp_path: Path, columns: dict[str, list[Any]], flags: EdgeFlag
) -> None:
    lines = read(save(tmp_path, "roads.gpkg", [line((0, 0), (100, 0))], **columns))
    assert lines.flags.tolist() == [flags]
    assert lines.counts["ways_private"] == int(flags == EdgeFlag.PRIVATE)


def test_roads_not_built_railways_and_roads_closed_to_people_are_left_out_by_reason(
    tmp_path: Path,
) -> None:
    path = save(
        tmp_path,
        "roads.gpkg",
        [line((i, 0), (i, 9)) for i in range(5)],
        类别=["规划路", "铁路", "在建", "支路", "residential"],
        可步行=["", "", "", "否", ""],
    )
    lines = read(path)
    assert lines.row.tolist() == [5]
    assert lines.counts["left_out_not_built"] == 2
    assert lines.counts["left_out_not_a_street"] == 1
    assert lines.counts["left_out_no_entry"] == 1


def test_words_that_are_not_known_are_listed_once_with_their_number(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        "roads.gpkg",
        [line((i, 0), (i, 9)) for i in range(4)],
        类别=["四级甲", "四级甲", "乙等", "支路"],
        层级=["二楼", "", "", ""],
        梯道=["或许", "", "", ""],
        foot=["周末", "", "", ""],
        桥=["浮桥", "", "", ""],
    )
    lines = read(path)
    assert kinds_of(lines) == ["unclassified"] * 3 + ["tertiary"]
    text = messages(lines)
    assert "field 类别: words are not known: the lines are taken as streets" in text
    assert "found 四级甲 (2), 乙等 (1)" in text
    for field in ("层级", "梯道", "foot", "桥"):
        assert f"field {field}: words are not known: they are taken to say nothing" in text


def test_many_unknown_words_are_shown_in_part(tmp_path: Path) -> None:
    shapes = [line((i, 0), (i, 9)) for i in range(12)]
    lines = read(save(tmp_path, "roads.gpkg", shapes, 类别=[f"第{i}类" for i in range(12)]))
    assert ", …" in messages(lines)


def test_columns_named_in_the_study_beat_every_alias(tmp_path: Path) -> None:
    path = save(
        tmp_path, "roads.gpkg", [line((0, 0), (9, 0))], 类别=["主干路"], ZD3=["步道"], MC=["甲"]
    )
    assert kinds_of(read(path)) == ["primary"]
    assert kinds_of(read(path, columns={"kind": "ZD3"})) == ["footway"]
    with pytest.raises(InputInvalid, match="column named in the study for kind is not there"):
        read(path, columns={"kind": "ZD4"})


def test_a_file_without_kinds_is_walked_whole_and_says_so(tmp_path: Path) -> None:
    lines = read(save(tmp_path, "roads.gpkg", [line((0, 0), (9, 0))], 备注=["x"]))
    assert kinds_of(lines) == ["unclassified"]
    assert "people may walk along every line" in messages(lines)
    assert "columns not used: 备注" in messages(lines)


def test_of_several_layers_the_study_names_one(tmp_path: Path) -> None:
    path = tmp_path / "city.gpkg"
    frame([line((0, 0), (9, 0))], name=["a"]).to_file(path, layer="道路")
    frame([line((0, 0), (9, 0))], name=["b"]).to_file(path, layer="河流")
    with pytest.raises(InputInvalid, match="more than one layer"):
        read(path)
    assert names_of(read(path, layer="道路")) == ["a"]


@pytest.mark.parametrize(
    ("shapes", "text"),
    [
        ([Point(WEST, SOUTH)], "holds no lines"),
        ([Polygon([(WEST, SOUTH), (WEST + 9, SOUTH), (WEST, SOUTH + 9)])], "holds polygons"),
        ([line((5, 5), (5, 5))], "holds no lines"),
    ],
)
def test_a_file_without_lines_is_a_fault(tmp_path: Path, shapes: list[Any], text: str) -> None:
    with pytest.raises(InputInvalid, match=text):
        read(save(tmp_path, "roads.gpkg", shapes, name=["a"]))


def test_a_file_of_roads_that_nobody_walks_is_an_empty_network(tmp_path: Path) -> None:
    path = save(tmp_path, "roads.gpkg", [line((0, 0), (9, 0))], 类别=["高速公路"])
    with pytest.raises(NetworkEmpty, match="1 lines read; left out: vehicles only 1"):
        read(path)


def test_missing_empty_damaged_and_wrong_files_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(InputMissing, match="does not exist"):
        read(tmp_path / "none.gpkg")
    (tmp_path / "empty.shp").touch()
    with pytest.raises(InputUnreadable, match="0 bytes"):
        read(tmp_path / "empty.shp")
    (tmp_path / "bad.gpkg").write_bytes(b"no database at all")
    with pytest.raises(InputUnreadable, match="cannot be read as vector data"):
        read(tmp_path / "bad.gpkg")
    (tmp_path / "roads.csv").write_text("name\na\n", encoding="utf-8")
    with pytest.raises(InputUnreadable, match="is a table: streets need lines"):
        read(tmp_path / "roads.csv")
    write(frame([None], name=["a"]), tmp_path / "none.geojson", driver="GeoJSON")
    with pytest.raises(InputInvalid, match="holds no lines"):
        read(tmp_path / "none.geojson", crs="EPSG:4326")


def test_a_layer_without_geometry_is_a_fault(tmp_path: Path) -> None:
    import pyogrio

    path = tmp_path / "table.gpkg"
    pyogrio.write_dataframe(pd.DataFrame({"name": ["a"]}), path, driver="GPKG")
    with pytest.raises(InputInvalid, match="holds no lines"):
        read(path, crs="EPSG:4545")


def test_a_drawing_exchange_file_is_read_with_the_study_s_crs(tmp_path: Path) -> None:
    path = tmp_path / "roads.dxf"
    shapes = [line((0, 0), (100, 0)), line((50, -50), (50, 50))]
    write(frame(shapes, None, Layer=["中线", "中线"]), path, driver="DXF")
    with pytest.raises(InputInvalid, match="no CRS"):
        read(path)
    lines = read(path, crs="EPSG:4545")
    assert len(lines.row) == 2
    # The drawing's layers are no bridge levels.
    assert lines.level.tolist() == [0, 0]
