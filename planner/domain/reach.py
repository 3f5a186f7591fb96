"""Results of searches on the streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, GeometryArray, Int32Array, IntArray
    from planner.domain.network import AccessPoints
    from planner.domain.walking import Direction


@dataclass(frozen=True, slots=True)
class Reach:
    """
    Nodes within a limit of each source, as compressed sparse rows.

    Attributes
    ----------
    indptr : int64, shape (n_sources + 1,)
        Row `i` is `indptr[i]:indptr[i + 1]`.
    node : int64, shape (indptr[-1],)
        Nodes reached, the caller's numbers, ascending within a row.
    travel_time_s : float64, shape (indptr[-1],)
        Seconds, at most the limit (inclusive).
    limit_s
        The limit of the search.
    reverse
        True where times are to the sources, False where from them.
    access
        Where the sources meet the streets when they are places (with their
        off-street legs in the times), `None` when they are nodes.
    leg_s : float64, shape (n_sources,), or None
        Seconds of the off-street leg of each source, given with `access`.
    searched
        The same rows by search node (`StreetNetwork.search_nodes`), `None` where
        searches run over the nodes themselves.
    """

    indptr: IntArray
    node: IntArray
    travel_time_s: FloatArray
    limit_s: float
    reverse: bool
    access: AccessPoints | None = None
    leg_s: FloatArray | None = None
    searched: Reach | None = None


@dataclass(frozen=True, slots=True)
class NearestCentre:
    """
    The nearest source of every node.

    Attributes
    ----------
    travel_time_s : float64, shape (n_nodes,)
        Seconds, `UNREACHED` beyond the limit.
    centre_index : int64, shape (n_nodes,)
        Position in the list of sources, -1 where not reached.
    """

    travel_time_s: FloatArray
    centre_index: IntArray


@dataclass(frozen=True, slots=True)
class Walks:
    """
    Every walk between a place (centre or candidate) and a demand point within a limit.

    Attributes
    ----------
    indptr : int64, shape (n_places + 1,)
        Walks of place `i` are `indptr[i]:indptr[i + 1]`.
    demand_index : int32, shape (indptr[-1],)
        Ascending within a row.
    travel_time_s : float64, shape (indptr[-1],)
        Seconds on foot, both off-street legs included, at most `limit_s`.
    n_demand
        Number of demand points.
    limit_s
        Longest walk looked for, inclusive.
    """

    indptr: IntArray
    demand_index: Int32Array
    travel_time_s: FloatArray
    n_demand: int
    limit_s: float


@dataclass(frozen=True, slots=True)
class Isochrones:
    """
    Pictures of reach: one polygon for each source at one limit.

    Attributes
    ----------
    geometry : shape (n_sources,)
        Polygons or multi-polygons in the working CRS, with holes; empty where
        nothing is reached.
    limit_s
        The limit drawn.
    """

    geometry: GeometryArray
    limit_s: float


@dataclass(frozen=True, slots=True)
class Route:
    """
    One fastest walk between a home and a place, as it is walked along the streets.

    Node, edge and shape run from the home to the place, whichever way it is walked.

    Attributes
    ----------
    node : int64, shape (n_path,)
        Nodes passed, the caller's numbers; empty where the walk stays on one edge.
    edge_index : int64, shape (n_parts,)
        Edges walked, wholly or in part; empty where both stand at the same point.
    edge_time_s : float64, shape (n_parts,)
        Seconds on each of them.
    xy : float64, shape (n_vertices, 2)
        The line along the drawn streets, from the home's access point to the
        place's, working CRS; at least two vertices.
    direction
        `to_centre` or `from_centre`: which way the times are for.
    travel_time_s
        Seconds in all: the sum of the six below.
    streets_s, steps_s, private_s
        Seconds walked on streets, on steps, and on other private ways.
    demand_leg_s, place_leg_s
        Seconds off the streets, at the home and at the place.
    wait_s
        Seconds waited, at signals and for lifts.
    up_s, down_s
        Seconds of `streets_s` and `private_s` spent where the way walked rises, or falls,
        by more than 1 in 100; 0 where slope is not counted.
    rise_m, fall_m
        Metres climbed and descended, steps included; 0 where slope is not counted.
    """

    node: IntArray
    edge_index: IntArray
    edge_time_s: FloatArray
    xy: FloatArray
    direction: Direction
    travel_time_s: float
    streets_s: float
    steps_s: float
    private_s: float
    demand_leg_s: float
    place_leg_s: float
    wait_s: float = 0.0
    up_s: float = 0.0
    down_s: float = 0.0
    rise_m: float = 0.0
    fall_m: float = 0.0
