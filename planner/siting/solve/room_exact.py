"""
The exact search where places hold only so many.

Each place is in one state: as it stands, or with one of its options done; people flow to a state,
no more of a class than there are, and only where the state is the place's. Keeping the flows of
the states of one place apart, and bounding each by its own class, is what makes the bound tight
(Cornuéjols, Sridharan and Thizy 1991).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np
from scipy import sparse

from planner.siting.solve.budget import AFFORDABLE
from planner.siting.solve.highs import FLOOR_NOISE, run_model, scale_of, tell_why

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, IntArray
    from planner.siting.solve.room_problem import RoomProblem

FINE_GAP = 1e-6
WORTH_GAP, WORTH_NODES = 1e-4, 2_000


@dataclass(frozen=True, slots=True)
class RoomAnswer:
    """
    What the exact search found.

    `chosen` is empty and `served` negative where nothing better than the start was found;
    `bound` is `inf` where the solver gave none.
    """

    chosen: IntArray
    served: float
    bound: float
    stopped_by: str


class _States:
    """States of the places, node by node: their rooms, columns, and pairs with the classes."""

    def __init__(self, problem: RoomProblem) -> None:
        asked, pairs = problem.asked, problem.pairs
        n_layers, n_places = len(asked.layers), asked.n_places
        self.options = np.flatnonzero(problem.useful)
        n_options = self.options.size
        has_option = np.zeros(n_places, np.bool_)
        has_option[asked.place[self.options]] = True
        stands = (asked.standing > 0).any(axis=0)
        self.kept_place = np.flatnonzero(stands & has_option)
        kept_column = np.full(n_places, -1, np.int64)
        kept_column[self.kept_place] = n_options + np.arange(self.kept_place.size)
        self.n_choices = n_options + self.kept_place.size
        layer = np.repeat(np.arange(n_layers), n_options)
        option = np.tile(self.options, n_layers)
        standing_layer, standing_place = np.nonzero(asked.standing > 0)
        node = np.concatenate(
            [
                layer * n_places + asked.place[option],
                standing_layer * n_places + standing_place,
            ]
        )
        column = np.concatenate(
            [np.tile(np.arange(n_options), n_layers), kept_column[standing_place]]
        )
        room = np.concatenate(
            [asked.room[layer, option], asked.standing[standing_layer, standing_place]]
        )
        size = np.diff(pairs.indptr)
        demand = np.bincount(
            np.repeat(np.arange(size.size), size),
            problem.weight[pairs.demand],
            minlength=size.size,
        )
        used = (size[node] > 0) & (room > problem.least)
        self.node, self.column = node[used], column[used]
        self.binds = room[used] < demand[self.node]
        self.room = np.minimum(room[used], demand[self.node])
        count = size[self.node]
        self.unit = np.repeat(np.arange(self.node.size), count)
        first = np.repeat(pairs.indptr[self.node] - (np.cumsum(count) - count), count)
        self.arc = np.arange(self.unit.size) + first
        self.demand_class = pairs.demand[self.arc].astype(np.int64)


class _Rows:
    """Rows of a model as they are written down."""

    def __init__(self) -> None:
        self._row: list[IntArray] = []
        self._column: list[IntArray] = []
        self._value: list[FloatArray] = []
        self._upper: list[FloatArray] = []
        self.n_rows = 0

    def add(self, row: IntArray, column: IntArray, value: FloatArray, upper: FloatArray) -> None:
        """Add rows `sum(value * column) <= upper`; `row` counts from the first of these."""
        self._row.append(row + self.n_rows)
        self._column.append(column)
        self._value.append(value)
        self._upper.append(np.asarray(upper, np.float64))
        self.n_rows += len(upper)

    def model(self, cost: FloatArray, upper: FloatArray, n_whole: int) -> highspy.HighsLp:
        """Return the model that makes `cost` largest; the first `n_whole` columns are whole."""
        place = (np.concatenate(self._row), np.concatenate(self._column))
        matrix = sparse.csr_matrix(
            (np.concatenate(self._value), place), shape=(self.n_rows, cost.size)
        )
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = int(cost.size), self.n_rows
        model.sense_ = highspy.ObjSense.kMaximize
        model.col_cost_, model.col_lower_, model.col_upper_ = cost, np.zeros(cost.size), upper
        model.row_lower_ = np.full(self.n_rows, -highspy.kHighsInf)
        model.row_upper_ = np.concatenate(self._upper)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
        model.a_matrix_.value_ = matrix.data
        whole, part = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        model.integrality_ = [whole] * n_whole + [part] * (int(cost.size) - n_whole)
        return model


def count_entries(problem: RoomProblem) -> int:
    """Count the pairs of states and classes that the model has."""
    return int(_States(problem).unit.size)


def worth_most(problem: RoomProblem, gain: FloatArray) -> float:
    """
    Bound what any choice is worth where each option is worth a fixed amount.

    Parameters
    ----------
    problem
        The question: limit, one option a place and rows are kept, musts and floors left out.
    gain : shape (n_options,)
        What each option is worth.
    """
    asked = problem.asked
    options = np.flatnonzero(problem.useful & (asked.price <= asked.limit * AFFORDABLE))
    if not options.size:
        return 0.0
    column = np.full(asked.n_options, -1, np.int64)
    column[options] = np.arange(options.size)
    rows = _Rows()
    rows.add(
        np.zeros(options.size, np.int64),
        column[options],
        asked.price[options] / max(asked.limit, 1e-9),
        np.array([AFFORDABLE]),
    )
    for members, most in problem.rivals:
        own = column[members]
        own = own[own >= 0]
        if own.size > most:
            rows.add(np.zeros(own.size, np.int64), own, np.ones(own.size), np.array([float(most)]))
    scale = max(float(np.abs(gain[options]).max()), 1e-300)
    model = rows.model(gain[options] / scale, np.ones(options.size), int(options.size))
    solver = run_model(
        model,
        np.zeros(options.size),
        {"mip_rel_gap": WORTH_GAP, "mip_heuristic_effort": 0.05, "mip_max_nodes": WORTH_NODES},
    )
    bound = float(solver.getInfo().mip_dual_bound)
    return bound * scale if np.isfinite(bound) else float("inf")


def serve_most(
    problem: RoomProblem,
    start: IntArray,
    *,
    start_keeps: bool,
    gap: float,
    max_nodes: int | None,
    time_limit_s: float | None,
) -> RoomAnswer:
    """
    Choose so that most are served.

    Parameters
    ----------
    problem
        The question.
    start
        Choice to start from.
    start_keeps
        Whether it keeps every rule.
    gap
        How far bound and choice may be apart at the end; 0 asks for a proof.
    max_nodes, time_limit_s
        Further stops; `None` for none.
    """
    states = _States(problem)
    unit = scale_of(problem.weight) if problem.weight.size else 1.0
    model = _build(problem, states, unit)
    solver = run_model(
        model,
        _start_values(problem, states, start, unit),
        {
            "mip_rel_gap": 0.0,
            "mip_abs_gap": max(gap / unit, FINE_GAP * float(problem.weight.sum()) / unit),
            "mip_heuristic_effort": 0.05 if start_keeps else 0.2,
            "mip_max_nodes": 2**31 - 1 if max_nodes is None else int(max_nodes),
            "time_limit": float("inf") if time_limit_s is None else float(time_limit_s),
        },
    )
    chosen, served = start[:0], -1.0
    values = np.asarray(solver.getSolution().col_value, np.float64)
    if values.size >= states.n_choices:
        done = values[: states.options.size] > 0.5  # noqa: PLR2004 - 0 or 1
        found = states.options[done]
        if problem.keeps(found):
            chosen, served = found, problem.served(problem.flow(found))
    bound = float(solver.getInfo().mip_dual_bound) * unit
    if not np.isfinite(bound) or bound < served - FINE_GAP * max(served, 1.0):
        # a bound below a choice that was counted cannot be one: trust neither
        bound = float("inf")
    return RoomAnswer(chosen, served, bound, tell_why(solver.getModelStatus(), gap))


def _build(problem: RoomProblem, states: _States, unit: float) -> highspy.HighsLp:
    asked, weight = problem.asked, problem.weight / unit
    n_choices, n_flows = states.n_choices, states.unit.size
    floors = problem.floors
    n_columns = n_choices + n_flows + floors.weight.size
    flow = n_choices + np.arange(n_flows)
    rows = _Rows()
    rows.add(states.demand_class, flow, np.ones(n_flows), weight)
    _add_rooms(rows, states, flow, weight, unit)
    price = asked.price[states.options]
    scale = max(asked.limit, 1e-9)
    rows.add(np.zeros(price.size, np.int64), np.arange(price.size), price / scale, np.ones(1))
    _add_rules(rows, problem, states)
    _add_floors(rows, problem, states, unit)
    cost = np.zeros(n_columns)
    cost[flow] = 1.0
    upper = np.ones(n_columns)
    upper[flow] = np.minimum(weight[states.demand_class], states.room[states.unit] / unit)
    return rows.model(cost, upper, n_choices)


def _add_rooms(
    rows: _Rows, states: _States, flow: IntArray, weight: FloatArray, unit: float
) -> None:
    """No state takes in more than its room, and of a class only where it is the place's."""
    room = states.room / unit
    chosen = states.column >= 0
    full = np.flatnonzero(states.binds)
    number = np.full(states.node.size, -1, np.int64)
    number[full] = np.arange(full.size)
    inside = np.flatnonzero(states.binds[states.unit])
    bound = full[chosen[full]]
    rows.add(
        np.concatenate([number[states.unit[inside]], number[bound]]),
        np.concatenate([flow[inside], states.column[bound]]),
        np.concatenate([np.ones(inside.size), -room[bound]]),
        np.where(chosen[full], 0.0, room[full]),
    )
    tied = np.flatnonzero(chosen[states.unit])
    most = np.minimum(weight[states.demand_class[tied]], room[states.unit[tied]])
    row = np.arange(tied.size)
    rows.add(
        np.concatenate([row, row]),
        np.concatenate([flow[tied], states.column[states.unit[tied]]]),
        np.concatenate([np.ones(tied.size), -most]),
        np.zeros(tied.size),
    )


def _add_rules(rows: _Rows, problem: RoomProblem, states: _States) -> None:
    column = np.full(problem.asked.n_options, -1, np.int64)
    column[states.options] = np.arange(states.options.size)
    kept = np.full(problem.asked.n_places, -1, np.int64)
    kept[states.kept_place] = states.options.size + np.arange(states.kept_place.size)
    sets = [(column[members], float(most), 1.0) for members, most in problem.asked.rows]
    sets += [(column[members], -1.0, -1.0) for members in problem.asked.musts]
    place = problem.asked.place[states.options]
    for one in np.unique(place):
        own = np.append(np.flatnonzero(place == one), kept[one])
        sets.append((own, 1.0, 1.0))
    for members, upper, sign in sets:
        own = members[members >= 0]
        if sign * own.size > upper or sign < 0:
            nothing = np.zeros(own.size, np.int64)
            rows.add(nothing, own, np.full(own.size, sign), np.array([upper]))


def _add_floors(rows: _Rows, problem: RoomProblem, states: _States, unit: float) -> None:
    """Of each floor so much is within reach of an option; a class is where one reaches it."""
    floors = problem.floors
    n_classes = floors.weight.size
    if not n_classes:
        return
    reached = states.n_choices + states.unit.size + np.arange(n_classes)
    place = problem.asked.place[states.options]
    order = np.argsort(place, kind="stable")
    begin = np.searchsorted(place[order], floors.place, side="left")
    count = np.searchsorted(place[order], floors.place, side="right") - begin
    row = np.repeat(floors.owner, count)
    first = np.repeat(begin - (np.cumsum(count) - count), count)
    option = order[np.arange(row.size) + first]
    rows.add(
        np.concatenate([np.arange(n_classes), row]),
        np.concatenate([reached, option]),
        np.concatenate([np.ones(n_classes), -np.ones(row.size)]),
        np.zeros(n_classes),
    )
    rows.add(
        floors.floor,
        reached,
        -floors.weight / unit,
        -floors.least / unit + FLOOR_NOISE,
    )


def _start_values(
    problem: RoomProblem, states: _States, start: IntArray, unit: float
) -> FloatArray:
    choices = np.zeros(states.n_choices)
    choices[np.flatnonzero(np.isin(states.options, start))] = 1.0
    done = np.zeros(problem.asked.n_places, np.bool_)
    done[problem.asked.place[start]] = True
    choices[states.options.size :] = ~done[states.kept_place]
    sent = problem.flow(start).sent / unit
    holds = np.append(choices, 1.0)[states.column]
    flows = np.where(holds[states.unit] > 0, sent[states.arc], 0.0)
    flags = np.zeros(problem.asked.n_options, np.bool_)
    flags[start] = True
    return np.concatenate([choices, flows, problem.met_by(flags).astype(np.float64)])
