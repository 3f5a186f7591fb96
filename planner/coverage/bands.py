"""Between which shares the coverage of an area lies when something is not as planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.coverage.sums import AreaSums
from planner.domain.robustness import FRAGILE, ROBUST, UNCOVERED, AreaBand

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.domain.arrays import BoolArray, ByteArray, FloatArray, IntArray
    from planner.domain.places import Areas

_PLAN = "plan"


def find_bands(
    areas: Areas,
    area_index: IntArray,
    persons: FloatArray,
    home_standing: ByteArray,
    varied: Mapping[str, BoolArray],
    only_centre: IntArray,
    centre_id: Sequence[str],
) -> AreaBand:
    """
    Find the lowest and the highest share covered of each area.

    Parameters
    ----------
    areas
        Areas of one level.
    area_index : shape (n_demand,)
        Area of each demand point, -1 outside.
    persons : shape (n_demand,)
        Persons.
    home_standing : shape (n_demand,)
        `ROBUST`, `FRAGILE` or `UNCOVERED`.
    varied
        By `kind:name`, who is covered under each variation, shape (n_demand,).
    only_centre : shape (n_demand,)
        The centre that alone covers the home in the plan, else -1.
    centre_id
        Labels of the centres.

    Returns
    -------
    band
        Of every closure only the one that costs the area most is looked at.
    """
    n_areas = len(areas.area_id)
    sums = AreaSums(area_index, persons, n_areas)
    total = sums.total()
    plan = sums.total(home_standing != UNCOVERED)
    low, high = plan.copy(), plan.copy()
    low_by = np.full(n_areas + 1, _PLAN, dtype=object)
    high_by = low_by.copy()
    for name, covered in varied.items():
        by_area = sums.total(covered)
        low_by[by_area < low], high_by[by_area > high] = name, name
        low, high = np.minimum(low, by_area), np.maximum(high, by_area)
    centre, lost = _worst_closures(area_index, persons, only_centre, n_areas)
    # A difference of sums may fall below 0 by the last bit.
    left = np.maximum(plan - lost, 0.0)
    worse = np.flatnonzero(left < low)
    low_by[worse] = [f"closure:{centre_id[centre[slot]]}" for slot in worse]
    low = np.minimum(low, left)
    kept = n_areas + 1 if total[-1] > 0.0 else n_areas
    return AreaBand(
        level=areas.level,
        area_id=(*areas.area_id, "")[:kept],
        name=(*areas.name, "")[:kept],
        persons=total[:kept],
        persons_robust=sums.total(home_standing == ROBUST)[:kept],
        persons_fragile=sums.total(home_standing == FRAGILE)[:kept],
        persons_covered=plan[:kept],
        share=_quotient(plan, total)[:kept],
        share_low=_quotient(low, total)[:kept],
        share_high=_quotient(high, total)[:kept],
        low_by=tuple(low_by[:kept]),
        high_by=tuple(high_by[:kept]),
    )


def _worst_closures(
    area_index: IntArray, persons: FloatArray, only_centre: IntArray, n_areas: int
) -> tuple[IntArray, FloatArray]:
    """Find for each area the centre that most of its people depend on, and how many do."""
    centre = np.full(n_areas + 1, -1, dtype=np.int64)
    lost = np.zeros(n_areas + 1, dtype=np.float64)
    homes = np.flatnonzero(only_centre >= 0)
    if homes.size == 0:
        return centre, lost
    slot = np.where(area_index[homes] < 0, n_areas, area_index[homes])
    width = int(only_centre.max()) + 1
    key = slot * width + only_centre[homes]
    order = np.lexsort((persons[homes], key))
    pair, number = np.unique(key[order], return_inverse=True)
    by_pair = np.bincount(number, weights=persons[homes][order])
    # The heaviest pair of each area last, of equals the first centre.
    rank = np.lexsort((-pair, by_pair, pair // width))
    last = np.flatnonzero(np.append(np.diff(pair[rank] // width) > 0, True))
    heaviest = rank[last]
    centre[pair[heaviest] // width] = pair[heaviest] % width
    lost[pair[heaviest] // width] = by_pair[heaviest]
    return centre, lost


def _quotient(part: FloatArray, whole: FloatArray) -> FloatArray:
    share = np.full(whole.shape, np.nan)
    np.divide(part, whole, out=share, where=whole > 0.0)
    return share
