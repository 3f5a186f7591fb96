"""A traced walk as a person would tell it: street by street, from door to door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.domain.explain import ExplainedWalk, PartKind, WalkPart
from planner.domain.network import EdgeFlag
from planner.georeference.crs import lonlat_of

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.domain.network import AccessPoints, StreetNetwork
    from planner.domain.reach import Route


def describe_walk(
    network: StreetNetwork,
    route: Route,
    *,
    home: AccessPoints,
    home_xy: FloatArray,
    centre: AccessPoints,
    centre_xy: FloatArray,
) -> ExplainedWalk:
    """
    Describe a walk street by street.

    Parameters
    ----------
    network
        The streets.
    route
        The walk between the two, one way.
    home, centre
        One access point each.
    home_xy, centre_xy : shape (2,)
        The places themselves, working CRS.

    Returns
    -------
    walk
        In the order walked. Neighbouring streets of one name are one part.
    """
    parts = [
        WalkPart("home_leg", "", "", float(home.distance_m[0]), route.demand_leg_s),
        *_street_parts(network, route, _lengths_m(network, route, home, centre)),
        WalkPart("centre_leg", "", "", float(centre.distance_m[0]), route.place_leg_s),
    ]
    xy = np.vstack([home_xy, route.xy, centre_xy])
    moved = np.append(True, np.any(np.diff(xy, axis=0) != 0.0, axis=1))
    # A line has two ends, also where both are one place.
    moved[-1] |= int(moved.sum()) == 1
    lonlat = lonlat_of(xy[moved], network.streets.crs)
    if route.direction == "from_centre":
        parts.reverse()
        lonlat = lonlat[::-1]
    return ExplainedWalk(
        direction=route.direction,
        travel_time_s=route.travel_time_s,
        home_leg_s=route.demand_leg_s,
        centre_leg_s=route.place_leg_s,
        streets_s=route.streets_s,
        steps_s=route.steps_s,
        private_s=route.private_s,
        parts=tuple(part for part in parts if part.length_m > 0.0),
        lonlat=lonlat,
        wait_s=route.wait_s,
        up_s=route.up_s,
        down_s=route.down_s,
        rise_m=route.rise_m,
        fall_m=route.fall_m,
    )


def _lengths_m(
    network: StreetNetwork, route: Route, home: AccessPoints, centre: AccessPoints
) -> FloatArray:
    """Return metres on each edge of a route: whole edges, but for the first and the last."""
    length_m = network.streets.edge_length_m[route.edge_index].astype(np.float64)
    if len(length_m) == 0:
        return length_m
    if len(route.node) == 0:
        return length_m * abs(float(centre.fraction[0]) - float(home.fraction[0]))
    towards = route.direction == "to_centre"
    ends = (
        (home, int(route.node[0]), float(route.edge_time_s[0]), towards),
        (centre, int(route.node[-1]), float(route.edge_time_s[-1]), not towards),
    )
    shares = [_share_walked(network, *end) for end in ends]
    if shares[0] > 0.0:
        length_m[0] *= shares[0]
    if shares[1] > 0.0:
        length_m[-1] *= shares[1]
    return length_m


def _share_walked(
    network: StreetNetwork,
    access: AccessPoints,
    node: int,
    time_s: float,
    leaving: bool,  # noqa: FBT001 - which of the edge's two times is meant
) -> float:
    """Return the share of its edge between an access point and the end that a walk takes."""
    edge, fraction = int(access.edge_index[0]), float(access.fraction[0])
    forward_s, backward_s = network.edge_time_s[edge].tolist()
    shares = []
    if node == network.streets.edge_start[edge]:
        shares.append((fraction, backward_s if leaving else forward_s))
    if node == network.streets.edge_end[edge]:
        shares.append((1.0 - fraction, forward_s if leaving else backward_s))
    if any(share == 0.0 for share, _ in shares):
        return 0.0
    # A street that ends where it begins is left by the end whose time fits.
    return min(shares, key=lambda one: abs(one[0] * one[1] - time_s))[0]


def _street_parts(network: StreetNetwork, route: Route, length_m: FloatArray) -> list[WalkPart]:
    """Join neighbouring edges of one kind and name."""
    streets = network.streets
    joined: list[WalkPart] = []
    for edge, metres, seconds in zip(
        route.edge_index.tolist(), length_m.tolist(), route.edge_time_s.tolist(), strict=True
    ):
        kind = _kind(int(streets.edge_flags[edge]))
        name, way = street_of(network, edge)
        last = joined[-1] if joined else None
        if last and (last.kind, last.name) == (kind, name) and (name or last.way == way):
            metres, seconds = metres + last.length_m, seconds + last.time_s  # noqa: PLW2901
            way = last.way
            joined.pop()
        joined.append(WalkPart(kind, way, name, metres, seconds))
    return joined


def street_of(network: StreetNetwork, edge: int) -> tuple[str, str]:
    """Return the name and the kind of the street an edge is part of; both empty for edge -1."""
    streets = network.streets
    if edge < 0:
        return "", ""
    name, kind = int(streets.edge_name[edge]), int(streets.edge_kind[edge])
    return streets.names[name] if name >= 0 else "", streets.kinds[kind]


def _kind(flags: int) -> PartKind:
    if flags & EdgeFlag.STEPS:
        return "steps"
    return "private" if flags & EdgeFlag.PRIVATE else "street"
