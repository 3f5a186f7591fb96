"""Most persons covered, and with a weight most of them within reach of a second centre."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.domain.siting import SitingGround, SitingPlan
from planner.errors import Fault, SitingInvalid
from planner.siting.options import list_options
from planner.siting.problem import CoverArrays
from planner.siting.propose import count_gains, split_phases, tell_phases
from planner.siting.question import check_budget, whose_coverage
from planner.siting.rule_checks import make_rules
from planner.siting.rules import no_rules
from planner.siting.solve.backup import search_backup
from planner.siting.solve.search import (
    DEFAULT_MAX_NODES,
    STOPPED_BY,
    Limits,
    gap_share,
    status_of,
)
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.places import Candidates
    from planner.domain.reach import Walks
    from planner.domain.standard import LifeCircle
    from planner.domain.study import SitingSettings


def choose_backup(
    *,
    candidates: Candidates,
    walks: Walks,
    persons: FloatArray,
    base_time_s: FloatArray,
    standing: IntArray,
    circles: Sequence[LifeCircle],
    settings: SitingSettings,
    floor_area_m2: float | None,
    convenience_area_m2: float | None,
    ground: SitingGround | None = None,
    seed: int = 0,
    max_nodes: int | None = DEFAULT_MAX_NODES,
) -> SitingPlan:
    """
    Choose where to build so that people have a centre, and a second one should it close.

    Parameters
    ----------
    candidates, walks, persons, base_time_s, circles, settings, ground, seed, max_nodes
        As in `choose_proposals`; `settings.backup_weight` is what a person's second centre
        counts.
    floor_area_m2, convenience_area_m2
        Size of a new centre.
    standing : shape (n_demand,)
        Centres that count already within the limit of each demand point.

    Returns
    -------
    plan
        `objective` and `bound` are persons covered, and `backup_weight` times those covered twice.
        `counts` tells the persons with two centres before and after. Without a curve.

    Raises
    ------
    SitingInvalid
        As `choose_proposals`; and if a target, weights, walkers or a floor are asked for as well.
    """
    del seed  # no random choice is made
    circle = whose_coverage(candidates, walks, persons, base_time_s, circles, settings)
    _check(settings)
    sizes_m2 = (floor_area_m2, convenience_area_m2)
    options = list_options(candidates, walks, len(circles), settings, sizes_m2, None)
    check_budget(options.cost_yuan, settings.budget)
    limit_s = circles[circle].limit_s
    inside = options.inside(circle, limit_s)
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(inside)])
    arrays = CoverArrays(before[walks.indptr], walks.demand_index[inside], persons)
    rules = make_rules(options, settings, ground or SitingGround()) or no_rules(options.n_options)
    weight = settings.backup_weight
    base = float(persons[standing > 0].sum() + weight * persons[standing > 1].sum())
    limits = Limits(max_nodes=max_nodes, base=base)
    money = settings.budget is not None
    found = search_backup(
        arrays,
        rules,
        limits,
        limit=float((settings.budget if money else settings.count) or 0),
        price=options.cost_yuan if money else None,
        standing=np.minimum(standing, 2),
        weight=weight,
    )
    covered = base_time_s <= np.array([[one.limit_s] for one in circles]) + LIMIT_TOLERANCE_S
    chosen = _in_order(arrays, found.chosen, standing, weight)
    chosen, phase, phases_proved = split_phases(options, arrays, chosen, settings)
    gains = count_gains(options, persons, covered, circles, chosen)
    proposals = options.propose_all(chosen, gains, phase)
    objective, bound = base + found.persons, base + found.bound
    after = standing + _covers(arrays, chosen)
    return SitingPlan(
        circle_id=circles[circle].circle_id,
        base=settings.base,
        candidates=candidates,
        proposals=proposals,
        status=status_of(found, limits),
        objective=objective,
        bound=objective if found.stopped_by == "proof" else max(objective, bound),
        bound_gap_share=0.0 if found.stopped_by == "proof" else gap_share(objective, bound),
        stopped_by=STOPPED_BY[found.stopped_by],
        curve=(),
        counts={
            "persons_twice_before": int(persons[standing > 1].sum()),
            "persons_twice_after": int(persons[after > 1].sum()),
        },
        phases=tell_phases(
            proposals,
            settings,
            circles[circle].circle_id,
            float(persons[covered[circle]].sum()),
            float(persons.sum()),
        ),
        phases_proved=phases_proved,
        question="backup",
        backup_weight=weight,
    )


def count_standing(
    walks: Walks, serving: BoolArray, limit_s: float, persons: FloatArray
) -> IntArray:
    """
    Count the centres within the limit of each demand point.

    Parameters
    ----------
    walks
        One row a centre.
    serving : shape (n_centres,)
        Those that count.
    limit_s
        Of the circle.
    persons : shape (n_demand,)
        For the number of demand points.
    """
    rows = np.repeat(serving, np.diff(walks.indptr))
    near = rows & (walks.travel_time_s <= limit_s + LIMIT_TOLERANCE_S)
    counts: IntArray = np.bincount(walks.demand_index[near], minlength=persons.size)
    return counts


def _check(settings: SitingSettings) -> None:
    asked = settings.target is not None or settings.weights or settings.walkers
    if asked or settings.street_floor is not None:
        raise SitingInvalid(
            Fault(
                "A second centre is asked with a count or a budget, for one circle and one walker",
                field="siting.objective",
                found="backup",
                hint="leave out target, weights, walkers and street_floor",
            )
        )


def _covers(arrays: CoverArrays, chosen: IntArray) -> IntArray:
    counts = np.zeros(arrays.persons.size, np.int64)
    for one in chosen:
        counts[arrays.index[arrays.indptr[one] : arrays.indptr[one + 1]]] += 1
    return counts


def _in_order(arrays: CoverArrays, chosen: IntArray, standing: IntArray, weight: float) -> IntArray:
    """Order the chosen by what each adds to those before; who adds nothing stays at the end."""
    counts, left, order = standing.copy(), chosen.tolist(), []
    while left:
        worth = np.select([counts == 0, counts == 1], [arrays.persons, weight * arrays.persons])
        rows = [arrays.index[arrays.indptr[one] : arrays.indptr[one + 1]] for one in left]
        best = int(np.argmax([worth[row].sum() for row in rows]))
        counts[rows[best]] += 1
        order.append(left.pop(best))
    return np.array(order, np.int64)
