"""Zeros that are ground stay, zeros that are nothing go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.inputs.terrain import read_terrain
from planner.inputs.zeros import find_void_zeros
from tests.inputs.grids import BOUNDS, ten_by_ten, write_tiff

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def void_zeros(heights: NDArray[np.float32]) -> int:
    return int(find_void_zeros(heights, heights == 0).sum())


@pytest.fixture
def coast() -> NDArray[np.float32]:
    """Ten by thirty cells of ground at 1 m, then 2 m, …: a beach."""
    return np.repeat(np.arange(1, 11, dtype=np.float32)[:, np.newaxis], 30, axis=1)


def test_a_sheet_of_zeros_that_leaves_the_grid_is_water_or_outside(
    coast: NDArray[np.float32],
) -> None:
    coast[:2] = 0
    assert void_zeros(coast) == 60


def test_a_few_zeros_at_the_edge_are_ground(coast: NDArray[np.float32]) -> None:
    coast[0, :24] = 0
    assert void_zeros(coast) == 0
    coast[0, 24] = 0
    assert void_zeros(coast) == 25


def test_a_sheet_of_zeros_inside_low_ground_is_ground(coast: NDArray[np.float32]) -> None:
    coast[1:4, 2:28] = 0
    assert void_zeros(coast) == 0


def test_a_hole_in_a_hill_is_no_data_however_small(coast: NDArray[np.float32]) -> None:
    coast += 20
    coast[5, 5] = 0
    assert void_zeros(coast) == 1


def test_zeros_between_heights_above_and_below_are_heights(coast: NDArray[np.float32]) -> None:
    """A polder, or a flat coast with tide: zero there is a height between others."""
    coast[:2] = 0
    coast[0, 5:15:2] = -1
    assert void_zeros(coast) == 0


def test_a_grid_of_zeros_alone_is_no_data() -> None:
    assert void_zeros(np.zeros((10, 10), dtype=np.float32)) == 100


def test_cells_joined_at_corners_are_one_patch(coast: NDArray[np.float32]) -> None:
    heights = np.full((40, 40), 3, dtype=np.float32)
    np.fill_diagonal(heights, 0)
    assert void_zeros(heights) == 40


def test_a_tag_of_zero_does_not_make_ground_at_sea_level_vanish(tmp_path: Path) -> None:
    row, column = np.mgrid[0:10, 0:10]
    heights = (row + column).astype(np.float64)  # 0 m at one corner, 18 m at the other
    heights[1, 1:4] = 0.0  # true zeros beside 1 to 6 m
    heights[7, 7] = 0.0  # a hole among 12 to 16 m
    terrain = read_terrain(
        [write_tiff(tmp_path / "zero.tif", heights, nodata=0)], bounds_lonlat=BOUNDS
    )
    assert terrain.counts["cells_zero_as_void"] == 1
    assert terrain.counts["cells_void"] == 1
    assert "1 of 5 cells of 0" in str(terrain.notices[0])


@pytest.mark.parametrize("nodata", [-9999, 32767])
def test_where_the_file_declares_another_value_zeros_are_heights(
    tmp_path: Path, nodata: int
) -> None:
    heights = ten_by_ten()
    heights[:5] = 0.0
    path = write_tiff(tmp_path / "tag.tif", heights, nodata=nodata)
    assert read_terrain([path], bounds_lonlat=BOUNDS).counts["cells_void"] == 0
