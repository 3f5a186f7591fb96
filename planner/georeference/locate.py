"""Records of places into the working CRS of the streets; what lies elsewhere is set aside."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from planner.domain.places import QuarantinedRow
from planner.errors import Fault, InputInvalid
from planner.georeference.co_location import part_co_located
from planner.georeference.crs import LONLAT, lacks_datum_shift, lonlat_of, project
from planner.georeference.datum import DATUMS, in_shifted_box, to_wgs84
from planner.georeference.decide import decide_datum
from planner.georeference.entrances import take_entrances
from planner.georeference.which_datum import weigh_datums
from planner.georeference.zones import check_place_of_study, near_streets, short_crs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.domain.arrays import FloatArray, GeometryArray
    from planner.domain.network import Streets
    from planner.domain.places import Areas, Candidates, Centres, Demand
    from planner.domain.placing import DatumTest

MARGIN_M: Final = 1_000.0
"""A place this far outside the box of the streets still belongs to the study."""
CENTRE_MARGIN_M: Final = 5_000.0
"""
A centre this far outside the box is a place of the study gone wrong: it is kept, so that
snapping refuses it with its distance. One farther away is set aside like any stray row.
"""
_REASON: Final = "outside_streets"
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
    inside = near_streets(xy, streets, margin_m=MARGIN_M)
    check_place_of_study(
        demand.xy, demand.crs, xy, streets, row=demand.row, margin_m=MARGIN_M, file=demand.file
    )
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
        notices=(*demand.notices, *_notices(demand, lonlat, datum)),
        quarantine=(*_in_degrees(demand.quarantine, demand.crs, datum), *away),
    )


def locate_centres(
    centres: Centres,
    streets: Streets,
    *,
    datum: str = "auto",
    areas: Iterable[Areas] = (),
    footprints: GeometryArray | None = None,
) -> Centres:
    """
    Return centres in the working CRS, their datum tested; see `locate_demand`.

    A centre counts much more than a home, so it is set aside only where it is more than
    `CENTRE_MARGIN_M` outside the box of the streets; a nearer stray is left to `snap_places`.
    Where web maps shift coordinates, the datum is tested against the areas and roads that the
    rows name (`weigh_datums`), and `auto` decides by it or asks (`decide_datum`).

    Parameters
    ----------
    centres
        As read, in any CRS.
    streets
        The streets of the study.
    datum
        As in `locate_demand`.
    areas
        Areas of the study in the working CRS, for the test.
    footprints
        Buildings in the working CRS, for the test.

    Returns
    -------
    centres
        Centres at one place know each other (`co_located_with`); `datum_test` holds the
        evidence. Rows away from the streets and rows written twice are in `quarantine`.

    Raises
    ------
    InputInvalid
        If no centre lies near the streets, rows are in several CRS, the CRS or datum is
        unknown, nothing tells the datum and it must be asked for, or entrances lie far from
        their centre.
    """
    _check_crs(centres.crs, centres.file)
    as_read = lonlat_of(centres.xy, centres.crs)
    check_place_of_study(
        centres.xy,
        centres.crs,
        project(centres.xy, centres.crs, streets.crs),
        streets,
        row=[centre.row for centre in centres.centre],
        margin_m=CENTRE_MARGIN_M,
        file=centres.file,
    )
    test, notices = _decide(centres, as_read, streets, datum, areas, footprints)
    used = datum if test is None else test.used
    lonlat, xy = _place(centres.xy, centres.crs, streets, used, centres.file)
    inside = near_streets(xy, streets, margin_m=CENTRE_MARGIN_M)
    away = tuple(
        _quarantined("centres", centres.centre[i].row, centres.centre[i].name, lonlat[i], 0.0)
        for i in np.flatnonzero(~inside).tolist()
    )
    kept = np.flatnonzero(inside)
    rows = [centres.centre[i] for i in kept.tolist()]
    doors = np.array([xy for row in rows for xy in row.entrances]).reshape(-1, 2)
    _, doors = _place(doors, centres.crs, streets, used, centres.file)
    located = dataclasses.replace(
        centres,
        centre=take_entrances(rows, doors, xy[kept], file=centres.file),
        xy=xy[kept],
        crs=streets.crs,
        notices=(*centres.notices, *notices, *_shift_notices(centres)),
        quarantine=(*_in_degrees(centres.quarantine, centres.crs, used), *away),
        datum_test=test,
    )
    return part_co_located(located, lonlat[kept])


def _decide(
    centres: Centres,
    as_read: FloatArray,
    streets: Streets,
    datum: str,
    areas: Iterable[Areas],
    footprints: GeometryArray | None,
) -> tuple[DatumTest | None, list[Fault]]:
    """Test the datum where web maps shift coordinates; None where they do not."""
    xy = project(as_read, LONLAT, streets.crs)
    near = np.flatnonzero(near_streets(xy, streets, margin_m=CENTRE_MARGIN_M))
    if datum not in DATUMS or not in_shifted_box(as_read[near]).any():
        return None, []
    test = weigh_datums(
        tuple(centres.centre[i] for i in near.tolist()),
        as_read[near],
        streets,
        areas,
        asked=datum,
        footprints=footprints,
    )
    return decide_datum(test, crs=centres.crs, crs_stated=centres.crs_stated, file=centres.file)


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
    inside = near_streets(xy, streets, margin_m=MARGIN_M)
    check_place_of_study(
        candidates.xy,
        candidates.crs,
        xy,
        streets,
        row=candidates.candidate_id,
        margin_m=MARGIN_M,
        file=candidates.file,
    )
    notices = _notices(candidates, lonlat, datum)
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


def _notices(places: Demand | Candidates, lonlat: FloatArray, datum: str) -> list[Fault]:
    notices = []
    if datum == "auto" and in_shifted_box(lonlat).any():
        notices.append(
            Fault(
                "the datum was not tested: coordinates are taken as their CRS declares them",
                file=places.file,
                hint="if they come from a Chinese web map, convert them to WGS 84 first",
            )
        )
    return [*notices, *_shift_notices(places)]


def _shift_notices(places: Demand | Centres | Candidates) -> list[Fault]:
    if not lacks_datum_shift(places.crs):
        return []
    return [
        Fault(
            "no shift from this datum to WGS 84 is known: places may be off by some 100 m",
            file=places.file,
            found=short_crs(places.crs),
            hint="export the file in CGCS2000 (EPSG:4490, 4544 or 4545)",
        )
    ]
