"""Options that every verb takes, and the listener they make."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from planner.cli.interrupts import raise_if_pressed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import TaskID

    from planner.domain.progress import Progress

StudyArgument = Annotated[
    Path, typer.Argument(metavar="STUDY", help="The study file (study.toml) or its folder.")
]
OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the results.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
EventsOption = Annotated[
    Path | None, typer.Option("--events", metavar="FILE", help="JSON lines of progress.")
]
ThreadsOption = Annotated[
    int | None,
    typer.Option("--threads", min=1, envvar="PLANNER_THREADS", help="Threads of the searches."),
]
VerboseOption = Annotated[bool, typer.Option("-v", "--verbose", help="List every notice.")]

STAGE_NAMES = {
    "streets": "street network 路网",
    "read_streets": "reading streets 读取路网",
    "fetch": "download 下载",
    "inputs": "inputs 输入数据",
    "walks": "walking times 步行时间",
    "coverage": "coverage 覆盖",
    "alternatives": "other profiles and directions 其他画像与方向",
    "isochrones": "isochrones 等时圈",
    "siting": "siting 选址",
    "reports": "reports 成果",
}


@contextmanager
def listening(events: Path | None) -> Iterator[Progress]:
    """Give the listener that the options ask for: bars on stderr, lines in a file."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    bars = Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    if events is None:
        with bars:
            yield _Listener(bars, None)
        return
    with bars, _open_events(events) as lines:
        yield _Listener(bars, lines)


def _open_events(path: Path) -> IO[str]:
    from planner.errors import Fault, ReportError

    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise ReportError(
            Fault(
                f"the file of events cannot be written: {error.strerror or error}",
                file=str(path),
                hint="name a file in a folder that exists: --events FILE",
            )
        ) from error


class _Listener:
    """Shows stages as bars, and writes them as JSON lines."""

    def __init__(self, bars: object, lines: IO[str] | None) -> None:
        from rich.progress import Progress as Bars

        assert isinstance(bars, Bars)  # noqa: S101 - typed late to keep rich out of imports
        self._bars = bars
        self._lines = lines
        self._stack: list[tuple[str, float, TaskID]] = []

    def begin(self, stage: str, total: int | None = None) -> None:
        """Start a stage."""
        raise_if_pressed()
        task = self._bars.add_task(STAGE_NAMES.get(stage, stage), total=total)
        self._stack.append((stage, time.perf_counter(), task))
        self._write({"event": "begin", "stage": stage, "total": total})

    def advance(self, steps: int = 1) -> None:
        """Count steps of the current stage."""
        raise_if_pressed()
        if self._stack:
            self._bars.advance(self._stack[-1][2], steps)
            self._write({"event": "advance", "stage": self._stack[-1][0], "steps": steps})

    def tell(self, objective: float, bound: float) -> None:
        """Show the best plan found so far, what none exceeds, and how far apart they are."""
        raise_if_pressed()
        if not self._stack:
            return
        stage, _, task = self._stack[-1]
        gap = max(0.0, (bound - objective) / bound) if bound > 0 else 0.0
        name = STAGE_NAMES.get(stage, stage)
        shown = f"{name}  {objective:,.0f} ≤ {bound:,.0f} ({gap:.2%})"
        self._bars.update(task, description=shown)
        self._write(
            {"event": "found", "stage": stage, "objective": objective, "bound": bound, "gap": gap}
        )

    def end(self) -> None:
        """Finish the current stage."""
        if not self._stack:
            return
        stage, started, task = self._stack.pop()
        self._bars.update(task, total=1, completed=1)
        self._write(
            {"event": "end", "stage": stage, "seconds": round(time.perf_counter() - started, 3)}
        )

    def _write(self, event: dict[str, object]) -> None:
        if self._lines is not None:
            self._lines.write(json.dumps(event, ensure_ascii=False) + "\n")
            self._lines.flush()


def print_json(document: object) -> None:
    """Write one JSON document to stdout, in plain ASCII where stdout is not UTF-8."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    text = json.dumps(document, ensure_ascii=encoding != "utf8", indent=2, allow_nan=False)
    sys.stdout.write(text + "\n")
