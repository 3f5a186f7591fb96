"""`results.dxf`: a drawing in metres with names in Chinese."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pyogrio
import pytest
from ezdxf.entities import LWPolyline
from ezdxf.filemanagement import readfile
from pyproj import Transformer

from planner.domain.study import OutputSettings
from planner.report.drawing import write_dxf
from tests.report.records import make_proposals, make_records

if TYPE_CHECKING:
    from pathlib import Path

    from ezdxf.document import Drawing


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Drawing:
    records = make_records()
    path = tmp_path_factory.mktemp("drawing") / "r.dxf"
    write_dxf(records, make_proposals(records), path)
    return readfile(path)


def test_a_drawing_has_a_layer_for_each_subject(drawing: Drawing) -> None:
    kinds = Counter((one.dxf.layer, one.dxftype()) for one in drawing.modelspace())
    # The longer isochrones have a hole each: 4 + 2 x 4 outlines.
    assert kinds == {
        ("isochrones", "LWPOLYLINE"): 12,
        ("gaps", "LWPOLYLINE"): 5,
        ("gaps", "TEXT"): 5,
        ("centres", "POINT"): 4,
        ("centres", "TEXT"): 4,
        ("proposals", "POINT"): 3,
        ("proposals", "TEXT"): 3,
    }
    outlines = drawing.modelspace().query("LWPOLYLINE")
    assert all(one.closed for one in outlines if isinstance(one, LWPolyline))


def test_names_are_there_in_chinese_beside_their_places(drawing: Drawing) -> None:
    told = {one.dxf.text for one in drawing.modelspace().query("TEXT[layer=='centres']")}
    assert "人民社区综合服务中心" in told
    gaps = {one.dxf.text for one in drawing.modelspace().query("TEXT[layer=='gaps']")}
    assert "G5 64" in gaps
    assert {one.dxf.text for one in drawing.modelspace().query("TEXT[layer=='proposals']")} == {
        "P1",
        "P2",
        "P3",
    }


def test_a_drawing_of_degrees_is_made_in_metres_of_the_three_degree_zone(drawing: Drawing) -> None:
    assert dict(drawing.header.custom_vars.properties)["CRS"] == "EPSG:4545", "108 degrees east"
    back = Transformer.from_crs("EPSG:4545", "EPSG:4490", always_xy=True)
    point = drawing.modelspace().query("POINT[layer=='centres']")[0].dxf.location
    lon, lat = back.transform(point.x, point.y)
    assert (lon, lat) == (pytest.approx(106.55, abs=0.05), pytest.approx(29.55, abs=0.05))


def test_a_projected_crs_asked_for_is_kept(tmp_path: Path) -> None:
    records = make_records()
    asked = replace(records.settings, output=OutputSettings(crs="EPSG:4544"))
    write_dxf(replace(records, settings=asked), None, tmp_path / "r.dxf")
    made = readfile(tmp_path / "r.dxf")
    assert dict(made.header.custom_vars.properties)["CRS"] == "EPSG:4544"


def test_the_same_records_give_the_same_bytes_and_gdal_reads_them(tmp_path: Path) -> None:
    records = make_records()
    for name in ("one.dxf", "two.dxf"):
        write_dxf(records, make_proposals(records), tmp_path / name)
    assert (tmp_path / "one.dxf").read_bytes() == (tmp_path / "two.dxf").read_bytes()
    read = pyogrio.read_dataframe(tmp_path / "one.dxf")
    assert set(read["Layer"]) == {"isochrones", "gaps", "centres", "proposals"}
    assert "人民社区综合服务中心" in set(read["Text"].dropna())


def test_hostile_names_stay_one_line_of_text(tmp_path: Path) -> None:
    records = make_records()
    named = tuple(
        replace(one, name="a\n0\nEOF\n\u202e%%u{\\C1;x}") for one in records.centres.centre
    )
    hostile = replace(records, centres=replace(records.centres, centre=named))
    write_dxf(hostile, None, tmp_path / "r.dxf")
    told = readfile(tmp_path / "r.dxf").modelspace().query("TEXT[layer=='centres']")
    assert len(told) == 4
    assert all("\n" not in one.dxf.text and "\u202e" not in one.dxf.text for one in told)
