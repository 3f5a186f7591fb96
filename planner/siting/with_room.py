"""Most households with room within the circle: where to build, and how large."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.progress import Progress, SilentProgress
from planner.domain.siting import SitingGround, SitingPlan
from planner.errors import Fault, SitingInvalid
from planner.siting.aims import weigh_circles
from planner.siting.answers import Asked
from planner.siting.floors import answer_by_floors, make_floors
from planner.siting.options import cover_arrays, keep_more, list_options
from planner.siting.propose import count_gains, tell_phases
from planner.siting.question import check_budget, whose_coverage
from planner.siting.room_places import RoomPlaces, ask_room
from planner.siting.rule_checks import make_rules
from planner.siting.rules import no_rules
from planner.siting.sizes import choose_sizes, list_sizes
from planner.siting.solve.budget import AFFORDABLE
from planner.siting.solve.room import RoomFound, search_room
from planner.siting.solve.room_problem import RoomProblem, RoomQuestion
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
    from planner.domain.siting import Expansions, StandingRoom
    from planner.domain.standard import LifeCircle
    from planner.domain.study import SitingSettings

GAP = 0.001
"""A plan so near its bound is good enough: rooms are no truer than that."""


def choose_with_room(
    *,
    candidates: Candidates,
    walks: Walks,
    persons: FloatArray,
    base_time_s: FloatArray,
    circles: Sequence[LifeCircle],
    settings: SitingSettings,
    floor_area_m2: float | None,
    convenience_area_m2: float | None,
    standing: StandingRoom,
    expansions: Expansions | None = None,
    ground: SitingGround | None = None,
    demand_xy: FloatArray | None = None,
    seed: int = 0,
    max_nodes: int | None = DEFAULT_MAX_NODES,
    gap: float = GAP,
    progress: Progress | None = None,
) -> SitingPlan:
    """
    Choose where to build or expand, and how large, so that most households find room.

    Households go where there is room within the circle, not to the nearest centre. With weights
    each circle is asked about on its own: a centre has its whole floor area in both.

    Parameters
    ----------
    candidates, walks, persons, base_time_s, circles, settings, ground, demand_xy, seed, progress
        As in `choose_proposals`; the sizes to choose from are `settings.sizes_m2`, else
        `floor_area_m2`.
    floor_area_m2, convenience_area_m2
        Size that the rule set asks of a new centre.
    standing
        The centres that count already, and what they hold.
    expansions
        Centres that can be made larger, and those beside which one can be built.
    max_nodes, gap
        When the exact search ends.

    Returns
    -------
    plan
        `objective` and `bound` are households with room in all, a mean by weight over circles
        where several are asked for. Without a curve.

    Raises
    ------
    SitingInvalid
        As `choose_proposals`; and for sizes that cannot be, or if a target, walkers or
        alternatives are asked for as well.
    """
    listener = progress or SilentProgress()
    circle = whose_coverage(
        candidates, walks, persons, base_time_s, circles, settings, expansions=expansions
    )
    _check(settings)
    sizes_m2 = choose_sizes(settings, floor_area_m2)
    least_m2 = (sizes_m2[0], convenience_area_m2)
    options = list_options(candidates, walks, len(circles), settings, least_m2, expansions)
    check_budget(options.cost_yuan, settings.budget)
    sized = list_sizes(options, settings, sizes_m2)
    ground = ground or SitingGround()
    rules = make_rules(options, settings, ground) or no_rules(options.n_options)
    listener.begin("siting", 3)
    weights = weigh_circles(settings, circles)
    covered = base_time_s <= np.array([[one.limit_s] for one in circles]) + LIMIT_TOLERANCE_S
    told = circle if circle in weights else next(iter(weights))
    places = RoomPlaces(options, standing, weights, circles)
    weight = sum(weights.values())
    limits = Limits(
        max_nodes=max_nodes,
        gap=gap,
        base=places.unlimited,
        watch=lambda served, most: listener.tell(served / weight, most / weight),
    )
    floors = make_floors(settings, ground, persons, covered[circle], offset=0, weight=1.0)
    reach = places.reach(circle, circles[circle].limit_s, persons)
    asked = ask_room(places, sized, rules, settings, floors, reach)
    listener.advance()
    first, message, infeasible = np.zeros(0, np.int64), "", False
    if floors is not None and floors.floors:
        limit_s = circles[circle].limit_s
        answer = answer_by_floors(
            Asked(
                cover_arrays(options, persons, covered[circle], circle, limit_s),
                replace(settings, weights={}),
                Limits(base=float(persons[covered[circle]].sum())),
                persons,
                float(persons[covered[circle]].sum()),
                limit_s,
                ground,
                options.cost_yuan if settings.budget is not None else None,
                seed,
            ),
            rules,
            floors,
            candidates,
            demand_xy,
        )
        first, message, infeasible = answer.found.chosen, answer.message, answer.infeasible
    if message:
        # nothing keeps the floors: what stands is all there is
        asked = replace(asked, barred=np.ones(asked.n_options, np.bool_), floors=(), musts=())
    cheapest = [int(np.flatnonzero(sized.option == one)[0]) for one in first]
    found = search_room(asked, limits, seed=seed, start=cheapest)
    if not message and not found.kept:
        message = "No choice was found that keeps every rule.\nRelax a rule, or allow more."
    listener.advance()
    kept = options.kept[sized.option]
    found, stands = _settle(asked, found, kept, nothing=bool(message))
    chosen, gained, phase = _in_order(asked, found.found.chosen, settings, kept)
    gains = count_gains(options, persons, covered, circles, sized.option[chosen])
    plain = options.propose_all(sized.option[chosen], gains, phase)
    proposals = tuple(
        replace(sized.describe(one, int(own)), households_gained=gain / weight)
        for one, own, gain in zip(plain, chosen, gained, strict=True)
    )
    objective, bound = (places.unlimited + one for one in (found.found.persons, found.found.bound))
    proved = found.found.stopped_by == "proof"
    listener.advance()
    listener.end()
    return SitingPlan(
        circle_id=circles[told].circle_id,
        base=settings.base,
        candidates=candidates,
        proposals=proposals,
        status="infeasible" if infeasible or found.infeasible else status_of(found.found, limits),
        objective=objective / weight,
        bound=(objective if proved else max(objective, bound)) / weight,
        bound_gap_share=0.0 if proved else gap_share(objective, bound),
        stopped_by=STOPPED_BY[found.found.stopped_by],
        curve=(),
        message=message,
        counts={
            "households": round(places.households / weight),
            "households_with_room_before": round((places.unlimited + stands) / weight),
            "households_with_room_after": round(objective / weight),
            **({} if options.expansions is None else options.expansions.counts),
        },
        phases=tell_phases(
            proposals,
            settings,
            circles[told].circle_id,
            float(persons[covered[told]].sum()),
            float(persons.sum()),
        ),
        phases_proved=len(settings.phases) < 2,  # noqa: PLR2004 - one phase has one order
        weights=dict(settings.weights),
        question="capacity",
    )


def _settle(
    asked: RoomQuestion, found: RoomFound, kept: BoolArray, *, nothing: bool
) -> tuple[RoomFound, float]:
    """
    Keep the centres that need not close, and count again; all of them where nothing is done.

    Returns
    -------
    found, stands
        The answer, and what is served before anything is done or closed.
    """
    problem = RoomProblem(asked)
    stands = problem.served(problem.flow(np.flatnonzero(kept)))
    if nothing or not found.kept:
        chosen, why = np.flatnonzero(kept), "floors"
    else:
        stays = kept if asked.barred is None else kept & ~asked.barred
        chosen, why = found.found.chosen, found.found.stopped_by
        chosen = keep_more(stays, chosen, asked.price, asked.limit)
    served = problem.served(problem.flow(chosen))
    best = replace(
        found.found,
        chosen=chosen,
        persons=served,
        bound=max(served, found.found.bound),
        stopped_by=why,
    )
    return replace(found, found=best), stands


def _in_order(
    asked: RoomQuestion, chosen: IntArray, settings: SitingSettings, kept: BoolArray
) -> tuple[IntArray, list[float], list[str]]:
    """
    Order the chosen by what each adds to those before, phase by phase as far as they fit.

    Centres that are kept come first: they stand.

    Returns
    -------
    chosen, gained, phase
        In order, what each adds, and the name of its phase.
    """
    problem = RoomProblem(asked)
    state, left, spent = problem.start(), chosen.tolist(), 0.0
    order: list[int] = []
    gained: list[float] = []
    names: list[str] = []
    each = [(one.name, float(one.count or one.budget or 0.0)) for one in settings.phases]
    may = 0.0
    for name, more in each or [("", np.inf)]:
        may += more
        last = name == (each[-1][0] if each else "")
        while left:
            gains = [problem.gain(state, one) for one in left]
            fits = [last or spent + asked.price[one] <= may * AFFORDABLE for one in left]
            if not any(fits):
                break
            first = [2.0 if kept[one] else 1.0 for one in left]
            best = int(np.lexsort((-np.array(gains), -np.where(fits, first, 0.0)))[0])
            one = left.pop(best)
            problem.add(state, one)
            spent += float(asked.price[one])
            order.append(one)
            gained.append(gains[best])
            names.append(name)
    return np.array(order, np.int64), gained, names


def _check(settings: SitingSettings) -> None:
    if settings.target is not None or settings.walkers or settings.alternatives:
        raise SitingInvalid(
            Fault(
                "Room is asked about with a count or a budget, one walker, and one plan",
                field="siting.capacity",
                found="true",
                hint="leave out target, walkers and alternatives",
            )
        )
