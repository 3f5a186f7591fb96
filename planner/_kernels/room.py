"""
Who is served where places have room for so many: a largest flow, grown place by place.

The flow stays a largest one of the places filled so far (augmenting paths, Ahuja, Magnanti and
Orlin 1993, chapter 6.4): whoever is served is moved where that makes room for somebody else. A
place from which nobody can be reached any more is full for good, as long as no place is emptied.
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
    """
    Places against classes of demand, both ways round.

    `indptr, demand` list the classes of each place; `coverer_indptr, coverer` the places of each
    class, and `coverer_arc` where the pair stands in `demand`.
    """

    indptr: Ints
    demand: Indices
    coverer_indptr: Ints
    coverer: Indices
    coverer_arc: Ints


class FlowState(NamedTuple):
    """What is `left` of each class, `room` of each place, what is `sent` a pair, who is `full`."""

    left: Floats
    room: Floats
    sent: Floats
    full: Flags


@njit(cache=True, nogil=True)
def list_arcs(indptr: Ints, index: Indices, coverer_indptr: Ints) -> Ints:
    """Tell, for each entry of a covering turned over, where it stands in `index`."""
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
    Serve people at a place until its room is used or nobody is left; return how many more.

    Amounts of up to `least` are nothing.
    """
    indptr, index, coverer_indptr, coverer, coverer_arc = pairs
    left, room, sent, full = state
    gained = 0.0
    if full[place]:
        return gained
    for arc in range(indptr[place], indptr[place + 1]):
        amount = min(room[place], left[index[arc]])
        if amount > least:
            sent[arc] += amount
            left[index[arc]] -= amount
            room[place] -= amount
            gained += amount
    if room[place] <= least:
        return gained
    n_classes = left.size
    queue = np.empty(room.size, np.int64)
    into = np.empty(room.size, np.int64)
    seen = np.zeros(room.size, np.int64)
    came = np.empty(n_classes, np.int64)
    owner = np.empty(n_classes, np.int64)
    met = np.zeros(n_classes, np.int64)
    turn = 0
    while room[place] > least:
        turn += 1
        seen[place] = turn
        queue[0] = place
        head, tail, end = 0, 1, -1
        while head < tail and end < 0:
            here = queue[head]
            head += 1
            for arc in range(indptr[here], indptr[here + 1]):
                one = index[arc]
                if met[one] == turn:
                    continue
                met[one] = turn
                came[one] = arc
                owner[one] = here
                if left[one] > least:
                    end = one
                    break
                for entry in range(coverer_indptr[one], coverer_indptr[one + 1]):
                    other = coverer[entry]
                    if seen[other] != turn and not full[other] and sent[coverer_arc[entry]] > least:
                        seen[other] = turn
                        into[other] = coverer_arc[entry]
                        queue[tail] = other
                        tail += 1
        if end < 0:
            for number in range(tail):
                full[queue[number]] = True
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


@njit(cache=True, nogil=True)
def shrink_place(pairs: Pairs, state: FlowState, place: int, loss: float, least: float) -> float:
    """
    Take room away from a place, and let those who lose theirs go where there is some.

    Returns
    -------
    lost
        How many fewer are served.
    """
    left, room, sent, full = state
    room[place] -= loss
    lost = 0.0
    for arc in range(pairs.indptr[place], pairs.indptr[place + 1]):
        if room[place] >= 0.0:
            break
        amount = min(sent[arc], -room[place])
        sent[arc] -= amount
        left[pairs.demand[arc]] += amount
        room[place] += amount
        lost += amount
    room[place] = max(room[place], 0.0)
    full[:] = False
    for other in range(room.size):
        if room[other] > least:
            lost -= fill_place(pairs, state, other, least)
    return lost


@njit(cache=True, nogil=True)
def count_gain(pairs: Pairs, state: FlowState, places: Ints, more: Floats, least: float) -> float:
    """Count how many more are served if some places had so much `more` room; nothing is changed."""
    tried = FlowState(state.left.copy(), state.room.copy(), state.sent.copy(), state.full.copy())
    gained = 0.0
    for number in range(places.size):
        tried.room[places[number]] += more[number]
        gained += fill_place(pairs, tried, places[number], least)
    return gained


class Rooms(NamedTuple):
    """States of the places of a covering: `indptr` lists those of each place, `room` is theirs."""

    indptr: Ints
    room: Floats


@njit(cache=True, nogil=True)
def value_rooms(pairs: Pairs, rooms: Rooms, weight: Floats, earned: Floats, order: Ints) -> Floats:
    """
    Return what each state is worth where serving a person of a class earns so much.

    Parameters
    ----------
    pairs, rooms
        Places against classes, and the states of the places.
    weight, earned
        Persons of each class, and what serving one of them earns.
    order
        Classes by what they earn, the most first.
    """
    value = np.zeros(rooms.room.size)
    left = rooms.room.copy()
    for one in order:
        if earned[one] <= 0.0:
            break
        for entry in range(pairs.coverer_indptr[one], pairs.coverer_indptr[one + 1]):
            place = pairs.coverer[entry]
            for state in range(rooms.indptr[place], rooms.indptr[place + 1]):
                amount = min(weight[one], left[state])
                value[state] += amount * earned[one]
                left[state] -= amount
    return value


@njit(cache=True, nogil=True)
def serve_by_worth(
    pairs: Pairs, rooms: Rooms, weight: Floats, earned: Floats, order: Ints, part: Floats
) -> Floats:
    """Return how many of each class the states then serve, each counted by its `part`."""
    served = np.zeros(weight.size)
    left = rooms.room.copy()
    for one in order:
        if earned[one] <= 0.0:
            break
        for entry in range(pairs.coverer_indptr[one], pairs.coverer_indptr[one + 1]):
            place = pairs.coverer[entry]
            for state in range(rooms.indptr[place], rooms.indptr[place + 1]):
                if part[state] > 0.0:
                    amount = min(weight[one], left[state])
                    served[one] += amount * part[state]
                    left[state] -= amount
    return served
