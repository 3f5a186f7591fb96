"""Walks to the entrances of a place, joined to walks to the place: the best entrance counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.domain.reach import Walks

if TYPE_CHECKING:
    from planner.domain.arrays import IntArray


def merge_entrances(walks: Walks, place_of_entrance: IntArray, n_places: int) -> Walks:
    """
    Join the walks of several entrances to those of the places they lead into.

    Parameters
    ----------
    walks
        One row for each entrance.
    place_of_entrance : shape (n_entrances,)
        The place of each entrance, in any order.
    n_places
        How many places there are; one without an entrance has no walks.

    Returns
    -------
    walks
        One row for each place: for every demand point the time over the best of its
        entrances. The same record where every place has one entrance, in order.

    Notes
    -----
    With `round_trip` people go in and out by the same entrance.
    """
    if np.array_equal(place_of_entrance, np.arange(n_places)):
        return walks
    place = np.repeat(np.asarray(place_of_entrance, np.int64), np.diff(walks.indptr))
    order = np.lexsort((walks.travel_time_s, walks.demand_index, place))
    place, demand = place[order], walks.demand_index[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (place[1:] != place[:-1]) | (demand[1:] != demand[:-1])
    indptr = np.zeros(n_places + 1, dtype=np.int64)
    np.cumsum(np.bincount(place[first], minlength=n_places), out=indptr[1:])
    return Walks(
        indptr=indptr,
        demand_index=demand[first],
        travel_time_s=walks.travel_time_s[order][first],
        n_demand=walks.n_demand,
        limit_s=walks.limit_s,
    )
