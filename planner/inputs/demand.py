"""Where people live: tables and point layers to demand."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.places import Demand, QuarantinedRow
from planner.errors import Fault
from planner.inputs.cells import Measure
from planner.inputs.columns import DEMAND_COLUMNS
from planner.inputs.file_read import account_for
from planner.inputs.positions import place_rows
from planner.inputs.recognise import recognise_columns
from planner.inputs.tables import read_table
from planner.inputs.values import (
    bare_notice,
    filled_down_notice,
    list_rows,
    make_ids,
    raise_if_any,
    read_number_column,
    unused_notice,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.recognised import FileRead
    from planner.domain.study import DemandSettings
    from planner.inputs.positions import Positions
    from planner.inputs.tables import SourceTable

_AGE_GROUP: Final = re.compile(
    r"^(?:(?:pop|age|人口)_?\d+(?:[_\-~]\d+|\+|_?plus|_?up)?岁?"
    r"|\d+[\-~至到]\d+岁(?:人口)?"
    r"|\d+岁?(?:及)?以上(?:人口)?"
    r"|\d+\+岁?)$"
)


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
    table = read_table(settings.source, DEMAND_COLUMNS, layer=settings.layer)
    faults = list(table.faults)
    if settings.cell is not None:
        faults.append(
            Fault(
                "rows are points: spreading them over cells is not offered yet",
                field="demand.cell",
                hint="remove cell and cell_size_m from the study",
            )
        )
    chosen = dict(settings.columns)
    if settings.persons is not None:
        chosen["persons"] = settings.persons
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
    units: dict[int, str] = {}
    persons = _read_persons(table, columns, chosen, units, faults, notices)
    households = _read_optional(table, columns.get("households"), units, faults)
    groups, group_columns = _read_groups(table, set(columns.values()), units, faults)
    faults.extend(_merged_faults(table, units))

    # Of an unused pair of x and y beside lon and lat, or of groups, nothing is lost silently.
    place_names = {columns[name] for name in ("lon", "lat", "x", "y") if name in columns}
    used = (set(columns.values()) - place_names) | positions.used | group_columns
    notices.extend(filled_down_notice(table, used, numbers=set(units)))
    notices.extend(unused_notice(table, used))
    raise_if_any(faults, notices)
    kept = ~(positions.blank | np.isnan(persons))
    notices.extend(_shared_points(table, positions.xy[kept]))
    return _assemble(
        table,
        positions,
        labels,
        persons,
        kept,
        households=households,
        groups=groups,
        notices=notices,
        read=account_for(
            table,
            "demand",
            columns,
            used,
            crs=positions.crs,
            units=units,
            chosen=chosen,
            aliases=DEMAND_COLUMNS,
        ),
    )


def _merged_faults(table: SourceTable, units: dict[int, str]) -> list[Fault]:
    """Persons in merged cells would be counted once for each of their rows."""
    return [
        Fault(
            "one number stands in cells merged over several rows",
            file=table.file,
            layer=table.layer,
            row=list_rows([table.row[position] for position in positions]),
            field=table.headers[index],
            hint="unmerge the cells and give each row its own number",
        )
        for index, positions in table.merged.items()
        if index in units and positions
    ]


def _read_persons(
    table: SourceTable,
    columns: dict[str, int],
    chosen: Container[str],
    units: dict[int, str],
    faults: list[Fault],
    notices: list[Fault],
) -> FloatArray:
    index = columns.get("persons")
    if index is None:
        # A named column that is missing has been reported already.
        if "persons" not in chosen:
            faults.append(
                Fault(
                    "has no column of persons that is recognised",
                    file=table.file,
                    layer=table.layer,
                    found="columns " + ", ".join(header for header in table.headers if header),
                    expected="persons, population, pop, 人口, 人口数, 常住人口 or 总人口",
                    hint='name it in the study: persons = "…"',
                )
            )
        return np.full(len(table.row), np.nan)
    column = read_number_column(table, index, Measure.PERSONS, faults=faults)
    units[index] = column.unit
    if column.bare:
        notices.append(bare_notice(table, index, "persons"))
    if column.approximate:
        notices.append(
            Fault(
                f"{len(column.approximate)} numbers say “about” and were read as they stand",
                file=table.file,
                layer=table.layer,
                field=table.headers[index],
            )
        )
    return column.values


def _read_optional(
    table: SourceTable, index: int | None, units: dict[int, str], faults: list[Fault]
) -> FloatArray | None:
    if index is None:
        return None
    column = read_number_column(table, index, Measure.HOUSEHOLDS, faults=faults)
    units[index] = column.unit
    return column.values


def _read_groups(
    table: SourceTable, taken: set[int], units: dict[int, str], faults: list[Fault]
) -> tuple[dict[str, FloatArray], set[int]]:
    groups: dict[str, FloatArray] = {}
    used = set()
    for index, header in enumerate(table.headers):
        folded = "".join(unicodedata.normalize("NFKC", header).casefold().split())
        if index in taken or not _AGE_GROUP.match(folded.split("(")[0]):
            continue
        column = read_number_column(table, index, Measure.PERSONS, faults=faults)
        groups[header], units[index] = column.values, column.unit
        used.add(index)
    return groups, used


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
    persons: FloatArray,
    kept: BoolArray,
    *,
    households: FloatArray | None,
    groups: dict[str, FloatArray],
    notices: list[Fault],
    read: FileRead,
) -> Demand:
    whole = bool(kept.all())
    rows = np.flatnonzero(kept).tolist()
    return Demand(
        demand_id=tuple(labels) if whole else tuple(labels[row] for row in rows),
        xy=positions.xy[kept],
        crs=positions.crs,
        persons=persons[kept],
        row=table.row if whole else tuple(table.row[row] for row in rows),
        households=None if households is None else households[kept],
        groups={name: counts[kept] for name, counts in groups.items()},
        file=table.file,
        notices=tuple(notices),
        quarantine=tuple(_set_aside(table, positions, labels, persons, np.flatnonzero(~kept))),
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
