"""
Seeded hill cities of any size, for measurements and for tests against other tools.

A lattice of junctions, denser in the centre, shaken, with links and whole blocks missing; a river
with few bridges; places along the way with two streets only; streets that bend; hills, so that
both directions of a street take different times. Junctions are numbered along the Hilbert curve,
which is what every tool is given.

Times are whole eighths of a second: sums of them are exact in float64 and in tools that count
whole milliseconds, so answers can be asked to be equal.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.domain.network import EdgeFlag, StreetNetwork, Streets
from planner.domain.search_graph import hilbert_order, invert_order

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray

CRS = "EPSG:32648"
MILLION = 1_070_000
"""Directed edges of the city that the targets speak of."""

_SPACING_M = 75.0
_SHAKEN_M = 8.0
_DIRECTED_A_JUNCTION = 6.29
_SHARE_OF_LINKS = 0.80
_SHARE_OF_DIAGONALS = 0.05
_SHARE_OF_BRIDGES = 0.07
_EDGES_A_NODE = 1.25
_SHAPE_POINTS = 5
_STEEPEST = 0.35
_STEPS_FROM = 0.20
_FLAT_M_S = 1.2


@dataclass(frozen=True, slots=True)
class HillCity:
    """
    Streets of a made-up city.

    Attributes
    ----------
    node_xy : float64, shape (n_nodes, 2)
        Metres, numbered along the Hilbert curve.
    node_height_m : float64, shape (n_nodes,)
        Metres.
    edge_start, edge_end : int64, shape (n_edges,)
        Junctions at the ends; no two edges join the same pair.
    edge_length_m : float64, shape (n_edges,)
        Metres along the bend.
    edge_time_s : float64, shape (n_edges, 2)
        Seconds from start to end and back, whole eighths.
    edge_is_bridge, edge_is_steps : bool, shape (n_edges,)
        What crosses the river, and what climbs by steps.
    shape_xy : float64, shape (n_edges, 5, 2)
        Drawn from start to end.
    """

    node_xy: FloatArray
    node_height_m: FloatArray
    edge_start: IntArray
    edge_end: IntArray
    edge_length_m: FloatArray
    edge_time_s: FloatArray
    edge_is_bridge: BoolArray
    edge_is_steps: BoolArray
    shape_xy: FloatArray

    @property
    def directed_edges(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Tail, head and seconds of every directed edge, as other tools take them."""
        tail = np.concatenate([self.edge_start, self.edge_end])
        head = np.concatenate([self.edge_end, self.edge_start])
        return tail, head, np.concatenate([self.edge_time_s[:, 0], self.edge_time_s[:, 1]])


@dataclass(frozen=True, slots=True)
class _Links:
    """Junctions and what joins them, while the city is built."""

    xy: FloatArray
    ends: IntArray
    bridge: BoolArray


def build_hill_city(directed_edges: int, *, seed: int = 42) -> HillCity:
    """
    Build a city with about as many directed edges as asked, the same for the same seed.

    Parameters
    ----------
    directed_edges
        About how many (within a tenth from 40,000 on); 4 million take some ten seconds.
    seed
        Of the random numbers.
    """
    rng = np.random.default_rng(seed)
    side = max(4, round((directed_edges / _DIRECTED_A_JUNCTION) ** 0.5))
    links = _divide(_largest_part(_lay_out(side, rng)), rng)
    order = hilbert_order(links.xy)
    xy, ends = links.xy[order], invert_order(order)[links.ends]
    by_node = np.lexsort((ends.max(axis=1), ends.min(axis=1)))
    start, end = ends[by_node].T
    height = _raise_hills(xy, side * _SPACING_M / 2, rng)
    shape = _bend(xy[start], xy[end], rng)
    length = np.maximum(np.hypot(*np.moveaxis(np.diff(shape, axis=1), 2, 0)).sum(axis=1), 0.5)
    slope = np.clip((height[end] - height[start]) / length, -_STEEPEST, _STEEPEST)
    steps = (rng.random(len(start)) < 0.01) | (np.abs(slope) > _STEPS_FROM)
    time_s = np.stack([length / _speed(slope), length / _speed(-slope)], axis=1)
    time_s[steps] *= [1.6, 1.4]
    return HillCity(
        node_xy=xy,
        node_height_m=height,
        edge_start=start,
        edge_end=end,
        edge_length_m=length,
        edge_time_s=np.maximum(np.rint(time_s * 8.0), 1.0) / 8.0,
        edge_is_bridge=links.bridge[by_node],
        edge_is_steps=steps,
        shape_xy=shape,
    )


def make_network(city: HillCity) -> StreetNetwork:
    """Return the city as the planner's network, its bends drawn."""
    network = StreetNetwork.from_arrays(city.node_xy, *city.directed_edges, crs=CRS)
    return dataclasses.replace(network, streets=_draw_bends(city, network.streets))


def _draw_bends(city: HillCity, streets: Streets) -> Streets:
    """Return straight streets as the city draws them."""
    n_edges = len(city.edge_start)
    flags = np.where(city.edge_is_bridge, EdgeFlag.BRIDGE, EdgeFlag.NONE)
    flags |= np.where(city.edge_is_steps, EdgeFlag.STEPS, EdgeFlag.NONE)
    return dataclasses.replace(
        streets,
        edge_length_m=city.edge_length_m,
        edge_flags=flags.astype(np.uint16),
        edge_kind=city.edge_is_steps.astype(np.int32),
        kinds=("residential", "steps"),
        shape_indptr=np.arange(n_edges + 1, dtype=np.int64) * _SHAPE_POINTS,
        shape_xy=city.shape_xy.reshape(-1, 2),
    )


def _lay_out(side: int, rng: np.random.Generator) -> _Links:
    """Lay out the lattice, its river, and what is missing."""
    radius = side * _SPACING_M / 2
    row, column = (axis.ravel() for axis in np.indices((side, side)))
    across = (np.stack([row, column], axis=1) - (side - 1) / 2) / (side / 2)
    # Streets lie closer in the centre than at the rim.
    spread = 0.62 * across + 0.38 * np.sign(across) * np.abs(across) ** 2.2
    xy = spread * radius * 1.15 + rng.normal(0.0, _SHAKEN_M, across.shape)
    number = np.arange(side * side).reshape(side, side)
    pairs = [(number[:-1], number[1:]), (number[:, :-1], number[:, 1:])]
    ends = np.concatenate([np.stack([a.ravel(), b.ravel()], axis=1) for a, b in pairs])
    diagonal = np.stack([number[:-1, :-1].ravel(), number[1:, 1:].ravel()], axis=1)
    diagonal = diagonal[rng.random(len(diagonal)) < _SHARE_OF_DIAGONALS]
    ends = np.concatenate([ends, diagonal])
    kept = rng.random(len(ends)) < _SHARE_OF_LINKS
    north = xy[:, 1] > river_y(xy[:, 0], radius)
    bridge = north[ends[:, 0]] != north[ends[:, 1]]
    kept &= ~bridge | (rng.random(len(ends)) < _SHARE_OF_BRIDGES)
    for _ in range(side * side // 4000):
        corner, size = rng.integers(0, side, 2), rng.integers(3, 8, 2)
        block = (np.abs(row - corner[0]) < size[0] / 2) & (np.abs(column - corner[1]) < size[1] / 2)
        kept &= ~(block[ends].all(axis=1) & (rng.random(len(ends)) < 0.8))
    return _Links(xy, ends[kept], bridge[kept])


def river_y(x: FloatArray, radius_m: float) -> FloatArray:
    """Return where the river runs, metres, in a city of this radius."""
    return radius_m * (0.18 * np.sin(3.0 * x / radius_m) + 0.1)


def _largest_part(links: _Links) -> _Links:
    n_nodes = len(links.xy)
    graph = coo_array((np.ones(len(links.ends)), tuple(links.ends.T)), shape=(n_nodes, n_nodes))
    _, label = connected_components(graph, directed=False)
    inside = label == np.bincount(label).argmax()
    kept = inside[links.ends[:, 0]]
    number = np.cumsum(inside) - 1
    return _Links(links.xy[inside], number[links.ends[kept]], links.bridge[kept])


def _divide(links: _Links, rng: np.random.Generator) -> _Links:
    """Put places with two streets along the links, until there are 1.25 edges a node."""
    n_nodes, n_links = len(links.xy), len(links.ends)
    more = max(0, round((n_links - _EDGES_A_NODE * n_nodes) / (_EDGES_A_NODE - 1.0)))
    count = np.bincount(rng.integers(0, n_links, more), minlength=n_links)
    pieces = count + 1
    link = np.repeat(np.arange(n_links), pieces)
    piece = np.arange(len(link)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    first, last = piece == 0, piece == count[link]
    # The place at the far end of each piece but the last is new.
    made = np.cumsum(~last) - 1 + n_nodes
    start = np.where(first, links.ends[link, 0], np.concatenate([[0], made[:-1]]))
    end = np.where(last, links.ends[link, 1], made)
    a, b = links.xy[links.ends[link[~last]]].transpose(1, 0, 2)
    along = (piece[~last] + 1 + rng.uniform(-0.2, 0.2, more)) / pieces[link[~last]]
    aside = (b - a)[:, ::-1] * [-1.0, 1.0] * rng.normal(0.0, 0.06, more)[:, None]
    placed = a + along[:, None] * (b - a) + aside
    xy = np.concatenate([links.xy, placed])
    return _Links(xy, np.stack([start, end], axis=1), links.bridge[link])


def _raise_hills(xy: FloatArray, radius_m: float, rng: np.random.Generator) -> FloatArray:
    height = rng.normal(0.0, 0.25, len(xy))
    for _ in range(max(25, len(xy) // 16_000)):
        top = rng.uniform(-radius_m, radius_m, 2)
        breadth = rng.uniform(400.0, 2500.0)
        squared = ((xy - top) ** 2).sum(axis=1)
        height += rng.uniform(5.0, 70.0) * np.exp(-squared / (2.0 * breadth**2))
    return height


def _bend(start: FloatArray, end: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Draw streets as parabolas, to either side."""
    along = np.linspace(0.0, 1.0, _SHAPE_POINTS)[None, :, None]
    straight = (end - start)[:, None, :]
    bulge = np.clip(rng.normal(0.0, 0.10, len(start)), -0.3, 0.3)[:, None, None]
    aside = straight[:, :, ::-1] * [-1.0, 1.0] * bulge * 4.0 * along * (1.0 - along)
    drawn: FloatArray = start[:, None, :] + along * straight + aside
    return drawn


def _speed(slope: FloatArray) -> FloatArray:
    """Return metres a second on a slope: Tobler (1993), 1.2 m/s on the flat."""
    speed: FloatArray = _FLAT_M_S * np.exp(-3.5 * np.abs(slope + 0.05)) / np.exp(-3.5 * 0.05)
    return speed
