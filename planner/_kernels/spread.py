"""
Searches without rows: the nearest of many seeds, and a tree of shortest ways.

The queue is that of `search`; its parts are written out again here, since numba's
cache looks at one file's date only.
"""

# ruff: noqa: PLR0917  # kernels take plain arrays one by one
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, types

from planner._kernels.compiled import compiled
from planner._kernels.signatures import F8, I4

if TYPE_CHECKING:
    from numpy.typing import NDArray

    _Floats = NDArray[np.float64]
    _Ints = NDArray[np.int64]
    _Ints32 = NDArray[np.int32]

_GRAPH = (I4, I4, F8)
_QUEUE = (types.int32[::1], types.int32[:, ::1], types.float64[::1])


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


@compiled(
    types.void(
        *_GRAPH,
        I4,
        F8,
        types.float64,
        types.float64,
        types.float64[::1],
        types.int64[::1],
        *_QUEUE,
    )
)
def nearest_seed(
    indptr: _Ints32,
    head: _Ints32,
    time_s: _Floats,
    seed_node: _Ints32,
    seed_time: _Floats,
    limit: float,
    width: float,
    found: _Floats,
    label: _Ints,
    ring: _Ints32,
    link: _Ints32,
    link_time: _Floats,
) -> None:
    """
    Find for every node the nearest seed; of equally near ones, the first.

    Pairs (time, label) spread and are compared in that order. `found` must be all
    inf, `label` and `ring` all -1 on entry.
    """
    mask = ring.size - 1
    per_second = 1.0 / width
    free = -1
    top = 0
    waiting = 0
    current = np.int64(0x7FFFFFFFFFFFFFFF)
    for k in range(seed_node.size):
        node = seed_node[k]
        reached = seed_time[k]
        if node < 0 or reached > limit or reached >= found[node]:
            continue
        found[node] = reached
        label[node] = k
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
        mine = label[node]
        for k in range(indptr[node], indptr[node + 1]):
            reached = now + time_s[k]
            if reached > limit:
                continue
            other = head[k]
            before = found[other]
            if reached > before or (reached == before and mine >= label[other]):
                continue
            found[other] = reached
            label[other] = mine
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


@compiled(
    types.void(
        *_GRAPH,
        I4,
        F8,
        types.float64,
        types.float64,
        types.float64[::1],
        types.int32[::1],
        *_QUEUE,
    )
)
def grow_tree(
    indptr: _Ints32,
    head: _Ints32,
    time_s: _Floats,
    seed_node: _Ints32,
    seed_time: _Floats,
    limit: float,
    width: float,
    found: _Floats,
    parent: _Ints32,
    ring: _Ints32,
    link: _Ints32,
    link_time: _Floats,
) -> None:
    """
    Find shortest times from the seeds with, for each node, the node before it.

    `found` must be all inf, `parent` and `ring` all -1 on entry; a seed's parent
    stays -1.
    """
    mask = ring.size - 1
    per_second = 1.0 / width
    top = 0
    waiting = 0
    current = np.int64(0x7FFFFFFFFFFFFFFF)
    for k in range(seed_node.size):
        node = seed_node[k]
        reached = seed_time[k]
        if node < 0 or reached > limit or reached >= found[node]:
            continue
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
        waiting -= 1
        if now > found[node]:
            continue
        for k in range(indptr[node], indptr[node + 1]):
            reached = now + time_s[k]
            other = head[k]
            if reached > limit or reached >= found[other]:
                continue
            found[other] = reached
            parent[other] = node
            if top == link_time.size:
                link, link_time = _longer(link, link_time)
            slot = np.int64(reached * per_second) & mask
            link[top, 0] = other
            link[top, 1] = ring[slot]
            link_time[top] = reached
            ring[slot] = top
            top += 1
            waiting += 1
