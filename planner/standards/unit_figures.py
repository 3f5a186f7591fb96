"""The administrative units of a plan, from files of areas or from the names in its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.judged_units import UnitFigures
from planner.standards.columns import BLANK, CentreColumns

if TYPE_CHECKING:
    from datetime import date

    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.coverage import State
    from planner.domain.places import Areas, Centres
    from planner.domain.standard import JudgedUnit


@dataclass(frozen=True, slots=True)
class AreaMembers:
    """
    Areas of one level, and who is in them.

    Attributes
    ----------
    areas
        The areas.
    centre_area : int64, shape (n_centres,)
        Area that each centre stands in, -1 for none.
    demand_area : int64, shape (n_demand,)
        Area of each demand point, -1 for none.
    """

    areas: Areas
    centre_area: IntArray
    demand_area: IntArray


def list_units(
    centres: Centres,
    level: JudgedUnit,
    *,
    day: date,
    state: State = "plan",
    members: AreaMembers | None = None,
    persons: FloatArray | None = None,
    households: FloatArray | None = None,
    columns: CentreColumns | None = None,
) -> UnitFigures:
    """
    List the units of one level with what is known of each.

    Parameters
    ----------
    centres
        The plan.
    level
        `community`, `street`, `district` or `plan`.
    day
        Day of the plan: districts are called as on that day.
    state
        Whose centres' households count where people are not known by area.
    members
        Areas of the level. A centre belongs to the area that its row names, where exactly one
        bears that name, else to the one it stands in. Without areas the units are those that
        the rows name, and a unit without any centre is not known.
    persons, households : shape (n_demand,)
        People, to be summed by area; `households` may hold NaN. Without areas the households
        of a unit are those that its centres in service serve.
    columns
        The centres as columns, of the same state and day, where they have been made already.

    Returns
    -------
    units
        In the order of the areas, else of their first centre.
    """
    if columns is None:
        columns = CentreColumns(centres.centre, state=state, day=day)
    if level == "plan":
        return _whole_plan(columns, persons, households)
    if members is None:
        return _from_names(columns, level)
    areas, inside = members.areas, members.demand_area
    count = len(areas.area_id)
    return UnitFigures(
        level=level,
        unit_id=areas.area_id,
        name=areas.name,
        parent=areas.parent_name or ("",) * count,
        centre_unit=_by_name_or_place(columns, level, members),
        persons=_total(persons, inside, count),
        households=_total(households, inside, count),
        complete=True,
        demand_unit=inside,
    )


def _whole_plan(
    columns: CentreColumns, persons: FloatArray | None, households: FloatArray | None
) -> UnitFigures:
    count = 0 if persons is None else len(persons)
    everybody = np.zeros(count, dtype=np.int64)
    return UnitFigures(
        level="plan",
        unit_id=("plan",),
        name=("",),
        parent=("",),
        centre_unit=np.zeros(len(columns), dtype=np.int64),
        persons=_total(persons, everybody, 1),
        households=_total(households, everybody, 1),
        complete=True,
        demand_unit=None if persons is None else everybody,
    )


def _from_names(columns: CentreColumns, level: JudgedUnit) -> UnitFigures:
    """
    Make the units that the rows name.

    A street that rows of communities name is a unit too, with or without a centre of its own.
    """
    centre_unit, names = columns.units(level)
    served = columns.figure("households_served")
    counts = columns.in_service() & (centre_unit >= 0)
    blank = np.bincount(centre_unit[counts & np.isnan(served)], minlength=len(names))
    known = counts & ~np.isnan(served)
    households = np.bincount(centre_unit[known], served[known], minlength=len(names))
    return UnitFigures(
        level=level,
        unit_id=tuple("/".join(part for part in name if part) for name in names),
        name=tuple(str(name[-1]) for name in names),
        parent=tuple((name[-2] or "") if len(name) > 1 else "" for name in names),
        centre_unit=centre_unit,
        persons=np.full(len(names), np.nan),
        households=np.where((blank == 0) & (households > 0), households, np.nan),
        complete=False,
        households_from_centres=True,
    )


def _by_name_or_place(columns: CentreColumns, level: JudgedUnit, members: AreaMembers) -> IntArray:
    """Find the area of each centre: the one its row names, else the one it stands in."""
    index: dict[str, list[int]] = {}
    for position, name in enumerate(members.areas.name):
        index.setdefault(name.strip(), []).append(position)
    found = members.centre_area.copy()
    for row, own in enumerate(columns.texts(level)):
        same = index.get((own or "").strip(), [])
        if len(same) == 1:
            found[row] = same[0]
    return found


def _total(values: FloatArray | None, unit: IntArray, count: int) -> FloatArray:
    """Sum by unit; a unit with a blank is not known."""
    if values is None:
        return np.full(count, np.nan)
    inside = unit != BLANK
    total = np.bincount(unit[inside], weights=values[inside], minlength=count)
    return total.astype(np.float64)
