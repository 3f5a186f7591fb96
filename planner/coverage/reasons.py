"""Why people are not covered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from planner.coverage.cover import is_covered

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.coverage import GapReason
    from planner.units import Metres, Seconds

BARRIER_RATIO: Final = 2.0
"""Walks around blocks are at most 1.4 times the straight line; twice means something between."""

_CORNERS_LEAST: Final = 3


@dataclass(frozen=True, slots=True)
class GapSurroundings:
    """
    What is known of one circle beside its walks.

    Attributes
    ----------
    limit_s, speed_m_s
        Limit of the circle, and the flat speed.
    flat_time_s : shape (n_demand,), or None
        Fastest walks as if the streets were flat, `None` where that changes nothing.
    data_edge_xy : shape (n_corners, 2), or None
        Corners of the street data, working CRS.
    """

    limit_s: Seconds
    speed_m_s: float
    flat_time_s: FloatArray | None = None
    data_edge_xy: FloatArray | None = None


def find_reason(
    surroundings: GapSurroundings,
    *,
    off_network: bool,
    members: IntArray,
    persons: FloatArray,
    travel_time_s: FloatArray,
    straight_m: Metres,
    middle_xy: FloatArray,
    centre_xy: FloatArray | None,
) -> GapReason:
    """
    Say why the members of a gap are not covered; see `planner.domain.coverage.GAP_REASONS`.

    Parameters
    ----------
    surroundings
        Of the circle.
    off_network
        Whether the members are off the streets.
    members : shape (n_members,)
        Positions of the demand points.
    persons, travel_time_s : shape (n_members,)
        Of the members.
    straight_m
        Persons-weighted mean distance from the nearest centre in a straight line.
    middle_xy
        Middle of the gap.
    centre_xy
        That centre, `None` where no centre serves the circle.
    """
    if off_network:
        return "off_network"
    if centre_xy is None:
        return "no_centre"
    reach_m = surroundings.limit_s * surroundings.speed_m_s
    walk_s = travel_time_s
    if surroundings.flat_time_s is not None:
        walk_s = surroundings.flat_time_s[members]
        if float(persons[is_covered(walk_s, surroundings.limit_s)].sum()) * 2.0 > persons.sum():
            return "steep"
    if straight_m > reach_m:
        return "too_far"
    edge_m = _distance_from_edge(surroundings.data_edge_xy, np.stack([middle_xy, centre_xy]))
    # Out of the data and in again: no shorter than to its edge and from its edge.
    if float(edge_m.sum()) <= reach_m:
        return "data_edge"
    # The middle walk, by persons: a few who are cut off altogether do not speak for the rest.
    order = np.argsort(walk_s, kind="stable")
    half = np.searchsorted(np.cumsum(persons[order]), float(persons.sum()) / 2.0)
    middle_s = float(walk_s[order[min(int(half), order.size - 1)]])
    walked_m = middle_s * surroundings.speed_m_s
    return "barrier" if walked_m > BARRIER_RATIO * straight_m else "detour"


def _distance_from_edge(edge_xy: FloatArray | None, xy: FloatArray) -> FloatArray:
    """Return how far points are from the edge of the street data, `inf` where not known."""
    if edge_xy is None or len(edge_xy) < _CORNERS_LEAST:
        return np.full(len(xy), np.inf)
    distance: FloatArray = shapely.distance(shapely.linearrings(edge_xy), shapely.points(xy))
    return distance
