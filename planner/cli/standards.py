"""`planner standards`: the rule sets, clause by clause, with their sources."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from planner.cli.options import JsonOption, print_json

standards_app = typer.Typer(help="The rule sets, clause by clause, dated, with sources.")


@standards_app.command("list")
def list_(as_json: JsonOption = False) -> int:
    """List the rule sets that are shipped."""
    from planner.workbench import describe_rule_sets

    described = describe_rule_sets()
    if as_json:
        print_json(described)
    else:
        for item in described:
            sys.stdout.write(f"{item['rule_set_id']}  {item['valid_from']}  {item['title']}\n")
    return 0


@standards_app.command()
def show(
    rule_set: Annotated[str, typer.Argument(metavar="ID", help="A shipped id, or a TOML file.")],
    as_json: JsonOption = False,
) -> int:
    """Show a rule set clause by clause, with source and certainty."""
    from planner.workbench import describe_rule_set

    described = describe_rule_set(rule_set)
    if as_json:
        print_json(described)
        return 0
    sys.stdout.write(f"{described['rule_set_id']}  {described['title']}\n")
    for part in ("life_circles", "clauses"):
        for item in described[part]:
            sys.stdout.write(f"\n[{part}] {item.get('circle_id') or item.get('clause_id')}\n")
            for key, value in item.items():
                sys.stdout.write(f"  {key}: {value}\n")
    return 0
