"""What `planner check` found, as a workbook with coloured rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import xlsxwriter

from planner.errors import Fault, OutputLocked, ReportError
from planner.report.chinese import in_chinese
from planner.report.set_aside import both_languages, reason_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from planner.domain.places import QuarantinedRow

_HEAD = ("类别 kind", "文件 file", "图层 layer", "行 row", "字段 field", "问题 message")
_TAIL = ("实际 found", "应为 expected", "建议 hint", "中文 in Chinese")
_COLOURS = {"错误 fault": "#F6D5C3", "隔离 set aside": "#FBE7C3", "提示 note": "#E3EEF5"}


def write_check_workbook(
    faults: Iterable[Fault],
    notices: Iterable[Fault],
    quarantine: Iterable[QuarantinedRow],
    path: Path,
) -> None:
    """
    Write faults, quarantined rows and notices, one a row.

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
    for count, (kind, row) in enumerate(_rows(faults, notices, quarantine), start=1):
        for column, value in enumerate((kind, *row)):
            sheet.write(count, column, "" if value is None else str(value), formats[kind])
    sheet.autofilter(0, 0, count, len(_HEAD) + len(_TAIL) - 1)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 4, 16)
    sheet.set_column(5, 9, 44)
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
    for fault in faults:
        yield "错误 fault", _cells(fault)
    for item in quarantine:
        yield (
            "隔离 set aside",
            (
                both_languages("noun", item.noun),
                None,
                item.row,
                None,
                f"{item.label}: {reason_of(item)}",
                item.detail,
            ),
        )
    for notice in notices:
        yield "提示 note", _cells(notice)


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
