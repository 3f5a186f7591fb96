"""Every figure that is shipped says where it was read and how sure it is, and that is shown."""

from __future__ import annotations

from importlib import resources

import pytest

from planner.cli.standards_text import lines_of_rule_set
from planner.pipeline.rule_sets import describe_rule_set
from planner.standards.catalogue import list_rule_sets, load_rule_set
from planner.standards.schema import CERTAINTIES

JUDGES = {
    "beijing-2025": False,
    "chongqing-2018": True,
    "chongqing-2022-unbuilt": True,
    "complete-community-2020": False,
    "embedded-2024": True,
    "gb-50180-2018": True,
    "national-30-per-100-households": True,
    "shanghai-2024-draft": False,
}

# the figures as the sources have them, by hand: rule set, rule, value, certainty
FIGURES: list[tuple[str, str, float | tuple[int, int], str]] = [
    ("chongqing-2018", "basic_5min", 300, "read"),
    ("chongqing-2018", "daily_15min", 900, "read"),
    ("chongqing-2018", "floor_area_total", 2700, "read"),
    ("chongqing-2018", "floor_area_convenience", 800, "read"),
    ("chongqing-2018", "social_workers", 2, "read"),
    ("chongqing-2018", "social_work_room", 1, "inference"),
    ("chongqing-2018", "community_has_centre", 1, "inference"),
    ("chongqing-2018", "street_has_centre", 1, "inference"),
    ("chongqing-2018", "parent_centre", 1, "inference"),
    ("chongqing-2022-unbuilt", "floor_area_total", 3000, "second-hand"),
    ("chongqing-2022-unbuilt", "community_population", 12000, "second-hand"),
    ("gb-50180-2018", "neighbourhood_5min", 300, "second-hand"),
    ("gb-50180-2018", "neighbourhood_10min", 600, "second-hand"),
    ("gb-50180-2018", "neighbourhood_15min", 900, "second-hand"),
    ("gb-50180-2018", "walk_5min", 300, "second-hand"),
    ("gb-50180-2018", "walk_10min", 500, "second-hand"),
    ("gb-50180-2018", "walk_15min", 1000, "second-hand"),
    ("gb-50180-2018", "radius_station", 300, "unverified"),
    ("gb-50180-2018", "radius_street_centre", 1000, "unverified"),
    ("gb-50180-2018", "population_5min", (5000, 12000), "second-hand"),
    ("gb-50180-2018", "dwellings_5min", (1500, 4000), "second-hand"),
    ("gb-50180-2018", "population_10min", (15000, 25000), "second-hand"),
    ("gb-50180-2018", "dwellings_10min", (5000, 8000), "second-hand"),
    ("gb-50180-2018", "population_15min", (50000, 100000), "second-hand"),
    ("gb-50180-2018", "dwellings_15min", (17000, 32000), "second-hand"),
    ("gb-50180-2018", "site_street_centre", 10000, "unverified"),
    ("gb-50180-2018", "site_community_centre", 3000, "unverified"),
    ("gb-50180-2018", "station_floor_area", (600, 1000), "unverified"),
    ("gb-50180-2018", "street_service_centre", (700, 1500), "unverified"),
    ("gb-50180-2018", "street_office", (1000, 2000), "unverified"),
    ("gb-50180-2018", "culture_centre", (3000, 6000), "unverified"),
    ("gb-50180-2018", "culture_station", (250, 1200), "unverified"),
    ("gb-50180-2018", "day_care", (350, 750), "unverified"),
    ("gb-50180-2018", "health_station", (120, 270), "unverified"),
    ("gb-50180-2018", "culture_station_radius", 500, "unverified"),
    ("national-30-per-100-households", "area_per_100_households", 30, "read"),
    ("national-30-per-100-households", "activity_share", 0.6, "read"),
    ("national-30-per-100-households", "community_has_centre", 1, "read"),
    ("national-30-per-100-households", "rural_coverage", 0.8, "read"),
    ("national-30-per-100-households", "community_workers", 18, "unverified"),
    ("embedded-2024", "floor_area_normal", 600, "read"),
    ("embedded-2024", "floor_area_preferred", 800, "read"),
    ("embedded-2024", "functions", 3, "read"),
    ("embedded-2024", "core_functions", 2, "read"),
    ("complete-community-2020", "service_station", 800, "unverified"),
    ("complete-community-2020", "population", (5000, 12000), "unverified"),
    ("complete-community-2020", "walk", (5, 10), "unverified"),
    ("complete-community-2020", "elderly_station", 350, "unverified"),
    ("complete-community-2020", "health_station", 120, "unverified"),
    ("complete-community-2020", "nursery", 200, "unverified"),
    ("complete-community-2020", "public_space", 150, "second-hand"),
    ("shanghai-2024-draft", "one_stop_centre", 800, "second-hand"),
    ("shanghai-2024-draft", "small_points", (50, 200), "second-hand"),
    ("shanghai-2024-draft", "radius", (800, 1000), "second-hand"),
    ("shanghai-2024-draft", "population", (30000, 50000), "second-hand"),
    ("beijing-2025", "community_households", (1000, 3000), "read"),
    ("beijing-2025", "project_households", 1000, "read"),
    ("beijing-2025", "service_rooms", 500, "read"),
]


def test_the_shipped_figures_are_those_of_the_sources_with_their_marks() -> None:
    found: list[str] = []
    for name in list_rule_sets():
        rules = load_rule_set(name)
        found += [
            f"{name} {one.circle_id} {one.limit_s:g} {one.certainty}" for one in rules.life_circles
        ]
        for one in rules.clauses:
            value = f"{one.value:g}" + ("" if one.value_max is None else f"-{one.value_max:g}")
            found.append(f"{name} {one.clause_id} {value} {one.certainty}")
    by_hand = [
        f"{rules} {rule} {'-'.join(f'{end:g}' for end in ends)} {mark}"
        for rules, rule, ends, mark in ((*one[:2], _ends(one[2]), one[3]) for one in FIGURES)
    ]
    assert sorted(found) == sorted(by_hand)


def _ends(value: float | tuple[int, int]) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (value,)


@pytest.mark.parametrize("name", list_rule_sets())
def test_every_rule_has_text_source_and_certainty_and_show_prints_them(name: str) -> None:
    rules = load_rule_set(name)
    assert rules.judges == JUDGES[name]
    shown = "\n".join(lines_of_rule_set(describe_rule_set(name)))
    for part in shown.split("\n[")[1:]:
        assert "  text: " in part
        assert "  source: " in part
        assert any(f"  certainty: {mark}" in part for mark in CERTAINTIES)
    said = [(one.source, one.text) for one in rules.life_circles]
    for source, text in said + [(one.source, one.text) for one in rules.clauses]:
        assert source.strip()
        assert text.strip()
        assert source in shown
    assert shown.count("\n[clauses] ") == len(rules.clauses)


def test_what_is_remembered_or_not_quoted_says_so_in_its_text() -> None:
    for name in list_rule_sets():
        for clause in load_rule_set(name).clauses:
            if clause.certainty == "second-hand":
                assert any(word in clause.text for word in ("转述", "大意")), clause.text
            if clause.certainty == "unverified":
                assert any(word in clause.text for word in ("凭记忆", "附录C", "大意"))


def test_every_band_of_an_about_value_is_the_planners_own_and_said_to_be() -> None:
    for name in list_rule_sets():
        rules = load_rule_set(name)
        if any(clause.band_share for clause in rules.clauses):
            assert any("约定" in note for note in rules.notes)


def test_rule_sets_are_files_a_planner_can_read() -> None:
    folder = resources.files("planner.standards") / "rule_sets"
    for entry in folder.iterdir():
        text = entry.read_text(encoding="utf-8")
        assert text.startswith("# "), entry.name
        assert "\\u" not in text


def test_what_is_missing_of_a_ratio_is_told_in_the_unit_of_its_sum() -> None:
    ratio = load_rule_set("national-30-per-100-households").clauses[0]
    assert (ratio.per, ratio.needed_unit) == ("households", "m2")
    staff = {one.clause_id: one for one in load_rule_set("chongqing-2018").clauses}
    assert staff["social_workers"].needed_unit == "persons"
    assert staff["floor_area_total"].needed_unit == "m2"
