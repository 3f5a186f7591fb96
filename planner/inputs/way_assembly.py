"""From gathered ways to `RawWays`: cut at nodes without a place, numbered, as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.network import EdgeFlag, LiftNodes, RawWays
from planner.inputs.way_collector import NO_SQUARE, OWN_SQUARE, UNKNOWN_PLACE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.domain.arrays import BoolArray, Float32Array, IntArray
    from planner.inputs.way_collector import Lift, WayCollector

_SCALE: Final = 1e7
"""Osmium holds degrees as whole ten-millionths."""


def assemble_ways(collected: WayCollector) -> RawWays:
    """
    Turn what was gathered into arrays.

    Parameters
    ----------
    collected
        Ways and marked nodes; places not known when read have been looked up by now.

    Returns
    -------
    ways
        Without any way where nothing can be walked.
    """
    counts = dict(collected.counts)
    ref = np.array(collected.ref, dtype=np.int64)
    x = np.array(collected.x, dtype=np.int64)
    y = np.array(collected.y, dtype=np.int64)
    lifts = {**_merge_lift_outlines(collected, ref, x, y), **collected.lifts}
    size = np.array(collected.way_size, dtype=np.int64)
    vertex_way = np.repeat(np.arange(len(size)), size)
    known = x != UNKNOWN_PLACE
    cut_way = np.unique(vertex_way[~known])
    counts["nodes_missing"] = len(np.unique(ref[~known]))
    counts["ways_cut"] = len(cut_way)

    part, kept = _split_into_parts(ref, known, vertex_way)
    part_start = np.flatnonzero(np.diff(part, prepend=-1))
    indptr = np.append(part_start, len(kept)).astype(np.int64)
    way = vertex_way[kept][part_start]
    node_id, first, way_node = np.unique(ref[kept], return_index=True, return_inverse=True)
    lonlat = np.column_stack([x[kept][first], y[kept][first]]).astype(np.float64)
    flags = np.array(collected.way_flags, dtype=np.uint16)[way]
    barred = _positions(node_id, collected.barred)
    square = _whole_squares(
        collected, way, cut_way, way_node[indptr[:-1]] == way_node[indptr[1:] - 1]
    )
    # A way cut at the edge of the extract keeps the share of its pieces from node to node.
    share = np.where(np.isin(way, cut_way), (np.diff(indptr) - 1) / np.maximum(size[way] - 1, 1), 1)
    counts["ways_walkable"] = len(np.unique(way))
    counts["ways_private"] = len(np.unique(way[(flags & np.uint16(EdgeFlag.PRIVATE)) != 0]))
    counts["barriers"] = len(barred)
    n_squares = len(np.unique(square[square != NO_SQUARE]))
    counts["areas_as_outline"] = counts.get("areas", 0) - n_squares
    signals = _positions(node_id, collected.signals)
    wheels_barred = _positions(node_id, collected.wheels_barred)
    counts["signal_nodes"], counts["wheels_barred_nodes"] = len(signals), len(wheels_barred)
    return RawWays(
        node_id=node_id,
        node_lonlat=lonlat / _SCALE,
        way_id=np.array(collected.way_id, dtype=np.int64)[way],
        way_indptr=indptr,
        way_node=way_node.astype(np.int64),
        way_kind=np.array(collected.way_kind, dtype=np.int32)[way],
        way_flags=flags,
        way_name=np.array(collected.way_name, dtype=np.int32)[way],
        kinds=tuple(collected.kinds),
        names=tuple(collected.names),
        barred_node=barred,
        counts={key: int(counts[key]) for key in sorted(counts)},
        way_incline=_floats(collected.way_incline)[way],
        way_step_count=(_floats(collected.way_step_count)[way] * share).astype(np.float32),
        way_waits=(_floats(collected.way_waits)[way] * share).astype(np.float32),
        way_rise_m=_floats(collected.way_rise_m)[way],
        way_area=square != NO_SQUARE,
        signal_node=signals,
        way_square=square,
        door_node=_positions(node_id, collected.doors),
        way_crossing=np.array(collected.way_crossing, dtype=np.bool_)[way],
        way_level=_floats(collected.way_level)[way],
        wheels_barred_node=wheels_barred,
        lifts=_lift_nodes(node_id, lifts),
    )


def _floats(numbers: list[float]) -> Float32Array:
    return np.array(numbers, dtype=np.float32)


def _positions(node_id: IntArray, ids: Iterable[int]) -> IntArray:
    """Return where these ids stand among the nodes, of those that do."""
    wanted = np.array(list(ids), dtype=np.int64)
    found: IntArray = np.searchsorted(node_id, np.intersect1d(node_id, wanted)).astype(np.int64)
    return found


def _lift_nodes(node_id: IntArray, lifts: dict[int, Lift]) -> LiftNodes:
    node = _positions(node_id, lifts)
    there = [lifts[int(label)] for label in node_id[node]]
    return LiftNodes(
        node=node,
        flags=np.array([lift.flags for lift in there], dtype=np.uint16),
        ground_level=_floats([lift.ground_level for lift in there]),
    )


def _merge_lift_outlines(
    collected: WayCollector, ref: IntArray, x: IntArray, y: IntArray
) -> dict[int, Lift]:
    """
    Bring the ways that end around a lift to one node: the lowest of those they end at.

    Changes `ref`, `x` and `y`; returns the lifts by that node.
    """
    lifts: dict[int, Lift] = {}
    for ring, lift in collected.lift_outlines:
        met = np.flatnonzero(np.isin(ref, ring) & (x != UNKNOWN_PLACE))
        if len(met):
            centre = met[np.argmin(ref[met])]
            ref[met], x[met], y[met] = ref[centre], x[centre], y[centre]
            lifts[int(ref[centre])] = lift
    return lifts


def _whole_squares(
    collected: WayCollector, way: IntArray, cut_way: IntArray, closed: BoolArray
) -> IntArray:
    """Number the squares all of whose rings are there and closed; `NO_SQUARE` elsewhere."""
    given = np.array(collected.way_square, dtype=np.int64)
    own = given == OWN_SQUARE
    given[own] = np.flatnonzero(own)
    label = given[way]
    torn = np.isin(label, np.concatenate([given[cut_way], label[~closed]]))
    kept = (label != NO_SQUARE) & ~torn
    number = np.full(len(way), NO_SQUARE, dtype=np.int64)
    number[kept] = np.unique(label[kept], return_inverse=True)[1]
    return number


def _split_into_parts(
    ref: IntArray, known: BoolArray, vertex_way: IntArray
) -> tuple[IntArray, IntArray]:
    """
    Cut ways at nodes without a place, and drop nodes repeated in a row.

    Returns
    -------
    part, kept
        The part (0, 1, …) of each vertex kept, and the positions of those vertices in `ref`;
        every part has two vertices or more.
    """
    starts = np.ones(len(ref), dtype=bool)
    starts[1:] = (vertex_way[1:] != vertex_way[:-1]) | ~known[:-1]
    part = np.cumsum(starts) - 1
    repeated = np.zeros(len(ref), dtype=bool)
    repeated[1:] = ~starts[1:] & (ref[1:] == ref[:-1])
    kept = np.flatnonzero(known & ~repeated)
    _, inverse, sizes = np.unique(part[kept], return_inverse=True, return_counts=True)
    kept = kept[sizes[inverse] > 1]
    _, renumbered = np.unique(part[kept], return_inverse=True)
    return renumbered.astype(np.int64), kept.astype(np.int64)
