"""Where people live: tables and point layers to demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.domain.places import Demand, QuarantinedRow
from planner.errors import Fault
from planner.inputs.columns import DEMAND_COLUMNS
from planner.inputs.file_read import account_for
from planner.inputs.population_counts import chosen_columns, read_counts
from planner.inputs.positions import place_rows
from planner.inputs.recognise import recognise_columns
from planner.inputs.tables import read_table
from planner.inputs.values import (
    filled_down_notice,
    make_ids,
    raise_if_any,
    unused_notice,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.recognised import FileRead
    from planner.domain.study import DemandSettings
    from planner.inputs.population_counts import Counts
    from planner.inputs.positions import Positions
    from planner.inputs.tables import SourceTable


def read_demand(settings: DemandSettings) -> Demand:
    """
    Read the people of a study.

    Each row of a table, and each point of a layer, is one place; nothing is spread.

    Parameters
    ----------
    settings
        `[demand]` of the study.

    Returns
    -------
    demand
        Rows that can be trusted; rows without coordinates or persons are in its `quarantine`.

    Raises
    ------
    InputMissing, InputUnreadable
        If there is no such file, or it cannot be read.
    InputInvalid
        With every fault of the file: columns that are missing, negative or non-numeric persons,
        duplicate ids, a layer without CRS, shapes that are not points.
    """
    return demand_of_table(
        read_table(settings.source, DEMAND_COLUMNS, layer=settings.layer), settings
    )


def demand_of_table(table: SourceTable, settings: DemandSettings) -> Demand:
    """
    Understand a table of places as demand; see `read_demand`.

    Raises
    ------
    InputInvalid
        With every fault of the table.
    """
    faults = list(table.faults)
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
    positions = place_rows(table, columns, crs=settings.crs, polygons="refuse", faults=faults)
    labels = make_ids(table, columns.get("demand_id"), faults)
    notices = [*table.notices, *positions.notices]
    counts = read_counts(table, columns, chosen, faults, notices)

    # Of an unused pair of x and y beside lon and lat, or of groups, nothing is lost silently.
    place_names = {columns[name] for name in ("lon", "lat", "x", "y") if name in columns}
    used = (set(columns.values()) - place_names) | positions.used | counts.group_columns
    notices.extend(filled_down_notice(table, used, numbers=set(counts.units)))
    notices.extend(unused_notice(table, used))
    raise_if_any(faults, notices)
    kept = ~(positions.blank | np.isnan(counts.persons))
    notices.extend(_shared_points(table, positions.xy[kept]))
    return _assemble(
        table,
        positions,
        labels,
        counts,
        kept,
        notices=notices,
        read=account_for(
            table,
            "demand",
            columns,
            used,
            crs=positions.crs,
            units=counts.units,
            chosen=chosen,
            aliases=DEMAND_COLUMNS,
        ),
    )


def _shared_points(table: SourceTable, xy: FloatArray) -> list[Fault]:
    # Pairs as complex numbers sort several times as fast as rows do.
    shared = len(xy) - len(np.unique(xy[:, 0] + 1j * xy[:, 1]))
    if not shared:
        return []
    return [
        Fault(
            f"{shared} rows stand on a point that an earlier row stands on; all are counted",
            file=table.file,
            layer=table.layer,
        )
    ]


def _assemble(
    table: SourceTable,
    positions: Positions,
    labels: list[str],
    counts: Counts,
    kept: BoolArray,
    *,
    notices: list[Fault],
    read: FileRead,
) -> Demand:
    whole = bool(kept.all())
    rows = np.flatnonzero(kept).tolist()
    return Demand(
        demand_id=tuple(labels) if whole else tuple(labels[row] for row in rows),
        xy=positions.xy[kept],
        crs=positions.crs,
        persons=counts.persons[kept],
        row=table.row if whole else tuple(table.row[row] for row in rows),
        households=None if counts.households is None else counts.households[kept],
        groups={name: group[kept] for name, group in counts.groups.items()},
        file=table.file,
        notices=tuple(notices),
        quarantine=tuple(
            _set_aside(table, positions, labels, counts.persons, np.flatnonzero(~kept))
        ),
        read=read,
    )


def _set_aside(
    table: SourceTable,
    positions: Positions,
    labels: list[str],
    persons: FloatArray,
    rows: IntArray,
) -> Iterator[QuarantinedRow]:
    degrees = _degrees(positions, rows)
    for row, (lon, lat) in zip(rows.tolist(), degrees.tolist(), strict=True):
        yield QuarantinedRow(
            noun="demand",
            row=table.row[row],
            label=labels[row],
            reason="no_coordinates" if positions.blank[row] else "no_persons",
            detail="",
            persons=0.0 if np.isnan(persons[row]) else float(persons[row]),
            lon=lon,
            lat=lat,
        )


def _degrees(positions: Positions, rows: IntArray) -> FloatArray:
    xy = positions.xy[rows]
    degrees = np.full_like(xy, np.nan)
    placed = ~np.isnan(xy).any(axis=1)
    if placed.any():
        from pyproj import Transformer

        to_degrees = Transformer.from_crs(positions.crs, "EPSG:4326", always_xy=True)
        degrees[placed] = np.column_stack(to_degrees.transform(*xy[placed].T))
    return degrees
