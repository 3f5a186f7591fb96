"""The walkable graph: lines noded into edges that share their end nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
import shapely.ops
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from shapely.geometry import LineString

from scripts.hill_district.settings import RANK

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from scripts.hill_district.settings import FloatArray, IntArray
    from scripts.hill_district.town import StreetLine, Town

MERGE_M = 7.0
TWIN_M, STUB_M, LOOP_M, LONGEST_EDGE_M = 120.0, 32.0, 80.0, 95.0
DEFAULTS: dict[str, Any] = {
    "name": "",
    "span": "",
    "bridge": "",
    "tunnel": "",
    "layer": 0,
    "access": "",
    "barrier": "",
    "conveying": "",
    "sidewalk": "",
}


@dataclass
class StreetGraph:
    """
    The streets as nodes and undirected edges.

    Parameters
    ----------
    xy : shape (n_nodes, 2)
        Nodes, local metres.
    heights_m : shape (n_nodes,)
        Heights the streets have there; on bridges and lifts above the ground.
    edges
        One row an edge: `u`, `v`, `line`, `highway` and the columns of `DEFAULTS`.
    """

    xy: FloatArray
    heights_m: FloatArray
    edges: pd.DataFrame

    @property
    def ends(self) -> IntArray:
        """End nodes, shape (n_edges, 2)."""
        return np.asarray(self.edges[["u", "v"]].to_numpy(np.int64))

    @property
    def lengths_m(self) -> FloatArray:
        """Edge lengths."""
        return np.asarray(shapely.length(self.edges["line"].to_numpy()))

    @property
    def grades(self) -> FloatArray:
        """Rise of each edge from `u` to `v` for each metre of its length."""
        u, v = self.ends.T
        return np.asarray((self.heights_m[v] - self.heights_m[u]) / self.lengths_m)

    def on_ground(self) -> pd.DataFrame:
        """
        Select the edges that lie on the ground.

        Returns
        -------
        edges
            Without spans and lifts, in the same order, with their own row numbers.
        """
        e = self.edges
        return e[(e["span"] == "") & (e["highway"] != "elevator")]

    def add(self, rows: Iterable[dict[str, Any]], xy: FloatArray, heights_m: FloatArray) -> None:
        """
        Append nodes and edges.

        Parameters
        ----------
        rows
            Edges, which may refer to the new nodes; columns left out take their default.
        xy : shape (n_new, 2)
            New nodes; the first gets the number that comes after the last old one.
        heights_m : shape (n_new,)
            Their heights.
        """
        self.xy = np.vstack([self.xy, xy.reshape(-1, 2)])
        self.heights_m = np.r_[self.heights_m, heights_m]
        new = pd.DataFrame([{**DEFAULTS, **r} for r in rows])
        self.edges = pd.concat([self.edges, new], ignore_index=True)


def build_graph(town: Town) -> StreetGraph:
    """
    Node the lines of the town and tidy what comes out into one connected graph.

    Parameters
    ----------
    town
        Lines and spans.

    Returns
    -------
    graph
        Its heights are still zero.
    """
    pieces = _noded_pieces(town.lines)
    pieces += [{**_columns(s), "line": s.line} for s in town.spans]
    edges, xy = _merge_ends(pd.DataFrame(pieces))
    edges = _without_twins(edges)
    for _ in range(4):
        degree = np.bincount(edges[["u", "v"]].to_numpy().ravel(), minlength=len(xy))
        loose = (degree[edges["u"]] == 1) | (degree[edges["v"]] == 1)
        edges = edges[~(loose & (edges["length_m"] < STUB_M))]
    part = connected_components(
        sparse.coo_matrix((np.ones(len(edges)), (edges["u"], edges["v"])), shape=(len(xy),) * 2),
        directed=False,
    )[1]
    edges = edges[part[edges["u"]] == np.bincount(part[edges["u"]]).argmax()]
    edges, xy = _split_long(edges.drop(columns="length_m"), xy)
    used, renumbered = np.unique(edges[["u", "v"]].to_numpy(), return_inverse=True)
    edges[["u", "v"]] = renumbered.reshape(-1, 2)
    return StreetGraph(xy[used], np.zeros(len(used)), edges)


def _columns(street: StreetLine) -> dict[str, Any]:
    """Edge columns of a line, without the line itself."""
    own = {"highway": street.highway, "name": street.name, "span": street.span}
    return {**DEFAULTS, **own, **street.tags}


def _noded_pieces(lines: list[StreetLine]) -> list[dict[str, Any]]:
    """Cut all lines at their crossings; where two run in one place the higher rank stays."""
    snapped = shapely.set_precision(np.array([s.line for s in lines]), 0.5)
    whole = ~shapely.is_empty(snapped)
    source = snapped[whole]
    streets = [s for s, ok in zip(lines, whole, strict=True) if ok]
    pieces = shapely.get_parts(shapely.union_all(source, grid_size=0.5))
    pieces = pieces[shapely.length(pieces) > 0.6]
    middle = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    near = shapely.STRtree(source).query(middle, "dwithin", 1.0)
    found = pd.DataFrame(near.T, columns=["piece", "source"])
    rank = np.array([RANK.get(s.highway, 4) for s in streets])
    found["rank"] = rank[found["source"]]
    best = found.sort_values(["piece", "rank", "source"]).drop_duplicates("piece")
    return [
        {**_columns(streets[source]), "line": pieces[piece]}
        for piece, source in zip(best["piece"], best["source"], strict=True)
    ]


def _merge_ends(edges: pd.DataFrame) -> tuple[pd.DataFrame, FloatArray]:
    """Number the ends, near ones as one node, and pull the lines to the nodes."""
    lines = edges["line"].to_numpy()
    ends = np.stack(
        [shapely.get_coordinates(shapely.get_point(lines, k)) for k in (0, -1)], axis=1
    ).reshape(-1, 2)
    pairs = cKDTree(ends).query_pairs(MERGE_M, output_type="ndarray")
    label = connected_components(
        sparse.coo_matrix((np.ones(len(pairs)), pairs.T), shape=(len(ends),) * 2), directed=False
    )[1]
    count = np.bincount(label)
    xy = np.c_[np.bincount(label, ends[:, 0]), np.bincount(label, ends[:, 1])] / count[:, None]
    edges = edges.assign(u=label[0::2], v=label[1::2])
    edges["line"] = [
        LineString([xy[u], *line.coords[1:-1], xy[v]]) if u != v or len(line.coords) > 3 else None
        for line, u, v in zip(lines, edges["u"], edges["v"], strict=True)
    ]
    edges = edges[edges["line"].notna()]
    edges = edges.assign(length_m=shapely.length(edges["line"].to_numpy()))
    return edges[(edges["u"] != edges["v"]) | (edges["length_m"] >= LOOP_M)], xy


def _without_twins(edges: pd.DataFrame) -> pd.DataFrame:
    """Of short edges between the same two nodes keep the one of higher rank."""
    low, high = np.sort(edges[["u", "v"]].to_numpy(), axis=1).T
    rank = edges["highway"].map(RANK).fillna(4)
    ordered = edges.assign(low=low, high=high, rank=rank)
    ordered = ordered.sort_values(["rank", "length_m"], kind="stable")
    twin = ordered.duplicated(["low", "high"]) & (ordered["length_m"] < TWIN_M)
    return ordered[~twin].drop(columns=["low", "high", "rank"])


def _split_long(edges: pd.DataFrame, xy: FloatArray) -> tuple[pd.DataFrame, FloatArray]:
    """Split long edges on the ground, so that their heights can follow it."""
    rows: list[dict[Hashable, Any]] = []
    extra: list[tuple[float, ...]] = []
    for row in edges.to_dict("records"):
        line = row["line"]
        parts = 1 if row["span"] else max(1, int(np.ceil(line.length / LONGEST_EDGE_M)))
        first = len(xy) + len(extra)
        nodes = [row["u"], *range(first, first + parts - 1), row["v"]]
        extra += [line.interpolate(k / parts, normalized=True).coords[0] for k in range(1, parts)]
        for k in range(parts):
            cut = line
            if parts > 1:
                cut = shapely.ops.substring(line, k / parts, (k + 1) / parts, normalized=True)
            rows.append({**row, "line": cut, "u": nodes[k], "v": nodes[k + 1]})
    return pd.DataFrame(rows), np.vstack([xy, np.array(extra).reshape(-1, 2)])
