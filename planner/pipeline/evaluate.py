"""From inputs to an evaluation: verdicts, walks, coverage, gaps, isochrones."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from planner.coverage.areas import area_figures, locate_in_areas
from planner.coverage.capacity import measure_capacity
from planner.coverage.centres import centre_figures
from planner.coverage.cover import cover_state
from planner.coverage.equity import home_heights, measure_equity
from planner.coverage.service import in_service, level_notices, serves
from planner.domain.coverage import Coverage
from planner.domain.evaluation import EvaluationRecords
from planner.domain.places import SCOPES
from planner.domain.progress import Progress, SilentProgress
from planner.domain.shelf import Shelf
from planner.pipeline.circles import draw_centre_circles, walk_to_centres
from planner.pipeline.gaps import find_plan_gaps
from planner.pipeline.indicators import community_rule, indicate
from planner.pipeline.intake import read_inputs
from planner.pipeline.land import indicate_land
from planner.pipeline.losses import measure_losses
from planner.pipeline.plan_verdicts import add_unit_verdicts, plan_scope_of, zones_of
from planner.pipeline.recount import recount_least_covered
from planner.pipeline.variations import vary_plan
from planner.pipeline.walkers import flat_network
from planner.standards.judge import judge_centres

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, IntArray
    from planner.domain.capacity import CircleCapacity
    from planner.domain.coverage import Gap, State, StateCoverage
    from planner.domain.equity import CircleEquity
    from planner.domain.evaluation import StudyInputs
    from planner.domain.indicators import Indicator
    from planner.domain.network import StreetNetwork
    from planner.domain.places import Centres
    from planner.domain.reach import Isochrones, Walks
    from planner.domain.standard import Judgements, LifeCircle
    from planner.domain.study import StudySettings
    from planner.domain.walking import Direction
    from planner.pipeline.losses import CircleLosses

SEARCH_LIMIT_FACTOR = 2.0
"""Walks are looked for up to so many times the longest circle."""


def evaluate_study(
    settings: StudySettings,
    *,
    threads: int | None = None,
    shelf: Shelf | None = None,
    progress: Progress | None = None,
) -> EvaluationRecords:
    """
    Evaluate a study: verdicts, coverage of every state, gaps, isochrones.

    Parameters
    ----------
    settings
        The study.
    threads
        Threads of the searches, `None` for the machine's cores.
    shelf
        Where records shared with other studies of this process are kept.
    progress
        Listener.

    Returns
    -------
    records
        Everything known, in the working CRS.

    Raises
    ------
    PlannerError
        As `read_inputs`.
    """
    progress = progress or SilentProgress()
    shelf = shelf or Shelf()
    return evaluate_inputs(
        read_inputs(settings, shelf=shelf, progress=progress),
        threads=threads,
        shelf=shelf,
        progress=progress,
    )


def evaluate_inputs(
    inputs: StudyInputs,
    *,
    threads: int | None = None,
    shelf: Shelf | None = None,
    progress: Progress | None = None,
) -> EvaluationRecords:
    """Evaluate inputs already read; see `evaluate_study`."""
    progress = progress or SilentProgress()
    shelf = shelf or Shelf()
    circles = inputs.rule_sets[0].life_circles
    progress.begin("walks")
    walks = _walk(inputs, inputs.network, inputs.settings.walking.direction, threads, progress)
    progress.end()
    progress.begin("coverage")
    plan_verdicts = add_unit_verdicts(
        inputs, _judge(inputs, "plan"), walks=walks, threads=threads, shelf=shelf
    )
    judged = (_judge(inputs, "existing"), plan_verdicts)
    states = (
        _cover(inputs, walks, "existing", judged[0]),
        _cover(inputs, walks, "plan", judged[1]),
    )
    area_index = _locate_people(inputs)
    land_walks = _walk_to_land(inputs, threads)
    coverage = dataclasses.replace(
        _count(inputs, walks, states, area_index),
        indicators=(
            *_indicate(inputs, states, judged, area_index),
            *_indicate_land(inputs, land_walks, judged),
        ),
        community_rule=community_rule(inputs.settings),
    )
    progress.end()
    progress.begin("alternatives")
    varied = vary_plan(
        inputs,
        walks=walks,
        plan=states[1],
        serving=serving_masks(inputs.centres, circles, "plan"),
        area_index=area_index,
        walk=partial(_walk_again, inputs, threads=threads),
        cover=partial(_cover, inputs, state="plan", judgements=plan_verdicts),
        shelf=shelf,
    )
    progress.end()
    progress.begin("isochrones")
    isochrones = draw_centre_circles(inputs, inputs.network, circles, threads, shelf)
    losses, flat_plan = _losses(inputs, isochrones, states[1], plan_verdicts, threads, shelf)
    found = find_plan_gaps(
        inputs,
        plan=states[1],
        flat_plan=flat_plan,
        serving=serving_masks(inputs.centres, circles, "plan"),
        area_index=area_index,
        threads=threads,
    )
    progress.end()
    return EvaluationRecords(
        settings=inputs.settings,
        network=inputs.network,
        demand=inputs.demand,
        demand_access=inputs.demand_access,
        centres=inputs.centres,
        centre_access=inputs.centre_access,
        entrances=inputs.entrances,
        areas=inputs.areas,
        area_index=area_index,
        judgements=plan_verdicts,
        walks=walks,
        coverage=dataclasses.replace(
            coverage,
            gaps=found.gaps,
            undersized=found.undersized,
            alternatives=varied.alternatives,
            robustness=varied.robustness,
            capacity=_measure_capacity(inputs, walks),
            equity=_measure_equity(inputs, states[1], found.gaps),
            loss_detour_share={name: loss.area.detour for name, loss in losses.items()},
            loss_terrain_share={name: loss.area.terrain for name, loss in losses.items()},
            loss_detour_persons_share={name: loss.people.detour for name, loss in losses.items()},
            loss_terrain_persons_share={name: loss.people.terrain for name, loss in losses.items()},
            persons_in_circle={name: loss.people.in_circle for name, loss in losses.items()},
            persons_flat={name: loss.people.flat for name, loss in losses.items()},
        ),
        isochrones=isochrones,
        quarantine=(*inputs.demand.quarantine, *inputs.centres.quarantine),
        notices=(*inputs.notices, *level_notices(inputs.centres), *plan_verdicts.notices),
        candidates=inputs.candidates,
        network_findings=inputs.network_findings,
        snap_reports=inputs.snap_reports,
        recount=recount_least_covered(inputs, states[1], area_index),
        land=inputs.land,
        land_walks=land_walks,
    )


def serving_masks(centres: Centres, circles: tuple[LifeCircle, ...], state: State) -> BoolArray:
    """Tell which centres, in service in a state, serve each circle: (n_circles, n_centres)."""
    open_now = in_service(centres, state)
    return np.stack([serves(centres, circle) & open_now for circle in circles])


def _walk(
    inputs: StudyInputs,
    network: StreetNetwork,
    direction: Direction,
    threads: int | None,
    progress: Progress,
) -> Walks:
    circles = inputs.rule_sets[0].life_circles
    return walk_to_centres(
        inputs,
        network,
        limit_s=SEARCH_LIMIT_FACTOR * max(circle.limit_s for circle in circles),
        direction=direction,
        threads=threads,
        progress=progress,
    )


def _walk_again(
    inputs: StudyInputs, network: StreetNetwork, direction: Direction, *, threads: int | None
) -> Walks:
    """Find the walks on other streets or another way, no farther than the circles need."""
    circles = inputs.rule_sets[0].life_circles
    return walk_to_centres(
        inputs,
        network,
        limit_s=max(circle.limit_s for circle in circles),
        direction=direction,
        threads=threads,
    )


def _judge(inputs: StudyInputs, state: State) -> Judgements:
    standards = inputs.settings.standards
    return judge_centres(
        inputs.centres,
        inputs.rule_sets,
        plan_date=standards.plan_date,
        apply_to_existing=standards.apply_to_existing,
        in_plan_scope=plan_scope_of(inputs),
        zones=zones_of(inputs),
        state=state,
    )


def _cover(
    inputs: StudyInputs, walks: Walks, state: State, judgements: Judgements
) -> StateCoverage:
    circles = inputs.rule_sets[0].life_circles
    return cover_state(
        state,
        walks=walks,
        persons=inputs.demand.persons,
        households=inputs.demand.households,
        in_service_mask=in_service(inputs.centres, state),
        serves_masks=np.stack([serves(inputs.centres, circle) for circle in circles]),
        verdicts=[item.verdict for item in judgements.judgement],
        circles=circles,
    )


def _locate_people(inputs: StudyInputs) -> dict[str, IntArray]:
    return {
        area.level: locate_in_areas(inputs.demand.xy, area)
        for area in inputs.areas
        if area.level not in SCOPES
    }


def _count(
    inputs: StudyInputs,
    walks: Walks,
    states: tuple[StateCoverage, StateCoverage],
    area_index: dict[str, IntArray],
) -> Coverage:
    circles, demand = inputs.rule_sets[0].life_circles, inputs.demand
    plan = states[1]
    serving = serving_masks(inputs.centres, circles, "plan")
    return Coverage(
        states=states,
        centres=centre_figures(
            inputs.centres, walks, demand.persons, plan, circles=circles, serving=serving
        ),
        areas=tuple(
            figures
            for state in states
            for area in inputs.areas
            if area.level not in SCOPES
            for figures in area_figures(
                state, area, area_index[area.level], demand.persons, circles
            )
        ),
        gaps=(),
    )


def _indicate(
    inputs: StudyInputs,
    states: tuple[StateCoverage, StateCoverage],
    judged: tuple[Judgements, Judgements],
    area_index: dict[str, IntArray],
) -> tuple[Indicator, ...]:
    circles = inputs.rule_sets[0].life_circles
    return tuple(
        indicator
        for state, judgements in zip(states, judged, strict=True)
        for indicator in indicate(
            state,
            settings=inputs.settings,
            circles=circles,
            demand=inputs.demand,
            areas=inputs.areas,
            area_index=area_index,
            places_xy=inputs.centres.xy,
            serving=serving_masks(inputs.centres, circles, state.state),
            verdicts=[item.verdict for item in judgements.judgement],
        )
    )


def _walk_to_land(inputs: StudyInputs, threads: int | None) -> tuple[Walks, ...]:
    """Find the walks from every centre to the land that is counted, within the circles."""
    return tuple(
        walk_to_centres(
            inputs,
            inputs.network,
            limit_s=max(circle.limit_s for circle in inputs.rule_sets[0].life_circles),
            direction=inputs.settings.walking.direction,
            threads=threads,
            access=land.access,
        )
        for land in inputs.land
    )


def _indicate_land(
    inputs: StudyInputs, land_walks: tuple[Walks, ...], judged: tuple[Judgements, Judgements]
) -> tuple[Indicator, ...]:
    circles = inputs.rule_sets[0].life_circles
    names: tuple[State, State] = ("existing", "plan")
    states = [
        (
            name,
            serving_masks(inputs.centres, circles, name),
            [item.verdict for item in judgements.judgement],
        )
        for name, judgements in zip(names, judged, strict=True)
    ]
    return tuple(
        indicator
        for land, walks in zip(inputs.land, land_walks, strict=True)
        for indicator in indicate_land(land, walks, states, circles=circles, areas=inputs.areas)
    )


def _measure_capacity(inputs: StudyInputs, walks: Walks) -> tuple[CircleCapacity, ...]:
    """Send people to the plan's centres at their planned sizes."""
    circles, asked = inputs.rule_sets[0].life_circles, inputs.settings.coverage
    planned_m2 = [centre.floor_area_m2 for centre in inputs.centres.centre]
    return measure_capacity(
        circles=circles,
        walks=walks,
        serving=serving_masks(inputs.centres, circles, "plan"),
        demand=inputs.demand,
        floor_area_m2=np.array([np.nan if m2 is None else m2 for m2 in planned_m2]),
        m2_per_100_households=asked.m2_per_100_households,
        persons_per_household=asked.persons_per_household,
    )


def _measure_equity(
    inputs: StudyInputs, plan: StateCoverage, gaps: tuple[Gap, ...]
) -> tuple[CircleEquity, ...]:
    height_m, lowest_m = home_heights(inputs.network, inputs.demand_access)
    return measure_equity(
        plan,
        circles=inputs.rule_sets[0].life_circles,
        demand=inputs.demand,
        gaps=gaps,
        height_m=height_m,
        lowest_street_m=lowest_m,
    )


def _losses(
    inputs: StudyInputs,
    isochrones: tuple[Isochrones, ...],
    plan: StateCoverage,
    judgements: Judgements,
    threads: int | None,
    shelf: Shelf,
) -> tuple[dict[str, CircleLosses], StateCoverage]:
    """
    Measure the losses of each circle, and count the plan on flat streets.

    The flat network is searched where it differs; else the plan itself is returned.
    """
    circles, direction = inputs.rule_sets[0].life_circles, inputs.settings.walking.direction
    flat = flat_network(inputs.network, inputs.settings, shelf)
    flat_isochrones, flat_plan = isochrones, plan
    if flat is not inputs.network:
        flat_isochrones = draw_centre_circles(inputs, flat, circles, threads, shelf)
        walks = _walk(inputs, flat, direction, threads, SilentProgress())
        flat_plan = _cover(inputs, walks, "plan", judgements)
    serving = serving_masks(inputs.centres, circles, "plan")
    losses = measure_losses(inputs, serving, (flat_isochrones, isochrones), (flat_plan, plan))
    return losses, flat_plan
