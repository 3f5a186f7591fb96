"""How much of a circle's area detours and terrain take away."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.units import Seconds, Share


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
