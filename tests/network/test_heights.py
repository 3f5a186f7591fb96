"""Heights along streets are those of the ground at the places of the streets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from scipy.ndimage import map_coordinates

from planner.domain.terrain import Terrain
from planner.inputs.streets import read_ways
from planner.inputs.terrain import read_terrain
from planner.network.build import build_streets
from planner.network.ground import Smoothing
from planner.network.heights import measure_heights
from planner.network.structures import find_structures
from tests.network.drawing import Way
from tests.network.ground_scenes import edge_of, ground, node_height, samples, town

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

RAW = Smoothing(bell_cells=0.0)
CROSS = {"a": (0.0, 0.0), "b": (95.0, 0.0), "c": (95.0, 60.0), "d": (180.0, 0.0), "e": (0, -37.0)}


def plane(x: Array, y: Array) -> Array:
    return 200.0 + 0.10 * x - 0.05 * y


def hills(x: Array, y: Array) -> Array:
    return 200.0 + 12.0 * np.sin(x / 70.0) + 9.0 * np.cos(y / 50.0)


def test_an_even_slope_is_measured_exactly() -> None:
    streets = town(CROSS, "ab", "bc", "bd", "ae")
    heights = measure_heights(streets, ground(streets, CROSS, plane))
    # 95 m are ten steps of 9.5 m, each 0.95 m up; 60 m north are six steps of 0.5 m down.
    east, north = samples(heights, edge_of(streets, 100)), samples(heights, edge_of(streets, 101))
    assert east == pytest.approx(200.0 + 0.95 * np.arange(11), abs=2e-3)
    assert north == pytest.approx(209.5 - 0.5 * np.arange(7), abs=2e-3)
    assert node_height(streets, heights, CROSS, "d") == pytest.approx(218.0, abs=2e-3)
    assert heights.edge_known.all()
    assert heights.counts["edges_without_height"] == 0
    assert heights.counts["edges"] == 4


def test_samples_are_at_most_ten_metres_apart_and_even() -> None:
    places = {"a": (0.0, 0.0), "b": (5.0, 0.0), "c": (105.0, 0.0), "d": (105.0, 10.5)}
    streets = town(places, "ab", "bc", "cd")
    heights = measure_heights(streets, ground(streets, places, plane))
    assert [len(samples(heights, edge_of(streets, way))) for way in (100, 101, 102)] == [2, 11, 3]


def test_heights_follow_the_drawn_shape_not_the_chord() -> None:
    places = {"a": (0.0, 0.0), "b": (40.0, 0.0), "c": (40.0, 40.0)}
    streets = town(places, "abc")
    heights = measure_heights(streets, ground(streets, places, lambda x, _: 0.1 * x))
    assert samples(heights, 0) == pytest.approx([0, 1, 2, 3, 4, 4, 4, 4, 4], abs=2e-3)


def test_all_edges_agree_at_a_junction() -> None:
    streets = town(CROSS, "ab", "bc", "bd", "ae")
    heights = measure_heights(streets, ground(streets, CROSS, hills))
    first, last = heights.sample_indptr[:-1], heights.sample_indptr[1:] - 1
    assert np.array_equal(heights.sample_m[first], heights.node_m[streets.edge_start])
    assert np.array_equal(heights.sample_m[last], heights.node_m[streets.edge_end])


@pytest.mark.parametrize("height_m", [0.0, 123.456, -2.1, 1 / 3])
def test_flat_ground_gives_equal_heights_to_the_bit(height_m: float) -> None:
    places = CROSS | {"f": (50.0, 33.0)}
    bridge = Way("df", flags=1)
    streets = town(places, "ab", "bc", "bd", "ae", bridge, Way("fc", flags=1))
    terrain = ground(streets, places, lambda x, _: np.full(x.shape, height_m))
    heights = measure_heights(streets, terrain)
    assert np.unique(heights.sample_m).tolist() == [np.float32(height_m)]
    assert np.unique(heights.node_m).tolist() == [np.float32(height_m)]


def test_an_edge_drawn_the_other_way_has_the_same_heights_reversed() -> None:
    forth, back = town(CROSS, "abc"), town(CROSS, "cba")
    one = measure_heights(forth, ground(forth, CROSS, hills))
    other = measure_heights(back, ground(back, CROSS, hills))
    assert samples(one, 0) == pytest.approx(samples(other, 0)[::-1], abs=1e-3)


@settings(max_examples=20)
@given(shift=st.floats(-400.0, 5_000.0), seed=st.integers(0, 9))
def test_another_zero_of_the_heights_changes_no_slope(shift: float, seed: int) -> None:
    streets = town(CROSS, "ab", "bc", "bd", "ae")
    rng = np.random.default_rng(seed)
    terrain = ground(streets, CROSS, lambda x, _: rng.uniform(0.0, 30.0, x.shape))
    (tile,) = terrain.tiles
    raised = replace(terrain, tiles=(replace(tile, height_m=tile.height_m + np.float32(shift)),))
    one, other = measure_heights(streets, terrain), measure_heights(streets, raised)
    # Heights are held to half a millimetre at 5,000 m.
    assert np.diff(other.sample_m) == pytest.approx(np.diff(one.sample_m), abs=5e-3)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857"])
def test_the_crs_of_the_terrain_does_not_matter_beyond_a_tenth_of_a_metre(crs: str) -> None:
    streets = town(CROSS, "abc", "bd", "ae")
    home = ground(streets, CROSS, hills, cell_m=5.0)
    (tile,) = home.tiles
    turn = Transformer.from_crs(streets.crs, crs, always_xy=True)
    x0, y0 = (float(v) for v in turn.transform(tile.transform[2], tile.transform[5]))
    x1, y1 = (float(v) for v in turn.transform(tile.transform[2] + 5, tile.transform[5] - 5))
    abroad = Terrain(
        (replace(tile, crs=crs, transform=(x1 - x0, 0.0, x0, 0.0, y1 - y0, y0)),), home.counts
    )
    one, other = measure_heights(streets, home), measure_heights(streets, abroad)
    assert other.sample_m == pytest.approx(one.sample_m, abs=0.1)


def test_a_grid_stored_south_up_gives_the_same_heights() -> None:
    streets = town(CROSS, "abc", "bd", "ae")
    terrain = ground(streets, CROSS, hills)
    (tile,) = terrain.tiles
    a, b, c, d, e, f = tile.transform
    turned = replace(
        tile,
        height_m=tile.height_m[::-1],
        transform=(a, b, c, d, -e, f + e * len(tile.height_m)),
    )
    one = measure_heights(streets, terrain)
    other = measure_heights(streets, replace(terrain, tiles=(turned,)))
    assert other.sample_m == pytest.approx(one.sample_m, abs=1e-3)


def test_the_first_tile_that_has_a_height_counts() -> None:
    streets = town(CROSS, "abc", "bd", "ae")
    high = ground(streets, CROSS, lambda x, _: np.where(x < 60.0, 50.0, np.nan)).tiles
    low = ground(streets, CROSS, lambda x, _: np.full(x.shape, 10.0)).tiles
    heights = measure_heights(streets, Terrain(tiles=high + low, counts={}), smoothing=RAW)
    assert node_height(streets, heights, CROSS, "a") == 50.0
    assert node_height(streets, heights, CROSS, "c") == 10.0
    assert set(heights.sample_m.tolist()) == {50.0, 10.0}


def test_a_short_gap_is_bridged_evenly() -> None:
    places = {"a": (2.0, 0.0), "b": (202.0, 0.0)}
    streets = town(places, "ab")

    def holed(x: Array, _: Array) -> Array:
        return np.where((x > 90.0) & (x < 120.0), np.nan, 0.1 * x)

    heights = measure_heights(streets, ground(streets, places, holed), smoothing=RAW)
    # One column of cells is missing, its centre at 105 m; its neighbours' are at 75 and 135 m.
    # Between 90 and 120 m they hold less than half of the weight: nothing at 92, 102, 112 m.
    assert heights.counts["samples_bridged"] == 3
    # At 82 m the cell at 75 m stands alone (7.5 m), at 122 m the one at 135 m (13.5 m).
    assert samples(heights, 0)[8:13] == pytest.approx([7.5, 9.0, 10.5, 12.0, 13.5], abs=2e-3)


def test_a_long_gap_leaves_the_edge_without_height_and_counts_it() -> None:
    places = {"a": (0.0, 0.0), "b": (300.0, 0.0), "c": (0.0, 80.0)}
    streets = town(places, "ab", "ac")

    def holed(x: Array, _: Array) -> Array:
        return np.where((x > 90.0) & (x < 180.0), np.nan, 0.1 * x)

    heights = measure_heights(streets, ground(streets, places, holed))
    edge = edge_of(streets, 100)
    assert heights.edge_known.tolist() == [way != edge for way in range(2)]
    assert not samples(heights, edge).any(), "it is flat"
    assert heights.counts["edges_without_height"] == heights.counts["edges_on_voids"] == 1
    assert heights.counts["edges_outside_terrain"] == 0


def test_an_end_without_height_leaves_the_edge_without() -> None:
    places = {"a": (0.0, 0.0), "b": (100.0, 0.0), "c": (-100.0, 0.0)}
    streets = town(places, "ab", "ac")
    heights = measure_heights(
        streets, ground(streets, places, lambda x, _: np.where(x > 60.0, np.nan, 5.0))
    )
    assert np.isnan(node_height(streets, heights, places, "b"))
    assert heights.edge_known[edge_of(streets, 101)]
    assert heights.counts["edges_on_voids"] == 1


def test_streets_beyond_the_terrain_are_flat_and_counted() -> None:
    places = {"a": (0.0, 0.0), "b": (100.0, 0.0), "c": (900.0, 0.0), "d": (-60.0, 0.0)}
    streets = town(places, "ab", "bc", "ad")
    near = {letter: places[letter] for letter in "abd"}
    heights = measure_heights(streets, ground(streets, near, plane))
    assert heights.counts["edges_outside_terrain"] == 1
    assert heights.counts["edges_on_voids"] == 0
    assert not heights.edge_known[edge_of(streets, 101)]
    assert heights.edge_known.sum() == 2


def test_terrain_that_knows_nothing_gives_no_heights() -> None:
    streets = town(CROSS, "abc", "bd")
    heights = measure_heights(streets, Terrain(tiles=(), counts={}))
    assert not heights.edge_known.any()
    assert not heights.sample_m.any()
    assert np.isnan(heights.node_m).all()
    assert heights.counts["edges_outside_terrain"] == len(heights.edge_known)


def test_notices_and_counts_of_the_terrain_are_handed_on() -> None:
    streets = town(CROSS, "abc", "bd")
    terrain = ground(streets, CROSS, plane)
    heights = measure_heights(streets, replace(terrain, counts={"cells": 7}))
    assert heights.counts["cells"] == 7
    assert heights.notices is terrain.notices


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("streets_file", "terrain_file", "opened_as"),
    [
        ("porto-alegre/streets.osm.pbf", "porto-alegre/elevation.tif", "{}"),
        ("monaco/streets.osm.gz", "monaco/N43E007.hgt.zip", "/vsizip/{}/N43E007.hgt"),
    ],
)
def test_real_junctions_have_the_heights_that_other_tools_find(
    shared_data: Path, streets_file: str, terrain_file: str, opened_as: str
) -> None:
    """GDAL reads the file, scipy asks it between its cells."""
    streets = build_streets(read_ways(shared_data / streets_file))
    path = shared_data / terrain_file
    terrain = read_terrain([path], bounds_lonlat=streets.bounds_lonlat)
    heights = measure_heights(streets, terrain, smoothing=RAW)
    to_degrees = Transformer.from_crs(streets.crs, "EPSG:4326", always_xy=True)
    with rasterio.open(opened_as.format(path)) as raster:
        grid = raster.read(1).astype(np.float64)
        column, row = ~raster.transform @ to_degrees.transform(*streets.node_xy.T)
    if terrain_file.endswith(".tif"):
        grid[grid == 0] = np.nan
    found = map_coordinates(grid, (row - 0.5, column - 0.5), order=1, cval=np.nan)
    both = np.isfinite(found) & np.isfinite(heights.node_m) & ~find_structures(streets).node_hung
    assert both.mean() > 0.94
    assert heights.node_m[both] == pytest.approx(found[both], abs=1e-3)
    assert heights.counts["edges_without_height"] == (~heights.edge_known).sum()
