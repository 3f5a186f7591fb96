"""What a caller may turn, and the figures every module shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
ObjectArray: TypeAlias = NDArray[Any]

CRS = "EPSG:4545"
"""CGCS2000, 3-degree strip of 108 E: the metres behind the local ones."""

AREA_CRS = "EPSG:4490"
"""CGCS2000 longitude and latitude: polygons and tables."""

WATER_LEVEL_M = 160.0
LOOP_M = 4700.0
"""River length of one meander."""

RANK = {
    "primary": 0,
    "secondary": 1,
    "tertiary": 2,
    "residential": 3,
    "service": 4,
    "footway": 5,
    "steps": 6,
}
"""Of two lines in one place the one with the lower rank stays."""

LANE = "lane"
"""A cross link whose slope has not been told yet."""

HALF_WIDTH_M = {
    "primary": 12.0,
    "secondary": 9.0,
    "tertiary": 7.0,
    "residential": 4.5,
    "service": 3.0,
    "footway": 2.0,
    "steps": 2.0,
    "elevator": 2.0,
}


@dataclass(frozen=True)
class Settings:
    """
    What a caller may turn; the rest follows from these and the seed.

    Parameters
    ----------
    seed
        Seed of every random draw.
    size_m
        Side of the square district.
    cell_m
        Cell of the height grid.
    persons
        Residents, exactly.
    streets, communities
        How many 街道 and 社区.
    compounds
        Gated compounds, at most.
    river_bridges
        Bridges over the river, at most.
    lon, lat
        Middle of the district.
    """

    seed: int = 7
    size_m: float = 4000.0
    cell_m: float = 10.0
    persons: int = 48_000
    streets: int = 3
    communities: int = 16
    compounds: int = 14
    river_bridges: int = 3
    lon: float = 107.0
    lat: float = 29.5

    @property
    def cells(self) -> int:
        """Rows, and columns, of the height grid."""
        return round(self.size_m / self.cell_m) + 1
