"""
Reached parts of streets, and the distance to them on a grid.

A part is a stretch of an edge between two shares of its drawn length. Distances
to a part are measured against the whole drawn segment and only then held within
the part, so that a longer part gives the same rounded distance beside the
stretch both have: what nests in truth nests in the picture.
"""

# ruff: noqa: PLR0917  # kernels take plain arrays one by one
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, types

from planner._kernels.compiled import compiled
from planner._kernels.signatures import F8, F8_2, I4, I8

if TYPE_CHECKING:
    from numpy.typing import NDArray

    _Floats = NDArray[np.float64]
    _Ints = NDArray[np.int64]
    _Ints32 = NDArray[np.int32]

_SHAPES = (I8, F8_2, F8)
_PARTS = (I8, F8, F8)


@compiled(types.void(I4, I4, types.int64[::1], types.int32[::1]))
def list_incident(
    edge_start: _Ints32, edge_end: _Ints32, indptr: _Ints, incident_edge: _Ints32
) -> None:
    """List the edges that meet at each node as compressed rows; `indptr` is all 0 on entry."""
    for edge in range(edge_start.size):
        indptr[edge_start[edge] + 1] += 1
        indptr[edge_end[edge] + 1] += 1
    for node in range(indptr.size - 1):
        indptr[node + 1] += indptr[node]
    # Rows are filled from their ends, edges taken backwards: each row ascends, indptr is kept.
    begin = indptr[1:].copy()
    for edge in range(edge_start.size - 1, -1, -1):
        begin[edge_end[edge]] -= 1
        incident_edge[begin[edge_end[edge]]] = edge
        begin[edge_start[edge]] -= 1
        incident_edge[begin[edge_start[edge]]] = edge


@compiled(types.void(I8, F8_2, types.float64[::1]))
def share_along(shape_indptr: _Ints, shape_xy: _Floats, share: _Floats) -> None:
    """Write, for every vertex of a shape, its share of the drawn length, 0 to 1."""
    for edge in range(shape_indptr.size - 1):
        first = shape_indptr[edge]
        last = shape_indptr[edge + 1]
        total = 0.0
        for v in range(first, last):
            if v > first:
                total += np.hypot(
                    shape_xy[v, 0] - shape_xy[v - 1, 0], shape_xy[v, 1] - shape_xy[v - 1, 1]
                )
            share[v] = total
        for v in range(first, last):
            share[v] = share[v] / total if total > 0.0 else 0.0
        if last > first:
            share[last - 1] = 1.0


@compiled(
    types.int64(
        I8,
        F8,
        types.float64,
        I8,
        I4,
        I4,
        I4,
        F8_2,
        types.float64[::1],
        types.int32[::1],
        types.int32,
        types.int64[::1],
        types.float64[::1],
        types.float64[::1],
        types.int64,
    )
)
def reached_parts(
    node: _Ints,
    node_time: _Floats,
    limit: float,
    incident_indptr: _Ints,
    incident_edge: _Ints32,
    edge_start: _Ints32,
    edge_end: _Ints32,
    time_from: _Floats,
    found: _Floats,
    mark: _Ints32,
    tag: int,
    part_edge: _Ints,
    part_low: _Floats,
    part_high: _Floats,
    used: int,
) -> int:
    """
    List the parts of edges within `limit`, given the times of the nodes reached.

    `time_from[e]` holds the seconds of the whole edge met from its start and from
    its end. `found` must be all inf on entry and is so again on return; `mark`
    must not hold `tag`. Parts are appended from `used` on (room for two an edge);
    returns the new number of parts. A node none of whose edges can be entered
    gives no part.
    """
    for j in range(node.size):
        if node_time[j] <= limit:
            found[node[j]] = node_time[j]
    for j in range(node.size):
        if node_time[j] > limit:
            continue
        for k in range(incident_indptr[node[j]], incident_indptr[node[j] + 1]):
            edge = incident_edge[k]
            if mark[edge] == tag:
                continue
            mark[edge] = tag
            start_time = found[edge_start[edge]]
            end_time = found[edge_end[edge]]
            low = -1.0
            if start_time <= limit and time_from[edge, 0] < np.inf:
                low = min(1.0, (limit - start_time) / time_from[edge, 0])
            high = 2.0
            if end_time <= limit and time_from[edge, 1] < np.inf:
                high = max(0.0, 1.0 - (limit - end_time) / time_from[edge, 1])
            if low >= high:
                low = 1.0
                high = 2.0
            if low >= 0.0:
                part_edge[used] = edge
                part_low[used] = 0.0
                part_high[used] = low
                used += 1
            if high <= 1.0:
                part_edge[used] = edge
                part_low[used] = high
                part_high[used] = 1.0
                used += 1
    for j in range(node.size):
        found[node[j]] = np.inf
    return used


@compiled(types.void(*_SHAPES, *_PARTS, types.int64, types.float64[::1]))
def parts_box(
    shape_indptr: _Ints,
    shape_xy: _Floats,
    share: _Floats,
    part_edge: _Ints,
    part_low: _Floats,
    part_high: _Floats,
    n_parts: int,
    box: _Floats,
) -> None:
    """Write a box (left, bottom, right, top) that holds the drawn segments of all parts."""
    for p in range(n_parts):
        for v in range(shape_indptr[part_edge[p]], shape_indptr[part_edge[p] + 1] - 1):
            if share[v] <= part_high[p] and share[v + 1] >= part_low[p]:
                for w in range(v, v + 2):
                    box[0] = min(box[0], shape_xy[w, 0])
                    box[1] = min(box[1], shape_xy[w, 1])
                    box[2] = max(box[2], shape_xy[w, 0])
                    box[3] = max(box[3], shape_xy[w, 1])


@compiled(
    types.void(
        *_SHAPES,
        *_PARTS,
        types.int64,
        types.float64,
        types.float64,
        types.float64,
        types.float64,
        types.float64[:, ::1],
    )
)
def stamp_distance(
    shape_indptr: _Ints,
    shape_xy: _Floats,
    share: _Floats,
    part_edge: _Ints,
    part_low: _Floats,
    part_high: _Floats,
    n_parts: int,
    left: float,
    bottom: float,
    cell: float,
    radius: float,
    squared: _Floats,
) -> None:
    """
    Lower the squared distance of every grid point within `radius` of a part.

    Grid point `[r, c]` lies at (`left` + c `cell`, `bottom` + r `cell`).
    """
    rows, columns = squared.shape
    for p in range(n_parts):
        low = part_low[p]
        high = part_high[p]
        for v in range(shape_indptr[part_edge[p]], shape_indptr[part_edge[p] + 1] - 1):
            if share[v] > high or share[v + 1] < low:
                continue
            ax = shape_xy[v, 0]
            ay = shape_xy[v, 1]
            dx = shape_xy[v + 1, 0] - ax
            dy = shape_xy[v + 1, 1] - ay
            length = dx * dx + dy * dy
            span = share[v + 1] - share[v]
            from_t = 0.0
            to_t = 1.0
            if span > 0.0:
                from_t = max(0.0, (low - share[v]) / span)
                to_t = min(1.0, (high - share[v]) / span)
            x0 = ax + from_t * dx
            x1 = ax + to_t * dx
            y0 = ay + from_t * dy
            y1 = ay + to_t * dy
            first_column = max(0, int((min(x0, x1) - radius - left) / cell))
            last_column = min(columns - 1, int((max(x0, x1) + radius - left) / cell) + 1)
            first_row = max(0, int((min(y0, y1) - radius - bottom) / cell))
            last_row = min(rows - 1, int((max(y0, y1) + radius - bottom) / cell) + 1)
            per_length = 1.0 / length if length > 0.0 else 0.0
            for r in range(first_row, last_row + 1):
                py = bottom + r * cell - ay
                for c in range(first_column, last_column + 1):
                    px = left + c * cell - ax
                    t = (px * dx + py * dy) * per_length
                    t = min(max(t, from_t), to_t)
                    ex = px - t * dx
                    ey = py - t * dy
                    away = ex * ex + ey * ey
                    squared[r, c] = min(squared[r, c], away)


@compiled(types.void(types.float64[:, ::1], types.float64))
def round_distance(squared: _Floats, per_metre: float) -> None:
    """Turn squared metres into whole numbers of 1 / `per_metre` metres, in place."""
    rows, columns = squared.shape
    for r in range(rows):
        for c in range(columns):
            squared[r, c] = np.rint(np.sqrt(squared[r, c]) * per_metre)


@njit(nogil=True, cache=True)
def _write_point(
    shape_xy: _Floats, share: _Floats, v: int, at: float, out_xy: _Floats, used: int
) -> int:
    """Append the point at a share of the edge that lies on segment `v`."""
    span = share[v + 1] - share[v]
    t = 0.0
    if span > 0.0:
        t = min(1.0, max(0.0, (at - share[v]) / span))
    out_xy[used, 0] = shape_xy[v, 0] + t * (shape_xy[v + 1, 0] - shape_xy[v, 0])
    out_xy[used, 1] = shape_xy[v, 1] + t * (shape_xy[v + 1, 1] - shape_xy[v, 1])
    return used + 1


@compiled(types.int64(*_SHAPES, *_PARTS, types.int64, types.float64[:, ::1], types.int64[::1]))
def cut_shapes(
    shape_indptr: _Ints,
    shape_xy: _Floats,
    share: _Floats,
    part_edge: _Ints,
    part_low: _Floats,
    part_high: _Floats,
    n_parts: int,
    out_xy: _Floats,
    out_indptr: _Ints,
) -> int:
    """
    Cut the drawn shapes to the parts; return how many vertices were written.

    Part `p` is drawn by `out_xy[out_indptr[p]:out_indptr[p + 1]]`, at least two
    vertices, those of a point being equal. Room needed: vertices of the edge + 2.
    """
    used = 0
    out_indptr[0] = 0
    for p in range(n_parts):
        first = shape_indptr[part_edge[p]]
        last = shape_indptr[part_edge[p] + 1]
        v = first
        while v < last - 2 and share[v + 1] <= part_low[p]:
            v += 1
        used = _write_point(shape_xy, share, v, part_low[p], out_xy, used)
        while v < last - 2 and share[v + 1] < part_high[p]:
            v += 1
            out_xy[used, 0] = shape_xy[v, 0]
            out_xy[used, 1] = shape_xy[v, 1]
            used += 1
        used = _write_point(shape_xy, share, v, part_high[p], out_xy, used)
        out_indptr[p + 1] = used
    return used
