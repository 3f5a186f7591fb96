"""What a rule set says of a plan as a whole, and of one plan under two rule sets."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.judged_units import (
    DecidingClause,
    Indicator,
    PlanDifference,
    PlanVerdict,
    VerdictShift,
)
from planner.domain.standard import VERDICT_ORDER
from planner.standards.columns import CentreColumns
from planner.standards.measure import band_of, measure_figure
from planner.standards.verdicts import worst

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.domain.coverage import State
    from planner.domain.judged_units import UnitColumn, UnitResult, VerdictBasis
    from planner.domain.places import Centres
    from planner.domain.standard import Clause, ClauseResult, Judgements, RuleSet, Verdict
    from planner.domain.verdict_columns import ClauseColumn

_SIZES = ("persons", "households")


def sum_up_plan(
    centres: Centres,
    judgements: Judgements,
    units: Sequence[UnitColumn] = (),
    *,
    state: State = "plan",
    columns: CentreColumns | None = None,
) -> tuple[PlanVerdict, ...]:
    """
    Sum the verdicts of centres and units up to one of the plan, for each rule set.

    Parameters
    ----------
    centres
        The plan.
    judgements
        Verdicts of its centres, with their columns.
    units
        Verdicts of units, of all rule sets, clause by clause.
    state
        Whose centres the indicators count.
    columns
        The centres as columns, of the same state and day, where they have been made already.

    Returns
    -------
    verdicts
        One a rule set, in order: the worst of its `must` clauses over all centres and units;
        how many centres and units have each verdict; what is missing in all by clause; and
        how many centres reach the value of each floor-area clause, old ones too.
    """
    if columns is None:
        columns = CentreColumns(centres.centre, state=state, day=judgements.plan_date)
    return tuple(_sum_up(rule_set, judgements, units, columns) for rule_set in judgements.rule_sets)


def _sum_up(
    rule_set: RuleSet,
    judgements: Judgements,
    units: Sequence[UnitColumn],
    columns: CentreColumns,
) -> PlanVerdict:
    own = [one for one in _columns(judgements) if one.rule_set_id == rule_set.rule_set_id]
    of_units = [one for one in units if one.rule_set_id == rule_set.rule_set_id]
    heaviest = [
        int(one.verdict.max(initial=0))
        for one in _both(own, of_units)
        if one.clause.force == "must"
    ]
    by_centre = (
        judgements.columns.by_rule_set[rule_set.rule_set_id]
        if judgements.columns is not None
        else np.zeros(0, dtype=np.uint8)
    )
    counts = np.bincount(by_centre, minlength=len(VERDICT_ORDER)).tolist()
    return PlanVerdict(
        rule_set_id=rule_set.rule_set_id,
        verdict=VERDICT_ORDER[max(heaviest, default=0)],
        centres=dict(zip(VERDICT_ORDER, counts, strict=True)),
        units=_count_units(one for one in of_units if one.clause.force == "must"),
        needed=_needed(own, of_units),
        indicators=tuple(
            _indicator(rule_set, clause, columns)
            for clause in rule_set.clauses
            if rule_set.judges and clause.judges and _is_floor(clause)
        ),
        basis=_basis(rule_set),
    )


def _basis(rule_set: RuleSet) -> VerdictBasis:
    """Tell why a rule set may have no verdict of its own."""
    if not rule_set.judges:
        return "informs"
    must = any(one.judges and one.force == "must" for one in rule_set.clauses)
    return "must" if must else "no_must"


def _columns(judgements: Judgements) -> tuple[ClauseColumn, ...]:
    return () if judgements.columns is None else judgements.columns.clauses


def _both(
    own: Sequence[ClauseColumn], of_units: Sequence[UnitColumn]
) -> list[ClauseColumn | UnitColumn]:
    return [*own, *of_units]


def _count_units(columns: Iterable[UnitColumn]) -> dict[str, dict[str, int]]:
    """Count units by level and by the worst verdict each has."""
    by_level: dict[str, list[UnitColumn]] = {}
    for one in columns:
        by_level.setdefault(one.unit.level, []).append(one)
    counts = {}
    for level, own in by_level.items():
        heaviest = worst((one.verdict for one in own), len(own[0].verdict))
        tally = np.bincount(heaviest, minlength=len(VERDICT_ORDER)).tolist()
        counts[level] = dict(zip(VERDICT_ORDER, tally, strict=True))
    return counts


def _needed(own: Sequence[ClauseColumn], of_units: Sequence[UnitColumn]) -> dict[str, float]:
    """
    Add up what is missing, by clause; a unit's clause over its units, once each.

    Persons and dwellings are the size of a unit, nothing that a plan could add: they are left
    to the units, one by one.
    """
    summed_by_unit = {one.clause.clause_id for one in of_units}
    columns = [one for one in own if one.clause.clause_id not in summed_by_unit]
    return {
        one.clause.clause_id: float(np.nansum(one.needed))
        for one in _both(columns, of_units)
        if one.clause.measures not in _SIZES and np.isfinite(one.needed).any()
    }


def _is_floor(clause: Clause) -> bool:
    return (
        clause.group == "floor_area"
        and clause.rule_type == "threshold"
        and clause.judged_unit == "centre"
        and clause.comparison == ">="
    )


def _indicator(rule_set: RuleSet, clause: Clause, columns: CentreColumns) -> Indicator:
    """Count the centres in service that reach a value, whatever their status."""
    here = columns.in_service()
    if clause.levels:
        here &= columns.named("level", clause.levels)
    if clause.kinds:
        here &= columns.named("kind", clause.kinds)
    value = measure_figure(columns, clause.measures).value[here]
    known = value[~np.isnan(value)]
    return Indicator(
        rule_set_id=rule_set.rule_set_id,
        clause_id=clause.clause_id,
        value=clause.value,
        unit=clause.unit,
        count=int((known >= band_of(clause)[0]).sum()),
        measured=len(known),
        blank=len(value) - len(known),
    )


def compare_verdicts(centres: Centres, before: Judgements, after: Judgements) -> PlanDifference:
    """
    Compare one plan under two rule sets: whose verdict changes, and which clauses make it.

    Parameters
    ----------
    centres
        The plan.
    before, after
        Its judgements, those of its units included, each under one rule set alone.

    Returns
    -------
    difference
        Verdicts of centres are those of the floor-area clauses; a unit's is the worst of all
        its clauses. The clauses that gave a verdict are those that bear it themselves.
    """
    one, two = before, after
    counts: Counter[tuple[Verdict, Verdict]] = Counter()
    shifts = []
    for centre, old, new in zip(centres.centre, one.judgement, two.judgement, strict=True):
        counts[old.verdict, new.verdict] += 1
        if old.verdict == new.verdict:
            continue
        shifts.append(
            VerdictShift(
                level="centre",
                subject_id=centre.centre_id,
                name=centre.name,
                before=old.verdict,
                after=new.verdict,
                because_before=_deciding(one.rule_sets[0], old.clause_results, old.verdict),
                because_after=_deciding(two.rule_sets[0], new.clause_results, new.verdict),
            )
        )
    shifts += _unit_shifts(one.rule_sets[0], one.units, two.rule_sets[0], two.units)
    return PlanDifference(
        before=one.rule_sets[0],
        after=two.rule_sets[0],
        day_before=one.plan_date,
        day_after=two.plan_date,
        plan_before=sum_up_plan(centres, one, one.unit_columns)[0],
        plan_after=sum_up_plan(centres, two, two.unit_columns)[0],
        counts=dict(counts),
        shifts=tuple(shifts),
    )


def _unit_shifts(
    old_rules: RuleSet,
    old: Sequence[UnitResult],
    new_rules: RuleSet,
    new: Sequence[UnitResult],
) -> list[VerdictShift]:
    """List the units whose worst verdict differs; one that a set says nothing of included."""
    grouped: tuple[dict[tuple[str, str], list[UnitResult]], ...] = ({}, {})
    for results, into in zip((old, new), grouped, strict=True):
        for one in results:
            into.setdefault((one.level, one.unit_id), []).append(one)
    shifts = []
    for key in dict.fromkeys([*grouped[0], *grouped[1]]):
        ours, theirs = grouped[0].get(key, []), grouped[1].get(key, [])
        before, after = _worst(ours), _worst(theirs)
        if before != after:
            shifts.append(
                VerdictShift(
                    level=key[0],
                    subject_id=key[1],
                    name=(ours or theirs)[0].name,
                    before=before,
                    after=after,
                    because_before=_deciding(old_rules, ours, before, any_group=True),
                    because_after=_deciding(new_rules, theirs, after, any_group=True),
                )
            )
    return shifts


def _worst(results: Sequence[UnitResult]) -> Verdict:
    return max((one.verdict for one in results), key=VERDICT_ORDER.index, default="not_applicable")


def _deciding(
    rule_set: RuleSet,
    results: Sequence[ClauseResult | UnitResult],
    verdict: Verdict,
    *,
    any_group: bool = False,
) -> tuple[DecidingClause, ...]:
    """Return the clauses that bear the verdict that stands."""
    clauses = {
        clause.clause_id: clause
        for clause in rule_set.clauses
        if any_group or (clause.group == "floor_area" and clause.force == "must")
    }
    return tuple(
        DecidingClause(
            rule_set_id=rule_set.rule_set_id,
            clause_id=one.clause_id,
            name_zh=clauses[one.clause_id].name_zh,
            name_en=clauses[one.clause_id].name_en,
            verdict=one.verdict,
            measured=one.measured,
            required=one.required,
            unit=clauses[one.clause_id].unit,
            reason=one.reason,
        )
        for one in results
        if one.clause_id in clauses and one.verdict == verdict
    )
