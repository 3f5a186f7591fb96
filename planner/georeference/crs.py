"""Coordinates from one CRS to another, x (east, longitude) always first."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from planner.errors import Fault, InputInvalid

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray

LONLAT: Final = "EPSG:4326"
"""Longitude and latitude, degrees, WGS 84."""

_NO_SHIFT: Final = ("World Geodetic System 1984", "China 2000", "Unknown based on WGS 84")
"""Datums (by the start of their names) that are taken as equal: they agree to decimetres."""


def project(xy: FloatArray, from_crs: str, to_crs: str) -> FloatArray:
    """
    Return coordinates in another CRS.

    Parameters
    ----------
    xy : shape (n, 2)
        x (east, longitude) first, whatever the axis order of the CRS.
    from_crs, to_crs
        Anything PROJ reads: `EPSG:4545`, a PROJ string, WKT.

    Returns
    -------
    projected : shape (n, 2)
        A new array; NaN where a point has no image.

    Raises
    ------
    InputInvalid
        If a CRS is unknown.

    Examples
    --------
    >>> xy = project(np.array([[106.5775, 29.5586]]), "EPSG:4326", "EPSG:4545")
    >>> xy.round().tolist()
    [[362138.0, 3272029.0]]
    """
    if from_crs == to_crs:
        return np.array(xy, dtype=np.float64)
    x, y = _transformer(from_crs, to_crs).transform(xy[:, 0], xy[:, 1])
    projected = np.column_stack([x, y]).astype(np.float64)
    projected[~np.isfinite(projected).all(axis=1)] = np.nan
    return projected


def lonlat_of(xy: FloatArray, crs: str) -> FloatArray:
    """Return longitude and latitude, degrees, WGS 84; see `project`."""
    return project(xy, crs, LONLAT)


def lacks_datum_shift(crs: str) -> bool:
    """
    Tell whether PROJ knows no shift from the datum of a CRS to WGS 84.

    Then places are put where their degrees say, which may be some hundred
    metres off: so it is for Xian 1980.

    Raises
    ------
    InputInvalid
        If the CRS is unknown.
    """
    geodetic = _read_crs(crs).geodetic_crs
    if geodetic is None or geodetic.datum is None:
        return False
    if geodetic.datum.name.startswith(_NO_SHIFT):
        return False
    return "Ballpark" in Transformer.from_crs(geodetic, LONLAT, always_xy=True).description


@lru_cache(maxsize=32)
def _transformer(from_crs: str, to_crs: str) -> Transformer:
    return Transformer.from_crs(_read_crs(from_crs), _read_crs(to_crs), always_xy=True)


def _read_crs(crs: str) -> CRS:
    try:
        return CRS.from_user_input(crs)
    except CRSError as error:
        raise InputInvalid(
            Fault(
                "the coordinate system is unknown",
                field="crs",
                found=crs,
                expected="a name such as EPSG:4490, EPSG:4544 or EPSG:4545",
            )
        ) from error
