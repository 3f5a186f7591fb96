"""The command, for every test of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.command import Said, call_in

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def planner_says(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Call the command in this process: words in, exit code and both streams out."""
    return call_in(capsys)
