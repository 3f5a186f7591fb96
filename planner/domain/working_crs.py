"""The rule that picks the working CRS of a study from the box of its streets."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def working_crs(bounds_lonlat: Sequence[float]) -> str:
    """
    Return the metric CRS in which a study of these streets is computed.

    A transverse Mercator whose meridian is the middle of the box, rounded to
    half a degree: the scale is off by less than 60 ppm over 100 km of city, and
    a street added at the edge does not move the meridian. It depends on the
    streets alone, so one more row of demand never moves a coordinate.

    Parameters
    ----------
    bounds_lonlat
        West, south, east, north, degrees.

    Returns
    -------
    crs
        A PROJ string; units are metres, x east, y north.

    Examples
    --------
    >>> working_crs((106.45, 29.50, 106.62, 29.60))
    '+proj=tmerc +lat_0=0 +lon_0=106.5 +k=1 +x_0=500000 +y_0=0 +datum=WGS84 +units=m +no_defs'
    """
    west, _, east, _ = bounds_lonlat
    # Half up, where `round` would go to the even neighbour and so jump by a degree.
    meridian = math.floor((west + east) + 0.5) / 2.0
    # The datum is named, not only its ellipsoid: without it PROJ leaves out datum shifts.
    return (
        f"+proj=tmerc +lat_0=0 +lon_0={meridian:g} +k=1 +x_0=500000 +y_0=0 "
        "+datum=WGS84 +units=m +no_defs"
    )
