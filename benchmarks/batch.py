"""
Twenty variants of one plan of Porto Alegre: a batch against separate runs of the command.

Run as `python -m benchmarks.batch [--repeats N] [--variants N]`; the real data must lie in
../shared/data or in PLANNER_SHARED_DATA. Each variant closes three of the 117 stand-in centres and
adds five new ones. Caches are warm on both sides; each repeat times both, one after the other.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from planner.batch.run import run_batch
from tests.real.studies import write_porto_alegre

ROOT = Path(__file__).resolve().parent.parent
TARGET = 5.0
OVERHEAD_TARGET_MS = 50.0
CLOSED, OPENED = 3, 5


def write_variants(shared: Path, study: Path, folder: Path, count: int) -> list[Path]:
    """Write `count` plans: a few centres of the study closed, a few hexagons with new ones."""
    plan = pd.read_csv(study.parent / "centres.csv")
    cells = pd.read_csv(shared / "porto-alegre" / "population_hexgrid.csv")
    # Hexagons with many people lie on streets: none is refused for being far from one.
    crowded = cells[(cells["population"] > 500) & (cells["healthcare"] == 0)]
    folder.mkdir(parents=True)
    chance, files = random.Random(1), []
    for number in range(1, count + 1):
        variant = plan.copy()
        variant.loc[chance.sample(range(len(plan)), CLOSED), "status"] = "closed"
        added = crowded.sample(OPENED, random_state=number)
        new = pd.DataFrame(
            {
                "centre_id": "new-" + added["id"],
                "name": "new " + added["id"],
                "lon": added["lon"],
                "lat": added["lat"],
                "level": "community",
                "kind": "comprehensive",
                "status": "new",
                "floor_area_m2": 2800,
                "convenience_area_m2": 850,
            }
        )
        files.append(folder / f"variant_{number:02d}.csv")
        pd.concat([variant, new]).to_csv(files[-1], index=False)
    return files


def write_studies(study: Path, plans: list[Path], folder: Path) -> list[Path]:
    """Write a study of its own for each plan, for the separate runs."""
    text, files = study.read_text("utf-8"), []
    centres = (study.parent / "centres.csv").as_posix()
    for plan in plans:
        files.append(folder / plan.stem / "study.toml")
        files[-1].parent.mkdir(parents=True)
        files[-1].write_text(text.replace(centres, plan.as_posix()), encoding="utf-8")
    return files


def main() -> None:
    """Time pairs of a batch and separate runs, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--variants", type=int, default=20)
    options = parser.parse_args()
    shared = Path(os.environ.get("PLANNER_SHARED_DATA", ROOT.parent / "shared" / "data"))
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        os.environ["PLANNER_CACHE_DIR"] = str(place / "cache")
        study = write_porto_alegre(shared, place / "study")
        plans = write_variants(shared, study, place / "plans", options.variants)
        studies = write_studies(study, plans, place / "studies")
        _planner("run", studies[0], "--out", place / "warm")
        print(f"{options.variants} variants, {os.cpu_count()} cores")
        print("| pair | separate runs s | batch s | ratio | a run in the batch s |")
        print("|---|---|---|---|---|")
        ratios = []
        for pair in range(1, options.repeats + 1):
            apart = sum(
                _planner("run", one, "--out", place / f"apart{pair}" / one.parent.name)
                for one in studies
            )
            root = place / f"batch{pair}"
            arguments = [part for plan in plans for part in ("--plan", plan)]
            together = _planner("batch", study, *arguments, "--out", root)
            document = json.loads((root / "batch.json").read_text("utf-8"))
            if document["counts"]["ok"] != options.variants:
                raise SystemExit("a variant failed: the times mean nothing")
            own = statistics.median(document["run"]["seconds_by_run"].values())
            ratios.append(apart / together)
            print(f"| {pair} | {apart:.1f} | {together:.1f} | {ratios[-1]:.2f} | {own:.2f} |")
        over = _measure_overhead(study, plans[:6], place / "overhead")
        print(f"median ratio {statistics.median(ratios):.2f} (target {TARGET:g})")
        print(f"a run costs besides its own work {over:.0f} ms (target {OVERHEAD_TARGET_MS:g})")


def _planner(verb: str, *arguments: str | Path) -> float:
    """Run the command in a process of its own; return its seconds."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "planner", verb, *map(str, arguments)],
        check=True,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - started


def _measure_overhead(study: Path, plans: list[Path], out: Path) -> float:
    """Return what a run costs besides its own work, milliseconds: one worker, end to end."""
    ends: list[tuple[float, float]] = []
    run_batch(
        [study],
        out,
        plans=plans,
        workers=1,
        threads=1,
        told=lambda run, _: ends.append((time.perf_counter(), run.seconds)),
    )
    between = [end - before - seconds for (before, _), (end, seconds) in itertools.pairwise(ends)]
    return 1000.0 * statistics.median(between)


if __name__ == "__main__":
    main()
