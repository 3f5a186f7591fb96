"""A run leaves every file of the contract, with a manifest that tells whether it is whole."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from planner.errors import InputInvalid, OutputLocked, StudyKeyError
from planner.report import lettering
from planner.report.manifest import date_made, list_old_outputs
from planner.report.provenance import describe_versions, list_input_files, relative_path
from planner.report.write import write_all
from tests.report.records import make_proposals, make_records

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.evaluation import EvaluationRecords, ProposalRecords

FILES = [
    "figures/before_after.png", "figures/coverage_curve.png", "figures/coverage_map.png",
    "figures/time_distribution.png",
    "figures/verdicts.png", "manifest.json", "map.html", "projects.csv", "report.html",
    "results.gpkg", "summary.json", "tables.xlsx",
]  # fmt: skip


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "研究 study"
    folder.mkdir()
    for name in ("study.toml", "streets.osm.pbf", "population.csv", "layout_plan.xlsx"):
        (folder / name).write_text(name, encoding="utf-8")
    return folder


def write_page(
    records: EvaluationRecords,
    proposals: ProposalRecords | None,
    summary: dict[str, Any],
    path: Path,
    *,
    made: str,
) -> None:
    path.write_text(f"{summary['study']} {made}", encoding="utf-8")


def clock_from(year: int) -> Callable[[], datetime]:
    return lambda: datetime(year, 1, 2, 3, tzinfo=UTC)


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def write(study: Path, out: Path, *, siting: bool = True, **options: Any) -> dict[str, Any]:  # noqa: ANN401 -- options of the town
    records = make_records(folder=study, **options)
    proposals = make_proposals(records) if siting else None
    return write_all(
        records, proposals, out, map_writer=write_page, made="2026-01-01", clock=clock_from(2026)
    )


def test_every_file_of_the_contract_is_left(study: Path, tmp_path: Path) -> None:
    summary = write(study, tmp_path / "out")
    found = files(tmp_path / "out")
    assert sorted(found) == FILES
    assert json.loads(found["summary.json"]) == summary
    assert found["map.html"].decode("utf-8") == "示范镇 2026-01-01"


def test_the_manifest_names_inputs_and_outputs_with_their_digests(
    study: Path, tmp_path: Path
) -> None:
    write(study, tmp_path / "out")
    found = files(tmp_path / "out")
    manifest = json.loads(found.pop("manifest.json"))
    assert {entry["path"]: entry["sha256"] for entry in manifest["outputs"]} == {
        name: hashlib.sha256(data).hexdigest() for name, data in found.items()
    }
    assert {entry["path"]: entry["sha256"] for entry in manifest["inputs"]} == {
        name: hashlib.sha256(name.encode()).hexdigest()
        for name in ("study.toml", "streets.osm.pbf", "population.csv", "layout_plan.xlsx")
    }
    assert manifest["settings"]["demand"]["source"] == "population.csv"
    assert manifest["settings"]["walking"]["profile"] == "norm"
    assert manifest["rule_sets"][0]["id"] == "chongqing-2018"
    assert manifest["plan_date"] == "2018-10-01"
    assert [warning["file"] for warning in manifest["warnings"]] == [
        "layout_plan.xlsx",
        "population.csv",
    ]
    assert {"planner", "python", "numpy", "pyproj"} <= set(manifest["versions"])
    without_run = {key: value for key, value in manifest.items() if key != "run"}
    assert str(tmp_path) not in json.dumps(without_run, ensure_ascii=False)
    assert manifest["run"]["out_dir"] == str(tmp_path / "out")


def test_two_runs_differ_in_the_run_block_alone(study: Path, tmp_path: Path) -> None:
    records = make_records(folder=study)
    for year in (2026, 2027):
        write_all(
            records,
            make_proposals(records),
            tmp_path / str(year),
            made="2026-01-01",
            clock=clock_from(year),
        )
    first, second = files(tmp_path / "2026"), files(tmp_path / "2027")
    manifests = [json.loads(found.pop("manifest.json")) for found in (first, second)]
    assert first == second
    runs = [manifest.pop("run") for manifest in manifests]
    assert manifests[0] == manifests[1]
    assert runs[0]["started"] != runs[1]["started"]


def test_a_run_replaces_the_one_before_it_with_all_it_left(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(study, out, formats=("shp", "dxf"))
    assert (out / "shapefiles" / "centres.cpg").exists()
    assert (out / "results.dxf").exists()
    (out / "notes of my own.txt").write_text("kept", encoding="utf-8")
    write(study, out, siting=False)
    kept = [name for name in FILES if "curve" not in name]
    assert sorted(files(out)) == sorted([*kept, "notes of my own.txt"])


def test_a_manifest_from_elsewhere_removes_nothing_outside(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    entries = [{"path": "../precious.txt"}, {"path": "a.txt"}, {"path": "/etc/passwd"}]
    manifest = out / "manifest.json"
    manifest.write_text(json.dumps({"outputs": entries}), encoding="utf-8")
    assert list_old_outputs(out) == ["a.txt"]
    for text in ("not json", "[]", '{"outputs": [1]}'):
        manifest.write_text(text, encoding="utf-8")
        assert list_old_outputs(out) == []
    assert list_old_outputs(tmp_path / "absent") == []


def test_a_locked_output_means_nothing_moved(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(study, out)
    before = files(out)
    holder = sqlite3.connect(out / "results.gpkg", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(OutputLocked, match=r"results\.gpkg.*QGIS"):
        write(study, out, hostile=True)
    holder.close()
    assert files(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", study.name]


def test_a_failure_on_the_way_leaves_nothing_behind(study: Path, tmp_path: Path) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    records = make_records(folder=study)
    with pytest.raises(ZeroDivisionError):
        write_all(records, None, tmp_path / "out", map_writer=fail)
    assert sorted(path.name for path in tmp_path.iterdir()) == [study.name]


def test_an_unknown_format_or_crs_is_told_before_the_work(study: Path, tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match=r"\[output\] formats.*kmz.*gpkg, shp, dxf"):
        write(study, tmp_path / "out", formats=("kmz",))
    with pytest.raises(StudyKeyError):
        write(study, tmp_path / "out", crs="EPSG:none")
    assert not (tmp_path / "out").exists()


def test_the_date_comes_from_the_inputs_or_the_environment_never_from_the_clock(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    settings = make_records(folder=study).settings
    for index, path in enumerate(sorted(study.iterdir())):
        os.utime(path, (0, 86_400 * (100 + index)))
    assert date_made(settings) == "1970-04-14"  # day 103 of the epoch, the newest of four
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert date_made(settings) == "1970-01-02"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert date_made(make_records(folder=study / "absent").settings) == "1970-01-01"


def test_a_shapefile_brings_the_files_that_belong_to_it(study: Path) -> None:
    for suffix in (".shp", ".dbf", ".shx", ".txt"):
        (study / f"homes{suffix}").write_text("x", encoding="utf-8")
    settings = make_records(folder=study).settings
    demand = replace(settings.demand, source=study / "homes.shp")
    names = [name for _, name, _ in list_input_files(replace(settings, demand=demand))]
    assert [name for name in names if name.startswith("homes")] == [
        "homes.shp",
        "homes.dbf",
        "homes.shx",
    ]
    without = replace(settings, siting=None)
    assert "candidates" not in {noun for noun, _, _ in list_input_files(without)}


def test_inputs_are_named_as_the_study_file_sees_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = tmp_path / "a" / "study.toml"
    assert relative_path(tmp_path / "b" / "x.csv", study) == "../b/x.csv"

    def other_drive(*_: object) -> str:
        raise ValueError

    monkeypatch.setattr("planner.report.provenance.os.path.relpath", other_drive)
    assert relative_path(Path("x.csv"), study) == "x.csv"


def test_a_library_that_is_absent_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.report.provenance._LIBRARIES", ("no-such-library",))
    assert describe_versions()["no-such-library"] == "absent"


def test_a_missing_font_is_among_the_warnings(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lettering, "CHINESE_FONTS", ())
    monkeypatch.setattr(
        "planner.report.figures.choose_lettering",
        lambda language: lettering.choose_lettering(language, fonts=()),
    )
    write(study, tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert any("Chinese font" in warning["message"] for warning in manifest["warnings"])
