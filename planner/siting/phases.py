"""Which of the chosen come first: phases that each spend what they have, the end state fixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.siting.problem import CoverArrays, make_problem
from planner.siting.solve.highs import maximise_cover
from planner.siting.solve.search import LARGEST_EXACT_MODEL

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, IntArray

AFFORDABLE = 1 + 1e-12
"""Sums of prices may pass a limit by this factor: rounding."""
MAX_NODES = 2000


def split_into_phases(
    arrays: CoverArrays, chosen: IntArray, price: FloatArray, limits: FloatArray
) -> tuple[IntArray, bool]:
    """
    Put the chosen options into phases so that most persons are covered early.

    What is built in the end is decided already; later phases keep what earlier ones built, and
    money that a phase leaves over is there for the next. The sum, over the phases but the
    last, of the persons covered at the end of each is made as large as it can be: one cover
    question whose options are "this one from that phase on".

    Parameters
    ----------
    arrays
        Who covers whom; persons covered before count for nothing.
    chosen : shape (n_chosen,)
        Options of the plan.
    price : shape (n_chosen,)
        What each takes of a phase: its cost, or 1 where phases are numbers.
    limits : shape (n_phases,)
        What all phases up to this one may take together; the last is enough for all.

    Returns
    -------
    phase : int64, shape (n_chosen,)
        From 0.
    proved
        Whether no other order covers more.
    """
    last = limits.size - 1
    phase = np.full(chosen.size, last, np.int64)
    if last == 0 or not chosen.size:
        return phase, True
    rows = [arrays.index[arrays.indptr[one] : arrays.indptr[one + 1]] for one in chosen]
    phase = _fill(rows, arrays.persons, price, limits)
    timed = _from_each_phase(rows, arrays.persons, last)
    problem = make_problem(timed, keep=np.ones(timed.n_candidates, np.bool_))
    if not problem.n_candidates:
        return phase, True
    if problem.covering.demand.size > LARGEST_EXACT_MODEL:
        return phase, False
    option, start_phase = np.divmod(problem.candidate, last)
    once = [np.flatnonzero(option == one).tolist() for one in np.unique(option)]
    so_far = [np.flatnonzero(start_phase <= one).tolist() for one in range(last)]
    answer = maximise_cover(
        problem,
        float(problem.n_candidates),
        np.flatnonzero(phase[option] == start_phase),
        gap=0.0,
        max_nodes=MAX_NODES,
        time_limit_s=None,
        rows=[(members, 1) for members in once if len(members) > 1],
        weighted=[
            (members, price[option[members]].tolist(), float(limit) * AFFORDABLE)
            for members, limit in zip(so_far, limits, strict=False)
        ],
    )
    phase = np.full(chosen.size, last, np.int64)
    phase[option[answer.chosen]] = start_phase[answer.chosen]
    return phase, answer.stopped_by == "proof"


def _from_each_phase(rows: list[np.ndarray], persons: FloatArray, last: int) -> CoverArrays:
    """Return who covers whom at the end of each phase but the last, for each start of each."""
    index = [
        np.concatenate([row.astype(np.int64) + end * persons.size for end in range(start, last)])
        for row in rows
        for start in range(last)
    ]
    sizes = np.array([one.size for one in index], np.int64)
    return CoverArrays(
        np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)]),
        np.concatenate(index).astype(np.int32),
        np.tile(persons, last),
    )


def _fill(
    rows: list[np.ndarray], persons: FloatArray, price: FloatArray, limits: FloatArray
) -> IntArray:
    """Fill one phase after the other with what gains most, as far as its money goes."""
    phase = np.full(len(rows), limits.size - 1, np.int64)
    left = set(range(len(rows)))
    worth = persons.copy()
    spent = 0.0
    for number, limit in enumerate(limits[:-1]):
        while True:
            fits = [one for one in sorted(left) if spent + price[one] <= limit * AFFORDABLE]
            gains = [float(worth[rows[one]].sum()) for one in fits]
            if not fits or max(gains) <= 0:
                break
            best = fits[int(np.argmax(gains))]
            phase[best] = number
            worth[rows[best]] = 0.0
            spent += float(price[best])
            left.discard(best)
    return phase
