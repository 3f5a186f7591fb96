"""From the figures of units to a column of verdicts: what every kind of rule does alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.judged_units import UnitColumn
from planner.standards.applicability import reason_code
from planner.standards.measure import Measures, margin_of
from planner.standards.verdicts import CANNOT_TELL, NOT_APPLICABLE, weigh

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.judged_units import UnitFigures
    from planner.domain.standard import Clause, RuleSet

_AFTER_COVERAGE = ("share", "reach")


@dataclass(frozen=True, slots=True)
class Sums:
    """What a ratio or a share is made of, each of shape (n_units,) or `None`."""

    numerator: FloatArray | None = None
    denominator: FloatArray | None = None
    beyond: FloatArray | None = None
    centres: IntArray | None = None


def unit_clauses(
    rule_sets: Sequence[RuleSet], *, after_coverage: bool = False
) -> Iterator[tuple[RuleSet, Clause]]:
    """List the clauses that judge units, those that need coverage or the others."""
    for rule_set in rule_sets:
        for clause in rule_set.clauses:
            judges = rule_set.judges and clause.judges and clause.judged_unit != "centre"
            if judges and (clause.rule_type in _AFTER_COVERAGE) == after_coverage:
                yield rule_set, clause


def exactly(value: FloatArray) -> Measures:
    """Take values as they are."""
    nothing = np.zeros(len(value), dtype=np.bool_)
    return Measures(value, value, value, nothing, nothing)


def make_column(
    clause: Clause,
    rule_set: RuleSet,
    unit: UnitFigures,
    measures: Measures,
    sums: Sums | None = None,
) -> UnitColumn:
    """Hold the figures of all units against a clause."""
    sums = sums or Sums()
    outcome = weigh(clause, measures)
    count = len(unit.unit_id)
    blank = np.full(count, np.nan)
    return UnitColumn(
        rule_set_id=rule_set.rule_set_id,
        clause=clause,
        unit=unit,
        verdict=outcome.verdict,
        reason=outcome.reason,
        measured=measures.value,
        margin=margin_of(clause, measures.value),
        needed=outcome.needed,
        decides=outcome.decides,
        numerator=blank if sums.numerator is None else sums.numerator,
        denominator=blank if sums.denominator is None else sums.denominator,
        over_households=blank,
        beyond=blank if sums.beyond is None else sums.beyond,
        centres=np.zeros(count, dtype=np.int64) if sums.centres is None else sums.centres,
    )


def not_in_force(clause: Clause, rule_set: RuleSet, unit: UnitFigures) -> UnitColumn:
    """Say of every unit that a clause does not hold on the day of the plan."""
    column = make_column(clause, rule_set, unit, exactly(np.full(len(unit.unit_id), np.nan)))
    return set_aside(column, np.ones(len(unit.unit_id), dtype=np.bool_), "not_in_force")


def set_aside(column: UnitColumn, where: BoolArray, reason: str) -> UnitColumn:
    """Return a column in which the clause does not apply to some units."""
    return _open(column, where, reason, NOT_APPLICABLE)


def leave_open(column: UnitColumn, where: BoolArray, reason: str) -> UnitColumn:
    """Return a column in which nothing can be told of some units."""
    return _open(column, where, reason, CANNOT_TELL)


def _open(column: UnitColumn, where: BoolArray, reason: str, verdict: int) -> UnitColumn:
    nothing = np.nan
    return replace(
        column,
        verdict=np.where(where, verdict, column.verdict).astype(np.uint8),
        reason=np.where(where, reason_code(reason), column.reason).astype(np.uint8),
        needed=np.where(where, nothing, column.needed),
        decides=np.where(where, nothing, column.decides),
        over_households=np.where(where, nothing, column.over_households),
    )
