"""The exact solver behind one small port: arrays in, a choice and a bound out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np

from planner._kernels.cover import count_covers
from planner.siting.heuristic import covered_weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray, IntArray
    from planner.siting.problem import CoverProblem

WHOLE_GAP = 0.999
"""With weights in whole units, a bound less than one unit away proves the choice."""

HEURISTICS_OFF = (
    "mip_heuristic_run_rins",
    "mip_heuristic_run_rens",
    "mip_heuristic_run_root_reduced_cost",
    "mip_heuristic_run_feasibility_jump",
)
"""The search starts from a good choice; looking for others inside takes most of its time."""

FINE_GAP = 1e-7
"""The same, in scaled persons, where weights are no whole numbers."""


FLOOR_NOISE = 1e-6
"""A floor counts as kept within so many scaled persons: rounding of sums."""


@dataclass(frozen=True, slots=True)
class Floors:
    """
    Persons that must be covered, and candidates that are fixed.

    Attributes
    ----------
    rows
        Classes of demand and the persons of them to be covered at least. Each of these classes
        has a candidate of its own among `never`, so that none of them is counted in with a
        single coverer.
    must, never : int64
        Candidates that are chosen in any case, and never.
    start_keeps
        Whether the choice to start from keeps the floors and the other rules.
    """

    rows: tuple[tuple[IntArray, float], ...]
    must: IntArray
    never: IntArray
    start_keeps: bool

    def kept_by(self, problem: CoverProblem, chosen: IntArray) -> bool:
        """Tell whether a choice keeps them, counted again."""
        covering = problem.covering
        covered = np.zeros(covering.weight.size, np.bool_)
        for one in chosen:
            covered[covering.demand[covering.indptr[one] : covering.indptr[one + 1]]] = True
        worth = np.where(covered, covering.weight, 0.0)
        return (
            bool(np.isin(self.must, chosen).all())
            and not np.isin(chosen, self.never).any()
            and all(
                float(worth[classes].sum()) >= least * (1 - 1e-9) - 1e-9
                for classes, least in self.rows
            )
        )


@dataclass(frozen=True, slots=True)
class ExactAnswer:
    """
    What the exact search found.

    Attributes
    ----------
    chosen : int64
        Best choice, positions in the problem.
    persons
        What it covers, counted again.
    bound
        No choice of the problem covers more; `inf` where the solver gave none.
    stopped_by
        `proof`, `gap`, `nodes`, `time`, `error`; `infeasible` where no choice keeps the rules.
    nodes
        Nodes of the search tree.
    """

    chosen: IntArray
    persons: float
    bound: float
    stopped_by: str
    nodes: int


def maximise_cover(
    problem: CoverProblem,
    limit: float,
    start: IntArray,
    *,
    gap: float,
    max_nodes: int | None,
    time_limit_s: float | None,
    rows: Sequence[tuple[list[int], int]] = (),
    weighted: Sequence[tuple[list[int], list[float], float]] = (),
    floors: Floors | None = None,
    second: FloatArray | None = None,
) -> ExactAnswer:
    """
    Choose candidates of total price up to `limit` that cover most persons.

    Parameters
    ----------
    problem
        The problem.
    limit
        Largest sum of prices (a number of candidates where each price is 1).
    start
        Choice to start from; it keeps the limit.
    gap
        Persons between bound and choice at which to stop; 0 asks for a proof.
    max_nodes, time_limit_s
        Further stops; `None` for none.
    rows
        Further rules: of these candidates at most so many.
    weighted
        Further rules: of these candidates, each with its weight, at most so much.
    floors
        Further rules: of these classes at least so many persons.
    second : shape (n_classes,)
        Persons that each class counts for once more where two candidates cover it.
    """
    unit = problem.unit or scale_of(problem.covering.weight)
    model, first = _build_model(problem, limit, unit)
    _add_rows(model, [(group, [1.0] * len(group), float(most)) for group, most in rows])
    _add_rows(model, weighted)
    if floors is not None:
        _add_floors(model, problem, floors, first, unit)
    start_values = _start_values(problem, start, first)
    if second is not None:
        start_values = _add_second(model, problem, second / unit, start, start_values)
    solver = run_model(
        model,
        start_values,
        {
            "mip_rel_gap": 0.0,
            "mip_heuristic_effort": 0.0 if floors is None or floors.start_keeps else 0.2,
            "mip_abs_gap": max(gap / unit, WHOLE_GAP if problem.unit else FINE_GAP),
            "mip_max_nodes": 2**31 - 1 if max_nodes is None else int(max_nodes),
            "time_limit": float("inf") if time_limit_s is None else float(time_limit_s),
        },
    )
    status = solver.getModelStatus()
    info = solver.getInfo()
    chosen, persons = start, _worth(problem, start, second)
    if floors is not None and not floors.start_keeps:
        chosen, persons = start[:0], -1.0
    values = np.asarray(solver.getSolution().col_value, np.float64)
    if values.size >= problem.n_candidates:
        found = np.flatnonzero(values[: problem.n_candidates] > 0.5)  # noqa: PLR2004 - 0 or 1
        reached = _worth(problem, found, second)
        obeys = all(int(np.isin(group, found).sum()) <= most for group, most in rows)
        obeys = obeys and all(
            float(np.asarray(each)[np.isin(group, found)].sum()) <= most * (1 + 1e-12)
            for group, each, most in weighted
        )
        obeys = obeys and (floors is None or floors.kept_by(problem, found))
        obeys = obeys and float(problem.price[found].sum()) <= limit * (1 + 1e-12)
        if reached > persons and obeys:
            chosen, persons = found, reached
    bound = float(info.mip_dual_bound) * unit
    if not np.isfinite(bound) or bound < persons - unit * 1e-3 - 1e-9 * persons:
        # a bound below a choice that was counted cannot be one: trust neither
        bound = float("inf")
    return ExactAnswer(chosen, persons, bound, tell_why(status, gap), int(info.mip_node_count))


def scale_of(weight: FloatArray) -> float:
    """Return a power of two that brings the mean weight near 64, well off all tolerances."""
    return float(2.0 ** np.floor(np.log2(weight.mean()) - 6))


def _build_model(
    problem: CoverProblem, limit: float, unit: float
) -> tuple[highspy.HighsLp, IntArray]:
    """
    Write the compact model: choices are whole, cover of a class is continuous.

    A class with a single coverer is no row: its persons go to that candidate.
    """
    covering = problem.covering
    n_candidates, weight = problem.n_candidates, covering.weight / unit
    degree = np.diff(covering.coverer_indptr)
    rows = np.flatnonzero(degree > 1)
    gain = np.zeros(n_candidates)
    single = np.flatnonzero(degree == 1)
    np.add.at(gain, covering.coverer[covering.coverer_indptr[single]], weight[single])
    kept = np.repeat(degree > 1, degree)
    size = degree[rows] + 1
    start = np.concatenate([np.zeros(1, np.int64), np.cumsum(size)])
    index = np.empty(int(start[-1]) + n_candidates, np.int32)
    value = np.full(index.size, -1.0)
    index[start[:-1]] = n_candidates + np.arange(rows.size)
    value[start[:-1]] = 1.0
    body = np.ones(int(start[-1]), np.bool_)
    body[start[:-1]] = False
    index[: int(start[-1])][body] = covering.coverer[kept]
    index[int(start[-1]) :] = np.arange(n_candidates)
    value[int(start[-1]) :] = problem.price
    model = highspy.HighsLp()
    model.num_col_ = n_candidates + int(rows.size)
    model.num_row_ = int(rows.size) + 1
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = np.concatenate([gain, weight[rows]])
    model.col_lower_ = np.zeros(model.num_col_)
    model.col_upper_ = np.ones(model.num_col_)
    model.row_lower_ = np.full(model.num_row_, -highspy.kHighsInf)
    model.row_upper_ = np.concatenate([np.zeros(rows.size), [limit]])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.concatenate([start, [index.size]]).astype(np.int32)
    model.a_matrix_.index_ = index
    model.a_matrix_.value_ = value
    model.integrality_ = [highspy.HighsVarType.kInteger] * n_candidates + [
        highspy.HighsVarType.kContinuous
    ] * int(rows.size)
    return model, rows


def _add_rows(model: highspy.HighsLp, rows: Sequence[tuple[list[int], list[float], float]]) -> None:
    """Add rules to a model: of some candidates, each with its weight, at most so much."""
    if not rows:
        return
    sizes = np.cumsum([len(group) for group, _, _ in rows])
    start, index = np.asarray(model.a_matrix_.start_), np.asarray(model.a_matrix_.index_)
    members = np.concatenate([np.asarray(group, np.int32) for group, _, _ in rows])
    weight = np.concatenate([np.asarray(each, np.float64) for _, each, _ in rows])
    most = np.array([most for _, _, most in rows], np.float64)
    model.num_row_ += len(rows)
    model.row_lower_ = np.concatenate([model.row_lower_, np.full(most.size, -highspy.kHighsInf)])
    model.row_upper_ = np.concatenate([model.row_upper_, most])
    model.a_matrix_.start_ = np.concatenate([start, start[-1] + sizes]).astype(np.int32)
    model.a_matrix_.index_ = np.concatenate([index, members]).astype(np.int32)
    model.a_matrix_.value_ = np.concatenate([model.a_matrix_.value_, weight])


def _worth(problem: CoverProblem, chosen: IntArray, second: FloatArray | None) -> float:
    """Count the persons that a choice covers, those covered twice once more."""
    once = covered_weight(problem, chosen)
    if second is None:
        return once
    covering = problem.covering
    covers = count_covers(covering.indptr, covering.demand, chosen, second.size)
    return once + float(second[covers > 1].sum())


def _add_second(
    model: highspy.HighsLp,
    problem: CoverProblem,
    second: FloatArray,
    start: IntArray,
    start_values: FloatArray,
) -> FloatArray:
    """
    Let classes count once more where two candidates cover them.

    A class that two cover has a column of its own already; its second one is there as far as the
    number of its coverers exceeds the first.
    """
    covering = problem.covering
    degree = np.diff(covering.coverer_indptr)
    first = np.flatnonzero(degree > 1)
    column = problem.n_candidates + np.arange(first.size)
    counts = second[first] > 0
    classes, column = first[counts], column[counts]
    added = model.num_col_ + np.arange(classes.size)
    model.num_col_ += int(classes.size)
    model.col_cost_ = np.concatenate([model.col_cost_, second[classes]])
    model.col_lower_ = np.concatenate([model.col_lower_, np.zeros(classes.size)])
    model.col_upper_ = np.concatenate([model.col_upper_, np.ones(classes.size)])
    model.integrality_ = [*model.integrality_] + [highspy.HighsVarType.kContinuous] * int(
        classes.size
    )
    _add_rows(
        model,
        [
            (
                [int(one), int(other), *(coverers := _coverers(problem, int(own))).tolist()],
                [1.0, 1.0, *([-1.0] * coverers.size)],
                0.0,
            )
            for own, one, other in zip(classes, column, added, strict=True)
        ],
    )
    covers = count_covers(covering.indptr, covering.demand, start, second.size)
    return np.concatenate([start_values, (covers[classes] > 1).astype(np.float64)])


def _coverers(problem: CoverProblem, own: int) -> IntArray:
    covering = problem.covering
    ends = covering.coverer_indptr
    return covering.coverer[ends[own] : ends[own + 1]].astype(np.int64)


def _add_floors(
    model: highspy.HighsLp, problem: CoverProblem, floors: Floors, first: IntArray, unit: float
) -> None:
    """Add rules to a model: of some classes at least so many persons; and what is fixed."""
    column = np.full(problem.covering.weight.size, -1, np.int64)
    column[first] = problem.n_candidates + np.arange(first.size)
    lower = np.zeros(model.num_col_)
    upper = np.ones(model.num_col_)
    lower[floors.must] = 1.0
    upper[floors.never] = 0.0
    model.col_lower_, model.col_upper_ = lower, upper
    rows = []
    for classes, least in floors.rows:
        own = classes[column[classes] >= 0]
        weight = problem.covering.weight[own] / unit
        rows.append((column[own].tolist(), (-weight).tolist(), -least / unit + FLOOR_NOISE))
    _add_rows(model, rows)


def _start_values(problem: CoverProblem, start: IntArray, rows: IntArray) -> FloatArray:
    covering = problem.covering
    chosen = np.zeros(problem.n_candidates)
    chosen[start] = 1.0
    covered = np.zeros(covering.weight.size)
    for one in start:
        covered[covering.demand[covering.indptr[one] : covering.indptr[one + 1]]] = 1.0
    return np.concatenate([chosen, covered[rows]])


def run_model(
    model: highspy.HighsLp, start: FloatArray, options: dict[str, float]
) -> highspy.Highs:
    """
    Run the solver on one thread from a known choice.

    Where another part of the process has started it with other threads, the
    first run fails; then its scheduler is set anew and the run repeated.
    """
    for _ in range(2):
        # the base class: making a `Highs` prints a banner before it can be silenced
        solver = highspy._Highs()  # type: ignore[attr-defined] # noqa: SLF001 - has no public name
        solver.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own signature
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("random_seed", 0)
        for name in HEURISTICS_OFF:
            solver.setOptionValue(name, False)  # noqa: FBT003
        for name, value in options.items():
            solver.setOptionValue(name, value)
        solver.passModel(model)
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        solver.setSolution(solution)
        if solver.run() != highspy.HighsStatus.kError:
            break
        solver.resetGlobalScheduler(True)  # noqa: FBT003
    return solver


def tell_why(status: highspy.HighsModelStatus, gap: float) -> str:
    """Return the key of `STOPPED_BY` for the end of a run."""
    known = {
        highspy.HighsModelStatus.kOptimal: "gap" if gap else "proof",
        highspy.HighsModelStatus.kSolutionLimit: "nodes",
        highspy.HighsModelStatus.kTimeLimit: "time",
        highspy.HighsModelStatus.kInfeasible: "infeasible",
    }
    return known.get(status, "error")
