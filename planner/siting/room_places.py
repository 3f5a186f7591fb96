"""Where people could go: the centres that stand and what can be done, as places with room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.siting.problem import CoverArrays
from planner.siting.solve.room_problem import RoomQuestion
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import BoolArray, FloatArray, Int32Array, IntArray
    from planner.domain.siting import StandingRoom
    from planner.domain.standard import LifeCircle
    from planner.domain.study import SitingSettings
    from planner.siting.floors import StreetFloors
    from planner.siting.options import Options
    from planner.siting.rules import Rules
    from planner.siting.sizes import SizedOptions


class RoomPlaces:
    """
    Who could go where, circle by circle.

    Places are the centres that stand and hold so many, then the options that are no expansion of
    one of these.

    Attributes
    ----------
    arrays
        One a circle: places against demand, households times weight.
    place : int64, shape (n_options,)
        Where each option is.
    standing : float64, shape (n_layers, n_places)
        Room that stands.
    unlimited, households
        Households that a centre of unknown floor area takes in whatever is done, and all of them;
        times weight.
    """

    def __init__(
        self,
        options: Options,
        standing: StandingRoom,
        weights: dict[int, float],
        circles: Sequence[LifeCircle],
    ) -> None:
        self._stands, self._options = standing, options
        self._weights = list(weights.values())
        self._known = ~np.isnan(standing.floor_area_m2)
        self._expansion = np.full(standing.n_centres, -1, np.int64)
        if options.expansions is not None:
            grown = np.array([one == "expand" for one in options.expansions.action], np.bool_)
            self._expansion[options.expansions.centre_index[grown]] = np.flatnonzero(grown)
        counts = standing.counting[list(weights)].any(axis=0)
        self._centre = np.flatnonzero((self._known & counts) | (self._expansion >= 0))
        self.place = self._place_options()
        self.n_places = self._centre.size + int((self.place >= self._centre.size).sum())
        layers = [
            self._layer(circle, weight, circles[circle].limit_s)
            for circle, weight in weights.items()
        ]
        self.arrays = tuple(array for array, _, _ in layers)
        self.standing = np.stack([room for _, room, _ in layers])
        self.unlimited = sum(served for _, _, served in layers)
        self.households = sum(self._weights) * float(standing.households.sum())

    def room(self, sized: SizedOptions) -> FloatArray:
        """Return what each place holds once an option is done, shape (n_layers, n_sized)."""
        holds = np.outer(self._weights, self._stands.room(sized.floor_area_m2))
        room: FloatArray = np.maximum(holds, self.standing[:, self.place[sized.option]])
        return room

    def reach(self, circle: int, limit_s: float, persons: FloatArray) -> CoverArrays:
        """Return whom each place could cover within a circle if something were done there."""
        inside = self._options.inside(circle, limit_s)
        option = np.repeat(np.arange(self.place.size), np.diff(self._options.walks.indptr))
        return self._arrays(
            self.place[option[inside]], self._options.walks.demand_index[inside], persons
        )

    def _place_options(self) -> IntArray:
        place = np.full(self._options.n_options, -1, np.int64)
        own = self._expansion[self._centre]
        place[own[own >= 0]] = np.flatnonzero(own >= 0)
        new = np.flatnonzero(place < 0)
        place[new] = self._centre.size + np.arange(new.size)
        return place

    def _layer(
        self, circle: int, weight: float, limit_s: float
    ) -> tuple[CoverArrays, FloatArray, float]:
        """Return who could go where, what stands, and who is served whatever is done."""
        stands, options = self._stands, self._options
        counting, households = stands.counting[circle], stands.households
        centre = np.repeat(np.arange(stands.n_centres), np.diff(stands.walks.indptr))
        near = stands.walks.travel_time_s <= limit_s + LIMIT_TOLERANCE_S
        free = near & (counting & ~self._known)[centre]
        served = np.bincount(stands.walks.demand_index[free], minlength=households.size) > 0
        serves: BoolArray = counting.copy()
        if options.expansions is not None:
            own = self._expansion >= 0
            serves[own] |= options.expansions.serves[circle, self._expansion[own]]
        position = np.full(stands.n_centres, -1, np.int64)
        position[self._centre] = np.arange(self._centre.size)
        use = near & (serves & (position >= 0))[centre]
        option = np.repeat(np.arange(options.n_options), np.diff(options.walks.indptr))
        new = options.inside(circle, limit_s) & (self.place >= self._centre.size)[option]
        arrays = self._arrays(
            np.concatenate([position[centre[use]], self.place[option[new]]]),
            np.concatenate([stands.walks.demand_index[use], options.walks.demand_index[new]]),
            np.where(served, 0.0, households * weight),
        )
        room = np.zeros(self.n_places)
        holds = stands.room(stands.floor_area_m2[self._centre]) * weight
        counted = counting[self._centre] & self._known[self._centre]
        room[: self._centre.size] = np.where(counted, np.nan_to_num(holds), 0.0)
        return arrays, room, weight * float(households[served].sum())

    def _arrays(
        self, place: IntArray, demand: IntArray | Int32Array, worth: FloatArray
    ) -> CoverArrays:
        order = np.lexsort((demand, place))
        size = np.bincount(place, minlength=self.n_places)
        return CoverArrays(
            np.concatenate([np.zeros(1, np.int64), np.cumsum(size)]),
            demand[order].astype(np.int32),
            worth,
        )


def ask_room(
    places: RoomPlaces,
    sized: SizedOptions,
    rules: Rules,
    settings: SitingSettings,
    floors: StreetFloors | None,
    reach: CoverArrays,
) -> RoomQuestion:
    """
    Write the question down on arrays; a rule of an option is one of all its sizes.

    Parameters
    ----------
    places, sized
        Where people could go, and what can be done there.
    rules
        Of the options, without sizes.
    settings
        Count or budget.
    floors, reach
        What must be reached, and by whom it is.
    """
    first = np.searchsorted(sized.option, np.arange(rules.n_options + 1))

    def all_sizes(members: Sequence[int]) -> IntArray:
        each = [np.arange(first[one], first[one + 1], dtype=np.int64) for one in members]
        return np.concatenate(each)

    n_streets = int(rules.street.max(initial=-1)) + 1
    most = rules.n_options if rules.most_per_street is None else rules.most_per_street
    cost = sized.cost_yuan if settings.budget is not None else None
    limit = settings.count if settings.budget is None else settings.budget
    return RoomQuestion(
        layers=places.arrays,
        standing=places.standing,
        place=places.place[sized.option],
        room=places.room(sized),
        price=np.ones(sized.option.size) if cost is None else cost,
        limit=float(limit or 0),
        rows=tuple(
            (all_sizes(members), fit)
            for members, fit in rules.rows(np.full(n_streets, most, np.int64))
        ),
        musts=tuple(all_sizes([int(one)]) for one in rules.must),
        barred=~rules.allowed[sized.option],
        floors=() if floors is None else floors.floors,
        reach=None if floors is None else reach,
    )
