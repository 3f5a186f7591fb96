"""The time on steps, on escalators and in lifts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.domain.network import EdgeFlag
from planner.units import UNREACHED

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, Float32Array, FloatArray, Int32Array, IntArray
    from planner.domain.network import Streets
    from planner.domain.terrain import StreetHeights
    from planner.domain.walking import WalkingProfile


@dataclass(frozen=True, slots=True)
class Rises:
    """
    How high some edges climb, and which way.

    Attributes
    ----------
    rise_m : float64, shape (n,)
        Metres between the lower and the upper end, NaN where not known.
    stated : bool, shape (n,)
        True where tags give it, not the terrain.
    upwards : int8, shape (n,)
        1 where the end is the upper one, -1 where the start is, 0 where not known.
    """

    rise_m: FloatArray
    stated: BoolArray
    upwards: IntArray


def find_rises(
    streets: Streets, edge_index: IntArray, riser_m: float, heights: StreetHeights | None
) -> Rises:
    """
    Find how high edges climb: tags say more than the terrain.

    Parameters
    ----------
    streets
        Compiled streets.
    edge_index : shape (n,)
        Edges asked for.
    riser_m
        Height of one step.
    heights
        Heights of the streets, `None` where there are none.

    Returns
    -------
    rises
        By the stated height; else the number of steps; else the stated incline in
        figures; else the heights of the ends. Which way is up: by the stated incline,
        else by the heights. Heights that differ by less than one step say nothing.
    """
    length_m = streets.edge_length_m[edge_index]
    rise_m = np.full(len(edge_index), np.nan)
    upwards = np.zeros(len(edge_index), dtype=np.int64)
    incline = _take(streets.edge_incline, edge_index)
    given = (
        _take(streets.edge_rise_m, edge_index),
        _take(streets.edge_step_count, edge_index) * riser_m,
        np.where(np.isfinite(incline), np.abs(incline) * length_m, np.nan),
    )
    for stated_m in given:
        np.copyto(rise_m, stated_m, where=np.isnan(rise_m) & (stated_m > 0))
    stated = np.isfinite(rise_m)
    if heights is not None:
        first, last = heights.sample_indptr[edge_index], heights.sample_indptr[edge_index + 1] - 1
        climb_m = heights.sample_m[last].astype(np.float64) - heights.sample_m[first]
        seen = np.abs(climb_m) >= riser_m
        np.copyto(rise_m, np.abs(climb_m), where=seen & ~stated)
        np.copyto(upwards, np.sign(climb_m).astype(np.int64), where=seen)
    told = ~np.isnan(incline) & (incline != 0)
    np.copyto(upwards, np.sign(np.nan_to_num(incline)).astype(np.int64), where=told)
    return Rises(rise_m=rise_m, stated=stated, upwards=upwards)


def _take(values: Float32Array | None, edge_index: IntArray) -> FloatArray:
    if values is None:
        return np.full(len(edge_index), np.nan)
    taken: FloatArray = values[edge_index].astype(np.float64)
    return taken


def time_steps(
    streets: Streets, edge_index: IntArray, profile: WalkingProfile, heights: StreetHeights | None
) -> FloatArray:
    """
    Return the time on steps, each way.

    Parameters
    ----------
    streets
        Compiled streets.
    edge_index : shape (n,)
        Edges that are steps.
    profile
        Who is walking.
    heights
        Heights of the streets, `None` where there are none.

    Returns
    -------
    time_s : float64, shape (n, 2)
        `UNREACHED` for a profile barred from steps.

    Notes
    -----
    Of a flight that rises more than `long_flight_rise_m`, the share beyond is climbed at
    `steps_up_long_m_s`. A flight is a run of steps in which each joins just one other; every
    edge of it has the same share, so that cutting an edge in two changes nothing. Steps
    whose stated gradient g lies below `gentle_gradient` take the flat time and the share
    g / gentle_gradient of what steps would add to it. Where nothing tells which way is up,
    the slower time holds both ways. Steps are never faster than the flat.
    """
    time_s = np.full((len(edge_index), 2), UNREACHED)
    up_m_s, down_m_s = profile.steps_up_m_s, profile.steps_down_m_s
    if up_m_s is None or down_m_s is None:
        return time_s
    rises = find_rises(streets, edge_index, profile.riser_m, heights)
    length_m = streets.edge_length_m[edge_index]
    flat_s = length_m / profile.speed_m_s
    up_s, down_s = length_m / up_m_s, length_m / down_m_s
    if profile.steps_up_long_m_s is not None:
        beyond = _share_beyond(streets, edge_index, rises, profile)
        up_s = up_s * (1.0 - beyond) + length_m / profile.steps_up_long_m_s * beyond
    gradient = np.where(rises.stated, rises.rise_m / length_m, np.inf)
    weight = np.minimum(gradient / profile.gentle_gradient, 1.0)
    up_s, down_s = (_ease(steps_s, flat_s, weight) for steps_s in (up_s, down_s))
    slower_s = np.maximum(up_s, down_s)
    time_s[:, 0] = np.choose(rises.upwards + 1, (down_s, slower_s, up_s))
    time_s[:, 1] = np.choose(rises.upwards + 1, (up_s, slower_s, down_s))
    return time_s


def _ease(steps_s: FloatArray, flat_s: FloatArray, weight: FloatArray) -> FloatArray:
    eased = np.where(weight < 1.0, flat_s + weight * (steps_s - flat_s), steps_s)
    return np.maximum(eased, flat_s)


def _share_beyond(
    streets: Streets, edge_index: IntArray, rises: Rises, profile: WalkingProfile
) -> FloatArray:
    """Return which share of the flight that each edge belongs to is climbed tired."""
    assumed_m = streets.edge_length_m[edge_index] * profile.steps_gradient
    rise_m = np.where(np.isnan(rises.rise_m), assumed_m, rises.rise_m)
    flight = _number_flights(streets, edge_index, rises.upwards)
    flight_m = np.bincount(flight, weights=rise_m)[flight]
    fresh = np.minimum(profile.long_flight_rise_m / np.maximum(flight_m, 1e-9), 1.0)
    share: FloatArray = 1.0 - fresh
    return share


def _number_flights(streets: Streets, edge_index: IntArray, upwards: IntArray) -> Int32Array:
    """
    Number the flights that edges of steps make up.

    Two edges are of one flight where they and no other steps meet, unless both climb from
    there or both fall from there. An escalator is nobody's climb: it is a flight by itself.
    """
    on_foot = (streets.edge_flags[edge_index] & np.uint16(EdgeFlag.ESCALATOR)) == 0
    climbed = np.flatnonzero(on_foot)
    # Both ends of every edge, and whether the way up leads to that end (1) or from it (-1).
    node = np.concatenate((streets.edge_start[edge_index], streets.edge_end[edge_index]))
    position = np.concatenate((climbed, climbed + len(edge_index)))
    leads = np.concatenate((-upwards, upwards))[position]
    order = np.argsort(node[position], kind="stable")
    ends, leads = position[order], leads[order]
    first = np.flatnonzero(np.diff(node[ends], prepend=-1))
    pair = first[np.diff(first, append=len(ends)) == 2]  # noqa: PLR2004 - a pair
    pair = pair[leads[pair] * leads[pair + 1] <= 0]
    one, other = ends[pair] % len(edge_index), ends[pair + 1] % len(edge_index)
    joined = coo_array(
        (np.ones(len(pair), dtype=np.int8), (one, other)), shape=[len(edge_index)] * 2
    )
    _, flight = connected_components(joined, directed=False)
    number: Int32Array = flight
    return number


def time_belts(
    streets: Streets,
    edge_index: IntArray,
    profile: WalkingProfile,
    heights: StreetHeights | None,
    on_foot_s: FloatArray,
) -> FloatArray:
    """
    Return the time on escalators and moving walkways, each way.

    Parameters
    ----------
    streets
        Compiled streets.
    edge_index : shape (n,)
        Edges that move.
    profile
        Who is standing on them.
    heights
        Heights of the streets, `None` where there are none.
    on_foot_s : shape (n, 2)
        The time if the belt stood still.

    Returns
    -------
    time_s : float64, shape (n, 2)
        The length of the belt along its slope, where its rise is known, else as drawn,
        over its speed; never more than the time on foot. `UNREACHED` for a profile
        barred from escalators.
    """
    if profile.escalator_m_s is None or profile.steps_up_m_s is None:
        return np.full((len(edge_index), 2), UNREACHED)
    rises = find_rises(streets, edge_index, profile.riser_m, heights)
    belt_m = np.hypot(streets.edge_length_m[edge_index], np.nan_to_num(rises.rise_m))
    ride_s: FloatArray = np.minimum(belt_m[:, None] / profile.escalator_m_s, on_foot_s)
    return ride_s


def time_lifts(
    streets: Streets, edge_index: IntArray, profile: WalkingProfile, heights: StreetHeights | None
) -> FloatArray:
    """
    Return the time in lifts, wait and ride, the same both ways.

    Parameters
    ----------
    streets
        Compiled streets.
    edge_index : shape (n,)
        Edges that are lifts.
    profile
        Who rides.
    heights
        Heights of the streets, `None` where there are none.

    Returns
    -------
    time_s : float64, shape (n,)
        A ride is the stated height over the lift's speed. Heights of the ground lengthen
        the usual ride, they never shorten it: they do not see a lift inside a building.
    """
    ride_s = np.full(len(edge_index), profile.lift_ride_s)
    if profile.lift_speed_m_s is not None:
        rises = find_rises(streets, edge_index, profile.riser_m, heights)
        known_s = rises.rise_m / profile.lift_speed_m_s
        ride_s = np.where(rises.stated, known_s, np.fmax(ride_s, known_s))
    time_s: FloatArray = profile.lift_wait_s + ride_s
    return time_s
