"""Numbers that fit another CRS than the one they were read in, judged by the streets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from planner.errors import Fault, InputInvalid
from planner.georeference.crs import lonlat_of, project

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.domain.arrays import BoolArray, FloatArray
    from planner.domain.network import Streets

KNOWN: Final = (
    ("EPSG:4490", "degrees"),
    ("EPSG:4544", "CGCS2000, zone of 105°E"),
    ("EPSG:4545", "CGCS2000, zone of 108°E"),
    ("EPSG:4523", "CGCS2000, zone 35 with its prefix"),
    ("EPSG:4524", "CGCS2000, zone 36 with its prefix"),
    ("EPSG:4543", "CGCS2000, zone of 102°E"),
    ("EPSG:4546", "CGCS2000, zone of 111°E"),
    ("EPSG:3857", "web Mercator"),
)
"""What numbers from Chongqing may be in; the first that fits is named."""
FAR_M: Final = 50_000.0
"""
A row this far from the streets that would lie among them in another CRS is in that other CRS:
the wrong zone is 290 km off.
"""
_FIT_MARGIN_M: Final = 5_000.0
_FITTING_SHARE: Final = 0.5


def near_streets(xy: FloatArray, streets: Streets, *, margin_m: float) -> BoolArray:
    """Tell which places lie in the box of the streets or so near it; working CRS."""
    low, high = streets.shape_xy.min(axis=0) - margin_m, streets.shape_xy.max(axis=0) + margin_m
    within = (low <= xy) & (xy <= high)
    inside: BoolArray = within[:, 0] & within[:, 1]
    return inside


def check_place_of_study(
    read: FloatArray,
    crs: str,
    xy: FloatArray,
    streets: Streets,
    *,
    row: Sequence[int | str],
    margin_m: float,
    file: str,
) -> None:
    """
    Refuse a file none of whose places is near the streets, or whose rows are in several CRS.

    Parameters
    ----------
    read, crs
        Coordinates as read, shape (n, 2), and their CRS.
    xy
        The same places in the working CRS.
    streets
        The streets of the study: where places of the study must be.
    row
        Row of each place as the user sees it.
    margin_m
        How far outside the streets' box a place still is of the study.
    file
        For the message.

    Raises
    ------
    InputInvalid
        With the CRS that the numbers fit, where there is one.
    """
    if len(xy) == 0:
        return
    if not near_streets(xy, streets, margin_m=margin_m).any():
        raise InputInvalid(_all_away(read, crs, streets, file))
    known = np.isfinite(read).all(axis=1)
    far = np.flatnonzero(known & ~near_streets(xy, streets, margin_m=FAR_M))
    if len(far) == 0:
        return
    for other, exchanged, words in _readings(crs):
        turned = read[far][:, ::-1] if exchanged else read[far]
        fits = near_streets(project(turned, other, streets.crs), streets, margin_m=_FIT_MARGIN_M)
        if fits.any():
            raise InputInvalid(
                Fault(
                    f"{int(fits.sum())} rows are in another coordinate system than the rest",
                    file=file,
                    row=_some([row[i] for i in far[fits].tolist()]),
                    found=_fit_text(other, words, exchanged=exchanged),
                    expected=f"{short_crs(crs)}, as the file or the study says",
                    hint="convert these rows, or give each group a file of its own; a table of "
                    "survey metres whose study names no crs is read row by row",
                )
            )


def _readings(crs: str) -> list[tuple[str, bool, str]]:
    """Return what numbers may be in, other than `crs`: CRS, axes exchanged, words."""
    others = [(other, words) for other, words in KNOWN if other != crs]
    return [
        (crs, True, short_crs(crs)),
        *((other, False, words) for other, words in others),
        *((other, True, words) for other, words in others),
    ]


def _all_away(read: FloatArray, crs: str, streets: Streets, file: str) -> Fault:
    hint = f"check the coordinate system (read as {short_crs(crs)}) and the street file"
    for other, exchanged, words in _readings(crs):
        turned = read[:, ::-1] if exchanged else read
        near = near_streets(project(turned, other, streets.crs), streets, margin_m=_FIT_MARGIN_M)
        if near.mean() >= _FITTING_SHARE:
            hint = (
                "the two coordinate columns look swapped"
                if other == crs
                else f"the numbers fit {_fit_text(other, words, exchanged=exchanged)}, "
                f"not {short_crs(crs)}: correct the crs"
            )
            break
    lonlat = lonlat_of(read, crs)
    known = lonlat[np.isfinite(lonlat).all(axis=1)]
    box = (*known.min(axis=0), *known.max(axis=0)) if len(known) else None
    return Fault(
        "no place of the file lies near the streets",
        file=file,
        found="no point on the earth" if box is None else f"places in {_degrees(box)}",
        expected=f"places in {_degrees(streets.bounds_lonlat)}",
        hint=hint,
    )


def _fit_text(crs: str, words: str, *, exchanged: bool) -> str:
    return f"{short_crs(crs)} ({words})" + (" with x and y exchanged" if exchanged else "")


def _degrees(box: Iterable[float]) -> str:
    west, south, east, north = box
    return f"longitude {west:.4f} to {east:.4f}, latitude {south:.4f} to {north:.4f}"


def short_crs(crs: str) -> str:
    """Keep WKT out of messages."""
    return crs if "\n" not in crs and "[" not in crs else crs.split('"')[1]


def _some(rows: Sequence[int | str], most: int = 10) -> str:
    return ", ".join(str(row) for row in rows[:most]) + (", …" if len(rows) > most else "")
