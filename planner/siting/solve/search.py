"""One search for all questions: choose fast, bound, rule out, then prove what is left."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.cover import count_covers
from planner.siting.bound import Bound, PickCount, bound_cover, fix_by_value, round_down
from planner.siting.heuristic import (
    choose_greedily,
    covered_weight,
    find_cover,
    improve_by_ruin,
    search_work,
)
from planner.siting.problem import keep_candidates
from planner.siting.solve.highs import maximise_cover

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.siting import SolveStatus
    from planner.siting.problem import CoverProblem

DEFAULT_MAX_NODES = -1
"""As many nodes as take a few seconds: fewer the larger what is left, none where too large."""
DEFAULT_NODE_WORK = 4_000_000
"""Nodes times entries of the model that the default allows; some seconds."""
DEFAULT_LARGEST_MODEL = 60_000
LARGEST_EXACT_MODEL = 1_000_000
"""Entries of the model beyond which no exact search starts, by default and when asked for."""
SMALL_EXACT_MODEL = 15_000
"""Entries up to which the exact search is quicker than looking for a better choice first."""
PROVED_SHARE = 1e-9
"""A bound this close to a choice, as a share of all persons, proves the choice."""

STOPPED_BY = {
    "proof": "proved",
    "goal": "the target is reached, or out of reach for so many",
    "gap": "the gap asked for is reached",
    "nodes": "the limit of search nodes is reached",
    "time": "the time limit is reached",
    "error": "the exact solver gave no answer; the bound is the Lagrangian one",
    "fewest": "fewer centres could not be ruled out",
    "most": "the fewest are proved; whether as many can cover more persons is open",
    "floors": "no choice keeps what must be reached",
    "infeasible": "no choice keeps what must be reached",
    "room": "what is left is too large for the exact search; the bound leaves rules out",
    "unreachable": "all candidates together do not reach the target",
    "size": "what is left is too large for the exact search; the bound is the Lagrangian one",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """
    When a search ends.

    Attributes
    ----------
    gap
        `(bound - objective) / bound` that is good enough; 0 asks for a proof.
    max_nodes
        Nodes of the exact search; `None` for no limit, 0 for no exact search,
        `DEFAULT_MAX_NODES` for as many as take a few seconds.
    deadline
        Moment (`time.monotonic`) after which no new step is begun, or `None`.
    base
        Persons covered whatever is chosen; they count in the gap.
    goal
        Persons of interest: a choice that reaches them ends the search, and so
        does a bound below them. `None` asks for most persons.
    watch
        Is told of each choice found with its bound, `base` included.
    """

    gap: float = 0.0
    max_nodes: int | None = DEFAULT_MAX_NODES
    deadline: float | None = None
    base: float = 0.0
    goal: float | None = None
    watch: Callable[[float, float], None] | None = None

    def tell(self, persons: float, bound: float) -> None:
        """Tell whoever watches of a choice and of what none exceeds."""
        if self.watch is not None:
            self.watch(self.base + persons, self.base + max(bound, persons))

    def refuse(self, size: int) -> str:
        """Say why a model of so many entries is not searched exactly, empty where it is."""
        if self.max_nodes == 0:
            return "nodes"
        if self.deadline is not None and time.monotonic() >= self.deadline:
            return "time"
        default = self.max_nodes == DEFAULT_MAX_NODES
        fits = size <= (DEFAULT_LARGEST_MODEL if default else LARGEST_EXACT_MODEL)
        return "" if fits else "size"

    def nodes(self, size: int) -> int | None:
        """Return the limit of nodes for a model of so many entries."""
        if self.max_nodes != DEFAULT_MAX_NODES:
            return self.max_nodes
        return min(max(DEFAULT_NODE_WORK // max(size, 1), 20), 2000)

    def left_s(self) -> float | None:
        """Return the seconds left, `None` where time is no limit."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())

    def allow(self, persons: float, bound: float) -> bool:
        """Tell whether a choice is within the gap asked for."""
        return gap_share(persons + self.base, bound + self.base) <= self.gap


@dataclass(frozen=True, slots=True)
class Found:
    """
    A choice with its proof, in the positions of a problem.

    Attributes
    ----------
    chosen, persons, bound
        The choice, what it covers, what none exceeds.
    stopped_by
        Key of `STOPPED_BY`.
    price : float64, shape (n_classes,)
        Prices of the Lagrangian bound, to start a neighbouring question from.
    """

    chosen: IntArray
    persons: float
    bound: float
    stopped_by: str
    price: FloatArray | None = None


def is_proved(problem: CoverProblem, persons: float, bound: float) -> bool:
    """Tell whether no choice can cover more than `persons`, given an upper bound."""
    if problem.unit:
        return bound < persons + problem.unit * 0.999
    return bound <= persons + PROVED_SHARE * problem.reachable


def gap_share(persons: float, bound: float) -> float:
    """Return `(bound - persons) / bound`, 0 where the bound is 0."""
    return max(0.0, (bound - persons) / bound) if bound > 0 else 0.0


def search_count(
    problem: CoverProblem,
    count: int,
    limits: Limits,
    *,
    seed: int,
    start: IntArray | None = None,
) -> Found:
    """
    Choose up to `count` candidates of a problem so that they cover most persons.

    Parameters
    ----------
    problem
        The problem; all prices are 1.
    count
        Largest number of candidates.
    limits
        When to stop.
    seed
        Of the random choices; the same seed gives the same answer.
    start
        A choice known, positions in the problem.
    """
    if count >= problem.n_candidates:
        everything = np.arange(problem.n_candidates, dtype=np.int64)
        return Found(everything, problem.reachable, problem.reachable, "proof")
    if count == 0:
        return Found(np.zeros(0, np.int64), 0.0, 0.0, "proof")
    work = search_work(problem)
    chosen = find_cover(problem, count, seed=seed, work=work // 10)
    limits.tell(covered_weight(problem, chosen), problem.reachable)
    if start is not None and covered_weight(problem, start) > covered_weight(problem, chosen):
        chosen = start
    bound = bound_cover(problem, PickCount(count), chosen, close_enough=problem.unit * 0.999)
    upper = round_down(bound.persons, problem.unit, problem.reachable)
    found = Found(bound.chosen, bound.objective, upper, "", bound.price)
    found = settle(problem, found, limits)
    if found.stopped_by:
        return found
    return _search_core(problem, count, bound, found, limits, seed=seed, work=work)


def _search_core(
    problem: CoverProblem,
    count: int,
    bound: Bound,
    found: Found,
    limits: Limits,
    *,
    seed: int,
    work: int,
) -> Found:
    """Go on where the first choice is neither proved nor near enough."""
    core = _fix(problem, bound, count, found, limits)
    if core.size <= SMALL_EXACT_MODEL and not limits.refuse(core.size):
        found = _prove(problem, core, found, limits)
        if found.stopped_by in ("proof", "gap", "goal"):
            return found
    chosen = improve_by_ruin(problem, found.chosen, seed=seed + 1, work=work)
    persons = covered_weight(problem, chosen)
    better = settle(problem, replace(found, chosen=chosen, persons=persons), limits)
    if better.stopped_by:  # proved now, near enough, or the small core was searched already
        return better
    core = _fix(problem, bound, count, better, limits)
    reason = limits.refuse(core.size)
    if reason:
        return replace(better, stopped_by=reason)
    return _prove(problem, core, better, limits)


def settle(problem: CoverProblem, found: Found, limits: Limits) -> Found:
    """Name the reason to stop here, if there is one."""
    limits.tell(found.persons, found.bound)
    if is_proved(problem, found.persons, found.bound):
        return replace(found, bound=found.persons, stopped_by="proof")
    if limits.goal is not None and (found.persons >= limits.goal or found.bound < limits.goal):
        return replace(found, stopped_by="goal")
    if limits.gap > 0 and limits.allow(found.persons, found.bound):
        return replace(found, stopped_by="gap")
    return found


@dataclass(frozen=True, slots=True)
class _Core:
    """What the bound leaves open: candidates `taken`, and a problem of up to `left` more."""

    problem: CoverProblem
    taken: IntArray
    persons_taken: float
    left: int
    outside: float
    """No choice that does otherwise covers more."""

    @property
    def size(self) -> int:
        return int(self.problem.covering.demand.size)


def _fix(problem: CoverProblem, bound: Bound, count: int, found: Found, limits: Limits) -> _Core:
    better = problem.unit * (1 - 1e-6) if problem.unit else problem.reachable * PROVED_SHARE / 2
    good_enough = (found.persons + limits.gap * limits.base) / (1 - limits.gap)
    threshold = max(found.persons + better, good_enough)
    if limits.goal is not None:
        threshold = max(threshold, limits.goal * (1 - PROVED_SHARE))
    plain = limits.gap == 0 and limits.goal is None
    taken, refused = fix_by_value(bound, count, threshold)
    covering, chosen = problem.covering, np.flatnonzero(taken)
    covers = count_covers(covering.indptr, covering.demand, chosen, covering.weight.size)
    return _Core(
        problem=keep_candidates(problem, ~taken & ~refused, covered=covers > 0),
        taken=chosen,
        persons_taken=float(covering.weight[covers > 0].sum()),
        left=count - int(chosen.size),
        outside=found.persons if plain else min(found.bound, threshold),
    )


def _prove(problem: CoverProblem, core: _Core, found: Found, limits: Limits) -> Found:
    """Search the core exactly and put the answer together with what was fixed."""
    answer = maximise_cover(
        core.problem,
        float(core.left),
        _start(core.problem, core.left, found.chosen),
        gap=limits.gap * (found.persons + limits.base),
        max_nodes=limits.nodes(core.size),
        time_limit_s=limits.left_s(),
    )
    inside = core.problem.candidate[answer.chosen]
    chosen = np.sort(np.concatenate([core.taken, inside]))
    persons = covered_weight(problem, chosen)
    if persons < found.persons:
        chosen, persons = found.chosen, found.persons
    upper = round_down(core.persons_taken + answer.bound, problem.unit, problem.reachable)
    upper = min(found.bound, max(upper, core.outside, persons))
    known = settle(problem, Found(chosen, persons, upper, "", found.price), limits)
    if known.stopped_by:
        return known
    return replace(known, stopped_by=answer.stopped_by.replace("proof", "error"))


def _start(core: CoverProblem, left: int, chosen: IntArray) -> IntArray:
    """Return the part of a choice that lies in the core, another where it does not fit."""
    known = np.flatnonzero(np.isin(core.candidate, chosen))
    order, _ = choose_greedily(core, left)
    if known.size > left or covered_weight(core, known) < covered_weight(core, order):
        return order
    return known


def status_of(found: Found, limits: Limits) -> SolveStatus:
    """Say how sure a choice is."""
    if found.stopped_by == "proof":
        return "optimal"
    near = limits.gap > 0 and limits.allow(found.persons, found.bound)
    return "within_gap" if near else "stopped"
