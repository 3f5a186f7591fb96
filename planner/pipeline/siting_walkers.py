"""Siting for several walkers: what each reaches, and the count of a plan as each walks."""

from __future__ import annotations

import dataclasses
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from planner.coverage.cover import cover_state, stack_walks
from planner.coverage.service import in_service, serves
from planner.domain.siting import WalkerReach
from planner.pipeline.circles import walk_to_centres
from planner.pipeline.expansions import take_walks
from planner.pipeline.walkers import profile_network
from planner.reach.walks import find_walks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import BoolArray, FloatArray
    from planner.domain.coverage import State, StateCoverage
    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.network import AccessPoints
    from planner.domain.reach import Walks
    from planner.domain.shelf import Shelf
    from planner.domain.siting import Expansions, SitingPlan
    from planner.domain.standard import LifeCircle, Verdict
    from planner.domain.study import SitingSettings


class SitingWalkers:
    """
    The walkers that a siting question names.

    Parameters
    ----------
    records
        The evaluation.
    siting
        The question.
    threads, shelf
        As in `evaluate_study`.
    """

    def __init__(
        self,
        records: EvaluationRecords,
        siting: SitingSettings,
        threads: int | None,
        shelf: Shelf,
    ) -> None:
        self._records, self._siting, self._threads = records, siting, threads
        self._circles = records.judgements.rule_sets[0].life_circles
        self._limit_s = max(circle.limit_s for circle in self._circles)
        self._networks = [
            profile_network(records.network, name, records.settings, shelf)
            for name in siting.walkers
        ]
        self._centres = [
            walk_to_centres(
                records,
                network,
                limit_s=self._limit_s,
                direction=records.settings.walking.direction,
                threads=threads,
            )
            for network in self._networks
        ]

    def reach(
        self, candidates: AccessPoints, expansions: Expansions | None
    ) -> tuple[WalkerReach, ...]:
        """Return what each walker reaches; with `worst` what all of them reach, as one."""
        circles = self._circles
        masks = np.stack([serves(self._records.centres, circle) for circle in circles])
        serving = masks & in_service(self._records.centres, "plan")
        verdicts = [one.verdict for one in self._records.judgements.judgement]
        found = []
        for name, built, standing in self._by_walker(self._walks(candidates)):
            state = self._cover("plan", standing, serving, verdicts)
            expanded = None if expansions is None else take_walks(standing, expansions.centre_index)
            found.append(WalkerReach(name, built, expanded, self._times(state)))
        return tuple(found)

    def count(
        self,
        plan: SitingPlan,
        built: AccessPoints,
        serving: BoolArray,
        verdicts: list[Verdict],
    ) -> list[tuple[FloatArray, float, float]]:
        """Return the walks once a plan is built, the limit and the weight of every layer."""
        expanded = np.array([one.centre_index for one in plan.proposals], dtype=np.int64)
        layers = []
        for _, walks, standing in self._by_walker(self._walks(built)):
            own = _with_expanded(walks, standing, expanded)
            state = self._cover("with_proposals", stack_walks(standing, own), serving, verdicts)
            times = self._times(state)
            layers += weigh_layers(self._siting, self._circles, times)
        return layers

    def _walks(self, access: AccessPoints) -> list[Walks]:
        direction = self._records.settings.walking.direction
        return [
            find_walks(
                network,
                access,
                self._records.demand_access,
                limit_s=self._limit_s,
                direction=direction,
                threads=self._threads,
            )
            for network in self._networks
        ]

    def _by_walker(self, walks: list[Walks]) -> list[tuple[str, Walks, Walks]]:
        if self._siting.walkers_by == "worst":
            return [("worst", keep_worst(walks), keep_worst(self._centres))]
        return list(zip(self._siting.walkers, walks, self._centres, strict=True))

    def _cover(
        self, state: State, walks: Walks, serving: BoolArray, verdicts: Sequence[Verdict]
    ) -> StateCoverage:
        return cover_state(
            state,
            walks=walks,
            persons=self._records.demand.persons,
            households=self._records.demand.households,
            in_service_mask=np.ones(serving.shape[1], dtype=np.bool_),
            serves_masks=serving,
            verdicts=list(verdicts),
            circles=self._circles,
        )

    def _times(self, state: StateCoverage) -> FloatArray:
        return state.travel_time_pass_s if self._siting.base == "pass" else state.travel_time_s


def weigh_layers(
    siting: SitingSettings, circles: Sequence[LifeCircle], times: FloatArray
) -> list[tuple[FloatArray, float, float]]:
    """Return times, limit and weight of every circle that a question adds up."""
    weights = siting.weights or {siting.life_circle: 1.0}
    return [
        (times[number], circle.limit_s, weights[circle.circle_id])
        for number, circle in enumerate(circles)
        if circle.circle_id in weights
    ]


def _with_expanded(walks: Walks, standing: Walks, expanded: np.ndarray) -> Walks:
    """Return the walks of proposals; an expanded centre keeps its own, by all its entrances."""
    row = np.where(expanded >= 0, len(walks.indptr) - 1 + expanded, np.arange(len(expanded)))
    return take_walks(stack_walks(walks, standing), row)


def keep_worst(walks: Sequence[Walks]) -> Walks:
    """
    Keep the walks that every walker makes, each as long as it takes the slowest.

    Parameters
    ----------
    walks
        Of the same places to the same homes, one for each walker.

    Returns
    -------
    worst
        Who is within a limit of it is so of the same place for every walker.
    """
    first = walks[0]
    n_places = len(first.indptr) - 1
    keys = [
        np.repeat(np.arange(n_places), np.diff(one.indptr)) * first.n_demand + one.demand_index
        for one in walks
    ]
    orders = [np.argsort(key, kind="stable") for key in keys]
    common = reduce(np.intersect1d, keys)
    times = np.zeros(common.size)
    for one, key, order in zip(walks, keys, orders, strict=True):
        found = order[np.searchsorted(key, common, sorter=order)]
        times = np.maximum(times, one.travel_time_s[found])
    owner, demand = np.divmod(common, max(first.n_demand, 1))
    sizes = np.bincount(owner, minlength=n_places)
    return dataclasses.replace(
        first,
        indptr=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)]),
        demand_index=demand.astype(first.demand_index.dtype),
        travel_time_s=times.astype(first.travel_time_s.dtype),
        limit_s=min(one.limit_s for one in walks),
    )
