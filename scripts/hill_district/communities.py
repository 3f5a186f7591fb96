"""Communities (社区) from the faces between roads, banks and crests; streets (街道) of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import box

from scripts.hill_district.regions import Faces, partition
from scripts.hill_district.shapes import faces_between

if TYPE_CHECKING:
    from scripts.hill_district.graph import StreetGraph
    from scripts.hill_district.settings import FloatArray, IntArray, ObjectArray
    from scripts.hill_district.town import Town

BOUNDING_ROADS = ["primary", "secondary", "tertiary", "residential"]
LEAST_BORDER_M = 12.0
CROWDED_SHARE = 0.30
"""A face with more than this share of a community's mean persons is cut by its lanes."""
SIMPLIFIED_M = 1.5


def draw_communities(
    town: Town, graph: StreetGraph, buildings: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """
    Divide the land into communities of about equal population, and group them.

    Neighbours share their vertices exactly, so nothing overlaps and nothing is left out.

    Parameters
    ----------
    town
        Banks, crests, names and counts.
    graph
        The roads that bound communities.
    buildings
        `persons` and outline.

    Returns
    -------
    communities
        `id`, `name`, `street_id`, `street`, `persons` and outline.
    streets
        `id`, `name` and outline.
    """
    settings, rng = town.settings, town.rng
    persons = buildings["persons"].to_numpy(float)
    home = shapely.centroid(buildings.geometry.to_numpy())
    shape = _faces(town, graph, home, persons)
    face_of_home = shapely.STRtree(shape).nearest(home)
    faces = _with_borders(shape, _sums(face_of_home, persons, len(shape)))
    member = partition(faces, settings.communities, rng)
    outline = _united(shape, member, settings.communities)
    load = _sums(member, faces.weight, settings.communities)
    upper = partition(_with_borders(outline, load), settings.streets, rng)
    order = np.lexsort((-shapely.get_y(shapely.centroid(outline)), upper))
    upper, outline, load = upper[order], outline[order], load[order]
    outline = np.asarray(shapely.coverage_simplify(outline, SIMPLIFIED_M))
    street_names = [town.names.take("街道") for _ in range(settings.streets)]
    communities = gpd.GeoDataFrame(
        {
            "id": [f"S{g + 1:02d}C{i + 1:03d}" for i, g in enumerate(upper)],
            "name": [town.names.take("社区") for _ in order],
            "street_id": [f"S{g + 1:02d}" for g in upper],
            "street": [street_names[g] for g in upper],
            "persons": load.round().astype(int),
        },
        geometry=outline,
    )
    streets = gpd.GeoDataFrame(
        {"id": [f"S{g + 1:02d}" for g in range(settings.streets)], "name": street_names},
        geometry=_united(outline, upper, settings.streets),
    )
    return communities, streets


def _faces(town: Town, graph: StreetGraph, home: ObjectArray, persons: FloatArray) -> ObjectArray:
    """Faces between roads, banks and crests; crowded ones are cut by lanes and stairs too."""
    e = graph.on_ground()
    climbs = e["name"].str.endswith("支路").to_numpy(bool)
    roads = e["highway"].isin(BOUNDING_ROADS).to_numpy(bool) & ~climbs
    banks = [p.exterior for p in shapely.get_parts(town.water)]
    lines = [
        *e["line"].to_numpy()[roads],
        *banks,
        *town.terrain.crests,
        box(0, 0, town.settings.size_m, town.settings.size_m).exterior,
    ]
    faces = _on_land(town, faces_between(lines))
    weight = np.bincount(shapely.STRtree(faces).nearest(home), persons, len(faces))
    crowded = faces[weight > CROWDED_SHARE * persons.sum() / town.settings.communities]
    small = e["line"].to_numpy()[~roads]
    for face in crowded:
        cut = shapely.intersection(small[shapely.intersects(small, face)], face)
        lines += [part for part in shapely.get_parts(cut) if part.geom_type == "LineString"]
    return _on_land(town, faces_between(lines))


def _on_land(town: Town, faces: ObjectArray) -> ObjectArray:
    """Drop the faces that are water or lie outside the district."""
    inner = shapely.point_on_surface(faces)
    frame = box(0, 0, town.settings.size_m, town.settings.size_m)
    return np.asarray(
        faces[~shapely.contains(town.water.buffer(1), inner) & shapely.contains(frame, inner)]
    )


def _with_borders(shape: ObjectArray, weight: FloatArray) -> Faces:
    """Tell which faces share a border that is worth the name."""
    a, b = shapely.STRtree(shape).query(shape, "intersects")
    a, b = a[a < b], b[a < b]
    shared = shapely.length(shapely.intersection(shape[a], shape[b])) > LEAST_BORDER_M
    centre = shapely.get_coordinates(shapely.centroid(shape))
    return Faces(centre, weight, np.c_[a[shared], b[shared]])


def _sums(group: IntArray, weight: FloatArray, count: int) -> FloatArray:
    """Add up the weights of each group."""
    return np.bincount(group, weight, count).astype(np.float64)


def _united(shape: ObjectArray, region: IntArray, count: int) -> ObjectArray:
    """Unite the faces of each region."""
    return np.array([shapely.coverage_union_all(shape[region == k]) for k in range(count)])
