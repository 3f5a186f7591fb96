"""What each centre reaches, and how many people it is the nearest for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.coverage.cover import is_covered
from planner.coverage.totals import total_persons
from planner.domain.coverage import CentreFigures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import BoolArray, FloatArray
    from planner.domain.coverage import StateCoverage
    from planner.domain.places import Centres
    from planner.domain.reach import Walks
    from planner.domain.standard import LifeCircle


def centre_figures(
    centres: Centres,
    walks: Walks,
    persons: FloatArray,
    coverage: StateCoverage,
    *,
    circles: Sequence[LifeCircle],
    serving: BoolArray,
) -> tuple[CentreFigures, ...]:
    """
    Count for each centre whom it reaches, and for whom it is the nearest.

    Parameters
    ----------
    centres
        The plan.
    walks
        Centre to demand, the first `n_centres` rows.
    persons : shape (n_demand,)
        Persons.
    coverage
        The state counted, made from the same walks and centres.
    circles
        Life circles, in the order of `coverage`.
    serving : shape (n_circles, n_centres)
        True where a centre is in service and serves the circle.

    Returns
    -------
    figures
        One a centre. A centre that is not in service, or does not serve a circle,
        has 0 for it. Where two centres are equally near, the first counts; so the
        persons nearest to all centres add up to the persons covered.
    """
    n_centres = len(centres.centre)
    reached = np.zeros((len(circles), n_centres), dtype=np.float64)
    nearest = np.zeros((len(circles), n_centres), dtype=np.float64)
    for row, circle in enumerate(circles):
        covered = is_covered(coverage.travel_time_s[row], circle.limit_s)
        own = coverage.centre_index[row]
        for index in np.flatnonzero(serving[row]).tolist():
            part = slice(walks.indptr[index], walks.indptr[index + 1])
            within = walks.demand_index[part][is_covered(walks.travel_time_s[part], circle.limit_s)]
            reached[row, index] = total_persons(persons[within])
            first = within[covered[within] & (own[within] == index)]
            nearest[row, index] = total_persons(persons[first])
    ids = [circle.circle_id for circle in circles]
    return tuple(
        CentreFigures(
            centre_id=centre.centre_id,
            persons_reached=dict(zip(ids, reached[:, index].tolist(), strict=True)),
            persons_nearest=dict(zip(ids, nearest[:, index].tolist(), strict=True)),
        )
        for index, centre in enumerate(centres.centre)
    )
