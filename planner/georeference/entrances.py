"""Centres with several entrances: each is a place of its own on the streets."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.network import AccessPoints
from planner.domain.placing import Entrances
from planner.errors import Fault, InputInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray
    from planner.domain.places import Centre, Centres

FARTHEST_ENTRANCE_M: Final = 500.0
"""An entrance farther than this from its centre belongs to another building, or is mistyped."""


def list_entrances(centres: Centres) -> Entrances:
    """
    List where people go into each centre: its entrances, or its one place.

    Parameters
    ----------
    centres
        In the working CRS, their entrances too.
    """
    xy: list[tuple[float, float]] = []
    centre_index: list[int] = []
    for i, centre in enumerate(centres.centre):
        places = centre.entrances or (tuple(centres.xy[i].tolist()),)
        xy.extend(places)
        centre_index.extend([i] * len(places))
    return Entrances(
        xy=np.array(xy, dtype=np.float64).reshape(-1, 2),
        centre_index=np.array(centre_index, dtype=np.int64),
    )


def pick_main_entrances(entrances: Entrances, access: AccessPoints, n_centres: int) -> AccessPoints:
    """
    Return one access point a centre: that of the entrance nearest to its street.

    For maps and tables that show one point a centre; walks use every entrance.

    Parameters
    ----------
    entrances
        From `list_entrances`: every centre has at least one.
    access
        Where they meet the streets. An entrance off the network goes after all others.
    n_centres
        How many centres there are.
    """
    off = access.edge_index < 0
    order = np.lexsort((access.distance_m, off, entrances.centre_index))
    chosen = order[np.searchsorted(entrances.centre_index[order], np.arange(n_centres))]
    return AccessPoints(
        edge_index=access.edge_index[chosen],
        fraction=access.fraction[chosen],
        distance_m=access.distance_m[chosen],
        xy=access.xy[chosen],
        switched=access.switched[chosen],
    )


def take_entrances(
    rows: Sequence[Centre], entrance_xy: FloatArray, centre_xy: FloatArray, *, file: str
) -> tuple[Centre, ...]:
    """
    Give centres the places of their entrances in the working CRS.

    Parameters
    ----------
    rows
        Centres with entrances as read.
    entrance_xy : shape (n_entrances, 2)
        The same entrances in the working CRS, in their order.
    centre_xy : shape (n_centres, 2)
        The centres.
    file
        For messages.

    Raises
    ------
    InputInvalid
        With every centre whose entrance is farther than 500 m from it.
    """
    turned = iter(entrance_xy.tolist())
    found, faults = [], []
    for row, (x, y) in zip(rows, centre_xy.tolist(), strict=True):
        doors = tuple((float(u), float(v)) for u, v in (next(turned) for _ in row.entrances))
        away_m = max((math.hypot(u - x, v - y) for u, v in doors), default=0.0)
        # Written so that an entrance that is no place on the earth counts as far.
        if not away_m <= FARTHEST_ENTRANCE_M:
            faults.append(
                Fault(
                    "an entrance is too far from its centre",
                    file=file,
                    row=row.row,
                    field="entrances",
                    found=f"{row.name}, {away_m:,.0f} m",
                    expected=f"at most {FARTHEST_ENTRANCE_M:.0f} m",
                    hint="write entrances as the centre is written: the same system, x (or "
                    "longitude) first",
                )
            )
        found.append(dataclasses.replace(row, entrances=doors) if doors else row)
    if faults:
        raise InputInvalid(faults)
    return tuple(found)
