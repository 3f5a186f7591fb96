"""A Ctrl-C that something swallows still ends the verb."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from planner.cli.interrupts import minding_the_keyboard, raise_if_pressed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.command import Said


@pytest.fixture
def python_handler() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.usefixtures("python_handler")
def test_an_interrupt_that_was_swallowed_comes_again_at_the_next_word_of_progress() -> None:
    with minding_the_keyboard():
        with contextlib.suppress(KeyboardInterrupt):  # as a finaliser does
            press()
        with pytest.raises(KeyboardInterrupt):
            raise_if_pressed()


@pytest.mark.usefixtures("python_handler")
def test_the_next_verb_begins_afresh_and_the_handler_is_given_back() -> None:
    with pytest.raises(KeyboardInterrupt), minding_the_keyboard():
        press()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with minding_the_keyboard():
        raise_if_pressed()


@pytest.mark.usefixtures("python_handler")
def test_what_a_finaliser_drops_is_not_told_unless_it_is_something_else(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "unraisablehook", sys.__unraisablehook__)

    class Finalised:
        def __init__(self, end: Callable[[], None]) -> None:
            self.end = end

        def __del__(self) -> None:
            self.end()

    def fail() -> None:
        raise ZeroDivisionError

    with minding_the_keyboard():
        Finalised(press)
        assert capsys.readouterr().err == ""
        Finalised(fail)
        assert "ZeroDivisionError" in capsys.readouterr().err
        with pytest.raises(KeyboardInterrupt):
            raise_if_pressed()


def test_a_job_that_ignores_the_keyboard_goes_on_ignoring_it() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with minding_the_keyboard():
            press()
            raise_if_pressed()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_leave_the_keyboard_alone() -> None:
    seen: list[object] = []

    def work() -> None:
        with minding_the_keyboard():
            seen.append(signal.getsignal(signal.SIGINT))

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


@pytest.mark.usefixtures("python_handler")
def test_what_fails_after_a_dropped_interrupt_is_no_bug(
    planner_says: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def compile_half(*_args: object, **_options: object) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            press()
        raise RuntimeError("no compiled object yet")

    monkeypatch.setattr("planner.workbench.evaluate", compile_half)
    said = planner_says("demo", "--out", str(tmp_path / "demo"))
    assert said.code == 130
    assert said.err == "interrupted 已中断\n"
