"""A batch that was killed and resumed leaves the same bytes as one that was not."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from typing import TYPE_CHECKING

import pytest

from planner.batch.run import run_batch
from planner.batch.work import do_task
from planner.domain.batch import BatchTask
from planner.report.manifest import matches, verify_folder
from planner.workbench import read_study
from tests.batch.towns import break_town, digest_tree, read_batch, start_batch, write_towns

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.batch import BatchRun

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills by signal")

PATIENCE_S = 120


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plans")
    break_town(write_towns(folder, "abcde")[1])
    return folder


@pytest.fixture(scope="module")
def whole(plans: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a batch leaves that nobody disturbed."""
    root = tmp_path_factory.mktemp("whole") / "out"
    run_batch([plans], root)
    return digest_tree(root)


@pytest.mark.parametrize(
    "seed", [*range(2), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 10))]
)
def test_killed_at_any_moment_and_resumed_it_leaves_the_same_bytes(
    seed: int, plans: Path, whole: dict[str, str], tmp_path: Path
) -> None:
    chance = random.Random(seed)
    root = tmp_path / "out"
    process = start_batch(plans, "--out", root, "--workers", str(1 + seed % 2))
    # Moments are counted from the first run's end, so that a slow machine is no matter.
    deadline = time.monotonic() + PATIENCE_S
    while not (root / "a" / "manifest.json").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(chance.uniform(0.0, 1.2))
    process.kill()
    process.communicate(timeout=PATIENCE_S)
    result = run_batch([plans], root, resume=True, workers=1)
    assert result.runs[0].skipped
    assert digest_tree(root) == whole
    assert [path.name for path in root.iterdir() if path.name.startswith(".")] == []


@pytest.mark.long  # on a crowded machine a worker may see the interrupt before its parent
def test_ctrl_c_ends_cleanly_and_keeps_what_was_finished(
    plans: Path, whole: dict[str, str], tmp_path: Path
) -> None:
    root = tmp_path / "out"
    process = start_batch(plans, "--out", root, "--workers", "1")
    deadline = time.monotonic() + PATIENCE_S
    while not (root / "a" / "manifest.json").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    # A terminal sends it to every process of the group.
    os.killpg(process.pid, signal.SIGINT)
    told, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert "interrupted 已中断" in errors
    document = read_batch(root)
    states = {run["id"]: run["status"] for run in document["runs"]}
    assert states["a"] == "ok"
    assert states["e"] == "not_run"
    assert "e: not run 未运行" in told
    assert verify_folder(root / "a")
    assert [path.name for path in root.iterdir() if path.name.startswith(".")] == []
    run_batch([plans], root, resume=True)
    assert digest_tree(root) == whole


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A study and the folder of its run."""
    root = tmp_path_factory.mktemp("finished")
    (study,) = write_towns(root, "a")
    do(study, root / "out")
    return study, root / "out"


def do(study: Path, out: Path) -> BatchRun:
    return do_task(BatchTask("a", study, None, out, resume=True))


def test_a_run_that_is_there_whole_is_left_alone(finished: tuple[Path, Path]) -> None:
    study, out = finished
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    assert do(study, out).skipped
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


@pytest.mark.parametrize(
    "damage", ["missing", "changed", "no manifest", "broken manifest", "empty manifest", "outside"]
)
def test_a_run_that_is_not_whole_is_done_again(
    damage: str, finished: tuple[Path, Path], tmp_path: Path
) -> None:
    study, out = finished
    folder = shutil.copytree(out, tmp_path / "out")
    manifest = folder / "manifest.json"
    if damage == "missing":
        (folder / "map.html").unlink()
    elif damage == "changed":
        with (folder / "projects.csv").open("a", encoding="utf-8") as table:
            table.write("x")
    elif damage == "no manifest":
        manifest.unlink()
    elif damage == "broken manifest":
        manifest.write_text(manifest.read_text("utf-8")[:200], encoding="utf-8")
    elif damage == "empty manifest":
        manifest.write_text("[]", encoding="utf-8")
    else:
        text = manifest.read_text("utf-8")
        manifest.write_text(text.replace('"map.html"', '"../map.html"'), encoding="utf-8")
        shutil.copy(folder / "map.html", tmp_path / "map.html")
    assert not verify_folder(folder)
    assert not do(study, folder).skipped
    assert verify_folder(folder)


def test_a_change_of_any_input_or_setting_is_noticed(
    finished: tuple[Path, Path], tmp_path: Path
) -> None:
    study, out = finished
    for name, old, new in (
        ("study.toml", "snap_limit_m = 60", "snap_limit_m = 61"),
        ("population.csv", ",2\n", ",3\n"),
        ("centres.csv", "centre 1", "centre one"),
        ("streets.osm", "residential", "footway"),
    ):
        copy = shutil.copytree(study.parent, tmp_path / name)
        assert matches(out, read_study(copy / "study.toml").settings)
        text = (copy / name).read_text("utf-8").replace("\r\n", "\n")
        assert old in text
        (copy / name).write_text(text.replace(old, new), encoding="utf-8")
        assert not matches(out, read_study(copy / "study.toml").settings)


def test_another_version_is_noticed(
    finished: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    study, out = finished
    settings = read_study(study).settings
    assert matches(out, settings)
    monkeypatch.setattr("planner.__version__", "9.9.9")
    assert not matches(out, settings)
