"""
Which ways people on foot may use: one table, each line with its reason.

What other tags say of a way is in `planner.inputs.way_tags`.

The rules follow OpenStreetMap's access tags as they bind people on foot: `foot` says more than
`access`, and both say more than the kind of way. Tags for vehicles (`oneway`, `vehicle`,
`motor_vehicle`) never bind people on foot.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from planner.domain.network import EdgeFlag
from planner.inputs.way_tags import flags_of_way

if TYPE_CHECKING:
    from collections.abc import Mapping


class Effect(StrEnum):
    """What one tag means for people on foot."""

    WALK = "walk"
    PRIVATE = "private"
    NO_ENTRY = "no_entry"
    VEHICLES_ONLY = "vehicles_only"
    NOT_BUILT = "not_built"
    NOT_A_STREET = "not_a_street"
    FERRY = "ferry"
    PASS = "pass"  # noqa: S105 - a barrier lets people by
    GATE = "gate"
    BAR = "bar"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: these values of this key have this effect, for this reason."""

    key: str
    values: tuple[str, ...]
    effect: Effect
    reason: str


FOOT_RULES: tuple[Rule, ...] = (
    # Kinds of way.
    Rule(
        "highway",
        ("footway", "path", "pedestrian", "steps", "crossing", "sidewalk"),
        Effect.WALK,
        "made for people on foot",
    ),
    Rule("highway", ("corridor",), Effect.WALK, "a passage inside a building, kept as indoor"),
    Rule("highway", ("elevator",), Effect.WALK, "a public lift, kept as a lift"),
    Rule("highway", ("platform",), Effect.WALK, "a bus platform is a pavement"),
    Rule(
        "highway",
        ("residential", "living_street", "unclassified", "service", "road", "track"),
        Effect.WALK,
        "minor streets, with or without a pavement",
    ),
    Rule(
        "highway",
        (
            "primary",
            "primary_link",
            "secondary",
            "secondary_link",
            "tertiary",
            "tertiary_link",
        ),
        Effect.WALK,
        "city streets have pavements unless tags say otherwise",
    ),
    Rule(
        "highway",
        ("trunk", "trunk_link"),
        Effect.WALK,
        "often the only bridge; closed where motorroad, foot or sidewalk=no says so",
    ),
    Rule("highway", ("cycleway", "bridleway"), Effect.WALK, "people on foot may use it by default"),
    Rule("highway", ("motorway", "motorway_link"), Effect.VEHICLES_ONLY, "closed to foot by law"),
    Rule(
        "highway",
        ("busway", "bus_guideway", "raceway", "escape", "emergency_bay"),
        Effect.VEHICLES_ONLY,
        "built for vehicles, without pavement",
    ),
    Rule(
        "highway",
        ("construction", "proposed", "planned", "abandoned", "disused", "razed", "demolished"),
        Effect.NOT_BUILT,
        "not there, or not there any more",
    ),
    Rule(
        "highway",
        ("services", "rest_area", "via_ferrata", "ladder", "no"),
        Effect.NOT_A_STREET,
        "not a way one walks along",
    ),
    Rule("man_made", ("pier",), Effect.WALK, "a quay or jetty open to walkers"),
    Rule("route", ("ferry",), Effect.FERRY, "a boat has a timetable, not a walking speed"),
    Rule("railway", ("platform",), Effect.NO_ENTRY, "a station platform lies behind fare gates"),
    # States that undo a kind.
    Rule("construction", ("yes",), Effect.NOT_BUILT, "being built"),
    Rule("proposed", ("yes",), Effect.NOT_BUILT, "a proposal"),
    Rule("abandoned", ("yes",), Effect.NOT_BUILT, "given up"),
    Rule("motorroad", ("yes",), Effect.VEHICLES_ONLY, "motor vehicles only by law"),
    # What `foot` says; it beats `access`.
    Rule(
        "foot",
        ("yes", "designated", "permissive", "official", "public", "allowed"),
        Effect.WALK,
        "open to people on foot",
    ),
    Rule(
        "foot",
        ("private", "customers", "destination", "delivery", "permit", "residents"),
        Effect.PRIVATE,
        "one may walk to a place on it, not through",
    ),
    Rule("foot", ("no",), Effect.NO_ENTRY, "closed to people on foot"),
    Rule("foot", ("use_sidepath",), Effect.NO_ENTRY, "the pavement drawn beside it is the way"),
    # What `access` says, where `foot` is silent.
    Rule(
        "access",
        ("yes", "permissive", "public", "designated", "official", "unknown", "discouraged"),
        Effect.WALK,
        "open",
    ),
    Rule(
        "access",
        ("destination", "agricultural", "forestry"),
        Effect.WALK,
        "meant for vehicles; nobody stops people on foot",
    ),
    Rule(
        "access",
        ("private", "residents", "permit", "delivery"),
        Effect.PRIVATE,
        "a gated compound or yard: its people may, others may not",
    ),
    Rule(
        "access",
        ("customers",),
        Effect.PRIVATE,
        "ground of a shop: one may walk to it, a way through is not promised",
    ),
    Rule("access", ("no", "military", "emergency"), Effect.NO_ENTRY, "closed to the public"),
    # Barriers on nodes.
    Rule(
        "barrier",
        (
            "wall",
            "fence",
            "hedge",
            "retaining_wall",
            "city_wall",
            "guard_rail",
            "ditch",
            "cable_barrier",
            "wire_fence",
        ),
        Effect.BAR,
        "nobody walks through it",
    ),
    Rule(
        "barrier",
        (
            "gate",
            "sliding_gate",
            "wicket_gate",
            "hampshire_gate",
            "kissing_gate",
            "turnstile",
            "full-height_turnstile",
            "door",
            "entrance",
            "border_control",
        ),
        Effect.GATE,
        "stops people only where it is locked or access says no; a private gate does not, as the "
        "way behind it is private already",
    ),
    Rule(
        "barrier",
        (
            "block",
            "bollard",
            "bump_gate",
            "bus_trap",
            "cattle_grid",
            "chain",
            "cycle_barrier",
            "debris",
            "height_restrictor",
            "jersey_barrier",
            "kerb",
            "lift_gate",
            "log",
            "motorcycle_barrier",
            "planter",
            "rope",
            "sally_port",
            "step",
            "stile",
            "sump_buster",
            "swing_gate",
            "toll_booth",
        ),
        Effect.PASS,
        "stops vehicles; access=no on it is meant for them",
    ),
)
"""The whole table of foot access, in the order it is explained."""

_EFFECT: dict[tuple[str, str], Effect] = {
    (rule.key, value): rule.effect for rule in FOOT_RULES for value in rule.values
}
_UNDOING_KEYS = ("construction", "proposed", "abandoned")
_NO_PAVEMENT = frozenset({"no", "none"})

KEYS_READ: tuple[str, ...] = (
    "highway",
    "route",
    "man_made",
    "railway",
    "barrier",
    "kerb",
    "entrance",
)
"""Objects without any of these keys say nothing about walking."""


@dataclass(frozen=True, slots=True)
class WayVerdict:
    """
    What the table says of one way.

    Attributes
    ----------
    kind
        Its `highway` value (`pier` for a pier), empty where it is no street at all.
    flags
        `EdgeFlag` bits, 0 where left out.
    left_out
        Why it cannot be walked, empty where it can.
    """

    kind: str
    flags: int = 0
    left_out: str = ""


def effect_of(key: str, text: str | None) -> Effect | None:
    """
    Return what a tag means for people on foot.

    Of a list such as `yes;permissive` the first word that the table knows counts.

    Returns
    -------
    effect
        `None` where the tag is absent or its words are not in the table.
    """
    if text is None:
        return None
    effect = _EFFECT.get((key, text))
    if effect is None and ";" in text:
        words = (word.strip() for word in text.split(";"))
        effect = next((_EFFECT[key, word] for word in words if (key, word) in _EFFECT), None)
    return effect


def judge_way(tags: Mapping[str, str]) -> WayVerdict:
    """
    Decide whether people may walk along a way, and what it is.

    Parameters
    ----------
    tags
        All tags of the way.

    Returns
    -------
    verdict
        With `left_out` set where it cannot be walked: `not_a_street`, `not_built`,
        `vehicles_only`, `no_entry`, `ferry` or `unknown_kind`.
    """
    kind = tags.get("highway")
    if kind is None:
        return _judge_without_highway(tags)
    by_kind = effect_of("highway", kind)
    if by_kind is Effect.NOT_BUILT or any(
        effect_of(key, tags.get(key)) is Effect.NOT_BUILT for key in _UNDOING_KEYS
    ):
        return WayVerdict(kind, left_out=Effect.NOT_BUILT)
    by_foot = effect_of("foot", tags.get("foot"))
    if by_foot is Effect.WALK and by_kind is not Effect.NOT_A_STREET:
        return WayVerdict(kind, flags=flags_of_way(tags, kind))
    if by_foot is Effect.NO_ENTRY:
        return WayVerdict(kind, left_out=Effect.NO_ENTRY)
    closed = _closed_by_kind(tags, kind, by_kind)
    if closed:
        return WayVerdict(kind, left_out=closed)
    return _judge_access(tags, kind, by_foot)


def _judge_access(tags: Mapping[str, str], kind: str, by_foot: Effect | None) -> WayVerdict:
    allowed = by_foot or effect_of("access", tags.get("access")) or Effect.WALK
    if allowed is Effect.NO_ENTRY:
        return WayVerdict(kind, left_out=Effect.NO_ENTRY)
    flags = flags_of_way(tags, kind)
    if allowed is Effect.PRIVATE:
        flags |= int(EdgeFlag.PRIVATE)
    return WayVerdict(kind, flags=flags)


def _judge_without_highway(tags: Mapping[str, str]) -> WayVerdict:
    for key in ("route", "railway"):
        effect = effect_of(key, tags.get(key))
        if effect is not None:
            return WayVerdict("", left_out=effect)
    if effect_of("man_made", tags.get("man_made")) is Effect.WALK:
        return _judge_access(tags, "pier", effect_of("foot", tags.get("foot")))
    return WayVerdict("", left_out=Effect.NOT_A_STREET)


def _closed_by_kind(tags: Mapping[str, str], kind: str, by_kind: Effect | None) -> str:
    if by_kind is None:
        return "unknown_kind"
    if by_kind is not Effect.WALK:
        return by_kind
    if effect_of("motorroad", tags.get("motorroad")) is Effect.VEHICLES_ONLY:
        return Effect.VEHICLES_ONLY
    # An urban expressway that is stated to have no pavement is not walked.
    if kind.startswith("trunk") and tags.get("sidewalk") in _NO_PAVEMENT:
        return Effect.VEHICLES_ONLY
    return ""


def barrier_bars(tags: Mapping[str, str]) -> bool:
    """
    Decide whether a barrier on a node stops people on foot.

    Parameters
    ----------
    tags
        All tags of the node.

    Returns
    -------
    bars
        True where nobody gets past. Kinds that the table does not know let people by.
    """
    kind = effect_of("barrier", tags.get("barrier"))
    foot = effect_of("foot", tags.get("foot"))
    if tags.get("barrier") in (None, "no") or foot in (Effect.WALK, Effect.PRIVATE):
        return False
    if foot is Effect.NO_ENTRY or kind is Effect.BAR:
        return True
    if kind is not Effect.GATE:
        return False
    access = effect_of("access", tags.get("access"))
    return access is Effect.NO_ENTRY or (access is None and tags.get("locked") == "yes")
