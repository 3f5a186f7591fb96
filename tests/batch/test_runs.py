"""A batch runs every study by itself: one that is broken fails alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

import planner
from planner.batch import work
from planner.batch.machine import count_cores
from planner.batch.run import run_batch
from planner.batch.work import do_task, open_study
from planner.cli.app import main
from planner.domain.batch import BatchTask
from planner.errors import InputInvalid, OutputLocked
from tests.batch.towns import STREET, break_town, digest_tree, read_batch, write_towns
from tests.scenes.town import Town

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.batch import BatchRun

OUTPUTS = {
    "figures",
    "manifest.json",
    "map.html",
    "projects.csv",
    "report.html",
    "results.gpkg",
    "summary.json",
    "tables.xlsx",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five towns, the third broken, run by the command."""
    root = tmp_path_factory.mktemp("批次 batch")
    studies = write_towns(root / "plans", "abcde")
    break_town(studies[2])
    with pytest.raises(SystemExit) as left:
        main(["batch", str(root / "plans"), "--out", str(root / "out"), "--workers", "2"])
    assert left.value.code == 4
    return root / "out"


def test_five_plans_with_one_broken_give_four_results(root: Path) -> None:
    runs = {run["id"]: run for run in read_batch(root)["runs"]}
    assert {name: run["status"] for name, run in runs.items()} == {
        "a": "ok",
        "b": "ok",
        "c": "failed",
        "d": "ok",
        "e": "ok",
    }
    for name in "abde":
        assert {path.name for path in (root / name).iterdir()} == OUTPUTS
    assert not (root / "c").exists()


def test_the_list_says_what_is_wrong_and_where(root: Path) -> None:
    failed = read_batch(root)["runs"][2]
    assert failed["exit_code"] == 2
    assert failed["figures"] is None
    for word in ("population.csv", "row 2", "persons", "-1", "第 2 行"):
        assert word in failed["message"]


def test_the_list_has_the_figures_of_each_summary(root: Path) -> None:
    document = read_batch(root)
    assert document["schema"] == "planner.batch/1"
    assert document["counts"] == {"runs": 5, "ok": 4, "failed": 1, "not_run": 0}
    for run in document["runs"]:
        if run["status"] != "ok":
            continue
        summary = json.loads((root / run["id"] / "summary.json").read_text("utf-8"))
        assert run["study"] == summary["study"]
        assert run["figures"]["centres"] == summary["centres"]
        for told, counted in zip(
            run["figures"]["life_circles"], summary["life_circles"], strict=True
        ):
            assert told.items() <= counted.items() | {("share_covered_with_proposals", None)}


def test_towns_by_hand_are_covered_as_the_drawing_says(root: Path) -> None:
    # a1bc: homes of 1, 2 and 4 persons within five minutes of centre 1; town a has e (16)
    # 7 cells to the right of centre 2, and f (32) 11 cells: within 15 minutes only e.
    circles = read_batch(root)["runs"][0]["figures"]["life_circles"]
    assert [circle["persons"] for circle in circles] == [1 + 2 + 4 + 16 + 32] * 2
    assert [circle["persons_covered"] for circle in circles] == [7.0, 7.0 + 16.0]


def test_the_root_holds_no_summary_of_its_own(root: Path) -> None:
    assert {path.name for path in root.iterdir()} == {
        *"abde",
        "index.html",
        "batch.xlsx",
        "batch.json",
    }


def test_the_workbook_lists_every_run(root: Path) -> None:
    sheet = openpyxl.load_workbook(root / "batch.xlsx")["Batch"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    names = [row[0] for row in rows]
    assert names[-5:] == list("abcde")
    assert [row[2] for row in rows[-5:]] == ["done", "done", "failed", "done", "done"]
    assert "population.csv" in str(rows[-3][-1])


def test_what_differs_between_two_batches_stands_in_one_block(root: Path) -> None:
    document = read_batch(root)
    block = document.pop("run")
    assert {"started", "finished", "host", "seconds", "seconds_by_run", "workers"} <= set(block)
    assert block["workers"] == min(2, count_cores())
    assert str(root.parent) not in json.dumps(document, ensure_ascii=False)


def test_the_command_lists_the_runs_and_says_what_to_open(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plans = root.parent / "plans"
    with pytest.raises(SystemExit) as left:
        main(["batch", str(plans / "*"), "--out", str(root), "--resume"])
    assert left.value.code == 4
    told = capsys.readouterr()
    assert "a: skipped 已有 · 5 min" in told.out
    assert "c: failed 失败\n    population.csv" in told.out
    assert f"open 打开 {root / 'index.html'}" in told.out
    assert "[5/5]" in told.err
    assert read_batch(root)["run"]["skipped"] == list("abde")


def test_json_on_stdout_is_the_list(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plans = root.parent / "plans"
    with pytest.raises(SystemExit) as left:
        main(["batch", str(plans / "a"), "--out", str(root), "--resume", "--json"])
    assert left.value.code == 0
    assert json.loads(capsys.readouterr().out) == read_batch(root)


def test_an_interrupt_keeps_what_was_finished_and_lists_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_towns(tmp_path / "plans", "abc")
    out = tmp_path / "out"

    def stop_at_the_second(
        tasks: tuple[BatchTask, ...], *, workers: int, done: Callable[[BatchRun], None]
    ) -> None:
        done(do_task(tasks[0]))
        (out / ".planner-b-12345678").mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr("planner.batch.run.run_in_processes", stop_at_the_second)
    with pytest.raises(SystemExit) as left:
        main(["batch", str(tmp_path / "plans"), "--out", str(out)])
    assert left.value.code == 130
    assert "b: not run 未运行" in capsys.readouterr().out
    assert [run["status"] for run in read_batch(out)["runs"]] == ["ok", "not_run", "not_run"]
    assert read_batch(out)["run"]["interrupted"]
    assert not (out / ".planner-b-12345678").exists()


def test_what_was_decided_for_the_user_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (study,) = write_towns(tmp_path / "plans", "a")
    break_town(study)
    (study.parent / "streets.osm").unlink()
    study.write_text("name = = broken", encoding="utf-8")
    monkeypatch.setattr("planner.batch.machine.find_available_bytes", lambda: 1)
    monkeypatch.setattr("planner.batch.machine.count_cores", lambda: 2)

    def here(
        tasks: tuple[BatchTask, ...], *, workers: int, done: Callable[[BatchRun], None]
    ) -> None:
        for task in tasks:
            done(do_task(task))

    monkeypatch.setattr("planner.batch.run.run_in_processes", here)
    with pytest.raises(SystemExit) as left:
        main(["batch", str(study), str(study.parent), "--out", str(tmp_path / "out")])
    assert left.value.code == 4
    told = capsys.readouterr()
    assert "named more than once" in told.err
    assert "is not valid TOML" in told.out


def test_nothing_runs_where_a_pattern_matches_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["batch", str(tmp_path / "v*"), "--out", str(tmp_path / "out")])
    assert left.value.code == 2
    assert "no study there" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_of_one_run_is_no_root_of_a_batch(tmp_path: Path) -> None:
    studies = write_towns(tmp_path / "plans", "a")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "summary.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputInvalid, match="result of a single run"):
        run_batch(studies, tmp_path / "out")


def test_a_list_that_is_open_elsewhere_stops_the_batch_before_it_begins(tmp_path: Path) -> None:
    studies = write_towns(tmp_path / "plans", "a")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "batch.xlsx").touch()
    (tmp_path / "out" / "~$batch.xlsx").touch()
    with pytest.raises(OutputLocked, match=r"batch\.xlsx"):
        run_batch(studies, tmp_path / "out")
    assert not (tmp_path / "out" / "a").exists()


def test_a_read_only_folder_stops_the_batch_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studies = write_towns(tmp_path / "plans", "a")

    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    # Permissions stop nobody who tests as the superuser.
    monkeypatch.setattr("planner.report.staging.tempfile.TemporaryFile", refuse)
    with pytest.raises(OutputLocked, match="Permission denied"):
        run_batch(studies, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_root_that_lies_under_a_file_stops_the_batch_before_it_begins(tmp_path: Path) -> None:
    studies = write_towns(tmp_path / "plans", "a")
    (tmp_path / "file").touch()
    with pytest.raises(Exception, match="a file stands where a folder is needed"):
        run_batch(studies, tmp_path / "file" / "out")


def do(study: Path, out: Path, *, plan: Path | None = None, resume: bool = False) -> BatchRun:
    return do_task(BatchTask("one", study, plan, out / "one", resume=resume))


def test_a_study_deleted_while_the_batch_runs_fails_alone(tmp_path: Path) -> None:
    kept, gone = write_towns(tmp_path / "plans", "ab")
    shutil.rmtree(gone.parent)
    run = do(gone, tmp_path / "out")
    assert (run.status, run.exit_code, run.study) == ("failed", 2, "b")
    assert "the study file does not exist" in run.message
    assert do(kept, tmp_path / "out").status == "ok"


def test_a_bug_met_by_one_run_is_told_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (study,) = write_towns(tmp_path / "plans", "a")

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("once")

    monkeypatch.setattr(work, "run_with", fail)
    run = do(study, tmp_path / "out")
    assert (run.status, run.exit_code) == ("failed", 1)
    assert run.message == "a bug: ZeroDivisionError: once (fail)"


def test_a_plan_takes_the_place_of_the_study_s_centres(tmp_path: Path) -> None:
    (study,) = write_towns(tmp_path / "plans", "a")
    plan = tmp_path / "方案二.csv"
    lines = (study.parent / "centres.csv").read_text("utf-8").splitlines()
    plan.write_text("\n".join(lines[:2]) + "\n", encoding="utf-8")
    run = do(study, tmp_path / "out", plan=plan)
    assert run.study == "town · 方案二"
    assert run.figures is not None
    assert [one["persons_covered"] for one in run.figures["life_circles"]] == [7.0, 7.0]
    settings = open_study(BatchTask("one", study, plan, tmp_path)).settings
    assert settings.centres.source == plan


def test_an_infeasible_question_is_a_result_with_its_exit_code(tmp_path: Path) -> None:
    question = "[siting]\ntarget = 1.0\nspacing_m = 400\n"
    town = Town(STREET, cell_m=100.0, extra_study=question, off_street_m={"f": 90.0})
    study = town.write(tmp_path / "plans" / "a")
    run = do(study, tmp_path / "out")
    assert (run.status, run.exit_code) == ("ok", 3)
    assert run.message.startswith("siting 选址: ")
    again = do(study, tmp_path / "out", resume=True)
    assert again.skipped
    assert (again.status, again.exit_code, again.message, again.figures) == (
        run.status,
        run.exit_code,
        run.message,
        run.figures,
    )


def test_a_batch_leaves_with_3_where_only_sites_are_missing_and_4_where_a_run_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    question = "[siting]\ntarget = 1.0\nspacing_m = 400\n"
    town = Town(STREET, cell_m=100.0, extra_study=question, off_street_m={"f": 90.0})
    asks = town.write(tmp_path / "asks")
    out = tmp_path / "out"
    arguments = ["batch", str(asks), "--out", str(out), "--workers", "1"]
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 3
    assert "1 done 完成, 1 of them without sites 其中选址无解" in capsys.readouterr().out
    assert {path.name for path in (out / "asks").iterdir()} == OUTPUTS
    (run,) = read_batch(out)["runs"]
    assert (run["status"], run["exit_code"]) == ("ok", 3)
    assert run["figures"]["siting_status"] == "infeasible"
    (broken,) = write_towns(tmp_path, "b")
    break_town(broken)
    with pytest.raises(SystemExit) as left:
        main([*arguments, str(broken), "--resume"])
    assert left.value.code == 4
    assert read_batch(out)["run"]["skipped"] == ["asks"]


def test_what_studies_share_changes_no_byte(tmp_path: Path) -> None:
    question = "[siting]\ncount = 1\nspacing_m = 400\n"
    town = Town(STREET, cell_m=100.0, extra_study=question)
    study = town.write(tmp_path / "town")
    plans = []
    for name, drawing in (("one", STREET), ("two", "+a-bc---1-d---2e------f-------+")):
        moved = Town(drawing, cell_m=100.0).write(tmp_path / name)
        plans.append(Path(shutil.copy(moved.parent / "centres.csv", tmp_path / f"{name}.csv")))
    # The first fills the shelf of this process, the others find it filled.
    for plan in (*plans, plans[0]):
        task = BatchTask("one", study, plan, tmp_path / "shared" / plan.stem)
        assert do_task(task).status == "ok"
        planner.run(open_study(task), tmp_path / "alone" / plan.stem, threads=1)
    assert digest_tree(tmp_path / "shared") == digest_tree(tmp_path / "alone")
