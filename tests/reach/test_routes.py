"""Routes: the walk of `find_walks`, drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.network import EdgeFlag
from planner.domain.terrain import StreetHeights
from planner.errors import NetworkInvalid
from planner.reach.routes import trace_route
from planner.reach.walks import find_walks
from tests.reach.towns import make_access, make_random_access, make_random_town, make_town

if TYPE_CHECKING:
    from planner.domain.walking import Direction


def test_a_route_runs_from_the_home_to_the_place_along_the_drawn_streets() -> None:
    # Nodes 0 to 3 stand 100 m apart on a line.
    town = make_town([(0, 1, 100.0), (1, 2, 50.0), (2, 3, 100.0)])
    home, centre = make_access([(0, 0.25, 6.0)], town), make_access([(2, 0.5, 2.0)], town)
    route = trace_route(town, centre, home, direction="to_centre", speed_m_s=2.0)
    assert route is not None
    assert route.node.tolist() == [1, 2]
    assert route.edge_index.tolist() == [0, 1, 2]
    assert route.edge_time_s.tolist() == [75.0, 50.0, 50.0]
    assert route.xy.tolist() == [[25.0, 0.0], [100.0, 0.0], [200.0, 0.0], [250.0, 0.0]]
    assert (route.demand_leg_s, route.place_leg_s) == (3.0, 1.0)
    assert route.travel_time_s == 75 + 50 + 50 + 3 + 1


def test_a_route_from_the_centre_is_timed_its_way_and_drawn_from_the_home() -> None:
    ring = make_town(
        [(0, 1, 60.0), (1, 2, 60.0), (2, 0, 60.0)],
        xy=[(0, 0), (100, 0), (50, 80)],
        two_way=False,
    )
    home, centre = make_access([(0, 0.25)], ring), make_access([(0, 0.75)], ring)
    there = trace_route(ring, centre, home, direction="to_centre", speed_m_s=1.0)
    back = trace_route(ring, centre, home, direction="from_centre", speed_m_s=1.0)
    assert there is not None
    assert back is not None
    assert (there.travel_time_s, there.node.tolist()) == (30.0, [])
    assert there.xy.tolist() == [[25.0, 0.0], [75.0, 0.0]]
    assert (back.travel_time_s, back.node.tolist()) == (150.0, [0, 2, 1])
    assert back.xy.tolist() == [[25.0, 0.0], [0.0, 0.0], [50.0, 80.0], [100.0, 0.0], [75.0, 0.0]]


def test_bends_of_the_streets_are_drawn_whichever_way_they_are_walked() -> None:
    town = make_town([(0, 1, 100.0)])
    bent = replace(
        town.streets,
        shape_indptr=np.array([0, 3]),
        shape_xy=np.array([[0.0, 0.0], [50.0, 50.0], [100.0, 0.0]]),
    )
    town = replace(town, streets=bent)
    one, other = make_access([(0, 0.0)], town), make_access([(0, 1.0)], town)
    for home, centre in ((one, other), (other, one)):
        route = trace_route(town, centre, home, direction="to_centre", speed_m_s=1.0)
        assert route is not None
        assert route.xy[1].tolist() == [50.0, 50.0]


def test_seconds_on_steps_and_private_ways_are_told_apart() -> None:
    town = make_town([(0, 1, 100.0), (1, 2, 50.0), (2, 3, 40.0)])
    flags = np.array([EdgeFlag.NONE, EdgeFlag.STEPS | EdgeFlag.PRIVATE, EdgeFlag.PRIVATE])
    town = replace(town, streets=replace(town.streets, edge_flags=flags.astype(np.uint16)))
    home, centre = make_access([(0, 0.0)], town), make_access([(2, 1.0)], town)
    route = trace_route(town, centre, home, direction="to_centre", speed_m_s=1.0)
    assert route is not None
    assert (route.streets_s, route.steps_s, route.private_s) == (100.0, 50.0, 40.0)


def test_home_and_place_at_one_point_need_no_street() -> None:
    town = make_town([(0, 1, 100.0)])
    point = make_access([(0, 0.5, 4.0)], town)
    route = trace_route(town, point, point, direction="from_centre", speed_m_s=1.0)
    assert route is not None
    assert route.travel_time_s == 8.0
    assert len(route.edge_index) == 0
    assert route.xy.tolist() == [[50.0, 0.0], [50.0, 0.0]]


def test_where_no_way_leads_there_is_no_route() -> None:
    town = make_town([(0, 1, 60.0), (2, 3, 60.0)])
    one, other = make_access([(0, 0.5)], town), make_access([(1, 0.5)], town)
    off = make_access([(-1, 0.0)], town)
    assert trace_route(town, one, other, direction="to_centre", speed_m_s=1.0) is None
    assert trace_route(town, off, one, direction="to_centre", speed_m_s=1.0) is None
    assert trace_route(town, one, off, direction="to_centre", speed_m_s=1.0) is None


def test_one_route_is_asked_for_at_a_time() -> None:
    town = make_town([(0, 1, 60.0)])
    one, two = make_access([(0, 0.5)], town), make_access([(0, 0.5), (0, 0.6)], town)
    with pytest.raises(NetworkInvalid, match="one way at a time"):
        trace_route(town, one, one, direction="worse", speed_m_s=1.0)
    with pytest.raises(NetworkInvalid, match="demand"):
        trace_route(town, one, two, direction="to_centre", speed_m_s=1.0)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_a_route_takes_as_long_as_the_walk_it_explains(seed: int) -> None:
    rng = np.random.default_rng(seed)
    town = make_random_town(rng, int(rng.integers(2, 20)), int(rng.integers(2, 40)))
    place, home = (make_random_access(rng, town, 1) for _ in range(2))
    ways: tuple[Direction, ...] = ("to_centre", "from_centre")
    for direction in ways:
        walks = find_walks(
            town,
            place,
            home,
            limit_s=1e6,
            direction=direction,
            speed_m_s=1.5,
        )
        route = trace_route(
            town,
            place,
            home,
            direction=direction,
            speed_m_s=1.5,
        )
        if len(walks.travel_time_s) == 0:
            assert route is None
            continue
        assert route is not None
        assert route.travel_time_s == pytest.approx(walks.travel_time_s[0], abs=1e-6)
        assert route.travel_time_s == pytest.approx(
            route.streets_s
            + route.steps_s
            + route.private_s
            + route.demand_leg_s
            + route.place_leg_s
        )
        assert route.xy[0] == pytest.approx(home.xy[0])
        assert route.xy[-1] == pytest.approx(place.xy[0])
        drawn_m = np.hypot(*np.diff(route.xy, axis=0).T).sum()
        shares = route.edge_time_s / np.nanmin(town.edge_time_s[route.edge_index], axis=1)
        longest_m = (town.streets.edge_length_m[route.edge_index] * np.maximum(shares, 1)).sum()
        assert drawn_m <= longest_m + 1e-6


def test_a_walk_tells_how_much_of_it_climbs_descends_and_waits() -> None:
    """Up 10 m over the first 100 m, level for 100 m, down 6 m over the last 100 m."""
    flat = make_town([(0, 1, 100.0), (1, 2, 130.0), (2, 3, 100.0)])
    heights = StreetHeights(
        sample_indptr=np.array([0, 2, 4, 6]),
        sample_m=np.array([0, 10, 10, 10, 10, 4], np.float32),
        edge_known=np.ones(3, np.bool_),
        node_m=np.array([0, 10, 10, 4], np.float32),
        counts={},
    )
    network = replace(flat, heights=heights, edge_wait_s=np.array([0.0, 30.0, 0.0]))
    home, centre = make_access([(0, 0.5)], network), make_access([(2, 1.0)], network)
    route = trace_route(network, centre, home, direction="to_centre", speed_m_s=1.0)
    assert route is not None
    assert (route.rise_m, route.fall_m) == pytest.approx((5.0, 6.0))
    assert (route.up_s, route.down_s) == pytest.approx((50.0, 100.0))
    assert (route.streets_s, route.wait_s) == pytest.approx((250.0, 30.0))
    back = trace_route(network, centre, home, direction="from_centre", speed_m_s=1.0)
    assert back is not None
    assert (back.rise_m, back.fall_m) == pytest.approx((6.0, 5.0))
    assert (back.up_s, back.down_s) == pytest.approx((100.0, 50.0))
