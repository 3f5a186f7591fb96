"""Grids are asked between their cells, and smoothed without bending slopes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from planner.domain.terrain import TerrainTile
from planner.network.ground import (
    Smoothing,
    expect_noise,
    measure_cell,
    prepare_grid,
    sample_grid,
    smooth_heights,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.network.ground import GroundGrid

EAST = 500_000.0
NORTH = 3_270_000.0


def grid_of(
    height_m: NDArray[Any] | list[list[float]], smoothing: Smoothing | None = None
) -> GroundGrid:
    """Return cells of 30 m in UTM zone 48."""
    tile = TerrainTile(
        "made", "EPSG:32648", (30.0, 0.0, EAST, 0.0, -30.0, NORTH), np.asarray(height_m, np.float32)
    )
    return prepare_grid(tile, smoothing=smoothing or Smoothing(bell_cells=0.0))


def ask(grid: GroundGrid, *cells: tuple[float, float]) -> list[float]:
    return [float(value) for value in sample_grid(grid, np.array(cells, dtype=np.float64))[0]]


def test_a_place_takes_the_four_cells_by_nearness() -> None:
    grid = grid_of([[10, 20], [30, 80]])
    assert ask(grid, (0, 0), (1, 1), (0.5, 0), (0.5, 0.5), (0.25, 0.75)) == [
        10.0,
        80.0,
        15.0,
        35.0,
        # 10·¾·¼ + 20·¼·¼ + 30·¾·¾ + 80·¼·¾
        35.0,
    ]


def test_places_are_found_by_the_centres_of_cells() -> None:
    grid = grid_of([[10, 20], [30, 80]])
    centre_of_south_west = np.array([[EAST + 15.0, NORTH - 45.0]])
    assert grid.find_cells(centre_of_south_west) == pytest.approx(np.array([[0.0, 1.0]]))


def test_bilinear_agrees_with_scipy_inside() -> None:
    rng = np.random.default_rng(3)
    height_m = rng.uniform(0, 500, (20, 30)).astype(np.float32)
    cells = rng.uniform(0, 19, (500, 2)) * (29 / 19, 1)
    expected = map_coordinates(height_m.astype(np.float64), cells[:, ::-1].T, order=1)
    assert sample_grid(grid_of(height_m), cells)[0] == pytest.approx(expected, abs=1e-9)


def test_the_outer_half_cell_takes_the_nearest_height_and_beyond_is_nothing() -> None:
    grid = grid_of([[10, 20], [30, 80]])
    height_m, inside = sample_grid(grid, np.array([[-0.5, 0.0], [-0.51, 0.0], [1.5, 1.0]]))
    assert height_m.tolist()[::2] == [10.0, 80.0]
    assert np.isnan(height_m[1])
    assert inside.tolist() == [True, False, True]


def test_a_place_has_a_height_where_half_of_the_weight_is_known() -> None:
    grid = grid_of([[10, np.nan], [30, np.nan]])
    assert ask(grid, (0.5, 0.0), (0.5, 0.5), (0.25, 0.5)) == [10.0, 20.0, 20.0]
    assert np.isnan(ask(grid, (0.51, 0.0), (0.9, 0.5), (1.0, 1.0))).all()
    three = grid_of([[10, 20], [30, np.nan]])
    # (10·¼ + 20·¼ + 30·¼) / ¾
    assert ask(three, (0.5, 0.5)) == pytest.approx([20.0])


def plane(n: int = 20) -> NDArray[np.float32]:
    row, column = np.mgrid[0:n, 0:n]
    slope: NDArray[np.float32] = (100.0 + 3.0 * row - 2.0 * column).astype(np.float32)
    return slope


@pytest.mark.parametrize("noise_m", [None, 0.5, np.inf])
def test_an_even_slope_is_not_bent_up_to_its_last_cell(noise_m: float | None) -> None:
    smooth = grid_of(plane(), Smoothing(noise_m=noise_m)).height_m
    assert smooth == pytest.approx(plane(), abs=1e-3)


def test_an_even_slope_is_not_bent_beside_a_void_and_the_void_stays() -> None:
    holed = plane()
    holed[8:10, 9] = np.nan
    smooth = grid_of(holed, Smoothing(noise_m=np.inf)).height_m
    assert np.array_equal(np.isnan(smooth), np.isnan(holed))
    known = ~np.isnan(holed)
    assert smooth[known] == pytest.approx(plane()[known], abs=1e-3)


def test_a_bell_spreads_a_peak_as_a_bell_does() -> None:
    peak = np.zeros((15, 1), dtype=np.float32)
    peak[7] = 1.0
    smooth = smooth_heights(peak, 1.0)[:, 0]
    # exp(-d²/2) over the sum of all seven: 1 + 2 · (0.60653 + 0.13534 + 0.01111) = 2.50596.
    expected = np.array([0.01111, 0.13534, 0.60653, 1.0, 0.60653, 0.13534, 0.01111]) / 2.50596
    assert smooth[4:11] == pytest.approx(expected, abs=1e-4)
    assert smooth.sum() == pytest.approx(1.0)


def test_noise_on_flat_ground_goes_and_hills_stay() -> None:
    rng = np.random.default_rng(1)
    row, column = np.mgrid[0:80, 0:80]
    hills = 40.0 * np.sin(column / 3.0) * (row >= 40)
    noisy = 50.0 + hills + rng.normal(0.0, 0.4, hills.shape)
    smooth = grid_of(noisy, Smoothing(noise_m=0.4)).height_m
    flat, steep = np.s_[5:33, 5:75], np.s_[47:75, 5:75]
    assert np.abs(smooth - 50.0)[flat].mean() < 0.5 * np.abs(noisy - 50.0)[flat].mean()
    assert np.abs(smooth - noisy)[steep].max() < 0.4, "no more is taken than noise may have brought"


def test_the_noise_of_a_grid_goes_by_its_cells_and_its_rounding() -> None:
    whole = np.array([[1, 2], [np.nan, 4]], dtype=np.float32)
    part = whole + np.float32(0.3)
    assert expect_noise(part, 30.0) == pytest.approx(0.4)
    assert expect_noise(part, 90.0) == pytest.approx(0.4)
    assert expect_noise(part, 3.0) == pytest.approx(0.04)
    assert expect_noise(whole, 30.0) == pytest.approx(np.hypot(0.4, 1 / np.sqrt(12)))


def test_cells_in_degrees_are_measured_in_metres() -> None:
    tile = TerrainTile(
        "made", "EPSG:4326", (0.001, 0.0, 7.0, 0.0, -0.001, 60.0), np.zeros((2, 2), np.float32)
    )
    east, south = measure_cell(tile)
    # At 60° a degree of longitude is half a degree of the equator's 111,320 m, a little more on
    # the ellipsoid (55,800 m); a degree of latitude is 111,412 m.
    assert east == pytest.approx(55.80, abs=0.02)
    assert south == pytest.approx(111.41, abs=0.02)


def test_the_bell_is_as_long_in_metres_both_ways() -> None:
    peak = np.zeros((41, 41), dtype=np.float32)
    peak[20, 20] = 1.0
    tile = TerrainTile("made", "EPSG:32648", (10.0, 0.0, EAST, 0.0, -20.0, NORTH), peak)
    smooth = prepare_grid(tile, smoothing=Smoothing(2.0, np.inf)).height_m
    # 20 m away: one row, or two columns.
    assert smooth[21, 20] == pytest.approx(smooth[20, 22], rel=1e-5)


def test_a_grid_of_one_cell_is_left_as_it_is() -> None:
    assert grid_of([[7.0]], Smoothing()).height_m.tolist() == [[7.0]]
