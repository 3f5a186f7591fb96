"""`planner explain`: why a home is covered or not, with the walk."""

from __future__ import annotations

import re
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


def explain(
    study: StudyArgument,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="LON,LAT", help="A place, degrees, WGS 84, longitude first."),
    ] = None,
    demand: Annotated[
        str | None, typer.Option("--demand", metavar="ID", help="A home, by its demand_id.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write explain.geojson and explain.txt there."),
    ] = None,
    as_json: JsonOption = False,
    events: EventsOption = None,
    threads: ThreadsOption = None,
    verbose: VerboseOption = False,
) -> int:
    """Tell why a home is covered or not: the centre, the time, the walk street by street."""
    from planner.report.explain_files import explanation_document, write_explanation
    from planner.report.explain_text import explain_text
    from planner.workbench import evaluate

    if (at is None) == (demand is None):
        raise typer.BadParameter("give exactly one of --at LON,LAT and --demand ID")
    place = None if at is None else read_point(at)
    with listening(events) as progress:
        evaluation = evaluate(study, threads=threads, progress=progress)
    explanation = evaluation.explain(demand_id=demand, at=place)
    if out is not None:
        write_explanation(explanation, out)
    if as_json:
        print_json(explanation_document(explanation))
    else:
        sys.stdout.write(explain_text(explanation))
    if out is not None:
        sys.stderr.write(f"written 已写入 {out / 'explain.geojson'}, {out / 'explain.txt'}\n")
    if verbose:
        for notice in evaluation.records.notices:
            sys.stderr.write(f"note 提示: {notice}\n")
    return 0


def read_point(text: str) -> tuple[float, float]:
    """
    Read `LON,LAT`; a full-width comma or a blank will do.

    Raises
    ------
    typer.BadParameter
        If it is not two numbers.
    """
    parts = [part for part in re.split(r"[,，\s]+", text.strip()) if part]
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError:
        raise typer.BadParameter(
            f"--at takes longitude and latitude in degrees, such as 106.55,29.56; found {text!r}"
        ) from None
    return lon, lat
