"""
What a rule set says of the plan as a whole, worked out by hand.

Centre 1 is new with 2,600 m² of the 2,700 asked for, 850 m² of it convenience centre (800 asked
for); centre 2 stands already, with 3,000 and 900 m²: nothing is asked of it. Nothing else is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

import planner
from planner.cli.headline import headline
from tests.scenes.town import Town

if TYPE_CHECKING:
    from pathlib import Path

CENTRES: dict[str, dict[str, object]] = {
    "1": {"status": "new", "floor_area_m2": 2600, "convenience_area_m2": 850},
    "2": {"status": "existing", "floor_area_m2": 3000, "convenience_area_m2": 900},
}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run."""
    folder = tmp_path_factory.mktemp("plan")
    study = Town("+a1-----2b+", centres=CENTRES, cell_m=100.0).write(folder)
    planner.run(study, folder / "out", threads=1)
    return folder / "out"


@pytest.fixture(scope="module")
def summary(out: Path) -> dict[str, Any]:
    """Its summary."""
    import json

    found: dict[str, Any] = json.loads((out / "summary.json").read_text("utf-8"))
    return found


def test_the_plan_fails_by_a_hundred_square_metres(summary: dict[str, Any]) -> None:
    (plan,) = summary["plan_verdicts"]
    assert (plan["rule_set"], plan["verdict"]) == ("chongqing-2018", "fail")
    assert (plan["centres"]["fail"], plan["centres"]["not_applicable"]) == (1, 1)
    (total,) = [one for one in plan["needed"] if one["clause"] == "floor_area_total"]
    assert (total["needed"], total["unit"]) == (100, "m2")


def test_old_centres_are_counted_against_the_value_that_is_not_asked_of_them(
    summary: dict[str, Any],
) -> None:
    (plan,) = summary["plan_verdicts"]
    found = {one["clause"]: one for one in plan["reaching"]}
    total, part = found["floor_area_total"], found["floor_area_convenience"]
    assert (total["value"], total["centres"], total["measured"], total["blank"]) == (2700, 1, 2, 0)
    assert (part["value"], part["centres"], part["measured"], part["blank"]) == (800, 2, 2, 0)
    assert all(one["certainty"] for one in plan["reaching"])


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", "整体结论 chongqing-2018: 不达标 · 共缺 新建社区综合服务中心建筑面积 100 ㎡"),
        ("en", "the plan as a whole by chongqing-2018: fail · missing in all"),
    ],
)
def test_the_closing_words_tell_it(summary: dict[str, Any], language: str, told: str) -> None:
    assert told in headline(summary, language=language)


def test_the_workbook_tells_it(out: Path) -> None:
    sheet = openpyxl.load_workbook(out / "tables.xlsx")["Summary"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    verdict = next(row for row in rows if row[:2] == ["chongqing-2018", "Fail"])
    # does not apply, pass, below recommended, cannot tell, fail
    assert verdict[2:7] == [1, 0, 0, 0, 1]
    clause = next(row for row in rows if row[0] == "chongqing-2018" and row[3] == 100)
    assert clause[5] == 2700
    assert clause[7:10] == [1, 2, 0]


def _under(folder: Path, *rule_sets: str) -> dict[str, Any]:
    """Evaluate the same town under several rule sets."""
    study = Town("+a1-----2b+", centres=CENTRES, cell_m=100.0).write(folder)
    named = ", ".join(f'"{one}"' for one in rule_sets)
    with study.open("a", encoding="utf-8") as file:
        file.write(f"\n[standards]\nrule_sets = [{named}]\n")
    return planner.evaluate(planner.read_study(study), threads=1).summary()


def test_a_rule_set_that_only_recommends_or_informs_is_said_to_judge_nothing(
    tmp_path: Path,
) -> None:
    found = _under(tmp_path, "chongqing-2018", "gb-50180-2018", "beijing-2025")
    bases = {one["rule_set"]: one["basis"] for one in found["plan_verdicts"]}
    assert bases == {
        "chongqing-2018": "must",
        "gb-50180-2018": "no_must",
        "beijing-2025": "informs",
    }
    told = headline(found, language="zh")
    assert "整体结论 gb-50180-2018: 没有必须条款, 不判" in told
    assert "整体结论 beijing-2025: 只供参考, 不判" in told


def test_the_size_of_a_unit_is_nothing_that_a_plan_lacks(tmp_path: Path) -> None:
    found = _under(tmp_path, "chongqing-2018", "gb-50180-2018")
    missing = {item["clause"] for one in found["plan_verdicts"] for item in one["needed"]}
    assert "floor_area_total" in missing
    assert not {name for name in missing if name.startswith(("population_", "dwellings_"))}
