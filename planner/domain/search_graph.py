"""From edges with times to the search graphs that the kernels run on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.network import StreetNetwork


def network_from_arrays(
    node_xy: FloatArray,
    edge_start: IntArray,
    edge_end: IntArray,
    edge_time_s: FloatArray,
    *,
    crs: str,
) -> StreetNetwork:
    """Make a network of straight directed edges; see `StreetNetwork.from_arrays`."""
    raise NotImplementedError
