"""Published instances: proved optima of São José dos Campos, best known of San Francisco."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.siting.problem import check_arrays, covered_persons
from planner.siting.solve import solve_cover, solve_target
from tests.siting.questions import read_best_known, read_san_francisco, read_sjc

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.shared_data

SJC_OPTIMA = {
    324: [5461, 8790, 11604, 12106, 12152],
    402: [6555, 11339, 14690, 15658, 15970, 15984],
}
"""Within 800 m, for 1, 2, … centres; the last covers everybody (Lorena and Pereira 2002)."""


@pytest.mark.parametrize("homes", [324, 402])
def test_the_optima_of_sjc_are_found_and_proved(shared_data: Path, homes: int) -> None:
    arrays = read_sjc(shared_data / "siting" / "sjc", 800, homes=homes)
    for count, optimum in enumerate(SJC_OPTIMA[homes], start=1):
        cover = solve_cover(*arrays, count=count)
        assert (cover.objective, cover.bound, cover.status) == (optimum, optimum, "optimal")


def test_the_fewest_centres_of_sjc324_follow_from_its_optima(shared_data: Path) -> None:
    arrays = read_sjc(shared_data / "siting" / "sjc", 800)
    for target, fewest in ((5461, 1), (5462, 2), (11604, 3), (11605, 4), (12152, 5)):
        cover = solve_target(*arrays, target_persons=target)
        assert (len(cover.chosen), cover.fewest, cover.status) == (fewest, fewest, "optimal")


@pytest.mark.parametrize("count", [60, 100])
def test_san_francisco_comes_close_to_the_best_known_with_an_honest_bound(
    shared_data: Path, count: int
) -> None:
    folder = shared_data / "siting" / "san-francisco"
    arrays = read_san_francisco(folder, 600)
    known, sites = read_best_known(folder / f"SanFrancisco_{count}_600.txt")
    assert covered_persons(check_arrays(*arrays), sites) == known
    cover = solve_cover(*arrays, count=count)
    assert cover.bound >= known
    assert cover.objective >= 0.995 * known
    assert cover.bound_gap_share < 0.02
    assert np.unique(cover.chosen).size == cover.chosen.size <= count


@pytest.mark.long
@pytest.mark.parametrize("count", [50, 60, 70, 80, 90, 100])
def test_all_of_san_francisco_is_within_half_a_percent_of_the_best_known(
    shared_data: Path, count: int
) -> None:
    folder = shared_data / "siting" / "san-francisco"
    arrays = read_san_francisco(folder, 600)
    known, _ = read_best_known(folder / f"SanFrancisco_{count}_600.txt")
    cover = solve_cover(*arrays, count=count)
    assert cover.bound >= known
    assert cover.objective >= 0.995 * known
    assert cover.bound_gap_share < 0.015


@pytest.mark.long
@pytest.mark.parametrize("count", [50, 60, 80])
def test_merged_runs_reach_the_best_known_of_san_francisco(shared_data: Path, count: int) -> None:
    folder = shared_data / "siting" / "san-francisco"
    arrays = read_san_francisco(folder, 600)
    known, _ = read_best_known(folder / f"SanFrancisco_{count}_600.txt")
    cover = solve_cover(*arrays, count=count, runs=24)
    assert cover.objective >= known
    assert cover.bound >= cover.objective
