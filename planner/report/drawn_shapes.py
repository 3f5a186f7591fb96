"""The shapes that pictures show: simplified isochrones and outlines of gaps, each made once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import shapely
from scipy.spatial import cKDTree

from planner.domain.shelf import Same, Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.domain.arrays import FloatArray, GeometryArray, IntArray
    from planner.domain.places import Demand
    from planner.report.map_plane import MapPlane

_Path = TypeVar("_Path")

ISOCHRONE_TOLERANCE_M: Final = {True: 2.0, False: 4.0}
"""How far a drawn line may lie from the isochrone's: short circles, and longer ones."""

GAP_MARGIN_M: Final = 30.0
"""A gap is drawn this far around the homes in it."""

_SHORT_CIRCLE_S: Final = 450.0
_GAP_NEAREST_M: Final = 35.0
_GAP_FARTHEST_M: Final = 180.0
_HULL_RATIO: Final = 0.4
"""Between the tightest hull, 0, and the convex one, 1: follows a bend, makes no fingers."""
_ROOM: Final = 8192


def tolerance_m(limit_s: float) -> float:
    """Return how much the outline of a circle may be simplified."""
    return ISOCHRONE_TOLERANCE_M[limit_s <= _SHORT_CIRCLE_S]


class DrawnShapes:
    """
    Shapes for pictures, kept on a shelf by what they are made from.

    Pictures only: no figure is ever counted from one.

    Parameters
    ----------
    shelf
        Where they are kept; studies that share centres or gaps share the shapes.
    coarser
        Isochrones are simplified so many times more than for a district.
    """

    def __init__(self, shelf: Shelf, *, coarser: float = 1.0) -> None:
        self._coarser = coarser
        self._kept = shelf.part("drawn shapes", _ROOM)
        self._united = shelf.part("united shapes", 32)

    def simplify(self, isochrones: GeometryArray, limit_s: float) -> GeometryArray:
        """
        Return isochrones with fewer vertices, each within `tolerance_m` of what it was.

        The same isochrone (the same object) gives the same shape (the same object).
        """
        tolerance = tolerance_m(limit_s) * self._coarser
        keys = [(Same(one), tolerance) for one in isochrones]
        missing = [index for index, key in enumerate(keys) if key not in self._kept]
        made = dict(zip(missing, shapely.simplify(isochrones[missing], tolerance), strict=True))
        found = np.empty(len(keys), dtype=object)
        for index, key in enumerate(keys):
            found[index] = self._kept.take(key, partial(made.__getitem__, index))
        return found

    def unite(self, shapes: Sequence[Any] | GeometryArray) -> Any:  # noqa: ANN401 -- shapely's
        """Return the union of shapes that this object gave."""
        key = frozenset(Same(shape) for shape in shapes)
        # Of the parts only those that meet others are worked on.
        return self._united.take(
            key, lambda: shapely.disjoint_subset_union_all(shapely.get_parts(list(shapes)))
        )

    def multi(self, shape: Any) -> Any:  # noqa: ANN401 -- shapely's
        """Return a shape as a multi-polygon, without parts that are no polygons."""
        return self._kept.take(("multi", Same(shape)), partial(_multi, shape))

    def pack(
        self,
        shape: Any,  # noqa: ANN401 -- shapely's
        plane: MapPlane,
        *,
        step: int = 1,
        least_ring_m2: float = 0.0,
    ) -> str:
        """Return a shape that this object gave as the page packs it; see `pack_polygon`."""
        key = (Same(shape), plane.crs, plane.origin, step, least_ring_m2)
        return self._kept.take(
            key, lambda: plane.pack_polygon(shape, step=step, least_ring_m2=least_ring_m2)
        )

    def path(self, shape: Any, make: Callable[[Any], _Path]) -> _Path:  # noqa: ANN401 -- shapely's
        """Return a shape as a figure draws it."""
        return self._kept.take((Same(shape), make), partial(make, shape))

    def hull_gap(self, demand: Demand, members: IntArray, *, margin_m: float = GAP_MARGIN_M) -> Any:  # noqa: ANN401 -- shapely's
        """Return the outline drawn around the homes of a gap: a picture, like an isochrone."""
        key = ("hull", Same(demand), members.tobytes(), margin_m)
        return self._kept.take(key, lambda: _hull(demand.xy[members], margin_m))

    def round_gap(self, demand: Demand, members: IntArray) -> Any:  # noqa: ANN401 -- shapely's
        """
        Return the outline of a gap as disks grown together; see `draw_gap`.

        Parameters
        ----------
        demand
            All demand points.
        members
            Those of the gap.
        """
        key = ("disks", Same(demand), members.tobytes())
        return self._kept.take(key, lambda: draw_gap(demand.xy[members]))


def _multi(shape: Any) -> Any:  # noqa: ANN401 -- shapely's
    return shapely.multipolygons([part for part in shapely.get_parts(shape) if part.area > 0])


def _hull(homes: FloatArray, margin_m: float) -> Any:  # noqa: ANN401 -- shapely's
    hull = shapely.concave_hull(shapely.multipoints(homes), ratio=_HULL_RATIO)
    return shapely.buffer(hull, margin_m)


def draw_gap(xy: FloatArray) -> Any:  # noqa: ANN401 -- shapely has no types
    """
    Draw the outline of a gap around its members.

    Parameters
    ----------
    xy : shape (n_members, 2)
        Demand points of the gap, metres. Disks that just meet their neighbours are
        united and closed, so that scattered buildings and a coarse grid both give
        one shape.
    """
    apart_m = _GAP_NEAREST_M
    if len(xy) > 1:
        distance_m = cKDTree(xy).query(xy, k=2)[0][:, 1]
        typical_m = 0.6 * float(np.quantile(distance_m, 0.9))
        apart_m = min(max(typical_m, _GAP_NEAREST_M), _GAP_FARTHEST_M)
    united = shapely.union_all(shapely.buffer(shapely.points(xy), apart_m, quad_segs=6))
    closed = shapely.buffer(shapely.buffer(united, 0.6 * apart_m), -0.6 * apart_m)
    return shapely.simplify(closed, 3.0)
