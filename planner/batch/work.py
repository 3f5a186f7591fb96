"""One run of a batch, in whatever process it is done; it fails alone."""

from __future__ import annotations

import dataclasses
import json
import threading
import time
import traceback
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from planner.domain.batch import BatchRun
from planner.domain.shelf import Shelf
from planner.errors import FAULTS_SHOWN, PlannerError, PlannerWarning
from planner.report.chinese import both_lines
from planner.workbench import Study, read_study, run_with

if TYPE_CHECKING:
    from planner.domain.batch import BatchTask

BUG = 1
INFEASIBLE = 3

_ONE_AT_A_TIME = threading.Lock()
"""The drawing and file libraries are not made for two studies at once in one process."""


@lru_cache(maxsize=1)
def process_shelf() -> Shelf:
    """Return the shelf of this process, kept as long as it lives."""
    return Shelf()


def do_task(task: BatchTask) -> BatchRun:
    """
    Do one run and tell how it ended; whatever goes wrong in it is told, not raised.

    Parameters
    ----------
    task
        The run. With `resume`, a folder that already holds it, whole, is left alone.
    """
    with _ONE_AT_A_TIME:
        started = time.perf_counter()
        run = BatchRun(run_id=task.run_id, study=task.study.parent.name, status="failed")
        try:
            found = find_finished(task) if task.resume else None
            if found is None:
                study = open_study(task)
                settings = study.settings
                run = dataclasses.replace(run, study=settings.name, language=settings.language)
                run = _ended(run, _do(task, study))
            else:
                run = dataclasses.replace(found, skipped=True)
        except PlannerError as error:
            run = dataclasses.replace(run, exit_code=error.exit_code, message=_tell(error))
        except Exception as error:  # noqa: BLE001 - a bug met by one run must not end the others
            trail = traceback.extract_tb(error.__traceback__)[-1]
            message = f"a bug: {type(error).__name__}: {error} ({trail.name})"
            run = dataclasses.replace(run, exit_code=BUG, message=message)
        return dataclasses.replace(run, seconds=time.perf_counter() - started)


def _tell(error: PlannerError) -> str:
    """Return the faults of an error, each in English and in Chinese."""
    lines = [both_lines(fault) for fault in error.faults[:FAULTS_SHOWN]]
    if len(error.faults) > FAULTS_SHOWN:
        lines.append(f"… {len(error.faults)} faults in all 共 {len(error.faults)} 处")
    return "\n".join(lines)


def find_finished(task: BatchTask) -> BatchRun | None:
    """Return the run of a task whose folder holds it, whole; `None` where it does not."""
    from planner.report.manifest import matches

    try:
        study = open_study(task)
    except PlannerError:
        return None
    if not matches(task.out, study.settings, shelf=process_shelf()):
        return None
    summary = json.loads((task.out / "summary.json").read_text(encoding="utf-8"))
    settings = study.settings
    return _ended(BatchRun(task.run_id, settings.name, "ok", settings.language), summary)


def open_study(task: BatchTask) -> Study:
    """Return the study of a task, its plan in the place of the study's own."""
    study = read_study(task.study)
    if task.plan is None:
        return study
    settings = study.settings
    return Study(
        dataclasses.replace(
            settings,
            name=f"{settings.name} · {task.plan.stem}",
            centres=dataclasses.replace(settings.centres, source=task.plan),
        )
    )


def _do(task: BatchTask, study: Study) -> dict[str, Any]:
    """Run a study and return its summary."""
    with warnings.catch_warnings():
        # What they say is among the notices of the run.
        warnings.simplefilter("ignore", PlannerWarning)
        evaluation, plan = run_with(study, task.out, threads=task.threads, shelf=process_shelf())
    return evaluation.summary(plan)


def _ended(run: BatchRun, summary: dict[str, Any]) -> BatchRun:
    from planner.report.batch_pages import headline_figures

    siting = summary["siting"] or {}
    infeasible = siting.get("status") == "infeasible"
    return dataclasses.replace(
        run,
        status="ok",
        exit_code=INFEASIBLE if infeasible else 0,
        message=f"siting 选址: {siting['message']}" if infeasible else "",
        figures=headline_figures(summary),
    )
