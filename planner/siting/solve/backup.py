"""
Backup: persons covered, and once more, with a weight, those within reach of two centres.

Hogan and ReVelle's second model of backup coverage (1986), on top of what stands already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.cover import sum_rows
from planner.siting.problem import CoverArrays
from planner.siting.solve.grouped import Floor, GroupedProblem
from planner.siting.solve.highs import maximise_cover
from planner.siting.solve.search import is_proved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray, IntArray
    from planner.siting.rules import Rules
    from planner.siting.solve.search import Found, Limits

LARGEST_MODEL = 500_000
"""Entries of the covering beyond which no exact search starts."""
NODES = 400
SWAP_ROUNDS = 40


def search_backup(
    arrays: CoverArrays,
    rules: Rules,
    limits: Limits,
    *,
    limit: float,
    price: FloatArray | None,
    standing: IntArray,
    weight: float,
) -> Found:
    """
    Choose so that most persons are covered, and with a weight most of them twice.

    Parameters
    ----------
    arrays
        Who covers whom; all persons, whoever covers them already.
    rules, limits, limit, price
        As in `search_ruled`.
    standing : shape (n_demand,)
        Centres that cover each demand point already.
    weight
        Of a person's second centre, above 0 and up to 1; the first counts 1.

    Returns
    -------
    found
        In the caller's positions; `persons` and `bound` count what is gained.
    """
    each = np.ones(arrays.n_candidates) if price is None else price
    model = _BackupProblem(arrays, rules, each, limit, standing, weight)
    chosen = model.choose()
    gained, most = model.worth(chosen), model.most
    limits.tell(gained, most)
    if is_proved(model.problem, gained, most):
        return model.tell(chosen, gained, gained, "proof")
    reason = "nodes" if limits.max_nodes == 0 else ""
    if not reason and model.problem.covering.demand.size > LARGEST_MODEL:
        reason = "size"
    if reason:
        return model.tell(chosen, gained, most, reason)
    answer = maximise_cover(
        model.problem,
        model.left,
        chosen,
        gap=limits.gap * (gained + limits.base),
        max_nodes=NODES if limits.max_nodes in (None, -1) else limits.max_nodes,
        time_limit_s=limits.left_s(),
        rows=model.rows,
        floors=model.floors(start_keeps=True),
        second=model.second,
    )
    gained = model.worth(answer.chosen)
    most = max(gained, min(most, answer.bound))
    limits.tell(gained, most)
    # What counts twice is no whole number of the problem's units: proved is what is near.
    proved = most <= gained * (1 + 1e-9) + 1e-6 * model.step
    return model.tell(answer.chosen, gained, most, "proof" if proved else answer.stopped_by)


class _BackupProblem(GroupedProblem):
    """The question, those apart whom one centre covers already: they lack a second one only."""

    def __init__(
        self,
        arrays: CoverArrays,
        rules: Rules,
        price: FloatArray,
        limit: float,
        standing: IntArray,
        weight: float,
    ) -> None:
        persons = np.select(
            [standing == 0, standing == 1], [arrays.persons, weight * arrays.persons], 0.0
        )
        counted = CoverArrays(arrays.indptr, arrays.index, persons)
        once = Floor(np.flatnonzero(standing == 1), 0.0)
        super().__init__(counted, rules, price, limit, [once])
        covering = self.problem.covering
        apart = np.zeros(covering.weight.size, np.bool_)
        for one in np.flatnonzero(self.never):
            apart[covering.demand[covering.indptr[one] : covering.indptr[one + 1]]] = True
        self.second: FloatArray = np.where(apart, 0.0, weight * covering.weight)
        self.step = float(covering.weight.max(initial=0.0))
        real = self.covers(np.flatnonzero(~self.never))
        self.most = float(covering.weight[real > 0].sum() + self.second[real > 1].sum())

    def worth(self, chosen: Sequence[int] | IntArray) -> float:
        """Count what a choice gains."""
        covers = self.covers(chosen)
        weight = self.problem.covering.weight
        return float(weight[covers > 0].sum() + self.second[covers > 1].sum())

    def choose(self) -> IntArray:
        """Add what gains most as far as limit and rules allow, then exchange while that gains."""
        picked = self.must.tolist()
        while True:
            gain = self._gain(picked)
            gain[~self.fits(picked)] = 0.0
            if not gain.any():
                break
            picked.append(int(np.argmax(gain / np.maximum(self.problem.price, 1e-9))))
        chosen = np.array(sorted(picked), np.int64)
        best = self.worth(chosen)
        for _ in range(SWAP_ROUNDS):
            found = self._swap(chosen, best)
            if found is None:
                break
            chosen, best = found
        return chosen

    def _swap(self, chosen: IntArray, best: float) -> tuple[IntArray, float] | None:
        for one in chosen[~np.isin(chosen, self.must)]:
            rest = [int(other) for other in chosen if other != one]
            gain = self._gain(rest)
            gain[~self.fits(rest)] = -1.0
            base = self.worth(rest)
            other = int(np.argmax(gain))
            if base + gain[other] > best * (1 + 1e-12):
                return np.array(sorted([*rest, other]), np.int64), float(base + gain[other])
        return None

    def _gain(self, chosen: Sequence[int]) -> FloatArray:
        covers, covering = self.covers(chosen), self.problem.covering
        worth = np.select([covers == 0, covers == 1], [covering.weight, self.second], 0.0)
        gain: FloatArray = sum_rows(covering.indptr, covering.demand, worth)
        return gain
