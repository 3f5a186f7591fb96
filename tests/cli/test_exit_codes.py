"""Every exit code of the contract, and what is left behind with each."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

import planner
from planner import workbench
from planner.errors import PlanDisagrees
from tests.cli.command import OUTPUTS, Said, read_bytes, run_apart, write_town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PASSING = {
    "status": "new",
    "community": "A",
    "floor_area_m2": 2700,
    "convenience_area_m2": 800,
    "social_workers": 2,
}
"""What 2018 asks of a new community centre: at least 2,700 m2, 800 of them, two workers."""


def test_a_run_leaves_with_zero_and_every_output(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    study, out = write_town(tmp_path / "study"), tmp_path / "out"
    said = planner_says("run", study, "--out", out)
    assert said.code == 0
    assert set(OUTPUTS) <= set(read_bytes(out))
    assert str(out / "map.html") in said.out, "the last line says which page to open"


def test_a_study_may_be_named_by_its_folder(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    write_town(tmp_path / "study")
    assert planner_says("check", tmp_path / "study").code == 0


def test_a_target_out_of_reach_leaves_with_three_and_every_other_output(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    # e (16 of 31 persons) lives 100 m off every street, farther than the 60 m allowed:
    # whatever is built, at most 15 / 31 = 48.39 % can be covered.
    drawing = """
+---a------1-----------b----+
|                           |
c                           |
|                           |
+--------2---e------------d-+
"""
    study = write_town(tmp_path / "study", drawing=drawing, off_street_m={"e": -100.0})
    out = tmp_path / "out"
    said = planner_says("propose", study, "--out", out, "--target", "0.99")
    assert said.code == 3
    assert set(OUTPUTS) <= set(read_bytes(out))
    assert "48.39%" in said.err, "what could be reached at most"
    assert "out of reach" in said.err
    assert "最多覆盖 48.39%（15 人）" in said.err
    siting = json.loads((out / "summary.json").read_text("utf-8"))["siting"]
    assert siting["status"] == "infeasible"
    assert siting["proposals"] == []


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({}, 0, ""),
        ({"floor_area_m2": 2699}, 7, "2699"),
        ({"convenience_area_m2": 799}, 7, "799"),
        ({"social_workers": 1}, 7, "Social workers"),
        ({"floor_area_m2": ""}, 0, ""),
        ({"status": "existing", "floor_area_m2": 10}, 0, ""),
    ],
    ids=["passes", "too small", "part too small", "too few workers", "blank", "existing"],
)
def test_only_a_must_clause_that_fails_leaves_with_seven(
    change: dict[str, object],
    code: int,
    words: str,
    tmp_path: Path,
    planner_says: Callable[..., Said],
) -> None:
    study = write_town(tmp_path / "study", centres={"1": PASSING | change})
    said = planner_says("run", study, "--out", tmp_path / "out", "--fail-on-standards")
    assert said.code == code
    assert words in said.err
    assert ("centre 1" in said.err) == (code == 7), "who fails is named"
    assert (tmp_path / "out" / "manifest.json").is_file(), "the outputs are written all the same"


def test_without_the_option_a_failing_centre_is_a_result(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    study = write_town(tmp_path / "study", centres={"1": PASSING | {"floor_area_m2": 1}})
    assert planner_says("run", study, "--out", tmp_path / "out").code == 0


def test_rows_set_aside_are_told_and_refused_on_request(
    tmp_path: Path, planner_says: Callable[..., Said]
) -> None:
    study, out = write_town(tmp_path / "study"), tmp_path / "out"
    table = study.parent / "population.csv"
    table.write_text(table.read_text("utf-8") + "e,,,16\n", encoding="utf-8")
    refused = planner_says("run", study, "--out", out, "--no-quarantine")
    assert refused.code == 2
    for word in ("population.csv", "row 6", "无坐标 no coordinates", "found e"):
        assert word in refused.err
    assert not out.exists()
    told = planner_says("run", study, "--out", out, "-v")
    assert told.code == 0
    assert "row 6: e: 无坐标 no coordinates" in told.err


def test_an_interrupt_leaves_with_130_and_one_line(
    tmp_path: Path, planner_says: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    study = write_town(tmp_path / "study")
    monkeypatch.setattr(workbench, "evaluate", interrupted)
    said = planner_says("run", study, "--out", tmp_path / "out")
    assert (said.code, said.out) == (130, "")
    assert said.err == "interrupted 已中断\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_ctrl_c_in_the_middle_of_a_run_leaves_nothing_behind(tmp_path: Path) -> None:
    # The handler is set anew: a shell that starts jobs in the background has them ignore SIGINT.
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from planner.cli import main; main()"
    )
    events = tmp_path / "events.jsonl"
    words = ["demo", "--out", str(tmp_path / "out" / "demo"), "--events", str(events)]
    run = subprocess.Popen(
        [sys.executable, "-c", code, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    try:
        deadline = time.monotonic() + 60
        while not events.exists() or '"walks"' not in events.read_text("utf-8"):
            assert run.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=60)
    finally:
        run.kill()
    assert run.returncode == 130
    assert out == ""
    assert err == "interrupted 已中断\n"
    assert [path.name for path in tmp_path.iterdir()] == ["events.jsonl"]


def _raise(error: Exception) -> Callable[..., None]:
    def raise_it(*_args: object, **_options: object) -> None:
        raise error

    return raise_it


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("by nobody"), PlanDisagrees("15 persons, recounted 14")]
)
def test_a_bug_leaves_with_one_and_says_that_it_is_none_of_the_data(
    error: Exception,
    tmp_path: Path,
    planner_says: Callable[..., Said],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = write_town(tmp_path / "study")
    monkeypatch.setattr(workbench, "evaluate", _raise(error))
    said = planner_says("run", study, "--out", tmp_path / "out")
    assert (said.code, said.out) == (1, "")
    first = said.err.splitlines()[0]
    assert first == f"bug 程序缺陷: {type(error).__name__}: {error}"
    assert "not a fault of your data" in said.err
    assert f"planner {planner.__version__}" in said.err
    assert "Traceback" in said.err, "for those who mend it"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "tables.xlsx"), "the disk is full"),
        (OSError(errno.EACCES, "Permission denied", "cache"), "may not be used"),
        (MemoryError(), "too little memory"),
    ],
)
def test_what_the_machine_refuses_is_no_bug(
    error: Exception,
    words: str,
    tmp_path: Path,
    planner_says: Callable[..., Said],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = write_town(tmp_path / "study")
    monkeypatch.setattr(workbench, "evaluate", _raise(error))
    said = planner_says("run", study, "--out", tmp_path / "out")
    assert (said.code, said.out) == (2, "")
    assert words in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nosuch"], "nosuch"),
        (["run"], "STUDY"),
        (["run", "study.toml"], "--out"),
        (["run", "study.toml", "--wrong"], "--wrong"),
        (["run", "study.toml", "--out", "out", "--threads", "0"], "--threads"),
        (["propose", "study.toml", "--out", "out"], "--count, --target, --budget"),
        (["propose", "s", "--out", "o", "--count", "1", "--target", "0.5"], "exactly one"),
        (["propose", "s", "--out", "o", "--count", "many"], "--count"),
    ],
)
def test_a_wrong_usage_leaves_with_two_and_names_the_word(
    words: list[str], told: str, planner_says: Callable[..., Said]
) -> None:
    said = planner_says(*words)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("words", [[], ["standards"]])
def test_the_command_alone_shows_its_verbs(
    words: list[str], planner_says: Callable[..., Said]
) -> None:
    said = planner_says(*words)
    assert said.code == 2, "nothing was done"
    assert "Usage" in said.out
    assert "Error" not in said.err


def test_every_verb_of_the_contract_has_help_and_the_shared_options(
    planner_says: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    verbs = ["demo", "new", "check", "run", "propose", "batch", "standards list"]
    for verb in [*verbs, "standards show", "standards diff"]:
        said = planner_says(*verb.split(), "--help")
        assert said.code == 0
        plain = re.sub("\x1b\\[[0-9;]*m", "", said.out)
        for option in ("--json", "--events", "--threads", "--verbose"):
            assert option in plain, f"planner {verb} has no {option}"


def test_the_version_is_told() -> None:
    said = run_apart("--version")
    assert (said.code, said.out, said.err) == (0, f"planner {planner.__version__}\n", "")
