"""Other tools that list the nodes within a limit, each in its best honest use."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from collections.abc import Iterator

    import networkx as nx

    from benchmarks.hill_city import HillCity
    from planner.domain.arrays import FloatArray, IntArray

Row = tuple["IntArray", "FloatArray | None"]
"""Nodes reached from one source, ascending, and the seconds to each, where the tool tells."""

_BLOCK = 8
"""Sources of one call of scipy: its tables have a cell for each source and node."""


class Peer(Protocol):
    """
    A tool, built on a city.

    Attributes
    ----------
    name, use
        What it is, and how it is used.
    n_sources
        So many sources are searched; the time of each is what is compared.
    repeats
        So often.
    """

    name: str
    use: str
    n_sources: int
    repeats: int

    def search(self, sources: IntArray, limit_s: float) -> Any:  # noqa: ANN401  # each its own
        """Find what the tool finds, in its own form."""
        ...

    def rows(self, found: Any, sources: IntArray) -> list[Row]:  # noqa: ANN401
        """Put what was found into rows, to compare."""
        ...


class Scipy:
    """`scipy.sparse.csgraph.dijkstra` with a limit, and what is finite picked out."""

    name = "scipy dijkstra(limit=)"
    use = f"blocks of {_BLOCK} sources, reached nodes picked out of the table; 1 thread"
    n_sources = 400
    repeats = 3

    def __init__(self, city: HillCity) -> None:
        tail, head, time_s = city.directed_edges
        n_nodes = len(city.node_xy)
        self.graph = csr_array((time_s, (tail, head)), shape=(n_nodes, n_nodes))

    def search(self, sources: IntArray, limit_s: float) -> list[tuple[IntArray, IntArray, Any]]:
        """Return row, node and seconds of each block."""
        found = []
        for first in range(0, len(sources), _BLOCK):
            block = sources[first : first + _BLOCK]
            table = dijkstra(self.graph, indices=block, limit=limit_s)
            row, node = np.nonzero(np.isfinite(table))
            found.append((row, node, table[row, node]))
        return found

    def rows(self, found: list[tuple[IntArray, IntArray, Any]], sources: IntArray) -> list[Row]:
        """Cut the blocks into rows."""
        rows: list[Row] = []
        for row, node, time_s in found:
            count = min(_BLOCK, len(sources) - len(rows))
            cuts = np.searchsorted(row, np.arange(1, count))
            rows += zip(np.split(node, cuts), np.split(time_s, cuts), strict=True)
        return rows

    def nearest(self, centres: IntArray, limit_s: float) -> FloatArray:
        """Return the seconds from every node to its nearest centre."""
        time_s: FloatArray = dijkstra(self.backwards, indices=centres, min_only=True, limit=limit_s)
        return time_s

    @property
    def backwards(self) -> csr_array:
        """The graph against its edges, made once."""
        if not hasattr(self, "_backwards"):
            self._backwards = csr_array(self.graph.T)
        return self._backwards


class NetworkxLengths:
    """`networkx` path lengths with a limit, from one source after another."""

    name = "networkx path lengths (cutoff=)"
    use = "single_source_dijkstra_path_length on a DiGraph; 1 thread"
    n_sources = 300
    repeats = 3

    def __init__(self, city: HillCity) -> None:
        import networkx as nx

        tail, head, time_s = (array.tolist() for array in city.directed_edges)
        self.networkx = nx
        self.graph: nx.DiGraph[int] = nx.DiGraph()
        self.graph.add_nodes_from(range(len(city.node_xy)))
        self.graph.add_weighted_edges_from(zip(tail, head, time_s, strict=True), weight="time")

    def search(self, sources: IntArray, limit_s: float) -> list[dict[int, float]]:
        """Return a dictionary of seconds for each source."""
        lengths = self.networkx.single_source_dijkstra_path_length
        return [
            lengths(self.graph, source, cutoff=limit_s, weight="time")
            for source in sources.tolist()
        ]

    def rows(self, found: list[dict[int, float]], sources: IntArray) -> list[Row]:
        """Sort the dictionaries."""
        rows: list[Row] = []
        for lengths, _ in zip(found, sources, strict=True):
            reached = sorted(lengths)
            rows.append((np.array(reached), np.array([lengths[node] for node in reached])))
        return rows


class NetworkxEgo:
    """`networkx.ego_graph`, as the isochrone example of osmnx has it."""

    name = "networkx ego_graph"
    use = (
        "as the isochrone example of osmnx, on a DiGraph (lighter than its MultiDiGraph); 1 thread"
    )
    n_sources = 100
    repeats = 2

    def __init__(self, lengths: NetworkxLengths) -> None:
        self.networkx = lengths.networkx
        self.graph = lengths.graph

    def search(self, sources: IntArray, limit_s: float) -> list[IntArray]:
        """Return the nodes of the graph around each source."""
        ego_graph = self.networkx.ego_graph
        around = (
            ego_graph(self.graph, source, radius=limit_s, distance="time")
            for source in sources.tolist()
        )
        return [np.fromiter(graph, np.int64, len(graph)) for graph in around]

    def rows(self, found: list[IntArray], sources: IntArray) -> list[Row]:
        """Sort the nodes; seconds are not told."""
        return [(np.sort(node), None) for node, _ in zip(found, sources, strict=True)]


class Igraph:
    """`igraph` distances to every node: it has no limit."""

    name = "igraph distances"
    use = "no limit can be given: the whole city, then picked out; 1 thread"
    n_sources = 4
    repeats = 2

    def __init__(self, city: HillCity) -> None:
        import igraph

        tail, head, time_s = city.directed_edges
        pairs = np.stack([tail, head], axis=1)
        self.graph = igraph.Graph(n=len(city.node_xy), edges=pairs, directed=True)
        self.graph.es["time"] = time_s.tolist()

    def search(self, sources: IntArray, limit_s: float) -> list[tuple[IntArray, FloatArray]]:
        """Return nodes and seconds of each source."""
        found = []
        for source in sources.tolist():
            table = self.graph.distances(source=[source], weights="time", mode="out")
            time_s = np.array(table[0])
            node = np.flatnonzero(time_s <= limit_s)
            found.append((node, time_s[node]))
        return found

    def rows(self, found: list[tuple[IntArray, FloatArray]], sources: IntArray) -> list[Row]:
        """Return what was found, as it is."""
        return [row for row, _ in zip(found, sources, strict=True)]


class Pandana:
    """`pandana`, its contraction hierarchy built before."""

    name = "pandana nodes_in_range"
    use = "contraction hierarchy built before; 2 threads"
    n_sources = 2_000
    repeats = 3

    def __init__(self, city: HillCity) -> None:
        import pandana
        import pandas as pd

        tail, head, time_s = city.directed_edges
        with _quiet():
            self.network = pandana.Network(
                *(pd.Series(axis) for axis in city.node_xy.T),
                pd.Series(tail),
                pd.Series(head),
                pd.DataFrame({"time": time_s}),
                twoway=False,
            )
        self.x, self.y = (pd.Series(axis) for axis in city.node_xy.T)
        self.series = pd.Series

    def search(self, sources: IntArray, limit_s: float) -> Any:  # noqa: ANN401  # no types there
        """Return a table of source, node, seconds."""
        return self.network.nodes_in_range(sources, limit_s)

    def rows(self, found: Any, sources: IntArray) -> list[Row]:  # noqa: ANN401
        """Cut the table by source."""
        source, node = found["source"].to_numpy(), found["destination"].to_numpy()
        time_s = found["time"].to_numpy()
        order = np.lexsort((node, source))
        cuts = np.searchsorted(source[order], sources)[1:]
        pairs = zip(np.split(node[order], cuts), np.split(time_s[order], cuts), strict=True)
        return list(pairs)

    def set_values(self, value: FloatArray) -> None:
        """Put a value on every node."""
        self.network.set(self.series(np.arange(len(value))), self.series(value), name="value")

    def sums(self, limit_s: float) -> FloatArray:
        """Sum the values within the limit of every node."""
        total = self.network.aggregate(limit_s, type="sum", decay="flat", name="value")
        sums: FloatArray = total.to_numpy()
        return sums

    def set_centres(self, centres: IntArray, limit_s: float) -> None:
        """Say where the centres are."""
        self.network.set_pois("centres", limit_s, 1, self.x.iloc[centres], self.y.iloc[centres])

    def nearest(self, limit_s: float) -> FloatArray:
        """Return the seconds from every node to its nearest centre, at most the limit."""
        time_s: FloatArray = self.network.nearest_pois(limit_s, "centres")[1].to_numpy()
        return time_s


class PandanaCore:
    """What pandana does in C++ for `nodes_in_range`, before it makes a table."""

    name = "pandana, its C++ alone"
    use = "the private call behind nodes_in_range: lists of pairs, no table; 2 threads"
    n_sources = 2_000
    repeats = 3

    def __init__(self, peer: Pandana, n_nodes: int) -> None:
        self.core = peer.network.net
        self.every = np.arange(n_nodes)

    def search(self, sources: IntArray, limit_s: float) -> list[list[tuple[int, float]]]:
        """Return pairs of node and seconds for each source."""
        found: list[list[tuple[int, float]]]
        found = self.core.nodes_in_range(sources, limit_s, 0, self.every)
        return found

    def rows(self, found: list[list[tuple[int, float]]], sources: IntArray) -> list[Row]:
        """Sort the pairs; a node may come twice, or later than the limit."""
        rows: list[Row] = []
        for pairs, _ in zip(found, sources, strict=True):
            best: dict[int, float] = {}
            for node, time_s in pairs:
                best[node] = min(time_s, best.get(node, np.inf))
            reached = sorted(best)
            rows.append((np.array(reached), np.array([best[node] for node in reached])))
        return rows


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what C++ prints off the terminal."""
    sys.stdout.flush()
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
