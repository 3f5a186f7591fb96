"""What a look over the streets finds, against drawings counted by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.network import AccessPoints, EdgeFlag, StreetNetwork
from planner.domain.terrain import StreetHeights
from planner.network.build import build_streets
from planner.network.findings import EDGES_DRAWN_MOST, find_network_faults
from planner.network.walking import find_profile, time_streets
from tests.network.drawing import Way, draw

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.findings import FindingKind, NetworkFinding, NetworkFindings
    from planner.domain.network import Streets

PLACES = {
    "a": (0, 0), "b": (4000, 0), "c": (4000, 4000), "d": (0, 4000),
    "e": (2000, 2000), "f": (2100, 2000),
    "g": (3000, 2000), "h": (3000, 2050), "i": (3000, 2080),
}  # fmt: skip
"""A square of streets of 4 km, in it an island ef of 100 m and another ghi of 80 m."""

SQUARE = ("ab", "bc", "cd", "da")


def time(streets: Streets, profile: str = "norm") -> StreetNetwork:
    return time_streets(streets, find_profile(profile))


def xy_of(network: StreetNetwork, *places: tuple[float, float]) -> FloatArray:
    """Return places of the drawing in the working CRS: metres from its south-west corner."""
    metres: FloatArray = np.array(places, dtype=np.float64).reshape(-1, 2)
    corner: FloatArray = network.streets.node_xy.min(axis=0)
    return metres + corner


def edge_near(network: StreetNetwork, place: tuple[float, float]) -> int:
    """Return the edge nearest to a place of the drawing."""
    streets = network.streets
    lines = [
        shapely.LineString(streets.shape_xy[first:stop])
        for first, stop in zip(streets.shape_indptr[:-1], streets.shape_indptr[1:], strict=True)
    ]
    return int(np.argmin(shapely.distance(lines, shapely.Point(xy_of(network, place)[0]))))


def access_to(edges: list[int]) -> AccessPoints:
    count = len(edges)
    return AccessPoints(
        edge_index=np.array(edges, dtype=np.int64),
        fraction=np.full(count, 0.5),
        distance_m=np.zeros(count),
        xy=np.zeros((count, 2)),
        switched=np.zeros(count, dtype=np.bool_),
    )


def look_over(
    network: StreetNetwork,
    homes: list[tuple[float, float]] | None = None,
    persons: list[float] | None = None,
    centres: list[tuple[float, float]] | None = None,
    *,
    home_edges: list[int] | None = None,
    walk_m: float = 900.0,
    places_most: int = 100,
) -> NetworkFindings:
    homes, persons, centres = homes or [], persons or [], centres or []
    if home_edges is None:
        home_edges = [edge_near(network, home) for home in homes]
    return find_network_faults(
        network,
        demand_xy=xy_of(network, *homes),
        persons=np.array(persons, dtype=np.float64),
        demand_access=access_to(home_edges),
        centres_xy=xy_of(network, *centres),
        centre_access=access_to([edge_near(network, centre) for centre in centres]),
        longest_walk_m=walk_m,
        places_most=places_most,
    )


def pick(findings: NetworkFindings, kind: FindingKind) -> NetworkFinding:
    return next(one for one in findings.findings if one.kind == kind)


def kinds(findings: NetworkFindings) -> list[str]:
    return [one.kind for one in findings.findings]


def heights_of(streets: Streets, known: list[bool] | IntArray, **counts: int) -> StreetHeights:
    n_edges = len(streets.edge_length_m)
    return StreetHeights(
        sample_indptr=np.arange(0, 2 * n_edges + 1, 2, dtype=np.int64),
        sample_m=np.zeros(2 * n_edges, dtype=np.float32),
        edge_known=np.array(known, dtype=np.bool_),
        node_m=np.zeros(len(streets.node_xy), dtype=np.float32),
        counts={"edges": n_edges, **counts},
    )


def test_an_island_of_two_junctions_is_told_with_its_people_and_its_place() -> None:
    network = time(build_streets(draw(PLACES, *SQUARE, "ef")))
    found = pick(
        look_over(
            network, [(2050, 2010), (2060, 1990), (1000, 0)], [5.0, 3.0, 16.0], [(2010, 2000)]
        ),
        "island",
    )
    assert (found.count, found.centres, found.persons) == (1, 1, 8.0)
    assert found.persons_share == pytest.approx(8 / 24)
    assert found.length_m == pytest.approx(100.0, abs=0.01)
    assert found.length_share == pytest.approx(100 / 16_100, rel=1e-3)
    assert found.places.xy == pytest.approx(xy_of(network, (2050, 2000)), abs=0.5)
    assert found.places.persons.tolist() == [8.0]
    assert found.places.count.tolist() == [1]
    assert found.edge_index.tolist() == [edge_near(network, (2050, 2000))]


def test_the_island_with_most_people_comes_first_then_the_longest() -> None:
    network = time(build_streets(draw(PLACES, *SQUARE, "ef", "gh", "hi")))
    nobody = pick(look_over(network), "island")
    # Without people the longer island: 100 m against 80 m.
    assert nobody.places.length_m == pytest.approx([100.0, 80.0], abs=0.01)
    found = pick(look_over(network, [(3000, 2010)], [1.0]), "island")
    assert found.places.length_m == pytest.approx([80.0, 100.0], abs=0.01)
    # The longer edge of ghi is where to look; a short list still counts all.
    assert found.places.xy[0] == pytest.approx(xy_of(network, (3000, 2025))[0], abs=0.5)
    assert found.places.count.tolist() == [2, 1]
    one = pick(look_over(network, [(3000, 2010)], [1.0], places_most=1), "island")
    assert (one.count, len(one.places.index), len(one.edge_index)) == (2, 1, 3)


def test_streets_that_hang_together_have_no_island() -> None:
    assert "island" not in kinds(look_over(time(build_streets(draw(PLACES, *SQUARE)))))


def test_what_this_walker_may_not_use_is_no_island() -> None:
    # A wheelchair cannot use the stairs ef at all: there is nobody to strand on them.
    streets = build_streets(draw(PLACES, *SQUARE, Way("ef", flags=int(EdgeFlag.STEPS))))
    assert "island" in kinds(look_over(time(streets)))
    assert "island" not in kinds(look_over(time(streets, "wheelchair")))


def test_a_home_off_the_network_is_on_no_island() -> None:
    network = time(build_streets(draw(PLACES, *SQUARE, "ef")))
    found = pick(look_over(network, [(2050, 2010)], [4.0], home_edges=[-1]), "island")
    assert found.persons == 0.0


def test_a_centre_300_m_from_the_edge_may_have_its_walks_of_900_m_cut_off() -> None:
    network = time(build_streets(draw(PLACES, *SQUARE)))
    found = look_over(
        network, [(2000, 2000), (100, 2000)], [4.0, 12.0], [(300, 2000), (1000, 2000)]
    )
    centre = pick(found, "centre_near_edge")
    assert (centre.count, centre.centres, centre.share) == (1, 1, 0.5)
    assert centre.places.length_m == pytest.approx([300.0], abs=0.5)
    assert (centre.places.noun, centre.places.index.tolist()) == ("centre", [0])
    home = pick(found, "demand_near_edge")
    assert (home.count, home.persons, home.persons_share) == (1, 12.0, 0.75)
    assert (home.places.noun, home.places.index.tolist()) == ("demand", [1])
    assert len(found.data_edge_xy) == 4


def test_the_edge_of_a_slanted_extract_is_its_hull_not_its_box() -> None:
    corners = {"a": (2000, 0), "b": (4000, 2000), "c": (2000, 4000), "d": (0, 2000)}
    network = time(build_streets(draw(corners, *SQUARE)))
    # 1000 m inside the box on both sides, yet on the slanted rim.
    assert pick(look_over(network, [(1010, 1010)], [1.0]), "demand_near_edge").count == 1
    assert "demand_near_edge" not in kinds(look_over(network, [(2000, 2000)], [1.0]))


def test_beyond_the_data_is_nearest_to_its_edge() -> None:
    network = time(build_streets(draw(PLACES, *SQUARE)))
    found = pick(look_over(network, [(-500, 2000)], [1.0]), "demand_near_edge")
    assert found.places.length_m.tolist() == [0.0]


def test_a_single_straight_street_is_edge_everywhere() -> None:
    network = time(build_streets(draw({"a": (0, 0), "b": (50, 0), "c": (9000, 0)}, "ab", "bc")))
    assert pick(look_over(network, [(4500, 0)], [1.0]), "demand_near_edge").count == 1


def test_doubled_and_empty_ways_are_located_though_they_are_gone() -> None:
    twice = Way("efg", way_id=900)
    ways = (*SQUARE, Way("efg", way_id=800), twice, Way("hh", way_id=901))
    network = time(build_streets(draw(PLACES, *ways)))
    found = look_over(network)
    # f is a junction, as both ways meet there: two edges are doubled.
    double, empty = pick(found, "duplicate_ways"), pick(found, "ways_without_length")
    for one, way_ids, places in (
        (double, [900, 900], ((2050, 2000), (2550, 2000))),
        (empty, [901], ((3000, 2050),)),
    ):
        assert (one.count, one.severity, one.places.noun) == (len(way_ids), "note", "way")
        assert one.places.index.tolist() == way_ids
        assert one.places.xy == pytest.approx(xy_of(network, *places), abs=0.5)
    only_counted = replace(network, streets=replace(network.streets, doubled_xy=None))
    told = pick(look_over(only_counted), "duplicate_ways")
    assert (told.count, len(told.places.index)) == (2, 0)


def test_where_ways_were_left_out_does_not_depend_on_their_order() -> None:
    ways = (
        Way("efg", way_id=800),
        Way("efg", way_id=900),
        Way("hh", way_id=7),
        Way("ii", way_id=6),
    )
    one, other = (
        build_streets(draw(PLACES, *SQUARE, *drawn)) for drawn in (ways, tuple(reversed(ways)))
    )
    for name in ("doubled_xy", "lengthless_xy"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def test_gaps_closed_between_lines_come_along_in_the_working_crs() -> None:
    ways = draw(PLACES, *SQUARE)
    lon, lat = ways.node_lonlat[ways.node_id.tolist().index(ord("e"))]
    streets = build_streets(replace(ways, closed_gaps=np.array([[lon, lat, 0.7]])))
    network = time(streets)
    found = pick(look_over(network), "gaps_closed")
    assert found.places.xy == pytest.approx(xy_of(network, (2000, 2000)), abs=0.5)
    assert found.places.length_m.tolist() == [0.7]


def test_stairs_are_told_where_neither_tags_nor_heights_know_their_rise() -> None:
    steps = int(EdgeFlag.STEPS)
    streets = build_streets(
        draw(
            PLACES, *SQUARE, Way("ae", flags=steps), Way("bg", flags=steps), Way("ch", flags=steps)
        )
    )
    network = time(streets)
    a_e, b_g = (edge_near(network, place) for place in ((1000, 1000), (3500, 1000)))
    nothing = np.full(len(streets.edge_length_m), np.nan, dtype=np.float32)
    assert pick(look_over(network), "steps_without_rise").count == 3
    counted, inclined = nothing.copy(), nothing.copy()
    counted[a_e] = 40.0
    inclined[b_g] = np.inf  # "up" alone does not say how much
    stated = replace(streets, edge_step_count=counted, edge_incline=inclined)
    found = pick(look_over(replace(network, streets=stated)), "steps_without_rise")
    assert found.count == 2
    assert found.share == pytest.approx(2 / 3)
    assert a_e not in found.edge_index
    known = np.arange(len(nothing)) == b_g
    with_heights = replace(network, streets=stated, heights=heights_of(streets, known))
    assert pick(look_over(with_heights), "steps_without_rise").count == 1
    inclined[:] = 0.3
    assert "steps_without_rise" not in kinds(look_over(replace(network, streets=stated)))


def test_without_terrain_every_edge_is_without_height_and_none_is_drawn() -> None:
    found = pick(look_over(time(build_streets(draw(PLACES, *SQUARE)))), "edges_without_height")
    assert (found.count, found.share, found.length_share) == (4, 1.0, 1.0)
    assert found.causes == (("no_terrain", 4),)
    assert len(found.places.index) == len(found.edge_index) == 0


def test_with_terrain_the_edges_without_height_have_their_reason_and_place() -> None:
    streets = build_streets(draw(PLACES, *SQUARE, "ef"))
    network = time(streets)
    island = edge_near(network, (2050, 2000))
    known = np.arange(len(streets.edge_length_m)) != island
    counts = {"edges_outside_terrain": 0, "edges_on_voids": 1}
    found = pick(
        look_over(replace(network, heights=heights_of(streets, known, **counts))),
        "edges_without_height",
    )
    assert (found.count, found.share) == (1, 0.2)
    assert found.length_share == pytest.approx(100 / 16_100, rel=1e-3)
    assert found.causes == (("on_voids", 1),)
    assert found.places.index.tolist() == found.edge_index.tolist() == [island]
    every = replace(network, heights=heights_of(streets, np.ones_like(known)))
    assert "edges_without_height" not in kinds(look_over(every))


def test_half_a_city_without_height_is_counted_but_not_drawn() -> None:
    count = EDGES_DRAWN_MOST + 1
    xy = np.column_stack([np.arange(count + 1.0), np.zeros(count + 1)])
    start = np.arange(count)
    network = StreetNetwork.from_arrays(xy, start, start + 1, np.ones(count), crs="EPSG:4545")
    heights = heights_of(network.streets, np.zeros(count, dtype=np.bool_))
    found = pick(
        look_over(replace(network, heights=heights), places_most=3), "edges_without_height"
    )
    assert (found.count, len(found.places.index), len(found.edge_index)) == (count, 3, 0)


def test_every_gap_that_was_closed_is_listed_the_longest_first() -> None:
    streets = build_streets(draw(PLACES, *SQUARE))
    gaps = np.array([[10.0, 20.0, 0.4], [30.0, 40.0, 1.5], [10.0, 10.0, 0.4]])
    network = time(replace(streets, closed_gaps_xy=gaps))
    found = pick(look_over(network, places_most=1), "gaps_closed")
    assert found.count == 3
    assert found.length_m == pytest.approx(2.3)
    assert found.places.xy.tolist() == [[30.0, 40.0], [10.0, 10.0], [10.0, 20.0]]
    assert found.places.length_m.tolist() == [1.5, 0.4, 0.4]
    none = time(replace(streets, closed_gaps_xy=np.zeros((0, 3))))
    assert "gaps_closed" not in kinds(look_over(none))


@given(angle=st.floats(0.0, 6.28), reach=st.floats(0.0, 1.5), walk_m=st.floats(1.0, 3000.0))
@settings(max_examples=60, deadline=None)
def test_the_distance_to_the_edge_agrees_with_an_independent_one(
    angle: float, reach: float, walk_m: float
) -> None:
    corners = {"a": (0, 900), "b": (2500, 0), "c": (4000, 3100), "d": (1500, 4000)}
    network = time(build_streets(draw(corners, *SQUARE)))
    home = (2000 + 1500 * reach * np.cos(angle), 2000 + 1500 * reach * np.sin(angle))
    hull = shapely.MultiPoint(network.streets.node_xy).convex_hull
    point = shapely.Point(xy_of(network, home)[0])
    inward_m = shapely.distance(point, hull.exterior) if hull.contains(point) else 0.0
    found = look_over(network, [home], [1.0], walk_m=walk_m)
    if abs(inward_m - walk_m) > 1e-6:
        assert ("demand_near_edge" in kinds(found)) == (inward_m < walk_m)
    if "demand_near_edge" in kinds(found):
        assert pick(found, "demand_near_edge").places.length_m[0] == pytest.approx(
            inward_m, abs=1e-6
        )


def test_who_stands_far_from_any_street_is_shown_the_farthest_first() -> None:
    network = time(build_streets(draw(PLACES, *SQUARE)))
    homes = xy_of(network, (500, 500), (520, 520), (540, 540))
    access = access_to([0, 0, -1])
    access = replace(access, distance_m=np.array([50.0, 51.0, 230.0]))
    found = find_network_faults(
        network,
        demand_xy=homes,
        persons=np.array([1.0, 2.0, 4.0]),
        demand_access=access,
        centres_xy=homes[1:],
        centre_access=replace(access_to([0, 0]), distance_m=np.array([3.0, 60.0])),
        longest_walk_m=1.0,
    )
    far = pick(found, "demand_far_from_street")
    assert (far.count, far.persons) == (2, 6.0)
    assert far.share == pytest.approx(2 / 3)
    assert far.places.index.tolist() == [2, 1]
    assert far.places.length_m.tolist() == [230.0, 51.0]
    centre = pick(found, "centre_far_from_street")
    assert (centre.centres, centre.places.index.tolist()) == (1, [1])
