"""Coverage by administrative area: everybody counted once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planner.coverage.cover import is_covered
from planner.domain.coverage import AreaFigures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.coverage import StateCoverage
    from planner.domain.places import Areas
    from planner.domain.standard import LifeCircle
    from planner.units import Persons, Share

OUTSIDE = -1


def locate_in_areas(xy: FloatArray, areas: Areas) -> IntArray:
    """
    Find the area that each point lies in.

    Parameters
    ----------
    xy : shape (n_points, 2)
        Points in the CRS of `areas`.
    areas
        Areas of one level.

    Returns
    -------
    area_index : shape (n_points,)
        Position in `areas`; of several (a shared border, an overlap) the lowest;
        -1 outside all of them, and for a point without coordinates.
    """
    n_areas = len(areas.area_id)
    located = np.full(xy.shape[0], n_areas, dtype=np.int64)
    point, area = _find_points(xy, areas)
    np.minimum.at(located, point, area)
    located[located == n_areas] = OUTSIDE
    return located


def count_areas(xy: FloatArray, areas: Areas) -> IntArray:
    """
    Count the areas that each point lies in, borders included.

    Returns
    -------
    count : shape (n_points,)
        0 for a point in none, or without coordinates.
    """
    point, _ = _find_points(xy, areas)
    return np.bincount(point, minlength=xy.shape[0]).astype(np.int64)


def area_figures(
    coverage: StateCoverage,
    areas: Areas,
    area_index: IntArray,
    persons: FloatArray,
    circles: Sequence[LifeCircle],
) -> tuple[AreaFigures, ...]:
    """
    Count coverage by area, each person in one area only.

    Parameters
    ----------
    coverage
        The state counted.
    areas
        Areas of one level.
    area_index : shape (n_demand,)
        Area of each demand point, from `locate_in_areas`.
    persons : shape (n_demand,)
        Persons.
    circles
        Life circles, in the order of `coverage`.

    Returns
    -------
    figures
        One an area, in order, and a last one with `area_id` and `name` empty where
        people live outside every area: the figures add up to the whole. Shares are
        `None` where nobody lives.
    """
    n_areas = len(areas.area_id)
    slot = np.where(area_index < 0, n_areas, area_index)
    total = _by_area(slot, persons, n_areas)
    points = np.bincount(slot, minlength=n_areas + 1)
    sets = (
        coverage.travel_time_s,
        coverage.travel_time_pass_s,
        coverage.travel_time_not_failing_s,
    )
    covered = [
        [
            _by_area(slot, np.where(is_covered(times[row], circle.limit_s), persons, 0.0), n_areas)
            for row, circle in enumerate(circles)
        ]
        for times in sets
    ]
    ids = [circle.circle_id for circle in circles]
    labels = [*zip(areas.area_id, areas.name, strict=True), ("", "")]
    count = n_areas + 1 if total[n_areas] > 0.0 else n_areas

    def persons_of(which: int, area: int) -> dict[str, Persons]:
        values = (float(by_area[area]) for by_area in covered[which])
        return dict(zip(ids, values, strict=True))

    def shares_of(which: int, area: int) -> dict[str, Share | None]:
        return {
            circle_id: value / float(total[area]) if total[area] > 0.0 else None
            for circle_id, value in persons_of(which, area).items()
        }

    return tuple(
        AreaFigures(
            area_id=labels[area][0],
            name=labels[area][1],
            level=areas.level,
            state=coverage.state,
            persons=float(total[area]),
            persons_covered=persons_of(0, area),
            share_covered=shares_of(0, area),
            persons_covered_pass=persons_of(1, area),
            share_covered_pass=shares_of(1, area),
            persons_covered_not_failing=persons_of(2, area),
            share_covered_not_failing=shares_of(2, area),
            points=int(points[area]),
        )
        for area in range(count)
    )


def _find_points(xy: FloatArray, areas: Areas) -> tuple[IntArray, IntArray]:
    """Return every pair of a point and an area that it lies in, borders included."""
    n_areas = len(areas.area_id)
    order = np.argsort(xy[:, 0], kind="stable")
    order = order[np.isfinite(xy[order]).all(axis=1)]
    x, y = xy[order].T
    west, south, east, north = shapely.bounds(areas.geometry).T if n_areas else np.empty((4, 0))
    first = np.searchsorted(x, west, side="left").tolist()
    last = np.searchsorted(x, east, side="right").tolist()
    shapely.prepare(areas.geometry)
    points = [np.empty(0, dtype=np.int64)]
    for area in range(n_areas):
        strip = slice(first[area], last[area])
        near = first[area] + np.flatnonzero((y[strip] >= south[area]) & (y[strip] <= north[area]))
        inside = shapely.intersects_xy(areas.geometry[area], x[near], y[near])
        points.append(order[near[inside]])
    count = [len(inside) for inside in points[1:]]
    return np.concatenate(points), np.repeat(np.arange(n_areas), count)


def _by_area(slot: IntArray, persons: FloatArray, n_areas: int) -> FloatArray:
    """Add persons up by area; the last slot is outside."""
    return np.bincount(slot, weights=persons, minlength=n_areas + 1).astype(np.float64)
