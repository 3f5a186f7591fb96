"""Candidates along the streets: points that are about evenly spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.thinning import thin_points
from planner.domain.network import NO_SNAP, AccessPoints, EdgeFlag
from planner.domain.places import Candidates
from planner.errors import Fault, SitingInvalid

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.network import StreetNetwork, Streets

FEWEST_NODES = 100
"""Candidates lie in street components of at least so many junctions, if there is one."""

STEPS_PER_SPACING = 2
"""Points tried along an edge for each spacing; those too close to one taken are left out."""


def place_candidates(
    network: StreetNetwork, *, spacing_m: float
) -> tuple[Candidates, AccessPoints]:
    """
    Place candidates along the streets, no two nearer than `spacing_m`.

    Each edge that a home could be snapped to (walkable for the profile, not
    private, no bridge, tunnel, lift, escalator or indoor way) is tried every half
    spacing, in the order of the edges; a point nearer than `spacing_m` to one
    already taken is left out. So no point tried is farther than that from a
    candidate, and a straight street gets one every `spacing_m`.

    Parameters
    ----------
    network
        Streets with walking times.
    spacing_m
        Straight distance between candidates, metres, greater than 0.

    Returns
    -------
    candidates, access
        Ids `N00001`, …, in the order of the edges; `distance_m` is 0.

    Raises
    ------
    SitingInvalid
        If the spacing is wrong, or no street can take a candidate.
    """
    if not (np.isfinite(spacing_m) and spacing_m > 0):
        raise SitingInvalid(
            Fault(
                "The spacing of candidates is a distance greater than 0",
                field="spacing_m",
                found=str(spacing_m),
                expected="metres, e.g. 100",
            )
        )
    streets = network.streets
    edges = np.flatnonzero(_usable(network))
    if edges.size == 0:
        raise SitingInvalid(
            Fault(
                "No street can take a candidate",
                field="candidates",
                hint="give candidates as a file of points, or check the street file",
            )
        )
    length = streets.edge_length_m[edges]
    tried = np.maximum(1, np.ceil(length * STEPS_PER_SPACING / spacing_m)).astype(np.int64)
    edge = np.repeat(edges, tried)
    place = np.arange(edge.size) - np.repeat(np.cumsum(tried) - tried, tried)
    fraction = (place + 0.5) / np.repeat(tried, tried)
    xy = _points_along(streets, edge, fraction)
    keep = np.flatnonzero(thin_points(xy, float(spacing_m)))
    digits = max(5, len(str(keep.size)))
    candidates = Candidates(
        candidate_id=tuple(f"N{number:0{digits}d}" for number in range(1, keep.size + 1)),
        xy=xy[keep],
        crs=streets.crs,
    )
    access = AccessPoints(
        edge_index=edge[keep].astype(np.int64),
        fraction=fraction[keep],
        distance_m=np.zeros(keep.size),
        xy=xy[keep],
        switched=np.zeros(keep.size, np.bool_),
    )
    return candidates, access


def _usable(network: StreetNetwork) -> BoolArray:
    streets = network.streets
    walkable = np.isfinite(network.edge_time_s).any(axis=1)
    barred = (streets.edge_flags & np.uint16(int(NO_SNAP | EdgeFlag.PRIVATE))) != 0
    usable: BoolArray = walkable & ~barred
    component = network.node_component[streets.edge_start]
    nodes = np.bincount(network.node_component)
    large = usable & (nodes[component] >= FEWEST_NODES)
    if large.any() or not usable.any():
        return large
    largest: BoolArray = usable & (component == component[usable].min())
    return largest


def _points_along(streets: Streets, edge: IntArray, fraction: FloatArray) -> FloatArray:
    """Return the point at each fraction (by drawn length) of each edge, shape (n, 2)."""
    step = np.zeros(streets.shape_xy.shape[0])
    step[1:] = np.hypot(*np.diff(streets.shape_xy, axis=0).T)
    first = streets.shape_indptr[:-1]
    step[first] = 0.0
    along = np.cumsum(step)
    start, last = along[first[edge]], along[streets.shape_indptr[edge + 1] - 1]
    goal = start + fraction * (last - start)
    after = np.searchsorted(along, goal, side="left")
    after = np.clip(after, first[edge] + 1, streets.shape_indptr[edge + 1] - 1)
    part = step[after]
    share = np.where(part > 0, (goal - along[after - 1]) / np.where(part > 0, part, 1.0), 0.0)
    before = streets.shape_xy[after - 1]
    points: FloatArray = before + share[:, None] * (streets.shape_xy[after] - before)
    return points
