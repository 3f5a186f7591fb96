"""Most persons where of each of some groups of people at least so many must be covered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.cover import count_covers, sum_rows
from planner.siting.bound import PickCount, bound_cover, round_down
from planner.siting.heuristic import covered_weight
from planner.siting.problem import CoverArrays, keep_candidates, make_problem
from planner.siting.solve.budget import AFFORDABLE
from planner.siting.solve.highs import Floors, maximise_cover
from planner.siting.solve.search import Found, is_proved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.siting.problem import CoverProblem
    from planner.siting.rules import Rules
    from planner.siting.solve.search import Limits

LARGEST_MODEL = 1_000_000
"""Entries of the model beyond which no exact search starts."""
NODES = 400
BOUND_ROUNDS = 300
SWAP_ROUNDS = 20
SWAPS_TRIED = 40
"""So many of the candidates that gain most are tried in place of each that is chosen."""


@dataclass(frozen=True, slots=True)
class Floor:
    """People (positions of the demand) of whom at least `least`, in weights, must be covered."""

    members: IntArray
    least: float


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
    model = _Model(arrays, rules, each, limit, floors)
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


class _Model:
    """The question with a stand-in candidate for each floor, which is never chosen."""

    def __init__(
        self,
        arrays: CoverArrays,
        rules: Rules,
        price: FloatArray,
        limit: float,
        floors: Sequence[Floor],
    ) -> None:
        n, self.none = arrays.n_candidates, np.zeros(0, np.int64)
        members = [np.sort(floor.members).astype(np.int32) for floor in floors]
        ends = arrays.indptr[-1] + np.cumsum([one.size for one in members])
        extended = CoverArrays(
            np.concatenate([arrays.indptr, ends]).astype(np.int64),
            np.concatenate([arrays.index, *members]),
            arrays.persons,
        )
        allowed = rules.allowed & (price <= limit * AFFORDABLE)
        for one in rules.must:
            allowed[rules.rival[rules.rival_indptr[one] : rules.rival_indptr[one + 1]]] = False
        keep = np.concatenate([allowed, np.ones(len(members), np.bool_)])
        prices = np.concatenate([price, np.ones(len(members))])
        self.problem = make_problem(extended, price=prices, keep=keep)
        candidate = self.problem.candidate
        self.never: BoolArray = candidate >= n
        self.must = np.flatnonzero(np.isin(candidate, rules.must))
        idle = rules.must[~np.isin(rules.must, candidate)]
        self._idle = idle
        self.left = limit - float(price[idle].sum())
        wider = replace(
            rules,
            must=self.none,
            allowed=keep,
            street=np.concatenate([rules.street, np.full(len(members), -1, np.int64)]),
            rival_indptr=np.concatenate(
                [rules.rival_indptr, np.full(len(members), rules.rival_indptr[-1], np.int64)]
            ),
        )
        self._own = wider.of_problem(self.problem)
        room = np.concatenate([wider.room(), [n]])
        held = rules.street[idle]
        if rules.most_per_street is not None:
            np.subtract.at(room, held[held >= 0], 1)
        self._room = room
        self.rows = self._own.rows(room)
        covering = self.problem.covering
        place = np.full(n + len(members), -1, np.int64)
        place[candidate] = np.arange(candidate.size)
        real = np.zeros(covering.weight.size, np.bool_)
        for one in np.flatnonzero(~self.never):
            real[covering.demand[covering.indptr[one] : covering.indptr[one + 1]]] = True
        self._classes, short = [], []
        for number, floor in enumerate(floors):
            own = place[n + number]
            classes = (
                covering.demand[covering.indptr[own] : covering.indptr[own + 1]].astype(np.int64)
                if own >= 0
                else self.none
            )
            self._classes.append((classes, floor.least))
            reach = float(covering.weight[classes][real[classes]].sum())
            if reach < floor.least * (1 - 1e-9) - 1e-9:
                short.append(number)
        self.short = tuple(short)

    def floors(self, *, start_keeps: bool) -> Floors:
        """Return the floors as the exact solver takes them."""
        return Floors(tuple(self._classes), self.must, np.flatnonzero(self.never), start_keeps)

    def without_floors(self) -> CoverProblem:
        """Return the problem without the stand-ins; its positions are the same, its bound holds."""
        return keep_candidates(self.problem, ~self.never)

    def keeps(self, chosen: IntArray) -> bool:
        """Tell whether a choice keeps floors, rules and the limit."""
        return (
            self.floors(start_keeps=True).kept_by(self.problem, chosen)
            and float(self.problem.price[chosen].sum()) <= self.left * AFFORDABLE
            and all(int(np.isin(group, chosen).sum()) <= most for group, most in self.rows)
        )

    def tell(self, chosen: IntArray, persons: float, bound: float, why: str) -> Found:
        """Return a choice in the caller's positions, with the musts that gain nobody."""
        own = self.problem.candidate[chosen]
        kept = np.concatenate([own, self._idle]) if chosen.size or self._idle.size else own
        return Found(np.sort(kept), persons, max(bound, persons), why)

    def start(self) -> IntArray:
        """Add what lowers the unmet floors most for its price, then what gains most."""
        covering = self.problem.covering
        chosen = self.must.tolist()
        by_floor = True
        while True:
            worth = np.where(self._covered(chosen), 0.0, covering.weight)
            if by_floor:
                worth, by_floor = self._of_unmet(chosen, worth)
            gain = sum_rows(covering.indptr, covering.demand, worth)
            gain[~self._fits(chosen)] = 0.0
            if not gain.any():
                if not by_floor:
                    return np.array(sorted(chosen), np.int64)
                by_floor = False
                continue
            chosen.append(int(np.argmax(gain / np.maximum(self.problem.price, 1e-9))))

    def improve(self, chosen: IntArray) -> IntArray:
        """Exchange one for another while the floors stay kept and persons are gained."""
        if not self.keeps(chosen):
            return chosen
        covering = self.problem.covering
        best = covered_weight(self.problem, chosen)
        for _ in range(SWAP_ROUNDS):
            better = False
            for one in chosen[~np.isin(chosen, self.must)]:
                rest = [int(other) for other in chosen if other != one]
                worth = np.where(self._covered(rest), 0.0, covering.weight)
                gain = sum_rows(covering.indptr, covering.demand, worth)
                gain[~self._fits(rest)] = -1.0
                base = covered_weight(self.problem, np.array(rest, np.int64))
                for other in np.argsort(-gain, kind="stable")[:SWAPS_TRIED]:
                    if base + gain[other] <= best * (1 + 1e-12):
                        break
                    tried = np.array(sorted([*rest, int(other)]), np.int64)
                    if self.keeps(tried):
                        chosen, best, better = tried, float(base + gain[other]), True
                        break
                if better:
                    break
            if not better:
                break
        return chosen

    def _covered(self, chosen: Sequence[int]) -> BoolArray:
        covering = self.problem.covering
        covers = count_covers(
            covering.indptr, covering.demand, np.asarray(chosen, np.int64), covering.weight.size
        )
        covered: BoolArray = covers > 0
        return covered

    def _of_unmet(self, chosen: Sequence[int], worth: FloatArray) -> tuple[FloatArray, bool]:
        """Return the weights of the classes of unmet floors alone, and whether there are any."""
        covered = self._covered(chosen)
        weight = self.problem.covering.weight
        unmet = np.zeros(worth.size, np.bool_)
        for classes, least in self._classes:
            if float(weight[classes][covered[classes]].sum()) < least * (1 - 1e-9) - 1e-9:
                unmet[classes] = True
        return np.where(unmet, worth, 0.0), bool(unmet.any())

    def _fits(self, chosen: Sequence[int]) -> BoolArray:
        """Tell which candidates can be added to a choice."""
        taken = np.array(chosen, np.int64)
        spent = float(self.problem.price[taken].sum())
        fits = ~self.never & (self.problem.price <= (self.left - spent) * AFFORDABLE)
        fits[taken] = False
        for group, most in self.rows:
            if int(np.isin(group, taken).sum()) >= most:
                fits[group] = False
        return fits
