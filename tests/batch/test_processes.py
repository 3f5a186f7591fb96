"""Workers that die take nothing with them but the run that killed them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from pathlib import Path

import pytest

from planner.batch import processes
from planner.batch.processes import run_in_processes
from planner.domain.batch import BatchRun, BatchTask

OUT = Path("out")


def stand_in(task: BatchTask) -> BatchRun:
    """Do nothing, or die at once where the study's folder says so."""
    if task.study.parent.name == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    return BatchRun(task.run_id, task.study.parent.name, "ok")


def tasks(*folders: str) -> list[BatchTask]:
    return [
        BatchTask(f"{place} {name}", Path(name) / "study.toml", None, OUT)
        for place, name in enumerate(folders)
    ]


@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
def test_a_run_that_kills_its_process_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "do_task", stand_in)
    ended: dict[str, BatchRun] = {}
    run_in_processes(
        tasks("lives", "dies", "lives", "dies", "lives"),
        workers=2,
        done=lambda run: ended.__setitem__(run.run_id, run),
    )
    assert {name: run.status for name, run in sorted(ended.items())} == {
        "0 lives": "ok",
        "1 dies": "failed",
        "2 lives": "ok",
        "3 dies": "failed",
        "4 lives": "ok",
    }
    assert ended["1 dies"].exit_code == 1
    assert "out of memory" in ended["1 dies"].message


def test_an_interrupt_tells_what_had_ended_and_stops_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(processes, "do_task", stand_in)
    ended: list[str] = []

    def done(run: BatchRun) -> None:
        ended.append(run.run_id)
        raise KeyboardInterrupt

    before = multiprocessing.active_children()
    with pytest.raises(KeyboardInterrupt):
        run_in_processes(tasks("lives", "lives", "lives", "lives"), workers=1, done=done)
    assert ended == ["0 lives"]
    assert multiprocessing.active_children() == before


def test_a_stopped_worker_leaves_by_way_of_its_cleaning_up() -> None:
    with pytest.raises(SystemExit):
        processes._stop(15, None)


def test_a_process_without_a_parent_follows_none() -> None:
    processes._follow_parent()


def test_a_batch_can_be_run_from_a_thread_of_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "do_task", stand_in)
    ended: list[BatchRun] = []
    thread = threading.Thread(
        target=run_in_processes,
        args=(tasks("lives"),),
        kwargs={"workers": 1, "done": ended.append},
    )
    thread.start()
    thread.join(60)
    assert [run.status for run in ended] == ["ok"]
