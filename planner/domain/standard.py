"""Rule sets, their clauses, and what they say of each centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from planner.domain.judged_units import PlanVerdict, UnitColumn, UnitResult
    from planner.domain.verdict_columns import VerdictColumns
    from planner.errors import Fault

Verdict: TypeAlias = Literal["pass", "fail", "cannot_tell", "not_applicable", "below_recommended"]
VERDICTS: tuple[Verdict, ...] = ("pass", "fail", "cannot_tell", "not_applicable")
VERDICT_ORDER: Final[tuple[Verdict, ...]] = (
    "not_applicable",
    "pass",
    "below_recommended",
    "cannot_tell",
    "fail",
)
"""From the lightest to the heaviest: of several verdicts the last in this order stands."""
Force: TypeAlias = Literal["must", "should", "may", "about"]
Group: TypeAlias = Literal["floor_area", "staffing", "hierarchy", "ratio", "circle"]
Certainty: TypeAlias = Literal["read", "second-hand", "unverified", "inference"]
Comparison: TypeAlias = Literal[">=", "<=", "between", "about"]
JudgedUnit: TypeAlias = Literal["centre", "community", "street", "district", "plan"]
RuleType: TypeAlias = Literal["threshold", "ratio", "presence", "parent", "share", "reach"]
ShareOf: TypeAlias = Literal["persons", "households", "homes", "residential_land", "communities"]


@dataclass(frozen=True, slots=True)
class LifeCircle:
    """
    A time limit, and which centres serve it.

    Attributes
    ----------
    circle_id
        `basic_5min`, `daily_15min`, ….
    limit_s
        Seconds on foot, inclusive.
    name_zh, name_en
        What it is called.
    serves
        Pairs `(level, kind)` of the centres that serve it. A centre without a
        level serves every circle that its kind serves.
    text, source, certainty
        The clause, where it was read, and how sure it is.
    serves_certainty
        How sure the mapping of centres to this circle is.
    """

    circle_id: str
    limit_s: float
    name_zh: str
    name_en: str
    serves: tuple[tuple[str, str], ...]
    text: str
    source: str
    certainty: Certainty
    serves_certainty: Certainty = "inference"


@dataclass(frozen=True, slots=True)
class Clause:
    """
    One checkable sentence of a rule set.

    Attributes
    ----------
    clause_id
        Unique in the rule set, e.g. `floor_area_total`.
    group, force
        What it is about and how binding it is; only `must` can fail.
    measures
        Field of `Centre` it measures, e.g. `floor_area_m2`.
    comparison
        `>=` or `<=`; or, advisory, `between` (`value` to `value_max`) and `about`
        (`value`, give or take `band_share` of it).
    value, unit
        The requirement.
    levels, kinds, statuses
        Whom it applies to; empty means any.
    in_plan_scope
        True where it applies only inside the plan's scope (main urban area).
    part_of
        Field this measure is contained in and cannot exceed, or `None`.
    name_zh, name_en
        Short names of the clause.
    text, source, certainty
        The sentence, where it was read, and how sure it is.
    judged_unit
        Whom the verdict is of: `centre`, an administrative unit, or the `plan`. Of a unit the
        measure is summed over its centres in service before it is compared.
    other_scope
        Key of a further zone it applies in, empty without one: `urban` is told from names,
        any other (e.g. `urban_unbuilt`) only by those who give it to `judge_centres`.
    rule_type
        `threshold` on a figure; `ratio` of two sums in a unit; `presence` of a centre in every
        unit; `parent` of a centre in the hierarchy; `share` of people, homes, land or
        communities within a distance; `reach`, the longest way from a home to a centre.
    value_max, band_share
        Upper end of `between`; half width of `about` as a share of the value.
    per, per_count
        Of a ratio: what it is per, and per how many of it (100 households).
    circle, limit
        Of a share: the life circle of the same rule set, or the distance (metres or seconds,
        as `measures` says) that counts as within.
    share_of, unit_share
        Of a share: what is counted; a community counts where so much of its persons is within.
    districts
        Names of the districts it applies in, empty for any.
    valid_from, valid_to
        When the clause holds where that is not as long as its rule set does.
    judges
        False where no record holds what it measures: told with its source, never judged.
    """

    clause_id: str
    group: Group
    force: Force
    measures: str
    comparison: Comparison
    value: float
    unit: str
    levels: tuple[str, ...]
    kinds: tuple[str, ...]
    statuses: tuple[str, ...]
    in_plan_scope: bool
    part_of: str | None
    name_zh: str
    name_en: str
    text: str
    source: str
    certainty: Certainty
    judged_unit: JudgedUnit = "centre"
    other_scope: str = ""
    rule_type: RuleType = "threshold"
    value_max: float | None = None
    band_share: float | None = None
    per: str | None = None
    per_count: float = 1.0
    circle: str | None = None
    limit: float | None = None
    share_of: ShareOf = "persons"
    unit_share: float = 1.0
    districts: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    judges: bool = True

    @property
    def needed_unit(self) -> str:
        """Unit of what is missing: of a ratio that of its first sum, else the clause's own."""
        return "m2" if self.per and self.measures.endswith("_m2") else self.unit


@dataclass(frozen=True, slots=True)
class RuleSet:
    """
    A dated set of rules.

    Attributes
    ----------
    rule_set_id, title, title_en, issuing_body
        What it is and who issued it.
    valid_from, valid_to, superseded_by
        When it holds.
    life_circles, clauses
        What it demands.
    notes
        What a reader must know of it and no clause says: exact dates that were not
        read, figures that no input can be held against.
    judges
        False for a document that informs: its clauses are shown and never judged.
    """

    rule_set_id: str
    title: str
    title_en: str
    issuing_body: str
    valid_from: date
    valid_to: date | None
    superseded_by: str | None
    life_circles: tuple[LifeCircle, ...]
    clauses: tuple[Clause, ...]
    notes: tuple[str, ...] = ()
    judges: bool = True


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """
    What one clause says of one centre.

    Attributes
    ----------
    clause_id, rule_set_id
        The clause.
    verdict
        One of `VERDICTS`.
    measured
        The value judged, `None` where blank.
    required
        The requirement.
    margin
        `measured - required` (signed so that 0 or more passes), `None` where blank.
    reason
        Key of why it does not apply or cannot be told, empty otherwise:
        `status_existing`, `status_expanded`, `status_closed`, `status_other`,
        `level_other`, `kind_other`, `outside_scope`, `value_blank`, `status_blank`,
        `level_blank`, `scope_unknown`, `exceeds_whole`, `not_in_force`, `approximate`,
        `district_other`, `district_blank`, `rural`, `below_band`, `above_band`,
        `no_parents_named`, `parent_not_found`, `parent_other_level`, `beyond_search`,
        `households_blank`, `no_homes`, `co_located`.
    needed
        What it would take to meet the clause, in its unit: what is missing below a floor or
        too much above a ceiling; `None` where it is met or cannot be told.
    missing
        Fields that are blank, doubtful or contradict each other, where it cannot be told.
    decides
        Of a missing or approximate figure: the value at which the verdict turns.
    if_applies
        Where it cannot be told whether the clause applies: what it would say if it did.
    """

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
    if_applies: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """
    What the rule sets say of one centre.

    Attributes
    ----------
    centre_id
        The centre.
    verdict
        From the `must` clauses of group `floor_area` of the first rule set.
    clause_results
        One for each clause of each rule set that judges centres, in order; clauses that judge
        units are in `Judgements.units`.
    verdict_by_rule_set
        The same verdict for each rule set.
    verdict_by_group
        For the first rule set: group -> verdict.
    """

    centre_id: str
    verdict: Verdict
    clause_results: Sequence[ClauseResult]
    verdict_by_rule_set: dict[str, Verdict]
    verdict_by_group: dict[str, Verdict]


@dataclass(frozen=True, slots=True)
class Judgements:
    """
    The verdicts of all centres, in their order.

    Attributes
    ----------
    rule_sets
        The rule sets used; the first gives the verdict.
    plan_date
        The date they were read for.
    judgement
        One a centre.
    assumptions
        Keys of what had to be assumed, to be printed beside the verdicts:
        `plan_within_scope` (no scope file: the whole plan is taken as inside),
        `expanded_not_new` (改扩建 is not judged as 新建), `existing_judged_as_new`
        (by the study's wish), `communities_taken_as_urban`.
    notices
        Warnings: a rule set that another has superseded, areas in a doubtful unit.
    columns
        The same verdicts as arrays, `None` where they were not made so.
    units
        Verdicts of administrative units and of the plan, by rule set, clause and unit.
    unit_columns
        The same as arrays.
    plan_verdicts
        What each rule set says of the plan as a whole; empty where units were not judged.
    """

    rule_sets: tuple[RuleSet, ...]
    plan_date: date
    judgement: Sequence[Judgement]
    assumptions: tuple[str, ...] = ()
    notices: tuple[Fault, ...] = ()
    columns: VerdictColumns | None = None
    units: Sequence[UnitResult] = ()
    unit_columns: tuple[UnitColumn, ...] = ()
    plan_verdicts: tuple[PlanVerdict, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueChange:
    """
    One value that two rule sets give differently.

    Attributes
    ----------
    field
        Field of `LifeCircle`, `Clause` or `RuleSet`.
    before, after
        What each says.
    """

    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class RuleChange:
    """
    A life circle or clause that stands in two rule sets and does not say the same.

    Attributes
    ----------
    before, after
        The two, of the same id.
    changes
        The values that differ, in the order of the fields.
    """

    before: LifeCircle | Clause
    after: LifeCircle | Clause
    changes: tuple[ValueChange, ...]


@dataclass(frozen=True, slots=True)
class RuleSetDifference:
    """
    What differs between two rule sets, life circles before clauses.

    Attributes
    ----------
    before, after
        The two rule sets.
    about
        What they say of themselves and say differently: titles, dates, notes.
    only_before, only_after
        Rules whose id stands in one of them alone.
    changed
        Rules that stand in both and differ.
    same
        Ids of the rules that stand in both and say the same.
    """

    before: RuleSet
    after: RuleSet
    about: tuple[ValueChange, ...]
    only_before: tuple[LifeCircle | Clause, ...]
    only_after: tuple[LifeCircle | Clause, ...]
    changed: tuple[RuleChange, ...]
    same: tuple[str, ...]
