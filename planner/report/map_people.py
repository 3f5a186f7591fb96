"""Homes on the page: where, how many persons, how long a walk to which centre in each state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planner.report.packing import pack_deltas, pack_unsigned, zigzag
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from planner.domain.arrays import ByteArray, FloatArray, IntArray
    from planner.domain.coverage import StateCoverage
    from planner.domain.places import Demand
    from planner.domain.standard import LifeCircle
    from planner.report.map_plane import MapPlane

_ROW_M: Final = 150.0
"""Homes are written in rows this high, so that neighbours follow each other."""


def pack_homes(
    demand: Demand,
    states: tuple[StateCoverage, ...],
    circles: tuple[LifeCircle, ...],
    *,
    area_index: IntArray | None,
    plane: MapPlane,
    standing: tuple[ByteArray, ...] = (),
) -> dict[str, Any]:
    """
    Pack every demand point with its walks.

    Parameters
    ----------
    demand, states, circles
        People, and the fastest walks of each state.
    area_index : shape (n_demand,)
        Area of each point, -1 outside, `None` without areas.
    plane
        The page's plane.
    standing
        For each circle whether homes are uncovered, fragile or robust, shape (n_demand,).

    Returns
    -------
    homes
        `count`; columns `x`, `y` (differences), `persons` (hundredths), `area`
        (position + 1, 0 outside); `walks`: state -> one pair a circle of the columns
        time (seconds + 1, 0 unreached) and centre (position + 1, 0 none). The plan's
        columns are as they are, those of other states are differences from the plan's;
        `standing`: one column a circle, where known.
    """
    order = np.lexsort((demand.xy[:, 0], np.round(demand.xy[:, 1] / _ROW_M)))
    pixels = plane.to_pixels(demand.xy)[order]
    area = np.full(len(order), -1, dtype=np.int64) if area_index is None else area_index
    coded = {state.state: _code_walks(state, circles, order) for state in states}
    base = coded["plan"]
    walks: dict[str, list[list[str]]] = {}
    for name, columns in coded.items():
        walks[name] = [
            [
                pack_unsigned(column if name == "plan" else zigzag(column - reference))
                for column, reference in zip(pair, base_pair, strict=True)
            ]
            for pair, base_pair in zip(columns, base, strict=True)
        ]
    return {
        "count": len(order),
        "x": pack_deltas(pixels[:, 0]),
        "y": pack_deltas(pixels[:, 1]),
        "persons": pack_unsigned(np.rint(demand.persons[order] * 100).astype(np.int64)),
        "area": pack_unsigned(area[order] + 1),
        "walks": walks,
        "standing": [pack_unsigned(one[order].astype(np.int64)) for one in standing],
    }


def whole_seconds(travel_time_s: FloatArray, limit_s: float) -> IntArray:
    """
    Round times to whole seconds plus 1 (0: unreached), each on its own side of the limit.

    Examples
    --------
    >>> whole_seconds(np.array([299.7, 300.0, 300.2, 300.6, np.inf]), 300.0).tolist()
    [301, 301, 302, 302, 0]
    """
    reached = np.isfinite(travel_time_s)
    seconds = np.rint(np.where(reached, travel_time_s, 0.0)).astype(np.int64)
    covered = travel_time_s <= limit_s + LIMIT_TOLERANCE_S
    last = int(np.floor(limit_s))
    seconds = np.where(covered, np.minimum(seconds, last), np.maximum(seconds, last + 1))
    return np.where(reached, seconds + 1, 0).astype(np.int64)


def _code_walks(
    state: StateCoverage, circles: tuple[LifeCircle, ...], order: IntArray
) -> list[tuple[IntArray, IntArray]]:
    columns = []
    for position, circle in enumerate(circles):
        times = whole_seconds(state.travel_time_s[position][order], circle.limit_s)
        centre = state.centre_index[position][order].astype(np.int64) + 1
        columns.append((times, np.where(times > 0, centre, 0)))
    return columns
