"""Administrative areas of one level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
import shapely

from planner.errors import InputInvalid, InputMissing, InputUnreadable, PlannerError
from planner.inputs.areas import read_areas

if TYPE_CHECKING:
    from pathlib import Path

WEST, EAST = shapely.box(106, 29, 107, 30), shapely.box(107, 29, 108, 30)
BOW_TIE = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
"""Two triangles of area 1 that meet in (1, 1)."""


def _write(path: Path, shapes: list[Any], crs: str | None = "EPSG:4490", **columns: Any) -> Path:  # noqa: ANN401
    gpd.GeoDataFrame(columns or {"z": [0] * len(shapes)}, geometry=shapes, crs=crs).to_file(path)
    return path


def _faults(path: Path, kind: type[PlannerError] = InputInvalid) -> list[str]:
    with pytest.raises(kind) as caught:
        read_areas(path, level="community")
    return [str(fault) for fault in caught.value.faults]


def test_ids_names_and_parents_are_recognised(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.gpkg", [WEST, EAST], 编号=["1", "2"], 社区=["甲", "乙"],
                  所属街道=["丙街道", "丙街道"], 人口=[5, 6])  # fmt: skip
    areas = read_areas(path, level="community")
    assert areas.level == "community"
    assert areas.area_id == ("1", "2")
    assert areas.name == ("甲", "乙")
    assert areas.parent_name == ("丙街道", "丙街道")
    assert areas.crs == "EPSG:4490"
    assert [shapely.equals(one, other) for one, other in zip(areas.geometry, (WEST, EAST),
            strict=True)] == [True, True]  # fmt: skip
    assert ["人口" in str(notice) for notice in areas.notices] == [True]


def test_a_name_column_beats_the_column_of_the_level(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.geojson", [WEST], "EPSG:4326", NAME=["甲"], street=["丙"])
    assert read_areas(path, level="street").name == ("甲",)
    path = _write(tmp_path / "b.geojson", [WEST], "EPSG:4326", MC=["甲"], XZQDM=["500103"])
    areas = read_areas(path, level="plan_scope")
    assert (areas.name, areas.area_id, areas.parent_name) == (("甲",), ("500103",), ("",))


def test_areas_without_columns_are_called_by_their_row(tmp_path: Path) -> None:
    areas = read_areas(_write(tmp_path / "a.gpkg", [WEST]), level="plan_scope")
    assert areas.area_id == areas.name == ("row-1",)
    assert "ids stand for them" in str(areas.notices[0])


def test_crossing_polygons_are_mended_and_empty_rows_dropped(tmp_path: Path) -> None:
    shapes = [
        BOW_TIE,
        None,
        shapely.MultiPolygon([WEST, shapely.box(108, 29, 109, 30)]),
        shapely.Polygon(),
    ]
    path = _write(tmp_path / "a.gpkg", shapes, id=["a", "b", "c", "d"])
    areas = read_areas(path, level="community")
    assert areas.area_id == ("a", "c")
    assert shapely.is_valid(areas.geometry).all()
    assert shapely.area(areas.geometry).tolist() == pytest.approx([2.0, 2.0])
    together = "\n".join(str(notice) for notice in areas.notices)
    assert "row 1: 1 polygons that crossed themselves were mended" in together
    assert "row 2, 4: 2 rows without a polygon were dropped" in together


def test_heights_of_vertices_are_left_out(tmp_path: Path) -> None:
    areas = read_areas(_write(tmp_path / "a.gpkg", [shapely.force_3d(WEST, 5.0)]), level="street")
    assert not shapely.has_z(areas.geometry).any()


def test_a_spike_without_area_is_no_area(tmp_path: Path) -> None:
    spike = shapely.Polygon([(0, 0), (1, 1), (2, 2), (0, 0)])
    assert "no polygons" in _faults(_write(tmp_path / "a.gpkg", [spike]))[0]


def test_ids_that_repeat_are_a_fault(tmp_path: Path) -> None:
    (fault,) = _faults(_write(tmp_path / "a.gpkg", [WEST, EAST], 编号=["1", "1"]))
    assert "row 1, 2 · field 编号" in fault


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_layer_without_crs_is_a_fault(tmp_path: Path) -> None:
    (fault,) = _faults(_write(tmp_path / "a.gpkg", [WEST], None))
    assert "no CRS" in fault


def test_points_and_tables_are_no_areas(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.gpkg", [WEST, shapely.Point(106, 29)])
    (fault,) = _faults(path)
    assert "not polygons" in fault
    assert "row 2" in fault
    (tmp_path / "a.csv").write_text("id\n1\n", encoding="utf-8")
    assert "polygons" in _faults(tmp_path / "a.csv", InputUnreadable)[0]


def test_a_layer_without_geometries_is_no_area(tmp_path: Path) -> None:
    import pandas as pd
    import pyogrio

    pyogrio.write_dataframe(pd.DataFrame({"id": ["1"]}), tmp_path / "a.gpkg")
    assert "no polygons" in _faults(tmp_path / "a.gpkg")[0]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "no.gpkg" in _faults(tmp_path / "no.gpkg", InputMissing)[0]


@pytest.mark.parametrize(
    ("file", "level", "has_parents"),
    [
        ("communities", "community", True),
        ("streets_admin", "street", False),
        ("district", "district", False),
        ("plan_scope", "plan_scope", False),
    ],
)
def test_the_demo_areas_are_read(
    root: Path,
    file: str,
    level: str,
    has_parents: bool,  # noqa: FBT001 - a column of the table
) -> None:
    areas = read_areas(root / "data" / "demo" / f"{file}.gpkg", level=level)
    assert all(areas.name)
    assert all(bool(parent) == has_parents for parent in areas.parent_name)
    assert len(areas.area_id) == len(areas.geometry) > 0
