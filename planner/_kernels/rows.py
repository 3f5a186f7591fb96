"""Rows of lists: copied to where they belong, and joined in pairs."""

# ruff: noqa: PLR0917  # kernels take plain arrays one by one
from __future__ import annotations

from typing import TYPE_CHECKING

from numba import types

from planner._kernels.compiled import compiled
from planner._kernels.signatures import F8, I4, I8

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    _Floats = NDArray[np.float64]
    _Ints = NDArray[np.int64]
    _Ints32 = NDArray[np.int32]


@compiled(types.void(I4, F8, I8, I8, I8, types.int32[::1], types.float64[::1]))
def copy_rows(
    index: _Ints32,
    time_s: _Floats,
    row_start: _Ints,
    row_end: _Ints,
    target: _Ints,
    out_index: _Ints32,
    out_time: _Floats,
) -> None:
    """Copy rows of a buffer to where each begins in the result."""
    for i in range(row_start.size):
        to = target[i]
        for k in range(row_start[i], row_end[i]):
            out_index[to] = index[k]
            out_time[to] = time_s[k]
            to += 1


@compiled(types.void(I4, F8, I8, I8, I8, types.int64[::1], types.float64[::1]))
def copy_rows_wide(
    index: _Ints32,
    time_s: _Floats,
    row_start: _Ints,
    row_end: _Ints,
    target: _Ints,
    out_index: _Ints,
    out_time: _Floats,
) -> None:
    """Do as `copy_rows`, into int64 numbers."""
    for i in range(row_start.size):
        to = target[i]
        for k in range(row_start[i], row_end[i]):
            out_index[to] = index[k]
            out_time[to] = time_s[k]
            to += 1


@compiled(
    types.int64(
        I8,
        I4,
        F8,
        I8,
        I4,
        F8,
        types.int64,
        types.float64,
        types.boolean,
        types.int32[::1],
        types.float64[::1],
        types.int64[::1],
    )
)
def join_rows(
    indptr_a: _Ints,
    index_a: _Ints32,
    time_a: _Floats,
    indptr_b: _Ints,
    index_b: _Ints32,
    time_b: _Floats,
    n_rows: int,
    limit: float,
    mean: bool,  # noqa: FBT001  # a kernel takes plain positional arguments
    out_index: _Ints32,
    out_time: _Floats,
    out_indptr: _Ints,
) -> int:
    """
    Join rows of there and back where both exist: their mean, or the slower.

    Rows ascend. Returns how many pairs are within `limit`.
    """
    used = 0
    out_indptr[0] = 0
    for i in range(n_rows):
        a = indptr_a[i]
        b = indptr_b[i]
        while a < indptr_a[i + 1] and b < indptr_b[i + 1]:
            if index_a[a] < index_b[b]:
                a += 1
            elif index_a[a] > index_b[b]:
                b += 1
            else:
                walk = max(time_a[a], time_b[b])
                if mean:
                    walk = 0.5 * (time_a[a] + time_b[b])
                if walk <= limit:
                    out_index[used] = index_a[a]
                    out_time[used] = walk
                    used += 1
                a += 1
                b += 1
        out_indptr[i + 1] = used
    return used
