"""
Reading and checking demand of a million rows: time and peak memory, a process for each file.

Run as `python -m benchmarks.inputs [--repeats N] [--rows N]`; the files are made on the spot.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

ROOT = Path(__file__).resolve().parent.parent
TARGET_S = 15.0
TIMED = """
import time
from pathlib import Path
from planner.domain.study import DemandSettings
from planner.errors import PlannerError
started, before = time.perf_counter(), time.process_time()
from planner.inputs.demand import read_demand
try:
    demand = read_demand(DemandSettings(source=Path({path!r})))
    rows, faults = len(demand.demand_id) + len(demand.quarantine), 0
except PlannerError as error:
    rows, faults = 0, len(error.faults)
seconds = time.perf_counter() - started
# What getrusage says is never less than the memory of the process that started this one.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
peak = int(status["VmHWM"].split()[0]) / 1024
print("RESULT", seconds, time.process_time() - before, peak, rows, faults)
"""


def main() -> None:
    """Time every file and print a table with its target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = write_files(Path(folder), options.rows)
        print("| file | target s | median s | min s | CPU s | peak MB | rows | faults |")
        print("|---|---|---|---|---|---|---|---|")
        for name, path in files.items():
            runs = [_timed(path) for _ in range(options.repeats + 1)][1:]  # the first warms
            seconds = [run[0] for run in runs]
            cpu_s = statistics.median(run[1] for run in runs)
            _, _, peak, rows, faults = runs[-1]
            print(
                f"| {name} | {TARGET_S:g} | {statistics.median(seconds):.2f} | {min(seconds):.2f} "
                f"| {cpu_s:.2f} | {peak:.0f} | {rows:,.0f} | {faults:,.0f} |"
            )


def write_files(folder: Path, n_rows: int) -> dict[str, Path]:
    """Write the same people in several formats, and in two ways that cost the reader more."""
    chance = np.random.default_rng(1)
    lon = 106.3 + 0.4 * chance.random(n_rows)
    lat = 29.4 + 0.4 * chance.random(n_rows)
    persons = chance.integers(0, 60, n_rows)
    rows = list(zip(persons.tolist(), lon.tolist(), lat.tolist(), strict=True))
    plain = [
        f"P{i},小区{i % 5000},{p},{p // 3},{x:.6f},{y:.6f}" for i, (p, x, y) in enumerate(rows)
    ]
    units = [f"P{i},{'约' * (i % 9 == 0)}{p}人,{x:.6f},{y:.6f}" for i, (p, x, y) in enumerate(rows)]
    wrong = [
        f"P{i},{'x' if i % 10 == 0 else p},{x:.6f},{y:.6f}" for i, (p, x, y) in enumerate(rows)
    ]
    texts = {
        ".csv": ("编号,小区,人口,户数,经度,纬度", plain, "utf-8"),
        ".csv in GBK": ("编号,小区,人口,户数,经度,纬度", plain, "gbk"),
        ".csv with units in cells": ("编号,人口,经度,纬度", units, "utf-8"),
        ".csv, one row in ten wrong": ("编号,人口,经度,纬度", wrong, "utf-8"),
    }
    files = {}
    for number, (name, (header, lines, encoding)) in enumerate(texts.items()):
        files[name] = folder / f"people{number}.csv"
        files[name].write_text("\n".join([header, *lines]) + "\n", encoding=encoding)
    frame = gpd.GeoDataFrame(
        {"编号": [f"P{i}" for i in range(n_rows)], "人口": persons, "户数": persons // 3},
        geometry=shapely.points(lon, lat),
        crs="EPSG:4490",
    )
    for suffix in (".gpkg", ".fgb", ".shp", ".parquet"):
        path = files[suffix] = folder / f"people{suffix}"
        if suffix == ".parquet":
            frame.to_parquet(path)
        else:
            frame.to_file(path, encoding="gbk" if suffix == ".shp" else None)
    return files


def _timed(path: Path) -> tuple[float, ...]:
    """Read a file in a fresh process; return seconds, CPU seconds, peak MB, rows and faults."""
    done = subprocess.run(
        [sys.executable, "-c", TIMED.format(path=str(path))],
        env=os.environ | {"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT"))
    return tuple(float(part) for part in line.split()[1:])


if __name__ == "__main__":
    main()
