"""What looks wrong or unknown in the streets, and where to look: notices, never faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, IntArray

FindingKind: TypeAlias = Literal[
    "island",
    "demand_near_edge",
    "centre_near_edge",
    "demand_far_from_street",
    "centre_far_from_street",
    "duplicate_ways",
    "ways_without_length",
    "steps_without_rise",
    "edges_without_height",
    "gaps_closed",
]
FINDING_KINDS: tuple[FindingKind, ...] = (
    "island",
    "demand_near_edge",
    "centre_near_edge",
    "demand_far_from_street",
    "centre_far_from_street",
    "duplicate_ways",
    "ways_without_length",
    "steps_without_rise",
    "edges_without_height",
    "gaps_closed",
)
"""In the order in which they are told."""

Severity: TypeAlias = Literal["look", "note"]
"""`look`: a figure may be wrong by it; `note`: mended, or good to know."""

PlaceNoun: TypeAlias = Literal["edge", "demand", "centre", "way", "none"]


@dataclass(frozen=True, slots=True)
class FindingPlaces:
    """
    The places of one finding that are worth a look, the weightiest first.

    Attributes
    ----------
    noun
        What `index` points to: edges of the streets, demand points, centres, or nothing;
        for `way` it is the source id of the way itself.
    index : int64, shape (n_places,)
        Position among them, -1 where there is none.
    xy : float64, shape (n_places, 2)
        Where to look, working CRS.
    count : int64, shape (n_places,)
        How many edges (or homes, centres) the place stands for.
    length_m : float64, shape (n_places,)
        Their length; 0 where a length says nothing. For `demand_near_edge` and
        `centre_near_edge` the distance to the edge of the street data, for
        `demand_far_from_street` and `centre_far_from_street` that to the street.
    persons : float64, shape (n_places,)
        Persons there.
    """

    noun: PlaceNoun
    index: IntArray
    xy: FloatArray
    count: IntArray
    length_m: FloatArray
    persons: FloatArray


@dataclass(frozen=True, slots=True)
class NetworkFinding:
    """
    One kind of thing found in the streets: all of it counted, some of it located.

    Attributes
    ----------
    kind
        What was found.
    severity
        Whether figures may be wrong by it.
    count
        How many: islands, homes, centres, ways, flights of steps, edges, gaps.
    share
        `count` as a share of all there are, `None` where it says nothing.
    length_m, length_share
        Length of street concerned, and its share of all that can be walked.
    persons, persons_share
        Persons concerned, and their share of all.
    centres
        Centres concerned.
    causes
        `count` by cause, where there are several.
    places
        Where to look first.
    edge_index : int64, shape (n_edges,)
        Edges to draw, ascending.
    """

    kind: FindingKind
    severity: Severity
    count: int
    places: FindingPlaces
    edge_index: IntArray
    share: float | None = None
    length_m: float = 0.0
    length_share: float | None = None
    persons: float = 0.0
    persons_share: float | None = None
    centres: int = 0
    causes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkFindings:
    """
    Everything found in the streets of a study.

    Attributes
    ----------
    findings
        One record a kind, in the order of `FINDING_KINDS`; kinds without any are left out.
    longest_walk_m
        The walk of the longest circle on the flat: who lives or stands nearer than this to
        the edge of the street data may have walks that the data cuts off.
    data_edge_xy : float64, shape (n_corners, 2)
        Convex hull of the streets, working CRS, its first corner not repeated: taken as the
        edge of the data. Fewer than three corners where the streets are one straight line.
    """

    findings: tuple[NetworkFinding, ...]
    longest_walk_m: float
    data_edge_xy: FloatArray
