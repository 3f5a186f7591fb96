"""What is wrong between areas of one level: overlaps, slivers, and people in none or two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from planner.coverage.areas import count_areas
from planner.coverage.totals import total_persons
from planner.errors import Fault

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, GeometryArray, IntArray
    from planner.domain.places import Areas

OVERLAP_LEAST_M2: Final = 10.0
"""Borders drawn twice at 1:2,000 (0.2 mm, 0.4 m) overlap by less over the length of a block."""

SLIVER_LEAST_M2: Final = 1.0
"""Smaller holes come of rounding, not of drawing."""

_NAMED: Final = 3


def find_area_faults(areas: Areas, xy: FloatArray, persons: FloatArray) -> tuple[Fault, ...]:
    """
    Tell where areas of one level overlap or leave slivers, and who is concerned.

    Parameters
    ----------
    areas
        Areas of one level, in metres.
    xy : shape (n_demand, 2)
        People, in the CRS of `areas`.
    persons : shape (n_demand,)
        How many.

    Returns
    -------
    notices
        Nobody is counted twice or lost by any of it: who lives in two areas counts in the
        first, who lives in none counts in a row of its own.
    """
    notices = []
    # A quick look at borders first: areas that fit together need no intersections.
    doubtful = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(areas.geometry)))
    pairs, shared_m2 = _overlaps(areas.geometry, doubtful)
    times = count_areas(xy, areas)
    if len(pairs):
        names = [
            f"{areas.name[a]} and {areas.name[b]} ({m2:,.0f} m²)"
            for (a, b), m2 in zip(pairs[:_NAMED].tolist(), shared_m2, strict=False)
        ]
        twice = times > 1
        notices.append(
            Fault(
                f"{len(pairs)} pairs of areas overlap, by {float(shared_m2.sum()):,.0f} m² in all",
                file=areas.file or None,
                field=f"areas.{areas.level}",
                found="; ".join(names) + (" …" if len(pairs) > _NAMED else ""),
                hint=f"{_people(twice, persons)} lie in two of them and count in the first",
            )
        )
    slivers_m2 = _slivers(areas.geometry, fitting=doubtful.size == 0)
    outside = times == 0
    if slivers_m2.size:
        notices.append(
            Fault(
                f"the areas leave {slivers_m2.size} holes between them, "
                f"{float(slivers_m2.sum()):,.0f} m² in all",
                file=areas.file or None,
                field=f"areas.{areas.level}",
                hint="a border drawn twice? Who lives there is in no area",
            )
        )
    if outside.any():
        notices.append(
            Fault(
                f"{_people(outside, persons)} lie in no {areas.level} and are counted in a row "
                "of their own",
                file=areas.file or None,
                field=f"areas.{areas.level}",
                found=f"{float(persons[outside].sum() / max(persons.sum(), 1e-300)):.2%} of all",
            )
        )
    return tuple(notices)


def _people(mask: np.ndarray, persons: FloatArray) -> str:
    return f"{int(mask.sum()):,} demand points ({total_persons(persons[mask]):,.0f} persons)"


def _overlaps(geometry: GeometryArray, doubtful: IntArray) -> tuple[IntArray, FloatArray]:
    """Return pairs of areas that overlap, the largest overlap first, and by how much."""
    nothing = np.empty((0, 2), dtype=np.int64), np.empty(0, dtype=np.float64)
    if doubtful.size == 0:
        return nothing
    tree = shapely.STRtree(geometry[doubtful])
    first, second = tree.query(geometry[doubtful], predicate="intersects")
    pairs = np.stack([doubtful[first], doubtful[second]], axis=1)[first < second]
    shared_m2 = shapely.area(shapely.intersection(geometry[pairs[:, 0]], geometry[pairs[:, 1]]))
    kept = np.flatnonzero(shared_m2 > OVERLAP_LEAST_M2)
    kept = kept[np.lexsort((pairs[kept, 1], pairs[kept, 0], -shared_m2[kept]))]
    return pairs[kept], shared_m2[kept]


def _slivers(geometry: GeometryArray, *, fitting: bool) -> FloatArray:
    """Return the areas of the holes that no area fills, by size; own holes do not count."""
    if not len(geometry):
        return np.empty(0, dtype=np.float64)
    unite = shapely.coverage_union_all if fitting else shapely.union_all
    united = shapely.get_parts(unite(geometry))
    count = shapely.get_num_interior_rings(united)
    holes = [
        shapely.polygons(shapely.get_interior_ring(part, number))
        for part, rings in zip(united, count.tolist(), strict=True)
        for number in range(rings)
    ]
    sizes = np.sort(shapely.area(np.array(holes, dtype=object)).astype(np.float64))
    return sizes[sizes >= SLIVER_LEAST_M2]
