"""Road lines drawn by hand, in metres, near the meridian of a CRS: lengths are true there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.domain.street_lines import StreetLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray
    from planner.domain.network import RawWays

CRS = "EPSG:4544"
EAST, NORTH = 505_000.0, 3_270_000.0


def lines_of(
    *shapes: Sequence[tuple[float, float]],
    level: Sequence[int] | None = None,
    flags: Sequence[int] | None = None,
    steps: Sequence[float] | None = None,
    crs: str = CRS,
) -> StreetLines:
    """Make lines of coordinates in metres east and north of a place near 105°E."""
    n_lines = len(shapes)
    vertices = np.array([place for shape in shapes for place in shape], dtype=np.float64)
    return StreetLines(
        vertices=vertices + np.array([EAST, NORTH]),
        indptr=np.cumsum([0, *(len(shape) for shape in shapes)]).astype(np.int64),
        level=np.array(level or [0] * n_lines, dtype=np.int32),
        kind=np.zeros(n_lines, dtype=np.int32),
        flags=np.array(flags or [0] * n_lines, dtype=np.uint16),
        name=np.full(n_lines, -1, dtype=np.int32),
        step_count=np.array(steps or [np.nan] * n_lines, dtype=np.float32),
        row=np.arange(1, n_lines + 1, dtype=np.int64),
        crs=crs,
        kinds=("residential",),
        names=(),
        file="roads.gpkg",
        counts={},
    )


def shuffled(lines: StreetLines, order: Sequence[int]) -> StreetLines:
    """Return the same lines in another order, their rows with them."""
    spans = [slice(lines.indptr[i], lines.indptr[i + 1]) for i in order]
    which = np.array(order)
    return StreetLines(
        vertices=np.concatenate([lines.vertices[span] for span in spans]),
        indptr=np.cumsum([0, *(span.stop - span.start for span in spans)]).astype(np.int64),
        level=lines.level[which],
        kind=lines.kind[which],
        flags=lines.flags[which],
        name=lines.name[which],
        step_count=lines.step_count[which],
        row=lines.row[which],
        crs=lines.crs,
        kinds=lines.kinds,
        names=lines.names,
        file=lines.file,
        counts=lines.counts,
    )


def places_in_metres(ways: RawWays) -> FloatArray:
    """Return the nodes in metres of the drawing."""
    from pyproj import Transformer

    back = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    xy = np.column_stack(back.transform(ways.node_lonlat[:, 0], ways.node_lonlat[:, 1]))
    return np.asarray(xy - np.array([EAST, NORTH]), dtype=np.float64)
