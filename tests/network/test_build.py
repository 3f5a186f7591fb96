"""What the compiled streets must be, on drawings small enough to work out by hand."""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.network import EdgeFlag, RawWays, Streets
from planner.domain.working_crs import working_crs
from planner.errors import NetworkEmpty
from planner.network.build import build_streets
from planner.network.walking import find_profile, time_streets
from tests.network.drawing import DEGREE_M, NORTH_DEGREE_M, Way, draw

if TYPE_CHECKING:
    from pathlib import Path

CROSS = {"a": (0, 0), "b": (100, 0), "c": (200, 0), "d": (100, 80), "e": (300, 0), "f": (150, 50)}


def lengths(streets: Streets) -> list[float]:
    """Return the lengths of the edges, ascending."""
    return sorted(streets.edge_length_m.tolist())


def drawn_edges(streets: Streets) -> list[tuple[object, ...]]:
    """Return each edge as its ends, its flags and its shape from start to end."""
    edges: list[tuple[object, ...]] = []
    for e in range(len(streets.edge_start)):
        shape = streets.shape_xy[streets.shape_indptr[e] : streets.shape_indptr[e + 1]]
        ends = int(streets.edge_start[e]), int(streets.edge_end[e])
        edges.append((ends, int(streets.edge_flags[e]), str(shape.tolist())))
    return edges


def test_a_street_that_ends_on_another_makes_one_junction() -> None:
    # a - b - c straight on, d comes down to b: three edges, four nodes.
    streets = build_streets(draw(CROSS, "abc", "db"))
    assert len(streets.node_xy) == 4
    assert lengths(streets) == pytest.approx([80, 100, 100], rel=1e-6)
    ends = np.concatenate([streets.edge_start, streets.edge_end])
    assert sorted(np.bincount(ends).tolist()) == [1, 1, 1, 3]


def test_a_bend_is_no_junction_and_keeps_its_shape_in_order() -> None:
    streets = build_streets(draw(CROSS, "abdce"))
    assert len(streets.edge_start) == 1
    shape = streets.shape_xy[streets.shape_indptr[0] : streets.shape_indptr[1]]
    east = shape[:, 0] - shape[0, 0]
    assert east.tolist() == pytest.approx([0, 100, 100, 200, 300], abs=0.01)
    assert shape[0].tolist() == streets.node_xy[streets.edge_start[0]].tolist()
    assert shape[-1].tolist() == streets.node_xy[streets.edge_end[0]].tolist()


def test_streets_that_cross_without_a_shared_node_are_not_joined() -> None:
    # A bridge over a street: f lies on the line a-c only in the drawing.
    streets = build_streets(draw({**CROSS, "g": (150, -50)}, "ac", "fg"))
    assert len(streets.node_xy) == 4
    assert len(streets.edge_start) == 2


def test_a_way_that_meets_itself_has_a_junction_there() -> None:
    # Handle a-b and ring b-c-d-b: the ring has one junction and is cut once more.
    streets = build_streets(draw(CROSS, "abcdb"))
    assert streets.counts["loops_split"] == 1
    assert len(streets.edge_start) == 3
    assert len(streets.node_xy) == 3


def test_a_closed_ring_has_two_different_ends_on_each_edge() -> None:
    # a-b 100, b-c 100, c-f 71, f-d 58, d-a 128: half of 457 lies nearest to c (200 of 457).
    streets = build_streets(draw(CROSS, "abcfda"))
    assert (streets.edge_start != streets.edge_end).all()
    assert len(streets.edge_start) == 2
    assert min(lengths(streets)) == pytest.approx(200, abs=0.01)


def test_a_way_there_and_back_is_one_street() -> None:
    streets = build_streets(draw(CROSS, "aba"))
    assert lengths(streets) == pytest.approx([100], abs=0.01)
    assert streets.counts["edges_duplicate"] == 1


@pytest.mark.parametrize("twin", ["abc", "cba"])
def test_a_street_drawn_twice_counts_once_in_whichever_direction(twin: str) -> None:
    streets = build_streets(draw(CROSS, Way("abc", way_id=7), Way(twin, way_id=5)))
    assert streets.counts["edges_duplicate"] == 2
    assert lengths(streets) == pytest.approx([100, 100], abs=0.01)
    assert set(streets.edge_way_id.tolist()) == {5}, "the lowest way id is kept"


def test_twins_with_other_rights_of_way_are_both_kept() -> None:
    # A private drive drawn over a public path must not close the path, nor open the drive.
    streets = build_streets(draw(CROSS, "ab", Way("ab", flags=int(EdgeFlag.PRIVATE))))
    assert sorted(streets.edge_flags.tolist()) == [0, int(EdgeFlag.PRIVATE)]


def test_one_way_twins_are_the_same_only_in_the_same_direction() -> None:
    forward, backward = int(EdgeFlag.NO_BACKWARD), int(EdgeFlag.NO_FORWARD)
    same = build_streets(draw(CROSS, Way("ab", flags=forward), Way("ba", flags=backward)))
    assert same.counts["edges_duplicate"] == 1
    against = build_streets(draw(CROSS, Way("ab", flags=forward), Way("ba", flags=forward)))
    assert against.counts["edges_duplicate"] == 0


def test_parallel_streets_of_other_shape_are_both_kept() -> None:
    streets = build_streets(draw(CROSS, "ac", "adc"))
    assert len(streets.edge_start) == 2
    assert len(streets.node_xy) == 2


def test_nobody_passes_a_barred_node_but_both_sides_can_be_walked() -> None:
    # a - b | b - c, and d hangs on b too: three ends at b, none joined.
    streets = build_streets(draw(CROSS, "abc", "db", barred="b"))
    assert len(streets.edge_start) == 3
    assert len(streets.node_xy) == 6
    assert streets.counts["barred_nodes_met"] == 1
    ends = np.concatenate([streets.edge_start, streets.edge_end])
    assert (np.bincount(ends) == 1).all()


def test_a_barrier_at_the_end_of_a_street_bars_it_from_the_next() -> None:
    streets = build_streets(draw(CROSS, "ab", "bc", barred="b"))
    assert len(streets.node_xy) == 4


def test_a_ring_shut_at_a_barrier_is_one_open_edge() -> None:
    streets = build_streets(draw(CROSS, "abda", barred="a"))
    assert len(streets.edge_start) == 1
    assert streets.edge_start[0] != streets.edge_end[0]
    assert streets.counts["loops_split"] == 0


def test_a_step_without_length_does_not_tear_the_street_apart() -> None:
    # b and g lie at the same place: a-b-g-c is one street, and d hangs on g.
    places = {**CROSS, "g": CROSS["b"]}
    streets = build_streets(draw(places, "abgc", "dg"))
    assert len(streets.node_xy) == 4
    assert len(streets.edge_start) == 3
    assert (streets.edge_length_m > 0).all()
    network = time_streets(streets, find_profile("norm"))
    assert (network.node_component == 0).all()


def test_nodes_at_one_place_on_different_streets_stay_apart() -> None:
    # A lift shaft is drawn like this: levels above each other, joined by nothing.
    places = {**CROSS, "g": CROSS["b"]}
    streets = build_streets(draw(places, "ab", "gc"))
    assert len(streets.node_xy) == 4


def test_a_node_named_twice_in_a_row_is_met_once() -> None:
    streets = build_streets(draw(CROSS, "abbc"))
    assert len(streets.edge_start) == 1
    assert lengths(streets) == pytest.approx([200], abs=0.01)


def test_a_way_without_length_is_left_out_and_counted() -> None:
    places = {**CROSS, "g": CROSS["b"]}
    streets = build_streets(draw(places, "ac", "bg"))
    assert streets.counts["ways_without_length"] == 1
    assert len(streets.edge_start) == 1


@pytest.mark.parametrize("paths", [(), ("bg",)])
def test_streets_without_any_length_are_a_fault_that_says_so(paths: tuple[str, ...]) -> None:
    with pytest.raises(NetworkEmpty, match="no walkable street"):
        build_streets(draw({**CROSS, "g": CROSS["b"]}, *paths))


def test_lengths_are_geodesic() -> None:
    # Along the equator a degree is a·π/180; the first degree of the meridian is 110,574.389 m.
    equator = build_streets(draw({"a": (0, 0), "b": (DEGREE_M, 0)}, "ab"))
    assert equator.edge_length_m[0] == pytest.approx(6_378_137 * math.pi / 180, abs=1e-3)
    meridian = build_streets(draw({"a": (0, 0), "b": (0, NORTH_DEGREE_M)}, "ab"))
    assert meridian.edge_length_m[0] == pytest.approx(110_574.3886, abs=1e-3)


def test_a_short_street_in_the_mountain_city_has_the_length_of_the_ellipsoid() -> None:
    # Radii of curvature by hand at 29.56° N; the arc is short enough for a plane.
    lat, d = 29.56, 0.001
    e2, sin2 = 0.0066943799901413165, math.sin(math.radians(lat + d / 2)) ** 2
    north_m = 6_378_137 * (1 - e2) / (1 - e2 * sin2) ** 1.5 * math.radians(d)
    places = {"a": (0.0, 0.0), "b": (0.0, d * NORTH_DEGREE_M)}
    streets = build_streets(draw(places, "ab", lat=lat))
    assert streets.edge_length_m[0] == pytest.approx(north_m, abs=1e-4)


def test_edges_carry_what_their_way_carries() -> None:
    bridge = int(EdgeFlag.BRIDGE)
    streets = build_streets(
        draw(
            CROSS,
            Way("ab", kind="steps", name="十八梯", way_id=11),
            Way("bc", flags=bridge, way_id=12),
        )
    )
    of_way = {int(way): e for e, way in enumerate(streets.edge_way_id)}
    assert streets.kinds[streets.edge_kind[of_way[11]]] == "steps"
    assert streets.names[streets.edge_name[of_way[11]]] == "十八梯"
    assert streets.edge_name[of_way[12]] == -1
    assert streets.edge_flags[of_way[12]] == bridge
    assert streets.counts["ways_read"] == 2
    assert streets.counts["edges"] == 2


def test_the_box_is_that_of_the_streets() -> None:
    # z belongs to no way: it must not widen the box and so move the working CRS.
    streets = build_streets(draw({**CROSS, "z": (500_000, 0)}, "ae", "db"))
    west, south, east, north = streets.bounds_lonlat
    assert (east - west) * DEGREE_M == pytest.approx(300)
    assert (north - south) * NORTH_DEGREE_M == pytest.approx(80)
    assert "+lon_0=0 " in streets.crs


def test_progress_hears_each_step() -> None:
    heard: list[str] = []

    class Listener:
        def begin(self, stage: str, total: int | None = None) -> None:
            heard.append(f"{stage} {total}")

        def tell(self, objective: float, bound: float) -> None:
            """Hear of no plan."""

        def advance(self, steps: int = 1) -> None:
            heard.extend(["step"] * steps)

        def end(self) -> None:
            heard.append("end")

    build_streets(draw(CROSS, "abc"), progress=Listener())
    steps = heard[1:-1]
    assert heard == [f"build_streets {len(steps)}", *["step"] * len(steps), "end"]


@pytest.mark.parametrize(
    ("west", "east", "meridian"),
    [
        (106.45, 106.62, "106.5"),
        (106.0, 106.5, "106.5"),  # 106.25 goes up
        (106.5, 107.0, "107"),  # 106.75 goes up too, not to the even half
        (-51.3, -50.9, "-51"),
        (-0.2, 0.1, "0"),
    ],
)
def test_the_meridian_is_the_middle_rounded_to_half_a_degree(
    west: float, east: float, meridian: str
) -> None:
    assert f"+lon_0={meridian} " in working_crs((west, 29.0, east, 30.0))


def reordered(ways: RawWays, order: list[int]) -> RawWays:
    """Return the same ways in another order."""
    rows = [ways.way_node[ways.way_indptr[w] : ways.way_indptr[w + 1]] for w in order]
    return dataclasses.replace(
        ways,
        way_id=ways.way_id[order],
        way_indptr=np.cumsum([0, *(len(row) for row in rows)]).astype(np.int64),
        way_node=np.concatenate(rows),
        way_kind=ways.way_kind[order],
        way_flags=ways.way_flags[order],
        way_name=ways.way_name[order],
    )


LATTICE = {
    letter: (100.0 * (i % 4) + 3.0 * (i // 4), 100.0 * (i // 4))
    for i, letter in enumerate("abcdefghijkl")
}
LATTICE["m"] = LATTICE["f"]


@st.composite
def drawings(draw_: st.DrawFn) -> RawWays:
    """Draw any ways over the places of a lattice: rings, spikes, repeats, barriers."""
    paths = draw_(
        st.lists(st.text("abcdefghijklm", min_size=2, max_size=9), min_size=1, max_size=7)
    )
    flags = draw_(st.lists(st.sampled_from([0, 64, 128, 256]), min_size=7, max_size=7))
    barred = draw_(st.sampled_from(["", "f", "a", "fk"]))
    ways = [Way(path, flags=flag) for path, flag in zip(paths, flags, strict=False)]
    return draw(LATTICE, *ways, barred=barred)


@given(drawings(), st.randoms())
def test_the_order_of_the_ways_does_not_matter(ways: RawWays, random: object) -> None:
    order = list(range(len(ways.way_id)))
    random.shuffle(order)  # type: ignore[attr-defined]
    try:
        one = build_streets(ways)
    except NetworkEmpty:
        return
    other = build_streets(reordered(ways, order))
    for field in dataclasses.fields(Streets):
        a, b = getattr(one, field.name), getattr(other, field.name)
        assert np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b, field.name


@given(drawings())
def test_every_edge_has_a_length_two_ends_and_a_shape_between_them(ways: RawWays) -> None:
    try:
        streets = build_streets(ways)
    except NetworkEmpty:
        return
    assert (streets.edge_length_m > 0).all()
    assert (streets.edge_start != streets.edge_end).all()
    first, last = streets.shape_indptr[:-1], streets.shape_indptr[1:] - 1
    assert np.array_equal(streets.shape_xy[first], streets.node_xy[streets.edge_start])
    assert np.array_equal(streets.shape_xy[last], streets.node_xy[streets.edge_end])
    edges = drawn_edges(streets)
    assert len(set(edges)) == len(edges), "no edge is there twice"
    used = np.union1d(streets.edge_start, streets.edge_end)
    assert np.array_equal(used, np.arange(len(streets.node_xy))), "no node without a street"


@given(drawings())
def test_no_street_gets_lost(ways: RawWays) -> None:
    # The twin: a plain set of steps between places, each counted once.
    try:
        streets = build_streets(ways)
    except NetworkEmpty:
        return
    where = {i: tuple(place) for i, place in enumerate(ways.node_lonlat.tolist())}
    expected = set()
    for a, b in zip(ways.way_indptr[:-1], ways.way_indptr[1:], strict=True):
        row = [where[int(i)] for i in ways.way_node[a:b]]
        expected |= {frozenset(step) for step in itertools.pairwise(row)}
    expected = {step for step in expected if len(step) == 2}
    steps = set()
    for a, b in zip(streets.shape_indptr[:-1], streets.shape_indptr[1:], strict=True):
        row = [tuple(point) for point in streets.shape_xy[a:b].tolist()]
        steps |= {frozenset(step) for step in itertools.pairwise(row)}
    assert len(steps) == len(expected)


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("file", "junctions", "edges"),
    [
        ("porto-alegre/streets.osm.pbf", 18_787, 25_838),
        ("monaco/streets.osm.gz", 1_159, 1_531),
        ("heidelberg/streets.osm.pbf", 30_680, 39_890),
    ],
)
def test_a_real_city_has_as_many_junctions_as_others_count(
    shared_data: Path, file: str, junctions: int, edges: int
) -> None:
    # Counted elsewhere with other rules of who may walk where, squares not crossed and lifts
    # not taken apart: within a tenth.
    from planner.inputs.streets import read_ways

    ways = read_ways(shared_data / file)
    streets = build_streets(dataclasses.replace(ways, way_area=None, lifts=None))
    assert len(streets.node_xy) == pytest.approx(junctions, rel=0.1)
    assert len(streets.edge_start) == pytest.approx(edges, rel=0.1)


@pytest.mark.shared_data
def test_nearly_all_of_a_real_city_is_one_network(shared_data: Path) -> None:
    from planner.inputs.streets import read_ways

    streets = build_streets(read_ways(shared_data / "porto-alegre/streets.osm.pbf"))
    network = time_streets(streets, find_profile("norm"), private_ways="open")
    assert (network.node_component == 0).mean() == pytest.approx(0.985, abs=0.002)
