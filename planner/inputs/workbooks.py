"""Workbooks (.xlsx): which sheet is meant, and its cells."""

from __future__ import annotations

import difflib
import warnings
import zipfile
from typing import TYPE_CHECKING

from planner.errors import Fault, InputInvalid, InputUnreadable
from planner.inputs.cells import text_of
from planner.inputs.headings import find_heading
from planner.inputs.recognise import count_recognised
from planner.inputs.tables import SourceTable, table_from_rows

if TYPE_CHECKING:
    from pathlib import Path

    from planner.inputs.columns import Aliases

_FEW_COLUMNS = 3
"""A sheet with so many recognised columns could be the one that is meant."""


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

    Raises
    ------
    InputUnreadable
        If it is not a workbook, is locked, or is protected by a password.
    InputInvalid
        If the sheet is not there, or more than one could be meant.
    """
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
        return table_from_rows(sheets[layer], aliases, file=path.name, layer=layer)
    filled = {name: rows for name, rows in sheets.items() if rows}
    if not filled:
        raise InputInvalid(
            Fault("holds no filled cell", file=path.name, hint="is it the right file?")
        )
    name = next(iter(filled)) if len(filled) == 1 else _choose(path, filled, aliases)
    return table_from_rows(filled[name], aliases, file=path.name, layer=name)


_Rows = list[tuple[int, list[object]]]


def _read_sheets(path: Path) -> dict[str, _Rows]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            # Extensions it drops (data validation, conditional formats) hold no cell.
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                return {
                    sheet.title: [
                        (number, list(cells))
                        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1)
                        if any(text_of(cell) for cell in cells)
                    ]
                    for sheet in book.worksheets
                }
            finally:
                book.close()
    except PermissionError as error:
        raise InputUnreadable(
            Fault("is locked by another program", file=path.name, hint="close it in Excel")
        ) from error
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise InputUnreadable(
            Fault(
                "is not a workbook that can be opened",
                file=path.name,
                found=str(error),
                hint="it may be damaged, protected by a password, or an .xls with another name",
            )
        ) from error


def _choose(path: Path, filled: dict[str, _Rows], aliases: Aliases) -> str:
    counts = {
        name: count_recognised(find_heading(rows, aliases).names, aliases)
        for name, rows in filled.items()
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
