"""Slope: the published functions, flat ground, climbs and falls."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.network import EdgeFlag
from planner.domain.profile_tables import SHIPPED_PROFILES
from planner.network.pace import pace_edges
from planner.network.profiles import find_profile
from planner.network.slope import slope_factor
from planner.units import UNREACHED
from tests.network.pacing import Edge, heights_of, slope_heights, slopes_along, streets_of

if TYPE_CHECKING:
    from planner.domain.walking import WalkingProfile

ADULT = find_profile("adult")
WHEELCHAIR = find_profile("wheelchair")
FUNCTIONS = ("tobler", "irmischer_clarke")


def both_ways(profile: WalkingProfile, *edges: Edge, heights: bool = True) -> list[list[float]]:
    """Return the times along each edge and back."""
    measured = heights_of(*edges) if heights else None
    times: list[list[float]] = pace_edges(
        streets_of(*edges), profile, heights=measured
    ).edge_time_s.tolist()
    return times


@pytest.mark.parametrize(
    ("slope", "factor"),
    [
        (0.05, 0.839),
        (0.08, 0.756),
        (0.10, 0.705),
        (0.15, 0.592),
        (0.20, 0.497),
        (0.30, 0.350),
        (-0.05, 1.191),
        (-0.10, 1.0),
        (-0.20, 0.705),
    ],
)
def test_tobler_is_the_published_function_over_its_value_on_the_flat(
    slope: float, factor: float
) -> None:
    assert slope_factor(np.array([slope]), "tobler")[0] == pytest.approx(factor, abs=5e-4)


@pytest.mark.parametrize(
    ("slope", "exponential"),
    [
        # exp(-(100 S + 5)² / 1800), worked out by hand: exponents 100, 225, 1225, 0, 25, 225.
        (0.05, 0.945959),
        (0.10, 0.882497),
        (0.30, 0.506336),
        (-0.05, 1.0),
        (-0.10, 0.986207),
        (-0.20, 0.882497),
    ],
)
def test_irmischer_and_clarke_are_signed_and_divide_by_two_times_thirty_squared(
    slope: float, exponential: float
) -> None:
    expected = (0.11 + exponential) / (0.11 + 0.986207)
    found = slope_factor(np.array([slope]), "irmischer_clarke")[0]
    assert found == pytest.approx(expected, abs=2e-6)


def test_no_slope_function_is_the_flat_whatever_the_slope() -> None:
    assert slope_factor(np.array([-0.3, 0.0, 0.3]), "none").tolist() == [1, 1, 1]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_flat_ground_is_the_flat_to_the_last_bit(function: str) -> None:
    assert slope_factor(np.zeros(1000), function).tolist() == [1.0] * 1000  # type: ignore[arg-type]


def test_uphill_and_downhill_differ() -> None:
    edge = Edge("ab", 100.0, heights=slope_heights(0.05, 100.0))
    up_s, down_s = both_ways(ADULT, edge)[0]
    # exp(3.5 · 0.05) = 1.191246 slower, and faster.
    assert up_s == pytest.approx(100 / 1.2 * 1.191246, rel=1e-4)
    assert down_s == pytest.approx(100 / 1.2 / 1.191246, rel=1e-4)


def test_the_pace_is_the_mean_over_equal_pieces() -> None:
    # 10 m at 10 %, 10 m level, 10 m falling 20 %.
    edge = Edge("ab", 30.0, heights=(100.0, 101.0, 101.0, 99.0))
    forth_s, back_s = both_ways(ADULT, edge)[0]
    forth = 10 * math.exp(0.35) + 10 + 10 * math.exp(3.5 * (0.15 - 0.05))
    back = 10 * math.exp(3.5 * (0.05 - 0.05)) + 10 + 10 * math.exp(0.7)
    assert forth_s == pytest.approx(forth / 1.2, rel=1e-6)
    assert back_s == pytest.approx(back / 1.2, rel=1e-6)


def test_a_bridge_is_the_straight_line_between_its_ends() -> None:
    # Its heights are the two ends: no valley in between.
    edge = Edge("ab", 120.0, EdgeFlag.BRIDGE, heights=(230.0, 230.0))
    assert both_ways(ADULT, edge)[0] == [120 / 1.2, 120 / 1.2]


def test_an_edge_without_heights_is_flat() -> None:
    edges = (Edge("ab", 70.0), Edge("bc", 70.0, heights=slope_heights(0.1, 70.0)))
    unknown, known = both_ways(ADULT, *edges)
    assert unknown == [70 / 1.2, 70 / 1.2]
    assert known[0] > unknown[0]


@pytest.mark.parametrize("gain", [1.0, 1.1, 1.2])
def test_downhill_is_never_faster_than_the_gain_allows(gain: float) -> None:
    profile = dataclasses.replace(ADULT, downhill_gain=gain)
    edge = Edge("ab", 100.0, heights=slope_heights(-0.05, 100.0))
    expected = 100 / 1.2 / min(gain, 1.191246)
    assert both_ways(profile, edge)[0][0] == pytest.approx(expected, rel=1e-4)


def test_a_cliff_in_the_heights_is_taken_for_no_more_than_forty_five_degrees() -> None:
    edge = Edge("ab", 10.0, heights=(100.0, 400.0))
    assert both_ways(ADULT, edge)[0][0] == pytest.approx(10 / 1.2 * math.exp(3.5), rel=1e-6)


def test_heights_beat_the_incline_of_a_road_which_counts_where_there_are_none() -> None:
    edges = (
        Edge("ab", 60.0, incline=0.1, heights=(100.0,) * 7),
        Edge("bc", 60.0, incline=0.1),
        Edge("cd", 60.0, incline=math.inf),
        Edge("de", 60.0, incline=-math.inf),
    )
    flat = [60 / 1.2] * 2
    with_heights = both_ways(ADULT, *edges)
    assert with_heights[0] == flat
    assert with_heights[1] == pytest.approx([60 / 1.2 * math.exp(0.35), 60 / 1.2], rel=1e-6)
    assert with_heights[2:] == [flat, flat]
    assert both_ways(ADULT, *edges, heights=False)[0] == with_heights[1]


@pytest.mark.parametrize("profile_id", SHIPPED_PROFILES)
def test_flat_terrain_gives_exactly_the_flat_answer(profile_id: str) -> None:
    level = [213.7] * 9
    edges = [
        Edge("ab", 77.7, EdgeFlag(flags), heights=level)
        for flags in (0, EdgeFlag.STEPS, EdgeFlag.LIFT, EdgeFlag.ESCALATOR | EdgeFlag.STEPS)
    ]
    edges += [Edge("ab", 33.3, EdgeFlag.STEPS, step_count=90, incline=math.inf, heights=level)]
    profile = find_profile(profile_id)
    assert both_ways(profile, *edges) == both_ways(profile, *edges, heights=False)


def test_the_norm_knows_no_slope() -> None:
    edge = Edge("ab", 60.0, incline=0.1, heights=slope_heights(0.2, 60.0))
    assert both_ways(find_profile("norm"), edge)[0] == [60.0, 60.0]


heights_m = st.lists(st.floats(0, 30, width=32), min_size=2, max_size=12)


@settings(max_examples=150, deadline=None)
@given(samples=heights_m, function=st.sampled_from(FUNCTIONS), gain=st.sampled_from([1.0, 1.2]))
def test_a_walk_agrees_with_the_sum_over_its_pieces_and_keeps_its_bounds(
    samples: list[float], function: str, gain: float
) -> None:
    profile = dataclasses.replace(ADULT, slope=function, downhill_gain=gain)  # type: ignore[arg-type]
    edge = Edge("ab", 10.0 * (len(samples) - 1), heights=samples)
    forth_s, back_s = both_ways(profile, edge)[0]
    slopes = np.clip(slopes_along(edge), -1, 1)
    for time_s, sign in ((forth_s, 1), (back_s, -1)):
        pieces = [
            1 / min(slope_factor(np.array([sign * s]), profile.slope)[0], gain) for s in slopes
        ]
        assert time_s == pytest.approx(math.fsum(pieces) * 10 / 1.2, rel=1e-9)
        assert time_s >= edge.length_m / (1.2 * gain) * (1 - 1e-12)
    # There and back over any ground takes at least as long as on the flat.
    assert forth_s + back_s >= 2 * edge.length_m / 1.2 * (1 - 1e-12)
    reverse = Edge("ab", edge.length_m, heights=samples[::-1])
    assert both_ways(profile, reverse)[0] == pytest.approx([back_s, forth_s], rel=1e-12)


@settings(max_examples=150, deadline=None)
@given(samples=heights_m, function=st.sampled_from(FUNCTIONS), gain=st.sampled_from([1.0, 1.2]))
def test_up_is_never_faster_than_down_where_the_way_only_climbs(
    samples: list[float], function: str, gain: float
) -> None:
    # Of a way that also falls this holds for each piece, not for the whole: a short steep climb
    # and a long gentle fall may be faster than the long gentle climb and the short steep fall.
    profile = dataclasses.replace(ADULT, slope=function, downhill_gain=gain)  # type: ignore[arg-type]
    edge = Edge("ab", 10.0 * (len(samples) - 1), heights=sorted(samples))
    up_s, down_s = both_ways(profile, edge)[0]
    assert up_s >= down_s * (1 - 1e-12)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_five_per_cent_down_is_the_fastest_slope_of_all(function: str) -> None:
    slope = np.linspace(-1, 1, 2001)
    factor = slope_factor(slope, function)  # type: ignore[arg-type]
    assert slope[factor.argmax()] == pytest.approx(-0.05)
    up = slope > 0
    assert (factor[up] < factor[::-1][up]).all()


def barred(*edges: Edge, profile: WalkingProfile = WHEELCHAIR) -> list[bool]:
    """Return which edges a profile may not use either way."""
    return [times == [UNREACHED, UNREACHED] for times in both_ways(profile, *edges)]


def test_a_slope_over_1_in_12_bars_a_wheelchair_up_and_down() -> None:
    edges = [
        Edge("ab", 60.0, heights=slope_heights(slope, 60.0)) for slope in (0.083, 0.084, -0.084)
    ]
    assert barred(*edges) == [False, True, True]
    assert barred(*edges, profile=ADULT) == [False, False, False]


def test_what_bars_is_the_mean_slope_of_the_edge_and_a_hump_is_no_level_road() -> None:
    edges = (
        # 10 m of 50 at 20 %: 4 % in the mean.
        Edge("ab", 50.0, heights=(100, 100, 102, 102, 102, 102)),
        # Over a hump: 5 m up and 5 m down in 40 m.
        Edge("bc", 40.0, heights=(100, 102.5, 105, 102.5, 100)),
    )
    assert barred(*edges) == [False, True]


def test_a_short_ramp_is_passed() -> None:
    # 2 m that rise 0.25 m (12.5 %) are no more than a kerb; 3 m that rise 0.375 m are.
    edges = (Edge("ab", 2.0, heights=(100, 100.25)), Edge("bc", 3.0, heights=(100, 100.375)))
    assert barred(*edges) == [False, True]


def test_a_stated_incline_beats_the_heights_in_barring() -> None:
    steep, level = slope_heights(0.15, 60.0), slope_heights(0.0, 60.0)
    edges = (
        Edge("ab", 60.0, incline=0.06, heights=steep),
        Edge("bc", 60.0, incline=-0.12, heights=level),
        Edge("cd", 60.0, incline=1 / 12),
        Edge("de", 60.0, incline=math.inf, heights=level),
    )
    assert barred(*edges) == [False, True, False, False]


def test_what_is_stated_to_be_open_to_wheels_is_open_however_steep() -> None:
    edge = Edge("ab", 60.0, EdgeFlag.WHEELS_OPEN, heights=slope_heights(0.1, 60.0))
    assert barred(edge) == [False]


def test_a_wheelchair_is_slowed_uphill_and_braked_downhill() -> None:
    edge = Edge("ab", 60.0, heights=slope_heights(0.06, 60.0))
    up_s, down_s = both_ways(WHEELCHAIR, edge)[0]
    assert up_s == pytest.approx(60 / 0.8 * math.exp(3.5 * 0.06), rel=1e-4)
    assert down_s == pytest.approx(60 / 0.8, rel=1e-9)
