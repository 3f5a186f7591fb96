"""Street files: what is kept, where it is cut, and what one reads when a file is bad."""

from __future__ import annotations

import bz2
import gzip
from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.domain.network import EdgeFlag, RawWays
from planner.errors import InputMissing, InputUnreadable, NetworkEmpty, PlannerError
from planner.inputs.streets import read_ways
from tests.inputs.osm_text import HEAD, TAIL, node, row_of_nodes, way, write_osm

if TYPE_CHECKING:
    from pathlib import Path


def _runs(ways: RawWays) -> list[tuple[int, list[int]]]:
    """Return the ways as (way id, node ids)."""
    spans = zip(ways.way_indptr[:-1], ways.way_indptr[1:], strict=True)
    return [
        (int(way_id), ways.node_id[ways.way_node[start:end]].tolist())
        for way_id, (start, end) in zip(ways.way_id, spans, strict=True)
    ]


def test_ways_keep_their_nodes_places_kinds_and_names(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "town.osm",
        node(9, 106.25, 29.5),
        node(4, 106.5, 29.25),
        node(7, 106.75, 29.75),
        node(99, 0.0, 0.0),
        way(20, [9, 4], {"highway": "steps", "name": "十八梯"}),
        way(10, [4, 7], {"highway": "residential"}),
        way(30, [7, 9], {"highway": "steps", "name": "十八梯", "access": "private"}),
        way(40, [7, 9], {"highway": "motorway"}),
        way(50, [7, 9], {"building": "yes"}),
    )
    ways = read_ways(path)
    assert ways.node_id.tolist() == [4, 7, 9]
    assert ways.node_lonlat.tolist() == [[106.5, 29.25], [106.75, 29.75], [106.25, 29.5]]
    assert _runs(ways) == [(20, [9, 4]), (10, [4, 7]), (30, [7, 9])]
    assert [ways.kinds[kind] for kind in ways.way_kind] == ["steps", "residential", "steps"]
    assert [ways.names[name] if name >= 0 else "" for name in ways.way_name] == [
        "十八梯",
        "",
        "十八梯",
    ]
    assert ways.way_flags.tolist() == [
        EdgeFlag.STEPS,
        EdgeFlag.NONE,
        EdgeFlag.STEPS | EdgeFlag.PRIVATE,
    ]
    assert ways.counts["ways_read"] == 4
    assert ways.counts["ways_walkable"] == 3
    assert ways.counts["ways_private"] == 1
    assert ways.counts["left_out_vehicles_only"] == 1


def test_arrays_have_the_types_that_the_record_promises(tmp_path: Path) -> None:
    ways = read_ways(write_osm(tmp_path / "a.osm", row_of_nodes(2), way(1, [1, 2])))
    assert ways.node_id.dtype == np.int64
    assert ways.node_lonlat.dtype == np.float64
    assert ways.way_indptr.dtype == ways.way_node.dtype == ways.way_id.dtype == np.int64
    assert ways.way_kind.dtype == ways.way_name.dtype == np.int32
    assert ways.way_flags.dtype == np.uint16
    assert ways.barred_node.dtype == np.int64


def test_a_way_is_cut_where_the_extract_ends(tmp_path: Path) -> None:
    # Nodes 3 and 6 are not in the file: 1-2 | 4-5 stay, the lone node 7 does not.
    path = write_osm(
        tmp_path / "a.osm",
        row_of_nodes(2),
        node(4, 106.6, 29.5),
        node(5, 106.7, 29.5),
        node(7, 106.8, 29.5),
        way(1, [1, 2, 3, 4, 5, 6, 7]),
    )
    ways = read_ways(path)
    assert _runs(ways) == [(1, [1, 2]), (1, [4, 5])]
    assert ways.counts["nodes_missing"] == 2
    assert ways.counts["ways_cut"] == 1
    assert ways.counts["ways_walkable"] == 1


def test_a_node_repeated_in_a_row_makes_no_edge_of_no_length(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "a.osm",
        row_of_nodes(3),
        way(1, [1, 1, 2, 2, 2, 3]),
        way(2, [3, 3]),
        way(3, [1, 2, 1]),
    )
    assert _runs(read_ways(path)) == [(1, [1, 2, 3]), (3, [1, 2, 1])]


def test_a_wall_bars_and_a_private_gate_does_not(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "a.osm",
        node(1, 106.1, 29.5),
        node(2, 106.2, 29.5, barrier="wall"),
        node(3, 106.3, 29.5, barrier="gate", access="private"),
        node(4, 106.4, 29.5, barrier="gate", access="private", foot="no"),
        node(5, 106.5, 29.5, highway="elevator"),
        node(6, 106.6, 29.5, barrier="wall"),
        way(1, [1, 2, 3, 4, 5]),
    )
    ways = read_ways(path)
    assert ways.node_id[ways.barred_node].tolist() == [2, 4]
    assert ways.counts["barriers"] == 2
    assert ways.counts["lift_nodes"] == 1


def test_areas_separate_pavements_and_ferries_are_counted(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "a.osm",
        row_of_nodes(4),
        way(1, [1, 2, 3, 1], {"highway": "pedestrian", "area": "yes"}),
        way(2, [3, 4], {"highway": "primary", "sidewalk": "separate"}),
        way(3, [1, 4], {"route": "ferry"}),
    )
    counts = read_ways(path).counts
    assert counts["areas"] == 1
    assert counts["areas_as_outline"] == 0
    assert counts["pavement_drawn_apart"] == 1
    assert counts["left_out_ferry"] == 1


def test_nodes_after_their_ways_are_found(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "a.osm", way(1, [1, 2]), row_of_nodes(2))
    assert _runs(read_ways(path)) == [(1, [1, 2])]


def test_negative_ids_of_an_editor_are_read(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "a.osm",
        node(-1, 106.5, 29.5),
        node(-2, 106.6, 29.5),
        node(3, 106.7, 29.5),
        way(-5, [-1, -2, 3, -9]),
    )
    ways = read_ways(path)
    assert _runs(ways) == [(-5, [-1, -2, 3])]
    assert ways.node_lonlat.tolist() == [[106.6, 29.5], [106.5, 29.5], [106.7, 29.5]]


def test_what_an_editor_marked_as_deleted_is_not_walked(tmp_path: Path) -> None:
    gone = way(2, [2, 3]).replace("version='1'", "version='1' visible='false'", 1)
    path = write_osm(tmp_path / "a.osm", row_of_nodes(3), way(1, [1, 2]), gone)
    assert _runs(read_ways(path)) == [(1, [1, 2])]


def test_a_place_outside_the_world_is_no_place(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "a.osm", row_of_nodes(2), node(3, 106.5, 95.0), way(1, [1, 2, 3]))
    ways = read_ways(path)
    assert _runs(ways) == [(1, [1, 2])]
    assert ways.counts["nodes_missing"] == 1


@pytest.mark.parametrize("ending", [".osm", ".osm.gz", ".osm.bz2", ".OSM"])
def test_chinese_paths_with_spaces_and_packed_files_are_read(tmp_path: Path, ending: str) -> None:
    text = (HEAD + row_of_nodes(2) + way(1, [1, 2]) + TAIL).encode()
    packed = {".osm.gz": gzip.compress(text), ".osm.bz2": bz2.compress(text)}.get(ending, text)
    for folder in ("plain", "渝中区 数据"):
        path = tmp_path / folder / f"道路 网{ending}"
        path.parent.mkdir()
        path.write_bytes(packed)
        assert _runs(read_ways(path)) == [(1, [1, 2])]


def _raises(path: Path, kind: type[PlannerError]) -> str:
    with pytest.raises(kind) as caught:
        read_ways(path)
    assert caught.value.faults[0].file == path.name
    return str(caught.value)


def test_a_missing_file_is_named_with_its_path(tmp_path: Path) -> None:
    assert str(tmp_path / "no.osm.pbf") in _raises(tmp_path / "no.osm.pbf", InputMissing)


def test_a_folder_is_not_a_street_file(tmp_path: Path) -> None:
    (tmp_path / "a.osm").mkdir()
    assert "folder" in _raises(tmp_path / "a.osm", InputUnreadable)


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.osm.pbf").write_bytes(b"")
    assert "empty" in _raises(tmp_path / "a.osm.pbf", InputUnreadable)


def test_another_format_says_which_are_read(tmp_path: Path) -> None:
    (tmp_path / "streets.shp").write_bytes(b"x")
    text = _raises(tmp_path / "streets.shp", InputUnreadable)
    assert ".shp" in text
    assert ".osm.pbf" in text


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.9, 0.9999])
def test_a_truncated_pbf_is_cut_short_not_half_a_town(
    tmp_path: Path, root: Path, share: float
) -> None:
    whole = (root / "data/helsinki/streets.osm.pbf").read_bytes()
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(whole[: int(len(whole) * share)])
    assert "cut short" in _raises(path, InputUnreadable)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.osm.pbf", b"<osm>hello</osm>"),
        ("a.osm", b"hello"),
        ("a.osm", b"<html></html>"),
        ("a.osm.gz", b"no gzip"),
        ("a.osm.bz2", b"no bzip2"),
        ("a.osm", (HEAD + "<node id='1' lon='abc' lat='2'/>" + TAIL).encode()),
        ("a.osm", (HEAD + row_of_nodes(2)).encode()),
    ],
)
def test_what_is_no_openstreetmap_file_is_refused(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    _raises(tmp_path / name, InputUnreadable)


def test_no_walkable_street_says_what_was_left_out(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "a.osm", row_of_nodes(2), way(1, [1, 2], {"highway": "motorway"}))
    assert "vehicles only 1" in _raises(path, NetworkEmpty)


def test_no_street_at_all_is_an_empty_network(tmp_path: Path) -> None:
    _raises(write_osm(tmp_path / "a.osm", row_of_nodes(2)), NetworkEmpty)


def test_ways_without_any_node_ask_for_the_nodes(tmp_path: Path) -> None:
    assert "nodes" in _raises(write_osm(tmp_path / "a.osm", way(1, [1, 2])), NetworkEmpty)


def test_progress_is_begun_advanced_and_ended(tmp_path: Path) -> None:
    class Listener:
        def __init__(self) -> None:
            self.heard: list[str] = []

        def begin(self, stage: str, total: int | None = None) -> None:
            self.heard.append(f"begin {stage} {total}")

        def tell(self, objective: float, bound: float) -> None:
            """Hear of no plan."""

        def advance(self, steps: int = 1) -> None:
            self.heard.append(f"advance {steps}")

        def end(self) -> None:
            self.heard.append("end")

    listener = Listener()
    many = "".join(way(number, [1, 2]) for number in range(1, 1501))
    read_ways(write_osm(tmp_path / "a.osm", row_of_nodes(2), many), progress=listener)
    assert listener.heard == ["begin read_streets None", "advance 1", "end"]


def _check_sound(ways: RawWays) -> None:
    assert (np.diff(ways.node_id) > 0).all()
    assert np.isfinite(ways.node_lonlat).all()
    assert (np.diff(ways.way_indptr) >= 2).all()
    assert ways.way_indptr[0] == 0
    assert ways.way_indptr[-1] == len(ways.way_node)
    assert np.array_equal(np.unique(ways.way_node), np.arange(len(ways.node_id)))
    inside = np.ones(len(ways.way_node) - 1, dtype=bool)
    inside[ways.way_indptr[1:-1] - 1] = False
    assert (np.diff(ways.way_node)[inside] != 0).all()


def test_a_real_district_is_read_whole(root: Path) -> None:
    import osmium

    path = root / "data/helsinki/streets.osm.pbf"
    ways = read_ways(path)
    _check_sound(ways)
    # Counted apart: all ways of the two kinds that no access tag speaks of.
    steps = {
        item.id
        for item in osmium.FileProcessor(str(path), osmium.osm.WAY)
        if item.tags.get("highway") == "steps" and not {"foot", "access"} & set(dict(item.tags))
    }
    read_steps = set(ways.way_id[[ways.kinds[kind] == "steps" for kind in ways.way_kind]].tolist())
    assert steps
    assert steps <= read_steps


@pytest.mark.shared_data
def test_a_whole_city_is_read(shared_data: Path) -> None:
    ways = read_ways(shared_data / "porto-alegre" / "streets.osm.pbf")
    _check_sound(ways)
    assert ways.counts["nodes_missing"] == 0
    # The description of the data counts 413 ways of steps.
    of_steps = int((ways.way_flags & np.uint16(EdgeFlag.STEPS) != 0).sum())
    assert of_steps == pytest.approx(413, rel=0.1)


@pytest.mark.shared_data
def test_packed_xml_of_a_real_town_is_read(shared_data: Path) -> None:
    _check_sound(read_ways(shared_data / "monaco" / "streets.osm.gz"))
