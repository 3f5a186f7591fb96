"""
Sending homes to centres that have room: successive shortest paths with prices.

Every centre has a price: how much longer, at the least, somebody has to walk in all so that one
more household finds room there. It is 0 while there is room, and `penalty_s` at the most: then
one more household goes without. A home goes where walk and price together are least; if that
centre is full, somebody there moves on to where his walk grows least, and so on to a centre with
room. So the sum of all walks is the least there is for everybody placed so far, and at the end
for all (Ahuja, Magnanti and Orlin 1993, chapter 9.7).
"""
# ruff: noqa: PLR0917  # kernels take plain arrays one by one

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_NONE = -1


@njit(cache=True, nogil=True)
def _merge(first: int, second: int, key: Floats, left: Ints, right: Ints) -> int:
    """Join two skew heaps, the least key on top; return the top, -1 of nothing."""
    if first < 0:
        return second
    if second < 0:
        return first
    if key[second] < key[first]:
        first, second = second, first
    top = first
    while True:
        other = right[first]
        right[first] = left[first]
        if other < 0:
            left[first] = second
            return top
        if key[second] < key[other]:
            other, second = second, other
        left[first] = other
        first = other


@njit(cache=True, nogil=True)
def _grow(values: Ints) -> Ints:
    """Return the array with room for twice as many."""
    wider = np.full(2 * values.size, _NONE, np.int64)
    wider[: values.size] = values
    return wider


@njit(cache=True, nogil=True)
def _grow_numbers(values: Floats) -> Floats:
    """Return the array with room for twice as many."""
    wider = np.zeros(2 * values.size, np.float64)
    wider[: values.size] = values
    return wider


@njit(cache=True, nogil=True)
def _sift_up(heap_key: Floats, heap_item: Ints, size: int, key: float, item: int) -> None:
    """Put an item into a binary heap that holds `size` others."""
    at = size
    while at > 0:
        above = (at - 1) // 2
        if heap_key[above] <= key:
            break
        heap_key[at], heap_item[at] = heap_key[above], heap_item[above]
        at = above
    heap_key[at], heap_item[at] = key, item


@njit(cache=True, nogil=True)
def _sift_down(heap_key: Floats, heap_item: Ints, size: int) -> None:
    """Take the top off a binary heap of `size` items."""
    last_key, last = heap_key[size - 1], heap_item[size - 1]
    at, below = 0, 1
    while below < size - 1:
        if below + 1 < size - 1 and heap_key[below + 1] < heap_key[below]:
            below += 1
        if heap_key[below] >= last_key:
            break
        heap_key[at], heap_item[at] = heap_key[below], heap_item[below]
        at = below
        below = 2 * at + 1
    heap_key[at], heap_item[at] = last_key, last


def assign_homes(
    indptr: Ints,
    centre: Ints,
    time_s: Floats,
    supply: Floats,
    room: Floats,
    penalty_s: float,
) -> tuple[Floats, Floats, Floats]:
    """
    Send every home to its options so that the sum of all walks is least.

    `indptr, centre, time_s` list the options of each home, no centre twice; `supply` is how
    much each home sends, `room` how much each centre takes (0 or more, may be infinite).
    What goes to a centre beyond its room counts `penalty_s` more than its walk; where that is
    longer than any chain of moves, as few as possible go without room.

    Returns how much is sent along each option, how much of what each centre gets is beyond
    its room, and the price of each centre. A home without options sends nothing.
    """
    n_centres = room.size
    by_centre = np.argsort(centre, kind="stable")
    centre_indptr = np.zeros(n_centres + 1, np.int64)
    np.cumsum(np.bincount(centre, minlength=n_centres), out=centre_indptr[1:])
    owner = np.repeat(np.arange(indptr.size - 1, dtype=np.int64), np.diff(indptr))
    sent: tuple[Floats, Floats, Floats] = _assign(
        np.ascontiguousarray(indptr, np.int64),
        np.ascontiguousarray(centre, np.int64),
        np.ascontiguousarray(time_s, np.float64),
        np.ascontiguousarray(supply, np.float64),
        np.ascontiguousarray(room, np.float64),
        float(penalty_s),
        owner,
        by_centre,
        centre_indptr,
    )
    return sent


@njit(cache=True, nogil=True)
def _assign(
    indptr: Ints,
    centre: Ints,
    time_s: Floats,
    supply: Floats,
    room: Floats,
    penalty_s: float,
    owner: Ints,
    by_centre: Ints,
    centre_indptr: Ints,
) -> tuple[Floats, Floats, Floats]:
    """
    Do what `assign_homes` says.

    `owner` is the home of each option; `by_centre` lists the options of each centre, in rows
    by `centre_indptr`.
    """
    n_homes, n_centres = indptr.size - 1, room.size
    sent = np.zeros(centre.size, np.float64)
    beyond = np.zeros(n_centres, np.float64)
    price = np.zeros(n_centres, np.float64)
    spare = room.copy()
    full = room <= 0.0

    # Moves from one full centre to another: for each pair a heap of homes by longer walk.
    n_pairs, n_nodes, free = 0, 0, _NONE
    first_pair = np.full(n_centres, _NONE, np.int64)
    pair_to = np.full(1024, _NONE, np.int64)
    pair_next = np.full(1024, _NONE, np.int64)
    pair_top = np.full(1024, _NONE, np.int64)
    key = np.zeros(4096, np.float64)
    left = np.full(4096, _NONE, np.int64)
    right = np.full(4096, _NONE, np.int64)
    option_from = np.full(4096, _NONE, np.int64)
    option_to = np.full(4096, _NONE, np.int64)

    # One search: distance, where from, by whose move; `stamp` tells this search from others.
    distance = np.zeros(n_centres, np.float64)
    stamp = np.full(n_centres, _NONE, np.int64)
    settled = np.full(n_centres, _NONE, np.int64)
    came_from = np.full(n_centres, _NONE, np.int64)
    move_from = np.full(n_centres, _NONE, np.int64)
    move_to = np.full(n_centres, _NONE, np.int64)
    visited = np.empty(n_centres, np.int64)
    heap_key = np.empty(1024, np.float64)
    heap_item = np.empty(1024, np.int64)
    waiting = np.empty(n_centres + centre.size, np.int64)
    search = 0

    for home in range(n_homes):
        left_over = supply[home]
        if indptr[home] == indptr[home + 1]:
            continue
        while left_over > 0.0:
            search += 1
            best, base = _NONE, np.inf
            for option in range(indptr[home], indptr[home + 1]):
                value = time_s[option] + price[centre[option]]
                if value < base:
                    best, base = option, value
            target, is_beyond = centre[best], False
            move_to[target], move_from[target], came_from[target] = best, _NONE, _NONE
            if spare[target] <= 0.0:
                size, n_visited, reached = 0, 0, np.inf
                for option in range(indptr[home], indptr[home + 1]):
                    at = centre[option]
                    distance[at] = time_s[option] + price[at] - base
                    stamp[at], came_from[at] = search, _NONE
                    move_from[at], move_to[at] = _NONE, option
                    if size == heap_key.size:
                        heap_key = _grow_numbers(heap_key)
                        heap_item = _grow(heap_item)
                    _sift_up(heap_key, heap_item, size, distance[at], at)
                    size += 1
                while size > 0:
                    so_far, at = heap_key[0], heap_item[0]
                    _sift_down(heap_key, heap_item, size)
                    size -= 1
                    if so_far >= reached:
                        break
                    if settled[at] == search or so_far > distance[at]:
                        continue
                    settled[at] = search
                    if spare[at] > 0.0:
                        target, is_beyond, reached = at, False, so_far
                        break
                    visited[n_visited] = at
                    n_visited += 1
                    without = so_far + max(penalty_s - price[at], 0.0)
                    if without < reached:
                        target, is_beyond, reached = at, True, without
                    pair = first_pair[at]
                    while pair >= 0:
                        top = pair_top[pair]
                        while top >= 0 and sent[option_from[top]] <= 0.0:
                            pair_top[pair] = _merge(left[top], right[top], key, left, right)
                            left[top], free = free, top
                            top = pair_top[pair]
                        if top >= 0:
                            to = pair_to[pair]
                            longer = max(key[top] + price[to] - price[at], 0.0)
                            value = so_far + longer
                            if value < reached and (stamp[to] != search or value < distance[to]):
                                distance[to], stamp[to], came_from[to] = value, search, at
                                move_from[to], move_to[to] = option_from[top], option_to[top]
                                if size == heap_key.size:
                                    heap_key = _grow_numbers(heap_key)
                                    heap_item = _grow(heap_item)
                                _sift_up(heap_key, heap_item, size, value, to)
                                size += 1
                        pair = pair_next[pair]
                for place in range(n_visited):
                    at = visited[place]
                    if distance[at] < reached:
                        price[at] = min(price[at] + reached - distance[at], penalty_s)
            amount = left_over
            at = target
            while came_from[at] >= 0:
                amount = min(amount, sent[move_from[at]])
                at = came_from[at]
            if is_beyond:
                beyond[target] += amount
            else:
                amount = min(amount, spare[target])
                spare[target] -= amount
            left_over -= amount
            # Who has newly come to a full centre may be asked to move on from there.
            n_waiting = 0
            at = target
            while at >= 0:
                option = move_to[at]
                if sent[option] <= 0.0 and full[at]:
                    waiting[n_waiting] = option
                    n_waiting += 1
                sent[option] += amount
                if move_from[at] >= 0:
                    sent[move_from[at]] -= amount
                at = came_from[at]
            if not full[target] and spare[target] <= 0.0:
                full[target] = True
                for place in range(centre_indptr[target], centre_indptr[target + 1]):
                    if sent[by_centre[place]] > 0.0:
                        waiting[n_waiting] = by_centre[place]
                        n_waiting += 1
            for place in range(n_waiting):
                option = waiting[place]
                at = centre[option]
                for other in range(indptr[owner[option]], indptr[owner[option] + 1]):
                    if other == option:
                        continue
                    pair = first_pair[at]
                    while pair >= 0 and pair_to[pair] != centre[other]:
                        pair = pair_next[pair]
                    if pair < 0:
                        if n_pairs == pair_to.size:
                            pair_to, pair_next = _grow(pair_to), _grow(pair_next)
                            pair_top = _grow(pair_top)
                        pair = n_pairs
                        n_pairs += 1
                        pair_to[pair], pair_top[pair] = centre[other], _NONE
                        pair_next[pair], first_pair[at] = first_pair[at], pair
                    if free >= 0:
                        node, free = free, left[free]
                    else:
                        if n_nodes == key.size:
                            key = _grow_numbers(key)
                            left, right = _grow(left), _grow(right)
                            option_from, option_to = _grow(option_from), _grow(option_to)
                        node = n_nodes
                        n_nodes += 1
                    key[node] = time_s[other] - time_s[option]
                    left[node] = right[node] = _NONE
                    option_from[node], option_to[node] = option, other
                    pair_top[pair] = _merge(pair_top[pair], node, key, left, right)
    return sent, beyond, price
