"""A comparison names exactly the change that was made, and exactly who it touched."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner.report.compare import compare_results
from planner.report.compare_read import read_result
from planner.standards import catalogue
from tests.compare.street import FIRST_MOVED, NEW, run_again, run_street
from tests.scenes.town import homes_in

if TYPE_CHECKING:
    from planner.domain.comparison import Comparison


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both centres, existing."""
    return run_street(tmp_path_factory.mktemp("base"))


def compare(a: Path, b: Path) -> Comparison:
    return compare_results(read_result(a), read_result(b))


def changes(comparison: Comparison) -> dict[str, tuple[str, ...]]:
    return {change.centre_id: change.changes for change in comparison.centres}


def homes(comparison: Comparison) -> dict[str, tuple[str, str]]:
    """Letters that gained and lost, by circle: once by id, once by the sum of persons."""
    found = {}
    for circle in comparison.homes.circles:
        ids = comparison.homes.demand_id
        gained, lost = homes_in(circle.persons_gained), homes_in(circle.persons_lost)
        assert "".join(ids[place] for place in circle.gained) == gained
        assert "".join(ids[place] for place in circle.lost) == lost
        found[circle.circle_id] = (gained, lost)
    return found


def test_a_result_and_itself_differ_in_nothing(base: Path) -> None:
    comparison = compare(base, base)
    assert comparison.differ == ()
    assert comparison.centres == ()
    assert homes(comparison) == {"basic_5min": ("", ""), "daily_15min": ("", "")}
    assert {row.difference for row in comparison.figures} == {0}
    assert (comparison.homes.only_a, comparison.homes.only_b) == (0, 0)


def test_a_centre_that_closes_takes_its_homes_along(base: Path, tmp_path: Path) -> None:
    comparison = compare(base, run_street(tmp_path, c2={"status": "closed"}))
    assert changes(comparison) == {"2": ("closed",)}
    # e has 13 cells to centre 1, f has 20; d has 8 and keeps its fifteen minutes.
    assert homes(comparison) == {"basic_5min": ("", "e"), "daily_15min": ("", "ef")}
    assert comparison.differ == ()


def test_a_centre_that_opens_is_the_reverse(base: Path, tmp_path: Path) -> None:
    comparison = compare(run_street(tmp_path, c2={"status": "closed"}), base)
    assert changes(comparison) == {"2": ("opened",)}
    assert homes(comparison) == {"basic_5min": ("e", ""), "daily_15min": ("ef", "")}


def test_a_centre_that_one_plan_does_not_have_is_opened_or_closed(
    base: Path, tmp_path: Path
) -> None:
    without = run_street(tmp_path, "+a1bc-----d----e------f-------+")
    gone = compare(base, without)
    assert changes(gone) == {"2": ("closed",)}
    assert gone.centres[0].b is None
    assert homes(gone)["daily_15min"] == ("", "ef")
    come = compare(without, base)
    assert changes(come) == {"2": ("opened",)}
    assert come.centres[0].a is None
    assert homes(come)["daily_15min"] == ("ef", "")


def test_a_centre_that_moves_is_told_with_its_distance(base: Path, tmp_path: Path) -> None:
    comparison = compare(base, run_street(tmp_path, FIRST_MOVED))
    assert changes(comparison) == {"1": ("moved",)}
    assert comparison.centres[0].moved_m == pytest.approx(600.0, abs=1.0)
    assert homes(comparison) == {"basic_5min": ("d", "abc"), "daily_15min": ("", "")}


def test_a_centre_that_grows_is_resized_and_nobody_is_touched(base: Path, tmp_path: Path) -> None:
    comparison = compare(base, run_street(tmp_path, c1={"floor_area_m2": 3000}))
    assert changes(comparison) == {"1": ("resized",)}
    assert homes(comparison) == {"basic_5min": ("", ""), "daily_15min": ("", "")}
    (change,) = comparison.centres
    assert change.a is not None
    assert change.b is not None
    assert (change.a.floor_area_m2, change.b.floor_area_m2) == (None, 3000.0)


def test_a_size_that_falls_below_the_rule_changes_the_verdict(tmp_path: Path) -> None:
    before = run_street(tmp_path / "a", c2=NEW)
    after = run_street(tmp_path / "b", c2=NEW | {"floor_area_m2": 2600})
    comparison = compare(before, after)
    assert changes(comparison) == {"2": ("resized", "verdict")}
    (change,) = comparison.centres
    assert change.a is not None
    assert change.b is not None
    assert (change.a.verdict, change.b.verdict) == ("pass", "fail")
    shares = {
        row.circle_id: row.difference
        for row in comparison.figures
        if (row.state, row.figure) == ("plan", "share_covered_pass")
    }
    # Within 15 minutes of the one centre that passed: d, e and f of 63 persons.
    assert shares["daily_15min"] == pytest.approx(-(8 + 16 + 32) / 63)
    assert homes(comparison)["daily_15min"] == ("", "")


def test_a_centre_of_another_kind_is_told_apart_from_one_that_closed(
    base: Path, tmp_path: Path
) -> None:
    comparison = compare(base, run_street(tmp_path, c2={"kind": "party_service"}))
    assert changes(comparison)["2"] == ("relabelled",)
    assert homes(comparison)["daily_15min"] == ("", "ef")


def test_centres_without_ids_are_paired_by_name(tmp_path: Path) -> None:
    folders = []
    for name, drawing in (("a", "+a-bc-----d---2e------f-------+"), ("b", None)):
        out = run_street(tmp_path / name, *([drawing] if drawing else []))
        table = out.parent / "centres.csv"
        lines = [line.split(",") for line in table.read_text("utf-8").splitlines()]
        text = "\n".join(",".join(line[1:]) for line in lines) + "\n"
        table.write_text(text, encoding="utf-8")
        folders.append(run_again(out.parent / "study.toml"))
    # In B a row stands before that of centre 2: its made-up id is another one.
    comparison = compare(*folders)
    assert [(one.name, one.changes) for one in comparison.centres] == [("centre 1", ("opened",))]


def test_figures_stand_side_by_side_with_their_difference(base: Path, tmp_path: Path) -> None:
    comparison = compare(base, run_street(tmp_path, c2={"status": "closed"}))
    found: dict[tuple[str, str, str], object] = {
        (row.state, row.circle_id, row.figure): (row.a, row.b, row.difference)
        for row in comparison.figures
    }
    assert found["plan", "daily_15min", "persons_covered"] == (63.0, 15.0, -48.0)
    assert found["plan", "daily_15min", "centres"] == (2, 1, -1)
    assert found["existing", "daily_15min", "persons_covered"] == (63.0, 63.0, 0.0)
    assert found["", "", "count"] == (2, 2, 0)
    share = found["plan", "basic_5min", "share_covered"]
    assert share == pytest.approx((23 / 63, 7 / 63, -16 / 63))


def test_another_population_stops_the_comparison_of_persons(base: Path, tmp_path: Path) -> None:
    study = shutil.copytree(base.parent, tmp_path / "town") / "study.toml"
    table = study.parent / "population.csv"
    lines = table.read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("a,")]
    text = "\n".join([*kept, lines[1].replace("a,", "z,")]).replace(",2\n", ",2.5\n")
    table.write_text(text + "\n", encoding="utf-8")
    comparison = compare(base, run_again(study))
    assert comparison.differ == ("demand",)
    assert (comparison.homes.only_a, comparison.homes.only_b) == (1, 1)
    by_figure = {row.figure: row for row in comparison.figures if row.state == "plan"}
    assert by_figure["persons_covered"].difference is None
    assert by_figure["share_covered"].difference is None
    assert by_figure["centres"].difference == 0
    assert all(not len(one.gained) and not len(one.lost) for one in comparison.homes.circles)


def test_other_streets_are_told(base: Path, tmp_path: Path) -> None:
    study = shutil.copytree(base.parent, tmp_path / "town") / "study.toml"
    streets = study.parent / "streets.osm"
    text = streets.read_text("utf-8").replace("residential", "footway")
    streets.write_text(text, encoding="utf-8")
    comparison = compare(base, run_again(study))
    assert comparison.differ == ("streets",)
    assert {row.difference for row in comparison.figures} == {0}


def test_other_rules_stop_the_comparison_of_verdicts(tmp_path: Path) -> None:
    before = run_street(tmp_path, c2=NEW | {"floor_area_m2": 2600})
    study = shutil.copytree(before.parent, tmp_path / "town") / "study.toml"
    shipped = Path(catalogue.__file__).parent / "rule_sets" / "chongqing-2018.toml"
    milder = shipped.read_text("utf-8").replace("2700", "2500")
    (study.parent / "milder.toml").write_text(milder, encoding="utf-8")
    rules = '[standards]\nrule_sets = ["milder.toml"]\n'
    study.write_text(study.read_text("utf-8") + rules, encoding="utf-8")
    comparison = compare(before, run_again(study))
    assert comparison.differ == ("rule_sets",)
    # The verdict did change, with the rules: that is no change of the plan.
    assert comparison.centres == ()
    differences = {row.figure: row.difference for row in comparison.figures}
    assert differences["share_covered_pass"] is None
    assert differences["pass"] is None
    assert differences["share_covered"] == 0


def test_a_further_rule_set_leaves_the_verdict_comparable(base: Path, tmp_path: Path) -> None:
    study = shutil.copytree(base.parent, tmp_path / "town") / "study.toml"
    rules = '[standards]\nrule_sets = ["chongqing-2018", "chongqing-2022"]\n'
    study.write_text(study.read_text("utf-8") + rules, encoding="utf-8")
    comparison = compare(base, run_again(study))
    assert comparison.differ == ("further_rule_sets",)
    assert {row.difference for row in comparison.figures} == {0}


def test_another_walker_and_another_judgement_are_told(base: Path, tmp_path: Path) -> None:
    study = shutil.copytree(base.parent, tmp_path / "town") / "study.toml"
    text = study.read_text("utf-8").replace("[walking]", '[walking]\nprofile = "elderly"')
    text += "[standards]\napply_to_existing = true\n"
    study.write_text(text, encoding="utf-8")
    comparison = compare(base, run_again(study))
    assert comparison.differ == ("walking", "standards")
    lost = dict(zip(("basic_5min", "daily_15min"), homes(comparison).values(), strict=True))
    assert lost["daily_15min"][0] == ""


def test_folders_of_one_name_are_told_apart(base: Path, tmp_path: Path) -> None:
    other = shutil.copytree(base, tmp_path / "other" / "out")
    comparison = compare(base, other)
    assert comparison.name_a == f"{base.parent.name}/out"
    assert comparison.name_b == "other/out"
    assert compare(base, shutil.copytree(base, tmp_path / "new")).name_b == "new"
