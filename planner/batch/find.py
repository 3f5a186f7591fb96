"""What a batch is asked to run: files, folders and patterns to tasks."""

from __future__ import annotations

import glob
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from planner.batch.names import make_unique
from planner.domain.batch import BatchTask
from planner.errors import Fault, InputMissing, StudyKeyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

STUDY_FILE = "study.toml"
PLAN_SUFFIXES = frozenset(
    (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".gpkg", ".geojson", ".json", ".shp",
     ".zip", ".parquet", ".gdb", ".kml")
)  # fmt: skip
"""What a pattern may pick up as a plan: not the files beside a shapefile, nor pictures."""

_OFFICE_LOCK = "~$"


def find_tasks(
    paths: Sequence[str], plans: Sequence[str], out: Path
) -> tuple[tuple[BatchTask, ...], tuple[Fault, ...]]:
    """
    Find the runs that paths and plans stand for.

    Parameters
    ----------
    paths
        Study files, folders that hold `study.toml` (or folders of such folders), or
        patterns of them: a shell may have left a pattern as it is.
    plans
        Layout plans of the one study, or patterns of them; none runs each study with
        its own plan.
    out
        Root of the batch; each run gets a folder in it.

    Returns
    -------
    tasks
        In the order asked for, matches of a pattern sorted.
    notices
        Files named more than once, which are run once.

    Raises
    ------
    InputMissing
        If a path, or every match of a pattern, is no study (or no plan).
    StudyKeyError
        If plans are given for more than one study.
    """
    faults: list[Fault] = []
    if plans:
        # A shell spreads `--plan plans/*.xlsx`: all but the first arrive as paths.
        spread = [path for path in paths if Path(path).suffix.lower() in PLAN_SUFFIXES]
        paths, plans = [path for path in paths if path not in spread], [*plans, *spread]
    studies, notices = _each_once(_find(paths, _STUDIES, faults))
    files, more = _each_once(_find(plans, _PLANS, faults))
    if faults:
        raise InputMissing(faults)
    if plans and len(studies) != 1:
        raise StudyKeyError(
            Fault(
                "--plan runs several plans of one study",
                found=f"{len(studies)} studies",
                expected="one study",
            )
        )
    pairs: list[tuple[Path, Path | None]] = (
        [(studies[0], plan) for plan in files] if files else [(study, None) for study in studies]
    )
    names = make_unique(
        [_name(study) if plan is None else plan.stem for study, plan in pairs],
        [study if plan is None else plan for study, plan in pairs],
    )
    tasks = tuple(
        BatchTask(run_id=name, study=study, plan=plan, out=out / name)
        for name, (study, plan) in zip(names, pairs, strict=True)
    )
    return tasks, (*notices, *more)


@dataclass(frozen=True, slots=True)
class _Noun:
    """How files of one kind are found: at a path that was named, or met by a pattern."""

    named: Callable[[Path], list[Path]]
    met: Callable[[Path], list[Path]]
    missing: str
    expected: str


def _study_at(path: Path) -> list[Path]:
    if path.is_file():
        return [path] if path.suffix.lower() == ".toml" else []
    return [path / STUDY_FILE] if (path / STUDY_FILE).is_file() else []


def _studies_at(path: Path) -> list[Path]:
    return _study_at(path) or sorted(path.glob(f"*/{STUDY_FILE}"))


def _plan_at(path: Path) -> list[Path]:
    sound = path.suffix.lower() in PLAN_SUFFIXES and not path.name.startswith(_OFFICE_LOCK)
    return [path] if sound else []


_STUDIES = _Noun(
    named=_studies_at,
    met=_study_at,
    missing="no study there",
    expected="a study.toml, a folder that holds one, or a pattern of them",
)
_PLANS = _Noun(
    named=lambda path: [path],
    met=_plan_at,
    missing="no plan there",
    expected="a table or a layer of centres, or a pattern of them",
)


def _find(names: Sequence[str], noun: _Noun, faults: list[Fault]) -> list[Path]:
    found: list[Path] = []
    for name in names:
        here = _matches(name, noun)
        if not here:
            faults.append(Fault(noun.missing, file=name, expected=noun.expected))
        found += here
    return found


def _matches(name: str, noun: _Noun) -> list[Path]:
    """Return what a path or a pattern stands for; a path that exists is never a pattern."""
    path = Path(name).expanduser()
    if path.exists():
        return noun.named(path)
    if not glob.has_magic(name):
        return []
    matched = sorted(glob.glob(str(path), recursive=True))  # noqa: PTH207 - absolute ones too
    return [file for match in matched for file in noun.met(Path(match))]


def _each_once(paths: Iterable[Path]) -> tuple[list[Path], tuple[Fault, ...]]:
    """Return absolute paths without repeats, and a notice for each repeat."""
    kept: dict[Path, Path] = {}
    notices = []
    for path in paths:
        key = path.resolve()
        if key in kept:
            notices.append(
                Fault("the file was named more than once; it is run once", file=str(path))
            )
        else:
            kept[key] = path.absolute()
    return list(kept.values()), tuple(notices)


def _name(study: Path) -> str:
    """Return `[batch] id`, else the name of the study file's folder; faults wait for the run."""
    try:
        asked = tomllib.loads(study.read_bytes().decode("utf-8-sig")).get("batch", {}).get("id")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError):
        asked = None
    return asked if isinstance(asked, str) and asked.strip() else study.parent.name
