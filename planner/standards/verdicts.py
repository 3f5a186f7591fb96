"""From a figure and a clause to a verdict, for many at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.standard import VERDICT_ORDER
from planner.standards.applicability import reason_code
from planner.standards.measure import band_of, ends_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.domain.arrays import BoolArray, ByteArray, FloatArray
    from planner.domain.standard import Clause
    from planner.standards.measure import Measures

NOT_APPLICABLE: Final = VERDICT_ORDER.index("not_applicable")
PASS: Final = VERDICT_ORDER.index("pass")
BELOW_RECOMMENDED: Final = VERDICT_ORDER.index("below_recommended")
CANNOT_TELL: Final = VERDICT_ORDER.index("cannot_tell")
FAIL: Final = VERDICT_ORDER.index("fail")
NONE: Final = 255
"""Code of no verdict."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What a clause says of figures, every array of shape (n,).

    Attributes
    ----------
    verdict, reason : uint8
        Positions in `VERDICT_ORDER` and in `REASONS`.
    needed, decides
        As in `ClauseResult`, NaN for `None`.
    """

    verdict: ByteArray
    reason: ByteArray
    needed: FloatArray
    decides: FloatArray


def weigh(clause: Clause, measures: Measures) -> Outcome:
    """
    Hold figures against a clause that applies to them.

    A blank figure cannot be told. An approximate one, or a sum some of whose figures are
    blank, is met or missed only where it would be so whatever the true figure. A part
    larger than its whole cannot be told: one of the two is wrong and nothing tells which.
    Only `must` can fail.
    """
    low, high = band_of(clause)
    floor, ceiling = ends_of(clause)
    value, lowest, highest = measures.value, measures.lowest, measures.highest
    with np.errstate(invalid="ignore"):
        met = (lowest >= low) & (highest <= high)
        below, above = highest < low, lowest > high
    missed = below | above
    blank = np.isnan(value)
    verdict = np.full(len(value), CANNOT_TELL, dtype=np.uint8)
    verdict[met] = PASS
    verdict[missed] = FAIL if clause.force == "must" else BELOW_RECOMMENDED
    told = (met | missed) & ~measures.exceeds_whole & ~blank
    verdict[~told] = CANNOT_TELL
    reason = np.zeros(len(value), dtype=np.uint8)
    reason[~told] = reason_code("approximate")
    reason[~told & (measures.incomplete | blank)] = reason_code("value_blank")
    reason[measures.exceeds_whole] = reason_code("exceeds_whole")
    if clause.comparison in ("between", "about"):
        reason[told & below] = reason_code("below_band")
        reason[told & above] = reason_code("above_band")
    distance = np.where(below, floor - value, value - ceiling)
    needed = np.where(told & missed, np.maximum(distance, 0.0), np.nan)
    return Outcome(verdict, reason, needed, _turning(clause, measures, ~told))


def _turning(clause: Clause, measures: Measures, open_: BoolArray) -> FloatArray:
    """Return the value at which an open verdict turns: of a blank part, what it must add."""
    end = clause.value
    rest = np.where(np.isnan(measures.value), end, np.maximum(end - measures.value, 0.0))
    turning = np.where(measures.incomplete, rest, end)
    return np.where(open_ & ~measures.exceeds_whole, turning, np.nan)


def worst(columns: Iterable[ByteArray], n: int) -> ByteArray:
    """Return the heaviest verdict of each row, `not_applicable` of none."""
    heaviest = np.full(n, NOT_APPLICABLE, dtype=np.uint8)
    for column in columns:
        np.maximum(heaviest, column, out=heaviest)
    return heaviest
