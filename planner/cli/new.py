"""`planner new`: the scaffold of a study."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from planner.cli.options import (
    EventsOption,
    JsonOption,
    ThreadsOption,
    VerboseOption,
    listening,
    print_json,
)

_NEXT = """\
next 下一步:
  1. put the streets and the people there 放入路网与人口文件: streets.osm.pbf, population.csv
  2. fill in the layout plan 填写布点方案: centres.xlsx
  3. planner check "{folder}"
"""


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make the study in.")],
    as_json: JsonOption = False,
    events: EventsOption = None,
    threads: ThreadsOption = None,  # noqa: ARG001 - every verb takes it
    verbose: VerboseOption = False,  # noqa: ARG001 - everything is told anyway
) -> int:
    """Make a folder with a commented study.toml and a template centres.xlsx."""
    from planner.workbench import new_study

    with listening(events):
        paths = new_study(folder)
    if as_json:
        print_json({"schema": "planner.new/1", "files": [str(path) for path in paths]})
        return 0
    for path in paths:
        sys.stdout.write(f"{path}\n")
    sys.stderr.write(_NEXT.format(folder=folder))
    return 0
