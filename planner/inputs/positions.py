"""Where the rows of a table stand, and in which coordinates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.errors import Fault
from planner.inputs.bare_numbers import read_bare_numbers
from planner.inputs.cells import Measure
from planner.inputs.values import list_rows, read_number_column

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, GeometryArray
    from planner.inputs.tables import SourceTable

DEGREES: Final = "EPSG:4326"
_LARGEST_LAT: Final = 90.0
_LARGEST_LON: Final = 180.0
_LEAST_METRES: Final = 1000.0
_USE_MARGIN: Final = 3.0
"""Degrees: a city on the edge of a zone is drawn in it whole."""
_STATING_NOTHING: Final = (".geojson", ".json", ".geojsonl")
_POINT, _LINE_TYPES, _POLYGON_TYPES, _MULTIPOINT = 0, (1, 2, 5), (3, 6), 4


@dataclass(frozen=True, slots=True)
class Positions:
    """
    Coordinates of rows.

    Attributes
    ----------
    xy : float64, shape (n_rows, 2)
        Lon, lat or east, north in `crs`; NaN where a row has none.
    crs
        CRS of `xy`.
    notices
        What was assumed.
    used
        Columns that the coordinates came from.
    crs_stated
        False where neither the file nor the study says what the coordinates are in. GeoJSON
        states nothing: the format knows degrees alone, wherever they come from.
    """

    xy: FloatArray
    crs: str
    notices: tuple[Fault, ...] = ()
    used: frozenset[int] = frozenset()
    crs_stated: bool = True

    @property
    def blank(self) -> BoolArray:
        """True where a row has no position."""
        return np.asarray(np.isnan(self.xy).any(axis=1), dtype=np.bool_)


def place_rows(
    table: SourceTable,
    columns: dict[str, int],
    *,
    crs: str | None,
    polygons: str,
    faults: list[Fault],
) -> Positions:
    """
    Find where each row stands.

    Parameters
    ----------
    table, columns
        The rows, and the positions of the columns recognised.
    crs
        What the study says the coordinates are in; it beats what a layer says.
    polygons
        `inside` takes a point inside each polygon, `refuse` makes polygons a fault.
    faults
        Faults found are added here.
    """
    if table.geometry is not None and any(shape is not None for shape in table.geometry):
        found = _from_geometry(table, crs=crs, polygons=polygons, faults=faults)
    elif "lon" in columns and "lat" in columns:
        found = _from_degrees(table, columns, crs=crs, faults=faults)
    elif "x" in columns and "y" in columns:
        found = _from_metres(table, columns, crs=crs, faults=faults)
    else:
        found = _nowhere(table, columns, faults)
    xy = found.xy.copy()
    # A pair of zeros is how spreadsheets and exports write "no coordinates".
    xy[(xy == 0).all(axis=1)] = np.nan
    xy[np.isnan(xy).any(axis=1)] = np.nan
    found = replace(found, xy=xy)
    if found.crs and _is_geographic(found.crs):
        _check_degrees(table, found.xy, faults)
    return found


def _nowhere(table: SourceTable, columns: dict[str, int], faults: list[Fault]) -> Positions:
    half = [name for name in ("lon", "lat", "x", "y") if name in columns]
    faults.append(
        Fault(
            "says of no row where it stands" if not half else f"has only {half[0]} of a place",
            file=table.file,
            layer=table.layer,
            found="columns " + ", ".join(header for header in table.headers if header),
            expected="columns lon and lat (经度, 纬度), or x and y, or geometries",
            hint='name them in the study: columns = { lon = "…", lat = "…" }',
        )
    )
    return Positions(np.full((len(table.row), 2), np.nan), "")


def _is_geographic(crs: str) -> bool:
    from pyproj import CRS

    return bool(CRS.from_user_input(crs).is_geographic)


def _from_geometry(
    table: SourceTable, *, crs: str | None, polygons: str, faults: list[Fault]
) -> Positions:
    notices = []
    if crs is None and table.crs is None:
        faults.append(
            Fault(
                "the layer has no CRS: it does not say what its coordinates are in",
                file=table.file,
                layer=table.layer,
                hint='set crs in the study, such as crs = "EPSG:4545", or save the layer with one',
            )
        )
    elif crs is not None and table.crs is not None and not _same_crs(crs, table.crs):
        notices.append(
            Fault(
                f"the study's crs {crs} is used, not the layer's own",
                file=table.file,
                layer=table.layer,
                found=table.crs.splitlines()[0],
            )
        )
    assert table.geometry is not None  # noqa: S101 - the caller looked
    points, inside = _points(table, table.geometry, polygons=polygons, faults=faults)
    if inside:
        notices.append(
            Fault(
                f"{inside} polygons are taken as a point inside each",
                file=table.file,
                layer=table.layer,
            )
        )
    stated = crs is not None or not table.file.lower().endswith(_STATING_NOTHING)
    return Positions(points, crs or table.crs or "", tuple(notices), crs_stated=stated)


def _same_crs(one: str, other: str) -> bool:
    from pyproj import CRS

    return bool(CRS.from_user_input(one) == CRS.from_user_input(other))


def _points(
    table: SourceTable, geometry: GeometryArray, *, polygons: str, faults: list[Fault]
) -> tuple[FloatArray, int]:
    import shapely

    shapes = geometry.copy()
    kinds = shapely.get_type_id(shapes)
    alone = (kinds == _MULTIPOINT) & (shapely.get_num_geometries(shapes) == 1)
    shapes[alone] = shapely.get_geometry(shapes[alone], 0)
    areas = np.isin(kinds, _POLYGON_TYPES)
    inside = 0
    if polygons == "inside" and areas.any():
        shapes[areas] = shapely.point_on_surface(shapes[areas])
        inside = int(areas.sum())
    kinds = shapely.get_type_id(shapes)
    filled = (kinds >= 0) & ~shapely.is_empty(shapes)
    wrong = filled & (kinds != _POINT)
    if wrong.any():
        faults.append(_shape_fault(table, kinds, wrong))
    xy = np.full((len(shapes), 2), np.nan)
    right = filled & ~wrong
    xy[right] = shapely.get_coordinates(shapes[right])
    xy[np.isinf(xy)] = np.nan
    return xy, inside


def _shape_fault(table: SourceTable, kinds: FloatArray, wrong: BoolArray) -> Fault:
    rows = [table.row[index] for index in np.flatnonzero(wrong)]
    met = set(kinds[wrong].tolist())
    if met <= set(_POLYGON_TYPES):
        text, hint = "holds polygons, not points", "is it the right layer?"
    elif met <= set(_LINE_TYPES):
        text, hint = "holds lines, not points", "is it the right layer?"
    else:
        text, hint = "holds shapes that are not single points", "split them into single points"
    return Fault(
        text,
        file=table.file,
        layer=table.layer,
        row=list_rows(rows),
        expected="points",
        hint=hint,
    )


def _read_pair(
    table: SourceTable, columns: dict[str, int], names: tuple[str, str], faults: list[Fault]
) -> FloatArray:
    pair = [
        read_number_column(
            table, columns[name], Measure.COORDINATE, faults=faults, signed=True
        ).values
        for name in names
    ]
    return np.column_stack(pair)


def _from_degrees(
    table: SourceTable, columns: dict[str, int], *, crs: str | None, faults: list[Fault]
) -> Positions:
    xy = _read_pair(table, columns, ("lon", "lat"), faults)
    used = frozenset({columns["lon"], columns["lat"]})
    if crs is None:
        filled = xy[~np.isnan(xy).any(axis=1)]
        if len(filled) and (np.median(filled, axis=0) > _LEAST_METRES).all():
            told = _told_by_numbers(table, xy, used)
            if told.crs:
                return told
        notice = Fault(
            f"longitude and latitude without a crs in the study were read as {DEGREES}",
            file=table.file,
            layer=table.layer,
        )
        return Positions(xy, DEGREES, (notice,), used, crs_stated=False)
    if not _is_geographic(crs):
        faults.append(
            Fault(
                f"the study's crs {crs} is in metres, but the columns are longitude and latitude",
                file=table.file,
                layer=table.layer,
                field="crs",
                hint="remove crs, or name columns x and y",
            )
        )
        crs = ""
    return Positions(xy, crs, (), used)


def _from_metres(
    table: SourceTable, columns: dict[str, int], *, crs: str | None, faults: list[Fault]
) -> Positions:
    xy = _read_pair(table, columns, ("x", "y"), faults)
    used = frozenset({columns["x"], columns["y"]})
    if np.isnan(xy).any(axis=1).all():
        return Positions(xy, crs or DEGREES, (), used)
    if crs is None:
        told = _told_by_numbers(table, xy, used)
        if not told.crs:
            faults.append(_untold(table, xy))
        return told
    if not _is_exchanged(xy, crs):
        return Positions(xy, crs, (), used)
    notice = Fault(
        "x holds northings and y eastings, as surveyors write them: they were exchanged",
        file=table.file,
        layer=table.layer,
    )
    return Positions(xy[:, ::-1], crs, (notice,), used)


def _told_by_numbers(table: SourceTable, xy: FloatArray, used: frozenset[int]) -> Positions:
    """Read each row by where its numbers lie: the table does not say what they are in."""
    bare = read_bare_numbers(xy, rows=table.row)
    notices = tuple(replace(notice, file=table.file, layer=table.layer) for notice in bare.notices)
    return Positions(bare.xy, bare.crs, notices, used, crs_stated=False)


def _untold(table: SourceTable, xy: FloatArray) -> Fault:
    middle = np.nanmedian(xy, axis=0)
    return Fault(
        "x and y do not say what they are in",
        file=table.file,
        layer=table.layer,
        found=f"around x = {middle[0]:.10g}, y = {middle[1]:.10g}",
        hint='set crs in the study, such as crs = "EPSG:4545"',
    )


def _is_exchanged(xy: FloatArray, crs: str) -> bool:
    """Tell whether the middle lies where the CRS is used only with x and y exchanged."""
    from pyproj import CRS, Transformer

    area = CRS.from_user_input(crs).area_of_use
    if area is None:
        return False
    middle = np.nanmedian(xy, axis=0)
    to_degrees = Transformer.from_crs(crs, DEGREES, always_xy=True)

    def of_use(x: float, y: float) -> bool:
        lon, lat = to_degrees.transform(x, y)
        return bool(
            area.west - _USE_MARGIN <= lon <= area.east + _USE_MARGIN
            and area.south - _USE_MARGIN <= lat <= area.north + _USE_MARGIN
        )

    return not of_use(middle[0], middle[1]) and of_use(middle[1], middle[0])


def _check_degrees(table: SourceTable, xy: FloatArray, faults: list[Fault]) -> None:
    lon, lat = np.abs(xy[:, 0]), np.abs(xy[:, 1])
    wrong = (lon > _LARGEST_LON) | (lat > _LARGEST_LAT)
    if not wrong.any():
        return
    rows = [table.row[index] for index in np.flatnonzero(wrong)]
    first = int(np.flatnonzero(wrong)[0])
    swapped = (lon[wrong] <= _LARGEST_LAT) & (lat[wrong] <= _LARGEST_LON)
    metres = (lon[wrong] > _LEAST_METRES) & (lat[wrong] > _LEAST_METRES)
    hint = None
    if swapped.all():
        hint = "longitude and latitude look exchanged"
    elif metres.all():
        hint = 'these look like metres: name the columns x and y, and set crs = "EPSG:4545" or so'
    faults.append(
        Fault(
            "coordinates are not degrees of longitude and latitude",
            file=table.file,
            layer=table.layer,
            row=list_rows(rows),
            found=f"lon {xy[first, 0]:.10g}, lat {xy[first, 1]:.10g}",
            expected="lon between -180 and 180, lat between -90 and 90",
            hint=hint,
        )
    )
