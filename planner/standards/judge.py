"""Hold the centres of a plan against the clauses of rule sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.domain.standard import (
    Clause,
    ClauseResult,
    Judgement,
    Judgements,
    RuleSet,
    Verdict,
)
from planner.errors import Fault, StandardsError
from planner.standards.applicability import INSIDE, UNKNOWN, Bearing, bearing_of
from planner.standards.measure import Measure, measure_centres, reaches

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from planner.domain.arrays import IntArray
    from planner.domain.coverage import State
    from planner.domain.places import Centre, Centres

_WEIGHT: dict[Verdict, int] = {
    "fail": 4,
    "cannot_tell": 3,
    "below_recommended": 2,
    "pass": 1,
    "not_applicable": 0,
}


def judge_centres(
    centres: Centres,
    rule_sets: Sequence[RuleSet],
    *,
    plan_date: date | None,
    apply_to_existing: bool,
    in_plan_scope: IntArray | None,
    state: State = "plan",
) -> Judgements:
    """
    Say for each centre what each clause of each rule set says of it.

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
        scope was given, the whole plan is taken as inside, and
        `Judgements.assumptions` says so.
    state
        `plan` (default; `with_proposals` is the same) judges floor areas as planned.
        `existing` judges what stands today: an expanded or closed centre at its
        `floor_area_existing_m2`, with its convenience area, which is the planned one,
        as blank for an expanded centre. This matters only with `apply_to_existing`.

    Returns
    -------
    judgements
        One judgement a centre, in their order.

    Raises
    ------
    StandardsError
        If no rule set is given, or one twice, or `in_plan_scope` does not have one
        value (1, 0 or -1) a centre.
    """
    _check(centres, rule_sets, in_plan_scope)
    day = rule_sets[0].valid_from if plan_date is None else plan_date
    question = _Question(
        centres=centres.centre,
        scope=_scope(len(centres.centre), in_plan_scope),
        day=day,
        apply_to_existing=apply_to_existing,
        state=state,
    )
    columns = [
        [_judge_clause(clause, rule_set, question) for clause in rule_set.clauses]
        for rule_set in rule_sets
    ]
    return Judgements(
        rule_sets=tuple(rule_sets),
        plan_date=day,
        judgement=tuple(
            _judgement(centre, rule_sets, [[one[row] for one in column] for column in columns])
            for row, centre in enumerate(centres.centre)
        ),
        assumptions=_assumptions(centres, rule_sets, in_plan_scope, apply_to_existing),
    )


@dataclass(frozen=True, slots=True)
class _Question:
    """What every clause is asked with."""

    centres: tuple[Centre, ...]
    scope: tuple[int, ...]
    day: date
    apply_to_existing: bool
    state: State


def _check(centres: Centres, rule_sets: Sequence[RuleSet], in_plan_scope: IntArray | None) -> None:
    """Refuse what cannot be judged."""
    if not rule_sets:
        raise StandardsError(Fault("at least one rule set is needed", field="rule_sets"))
    ids = [rule_set.rule_set_id for rule_set in rule_sets]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise StandardsError(
            Fault("rule set given twice", field="rule_sets", found=", ".join(twice))
        )
    if in_plan_scope is not None:
        count = len(centres.centre)
        allowed = {INSIDE, 0, UNKNOWN}
        if in_plan_scope.shape != (count,) or not set(in_plan_scope.tolist()) <= allowed:
            raise StandardsError(
                Fault(
                    "the scope of the plan must be 1, 0 or -1 for each centre",
                    field="in_plan_scope",
                    found=f"shape {in_plan_scope.shape}",
                    expected=f"shape ({count},)",
                )
            )


def _scope(count: int, in_plan_scope: IntArray | None) -> tuple[int, ...]:
    """Take everything as inside where no scope was given."""
    if in_plan_scope is None:
        return (INSIDE,) * count
    return tuple(in_plan_scope.tolist())


def _judge_clause(clause: Clause, rule_set: RuleSet, question: _Question) -> list[ClauseResult]:
    """Judge every centre by one clause."""
    in_force = rule_set.valid_from <= question.day and (
        rule_set.valid_to is None or question.day <= rule_set.valid_to
    )
    bearings = [
        bearing_of(
            clause,
            centre,
            in_force=in_force,
            scope=scope,
            apply_to_existing=question.apply_to_existing,
            state=question.state,
        )
        for centre, scope in zip(question.centres, question.scope, strict=True)
    ]
    measures = measure_centres(clause, question.centres, bearings, state=question.state)
    return [
        _clause_result(clause, rule_set, bearing, measure)
        for bearing, measure in zip(bearings, measures, strict=True)
    ]


def _clause_result(
    clause: Clause, rule_set: RuleSet, bearing: Bearing, measure: Measure
) -> ClauseResult:
    """Put together whether the clause applies and what was measured."""
    margin = None
    if measure.value is not None:
        margin = measure.value - clause.value
        if clause.comparison == "<=":
            margin = clause.value - measure.value
    verdict, reason = _clause_verdict(clause, bearing, measure)
    return ClauseResult(
        clause_id=clause.clause_id,
        rule_set_id=rule_set.rule_set_id,
        verdict=verdict,
        measured=measure.value,
        required=clause.value,
        margin=margin,
        reason=reason,
    )


def _clause_verdict(clause: Clause, bearing: Bearing, measure: Measure) -> tuple[Verdict, str]:
    """Return the verdict of one clause on one centre, and the key of why."""
    if bearing.applies is not True:
        return ("not_applicable" if bearing.applies is False else "cannot_tell"), bearing.reason
    if measure.value is None:
        return "cannot_tell", "value_blank"
    if measure.exceeds_whole:
        return "cannot_tell", "exceeds_whole"
    met = reaches(measure.value, clause)
    if measure.incomplete and met is not (clause.comparison == ">="):
        return "cannot_tell", "value_blank"
    if met:
        return "pass", ""
    return ("fail" if clause.force == "must" else "below_recommended"), ""


def _judgement(
    centre: Centre, rule_sets: Sequence[RuleSet], results: list[list[ClauseResult]]
) -> Judgement:
    """Put the clause results of one centre together; `results` is by rule set."""
    by_rule_set = {
        rule_set.rule_set_id: _floor_area_verdict(rule_set, found)
        for rule_set, found in zip(rule_sets, results, strict=True)
    }
    first = rule_sets[0]
    groups = dict.fromkeys(clause.group for clause in first.clauses)
    return Judgement(
        centre_id=centre.centre_id,
        verdict=by_rule_set[first.rule_set_id],
        clause_results=tuple(result for found in results for result in found),
        verdict_by_rule_set=by_rule_set,
        verdict_by_group={group: _group_verdict(group, first, results[0]) for group in groups},
    )


def _floor_area_verdict(rule_set: RuleSet, results: list[ClauseResult]) -> Verdict:
    """Return the worst verdict of the `must` clauses of group `floor_area`."""
    return _worst(
        result.verdict
        for clause, result in zip(rule_set.clauses, results, strict=True)
        if clause.group == "floor_area" and clause.force == "must"
    )


def _group_verdict(group: str, rule_set: RuleSet, results: list[ClauseResult]) -> Verdict:
    """Return the worst verdict of a group: of its `must` clauses where it has any."""
    pairs = [
        (clause.force, result.verdict)
        for clause, result in zip(rule_set.clauses, results, strict=True)
        if clause.group == group
    ]
    must = [verdict for force, verdict in pairs if force == "must"]
    return _worst(must or [verdict for _, verdict in pairs])


def _worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the heaviest verdict, `not_applicable` of none."""
    return max(verdicts, key=_WEIGHT.__getitem__, default="not_applicable")


def _assumptions(
    centres: Centres,
    rule_sets: Sequence[RuleSet],
    in_plan_scope: IntArray | None,
    apply_to_existing: bool,  # noqa: FBT001 - passed on from a keyword
) -> tuple[str, ...]:
    """List the keys of what was assumed, as `Judgements` documents them."""
    clauses = [clause for rule_set in rule_sets for clause in rule_set.clauses]
    for_new = any("new" in clause.statuses for clause in clauses)
    expanded = any(centre.status == "expanded" for centre in centres.centre)
    told = {
        "plan_within_scope": in_plan_scope is None
        and any(clause.in_plan_scope for clause in clauses),
        "expanded_not_new": for_new and expanded and not apply_to_existing,
        "existing_judged_as_new": for_new and apply_to_existing,
        "communities_taken_as_urban": any(clause.judged_unit == "community" for clause in clauses),
    }
    return tuple(key for key, holds in told.items() if holds)
