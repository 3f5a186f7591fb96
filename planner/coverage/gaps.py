"""Where people are not covered: clusters along the streets, named, with the reason."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import cKDTree

from planner.coverage.clusters import cluster_points
from planner.coverage.cover import is_covered
from planner.coverage.neighbours import find_street_cells, straight_neighbours, street_neighbours
from planner.coverage.reasons import GapSurroundings, find_reason
from planner.coverage.totals import total_persons
from planner.domain.coverage import Gap
from planner.units import UNREACHED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.coverage.neighbours import StreetCells
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.coverage import GapReason, StateCoverage
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
    flat_time_s: FloatArray | None = None,
    data_edge_xy: FloatArray | None = None,
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
    flat_time_s : shape (n_circles, n_demand), or None
        Fastest walks of the state as if the streets were flat, where that changes them.
    data_edge_xy : shape (n_corners, 2), or None
        Corners of the street data.

    Returns
    -------
    gaps
        By circle, largest first; `gap_id` is the circle's position and the gap's:
        `G1-1`, `G1-2`, …, `G2-1`, …. The reasons are those of
        `planner.domain.coverage.GAP_REASONS`.
    """
    place = _Place(demand, demand_access, network, communities, community_index, joining_m)
    found: list[Gap] = []
    for row, circle in enumerate(circles):
        time_s = coverage.travel_time_s[row]
        task = _Task(
            circle=circle,
            travel_time_s=time_s,
            uncovered=~is_covered(time_s, circle.limit_s) & (demand.persons > 0.0),
            centres_xy=centres_xy,
            serving=np.flatnonzero(serving[row]),
            surroundings=GapSurroundings(
                limit_s=circle.limit_s,
                speed_m_s=place.speed_m_s,
                flat_time_s=None if flat_time_s is None else flat_time_s[row],
                data_edge_xy=data_edge_xy,
            ),
        )
        found += _ranked(task, place, f"G{row + 1}")
    return tuple(found)


def find_undersized(
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
    Find the places whose people are covered, but by failing centres only.

    Parameters
    ----------
    coverage, circles, demand, demand_access, network, centres_xy, serving
        As in `find_gaps`.
    communities, community_index, joining_m
        As in `find_gaps`.

    Returns
    -------
    undersized
        Clustered and ranked as gaps are; ids `U1-1`, …; the reason is `undersized`. Nobody
        is in a gap of the same circle too.
    """
    place = _Place(demand, demand_access, network, communities, community_index, joining_m)
    found: list[Gap] = []
    for row, circle in enumerate(circles):
        covered = is_covered(coverage.travel_time_s[row], circle.limit_s)
        sound = is_covered(coverage.travel_time_not_failing_s[row], circle.limit_s)
        task = _Task(
            circle=circle,
            travel_time_s=coverage.travel_time_s[row],
            uncovered=covered & ~sound & (demand.persons > 0.0),
            centres_xy=centres_xy,
            serving=np.flatnonzero(serving[row]),
            surroundings=None,
        )
        if task.uncovered.any():
            found += _ranked(task, place, f"U{row + 1}")
    return tuple(found)


class _Place:
    """What is known of where people live, the same for every circle."""

    def __init__(
        self,
        demand: Demand,
        access: AccessPoints,
        network: StreetNetwork,
        communities: Areas | None,
        community_index: IntArray | None,
        joining_m: Metres,
    ) -> None:
        self.demand = demand
        self.access = access
        self.network = network
        self.communities = communities
        self.community_index = community_index
        self.joining_m = joining_m
        # Points go by place, not by row, so that the order of the input does not matter.
        order = np.lexsort((demand.xy[:, 1], demand.xy[:, 0]))
        order = order[demand.persons[order] > 0.0]
        on_network = access.edge_index[order] >= 0
        self.on_streets, self.off_streets = order[on_network], order[~on_network]

    @cached_property
    def cells(self) -> StreetCells:
        """The streets divided among the homes on them."""
        return find_street_cells(
            self.network, self.access, self.on_streets, joining_m=self.joining_m
        )

    @property
    def speed_m_s(self) -> float:
        """Flat speed of the walker."""
        profile = self.network.profile
        return _NORM_SPEED_M_S if profile is None else profile.speed_m_s


@dataclass(frozen=True, slots=True)
class _Task:
    """What is looked for in one circle; without surroundings they are undersized centres."""

    circle: LifeCircle
    travel_time_s: FloatArray
    uncovered: BoolArray
    centres_xy: FloatArray
    serving: IntArray
    surroundings: GapSurroundings | None


def _ranked(task: _Task, place: _Place, prefix: str) -> list[Gap]:
    """Cluster the people of one circle, describe each cluster, and rank them."""
    longest_m = 2.0 * task.circle.limit_s * place.speed_m_s
    clusters = _clusters(place, task.uncovered, longest_m=longest_m)
    tree = cKDTree(task.centres_xy[task.serving]) if task.serving.size else None
    gaps = [_describe(members, task, place, tree) for members in clusters]
    gaps.sort(key=lambda gap: (-gap.persons, gap.xy, gap.reason))
    return [
        dataclasses.replace(gap, gap_id=f"{prefix}-{position}")
        for position, gap in enumerate(gaps, start=1)
    ]


def _clusters(place: _Place, uncovered: BoolArray, *, longest_m: Metres) -> list[IntArray]:
    """Return the members of each cluster: those on the streets, then those off them."""
    clusters: list[IntArray] = []
    kept = uncovered[place.on_streets]
    if kept.any():
        near = street_neighbours(place.cells, kept)
        labels = cluster_points(place.on_streets.size, near, longest_m=longest_m)
        clusters = _members(place.on_streets[kept], labels[kept])
    off_streets = place.off_streets[uncovered[place.off_streets]]
    if off_streets.size:
        near = straight_neighbours(place.demand.xy[off_streets], joining_m=place.joining_m)
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


def _describe(members: IntArray, task: _Task, place: _Place, tree: cKDTree | None) -> Gap:
    """Make the record of one cluster; its id comes with its position."""
    persons, xy = place.demand.persons[members], place.demand.xy[members]
    total = total_persons(persons)
    middle = persons @ xy / total
    off = np.round(np.hypot(*(xy - middle).T), 6)
    at = np.lexsort((xy[:, 1], xy[:, 0], off))[0]
    nearest, straight_m, centre_xy = -1, UNREACHED, None
    if tree is not None:
        nearest = int(task.serving[int(tree.query(xy[at])[1])])
        centre_xy = task.centres_xy[nearest]
        straight_m = float(persons @ np.hypot(*(xy - centre_xy).T) / total)
    walk_s = task.travel_time_s[members]
    community = _name_of_most(persons, *_communities(members, place))
    street = _name_of_most(persons, *_streets(members, place))
    reason: GapReason = "undersized"
    if task.surroundings is not None:
        reason = find_reason(
            task.surroundings,
            off_network=bool(place.access.edge_index[members[0]] < 0),
            members=members,
            persons=persons,
            travel_time_s=walk_s,
            straight_m=straight_m,
            middle_xy=xy[at],
            centre_xy=centre_xy,
        )
    return Gap(
        gap_id="",
        circle_id=task.circle.circle_id,
        persons=total,
        points=int(members.size),
        xy=(float(xy[at, 0]), float(xy[at, 1])),
        name=" · ".join(part for part in (community, street) if part),
        community=community,
        street_name=street,
        demand_index=members,
        nearest_centre_index=nearest,
        straight_m=straight_m,
        travel_time_s=float(persons @ walk_s / total) if np.isfinite(walk_s).all() else UNREACHED,
        reason=reason,
        groups={
            name: total_persons(np.nan_to_num(group[members], nan=0.0))
            for name, group in place.demand.groups.items()
        },
        middle_index=int(members[at]),
    )


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
    if bool(np.all(name_index == name_index[0])):
        return names[int(name_index[0])]
    met, slot = np.unique(name_index[known], return_inverse=True)
    by_name = np.bincount(slot.reshape(-1), weights=persons[known])
    return names[int(met[np.argmax(by_name)])]
