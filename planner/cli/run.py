"""`planner run`: the whole job."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.headline import headline
from planner.cli.options import (
    EventsOption,
    JsonOption,
    OutOption,
    StudyArgument,
    ThreadsOption,
    VerboseOption,
    listening,
    print_json,
)

if TYPE_CHECKING:
    from pathlib import Path

    from planner.workbench import Evaluation, Study

INFEASIBLE = 3
STANDARD_FAILED = 7


def run(
    study: StudyArgument,
    out: OutOption,
    as_json: JsonOption = False,
    events: EventsOption = None,
    threads: ThreadsOption = None,
    verbose: VerboseOption = False,
    fail_on_standards: Annotated[
        bool, typer.Option("--fail-on-standards", help="Exit 7 when a must clause fails.")
    ] = False,
    no_quarantine: Annotated[
        bool, typer.Option("--no-quarantine", help="Exit 2 when rows had to be set aside.")
    ] = False,
    pdf: Annotated[
        bool,
        typer.Option("--pdf", help="Print report.pdf too, by a Chrome, Edge or Chromium."),
    ] = False,
) -> int:
    """Run the whole job: evaluate, propose if the study asks, write every report."""
    from planner import read_study

    asked = read_study(study)
    if pdf:
        asked = asked.with_pdf()
    return run_study(
        asked,
        out,
        as_json=as_json,
        events=events,
        threads=threads,
        verbose=verbose,
        fail_on_standards=fail_on_standards,
        no_quarantine=no_quarantine,
    )


def run_study(
    study: Study,
    out: Path,
    *,
    as_json: bool,
    events: Path | None,
    threads: int | None,
    verbose: bool,
    fail_on_standards: bool = False,
    no_quarantine: bool = False,
) -> int:
    """Run a study already read; return the exit code."""
    from planner.report.siting_words import tell_message
    from planner.workbench import run_with

    with listening(events) as progress:
        evaluation, plan = run_with(
            study, out, threads=threads, progress=progress, no_quarantine=no_quarantine
        )
    summary = evaluation.summary(plan)
    if as_json:
        print_json(summary)
    else:
        language = study.settings.language
        sys.stdout.write(headline(summary, language=language, map_path=out / "map.html"))
    _tell_notices(evaluation, verbose=verbose)
    if plan is not None and plan.records.plan.status == "infeasible":
        message = plan.records.plan.message
        told = tell_message(message, "en"), tell_message(message, "zh")
        sys.stderr.write(f"siting 选址: {told[0]}\n  {told[1]}\n")
        return INFEASIBLE
    if fail_on_standards:
        return _hold_to_standards(evaluation, language=study.settings.language)
    return 0


def _hold_to_standards(evaluation: Evaluation, *, language: str) -> int:
    from planner.cli.failed_clauses import list_failed_clauses

    failed = list_failed_clauses(evaluation.records, language=language)
    for line in failed:
        sys.stderr.write(f"standard failed 不达标: {line}\n")
    return STANDARD_FAILED if failed else 0


def _tell_notices(evaluation: Evaluation, *, verbose: bool) -> None:
    from planner.report.chinese import both_lines
    from planner.report.set_aside import tell_set_aside

    records = evaluation.records
    if records.quarantine and not verbose:
        sys.stderr.write(f"set aside 已隔离: {len(records.quarantine)} rows (tables.xlsx)\n")
    if verbose:
        for notice in records.notices:
            sys.stderr.write(f"note 提示: {both_lines(notice)}\n")
        for row in records.quarantine:
            sys.stderr.write(f"set aside 已隔离: {tell_set_aside(row)}\n")
    elif records.notices:
        sys.stderr.write(f"notes 提示: {len(records.notices)} (-v lists them, tables.xlsx too)\n")
