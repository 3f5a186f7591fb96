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
    return total if are_whole(persons) else math.fsum(persons.tolist())


def are_whole(persons: FloatArray) -> bool:
    """Tell whether these are whole numbers, and few enough for any sum of them to be exact."""
    few = float(persons.sum()) < _EXACT_BELOW
    return few and bool(np.all(persons == np.floor(persons)))


def share_of(part: Persons, whole: Persons) -> Share:
    """Return `part / whole`, and 0 where there is nobody to cover."""
    return part / whole if whole > 0.0 else 0.0
