"""Counts of people in a table: persons, households, and groups such as age bands."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.errors import Fault
from planner.inputs.cells import Measure
from planner.inputs.values import bare_notice, list_rows, read_number_column

if TYPE_CHECKING:
    from collections.abc import Container

    from planner.domain.arrays import FloatArray
    from planner.domain.study import DemandSettings
    from planner.inputs.tables import SourceTable

_AGE_GROUP: Final = re.compile(
    r"^(?:(?:pop|age|人口)_?\d+(?:[_\-~]\d+|\+|_?plus|_?up)?岁?"
    r"|\d+[\-~至到]\d+岁(?:人口)?"
    r"|\d+岁?(?:及)?以上(?:人口)?"
    r"|\d+\+岁?)$"
)


@dataclass(frozen=True, slots=True)
class Counts:
    """
    What a table counts.

    Attributes
    ----------
    persons : float64, shape (n_rows,)
        NaN where blank.
    households : float64, shape (n_rows,), or None
        NaN where blank.
    groups
        By the name of their column.
    units
        What each column of numbers was read in, by position.
    group_columns
        Positions of the columns of groups.
    """

    persons: FloatArray
    households: FloatArray | None = None
    groups: dict[str, FloatArray] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    group_columns: frozenset[int] = frozenset()


def chosen_columns(settings: DemandSettings) -> dict[str, str]:
    """Return the columns that the study names, by canonical name."""
    chosen = dict(settings.columns)
    if settings.persons is not None:
        chosen["persons"] = settings.persons
    return chosen


def read_counts(
    table: SourceTable,
    columns: dict[str, int],
    chosen: Container[str],
    faults: list[Fault],
    notices: list[Fault],
) -> Counts:
    """
    Read what a table counts.

    Parameters
    ----------
    table, columns
        The rows, and the positions of the columns recognised.
    chosen
        Canonical columns named in the study.
    faults, notices
        What is found is added here.
    """
    units: dict[int, str] = {}
    persons = _read_persons(table, columns, chosen, units, faults, notices)
    households = _read_optional(table, columns.get("households"), units, faults)
    groups, group_columns = _read_groups(table, set(columns.values()), units, faults)
    faults.extend(_merged_faults(table, units))
    return Counts(persons, households, groups, units, frozenset(group_columns))


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
