"""
A better choice for more time: several annealed choices, and the best that their sites allow.

Good choices share most of their sites; what they chose between them is few enough to be searched
exactly (tour merging, Cook and Seymour 2003, for covers).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.anneal import anneal_cover
from planner.siting.heuristic import covered_weight, improve_by_swaps
from planner.siting.problem import keep_candidates
from planner.siting.solve.highs import maximise_cover

if TYPE_CHECKING:
    from planner.domain.arrays import IntArray
    from planner.siting.problem import CoverProblem
    from planner.siting.solve.search import Limits

STEPS = 8_000_000
HOT, COLD = 0.25, 0.0025
"""Temperatures, in mean persons that one candidate of a choice covers."""
LARGEST_UNION = 480
"""Sites of the best runs are searched together until they are so many."""
MERGED_NODES = 2_000


def merge_runs(
    problem: CoverProblem, chosen: IntArray, runs: int, limits: Limits, *, seed: int
) -> IntArray:
    """
    Anneal from a choice several times, and search the sites of all runs exactly together.

    Parameters
    ----------
    problem
        The problem; all prices are 1.
    chosen
        A choice, fewer than there are candidates.
    runs
        Number of runs.
    limits
        Its deadline ends the runs.
    seed
        Of the random choices.

    Returns
    -------
    chosen
        No worse than the choice given.
    """
    mean = max(covered_weight(problem, chosen) / chosen.size, 1e-9)
    choices = [(covered_weight(problem, chosen), chosen)]
    for number in range(runs):
        if limits.left_s() == 0.0:
            break
        found = anneal_cover(
            problem.covering, chosen, seed * runs + number, STEPS, HOT * mean, COLD * mean
        )
        found = improve_by_swaps(problem, found)
        choices.append((covered_weight(problem, found), found))
    choices.sort(key=lambda one: -one[0])
    most, best = choices[0]
    seen = np.zeros(problem.n_candidates, np.bool_)
    for _, found in choices:
        seen[found] = True
        if seen.sum() > LARGEST_UNION:
            break
    few = keep_candidates(problem, seen)
    answer = maximise_cover(
        few,
        float(chosen.size),
        np.flatnonzero(np.isin(few.candidate, best)),
        gap=0.0,
        max_nodes=MERGED_NODES,
        time_limit_s=limits.left_s(),
    )
    return np.sort(few.candidate[answer.chosen]) if answer.persons > most else np.sort(best)
