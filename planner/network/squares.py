"""Open squares are crossed: straight lines between the places where one enters them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from planner.domain.network import EdgeFlag
from planner.network.added_ways import AddedWays

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.network import RawWays

MAX_ENTRIES: Final = 40
"""Of a square with more entries these many are joined by lines, spread along its outline."""
MAX_CORNERS: Final = 60
"""Lines turn at these many corners of a square at most, the sharpest."""
_TOLERANCE_M: Final = 0.01
"""Lines may leave a square by the width to which street files are rounded."""
_SAME_M: Final = 1e-3
"""A line that saves less than this is left out."""
_SEMI_MAJOR_M: Final = 6_378_137.0
_ECCENTRICITY2: Final = 0.0066943799901413165


def cross_squares(ways: RawWays) -> tuple[RawWays, dict[str, int]]:
    """
    Add the straight lines that people take over open squares.

    The entries of a square are the nodes of its rings that other ways share, and doors of
    buildings; barred nodes are none. Entries that see each other inside the square are joined
    by a line; where a hole or a corner stands between, the shortest walk turns at corners.
    Lines no shorter than a walk along the outline or over other lines are left out. The
    outline stays. Walls and fences across a square are not known of.

    Parameters
    ----------
    ways
        With `way_area`, else they are returned as they are.

    Returns
    -------
    ways, counts
        The ways with the lines behind them (`EdgeFlag.CROSSES_AREA`, else as their square),
        and `squares_crossed`, `square_lines`, `squares_with_one_entry`,
        `squares_with_many_entries` (more than `MAX_ENTRIES`: the others keep to the outline),
        and in `areas_as_outline` also those whose rings enclose nothing.
    """
    if ways.way_area is None or not ways.way_area.any():
        return ways, {}
    counts = {
        "squares_crossed": 0,
        "square_lines": 0,
        "squares_with_one_entry": 0,
        "squares_with_many_entries": 0,
        "areas_as_outline": ways.counts.get("areas_as_outline", 0),
    }
    added = AddedWays(ways)
    entry = _entries(ways)
    for rings in _squares(ways):
        outline = _Outline.of(ways, rings)
        entries = np.flatnonzero(entry[outline.node])
        if len(entries) < 2:  # noqa: PLR2004 - a line has two ends
            counts["squares_with_one_entry"] += 1
            continue
        area = outline.area()
        if area is None:
            counts["areas_as_outline"] += 1
            continue
        if len(entries) > MAX_ENTRIES:
            counts["squares_with_many_entries"] += 1
            entries = _spread(outline.xy, entries)
        lines = _lines(outline, area, entries)
        for start, end in lines.tolist():
            added.add_way(
                [int(outline.node[start]), int(outline.node[end])],
                way_id=int(ways.way_id[rings[0]]),
                kind=int(ways.way_kind[rings[0]]),
                flags=int(ways.way_flags[rings[0]]) | int(EdgeFlag.CROSSES_AREA),
                name=int(ways.way_name[rings[0]]),
            )
        counts["squares_crossed"] += 1
        counts["square_lines"] += len(lines)
    return added.joined(), counts


def _squares(ways: RawWays) -> list[IntArray]:
    """Return the rings of each square, as ways by id; squares by their lowest id."""
    ring = np.flatnonzero(_number_squares(ways) >= 0)
    ring = ring[np.argsort(ways.way_id[ring], kind="stable")]
    number = _number_squares(ways)[ring]
    order = np.argsort(number, kind="stable")
    _, first = np.unique(number[order], return_index=True)
    squares = np.split(ring[order], first[1:])
    return sorted(squares, key=lambda rings: int(ways.way_id[rings[0]]))


def _number_squares(ways: RawWays) -> IntArray:
    area = np.zeros(len(ways.way_id), dtype=np.bool_) if ways.way_area is None else ways.way_area
    own = np.arange(len(area), dtype=np.int64)
    number: IntArray = np.where(area, own if ways.way_square is None else ways.way_square, -1)
    return number


def _entries(ways: RawWays) -> BoolArray:
    """Mark the nodes that belong to two ways that are not of one square, and the doors."""
    number = _number_squares(ways)
    # Ways that are no square stand each for themselves, behind the squares.
    group = np.where(number >= 0, number, len(number) + np.arange(len(number)))
    vertex_group = np.repeat(group, np.diff(ways.way_indptr))
    n_nodes = len(ways.node_id)
    on_square = np.zeros(n_nodes, dtype=np.bool_)
    on_square[ways.way_node[vertex_group < len(number)]] = True
    met = on_square[ways.way_node]
    n_groups = 2 * len(number)
    pair = np.unique(ways.way_node[met] * n_groups + vertex_group[met])
    entry = np.bincount(pair // n_groups, minlength=n_nodes) > 1
    if ways.door_node is not None:
        entry[ways.door_node] = True
    entry[ways.barred_node] = False
    return entry & on_square


@dataclass(frozen=True, slots=True)
class _Outline:
    """
    The rings of one square in a plane of metres.

    Attributes
    ----------
    node : int64, shape (n_places,)
        Positions in `RawWays.node_id`, ascending, unique.
    xy : float64, shape (n_places, 2)
        Metres.
    rings
        Places around each ring, the first again at the end.
    open : bool, shape (n_places,)
        Whether lines may turn there: not where a barrier stands.
    """

    node: IntArray
    xy: FloatArray
    rings: tuple[IntArray, ...]
    open: BoolArray

    @classmethod
    def of(cls, ways: RawWays, rings: IntArray) -> _Outline:
        """Take the rings, given as ways, out of the street file."""
        rows = [
            ways.way_node[ways.way_indptr[way] : ways.way_indptr[way + 1]] for way in rings.tolist()
        ]
        node, place = np.unique(np.concatenate(rows), return_inverse=True)
        ends = np.cumsum([len(row) for row in rows])[:-1]
        lonlat = ways.node_lonlat[node]
        sin2 = math.sin(math.radians(float(lonlat[0, 1]))) ** 2
        across_m = _SEMI_MAJOR_M / math.sqrt(1.0 - _ECCENTRICITY2 * sin2)
        along_m = across_m * (1.0 - _ECCENTRICITY2) / (1.0 - _ECCENTRICITY2 * sin2)
        radius_m = np.array([across_m * math.sqrt(1.0 - sin2), along_m])
        return cls(
            node=node,
            xy=np.radians(lonlat - lonlat[0]) * radius_m,
            rings=tuple(np.split(place.astype(np.int64), ends)),
            open=~np.isin(node, ways.barred_node),
        )

    def steps(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Return the pieces of the outline: their two places and length, metres."""
        start = np.concatenate([ring[:-1] for ring in self.rings])
        end = np.concatenate([ring[1:] for ring in self.rings])
        delta = self.xy[end] - self.xy[start]
        return start, end, np.hypot(delta[:, 0], delta[:, 1])

    def area(self) -> shapely.Geometry | None:
        """Return what the rings enclose, holes left out; None where that is nothing."""
        lines = shapely.linestrings(
            np.concatenate([self.xy[ring] for ring in self.rings]),
            indices=np.repeat(np.arange(len(self.rings)), [len(ring) for ring in self.rings]),
        )
        area = shapely.build_area(shapely.geometrycollections(lines))
        return None if area.is_empty or not area.is_valid else area


def _spread(xy: FloatArray, entries: IntArray) -> IntArray:
    """Choose `MAX_ENTRIES` entries, each the farthest from those chosen before."""
    chosen = [0]
    away = np.full(len(entries), np.inf)
    while len(chosen) < MAX_ENTRIES:
        delta = xy[entries] - xy[entries[chosen[-1]]]
        away = np.minimum(away, np.hypot(delta[:, 0], delta[:, 1]))
        chosen.append(int(np.argmax(away)))
    spread: IntArray = entries[np.sort(chosen)]
    return spread


def _lines(outline: _Outline, area: shapely.Geometry, entries: IntArray) -> IntArray:
    """Return the lines to add as pairs of places of the outline."""
    inside = shapely.buffer(area, _TOLERANCE_M, join_style="mitre")
    shapely.prepare(inside)
    line_m = _seen_m(outline.xy[entries], inside)
    stops = entries
    if np.isinf(line_m).sum() > len(entries):
        stops = np.union1d(entries, _corners(outline, area))
        line_m = _seen_m(outline.xy[stops], inside)
    start, end, step_m = outline.steps()
    n_places = len(outline.node)
    graph = coo_array((step_m, (start, end)), shape=(n_places, n_places)).tocsr()
    around_m = dijkstra(graph, directed=False, indices=stops)[:, stops]
    line_m[_shortest_without(line_m, around_m) <= line_m + _SAME_M] = np.inf
    if len(stops) > len(entries):
        line_m[~_walked(line_m, around_m, np.searchsorted(stops, entries))] = np.inf
    one, other = np.nonzero(np.triu(np.isfinite(line_m), 1))
    return np.column_stack([stops[one], stops[other]])


def _seen_m(xy: FloatArray, inside: shapely.Geometry) -> FloatArray:
    """Return the distances between places that see each other, `inf` elsewhere."""
    one, other = np.triu_indices(len(xy), 1)
    seen = shapely.covers(inside, shapely.linestrings(np.stack([xy[one], xy[other]], axis=1)))
    one, other = one[seen], other[seen]
    delta = xy[one] - xy[other]
    line_m = np.full((len(xy), len(xy)), np.inf)
    line_m[one, other] = line_m[other, one] = np.hypot(delta[:, 0], delta[:, 1])
    return line_m


def _corners(outline: _Outline, area: shapely.Geometry) -> IntArray:
    """Return the places where the way around something turns, the sharpest `MAX_CORNERS`."""
    place_of = {(x, y): i for i, (x, y) in enumerate(outline.xy.tolist())}
    found: dict[int, float] = {}
    for part in shapely.get_parts(shapely.orient_polygons(area)).tolist():
        for ring in shapely.get_rings(part).tolist():
            xy = shapely.get_coordinates(ring)[:-1]
            ahead, behind = np.roll(xy, -1, axis=0) - xy, xy - np.roll(xy, 1, axis=0)
            cross = behind[:, 0] * ahead[:, 1] - behind[:, 1] * ahead[:, 0]
            turn = np.arctan2(cross, (behind * ahead).sum(axis=1))
            # The square lies on the left: at a right turn it reaches around the corner.
            for i in np.flatnonzero(turn < 0).tolist():
                place = place_of.get((xy[i, 0], xy[i, 1]))
                if place is not None and outline.open[place]:
                    found[place] = min(found.get(place, 0.0), float(turn[i]))
    sharpest = sorted(found, key=lambda place: (found[place], place))[:MAX_CORNERS]
    return np.array(sorted(sharpest), dtype=np.int64)


def _shortest_without(line_m: FloatArray, around_m: FloatArray) -> FloatArray:
    """Return the shortest walk between two stops over one other, or along the outline."""
    walk_m = np.minimum(line_m, around_m)
    # Two stops at one place must not each be left out in favour of the other.
    walk_m[walk_m <= _SAME_M] = np.inf
    shortest_m = around_m.copy()
    for through in range(len(walk_m)):
        np.minimum(shortest_m, walk_m[:, [through]] + walk_m[[through], :], out=shortest_m)
    return shortest_m


def _walked(line_m: FloatArray, around_m: FloatArray, entries: IntArray) -> BoolArray:
    """Mark the lines that lie on a shortest walk between two entries."""
    walk_m = np.minimum(line_m, around_m)
    one, other = np.nonzero(np.isfinite(walk_m) & (walk_m > 0))
    graph = coo_array((walk_m[one, other], (one, other)), shape=walk_m.shape).tocsr()
    _, before = dijkstra(graph, indices=entries, return_predecessors=True)
    walked = np.zeros(walk_m.shape, dtype=np.bool_)
    for row in before:
        place = entries
        while len(place):
            place = place[row[place] >= 0]
            walked[row[place], place] = True
            place = np.unique(row[place])
    return (walked | walked.T) & (line_m <= around_m)
