"""Where segments of lines touch and cross: the geometry of noding, on plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, Int32Array, IntArray

SAME_PLACE_M: Final = 1e-3
"""Two points closer than a millimetre are one: no survey tells them apart."""


@dataclass(frozen=True, slots=True)
class Segments:
    """
    Straight pieces between the vertices of lines.

    Attributes
    ----------
    xy : float64, shape (n_places, 2)
        Places, metres.
    start, end : int64, shape (n_segments,)
        Places at the ends.
    level : int32, shape (n_segments,)
        Bridge level.
    tip_start, tip_end : bool, shape (n_segments,)
        Whether the line ends at that end of the segment.
    """

    xy: FloatArray
    start: IntArray
    end: IntArray
    level: Int32Array
    tip_start: BoolArray
    tip_end: BoolArray


@dataclass(frozen=True, slots=True)
class SegmentCuts:
    """
    Places that lie inside segments.

    Attributes
    ----------
    segment : int64, shape (n_cuts,)
        The segment cut.
    along : float64, shape (n_cuts,)
        Where on it, 0 at its start and 1 at its end.
    place : int64, shape (n_cuts,)
        Position in `xy`.
    xy : float64, shape (n_places + n_new, 2)
        Places, those of the crossings after those of the segments.
    """

    segment: IntArray
    along: FloatArray
    place: IntArray
    xy: FloatArray


def lands_on(level: Int32Array, other: Int32Array) -> BoolArray:
    """
    Decide whether a line that ends on the inside of another joins it.

    A line on the ground does not end on a bridge above it; a bridge or a tunnel comes to the
    ground, or to a lower bridge, at its ends.

    Parameters
    ----------
    level
        Level of the line that ends.
    other
        Level of the line it ends on.
    """
    down = (other >= 0) & (other < level)
    up = (other <= 0) & (other > level)
    lands: BoolArray = (level == other) | down | up
    return lands


def merge_places(xy: FloatArray) -> tuple[FloatArray, IntArray]:
    """
    Make one place of points closer than a millimetre.

    Returns
    -------
    place_xy : shape (n_places, 2)
        Sorted by x, then y: of each cluster the point that comes first.
    place : shape (n_points,)
        Place of each point.
    """
    order = np.lexsort((xy[:, 1], xy[:, 0]))
    ordered = xy[order]
    new = np.ones(len(xy), dtype=np.bool_)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    unique = ordered[new]
    place = np.empty(len(xy), dtype=np.int64)
    place[order] = np.cumsum(new) - 1
    pairs = cKDTree(unique).query_pairs(SAME_PLACE_M, output_type="ndarray")
    if not len(pairs):
        return unique, place
    graph = coo_array(
        (np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(len(unique),) * 2
    )
    label = connected_components(graph, directed=False)[1]
    kept, first, cluster = np.unique(label, return_index=True, return_inverse=True)
    # Labels do not run in the order of places: number clusters by their first place.
    rank = np.empty(len(kept), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(kept))
    return unique[np.sort(first)], rank[cluster][place]


def find_cuts(segments: Segments) -> SegmentCuts:
    """
    Find every place where a segment is to be cut.

    Segments of one level are cut where they cross and where a vertex of another
    lies on them; lines that run over each other are cut at each other's vertices.
    A line that ends on a segment of another level cuts it if it lands there.

    Parameters
    ----------
    segments
        Their order, and their direction, have no bearing on the places found.
    """
    one, other = _near_pairs(segments)
    touches = [
        _vertices_on(segments, whose, of, where, tip)
        for whose, of in ((one, other), (other, one))
        for where, tip in (
            (segments.start, segments.tip_start),
            (segments.end, segments.tip_end),
        )
    ]
    touched = np.zeros(len(one), dtype=np.bool_)
    for pair, _, _, _ in touches:
        touched[pair] = True
    shared = (
        (segments.start[one] == segments.start[other])
        | (segments.start[one] == segments.end[other])
        | (segments.end[one] == segments.start[other])
        | (segments.end[one] == segments.end[other])
    )
    level = segments.level[one] == segments.level[other]
    open_pairs = np.flatnonzero(level & ~shared & ~touched)
    one, other = one[open_pairs], other[open_pairs]
    at_one, at_other, crossing = _cross(segments, one, other)
    n_places = len(segments.xy)
    hit = ~np.isnan(at_one)
    number = n_places + np.arange(int(hit.sum()))
    return SegmentCuts(
        segment=np.concatenate([*(cut for _, cut, _, _ in touches), one[hit], other[hit]]),
        along=np.concatenate([*(along for _, _, along, _ in touches), at_one[hit], at_other[hit]]),
        place=np.concatenate([*(place for _, _, _, place in touches), number, number]),
        xy=np.concatenate([segments.xy, crossing[hit]]),
    )


def _near_pairs(segments: Segments) -> tuple[IntArray, IntArray]:
    """Return pairs of segments whose boxes meet, each pair once."""
    ends = np.stack([segments.xy[segments.start], segments.xy[segments.end]], axis=1)
    low, high = ends.min(axis=1), ends.max(axis=1)
    tree = shapely.STRtree(shapely.linestrings(ends))
    wide = shapely.box(
        low[:, 0] - SAME_PLACE_M,
        low[:, 1] - SAME_PLACE_M,
        high[:, 0] + SAME_PLACE_M,
        high[:, 1] + SAME_PLACE_M,
    )
    one, other = tree.query(wide)
    once = one < other
    return one[once].astype(np.int64), other[once].astype(np.int64)


def _vertices_on(
    segments: Segments, whose: IntArray, of: IntArray, where: IntArray, tip: BoolArray
) -> tuple[IntArray, IntArray, FloatArray, IntArray]:
    """
    Find the ends of some segments that lie inside others.

    Parameters
    ----------
    whose, of : shape (n_pairs,)
        The end of segment `whose` is held against segment `of`.
    where, tip : shape (n_segments,)
        Place of that end of each segment, and whether its line ends there.

    Returns
    -------
    pair, segment, along, place
        Positions of the pairs that touch, the segment cut, where on it, and at which place.
    """
    place = where[whose]
    start, end = segments.start[of], segments.end[of]
    same = segments.level[whose] == segments.level[of]
    lands = tip[whose] & lands_on(segments.level[whose], segments.level[of])
    possible = np.flatnonzero((same | lands) & (place != start) & (place != end))
    along, distance = measure_from(
        segments.xy[place[possible]], segments.xy[start[possible]], segments.xy[end[possible]]
    )
    hit = (distance <= SAME_PLACE_M) & (along > 0.0) & (along < 1.0)
    pair = possible[hit]
    return pair, of[pair], along[hit], place[pair]


def measure_from(
    point: FloatArray, start: FloatArray, end: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """
    Return where on each segment the nearest place to a point lies, and how far it is.

    Returns
    -------
    along, distance
        `along` from 0 at the start to 1 at the end; the same to the last digit whichever
        way the segment is drawn.
    """
    turned = _is_turned(start, end)
    low, high = np.where(turned[:, None], end, start), np.where(turned[:, None], start, end)
    step = high - low
    square = (step**2).sum(axis=1)
    square[square == 0.0] = 1.0
    along = np.clip(((point - low) * step).sum(axis=1) / square, 0.0, 1.0)
    distance = np.hypot(*(point - (low + along[:, None] * step)).T)
    return np.where(turned, 1.0 - along, along), distance


def _is_turned(start: FloatArray, end: FloatArray) -> BoolArray:
    turned: BoolArray = (end[:, 0] < start[:, 0]) | (
        (end[:, 0] == start[:, 0]) & (end[:, 1] < start[:, 1])
    )
    return turned


def _cross(
    segments: Segments, one: IntArray, other: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """
    Cross pairs of segments that share no place.

    Returns
    -------
    at_one, at_other
        Where on each; NaN where they do not cross inside both.
    crossing : shape (n_pairs, 2)
        The place: computed from the lower of the two segments, by coordinates, so that
        neither order nor direction changes a digit of it.
    """
    p, r = _from_low_to_high(segments, one)
    q, s = _from_low_to_high(segments, other)
    swapped = _comes_after(p, r, q, s)[:, None]
    p, q = np.where(swapped, q, p), np.where(swapped, p, q)
    r, s = np.where(swapped, s, r), np.where(swapped, r, s)
    across = r[:, 0] * s[:, 1] - r[:, 1] * s[:, 0]
    across[across == 0.0] = np.nan
    gap = q - p
    u = (gap[:, 0] * s[:, 1] - gap[:, 1] * s[:, 0]) / across
    v = (gap[:, 0] * r[:, 1] - gap[:, 1] * r[:, 0]) / across
    inside = (u > 0.0) & (u < 1.0) & (v > 0.0) & (v < 1.0)
    u[~inside] = np.nan
    v[~inside] = np.nan
    crossing = p + u[:, None] * r
    at_one = np.where(swapped[:, 0], v, u)
    at_other = np.where(swapped[:, 0], u, v)
    xy = segments.xy
    turned_one = _is_turned(xy[segments.start[one]], xy[segments.end[one]])
    turned_other = _is_turned(xy[segments.start[other]], xy[segments.end[other]])
    at_one = np.where(turned_one, 1.0 - at_one, at_one)
    at_other = np.where(turned_other, 1.0 - at_other, at_other)
    return at_one, at_other, crossing


def _from_low_to_high(segments: Segments, which: IntArray) -> tuple[FloatArray, FloatArray]:
    # Places are numbered by x, then y.
    low = segments.xy[np.minimum(segments.start[which], segments.end[which])]
    high = segments.xy[np.maximum(segments.start[which], segments.end[which])]
    return low, high - low


def _comes_after(p: FloatArray, r: FloatArray, q: FloatArray, s: FloatArray) -> BoolArray:
    columns = [(p[:, 0], q[:, 0]), (p[:, 1], q[:, 1]), (r[:, 0], s[:, 0]), (r[:, 1], s[:, 1])]
    after = np.zeros(len(p), dtype=np.bool_)
    for mine, theirs in reversed(columns):
        after = (mine > theirs) | ((mine == theirs) & after)
    return after
