"""Where people are not covered: clusters along the streets, named, with the reason."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import cKDTree

from planner.coverage.clusters import cluster_points
from planner.coverage.cover import is_covered
from planner.coverage.neighbours import straight_neighbours, street_neighbours
from planner.coverage.totals import total_persons
from planner.domain.coverage import Gap
from planner.units import UNREACHED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.coverage import StateCoverage
    from planner.domain.network import AccessPoints, StreetNetwork
    from planner.domain.places import Areas, Demand
    from planner.domain.standard import LifeCircle
    from planner.units import Metres

JOINING_M: Final[Metres] = 250.0
"""Uncovered neighbours at most so far apart, along the streets, are one gap."""

_NORM_SPEED_M_S: Final = 1.0
"""60 m a minute, for a network that was made from arrays and has no walker."""


def find_gaps(
    *,
    coverage: StateCoverage,
    circles: Sequence[LifeCircle],
    demand: Demand,
    demand_access: AccessPoints,
    network: StreetNetwork,
    centres_xy: FloatArray,
    serving: BoolArray,
    communities: Areas | None = None,
    community_index: IntArray | None = None,
    joining_m: Metres = JOINING_M,
) -> tuple[Gap, ...]:
    """
    Find the places where people are not covered, circle by circle.

    A gap joins uncovered homes that are neighbours along the streets at most
    `joining_m` apart with no covered home between them (`street_neighbours`); two
    banks of a river without a bridge are two gaps however close. Uncovered ground
    that goes on and on is cut so that no gap is longer, along its streets, than the
    walk from one end of the circle to the other (twice its limit at flat speed).
    Homes off the network are joined by straight distance and kept apart. Every
    uncovered person is in exactly one gap of each circle.

    Parameters
    ----------
    coverage
        The state looked at.
    circles
        Life circles, in the order of `coverage`.
    demand, demand_access
        People, in the network's CRS, and where they meet the streets.
    network
        Streets, for joining and for names.
    centres_xy : shape (n_centres, 2)
        The centres, same CRS.
    serving : shape (n_circles, n_centres)
        True where a centre is in service and serves the circle.
    communities, community_index
        Communities, and that of each demand point (-1 outside), for names.
    joining_m
        See above.

    Returns
    -------
    gaps
        By circle, largest first; `gap_id` is the circle's position and the gap's:
        `G1-1`, `G1-2`, …, `G2-1`, …. The reason is `off_network`; `no_centre` where no
        centre in service serves the circle; `detour` where `straight_m` is within
        the circle's walk at flat speed and only the way there is too long; else
        `too_far`.
    """
    place = _Place(demand, demand_access, network, communities, community_index)
    return tuple(
        gap
        for row, circle in enumerate(circles)
        for gap in _gaps_of_circle(
            row, circle, coverage.travel_time_s[row], place, centres_xy, serving[row], joining_m
        )
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """What is known of where people live, the same for every circle."""

    demand: Demand
    access: AccessPoints
    network: StreetNetwork
    communities: Areas | None
    community_index: IntArray | None

    @property
    def speed_m_s(self) -> float:
        """Flat speed of the walker."""
        profile = self.network.profile
        return _NORM_SPEED_M_S if profile is None else profile.speed_m_s


def _gaps_of_circle(
    row: int,
    circle: LifeCircle,
    travel_time_s: FloatArray,
    place: _Place,
    centres_xy: FloatArray,
    serving: BoolArray,
    joining_m: Metres,
) -> list[Gap]:
    """Cluster the uncovered demand of one circle and describe each cluster."""
    persons = place.demand.persons
    uncovered = ~is_covered(travel_time_s, circle.limit_s) & (persons > 0.0)
    within_m = circle.limit_s * place.speed_m_s
    clusters = _clusters(place, uncovered, joining_m, longest_m=2.0 * within_m)
    centre_index = np.flatnonzero(serving)
    gaps = [
        _describe(
            members, circle, travel_time_s, place, centres_xy[centre_index], centre_index, within_m
        )
        for members in clusters
    ]
    gaps.sort(key=lambda gap: (-gap.persons, gap.xy, gap.reason))
    return [
        dataclasses.replace(gap, gap_id=f"G{row + 1}-{position}")
        for position, gap in enumerate(gaps, start=1)
    ]


def _clusters(
    place: _Place, uncovered: BoolArray, joining_m: Metres, *, longest_m: Metres
) -> list[IntArray]:
    """Return the members of each cluster: those on the streets, then those off them."""
    on_network = place.access.edge_index >= 0
    # Points go by place, not by row, so that the order of the input does not matter.
    order = np.lexsort((place.demand.xy[:, 1], place.demand.xy[:, 0]))
    on_streets = order[(on_network & (place.demand.persons > 0.0))[order]]
    off_streets = order[(uncovered & ~on_network)[order]]
    near = street_neighbours(
        place.network, place.access, on_streets, uncovered[on_streets], joining_m=joining_m
    )
    labels = cluster_points(on_streets.size, near, longest_m=longest_m)
    kept = uncovered[on_streets]
    clusters = _members(on_streets[kept], labels[kept])
    if off_streets.size:
        near = straight_neighbours(place.demand.xy[off_streets], joining_m=joining_m)
        labels = cluster_points(off_streets.size, near, longest_m=longest_m)
        clusters += _members(off_streets, labels)
    return clusters


def _members(points: IntArray, labels: IntArray) -> list[IntArray]:
    """Group points by label, ascending within a group."""
    if points.size == 0:
        return []
    order = np.lexsort((points, labels))
    borders = np.flatnonzero(np.diff(labels[order])) + 1
    return np.split(points[order], borders)


def _describe(
    members: IntArray,
    circle: LifeCircle,
    travel_time_s: FloatArray,
    place: _Place,
    centres_xy: FloatArray,
    centre_index: IntArray,
    within_m: Metres,
) -> Gap:
    """Make the record of one cluster; its id comes with its position."""
    persons, xy = place.demand.persons[members], place.demand.xy[members]
    total = total_persons(persons)
    middle = persons @ xy / total
    off = np.round(np.hypot(*(xy - middle).T), 6)
    at = xy[np.lexsort((xy[:, 1], xy[:, 0], off))[0]]
    nearest, straight_m = -1, UNREACHED
    if centre_index.size:
        near = int(cKDTree(centres_xy).query(at)[1])
        nearest = int(centre_index[near])
        straight_m = float(persons @ np.hypot(*(xy - centres_xy[near]).T) / total)
    walk_s = travel_time_s[members]
    community = _name_of_most(persons, *_communities(members, place))
    street = _name_of_most(persons, *_streets(members, place))
    return Gap(
        gap_id="",
        circle_id=circle.circle_id,
        persons=total,
        points=int(members.size),
        xy=(float(at[0]), float(at[1])),
        name=" · ".join(part for part in (community, street) if part),
        community=community,
        street_name=street,
        demand_index=members,
        nearest_centre_index=nearest,
        straight_m=straight_m,
        travel_time_s=float(persons @ walk_s / total) if np.isfinite(walk_s).all() else UNREACHED,
        reason=_reason(place.access.edge_index[members[0]] < 0, nearest, straight_m, within_m),
    )


def _reason(
    off_network: bool,  # noqa: FBT001 - the four things a reason depends on, in their order
    nearest: int,
    straight_m: Metres,
    within_m: Metres,
) -> str:
    """Return the key of why the members are not covered."""
    if off_network:
        return "off_network"
    if nearest < 0:
        return "no_centre"
    return "detour" if straight_m <= within_m else "too_far"


def _communities(members: IntArray, place: _Place) -> tuple[IntArray, Sequence[str]]:
    """Return the community of each member, and the names of communities."""
    if place.communities is None or place.community_index is None:
        return np.full(members.size, -1, dtype=np.int64), ()
    return place.community_index[members], place.communities.name


def _streets(members: IntArray, place: _Place) -> tuple[IntArray, Sequence[str]]:
    """Return the street name that each member's access point has, and the names."""
    streets = place.network.streets
    edge = place.access.edge_index[members]
    if not streets.names:
        return np.full(members.size, -1, dtype=np.int64), ()
    return np.where(edge >= 0, streets.edge_name[edge], -1).astype(np.int64), streets.names


def _name_of_most(persons: FloatArray, name_index: IntArray, names: Sequence[str]) -> str:
    """Return the name that most persons have, the first in `names` of equals, or empty."""
    known = name_index >= 0
    if not known.any():
        return ""
    met, slot = np.unique(name_index[known], return_inverse=True)
    by_name = np.bincount(slot.reshape(-1), weights=persons[known])
    return names[int(met[np.argmax(by_name)])]
