"""Who is covered, by which centres, in which state of the plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, Int32Array, IntArray
    from planner.domain.capacity import CircleCapacity
    from planner.domain.equity import CircleEquity
    from planner.domain.indicators import CommunityRule, Indicator
    from planner.domain.robustness import CircleRobustness

State: TypeAlias = Literal["existing", "plan", "with_proposals"]
STATES: tuple[State, ...] = ("existing", "plan", "with_proposals")

GapReason: TypeAlias = Literal[
    "off_network",
    "no_centre",
    "steep",
    "too_far",
    "data_edge",
    "barrier",
    "detour",
    "undersized",
]
GAP_REASONS: tuple[GapReason, ...] = get_args(GapReason)
"""
Why people are not covered, in the order in which it is asked.

`off_network`: no street near. `no_centre`: none in service serves the circle. `steep`: most of
them would be covered if the streets were flat. `too_far`: beyond the circle even in a straight
line. `data_edge`: near in a straight line, and a way round may lie outside the street data.
`barrier`: near, but the middle walk is more than twice as long as the straight line: a river,
railway or cliff between. `detour`: near, and the walk a little too long. `undersized`: covered,
but only by centres that fail the standard.
"""


@dataclass(frozen=True, slots=True)
class CircleCoverage:
    """
    The figures of one life circle in one state: each share with its numbers.

    `persons` is the denominator: persons read less quarantined; persons off the
    network stay in it. `centres*` count the centres in service that serve the
    circle: all, those that pass, those that do not fail.
    """

    circle_id: str
    limit_s: float
    persons: float
    centres: int
    persons_covered: float
    share_covered: float
    centres_pass: int
    persons_covered_pass: float
    share_covered_pass: float
    centres_not_failing: int
    persons_covered_not_failing: float
    share_covered_not_failing: float
    points_covered: int = 0
    points: int = 0
    households: float | None = None
    households_covered: float | None = None


@dataclass(frozen=True, slots=True)
class StateCoverage:
    """
    Coverage of one state of the plan.

    Attributes
    ----------
    state
        `existing`, `plan` or `with_proposals`.
    life_circles
        Figures of each circle, in the rule set's order.
    travel_time_s : float64, shape (n_circles, n_demand)
        Fastest walk between each demand point and any centre in service that
        serves the circle, `UNREACHED` beyond the search limit.
    centre_index : int32, shape (n_circles, n_demand)
        That centre, -1 where none; in `with_proposals` numbers from
        `n_centres` on are proposals in their order.
    travel_time_pass_s, travel_time_not_failing_s : float64, shape (n_circles, n_demand)
        The same for centres that pass, and that do not fail.
    """

    state: State
    life_circles: tuple[CircleCoverage, ...]
    travel_time_s: FloatArray
    centre_index: Int32Array
    travel_time_pass_s: FloatArray
    travel_time_not_failing_s: FloatArray


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """Coverage of one administrative area in one state; maps are by circle id."""

    area_id: str
    name: str
    level: str
    state: State
    persons: float
    persons_covered: dict[str, float]
    share_covered: dict[str, float | None]
    persons_covered_pass: dict[str, float]
    share_covered_pass: dict[str, float | None]
    persons_covered_not_failing: dict[str, float]
    share_covered_not_failing: dict[str, float | None]
    points: int


@dataclass(frozen=True, slots=True)
class CentreFigures:
    """
    What one centre reaches in the plan; maps are by circle id.

    `persons_reached`: persons within the circle's limit of this centre.
    `persons_nearest`: those of them for whom no other centre in service is nearer
    (every covered person is counted once over all centres).
    """

    centre_id: str
    persons_reached: dict[str, float]
    persons_nearest: dict[str, float]


@dataclass(frozen=True, slots=True)
class Gap:
    """
    A cluster of uncovered people.

    Attributes
    ----------
    gap_id
        `G1`, `G2`, … by persons, largest first.
    circle_id
        The circle that does not reach them.
    persons, points
        How many people, at how many demand points.
    xy
        Weighted middle (a member point), working CRS.
    name
        Community and nearest street, as far as known.
    community, street_name
        Their names, empty where unknown.
    demand_index : int64
        The members.
    nearest_centre_index, straight_m, travel_time_s
        Centre nearest in a straight line (persons-weighted mean distance), and
        the persons-weighted mean walk, `UNREACHED` where beyond the search.
    reason
        One of `GAP_REASONS`.
    groups
        Persons by group, where the demand has groups.
    middle_index
        The member at `xy`.
    middle_time_s
        Its walk to the nearest centre that serves, looked for however far; `UNREACHED` where
        no street leads there, `None` where it was not looked for.
    """

    gap_id: str
    circle_id: str
    persons: float
    points: int
    xy: tuple[float, float]
    name: str
    community: str
    street_name: str
    demand_index: IntArray
    nearest_centre_index: int
    straight_m: float
    travel_time_s: float
    reason: str
    groups: dict[str, float] = field(default_factory=dict)
    middle_index: int = -1
    middle_time_s: float | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """Shares of the plan under another profile or direction, same centres and circles."""

    profile: str
    direction: str
    life_circles: tuple[CircleCoverage, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """
    Everything coverage counts for one study.

    Attributes
    ----------
    states
        `existing` and `plan`, and `with_proposals` once siting ran.
    centres
        One record a centre.
    areas
        Figures by level and state.
    gaps
        Gaps of the plan, by circle, largest first.
    undersized
        Clusters of people whom only failing centres cover, by circle, largest first.
    alternatives
        The `norm` profile and both one-way directions.
    loss_detour_share, loss_terrain_share
        By circle id: area lost by detours (straight-line circle to flat
        network) and by terrain (flat to mountain network).
    loss_detour_persons_share, loss_terrain_persons_share
        By circle id: the same in persons, for the plan: of those within the straight-line
        circle of a centre that serves, those whom the flat network does not cover; of those
        whom the flat network covers, those whom the mountain network does not.
    persons_in_circle, persons_flat
        By circle id: the denominators of these two shares.
    indicators
        By state, level and what is counted: persons, homes, households, groups, communities.
    community_rule
        When a community counts as covered.
    robustness
        Of the plan, one record a circle: robust and fragile homes, and what was varied.
    capacity
        Of the plan, one record a circle: who goes where, and who finds room.
    equity
        Of the plan, one record a circle: how evenly walks are spread, and who walks farthest.
    """

    states: tuple[StateCoverage, ...]
    centres: tuple[CentreFigures, ...]
    areas: tuple[AreaFigures, ...]
    gaps: tuple[Gap, ...]
    alternatives: tuple[Alternative, ...] = ()
    loss_detour_share: dict[str, float] | None = None
    loss_terrain_share: dict[str, float] | None = None
    loss_detour_persons_share: dict[str, float] | None = None
    loss_terrain_persons_share: dict[str, float] | None = None
    persons_in_circle: dict[str, float] | None = None
    persons_flat: dict[str, float] | None = None
    indicators: tuple[Indicator, ...] = ()
    community_rule: CommunityRule | None = None
    robustness: tuple[CircleRobustness, ...] = ()
    capacity: tuple[CircleCapacity, ...] = ()
    undersized: tuple[Gap, ...] = ()
    equity: tuple[CircleEquity, ...] = ()
