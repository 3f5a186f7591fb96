"""People that detours and terrain take out of a circle."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.coverage.losses import PeopleLost, count_people_lost
from planner.units import LIMIT_TOLERANCE_S, UNREACHED

FOUR_HOMES = np.array([[100.0, 0.0], [0.0, 200.0], [-280.0, 0.0], [0.0, -301.0]])
"""Around a centre at the origin; the last one lies beyond 300 m."""


def lost(
    flat: list[float],
    mountain: list[float],
    *,
    homes: np.ndarray = FOUR_HOMES,
    serving: np.ndarray | None = None,
) -> PeopleLost:
    return count_people_lost(
        demand_xy=homes,
        persons=np.exp2(np.arange(len(homes), dtype=np.float64)),
        serving_xy=np.zeros((1, 2)) if serving is None else serving,
        flat_time_s=np.array(flat),
        mountain_time_s=np.array(mountain),
        limit_s=300.0,
        speed_m_s=1.0,
    )


def test_circle_flat_and_mountain_each_lose_their_own_people() -> None:
    # The circle holds 1 + 2 + 4; the flat streets lose the 4, the stairs the 2.
    found = lost([100.0, 250.0, 310.0, 400.0], [120.0, 301.0, 330.0, 420.0])
    assert (found.in_circle, found.flat, found.mountain) == (7.0, 3.0, 1.0)
    assert found.detour == pytest.approx(4 / 7)
    assert found.terrain == pytest.approx(2 / 3)


def test_without_heights_nothing_is_lost_to_terrain() -> None:
    times = [100.0, 250.0, 310.0, 400.0]
    assert lost(times, times).terrain == 0.0


def test_whom_no_street_takes_is_lost_to_detours() -> None:
    found = lost([UNREACHED] * 4, [UNREACHED] * 4)
    assert (found.in_circle, found.flat, found.detour, found.terrain) == (7.0, 0.0, 1.0, 0.0)


def test_a_circle_includes_its_rim_as_a_limit_does() -> None:
    homes = np.array([[300.0, 0.0], [0.0, 300.01]])
    assert lost([300.0, 300.01], [300.0, 300.01], homes=homes).in_circle == 1.0


def test_the_tolerance_of_a_limit_is_that_of_its_circle() -> None:
    reach = 300.0 + LIMIT_TOLERANCE_S
    found = lost([reach], [reach], homes=np.array([[reach, 0.0]]))
    assert (found.in_circle, found.flat, found.detour) == (1.0, 1.0, 0.0)


def test_who_lives_in_two_circles_counts_once() -> None:
    centres = np.array([[0.0, 0.0], [0.0, 50.0]])
    assert lost([0.0] * 4, [0.0] * 4, serving=centres).in_circle == 7.0


def test_without_centres_there_is_nothing_to_lose() -> None:
    found = lost([UNREACHED] * 4, [UNREACHED] * 4, serving=np.empty((0, 2)))
    assert found == PeopleLost(0.0, 0.0, 0.0, 0.0, 0.0)


def test_a_home_without_a_place_is_in_no_circle() -> None:
    homes = np.array([[math.nan, math.nan], [1.0, 1.0]])
    assert lost([UNREACHED, 1.5], [UNREACHED, 1.5], homes=homes).in_circle == 2.0


def test_downhill_gains_are_told_not_hidden() -> None:
    assert lost([100.0, 310.0, 400.0, 400.0], [100.0, 299.0, 400.0, 400.0]).terrain == -2.0


@given(data=st.data(), count=st.integers(1, 8))
@settings(max_examples=80, deadline=None)
def test_streets_longer_than_straight_lines_lose_between_nothing_and_all(
    data: st.DataObject, count: int
) -> None:
    coordinate = st.floats(-500.0, 500.0)
    homes = np.array([[data.draw(coordinate), data.draw(coordinate)] for _ in range(count)])
    longer = st.floats(1.0, 3.0)
    straight = np.hypot(*homes.T)
    flat = straight * np.array([data.draw(longer) for _ in range(count)])
    mountain = flat * np.array([data.draw(longer) for _ in range(count)])
    found = lost(flat.tolist(), mountain.tolist(), homes=homes)
    assert found.mountain <= found.flat <= found.in_circle
    assert 0.0 <= found.detour <= 1.0
    assert 0.0 <= found.terrain <= 1.0
    naive = sum(2.0**k for k in range(count) if straight[k] <= 300.0 + LIMIT_TOLERANCE_S)
    assert found.in_circle == pytest.approx(naive)
