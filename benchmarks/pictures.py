"""Isochrones: how long one takes, and how far the quick picture is from the exact one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from benchmarks.stopwatch import take_turns
from planner.reach.isochrones import draw_isochrones
from planner.reach.times import compute_reach

if TYPE_CHECKING:
    from planner.domain.arrays import IntArray
    from planner.domain.network import StreetNetwork

LIMIT_S = 900.0
_REPEATS = 3
_EXACT_OF = 10


@dataclass(frozen=True, slots=True)
class Pictures:
    """
    What isochrones of 15 minutes take and how good they are.

    Attributes
    ----------
    count, exact_count
        Isochrones drawn, and drawn exactly.
    each_s, each_two_threads_s, exact_each_s
        Seconds for one; the first and the last by one thread.
    area_error, difference
        Of the area, signed, and of the symmetric difference, shares of the exact area: the mean
        and the one furthest from 0.
    """

    count: int
    exact_count: int
    each_s: float
    each_two_threads_s: float
    exact_each_s: float
    area_error: tuple[float, float]
    difference: tuple[float, float]


def measure_pictures(network: StreetNetwork, sources: IntArray) -> Pictures:
    """Draw the isochrone of every source, and of every tenth the exact one."""
    reach = compute_reach(network, sources, limit_s=LIMIT_S)
    exact_of = sources[::_EXACT_OF]
    exact_reach = compute_reach(network, exact_of, limit_s=LIMIT_S)
    quick = draw_isochrones(network, reach, limit_s=LIMIT_S).geometry[::_EXACT_OF]
    exact = draw_isochrones(network, exact_reach, limit_s=LIMIT_S, exact=True).geometry
    times = take_turns(
        {
            "one": lambda: draw_isochrones(network, reach, limit_s=LIMIT_S, threads=1),
            "two": lambda: draw_isochrones(network, reach, limit_s=LIMIT_S, threads=2),
        },
        _REPEATS,
    )
    exact_times = take_turns(
        {
            "exact": lambda: draw_isochrones(
                network, exact_reach, limit_s=LIMIT_S, exact=True, threads=1
            )
        },
        1,
    )
    area = shapely.area(exact)
    error = shapely.area(quick) / area - 1.0
    apart = shapely.area(shapely.symmetric_difference(quick, exact)) / area
    return Pictures(
        count=len(sources),
        exact_count=len(exact_of),
        each_s=times["one"].best_s / len(sources),
        each_two_threads_s=times["two"].best_s / len(sources),
        exact_each_s=exact_times["exact"].best_s / len(exact_of),
        area_error=(float(error.mean()), float(error[np.abs(error).argmax()])),
        difference=(float(apart.mean()), float(apart.max())),
    )
