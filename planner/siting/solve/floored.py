"""Most persons where of each of some groups of people at least so many must be covered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.siting.bound import PickCount, bound_cover, round_down
from planner.siting.heuristic import covered_weight
from planner.siting.solve.grouped import GroupedProblem
from planner.siting.solve.highs import maximise_cover
from planner.siting.solve.search import Found, is_proved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray
    from planner.siting.problem import CoverArrays
    from planner.siting.rules import Rules
    from planner.siting.solve.grouped import Floor
    from planner.siting.solve.search import Limits

LARGEST_MODEL = 1_000_000
"""Entries of the model beyond which no exact search starts."""
NODES = 400
BOUND_ROUNDS = 300


@dataclass(frozen=True, slots=True)
class FlooredFound:
    """
    A choice that keeps the floors, in the caller's positions.

    Attributes
    ----------
    found
        The choice with its bound; nothing chosen where none was found.
    kept
        Whether the choice keeps every floor.
    infeasible
        Whether it is proved that no choice does.
    short
        Floors that not even all candidates together reach, by position.
    """

    found: Found
    kept: bool
    infeasible: bool = False
    short: tuple[int, ...] = ()


def search_floored(
    arrays: CoverArrays,
    rules: Rules,
    limits: Limits,
    *,
    limit: float,
    price: FloatArray | None,
    floors: Sequence[Floor],
) -> FlooredFound:
    """
    Choose so that most persons are covered, every floor is reached, and every rule kept.

    Parameters
    ----------
    arrays, rules, limits, limit, price
        As in `search_ruled`.
    floors
        What must be reached; those that are reached already are no floors.

    Returns
    -------
    found
        Its bound holds for every choice that keeps the floors.
    """
    each = np.ones(arrays.n_candidates) if price is None else price
    model = GroupedProblem(arrays, rules, each, limit, floors)
    if model.short:
        return FlooredFound(
            Found(model.none, 0.0, 0.0, "floors"), kept=False, infeasible=True, short=model.short
        )
    chosen = model.improve(model.start())
    keeps = model.keeps(chosen)
    problem = model.problem
    bare = model.without_floors()
    upper = bare.reachable
    if price is None and 1 <= model.left < bare.n_candidates:
        pick = PickCount(int(model.left))
        bound = bound_cover(bare, pick, chosen, rounds=BOUND_ROUNDS, polish=False)
        upper = round_down(bound.persons, problem.unit, bare.reachable)
    persons = covered_weight(problem, chosen)
    limits.tell(persons if keeps else 0.0, upper)
    if keeps and is_proved(problem, persons, upper):
        return FlooredFound(model.tell(chosen, persons, persons, "proof"), kept=True)
    reason = ""
    if limits.max_nodes == 0:
        reason = "nodes"
    elif problem.covering.demand.size > LARGEST_MODEL:
        reason = "size"
    if reason:
        best = chosen if keeps else chosen[:0]
        persons = covered_weight(problem, best)
        return FlooredFound(model.tell(best, persons, upper, reason), kept=keeps)
    answer = maximise_cover(
        problem,
        model.left,
        chosen,
        gap=limits.gap * (max(persons, 0.0) + limits.base),
        max_nodes=NODES if limits.max_nodes in (None, -1) else limits.max_nodes,
        time_limit_s=limits.left_s(),
        rows=model.rows,
        floors=model.floors(start_keeps=keeps),
    )
    if answer.stopped_by == "infeasible" and not keeps:
        return FlooredFound(Found(model.none, 0.0, 0.0, "floors"), kept=False, infeasible=True)
    kept = keeps or answer.chosen.size > 0
    best = answer.chosen if kept else chosen[:0]
    persons = covered_weight(problem, best)
    upper = max(persons, min(upper, round_down(answer.bound, problem.unit, problem.reachable)))
    limits.tell(persons, upper)
    why = "proof" if is_proved(problem, persons, upper) and kept else answer.stopped_by
    if why == "gap" and not limits.allow(persons, upper):
        why = "nodes"
    return FlooredFound(model.tell(best, persons, upper, why), kept=kept)
