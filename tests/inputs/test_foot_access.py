"""Every line decided by hand from OpenStreetMap's access rules for people on foot."""

from __future__ import annotations

import pytest

from planner.domain.network import EdgeFlag
from planner.inputs.foot_access import FOOT_RULES, barrier_bars, judge_way

OPEN = EdgeFlag.NONE
PRIVATE = EdgeFlag.PRIVATE

WALKABLE: list[tuple[str, EdgeFlag]] = [
    ("highway=residential", OPEN),
    ("highway=footway", OPEN),
    ("highway=pedestrian area=yes", OPEN),
    ("highway=primary", OPEN),
    ("highway=trunk", OPEN),
    ("highway=trunk sidewalk=both", OPEN),
    ("highway=trunk sidewalk=no foot=yes", OPEN),
    ("highway=trunk motorroad=yes foot=designated", OPEN),
    ("highway=motorway foot=yes", OPEN),
    ("highway=cycleway", OPEN),
    ("highway=bridleway", OPEN),
    ("highway=platform", OPEN),
    ("highway=service service=driveway", OPEN),
    ("highway=busway foot=permissive", OPEN),
    ("man_made=pier", OPEN),
    ("man_made=pier access=private", PRIVATE),
    # A way of an unknown kind that says it is for people on foot is believed.
    ("highway=boardwalk foot=yes", OPEN),
    # `foot` beats `access`, either way.
    ("highway=service access=private foot=yes", OPEN),
    ("highway=service access=no foot=designated", OPEN),
    ("highway=service access=yes foot=private", PRIVATE),
    ("highway=service access=private", PRIVATE),
    ("highway=service access=customers", PRIVATE),
    ("highway=service access=delivery", PRIVATE),
    ("highway=footway foot=destination", PRIVATE),
    ("highway=residential access=destination", OPEN),
    ("highway=track access=agricultural", OPEN),
    ("highway=footway access=yes;permissive", OPEN),
    ("highway=footway access=somebody", OPEN),
    # Tags for vehicles say nothing to people on foot.
    ("highway=residential oneway=yes", OPEN),
    ("highway=footway oneway=yes", OPEN),
    ("highway=residential vehicle=no motor_vehicle=private", OPEN),
    ("highway=residential oneway:foot=yes", EdgeFlag.NO_BACKWARD),
    ("highway=footway oneway:foot=-1", EdgeFlag.NO_FORWARD),
    ("highway=footway oneway:foot=no", OPEN),
    ("highway=footway foot:backward=no", EdgeFlag.NO_BACKWARD),
    ("highway=footway foot:forward=no", EdgeFlag.NO_FORWARD),
    # What a way is.
    ("highway=steps", EdgeFlag.STEPS),
    ("highway=steps conveying=no", EdgeFlag.STEPS),
    ("highway=steps conveying=forward", EdgeFlag.STEPS | EdgeFlag.ESCALATOR | EdgeFlag.NO_BACKWARD),
    ("highway=steps conveying=backward", EdgeFlag.STEPS | EdgeFlag.ESCALATOR | EdgeFlag.NO_FORWARD),
    ("highway=steps conveying=reversible", EdgeFlag.STEPS | EdgeFlag.ESCALATOR),
    ("highway=steps conveying=yes", EdgeFlag.STEPS | EdgeFlag.ESCALATOR),
    (
        "highway=steps conveying=yes oneway=yes",
        EdgeFlag.STEPS | EdgeFlag.ESCALATOR | EdgeFlag.NO_BACKWARD,
    ),
    (
        "highway=steps conveying=yes oneway=-1",
        EdgeFlag.STEPS | EdgeFlag.ESCALATOR | EdgeFlag.NO_FORWARD,
    ),
    ("highway=footway conveying=forward", EdgeFlag.ESCALATOR | EdgeFlag.NO_BACKWARD),
    ("highway=elevator", EdgeFlag.LIFT),
    ("highway=corridor", EdgeFlag.INDOOR),
    ("highway=footway indoor=yes", EdgeFlag.INDOOR),
    ("highway=footway indoor=no", OPEN),
    ("highway=footway bridge=yes", EdgeFlag.BRIDGE),
    ("highway=footway bridge=viaduct", EdgeFlag.BRIDGE),
    ("highway=footway bridge=no", OPEN),
    ("highway=footway tunnel=building_passage", EdgeFlag.TUNNEL),
    ("highway=footway tunnel=no", OPEN),
    ("highway=footway covered=yes", EdgeFlag.COVERED),
    ("highway=footway covered=no", OPEN),
    ("highway=steps bridge=yes access=private", EdgeFlag.STEPS | EdgeFlag.BRIDGE | PRIVATE),
]

LEFT_OUT: list[tuple[str, str]] = [
    ("highway=motorway", "vehicles_only"),
    ("highway=motorway_link", "vehicles_only"),
    ("highway=trunk motorroad=yes", "vehicles_only"),
    ("highway=trunk sidewalk=no", "vehicles_only"),
    ("highway=trunk_link sidewalk=none", "vehicles_only"),
    ("highway=primary motorroad=yes", "vehicles_only"),
    ("highway=motorway foot=private", "vehicles_only"),
    ("highway=busway", "vehicles_only"),
    ("highway=construction", "not_built"),
    ("highway=proposed foot=yes", "not_built"),
    ("highway=abandoned", "not_built"),
    ("highway=footway abandoned=yes", "not_built"),
    ("highway=footway construction=yes", "not_built"),
    ("highway=rest_area foot=yes", "not_a_street"),
    ("highway=boardwalk", "unknown_kind"),
    ("highway=residential foot=no", "no_entry"),
    ("highway=residential access=yes foot=no", "no_entry"),
    ("highway=primary foot=use_sidepath", "no_entry"),
    ("highway=footway access=no", "no_entry"),
    ("highway=footway access=military", "no_entry"),
    ("railway=platform", "no_entry"),
    ("route=ferry", "ferry"),
    ("railway=rail", "not_a_street"),
    ("man_made=pier foot=no", "no_entry"),
]

STOPS: list[tuple[str, bool]] = [
    ("barrier=wall", True),
    ("barrier=fence", True),
    ("barrier=fence foot=yes", False),
    ("barrier=hedge access=yes", True),
    ("barrier=gate", False),
    ("barrier=gate access=private", False),
    ("barrier=gate foot=private", False),
    ("barrier=gate access=private foot=no", True),
    ("barrier=gate foot=no", True),
    ("barrier=gate access=no", True),
    ("barrier=gate access=no foot=yes", False),
    ("barrier=gate locked=yes", True),
    ("barrier=gate locked=yes access=yes", False),
    ("barrier=turnstile access=no", True),
    ("barrier=bollard", False),
    ("barrier=bollard access=no", False),
    ("barrier=bollard foot=no", True),
    ("barrier=lift_gate access=no", False),
    ("barrier=kerb", False),
    ("barrier=sculpture", False),
    ("barrier=no foot=no", False),
    ("highway=crossing", False),
]


def _tags(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split())


@pytest.mark.parametrize(("text", "flags"), WALKABLE, ids=[text for text, _ in WALKABLE])
def test_a_way_open_to_people_on_foot_is_kept_with_what_it_is(text: str, flags: EdgeFlag) -> None:
    verdict = judge_way(_tags(text))
    assert verdict.left_out == ""
    assert EdgeFlag(verdict.flags) == flags


@pytest.mark.parametrize(("text", "reason"), LEFT_OUT, ids=[text for text, _ in LEFT_OUT])
def test_a_way_closed_to_people_on_foot_is_left_out_with_its_reason(text: str, reason: str) -> None:
    assert judge_way(_tags(text)).left_out == reason


@pytest.mark.parametrize(("text", "bars"), STOPS, ids=[text for text, _ in STOPS])
def test_a_barrier_stops_people_only_where_nobody_gets_past(text: str, bars: bool) -> None:  # noqa: FBT001 - a column of the table
    assert barrier_bars(_tags(text)) is bars


def test_every_line_of_the_table_says_why() -> None:
    assert all(len(rule.reason.split()) >= 1 and rule.values for rule in FOOT_RULES)


def test_no_value_stands_in_two_lines_of_the_table() -> None:
    pairs = [(rule.key, value) for rule in FOOT_RULES for value in rule.values]
    assert len(pairs) == len(set(pairs))
