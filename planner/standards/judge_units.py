"""Hold administrative units, and the plan, against clauses that need no coverage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.judged_units import UnitJudgements, UnitResult
from planner.domain.standard import VERDICT_ORDER
from planner.standards.applicability import REASONS, bearing_of
from planner.standards.columns import CentreColumns
from planner.standards.judge import plan_scope
from planner.standards.measure import Measures, margin_of, measure_figure, sum_measures
from planner.standards.rule_checks import UNIT_MEASURES
from planner.standards.unit_sums import sum_once
from planner.standards.validity import holds_on
from planner.standards.verdicts import weigh
from planner.standards.zones import INSIDE, OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.coverage import State
    from planner.domain.judged_units import UnitFigures
    from planner.domain.places import Centres
    from planner.domain.standard import Clause, RuleSet
    from planner.standards.verdicts import Outcome

_AFTER_COVERAGE: Final = ("share", "reach")
_AREAS: Final = ("floor_area_m2", "floor_area_existing_m2", "convenience_area_m2",
                 "activity_area_m2", "site_area_m2")  # fmt: skip


def judge_units(
    centres: Centres,
    rule_sets: Sequence[RuleSet],
    units: Sequence[UnitFigures],
    *,
    plan_date: date | None,
    in_plan_scope: IntArray | None,
    apply_to_existing: bool = False,
    state: State = "plan",
    zones: Mapping[str, IntArray] | None = None,
) -> UnitJudgements:
    """
    Say for each unit what the clauses say that judge units and need no coverage.

    A clause of type `ratio` divides the sum of a figure over the centres of the unit by its
    households (or another figure). The centres summed are those in service to which the
    clause applies by level, kind, status and scope; of centres built together only the
    largest counts, unless all of them together would not be enough either or the largest is
    enough: between the two it cannot be told. A clause of type `presence` counts the centres;
    a `threshold` on `persons` or `households` judges the unit itself; any other `threshold`
    that judges a unit sums as `judge_centres` does, and stands here once for each unit.

    Parameters
    ----------
    centres
        The plan.
    rule_sets
        In the order of their results.
    units
        One record a level (see `list_units`); clauses of other levels give nothing.
    plan_date
        Day whose rules count; `None` takes the first rule set's `valid_from`.
    in_plan_scope, apply_to_existing, zones, state
        As in `judge_centres`.

    Returns
    -------
    judgements
        By rule set, clause and unit.
    """
    day = rule_sets[0].valid_from if plan_date is None else plan_date
    columns = CentreColumns(centres.centre, state=state, day=day)
    scope = plan_scope(columns, in_plan_scope)
    by_level = {one.level: one for one in units}
    results: list[UnitResult] = []
    assumptions: dict[str, None] = {}
    for rule_set, clause in unit_clauses(rule_sets):
        unit = by_level.get(clause.judged_unit)
        if unit is None:
            continue
        if not holds_on(clause, rule_set, day):
            results += not_in_force(clause, rule_set, unit)
            continue
        bearing = bearing_of(
            clause,
            columns,
            in_force=True,
            scope=scope,
            zones=zones or {},
            apply_to_existing=apply_to_existing,
        )
        counts = (bearing.applies | bearing.open) & columns.in_service()
        found = _Members(columns, unit, counts, bearing.open & counts, zones or {})
        results += _judge(clause, rule_set, found)
        assumptions |= dict.fromkeys(_assumed(clause, unit))
    return UnitJudgements(tuple(results), tuple(assumptions))


def unit_clauses(
    rule_sets: Sequence[RuleSet], *, after_coverage: bool = False
) -> Iterator[tuple[RuleSet, Clause]]:
    """List the clauses that judge units, those that need coverage or the others."""
    for rule_set in rule_sets:
        for clause in rule_set.clauses:
            judges = rule_set.judges and clause.judges and clause.judged_unit != "centre"
            if judges and (clause.rule_type in _AFTER_COVERAGE) == after_coverage:
                yield rule_set, clause


def not_in_force(clause: Clause, rule_set: RuleSet, unit: UnitFigures) -> list[UnitResult]:
    """Say of every unit that a clause does not hold on the day of the plan."""
    return [
        UnitResult(
            level=unit.level,
            unit_id=unit_id,
            name=name,
            clause_id=clause.clause_id,
            rule_set_id=rule_set.rule_set_id,
            verdict="not_applicable",
            measured=None,
            required=clause.value,
            margin=None,
            reason="not_in_force",
        )
        for unit_id, name in zip(unit.unit_id, unit.name, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Members:
    """The units of one level and which centres count in them; some perhaps do not belong."""

    columns: CentreColumns
    unit: UnitFigures
    counts: BoolArray
    doubtful: BoolArray
    zones: Mapping[str, IntArray]

    @property
    def of_unit(self) -> IntArray:
        """Unit of each centre that counts, certainly or perhaps, -1 of the others."""
        return np.where(self.counts, self.unit.centre_unit, -1)

    @property
    def certain(self) -> IntArray:
        """Unit of each centre that certainly counts, -1 of the others."""
        return np.where(self.doubtful, -1, self.of_unit)

    @property
    def n_units(self) -> int:
        return len(self.unit.unit_id)

    def doubtful_units(self) -> IntArray:
        """Unit of each centre that perhaps counts, -1 of the others."""
        return np.where(self.doubtful, self.unit.centre_unit, -1)

    def count(self, of_unit: IntArray) -> IntArray:
        """Count the centres of each unit."""
        return np.bincount(of_unit[of_unit >= 0], minlength=self.n_units)


def _assumed(clause: Clause, unit: UnitFigures) -> Iterator[str]:
    if not unit.complete:
        yield "units_from_names"
    if clause.per == "households" and unit.households_from_centres:
        yield "households_from_centres"
    if clause.rule_type == "ratio" and clause.measures in _AREAS:
        yield "co_located_once"


def _judge(clause: Clause, rule_set: RuleSet, members: _Members) -> list[UnitResult]:
    if clause.rule_type == "ratio":
        return _judge_ratio(clause, rule_set, members)
    if clause.rule_type == "presence":
        measures = _presence(members)
    elif clause.measures in UNIT_MEASURES:
        measures = _exactly(_people(members.unit, clause.measures))
        found = _results(clause, rule_set, members, measures, weigh(clause, measures))
        return _in_zone(clause, found, members)
    else:
        measures, _ = _sum(clause.measures, members)
    return _results(clause, rule_set, members, measures, weigh(clause, measures))


def _in_zone(clause: Clause, found: list[UnitResult], members: _Members) -> list[UnitResult]:
    """Keep the verdict of units that a clause's zone holds; a unit is where its centres are."""
    if clause.other_scope in ("", "urban"):
        return found
    zone = members.zones.get(clause.other_scope)
    inside = np.zeros(members.n_units, dtype=np.bool_)
    outside = inside.copy()
    if zone is not None:
        unit = members.unit.centre_unit
        inside[unit[(zone == INSIDE) & (unit >= 0)]] = True
        outside[unit[(zone == OUTSIDE) & (unit >= 0)]] = True
    kept = []
    for row, result in enumerate(found):
        if inside[row]:
            kept.append(result)
        elif outside[row]:
            kept.append(
                replace(
                    result,
                    verdict="not_applicable",
                    reason="outside_scope",
                    needed=None,
                    missing=(),
                    decides=None,
                )
            )
        else:
            kept.append(
                replace(
                    result,
                    verdict="cannot_tell",
                    reason="scope_unknown",
                    needed=None,
                    missing=(clause.other_scope,),
                    decides=None,
                )
            )
    return kept


def _sum(name: str, members: _Members) -> tuple[Measures, BoolArray]:
    """
    Sum a figure by unit: areas of what is built once, once.

    Centres that perhaps do not belong are not in the value, only in what it may be at most.
    A unit in which no centre counts has a sum of 0.
    """
    sure, shared = _sum_of(name, members, members.certain)
    every, _ = _sum_of(name, members, members.of_unit)
    empty = members.count(members.certain) == 0
    nobody = members.count(members.of_unit) == 0
    highest = np.where(nobody, 0.0, every.highest)
    measures = Measures(
        value=np.where(empty, 0.0, sure.value),
        lowest=np.where(empty, 0.0, sure.lowest),
        highest=np.where(np.isnan(highest), np.inf, highest),
        incomplete=every.incomplete | (members.count(members.doubtful_units()) > 0),
        exceeds_whole=sure.exceeds_whole,
    )
    return measures, shared


def _sum_of(name: str, members: _Members, of_unit: IntArray) -> tuple[Measures, BoolArray]:
    if name in _AREAS:
        return sum_once(name, members.columns, of_unit, members.n_units)
    own = measure_figure(members.columns, name)
    nothing = np.zeros(members.n_units, dtype=np.bool_)
    return sum_measures(own, of_unit, members.n_units), nothing


def _presence(members: _Members) -> Measures:
    """Count the centres of each unit; doubtful ones may or may not belong."""
    certain = members.count(members.certain).astype(np.float64)
    perhaps = members.count(members.of_unit).astype(np.float64)
    return Measures(
        value=certain,
        lowest=certain,
        highest=perhaps,
        incomplete=perhaps > certain,
        exceeds_whole=np.zeros(members.n_units, dtype=np.bool_),
    )


def _people(unit: UnitFigures, name: str) -> FloatArray:
    return unit.persons if name == "persons" else unit.households


def _exactly(value: FloatArray) -> Measures:
    nothing = np.zeros(len(value), dtype=np.bool_)
    return Measures(value, value, value, nothing, nothing)


def _judge_ratio(clause: Clause, rule_set: RuleSet, members: _Members) -> list[UnitResult]:
    """Divide the sum of a figure by what it is per, unit by unit."""
    over, shared = _sum(clause.measures, members)
    per = str(clause.per)
    under = (
        _people(members.unit, per)
        if per in ("persons", "households")
        else _sum(per, members)[0].value
    )
    known = np.isfinite(under) & (under > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(known, clause.per_count / under, np.nan)
        ratio = Measures(
            value=over.value * factor,
            lowest=over.lowest * factor,
            highest=over.highest * factor,
            incomplete=over.incomplete,
            exceeds_whole=over.exceeds_whole,
        )
        # Enough for how many: of those the unit has more than that.
        enough = over.value * clause.per_count / clause.value
    found = _results(clause, rule_set, members, ratio, weigh(clause, ratio))
    return [
        _with_sums(
            clause,
            replace(result, reason="co_located")
            if shared[row] and result.reason == "approximate"
            else result,
            float(over.value[row]),
            float(under[row]),
            float(enough[row]),
        )
        for row, result in enumerate(found)
    ]


def _with_sums(
    clause: Clause, result: UnitResult, over: float, under: float, enough: float
) -> UnitResult:
    """Add both sums, and say in whole figures what is missing and who is too many."""
    whole = replace(result, numerator=_or_none(over), denominator=_or_none(under))
    if result.verdict == "cannot_tell" and not under > 0:
        reason = "households_blank" if clause.per == "households" else "value_blank"
        return replace(whole, reason=reason, missing=(str(clause.per),), decides=_or_none(enough))
    if clause.comparison != ">=":
        return whole
    more = under * clause.value / clause.per_count - (over if over > 0 else 0.0)
    if result.verdict == "cannot_tell":
        return replace(whole, decides=_or_none(max(more, 0.0)))
    if result.needed is None:
        return whole
    return replace(
        whole,
        needed=more,
        over_households=max(under - enough, 0.0) if clause.per == "households" else None,
    )


def _results(
    clause: Clause, rule_set: RuleSet, members: _Members, measures: Measures, outcome: Outcome
) -> list[UnitResult]:
    """Make one record a unit."""
    margin, count, unit = (
        margin_of(clause, measures.value),
        members.count(members.of_unit),
        members.unit,
    )
    found = []
    for row in range(members.n_units):
        verdict = VERDICT_ORDER[outcome.verdict[row]]
        reason = REASONS[outcome.reason[row]]
        if clause.rule_type == "presence" and reason == "value_blank":
            reason = "level_blank"
        found.append(
            UnitResult(
                level=unit.level,
                unit_id=unit.unit_id[row],
                name=unit.name[row],
                clause_id=clause.clause_id,
                rule_set_id=rule_set.rule_set_id,
                verdict=verdict,
                measured=_or_none(float(measures.value[row])),
                required=clause.value,
                margin=_or_none(float(margin[row])),
                reason=reason,
                needed=_or_none(float(outcome.needed[row])),
                missing=(clause.measures,) if verdict == "cannot_tell" else (),
                decides=_or_none(float(outcome.decides[row])),
                centres=int(count[row]),
            )
        )
    return found


def _or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None
