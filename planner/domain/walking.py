"""Who is walking, how fast, and which direction counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Direction: TypeAlias = Literal["to_centre", "from_centre", "round_trip", "worse"]
DIRECTIONS: tuple[Direction, ...] = ("to_centre", "from_centre", "round_trip", "worse")

PrivateWays: TypeAlias = Literal["exclude", "open", "residents"]
PRIVATE_WAYS: tuple[PrivateWays, ...] = ("exclude", "open", "residents")

SlopeFunction: TypeAlias = Literal["none", "tobler", "irmischer_clarke"]
SLOPE_FUNCTIONS: tuple[SlopeFunction, ...] = ("none", "tobler", "irmischer_clarke")


@dataclass(frozen=True, slots=True)
class WalkingFigure:
    """
    One figure of a walking profile, and where it was read.

    Attributes
    ----------
    name
        The key that gives it in a profile's table.
    value
        A number in the unit that the name ends with, a word, or true or false.
    certainty
        `read`, `second-hand`, `unverified` or `convention`.
    source
        Where it was read.
    """

    name: str
    value: float | str | bool
    certainty: str
    source: str


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
        Speed along steps, measured on their drawn (horizontal) length; `None` where
        steps are barred, and escalators with them.
    source, certainty
        Of the speeds: where they were read, and the certainty of the least certain one
        (`read`, `second-hand`, `unverified` or `convention`).
    slope
        How the flat speed changes with slope.
    downhill_gain
        The most that a slope may speed the walker up, as a multiple of the flat speed.
    steps_up_long_m_s
        Speed up the part of a flight beyond `long_flight_rise_m`, `None` where the
        walker does not tire.
    long_flight_rise_m
        Rise of a flight climbed before the walker tires.
    riser_m
        Height of one step.
    steps_gradient
        Rise over drawn length of a flight that neither tags nor heights describe.
    gentle_gradient
        Steps stated to be less steep than this are walked faster than a staircase.
    wheels
        True for a walker on wheels: edges stated to be closed to wheels are barred, and
        steps stated to have a ramp are a street.
    max_slope
        Streets steeper than this are barred, `None` where none is.
    short_ramp_rise_m
        A street that rises and falls no more than this is not barred by `max_slope`.
    signal_cycle_s, signal_green_s
        Cycle of a signal at a crossing, and the green in it; 0 and 0: no wait.
    lift_wait_s, lift_ride_s
        Wait for a lift, and the ride where its rise is not known.
    lift_speed_m_s
        Speed of a lift whose rise is known; `None`: every ride takes `lift_ride_s`.
    escalator_m_s
        Speed of a belt along its slope, standing; `None` where escalators are barred.
    paid_links, timed_links
        Whether links that ask a fare, or open at stated hours only, may be used.
    figures
        Every figure that was given, with its own certainty and source.
    """

    profile_id: str
    speed_m_s: float
    steps_up_m_s: float | None
    steps_down_m_s: float | None
    source: str
    certainty: str
    slope: SlopeFunction = "none"
    downhill_gain: float = 1.2
    steps_up_long_m_s: float | None = None
    long_flight_rise_m: float = 10.0
    riser_m: float = 0.16
    steps_gradient: float = 0.3
    gentle_gradient: float = 0.25
    wheels: bool = False
    max_slope: float | None = None
    short_ramp_rise_m: float = 0.3
    signal_cycle_s: float = 0.0
    signal_green_s: float = 0.0
    lift_wait_s: float = 30.0
    lift_ride_s: float = 30.0
    lift_speed_m_s: float | None = None
    escalator_m_s: float | None = 0.5
    paid_links: bool = True
    timed_links: bool = True
    figures: tuple[WalkingFigure, ...] = ()
