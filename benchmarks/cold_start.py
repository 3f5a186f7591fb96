"""From the start of a process to its first isochrone, in a city that was compiled before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from planner.network.store import save_streets

if TYPE_CHECKING:
    from planner.domain.network import Streets

ROOT = Path(__file__).resolve().parent.parent
DIGEST = "hill-city"
_REPEATS = 3
_CHILD = """
import json, sys, time
marks = {"started": time.perf_counter()}
import planner
marks["import planner"] = time.perf_counter()
from pathlib import Path
import numpy as np
from planner.network.store import load_streets
from planner.network.walking import find_profile, time_streets
marks["import network"] = time.perf_counter()
streets = load_streets(sys.argv[2], cache_dir=Path(sys.argv[1]))
marks["open the streets"] = time.perf_counter()
network = time_streets(streets, find_profile("norm"))
marks["walking times"] = time.perf_counter()
from planner import compute_reach, draw_isochrones
marks["import kernels"] = time.perf_counter()
middle = np.argmin(((streets.node_xy - streets.node_xy.mean(axis=0)) ** 2).sum(axis=1))
reach = compute_reach(network, np.array([middle]), limit_s=900)
marks["reach"] = time.perf_counter()
assert draw_isochrones(network, reach, limit_s=900).geometry[0].area > 1e5
marks["isochrone"] = time.perf_counter()
seconds = list(marks.values())
print(json.dumps(dict(zip(list(marks)[1:], [b - a for a, b in zip(seconds, seconds[1:])]))))
"""


@dataclass(frozen=True, slots=True)
class ColdStart:
    """
    Seconds of whole processes, and of the steps of the quickest.

    Attributes
    ----------
    compiling_s, cached_s
        With an empty cache of kernels, and with a full one.
    compiling_processor_s, cached_processor_s
        Of the processors, over all threads.
    compiling_steps, cached_steps
        Seconds of each step.
    """

    compiling_s: tuple[float, ...]
    cached_s: tuple[float, ...]
    compiling_processor_s: tuple[float, ...]
    cached_processor_s: tuple[float, ...]
    compiling_steps: dict[str, float]
    cached_steps: dict[str, float]


def measure_cold_start(streets: Streets) -> ColdStart:
    """Start processes that open the streets, search and draw, with kernels compiled and not."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if not save_streets(DIGEST, streets, cache_dir=place):
            raise SystemExit("the streets could not be kept: no start to measure")
        compiling = [_start(place, place / f"kernels{number}") for number in range(_REPEATS)]
        cached = [_start(place, place / "kernels0") for _ in range(_REPEATS)]
    return ColdStart(
        compiling_s=tuple(run[0] for run in compiling),
        cached_s=tuple(run[0] for run in cached),
        compiling_processor_s=tuple(run[1] for run in compiling),
        cached_processor_s=tuple(run[1] for run in cached),
        compiling_steps=min(compiling, key=lambda run: run[0])[2],
        cached_steps=min(cached, key=lambda run: run[0])[2],
    )


def _start(streets: Path, kernels: Path) -> tuple[float, float, dict[str, float]]:
    """Run one process; return its seconds by the clock and the processor, and of its steps."""
    began, processor_began = time.perf_counter(), _children_s()
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(streets), DIGEST],
        env=os.environ | {"NUMBA_CACHE_DIR": str(kernels)},
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    seconds = time.perf_counter() - began
    steps: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return seconds, _children_s() - processor_began, steps


def _children_s() -> float:
    """Return the processor seconds of the processes started so far."""
    times = os.times()
    return times.children_user + times.children_system
