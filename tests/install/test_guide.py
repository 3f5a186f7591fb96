"""The guide to installing names what there is."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import planner
from tests.install.test_windows_wheels import ONLY_ON_WINDOWS

if TYPE_CHECKING:
    from pathlib import Path


def test_the_wheel_that_the_guide_names_is_this_one(root: Path) -> None:
    guide = (root / "docs" / "install.md").read_text("utf-8")
    named = set(re.findall(r"lifecircle_planner-([\w.]+?)-py3", guide))
    assert named == {planner.__version__}


def test_what_only_windows_asks_for_is_named_and_pinned(root: Path) -> None:
    guide = (root / "docs" / "install.md").read_text("utf-8")
    pins = (root / "constraints.txt").read_text("utf-8")
    for name in ONLY_ON_WINDOWS:
        assert f"-any.whl {name}" in guide
        assert f"\n{name}==" in pins


def test_every_dependency_is_pinned(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    pins = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (root / "constraints.txt").read_text("utf-8").splitlines()
    }
    needed = {re.split(r"[\[><=]", line)[0].lower() for line in project["dependencies"]}
    assert needed - pins == set()


def test_the_pythons_that_the_guide_names_are_those_supported(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    guide = (root / "docs" / "install.md").read_text("utf-8")
    assert "Python 3.11、3.12 或 3.13" in guide
    assert "Python 3.11, 3.12 or 3.13" in guide
