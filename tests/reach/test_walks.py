"""Walks between places and demand: worked by hand, and against scipy on a cut-up graph."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.walking import DIRECTIONS, WalkingProfile
from planner.errors import NetworkInvalid
from planner.reach.walks import find_walks
from tests.reach.split_graph import reversed_walks, walks_from_places
from tests.reach.towns import make_access, make_random_access, make_random_town, make_town

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.domain.reach import Walks

SLOW = WalkingProfile("slow", 0.5, None, None, "a test", "convention")


def as_table(walks: Walks) -> FloatArray:
    table = np.full((len(walks.indptr) - 1, walks.n_demand), np.inf)
    row = np.repeat(np.arange(len(walks.indptr) - 1), np.diff(walks.indptr))
    table[row, walks.demand_index] = walks.travel_time_s
    return table


def test_access_points_lie_on_edges_and_take_their_share_of_the_edge() -> None:
    town = make_town([(0, 1, 100.0), (1, 2, 200.0)])
    centre = make_access([(0, 0.25, 5.0)], town)  # 75 s before node 1, 5 m off the street
    homes = make_access([(1, 0.5, 10.0), (0, 0.75, 0.0)], town)
    walks = find_walks(town, centre, homes, limit_s=900, direction="to_centre", speed_m_s=0.5)
    # 10 m at 0.5 m/s = 20, half of 200 = 100, three quarters of 100 = 75, 5 m = 10
    assert as_table(walks).tolist() == [[205.0, 60.0]]


def test_the_profile_of_the_network_gives_the_speed_of_off_street_legs() -> None:
    town = replace(make_town([(0, 1, 100.0)]), profile=SLOW)
    centre, home = make_access([(0, 0.0, 10.0)], town), make_access([(0, 1.0, 20.0)], town)
    walks = find_walks(town, centre, home, limit_s=900, direction="from_centre")
    assert walks.travel_time_s.tolist() == [10 / 0.5 + 100 + 20 / 0.5]


def test_without_a_speed_no_speed_is_guessed() -> None:
    town = make_town([(0, 1, 100.0)])
    access = make_access([(0, 0.0)], town)
    with pytest.raises(NetworkInvalid, match="speed_m_s"):
        find_walks(town, access, access, limit_s=900, direction="to_centre")


def test_on_the_same_edge_walking_along_it_beats_going_round() -> None:
    town = make_town([(0, 1, 100.0), (1, 2, 10.0), (2, 0, 10.0)])
    centre = make_access([(0, 0.4)], town)
    homes = make_access([(0, 0.6), (0, 0.4)], town)
    walks = find_walks(town, centre, homes, limit_s=900, direction="to_centre", speed_m_s=1.0)
    assert as_table(walks) == pytest.approx(np.array([[20.0, 0.0]]))


def test_on_the_same_edge_going_round_beats_a_slow_edge() -> None:
    town = make_town([(0, 1, 1000.0), (1, 2, 10.0), (2, 0, 10.0)])
    centre, home = make_access([(0, 0.01)], town), make_access([(0, 0.99)], town)
    walks = find_walks(town, centre, home, limit_s=900, direction="to_centre", speed_m_s=1.0)
    assert walks.travel_time_s == pytest.approx([10.0 + 20.0 + 10.0])


def test_a_one_way_street_is_walked_its_way_only() -> None:
    # A ring 0 → 1 → 2 → 0, 60 s each; home and centre on the first edge.
    ring = make_town([(0, 1, 60.0), (1, 2, 60.0), (2, 0, 60.0)], two_way=False)
    centre, home = make_access([(0, 0.75)], ring), make_access([(0, 0.25)], ring)

    def walk(direction: str) -> list[float]:
        found = find_walks(
            ring,
            centre,
            home,
            limit_s=900,
            direction=direction,  # type: ignore[arg-type]  # each of the four in turn
            speed_m_s=1.0,
        )
        return [float(seconds) for seconds in found.travel_time_s]

    assert walk("to_centre") == [30.0]
    assert walk("from_centre") == [150.0]
    assert walk("worse") == [150.0]
    assert walk("round_trip") == [90.0]


def test_a_round_trip_within_the_limit_counts_although_one_way_takes_longer() -> None:
    ring = make_town([(0, 1, 60.0), (1, 2, 60.0), (2, 0, 60.0)], two_way=False)
    centre, home = make_access([(0, 0.75)], ring), make_access([(0, 0.25)], ring)
    walks = find_walks(ring, centre, home, limit_s=90, direction="round_trip", speed_m_s=1.0)
    assert walks.travel_time_s.tolist() == [90.0]
    walks = find_walks(ring, centre, home, limit_s=90, direction="worse", speed_m_s=1.0)
    assert len(walks.travel_time_s) == 0


def test_walks_that_exist_one_way_only_are_no_round_trips() -> None:
    street = make_town([(0, 1, 60.0)], two_way=False)
    centre, home = make_access([(0, 1.0)], street), make_access([(0, 0.0)], street)
    for direction, count in (("to_centre", 1), ("from_centre", 0), ("round_trip", 0), ("worse", 0)):
        walks = find_walks(
            street,
            centre,
            home,
            limit_s=900,
            direction=direction,  # type: ignore[arg-type]  # each of the four in turn
            speed_m_s=1.0,
        )
        assert len(walks.travel_time_s) == count, direction


def test_a_place_at_a_corner_can_leave_by_every_street_of_the_corner() -> None:
    # The centre is snapped to the end of a one-way street that leads to it.
    town = make_town([(0, 1, 60.0), (1, 2, 60.0)], two_way=False)
    centre, home = make_access([(0, 1.0)], town), make_access([(1, 0.5)], town)
    walks = find_walks(town, centre, home, limit_s=900, direction="from_centre", speed_m_s=1.0)
    assert walks.travel_time_s.tolist() == [30.0]


@pytest.mark.parametrize(("limit_s", "count"), [(300.0, 1), (299.9995, 1), (299.99, 0)])
def test_a_limit_is_inclusive_with_one_tolerance(limit_s: float, count: int) -> None:
    town = make_town([(0, 1, 200.0), (1, 2, 200.0)])
    centre, home = make_access([(0, 0.5)], town), make_access([(1, 1.0)], town)
    walks = find_walks(town, centre, home, limit_s=limit_s, direction="to_centre", speed_m_s=1.0)
    assert len(walks.travel_time_s) == count


def test_places_and_homes_off_the_network_have_no_walks() -> None:
    town = make_town([(0, 1, 60.0)])
    places = make_access([(-1, 0.0, np.inf), (0, 0.5, 0.0)], town)
    homes = make_access([(0, 0.5, 0.0), (-1, 0.0, 500.0)], town)
    walks = find_walks(town, places, homes, limit_s=900, direction="worse", speed_m_s=1.0)
    assert walks.indptr.tolist() == [0, 0, 1]
    assert walks.demand_index.tolist() == [0]


def test_an_island_is_not_reached() -> None:
    town = make_town([(0, 1, 60.0), (2, 3, 60.0)])
    walks = find_walks(
        town,
        make_access([(0, 0.5)], town),
        make_access([(1, 0.5)], town),
        limit_s=1e9,
        direction="to_centre",
        speed_m_s=1.0,
    )
    assert len(walks.demand_index) == 0


def test_nothing_to_search_gives_empty_rows() -> None:
    town = make_town([(0, 1, 60.0)])
    none, one = make_access([], town), make_access([(0, 0.5)], town)
    for direction in DIRECTIONS:
        walks = find_walks(town, none, one, limit_s=60, direction=direction, speed_m_s=1.0)
        assert walks.indptr.tolist() == [0]
        walks = find_walks(town, one, none, limit_s=60, direction=direction, speed_m_s=1.0)
        assert walks.indptr.tolist() == [0, 0]
        assert walks.n_demand == 0


@pytest.mark.parametrize("speed", [0.0, -1.0, np.nan, np.inf])
def test_a_speed_must_be_above_zero(speed: float) -> None:
    town = make_town([(0, 1, 60.0)])
    one = make_access([(0, 0.5)], town)
    with pytest.raises(NetworkInvalid, match="speed"):
        find_walks(town, one, one, limit_s=60, direction="to_centre", speed_m_s=speed)


def test_an_unknown_direction_names_the_known_ones() -> None:
    town = make_town([(0, 1, 60.0)])
    one = make_access([(0, 0.5)], town)
    with pytest.raises(NetworkInvalid, match="from_centre"):
        find_walks(
            town,
            one,
            one,
            limit_s=60,
            direction="sideways",  # type: ignore[arg-type]  # the fault under test
            speed_m_s=1.0,
        )


@pytest.mark.parametrize(
    "point", [(7, 0.5, 0.0), (0, 1.5, 0.0), (0, np.nan, 0.0), (0, 0.5, np.inf)]
)
def test_access_points_of_another_network_are_refused(point: tuple[int, float, float]) -> None:
    town = make_town([(0, 1, 60.0)])
    good = make_access([(0, 0.5)], town)
    bad = replace(
        good,
        edge_index=np.array([point[0]]),
        fraction=np.array([point[1]]),
        distance_m=np.array([point[2]]),
    )
    with pytest.raises(NetworkInvalid, match="do not belong"):
        find_walks(town, good, bad, limit_s=60, direction="to_centre", speed_m_s=1.0)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9), limit_s=st.sampled_from([5.0, 40.0, 90.0, 1e6]))
def test_walks_agree_with_scipy_on_the_cut_up_graph(seed: int, limit_s: float) -> None:
    rng = np.random.default_rng(seed)
    town = make_random_town(rng, int(rng.integers(2, 30)), int(rng.integers(2, 60)))
    places = make_random_access(rng, town, int(rng.integers(0, 8)))
    demand = make_random_access(rng, town, int(rng.integers(0, 40)))
    to_centre = reversed_walks(town, places, demand, speed_m_s=2.0)
    from_centre = walks_from_places(town, places, demand, speed_m_s=2.0)
    expected = {
        "to_centre": to_centre,
        "from_centre": from_centre,
        "round_trip": (to_centre + from_centre) / 2,
        "worse": np.maximum(to_centre, from_centre),
    }
    for direction in DIRECTIONS:
        walks = find_walks(
            town, places, demand, limit_s=limit_s, direction=direction, speed_m_s=2.0, threads=1
        )
        found, wanted = as_table(walks), expected[direction]
        certain = np.abs(wanted - limit_s) > 2e-3
        wanted = np.where(wanted <= limit_s + 1e-3, wanted, np.inf)
        assert found[certain] == pytest.approx(wanted[certain], abs=1e-8)
        rows = np.split(walks.demand_index, walks.indptr[1:-1])
        assert all((np.diff(row) > 0).all() for row in rows), "demand ascends within a row"


def test_the_same_bytes_for_any_number_of_threads() -> None:
    rng = np.random.default_rng(5)
    town = make_random_town(rng, 400, 1200)
    places, demand = make_random_access(rng, town, 300), make_random_access(rng, town, 900)
    for direction in DIRECTIONS:
        one, two, four = (
            find_walks(
                town,
                places,
                demand,
                limit_s=60,
                direction=direction,
                speed_m_s=1.3,
                threads=threads,
            )
            for threads in (1, 2, 4)
        )
        for other in (two, four):
            assert one.indptr.tobytes() == other.indptr.tobytes()
            assert one.demand_index.tobytes() == other.demand_index.tobytes()
            assert one.travel_time_s.tobytes() == other.travel_time_s.tobytes()


def test_progress_counts_every_place_once_for_each_way() -> None:
    class Listener:
        def __init__(self) -> None:
            self.total: int | None = None
            self.steps = 0
            self.ended = 0

        def begin(self, stage: str, total: int | None = None) -> None:
            assert stage == "walks"
            self.total = total

        def tell(self, objective: float, bound: float) -> None:
            """Hear of no plan."""

        def advance(self, steps: int = 1) -> None:
            self.steps += steps

        def end(self) -> None:
            self.ended += 1

    rng = np.random.default_rng(5)
    town = make_random_town(rng, 40, 120)
    places = make_random_access(rng, town, 150)
    for direction, total in (("to_centre", 150), ("worse", 300)):
        listener = Listener()
        find_walks(
            town,
            places,
            places,
            limit_s=60,
            direction=direction,  # type: ignore[arg-type]  # two of the four
            speed_m_s=1.0,
            progress=listener,
        )
        assert (listener.total, listener.steps, listener.ended) == (total, total, 1)
