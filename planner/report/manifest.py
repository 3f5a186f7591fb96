"""`manifest.json`: enough to run it again, and to tell whether a folder is whole."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import platform
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

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


def make_manifest(
    records: EvaluationRecords,
    folder: Path,
    *,
    made: str,
    notices: Iterable[Fault],
    started: datetime,
    finished: datetime,
    out_dir: Path,
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
        "inputs": [
            {"noun": noun, "path": name, "bytes": path.stat().st_size, "sha256": digest_file(path)}
            for noun, name, path in list_input_files(settings)
        ],
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
        document = json.loads((out_dir / "manifest.json").read_text(encoding="utf-8"))
        names = [str(entry["path"]) for entry in document["outputs"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    inside = out_dir.resolve()
    return [name for name in names if (inside / name).resolve().is_relative_to(inside)]


def _digest_rules(rules: RuleSet) -> str:
    """Return the digest of what a rule set demands, wherever it was read from."""
    text = json.dumps(dataclasses.asdict(rules), ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
