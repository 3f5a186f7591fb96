"""Zeros of a grid that does not say which of its zeros are heights: ground, water, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.domain.arrays import BoolArray, Float32Array, IntArray

PATCH_CELLS: Final = 25
"""A patch of zeros that touches the edge of the grid is no data from so many cells on."""
JUMP_M: Final = 10.0
"""A patch of zeros is no data where the heights around it are, in the median, beyond this."""
_BELOW_SHARE: Final = 0.05
"""Where so many of the heights around a patch lie below 0, zero is a height like any other."""
_TOUCHING: Final = np.ones((3, 3), dtype=np.bool_)


def find_void_zeros(height_m: Float32Array, zero: BoolArray) -> BoolArray:
    """
    Tell which zeros of a grid stand for "no data".

    Zeros are taken together in patches (cells touch over sides and corners). A patch is no data

    - where the median of the heights around it is more than 10 m from 0: ground does not jump; or
    - where it has 25 cells or more and touches the edge of the grid: the sea, a river or the
      outside of a cut-out; unless heights below 0 lie around it too (5 % or more of the cells),
      for then zero is a height between others.

    All other zeros are ground at 0 m.

    Parameters
    ----------
    height_m : shape (n_rows, n_columns)
        Metres, NaN where there is no height.
    zero : shape (n_rows, n_columns)
        Cells that hold zero.

    Returns
    -------
    void : shape (n_rows, n_columns)
        The zeros that are no data.
    """
    void = np.zeros(zero.shape, dtype=np.bool_)
    label, n_patches = ndimage.label(zero, structure=_TOUCHING)
    if n_patches == 0:
        return void
    size = np.bincount(label.ravel(), minlength=n_patches + 1)
    at_edge = np.zeros(n_patches + 1, dtype=np.bool_)
    for edge in (label[0], label[-1], label[:, 0], label[:, -1]):
        at_edge[edge] = True
    patch, rim_m = _rims(label, height_m)
    n_rim = np.bincount(patch, minlength=n_patches + 1)
    n_below = np.bincount(patch[rim_m < 0], minlength=n_patches + 1)
    between = (n_rim > 0) & (n_below >= _BELOW_SHARE * n_rim)
    is_void = at_edge & (size >= PATCH_CELLS) & ~between
    is_void |= np.abs(_medians(patch, rim_m, n_rim)) > JUMP_M
    is_void[0] = False
    void[:] = is_void[label]
    return void


def _rims(label: NDArray[Any], height_m: Float32Array) -> tuple[IntArray, Float32Array]:
    """
    List the heights around every patch.

    A cell beside two patches is listed for the one with the higher number; it counts once.
    """
    beside = ndimage.grey_dilation(label, footprint=_TOUCHING)
    rim = (beside > 0) & (label == 0) & np.isfinite(height_m)
    return beside[rim].astype(np.int64), height_m[rim]


def _medians(patch: IntArray, rim_m: Float32Array, n_rim: IntArray) -> Float32Array:
    """Return the lower median of the heights around each patch, 0 where there are none."""
    order = np.lexsort((rim_m, patch))
    middle = np.cumsum(n_rim) - n_rim + (n_rim - 1) // 2
    medians = np.zeros(len(n_rim), dtype=np.float32)
    some = n_rim > 0
    medians[some] = rim_m[order][middle[some]]
    return medians
