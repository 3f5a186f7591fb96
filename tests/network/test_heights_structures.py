"""Bridges and tunnels do not follow the ground, and their junctions neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.domain.network import EdgeFlag
from planner.network.ground import Smoothing
from planner.network.heights import measure_heights
from tests.network.drawing import Way
from tests.network.ground_scenes import edge_of, ground, node_height, samples, town

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.domain.network import Streets
    from planner.domain.terrain import StreetHeights

    Array = NDArray[np.float64]

BRIDGE, TUNNEL, INDOOR = EdgeFlag.BRIDGE, EdgeFlag.TUNNEL, EdgeFlag.INDOOR
LIFT, STEPS, COVERED = EdgeFlag.LIFT, EdgeFlag.STEPS, EdgeFlag.COVERED
VALLEY = {
    "a": (-200.0, 0.0),
    "b": (0.0, 0.0),
    "c": (100.0, 0.0),
    "d": (300.0, 0.0),
    "e": (500.0, 0.0),
    "f": (100.0, 120.0),
    "g": (100.0, 200.0),
    "h": (100.0, -90.0),
}


def valley(x: Array, _: Array) -> Array:
    """Banks of 40 m up to x = 30 and of 70 m from x = 270 on, the floor between at 0."""
    bank = np.where(x < 150.0, 40.0, 70.0)
    return np.where((x > 30.0) & (x < 270.0), 0.0, bank)


RAW = Smoothing(bell_cells=0.0)


def measure(*ways: Way | str) -> tuple[Streets, StreetHeights]:
    streets = town(VALLEY, *ways)
    terrain = ground(streets, VALLEY, valley)
    return streets, measure_heights(streets, terrain, smoothing=RAW)


@pytest.mark.parametrize("flag", [BRIDGE, TUNNEL, INDOOR, COVERED, LIFT, EdgeFlag.ESCALATOR])
def test_a_structure_of_one_edge_is_straight_between_its_ends(flag: EdgeFlag) -> None:
    streets, heights = measure("ab", Way("bd", flags=flag), "de")
    assert samples(heights, edge_of(streets, 101)).tolist() == [40.0, 70.0]
    assert heights.counts["edges_straight"] == 1
    assert heights.counts["junctions_hung"] == 0


def test_a_bridge_of_several_edges_does_not_sag_to_the_valley() -> None:
    streets, heights = measure("ab", Way("bc", flags=BRIDGE), Way("cd", flags=BRIDGE), "de")
    # 100 m of 300 m along a rise of 30 m.
    assert node_height(streets, heights, VALLEY, "c") == pytest.approx(50.0, abs=1e-3)
    assert samples(heights, edge_of(streets, 101)) == pytest.approx([40.0, 50.0], abs=1e-3)
    assert heights.counts["junctions_hung"] == 1
    assert heights.counts["structures_without_ground"] == 0


def test_three_arms_meet_at_the_mean_weighted_by_nearness() -> None:
    # f lies on the floor, at 0 m, 120 m away; b at 40 m, 100 m; d at 70 m, 200 m away:
    # (0/120 + 40/100 + 70/200) / (1/120 + 1/100 + 1/200) = 0.75 / 0.023333 = 32.142857.
    streets, heights = measure(
        "ab",
        Way("bc", flags=BRIDGE),
        Way("cd", flags=BRIDGE),
        "de",
        Way("cf", flags=BRIDGE),
        "fg",
    )
    assert node_height(streets, heights, VALLEY, "c") == pytest.approx(32.142857, abs=1e-2)


@pytest.mark.parametrize("flag", [LIFT, STEPS, EdgeFlag.ESCALATOR, LIFT | BRIDGE, STEPS | BRIDGE])
def test_a_lift_or_stairs_from_the_floor_do_not_pull_the_deck_down(flag: EdgeFlag) -> None:
    streets, heights = measure(
        "ab", Way("bc", flags=BRIDGE), Way("cd", flags=BRIDGE), "de", Way("cf", flags=flag), "fg"
    )
    assert node_height(streets, heights, VALLEY, "c") == pytest.approx(50.0, abs=1e-3)
    assert samples(heights, edge_of(streets, 104)) == pytest.approx([50.0, 0.0], abs=1e-3)


def test_a_street_on_the_ground_holds_the_bridge_where_they_meet() -> None:
    streets, heights = measure("ab", Way("bc", flags=BRIDGE), Way("cd", flags=BRIDGE), "de", "cf")
    assert node_height(streets, heights, VALLEY, "c") == pytest.approx(0.0, abs=1e-3)
    assert heights.counts["junctions_hung"] == 0


def test_a_footbridge_between_two_stairs_stands_on_the_terrain_at_its_ends() -> None:
    streets, heights = measure(
        "ab",
        Way("bc", flags=STEPS),
        Way("cf", flags=BRIDGE),
        Way("fg", flags=BRIDGE),
        Way("ge", flags=STEPS),
        "ed",
    )
    # c and g lie over the floor, at 0 m, and so does f between them.
    for letter in "cfg":
        assert node_height(streets, heights, VALLEY, letter) == pytest.approx(0.0, abs=1e-3)
    assert heights.counts["structures_without_ground"] == 1
    assert heights.edge_known.all()


def test_a_ring_in_the_air_stands_on_the_terrain() -> None:
    streets, heights = measure(
        "ab",
        Way("bd", flags=LIFT),
        Way("dc", flags=INDOOR),
        Way("cf", flags=INDOOR),
        Way("fd", flags=INDOOR),
    )
    assert node_height(streets, heights, VALLEY, "d") == pytest.approx(70.0, abs=1e-3)
    assert node_height(streets, heights, VALLEY, "c") == pytest.approx(0.0, abs=1e-3)
    assert heights.counts["structures_without_ground"] == 1


def test_a_bridge_from_a_bank_to_stairs_stays_level_and_the_stairs_go_down() -> None:
    streets, heights = measure("ab", Way("bc", flags=BRIDGE), Way("ch", flags=STEPS), "hg")
    assert samples(heights, edge_of(streets, 101)) == pytest.approx([40.0, 40.0], abs=1e-3)
    assert samples(heights, edge_of(streets, 102)) == pytest.approx([40.0, 0.0], abs=1e-3)


def test_stairs_on_the_ground_follow_it() -> None:
    streets, heights = measure("ab", Way("bd", flags=STEPS), "de")
    assert samples(heights, edge_of(streets, 101)).min() == 0.0
    assert heights.counts["edges_straight"] == 0


def test_a_covered_way_stands_on_the_ground_at_its_ends() -> None:
    streets, heights = measure("ab", Way("bc", flags=COVERED), Way("cd", flags=COVERED), "de")
    assert samples(heights, edge_of(streets, 101)) == pytest.approx([40.0, 0.0], abs=1e-3)
    assert samples(heights, edge_of(streets, 102)) == pytest.approx([0.0, 70.0], abs=1e-3)


def test_a_bridge_over_a_void_needs_only_its_ends() -> None:
    streets = town(VALLEY, "ab", Way("bc", flags=BRIDGE), Way("cd", flags=BRIDGE), "de")

    def river(x: Array, y: Array) -> Array:
        return np.where((x > 30.0) & (x < 270.0), np.nan, valley(x, y))

    heights = measure_heights(streets, ground(streets, VALLEY, river), smoothing=RAW)
    assert heights.edge_known.all()
    assert node_height(streets, heights, VALLEY, "c") == pytest.approx(50.0, abs=1e-3)


def test_a_bridge_with_one_bank_beyond_the_terrain_keeps_to_the_other() -> None:
    streets = town(VALLEY, "ab", Way("bc", flags=BRIDGE), Way("cd", flags=BRIDGE), "de")

    def cut(x: Array, y: Array) -> Array:
        return np.where(x > 30.0, np.nan, valley(x, y))

    heights = measure_heights(streets, ground(streets, VALLEY, cut), smoothing=RAW)
    assert node_height(streets, heights, VALLEY, "c") == pytest.approx(40.0, abs=1e-3)
    assert not heights.edge_known[edge_of(streets, 102)]
    assert heights.counts["edges_without_height"] == 2


def test_a_structure_nobody_knows_the_height_of_has_none() -> None:
    streets = town(VALLEY, "ab", Way("bc", flags=BRIDGE), Way("cd", flags=BRIDGE), "de")
    heights = measure_heights(
        streets, ground(streets, VALLEY, lambda x, _: np.full(x.shape, np.nan))
    )
    assert not heights.edge_known.any()
    assert np.isnan(heights.node_m).all()


def test_a_structure_without_ground_is_held_by_the_one_end_whose_height_is_known() -> None:
    streets = town(
        VALLEY, "ab", Way("bc", flags=LIFT), Way("cf", flags=BRIDGE), Way("fg", flags=BRIDGE)
    )
    heights = measure_heights(
        streets,
        ground(streets, VALLEY, lambda x, y: np.where(y > 30.0, np.nan, valley(x, y))),
        smoothing=RAW,
    )
    # Of c, f and g only c has terrain: it is a dead end, and holds the rest.
    assert node_height(streets, heights, VALLEY, "g") == pytest.approx(0.0, abs=1e-3)
