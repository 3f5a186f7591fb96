"""The fastest walk between one home and one place, drawn along the streets."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.spread import grow_tree
from planner.domain.network import EdgeFlag
from planner.domain.reach import Route
from planner.errors import Fault, NetworkInvalid
from planner.reach.access import (
    EndWalks,
    edge_ends,
    find_end_walks,
    find_leg_s,
    search_ends,
)
from planner.reach.parts import Parts, measure_shapes
from planner.reach.times import graph_arrays
from planner.reach.workspace import longest_step_s, make_queue
from planner.units import UNREACHED

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, Int32Array
    from planner.domain.network import AccessPoints, StreetNetwork
    from planner.domain.walking import Direction


_UP, _DOWN, _RISE, _FALL = range(4)
"""Columns of what `_climb` returns."""

_LEVEL = 0.01
"""A way that rises less than 1 in 100 is neither uphill nor downhill."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Part of an edge, from one share of it to another, as seen from the home."""

    edge: int
    from_share: float
    to_share: float
    time_s: float


def trace_route(
    network: StreetNetwork,
    place: AccessPoints,
    demand: AccessPoints,
    *,
    direction: Direction,
    speed_m_s: float | None = None,
) -> Route | None:
    """
    Trace the fastest walk between a home and a place.

    Parameters
    ----------
    network
        Streets to walk on.
    place, demand
        One access point each: of the centre or candidate, and of the home.
    direction
        `to_centre` or `from_centre`. There is one route for each way, so
        `round_trip` and `worse` are traced as two.
    speed_m_s
        Flat speed of the off-street legs, by default that of the network's profile.

    Returns
    -------
    route
        `None` where either is off the network or no way leads there. Its time is
        that of `find_walks`; of equally fast ways one is drawn, always the same.

    Raises
    ------
    NetworkInvalid
        If the direction is not one of the two, more or less than one access point
        is given, or nothing says how fast people walk.
    """
    if direction not in ("to_centre", "from_centre"):
        message = "a route is traced one way at a time"
        expected = "to_centre or from_centre"
        raise NetworkInvalid(
            Fault(message, field="direction", found=str(direction), expected=expected)
        )
    for name, access in (("place", place), ("demand", demand)):
        if len(access.edge_index) != 1:
            message = "a route joins one home and one place"
            found = f"{len(access.edge_index)} access points"
            raise NetworkInvalid(Fault(message, field=name, found=found, expected="one"))
    legs = find_leg_s(network, demand, speed_m_s), find_leg_s(network, place, speed_m_s)
    if place.edge_index[0] < 0 or demand.edge_index[0] < 0:
        return None
    # One of the two is where the walk begins; the line is turned round at the end if need be.
    towards = direction == "to_centre"
    first, last = (demand, place) if towards else (place, demand)
    node, stretches = _fastest(network, first, last)
    if stretches is None:
        return None
    if not towards:
        node.reverse()
        stretches = [_Stretch(s.edge, s.to_share, s.from_share, s.time_s) for s in stretches[::-1]]
    return _describe(network, node, stretches, demand, place, legs, direction)


def _fastest(
    network: StreetNetwork, first: AccessPoints, last: AccessPoints
) -> tuple[list[int], list[_Stretch] | None]:
    """Return the nodes and stretches in the order walked; no stretches where no way leads."""
    no_leg = np.zeros(1)
    leaving = find_end_walks(network, first, no_leg)
    coming = find_end_walks(network, last, no_leg)
    along = _along_own_edge(network, first, last)
    path, found, start_end, final_end = _search(network, first, last, leaving, coming)
    if along is not None and along.time_s <= found:
        return [], [along] if along.from_share != along.to_share else []
    if not path:
        return [], None
    f, g = float(first.fraction[0]), float(last.fraction[0])
    edge_f, edge_g = int(first.edge_index[0]), int(last.edge_index[0])
    leaving_s = float(leaving.leaving_s[0, start_end])
    coming_s = float(coming.coming_s[0, final_end])
    stretches = [_Stretch(edge_f, f, float(start_end), leaving_s)]
    stretches += _edges_between(network, path)
    stretches += [_Stretch(edge_g, float(final_end), g, coming_s)]
    if network.search_nodes is not None:
        junctions = network.search_nodes.junction[path].tolist()
        path = [junctions[0]] + [b for a, b in pairwise(junctions) if a != b]
    return path, [part for part in stretches if part.from_share != part.to_share]


def _along_own_edge(
    network: StreetNetwork, first: AccessPoints, last: AccessPoints
) -> _Stretch | None:
    """Return the walk straight along the edge that both meet, if it is one and allowed."""
    edge = int(first.edge_index[0])
    if edge != last.edge_index[0]:
        return None
    f, g = float(first.fraction[0]), float(last.fraction[0])
    forward_s, backward_s = network.edge_time_s[edge]
    time_s = 0.0
    if f != g:
        time_s = float((g - f) * forward_s if g > f else (f - g) * backward_s)
    return _Stretch(edge, f, g, time_s) if time_s < UNREACHED else None


def _search(
    network: StreetNetwork,
    first: AccessPoints,
    last: AccessPoints,
    leaving: EndWalks,
    coming: EndWalks,
) -> tuple[list[int], float, int, int]:
    """Return the nodes from end to end, the seconds, and which ends of the edges they join."""
    graph = network.outward
    seeds = edge_ends(network, first, leaving=True)[0]
    goals = edge_ends(network, last, leaving=False)[0]
    seed_time = leaving.leaving_s[0]
    usable = np.isfinite(seed_time)
    seed_node = np.where(usable, network.rank[seeds], -1).astype(np.int32)
    seed_time = np.where(usable, seed_time, 0.0)
    queue = make_queue(UNREACHED, longest_step_s(graph, seed_time, UNREACHED))
    found = np.full(len(network.rank), np.inf)
    parent: Int32Array = np.full(len(network.rank), -1, np.int32)
    grow_tree(
        *graph_arrays(graph),
        seed_node,
        seed_time,
        UNREACHED,
        queue.width_s,
        found,
        parent,
        queue.ring,
        queue.link,
        queue.link_time,
    )
    total = found[network.rank[goals]] + coming.coming_s[0]
    final_end = int(np.argmin(total))
    if not np.isfinite(total[final_end]):
        return [], UNREACHED, 0, 0
    number = np.empty(len(network.rank), np.int64)
    number[network.rank] = np.arange(len(network.rank))
    path = [int(network.rank[goals[final_end]])]
    while parent[path[-1]] >= 0:
        path.append(int(parent[path[-1]]))
    root = path[-1]
    reached = np.where(seed_node == root, seed_time, np.inf)
    nodes = [int(number[node]) for node in reversed(path)]
    return nodes, float(total[final_end]), int(np.argmin(reached)), final_end


def _edges_between(network: StreetNetwork, path: list[int]) -> list[_Stretch]:
    """Find the fastest edge for each step of a path over search nodes."""
    nodes = np.array(path)
    best: dict[tuple[int, int], _Stretch] = {}
    for leaving in (True, False):
        start, end = search_ends(network, leaving=leaving)
        for edge in np.flatnonzero(np.isin(start, nodes) & np.isin(end, nodes)).tolist():
            ends = int(start[edge]), int(end[edge])
            forward_s, backward_s = network.edge_time_s[edge].tolist()
            for step, shares, time_s in (
                (ends, (0.0, 1.0), forward_s),
                (ends[::-1], (1.0, 0.0), backward_s),
            ):
                if step not in best or time_s < best[step].time_s:
                    best[step] = _Stretch(edge, *shares, time_s)
    # From one part of a walk into the next there is no edge: the junction stays the same.
    return [best[step] for step in pairwise(path) if step in best]


def _describe(
    network: StreetNetwork,
    node: list[int],
    stretches: list[_Stretch],
    demand: AccessPoints,
    place: AccessPoints,
    legs: tuple[FloatArray, FloatArray],
    direction: Direction,
) -> Route:
    """Sum the seconds by kind and draw the line."""
    edge = np.array([part.edge for part in stretches], np.int64)
    time_s = np.array([part.time_s for part in stretches])
    wait_s = np.zeros(len(edge))
    if network.edge_wait_s is not None:
        share = np.array([abs(part.to_share - part.from_share) for part in stretches])
        wait_s = network.edge_wait_s[edge] * share
    walked_s = time_s - wait_s
    flags = network.streets.edge_flags[edge]
    steps = (flags & np.uint16(EdgeFlag.STEPS)) > 0
    private = ((flags & np.uint16(EdgeFlag.PRIVATE)) > 0) & ~steps
    climbs = np.array([_climb(network, part) for part in stretches]).reshape(-1, 4)
    if direction == "from_centre":
        climbs = climbs[:, [_DOWN, _UP, _FALL, _RISE]]
    demand_leg_s, place_leg_s = float(legs[0][0]), float(legs[1][0])
    return Route(
        node=np.array(node, np.int64),
        edge_index=edge,
        edge_time_s=time_s,
        xy=_draw(network, stretches, demand, place),
        direction=direction,
        travel_time_s=float(time_s.sum()) + demand_leg_s + place_leg_s,
        streets_s=float(walked_s[~steps & ~private].sum()),
        steps_s=float(walked_s[steps].sum()),
        private_s=float(walked_s[private].sum()),
        demand_leg_s=demand_leg_s,
        place_leg_s=place_leg_s,
        wait_s=float(wait_s.sum()),
        up_s=float(walked_s[~steps] @ climbs[~steps, _UP]),
        down_s=float(walked_s[~steps] @ climbs[~steps, _DOWN]),
        rise_m=float(climbs[:, _RISE].sum()),
        fall_m=float(climbs[:, _FALL].sum()),
    )


def _climb(network: StreetNetwork, part: _Stretch) -> tuple[float, float, float, float]:
    """Return the shares of a stretch that rise and fall, and the metres it rises and falls."""
    heights = network.heights
    if heights is None or not heights.edge_known[part.edge]:
        return 0.0, 0.0, 0.0, 0.0
    first, last = heights.sample_indptr[part.edge : part.edge + 2].tolist()
    sample_m = heights.sample_m[first:last].astype(np.float64)
    at = np.linspace(0.0, 1.0, len(sample_m))
    low, high = sorted((part.from_share, part.to_share))
    share = np.concatenate([[low], at[(at > low) & (at < high)], [high]])
    step_m = np.diff(np.interp(share, at, sample_m))
    if part.from_share > part.to_share:
        step_m = -step_m
    along = np.diff(share)
    slope = step_m / (along * network.streets.edge_length_m[part.edge])
    along /= high - low
    return (
        float(along[slope > _LEVEL].sum()),
        float(along[slope < -_LEVEL].sum()),
        float(step_m[step_m > 0].sum()),
        float(-step_m[step_m < 0].sum()),
    )


def _draw(
    network: StreetNetwork,
    stretches: list[_Stretch],
    demand: AccessPoints,
    place: AccessPoints,
) -> FloatArray:
    """Join the drawn shapes of the stretches; the ends are the access points themselves."""
    shares = np.array([(part.from_share, part.to_share) for part in stretches]).reshape(-1, 2)
    edges = np.array([part.edge for part in stretches], np.int64)
    parts = Parts(
        measure_shapes(network.streets),
        edges,
        np.ascontiguousarray(shares.min(axis=1, initial=1.0)),
        np.ascontiguousarray(shares.max(axis=1, initial=0.0)),
    )
    xy, indptr = parts.cut()
    pieces = [demand.xy[:1]]
    for part, (begin, end) in zip(stretches, pairwise(indptr.tolist()), strict=True):
        piece = xy[begin:end] if part.from_share < part.to_share else xy[begin:end][::-1]
        pieces.append(piece[1:])
    # The last piece ends where the place meets the street, up to rounding.
    line = np.concatenate([*pieces[:-1], pieces[-1][:-1], place.xy[:1]])
    return line if stretches else np.concatenate([demand.xy[:1], place.xy[:1]])
