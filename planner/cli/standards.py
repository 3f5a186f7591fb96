"""`planner standards`: the rule sets, clause by clause, with their sources."""

from __future__ import annotations

import sys
from typing import Annotated, Any

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
            sys.stdout.write(f"{item['rule_set_id']}  {item['valid_from']}  {item['title']}\n")
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
    from planner.workbench import describe_rule_set

    with listening(events):
        described = describe_rule_set(rule_set)
    if as_json:
        print_json(described)
        return 0
    rules = {"life_circles": "circle_id", "clauses": "clause_id"}
    for key, value in described.items():
        if key not in rules:
            sys.stdout.write(f"{key}: {_told(value)}\n")
    for part, key in rules.items():
        for item in described[part]:
            sys.stdout.write(f"\n[{part}] {item[key]}\n")
            sys.stdout.writelines(
                f"  {name}: {_told(value)}\n" for name, value in item.items() if name != key
            )
    return 0


@standards_app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A shipped id, or a TOML file.")],
    after: Annotated[str, typer.Argument(metavar="B", help="What to hold against it.")],
    as_json: JsonOption = False,
    events: EventsOption = None,
    threads: ThreadsOption = None,  # noqa: ARG001 - every verb takes it
    verbose: VerboseOption = False,  # noqa: ARG001 - everything is listed anyway
) -> int:
    """Compare two rule sets clause by clause: in one only, or with other values."""
    from planner.workbench import diff_rule_sets

    with listening(events):
        found = diff_rule_sets(before, after)
    if as_json:
        print_json(found)
    else:
        sys.stdout.write("\n".join(_lines_of_diff(found)) + "\n")
    return 0


def _lines_of_diff(found: dict[str, Any]) -> list[str]:
    names = {side: found[side]["rule_set_id"] for side in ("before", "after")}
    lines = [
        f"{label} {names[side]}  {found[side]['valid_from']}  {found[side]['title']}"
        for label, side in (("A", "before"), ("B", "after"))
    ]
    for side, sign in (("before", "-"), ("after", "+")):
        lines += ["", f"only in 仅见于 {names[side]}: {len(found[f'only_{side}'])}"]
        lines += [f"  {sign} {_rule_line(rule)}" for rule in found[f"only_{side}"]]
    lines += ["", f"changed 有变化: {len(found['changed'])}"]
    for rule in found["changed"]:
        lines.append(f"  ~ {_head(rule)}")
        lines += [_change_line(change, indent=6) for change in rule["changes"]]
    lines += ["", f"the same 相同: {', '.join(found['same']) or 'none 无'}"]
    if found["about"]:
        lines += ["", "of themselves 规则集信息"]
        lines += [_change_line(change, indent=2) for change in found["about"]]
    return lines


def _head(rule: dict[str, Any]) -> str:
    return f"{rule['kind']} {rule['id']}  {rule['name_zh']} {rule['name_en']}"


def _rule_line(rule: dict[str, Any]) -> str:
    if rule["kind"] == "life_circle":
        return f"{_head(rule)}: {rule['limit_s']:g} s"
    demand = f"{rule['measures']} {rule['comparison']} {rule['value']:g} {rule['unit']}"
    return f"{_head(rule)}: {rule['force']}, {demand}"


def _change_line(change: dict[str, Any], *, indent: int) -> str:
    pad = " " * indent
    return f"{pad}{change['field']}: {_told(change['before'])} -> {_told(change['after'])}"


def _told(value: object) -> str:
    """Return a value of a rule set as text; nothing said is a dash."""
    if value is None or value in ("", []):
        return "-"
    if isinstance(value, list | tuple):
        return "; ".join(
            " ".join(map(str, item)) if isinstance(item, list | tuple) else str(item)
            for item in value
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)
