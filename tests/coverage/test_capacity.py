"""Room in the centres: nobody twice, nobody lost, and no better way to place people."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import coo_array

from planner._kernels.assign import assign_homes
from planner.coverage.capacity import measure_capacity
from tests.coverage.scene import BASIC, DAILY, demand_of, named, powers, walks_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray
    from planner.domain.capacity import CircleCapacity

LETTERS = "abcdef"
BLANK = float("nan")
TIMES = [
    {0: 10.0, 1: 20.0, 2: 30.0, 3: 200.0},
    {1: 100.0, 2: 50.0, 3: 10.0},
    {3: 250.0, 4: 300.0},
]
"""a must go to 0; b, c and d may choose; e must go to 2; f goes nowhere."""


def measure(
    area_m2: Sequence[float],
    *,
    times: list[dict[int, float]] | None = None,
    persons: FloatArray | None = None,
    households: FloatArray | None = None,
    serving: np.ndarray | None = None,
    m2: float = 100.0,
) -> CircleCapacity:
    """Measure with, by default, a m² for each household and a person in each."""
    times = TIMES if times is None else times
    persons = powers(6) if persons is None else persons
    xy = np.stack([np.arange(len(persons), dtype=np.float64), np.zeros(len(persons))], axis=1)
    demand = dataclasses.replace(demand_of(xy, persons), households=households)
    every = np.ones((1, len(times)), dtype=np.bool_)
    (found,) = measure_capacity(
        circles=(BASIC,),
        walks=walks_of(times, len(persons)),
        serving=every if serving is None else serving,
        demand=demand,
        floor_area_m2=np.array(area_m2, dtype=np.float64),
        m2_per_100_households=m2,
        persons_per_household=1.0,
    )
    return found


def test_everybody_goes_to_the_nearest_and_the_rest_of_the_room_is_told() -> None:
    found = measure([20.0, 8.0, 16.0])
    assert [named(float(p), LETTERS) for p in found.nearest.centre_persons] == ["abc", "d", "e"]
    assert found.nearest.centre_spare_households.tolist() == [13, 0, 0]
    assert found.nearest.centre_over_households.tolist() == [0, 0, 0]
    assert named(found.nearest.persons_with_room, LETTERS) == "abcde"
    assert named(found.persons_uncovered, LETTERS) == "f"
    assert found.nearest.home_room_share.tolist()[:5] == [1.0] * 5
    assert np.isnan(found.nearest.home_room_share[5])
    assert found.nearest.mean_walk_s == (10 + 2 * 20 + 4 * 30 + 8 * 10 + 16 * 300) / 31


def test_where_the_nearest_is_full_those_move_who_lose_least_by_it() -> None:
    # Room for 3 at 0 and for 12 at 1: c goes from 30 s to 50 s, which costs less than b's 80 s.
    found = measure([3.0, 12.0, 16.0])
    assert found.nearest.centre_over_households.tolist() == [4, 0, 0]
    assert named(found.nearest.persons_without_room, LETTERS) == "c"
    assert found.nearest.home_room_share[:3].tolist() == pytest.approx([3 / 7] * 3)
    assert [named(float(p), LETTERS) for p in found.flow.centre_persons] == ["ab", "cd", "e"]
    assert found.flow.persons_without_room == 0
    assert found.flow.mean_walk_s == (10 + 2 * 20 + 4 * 50 + 8 * 10 + 16 * 300) / 31


def test_a_chain_of_moves_makes_room() -> None:
    # 0 holds 3 and 1 holds 4: c goes to 1, so d must go on to 2, where there is room for both.
    found = measure([3.0, 4.0, 24.0])
    assert [named(float(p), LETTERS) for p in found.flow.centre_persons] == ["ab", "c", "de"]
    assert found.flow.persons_without_room == 0


def test_where_no_way_gives_room_the_least_go_without() -> None:
    found = measure([3.0, 4.0, 16.0])
    assert found.flow.persons_without_room == pytest.approx(8)
    assert found.flow.persons_with_room == pytest.approx(23)
    assert found.nearest.persons_without_room == pytest.approx(4 + 4)
    assert found.flow.centre_over_households.sum() == pytest.approx(8)


def test_a_home_may_be_split_and_its_people_with_it() -> None:
    # 0 has room for 5 of 7: two of the four households of c move on, and 1 takes them.
    households = np.array([1.0, 2, 4, 8, 16, 32])
    found = measure([5.0, 12.0, 16.0], households=households, persons=3 * households)
    assert found.households_assumed == 0
    assert found.flow.centre_households.tolist() == [5, 10, 16]
    assert found.flow.centre_persons.tolist() == [15, 30, 48]
    assert found.flow.centre_spare_households.tolist() == [0, 2, 0]


def test_an_area_that_is_not_known_is_neither_room_nor_overload() -> None:
    found = measure([BLANK, 8.0, 16.0])
    assert found.centres_without_area == 1
    assert named(found.nearest.persons_room_unknown, LETTERS) == "abc"
    assert named(found.nearest.persons_with_room, LETTERS) == "de"
    assert np.isnan(found.nearest.centre_over_households[0])
    assert np.isnan(found.room_households[0])
    assert np.isnan(found.nearest.home_room_share[0])


def test_households_are_taken_from_persons_only_where_none_are_given() -> None:
    given_ = np.array([3.0, BLANK, 0.0, 8.0, 16.0, 32.0])
    found = measure([100.0, 100.0, 100.0], households=given_)
    assert found.households_assumed == 2 + 4
    assert found.nearest.centre_households.tolist() == [3 + 2 + 4, 8, 16]


def test_a_centre_that_does_not_serve_takes_nobody() -> None:
    found = measure([20.0, 8.0, 16.0], serving=np.array([[False, True, True]]))
    assert named(found.persons_uncovered, LETTERS) == "af"
    assert found.nearest.centre_persons[0] == 0
    assert np.isnan(found.room_households[0])
    assert found.centres_without_area == 0


def test_without_centres_or_people_there_is_nothing_to_place() -> None:
    found = measure([], times=[])
    assert found.persons_uncovered == 63
    assert np.isnan(found.flow.mean_walk_s)
    assert found.floating.mean_m2_per_100_households == 0
    nobody = measure([5.0], times=[{0: 1.0}], persons=np.zeros(1))
    assert nobody.floating.index == 0


def test_each_circle_is_asked_about_on_its_own() -> None:
    both = measure_capacity(
        circles=(BASIC, DAILY),
        walks=walks_of([{0: 100.0, 1: 400.0}], 2),
        serving=np.ones((2, 1), dtype=np.bool_),
        demand=demand_of(np.zeros((2, 2)), np.array([10.0, 20.0])),
        floor_area_m2=np.array([30.0]),
        m2_per_100_households=30.0,
        persons_per_household=2.0,
    )
    assert [one.nearest.centre_households.tolist() for one in both] == [[5], [15]]
    assert [one.room_households.tolist() for one in both] == [[100], [100]]


def test_floor_area_is_shared_among_all_who_reach_it() -> None:
    # 0 is reached by a, b, c, d (15), 1 by b, c, d (14), 2 by d and e (24).
    found = measure([30.0, 28.0, 12.0], m2=30.0)
    ratio = found.floating.home_m2_per_100_households
    assert ratio.tolist() == pytest.approx([200, 400, 400, 450, 50, 0])
    assert found.floating.mean_m2_per_100_households == pytest.approx(100 * 70 / 63)
    assert found.floating.index == pytest.approx(100 * 70 / 63 / 30)
    assert named(found.floating.persons_below, LETTERS) == "f"


def test_the_enhanced_form_counts_the_far_ones_less() -> None:
    # Bands of 100 s, the edge belonging to the nearer one: 1, 0.68 and 0.22.
    times = [{0: 100.0, 1: 100.1, 2: 200.0, 3: 200.1}]
    found = measure([100.0], times=times, persons=np.ones(4))
    weighed = 1 + 0.68 + 0.68 + 0.22
    expected = [100 * 100 * w / weighed for w in (1, 0.68, 0.68, 0.22)]
    assert found.enhanced.home_m2_per_100_households.tolist() == pytest.approx(expected)
    assert found.enhanced.band_weights == (1.0, 0.68, 0.22)


TIME = st.sampled_from([10.0, 20.0, 30.0, 250.0]) | st.floats(0.0, 400.0)
WALKS = st.lists(st.dictionaries(st.integers(0, 5), TIME), min_size=1, max_size=5)
PERSONS = st.lists(
    st.floats(0.0, 1e4).map(lambda persons: round(persons, 3)), min_size=6, max_size=6
).map(np.array)
AREAS = st.lists(
    st.one_of(st.just(BLANK), st.just(0.0), st.floats(0.0, 2e4).map(round)), min_size=5, max_size=5
)


@given(times=WALKS, persons=PERSONS, area=AREAS)
@settings(max_examples=80, deadline=None)
def test_nobody_is_counted_twice_and_nobody_is_lost(
    times: list[dict[int, float]], persons: FloatArray, area: list[float]
) -> None:
    area = area[: len(times)]
    found = measure(area, times=times, persons=persons)
    for way in (found.nearest, found.flow):
        parts = way.persons_with_room + way.persons_without_room + way.persons_room_unknown
        assert parts + found.persons_uncovered == pytest.approx(persons.sum(), rel=1e-9)
        assert way.centre_persons.sum() + found.persons_uncovered == pytest.approx(
            persons.sum(), rel=1e-9
        )
        assert np.all(way.centre_persons >= 0)
    assert found.flow.persons_without_room <= found.nearest.persons_without_room * (1 + 1e-9)
    assert found.nearest.mean_walk_s <= found.flow.mean_walk_s * (1 + 1e-9) or np.isnan(
        found.flow.mean_walk_s
    )
    shared = found.floating.home_m2_per_100_households / 100 @ persons
    within = [bool(persons[[h for h in row if row[h] <= 300.001]].sum() > 0) for row in times]
    known = [a if w and not np.isnan(a) else 0.0 for a, w in zip(area, within, strict=True)]
    assert shared == pytest.approx(sum(known), rel=1e-9)


@given(times=WALKS, persons=PERSONS, area=AREAS, more=st.floats(0.0, 100.0))
@settings(max_examples=60, deadline=None)
def test_more_floor_area_never_leaves_more_people_out(
    times: list[dict[int, float]], persons: FloatArray, area: list[float], more: float
) -> None:
    area = [0.0 if np.isnan(a) else a for a in area[: len(times)]]
    before = measure(area, times=times, persons=persons).flow
    after = measure([area[0] + more, *area[1:]], times=times, persons=persons).flow
    assert after.persons_without_room <= before.persons_without_room + 1e-6


@given(times=WALKS, persons=PERSONS, area=AREAS, data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_order_of_homes_does_not_move_a_bit(
    times: list[dict[int, float]], persons: FloatArray, area: list[float], data: st.DataObject
) -> None:
    area = area[: len(times)]
    order = data.draw(st.permutations(range(6)))
    to = {old: new for new, old in enumerate(order)}
    xy = np.stack([np.arange(6.0), np.zeros(6)], axis=1)

    def sent(rows: list[dict[int, float]], at: FloatArray, who: FloatArray) -> CircleCapacity:
        return measure_capacity(
            circles=(BASIC,),
            walks=walks_of(rows, 6),
            serving=np.ones((1, len(rows)), dtype=np.bool_),
            demand=demand_of(at, who),
            floor_area_m2=np.array(area),
            m2_per_100_households=100.0,
            persons_per_household=1.0,
        )[0]

    there = sent(times, xy, persons)
    moved = [{to[home]: s for home, s in row.items()} for row in times]
    again = sent(moved, xy[order], persons[order])
    for a, b in ((there.nearest, again.nearest), (there.flow, again.flow)):
        assert np.array_equal(a.centre_persons, b.centre_persons)
        assert a.persons_without_room == b.persons_without_room
        assert np.array_equal(a.home_room_share[order], b.home_room_share, equal_nan=True)


@st.composite
def transports(draw: st.DrawFn) -> tuple[list[dict[int, float]], list[float], list[float]]:
    n_centres = draw(st.integers(1, 6))
    option = st.dictionaries(st.integers(0, n_centres - 1), st.integers(0, 30).map(float))
    homes = draw(st.lists(option, min_size=1, max_size=25))
    count = len(homes)
    supply = draw(st.lists(st.integers(0, 9).map(float), min_size=count, max_size=count))
    one_room = st.sampled_from([0.0, 3.0, 20.0, float("inf")]) | st.integers(0, 400).map(
        lambda tenths: tenths / 10
    )
    return homes, supply, draw(st.lists(one_room, min_size=n_centres, max_size=n_centres))


@given(case=transports())
@example(case=([{0: 1.0}], [0.0], [0.0]))
@settings(max_examples=120, deadline=None)
def test_no_solver_of_linear_programs_finds_a_better_way(
    case: tuple[list[dict[int, float]], list[float], list[float]],
) -> None:
    homes, supply, room = case
    indptr = np.cumsum([0, *(len(home) for home in homes)])
    centre = np.array([c for home in homes for c in home], dtype=np.int64)
    time_s = np.array([t for home in homes for t in home.values()], dtype=np.float64)
    penalty_s = (len(room) + 1) * 31.0
    sent, beyond, price = assign_homes(
        indptr.astype(np.int64), centre, time_s, np.array(supply), np.array(room), penalty_s
    )
    row = np.repeat(np.arange(len(homes)), np.diff(indptr))
    asked = np.array(supply) * (np.diff(indptr) > 0)
    assert np.allclose(np.bincount(row, weights=sent, minlength=len(homes)), asked)
    load = np.bincount(centre, weights=sent, minlength=len(room))
    assert np.all(load - beyond <= np.array(room) + 1e-9)
    assert np.all(price >= 0)
    limited = np.isfinite(room)
    spent = sent @ time_s + penalty_s * beyond.sum()
    assert spent == pytest.approx(
        _least(indptr, centre, time_s, asked, np.array(room), limited, penalty_s), abs=1e-6
    )


def _least(
    indptr: np.ndarray,
    centre: np.ndarray,
    time_s: np.ndarray,
    asked: np.ndarray,
    room: np.ndarray,
    limited: np.ndarray,
    penalty_s: float,
) -> float:
    """Return the least sum that HiGHS finds, with one more variable a centre for no room."""
    n_options, n_centres = len(centre), len(room)
    if n_options == 0:
        return 0.0
    row = np.repeat(np.arange(len(asked)), np.diff(indptr))
    homes = coo_array(
        (np.ones(n_options), (row, np.arange(n_options))),
        shape=(len(asked), n_options + n_centres),
    ).tocsr()
    coefficient = np.concatenate([np.ones(n_options), -np.ones(n_centres)])
    at = (np.concatenate([centre, np.arange(n_centres)]), np.arange(n_options + n_centres))
    centres = coo_array((coefficient, at), shape=(n_centres, n_options + n_centres)).tocsr()
    some = np.diff(indptr) > 0
    weights = np.concatenate([time_s, np.full(n_centres, penalty_s)])
    solved = linprog(
        weights,
        A_ub=centres[limited] if limited.any() else None,
        b_ub=room[limited] if limited.any() else None,
        A_eq=homes[some],
        b_eq=asked[some],
        method="highs",
    )
    assert solved.status == 0
    return float(solved.fun)
