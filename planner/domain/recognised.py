"""What was recognised in a file, and how: the clean bill of `planner check`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """
    One column of a file, understood.

    Attributes
    ----------
    header
        Its name in the file.
    meaning
        The canonical column it was taken for.
    unit
        What its numbers are in, empty for texts; `assumed` where neither header nor cells say.
    how
        `alias`, `study` (named there) or `cut name` (a Shapefile's, matched by its beginning).
    """

    header: str
    meaning: str
    unit: str = ""
    how: str = "alias"


@dataclass(frozen=True, slots=True)
class FileRead:
    """
    How one file was read.

    Attributes
    ----------
    noun
        `demand`, `centres`, `candidates`, or the level of areas.
    file, layer
        The file, and its sheet or layer.
    rows
        Rows read.
    crs
        What its coordinates were taken to be in.
    encoding
        Of its texts, empty where the format leaves no choice.
    columns
        The columns that were used.
    unused
        The others.
    examples
        Rows of the template's worked example, which are no part of the plan.
    """

    noun: str
    file: str
    layer: str | None
    rows: int
    crs: str = ""
    encoding: str = ""
    columns: tuple[ColumnRead, ...] = ()
    unused: tuple[str, ...] = ()
    examples: tuple[int | str, ...] = ()
