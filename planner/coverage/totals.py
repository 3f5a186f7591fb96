"""Sums of persons that do not depend on the order of the rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.units import Persons, Share

_EXACT_BELOW: Final = 2.0**53


def total_persons(persons: FloatArray) -> Persons:
    """
    Add persons up, correctly rounded, so that their order does not matter.

    Whole numbers are exact in binary and are added directly; others by `math.fsum`.
    """
    if persons.size == 0:
        return 0.0
    total = float(persons.sum())
    if total < _EXACT_BELOW and bool(np.all(persons == np.floor(persons))):
        return total
    return math.fsum(persons.tolist())


def share_of(part: Persons, whole: Persons) -> Share:
    """Return `part / whole`, and 0 where there is nobody to cover."""
    return part / whole if whole > 0.0 else 0.0
