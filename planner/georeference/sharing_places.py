"""What people of a polygon are shared over: buildings, residential land, frontage of streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from planner.domain.network import NO_SNAP, EdgeFlag
from planner.errors import Fault
from planner.georeference.snap import draw_edges

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, GeometryArray, IntArray
    from planner.domain.network import Streets
    from planner.domain.population import Buildings

FRONTAGE_SPACING_M: Final = 25.0
"""Streets are cut into parts no longer than this; each part is one place in its middle."""
LAND_SPACING_M: Final = 50.0
"""Residential land is taken as places on a square lattice of this spacing."""
_NO_FRONTAGE_KINDS: Final = frozenset(
    {
        *("motorway", "motorway_link", "trunk", "trunk_link"),
        *("steps", "crossing", "sidewalk", "corridor", "elevator"),
    }
)
"""Homes open on none of these; a sidewalk or a crossing would count its street twice."""
_NO_FRONTAGE: Final = NO_SNAP | EdgeFlag.STEPS | EdgeFlag.CROSSES_AREA


@dataclass(frozen=True, slots=True)
class SharingPlaces:
    """
    Places inside polygons, each with its weight.

    Attributes
    ----------
    area_index : int64, shape (n_places,)
        Polygon that the place is in, ascending.
    xy : float64, shape (n_places, 2)
        Working CRS.
    weight : float64, shape (n_places,)
        0 or more; only the ratios within one polygon count.
    """

    area_index: IntArray
    xy: FloatArray
    weight: FloatArray


def places_inside(areas: GeometryArray, xy: FloatArray, weight: FloatArray) -> SharingPlaces:
    """
    Find which polygons weighted points lie in.

    A point in two polygons that overlap, or on the border of two, is a place of both: the
    people of each polygon stay its own.

    Parameters
    ----------
    areas : shape (n_areas,)
        Polygons, working CRS.
    xy, weight : shape (n_points, 2) and (n_points,)
        The points.
    """
    tree = shapely.STRtree(shapely.points(xy))
    area, point = tree.query(areas, predicate="intersects")
    order = np.lexsort((point, area))
    area, point = area[order], point[order]
    return SharingPlaces(area.astype(np.int64), xy[point], weight[point])


def places_of_buildings(
    areas: GeometryArray, buildings: Buildings, weight: FloatArray, *, use: int
) -> SharingPlaces:
    """
    Find the buildings of one use in each polygon, a point inside each standing for it.

    Parameters
    ----------
    areas
        Polygons, working CRS.
    buildings
        In the working CRS.
    weight
        As `weigh_buildings` gives it.
    use
        `RESIDENTIAL` or `USE_UNKNOWN`.
    """
    chosen = np.flatnonzero(buildings.use == use)
    points = shapely.point_on_surface(buildings.geometry[chosen])
    return places_inside(areas, shapely.get_coordinates(points), weight[chosen])


def weigh_buildings(buildings: Buildings) -> tuple[FloatArray, tuple[Fault, ...]]:
    """
    Return the floor area of each building, and what was assumed for it.

    Floor area as stated, else footprint times floors. Floors that are not stated are the median
    of those stated, 1 where none is. A point without floor area is as large as the median of
    the others; where no building has a size, points weigh as their floors.

    Parameters
    ----------
    buildings
        In the working CRS.

    Returns
    -------
    weight : shape (n_buildings,)
        m², or floors where nothing has a size.
    notices
        How many buildings were assumed what.
    """
    stated = buildings.floor_area_m2 > 0.0
    with_floors = buildings.floors > 0.0
    usual = float(np.median(buildings.floors[with_floors])) if with_floors.any() else 1.0
    floors = np.where(with_floors, buildings.floors, usual)
    footprint = shapely.area(buildings.geometry)
    drawn = footprint > 0.0
    weight = np.where(stated, buildings.floor_area_m2, np.where(drawn, footprint * floors, np.nan))
    blank = np.isnan(weight)
    if blank.any():
        weight[blank] = floors[blank] if blank.all() else np.median(weight[~blank])
    return weight, tuple(
        _weight_notices(buildings.file, drawn & ~stated & ~with_floors, blank, usual)
    )


def _weight_notices(
    file: str, without_floors: BoolArray, blank: BoolArray, usual: float
) -> list[Fault]:
    notices = []
    if without_floors.any():
        notices.append(
            Fault(
                f"{int(without_floors.sum())} buildings say neither floor area nor floors: "
                f"{usual:g} floors are assumed",
                file=file,
            )
        )
    if blank.any():
        notices.append(
            Fault(
                f"{int(blank.sum())} buildings are points without a floor area: they weigh as "
                "their floors"
                if blank.all()
                else f"{int(blank.sum())} buildings are points without a floor area: the median "
                "is assumed",
                file=file,
            )
        )
    return notices


def places_on_land(areas: GeometryArray, land: GeometryArray) -> SharingPlaces:
    """
    Cover the residential land in each polygon with places of equal area.

    Each piece of land inside a polygon is covered by the points of a lattice of 50 m, or by one
    point inside it where none falls there; they share its area evenly.

    Parameters
    ----------
    areas, land
        Polygons, working CRS.
    """
    area, parcel = shapely.STRtree(land).query(areas, predicate="intersects")
    order = np.lexsort((parcel, area))
    area, parcel = area[order], parcel[order]
    pieces = shapely.intersection(areas[area], land[parcel])
    size_m2 = shapely.area(pieces)
    kept = size_m2 > 0.0
    piece, xy, share_m2 = cover_pieces(pieces[kept])
    return SharingPlaces(area[kept][piece].astype(np.int64), xy, share_m2)


def cover_pieces(pieces: GeometryArray) -> tuple[IntArray, FloatArray, FloatArray]:
    """
    Cover pieces of land with places of equal area.

    Parameters
    ----------
    pieces
        Polygons, working CRS, none empty.

    Returns
    -------
    piece, xy, area_m2 : shape (n_places,), (n_places, 2), (n_places,)
        Which piece each place is in, ascending; where; and its part of the piece.
    """
    piece, xy = _lattice_inside(pieces)
    bare = np.setdiff1d(np.arange(len(pieces)), piece)
    lone = shapely.get_coordinates(shapely.point_on_surface(pieces[bare])).reshape(-1, 2)
    piece, xy = np.concatenate([piece, bare]), np.vstack([xy, lone])
    order = np.argsort(piece, kind="stable")
    piece, xy = piece[order], xy[order]
    n_places = np.bincount(piece, minlength=len(pieces))
    return piece, xy, shapely.area(pieces)[piece] / n_places[piece]


def _lattice_inside(pieces: GeometryArray) -> tuple[IntArray, FloatArray]:
    """Return the lattice points inside each polygon: which polygon, and where."""
    box = shapely.bounds(pieces).reshape(-1, 4)
    first = np.ceil(box[:, :2] / LAND_SPACING_M).astype(np.int64)
    count = np.maximum(np.floor(box[:, 2:] / LAND_SPACING_M).astype(np.int64) - first + 1, 0)
    total = count.prod(axis=1)
    piece = np.repeat(np.arange(len(pieces)), total)
    number = np.arange(len(piece)) - np.repeat(np.cumsum(total) - total, total)
    column, row = number % count[piece, 0], number // count[piece, 0]
    xy = (first[piece] + np.column_stack([column, row])) * LAND_SPACING_M
    shapely.prepare(pieces)
    inside = shapely.contains_xy(pieces[piece], xy[:, 0], xy[:, 1])
    return piece[inside], xy[inside]


def places_on_streets(areas: GeometryArray, streets: Streets) -> SharingPlaces:
    """
    Put places along the streets in each polygon, weighted by length.

    Each edge is cut into equal parts of at most 25 m; the middle of a part stands for it.
    Private ways count, as people live along them. Motor roads, bridges, tunnels, lifts, indoor
    ways, steps, sidewalks, crossings and ways over squares do not.

    Parameters
    ----------
    areas
        Polygons, working CRS.
    streets
        Streets of the study.
    """
    barred = np.array([kind in _NO_FRONTAGE_KINDS for kind in streets.kinds], dtype=np.bool_)
    usable = (streets.edge_flags & np.uint16(_NO_FRONTAGE)) == 0
    usable &= ~barred[streets.edge_kind]
    edges = np.flatnonzero(usable)
    n_parts = np.maximum(np.ceil(streets.edge_length_m[edges] / FRONTAGE_SPACING_M), 1.0)
    n_parts = n_parts.astype(np.int64)
    line = np.repeat(np.arange(len(edges)), n_parts)
    number = np.arange(len(line)) - np.repeat(np.cumsum(n_parts) - n_parts, n_parts)
    points = shapely.line_interpolate_point(
        draw_edges(streets, edges)[line], (number + 0.5) / n_parts[line], normalized=True
    )
    weight = streets.edge_length_m[edges][line] / n_parts[line]
    return places_inside(areas, shapely.get_coordinates(points).reshape(-1, 2), weight)
