"""Lifts drawn as nodes: what meets there is joined by a ride; answers by hand."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.domain.network import EdgeFlag, LiftNodes, RawWays, Streets
from planner.network.build import build_streets
from planner.network.lift_nodes import join_lifts
from tests.network.drawing import Way, draw
from tests.network.test_build import reordered
from tests.network.test_carried import places, tagged

if TYPE_CHECKING:
    from pathlib import Path

SHAFT = {"a": (-100, 0), "b": (0, 0), "c": (100, 0), "d": (0, 100), "e": (0, -100)}
NONE = math.nan
LIFT = int(EdgeFlag.LIFT)


def lifted(
    *ways: str | Way,
    levels: list[float],
    ground: float = 0.0,
    flags: int = LIFT,
    barred: str = "",
    at: str = "b",
) -> RawWays:
    """Draw ways with their levels, and a lift at a place."""
    drawn = tagged(draw(SHAFT, *ways, barred=barred), way_level=levels)
    lifts = LiftNodes(
        node=places(drawn, at),
        flags=np.full(len(at), flags, dtype=np.uint16),
        ground_level=np.full(len(at), ground, dtype=np.float32),
    )
    return dataclasses.replace(drawn, lifts=lifts)


def rides(streets: Streets) -> list[float]:
    """Return the rises of the rides, ascending, metres."""
    if streets.edge_rise_m is None:
        return []
    return sorted(streets.edge_rise_m[(streets.edge_flags & LIFT) > 0].tolist())


def test_ways_of_two_levels_are_joined_by_a_ride_and_not_at_once() -> None:
    # The street a-b on the ground, the bridge b-c two levels up: 7 m.
    streets = build_streets(lifted("ab", "bc", levels=[0, 2]))
    assert len(streets.edge_start) == 3
    assert len(streets.node_xy) == 4
    assert rides(streets) == [7.0]
    ride = int(np.flatnonzero(streets.edge_flags == LIFT)[0])
    ends = [int(streets.edge_start[ride]), int(streets.edge_end[ride])]
    assert streets.node_xy[ends[0]].tolist() == streets.node_xy[ends[1]].tolist()
    assert streets.edge_length_m[ride] == pytest.approx(0.1, rel=0.01)
    assert streets.kinds[streets.edge_kind[ride]] == "elevator"
    assert streets.edge_way_id[ride] == ord("b"), "the id of the lift's node"
    assert streets.counts["lift_nodes_joined"] == 1
    assert streets.counts["lift_rides"] == 1
    used = np.bincount(np.concatenate([streets.edge_start, streets.edge_end]))
    assert sorted(used.tolist()) == [1, 1, 2, 2]


def test_every_two_levels_have_one_ride_so_that_nobody_waits_twice() -> None:
    streets = build_streets(lifted("ab", "bc", "bd", "be", levels=[0, 1, 3, 3]))
    assert rides(streets) == [3.5, 7.0, 10.5]
    assert streets.counts["lift_rides"] == 3


def test_a_way_that_passes_the_lift_stays_whole_on_its_level() -> None:
    # a-b-c runs past the shaft on the ground; d comes from the level below.
    streets = build_streets(lifted("abc", "db", levels=[0, -1]))
    assert rides(streets) == [3.5]
    assert len(streets.edge_start) == 4, "a-b, b-c, d-b and the ride"


def test_a_way_without_level_is_on_the_lifts_level_nearest_to_the_ground() -> None:
    streets = build_streets(lifted("ab", "bc", levels=[NONE, -1]))
    assert rides(streets) == [3.5]
    assert streets.counts["lift_ways_without_level"] == 1
    upper = build_streets(lifted("ab", "bc", levels=[NONE, 2], ground=1))
    assert rides(upper) == [3.5]


@pytest.mark.parametrize("levels", [[NONE, NONE], [0, NONE], [2, 2]])
def test_a_lift_of_which_the_levels_are_not_known_is_passed_and_counted(
    levels: list[float],
) -> None:
    streets = build_streets(lifted("ab", "bc", levels=levels))
    assert rides(streets) == []
    assert len(streets.node_xy) == 3
    assert streets.counts["lift_nodes_without_levels"] == 1
    assert streets.counts["lift_nodes_joined"] == 0


def test_a_ride_is_closed_private_or_paid_as_its_lift() -> None:
    flags = LIFT | int(EdgeFlag.PRIVATE | EdgeFlag.PAID)
    streets = build_streets(lifted("ab", "bc", levels=[0, 1], flags=flags))
    assert sorted(streets.edge_flags.tolist()) == [0, 0, flags]


def test_a_barred_lift_joins_nothing() -> None:
    streets = build_streets(lifted("ab", "bc", levels=[0, 1], barred="b"))
    assert len(streets.edge_start) == 2
    assert len(streets.node_xy) == 4


def test_a_lift_off_all_ways_changes_nothing() -> None:
    streets = build_streets(lifted("ab", levels=[0], at="e"))
    assert streets.counts["lift_nodes_without_levels"] == 0
    assert len(streets.edge_start) == 1


def test_ways_without_levels_or_lifts_come_back_as_they_are() -> None:
    ways = draw(SHAFT, "ab")
    assert join_lifts(ways) == (ways, {})


def test_what_ways_carry_is_kept_and_rides_carry_nothing() -> None:
    ways = tagged(
        lifted("ab", "bc", levels=[0, 1]),
        way_incline=[0.1, 0.2],
        way_step_count=[3, 4],
        way_waits=[1, 0],
        way_rise_m=[NONE, 9],
        way_area=[False, False],
        way_square=[-1, -1],
        way_crossing=[True, False],
    )
    joined, _ = join_lifts(ways)
    assert joined.way_rise_m is not None
    assert joined.way_rise_m.tolist() == pytest.approx([NONE, 9, 3.5], nan_ok=True)
    assert joined.way_waits is not None
    assert joined.way_waits.tolist() == [1, 0, 0]
    assert joined.way_square is not None
    assert joined.way_square.tolist() == [-1, -1, -1]
    assert (np.diff(joined.node_id) > 0).all()
    for name in ("way_incline", "way_step_count", "way_area", "way_crossing", "way_level"):
        before, after = getattr(ways, name), getattr(joined, name)
        assert len(after) == 3, name
        assert after.dtype == before.dtype, name
        assert np.array_equal(after[:2], before), name


def test_the_order_of_the_ways_does_not_matter_to_a_lift() -> None:
    ways = lifted("ab", "bc", "bd", "be", levels=[0, 1, NONE, 2], at="ba")
    order = [2, 0, 3, 1]
    assert ways.way_level is not None
    turned = dataclasses.replace(reordered(ways, order), way_level=ways.way_level[order])
    one, other = build_streets(ways), build_streets(turned)
    for field in dataclasses.fields(Streets):
        a, b = getattr(one, field.name), getattr(other, field.name)
        same = np.array_equal(a, b, equal_nan=True) if field.name == "edge_rise_m" else None
        if same is None:
            same = np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b
        assert same, field.name


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("file", "joined", "flat"),
    [
        ("porto-alegre/streets.osm.pbf", 16, 12),
        ("heidelberg/streets.osm.pbf", 18, 6),
        ("monaco/streets.osm.gz", 2, 0),
    ],
)
def test_lifts_of_real_cities_join_their_levels(
    shared_data: Path, file: str, joined: int, flat: int
) -> None:
    # Read off the tags of the ways at each lift by hand: how many join two levels or more.
    from planner.inputs.streets import read_ways

    streets = build_streets(read_ways(shared_data / file))
    assert streets.counts["lift_nodes_joined"] == joined
    assert streets.counts["lift_nodes_without_levels"] == flat
