"""Which districts are the main urban area, on which day, and how old and new names answer."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date  # noqa: TC003 - the examples in the docstrings use it
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import IntArray

INSIDE: Final = 1
OUTSIDE: Final = 0
UNKNOWN: Final = -1

_TOWN_ENDINGS: Final = ("镇", "乡")
_VILLAGE_ENDINGS: Final = ("村", "村委会", "村民委员会")


@dataclass(frozen=True, slots=True)
class AdminVersion:
    """
    The districts of the main urban area while one administrative division held.

    Attributes
    ----------
    version_id
        Its id.
    valid_from, valid_to
        First and last day, both inclusive; `None` where open.
    main_urban
        Names of the districts.
    source, certainty
        Where it was read, and how sure it is.
    """

    version_id: str
    valid_from: date | None
    valid_to: date | None
    main_urban: tuple[str, ...]
    source: str
    certainty: str


@dataclass(frozen=True, slots=True)
class DistrictChange:
    """
    A district, or some of its streets and towns, that became part of another.

    `streets` is empty where all became so but those that another change names.
    """

    on: date
    before: str
    after: str
    streets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """The versions of a city's districts, the changes between them, and who is outside."""

    versions: tuple[AdminVersion, ...]
    changes: tuple[DistrictChange, ...]
    outside: tuple[str, ...]
    outside_certainty: str


@cache
def load_crosswalk() -> Crosswalk:
    """
    Load the administrative versions of Chongqing.

    Examples
    --------
    >>> [len(version.main_urban) for version in load_crosswalk().versions]
    [9, 8]
    """
    path = resources.files("planner.standards") / "zones" / "chongqing.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return Crosswalk(
        versions=tuple(
            AdminVersion(
                version_id=entry["id"],
                valid_from=entry.get("valid_from"),
                valid_to=entry.get("valid_to"),
                main_urban=tuple(entry["main_urban"]),
                source=entry["source"],
                certainty=entry["certainty"],
            )
            for entry in data["version"]
        ),
        changes=tuple(
            DistrictChange(entry["on"], entry["from"], entry["to"], tuple(entry["streets"]))
            for entry in data["change"]
        ),
        outside=tuple(data["outside"]),
        outside_certainty=data["outside_certainty"],
    )


def version_on(day: date) -> AdminVersion:
    """
    Return the administrative version of a day.

    Examples
    --------
    >>> version_on(date(2018, 10, 1)).version_id, version_on(date(2026, 1, 1)).version_id
    ('nine-districts', 'liangjiang-2025')
    """
    return next(
        version
        for version in load_crosswalk().versions
        if version.valid_to is None or day <= version.valid_to
    )


def district_on(district: str, street: str | None, day: date) -> str:
    """
    Return the district that a street or town belongs to on a day, by its name of any day.

    So a plan of 2018 and one of 2026 can be put side by side. A name that the crosswalk does
    not know, or a street that it cannot place, stands as it is: an old name of a later
    district is looked up forward; a new name backward only where the street tells which.

    Examples
    --------
    >>> district_on("渝北区", "大湾镇", date(2026, 3, 1))
    '北碚区'
    >>> district_on("江北区", "观音桥街道", date(2026, 3, 1))
    '两江新区'
    >>> district_on("两江新区", "施家梁镇", date(2018, 10, 1))
    '北碚区'
    """
    name = _full_name(district)
    for change in load_crosswalk().changes:
        named = street is not None and street in change.streets
        if day >= change.on:
            if change.before == name and (named or (not change.streets and _stays(change, street))):
                return change.after
        elif change.after == name and named:
            return change.before
    return name


def _stays(change: DistrictChange, street: str | None) -> bool:
    """Tell whether no other change takes this street elsewhere."""
    return not any(
        other.before == change.before and street in other.streets
        for other in load_crosswalk().changes
    )


@cache
def _known_names() -> dict[str, str]:
    """Index every district by its name, with and without 区 or 县."""
    crosswalk = load_crosswalk()
    full = {name for version in crosswalk.versions for name in version.main_urban}
    full |= set(crosswalk.outside)
    short = {name[:-1]: name for name in full if len(name) > 2}  # noqa: PLR2004 - 忠县 stays whole
    return short | {name: name for name in full}


def _full_name(district: str) -> str:
    """Return a district's full name: 江北 and 重庆市江北区 are 江北区."""
    name = district.strip().removeprefix("重庆市").removeprefix("重庆")
    return _known_names().get(name, district.strip())


def main_urban_scope(
    district: Sequence[str | None],
    street: Sequence[str | None],
    community: Sequence[str | None],
    day: date,
) -> IntArray:
    """
    Tell from names whether centres lie in the main urban area, where no polygon tells.

    Parameters
    ----------
    district, street, community : shape (n_centres,)
        Names, `None` where blank.
    day
        Day of the plan: decides which administrative version holds. A name of another
        version counts as its area does on that day.

    Returns
    -------
    scope : shape (n_centres,)
        1 inside, 0 outside, -1 unknown. Towns (镇, 乡) and villages of the main urban
        districts are unknown: the plan's text says 主城区 and draws no line through them. A
        district that is not known at all is taken as the plan's own, inside.
    """
    told: dict[tuple[str | None, bool], int] = {}
    found = []
    for own, town, village in zip(district, street, community, strict=True):
        key = (own, _is_rural(town, village))
        if key not in told:
            told[key] = _scope_of(own, day, doubtful=key[1])
        found.append(told[key])
    return np.array(found, dtype=np.int64)


def _scope_of(district: str | None, day: date, *, doubtful: bool) -> int:
    crosswalk = load_crosswalk()
    if district is None:
        return UNKNOWN if doubtful else INSIDE
    name = _full_name(district)
    if name in crosswalk.outside:
        return OUTSIDE
    urban = {one for version in crosswalk.versions for one in version.main_urban}
    known = name in version_on(day).main_urban or name in urban
    return UNKNOWN if known and doubtful else INSIDE


def _is_rural(street: str | None, community: str | None) -> bool:
    """Tell whether the names are those of a town or a village."""
    return (street is not None and street.endswith(_TOWN_ENDINGS)) or is_village(community)


def is_village(community: str | None) -> bool:
    """
    Tell whether a community is a village by its name.

    Examples
    --------
    >>> is_village("双河村"), is_village("新村社区"), is_village(None)
    (True, False, False)
    """
    return community is not None and community.endswith(_VILLAGE_ENDINGS)
