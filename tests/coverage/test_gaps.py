"""Gaps: uncovered people joined along the streets, each in exactly one."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.coverage.clusters import cluster_points
from planner.coverage.gaps import find_gaps
from planner.coverage.neighbours import Neighbours, straight_neighbours
from planner.domain.coverage import StateCoverage
from planner.units import UNREACHED
from tests.coverage.scene import (
    BASIC,
    DAILY,
    access_of,
    areas_of,
    demand_of,
    named,
    network_of,
    powers,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.coverage import Gap
    from planner.domain.network import StreetNetwork
    from planner.domain.places import Areas
    from planner.domain.standard import LifeCircle

Place = tuple[int, int, float] | None
FAR = UNREACHED


def gaps_of(
    network: StreetNetwork,
    places: Sequence[Place],
    times: Sequence[float],
    *,
    persons: FloatArray | None = None,
    off_xy: dict[int, tuple[float, float]] | None = None,
    circles: tuple[LifeCircle, ...] = (BASIC,),
    centres_xy: Sequence[tuple[float, float]] = ((10_000.0, 0.0),),
    serving: Sequence[Sequence[bool]] | None = None,
    communities: Areas | None = None,
    community_index: IntArray | None = None,
) -> tuple[Gap, ...]:
    access, xy = access_of(network, places)
    for index, at in (off_xy or {}).items():
        xy[index] = at
    time_s = np.array([times] * len(circles), dtype=np.float64)
    coverage = StateCoverage(
        state="plan",
        life_circles=(),
        travel_time_s=time_s,
        centre_index=np.full(time_s.shape, -1, dtype=np.int32),
        travel_time_pass_s=time_s,
        travel_time_not_failing_s=time_s,
    )
    centres = np.array(centres_xy, dtype=np.float64).reshape(-1, 2)
    every = np.ones((len(circles), len(centres)), dtype=np.bool_)
    return find_gaps(
        coverage=coverage,
        circles=circles,
        demand=demand_of(xy, powers(len(places)) if persons is None else persons),
        demand_access=access,
        network=network,
        centres_xy=centres,
        serving=every if serving is None else np.array(serving, dtype=np.bool_),
        communities=communities,
        community_index=community_index,
    )


def members(gaps: Sequence[Gap], labels: str) -> list[str]:
    return [named(gap.persons, labels) for gap in gaps]


STREET = network_of([(0, 0), (1000, 0)], [(0, 1)])


def test_neighbours_along_a_street_are_one_gap_and_a_longer_way_parts_them() -> None:
    # At 0, 250, 500.5: the first way is just short enough, the second is not.
    places = [(0, 1, 0.0), (0, 1, 0.25), (0, 1, 0.5005)]
    assert members(gaps_of(STREET, places, [FAR] * 3), "abc") == ["c", "ab"]


def test_a_street_that_winds_through_junctions_joins_what_it_leads_to() -> None:
    network = network_of([(0, 0), (100, 0), (100, 100), (0, 100)], [(0, 1), (1, 2), (2, 3)])
    places = [(0, 1, 0.5), (2, 3, 0.5)]
    assert members(gaps_of(network, places, [FAR] * 2), "ab") == ["ab"]


def test_two_banks_of_a_river_are_two_gaps_however_close() -> None:
    banks = [(0, 0), (400, 0), (0, 50), (400, 50)]
    places = [(0, 1, 0.4), (0, 1, 0.5), (2, 3, 0.4), (2, 3, 0.5)]
    apart = network_of(banks, [(0, 1), (2, 3)])
    assert members(gaps_of(apart, places, [FAR] * 4), "abcd") == ["cd", "ab"]
    # A bridge at the near end makes the way 2 × 40 + 50 m.
    bridged = network_of(banks, [(0, 1), (2, 3), (0, 2)])
    near = [(0, 1, 0.1), (0, 1, 0.2), (2, 3, 0.1), (2, 3, 0.2)]
    assert members(gaps_of(bridged, near, [FAR] * 4), "abcd") == ["abcd"]


def test_covered_homes_between_keep_gaps_apart() -> None:
    places = [(0, 1, 0.10), (0, 1, 0.15), (0, 1, 0.20)]
    assert members(gaps_of(STREET, places, [FAR, 100.0, FAR]), "abc") == ["c", "a"]


def test_covered_homes_elsewhere_do_not() -> None:
    # c is covered on a side street 90 m from the junction half-way between a and b.
    network = network_of([(0, 0), (50, 0), (100, 0), (50, 90)], [(0, 1), (1, 2), (1, 3)])
    places = [(0, 1, 0.0), (1, 2, 1.0), (1, 3, 1.0)]
    assert members(gaps_of(network, places, [FAR, FAR, 100.0]), "abc") == ["ab"]


def test_homes_at_one_access_point_are_one_gap_though_a_covered_one_is_there_too() -> None:
    places = [(0, 1, 0.3), (0, 1, 0.3), (0, 1, 0.3), (0, 1, 0.4)]
    assert members(gaps_of(STREET, places, [FAR, 300.0, 301.0, FAR]), "abcd") == ["acd"]


def test_homes_at_a_junction_meet_whichever_street_they_were_put_on() -> None:
    network = network_of([(0, 0), (100, 0), (200, 0), (100, 100)], [(0, 1), (1, 2), (1, 3)])
    places = [(0, 1, 1.0), (1, 2, 0.0), (1, 3, 0.0)]
    assert members(gaps_of(network, places, [FAR, 100.0, FAR]), "abc") == ["ac"]


def test_covered_and_empty_homes_are_in_no_gap() -> None:
    places = [(0, 1, 0.1), (0, 1, 0.2), (0, 1, 0.3)]
    persons = np.array([1.0, 0.0, 4.0])
    (gap,) = gaps_of(STREET, places, [300.0, FAR, 300.002], persons=persons)
    assert gap.demand_index.tolist() == [2]
    assert gaps_of(STREET, places, [1.0] * 3) == ()
    assert gaps_of(STREET, [], []) == ()


def test_empty_homes_neither_join_nor_part() -> None:
    places = [(0, 1, 0.1), (0, 1, 0.2), (0, 1, 0.3)]
    for time_s in (1.0, FAR):
        found = gaps_of(STREET, places, [FAR, time_s, FAR], persons=np.array([1.0, 0.0, 4.0]))
        assert members(found, "abc") == ["ac"]


def test_uncovered_ground_without_end_is_cut_to_what_one_circle_spans() -> None:
    # 5 km of homes every 100 m; at 1 m/s a 5-minute circle spans 600 m: 7 homes.
    network = network_of([(0, 0), (5000, 0)], [(0, 1)])
    places = [(0, 1, step / 50) for step in range(51)]
    found = gaps_of(network, places, [FAR] * 51, persons=np.ones(51))
    assert sum(gap.points for gap in found) == 51
    assert max(gap.points for gap in found) == 7
    assert len(found) == 8  # 51 homes by sevens


def test_off_the_network_is_joined_by_straight_distance_and_kept_apart() -> None:
    places = [(0, 1, 0.0), None, None, None]
    off_xy = {1: (0.0, 100.0), 2: (0.0, 340.0), 3: (0.0, 600.0)}
    found = gaps_of(STREET, places, [FAR] * 4, off_xy=off_xy)
    assert members(found, "abcd") == ["d", "bc", "a"]
    assert [gap.reason for gap in found] == ["off_network", "off_network", "too_far"]


def test_reasons_compare_the_straight_line_with_the_circles_walk() -> None:
    places = [(0, 1, 0.0)]
    for centre, time_s, reason in (
        ((0.0, 299.0), 400.0, "detour"),
        ((0.0, 300.0), 599.9, "detour"),
        ((0.0, 300.0), 600.1, "barrier"),
        ((0.0, 300.0), FAR, "barrier"),
        ((0.0, 301.0), 400.0, "too_far"),
    ):
        (gap,) = gaps_of(STREET, places, [time_s], centres_xy=[centre])
        assert gap.reason == reason
        assert gap.straight_m == centre[1]
        assert gap.travel_time_s == time_s


def test_the_nearest_centre_is_one_that_serves_and_bears_its_own_number() -> None:
    (gap,) = gaps_of(
        STREET,
        [(0, 1, 0.0)],
        [FAR],
        centres_xy=[(0.0, 10.0), (0.0, 900.0), (0.0, 800.0)],
        serving=[[False, True, True]],
    )
    assert (gap.nearest_centre_index, gap.straight_m) == (2, 800.0)


def test_without_a_serving_centre_that_is_the_reason() -> None:
    for centres, serving in (([(0.0, 10.0)], [[False]]), ([], [[]])):
        (gap,) = gaps_of(STREET, [(0, 1, 0.0)], [FAR], centres_xy=centres, serving=serving)
        assert (gap.reason, gap.nearest_centre_index) == ("no_centre", -1)
        assert gap.straight_m == UNREACHED


def test_means_weigh_persons_and_one_unreached_home_leaves_the_mean_open() -> None:
    places = [(0, 1, 0.0), (0, 1, 0.1)]
    persons = np.array([3.0, 1.0])
    (gap,) = gaps_of(STREET, places, [400.0, 500.0], persons=persons, centres_xy=[(-400.0, 0.0)])
    assert gap.straight_m == (3 * 400 + 500) / 4
    assert gap.travel_time_s == (3 * 400 + 500) / 4
    (gap,) = gaps_of(STREET, places, [400.0, FAR], persons=persons)
    assert gap.travel_time_s == UNREACHED


def test_the_middle_is_a_home_of_the_gap() -> None:
    places = [(0, 1, 0.0), (0, 1, 0.1), (0, 1, 0.2)]
    (gap,) = gaps_of(STREET, places, [FAR] * 3, persons=np.array([1.0, 1.0, 6.0]))
    assert gap.xy == (200.0, 0.0)  # the mean is at 162.5


def test_names_are_those_of_most_persons() -> None:
    places = [(0, 1, 0.0), (0, 1, 0.05), (0, 1, 0.1), (0, 1, 0.15)]
    communities = areas_of((0, 0, 1, 1), (1, 0, 2, 1))
    (gap,) = gaps_of(
        STREET,
        places,
        [FAR] * 4,
        persons=np.array([2.0, 3.0, 2.0, 9.0]),
        communities=communities,
        community_index=np.array([0, 1, 0, -1]),
    )
    assert (gap.community, gap.street_name, gap.name) == ("社区0", "", "社区0")
    (gap,) = gaps_of(
        STREET,
        places[:1],
        [FAR],
        communities=communities,
        community_index=np.array([-1]),
    )
    assert (gap.community, gap.name) == ("", "")


def test_a_gap_is_named_by_its_street() -> None:
    network = network_of([(0, 0), (100, 0), (200, 0)], [(0, 1), (1, 2)])
    names = np.full(2, -1, dtype=np.int32)
    names[access_of(network, [(1, 2, 0.5)])[0].edge_index[0]] = 1
    streets = dataclasses.replace(network.streets, edge_name=names, names=("甲路", "乙路"))
    network = dataclasses.replace(network, streets=streets)
    (gap,) = gaps_of(
        network,
        [(0, 1, 0.5), (1, 2, 0.5)],
        [FAR] * 2,
        communities=areas_of((0, 0, 1, 1)),
        community_index=np.zeros(2, dtype=np.int64),
    )
    assert (gap.street_name, gap.name) == ("乙路", "社区0 · 乙路")
    (gap,) = gaps_of(network, [None], [FAR])
    assert gap.street_name == ""


def test_ids_are_unique_over_circles_and_run_by_persons() -> None:
    places = [(0, 1, 0.0), (0, 1, 0.5), (0, 1, 1.0)]
    found = gaps_of(STREET, places, [400.0, FAR, FAR], circles=(BASIC, DAILY))
    assert [(gap.gap_id, gap.circle_id, gap.persons) for gap in found] == [
        ("G1-1", "basic_5min", 4.0),
        ("G1-2", "basic_5min", 2.0),
        ("G1-3", "basic_5min", 1.0),
        ("G2-1", "daily_15min", 4.0),
        ("G2-2", "daily_15min", 2.0),
    ]


def test_a_way_that_may_not_be_walked_joins_nothing() -> None:
    network = network_of([(0, 0), (100, 0), (200, 0)], [(0, 1), (1, 2)])
    time_s = network.edge_time_s.copy()
    between = access_of(network, [(0, 1, 0.5)])[0].edge_index[0]
    time_s[between] = UNREACHED
    barred = dataclasses.replace(network, edge_time_s=time_s)
    places = [(0, 1, 0.5), (1, 2, 0.5)]
    assert members(gaps_of(network, places, [FAR] * 2), "ab") == ["ab"]
    assert members(gaps_of(barred, places, [FAR] * 2), "ab") == ["b", "a"]
    time_s[between, 0] = 100.0  # one way suffices
    one_way = dataclasses.replace(network, edge_time_s=time_s)
    assert members(gaps_of(one_way, places, [FAR] * 2), "ab") == ["ab"]


def street_distance(network: StreetNetwork, places: Sequence[tuple[int, int, float]]) -> FloatArray:
    """Find the way between all pairs of places: plain loops over the streets (Floyd)."""
    xy = network.streets.node_xy
    count, homes = len(xy), len(places)
    way = np.full((count + homes, count + homes), np.inf)
    np.fill_diagonal(way, 0.0)
    edges = list(zip(network.streets.edge_start, network.streets.edge_end, strict=True))
    for start, end in edges:
        way[start, end] = way[end, start] = np.hypot(*(xy[start] - xy[end]))
    for home, (first, second, share) in enumerate(places):
        length = np.hypot(*(xy[first] - xy[second]))
        for node, off in ((first, share * length), (second, (1 - share) * length)):
            way[count + home, node] = way[node, count + home] = off
        for other in range(home):
            a, b, at = places[other]
            if {a, b} == {first, second}:
                same = abs(share - (at if a == first else 1 - at)) * length
                way[count + home, count + other] = way[count + other, count + home] = same
    for middle in range(count + homes):
        way = np.minimum(way, way[:, [middle]] + way[[middle], :])
    return way[count:, count:]


def joined(distance: FloatArray, reach_m: float) -> set[frozenset[int]]:
    """Join whatever chain of ways within reach leads to: plain loops."""
    left, found = set(range(len(distance))), set()
    while left:
        group, new = set(), {left.pop()}
        while new:
            group |= new
            new = {b for a in new for b in left if distance[a, b] <= reach_m}
            left -= new
        found.add(frozenset(group))
    return found


GRID = network_of(
    [(160.0 * (n % 4), 190.0 * (n // 4)) for n in range(16)],
    [(n, n + 1) for n in range(16) if n % 4 != 3 and n not in {5, 9}]
    + [(n, n + 4) for n in range(12) if n not in {2, 7}],
)
GRID_ENDS = [
    (int(start), int(end))
    for start, end in zip(GRID.streets.edge_start, GRID.streets.edge_end, strict=True)
]
HOMES = st.lists(
    st.tuples(st.sampled_from(GRID_ENDS), st.integers(0, 20)).map(
        lambda home: (*home[0], home[1] / 20)
    ),
    min_size=1,
    max_size=12,
)


@given(places=HOMES)
@settings(max_examples=60, deadline=None)
def test_gaps_are_single_linkage_along_the_streets_when_nobody_is_covered(
    places: list[tuple[int, int, float]],
) -> None:
    # A circle so large that nothing is cut; the twin measures every way by plain loops.
    wide = DAILY
    found = gaps_of(GRID, places, [FAR] * len(places), circles=(wide,))
    distance = street_distance(GRID, places)
    if np.any(np.abs(distance - 250.0) < 1e-5):
        return  # on the edge of joining
    expected = joined(distance, 250.0)
    groups = {frozenset(gap.demand_index.tolist()) for gap in found}
    longest = max(distance[np.ix_(list(g), list(g))].max() for g in expected)
    if longest * 4 <= 2 * wide.limit_s:
        assert groups == expected
    else:
        assert all(any(group <= whole for whole in expected) for group in groups)


@given(places=HOMES, data=st.data())
@settings(max_examples=60, deadline=None)
def test_every_uncovered_person_is_in_exactly_one_gap_whatever_the_order_of_rows(
    places: list[tuple[int, int, float]], data: st.DataObject
) -> None:
    times = data.draw(
        st.lists(st.sampled_from([100.0, 400.0, FAR]), min_size=len(places), max_size=len(places))
    )
    persons = powers(len(places))
    found = gaps_of(GRID, places, times, persons=persons)
    uncovered = [home for home, time_s in enumerate(times) if time_s > 300.0]
    assert sorted(m for gap in found for m in gap.demand_index.tolist()) == uncovered
    assert sum(gap.persons for gap in found) == sum(persons[uncovered])
    assert [gap.persons for gap in found] == sorted((g.persons for g in found), reverse=True)
    order = data.draw(st.permutations(range(len(places))))
    again = gaps_of(
        GRID, [places[i] for i in order], [times[i] for i in order], persons=persons[order]
    )
    assert [(gap.gap_id, gap.persons, gap.xy) for gap in again] == [
        (gap.gap_id, gap.persons, gap.xy) for gap in found
    ]


def test_a_cluster_is_cut_into_the_fewest_pieces_its_length_allows() -> None:
    # A chain of ten points 1 m apart in pieces of at most 3 m: 4 + 4 + 2.
    chain = Neighbours(np.arange(9), np.arange(1, 10), np.ones(9))
    labels = cluster_points(10, chain, longest_m=3.0)
    assert len(set(labels.tolist())) == 3
    assert np.bincount(labels).max() == 4


def test_a_star_keeps_its_shortest_branches() -> None:
    star = Neighbours(np.zeros(3, dtype=np.int64), np.arange(1, 4), np.array([1.0, 2.0, 5.0]))
    labels = cluster_points(4, star, longest_m=4.0)
    assert labels[0] == labels[1] == labels[2] != labels[3]


def test_straight_neighbours_reach_the_joining_distance() -> None:
    xy = np.array([[0.0, 0.0], [0.0, 250.0], [0.0, 501.0], [0.0, 0.0]])
    found = straight_neighbours(xy, joining_m=250.0)
    pairs = {(int(a), int(b)): length for a, b, length in zip(*found, strict=True)}
    assert set(pairs) == {(0, 1), (1, 3), (0, 3)}
    assert pairs[0, 1] == 250.0
    assert pairs[0, 3] == pytest.approx(0.0, abs=1e-5)
