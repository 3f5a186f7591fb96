"""People counted by polygon: census areas, communities, grids drawn as polygons."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from planner.domain.places import QuarantinedRow
from planner.domain.population import PopulationAreas
from planner.inputs.areas import read_polygons
from planner.inputs.columns import DEMAND_COLUMNS
from planner.inputs.file_read import account_for
from planner.inputs.population_counts import chosen_columns, read_counts
from planner.inputs.recognise import recognise_columns
from planner.inputs.values import make_ids, raise_if_any, unused_notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.arrays import BoolArray, GeometryArray
    from planner.domain.study import DemandSettings
    from planner.inputs.population_counts import Counts
    from planner.inputs.tables import SourceTable

POLYGON_TYPES: Final = (3, 6)


def holds_polygons(table: SourceTable) -> bool:
    """Tell whether any shape of a layer is a polygon."""
    if table.geometry is None:
        return False
    return bool(np.isin(shapely.get_type_id(table.geometry), POLYGON_TYPES).any())


def polygons_of_table(table: SourceTable, settings: DemandSettings) -> PopulationAreas:
    """
    Understand a layer of polygons as people.

    Parameters
    ----------
    table
        The layer.
    settings
        `[demand]` of the study; its `crs` beats the layer's own.

    Returns
    -------
    areas
        Polygons that have a number of persons; rows without one, or without a polygon, are in
        `quarantine`.

    Raises
    ------
    InputInvalid
        With every fault of the layer: no CRS, shapes that are not polygons, columns that are
        missing, negative persons, duplicate ids.
    """
    faults, notices = list(table.faults), list(table.notices)
    table = replace(table, crs=settings.crs or table.crs)
    chosen = chosen_columns(settings)
    columns = recognise_columns(
        table.headers,
        DEMAND_COLUMNS,
        chosen=chosen,
        cut_names=table.cut_names,
        file=table.file,
        layer=table.layer,
        faults=faults,
    )
    # Coordinates beside a polygon, such as its centroid, are not read.
    columns = {name: i for name, i in columns.items() if name not in ("lon", "lat", "x", "y")}
    geometry = read_polygons(table, faults, notices)
    labels = make_ids(table, columns.get("demand_id"), faults)
    counts = read_counts(table, columns, chosen, faults, notices)
    used = set(columns.values()) | counts.group_columns
    notices.extend(unused_notice(table, used))
    raise_if_any(faults, notices)
    drawn = np.array([shape is not None for shape in geometry], dtype=np.bool_)
    kept = np.flatnonzero(drawn & ~np.isnan(counts.persons))
    return PopulationAreas(
        source="polygons",
        area_id=tuple(labels[i] for i in kept.tolist()),
        geometry=geometry[kept],
        crs=table.crs or "",
        persons=counts.persons[kept],
        row=tuple(table.row[i] for i in kept.tolist()),
        households=None if counts.households is None else counts.households[kept],
        groups={name: group[kept] for name, group in counts.groups.items()},
        file=table.file,
        notices=tuple(notices),
        quarantine=tuple(_set_aside(table, labels, geometry, drawn, counts)),
        read=account_for(
            table,
            "demand",
            columns,
            used,
            crs=table.crs or "",
            units=counts.units,
            chosen=chosen,
            aliases=DEMAND_COLUMNS,
        ),
    )


def _set_aside(
    table: SourceTable,
    labels: list[str],
    geometry: GeometryArray,
    drawn: BoolArray,
    counts: Counts,
) -> Iterator[QuarantinedRow]:
    from pyproj import Transformer

    to_degrees = Transformer.from_crs(table.crs, "EPSG:4326", always_xy=True)
    blank = np.isnan(counts.persons)
    for i in np.flatnonzero(~drawn | blank).tolist():
        place = (float("nan"), float("nan"))
        if drawn[i]:
            middle = shapely.point_on_surface(geometry[i])
            place = to_degrees.transform(middle.x, middle.y)
        yield QuarantinedRow(
            noun="demand",
            row=table.row[i],
            label=labels[i],
            reason="no_persons" if drawn[i] else "no_coordinates",
            persons=0.0 if blank[i] else float(counts.persons[i]),
            lon=place[0],
            lat=place[1],
        )
