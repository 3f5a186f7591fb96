"""
What tags mean for people on foot, beyond who may use a way: tables, each line with its reason.

Slope, steps, lifts, wheels, fares, hours and signals. Who may use a way is the table in
`planner.inputs.foot_access`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from planner.domain.network import EdgeFlag

NARROW_M: Final = 0.8
"""Below this a wheelchair does not fit: a door of a home is to be 0.8 m clear (GB 50763)."""

ANY: Final = "*"
"""In a table: whatever is stated, except no."""


@dataclass(frozen=True, slots=True)
class TagRule:
    """One line of the table of words: these values of this key have this meaning, and why."""

    key: str
    values: tuple[str, ...]
    flag: EdgeFlag
    reason: str


WAY_RULES: Final[tuple[TagRule, ...]] = (
    TagRule("highway", ("steps",), EdgeFlag.STEPS, "stairs have speeds of their own"),
    TagRule("highway", ("elevator",), EdgeFlag.LIFT, "one waits and rides"),
    TagRule("highway", ("corridor",), EdgeFlag.INDOOR, "inside a building: nobody lives on it"),
    TagRule("indoor", (ANY,), EdgeFlag.INDOOR, "inside a building: nobody lives on it"),
    TagRule("bridge", (ANY,), EdgeFlag.BRIDGE, "a terrain model sees the ground below"),
    TagRule("tunnel", (ANY,), EdgeFlag.TUNNEL, "a terrain model sees the ground above"),
    TagRule("covered", (ANY,), EdgeFlag.COVERED, "a roof over it; the way lies on the ground"),
    TagRule("conveying", (ANY,), EdgeFlag.ESCALATOR, "a belt or stair that moves"),
    TagRule("wheelchair", ("no",), EdgeFlag.WHEELS_BARRED, "stated to be closed to wheels"),
    TagRule(
        "surface",
        (
            "sand",
            "mud",
            "gravel",
            "pebblestone",
            "cobblestone",
            "unhewn_cobblestone",
            "grass",
            "woodchips",
            "rock",
            "stepping_stones",
        ),
        EdgeFlag.WHEELS_BARRED,
        "wheels sink in or are caught; smoothness of intermediate or better says otherwise. "
        "Trodden earth (ground, dirt, earth) does not bar: in dry weather it carries wheels, and "
        "whole neighbourhoods have nothing else",
    ),
    TagRule(
        "smoothness",
        ("very_bad", "horrible", "very_horrible", "impassable"),
        EdgeFlag.WHEELS_BARRED,
        "by its definition not for wheels of this size",
    ),
    TagRule(
        "wheelchair",
        ("yes", "designated"),
        EdgeFlag.WHEELS_OPEN,
        "stated to be open to wheels: beats steps, surface and width (`limited` says neither)",
    ),
    TagRule(
        "ramp:wheelchair",
        (ANY,),
        EdgeFlag.WHEELS_OPEN,
        "a ramp beside the steps; `ramp=yes` alone may be a rail for prams",
    ),
)
"""Words of a way's tags that become `EdgeFlag` bits."""


@dataclass(frozen=True, slots=True)
class TagReading:
    """One line of the table of tags that are read by rules of their own."""

    key: str
    values: str
    meaning: str
    reason: str


TAG_READINGS: Final[tuple[TagReading, ...]] = (
    TagReading(
        "oneway:foot, foot:backward, foot:forward",
        "yes, -1; no",
        "one way on foot",
        "`oneway` alone is for vehicles",
    ),
    TagReading(
        "conveying",
        "forward, backward, yes, reversible",
        "the belt's direction; `yes` runs as `oneway` says",
        "against the belt nobody walks; with no direction known either is allowed, and counted",
    ),
    TagReading(
        "incline",
        "up, down, 10%, -8 %, 6°, 1:12, 5-10%, lists",
        "slope along the way",
        "a bare number is percent; over 100 % (steps: 200 %), or not understood: counted, left out",
    ),
    TagReading(
        "step_count",
        "12, ~20, 12+14",
        "number of steps",
        "shared out by length; a way cut at the edge of the extract keeps the share of its pieces "
        "from node to node, as those beyond have no length",
    ),
    TagReading(
        "height",
        "10, 10 m, 32'",
        "rise of a lift or moving stairs",
        "elsewhere it is the clearance above the way",
    ),
    TagReading(
        "level",
        "0;3, -1-2",
        "rise of a lift or moving stairs where no height is stated; the level where a way meets a "
        "lift",
        "a storey of 3.5 m is assumed, and counted",
    ),
    TagReading(
        "layer",
        "-5 … 5",
        "the level where a way meets a lift, where no level is stated",
        "no bridge by itself: ramps and steps beside buildings carry it, and lie on the ground; "
        "counted",
    ),
    TagReading(
        "width",
        "0.5, 80 cm",
        "under 0.8 m: barred to wheels",
        "a wheelchair needs 0.8 m",
    ),
    TagReading(
        "fee, toll:foot",
        "anything but no",
        "paid",
        "`fee` only on ways made for people on foot or with `foot` stated, else it is for parking; "
        "`toll` alone is for vehicles",
    ),
    TagReading(
        "opening_hours",
        "anything but 24/7",
        "open at stated hours",
        "shut for a part of the day",
    ),
    TagReading(
        "foot:conditional, access:conditional",
        "no @ …, private @ …",
        "open at stated hours",
        "`access:conditional` only on ways made for people on foot, else it is for vehicles",
    ),
    TagReading(
        "footway, path, cycleway, highway",
        "crossing, with crossing=traffic_signals or crossing:signals=yes",
        "one wait at a signal over the whole way",
        "a crossing drawn as a way of its own",
    ),
    TagReading(
        "highway",
        "elevator, on a closed way",
        "one node where the ways around it meet, as a lift drawn as a node",
        "the outline of the shaft is no way",
    ),
    TagReading(
        "area",
        "yes, on a closed way; relations of type multipolygon with highway",
        "a square, crossed in straight lines between its entries",
        "nobody walks around it; steps and lifts stay as drawn",
    ),
)
"""Tags of a way that are read by rules of their own."""

WHEEL_STOPS: Final = (
    "stile",
    "kissing_gate",
    "turnstile",
    "full-height_turnstile",
    "step",
    "log",
    "debris",
)
"""Barriers on nodes that people on foot get past, and wheels do not."""

NODE_RULES: Final[tuple[TagReading, ...]] = (
    TagReading(
        "highway",
        "crossing or traffic_signals, with crossing=traffic_signals or crossing:signals=yes",
        "each end there of a way made for people on foot is half a wait, passing over it is one",
        "walking over costs one wait in all, walking along the road none; a signal without a "
        "crossing is for vehicles",
    ),
    TagReading(
        "highway",
        "elevator",
        "a ride between the levels that meet there, 3.5 m a level",
        "a way that states no level is on the ground; lifts whose levels are not known cost "
        "nothing to pass, and are counted",
    ),
    TagReading(
        "kerb",
        "raised",
        "barred to wheels, not where the node says wheelchair=yes",
        "the piece of way that passes over it; where pieces end there, those of a crossing, else "
        "all made for people on foot",
    ),
    TagReading(
        "barrier",
        ", ".join(WHEEL_STOPS),
        "barred to wheels like a raised kerb",
        "cycle_barrier and motorcycle_barrier let most wheelchairs by: they bar only with "
        "wheelchair=no",
    ),
    TagReading(
        "wheelchair",
        "no, on a barrier, a kerb or a crossing",
        "barred to wheels like a raised kerb",
        "stated",
    ),
    TagReading("entrance", "anything but no or emergency", "an entry of a square", "a door on it"),
)
"""Tags of nodes, beyond barriers to people on foot."""

NEGATIVE: Final = frozenset({"no", "false", "0"})
"""Words for no."""
