"""What the command refuses: one clear message that says what to do, and nothing written."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pytest
import shapely

from tests.cli.command import Said, edit, read_bytes, write_town

if TYPE_CHECKING:
    from collections.abc import Callable

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"


def _write(name: str, content: bytes, *, instead_of: str | None = None) -> Callable[[Path], None]:
    """Return a change: write a file, and let the study name it in the place of another."""

    def change(folder: Path) -> None:
        (folder / name).write_bytes(content)
        if instead_of is not None:
            edit(folder, "study.toml", instead_of, name)

    return change


def _edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda folder: edit(folder, name, old, new)


def _append(text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with (folder / "study.toml").open("a", encoding="utf-8") as file:
            file.write(text)

    return change


def _truncate(folder: Path) -> None:
    data = (folder / "streets.osm").read_bytes()
    (folder / "streets.osm").write_bytes(data[: len(data) // 2])


def _truncated_pbf(folder: Path) -> None:
    data = (DEMO / "streets.osm.pbf").read_bytes()
    _write("cut.osm.pbf", data[: len(data) // 2], instead_of="streets.osm")(folder)


def _blank_workbook(folder: Path) -> None:
    openpyxl.Workbook().save(folder / "centres.xlsx")
    edit(folder, "study.toml", "centres.csv", "centres.xlsx")


def _only_motorways(folder: Path) -> None:
    text = (folder / "streets.osm").read_text("utf-8")
    (folder / "streets.osm").write_text(text.replace('"residential"', '"motorway"'), "utf-8")


def _layer_without_crs(folder: Path) -> None:
    frame = gpd.GeoDataFrame({"persons": [1]}, geometry=[shapely.Point(106.5, 29.5)])
    with pytest.warns(UserWarning, match="crs"):
        frame.to_file(folder / "people.gpkg", engine="pyogrio")
    edit(folder, "study.toml", "population.csv", "people.gpkg")


def _areas_without_crs(folder: Path) -> None:
    frame = gpd.GeoDataFrame({"name": ["A"]}, geometry=[shapely.box(106.4, 29.4, 106.6, 29.6)])
    with pytest.warns(UserWarning, match="crs"):
        frame.to_file(folder / "communities.gpkg", engine="pyogrio")
    _append('[areas]\ncommunity = "communities.gpkg"\n')(folder)


def _move_centre(folder: Path, south_deg: float) -> None:
    text = (folder / "centres.csv").read_text("utf-8").splitlines()
    cells = text[1].split(",")
    cells[3] = f"{float(cells[3]) - south_deg:.9f}"
    (folder / "centres.csv").write_text("\n".join([text[0], ",".join(cells), text[2]]), "utf-8")


REFUSALS: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "a missing file": (
        lambda folder: (folder / "population.csv").unlink(),
        ("study.toml", "demand.source", "population.csv", "does not exist", "mend the path"),
    ),
    "a misspelt file": (
        _edit("study.toml", "population.csv", "populaton.csv"),
        ("demand.source", "did you mean population.csv?"),
    ),
    "empty streets": (_write("streets.osm", b""), ("streets.osm", "is empty", "again")),
    "an empty table": (_write("centres.csv", b""), ("centres.csv", "is empty", "again")),
    "a table of no rows": (
        _write("population.csv", b"demand_id,lon,lat,persons\n"),
        ("population.csv", "a header but no rows", "fill in the rows"),
    ),
    "an empty workbook": (
        _write("plan.xlsx", b"", instead_of="centres.csv"),
        ("plan.xlsx", "is empty", "again"),
    ),
    "a workbook of no cells": (_blank_workbook, ("centres.xlsx", "no filled cell")),
    "a workbook in name only": (
        _write("plan.xlsx", b"name,lon,lat\n", instead_of="centres.csv"),
        ("plan.xlsx", "is not what its name says", ".csv"),
    ),
    "streets cut short": (_truncate, ("streets.osm", "is cut short", "again")),
    "a pbf cut short": (_truncated_pbf, ("cut.osm.pbf", "is cut short", "again")),
    "no walkable street": (
        _only_motorways,
        ("streets.osm", "no street that people may walk on", "vehicles only", "check that"),
    ),
    "an unknown key": (
        _edit("study.toml", "snap_limit_m", "snap_limt_m"),
        ("study.toml", "walking.snap_limt_m", "did you mean walking.snap_limit_m?"),
    ),
    "an unknown section": (
        _edit("study.toml", "[walking]", "[walkin]"),
        ("study.toml", "walkin", "did you mean walking?"),
    ),
    "negative persons": (
        _edit("population.csv", ",1\n", ",-1\n"),
        ("population.csv", "row 2", "field persons", "is negative", "found -1", "correct the cell"),
    ),
    "persons that are no number": (
        _edit("population.csv", ",2\n", ",many\n"),
        ("population.csv", "row 3", "field persons", "found many", "correct the cell"),
    ),
    "duplicate ids of homes": (
        _edit("population.csv", "\nb,", "\na,"),
        ("population.csv", "row 2, 3", "field demand_id", "found a", "an id of its own"),
    ),
    "duplicate ids of centres": (
        _edit("centres.csv", "\n2,", "\n1,"),
        ("centres.csv", "row 2, 3", "field centre_id", "found 1", "an id of its own"),
    ),
    "a centre 0.8 km from any street": (
        lambda f: _move_centre(f, 0.0072),
        ("centres.csv", "row 2", "centre 1", "m from a street", "at most 60 m", "check the coord"),
    ),
    # A degree of latitude is 110.8 km here: 2.0 km south of its row, beyond the streets' edge.
    "a centre 2 km from any street": (
        lambda f: _move_centre(f, 0.0181),
        ("centres.csv", "row 2", "centre 1", "m from a street", "at most 60 m", "check the coord"),
    ),
    "a layer without a CRS": (_layer_without_crs, ("people.gpkg", "no CRS", "set crs")),
    "areas without a CRS": (_areas_without_crs, ("communities.gpkg", "no CRS", "save it again")),
    "a named column of persons that is missing": (
        _edit("study.toml", "[demand]", '[demand]\npersons = "人口"'),
        ("population.csv", "field 人口", "for persons", "found columns", "mend the name"),
    ),
    "a named column of the plan that is missing": (
        _edit("study.toml", "[centres]", '[centres]\ncolumns = { floor_area_m2 = "建筑规模" }'),
        ("centres.csv", "field 建筑规模", "for floor_area_m2", "found columns", "mend the name"),
    ),
    "homes of another city": (
        _edit("population.csv", "demand_id,lon,lat,persons", "demand_id,lat,lon,persons"),
        ("population.csv", "coordinates"),
    ),
    "a plan without names": (
        _edit("centres.csv", "centre_id,name,", "centre_id,label,"),
        ("centres.csv", "no column of names", "name it in the study"),
    ),
    "a word for the state that nobody knows": (
        _edit("centres.csv", "existing", "somehow"),
        ("centres.csv", "row 2", "field status", "found somehow", "现状"),
    ),
    "an unknown profile": (
        _edit("study.toml", "[walking]", '[walking]\nprofile = "elder"'),
        ("elder", "elderly"),
    ),
    "an unknown rule set": (
        _append('[standards]\nrule_sets = ["chongqing-2081"]\n'),
        ("chongqing-2081", "did you mean `chongqing-2018`?"),
    ),
    "two questions of siting": (
        _append("[siting]\ncount = 1\ntarget = 0.5\n"),
        ("study.toml", "siting", "exactly one of count, target and budget"),
    ),
    "a study that is no TOML": (
        _edit("study.toml", 'source = "streets.osm"', 'source = "C:\\数据\\streets.osm"'),
        ("study.toml", "row 4", "write paths with /"),
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_fault_is_named_and_nothing_is_written(
    case: str, tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    study = write_town(tmp_path / "study 研究")
    change, words = REFUSALS[case]
    change(study.parent)
    out = tmp_path / "out"
    said = planner_says("run", study, "--out", out)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error 错误: ")
    assert said.err.count("\n") == 2, "one fault, one line, and the same in Chinese"
    assert re.search("[一-鿿]{2}", said.err.splitlines()[1])
    for word in words:
        assert word in said.err, f"{word!r} is missing from: {said.err}"
    assert not out.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["study 研究"]

    checked = planner_says("check", study, "--json")
    assert checked.code == 2, "check finds what run refuses"
    (fault,) = checked.json()["faults"]
    assert fault["hint"] or fault["expected"], "what to do is said"


def test_a_refused_run_leaves_an_earlier_one_as_it_was(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    study, out = write_town(tmp_path / "study"), tmp_path / "out"
    assert planner_says("run", study, "--out", out).code == 0
    before = read_bytes(out)
    edit(study.parent, "population.csv", ",1\n", ",-1\n")
    assert planner_says("run", study, "--out", out).code == 2
    assert read_bytes(out) == before


def test_faults_of_several_files_are_listed_together(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    study = write_town(tmp_path / "study")
    folder = study.parent
    edit(folder, "population.csv", ",1\n", ",-1\n")
    edit(folder, "population.csv", ",2\n", ",many\n")
    edit(folder, "centres.csv", "existing", "somehow")
    _truncate(folder)
    said = planner_says("run", study, "--out", tmp_path / "out")
    assert said.code == 2
    head, *lines = said.err.splitlines()
    english, chinese = lines[::2], lines[1::2]
    assert head == "error 错误: 4 faults 共 4 处"
    assert [line.split(":")[0].split(" · ")[:2] for line in english] == [
        ["  streets.osm"],
        ["  population.csv", "row 3"],
        ["  population.csv", "row 2"],
        ["  centres.csv", "row 2"],
    ]
    assert chinese[1].startswith("    population.csv · 第 3 行 · 字段 persons：不是数字；现为 many")


def test_hundreds_of_faults_are_counted_and_not_all_printed(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    study = write_town(tmp_path / "study")
    rows = "".join(f"h{number},106.5,29.5,-1\n" for number in range(300))
    (study.parent / "population.csv").write_text("demand_id,lon,lat,persons\n" + rows, "utf-8")
    said = planner_says("run", study, "--out", tmp_path / "out")
    assert said.code == 2
    assert "300 faults" in said.err
    lines = said.err.splitlines()
    assert len(lines) == 1 + 2 * 200 + 1, "a head, 200 faults told twice, how many there are"
    assert "只列出前 200 处" in lines[-1]


def test_a_centre_two_kilometres_from_any_street_is_a_fault_naming_the_distance(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    # Streets frame 6 km by 4.6 km; the centre stands 2.3 km from the nearest of them.
    inner = ["|" + " " * 59 + "|"] * 22
    drawing = "\n".join(
        [
            "+a" + "-" * 57 + "1+",
            *inner,
            "|" + " " * 29 + "2" + " " * 29 + "|",
            *inner,
            "+" + "-" * 59 + "+",
        ]
    )
    study = write_town(tmp_path / "study", drawing=drawing, cell_m=100.0)
    said = planner_says("run", study, "--out", tmp_path / "out")
    assert said.code == 2
    for word in ("centres.csv · row 3", "centre 2, 2300 m from a street", "at most 60 m"):
        assert word in said.err
    assert not (tmp_path / "out").exists()


def test_a_centre_beyond_the_box_of_the_streets_is_set_aside_and_told(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    study, out = write_town(tmp_path / "study"), tmp_path / "out"
    edit(study.parent, "centres.csv", "2,centre 2,106.5", "2,centre 2,106.9")
    said = planner_says("run", study, "--out", out, "-v")
    assert said.code == 0
    assert "row 3: centre 2: 在路网范围之外 outside the streets' box" in said.err
    refused = planner_says("run", study, "--out", out, "--no-quarantine")
    assert refused.code == 2
    assert "centres.csv · row 3" in refused.err


def test_a_layer_plan_open_in_qgis_moves_nothing(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    study, out = write_town(tmp_path / "study"), tmp_path / "out"
    assert planner_says("run", study, "--out", out).code == 0
    before = read_bytes(out)
    edit(study.parent, "population.csv", ",8\n", ",80\n")
    lock = sqlite3.connect(out / "results.gpkg")
    lock.execute("BEGIN EXCLUSIVE")
    try:
        said = planner_says("run", study, "--out", out)
    finally:
        lock.rollback()
        lock.close()
    assert said.code == 2
    assert "results.gpkg" in said.err
    assert "close it in QGIS" in said.err
    assert read_bytes(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "study"]


def test_a_table_open_in_excel_moves_nothing(
    tmp_path: Path, planner_says: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    study, out = write_town(tmp_path / "study"), tmp_path / "out"
    assert planner_says("run", study, "--out", out).code == 0
    before = read_bytes(out)
    edit(study.parent, "population.csv", ",8\n", ",80\n")
    plain_open = Path.open

    def as_windows_opens(path: Path, mode: str = "r", *args: Any, **options: Any) -> IO[Any]:  # noqa: ANN401
        if path == out / "tables.xlsx" and mode != "rb":
            raise PermissionError(13, "Permission denied", str(path))
        return plain_open(path, mode, *args, **options)

    monkeypatch.setattr(Path, "open", as_windows_opens)
    said = planner_says("run", study, "--out", out)
    monkeypatch.undo()
    assert said.code == 2
    assert "tables.xlsx" in said.err
    assert "close it in Excel or WPS" in said.err
    assert read_bytes(out) == before


@pytest.mark.parametrize("place", ["file", "file/deeper"])
def test_outputs_are_not_left_where_a_file_stands(
    place: str, tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    study = write_town(tmp_path / "study")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    said = planner_says("run", study, "--out", tmp_path / place)
    assert said.code == 2
    assert "a file stands where a folder is needed" in said.err
    assert "choose another --out" in said.err
    assert (tmp_path / "file").read_text("utf-8") == "mine"


def test_a_study_that_is_not_there_says_how_to_begin(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    said = planner_says("check", tmp_path)
    assert said.code == 2
    assert "study.toml" in said.out
    assert "planner new DIR" in said.out
