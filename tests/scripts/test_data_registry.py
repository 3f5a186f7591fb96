"""The registry of data hashes notices what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scripts.data_registry import differences, write_registry

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for folder in ("demo", "helsinki"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(folder, encoding="utf-8")
    write_registry(tmp_path)
    return tmp_path


def test_a_fresh_registry_agrees(data: Path) -> None:
    assert differences(data) == []


def test_a_changed_a_missing_and_a_new_file_are_named(data: Path) -> None:
    (data / "demo" / "a.txt").write_text("other", encoding="utf-8")
    (data / "helsinki" / "a.txt").unlink()
    (data / "demo" / "b.txt").write_text("new", encoding="utf-8")
    assert differences(data) == [
        "helsinki/a.txt is listed but missing",
        "demo/b.txt is not listed",
        "demo/a.txt has changed",
    ]
