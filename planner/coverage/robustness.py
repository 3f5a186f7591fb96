"""Robust and fragile coverage: does it last when something is not as planned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.coverage.bands import find_bands
from planner.coverage.cover import is_covered
from planner.coverage.totals import share_of, total_persons
from planner.domain.robustness import (
    FRAGILE,
    ROBUST,
    UNCOVERED,
    VARIATION_KINDS,
    CircleRobustness,
    Variation,
)
from planner.units import UNREACHED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.coverage import StateCoverage
    from planner.domain.places import Areas
    from planner.domain.reach import Walks
    from planner.domain.robustness import VariationKind, VariedCover
    from planner.domain.standard import LifeCircle


def find_covered(
    walks: Walks,
    serving: BoolArray,
    circles: Sequence[LifeCircle],
    *,
    time_factor: float = 1.0,
) -> BoolArray:
    """
    Tell who is within each circle of any centre that serves it.

    Parameters
    ----------
    walks
        Centre to demand.
    serving : shape (n_circles, n_centres)
        Centres in service that serve each circle.
    circles
        Life circles.
    time_factor
        What all times are multiplied by: one search answers for a slower walker whose every
        second on the way is longer by the same factor.

    Returns
    -------
    covered : shape (n_circles, n_demand)

    Raises
    ------
    ValueError
        If the walks, so lengthened, end before a circle's limit.
    """
    longest = max((circle.limit_s for circle in circles), default=0.0)
    if walks.limit_s * time_factor < longest:
        raise ValueError(
            f"walks end at {walks.limit_s * time_factor} s, before a circle of {longest} s"
        )
    place = np.repeat(np.arange(walks.indptr.size - 1), np.diff(walks.indptr))
    covered = np.zeros((len(circles), walks.n_demand), dtype=np.bool_)
    for row, circle in enumerate(circles):
        within = is_covered(walks.travel_time_s * time_factor, circle.limit_s)
        covered[row, walks.demand_index[within & serving[row][place]]] = True
    return covered


def judge_robustness(
    plan: StateCoverage,
    *,
    circles: Sequence[LifeCircle],
    walks: Walks,
    serving: BoolArray,
    persons: FloatArray,
    variations: Sequence[VariedCover],
    centre_id: Sequence[str],
    areas: Sequence[Areas] = (),
    area_index: Mapping[str, IntArray] | None = None,
) -> tuple[CircleRobustness, ...]:
    """
    Tell robust from fragile homes, centres that are the only one, and bands of areas.

    Parameters
    ----------
    plan
        The state judged.
    circles
        Life circles, in its order.
    walks
        Centre to demand, from which the state was counted.
    serving : shape (n_circles, n_centres)
        Centres in service that serve each circle.
    persons : shape (n_demand,)
        Persons.
    variations
        Who is covered when speeds, profile or direction are others. Closures are not among
        them: they follow from the walks.
    centre_id
        Labels, shape (n_centres,).
    areas, area_index
        Levels of areas, and by level the area of each demand point, for the bands.

    Returns
    -------
    robustness
        One record a circle.

    Notes
    -----
    Closing one centre uncovers a home exactly when no other serves it within the limit, so
    all closures together need one count of the centres within the limit of each home.
    """
    place = np.repeat(np.arange(walks.indptr.size - 1), np.diff(walks.indptr))
    found = []
    for row, circle in enumerate(circles):
        use = serving[row][place]
        demand, times = walks.demand_index[use], walks.travel_time_s[use]
        second_s = np.full(walks.n_demand, UNREACHED)
        other = place[use] != plan.centre_index[row][demand]
        np.minimum.at(second_s, demand[other], times[other])
        base = is_covered(plan.travel_time_s[row], circle.limit_s)
        homes = _Homes(
            persons=persons,
            base=base,
            only=base & ~is_covered(second_s, circle.limit_s),
            centre=plan.centre_index[row].astype(np.int64),
        )
        found.append(
            _judge_circle(
                circle, row, homes, second_s, variations, centre_id, areas, area_index or {}
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Homes:
    """Homes of one circle: who is covered, and who by one centre only, and which."""

    persons: FloatArray
    base: BoolArray
    only: BoolArray
    centre: IntArray


def _judge_circle(
    circle: LifeCircle,
    row: int,
    homes: _Homes,
    second_s: FloatArray,
    variations: Sequence[VariedCover],
    centre_id: Sequence[str],
    areas: Sequence[Areas],
    area_index: Mapping[str, IntArray],
) -> CircleRobustness:
    persons, base, only = homes.persons, homes.base, homes.only
    total = total_persons(persons)
    only_persons = _by_centre(homes, len(centre_id))
    lost_by = {kind: np.zeros(base.size, dtype=np.bool_) for kind in VARIATION_KINDS}
    lost_by["closure"] = only
    for varied in variations:
        if varied.decides:
            lost_by[varied.kind] = lost_by[varied.kind] | (base & ~varied.covered[row])
    bits = np.zeros(base.size, dtype=np.uint8)
    for position, kind in enumerate(VARIATION_KINDS):
        bits[lost_by[kind]] |= 1 << position
    standing = np.where(base, np.where(bits > 0, FRAGILE, ROBUST), UNCOVERED).astype(np.uint8)
    figures = [
        _figures(varied.kind, varied.name, homes, varied.covered[row], decides=varied.decides)
        for varied in variations
    ]
    if len(centre_id):
        worst = int(np.argmax(only_persons))
        still = base & ~(only & (homes.centre == worst))
        figures.append(_figures("closure", centre_id[worst], homes, still, decides=True))
    deciding = [varied for varied in variations if varied.decides]
    return CircleRobustness(
        circle_id=circle.circle_id,
        persons=total,
        persons_robust=total_persons(persons[standing == ROBUST]),
        persons_fragile=total_persons(persons[standing == FRAGILE]),
        persons_uncovered=total_persons(persons[standing == UNCOVERED]),
        variations=tuple(figures),
        persons_lost_by={kind: total_persons(persons[lost]) for kind, lost in lost_by.items()},
        home_standing=standing,
        home_lost_by=bits,
        centre_only_persons=only_persons,
        second_time_s=second_s,
        bands=tuple(
            find_bands(
                area,
                area_index[area.level],
                persons,
                standing,
                {f"{varied.kind}:{varied.name}": varied.covered[row] for varied in deciding},
                np.where(only, homes.centre, -1),
                centre_id,
            )
            for area in areas
            if area.level in area_index
        ),
    )


def _by_centre(homes: _Homes, n_centres: int) -> FloatArray:
    """Sum for each centre the persons that no other centre covers, in any order alike."""
    only = np.flatnonzero(homes.only)
    order = only[np.lexsort((homes.persons[only], homes.centre[only]))]
    return np.bincount(
        homes.centre[order], weights=homes.persons[order], minlength=n_centres
    ).astype(np.float64)


def _figures(
    kind: VariationKind,
    name: str,
    homes: _Homes,
    covered: BoolArray,
    *,
    decides: bool,
) -> Variation:
    persons = homes.persons
    by_now = total_persons(persons[covered])
    return Variation(
        kind=kind,
        name=name,
        decides=decides,
        persons_covered=by_now,
        share_covered=share_of(by_now, total_persons(persons)),
        persons_lost=total_persons(persons[homes.base & ~covered]),
        persons_gained=total_persons(persons[~homes.base & covered]),
    )
