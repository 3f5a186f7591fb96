"""Isochrones of places, and walks and isochrones of centres that have several entrances."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planner.domain.network import AccessPoints
from planner.domain.progress import Progress, SilentProgress
from planner.domain.reach import Isochrones
from planner.domain.shelf import Same, Shelf
from planner.reach.entrances import merge_entrances
from planner.reach.isochrones import draw_isochrones, find_place_reach
from planner.reach.walks import find_walks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.domain.arrays import GeometryArray, IntArray
    from planner.domain.evaluation import EvaluationRecords, StudyInputs
    from planner.domain.network import StreetNetwork
    from planner.domain.reach import Walks
    from planner.domain.standard import LifeCircle
    from planner.domain.walking import Direction

_ISOCHRONES_KEPT = 4096


def walk_to_centres(
    study: StudyInputs | EvaluationRecords,
    network: StreetNetwork,
    *,
    limit_s: float,
    direction: Direction,
    threads: int | None,
    progress: Progress | None = None,
    access: AccessPoints | None = None,
) -> Walks:
    """
    Find the walks between the homes of a study and its centres, each by its best entrance.

    Parameters
    ----------
    study, network, limit_s, direction, threads, progress
        As in `find_walks`.
    access
        Other places than the homes, where given.

    Returns
    -------
    walks
        One row for each centre.
    """
    entrances = study.entrances
    walks = find_walks(
        network,
        study.centre_access if entrances is None else entrances.access,
        study.demand_access if access is None else access,
        limit_s=limit_s,
        direction=direction,
        threads=threads,
        progress=progress or SilentProgress(),
    )
    if entrances is None:
        return walks
    return merge_entrances(walks, entrances.centre_index, len(study.centres.centre))


def draw_centre_circles(
    inputs: StudyInputs,
    network: StreetNetwork,
    circles: tuple[LifeCircle, ...],
    threads: int | None,
    shelf: Shelf,
) -> tuple[Isochrones, ...]:
    """Draw the isochrones of every centre: what lies within a walk of any of its entrances."""
    direction, entrances = inputs.settings.walking.direction, inputs.entrances
    if entrances is None:
        return draw_circles(network, inputs.centre_access, circles, direction, threads, shelf)
    drawn = draw_circles(network, entrances.access, circles, direction, threads, shelf)
    first = np.searchsorted(entrances.centre_index, np.arange(len(inputs.centres.centre) + 1))
    return tuple(
        Isochrones(
            geometry=_column(
                one.geometry[a] if b - a == 1 else shapely.union_all(one.geometry[a:b])
                for a, b in zip(first[:-1].tolist(), first[1:].tolist(), strict=True)
            ),
            limit_s=one.limit_s,
        )
        for one in drawn
    )


def draw_circles(
    network: StreetNetwork,
    access: AccessPoints,
    circles: tuple[LifeCircle, ...],
    direction: Direction,
    threads: int | None,
    shelf: Shelf,
) -> tuple[Isochrones, ...]:
    """
    Draw the isochrones of every place, one record a circle.

    A picture shows one way of walking: `from_centre` outward, every other direction
    toward the place. A place drawn before, on the same streets, is taken from the shelf.
    """
    reverse = direction != "from_centre"
    limits = tuple(circle.limit_s for circle in circles)
    drawn = shelf.part(("isochrones", Same(network), reverse, limits), _ISOCHRONES_KEPT)
    keys = [
        (int(edge), float(fraction), float(distance_m))
        for edge, fraction, distance_m in zip(
            access.edge_index, access.fraction, access.distance_m, strict=True
        )
    ]
    missing = np.array(
        [index for index, key in enumerate(keys) if key not in drawn], dtype=np.int64
    )
    made: dict[int, tuple[Any, ...]] = {}
    if len(missing):
        reach = find_place_reach(
            network,
            take_access(access, missing),
            limit_s=max(limits),
            reverse=reverse,
            threads=threads,
        )
        shapes = [
            draw_isochrones(network, reach, limit_s=limit_s, threads=threads).geometry
            for limit_s in limits
        ]
        made = dict(zip(missing.tolist(), zip(*shapes, strict=True), strict=True))
    found = [drawn.take(key, partial(made.__getitem__, index)) for index, key in enumerate(keys)]
    return tuple(
        Isochrones(geometry=_column(row[position] for row in found), limit_s=limit_s)
        for position, limit_s in enumerate(limits)
    )


def take_access(access: AccessPoints, chosen: IntArray) -> AccessPoints:
    """Return the access points of some places."""
    return AccessPoints(
        edge_index=access.edge_index[chosen],
        fraction=access.fraction[chosen],
        distance_m=access.distance_m[chosen],
        xy=access.xy[chosen],
        switched=access.switched[chosen],
    )


def _column(shapes: Iterable[Any]) -> GeometryArray:
    listed = list(shapes)
    column = np.empty(len(listed), dtype=object)
    column[:] = listed
    return column
