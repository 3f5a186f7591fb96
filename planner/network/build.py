"""From walkable ways to the compiled street network: junctions, edges, shapes, lengths."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import Transformer

from planner.domain.network import EdgeFlag, Streets
from planner.domain.progress import Progress, SilentProgress
from planner.domain.search_graph import hilbert_order, invert_order
from planner.domain.working_crs import working_crs
from planner.errors import Fault, NetworkEmpty
from planner.network.carried import (
    flags_of_edges,
    incline_of_edges,
    share_rise_m,
    share_step_count,
    waits_of_edges,
)
from planner.network.lift_nodes import join_lifts
from planner.network.shapes import Cuts, cut_at_junctions, edge_vertices, run_of_vertices
from planner.network.squares import cross_squares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.domain.arrays import BoolArray, FlagArray, IntArray
    from planner.domain.network import RawWays
    from planner.network.shapes import VertexRun

BUILDER_VERSION: Final = 3
"""Part of the cache's digest: raise it whenever the same ways give other `Streets`."""

_N_STEPS: Final = 5
_ONE_WAY: Final = np.uint16(EdgeFlag.NO_FORWARD | EdgeFlag.NO_BACKWARD)


def build_streets(ways: RawWays, *, progress: Progress | None = None) -> Streets:
    """
    Compile ways into junctions and edges.

    Junctions are the ends of ways, the nodes that two ways share or one way
    meets twice, and each side of a barred node. Everything between two
    junctions is one edge, which keeps its drawn shape. Edges drawn twice are
    kept once; parallel edges of different shape are all kept. Lifts drawn as
    nodes become rides between their levels, and open squares are crossed in
    straight lines. The result does not depend on the order of the ways.

    Parameters
    ----------
    ways
        Walkable ways of a street file.
    progress
        Listener.

    Returns
    -------
    streets
        In the working CRS of their box. `counts` adds to those of the reader:
        `nodes`, `edges`, `ways_without_length`, `edges_duplicate`, `loops_split`,
        `barred_nodes_met`, and those of `join_lifts` and `cross_squares`.

    Raises
    ------
    NetworkEmpty
        If no edge longer than nothing remains.
    """
    progress = progress or SilentProgress()
    progress.begin("build_streets", _N_STEPS)
    ways, lift_counts = join_lifts(ways)
    ways, square_counts = cross_squares(ways)
    progress.advance()
    run = run_of_vertices(ways)
    progress.advance()
    if len(run.node) == 0:
        raise NetworkEmpty(
            Fault(
                "no walkable street was found",
                found=f"{len(ways.way_id)} ways, none of them with a length",
                expected="at least one street that may be walked",
                hint="check that the street file covers the study and holds highways",
            )
        )
    barred = np.zeros(len(ways.node_id), dtype=np.bool_)
    barred[ways.barred_node] = True
    cuts = cut_at_junctions(run, barred)
    n_met = len(np.unique(run.node[barred[run.node]]))
    tail, head, place = _junctions(run, cuts, barred, ways.way_id)
    progress.advance()
    flags = flags_of_edges(ways, run, cuts)
    kept = _first_of_duplicates(ways, run, cuts, (tail, head), flags)
    progress.advance()
    counts = {
        **ways.counts,
        **lift_counts,
        **square_counts,
        "nodes": len(place),
        "edges": int(kept.sum()),
        "ways_without_length": len(ways.way_id) - int(run.first.sum()),
        "edges_duplicate": int((~kept).sum()),
        "loops_split": cuts.n_loops,
        "barred_nodes_met": n_met,
    }
    doubled = Cuts(cuts.start[~kept], cuts.end[~kept], 0)
    cuts = Cuts(cuts.start[kept], cuts.end[kept], cuts.n_loops)
    streets = _assemble(ways, run, cuts, (tail[kept], head[kept], place), flags[kept], counts)
    progress.advance()
    progress.end()
    to_working = Transformer.from_crs("EPSG:4326", streets.crs, always_xy=True)
    return dataclasses.replace(
        streets,
        closed_gaps_xy=_move(ways.closed_gaps, to_working),
        notices=ways.notices,
        doubled_xy=_move(_middles(ways, run, doubled), to_working),
        lengthless_xy=_move(_without_length(ways, run), to_working),
    )


def _junctions(
    run: VertexRun, cuts: Cuts, barred: BoolArray, way_id: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """
    Number the ends of the edges; every end at a barred node is a junction of its own.

    Returns
    -------
    tail, head : shape (n_edges,)
        Junctions, numbered from 0 without gaps.
    place : shape (n_junctions,)
        The node where each junction lies.
    """
    vertex = np.concatenate([cuts.start, cuts.end])
    node = run.node[vertex]
    label = node.copy()
    own = np.flatnonzero(barred[node])
    # By way id, not by place in the file: the order of the ways must not matter.
    own = own[np.lexsort((way_id[run.way[vertex[own]]], node[own]))]
    label[own] = len(barred) + np.arange(len(own))
    used, number = np.unique(label, return_inverse=True)
    place_of_label = np.concatenate([np.arange(len(barred)), node[own]])
    n_edges = len(cuts.start)
    return number[:n_edges], number[n_edges:], place_of_label[used]


def _first_of_duplicates(
    ways: RawWays,
    run: VertexRun,
    cuts: Cuts,
    ends: tuple[IntArray, IntArray],
    edge_flags: FlagArray,
) -> BoolArray:
    """
    Mark one edge of each set with the same ends, shape and flags: that of the lowest way id.

    Two edges have the same shape when they run over the same steps, whichever
    way they are drawn; the steps are compared by a 64-bit sum of their hashes.
    """
    tail, head = ends
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    indptr, vertex = edge_vertices(cuts)
    node = run.node[vertex].astype(np.uint64)
    step = _mix(np.minimum(node[:-1], node[1:])) + _mix(~np.maximum(node[:-1], node[1:]))
    step = _mix(step)
    step[indptr[1:-1] - 1] = 0  # from the end of one edge to the start of the next: no step
    shape = np.add.reduceat(step, indptr[:-1])
    way = run.way[cuts.start]
    flags = _flags_from_low_to_high(edge_flags, tail > head)
    order = np.lexsort((ways.way_id[way], flags, shape, high, low))
    same = np.ones(len(order) - 1, dtype=np.bool_)
    for column in (low, high, shape, flags):
        same &= column[order[1:]] == column[order[:-1]]
    kept = np.ones(len(order), dtype=np.bool_)
    kept[order[1:][same]] = False
    return kept


def _mix(number: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter the bits of each number (the finaliser of splitmix64)."""
    mixed = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    scattered: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return scattered


def _flags_from_low_to_high(flags: FlagArray, turned: BoolArray) -> FlagArray:
    """Read the one-way flags as if every edge ran from its lower to its higher junction."""
    one_way = (flags & _ONE_WAY) > 0
    both = (flags & _ONE_WAY) == _ONE_WAY
    swapped: FlagArray = np.where(turned & one_way & ~both, flags ^ _ONE_WAY, flags)
    return swapped


def _assemble(
    ways: RawWays,
    run: VertexRun,
    cuts: Cuts,
    ends: tuple[IntArray, IntArray, IntArray],
    flags: FlagArray,
    counts: dict[str, int],
) -> Streets:
    """Number nodes along the Hilbert curve, edges by their nodes, and gather what they carry."""
    tail, head, place = ends
    lonlat = ways.node_lonlat[run.node]
    west, south = lonlat.min(axis=0).tolist()
    east, north = lonlat.max(axis=0).tolist()
    bounds = (west, south, east, north)
    crs = working_crs(bounds)
    to_working = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    xy = np.column_stack(to_working.transform(ways.node_lonlat[:, 0], ways.node_lonlat[:, 1]))
    order = hilbert_order(xy[place])
    rank = invert_order(order)
    tail, head = rank[tail], rank[head]
    way_id = ways.way_id[run.way[cuts.start]]
    by_node = np.lexsort((way_id, np.maximum(tail, head), np.minimum(tail, head)))
    length_m = _sum_steps(run, cuts)[by_node]
    cuts = Cuts(cuts.start[by_node], cuts.end[by_node], cuts.n_loops)
    way = run.way[cuts.start]
    indptr, vertex = edge_vertices(cuts)
    return Streets(
        crs=crs,
        node_xy=xy[place[order]],
        edge_start=tail[by_node].astype(np.int32),
        edge_end=head[by_node].astype(np.int32),
        edge_length_m=length_m,
        edge_kind=ways.way_kind[way],
        edge_flags=flags[by_node],
        edge_name=ways.way_name[way],
        edge_way_id=ways.way_id[way],
        shape_indptr=indptr,
        shape_xy=xy[run.node[vertex]],
        kinds=ways.kinds,
        names=ways.names,
        bounds_lonlat=bounds,
        counts=counts,
        edge_incline=incline_of_edges(ways, run, cuts),
        edge_step_count=share_step_count(ways, run, cuts, length_m),
        edge_waits=waits_of_edges(ways, run, cuts, length_m),
        edge_rise_m=share_rise_m(ways, run, cuts, length_m),
    )


def _middles(ways: RawWays, run: VertexRun, cuts: Cuts) -> NDArray[np.float64]:
    """Return where edges are about half-way, degrees, and their ways' ids."""
    low, high = (cuts.start + cuts.end) // 2, (cuts.start + cuts.end + 1) // 2
    lonlat = (ways.node_lonlat[run.node[low]] + ways.node_lonlat[run.node[high]]) / 2.0
    return _by_way(lonlat, ways.way_id[run.way[cuts.start]])


def _without_length(ways: RawWays, run: VertexRun) -> NDArray[np.float64]:
    """Return where the ways stand of which the run kept nothing, degrees, and their ids."""
    left = np.diff(ways.way_indptr) > 0
    left[run.way] = False
    way = np.flatnonzero(left)
    return _by_way(ways.node_lonlat[ways.way_node[ways.way_indptr[way]]], ways.way_id[way])


def _by_way(lonlat: NDArray[np.float64], way_id: IntArray) -> NDArray[np.float64]:
    """Put places in an order that is not that of the ways in their file."""
    rows = np.column_stack([lonlat, way_id.astype(np.float64)])
    return rows[np.lexsort((rows[:, 1], rows[:, 0], rows[:, 2]))]


def _move(rows: NDArray[np.float64] | None, to_working: Transformer) -> NDArray[np.float64] | None:
    """Return rows whose first two columns are longitude and latitude in the working CRS."""
    if rows is None:
        return None
    moved = rows.copy()
    moved[:, 0], moved[:, 1] = to_working.transform(rows[:, 0], rows[:, 1])
    return moved


def _sum_steps(run: VertexRun, cuts: Cuts) -> NDArray[np.float64]:
    """Return the length of each edge, metres."""
    bounds = np.column_stack([cuts.start, cuts.end]).ravel()
    lengths: NDArray[np.float64] = np.add.reduceat(run.step_m, bounds)[::2]
    return lengths
