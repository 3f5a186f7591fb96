"""Where the places hold only so many: the question on arrays, merged, with its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.room import FlowState, Pairs, count_gain, fill_place, list_arcs, shrink_place
from planner.siting.problem import CoverArrays, make_problem
from planner.siting.solve.budget import AFFORDABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.siting.solve.grouped import Floor

ROUNDING = 1e-9
"""Amounts of so small a share of the whole demand are nothing."""


@dataclass(frozen=True, slots=True)
class RoomQuestion:
    """
    Places that hold so many, and what can be done at them.

    Attributes
    ----------
    layers
        One a circle: places against demand, the demand weighted with the circle; who is served
        whatever is done counts 0.
    standing : float64, shape (n_layers, n_places)
        Room that stands, in the units of the layer's demand; 0 where nothing does.
    place : int64, shape (n_options,)
        Where each option is.
    room : float64, shape (n_layers, n_options)
        Room of its place once it is done, all in; no less than what stands.
    price : float64, shape (n_options,)
        What it takes of the limit, 0 or more.
    limit
        Largest sum of prices.
    rows
        Of these options at most so many. One option a place is taken for granted; rows and musts
        do not tell the options of one place apart.
    musts
        Of each of these sets of options at least one.
    barred : bool, shape (n_options,)
        Never done.
    floors
        Of this demand of the first layer at least so much lies within reach of an option,
        whatever its room.
    reach
        Persons of the floors and who is within whose reach: places against demand; `None`
        without floors.
    """

    layers: tuple[CoverArrays, ...]
    standing: FloatArray
    place: IntArray
    room: FloatArray
    price: FloatArray
    limit: float
    rows: tuple[tuple[IntArray, int], ...] = ()
    musts: tuple[IntArray, ...] = ()
    barred: BoolArray | None = None
    floors: tuple[Floor, ...] = ()
    reach: CoverArrays | None = None

    @property
    def n_places(self) -> int:
        """Number of places."""
        return self.layers[0].n_candidates

    @property
    def n_options(self) -> int:
        """Number of options."""
        return int(self.place.size)


@dataclass(frozen=True, slots=True)
class FloorClasses:
    """
    Demand of floors that the same places reach.

    `indptr, place` list the places of each class; `floor` and `weight` are the class's, `least`
    the floor's. `short` are floors that all options together do not reach.
    """

    indptr: IntArray
    place: IntArray
    floor: IntArray
    weight: FloatArray
    least: FloatArray
    short: tuple[int, ...]

    @property
    def owner(self) -> IntArray:
        """Class of each entry of `place`."""
        return np.repeat(np.arange(self.weight.size), np.diff(self.indptr))


@dataclass(slots=True)
class RoomProblem:
    """
    The question with merged demand: a node for each place and circle, and what is full.

    Attributes
    ----------
    asked
        The question.
    pairs
        Nodes against classes of demand; node `layer * n_places + place`.
    weight
        Demand of each class.
    useful
        Options, positions in the question, that can matter.
    floors
        What must be reached.
    least
        Amounts that are nothing.
    """

    asked: RoomQuestion
    pairs: Pairs = field(init=False)
    weight: FloatArray = field(init=False)
    useful: BoolArray = field(init=False)
    floors: FloorClasses = field(init=False)
    least: float = field(init=False)
    rivals: tuple[tuple[IntArray, int], ...] = field(init=False)

    def __post_init__(self) -> None:
        """Merge demand that no place tells apart, and leave out what is never better."""
        self.pairs, self.weight = _join(self.asked.layers)
        self.least = ROUNDING * max(float(self.weight.sum()), 1e-300)
        self.useful = self._find_useful()
        self.floors = _merge_floors(self.asked, self.useful)
        once = _once_a_place(self.asked.place)
        self.rivals = (*self.asked.rows, *once)

    def nodes(self, place: int) -> IntArray:
        """Return the nodes of a place."""
        layers = np.arange(len(self.asked.layers), dtype=np.int64)
        return layers * self.asked.n_places + place

    def start(self) -> FlowState:
        """Return the flow to what stands."""
        n_nodes = self.pairs.indptr.size - 1
        state = FlowState(
            self.weight.copy(),
            self.asked.standing.ravel().astype(np.float64),
            np.zeros(self.pairs.demand.size),
            np.zeros(n_nodes, np.bool_),
        )
        for node in np.flatnonzero(state.room > self.least):
            fill_place(self.pairs, state, int(node), self.least)
        return state

    def served(self, state: FlowState) -> float:
        """Return how much is served."""
        return float((self.weight - state.left).sum())

    def gain(self, state: FlowState, option: int) -> float:
        """Count what an option would add to a flow in which its place stands as it is."""
        place = int(self.asked.place[option])
        return float(
            count_gain(self.pairs, state, self.nodes(place), self._more(option), self.least)
        )

    def add(self, state: FlowState, option: int) -> None:
        """Do an option: the flow changes."""
        nodes = self.nodes(int(self.asked.place[option]))
        for node, more in zip(nodes, self._more(option), strict=True):
            state.room[node] += more
            fill_place(self.pairs, state, int(node), self.least)

    def remove(self, state: FlowState, option: int) -> None:
        """Undo an option: the flow changes."""
        nodes = self.nodes(int(self.asked.place[option]))
        for node, more in zip(nodes, self._more(option), strict=True):
            shrink_place(self.pairs, state, int(node), float(more), self.least)

    def flow(self, chosen: Iterable[int]) -> FlowState:
        """Return the largest flow to what stands and a choice."""
        state = self.start()
        for option in chosen:
            self.add(state, int(option))
        return state

    def keeps(self, chosen: Sequence[int] | IntArray) -> bool:
        """Tell whether a choice keeps the limit, the rows, the musts and the floors."""
        done = np.zeros(self.asked.n_options, np.bool_)
        done[np.asarray(chosen, np.int64)] = True
        asked = self.asked
        return (
            float(asked.price[done].sum()) <= asked.limit * AFFORDABLE
            and not (asked.barred is not None and bool((done & asked.barred).any()))
            and all(int(done[members].sum()) <= most for members, most in self.rivals)
            and all(bool(done[members].any()) for members in asked.musts)
            and self.keeps_floors(done)
        )

    def keeps_floors(self, done: BoolArray) -> bool:
        """Tell whether enough of each floor is within reach."""
        return not bool(self._unmet(done)[0].any())

    def short_of_floors(self, done: BoolArray) -> FloatArray:
        """
        Return what each place would add to the floors that a choice does not reach.

        Returns
        -------
        more : float64, shape (n_places,)
            All 0 where every floor is reached, or where no place can help.
        """
        floors = self.floors
        unmet, met = self._unmet(done)
        counts = (unmet[floors.floor] & ~met)[floors.owner]
        more: FloatArray = np.bincount(
            floors.place[counts],
            floors.weight[floors.owner[counts]],
            minlength=self.asked.n_places,
        ).astype(np.float64)
        return more

    def met_by(self, done: BoolArray) -> BoolArray:
        """Tell which classes of the floors are within reach of a choice."""
        return self._unmet(done)[1]

    def _unmet(self, done: BoolArray) -> tuple[BoolArray, BoolArray]:
        """Return which floors a choice does not reach, and which classes it does."""
        floors = self.floors
        here = np.zeros(self.asked.n_places, np.bool_)
        here[self.asked.place[done]] = True
        owner = floors.owner[here[floors.place]]
        met: BoolArray = np.bincount(owner, minlength=floors.weight.size) > 0
        reached = np.bincount(floors.floor[met], floors.weight[met], minlength=floors.least.size)
        unmet: BoolArray = reached < floors.least * (1 - 1e-9) - 1e-9
        return unmet, met

    def _more(self, option: int) -> FloatArray:
        place = self.asked.place[option]
        more: FloatArray = self.asked.room[:, option] - self.asked.standing[:, place]
        return more

    def _find_useful(self) -> BoolArray:
        """Leave out options that another at the same place matches at no higher price."""
        asked = self.asked
        useful = np.ones(asked.n_options, np.bool_) if asked.barred is None else ~asked.barred
        demand = np.add.reduceat(
            np.append(self.weight[self.pairs.demand], 0.0), self.pairs.indptr[:-1]
        )
        demand[np.diff(self.pairs.indptr) == 0] = 0.0
        most = demand.reshape(len(asked.layers), asked.n_places)[:, asked.place]
        holds = np.minimum(asked.room, most)
        before: dict[int, list[int]] = {}
        for one in np.lexsort((-holds.sum(axis=0), asked.price)):
            cheaper = before.setdefault(int(asked.place[one]), [])
            if any(
                bool((holds[:, one] <= holds[:, other] + self.least).all()) for other in cheaper
            ):
                useful[one] = False
            elif useful[one]:
                cheaper.append(int(one))
        return useful


def _join(layers: Sequence[CoverArrays]) -> tuple[Pairs, FloatArray]:
    """Put the merged demand of all layers into one set of pairs."""
    n_places = layers[0].n_candidates
    sizes, index, weight, n_classes = [], [], [], 0
    for layer in layers:
        problem = make_problem(layer, keep=np.ones(n_places, np.bool_))
        covering = problem.covering
        own = np.zeros(n_places, np.int64)
        own[problem.candidate] = np.diff(covering.indptr)
        sizes.append(own)
        index.append(covering.demand.astype(np.int64) + n_classes)
        weight.append(covering.weight)
        n_classes += covering.weight.size
    indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.concatenate(sizes))])
    demand = np.concatenate(index)
    node = np.repeat(np.arange(indptr.size - 1), np.diff(indptr))
    order = np.argsort(demand, kind="stable")
    count = np.bincount(demand, minlength=n_classes)
    coverer_indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(count)])
    pairs = Pairs(
        indptr,
        demand.astype(np.int32),
        coverer_indptr,
        node[order].astype(np.int32),
        np.zeros(0, np.int64),
    )
    arc = list_arcs(pairs.indptr, pairs.demand, pairs.coverer_indptr)
    return pairs._replace(coverer_arc=arc), np.concatenate(weight)


def _once_a_place(place: IntArray) -> list[tuple[IntArray, int]]:
    order = np.argsort(place, kind="stable")
    ends = np.flatnonzero(np.diff(place[order])) + 1
    return [(group, 1) for group in np.split(order, ends) if group.size]


def _merge_floors(asked: RoomQuestion, useful: BoolArray) -> FloorClasses:
    """Merge the demand of floors; a floor is a place of its own while merging, as a label."""
    none = np.zeros(0, np.int64)
    if asked.reach is None or not asked.floors:
        return FloorClasses(np.zeros(1, np.int64), none, none, np.zeros(0), np.zeros(0), ())
    here = np.zeros(asked.n_places, np.bool_)
    here[asked.place[useful]] = True
    members = [np.sort(floor.members).astype(np.int32) for floor in asked.floors]
    counted = np.zeros(asked.reach.persons.size, np.bool_)
    counted[np.concatenate(members)] = True
    rows = asked.reach.indptr[-1] + np.cumsum([one.size for one in members])
    problem = make_problem(
        CoverArrays(
            np.concatenate([asked.reach.indptr, rows]).astype(np.int64),
            np.concatenate([asked.reach.index, *members]),
            np.where(counted, asked.reach.persons, 0.0),
        ),
        keep=np.concatenate([here, np.ones(len(members), np.bool_)]),
    )
    covering = problem.covering
    owner = np.repeat(np.arange(covering.weight.size), np.diff(covering.coverer_indptr))
    row = problem.candidate[covering.coverer]
    stands_in = row >= asked.n_places
    floor = np.zeros(covering.weight.size, np.int64)
    floor[owner[stands_in]] = row[stands_in] - asked.n_places
    size = np.bincount(owner[~stands_in], minlength=covering.weight.size)
    least = np.array([one.least for one in asked.floors], np.float64)
    reached = np.bincount(floor[size > 0], covering.weight[size > 0], minlength=least.size)
    return FloorClasses(
        np.concatenate([np.zeros(1, np.int64), np.cumsum(size)]),
        row[~stands_in],
        floor,
        covering.weight,
        least,
        tuple(np.flatnonzero(reached < least * (1 - 1e-9) - 1e-9).tolist()),
    )
