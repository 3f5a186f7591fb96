"""Road lines become a network: where lines meet, where they must not, and which gaps close."""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.network import EdgeFlag
from planner.errors import NetworkInvalid
from planner.network.build import build_streets
from planner.network.noding import node_lines
from tests.network.street_drawing import lines_of, places_in_metres, shuffled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.network import RawWays, Streets
    from planner.domain.street_lines import ClosedGap, StreetLines

GRID = [[(0, 100 * i), (200, 100 * i)] for i in range(3)] + [
    [(100 * i, 0), (100 * i, 200)] for i in range(3)
]


def noded(lines: StreetLines, gap_tolerance_m: float = 0.5) -> tuple[RawWays, Streets]:
    ways, _ = node_lines(lines, gap_tolerance_m=gap_tolerance_m)
    return ways, build_streets(ways)


def gaps_of(lines: StreetLines, gap_tolerance_m: float = 0.5) -> tuple[ClosedGap, ...]:
    return node_lines(lines, gap_tolerance_m=gap_tolerance_m)[1]


def nodes_met(ways: RawWays) -> list[tuple[float, float]]:
    """Return the places (metres) that more than one way runs over."""
    way = np.repeat(np.arange(len(ways.way_id)), np.diff(ways.way_indptr))
    visits = np.unique(np.column_stack([ways.way_node, way]), axis=0)
    met = np.flatnonzero(np.bincount(visits[:, 0], minlength=len(ways.node_id)) > 1)
    places = np.round(places_in_metres(ways)[met], 3) + 0.0
    return sorted((x, y) for x, y in places.tolist())


def network_of(lines: StreetLines) -> list[tuple[object, ...]]:
    """Return edges as their ends and length, nodes named by place and not by number."""
    _, streets = noded(lines)
    node = np.round(streets.node_xy, 4).tolist()
    ends = zip(streets.edge_start.tolist(), streets.edge_end.tolist(), strict=True)
    lengths = np.round(streets.edge_length_m, 4).tolist()
    flags = streets.edge_flags.tolist()
    return sorted(
        (*sorted((tuple(node[a]), tuple(node[b]))), length, flag)
        for (a, b), length, flag in zip(ends, lengths, flags, strict=True)
    )


def test_a_grid_of_six_lines_has_nine_junctions_and_twelve_streets() -> None:
    ways, streets = noded(lines_of(*GRID))
    assert len(streets.node_xy) == 9
    assert streets.edge_length_m.tolist() == pytest.approx([100.0] * 12, abs=1e-4)
    assert ways.way_id.tolist() == [1, 2, 3, 4, 5, 6]
    assert ways.counts["gaps_closed"] == 0
    assert ways.notices == ()


def test_a_flyover_makes_no_junction_and_the_streets_below_keep_theirs() -> None:
    flyover = [(-50, 50), (250, 50)]
    street = [(50, 0), (50, 100)]
    second = [(150, 0), (150, 100)]
    across = [(0, 20), (200, 20)]
    ways, _ = noded(lines_of(flyover, street, second, across, level=[1, 0, 0, 0]))
    assert nodes_met(ways) == [(50, 20), (150, 20)]


def test_the_end_of_a_bridge_joins_the_street_it_comes_down_to() -> None:
    # Over the river at level 1 between two quays; one quay is met at its end, one inside.
    bridge = [(0, 0), (0, 100)]
    north = [(0, 100), (80, 100)]
    south = [(-80, 0), (80, 0)]
    ways, _ = noded(lines_of(bridge, north, south, level=[1, 0, 0]))
    assert nodes_met(ways) == [(0, 0), (0, 100)]


def test_a_street_that_ends_under_a_bridge_does_not_climb_it() -> None:
    bridge = [(0, 0), (100, 0)]
    street = [(50, -80), (50, 0)]
    far = [(0, 0), (0, -80), (50, -80)]
    ways, _ = noded(lines_of(bridge, street, far, level=[1, 0, 0]))
    assert nodes_met(ways) == [(0, 0), (50, -80)]


def test_a_tunnel_comes_up_where_it_ends_and_nowhere_else() -> None:
    tunnel = [(0, 0), (200, 0)]
    over = [(100, -50), (100, 50)]
    mouth = [(0, -50), (0, 50)]
    ways, _ = noded(lines_of(tunnel, over, mouth, level=[-1, 0, 0]))
    assert nodes_met(ways) == [(0, 0)]


def test_bridges_of_one_level_cross_with_a_junction() -> None:
    skywalks = [(0, 50), (100, 50)], [(50, 0), (50, 100)]
    ways, _ = noded(lines_of(*skywalks, level=[2, 2]))
    assert nodes_met(ways) == [(50, 50)]


def test_vertices_at_one_place_on_two_levels_are_two_nodes() -> None:
    # Both lines have a vertex where they cross, as digitised files have.
    bridge = [(0, 0), (50, 0), (100, 0)]
    street = [(50, -50), (50, 0), (50, 50)]
    loop = [(0, 0), (0, -50), (50, -50)]
    ways, _ = noded(lines_of(bridge, street, loop, level=[1, 0, 0]))
    assert nodes_met(ways) == [(0, 0), (50, -50)]
    there = np.isclose(places_in_metres(ways), [50, 0], atol=0.01).all(axis=1)
    assert there.sum() == 2


def test_a_line_that_ends_on_the_inside_of_another_joins_it() -> None:
    ways, streets = noded(lines_of([(0, 0), (100, 0)], [(40, 0), (40, 70)]))
    assert nodes_met(ways) == [(40, 0)]
    assert sorted(streets.edge_length_m.round(3).tolist()) == [40, 60, 70]


def test_lines_drawn_over_each_other_become_one_street() -> None:
    # 0-100 and 60-160 share 60-100: edges 60, 40 and 60 remain.
    _, streets = noded(lines_of([(0, 0), (100, 0)], [(60, 0), (160, 0)]))
    assert sorted(streets.edge_length_m.round(3).tolist()) == [40, 60, 60]


def test_three_lines_through_one_point_have_one_junction() -> None:
    star = [[(0, 0), (100, 100)], [(0, 100), (100, 0)], [(0, 50), (100, 50)]]
    ways, streets = noded(lines_of(*star))
    assert nodes_met(ways) == [(50, 50)]
    assert len(streets.edge_start) == 6


def test_ends_less_than_a_millimetre_apart_are_one_node_and_no_gap() -> None:
    lines = lines_of([(0, 0), (100, 0)], [(100.0006, 0.0005), (200, 0)], [(100, 0), (100, 50)])
    ways, _ = noded(lines)
    assert nodes_met(ways) == [(100, 0)]
    assert gaps_of(lines) == ()


def test_a_gap_of_forty_centimetres_is_closed_and_listed_and_one_of_sixty_is_not() -> None:
    def town(gap: float) -> StreetLines:
        return lines_of([(0, 0), (100, 0)], [(50, gap), (50, 100)], [(0, 0), (0, 50)])

    (gap,) = gaps_of(town(0.4))
    assert gap.length_m == pytest.approx(0.4, abs=1e-5)
    assert (gap.row, gap.other_row) == (2, 1)
    ways, streets = noded(town(0.4))
    # The street is drawn on over the gap: 99.6 m and 0.4 m.
    assert sorted(streets.edge_length_m.round(3).tolist()) == [50, 50, 50, 100]
    assert nodes_met(ways) == [(0, 0), (50, 0)]
    assert ways.counts["gaps_closed"] == 1
    assert ways.closed_gaps is not None
    assert ways.closed_gaps.tolist() == [[gap.lon, gap.lat, gap.length_m]]
    (notice,) = ways.notices
    assert "1 gaps between lines were closed, the longest 0.40 m" in notice.message
    assert "rows 2, 1" in (notice.found or "")

    assert gaps_of(town(0.6)) == ()
    assert nodes_met(noded(town(0.6))[0]) == [(0, 0)]
    assert len(gaps_of(town(0.6), gap_tolerance_m=1.0)) == 1
    assert gaps_of(town(0.4), gap_tolerance_m=0.0) == ()


def test_two_ends_that_face_each_other_are_one_gap() -> None:
    (gap,) = gaps_of(lines_of([(0, 0), (100, 0)], [(100.3, 0), (200, 0)], [(0, 0), (0, 9)]))
    assert gap.length_m == pytest.approx(0.3, abs=1e-5)


def test_two_streets_that_stop_short_of_a_third_both_reach_it() -> None:
    # Nearer to the street between them (0.2 m) than to each other (0.4 m).
    lines = lines_of([(0, 0), (100, 0)], [(50, 0.2), (50, 90)], [(50, -0.2), (50, -90)])
    assert [round(gap.length_m, 3) for gap in gaps_of(lines)] == [0.2, 0.2]
    ways, streets = noded(lines)
    assert nodes_met(ways) == [(50, 0)]
    assert len(streets.edge_start) == 4


def test_a_stub_beyond_a_crossing_is_no_gap() -> None:
    lines = lines_of([(0, 0), (100, 0)], [(50, -0.3), (50, 100)])
    assert gaps_of(lines) == ()
    assert nodes_met(noded(lines)[0]) == [(50, 0)]


def test_a_bend_of_short_pieces_is_no_gap() -> None:
    # Chords of 0.2 m: the end sees three pieces within half a metre, all joined to it.
    bend = [[(0.2 * i, 0), (0.2 * (i + 1), 0)] for i in range(30)]
    assert gaps_of(lines_of(*bend)) == ()


def test_a_nearly_closed_ring_is_closed() -> None:
    ring = [(0, 0), (80, 0), (80, 80), (0, 80), (0, 0.25)]
    (gap,) = gaps_of(lines_of(ring, [(80, 80), (160, 80)]))
    assert gap.length_m == pytest.approx(0.25, abs=1e-5)
    assert (gap.row, gap.other_row) == (1, 1)


def test_a_gap_below_a_bridge_is_not_closed_to_the_bridge() -> None:
    bridge = [(0, 0), (100, 0)]
    street = [(50, -80), (50, -0.2)]
    far = [(0, 0), (0, -80), (50, -80)]
    assert gaps_of(lines_of(bridge, street, far, level=[1, 0, 0])) == ()


def test_gaps_are_listed_from_west_to_east_and_the_message_shows_twenty() -> None:
    street = [(0, 0), (1000, 0)]
    stubs = [[(30 * i + 15, 0.1 + i / 100), (30 * i + 15, 50)] for i in range(25)]
    random.Random(1).shuffle(stubs)
    ways, gaps = node_lines(lines_of(street, *stubs), gap_tolerance_m=0.5)
    assert len(gaps) == 25
    assert [gap.lon for gap in gaps] == sorted(gap.lon for gap in gaps)
    (notice,) = ways.notices
    assert "25 gaps between lines were closed, the longest 0.34 m" in notice.message
    assert (notice.found or "").count(" m, rows ") == 20


def test_lines_that_never_meet_are_a_fault_that_says_what_to_do() -> None:
    with pytest.raises(NetworkInvalid, match=r"no two lines meet.*raise .*gap_tolerance_m"):
        noded(lines_of([(0, 0), (100, 0)], [(0, 10), (100, 10)]))


def test_a_single_line_is_a_network_of_its_own() -> None:
    _, streets = noded(lines_of([(0, 0), (60, 0), (60, 80)]))
    assert streets.edge_length_m.tolist() == pytest.approx([140.0], abs=1e-4)


def test_a_network_torn_into_small_parts_is_a_warning_with_its_share() -> None:
    # Three crosses of 200 m: the largest part holds a third.
    crosses = [
        line
        for i in range(3)
        for line in ([(500 * i, 0), (500 * i + 100, 0)], [(500 * i + 50, -50), (500 * i + 50, 50)])
    ]
    ways, _ = noded(lines_of(*crosses))
    (notice,) = ways.notices
    assert "the largest connected part holds only 33% of the length" in notice.message
    assert "gap_tolerance_m" in (notice.hint or "")


def test_a_drawing_exploded_into_its_segments_has_the_junctions_of_the_whole() -> None:
    # A quarter circle of 100 m radius in 200 chords, and a street that ends on its middle.
    angle = np.linspace(0, np.pi / 2, 201)
    arc = np.column_stack([100 * np.cos(angle), 100 * np.sin(angle)]).tolist()
    pieces = [[tuple(arc[i]), tuple(arc[i + 1])] for i in range(200)]
    street = [tuple(arc[100]), (200.0, 200.0)]
    random.Random(2).shuffle(pieces)
    _, whole = noded(lines_of([tuple(place) for place in arc], street))
    _, exploded = noded(lines_of(*pieces, street))
    assert len(exploded.node_xy) == len(whole.node_xy) == 4
    assert sorted(exploded.edge_length_m) == pytest.approx(sorted(whole.edge_length_m), abs=1e-6)


def test_short_pieces_of_different_kinds_and_one_way_pieces_turned_round_stay_apart() -> None:
    pieces = [[(0, 0), (9, 0)], [(9, 0), (18, 0)], [(27, 0), (18, 0)], [(27, 0), (36, 0)]]
    one_way = int(EdgeFlag.NO_BACKWARD)
    ways, _ = noded(lines_of(*pieces, flags=[0, one_way, one_way, one_way]))
    # 1 | 2 | 3-4 turned heads apart: 3 begins where 4 does, so nothing is put together.
    assert ways.way_id.tolist() == [1, 2, 3, 4]
    ways, _ = noded(lines_of(*pieces, flags=[0, 0, 0, 0]))
    assert ways.way_id.tolist() == [1]


def test_a_stair_keeps_its_number_of_steps_and_is_not_put_together_with_its_neighbour() -> None:
    ways, _ = noded(
        lines_of(
            [(0, 0), (9, 0)], [(9, 0), (18, 0)], [(18, 0), (27, 0)], steps=[np.nan, 24.0, np.nan]
        )
    )
    assert ways.way_id.tolist() == [1, 2, 3]
    assert ways.way_step_count is not None
    assert ways.way_step_count[1] == 24.0
    assert np.isnan(ways.way_step_count[[0, 2]]).all()


def test_coordinates_outside_the_crs_are_a_fault_that_names_the_row() -> None:
    lines = lines_of([(0, 0), (100, 0)], [(0, 0), (1e8, 0)])
    with pytest.raises(NetworkInvalid, match=r"row 2.*CRS"):
        node_lines(lines, gap_tolerance_m=0.5)


def test_where_the_file_has_two_places_in_degrees_the_network_is_the_same() -> None:
    lines = lines_of(*GRID)
    from pyproj import Transformer

    to_degrees = Transformer.from_crs(lines.crs, "EPSG:4490", always_xy=True)
    degrees = np.column_stack(to_degrees.transform(*lines.vertices.T))
    again = dataclasses.replace(lines, vertices=degrees, crs="EPSG:4490")
    _, streets = noded(again)
    assert len(streets.node_xy) == 9
    assert streets.edge_length_m.tolist() == pytest.approx([100.0] * 12, abs=1e-4)


_place = st.integers(0, 12).map(lambda i: 25.0 * i)
_line = st.lists(st.tuples(_place, _place), min_size=2, max_size=4)


@settings(max_examples=25, deadline=None)
@given(
    shapes=st.lists(_line, min_size=2, max_size=8),
    levels=st.lists(st.sampled_from([0, 0, 0, 1, -1]), min_size=8, max_size=8),
    seed=st.integers(0, 1000),
)
def test_the_order_of_the_lines_does_not_matter(
    shapes: Sequence[Sequence[tuple[float, float]]], levels: list[int], seed: int
) -> None:
    lines = lines_of([(-50, -50), (350, 350)], [(-50, 350), (350, -50)], *shapes)
    kept = [0, 1, *(i + 2 for i, shape in enumerate(shapes) if len(set(shape)) > 1)]
    lines = shuffled(
        dataclasses.replace(lines, level=np.array([0, 0, *levels[: len(shapes)]], dtype=np.int32)),
        kept,
    )
    order = list(range(len(kept)))
    random.Random(seed).shuffle(order)
    ways, gaps = node_lines(lines, gap_tolerance_m=0.5)
    again, gaps_again = node_lines(shuffled(lines, order), gap_tolerance_m=0.5)
    assert np.array_equal(ways.node_lonlat, again.node_lonlat)
    assert gaps == gaps_again
    assert network_of(lines) == network_of(shuffled(lines, order))
