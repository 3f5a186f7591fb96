"""Whole columns as numbers, labels and words, with the faults of every row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import pandas as pd

from planner.errors import Fault, InputInvalid
from planner.inputs.cells import (
    Measure,
    NumberCell,
    is_blank,
    read_number,
    text_of,
    unit_factor,
    unit_of_header,
    units_known,
)
from planner.inputs.columns import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.domain.arrays import BoolArray, FloatArray
    from planner.inputs.tables import SourceTable

_Word = TypeVar("_Word")
_ROWS_SHOWN = 5
_LEAST_AREA_M2: Final = 20.0
_MOST_AREA_M2: Final = 200_000.0
_USUAL_AREA_M2: Final = (100.0, 20_000.0)
_AREA_UNITS: Final = (("万㎡", 1e4), ("亩", 2000.0 / 3.0), ("㎡", 1.0))
BASE_UNITS: Final = {
    Measure.AREA: "㎡",
    Measure.HOUSEHOLDS: "households",
    Measure.PERSONS: "persons",
    Measure.MONEY: "yuan",
    Measure.COORDINATE: "",
}


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
    unit
        What they were read in, as the header says it; `assumed` where nothing says.
    """

    values: FloatArray
    approximate: frozenset[int]
    bare: bool
    unit: str = ""


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
    factor = unit_factor(header, measure)
    if factor is not None and np.isnan(factor):
        faults.append(
            Fault(
                f"the header names a unit that is not one of {measure.value}",
                file=table.file,
                layer=table.layer,
                field=header,
                found=unit_of_header(header),
                expected=units_known(measure),
            )
        )
        factor = 1.0
    column = _read_numbers(table, index, measure, factor, faults)
    if not signed:
        faults.extend(
            _cell_fault(table, index, int(position), "is negative", "0 or more")
            for position in np.flatnonzero(column.values < 0)  # noqa: PD011 - no frame
        )
    return column


def _read_numbers(
    table: SourceTable, index: int, measure: Measure, factor: float | None, faults: list[Fault]
) -> NumberColumn:
    cells = table.columns[index]
    values, unread = _plain_numbers(cells)
    bare = factor is None and not np.isnan(values).all()
    values *= factor or 1.0
    approximate = set()
    known: dict[object, NumberCell] = {}
    for position in np.flatnonzero(unread).tolist():
        cell = cells[position]
        read = known.get(cell) if type(cell) is str else None
        if read is None:
            read = read_number(cell, measure, factor=factor)
            if type(cell) is str:
                known[cell] = read
        if read.fault:
            faults.append(
                _cell_fault(table, index, position, read.fault, f"a number of {measure.value}")
            )
        elif read.value is not None:
            values[position] = read.value
            bare = bare or read.bare
            if read.approximate:
                approximate.add(position)
    base = BASE_UNITS[measure]
    stated = unit_of_header(table.headers[index]).replace("m2", "㎡")
    unit = f"{base}, assumed" if bare else stated or base
    return NumberColumn(values, frozenset(approximate), bare, unit if base else "")


def _plain_numbers(cells: Sequence[object]) -> tuple[FloatArray, BoolArray]:
    """
    Read the cells that are plain numbers, all at once.

    Returns
    -------
    values
        NaN where a cell is blank or not plain.
    unread
        True where a cell says something that is not a plain number.
    """
    column = np.empty(len(cells), dtype=object)
    column[:] = cells
    kinds = set(map(type, cells))
    read = pd.to_numeric(pd.Series(column, dtype=object), errors="coerce")
    values = np.array(read, dtype=np.float64)
    unread = ~np.isfinite(values)
    if bool in kinds:
        unread |= np.array([isinstance(cell, bool) for cell in cells])
    nothing = np.array([cell is None or cell == "" for cell in column[unread]], dtype=np.bool_)
    unread[np.flatnonzero(unread)[nothing]] = False
    values[unread] = np.nan
    return values, unread


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
    cells = table.columns[index]
    if set(map(type, cells)) == {str}:
        return list(map(str.strip, cells))  # type: ignore[arg-type] # all texts, as just seen
    return [text_of(cell) for cell in cells]


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


def unlikely_area_notice(
    table: SourceTable, index: int, values: FloatArray, *, bare: bool
) -> list[Fault]:
    """
    Return a warning where floor areas are so small or large that their unit must be another.

    Parameters
    ----------
    values
        Areas in m², NaN where blank.
    bare
        True where no unit was given.
    """
    filled = values[~np.isnan(values)]
    if not len(filled):
        return []
    median_m2 = float(np.median(filled))
    if _LEAST_AREA_M2 <= median_m2 <= _MOST_AREA_M2:
        return []
    stated = unit_of_header(table.headers[index])
    factor = 1.0 if bare else unit_factor(table.headers[index], Measure.AREA) or 1.0
    least, most = _USUAL_AREA_M2
    middle = (least * most) ** 0.5
    read_as = {name: median_m2 / factor * other for name, other in _AREA_UNITS if other != factor}
    likely = sorted(
        (name for name, area in read_as.items() if least <= area <= most),
        key=lambda name: abs(np.log(read_as[name] / middle)),
    )
    name = plain(table.headers[index]) or table.headers[index]
    return [
        Fault(
            f"half of these areas are below {median_m2:,.4g} ㎡: is their unit another one?"
            if median_m2 < _LEAST_AREA_M2
            else f"half of these areas are above {median_m2:,.4g} ㎡: is their unit another one?",
            file=table.file,
            layer=table.layer,
            field=table.headers[index],
            found=f"read in {stated or '㎡'}" + (" (no unit is given)" if bare else ""),
            expected=likely[0] if likely else None,
            hint=f"say the unit in the header: {name}({likely[0]})"
            if likely
            else "check the numbers and the unit in the header",
        )
    ]


def merged_notice(table: SourceTable, index: int) -> list[Fault]:
    """Return a warning where one number of merged cells was read for each of several rows."""
    positions = table.merged.get(index, ())
    if not positions:
        return []
    return [
        Fault(
            "one number stands in cells merged over several rows: it was read for each of them",
            file=table.file,
            layer=table.layer,
            row=list_rows([table.row[position] for position in positions]),
            field=table.headers[index],
            hint="unmerge the cells and give each row its own number",
        )
    ]


def filled_down_notice(table: SourceTable, used: set[int], *, numbers: set[int]) -> list[Fault]:
    """Return one notice that names the columns whose merged cells were read for all their rows."""
    names = [table.headers[index] for index in sorted(table.merged) if index in used - numbers]
    if not names:
        return []
    return [
        Fault(
            "merged cells were read as standing in each of their rows: " + ", ".join(names),
            file=table.file,
            layer=table.layer,
        )
    ]


def raise_if_any(faults: list[Fault], notices: Sequence[Fault] = ()) -> None:
    """
    Raise all faults of a file at once, its warnings with them.

    Raises
    ------
    InputInvalid
        If there are any.
    """
    if faults:
        raise InputInvalid(faults, notices=notices)
