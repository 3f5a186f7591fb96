"""Ground made by hand under streets drawn by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pyproj import Transformer

from planner.domain.terrain import Terrain, TerrainTile
from planner.network.build import build_streets
from tests.network.drawing import ORIGIN_LON, Way, draw

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from planner.domain.network import Streets
    from planner.domain.terrain import StreetHeights

    Ground = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]

COUNTS = {"cells": 0, "cells_void": 0, "cells_zero_as_void": 0}


def town(places: Mapping[str, tuple[float, float]], *ways: Way | str) -> Streets:
    """Draw streets; way ids are 100, 101, … in the order given."""
    return build_streets(draw(places, *ways))


def origin_of(streets: Streets) -> tuple[float, float]:
    """Return the working coordinates of the drawing's origin."""
    turn = Transformer.from_crs("EPSG:4326", streets.crs, always_xy=True)
    x, y = turn.transform(ORIGIN_LON, 0.0)
    return float(x), float(y)


def ground(
    streets: Streets,
    places: Mapping[str, tuple[float, float]],
    height: Ground,
    *,
    cell_m: float = 30.0,
    margin_m: float = 300.0,
) -> Terrain:
    """
    Make a grid in the working CRS under a drawing.

    `height` takes metres east and north of the drawing's origin; cells are cornered on it.
    """
    x0, y0 = origin_of(streets)
    east, north = (np.array(side) for side in zip(*places.values(), strict=True))
    west_cells = int(np.ceil((margin_m - east.min()) / cell_m))
    north_cells = int(np.ceil((margin_m + north.max()) / cell_m))
    n_columns = west_cells + int(np.ceil((margin_m + east.max()) / cell_m))
    n_rows = north_cells + int(np.ceil((margin_m - north.min()) / cell_m))
    row, column = np.mgrid[0:n_rows, 0:n_columns]
    x = (column + 0.5 - west_cells) * cell_m
    y = (north_cells - row - 0.5) * cell_m
    tile = TerrainTile(
        file="made by hand",
        crs=streets.crs,
        transform=(
            cell_m,
            0.0,
            x0 - west_cells * cell_m,
            0.0,
            -cell_m,
            y0 + north_cells * cell_m,
        ),
        height_m=np.broadcast_to(height(x, y), x.shape).astype(np.float32),
    )
    return Terrain(tiles=(tile,), counts=dict(COUNTS))


def edge_of(streets: Streets, way_id: int) -> int:
    """Return the only edge of a way."""
    (edge,) = np.flatnonzero(streets.edge_way_id == way_id)
    return int(edge)


def samples(heights: StreetHeights, edge: int) -> NDArray[np.float32]:
    """Return the heights along an edge."""
    along: NDArray[np.float32] = heights.sample_m[
        heights.sample_indptr[edge] : heights.sample_indptr[edge + 1]
    ]
    return along


def node_height(
    streets: Streets,
    heights: StreetHeights,
    places: Mapping[str, tuple[float, float]],
    letter: str,
) -> float:
    """Return the height of the junction at a place of the drawing."""
    at = np.add(places[letter], origin_of(streets))
    distance = np.hypot(*(streets.node_xy - at).T)
    assert distance.min() < 0.1
    return float(heights.node_m[np.argmin(distance)])
