"""Whole columns as numbers, labels and words, with the faults of every row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from planner.errors import Fault, InputInvalid
from planner.inputs.cells import is_blank, read_number, text_of, unit_factor
from planner.inputs.columns import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.domain.arrays import FloatArray
    from planner.inputs.cells import Measure
    from planner.inputs.tables import SourceTable

_Word = TypeVar("_Word")
_ROWS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """
    A column of numbers.

    Attributes
    ----------
    values : float64, shape (n_rows,)
        In the base unit, NaN where blank or wrong.
    approximate
        Positions of the rows that say "about".
    bare
        True where some number had no unit, in its cell or in the header.
    """

    values: FloatArray
    approximate: frozenset[int]
    bare: bool


def read_number_column(
    table: SourceTable,
    index: int,
    measure: Measure,
    *,
    faults: list[Fault],
    signed: bool = False,
) -> NumberColumn:
    """
    Read a column of numbers; cells that are none, and negative ones, are faults.

    Parameters
    ----------
    table, index
        Where the cells are.
    measure
        What they count.
    faults
        Faults found are added here.
    signed
        True where negative numbers are right.
    """
    header = table.headers[index]
    cells = table.columns[index]
    factor = unit_factor(header, measure)
    if factor is not None and np.isnan(factor):
        faults.append(
            Fault(
                f"the header names a unit that is not one of {measure.value}",
                file=table.file,
                layer=table.layer,
                field=header,
            )
        )
        factor = 1.0
    plain_numbers = _all_plain(cells)
    if plain_numbers is not None:
        column = NumberColumn(
            plain_numbers * (factor or 1.0),
            frozenset(),
            bare=factor is None and not np.isnan(plain_numbers).all(),
        )
    else:
        column = _read_one_by_one(table, index, measure, factor, faults)
    if not signed:
        faults.extend(
            _cell_fault(table, index, int(position), "is negative", "0 or more")
            for position in np.flatnonzero(column.values < 0)
        )
    return column


def _all_plain(cells: Sequence[object]) -> FloatArray | None:
    """Return cells that Python itself reads as numbers, else `None`; blank is NaN."""
    if any(isinstance(cell, bool) for cell in cells):
        return None
    try:
        values = np.array(
            ["nan" if cell is None or cell == "" else cell for cell in cells], dtype=object
        ).astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        return None
    return None if np.isinf(values).any() else values


def _read_one_by_one(
    table: SourceTable, index: int, measure: Measure, factor: float | None, faults: list[Fault]
) -> NumberColumn:
    values = np.full(len(table.row), np.nan)
    approximate = set()
    bare = False
    for position, cell in enumerate(table.columns[index]):
        read = read_number(cell, measure, factor=factor)
        if read.fault:
            faults.append(
                _cell_fault(table, index, position, read.fault, f"a number of {measure.value}")
            )
        elif read.value is not None:
            values[position] = read.value
            bare = bare or read.bare
            if read.approximate:
                approximate.add(position)
    return NumberColumn(values, frozenset(approximate), bare)


def _cell_fault(
    table: SourceTable, index: int, position: int, message: str, expected: str
) -> Fault:
    return Fault(
        message,
        file=table.file,
        layer=table.layer,
        row=table.row[position],
        field=table.headers[index],
        found=text_of(table.columns[index][position]),
        expected=expected,
        hint="correct the cell, or leave it blank where the number is not known",
    )


def read_text_column(table: SourceTable, index: int | None) -> list[str]:
    """Return a column as texts, blank where there is none."""
    if index is None:
        return [""] * len(table.row)
    return [text_of(cell) for cell in table.columns[index]]


def read_words(
    table: SourceTable,
    index: int,
    words: Mapping[str, _Word],
    *,
    faults: list[Fault],
    also: Mapping[str, object] | None = None,
) -> list[_Word | None]:
    """
    Read a column of words from a closed list.

    Parameters
    ----------
    words
        Meaning of each word, compared after `plain`.
    faults
        An unknown word is added here, once, with the rows it stands in.
    also
        Words that are known but say nothing here: `None`, no fault.
    """
    meanings: list[_Word | None] = []
    unknown: dict[str, list[int]] = {}
    for position, cell in enumerate(table.columns[index]):
        text = text_of(cell)
        word = plain(text)
        meanings.append(words.get(word))
        if word not in words and word not in (also or {}) and not is_blank(text):
            unknown.setdefault(text, []).append(table.row[position])
    for text, rows in unknown.items():
        faults.append(
            Fault(
                "is not one of the words known",
                file=table.file,
                layer=table.layer,
                row=list_rows(rows) if len(rows) > 1 else rows[0],
                field=table.headers[index],
                found=text,
                expected=", ".join(dict.fromkeys([*words, *(also or {})])),
            )
        )
    return meanings


def make_ids(table: SourceTable, index: int | None, faults: list[Fault]) -> list[str]:
    """
    Return the label of each row: its own, or `row-N`.

    Two rows with the same label are a fault that names both.
    """
    labels = [
        text or f"row-{row}"
        for text, row in zip(read_text_column(table, index), table.row, strict=True)
    ]
    if index is None or len(set(labels)) == len(labels):
        return labels
    rows: dict[str, list[int]] = {}
    for label, row in zip(labels, table.row, strict=True):
        rows.setdefault(label, []).append(row)
    faults.extend(
        Fault(
            "the same id stands in more than one row",
            file=table.file,
            layer=table.layer,
            row=list_rows(where),
            field=table.headers[index],
            found=label,
            hint="give each row an id of its own",
        )
        for label, where in rows.items()
        if len(where) > 1
    )
    return labels


def list_rows(rows: Sequence[int]) -> str:
    """Return row numbers as a message lists them."""
    shown = ", ".join(str(row) for row in rows[:_ROWS_SHOWN])
    return shown if len(rows) <= _ROWS_SHOWN else f"{shown}, … ({len(rows)} rows)"


def unused_notice(table: SourceTable, used: set[int]) -> list[Fault]:
    """Return one notice that lists the columns nobody read, if there are any."""
    unused = [header for index, header in enumerate(table.headers) if header and index not in used]
    if not unused:
        return []
    return [
        Fault(
            "columns not used: " + ", ".join(unused),
            file=table.file,
            layer=table.layer,
        )
    ]


def bare_notice(table: SourceTable, index: int, unit: str) -> Fault:
    """Return the notice that numbers without a unit were taken to be in the base unit."""
    return Fault(
        f"numbers without a unit were read as {unit}",
        file=table.file,
        layer=table.layer,
        field=table.headers[index],
    )


def raise_if_any(faults: list[Fault]) -> None:
    """
    Raise all faults of a file at once.

    Raises
    ------
    InputInvalid
        If there are any.
    """
    if faults:
        raise InputInvalid(faults)
