"""Hills, benches and ravines around a meandering river, as a grid of heights."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import contourpy
import numpy as np
import shapely
from pyproj import Transformer
from scipy import ndimage
from scipy.spatial import cKDTree
from shapely.geometry import LineString, Polygon

from scripts.hill_district.settings import AREA_CRS, CRS, LOOP_M, WATER_LEVEL_M
from scripts.hill_district.shapes import contour_lines

if TYPE_CHECKING:
    from scripts.hill_district.settings import FloatArray, Settings

ROUNDED_OFF_ABOVE_M = 340.0


class Terrain:
    """
    Heights on a grid with bilinear look-up; row 0 is the southernmost.

    Parameters
    ----------
    settings
        Size, cell and place.
    rng
        Source of the shapes.

    Attributes
    ----------
    heights_m : shape (n, n)
        Heights; `cut_and_fill` changes them.
    bank_m : shape (n, n)
        Distance to the water's edge, negative on the water.
    smooth_m, gradient_x, gradient_y, slope : shape (n, n)
        A smoothed copy and its derivatives, as of the last `refresh`.
    river
        Middle line of the river.
    crests
        Lines along the ridges.
    west, south
        Where local (0, 0) lies in `CRS`.
    """

    def __init__(self, settings: Settings, rng: np.random.Generator) -> None:
        self.cell_m, self.size_m, self.cells = settings.cell_m, settings.size_m, settings.cells
        place = Transformer.from_crs(AREA_CRS, CRS, always_xy=True)
        east, north = place.transform(settings.lon, settings.lat)
        self.west = float(round(east - self.size_m / 2, -1))
        self.south = float(round(north - self.size_m / 2, -1))
        axis = np.arange(self.cells) * self.cell_m
        self.grid_x, self.grid_y = np.meshgrid(axis, axis)
        self._rng = rng
        self.river = _meander(self.size_m, rng)
        width = 95 + 12 * np.sin(self.grid_x / 430) + 8 * self._noise(150)
        self.bank_m = self._distance_to(self.river.segmentize(8)) - width
        self.heights_m = self._hills()
        self.refresh()

    def _noise(self, scale_m: float) -> FloatArray:
        """Give smooth noise of the given scale, variance one."""
        white = self._rng.standard_normal((self.cells, self.cells))
        field = ndimage.gaussian_filter(white, scale_m / self.cell_m, mode="reflect")
        return np.asarray(field / field.std())

    def _distance_to(self, line: LineString) -> FloatArray:
        """Give the distance of every cell to the nearest vertex of a line."""
        cells = np.c_[self.grid_x.ravel(), self.grid_y.ravel()]
        far = cKDTree(shapely.get_coordinates(line)).query(cells)[0]
        return np.asarray(far.reshape(self.cells, self.cells))

    def _hills(self) -> FloatArray:
        """Heights: the valley's flanks, parallel ridges, noise, ravines and benches."""
        far = self.bank_m
        inland = 1 - np.exp(-np.maximum(far, 0) / 330)
        z = WATER_LEVEL_M + 4 + 105 * (1 - np.exp(-np.maximum(far, 0) / 480))
        z += 16 * np.clip(far / 60, 0, 1)
        z += inland * self._ridges()
        z += inland * (26 * self._noise(420) + 11 * self._noise(170))
        z += np.clip(far / 80, 0, 1) * 2.2 * self._noise(55)
        z -= np.clip(far / 90, 0, 1) * self._ravines()
        z = np.maximum(z, WATER_LEVEL_M + 3 + np.clip(far, 0, 60) / 8)
        bench = 20 / (2 * np.pi)
        z = z - 0.55 * bench * np.sin((z - 180) / bench + np.pi)
        z = np.where(far < 0, WATER_LEVEL_M - 0.01, z)
        over = np.maximum(z - ROUNDED_OFF_ABOVE_M, 0)
        return np.asarray(np.minimum(z, ROUNDED_OFF_ABOVE_M) + 60 * np.tanh(over / 60))

    def _ridges(self) -> FloatArray:
        """Parallel ridges, as in a fold belt; their crests bound communities later."""
        strike = np.deg2rad(62)
        across = self.grid_x * np.sin(strike) - self.grid_y * np.cos(strike)
        across = across + 130 * self._noise(600)
        along = self.grid_x * np.cos(strike) + self.grid_y * np.sin(strike)
        total = np.zeros_like(across)
        self.crests: list[LineString] = []
        for middle in np.arange(-0.9, 2.2, 0.62 * 4000 / self.size_m) * self.size_m * 0.8 + 1800:
            height = 115 + 25 * np.sin(along / 700 + middle)
            total += height * np.exp(-(((across - middle) / 210) ** 2))
            self.crests += contour_lines(across, middle, self.cell_m)
        return np.asarray(total)

    def _ravines(self) -> FloatArray:
        """Depth of the ravines that fall into the river, one for about 1.2 km of bank."""
        rng, total = self._rng, np.zeros_like(self.bank_m)
        starts = np.arange(900, self.river.length, 1250) + rng.uniform(-150, 150)
        cells = np.c_[self.grid_x.ravel(), self.grid_y.ravel()]
        for at in starts:
            p, q = shapely.get_coordinates(self.river.interpolate([at, at + 5]))
            side = np.array([p[1] - q[1], q[0] - p[0]]) / 5 * rng.choice([-1, 1])
            bend = np.cumsum(rng.normal(0, 0.09, 74))
            direction = np.arctan2(side[1], side[0]) + bend
            bed = p + np.cumsum(np.c_[np.cos(direction), np.sin(direction)] * 15, axis=0)
            far, vertex = (a.reshape(self.bank_m.shape) for a in cKDTree(bed).query(cells))
            up = vertex / len(bed)
            total += (50 - 24 * up) * np.exp(-((far / (115 - 40 * up)) ** 2))
        return np.asarray(total)

    def refresh(self) -> None:
        """Smooth and derive again after the heights changed."""
        self.smooth_m = ndimage.gaussian_filter(self.heights_m, 28 / self.cell_m)
        self.gradient_y, self.gradient_x = np.gradient(self.smooth_m, self.cell_m)
        self.slope = np.hypot(self.gradient_x, self.gradient_y)

    def at(self, xy: FloatArray, field: FloatArray | None = None) -> FloatArray:
        """
        Look a field up between its cells.

        Parameters
        ----------
        xy : shape (n, 2)
            Local metres.
        field : shape (n_cells, n_cells)
            Any field of this grid; heights where not given.

        Returns
        -------
        values : shape (n,)
            Bilinear.
        """
        xy = np.atleast_2d(xy)
        where = [xy[:, 1] / self.cell_m, xy[:, 0] / self.cell_m]
        grid = self.heights_m if field is None else field
        return np.asarray(ndimage.map_coordinates(grid, where, order=1, mode="nearest"))

    def uphill(self, xy: FloatArray) -> FloatArray:
        """
        Look the gradient up.

        Parameters
        ----------
        xy : shape (n, 2)
            Local metres.

        Returns
        -------
        gradient : shape (n, 2)
            Rise for each metre east and north.
        """
        return np.column_stack([self.at(xy, self.gradient_x), self.at(xy, self.gradient_y)])

    def water(self) -> Polygon:
        """
        Outline the river.

        Returns
        -------
        water
            Polygon or multipolygon.
        """
        axis = np.arange(self.cells) * self.cell_m
        filled = contourpy.contour_generator(
            z=-self.bank_m, x=axis, y=axis, fill_type="OuterOffset"
        ).filled(0, 1e9)
        parts = []
        for points, at in zip(*filled, strict=True):
            holes = [points[a:b] for a, b in pairwise(at[1:])]
            parts.append(Polygon(points[at[0] : at[1]], holes).buffer(0))
        return shapely.union_all([p for p in parts if p.area > 2000]).simplify(2)

    def cut_and_fill(self, xy: FloatArray, height_m: FloatArray, reach_m: float = 16.0) -> None:
        """
        Bend the ground to given heights, as road beds do, fading out around them.

        Parameters
        ----------
        xy : shape (n, 2)
            Local metres.
        height_m : shape (n,)
            Heights the ground shall have there.
        reach_m
            How far the earthworks reach.
        """
        lift, weight = np.zeros_like(self.heights_m), np.zeros_like(self.heights_m)
        row, column = (np.rint(xy[:, k] / self.cell_m).astype(int) for k in (1, 0))
        inside = (row >= 0) & (column >= 0) & (row < self.cells) & (column < self.cells)
        where = (row[inside], column[inside])
        np.add.at(lift, where, (height_m - self.at(xy))[inside])
        np.add.at(weight, where, 1.0)
        sigma = reach_m / self.cell_m
        lift, weight = (ndimage.gaussian_filter(a, sigma) for a in (lift, weight))
        least = 0.12 / (2 * np.pi * sigma**2)
        on_land = self.bank_m > 0
        self.heights_m = np.where(on_land, self.heights_m + lift / (weight + least), self.heights_m)


def _meander(size_m: float, rng: np.random.Generator) -> LineString:
    """Draw a sine-generated curve: loops that leave peninsulas."""
    swing = np.deg2rad(74)
    arc = np.arange(-0.75 * LOOP_M, size_m * 2.6 + LOOP_M, 10.0)
    heading = swing * np.sin(2 * np.pi * arc / LOOP_M + 0.35)
    heading += 0.10 * np.sin(arc / 900 + rng.uniform(0, 6))
    xy = np.c_[np.cumsum(np.cos(heading)), np.cumsum(np.sin(heading))] * 10
    xy -= xy[np.argmin(np.abs(arc - LOOP_M / 2))] - [0.12 * 4000, 0.50 * size_m]
    return LineString(xy[(np.abs(xy / size_m - 0.5) < 0.75).all(axis=1)])
