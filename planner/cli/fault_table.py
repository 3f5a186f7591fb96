"""What `planner check` found, as a table: coloured on a terminal, whole lines in a file."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Console
from rich.table import Table

from planner.errors import FAULTS_SHOWN, Fault
from planner.report.chinese import in_chinese
from planner.report.set_aside import both_languages, reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.domain.places import QuarantinedRow
    from planner.pipeline.check import CheckResult

_WIDE: Final = 150
"""Columns of a terminal from which on every field has a column of its own."""
_UNBOUNDED: Final = 2_000
_STYLES: Final = {"fault 错误": "red", "set aside 已隔离": "yellow", "note 提示": "cyan"}
_WIDEST: Final = {"found": 48, "expected": 48, "message": 100, "hint": 80}

_Row = tuple[str, Fault]


def write_fault_table(result: CheckResult) -> None:
    """Write faults, rows set aside and notes to standard output as one table."""
    if not (result.faults or result.quarantine or result.notices):
        return
    terminal = sys.stdout.isatty()
    width = Console().width if terminal else _UNBOUNDED
    table = _wide_table(result) if width >= _WIDE else _narrow_table(result)
    text = io.StringIO()
    console = Console(
        file=text,
        width=width,
        force_terminal=terminal,
        color_system="standard" if terminal else None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    console.print(table)
    lines = [line.rstrip() for line in text.getvalue().splitlines()]
    sys.stdout.write("\n".join(lines) + "\n")


def _wide_table(result: CheckResult) -> Table:
    table = _empty()
    for name, title in (
        ("kind", "kind 类别"),
        ("file", "file 文件"),
        ("layer", "layer 图层"),
        ("row", "row 行"),
        ("field", "field 字段"),
        ("found", "found 现为"),
        ("expected", "expected 应为"),
        ("message", "message 问题"),
        ("hint", "hint 建议"),
    ):
        widest = _WIDEST.get(name)
        table.add_column(title, overflow="fold", no_wrap=widest is None, max_width=widest)
    for kind, fault in _rows(result):
        message, hint = _both(fault)
        cells = (kind, fault.file, fault.layer, fault.row, fault.field, fault.found, fault.expected)
        table.add_row(*_texts((*cells, message, hint)), style=_STYLES[kind])
    return table


def _narrow_table(result: CheckResult) -> Table:
    table = _empty()
    table.add_column("kind 类别", no_wrap=True)
    table.add_column("where 位置", overflow="fold", ratio=2)
    table.add_column("what 问题", overflow="fold", ratio=5)
    for kind, fault in _rows(result):
        where = [
            fault.file,
            fault.layer and f"layer 图层 {fault.layer}",
            None if fault.row is None else f"row 行 {fault.row}",
            fault.field and f"field 字段 {fault.field}",
        ]
        message, hint = _both(fault)
        what = [
            message,
            fault.found and f"found 现为 {fault.found}",
            fault.expected and f"expected 应为 {fault.expected}",
            hint,
        ]
        cells = ("\n".join(part for part in parts if part) for parts in (where, what))
        table.add_row(kind, *cells, style=_STYLES[kind])
    return table


def _empty() -> Table:
    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)


def _rows(result: CheckResult) -> Iterator[_Row]:
    yield from _first("fault 错误", result.faults)
    aside = [_as_fault(row) for row in result.quarantine[:FAULTS_SHOWN]]
    yield from _first("set aside 已隔离", aside, count=len(result.quarantine))
    yield from _first("note 提示", result.notices)


def _first(kind: str, faults: Sequence[Fault], *, count: int | None = None) -> Iterator[_Row]:
    for fault in faults[:FAULTS_SHOWN]:
        yield kind, fault
    count = len(faults) if count is None else count
    if count > FAULTS_SHOWN:
        yield (
            kind,
            Fault(
                f"… {count} in all, the first {FAULTS_SHOWN} shown "
                f"共 {count} 处，只列出前 {FAULTS_SHOWN} 处"
            ),
        )


def _as_fault(row: QuarantinedRow) -> Fault:
    return Fault(
        f"{row.label}: {reason_of(row)}",
        file=both_languages("noun", row.noun),
        row=row.row,
        found=row.detail or None,
    )


def _both(fault: Fault) -> tuple[str, str]:
    """Return the message and the hint, each with its Chinese below it."""
    message = in_chinese(Fault(fault.message)) if fault.message else ""
    hint = ""
    if fault.hint is not None and message:
        hint = in_chinese(Fault(fault.message, hint=fault.hint)).removeprefix(f"{message}；")
    return _stack(fault.message, message), _stack(fault.hint or "", hint)


def _stack(english: str, chinese: str) -> str:
    return english if not chinese or chinese == english else f"{english}\n{chinese}"


def _texts(cells: Sequence[object]) -> list[str]:
    return ["" if cell is None else str(cell) for cell in cells]
