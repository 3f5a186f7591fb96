"""Rows that were set aside, told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import Fault
from planner.report.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.domain.places import QuarantinedRow


def tell_set_aside(row: QuarantinedRow) -> str:
    """Return one sentence: which row is set aside, and why."""
    detail = f"; {row.detail}" if row.detail else ""
    noun = both_languages("noun", row.noun)
    return f"{noun} · row {row.row}: {row.label}: {reason_of(row)}{detail}"


def reason_of(row: QuarantinedRow) -> str:
    """Return why a row was set aside, in both languages."""
    return both_languages("quarantine", row.reason)


def both_languages(family: str, value: str) -> str:
    """Return the word for a value of a family in Chinese and in English."""
    return f"{Words('zh').named(family, value)} {Words('en').named(family, value)}"


def refuse_set_aside(rows: Iterable[QuarantinedRow], files: Mapping[str, str]) -> list[Fault]:
    """
    Return rows set aside as faults, for those who want none.

    Parameters
    ----------
    rows
        What was set aside.
    files
        Name of the file of each noun: `demand`, `centres`.
    """
    return [
        Fault(
            f"the row would be set aside: {reason_of(row)}",
            file=files.get(row.noun, row.noun),
            row=row.row,
            found=", ".join(part for part in (row.label, row.detail) if part),
            hint="mend the row, or run without --no-quarantine",
        )
        for row in rows
    ]
