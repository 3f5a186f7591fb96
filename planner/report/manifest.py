"""`manifest.json`: enough to run it again, and to tell whether a folder is whole."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import platform
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from planner.domain.shelf import Shelf, file_key
from planner.report.provenance import describe_settings, describe_versions, list_input_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.standard import RuleSet
    from planner.domain.study import StudySettings
    from planner.errors import Fault

SCHEMA = "planner.manifest/1"
SOURCE_DATE_EPOCH = "SOURCE_DATE_EPOCH"

_CHUNK = 1 << 20
_DIGESTS_KEPT = 256


def make_manifest(
    records: EvaluationRecords,
    folder: Path,
    *,
    made: str,
    notices: Iterable[Fault],
    started: datetime,
    finished: datetime,
    out_dir: Path,
    shelf: Shelf | None = None,
) -> dict[str, Any]:
    """
    Describe a run: inputs, settings, versions, rule sets, warnings, outputs.

    Parameters
    ----------
    records
        What was evaluated.
    folder
        Where the outputs stand now; every file in it is listed with its digest.
    made
        The date printed on the map, see `date_made`.
    notices
        Warnings and assumptions of the run.
    started, finished
        When the reports were written.
    out_dir
        Where the outputs will stand.
    shelf
        Where digests of inputs that several runs read are kept.

    Returns
    -------
    manifest
        Only its `run` block (times, host, absolute paths) differs between two runs of
        the same study on one machine.
    """
    settings = records.settings
    return {
        "schema": SCHEMA,
        "study": settings.name,
        "made": made,
        "inputs": _describe_inputs(settings, shelf or Shelf()),
        "settings": describe_settings(settings),
        "rule_sets": [
            {
                "id": rules.rule_set_id,
                "valid_from": rules.valid_from.isoformat(),
                "sha256": _digest_rules(rules),
            }
            for rules in records.judgements.rule_sets
        ],
        "plan_date": records.judgements.plan_date.isoformat(),
        "streets": dict(records.network.streets.counts),
        "working_crs": records.network.streets.crs,
        "warnings": [
            {key: value for key, value in dataclasses.asdict(notice).items() if value is not None}
            for notice in notices
        ],
        "quarantined_rows": len(records.quarantine),
        "versions": describe_versions(),
        "outputs": [
            {"path": name, "bytes": (folder / name).stat().st_size, "sha256": digest}
            for name, digest in digest_outputs(folder).items()
        ],
        "run": {
            "started": started.isoformat(),
            "finished": finished.isoformat(),
            "host": platform.node(),
            "system": platform.platform(),
            "study_path": str(settings.path.absolute()),
            "out_dir": str(out_dir.absolute()),
        },
    }


def matches(folder: Path, settings: StudySettings, *, shelf: Shelf | None = None) -> bool:
    """
    Tell whether a folder holds, whole, what a run of a study would leave there now.

    Parameters
    ----------
    folder
        Folder of an earlier run.
    settings
        The study.
    shelf
        As in `make_manifest`.

    Returns
    -------
    same
        True where inputs (by digest), settings, versions of the planner and of its
        libraries are those of the manifest, and every output is as it was written.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        return False
    now = {
        "schema": SCHEMA,
        "inputs": _describe_inputs(settings, shelf or Shelf()),
        "settings": describe_settings(settings),
        "versions": describe_versions(),
    }
    plain = json.loads(json.dumps(now))
    return all(manifest.get(key) == value for key, value in plain.items()) and verify_folder(folder)


def verify_folder(folder: Path) -> bool:
    """Tell whether a folder has a manifest, and every output just as the manifest lists it."""
    manifest = read_manifest(folder)
    return manifest is not None and not list_damage(folder, manifest)


def list_damage(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """List the outputs that are missing, changed, or not told by a manifest that is cut short."""
    inside = folder.resolve()
    try:
        listed = {str(entry["path"]): str(entry["sha256"]) for entry in manifest["outputs"]}
    except (KeyError, TypeError):
        return ["manifest.json"]
    return [name for name, digest in listed.items() if not _is_whole(inside, name, digest)] or (
        [] if listed else ["manifest.json"]
    )


def _is_whole(inside: Path, name: str, digest: str) -> bool:
    path = (inside / name).resolve()
    try:
        return path.is_relative_to(inside) and digest_file(path) == digest
    except OSError:
        return False


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a folder, `None` where there is none or it cannot be read."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) else None


def _describe_inputs(settings: StudySettings, shelf: Shelf) -> list[dict[str, Any]]:
    digests = shelf.part("digests", _DIGESTS_KEPT)
    return [
        {
            "noun": noun,
            "path": name,
            "bytes": path.stat().st_size,
            "sha256": digests.take(file_key(path), partial(digest_file, path)),
        }
        for noun, name, path in list_input_files(settings)
    ]


def digest_file(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def digest_outputs(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file under a folder by its relative path, sorted."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    return {name: digest_file(folder / name) for name in names if (folder / name).is_file()}


def date_made(settings: StudySettings) -> str:
    """
    Return the date that outputs carry: no clock, so that a run can be repeated.

    `SOURCE_DATE_EPOCH` (seconds, as reproducible builds use it) if set, else the day on
    which the newest input was last changed; UTC.
    """
    epoch = os.environ.get(SOURCE_DATE_EPOCH, "")
    if epoch.isdecimal():
        seconds = float(epoch)
    else:
        files = list_input_files(settings)
        seconds = max((path.stat().st_mtime for _, _, path in files), default=0.0)
    return datetime.fromtimestamp(seconds, tz=UTC).date().isoformat()


def list_old_outputs(out_dir: Path) -> list[str]:
    """
    List what an earlier run says it left in a folder, as far as it lies inside it.

    A manifest that cannot be read lists nothing: no file is removed on its word.
    """
    try:
        names = [str(entry["path"]) for entry in (read_manifest(out_dir) or {})["outputs"]]
    except (KeyError, TypeError):
        return []
    inside = out_dir.resolve()
    return [name for name in names if (inside / name).resolve().is_relative_to(inside)]


def _digest_rules(rules: RuleSet) -> str:
    """Return the digest of what a rule set demands, wherever it was read from."""
    text = json.dumps(dataclasses.asdict(rules), ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
