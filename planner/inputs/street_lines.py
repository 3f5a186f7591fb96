"""Official road lines (GeoPackage, Shapefile, GeoJSON, FlatGeobuf, DXF, GeoParquet) to lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.network import EdgeFlag
from planner.domain.progress import Progress, SilentProgress
from planner.domain.street_lines import StreetLines
from planner.errors import Fault, InputUnreadable, NetworkEmpty
from planner.inputs.line_tags import LineTags, read_line_tags
from planner.inputs.recognise import recognise_columns
from planner.inputs.street_words import STREET_COLUMNS
from planner.inputs.tables import TEXT_SUFFIXES, WORKBOOK_SUFFIXES, SourceTable, require_file
from planner.inputs.values import list_rows, raise_if_any, read_text_column, unused_notice
from planner.inputs.vectors import read_layer

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.arrays import BoolArray, FloatArray, GeometryArray, Int32Array, IntArray
    from planner.domain.study import StreetsSettings

READER_VERSION: Final = "1"
"""Raised whenever the same file would be read differently: caches of older versions expire."""

LINE_SUFFIXES: Final = (
    ".gpkg",
    ".shp",
    ".zip",
    ".geojson",
    ".json",
    ".fgb",
    ".gdb",
    ".dxf",
    ".parquet",
    ".geoparquet",
)
_PARQUET: Final = (".parquet", ".geoparquet")
_LINE_TYPES: Final = (1, 2)
_NOTHING: Final = -1
_COLLECTION: Final = 7
_LARGEST_LAT, _LARGEST_LON = 90.0, 180.0
_FAR_M: Final = 300_000.0
_DEGREE_M: Final = 111_000.0


def read_street_lines(
    settings: StreetsSettings, *, progress: Progress | None = None
) -> StreetLines:
    """
    Read the lines of a file that people may walk along.

    Parameters
    ----------
    settings
        The file, and where the study says so its layer, its CRS and its columns. Columns
        are recognised by alias otherwise (`planner.inputs.street_words`).
    progress
        Listener.

    Returns
    -------
    lines
        In the CRS of the file. Multi-lines are split, heights of vertices dropped, curves
        drawn as chords; points and polygons among the lines, empty shapes and lines without
        length are left out and counted.

    Raises
    ------
    InputMissing, InputUnreadable
        If there is no such file, or it cannot be read.
    InputInvalid
        With every fault of the file: no CRS, no lines, a column that is not there.
    NetworkEmpty
        If people may walk along none of the lines.
    """
    listener = SilentProgress() if progress is None else progress
    listener.begin("read_streets")
    try:
        return _read(settings)
    finally:
        listener.end()


def _read(settings: StreetsSettings) -> StreetLines:
    table = _read_table(settings.source, settings.layer)
    faults: list[Fault] = []
    columns = recognise_columns(
        table.headers,
        STREET_COLUMNS,
        chosen=settings.columns,
        cut_names=table.cut_names,
        file=table.file,
        layer=table.layer,
        faults=faults,
    )
    notices = list(table.notices)
    counts: Counter[str] = Counter()
    crs = _settle_crs(table, settings.crs, faults, notices)
    shapes, row_index = _lines_of(table, counts, faults)
    raise_if_any(faults)
    vertices, indptr, row_index = _vertices_of(shapes, row_index, counts)
    _check_range(table, vertices, crs, faults)
    raise_if_any(faults)
    near = np.flatnonzero(~_is_far_off(vertices, indptr, crs))
    if len(near) < len(row_index):
        counts["lines_far_off"] = len(row_index) - len(near)
        far = np.setdiff1d(row_index, row_index[near])
        notices.append(_far_notice(table, far, counts["lines_far_off"]))
        vertices, indptr = _take(vertices, indptr, near)
        row_index = row_index[near]
    tags = read_line_tags(table, columns)
    walked = tags.flags[row_index] != tags.LEFT_OUT
    _count_verdicts(tags, row_index, counts)
    if not walked.any():
        raise _nothing_to_walk(table, counts)
    notices.extend(_notices(table, columns, counts))
    notices.extend(tags.notices)
    kept = np.flatnonzero(walked)
    vertices, indptr = _take(vertices, indptr, kept)
    row_index = row_index[kept]
    names, name = _names_of(table, columns.get("name"), row_index)
    return StreetLines(
        vertices=vertices,
        indptr=indptr,
        level=tags.level[row_index],
        kind=tags.kind[row_index],
        flags=tags.flags[row_index].astype(np.uint16),
        name=name,
        step_count=tags.step_count[row_index],
        row=np.array(table.row, dtype=np.int64)[row_index],
        crs=crs,
        kinds=tags.kinds,
        names=names,
        file=table.file,
        counts={key: int(counts[key]) for key in sorted(counts)},
        notices=tuple(notices),
    )


def _read_table(path: Path, layer: str | None) -> SourceTable:
    require_file(path)
    suffix = path.suffix.lower()
    if suffix in (*TEXT_SUFFIXES, *WORKBOOK_SUFFIXES):
        raise InputUnreadable(
            Fault(
                "is a table: streets need lines",
                file=path.name,
                expected="a GeoPackage, GeoJSON or Shapefile of lines, or an OpenStreetMap file",
            )
        )
    if suffix not in _PARQUET:
        return read_layer(path, STREET_COLUMNS, layer=layer)
    from planner.inputs.parquet import read_parquet

    return read_parquet(path)


def _settle_crs(
    table: SourceTable, stated: str | None, faults: list[Fault], notices: list[Fault]
) -> str:
    from pyproj import CRS

    if stated is None and table.crs is None:
        faults.append(
            Fault(
                "the layer has no CRS: it does not say what its coordinates are in",
                file=table.file,
                layer=table.layer,
                field="streets.crs",
                hint='say it in the study: [streets] crs = "EPSG:4545", or save the layer with one',
            )
        )
        return ""
    if stated is None or table.crs is None:
        return stated or table.crs or ""
    if CRS.from_user_input(stated) != CRS.from_user_input(table.crs):
        notices.append(
            Fault(
                f"the study's crs {stated} is used, not the layer's own",
                file=table.file,
                layer=table.layer,
                found=table.crs.splitlines()[0],
            )
        )
    return stated


def _lines_of(
    table: SourceTable, counts: Counter[str], faults: list[Fault]
) -> tuple[GeometryArray, IntArray]:
    """Return single lines and the row that each belongs to; all else is counted."""
    import shapely

    if table.geometry is None:
        faults.append(Fault("holds no lines", file=table.file, layer=table.layer))
        return np.zeros(0, dtype=object), np.zeros(0, dtype=np.int64)
    shapes = shapely.force_2d(table.geometry)
    empty = (shapely.get_type_id(shapes) == _NOTHING) | shapely.is_empty(shapes)
    counts["lines_empty"] = int(empty.sum())
    shapes[empty] = None
    parts, row_index = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) == _COLLECTION).any():
        parts, inside = shapely.get_parts(parts, return_index=True)
        row_index = row_index[inside]
    parts, inside = shapely.get_parts(parts, return_index=True)
    row_index = row_index[inside]
    line = np.isin(shapely.get_type_id(parts), _LINE_TYPES) & ~shapely.is_empty(parts)
    other = ~line & ~shapely.is_empty(parts)
    counts["shapes_not_lines"] = int(other.sum())
    if not line.any():
        areas = (shapely.get_dimensions(parts) == 2).any()  # noqa: PLR2004 - surfaces
        faults.append(
            Fault(
                "holds polygons, not lines" if areas else "holds no lines",
                file=table.file,
                layer=table.layer,
                hint="streets are read from their centre lines: is it the right layer?",
            )
        )
    return parts[line], row_index[line].astype(np.int64)


def _vertices_of(
    shapes: GeometryArray, row_index: IntArray, counts: Counter[str]
) -> tuple[FloatArray, IntArray, IntArray]:
    """Return vertices without repeats in a row; lines without length or place are left out."""
    import shapely

    vertices, line = shapely.get_coordinates(shapes, return_index=True)
    broken = np.unique(line[~np.isfinite(vertices).all(axis=1)])
    counts["lines_broken"] = len(broken)
    repeated = np.zeros(len(line), dtype=np.bool_)
    repeated[1:] = (line[1:] == line[:-1]) & (vertices[1:] == vertices[:-1]).all(axis=1)
    kept = ~repeated & ~np.isin(line, broken)
    size = np.bincount(line[kept], minlength=len(shapes))
    flat = size == 1
    counts["lines_without_length"] = int(flat.sum())
    kept &= ~flat[line]
    size[flat] = 0
    used = size > 0
    indptr = np.concatenate([[0], np.cumsum(size[used])]).astype(np.int64)
    return vertices[kept], indptr, row_index[used]


def _take(vertices: FloatArray, indptr: IntArray, kept: IntArray) -> tuple[FloatArray, IntArray]:
    size = np.diff(indptr)
    mask = np.zeros(len(size), dtype=np.bool_)
    mask[kept] = True
    taken = np.concatenate([[0], np.cumsum(size[kept])]).astype(np.int64)
    return vertices[np.repeat(mask, size)], taken


def _is_far_off(vertices: FloatArray, indptr: IntArray, crs: str) -> BoolArray:
    """
    Tell lines that no study of a city reaches.

    Drawings keep frames and leftovers at their origin; one of them would move the middle of
    the streets, and with it the working CRS, by hundreds of kilometres.
    """
    from pyproj import CRS

    limit = _FAR_M / _DEGREE_M if CRS.from_user_input(crs).is_geographic else _FAR_M
    far = (np.abs(vertices - np.median(vertices, axis=0)) > limit).any(axis=1)
    is_far: BoolArray = np.logical_or.reduceat(far, indptr[:-1])
    return is_far


def _far_notice(table: SourceTable, rows: IntArray, number: int) -> Fault:
    return Fault(
        f"{number} lines more than 300 km from the others were left out",
        file=table.file,
        layer=table.layer,
        row=list_rows([table.row[index] for index in rows.tolist()]) or None,
        hint="frames and leftovers at the origin of a drawing are best removed there",
    )


def _check_range(table: SourceTable, vertices: FloatArray, crs: str, faults: list[Fault]) -> None:
    """Note coordinates that cannot be in the CRS: metres where degrees are due, and back."""
    from pyproj import CRS

    if not len(vertices):
        faults.append(Fault("holds no lines", file=table.file, layer=table.layer))
        return
    x, y = np.median(np.abs(vertices), axis=0).tolist()
    degrees = x <= _LARGEST_LON and y <= _LARGEST_LAT
    if bool(CRS.from_user_input(crs).is_geographic) == degrees:
        return
    swapped = not degrees and x <= _LARGEST_LAT and y <= _LARGEST_LON
    faults.append(
        Fault(
            "coordinates are metres, but the CRS is in degrees"
            if not degrees
            else "coordinates look like degrees, but the CRS is in metres",
            file=table.file,
            layer=table.layer,
            field="streets.crs",
            found=f"coordinates around {x:.10g}, {y:.10g}; crs {crs.splitlines()[0][:60]}",
            hint="longitude and latitude look exchanged"
            if swapped
            else 'say in the study what they are in: [streets] crs = "EPSG:4545"',
        )
    )


def _count_verdicts(tags: LineTags, row_index: IntArray, counts: Counter[str]) -> None:
    flags = tags.flags[row_index]
    walked: BoolArray = flags != tags.LEFT_OUT
    counts["ways_read"] = len(row_index)
    counts["ways_walkable"] = int(walked.sum())
    counts["ways_private"] = int((walked & ((flags & EdgeFlag.PRIVATE) != 0)).sum())
    for reason, number in Counter(tags.left_out[row] for row in row_index.tolist()).items():
        if reason:
            counts[f"left_out_{reason}"] = number


def _names_of(
    table: SourceTable, column: int | None, row_index: IntArray
) -> tuple[tuple[str, ...], Int32Array]:
    texts = read_text_column(table, column)
    known: dict[str, int] = {}
    number = [
        known.setdefault(texts[row], len(known)) if texts[row] else -1 for row in row_index.tolist()
    ]
    return tuple(known), np.array(number, dtype=np.int32)


def _notices(table: SourceTable, columns: dict[str, int], counts: Counter[str]) -> list[Fault]:
    notices = []
    for key, text in (
        ("shapes_not_lines", "{} points or polygons among the lines were left out"),
        ("lines_empty", "{} rows without a shape were left out"),
        ("lines_without_length", "{} lines without length were left out"),
        ("lines_broken", "{} lines with coordinates that are no numbers were left out"),
    ):
        if counts[key]:
            notices.append(Fault(text.format(counts[key]), file=table.file, layer=table.layer))
    if "kind" not in columns:
        notices.append(
            Fault(
                "no column of kinds is recognised: people may walk along every line",
                file=table.file,
                layer=table.layer,
                hint='name it in the study: [streets] columns = { kind = "…" }',
            )
        )
    return [*notices, *unused_notice(table, set(columns.values()))]


def _nothing_to_walk(table: SourceTable, counts: Counter[str]) -> NetworkEmpty:
    left_out = ", ".join(
        f"{key.removeprefix('left_out_').replace('_', ' ')} {number}"
        for key, number in sorted(counts.items())
        if key.startswith("left_out_")
    )
    return NetworkEmpty(
        Fault(
            "no street that people may walk on",
            file=table.file,
            layer=table.layer,
            found=f"{counts['ways_read']} lines read; left out: {left_out}",
            hint="is it the right layer, and the right column of kinds?",
        )
    )
