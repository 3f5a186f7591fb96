"""How many runs at a time a machine can carry."""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable

BASE_BYTES = 640 * 2**20
"""A worker with its libraries, a small city, and what ten plans of it have left on its shelf."""

BYTES_PER_STREET_BYTE = {".pbf": 60, ".gz": 40, ".bz2": 50}
"""What streets take, compiled, for each byte of their file; 5 for files that are not packed."""
_PLAIN = 5

_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current"))
_MEMINFO = Path("/proc/meminfo")


@dataclass(frozen=True, slots=True)
class Crew:
    """
    How a batch is shared out.

    Attributes
    ----------
    workers, threads
        Processes, and threads of each; their product is at most the number of cores.
    notices
        Why fewer than asked.
    """

    workers: int
    threads: int
    notices: tuple[Fault, ...] = ()


def choose_crew(
    n_runs: int,
    *,
    workers: int | None,
    threads: int | None,
    worker_bytes: int,
    cores: int | None = None,
    available_bytes: int | None = None,
) -> Crew:
    """
    Choose how many processes work, and with how many threads each.

    Parameters
    ----------
    n_runs
        Runs to do.
    workers, threads
        As asked for, `None` where not; workers go before threads.
    worker_bytes
        Memory that one worker needs, see `estimate_worker_bytes`.
    cores, available_bytes
        Of the machine; `None` asks it. Memory that cannot be told sets no limit.
    """
    cores = cores or count_cores()
    if available_bytes is None:
        available_bytes = find_available_bytes()
    notices = []
    asked = workers or (max(1, cores // threads) if threads else cores)
    chosen = min(asked, cores, max(1, n_runs))
    if workers and chosen < min(workers, max(1, n_runs)):
        notices.append(_fewer(chosen, f"the machine has {cores} cores"))
    if available_bytes is not None:
        room = max(1, available_bytes // worker_bytes)
        if room < chosen:
            need = f"{worker_bytes / 2**30:.1f} GB each, {available_bytes / 2**30:.1f} GB are free"
            notices.append(_fewer(room, f"a worker needs about {need}"))
            chosen = room
    each = max(1, cores // chosen)
    if threads and threads > each:
        text = f"{each} threads for each worker: {chosen} workers share {cores} cores"
        notices.append(Fault(text))
    return Crew(chosen, min(threads or each, each), tuple(notices))


def _fewer(workers: int, why: str) -> Fault:
    return Fault(f"{workers} workers at a time: {why}", hint="--workers sets how many")


def count_cores() -> int:
    """Return the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def estimate_worker_bytes(streets: Iterable[Path]) -> int:
    """Return the memory that a worker needs for the largest of some street files."""
    largest = 0
    for path in streets:
        try:
            size = path.stat().st_size
        except OSError:
            continue
        largest = max(largest, size * BYTES_PER_STREET_BYTE.get(path.suffix.lower(), _PLAIN))
    return BASE_BYTES + largest


def find_available_bytes() -> int | None:
    """Return the memory that is free for new processes, `None` where it cannot be told."""
    if sys.platform == "win32":
        return _windows_available()
    known = [size for size in (_meminfo_available(), _group_available()) if size is not None]
    return min(known) if known else None


def _meminfo_available() -> int | None:
    try:
        lines = _MEMINFO.read_text(encoding="ascii").splitlines()
        fields = dict(line.split(":", 1) for line in lines)
        return int(fields["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return None


def _group_available() -> int | None:
    """Return what is left of a container's limit."""
    try:
        limit, used = (int(path.read_text(encoding="ascii")) for path in _LIMITS)
    except (OSError, ValueError):  # no such files, or "max"
        return None
    return max(0, limit - used)


class _MemoryStatus(ctypes.Structure):
    _fields_ = (
        ("dwLength", ctypes.c_uint32),
        ("dwMemoryLoad", ctypes.c_uint32),
        ("ullTotalPhys", ctypes.c_uint64),
        ("ullAvailPhys", ctypes.c_uint64),
        ("ullTotalPageFile", ctypes.c_uint64),
        ("ullAvailPageFile", ctypes.c_uint64),
        ("ullTotalVirtual", ctypes.c_uint64),
        ("ullAvailVirtual", ctypes.c_uint64),
        ("ullAvailExtendedVirtual", ctypes.c_uint64),
    )


def _windows_available() -> int | None:
    status = _MemoryStatus()
    status.dwLength = ctypes.sizeof(status)
    kernel = getattr(ctypes, "windll", None)
    if kernel is None or not kernel.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None
    return int(status.ullAvailPhys)
