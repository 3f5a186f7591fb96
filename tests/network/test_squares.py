"""Open squares are crossed in straight lines; lengths by hand and against a naive twin."""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from planner.domain.network import EdgeFlag, RawWays, Streets
from planner.network.build import build_streets
from planner.network.squares import MAX_CORNERS, MAX_ENTRIES, cross_squares
from tests.network.drawing import DEGREE_M, NORTH_DEGREE_M, ORIGIN_LON, Way, draw
from tests.network.test_build import reordered
from tests.network.test_carried import places, tagged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CROSSES = int(EdgeFlag.CROSSES_AREA)
Places = dict[str, tuple[float, float]]

# A square of 100 x 100 m, a-b-c-d, with a street hanging on each corner.
OPEN: Places = {
    "a": (0, 0),
    "b": (100, 0),
    "c": (100, 100),
    "d": (0, 100),
    "p": (-50, 0),
    "q": (150, 0),
    "r": (150, 100),
    "s": (-50, 100),
}
# The same with a house of 20 x 20 m in the middle.
HOUSE: Places = {**OPEN, "w": (40, 40), "x": (60, 40), "y": (60, 60), "z": (40, 60)}


def square(
    where: Mapping[str, tuple[float, float]],
    *ways: Way | str,
    rings: int = 1,
    barred: str = "",
    doors: str = "",
) -> RawWays:
    """Draw ways of which the first `rings` are the rings of one square."""
    drawn = draw(where, *ways, barred=barred)
    ring = [i < rings for i in range(len(ways))]
    drawn = tagged(drawn, way_area=ring, way_square=[0 if there else -1 for there in ring])
    return dataclasses.replace(drawn, door_node=places(drawn, doors))


def walk_m(streets: Streets, start: tuple[float, float], end: tuple[float, float]) -> float:
    """Return the shortest walk between two places in metres east and north, by networkx."""
    graph: nx.Graph[int] = nx.Graph()
    for a, b, length_m in zip(
        streets.edge_start.tolist(),
        streets.edge_end.tolist(),
        streets.edge_length_m.tolist(),
        strict=True,
    ):
        known = graph.get_edge_data(a, b, {"length_m": math.inf})["length_m"]
        graph.add_edge(a, b, length_m=min(known, length_m))
    ends = []
    for east, north in (start, end):
        away = streets.node_xy - _working(streets, east, north)
        ends.append(int(np.argmin(np.hypot(away[:, 0], away[:, 1]))))
    return float(nx.shortest_path_length(graph, ends[0], ends[1], weight="length_m"))


def _working(streets: Streets, east: float, north: float) -> tuple[float, float]:
    """Return the place in the working CRS: within a millimetre there is only a shift."""
    place = Transformer.from_crs("EPSG:4326", streets.crs, always_xy=True).transform(
        ORIGIN_LON + east / DEGREE_M, north / NORTH_DEGREE_M
    )
    return float(place[0]), float(place[1])


def lines(streets: Streets) -> int:
    return int(((streets.edge_flags & CROSSES) > 0).sum())


def test_from_corner_to_opposite_corner_is_the_diagonal_not_two_sides() -> None:
    streets = build_streets(square(OPEN, "abcda", "pa", "rc"))
    assert walk_m(streets, OPEN["a"], OPEN["c"]) == pytest.approx(100 * math.sqrt(2), abs=1e-3)
    assert walk_m(streets, OPEN["p"], OPEN["r"]) == pytest.approx(241.421, abs=2e-3)
    assert lines(streets) == 1
    assert streets.counts["squares_crossed"] == 1
    assert streets.counts["square_lines"] == 1


def test_without_an_area_one_walks_around() -> None:
    streets = build_streets(draw(OPEN, "abcda", "pa", "rc"))
    assert walk_m(streets, OPEN["a"], OPEN["c"]) == pytest.approx(200, abs=1e-3)


def test_sides_of_the_square_get_no_line_beside_them() -> None:
    streets = build_streets(square(OPEN, "abcda", "pa", "qb", "rc", "sd"))
    assert lines(streets) == 2, "the two diagonals"


def test_lines_along_a_side_are_left_out_though_it_has_places_between() -> None:
    # e lies on the side a-b: from a to b the outline is as short as any line.
    where = {**OPEN, "e": (50.0, 0.0)}
    streets = build_streets(square(where, "aebcda", "pa", "qb"))
    assert lines(streets) == 0


def test_a_house_on_the_square_is_walked_around_not_through() -> None:
    # By hand: a to the corner x (60, 40), on to c: 2 · √(60² + 40²).
    streets = build_streets(square(HOUSE, "abcda", "wxyzw", "pa", "rc", rings=2))
    around_m = 2 * math.hypot(60, 40)
    assert walk_m(streets, HOUSE["a"], HOUSE["c"]) == pytest.approx(around_m, abs=1e-3)
    shapes = [
        streets.shape_xy[start:end]
        for start, end in zip(streets.shape_indptr[:-1], streets.shape_indptr[1:], strict=True)
    ]
    corners = [_working(streets, *HOUSE[letter]) for letter in "wxyz"]
    inside = shapely.buffer(shapely.polygons(corners), -0.05)
    assert not any(shapely.intersects(inside, shapely.linestrings(shape)) for shape in shapes)


def test_an_island_in_the_house_is_no_part_of_the_way() -> None:
    # Rings count odd and even: a court inside the house is open, and not reached.
    where = {**HOUSE, "m": (48.0, 48.0), "n": (52.0, 48.0), "o": (50.0, 52.0)}
    streets = build_streets(square(where, "abcda", "wxyzw", "mnom", "pa", "rc", rings=3))
    around_m = 2 * math.hypot(60, 40)
    assert walk_m(streets, HOUSE["a"], HOUSE["c"]) == pytest.approx(around_m, abs=1e-3)


def test_an_inner_corner_is_turned_at() -> None:
    # An L: from b (100, 0) to d (0, 100) around the inner corner e (40, 40).
    where = {**OPEN, "e": (40.0, 40.0), "f": (100.0, 40.0), "g": (40.0, 100.0)}
    streets = build_streets(square(where, "abfegda", "qb", "sd"))
    around_m = 2 * math.hypot(60, 40)
    assert walk_m(streets, OPEN["b"], OPEN["d"]) == pytest.approx(around_m, abs=1e-3)
    assert lines(streets) == 2


def test_a_barred_corner_or_entry_is_used_by_no_line() -> None:
    where = {**OPEN, "e": (40.0, 40.0), "f": (100.0, 40.0), "g": (40.0, 100.0)}
    corner = build_streets(square(where, "abfegda", "qb", "sd", barred="e"))
    assert lines(corner) == 0
    entry = build_streets(square(OPEN, "abcda", "pa", "rc", barred="c"))
    assert lines(entry) == 0
    assert entry.counts["squares_with_one_entry"] == 1


def test_doors_are_entries() -> None:
    streets = build_streets(square(OPEN, "abcda", "pa", doors="c"))
    assert walk_m(streets, OPEN["a"], OPEN["c"]) == pytest.approx(100 * math.sqrt(2), abs=1e-3)


def test_a_door_elsewhere_and_a_square_nobody_enters_change_nothing() -> None:
    streets = build_streets(square(OPEN, "abcda", "pa", doors="p"))
    assert lines(streets) == 0
    assert streets.counts["squares_with_one_entry"] == 1


def test_lines_are_what_their_square_is() -> None:
    private = int(EdgeFlag.PRIVATE)
    ring = Way("abcda", kind="pedestrian", name="解放碑", flags=private, way_id=7)
    streets = build_streets(square(OPEN, ring, "pa", "rc"))
    line = int(np.flatnonzero(streets.edge_flags & CROSSES)[0])
    assert streets.kinds[streets.edge_kind[line]] == "pedestrian"
    assert streets.names[streets.edge_name[line]] == "解放碑"
    assert streets.edge_flags[line] == private | CROSSES
    assert streets.edge_way_id[line] == 7


def test_an_outline_that_encloses_nothing_stays_an_outline() -> None:
    # Out and back, and a bow tie: no inside, or not one that can be told.
    streets = build_streets(square(OPEN, "abca", "pa", "qb", "rc"))
    assert streets.counts["squares_crossed"] == 1, "a triangle has one"
    flat = build_streets(square(OPEN, "aba", "pa", "qb"))
    assert flat.counts["areas_as_outline"] == 1
    assert flat.counts["squares_crossed"] == 0


def test_outlines_without_numbers_are_squares_of_their_own() -> None:
    where = {**OPEN, "e": (200.0, 0.0), "f": (200.0, 100.0)}
    ways = tagged(draw(where, "abcda", "befcb", "pa"), way_area=[True, True, False])
    streets = build_streets(ways)
    # a, b, c are entries of the first; b and c, its own side, of the second.
    assert lines(streets) == 1
    assert streets.counts["squares_crossed"] == 2


def _wheel(n: int, radius_m: float = 100.0) -> tuple[Places, list[str]]:
    """Return a round square of `n` places, each with a street outwards."""
    rim = [chr(0x4E00 + i) for i in range(n)]
    spokes = [chr(0x5E00 + i) for i in range(n)]
    angle = [2 * math.pi * i / n for i in range(n)]
    where = {
        c: (radius_m * math.cos(t), radius_m * math.sin(t)) for c, t in zip(rim, angle, strict=True)
    }
    outward = {c: (2 * x, 2 * y) for c, (x, y) in zip(spokes, where.values(), strict=True)}
    ways = ["".join([*rim, rim[0]]), *(a + b for a, b in zip(rim, spokes, strict=True))]
    return {**where, **outward}, ways


def test_a_square_with_very_many_entries_is_crossed_between_some_spread_around_it() -> None:
    n = MAX_ENTRIES + 20
    where, ways = _wheel(n)
    streets = build_streets(square(where, *ways))
    assert streets.counts["squares_with_many_entries"] == 1
    # Every chosen pair but neighbours on the rim is a line.
    assert MAX_ENTRIES * (MAX_ENTRIES - 3) / 2 <= lines(streets) <= math.comb(MAX_ENTRIES, 2)
    step_m = 200 * math.sin(math.pi / n)
    rim = list(where.values())[:n]
    worst_m = max(walk_m(streets, rim[i], rim[(i + n // 2) % n]) for i in range(0, n, 7))
    assert worst_m <= 200 + 4 * step_m, "nobody walks around for want of a line"


def test_a_round_hole_of_many_corners_is_walked_around() -> None:
    # A pond of 40 corners, radius 30, in the square: the walk a to c hugs it.
    n = 2 * MAX_CORNERS // 3
    pond, (ring, *_) = _wheel(n, 30.0)
    rim = {c: (50 + x, 50 + y) for c, (x, y) in list(pond.items())[:n]}
    streets = build_streets(square({**OPEN, **rim}, "abcda", ring, "pa", "rc", rings=2))
    half = 50 * math.sqrt(2)
    tangent = math.sqrt(half**2 - 30**2)
    smooth_m = 2 * tangent + 30 * (math.pi - 2 * math.acos(30 / half))
    walked = walk_m(streets, OPEN["a"], OPEN["c"])
    assert walked == pytest.approx(smooth_m, rel=2e-3)
    assert walked <= smooth_m, "the polygon is inside the circle"


@st.composite
def stars(draw_: st.DrawFn) -> tuple[Places, list[str], int]:
    """Draw a star of any shape, with a hole or without, and streets to some of its places."""
    n = draw_(st.integers(4, 9))
    reach = draw_(st.lists(st.integers(30, 100), min_size=n, max_size=n))
    angle = [2 * math.pi * i / n for i in range(n)]
    rim = "abcdefghi"[:n]
    where: Places = {
        c: (round(r * math.cos(t), 3), round(r * math.sin(t), 3))
        for c, r, t in zip(rim, reach, angle, strict=True)
    }
    ways = [rim + rim[0]]
    if draw_(st.booleans()):
        where |= {"x": (-8.0, -6.0), "y": (9.0, -5.0), "z": (1.0, 8.0)}
        ways.append("xyzx")
    rings = len(ways)
    for i, c in enumerate(rim):
        if draw_(st.booleans()):
            spoke = "ABCDEFGHI"[i]
            where[spoke] = (2 * where[c][0], 2 * where[c][1])
            ways.append(c + spoke)
    return where, ways, rings


@settings(max_examples=40, deadline=None)
@given(stars())
def test_walks_between_entries_are_as_short_as_in_the_naive_twin(
    star: tuple[Places, list[str], int],
) -> None:
    # The twin joins every two places of the rings that see each other, one by one.
    where, ways, rings = star
    entries = [way[0] for way in ways[rings:]]
    streets = build_streets(square(where, *ways, rings=rings))
    outer = shapely.Polygon([where[c] for c in ways[0]])
    holes = [shapely.Polygon([where[c] for c in ring]) for ring in ways[1:rings]]
    inside = shapely.buffer(outer.difference(shapely.union_all(holes)), 1e-6, join_style="mitre")
    graph: nx.Graph[str] = nx.Graph()
    for one, other in itertools.combinations(sorted(set("".join(ways[:rings]))), 2):
        line = shapely.LineString([where[one], where[other]])
        if inside.covers(line):
            graph.add_edge(one, other, length_m=line.length)
    for one, other in itertools.combinations(entries, 2):
        expected = nx.shortest_path_length(graph, one, other, weight="length_m")
        # Lines may cut 1 cm off a corner.
        assert walk_m(streets, where[one], where[other]) == pytest.approx(expected, abs=0.05)


@settings(max_examples=25, deadline=None)
@given(stars(), st.randoms())
def test_the_order_of_the_ways_does_not_matter_to_a_square(
    star: tuple[Places, list[str], int], random: object
) -> None:
    where, ways, rings = star
    drawn = square(where, *ways, rings=rings)
    order = list(range(len(ways)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert drawn.way_area is not None
    assert drawn.way_square is not None
    turned = dataclasses.replace(
        reordered(drawn, order),
        way_area=drawn.way_area[order],
        way_square=drawn.way_square[order],
    )
    one, other = build_streets(drawn), build_streets(turned)
    for name in ("edge_start", "edge_end", "edge_length_m", "edge_flags", "edge_way_id"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_ways_without_squares_come_back_as_they_are() -> None:
    ways = draw(OPEN, "abcda", "pa")
    assert cross_squares(ways) == (ways, {})
    none = tagged(ways, way_area=[False, False])
    assert cross_squares(none) == (none, {})


@pytest.mark.shared_data
def test_squares_of_a_real_city_are_crossed_inside_them_only(shared_data: Path) -> None:
    # The twin: each line lies in what the rings of its way enclose, by shapely in degrees.
    from planner.inputs.streets import read_ways

    ways = read_ways(shared_data / "porto-alegre/streets.osm.pbf")
    crossed, counts = cross_squares(ways)
    assert counts["square_lines"] == len(crossed.way_id) - len(ways.way_id) > 200
    assert counts["squares_crossed"] + counts["squares_with_one_entry"] == 52
    assert ways.way_square is not None
    areas: dict[int, shapely.Geometry] = {}
    for number in np.unique(ways.way_square[ways.way_square >= 0]).tolist():
        rings = np.flatnonzero(ways.way_square == number)
        rows = [ways.way_node[ways.way_indptr[w] : ways.way_indptr[w + 1]] for w in rings]
        lines_ = [shapely.LineString(ways.node_lonlat[row]) for row in rows]
        area = shapely.build_area(shapely.GeometryCollection(lines_))
        areas.setdefault(int(ways.way_id[rings[0]]), shapely.buffer(area, 3e-7))
    for way in range(len(ways.way_id), len(crossed.way_id)):
        start, end = crossed.way_node[crossed.way_indptr[way] : crossed.way_indptr[way + 1]]
        line = shapely.LineString(crossed.node_lonlat[[start, end]])
        assert areas[int(crossed.way_id[way])].covers(line)
