"""The examples in the docstrings run as they stand."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.domain import search_graph
from planner.domain.network import StreetNetwork
from planner.reach import access, times
from tests.reach.towns import CRS

if TYPE_CHECKING:
    from types import ModuleType


@pytest.mark.parametrize("module", [search_graph, access, times])
def test_examples_give_what_they_say(module: ModuleType) -> None:
    row = np.array([[0.0, 0.0], [300.0, 0.0], [600.0, 0.0], [900.0, 900.0]])
    tail, head = np.array([0, 1, 1, 2]), np.array([1, 0, 2, 1])
    tiny_town = StreetNetwork.from_arrays(row, tail, head, np.full(4, 300.0), crs=CRS)
    result = doctest.testmod(module, extraglobs={"tiny_town": tiny_town})
    assert result.attempted > 0
    assert result.failed == 0
