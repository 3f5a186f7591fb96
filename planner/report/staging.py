"""Outputs are written aside and moved in together, or not at all."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import Fault, OutputLocked, ReportError
from planner.report.locks import find_locks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MANIFEST = "manifest.json"
"""Moved in last: a folder without a manifest that matches is not a whole run."""

OUTPUT_NAMES = (
    "map.html",
    "tables.xlsx",
    "projects.csv",
    "results.gpkg",
    "summary.json",
    MANIFEST,
)
_STAGE_PREFIX = ".planner-"
_OLD = ".replaced"


def check_writable(out_dir: Path) -> None:
    """
    Make sure, before the heavy work, that outputs can be left in a folder.

    Nothing is made: a folder that does not exist yet is tried at its nearest
    ancestor that does.

    Raises
    ------
    OutputLocked
        If the folder is read-only, or an output in it is open in another program.
    ReportError
        If the path leads through a file.
    """
    place = _nearest_existing(out_dir)
    try:
        with tempfile.TemporaryFile(dir=place, prefix=_STAGE_PREFIX):
            pass
    except OSError as error:
        raise _cannot_write(out_dir, error) from error
    locked = find_locks(out_dir, OUTPUT_NAMES)
    if locked:
        raise OutputLocked(locked)


@contextmanager
def stage_outputs(out_dir: Path, *, stale: Iterable[str] = ()) -> Iterator[Path]:
    """
    Give a temporary folder to write into; on leaving, move all it holds into `out_dir`.

    Every target that stands already is tested for a lock first, and files moved before a
    late failure are put back: either the whole set is new or nothing has changed. After an
    error inside the block nothing is moved. The temporary folder never outlives the block.

    Parameters
    ----------
    out_dir
        Folder of the outputs, made if missing.
    stale
        Names, relative to `out_dir`, of an earlier run's outputs: those that this run
        does not write are removed with the move.

    Raises
    ------
    OutputLocked
        Naming each file that is open elsewhere, and the likely program.
    ReportError
        If the folder cannot be made.
    """
    check_writable(out_dir)
    stage = _make_stage(out_dir)
    try:
        yield stage
        names = _names(stage)
        move_in(stage, out_dir, names, stale=[name for name in stale if name not in names])
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def move_in(stage: Path, out_dir: Path, names: list[str], *, stale: Iterable[str] = ()) -> None:
    """
    Move staged files to their places, the manifest last; see `stage_outputs`.

    Raises
    ------
    OutputLocked
        If any target cannot be replaced; all targets are then as they were.
    """
    gone = [name for name in stale if (out_dir / name).is_file()]
    locked = find_locks(out_dir, [*names, *gone])
    if locked:
        raise OutputLocked(locked)
    ordered = [*gone, *sorted(names, key=lambda name: (name == MANIFEST, name))]
    set_aside: list[str] = []
    moved: list[str] = []
    name = ""
    try:
        for name in ordered:
            if (out_dir / name).exists():
                _move(out_dir / name, stage / _OLD / name)
                set_aside.append(name)
            if name not in gone:
                _move(stage / name, out_dir / name)
                moved.append(name)
    except OSError as error:
        for done in moved:
            (out_dir / done).unlink(missing_ok=True)
        for done in set_aside:
            _move(stage / _OLD / done, out_dir / done)
        raise _cannot_write(out_dir / name, error) from error


def leftover_stages(out_dir: Path) -> list[Path]:
    """Return temporary folders beside `out_dir` that a killed run of it has left behind."""
    out_dir = out_dir.absolute()
    # Eight letters of chance follow the name: `a` must not claim the folders of `a-b`.
    mark = re.compile(re.escape(f"{_STAGE_PREFIX}{out_dir.name}-") + "[a-z0-9_]{8}")
    beside = out_dir.parent.iterdir() if out_dir.parent.is_dir() else iter(())
    return [path for path in beside if mark.fullmatch(path.name) and path.is_dir()]


def _names(stage: Path) -> list[str]:
    return [path.relative_to(stage).as_posix() for path in stage.rglob("*") if path.is_file()]


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)


def _nearest_existing(out_dir: Path) -> Path:
    """Return the nearest folder that exists on the way to `out_dir`."""
    for place in (out_dir.absolute(), *out_dir.absolute().parents):
        if place.is_dir():
            return place
        if place.exists():
            raise ReportError(
                Fault(
                    "outputs cannot be left here: a file stands where a folder is needed",
                    file=str(place),
                    hint="choose another --out",
                )
            )
    raise ReportError(
        Fault("the folder of the outputs does not exist and cannot be made", file=str(out_dir))
    )


def _make_stage(out_dir: Path) -> Path:
    """Make the temporary folder beside `out_dir`, or in it where a rename would cross disks."""
    out_dir = out_dir.absolute()
    parent = out_dir.parent
    try:
        if out_dir.is_dir() and (
            out_dir.stat().st_dev != parent.stat().st_dev or not os.access(parent, os.W_OK)
        ):
            parent = out_dir
        parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f"{_STAGE_PREFIX}{out_dir.name}-", dir=parent))
    except OSError as error:
        raise _cannot_write(out_dir, error) from error


def _cannot_write(path: Path, error: OSError) -> OutputLocked:
    return OutputLocked(
        Fault(
            f"outputs cannot be written: {error.strerror or error}",
            file=str(path),
            hint="the folder may be read-only or full, or a file open; choose another --out",
        )
    )
