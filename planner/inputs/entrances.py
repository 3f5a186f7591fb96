"""Several entrances in one cell: `106.551,29.562; 106.552,29.561`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.errors import Fault
from planner.inputs.bare_numbers import read_bare_numbers
from planner.inputs.values import read_text_column

if TYPE_CHECKING:
    from planner.inputs.positions import Positions
    from planner.inputs.tables import SourceTable

_BETWEEN_PLACES: Final = re.compile(r"\s*[;；\n|]\s*")
_PLACE: Final = re.compile(r"\(?\s*(-?\d+(?:\.\d+)?)\s*[,，、\s]\s*(-?\d+(?:\.\d+)?)\s*\)?")

Entrances = tuple[tuple[float, float], ...]


def read_entrances(
    table: SourceTable, index: int, positions: Positions, faults: list[Fault]
) -> list[Entrances]:
    """
    Read the column of entrances: places as the table writes them, parted by semicolons.

    Parameters
    ----------
    table
        The rows.
    index
        Position of the column.
    positions
        Where the rows stand: entrances are in the same CRS, or, where that was told from
        the numbers, in what their own numbers tell.
    faults
        Faults found are added here.

    Returns
    -------
    entrances
        One tuple a row, x first, in the CRS of `positions`; empty where the cell is blank.
    """
    found: list[Entrances] = []
    for row, text in zip(table.row, read_text_column(table, index), strict=True):
        texts = [part for part in _BETWEEN_PLACES.split(text) if part]
        places = [_PLACE.fullmatch(part) for part in texts]
        if None in places:
            faults.append(
                Fault(
                    "an entrance is no pair of coordinates",
                    file=table.file,
                    layer=table.layer,
                    row=row,
                    field=table.headers[index],
                    found=text,
                    expected="106.551,29.562; 106.552,29.561",
                )
            )
            places = []
        found.append(tuple((float(p[1]), float(p[2])) for p in places if p is not None))
    return found if positions.crs_stated else _by_numbers(table, index, found, positions, faults)


def _by_numbers(
    table: SourceTable,
    index: int,
    found: list[Entrances],
    positions: Positions,
    faults: list[Fault],
) -> list[Entrances]:
    """Bring entrances to the CRS of the rows where neither states what it is in."""
    rows = [row for row, places in zip(table.row, found, strict=True) for _ in places]
    if not rows or not positions.crs:
        return found
    xy = np.array([place for places in found for place in places])
    bare = read_bare_numbers(xy, rows=rows)
    if not bare.crs:
        text = "entrances do not say what they are in"
        fault = Fault(text, file=table.file, layer=table.layer, field=table.headers[index])
        faults.append(replace(fault, found=f"{xy[0, 0]:.10g}, {xy[0, 1]:.10g}"))
        return found
    turned = iter(_project(bare.xy, bare.crs, positions.crs).tolist())
    return [tuple((x, y) for x, y in (next(turned) for _ in places)) for places in found]


def _project(xy: np.ndarray, from_crs: str, to_crs: str) -> np.ndarray:
    from pyproj import Transformer

    if from_crs == to_crs:
        return xy
    change = Transformer.from_crs(from_crs, to_crs, always_xy=True)
    return np.column_stack(change.transform(xy[:, 0], xy[:, 1]))
