"""Administrative areas: polygon layers to areas of one level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.places import Areas
from planner.errors import Fault, InputUnreadable
from planner.inputs.columns import AREA_COLUMNS, AREA_LEVEL_NAMES
from planner.inputs.file_read import account_for
from planner.inputs.recognise import recognise_columns
from planner.inputs.tables import TEXT_SUFFIXES, WORKBOOK_SUFFIXES, read_table, require_file
from planner.inputs.values import (
    list_rows,
    make_ids,
    raise_if_any,
    read_text_column,
    unused_notice,
)

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.arrays import GeometryArray
    from planner.inputs.columns import Aliases
    from planner.inputs.tables import SourceTable

_POLYGON_TYPES: Final = (3, 6)
_COLLECTION: Final = 7
_PARENT_LEVEL: Final = {"community": "street", "street": "district"}


def read_areas(path: Path, *, level: str) -> Areas:
    """
    Read the areas of one level.

    Parameters
    ----------
    path
        Any vector file of polygons that GDAL reads, or GeoParquet.
    level
        `community`, `street`, `district`, `plan_scope` or `urban_unbuilt`.

    Returns
    -------
    areas
        Valid polygons; what was mended or dropped is in its `notices`.

    Raises
    ------
    InputMissing, InputUnreadable
        If there is no such file, or it cannot be read.
    InputInvalid
        With every fault of the file: no CRS, no polygons, duplicate ids.
    """
    require_file(path)
    suffix = path.suffix.lower()
    if suffix in (*TEXT_SUFFIXES, *WORKBOOK_SUFFIXES):
        raise InputUnreadable(
            Fault(
                "is a table: areas need polygons",
                file=path.name,
                expected="a GeoPackage, GeoJSON or Shapefile of polygons",
            )
        )
    aliases = _aliases(level)
    table = read_table(path, aliases)
    faults = list(table.faults)
    columns = recognise_columns(
        table.headers,
        aliases,
        cut_names=table.cut_names,
        file=table.file,
        layer=table.layer,
        faults=faults,
    )
    notices = list(table.notices)
    geometry = read_polygons(table, faults, notices)
    kept = np.flatnonzero([shape is not None for shape in geometry])
    labels = make_ids(table, columns.get("area_id"), faults)
    names = read_text_column(table, columns.get("name"))
    if "name" not in columns:
        notices.append(
            Fault("no column of names is recognised: ids stand for them", file=table.file)
        )
        names = labels
    parents = read_text_column(table, columns.get("parent"))
    used = set(columns.values())
    notices.extend(unused_notice(table, used))
    raise_if_any(faults, notices)
    return Areas(
        level=level,
        area_id=tuple(labels[index] for index in kept),
        name=tuple(names[index] for index in kept),
        geometry=geometry[kept],
        crs=table.crs or "",
        parent_name=tuple(parents[index] for index in kept),
        file=table.file,
        notices=tuple(notices),
        read=account_for(table, level, columns, used, crs=table.crs or "", aliases=aliases),
    )


def _aliases(level: str) -> Aliases:
    named, *weaker = AREA_COLUMNS["name"]
    aliases = {**AREA_COLUMNS, "name": (named, AREA_LEVEL_NAMES.get(level, ()), *weaker)}
    parent = _PARENT_LEVEL.get(level)
    if parent is not None:
        aliases["parent"] = (AREA_LEVEL_NAMES[parent],)
    return aliases


def read_polygons(table: SourceTable, faults: list[Fault], notices: list[Fault]) -> GeometryArray:
    """
    Return the valid polygons of a layer, `None` where a row is dropped.

    Parameters
    ----------
    table
        The layer.
    faults, notices
        What is found is added here: no CRS, shapes that are no polygons; what was mended.
    """
    import shapely

    nothing: GeometryArray = np.full(len(table.row), None, dtype=object)
    if table.geometry is None:
        faults.append(_no_polygons(table))
        return nothing
    if table.crs is None:
        faults.append(
            Fault(
                "the layer has no CRS: it does not say what its coordinates are in",
                file=table.file,
                layer=table.layer,
                hint="save it again with its CRS (a Shapefile needs its .prj)",
            )
        )
    shapes = shapely.force_2d(table.geometry)
    kinds = shapely.get_type_id(shapes)
    filled = (kinds >= 0) & ~shapely.is_empty(shapes)
    other = filled & ~np.isin(kinds, (*_POLYGON_TYPES, _COLLECTION))
    if other.any():
        faults.append(
            Fault(
                "holds shapes that are not polygons",
                file=table.file,
                layer=table.layer,
                row=list_rows([table.row[index] for index in np.flatnonzero(other)]),
                expected="polygons",
            )
        )
        return nothing
    crooked = filled & ~shapely.is_valid(shapes)
    shapes[crooked] = shapely.make_valid(shapes[crooked])
    polygons = nothing.copy()
    # Nearly all shapes are plain polygons: those are taken as they are, thousands at once.
    plain = filled & (shapely.get_type_id(shapes) == _POLYGON_TYPES[0]) & (shapely.area(shapes) > 0)
    polygons[plain] = shapes[plain]
    for index in np.flatnonzero(filled & ~plain).tolist():
        polygons[index] = _polygons_of(shapes[index])
    empty = np.array([shape is None for shape in polygons])
    if empty.all():
        faults.append(_no_polygons(table))
    for mask, text in (
        (crooked & ~empty, "polygons that crossed themselves were mended"),
        (empty, "rows without a polygon were dropped"),
    ):
        if mask.any():
            rows = [table.row[index] for index in np.flatnonzero(mask)]
            notices.append(
                Fault(
                    f"{len(rows)} {text}",
                    file=table.file,
                    layer=table.layer,
                    row=list_rows(rows),
                )
            )
    return polygons


def _no_polygons(table: SourceTable) -> Fault:
    return Fault(
        "holds no polygons",
        file=table.file,
        layer=table.layer,
        expected="polygons",
        hint="is it the right layer?",
    )


def _polygons_of(shape: object) -> object:
    """Return the polygons of a shape as one, `None` where it has none."""
    import shapely

    parts = shapely.get_parts(shapely.get_parts(np.array([shape], dtype=object)))
    polygons = parts[np.isin(shapely.get_type_id(parts), _POLYGON_TYPES)]
    polygons = polygons[shapely.area(polygons) > 0]
    if not len(polygons):
        return None
    if len(polygons) == 1:
        return polygons[0]
    return shapely.multipolygons(shapely.get_parts(polygons))
