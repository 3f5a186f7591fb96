"""How much of a circle, in area and in people, detours and terrain take away."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.units import Persons, Seconds, Share


class Losses(NamedTuple):
    """Shares of area lost: circle to flat network, and flat to mountain network."""

    detour: Share
    terrain: Share


def loss_share(reached_area_m2: FloatArray, reference_area_m2: FloatArray) -> Share:
    """
    Return the share of a reference area that is not reached, over all centres together.

    It is `1 - sum(reached) / sum(reference)`, not the mean of the centres' shares:
    large circles weigh more. It is not clipped: below 0 means that more was reached
    than the reference has (walking downhill is faster than on the flat, or the
    street frontage drawn is wider than the streets are apart). Without any reference
    area there is nothing to lose, and the share is 0.

    Parameters
    ----------
    reached_area_m2, reference_area_m2 : shape (n_centres,)
        Areas of the same centres, m².

    Examples
    --------
    >>> loss_share(np.array([50.0, 10.0]), np.array([100.0, 20.0]))
    0.5
    """
    reference = math.fsum(reference_area_m2.tolist())
    if reference <= 0.0:
        return 0.0
    return 1.0 - math.fsum(reached_area_m2.tolist()) / reference


def detour_and_terrain(
    *,
    flat_area_m2: FloatArray,
    mountain_area_m2: FloatArray,
    limit_s: Seconds,
    speed_m_s: float,
) -> Losses:
    """
    Split the loss against the straight-line circle into detours and terrain.

    Parameters
    ----------
    flat_area_m2 : shape (n_centres,)
        Area reached on the network as if it were flat, m².
    mountain_area_m2 : shape (n_centres,)
        Area reached with heights and steps, m²; the same array without heights.
    limit_s, speed_m_s
        The circle's limit and the flat speed: the straight-line circle has the
        radius `limit_s * speed_m_s`.

    Returns
    -------
    losses
        `detour`: flat network against the circle; `terrain`: mountain network
        against the flat one. Even a plain grid of streets loses 36 % of the circle
        (a square standing on its corner has 2/π of the circle around it).
    """
    circle_m2 = np.full(flat_area_m2.shape, math.pi * (limit_s * speed_m_s) ** 2)
    return Losses(
        detour=loss_share(flat_area_m2, circle_m2),
        terrain=loss_share(mountain_area_m2, flat_area_m2),
    )


class PeopleLost(NamedTuple):
    """
    Persons that detours and terrain take out of a circle, each share with its numbers.

    `in_circle`, `flat`, `mountain`: persons within the straight-line circle of a centre that
    serves, persons covered on the flat network, persons covered with heights and steps.
    `detour` is the share of `in_circle` that the flat network does not cover, `terrain` the
    share of `flat` that the mountain network does not.
    """

    in_circle: Persons
    flat: Persons
    mountain: Persons
    detour: Share
    terrain: Share


def count_people_lost(
    *,
    demand_xy: FloatArray,
    persons: FloatArray,
    serving_xy: FloatArray,
    flat_time_s: FloatArray,
    mountain_time_s: FloatArray,
    limit_s: Seconds,
    speed_m_s: float,
) -> PeopleLost:
    """
    Split the people lost against the straight-line circles into detours and terrain.

    Each person counts once, however many circles hold them. Persons off the network are among
    those in a circle, and lost to detours: no street takes them. The shares are not clipped,
    as those of `loss_share`.

    Parameters
    ----------
    demand_xy, persons : shapes (n_demand, 2) and (n_demand,)
        Where people live, working CRS, and how many.
    serving_xy : shape (n_serving, 2)
        The centres in service that serve the circle, working CRS.
    flat_time_s, mountain_time_s : shape (n_demand,)
        Fastest walk between each demand point and any of those centres, on the network as if
        it were flat, and with heights and steps; `UNREACHED` where there is none. Without
        heights and steps the same array.
    limit_s, speed_m_s
        The circle's limit (inclusive) and the flat speed: its radius is their product.

    Examples
    --------
    >>> lost = count_people_lost(
    ...     demand_xy=np.array([[100.0, 0.0], [0.0, 290.0], [400.0, 0.0]]),
    ...     persons=np.array([1.0, 3.0, 8.0]),
    ...     serving_xy=np.array([[0.0, 0.0]]),
    ...     flat_time_s=np.array([100.0, 350.0, 400.0]),
    ...     mountain_time_s=np.array([100.0, 350.0, 400.0]),
    ...     limit_s=300.0,
    ...     speed_m_s=1.0,
    ... )
    >>> lost.in_circle, lost.flat, lost.detour
    (4.0, 1.0, 0.75)
    """
    within_s = limit_s + LIMIT_TOLERANCE_S
    # A search within a bound includes it here, as a limit does everywhere.
    bound_m = math.nextafter(within_s * speed_m_s, math.inf)
    inside = np.zeros(len(persons), dtype=np.bool_)
    placed = np.isfinite(demand_xy).all(axis=1)
    if len(serving_xy):
        nearest_m, _ = cKDTree(serving_xy).query(demand_xy[placed], distance_upper_bound=bound_m)
        inside[placed] = np.isfinite(nearest_m)
    in_circle, flat, mountain = (
        math.fsum(persons[counted].tolist())
        for counted in (inside, flat_time_s <= within_s, mountain_time_s <= within_s)
    )
    return PeopleLost(
        in_circle=in_circle,
        flat=flat,
        mountain=mountain,
        detour=1.0 - flat / in_circle if in_circle > 0.0 else 0.0,
        terrain=1.0 - mountain / flat if flat > 0.0 else 0.0,
    )
