"""How a run ends badly: the message a planner reads, and the exit code."""

from __future__ import annotations

import errno
import sys
import traceback
from typing import Any, Final

from typer.core import TyperGroup

from planner.cli.interrupts import minding_the_keyboard, was_pressed
from planner.errors import FAULTS_SHOWN, Fault, PlannerError, ReportError
from planner.report.chinese import both_lines

BUG: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130

_MACHINE_HINTS: Final = {
    errno.ENOSPC: "the disk is full: make room and run again",
    errno.EROFS: "the disk is read-only: choose another folder",
    errno.EACCES: "the file or its folder may not be used: close it elsewhere, or mend its rights",
}
"""What the machine refuses and a planner can mend; every other `OSError` is a bug."""


class Verbs(TyperGroup):
    """The verbs of the command; Ctrl-C in any of them is told in one line."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - the context of any click
        """Run the verb that was asked for."""
        try:
            with minding_the_keyboard():
                return super().invoke(ctx)
        except KeyboardInterrupt:
            return _tell_interrupted()
        except Exception:
            # An interrupt that a compiler dropped makes it fail in words of its own.
            if was_pressed():
                return _tell_interrupted()
            raise


def _tell_interrupted() -> int:
    sys.stderr.write("interrupted 已中断\n")
    return INTERRUPTED


def tell_end(error: Exception) -> int:
    """
    Tell on stderr why a run ended, and return the exit code.

    Parameters
    ----------
    error
        A `PlannerError` is told as its faults; what the machine refuses (a full disk, no
        memory) as one fault; anything else is a bug of the planner, told with where it
        happened, for those who mend it.
    """
    told = error if isinstance(error, PlannerError) else _from_machine(error)
    if told is None or told.exit_code == BUG:
        sys.stderr.write(explain_bug(error))
        return BUG
    sys.stderr.write(explain_error(told))
    return told.exit_code


def explain_error(error: PlannerError) -> str:
    """Return an error as the text a planner reads: each fault in English and in Chinese."""
    count = len(error.faults)
    if count == 1:
        return f"error 错误: {both_lines(error.faults[0])}\n"
    lines = [f"error 错误: {count} faults 共 {count} 处"]
    lines += [f"  {both_lines(fault, indent='  ')}" for fault in error.faults[:FAULTS_SHOWN]]
    if count > FAULTS_SHOWN:
        lines.append(
            f"  … {count} in all, the first {FAULTS_SHOWN} shown 只列出前 {FAULTS_SHOWN} 处"
        )
    return "\n".join(lines) + "\n"


def explain_bug(error: Exception) -> str:
    """Return a bug as text: that it is no fault of the data, what to send, and where it was."""
    from planner import __version__

    return (
        f"bug 程序缺陷: {type(error).__name__}: {error}\n"
        "  This is a bug of the planner, not a fault of your data. Please send its\n"
        "  maintainers the lines below, with the study file if you may.\n"
        "  这是程序自身的缺陷，不是数据的问题。请把以下内容（可附研究文件）发给维护者。\n"
        f"planner {__version__}, Python {sys.version.split()[0]}, {sys.platform}\n"
        + "".join(traceback.format_exception(error))
    )


def _from_machine(error: Exception) -> PlannerError | None:
    if isinstance(error, MemoryError):
        return ReportError(
            Fault(
                "the machine has too little memory for this study",
                hint="close other programs, take a smaller extract of the streets, or --threads 1",
            )
        )
    if isinstance(error, OSError) and error.errno in _MACHINE_HINTS:
        return ReportError(
            Fault(
                error.strerror or str(error),
                file=None if error.filename is None else str(error.filename),
                hint=_MACHINE_HINTS[error.errno],
            )
        )
    return None
