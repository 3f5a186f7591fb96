"""Hold administrative units, and the plan, against clauses that need no coverage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.judged_units import UnitJudgements
from planner.standards.applicability import bearing_of, reason_code
from planner.standards.columns import CentreColumns
from planner.standards.judge import plan_scope
from planner.standards.measure import Measures, measure_figure, sum_measures
from planner.standards.rows import UnitRows
from planner.standards.rule_checks import UNIT_MEASURES
from planner.standards.unit_columns import (
    Sums,
    exactly,
    leave_open,
    make_column,
    not_in_force,
    set_aside,
    unit_clauses,
)
from planner.standards.unit_sums import sum_once
from planner.standards.validity import holds_on
from planner.standards.verdicts import CANNOT_TELL
from planner.standards.zones import INSIDE, OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.coverage import State
    from planner.domain.judged_units import UnitColumn, UnitFigures
    from planner.domain.places import Centres
    from planner.domain.standard import Clause, RuleSet

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
    columns: CentreColumns | None = None,
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
    in_plan_scope, apply_to_existing, zones, state, columns
        As in `judge_centres`.

    Returns
    -------
    judgements
        By rule set, clause and unit.
    """
    day = rule_sets[0].valid_from if plan_date is None else plan_date
    if columns is None:
        columns = CentreColumns(centres.centre, state=state, day=day)
    scope = plan_scope(columns, in_plan_scope)
    by_level = {one.level: one for one in units}
    made: list[UnitColumn] = []
    assumptions: dict[str, None] = {}
    for rule_set, clause in unit_clauses(rule_sets):
        unit = by_level.get(clause.judged_unit)
        if unit is None:
            continue
        if not holds_on(clause, rule_set, day):
            made.append(not_in_force(clause, rule_set, unit))
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
        members = _Members(columns, unit, counts, bearing.open & counts, zones or {})
        made.append(_judge(clause, rule_set, members))
        assumptions |= dict.fromkeys(_assumed(clause, unit))
    return UnitJudgements(UnitRows(made), tuple(made), tuple(assumptions))


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


def _judge(clause: Clause, rule_set: RuleSet, members: _Members) -> UnitColumn:
    sums = Sums(centres=members.count(members.of_unit))
    if clause.rule_type == "ratio":
        return _judge_ratio(clause, rule_set, members)
    if clause.rule_type == "presence":
        column = make_column(clause, rule_set, members.unit, _presence(members), sums)
        blank = column.reason == reason_code("value_blank")
        return leave_open(column, blank, "level_blank")
    if clause.measures in UNIT_MEASURES:
        people = exactly(_people(members.unit, clause.measures))
        return _in_zone(make_column(clause, rule_set, members.unit, people, sums), members)
    measures, _ = _sum(clause.measures, members)
    return make_column(clause, rule_set, members.unit, measures, sums)


def _in_zone(column: UnitColumn, members: _Members) -> UnitColumn:
    """Keep the verdict of units that a clause's zone holds; a unit is where its centres are."""
    name = column.clause.other_scope
    if name in ("", "urban"):
        return column
    zone = members.zones.get(name)
    inside = np.zeros(members.n_units, dtype=np.bool_)
    outside = inside.copy()
    if zone is not None:
        unit = members.unit.centre_unit
        inside[unit[(zone == INSIDE) & (unit >= 0)]] = True
        outside[unit[(zone == OUTSIDE) & (unit >= 0)]] = True
    told = set_aside(column, outside & ~inside, "outside_scope")
    return leave_open(told, ~inside & ~outside, "scope_unknown")


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


def _judge_ratio(clause: Clause, rule_set: RuleSet, members: _Members) -> UnitColumn:
    """Divide the sum of a figure by what it is per, unit by unit."""
    over, shared = _sum(clause.measures, members)
    per = str(clause.per)
    under = _people(members.unit, per) if per in UNIT_MEASURES else _sum(per, members)[0].value
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
    sums = Sums(over.value, under, centres=members.count(members.of_unit))
    column = make_column(clause, rule_set, members.unit, ratio, sums)
    opened = column.verdict == CANNOT_TELL
    about = opened & shared & (column.reason == reason_code("approximate"))
    reason = np.where(about, reason_code("co_located"), column.reason)
    lacking = opened & ~known
    reason = np.where(lacking, reason_code(_blank_reason(per)), reason).astype(np.uint8)
    column = replace(column, reason=reason)
    return _in_whole_figures(column, lacking) if clause.comparison == ">=" else column


def _blank_reason(per: str) -> str:
    return "households_blank" if per in UNIT_MEASURES else "value_blank"


def _in_whole_figures(column: UnitColumn, lacking: BoolArray) -> UnitColumn:
    """
    Say what is missing in the unit of the sum (m²), and who is too many for what there is.

    Where the households are not known, the value that decides is how many the area is enough
    for; where a figure of the sum is not, how much it must add.
    """
    clause, over, under = column.clause, column.numerator, column.denominator
    opened = column.verdict == CANNOT_TELL
    with np.errstate(divide="ignore", invalid="ignore"):
        enough = over * clause.per_count / clause.value
    more = np.maximum(under * clause.value / clause.per_count - np.nan_to_num(over), 0.0)
    missed = np.isfinite(column.needed)
    excess = np.where(missed, np.maximum(under - enough, 0.0), np.nan)
    return replace(
        column,
        needed=np.where(missed, more, np.nan),
        decides=np.where(opened, np.where(lacking, enough, more), np.nan),
        over_households=excess if clause.per == "households" else column.over_households,
    )
