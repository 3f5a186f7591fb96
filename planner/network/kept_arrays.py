"""Arrays kept in the user's cache: raw `.npy` files and a header in a folder for each digest."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import platformdirs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_HEADER: Final = "header.json"
_ASIDE: Final = ".aside"
_ABANDONED_S: Final = 86_400.0
"""A folder written aside and not moved for a day was left by a process that died."""

DAMAGED: Final = (OSError, ValueError, KeyError, TypeError, EOFError, RecursionError)
"""What reading a foreign or damaged folder may raise; the answer is always to build again."""


@dataclass(frozen=True, slots=True)
class Layout:
    """
    What a kept record is made of.

    Attributes
    ----------
    name
        Folder inside the cache.
    schema
        Name and version of the layout; another one is foreign.
    arrays, optional
        Type (`<f8`, …) and number of dimensions of each array; an optional one may be absent.
    """

    name: str
    schema: str
    arrays: dict[str, tuple[str, int]]
    optional: dict[str, tuple[str, int]]

    def folder(self, cache_dir: Path | None) -> Path:
        """Return the folder that holds one folder for each digest."""
        if cache_dir is None:
            named = os.environ.get("PLANNER_CACHE_DIR")
            cache_dir = (
                Path(named) if named else platformdirs.user_cache_path("planner", appauthor=False)
            )
        return cache_dir / self.name


def keep(
    layout: Layout,
    digest: str,
    record: object,
    more: Mapping[str, Any],
    *,
    cache_dir: Path | None = None,
) -> bool:
    """
    Keep the arrays of a record under a digest, written aside and moved in at once.

    Parameters
    ----------
    layout
        Which attributes of the record are its arrays.
    digest
        Name of the folder.
    record
        Whose arrays are kept; None where an optional one is absent.
    more
        What else belongs to it, as JSON has it.
    cache_dir
        Default `PLANNER_CACHE_DIR`, else the user's cache folder.

    Returns
    -------
    kept
        False where the cache cannot be written (read-only, full). True also where another
        process kept it first.
    """
    folder = layout.folder(cache_dir)
    aside: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        aside = Path(tempfile.mkdtemp(prefix=f"{digest[:16]}-", suffix=_ASIDE, dir=folder))
        _write_folder(layout, aside, record, more)
        return _move_in(layout, aside, folder / digest)
    except OSError:
        return False
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)


def fetch(layout: Layout, folder: Path) -> tuple[dict[str, NDArray[Any] | None], dict[str, Any]]:
    """
    Return the arrays of a folder, as read-only maps of its files, and what else belongs to it.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError, EOFError, RecursionError
        If the folder is missing, foreign or damaged (`DAMAGED`).
    """
    header = json.loads((folder / _HEADER).read_bytes())
    content = header["content"]
    if header["schema"] != layout.schema or header["crc32"] != _checksum_content(content):
        raise ValueError(folder.name)
    entries = content["arrays"]
    arrays: dict[str, NDArray[Any] | None] = dict.fromkeys(layout.optional)
    for name, form in (layout.arrays | layout.optional).items():
        if name in layout.arrays or name in entries:
            arrays[name] = _load_array(folder / f"{name}.npy", entries[name], *form)
    return arrays, content["more"]


def _write_folder(layout: Layout, folder: Path, record: object, more: Mapping[str, Any]) -> None:
    arrays: dict[str, dict[str, Any]] = {}
    for name, (dtype, _) in (layout.arrays | layout.optional).items():
        given = getattr(record, name)
        if given is None and name in layout.optional:
            continue
        array = np.ascontiguousarray(given, dtype=dtype)
        path = folder / f"{name}.npy"
        np.save(path, array, allow_pickle=False)
        arrays[name] = {
            "shape": list(array.shape),
            "crc32": _checksum(path),
            "state": _state(path),
        }
    content = {"arrays": arrays, "more": more}
    header = {"schema": layout.schema, "crc32": _checksum_content(content), "content": content}
    text = json.dumps(header, ensure_ascii=False, indent=1)
    (folder / _HEADER).write_text(text, encoding="utf-8", newline="\n")


def _load_array(path: Path, entry: dict[str, Any], dtype: str, n_dims: int) -> NDArray[Any]:
    """Map one array; a file that is not the one written is a `ValueError`."""
    # Reading all of a large city takes longer than mapping it: only a file that was moved,
    # copied or touched since it was written is read to the end.
    if _state(path) != entry["state"] and _checksum(path) != entry["crc32"]:
        raise ValueError(path.name)
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    if array.dtype.str != dtype or array.ndim != n_dims or list(array.shape) != entry["shape"]:
        raise ValueError(path.name)
    plain: NDArray[Any] = array.view(np.ndarray)
    return plain


def _state(path: Path) -> list[int]:
    state = path.stat()
    return [state.st_size, state.st_mtime_ns]


def _checksum(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            crc = zlib.crc32(chunk, crc)
    return crc


def _checksum_content(content: dict[str, Any]) -> int:
    return zlib.crc32(json.dumps(content, sort_keys=True).encode())


def _is_whole(layout: Layout, folder: Path) -> bool:
    try:
        fetch(layout, folder)
    except DAMAGED:
        return False
    return True


def _move_in(layout: Layout, aside: Path, target: Path) -> bool:
    """Rename a folder into its place; what is there already stays if it is whole."""
    try:
        aside.rename(target)
    except OSError:
        if _is_whole(layout, target):
            return True
        spoiled = aside.with_name(f"{aside.stem}-spoiled{_ASIDE}")
        target.rename(spoiled)
        try:
            aside.rename(target)
        finally:
            _remove(spoiled)
    return True


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove what processes that died long ago left aside."""
    for path in folder.glob(f"*{_ASIDE}"):
        # Another process may sweep at the same time.
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _ABANDONED_S:
                _remove(path)
