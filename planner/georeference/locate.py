"""Records of places into the working CRS of the streets; what lies elsewhere is set aside."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from planner.domain.places import QuarantinedRow
from planner.errors import Fault, InputInvalid
from planner.georeference.crs import LONLAT, lacks_datum_shift, lonlat_of, project
from planner.georeference.datum import in_shifted_box, to_wgs84

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.domain.arrays import BoolArray, FloatArray, GeometryArray
    from planner.domain.network import Streets
    from planner.domain.places import Areas, Candidates, Centres, Demand

MARGIN_M: Final = 1_000.0
"""A place this far outside the box of the streets still belongs to the study."""
CENTRE_MARGIN_M: Final = 5_000.0
"""
A centre this far outside the box is a place of the study gone wrong: it is kept, so that
snapping refuses it with its distance. One farther away is set aside like any stray row.
"""
_REASON: Final = "outside_streets"
_NAME_DATUM: Final = "name their datum in the study: gcj02 or bd09"
_CONVERT: Final = "convert them to WGS 84 first"
_MOST_LON, _MOST_LAT = 180.0, 90.0


def locate_demand(demand: Demand, streets: Streets, *, datum: str = "auto") -> Demand:
    """
    Return demand in the working CRS; points away from the streets are quarantined.

    Parameters
    ----------
    demand
        As read, in any CRS.
    streets
        The streets of the study.
    datum
        `auto` (as the CRS declares), `wgs84`, `cgcs2000`, `gcj02` or `bd09`.

    Returns
    -------
    demand
        Only points within 1 km of the streets' box; `quarantine` holds the
        others (`outside_streets`) after those the reader set aside.

    Raises
    ------
    InputInvalid
        If no point lies near the streets, or the CRS or datum is unknown.
    """
    lonlat, xy = _place(demand.xy, demand.crs, streets, datum, demand.file)
    inside = _inside(xy, streets)
    _check_overlap(demand, lonlat, inside, streets)
    away = tuple(
        _quarantined("demand", demand.row[i], demand.demand_id[i], lonlat[i], demand.persons[i])
        for i in np.flatnonzero(~inside).tolist()
    )
    kept = np.flatnonzero(inside)
    return dataclasses.replace(
        demand,
        demand_id=tuple(demand.demand_id[i] for i in kept.tolist()),
        xy=xy[kept],
        crs=streets.crs,
        persons=demand.persons[kept],
        row=tuple(demand.row[i] for i in kept.tolist()),
        households=None if demand.households is None else demand.households[kept],
        groups={name: persons[kept] for name, persons in demand.groups.items()},
        notices=(*demand.notices, *_notices(demand, lonlat, datum, _CONVERT)),
        quarantine=(*_in_degrees(demand.quarantine, demand.crs, datum), *away),
    )


def locate_centres(centres: Centres, streets: Streets, *, datum: str = "auto") -> Centres:
    """
    Return centres in the working CRS; see `locate_demand`.

    A centre counts much more than a home, so it is set aside only where it is more than
    `CENTRE_MARGIN_M` outside the box of the streets; a nearer stray is left to `snap_places`.
    """
    lonlat, xy = _place(centres.xy, centres.crs, streets, datum, centres.file)
    inside = _inside(xy, streets, margin_m=CENTRE_MARGIN_M)
    _check_overlap(centres, lonlat, inside, streets)
    away = tuple(
        _quarantined("centres", centres.centre[i].row, centres.centre[i].name, lonlat[i], 0.0)
        for i in np.flatnonzero(~inside).tolist()
    )
    kept = np.flatnonzero(inside)
    return dataclasses.replace(
        centres,
        centre=tuple(centres.centre[i] for i in kept.tolist()),
        xy=xy[kept],
        crs=streets.crs,
        notices=(*centres.notices, *_notices(centres, lonlat, datum, _NAME_DATUM)),
        quarantine=(*_in_degrees(centres.quarantine, centres.crs, datum), *away),
    )


def locate_candidates(
    candidates: Candidates, streets: Streets, *, datum: str = "auto"
) -> Candidates:
    """
    Return candidates in the working CRS; those away from the streets are left out, with a notice.

    Raises
    ------
    InputInvalid
        If no candidate lies near the streets, or the CRS or datum is unknown.
    """
    lonlat, xy = _place(candidates.xy, candidates.crs, streets, datum, candidates.file)
    inside = _inside(xy, streets)
    _check_overlap(candidates, lonlat, inside, streets)
    notices = _notices(candidates, lonlat, datum, _CONVERT)
    if not inside.all():
        away = [candidates.candidate_id[i] for i in np.flatnonzero(~inside).tolist()]
        text = f"{len(away)} candidates lie away from the streets and are left out"
        notices.append(Fault(text, file=candidates.file, found=_some(away)))
    kept = np.flatnonzero(inside)
    return dataclasses.replace(
        candidates,
        candidate_id=tuple(candidates.candidate_id[i] for i in kept.tolist()),
        xy=xy[kept],
        crs=streets.crs,
        cost_yuan=None if candidates.cost_yuan is None else candidates.cost_yuan[kept],
        notices=(*candidates.notices, *notices),
    )


def locate_areas(areas: Areas, streets: Streets) -> Areas:
    """
    Return areas in the working CRS, whole: areas may reach beyond the streets.

    Raises
    ------
    InputInvalid
        If the CRS is unknown.
    """
    _check_crs(areas.crs, areas.file)
    geometry: GeometryArray = shapely.transform(
        areas.geometry, lambda xy: project(xy, areas.crs, streets.crs)
    )
    # Rounding can let a narrow neck touch itself.
    broken = ~shapely.is_valid(geometry)
    geometry[broken] = shapely.buffer(geometry[broken], 0.0)
    return dataclasses.replace(areas, geometry=geometry, crs=streets.crs)


def _place(
    xy: FloatArray, crs: str, streets: Streets, datum: str, file: str
) -> tuple[FloatArray, FloatArray]:
    """Return places in degrees on WGS 84 and in the working CRS."""
    _check_crs(crs, file)
    lonlat = to_wgs84(lonlat_of(xy, crs), datum)
    if datum in ("gcj02", "bd09"):
        return lonlat, project(lonlat, LONLAT, streets.crs)
    return lonlat, project(xy, crs, streets.crs)


def _check_crs(crs: str, file: str) -> None:
    try:
        project(np.zeros((0, 2)), crs, LONLAT)
    except InputInvalid as error:
        raise InputInvalid(
            [dataclasses.replace(fault, file=file) for fault in error.faults]
        ) from error


def _inside(xy: FloatArray, streets: Streets, *, margin_m: float = MARGIN_M) -> BoolArray:
    low, high = streets.shape_xy.min(axis=0) - margin_m, streets.shape_xy.max(axis=0) + margin_m
    within = (low <= xy) & (xy <= high)
    inside: BoolArray = within[:, 0] & within[:, 1]
    return inside


def _check_overlap(
    places: Demand | Centres | Candidates, lonlat: FloatArray, inside: BoolArray, streets: Streets
) -> None:
    if inside.any() or len(inside) == 0:
        return
    turned = project(places.xy[:, ::-1], places.crs, streets.crs)
    if _inside(turned, streets).any():
        hint = "the two coordinate columns look swapped"
    else:
        hint = f"check the coordinate system (read as {_short(places.crs)}) and the street file"
    known = lonlat[np.isfinite(lonlat).all(axis=1)]
    box = (*known.min(axis=0), *known.max(axis=0)) if len(known) else None
    raise InputInvalid(
        Fault(
            "no place of the file lies near the streets",
            file=places.file,
            found="no point on the earth" if box is None else f"places in {_degrees(box)}",
            expected=f"places in {_degrees(streets.bounds_lonlat)}",
            hint=hint,
        )
    )


def _degrees(box: Iterable[float]) -> str:
    west, south, east, north = box
    return f"longitude {west:.4f} to {east:.4f}, latitude {south:.4f} to {north:.4f}"


def _short(crs: str) -> str:
    """Keep WKT out of messages."""
    return crs if "\n" not in crs and "[" not in crs else crs.split('"')[1]


def _some(labels: list[str], most: int = 5) -> str:
    return ", ".join(labels[:most]) + (", …" if len(labels) > most else "")


def _quarantined(
    noun: str, row: int | str, label: str, lonlat: FloatArray, persons: float
) -> QuarantinedRow:
    lon, lat = lonlat.tolist()
    return QuarantinedRow(
        noun=noun,
        row=row,
        label=label,
        reason=_REASON,
        detail=f"{lon:.6f}, {lat:.6f}",
        persons=float(persons),
        lon=lon,
        lat=lat,
    )


def _in_degrees(
    rows: tuple[QuarantinedRow, ...], crs: str, datum: str
) -> tuple[QuarantinedRow, ...]:
    """Give rows set aside by a reader, which knows no other CRS than the file's, their degrees."""
    if not rows:
        return rows
    xy = np.array([(row.lon, row.lat) for row in rows])
    as_degrees = (np.abs(xy) <= (_MOST_LON, _MOST_LAT)).all(axis=1)
    lonlat = to_wgs84(np.where(as_degrees[:, None], xy, lonlat_of(xy, crs)), datum)
    return tuple(
        dataclasses.replace(row, lon=lon, lat=lat)
        for row, (lon, lat) in zip(rows, lonlat.tolist(), strict=True)
    )


def _notices(
    places: Demand | Centres | Candidates, lonlat: FloatArray, datum: str, remedy: str
) -> list[Fault]:
    notices = []
    if datum == "auto" and in_shifted_box(lonlat).any():
        notices.append(
            Fault(
                "the datum was not tested: coordinates are taken as their CRS declares them",
                file=places.file,
                hint=f"if they come from a Chinese web map, {remedy}",
            )
        )
    if lacks_datum_shift(places.crs):
        notices.append(
            Fault(
                "no shift from this datum to WGS 84 is known: places may be off by some 100 m",
                file=places.file,
                found=_short(places.crs),
                hint="export the file in CGCS2000 (EPSG:4490, 4544 or 4545)",
            )
        )
    return notices
