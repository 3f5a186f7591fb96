"""The question of siting, checked and made as small as it can be without changing it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from planner._kernels.cover import Covering
from planner._kernels.merge import (
    find_dominated,
    is_ascending,
    keep_columns,
    split_into_classes,
    transpose_rows,
)
from planner.errors import Fault, SitingInvalid

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from planner.domain.arrays import BoolArray, FloatArray, Int32Array, IntArray

DOMINANCE_WORK = 400_000_000
"""Steps spent on finding dominated candidates; about half a second."""

LARGEST_EXACT = 2.0**53
"""Whole numbers up to here add up exactly as floats."""


@dataclass(frozen=True, slots=True)
class CoverArrays:
    """
    Who covers whom, as the caller gave it, checked.

    Attributes
    ----------
    indptr : int64, shape (n_candidates + 1,)
        Demand of candidate `i` is `index[indptr[i]:indptr[i + 1]]`.
    index : int32
        Ascending within a row, no repeats.
    persons : float64, shape (n_demand,)
        Finite, 0 or more.
    """

    indptr: IntArray
    index: Int32Array
    persons: FloatArray

    @property
    def n_candidates(self) -> int:
        """Number of candidates."""
        return self.indptr.size - 1


@dataclass(frozen=True, slots=True)
class CoverProblem:
    """
    The same question with merged demand and without candidates that cannot matter.

    Attributes
    ----------
    covering
        Candidates left against classes of demand; no row is empty.
    candidate : int64, shape (n_left,)
        Position of each candidate left in the caller's list, ascending.
    price : float64, shape (n_left,)
        Cost of each, all 1 where the question is a number.
    unit
        All weights are whole multiples of it; 0 where they are no whole numbers.
    counts
        `candidates`, `candidates_empty`, `candidates_dominated`, `demand`,
        `demand_unreachable`, `demand_classes`.
    """

    covering: Covering
    candidate: IntArray
    price: FloatArray
    unit: float
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def n_candidates(self) -> int:
        """Number of candidates left."""
        return int(self.candidate.size)

    @property
    def reachable(self) -> float:
        """Persons that all candidates together cover."""
        return float(self.covering.weight.sum())


def check_arrays(indptr: ArrayLike, demand_index: ArrayLike, persons: ArrayLike) -> CoverArrays:
    """
    Check the arrays of a siting question and give them their types.

    Parameters
    ----------
    indptr : shape (n_candidates + 1,)
        Candidate `i` covers `demand_index[indptr[i]:indptr[i + 1]]`.
    demand_index
        Positions in `persons`, in any order; repeats within a row count once.
    persons : shape (n_demand,)
        Persons at each demand point.

    Raises
    ------
    SitingInvalid
        With every fault found: no candidate, no demand, rows that do not fit,
        positions out of range, persons that are negative, not finite, or all 0.
    """
    starts, faults = _integers(indptr, "indptr")
    index, more = _integers(demand_index, "demand_index")
    faults += more
    weight = np.asarray(persons, np.float64)
    if weight.ndim != 1 or weight.size == 0:
        faults.append(Fault("There is no demand to cover", field="persons"))
    else:
        faults += _weight_faults(weight)
    if starts.size < 2 or starts.ndim != 1:  # noqa: PLR2004 - one row needs two borders
        faults.append(Fault("There is no candidate to choose from", field="indptr"))
    elif starts[0] != 0 or starts[-1] != index.size or bool((np.diff(starts) < 0).any()):
        faults.append(
            Fault(
                "The rows of the candidates do not fit their list of demand",
                field="indptr",
                expected=f"ascending from 0 to {index.size}",
            )
        )
    if weight.ndim == 1 and index.size and (index.min() < 0 or index.max() >= weight.size):
        outside = index[(index < 0) | (index >= weight.size)]
        faults.append(
            Fault(
                "A candidate covers a demand point that does not exist",
                field="demand_index",
                found=str(int(outside[0])),
                expected=f"0 to {weight.size - 1}",
            )
        )
    if faults:
        raise SitingInvalid(faults)
    rows, columns = np.ascontiguousarray(starts), index.astype(np.int32)
    if not is_ascending(rows, columns):
        rows, columns = _sort_rows(rows, columns, weight.size)
    return CoverArrays(rows, columns, np.ascontiguousarray(weight))


def _integers(values: ArrayLike, name: str) -> tuple[NDArray[np.int64], list[Fault]]:
    array: NDArray[Any] = np.asarray(values)
    if array.size == 0:
        return np.zeros(0, np.int64), []
    if array.dtype.kind not in "iu":
        fault = Fault("Positions are whole numbers", field=name, found=str(array.dtype))
        return np.zeros(0, np.int64), [fault]
    return array.astype(np.int64), []


def _weight_faults(weight: FloatArray) -> list[Fault]:
    wrong = np.flatnonzero(~(np.isfinite(weight) & (weight >= 0)))
    if wrong.size:
        return [
            Fault(
                f"{wrong.size} demand points have no usable number of persons",
                row=int(wrong[0]),
                field="persons",
                found=str(weight[wrong[0]]),
                expected="a finite number, 0 or more",
            )
        ]
    if not weight.any():
        return [Fault("No demand point has any persons", field="persons", found="0 in all")]
    return []


def _sort_rows(indptr: IntArray, index: Int32Array, n_demand: int) -> tuple[IntArray, Int32Array]:
    """Sort each row and drop its repeats: turned over twice, a list comes out sorted."""
    turned = transpose_rows(indptr, index, n_demand)
    indptr, index = transpose_rows(*turned, indptr.size - 1)
    new = np.ones(index.size, np.bool_)
    new[1:] = index[1:] != index[:-1]
    filled = indptr[:-1][np.diff(indptr) > 0]
    new[filled] = True
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(new)])
    return before[indptr], index[new]


def make_problem(
    arrays: CoverArrays, *, price: FloatArray | None = None, keep: BoolArray | None = None
) -> CoverProblem:
    """
    Merge demand that no candidate tells apart; leave out what cannot matter.

    Demand that exactly the same candidates cover becomes one class with the sum
    of their persons; demand nobody can cover, or without persons, is left out.
    So are candidates that cover nothing, and candidates whose demand another one
    covers too at no higher price: putting that other one in their place never
    loses anybody. The best answer is worth the same before and after.

    Parameters
    ----------
    arrays
        The question.
    price : shape (n_candidates,)
        Cost of each candidate; all the same where `None`.
    keep : shape (n_candidates,)
        Candidates that may be chosen, where further rules hold: then none is left out for
        another that covers as much, as a rule may forbid that other one.

    Returns
    -------
    problem
        Its `candidate` leads back to the caller's positions.
    """
    prices = np.ones(arrays.n_candidates) if price is None else price
    indptr, index, weight = _merge_demand(arrays.indptr, arrays.index, arrays.persons)
    counts = {
        "candidates": arrays.n_candidates,
        "candidates_empty": int((np.diff(indptr) == 0).sum()),
        "demand": int(arrays.persons.size),
        "demand_unreachable": _count_unreachable(arrays),
    }
    candidate = np.arange(arrays.n_candidates, dtype=np.int64)
    coverer_indptr, coverer = transpose_rows(indptr, index, weight.size)
    if keep is None:
        useless = find_dominated(indptr, index, coverer_indptr, coverer, prices, DOMINANCE_WORK)
        counts["candidates_dominated"] = int(useless.sum()) - counts["candidates_empty"]
    else:
        useless = ~keep
        counts["candidates_ruled_out"] = int(useless.sum())
    problem = _restrict(indptr, index, weight, ~useless, candidate, prices)
    counts["demand_classes"] = int(problem.covering.weight.size)
    return CoverProblem(problem.covering, problem.candidate, problem.price, problem.unit, counts)


def keep_candidates(
    problem: CoverProblem, keep: BoolArray, *, covered: BoolArray | None = None
) -> CoverProblem:
    """
    Restrict a problem to some candidates, and to demand not yet `covered`.

    Parameters
    ----------
    problem
        The problem.
    keep : shape (n_left,)
        Candidates to keep; `candidate` of the answer are positions in `problem`.
    covered : shape (n_classes,)
        Demand that does not count any more.
    """
    weight = problem.covering.weight
    if covered is not None:
        weight = np.where(covered, 0.0, weight)
    return _restrict(
        problem.covering.indptr,
        problem.covering.demand,
        weight,
        keep,
        np.arange(problem.n_candidates, dtype=np.int64),
        problem.price,
    )


def _restrict(
    indptr: IntArray,
    index: Int32Array,
    weight: FloatArray,
    keep: BoolArray,
    candidate: IntArray,
    price: FloatArray,
) -> CoverProblem:
    sizes = np.diff(indptr)
    rows = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes[keep])])
    indptr, index, weight = _merge_demand(rows, index[np.repeat(keep, sizes)], weight)
    filled = np.diff(indptr) > 0
    indptr = np.concatenate([indptr[:1], indptr[1:][filled]])
    coverer_indptr, coverer = transpose_rows(indptr, index, weight.size)
    return CoverProblem(
        covering=Covering(indptr, index, coverer_indptr, coverer, weight),
        candidate=candidate[keep][filled],
        price=price[keep][filled],
        unit=_unit(weight),
    )


def _merge_demand(
    indptr: IntArray, index: Int32Array, persons: FloatArray
) -> tuple[IntArray, Int32Array, FloatArray]:
    """Merge demand with one signature; what has no persons or no candidate is left out."""
    counts_here = persons > 0
    counts_here &= np.bincount(index, minlength=persons.size) > 0
    number = np.where(counts_here, np.cumsum(counts_here) - 1, -1).astype(np.int32)
    indptr, index = keep_columns(indptr, index, number)
    label = np.zeros(int(counts_here.sum()), np.int32)
    n_classes = split_into_classes(indptr, index, label)
    weight: FloatArray = np.bincount(label, persons[counts_here], n_classes).astype(np.float64)
    # one member stands for its class; classes keep the order of their first members,
    # so neighbours stay neighbours
    members = np.sort(np.unique(label, return_index=True)[1])
    first = np.full(label.size, -1, np.int32)
    first[members] = np.arange(n_classes, dtype=np.int32)
    indptr, index = keep_columns(indptr, index, first)
    return indptr, index, weight[label[members]]


def _count_unreachable(arrays: CoverArrays) -> int:
    return int((np.bincount(arrays.index, minlength=arrays.persons.size) == 0).sum())


def _unit(weight: FloatArray) -> float:
    whole = weight.size > 0 and float(weight.sum()) < LARGEST_EXACT
    if not whole or bool((weight != np.rint(weight)).any()):
        return 0.0
    return float(np.gcd.reduce(weight.astype(np.int64)))


def covered_persons(arrays: CoverArrays, chosen: IntArray) -> float:
    """Count again, from the caller's own arrays, the persons that `chosen` cover."""
    covered = np.zeros(arrays.persons.size, np.bool_)
    for one in chosen:
        covered[arrays.index[arrays.indptr[one] : arrays.indptr[one + 1]]] = True
    return float(arrays.persons[covered].sum())
