"""Share of persons covered against the number of new centres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.cover import count_covers, sum_rows
from planner.domain.siting import CurvePoint
from planner.siting.bound import PickCount, bound_by_count, bound_cover
from planner.siting.heuristic import (
    choose_greedily,
    covered_weight,
    improve_by_ruin,
    improve_by_swaps,
)
from planner.siting.solve.search import is_proved

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, IntArray
    from planner.siting.problem import CoverProblem
    from planner.siting.solve.search import Found

FEWEST_POINTS = 10
"""The curve goes to twice the number of proposals, and at least this far."""
SEARCH_WORK = 400_000_000
"""Steps of ruin and recreate for the whole curve; about a quarter of a second."""
BOUND_WORK = 800_000_000
"""Steps of bounding for the whole curve; about a second."""
BOUND_ROUNDS = 120
"""Rounds for each number whose prices are looked for."""


def draw_curve(
    problem: CoverProblem,
    *,
    base: float,
    persons: float,
    n_proposals: int,
    n_candidates: int,
    own: Found | None,
    seed: int,
) -> tuple[CurvePoint, ...]:
    """
    Find, for each number of new centres, what they can cover, and a bound on it.

    Points other than the plan's own come from swaps and a short ruin and
    recreate, and from Lagrangian prices (one set of prices bounds every number
    at once); they are `optimal` where bound and choice meet, else `stopped`.

    Parameters
    ----------
    problem
        Candidates against the demand not covered yet; all prices are 1.
    base, persons
        Persons covered without new centres, and in all.
    n_proposals, n_candidates
        The curve goes to `max(2 * n_proposals, 10)`, at most to all candidates.
    own
        What the plan itself found with `n_proposals`, `None` where the plan did
        not ask for most persons with a number of centres.
    seed
        Of the random choices.

    Returns
    -------
    curve
        From 0 on; shares and bounds never fall.
    """
    last = min(max(2 * n_proposals, FEWEST_POINTS), n_candidates)
    covered, prices = _search_all(problem, last, own, n_proposals, seed)
    bound = _bound_all(problem, last, prices)
    if own is not None:
        # fewer centres than the plan's cannot beat it, more cannot fall behind
        covered[:n_proposals] = np.minimum(covered[:n_proposals], own.persons)
        covered[n_proposals:] = np.maximum(covered[n_proposals:], own.persons)
        covered[n_proposals] = own.persons
        bound[: n_proposals + 1] = np.minimum(bound[: n_proposals + 1], own.bound)
    bound = np.maximum(bound, covered)
    points = []
    for count in range(last + 1):
        proved = is_proved(problem, float(covered[count]), float(bound[count]))
        most = covered[count] if proved else bound[count]
        points.append(
            CurvePoint(
                count=count,
                share_covered=_share(base + float(covered[count]), persons),
                persons_covered=base + float(covered[count]),
                bound_share=_share(base + float(most), persons),
                status="optimal" if proved else "stopped",
            )
        )
    return tuple(points)


def _share(part: float, whole: float) -> float:
    return min(part / whole, 1.0) if whole > 0 else 0.0


def _search_all(
    problem: CoverProblem, last: int, own: Found | None, n_own: int, seed: int
) -> tuple[FloatArray, list[FloatArray]]:
    """Return the persons covered by 0, 1, … new centres, and the prices met."""
    covered = np.zeros(last + 1)
    prices = [] if own is None or own.price is None else [own.price]
    order, _ = choose_greedily(problem, last)
    chosen = np.zeros(0, np.int64)
    size = 2 * problem.covering.demand.size + 8 * problem.covering.weight.size + 1
    n_priced = int(np.clip(BOUND_WORK // (size * BOUND_ROUNDS), 1, max(last, 1)))
    every = -(-last // n_priced) if last else 1
    for count in range(1, last + 1):
        if count >= problem.n_candidates or count > order.size:
            covered[count] = problem.reachable
            continue
        is_own = own is not None and count == n_own and own.chosen.size == count
        if own is not None and is_own:
            chosen = own.chosen
        else:
            chosen = improve_by_swaps(problem, _one_more(problem, chosen, order, count))
        priced = count % every == 0 or count == 1
        if priced:
            prices.append(_price(problem, count, chosen, prices))
        # Bounding costs little beside the longer search, which a proof makes needless.
        if not is_own and not _is_best(problem, count, chosen, prices):
            found = improve_by_ruin(problem, chosen, seed=seed + count, work=SEARCH_WORK // last)
            if priced and covered_weight(problem, found) > covered_weight(problem, chosen):
                prices.append(_price(problem, count, found, prices))
            chosen = found
        covered[count] = max(covered[count - 1], covered_weight(problem, chosen))
    return covered, prices


def _price(
    problem: CoverProblem, count: int, chosen: IntArray, prices: list[FloatArray]
) -> FloatArray:
    """Return prices of the demand that bound what `count` new centres can cover."""
    found = bound_cover(
        problem,
        PickCount(count),
        chosen,
        rounds=BOUND_ROUNDS,
        price=prices[-1] if prices else None,
        polish=False,
        close_enough=problem.unit * 0.999,
    )
    return found.price


def _is_best(problem: CoverProblem, count: int, chosen: IntArray, prices: list[FloatArray]) -> bool:
    """Tell whether the last prices prove that no other choice covers more."""
    if not prices:
        return False
    bound = float(bound_by_count(problem, prices[-1])[count - 1])
    return is_proved(problem, covered_weight(problem, chosen), bound)


def _one_more(problem: CoverProblem, chosen: IntArray, order: IntArray, count: int) -> IntArray:
    """Return the better of the greedy choice, and the last choice with one more."""
    greedy = order[:count]
    if chosen.size != count - 1:
        return greedy
    covering = problem.covering
    covers = count_covers(covering.indptr, covering.demand, chosen, covering.weight.size)
    gain = sum_rows(covering.indptr, covering.demand, np.where(covers > 0, 0.0, covering.weight))
    gain[chosen] = -1.0
    grown = np.append(chosen, np.argmax(gain))
    return grown if covered_weight(problem, grown) > covered_weight(problem, greedy) else greedy


def _bound_all(problem: CoverProblem, last: int, prices: list[FloatArray]) -> FloatArray:
    """Return the least bound that any of the prices gives, for 0, 1, … new centres."""
    bound = np.full(last + 1, problem.reachable)
    bound[0] = 0.0
    for price in prices:
        most = bound_by_count(problem, price)[:last]
        bound[1 : most.size + 1] = np.minimum(bound[1 : most.size + 1], most)
    tightest: FloatArray = np.minimum.accumulate(bound[::-1])[::-1]
    return tightest
