"""Points thinned so that no two lie too close."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLOSE = 1e-9
"""Distances equal but for rounding count as far enough."""


@njit(cache=True, nogil=True)
def _thin(
    xy: NDArray[np.float64],
    cell: NDArray[np.int64],
    n_columns: int,
    cell_of: NDArray[np.int64],
    spacing: float,
) -> NDArray[np.bool_]:
    taken = np.zeros(xy.shape[0], np.bool_)
    head = np.full(cell_of.size, -1, np.int64)
    behind = np.full(xy.shape[0], -1, np.int64)
    nearest = (spacing * (1.0 - CLOSE)) ** 2
    for point in range(xy.shape[0]):
        own = cell_of[cell[point]]
        free = True
        for up in range(-1, 2):
            for right in range(-1, 2):
                wanted = own + up * n_columns + right
                slot = np.searchsorted(cell_of, wanted)
                if slot == cell_of.size or cell_of[slot] != wanted:
                    continue
                other = head[slot]
                while other >= 0 and free:
                    distance = (xy[point, 0] - xy[other, 0]) ** 2
                    distance += (xy[point, 1] - xy[other, 1]) ** 2
                    free = distance >= nearest
                    other = behind[other]
        if free:
            taken[point] = True
            behind[point] = head[cell[point]]
            head[cell[point]] = point
    return taken


def thin_points(xy: NDArray[np.float64], spacing: float) -> NDArray[np.bool_]:
    """
    Take points in turn, leaving out each nearer than `spacing` to one taken.

    Parameters
    ----------
    xy : shape (n, 2)
        Coordinates.
    spacing
        Least distance, in their unit.

    Returns
    -------
    taken : bool, shape (n,)
        The taken ones; every other point is nearer than `spacing` to one of them.
    """
    # a border of one empty cell on each side, so that neighbours never wrap around
    grid = np.floor((xy - xy.min(axis=0)) / spacing).astype(np.int64) + 1
    n_columns = int(grid[:, 0].max()) + 2
    cell_of, cell = np.unique(grid[:, 1] * n_columns + grid[:, 0], return_inverse=True)
    taken: NDArray[np.bool_] = _thin(xy, cell.astype(np.int64), n_columns, cell_of, spacing)
    return taken
