"""`planner standards`: list, show, and two rule sets side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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
    for word in ("floor_area_total", ">= 2700 m2", "basic_5min", "source: ", "certainty: read", "notes"):
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
