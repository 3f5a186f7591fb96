"""What tells one state of a file from another, for the keys of a shelf."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def file_key(path: Path | None) -> tuple[str, int, int] | None:
    """Return what tells one state of a file from another: path, size, date of change."""
    if path is None:
        return None
    try:
        state = path.stat()
    except OSError:
        return (str(path), -1, -1)
    return (str(path), state.st_size, state.st_mtime_ns)
