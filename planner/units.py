"""Units that quantities carry, and the few constants every stage shares."""

from __future__ import annotations

from typing import Final, TypeAlias

Seconds: TypeAlias = float
Metres: TypeAlias = float
SquareMetres: TypeAlias = float
Persons: TypeAlias = float
Share: TypeAlias = float
"""A ratio between 0 and 1."""

UNREACHED: Final[float] = float("inf")
"""The only value for "not within the search limit"."""

LIMIT_TOLERANCE_S: Final[float] = 1e-3
"""Covered means `travel_time_s <= limit_s + LIMIT_TOLERANCE_S`."""


def minutes(count: float) -> Seconds:
    """
    Return a time given in minutes as seconds.

    Examples
    --------
    >>> minutes(15)
    900.0
    """
    return float(count) * 60.0
