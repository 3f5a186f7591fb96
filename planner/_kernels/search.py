"""
Bounded searches on a directed graph in compressed rows.

All kernels that call each other stand in this one file: numba's cache looks at
one file's date only. Times are float64 seconds. The queue is a ring of buckets;
inside a bucket a node may be settled more than once, until nothing improves, so
the times are the exact shortest ones for any width. Nodes
that only lead on, and dead ends, are not queued: the search walks along them at
once. A time is the sum of edge times from the source outwards, rounded at each
step, and the least of all such sums does not depend on the order of the work:
the same bytes every time.

Nodes carry the graph's own numbers here. Arrays called `number` translate them
to the caller's, arrays called `position` translate back.
"""

# ruff: noqa: PLR0917  # kernels take plain arrays one by one
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, types

from planner._kernels.compiled import compiled
from planner._kernels.signatures import F8, F8_2, I4, I4_2, I8, I8_2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    _Floats = NDArray[np.float64]
    _Ints = NDArray[np.int64]
    _Ints32 = NDArray[np.int32]

WORD_BITS = 32
"""Bits used of each int64 word of a bit set; 32, so that no product overflows."""

MAX_RING = 1 << 16
"""Most buckets of a ring; beyond it buckets are made wider instead."""

_DE_BRUIJN = 0x077CB531
_LOW_32 = 0xFFFFFFFF
_BIT_OF = np.empty(WORD_BITS, np.int64)
for _bit in range(WORD_BITS):
    _BIT_OF[(((1 << _bit) * _DE_BRUIJN) & _LOW_32) >> 27] = _bit

_GRAPH = (I4, I4, F8)
_QUEUE = (types.int32[::1], types.int32[:, ::1], types.float64[::1])
_BITS = (types.int64[::1], types.int64[::1])
_OUT = (types.int32[::1], types.float64[::1], types.int64, types.int64[::1])


@njit(nogil=True, cache=True)
def _search(
    indptr: _Ints32,
    head: _Ints32,
    time_s: _Floats,
    seed_node: _Ints32,
    seed_time: _Floats,
    beyond: float,
    width: float,
    found: _Floats,
    touched: _Ints32,
    ring: _Ints32,
    link: _Ints32,
    link_time: _Floats,
) -> int:
    """
    Settle every node within the limit of the seeds; return how many were touched.

    On entry `found` is all `beyond`, the least number above the limit (one comparison tells
    what is too far and what improves), and `ring` all -1, as again on return. A seed of -1 is none.
    """
    mask = ring.size - 1
    per_second = 1.0 / width
    count = 0
    free = -1
    top = 0
    waiting = 0
    current = np.int64(0x7FFFFFFFFFFFFFFF)
    for k in range(seed_node.size):
        node = seed_node[k]
        reached = seed_time[k]
        if node < 0 or reached >= found[node]:
            continue
        if found[node] == beyond:
            touched[count] = node
            count += 1
        found[node] = reached
        bucket = np.int64(reached * per_second)
        current = min(current, bucket)
        if top == link_time.size:
            link, link_time = _longer(link, link_time)
        link[top, 0] = node
        link[top, 1] = ring[bucket & mask]
        link_time[top] = reached
        ring[bucket & mask] = top
        top += 1
        waiting += 1
    while waiting > 0:
        slot = current & mask
        entry = ring[slot]
        if entry < 0:
            current += 1
            continue
        node = link[entry, 0]
        now = link_time[entry]
        ring[slot] = link[entry, 1]
        link[entry, 1] = free
        free = entry
        waiting -= 1
        if now > found[node]:
            continue
        for k in range(indptr[node], indptr[node + 1]):
            reached = now + time_s[k]
            other = head[k]
            before = found[other]
            if reached >= before:
                continue
            # Where one way leads on, it is walked at once: no queue for a place along the way.
            behind = node
            waits = False
            while True:
                if before == beyond:
                    touched[count] = other
                    count += 1
                found[other] = reached
                step = indptr[other]
                last = indptr[other + 1] - 1
                if step < last:
                    if step + 1 == last and head[step] == behind:
                        step = last
                    elif step + 1 < last or head[last] != behind:
                        waits = True
                        break
                elif step > last or head[step] == behind:
                    break
                ahead = reached + time_s[step]
                before = found[head[step]]
                if ahead >= before:
                    break
                behind = other
                other = head[step]
                reached = ahead
            if not waits:
                continue
            if free >= 0:
                entry = free
                free = link[entry, 1]
            else:
                if top == link_time.size:
                    link, link_time = _longer(link, link_time)
                entry = top
                top += 1
            slot = np.int64(reached * per_second) & mask
            link[entry, 0] = other
            link[entry, 1] = ring[slot]
            link_time[entry] = reached
            ring[slot] = entry
            waiting += 1
    return count


@njit(nogil=True, cache=True)
def _longer(link: _Ints32, link_time: _Floats) -> tuple[_Ints32, _Floats]:
    """Return the two arrays of the queue with twice the room."""
    size = link_time.size
    more_link = np.empty((2 * size, 2), np.int32)
    more_time = np.empty(2 * size, np.float64)
    # Written out: numba's assignment of slices takes seconds to compile.
    for k in range(size):
        more_link[k, 0] = link[k, 0]
        more_link[k, 1] = link[k, 1]
        more_time[k] = link_time[k]
    return more_link, more_time


@njit(nogil=True, cache=True)
def _list_row(
    touched: _Ints32,
    count: int,
    found: _Floats,
    clean: float,
    number: _Ints32,
    position: _Ints32,
    words: _Ints,
    summary: _Ints,
    out_index: _Ints32,
    out_time: _Floats,
    used: int,
) -> int:
    """
    Write the touched as (the caller's number, time), ascending; reset what was touched to `clean`.

    A bit set of two levels sorts in linear time: numbers set bits, bits are read
    in order. `words` and `summary` are all 0 on entry and on return.
    """
    low = summary.size
    high = -1
    for j in range(count):
        index = int(number[touched[j]])
        word = index >> 5
        words[word] |= 1 << (index & 31)
        above = word >> 5
        summary[above] |= 1 << (word & 31)
        low = min(low, above)
        high = max(high, above)
    for above in range(low, high + 1):
        left = summary[above]
        summary[above] = 0
        while left:
            bit = left & -left
            left ^= bit
            word = (above << 5) + _BIT_OF[((bit * _DE_BRUIJN) & _LOW_32) >> 27]
            inner = words[word]
            words[word] = 0
            while inner:
                bit = inner & -inner
                inner ^= bit
                index = (word << 5) + _BIT_OF[((bit * _DE_BRUIJN) & _LOW_32) >> 27]
                place = position[index]
                out_index[used] = index
                out_time[used] = found[place]
                found[place] = clean
                used += 1
    return used


@compiled(
    types.int64(
        *_GRAPH,
        I4_2,
        F8_2,
        types.int64,
        types.int64,
        types.float64,
        types.float64,
        types.float64[::1],
        types.int32[::1],
        *_QUEUE,
        *_BITS,
        I4,
        I4,
        *_OUT,
    )
)
def reach_rows(
    indptr: _Ints32,
    head: _Ints32,
    time_s: _Floats,
    seed_node: _Ints32,
    seed_time: _Floats,
    first: int,
    last: int,
    limit: float,
    width: float,
    found: _Floats,
    touched: _Ints32,
    ring: _Ints32,
    link: _Ints32,
    link_time: _Floats,
    words: _Ints,
    summary: _Ints,
    number: _Ints32,
    position: _Ints32,
    out_index: _Ints32,
    out_time: _Floats,
    used: int,
    row_end: _Ints,
) -> int:
    """
    List the nodes within `limit` of sources `first` to `last`, one row a source.

    Rows are appended to `out_index`, `out_time` from `used` on; `row_end[i]` is
    where row `i` ends. Returns the first source whose row did not fit, or `last`.
    """
    beyond = np.nextafter(limit, np.inf)
    for i in range(first, last):
        count = _search(
            indptr,
            head,
            time_s,
            seed_node[i],
            seed_time[i],
            beyond,
            width,
            found,
            touched,
            ring,
            link,
            link_time,
        )
        if used + count > out_index.size:
            for j in range(count):
                found[touched[j]] = beyond
            return i
        used = _list_row(
            touched,
            count,
            found,
            beyond,
            number,
            position,
            words,
            summary,
            out_index,
            out_time,
            used,
        )
        row_end[i] = used
    return last


@compiled(
    types.int64(
        *_GRAPH,
        I4_2,
        F8_2,
        types.int64,
        types.int64,
        types.float64,
        types.float64,
        types.float64[::1],
        types.int32[::1],
        *_QUEUE,
        *_BITS,
        I4,
        I4,
        *_OUT,
        I8_2,
        F8_2,
        I8,
        I4,
        F8,
        F8,
        F8,
        types.float64[::1],
        types.int32[::1],
    )
)
def walk_rows(
    indptr: _Ints32,
    head: _Ints32,
    time_s: _Floats,
    seed_node: _Ints32,
    seed_time: _Floats,
    first: int,
    last: int,
    limit: float,
    width: float,
    found: _Floats,
    touched: _Ints32,
    ring: _Ints32,
    link: _Ints32,
    link_time: _Floats,
    words: _Ints,
    summary: _Ints,
    number: _Ints32,
    position: _Ints32,
    out_index: _Ints32,
    out_time: _Floats,
    used: int,
    row_end: _Ints,
    own_range: _Ints,
    own_walk: _Floats,
    entry_indptr: _Ints,
    entry_demand: _Ints32,
    entry_extra: _Floats,
    demand_fraction: _Floats,
    demand_leg: _Floats,
    demand_found: _Floats,
    demand_touched: _Ints32,
) -> int:
    """
    List the demand within `limit` of places `first` to `last`, one row a place.

    Demand hangs on nodes: `entry_demand[entry_indptr[node]:…]` are met there after
    `entry_extra` more seconds. Demand on the place's own edge is `own_range[i]`;
    `own_walk[i]` holds the place's fraction, its off-street leg, and the seconds
    of the whole edge towards higher and lower fractions. `number` and `position`
    translate demand here. Rows are written as by `reach_rows`.
    """
    beyond = np.nextafter(limit, np.inf)
    for i in range(first, last):
        count = _search(
            indptr,
            head,
            time_s,
            seed_node[i],
            seed_time[i],
            beyond,
            width,
            found,
            touched,
            ring,
            link,
            link_time,
        )
        met = 0
        for j in range(count):
            node = touched[j]
            reached = found[node]
            found[node] = beyond
            for k in range(entry_indptr[node], entry_indptr[node + 1]):
                walk = reached + entry_extra[k]
                demand = entry_demand[k]
                if walk <= limit and walk < demand_found[demand]:
                    if demand_found[demand] == np.inf:
                        demand_touched[met] = demand
                        met += 1
                    demand_found[demand] = walk
        for demand in range(own_range[i, 0], own_range[i, 1]):
            along = demand_fraction[demand] - own_walk[i, 0]
            walk = own_walk[i, 1] + demand_leg[demand]
            if along > 0.0:
                walk += along * own_walk[i, 2]
            elif along < 0.0:
                walk -= along * own_walk[i, 3]
            if walk <= limit and walk < demand_found[demand]:
                if demand_found[demand] == np.inf:
                    demand_touched[met] = demand
                    met += 1
                demand_found[demand] = walk
        if used + met > out_index.size:
            for j in range(met):
                demand_found[demand_touched[j]] = np.inf
            return i
        used = _list_row(
            demand_touched,
            met,
            demand_found,
            np.inf,
            number,
            position,
            words,
            summary,
            out_index,
            out_time,
            used,
        )
        row_end[i] = used
    return last


@compiled(
    types.void(
        *_GRAPH,
        I4_2,
        F8_2,
        types.int64,
        types.int64,
        types.float64,
        types.float64,
        types.float64[::1],
        types.int32[::1],
        *_QUEUE,
        F8,
        types.float64[::1],
    )
)
def sum_rows(
    indptr: _Ints32,
    head: _Ints32,
    time_s: _Floats,
    seed_node: _Ints32,
    seed_time: _Floats,
    first: int,
    last: int,
    limit: float,
    width: float,
    found: _Floats,
    touched: _Ints32,
    ring: _Ints32,
    link: _Ints32,
    link_time: _Floats,
    value: _Floats,
    out_sum: _Floats,
) -> None:
    """Sum `value` over the nodes within `limit` of sources `first` to `last`."""
    beyond = np.nextafter(limit, np.inf)
    for i in range(first, last):
        count = _search(
            indptr,
            head,
            time_s,
            seed_node[i],
            seed_time[i],
            beyond,
            width,
            found,
            touched,
            ring,
            link,
            link_time,
        )
        total = 0.0
        for j in range(count):
            total += value[touched[j]]
            found[touched[j]] = beyond
        out_sum[i] = total
