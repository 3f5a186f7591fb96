"""The homes of one area, so that its share can be computed again by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.coverage import State


@dataclass(frozen=True, slots=True)
class Recount:
    """
    Every home of one area with its persons, walk and verdict; the figures follow from them.

    Attributes
    ----------
    state, level, area_id, name
        Of the state and the area; `area_id` and `name` empty for people in no area.
    circle_id, limit_s
        Life circles, shape (n_circles,).
    demand_index : int64, shape (n_homes,)
        Positions of the homes, ascending.
    demand_id, row : shape (n_homes,)
        Label of each, and its row in the file as the user sees it.
    persons : float64, shape (n_homes,)
        Persons.
    time_s : float64, shape (n_circles, n_homes)
        Fastest walk to a centre that serves, `UNREACHED` beyond the search.
    centre_id : shape (n_circles, n_homes)
        That centre, empty where none; a proposal by its own id.
    covered : bool, shape (n_circles, n_homes)
        `time_s <= limit_s`, with the one tolerance of all limits.
    persons_total, persons_covered, share_covered
        Sum of `persons`; for each circle the sum over the homes covered, and its share,
        `None` where nobody lives.
    """

    state: State
    level: str
    area_id: str
    name: str
    circle_id: tuple[str, ...]
    limit_s: tuple[float, ...]
    demand_index: IntArray
    demand_id: tuple[str, ...]
    row: tuple[int | str, ...]
    persons: FloatArray
    time_s: FloatArray
    centre_id: tuple[tuple[str, ...], ...]
    covered: BoolArray
    persons_total: float
    persons_covered: tuple[float, ...]
    share_covered: tuple[float | None, ...]
