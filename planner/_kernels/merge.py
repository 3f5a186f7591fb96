"""
Exact merging of coverings: demand that nothing tells apart, candidates that others outdo.

A covering is compressed sparse rows: `indptr, index` list the demand of each
candidate, ascending, no repeats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Indices = NDArray[np.int32]
    Flags = NDArray[np.bool_]


@njit(cache=True, nogil=True)
def is_ascending(indptr: Ints, index: Indices) -> bool:
    """Return True where every row of `index` ascends without repeats."""
    for row in range(indptr.size - 1):
        for place in range(indptr[row] + 1, indptr[row + 1]):
            if index[place] <= index[place - 1]:
                return False
    return True


@njit(cache=True, nogil=True)
def transpose_rows(indptr: Ints, index: Indices, n_columns: int) -> tuple[Ints, Indices]:
    """List, for each column, the rows that hold it, ascending."""
    column_indptr = np.zeros(n_columns + 1, np.int64)
    for place in range(index.size):
        column_indptr[index[place] + 1] += 1
    for column in range(n_columns):
        column_indptr[column + 1] += column_indptr[column]
    cursor = column_indptr[:-1].copy()
    row_index = np.empty(index.size, np.int32)
    for row in range(indptr.size - 1):
        for place in range(indptr[row], indptr[row + 1]):
            column = index[place]
            row_index[cursor[column]] = row
            cursor[column] += 1
    return column_indptr, row_index


@njit(cache=True, nogil=True)
def split_into_classes(indptr: Ints, index: Indices, label: Indices) -> int:
    """
    Split demand until two points share a class only if the same rows hold both.

    `label` holds the classes to start from (0, 1, …, none empty) and is written
    over. Exact: each row splits every class into its members inside and
    outside the row. Returns the number of classes.
    """
    n_demand = label.size
    size = np.zeros(n_demand + 1, np.int64)
    n_classes = 0
    for demand in range(n_demand):
        size[label[demand]] += 1
        n_classes = max(n_classes, label[demand] + 1)
    inside = np.zeros(n_demand + 1, np.int64)
    split_to = np.full(n_demand + 1, -1, np.int32)
    met = np.empty(n_demand + 1, np.int32)
    for row in range(indptr.size - 1):
        n_met = 0
        for place in range(indptr[row], indptr[row + 1]):
            own = label[index[place]]
            if inside[own] == 0:
                met[n_met] = own
                n_met += 1
            inside[own] += 1
        for place in range(indptr[row], indptr[row + 1]):
            own = label[index[place]]
            if inside[own] < size[own]:
                if split_to[own] < 0:
                    split_to[own] = n_classes
                    n_classes += 1
                label[index[place]] = split_to[own]
        for k in range(n_met):
            own = met[k]
            if split_to[own] >= 0:
                size[split_to[own]] = inside[own]
                size[own] -= inside[own]
                split_to[own] = -1
            inside[own] = 0
    return n_classes


@njit(cache=True, nogil=True)
def keep_columns(indptr: Ints, index: Indices, new_column: Indices) -> tuple[Ints, Indices]:
    """Renumber columns by `new_column`, leaving out those numbered -1; order is kept."""
    kept_indptr = np.zeros(indptr.size, np.int64)
    kept = np.empty(index.size, np.int32)
    n_kept = 0
    for row in range(indptr.size - 1):
        for place in range(indptr[row], indptr[row + 1]):
            column = new_column[index[place]]
            if column >= 0:
                kept[n_kept] = column
                n_kept += 1
        kept_indptr[row + 1] = n_kept
    return kept_indptr, kept[:n_kept].copy()


@njit(cache=True, nogil=True)
def find_dominated(
    indptr: Ints,
    index: Indices,
    coverer_indptr: Ints,
    coverer: Indices,
    price: Floats,
    work_limit: int,
) -> Flags:
    """
    Mark candidates whose demand another one covers too, at no higher price.

    Of equals the first stays. Stops after `work_limit` steps: what is marked by
    then is right, the rest is left unmarked.
    """
    n_candidates = indptr.size - 1
    dominated = np.zeros(n_candidates, np.bool_)
    work = 0
    for one in range(n_candidates):
        size = indptr[one + 1] - indptr[one]
        if size == 0:
            dominated[one] = True
            continue
        rarest = index[indptr[one]]
        for place in range(indptr[one], indptr[one + 1]):
            demand = index[place]
            degree = coverer_indptr[demand + 1] - coverer_indptr[demand]
            if degree < coverer_indptr[rarest + 1] - coverer_indptr[rarest]:
                rarest = demand
        work += size
        for other_place in range(coverer_indptr[rarest], coverer_indptr[rarest + 1]):
            other = coverer[other_place]
            other_size = indptr[other + 1] - indptr[other]
            work += 1
            if other == one or dominated[other] or price[other] > price[one] or other_size < size:
                continue
            if other_size == size and price[other] == price[one] and other > one:
                continue
            here = indptr[one]
            there = indptr[other]
            while here < indptr[one + 1] and there < indptr[other + 1]:
                if indptr[one + 1] - here > indptr[other + 1] - there or index[here] < index[there]:
                    break
                if index[here] == index[there]:
                    here += 1
                there += 1
                work += 1
            if here == indptr[one + 1]:
                dominated[one] = True
                break
        if work > work_limit:
            break
    return dominated
