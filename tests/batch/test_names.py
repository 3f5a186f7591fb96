"""A run's name can be a folder on every system, and no two runs share one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from planner.batch.names import make_safe, make_unique


@pytest.mark.parametrize(
    ("asked", "safe"),
    [
        ("示范区 一期", "示范区 一期"),
        ('a<b>c:d"e/f\\g|h?i*j', "a_b_c_d_e_f_g_h_i_j"),
        ("line\nbreak\x00", "line_break_"),
        ("version 1.", "version 1"),
        ("dots... ", "dots"),
        ("..", "study"),
        (".hidden", "hidden"),
        ("   ", "study"),
        ("CON", "CON_"),
        ("nul.csv", "nul_.csv"),
        ("com7", "com7_"),
        ("COM10", "COM10"),
        ("index.html", "index_.html"),
        ("Batch.JSON", "Batch_.JSON"),
    ],
)
def test_a_name_is_a_folder_on_windows_too(asked: str, safe: str) -> None:
    assert make_safe(asked) == safe


def test_a_long_name_leaves_room_for_what_is_put_around_it() -> None:
    name = make_safe("重" * 300)
    assert len(name) == 60
    assert make_safe("e" * 59 + ". tail") == "e" * 59


def test_names_that_clash_all_get_six_digits_of_their_paths() -> None:
    paths = [Path("/x/plan/study.toml"), Path("/y/Plan/study.toml"), Path("/z/other/study.toml")]
    named = make_unique(["plan", "Plan", "other"], paths)
    digits = [hashlib.sha256(str(path).encode()).hexdigest()[:6] for path in paths]
    assert named == [f"plan-{digits[0]}", f"Plan-{digits[1]}", "other"]


def test_names_made_alike_by_making_them_safe_are_told_apart() -> None:
    first, second = make_unique(["a/b", "a?b"], [Path("/1"), Path("/2")])
    assert first != second
    assert first.startswith("a_b-")
