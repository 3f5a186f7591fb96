"""Why one place is covered or not: what a person asks who lives there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.domain.standard import Verdict
    from planner.domain.walking import Direction

WhyNot: TypeAlias = Literal["", "too_far", "detour", "off_network", "no_centre", "no_way"]
"""
Empty where covered; `too_far`, `detour` (near as the crow flies only), `off_network`,
`no_centre` (none in service serves the circle), `no_way` (there is one, no walk leads to it).
"""

PartKind: TypeAlias = Literal["home_leg", "street", "steps", "private", "centre_leg"]


@dataclass(frozen=True, slots=True)
class WalkPart:
    """
    One part of a walk: an off-street leg, or streets of one name.

    `way` is the kind of street (OpenStreetMap's `highway`), empty off the streets;
    `name` is empty where the street has none.
    """

    kind: PartKind
    way: str
    name: str
    length_m: float
    time_s: float


@dataclass(frozen=True, slots=True)
class ExplainedWalk:
    """
    A walk one way, in the order walked.

    Attributes
    ----------
    direction
        `to_centre` or `from_centre`.
    travel_time_s
        Seconds in all: the sum of the five below and of `wait_s`, and of the parts.
    home_leg_s, centre_leg_s, streets_s, steps_s, private_s
        Seconds off the streets at both ends, on streets, on steps, on private ways.
    parts
        In the order walked.
    lonlat : float64, shape (n_vertices, 2)
        The line walked, from door to door, degrees, WGS 84.
    wait_s, up_s, down_s, rise_m, fall_m
        As in `Route`.
    """

    direction: Direction
    travel_time_s: float
    home_leg_s: float
    centre_leg_s: float
    streets_s: float
    steps_s: float
    private_s: float
    parts: tuple[WalkPart, ...]
    lonlat: FloatArray
    wait_s: float = 0.0
    up_s: float = 0.0
    down_s: float = 0.0
    rise_m: float = 0.0
    fall_m: float = 0.0

    @property
    def length_m(self) -> float:
        """Metres walked, off-street legs included."""
        return sum(part.length_m for part in self.parts)


@dataclass(frozen=True, slots=True)
class ExplainedCentre:
    """
    The nearest centre of some kind, and how far it is.

    `travel_time_s` is in the study's direction: the mean of both ways for `round_trip`,
    the slower one for `worse`.
    """

    centre_index: int
    centre_id: str
    name: str
    verdict: Verdict
    lon: float
    lat: float
    straight_m: float
    travel_time_s: float


@dataclass(frozen=True, slots=True)
class ExplainedCircle:
    """
    One life circle at one place, in the plan.

    Attributes
    ----------
    circle_id, name_zh, name_en, limit_s
        The circle.
    covered, reason
        Whether a centre in service that serves it is within the limit, and why not.
    centre
        The nearest such centre on foot, however far; `None` where no walk leads to one.
    covered_pass, reason_pass, centre_pass
        The same for centres whose verdict is `pass`.
    covered_existing
        Whether the centres that stand today cover the place.
    walks
        The walk to `centre`: one, or both ways for `round_trip` and `worse`.
    """

    circle_id: str
    name_zh: str
    name_en: str
    limit_s: float
    covered: bool
    reason: WhyNot
    centre: ExplainedCentre | None
    covered_pass: bool
    reason_pass: WhyNot
    centre_pass: ExplainedCentre | None
    covered_existing: bool
    walks: tuple[ExplainedWalk, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """
    Why one home, or one place without a home, is covered or not.

    Attributes
    ----------
    study, language, rule_set_id, profile, direction
        What it is based on.
    slope_counted
        False where walking times know no heights.
    demand_id, persons
        The home; `None` where nobody lives at the place.
    lon, lat
        Where it is, degrees, WGS 84.
    nearest_home_id, nearest_home_m
        The nearest home to a place without one; `None` for a home.
    on_network
        False where no street lies within `snap_limit_m`.
    street_name, street_way
        The street met: its name, empty without one, and its kind.
    snap_distance_m, snap_limit_m
        Metres to that street (to the nearest one where off the network), and the limit.
    access_lon, access_lat
        Where the street is met, degrees.
    switched
        True where the nearest street is on a small island and another was taken.
    circles
        Each life circle, in the rule set's order.
    """

    study: str
    language: str
    rule_set_id: str
    profile: str
    direction: Direction
    slope_counted: bool
    demand_id: str | None
    persons: float | None
    lon: float
    lat: float
    nearest_home_id: str | None
    nearest_home_m: float | None
    on_network: bool
    street_name: str
    street_way: str
    snap_distance_m: float
    snap_limit_m: float
    access_lon: float
    access_lat: float
    switched: bool
    circles: tuple[ExplainedCircle, ...]
