"""Road lines as a drawing gives them: shapes without junctions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.domain.arrays import FlagArray, Float32Array, FloatArray, Int32Array, IntArray
    from planner.errors import Fault


@dataclass(frozen=True, slots=True)
class StreetLines:
    """
    Lines that people may walk along, before it is known where they meet.

    Attributes
    ----------
    vertices : float64, shape (n_vertices, 2)
        Coordinates in `crs`, x (or longitude) first.
    indptr : int64, shape (n_lines + 1,)
        Line `i` runs over `vertices[indptr[i]:indptr[i + 1]]`, two or more.
    level : int32, shape (n_lines,)
        Bridge level: 0 on the ground, above it 1, 2, …, below it -1, -2, ….
    kind : int32, shape (n_lines,)
        Position in `kinds`.
    flags : uint16, shape (n_lines,)
        `EdgeFlag` bits.
    name : int32, shape (n_lines,)
        Position in `names`, -1 where the line has no name.
    step_count : float32, shape (n_lines,)
        Number of steps, NaN where not stated.
    row : int64, shape (n_lines,)
        Row of the file; the parts of a multi-line share one.
    crs
        CRS of `vertices`.
    kinds, names
        Kinds (values of `highway`) and names met.
    file
        Name of the file, for messages.
    counts
        What was read and left out, by reason.
    notices
        What was assumed, and what to look at.
    """

    vertices: FloatArray
    indptr: IntArray
    level: Int32Array
    kind: Int32Array
    flags: FlagArray
    name: Int32Array
    step_count: Float32Array
    row: IntArray
    crs: str
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    file: str
    counts: dict[str, int]
    notices: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosedGap:
    """
    A place where a line ended just short of another, and was joined to it.

    Attributes
    ----------
    lon, lat
        Where the line ended, degrees, WGS 84.
    length_m
        What was missing, metres.
    row, other_row
        Rows of the line that ended, and of the one it was joined to.
    """

    lon: float
    lat: float
    length_m: float
    row: int
    other_row: int
