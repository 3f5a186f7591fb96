"""The numbers in a way's tags: slope, steps, signals, the rise of lifts, levels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from planner.domain.network import STOREY_M, EdgeFlag
from planner.inputs.node_tags import signalled
from planner.inputs.tag_tables import NEGATIVE
from planner.inputs.tag_values import (
    MAX_INCLINE,
    MAX_STEPS_INCLINE,
    parse_incline,
    parse_length_m,
    parse_levels,
    parse_step_count,
)

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping

_CROSSING_KEYS: Final = ("footway", "path", "cycleway", "highway")
_LIFT: Final = int(EdgeFlag.LIFT)
_STEPS: Final = int(EdgeFlag.STEPS)
_CONVEYED: Final = int(EdgeFlag.LIFT | EdgeFlag.ESCALATOR)
_OFF_THE_GROUND: Final = _CONVEYED | int(EdgeFlag.BRIDGE | EdgeFlag.TUNNEL | EdgeFlag.INDOOR)


@dataclass(frozen=True, slots=True)
class WayMeasures:
    """
    Numbers stated on one way, NaN where not.

    Attributes
    ----------
    incline
        Rise over length along the way; `inf` or `-inf` for "up" or "down" alone.
    step_count
        Steps of the whole way.
    waits
        Signals waited at along the whole way.
    rise_m
        Height between the ends of a lift or moving stairs, metres.
    level
        Level where lifts stop.
    crossing
        Whether the way is a crossing of a street.
    """

    incline: float = math.nan
    step_count: float = math.nan
    waits: float = 0.0
    rise_m: float = math.nan
    level: float = math.nan
    crossing: bool = False


PLAIN: Final = WayMeasures()
"""A way that states no number."""
_MEASURED: Final = frozenset(
    {
        "incline",
        "step_count",
        "crossing",
        "crossing:signals",
        "footway",
        "path",
        "cycleway",
        "level",
        "layer",
        "bridge",
        "tunnel",
    }
)


def measure_way(tags: Mapping[str, str], flags: int, counts: Counter[str]) -> WayMeasures:
    """
    Read the numbers that a way states.

    Parameters
    ----------
    tags
        All tags of the way.
    flags
        Its `EdgeFlag` bits.
    counts
        Is added to: what was not understood, and what was assumed.
    """
    if flags & _CONVEYED == 0 and _MEASURED.isdisjoint(tags):
        return PLAIN
    if flags & _OFF_THE_GROUND == 0 and tags.get("layer", "0") != "0":
        counts["layers_taken_as_ground"] += 1
    crossing = any(tags.get(key) == "crossing" for key in _CROSSING_KEYS)
    return WayMeasures(
        incline=_incline(tags, flags, counts),
        step_count=_step_count(tags, counts),
        waits=1.0 if crossing and signalled(tags) else 0.0,
        rise_m=_rise_m(tags, flags, counts),
        level=_level(tags),
        crossing=crossing,
    )


def _incline(tags: Mapping[str, str], flags: int, counts: Counter[str]) -> float:
    text = tags.get("incline")
    if text is None or flags & _LIFT:
        return math.nan
    bound = MAX_STEPS_INCLINE if flags & _STEPS else MAX_INCLINE
    incline = parse_incline(text, bound=bound)
    if incline is None:
        counts["incline_not_understood"] += 1
        return math.nan
    counts["incline_stated"] += 1
    if (
        incline
        and math.isfinite(incline)
        and not any(unit in text for unit in ("%", "°", ":", "/", "‰", "deg"))
    ):
        counts["incline_taken_as_percent"] += 1
    return incline


def _step_count(tags: Mapping[str, str], counts: Counter[str]) -> float:
    text = tags.get("step_count")
    if text is None:
        return math.nan
    count = parse_step_count(text)
    if count is None:
        counts["step_count_not_understood"] += 1
        return math.nan
    counts["step_count_stated"] += 1
    return float(count)


def _rise_m(tags: Mapping[str, str], flags: int, counts: Counter[str]) -> float:
    if flags & _CONVEYED == 0:
        return math.nan
    height_m = parse_length_m(tags["height"]) if "height" in tags else None
    if height_m:
        return height_m
    levels = parse_levels(tags.get("level", ""))
    if len(levels) > 1:
        counts["rise_from_levels"] += 1
        return (levels[-1] - levels[0]) * STOREY_M
    return math.nan


def _level(tags: Mapping[str, str]) -> float:
    """Return the one level a way states, else its layer, else what bridge and tunnel imply."""
    if "level" in tags:
        levels = parse_levels(tags["level"])
        # Several levels: the way climbs, and which end is which is not known.
        return levels[0] if len(levels) == 1 else math.nan
    layers = parse_levels(tags.get("layer", ""))
    if len(layers) == 1:
        return layers[0]
    if tags.get("bridge", "no") not in NEGATIVE:
        return 1.0
    if tags.get("tunnel", "no") not in NEGATIVE | {"building_passage"}:
        return -1.0
    return math.nan
