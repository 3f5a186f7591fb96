"""Hold the centres of a plan against the clauses of rule sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.standard import Clause, Judgements, RuleSet
from planner.domain.verdict_columns import ClauseColumn, VerdictColumns
from planner.errors import Fault, StandardsError
from planner.standards.applicability import bearing_of, reason_code
from planner.standards.columns import CentreColumns
from planner.standards.hierarchy import weigh_parents
from planner.standards.measure import margin_of, measure_centres
from planner.standards.rows import JudgementRows
from planner.standards.rule_checks import UNIT_MEASURES
from planner.standards.validity import holds_on, validity_notices
from planner.standards.verdicts import CANNOT_TELL, NONE, NOT_APPLICABLE, weigh, worst
from planner.standards.zones import INSIDE, OUTSIDE, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.coverage import State
    from planner.domain.places import Centres
    from planner.standards.applicability import Bearing
    from planner.standards.verdicts import Outcome

_ON_CENTRES: Final = ("centre", "community", "street", "district")


def judge_centres(
    centres: Centres,
    rule_sets: Sequence[RuleSet],
    *,
    plan_date: date | None,
    apply_to_existing: bool,
    in_plan_scope: IntArray | None,
    state: State = "plan",
    zones: Mapping[str, IntArray] | None = None,
    columns: CentreColumns | None = None,
) -> Judgements:
    """
    Say for each centre what each clause of each rule set that judges centres says of it.

    Clauses that judge a unit by a ratio or by presence, and those that need coverage, are for
    `judge_units` and `judge_coverage`.

    A clause that does not apply (another level, kind or status, outside the scope,
    a closed centre, a rule set not in force on `plan_date`) gives `not_applicable`.
    A blank value, and a blank that leaves open whether the clause applies, give
    `cannot_tell`, never `fail`. A part larger than its whole (便民服务中心 larger than
    the centre it is part of) gives `cannot_tell` for the part's clause with reason
    `exceeds_whole`: one of the two figures is wrong and nothing tells which. The
    whole's own clause is judged by its figure.

    The verdict of a centre comes from the `must` clauses of group `floor_area` of the
    first rule set, the worst of fail, cannot_tell, pass, not_applicable. In other
    groups a clause that is less than `must` gives `below_recommended` in place of
    `fail`, and the group's verdict comes from its `must` clauses where it has any.

    Parameters
    ----------
    centres
        The plan.
    rule_sets
        At least one; the first gives the verdict.
    plan_date
        Day whose rules count; `None` takes the first rule set's `valid_from`.
    apply_to_existing
        True judges existing and expanded centres by the clauses for new ones too.
        By default they are `not_applicable`: the source names 新建 only, and 改扩建 is
        not 新建.
    in_plan_scope : shape (n_centres,)
        1 inside the plan's scope, 0 outside, -1 where it cannot be told. `None`: no
        scope was given; names tell it (see `zones.main_urban_scope`): other districts of the
        city are outside, towns and villages of the main urban ones cannot be told, the rest
        is taken as inside, and `Judgements.assumptions` says so.
    state
        `plan` (default; `with_proposals` is the same) judges floor areas as planned.
        `existing` judges what stands today: an expanded or closed centre at its
        `floor_area_existing_m2`, with its convenience area, which is the planned one,
        as blank for an expanded centre. This matters only with `apply_to_existing`.

    zones
        The same for further zones, by the key that a clause's `other_scope` names, such as
        `urban_unbuilt`.
    columns
        The centres as columns, of the same state and day, where they have been made already.

    Returns
    -------
    judgements
        One judgement a centre, in their order, made when asked for; `columns` holds the same
        as arrays. A rule set that another has superseded on the day of the plan is applied,
        with a notice.

    Raises
    ------
    StandardsError
        If no rule set is given, or one twice, or `in_plan_scope` or a zone does not have one
        value (1, 0 or -1) a centre.
    """
    given = dict(zones or {})
    _check(centres, rule_sets, in_plan_scope, given)
    day = rule_sets[0].valid_from if plan_date is None else plan_date
    if columns is None:
        columns = CentreColumns(centres.centre, state=state, day=day)
    question = _Question(
        columns=columns,
        scope=plan_scope(columns, in_plan_scope),
        zones=given,
        apply_to_existing=apply_to_existing,
    )
    made = tuple(
        _judge_clause(clause, rule_set, question)
        for rule_set in rule_sets
        for clause in rule_set.clauses
        if judges_centres(clause, rule_set)
    )
    found = _verdicts(rule_sets, made, len(columns))
    return Judgements(
        rule_sets=tuple(rule_sets),
        plan_date=day,
        judgement=JudgementRows([centre.centre_id for centre in centres.centre], found),
        assumptions=_assumptions(columns, rule_sets, in_plan_scope, apply_to_existing),
        notices=validity_notices(rule_sets, day),
        columns=found,
    )


def judges_centres(clause: Clause, rule_set: RuleSet) -> bool:
    """Tell whether a clause gives a verdict of each centre, not of units alone."""
    if not (rule_set.judges and clause.judges):
        return False
    if clause.rule_type == "parent":
        return True
    return (
        clause.rule_type == "threshold"
        and clause.judged_unit in _ON_CENTRES
        and clause.measures not in UNIT_MEASURES
    )


def plan_scope(columns: CentreColumns, in_plan_scope: IntArray | None) -> IntArray:
    """Return the plan's scope as given, else as the names of districts and streets tell it."""
    if in_plan_scope is not None:
        return in_plan_scope
    return columns.main_urban()


@dataclass(frozen=True, slots=True)
class _Question:
    """What every clause is asked with."""

    columns: CentreColumns
    scope: IntArray
    zones: Mapping[str, IntArray]
    apply_to_existing: bool


def _check(
    centres: Centres,
    rule_sets: Sequence[RuleSet],
    in_plan_scope: IntArray | None,
    zones: Mapping[str, IntArray],
) -> None:
    """Refuse what cannot be judged."""
    if not rule_sets:
        raise StandardsError(Fault("at least one rule set is needed", field="rule_sets"))
    ids = [rule_set.rule_set_id for rule_set in rule_sets]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise StandardsError(
            Fault("rule set given twice", field="rule_sets", found=", ".join(twice))
        )
    count = len(centres.centre)
    for name, values in {"in_plan_scope": in_plan_scope, **zones}.items():
        if values is None:
            continue
        if values.shape != (count,) or not np.isin(values, (INSIDE, OUTSIDE, UNKNOWN)).all():
            raise StandardsError(
                Fault(
                    "the scope of the plan must be 1, 0 or -1 for each centre",
                    field=name,
                    found=f"shape {values.shape}",
                    expected=f"shape ({count},)",
                )
            )


def _judge_clause(clause: Clause, rule_set: RuleSet, question: _Question) -> ClauseColumn:
    """Judge every centre by one clause."""
    columns = question.columns
    bearing = bearing_of(
        clause,
        columns,
        in_force=holds_on(clause, rule_set, columns.day),
        scope=question.scope,
        zones=question.zones,
        apply_to_existing=question.apply_to_existing,
    )
    if clause.rule_type == "parent":
        measured, outcome, silent = weigh_parents(clause, columns, bearing.applies)
        column = _column(clause, rule_set, measured, bearing, outcome)
        column.verdict[silent] = NOT_APPLICABLE
        column.reason[silent & bearing.applies] = reason_code("no_parents_named")
        return column
    measures = measure_centres(clause, columns, bearing.applies)
    return _column(clause, rule_set, measures.value, bearing, weigh(clause, measures))


def _column(
    clause: Clause, rule_set: RuleSet, measured: FloatArray, bearing: Bearing, outcome: Outcome
) -> ClauseColumn:
    """Put together whether the clause applies and what was measured."""
    applies = bearing.applies
    verdict = np.where(applies, outcome.verdict, NOT_APPLICABLE).astype(np.uint8)
    verdict[bearing.open] = CANNOT_TELL
    return ClauseColumn(
        rule_set_id=rule_set.rule_set_id,
        clause=clause,
        verdict=verdict,
        reason=np.where(applies, outcome.reason, bearing.reason).astype(np.uint8),
        measured=measured,
        margin=margin_of(clause, measured),
        needed=np.where(applies, outcome.needed, np.nan),
        decides=np.where(applies, outcome.decides, np.nan),
        if_applies=np.where(bearing.open, outcome.verdict, NONE).astype(np.uint8),
    )


def _verdicts(
    rule_sets: Sequence[RuleSet], made: tuple[ClauseColumn, ...], count: int
) -> VerdictColumns:
    """Put the columns of all clauses together."""
    by_rule_set = {
        rule_set.rule_set_id: worst(
            (
                column.verdict
                for column in made
                if column.rule_set_id == rule_set.rule_set_id
                and column.clause.group == "floor_area"
                and column.clause.force == "must"
            ),
            count,
        )
        for rule_set in rule_sets
    }
    first = rule_sets[0].rule_set_id
    own = [column for column in made if column.rule_set_id == first]
    by_group = {}
    for group in dict.fromkeys(column.clause.group for column in own):
        members = [column for column in own if column.clause.group == group]
        must = [column for column in members if column.clause.force == "must"]
        by_group[group] = worst((column.verdict for column in must or members), count)
    return VerdictColumns(
        verdict=by_rule_set[first],
        by_rule_set=by_rule_set,
        by_group={str(group): codes for group, codes in by_group.items()},
        clauses=made,
    )


def _assumptions(
    columns: CentreColumns,
    rule_sets: Sequence[RuleSet],
    in_plan_scope: IntArray | None,
    apply_to_existing: bool,  # noqa: FBT001 - passed on from a keyword
) -> tuple[str, ...]:
    """List the keys of what was assumed, as `Judgements` documents them."""
    clauses = [
        clause
        for rule_set in rule_sets
        for clause in rule_set.clauses
        if judges_centres(clause, rule_set)
    ]
    for_new = any("new" in clause.statuses for clause in clauses)
    expanded = bool(columns.named("status", ("expanded",)).any())
    told = {
        "plan_within_scope": in_plan_scope is None
        and any(clause.in_plan_scope for clause in clauses),
        "expanded_not_new": for_new and expanded and not apply_to_existing,
        "existing_judged_as_new": for_new and apply_to_existing,
        "communities_taken_as_urban": any(clause.judged_unit == "community" for clause in clauses),
    }
    return tuple(key for key, holds in told.items() if holds)
