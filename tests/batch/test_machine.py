"""Workers and threads fit the cores and the memory there is."""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING

import pytest

from planner.batch import machine
from planner.batch.machine import choose_crew, estimate_worker_bytes, find_available_bytes

if TYPE_CHECKING:
    from pathlib import Path

GB = 2**30


def crew(
    n_runs: int = 20,
    *,
    workers: int | None = None,
    threads: int | None = None,
    cores: int = 8,
    free: int = 64 * GB,
) -> tuple[int, int, int]:
    chosen = choose_crew(
        n_runs,
        workers=workers,
        threads=threads,
        worker_bytes=GB,
        cores=cores,
        available_bytes=free,
    )
    return chosen.workers, chosen.threads, len(chosen.notices)


def test_by_default_every_core_has_a_worker() -> None:
    assert crew() == (8, 1, 0)


def test_no_more_workers_than_runs_and_the_cores_left_over_are_threads() -> None:
    assert crew(3) == (3, 2, 0)
    assert crew(1) == (1, 8, 0)


def test_threads_asked_for_leave_fewer_workers() -> None:
    assert crew(threads=4) == (2, 4, 0)
    assert crew(threads=1) == (8, 1, 0)


def test_workers_go_before_threads() -> None:
    assert crew(workers=4, threads=8) == (4, 2, 1)


def test_more_workers_than_cores_are_cut_and_said() -> None:
    assert crew(workers=16) == (8, 1, 1)
    assert crew(2, workers=16) == (2, 4, 0)


@pytest.mark.parametrize("workers", [None, 1, 2, 5, 99])
@pytest.mark.parametrize("threads", [None, 1, 3, 99])
@pytest.mark.parametrize("n_runs", [1, 4, 100])
def test_workers_times_threads_never_pass_the_cores(
    workers: int | None, threads: int | None, n_runs: int
) -> None:
    for cores in (1, 2, 7):
        chosen = crew(n_runs, workers=workers, threads=threads, cores=cores)
        assert 1 <= chosen[0] * chosen[1] <= cores


def test_little_memory_means_fewer_workers_and_says_so() -> None:
    chosen = choose_crew(
        9, workers=None, threads=None, worker_bytes=GB, cores=8, available_bytes=3 * GB + 1
    )
    assert chosen.workers == 3
    assert "1.0 GB each, 3.0 GB are free" in str(chosen.notices[0])
    assert crew(free=1)[0] == 1


def test_memory_that_cannot_be_told_sets_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "find_available_bytes", lambda: None)
    chosen = choose_crew(8, workers=None, threads=None, worker_bytes=10**15, cores=4)
    assert chosen.workers == 4


def test_this_machine_tells_its_cores() -> None:
    chosen = choose_crew(1, workers=None, threads=None, worker_bytes=1)
    assert chosen.threads >= 1


def test_streets_count_by_the_largest_file(tmp_path: Path) -> None:
    small, large = tmp_path / "s.osm.pbf", tmp_path / "l.osm"
    small.write_bytes(b"x" * 10)
    large.write_bytes(b"x" * 1000)
    base = estimate_worker_bytes([])
    assert estimate_worker_bytes([small]) == base + 600
    assert estimate_worker_bytes([small, large, tmp_path / "gone.pbf"]) == base + 5000


def test_free_memory_is_that_of_the_machine_or_of_its_container(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info, limit, used = (tmp_path / name for name in ("meminfo", "max", "current"))
    monkeypatch.setattr(machine, "_MEMINFO", info)
    monkeypatch.setattr(machine, "_LIMITS", (limit, used))
    monkeypatch.setattr(sys, "platform", "linux")
    assert find_available_bytes() is None
    info.write_text("MemTotal: 2000 kB\nMemAvailable: 1000 kB\n", encoding="ascii")
    assert find_available_bytes() == 1000 * 1024
    limit.write_text("max\n", encoding="ascii")
    used.write_text("100\n", encoding="ascii")
    assert find_available_bytes() == 1000 * 1024
    limit.write_text("500\n", encoding="ascii")
    assert find_available_bytes() == 400


def test_where_windows_does_not_answer_memory_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.delattr(ctypes, "windll", raising=False)
    assert find_available_bytes() is None


def test_windows_tells_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    class Kernel:
        @staticmethod
        def GlobalMemoryStatusEx(pointer: object) -> int:  # noqa: N802 - Windows' name
            status = pointer._obj  # type: ignore[attr-defined]
            assert status.dwLength == 64
            status.ullAvailPhys = 7 * GB
            return 1

    class Library:
        kernel32 = Kernel

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "windll", Library, raising=False)
    assert find_available_bytes() == 7 * GB
