"""SRTM tiles: `.hgt` files, bare or zipped."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planner.errors import Fault, InputInvalid, InputUnreadable

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

HGT_CRS: Final = "EPSG:4326"
_SIDE_OF_BYTES: Final = {2 * side * side: side for side in (1201, 3601)}
_NAME: Final = re.compile(r"^([NS])(\d{2})([EW])(\d{3})", re.IGNORECASE)
_SUFFIXES: Final = (".hgt", ".zip")
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,  # a password is asked for
    NotImplementedError,  # a compression that is not known
    EOFError,
)


@dataclass(frozen=True, slots=True)
class HgtTile:
    """
    One SRTM tile that was found, not yet read.

    Attributes
    ----------
    path, member
        The file, and the name inside it where it is a zip.
    side
        Samples to a side.
    west, south
        The corner that its name says, degrees.
    """

    path: Path
    member: str | None
    side: int
    west: int
    south: int

    @property
    def transform(self) -> tuple[float, float, float, float, float, float]:
        """
        Affine coefficients of the samples as cells.

        Samples stand on whole seconds, the outer ones on the tile's own edges: as cells
        the grid reaches half a cell beyond its degree on every side.
        """
        step = 1.0 / (self.side - 1)
        half = step / 2.0
        return (step, 0.0, self.west - half, 0.0, -step, self.south + 1.0 + half)


def is_hgt(path: Path) -> bool:
    """Return True for names that SRTM tiles go by: `.hgt`, or `.zip` around it."""
    return path.suffix.lower() in _SUFFIXES


def find_tiles(path: Path) -> list[HgtTile]:
    """
    Find the SRTM tile that a file is, or the tiles that a zip holds.

    Parameters
    ----------
    path
        A `.hgt` file of 1201 or 3601 samples to a side, or a `.zip` with one or more of them.

    Raises
    ------
    InputUnreadable
        If the size is not that of a whole tile, or the zip is damaged or holds no tile.
    InputInvalid
        If the name does not say where the tile lies.
    """
    if path.suffix.lower() == ".hgt":
        return [_tile(path, None, path.stat().st_size)]
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
    except _DAMAGED as error:
        raise _damaged(path, error) from error
    members = [
        name
        for name in sizes
        # What a Mac puts beside each file of a zip is no tile.
        if name.lower().endswith(".hgt") and not name.startswith("__MACOSX")
    ]
    if not members:
        raise InputUnreadable(
            Fault(
                "the zip holds no .hgt file",
                file=path.name,
                found=", ".join(list(sizes)[:5]) or "nothing",
                expected="an SRTM tile such as N29E106.hgt",
                hint="unzip a GeoTIFF and name the .tif",
            )
        )
    return [_tile(path, name, sizes[name]) for name in members]


def read_tile(tile: HgtTile) -> NDArray[Any]:
    """
    Read the samples of a tile: big-endian 16-bit integers, rows from the north.

    Returns
    -------
    samples : int16, shape (side, side)
        Metres; -32768 where there is no height.

    Raises
    ------
    InputUnreadable
        If the zip is damaged.
    """
    if tile.member is None:
        raw = tile.path.read_bytes()
    else:
        try:
            with zipfile.ZipFile(tile.path) as archive:
                # No more is unpacked than the size that was found right.
                raw = archive.read(tile.member)
        except _DAMAGED as error:
            raise _damaged(tile.path, error) from error
    return np.frombuffer(raw, dtype=">i2").reshape(tile.side, tile.side)


def _tile(path: Path, member: str | None, size: int) -> HgtTile:
    name = path.name if member is None else member.rpartition("/")[2]
    side = _SIDE_OF_BYTES.get(size)
    if side is None:
        raise InputUnreadable(
            Fault(
                "is not a whole SRTM tile",
                file=path.name,
                layer=member,
                found=f"{size:,} bytes",
                expected=" or ".join(
                    f"{size:,} bytes ({side} × {side})" for size, side in _SIDE_OF_BYTES.items()
                ),
                hint="download it again",
            )
        )
    found = _NAME.match(name)
    if found is None:
        raise InputInvalid(
            Fault(
                "the name does not say where the tile lies",
                file=path.name,
                layer=member,
                found=name,
                expected="the south-west corner in front, such as N29E106.hgt",
                hint="give the file its own name back",
            )
        )
    north, lat, east, lon = found.groups()
    return HgtTile(
        path=path,
        member=member,
        side=side,
        west=int(lon) * (1 if east in "Ee" else -1),
        south=int(lat) * (1 if north in "Nn" else -1),
    )


def _damaged(path: Path, error: Exception) -> InputUnreadable:
    return InputUnreadable(
        Fault(
            "the zip cannot be unpacked",
            file=path.name,
            found=str(error),
            hint="download it again",
        )
    )
