"""Street graphs of osmnx: the ways they were made from, and what one reads when a file is bad."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest

from planner.domain.network import EdgeFlag
from planner.errors import InputInvalid, InputMissing, InputUnreadable, NetworkEmpty
from planner.inputs.graphml import read_graphml
from planner.inputs.streets import read_ways
from planner.network.build import build_streets
from tests.inputs.osm_text import node, row_of_nodes, way, write_osm

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.network import RawWays

TAGS = ["highway", "name", "foot", "access", "bridge", "tunnel", "incline", "step_count", "area"]
TAGS += ["oneway", "oneway:foot", "conveying", "layer", "footway", "crossing"]


def runs(ways: RawWays) -> dict[int, list[list[int]]]:
    """Return the node ids of each way; the bends of simplified graphs have none of their own."""
    found: dict[int, list[list[int]]] = {}
    spans = zip(ways.way_indptr[:-1], ways.way_indptr[1:], strict=True)
    for way_id, (start, end) in zip(ways.way_id.tolist(), spans, strict=True):
        found.setdefault(way_id, []).append(ways.node_id[ways.way_node[start:end]].tolist())
    return found


def save(path: Path, edges: list[tuple[int, int, dict[str, Any]]], **graph: Any) -> Path:  # noqa: ANN401
    """Save a graph as osmnx does: every value a text; nodes a thousandth of a degree apart."""
    made: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326", **graph)
    for number in sorted({end for edge in edges for end in edge[:2]}):
        made.add_node(number, x=str(106.5 + number / 1000), y="29.5")
    for start, end, data in edges:
        made.add_edge(start, end, **{key: str(value) for key, value in data.items()})
    nx.write_graphml(made, path)
    return path


def both(start: int, end: int, **data: Any) -> list[tuple[int, int, dict[str, Any]]]:  # noqa: ANN401
    return [(start, end, {**data, "reversed": False}), (end, start, {**data, "reversed": True})]


@pytest.fixture
def osmnx(monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - a module
    ox = pytest.importorskip("osmnx")
    monkeypatch.setattr(ox.settings, "useful_tags_way", TAGS)
    monkeypatch.setattr(ox.settings, "useful_tags_node", ["highway", "barrier", "crossing", "foot"])
    return ox


def town(folder: Path) -> Path:
    """A street of five nodes, a stair down from its middle, a one-way ring and a barred path."""
    return write_osm(
        folder / "town.osm",
        row_of_nodes(5),
        node(6, 106.503, 29.499),
        node(7, 106.504, 29.499),
        node(8, 106.5045, 29.4985, barrier="wall"),
        node(9, 106.505, 29.498),
        way(50, [5, 4, 3, 2, 1], {"highway": "residential", "name": "人民路"}),
        way(51, [3, 6], {"highway": "steps", "incline": "down", "step_count": "40"}),
        way(52, [6, 7, 9, 6], {"highway": "service", "oneway": "yes"}),
        way(53, [7, 8, 9], {"highway": "footway", "oneway:foot": "yes"}),
        way(54, [3, 9], {"highway": "motorway"}),
    )


@pytest.mark.parametrize("simplify", [False, True])
def test_a_graph_gives_the_network_of_the_file_it_was_made_from(
    tmp_path: Path,
    osmnx: Any,  # noqa: ANN401
    simplify: bool,  # noqa: FBT001
) -> None:
    path = town(tmp_path)
    graph = osmnx.graph_from_xml(path, simplify=simplify, retain_all=True)
    osmnx.save_graphml(graph, tmp_path / "town.graphml")
    ways = read_graphml(tmp_path / "town.graphml")
    expected = read_ways(path)
    mine, theirs = build_streets(ways), build_streets(expected)
    assert mine.edge_length_m.sum() == pytest.approx(theirs.edge_length_m.sum(), abs=0.01)
    assert ways.counts["left_out_vehicles_only"] == 1
    if not simplify:
        # Segment by segment in the graph, yet ways again, with their nodes in their order.
        found = runs(ways)
        assert {key: found[key] for key in (50, 51, 53)} == {
            50: [[5, 4, 3, 2, 1]],
            51: [[3, 6]],
            53: [[7, 8, 9]],
        }
        ((*ring,),) = found[52]
        assert ring[0] == ring[-1]
        assert len(mine.node_xy) == len(theirs.node_xy)
        assert ways.counts["barriers"] == expected.counts["barriers"] == 1
    flags = {way_id: int(flag) for way_id, flag in zip(ways.way_id, ways.way_flags, strict=True)}
    assert flags[51] == EdgeFlag.STEPS
    assert flags[53] == EdgeFlag.NO_BACKWARD
    assert ways.way_incline is not None
    assert ways.way_incline[ways.way_id == 51].tolist() == [-np.inf]
    assert ways.way_step_count is not None
    assert ways.way_step_count[ways.way_id == 51].tolist() == [40.0]
    assert [ways.names[name] for name in ways.way_name[ways.way_id == 50]] == ["人民路"] * len(
        ways.way_name[ways.way_id == 50]
    )


def test_a_projected_graph_is_brought_back_to_degrees(tmp_path: Path, osmnx: Any) -> None:  # noqa: ANN401
    graph = osmnx.graph_from_xml(town(tmp_path), simplify=True, retain_all=True)
    osmnx.save_graphml(osmnx.project_graph(graph), tmp_path / "utm.graphml")
    osmnx.save_graphml(graph, tmp_path / "degrees.graphml")
    projected = build_streets(read_graphml(tmp_path / "utm.graphml"))
    plain = build_streets(read_graphml(tmp_path / "degrees.graphml"))
    # Coordinates are held to a centimetre.
    assert sorted(projected.edge_length_m) == pytest.approx(sorted(plain.edge_length_m), abs=0.05)
    assert projected.bounds_lonlat == pytest.approx(plain.bounds_lonlat, abs=1e-6)


def test_both_copies_of_a_street_are_one_and_a_one_way_street_binds_vehicles_only(
    tmp_path: Path,
) -> None:
    path = save(
        tmp_path / "a.graphml",
        [
            *both(1, 2, osmid=10, highway="residential", oneway=False),
            (2, 3, {"osmid": 11, "highway": "residential", "oneway": True, "reversed": False}),
            (4, 3, {"osmid": 12, "highway": "residential", "oneway": True, "reversed": True}),
        ],
    )
    ways = read_graphml(path)
    # 12 is drawn as its way runs, against the edge.
    assert runs(ways) == {10: [[1, 2]], 11: [[2, 3]], 12: [[3, 4]]}
    assert ways.way_flags.tolist() == [0, 0, 0]
    assert ways.notices == ()


def test_two_streets_of_one_way_between_the_same_nodes_are_both_kept(tmp_path: Path) -> None:
    # The two halves of a roundabout: different shapes, and each is there one way round only.
    north = "LINESTRING (106.501 29.5, 106.5015 29.5005, 106.502 29.5)"
    south = "LINESTRING (106.502 29.5, 106.5015 29.4995, 106.501 29.5)"
    data = {"osmid": 10, "highway": "service", "oneway": True, "reversed": False}
    path = save(
        tmp_path / "a.graphml",
        [(1, 2, {**data, "geometry": north}), (2, 1, {**data, "geometry": south})],
    )
    streets = build_streets(read_graphml(path))
    assert len(streets.edge_length_m) == 2
    assert len(streets.shape_xy) == 6


def test_lists_of_a_simplified_graph_are_read(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.graphml",
        both(
            1,
            2,
            osmid="[21, 20]",
            highway="['footway', 'steps']",
            name="['甲路', '乙路']",
            access="['private', 'yes']",
        ),
    )
    ways = read_graphml(path)
    assert runs(ways) == {21: [[1, 2]]}
    assert ways.kinds == ("footway",)
    assert ways.names == ("甲路",)
    assert ways.way_flags.tolist() == [EdgeFlag.PRIVATE]
    (notice,) = ways.notices
    assert "1 edges stand for streets of several kinds" in notice.message

    closed = both(1, 2, osmid="[21, 20]", highway="['footway', 'motorway']")
    path = save(tmp_path / "b.graphml", [*closed, *both(2, 3, osmid=1, highway="path")])
    assert runs(read_graphml(path)) == {1: [[2, 3]]}


def test_a_graph_that_does_not_say_how_its_edges_run_loses_slopes_and_says_so(
    tmp_path: Path,
) -> None:
    path = save(
        tmp_path / "a.graphml",
        [
            (1, 2, {"osmid": "way ten", "highway": "steps", "incline": "up", "oneway:foot": "yes"}),
            (2, 3, {"osmid": "[broken", "highway": "path"}),
        ],
    )
    ways = read_graphml(path)
    assert ways.way_flags.tolist() == [EdgeFlag.STEPS, 0]
    assert "does not say which way its edges run" in ways.notices[0].message
    assert sorted(len(run) for many in runs(ways).values() for run in many) == [2, 2]


def test_edges_drawn_straight_though_their_streets_are_longer_are_counted(tmp_path: Path) -> None:
    # A thousandth of a degree is 96.8 m there: 100 m is within the tolerance, 150 m is not.
    path = save(
        tmp_path / "a.graphml",
        [
            *both(1, 2, osmid=1, highway="path", length=150.0),
            *both(2, 3, osmid=2, highway="path", length=100.0),
            *both(3, 4, osmid=3, highway="path", length="unknown"),
        ],
    )
    (notice,) = read_graphml(path).notices
    assert "2 edges have no shape and are drawn straight" in notice.message
    assert "0.1 km of street missing" in (notice.found or "")


def test_coordinates_may_be_called_lon_and_lat_and_nodes_anything(tmp_path: Path) -> None:
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    made.add_node("a", lon=106.5, lat=29.5)
    made.add_node("b", lon=106.501, lat=29.5)
    made.add_edge("a", "b", highway="footway", reversed="False")
    nx.write_graphml(made, tmp_path / "a.graphml")
    ways = read_graphml(tmp_path / "a.graphml")
    assert ways.node_lonlat.tolist() == [[106.5, 29.5], [106.501, 29.5]]


EDGE = {"osmid": 1, "highway": "path"}


@pytest.mark.parametrize(
    ("edges", "graph", "text"),
    [
        ([(1, 2, {"weight": 3})], {}, r"no edge says what kind.*found edges with weight"),
        ([(1, 2, {})], {}, "no data at all"),
        ([(1, 2, {**EDGE, "geometry": "POINT (1 2)"})], {}, "cannot be read as lines"),
        ([(1, 2, {**EDGE, "geometry": "nonsense"})], {}, "cannot be read as lines"),
        ([(1, 2, EDGE)], {"crs": "somewhere"}, "the CRS of the graph is not known"),
        ([(1, 2, {**EDGE, "geometry": "LINESTRING (0 0, 999 0, 1 1)"})], {}, "do not lie where"),
    ],
)
def test_graphs_that_are_no_street_graphs_are_faults(
    tmp_path: Path, edges: list[Any], graph: dict[str, str], text: str
) -> None:
    path = save(tmp_path / "a.graphml", edges)
    if graph:
        path.write_text(path.read_text().replace("epsg:4326", graph["crs"]))
    with pytest.raises(InputInvalid, match=text):
        read_graphml(path)


def test_nodes_without_places_missing_nodes_and_no_edges_are_faults(tmp_path: Path) -> None:
    path = save(tmp_path / "a.graphml", [(1, 2, EDGE), (2, 3, EDGE)])
    whole = path.read_text()
    path.write_text(re.sub(r'<data key="d1">.*?</data>', "", whole))
    with pytest.raises(InputInvalid, match=r"no coordinates.*3 of 3 nodes without: 1, 2, 3"):
        read_graphml(path)
    path.write_text(re.sub(r'<node id="3">.*?</node>', "", whole, flags=re.DOTALL))
    with pytest.raises(InputInvalid, match=r"1 nodes that the file does not hold; found 3"):
        read_graphml(path)
    nx.write_graphml(nx.MultiDiGraph(), path)
    with pytest.raises(InputInvalid, match="holds no edges"):
        read_graphml(path)


def test_a_graph_of_roads_that_nobody_walks_is_an_empty_network(tmp_path: Path) -> None:
    path = save(tmp_path / "a.graphml", both(1, 2, osmid=1, highway="motorway"))
    with pytest.raises(NetworkEmpty, match="1 ways read; left out: vehicles only 1"):
        read_graphml(path)


def test_damaged_foreign_missing_and_empty_files_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(InputMissing, match="does not exist"):
        read_graphml(tmp_path / "none.graphml")
    path = save(tmp_path / "a.graphml", [(1, 2, EDGE)])
    whole = path.read_text()
    path.write_text(whole[: len(whole) // 2])
    with pytest.raises(InputUnreadable, match=r"row \d+: is cut short or damaged"):
        read_graphml(path)
    path.write_text("<osm version='0.6'/>")
    with pytest.raises(InputUnreadable, match=r"is not GraphML; found .* begins with <osm>"):
        read_graphml(path)
    path.write_text("")
    with pytest.raises(InputUnreadable, match="0 bytes"):
        read_graphml(path)


def test_texts_that_grow_without_bound_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.graphml"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE graphml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">'
        '<!ENTITY c "&b;&b;&b;&b;">]><graphml><graph><node id="1">&c;</node></graph></graphml>'
    )
    with pytest.raises(InputUnreadable, match="declares a document type"):
        read_graphml(path)


@pytest.mark.shared_data
def test_monaco_through_a_graph_is_monaco(
    tmp_path: Path,
    shared_data: Path,
    osmnx: Any,  # noqa: ANN401
) -> None:
    import gzip

    path = tmp_path / "monaco.osm"
    path.write_bytes(gzip.decompress((shared_data / "monaco" / "streets.osm.gz").read_bytes()))
    osmnx.save_graphml(
        osmnx.graph_from_xml(path, simplify=False, retain_all=True), tmp_path / "monaco.graphml"
    )
    mine = build_streets(read_graphml(tmp_path / "monaco.graphml"))
    theirs = build_streets(read_ways(path))
    # Squares are not crossed from graphs without their area tag on every edge; all else is there.
    assert mine.edge_length_m.sum() == pytest.approx(theirs.edge_length_m.sum(), rel=0.01)
