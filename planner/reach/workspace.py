"""The working memory of one thread, and how wide its buckets are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.search import MAX_RING, WORD_BITS

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, Int32Array, IntArray
    from planner.domain.network import SearchGraph

_NARROWEST_S = 12.0
_WIDEST_S = 16.0
_BUCKETS_A_LIMIT = 64
"""Measured: narrower buckets cost empty ones, wider ones cost nodes settled twice."""

_FIRST_SLOTS = 1 << 12


@dataclass(frozen=True, slots=True)
class Queue:
    """
    A ring of buckets, wide enough for one longest step.

    Attributes
    ----------
    ring : int32, shape (n_buckets,)
        First slot of each bucket, -1 where empty; a power of two of them.
    link : int32, shape (n_slots, 2)
        Node and next slot.
    link_time : float64, shape (n_slots,)
        Seconds at which the node was put in the queue.
    width_s
        Seconds that one bucket spans.
    """

    ring: Int32Array
    link: Int32Array
    link_time: FloatArray
    width_s: float


@dataclass(frozen=True, slots=True)
class Workspace:
    """Arrays that one thread reuses from source to source, clean between them."""

    found: FloatArray
    touched: Int32Array
    words: IntArray
    summary: IntArray
    queue: Queue


def longest_step_s(graph: SearchGraph, seed_time: FloatArray, limit_s: float) -> float:
    """Return the most that two waiting times can lie apart, seconds."""
    step = float(graph.time_s.max(initial=0.0))
    usable = seed_time[seed_time <= min(limit_s, np.finfo(np.float64).max)]
    if usable.size:
        step = max(step, float(usable.max() - usable.min()))
    return min(step, limit_s)


def make_queue(limit_s: float, step_s: float) -> Queue:
    """
    Make an empty queue.

    Parameters
    ----------
    limit_s
        Longest time looked for, seconds; may be infinite.
    step_s
        The most that two waiting times can lie apart, seconds.
    """
    width_s = min(max(limit_s / _BUCKETS_A_LIMIT, _NARROWEST_S), _WIDEST_S)
    width_s = max(width_s, step_s / (MAX_RING - 4))
    buckets = 1 << math.ceil(math.log2(step_s / width_s + 3))
    return Queue(
        ring=np.full(buckets, -1, np.int32),
        link=np.empty((_FIRST_SLOTS, 2), np.int32),
        link_time=np.empty(_FIRST_SLOTS),
        width_s=width_s,
    )


def make_workspace(n_nodes: int, n_listed: int, limit_s: float, step_s: float) -> Workspace:
    """Make the memory to search `n_nodes` and to list numbers below `n_listed`."""
    n_words = n_listed // WORD_BITS + 1
    return Workspace(
        found=np.full(n_nodes, np.nextafter(limit_s, np.inf)),
        touched=np.empty(n_nodes, np.int32),
        words=np.zeros(n_words, np.int64),
        summary=np.zeros(n_words // WORD_BITS + 1, np.int64),
        queue=make_queue(limit_s, step_s),
    )
