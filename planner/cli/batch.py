"""`planner batch`: many studies, or many plans of one study."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli.options import (
    EventsOption,
    JsonOption,
    OutOption,
    ThreadsOption,
    VerboseOption,
    listening,
    print_json,
)

if TYPE_CHECKING:
    from planner.domain.batch import BatchResult, BatchRun

INFEASIBLE = 3
SOME_FAILED = 4
INTERRUPTED = 130

_LINES_SHOWN = 2
"""Of a message: its first fault, in English and in Chinese."""


def batch(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH…", help="study.toml files, folders that hold one, or patterns of them."
        ),
    ],
    out: OutOption,
    plans: Annotated[
        list[str] | None,
        typer.Option("--plan", metavar="FILE", help="A layout plan of the one study; repeatable."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes at a time.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="ADDR", help="A Dask scheduler to use.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Leave runs alone that are there, whole.")
    ] = False,
    as_json: JsonOption = False,
    events: EventsOption = None,
    threads: ThreadsOption = None,
    verbose: VerboseOption = False,
) -> int:
    """Run many studies, or many plans of one; each fails alone. Open index.html afterwards."""
    from planner.batch.run import run_batch
    from planner.report.chinese import both_lines

    with listening(events) as progress:
        counter: list[str] = []

        def told(run: BatchRun, total: int) -> None:
            if not counter:
                progress.begin("batch", total)
            counter.append(run.run_id)
            progress.advance()
            state = "skipped" if run.skipped else run.status
            sys.stderr.write(
                f"[{len(counter)}/{total}] {run.run_id}: {state} {run.seconds:.1f} s\n"
            )

        result = run_batch(
            paths,
            out,
            plans=plans or (),
            workers=workers,
            threads=threads,
            scheduler=scheduler,
            resume=resume,
            told=told,
        )
        progress.end()
    for notice in result.notices:
        sys.stderr.write(f"note 提示: {both_lines(notice)}\n")
    if as_json:
        print_json(_as_json(out))
    else:
        sys.stdout.write(_text(result, out, verbose=verbose))
    if result.interrupted:
        sys.stderr.write("interrupted 已中断\n")
        return INTERRUPTED
    if result.failed:
        return SOME_FAILED
    return INFEASIBLE if result.infeasible else 0


def _as_json(out: Path) -> Any:  # noqa: ANN401 - a JSON document
    import json

    return json.loads((out / "batch.json").read_text(encoding="utf-8"))


def _text(result: BatchResult, out: Path, *, verbose: bool) -> str:
    """List the runs: figures of those that are there, the message of those that are not."""
    lines = []
    for run in result.runs:
        state = "skipped 已有" if run.skipped else _STATES[run.status]
        lines.append(f"{run.run_id}: {state}{_shares(run)}")
        message = run.message.splitlines()
        shown = message if verbose else message[:_LINES_SHOWN]
        lines += [f"    {line}" for line in shown]
        if len(shown) < len(message):
            lines.append(f"    … {len(message)} lines in all (batch.xlsx, or -v)")
    counts = ", ".join(
        f"{sum(run.status == status for run in result.runs)} {words}"
        for status, words in _STATES.items()
        if any(run.status == status for run in result.runs)
    )
    if result.infeasible:
        counts += f", {len(result.infeasible)} of them without sites 其中选址无解"
    lines.append(f"{len(result.runs)} runs: {counts} · {result.seconds:.1f} s")
    lines.append(f"open 打开 {out / 'index.html'}")
    return "\n".join(lines) + "\n"


_STATES = {"ok": "done 完成", "failed": "failed 失败", "not_run": "not run 未运行"}


def _shares(run: BatchRun) -> str:
    if run.figures is None:
        return ""
    return "".join(
        f" · {circle['limit_s'] / 60:g} min {circle['share_covered']:.1%}"
        for circle in run.figures["life_circles"]
    )
