"""The figure of a centre, or of its community, that a clause is held against."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.coverage import State
    from planner.domain.places import Centre
    from planner.domain.standard import Clause
    from planner.standards.applicability import Bearing

ROUNDING_SHARE: Final = 1e-9
"""Figures converted from 万㎡ or 亩 carry rounding of about 1e-16: it must not fail a centre."""

_Unit: TypeAlias = tuple[str | None, str | None, str]


@dataclass(frozen=True, slots=True)
class Measure:
    """
    A figure to judge.

    Attributes
    ----------
    value
        `None` where blank.
    incomplete
        True where further figures that belong to the sum are blank.
    exceeds_whole
        True where it is larger than the figure it is contained in.
    """

    value: float | None
    incomplete: bool = False
    exceeds_whole: bool = False


def reaches(value: float, clause: Clause) -> bool:
    """
    Tell whether a figure meets a clause; the boundary meets it.

    A relative `ROUNDING_SHARE` is allowed for unit conversions: 2,700 m² passes a
    clause of at least 2,700 m², 2,699.99 m² does not.
    """
    slack = ROUNDING_SHARE * abs(clause.value)
    if clause.comparison == "<=":
        return value <= clause.value + slack
    return value >= clause.value - slack


def measure_centres(
    clause: Clause, centres: Sequence[Centre], bearings: Sequence[Bearing], *, state: State
) -> list[Measure]:
    """
    Measure every centre for one clause.

    A clause that judges communities sums the figure over the centres of the same
    district, street and community to which it applies; in state `existing` without
    the new ones. A centre that names no community is judged by itself.
    """
    if clause.judged_unit == "centre":
        return [_measure(clause, centre, state) for centre in centres]
    members: dict[_Unit, list[float | None]] = {}
    for centre, bearing in zip(centres, bearings, strict=True):
        unit = _unit(centre)
        counts = not (state == "existing" and centre.status == "new")
        if unit is not None and bearing.applies and counts:
            members.setdefault(unit, []).append(_figure(centre, clause.measures, state))
    return [_of_unit(clause, centre, members, state) for centre in centres]


def _measure(clause: Clause, centre: Centre, state: State) -> Measure:
    """Measure one centre by itself."""
    value = _figure(centre, clause.measures, state)
    whole = None if clause.part_of is None else _figure(centre, clause.part_of, state)
    exceeds = value is not None and whole is not None and value > whole * (1.0 + ROUNDING_SHARE)
    return Measure(value, exceeds_whole=exceeds)


def _of_unit(
    clause: Clause,
    centre: Centre,
    members: dict[_Unit, list[float | None]],
    state: State,
) -> Measure:
    """Measure the community of a centre."""
    unit = _unit(centre)
    if unit is None or unit not in members:
        return _measure(clause, centre, state)
    known = [figure for figure in members[unit] if figure is not None]
    if not known:
        return Measure(None)
    return Measure(math.fsum(known), incomplete=len(known) < len(members[unit]))


def _unit(centre: Centre) -> _Unit | None:
    """Return what names the community of a centre, `None` where blank."""
    if centre.community is None:
        return None
    return (centre.district, centre.street, centre.community)


def _figure(centre: Centre, field: str, state: State) -> float | None:
    """
    Read a figure of a centre as it is in a state.

    A centre that is not rebuilt has one floor area, in whichever of the two columns
    it was written; an expanded one has two, and its convenience area is the planned.
    """
    existing = state == "existing"
    if field == "convenience_area_m2" and existing and centre.status == "expanded":
        return None
    if field == "floor_area_m2":
        planned, standing = centre.floor_area_m2, centre.floor_area_existing_m2
        if centre.status == "expanded":
            return standing if existing else planned
        if centre.status in {"existing", "closed"}:
            first, second = (standing, planned) if existing else (planned, standing)
            return second if first is None else first
    value: float | None = getattr(centre, field)
    return value
