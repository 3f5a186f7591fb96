"""Heights along every edge of the streets, from the terrain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import Transformer

from planner.domain.progress import Progress, SilentProgress
from planner.domain.terrain import StreetHeights
from planner.network.ground import Smoothing, prepare_grid, sample_grid
from planner.network.structures import find_structures, hang_junctions

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.network import Streets
    from planner.domain.terrain import Terrain
    from planner.network.ground import GroundGrid

HEIGHTS_VERSION: Final = 1
"""Part of the cache's digest: raise it whenever the same terrain gives other heights."""

SPACING_M: Final = 10.0
GAP_M: Final = 60.0
"""A gap without heights is bridged evenly up to here: two cells of a grid of 30 m."""
_MILLIMETRE: Final = 1e-3
"""By so much a length may be above a whole number of steps."""
_SMOOTHING: Final = Smoothing()


@dataclass(frozen=True, slots=True)
class _Places:
    """
    Where edges are sampled, their ends apart.

    Attributes
    ----------
    indptr : shape (n_edges + 1,)
        Samples of each edge, the ends included.
    index : shape (n_places,)
        Position of each place among all samples.
    vertex : shape (n_places,)
        Vertex of `shape_xy` before the place.
    share : shape (n_places,)
        How far on to the next vertex it lies, 0 to 1.
    """

    indptr: IntArray
    index: IntArray
    vertex: IntArray
    share: FloatArray


def measure_heights(
    streets: Streets,
    terrain: Terrain,
    *,
    smoothing: Smoothing = _SMOOTHING,
    progress: Progress | None = None,
) -> StreetHeights:
    """
    Sample the terrain along every edge.

    Grids are smoothed first (decision 0003), then sampled between cells at evenly spaced places
    at most 10 m apart. Junctions are sampled once, so that all edges agree there. Bridges,
    tunnels, indoor and covered ways, lifts and escalators take the straight line between their
    ends; the junctions of a structure of several edges lie on its deck, not on the ground below.
    A gap of up to 60 m inside an edge is bridged evenly; an edge with a longer one, or with an
    end without a height, is not known.

    Parameters
    ----------
    streets
        Compiled streets.
    terrain
        Heights of the ground.
    smoothing
        How far the grids are smoothed.
    progress
        Listener.

    Returns
    -------
    heights
        `counts` has, beside those of the record and of the terrain, `junctions_hung` (on bridges
        and in tunnels, away from the ground), `structures_without_ground` and `samples_bridged`
        (in gaps).
    """
    progress = progress or SilentProgress()
    progress.begin("heights", len(terrain.tiles) + 1)
    structures = find_structures(streets)
    places = _lay_out(streets, structures.edge_straight)
    ground = _Ground(
        node_m=np.full(len(streets.node_xy), np.nan),
        node_inside=np.zeros(len(streets.node_xy), dtype=np.bool_),
        place_m=np.full(len(places.index), np.nan),
        place_inside=np.zeros(len(places.index), dtype=np.bool_),
    )
    transformed = _Transformed(streets)
    for tile in terrain.tiles:
        grid = prepare_grid(tile, smoothing=smoothing)
        _ask_grid(grid, transformed, places, ground)
        progress.advance()
    node_m, n_groundless = hang_junctions(streets, structures, ground.node_m)
    counts = {
        **terrain.counts,
        "junctions_hung": int(structures.node_hung.sum()),
        "structures_without_ground": n_groundless,
    }
    heights = _assemble(streets, structures.edge_straight, places, ground, node_m)
    progress.advance()
    progress.end()
    return replace(heights, counts=heights.counts | counts, notices=terrain.notices)


@dataclass(frozen=True, slots=True)
class _Ground:
    """Heights of the ground, filled grid by grid, NaN where none has one; inside any or not."""

    node_m: FloatArray
    node_inside: BoolArray
    place_m: FloatArray
    place_inside: BoolArray


class _Transformed:
    """Junctions and vertices in the CRS of a grid; asked again for the same CRS, kept."""

    def __init__(self, streets: Streets) -> None:
        self._streets = streets
        self._crs: str | None = None
        self._node: FloatArray = streets.node_xy
        self._vertex: FloatArray = streets.shape_xy

    def to(self, crs: str) -> tuple[FloatArray, FloatArray]:
        """Return the places of junctions and of vertices."""
        if crs != self._crs:
            turn = Transformer.from_crs(self._streets.crs, crs, always_xy=True).transform
            self._crs = crs
            self._node = np.column_stack(turn(*self._streets.node_xy.T))
            self._vertex = np.column_stack(turn(*self._streets.shape_xy.T))
        return self._node, self._vertex


def _lay_out(streets: Streets, straight: BoolArray) -> _Places:
    """Place samples evenly along the drawn shapes."""
    indptr = streets.shape_indptr
    first, last = indptr[:-1], indptr[1:] - 1
    along_m = np.zeros(len(streets.shape_xy))
    step_m = np.hypot(*np.diff(streets.shape_xy, axis=0).T)
    step_m[last[:-1]] = 0.0  # from the end of one edge to the start of the next
    np.cumsum(step_m, out=along_m[1:])
    drawn_m = along_m[last] - along_m[first]
    longest_m = np.maximum(streets.edge_length_m, drawn_m)
    n_steps = np.maximum(np.ceil((longest_m - _MILLIMETRE) / SPACING_M).astype(np.int64), 1)
    n_steps[straight] = 1
    sample_indptr = np.zeros(len(n_steps) + 1, dtype=np.int64)
    np.cumsum(n_steps + 1, out=sample_indptr[1:])
    n_inner = n_steps - 1
    edge = np.repeat(np.arange(len(n_steps)), n_inner)
    before = np.cumsum(n_inner) - n_inner
    step = np.arange(len(edge)) - before[edge] + 1
    at_m = along_m[first[edge]] + drawn_m[edge] * (step / n_steps[edge])
    vertex = np.searchsorted(along_m, at_m, side="right") - 1
    # Rounding, or a vertex drawn twice, must not lead to another edge.
    vertex = np.clip(vertex, first[edge], last[edge] - 1)
    length_m = along_m[vertex + 1] - along_m[vertex]
    share = np.divide(at_m - along_m[vertex], length_m, out=np.zeros(len(edge)), where=length_m > 0)
    return _Places(
        indptr=sample_indptr,
        index=sample_indptr[edge] + step,
        vertex=vertex,
        share=np.clip(share, 0.0, 1.0),
    )


def _ask_grid(
    grid: GroundGrid, transformed: _Transformed, places: _Places, ground: _Ground
) -> None:
    """Fill in the heights that a grid has and none before it had."""
    node_xy, vertex_xy = transformed.to(grid.crs)
    _fill(grid, grid.find_cells(node_xy), ground.node_m, ground.node_inside)
    cells = grid.find_cells(vertex_xy)
    # Between two vertices a line is as straight in the grid as it is in the working CRS, within
    # millimetres; so only vertices are turned from one CRS to the other.
    begin = cells[places.vertex]
    step = cells[places.vertex + 1]
    step -= begin
    step *= places.share[:, np.newaxis]
    step += begin
    _fill(grid, step, ground.place_m, ground.place_inside)


def _fill(grid: GroundGrid, cells: FloatArray, height_m: FloatArray, inside: BoolArray) -> None:
    asked = np.flatnonzero(np.isnan(height_m))
    found_m, is_inside = sample_grid(grid, cells[asked])
    height_m[asked] = found_m
    inside[asked] |= is_inside


def _assemble(
    streets: Streets,
    straight: BoolArray,
    places: _Places,
    ground: _Ground,
    node_m: FloatArray,
) -> StreetHeights:
    indptr = places.indptr
    sample_m = np.empty(int(indptr[-1]))
    sample_m[places.index] = ground.place_m
    sample_m[indptr[:-1]] = node_m[streets.edge_start]
    sample_m[indptr[1:] - 1] = node_m[streets.edge_end]
    edge = np.repeat(np.arange(len(straight)), np.diff(indptr))
    n_bridged = _bridge_gaps(sample_m, indptr, edge, streets.edge_length_m)
    unknown = np.isnan(sample_m)
    edge_known = np.ones(len(straight), dtype=np.bool_)
    edge_known[edge[unknown]] = False
    outside = ~ground.node_inside[streets.edge_start] | ~ground.node_inside[streets.edge_end]
    outside[edge[places.index[~ground.place_inside]]] = True
    outside &= ~edge_known
    sample_m[~edge_known[edge]] = 0.0
    return StreetHeights(
        sample_indptr=indptr,
        sample_m=sample_m.astype(np.float32),
        edge_known=edge_known,
        node_m=node_m.astype(np.float32),
        counts={
            "edges": len(straight),
            "edges_without_height": int((~edge_known).sum()),
            "edges_outside_terrain": int(outside.sum()),
            "edges_on_voids": int((~edge_known & ~outside).sum()),
            "edges_straight": int(straight.sum()),
            "samples_bridged": n_bridged,
        },
    )


def _bridge_gaps(
    sample_m: FloatArray, indptr: IntArray, edge: IntArray, length_m: FloatArray
) -> int:
    """Fill short runs of unknown samples between known ones of the same edge, in place."""
    unknown = np.isnan(sample_m)
    if not unknown.any():
        return 0
    turn = np.diff(np.concatenate([[False], unknown, [False]]).astype(np.int8))
    start, stop = np.flatnonzero(turn == 1), np.flatnonzero(turn == -1)
    # A run with a known sample of its own edge on either side, and short enough.
    of_edge = edge[start]
    inner = (start > indptr[of_edge]) & (stop < indptr[of_edge + 1])
    spacing_m = length_m[of_edge] / (np.diff(indptr)[of_edge] - 1)
    short = inner & ((stop - start + 1) * spacing_m <= GAP_M + _MILLIMETRE)
    start, stop = start[short], stop[short]
    n_missing = stop - start
    run = np.repeat(np.arange(len(start)), n_missing)
    step = np.arange(len(run)) - (np.cumsum(n_missing) - n_missing)[run] + 1
    before_m, after_m = sample_m[start - 1][run], sample_m[np.minimum(stop, len(sample_m) - 1)][run]
    sample_m[start[run] + step - 1] = before_m + (after_m - before_m) * (
        step / (n_missing[run] + 1)
    )
    return len(run)
