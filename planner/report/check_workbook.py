"""What `planner check` found, as a workbook with coloured rows."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain, islice
from typing import TYPE_CHECKING

import xlsxwriter

from planner.errors import Fault, OutputLocked, ReportError
from planner.report.chinese import in_chinese
from planner.report.recognised import READ_COLUMNS, list_columns
from planner.report.set_aside import both_languages, reason_of
from planner.report.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from planner.domain.places import QuarantinedRow
    from planner.domain.recognised import FileRead
    from planner.report.findings import FindingRow

_LISTED = 20_000
_HEAD = ("类别 kind", "文件 file", "图层 layer", "行 row", "字段 field", "问题 message")
_TAIL = ("实际 found", "应为 expected", "建议 hint", "中文 in Chinese")
_COLOURS = {
    "错误 fault": "#F6D5C3",
    "隔离 set aside": "#FBE7C3",
    "提示 note": "#E3EEF5",
    "路网 streets": "#E8EEDD",
}
_PLACE_COLUMNS = (
    "finding",
    "name",
    "id",
    "count",
    "length_m",
    "edge_distance",
    "persons_concerned",
    "lon",
    "lat",
)


def write_check_workbook(
    faults: Iterable[Fault],
    notices: Iterable[Fault],
    quarantine: Iterable[QuarantinedRow],
    path: Path,
    *,
    findings: Iterable[str] = (),
    finding_places: Iterable[FindingRow] = (),
    files: Iterable[FileRead] = (),
) -> None:
    """
    Write faults, quarantined rows, notices and what was found in the streets, one a row.

    The places found in the streets stand on a sheet of their own, and so does what was
    recognised in each file. Of each kind the first 20,000 are listed, and all are counted.

    Raises
    ------
    OutputLocked
        If the file is open in another program or its folder cannot be written.
    ReportError
        If the path is a folder, or its folder does not exist.
    """
    _require_place(path)
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"created": datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
    sheet = book.add_worksheet("检查 check")
    head = book.add_format({"bold": True, "border": 1})
    formats = {kind: book.add_format({"bg_color": colour}) for kind, colour in _COLOURS.items()}
    for column, title in enumerate((*_HEAD, *_TAIL)):
        sheet.write(0, column, title, head)
    count = 0
    rows = chain(_rows(faults, notices, quarantine), _finding_rows(findings))
    for count, (kind, row) in enumerate(rows, start=1):
        for column, value in enumerate((kind, *row)):
            sheet.write(count, column, "" if value is None else str(value), formats[kind])
    sheet.autofilter(0, 0, count, len(_HEAD) + len(_TAIL) - 1)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 4, 16)
    sheet.set_column(5, 9, 44)
    _write_places(book, head, finding_places)
    _write_files(book, head, files)
    try:
        book.close()
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise OutputLocked(
            Fault("cannot be written", file=str(path), hint="close it in Excel, or choose another")
        ) from error


def _require_place(path: Path) -> None:
    if path.is_dir():
        raise ReportError(
            Fault("is a folder", file=str(path), hint="name a file, such as check.xlsx")
        )
    if not path.absolute().parent.is_dir():
        raise ReportError(
            Fault("its folder does not exist", file=str(path), hint="make it, or choose another")
        )


def _rows(
    faults: Iterable[Fault], notices: Iterable[Fault], quarantine: Iterable[QuarantinedRow]
) -> Iterator[tuple[str, tuple[object, ...]]]:
    yield from _capped("错误 fault", map(_cells, faults))
    yield from _capped("隔离 set aside", map(_quarantine_cells, quarantine))
    yield from _capped("提示 note", map(_cells, notices))


def _capped(
    kind: str, rows: Iterable[tuple[object, ...]]
) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Give the first rows, and a last one that counts all of them where there are more."""
    listed = iter(rows)
    for row in islice(listed, _LISTED):
        yield kind, row
    more = sum(1 for _ in listed)
    if more:
        count = _LISTED + more
        text = f"… {count} in all, the first {_LISTED} listed"
        chinese = f"共 {count} 处，只列出前 {_LISTED} 处"
        yield kind, (*(None,) * 4, text, None, None, None, chinese)


def _quarantine_cells(item: QuarantinedRow) -> tuple[object, ...]:
    return (
        both_languages("noun", item.noun),
        None,
        item.row,
        None,
        f"{item.label}: {reason_of(item)}",
        item.detail,
    )


def _cells(fault: Fault) -> tuple[object, ...]:
    return (
        fault.file,
        fault.layer,
        fault.row,
        fault.field,
        fault.message,
        fault.found,
        fault.expected,
        fault.hint,
        in_chinese(fault),
    )


def _finding_rows(findings: Iterable[str]) -> Iterator[tuple[str, tuple[object, ...]]]:
    for sentence in findings:
        english, _, chinese = sentence.partition("\n")
        yield "路网 streets", (*(None,) * 4, english, None, None, None, chinese.strip())


def _write_places(book: xlsxwriter.Workbook, head: object, places: Iterable[FindingRow]) -> None:
    sheet = book.add_worksheet("路网 streets")
    for column, name in enumerate(_PLACE_COLUMNS):
        title = f"{Words('zh')(f'col.{name}')} {Words('en')(f'col.{name}')}"
        sheet.write(0, column, title, head)
    count = 0
    for count, place in enumerate(places, start=1):
        sheet.write_string(count, 0, both_languages("finding", place.kind))
        sheet.write_string(count, 1, place.name)
        sheet.write_string(count, 2, place.label)
        numbers = (place.count, place.length_m, place.edge_distance_m, place.persons)
        for column, number in enumerate((*numbers, place.lon, place.lat), start=3):
            if number is not None:
                sheet.write_number(count, column, number)
    sheet.autofilter(0, 0, count, len(_PLACE_COLUMNS) - 1)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 1, 32)
    sheet.set_column(2, len(_PLACE_COLUMNS) - 1, 16)


def _write_files(book: xlsxwriter.Workbook, head: object, files: Iterable[FileRead]) -> None:
    sheet = book.add_worksheet("识别 recognised")
    for column, title in enumerate(READ_COLUMNS):
        sheet.write(0, column, title, head)
    count = 0
    for count, row in enumerate(list_columns(files), start=1):
        for column, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(count, column, value)
            elif value:
                sheet.write_string(count, column, str(value))
    sheet.autofilter(0, 0, count, len(READ_COLUMNS) - 1)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(READ_COLUMNS) - 1, 20)
