"""Who is covered in one state: the fastest walk of every demand point, and the shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.coverage.totals import share_of, total_persons
from planner.domain.coverage import CircleCoverage, StateCoverage
from planner.domain.reach import Walks
from planner.units import LIMIT_TOLERANCE_S, UNREACHED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import BoolArray, FloatArray, Int32Array
    from planner.domain.coverage import State
    from planner.domain.standard import LifeCircle, Verdict
    from planner.units import Seconds


def is_covered(travel_time_s: FloatArray, limit_s: Seconds) -> BoolArray:
    """
    Tell which travel times lie within a limit, the limit included.

    Examples
    --------
    >>> import numpy as np
    >>> is_covered(np.array([300.0, 300.0005, 300.002]), 300.0).tolist()
    [True, True, False]
    """
    covered: BoolArray = travel_time_s <= limit_s + LIMIT_TOLERANCE_S
    return covered


def stack_walks(first: Walks, second: Walks) -> Walks:
    """
    Put the walks of further places (proposals) after those of the first (centres).

    Parameters
    ----------
    first, second
        Walks to the same demand points.

    Returns
    -------
    walks
        Place `i` of `second` is place `n_first + i`; `limit_s` is the shorter of the
        two, up to which both lists are complete.

    Raises
    ------
    ValueError
        If they are about different numbers of demand points.
    """
    if first.n_demand != second.n_demand:
        raise ValueError(
            f"walks to {first.n_demand} and to {second.n_demand} demand points cannot be stacked"
        )
    return Walks(
        indptr=np.concatenate([first.indptr, second.indptr[1:] + first.indptr[-1]]),
        demand_index=np.concatenate([first.demand_index, second.demand_index]),
        travel_time_s=np.concatenate([first.travel_time_s, second.travel_time_s]),
        n_demand=first.n_demand,
        limit_s=min(first.limit_s, second.limit_s),
    )


def cover_state(
    state: State,
    *,
    walks: Walks,
    persons: FloatArray,
    households: FloatArray | None,
    in_service_mask: BoolArray,
    serves_masks: BoolArray,
    verdicts: Sequence[Verdict],
    circles: Sequence[LifeCircle],
) -> StateCoverage:
    """
    Count who is covered in one state, by all centres, by passing and by not failing ones.

    A place is a centre, or a proposal stacked after the centres (`stack_walks`);
    proposals are built to the standard, so their verdict is `pass`.

    In state `existing` the verdicts are those of the centres as they stand: existing
    and closed centres, and expanded ones at the old size, are not what the clauses
    for new centres speak of, so they are `not_applicable` (and so not failing)
    unless the study applies those clauses to them.

    Parameters
    ----------
    state
        Name of the state.
    walks
        Place to demand; `limit_s` at least the longest circle's.
    persons : shape (n_demand,)
        Persons, all rows that were not set aside; points off the network stay in
        the denominator, uncovered.
    households : shape (n_demand,), or None
        Households, NaN where blank (left out of both numbers).
    in_service_mask : shape (n_places,)
        See `planner.coverage.service.in_service`.
    serves_masks : shape (n_circles, n_places)
        See `planner.coverage.service.serves`.
    verdicts : shape (n_places,)
        Verdict of each place.
    circles
        Life circles, in order.

    Returns
    -------
    coverage
        Of equally fast centres the first is named. With nobody to cover, shares
        are 0.

    Raises
    ------
    ValueError
        If shapes disagree, or the walks end before a circle's limit.
    """
    _check(walks, persons, in_service_mask, serves_masks, verdicts, circles)
    passing = np.array([verdict == "pass" for verdict in verdicts], dtype=np.bool_)
    failing = np.array([verdict == "fail" for verdict in verdicts], dtype=np.bool_)
    figures = []
    shape = (len(circles), walks.n_demand)
    times = np.empty((3, *shape), dtype=np.float64)
    centre_index = np.empty(shape, dtype=np.int32)
    for row, circle in enumerate(circles):
        serving = in_service_mask & serves_masks[row]
        by_pass = find_nearest(walks, serving & passing)
        not_failing = _nearer(by_pass, find_nearest(walks, serving & ~passing & ~failing))
        by_all = _nearer(not_failing, find_nearest(walks, serving & failing))
        times[:, row] = by_all.travel_time_s, by_pass.travel_time_s, not_failing.travel_time_s
        centre_index[row] = by_all.place
        figures.append(
            _circle_coverage(
                circle,
                persons,
                households,
                times[:, row],
                (
                    int(np.count_nonzero(serving)),
                    int(np.count_nonzero(serving & passing)),
                    int(np.count_nonzero(serving & ~failing)),
                ),
            )
        )
    return StateCoverage(
        state=state,
        life_circles=tuple(figures),
        travel_time_s=times[0],
        centre_index=centre_index,
        travel_time_pass_s=times[1],
        travel_time_not_failing_s=times[2],
    )


class Nearest(NamedTuple):
    """The fastest walk of each demand point and its place, -1 where none."""

    travel_time_s: FloatArray
    place: Int32Array


def _check(
    walks: Walks,
    persons: FloatArray,
    in_service_mask: BoolArray,
    serves_masks: BoolArray,
    verdicts: Sequence[Verdict],
    circles: Sequence[LifeCircle],
) -> None:
    """Refuse arrays that cannot be about the same places and demand."""
    n_places = walks.indptr.size - 1
    if persons.shape != (walks.n_demand,):
        raise ValueError(f"persons has shape {persons.shape}, expected ({walks.n_demand},)")
    if in_service_mask.shape != (n_places,) or len(verdicts) != n_places:
        raise ValueError(f"a mask and a verdict are needed for each of the {n_places} places")
    if serves_masks.shape != (len(circles), n_places):
        raise ValueError(
            f"serves_masks has shape {serves_masks.shape}, expected ({len(circles)}, {n_places})"
        )
    longest = max((circle.limit_s for circle in circles), default=0.0)
    if walks.limit_s < longest:
        raise ValueError(f"walks end at {walks.limit_s} s, before a circle of {longest} s")


def find_nearest(walks: Walks, chosen: BoolArray) -> Nearest:
    """Find the fastest walk from the chosen places; ties go to the first place."""
    best = np.full(walks.n_demand, UNREACHED, dtype=np.float64)
    place = np.full(walks.n_demand, -1, dtype=np.int32)
    for index in np.flatnonzero(chosen).tolist():
        row = slice(walks.indptr[index], walks.indptr[index + 1])
        demand, time_s = walks.demand_index[row], walks.travel_time_s[row]
        faster = time_s < best[demand]
        best[demand[faster]] = time_s[faster]
        place[demand[faster]] = index
    return Nearest(best, place)


def _nearer(first: Nearest, second: Nearest) -> Nearest:
    """Take the faster of two walks for each demand point; ties go to the lower place."""
    tie = (second.travel_time_s == first.travel_time_s) & (second.place < first.place)
    take = (second.travel_time_s < first.travel_time_s) | (tie & (second.place >= 0))
    return Nearest(
        np.where(take, second.travel_time_s, first.travel_time_s),
        np.where(take, second.place, first.place),
    )


def _circle_coverage(
    circle: LifeCircle,
    persons: FloatArray,
    households: FloatArray | None,
    times: FloatArray,
    centres: tuple[int, int, int],
) -> CircleCoverage:
    """Count one circle; `times` and `centres` are of all, passing, not failing places."""
    covered, covered_pass, covered_not_failing = (is_covered(row, circle.limit_s) for row in times)
    total = total_persons(persons)
    by_all, by_pass, by_not_failing = (
        total_persons(persons[mask]) for mask in (covered, covered_pass, covered_not_failing)
    )
    counted = None if households is None else np.nan_to_num(households, nan=0.0)
    return CircleCoverage(
        circle_id=circle.circle_id,
        limit_s=circle.limit_s,
        persons=total,
        centres=centres[0],
        persons_covered=by_all,
        share_covered=share_of(by_all, total),
        centres_pass=centres[1],
        persons_covered_pass=by_pass,
        share_covered_pass=share_of(by_pass, total),
        centres_not_failing=centres[2],
        persons_covered_not_failing=by_not_failing,
        share_covered_not_failing=share_of(by_not_failing, total),
        points_covered=int(np.count_nonzero(covered)),
        points=int(persons.size),
        households=None if counted is None else total_persons(counted),
        households_covered=None if counted is None else total_persons(counted[covered]),
    )
