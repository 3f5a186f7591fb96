"""The streets as the page's background: five weights of line, and names for the main ones."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from planner.domain.network import EdgeFlag
from planner.report.map_text import clean_text

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.network import Streets
    from planner.report.map_plane import MapPlane

MAIN, MIDDLE, LOCAL, PATH, STEPS = range(5)
"""Weights of line, heaviest first."""

_WEIGHTS: Final = {
    "motorway": MAIN,
    "trunk": MAIN,
    "primary": MAIN,
    "secondary": MAIN,
    "tertiary": MIDDLE,
    "footway": PATH,
    "path": PATH,
    "pedestrian": PATH,
    "track": PATH,
    "cycleway": PATH,
    "bridleway": PATH,
    "service": PATH,
    "corridor": PATH,
    "elevator": PATH,
    "steps": STEPS,
}
_LABEL_WEIGHTS: Final = (MAIN, MIDDLE, LOCAL)
_SIMPLIFY_M: Final = 1.0
_LABEL_SIMPLIFY_M: Final = 14.0
_LABEL_SHORTEST_M: Final = {MAIN: 130.0, MIDDLE: 110.0, LOCAL: 70.0}
_LABEL_APART_M: Final = 1300.0
_LABELS_PER_STREET: Final = 4
_LABELS_MOST: Final = 1500
"""A city's page keeps so many names, main streets and long pieces first."""


def street_weights(streets: Streets) -> IntArray:
    """Return the weight of line of every edge, int64, shape (n_edges,)."""
    by_kind = np.array(
        [_WEIGHTS.get(kind.removesuffix("_link"), LOCAL) for kind in streets.kinds] or [LOCAL],
        dtype=np.int64,
    )
    weights = by_kind[np.clip(streets.edge_kind, 0, len(by_kind) - 1)]
    stepped = (streets.edge_flags & np.uint16(int(EdgeFlag.STEPS))) != 0
    return np.where(stepped, STEPS, weights).astype(np.int64)


def pack_streets(
    streets: Streets,
    plane: MapPlane,
    bounds: tuple[float, float, float, float],
    *,
    step: int = 1,
) -> dict[str, str]:
    """
    Pack the streets that touch `bounds` by weight of line.

    Parameters
    ----------
    streets
        Streets with their drawn shapes.
    plane
        The page's plane.
    bounds
        West, south, east, north in the working CRS, metres.
    step
        Coordinates are packed in so many pixels.

    Returns
    -------
    packed
        Weight of line, as text -> packed lines; pieces of street are joined first.
    """
    lines, kept = _lines_inside(streets, bounds)
    weights = street_weights(streets)[kept]
    packed = {}
    for weight in range(STEPS + 1):
        merged = shapely.line_merge(shapely.multilinestrings(lines[weights == weight]))
        # Each piece alone: all at once, to keep them from crossing, takes minutes for a city.
        pieces = shapely.simplify(
            shapely.get_parts(merged), _SIMPLIFY_M * step, preserve_topology=False
        )
        packed[str(weight)] = plane.pack_lines(pieces, step=step)
    return packed


def label_streets(
    streets: Streets, plane: MapPlane, bounds: tuple[float, float, float, float]
) -> list[list[Any]]:
    """
    Find the straight pieces of street that can carry a name.

    Returns
    -------
    labels
        Rows of name, x and y of both ends in page pixels (left end first), weight
        of line; main streets and long pieces first.
    """
    lines, kept = _lines_inside(streets, bounds)
    weights = street_weights(streets)[kept]
    names = streets.edge_name[kept]
    pieces: defaultdict[tuple[int, int], list[Any]] = defaultdict(list)
    for line, weight, name in zip(lines, weights.tolist(), names.tolist(), strict=True):
        if name >= 0 and weight in _LABEL_WEIGHTS:
            pieces[weight, name].append(line)
    found: list[tuple[int, float, str, FloatArray]] = []
    for (weight, name), parts in pieces.items():
        text = clean_text(streets.names[name])
        if text:
            found += [
                (weight, -length_m, text, ends)
                for length_m, ends in _straight_pieces(parts, _LABEL_SHORTEST_M[weight])
            ]
    found.sort(key=lambda row: (row[0], row[1], row[2]))
    labels = []
    for weight, _, text, ends in found[:_LABELS_MOST]:
        pixels = plane.to_pixels(ends[np.argsort(ends[:, 0], kind="stable")])
        labels.append([text, *(int(value) for value in pixels.ravel()), weight])
    return labels


def _lines_inside(
    streets: Streets, bounds: tuple[float, float, float, float]
) -> tuple[Any, IntArray]:
    """Return the edges that touch the bounds as line strings, and their positions."""
    counts = np.diff(streets.shape_indptr)
    owner = np.repeat(np.arange(len(counts)), counts)
    west, south, east, north = bounds
    x, y = streets.shape_xy[:, 0], streets.shape_xy[:, 1]
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    drawn = np.zeros(len(counts), dtype=bool)
    drawn[owner[inside]] = True
    drawn &= counts > 1
    kept = np.flatnonzero(drawn)
    place = np.full(len(counts), -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    taken = drawn[owner]
    if not len(kept):
        return np.empty(0, dtype=object), kept
    return shapely.linestrings(streets.shape_xy[taken], indices=place[owner[taken]]), kept


def _straight_pieces(parts: list[Any], shortest_m: float) -> list[tuple[float, FloatArray]]:
    """Return the longest straight pieces of one street, far enough from each other."""
    merged = shapely.simplify(
        shapely.line_merge(shapely.multilinestrings(parts)), _LABEL_SIMPLIFY_M
    )
    segments: list[tuple[float, FloatArray]] = []
    for part in shapely.get_parts(merged):
        xy = shapely.get_coordinates(part)
        lengths_m = np.hypot(*np.diff(xy, axis=0).T)
        segments += [(float(length), xy[i : i + 2]) for i, length in enumerate(lengths_m)]
    segments.sort(key=lambda row: (-row[0], row[1].tolist()))
    chosen: list[tuple[float, FloatArray]] = []
    for length_m, ends in segments:
        if length_m < shortest_m or len(chosen) == _LABELS_PER_STREET:
            break
        middle = ends.mean(axis=0)
        if all(np.hypot(*(middle - one.mean(axis=0))) >= _LABEL_APART_M for _, one in chosen):
            chosen.append((length_m, ends))
    return chosen
