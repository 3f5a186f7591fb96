"""The examples in the docstrings say what happens."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import numpy as np
import pytest

from planner.domain.network import StreetNetwork

PACKAGE = Path(__file__).resolve().parents[2] / "planner"
WITH_EXAMPLES = sorted(
    path for path in PACKAGE.rglob("*.py") if "    >>> " in path.read_text("utf-8")
)


def test_some_modules_have_examples() -> None:
    names = {path.relative_to(PACKAGE).as_posix() for path in WITH_EXAMPLES}
    assert {"units.py", "standards/catalogue.py", "standards/compare.py"} <= names


@pytest.fixture(scope="module")
def tiny_town() -> StreetNetwork:
    """Make the town of the examples: three junctions five minutes apart, and one alone."""
    row = np.array([[0.0, 0.0], [300.0, 0.0], [600.0, 0.0], [900.0, 900.0]])
    tail, head = np.array([0, 1, 1, 2]), np.array([1, 0, 2, 1])
    return StreetNetwork.from_arrays(row, tail, head, np.full(4, 300.0), crs="EPSG:32648")


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_of_a_module_run(path: Path, tiny_town: StreetNetwork) -> None:
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    module = importlib.import_module(name.removesuffix(".__init__"))
    result = doctest.testmod(module, extraglobs={"tiny_town": tiny_town})
    assert result.attempted > 0
    assert result.failed == 0
