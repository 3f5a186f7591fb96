"""Two-step floating catchments: floor area within reach, shared among all who reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from planner.coverage.totals import total_persons
from planner.domain.capacity import FloatingCatchment
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, IntArray
    from planner.units import Seconds

BAND_WEIGHTS: Final[dict[str, tuple[float, ...]]] = {
    "2sfca": (1.0,),
    "e2sfca": (1.0, 0.68, 0.22),
}
"""Weights of equal parts of the limit: Luo and Wang (2003); Luo and Qi (2009), slow decay."""

_ROUNDING: Final = 1e-12


def find_floating_catchment(
    method: Literal["2sfca", "e2sfca"],
    *,
    home: IntArray,
    centre: IntArray,
    time_s: FloatArray,
    limit_s: Seconds,
    households: FloatArray,
    persons: FloatArray,
    floor_area_m2: FloatArray,
    m2_per_100_households: float,
) -> FloatingCatchment:
    """
    Share the floor area of each centre among all households that reach it.

    Parameters
    ----------
    method
        `2sfca` (Luo and Wang 2003) or `e2sfca` (Luo and Qi 2009).
    home, centre, time_s : shape (n_pairs,)
        Homes and centres within the limit of each other, each pair once.
    limit_s
        Limit of the circle.
    households, persons : shape (n_demand,)
        Who lives at each home.
    floor_area_m2 : shape (n_centres,)
        Floor area, NaN where not known: such a centre is left out.
    m2_per_100_households
        Floor area that 100 households need.

    Returns
    -------
    catchment
        Households times their ratios add up to the floor area of all centres that any
        household reaches.
    """
    weights = BAND_WEIGHTS[method]
    edges = limit_s * np.arange(1, len(weights)) / len(weights) + LIMIT_TOLERANCE_S
    weight = np.array(weights)[np.searchsorted(edges, time_s, side="left")]
    n_centres, n_homes = floor_area_m2.size, households.size
    reached = np.bincount(centre, weights=weight * households[home], minlength=n_centres)
    ratio = np.zeros(n_centres)
    np.divide(np.nan_to_num(floor_area_m2, nan=0.0), reached, out=ratio, where=reached > 0.0)
    area = np.bincount(home, weights=weight * ratio[centre], minlength=n_homes)
    by_home: FloatArray = 100.0 * area.astype(np.float64)
    total = total_persons(households)
    mean = float(by_home @ households) / total if total > 0.0 else 0.0
    return FloatingCatchment(
        method=method,
        band_weights=weights,
        home_m2_per_100_households=by_home,
        mean_m2_per_100_households=mean,
        persons_below=total_persons(persons[by_home < m2_per_100_households * (1.0 - _ROUNDING)]),
        index=mean / m2_per_100_households,
    )
