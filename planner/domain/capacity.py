"""Whether the centres have room for those who live near them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray

AllocationMethod: TypeAlias = Literal["nearest", "flow"]


@dataclass(frozen=True, slots=True)
class Allocation:
    """
    Where the covered households of one circle go, each of them to one place.

    Attributes
    ----------
    method
        `nearest`: all to the nearest centre within the circle. `flow`: to any centre within
        the circle, so that as few as possible are without room and, of all such ways, the sum
        of the households' walks is least.
    persons_with_room, persons_without_room, persons_room_unknown
        Persons at centres: within their floor area, beyond it, and at centres without a known
        area. With those uncovered they add up to all persons.
    mean_walk_s
        Mean walk, by households; NaN where nobody is covered.
    centre_households, centre_persons : float64, shape (n_centres,)
        Who goes to each centre.
    centre_over_households, centre_spare_households : float64, shape (n_centres,)
        Households beyond its room, and room left; NaN where its area is not known.
    home_room_share : float64, shape (n_demand,)
        Share of each home that finds room, that of all at its centre; NaN where the home is
        uncovered or only centres without a known area take it in.
    """

    method: AllocationMethod
    persons_with_room: float
    persons_without_room: float
    persons_room_unknown: float
    mean_walk_s: float
    centre_households: FloatArray
    centre_persons: FloatArray
    centre_over_households: FloatArray
    centre_spare_households: FloatArray
    home_room_share: FloatArray


@dataclass(frozen=True, slots=True)
class FloatingCatchment:
    """
    Floor area within reach by home, shared with all who reach the same centres.

    Attributes
    ----------
    method
        `2sfca`: everybody within the circle counts alike; `e2sfca`: less with distance.
    band_weights
        Weights of equal parts of the circle's limit, nearest first.
    home_m2_per_100_households : float64, shape (n_demand,)
        The ratio, 0 where no centre with a known area is within the circle.
    mean_m2_per_100_households
        Its mean over all households: the floor area of the centres that anybody reaches over
        all households.
    persons_below
        Persons of homes below the floor area that is asked for.
    index
        The mean over that floor area: 1 where there is just enough.
    """

    method: Literal["2sfca", "e2sfca"]
    band_weights: tuple[float, ...]
    home_m2_per_100_households: FloatArray
    mean_m2_per_100_households: float
    persons_below: float
    index: float


@dataclass(frozen=True, slots=True)
class CircleCapacity:
    """
    Room and overload in one circle of the plan.

    Attributes
    ----------
    circle_id
        The circle.
    m2_per_100_households
        Floor area that 100 households need.
    persons_per_household
        Taken for homes whose households are not given.
    persons, persons_uncovered
        All persons, and those whom no centre of the circle reaches.
    households, households_assumed
        All households, and those of them taken from persons.
    serving : bool, shape (n_centres,)
        Centres in service that serve the circle.
    centres_without_area
        How many of them have no known floor area.
    room_households : float64, shape (n_centres,)
        Households that each has room for, NaN where not known or not serving.
    nearest, flow
        Two ways to go.
    floating, enhanced
        Two-step floating catchments (2SFCA), plain and enhanced.
    """

    circle_id: str
    m2_per_100_households: float
    persons_per_household: float
    persons: float
    persons_uncovered: float
    households: float
    households_assumed: float
    serving: BoolArray
    centres_without_area: int
    room_households: FloatArray
    nearest: Allocation
    flow: Allocation
    floating: FloatingCatchment
    enhanced: FloatingCatchment
