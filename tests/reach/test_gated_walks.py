"""Private ways begin or end a walk and never carry it through, against a plain definition."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from planner.domain.network import AccessPoints, EdgeFlag, StreetNetwork
from planner.network.profiles import find_profile
from planner.network.walking import time_streets
from planner.reach.isochrones import draw_isochrones, find_place_reach
from planner.reach.routes import trace_route
from planner.reach.times import compute_reach, find_nearest_centre, sum_within_limit
from planner.reach.walks import find_walks

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.walking import Direction

LIMIT_S = 900.0
CRS = "+proj=tmerc +lat_0=0 +lon_0=106.5 +k=1 +x_0=500000 +y_0=0 +datum=WGS84 +units=m +no_defs"


def town(xy: list[tuple[float, float]], ways: list[tuple[int, int, bool]]) -> StreetNetwork:
    """Straight two-way streets walked by the norm, a metre a second; the flag says private."""
    start, end = np.array([way[:2] for way in ways]).T
    length = np.hypot(*(np.array(xy)[end] - np.array(xy)[start]).T)
    drawn = StreetNetwork.from_arrays(
        np.array(xy, float),
        np.concatenate([start, end]),
        np.concatenate([end, start]),
        np.concatenate([length, length]),
        crs=CRS,
    ).streets
    private = {frozenset(way[:2]) for way in ways if way[2]}
    flags = [
        EdgeFlag.PRIVATE if frozenset(pair) in private else EdgeFlag.NONE
        for pair in zip(drawn.edge_start.tolist(), drawn.edge_end.tolist(), strict=True)
    ]
    streets = dataclasses.replace(drawn, edge_flags=np.array(flags, np.uint16))
    return time_streets(streets, find_profile("norm"), private_ways="residents")


def at(network: StreetNetwork, edge: list[int], fraction: list[float]) -> AccessPoints:
    """Places on edges, no way off the street."""
    edges = np.array(edge)
    xy = network.streets.node_xy
    start, end = network.streets.edge_start[edges], network.streets.edge_end[edges]
    share = np.array(fraction)[:, None]
    return AccessPoints(
        edge_index=edges,
        fraction=np.array(fraction),
        distance_m=np.zeros(len(edges)),
        xy=xy[start] + share * (xy[end] - xy[start]),
        switched=np.zeros(len(edges), np.bool_),
    )


def edge_between(network: StreetNetwork, a: int, b: int) -> int:
    ends = np.sort(np.column_stack([network.streets.edge_start, network.streets.edge_end]))
    return int(np.flatnonzero((ends == sorted((a, b))).all(axis=1))[0])


# A street 0-1-2-3 round three sides of a block, and a private lane 0-3 through the block.
BLOCK_XY = [(0.0, 0.0), (0.0, 300.0), (200.0, 300.0), (200.0, 0.0)]
BLOCK = [(0, 1, False), (1, 2, False), (2, 3, False), (0, 3, True)]


def walk_s(network: StreetNetwork, a: AccessPoints, b: AccessPoints) -> float:
    """The walk from a home (b) to a centre (a)."""
    walks = find_walks(network, a, b, limit_s=LIMIT_S, direction="to_centre", threads=1)
    return float(walks.travel_time_s[0]) if len(walks.travel_time_s) else np.inf


def test_nobody_walks_through_a_compound_to_get_to_the_other_side() -> None:
    network = town(BLOCK_XY, BLOCK)
    west, east = edge_between(network, 0, 1), edge_between(network, 2, 3)
    # From the lower end of the west side round to the lower end of the east side: 800 m,
    # and only 200 m along the private lane.
    home = at(network, [west], [0.0])
    centre = at(network, [east], [1.0])
    assert walk_s(network, centre, home) == pytest.approx(800.0, abs=1e-6)


def test_who_lives_in_the_compound_leaves_it_by_the_nearer_gate() -> None:
    network = town(BLOCK_XY, BLOCK)
    lane, east = edge_between(network, 0, 3), edge_between(network, 2, 3)
    home = at(network, [lane], [0.75])  # 50 m from the eastern gate
    centre = at(network, [east], [0.5])  # 150 m up the eastern side
    assert walk_s(network, centre, home) == pytest.approx(200.0, abs=1e-6)


def test_a_centre_inside_a_compound_is_walked_to() -> None:
    network = town(BLOCK_XY, BLOCK)
    lane, west = edge_between(network, 0, 3), edge_between(network, 0, 1)
    home = at(network, [west], [0.5])
    centre = at(network, [lane], [0.25])
    assert walk_s(network, centre, home) == pytest.approx(200.0, abs=1e-6)
    route = trace_route(network, centre, home, direction="to_centre")
    assert route is not None
    assert route.travel_time_s == pytest.approx(200.0, abs=1e-6)
    assert (route.private_s, route.streets_s) == pytest.approx((50.0, 150.0), abs=1e-6)


def test_two_homes_of_one_compound_meet_inside_it() -> None:
    # The lane 0-3 goes on to a court 4 inside; from court to lane nobody steps outside.
    network = town([*BLOCK_XY, (100.0, 100.0)], [*BLOCK, (3, 4, True)])
    court, lane = edge_between(network, 3, 4), edge_between(network, 0, 3)
    home, centre = at(network, [court], [1.0]), at(network, [lane], [0.5])
    assert walk_s(network, centre, home) == pytest.approx(100.0 + 100.0 * 2**0.5, abs=1e-6)


def test_the_isochrone_of_a_public_place_enters_the_compound_but_does_not_leave_it() -> None:
    network = town(BLOCK_XY, BLOCK)
    west = edge_between(network, 0, 1)
    place = at(network, [west], [0.0])
    for reverse in (True, False):
        reach = find_place_reach(network, place, limit_s=300.0, reverse=reverse, threads=1)
        # The far gate stands on the street, and nobody steps out there.
        assert reach.node.tolist() == [0, 1]
        drawn = draw_isochrones(network, reach, limit_s=300.0, frontage_m=10.0).geometry[0]
        # 300 m up the western street and 200 m along the lane are reached; the eastern street,
        # though 100 s would be left at its end, is not.
        assert drawn.contains(shapely.Point(0.0, 290.0))
        assert drawn.contains(shapely.Point(190.0, 0.0))
        assert not drawn.intersects(shapely.Point(200.0, 50.0))


def random_town(seed: int) -> tuple[StreetNetwork, BoolArray]:
    rng = np.random.default_rng(seed)
    n_nodes = 14
    xy = rng.uniform(0, 400, (n_nodes, 2)).round()
    pairs = {tuple(sorted(rng.choice(n_nodes, 2, replace=False).tolist())) for _ in range(26)}
    ways = [(a, b, bool(rng.random() < 0.4)) for a, b in sorted(pairs)]
    network = town([tuple(row) for row in xy.tolist()], ways)
    return network, (network.streets.edge_flags & np.uint16(EdgeFlag.PRIVATE)) > 0


def all_pairs(network: StreetNetwork, chosen: BoolArray) -> FloatArray:
    """Times between all nodes over some edges, by scipy."""
    n = len(network.streets.node_xy)
    start, end = network.streets.edge_start[chosen], network.streets.edge_end[chosen]
    time_s = network.edge_time_s[chosen]
    graph = coo_array(
        (time_s.T.ravel(), (np.concatenate([start, end]), np.concatenate([end, start]))),
        shape=(n, n),
    )
    times: FloatArray = dijkstra(graph.tocsr())
    return times


def by_definition(
    network: StreetNetwork, private: BoolArray, home: AccessPoints, centre: AccessPoints
) -> float:
    """Private part, public part, private part: the least sum over the junctions between them."""
    inside, outside = all_pairs(network, private), all_pairs(network, ~private)
    first, last = (
        _to_nodes(network, place, inside if private[place.edge_index[0]] else None)
        for place in (home, centre)
    )
    total = float((first[:, None] + outside + last[None, :]).min())
    if home.edge_index[0] == centre.edge_index[0]:
        length = network.streets.edge_length_m[home.edge_index[0]]
        total = min(total, float(abs(home.fraction[0] - centre.fraction[0]) * length))
    return total


def _to_nodes(network: StreetNetwork, place: AccessPoints, inside: FloatArray | None) -> FloatArray:
    streets, edge, fraction = network.streets, int(place.edge_index[0]), float(place.fraction[0])
    ends = [int(streets.edge_start[edge]), int(streets.edge_end[edge])]
    walked = np.array([fraction, 1 - fraction]) * streets.edge_length_m[edge]
    times = np.full(len(streets.node_xy), np.inf)
    if inside is None:
        times[ends] = walked
        return times
    through: FloatArray = (inside[ends] + walked[:, None]).min(axis=0)
    return through


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("direction", ["to_centre", "from_centre"])
def test_every_walk_is_private_then_public_then_private(seed: int, direction: Direction) -> None:
    network, private = random_town(seed)
    rng = np.random.default_rng(seed + 1000)
    n_edges = len(network.streets.edge_start)
    homes = at(network, rng.integers(0, n_edges, 25).tolist(), rng.uniform(0, 1, 25).tolist())
    centres = at(network, rng.integers(0, n_edges, 4).tolist(), rng.uniform(0, 1, 4).tolist())
    walks = find_walks(network, centres, homes, limit_s=LIMIT_S, direction=direction, threads=1)
    for c in range(4):
        row = slice(walks.indptr[c], walks.indptr[c + 1])
        found = dict(
            zip(walks.demand_index[row].tolist(), walks.travel_time_s[row].tolist(), strict=True)
        )
        for h in range(25):
            home, centre = take(homes, h), take(centres, c)
            expected = by_definition(network, private, home, centre)
            if expected > LIMIT_S:
                assert h not in found
                continue
            assert found[h] == pytest.approx(expected, abs=1e-6)
            route = trace_route(network, centre, home, direction=direction)
            assert route is not None
            assert route.travel_time_s == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_nodes_inside_a_compound_are_homes_and_the_others_stand_on_the_street(seed: int) -> None:
    network, private = random_town(seed)
    n = len(network.streets.node_xy)
    inside, outside = all_pairs(network, private), all_pairs(network, ~private)
    public = np.zeros(n, np.bool_)
    public[network.streets.edge_start[~private]] = True
    public[network.streets.edge_end[~private]] = True
    own = np.where(np.eye(n, dtype=np.bool_), 0.0, np.inf)
    first = np.where(public[:, None], own, inside)
    # min over u, v of first[a, u] + outside[u, v] + first[b, v]
    middle = (first[:, :, None] + outside[None, :, :]).min(axis=1)
    expected = (middle[:, None, :] + first[None, :, :]).min(axis=2)
    nodes = np.arange(n)
    for reverse in (False, True):
        reach = compute_reach(network, nodes, limit_s=LIMIT_S, reverse=reverse, threads=1)
        found = np.full((n, n), np.inf)
        row = np.repeat(nodes, np.diff(reach.indptr))
        found[row, reach.node] = reach.travel_time_s
        wanted = np.where(expected <= LIMIT_S, expected, np.inf)
        np.testing.assert_allclose(found, wanted, atol=1e-6)
        assert all(
            (np.diff(reach.node[a:b]) > 0).all()
            for a, b in zip(reach.indptr[:-1], reach.indptr[1:], strict=True)
        )
        nearest = find_nearest_centre(network, nodes[:3], limit_s=LIMIT_S, reverse=reverse)
        np.testing.assert_allclose(nearest.travel_time_s, wanted[:3].min(axis=0), atol=1e-6)
        sums = sum_within_limit(
            network, nodes, np.ones(n), limit_s=LIMIT_S, reverse=reverse, threads=1
        )
        assert sums.tolist() == np.isfinite(wanted).sum(axis=1).tolist()


def test_without_private_ways_nothing_is_copied() -> None:
    network = town(BLOCK_XY, BLOCK[:3])
    assert network.search_nodes is None
    assert len(network.rank) == 4


def take(access: AccessPoints, index: int) -> AccessPoints:
    chosen: IntArray = np.array([index])
    return AccessPoints(
        edge_index=access.edge_index[chosen],
        fraction=access.fraction[chosen],
        distance_m=access.distance_m[chosen],
        xy=access.xy[chosen],
        switched=access.switched[chosen],
    )
