"""
How much better any choice could be: a Lagrangian bound, and what it rules out.

The rule "a person is covered only if a chosen candidate covers them" is given a
price for each class of demand. What is left falls apart into single candidates,
so its best answer is a sum of the largest price sums, and no choice covers more
(Galvão and ReVelle 1996). Prices follow the volume algorithm (Barahona and
Anbil 2000), a subgradient method that averages the slopes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from planner._kernels.cover import count_covers, sum_rows
from planner.siting.heuristic import covered_weight, improve_by_swaps

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.siting.problem import CoverProblem

MOST_ROUNDS = 1500
FEWEST_ROUNDS = 60
BOUND_WORK = 40_000_000_000
"""Steps spent on the bound: rounds times the size of the covering; half a minute for the largest
questions (a million homes, ten thousand candidates), less than all rounds need for no other."""
FIRST_STEP, LONGEST_STEP, SHORTEST_STEP = 0.1, 2.0, 3e-4
"""Step as a share of the step that would close the gap if the slope held."""
PATIENCE, SHORTEN = 20, 0.66
"""Rounds without progress before steps get shorter, and by how much."""
LARGEST_SHARE, SMALLEST_SHARE = 0.1, 0.005
"""Share of the newest slope in the mean, at first and at least."""
POLISH_EVERY = 25
"""Every so many rounds the choice that the prices favour is improved and kept if better."""
FLAT = 1e-9
ROUNDING = 1e-12


class Pick(Protocol):
    """The best choice when each candidate is worth a fixed sum, and its worth or more."""

    def __call__(self, value: FloatArray) -> tuple[float, IntArray]:
        """Return an upper bound on the worth, and candidates that (nearly) reach it."""
        ...


@dataclass(frozen=True, slots=True)
class Bound:
    """
    A proved upper bound and what came with it.

    Attributes
    ----------
    persons
        No choice covers more.
    price : float64, shape (n_classes,)
        Price of each class of demand at the bound.
    value : float64, shape (n_left,)
        Price sum of each candidate.
    chosen : int64
        Best choice known, positions in the problem.
    objective
        Persons it covers.
    """

    persons: float
    price: FloatArray
    value: FloatArray
    chosen: IntArray
    objective: float


@dataclass(frozen=True, slots=True)
class PickCount:
    """Pick the `count` candidates of largest value."""

    count: int

    def __call__(self, value: FloatArray) -> tuple[float, IntArray]:
        """Return the sum of the largest values, and whose they are."""
        if self.count >= value.size:
            return float(value.sum()), np.arange(value.size, dtype=np.int64)
        top = np.argpartition(-value, self.count)[: self.count]
        return float(value[top].sum()), top.astype(np.int64)


def bound_cover(
    problem: CoverProblem,
    pick: Pick,
    chosen: IntArray,
    *,
    rounds: int = MOST_ROUNDS,
    price: FloatArray | None = None,
    polish: bool = True,
    close_enough: float = 0.0,
) -> Bound:
    """
    Bound what any choice can cover.

    Parameters
    ----------
    problem
        The problem.
    pick
        The rule that a choice obeys: a number, or a budget.
    chosen
        A choice known, positions in the problem.
    rounds
        Rounds of price changes, at most.
    price : shape (n_classes,)
        Prices to start from, e.g. those of a neighbouring question.
    polish
        Whether to look for better choices on the way (choices of a number only).
    close_enough
        Stop once the bound is within so many persons of the best choice.

    Returns
    -------
    bound
        Valid whatever the number of rounds.
    """
    covering, weight = problem.covering, problem.covering.weight
    size = 2 * covering.demand.size + 8 * weight.size + 8 * problem.n_candidates
    rounds = max(FEWEST_ROUNDS, min(rounds, BOUND_WORK // size))
    best = Polished(problem, chosen)
    at = weight / np.diff(covering.coverer_indptr) if price is None else price
    at = np.clip(at, 0.0, weight)
    favoured = chosen

    def evaluate(price: FloatArray) -> tuple[float, FloatArray]:
        nonlocal favoured
        worth, favoured = _price(problem, pick, price)
        return worth, _slope(problem, price, favoured)

    def look_again(number: int) -> float:
        if polish and number % POLISH_EVERY == 0:
            best.improve(favoured)
        return best.persons

    bound, at = follow_slopes(
        evaluate, at, weight, look_again, rounds=rounds, close_enough=close_enough
    )
    value = sum_rows(covering.indptr, covering.demand, at)
    return Bound(bound, at, value, best.chosen, best.persons)


def follow_slopes(
    evaluate: Callable[[FloatArray], tuple[float, FloatArray]],
    at: FloatArray,
    weight: FloatArray,
    reached: Callable[[int], float],
    *,
    rounds: int,
    close_enough: float = 0.0,
) -> tuple[float, FloatArray]:
    """
    Lower a bound by changing prices (the volume algorithm).

    Parameters
    ----------
    evaluate
        Gives the bound at some prices, and how it changes with each.
    at : shape (n_classes,)
        Prices to start from, 0 to `weight`.
    weight : shape (n_classes,)
        Largest prices.
    reached
        Gives what the best choice known after so many rounds is worth.
    rounds, close_enough
        When to stop.

    Returns
    -------
    bound, price
        The lowest bound, and where it was found.
    """
    bound, mean = evaluate(at)
    step, idle, smallest = FIRST_STEP, 0, LARGEST_SHARE
    known = reached(0)
    for number in range(1, rounds + 1):
        way = mean.copy()
        way[((at <= 0) & (way > 0)) | ((at >= weight) & (way < 0))] = 0.0
        norm = _dot(way, way)
        gap = bound - known
        if gap <= close_enough or step < SHORTEST_STEP or norm < FLAT:
            break
        trial = np.clip(at - step * gap / norm * way, 0.0, weight)
        worth, slope = evaluate(trial)
        idle += 1
        if worth < bound:
            if _dot(way, slope) > 0:
                step = min(step * 1.1, LONGEST_STEP)
            at, bound, idle = trial, worth, 0
        elif idle >= PATIENCE:
            step, idle = step * SHORTEN, 0
        smallest = smallest * 0.9 if number % 100 == 0 else smallest
        mean = _mix(slope, mean, max(smallest, SMALLEST_SHARE))
        known = reached(number)
    return bound, at


def bound_by_count(problem: CoverProblem, price: FloatArray) -> FloatArray:
    """
    Bound every number of candidates at once with one set of prices.

    Returns
    -------
    most : float64, shape (n_left,)
        No choice of `k + 1` candidates covers more than `most[k]`.
    """
    covering = problem.covering
    value = np.sort(sum_rows(covering.indptr, covering.demand, price))[::-1]
    most = float((covering.weight - price).sum()) + np.cumsum(value)
    unit, total = problem.unit, problem.reachable
    return np.array([round_down(float(persons), unit, total) for persons in most])


def _price(problem: CoverProblem, pick: Pick, price: FloatArray) -> tuple[float, IntArray]:
    """Return the bound at these prices, and the candidates that they favour."""
    covering = problem.covering
    worth, favoured = pick(sum_rows(covering.indptr, covering.demand, price))
    return float((covering.weight - price).sum()) + worth, favoured


def _slope(problem: CoverProblem, price: FloatArray, favoured: IntArray) -> FloatArray:
    """Return how the bound changes with each price: covers bought less covers sold."""
    covering = problem.covering
    covers = count_covers(covering.indptr, covering.demand, favoured, covering.weight.size)
    slope: FloatArray = covers - (price < covering.weight).astype(np.float64)
    return slope


def _dot(one: FloatArray, other: FloatArray) -> float:
    """Multiply and sum on one thread: `@` would differ with the number of threads, and wait."""
    return float((one * other).sum())


def _mix(slope: FloatArray, mean: FloatArray, largest: float) -> FloatArray:
    """Mix the newest slope into their mean by the share that makes the mean shortest."""
    change = slope - mean
    share = -_dot(change, mean) / max(_dot(change, change), FLAT)
    share = min(max(share, largest / 10), largest)
    mixed: FloatArray = mean + share * change
    return mixed


class Polished:
    """The best choice met while prices change."""

    def __init__(self, problem: CoverProblem, chosen: IntArray) -> None:
        self._problem = problem
        self._seen: set[bytes] = set()
        self.chosen = chosen
        self.persons = covered_weight(problem, chosen)

    def improve(self, favoured: IntArray) -> None:
        """Swap from the candidates that the prices favour; keep the result if better."""
        key = np.sort(favoured).tobytes()
        if key in self._seen:
            return
        self._seen.add(key)
        other = improve_by_swaps(self._problem, favoured)
        persons = covered_weight(self._problem, other)
        if persons > self.persons:
            self.chosen, self.persons = other, persons


def fix_by_value(bound: Bound, count: int, threshold: float) -> tuple[BoolArray, BoolArray]:
    """
    Tell which candidates every choice worth more than `threshold` takes, and which none.

    Forcing a candidate in, or out, changes the bound by the difference of two
    values; where that takes it to `threshold` or below, the opposite holds.

    Returns
    -------
    taken, refused : shape (n_left,)
        Flags.
    """
    value = bound.value
    order = np.argsort(-value, kind="stable")
    last_in, first_out = value[order[count - 1]], value[order[count]]
    inside = np.zeros(value.size, np.bool_)
    inside[order[:count]] = True
    taken = inside & (bound.persons - (value - first_out) <= threshold)
    refused = ~inside & (bound.persons - (last_in - value) <= threshold)
    return taken, refused


def round_down(persons: float, unit: float, total: float) -> float:
    """
    Round a bound down to what can be reached, where weights are whole numbers.

    Where they are not, `ROUNDING` of the total covers the rounding of its sums.
    """
    slack = ROUNDING * total
    if unit:
        return float(np.floor((persons + slack) / unit + 1e-6) * unit)
    return min(persons + slack, total)
