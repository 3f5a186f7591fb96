"""Where a place meets the streets."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.network import AccessPoints, EdgeFlag
from planner.georeference.crs import project
from planner.georeference.snap import snap_places
from planner.network.build import build_streets
from planner.network.walking import find_profile, time_streets
from tests.network.drawing import DEGREE_M, NORTH_DEGREE_M, ORIGIN_LON, Way, draw

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.arrays import FloatArray
    from planner.domain.network import StreetNetwork

LINES = {
    "a": (0, 0),
    "b": (100, 0),
    "c": (200, 0),
    "d": (0, 30),
    "e": (100, 30),
    "f": (0, 120),
    "g": (100, 120),
}


def network_of(*ways: Way | str, profile: str = "norm") -> StreetNetwork:
    return time_streets(build_streets(draw(LINES, *ways)), find_profile(profile))


def at(network: StreetNetwork, *places: tuple[float, float]) -> FloatArray:
    """Return places in metres from the drawings' origin in the working CRS."""
    lonlat = np.array([(ORIGIN_LON + x / DEGREE_M, y / NORTH_DEGREE_M) for x, y in places])
    return project(lonlat, "EPSG:4326", network.streets.crs)


def snap(
    network: StreetNetwork, *places: tuple[float, float], limit_m: float = 200.0
) -> AccessPoints:
    return snap_places(network, at(network, *places), limit_m=limit_m)


def way_met(network: StreetNetwork, access: AccessPoints) -> list[int | None]:
    """Return the way id met by each place."""
    return [
        None if edge < 0 else int(network.streets.edge_way_id[edge])
        for edge in access.edge_index.tolist()
    ]


def test_a_place_meets_the_middle_of_a_street_not_its_end() -> None:
    network = network_of("ab")
    access = snap(network, (25, 40))
    assert access.distance_m[0] == pytest.approx(40, abs=1e-3)
    along = access.fraction[0] if network.streets.edge_start[0] == 0 else 1 - access.fraction[0]
    assert along == pytest.approx(0.25, abs=1e-6)
    assert access.xy[0] == pytest.approx(at(network, (25, 0))[0], abs=1e-3)


def test_a_place_beyond_the_end_of_a_street_meets_its_end() -> None:
    access = snap(network_of("ab"), (130, 40))
    assert access.distance_m[0] == pytest.approx(50, abs=1e-3)
    assert access.fraction[0] in (0.0, 1.0)


def test_where_on_a_bent_street_is_told_by_length() -> None:
    # a-b 100 m, b-e 30 m: 15 m up the second leg is 115 of 130 m, not the middle of two legs.
    network = network_of("abe")
    access = snap(network, (110, 15))
    assert access.distance_m[0] == pytest.approx(10, abs=1e-3)
    assert access.fraction[0] == pytest.approx(115 / 130, abs=1e-6)


@pytest.mark.parametrize("kind", ["BRIDGE", "TUNNEL", "INDOOR", "LIFT", "ESCALATOR"])
def test_no_place_meets_a_way_that_cannot_be_stepped_on(kind: str) -> None:
    # A bridge passes overhead at 5 m; the street beside it is 25 m away.
    network = network_of(Way("ab", flags=int(EdgeFlag[kind]), way_id=1), Way("de", way_id=2))
    access = snap(network, (50, 5))
    assert way_met(network, access) == [2]
    assert access.distance_m[0] == pytest.approx(25, abs=1e-3)
    assert not access.switched[0]


def test_a_covered_way_and_steps_can_be_met() -> None:
    for flag in (EdgeFlag.COVERED, EdgeFlag.STEPS):
        network = network_of(Way("ab", flags=int(flag)))
        assert snap(network, (50, 5)).edge_index.tolist() == [0]


def test_only_ways_this_walker_may_use_are_met() -> None:
    for flag, profile, met in (
        (EdgeFlag.STEPS, "norm", 1),
        (EdgeFlag.STEPS, "wheelchair", 2),
        (EdgeFlag.PRIVATE, "norm", 1),  # people live there
    ):
        ways = Way("ab", flags=int(flag), way_id=1), Way("de", way_id=2)
        network = network_of(*ways, profile=profile)
        assert way_met(network, snap(network, (50, 5))) == [met], (flag, profile)


def test_a_one_way_street_can_be_met() -> None:
    network = network_of(Way("ab", flags=int(EdgeFlag.NO_FORWARD)))
    assert snap(network, (50, 5)).edge_index.tolist() == [0]


def test_beyond_the_limit_a_place_is_off_the_network_and_the_distance_is_told() -> None:
    network = network_of("ab")
    access = snap(network, (50, 90), limit_m=80)
    assert access.edge_index.tolist() == [-1]
    assert access.distance_m[0] == pytest.approx(90, abs=1e-3)
    assert access.xy.tolist() == at(network, (50, 90)).tolist()
    assert access.fraction.tolist() == [0.0]


def test_the_limit_is_inclusive() -> None:
    network = network_of("ab")
    distance_m = snap(network, (50, 90)).distance_m[0]
    assert snap(network, (50, 90), limit_m=distance_m).edge_index.tolist() == [0]


def test_of_streets_equally_near_the_first_is_met() -> None:
    # All three meet at b, which is nearest to the place.
    network = network_of(Way("ab", way_id=1), Way("bc", way_id=2), Way("be", way_id=3))
    access = snap(network, (100, -10))
    assert access.edge_index.tolist() == [0]


def test_a_place_that_is_unknown_meets_nothing() -> None:
    network = network_of("ab")
    xy = np.vstack([[np.nan, np.nan], at(network, (50, 5))])
    access = snap_places(network, xy, limit_m=200)
    assert access.edge_index.tolist() == [-1, 0]
    assert access.distance_m[0] == math.inf
    assert np.isnan(access.xy[0]).all()


def test_where_nothing_can_be_met_the_distance_is_infinite() -> None:
    access = snap(network_of(Way("ab", flags=int(EdgeFlag.BRIDGE))), (50, 5))
    assert access.edge_index.tolist() == [-1]
    assert access.distance_m.tolist() == [math.inf]


def test_no_place_is_no_access_point() -> None:
    access = snap_places(network_of("ab"), np.zeros((0, 2)), limit_m=200)
    assert len(access.edge_index) == 0
    assert access.xy.shape == (0, 2)


def town_with_island(n_mainland: int) -> StreetNetwork:
    """Return a street of so many junctions along y = 0, and an island (way 1) at y = 60."""
    chain = [chr(0x4E00 + i) for i in range(n_mainland)]
    places = {letter: (10.0 * i, 0.0) for i, letter in enumerate(chain)}
    places |= {"a": (0.0, 60.0), "b": (50.0, 60.0)}
    ways = [Way(chain[i] + chain[i + 1], way_id=10 + i) for i in range(n_mainland - 1)]
    streets = build_streets(draw(places, *ways, Way("ab", way_id=1)))
    return time_streets(streets, find_profile("norm"))


def test_an_island_gives_way_to_the_mainland_within_the_limit() -> None:
    network = town_with_island(100)
    access = snap(network, (25, 50), (25, 10))
    assert way_met(network, access) == [12, 12]
    assert access.distance_m == pytest.approx([50, 10], abs=1e-3)
    assert access.switched.tolist() == [True, False]


def test_an_island_is_met_where_the_mainland_is_beyond_the_limit() -> None:
    network = town_with_island(100)
    access = snap(network, (25, 50), limit_m=40)
    assert way_met(network, access) == [1]
    assert not access.switched[0]


def test_off_the_network_the_nearest_street_of_all_is_told() -> None:
    access = snap(town_with_island(100), (25, 90), (25, -50), limit_m=20)
    assert access.edge_index.tolist() == [-1, -1]
    assert access.distance_m == pytest.approx([30, 50], abs=1e-3)
    assert not access.switched.any()


def test_a_component_of_ninety_nine_junctions_is_an_island_too() -> None:
    network = town_with_island(99)
    access = snap(network, (25, 50))
    assert way_met(network, access) == [1]
    assert not access.switched[0]


def nearest_by_hand(network: StreetNetwork, place: list[float]) -> tuple[float, float]:
    """Return distance and fraction by walking over every drawn step in plain Python."""
    streets, best = network.streets, (math.inf, 0.0)
    for e in range(len(streets.edge_start)):
        shape = streets.shape_xy[streets.shape_indptr[e] : streets.shape_indptr[e + 1]].tolist()
        total = sum(math.dist(p, q) for p, q in itertools.pairwise(shape))
        walked = 0.0
        for p, q in itertools.pairwise(shape):
            step = math.dist(p, q)
            dot = sum((t - a) * (b - a) for t, a, b in zip(place, p, q, strict=True))
            share = min(1.0, max(0.0, dot / step**2))
            foot = [a + share * (b - a) for a, b in zip(p, q, strict=True)]
            best = min(best, (math.dist(place, foot), (walked + share * step) / total))
            walked += step
    return best


@given(st.floats(-150, 350), st.floats(-150, 250))
def test_a_place_meets_the_nearest_point_of_all_streets(x: float, y: float) -> None:
    network = network_of("abe", "bc", "defg")
    xy = at(network, (x, y))
    access = snap_places(network, xy, limit_m=1_000)
    distance_m, _ = nearest_by_hand(network, xy[0].tolist())
    assert access.distance_m[0] == pytest.approx(distance_m, abs=1e-6)
    to_nodes_m = np.hypot(*(network.streets.node_xy - xy[0]).T)
    assert access.distance_m[0] <= to_nodes_m.min() + 1e-9
    assert np.hypot(*(access.xy[0] - xy[0])) == pytest.approx(distance_m, abs=1e-6)


@given(st.floats(-50, 150), st.floats(-50, 180))
def test_where_on_the_street_agrees_with_a_walk_along_it(x: float, y: float) -> None:
    network = network_of("abegf")
    xy = at(network, (x, y))
    access = snap_places(network, xy, limit_m=1_000)
    # The bent street may be equally near at two places: compare the point, not the share.
    streets = network.streets
    shape, left_m = streets.shape_xy, access.fraction[0]
    steps_m = np.hypot(*np.diff(shape, axis=0).T)
    left_m = access.fraction[0] * steps_m.sum()
    k = min(int(np.searchsorted(np.cumsum(steps_m), left_m)), len(steps_m) - 1)
    left_m -= steps_m[:k].sum()
    point = shape[k] + (shape[k + 1] - shape[k]) * left_m / steps_m[k]
    assert access.xy[0] == pytest.approx(point, abs=1e-6)


def test_the_order_of_the_places_does_not_matter() -> None:
    network = town_with_island(120)
    random = np.random.default_rng(7)
    xy = at(network, *random.uniform((-50, -80), (1_300, 140), (300, 2)).tolist())
    order = random.permutation(len(xy))
    one, other = (snap_places(network, places, limit_m=70) for places in (xy, xy[order]))
    assert (one.edge_index < 0).any()
    for field in ("edge_index", "fraction", "distance_m", "xy", "switched"):
        assert np.array_equal(getattr(one, field)[order], getattr(other, field))


@pytest.mark.shared_data
def test_homes_of_a_real_city_meet_its_streets(shared_data: Path) -> None:
    from planner.domain.network import NO_SNAP
    from planner.inputs.streets import read_ways

    streets = build_streets(read_ways(shared_data / "porto-alegre/streets.osm.pbf"))
    network = time_streets(streets, find_profile("norm"))
    table = np.genfromtxt(
        shared_data / "porto-alegre/population_hexgrid.csv",
        delimiter=",",
        names=True,
        encoding=None,
    )
    lonlat = np.column_stack([table["lon"], table["lat"]])
    access = snap_places(network, project(lonlat, "EPSG:4326", streets.crs), limit_m=200)
    met = access.edge_index >= 0
    # Hexagons of 0.1 km² reach over parks, hills and the lake.
    assert met.mean() > 0.85
    assert not (streets.edge_flags[access.edge_index[met]] & int(NO_SNAP)).any()
    assert (access.distance_m[~met] > 200).all()
