"""Isochrones: what is drawn, against exact buffers, nesting, holes, and no way over water."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely

from planner.domain.network import StreetNetwork
from planner.errors import NetworkInvalid
from planner.reach.isochrones import draw_isochrones, find_place_reach
from planner.reach.times import compute_reach
from tests.reach.towns import CRS, make_access, make_random_access, make_town


def make_grid_town(side: int = 24, spacing_m: float = 90.0) -> StreetNetwork:
    """Make a town of jittered blocks walked at 1.2 m/s, some streets missing."""
    rng = np.random.default_rng(11)
    number = np.arange(side * side).reshape(side, side)
    crossing = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)
    xy = crossing * spacing_m + rng.normal(0, 8, (side * side, 2)) + 1234.5
    across = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1)
    up = np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1)
    pairs = np.concatenate([across, up])
    pairs = pairs[rng.random(len(pairs)) < 0.85]
    time_s = np.hypot(*(xy[pairs[:, 1]] - xy[pairs[:, 0]]).T) / 1.2
    slower = time_s * rng.uniform(1, 1.4, len(time_s))
    start = np.concatenate([pairs[:, 0], pairs[:, 1]])
    end = np.concatenate([pairs[:, 1], pairs[:, 0]])
    return StreetNetwork.from_arrays(xy, start, end, np.concatenate([time_s, slower]), crs=CRS)


@pytest.fixture(scope="module")
def grid_town() -> StreetNetwork:
    return make_grid_town()


def drawn(
    town: StreetNetwork, point: tuple[int, float, float], limit_s: float, *, reverse: bool = False
) -> shapely.Geometry:
    reach = find_place_reach(
        town, make_access([point], town), limit_s=limit_s, reverse=reverse, speed_m_s=1.0
    )
    return draw_isochrones(town, reach, limit_s=limit_s, exact=True).geometry[0]


def capsule(x0: float, x1: float) -> shapely.Geometry:
    return shapely.buffer(shapely.LineString([(x0, 0), (x1, 0)]), 25.0, quad_segs=8)


def same(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    return bool(shapely.area(shapely.symmetric_difference(one, other)) < 1e-6)


def test_an_edge_is_cut_where_time_runs_out_in_the_direction_walked() -> None:
    # 100 m that take 100 s one way and 400 s the other; the place stands in the middle.
    town = StreetNetwork.from_arrays(
        np.array([[0.0, 0.0], [100.0, 0.0]]),
        np.array([0, 1]),
        np.array([1, 0]),
        np.array([100.0, 400.0]),
        crs=CRS,
    )
    assert same(drawn(town, (0, 0.5, 0.0), 20.0), capsule(45.0, 70.0))
    assert same(drawn(town, (0, 0.5, 0.0), 20.0, reverse=True), capsule(30.0, 55.0))
    assert same(drawn(town, (0, 0.5, 10.0), 20.0), capsule(47.5, 60.0))
    assert drawn(town, (0, 0.5, 21.0), 20.0).is_empty, "the off-street leg takes all the time"


def test_an_edge_reached_from_both_ends_is_drawn_from_both() -> None:
    # A ring: node 0 at the left, a slow edge 1–2 at the top reached from both its ends.
    town = make_town(
        [(0, 1, 10.0), (0, 2, 20.0), (1, 2, 100.0)], xy=[(500, -300), (0, 0), (1000, 0)]
    )
    reach = compute_reach(town, np.array([0]), limit_s=60)

    def top(limit_s: float) -> float:
        shape = draw_isochrones(town, reach, limit_s=limit_s, exact=True).geometry[0]
        line = shapely.LineString([(0, 0), (1000, 0)])
        return float(shapely.length(shapely.intersection(shape, line)))

    # 20 s left at one end and 10 s at the other: 200 m and 100 m of 1000 m, and the frontage.
    assert top(30.0) == pytest.approx(200 + 100 + 2 * 25, abs=0.1)
    assert top(60.0) == pytest.approx(500 + 400 + 2 * 25, abs=0.1)


def test_the_parts_meet_where_both_ends_have_time_enough() -> None:
    town = make_town(
        [(0, 1, 10.0), (0, 2, 10.0), (1, 2, 100.0)], xy=[(500, -300), (0, 0), (1000, 0)]
    )
    reach = compute_reach(town, np.array([0]), limit_s=60)
    shape = draw_isochrones(town, reach, limit_s=60, exact=True).geometry[0]
    assert shape.covers(shapely.LineString([(0, 0), (1000, 0)]))


def test_a_barred_direction_is_not_walked_into() -> None:
    town = make_town([(0, 1, 100.0)], xy=[(0, 0), (100, 0)], two_way=False)
    reach = compute_reach(town, np.array([1]), limit_s=50)
    shape = draw_isochrones(town, reach, limit_s=50, exact=True).geometry[0]
    assert same(shape, shapely.Point(100, 0).buffer(25, quad_segs=8))
    to_it = compute_reach(town, np.array([1]), limit_s=50, reverse=True)
    shape = draw_isochrones(town, to_it, limit_s=50, exact=True).geometry[0]
    assert same(shape, capsule(50, 100))


def test_an_island_node_is_drawn_as_its_frontage() -> None:
    town = make_town([(0, 1, 100.0)], xy=[(0, 0), (100, 0)], two_way=False)
    reach = compute_reach(town, np.array([1]), limit_s=50)
    shape = draw_isochrones(town, reach, limit_s=50).geometry[0]
    # Chords between grid lines 10 m apart cut off a few per cent of so small a circle.
    assert shapely.area(shape) == pytest.approx(np.pi * 25**2, rel=0.05)
    assert shape.is_valid


def test_a_place_off_the_network_has_an_empty_picture() -> None:
    town = make_town([(0, 1, 100.0)])
    reach = find_place_reach(
        town, make_access([(-1, 0.0)], town), limit_s=50, reverse=True, speed_m_s=1.0
    )
    for exact in (False, True):
        assert draw_isochrones(town, reach, limit_s=50, exact=exact).geometry[0].is_empty


def test_places_mid_edge_reach_nodes_with_their_off_street_leg() -> None:
    town = make_town([(0, 1, 100.0), (1, 2, 100.0)])
    access = make_access([(0, 0.25, 7.0), (1, 1.0, 0.0)], town)
    reach = find_place_reach(town, access, limit_s=110, reverse=False, speed_m_s=1.0)
    assert reach.indptr.tolist() == [0, 2, 4]
    assert reach.node.tolist() == [0, 1, 1, 2]
    assert reach.travel_time_s.tolist() == [32.0, 82.0, 100.0, 0.0]
    assert reach.leg_s is not None
    assert reach.leg_s.tolist() == [7.0, 0.0]


@pytest.mark.parametrize("reverse", [False, True])
def test_the_picture_agrees_with_exact_buffers(grid_town: StreetNetwork, *, reverse: bool) -> None:
    places = make_random_access(np.random.default_rng(3), grid_town, 12)
    reach = find_place_reach(grid_town, places, limit_s=900, reverse=reverse, speed_m_s=1.2)
    picture = draw_isochrones(grid_town, reach, limit_s=900).geometry
    truth = draw_isochrones(grid_town, reach, limit_s=900, exact=True).geometry
    assert shapely.is_valid(picture).all()
    there = ~shapely.is_empty(truth)
    assert there.sum() > 8
    area, true_area = shapely.area(picture[there]), shapely.area(truth[there])
    wrong = shapely.area(shapely.symmetric_difference(picture[there], truth[there]))
    assert np.abs(area / true_area - 1).max() < 0.015
    assert (wrong / true_area).max() < 0.02
    assert shapely.get_num_interior_rings(shapely.get_parts(picture)).sum() > 0, "holes are kept"


def test_isochrones_of_one_place_nest(grid_town: StreetNetwork) -> None:
    places = make_random_access(np.random.default_rng(4), grid_town, 30)
    reach = find_place_reach(grid_town, places, limit_s=900, reverse=True, speed_m_s=1.2)
    pictures = [
        draw_isochrones(grid_town, reach, limit_s=limit_s).geometry
        for limit_s in (100, 300, 317.7, 600, 900)
    ]
    for smaller, larger in pairwise(pictures):
        assert shapely.covers(larger, smaller)[~shapely.is_empty(smaller)].all()


def test_a_picture_stays_on_its_bank_where_no_bridge_leads_over() -> None:
    # Two banks 60 m apart: each street's frontage is 25 m.
    town = make_town([(0, 1, 100.0), (2, 3, 100.0)], xy=[(0, 0), (500, 0), (0, 60), (500, 60)])
    reach = compute_reach(town, np.array([0]), limit_s=900)
    shape = draw_isochrones(town, reach, limit_s=900).geometry[0]
    assert shape.bounds[3] < 30.0


def test_the_picture_is_the_same_for_any_number_of_threads(grid_town: StreetNetwork) -> None:
    places = make_random_access(np.random.default_rng(5), grid_town, 20)
    reach = find_place_reach(grid_town, places, limit_s=600, reverse=True, speed_m_s=1.2)
    one, two, four = (
        shapely.to_wkb(draw_isochrones(grid_town, reach, limit_s=600, threads=n).geometry)
        for n in (1, 2, 4)
    )
    assert one.tolist() == two.tolist() == four.tolist()


def test_no_source_gives_no_picture(grid_town: StreetNetwork) -> None:
    reach = compute_reach(grid_town, np.array([], np.int64), limit_s=60)
    assert len(draw_isochrones(grid_town, reach, limit_s=60).geometry) == 0


def test_a_limit_beyond_the_search_is_refused(grid_town: StreetNetwork) -> None:
    reach = compute_reach(grid_town, np.array([0]), limit_s=60)
    with pytest.raises(NetworkInvalid, match="not searched as far"):
        draw_isochrones(grid_town, reach, limit_s=61)


@pytest.mark.parametrize("setting", ["frontage_m", "cell_m"])
def test_lengths_must_be_above_zero(grid_town: StreetNetwork, setting: str) -> None:
    reach = compute_reach(grid_town, np.array([0]), limit_s=60)
    lengths = {"frontage_m": 25.0, "cell_m": 10.0, setting: 0.0}
    with pytest.raises(NetworkInvalid, match=setting):
        draw_isochrones(
            grid_town,
            reach,
            limit_s=60,
            frontage_m=lengths["frontage_m"],
            cell_m=lengths["cell_m"],
        )
