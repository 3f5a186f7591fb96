"""A Windows console in code page 936, and folders with Chinese names and spaces."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.command import OUTPUTS, Said, edit, read_bytes, run_apart, write_town

if TYPE_CHECKING:
    from pathlib import Path

STUDY, OUT = "江北区 研究", "成果 第一版"


def _assert_survived(said: Said) -> None:
    # What was said has been decoded strictly; nothing may have stopped for want of a sign.
    assert "UnicodeEncodeError" not in said.err
    assert "Traceback" not in said.err


def test_the_demo_runs_in_code_page_936(tmp_path: Path) -> None:
    said = run_apart("demo", "--out", OUT, cwd=tmp_path, encoding="cp936", PYTHONUTF8="0")
    _assert_survived(said)
    assert said.code == 0
    assert "15 分钟生活圈: 覆盖" in said.out
    assert said.out.splitlines()[-1].startswith("打开 " + OUT)
    assert "已隔离" in said.err
    assert set(OUTPUTS) <= set(read_bytes(tmp_path / OUT))


def test_json_in_code_page_936_loses_nothing(tmp_path: Path) -> None:
    # ②, 𠀀 and é are not in code page 936: plain ASCII carries them all the same.
    study = write_town(tmp_path / STUDY)
    edit(study.parent, "study.toml", 'name = "town"', 'name = "café 𠀀 江北"')
    said = run_apart("run", study, "--out", tmp_path / OUT, "--json", encoding="cp936")
    _assert_survived(said)
    assert said.code == 0
    assert said.json()["study"] == "café 𠀀 江北"
    assert said.json() == json.loads((tmp_path / OUT / "summary.json").read_text("utf-8"))


@pytest.mark.parametrize("encoding", ["cp936", "ascii"])
def test_faults_are_told_on_any_console(encoding: str, tmp_path: Path) -> None:
    study = write_town(tmp_path / STUDY)
    edit(study.parent, "population.csv", ",1\n", ",𠀀\n")
    edit(study.parent, "centres.csv", "existing", "“somehow” ②")
    refused = run_apart("run", study, "--out", tmp_path / OUT, encoding=encoding)
    checked = run_apart("check", study, encoding=encoding)
    for said, text in ((refused, refused.err), (checked, checked.out)):
        _assert_survived(said)
        assert said.code == 2
        assert "population.csv" in text
        assert "centres.csv" in text
    assert not (tmp_path / OUT).exists()


def test_check_survives_code_page_936(tmp_path: Path) -> None:
    study = write_town(tmp_path / STUDY)
    said = run_apart("check", study, "--out", tmp_path / "检查 一.xlsx", encoding="cp936")
    _assert_survived(said)
    assert said.code == 0
    assert "read 已读" in said.out
    assert (tmp_path / "检查 一.xlsx").is_file()


def test_help_survives_code_page_936() -> None:
    said = run_apart("--help", encoding="cp936")
    _assert_survived(said)
    assert said.code == 0
    assert "check" in said.out
