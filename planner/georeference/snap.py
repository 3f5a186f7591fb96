"""Places onto the streets: the nearest point of an edge that people may walk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from planner.domain.network import NO_SNAP, AccessPoints
from planner.units import UNREACHED

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, GeometryArray, IntArray
    from planner.domain.network import StreetNetwork, Streets

SMALLEST_MAINLAND_NODES: Final = 100
"""A component of fewer junctions is an island: a place prefers a larger one within the limit."""


def snap_places(network: StreetNetwork, xy: FloatArray, *, limit_m: float) -> AccessPoints:
    """
    Put places on the streets, each at the nearest point of a usable edge.

    Usable is an edge that the network's profile may walk in at least one
    direction and that is no bridge, tunnel, lift, escalator or indoor way. An
    edge of a component of at least 100 junctions within the limit goes before
    any edge of a smaller one. Of edges equally near, the first is taken.

    Parameters
    ----------
    network
        Streets with times.
    xy : shape (n_places, 2)
        Places in the working CRS; NaN where unknown.
    limit_m
        Longest way off the streets, metres, inclusive.

    Returns
    -------
    access
        One access point a place.
    """
    time_s = network.edge_time_s
    usable = np.isfinite(time_s[:, 0]) | np.isfinite(time_s[:, 1])
    usable &= (network.streets.edge_flags & np.uint16(NO_SNAP)) == 0
    on_mainland = _on_mainland(network)
    known = np.isfinite(xy[:, 0]) & np.isfinite(xy[:, 1])
    places = shapely.points(np.where(known[:, None], xy, 0.0))
    mainland_edge, mainland_m = _nearest(network.streets, usable & on_mainland, places)
    island_edge, island_m = _nearest(network.streets, usable & ~on_mainland, places)
    to_mainland = (mainland_m <= limit_m) | (mainland_m <= island_m)
    edge = np.where(to_mainland, mainland_edge, island_edge)
    distance_m = np.where(to_mainland, mainland_m, island_m)
    met = known & (distance_m <= limit_m)
    # Off the network the distance told is that to the nearest edge of all.
    distance_m = np.where(met, distance_m, np.minimum(mainland_m, island_m))
    distance_m[~known] = UNREACHED
    fraction, access_xy = _points_on_edges(network.streets, edge, places, met)
    return AccessPoints(
        edge_index=np.where(met, edge, -1),
        fraction=fraction,
        distance_m=distance_m,
        xy=np.where(met[:, None], access_xy, xy),
        switched=met & to_mainland & (island_m < mainland_m),
    )


def _on_mainland(network: StreetNetwork) -> BoolArray:
    size = np.bincount(network.node_component)
    component = network.node_component[network.streets.edge_start]
    on_mainland: BoolArray = size[component] >= SMALLEST_MAINLAND_NODES
    return on_mainland


def _nearest(
    streets: Streets, among: BoolArray, places: GeometryArray
) -> tuple[IntArray, FloatArray]:
    """Return for each place the nearest of some edges, -1 where there is none, and how far."""
    edge = np.full(len(places), -1, dtype=np.int64)
    distance_m = np.full(len(places), UNREACHED)
    chosen = np.flatnonzero(among)
    if len(chosen) == 0 or len(places) == 0:
        return edge, distance_m
    tree = shapely.STRtree(draw_edges(streets, chosen))
    (place, found), found_m = tree.query_nearest(places, return_distance=True, all_matches=True)
    order = np.lexsort((found, place))
    place, found, found_m = place[order], found[order], found_m[order]
    first = np.ones(len(place), dtype=np.bool_)
    first[1:] = place[1:] != place[:-1]
    edge[place[first]] = chosen[found[first]]
    distance_m[place[first]] = found_m[first]
    return edge, distance_m


def _points_on_edges(
    streets: Streets, edge: IntArray, places: GeometryArray, met: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Return where on its edge, as a share of the length, and in the plane each place is met."""
    fraction = np.zeros(len(places))
    xy = np.zeros((len(places), 2))
    used, line_of_place = np.unique(edge[met], return_inverse=True)
    lines = draw_edges(streets, used)[line_of_place]
    share = shapely.line_locate_point(lines, places[met], normalized=True)
    fraction[met] = np.clip(share, 0.0, 1.0)
    xy[met] = shapely.get_coordinates(
        shapely.line_interpolate_point(lines, fraction[met], normalized=True)
    )
    return fraction, xy


def draw_edges(streets: Streets, edges: IntArray) -> GeometryArray:
    """Draw some edges as lines, in their order."""
    start, stop = streets.shape_indptr[edges], streets.shape_indptr[edges + 1]
    line = np.repeat(np.arange(len(edges)), stop - start)
    shift = np.repeat(start - np.concatenate([[0], np.cumsum(stop - start)[:-1]]), stop - start)
    vertex = np.arange(len(line)) + shift
    lines: GeometryArray = shapely.linestrings(streets.shape_xy[vertex], indices=line)
    return lines
