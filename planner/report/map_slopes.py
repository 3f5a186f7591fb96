"""How steep the streets are, for a layer of the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.domain.network import StreetNetwork
    from planner.report.map_plane import MapPlane

SLOPE_BREAKS: Final = (0.05, 1.0 / 12.0, 0.15)
"""Mean slopes from which streets are drawn: 5 %, the 1:12 of a ramp for wheelchairs, 15 %."""

_SIMPLIFY_M: Final = 1.0


def edge_slopes(network: StreetNetwork) -> FloatArray:
    """
    Return the mean slope of every edge, rise and fall added up, over its length.

    Parameters
    ----------
    network
        Streets, with or without heights.

    Returns
    -------
    slope : float64, shape (n_edges,)
        Metres up and down a metre of street; NaN where no height is known. Stairs are as
        steep as the ground they stand on.
    """
    length_m = network.streets.edge_length_m.astype(np.float64)
    slope = np.full(len(length_m), np.nan)
    heights = network.heights
    if heights is None or not len(length_m):
        return slope
    steps_m = np.abs(np.diff(heights.sample_m.astype(np.float64), append=0.0))
    steps_m[heights.sample_indptr[1:] - 1] = 0.0  # from the end of one edge to the next
    risen_m = np.add.reduceat(steps_m, heights.sample_indptr[:-1])
    known = heights.edge_known & (length_m > 0)
    slope[known] = risen_m[known] / length_m[known]
    return slope


def pack_slopes(
    network: StreetNetwork,
    plane: MapPlane,
    bounds: tuple[float, float, float, float],
    *,
    step: int = 1,
) -> dict[str, Any]:
    """
    Pack the steep streets by class of slope.

    Parameters
    ----------
    network
        Streets with their heights.
    plane
        The page's plane.
    bounds
        West, south, east, north in the working CRS, metres: others are left out.
    step
        Coordinates are packed in so many pixels.

    Returns
    -------
    slopes
        `breaks`: where each class begins, as a share; `lines`: packed lines of each. Both
        empty without heights.
    """
    if network.heights is None:
        return {"breaks": [], "lines": []}
    streets = network.streets
    classes = np.digitize(np.nan_to_num(edge_slopes(network), nan=0.0), SLOPE_BREAKS)
    counts = np.diff(streets.shape_indptr)
    west, south, east, north = bounds
    owner = np.repeat(np.arange(len(counts)), counts)
    x, y = streets.shape_xy[:, 0], streets.shape_xy[:, 1]
    near = np.zeros(len(counts), dtype=np.bool_)
    near[owner[(x >= west) & (x <= east) & (y >= south) & (y <= north)]] = True
    lines = []
    for one in range(1, len(SLOPE_BREAKS) + 1):
        edges = np.flatnonzero((classes == one) & near & (counts > 1))
        place = np.full(len(counts), -1, dtype=np.int64)
        place[edges] = np.arange(len(edges))
        taken = place[owner] >= 0
        drawn = (
            shapely.linestrings(streets.shape_xy[taken], indices=place[owner[taken]])
            if len(edges)
            else np.empty(0, dtype=object)
        )
        pieces = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(drawn)))
        simpler = shapely.simplify(pieces, _SIMPLIFY_M * step, preserve_topology=False)
        lines.append(plane.pack_lines(simpler, step=step))
    return {"breaks": list(SLOPE_BREAKS), "lines": lines}
