"""Tags of whole street files: measures of cut ways, marked nodes, lifts, squares."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import osmium
import pytest

from planner.domain.network import EdgeFlag, RawWays
from planner.inputs.area_relations import join_rings
from planner.inputs.foot_access import judge_way
from planner.inputs.streets import read_ways
from tests.inputs.osm_text import node, row_of_nodes, way, write_osm

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.arrays import IntArray

SQUARE = {"highway": "pedestrian", "area": "yes"}


def relation(
    relation_id: int, outer: list[int], inner: list[int], tags: dict[str, str] | None = None
) -> str:
    roles = [(ref, "outer") for ref in outer] + [(ref, "inner") for ref in inner]
    members = "".join(f"<member type='way' ref='{ref}' role='{role}'/>" for ref, role in roles)
    stated = {"type": "multipolygon", "highway": "pedestrian"} if tags is None else tags
    lines = "".join(f"<tag k='{key}' v='{value}'/>" for key, value in stated.items())
    return f"<relation id='{relation_id}' version='1'>{members}{lines}</relation>\n"


def ids_at(ways: RawWays, positions: IntArray | None) -> list[int]:
    assert positions is not None
    return [int(label) for label in ways.node_id[positions]]


def test_numbers_of_a_way_come_through(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "a.osm",
        row_of_nodes(4),
        way(1, [1, 2], {"highway": "steps", "incline": "up", "step_count": "24"}),
        way(
            2, [2, 3], {"highway": "footway", "footway": "crossing", "crossing": "traffic_signals"}
        ),
        way(3, [3, 4], {"highway": "elevator", "level": "0;2"}),
    )
    ways = read_ways(path)
    assert ways.way_incline is not None
    assert ways.way_incline[0] == math.inf
    assert np.isnan(ways.way_incline[1:]).all()
    assert ways.way_step_count is not None
    assert ways.way_step_count[0] == 24
    assert ways.way_waits is not None
    assert ways.way_waits.tolist() == [0, 1, 0]
    assert ways.way_crossing is not None
    assert ways.way_crossing.tolist() == [False, True, False]
    assert ways.way_rise_m is not None
    assert ways.way_rise_m[2] == 7.0
    assert ways.counts["rise_from_levels"] == 1


def test_a_flight_cut_at_the_edge_keeps_the_share_of_its_pieces(tmp_path: Path) -> None:
    # 30 steps over 5 pieces from node to node; two nodes lie beyond: 1-2 and 2-3 are left,
    # and 5-6 beyond the gap at 4 is the third piece.
    path = write_osm(
        tmp_path / "a.osm",
        *(node(n, 106.5 + n / 1000, 29.5) for n in (1, 2, 3, 5, 6)),
        way(1, [1, 2, 3, 4, 5, 6], {"highway": "steps", "step_count": "30"}),
    )
    ways = read_ways(path)
    assert ways.way_step_count is not None
    assert ways.way_step_count.tolist() == [12, 6]


def test_signals_kerbs_and_doors_are_marked_where_ways_pass(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "a.osm",
        row_of_nodes(2),
        node(3, 106.6, 29.5, highway="crossing", crossing="traffic_signals", kerb="raised"),
        node(4, 106.7, 29.5, entrance="yes"),
        node(5, 106.8, 29.5, highway="traffic_signals"),
        node(6, 106.9, 29.5, kerb="raised"),
        way(1, [1, 2, 3, 4, 5]),
    )
    ways = read_ways(path)
    assert ids_at(ways, ways.signal_node) == [3]
    assert ids_at(ways, ways.wheels_barred_node) == [3]
    assert ids_at(ways, ways.door_node) == [4]
    assert ways.counts["signal_nodes"] == 1
    assert ways.counts["wheels_barred_nodes"] == 1


def test_lifts_at_nodes_keep_levels_terms_and_what_closes_them(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "a.osm",
        node(1, 106.51, 29.5, highway="elevator", level="1;2", fee="yes"),
        node(2, 106.52, 29.5, highway="elevator", access="no"),
        node(3, 106.53, 29.5, highway="elevator", access="private", wheelchair="yes"),
        node(4, 106.54, 29.5, highway="elevator"),
        way(1, [1, 2, 3], {"highway": "footway", "level": "1"}),
    )
    ways = read_ways(path)
    assert ways.lifts is not None
    assert ids_at(ways, ways.lifts.node) == [1, 2, 3]
    assert ways.lifts.ground_level.tolist() == [1, 0, 0]
    lift = EdgeFlag.LIFT
    assert ways.lifts.flags.tolist() == [
        lift | EdgeFlag.PAID,
        lift | EdgeFlag.NO_FORWARD | EdgeFlag.NO_BACKWARD,
        lift | EdgeFlag.PRIVATE | EdgeFlag.WHEELS_OPEN,
    ]
    assert ways.way_level is not None
    assert ways.way_level.tolist() == [1]
    assert ways.counts["lift_nodes"] == 4


def test_a_lift_drawn_as_an_outline_becomes_one_node_of_the_ways_around_it(tmp_path: Path) -> None:
    # 1 - 2 ends on one side of the shaft 2-3-4-5, 3 - 6 begins on another; 9 is apart.
    path = write_osm(
        tmp_path / "a.osm",
        row_of_nodes(9),
        way(1, [2, 3, 4, 5, 2], {"highway": "elevator", "level": "0;1"}),
        way(2, [1, 2], {"highway": "footway", "level": "0"}),
        way(3, [3, 6], {"highway": "footway", "level": "1"}),
        way(4, [4, 5]),
        way(5, [7, 8, 9, 7], {"highway": "elevator"}),
    )
    ways = read_ways(path)
    assert ways.way_id.tolist() == [2, 3]
    assert ways.node_id.tolist() == [1, 2, 6]
    assert ids_at(ways, ways.way_node) == [1, 2, 2, 6]
    assert ways.lifts is not None
    assert ids_at(ways, ways.lifts.node) == [2]
    assert ways.node_lonlat[1, 0] == pytest.approx(106.502)
    assert ways.counts["lifts_drawn_as_outline"] == 2


def test_closed_areas_are_squares_and_open_ones_outlines(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "a.osm",
        row_of_nodes(6),
        way(1, [1, 2, 3, 1], SQUARE),
        way(2, [1, 2, 3], SQUARE),
        way(3, [1, 2, 3, 1], {"highway": "steps", "area": "yes"}),
        way(4, [1, 2, 3, 1], {"highway": "footway"}),
        way(5, [1, 9, 3, 4, 1], SQUARE),
        way(6, [3, 4, 5, 3], {"man_made": "pier", "area": "yes"}),
    )
    ways = read_ways(path)
    assert ways.way_area is not None
    assert ways.way_square is not None
    assert ways.way_id[ways.way_area].tolist() == [1, 6]
    assert ways.way_square[ways.way_area].tolist() == [0, 1]
    assert (ways.way_square[~ways.way_area] == -1).all()
    assert ways.counts["areas"] == 5
    assert ways.counts["areas_as_outline"] == 3


def test_a_square_drawn_as_a_relation_has_its_rings_put_together(tmp_path: Path) -> None:
    # The outer ring of two ways, one drawn against the other; an inner ring; no tags on them.
    path = write_osm(
        tmp_path / "a.osm",
        row_of_nodes(9),
        way(1, [1, 2, 3], {}),
        way(2, [1, 4, 3], {"building": "yes"}),
        way(3, [5, 6, 7, 5], {}),
        way(4, [8, 9]),
        relation(70, [1, 2], [3]),
    )
    ways = read_ways(path)
    assert ways.way_id.tolist() == [4, -70, -70]
    assert ways.way_square is not None
    assert ways.way_square.tolist() == [-1, 0, 0]
    rings = [
        ids_at(ways, ways.way_node[start:end])
        for start, end in zip(ways.way_indptr[1:-1], ways.way_indptr[2:], strict=True)
    ]
    assert rings == [[1, 2, 3, 4, 1], [5, 6, 7, 5]]
    assert ways.kinds == ("footway", "pedestrian")
    assert ways.counts["areas_drawn_as_relations"] == 1
    assert ways.counts["areas_as_outline"] == 0


def test_a_relation_torn_at_the_edge_or_without_a_member_keeps_its_outline(tmp_path: Path) -> None:
    # 70 lacks way 9, 71 lacks node 99: a hole may lie where nothing is known, so no crossing.
    path = write_osm(
        tmp_path / "a.osm",
        row_of_nodes(8),
        way(1, [1, 2, 3, 1], {}),
        way(2, [4, 5, 6, 4], {}),
        way(3, [7, 99, 98, 7], {}),
        way(4, [7, 8]),
        relation(70, [1], [9]),
        relation(71, [2], [3]),
        relation(72, [1], [], {"type": "multipolygon", "highway": "construction"}),
        relation(73, [1], [], {"type": "route", "highway": "pedestrian"}),
    )
    ways = read_ways(path)
    assert sorted(set(ways.way_id.tolist())) == [-71, -70, 4]
    assert ways.way_square is not None
    assert (ways.way_square == -1).all()
    assert ways.counts["areas_as_outline"] == 2


def test_relations_of_an_editor_with_negative_ids_are_read(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "a.osm",
        *(node(-n, 106.5 + n / 1000, 29.5) for n in range(1, 5)),
        way(-1, [-1, -2, -3, -1], {}),
        way(-2, [-3, -4]),
        relation(-70, [-1], []),
    )
    ways = read_ways(path)
    assert ways.way_id.tolist() == [-2, -70]
    assert ways.way_square is not None
    assert ways.way_square.tolist() == [-1, 0]


@pytest.mark.parametrize(
    ("pieces", "lines", "whole"),
    [
        ({1: (1, 2), 2: (3, 2), 3: (3, 1)}, [[1, 2, 3, 1]], True),
        ({1: (1, 2, 1), 2: (5, 6, 5)}, [[1, 2, 1], [5, 6, 5]], True),
        ({1: (1, 2), 2: (3, 4)}, [[1, 2], [3, 4]], False),
        ({1: (1, 2), 2: (2, 5, 2), 3: (2, 1)}, [[1, 2, 1], [2, 5, 2]], True),
        ({1: (1,), 2: (2, 3, 2)}, [[2, 3, 2]], True),
    ],
)
def test_rings_are_joined_end_to_end(
    pieces: dict[int, tuple[int, ...]], lines: list[list[int]], *, whole: bool
) -> None:
    assert join_rings(list(pieces), pieces) == (lines, whole)


@pytest.mark.shared_data
@pytest.mark.parametrize(
    "file", ["heidelberg/streets.osm.pbf", "porto-alegre/streets.osm.pbf", "monaco/streets.osm.gz"]
)
def test_real_stairs_have_the_steps_and_slopes_that_the_file_states(
    shared_data: Path, file: str
) -> None:
    # Counted straight from the file; what is not understood is added from the reader's counts.
    stated = {"step_count": 0, "incline": 0}
    for item in osmium.FileProcessor(shared_data / file, osmium.osm.WAY):
        if not judge_way(dict(item.tags)).left_out:
            for key in stated:
                stated[key] += key in item.tags
    ways = read_ways(shared_data / file)
    assert ways.counts["ways_cut"] == 0, "each way is there once"
    for key, column in (("step_count", ways.way_step_count), ("incline", ways.way_incline)):
        assert column is not None
        understood = int((~np.isnan(column)).sum())
        # Rings of relations state nothing of the kind here.
        assert understood + ways.counts.get(f"{key}_not_understood", 0) == stated[key]
        assert ways.counts.get(f"{key}_stated", 0) == understood
    if file.startswith("heidelberg"):
        assert stated == {"step_count": 594, "incline": 1187}
        assert ways.counts["incline_not_understood"] == 2
