"""Room in the centres: who goes where, who finds none, and floor area within reach."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.assign import assign_homes
from planner.coverage.cover import is_covered
from planner.coverage.floating import find_floating_catchment
from planner.coverage.totals import total_persons
from planner.domain.capacity import Allocation, CircleCapacity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.capacity import AllocationMethod
    from planner.domain.places import Demand
    from planner.domain.reach import Walks
    from planner.domain.standard import LifeCircle


def measure_capacity(
    *,
    circles: Sequence[LifeCircle],
    walks: Walks,
    serving: BoolArray,
    demand: Demand,
    floor_area_m2: FloatArray,
    m2_per_100_households: float,
    persons_per_household: float,
) -> tuple[CircleCapacity, ...]:
    """
    Send the covered households of each circle to its centres, and see who finds room.

    Each circle is asked about on its own: a centre that serves two circles has its whole
    floor area in both.

    Parameters
    ----------
    circles
        Life circles.
    walks
        Centre to demand, to the longest circle at least.
    serving : shape (n_circles, n_centres)
        Centres in service that serve each circle.
    demand
        People. A home without households has its persons over `persons_per_household`.
    floor_area_m2 : shape (n_centres,)
        Floor area of each centre, NaN where not known: it takes in all who come, and they
        are counted apart.
    m2_per_100_households
        Floor area that 100 households need.
    persons_per_household
        See above.

    Returns
    -------
    capacity
        One record a circle. No household is counted twice, and none is lost.
    """
    households, assumed = count_households(demand, persons_per_household)
    homes = _Homes(
        persons=demand.persons,
        households=households,
        # Equal walks are chosen between by place, not by the order of the rows.
        order=np.lexsort((demand.xy[:, 1], demand.xy[:, 0])),
    )
    found = []
    for row, circle in enumerate(circles):
        options = _list_options(walks, serving[row], circle, homes)
        area = np.where(serving[row], floor_area_m2, np.nan)
        room = area / m2_per_100_households * 100.0
        covered = np.zeros(walks.n_demand, dtype=np.bool_)
        covered[options.home] = True
        nearest = _go_to_nearest(options, room, homes)
        floating = [
            find_floating_catchment(
                method,
                home=options.home,
                centre=options.centre,
                time_s=options.time_s,
                limit_s=circle.limit_s,
                households=households,
                persons=demand.persons,
                floor_area_m2=area,
                m2_per_100_households=m2_per_100_households,
            )
            for method in ("2sfca", "e2sfca")
        ]
        found.append(
            CircleCapacity(
                circle_id=circle.circle_id,
                m2_per_100_households=m2_per_100_households,
                persons_per_household=persons_per_household,
                persons=total_persons(demand.persons),
                persons_uncovered=total_persons(demand.persons[~covered]),
                households=total_persons(households),
                households_assumed=total_persons(households[assumed]),
                serving=serving[row],
                centres_without_area=int(np.count_nonzero(serving[row] & np.isnan(area))),
                room_households=room,
                nearest=nearest,
                flow=_flow(options, room, homes, nearest),
                floating=floating[0],
                enhanced=floating[1],
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Homes:
    """Homes, and the order in which they are looked at."""

    persons: FloatArray
    households: FloatArray
    order: IntArray


@dataclass(frozen=True, slots=True)
class _Options:
    """Centres within the circle of each home, home after home in the order of `_Homes`."""

    home: IntArray
    centre: IntArray
    time_s: FloatArray
    indptr: IntArray
    at_home: IntArray


def count_households(demand: Demand, persons_per_household: float) -> tuple[FloatArray, BoolArray]:
    """Return the households of each home, and where they are taken from its persons."""
    derived = demand.persons / persons_per_household
    if demand.households is None:
        return derived, np.ones(derived.shape, dtype=np.bool_)
    blank = np.isnan(demand.households) | ((demand.households <= 0.0) & (demand.persons > 0.0))
    return np.where(blank, derived, demand.households), blank


def _list_options(walks: Walks, serving: BoolArray, circle: LifeCircle, homes: _Homes) -> _Options:
    """List by home the centres that serve it within the circle."""
    place = np.repeat(np.arange(walks.indptr.size - 1), np.diff(walks.indptr))
    use = np.flatnonzero(serving[place] & is_covered(walks.travel_time_s, circle.limit_s))
    rank = np.empty(walks.n_demand, dtype=np.int64)
    rank[homes.order] = np.arange(walks.n_demand)
    use = use[np.argsort(rank[walks.demand_index[use]], kind="stable")]
    home = walks.demand_index[use].astype(np.int64)
    begins = np.flatnonzero(np.append(True, home[1:] != home[:-1])) if home.size else home
    return _Options(
        home=home,
        centre=place[use],
        time_s=walks.travel_time_s[use],
        indptr=np.append(begins, home.size).astype(np.int64),
        at_home=home[begins],
    )


def _go_to_nearest(options: _Options, room: FloatArray, homes: _Homes) -> Allocation:
    """Send every household to the nearest centre, of equals the first."""
    sent = np.zeros(options.home.size, dtype=np.float64)
    if options.home.size:
        row = np.repeat(np.arange(options.at_home.size), np.diff(options.indptr))
        first = np.lexsort((options.centre, options.time_s, row))[options.indptr[:-1]]
        sent[first] = homes.households[options.at_home]
    load = np.bincount(options.centre, weights=sent, minlength=room.size)
    return _account("nearest", options, sent, np.maximum(load - room, 0.0), room, homes)


def _flow(options: _Options, room: FloatArray, homes: _Homes, nearest: Allocation) -> Allocation:
    """Send the households so that fewest are without room and walks are shortest."""
    n_centres = room.size
    if not np.nansum(nearest.centre_over_households) > 0.0:
        # Nobody can do better than to go to the nearest centre and find room there.
        return dataclasses.replace(nearest, method="flow")
    longest_s = float(options.time_s.max(initial=0.0))
    sent, beyond, _ = assign_homes(
        options.indptr,
        options.centre,
        options.time_s,
        homes.households[options.at_home],
        np.where(np.isnan(room), np.inf, room),
        # Longer than any chain of moves, which meets no centre twice.
        (n_centres + 1) * (longest_s + 1.0),
    )
    return _account("flow", options, sent, beyond, room, homes)


def _account(
    method: AllocationMethod,
    options: _Options,
    sent: FloatArray,
    beyond: FloatArray,
    room: FloatArray,
    homes: _Homes,
) -> Allocation:
    """Turn households sent along the options into the figures of centres and homes."""
    n_centres = room.size
    whole = homes.households[options.home]
    # A share of a home takes the same share of its persons along.
    part = np.zeros(sent.shape)
    np.divide(sent, whole, out=part, where=whole > 0.0)
    persons = part * homes.persons[options.home]
    load = np.bincount(options.centre, weights=sent, minlength=n_centres).astype(np.float64)
    counted = np.bincount(options.centre, weights=persons, minlength=n_centres)
    by_centre: FloatArray = counted.astype(np.float64)
    known = ~np.isnan(room)
    without = np.zeros(n_centres)
    np.divide(beyond, load, out=without, where=known & (load > 0.0))
    with_room = by_centre * (1.0 - without)
    total = float(sent.sum())
    room_part = np.where(known[options.centre], part * (1.0 - without[options.centre]), 0.0)
    known_part = np.where(known[options.centre], part, 0.0)
    n_homes = homes.persons.size
    got = np.bincount(options.home, weights=room_part, minlength=n_homes)
    asked = np.bincount(options.home, weights=known_part, minlength=n_homes)
    share = np.full(n_homes, np.nan)
    np.divide(got, asked, out=share, where=asked > 0.0)
    return Allocation(
        method=method,
        persons_with_room=total_persons(with_room[known]),
        persons_without_room=total_persons((by_centre * without)[known]),
        persons_room_unknown=total_persons(by_centre[~known]),
        mean_walk_s=float(sent @ options.time_s) / total if total > 0.0 else float("nan"),
        centre_households=load,
        centre_persons=by_centre,
        centre_over_households=np.where(known, beyond, np.nan),
        centre_spare_households=np.maximum(room - load, 0.0),
        home_room_share=share,
    )
