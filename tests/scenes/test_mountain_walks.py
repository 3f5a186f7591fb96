"""Who takes the stairs, who the lift, and who must go round: choices worked out by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import networkx as nx
import pytest

from planner.domain.network import EdgeFlag
from planner.network.pace import pace_edges
from planner.network.profiles import find_profile
from tests.network.pacing import Edge, heights_of, slope_heights, streets_of

if TYPE_CHECKING:
    from typing import Any


def walk(start: str, end: str, profile_id: str, *edges: Edge, **figures: Any) -> tuple[str, float]:  # noqa: ANN401 - figures of a profile
    """Return the places passed on the fastest walk, and its seconds, found by networkx."""
    own = {"walker": {"base": profile_id, **figures}}
    heights = heights_of(*edges) if any(edge.heights is not None for edge in edges) else None
    pace = pace_edges(streets_of(*edges), find_profile("walker", own=own), heights=heights)
    graph: nx.DiGraph[str] = nx.DiGraph()
    for edge, times in zip(edges, pace.edge_time_s.tolist(), strict=True):
        for ends, time_s in zip((edge.ends, edge.ends[::-1]), times, strict=True):
            known_s = graph.get_edge_data(ends[0], ends[1], {"time_s": math.inf})["time_s"]
            if time_s < known_s:
                graph.add_edge(ends[0], ends[1], time_s=time_s)
    places = nx.dijkstra_path(graph, start, end, weight="time_s")
    return "".join(places), float(nx.path_weight(graph, places, "time_s"))


def is_walk(found: tuple[str, float], places: str, time_s: float) -> bool:
    """Return whether a walk passes these places in this time, to a thousandth of a second."""
    return found[0] == places and found[1] == pytest.approx(time_s, abs=1e-3)


# A terrace 20 m above a street: 125 steps straight up, or a lift 30 m to the side.
LIFT_BESIDE_STAIRS = (
    Edge("ae", 50.0, EdgeFlag.STEPS, step_count=125, incline=math.inf),
    Edge("ab", 30.0),
    Edge("bd", 2.0, EdgeFlag.LIFT, rise_m=20.0),
    Edge("de", 30.0),
)


def test_an_adult_climbs_where_an_old_person_takes_the_lift() -> None:
    # Lift: 30 s + 20 s, and 60 m on the flat: 100.0 s for the adult, 116.7 s for the elderly.
    # Stairs, half of them tired: 25/0.58 + 25/0.45 = 98.66 s; 25/0.45 + 25/0.4 = 118.06 s.
    adult = walk("a", "e", "adult", *LIFT_BESIDE_STAIRS)
    assert is_walk(adult, "ae", 98.659)
    elderly = walk("a", "e", "elderly", *LIFT_BESIDE_STAIRS)
    assert is_walk(elderly, "abde", 50 + 60 / 0.9)


def test_both_walk_down() -> None:
    for profile_id, steps_m_s in (("adult", 0.6), ("elderly", 0.45)):
        down = walk("e", "a", profile_id, *LIFT_BESIDE_STAIRS)
        assert is_walk(down, "ea", 50 / steps_m_s)


def test_a_wheelchair_has_only_the_lift() -> None:
    assert walk("a", "e", "wheelchair", *LIFT_BESIDE_STAIRS)[0] == "abde"
    with pytest.raises(nx.NetworkXNoPath):
        walk("a", "e", "wheelchair", LIFT_BESIDE_STAIRS[0], LIFT_BESIDE_STAIRS[1])


def test_an_escalator_carries_up_and_the_stairs_lead_down() -> None:
    # 52.7 m of rise over 98.83 m: 112 m of belt at 0.75 m/s, fare asked; stairs beside it.
    drawn_m = math.sqrt(112**2 - 52.7**2)
    edges = (
        Edge(
            "ab",
            drawn_m,
            EdgeFlag.STEPS | EdgeFlag.ESCALATOR | EdgeFlag.NO_BACKWARD | EdgeFlag.PAID,
            rise_m=52.7,
        ),
        Edge("ac", drawn_m, EdgeFlag.STEPS, step_count=329, incline=math.inf),
        Edge("cb", 1.2),
    )
    ride = walk("a", "b", "adult", *edges, escalator_m_s=0.75)
    assert is_walk(ride, "ab", 149.333)
    assert is_walk(walk("b", "a", "adult", *edges), "bca", 1 + drawn_m / 0.6)
    assert walk("a", "b", "adult", *edges, escalator_m_s=0.75, paid_links=False)[0] == "acb"


def test_a_wheelchair_goes_round_a_steep_street() -> None:
    # Straight up 10 m in 100 m, or round by a ramp of 1:13.
    edges = (
        Edge("ab", 100.0, heights=slope_heights(0.1, 100.0)),
        Edge("ac", 130.0, heights=slope_heights(10 / 130, 130.0)),
        Edge("cb", 40.0, heights=slope_heights(0.0, 40.0, start_m=210.0)),
    )
    assert walk("a", "b", "adult", *edges)[0] == "ab"
    round_s = 130 / 0.8 * math.exp(3.5 * 10 / 130) + 40 / 0.8
    assert is_walk(walk("a", "b", "wheelchair", *edges), "acb", round_s)


def test_a_bridge_over_a_valley_is_level_and_the_way_through_it_is_not() -> None:
    valley = slope_heights(-0.2, 60.0) + slope_heights(0.2, 60.0, start_m=188.0)[1:]
    edges = (
        Edge("ab", 120.0, EdgeFlag.BRIDGE, heights=(200.0, 200.0)),
        Edge("ab", 120.0, heights=valley),
    )
    assert walk("a", "b", "adult", edges[0])[1] == pytest.approx(100)
    # 60 m down and up at 20 %: exp(3.5 · 0.10) and exp(3.5 · 0.20) times as slow.
    through_s = 50 * math.exp(0.35) + 50 * math.exp(0.7)
    assert walk("a", "b", "adult", edges[1])[1] == pytest.approx(through_s, rel=1e-5)
    assert walk("a", "b", "adult", *edges)[1] == pytest.approx(100)


def test_a_footbridge_is_worth_its_stairs_where_the_signal_is_long() -> None:
    # Across at a signal: 20 m and 33.75 s. By the bridge: 20 m, and 24 steps up and down.
    edges = (
        Edge("ab", 20.0, waits=1),
        Edge("ac", 8.0, EdgeFlag.STEPS, step_count=24, incline=math.inf),
        Edge("cd", 20.0, EdgeFlag.BRIDGE),
        Edge("db", 8.0, EdgeFlag.STEPS, step_count=24, incline=-math.inf),
    )
    bridge_s = 8 / 0.58 + 20 / 1.2 + 8 / 0.6
    assert is_walk(walk("a", "b", "adult", *edges), "acdb", bridge_s)
    short = walk("a", "b", "adult", *edges, signal_cycle_s=60)
    assert is_walk(short, "ab", 20 / 1.2 + 7.5)
