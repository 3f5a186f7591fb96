"""Why people are not covered, whom failing centres cover alone, and who they are."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.coverage.gaps import find_gaps, find_undersized
from planner.coverage.reasons import GapSurroundings, find_reason
from planner.domain.coverage import GAP_REASONS, StateCoverage
from planner.report.catalogue import CATALOGUE
from planner.units import UNREACHED
from tests.coverage.scene import BASIC, DAILY, access_of, demand_of, named, network_of, powers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray
    from planner.domain.coverage import Gap

STREET = network_of([(0, 0), (1000, 0)], [(0, 1)])
PLACES = [(0, 1, 0.1), (0, 1, 0.15), (0, 1, 0.8), (0, 1, 0.85)]
FAR = UNREACHED
BOX = np.array([(-2000.0, -2000.0), (3000.0, -2000.0), (3000.0, 3000.0), (-2000.0, 3000.0)])


def gaps_of(
    times: Sequence[float],
    *,
    not_failing: Sequence[float] | None = None,
    flat: Sequence[float] | None = None,
    edge_xy: FloatArray | None = None,
    groups: dict[str, FloatArray] | None = None,
    undersized: bool = False,
    centre: tuple[float, float] = (0.0, 0.0),
) -> tuple[Gap, ...]:
    access, xy = access_of(STREET, PLACES)
    rows = np.array([times, times], dtype=np.float64)
    sound = rows if not_failing is None else np.array([not_failing] * 2, dtype=np.float64)
    demand = dataclasses.replace(demand_of(xy, powers(4)), groups=groups or {})
    coverage = StateCoverage(
        state="plan",
        life_circles=(),
        travel_time_s=rows,
        centre_index=np.zeros(rows.shape, dtype=np.int32),
        travel_time_pass_s=sound,
        travel_time_not_failing_s=sound,
    )
    if undersized:
        return find_undersized(
            coverage=coverage,
            circles=(BASIC, DAILY),
            demand=demand,
            demand_access=access,
            network=STREET,
            centres_xy=np.array([centre]),
            serving=np.ones((2, 1), dtype=np.bool_),
        )
    return find_gaps(
        coverage=coverage,
        circles=(BASIC, DAILY),
        demand=demand,
        demand_access=access,
        network=STREET,
        centres_xy=np.array([centre]),
        serving=np.ones((2, 1), dtype=np.bool_),
        flat_time_s=None if flat is None else np.array([flat, flat], dtype=np.float64),
        data_edge_xy=edge_xy,
    )


def reasons(gaps: Sequence[Gap]) -> dict[str, str]:
    return {gap.circle_id + named(gap.persons, "abcd"): gap.reason for gap in gaps}


def test_people_whom_a_flat_town_would_cover_live_too_steep() -> None:
    # In five minutes a and b lack 100 s for the climb; c and d are far on the flat too.
    found = gaps_of([400.0, 400.0, FAR, FAR], flat=[300.0, 300.0, 800.0, 850.0])
    assert reasons(found) == {
        "basic_5minab": "steep",
        "basic_5mincd": "too_far",
        "daily_15mincd": "steep",
    }


def test_a_gap_is_steep_by_most_of_its_people() -> None:
    # Of a gap of 1 and 2 persons, b alone makes most of it, a alone does not.
    assert reasons(gaps_of([400.0, 400, 1, 1], flat=[400.0, 300, 1, 1]))["basic_5minab"] == "steep"
    assert (
        reasons(gaps_of([400.0, 400, 1, 1], flat=[300.0, 400, 1, 1]))["basic_5minab"] == "barrier"
    )


def test_a_way_round_outside_the_data_may_be_missing_near_its_edge_only() -> None:
    times = [FAR, FAR, 1.0, 1.0]
    assert reasons(gaps_of(times, edge_xy=BOX))["basic_5minab"] == "barrier"
    # 20 m from the edge both at the home and at the centre: out and in is 40 m.
    near = BOX + np.array([0.0, 1980.0])
    assert reasons(gaps_of(times, edge_xy=near))["basic_5minab"] == "data_edge"
    assert reasons(gaps_of([1.0, 1, FAR, FAR], edge_xy=near))["basic_5mincd"] == "too_far"
    assert reasons(gaps_of(times, edge_xy=near[:2]))["basic_5minab"] == "barrier"


def test_a_few_who_are_cut_off_do_not_speak_for_the_rest() -> None:
    def why(walk_s: list[float], persons: list[float]) -> str:
        return find_reason(
            GapSurroundings(limit_s=300.0, speed_m_s=1.0),
            off_network=False,
            members=np.arange(len(walk_s)),
            persons=np.array(persons),
            travel_time_s=np.array(walk_s),
            straight_m=250.0,
            middle_xy=np.array([250.0, 0.0]),
            centre_xy=np.array([0.0, 0.0]),
        )

    assert why([310.0, 320.0, FAR], [4.0, 4.0, 1.0]) == "detour"
    assert why([310.0, FAR, FAR], [4.0, 4.0, 1.0]) == "barrier"


def test_whom_failing_centres_alone_cover_is_told_apart_from_gaps() -> None:
    times, sound = [100.0, 100.0, 100.0, FAR], [FAR, 100.0, 400.0, FAR]
    found = gaps_of(times, not_failing=sound, undersized=True)
    assert [(g.gap_id, named(g.persons, "abcd"), g.reason) for g in found] == [
        ("U1-1", "c", "undersized"),
        ("U1-2", "a", "undersized"),
        ("U2-1", "a", "undersized"),
    ]
    assert found[0].travel_time_s == 100.0
    assert found[0].nearest_centre_index == 0
    in_gaps = {i for g in gaps_of(times, not_failing=sound) for i in g.demand_index.tolist()}
    assert in_gaps == {3}
    assert gaps_of(times, undersized=True) == ()


def test_a_gap_says_how_many_of_each_group_and_where_its_middle_is() -> None:
    old = np.array([0.5, 2.0, np.nan, 3.0])
    found = gaps_of([FAR, FAR, FAR, FAR], groups={"60+": old})
    by_letters = {named(gap.persons, "abcd"): gap for gap in found if gap.circle_id == "basic_5min"}
    assert by_letters["ab"].groups == {"60+": 2.5}
    assert by_letters["cd"].groups == {"60+": 3.0}
    assert by_letters["cd"].middle_index == 3
    assert by_letters["cd"].xy == (850.0, 0.0)
    assert by_letters["cd"].middle_time_s is None


@pytest.mark.parametrize("reason", GAP_REASONS)
def test_every_reason_has_a_word(reason: str) -> None:
    assert f"gap_reason.{reason}" in CATALOGUE
