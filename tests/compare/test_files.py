"""What a comparison leaves: one set of figures in four files, the page offline."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import openpyxl
import pyogrio
import pytest

from planner.cli.app import main
from planner.errors import InputMissing, InputUnreadable, ReportError
from planner.workbench import compare
from tests.compare.street import FIRST_MOVED, run_again, run_street
from tests.report.browser import open_browser, open_page

if TYPE_CHECKING:
    from pathlib import Path

AREAS = """
[areas]
community = "areas.geojson"
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A, B with centre 2 closed and centre 1 moved, and their comparison."""
    root = tmp_path_factory.mktemp("对比 compare")
    a = run_street(root / "现状", language="zh")
    b = run_street(root / "方案", FIRST_MOVED, language="zh", c2={"status": "closed"})
    compare(a, b, root / "out")
    return a, b, root / "out"


def test_the_document_names_who_gained_and_lost(folders: tuple[Path, Path, Path]) -> None:
    document = json.loads((folders[2] / "compare.json").read_text("utf-8"))
    assert document["schema"] == "planner.compare/1"
    assert (document["a"], document["b"]) == ("现状/out", "方案/out")
    assert document["warnings"] == []
    five, fifteen = document["homes"]["life_circles"]
    assert five["gained"] == [{"demand_id": "d", "persons": 8.0}]
    assert [home["demand_id"] for home in five["lost"]] == ["a", "b", "c", "e"]
    assert five["persons_lost"] == 1 + 2 + 4 + 16
    # Centre 1 now stands 7 cells from e and 14 from f.
    assert [home["demand_id"] for home in fifteen["lost"]] == ["f"]
    assert [(one["centre_id"], one["changes"]) for one in document["centres"]] == [
        ("1", ["moved"]),
        ("2", ["closed"]),
    ]


def test_the_geopackage_holds_gained_and_lost(folders: tuple[Path, Path, Path]) -> None:
    database = folders[2] / "compare.gpkg"
    assert {name for name, _ in pyogrio.list_layers(database)} == {"gained", "lost"}
    gained = pyogrio.read_dataframe(database, layer="gained")
    assert gained[["demand_id", "life_circle", "persons"]].to_numpy().tolist() == [
        ["d", "basic_5min", 8.0]
    ]
    lost = pyogrio.read_dataframe(database, layer="lost")
    assert sorted(zip(lost["demand_id"], lost["limit_s"], strict=True)) == [
        ("a", 300.0),
        ("b", 300.0),
        ("c", 300.0),
        ("e", 300.0),
        ("f", 900.0),
    ]
    home = pyogrio.read_dataframe(folders[0] / "results.gpkg", layer="demand")
    expected = home[home["demand_id"] == "d"].geometry.iloc[0]
    assert gained.geometry.iloc[0].distance(expected) < 1e-7
    assert gained.crs == home.crs


def test_the_workbook_holds_the_same(folders: tuple[Path, Path, Path]) -> None:
    book = openpyxl.load_workbook(folders[2] / "compare.xlsx")
    assert book.sheetnames == ["指标", "中心变化", "增减居民点", "分区"]
    rows = [[cell.value for cell in row] for row in book["增减居民点"].iter_rows()]
    assert ["d", "5 分钟", "增加", 8] in [row[:4] for row in rows]
    changes = [[cell.value for cell in row] for row in book["中心变化"].iter_rows()]
    assert [row[2] for row in changes[-2:]] == ["移动", "撤销"]


@pytest.mark.browser
def test_the_page_opens_offline_and_draws_who_gained_and_lost(
    folders: tuple[Path, Path, Path],
) -> None:
    with open_browser() as browser, open_page(browser, folders[2] / "compare.html") as opened:
        page = opened.page
        assert opened.messages == []
        assert [url for url in opened.requests if not url.startswith("file:")] == []
        assert page.locator("html").get_attribute("lang") == "zh-CN"
        pictures = page.locator("svg[role=img]")
        assert pictures.count() == 2
        five = pictures.nth(0)
        assert five.locator("g.gained circle").count() == 1
        assert five.locator("g.lost circle").count() == 4
        assert five.locator("path.closed").count() == 1
        assert five.locator("path.centre").count() == 1
        # East is right: a is left of b, and so on, and d lies right of them all but e.
        x = five.locator("g.lost circle").evaluate_all("all => all.map(e => +e.getAttribute('cx'))")
        assert x == sorted(x)
        d = float(five.locator("g.gained circle").get_attribute("cx") or "nan")
        assert x[2] < d < x[3]
        # Between homes b and e lie twelve cells, between a and b two.
        assert (x[3] - x[1]) / (x[1] - x[0]) == pytest.approx(6.0, rel=0.02)
        opened.keep_picture("compare")


def test_the_same_results_give_the_same_bytes(
    folders: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    a, b, out = folders
    compare(a, b, tmp_path)
    for path in out.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_the_command_tells_it_in_a_few_lines(
    folders: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b, _ = folders
    with pytest.raises(SystemExit) as left:
        main(["compare", str(a), str(b), "--out", str(tmp_path)])
    assert left.value.code == 0
    told = capsys.readouterr().out
    assert "现状/out → 方案/out" in told
    assert "5 分钟 增加 8 人 (1 处) · 减少 23 人 (4 处)" in told
    assert "centre 2: 撤销" in told
    assert f"打开 {tmp_path / 'compare.html'}" in told


def test_what_proposals_add_is_told_beside_what_the_plan_covers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a = run_street(tmp_path / "a", language="en")
    b = run_street(tmp_path / "b", language="en")
    with (tmp_path / "b" / "study.toml").open("a", encoding="utf-8") as study:
        study.write("\n[siting]\ncount = 1\nspacing_m = 100\n")
    run_again(tmp_path / "b" / "study.toml")
    with pytest.raises(SystemExit):
        main(["compare", str(a), str(b), "--out", str(tmp_path / "out")])
    told = capsys.readouterr().out
    covered = {
        circle["limit_s"]: circle["share_covered"]
        for circle in json.loads((b / "summary.json").read_text("utf-8"))["states"][
            "with_proposals"
        ]["life_circles"]
    }
    assert f"15 min with proposals — → {covered[900]:.1%} (—)" in told


def test_json_on_stdout_is_the_document(
    folders: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b, out = folders
    with pytest.raises(SystemExit):
        main(["compare", str(a), str(b), "--out", str(tmp_path), "--json"])
    assert json.loads(capsys.readouterr().out) == json.loads(
        (out / "compare.json").read_text("utf-8")
    )


def test_areas_stand_side_by_side(tmp_path: Path) -> None:
    def square(west: float, east: float, name: str) -> dict[str, object]:
        ring = [[west, 29.49], [east, 29.49], [east, 29.51], [west, 29.51], [west, 29.49]]
        return {
            "type": "Feature",
            "properties": {"id": name, "name": f"社区 {name}"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }

    # Cell 12 is 1.2 km east of 106.5°: 0.0124° at this latitude.
    areas = {
        "type": "FeatureCollection",
        "features": [square(106.49, 106.5124, "west"), square(106.5124, 106.54, "east")],
    }
    outs = []
    for name, status in (("a", "existing"), ("b", "closed")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "areas.geojson").write_text(json.dumps(areas), encoding="utf-8")
        outs.append(run_street(folder, walking=f"{AREAS}", c2={"status": status}))
    comparison = compare(outs[0], outs[1], tmp_path / "out")
    found = {
        area.area_id: (area.share_a["daily_15min"], area.share_b["daily_15min"])
        for area in comparison.areas
    }
    # East of cell 12 live e and f alone, and only centre 2 reaches them.
    assert found == {"west": (1.0, 1.0), "east": (1.0, 0.0)}
    page = (tmp_path / "out" / "compare.html").read_text("utf-8")
    assert "社区 east" in page
    assert "−100.0 %" in page


def test_a_change_nobody_feels_has_a_page_too(
    folders: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    a, _, _ = folders
    compare(a, a, tmp_path / "out")
    page = (tmp_path / "out" / "compare.html").read_text("utf-8")
    assert "没有变化。" in page
    assert "<svg" not in page
    empty = pyogrio.read_dataframe(tmp_path / "out" / "compare.gpkg", layer="lost")
    assert len(empty) == 0
    assert "demand_id" in empty.columns


def test_a_folder_that_is_no_whole_result_is_a_fault(
    folders: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    a, b, _ = folders
    out = tmp_path / "out"
    with pytest.raises(InputMissing, match="does not exist"):
        compare(a, tmp_path / "nowhere", out)
    with pytest.raises(InputMissing, match=r"no manifest\.json"):
        compare(tmp_path, b, out)
    changed = shutil.copytree(a, tmp_path / "changed")
    with (changed / "tables.xlsx").open("ab") as table:
        table.write(b"x")
    (changed / "map.html").unlink()
    with pytest.raises(InputUnreadable) as caught:
        compare(changed, b, out)
    assert [fault.file for fault in caught.value.faults] == [
        str(changed / "map.html"),
        str(changed / "tables.xlsx"),
    ]
    assert not out.exists()


def test_a_result_of_another_make_is_a_fault_not_a_bug(
    folders: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    from planner.report.manifest import digest_file

    a, b, _ = folders
    other = shutil.copytree(a, tmp_path / "other")
    summary = other / "summary.json"
    before = digest_file(summary)
    text = summary.read_text("utf-8").replace("basic_5min", "other_circle")
    summary.write_text(text, encoding="utf-8")
    manifest = other / "manifest.json"
    manifest.write_text(
        manifest.read_text("utf-8").replace(before, digest_file(summary)), encoding="utf-8"
    )
    with pytest.raises(InputUnreadable, match="cannot be read"):
        compare(other, b, tmp_path / "out")


def test_outputs_that_cannot_be_left_are_told_first(
    folders: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    a, b, _ = folders
    (tmp_path / "file").touch()
    with pytest.raises(ReportError):
        compare(a, b, tmp_path / "file" / "out")
