"""The full question of a plan on plain arrays: what is asked, checked, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.errors import Fault, SitingInvalid
from planner.siting.problem import check_arrays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.siting import SolveStatus
    from planner.siting.problem import CoverArrays

AFFORDABLE = 1 + 1e-12
"""A sum of prices that exceeds the budget by less is rounding, not money."""
EVEN_SHARE = 1e-9
"""Weights for each person that differ by less are the same."""


@dataclass(frozen=True, slots=True)
class CoverLayer:
    """
    One circle: which site covers which demand, and what that is worth.

    Attributes
    ----------
    indptr : shape (n_sites + 1,)
        Site `i` covers `demand_index[indptr[i]:indptr[i + 1]]`.
    demand_index
        Positions of demand.
    weight : shape (n_demand,)
        What covering each demand is worth: its persons times the weight of the circle.
    covered : bool, shape (n_demand,)
        Demand that what stands covers already.
    persons : shape (n_demand,)
        Persons at each demand, whom floors, room and `served` count; `None` where the
        weight is the number of persons.
    """

    indptr: ArrayLike
    demand_index: ArrayLike
    weight: ArrayLike
    covered: ArrayLike
    persons: ArrayLike | None = None


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """
    What can be done: one size of a new site, or the expansion of a centre.

    Attributes
    ----------
    site : shape (n_options,)
        Row of each option in the layers; of the options of one site at most one is chosen.
    price : shape (n_options,)
        0 or more, in the unit of the budget.
    capacity : shape (n_options,)
        Persons for whom each adds room; `None` (or NaN) where room is not asked about.
    must, allowed : bool, shape (n_options,)
        Options chosen in any case, and those that may be; `None` for none and all.
    """

    site: ArrayLike
    price: ArrayLike
    capacity: ArrayLike | None = None
    must: ArrayLike | None = None
    allowed: ArrayLike | None = None


class Floor(NamedTuple):
    """
    So many persons of a street are covered at least.

    Attributes
    ----------
    layer
        Position of the circle in the layers.
    demand
        Demand of the street: positions, or a flag for each.
    least_persons
        Those covered already count.
    """

    layer: int
    demand: ArrayLike
    least_persons: float


@dataclass(frozen=True, slots=True)
class Room:
    """
    The circle in which a place serves no more persons than it has room for.

    Attributes
    ----------
    layer
        Position of the circle in the layers. In it the objective counts persons served, by
        sites that cover them; `covered` then matters to floors alone, which count persons
        within reach whether or not there is room for them.
    existing_capacity : shape (n_sites,)
        Persons for whom each row of the layers has room already: rows of centres that stand
        belong to the layers too; 0 for new sites.
    """

    layer: int
    existing_capacity: ArrayLike


@dataclass(frozen=True, slots=True)
class PlanChoice:
    """
    Answer of the full question.

    Attributes
    ----------
    chosen : int64, shape (n_chosen,)
        Options chosen, ascending; none where the question is `infeasible`.
    objective
        Weight covered (of persons served, in the circle with room), counted again from the
        arrays given.
    bound
        No choice that keeps the rules is worth more.
    bound_gap_share
        `(bound - objective) / bound`, 0 where the bound is 0.
    status
        `optimal` (proved), `within_gap`, `stopped`, `infeasible`.
    stopped_by
        Why the search ended, in a few words.
    served : float64, shape (n_layers,)
        Persons covered in each circle, those covered already included; persons served in
        the circle with room.
    """

    chosen: IntArray
    objective: float
    bound: float
    bound_gap_share: float
    status: SolveStatus
    stopped_by: str
    served: FloatArray


class Layer(NamedTuple):
    """A layer checked: the covering of all sites, and three numbers for each demand."""

    arrays: CoverArrays
    weight: FloatArray
    covered: BoolArray


class FloorRow(NamedTuple):
    """A floor checked; `demand` are positions, ascending."""

    layer: int
    demand: IntArray
    least_persons: float


@dataclass(frozen=True, slots=True)
class PlanQuestion:
    """
    The question with its types, nothing missing.

    Attributes
    ----------
    layers, floors
        As given.
    site : int64, shape (n_options,)
    price, capacity : float64, shape (n_options,)
        Capacities are 0 without room.
    must, allowed : bool, shape (n_options,)
    budget, count
        `inf` and the number of options where they were not given.
    room_layer
        Position of the layer with room, -1 for none.
    existing : float64, shape (n_sites,)
        Persons for whom there is room already.
    rivals : int64, shape (n_pairs, 2)
        Sites that exclude each other.
    """

    layers: tuple[Layer, ...]
    site: IntArray
    price: FloatArray
    capacity: FloatArray
    must: BoolArray
    allowed: BoolArray
    budget: float
    count: int
    floors: tuple[FloorRow, ...]
    room_layer: int
    existing: FloatArray
    rivals: IntArray

    @property
    def n_sites(self) -> int:
        """Number of rows of the layers."""
        return self.layers[0].arrays.n_candidates

    @property
    def n_demand(self) -> int:
        """Number of demand points."""
        return int(self.layers[0].weight.size)


def check_plan(
    layers: Sequence[CoverLayer],
    options: PlanOptions,
    *,
    budget: float | None,
    count: int | None,
    floors: Sequence[Floor | tuple[int, ArrayLike, float]],
    room: Room | None,
    rivals: ArrayLike,
) -> PlanQuestion:
    """
    Check a question and give its arrays their types.

    Raises
    ------
    SitingInvalid
        With every fault found of the layers, then of the rest.
    """
    checked = _check_layers(layers)
    n_sites, n_demand = checked[0].arrays.n_candidates, checked[0].weight.size
    faults: list[Fault] = []
    site = np.asarray(options.site, np.int64).ravel()
    if site.size == 0:
        raise SitingInvalid(Fault("There is no option to choose from", field="site"))
    faults += _outside(site, n_sites, "An option lies at a site that does not exist", "site")
    price = _amounts(options.price, site.size, "price", faults)
    capacity, room_layer, existing = _check_room(options, room, checked, faults)
    must = _flags(options.must, site.size, "must", faults, default=False)
    allowed = _flags(options.allowed, site.size, "allowed", faults, default=True)
    pairs = np.asarray(rivals, np.int64).reshape(-1, 2)
    faults += _outside(pairs.ravel(), n_sites, "A rival site does not exist", "rivals")
    rows = _check_floors(floors, len(checked), n_demand, faults)
    if not faults:
        faults += _must_faults(site, must, allowed)
        faults += _limit_faults(price, must, allowed, budget, count)
    if faults:
        raise SitingInvalid(faults)
    return PlanQuestion(
        layers=checked,
        site=site,
        price=price,
        capacity=capacity,
        must=must,
        allowed=allowed,
        budget=float("inf") if budget is None else float(budget),
        count=site.size if count is None else int(count),
        floors=rows,
        room_layer=room_layer,
        existing=existing,
        rivals=pairs[pairs[:, 0] != pairs[:, 1]],
    )


def _check_layers(layers: Sequence[CoverLayer]) -> tuple[Layer, ...]:
    if not layers:
        raise SitingInvalid(Fault("There is no circle to plan for", field="layers"))
    checked, faults = [], []
    for number, layer in enumerate(layers):
        try:
            persons = layer.weight if layer.persons is None else layer.persons
            arrays = check_arrays(layer.indptr, layer.demand_index, persons)
        except SitingInvalid as wrong:
            faults += list(wrong.faults)
            continue
        weight = _amounts(layer.weight, arrays.persons.size, "weight", faults)
        covered = _flags(layer.covered, arrays.persons.size, "covered", faults, default=False)
        checked.append(Layer(arrays, weight, covered))
        sizes = (arrays.n_candidates, arrays.persons.size)
        first = (checked[0].arrays.n_candidates, checked[0].arrays.persons.size)
        if sizes != first:
            faults.append(
                Fault(
                    "All circles are about the same sites and the same demand",
                    field="layers",
                    row=number,
                    found=f"{sizes[0]} sites, {sizes[1]} demand points",
                    expected=f"{first[0]} sites, {first[1]} demand points",
                )
            )
    if faults:
        raise SitingInvalid(faults)
    return tuple(checked)


def _amounts(values: ArrayLike, size: int, name: str, faults: list[Fault]) -> FloatArray:
    array = np.ascontiguousarray(values, np.float64)
    if array.shape != (size,):
        faults.append(_shape_fault(name, array.shape, size))
        return np.zeros(size)
    wrong = np.flatnonzero(~(np.isfinite(array) & (array >= 0)))
    if wrong.size:
        faults.append(
            Fault(
                f"{wrong.size} values are no usable amounts",
                row=int(wrong[0]),
                field=name,
                found=str(array[wrong[0]]),
                expected="a finite number, 0 or more",
            )
        )
    return array


def _shape_fault(name: str, found: tuple[int, ...], size: int) -> Fault:
    return Fault(
        "A list has the wrong length", field=name, found=str(found), expected=str((size,))
    )


def _flags(
    values: ArrayLike | None, size: int, name: str, faults: list[Fault], *, default: bool
) -> BoolArray:
    if values is None:
        return np.full(size, default, np.bool_)
    array = np.asarray(values, np.bool_)
    if array.shape != (size,):
        faults.append(_shape_fault(name, array.shape, size))
        return np.full(size, default, np.bool_)
    return array


def _outside(index: IntArray, size: int, message: str, name: str) -> list[Fault]:
    wrong = index[(index < 0) | (index >= size)]
    if not wrong.size:
        return []
    return [Fault(message, field=name, found=str(int(wrong[0])), expected=f"0 to {size - 1}")]


def _check_room(
    options: PlanOptions, room: Room | None, layers: tuple[Layer, ...], faults: list[Fault]
) -> tuple[FloatArray, int, FloatArray]:
    n_options, n_sites = np.size(options.site), layers[0].arrays.n_candidates
    if room is None:
        return np.zeros(n_options), -1, np.zeros(n_sites)
    if not 0 <= room.layer < len(layers):
        faults += _outside(
            np.array([room.layer]), len(layers), "The circle with room does not exist", "room"
        )
        return np.zeros(n_options), -1, np.zeros(n_sites)
    given = np.full(n_options, np.nan) if options.capacity is None else options.capacity
    capacity = _amounts(given, n_options, "capacity", faults)
    existing = _amounts(room.existing_capacity, n_sites, "existing_capacity", faults)
    weight, persons = layers[room.layer].weight, layers[room.layer].arrays.persons
    worth = weight.sum() / persons.sum()
    if np.abs(weight - worth * persons).max() > EVEN_SHARE * max(weight.max(), 1e-300):
        faults.append(
            Fault("In the circle with room every person counts the same", field="weight")
        )
    return capacity, room.layer, existing


def _check_floors(
    floors: Sequence[Floor | tuple[int, ArrayLike, float]],
    n_layers: int,
    n_demand: int,
    faults: list[Fault],
) -> tuple[FloorRow, ...]:
    rows = []
    for number, (layer, demand, least) in enumerate(floors):
        members = np.asarray(demand)
        if members.dtype == np.bool_ and members.shape != (n_demand,):
            faults.append(_shape_fault("floors", members.shape, n_demand))
            continue
        index = np.flatnonzero(members) if members.dtype == np.bool_ else members
        index = np.unique(index.astype(np.int64))
        wrong = _outside(index, n_demand, "A floor is about demand that does not exist", "floors")
        layer_index = np.array([layer], np.int64)
        wrong += _outside(
            layer_index, n_layers, "A floor is about a circle that does not exist", "floors"
        )
        if not (np.isfinite(least) and least >= 0):
            wrong.append(
                Fault(
                    "A floor is a number of persons, 0 or more",
                    field="floors",
                    row=number,
                    found=str(least),
                )
            )
        faults += wrong
        rows.append(FloorRow(int(layer), index, float(least)))
    return tuple(rows)


def _must_faults(site: IntArray, must: BoolArray, allowed: BoolArray) -> list[Fault]:
    faults = []
    wrong = np.flatnonzero(must & ~allowed)
    if wrong.size:
        faults.append(
            Fault("An option must be chosen but is not allowed", field="must", row=int(wrong[0]))
        )
    sites, times = np.unique(site[must], return_counts=True)
    if (times > 1).any():
        faults.append(
            Fault(
                "Two options of one site must both be chosen",
                field="must",
                found=f"site {int(sites[times > 1][0])}",
            )
        )
    return faults


def _limit_faults(
    price: FloatArray,
    must: BoolArray,
    allowed: BoolArray,
    budget: float | None,
    count: int | None,
) -> list[Fault]:
    faults = []
    if count is not None and (count != int(count) or count < 1):
        faults.append(
            Fault(
                "The number of options is a whole number of at least 1",
                field="count",
                found=str(count),
            )
        )
    elif count is not None and must.sum() > count:
        faults.append(
            Fault(
                "More options must be chosen than are asked for",
                field="must",
                found=str(int(must.sum())),
                expected=f"at most {count}",
            )
        )
    if budget is None:
        return faults
    if not (np.isfinite(budget) and budget >= 0):
        fault = Fault("The budget is an amount of 0 or more", field="budget", found=str(budget))
        return [*faults, fault]
    least = price[must].sum() if must.any() else price[allowed].min(initial=np.inf)
    if np.isfinite(least) and least > budget * AFFORDABLE:
        faults.append(
            Fault(
                "The budget does not pay for the options that must be chosen"
                if must.any()
                else "The budget does not pay for a single option",
                field="budget",
                found=str(budget),
                expected=f"at least {least:g}",
            )
        )
    return faults
