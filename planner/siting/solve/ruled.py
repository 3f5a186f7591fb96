"""Most persons, or fewest centres, where rules say what may be chosen together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.choose import Ruling, choose_by_rules
from planner.siting.bound import PickCount, bound_by_count, bound_cover, fix_by_value, round_down
from planner.siting.heuristic import (
    DRAWS,
    LARGEST_RUIN,
    RELATIVE_NOISE,
    choose_greedily,
    covered_weight,
)
from planner.siting.problem import covered_persons, keep_candidates, make_problem
from planner.siting.solve.budget import AFFORDABLE, PickBudget
from planner.siting.solve.highs import maximise_cover
from planner.siting.solve.search import PROVED_SHARE, Found, settle
from planner.siting.solve.target import REACHED_SHARE

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.siting.problem import CoverArrays, CoverProblem
    from planner.siting.rules import Rules
    from planner.siting.solve.search import Limits

RULED_WORK = 300_000_000
"""Steps of ruining and rebuilding; about half a second."""
ROUNDS = 600
PATIENCE = 0.1


@dataclass(frozen=True, slots=True)
class RuledFound:
    """
    A choice that obeys the rules, in the caller's positions, musts included.

    Attributes
    ----------
    found
        The choice; `persons` and `bound` include those of the musts.
    problem
        What was left to choose from.
    most : float64
        No choice of musts and `k` more covers more than `most[k]`.
    """

    found: Found
    problem: CoverProblem
    most: FloatArray


def search_ruled(
    arrays: CoverArrays,
    rules: Rules,
    limits: Limits,
    *,
    limit: float,
    price: FloatArray | None,
    seed: int,
) -> RuledFound:
    """
    Choose the musts and more so that most persons are covered and every rule is kept.

    Parameters
    ----------
    arrays, rules
        The question; the musts keep the rules and the limit.
    limits
        When to stop; its `base` does not hold the musts.
    limit
        Largest number, or with `price` the budget; musts count.
    price : shape (n_options,)
        Cost of each option, `None` where the question is a number.
    seed
        Of the random choices.
    """
    base = covered_persons(arrays, rules.must)
    covered = np.zeros(arrays.persons.size, np.bool_)
    for one in rules.must:
        covered[arrays.index[arrays.indptr[one] : arrays.indptr[one + 1]]] = True
    each = np.ones(arrays.n_candidates) if price is None else price
    left = limit - float(each[rules.must].sum())
    free = rules.free() & (each <= left * AFFORDABLE)
    rest = replace(arrays, persons=np.where(covered, 0.0, arrays.persons))
    problem = make_problem(rest, price=each, keep=free)
    goal = None if limits.goal is None else limits.goal - base
    inner = replace(limits, base=limits.base + base, goal=goal)
    found, most = _search(problem, rules, max(left, 0.0), inner, count=price is None, seed=seed)
    chosen = np.sort(np.concatenate([rules.must, problem.candidate[found.chosen]]))
    whole = replace(found, chosen=chosen, persons=base + found.persons, bound=base + found.bound)
    return RuledFound(whole, problem, base + most)


def _search(
    problem: CoverProblem, rules: Rules, left: float, limits: Limits, *, count: bool, seed: int
) -> tuple[Found, FloatArray]:
    none = np.zeros(0, np.int64)
    if problem.n_candidates == 0 or (count and left < 1):
        return Found(none, 0.0, 0.0, "proof"), np.zeros(1)
    own = rules.of_problem(problem)
    room = np.concatenate([rules.room(), [problem.n_candidates]])
    chosen = _choose(problem, own, room, left, seed)
    persons = covered_weight(problem, chosen)
    if limits.goal is not None and persons >= limits.goal:
        return Found(chosen, persons, problem.reachable, "goal"), np.array([0.0, problem.reachable])
    pick = PickCount(int(left)) if count else PickBudget(problem.price, left)
    bound = bound_cover(
        problem, pick, chosen, rounds=ROUNDS, polish=False, close_enough=problem.unit * 0.999
    )
    upper = round_down(bound.persons, problem.unit, problem.reachable)
    most = np.concatenate([[0.0], bound_by_count(problem, bound.price)])
    found = settle(problem, Found(chosen, persons, max(upper, persons), "", bound.price), limits)
    if found.stopped_by:
        return found, most
    taken = refused = np.zeros(problem.n_candidates, np.bool_)
    outside = 0.0
    if count and left < problem.n_candidates:
        better = problem.unit * (1 - 1e-6) if problem.unit else problem.reachable * PROVED_SHARE / 2
        threshold = persons + better
        outside = persons
        if limits.goal is not None:
            threshold = max(threshold, limits.goal * (1 - PROVED_SHARE))
            outside = min(found.bound, threshold)
        taken, refused = fix_by_value(bound, int(left), threshold)
    exact = _prove(problem, own, room, left, found, (taken, refused, outside), limits)
    return exact, most


def _choose(problem: CoverProblem, own: Rules, room: IntArray, left: float, seed: int) -> IntArray:
    if any(group.size > most for group, most in own.groups):
        keep = _without_groups(problem, own)
        few = keep_candidates(problem, keep)
        if not few.n_candidates:
            return np.zeros(0, np.int64)
        inner = replace(own.of_problem(few), groups=())
        return np.sort(few.candidate[_choose(few, inner, room, left, seed)])
    covering = problem.covering
    ruling = Ruling(
        price=problem.price,
        limit=left,
        street=own.street,
        room=room,
        rival_indptr=own.rival_indptr,
        rival=own.rival,
    )
    draws = np.random.default_rng(seed).random(DRAWS)
    least = problem.unit / 2 if problem.unit else RELATIVE_NOISE * problem.reachable
    work = min(RULED_WORK, 2_000 * (covering.demand.size + problem.n_candidates))
    mean = problem.reachable / max(1, problem.n_candidates)
    flags: BoolArray = choose_by_rules(
        covering, ruling, draws, LARGEST_RUIN, PATIENCE * mean, least, work
    )
    return np.flatnonzero(flags)


def _without_groups(problem: CoverProblem, own: Rules) -> BoolArray:
    """Leave out of each group as many as it has too many: those that are missed least."""
    keep = np.ones(problem.n_candidates, np.bool_)
    for group, most in own.groups:
        members = [int(one) for one in group if keep[one]]
        while len(members) > max(most, 0):
            rest = [[other for other in members if other != one] for one in members]
            worth = [covered_weight(problem, np.array(others, np.int64)) for others in rest]
            keep[members.pop(int(np.argmax(worth)))] = False
    return keep


def _prove(
    problem: CoverProblem,
    own: Rules,
    room: IntArray,
    left: float,
    found: Found,
    fixed: tuple[BoolArray, BoolArray, float],
    limits: Limits,
) -> Found:
    """Search exactly what the values leave open; those they demand are rows that leave no room."""
    taken, refused, outside = fixed
    if taken.any() and not _agree(own, room, taken):
        # no choice can be better: what would have to be in it excludes itself
        return settle(problem, replace(found, bound=max(found.persons, outside)), limits)
    core = keep_candidates(problem, ~refused)
    inner = own.of_problem(core)
    reason = limits.refuse(core.covering.demand.size + inner.rival.size)
    if reason:
        return replace(found, stopped_by=reason)
    start = np.flatnonzero(np.isin(core.candidate, found.chosen))
    answer = maximise_cover(
        core,
        left,
        start,
        gap=limits.gap * (found.persons + limits.base),
        max_nodes=limits.nodes(core.covering.demand.size),
        time_limit_s=limits.left_s(),
        rows=inner.rows(room),
    )
    chosen = np.sort(core.candidate[answer.chosen])
    persons = covered_weight(problem, chosen)
    if persons < found.persons:
        chosen, persons = found.chosen, found.persons
    upper = round_down(answer.bound, problem.unit, problem.reachable)
    upper = max(upper, outside if refused.any() else 0.0, persons)
    known = Found(chosen, persons, min(found.bound, upper), "", found.price)
    known = settle(problem, known, limits)
    if known.stopped_by:
        return known
    return replace(known, stopped_by=answer.stopped_by.replace("proof", "error"))


def _agree(own: Rules, room: IntArray, taken: BoolArray) -> bool:
    """Tell whether some candidates can all be chosen together."""
    chosen = np.flatnonzero(taken)
    owner = np.repeat(np.arange(own.n_options), np.diff(own.rival_indptr))
    if bool((taken[owner] & taken[own.rival]).any()):
        return False
    if any(int(taken[group].sum()) > most for group, most in own.groups):
        return False
    street = own.street[chosen]
    inside = np.bincount(street[street >= 0], minlength=room.size)
    return bool((inside <= room).all())


def _enough(arrays: CoverArrays, rules: Rules, chosen: IntArray, target: float) -> int:
    """Count how many of a choice reach a target: the musts, then what gains most."""
    keep = np.zeros(arrays.n_candidates, np.bool_)
    keep[chosen] = True
    keep[rules.must] = False
    covered = np.zeros(arrays.persons.size, np.bool_)
    for one in rules.must:
        covered[arrays.index[arrays.indptr[one] : arrays.indptr[one + 1]]] = True
    left = target - float(arrays.persons[covered].sum())
    if left <= 0:
        return int(rules.must.size)
    rest = replace(arrays, persons=np.where(covered, 0.0, arrays.persons))
    few = make_problem(rest, keep=keep)
    _, gain = choose_greedily(few, few.n_candidates)
    return int(rules.must.size) + min(int(np.searchsorted(np.cumsum(gain), left)) + 1, gain.size)


def search_ruled_target(
    arrays: CoverArrays, rules: Rules, target: float, limits: Limits, *, seed: int
) -> tuple[RuledFound, int, bool]:
    """
    Close in on the fewest options that cover `target` persons and keep the rules.

    Returns
    -------
    ruled, fewest, reached
        The choice; a number below which none reaches the target; False where none was
        found (then `ruled` is the choice of any number that covers most).
    """
    target -= REACHED_SHARE * float(arrays.persons.sum())
    decide = replace(limits, gap=0.0, goal=target)
    n_must = int(rules.must.size)

    def ask(count: int, stops: Limits) -> RuledFound:
        return search_ruled(arrays, rules, stops, limit=count, price=None, seed=seed)

    best = ask(arrays.n_candidates, decide)
    if best.found.persons < target:
        return ask(arrays.n_candidates, limits), arrays.n_candidates + 1, False
    high = _enough(arrays, rules, best.found.chosen, target)
    low = needed = min(n_must, high)
    while low < high:
        middle = (low + high) // 2
        tried = ask(middle, decide)
        if tried.found.persons >= target:
            high = int(tried.found.chosen.size)
            continue
        if tried.found.bound < target:
            needed = middle + 1
        low = middle + 1
    ruled = ask(high, limits)
    if ruled.found.persons < target:
        ruled = ask(high, decide)
    why = "" if needed >= high else "fewest"
    if not why and ruled.found.stopped_by not in ("proof", "gap"):
        why = "most"
    if why:
        ruled = replace(ruled, found=replace(ruled.found, stopped_by=why))
    return ruled, needed, True
