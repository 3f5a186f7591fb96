"""What the command refuses: one clear message, exit code 2, nothing written."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from planner.cli.app import _run
from tests.scenes.town import Town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DRAWING = """
+---a------1-----------b----+
|                           |
c                           |
|                           |
+--------2----------------d-+
"""


def _town(folder: Path) -> Path:
    Town(DRAWING).write(folder)
    return folder / "study.toml"


def _edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _truncate(folder: Path) -> None:
    data = (folder / "streets.osm").read_bytes()
    (folder / "streets.osm").write_bytes(data[: len(data) // 2])


def _layer_without_crs(folder: Path) -> None:
    frame = gpd.GeoDataFrame({"persons": [1]}, geometry=[shapely.Point(106.5, 29.5)])
    with pytest.warns(UserWarning, match="crs"):
        frame.to_file(folder / "people.gpkg", engine="pyogrio")
    _edit(folder, "study.toml", "population.csv", "people.gpkg")


def _far_centre(folder: Path) -> None:
    # The streets' box reaches 280 m east; 2 = a cell inside it and far from every street.
    text = (folder / "centres.csv").read_text("utf-8").splitlines()
    cells = text[1].split(",")
    cells[3] = f"{float(cells[3]) - 0.0072:.9f}"  # 0.8 km south, still within the padded box
    (folder / "centres.csv").write_text("\n".join([text[0], ",".join(cells), text[2]]), "utf-8")


REFUSALS: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "a missing file": (
        lambda f: (f / "population.csv").unlink(),
        ("demand.source", "population.csv", "does not exist"),
    ),
    "an empty file": (
        lambda f: (f / "centres.csv").write_bytes(b""),
        ("centres.csv", "empty"),
    ),
    "streets cut short": (_truncate, ("streets.osm", "cut short")),
    "no walkable street": (
        lambda f: (f / "streets.osm").write_text(
            (f / "streets.osm").read_text("utf-8").replace('"residential"', '"motorway"'), "utf-8"
        ),
        ("streets.osm", "no street that people may walk on"),
    ),
    "an unknown key": (
        lambda f: _edit(f, "study.toml", "snap_limit_m", "snap_limt_m"),
        ("walking.snap_limt_m", "did you mean walking.snap_limit_m"),
    ),
    "negative persons": (
        lambda f: _edit(f, "population.csv", ",1\n", ",-1\n"),
        ("population.csv", "row 2", "persons", "negative", "-1"),
    ),
    "persons that are no number": (
        lambda f: _edit(f, "population.csv", ",2\n", ",many\n"),
        ("population.csv", "row 3", "persons", "many"),
    ),
    "duplicate ids": (
        lambda f: _edit(f, "population.csv", "\nb,", "\na,"),
        ("population.csv", "demand_id", "row 2, 3"),
    ),
    "a centre far from any street": (_far_centre, ("centres.csv", "row 2", "m from a street")),
    "a layer without a CRS": (_layer_without_crs, ("people.gpkg", "CRS")),
    "a named column that is missing": (
        lambda f: _edit(f, "study.toml", "[demand]", '[demand]\npersons = "headcount"'),
        ("population.csv", "headcount"),
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_fault_is_named_and_nothing_is_written(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = _town(tmp_path / "study 研究")
    change, words = REFUSALS[case]
    change(study.parent)
    out = tmp_path / "out"
    assert _run(["run", str(study), "--out", str(out)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    for word in words:
        assert word in said.err, f"{word!r} is missing from: {said.err}"
    assert "Traceback" not in said.err
    assert not out.exists()
    assert [p.name for p in tmp_path.iterdir()] == ["study 研究"]


def test_faults_of_several_files_are_listed_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = _town(tmp_path)
    _edit(tmp_path, "population.csv", ",1\n", ",-1\n")
    (tmp_path / "centres.csv").write_bytes(b"")
    assert _run(["run", str(study), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert "2 faults" in said
    assert "population.csv" in said
    assert "centres.csv" in said


def test_a_locked_output_moves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study, out = _town(tmp_path / "study"), tmp_path / "out"
    assert _run(["run", str(study), "--out", str(out)]) == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    _edit(study.parent, "population.csv", ",8\n", ",80\n")
    lock = sqlite3.connect(out / "results.gpkg")
    lock.execute("BEGIN EXCLUSIVE")
    capsys.readouterr()
    try:
        assert _run(["run", str(study), "--out", str(out)]) == 2
    finally:
        lock.rollback()
        lock.close()
    said = capsys.readouterr().err
    assert "results.gpkg" in said
    assert "QGIS" in said
    after = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert after == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "study"]


@pytest.mark.parametrize("words", [["nosuch"], ["run"], ["run", "x", "--wrong"]])
def test_a_wrong_usage_leaves_with_two(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(words) == 2
    assert "Error" in capsys.readouterr().err
