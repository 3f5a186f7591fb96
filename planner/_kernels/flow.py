"""
Who is served where places have room for so many: a largest flow, grown place by place.

A covering is compressed sparse rows both ways round: `indptr, index` list the classes of demand
of each place, `coverer_indptr, coverer, coverer_arc` the places of each class and where the pair
stands in `index`. The state of a flow is what is `left` of each class, the `room` left in each
place, and the persons `sent` along each pair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Indices = NDArray[np.int32]
    Flags = NDArray[np.bool_]


class Pairs(NamedTuple):
    """Places against classes of demand, both ways round."""

    indptr: Ints
    index: Indices
    coverer_indptr: Ints
    coverer: Indices
    coverer_arc: Ints


class FlowState(NamedTuple):
    """What is left, where, and who goes where; `full` marks places that cannot serve one more."""

    left: Floats
    room: Floats
    sent: Floats
    full: Flags


@njit(cache=True, nogil=True)
def list_arcs(indptr: Ints, index: Indices, coverer_indptr: Ints) -> Ints:
    """Tell, for each entry of the covering turned over, where it stands in `index`."""
    cursor = coverer_indptr[:-1].copy()
    arc = np.empty(index.size, np.int64)
    for row in range(indptr.size - 1):
        for place in range(indptr[row], indptr[row + 1]):
            arc[cursor[index[place]]] = place
            cursor[index[place]] += 1
    return arc


@njit(cache=True, nogil=True)
def fill_place(pairs: Pairs, state: FlowState, place: int, least: float) -> float:
    """
    Send persons to a place until it is full or nobody can be sent; return how many more are served.

    Whoever is served elsewhere may be moved to make room for others, so the flow
    stays a largest one if it was one without this place's room. Amounts of up to
    `least` are nothing.
    """
    indptr, index, coverer_indptr, coverer, coverer_arc = pairs
    left, room, sent, full = state
    gained = 0.0
    for arc in range(indptr[place], indptr[place + 1]):
        amount = min(room[place], left[index[arc]])
        if amount > least:
            sent[arc] += amount
            left[index[arc]] -= amount
            room[place] -= amount
            gained += amount
    n_classes = left.size
    queue = np.empty(room.size, np.int64)
    into = np.empty(room.size, np.int64)
    came = np.empty(n_classes, np.int64)
    while room[place] > least and not full[place]:
        seen = full.copy()
        met = np.zeros(n_classes, np.bool_)
        seen[place] = True
        queue[0] = place
        head, tail, end = 0, 1, -1
        owner = np.empty(n_classes, np.int64)
        while head < tail and end < 0:
            here = queue[head]
            head += 1
            for arc in range(indptr[here], indptr[here + 1]):
                one = index[arc]
                if met[one]:
                    continue
                met[one] = True
                came[one] = arc
                owner[one] = here
                if left[one] > least:
                    end = one
                    break
                for entry in range(coverer_indptr[one], coverer_indptr[one + 1]):
                    other = coverer[entry]
                    if not seen[other] and sent[coverer_arc[entry]] > least:
                        seen[other] = True
                        into[other] = coverer_arc[entry]
                        queue[tail] = other
                        tail += 1
        if end < 0:
            # nobody is left whom any of these could take, now or when others fill up
            for k in range(tail):
                full[queue[k]] = True
            break
        amount = min(room[place], left[end])
        one = end
        while owner[one] != place:
            amount = min(amount, sent[into[owner[one]]])
            one = index[into[owner[one]]]
        one = end
        sent[came[one]] += amount
        while owner[one] != place:
            arc = into[owner[one]]
            sent[arc] -= amount
            one = index[arc]
            sent[came[one]] += amount
        left[end] -= amount
        room[place] -= amount
        gained += amount
    return gained
