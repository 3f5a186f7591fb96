"""Two results under one administrative division: what a new division renames is no change."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from planner.domain.comparison import AreaRow, DistrictRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.comparison import ResultCentre
    from planner.report.compare_read import Result


class DistrictOn(Protocol):
    """Tells the district that a street lies in on a day, from its name of any day."""

    def __call__(self, district: str, street: str | None, day: date) -> str:
        """Return the name; one that is not known stands as it is."""
        ...


@dataclass(frozen=True, slots=True)
class Division:
    """
    The administrative division that both results are held against: the later plan's.

    Attributes
    ----------
    day
        The later of the two plan dates.
    district_on
        The crosswalk.
    """

    day: date
    district_on: DistrictOn

    @classmethod
    def of(cls, a: Result, b: Result, district_on: DistrictOn) -> Division:
        """Take the later of the two plans' days."""
        days = [date.fromisoformat(one.manifest["plan_date"]) for one in (a, b)]
        return cls(max(days), district_on)

    def name(self, district: str, street: str | None = None) -> str:
        """Return what a district is called on the day."""
        return self.district_on(district, street, self.day)

    def renames(self, a: Result, b: Result) -> bool:
        """Tell whether anything in the two results is called otherwise on the day."""
        centres = [(one.district, one.street) for side in (a, b) for one in side.centres]
        districts = [(str(one["name"]), None) for side in (a, b) for one in _districts(side)]
        return any(
            district is not None and not _is_same(district, self.name(district, street))
            for district, street in (*centres, *districts)
        )

    def sum_centres(self, a: Result, b: Result) -> Iterator[DistrictRow]:
        """Count the centres in service by district of the day, in order of first mention."""
        sides = [self._by_district(side.centres) for side in (a, b)]
        for district in dict.fromkeys((*sides[0], *sides[1])):
            one, two = (side.get(district, []) for side in sides)
            yield DistrictRow(
                district=district,
                named_a=_names(one),
                named_b=_names(two),
                centres_a=len(one),
                centres_b=len(two),
                passing_a=sum(centre.verdict == "pass" for centre in one),
                passing_b=sum(centre.verdict == "pass" for centre in two),
                floor_area_a_m2=_floor_area_m2(one),
                floor_area_b_m2=_floor_area_m2(two),
            )

    def _by_district(self, centres: tuple[ResultCentre, ...]) -> dict[str, list[ResultCentre]]:
        found: dict[str, list[ResultCentre]] = {}
        for centre in centres:
            if centre.district is not None and centre.status != "closed":
                found.setdefault(self.name(centre.district, centre.street), []).append(centre)
        return found

    def join_districts(self, a: Result, b: Result) -> Iterator[AreaRow]:
        """
        Put the districts of both sides together by their name on the day.

        Whole districts are joined: streets that a change took elsewhere are not known at
        this level. Shares are weighted by persons.
        """
        sides = [self._areas_by_district(side) for side in (a, b)]
        for district in dict.fromkeys((*sides[0], *sides[1])):
            one, two = (side.get(district, []) for side in sides)
            known = two or one
            yield AreaRow(
                level="district",
                area_id=known[0]["id"] if len(known) == 1 else district,
                name=district,
                persons_a=_persons(one),
                persons_b=_persons(two),
                share_a=_shares(one),
                share_b=_shares(two),
                joined_a=_joined(one),
                joined_b=_joined(two),
            )

    def _areas_by_district(self, side: Result) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for area in _districts(side):
            found.setdefault(self.name(str(area["name"])), []).append(area)
        return found


def _districts(side: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = side.summary["areas"].get("district", [])
    return found


def _is_same(told: str, on_the_day: str) -> bool:
    """Tell whether two names differ in how full they are only: 江北, 江北区."""
    short, full = sorted((told.strip(), on_the_day), key=len)
    return short in full


def _names(centres: list[ResultCentre]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(centre.district) for centre in centres))


def _floor_area_m2(centres: list[ResultCentre]) -> float:
    return math.fsum(one.floor_area_m2 for one in centres if one.floor_area_m2 is not None)


def _persons(areas: list[dict[str, Any]]) -> float | None:
    return math.fsum(one["persons"] for one in areas) if areas else None


def _shares(areas: list[dict[str, Any]]) -> dict[str, float | None]:
    if len(areas) == 1:
        return dict(areas[0].get("share_covered", {}))
    shares: dict[str, float | None] = {}
    for circle_id in dict.fromkeys(key for one in areas for key in one.get("share_covered", {})):
        # An area where nobody lives has no share, and weighs nothing.
        told = [one for one in areas if one["share_covered"].get(circle_id) is not None]
        persons = math.fsum(one["persons"] for one in told)
        covered = math.fsum(one["persons"] * one["share_covered"][circle_id] for one in told)
        shares[circle_id] = covered / persons if persons else None
    return shares


def _joined(areas: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(str(one["name"]) for one in areas) if len(areas) > 1 else ()
