"""How evenly walks are spread: deciles, Gini, groups, heights, and the worst homes."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.coverage.equity import (
    home_heights,
    measure_equity,
    weighted_gini,
    weighted_quantiles,
)
from planner.domain.coverage import Gap, StateCoverage
from planner.domain.terrain import StreetHeights
from planner.units import UNREACHED
from tests.coverage.scene import BASIC, access_of, demand_of, network_of, powers

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.domain.equity import CircleEquity, EquityRow

FAR = UNREACHED


def measure(
    times: list[float],
    *,
    persons: FloatArray | None = None,
    groups: dict[str, FloatArray] | None = None,
    gaps: tuple[Gap, ...] = (),
    height_m: FloatArray | None = None,
) -> CircleEquity:
    persons = powers(len(times)) if persons is None else persons
    rows = np.array([times], dtype=np.float64)
    plan = StateCoverage("plan", (), rows, np.zeros(rows.shape, dtype=np.int32), rows, rows)
    demand = dataclasses.replace(demand_of(np.zeros((len(times), 2)), persons), groups=groups or {})
    (found,) = measure_equity(
        plan,
        circles=(BASIC,),
        demand=demand,
        gaps=gaps,
        height_m=height_m,
        lowest_street_m=None if height_m is None else 160.0,
    )
    return found


def row(found: CircleEquity, part: str) -> EquityRow:
    return next(one for one in found.rows if one.part == part)


def gap_of(gap_id: str, walk_s: float, middle_s: float | None, persons: float = 1.0) -> Gap:
    return Gap(
        gap_id=gap_id,
        circle_id="basic_5min",
        persons=persons,
        points=1,
        xy=(0.0, 0.0),
        name=f"at {gap_id}",
        community="",
        street_name="",
        demand_index=np.array([0]),
        nearest_centre_index=0,
        straight_m=0.0,
        travel_time_s=walk_s,
        reason="too_far",
        middle_time_s=middle_s,
    )


def test_a_decile_is_the_least_walk_that_a_tenth_does_not_exceed() -> None:
    every = row(measure([100.0, 200.0, FAR], persons=np.array([3.0, 5.0, 2.0])), "all")
    assert list(every.deciles_s) == [100, 100, 100, 200, 200, 200, 200, 200, FAR]
    assert every.persons_timed == 8
    assert every.mean_s == (3 * 100 + 5 * 200) / 8


def test_beyond_twice_the_limit_are_those_who_walk_longer_or_nowhere() -> None:
    every = row(measure([300.0, 600.0, 600.002, FAR]), "all")
    assert every.persons_covered == 1
    assert every.persons_beyond_twice == 4 + 8
    assert every.share_covered == 1 / 15
    assert every.share_beyond_twice == 12 / 15


def test_the_gini_of_walks_by_hand() -> None:
    # Two draws from 0 s (3 of 4) and 100 s differ in 6 of 16 cases by 100; the mean is 25.
    assert weighted_gini(np.array([0.0, 100.0]), np.array([3.0, 1.0])) == 6 / 16 * 100 / 2 / 25
    assert weighted_gini(np.array([70.0, 70.0]), np.array([3.0, 1.0])) == 0
    assert weighted_gini(np.zeros(2), np.ones(2)) == 0
    assert np.isnan(weighted_gini(np.array([]), np.array([])))
    assert row(measure([0.0, 100.0, FAR], persons=np.array([3.0, 1.0, 9.0])), "all").gini == 0.75


def test_groups_and_heights_have_rows_of_their_own() -> None:
    found = measure(
        [100.0, 700.0, 200.0, FAR, 50.0],
        groups={"60+": np.array([0.0, 1.0, np.nan, 1.0, 0.0])},
        height_m=np.array([-1.0, 19.9, 20.0, 300.0, np.nan]),
    )
    assert [one.part for one in found.rows] == [
        "all",
        "group:60+",
        "height:0-20",
        "height:20-50",
        "height:50-100",
        "height:100-200",
        "height:200-",
        "height:unknown",
    ]
    assert row(found, "group:60+").persons == 2
    assert row(found, "group:60+").share_beyond_twice == 1.0
    by_height = {one.part: one.persons for one in found.rows if one.part.startswith("height:")}
    assert list(by_height.values()) == [1 + 2, 4, 0, 0, 8, 16]
    nobody = row(found, "height:50-100")
    assert nobody.deciles_s == ()
    assert nobody.share_covered is None
    assert nobody.share_beyond_twice is None
    assert np.isnan(nobody.mean_s)
    assert np.isnan(nobody.gini)
    assert found.lowest_street_m == 160


def test_the_worst_homes_are_the_gaps_with_the_longest_walks() -> None:
    gaps = (
        gap_of("near", 400.0, 390.0),
        gap_of("far", FAR, 3000.0),
        gap_of("island", FAR, FAR, persons=4.0),
        gap_of("unasked", FAR, None, persons=2.0),
        gap_of("many", 400.0, 390.0, persons=8.0),
        dataclasses.replace(gap_of("other circle", 900.0, 900.0), circle_id="daily_15min"),
    )
    found = measure([100.0], gaps=gaps)
    assert [(w.gap_id, w.travel_time_s) for w in found.worst] == [
        ("far", 3000),
        ("many", 400),
        ("near", 400),
    ]
    assert found.worst[0].name == "at far"
    assert found.persons_without_walk == 6
    many = tuple(gap_of(f"g{number}", 400.0 + number, None) for number in range(30))
    assert [w.gap_id for w in measure([1.0], gaps=many).worst] == [
        f"g{n}" for n in range(29, 9, -1)
    ]


def test_a_home_is_as_high_as_its_place_on_the_street() -> None:
    network = network_of([(0, 0), (100, 0), (200, 0), (300, 0)], [(0, 1), (1, 2)])
    access, _ = access_of(network, [(0, 1, 0.25), (1, 2, 0.5), None])
    assert home_heights(network, access) == (None, None)
    node_m = np.array([200.0, 240.0, np.nan, 50.0], dtype=np.float32)
    heights = StreetHeights(
        sample_indptr=np.array([0, 2, 4]),
        sample_m=np.zeros(4, dtype=np.float32),
        edge_known=np.array([True, False]),
        node_m=node_m,
        counts={},
    )
    high = dataclasses.replace(network, heights=heights)
    above_m, lowest_m = home_heights(high, access)
    assert lowest_m == 200, "junctions nobody walks to do not count"
    assert above_m is not None
    assert above_m[0] == 10
    assert np.isnan(above_m[1:]).all()
    void = dataclasses.replace(
        network, heights=dataclasses.replace(heights, node_m=np.full(4, np.nan, dtype=np.float32))
    )
    assert home_heights(void, access) == (None, None)


VALUES = st.lists(
    st.tuples(st.integers(0, 1800).map(float), st.integers(1, 50).map(float)),
    min_size=1,
    max_size=12,
)


@given(drawn=VALUES)
@settings(max_examples=100, deadline=None)
def test_weights_are_people_who_stand_in_line(drawn: list[tuple[float, float]]) -> None:
    values, weights = np.array(drawn).T
    people = np.repeat(values, weights.astype(np.int64))
    apart = np.abs(people[:, None] - people[None, :]).mean()
    expected = apart / 2 / people.mean() if people.mean() > 0 else 0.0
    assert weighted_gini(values, weights) == pytest.approx(expected, abs=1e-12)
    in_line = np.sort(people)
    for decile, value in zip(range(1, 10), weighted_quantiles(values, weights), strict=True):
        assert value == in_line[-(-decile * people.size // 10) - 1]
