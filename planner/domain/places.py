"""Places read from files: demand, centres, areas, and the rows set aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, GeometryArray
    from planner.domain.ledger import Ledger
    from planner.domain.placing import DatumTest
    from planner.domain.recognised import FileRead
    from planner.errors import Fault

Level: TypeAlias = Literal["district", "street", "community"]
LEVELS: tuple[Level, ...] = ("community", "street", "district")
SCOPES: tuple[str, ...] = ("plan_scope", "urban_unbuilt")
"""Areas that tell where clauses apply; nobody is counted by them."""
Status: TypeAlias = Literal["existing", "new", "expanded", "closed"]
Kind: TypeAlias = Literal["comprehensive", "convenience", "party_service", "other"]


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """
    A row that could not be trusted, set aside, listed and counted.

    Attributes
    ----------
    noun
        `demand` or `centres`.
    row
        As the user sees it.
    label
        Its id or name.
    reason
        Key of the reason: `no_coordinates`, `outside_streets`, `same_coordinates`,
        `no_persons`, `no_area`.
    detail
        The value met, as text.
    persons
        Persons set aside with it, 0 for a centre or where blank.
    lon, lat
        Degrees, NaN where unknown.
    """

    noun: str
    row: int | str
    label: str
    reason: str
    detail: str = ""
    persons: float = 0.0
    lon: float = float("nan")
    lat: float = float("nan")


@dataclass(frozen=True, slots=True)
class Demand:
    """
    Points where people live.

    Attributes
    ----------
    demand_id
        Labels, unique, shape (n_demand,).
    xy : float64, shape (n_demand, 2)
        Coordinates in `crs` (lon, lat or east, north order).
    crs
        CRS of `xy`.
    persons : float64, shape (n_demand,)
        Persons, 0 or more.
    row
        Row of each point as the user sees it.
    households : float64, shape (n_demand,), or None
        Households, NaN where blank.
    groups
        Further counts of persons by name, each shape (n_demand,).
    file
        Name of the source file, for messages.
    notices
        What was recognised, assumed or left unused.
    quarantine
        Rows set aside.
    ledger
        Where the people of the file went, and by which rule.
    assumed
        Names among `groups`, and `households`, that are shares of a wider place applied to the
        persons, not counts of the file.
    """

    demand_id: tuple[str, ...]
    xy: FloatArray
    crs: str
    persons: FloatArray
    row: tuple[int | str, ...]
    households: FloatArray | None = None
    groups: dict[str, FloatArray] = field(default_factory=dict)
    file: str = ""
    notices: tuple[Fault, ...] = ()
    quarantine: tuple[QuarantinedRow, ...] = ()
    read: FileRead | None = None
    ledger: Ledger | None = None
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Centre:
    """
    One service centre of the plan, as its row says.

    `None` means the cell is blank: "cannot tell", never "fail" or 0.
    Areas are in m²; `floor_area_m2` is as planned, `floor_area_existing_m2` as it stands,
    `activity_area_m2` the part of it for residents' activities. `approximate` names the fields
    whose cell says 约.
    `co_located_with` holds the ids of other centres at the same place, as when a street's
    centre and a community's are built together. `entrances` are the places (in the CRS of the
    centres) where people go in, empty where the centre is one point.
    """

    centre_id: str
    name: str
    row: int | str
    level: Level | None = None
    kind: Kind = "comprehensive"
    status: Status | None = None
    floor_area_m2: float | None = None
    floor_area_existing_m2: float | None = None
    convenience_area_m2: float | None = None
    district: str | None = None
    street: str | None = None
    community: str | None = None
    parent: str | None = None
    households_served: float | None = None
    social_workers: float | None = None
    social_work_room: bool | None = None
    phase: str | None = None
    cost_yuan: float | None = None
    approximate: tuple[str, ...] = ()
    site_area_m2: float | None = None
    activity_area_m2: float | None = None
    address: str | None = None
    co_located_with: tuple[str, ...] = ()
    entrances: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Centres:
    """
    The centres of a plan and where they stand.

    Attributes
    ----------
    centre
        One record a centre, shape (n_centres,); `centre_id` is unique.
    xy : float64, shape (n_centres, 2)
        Coordinates in `crs`.
    crs
        CRS of `xy`.
    source_crs
        CRS of the file, for the outputs.
    file, notices, quarantine
        As in `Demand`.
    crs_stated
        False where the file or the study does not say what the coordinates are in and it
        was told from the numbers.
    datum_test
        What is known of the datum, `None` where it was not tested.
    """

    centre: tuple[Centre, ...]
    xy: FloatArray
    crs: str
    source_crs: str
    file: str = ""
    notices: tuple[Fault, ...] = ()
    quarantine: tuple[QuarantinedRow, ...] = ()
    crs_stated: bool = True
    datum_test: DatumTest | None = None
    read: FileRead | None = None


@dataclass(frozen=True, slots=True)
class Areas:
    """
    Administrative areas of one level.

    Attributes
    ----------
    level
        `community`, `street` or `district`, or one of `SCOPES`.
    area_id, name
        Labels, shape (n_areas,); ids are unique.
    geometry : shape (n_areas,)
        Polygons and multi-polygons, valid.
    crs
        CRS of `geometry`.
    parent_name
        Name of the area one level up where the file says so, else empty.
    """

    level: str
    area_id: tuple[str, ...]
    name: tuple[str, ...]
    geometry: GeometryArray
    crs: str
    parent_name: tuple[str, ...] = ()
    file: str = ""
    notices: tuple[Fault, ...] = ()
    read: FileRead | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """
    Places where a centre could be built.

    Attributes
    ----------
    candidate_id
        Labels, shape (n_candidates,).
    xy : float64, shape (n_candidates, 2)
        In `crs`.
    crs
        CRS of `xy`.
    cost_yuan : float64, shape (n_candidates,), or None
        Cost of building there.
    """

    candidate_id: tuple[str, ...]
    xy: FloatArray
    crs: str
    cost_yuan: FloatArray | None = None
    file: str = ""
    notices: tuple[Fault, ...] = ()
    read: FileRead | None = None
