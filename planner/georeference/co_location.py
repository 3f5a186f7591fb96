"""Centres at one place: built together, or one row written twice."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import cKDTree

from planner.domain.places import QuarantinedRow

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.domain.places import Centres

SAME_PLACE_M: Final = 1.0
"""Two rows nearer than this are at one place: coordinates are given to a metre or better."""


def part_co_located(centres: Centres, lonlat: FloatArray) -> Centres:
    """
    Mark centres that share a place, and set aside rows written twice.

    A street's centre and a community's are often built together: only a row with the place,
    the level and the name of an earlier one is a second row of the same centre.

    Parameters
    ----------
    centres
        In the working CRS, every place known.
    lonlat : shape (n_centres, 2)
        The same places in degrees, for the rows set aside.

    Returns
    -------
    centres
        With `co_located_with` filled in; second rows are in `quarantine` as `same_coordinates`.
    """
    if len(centres.centre) == 0:
        return centres
    pairs = cKDTree(centres.xy).query_pairs(SAME_PLACE_M, output_type="ndarray")
    first = _first_rows(centres, pairs)
    kept = np.flatnonzero(first < 0)
    partners: dict[int, list[int]] = {}
    for one, other in pairs.tolist():
        if first[one] < 0 and first[other] < 0:
            partners.setdefault(one, []).append(other)
            partners.setdefault(other, []).append(one)
    labels = [centre.centre_id for centre in centres.centre]
    return dataclasses.replace(
        centres,
        centre=tuple(
            dataclasses.replace(
                centres.centre[i],
                co_located_with=tuple(labels[j] for j in sorted(partners[i])),
            )
            if i in partners
            else centres.centre[i]
            for i in kept.tolist()
        ),
        xy=centres.xy[kept],
        quarantine=(
            *centres.quarantine,
            *(
                QuarantinedRow(
                    noun="centres",
                    row=centres.centre[i].row,
                    label=centres.centre[i].name,
                    reason="same_coordinates",
                    detail=f"row {centres.centre[first[i]].row}",
                    lon=float(lonlat[i, 0]),
                    lat=float(lonlat[i, 1]),
                )
                for i in np.flatnonzero(first >= 0).tolist()
            ),
        ),
    )


def _first_rows(centres: Centres, pairs: np.ndarray) -> np.ndarray:
    """Return for each row the earlier row that it repeats, -1 where it repeats none."""
    first = np.full(len(centres.centre), -1, dtype=np.int64)
    for one, other in sorted(tuple(sorted(pair)) for pair in pairs.tolist()):
        earlier, later = centres.centre[one], centres.centre[other]
        same = (earlier.name, earlier.level) == (later.name, later.level)
        if same and first[one] < 0 and first[other] < 0:
            first[other] = one
    return first
