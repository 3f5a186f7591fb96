"""Road lines and graphs through the whole of reading, noding, building and the cache."""

from __future__ import annotations

import dataclasses
import gzip
import random
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
from pyproj import Transformer
from shapely.geometry import LineString

from planner.domain.network import EdgeFlag, RawWays, Streets
from planner.domain.study import StreetsSettings
from planner.errors import NetworkInvalid
from planner.inputs.streets import read_ways
from planner.network.build import build_streets
from planner.pipeline.streets import open_streets
from tests.inputs.osm_text import node, way, write_osm

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ZONE = "EPSG:4545"
WEST, SOUTH = 360_000.0, 3_270_000.0


def save_lines(path: Path, shapes: Sequence[LineString], **columns: Any) -> Path:  # noqa: ANN401
    gpd.GeoDataFrame(columns, geometry=list(shapes), crs=ZONE).to_file(path)
    return path


def random_streets(seed: int) -> list[list[tuple[int, int]]]:
    """Return streets along the lines of a grid, as runs of its corners; they meet at corners."""
    chance = random.Random(seed)
    streets = []
    for _ in range(12):
        east, north = chance.randrange(7), chance.randrange(7)
        run = [(east, north)]
        for _ in range(chance.randrange(2, 6)):
            step = chance.choice([(1, 0), (-1, 0), (0, 1), (0, -1)])
            ahead = (run[-1][0] + step[0], run[-1][1] + step[1])
            if 0 <= ahead[0] < 7 and 0 <= ahead[1] < 7 and ahead not in run:
                run.append(ahead)
        if len(run) > 1:
            streets.append(run)
    return streets


def summary(streets: Streets) -> tuple[int, list[float]]:
    return len(streets.node_xy), sorted(np.round(streets.edge_length_m, 2).tolist())


@pytest.mark.parametrize("seed", range(5))
def test_noded_lines_are_the_network_of_the_same_streets_in_openstreetmap(
    tmp_path: Path, seed: int
) -> None:
    streets = random_streets(seed)
    to_degrees = Transformer.from_crs(ZONE, "EPSG:4326", always_xy=True)

    def place(corner: tuple[int, int]) -> tuple[float, float]:
        return WEST + 60.0 * corner[0], SOUTH + 60.0 * corner[1]

    corners = sorted({corner for run in streets for corner in run})
    drawn = [LineString([place(corner) for corner in run]) for run in streets]
    lines = save_lines(tmp_path / "roads.gpkg", drawn, 类别=["支路"] * len(drawn))
    nodes = [node(i + 1, *to_degrees.transform(*place(c))) for i, c in enumerate(corners)]
    ways = [
        way(i + 1, [corners.index(c) + 1 for c in run], {"highway": "tertiary"})
        for i, run in enumerate(streets)
    ]
    osm = write_osm(tmp_path / "roads.osm", *nodes, *ways)
    mine, theirs = summary(open_streets(lines)), summary(open_streets(osm))
    assert mine[0] == theirs[0]
    # OpenStreetMap files hold degrees to a centimetre.
    assert mine[1] == pytest.approx(theirs[1], abs=0.03)


def test_gaps_and_notices_survive_the_cache_and_the_settings_are_part_of_its_key(
    tmp_path: Path,
) -> None:
    shapes = [
        LineString([(WEST, SOUTH), (WEST + 100, SOUTH)]),
        LineString([(WEST + 50, SOUTH + 0.4), (WEST + 50, SOUTH + 90)]),
        LineString([(WEST, SOUTH), (WEST, SOUTH + 90)]),
    ]
    path = save_lines(tmp_path / "roads.gpkg", shapes, 备注=["a", "b", "c"])
    settings = StreetsSettings(source=path)
    first = open_streets(path, settings=settings)
    again = open_streets(path, settings=settings)
    for streets in (first, again):
        assert streets.closed_gaps_xy is not None
        ((x, y, length),) = streets.closed_gaps_xy.tolist()
        assert length == pytest.approx(0.4, abs=1e-3)
        # The end of the second street, in the working CRS of the streets.
        spots = streets.shape_xy
        assert np.hypot(*(spots - [x, y]).T).min() < 0.01
        assert streets.counts["gaps_closed"] == 1
        text = "\n".join(map(str, streets.notices))
        assert "1 gaps between lines were closed" in text
        assert "columns not used: 备注" in text
    narrow = dataclasses.replace(settings, gap_tolerance_m=0.3)
    assert open_streets(path, settings=narrow).counts["gaps_closed"] == 0
    other = dataclasses.replace(settings, columns={"name": "备注"})
    assert open_streets(path, settings=other).names == ("a", "b", "c")


def test_lines_that_never_meet_stop_a_study_with_a_hint(tmp_path: Path) -> None:
    shapes = [LineString([(WEST, SOUTH + i), (WEST + 100, SOUTH + i)]) for i in (0, 20)]
    with pytest.raises(NetworkInvalid, match="gap_tolerance_m"):
        open_streets(save_lines(tmp_path / "roads.gpkg", shapes, name=["a", "b"]))


def test_a_graph_of_osmnx_is_a_source_of_streets(tmp_path: Path) -> None:
    import networkx as nx

    made: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326")
    made.add_node(1, x=106.5, y=29.5)
    made.add_node(2, x=106.501, y=29.5)
    made.add_edge(1, 2, osmid="7", highway="footway", reversed="False")
    nx.write_graphml(made, tmp_path / "streets.graphml")
    streets = open_streets(tmp_path / "streets.graphml")
    assert streets.edge_way_id.tolist() == [7]
    assert open_streets(tmp_path / "streets.graphml").edge_way_id.tolist() == [7]


def shapes_of(ways: RawWays) -> list[LineString]:
    spans = zip(ways.way_indptr[:-1], ways.way_indptr[1:], strict=True)
    return [LineString(ways.node_lonlat[ways.way_node[start:end]]) for start, end in spans]


def largest_length(streets: Streets) -> float:
    """Return the length of the largest connected part."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = (len(streets.node_xy),) * 2
    pair = streets.edge_start, streets.edge_end
    part = connected_components(coo_array((np.ones(len(pair[0])), pair), shape=size))[1]
    return float(np.bincount(part[streets.edge_start], weights=streets.edge_length_m).max())


@pytest.mark.shared_data
def test_monaco_drawn_as_lines_is_nearly_monaco(tmp_path: Path, shared_data: Path) -> None:
    path = tmp_path / "monaco.osm"
    path.write_bytes(gzip.decompress((shared_data / "monaco" / "streets.osm.gz").read_bytes()))
    # The ways alone: lines know nothing of squares, lifts drawn as nodes, or barriers.
    ways = dataclasses.replace(
        read_ways(path), way_area=None, way_square=None, lifts=None, barred_node=np.zeros(0, int)
    )
    flags = ways.way_flags
    level = np.where(flags & EdgeFlag.BRIDGE, 1, np.where(flags & EdgeFlag.TUNNEL, -1, 0))
    if ways.way_level is not None:
        level = np.where(np.isnan(ways.way_level), level, ways.way_level)
    lines = tmp_path / "monaco.gpkg"
    kinds = [ways.kinds[kind] for kind in ways.way_kind]
    gpd.GeoDataFrame(
        {"highway": kinds, "layer": level.astype(int)}, geometry=shapes_of(ways), crs="EPSG:4326"
    ).to_file(lines)
    drawn, known = open_streets(lines), build_streets(ways)
    # Closed gaps add half a metre each at most. Streets drawn over each other (some tens of
    # metres of 83 km) count once or twice as their nodes and tags, of which lines keep fewer,
    # tell them apart: 0.1 %.
    total = known.edge_length_m.sum()
    added = 0.5 * drawn.counts["gaps_closed"]
    assert total * 0.999 <= drawn.edge_length_m.sum() <= total * 1.001 + added
    # A node that OpenStreetMap shares between the insides of two levels is no meeting of lines.
    assert largest_length(drawn) >= largest_length(known) * 0.99
    assert drawn.counts["gaps_closed"] < 20
