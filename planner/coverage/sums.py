"""Sums by area that do not depend on the order of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.coverage.totals import are_whole

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray


class AreaSums:
    """
    Adds one column up by area, again and again for other parts of it.

    The same people in another order give the same bits: whole numbers are exact in binary,
    and others are added in the order of their area and value.

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
        self._order: IntArray | None = None
        if not are_whole(known):
            self._order = np.lexsort((known, slot))
            slot, known = slot[self._order], known[self._order]
        self._slot, self._values = slot, known

    def total(self, mask: BoolArray | None = None) -> FloatArray:
        """Return the sums of the rows in a mask (all by default), shape (n_areas + 1,)."""
        values = self._values
        if mask is not None:
            chosen = mask if self._order is None else mask[self._order]
            values = np.where(chosen, values, 0.0)
        return np.bincount(self._slot, weights=values, minlength=self._size).astype(np.float64)

    def _count(self, slot: IntArray) -> FloatArray:
        return np.bincount(slot, minlength=self._size).astype(np.float64)
