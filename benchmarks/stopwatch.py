"""Times of work that is done again and again, taken in turns; and what machine did it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NOTED = ("numpy", "numba", "scipy", "networkx", "igraph", "pandana", "contourpy", "shapely")


@dataclass(frozen=True, slots=True)
class Times:
    """
    Seconds of some runs of the same work.

    Attributes
    ----------
    wall_s, processor_s
        By the clock, and by the processors of this process, one for each run.
    """

    wall_s: tuple[float, ...]
    processor_s: tuple[float, ...]

    @property
    def best_s(self) -> float:
        """The least: what is above it is the machine's other work."""
        return min(self.wall_s)

    @property
    def median_s(self) -> float:
        """The median by the clock."""
        return statistics.median(self.wall_s)

    @property
    def best_processor_s(self) -> float:
        """The least processor seconds, over all threads."""
        return min(self.processor_s)


def take_turns(works: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, Times]:
    """Run all works in turn, so often; they are warm already."""
    wall: dict[str, list[float]] = {name: [] for name in works}
    processor: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            began, processor_began = time.perf_counter(), time.process_time()
            kept = work()
            wall[name].append(time.perf_counter() - began)
            processor[name].append(time.process_time() - processor_began)
            del kept
    return {name: Times(tuple(wall[name]), tuple(processor[name])) for name in works}


def time_once(work: Callable[[], object]) -> float:
    """Return the seconds of one run."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def describe_machine() -> str:
    """Say what machine this is, and how busy."""
    model = platform.processor() or platform.machine()
    memory = ""
    cpu, mem = Path("/proc/cpuinfo"), Path("/proc/meminfo")
    if cpu.is_file() and mem.is_file():
        names = [line for line in cpu.read_text("utf-8").splitlines() if "model name" in line]
        model = names[0].split(":")[1].strip() if names else model
        memory = f", {int(mem.read_text('utf-8').split()[1]) / 2**20:.0f} GB"
    cores = os.cpu_count() or 1
    text = (
        f"{model}, {cores} cores{memory}, {platform.system()}, Python {platform.python_version()}"
    )
    return f"{text}; {describe_load()}"


def describe_load() -> str:
    """Say how much other work the machine does, where it tells."""
    if not hasattr(os, "getloadavg"):
        return "load unknown"
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    busy = " (busy: times by the clock are too high)" if load > cores + 0.5 else ""
    return f"load {load:.1f}{busy}"


def list_versions() -> str:
    """Name the versions of what is compared, of those that are there."""
    found = []
    for name in _NOTED:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{name} not installed")
    return ", ".join(found)
