"""Whether an output that stands already can be replaced, and who holds it if not."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from planner.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_PROGRAMS = {
    ".xlsx": "Excel or WPS",
    ".csv": "Excel or WPS",
    ".gpkg": "QGIS or ArcGIS",
    ".shp": "QGIS or ArcGIS",
    ".dbf": "QGIS, ArcGIS or Excel",
    ".dxf": "AutoCAD or QGIS",
    ".html": "a browser or an editor",
    ".png": "a picture viewer or Word",
}
_OFFICE_MARKS = ("~$", ".~lock.")
"""How the lock files of Excel and of LibreOffice begin."""

_SQLITE = b"SQLite format 3\x00"


def find_locks(folder: Path, names: Iterable[str]) -> tuple[Fault, ...]:
    """
    Find the files of a folder that cannot be replaced now.

    Parameters
    ----------
    folder
        Where the outputs stand.
    names
        Paths relative to it; those that do not exist are passed over.

    Returns
    -------
    faults
        One for each file that is open in another program or read-only, with the
        program that usually holds such a file.
    """
    return tuple(
        Fault(
            f"the file cannot be replaced: {held}",
            file=str(folder / name),
            hint=f"close it in {_PROGRAMS.get(_suffix(name), 'the program that has it open')} "
            "and run again, or choose another --out",
        )
        for name in names
        if (held := _held(folder / name))
    )


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()  # noqa: PTH122 -- a name, with no path behind it


def _held(path: Path) -> str:
    """Return why a file cannot be replaced, empty where it can."""
    if path.is_dir():
        return "a folder of this name stands in its place"
    if not path.exists():
        return ""
    mark = _office_mark(path)
    if mark is not None:
        return f"it is open (lock file {mark.name})"
    # The database is asked before the file is opened: closing any handle of a file
    # drops the POSIX locks that this very process holds on it.
    if path.suffix.lower() == ".gpkg":
        held = _database_held(path)
        if held:
            return held
    try:
        with path.open("r+b"):
            return ""
    except OSError as error:
        return f"it is open in another program or read-only ({error.strerror or error})"


def _office_mark(path: Path) -> Path | None:
    if path.suffix.lower() not in {".xlsx", ".csv", ".dbf"}:
        return None
    excel, libre = _OFFICE_MARKS
    # Excel shortens the names of its lock files when they are long: `~$bles.xlsx`.
    candidates = (f"{excel}{path.name}", f"{excel}{path.name[2:]}", f"{libre}{path.name}#")
    return next(
        (path.with_name(name) for name in candidates if path.with_name(name).exists()), None
    )


def _database_held(path: Path) -> str:
    """Try to lock a GeoPackage for ourselves alone; leave it as it was."""
    try:
        with path.open("rb") as file:
            if file.read(len(_SQLITE)) != _SQLITE:
                return ""
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as base:
            base.execute("BEGIN EXCLUSIVE")
            base.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        return f"the database is in use ({error})"
    except sqlite3.DatabaseError:
        return ""
    except OSError as error:
        return f"it is open in another program or read-only ({error.strerror or error})"
    # The last one to close a database in write-ahead mode removes this file.
    if path.with_name(f"{path.name}-wal").exists():
        return "the database is in use (its -wal file is still there)"
    return ""
