"""Many runs in one call: what each is asked, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    from planner.errors import Fault

RunStatus: TypeAlias = Literal["ok", "failed", "not_run"]


@dataclass(frozen=True, slots=True)
class BatchTask:
    """
    One run of a batch.

    Attributes
    ----------
    run_id
        Its name, and that of its folder.
    study
        The study file, absolute.
    plan
        A layout plan that takes the place of the study's, `None` for its own.
    out
        Folder of the run's outputs.
    threads
        Threads of its searches.
    resume
        True leaves a folder alone that already holds this very run.
    """

    run_id: str
    study: Path
    plan: Path | None
    out: Path
    threads: int = 1
    resume: bool = False


@dataclass(frozen=True, slots=True)
class BatchRun:
    """
    How one run ended.

    Attributes
    ----------
    run_id
        As in the task.
    study
        Name of the study; that of its folder where the file could not be read.
    language
        `zh` or `en`; `zh` where not known.
    status
        `ok`, `failed`, or `not_run` after an interrupt.
    exit_code
        What `planner run` would have left with; `None` where it did not run.
    message
        Why it failed, or what to know about it; may be of several lines.
    figures
        Headline figures (`planner.report.headline_figures`), `None` without a result.
    skipped
        True where the folder already held this very run.
    seconds
        How long it took.
    """

    run_id: str
    study: str
    status: RunStatus
    language: str = "zh"
    exit_code: int | None = None
    message: str = ""
    figures: dict[str, Any] | None = None
    skipped: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class BatchResult:
    """
    A batch done, or as far as it came.

    Attributes
    ----------
    runs
        In the order asked for.
    workers, threads
        Processes at work at a time, and threads of each.
    interrupted
        True where it was stopped from the keyboard.
    seconds
        How long it took in all.
    notices
        What was decided for the user: a file named twice, fewer workers than asked.
    """

    runs: tuple[BatchRun, ...]
    workers: int
    threads: int
    interrupted: bool = False
    seconds: float = 0.0
    notices: tuple[Fault, ...] = field(default=())

    @property
    def failed(self) -> tuple[BatchRun, ...]:
        """The runs that failed."""
        return tuple(run for run in self.runs if run.status == "failed")

    @property
    def infeasible(self) -> tuple[BatchRun, ...]:
        """The runs that are done, and whose siting question has no answer."""
        return tuple(run for run in self.runs if run.status == "ok" and run.exit_code)
