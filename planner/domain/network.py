"""Streets as junctions and edges, and the same streets with walking times."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from planner.domain.arrays import (
        BoolArray,
        FlagArray,
        Float32Array,
        FloatArray,
        Int32Array,
        IntArray,
    )
    from planner.domain.gated import SearchNodes
    from planner.domain.terrain import StreetHeights
    from planner.domain.walking import WalkingProfile
    from planner.errors import Fault


class EdgeFlag(IntFlag):
    """What an edge is, beyond its kind of way; bits of `Streets.edge_flags`."""

    NONE = 0
    BRIDGE = 1
    TUNNEL = 2
    INDOOR = 4
    LIFT = 8
    ESCALATOR = 16
    STEPS = 32
    PRIVATE = 64
    NO_FORWARD = 128
    NO_BACKWARD = 256
    COVERED = 512
    WHEELS_BARRED = 1024
    """Stated to be closed to wheels, over a raised kerb or a rough surface, or through a stile."""
    WHEELS_OPEN = 2048
    """Stated to be open to wheels, or with a ramp; beats steps and `WHEELS_BARRED`."""
    PAID = 4096
    """A fare is asked."""
    TIMED = 8192
    """Open at stated hours only."""
    CROSSES_AREA = 16384
    """Straight over an open square, between two places of its outline."""


FOOT_KINDS: Final = frozenset(
    {
        "footway",
        "path",
        "pedestrian",
        "steps",
        "corridor",
        "cycleway",
        "crossing",
        "sidewalk",
    }
)
"""Kinds of way made for people on foot: only they wait at signals and stop at raised kerbs."""

STOREY_M: Final = 3.5
"""Height of a storey, an assumption where only levels are stated."""

NO_SNAP = EdgeFlag.BRIDGE | EdgeFlag.TUNNEL | EdgeFlag.INDOOR | EdgeFlag.LIFT | EdgeFlag.ESCALATOR
"""Edges that a home or a centre is never snapped to."""


@dataclass(frozen=True, slots=True)
class LiftNodes:
    """
    Lifts drawn as single nodes, where ways of several levels meet.

    Attributes
    ----------
    node : int64, shape (n_lifts,)
        Positions in `RawWays.node_id`, unique.
    flags : uint16, shape (n_lifts,)
        `EdgeFlag` bits of the ride, `LIFT` among them.
    ground_level : float32, shape (n_lifts,)
        Level of the ways there that state none.
    """

    node: IntArray
    flags: FlagArray
    ground_level: Float32Array


@dataclass(frozen=True, slots=True)
class RawWays:
    """
    Walkable ways as a street file gives them, before junctions are found.

    Attributes
    ----------
    node_id : int64, shape (n_nodes,)
        Source ids of the nodes that the ways use, ascending, unique.
    node_lonlat : float64, shape (n_nodes, 2)
        Longitude and latitude, degrees, WGS 84.
    way_id : int64, shape (n_ways,)
        Source ids of the ways, in file order.
    way_indptr : int64, shape (n_ways + 1,)
        Way `i` runs over `way_node[way_indptr[i]:way_indptr[i + 1]]`.
    way_node : int64, shape (way_indptr[-1],)
        Positions in `node_id`.
    way_kind : int32, shape (n_ways,)
        Position in `kinds`.
    way_flags : uint16, shape (n_ways,)
        `EdgeFlag` bits.
    way_name : int32, shape (n_ways,)
        Position in `names`, -1 where the way has no name.
    kinds, names
        The `highway` values and street names met.
    barred_node : int64, shape (n_barred,)
        Positions in `node_id` where a barrier stops people on foot; an edge
        ends on each side of it and the two sides are not joined.
    counts
        What was read and left out, by reason, for the check and the manifest.
    way_incline : float32, shape (n_ways,), or None
        Stated rise along the way over its length, negative downwards; NaN where
        not stated, `inf` where only "up" is stated, `-inf` where only "down".
    way_step_count : float32, shape (n_ways,), or None
        Number of steps of the whole way, NaN where not stated.
    way_waits : float32, shape (n_ways,), or None
        Signals waited at along the whole way.
    way_rise_m : float32, shape (n_ways,), or None
        Stated height between the ends of a lift or escalator, metres, NaN where not.
    way_area : bool, shape (n_ways,), or None
        True for the outline of an open square that people cross.
    signal_node : int64, shape (n_signals,), or None
        Positions in `node_id` of crossings with signals: each end there of a way for
        people on foot is half a wait.
    way_square : int64, shape (n_ways,), or None
        Number of the open square that the outline belongs to, -1 where it is none;
        rings of one number are its outer and inner rings. `None`: each outline of
        `way_area` is a square of its own.
    door_node : int64, shape (n_doors,), or None
        Positions in `node_id` of doors of buildings, from which squares are entered.
    way_crossing : bool, shape (n_ways,), or None
        True for ways that are crossings of a street, with signals or without.
    way_level : float32, shape (n_ways,), or None
        Level of the way where lifts stop, 0 the ground, NaN where not stated.
    wheels_barred_node : int64, shape (n_stops,), or None
        Positions in `node_id` of raised kerbs, stiles and the like.
    lifts
        Lifts drawn as nodes.
    closed_gaps : float64, shape (n_gaps, 3), or None
        Gaps between drawn lines that were closed: longitude, latitude, length in metres.
    notices
        What was assumed in reading, and what to look at.
    """

    node_id: IntArray
    node_lonlat: FloatArray
    way_id: IntArray
    way_indptr: IntArray
    way_node: IntArray
    way_kind: Int32Array
    way_flags: FlagArray
    way_name: Int32Array
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    barred_node: IntArray
    counts: dict[str, int]
    way_incline: Float32Array | None = None
    way_step_count: Float32Array | None = None
    way_waits: Float32Array | None = None
    way_rise_m: Float32Array | None = None
    way_area: BoolArray | None = None
    signal_node: IntArray | None = None
    way_square: IntArray | None = None
    door_node: IntArray | None = None
    way_crossing: BoolArray | None = None
    way_level: Float32Array | None = None
    wheels_barred_node: IntArray | None = None
    lifts: LiftNodes | None = None
    closed_gaps: FloatArray | None = None
    notices: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Streets:
    """
    The compiled street network: junctions, edges, their shapes. No profile, no snap.

    Nodes are numbered along a Hilbert curve, so that neighbours lie close in
    memory. Edges are undirected; each keeps its drawn shape from start to end.

    Attributes
    ----------
    crs
        Working CRS (a PROJ string, metres).
    node_xy : float64, shape (n_nodes, 2)
        Junctions in the working CRS, metres.
    edge_start, edge_end : int32, shape (n_edges,)
        Junctions at the ends.
    edge_length_m : float64, shape (n_edges,)
        Geodesic length along the shape, metres, greater than 0.
    edge_kind : int32, shape (n_edges,)
        Position in `kinds`.
    edge_flags : uint16, shape (n_edges,)
        `EdgeFlag` bits.
    edge_name : int32, shape (n_edges,)
        Position in `names`, -1 without a name.
    edge_way_id : int64, shape (n_edges,)
        Source id of the way the edge is a part of; of a lift drawn as a node, that of the
        node; of a square drawn as a relation, minus that of the relation.
    shape_indptr : int64, shape (n_edges + 1,)
        Edge `e` is drawn by `shape_xy[shape_indptr[e]:shape_indptr[e + 1]]`.
    shape_xy : float64, shape (shape_indptr[-1], 2)
        Vertices in the working CRS, both ends included.
    kinds, names
        Values that `edge_kind` and `edge_name` point to.
    bounds_lonlat
        West, south, east, north of the streets' box, degrees.
    counts
        What was read, left out and mended, by reason.
    edge_incline : float32, shape (n_edges,), or None
        Stated rise over length from start to end, negative downwards; NaN where not
        stated, `inf` or `-inf` where only "up" or "down" is stated.
    edge_step_count : float32, shape (n_edges,), or None
        Number of steps, the edge's share of its way's by length; NaN where not stated.
    edge_waits : float32, shape (n_edges,), or None
        Signals waited at along the edge, in parts of one wait.
    edge_rise_m : float32, shape (n_edges,), or None
        Stated height between the ends of a lift or escalator, metres; NaN where not.
    closed_gaps_xy : float64, shape (n_gaps, 3), or None
        Gaps between drawn lines that were closed: x, y in the working CRS, length in metres.
    notices
        What was assumed in reading, and what to look at.
    doubled_xy : float64, shape (n_doubled, 3), or None
        Edges left out as drawn twice: x, y in the working CRS, id of the way left out.
    lengthless_xy : float64, shape (n_lengthless, 3), or None
        Ways left out as without length: x, y in the working CRS, id of the way.
    """

    crs: str
    node_xy: FloatArray
    edge_start: Int32Array
    edge_end: Int32Array
    edge_length_m: FloatArray
    edge_kind: Int32Array
    edge_flags: FlagArray
    edge_name: Int32Array
    edge_way_id: IntArray
    shape_indptr: IntArray
    shape_xy: FloatArray
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    bounds_lonlat: tuple[float, float, float, float]
    counts: dict[str, int]
    edge_incline: Float32Array | None = None
    edge_step_count: Float32Array | None = None
    edge_waits: Float32Array | None = None
    edge_rise_m: Float32Array | None = None
    closed_gaps_xy: FloatArray | None = None
    notices: tuple[Fault, ...] = ()
    doubled_xy: FloatArray | None = None
    lengthless_xy: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class SearchGraph:
    """
    Directed edges grouped by their tail, for the kernels (compressed sparse rows).

    Attributes
    ----------
    indptr : int32, shape (n_nodes + 1,)
        Edges out of node `i` are `indptr[i]:indptr[i + 1]`.
    head : int32, shape (n_directed,)
        Node at the other end.
    time_s : float64, shape (n_directed,)
        Seconds to walk the edge, finite, not below 0.
    """

    indptr: Int32Array
    head: Int32Array
    time_s: FloatArray


@dataclass(frozen=True, slots=True)
class StreetNetwork:
    """
    Streets with walking times: what every search runs on.

    Attributes
    ----------
    streets
        Topology and shapes; node and edge numbers are those of `streets`.
    edge_time_s : float64, shape (n_edges, 2)
        Seconds to walk each edge from start to end, and from end to start;
        `UNREACHED` where that direction is not allowed.
    outward, inward
        Search graphs: along the edges, and against them. Their nodes are
        numbered by `rank`, not as the caller numbers them.
    node_component : int32, shape (n_nodes,)
        Weakly connected component over the edges that this profile may use, in
        either direction; numbered by size, 0 is the largest.
    rank : int64, shape (n_nodes,) or (n_search_nodes,)
        Number inside the search graphs of each of the caller's nodes, and behind
        them of the copies of `search_nodes`.
    profile
        Who is walking; `None` for a network made from arrays.
    heights
        Heights of the streets, `None` where slope is not counted.
    edge_wait_s : float64, shape (n_edges,), or None
        Seconds of `edge_time_s` spent waiting, in either direction.
    search_nodes
        What searches run over where private ways only begin or end a walk, `None`
        where they run over the nodes themselves.
    """

    streets: Streets
    edge_time_s: FloatArray
    outward: SearchGraph
    inward: SearchGraph
    node_component: Int32Array
    rank: IntArray
    profile: WalkingProfile | None = None
    heights: StreetHeights | None = None
    edge_wait_s: FloatArray | None = None
    search_nodes: SearchNodes | None = None

    @classmethod
    def from_arrays(
        cls,
        node_xy: FloatArray,
        edge_start: IntArray,
        edge_end: IntArray,
        edge_time_s: FloatArray,
        *,
        crs: str,
    ) -> StreetNetwork:
        """
        Make a network of straight directed edges with given times.

        Parameters
        ----------
        node_xy : shape (n_nodes, 2)
            Coordinates in `crs`, metres.
        edge_start, edge_end : shape (n_directed,)
            Tail and head of each directed edge. Of parallel edges the faster
            wins; islands are kept.
        edge_time_s : shape (n_directed,)
            Seconds, finite and greater than 0.
        crs
            Projected CRS of `node_xy`.

        Returns
        -------
        network
            Its node numbers are the caller's.

        Raises
        ------
        NetworkInvalid
            If shapes differ, an index is out of range, or a time is not
            finite and positive.
        """
        from planner.domain.search_graph import network_from_arrays

        return network_from_arrays(node_xy, edge_start, edge_end, edge_time_s, crs=crs)


@dataclass(frozen=True, slots=True)
class AccessPoints:
    """
    Where places meet the streets: a point on an edge for each place.

    Attributes
    ----------
    edge_index : int64, shape (n_places,)
        Edge met, -1 where no walkable edge lies within the snap limit.
    fraction : float64, shape (n_places,)
        Where on the edge, 0 at its start, 1 at its end, by length.
    distance_m : float64, shape (n_places,)
        Straight line from the place to the access point, metres; distance to
        the nearest edge, if any was found, even where `edge_index` is -1, else inf.
    xy : float64, shape (n_places, 2)
        The access point in the working CRS; the place itself where off the network.
    switched : bool, shape (n_places,)
        True where the nearest edge belonged to a small island and another was taken.
    """

    edge_index: IntArray
    fraction: FloatArray
    distance_m: FloatArray
    xy: FloatArray
    switched: BoolArray
