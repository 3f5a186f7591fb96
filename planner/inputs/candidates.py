"""Places where a centre could be built: tables, points or parcels to candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.domain.places import Candidates
from planner.errors import Fault
from planner.inputs.cells import Measure
from planner.inputs.columns import CANDIDATE_COLUMNS
from planner.inputs.file_read import account_for
from planner.inputs.positions import place_rows
from planner.inputs.recognise import recognise_columns
from planner.inputs.tables import read_table
from planner.inputs.values import (
    bare_notice,
    list_rows,
    make_ids,
    raise_if_any,
    read_number_column,
    unused_notice,
)

if TYPE_CHECKING:
    from pathlib import Path


def read_candidates(path: Path) -> Candidates:
    """
    Read a file of candidates; a parcel is taken as a point inside it.

    Parameters
    ----------
    path
        A table with coordinates, or any vector file of points or polygons.

    Returns
    -------
    candidates
        Rows with a place; `cost_yuan` is NaN where a cell is blank, `None` without such a column.

    Raises
    ------
    InputMissing, InputUnreadable
        If there is no such file, or it cannot be read.
    InputInvalid
        With every fault of the file: no CRS, no places, duplicate ids, costs that are no numbers.
    """
    table = read_table(path, CANDIDATE_COLUMNS)
    faults = list(table.faults)
    columns = recognise_columns(
        table.headers,
        CANDIDATE_COLUMNS,
        cut_names=table.cut_names,
        file=table.file,
        layer=table.layer,
        faults=faults,
    )
    positions = place_rows(table, columns, crs=None, polygons="inside", faults=faults)
    labels = make_ids(table, columns.get("candidate_id"), faults)
    notices = [*table.notices, *positions.notices]
    cost_yuan = None
    units = {}
    if "cost_yuan" in columns:
        column = read_number_column(table, columns["cost_yuan"], Measure.MONEY, faults=faults)
        cost_yuan, units[columns["cost_yuan"]] = column.values, column.unit
        if column.bare:
            notices.append(bare_notice(table, columns["cost_yuan"], "yuan"))
    blank = positions.blank
    if blank.all() and not faults:
        faults.append(
            Fault(
                "no row has coordinates",
                file=table.file,
                layer=table.layer,
                expected="columns lon and lat (经度, 纬度), or x and y, or geometries",
            )
        )
    raise_if_any(faults, notices)
    if blank.any():
        rows = [table.row[index] for index in np.flatnonzero(blank)]
        notices.append(
            Fault(
                f"{len(rows)} rows without coordinates were left out",
                file=table.file,
                layer=table.layer,
                row=list_rows(rows),
            )
        )
    place_names = {columns[name] for name in ("lon", "lat", "x", "y") if name in columns}
    used = (set(columns.values()) - place_names) | positions.used
    notices.extend(unused_notice(table, used))
    return Candidates(
        candidate_id=tuple(
            label for label, left_out in zip(labels, blank, strict=True) if not left_out
        ),
        xy=positions.xy[~blank],
        crs=positions.crs,
        cost_yuan=None if cost_yuan is None else cost_yuan[~blank],
        file=table.file,
        notices=tuple(notices),
        read=account_for(
            table,
            "candidates",
            columns,
            used,
            crs=positions.crs,
            units=units,
            aliases=CANDIDATE_COLUMNS,
        ),
    )
