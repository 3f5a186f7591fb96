"""The time of every edge, in each direction, for one profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.network import EdgeFlag
from planner.network.slope import cut_intervals, find_too_steep, slow_by_slope
from planner.network.stairs import time_belts, time_lifts, time_steps
from planner.units import UNREACHED

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FlagArray, FloatArray
    from planner.domain.network import Streets
    from planner.domain.terrain import StreetHeights
    from planner.domain.walking import WalkingProfile
    from planner.network.slope import Intervals


@dataclass(frozen=True, slots=True)
class Pace:
    """
    How long one walker takes over every edge.

    Attributes
    ----------
    edge_time_s : float64, shape (n_edges, 2)
        Seconds from start to end, and from end to start, waits included;
        `UNREACHED` where this walker may not go that way.
    edge_wait_s : float64, shape (n_edges,)
        Seconds of it spent waiting for signals and lifts, in either direction.
    """

    edge_time_s: FloatArray
    edge_wait_s: FloatArray


def pace_edges(
    streets: Streets, profile: WalkingProfile, *, heights: StreetHeights | None = None
) -> Pace:
    """
    Give every edge the time this walker takes in each direction.

    Parameters
    ----------
    streets
        Compiled streets.
    profile
        Who is walking.
    heights
        Heights along the edges; without them streets are flat, but for stated inclines.

    Returns
    -------
    pace
        One-way streets are `UNREACHED` against their direction; private ways are not
        looked at.

    Notes
    -----
    A street takes its length over the flat speed, times the mean over equal intervals of
    the inverse of the slope function: exactly the flat time where the heights are equal.
    Steps, belts and lifts: see `planner.network.stairs`.
    """
    flags = streets.edge_flags
    intervals = None if heights is None else cut_intervals(heights, streets.edge_length_m)
    edge_time_s = (streets.edge_length_m / profile.speed_m_s)[:, None] * slow_by_slope(
        streets, profile, heights, intervals
    )
    # A ramp makes steps a street for wheels.
    rolled = _has(flags, EdgeFlag.WHEELS_OPEN) if profile.wheels else np.zeros_like(flags, np.bool_)
    steps = np.flatnonzero(_has(flags, EdgeFlag.STEPS) & ~rolled)
    edge_time_s[steps] = time_steps(streets, steps, profile, heights)
    belts = np.flatnonzero(_has(flags, EdgeFlag.ESCALATOR) & ~rolled)
    edge_time_s[belts] = time_belts(streets, belts, profile, heights, edge_time_s[belts])
    lifts = np.flatnonzero(_has(flags, EdgeFlag.LIFT))
    edge_time_s[lifts] = time_lifts(streets, lifts, profile, heights)[:, None]

    signal_s = _wait_at_signals(streets, profile)
    edge_time_s += signal_s[:, None]
    edge_time_s[_find_barred(streets, profile, intervals, rolled)] = UNREACHED
    edge_time_s[_has(flags, EdgeFlag.NO_FORWARD), 0] = UNREACHED
    edge_time_s[_has(flags, EdgeFlag.NO_BACKWARD), 1] = UNREACHED
    return Pace(
        edge_time_s=edge_time_s,
        edge_wait_s=signal_s + profile.lift_wait_s * _has(flags, EdgeFlag.LIFT),
    )


def _wait_at_signals(streets: Streets, profile: WalkingProfile) -> FloatArray:
    """
    Return the seconds of waiting at signals along each edge.

    One wait is (C - g)² / (2 C), the mean over arrivals at any moment of a cycle C of
    which g is green (Highway Capacity Manual).
    """
    cycle_s = profile.signal_cycle_s
    if streets.edge_waits is None or cycle_s == 0:
        return np.zeros(len(streets.edge_start))
    red_s = max(cycle_s - profile.signal_green_s, 0.0)
    waits: FloatArray = np.nan_to_num(streets.edge_waits.astype(np.float64))
    return waits * (red_s**2 / (2.0 * cycle_s))


def _find_barred(
    streets: Streets, profile: WalkingProfile, intervals: Intervals | None, rolled: BoolArray
) -> BoolArray:
    flags = streets.edge_flags
    # Who stated that wheels may pass knew the slope and the surface.
    barred = find_too_steep(streets, profile, intervals) & ~rolled
    if profile.wheels:
        barred |= _has(flags, EdgeFlag.WHEELS_BARRED) & ~rolled
    if not profile.paid_links:
        barred |= _has(flags, EdgeFlag.PAID)
    if not profile.timed_links:
        barred |= _has(flags, EdgeFlag.TIMED)
    return barred


def _has(flags: FlagArray, flag: EdgeFlag) -> BoolArray:
    return (flags & np.uint16(flag)) > 0
