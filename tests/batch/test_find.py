"""Paths, folders, patterns and plans become runs; what is not there is told before any run."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.batch.find import find_tasks
from planner.errors import InputMissing, StudyKeyError


def make_studies(root: Path, *names: str) -> None:
    for name in names:
        (root / name).mkdir(parents=True)
        (root / name / "study.toml").write_text('name = "x"\n', encoding="utf-8")


def ids(paths: list[str], plans: list[str] | None = None) -> list[str]:
    return [task.run_id for task in find_tasks(paths, plans or [], Path("out"))[0]]


def test_a_run_is_named_after_the_folder_of_its_study(tmp_path: Path) -> None:
    make_studies(tmp_path, "north", "south")
    assert ids([str(tmp_path / "south"), str(tmp_path / "north" / "study.toml")]) == [
        "south",
        "north",
    ]


def test_a_folder_of_studies_stands_for_all_of_them(tmp_path: Path) -> None:
    make_studies(tmp_path, "b", "a")
    assert ids([str(tmp_path)]) == ["a", "b"]


def test_a_pattern_that_the_shell_left_alone_is_matched_here(tmp_path: Path) -> None:
    make_studies(tmp_path, "v1", "v2", "w1")
    (tmp_path / "v3.txt").write_text("not a study", encoding="utf-8")
    assert ids([str(tmp_path / "v*")]) == ["v1", "v2"]
    assert ids([str(tmp_path / "**" / "study.toml")]) == ["v1", "v2", "w1"]


def test_a_folder_whose_name_looks_like_a_pattern_is_taken_as_it_is(tmp_path: Path) -> None:
    make_studies(tmp_path, "plan [1]")
    assert ids([str(tmp_path / "plan [1]")]) == ["plan [1]"]


def test_all_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    make_studies(tmp_path, "a")
    (tmp_path / "empty").mkdir()
    asked = [str(tmp_path / name) for name in ("a", "none*", "missing", "empty")]
    with pytest.raises(InputMissing) as caught:
        find_tasks(asked, [], tmp_path)
    assert [fault.file for fault in caught.value.faults] == asked[1:]
    assert "no study there" in str(caught.value)


def test_the_study_s_own_batch_id_goes_before_the_folder_s_name(tmp_path: Path) -> None:
    make_studies(tmp_path, "a", "b")
    (tmp_path / "a" / "study.toml").write_text('[batch]\nid = "方案:甲"\n', encoding="utf-8")
    (tmp_path / "b" / "study.toml").write_text("not = = toml", encoding="utf-8")
    assert ids([str(tmp_path)]) == ["方案_甲", "b"]


def test_two_studies_of_one_name_are_told_apart(tmp_path: Path) -> None:
    make_studies(tmp_path, "x/plan", "y/plan")
    first, second = ids([str(tmp_path / "x"), str(tmp_path / "y")])
    assert first != second
    assert [len(name) for name in (first, second)] == [len("plan-123456")] * 2


def test_a_file_named_twice_is_one_run_with_a_notice(tmp_path: Path) -> None:
    make_studies(tmp_path, "a")
    asked = [str(tmp_path / "a"), str(tmp_path / "a" / "study.toml")]
    tasks, notices = find_tasks(asked, [], tmp_path)
    assert len(tasks) == 1
    assert [notice.message for notice in notices] == [
        "the file was named more than once; it is run once"
    ]


def test_plans_of_one_study_are_runs_named_after_them(tmp_path: Path) -> None:
    make_studies(tmp_path, "a")
    for name in ("p2.xlsx", "p1.csv", "~$p2.xlsx", "p1.prj", "picture.png"):
        (tmp_path / name).touch()
    tasks, _ = find_tasks([str(tmp_path / "a")], [str(tmp_path / "*.*")], tmp_path / "out")
    assert [task.run_id for task in tasks] == ["p1", "p2"]
    assert {task.study for task in tasks} == {tmp_path / "a" / "study.toml"}
    assert [task.plan for task in tasks] == [tmp_path / "p1.csv", tmp_path / "p2.xlsx"]
    assert [task.out for task in tasks] == [tmp_path / "out" / "p1", tmp_path / "out" / "p2"]


def test_plans_that_a_shell_spread_over_the_paths_are_plans_still(tmp_path: Path) -> None:
    make_studies(tmp_path, "a")
    plans = [tmp_path / name for name in ("p1.csv", "p2.csv", "p3.csv")]
    for plan in plans:
        plan.touch()
    first, *others = map(str, plans)
    assert ids([str(tmp_path / "a"), *others], [first]) == ["p1", "p2", "p3"]


def test_plans_of_several_studies_are_refused(tmp_path: Path) -> None:
    make_studies(tmp_path, "a", "b")
    (tmp_path / "p.csv").touch()
    with pytest.raises(StudyKeyError, match="one study"):
        find_tasks([str(tmp_path)], [str(tmp_path / "p.csv")], tmp_path)


def test_a_plan_that_is_not_there_is_told(tmp_path: Path) -> None:
    make_studies(tmp_path, "a")
    with pytest.raises(InputMissing, match="no plan there"):
        find_tasks([str(tmp_path / "a")], [str(tmp_path / "*.xlsx")], tmp_path)
