"""Random graphs in compressed rows, and the slow plain twins of the search kernels."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Ints32 = NDArray[np.int32]

Seed = tuple[int, float]


@dataclass(frozen=True)
class Graph:
    """Directed edges in compressed rows; nodes without edges have empty rows."""

    indptr: Ints32
    head: Ints32
    time_s: Floats

    @property
    def arrays(self) -> tuple[Ints32, Ints32, Floats]:
        return self.indptr, self.head, self.time_s

    @property
    def n_nodes(self) -> int:
        return len(self.indptr) - 1

    def edges(self, node: int) -> list[tuple[int, float]]:
        row = slice(self.indptr[node], self.indptr[node + 1])
        return list(zip(self.head[row].tolist(), self.time_s[row].tolist(), strict=True))


def make_graph(rng: np.random.Generator, n_nodes: int, n_edges: int) -> Graph:
    """Make a graph with ties, islands, one-way edges, and steps from tiny to long."""
    tail, head = rng.integers(0, n_nodes, (2, n_edges))
    time_s = rng.choice([1.0, 2.0, 8.0, 0.001, 500.0, *rng.uniform(0.1, 30, 4)], n_edges)
    order = np.lexsort((head, tail))
    indptr = np.zeros(n_nodes + 1, np.int32)
    np.cumsum(np.bincount(tail, minlength=n_nodes), out=indptr[1:])
    return Graph(indptr, head[order].astype(np.int32), time_s[order])


def plain_search(graph: Graph, seeds: list[Seed], limit: float) -> dict[int, float]:
    """Dijkstra with a heap, as in any textbook: nodes within the limit and their times."""
    found: dict[int, float] = {}
    heap = [(time_s, node) for node, time_s in seeds if node >= 0 and time_s <= limit]
    heapq.heapify(heap)
    while heap:
        time_s, node = heapq.heappop(heap)
        if node in found:
            continue
        found[node] = time_s
        for head, step_s in graph.edges(node):
            if time_s + step_s <= limit:
                heapq.heappush(heap, (time_s + step_s, head))
    return found


def plain_nearest(
    graph: Graph, seeds: list[Seed], limit: float
) -> tuple[dict[int, float], dict[int, int]]:
    """For each node the least (time, position of the seed), by one search from each seed."""
    best: dict[int, tuple[float, int]] = {}
    for label, seed in enumerate(seeds):
        for node, time_s in plain_search(graph, [seed], limit).items():
            best[node] = min(best.get(node, (math.inf, -1)), (time_s, label))
    return {n: t for n, (t, _) in best.items()}, {n: k for n, (_, k) in best.items()}


@dataclass(frozen=True)
class Memory:
    """Working arrays as the kernels want them: clean."""

    found: Floats
    touched: Ints32
    ring: Ints32
    link: Ints32
    link_time: Floats
    words: Ints
    summary: Ints

    @classmethod
    def make(cls, n_nodes: int, n_listed: int, n_buckets: int, *, limit: float = np.inf) -> Memory:
        """Make few slots, so that the queue must grow; `limit` is that of the row kernels."""
        slots = 4
        n_words = n_listed // 32 + 1
        return cls(
            found=np.full(n_nodes, np.nextafter(limit, np.inf)),
            touched=np.empty(n_nodes, np.int32),
            ring=np.full(n_buckets, -1, np.int32),
            link=np.empty((slots, 2), np.int32),
            link_time=np.empty(slots),
            words=np.zeros(n_words, np.int64),
            summary=np.zeros(n_words // 32 + 1, np.int64),
        )

    @property
    def search(self) -> tuple[Floats, Ints32, Ints32, Ints32, Floats]:
        return self.found, self.touched, self.ring, self.link, self.link_time

    @property
    def queue(self) -> tuple[Ints32, Ints32, Floats]:
        return self.ring, self.link, self.link_time

    def is_clean(self, limit: float = np.inf) -> bool:
        return bool(
            (self.found == np.nextafter(limit, np.inf)).all()
            and (self.ring == -1).all()
            and not self.words.any()
            and not self.summary.any()
        )


def buckets_for(graph: Graph, width: float, spread: float = 0.0) -> int:
    """Return a power of two of buckets that one longest step fits into."""
    step = max(float(graph.time_s.max(initial=0.0)), spread)
    return 1 << math.ceil(math.log2(step / width + 3))
