"""Pairs of numbers that do not say what they are in, told by where they lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.errors import Fault
from planner.inputs.values import list_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import BoolArray, FloatArray, IntArray

DEGREES: Final = "EPSG:4326"
_NORTH_M: Final = (3.2e6, 3.4e6)
"""Northings of Chongqing on a Gauss-Krüger grid."""
_MARGIN_M: Final = 10_000.0


@dataclass(frozen=True, slots=True)
class _Range:
    """Where the numbers of a CRS lie, for the nine central districts of Chongqing."""

    crs: str
    words: str
    x: tuple[float, float]
    y: tuple[float, float]

    def holds(self, xy: FloatArray) -> BoolArray:
        """Tell which rows lie in it; NaN does in none."""
        x, y = xy[:, 0], xy[:, 1]
        inside: BoolArray = (
            (self.x[0] <= x) & (x <= self.x[1]) & (self.y[0] <= y) & (y <= self.y[1])
        )
        return inside


def _grid(crs: str, words: str, west: float, east: float) -> _Range:
    return _Range(crs, words, (west - _MARGIN_M, east + _MARGIN_M), _NORTH_M)


_METRES: Final = (
    _grid("EPSG:4544", "CGCS2000, 3-degree zone of 105°E", 620_204.0, 694_467.0),
    _grid("EPSG:4545", "CGCS2000, 3-degree zone of 108°E", 329_422.0, 403_447.0),
    _grid("EPSG:4523", "CGCS2000, zone 35 with its prefix", 35_620_204.0, 35_694_467.0),
    _grid("EPSG:4524", "CGCS2000, zone 36 with its prefix", 36_329_422.0, 36_403_447.0),
    _Range(
        "EPSG:3857",
        "web Mercator",
        (11.827e6 - _MARGIN_M, 11.911e6 + _MARGIN_M),
        (3.392e6 - _MARGIN_M, 3.520e6 + _MARGIN_M),
    ),
)
_WORLD: Final = _Range(DEGREES, "degrees", (-180.0, 180.0), (-90.0, 90.0))
_CHINA_DEGREES: Final = _Range(DEGREES, "degrees", (100.0, 115.0), (25.0, 35.0))
"""Degrees among metres are believed in the wider region alone: 0 and 1 are no places."""


@dataclass(frozen=True, slots=True)
class BareNumbers:
    """
    What pairs of numbers were found to be.

    Attributes
    ----------
    xy : float64, shape (n, 2)
        East (longitude) first, all rows in `crs`; rows that fit nothing stay as they are.
    crs
        The CRS of most rows, empty where none fits anything.
    notices
        What was found, without file and layer.
    """

    xy: FloatArray
    crs: str
    notices: tuple[Fault, ...] = ()


def read_bare_numbers(xy: FloatArray, *, rows: Sequence[int]) -> BareNumbers:
    """
    Tell row by row what pairs of numbers are in, and bring all rows to the commonest CRS.

    Two Gauss-Krüger zones meet inside Chongqing, so one table may hold both. Each zone,
    with and without its prefix, web Mercator and degrees lie in ranges that do not meet,
    also with x and y exchanged as surveyors write them.

    Parameters
    ----------
    xy : shape (n, 2)
        NaN where a row has no place.
    rows
        Row of each as the user sees it.
    """
    ranges = (*_METRES, _WORLD if _mostly_degrees(xy) else _CHINA_DEGREES)
    which, exchanged = _classify(xy, ranges)
    counts = np.bincount(which[which >= 0], minlength=len(ranges))
    if counts.sum() == 0:
        return BareNumbers(xy, "")
    main = int(counts.argmax())
    # A row that fits nothing is read as most rows are, and is set aside for where it lies.
    others = (which < 0) & np.isfinite(xy).all(axis=1)
    exchanged |= others & bool(exchanged[which >= 0].mean() > 0.5)  # noqa: PLR2004 - most
    turned = np.where(exchanged[:, None], xy[:, ::-1], xy)
    notices = _notices(ranges, which, exchanged, main, rows)
    for other in np.flatnonzero(counts).tolist():
        if other != main:
            chosen = which == other
            turned[chosen] = _convert(turned[chosen], ranges[other].crs, ranges[main].crs)
    return BareNumbers(turned, ranges[main].crs, tuple(notices))


def _mostly_degrees(xy: FloatArray) -> bool:
    known = xy[np.isfinite(xy).all(axis=1)]
    return bool(len(known)) and bool((np.abs(np.median(known, axis=0)) <= 180.0).all())  # noqa: PLR2004 - degrees


def _classify(xy: FloatArray, ranges: tuple[_Range, ...]) -> tuple[IntArray, BoolArray]:
    which = np.full(len(xy), -1, dtype=np.int64)
    exchanged = np.zeros(len(xy), dtype=np.bool_)
    for turn in (False, True):
        for number, one in enumerate(ranges):
            fits = (which < 0) & one.holds(xy[:, ::-1] if turn else xy)
            which[fits] = number
            exchanged[fits] = turn
    return which, exchanged


def _notices(
    ranges: tuple[_Range, ...],
    which: IntArray,
    exchanged: BoolArray,
    main: int,
    rows: Sequence[int],
) -> list[Fault]:
    notices = []
    degrees = ranges[main].crs == DEGREES
    turned = np.flatnonzero(exchanged & (which >= 0)).tolist()
    if len(turned):
        text = (
            "x holds latitudes and y longitudes: they were exchanged"
            if degrees
            else "x holds northings and y eastings, as surveyors write them: they were exchanged"
        )
        known = int((which >= 0).sum())
        which_rows = None if len(turned) == known else list_rows([rows[i] for i in turned])
        notices.append(Fault(text, row=which_rows))
    if degrees:
        notices.append(Fault(f"x and y look like degrees and were read as {DEGREES}"))
    else:
        crs, words = ranges[main].crs, ranges[main].words
        notices.append(Fault(f"x and y lie where {crs} puts Chongqing and were read so ({words})"))
    for number, one in enumerate(ranges):
        chosen = np.flatnonzero(which == number).tolist()
        if number != main and len(chosen):
            notices.append(
                Fault(
                    f"{len(chosen)} rows lie where {one.crs} puts Chongqing and were read so, "
                    f"unlike the others ({one.words})",
                    row=list_rows([rows[i] for i in chosen]),
                )
            )
    return notices


def _convert(xy: FloatArray, from_crs: str, to_crs: str) -> FloatArray:
    from pyproj import Transformer

    change = Transformer.from_crs(from_crs, to_crs, always_xy=True)
    return np.column_stack(change.transform(xy[:, 0], xy[:, 1]))
