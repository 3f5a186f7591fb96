"""Two results side by side: what differs, who gained and who lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, IntArray

Change: TypeAlias = Literal["opened", "closed", "resized", "moved", "relabelled", "verdict"]
CHANGES: tuple[Change, ...] = ("opened", "closed", "resized", "moved", "relabelled", "verdict")


@dataclass(frozen=True, slots=True)
class ResultCentre:
    """
    A centre as a result lists it.

    `None` means that the result says nothing; `lon`, `lat` are degrees.
    """

    centre_id: str
    name: str
    verdict: str | None
    level: str | None
    kind: str | None
    status: str | None
    floor_area_m2: float | None
    convenience_area_m2: float | None
    lon: float
    lat: float
    district: str | None = None
    street: str | None = None


@dataclass(frozen=True, slots=True)
class FigureRow:
    """
    One figure of both results.

    Attributes
    ----------
    state, circle_id
        What it is counted for, empty where it is of the whole study.
    figure
        Its name in `summary.json`.
    a, b
        Its values, `None` where a result does not have it.
    difference
        `b - a`, `None` where one is missing or the two cannot be compared.
    """

    state: str
    circle_id: str
    figure: str
    a: float | None
    b: float | None
    difference: float | None


@dataclass(frozen=True, slots=True)
class CentreChange:
    """
    What changed about one centre.

    Attributes
    ----------
    centre_id, name
        As B has them, as A where it is gone.
    changes
        `opened`: in service in B's plan and not in A's; `closed`: the reverse; `resized`:
        a floor area differs; `moved`: `moved_m` is more than half a metre; `relabelled`:
        level, kind or status differ; `verdict`: the verdict differs.
    a, b
        The centre on both sides, `None` where it is absent.
    moved_m
        Distance between its places, 0 where it is absent on a side.
    """

    centre_id: str
    name: str
    changes: tuple[Change, ...]
    a: ResultCentre | None
    b: ResultCentre | None
    moved_m: float


@dataclass(frozen=True, slots=True)
class CircleHomes:
    """
    Homes that gained or lost one life circle, in the plan.

    Attributes
    ----------
    circle_id, limit_s
        The circle.
    gained, lost : int64
        Positions in `Homes`.
    persons_gained, persons_lost
        Persons of B's population that gained, of A's that lost.
    """

    circle_id: str
    limit_s: float
    gained: IntArray
    lost: IntArray
    persons_gained: float
    persons_lost: float


@dataclass(frozen=True, slots=True)
class Homes:
    """
    Demand points that both results have, by id, in A's order.

    Attributes
    ----------
    demand_id
        Labels, shape (n,).
    lonlat : float64, shape (n, 2)
        Degrees, as A has them.
    persons_a, persons_b : float64, shape (n,)
        Persons of each.
    time_a_s, time_b_s : by circle id, float64, shape (n,)
        Walks, NaN beyond the search.
    circles
        Who gained and lost, for each circle that both results have.
    only_a, only_b
        So many demand points are in one result only; they count as neither.
    """

    demand_id: tuple[str, ...]
    lonlat: FloatArray
    persons_a: FloatArray
    persons_b: FloatArray
    time_a_s: dict[str, FloatArray]
    time_b_s: dict[str, FloatArray]
    circles: tuple[CircleHomes, ...]
    only_a: int
    only_b: int


@dataclass(frozen=True, slots=True)
class AreaRow:
    """
    Share covered of one area in both plans, by circle id; `None` where there is none.

    `joined_a`, `joined_b` name the districts put together where a side has an older
    administrative division; empty where the area is one on its side.
    """

    level: str
    area_id: str
    name: str
    persons_a: float | None
    persons_b: float | None
    share_a: dict[str, float | None]
    share_b: dict[str, float | None]
    joined_a: tuple[str, ...] = ()
    joined_b: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """
    Centres in service in a district, as the administrative division of one day has it.

    Attributes
    ----------
    district
        Its name on that day.
    named_a, named_b
        The names that the plans give their centres there.
    centres_a, centres_b, passing_a, passing_b
        Centres in service in each plan, and those whose verdict is `pass`.
    floor_area_a_m2, floor_area_b_m2
        Their floor area, blank ones left out.
    """

    district: str
    named_a: tuple[str, ...]
    named_b: tuple[str, ...]
    centres_a: int
    centres_b: int
    passing_a: int
    passing_b: int
    floor_area_a_m2: float
    floor_area_b_m2: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    Two results compared.

    Attributes
    ----------
    name_a, name_b
        Names of their folders, with the study's name where folders have one name.
    language
        Of A.
    differ
        What the two do not share, of `streets`, `elevation`, `demand`, `rule_sets` (the
        first, which gives the verdict), `further_rule_sets`, `walking`, `standards`,
        `areas`, `circles`, `versions`, `divisions`: reasons for care.
    figures, centres, homes, areas
        The parts; `centres` lists only those that changed.
    districts
        Centres by district of the later plan's day; empty unless the administrative
        division changed between the plans.
    """

    name_a: str
    name_b: str
    language: str
    differ: tuple[str, ...]
    figures: tuple[FigureRow, ...]
    centres: tuple[CentreChange, ...]
    homes: Homes
    areas: tuple[AreaRow, ...]
    districts: tuple[DistrictRow, ...] = ()
