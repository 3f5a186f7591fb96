"""Tables in text files, workbooks and layers, as columns with their row numbers."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from planner.errors import Fault, InputInvalid, InputMissing, InputUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from planner.domain.arrays import GeometryArray
    from planner.inputs.columns import Aliases

TEXT_SUFFIXES: Final = (".csv", ".tsv", ".txt")
WORKBOOK_SUFFIXES: Final = (".xlsx", ".xlsm")
_OLD_WORKBOOK: Final = ".xls"
_FILL: Final = "fill in the rows, or name the right file or sheet in the study"
_LARGEST_CELL: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class SourceTable:
    """
    One table of a file, before anything is understood.

    Attributes
    ----------
    file, layer
        Where it was read; `layer` is `None` for text files.
    headers
        Names of the columns; empty where the header cell is.
    columns
        Cells of each column, `None` or blank text for nothing.
    row
        Row of each line as the user sees it.
    geometry
        Geometries of a layer, shape (n_rows,), `None` for a table.
    crs
        CRS of the layer, `None` where it has none and for tables.
    cut_names
        True where the format cuts names of columns (Shapefile).
    notices
        What the reader had to decide.
    """

    file: str
    layer: str | None
    headers: tuple[str, ...]
    columns: tuple[Sequence[object], ...]
    row: tuple[int, ...]
    geometry: GeometryArray | None = None
    crs: str | None = None
    cut_names: bool = False
    notices: tuple[Fault, ...] = ()


def read_table(path: Path, aliases: Aliases, *, layer: str | None = None) -> SourceTable:
    """
    Read a text file, a workbook or a layer of vector data.

    Parameters
    ----------
    path
        `.csv`, `.tsv`, `.txt`, `.xlsx`, `.xlsm`, or any vector file that GDAL reads.
    aliases
        Columns looked for: they tell the header row, and the sheet or layer where several are.
    layer
        Name of the sheet or layer, where the study names one.

    Raises
    ------
    InputMissing, InputUnreadable, InputInvalid
        If there is no such file, it cannot be read, or it is not clear which sheet is meant.
    """
    require_file(path)
    suffix = path.suffix.lower()
    if suffix == _OLD_WORKBOOK:
        raise InputUnreadable(
            Fault(
                "workbooks of Excel 97-2003 are not read",
                file=path.name,
                expected="an .xlsx file",
                hint="open it in Excel and save it as .xlsx",
            )
        )
    if suffix in WORKBOOK_SUFFIXES:
        from planner.inputs.workbooks import read_sheet

        return read_sheet(path, aliases, layer=layer)
    if suffix in TEXT_SUFFIXES:
        return _read_text_table(path, aliases)
    from planner.inputs.vectors import read_layer

    return read_layer(path, aliases, layer=layer)


def require_file(path: Path) -> None:
    """
    Raise where a file is not there or holds nothing.

    Raises
    ------
    InputMissing
        If it does not exist.
    InputUnreadable
        If it is a folder (a `.gdb` apart) or has no bytes.
    """
    if not path.exists():
        raise InputMissing(Fault("the file does not exist", file=path.name, found=str(path)))
    if path.is_dir():
        if path.suffix.lower() != ".gdb":
            raise InputUnreadable(Fault("is a folder, not a file", file=path.name))
    elif path.stat().st_size == 0:
        raise InputUnreadable(
            Fault("is empty (0 bytes)", file=path.name, hint="copy or export it again")
        )


def table_from_rows(
    rows: Sequence[tuple[int, Sequence[object]]],
    aliases: Aliases,
    *,
    file: str,
    layer: str | None = None,
) -> SourceTable:
    """
    Find the header among rows of cells, and turn the rest into columns.

    Parameters
    ----------
    rows
        Row numbers as the user sees them, and cells; blank rows are passed over.
    aliases
        Columns looked for: they tell the heading, see `find_heading`.

    Returns
    -------
    table
        Rows of totals and remarks at its end are left out, and said to be.

    Raises
    ------
    InputInvalid
        If there is no row but the header, or rows are longer than it.
    """
    from planner.inputs.cells import text_of
    from planner.inputs.headings import find_heading

    filled = [(number, cells) for number, cells in rows if any(text_of(cell) for cell in cells)]
    if not filled:
        raise InputInvalid(Fault("holds no rows", file=file, layer=layer, hint=_FILL))
    heading = find_heading(filled, aliases)
    headers = list(heading.names)
    while headers and not headers[-1]:
        headers.pop()
    body, notices = _without_end_rows(filled[heading.after :], file=file, layer=layer)
    if not body:
        raise InputInvalid(
            Fault(
                "holds a header but no rows",
                file=file,
                layer=layer,
                found="columns " + ", ".join(header for header in headers if header),
                hint=_FILL,
            )
        )
    width = len(headers)
    faults = [
        Fault(
            "has more cells than the header",
            file=file,
            layer=layer,
            row=number,
            found=f"{len(cells)} cells",
            expected=f"{width}",
            hint="a value that holds the separator must stand in double quotes",
        )
        for number, cells in body
        if len(cells) > width and any(text_of(cell) for cell in cells[width:])
    ]
    if faults:
        raise InputInvalid(faults)
    columns = tuple(
        [cells[index] if index < len(cells) else None for _, cells in body]
        for index in range(width)
    )
    return SourceTable(
        file=file,
        layer=layer,
        headers=tuple(headers),
        columns=columns,
        row=tuple(number for number, _ in body),
        notices=notices,
    )


def _without_end_rows(
    body: Sequence[tuple[int, Sequence[object]]], *, file: str, layer: str | None
) -> tuple[list[tuple[int, Sequence[object]]], tuple[Fault, ...]]:
    """Leave out the rows below a table that add it up or remark on it, with a notice for each."""
    from planner.inputs.headings import is_remark, is_totals

    kept = list(body)
    notices = []
    while kept and (is_totals(kept[-1][1]) or is_remark(kept[-1][1])):
        number, cells = kept.pop()
        text = "a row of totals is left out" if is_totals(cells) else "a remark is left out"
        notices.append(Fault(text, file=file, layer=layer, row=number))
    return kept, tuple(reversed(notices))


def decode_text(path: Path) -> tuple[str, str]:
    """
    Return a text file's content and its encoding.

    The order is byte order marks, UTF-8, GB18030; every step is strict, as a wrong guess would
    turn names into nonsense without an error.

    Raises
    ------
    InputUnreadable
        If no encoding fits.
    """
    raw = path.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        order = ["utf-16"]
    elif raw.startswith(b"\xef\xbb\xbf"):
        order = ["utf-8-sig"]
    else:
        order = ["utf-8", "gb18030"]
    for encoding in order:
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise InputUnreadable(
        Fault(
            "is neither UTF-8 nor GB18030 text",
            file=path.name,
            hint="save it again as “CSV UTF-8”",
        )
    )


def _read_text_table(path: Path, aliases: Aliases) -> SourceTable:
    content, encoding = decode_text(path)
    if "\x00" in content:
        raise InputUnreadable(
            Fault("is not a text file", file=path.name, hint="is it a workbook with another name?")
        )
    delimiter = _delimiter(path, content)
    csv.field_size_limit(_LARGEST_CELL)
    try:
        rows = list(_numbered(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)))
    except csv.Error as error:
        raise InputUnreadable(
            Fault("cannot be read as a table", file=path.name, found=str(error))
        ) from error
    table = table_from_rows(rows, aliases, file=path.name)
    if encoding != "gb18030":
        return table
    read_as = Fault("read as GB18030 (GBK) text", file=path.name)
    return replace(table, notices=(read_as, *table.notices))


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, Sequence[object]]]:
    return enumerate(reader, 1)


def _delimiter(path: Path, content: str) -> str:
    if path.suffix.lower() == ".tsv":
        return "\t"
    head = next((line for line in content.splitlines() if line.strip(" ,;\t")), "")
    return max(",\t;", key=head.count)
