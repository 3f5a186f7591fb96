"""What tags of nodes mean on foot, beyond barriers: signals, stops for wheels, doors, lifts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.inputs.tag_tables import NEGATIVE, WHEEL_STOPS
from planner.inputs.tag_values import parse_levels

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPEN_TO_WHEELS: Final = frozenset({"yes", "designated", "limited"})


def signalled(tags: Mapping[str, str]) -> bool:
    """Tell whether a crossing's tags say that it has signals."""
    if "crossing:signals" in tags:
        return tags["crossing:signals"] not in NEGATIVE
    return "traffic_signals" in tags.get("crossing", "").split(";")


def has_signal(tags: Mapping[str, str]) -> bool:
    """Tell whether people on foot wait for a signal at this node."""
    return tags.get("highway") in ("crossing", "traffic_signals") and signalled(tags)


def stops_wheels(tags: Mapping[str, str]) -> bool:
    """Tell whether a node with these tags stops wheels but not people on foot."""
    stated = tags.get("wheelchair")
    if stated in _OPEN_TO_WHEELS:
        return False
    if stated == "no":
        return any(key in tags for key in ("barrier", "kerb")) or (
            tags.get("highway") == "crossing"
        )
    return tags.get("kerb") == "raised" or tags.get("barrier") in WHEEL_STOPS


def is_door(tags: Mapping[str, str]) -> bool:
    """Tell whether a node is a door that people go through."""
    return tags.get("entrance", "no") not in NEGATIVE | {"emergency"}


def ground_level(tags: Mapping[str, str]) -> float:
    """Return the level of a lift that is nearest to the ground, 0 where it states none."""
    levels = parse_levels(tags.get("level", ""))
    return min(levels, key=lambda level: (abs(level), level)) if levels else 0.0
