"""One study's plan held against rule sets: centres, units, and what needs coverage."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.coverage.areas import locate_in_areas
from planner.domain.judged_units import UnitJudgements
from planner.domain.places import SCOPES, Demand
from planner.domain.progress import Progress, SilentProgress
from planner.domain.shelf import Shelf
from planner.pipeline.circles import walk_to_centres
from planner.pipeline.intake import read_inputs
from planner.pipeline.walkers import NORM, norm_network
from planner.standards.catalogue import load_rule_set
from planner.standards.judge import judge_centres
from planner.standards.judge_coverage import CoverageInputs, judge_coverage, longest_distance
from planner.standards.judge_units import judge_units
from planner.standards.plan_verdict import compare_verdicts, sum_up_plan
from planner.standards.rows import UnitRows
from planner.standards.unit_figures import AreaMembers, list_units

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from planner.domain.arrays import IntArray
    from planner.domain.coverage import State
    from planner.domain.evaluation import StudyInputs
    from planner.domain.judged_units import (
        DecidingClause,
        PlanDifference,
        PlanVerdict,
        UnitFigures,
        VerdictShift,
    )
    from planner.domain.reach import Walks
    from planner.domain.standard import Judgements, RuleSet
    from planner.domain.study import StudySettings

_LEVELS = ("community", "street", "district", "plan")


def judge_study(
    inputs: StudyInputs,
    rule_sets: Sequence[RuleSet],
    *,
    plan_date: date | None,
    state: State = "plan",
    threads: int | None = None,
    shelf: Shelf | None = None,
) -> Judgements:
    """
    Hold the plan of a study against rule sets: its centres, its units, its coverage.

    Parameters
    ----------
    inputs
        The study, read and put on the ground.
    rule_sets, plan_date, state
        As in `judge_centres`.
    threads, shelf
        Of the searches that clauses on coverage need; none is made without such a clause.

    Returns
    -------
    judgements
        With `units` filled, and their assumptions among those of the centres.
    """
    standards, scope = inputs.settings.standards, plan_scope_of(inputs)
    judgements = judge_centres(
        inputs.centres,
        rule_sets,
        plan_date=plan_date,
        apply_to_existing=standards.apply_to_existing,
        in_plan_scope=scope,
        zones=zones_of(inputs),
        state=state,
    )
    return add_unit_verdicts(inputs, judgements, state=state, threads=threads, shelf=shelf)


def add_unit_verdicts(
    inputs: StudyInputs,
    judgements: Judgements,
    *,
    state: State = "plan",
    walks: Walks | None = None,
    threads: int | None = None,
    shelf: Shelf | None = None,
) -> Judgements:
    """
    Return judgements of centres with those of the units, and of coverage, added.

    Parameters
    ----------
    inputs
        The study.
    judgements
        Of its centres, in the same state.
    state
        Which centres are in service.
    walks
        Walks already found with the study's own network, profile and direction; looked for
        here where a clause needs them and they are not given, or do not reach so far.
    threads, shelf
        Of further searches.
    """
    units = list_study_units(inputs, day=judgements.plan_date, state=state)
    rule_sets = judgements.rule_sets
    found = judge_units(
        inputs.centres,
        rule_sets,
        units,
        plan_date=judgements.plan_date,
        in_plan_scope=plan_scope_of(inputs),
        zones=zones_of(inputs),
        apply_to_existing=inputs.settings.standards.apply_to_existing,
        state=state,
    )
    walked = judge_coverage(
        _coverage_inputs(inputs, rule_sets, walks, threads, shelf or Shelf()),
        rule_sets,
        units,
        plan_date=judgements.plan_date,
        state=state,
    )
    walked = _with_land(inputs, walked, judgements, state, threads, shelf or Shelf())
    told = dict.fromkeys((*judgements.assumptions, *found.assumptions))
    columns = (*found.columns, *walked.columns)
    return dataclasses.replace(
        judgements,
        units=(*found.results, *walked.results),
        unit_columns=columns,
        plan_verdicts=sum_up_plan(inputs.centres, judgements, columns, state=state),
        assumptions=tuple(told),
    )


def _with_land(
    inputs: StudyInputs,
    walked: UnitJudgements,
    judgements: Judgements,
    state: State,
    threads: int | None,
    shelf: Shelf,
) -> UnitJudgements:
    """
    Judge the shares of residential land by the land that the study counts, where it does.

    Each place on the land stands for its area, and walks as homes do. Without such land the
    column of the people counts, if they have one.
    """
    land = next((one for one in inputs.land if one.measure == "residential_land_m2"), None)
    asked = [column.clause.share_of == "residential_land" for column in walked.columns]
    if land is None or not any(asked):
        return walked
    area_m2 = land.area_m2
    places = Demand(
        demand_id=tuple(map(str, range(len(area_m2)))),
        xy=land.xy,
        crs=inputs.demand.crs,
        persons=area_m2,
        row=tuple(range(len(area_m2))),
        groups={"residential_land_m2": area_m2},
    )
    ground = dataclasses.replace(inputs, demand=places, demand_access=land.access)
    rule_sets = judgements.rule_sets
    of_land = judge_coverage(
        _coverage_inputs(ground, rule_sets, None, threads, shelf),
        rule_sets,
        list_study_units(ground, day=judgements.plan_date, state=state),
        plan_date=judgements.plan_date,
        state=state,
    )
    columns = tuple(
        other if by_land else own
        for own, other, by_land in zip(walked.columns, of_land.columns, asked, strict=True)
    )
    return UnitJudgements(UnitRows(list(columns)), columns)


def plan_scope_of(inputs: StudyInputs) -> IntArray | None:
    """Tell which centres stand in the plan's scope, `None` where no scope is given."""
    return _inside(inputs, "plan_scope")


def zones_of(inputs: StudyInputs) -> dict[str, IntArray]:
    """Tell which centres stand in each further zone that the study draws."""
    drawn = {name: _inside(inputs, name) for name in SCOPES if name != "plan_scope"}
    return {name: inside for name, inside in drawn.items() if inside is not None}


def _inside(inputs: StudyInputs, level: str) -> IntArray | None:
    scope = next((area for area in inputs.areas if area.level == level), None)
    if scope is None:
        return None
    return (locate_in_areas(inputs.centres.xy, scope) >= 0).astype(np.int64)


def list_study_units(
    inputs: StudyInputs, *, day: date, state: State = "plan"
) -> tuple[UnitFigures, ...]:
    """List communities, streets, districts and the plan with who lives there."""
    areas = {area.level: area for area in inputs.areas}
    demand, found = inputs.demand, []
    for level in _LEVELS:
        own = areas.get(level)
        members = None
        if own is not None:
            members = AreaMembers(
                areas=own,
                centre_area=locate_in_areas(inputs.centres.xy, own),
                demand_area=locate_in_areas(demand.xy, own),
            )
        found.append(
            list_units(
                inputs.centres,
                level,  # type: ignore[arg-type]  # one of the four
                day=day,
                state=state,
                members=members,
                persons=demand.persons,
                households=demand.households,
            )
        )
    return tuple(found)


def _coverage_inputs(
    inputs: StudyInputs,
    rule_sets: Sequence[RuleSet],
    walks: Walks | None,
    threads: int | None,
    shelf: Shelf,
) -> CoverageInputs:
    """Find the walks that clauses on coverage ask for, in seconds and in metres."""
    limit_s = longest_distance(rule_sets, "travel_time_s")
    limit_m = longest_distance(rule_sets, "walk_m")
    settings = inputs.settings

    def find(limit: float, *, in_metres: bool) -> Walks:
        network = inputs.network
        if in_metres:
            network = norm_network(network, settings, shelf)
        return walk_to_centres(
            inputs,
            network,
            limit_s=limit,
            direction=settings.walking.direction,
            threads=threads,
        )

    if walks is None or walks.limit_s < limit_s:
        walks = find(limit_s, in_metres=False) if limit_s else None
    in_metres = None
    if limit_m:
        # The norm walks 1 m/s on the flat, knows no slope and no steps: seconds are metres.
        same = settings.walking.profile == NORM and walks is not None and walks.limit_s >= limit_m
        in_metres = walks if same else find(limit_m, in_metres=True)
    return CoverageInputs(inputs.centres, inputs.demand, walks, in_metres)


def diff_plan_verdicts(
    settings: StudySettings,
    before: str,
    after: str,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """
    Judge the plan of one study under two rule sets and return what changes, and why.

    Parameters
    ----------
    settings
        The study; its own rule sets do not matter.
    before, after
        Shipped ids, or paths of TOML files. Each is read for the day of the plan, or for its
        own first day where that is later.
    threads, progress
        Of the searches, and the listener.

    Returns
    -------
    difference
        `study`; `before` and `after` (rule set, day, verdict of the plan, centres and units by
        verdict, what is missing, indicators, notices); `counts` of centres by pair of verdicts;
        `changes` (each centre or unit whose verdict changes, with the clauses that give it).

    Raises
    ------
    PlannerError
        If an input, or a rule set, is wrong.
    """
    shelf = Shelf()
    rules = (load_rule_set(before), load_rule_set(after))
    inputs = read_inputs(settings, shelf=shelf, progress=progress or SilentProgress())
    asked = settings.standards.plan_date or inputs.rule_sets[0].valid_from
    judged = [
        judge_study(
            inputs,
            [rule_set],
            plan_date=max(asked, rule_set.valid_from),
            threads=threads,
            shelf=shelf,
        )
        for rule_set in rules
    ]
    found = compare_verdicts(inputs.centres, *judged)
    return _describe(settings.name, found, judged)


def _describe(study: str, found: PlanDifference, judged: Sequence[Judgements]) -> dict[str, Any]:
    return {
        "study": study,
        "before": _describe_side(found.before, found.plan_before, judged[0]),
        "after": _describe_side(found.after, found.plan_after, judged[1]),
        "counts": [
            {"before": old, "after": new, "centres": count}
            for (old, new), count in found.counts.items()
        ],
        "changes": [_describe_shift(shift) for shift in found.shifts],
    }


def _describe_side(rule_set: RuleSet, plan: PlanVerdict, judged: Judgements) -> dict[str, Any]:
    return {
        "rule_set_id": rule_set.rule_set_id,
        "judged_on": judged.plan_date.isoformat(),
        "verdict": plan.verdict,
        "centres": plan.centres,
        "units": plan.units,
        "needed": plan.needed,
        "indicators": [dataclasses.asdict(one) for one in plan.indicators],
        "notices": [str(notice) for notice in judged.notices],
        "assumptions": list(judged.assumptions),
    }


def _describe_shift(shift: VerdictShift) -> dict[str, Any]:
    return {
        "level": shift.level,
        "id": shift.subject_id,
        "name": shift.name,
        "before": shift.before,
        "after": shift.after,
        "because_before": [_describe_clause(one) for one in shift.because_before],
        "because_after": [_describe_clause(one) for one in shift.because_after],
    }


def _describe_clause(one: DecidingClause) -> dict[str, Any]:
    return dataclasses.asdict(one)
