"""What must, must not and may be chosen together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.siting.problem import CoverProblem


@dataclass(frozen=True, slots=True)
class Rules:
    """
    Rules beside the number or the budget.

    Attributes
    ----------
    must : int64, shape (n_must,)
        Options chosen in any case, ascending; they obey the other rules.
    allowed : bool, shape (n_options,)
        False for those never chosen.
    street : int64, shape (n_options,)
        Street each lies in, -1 for none.
    most_per_street
        Most chosen in one street, `None` for any number.
    rival_indptr, rival : int64
        Options too near to option `i` to be chosen with it, both ways round.
    groups
        Further rules: of these options at most so many.
    """

    must: IntArray
    allowed: BoolArray
    street: IntArray
    most_per_street: int | None
    rival_indptr: IntArray
    rival: IntArray
    groups: tuple[tuple[IntArray, int], ...] = ()

    @property
    def n_options(self) -> int:
        """Number of options."""
        return int(self.allowed.size)

    def room(self) -> IntArray:
        """Return how many more than the musts fit into each street, and a last one for none."""
        n_streets = int(self.street.max(initial=-1)) + 1
        if self.most_per_street is None:
            return np.full(n_streets, self.n_options, np.int64)
        taken = np.bincount(self.street[self.must][self.street[self.must] >= 0], None, n_streets)
        return self.most_per_street - taken.astype(np.int64)

    def free(self) -> BoolArray:
        """Tell which options can still be chosen beside the musts."""
        free = self.allowed.copy()
        free[self.must] = False
        for one in self.must:
            free[self.rival[self.rival_indptr[one] : self.rival_indptr[one + 1]]] = False
        inside = self.street >= 0
        free[inside] &= self.room()[self.street[inside]] > 0
        return free

    def of_problem(self, problem: CoverProblem) -> Rules:
        """Return the rules for the candidates of a problem, without musts."""
        position = np.full(self.n_options, -1, np.int64)
        position[problem.candidate] = np.arange(problem.n_candidates)
        owner = np.repeat(np.arange(self.n_options), np.diff(self.rival_indptr))
        one, other = position[owner], position[self.rival]
        kept = (one >= 0) & (other >= 0)
        size = np.bincount(one[kept], minlength=problem.n_candidates)
        return Rules(
            must=np.zeros(0, np.int64),
            allowed=np.ones(problem.n_candidates, np.bool_),
            street=self.street[problem.candidate],
            most_per_street=self.most_per_street,
            rival_indptr=np.concatenate([np.zeros(1, np.int64), np.cumsum(size)]),
            rival=other[kept],
            groups=tuple(
                (position[group][position[group] >= 0], most - int(np.isin(group, self.must).sum()))
                for group, most in self.groups
            ),
        )

    def rows(self, room: IntArray) -> list[tuple[list[int], int]]:
        """
        Return the rules as rows: of these options at most so many.

        Rivals of each other are put into one row where all of them exclude each other.
        """
        rows = []
        for street in np.unique(self.street[self.street >= 0]):
            inside = np.flatnonzero(self.street == street)
            if inside.size > room[street]:
                rows.append((inside.tolist(), int(room[street])))
        ends = self.rival_indptr
        near = [set(self.rival[a:b].tolist()) for a, b in pairwise(ends)]
        left = [{other for other in others if other > one} for one, others in enumerate(near)]
        for one, others in enumerate(left):
            while others:
                group = [one]
                for other in sorted(others):
                    if all(other in near[member] for member in group):
                        group.append(other)
                for place, member in enumerate(group):
                    left[member] -= set(group[place + 1 :])
                rows.append((group, 1))
        rows += [(group.tolist(), most) for group, most in self.groups if group.size > most]
        return rows


def no_rules(n_options: int) -> Rules:
    """Return rules that forbid nothing."""
    return Rules(
        must=np.zeros(0, np.int64),
        allowed=np.ones(n_options, np.bool_),
        street=np.full(n_options, -1, np.int64),
        most_per_street=None,
        rival_indptr=np.zeros(n_options + 1, np.int64),
        rival=np.zeros(0, np.int64),
    )


def find_rivals(
    xy: FloatArray, spacing_m: float | None, exempt: BoolArray | None = None
) -> tuple[IntArray, IntArray]:
    """
    Find which places are nearer to each other than a spacing (the spacing itself is allowed).

    Parameters
    ----------
    xy : shape (n, 2)
        Places.
    spacing_m
        Least distance, `None` for none.
    exempt : shape (n,)
        Places that are no rival of any.

    Returns
    -------
    rival_indptr, rival
        Both ways round, ascending.
    """
    if spacing_m is None or len(xy) == 0:
        return np.zeros(len(xy) + 1, np.int64), np.zeros(0, np.int64)
    pairs = cKDTree(xy).query_pairs(spacing_m, output_type="ndarray").reshape(-1, 2)
    if exempt is not None:
        pairs = pairs[~exempt[pairs].any(axis=1)]
    away = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    pairs = pairs[away < spacing_m]
    one = np.concatenate([pairs[:, 0], pairs[:, 1]])
    other = np.concatenate([pairs[:, 1], pairs[:, 0]])
    order = np.lexsort((other, one))
    size = np.bincount(one, minlength=len(xy))
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(size)]), other[order].astype(np.int64)
