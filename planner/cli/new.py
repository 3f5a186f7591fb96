"""`planner new`: the scaffold of a study."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make the study in.")],
) -> int:
    """Make a folder with a commented study.toml and a template centres.xlsx."""
    from planner.workbench import new_study

    for path in new_study(folder):
        sys.stdout.write(f"{path}\n")
    return 0
