"""A question with groups of people in it: their demand kept apart, rules as rows, fast choices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from planner._kernels.cover import count_covers, sum_rows
from planner.siting.heuristic import covered_weight
from planner.siting.problem import CoverArrays, keep_candidates, make_problem
from planner.siting.solve.budget import AFFORDABLE
from planner.siting.solve.highs import Floors
from planner.siting.solve.search import Found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.siting.problem import CoverProblem
    from planner.siting.rules import Rules

SWAP_ROUNDS: Final = 20
SWAPS_TRIED: Final = 40
"""So many of the candidates that gain most are tried in place of each that is chosen."""


@dataclass(frozen=True, slots=True)
class Floor:
    """People (positions of the demand) of whom at least `least`, in weights, must be covered."""

    members: IntArray
    least: float


def list_allowed(rules: Rules, price: FloatArray, limit: float) -> BoolArray:
    """Tell which options can be chosen at all: allowed, paid for, no rival of one that must be."""
    allowed = rules.allowed & (price <= limit * AFFORDABLE)
    for one in rules.must:
        allowed[rules.rival[rules.rival_indptr[one] : rules.rival_indptr[one + 1]]] = False
    return allowed


class GroupedProblem:
    """
    The question with a stand-in candidate for each group, which is never chosen.

    Demand with one signature is merged, and a stand-in is in the signature: so a class lies in a
    group or outside it, never across.

    Parameters
    ----------
    arrays, rules
        The question.
    price : shape (n_candidates,)
        Of each candidate.
    limit
        Largest sum of prices.
    floors
        The groups, and what must be covered of each.
    """

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
        allowed = list_allowed(rules, price, limit)
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
            gain[~self.fits(chosen)] = 0.0
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
                gain[~self.fits(rest)] = -1.0
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

    def covers(self, chosen: Sequence[int] | IntArray) -> IntArray:
        """Count how many of a choice cover each class."""
        covering = self.problem.covering
        counts: IntArray = count_covers(
            covering.indptr, covering.demand, np.asarray(chosen, np.int64), covering.weight.size
        )
        return counts

    def _covered(self, chosen: Sequence[int] | IntArray) -> BoolArray:
        covered: BoolArray = self.covers(chosen) > 0
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

    def fits(self, chosen: Sequence[int]) -> BoolArray:
        """Tell which candidates can be added to a choice."""
        taken = np.array(chosen, np.int64)
        spent = float(self.problem.price[taken].sum())
        fits = ~self.never & (self.problem.price <= (self.left - spent) * AFFORDABLE)
        fits[taken] = False
        for group, most in self.rows:
            if int(np.isin(group, taken).sum()) >= most:
                fits[group] = False
        return fits
