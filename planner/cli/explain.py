"""`planner explain`: why a home is covered or not; a community's share from its homes."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from planner.workbench import Evaluation


def explain(
    study: StudyArgument,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="LON,LAT", help="A place, degrees, WGS 84, longitude first."),
    ] = None,
    demand: Annotated[
        str | None, typer.Option("--demand", metavar="ID", help="A home, by its demand_id.")
    ] = None,
    community: Annotated[
        str | None,
        typer.Option(
            "--community", metavar="NAME", help="List a community's homes; its name or id."
        ),
    ] = None,
    street: Annotated[
        str | None, typer.Option("--street", metavar="NAME", help="The same for a street.")
    ] = None,
    district: Annotated[
        str | None, typer.Option("--district", metavar="NAME", help="The same for a district.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Write explain.geojson and explain.txt there; of an area recount.xlsx.",
        ),
    ] = None,
    as_json: JsonOption = False,
    events: EventsOption = None,
    threads: ThreadsOption = None,
    verbose: VerboseOption = False,
) -> int:
    """
    Tell why a home is covered or not: the centre, the time, the walk street by street.

    Of a community, street or district: its homes one by one, and its share added up from them.
    """
    from planner.workbench import evaluate

    areas = {"community": community, "street": street, "district": district}
    asked = {level: name for level, name in areas.items() if name is not None}
    if len(asked) + (at is not None) + (demand is not None) != 1:
        raise typer.BadParameter(
            "give exactly one of --at LON,LAT, --demand ID, --community NAME, --street NAME and "
            "--district NAME"
        )
    place = None if at is None else read_point(at)
    with listening(events) as progress:
        evaluation = evaluate(study, threads=threads, progress=progress)
    if asked:
        ((level, name),) = asked.items()
        _tell_recount(evaluation, level, name, out, as_json=as_json)
    else:
        _tell_home(evaluation, demand, place, out, as_json=as_json)
    if verbose:
        for notice in evaluation.records.notices:
            sys.stderr.write(f"note 提示: {notice}\n")
    return 0


def _tell_home(
    evaluation: Evaluation,
    demand: str | None,
    place: tuple[float, float] | None,
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    from planner.report.explain_files import explanation_document, write_explanation
    from planner.report.explain_text import explain_text

    explanation = evaluation.explain(demand_id=demand, at=place)
    if out is not None:
        write_explanation(explanation, out)
    if as_json:
        print_json(explanation_document(explanation))
    else:
        sys.stdout.write(explain_text(explanation))
    if out is not None:
        sys.stderr.write(f"written 已写入 {out / 'explain.geojson'}, {out / 'explain.txt'}\n")


def _tell_recount(
    evaluation: Evaluation, level: str, name: str, out: Path | None, *, as_json: bool
) -> None:
    from planner.report.recount_files import recount_document, recount_text, write_recount

    recount = evaluation.recount(name, level=level)
    path = None if out is None else write_recount(evaluation.records, recount, out)
    if as_json:
        print_json(recount_document(evaluation.records, recount))
    else:
        sys.stdout.write(recount_text(evaluation.records, recount))
    if path is not None:
        sys.stderr.write(f"written 已写入 {path}\n")


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
