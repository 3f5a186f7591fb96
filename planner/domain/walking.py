"""Who is walking, how fast, and which direction counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Direction: TypeAlias = Literal["to_centre", "from_centre", "round_trip", "worse"]
DIRECTIONS: tuple[Direction, ...] = ("to_centre", "from_centre", "round_trip", "worse")

PrivateWays: TypeAlias = Literal["exclude", "open", "residents"]
PRIVATE_WAYS: tuple[PrivateWays, ...] = ("exclude", "open", "residents")


@dataclass(frozen=True, slots=True)
class WalkingProfile:
    """
    A kind of walker.

    Attributes
    ----------
    profile_id
        Name used in study files and printed on every output.
    speed_m_s
        Speed on flat ground, metres a second.
    steps_up_m_s, steps_down_m_s
        Speed along steps, measured on their drawn (horizontal) length;
        `None` where steps are barred.
    source
        Where the figures were read.
    certainty
        `read`, `second-hand`, `unverified` or `convention`.
    """

    profile_id: str
    speed_m_s: float
    steps_up_m_s: float | None
    steps_down_m_s: float | None
    source: str
    certainty: str
