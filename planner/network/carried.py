"""What edges take over from their ways: flags, slope, steps, waits, the rise of lifts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.domain.network import FOOT_KINDS, EdgeFlag

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FlagArray, Float32Array, FloatArray, IntArray
    from planner.domain.network import RawWays
    from planner.network.shapes import Cuts, VertexRun


def flags_of_edges(ways: RawWays, run: VertexRun, cuts: Cuts) -> FlagArray:
    """
    Return the flags of each edge: those of its way, and stops for wheels on its nodes.

    A stop bars the edges of ways made for people on foot that pass over it. Where edges
    end at it, it bars those of crossings if there are any, for the kerb lies between the
    crossing and the pavement, which goes on; else all that are made for people on foot.
    """
    flags: FlagArray = ways.way_flags[run.way[cuts.start]]
    if ways.wheels_barred_node is None or len(ways.wheels_barred_node) == 0:
        return flags
    stop = _marked(ways.wheels_barred_node, ways)[run.node] & made_for_foot(ways)[run.way]
    crossing = _crossings(ways)[run.way]
    has_crossing = np.zeros(len(ways.node_id), dtype=np.bool_)
    has_crossing[run.node[stop & crossing]] = True
    at_end = stop & (crossing | ~has_crossing[run.node])
    barred = at_end[cuts.start] | at_end[cuts.end] | (_between_ends(stop, cuts) > 0)
    flags[barred] |= np.uint16(EdgeFlag.WHEELS_BARRED)
    return flags


def share_step_count(
    ways: RawWays, run: VertexRun, cuts: Cuts, length_m: FloatArray
) -> Float32Array | None:
    """Share out the steps of each way among its edges by length."""
    return _shared(ways.way_step_count, run, cuts, length_m)


def share_rise_m(
    ways: RawWays, run: VertexRun, cuts: Cuts, length_m: FloatArray
) -> Float32Array | None:
    """Share out the rise of lifts and moving stairs among their edges by length, metres."""
    return _shared(ways.way_rise_m, run, cuts, length_m)


def incline_of_edges(ways: RawWays, run: VertexRun, cuts: Cuts) -> Float32Array | None:
    """Return the stated slope of each edge from start to end: edges run along their way."""
    if ways.way_incline is None:
        return None
    incline: Float32Array = ways.way_incline[run.way[cuts.start]].astype(np.float32)
    return incline


def waits_of_edges(
    ways: RawWays, run: VertexRun, cuts: Cuts, length_m: FloatArray
) -> Float32Array | None:
    """
    Return the signals waited at along each edge, in parts of one wait.

    The waits of a crossing drawn as a way are shared out by length. On other ways made for
    people on foot each end at a signal is half a wait, and passing over one is a whole.
    """
    waits = _shared(ways.way_waits, run, cuts, length_m)
    if ways.signal_node is None:
        return waits
    waiting = _marked(ways.signal_node, ways)[run.node] & made_for_foot(ways)[run.way]
    if ways.way_waits is not None:
        waiting &= ways.way_waits[run.way] == 0
    on_nodes = 0.5 * (waiting[cuts.start].astype(np.float64) + waiting[cuts.end])
    on_nodes += _between_ends(waiting, cuts)
    total: Float32Array = (on_nodes if waits is None else waits + on_nodes).astype(np.float32)
    return total


def made_for_foot(ways: RawWays) -> BoolArray:
    """Mark the ways made for people on foot."""
    return np.array([kind in FOOT_KINDS for kind in ways.kinds], dtype=np.bool_)[ways.way_kind]


def _crossings(ways: RawWays) -> BoolArray:
    named = np.array([kind == "crossing" for kind in ways.kinds], dtype=np.bool_)[ways.way_kind]
    return named if ways.way_crossing is None else named | ways.way_crossing


def _marked(nodes: IntArray, ways: RawWays) -> BoolArray:
    marked = np.zeros(len(ways.node_id), dtype=np.bool_)
    marked[nodes] = True
    return marked


def _between_ends(at_vertex: BoolArray, cuts: Cuts) -> IntArray:
    """Count the marked vertices between the ends of each edge."""
    so_far = np.cumsum(at_vertex, dtype=np.int64)
    between: IntArray = so_far[cuts.end - 1] - so_far[cuts.start]
    return between


def _shared(
    of_way: Float32Array | None, run: VertexRun, cuts: Cuts, length_m: FloatArray
) -> Float32Array | None:
    if of_way is None:
        return None
    way_length_m = np.bincount(run.way, weights=run.step_m, minlength=len(of_way))
    way = run.way[cuts.start]
    shared: Float32Array = (of_way[way] * (length_m / way_length_m[way])).astype(np.float32)
    return shared
