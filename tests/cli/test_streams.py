"""What goes to stdout, what to stderr, and what to the file of events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.cli.command import Said, read_bytes, run_apart, write_town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest


def test_json_is_the_summary_and_nothing_else(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    study, out = write_town(tmp_path / "study"), tmp_path / "out"
    said = planner_says("run", study, "--out", out, "--json")
    assert said.code == 0
    assert said.json() == json.loads((out / "summary.json").read_text("utf-8"))
    assert said.json()["demand"]["persons"] == 15
    assert "{" not in said.err


def test_json_of_a_proposal_is_the_summary_too(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    study, out = write_town(tmp_path / "study"), tmp_path / "out"
    said = planner_says("propose", study, "--count", "1", "--out", out, "--json")
    assert said.code == 0
    assert said.json() == json.loads((out / "summary.json").read_text("utf-8"))
    assert said.json()["siting"]["status"] == "optimal"


def test_after_a_fault_stdout_is_empty_even_with_json(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    said = planner_says("run", tmp_path / "nowhere.toml", "--out", tmp_path / "out", "--json")
    assert (said.code, said.out) == (2, "")
    assert "nowhere.toml" in said.err
    assert "planner new" in said.err


def test_messages_and_progress_stay_off_stdout(tmp_path: Path) -> None:
    study = write_town(tmp_path / "study")
    said = run_apart("run", study, "--out", tmp_path / "out", "--json", "-v")
    assert said.code == 0
    assert said.json()["study"] == "town"
    assert "note 提示" in said.err


def test_notes_are_counted_and_listed_on_request(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    study = write_town(tmp_path / "study")
    quiet = planner_says("run", study, "--out", tmp_path / "out")
    full = planner_says("run", study, "--out", tmp_path / "out", "-v")
    listed = [line for line in full.err.splitlines() if line.startswith("note 提示: ")]
    assert listed
    assert f"notes 提示: {len(listed)} " in quiet.err
    assert quiet.out == full.out


def test_events_are_json_lines_of_stages_that_begin_and_end(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    study, events = write_town(tmp_path / "study"), tmp_path / "events.jsonl"
    said = planner_says(
        "propose", study, "--count", "1", "--out", tmp_path / "out", "--events", events
    )
    assert said.code == 0
    open_stages: list[str] = []
    seen = set()
    for line in events.read_text("utf-8").splitlines():
        event = json.loads(line)
        seen.add(event["stage"])
        if event["event"] == "begin":
            open_stages.append(event["stage"])
        elif event["event"] == "end":
            assert open_stages.pop() == event["stage"], "stages are nested"
            assert event["seconds"] >= 0
        else:
            assert event["event"] in ("advance", "found")
            assert event["stage"] == open_stages[-1]
            if event["event"] == "found":
                assert 0 <= event["objective"] <= event["bound"]
                assert 0 <= event["gap"] <= 1
    assert open_stages == []
    assert {"streets", "inputs", "walks", "coverage", "siting", "reports"} <= seen


def test_a_file_of_events_that_cannot_be_written_is_a_fault(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    study = write_town(tmp_path / "study")
    said = planner_says("run", study, "--out", tmp_path / "out", "--events", tmp_path / "no/e.log")
    assert said.code == 2
    assert "e.log" in said.err
    assert "--events" in said.err
    assert not (tmp_path / "out").exists()


def test_the_number_of_threads_changes_no_byte(
    tmp_path: Path, planner_says: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    study, out = write_town(tmp_path / "study"), tmp_path / "out"
    assert planner_says("run", study, "--out", out, "--threads", "1").code == 0
    one = read_bytes(out)
    monkeypatch.setenv("PLANNER_THREADS", "2")
    assert planner_says("run", study, "--out", out).code == 0
    two = read_bytes(out)
    changed = {name for name in one if one[name] != two[name]}
    assert changed <= {"manifest.json"}, "its run block alone tells the times"
    monkeypatch.setenv("PLANNER_THREADS", "none")
    assert planner_says("run", study, "--out", out).code == 2


def test_a_second_run_replaces_the_first(tmp_path: Path, planner_says: Callable[..., Said]) -> None:
    study, out = write_town(tmp_path / "study"), tmp_path / "out"
    assert planner_says("propose", study, "--count", "1", "--out", out).code == 0
    (out / "my notes.txt").write_text("kept", encoding="utf-8")
    assert planner_says("run", study, "--out", out).code == 0
    assert json.loads((out / "summary.json").read_text("utf-8"))["siting"] is None
    assert (out / "my notes.txt").read_text("utf-8") == "kept"
