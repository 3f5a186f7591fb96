"""One community's homes listed, so that anybody can add its share up again."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.coverage.areas import OUTSIDE
from planner.coverage.cover import is_covered
from planner.coverage.recount import list_homes
from planner.errors import Fault, InputInvalid

if TYPE_CHECKING:
    from planner.domain.arrays import IntArray
    from planner.domain.coverage import StateCoverage
    from planner.domain.evaluation import EvaluationRecords, StudyInputs
    from planner.domain.places import Areas, Centres, Demand
    from planner.domain.recount import Recount

MOST_HOMES: Final = 2_000
"""A community of more homes is not listed unasked: nobody would add that up by hand."""

_NEAR: Final = 3


def recount_area(records: EvaluationRecords, name: str, *, level: str = "community") -> Recount:
    """
    List the homes of one area of the plan, by its name or its id.

    Parameters
    ----------
    records
        An evaluation.
    name
        Of the area; its id where several share the name.
    level
        `community`, `street` or `district`.

    Raises
    ------
    InputInvalid
        If the study gives no areas of this level, none of this name (the nearest are named)
        or several (their ids are named).
    """
    areas = next((one for one in records.areas if one.level == level), None)
    if areas is None:
        raise InputInvalid(
            Fault(
                f"the study gives no boundaries of this level, so none can be recounted: {level}",
                field=f"areas.{level}",
                hint=f"name a file as [areas] {level}",
            )
        )
    plan = next(one for one in records.coverage.states if one.state == "plan")
    return _list(
        plan,
        records.demand,
        records.centres,
        areas,
        records.area_index[level],
        _find(areas, name),
    )


def recount_least_covered(
    inputs: StudyInputs, plan: StateCoverage, area_index: dict[str, IntArray]
) -> Recount | None:
    """
    List the homes of the community with the most persons outside the longest circle.

    Communities of more than `MOST_HOMES` homes are passed over. `None` where the study has no
    communities, or nobody lives in any.
    """
    areas = next((one for one in inputs.areas if one.level == "community"), None)
    if areas is None or not areas.area_id:
        return None
    index = area_index["community"]
    circle = int(np.argmax([one.limit_s for one in plan.life_circles]))
    uncovered = ~is_covered(plan.travel_time_s[circle], plan.life_circles[circle].limit_s)
    inside = index != OUTSIDE
    n_areas = len(areas.area_id)
    homes = np.bincount(index[inside], minlength=n_areas)
    persons = np.bincount(
        index[inside],
        weights=(inputs.demand.persons * uncovered)[inside],
        minlength=n_areas,
    )
    fits = (homes > 0) & (homes <= MOST_HOMES)
    if not fits.any():
        return None
    area = int(np.argmax(np.where(fits, persons, -1.0)))
    return _list(plan, inputs.demand, inputs.centres, areas, index, area)


def _list(
    plan: StateCoverage,
    demand: Demand,
    centres: Centres,
    areas: Areas,
    area_index: IntArray,
    area: int,
) -> Recount:
    return list_homes(
        plan,
        demand=demand,
        areas=areas,
        area_index=area_index,
        area=area,
        place_id=tuple(one.centre_id for one in centres.centre),
    )


def _find(areas: Areas, name: str) -> int:
    """Find an area by its id, else by its name."""
    wanted = name.strip()
    if wanted in areas.area_id:
        return areas.area_id.index(wanted)
    named = [place for place, own in enumerate(areas.name) if own == wanted]
    if len(named) == 1:
        return named[0]
    if named:
        ids = ", ".join(areas.area_id[place] for place in named)
        raise InputInvalid(
            Fault(
                "several areas have this name: give the id of one",
                file=areas.file,
                field=areas.level,
                found=wanted,
                expected=ids,
            )
        )
    near = difflib.get_close_matches(wanted, areas.name, n=_NEAR, cutoff=0.3)
    raise InputInvalid(
        Fault(
            "there is no such area",
            file=areas.file,
            field=areas.level,
            found=wanted,
            expected=", ".join(near),
        )
    )
