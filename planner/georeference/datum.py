"""The shifted coordinates of Chinese web maps (GCJ-02, BD-09) back to WGS 84."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from planner.errors import Fault, InputInvalid

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray

DATUMS: Final = ("auto", "wgs84", "cgcs2000", "gcj02", "bd09")
"""Datums a study may name; `auto` takes coordinates as their CRS declares them."""

_AXIS_M: Final = 6_378_245.0
_ECCENTRICITY_2: Final = 0.006_693_421_622_965_943_23
_BD_TURN: Final = np.pi * 3000.0 / 180.0
_SHIFTED_BOX: Final = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north of where the web maps shift coordinates."""
_ROUNDS: Final = 8


def to_wgs84(lonlat: FloatArray, datum: str) -> FloatArray:
    """
    Return longitude and latitude on WGS 84.

    Parameters
    ----------
    lonlat : shape (n, 2)
        Degrees.
    datum
        One of `DATUMS`. CGCS2000 equals WGS 84 to a few decimetres and is left as it is.

    Returns
    -------
    lonlat : shape (n, 2)
        A new array. Exact to a millimetre: the published forward formula is
        inverted by iteration.

    Raises
    ------
    InputInvalid
        If the datum is unknown.

    Examples
    --------
    >>> to_wgs84(np.array([[116.38404722, 39.91334546]]), "gcj02").round(6).tolist()
    [[116.377817, 39.911954]]
    """
    if datum not in DATUMS:
        raise InputInvalid(
            Fault("unknown datum", field="datum", found=datum, expected=" or ".join(DATUMS))
        )
    if datum not in ("gcj02", "bd09"):
        return np.array(lonlat, dtype=np.float64)
    found = np.array(lonlat, dtype=np.float64)
    # The shift varies slowly: each round leaves less than a hundredth of the error.
    for _ in range(_ROUNDS):
        found += lonlat - from_wgs84(found, datum)
    return found


def from_wgs84(lonlat: FloatArray, datum: str) -> FloatArray:
    """
    Shift longitude and latitude as the web maps do: the inverse of `to_wgs84`.

    Parameters
    ----------
    lonlat : shape (n, 2)
        Degrees, WGS 84.
    datum
        `gcj02` or `bd09`.
    """
    shifted = np.where(in_shifted_box(lonlat)[:, None], lonlat + _gcj_shift(lonlat), lonlat)
    if datum == "gcj02":
        return shifted
    radius = np.hypot(shifted[:, 0], shifted[:, 1])
    angle = np.arctan2(shifted[:, 1], shifted[:, 0])
    radius += 2e-5 * np.sin(shifted[:, 1] * _BD_TURN)
    angle += 3e-6 * np.cos(shifted[:, 0] * _BD_TURN)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


def in_shifted_box(lonlat: FloatArray) -> BoolArray:
    """Tell which points lie where GCJ-02 differs from WGS 84; shape (n,)."""
    west, south, east, north = _SHIFTED_BOX
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    inside: BoolArray = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
    return inside


def _gcj_shift(lonlat: FloatArray) -> FloatArray:
    """Return the GCJ-02 shift, degrees: the formula that every public converter carries."""
    x, y = lonlat[:, 0] - 105.0, lonlat[:, 1] - 35.0
    root, both = np.sqrt(np.abs(x)), 0.1 * x * y
    fine = 20.0 * (np.sin(6.0 * np.pi * x) + np.sin(2.0 * np.pi * x))
    north = fine + _waves(y, (20.0, 1.0), (40.0, 3.0), (160.0, 12.0), (320.0, 30.0))
    east = fine + _waves(x, (20.0, 1.0), (40.0, 3.0), (150.0, 12.0), (300.0, 30.0))
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + both + 0.2 * root + north * 2.0 / 3.0
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + both + 0.1 * root + east * 2.0 / 3.0
    lat = np.radians(lonlat[:, 1])
    bend = 1.0 - _ECCENTRICITY_2 * np.sin(lat) ** 2
    meridian_m = _AXIS_M * (1.0 - _ECCENTRICITY_2) / bend**1.5
    parallel_m = _AXIS_M / np.sqrt(bend) * np.cos(lat)
    return np.degrees(np.column_stack([east_m / parallel_m, north_m / meridian_m]))


def _waves(along: FloatArray, *waves: tuple[float, float]) -> FloatArray:
    total = np.zeros_like(along)
    for height, length in waves:
        total += height * np.sin(along * np.pi / length)
    return total
