"""Types of the kernels' input arrays; they may be read-only (mapped from a file) or not."""

from __future__ import annotations

from typing import Final

from numba import types

F8: Final = types.Array(types.float64, 1, "C", readonly=True)
F8_2: Final = types.Array(types.float64, 2, "C", readonly=True)
I4: Final = types.Array(types.int32, 1, "C", readonly=True)
I4_2: Final = types.Array(types.int32, 2, "C", readonly=True)
I8: Final = types.Array(types.int64, 1, "C", readonly=True)
I8_2: Final = types.Array(types.int64, 2, "C", readonly=True)
