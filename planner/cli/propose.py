"""`planner propose`: siting on top of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.options import (
    EventsOption,
    JsonOption,
    OutOption,
    StudyArgument,
    ThreadsOption,
    VerboseOption,
)
from planner.cli.run import run_study


def propose(
    study: StudyArgument,
    out: OutOption,
    count: Annotated[
        int | None, typer.Option("--count", min=1, help="At most so many new centres.")
    ] = None,
    target: Annotated[
        float | None, typer.Option("--target", help="Share of persons to reach, 0 to 1.")
    ] = None,
    budget: Annotated[float | None, typer.Option("--budget", help="Money to spend, yuan.")] = None,
    as_json: JsonOption = False,
    events: EventsOption = None,
    threads: ThreadsOption = None,
    verbose: VerboseOption = False,
) -> int:
    """Propose where to build on top of the plan: exactly one of count, target, budget."""
    from planner import read_study

    asked = {
        name: value
        for name, value in (("count", count), ("target", target), ("budget", budget))
        if value is not None
    }
    if len(asked) != 1:
        raise typer.BadParameter("give exactly one of --count, --target, --budget")
    return run_study(
        read_study(study).with_siting(count=count, target=target, budget=budget),
        Path(out),
        as_json=as_json,
        events=events,
        threads=threads,
        verbose=verbose,
    )
