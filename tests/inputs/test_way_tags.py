"""What tags beyond access say of a way or a node; each line decided by hand."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from planner.domain.network import STOREY_M, EdgeFlag
from planner.inputs.foot_access import judge_way
from planner.inputs.node_tags import ground_level, has_signal, is_door, stops_wheels
from planner.inputs.tag_tables import WAY_RULES
from planner.inputs.way_measures import PLAIN, WayMeasures, measure_way
from planner.inputs.way_tags import belt_direction_unknown

STEPS, BARRED, OPEN = EdgeFlag.STEPS, EdgeFlag.WHEELS_BARRED, EdgeFlag.WHEELS_OPEN
NONE, PAID, TIMED = EdgeFlag.NONE, EdgeFlag.PAID, EdgeFlag.TIMED

FLAGS: list[tuple[str, EdgeFlag]] = [
    ("highway=footway wheelchair=no", BARRED),
    ("highway=footway wheelchair=yes", OPEN),
    ("highway=footway wheelchair=designated", OPEN),
    ("highway=footway wheelchair=limited", NONE),
    ("highway=track surface=sand", BARRED),
    ("highway=footway surface=gravel", BARRED),
    ("highway=footway surface=fine_gravel", NONE),
    ("highway=pedestrian surface=cobblestone", BARRED),
    ("highway=pedestrian surface=cobblestone smoothness=intermediate", NONE),
    ("highway=pedestrian surface=sett", NONE),
    ("highway=path surface=ground", NONE),
    ("highway=path surface=earth", NONE),
    ("highway=path surface=grass", BARRED),
    ("highway=path surface=ground;mud", BARRED),
    ("highway=path smoothness=very_bad", BARRED),
    ("highway=path smoothness=bad", NONE),
    ("highway=footway surface=gravel wheelchair=yes", OPEN),
    ("highway=path width=0.5", BARRED),
    ("highway=path width=80_cm", NONE),
    ("highway=path width=70cm smoothness=good", BARRED),
    ("highway=path width=narrow", NONE),
    ("highway=path width=0", NONE),
    ("highway=steps ramp:wheelchair=yes", STEPS | OPEN),
    ("highway=steps ramp:wheelchair=no", STEPS),
    ("highway=steps ramp=yes", STEPS),
    ("highway=steps ramp:wheelchair=yes wheelchair=no", STEPS | BARRED),
    # A fare for people on foot, and one for vehicles.
    ("highway=footway fee=yes", PAID),
    ("highway=footway fee=no", NONE),
    ("highway=service fee=yes", NONE),
    ("highway=service fee=yes foot=permissive", PAID),
    ("highway=elevator fee=yes", EdgeFlag.LIFT | PAID),
    ("highway=primary toll=yes", NONE),
    ("highway=footway toll:foot=yes", PAID),
    # Hours.
    ("highway=footway opening_hours=08:00-20:00", TIMED),
    ("highway=footway opening_hours=24/7", NONE),
    ("highway=footway foot:conditional=no@(23:00-05:00)", TIMED),
    ("highway=footway foot:conditional=yes@(05:00-23:00)", NONE),
    ("highway=footway access:conditional=yes@(Mo-Fr);no@(Su)", TIMED),
    ("highway=footway access:conditional=private@night", TIMED),
    ("highway=footway foot=yes access:conditional=no@(Su)", NONE),
    ("highway=primary access:conditional=no@(Su)", NONE),
    # A layer is no bridge.
    ("highway=steps layer=1", STEPS),
    ("highway=steps conveying=yes oneway=no", STEPS | EdgeFlag.ESCALATOR),
    ("highway=steps conveying=reversible oneway=yes", STEPS | EdgeFlag.ESCALATOR),
]


def _tags(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split())


@pytest.mark.parametrize(("text", "flags"), FLAGS, ids=[text for text, _ in FLAGS])
def test_words_become_flags(text: str, flags: EdgeFlag) -> None:
    assert EdgeFlag(judge_way(_tags(text)).flags) == flags


@pytest.mark.parametrize(
    ("key", "value", "flag"),
    [(rule.key, value, rule.flag) for rule in WAY_RULES for value in rule.values],
)
def test_every_word_of_the_table_has_its_meaning(key: str, value: str, flag: EdgeFlag) -> None:
    word = "yes" if value == "*" else value
    assert judge_way({"highway": "path", key: word}).flags & flag


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("highway=steps conveying=yes", True),
        ("highway=steps conveying=reversible", True),
        ("highway=steps conveying=forward", False),
        ("highway=steps conveying=yes oneway=yes", False),
        ("highway=steps", False),
    ],
)
def test_a_belt_of_which_the_direction_is_not_known_is_told(text: str, *, unknown: bool) -> None:
    assert belt_direction_unknown(judge_way(_tags(text)).flags) is unknown


def _measure(text: str, counts: Counter[str] | None = None) -> WayMeasures:
    tags = _tags(text)
    return measure_way(tags, judge_way(tags).flags, Counter() if counts is None else counts)


def test_a_way_that_states_no_number_is_plain() -> None:
    assert _measure("highway=footway name=x") is PLAIN
    assert math.isnan(PLAIN.incline)


def test_slopes_are_bound_by_what_a_way_is_and_counted() -> None:
    counts: Counter[str] = Counter()
    assert _measure("highway=steps incline=150%", counts).incline == pytest.approx(1.5)
    assert math.isnan(_measure("highway=footway incline=150%", counts).incline)
    assert math.isnan(_measure("highway=footway incline=steep", counts).incline)
    assert _measure("highway=footway incline=12", counts).incline == pytest.approx(0.12)
    assert _measure("highway=footway incline=up", counts).incline == math.inf
    assert math.isnan(_measure("highway=elevator incline=up", counts).incline)
    assert counts == {
        "incline_stated": 3,
        "incline_not_understood": 2,
        "incline_taken_as_percent": 1,
    }


def test_steps_that_are_not_understood_are_counted() -> None:
    counts: Counter[str] = Counter()
    assert _measure("highway=steps step_count=12", counts).step_count == 12
    assert math.isnan(_measure("highway=steps step_count=many", counts).step_count)
    assert counts == {"step_count_stated": 1, "step_count_not_understood": 1}


@pytest.mark.parametrize(
    ("text", "waits", "crossing"),
    [
        ("highway=footway footway=crossing crossing=traffic_signals", 1, True),
        ("highway=footway footway=crossing crossing:signals=yes", 1, True),
        ("highway=footway footway=crossing crossing=traffic_signals;marked", 1, True),
        ("highway=footway footway=crossing crossing=zebra", 0, True),
        ("highway=footway footway=crossing", 0, True),
        ("highway=path path=crossing crossing=traffic_signals", 1, True),
        ("highway=cycleway cycleway=crossing crossing=traffic_signals", 1, True),
        ("highway=crossing crossing=traffic_signals", 1, True),
        ("highway=footway footway=crossing crossing=traffic_signals crossing:signals=no", 0, True),
        ("highway=footway footway=sidewalk", 0, False),
        ("highway=primary crossing=traffic_signals", 0, False),
    ],
)
def test_a_crossing_drawn_as_a_way_is_one_wait_where_it_has_signals(
    text: str, waits: float, *, crossing: bool
) -> None:
    measures = _measure(text)
    assert (measures.waits, measures.crossing) == (waits, crossing)


@pytest.mark.parametrize(
    ("text", "rise_m", "assumed"),
    [
        ("highway=elevator height=30", 30, 0),
        ("highway=elevator height=30 level=0;3", 30, 0),
        ("highway=elevator level=0;3", 3 * STOREY_M, 1),
        ("highway=steps conveying=yes level=-1;0", STOREY_M, 1),
        ("highway=elevator level=0", math.nan, 0),
        ("highway=elevator height=0 level=0-2", 2 * STOREY_M, 1),
        ("highway=footway height=2.1 layer=1", math.nan, 0),
    ],
)
def test_the_rise_of_a_lift_is_its_height_else_its_levels(
    text: str, rise_m: float, assumed: int
) -> None:
    counts: Counter[str] = Counter()
    assert _measure(text, counts).rise_m == pytest.approx(rise_m, nan_ok=True)
    assert counts["rise_from_levels"] == assumed


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("highway=footway level=2", 2),
        ("highway=footway level=2 layer=1", 2),
        ("highway=footway layer=-1", -1),
        ("highway=footway bridge=yes", 1),
        ("highway=footway tunnel=yes", -1),
        ("highway=footway tunnel=building_passage", math.nan),
        ("highway=footway bridge=yes layer=2", 2),
        ("highway=steps level=0;1 layer=1", math.nan),
        ("highway=footway bridge=no", math.nan),
    ],
)
def test_a_way_meets_a_lift_at_its_level_else_its_layer(text: str, level: float) -> None:
    assert _measure(text).level == pytest.approx(level, nan_ok=True)


def test_a_layer_without_a_bridge_lies_on_the_ground_and_is_counted() -> None:
    counts: Counter[str] = Counter()
    for text in ("highway=steps layer=1", "highway=footway layer=-1 covered=yes"):
        _measure(text, counts)
    for text in ("layer=1 bridge=yes", "layer=-1 tunnel=yes", "layer=1 indoor=yes", "layer=0"):
        _measure(f"highway=footway {text}", counts)
    assert counts == {"layers_taken_as_ground": 2}


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("highway=crossing crossing=traffic_signals", True),
        ("highway=traffic_signals crossing=traffic_signals", True),
        ("highway=crossing crossing=traffic_signals;island", True),
        ("highway=crossing crossing=marked crossing:signals=yes", True),
        ("highway=crossing crossing=traffic_signals crossing:signals=no", False),
        ("highway=traffic_signals", False),
        ("highway=traffic_signals crossing=no", False),
        ("highway=crossing crossing=zebra", False),
        ("barrier=gate crossing=traffic_signals", False),
    ],
)
def test_people_wait_at_crossings_with_signals_not_at_those_for_vehicles(
    text: str, *, signal: bool
) -> None:
    assert has_signal(_tags(text)) is signal


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("kerb=raised", True),
        ("barrier=kerb kerb=raised", True),
        ("barrier=kerb kerb=raised wheelchair=yes", False),
        ("barrier=kerb", False),
        ("kerb=lowered", False),
        ("kerb=lowered wheelchair=no", True),
        ("barrier=stile", True),
        ("barrier=kissing_gate", True),
        ("barrier=kissing_gate wheelchair=yes", False),
        ("barrier=turnstile", True),
        ("barrier=cycle_barrier", False),
        ("barrier=cycle_barrier wheelchair=no", True),
        ("barrier=bollard", False),
        ("highway=crossing wheelchair=no", True),
        ("highway=crossing wheelchair=limited kerb=raised", False),
        ("amenity=toilets wheelchair=no", False),
    ],
)
def test_kerbs_and_stiles_stop_wheels(text: str, *, stops: bool) -> None:
    assert stops_wheels(_tags(text)) is stops


def test_doors_are_entries_unless_nobody_comes_in() -> None:
    assert is_door({"entrance": "main"})
    assert not is_door({"entrance": "no"})
    assert not is_door({"entrance": "emergency"})
    assert not is_door({"highway": "crossing"})


@pytest.mark.parametrize(
    ("text", "level"), [("", 0), ("0;3", 0), ("1;2", 1), ("-2--1", -1), ("-1;1", -1), ("x", 0)]
)
def test_the_ground_of_a_lift_is_its_level_nearest_to_nought(text: str, level: float) -> None:
    assert ground_level({"level": text} if text else {}) == level
