"""
`[areas] urban_unbuilt` draws where 3,000 m² are asked for.

Both centres are new with 2,800 m²: centre 1 stands in the unbuilt land, centre 2 does not.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import planner
from planner.domain.standard import VERDICT_ORDER
from planner.errors import InputMissing
from tests.scenes.town import Town

if TYPE_CHECKING:
    from pathlib import Path

    from planner.workbench import Evaluation

NEW: dict[str, object] = {
    "status": "new",
    "floor_area_m2": 2800,
    "convenience_area_m2": 850,
    "level": "community",
    "kind": "comprehensive",
}
TOWN = Town("+a1-----2b+", centres={"1": NEW, "2": NEW}, cell_m=100.0)


def write_study(folder: Path, *, drawn: bool, more: str = "") -> Path:
    study = TOWN.write(folder)
    text = study.read_text("utf-8")
    if drawn:
        (west, north), (east, south) = TOWN.at(-5, -2), TOWN.at(5, 4)
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        unbuilt = {"type": "Feature", "properties": {"未建区": "北片"}, "geometry": geometry}
        areas = {"type": "FeatureCollection", "features": [unbuilt]}
        (folder / "unbuilt.geojson").write_text(json.dumps(areas), encoding="utf-8")
    if drawn or more:
        text += '\n[areas]\nurban_unbuilt = "unbuilt.geojson"\n'
    text += '\n[standards]\nrule_sets = ["chongqing-2018", "chongqing-2022-unbuilt"]\n'
    text += "plan_date = 2023-01-01\n"
    study.write_text(text + more, encoding="utf-8")
    return study


def verdicts(evaluation: Evaluation) -> list[str]:
    columns = evaluation.records.judgements.columns
    assert columns is not None
    return [VERDICT_ORDER[code] for code in columns.by_rule_set["chongqing-2022-unbuilt"]]


def test_only_the_centre_inside_is_asked_for_3000_square_metres(tmp_path: Path) -> None:
    evaluation = planner.evaluate(write_study(tmp_path, drawn=True), threads=1)
    assert verdicts(evaluation) == ["fail", "not_applicable"]
    _, plan = evaluation.summary()["plan_verdicts"]
    assert [(one["clause"], one["needed"]) for one in plan["needed"]] == [("floor_area_total", 200)]
    assert evaluation.records.area_index == {}, "nobody is counted by it"


def test_without_the_drawing_nobody_knows(tmp_path: Path) -> None:
    evaluation = planner.evaluate(write_study(tmp_path, drawn=False), threads=1)
    assert verdicts(evaluation) == ["cannot_tell", "cannot_tell"]


def test_it_is_an_input_of_the_run(tmp_path: Path) -> None:
    study = write_study(tmp_path, drawn=True)
    planner.run(study, tmp_path / "out", threads=1)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert "urban_unbuilt" in [one["noun"] for one in manifest["inputs"]]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    study = write_study(tmp_path, drawn=False, more="\n")
    with pytest.raises(InputMissing, match=r"unbuilt\.geojson"):
        planner.evaluate(study, threads=1)
