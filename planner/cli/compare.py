"""`planner compare`: two results side by side."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.options import (
    EventsOption,
    JsonOption,
    OutOption,
    ThreadsOption,
    VerboseOption,
    listening,
    print_json,
)

if TYPE_CHECKING:
    from planner.domain.comparison import Comparison


def compare(
    folder_a: Annotated[Path, typer.Argument(metavar="DIR_A", help="The result there was.")],
    folder_b: Annotated[Path, typer.Argument(metavar="DIR_B", help="The result to set beside it.")],
    out: OutOption,
    as_json: JsonOption = False,
    events: EventsOption = None,
    threads: ThreadsOption = None,  # noqa: ARG001 - every verb takes it
    verbose: VerboseOption = False,
) -> int:
    """Set two results side by side: what opened, closed, gained, lost, and who."""
    from planner.workbench import compare as compare_folders

    with listening(events) as progress:
        progress.begin("compare")
        comparison = compare_folders(folder_a, folder_b, out)
        progress.end()
    if as_json:
        from planner.report.compare_write import describe_comparison

        print_json(describe_comparison(comparison))
    else:
        sys.stdout.write(_text(comparison, out, verbose=verbose))
    return 0


_WORDS = {
    "zh": {
        "title": "{a} → {b}",
        "care": "注意: ",
        "figure": "  {circle} 覆盖率 {a} → {b} ({difference})",
        "after": "  {circle} 加建议后 {a} → {b} ({difference})",
        "homes": "  {circle} 增加 {gained:,.0f} 人 ({points_gained} 处) · "
        "减少 {lost:,.0f} 人 ({points_lost} 处)",
        "centres": "中心变化 {count} 处",
        "more": "  … 共 {count} 处 (-v 全部列出)",
        "same": "中心没有变化",
        "open": "打开 {path}",
    },
    "en": {
        "title": "{a} → {b}",
        "care": "take care: ",
        "figure": "  {circle} share covered {a} → {b} ({difference})",
        "after": "  {circle} with proposals {a} → {b} ({difference})",
        "homes": "  {circle} gained by {gained:,.0f} persons ({points_gained} homes) · "
        "lost by {lost:,.0f} persons ({points_lost} homes)",
        "centres": "{count} centres changed",
        "more": "  … {count} in all (-v lists them)",
        "same": "no centre changed",
        "open": "open {path}",
    },
}
_FIGURES = {"plan": "figure", "with_proposals": "after"}
_CENTRES_SHOWN = 10


def _text(comparison: Comparison, out: Path, *, verbose: bool) -> str:
    from planner.report.compare_tables import change_words, circle_name, differ_words
    from planner.report.words import choose_words

    words = choose_words(comparison.language)
    text = _WORDS[words.language]
    lines = [text["title"].format(a=comparison.name_a, b=comparison.name_b)]
    lines += [text["care"] + line for line in differ_words(comparison, words)]
    lines += [
        text[_FIGURES[row.state]].format(
            circle=circle_name(comparison, row.circle_id, words),
            a=_share(row.a),
            b=_share(row.b),
            difference="—" if row.difference is None else f"{row.difference:+.1%}",
        )
        for row in comparison.figures
        if row.state in _FIGURES and row.figure == "share_covered"
    ]
    lines += [
        text["homes"].format(
            circle=circle_name(comparison, one.circle_id, words),
            gained=one.persons_gained,
            lost=one.persons_lost,
            points_gained=len(one.gained),
            points_lost=len(one.lost),
        )
        for one in comparison.homes.circles
    ]
    changes = comparison.centres
    lines.append(text["centres"].format(count=len(changes)) if changes else text["same"])
    shown = changes if verbose else changes[:_CENTRES_SHOWN]
    lines += [f"  {one.name or one.centre_id}: {change_words(one, words)}" for one in shown]
    if len(shown) < len(changes):
        lines.append(text["more"].format(count=len(changes)))
    lines.append(text["open"].format(path=out / "compare.html"))
    return "\n".join(lines) + "\n"


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"
