"""
How heights should be smoothed: the tables behind docs/decisions/0003-smoothing-heights.md.

Run by hand as `python -m scripts.smoothing_evidence`; the real data must lie in ../shared/data or
in PLANNER_SHARED_DATA. Four questions: how high is a step of stairs as they are mapped; how rough
is a real grid where the ground is flat; what does each way of smoothing make of stairs and slopes
whose rise is tagged; and how far is each from the truth on grids made from a surface that is known.
"""

from __future__ import annotations

import math
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from scipy import ndimage
from scipy.sparse import coo_array

from planner.domain.network import EdgeFlag
from planner.domain.terrain import Terrain, TerrainTile
from planner.inputs.streets import read_ways
from planner.inputs.terrain import read_terrain
from planner.network.build import build_streets
from planner.network.ground import Smoothing
from planner.network.heights import measure_heights

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.network import RawWays, Streets
    from planner.domain.terrain import StreetHeights

Option: TypeAlias = "Callable[[Streets, Terrain], StreetHeights]"

SHARED = Path(
    os.environ.get("PLANNER_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
)
RISER_M = 0.16
SEED = 20180930
GRIDS = ((30.0, 0.4, 1.0), (30.0, 0.0, 0.0), (30.0, 0.8, 1.0), (90.0, 0.4, 1.0), (10.0, 0.15, 0.3))
"""Metres of a cell, noise of each cell, noise shared by neighbours."""
STEEPEST = 0.5
"""Tobler's time is exponential in the slope: the few steeper ones count as this steep."""


def smooth_grid(cells: float, noise_m: float | None = math.inf) -> Option:
    """Smooth the grid with a bell, as far as the noise, then sample."""
    smoothing = Smoothing(bell_cells=cells, noise_m=noise_m)
    return lambda streets, terrain: measure_heights(streets, terrain, smoothing=smoothing)


def average_along(width_m: float) -> Option:
    """Average along each edge over a window; the junctions stay as sampled."""

    def measured(streets: Streets, terrain: Terrain) -> StreetHeights:
        heights = measure_heights(streets, terrain, smoothing=Smoothing(0.0))
        indptr, sample_m = heights.sample_indptr, heights.sample_m.astype(np.float64)
        total = np.concatenate([[0.0], np.cumsum(sample_m)])
        edge = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
        place = np.arange(len(sample_m))
        spacing_m = streets.edge_length_m / (np.diff(indptr) - 1)
        half = np.maximum(np.round(width_m / 2 / spacing_m[edge]), 0).astype(np.int64)
        # The window shrinks evenly towards the ends, which keeps them fixed and slopes even.
        half = np.minimum(half, np.minimum(place - indptr[edge], indptr[edge + 1] - 1 - place))
        smooth = (total[place + half + 1] - total[place - half]) / (2 * half + 1)
        return replace(heights, sample_m=smooth.astype(np.float32))

    return measured


def spread_along(sigma_m: float) -> Option:
    """Let heights spread along the streets and across junctions, as far as a bell of sigma."""

    def measured(streets: Streets, terrain: Terrain) -> StreetHeights:
        heights = measure_heights(streets, terrain, smoothing=Smoothing(0.0))
        indptr = heights.sample_indptr
        n_nodes, n_edges = len(streets.node_xy), len(indptr) - 1
        number = n_nodes + np.arange(int(indptr[-1]))
        number[indptr[:-1]], number[indptr[1:] - 1] = streets.edge_start, streets.edge_end
        follows = np.ones(int(indptr[-1]) - 1, dtype=bool)
        follows[indptr[1:-1] - 1] = False
        edge = np.repeat(np.arange(n_edges), np.diff(indptr))
        follows &= heights.edge_known[edge[:-1]]
        one, other = number[:-1][follows], number[1:][follows]
        spacing_m = streets.edge_length_m / (np.diff(indptr) - 1)
        pull = 1.0 / spacing_m[edge[:-1][follows]]
        size = n_nodes + int(indptr[-1])
        graph = coo_array((pull, (one, other)), shape=(size, size)).tocsr()
        graph = graph + graph.T
        degree = np.maximum(np.asarray(graph.sum(axis=1)).ravel(), 1e-9)
        height_m = np.zeros(size)
        known = heights.edge_known[edge]
        height_m[number[known]] = heights.sample_m[known]
        ends = np.bincount(np.concatenate([one, other]), minlength=size) == 1
        for _ in range(round((sigma_m / 10.0) ** 2 / 0.5)):
            spread = 0.5 * (graph @ height_m / degree - height_m)
            spread[ends] = 0.0
            height_m += spread
        sample_m = np.where(known, height_m[number], 0.0)
        return replace(heights, sample_m=sample_m.astype(np.float32))

    return measured


def dead_band(band_m: float) -> Option:
    """Count a change only once it exceeds a band (as step counters of climbs do)."""

    def measured(streets: Streets, terrain: Terrain) -> StreetHeights:
        heights = measure_heights(streets, terrain, smoothing=Smoothing(0.0))
        sample_m = heights.sample_m.copy()
        for start, stop in zip(
            heights.sample_indptr[:-1].tolist(), heights.sample_indptr[1:].tolist(), strict=True
        ):
            held = sample_m[start]
            for i in range(start + 1, stop - 1):
                if abs(sample_m[i] - held) > band_m:
                    held = sample_m[i]
                sample_m[i] = held
        return replace(heights, sample_m=sample_m)

    return measured


OPTIONS: dict[str, Option] = {
    "none": smooth_grid(0.0),
    "bell, 0.4 cell": smooth_grid(0.4),
    "bell, 0.5 cell": smooth_grid(0.5),
    "bell, 0.7 cell": smooth_grid(0.7),
    "bell, 1 cell": smooth_grid(1.0),
    "bell, 1.5 cells": smooth_grid(1.5),
    "average along edges, 30 m": average_along(30.0),
    "average along edges, 50 m": average_along(50.0),
    "average along edges, 70 m": average_along(70.0),
    "spread along streets, 15 m": spread_along(15.0),
    "spread along streets, 30 m": spread_along(30.0),
    "dead band, 1 m": dead_band(1.0),
    "noise of 0.3 m, bell 1.5 cells": smooth_grid(1.5, 0.3),
    "noise of 0.7 m, bell 1.5 cells": smooth_grid(1.5, 0.7),
    "noise by the grid, bell 1 cell": smooth_grid(1.0, None),
    "noise by the grid, bell 1.5 cells (chosen)": smooth_grid(1.5, None),
    "noise by the grid, bell 3 cells": smooth_grid(3.0, None),
}


def rise_and_time(
    streets: Streets, heights: StreetHeights
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for each edge the sum of climbs and descents, the net rise, and Tobler's time."""
    indptr = heights.sample_indptr
    edge = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr) - 1)
    ahead = np.ones(int(indptr[-1]) - 1, dtype=bool)
    ahead[indptr[1:-1] - 1] = False
    step_m = np.diff(heights.sample_m.astype(np.float64))[ahead]
    length_m = (streets.edge_length_m / (np.diff(indptr) - 1))[edge]
    slope = np.clip(step_m / length_m, -STEEPEST, STEEPEST)
    time = np.zeros(len(edge))
    for sign in (1.0, -1.0):
        factor = np.exp(3.5 * (np.abs(sign * slope + 0.05) - 0.05))
        time += np.maximum(factor, 1 / 1.2) * length_m / 2
    n_edges = len(indptr) - 1
    return (
        np.bincount(edge, np.abs(step_m), n_edges),
        np.bincount(edge, step_m, n_edges),
        np.bincount(edge, time, n_edges),
    )


def by_way(ways: RawWays, streets: Streets, value: np.ndarray) -> np.ndarray:
    """Sum a value of edges over each way."""
    order = np.argsort(ways.way_id)
    way = order[np.searchsorted(ways.way_id[order], streets.edge_way_id).clip(max=len(order) - 1)]
    own = ways.way_id[way] == streets.edge_way_id
    return np.bincount(way[own], value[own], len(ways.way_id))


def show_steps(place: str, ways: RawWays, streets: Streets) -> None:
    """Print how long a step is as stairs are mapped, and how steep that makes them."""
    steps = (ways.way_flags & np.uint16(EdgeFlag.STEPS)) > 0
    length_m = by_way(ways, streets, streets.edge_length_m)
    counted = steps & (ways.way_step_count >= 5) & (length_m > 0)
    if not counted.any():
        print(f"| {place} | {int(steps.sum())} | 0 | | | {length_m[steps].sum():.0f} |")
        return
    run = length_m[counted] / ways.way_step_count[counted]
    low, middle, high = np.percentile(run, [25, 50, 75])
    print(
        f"| {place} | {int(steps.sum())} | {int(counted.sum())} | {low:.2f} / {middle:.2f} / "
        f"{high:.2f} | {RISER_M / middle:.0%} | {length_m[steps].sum():.0f} |"
    )


def show_roughness(place: str, terrain: Terrain) -> None:
    """Print how far cells of flat ground lie from the mean of their four neighbours."""
    height_m = terrain.tiles[0].height_m.astype(np.float64)
    cross = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]]) / 4.0
    gap = height_m - ndimage.convolve(height_m, cross, mode="nearest")
    wide = ndimage.generic_gradient_magnitude(
        ndimage.gaussian_filter(np.nan_to_num(height_m), 3.0), ndimage.sobel
    )
    flat = np.isfinite(gap) & (wide / 8.0 < 0.3) & (height_m > 0)
    if not flat.any():
        print(f"| {place} | 0 | |")
        return
    # Of independent noise of variance v the gap has the variance 1.25 v.
    print(f"| {place} | {int(flat.sum())} | {np.std(gap[flat]) / np.sqrt(1.25):.2f} |")


def show_real(place: str, ways: RawWays, streets: Streets, terrain: Terrain) -> None:
    """Print what each way of smoothing makes of tagged stairs and slopes, and of all streets."""
    length_m = by_way(ways, streets, streets.edge_length_m)
    steps = (ways.way_flags & np.uint16(EdgeFlag.STEPS)) > 0
    straight = by_way(ways, streets, ((streets.edge_flags & 7) > 0).astype(float)) > 0
    print(
        f"\n### {place}\n\n| smoothing | rise m/km | time / flat | stairs: rise / tagged | "
        "stairs: median error m | slopes: mean error, points of % |\n|---|---|---|---|---|---|"
    )
    for name, option in OPTIONS.items():
        heights = option(streets, terrain)
        total_m, net_m, time = rise_and_time(streets, heights)
        known = heights.edge_known & ((streets.edge_flags & np.uint16(EdgeFlag.STEPS)) == 0)
        way_known = by_way(ways, streets, (~heights.edge_known).astype(float)) == 0
        way_rise_m = by_way(ways, streets, net_m)
        stairs = steps & (ways.way_step_count >= 5) & way_known & ~straight & (length_m > 0)
        tagged_m = ways.way_step_count[stairs] * RISER_M
        measured_m = np.abs(way_rise_m[stairs])
        sloped = np.isfinite(ways.way_incline) & way_known & ~steps & (length_m > 20)
        gap = way_rise_m[sloped] / length_m[sloped] - ways.way_incline[sloped]
        text = [
            f"{1000 * total_m[known].sum() / streets.edge_length_m[known].sum():.1f}",
            f"{time[known].sum() / streets.edge_length_m[known].sum():.4f}",
            f"{measured_m.sum() / tagged_m.sum():.2f} ({len(tagged_m)})" if len(tagged_m) else "",
            f"{np.median(np.abs(measured_m - tagged_m)):.2f}" if len(tagged_m) else "",
            f"{100 * np.abs(gap).mean():.2f} ({len(gap)})" if len(gap) else "",
        ]
        print(f"| {name} | {' | '.join(text)} |")


def make_surface(
    rng: np.random.Generator, shape: tuple[int, int], cell_m: float, slope: float
) -> np.ndarray:
    """Make hills of every length from 80 m on, with a mean slope as asked."""
    noise = np.fft.rfft2(rng.standard_normal(shape))
    wave = np.hypot(
        *np.meshgrid(np.fft.fftfreq(shape[0]), np.fft.rfftfreq(shape[1]), indexing="ij")
    )
    wave_m = cell_m / np.maximum(wave, 1e-9)
    power = np.where((wave_m >= 80.0) & (wave_m <= 6000.0), wave_m**2.0, 0.0)
    surface = np.fft.irfft2(noise * power, s=shape)
    up = np.hypot(*np.gradient(surface, cell_m)).mean()
    return 100.0 + surface * (slope / up)


def make_grid(
    rng: np.random.Generator, truth: np.ndarray, times: int, white_m: float, wide_m: float
) -> np.ndarray:
    """Make a coarse grid from a fine one: means of blocks, noise, whole metres."""
    rows, columns = (n // times * times for n in truth.shape)
    blocks = truth[:rows, :columns].reshape(rows // times, times, columns // times, times)
    grid = blocks.mean(axis=(1, 3))
    wide = ndimage.gaussian_filter(rng.standard_normal(grid.shape), 2.0)
    noise = white_m * rng.standard_normal(grid.shape) + wide_m * wide / wide.std()
    return np.round(grid + noise) if times > 1 else grid


def show_known(streets: Streets) -> None:
    """Print how far each way of smoothing is from a surface that is known."""
    cell_m = 5.0
    (west, south), (east, north) = streets.shape_xy.min(axis=0), streets.shape_xy.max(axis=0)
    west, north = west - 200.0, north + 200.0
    shape = (int((north - south + 200) / cell_m), int((east - west + 200) / cell_m))
    for slope in (0.02, 0.08, 0.2):
        for side_m, white_m, wide_m in GRIDS:
            rng = np.random.default_rng(SEED)
            truth = make_surface(rng, shape, cell_m, slope)
            times = int(side_m / cell_m)
            grid = make_grid(rng, truth, times, white_m, wide_m)

            def terrain(height_m: np.ndarray, side: float) -> Terrain:
                transform = (side, 0.0, west, 0.0, -side, north)
                tile = TerrainTile("made", streets.crs, transform, height_m.astype(np.float32))
                return Terrain((tile,), {})

            right = rise_and_time(streets, smooth_grid(0.0)(streets, terrain(truth, cell_m)))
            coarse = terrain(grid, side_m)
            all_m = streets.edge_length_m.sum()
            print(
                f"\n### mean slope {slope:.0%}, cells of {side_m:.0f} m, noise {white_m} m of each "
                f"cell and {wide_m} m shared; truth {1000 * right[0].sum() / all_m:.1f} "
                f"m/km, time {right[2].sum() / all_m:.4f}\n\n"
                "| smoothing | total rise | total time | time of an edge, rms |\n|---|---|---|---|"
            )
            for name, option in OPTIONS.items():
                total_m, _, time = rise_and_time(streets, option(streets, coarse))
                long = streets.edge_length_m > 30
                off = (time / right[2] - 1)[long]
                print(
                    f"| {name} | {total_m.sum() / right[0].sum() - 1:+.1%} "
                    f"| {time.sum() / right[2].sum() - 1:+.2%} | {np.sqrt((off**2).mean()):.2%} |"
                )


def main() -> None:
    """Print all tables."""
    places = {
        "Heidelberg": ("heidelberg/streets.osm.pbf", None),
        "Porto Alegre": ("porto-alegre/streets.osm.pbf", "porto-alegre/elevation.tif"),
        "Monaco": ("monaco/streets.osm.gz", "monaco/N43E007.hgt.zip"),
    }
    ways = {name: read_ways(SHARED / files[0]) for name, files in places.items()}
    streets = {name: build_streets(found) for name, found in ways.items()}
    terrain = {
        name: read_terrain([SHARED / files[1]], bounds_lonlat=streets[name].bounds_lonlat)
        for name, files in places.items()
        if files[1]
    }
    print("## Stairs as they are mapped\n")
    print(
        "| place | stairs | with 5 steps or more counted | metres a step, quartiles "
        f"| slope at {RISER_M} m a step | metres of stairs |\n|---|---|---|---|---|---|"
    )
    for name in places:
        show_steps(name, ways[name], streets[name])
    print("\n## Noise of single cells on flat ground\n\n| place | cells | m |\n|---|---|---|")
    for name, found in terrain.items():
        show_roughness(name, found)
    print("\n## Tagged stairs and slopes")
    for name, found in terrain.items():
        show_real(name, ways[name], streets[name], found)
    print("\n## Against a surface that is known (Porto Alegre's streets)")
    show_known(streets["Porto Alegre"])


if __name__ == "__main__":
    main()
