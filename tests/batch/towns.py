"""Small towns for batches, and the bytes of what a batch leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tests.scenes.town import Town

if TYPE_CHECKING:
    from pathlib import Path

STREET = "+a1bc-----d---2e------f-------+"


def write_towns(root: Path, names: str) -> list[Path]:
    """Write one town for each letter of `names`; each has a second centre farther right."""
    studies = []
    for place, name in enumerate(names):
        drawing = f"+a1bc-----{'-' * place}2------e---f-----+"
        studies.append(Town(drawing, cell_m=100.0).write(root / name))
    return studies


def break_town(study: Path) -> None:
    """Give a town a person count that no reader accepts."""
    table = study.parent / "population.csv"
    table.write_text(table.read_text("utf-8").replace(",1\n", ",-1\n", 1), encoding="utf-8")


def read_batch(root: Path) -> dict[str, Any]:
    """Return `batch.json`."""
    document: dict[str, Any] = json.loads((root / "batch.json").read_text("utf-8"))
    return document


def digest_tree(root: Path) -> dict[str, str]:
    """Return a digest of every file; of JSON documents without their `run` block."""
    found = {}
    for path in sorted(root.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if path.name in {"manifest.json", "batch.json"}:
            document = json.loads(content)
            document.pop("run")
            content = json.dumps(document).encode()
        found[path.relative_to(root).as_posix()] = sha256(content).hexdigest()
    return found


def start_batch(*arguments: str | Path) -> subprocess.Popen[str]:
    """Start `planner batch` in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "planner", "batch", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        start_new_session=True,
    )
