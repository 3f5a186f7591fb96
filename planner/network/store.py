"""The cache of compiled streets, and of the heights along them."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from planner.domain.network import Streets
from planner.domain.terrain import StreetHeights
from planner.errors import Fault
from planner.network.kept_arrays import DAMAGED, Layout, fetch, keep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_STREETS: Final = Layout(
    name="streets",
    schema="planner.streets/3",
    arrays={
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
    },
    optional={
        "edge_incline": ("<f4", 1),
        "edge_step_count": ("<f4", 1),
        "edge_waits": ("<f4", 1),
        "edge_rise_m": ("<f4", 1),
        "closed_gaps_xy": ("<f8", 2),
        "doubled_xy": ("<f8", 2),
        "lengthless_xy": ("<f8", 2),
    },
)
_HEIGHTS: Final = Layout(
    name="heights",
    schema="planner.heights/2",
    arrays={
        "sample_indptr": ("<i8", 1),
        "sample_m": ("<f4", 1),
        "edge_known": ("|b1", 1),
        "node_m": ("<f4", 1),
    },
    optional={},
)
_UNDER_HEIGHTS: Final = (
    "node_xy",
    "edge_start",
    "edge_end",
    "edge_length_m",
    "edge_flags",
    "shape_indptr",
    "shape_xy",
)
"""Arrays of streets that their heights depend on."""

_COMPANIONS: Final = {
    ".shp": (".dbf", ".shx", ".prj", ".cpg"),
    ".gpkg": (".gpkg-wal",),
    ".tif": (".tfw", ".prj", ".tif.aux.xml", ".tif.msk"),
    ".tiff": (".tfw", ".prj", ".tiff.aux.xml", ".tiff.msk"),
    ".asc": (".prj", ".asc.aux.xml"),
    ".img": (".ige", ".img.aux.xml"),
}
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
    return _digest([_STREETS.schema, reader_version], [path])


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
    try:
        arrays, more = fetch(_STREETS, _STREETS.folder(cache_dir) / digest)
        west, south, east, north = more["bounds_lonlat"]
        return Streets(
            crs=more["crs"],
            kinds=tuple(more["kinds"]),
            names=tuple(more["names"]),
            bounds_lonlat=(west, south, east, north),
            counts=more["counts"],
            notices=tuple(Fault(**notice) for notice in more["notices"]),
            **cast("dict[str, Any]", arrays),
        )
    except DAMAGED:
        return None


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
    more = {
        "crs": streets.crs,
        "kinds": list(streets.kinds),
        "names": list(streets.names),
        "bounds_lonlat": list(streets.bounds_lonlat),
        "counts": streets.counts,
        "notices": [dataclasses.asdict(notice) for notice in streets.notices],
    }
    return keep(_STREETS, digest, streets, more, cache_dir=cache_dir)


def heights_digest(streets: Streets, paths: Sequence[Path], *, heights_version: str) -> str:
    """
    Name what terrain files make of streets: all their bytes, in order, and the code's version.

    Parameters
    ----------
    streets
        Compiled streets; where they lie and what they are counts, not the file they came from.
    paths
        Terrain files, in the order in which they are asked; files that belong to them count
        too. The name of an SRTM tile says where it lies, so names count here.
    heights_version
        Version of the reader and the sampler, in any form.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    names = [path.name for path in paths]
    words = [_HEIGHTS.schema, heights_version, streets.crs, repr(streets.bounds_lonlat), *names]
    for name in _UNDER_HEIGHTS:
        form = _STREETS.arrays[name][0]
        array = np.ascontiguousarray(getattr(streets, name), dtype=form)
        words.append(hashlib.sha256(array.data).hexdigest())
    return _digest(words, paths)


def load_heights(digest: str, *, cache_dir: Path | None = None) -> StreetHeights | None:
    """
    Return the heights kept under a digest, or None where they are not there whole.

    Parameters
    ----------
    digest
        From `heights_digest`.
    cache_dir
        As in `load_streets`.
    """
    try:
        arrays, more = fetch(_HEIGHTS, _HEIGHTS.folder(cache_dir) / digest)
        return StreetHeights(
            counts=more["counts"],
            notices=tuple(Fault(**notice) for notice in more["notices"]),
            **cast("dict[str, Any]", arrays),
        )
    except DAMAGED:
        return None


def save_heights(digest: str, heights: StreetHeights, *, cache_dir: Path | None = None) -> bool:
    """
    Keep heights under a digest, written aside and moved in at once.

    Parameters
    ----------
    digest
        From `heights_digest`.
    heights
        What to keep.
    cache_dir
        As in `load_streets`.

    Returns
    -------
    kept
        As in `save_streets`.
    """
    more = {
        "counts": heights.counts,
        "notices": [dataclasses.asdict(notice) for notice in heights.notices],
    }
    return keep(_HEIGHTS, digest, heights, more, cache_dir=cache_dir)


def _digest(words: Sequence[str], paths: Sequence[Path]) -> str:
    digest = hashlib.sha256("".join(f"{word}\n" for word in words).encode())
    for path in paths:
        ends = _COMPANIONS.get(path.suffix.lower(), ())
        for part in (path, *(path.with_suffix(end) for end in ends)):
            if part is path or part.is_file():
                with part.open("rb") as file:
                    # The digest of each part, so that bytes cannot move from one to the next.
                    digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
