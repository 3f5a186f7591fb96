"""Isochrones: pictures of what lies within a walk of a place."""

from __future__ import annotations

import math
from queue import SimpleQueue
from typing import TYPE_CHECKING

import contourpy
import numpy as np
import shapely

from planner._kernels.raster import round_distance
from planner.domain.progress import SilentProgress
from planner.domain.reach import Isochrones, Reach
from planner.errors import Fault, NetworkInvalid
from planner.reach.access import edge_ends, find_end_walks, find_leg_s
from planner.reach.parts import PartFinder, SharedStreets
from planner.reach.rows import collect_rows, map_blocks, thread_count
from planner.reach.times import NodeSearch, by_node, check_limit

if TYPE_CHECKING:
    from planner.domain.network import AccessPoints, StreetNetwork
    from planner.domain.progress import Progress
    from planner.reach.parts import Parts
    from planner.units import Metres, Seconds

_SILENT = SilentProgress()

_STEPS_A_METRE = 1000.0
"""Distances on the grid are whole millimetres, and the line drawn lies between two of them: it
passes through no grid point, so rings never touch themselves."""

_ROUND_SEGMENTS = 8
"""Segments of a quarter circle in exact buffers."""


def find_place_reach(
    network: StreetNetwork,
    places: AccessPoints,
    *,
    limit_s: Seconds,
    reverse: bool,
    speed_m_s: float | None = None,
    threads: int | None = None,
) -> Reach:
    """
    List the nodes within a limit of places that meet the streets mid-edge.

    Parameters
    ----------
    network
        Streets to walk on.
    places
        Where the places meet the streets; a place with edge -1 reaches nothing.
    limit_s
        Longest walk, seconds, above 0, inclusive; off-street legs count.
    reverse
        True gives walks to the places, False walks from them.
    speed_m_s
        Flat speed of the off-street legs, by default that of the network's profile.
    threads
        How many threads; by default `PLANNER_THREADS`, else one for each core.

    Returns
    -------
    reach
        With `access` and `leg_s` set, as `draw_isochrones` needs them.

    Raises
    ------
    NetworkInvalid
        If the limit is not above 0, nothing says how fast people walk, or an
        access point is no point of the network.
    """
    limit_s = check_limit(limit_s)
    leg_s = find_leg_s(network, places, speed_m_s)
    walks = find_end_walks(network, places, leg_s)
    seed_time = walks.coming_s if reverse else walks.leaving_s
    ends = edge_ends(network, places, leaving=not reverse)
    usable = (ends >= 0) & np.isfinite(seed_time)
    ends[usable] = network.rank[ends[usable]]
    ends[~usable] = -1
    order = np.argsort(ends.max(axis=1, initial=-1), kind="stable")
    search = NodeSearch.make(
        network,
        ends[order].astype(np.int32),
        np.ascontiguousarray(seed_time[order]),
        limit_s,
        reverse,
    )
    indptr, node, time_s = collect_rows(
        search, order, widest=len(network.rank), threads=thread_count(threads), wide=True
    )
    return by_node(
        network,
        Reach(
            indptr=indptr,
            node=node.astype(np.int64, copy=False),
            travel_time_s=time_s,
            limit_s=limit_s,
            reverse=reverse,
            access=places,
            leg_s=leg_s,
        ),
    )


def draw_isochrones(
    network: StreetNetwork,
    reach: Reach,
    *,
    limit_s: Seconds,
    frontage_m: Metres = 25.0,
    cell_m: Metres = 8.0,
    exact: bool = False,
    threads: int | None = None,
    progress: Progress = _SILENT,
) -> Isochrones:
    """
    Draw what lies along the streets within a walk of each source.

    The reached parts of streets, cut where time runs out, with `frontage_m` of
    land on both sides. Isochrones of one source nest, keep their holes, and
    cross water only on bridges.

    Parameters
    ----------
    network
        The streets that the reach was computed on.
    reach
        From `compute_reach` or `find_place_reach`; its `reverse` says which way
        edges are walked.
    limit_s
        The limit drawn, seconds, above 0, at most `reach.limit_s`.
    frontage_m
        How far from a reached street counts as reached, metres.
    cell_m
        Spacing of the grid of distances, metres; never more than half of
        `frontage_m` is used.
    exact
        True buffers every part and unites them instead: slow, for checks.
    threads
        How many threads; by default `PLANNER_THREADS`, else one for each core.
        The result is the same for any number.
    progress
        Told of the sources done.

    Returns
    -------
    isochrones
        Valid polygons in the CRS of the streets, empty where nothing is reached.

    Raises
    ------
    NetworkInvalid
        If `limit_s` is above that of the reach, or a length is not above 0.

    Notes
    -----
    Drawn by the distance to reached streets on a grid that is the same for every
    source, and marching squares. With the defaults and a 15-minute limit the area
    is within 1.5 % of exact buffers.
    """
    limit_s = _checked_limit(limit_s, reach)
    for name, length in (("frontage_m", frontage_m), ("cell_m", cell_m)):
        if not 0.0 < length < math.inf:
            fault = Fault("a length must be above 0", field=name, found=str(length))
            raise NetworkInvalid(fault)
    n_sources = len(reach.indptr) - 1
    count = max(1, min(thread_count(threads), n_sources))
    shared = SharedStreets.prepare(network, reverse=reach.reverse)
    idle: SimpleQueue[PartFinder] = SimpleQueue()
    for _ in range(count):
        idle.put(PartFinder(network, reach, shared))
    geometry = np.empty(n_sources, object)

    def work(source: int) -> int:
        finder = idle.get()
        parts = finder.find(source, limit_s)
        idle.put(finder)
        if exact:
            geometry[source] = _unite_buffers(parts, frontage_m)
        else:
            geometry[source] = _contour(parts, frontage_m, min(cell_m, frontage_m / 2))
        return 1

    progress.begin("isochrones", n_sources)
    map_blocks(work, iter(range(n_sources)), count, progress)
    progress.end()
    return Isochrones(geometry=geometry, limit_s=limit_s)


def _checked_limit(limit_s: Seconds, reach: Reach) -> float:
    limit = check_limit(limit_s)
    if limit > reach.limit_s:
        message = "the reach was not searched as far as the limit to draw"
        expected = f"at most {reach.limit_s}"
        raise NetworkInvalid(Fault(message, field="limit_s", found=str(limit_s), expected=expected))
    return limit


def _unite_buffers(parts: Parts, frontage_m: float) -> shapely.Geometry:
    if len(parts.edge) == 0:
        return shapely.Polygon()
    xy, indptr = parts.cut()
    lines = shapely.from_ragged_array(shapely.GeometryType.LINESTRING, xy, (indptr,))
    # Joined where two parts meet: the same land, and half as many buffers to unite.
    long = shapely.length(lines) > 0.0
    joined = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines[long])))
    pieces = np.concatenate([joined, lines[~long]])
    return shapely.union_all(shapely.buffer(pieces, frontage_m, quad_segs=_ROUND_SEGMENTS))


def _contour(parts: Parts, frontage_m: float, cell_m: float) -> shapely.Geometry:
    """Draw the line at `frontage_m` from the parts, on the grid of multiples of `cell_m`."""
    if len(parts.edge) == 0:
        return shapely.Polygon()
    # Neighbours of a point inside, across a cell too, have their true distance.
    radius_m = frontage_m + 1.5 * cell_m
    left, bottom, right, top = parts.box()
    first_x, first_y = (math.floor((low - radius_m) / cell_m) - 1 for low in (left, bottom))
    last_x, last_y = (math.ceil((high + radius_m) / cell_m) + 1 for high in (right, top))
    distance = np.full((last_y - first_y + 1, last_x - first_x + 1), radius_m**2)
    parts.stamp(
        distance,
        left=first_x * cell_m,
        bottom=first_y * cell_m,
        cell_m=cell_m,
        radius_m=radius_m,
    )
    round_distance(distance, _STEPS_A_METRE)
    generator = contourpy.contour_generator(
        np.arange(first_x, last_x + 1) * cell_m,
        np.arange(first_y, last_y + 1) * cell_m,
        distance,
        name="serial",
        fill_type=contourpy.FillType.ChunkCombinedOffsetOffset,
    )
    level = math.floor(frontage_m * _STEPS_A_METRE) + 0.5
    (xy,), (rings,), (polygons,) = generator.filled(-1.0, level)
    whole = np.array([0, len(polygons) - 1])
    offsets = (rings.astype(np.int64), polygons.astype(np.int64), whole)
    drawn = shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, xy, offsets)[0]
    return shapely.get_geometry(drawn, 0) if len(polygons) == len(whole) else drawn
