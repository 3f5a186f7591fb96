"""A batch from what is asked to its list of results."""

from __future__ import annotations

import dataclasses
import platform
import shutil
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from planner.batch.find import find_tasks
from planner.batch.machine import Crew, choose_crew, estimate_worker_bytes
from planner.batch.processes import run_in_processes
from planner.batch.scheduler import run_on_scheduler
from planner.domain.batch import BatchResult, BatchRun
from planner.errors import Fault, InputInvalid, OutputLocked
from planner.report.batch_pages import BATCH_NAMES, write_batch_pages
from planner.report.locks import find_locks
from planner.report.staging import check_writable, leftover_stages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from planner.domain.batch import BatchTask

_RUN_MARKS = ("summary.json", "manifest.json")


def run_batch(
    paths: Sequence[str | Path],
    out: str | Path,
    *,
    plans: Sequence[str | Path] = (),
    workers: int | None = None,
    threads: int | None = None,
    scheduler: str | None = None,
    resume: bool = False,
    told: Callable[[BatchRun, int], None] = lambda run, total: None,  # noqa: ARG005 - says nothing
) -> BatchResult:
    """
    Run many studies, or many plans of one study, each into a folder of its own.

    Parameters
    ----------
    paths, plans
        As `find_tasks`.
    out
        Root of the batch, made if missing: `index.html`, `batch.xlsx`, `batch.json`,
        and a folder for each run.
    workers, threads
        As `choose_crew`.
    scheduler
        Address of a Dask scheduler to use instead of processes of this machine.
    resume
        True leaves alone each run whose folder already holds it, whole.
    told
        Told of each run as it ends, and of the number of runs.

    Returns
    -------
    result
        How each run ended. A run that fails does so alone; an interrupt stops all, and
        what was finished is kept.

    Raises
    ------
    PlannerError
        If what is asked is no study, or the root cannot be written. Nothing is run then.
    """
    root = Path(out).absolute()
    tasks, notices = find_tasks([str(path) for path in paths], [str(plan) for plan in plans], root)
    _check_root(root)
    began = datetime.now(tz=UTC)
    started = time.perf_counter()
    crew = choose_crew(
        len(tasks),
        workers=workers,
        threads=threads,
        worker_bytes=estimate_worker_bytes(_street_files(tasks)),
    )
    tasks = tuple(dataclasses.replace(one, threads=crew.threads, resume=resume) for one in tasks)
    remove_leftovers(tasks)
    ended: dict[str, BatchRun] = {}

    def done(run: BatchRun) -> None:
        ended[run.run_id] = run
        told(run, len(tasks))

    interrupted = False
    try:
        crew = _share_out(tasks, crew, scheduler, done)
    except KeyboardInterrupt:
        interrupted = True
        remove_leftovers(tasks)
    result = BatchResult(
        runs=tuple(ended.get(task.run_id) or _not_run(task) for task in tasks),
        workers=crew.workers,
        threads=crew.threads,
        interrupted=interrupted,
        seconds=time.perf_counter() - started,
        notices=(*notices, *crew.notices),
    )
    write_batch_pages(
        result,
        root,
        run={
            "started": began.isoformat(),
            "finished": datetime.now(tz=UTC).isoformat(),
            "host": platform.node(),
            "studies": {task.run_id: str(task.study) for task in tasks},
            "plans": {task.run_id: str(task.plan) for task in tasks if task.plan is not None},
        },
    )
    return result


def _share_out(
    tasks: tuple[BatchTask, ...],
    crew: Crew,
    scheduler: str | None,
    done: Callable[[BatchRun], None],
) -> Crew:
    if scheduler is None:
        run_in_processes(tasks, workers=crew.workers, done=done)
        return crew
    workers = run_on_scheduler(tasks, scheduler, done=done)
    return Crew(workers, crew.threads)


def _check_root(root: Path) -> None:
    check_writable(root)
    marks = [name for name in _RUN_MARKS if (root / name).exists()]
    if marks:
        raise InputInvalid(
            Fault(
                "the folder holds the result of a single run",
                file=str(root),
                found=marks[0],
                hint="choose another --out for the batch",
            )
        )
    locked = find_locks(root, BATCH_NAMES)
    if locked:
        raise OutputLocked(locked)


def _street_files(tasks: Iterable[BatchTask]) -> set[Path]:
    """Return the street files named by the studies; whatever is wrong waits for the runs."""
    found = set()
    for study in {task.study for task in tasks}:
        try:
            table = tomllib.loads(study.read_bytes().decode("utf-8-sig"))
            found.add(study.parent / Path(table["streets"]["source"]).expanduser())
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def remove_leftovers(tasks: Iterable[BatchTask]) -> None:
    """Remove the temporary folders that runs which were killed have left behind."""
    for task in tasks:
        for folder in leftover_stages(task.out):
            shutil.rmtree(folder, ignore_errors=True)


def _not_run(task: BatchTask) -> BatchRun:
    return BatchRun(
        run_id=task.run_id,
        study=task.study.parent.name,
        status="not_run",
        message="interrupted 已中断",
    )
