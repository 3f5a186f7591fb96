"""How slope changes the pace on streets, and where it bars them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.network import EdgeFlag

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.network import Streets
    from planner.domain.terrain import StreetHeights
    from planner.domain.walking import SlopeFunction, WalkingProfile

_STEEPEST: Final = 1.0
"""A street steeper than 45 degrees is an error of the heights."""
_NO_STREET: Final = EdgeFlag.LIFT | EdgeFlag.ESCALATOR | EdgeFlag.STEPS


@dataclass(frozen=True, slots=True)
class Intervals:
    """
    Slopes between neighbouring heights along every edge.

    Attributes
    ----------
    slope : float64, shape (n_intervals,)
        Rise over length from start to end of the edge, positive where it climbs.
    first : int64, shape (n_edges,)
        First interval of each edge.
    count : int64, shape (n_edges,)
        Number of intervals of each edge, all equally long, at least 1.
    """

    slope: FloatArray
    first: IntArray
    count: IntArray


def cut_intervals(heights: StreetHeights, edge_length_m: FloatArray) -> Intervals:
    """
    Return the slope of every interval between heights.

    Parameters
    ----------
    heights
        Heights along the edges.
    edge_length_m : shape (n_edges,)
        Metres.

    Returns
    -------
    intervals
        Those of an edge without heights have a slope of 0.
    """
    indptr = heights.sample_indptr
    rise_m = np.diff(heights.sample_m.astype(np.float64))
    within_edge = np.ones(len(rise_m), dtype=np.bool_)
    within_edge[indptr[1:-1] - 1] = False
    count = np.diff(indptr) - 1
    slope = rise_m[within_edge]
    slope /= np.repeat(edge_length_m / count, count)
    np.clip(slope, -_STEEPEST, _STEEPEST, out=slope)
    return Intervals(slope=slope, first=indptr[:-1] - np.arange(len(count)), count=count)


def slope_factor(slope: FloatArray, function: SlopeFunction) -> FloatArray:
    """
    Return the speed on a slope over the speed on the flat.

    Parameters
    ----------
    slope
        Rise over length, negative downhill.
    function
        `tobler`: exp(-3.5 |S + 0.05|), over its value at 0 (Tobler 1993, on a path);
        `irmischer_clarke`: 0.11 + exp(-(100 S + 5)² / (2 · 30²)), over its value at 0
        (Irmischer & Clarke 2018, on a path: the published form, which is signed);
        `none`: 1.

    Returns
    -------
    factor
        Exactly 1 where the slope is 0.

    Examples
    --------
    >>> slope_factor(np.array([0.05, -0.05]), "tobler").round(3).tolist()
    [0.839, 1.191]
    """
    factor = _FUNCTIONS[function](slope)
    # Rounding must not tell flat ground from no heights.
    factor[slope == 0.0] = 1.0
    return factor


def _tobler(slope: FloatArray) -> FloatArray:
    factor: FloatArray = np.exp(-3.5 * (np.abs(slope + 0.05) - 0.05))
    return factor


def _irmischer_clarke(slope: FloatArray) -> FloatArray:
    flat = 0.11 + np.exp(-(5.0**2) / 1800.0)
    factor: FloatArray = (0.11 + np.exp(-((100.0 * slope + 5.0) ** 2) / 1800.0)) / flat
    return factor


_FUNCTIONS: Final[dict[SlopeFunction, Callable[[FloatArray], FloatArray]]] = {
    "none": np.ones_like,
    "tobler": _tobler,
    "irmischer_clarke": _irmischer_clarke,
}


def slow_by_slope(
    streets: Streets,
    profile: WalkingProfile,
    heights: StreetHeights | None,
    intervals: Intervals | None,
) -> FloatArray:
    """
    Return the time along each edge over its time on the flat, each way.

    Parameters
    ----------
    streets
        Compiled streets.
    profile
        Whose slope function counts.
    heights, intervals
        Heights and their slopes, `None` where there are none.

    Returns
    -------
    multiplier : float64, shape (n_edges, 2)
        Mean over the intervals of each edge; exactly 1 on flat ground, and where neither
        heights nor a stated incline in figures say otherwise.
    """
    multiplier = np.ones((len(streets.edge_start), 2))
    if profile.slope == "none":
        return multiplier
    if intervals is not None:
        for way, sign in enumerate((1.0, -1.0)):
            each = _slow(sign * intervals.slope, profile)
            multiplier[:, way] = np.add.reduceat(each, intervals.first) / intervals.count
    if streets.edge_incline is not None:
        stated = np.isfinite(streets.edge_incline)
        if heights is not None:
            stated &= ~heights.edge_known
        incline = np.clip(streets.edge_incline[stated].astype(np.float64), -_STEEPEST, _STEEPEST)
        multiplier[stated, 0] = _slow(incline, profile)
        multiplier[stated, 1] = _slow(-incline, profile)
    return multiplier


def _slow(slope: FloatArray, profile: WalkingProfile) -> FloatArray:
    factor = slope_factor(slope, profile.slope)
    slow: FloatArray = 1.0 / np.minimum(factor, profile.downhill_gain, out=factor)
    return slow


def find_too_steep(
    streets: Streets, profile: WalkingProfile, intervals: Intervals | None
) -> BoolArray:
    """
    Return the streets that are too steep for a profile, whichever way it goes.

    Parameters
    ----------
    streets
        Compiled streets.
    profile
        Whose `max_slope` counts.
    intervals
        Slopes along the edges, `None` where there are no heights.

    Returns
    -------
    too_steep : bool, shape (n_edges,)
        By a stated incline in figures, else by the mean of the slopes along the edge,
        climbs and falls alike. Steps, lifts and escalators have rules of their own.

    Notes
    -----
    The mean of the edge is taken, not its steepest piece: heights of 30 m cells do not
    know the steepest 10 m. Climbs and falls both count, so that a hump is no level road.
    A rise and fall of no more than `short_ramp_rise_m` bars nothing: over a few metres a
    slope is an error of the heights, or a short ramp that can be passed.
    """
    too_steep = np.zeros(len(streets.edge_start), dtype=np.bool_)
    if profile.max_slope is None:
        return too_steep
    if intervals is not None:
        climb = np.add.reduceat(np.abs(intervals.slope), intervals.first) / intervals.count
        too_steep = (climb > profile.max_slope) & (
            climb * streets.edge_length_m > profile.short_ramp_rise_m
        )
    if streets.edge_incline is not None:
        stated = np.isfinite(streets.edge_incline)
        # Rounded as the streets hold it, a stated 8.33 % is no steeper than 1:12.
        steepest = np.float32(profile.max_slope) * np.float32(1.0 + 1e-6)
        too_steep[stated] = np.abs(streets.edge_incline[stated]) > steepest
    too_steep &= (streets.edge_flags & np.uint16(_NO_STREET)) == 0
    return too_steep
