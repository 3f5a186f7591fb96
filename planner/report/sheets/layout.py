"""How a sheet looks: columns, formats, frozen heads, filters, print set-up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from planner.report.words import Words

Style: TypeAlias = Literal[
    "text", "number", "decimal", "ratio", "share", "minutes", "money", "degrees", "margin"
]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of ours, and its value for programs that do not compute."""

    text: str
    value: float | None


Cell: TypeAlias = str | float | int | Formula | None

CREATED = datetime(2020, 1, 1)  # noqa: DTZ001 -- a workbook's dates carry no zone
"""Written into every workbook, so that the same figures give the same bytes."""

LONGEST_TEXT = 32_767
"""Excel holds no longer text in a cell."""

_NUMBER_FORMATS: dict[Style, str] = {
    "text": "@",
    "number": "#,##0",
    "decimal": "#,##0.0",
    "ratio": "0.000",
    "share": "0.0%",
    "minutes": "0.0",
    "money": "#,##0",
    "degrees": "0.000000",
    "margin": "+#,##0;-#,##0;+0",
}
_WIDTHS: dict[Style, float] = {
    "text": 16,
    "number": 12,
    "decimal": 12,
    "ratio": 10,
    "share": 11,
    "minutes": 10,
    "money": 14,
    "degrees": 12,
    "margin": 10,
}
_FONTS = {"zh": "Microsoft YaHei", "en": "Calibri"}
_FILLS = {
    "pass": ("#CDEBE0", "#00694C"),
    "fail": ("#F8D9C6", "#A84300"),
    "cannot_tell": ("#FBE7C3", "#5E4700"),
    "not_applicable": ("#ECEFF1", "#4E5D68"),
    "below_recommended": ("#FFF6DC", "#5E4700"),
}
_PAPER_A3 = 8
_PAPER_A4 = 9
_COLUMNS_ON_A4 = 12
_FROZEN_ROWS_MOST = 12
"""Heads farther down are not frozen: what is above them would fill the screen."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, how its cells are written, how wide it is (characters)."""

    title: str
    style: Style = "text"
    width: float | None = None


class Book:
    """A workbook under way: the file, its words and its formats."""

    def __init__(self, path: Path, words: Words, title: str) -> None:
        # Text from files stays text: nothing is ever a formula or a link.
        self.file = xlsxwriter.Workbook(
            str(path),
            {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        self.file.set_properties({"title": title[:255], "created": CREATED})
        self.words = words
        base: dict[str, Any] = {"font_name": _FONTS[words.language], "font_size": 10}
        self.cell = {
            style: self.file.add_format(
                base | {"num_format": number, "valign": "top", "text_wrap": style == "text"}
            )
            for style, number in _NUMBER_FORMATS.items()
        }
        self.title = self.file.add_format(base | {"bold": True, "font_size": 14})
        self.section = self.file.add_format(base | {"bold": True, "font_size": 11})
        self.note = self.file.add_format(base | {"font_color": "#4E5D68"})
        self.head = self.file.add_format(
            base
            | {
                "bold": True,
                "bg_color": "#E3EEF5",
                "bottom": 1,
                "text_wrap": True,
                "valign": "vcenter",
            }
        )
        self.verdicts = {
            verdict: self.file.add_format({"bg_color": fill, "font_color": ink})
            for verdict, (fill, ink) in _FILLS.items()
        }

    def close(self) -> None:
        """Write the file."""
        self.file.close()


class Sheet:
    """A sheet that is written downwards."""

    def __init__(self, book: Book, key: str, title: str) -> None:
        self.book = book
        self.file = book.file.add_worksheet(book.words(key))
        self.row = 0
        self._widths: dict[int, float] = {}
        self._print_setup()
        self._write(0, title, book.title)
        self.row = 1

    def note(self, text: str) -> None:
        """Write a line of explanation."""
        self._write(0, text, self.book.note)
        self.row += 1

    def section(self, text: str) -> None:
        """Write the head of a part, after an empty line."""
        self.row += 1
        self._write(0, text, self.book.section)
        self.row += 1

    def facts(self, facts: Iterable[tuple[str, Cell, Style]]) -> None:
        """Write pairs of a name and a value, one a line."""
        for name, value, style in facts:
            self._write(0, name, self.book.cell["text"])
            self._write(1, value, self.book.cell[style])
            self._widen(0, 26)
            self._widen(1, 20)
            self.row += 1

    def table(
        self, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, filtered: bool = False
    ) -> None:
        """
        Write a table under its head.

        Parameters
        ----------
        columns
            What each cell of a row is.
        rows
            Values; `None`, NaN and infinity are left blank.
        filtered
            The one table of the sheet that carries the filter, is frozen under its
            head where that stands near the top, and whose head is printed on every page.
        """
        top = self.row
        for position, column in enumerate(columns):
            self._write(position, column.title, self.book.head)
            self._widen(position, column.width or _WIDTHS[column.style])
        formats = [self.book.cell[column.style] for column in columns]
        for row in rows:
            self.row += 1
            for position, value in enumerate(row):
                self._write(position, value, formats[position])
        if filtered:
            self.file.autofilter(top, 0, max(self.row, top + 1), len(columns) - 1)
            if top <= _FROZEN_ROWS_MOST:
                self.file.freeze_panes(top + 1, min(2, len(columns)))
            self.file.repeat_rows(top)
            self.file.set_paper(_PAPER_A4 if len(columns) <= _COLUMNS_ON_A4 else _PAPER_A3)
        self._colour_verdicts(top + 1, len(columns))
        self.row += 1

    def _colour_verdicts(self, top: int, n_columns: int) -> None:
        for verdict in _FILLS:
            self.file.conditional_format(
                top,
                0,
                max(self.row, top),
                n_columns - 1,
                {
                    "type": "cell",
                    "criteria": "==",
                    "value": f'"{self.book.words.named("verdict", verdict)}"',
                    "format": self.book.verdicts[verdict],
                },
            )

    def _write(self, column: int, value: Cell, style: Any) -> None:  # noqa: ANN401 -- xlsxwriter's
        if isinstance(value, str):
            if value:
                self.file.write_string(self.row, column, value[:LONGEST_TEXT], style)
        elif isinstance(value, Formula):
            shown = "" if value.value is None else value.value
            self.file.write_formula(self.row, column, value.text, style, shown)
        elif value is not None and math.isfinite(value):
            self.file.write_number(self.row, column, value, style)

    def _widen(self, column: int, width: float) -> None:
        if width > self._widths.get(column, 0):
            self._widths[column] = width
            self.file.set_column(column, column, width)

    def _print_setup(self) -> None:
        self.file.set_landscape()
        self.file.set_paper(_PAPER_A4)
        self.file.fit_to_pages(1, 0)
        self.file.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.file.set_footer("&L&A&R&P / &N")
