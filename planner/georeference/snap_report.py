"""How far places are from the streets they are put on, and which are the farthest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.placing import FarPlaces, SnapReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray
    from planner.domain.network import AccessPoints
    from planner.domain.places import Centres, Demand
    from planner.domain.placing import SnappedNoun

MOST_FAR: Final = 20
"""So many places are named: a planner looks at them one by one."""


def report_demand_snaps(
    demand: Demand, access: AccessPoints, *, limit_m: float, most: int = MOST_FAR
) -> SnapReport:
    """
    Tell how far demand points are from their streets.

    Parameters
    ----------
    demand, access
        In the working CRS, and where they meet the streets.
    limit_m
        Longest way off the streets that counts, metres.
    most
        How many of the farthest are named; equally far ones in the order of the file.
    """
    return _report(
        "demand",
        demand.xy,
        access,
        demand.demand_id,
        demand.row,
        demand.persons,
        limit_m=limit_m,
        most=most,
    )


def report_centre_snaps(
    centres: Centres, access: AccessPoints, *, limit_m: float, most: int = MOST_FAR
) -> SnapReport:
    """Tell how far centres are from their streets; see `report_demand_snaps`."""
    return _report(
        "centres",
        centres.xy,
        access,
        [centre.name for centre in centres.centre],
        [centre.row for centre in centres.centre],
        np.zeros(len(centres.centre)),
        limit_m=limit_m,
        most=most,
    )


def _report(  # what two nouns share
    noun: SnappedNoun,
    xy: FloatArray,
    access: AccessPoints,
    label: Sequence[str],
    row: Sequence[int | str],
    persons: FloatArray,
    *,
    limit_m: float,
    most: int,
) -> SnapReport:
    distance_m = access.distance_m
    finite = distance_m[np.isfinite(distance_m)]
    worst = np.argsort(-distance_m, kind="stable")[:most]
    off = access.edge_index < 0
    median_m, p95_m, largest_m = (
        np.percentile(finite, (50.0, 95.0, 100.0)) if len(finite) else (np.nan,) * 3
    )
    return SnapReport(
        noun=noun,
        n_places=len(xy),
        n_off=int(off.sum()),
        n_switched=int(access.switched.sum()),
        limit_m=limit_m,
        median_m=float(median_m),
        p95_m=float(p95_m),
        largest_m=float(largest_m),
        farthest=FarPlaces(
            index=worst.astype(np.int64),
            label=tuple(label[i] for i in worst.tolist()),
            row=tuple(row[i] for i in worst.tolist()),
            distance_m=distance_m[worst],
            xy=xy[worst],
            street_xy=access.xy[worst],
            off=off[worst],
            persons=persons[worst],
        ),
    )
