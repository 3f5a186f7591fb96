"""Most people served where places hold only so many: choose fast, bound, then prove."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.siting.solve.room_bound import bound_room
from planner.siting.solve.room_exact import count_entries, serve_most
from planner.siting.solve.room_plan import plan_room
from planner.siting.solve.room_problem import RoomProblem
from planner.siting.solve.search import DEFAULT_MAX_NODES, Found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.domain.arrays import IntArray
    from planner.siting.solve.room_problem import RoomQuestion
    from planner.siting.solve.search import Limits

DEFAULT_LARGEST, LARGEST_MODEL = 40_000, 150_000
"""Pairs of states and classes beyond which no exact search starts, by default and when asked."""
NODE_WORK = 4_000_000
SURELY = 0.9
"""Part of the gap that the exact search is asked for: it counts a little more than there is."""
PROVED_SHARE = 1e-6
"""A bound this close to what is served, as a share of all demand, proves the choice."""


@dataclass(frozen=True, slots=True)
class RoomFound:
    """
    A choice with its bound.

    Attributes
    ----------
    found
        The choice, positions in the question; `persons` is what all places serve, standing room
        included. Nothing chosen where none keeps the rules.
    standing
        What is served without any of the options.
    kept
        Whether the choice keeps every rule.
    infeasible
        Whether it is proved that none does.
    """

    found: Found
    standing: float
    kept: bool
    infeasible: bool = False


def search_room(
    asked: RoomQuestion, limits: Limits, *, seed: int, start: Iterable[int] = ()
) -> RoomFound:
    """
    Choose so that most are served, nobody beyond the room of a place, and every rule kept.

    Parameters
    ----------
    asked
        The question.
    limits
        When to stop; its `base` is served whatever is done.
    seed
        Of the random choices.
    start
        A choice known.
    """
    problem = RoomProblem(asked)
    stands = problem.served(problem.start())
    impossible = any(not problem.useful[members].any() for members in asked.musts)
    if problem.floors.short or impossible:
        none = Found(np.zeros(0, np.int64), 0.0, 0.0, "floors")
        return RoomFound(none, stands, kept=False, infeasible=True)
    chosen, served = plan_room(problem, start, seed=seed)
    kept = problem.keeps(chosen)
    if kept:
        chosen, served = _without_idle(problem, chosen, served)
    else:
        chosen, served = chosen[:0], 0.0
    bound = bound_room(problem, served, close_enough=_close(problem))
    upper = min(_most_served(problem), bound.served)
    limits.tell(served, upper)
    why = _enough(problem, limits, served, upper) if kept else ""
    if not why:
        if kept:
            # whatever serves more does none of the options that the bound rules out
            problem.useful &= bound.with_it > served + _close(problem)
            problem.useful[chosen] = True
        entries = max(count_entries(problem), 1)
        default = limits.max_nodes == DEFAULT_MAX_NODES
        why = limits.refuse(0)
        why = why or ("room" if entries > (DEFAULT_LARGEST if default else LARGEST_MODEL) else "")
        if not why:
            best = Found(chosen, served, upper, "")
            return _prove(problem, limits, best, stands, entries, kept=kept)
    bound_served = served if why == "proof" else max(upper, served)
    return RoomFound(Found(chosen, served, bound_served, why), stands, kept=kept)


def _prove(
    problem: RoomProblem, limits: Limits, best: Found, stands: float, entries: int, *, kept: bool
) -> RoomFound:
    """Search what is left exactly."""
    default = limits.max_nodes == DEFAULT_MAX_NODES
    answer = serve_most(
        problem,
        best.chosen,
        start_keeps=kept,
        gap=SURELY * limits.gap * (best.persons + limits.base),
        max_nodes=min(max(NODE_WORK // entries, 20), 2000) if default else limits.max_nodes,
        time_limit_s=limits.left_s(),
    )
    if answer.stopped_by == "infeasible" and not kept:
        none = Found(best.chosen[:0], 0.0, 0.0, "floors")
        return RoomFound(none, stands, kept=False, infeasible=True)
    chosen, served = best.chosen, best.persons
    if answer.served > (served if kept else -0.5):
        chosen, served = _without_idle(problem, answer.chosen, answer.served)
        kept = True
    upper = max(served, min(best.bound, answer.bound))
    limits.tell(served, upper)
    why = (_enough(problem, limits, served, upper) if kept else "") or answer.stopped_by
    if why == "gap" and not limits.allow(served, upper):
        why = "nodes"
    return RoomFound(Found(chosen, served, upper, why), stands, kept=kept)


def _close(problem: RoomProblem) -> float:
    return PROVED_SHARE * max(float(problem.weight.sum()), 1e-300)


def _enough(problem: RoomProblem, limits: Limits, served: float, upper: float) -> str:
    """Say why a choice is good enough, empty where it is not."""
    if upper <= served + _close(problem):
        return "proof"
    return "gap" if limits.gap > 0 and limits.allow(served, upper) else ""


def _without_idle(problem: RoomProblem, chosen: IntArray, served: float) -> tuple[IntArray, float]:
    """Leave out what serves nobody, as far as no rule asks for it, and build no larger than it."""
    asked, state = problem.asked, problem.flow(chosen)
    for one in sorted(chosen.tolist(), key=lambda own: -asked.price[own]):
        rest = chosen[chosen != one]
        problem.remove(state, one)
        if served - problem.served(state) <= problem.least and problem.keeps(rest):
            chosen = rest
            continue
        cheaper = np.flatnonzero(
            (asked.place == asked.place[one]) & (asked.price < asked.price[one])
        )
        for other in (*cheaper[np.argsort(asked.price[cheaper], kind="stable")].tolist(), one):
            problem.add(state, other)
            with_it = np.sort(np.append(rest, other))
            if other == one or (
                served - problem.served(state) <= problem.least and problem.keeps(with_it)
            ):
                chosen = with_it
                break
            problem.remove(state, other)
    return chosen, problem.served(problem.flow(chosen))


def _most_served(problem: RoomProblem) -> float:
    """Return what is served with the largest option done at every place, whatever it takes."""
    asked = problem.asked
    largest: dict[int, int] = {}
    for one in np.flatnonzero(problem.useful):
        place = int(asked.place[one])
        rival = largest.get(place)
        if rival is None or bool((asked.room[:, one] >= asked.room[:, rival]).all()):
            largest[place] = int(one)
        elif not bool((asked.room[:, one] <= asked.room[:, rival]).all()):
            # sizes that serve different circles: no one of them bounds the others
            return float(problem.weight.sum())
    return problem.served(problem.flow(largest.values()))
