"""How long an edge takes, for whom, and what hangs together on foot."""

from __future__ import annotations

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
