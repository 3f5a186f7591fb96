"""Administrative units that clauses judge, and what the clauses say of them and of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from planner.domain.arrays import ByteArray, FloatArray, IntArray
    from planner.domain.standard import Clause, JudgedUnit, RuleSet, Verdict

VerdictBasis: TypeAlias = Literal["must", "no_must", "informs"]


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """
    The units of one level, and what is known of each.

    Attributes
    ----------
    level
        `community`, `street`, `district` or `plan` (then there is one unit).
    unit_id, name, parent
        Labels, shape (n_units,); `parent` is the name one level up, empty where unknown.
    centre_unit : int64, shape (n_centres,)
        Unit of each centre, -1 where it is in none.
    persons, households : float64, shape (n_units,)
        Who lives there, NaN where unknown.
    complete
        True where the units come from a file of areas, so that a unit without any centre is
        known too; False where they are only those that the plan's rows name.
    demand_unit : int64, shape (n_demand,), or None
        Unit of each demand point, -1 outside.
    households_from_centres
        True where `households` are those that the centres say they serve.
    """

    level: JudgedUnit
    unit_id: tuple[str, ...]
    name: tuple[str, ...]
    parent: tuple[str, ...]
    centre_unit: IntArray
    persons: FloatArray
    households: FloatArray
    complete: bool
    demand_unit: IntArray | None = None
    households_from_centres: bool = False


@dataclass(frozen=True, slots=True)
class UnitResult:
    """
    What one clause says of one unit, or of the plan.

    Attributes
    ----------
    level, unit_id, name
        The unit; of the plan the id is `plan`.
    clause_id, rule_set_id, verdict, measured, required, margin, reason, needed, missing, decides
        As in `ClauseResult`.
    numerator, denominator
        The two sums of a ratio or a share, `None` for others.
    centres
        How many centres were counted.
    over_households
        Of a ratio per household that fails: households beyond those its area is enough for.
    beyond
        Of a share or a reach: persons (or what is counted) beyond the distance.
    """

    level: JudgedUnit
    unit_id: str
    name: str
    clause_id: str
    rule_set_id: str
    verdict: Verdict
    measured: float | None
    required: float
    margin: float | None
    reason: str = ""
    needed: float | None = None
    missing: tuple[str, ...] = ()
    decides: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    centres: int = 0
    over_households: float | None = None
    beyond: float | None = None


@dataclass(frozen=True, slots=True)
class UnitColumn:
    """
    What one clause says of every unit of one level.

    Attributes
    ----------
    rule_set_id, clause, unit
        The clause and the units.
    verdict, reason : uint8, shape (n_units,)
        Positions in `VERDICT_ORDER` and in the list of reasons of the standards' room.
    measured, margin, needed, decides, numerator, denominator, over_households, beyond
        Float64, shape (n_units,): as in `UnitResult`, NaN for `None`.
    centres : int64, shape (n_units,)
        How many centres were counted.
    """

    rule_set_id: str
    clause: Clause
    unit: UnitFigures
    verdict: ByteArray
    reason: ByteArray
    measured: FloatArray
    margin: FloatArray
    needed: FloatArray
    decides: FloatArray
    numerator: FloatArray
    denominator: FloatArray
    over_households: FloatArray
    beyond: FloatArray
    centres: IntArray


@dataclass(frozen=True, slots=True)
class UnitJudgements:
    """
    Verdicts of units, clause by clause.

    Attributes
    ----------
    results
        By rule set, clause and unit, in their orders; made when asked for.
    columns
        The same as arrays, one column a clause.
    assumptions
        Keys of what had to be assumed: `households_from_centres`, `units_from_names`,
        `co_located_once`.
    """

    results: Sequence[UnitResult]
    columns: tuple[UnitColumn, ...]
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """
    How many centres reach the value of a clause, whomever the clause applies to.

    `count` of `measured` centres in service whose level and kind the clause names reach
    `value`; `blank` more have no figure.
    """

    rule_set_id: str
    clause_id: str
    value: float
    unit: str
    count: int
    measured: int
    blank: int


@dataclass(frozen=True, slots=True)
class PlanVerdict:
    """
    What one rule set says of a plan as a whole.

    Attributes
    ----------
    rule_set_id
        The rule set.
    verdict
        The worst of its `must` clauses, over all centres and units.
    centres
        Number of centres by verdict of the floor-area clauses.
    units
        Number of units by level and verdict, each unit by its worst `must` clause.
    needed
        By clause: the sum of what is missing over all that fail it, in the clause's
        `needed_unit`.
    indicators
        One for each floor-area clause with a floor.
    basis
        What the verdict rests on: `must` clauses; `no_must`, a rule set that only recommends;
        `informs`, one that informs and judges nothing.
    """

    rule_set_id: str
    verdict: Verdict
    centres: dict[str, int]
    units: dict[str, dict[str, int]]
    needed: dict[str, float]
    indicators: tuple[Indicator, ...]
    basis: VerdictBasis = "must"


@dataclass(frozen=True, slots=True)
class DecidingClause:
    """A clause that gave a verdict, with the figures it gave it on."""

    rule_set_id: str
    clause_id: str
    name_zh: str
    name_en: str
    verdict: Verdict
    measured: float | None
    required: float
    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class VerdictShift:
    """
    A centre or unit whose verdict is another under the other rule set.

    Attributes
    ----------
    level, subject_id, name
        `centre` or the level of a unit, and which.
    before, after
        The two verdicts.
    because_before, because_after
        The clauses that gave them.
    """

    level: str
    subject_id: str
    name: str
    before: Verdict
    after: Verdict
    because_before: tuple[DecidingClause, ...]
    because_after: tuple[DecidingClause, ...]


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """
    One plan judged under two rule sets.

    Attributes
    ----------
    before, after
        The rule sets.
    day_before, day_after
        The day each was read for: that of the plan, or the set's first day where that is later.
    plan_before, plan_after
        The verdict of the plan under each.
    counts
        Number of centres by pair of verdicts, the changed and the unchanged.
    shifts
        Whose verdict changes, centres before units.
    """

    before: RuleSet
    after: RuleSet
    day_before: date
    day_after: date
    plan_before: PlanVerdict
    plan_after: PlanVerdict
    counts: dict[tuple[Verdict, Verdict], int]
    shifts: tuple[VerdictShift, ...]
