"""What edges take over from their ways; every figure by hand."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.network import EdgeFlag, RawWays, Streets
from planner.errors import NetworkEmpty
from planner.network.build import build_streets
from tests.network.drawing import Way, draw
from tests.network.test_build import CROSS, LATTICE, reordered

BARRED = int(EdgeFlag.WHEELS_BARRED)


def tagged(ways: RawWays, **columns: list[Any]) -> RawWays:
    """Give ways columns of what tags say."""
    types = {"way_square": np.int64, "way_area": np.bool_, "way_crossing": np.bool_}
    arrays: dict[str, Any] = {
        name: np.array(values, dtype=types.get(name, np.float32))
        for name, values in columns.items()
    }
    return dataclasses.replace(ways, **arrays)


def places(ways: RawWays, letters: str) -> Any:  # noqa: ANN401 - one of several optional columns
    """Return the positions of named places."""
    return np.array([int(np.searchsorted(ways.node_id, ord(c))) for c in letters], dtype=np.int64)


def by_way(streets: Streets, column: Any) -> dict[int, list[float]]:  # noqa: ANN401 - any column
    """Return a column's values by way id, ascending within a way."""
    found: dict[int, list[float]] = {}
    for way, value in zip(streets.edge_way_id.tolist(), column.tolist(), strict=True):
        found.setdefault(way, []).append(value)
    return {way: sorted(values) for way, values in found.items()}


def east(streets: Streets) -> Any:  # noqa: ANN401 - an array
    """Mark edges that run from west to east."""
    return streets.node_xy[streets.edge_end, 0] > streets.node_xy[streets.edge_start, 0]


def test_nothing_known_stays_nothing_known() -> None:
    streets = build_streets(draw(CROSS, "abc"))
    assert streets.edge_incline is None
    assert streets.edge_step_count is None
    assert streets.edge_waits is None
    assert streets.edge_rise_m is None


@pytest.mark.parametrize("path", ["abc", "cba"])
def test_a_slope_runs_with_its_way_wherever_junctions_are_numbered(path: str) -> None:
    # 10 % up along the drawing: up to the east when drawn to the east, else down.
    streets = build_streets(tagged(draw(CROSS, path, "bd"), way_incline=[0.1, math.nan]))
    assert streets.edge_incline is not None
    along = np.isfinite(streets.edge_incline)
    assert along.sum() == 2
    eastward = np.where(east(streets), 1, -1) * streets.edge_incline
    assert eastward[along] == pytest.approx([0.1 if path == "abc" else -0.1] * 2)


def test_up_without_a_number_is_kept_as_up() -> None:
    streets = build_streets(tagged(draw(CROSS, "ab"), way_incline=[-math.inf]))
    assert streets.edge_incline is not None
    assert streets.edge_incline.tolist() == [-math.inf]


def test_a_twin_drawn_the_other_way_does_not_turn_the_slope() -> None:
    # The twin of the lower id stays, with its own direction and its own slope.
    ways = draw(CROSS, Way("ba", way_id=5), Way("ab", way_id=7))
    streets = build_streets(tagged(ways, way_incline=[0.2, -0.2]))
    assert streets.counts["edges_duplicate"] == 1
    assert streets.edge_incline is not None
    assert streets.edge_incline[0] * (1 if east(streets)[0] else -1) == pytest.approx(-0.2)


def test_a_ring_cut_in_two_runs_on_around() -> None:
    # A spiral ramp a-b-c-f-d-a: both parts rise 5 % along the ring.
    streets = build_streets(tagged(draw(CROSS, "abcfda"), way_incline=[0.05]))
    assert streets.edge_incline is not None
    assert streets.edge_incline == pytest.approx([0.05, 0.05])
    assert streets.edge_end[0] == streets.edge_start[1]
    assert streets.edge_end[1] == streets.edge_start[0]


def test_steps_and_rises_are_shared_out_by_length() -> None:
    # a-c-e is 300 m, and d meets it at c, after 200 m: 20 of the 30 steps, and 10.
    ways = draw(CROSS, "ace", "dc")
    streets = build_streets(tagged(ways, way_step_count=[30, math.nan], way_rise_m=[6, math.nan]))
    assert streets.edge_step_count is not None
    assert by_way(streets, streets.edge_step_count)[100] == pytest.approx([10, 20], rel=1e-6)
    assert np.isnan(by_way(streets, streets.edge_step_count)[101])
    assert streets.edge_rise_m is not None
    assert by_way(streets, streets.edge_rise_m)[100] == pytest.approx([2, 4], rel=1e-6)


def test_steps_of_a_flight_passing_a_barrier_are_still_all_there() -> None:
    streets = build_streets(tagged(draw(CROSS, "abce", barred="b"), way_step_count=[30]))
    assert streets.edge_step_count is not None
    assert sorted(streets.edge_step_count.tolist()) == pytest.approx([10, 20], rel=1e-6)


STREET = {"a": (0, 0), "b": (100, 0), "c": (200, 0), "d": (100, 20), "e": (100, -20)}


def _signal(ways: RawWays, letters: str = "b") -> RawWays:
    return dataclasses.replace(ways, signal_node=places(ways, letters))


def test_walking_over_a_signal_costs_one_wait_and_along_the_road_none() -> None:
    # The road a-b-c; foot paths come to the signal at b from both sides.
    road = Way("abc", kind="primary", way_id=1)
    ways = draw(STREET, road, Way("db", way_id=2), Way("be", way_id=3))
    streets = build_streets(_signal(ways))
    assert streets.edge_waits is not None
    assert by_way(streets, streets.edge_waits) == {1: [0, 0], 2: [0.5], 3: [0.5]}


def test_a_path_drawn_through_a_signal_waits_once() -> None:
    # With the road a junction cuts the path at b: two halves. Without it b lies inside.
    cut = build_streets(_signal(draw(STREET, Way("abc", kind="primary"), "dbe")))
    assert cut.edge_waits is not None
    assert by_way(cut, cut.edge_waits)[101] == [0.5, 0.5]
    whole = build_streets(_signal(draw(STREET, "dbe")))
    assert whole.edge_waits is not None
    assert whole.edge_waits.tolist() == [1]


def test_a_crossing_drawn_as_a_way_waits_once_though_a_signal_stands_on_it() -> None:
    # d-b-e is the crossing, 40 m, cut by the road at b: half the wait on each half.
    ways = draw(STREET, Way("abc", kind="primary", way_id=1), Way("dbe", way_id=2))
    streets = build_streets(_signal(tagged(ways, way_waits=[0, 1])))
    assert streets.edge_waits is not None
    waits = by_way(streets, streets.edge_waits)
    assert waits[1] == [0, 0]
    assert waits[2] == pytest.approx([0.5, 0.5])


def test_waits_of_crossings_are_known_without_any_signal_node() -> None:
    streets = build_streets(tagged(draw(STREET, "dbe"), way_waits=[1]))
    assert streets.edge_waits is not None
    assert streets.edge_waits.tolist() == [1]


def _stop(ways: RawWays, letters: str = "b") -> RawWays:
    return dataclasses.replace(ways, wheels_barred_node=places(ways, letters))


def test_a_stile_bars_wheels_on_the_path_that_passes_it() -> None:
    streets = build_streets(_stop(draw(STREET, Way("abc", way_id=1), Way("cd", way_id=2))))
    assert by_way(streets, streets.edge_flags) == {1: [BARRED], 2: [0]}


def test_a_stile_between_two_paths_bars_both_and_not_the_road_beside() -> None:
    ways = draw(STREET, Way("db", way_id=1), Way("be", way_id=2), Way("abc", kind="primary"))
    streets = build_streets(_stop(ways))
    flags = by_way(streets, streets.edge_flags)
    assert (flags[1], flags[2], flags[102]) == ([BARRED], [BARRED], [0, 0])


@pytest.mark.parametrize("named", [True, False])
def test_a_raised_kerb_bars_the_crossing_and_leaves_the_pavement(*, named: bool) -> None:
    # The pavement a-b-c goes on; the crossing leaves it at b.
    kind = "crossing" if named else "footway"
    ways = draw(STREET, Way("abc", way_id=1), Way("bd", kind=kind, way_id=2))
    if not named:
        ways = tagged(ways, way_crossing=[False, True])
    streets = build_streets(_stop(ways))
    assert by_way(streets, streets.edge_flags) == {1: [0, 0], 2: [BARRED]}


def test_twins_of_which_one_stops_wheels_are_both_kept() -> None:
    # A path over a stile drawn along a track: wheels take the track.
    ways = draw(STREET, Way("abc", way_id=1), Way("abc", kind="track", way_id=2))
    streets = build_streets(_stop(ways))
    assert by_way(streets, streets.edge_flags) == {1: [BARRED] * 2, 2: [0] * 2}


@st.composite
def tagged_drawings(draw_: st.DrawFn) -> RawWays:
    paths = draw_(st.lists(st.text("abcdefghijkl", min_size=2, max_size=7), min_size=1, max_size=6))
    kinds = draw_(st.lists(st.sampled_from(["footway", "primary"]), min_size=6, max_size=6))
    pairs = zip(paths, kinds, strict=False)
    ways = draw(LATTICE, *(Way(path, kind=kind) for path, kind in pairs))
    n = len(paths)
    ways = tagged(
        ways,
        way_incline=[0.01 * (i + 1) for i in range(n)],
        way_step_count=[float(10 * (i + 1)) for i in range(n)],
        way_waits=[float(i % 2) for i in range(n)],
        way_rise_m=[math.nan] * n,
        way_crossing=[i % 2 == 1 for i in range(n)],
    )
    return dataclasses.replace(
        ways, signal_node=places(ways, "ej"), wheels_barred_node=places(ways, "fj")
    )


@settings(max_examples=60, deadline=None)
@given(tagged_drawings(), st.randoms())
def test_what_edges_carry_does_not_depend_on_the_order_of_the_ways(
    ways: RawWays,
    random: Any,  # noqa: ANN401 - a random.Random
) -> None:
    order = list(range(len(ways.way_id)))
    random.shuffle(order)
    names = ("way_incline", "way_step_count", "way_waits", "way_rise_m", "way_crossing")
    try:
        one = build_streets(ways)
    except NetworkEmpty:
        return
    moved = {name: getattr(ways, name)[order] for name in names}
    other = build_streets(dataclasses.replace(reordered(ways, order), **moved))
    for name in ("edge_incline", "edge_step_count", "edge_waits", "edge_flags", "edge_way_id"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


@settings(max_examples=60, deadline=None)
@given(tagged_drawings())
def test_no_step_and_no_wait_gets_lost_where_no_edge_is_left_out(ways: RawWays) -> None:
    try:
        streets = build_streets(ways)
    except NetworkEmpty:
        return
    if streets.counts["edges_duplicate"] or streets.counts["ways_without_length"]:
        return
    assert streets.edge_step_count is not None
    assert ways.way_step_count is not None
    for way, steps in by_way(streets, streets.edge_step_count).items():
        assert sum(steps) == pytest.approx(float(ways.way_step_count[way - 100]), rel=1e-5)
