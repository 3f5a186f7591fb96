"""Sums over the centres of a unit in which nothing that is built once counts twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.standards.measure import Measures, measure_figure, sum_measures

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, IntArray
    from planner.standards.columns import CentreColumns


def sum_once(
    name: str, columns: CentreColumns, of_unit: IntArray, n_units: int
) -> tuple[Measures, BoolArray]:
    """
    Sum a figure by unit, centres that are built together counting once.

    Rows that share a place may each carry the area of the whole building, or one its whole
    and another its part: the largest of them is certain, all of them together are possible.

    Parameters
    ----------
    name
        A figure of centres.
    columns
        The plan.
    of_unit : shape (n_centres,)
        Unit in which each centre counts, -1 for none.
    n_units
        Number of units.

    Returns
    -------
    measures
        Of shape (n_units,): `value` and `lowest` with the largest of each place, `highest`
        with all.
    shared
        True where the two differ because centres are built together.
    """
    own = measure_figure(columns, name)
    every = sum_measures(own, of_unit, n_units)
    lesser = _lesser_of_place(columns, own, of_unit)
    if not lesser.any():
        return every, np.zeros(n_units, dtype=np.bool_)
    once = sum_measures(own, np.where(lesser, -1, of_unit), n_units)
    measures = Measures(
        once.value, once.lowest, every.highest, every.incomplete, every.exceeds_whole
    )
    return measures, every.value > once.value


def _lesser_of_place(columns: CentreColumns, own: Measures, of_unit: IntArray) -> BoolArray:
    """Tell which centres stand beside a larger one that counts in the same unit."""
    lesser = np.zeros(len(columns), dtype=np.bool_)
    row, other = columns.built_together()
    if not len(row):
        return lesser
    mine, theirs = own.value[row], own.value[other]
    counts = (of_unit[row] >= 0) & (of_unit[row] == of_unit[other])
    # The earlier row stands for the place where both are equally large.
    with np.errstate(invalid="ignore"):
        smaller = (mine < theirs) | ((mine == theirs) & (row > other))
    lesser[row[counts & smaller]] = True
    return lesser
