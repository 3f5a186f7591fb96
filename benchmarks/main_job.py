"""
The main job on Porto Alegre: each step in a process of its own, time and peak memory.

Run as `python -m benchmarks.main_job [--repeats N]`; the real data must lie in ../shared/data or
in PLANNER_SHARED_DATA.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.real.studies import write_porto_alegre

ROOT = Path(__file__).resolve().parent.parent
TIMED = """
import resource, sys, time
{setup}
started = time.perf_counter()
{work}
seconds = time.perf_counter() - started
print("RESULT", seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
OPEN = (
    "from pathlib import Path\nfrom planner.pipeline.streets import open_streets",
    "open_streets(Path({source!r}))",
)
STEPS = {
    "import planner": ("", "import planner", 0.3),
    "streets, .pbf to compiled": (*OPEN, 6.0),
    "streets, from the cache": (*OPEN, 0.3),
    "planner run, warm, whole process": (
        "import subprocess",
        (
            "subprocess.run([sys.executable, '-m', 'planner', 'run', {study!r}, '--out', {out!r}],"
            " check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)"
        ),
        10.0,
    ),
}


def main() -> None:
    """Time every step and print a table with its target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    shared = Path(os.environ.get("PLANNER_SHARED_DATA", ROOT.parent / "shared" / "data"))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        study = write_porto_alegre(shared, place / "study")
        names = {
            "source": str(shared / "porto-alegre" / "streets.osm.pbf"),
            "study": str(study),
            "out": str(place / "out"),
        }
        print("| step | target s | median s | min s | max s | peak MB |")
        print("|---|---|---|---|---|---|")
        for step, (setup, work, target) in STEPS.items():
            runs = []
            for number in range(repeats + 1):
                if "compiled" in step:
                    shutil.rmtree(place / "cache", ignore_errors=True)
                run = _timed(setup.format(**names), work.format(**names), place / "cache")
                if number > 0:  # the first run warms the kernels' and the file caches
                    runs.append(run)
            seconds = [run[0] for run in runs]
            print(
                f"| {step} | {target:g} | {statistics.median(seconds):.2f} | {min(seconds):.2f} "
                f"| {max(seconds):.2f} | {max(run[1] for run in runs):.0f} |"
            )


def _timed(setup: str, work: str, cache: Path) -> tuple[float, float]:
    """Run a step in a fresh process; return its seconds and peak memory in MB."""
    environment = os.environ | {"PLANNER_CACHE_DIR": str(cache)}
    code = TIMED.format(setup=setup, work=work)
    if "subprocess" in setup:
        code = code.replace("RUSAGE_SELF", "RUSAGE_CHILDREN")
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT"))
    _, seconds, memory = line.split()
    return float(seconds), float(memory)


if __name__ == "__main__":
    main()
