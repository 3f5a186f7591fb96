"""The figure of each centre, or of its unit, and how a figure stands to a clause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.standard import Clause
    from planner.standards.columns import CentreColumns

ROUNDING_SHARE: Final = 1e-9
"""Figures converted from 万㎡ or 亩 carry rounding of about 1e-16: it must not fail a centre."""

ABOUT_SHARE: Final = 0.05
"""A figure written with 约 counts where it would still count so much larger or smaller."""


@dataclass(frozen=True, slots=True)
class Measures:
    """
    Figures to judge, every array of shape (n,).

    Attributes
    ----------
    value
        NaN where blank.
    lowest, highest
        What the value may be at least and at most: they differ from it where it is
        approximate; `highest` is infinite where figures that belong to the sum are blank.
    incomplete
        True where figures that belong to the sum are blank.
    exceeds_whole
        True where it is larger than the figure it is contained in.
    """

    value: FloatArray
    lowest: FloatArray
    highest: FloatArray
    incomplete: BoolArray
    exceeds_whole: BoolArray


def measure_centres(clause: Clause, columns: CentreColumns, applies: BoolArray) -> Measures:
    """
    Measure every centre for one clause.

    A clause that judges a unit sums the figure over the centres of the same unit (by
    district, street and community) to which it applies; in state `existing` without
    the new ones. A centre that names no unit is judged by itself.
    """
    own = _own(clause, columns)
    if clause.judged_unit == "centre":
        return own
    unit, names = columns.units(clause.judged_unit)
    counts = applies & (unit >= 0)
    if columns.state == "existing":
        counts &= ~columns.named("status", ("new",))
    whole = sum_measures(own, np.where(counts, unit, -1), len(names))
    members = np.bincount(unit[counts], minlength=len(names))
    summed = (unit >= 0) & (members[unit] > 0) if len(names) else np.zeros(len(unit), np.bool_)

    def pick(one: FloatArray, other: FloatArray) -> FloatArray:
        if not len(names):
            return other
        return np.where(summed, one[unit], other)

    return Measures(
        value=pick(whole.value, own.value),
        lowest=pick(whole.lowest, own.lowest),
        highest=pick(whole.highest, own.highest),
        incomplete=summed & (whole.incomplete[unit] if len(names) else summed),
        exceeds_whole=own.exceeds_whole & ~summed,
    )


def measure_figure(columns: CentreColumns, name: str) -> Measures:
    """Measure a figure of every centre by itself."""
    value = columns.figure(name)
    slack = np.where(columns.approximate(name), ABOUT_SHARE * np.abs(value), 0.0)
    nothing = np.zeros(len(value), dtype=np.bool_)
    return Measures(value, value - slack, value + slack, nothing, nothing)


def sum_measures(own: Measures, unit: IntArray, n_units: int) -> Measures:
    """
    Sum figures by unit; a unit none of whose figures is known has no sum.

    Parameters
    ----------
    own
        Figures, shape (n,).
    unit : shape (n,)
        Unit of each, -1 where it does not count.
    n_units
        Number of units: the shape of what is returned.
    """
    known = (unit >= 0) & ~np.isnan(own.value)
    counted = np.bincount(unit[unit >= 0], minlength=n_units)
    found = np.bincount(unit[known], minlength=n_units)

    def total(column: FloatArray) -> FloatArray:
        summed = np.bincount(unit[known], weights=column[known], minlength=n_units)
        return np.where(found > 0, summed, np.nan)

    incomplete = found < counted
    return Measures(
        value=total(own.value),
        lowest=total(own.lowest),
        highest=np.where(incomplete, np.inf, total(own.highest)),
        incomplete=incomplete,
        exceeds_whole=np.zeros(n_units, dtype=np.bool_),
    )


def _own(clause: Clause, columns: CentreColumns) -> Measures:
    """Measure every centre by itself, and whether its part is larger than the whole."""
    own = measure_figure(columns, clause.measures)
    if clause.part_of is None:
        return own
    whole = columns.figure(clause.part_of)
    with np.errstate(invalid="ignore"):
        exceeds = own.value > whole * (1.0 + ROUNDING_SHARE)
    return Measures(own.value, own.lowest, own.highest, own.incomplete, exceeds)


def ends_of(clause: Clause) -> tuple[float, float]:
    """Return the lowest and the highest value that meet a clause, infinite where open."""
    if clause.comparison == ">=":
        return clause.value, np.inf
    if clause.comparison == "<=":
        return -np.inf, clause.value
    if clause.comparison == "between":
        return clause.value, clause.value if clause.value_max is None else clause.value_max
    half = abs(clause.value) * (clause.band_share or 0.0)
    return clause.value - half, clause.value + half


def band_of(clause: Clause) -> tuple[float, float]:
    """
    Return the ends with a relative `ROUNDING_SHARE` allowed for unit conversions.

    2,700 m² passes a clause of at least 2,700 m², 2,699.99 m² does not.
    """
    low, high = ends_of(clause)
    return low - ROUNDING_SHARE * abs(low), high + ROUNDING_SHARE * abs(high)


def margin_of(clause: Clause, value: FloatArray) -> FloatArray:
    """Return how far inside (0 or more) or outside (below 0) of what is asked values are."""
    low, high = ends_of(clause)
    return np.minimum(value - low, high - value)
