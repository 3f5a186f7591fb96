"""Steps, belts, lifts, signals, and who is barred: the time of single edges."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import pytest

from planner.domain.network import EdgeFlag
from planner.domain.profile_tables import SHIPPED_PROFILES
from planner.network.pace import pace_edges
from planner.network.profiles import find_profile
from planner.units import UNREACHED
from tests.network.pacing import Edge, heights_of, slope_heights, streets_of

if TYPE_CHECKING:
    from planner.domain.walking import WalkingProfile

NORM, ADULT, ELDERLY = (find_profile(name) for name in ("norm", "adult", "elderly"))
WHEELCHAIR = find_profile("wheelchair")
STEPS, BELT = EdgeFlag.STEPS, EdgeFlag.ESCALATOR | EdgeFlag.STEPS
UP, DOWN = math.inf, -math.inf


def both_ways(profile: WalkingProfile, *edges: Edge) -> list[list[float]]:
    """Return the times along each edge and back, with heights where an edge has them."""
    any_height = any(edge.heights is not None for edge in edges)
    heights = heights_of(*edges) if any_height else None
    times: list[list[float]] = pace_edges(
        streets_of(*edges), profile, heights=heights
    ).edge_time_s.tolist()
    return times


# --- steps ---


def test_a_stair_of_twenty_metres_tires_whoever_climbs_it() -> None:
    # 125 steps of 0.16 m rise 20 m over 50 m: half of it at 0.58 m/s, half at 0.45; down at 0.6.
    up_s, down_s = both_ways(ADULT, Edge("ab", 50.0, STEPS, step_count=125, incline=UP))[0]
    assert up_s == pytest.approx(25 / 0.58 + 25 / 0.45, rel=1e-6)
    assert down_s == pytest.approx(50 / 0.6, rel=1e-9)


def test_a_short_stair_tires_nobody() -> None:
    edge = Edge("ab", 6.0, STEPS, step_count=20, incline=UP)
    assert both_ways(ADULT, edge)[0] == pytest.approx([6 / 0.58, 6 / 0.6], rel=1e-9)


def test_which_way_is_up_is_told_by_the_tag_then_by_the_ground() -> None:
    up_s, down_s = 6 / 0.58, 6 / 0.6
    cases = (
        (Edge("ab", 6.0, STEPS, step_count=20, incline=DOWN), [down_s, up_s]),
        (Edge("ab", 6.0, STEPS, step_count=20, incline=-0.5), [down_s, up_s]),
        (Edge("ab", 6.0, STEPS, step_count=20, heights=(100, 103)), [up_s, down_s]),
        (Edge("ab", 6.0, STEPS, step_count=20, heights=(103, 100)), [down_s, up_s]),
        (Edge("ab", 6.0, STEPS, incline=DOWN, heights=(100, 103)), [down_s, up_s]),
    )
    for edge, expected in cases:
        assert both_ways(ADULT, edge)[0] == pytest.approx(expected), edge


@pytest.mark.parametrize("heights", [None, (100.0, 100.0), (100.0, 100.1)])
def test_without_a_way_up_the_slower_speed_holds_both_ways(
    heights: tuple[float, ...] | None,
) -> None:
    # Ground that differs by less than one step does not know the stair.
    edge = Edge("ab", 6.0, STEPS, heights=heights)
    assert both_ways(ADULT, edge)[0] == pytest.approx([6 / 0.58, 6 / 0.58], rel=1e-9)


@pytest.mark.parametrize(
    ("edge", "rise_m"),
    [
        (Edge("ab", 50.0, STEPS), 0.3 * 50),
        (Edge("ab", 50.0, STEPS, heights=(100, 122)), 22),
        (Edge("ab", 50.0, STEPS, incline=0.5, heights=(100, 122)), 25),
        (Edge("ab", 50.0, STEPS, incline=0.5, step_count=150, heights=(100, 122)), 24),
        (Edge("ab", 50.0, STEPS, incline=0.5, step_count=150, rise_m=26.0), 26),
    ],
)
def test_the_rise_is_as_stated_then_as_the_ground_then_as_stairs_usually_rise(
    edge: Edge, rise_m: float
) -> None:
    up_s = max(both_ways(ADULT, edge)[0])
    beyond = 1 - 10 / rise_m
    assert up_s == pytest.approx(50 / 0.58 * (1 - beyond) + 50 / 0.45 * beyond, rel=1e-6)


def flight(*parts: Edge) -> float:
    """Return the time up all parts."""
    return sum(times[0] for times in both_ways(ADULT, *parts))


def test_a_flight_cut_in_pieces_is_the_same_flight() -> None:
    whole = Edge("ad", 50.0, STEPS, step_count=125, incline=UP)
    cut = [
        Edge("ab", 20.0, STEPS, step_count=50, incline=UP),
        Edge("bc", 10.0, STEPS, step_count=25, incline=UP),
        Edge("cd", 20.0, STEPS, step_count=50, incline=UP),
    ]
    assert flight(*cut) == pytest.approx(flight(whole), rel=1e-6)
    turned = [cut[0], Edge("cb", 10.0, STEPS, step_count=25, incline=DOWN), cut[2]]
    middle = both_ways(ADULT, *turned)[1]
    assert middle[1] == pytest.approx(both_ways(ADULT, *cut)[1][0], rel=1e-6)


@pytest.mark.parametrize(
    "parts",
    [
        # Up a footbridge and down again; a landing of 3 m between; a fork of three stairs.
        (
            Edge("ab", 20.0, STEPS, step_count=50, incline=UP),
            Edge("bc", 20.0, STEPS, step_count=50, incline=DOWN),
        ),
        (
            Edge("ab", 20.0, STEPS, step_count=50, incline=UP),
            Edge("bc", 3.0),
            Edge("cd", 20.0, STEPS, step_count=50, incline=UP),
        ),
        (
            Edge("ab", 20.0, STEPS, step_count=50, incline=UP),
            Edge("bc", 20.0, STEPS, step_count=50, incline=UP),
            Edge("bd", 20.0, STEPS, step_count=50, incline=UP),
        ),
        # A belt is nobody's climb.
        (
            Edge("ab", 20.0, STEPS, step_count=50, incline=UP),
            Edge("bc", 20.0, BELT, step_count=50, incline=UP),
        ),
    ],
)
def test_stairs_of_eight_metres_that_are_not_one_flight_tire_nobody(
    parts: tuple[Edge, ...],
) -> None:
    assert both_ways(ADULT, *parts)[0][0] == pytest.approx(20 / 0.58, rel=1e-6)


def test_steps_as_gentle_as_a_ramp_lie_between_the_flat_and_a_stair() -> None:
    # 20 steps rise 3.2 m over 32 m: 10 %, two fifths of 25 %.
    edge = Edge("ab", 32.0, STEPS, step_count=20, incline=UP)
    flat_s, up_s, down_s = 32 / 1.2, 32 / 0.58, 32 / 0.6
    expected = [flat_s + 0.4 * (up_s - flat_s), flat_s + 0.4 * (down_s - flat_s)]
    assert both_ways(ADULT, edge)[0] == pytest.approx(expected, rel=1e-6)


def test_ground_that_looks_gentle_makes_no_stair_gentle() -> None:
    # Heights of coarse cells flatten a stair: only what is stated counts.
    edge = Edge("ab", 32.0, STEPS, heights=slope_heights(0.1, 32.0))
    assert both_ways(ADULT, edge)[0] == pytest.approx([32 / 0.58, 32 / 0.6], rel=1e-6)


def test_steps_are_never_faster_than_the_flat() -> None:
    frail = dataclasses.replace(ELDERLY, speed_m_s=0.4)
    edge = Edge("ab", 6.0, STEPS, step_count=20, incline=UP)
    assert both_ways(frail, edge)[0] == pytest.approx([6 / 0.4, 6 / 0.4])


def test_the_norm_knows_no_steps_whatever_is_known_of_them() -> None:
    edge = Edge("ab", 60.0, STEPS, step_count=150, incline=UP, heights=slope_heights(0.4, 60.0))
    assert both_ways(NORM, edge)[0] == [60.0, 60.0]


def test_who_does_not_tire_climbs_at_one_speed() -> None:
    tireless = dataclasses.replace(ADULT, steps_up_long_m_s=None)
    edge = Edge("ab", 50.0, STEPS, step_count=125, incline=UP)
    assert both_ways(tireless, edge)[0][0] == pytest.approx(50 / 0.58)


# --- belts ---


def test_an_escalator_carries_along_its_slope_one_way() -> None:
    # Huangguan: 112 m along the slope, 52.7 m of rise, 0.75 m/s: 149 s.
    drawn_m = math.sqrt(112**2 - 52.7**2)
    rider = dataclasses.replace(ELDERLY, escalator_m_s=0.75)
    edge = Edge("ab", drawn_m, BELT | EdgeFlag.NO_BACKWARD, rise_m=52.7)
    up_s, down_s = both_ways(rider, edge)[0]
    assert up_s == pytest.approx(112 / 0.75, rel=1e-6)
    assert down_s == UNREACHED


def test_a_belt_whose_rise_nobody_knows_is_as_long_as_drawn() -> None:
    edge = Edge("ab", 10.0, BELT, incline=UP)
    assert both_ways(ELDERLY, edge)[0] == pytest.approx([10 / 0.5, 10 / 0.5])


def test_a_belt_is_climbed_where_that_is_faster() -> None:
    # 6 m of drawn length rising 6 m: 8.49 m of belt at 0.5 m/s is 17 s; up in 10.3 s, down in 10.
    edge = Edge("ab", 6.0, BELT, rise_m=6.0, incline=UP)
    assert both_ways(ADULT, edge)[0] == pytest.approx([6 / 0.58, 6 / 0.6])
    assert both_ways(NORM, edge)[0] == [6.0, 6.0]


def test_a_level_belt_is_walked_on() -> None:
    edge = Edge("ab", 60.0, EdgeFlag.ESCALATOR)
    assert both_ways(ADULT, edge)[0] == [60 / 1.2, 60 / 1.2]


def test_a_wheelchair_rides_no_escalator_but_a_belt_stated_to_be_open_to_it() -> None:
    edges = (
        Edge("ab", 60.0, BELT),
        Edge("bc", 60.0, EdgeFlag.ESCALATOR),
        Edge("cd", 60.0, EdgeFlag.ESCALATOR | EdgeFlag.WHEELS_OPEN),
    )
    escalator, level, opened = both_ways(WHEELCHAIR, *edges)
    assert escalator == level == [UNREACHED, UNREACHED]
    assert opened == pytest.approx([60 / 0.8] * 2)


def test_escalators_may_be_barred_alone() -> None:
    own = {"pram": {"base": "adult", "escalators": "barred"}}
    times = both_ways(find_profile("pram", own=own), Edge("ab", 6.0, BELT), Edge("bc", 6.0, STEPS))
    assert times[0] == [UNREACHED, UNREACHED]
    assert times[1] == pytest.approx([6 / 0.58] * 2)


# --- lifts ---


def test_a_lift_is_a_wait_and_a_ride() -> None:
    edges = (
        Edge("ab", 3.0, EdgeFlag.LIFT),
        Edge("bc", 3.0, EdgeFlag.LIFT, rise_m=42.0),
        Edge("cd", 3.0, EdgeFlag.LIFT, rise_m=4.0),
    )
    times = both_ways(ADULT, *edges)
    assert times == [[30 + 30] * 2, [30 + 42] * 2, [30 + 4] * 2]
    assert pace_edges(streets_of(*edges), ADULT).edge_wait_s.tolist() == [30, 30, 30]


def test_the_ground_lengthens_a_ride_and_never_shortens_it() -> None:
    edges = (
        Edge("ab", 3.0, EdgeFlag.LIFT, heights=(200, 250)),
        Edge("bc", 3.0, EdgeFlag.LIFT, heights=(250, 240)),
        Edge("cd", 3.0, EdgeFlag.LIFT, heights=(240, 240)),
    )
    assert both_ways(ADULT, *edges) == [[30 + 50] * 2, [30 + 30] * 2, [30 + 30] * 2]


def test_the_norm_takes_a_minute_for_any_lift_and_waits_for_none() -> None:
    edges = (Edge("ab", 3.0, EdgeFlag.LIFT, rise_m=42.0), Edge("bc", 3.0, waits=2))
    pace = pace_edges(streets_of(*edges), NORM)
    assert pace.edge_time_s.tolist() == [[60, 60], [3, 3]]
    assert pace.edge_wait_s.tolist() == [0, 0]


# --- signals ---


def test_a_signal_is_waited_at_for_what_the_red_lasts_in_the_mean() -> None:
    # C = 120 s, g = 30 s: 90² / 240 = 33.75 s; half of it at each end of a crossing.
    edges = (Edge("ab", 12.0, waits=1), Edge("bc", 12.0, waits=0.5), Edge("cd", 12.0))
    pace = pace_edges(streets_of(*edges), ADULT)
    assert pace.edge_wait_s.tolist() == [33.75, 16.875, 0]
    assert pace.edge_time_s[0].tolist() == pytest.approx([12 / 1.2 + 33.75] * 2)


def test_a_signal_that_is_always_green_is_not_waited_at() -> None:
    own = {"hurried": {"base": "adult", "signal_green_s": 200}}
    pace = pace_edges(streets_of(Edge("ab", 12.0, waits=1)), find_profile("hurried", own=own))
    assert pace.edge_wait_s.tolist() == [0]


# --- who may not ---


def test_a_ramp_opens_steps_to_wheels_and_to_nobody_else() -> None:
    edge = Edge("ab", 60.0, STEPS | EdgeFlag.WHEELS_OPEN)
    assert both_ways(WHEELCHAIR, edge)[0] == pytest.approx([60 / 0.8] * 2)
    assert both_ways(WHEELCHAIR, Edge("ab", 60.0, STEPS))[0] == [UNREACHED, UNREACHED]
    assert both_ways(ADULT, edge) == both_ways(ADULT, Edge("ab", 60.0, STEPS))


def test_what_is_closed_to_wheels_bars_wheels_only() -> None:
    edges = (
        Edge("ab", 60.0, EdgeFlag.WHEELS_BARRED),
        Edge("bc", 60.0, EdgeFlag.WHEELS_BARRED | EdgeFlag.WHEELS_OPEN),
        Edge("cd", 3.0, EdgeFlag.LIFT | EdgeFlag.WHEELS_BARRED),
    )
    closed, opened, lift = both_ways(WHEELCHAIR, *edges)
    assert closed == lift == [UNREACHED, UNREACHED]
    assert opened == pytest.approx([60 / 0.8] * 2)
    assert both_ways(ADULT, edges[0])[0] == [60 / 1.2, 60 / 1.2]


@pytest.mark.parametrize(
    ("flag", "key"), [(EdgeFlag.PAID, "paid_links"), (EdgeFlag.TIMED, "timed_links")]
)
def test_paid_and_timed_links_count_unless_the_profile_leaves_them_out(
    flag: EdgeFlag, key: str
) -> None:
    edges = (Edge("ab", 60.0, flag), Edge("bc", 60.0))
    for profile_id in SHIPPED_PROFILES:
        assert UNREACHED not in both_ways(find_profile(profile_id), *edges)[0]
    frugal = find_profile("frugal", own={"frugal": {"base": "adult", key: False}})
    link, street = both_ways(frugal, *edges)
    assert link == [UNREACHED, UNREACHED]
    assert UNREACHED not in street


def test_a_street_is_closed_against_its_direction_and_private_ways_are_not_judged_here() -> None:
    edges = (
        Edge("ab", 60.0, EdgeFlag.NO_FORWARD),
        Edge("bc", 60.0, EdgeFlag.NO_BACKWARD),
        Edge("cd", 60.0, EdgeFlag.PRIVATE),
    )
    one_s = 60 / 1.2
    assert both_ways(ADULT, *edges) == [[UNREACHED, one_s], [one_s, UNREACHED], [one_s, one_s]]


def test_streets_of_which_nothing_more_is_known_are_walked_all_the_same() -> None:
    streets = dataclasses.replace(
        streets_of(Edge("ab", 60.0), Edge("bc", 6.0, STEPS), Edge("cd", 3.0, EdgeFlag.LIFT)),
        edge_incline=None,
        edge_step_count=None,
        edge_waits=None,
        edge_rise_m=None,
    )
    times = pace_edges(streets, ADULT).edge_time_s[:, 0].tolist()
    assert times == pytest.approx([60 / 1.2, 6 / 0.58, 60])
    wheels = pace_edges(streets, WHEELCHAIR).edge_time_s[:, 0].tolist()
    assert wheels == pytest.approx([60 / 0.8, UNREACHED, 60])
