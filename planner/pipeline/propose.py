"""From an evaluation to proposals: candidates, walks, the solver, and the recount."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from planner.coverage.areas import area_figures
from planner.coverage.cover import cover_state, stack_walks
from planner.coverage.service import in_service, serves
from planner.domain.evaluation import ProposalRecords
from planner.domain.places import SCOPES
from planner.domain.progress import Progress, SilentProgress
from planner.domain.shelf import Shelf
from planner.georeference.snap import snap_places
from planner.pipeline.circles import draw_circles, take_access
from planner.pipeline.expansions import (
    find_expansions,
    find_shared_sites,
    join_expansions,
    take_walks,
)
from planner.pipeline.ground import survey_ground
from planner.pipeline.indicators import indicate
from planner.pipeline.intake import network_key, people_key
from planner.pipeline.land import indicate_land
from planner.pipeline.naming import name_proposals
from planner.pipeline.siting_closing import find_fastest, find_keeps, without
from planner.pipeline.siting_room import count_with_room, describe_room
from planner.pipeline.siting_walkers import SitingWalkers, weigh_layers
from planner.reach.walks import find_walks
from planner.siting.candidates import place_candidates
from planner.siting.closing import allow_closing, check_closing, count_lost, settle_closings
from planner.siting.least_walking import CAP_FACTOR, choose_least_walking
from planner.siting.propose import choose_proposals
from planner.siting.recheck import (
    check_agreement,
    check_floors,
    count_layers,
    count_walking,
)
from planner.siting.second_centre import choose_backup, count_standing
from planner.siting.with_room import choose_with_room

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.arrays import BoolArray, FloatArray
    from planner.domain.coverage import StateCoverage
    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.indicators import Indicator
    from planner.domain.network import AccessPoints
    from planner.domain.places import Candidates
    from planner.domain.reach import Isochrones, Walks
    from planner.domain.siting import Expansions, SitingPlan
    from planner.domain.standard import LifeCircle, RuleSet, Verdict
    from planner.domain.study import SitingSettings
    from planner.domain.walking import Direction


def propose_sites(
    records: EvaluationRecords,
    siting: SitingSettings,
    *,
    threads: int | None = None,
    shelf: Shelf | None = None,
    progress: Progress | None = None,
) -> ProposalRecords:
    """
    Choose where to build on top of a plan, and judge the choice again by `coverage`.

    Parameters
    ----------
    records
        The evaluation the proposals come on top of; its centres stay as they are.
        Its `candidates` are the places to build; without them points along the streets.
    siting
        The question.
    threads, shelf, progress
        As in `evaluate_study`; street candidates and their walks are kept on the shelf.

    Raises
    ------
    SitingError
        If the question cannot be asked.
    PlanDisagrees
        If the solver and the recount differ.
    """
    progress = progress or SilentProgress()
    shelf = shelf or Shelf()
    progress.begin("siting")
    circles = records.judgements.rule_sets[0].life_circles

    limit_s = max(circle.limit_s for circle in circles)
    if siting.objective in ("median", "worst"):
        limit_s *= CAP_FACTOR

    def walk(access: AccessPoints) -> Walks:
        return find_walks(
            records.network,
            access,
            records.demand_access,
            limit_s=limit_s,
            direction=records.settings.walking.direction,
            threads=threads,
            progress=progress,
        )

    candidates, access, walks = _walk_candidates(records, siting, walk, limit_s, shelf)
    floor_area_m2, convenience_area_m2 = _sizes(records.judgements.rule_sets[0])
    counting = _counting(records, siting, circles)
    base_time_s, asked = _base_time_s(records.coverage.states[1], siting), siting
    keeps = None
    if siting.may_close:
        check_closing(siting)
        keeps = find_keeps(records, siting, counting)
        counting = without(counting, keeps.centre_index)
        base_time_s = find_fastest(records.walks, counting)
        asked = allow_closing(siting, keeps)
    expansions = _at_centres(records, siting, (floor_area_m2, convenience_area_m2), keeps)
    walkers = None
    choose: Callable[..., SitingPlan] = choose_least_walking
    if siting.objective == "backup":
        number = _circle_asked(siting, circles)
        serving = counting[number]
        choose = partial(
            choose_backup,
            standing=count_standing(
                records.walks, serving, circles[number].limit_s, records.demand.persons
            ),
        )
    if siting.capacity:
        choose = partial(
            choose_with_room,
            standing=describe_room(records, counting),
            expansions=expansions,
            demand_xy=records.demand.xy,
            progress=progress,
        )
    elif siting.objective == "cover":
        walkers = SitingWalkers(records, siting, threads, shelf) if siting.walkers else None
        choose = partial(
            choose_proposals,
            expansions=expansions,
            walkers=() if walkers is None else walkers.reach(access, expansions),
            demand_xy=records.demand.xy,
            progress=progress,
        )
    plan = choose(
        candidates=candidates,
        walks=walks,
        persons=records.demand.persons,
        base_time_s=base_time_s,
        circles=circles,
        settings=asked,
        floor_area_m2=floor_area_m2,
        convenience_area_m2=convenience_area_m2,
        ground=survey_ground(records, siting, candidates, expansions),
    )
    if keeps is not None:
        plan = settle_closings(plan, keeps, siting)
    access = _access_of(plan, records, access)
    plan = name_proposals(plan, records, access)
    result = _judge_again(records, plan, access, siting, circles, threads, shelf, walkers)
    if keeps is not None:
        state = result.coverage.states[-1]
        time_s = state.travel_time_pass_s if siting.base == "pass" else state.travel_time_s
        plan = count_lost(plan, keeps, time_s, records.demand.persons, circles)
        result = dataclasses.replace(result, plan=plan)
    progress.end()
    return result


def _at_centres(
    records: EvaluationRecords,
    siting: SitingSettings,
    sizes_m2: tuple[float | None, float | None],
    keeps: Expansions | None,
) -> Expansions | None:
    """Return what can be done at the centres of the plan: expand, build beside, keep."""
    if siting.objective != "cover":
        return None
    closable = frozenset() if keeps is None else frozenset(keeps.centre_index.tolist())
    priced = siting.budget is None or siting.cost_per_m2 is not None
    may_grow = priced and (siting.base == "pass" or siting.capacity)
    grown = find_expansions(records, closable) if may_grow else None
    shared = find_shared_sites(records, sizes_m2, closable) if siting.co_locate else None
    return join_expansions(join_expansions(grown, shared), keeps)


def _walk_candidates(
    records: EvaluationRecords,
    siting: SitingSettings,
    walk: Callable[[AccessPoints], Walks],
    limit_s: float,
    shelf: Shelf,
) -> tuple[Candidates, AccessPoints, Walks]:
    """Return the candidates, their places on the streets, and their walks to the demand."""
    network, settings = records.network, records.settings
    named = records.candidates
    if named is not None:
        access = snap_places(network, named.xy, limit_m=settings.walking.snap_limit_m)
        return named, access, walk(access)
    placed, access = shelf.take(
        ("candidates", network_key(settings), siting.spacing_m),
        lambda: place_candidates(network, spacing_m=siting.spacing_m),
    )
    key = (people_key(settings), siting.spacing_m, limit_s, settings.walking.direction)
    return placed, access, shelf.take(("candidate walks", key), lambda: walk(access))


def _access_of(plan: SitingPlan, records: EvaluationRecords, access: AccessPoints) -> AccessPoints:
    """Return where each proposal meets the streets: its candidate, or the centre it expands."""
    centres = records.centre_access
    candidate = np.array([item.candidate_index for item in plan.proposals], dtype=np.int64)
    centre = np.array([item.centre_index for item in plan.proposals], dtype=np.int64)
    both = dataclasses.replace(
        access,
        **{
            name: np.concatenate([getattr(centres, name), getattr(access, name)])
            for name in ("edge_index", "fraction", "distance_m", "xy", "switched")
        },
    )
    return take_access(both, np.where(centre >= 0, centre, candidate + len(centres.edge_index)))


def _base_time_s(plan: StateCoverage, siting: SitingSettings) -> FloatArray:
    return plan.travel_time_pass_s if siting.base == "pass" else plan.travel_time_s


def _stands_s(
    records: EvaluationRecords,
    plan: SitingPlan,
    siting: SitingSettings,
    circles: tuple[LifeCircle, ...],
) -> FloatArray:
    """Return the fastest walks to what counts and stays."""
    if not plan.closings:
        return _base_time_s(records.coverage.states[1], siting)
    gone = [one.centre_index for one in plan.closings]
    return find_fastest(records.walks, without(_counting(records, siting, circles), gone))


def _circle_asked(siting: SitingSettings, circles: tuple[LifeCircle, ...]) -> int:
    return [circle.circle_id for circle in circles].index(siting.life_circle)


def _counting(
    records: EvaluationRecords, siting: SitingSettings, circles: tuple[LifeCircle, ...]
) -> BoolArray:
    """Tell which centres of the plan count already, shape (n_circles, n_centres)."""
    offered = np.stack([serves(records.centres, circle) for circle in circles])
    counting: BoolArray = offered & in_service(records.centres, "plan")
    if siting.base == "pass":
        counting &= [one.verdict == "pass" for one in records.judgements.judgement]
    return counting


def _count_objective(
    records: EvaluationRecords,
    plan: SitingPlan,
    walks: Walks,
    built: AccessPoints,
    siting: SitingSettings,
    times: FloatArray,
    offered: tuple[BoolArray, list[Verdict]],
    walkers: SitingWalkers | None,
) -> float | None:
    """Count again what a plan is worth by its own question, `None` where it promises nothing."""
    circles = records.judgements.rule_sets[0].life_circles
    number, persons = _circle_asked(siting, circles), records.demand.persons
    if plan.question == "capacity":
        return count_with_room(records, plan, walks, offered, circles)
    if plan.question in ("median", "worst"):
        return count_walking(plan, times[number], persons, circles)
    if plan.backup_weight is not None:
        limit_s = circles[number].limit_s
        everyone = np.ones(len(plan.proposals), dtype=np.bool_)
        counts = count_standing(
            records.walks, _counting(records, siting, circles)[number], limit_s, persons
        ) + count_standing(walks, everyone, limit_s, persons)
        return float(persons[counts > 0].sum() + plan.backup_weight * persons[counts > 1].sum())
    layers = weigh_layers(siting, circles, times)
    return count_layers(
        layers if walkers is None else walkers.count(plan, built, *offered), persons
    )


def _sizes(rule_set: RuleSet) -> tuple[float | None, float | None]:
    """Return the sizes a new community centre must have: in all, and the convenience part."""
    needed: dict[str, float] = {}
    for clause in rule_set.clauses:
        if clause.force == "must" and clause.group == "floor_area" and clause.comparison == ">=":
            needed[clause.measures] = max(needed.get(clause.measures, 0.0), clause.value)
    return needed.get("floor_area_m2"), needed.get("convenience_area_m2")


def _judge_again(
    records: EvaluationRecords,
    plan: SitingPlan,
    built: AccessPoints,
    siting: SitingSettings,
    circles: tuple[LifeCircle, ...],
    threads: int | None,
    shelf: Shelf,
    walkers: SitingWalkers | None,
) -> ProposalRecords:
    direction: Direction = records.settings.walking.direction
    walks = _walk_again(records, plan, built, threads)
    state = _cover_with_proposals(records, plan, walks, circles)
    serving, verdicts = _with_proposals(records, plan, circles)
    times = state.travel_time_pass_s if siting.base == "pass" else state.travel_time_s
    check_agreement(
        plan,
        coverage=state,
        objective=_count_objective(
            records, plan, walks, built, siting, times, (serving, verdicts), walkers
        ),
        persons=records.demand.persons,
        base_time_s=_stands_s(records, plan, siting, circles),
        circles=circles,
    )
    if siting.street_floor is not None and plan.proposals:
        number = _circle_asked(siting, circles)
        check_floors(
            siting.street_floor,
            records.area_index["street"],
            records.demand.persons,
            times[number],
            circles[number].limit_s,
        )
    figures = tuple(
        item
        for area in records.areas
        if area.level not in SCOPES
        for item in area_figures(
            state, area, records.area_index[area.level], records.demand.persons, circles
        )
    )
    coverage = dataclasses.replace(
        records.coverage,
        states=(*records.coverage.states[:2], state),
        areas=(*records.coverage.areas, *figures),
        indicators=(
            *records.coverage.indicators,
            *indicate(
                state,
                settings=records.settings,
                circles=circles,
                demand=records.demand,
                areas=records.areas,
                area_index=records.area_index,
                places_xy=np.concatenate([records.centres.xy, built.xy]),
                serving=serving,
                verdicts=verdicts,
            ),
            *_indicate_land(records, plan, built, circles, threads),
        ),
    )
    isochrones = draw_circles(records.network, built, circles, direction, threads, shelf)
    _keep_centre_isochrones(records, plan, isochrones)
    return ProposalRecords(
        plan=plan, access=built, walks=walks, coverage=coverage, isochrones=isochrones
    )


def _indicate_land(
    records: EvaluationRecords,
    plan: SitingPlan,
    built: AccessPoints,
    circles: tuple[LifeCircle, ...],
    threads: int | None,
) -> tuple[Indicator, ...]:
    """Count the land that the plan covers with its proposals."""
    serving, verdicts = _with_proposals(records, plan, circles)
    found: list[Indicator] = []
    for land, known in zip(records.land, records.land_walks, strict=True):
        walks = _walk_from_proposals(records, plan, built, land.access, known, threads)
        found += indicate_land(
            land,
            stack_walks(known, walks),
            [("with_proposals", serving, verdicts)],
            circles=circles,
            areas=records.areas,
        )
    return tuple(found)


def _walk_again(
    records: EvaluationRecords, plan: SitingPlan, built: AccessPoints, threads: int | None
) -> Walks:
    """Find the walks of the proposals to the homes."""
    return _walk_from_proposals(records, plan, built, records.demand_access, records.walks, threads)


def _walk_from_proposals(
    records: EvaluationRecords,
    plan: SitingPlan,
    built: AccessPoints,
    places: AccessPoints,
    known: Walks,
    threads: int | None,
) -> Walks:
    """
    Find the walks of the proposals to some places, as far as those of the centres go.

    An expanded centre keeps its own of the walks known, by all its entrances.
    """
    expanded = [item.centre_index for item in plan.proposals if item.centre_index >= 0]
    fresh = np.array([item.centre_index < 0 for item in plan.proposals], dtype=np.bool_)
    walks = find_walks(
        records.network,
        take_access(built, np.flatnonzero(fresh)),
        places,
        limit_s=known.limit_s,
        direction=records.settings.walking.direction,
        threads=threads,
    )
    if not expanded:
        return walks
    kept = take_walks(known, np.array(expanded, dtype=np.int64))
    place = np.where(fresh, np.cumsum(fresh) - 1, fresh.sum() + np.cumsum(~fresh) - 1)
    return take_walks(stack_walks(walks, kept), place)


def _keep_centre_isochrones(
    records: EvaluationRecords, plan: SitingPlan, isochrones: tuple[Isochrones, ...]
) -> None:
    """Give expanded centres the isochrones they have: a larger house is no farther away."""
    for drawn, known in zip(isochrones, records.isochrones, strict=True):
        for row, item in enumerate(plan.proposals):
            if item.centre_index >= 0:
                drawn.geometry[row] = known.geometry[item.centre_index]


def _cover_with_proposals(
    records: EvaluationRecords, plan: SitingPlan, walks: Walks, circles: tuple[LifeCircle, ...]
) -> StateCoverage:
    """Count the plan with the proposals as further centres, built to the standard."""
    serving, verdicts = _with_proposals(records, plan, circles)
    return cover_state(
        "with_proposals",
        walks=stack_walks(records.walks, walks),
        persons=records.demand.persons,
        households=records.demand.households,
        in_service_mask=np.ones(serving.shape[1], dtype=np.bool_),
        serves_masks=serving,
        verdicts=verdicts,
        circles=circles,
    )


def _with_proposals(
    records: EvaluationRecords, plan: SitingPlan, circles: tuple[LifeCircle, ...]
) -> tuple[BoolArray, list[Verdict]]:
    """
    Return which centres and proposals serve each circle, and their verdicts.

    An expanded centre counts once: as its proposal, in place of what stands there now.
    """
    offered = np.stack([serves(records.centres, circle) for circle in circles])
    serving = offered & in_service(records.centres, "with_proposals")
    also = np.ones((len(circles), len(plan.proposals)), dtype=np.bool_)
    for row, item in enumerate(plan.proposals):
        if item.action == "expand":
            also[:, row] = offered[:, item.centre_index]
            serving[:, item.centre_index] = False
    serving[:, [item.centre_index for item in plan.closings]] = False
    to_standard: list[Verdict] = ["pass"] * len(plan.proposals)
    judged = [item.verdict for item in records.judgements.judgement]
    return np.hstack([serving, also]), judged + to_standard
