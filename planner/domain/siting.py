"""Where to build next: the solver's answer and the plan made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.places import Candidates
    from planner.domain.reach import Walks

SolveStatus: TypeAlias = Literal["optimal", "within_gap", "stopped", "infeasible"]


@dataclass(frozen=True, slots=True)
class Cover:
    """
    Answer of a maximal-cover question.

    Attributes
    ----------
    chosen : int64, shape (n_chosen,)
        Candidates chosen, ascending.
    objective
        Weight covered by them.
    bound
        No choice covers more than this.
    bound_gap_share
        `(bound - objective) / bound`, 0 where the bound is 0.
    status
        `optimal` (proved), `within_gap`, `stopped`, `infeasible`.
    stopped_by
        Why the search ended, in a few words.
    fewest
        No fewer candidates reach the target, where a target was asked for.
    """

    chosen: IntArray
    objective: float
    bound: float
    bound_gap_share: float
    status: SolveStatus
    stopped_by: str = ""
    fewest: int | None = None


@dataclass(frozen=True, slots=True)
class WalkChoice:
    """
    Answer of a question for least walking.

    Attributes
    ----------
    chosen : int64, shape (n_chosen,)
        Candidates chosen, ascending.
    objective
        Person-seconds walked in all, or seconds of the longest walk.
    bound
        No choice walks less.
    bound_gap_share
        `(objective - bound) / objective`, 0 where the objective is 0.
    status, stopped_by
        As in `Cover`.
    """

    chosen: IntArray
    objective: float
    bound: float
    bound_gap_share: float
    status: SolveStatus
    stopped_by: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """
    One thing to do: build at a candidate, or expand a centre of the plan.

    Attributes
    ----------
    proposal_id, order
        `P1`, … in the order of gain.
    action
        `build`, `expand`, or `co_locate`: a new centre where another of the plan stands.
    candidate_index
        Position in the plan's candidates, -1 for an expansion.
    xy
        Place, working CRS.
    persons_gained
        By circle id: persons this proposal covers that the plan and the
        proposals before it do not.
    floor_area_m2, convenience_area_m2
        Size to build, from the rule set, `None` without such a clause; of an expansion,
        the size of the whole centre afterwards.
    cost_yuan
        Cost, `None` where unknown.
    community, street_name
        Where it lies, empty where unknown.
    centre_index, centre_id, centre_name
        The centre to expand, or beside which to build; -1 and empty where a new one is built.
    added_m2
        Floor area that is added there, `None` where a new one is built elsewhere.
    clause_ids
        Clauses that the centre meets once it is expanded.
    phase
        Name of the phase it is built in, empty without phases.
    households_gained
        More households that find room with it than with those before, `None` where room was
        not asked about.
    """

    proposal_id: str
    order: int
    action: str
    candidate_index: int
    xy: tuple[float, float]
    persons_gained: dict[str, float]
    floor_area_m2: float | None = None
    convenience_area_m2: float | None = None
    cost_yuan: float | None = None
    community: str = ""
    street_name: str = ""
    centre_index: int = -1
    centre_id: str = ""
    centre_name: str = ""
    added_m2: float | None = None
    clause_ids: tuple[str, ...] = ()
    phase: str = ""
    households_gained: float | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """
    A centre of the plan that closes.

    Attributes
    ----------
    centre_index, centre_id, name
        Which one.
    xy
        Its place, working CRS.
    saved_yuan
        What closing it gives back, `None` where the question is a number.
    persons_lost
        By circle id: those within its circle whom nothing covers once the plan is built.
    """

    centre_index: int
    centre_id: str
    name: str
    xy: tuple[float, float]
    saved_yuan: float | None
    persons_lost: dict[str, float]


@dataclass(frozen=True, slots=True)
class PhaseStep:
    """
    Where a plan stands at the end of a phase.

    Attributes
    ----------
    name
        Of the phase.
    proposals
        Built in it.
    cost_yuan
        What they cost, `None` where a cost is unknown.
    persons_covered, share_covered
        Of the circle asked for, at its end; all phases before included.
    """

    name: str
    proposals: int
    cost_yuan: float | None
    persons_covered: float
    share_covered: float


@dataclass(frozen=True, slots=True)
class Expansions:
    """
    Centres of the plan that would pass if they were larger, or beside which one can be built.

    Attributes
    ----------
    centre_index : int64, shape (n,)
        Positions in the plan's centres, ascending.
    centre_id, centre_name, clause_ids
        Labels of each, and the clauses that it would then meet.
    xy : float64, shape (n, 2)
        Places, working CRS.
    added_m2, floor_area_m2, convenience_area_m2 : float64, shape (n,)
        What is missing, and the sizes of the centre with it (NaN where no clause asks).
    walks
        To the demand, one row each.
    serves : bool, shape (n_circles, n)
        Circles that each serves.
    action
        `expand`, `co_locate` (a new centre of the full size in the same place), or `keep`: a
        centre that may close, at its own size.
    counts
        `expansions`, and those below the size that cannot be offered: `expansions_unknown`
        (a figure is blank or in doubt).
    """

    centre_index: IntArray
    centre_id: tuple[str, ...]
    centre_name: tuple[str, ...]
    clause_ids: tuple[tuple[str, ...], ...]
    xy: FloatArray
    added_m2: FloatArray
    floor_area_m2: FloatArray
    convenience_area_m2: FloatArray
    walks: Walks
    serves: BoolArray
    action: tuple[str, ...]
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WalkerReach:
    """
    The options as another walker reaches them.

    Attributes
    ----------
    name
        Profile.
    walks
        Candidate to demand, within the longest circle.
    expansion_walks
        Of the centres that can be expanded, `None` without such.
    base_time_s : float64, shape (n_circles, n_demand)
        Fastest walk to a centre that already counts, `UNREACHED` for none.
    """

    name: str
    walks: Walks
    expansion_walks: Walks | None
    base_time_s: FloatArray


@dataclass(frozen=True, slots=True)
class StandingRoom:
    """
    Centres of the plan that count already, and how many they hold.

    Attributes
    ----------
    walks
        Centre to demand, one row each, to the longest circle at least.
    counting : bool, shape (n_circles, n_centres)
        Those that count in each circle.
    floor_area_m2 : float64, shape (n_centres,)
        NaN where unknown: such a centre takes in all who come.
    households : float64, shape (n_demand,)
        Households at each demand point.
    m2_per_100_households
        Floor area that 100 households need.
    """

    walks: Walks
    counting: BoolArray
    floor_area_m2: FloatArray
    households: FloatArray
    m2_per_100_households: float

    @property
    def n_centres(self) -> int:
        """Number of centres."""
        return int(self.floor_area_m2.size)

    def room(self, floor_area_m2: FloatArray) -> FloatArray:
        """Return the households that so much floor area holds."""
        return floor_area_m2 / self.m2_per_100_households * 100.0


@dataclass(frozen=True, slots=True)
class SitingGround:
    """
    Where options and people lie, for the rules and for the words of an answer.

    Attributes
    ----------
    candidate_street, expansion_street : int64
        Street of each candidate and expansion, -1 for none; `None` without streets.
    street_name
        Names of the streets.
    forbidden : bool, shape (n_candidates,)
        Candidates in areas where nothing new is built; `None` without such areas.
    demand_area : int64, shape (n_demand,)
        Street, else community, of each demand point, -1 for none; `None` without areas.
    area_name
        Names of those areas.
    """

    candidate_street: IntArray | None = None
    expansion_street: IntArray | None = None
    street_name: tuple[str, ...] = ()
    forbidden: BoolArray | None = None
    demand_area: IntArray | None = None
    area_name: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AlternativeSites:
    """
    Another choice, and its price in coverage.

    Attributes
    ----------
    names
        Ids of the candidates, or of the centres to expand, in order of gain.
    xy
        Their places, working CRS.
    new
        Those of them that the plan does not choose.
    objective, bound
        As in the plan; no other choice that differs as much covers more than `bound`.
    loss
        Objective of the plan less this one's.
    status
        `optimal` (proved best of those that differ enough), or `stopped`.
    """

    names: tuple[str, ...]
    xy: tuple[tuple[float, float], ...]
    new: tuple[str, ...]
    objective: float
    bound: float
    loss: float
    status: SolveStatus


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Share of persons covered with `count` new centres, with its bound."""

    count: int
    share_covered: float
    persons_covered: float
    bound_share: float
    status: SolveStatus


@dataclass(frozen=True, slots=True)
class CostPoint:
    """Share of persons covered with so much money, with its bound."""

    cost_yuan: float
    count: int
    share_covered: float
    persons_covered: float
    bound_share: float
    status: SolveStatus


@dataclass(frozen=True, slots=True)
class SitingPlan:
    """
    Proposals with their proof.

    Attributes
    ----------
    circle_id
        Circle whose coverage is maximised; with `weights` the study's own, else the first of them.
    base
        `all` or `pass`: which centres already count.
    candidates
        Places considered.
    proposals
        What to do, in order of gain.
    status, objective, bound, bound_gap_share, stopped_by
        Of the question asked; persons covered in all, base included.
    curve
        Share against number of new centres, from 0.
    reproducible
        False where a time limit ended the search.
    message
        Why it is infeasible and what to relax, empty otherwise.
    counts
        Candidates made, dropped as the same or dominated, and so on.
    phases
        The phases asked for, in order.
    weights
        By circle, where several are added up: then `objective` and `bound` are the weighted
        mean of the persons covered in each. Empty for one circle.
    walkers, walkers_by
        Profiles that the objective is a mean over, or the worst of; empty for the study's own.
    cost_curve
        Share against money, where costs are known; rules are kept.
    alternatives
        Other choices that differ in at least `differ_in` sites from the plan and from each other.
    question
        `cover` (most persons), `backup` (see `backup_weight`), `median` or `worst`: then the
        `objective` and `bound` are seconds of the mean or of the longest walk; none has less.
        `capacity`: households that find room within the circle.
    closings
        Centres that close, in the order of the plan's; where some may, there is no curve.
    backup_weight
        What a person's second centre counts beside the first, where the question is `backup`.
    phases_proved
        Whether no other order of the same proposals covers more at the ends of the phases.
    """

    circle_id: str
    base: str
    candidates: Candidates
    proposals: tuple[Proposal, ...]
    status: SolveStatus
    objective: float
    bound: float
    bound_gap_share: float
    stopped_by: str
    curve: tuple[CurvePoint, ...]
    reproducible: bool = True
    message: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    phases: tuple[PhaseStep, ...] = ()
    phases_proved: bool = True
    weights: dict[str, float] = field(default_factory=dict)
    walkers: tuple[str, ...] = ()
    walkers_by: str = "mean"
    question: str = "cover"
    alternatives: tuple[AlternativeSites, ...] = ()
    cost_curve: tuple[CostPoint, ...] = ()
    backup_weight: float | None = None
    closings: tuple[Closing, ...] = ()
