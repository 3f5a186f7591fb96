"""`planner demo`: the main job on the embedded study."""

from __future__ import annotations

from pathlib import Path

from planner.cli.options import (
    EventsOption,
    JsonOption,
    OutOption,
    ThreadsOption,
    VerboseOption,
)
from planner.cli.run import run_study


def demo(
    out: OutOption = Path("maps/demo"),
    as_json: JsonOption = False,
    events: EventsOption = None,
    threads: ThreadsOption = None,
    verbose: VerboseOption = False,
) -> int:
    """Run the embedded demo study (synthetic) and say which page to open."""
    from planner.workbench import read_demo_study

    return run_study(
        read_demo_study(),
        out,
        as_json=as_json,
        events=events,
        threads=threads,
        verbose=verbose,
    )
