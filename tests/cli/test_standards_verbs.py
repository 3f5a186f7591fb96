"""`planner standards`: list, show, and two rule sets side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.cli.standards_text import lines_of_plan
from tests.scenes.town import Town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.command import Said


def test_the_shipped_rule_sets_are_listed_with_their_dates(
    planner_says: Callable[..., Said],
) -> None:
    lines = planner_says("standards", "list").out.splitlines()
    assert [line.split()[0] for line in lines] == [
        "beijing-2025",
        "chongqing-2018",
        "chongqing-2022-unbuilt",
        "complete-community-2020",
        "embedded-2024",
        "gb-50180-2018",
        "national-30-per-100-households",
        "shanghai-2024-draft",
    ]
    # Documents that inform and do not judge are told apart.
    informs = [line.split()[0] for line in lines if "informs only" in line]
    assert informs == ["beijing-2025", "complete-community-2020", "shanghai-2024-draft"]
    listed = planner_says("standards", "list", "--json").json()
    assert listed[1]["valid_from"] == "2018-01-01"


def test_a_rule_set_is_shown_clause_by_clause_with_source_and_certainty(
    planner_says: Callable[..., Said],
) -> None:
    said = planner_says("standards", "show", "chongqing-2018")
    assert said.code == 0
    for word in (
        "floor_area_total",
        ">= 2700 m2",
        "basic_5min",
        "source: ",
        "certainty: read",
        "notes",
    ):
        assert word in said.out
    shown = planner_says("standards", "show", "chongqing-2018", "--json").json()
    clause = next(item for item in shown["clauses"] if item["clause_id"] == "floor_area_total")
    assert (clause["value"], clause["comparison"], clause["force"]) == (2700, ">=", "must")


def test_an_unknown_rule_set_names_the_nearest(planner_says: Callable[..., Said]) -> None:
    said = planner_says("standards", "show", "chongqing-2081")
    assert (said.code, said.out) == (2, "")
    assert "did you mean `chongqing-2018`?" in said.err


def test_two_rule_sets_are_compared_clause_by_clause(planner_says: Callable[..., Said]) -> None:
    said = planner_says("standards", "diff", "chongqing-2018", "chongqing-2022")
    assert said.code == 0
    assert "value: 2700 -> 3000" in said.out
    assert "- life_circle basic_5min" in said.out
    assert "other_scope: - -> urban_unbuilt" in said.out
    found = planner_says("standards", "diff", "chongqing-2018", "chongqing-2022", "--json").json()
    assert found["before"]["rule_set_id"] == "chongqing-2018"
    assert [rule["id"] for rule in found["only_before"]] == [
        "basic_5min",
        "daily_15min",
        "floor_area_convenience",
        "social_workers",
        "social_work_room",
        "community_has_centre",
        "street_has_centre",
        "parent_centre",
    ]
    assert [rule["id"] for rule in found["only_after"]] == ["community_population"]
    (changed,) = found["changed"]
    assert (changed["kind"], changed["id"]) == ("clause", "floor_area_total")
    assert {"field": "value", "before": 2700.0, "after": 3000.0} in changed["changes"]


def test_a_rule_set_of_ones_own_is_compared_by_its_file(
    root: Path, tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    shipped = root / "planner" / "standards" / "rule_sets" / "chongqing-2018.toml"
    own = tmp_path / "本区.toml"
    text = shipped.read_text("utf-8").replace("limit_s = 900", "limit_s = 1200")
    own.write_text(text, encoding="utf-8")
    found = planner_says("standards", "diff", "chongqing-2018", own, "--json").json()
    assert (found["only_before"], found["only_after"], found["about"]) == ([], [], [])
    (changed,) = found["changed"]
    assert changed["id"] == "daily_15min"
    assert changed["changes"] == [{"field": "limit_s", "before": 900.0, "after": 1200.0}]
    assert found["same"] == [
        "basic_5min",
        "floor_area_total",
        "floor_area_convenience",
        "social_workers",
        "social_work_room",
        "community_has_centre",
        "street_has_centre",
        "parent_centre",
    ]
    said = planner_says("standards", "diff", own, own).out
    assert "changed 有变化: 0" in said


@pytest.mark.parametrize("words", [["show", "nope.toml"], ["diff", "chongqing-2018", "nope"]])
def test_a_rule_set_that_is_not_there_is_a_fault(
    words: list[str], planner_says: Callable[..., Said]
) -> None:
    said = planner_says("standards", *words)
    assert (said.code, said.out) == (2, "")
    assert "nope" in said.err


@pytest.fixture
def plan_study(tmp_path: Path) -> Path:
    """A street of 600 m with a community's centre at each end, one too small since 2022."""
    town = Town(
        "+1a-----------------------------+------------------------------b2+",
        centres={
            "1": {
                "status": "new", "floor_area_m2": 2700, "convenience_area_m2": 800,
                "community": "one", "households_served": 8000,
            },
            "2": {
                "status": "new", "floor_area_m2": 2699, "convenience_area_m2": 800,
                "community": "two", "households_served": 9000,
            },
        },
    )  # fmt: skip
    return town.write(tmp_path / "study")


def test_a_plan_is_judged_under_both_rule_sets_and_says_why_verdicts_change(
    plan_study: Path, tmp_path: Path, root: Path, planner_says: Callable[..., Said]
) -> None:
    shipped = root / "planner" / "standards" / "rule_sets" / "chongqing-2018.toml"
    own = tmp_path / "milder.toml"
    text = shipped.read_text("utf-8").replace("value = 2700", "value = 2600")
    own.write_text(text.replace('id = "chongqing-2018"', 'id = "milder"'), encoding="utf-8")
    words = ("standards", "diff", "chongqing-2018", own, "--study", plan_study)
    plan = planner_says(*words, "--json").json()["plan"]
    assert (plan["before"]["verdict"], plan["after"]["verdict"]) == ("fail", "cannot_tell")
    assert plan["before"]["needed"]["floor_area_total"] == 1.0
    assert plan["counts"] == [
        {"before": "pass", "after": "pass", "centres": 1},
        {"before": "fail", "after": "pass", "centres": 1},
    ]
    (change,) = plan["changes"]
    assert (change["level"], change["id"]) == ("centre", "2")
    (before,) = change["because_before"]
    assert (before["clause_id"], before["measured"], before["required"]) == (
        "floor_area_total",
        2699.0,
        2700.0,
    )
    said = planner_says(*words).out
    assert "verdicts that change 判定变化: 1" in said
    assert "~ centre 2 centre 2: fail -> pass" in said
    assert "A floor_area_total" in said
    assert "measured 2699, required 2700 m2" in said


def test_each_rule_set_is_read_for_a_day_on_which_it_holds(
    plan_study: Path, planner_says: Callable[..., Said]
) -> None:
    words = ("standards", "diff", "chongqing-2018", "gb-50180-2018", "--study", plan_study)
    plan = planner_says(*words, "--json").json()["plan"]
    assert plan["before"]["judged_on"] == "2018-01-01"
    assert plan["after"]["judged_on"] == "2018-12-01"
    # The walk in metres: each home is 10 m from its centre, and no street centre is there.
    told = {one["level"]: one for one in plan["changes"]}
    because = {one["clause_id"]: one for one in told["plan"]["because_after"]}
    assert because["walk_15min"]["reason"] == "beyond_search"
    assert "walk_5min" not in because
    said = planner_says(*words, "-v").out
    assert "chongqing-2018 on 2018-01-01: fail" in said


def test_households_of_the_plan_give_a_ratio_of_its_communities(
    plan_study: Path, planner_says: Callable[..., Said]
) -> None:
    words = ("standards", "diff", "embedded-2024", "national-30-per-100-households")
    plan = planner_says(*words, "--study", plan_study, "--json").json()["plan"]
    assert plan["after"]["units"]["community"]["fail"] == 1
    # 9,000 households need 2,700 m² at 30 m² a hundred: one more than there is
    assert plan["after"]["needed"] == {"area_per_100_households": pytest.approx(1.0)}
    assert "households_from_centres" in plan["after"]["assumptions"]


def test_a_long_list_of_changes_is_cut_and_says_so() -> None:
    change = {
        "level": "centre", "id": "c", "name": "n", "before": "pass", "after": "fail",
        "because_before": [], "because_after": [],
    }  # fmt: skip
    side = {
        "rule_set_id": "a", "judged_on": "2018-01-01", "verdict": "pass",
        "centres": {"pass": 0}, "notices": ["a notice"],
    }  # fmt: skip
    plan = {"study": "s", "before": side, "after": side, "changes": [change] * 21}
    short, whole = (lines_of_plan(plan, verbose=verbose) for verbose in (False, True))
    assert "21 in all" in short[-1]
    assert len(whole) == len(short)
    assert "    a notice" in short


def test_bands_and_ratios_are_told_in_one_line(planner_says: Callable[..., Said]) -> None:
    shown = {
        name: planner_says("standards", "show", name).out
        for name in ("gb-50180-2018", "chongqing-2022-unbuilt", "national-30-per-100-households")
    }
    assert "demands: about, persons 5000 to 12000 persons" in shown["gb-50180-2018"]
    assert "persons about 12000 (± 10%) persons" in shown["chongqing-2022-unbuilt"]
    assert (
        "must, floor_area_m2 >= 30 m2_per_100_households per 100 households"
        in shown["national-30-per-100-households"]
    )


def test_the_old_id_of_a_rule_set_is_understood(planner_says: Callable[..., Said]) -> None:
    shown = planner_says("standards", "show", "chongqing-2022", "--json").json()
    assert shown["rule_set_id"] == "chongqing-2022-unbuilt"
