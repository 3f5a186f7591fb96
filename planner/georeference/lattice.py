"""Tell points that stand on a regular grid from points that are homes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray

_FEWEST_POINTS: Final = 30
_EVEN_SHARE: Final = 0.8
_EVEN_WITHIN: Final = 0.03


def measure_lattice_spacing(xy: FloatArray) -> float | None:
    """
    Return the spacing of a regular lattice, or None where the points are no lattice.

    The points count as a lattice when at least 80 % of the distances to the
    nearest other place agree with their median within 3 %. Homes along streets
    do not; cells of a raster or of a hexagon grid do, also with cells missing.

    Parameters
    ----------
    xy : shape (n, 2)
        Points in a metric CRS; several at one place count as one.

    Returns
    -------
    spacing_m
        Median distance to the nearest other place, metres.
    """
    places = np.unique(np.round(xy[np.isfinite(xy).all(axis=1)], 2), axis=0)
    if len(places) < _FEWEST_POINTS:
        return None
    nearest = cKDTree(places).query(places, k=2)[0][:, 1]
    spacing_m = float(np.median(nearest))
    even = np.abs(nearest - spacing_m) <= _EVEN_WITHIN * spacing_m
    return spacing_m if even.mean() >= _EVEN_SHARE else None
