"""How evenly the walks to the centres are spread over the people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DECILES: Final = tuple(number / 10 for number in range(1, 10))

HEIGHT_EDGES_M: Final = (0.0, 20.0, 50.0, 100.0, 200.0)
"""Lower edges of the bands of height above the lowest street; the last band has no end."""


@dataclass(frozen=True, slots=True)
class EquityRow:
    """
    Walks of one part of the people to their nearest centre.

    Attributes
    ----------
    part
        `all`; `group:` and a name; `height:` and a band in metres above the lowest street, as
        `0-20` and `200-`, or `height:unknown`.
    persons, persons_timed
        All of them, and those whose walk lies within the search.
    deciles_s
        Nine times: of the persons at least a tenth, two tenths, … walk no longer;
        `UNREACHED` where that is beyond the search. Empty without persons.
    mean_s, gini
        Mean walk, and the Gini index of walks weighted by persons (0: all walk alike), both
        of those timed; NaN where there are none.
    persons_covered, share_covered
        Within the circle, and their share of all.
    persons_beyond_twice, share_beyond_twice
        Who walks longer than twice the limit, or nowhere, and their share of all.
    """

    part: str
    persons: float
    persons_timed: float
    deciles_s: tuple[float, ...]
    mean_s: float
    gini: float
    persons_covered: float
    share_covered: float | None
    persons_beyond_twice: float
    share_beyond_twice: float | None


@dataclass(frozen=True, slots=True)
class WorstHomes:
    """One of the clusters of homes that walk farthest: a gap, with its name and walk."""

    gap_id: str
    name: str
    persons: float
    travel_time_s: float
    xy: tuple[float, float]
    reason: str


@dataclass(frozen=True, slots=True)
class CircleEquity:
    """
    Evenness of the plan in one circle.

    Attributes
    ----------
    circle_id, limit_s
        The circle.
    rows
        All, then groups, then bands of height where heights are known.
    worst
        The clusters that walk farthest, the farthest first.
    persons_without_walk
        Persons in clusters from which no street leads to a centre: they are not among these.
    lowest_street_m
        Height of the lowest street, from which heights count; `None` without heights.
    """

    circle_id: str
    limit_s: float
    rows: tuple[EquityRow, ...]
    worst: tuple[WorstHomes, ...]
    persons_without_walk: float
    lowest_street_m: float | None
