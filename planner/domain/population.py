"""People of whole polygons, and what they are shared over: buildings and residential land."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, GeometryArray, Int32Array
    from planner.domain.network import AccessPoints
    from planner.domain.places import QuarantinedRow
    from planner.domain.recognised import FileRead
    from planner.errors import Fault

PopulationSource: TypeAlias = Literal["polygons", "raster", "communities", "cells"]
LandMeasure: TypeAlias = Literal["residential_land_m2", "built_up_m2"]
LAND_MEASURES: tuple[LandMeasure, ...] = ("residential_land_m2", "built_up_m2")

RESIDENTIAL: Final = 1
USE_UNKNOWN: Final = 0
OTHER_USE: Final = -1


@dataclass(frozen=True, slots=True)
class PopulationAreas:
    """
    People counted by polygon: census areas, communities, cells of a grid.

    Attributes
    ----------
    source
        What they were read as.
    area_id
        Labels, unique, shape (n_areas,).
    geometry : shape (n_areas,)
        Polygons and multi-polygons in `crs`, valid.
    crs
        CRS of `geometry`.
    persons, row, households, groups, file, notices, quarantine, read
        As in `Demand`, for each polygon.
    """

    source: PopulationSource
    area_id: tuple[str, ...]
    geometry: GeometryArray
    crs: str
    persons: FloatArray
    row: tuple[int | str, ...]
    households: FloatArray | None = None
    groups: dict[str, FloatArray] = field(default_factory=dict)
    file: str = ""
    notices: tuple[Fault, ...] = ()
    quarantine: tuple[QuarantinedRow, ...] = ()
    read: FileRead | None = None


@dataclass(frozen=True, slots=True)
class Buildings:
    """
    Buildings that people may live in.

    Attributes
    ----------
    geometry : shape (n_buildings,)
        Polygons or points in `crs`.
    crs
        CRS of `geometry`.
    use : int32, shape (n_buildings,)
        `RESIDENTIAL` or `USE_UNKNOWN`; buildings of other uses are left out.
    floor_area_m2, floors : float64, shape (n_buildings,)
        NaN where not given.
    every : shape (n,)
        All buildings of the file, whatever their use, in its CRS: what the datum of centres
        is held against.
    row : shape (n_buildings,)
        Row of each building as the user sees it.
    """

    geometry: GeometryArray
    crs: str
    use: Int32Array
    floor_area_m2: FloatArray
    floors: FloatArray
    every: GeometryArray | None = None
    file: str = ""
    notices: tuple[Fault, ...] = ()
    read: FileRead | None = None
    row: tuple[int | str, ...] = ()


@dataclass(frozen=True, slots=True)
class LandParcels:
    """Parcels of land of one use, residential or built up: polygons in `crs`, valid."""

    geometry: GeometryArray
    crs: str
    file: str = ""
    notices: tuple[Fault, ...] = ()
    read: FileRead | None = None


@dataclass(frozen=True, slots=True)
class LandPlaces:
    """
    Land that is counted by its area, as places that walk as homes do.

    Attributes
    ----------
    measure
        What is counted.
    xy : float64, shape (n_places, 2)
        Working CRS.
    area_m2 : float64, shape (n_places,)
        Land that each place stands for, m²; the sum is the land of the study.
    access
        Where each place meets the streets.
    """

    measure: LandMeasure
    xy: FloatArray
    area_m2: FloatArray
    access: AccessPoints
    file: str = ""
    notices: tuple[Fault, ...] = ()
