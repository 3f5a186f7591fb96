"""Hold coverage against clauses: shares within a distance, and the longest way to a centre."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.judged_units import UnitJudgements
from planner.domain.service import is_in_service, offers_service
from planner.errors import Fault, StandardsError
from planner.standards.applicability import reason_code
from planner.standards.measure import ROUNDING_SHARE
from planner.standards.rows import UnitRows
from planner.standards.unit_columns import (
    Sums,
    exactly,
    make_column,
    not_in_force,
    set_aside,
    unit_clauses,
)
from planner.standards.validity import holds_on
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.coverage import State
    from planner.domain.judged_units import UnitColumn, UnitFigures
    from planner.domain.places import Centres, Demand
    from planner.domain.reach import Walks
    from planner.domain.standard import Clause, RuleSet

_LAND = "residential_land_m2"


@dataclass(frozen=True, slots=True)
class CoverageInputs:
    """
    What clauses on coverage are held against.

    Attributes
    ----------
    centres, demand
        Centres and homes, in one metric CRS.
    walks
        Centre to demand, in seconds: for `travel_time_s`; `None` where no clause asks.
    walks_m
        Centre to demand, in metres along the streets (a walk of 1 m/s on the flat): for
        `walk_m`; `None` where it was not searched.
    """

    centres: Centres
    demand: Demand
    walks: Walks | None = None
    walks_m: Walks | None = None


def judge_coverage(
    inputs: CoverageInputs,
    rule_sets: Sequence[RuleSet],
    units: Sequence[UnitFigures],
    *,
    plan_date: date | None,
    state: State = "plan",
) -> UnitJudgements:
    """
    Say for each unit, and for the plan, what the clauses say that need coverage.

    A clause of type `share` gives the share of persons, households, homes (demand points),
    residential land (the demand's group `residential_land_m2`) or communities within its
    circle or limit; a clause of type `reach` the longest way from a home where somebody lives
    to its nearest centre. Time and metres on foot and metres in a straight line are told
    apart. The centres are those in service that serve the circle, else those of the clause's
    levels and kinds.

    Parameters
    ----------
    inputs
        Centres, homes and the walks between them.
    rule_sets
        In the order of their results.
    units
        One record a level with `demand_unit` (see `list_units`); `plan` among them.
    plan_date
        Day whose rules count; `None` takes the first rule set's `valid_from`.
    state
        Which centres are in service.

    Returns
    -------
    judgements
        By rule set, clause and unit. A unit without people is `not_applicable`.

    Raises
    ------
    StandardsError
        If a limit lies beyond the longest walk that was looked for.
    """
    day = rule_sets[0].valid_from if plan_date is None else plan_date
    by_level = {one.level: one for one in units}
    found: list[UnitColumn] = []
    for rule_set, clause in unit_clauses(rule_sets, after_coverage=True):
        unit = by_level.get(clause.judged_unit)
        if unit is None or unit.demand_unit is None:
            continue
        if not holds_on(clause, rule_set, day):
            found.append(not_in_force(clause, rule_set, unit))
            continue
        distance = _nearest(clause, rule_set, inputs, state)
        if clause.rule_type == "reach":
            found.append(_judge_reach(clause, rule_set, unit, inputs, distance))
        else:
            community = by_level.get("community")
            found.append(_judge_share(clause, rule_set, (unit, community), inputs, distance))
    return UnitJudgements(UnitRows(found), tuple(found))


def longest_distance(rule_sets: Sequence[RuleSet], measures: str) -> float:
    """
    Return the longest distance that clauses on coverage ask for, 0 where none does.

    Parameters
    ----------
    rule_sets
        The rule sets that are applied.
    measures
        `travel_time_s` (the answer is in seconds), `walk_m` or `straight_m` (in metres).
    """
    return max(
        (
            _limit(clause, rule_set)
            for rule_set, clause in unit_clauses(rule_sets, after_coverage=True)
            if clause.measures == measures
        ),
        default=0.0,
    )


def _limit(clause: Clause, rule_set: RuleSet) -> float:
    """Return the distance of a clause, in what it measures."""
    if clause.rule_type == "reach":
        return clause.value
    if clause.circle is not None:
        circles = {circle.circle_id: circle for circle in rule_set.life_circles}
        return circles[clause.circle].limit_s
    return float(clause.limit or 0.0)


def _nearest(
    clause: Clause, rule_set: RuleSet, inputs: CoverageInputs, state: State
) -> FloatArray | None:
    """Return the distance of each home from its nearest centre, infinite beyond the search."""
    serving = _serving(clause, rule_set, inputs.centres, state)
    if clause.measures == "straight_m":
        return _straight(inputs, serving)
    walks = inputs.walks if clause.measures == "travel_time_s" else inputs.walks_m
    if walks is None:
        return None
    limit = _limit(clause, rule_set)
    if limit > walks.limit_s:
        raise StandardsError(
            Fault(
                f"clause `{clause.clause_id}`: farther than the walks that were looked for",
                field="limit",
                found=f"{limit:g}",
                expected=f"at most {walks.limit_s:g}",
            )
        )
    nearest = np.full(walks.n_demand, np.inf)
    for row in np.flatnonzero(serving).tolist():
        part = slice(walks.indptr[row], walks.indptr[row + 1])
        index = walks.demand_index[part]
        nearest[index] = np.minimum(nearest[index], walks.travel_time_s[part])
    return nearest


def _serving(clause: Clause, rule_set: RuleSet, centres: Centres, state: State) -> BoolArray:
    """Tell which centres in service a clause is about."""
    pairs = [
        pair
        for circle in rule_set.life_circles
        if circle.circle_id == clause.circle
        for pair in circle.serves
    ]
    return np.array(
        [
            is_in_service(centre, state)
            and (
                offers_service(centre, pairs)
                if clause.circle is not None
                else (not clause.kinds or centre.kind in clause.kinds)
                and (not clause.levels or centre.level is None or centre.level in clause.levels)
            )
            for centre in centres.centre
        ],
        dtype=np.bool_,
    )


def _straight(inputs: CoverageInputs, serving: BoolArray) -> FloatArray:
    """Return the straight line from each home to its nearest centre."""
    places = inputs.centres.xy[serving]
    if not len(places):
        return np.full(len(inputs.demand.xy), np.inf)
    from scipy.spatial import cKDTree

    distance, _ = cKDTree(places).query(inputs.demand.xy)
    return np.asarray(distance, dtype=np.float64)


def _within(distance: FloatArray, limit: float, measures: str) -> BoolArray:
    slack = LIMIT_TOLERANCE_S if measures == "travel_time_s" else limit * ROUNDING_SHARE
    return distance <= limit + slack


def _judge_reach(
    clause: Clause,
    rule_set: RuleSet,
    unit: UnitFigures,
    inputs: CoverageInputs,
    distance: FloatArray | None,
) -> UnitColumn:
    """Judge the longest way of any home in each unit."""
    persons, of_unit, count = inputs.demand.persons, _units_of(unit), len(unit.unit_id)
    lived_in = persons > 0
    people = _by_unit(persons, of_unit, count, lived_in)
    if distance is None:
        return _column(clause, rule_set, unit, *_unknown(people))
    longest = np.zeros(count)
    inside = lived_in & (of_unit >= 0)
    np.maximum.at(longest, of_unit[inside], distance[inside])
    far = lived_in & ~_within(distance, clause.value, clause.measures)
    beyond = _by_unit(persons, of_unit, count, far)
    # Whether the limit holds is told home by home, with the tolerance of coverage.
    judged = np.where((beyond == 0) & (longest > clause.value), clause.value, longest)
    return _column(clause, rule_set, unit, judged, Sums(people - beyond, people, beyond))


def _judge_share(
    clause: Clause,
    rule_set: RuleSet,
    units: tuple[UnitFigures, UnitFigures | None],
    inputs: CoverageInputs,
    distance: FloatArray | None,
) -> UnitColumn:
    """Judge the share of what is counted that lies within the distance, in each unit."""
    unit, community = units
    of_unit, count = _units_of(unit), len(unit.unit_id)
    counted = _counted(clause, inputs)
    lacks_areas = clause.share_of == "communities" and (
        community is None or community.demand_unit is None
    )
    if distance is None or counted is None or lacks_areas:
        people = _by_unit(inputs.demand.persons, of_unit, count, inputs.demand.persons > 0)
        return _column(clause, rule_set, unit, *_unknown(people))
    inside = _within(distance, _limit(clause, rule_set), clause.measures)
    if clause.share_of == "communities" and community is not None:
        counted, inside, of_unit = _communities(clause, community, of_unit, counted, inside)
    known = ~np.isnan(counted)
    total = _by_unit(counted, of_unit, count, known)
    part = _by_unit(counted, of_unit, count, known & inside)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(total > 0, part / total, np.nan)
    return _column(clause, rule_set, unit, share, Sums(part, total, total - part))


def _communities(
    clause: Clause,
    community: UnitFigures,
    of_unit: IntArray,
    persons: FloatArray,
    inside: BoolArray,
) -> tuple[FloatArray, BoolArray, IntArray]:
    """Count communities in place of homes: those enough of whose persons are within."""
    own, count = _units_of(community), len(community.unit_id)
    everybody = np.ones(len(own), dtype=np.bool_)
    total = _by_unit(persons, own, count, everybody)
    part = _by_unit(persons, own, count, inside)
    enough = (total > 0) & (part >= clause.unit_share * total * (1.0 - ROUNDING_SHARE))
    # A community is in the unit where its first home is: units do not cut communities.
    unit_of_community = np.full(count, -1, dtype=np.int64)
    rows = np.flatnonzero(own >= 0)[::-1]
    unit_of_community[own[rows]] = of_unit[rows]
    return np.where(total > 0, 1.0, np.nan), enough, unit_of_community


def _by_unit(values: FloatArray, of_unit: IntArray, count: int, chosen: BoolArray) -> FloatArray:
    """Sum some values by unit."""
    inside = chosen & (of_unit >= 0)
    total: FloatArray = np.bincount(
        of_unit[inside], weights=values[inside], minlength=count
    ).astype(np.float64)
    return total


def _unknown(people: FloatArray) -> tuple[FloatArray, Sums]:
    """Return what is known of units where the distance, or what is counted, is not."""
    return np.full(len(people), np.nan), Sums(denominator=people)


def _counted(clause: Clause, inputs: CoverageInputs) -> FloatArray | None:
    """Return what is counted at each home, `None` where no input holds it."""
    demand = inputs.demand
    if clause.share_of == "households":
        return demand.households
    if clause.share_of == "residential_land":
        return demand.groups.get(_LAND)
    if clause.share_of == "homes":
        return np.where(demand.persons > 0, 1.0, 0.0)
    return demand.persons


def _units_of(unit: UnitFigures) -> IntArray:
    """Return the unit of each home, -1 outside."""
    return np.zeros(0, dtype=np.int64) if unit.demand_unit is None else unit.demand_unit


def _column(
    clause: Clause, rule_set: RuleSet, unit: UnitFigures, value: FloatArray, sums: Sums
) -> UnitColumn:
    """Hold the figures of all units against the clause; a unit without people is set aside."""
    column = make_column(clause, rule_set, unit, exactly(value), sums)
    reason = np.where(np.isinf(value), reason_code("beyond_search"), column.reason)
    column = replace(column, reason=reason.astype(np.uint8))
    return set_aside(column, column.denominator == 0, "no_homes")
