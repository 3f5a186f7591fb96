"""List the homes of one area, so that anybody can add its share up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.coverage.areas import OUTSIDE
from planner.coverage.cover import is_covered
from planner.coverage.totals import total_persons
from planner.domain.recount import Recount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import IntArray
    from planner.domain.coverage import StateCoverage
    from planner.domain.places import Areas, Demand


def list_homes(
    coverage: StateCoverage,
    *,
    demand: Demand,
    areas: Areas,
    area_index: IntArray,
    area: int,
    place_id: Sequence[str],
) -> Recount:
    """
    List the homes of one area with what its share is made of.

    Parameters
    ----------
    coverage
        The state.
    demand
        People.
    areas
        Areas of one level.
    area_index : shape (n_demand,)
        Area of each demand point.
    area
        Position in `areas`, or -1 for the people in none.
    place_id
        Labels of the centres, and of the proposals behind them in `with_proposals`.

    Returns
    -------
    recount
        Its figures agree with those of `area_figures` for the same area.

    Raises
    ------
    IndexError
        If there is no such area.
    """
    if not OUTSIDE <= area < len(areas.area_id):
        raise IndexError(f"there are {len(areas.area_id)} areas, and none is number {area}")
    homes = np.flatnonzero(area_index == area).astype(np.int64)
    persons = demand.persons[homes]
    circles = coverage.life_circles
    time_s = coverage.travel_time_s[:, homes]
    limits = tuple(circle.limit_s for circle in circles)
    covered = np.zeros(time_s.shape, dtype=np.bool_)
    for row, limit_s in enumerate(limits):
        covered[row] = is_covered(time_s[row], limit_s)
    total = total_persons(persons)
    by_circle = tuple(total_persons(persons[mask]) for mask in covered)
    return Recount(
        state=coverage.state,
        level=areas.level,
        area_id="" if area == OUTSIDE else areas.area_id[area],
        name="" if area == OUTSIDE else areas.name[area],
        circle_id=tuple(circle.circle_id for circle in circles),
        limit_s=limits,
        demand_index=homes,
        demand_id=tuple(demand.demand_id[home] for home in homes),
        row=tuple(demand.row[home] for home in homes),
        persons=persons,
        time_s=time_s,
        centre_id=tuple(
            tuple(place_id[place] if place >= 0 else "" for place in places)
            for places in coverage.centre_index[:, homes].tolist()
        ),
        covered=covered,
        persons_total=total,
        persons_covered=by_circle,
        share_covered=tuple(value / total if total > 0.0 else None for value in by_circle),
    )
