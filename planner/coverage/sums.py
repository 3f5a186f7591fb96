"""Sums by area that do not depend on the order of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray


class AreaSums:
    """
    Adds one column up by area, again and again for other parts of it.

    Rows are added in the order of their area and value, one after another, so the same
    people in another order give the same bits.

    Parameters
    ----------
    area_index : shape (n_rows,)
        Area of each row, -1 for none; sums for none stand last.
    values : shape (n_rows,)
        What is added; NaN (not known) is left out.
    n_areas
        Number of areas.
    """

    def __init__(self, area_index: IntArray, values: FloatArray, n_areas: int) -> None:
        slot = np.where(area_index < 0, n_areas, area_index)
        self._size = n_areas + 1
        self.blank: FloatArray = self._count(slot[np.isnan(values)])
        known = np.nan_to_num(values, nan=0.0)
        self._order = np.lexsort((known, slot))
        self._slot = slot[self._order]
        self._values = known[self._order]

    def total(self, mask: BoolArray | None = None) -> FloatArray:
        """Return the sums of the rows in a mask (all by default), shape (n_areas + 1,)."""
        values = self._values
        if mask is not None:
            values = np.where(mask[self._order], values, 0.0)
        return np.bincount(self._slot, weights=values, minlength=self._size).astype(np.float64)

    def _count(self, slot: IntArray) -> FloatArray:
        return np.bincount(slot, minlength=self._size).astype(np.float64)
