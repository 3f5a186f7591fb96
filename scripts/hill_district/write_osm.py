"""The streets as an OpenStreetMap extract (`.osm.pbf`), byte for byte repeatable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import osmium
import shapely
from osmium.osm import mutable

from scripts.hill_district.osm_tags import Chains, tag_edges, upward

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from scripts.hill_district.graph import StreetGraph
    from scripts.hill_district.settings import FloatArray

TIMESTAMP = "2025-01-01T00:00:00Z"
GENERATOR = "scripts.hill_district (synthetic, CC0-1.0; 示范数据，纯属虚构)"
GATE_AT_SHARE = 0.3
STAIRS_BESIDE_M = 3.0


class ExtractWriter:
    """
    Collects nodes and ways, then writes them in the order of their ids.

    Parameters
    ----------
    junctions : shape (n_nodes, 2)
        Longitude and latitude of the graph's nodes; they get the ids 1, 2, ...
    """

    def __init__(self, junctions: FloatArray) -> None:
        self.lonlat = [(float(x), float(y)) for x, y in junctions]
        self.node_tags: dict[int, dict[str, str]] = {}
        self.ways: list[tuple[list[int], dict[str, str]]] = []

    def add_node(self, lonlat: FloatArray, tags: dict[str, str] | None = None) -> int:
        """
        Add a node that is no junction.

        Parameters
        ----------
        lonlat : shape (2,)
            Longitude and latitude.
        tags
            Tags of the node, if any.

        Returns
        -------
        id
            The id it got.
        """
        self.lonlat.append((float(lonlat[0]), float(lonlat[1])))
        if tags:
            self.node_tags[len(self.lonlat)] = tags
        return len(self.lonlat)

    def write(self, path: Path) -> None:
        """
        Write the file; one that is there is replaced.

        Parameters
        ----------
        path
            Where to, ending in `.osm.pbf`.
        """
        corners = np.array(self.lonlat)
        header = osmium.io.Header()
        header.set("generator", GENERATOR)
        low, high = corners.min(0) - 1e-4, corners.max(0) + 1e-4
        header.add_box(osmium.osm.Box(*low.round(4).tolist(), *high.round(4).tolist()))
        common = {
            "version": 1,
            "changeset": 1,
            "timestamp": TIMESTAMP,
            "uid": 1,
            "user": "synthetic",
        }
        with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
            for i, lonlat in enumerate(self.lonlat, start=1):
                tags = self.node_tags.get(i, {})
                writer.add_node(mutable.Node(id=i, location=lonlat, tags=tags, **common))
            for i, (refs, tags) in enumerate(self.ways, start=1):
                writer.add_way(mutable.Way(id=i, nodes=refs, tags=tags, **common))


def write_streets(
    path: Path,
    graph: StreetGraph,
    river: shapely.Geometry,
    *,
    to_lonlat: Callable[[FloatArray], FloatArray],
    seed: int,
) -> None:
    """
    Write the street graph and the river as an extract.

    Parameters
    ----------
    path
        Where to.
    graph
        The streets, with all their tags.
    river
        Water surface in local metres.
    to_lonlat
        Turns local metres into longitude and latitude.
    seed
        Seed of the gaps in the tagging.
    """
    edges = graph.edges
    tags = tag_edges(edges, np.random.default_rng([seed, 1]))
    out = ExtractWriter(to_lonlat(graph.xy))
    inner: dict[int, list[int]] = {}
    for i, line in enumerate(edges["line"]):
        xy = shapely.get_coordinates(line)[1:-1]
        inner[i] = [out.add_node(p) for p in to_lonlat(xy)] if len(xy) else []
    gates = [i for i, barrier in enumerate(edges["barrier"]) if barrier == "gate"]
    for i in gates:
        at = shapely.line_interpolate_point(edges["line"].iloc[i], GATE_AT_SHARE, normalized=True)
        place = to_lonlat(shapely.get_coordinates(at))[0]
        inner[i] = [out.add_node(place, {"barrier": "gate", "access": "private"})]
    ends = graph.ends + 1
    forward = upward(tags)
    for chain in Chains(graph.ends, tags).joined():
        refs: list[int] = []
        for edge, along in chain:
            whole = [int(ends[edge, 0]), *inner[edge], int(ends[edge, 1])]
            refs += (whole if along == forward[edge] else whole[::-1])[bool(refs) :]
        out.ways.append((refs, tags[chain[0][0]]))
    for i, moving in enumerate(edges["conveying"]):
        if moving:
            out.ways.append(_stairs_beside(out, edges.iloc[i], to_lonlat))
    for polygon in shapely.get_parts(river):
        ring = to_lonlat(shapely.get_coordinates(polygon.exterior)[:-1])
        refs = [out.add_node(p) for p in ring]
        water = {"natural": "water", "water": "river", "name": "示范江"}
        out.ways.append(([*refs, refs[0]], water))
    out.write(path)


def _stairs_beside(
    out: ExtractWriter, edge: pd.Series, to_lonlat: Callable[[FloatArray], FloatArray]
) -> tuple[list[int], dict[str, str]]:
    """Give the plain stairs that run beside an escalator, which carries one way only."""
    beside = shapely.get_coordinates(
        shapely.offset_curve(edge["line"].segmentize(20), STAIRS_BESIDE_M)
    )
    refs = [out.add_node(p) for p in to_lonlat(beside[1:-1])]
    tags = {
        "highway": "steps",
        "step_count": str(int(edge["step_count"])),
        "incline": "up" if edge["grade"] > 0 else "down",
    }
    return [int(edge["u"]) + 1, *refs, int(edge["v"]) + 1], tags
