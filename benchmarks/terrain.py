"""
Heights along streets: Porto Alegre, and a made city of a million directed edges.

Run as `python -m benchmarks.terrain [--repeats N]`; each step runs in a process of its own, time
and peak memory. The real data must lie in ../shared/data or in PLANNER_SHARED_DATA.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from planner.domain.network import Streets
from planner.network.store import save_streets

ROOT = Path(__file__).resolve().parent.parent
CITY = "city".ljust(64, "0")
PORTO_ALEGRE = "porto-alegre".ljust(64, "0")
CITY_CRS = (
    "+proj=tmerc +lat_0=0 +lon_0=106.5 +k=1 +x_0=500000 +y_0=0 +datum=WGS84 +units=m +no_defs"
)
CITY_BOUNDS = (106.24, 29.3, 106.79, 29.77)
SIDE = 500
BLOCK_M = 100.0
PREPARE = """
import sys
from pathlib import Path
from benchmarks.terrain import prepare
prepare(Path(sys.argv[1]), Path(sys.argv[2]))
"""
TIMED = """
import resource, time
from pathlib import Path
from planner.inputs.terrain import read_terrain
from planner.network.heights import measure_heights
from planner.network.store import load_streets
from planner.network.walking import find_profile, time_streets
streets = load_streets({digest!r}, cache_dir=Path({cache!r}))
started = time.perf_counter()
terrain = read_terrain([Path({terrain!r})], bounds_lonlat=streets.bounds_lonlat)
read = time.perf_counter()
heights = measure_heights(streets, terrain)
measured = time.perf_counter()
time_streets(streets, find_profile("adult"), heights=heights)
timed = time.perf_counter()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print("RESULT", read - started, measured - read, timed - measured, len(heights.sample_m), peak)
"""


def make_city() -> Streets:
    """Make 500 × 500 junctions with bent streets between neighbours: 499,000 edges."""
    rng = np.random.default_rng(1)
    row, column = np.mgrid[0:SIDE, 0:SIDE]
    west, south = 474_900.0, 3_242_500.0
    node_xy = np.column_stack([west + BLOCK_M * column.ravel(), south + BLOCK_M * row.ravel()])
    node_xy += rng.uniform(-20, 20, node_xy.shape)
    number = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    start = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()]).astype(np.int32)
    end = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()]).astype(np.int32)
    middle = (node_xy[start] + node_xy[end]) / 2 + rng.uniform(-15, 15, (len(start), 2))
    shape_xy = np.stack([node_xy[start], middle, node_xy[end]], axis=1)
    n_edges = len(start)
    return Streets(
        crs=CITY_CRS,
        node_xy=node_xy,
        edge_start=start,
        edge_end=end,
        edge_length_m=np.hypot(*np.moveaxis(np.diff(shape_xy, axis=1), 2, 0)).sum(axis=1),
        edge_kind=np.zeros(n_edges, dtype=np.int32),
        edge_flags=np.where(rng.random(n_edges) < 0.02, 1, 0).astype(np.uint16),
        edge_name=np.full(n_edges, -1, dtype=np.int32),
        edge_way_id=np.arange(n_edges, dtype=np.int64),
        shape_indptr=np.arange(0, 3 * n_edges + 1, 3, dtype=np.int64),
        shape_xy=shape_xy.reshape(-1, 2),
        kinds=("footway",),
        names=(),
        bounds_lonlat=CITY_BOUNDS,
        counts={},
    )


def write_hills(path: Path, cell_m: float) -> None:
    """Write hills under the city as a GeoTIFF in whole metres, CGCS2000."""
    import rasterio
    from rasterio.transform import from_bounds

    west, south, east, north = 106.2, 29.25, 106.85, 29.8
    n_columns = int((east - west) * 96_800 / cell_m)
    n_rows = int((north - south) * 110_900 / cell_m)
    x, y = np.arange(n_columns) * cell_m, np.arange(n_rows)[:, np.newaxis] * cell_m
    rng = np.random.default_rng(2)
    heights = 300.0 + 80.0 * np.sin(x / 900.0) * np.cos(y / 700.0) + 15.0 * np.sin((x + y) / 130.0)
    heights += rng.normal(0.0, 0.4, heights.shape)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=n_columns,
        height=n_rows,
        count=1,
        dtype="int16",
        crs="EPSG:4490",
        transform=from_bounds(west, south, east, north, n_columns, n_rows),
        nodata=-32768,
        compress="deflate",
        tiled=True,
    ) as raster:
        raster.write(np.round(heights).astype("int16"), 1)


def prepare(place: Path, shared: Path) -> None:
    """Write streets and terrain of all cases."""
    from planner.inputs.streets import read_ways
    from planner.network.build import build_streets

    save_streets(CITY, make_city(), cache_dir=place)
    found = build_streets(read_ways(shared / "porto-alegre" / "streets.osm.pbf"))
    save_streets(PORTO_ALEGRE, found, cache_dir=place)
    write_hills(place / "hills30.tif", 30.0)
    write_hills(place / "hills10.tif", 10.0)


def main() -> None:
    """Time every step and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    shared = Path(os.environ.get("PLANNER_SHARED_DATA", ROOT.parent / "shared" / "data"))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        # In a process of its own: what it holds would count as the peak of those that follow.
        subprocess.run([sys.executable, "-c", PREPARE, folder, str(shared)], check=True, cwd=ROOT)
        cases = {
            "Porto Alegre, 30 m": (PORTO_ALEGRE, shared / "porto-alegre" / "elevation.tif"),
            "499,000 edges, 30 m": (CITY, place / "hills30.tif"),
            "499,000 edges, 10 m": (CITY, place / "hills10.tif"),
        }
        print("| case | read s | measure s | times s | together s | samples | peak MB |")
        print("|---|---|---|---|---|---|---|")
        for case, (digest, terrain) in cases.items():
            code = TIMED.format(digest=digest, cache=str(place), terrain=str(terrain))
            runs = [_timed(code) for _ in range(repeats)]
            read, measure, times, samples, peak = (
                statistics.median(values) for values in zip(*runs, strict=True)
            )
            print(
                f"| {case} | {read:.2f} | {measure:.2f} | {times:.2f} "
                f"| {read + measure + times:.2f} | {samples:,.0f} | {peak:.0f} |"
            )


def _timed(code: str) -> tuple[float, ...]:
    """Run a step in a fresh process; return what it measured."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT"))
    return tuple(float(value) for value in line.split()[1:])


if __name__ == "__main__":
    main()
