"""People of polygons, buildings and land into the working CRS; points made into cells."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import shapely
from scipy.spatial import cKDTree

from planner.domain.places import QuarantinedRow
from planner.domain.population import Buildings, LandParcels, PopulationAreas
from planner.errors import Fault, InputInvalid
from planner.georeference.crs import lonlat_of, project
from planner.georeference.lattice import measure_lattice_spacing
from planner.georeference.locate import MARGIN_M
from planner.georeference.zones import check_place_of_study

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, GeometryArray
    from planner.domain.network import Streets
    from planner.domain.places import Demand

_Layer = TypeVar("_Layer", Buildings, LandParcels)

OVERLAP_SHARE: Final = 0.01
"""Of the smaller of two polygons: a smaller overlap is a sliver of drawing."""
_SIZE_TOLERANCE: Final = 0.1
_CORNERS: Final = {"hexagon": 6, "square": 4}


def locate_population(areas: PopulationAreas, streets: Streets) -> PopulationAreas:
    """
    Return people of polygons in the working CRS; polygons away from the streets are set aside.

    Parameters
    ----------
    areas
        As read, in any CRS.
    streets
        The streets of the study.

    Returns
    -------
    areas
        Polygons that come within 1 km of the streets' box, whole; `quarantine` holds the others
        (`outside_streets`) behind those the reader set aside. Polygons that overlap are told:
        the people of each are its own, and are counted once.

    Raises
    ------
    InputInvalid
        If no polygon lies near the streets, or the CRS is unknown.
    """
    geometry = _into(areas.geometry, areas.crs, streets)
    inside = _near(geometry, streets)
    away = np.flatnonzero(~inside)
    middle = shapely.get_coordinates(shapely.point_on_surface(areas.geometry[away]))
    if len(areas.geometry) and not inside.any():
        xy = project(middle, areas.crs, streets.crs)
        check_place_of_study(
            middle, areas.crs, xy, streets, row=areas.row, margin_m=MARGIN_M, file=areas.file
        )
    lonlat = lonlat_of(middle.reshape(-1, 2), areas.crs)
    set_aside = tuple(
        QuarantinedRow(
            noun="demand",
            row=areas.row[i],
            label=areas.area_id[i],
            reason="outside_streets",
            detail=f"{lon:.6f}, {lat:.6f}",
            persons=float(areas.persons[i]),
            lon=lon,
            lat=lat,
        )
        for i, (lon, lat) in zip(away.tolist(), lonlat.tolist(), strict=True)
    )
    kept = np.flatnonzero(inside)
    located = dataclasses.replace(
        areas,
        area_id=tuple(areas.area_id[i] for i in kept.tolist()),
        geometry=geometry[kept],
        crs=streets.crs,
        persons=areas.persons[kept],
        row=tuple(areas.row[i] for i in kept.tolist()),
        households=None if areas.households is None else areas.households[kept],
        groups={name: count[kept] for name, count in areas.groups.items()},
        quarantine=(*areas.quarantine, *set_aside),
    )
    if areas.source == "raster":  # cells of a grid never overlap
        return located
    return dataclasses.replace(located, notices=(*areas.notices, *_tell_overlaps(located)))


def locate_layer(layer: _Layer, streets: Streets) -> _Layer:
    """
    Return buildings or land in the working CRS.

    Raises
    ------
    InputInvalid
        If the CRS is unknown, or nothing of the layer lies near the streets.
    """
    geometry = _into(layer.geometry, layer.crs, streets)
    if not _near(geometry, streets).any():
        west, south, east, north = shapely.total_bounds(geometry).tolist()
        corners = lonlat_of(np.array([[west, south], [east, north]]), streets.crs)
        raise InputInvalid(
            Fault(
                "nothing of the layer lies near the streets",
                file=layer.file,
                found=_degrees(corners),
                expected=_degrees(np.array(streets.bounds_lonlat).reshape(2, 2)),
                hint="check its coordinate system, and whether it is of this place",
            )
        )
    return dataclasses.replace(layer, geometry=geometry, crs=streets.crs)


def locate_footprints(buildings: Buildings, streets: Streets) -> GeometryArray:
    """Return all buildings of a file, whatever their use, in the working CRS."""
    every = buildings.geometry if buildings.every is None else buildings.every
    crs = buildings.crs
    if len(every) == 0:
        return every
    moved: GeometryArray = shapely.transform(every, lambda xy: project(xy, crs, streets.crs))
    return moved


def _degrees(corners: FloatArray) -> str:
    (west, south), (east, north) = corners.tolist()
    return f"longitude {west:.4f} to {east:.4f}, latitude {south:.4f} to {north:.4f}"


def cells_of_points(demand: Demand, *, cell: str, cell_size_m: float) -> PopulationAreas:
    """
    Return the cells that points stand for, each around its point.

    Parameters
    ----------
    demand
        Middles of cells, in the working CRS.
    cell
        `hexagon` or `square`.
    cell_size_m
        Width from side to side, which is the distance of neighbouring middles, metres.

    Returns
    -------
    areas
        Turned as the points stand to their neighbours; upright (neighbours to the east and
        west) where no two stand `cell_size_m` apart. A lattice of another spacing is told.
    """
    n_corners = _CORNERS[cell]
    turn = _measure_turn(demand.xy, cell_size_m, n_corners)
    half_step = np.pi / n_corners
    angle = turn + half_step * (2.0 * np.arange(n_corners) + 1.0)
    reach_m = cell_size_m / 2.0 / np.cos(half_step)
    ring = reach_m * np.column_stack([np.cos(angle), np.sin(angle)])
    geometry: GeometryArray = shapely.polygons(demand.xy[:, None, :] + ring[None, :, :])
    return PopulationAreas(
        source="cells",
        area_id=demand.demand_id,
        geometry=geometry,
        crs=demand.crs,
        persons=demand.persons,
        row=demand.row,
        households=demand.households,
        groups=demand.groups,
        file=demand.file,
        notices=(*demand.notices, *_tell_size(demand, cell, cell_size_m)),
        quarantine=demand.quarantine,
        read=demand.read,
    )


def _measure_turn(xy: FloatArray, size_m: float, n_corners: int) -> float:
    """Return the angle at which neighbours stand, as the mean over all of them."""
    if len(xy) < 2:  # noqa: PLR2004 - no neighbours
        return 0.0
    distance_m, neighbour = cKDTree(xy).query(xy, k=2)
    near = np.abs(distance_m[:, 1] - size_m) <= _SIZE_TOLERANCE * size_m
    if not near.any():
        return 0.0
    step = xy[neighbour[near, 1]] - xy[near]
    # Turned so often that all sides of a cell point one way.
    folded = np.exp(1j * n_corners * np.arctan2(step[:, 1], step[:, 0])).mean()
    return float(np.angle(folded)) / n_corners


def _tell_size(demand: Demand, cell: str, size_m: float) -> list[Fault]:
    spacing_m = measure_lattice_spacing(demand.xy)
    if spacing_m is None or abs(spacing_m - size_m) <= _SIZE_TOLERANCE * spacing_m:
        return []
    return [
        Fault(
            f"the points stand {spacing_m:.0f} m apart, the study says cells of {size_m:.0f} m",
            file=demand.file,
            field="demand.cell_size_m",
            found=f"{size_m:g}",
            expected=f"{spacing_m:.0f}, the width of a {cell} from side to side",
        )
    ]


def _into(geometry: GeometryArray, crs: str, streets: Streets) -> GeometryArray:
    moved: GeometryArray = shapely.transform(geometry, lambda xy: project(xy, crs, streets.crs))
    # Rounding can let a narrow neck touch itself.
    broken = ~shapely.is_valid(moved)
    moved[broken] = shapely.buffer(moved[broken], 0.0)
    return moved


def _near(geometry: GeometryArray, streets: Streets) -> BoolArray:
    (west, south), (east, north) = streets.shape_xy.min(axis=0), streets.shape_xy.max(axis=0)
    box = shapely.box(west - MARGIN_M, south - MARGIN_M, east + MARGIN_M, north + MARGIN_M)
    shapely.prepare(box)
    near: BoolArray = shapely.intersects(geometry, box)
    return near


def _tell_overlaps(areas: PopulationAreas) -> list[Fault]:
    if areas.source == "cells":
        return []
    shapes = areas.geometry
    size_m2 = shapely.area(shapes)
    one, other = shapely.STRtree(shapes).query(shapes)
    one, other = one[one < other], other[one < other]
    least_m2 = OVERLAP_SHARE * np.minimum(size_m2[one], size_m2[other])
    # Neighbours in a grid share no more than a line, and their boxes tell so.
    box = shapely.bounds(shapes)
    sides = np.minimum(box[one, 2:], box[other, 2:]) - np.maximum(box[one, :2], box[other, :2])
    close = np.maximum(sides, 0.0).prod(axis=1) > least_m2
    one, other, least_m2 = one[close], other[close], least_m2[close]
    shared_m2 = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    over = shared_m2 > least_m2
    if not over.any():
        return []
    order = np.lexsort((other[over], one[over]))[:5]
    pairs = [
        f"{areas.area_id[i]} and {areas.area_id[j]}"
        for i, j in zip(one[over][order].tolist(), other[over][order].tolist(), strict=True)
    ]
    return [
        Fault(
            f"{int(over.sum())} pairs of polygons overlap, by {shared_m2[over].sum() / 1e4:,.1f} "
            "ha: the persons of each are counted once, in its own polygon",
            file=areas.file,
            found=", ".join(pairs) + (", …" if over.sum() > len(pairs) else ""),
            hint="if the same persons stand in both, correct the file",
        )
    ]
