"""Edges written down one by one, and heights along them: streets without a file."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.network import EdgeFlag, Streets
from planner.domain.terrain import StreetHeights

if TYPE_CHECKING:
    from collections.abc import Sequence

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge between places named by letters, and the heights along it, if any."""

    ends: str
    length_m: float
    flags: EdgeFlag = EdgeFlag.NONE
    incline: float = NAN
    step_count: float = NAN
    waits: float = 0.0
    rise_m: float = NAN
    heights: Sequence[float] | None = None


def streets_of(*edges: Edge) -> Streets:
    """Make streets of edges; places are numbered by their letters."""
    letters = sorted({letter for edge in edges for letter in edge.ends})
    number = {letter: i for i, letter in enumerate(letters)}
    node_xy = np.array([(10.0 * i, 0.0) for i in range(len(letters))])
    start = np.array([number[edge.ends[0]] for edge in edges], dtype=np.int32)
    end = np.array([number[edge.ends[1]] for edge in edges], dtype=np.int32)
    return Streets(
        crs="EPSG:4545",
        node_xy=node_xy,
        edge_start=start,
        edge_end=end,
        edge_length_m=np.array([edge.length_m for edge in edges], dtype=np.float64),
        edge_kind=np.zeros(len(edges), dtype=np.int32),
        edge_flags=np.array([int(edge.flags) for edge in edges], dtype=np.uint16),
        edge_name=np.full(len(edges), -1, dtype=np.int32),
        edge_way_id=np.arange(len(edges)),
        shape_indptr=np.arange(len(edges) + 1) * 2,
        shape_xy=node_xy[np.column_stack([start, end]).ravel()],
        kinds=("footway",),
        names=(),
        bounds_lonlat=(106.0, 29.0, 107.0, 30.0),
        counts={},
        edge_incline=np.array([edge.incline for edge in edges], dtype=np.float32),
        edge_step_count=np.array([edge.step_count for edge in edges], dtype=np.float32),
        edge_waits=np.array([edge.waits for edge in edges], dtype=np.float32),
        edge_rise_m=np.array([edge.rise_m for edge in edges], dtype=np.float32),
    )


def heights_of(*edges: Edge) -> StreetHeights:
    """Collect the heights of the edges; an edge without any is not known."""
    samples = [(0.0, 0.0) if edge.heights is None else tuple(edge.heights) for edge in edges]
    letters = sorted({letter for edge in edges for letter in edge.ends})
    node_m = dict.fromkeys(letters, NAN)
    for edge in edges:
        if edge.heights is not None:
            node_m[edge.ends[0]], node_m[edge.ends[1]] = edge.heights[0], edge.heights[-1]
    return StreetHeights(
        sample_indptr=np.cumsum([0, *map(len, samples)]).astype(np.int64),
        sample_m=np.array([m for heights in samples for m in heights], dtype=np.float32),
        edge_known=np.array([edge.heights is not None for edge in edges]),
        node_m=np.array([node_m[letter] for letter in letters], dtype=np.float32),
        counts={},
    )


def slope_heights(slope: float, length_m: float, *, start_m: float = 200.0) -> list[float]:
    """Heights at most 10 m apart along an even slope."""
    count = int(np.ceil(length_m / 10.0)) + 1
    return [start_m + slope * length_m * i / (count - 1) for i in range(count)]


def slopes_along(edge: Edge) -> list[float]:
    """Return the slopes between the heights of an edge, worked out one by one."""
    assert edge.heights is not None
    samples = [float(np.float32(m)) for m in edge.heights]
    step_m = edge.length_m / (len(samples) - 1)
    return [(after - before) / step_m for before, after in pairwise(samples)]
