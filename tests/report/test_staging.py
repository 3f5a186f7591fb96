"""Outputs are moved in together or not at all, and a held file is named."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from planner.errors import OutputLocked, ReportError
from planner.report.locks import find_locks
from planner.report.staging import check_writable, stage_outputs

if TYPE_CHECKING:
    from collections.abc import Callable


def fill(stage: Path, **files: str) -> None:
    for name, text in files.items():
        place = stage / name.replace("__", "/").replace("_", ".")
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")


def stage_and(out: Path, work: Callable[[Path], object], *, stale: tuple[str, ...] = ()) -> None:
    with stage_outputs(out, stale=stale) as stage:
        work(stage)


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".planner-")]


def fail_on(
    monkeypatch: pytest.MonkeyPatch, method: str, wrong: Callable[[Path, tuple[Any, ...]], bool]
) -> None:
    """Make a method of `Path` fail as a read-only disk does (chmod does not bind root)."""
    right = getattr(Path, method)

    def refuse(self: Path, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 -- stands in for any
        if wrong(self, args):
            raise PermissionError(13, "Permission denied", str(self))
        return right(self, *args, **kwargs)

    monkeypatch.setattr(Path, method, refuse)


def test_everything_written_aside_arrives_together(tmp_path: Path) -> None:
    out = tmp_path / "成果 1" / "deep"
    with stage_outputs(out) as stage:
        fill(stage, map_html="map", manifest_json="{}", figures__a_png="png")
        assert not out.exists()
    assert contents(out) == {"map.html": "map", "manifest.json": "{}", "figures/a.png": "png"}
    assert leftovers(out.parent) == []


def test_the_manifest_is_moved_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    right = Path.replace

    def listen(self: Path, target: Path) -> Path:
        order.append(self.name)
        return right(self, target)

    monkeypatch.setattr(Path, "replace", listen)
    with stage_outputs(tmp_path / "out") as stage:
        fill(stage, a_txt="1", manifest_json="{}", z_txt="2", figures__z_png="3")
    assert order[-1] == "manifest.json"


def test_an_error_inside_leaves_the_old_run_untouched_and_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with stage_outputs(out) as stage:
        fill(stage, map_html="old")

    def break_off(stage: Path) -> None:
        fill(stage, map_html="new")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stage_and(out, break_off)
    assert contents(out) == {"map.html": "old"}
    assert leftovers(tmp_path) == []


def test_outputs_the_new_run_no_longer_writes_are_removed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with stage_outputs(out) as stage:
        fill(stage, map_html="old", curve_png="old", mine_txt="kept")
    with stage_outputs(out, stale=["map.html", "curve.png", "absent.png"]) as stage:
        fill(stage, map_html="new")
    assert contents(out) == {"map.html": "new", "mine.txt": "kept"}


def test_a_database_in_use_stops_the_move_and_is_named_with_its_program(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    holder = sqlite3.connect(out / "results.gpkg", isolation_level=None)
    holder.execute("CREATE TABLE t (a)")
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(OutputLocked, match=r"results\.gpkg.*database is locked.*QGIS") as caught:
        check_writable(out)
    assert len(caught.value.faults) == 1
    holder.execute("ROLLBACK")

    def lock_meanwhile(stage: Path) -> None:
        fill(stage, map_html="new", results_gpkg="new")
        holder.execute("BEGIN EXCLUSIVE")

    with pytest.raises(OutputLocked):
        stage_and(out, lock_meanwhile)
    holder.close()
    assert not (out / "map.html").exists()
    assert leftovers(tmp_path) == []


def test_a_database_open_in_write_ahead_mode_counts_as_in_use(tmp_path: Path) -> None:
    holder = sqlite3.connect(tmp_path / "results.gpkg", isolation_level=None)
    holder.execute("PRAGMA journal_mode=WAL")
    holder.execute("CREATE TABLE t (a)")
    assert "-wal" in find_locks(tmp_path, ["results.gpkg"])[0].message
    holder.close()
    assert find_locks(tmp_path, ["results.gpkg"]) == ()


def test_a_file_that_only_calls_itself_a_database_can_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "results.gpkg").write_bytes(b"SQLite format 3\x00 and then nonsense" * 40)
    (tmp_path / "old.gpkg").write_text("text", encoding="utf-8")
    assert find_locks(tmp_path, ["results.gpkg", "old.gpkg", "absent.gpkg"]) == ()


@pytest.mark.parametrize("mark", ["~$tables.xlsx", "~$bles.xlsx", ".~lock.tables.xlsx#"])
def test_the_lock_file_of_an_office_program_counts_as_open(tmp_path: Path, mark: str) -> None:
    (tmp_path / "tables.xlsx").write_bytes(b"PK")
    (tmp_path / mark).write_bytes(b"")
    (fault,) = find_locks(tmp_path, ["tables.xlsx"])
    assert mark in fault.message
    assert "Excel" in str(fault)


def test_a_read_only_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    with stage_outputs(out) as stage:
        fill(stage, map_html="old", tables_xlsx="old", results_gpkg="old")
    fail_on(monkeypatch, "open", lambda path, args: path.parent == out and args[0] == "r+b")
    with pytest.raises(OutputLocked) as caught, stage_outputs(out):
        pytest.fail("nothing may be written aside")
    assert [Path(str(fault.file)).name for fault in caught.value.faults] == [
        "map.html",
        "tables.xlsx",
        "results.gpkg",
    ]
    monkeypatch.undo()
    fail_on(monkeypatch, "open", lambda path, _: path.suffix == ".gpkg")
    (fault,) = find_locks(out, ["results.gpkg"])
    assert "Permission denied" in fault.message


def test_a_late_failure_puts_everything_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    with stage_outputs(out) as stage:
        fill(stage, a_txt="old", b_txt="old", gone_txt="old", manifest_json="old")
    seen: list[Path] = []

    def refuse_once(path: Path, args: tuple[Any, ...]) -> bool:
        if path.name != "b.txt" or Path(args[0]).parent != out:
            return False
        seen.append(path)
        return len(seen) == 1

    fail_on(monkeypatch, "replace", refuse_once)
    with pytest.raises(OutputLocked, match=r"b\.txt"):
        stage_and(
            out,
            lambda stage: fill(stage, a_txt="new", b_txt="new", c_txt="new", manifest_json="new"),
            stale=("gone.txt",),
        )
    assert contents(out) == dict.fromkeys(["a.txt", "b.txt", "gone.txt", "manifest.json"], "old")
    assert leftovers(tmp_path) == []


def test_a_folder_in_the_place_of_an_output_is_told(tmp_path: Path) -> None:
    (tmp_path / "map.html").mkdir()
    with pytest.raises(OutputLocked, match="a folder of this name"):
        check_writable(tmp_path)


def test_a_path_through_a_file_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ReportError, match="a file stands where a folder is needed"):
        check_writable(tmp_path / "file" / "out")


def test_a_read_only_folder_is_refused_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(30, "Read-only file system")

    monkeypatch.setattr("planner.report.staging.tempfile.TemporaryFile", refuse)
    with pytest.raises(OutputLocked, match="Read-only file system"):
        check_writable(tmp_path / "out")


def test_a_path_on_no_drive_at_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "is_dir", lambda _: False)
    monkeypatch.setattr(Path, "exists", lambda _: False)
    with pytest.raises(ReportError, match="cannot be made"):
        check_writable(Path("Z:/out"))


def test_a_folder_that_is_a_disk_of_its_own_is_staged_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr("planner.report.staging.os.access", lambda *_: False)
    with stage_outputs(out) as stage:
        assert stage.parent == out
        fill(stage, map_html="map")
    assert contents(out) == {"map.html": "map"}
    assert leftovers(out) == []


def test_a_temporary_folder_that_cannot_be_made_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> str:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("planner.report.staging.tempfile.mkdtemp", refuse)
    with pytest.raises(OutputLocked, match="No space left"), stage_outputs(tmp_path / "out"):
        pytest.fail("no folder to write into")
