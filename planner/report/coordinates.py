"""From the working CRS to degrees, and to the CRS that the outputs are written in."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely
from pyproj.exceptions import CRSError

from planner.errors import Fault, StudyKeyError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from planner.domain.arrays import FloatArray, GeometryArray
    from planner.domain.evaluation import EvaluationRecords

DEGREES = "EPSG:4326"
DEFAULT_CRS = "EPSG:4490"
"""CGCS2000 in degrees: what outputs are written in when nothing says otherwise."""

_DECIMALS = 7
"""Degrees are kept to about a centimetre."""


@lru_cache(maxsize=16)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def to_lonlat(xy: ArrayLike, crs: str) -> FloatArray:
    """
    Return places as longitude and latitude.

    Parameters
    ----------
    xy : shape (n, 2) or (2,)
        East and north in `crs`.
    crs
        Where `xy` stands.

    Returns
    -------
    lonlat : float64, same shape
        Degrees, seven decimals.
    """
    places = np.asarray(xy, dtype=np.float64)
    lon, lat = _transformer(crs, DEGREES).transform(places[..., 0], places[..., 1])
    return np.round(np.stack([lon, lat], axis=-1), _DECIMALS)


def output_crs(records: EvaluationRecords) -> str:
    """
    Return the CRS of the outputs: `[output] crs`, else the centres' own, else EPSG:4490.

    Raises
    ------
    StudyKeyError
        If `[output] crs` is no CRS that PROJ knows.
    """
    named = records.settings.output.crs
    if named:
        try:
            pyproj.CRS.from_user_input(named)
        except CRSError as error:
            raise StudyKeyError(
                Fault(
                    "the CRS of the outputs is not known",
                    file=records.settings.path.name,
                    field="[output] crs",
                    found=repr(named),
                    expected="an EPSG code such as EPSG:4490 or EPSG:4545",
                )
            ) from error
        return named
    try:
        pyproj.CRS.from_user_input(records.centres.source_crs)
    except CRSError:
        return DEFAULT_CRS
    return records.centres.source_crs


def transform_geometry(geometry: GeometryArray, source: str, target: str) -> GeometryArray:
    """Return geometries moved from one CRS to another, x east and y north in both."""
    transform = _transformer(source, target).transform

    def move(xy: FloatArray) -> FloatArray:
        return np.column_stack(transform(xy[:, 0], xy[:, 1]))

    moved: GeometryArray = shapely.transform(np.asarray(geometry, dtype=object), move)
    return moved
