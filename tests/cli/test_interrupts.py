"""A Ctrl-C that something swallows still ends the verb."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from typing import TYPE_CHECKING

import pytest

from planner.cli.interrupts import minding_the_keyboard, raise_if_pressed

if TYPE_CHECKING:
    from collections.abc import Iterator


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
