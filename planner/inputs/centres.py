"""The layout plan: tables and layers to centres."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from planner.domain.places import Centre, Centres, QuarantinedRow
from planner.errors import Fault
from planner.inputs.cells import Measure
from planner.inputs.columns import (
    CENTRE_COLUMNS,
    KIND_WORDS,
    LEVEL_WORDS,
    ROOM_WORDS,
    STATUS_WORDS,
)
from planner.inputs.entrances import read_entrances
from planner.inputs.file_read import account_for
from planner.inputs.positions import place_rows
from planner.inputs.recognise import recognise_columns
from planner.inputs.tables import read_table
from planner.inputs.values import (
    BASE_UNITS,
    bare_notice,
    filled_down_notice,
    make_ids,
    merged_notice,
    raise_if_any,
    read_number_column,
    read_text_column,
    read_words,
    unlikely_area_notice,
    unused_notice,
)

if TYPE_CHECKING:
    from collections.abc import Container

    from planner.domain.study import CentresSettings
    from planner.inputs.positions import Positions
    from planner.inputs.tables import SourceTable

_NUMBERS: Final = {
    "floor_area_m2": Measure.AREA,
    "floor_area_existing_m2": Measure.AREA,
    "convenience_area_m2": Measure.AREA,
    "activity_area_m2": Measure.AREA,
    "site_area_m2": Measure.AREA,
    "households_served": Measure.HOUSEHOLDS,
    "social_workers": Measure.PERSONS,
    "cost_yuan": Measure.MONEY,
}
EXAMPLE_MARK: Final = "示例:"
"""A row whose name begins so is the worked example of the template, never a centre."""
_TEXTS: Final = ("district", "street", "community", "parent", "phase", "address")


def read_centres(settings: CentresSettings) -> Centres:
    """
    Read the service centres of a plan.

    Parameters
    ----------
    settings
        `[centres]` of the study.

    Returns
    -------
    centres
        One record a row; blank cells are `None`. Rows without coordinates are in its
        `quarantine`.

    Raises
    ------
    InputMissing, InputUnreadable
        If there is no such file, or it cannot be read.
    InputInvalid
        With every fault of the file: columns or names that are missing, words and numbers that
        are not understood, duplicate ids, a layer without CRS.
    """
    table = read_table(settings.source, CENTRE_COLUMNS, layer=settings.layer)
    faults = list(table.faults)
    columns = recognise_columns(
        table.headers,
        CENTRE_COLUMNS,
        chosen=settings.columns,
        cut_names=table.cut_names,
        file=table.file,
        layer=table.layer,
        faults=faults,
    )
    positions = place_rows(table, columns, crs=settings.crs, polygons="inside", faults=faults)
    cells = _read_cells(table, columns, settings.columns, faults)
    if "entrances" in columns:
        cells.values["entrances"] = read_entrances(table, columns["entrances"], positions, faults)
    place_names = {columns[name] for name in ("lon", "lat", "x", "y") if name in columns}
    used = (set(columns.values()) - place_names) | positions.used
    examples = {index for index, name in enumerate(cells.values["name"]) if _is_example(name)}
    # Of a template that nobody has filled in, nothing was assumed.
    assumed = () if len(examples) == len(table.row) else (*positions.notices, *cells.notices)
    notices = (
        *table.notices,
        *assumed,
        *filled_down_notice(table, used, numbers=set(cells.units)),
        *unused_notice(table, used),
    )
    raise_if_any(faults, notices)
    centres = [_centre(cells, index) for index in range(len(table.row))]
    quarantine = _set_aside(centres, positions)
    kept = [
        index for index in range(len(centres)) if index not in quarantine and index not in examples
    ]
    return Centres(
        centre=tuple(centres[index] for index in kept),
        xy=positions.xy[kept],
        crs=positions.crs,
        source_crs=positions.crs,
        file=table.file,
        notices=notices,
        quarantine=tuple(row for index, row in quarantine.items() if index not in examples),
        crs_stated=positions.crs_stated,
        read=account_for(
            table,
            "centres",
            columns,
            used,
            crs=positions.crs,
            units=cells.units,
            chosen=settings.columns,
            aliases=CENTRE_COLUMNS,
            examples=tuple(centres[index].row for index in sorted(examples)),
        ),
    )


def _is_example(name: str) -> bool:
    """Return True for the worked example of the template, known by its name."""
    return unicodedata.normalize("NFKC", name).startswith(EXAMPLE_MARK)


@dataclass(slots=True)
class _Cells:
    """The columns of a plan, understood: one value a row."""

    row: tuple[int, ...]
    values: dict[str, list[Any]] = field(default_factory=dict)
    approximate: dict[str, frozenset[int]] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    notices: list[Fault] = field(default_factory=list)


def _read_cells(
    table: SourceTable, columns: dict[str, int], chosen: Container[str], faults: list[Fault]
) -> _Cells:
    cells = _Cells(table.row)
    cells.values["centre_id"] = make_ids(table, columns.get("centre_id"), faults)
    cells.values["name"] = _read_names(table, columns, chosen, faults)
    cells.values.update(_read_level_and_kind(table, columns, faults))
    if "status" in columns:
        cells.values["status"] = read_words(table, columns["status"], STATUS_WORDS, faults=faults)
    if "social_work_room" in columns:
        cells.values["social_work_room"] = read_words(
            table, columns["social_work_room"], ROOM_WORDS, faults=faults
        )
    for name in _TEXTS:
        if name in columns:
            texts = read_text_column(table, columns[name])
            cells.values[name] = [text or None for text in texts]
    for name, measure in _NUMBERS.items():
        if name in columns:
            _read_numbers(table, columns[name], name, measure, cells, faults)
    return cells


def _read_numbers(
    table: SourceTable,
    index: int,
    name: str,
    measure: Measure,
    cells: _Cells,
    faults: list[Fault],
) -> None:
    column = read_number_column(table, index, measure, faults=faults)
    cells.values[name] = [None if np.isnan(value) else float(value) for value in column.values]
    cells.approximate[name] = column.approximate
    cells.units[index] = column.unit
    if column.bare and measure is not Measure.PERSONS:
        cells.notices.append(bare_notice(table, index, BASE_UNITS[measure]))
    if measure is Measure.AREA:
        cells.notices += unlikely_area_notice(table, index, column.values, bare=column.bare)
    cells.notices += merged_notice(table, index)


def _read_names(
    table: SourceTable, columns: dict[str, int], chosen: Container[str], faults: list[Fault]
) -> list[str]:
    index = columns.get("name")
    if index is None:
        # A named column that is missing has been reported already.
        if "name" not in chosen:
            faults.append(
                Fault(
                    "has no column of names that is recognised",
                    file=table.file,
                    layer=table.layer,
                    found="columns " + ", ".join(header for header in table.headers if header),
                    expected="name, 名称, 设施名称, 中心名称 or 项目名称",
                    hint='name it in the study: columns = { name = "…" }',
                )
            )
        return [""] * len(table.row)
    names = read_text_column(table, index)
    faults.extend(
        Fault(
            "a centre has no name",
            file=table.file,
            layer=table.layer,
            row=row,
            field=table.headers[index],
            hint="give it a name, or remove the row",
        )
        for row, name in zip(table.row, names, strict=True)
        if not name
    )
    return names


def _read_level_and_kind(
    table: SourceTable, columns: dict[str, int], faults: list[Fault]
) -> dict[str, list[Any]]:
    """
    Read level and kind, which many plans hold in one column.

    Where there is only one of the two columns, its words speak for both: 社区综合服务中心 is a
    community's, and comprehensive; 便民服务中心 is a kind and says nothing of a level.
    """
    values: dict[str, list[Any]] = {}
    both = "level" in columns and "kind" in columns
    for name, words, other, other_words in (
        ("level", LEVEL_WORDS, "kind", KIND_WORDS),
        ("kind", KIND_WORDS, "level", LEVEL_WORDS),
    ):
        if name not in columns:
            continue
        index = columns[name]
        own = cast("dict[str, object]", words)
        values[name] = read_words(table, index, own, faults=faults, also=other_words)
        if not both:
            further = cast("dict[str, object]", other_words)
            # The first reading has reported the words that nobody knows.
            values[other] = read_words(table, index, further, faults=[])
    return values


def _centre(cells: _Cells, index: int) -> Centre:
    values = {name: column[index] for name, column in cells.values.items()}
    kind = values.pop("kind", None)
    return Centre(
        row=cells.row[index],
        kind=kind or "comprehensive",
        approximate=tuple(name for name, rows in cells.approximate.items() if index in rows),
        **values,
    )


def _set_aside(centres: list[Centre], positions: Positions) -> dict[int, QuarantinedRow]:
    return {
        index: QuarantinedRow(
            noun="centres",
            row=centres[index].row,
            label=centres[index].name,
            reason="no_coordinates",
        )
        for index in np.flatnonzero(positions.blank).tolist()
    }
