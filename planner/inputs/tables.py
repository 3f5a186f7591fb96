"""Tables in text files, workbooks and layers, as columns with their row numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from planner.errors import Fault, InputInvalid, InputMissing, InputUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.domain.arrays import GeometryArray
    from planner.inputs.columns import Aliases

TEXT_SUFFIXES: Final = (".csv", ".tsv", ".txt")
WORKBOOK_SUFFIXES: Final = (".xlsx", ".xlsm", ".xls")
PARQUET_SUFFIXES: Final = (".parquet", ".geoparquet")
_FILL: Final = "fill in the rows, or name the right file or sheet in the study"
_LARGEST_CELL: Final = 10_000_000
_HEAD_ROWS: Final = 16
"""Filled rows that are looked at for the heading; the rest follows in chunks."""
_CHUNK_ROWS: Final = 256
"""So few rows live at a time that the garbage collector never has to look at them."""

Rows = Iterable[tuple[int, Sequence[object]]]


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
    faults
        What is wrong with rows; readers add their own and raise them together.
    encoding
        Of its texts and how it was found, empty where the format leaves no choice.
    merged
        Positions of the rows whose cell repeats the one above it because the two are merged, by
        column.
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
    faults: tuple[Fault, ...] = ()
    encoding: str = ""
    merged: dict[int, tuple[int, ...]] = field(default_factory=dict)


def read_table(path: Path, aliases: Aliases, *, layer: str | None = None) -> SourceTable:
    """
    Read a text file, a workbook, a parquet file or a layer of vector data.

    Parameters
    ----------
    path
        `.csv`, `.tsv`, `.txt`, `.xlsx`, `.xlsm`, `.parquet`, or any vector file that GDAL reads.
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
    try:
        return _read_by_suffix(path, aliases, layer)
    except PermissionError as error:
        raise InputUnreadable(
            Fault(
                "is locked by another program, or may not be read",
                file=path.name,
                hint="close it in Excel, or mend its rights",
            )
        ) from error


def _read_by_suffix(path: Path, aliases: Aliases, layer: str | None) -> SourceTable:
    suffix = path.suffix.lower()
    if suffix in WORKBOOK_SUFFIXES:
        from planner.inputs.workbooks import read_sheet

        return read_sheet(path, aliases, layer=layer)
    if suffix in TEXT_SUFFIXES:
        return _read_text_table(path, aliases)
    if suffix in PARQUET_SUFFIXES:
        from planner.inputs.parquet import read_parquet

        return read_parquet(path)
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
            raise InputUnreadable(
                Fault(
                    "is a folder, not a file",
                    file=path.name,
                    hint="name the file inside it, with its ending",
                )
            )
    elif path.stat().st_size == 0:
        raise InputUnreadable(
            Fault("is empty (0 bytes)", file=path.name, hint="copy or export it again")
        )


def table_from_rows(
    rows: Rows,
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
        Rows of totals and remarks at its end are left out, and said to be; rows longer than the
        header are in its `faults`.

    Raises
    ------
    InputInvalid
        If there is no row but the header.
    """
    from planner.inputs.headings import find_heading

    filled = (pair for chunk in _chunks(rows) for pair in _filled(chunk))
    head = list(islice(filled, _HEAD_ROWS))
    if not head:
        raise InputInvalid(Fault("holds no rows", file=file, layer=layer, hint=_FILL))
    heading = find_heading(head, aliases)
    headers = list(heading.names)
    while headers and not headers[-1]:
        headers.pop()
    body = _Body(len(headers))
    body.take(head[heading.after :])
    for chunk in _chunks(filled):
        body.take(chunk)
    notices = body.leave_out_end(file=file, layer=layer)
    if not body.row and not body.too_long:
        raise InputInvalid(
            Fault(
                "holds a header but no rows",
                file=file,
                layer=layer,
                found="columns " + ", ".join(header for header in headers if header),
                hint=_FILL,
            )
        )
    return SourceTable(
        file=file,
        layer=layer,
        headers=tuple(headers),
        columns=tuple(body.columns),
        row=tuple(body.row),
        notices=notices,
        faults=tuple(
            Fault(
                "has more cells than the header",
                file=file,
                layer=layer,
                row=number,
                found=f"{count} cells",
                expected=f"{len(headers)}",
                hint="a value that holds the separator must stand in double quotes",
            )
            for number, count in body.too_long
        ),
    )


_Chunk = list[tuple[int, Sequence[object]]]


def _chunks(rows: Rows) -> Iterator[_Chunk]:
    """Give rows a few at a time: lists that soon die cost the garbage collector nothing."""
    left = iter(rows)
    while chunk := list(islice(left, _CHUNK_ROWS)):
        yield chunk


def _filled(chunk: _Chunk) -> _Chunk:
    from planner.inputs.cells import text_of

    try:
        return [pair for pair in chunk if "".join(pair[1]).strip()]  # type: ignore[arg-type]
    except TypeError:  # cells of a workbook, not all texts
        return [pair for pair in chunk if any(text_of(cell) for cell in pair[1])]


class _Body:
    """The rows below a heading, as columns."""

    def __init__(self, width: int) -> None:
        self.columns: list[list[object]] = [[] for _ in range(width)]
        self.row: list[int] = []
        self.too_long: list[tuple[int, int]] = []

    def take(self, chunk: _Chunk) -> None:
        """Add rows, short ones filled up with nothing."""
        from planner.inputs.cells import text_of

        width = len(self.columns)
        cells = [row for _, row in chunk]
        if {len(row) for row in cells} - {width}:
            # Of a row that is too long nobody knows which cell belongs where.
            long = {
                number
                for number, row in chunk
                if len(row) > width and any(text_of(cell) for cell in row[width:])
            }
            self.too_long.extend((number, len(row)) for number, row in chunk if number in long)
            chunk = [pair for pair in chunk if pair[0] not in long]
            cells = [[*row[:width], *[None] * (width - len(row))] for _, row in chunk]
        for column, values in zip(self.columns, zip(*cells, strict=True), strict=False):
            column.extend(values)
        self.row.extend(number for number, _ in chunk)

    def leave_out_end(self, *, file: str, layer: str | None) -> tuple[Fault, ...]:
        """Leave out the rows that add up the others or remark on them, with a notice for each."""
        from planner.inputs.headings import is_remark, is_totals

        notices: list[Fault] = []
        while self.row:
            last = [column[-1] for column in self.columns]
            if is_totals(last):
                text = "a row of totals is left out"
            elif is_remark(last):
                text = "a remark is left out"
            else:
                break
            for column in self.columns:
                column.pop()
            notices.insert(0, Fault(text, file=file, layer=layer, row=self.row.pop()))
        return tuple(notices)


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
    failed_at = 0
    for encoding in order:
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError as error:
            failed_at = error.start
    raise InputUnreadable(
        Fault(
            "is neither UTF-8 nor GB18030 text",
            file=path.name,
            row=raw[:failed_at].count(b"\n") + 1,
            hint="save it again as “CSV UTF-8”",
        )
    )


def _read_text_table(path: Path, aliases: Aliases) -> SourceTable:
    from planner.inputs.disguises import require_as_named

    require_as_named(path)
    content, encoding = decode_text(path)
    if "\x00" in content:
        raise InputUnreadable(
            Fault("is not a text file", file=path.name, hint="is it a workbook with another name?")
        )
    delimiter = _delimiter(path, content)
    csv.field_size_limit(_LARGEST_CELL)
    rows = enumerate(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter), 1)
    try:
        table = table_from_rows(rows, aliases, file=path.name)
    except csv.Error as error:
        raise InputUnreadable(
            Fault("cannot be read as a table", file=path.name, found=str(error))
        ) from error
    table = replace(table, encoding=encoding)
    if encoding != "gb18030":
        return table
    read_as = Fault("read as GB18030 (GBK) text", file=path.name)
    return replace(table, notices=(read_as, *table.notices))


def _delimiter(path: Path, content: str) -> str:
    if path.suffix.lower() == ".tsv":
        return "\t"
    lines = io.StringIO(content)
    head = next((line for line in lines if line.strip(" ,;\t\r\n")), "")
    return max(",\t;", key=head.count)
