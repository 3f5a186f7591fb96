"""What the first page tells people to type is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from typer.main import get_command

from planner.cli.app import app
from planner.inputs.study import read_study_file

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def readme(root: Path) -> str:
    return (root / "README.md").read_text("utf-8")


def _blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_study_file_it_explains_is_a_study_file(readme: str, tmp_path: Path) -> None:
    (block,) = _blocks(readme, "toml")
    path = tmp_path / "study.toml"
    path.write_text(block, encoding="utf-8")
    files = ("streets.osm.pbf", "elevation.tif", "population.csv", "communities.gpkg")
    for name in (*files, "layout_plan.xlsx"):
        (tmp_path / name).touch()
    settings = read_study_file(path)
    assert settings.siting is not None
    assert settings.standards.rule_sets == ("chongqing-2018",)


def test_every_verb_and_option_it_names_is_there(readme: str) -> None:
    verbs: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
    lines = [
        line.split("#")[0].split()
        for block in _blocks(readme, "sh")
        for line in block.splitlines()
        if line.startswith("planner ")
    ]
    assert len(lines) >= 8
    for _, verb, *words in lines:
        known = {flag for option in verbs[verb].params for flag in option.opts}
        assert {word for word in words if word.startswith("--")} <= known, verb
    named = set(re.findall(r"`planner ([a-z]+)", readme))
    assert named <= set(verbs)


def test_every_page_it_links_to_is_there(readme: str, root: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", readme) if "://" not in link]
    assert links
    assert [link for link in links if not (root / link).exists()] == []
