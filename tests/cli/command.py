"""The command, run in this process for speed or in one of its own where that matters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.cli.app import _run
from tests.scenes.town import Town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

DRAWING = """
+---a------1-----------b----+
|                           |
c                           |
|                           |
+--------2----------------d-+
"""
"""All four homes (1 + 2 + 4 + 8 persons) are within five minutes of a centre."""

OUTPUTS = (
    "map.html",
    "tables.xlsx",
    "projects.csv",
    "results.gpkg",
    "summary.json",
    "manifest.json",
)


@dataclass(frozen=True)
class Said:
    """What a command left with and said."""

    code: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401 - a JSON document
        """Return stdout, which must be one JSON document and nothing else."""
        return json.loads(self.out)


def call_in(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Return a caller of the command in this process."""

    def call(*words: object) -> Said:
        capsys.readouterr()
        code = _run([str(word) for word in words])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call


def run_apart(
    *words: object, cwd: Path | None = None, encoding: str = "utf-8", **environment: str
) -> Said:
    """Run `python -m planner` in a process of its own; what it says must decode strictly."""
    done = subprocess.run(
        [sys.executable, "-m", "planner", *(str(word) for word in words)],
        cwd=cwd,
        env={**os.environ, "PYTHONIOENCODING": encoding, **environment},
        capture_output=True,
        check=False,
        timeout=120,
    )
    # A Windows console ends its lines with \r\n.
    out, err = (raw.decode(encoding).replace("\r\n", "\n") for raw in (done.stdout, done.stderr))
    return Said(done.returncode, out, err)


def write_town(folder: Path, **town: Any) -> Path:  # noqa: ANN401 - fields of `Town`
    """Write the study of a small town and return its file."""
    drawing = town.pop("drawing", DRAWING)
    return Town(drawing, **town).write(folder)


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Change the first place where a text stands in a file."""
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def read_bytes(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
