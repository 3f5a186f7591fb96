"""
Shares by residential and by built-up land, worked out by hand.

A street of 620 m from west to east; the centre stands at 10 m, the norm walks 1 m/s: 5 minutes
end 310 m east, 15 minutes reach everything. Land lies on the street itself.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

import planner
from planner.errors import PlannerError
from tests.inputs.test_population_study import square, write
from tests.scenes.town import Town

if TYPE_CHECKING:
    from pathlib import Path

FIVE, FIFTEEN = "basic_5min", "daily_15min"
SETTINGS = """
[areas]
community = "communities.gpkg"
[coverage]
residential_land = "land.gpkg"
built_up = "built.gpkg"
"""
# 20 x 10 and 40 x 10 m of homes, shops between them that are no residential land.
HOMES, SHOPS, FAR_HOMES = square(100, 120, 5), square(200, 230, 5), square(400, 440, 5)
TOWN = Town(
    "+1" + "-" * 40 + "a" + "-" * 19 + "+",
    centres={"1": {"status": "new", "floor_area_m2": 2600, "convenience_area_m2": 800}},
    extra_study=SETTINGS,
)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town with its land."""
    folder = tmp_path_factory.mktemp("land")
    path = TOWN.write(folder)
    write(
        folder / "communities.gpkg",
        [square(-20, 300), square(300, 640)],
        id=["W", "E"],
        name=["West", "East"],
    )
    write(folder / "land.gpkg", [HOMES, SHOPS, FAR_HOMES], landuse=["R2", "B1", "residential"])
    write(folder / "built.gpkg", [HOMES, SHOPS, FAR_HOMES, square(410, 440, 5)], name=list("abcd"))
    return path


def counted(summary: dict[str, Any], measure: str, state: str = "plan") -> dict[str, Any]:
    (found,) = [
        one for one in summary["indicators"] if one["measure"] == measure and one["state"] == state
    ]
    return {circle["id"]: circle for circle in found["life_circles"]}


def test_land_is_covered_by_the_walk_from_it(study: Path) -> None:
    summary = planner.evaluate(study, threads=1).summary()
    homes = counted(summary, "residential_land_m2")
    built = counted(summary, "built_up_m2")
    assert homes[FIVE]["whole"] == pytest.approx(600, rel=1e-4)
    assert homes[FIVE]["covered"] == pytest.approx(200, rel=1e-4)
    assert homes[FIFTEEN]["share"] == pytest.approx(1)
    # Built-up land knows no use, and what is drawn twice is counted once.
    assert built[FIVE]["whole"] == pytest.approx(900, rel=1e-4)
    assert built[FIVE]["covered"] == pytest.approx(500, rel=1e-4)


def test_land_has_the_three_shares_and_the_states(study: Path) -> None:
    summary = planner.evaluate(study, threads=1).summary()
    plan = counted(summary, "residential_land_m2")[FIVE]
    # 2,600 of the 2,700 m² asked for: the centre fails.
    assert plan["covered_pass"] == 0
    assert plan["covered_not_failing"] == 0
    # The centre is new: today nothing is covered.
    assert counted(summary, "residential_land_m2", "existing")[FIVE]["covered"] == 0


def test_the_sheet_has_land_by_community(study: Path, tmp_path: Path) -> None:
    planner.run(study, tmp_path / "out", threads=1)
    book = openpyxl.load_workbook(tmp_path / "out" / "tables.xlsx")
    rows = [[cell.value for cell in row] for row in book["Coverage"].iter_rows()]
    head = next(row for row in rows if "Level" in row)
    name, state, circle = head.index("Name"), head.index("State"), head.index("Life circle")
    whole = head.index("Residential land (㎡) · In all (denominator)")
    share = head.index("Residential land (㎡) · Share covered")
    by_place = {
        row[name]: (row[whole], row[share])
        for row in rows
        if row[state] == "Plan" and str(row[circle]).startswith("5-minute") and row[whole]
    }
    assert by_place["West"] == (pytest.approx(200, rel=1e-4), pytest.approx(1))
    assert by_place["East"] == (pytest.approx(400, rel=1e-4), pytest.approx(0))
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert {one["path"] for one in manifest["inputs"]} >= {"land.gpkg", "built.gpkg"}


def test_proposals_cover_land_too(study: Path, tmp_path: Path) -> None:
    other = study.with_name("siting.toml")
    asked = '\n[siting]\nbase = "pass"\ncount = 1\n'
    other.write_text(study.read_text("utf-8") + asked, encoding="utf-8")
    planner.run(other, tmp_path / "out", threads=1)
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert len(summary["siting"]["proposals"]) == 1
    # Built, or made larger, to the standard within 15 minutes of the only home at 420 m.
    homes = counted(summary, "residential_land_m2", "with_proposals")
    assert homes[FIFTEEN]["covered_pass"] == pytest.approx(600, rel=1e-4)
    assert counted(summary, "residential_land_m2")[FIFTEEN]["covered_pass"] == 0


def test_land_without_homes_is_a_fault_that_names_the_uses(study: Path) -> None:
    write(study.parent / "shops.gpkg", [SHOPS], landuse=["B1"])
    other = study.with_name("other.toml")
    text = study.read_text("utf-8").replace('"land.gpkg"', '"shops.gpkg"')
    other.write_text(text, encoding="utf-8")
    with pytest.raises(PlannerError, match="none of the rows is residential; found B1"):
        planner.evaluate(other, threads=1)


RULES = """
id = "land-rules"
title = "用地覆盖"
title_en = "Land covered"
issuing_body = "-"
valid_from = 2020-01-01
source = "made up"

[[life_circle]]
id = "basic_5min"
limit_s = 300
name_zh = "五分钟"
name_en = "five minutes"
text = "-"
certainty = "read"
serves = [{ level = "community", kind = "comprehensive" }]
"""
CLAUSE = """
[[clause]]
id = "land_{unit}"
group = "circle"
force = "must"
rule_type = "share"
measures = "travel_time_s"
circle = "basic_5min"
share_of = "residential_land"
judged_unit = "{unit}"
comparison = ">="
value = {value}
unit = "share"
name_zh = "用地覆盖率"
name_en = "Share of land"
text = "-"
certainty = "read"
"""


def test_a_clause_on_residential_land_counts_the_land_of_the_study(
    study: Path, tmp_path: Path
) -> None:
    """Of 600 m² 200 lie within five minutes, a third; the west is whole, the east not at all."""
    folder = tmp_path / "ruled"
    folder.mkdir()
    for file in study.parent.iterdir():
        if file.is_file():
            (folder / file.name).write_bytes(file.read_bytes())
    rules = RULES + CLAUSE.format(unit="plan", value=0.3) + CLAUSE.format(unit="community", value=1)
    (folder / "rules.toml").write_text(rules, encoding="utf-8")
    text = (folder / study.name).read_text("utf-8")
    assert "[standards]" not in text
    text += '\n[standards]\nrule_sets = ["rules.toml"]\n'
    (folder / study.name).write_text(text, encoding="utf-8")
    judgements = planner.evaluate(folder / study.name, threads=1).records.judgements
    told = {(one.clause_id, one.unit_id): one for one in judgements.units}
    whole = next(one for (clause, _), one in told.items() if clause == "land_plan")
    assert whole.measured == pytest.approx(1 / 3, rel=1e-4)
    assert whole.verdict == "pass"
    assert told["land_community", "W"].measured == pytest.approx(1)
    assert told["land_community", "W"].verdict == "pass"
    assert told["land_community", "E"].measured == pytest.approx(0)
    assert told["land_community", "E"].verdict == "fail"
