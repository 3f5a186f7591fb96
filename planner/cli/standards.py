"""`planner standards`: the rule sets, clause by clause, with their sources."""

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

standards_app = typer.Typer(
    help="The rule sets, clause by clause, dated, with sources.", no_args_is_help=True
)

RuleSetArgument = Annotated[
    str, typer.Argument(metavar="ID", help="A shipped id, or the path of a TOML file.")
]


@standards_app.command("list")
def list_(
    as_json: JsonOption = False,
    events: EventsOption = None,
    threads: ThreadsOption = None,  # noqa: ARG001 - every verb takes it
    verbose: VerboseOption = False,  # noqa: ARG001 - everything is listed anyway
) -> int:
    """List the rule sets that are shipped."""
    from planner.workbench import describe_rule_sets

    with listening(events):
        described = describe_rule_sets()
    if as_json:
        print_json(described)
    else:
        for item in described:
            informs = "" if item["judges"] else "  (informs only 只供参考)"
            sys.stdout.write(
                f"{item['rule_set_id']}  {item['valid_from']}  {item['title']}{informs}\n"
            )
    return 0


@standards_app.command()
def show(
    rule_set: RuleSetArgument,
    as_json: JsonOption = False,
    events: EventsOption = None,
    threads: ThreadsOption = None,  # noqa: ARG001 - every verb takes it
    verbose: VerboseOption = False,  # noqa: ARG001 - everything is listed anyway
) -> int:
    """Show a rule set clause by clause, with source and certainty."""
    from planner.cli.standards_text import lines_of_rule_set
    from planner.workbench import describe_rule_set

    with listening(events):
        described = describe_rule_set(rule_set)
    if as_json:
        print_json(described)
    else:
        sys.stdout.write("\n".join(lines_of_rule_set(described)) + "\n")
    return 0


@standards_app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A shipped id, or a TOML file.")],
    after: Annotated[str, typer.Argument(metavar="B", help="What to hold against it.")],
    study: Annotated[
        Path | None,
        typer.Option(
            "--study", metavar="STUDY", help="Judge the plan of this study under both, too."
        ),
    ] = None,
    as_json: JsonOption = False,
    events: EventsOption = None,
    threads: ThreadsOption = None,
    verbose: VerboseOption = False,
) -> int:
    """Compare two rule sets clause by clause; with a study, its plan judged under both."""
    from planner.cli.standards_text import lines_of_diff, lines_of_plan
    from planner.workbench import diff_plan_verdicts, diff_rule_sets

    with listening(events) as progress:
        found = diff_rule_sets(before, after)
        if study is not None:
            found["plan"] = diff_plan_verdicts(
                study, before, after, threads=threads, progress=progress
            )
    if as_json:
        print_json(found)
        return 0
    lines = lines_of_diff(found)
    if study is not None:
        lines += lines_of_plan(found["plan"], verbose=verbose)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0
