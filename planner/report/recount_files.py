"""The recount of one area as text, as a document and as a workbook."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from planner.report.formats import format_limit, format_minutes
from planner.report.sheets.layout import Book
from planner.report.sheets.recount_sheet import write_recount_sheet
from planner.report.staging import check_writable
from planner.report.words import choose_words

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.recount import Recount
    from planner.report.words import Words

SCHEMA: Final = "planner.recount/1"
MOST_TOLD: Final = 40
"""Homes listed on a screen; the workbook lists them all."""


def recount_document(records: EvaluationRecords, recount: Recount) -> dict[str, Any]:
    """Return a recount as plain values that JSON holds; times out of reach are `None`."""
    walking = records.settings.walking
    return {
        "schema": SCHEMA,
        "study": records.settings.name,
        "rule_sets": [rules.rule_set_id for rules in records.judgements.rule_sets],
        "profile": walking.profile,
        "direction": walking.direction,
        "state": recount.state,
        "level": recount.level,
        "area_id": recount.area_id,
        "name": recount.name,
        "persons": recount.persons_total,
        "life_circles": [
            {"id": circle, "limit_s": limit, "persons_covered": covered, "share_covered": share}
            for circle, limit, covered, share in zip(
                recount.circle_id,
                recount.limit_s,
                recount.persons_covered,
                recount.share_covered,
                strict=True,
            )
        ],
        "homes": [
            {
                "demand_id": recount.demand_id[home],
                "row": recount.row[home],
                "persons": float(recount.persons[home]),
                "time_s": _by_circle(recount, home, "time_s"),
                "centre_id": _by_circle(recount, home, "centre_id"),
                "covered": _by_circle(recount, home, "covered"),
            }
            for home in range(len(recount.demand_id))
        ],
    }


def recount_text(records: EvaluationRecords, recount: Recount) -> str:
    """Return a recount as text in the study's language, homes by persons not covered first."""
    words = choose_words(records.settings.language)
    walking = records.settings.walking
    lines = [
        words(
            "recount.head",
            study=records.settings.name,
            level=words.named("level", recount.level),
            name=recount.name or recount.area_id,
            state=words.named("state", recount.state),
        ),
        words(
            "recount.basis",
            rules=", ".join(rules.rule_set_id for rules in records.judgements.rule_sets),
            profile=words.named("profile", walking.profile),
            direction=words.named("direction", walking.direction),
        ),
    ]
    names = {
        circle.circle_id: words.of(circle)
        for circle in records.judgements.rule_sets[0].life_circles
    }
    for circle, limit, covered, share in zip(
        recount.circle_id,
        recount.limit_s,
        recount.persons_covered,
        recount.share_covered,
        strict=True,
    ):
        lines.append(
            words(
                "recount.share",
                circle=names.get(circle, circle),
                limit=format_limit(limit, words.language),
                covered=covered,
                persons=recount.persons_total,
                share="-" if share is None else f"{share:.1%}",
            )
        )
    order = sorted(
        range(len(recount.demand_id)),
        key=lambda home: (bool(recount.covered[-1, home]), -float(recount.persons[home])),
    )
    lines += [_tell_home(recount, home, words) for home in order[:MOST_TOLD]]
    if len(order) > MOST_TOLD:
        lines.append(words("recount.more", shown=MOST_TOLD, homes=len(order)))
    return "\n".join(lines) + "\n"


def write_recount(records: EvaluationRecords, recount: Recount, folder: Path) -> Path:
    """
    Write a recount as a workbook whose shares are live formulas.

    Returns
    -------
    path
        `recount.xlsx` in the folder.

    Raises
    ------
    OutputLocked, ReportError
        If the folder cannot be written.
    """
    check_writable(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "recount.xlsx"
    book = Book(path, choose_words(records.settings.language), records.settings.name)
    write_recount_sheet(book, records, recount)
    book.close()
    return path


def _tell_home(recount: Recount, home: int, words: Words) -> str:
    walks = [
        _walk(recount, circle, home, words.language) for circle in range(len(recount.circle_id))
    ]
    return words(
        "recount.home",
        id=recount.demand_id[home],
        row=recount.row[home],
        persons=float(recount.persons[home]),
        walks=" · ".join(walks),
    )


def _by_circle(recount: Recount, home: int, field: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for place, circle in enumerate(recount.circle_id):
        value = getattr(recount, field)[place][home]
        if field == "time_s":
            values[circle] = float(value) if math.isfinite(value) else None
        else:
            values[circle] = str(value) if field == "centre_id" else bool(value)
    return values


def _walk(recount: Recount, circle: int, home: int, language: str) -> str:
    time_s = float(recount.time_s[circle][home])
    mark = "✓" if recount.covered[circle][home] else "×"
    if not math.isfinite(time_s):
        return f"{mark} -"
    return f"{mark} {format_minutes(time_s, language)} ({recount.centre_id[circle][home]})"
