"""The cache of compiled streets: raw arrays and a header in a folder for each digest."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import platformdirs

from planner.domain.network import Streets

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SCHEMA: Final = "planner.streets/1"
_HEADER: Final = "header.json"
_ASIDE: Final = ".aside"
_ABANDONED_S: Final = 86_400.0
"""A folder written aside and not moved for a day was left by a process that died."""

_ARRAYS: Final[dict[str, tuple[str, int]]] = {
    "node_xy": ("<f8", 2),
    "edge_start": ("<i4", 1),
    "edge_end": ("<i4", 1),
    "edge_length_m": ("<f8", 1),
    "edge_kind": ("<i4", 1),
    "edge_flags": ("<u2", 1),
    "edge_name": ("<i4", 1),
    "edge_way_id": ("<i8", 1),
    "shape_indptr": ("<i8", 1),
    "shape_xy": ("<f8", 2),
}
"""The arrays of `Streets`, with their type and number of dimensions."""

_COMPANIONS: Final = {".shp": (".dbf", ".shx", ".prj", ".cpg"), ".gpkg": (".gpkg-wal",)}
"""Files beside the source that are read with it."""


def streets_digest(path: Path, *, reader_version: str) -> str:
    """
    Name what a street file compiles to: its bytes and the version of the code that reads it.

    Parameters
    ----------
    path
        The street file; the files that belong to a shapefile or a GeoPackage count too.
    reader_version
        Version of the reader and the builder, in any form.

    Returns
    -------
    digest
        64 hexadecimal digits.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    parts = [path, *(path.with_suffix(end) for end in _COMPANIONS.get(path.suffix.lower(), ()))]
    digest = hashlib.sha256(f"{_SCHEMA}\n{reader_version}\n".encode())
    for part in parts:
        if part is path or part.is_file():
            with part.open("rb") as file:
                # The digest of each part, so that bytes cannot move from one to the next.
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def load_streets(digest: str, *, cache_dir: Path | None = None) -> Streets | None:
    """
    Return the streets kept under a digest, or None where they are not there whole.

    Parameters
    ----------
    digest
        From `streets_digest`.
    cache_dir
        Folder of the cache; default `PLANNER_CACHE_DIR`, else the user's cache folder.

    Returns
    -------
    streets
        Arrays are read-only maps of the files. None where the folder is missing,
        foreign or damaged: then the streets are to be built again.
    """
    return _load_folder(_cache_folder(cache_dir) / digest)


def save_streets(digest: str, streets: Streets, *, cache_dir: Path | None = None) -> bool:
    """
    Keep streets under a digest, written aside and moved in at once.

    Parameters
    ----------
    digest
        From `streets_digest`.
    streets
        What to keep.
    cache_dir
        As in `load_streets`.

    Returns
    -------
    kept
        False where the cache cannot be written (read-only, full): a study runs
        without it, only slower. True also where another process kept it first.
    """
    folder = _cache_folder(cache_dir)
    aside: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        aside = Path(tempfile.mkdtemp(prefix=f"{digest[:16]}-", suffix=_ASIDE, dir=folder))
        _write_folder(aside, streets)
        return _move_in(aside, folder / digest)
    except OSError:
        return False
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)


def _cache_folder(cache_dir: Path | None) -> Path:
    if cache_dir is None:
        named = os.environ.get("PLANNER_CACHE_DIR")
        cache_dir = (
            Path(named) if named else platformdirs.user_cache_path("planner", appauthor=False)
        )
    return cache_dir / "streets"


def _write_folder(folder: Path, streets: Streets) -> None:
    arrays: dict[str, dict[str, Any]] = {}
    for name, (dtype, _) in _ARRAYS.items():
        array = np.ascontiguousarray(getattr(streets, name), dtype=dtype)
        path = folder / f"{name}.npy"
        np.save(path, array, allow_pickle=False)
        arrays[name] = {"shape": list(array.shape), "crc32": _checksum(path)}
    content = {
        "arrays": arrays,
        "crs": streets.crs,
        "kinds": list(streets.kinds),
        "names": list(streets.names),
        "bounds_lonlat": list(streets.bounds_lonlat),
        "counts": streets.counts,
    }
    header = {"schema": _SCHEMA, "crc32": _checksum_content(content), "content": content}
    text = json.dumps(header, ensure_ascii=False, indent=1)
    (folder / _HEADER).write_text(text, encoding="utf-8", newline="\n")


def _load_folder(folder: Path) -> Streets | None:
    try:
        header = json.loads((folder / _HEADER).read_bytes())
        content = header["content"]
        if header["schema"] != _SCHEMA or header["crc32"] != _checksum_content(content):
            return None
        arrays = {
            name: _load_array(folder / f"{name}.npy", content["arrays"][name], dtype, n_dims)
            for name, (dtype, n_dims) in _ARRAYS.items()
        }
        west, south, east, north = content["bounds_lonlat"]
        return Streets(
            crs=content["crs"],
            kinds=tuple(content["kinds"]),
            names=tuple(content["names"]),
            bounds_lonlat=(west, south, east, north),
            counts=content["counts"],
            **arrays,
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError, RecursionError):
        # Whatever is wrong with the folder, the answer is the same: build again.
        return None


def _load_array(path: Path, entry: dict[str, Any], dtype: str, n_dims: int) -> NDArray[Any]:
    """Map one array; a file that is not the one written is a `ValueError`."""
    if _checksum(path) != entry["crc32"]:
        raise ValueError(path.name)
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    if array.dtype.str != dtype or array.ndim != n_dims or list(array.shape) != entry["shape"]:
        raise ValueError(path.name)
    plain: NDArray[Any] = array.view(np.ndarray)
    return plain


def _checksum(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            crc = zlib.crc32(chunk, crc)
    return crc


def _checksum_content(content: dict[str, Any]) -> int:
    return zlib.crc32(json.dumps(content, sort_keys=True).encode())


def _move_in(aside: Path, target: Path) -> bool:
    """Rename a folder into its place; what is there already stays if it is whole."""
    try:
        aside.rename(target)
    except OSError:
        if _load_folder(target) is not None:
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
