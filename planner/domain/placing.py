"""How sure it is where places are: the datum of a plan, and how far places are from streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.network import AccessPoints

Datum: TypeAlias = Literal["wgs84", "gcj02", "bd09"]
TESTED_DATUMS: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")
"""What is tested; CGCS2000 equals WGS 84 to a few decimetres and is tested as one with it."""

DatumOutcome: TypeAlias = Literal["clear", "unclear", "no_fit", "contradicted", "untestable"]
"""
What a test of the datum says.

`clear`: one explains the names and no other does. `unclear`: two explain them about equally.
`no_fit`: none puts the places where their names say. `contradicted`: the streets speak for
another than the names. `untestable`: no name can be looked up.
"""


@dataclass(frozen=True, slots=True)
class DatumResidual:
    """
    What is left over where the coordinates of a plan are taken as one datum.

    Attributes
    ----------
    datum
        The datum tried; `wgs84` stands for CGCS2000 too.
    in_area_share
        Of the centres that name a community (else a street) with a known area, the share
        inside it; NaN where there are none.
    out_of_area_m
        Median distance of the others from their area, metres; 0 where all are inside.
    road_m
        Median distance from the road that a name or address speaks of, metres, else NaN.
    street_m
        Median distance from any street that people may walk, metres. Proves little: streets
        are everywhere.
    log_likelihood
        Natural logarithm of how likely the names are, the best of all datums being 0.
    building_m
        Median distance from any building, metres, 0 inside one; NaN where no buildings are
        given.
    """

    datum: Datum
    in_area_share: float
    out_of_area_m: float
    road_m: float
    street_m: float
    log_likelihood: float
    building_m: float = float("nan")


@dataclass(frozen=True, slots=True)
class DatumTest:
    """
    Which datum the coordinates of a plan are in, tested against what its rows name.

    Attributes
    ----------
    asked
        What the study says: `auto` or a datum.
    outcome
        What the test says.
    best
        The datum that the evidence speaks for most, `None` without evidence.
    used
        The datum the coordinates were taken as.
    n_centres
        Centres near the streets.
    n_named, n_on_roads
        How many of them name an area that is known, and a road that is.
    residuals
        One record a datum, in the order of `TESTED_DATUMS`.
    """

    asked: str
    outcome: DatumOutcome
    best: Datum | None
    used: str
    n_centres: int
    n_named: int
    n_on_roads: int
    residuals: tuple[DatumResidual, ...]


SnappedNoun: TypeAlias = Literal["demand", "centres"]


@dataclass(frozen=True, slots=True)
class FarPlaces:
    """
    The places of one file that are farthest from their street, the farthest first.

    Attributes
    ----------
    index : int64, shape (n_places,)
        Position among the demand points or centres.
    label
        Id or name, as the user knows it, shape (n_places,).
    row
        Row of each as the user sees it, shape (n_places,).
    distance_m : float64, shape (n_places,)
        Straight line to the street, metres.
    xy, street_xy : float64, shape (n_places, 2)
        The place, and the point of the street it is put on (the place itself where no street
        is within the limit), working CRS.
    off : bool, shape (n_places,)
        True where no street is within the limit.
    persons : float64, shape (n_places,)
        Persons there, 0 for centres.
    """

    index: IntArray
    label: tuple[str, ...]
    row: tuple[int | str, ...]
    distance_m: FloatArray
    xy: FloatArray
    street_xy: FloatArray
    off: BoolArray
    persons: FloatArray


@dataclass(frozen=True, slots=True)
class SnapReport:
    """
    How far the places of one file are from their streets.

    Attributes
    ----------
    noun
        `demand` or `centres`.
    n_places, n_off, n_switched
        How many there are, how many have no street within the limit, and how many were put
        on a street farther than the nearest, which belongs to an island.
    limit_m
        The limit.
    median_m, p95_m, largest_m
        Of the distances to the nearest street of all places, off or not; NaN without places.
    farthest
        The worst of them.
    """

    noun: SnappedNoun
    n_places: int
    n_off: int
    n_switched: int
    limit_m: float
    median_m: float
    p95_m: float
    largest_m: float
    farthest: FarPlaces


@dataclass(frozen=True, slots=True)
class Entrances:
    """
    Where people go into the centres of a plan.

    Attributes
    ----------
    xy : float64, shape (n_entrances, 2)
        Working CRS.
    centre_index : int64, shape (n_entrances,)
        The centre of each, ascending; every centre has at least one.
    """

    xy: FloatArray
    centre_index: IntArray


@dataclass(frozen=True, slots=True)
class EntranceAccess:
    """
    Where the entrances of centres meet the streets.

    Attributes
    ----------
    centre_index : int64, shape (n_entrances,)
        The centre of each, ascending; every centre has at least one.
    access
        One access point for each entrance.
    """

    centre_index: IntArray
    access: AccessPoints
