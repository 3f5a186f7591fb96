"""What a run was made from: files, settings, versions; nothing of this machine."""

from __future__ import annotations

import dataclasses
import importlib
import os
import platform
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.domain.study import StudySettings

_LIBRARIES = (
    "contourpy",
    "geopandas",
    "highspy",
    "matplotlib",
    "numba",
    "numpy",
    "osmium",
    "osmnx",
    "pyogrio",
    "pyproj",
    "rasterio",
    "scipy",
    "shapely",
    "xlsxwriter",
)
_SIDECARS = (".dbf", ".shx", ".prj", ".cpg")


def relative_path(path: Path, study: Path) -> str:
    """Return a path as seen from the study file's folder, with forward slashes."""
    try:
        return Path(os.path.relpath(path, study.parent)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def _forbidden_areas(settings: StudySettings) -> Path | None:
    named = None if settings.siting is None else settings.siting.must_not
    return named if isinstance(named, Path) else None


def list_input_files(settings: StudySettings) -> list[tuple[str, str, Path]]:
    """
    List the files a study reads.

    Returns
    -------
    files
        What it is for, its path as seen from the study file, its path. A shapefile
        brings the files beside it that belong to it. Files that are not there are left
        out (a setting may name a word instead).
    """
    named: list[tuple[str, Path | str | None]] = [
        ("study", settings.path),
        ("streets", settings.streets.source),
        *(("elevation", path) for path in settings.streets.elevation),
        ("demand", settings.demand.source),
        ("buildings", settings.demand.buildings),
        ("land", settings.demand.land),
        ("counted_land", settings.coverage.residential_land),
        ("built_up", settings.coverage.built_up),
        ("centres", settings.centres.source),
        ("community", settings.areas.community),
        ("street", settings.areas.street),
        ("district", settings.areas.district),
        ("plan_scope", settings.areas.plan_scope),
        ("urban_unbuilt", settings.areas.urban_unbuilt),
        ("candidates", settings.siting.candidates if settings.siting else None),
        ("must_not", _forbidden_areas(settings)),
    ]
    named += [("rule_set", settings.path.parent / name) for name in settings.standards.rule_sets]
    found = []
    for noun, name in named:
        if not isinstance(name, Path):
            continue
        group = [name]
        if name.suffix.lower() == ".shp":
            group += [name.with_suffix(suffix) for suffix in _SIDECARS]
        found += [
            (noun, relative_path(path, settings.path), path) for path in group if path.is_file()
        ]
    return found


def describe_settings(settings: StudySettings) -> dict[str, Any]:
    """Return the settings of a study as plain values, paths as seen from the study file."""

    def plain(value: Any) -> Any:  # noqa: ANN401 -- any setting, in and out
        if isinstance(value, Path):
            return relative_path(value, settings.path)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, dict):
            return {str(key): plain(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [plain(item) for item in value]
        return value

    described: dict[str, Any] = plain(dataclasses.asdict(settings))
    return described


def describe_versions() -> dict[str, str]:
    """Return the versions that the figures depend on."""
    # By name, as a statement would make this stage depend on all that the package exports.
    planner = importlib.import_module("planner")
    found = {"planner": str(planner.__version__), "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found
