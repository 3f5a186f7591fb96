"""From candidates and walks to proposals in order, with proof and curve."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.progress import Progress, SilentProgress
from planner.domain.siting import PhaseStep, SitingGround, SitingPlan
from planner.siting.aims import make_aim, weigh_circles
from planner.siting.alternatives import find_alternatives
from planner.siting.answers import (
    Asked,
    answer_by_rules,
    answer_freely,
    curve_of_rules,
    order_by_rules,
)
from planner.siting.cost_curve import draw_cost_curve
from planner.siting.curve import draw_curve
from planner.siting.floors import answer_by_floors, make_floors
from planner.siting.heuristic import choose_greedily
from planner.siting.options import keep_more, list_options
from planner.siting.phases import split_into_phases
from planner.siting.problem import covered_persons, keep_candidates, make_problem
from planner.siting.question import check_budget, whose_coverage
from planner.siting.rule_checks import make_rules
from planner.siting.rules import no_rules
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
    from planner.domain.siting import CurvePoint, Expansions, Proposal, WalkerReach
    from planner.domain.standard import LifeCircle
    from planner.domain.study import SitingSettings
    from planner.siting.answers import Answer
    from planner.siting.floors import StreetFloors
    from planner.siting.options import Options
    from planner.siting.problem import CoverArrays, CoverProblem
    from planner.siting.rules import Rules


def choose_proposals(
    *,
    candidates: Candidates,
    walks: Walks,
    persons: FloatArray,
    base_time_s: FloatArray,
    circles: Sequence[LifeCircle],
    settings: SitingSettings,
    floor_area_m2: float | None,
    convenience_area_m2: float | None,
    expansions: Expansions | None = None,
    ground: SitingGround | None = None,
    walkers: Sequence[WalkerReach] = (),
    demand_xy: FloatArray | None = None,
    seed: int = 0,
    max_nodes: int | None = DEFAULT_MAX_NODES,
    progress: Progress | None = None,
) -> SitingPlan:
    """
    Choose where to build on top of the centres that already count.

    The question is asked for one life circle: who walks to a counting centre
    within its limit is covered already and adds no gain. A new centre serves
    every circle.

    Parameters
    ----------
    candidates
        Places where a centre could be built.
    walks
        Candidate to demand, within the longest circle, in the study's direction.
    persons : shape (n_demand,)
        Persons at each demand point.
    base_time_s : shape (n_circles, n_demand)
        Fastest walk to a centre that already counts, seconds, `UNREACHED` for none.
    circles
        The circles, in the order of `base_time_s`.
    settings
        Circle, base, and one of count, target, budget.
    floor_area_m2, convenience_area_m2
        Size of a new centre, `None` without such a clause.
    expansions
        Centres that would count if they were larger (where `base` is `pass`), and those beside
        which one can be built; each is one of the `count`.
    ground
        Streets and areas of the options, where rules or words need them.
    walkers
        How other walkers reach the options, where the question is the mean over them; then
        `walks` and `base_time_s` (the study's own walker) tell only what each proposal gains.
    demand_xy : shape (n_demand, 2)
        Places of the people, working CRS, for the words of an answer; `None` where unknown.
    seed, max_nodes
        As in `solve_cover`.
    progress
        Who listens.

    Returns
    -------
    plan
        `objective` and `bound` are persons covered in all, a mean by weight over circles and
        walkers where several are asked for. A target out of reach
        is a result: status `infeasible`, no proposals, `bound` the most that all
        candidates together would cover, and `message` says so.

    Raises
    ------
    SitingInvalid
        If the question cannot be asked: no or several of count, target, budget,
        fewer candidates than count, a budget without costs, an unknown circle, rules
        that exclude each other.
    """
    listener = progress or SilentProgress()
    circle = whose_coverage(
        candidates, walks, persons, base_time_s, circles, settings, expansions=expansions
    )
    sizes_m2 = (floor_area_m2, convenience_area_m2)
    options = list_options(candidates, walks, len(circles), settings, sizes_m2, expansions)
    check_budget(options.cost_yuan, settings.budget)
    ground = ground or SitingGround()
    rules = make_rules(options, settings, ground)
    listener.begin("siting", 3)
    covered = base_time_s <= np.array([[one.limit_s] for one in circles]) + LIMIT_TOLERANCE_S
    weights = weigh_circles(settings, circles)
    circle = _circle_told(settings, circles, weights)
    reach = [
        (_as_walked(candidates, one, len(circles), settings, sizes_m2, expansions), one.base_time_s)
        for one in walkers
    ] or [(options, base_time_s)]
    aim = make_aim(reach, persons, weights, circles)
    arrays, base = aim.arrays, aim.base
    price = options.cost_yuan if settings.budget is not None else None
    limits = Limits(
        max_nodes=max_nodes,
        base=base,
        watch=lambda persons, most: listener.tell(persons / aim.weight, most / aim.weight),
    )
    asked = Asked(
        arrays, settings, limits, aim.persons, base, circles[circle].limit_s, ground, price, seed
    )
    listener.advance()
    floors = make_floors(
        settings,
        ground,
        persons,
        covered[_circle_of_floors(settings, circles)],
        offset=_layer_of_floors(settings) * persons.size,
        weight=settings.weights.get(settings.life_circle, 1.0),
    )
    answer, chosen, curve = _find(asked, rules, floors, candidates, demand_xy)
    listener.advance()
    limit = settings.budget if settings.budget is not None else settings.count
    if answer.infeasible:
        # nothing is done, so nothing closes
        chosen = np.flatnonzero(options.kept)
    elif options.kept.any():
        each = np.ones(options.n_options) if price is None else price
        stays = options.kept if rules is None else options.kept & rules.allowed
        chosen = keep_more(stays, chosen, each, float(limit or 0))
    chosen, phase, phases_proved = split_phases(options, arrays, chosen, settings)
    gains = count_gains(options, persons, covered, circles, chosen)
    objective = base + covered_persons(arrays, chosen)
    proposals = options.propose_all(chosen, gains, phase)
    listener.advance()
    listener.end()
    demanded = () if floors is None else floors.floors
    others = (
        ()
        if answer.infeasible or not chosen.size
        else find_alternatives(asked, options, rules, chosen, aim.weight, demanded)
    )
    status = "infeasible" if answer.infeasible else status_of(answer.found, limits)
    bound = objective if status == "optimal" else max(objective, base + answer.found.bound)
    return SitingPlan(
        circle_id=circles[circle].circle_id,
        base=settings.base,
        candidates=candidates,
        proposals=proposals,
        status=status,
        objective=objective / aim.weight,
        bound=bound / aim.weight,
        bound_gap_share=gap_share(objective, bound),
        stopped_by=STOPPED_BY[answer.found.stopped_by],
        curve=tuple(
            dataclasses.replace(one, persons_covered=one.persons_covered / aim.weight)
            for one in curve
        ),
        message=answer.message,
        counts={
            **dict(answer.counts),
            **({} if options.expansions is None else options.expansions.counts),
        },
        phases=tell_phases(
            proposals,
            settings,
            circles[circle].circle_id,
            float(persons[covered[circle]].sum()),
            float(persons.sum()),
        ),
        phases_proved=phases_proved,
        alternatives=others,
        cost_curve=()
        if answer.infeasible or demanded
        else tuple(
            dataclasses.replace(one, persons_covered=one.persons_covered / aim.weight)
            for one in draw_cost_curve(asked, rules, options.cost_yuan, chosen, curve)
        ),
        weights=dict(settings.weights),
        walkers=settings.walkers,
        walkers_by=settings.walkers_by,
    )


def _as_walked(
    candidates: Candidates,
    walker: WalkerReach,
    n_circles: int,
    settings: SitingSettings,
    sizes_m2: tuple[float | None, float | None],
    expansions: Expansions | None,
) -> Options:
    """Return the options as another walker reaches them."""
    own = expansions
    if own is not None and walker.expansion_walks is not None:
        own = dataclasses.replace(own, walks=walker.expansion_walks)
    return list_options(candidates, walker.walks, n_circles, settings, sizes_m2, own)


def split_phases(
    options: Options, arrays: CoverArrays, chosen: IntArray, settings: SitingSettings
) -> tuple[IntArray, list[str], bool]:
    """Return the chosen by phase, then by what each adds, with the names of their phases."""
    if not settings.phases:
        return chosen, [""] * chosen.size, True
    cost = options.cost_yuan if settings.budget is not None else None
    price = np.ones(chosen.size) if cost is None else cost[chosen]
    each = [one.count if cost is None else one.budget for one in settings.phases]
    limits = np.cumsum([float(one or 0.0) for one in each])
    phase, proved = split_into_phases(arrays, chosen, price, limits)
    ordered: list[int] = []
    covered = np.zeros(arrays.persons.size, np.bool_)
    for number in range(limits.size):
        left = [int(one) for one in chosen[phase == number]]
        while left:
            worth = np.where(covered, 0.0, arrays.persons)
            rows = [arrays.index[arrays.indptr[one] : arrays.indptr[one + 1]] for one in left]
            best = int(np.argmax([worth[row].sum() for row in rows]))
            covered[rows[best]] = True
            ordered.append(left.pop(best))
    place = {int(one): number for one, number in zip(chosen, phase, strict=True)}
    names = [settings.phases[place[one]].name for one in ordered]
    return np.array(ordered, np.int64), names, proved


def tell_phases(
    proposals: Sequence[Proposal],
    settings: SitingSettings,
    circle_id: str,
    base: float,
    total: float,
) -> tuple[PhaseStep, ...]:
    """Count where the plan stands at the end of each phase."""
    steps = []
    persons = base
    for phase in settings.phases:
        built = [one for one in proposals if one.phase == phase.name]
        persons += sum(one.persons_gained[circle_id] for one in built)
        costs = [one.cost_yuan for one in built]
        known = [cost for cost in costs if cost is not None]
        steps.append(
            PhaseStep(
                name=phase.name,
                proposals=len(built),
                cost_yuan=sum(known) if len(known) == len(costs) else None,
                persons_covered=persons,
                share_covered=min(persons / total, 1.0),
            )
        )
    return tuple(steps)


def _circle_told(
    settings: SitingSettings, circles: Sequence[LifeCircle], weights: dict[int, float]
) -> int:
    """Return the circle that steps and words are told for: the study's own where it counts."""
    own = _circle_of_floors(settings, circles)
    return own if own in weights else next(iter(weights))


def _circle_of_floors(settings: SitingSettings, circles: Sequence[LifeCircle]) -> int:
    return [circle.circle_id for circle in circles].index(settings.life_circle)


def _layer_of_floors(settings: SitingSettings) -> int:
    """Return the place of the circle of the floors among the layers of the question."""
    weighed = list(settings.weights)
    return weighed.index(settings.life_circle) if settings.life_circle in weighed else 0


def _find(
    asked: Asked,
    rules: Rules | None,
    floors: StreetFloors | None,
    candidates: Candidates,
    demand_xy: FloatArray | None,
) -> tuple[Answer, IntArray, tuple[CurvePoint, ...]]:
    """Return the answer, the options chosen in order of gain, and the curve."""
    if floors is not None and floors.floors:
        answer = answer_by_floors(asked, rules, floors, candidates, demand_xy)
        own = rules or no_rules(asked.arrays.n_candidates)
        chosen = order_by_rules(asked.arrays, own, answer.found.chosen)
        return answer, chosen, _curve_to(answer, asked, own)
    if rules is not None:
        answer = answer_by_rules(asked, rules)
        chosen = order_by_rules(asked.arrays, rules, answer.found.chosen)
        return answer, chosen, curve_of_rules(answer, asked, rules)
    problem = make_problem(asked.arrays, price=asked.price)
    answer = answer_freely(problem, asked)
    answer = dataclasses.replace(answer, counts=(*problem.counts.items(), *answer.counts))
    return answer, in_order(problem, answer.found.chosen), _curve(problem, answer, asked)


def _curve_to(answer: Answer, asked: Asked, rules: Rules) -> tuple[CurvePoint, ...]:
    """Return the curve to a plan with floors; its earlier points keep none."""
    everyone = np.arange(asked.arrays.n_candidates, dtype=np.int64)
    most = covered_persons(asked.arrays, everyone)
    freely = dataclasses.replace(answer.found, bound=max(most, answer.found.bound), stopped_by="")
    points = curve_of_rules(dataclasses.replace(answer, found=freely), asked, rules)
    last = curve_of_rules(answer, asked, rules)[-1:]
    return (*points[:-1], *last)


def in_order(problem: CoverProblem, chosen: IntArray) -> IntArray:
    """Order the chosen by what each adds to those before; who adds nothing is left out."""
    keep = np.zeros(problem.n_candidates, np.bool_)
    keep[chosen] = True
    few = keep_candidates(problem, keep)
    order, _ = choose_greedily(few, few.n_candidates)
    return problem.candidate[few.candidate[order]]


def count_gains(
    options: Options,
    persons: FloatArray,
    covered: BoolArray,
    circles: Sequence[LifeCircle],
    chosen: IntArray,
) -> list[dict[str, float]]:
    """Count what each chosen option adds, circle by circle, to the plan and those before."""
    covered = covered.copy()
    gains = []
    indptr = options.walks.indptr
    counts = [options.inside(number, circle.limit_s) for number, circle in enumerate(circles)]
    for one in chosen:
        row = slice(int(indptr[one]), int(indptr[one + 1]))
        gained = {}
        for number, circle in enumerate(circles):
            inside = options.walks.demand_index[row][counts[number][row]]
            new = inside[~covered[number, inside]]
            gained[circle.circle_id] = float(persons[new].sum())
            covered[number, new] = True
        gains.append(gained)
    return gains


def _curve(problem: CoverProblem, answer: Answer, asked: Asked) -> tuple[CurvePoint, ...]:
    if np.unique(problem.price).size > 1:
        # dominance looked at prices; the curve asks for numbers
        problem = make_problem(asked.arrays)
    return draw_curve(
        problem,
        base=asked.base,
        persons=asked.total,
        n_proposals=asked.settings.count or int(answer.found.chosen.size),
        n_candidates=asked.arrays.n_candidates,
        own=answer.own,
        seed=asked.seed,
    )
