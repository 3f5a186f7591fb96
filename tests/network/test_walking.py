"""How long an edge takes, for whom, and what hangs together on foot."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest

from planner.domain.network import EdgeFlag
from planner.errors import StudyKeyError
from planner.network.build import build_streets
from planner.network.walking import find_profile, time_streets
from planner.units import UNREACHED
from tests.network.drawing import Way, draw

if TYPE_CHECKING:
    from planner.domain.network import StreetNetwork, Streets

LINE = {"a": (0, 0), "b": (60, 0), "c": (180, 0), "d": (300, 0), "e": (0, 400), "f": (60, 400)}
PROFILES = ("norm", "adult", "elderly", "child_with_carer", "wheelchair")


def one_street(flags: EdgeFlag = EdgeFlag.NONE) -> Streets:
    """Return a single street of 60 m."""
    return build_streets(draw(LINE, Way("ab", flags=int(flags))))


def times(profile: str, flags: EdgeFlag, **settings: Any) -> list[float]:  # noqa: ANN401 - passed on
    """Return the time from start to end of a street of 60 m, and back."""
    network = time_streets(one_street(flags), find_profile(profile), **settings)
    both: list[float] = network.edge_time_s[0].tolist()
    return both


def test_the_norm_walks_sixty_metres_a_minute() -> None:
    assert times("norm", EdgeFlag.NONE) == pytest.approx([60, 60], abs=1e-6)


def test_the_norm_knows_no_steps() -> None:
    # The standards give circles as distances at 60 m/min, whatever the way is like.
    assert times("norm", EdgeFlag.STEPS) == pytest.approx([60, 60], abs=1e-6)


@pytest.mark.parametrize(
    ("profile", "flat_s", "steps_s"),
    [
        ("adult", 60 / 1.2, 60 / 0.5),
        ("elderly", 60 / 0.9, 60 / 0.4),
        ("child_with_carer", 60 / 1.0, 60 / 0.4),
        ("wheelchair", 60 / 0.8, UNREACHED),
    ],
)
def test_steps_take_the_slower_of_up_and_down_in_both_directions(
    profile: str, flat_s: float, steps_s: float
) -> None:
    assert times(profile, EdgeFlag.NONE) == pytest.approx([flat_s, flat_s], abs=1e-6)
    assert times(profile, EdgeFlag.STEPS) == pytest.approx([steps_s, steps_s], abs=1e-6)


def test_a_lift_takes_a_wait_and_a_ride_whatever_its_drawn_length() -> None:
    for profile in PROFILES:
        assert times(profile, EdgeFlag.LIFT) == [60, 60], profile


@pytest.mark.parametrize(
    ("profile", "expected_s"),
    [("adult", 120), ("elderly", 120), ("norm", 60), ("wheelchair", UNREACHED)],
)
def test_an_escalator_is_as_fast_as_its_belt_or_as_steps(profile: str, expected_s: float) -> None:
    # 60 m at 0.5 m/s; the norm would climb it like steps in 60 s; no wheelchair rides it.
    escalator = EdgeFlag.ESCALATOR | EdgeFlag.STEPS
    assert times(profile, escalator) == pytest.approx([expected_s, expected_s], abs=1e-6)


def test_a_one_way_street_is_closed_in_the_other_direction() -> None:
    assert times("norm", EdgeFlag.NO_FORWARD)[0] == UNREACHED
    assert times("norm", EdgeFlag.NO_FORWARD)[1] == pytest.approx(60, abs=1e-6)
    assert times("norm", EdgeFlag.NO_BACKWARD)[0] == pytest.approx(60, abs=1e-6)
    assert times("norm", EdgeFlag.NO_BACKWARD)[1] == UNREACHED


def test_private_ways_are_walked_by_their_residents_unless_the_study_closes_them() -> None:
    assert times("norm", EdgeFlag.PRIVATE) == pytest.approx([60, 60], abs=1e-6)
    assert times("norm", EdgeFlag.PRIVATE, private_ways="exclude") == [UNREACHED, UNREACHED]
    opened = times("norm", EdgeFlag.PRIVATE, private_ways="open")
    assert opened == pytest.approx([60, 60], abs=1e-6)


def test_what_is_not_offered_for_private_ways_is_refused_by_name() -> None:
    with pytest.raises(StudyKeyError, match=r"walking\.private_ways.*guests.*residents"):
        times("norm", EdgeFlag.NONE, private_ways="guests")


def network_of(*ways: Way | str) -> StreetNetwork:
    return time_streets(build_streets(draw(LINE, *ways)), find_profile("adult"))


def test_components_are_numbered_by_size() -> None:
    network = network_of("ef", "ab", "bc", "cd")
    sizes = np.bincount(network.node_component).tolist()
    assert sizes == [4, 2]


def test_equal_components_are_numbered_by_their_first_node() -> None:
    network = network_of("ef", "ab")
    assert network.node_component[0] == 0
    assert np.bincount(network.node_component).tolist() == [2, 2]


def test_a_street_nobody_may_walk_joins_nothing() -> None:
    closed = int(EdgeFlag.NO_FORWARD | EdgeFlag.NO_BACKWARD)
    network = network_of("ab", Way("bc", flags=closed), "cd")
    assert np.bincount(network.node_component).tolist() == [2, 2]


def test_a_one_way_street_joins() -> None:
    network = network_of("ab", Way("bc", flags=int(EdgeFlag.NO_FORWARD)), "cd")
    assert (network.node_component == 0).all()


def test_search_graphs_hold_each_direction_that_may_be_walked() -> None:
    network = network_of("ab", Way("bc", flags=int(EdgeFlag.NO_BACKWARD)), "cd")
    streets = network.streets
    graph: nx.DiGraph[int] = nx.DiGraph()
    for e in range(len(streets.edge_start)):
        ends = int(streets.edge_start[e]), int(streets.edge_end[e])
        for (tail, head), time_s in zip((ends, ends[::-1]), network.edge_time_s[e], strict=True):
            if np.isfinite(time_s):
                graph.add_edge(tail, head)
    for search, expected in ((network.outward, graph), (network.inward, graph.reverse())):
        tails = np.repeat(np.arange(len(streets.node_xy)), np.diff(search.indptr))
        assert set(zip(tails.tolist(), search.head.tolist(), strict=True)) == set(expected.edges)
    assert network.rank.tolist() == list(range(len(streets.node_xy)))


@pytest.mark.parametrize("profile", PROFILES)
def test_a_shipped_profile_says_where_its_figures_come_from(profile: str) -> None:
    found = find_profile(profile)
    assert found.profile_id == profile
    assert "speed_m_s: " in found.source
    assert found.certainty in ("read", "second-hand", "unverified", "convention")


def test_a_profile_is_as_certain_as_its_least_certain_figure() -> None:
    # Adult: flat and up were read, down is second-hand.
    assert find_profile("adult").certainty == "second-hand"
    assert find_profile("norm").certainty == "convention"


def test_every_shipped_figure_has_a_source_and_a_certainty() -> None:
    text = resources.files("planner.network").joinpath("profiles.toml").read_text("utf-8")
    shipped = tomllib.loads(text)
    entries = [*shipped["profiles"].values(), shipped["conveyances"]]
    for figure in (figure for entry in entries for figure in entry.values()):
        assert set(figure) == {"value", "certainty", "source"}


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [("adlut", "adult"), ("wheel_chair", "wheelchair"), ("child", "child_with_carer")],
)
def test_an_unknown_profile_names_the_nearest(asked: str, nearest: str) -> None:
    with pytest.raises(StudyKeyError, match=f"{asked}.*did you mean {nearest}"):
        find_profile(asked)


def test_a_study_may_bring_a_profile_of_its_own() -> None:
    own = {"slow": {"speed_m_s": 0.7, "steps_up_m_s": 0.3, "steps_down_m_s": 0.35}}
    profile = find_profile("slow", own=own)
    assert (profile.speed_m_s, profile.steps_up_m_s, profile.steps_down_m_s) == (0.7, 0.3, 0.35)
    assert profile.certainty == "unverified"


def test_a_profile_of_the_study_replaces_a_shipped_one() -> None:
    own = {"adult": {"speed_m_s": 1.4, "steps": "barred"}}
    profile = find_profile("adult", own=own)
    assert profile.speed_m_s == 1.4
    assert profile.steps_up_m_s is None


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({}, "speed_m_s.*lacks this speed"),
        ({"speed_m_s": 1.0}, "steps_up_m_s.*lacks this speed"),
        ({"speed_m_s": 0, "steps": "barred"}, "greater than 0; found 0"),
        ({"speed_m_s": float("inf"), "steps": "barred"}, "greater than 0; found inf"),
        ({"speed_m_s": True, "steps": "barred"}, "greater than 0; found True"),
        ({"speed_m_s": "fast", "steps": "barred"}, "greater than 0; found 'fast'"),
        ({"speed_m_s": 1.0, "steps": "slow"}, "only be barred; found 'slow'"),
        ({"speed_m_s": 1.0, "steps": "barred", "steps_up_m_s": 1.0}, "no such figure"),
        (
            {"speed_m_s": {"value": 1.0, "certainty": "sure"}, "steps": "barred"},
            "certainty; found 'sure'",
        ),
    ],
)
def test_a_profile_that_cannot_be_walked_is_refused(entry: dict[str, Any], told: str) -> None:
    with pytest.raises(StudyKeyError, match=f"walking.profile own.*{told}"):
        find_profile("own", own={"own": entry})


def test_all_that_is_wrong_with_a_profile_is_told_at_once() -> None:
    with pytest.raises(StudyKeyError) as caught:
        find_profile("own", own={"own": {"speed_m_s": -1, "run_m_s": 3}})
    assert {fault.field for fault in caught.value.faults} == {
        "walking.profile own.speed_m_s",
        "walking.profile own.steps_up_m_s",
        "walking.profile own.steps_down_m_s",
        "walking.profile own.run_m_s",
    }
