"""Ctrl-C that is not lost: what swallows it once does not swallow it twice."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


class _Keyboard:
    """Whether Ctrl-C was pressed in the verb under way."""

    def __init__(self) -> None:
        self.pressed = False

    def note(self, _signal: int, _frame: FrameType | None) -> None:
        """Remember it, and interrupt."""
        self.pressed = True
        raise KeyboardInterrupt


_KEYBOARD = _Keyboard()


@contextmanager
def minding_the_keyboard() -> Iterator[None]:
    """
    Remember a Ctrl-C for as long as a verb runs.

    Python drops an interrupt that arrives inside a finaliser, or inside a callback of a
    compiler; `raise_if_pressed` raises it again. Where Ctrl-C is ignored (a job in the
    background), or this is not the main thread, nothing is changed.
    """
    _KEYBOARD.pressed = False
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    told_before = sys.unraisablehook

    def tell(dropped: sys.UnraisableHookArgs) -> None:
        # An interrupt that was dropped is raised again: nobody need read of it.
        if not (_KEYBOARD.pressed and issubclass(dropped.exc_type, KeyboardInterrupt)):
            told_before(dropped)

    signal.signal(signal.SIGINT, _KEYBOARD.note)
    sys.unraisablehook = tell
    try:
        yield
    finally:
        sys.unraisablehook = told_before
        signal.signal(signal.SIGINT, signal.default_int_handler)


def raise_if_pressed() -> None:
    """
    Interrupt the verb if Ctrl-C was pressed and is not under way any more.

    Raises
    ------
    KeyboardInterrupt
        If it was pressed.
    """
    if _KEYBOARD.pressed:
        raise KeyboardInterrupt


def was_pressed() -> bool:
    """Tell whether Ctrl-C was pressed in the verb that ran last."""
    return _KEYBOARD.pressed
