"""`planner check`: read every input, list all faults and warnings, change nothing."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Annotated

import typer

from planner.cli.options import (
    EventsOption,
    JsonOption,
    StudyArgument,
    ThreadsOption,
    VerboseOption,
    listening,
    print_json,
)

FAULTY = 2


def check(
    study: StudyArgument,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.xlsx", help="Write the list there too.")
    ] = None,
    as_json: JsonOption = False,
    events: EventsOption = None,
    threads: ThreadsOption = None,  # noqa: ARG001 - every verb takes it
    verbose: VerboseOption = False,  # noqa: ARG001 - everything is listed anyway
) -> int:
    """Read every input and list all faults and warnings; nothing is changed."""
    from planner.workbench import check_study

    with listening(events) as progress:
        result = check_study(study, progress=progress)
    if out is not None:
        result.write_workbook(out)
        sys.stderr.write(f"written 已写入 {out}\n")
    if as_json:
        print_json(
            {
                "schema": "planner.check/1",
                "faults": [dataclasses.asdict(fault) for fault in result.faults],
                "notices": [dataclasses.asdict(notice) for notice in result.notices],
                "quarantine": [row_as_dict(row) for row in result.quarantine],
                "recognised": list(result.recognised),
                "files": [dataclasses.asdict(file) for file in result.files],
                "counts": {
                    "faults": len(result.faults),
                    "notices": len(result.notices),
                    "quarantine": len(result.quarantine),
                },
                "network": {
                    "findings": list(result.findings_counted),
                    "places": [dataclasses.asdict(place) for place in result.finding_places],
                },
            }
        )
    else:
        from planner.cli.fault_table import write_fault_table

        write_fault_table(result)
        sys.stdout.write(result.account())
    return FAULTY if result.faults else 0


def row_as_dict(row: object) -> dict[str, object]:
    """Return a quarantined row with unknown coordinates as None, fit for JSON."""
    fields = dataclasses.asdict(row)  # type: ignore[call-overload]
    return {key: None if value != value else value for key, value in fields.items()}  # noqa: PLR0124
