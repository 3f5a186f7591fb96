"""Look over a street network: islands, the edge of the data, what is doubled or not known."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from planner.domain.findings import FindingPlaces, NetworkFinding, NetworkFindings
from planner.domain.network import EdgeFlag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.findings import FindingKind, PlaceNoun, Severity
    from planner.domain.network import AccessPoints, StreetNetwork, Streets
    from planner.units import Metres

PLACES_MOST: Final = 100
"""So many places of one kind are located; all are counted."""

EDGES_DRAWN_MOST: Final = 20_000
"""Beyond so many edges without height their places are listed, and none is drawn."""

FAR_FROM_STREET_M: Final = 50.0
"""Farther than this from its street a home is rarely: a road is missing, or the place is wrong."""
_CORNERS_LEAST: Final = 3
_HEIGHT_CAUSES: Final = (
    ("edges_outside_terrain", "outside_terrain"),
    ("edges_on_voids", "on_voids"),
)


def find_network_faults(
    network: StreetNetwork,
    *,
    demand_xy: FloatArray,
    persons: FloatArray,
    demand_access: AccessPoints,
    centres_xy: FloatArray,
    centre_access: AccessPoints,
    longest_walk_m: Metres,
    places_most: int = PLACES_MOST,
) -> NetworkFindings:
    """
    Look over a network for what may spoil a study's figures.

    The edge of the street data is taken to be the convex hull of its junctions: it is never
    farther out than the data's box, and unlike a concave outline it does not take a river or
    a hillside without streets for the end of the data. Data cut along a bay of its limit is
    not noticed there.

    Parameters
    ----------
    network
        Streets timed for the study's profile.
    demand_xy, persons : shapes (n_demand, 2) and (n_demand,)
        People, working CRS.
    demand_access, centre_access
        Where they and the centres meet the streets.
    centres_xy : shape (n_centres, 2)
        The centres, working CRS.
    longest_walk_m
        Limit of the longest circle times the flat speed.
    places_most
        So many places of each kind are located, those with most persons, then the longest;
        gaps that were closed are all listed.

    Returns
    -------
    findings
        Kinds of which there are none are left out.
    """
    walkable = np.isfinite(network.edge_time_s[:, 0]) | np.isfinite(network.edge_time_s[:, 1])
    corners = _hull(network.streets.node_xy)
    found = (
        _islands(network, walkable, demand_access, persons, centre_access, places_most),
        _near_edge("demand", corners, demand_xy, persons, longest_walk_m, places_most),
        _near_edge("centre", corners, centres_xy, None, longest_walk_m, places_most),
        _far_from_street("demand", demand_access, demand_xy, persons, places_most),
        _far_from_street("centre", centre_access, centres_xy, None, places_most),
        *_left_out(network.streets, places_most),
        _steps_without_rise(network, walkable, places_most),
        _edges_without_height(network, walkable, places_most),
        _gaps_closed(network.streets),
    )
    return NetworkFindings(
        findings=tuple(finding for finding in found if finding is not None),
        longest_walk_m=longest_walk_m,
        data_edge_xy=corners,
    )


def _islands(
    network: StreetNetwork,
    walkable: BoolArray,
    demand_access: AccessPoints,
    persons: FloatArray,
    centre_access: AccessPoints,
    places_most: int,
) -> NetworkFinding | None:
    """Count the components other than the largest, with the persons and centres on them."""
    streets = network.streets
    component = network.node_component[streets.edge_start].astype(np.int64)
    off = np.flatnonzero(walkable & (component > 0))
    if len(off) == 0:
        return None
    number, row = np.unique(component[off], return_inverse=True)
    length_m: FloatArray = np.bincount(row, weights=streets.edge_length_m[off]).astype(np.float64)
    people = _per_island(number, component, demand_access, persons)
    centres = _per_island(number, component, centre_access, np.ones(len(centre_access.edge_index)))
    # Of each island its longest edge, of equals the first.
    by_length = off[np.lexsort((off, -streets.edge_length_m[off], component[off]))]
    _, first = np.unique(component[by_length], return_index=True)
    longest = by_length[first]
    order = np.lexsort((number, -length_m, -people))[:places_most]
    total_m = float(streets.edge_length_m[walkable].sum())
    return NetworkFinding(
        kind="island",
        severity="look",
        count=len(number),
        length_m=float(length_m.sum()),
        length_share=_share(float(length_m.sum()), total_m),
        persons=float(people.sum()),
        persons_share=_share(float(people.sum()), float(persons.sum())),
        centres=int(centres.sum()),
        places=FindingPlaces(
            noun="edge",
            index=longest[order],
            xy=_middles(streets, longest[order]),
            count=np.bincount(row)[order],
            length_m=length_m[order],
            persons=people[order],
        ),
        edge_index=off,
    )


def _per_island(
    number: IntArray, component: IntArray, access: AccessPoints, weights: FloatArray
) -> FloatArray:
    """Sum weights of the places that meet the streets on each island."""
    on = access.edge_index >= 0
    where = component[access.edge_index[on]]
    place = np.searchsorted(number, where)
    there = place < len(number)
    there[there] = number[place[there]] == where[there]
    sums: FloatArray = np.bincount(
        place[there], weights=weights[on][there], minlength=len(number)
    ).astype(np.float64)
    return sums


def _near_edge(
    noun: PlaceNoun,
    corners: FloatArray,
    xy: FloatArray,
    persons: FloatArray | None,
    longest_walk_m: Metres,
    places_most: int,
) -> NetworkFinding | None:
    """Find homes or centres from which the longest walk may leave the street data."""
    inward_m = _inward_m(corners, xy)
    near = np.flatnonzero(inward_m < longest_walk_m)
    if len(near) == 0:
        return None
    people = np.zeros(len(xy)) if persons is None else persons
    order = near[np.lexsort((near, inward_m[near], -people[near]))]
    kind: FindingKind = "centre_near_edge" if persons is None else "demand_near_edge"
    return _places_found(kind, noun, order, places_most, inward_m, xy, people)


def _far_from_street(
    noun: PlaceNoun,
    access: AccessPoints,
    xy: FloatArray,
    persons: FloatArray | None,
    places_most: int,
) -> NetworkFinding | None:
    """Find homes or centres that stand far from the street they were put on, or from any."""
    distance_m = np.where(np.isfinite(access.distance_m), access.distance_m, 0.0)
    far = np.flatnonzero((distance_m > FAR_FROM_STREET_M) & np.isfinite(xy).all(axis=1))
    if len(far) == 0:
        return None
    people = np.zeros(len(xy)) if persons is None else persons
    order = far[np.lexsort((far, -distance_m[far]))]
    kind: FindingKind = "centre_far_from_street" if persons is None else "demand_far_from_street"
    return _places_found(kind, noun, order, places_most, distance_m, xy, people)


def _places_found(
    kind: FindingKind,
    noun: PlaceNoun,
    order: IntArray,
    places_most: int,
    distance_m: FloatArray,
    xy: FloatArray,
    people: FloatArray,
) -> NetworkFinding:
    """Report homes or centres, the weightiest first, each with its distance."""
    persons, is_demand = float(people[order].sum()), noun == "demand"
    shown = order[:places_most]
    return NetworkFinding(
        kind=kind,
        severity="look",
        count=len(order),
        share=len(order) / len(xy),
        persons=persons,
        persons_share=_share(persons, float(people.sum())) if is_demand else None,
        centres=0 if is_demand else len(order),
        places=FindingPlaces(
            noun=noun,
            index=shown,
            xy=xy[shown],
            count=np.ones(len(shown), dtype=np.int64),
            length_m=distance_m[shown],
            persons=people[shown],
        ),
        edge_index=_no_index(),
    )


def _hull(xy: FloatArray) -> FloatArray:
    """Return the corners of the convex hull, counter-clockwise, the first one once."""
    # A line through all of them has the same hull, and is made far faster than so many points.
    line = xy if len(xy) > 1 else np.repeat(xy, 2, axis=0)
    hull = shapely.convex_hull(shapely.linestrings(line))
    if not isinstance(hull, shapely.Polygon):
        corners: FloatArray = shapely.get_coordinates(hull)
        return corners
    ring: FloatArray = shapely.get_coordinates(shapely.orient_polygons(hull))[:-1]
    return ring


def _inward_m(corners: FloatArray, xy: FloatArray) -> FloatArray:
    """Return how far inside a convex polygon points lie; 0 outside it and where it has no area."""
    if len(corners) < _CORNERS_LEAST:
        return np.zeros(len(xy))
    inward = np.full(len(xy), np.inf)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = (end - start) / np.hypot(*(end - start))
        # Left of every side is inside, as the corners run counter-clockwise.
        left_m = along[0] * (xy[:, 1] - start[1]) - along[1] * (xy[:, 0] - start[0])
        np.minimum(inward, left_m, out=inward)
    return np.where(np.isfinite(inward), np.maximum(inward, 0.0), 0.0)


def _left_out(streets: Streets, places_most: int) -> Iterator[NetworkFinding]:
    """Report what was left out while the streets were built; results made by hand tell counts."""
    kinds: tuple[tuple[FindingKind, str, FloatArray | None], ...] = (
        ("duplicate_ways", "edges_duplicate", streets.doubled_xy),
        ("ways_without_length", "ways_without_length", streets.lengthless_xy),
    )
    for kind, key, located in kinds:
        count = int(streets.counts.get(key, 0))
        rows = np.zeros((0, 3)) if located is None else np.asarray(located)[:places_most]
        if count:
            yield NetworkFinding(
                kind=kind,
                severity="note",
                count=count,
                places=FindingPlaces(
                    noun="way",
                    index=rows[:, 2].astype(np.int64),
                    xy=rows[:, :2],
                    count=np.ones(len(rows), dtype=np.int64),
                    length_m=np.zeros(len(rows)),
                    persons=np.zeros(len(rows)),
                ),
                edge_index=_no_index(),
            )


def _steps_without_rise(
    network: StreetNetwork, walkable: BoolArray, places_most: int
) -> NetworkFinding | None:
    """Find stairs of which neither steps, nor incline, nor heights tell how high they climb."""
    streets = network.streets
    steps = walkable & ((streets.edge_flags & np.uint16(EdgeFlag.STEPS)) != 0)
    known = np.zeros(len(steps), dtype=np.bool_)
    for stated in (streets.edge_step_count, streets.edge_incline, streets.edge_rise_m):
        if stated is not None:
            # Stairs that only say "up" or "down" hold an infinity: the rise is not known.
            known |= np.isfinite(stated)
    if network.heights is not None:
        known |= network.heights.edge_known
    unknown = np.flatnonzero(steps & ~known)
    if len(unknown) == 0:
        return None
    finding = _edges_found("steps_without_rise", "look", streets, unknown, walkable, places_most)
    return dataclasses.replace(finding, share=len(unknown) / int(steps.sum()))


def _edges_without_height(
    network: StreetNetwork, walkable: BoolArray, places_most: int
) -> NetworkFinding | None:
    """Count the edges walked as if flat, and why no height is known."""
    streets, heights = network.streets, network.heights
    if heights is None:
        every = np.flatnonzero(walkable)
        finding = _edges_found("edges_without_height", "look", streets, every, walkable, 0)
        return dataclasses.replace(
            finding, causes=(("no_terrain", len(every)),), edge_index=_no_index()
        )
    unknown = np.flatnonzero(walkable & ~heights.edge_known)
    if len(unknown) == 0:
        return None
    finding = _edges_found("edges_without_height", "look", streets, unknown, walkable, places_most)
    causes = tuple(
        (cause, int(heights.counts[key]))
        for key, cause in _HEIGHT_CAUSES
        if heights.counts.get(key)
    )
    drawn = unknown if len(unknown) <= EDGES_DRAWN_MOST else _no_index()
    return dataclasses.replace(finding, causes=causes, edge_index=drawn)


def _gaps_closed(streets: Streets) -> NetworkFinding | None:
    """List every gap between lines that was closed, the longest first: each may be wrong."""
    gaps = streets.closed_gaps_xy
    if gaps is None or len(gaps) == 0:
        return None
    order = np.lexsort((gaps[:, 1], gaps[:, 0], -gaps[:, 2]))
    gaps = np.asarray(gaps, dtype=np.float64)[order]
    return NetworkFinding(
        kind="gaps_closed",
        severity="look",
        count=len(gaps),
        length_m=float(gaps[:, 2].sum()),
        places=FindingPlaces(
            noun="none",
            index=np.full(len(gaps), -1, dtype=np.int64),
            xy=gaps[:, :2],
            count=np.ones(len(gaps), dtype=np.int64),
            length_m=gaps[:, 2],
            persons=np.zeros(len(gaps)),
        ),
        edge_index=_no_index(),
    )


def _edges_found(
    kind: FindingKind,
    severity: Severity,
    streets: Streets,
    edges: IntArray,
    walkable: BoolArray,
    places_most: int,
) -> NetworkFinding:
    """Report edges, the longest as places."""
    length_m = streets.edge_length_m[edges]
    order = edges[np.lexsort((edges, -length_m))[:places_most]]
    total_m = float(streets.edge_length_m[walkable].sum())
    return NetworkFinding(
        kind=kind,
        severity=severity,
        count=len(edges),
        share=_share(len(edges), int(walkable.sum())),
        length_m=float(length_m.sum()),
        length_share=_share(float(length_m.sum()), total_m),
        places=FindingPlaces(
            noun="edge",
            index=order,
            xy=_middles(streets, order),
            count=np.ones(len(order), dtype=np.int64),
            length_m=streets.edge_length_m[order],
            persons=np.zeros(len(order)),
        ),
        edge_index=edges,
    )


def _middles(streets: Streets, edges: IntArray) -> FloatArray:
    """Return a point of each edge near its middle: half-way between its middle vertices."""
    first, stop = streets.shape_indptr[edges], streets.shape_indptr[edges + 1]
    low = (first + stop - 1) // 2
    high = (first + stop) // 2
    middles: FloatArray = (streets.shape_xy[low] + streets.shape_xy[high]) / 2.0
    return middles


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0


def _no_index() -> IntArray:
    return np.zeros(0, dtype=np.int64)
