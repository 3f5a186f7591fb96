"""The plane of the page: whole zoom-18 pixels of the web Mercator world, from one corner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyproj
import shapely

from planner.report.packing import pack_lines

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, GeometryArray, IntArray

ZOOM: Final = 18
"""A pixel at this zoom is 0.6 m at the equator, 0.5 m at 30° north."""

_HALF_WORLD_M: Final = 20037508.342789244
_WORLD_PIXELS: Final = 256 * 2**ZOOM
_RING_VERTICES: Final = 4
_LINE: Final = 1
_POLYGON: Final = 3


@dataclass(frozen=True, slots=True)
class MapPlane:
    """
    Turns working coordinates into the page's whole numbers.

    Attributes
    ----------
    crs
        The working CRS.
    transformer
        From the working CRS to EPSG:3857.
    origin
        The world pixel that is (0, 0) on the page: its north-west corner.
    """

    crs: str
    transformer: pyproj.Transformer
    origin: tuple[int, int]

    @classmethod
    def over(cls, crs: str, bounds: tuple[float, float, float, float]) -> MapPlane:
        """Make the plane whose corner is the north-west one of `bounds` (working CRS)."""
        transformer = pyproj.Transformer.from_crs(crs, "EPSG:3857", always_xy=True)
        corner = _world_pixels(transformer, np.array([[bounds[0], bounds[3]]]))[0]
        return cls(crs, transformer, (int(corner[0]), int(corner[1])))

    def to_pixels(self, xy: FloatArray) -> IntArray:
        """Return page pixels, int64, of points in the working CRS, both shape (n, 2)."""
        points = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
        moved = _world_pixels(self.transformer, points) - np.array(self.origin, dtype=np.float64)
        return np.rint(moved).astype(np.int64)

    def to_point(self, xy: tuple[float, float] | FloatArray) -> list[int]:
        """Return the page pixel of one point."""
        return [int(value) for value in self.to_pixels(np.asarray(xy))[0]]

    def pack_lines(self, lines: Any, *, step: int = 1) -> str:  # noqa: ANN401 -- shapely's
        """Pack line strings (an array of geometries) as text, in units of `step` pixels."""
        parts = shapely.get_parts(lines)
        return pack_lines(self._split(parts[shapely.get_type_id(parts) == _LINE], step))

    def pack_polygon(
        self,
        geometry: Any,  # noqa: ANN401 -- shapely's
        *,
        tolerance_m: float = 0.0,
        step: int = 1,
        least_ring_m2: float = 0.0,
    ) -> str:
        """
        Pack the rings of a polygon or of several as text, to be filled by even and odd.

        Parameters
        ----------
        geometry
            Any shapely geometry; only its polygons are kept.
        tolerance_m
            Vertices closer than this to the simplified line are left out.
        step
            Coordinates are in units of so many pixels.
        least_ring_m2
            Islands and holes smaller than this are left out.
        """
        parts = shapely.get_parts(geometry)
        rings = shapely.get_rings(parts[shapely.get_type_id(parts) == _POLYGON])
        if tolerance_m:
            # Rings are only drawn: each may be simplified alone, which is much faster.
            rings = shapely.simplify(rings, tolerance_m, preserve_topology=False)
        if least_ring_m2:
            rings = rings[shapely.area(shapely.polygons(rings)) >= least_ring_m2]
        return pack_lines(self._split(rings, step), least=_RING_VERTICES)

    def _split(self, lines: GeometryArray, step: int) -> list[IntArray]:
        """Project every line in one call, then part them again, in units of `step` pixels."""
        if not len(lines):
            return []
        coordinates, owner = shapely.get_coordinates(lines, return_index=True)
        cuts = np.flatnonzero(np.diff(owner)) + 1
        pixels = self.to_pixels(coordinates)
        if step > 1:
            pixels = np.rint(pixels / step).astype(np.int64)
        return np.split(pixels, cuts)


def _world_pixels(transformer: pyproj.Transformer, xy: FloatArray) -> FloatArray:
    east, north = transformer.transform(xy[:, 0], xy[:, 1])
    scale = _WORLD_PIXELS / (2 * _HALF_WORLD_M)
    return np.column_stack(
        [(np.asarray(east) + _HALF_WORLD_M) * scale, (_HALF_WORLD_M - np.asarray(north)) * scale]
    )
