"""Zip archives: bounded before they are unpacked, and which data set inside is meant."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from planner.errors import Fault, InputInvalid, InputUnreadable

LARGEST_UNPACKED: Final = 4 * 1024**3
"""Bytes; a city's buildings as a Shapefile unpack to well under one GiB."""
_SUSPECT_UNPACKED: Final = 128 * 1024**2
_SUSPECT_RATIO: Final = 100.0
"""Text tables pack to about a tenth, the XML of workbooks to a fiftieth."""
_MOST_MEMBERS: Final = 20_000
_DATASETS: Final = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".kml", ".tab", ".dxf", ".gml")
_TABLES: Final = (".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".txt")


@dataclass(frozen=True, slots=True)
class ZippedData:
    """
    A data set inside a zip archive.

    Attributes
    ----------
    member
        Its name in the archive, with `/` between folders.
    path
        What GDAL opens.
    """

    member: str
    path: str

    @property
    def is_shapefile(self) -> bool:
        """True where it is a Shapefile."""
        return self.member.lower().endswith(".shp")


def require_bounded(path: Path) -> None:
    """
    Raise where an archive (a workbook is one) would unpack to far more than it should.

    Raises
    ------
    InputUnreadable
        If it would, or is damaged.
    """
    with open_zip(path) as archive:
        infos = archive.infolist()
        unpacked = sum(info.file_size for info in infos)
    packed = max(path.stat().st_size, 1)
    ratio = unpacked / packed
    if (
        unpacked > LARGEST_UNPACKED
        or len(infos) > _MOST_MEMBERS
        or (unpacked > _SUSPECT_UNPACKED and ratio > _SUSPECT_RATIO)
    ):
        raise InputUnreadable(
            Fault(
                "would unpack to far more than such a file holds, and is not opened",
                file=path.name,
                found=f"{len(infos)} files, {unpacked / 1e6:,.0f} MB from {packed / 1e6:,.1f} MB",
                expected=f"at most {LARGEST_UNPACKED / 1e6:,.0f} MB, packed to no less than 1/100",
                hint="unpack it with care, and name the file inside",
            )
        )


def open_zip(path: Path) -> zipfile.ZipFile:
    """
    Open an archive.

    Raises
    ------
    InputUnreadable
        If it is damaged.
    """
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise InputUnreadable(
            Fault(
                "the archive is damaged and cannot be opened",
                file=path.name,
                found=str(error),
                hint="copy or export it again",
            )
        ) from error


def members_of(path: Path) -> frozenset[str]:
    """Return the names of the files in an archive, none where it is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError):
        return frozenset()


def find_zipped(path: Path, *, wanted: str | None = None) -> ZippedData:
    """
    Find the data set in an archive.

    Parameters
    ----------
    path
        A zip archive.
    wanted
        Name of the layer that the study names: of several files, the one of this name.

    Raises
    ------
    InputUnreadable
        If there is none, or it is locked with a password.
    InputInvalid
        If there are several and none is named.
    """
    with open_zip(path) as archive:
        infos = [info for info in archive.infolist() if not _is_hidden(info.filename)]
    names = [info.filename for info in infos]
    if any(info.flag_bits & 1 for info in infos):
        raise InputUnreadable(
            Fault(
                "the archive is locked with a password",
                file=path.name,
                hint="unpack it, and name the file inside",
            )
        )
    found = _datasets(names)
    if len(found) > 1 and wanted is not None:
        found = [name for name in found if PurePosixPath(readable(name)).stem == wanted] or found
    if not found:
        tables = [name for name in names if name.lower().endswith(_TABLES)]
        raise InputUnreadable(
            Fault(
                "the archive holds no layer that can be read",
                file=path.name,
                found=_listed(names) or "nothing",
                expected="a Shapefile, a file geodatabase or a GeoPackage",
                hint="unpack it, and name the table inside" if tables else None,
            )
        )
    if len(found) > 1:
        raise InputInvalid(
            Fault(
                "the archive holds more than one layer file",
                file=path.name,
                found=_listed(found),
                hint='name the layer in the study: layer = "…", or zip one alone',
            )
        )
    inner = f"/{found[0]}" if found[0] else ""
    return ZippedData(found[0], f"/vsizip/{path.absolute().as_posix()}{inner}")


def _datasets(names: list[str]) -> list[str]:
    """Return the members that are data sets; a file geodatabase is its folder."""
    folders = {
        str(PurePosixPath(*parts[: index + 1]))
        for parts in (PurePosixPath(name).parts for name in names)
        for index, part in enumerate(parts)
        if part.lower().endswith(".gdb")
    }
    loose = {
        str(PurePosixPath(name).parent)
        for name in names
        if name.lower().endswith(".gdbtable") and not _within(name, folders)
    }
    files = [
        name for name in names if name.lower().endswith(_DATASETS) and not _within(name, folders)
    ]
    return sorted({*folders, *("" if name == "." else name for name in loose), *files})


def _within(name: str, folders: set[str]) -> bool:
    return any(name.startswith(f"{folder}/") for folder in folders)


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part == "__MACOSX" or part.startswith(("._", ".DS_")) for part in parts)


def readable(name: str) -> str:
    """
    Return a member's name as its maker wrote it.

    Windows writes Chinese names in GBK without saying so, and they are shown in cp437.
    """
    try:
        return name.encode("cp437").decode("gb18030") if not name.isascii() else name
    except UnicodeError:
        return name


def _listed(names: list[str]) -> str:
    shown = [readable(name) for name in names[:8]]
    return ", ".join(shown) + ("" if len(names) <= len(shown) else f", … ({len(names)})")


def read_member(path: Path, stem: str, suffix: str) -> bytes | None:
    """Return a file that belongs to a member: same folder and stem, another ending."""
    with open_zip(path) as archive:
        for name in archive.namelist():
            whole = PurePosixPath(name)
            if str(whole.with_suffix("")) == stem and whole.suffix.lower() == suffix:
                return archive.read(name)
    return None
