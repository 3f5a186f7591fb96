"""Where the nodes and the bends of a street graph lie, in degrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.errors import Fault, InputInvalid
from planner.inputs.values import list_rows

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.arrays import FloatArray, IntArray
    from planner.inputs.graphml_text import GraphText

_DEGREES: Final = "EPSG:4326"
_LONGER: Final = 1.05
_LONGER_M: Final = 1.0


@dataclass(frozen=True, slots=True)
class GraphPlaces:
    """
    Places of a street graph.

    Attributes
    ----------
    node_id : int64, shape (n_nodes,)
        Numbers of the nodes: their labels where those are whole numbers.
    lonlat : float64, shape (n_nodes, 2)
        Nodes, degrees.
    inside
        Bends of each edge between its ends, degrees, shape (n_bends, 2).
    notices
        What the graph could not say.
    """

    node_id: IntArray
    lonlat: FloatArray
    inside: tuple[FloatArray, ...]
    notices: tuple[Fault, ...]


def place_graph(path: Path, text: GraphText) -> GraphPlaces:
    """
    Read the places of a graph, and bring them to degrees.

    Raises
    ------
    InputInvalid
        If nodes have no coordinates, or the CRS or a shape cannot be read.
    """
    labels = list(text.nodes)
    xy = _node_places(path, text)
    inside = _bends(path, text)
    crs = text.graph.get("crs", _DEGREES)
    bends = np.concatenate([np.zeros((0, 2)), *inside])
    lonlat, bends = _to_degrees(path, crs, xy), _to_degrees(path, crs, bends)
    size = np.cumsum([len(part) for part in inside])
    parts = tuple(np.split(bends, size[:-1])) if inside else ()
    return GraphPlaces(
        node_id=_numbers(labels),
        lonlat=lonlat,
        inside=parts,
        notices=_shortened(path, text, lonlat, parts),
    )


def _numbers(labels: list[str]) -> IntArray:
    try:
        numbers = np.array([int(label) for label in labels], dtype=np.int64)
    except (ValueError, OverflowError):
        return np.arange(1, len(labels) + 1, dtype=np.int64)
    if len(np.unique(numbers)) < len(numbers):
        return np.arange(1, len(labels) + 1, dtype=np.int64)
    return numbers


def _node_places(path: Path, text: GraphText) -> FloatArray:
    xy = np.full((len(text.nodes), 2), np.nan)
    keys = ("x", "y") if any("x" in data for data in text.nodes.values()) else ("lon", "lat")
    for i, data in enumerate(text.nodes.values()):
        try:
            xy[i] = float(data[keys[0]]), float(data[keys[1]])
        except (KeyError, ValueError):
            continue
    lost = np.flatnonzero(~np.isfinite(xy).all(axis=1))
    if len(lost):
        labels = list(text.nodes)
        raise InputInvalid(
            Fault(
                "nodes have no coordinates",
                file=path.name,
                field="x, y",
                found=f"{len(lost)} of {len(labels)} nodes without: "
                + ", ".join(labels[i] for i in lost[:5].tolist())
                + (", …" if lost[5:].size else ""),
                expected="a street graph saved by osmnx",
            )
        )
    return xy


def _bends(path: Path, text: GraphText) -> list[FloatArray]:
    import shapely

    texts = [data.get("geometry") for _, _, data in text.edges]
    shapes = shapely.from_wkt(np.array(texts, dtype=object), on_invalid="ignore")
    stated = np.array([bool(item) for item in texts], dtype=np.bool_)
    wrong = np.flatnonzero(stated & (shapely.get_type_id(shapes) != 1))
    if len(wrong):
        first = text.edges[int(wrong[0])]
        raise InputInvalid(
            Fault(
                "shapes of edges cannot be read as lines",
                file=path.name,
                field="geometry",
                row=list_rows([f"{a} to {b}" for a, b in (text.edges[i][:2] for i in wrong)]),  # type: ignore[misc]  # labels stand for rows
                found=str(first[2].get("geometry"))[:60],
                expected="LINESTRING (…)",
            )
        )
    coordinates, index = shapely.get_coordinates(shapely.force_2d(shapes), return_index=True)
    size = np.bincount(index, minlength=len(texts))
    parts = np.split(coordinates, np.cumsum(size)[:-1])
    return [part[1:-1] for part in parts]


def _to_degrees(path: Path, crs: str, xy: FloatArray) -> FloatArray:
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    try:
        source = CRS.from_user_input(crs)
    except CRSError as error:
        raise InputInvalid(
            Fault(
                "the CRS of the graph is not known",
                file=path.name,
                field="crs",
                found=crs[:80],
                expected="epsg:4326, or the projected CRS that osmnx wrote",
            )
        ) from error
    if source != CRS.from_user_input(_DEGREES):
        transformer = Transformer.from_crs(source, _DEGREES, always_xy=True)
        xy = np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
    if not np.isfinite(xy).all() or (np.abs(xy) > [180.0, 90.0]).any():
        raise InputInvalid(
            Fault(
                "coordinates do not lie where the CRS is defined",
                file=path.name,
                field="x, y",
                found=f"crs {crs[:60]}",
                hint="the graph was projected, or its CRS lost: save it again with osmnx",
            )
        )
    return xy


def _shortened(
    path: Path, text: GraphText, lonlat: FloatArray, inside: tuple[FloatArray, ...]
) -> tuple[Fault, ...]:
    """Count edges without a shape whose street is longer than the straight line."""
    from pyproj import Geod

    number = {label: i for i, label in enumerate(text.nodes)}
    bare, stated = [], []
    for i, (start, end, data) in enumerate(text.edges):
        if len(inside[i]) or "length" not in data:
            continue
        try:
            stated.append(float(data["length"]))
        except ValueError:
            continue
        bare.append((number[start], number[end]))
    if not bare:
        return ()
    ends = np.array(bare)
    a, b = lonlat[ends[:, 0]], lonlat[ends[:, 1]]
    straight = Geod(ellps="WGS84").inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])[2]
    length = np.array(stated)
    longer = (length > straight * _LONGER) & (length > straight + _LONGER_M)
    if not longer.any():
        return ()
    missing = float((length - straight)[longer].sum())
    return (
        Fault(
            f"{int(longer.sum())} edges have no shape and are drawn straight, though their "
            "streets are longer",
            file=path.name,
            field="geometry",
            found=f"{missing / 1000.0:.1f} km of street missing",
            hint="save the graph as osmnx built it, with the geometry of its edges",
        ),
    )
