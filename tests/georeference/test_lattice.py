"""Cells of a raster stand evenly; homes do not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.georeference.lattice import measure_lattice_spacing

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray


def squares(n: int, spacing_m: float) -> FloatArray:
    east, north = np.meshgrid(np.arange(n) * spacing_m, np.arange(n) * spacing_m)
    return np.column_stack([east.ravel(), north.ravel()])


def test_cells_of_a_raster_are_a_lattice() -> None:
    assert measure_lattice_spacing(squares(8, 250)) == pytest.approx(250)


def test_cells_of_a_hexagon_grid_are_a_lattice() -> None:
    # Every second row is shifted by half: the nearest neighbour is one spacing away.
    cells = squares(8, 100)
    shifted = (cells[:, 1] / 100 % 2) * 50
    cells = np.column_stack([cells[:, 0] + shifted, cells[:, 1] * math.sqrt(3) / 2])
    assert measure_lattice_spacing(cells) == pytest.approx(100, abs=0.02)


def test_cells_may_be_missing_and_repeated() -> None:
    cells = squares(10, 250)
    kept = np.random.default_rng(3).random(100) < 0.8
    assert measure_lattice_spacing(np.vstack([cells[kept], cells[kept][:9]])) == pytest.approx(250)


def test_homes_are_no_lattice() -> None:
    homes = np.random.default_rng(5).uniform(0, 2_000, (400, 2))
    assert measure_lattice_spacing(homes) is None


def test_few_points_tell_nothing() -> None:
    assert measure_lattice_spacing(squares(5, 250)) is None
    assert measure_lattice_spacing(np.full((100, 2), np.nan)) is None
