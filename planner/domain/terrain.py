"""Terrain: heights of the ground as files give them, and the heights of streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, Float32Array, IntArray
    from planner.errors import Fault


@dataclass(frozen=True, slots=True)
class TerrainTile:
    """
    One grid of heights, north up or as its file has it.

    Attributes
    ----------
    file
        Name of the file it was read from.
    crs
        CRS of the grid: an authority code or a WKT text.
    transform
        Affine coefficients `(a, b, c, d, e, f)`: the centre of cell `(row, column)` lies at
        `x = a * (column + 0.5) + b * (row + 0.5) + c`,
        `y = d * (column + 0.5) + e * (row + 0.5) + f`.
    height_m : float32, shape (n_rows, n_columns)
        Metres above the file's own zero; NaN where there is no height.
    """

    file: str
    crs: str
    transform: tuple[float, float, float, float, float, float]
    height_m: Float32Array


@dataclass(frozen=True, slots=True)
class Terrain:
    """
    The terrain of a study: its tiles, asked in order, and what was met in reading them.

    Attributes
    ----------
    tiles
        A place takes its height from the first tile that has one there.
    counts
        `cells`, `cells_void`, `cells_zero_as_void`: over all tiles.
    notices
        Rules applied that a planner should know of (zeros taken as no data, feet turned
        into metres).
    """

    tiles: tuple[TerrainTile, ...]
    counts: dict[str, int]
    notices: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class StreetHeights:
    """
    Heights along every edge of compiled streets. No profile.

    Attributes
    ----------
    sample_indptr : int64, shape (n_edges + 1,)
        Edge `e` has the heights `sample_m[sample_indptr[e]:sample_indptr[e + 1]]`.
    sample_m : float32, shape (sample_indptr[-1],)
        Metres, smoothed, evenly spaced from start to end of the edge, both ends included, at
        most 10 m apart; two samples, the ends, on bridges and in tunnels. All 0 where not
        `edge_known`.
    edge_known : bool, shape (n_edges,)
        False where the terrain has no height for the edge: it is walked as if flat.
    node_m : float32, shape (n_nodes,)
        Height of each junction, NaN where not known. An edge that is known begins and ends at
        the heights of its junctions.
    counts
        `edges`, `edges_without_height`, `edges_outside_terrain`, `edges_on_voids`,
        `edges_straight` (bridges and tunnels).
    notices
        Those of the terrain that the heights were taken from.
    """

    sample_indptr: IntArray
    sample_m: Float32Array
    edge_known: BoolArray
    node_m: Float32Array
    counts: dict[str, int]
    notices: tuple[Fault, ...] = ()
