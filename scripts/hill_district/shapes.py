"""Plane geometry that several modules need; all in local metres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import contourpy
import numpy as np
import shapely
from scipy import ndimage
from shapely.geometry import LineString

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scripts.hill_district.settings import BoolArray, FloatArray, ObjectArray


def contour_lines(field: FloatArray, level: float, cell_m: float) -> list[LineString]:
    """
    Draw one contour of a grid field.

    Parameters
    ----------
    field : shape (n, n)
        Values at the cell centres, southernmost row first.
    level
        Value of the contour.
    cell_m
        Cell size.

    Returns
    -------
    lines
        One line for each piece, simplified to two metres.
    """
    axis = np.arange(field.shape[0]) * cell_m
    lines = contourpy.contour_generator(z=field, x=axis, y=axis).lines(level)
    return [LineString(p).simplify(2.0) for p in lines if len(p) > 6]


def pieces_where(
    line: LineString, keep: Callable[[FloatArray], BoolArray], shortest_m: float
) -> list[LineString]:
    """
    Cut out the parts of a line that pass a test; short lapses are overlooked.

    Parameters
    ----------
    line
        Line to cut.
    keep
        Tells for points of shape (n, 2) which pass.
    shortest_m
        Shorter parts are dropped.

    Returns
    -------
    pieces
        The parts, in order.
    """
    xy = shapely.get_coordinates(line.segmentize(15))
    good = keep(xy)
    if len(xy) > 8:
        good = ndimage.binary_closing(good, iterations=3)
    cut = np.flatnonzero(np.diff(np.r_[0, good.astype(int), 0]))
    bounds = zip(cut[::2], cut[1::2], strict=True)
    pieces = [LineString(xy[a:b]).simplify(1.5) for a, b in bounds if b - a > 1]
    return [p for p in pieces if p.length >= shortest_m]


def points_along(line: LineString, shares: Iterable[float]) -> FloatArray:
    """
    Give points at shares of a line's length.

    Parameters
    ----------
    line
        The line.
    shares
        Between 0 and 1.

    Returns
    -------
    points : shape (n, 2)
        In the order of the shares.
    """
    at = np.asarray(list(shares), float)
    points = shapely.line_interpolate_point(line, at, normalized=True)
    return np.asarray(shapely.get_coordinates(points))


def rounded(line: LineString) -> LineString:
    """
    Round the corners of a line, such as hairpins; its ends stay.

    Parameters
    ----------
    line
        A line with sharp corners.

    Returns
    -------
    line
        The same after two rounds of corner cutting.
    """
    xy = shapely.get_coordinates(line)
    for _ in range(2):
        near, far = 0.75 * xy[:-1] + 0.25 * xy[1:], 0.25 * xy[:-1] + 0.75 * xy[1:]
        xy = np.vstack([xy[:1], np.stack([near, far], 1).reshape(-1, 2), xy[-1:]])
    return LineString(xy)


def lengthened(line: LineString, factor: float) -> LineString:
    """
    Make a line longer between the same ends by side steps, as stairs with landings are.

    Parameters
    ----------
    line
        The line.
    factor
        New length as a multiple of the old one, about; at most 2.2.

    Returns
    -------
    line
        The longer line.
    """
    count = max(2, int(line.length // 9))
    xy = points_along(line, np.arange(count + 1) / count)
    step = np.hypot(*np.diff(xy, axis=0).T)
    side = np.sqrt(max(min(factor, 2.2) ** 2 - 1, 0)) * step.mean() / 2
    run = np.gradient(xy, axis=0)
    normal = np.c_[-run[:, 1], run[:, 0]] / (np.hypot(*run.T)[:, None] + 1e-9)
    sign = np.where(np.arange(count + 1) % 2, 1.0, -1.0)
    sign[0] = sign[-1] = 0
    if count == 2:
        sign[1] = 2.0
    return LineString(xy + sign[:, None] * side * normal)


def faces_between(lines: Iterable[LineString]) -> ObjectArray:
    """
    Find the faces that lines enclose.

    Parameters
    ----------
    lines
        Lines that may cross anywhere.

    Returns
    -------
    faces
        Polygons; neighbours share their vertices exactly.
    """
    noded = shapely.union_all(list(lines), grid_size=0.5)
    return np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))


def rectangles(
    middle: FloatArray, along: FloatArray, width: FloatArray, depth: FloatArray
) -> ObjectArray:
    """
    Draw rectangles around points.

    Parameters
    ----------
    middle : shape (n, 2)
        Middles.
    along : shape (n, 2)
        Unit vectors of the first side.
    width, depth : shape (n,)
        Lengths of the first and the second side.

    Returns
    -------
    polygons : shape (n,)
        The rectangles.
    """
    a = along * width[:, None] / 2
    b = np.c_[-along[:, 1], along[:, 0]] * depth[:, None] / 2
    m = middle
    return np.asarray(
        shapely.polygons(np.stack([m - a - b, m + a - b, m + a + b, m - a + b, m - a - b], axis=1))
    )
