"""
An old plan and a new one compare although the districts were renamed and put together between.

In A the left end of the street (a, b, c: 7 persons; centre 1) lies in 渝北区, the rest (d, e, f:
56 persons; centre 2) in 江北区; B calls all of it 两江新区. Nothing else changes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import openpyxl
import pytest

from planner.report.compare import compare_results
from planner.report.compare_read import read_result
from planner.standards.zones import district_on
from planner.workbench import compare
from tests.compare.street import BOTH, run_again, run_street
from tests.scenes.town import Town

if TYPE_CHECKING:
    from pathlib import Path

OLD: dict[str, dict[str, object]] = {
    "c1": {"district": "渝北区", "street": "龙溪街道"},
    "c2": {"district": "江北"},
}
NEW: dict[str, dict[str, object]] = {
    "c1": {"district": "两江新区", "street": "龙溪街道"},
    "c2": {"district": "两江新区"},
}


def square(name: str, first: int, last: int) -> dict[str, object]:
    """Draw a district around the cells from `first` to `last` of the street."""
    town = Town(BOTH, cell_m=100.0)
    (west, north), (east, south) = town.at(-5, first), town.at(5, last)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"name": name, "id": f"id-{name}"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def run_plan(
    folder: Path, day: str, centres: dict[str, dict[str, object]], *districts: dict[str, object]
) -> Path:
    """Run a plan of a day, with its districts."""
    out = run_street(folder, c1=centres["c1"], c2=centres["c2"])
    areas = {"type": "FeatureCollection", "features": list(districts)}
    (folder / "districts.geojson").write_text(json.dumps(areas), encoding="utf-8")
    study = folder / "study.toml"
    text = study.read_text("utf-8")
    text += f'\n[areas]\ndistrict = "districts.geojson"\n\n[standards]\nplan_date = {day}\n'
    study.write_text(text, encoding="utf-8")
    assert run_again(study) == out
    return out


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The plan of 2018 and that of 2026."""
    root = tmp_path_factory.mktemp("plans")
    west, east = square("渝北区", -2, 6), square("江北区", 6, 33)
    return (
        run_plan(root / "a", "2018-10-01", OLD, west, east),
        run_plan(root / "b", "2026-03-01", NEW, square("两江新区", -2, 33)),
    )


def test_districts_are_those_of_the_later_plan_whichever_comes_first(
    plans: tuple[Path, Path],
) -> None:
    for a, b in (plans, plans[::-1]):
        comparison = compare_results(read_result(a), read_result(b), district_on=district_on)
        assert "divisions" in comparison.differ
        (area,) = [one for one in comparison.areas if one.level == "district"]
        assert area.name == "两江新区"
        assert (area.persons_a, area.persons_b) == (63, 63)
        # a, b, c and e: 23 of 63 persons; by old districts 7 of 7 and 16 of 56
        assert area.share_a["basic_5min"] == pytest.approx(23 / 63)
        assert area.share_b["basic_5min"] == pytest.approx(23 / 63)
        old = area.joined_a if a == plans[0] else area.joined_b
        assert old == ("渝北区", "江北区")
        (district,) = comparison.districts
        assert (district.centres_a, district.centres_b) == (2, 2)
        assert {district.named_a, district.named_b} == {("渝北区", "江北"), ("两江新区",)}
        assert not comparison.centres, "a new name of its district is no change of a centre"


def test_without_a_change_of_names_districts_stay_as_they_are(plans: tuple[Path, Path]) -> None:
    old = read_result(plans[0])
    comparison = compare_results(old, old, district_on=district_on)
    assert comparison.differ == ()
    assert comparison.districts == ()
    assert [one.name for one in comparison.areas] == ["渝北区", "江北区"]


def test_a_street_that_moved_is_counted_where_it_is_now(tmp_path: Path) -> None:
    moved: dict[str, dict[str, object]] = {
        "c1": {"district": "渝北区", "street": "统景镇", "status": "closed"},
        "c2": OLD["c2"],
    }
    town = {"c1": moved["c1"] | {"status": "existing"}, "c2": moved["c2"]}
    a = run_plan(tmp_path / "a", "2018-10-01", town, square("渝北区", -2, 33))
    b = run_plan(tmp_path / "b", "2026-03-01", moved, square("两江新区", -2, 33))
    comparison = compare_results(read_result(a), read_result(b), district_on=district_on)
    found = {row.district: (row.centres_a, row.centres_b) for row in comparison.districts}
    assert found == {"北碚区": (1, 0), "两江新区": (1, 1)}


def test_the_files_tell_it(plans: tuple[Path, Path], tmp_path: Path) -> None:
    compare(*plans, tmp_path)
    document = json.loads((tmp_path / "compare.json").read_text("utf-8"))
    assert document["districts"][0]["district"] == "两江新区"
    assert "divisions" in [one["differs"] for one in document["warnings"]]
    assert "渝北区 + 江北区" in (tmp_path / "compare.html").read_text("utf-8")
    sheet = openpyxl.load_workbook(tmp_path / "compare.xlsx")["Areas"]
    cells = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "渝北区 江北" in cells
