"""Shapefiles: the files that belong together, whether they are whole, and their encoding."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, Protocol

from planner.errors import Fault, InputUnreadable
from planner.inputs.archives import ZippedData, read_member
from planner.inputs.dbf import Encoding, rows_stated, settle_encoding

if TYPE_CHECKING:
    from pathlib import Path

_BELONGING: Final = (".shx", ".dbf")
_SHAPE_HEAD: Final = 100
_LENGTH_AT: Final = slice(24, 28)
"""Where a Shapefile states its own length, in words of two bytes."""


class _Load(Protocol):
    def __call__(self, suffix: str) -> bytes | None: ...


def check_shapefile(path: Path, zipped: ZippedData | None = None) -> Encoding:
    """
    Look whether a Shapefile is whole, and find the encoding of its attributes.

    Parameters
    ----------
    path
        The `.shp`, or the archive that holds it.
    zipped
        Which one of the archive, `None` for a file of its own.

    Raises
    ------
    InputUnreadable
        If a file that belongs to it is missing or cut short, or no encoding fits its texts.
    """
    load = _beside(path) if zipped is None else _inside(path, zipped)
    faults = [
        Fault(
            f"the {suffix} that belongs to the Shapefile is missing",
            file=path.name,
            expected=", ".join((".shp", *_BELONGING, ".prj")) + " side by side",
            hint="copy all files of the Shapefile, or save it as one GeoPackage",
        )
        for suffix in _BELONGING
        if load(suffix) is None
    ]
    shapes, table = load(".shp"), load(".dbf")
    if shapes is not None and _is_short(shapes):
        faults.append(
            Fault(
                "the Shapefile is cut short",
                file=path.name,
                found=f"{len(shapes)} bytes",
                expected=f"{_stated_length(shapes)} bytes",
                hint="copy or export it again",
            )
        )
    if table is not None:
        stated, held = rows_stated(table)
        if held < stated:
            faults.append(
                Fault(
                    "the .dbf of the Shapefile is cut short",
                    file=path.name,
                    found=f"{held} rows",
                    expected=f"{stated} rows",
                    hint="copy or export it again",
                )
            )
    if faults or table is None:
        raise InputUnreadable(faults)
    encoding = settle_encoding(table, load(".cpg"))
    if not encoding.name:
        raise InputUnreadable(
            Fault(
                "has a text that is neither UTF-8 nor GB18030",
                file=path.name,
                row=encoding.row,
                field=encoding.field,
                found=encoding.found,
                hint="save it again with the encoding UTF-8 (and its .cpg)",
            )
        )
    return encoding


def encoding_notices(path: Path, encoding: Encoding) -> list[Fault]:
    """Return what a planner should know of how the encoding was found."""
    if encoding.doubt:
        return [
            Fault(
                f"the encoding that is stated does not fit: attributes read as {encoding.name}",
                file=path.name,
                found=encoding.doubt,
            )
        ]
    if encoding.name == "utf-8" or encoding.source != "trial":
        return []
    return [Fault(f"attributes read as {encoding.name}", file=path.name)]


def _stated_length(shapes: bytes) -> int:
    return 2 * int.from_bytes(shapes[_LENGTH_AT], "big")


def _is_short(shapes: bytes) -> bool:
    return len(shapes) < _SHAPE_HEAD or len(shapes) < _stated_length(shapes)


def _beside(path: Path) -> _Load:
    beside = {item.suffix.lower(): item for item in path.parent.iterdir() if item.stem == path.stem}

    def load(suffix: str) -> bytes | None:
        item = beside.get(suffix)
        return None if item is None else item.read_bytes()

    return load


def _inside(path: Path, zipped: ZippedData) -> _Load:
    stem = str(PurePosixPath(zipped.member).with_suffix(""))

    def load(suffix: str) -> bytes | None:
        return read_member(path, stem, suffix)

    return load
