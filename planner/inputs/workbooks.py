"""Workbooks (.xlsx): which sheet is meant, and its cells."""

from __future__ import annotations

import difflib
import re
import warnings
import zipfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from planner.errors import Fault, InputInvalid, InputUnreadable
from planner.inputs.cells import text_of
from planner.inputs.disguises import require_as_named
from planner.inputs.headings import find_heading
from planner.inputs.recognise import count_recognised
from planner.inputs.tables import SourceTable, table_from_rows

if TYPE_CHECKING:
    from pathlib import Path

    from planner.inputs.columns import Aliases

_FEW_COLUMNS = 3
"""A sheet with so many recognised columns could be the one that is meant."""
_MERGED_CELLS: Final = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]+)(\d+):([A-Z]+)(\d+)\""
)
_WIDE: Final = 3
"""A row that is one cell over so many columns names a part of the table, and is no row of it."""

_Rows = list[tuple[int, list[object]]]


@dataclass(frozen=True, slots=True)
class _Block:
    """Cells merged into one: rows as the user counts them, columns from 0, both inclusive."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class _Sheet:
    rows: _Rows
    blocks: tuple[_Block, ...]


def read_sheet(path: Path, aliases: Aliases, *, layer: str | None) -> SourceTable:
    """
    Read one sheet of a workbook; formulas give the values last saved with them.

    Parameters
    ----------
    path
        An `.xlsx` or `.xlsm` file.
    aliases
        Columns looked for.
    layer
        Name of the sheet; without it, the only sheet whose columns are recognised.

    Returns
    -------
    table
        Cells merged over several rows stand in each of them (its `merged`); a row that is a
        single wide cell between others is left out, with a notice.

    Raises
    ------
    InputUnreadable
        If it is not a workbook, is locked, or is protected by a password.
    InputInvalid
        If the sheet is not there, or more than one could be meant.
    """
    require_as_named(path)
    sheets = _read_sheets(path)
    if layer is not None:
        if layer not in sheets:
            raise InputInvalid(
                Fault(
                    "has no sheet of this name",
                    file=path.name,
                    layer=layer,
                    found="sheets " + ", ".join(_nearest_first(layer, list(sheets))),
                )
            )
        return _as_table(path, layer, sheets[layer], aliases)
    filled = {name: sheet for name, sheet in sheets.items() if sheet.rows}
    if not filled:
        raise InputInvalid(
            Fault("holds no filled cell", file=path.name, hint="is it the right file?")
        )
    name = next(iter(filled)) if len(filled) == 1 else _choose(path, filled, aliases)
    return _as_table(path, name, filled[name], aliases)


def _read_sheets(path: Path) -> dict[str, _Sheet]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            # Extensions it drops (data validation, conditional formats) hold no cell.
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                return {sheet.title: _read_cells(path, sheet) for sheet in book.worksheets}
            finally:
                book.close()
    except PermissionError as error:
        raise InputUnreadable(
            Fault("is locked by another program", file=path.name, hint="close it in Excel")
        ) from error
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        LookupError,
        ValueError,
        OSError,
        EOFError,
        SyntaxError,  # of its XML
        TypeError,
        AttributeError,
    ) as error:
        raise InputUnreadable(
            Fault(
                "is not a workbook that can be opened",
                file=path.name,
                found=str(error),
                hint="it may be damaged: open it in Excel and save it again",
            )
        ) from error


def _read_cells(path: Path, sheet: Any) -> _Sheet:  # noqa: ANN401 - openpyxl is untyped
    # Some programs state a size that is wrong; without it all cells are read.
    sheet.reset_dimensions()
    rows = [
        (number, list(cells))
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1)
        if any(text_of(cell) for cell in cells)
    ]
    # In reading as it streams, openpyxl knows where a sheet's XML is but not its merged cells.
    member = str(sheet._worksheet_path).lstrip("/")  # noqa: SLF001
    return _Sheet(rows, _merged_blocks(path, member) if rows else ())


def _merged_blocks(path: Path, member: str) -> tuple[_Block, ...]:
    from openpyxl.utils import column_index_from_string

    with zipfile.ZipFile(path) as archive:
        found = _MERGED_CELLS.findall(archive.read(member))
    return tuple(
        _Block(
            int(first_row),
            int(last_row),
            column_index_from_string(first.decode()) - 1,
            column_index_from_string(last.decode()) - 1,
        )
        for first, first_row, last, last_row in found
    )


def _as_table(path: Path, name: str, sheet: _Sheet, aliases: Aliases) -> SourceTable:
    if not sheet.blocks or not sheet.rows:
        return table_from_rows(sheet.rows, aliases, file=path.name, layer=name)
    heading = find_heading(sheet.rows, aliases)
    if heading.after >= len(sheet.rows):
        return table_from_rows(sheet.rows, aliases, file=path.name, layer=name)
    start = sheet.rows[heading.after][0]
    body = [block for block in sheet.blocks if block.first_row >= start]
    wide = {
        block.first_row
        for block in body
        if block.first_row == block.last_row and block.last_column - block.first_column + 1 >= _WIDE
    }
    last = sheet.rows[-1][0]
    parts = [
        number
        for number, cells in sheet.rows
        if number in wide and number != last and sum(bool(text_of(cell)) for cell in cells) == 1
    ]
    rows, copied = _fill_down(
        [(number, cells) for number, cells in sheet.rows if number not in set(parts)], body
    )
    table = table_from_rows(rows, aliases, file=path.name, layer=name)
    place_of = {number: position for position, number in enumerate(table.row)}
    merged: dict[int, tuple[int, ...]] = {}
    for column, numbers in copied.items():
        merged[column] = tuple(place_of[number] for number in numbers if number in place_of)
    notices = [
        Fault(
            "a row that is one wide cell names a part of the table, and is left out",
            file=path.name,
            layer=name,
            row=number,
        )
        for number in parts
    ]
    return replace(table, merged=merged, notices=(*notices, *table.notices))


def _fill_down(rows: _Rows, blocks: list[_Block]) -> tuple[_Rows, dict[int, list[int]]]:
    """Write the value of each block into all its rows; tell in which it was not before."""
    values = {number: list(cells) for number, cells in rows}
    copied: dict[int, list[int]] = {}
    for block in blocks:
        if block.first_row not in values:
            continue
        first, column = values[block.first_row], block.first_column
        if column >= len(first) or not text_of(first[column]):
            continue
        for number in range(block.first_row + 1, block.last_row + 1):
            cells = values.get(number)
            if cells is None:
                continue  # nothing else stands in that row
            cells.extend([None] * (column + 1 - len(cells)))
            cells[column] = first[column]
            copied.setdefault(column, []).append(number)
    return list(values.items()), copied


def _choose(path: Path, filled: dict[str, _Sheet], aliases: Aliases) -> str:
    counts = {
        name: count_recognised(find_heading(sheet.rows, aliases).names, aliases)
        for name, sheet in filled.items()
    }
    plausible = [name for name, count in counts.items() if count >= _FEW_COLUMNS]
    if len(plausible) == 1:
        return plausible[0]
    named = plausible or list(filled)
    raise InputInvalid(
        Fault(
            "more than one sheet could be meant" if plausible else "no sheet has columns known",
            file=path.name,
            found="sheets " + " and ".join(f'"{name}"' for name in named),
            hint='name the sheet in the study: layer = "…"',
        )
    )


def _nearest_first(wanted: str, names: list[str]) -> list[str]:
    near = difflib.get_close_matches(wanted, names, n=len(names) or 1, cutoff=0.3)
    return near + [name for name in names if name not in near]
