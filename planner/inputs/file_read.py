"""The account of a file that was read: which columns, units, CRS and encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.domain.recognised import ColumnRead, FileRead
from planner.inputs.columns import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from planner.inputs.columns import Aliases
    from planner.inputs.tables import SourceTable


def account_for(
    table: SourceTable,
    noun: str,
    columns: Mapping[str, int],
    used: Collection[int],
    *,
    crs: str = "",
    units: Mapping[int, str] | None = None,
    chosen: Collection[str] = (),
    aliases: Aliases | None = None,
    examples: tuple[int | str, ...] = (),
) -> FileRead:
    """
    Write down how a file was read.

    Parameters
    ----------
    table
        The file.
    columns
        Positions of the columns recognised, by canonical name.
    used
        Positions of all columns that were read.
    units
        Units of columns of numbers, by position.
    chosen
        Canonical columns named in the study.
    aliases
        By which the others were found.
    """
    units = units or {}
    whole = {plain(alias) for tiers in (aliases or {}).values() for tier in tiers for alias in tier}

    def how(header: str, meaning: str) -> str:
        if meaning in chosen:
            return "study"
        return "cut name" if table.cut_names and plain(header) not in whole else "alias"

    meanings = {
        **dict.fromkeys(used, ""),
        **{index: name for name, index in columns.items() if index in used},
    }
    return FileRead(
        noun=noun,
        file=table.file,
        layer=table.layer,
        rows=len(table.row),
        crs=crs,
        encoding=table.encoding,
        columns=tuple(
            ColumnRead(
                header=table.headers[index],
                meaning=meaning or table.headers[index],
                unit=units.get(index, ""),
                how=how(table.headers[index], meaning),
            )
            for index, meaning in sorted(meanings.items())
        ),
        unused=tuple(
            header for index, header in enumerate(table.headers) if header and index not in used
        ),
        examples=examples,
    )
