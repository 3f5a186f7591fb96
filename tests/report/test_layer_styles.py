"""Styles inside the GeoPackage: well-formed, one default a layer, one rule a feature."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

import planner
from planner.report.geopackage import write_geopackage
from planner.report.layer_styles import SHARE_BREAKS, SHARE_COLOURS, TIME_COLOURS, TIME_MINUTES
from tests.report.counted import with_counts
from tests.report.hills import with_findings
from tests.report.records import make_proposals, make_records

if TYPE_CHECKING:
    from collections.abc import Iterator

SE = "{http://www.opengis.net/se}"
OGC = "{http://www.opengis.net/ogc}"
GEOMETRY = {"POINT": "PointSymbolizer", "MULTIPOLYGON": "PolygonSymbolizer"}


@pytest.fixture(scope="module", params=["zh", "en"])
def file(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[sqlite3.Connection]:
    """A GeoPackage of a run with something in every layer."""
    path = tmp_path_factory.mktemp("styles") / "results.gpkg"
    records = with_findings(with_counts(make_records(language=request.param)))
    write_geopackage(records, make_proposals(records), path)
    with closing(sqlite3.connect(path)) as opened:
        yield opened


def test_every_layer_has_one_style_that_is_its_default(file: sqlite3.Connection) -> None:
    layers = dict(file.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
    styles = file.execute(
        "SELECT f_table_name, f_geometry_column, styleName, useAsDefault FROM layer_styles"
    ).fetchall()
    assert {name: column for name, column, _, _ in styles} == layers
    assert len(styles) == len(layers)
    assert {(name, default) for _, _, name, default in styles} == {("planner", 1)}
    kept = file.execute(
        "SELECT data_type, last_change FROM gpkg_contents WHERE table_name = 'layer_styles'"
    ).fetchall()
    assert kept == [("attributes", "2020-01-01T00:00:00.000Z")]


def test_every_feature_meets_exactly_one_rule(file: sqlite3.Connection) -> None:
    # What QGIS calls an expression is SQL as far as these rules go.
    styles = file.execute("SELECT f_table_name, styleQML FROM layer_styles").fetchall()
    for layer, text in styles:
        root = ET.fromstring(text)  # noqa: S314 -- our own
        symbols = {one.get("name") for one in root.iter("symbol")}
        rules = list(root.iter("rule"))
        assert {one.get("symbol") for one in rules} == symbols
        assert all(one.get("label") for one in rules)
        met = " + ".join(f"ifnull({one.get('filter') or '1'}, 0)" for one in rules)
        counts = file.execute(f"SELECT DISTINCT {met} FROM {layer}").fetchall()  # noqa: S608
        assert counts in ([(1,)], []), layer


def test_names_are_written_beside_centres_gaps_proposals_and_areas(
    file: sqlite3.Connection,
) -> None:
    labelled = {}
    for layer, text in file.execute("SELECT f_table_name, styleQML FROM layer_styles").fetchall():
        root = ET.fromstring(text)  # noqa: S314 -- our own
        style = root.find("labeling/settings/text-style")
        assert (root.get("labelsEnabled") == "1") == (style is not None)
        if style is not None:
            labelled[layer] = style.get("fieldName")
            columns = {row[1] for row in file.execute(f"PRAGMA table_info({layer})")}
            assert style.get("fieldName") in columns
    assert labelled == {
        "centres": "name",
        "gaps": "gap_id",
        "proposals": "proposal_id",
        "area_community": "name",
        "area_street": "name",
        "area_district": "name",
    }


def test_the_sld_says_the_same(file: sqlite3.Connection) -> None:
    kinds = dict(file.execute("SELECT table_name, geometry_type_name FROM gpkg_geometry_columns"))
    for layer, qml, sld in file.execute(
        "SELECT f_table_name, styleQML, styleSLD FROM layer_styles"
    ).fetchall():
        root = ET.fromstring(sld)  # noqa: S314 -- our own
        rules = list(root.iter(f"{SE}Rule"))
        names = [one.findtext(f"{SE}Name") for one in rules]
        told = [one.get("label") for one in ET.fromstring(qml).iter("rule")]  # noqa: S314
        assert names == told
        assert len(list(root.iter(f"{SE}{GEOMETRY[kinds[layer]]}"))) == len(rules)
        columns = {row[1] for row in file.execute(f"PRAGMA table_info({layer})")}
        assert {one.text for one in root.iter(f"{OGC}PropertyName")} <= columns


def test_the_colours_are_those_of_the_map() -> None:
    folder = Path(planner.__file__).parent / "report" / "page"
    drawn = "".join((folder / name).read_text("utf-8") for name in ("canvas.js", "areas.js"))
    listed = ", ".join(f'"{colour}"' for colour in SHARE_COLOURS)
    assert f"const SHARE_COLOURS = [{listed}];" in drawn
    assert f"[{', '.join(map(str, SHARE_BREAKS))}, 1]" in drawn
    for minutes, colour in zip((*TIME_MINUTES, "Infinity"), TIME_COLOURS, strict=True):
        assert f'[{minutes}, "{colour}"],' in drawn
