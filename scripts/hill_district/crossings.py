"""Lanes, footpaths and stairs that run down the slope from street to street."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
import shapely.ops
from shapely.geometry import LineString, Point

from scripts.hill_district.settings import LANE
from scripts.hill_district.shapes import points_along
from scripts.hill_district.town import StreetLine

if TYPE_CHECKING:
    from scripts.hill_district.settings import FloatArray, ObjectArray
    from scripts.hill_district.town import Town

LONGEST_M = 216.0
STEP_M, STEPS = 8.0, 32
APART_M = 36.0
GOES_ON_SHARE = 0.7
SLANT_RAD = 0.35
"""How far a path may turn from the line of steepest descent, to either side."""


class Descents:
    """
    The cross links found so far; worked from the highest street down.

    Parameters
    ----------
    town
        Its lines are what the links run between.
    """

    def __init__(self, town: Town) -> None:
        self.town = town
        self.lines: ObjectArray = np.array([s.line for s in town.lines])
        self.levels = np.array([s.level for s in town.lines])
        self.tree = shapely.STRtree(self.lines)
        self.kept: list[LineString] = []
        self.middles: list[FloatArray] = []
        self.landed: list[tuple[FloatArray, int]] = []

    def starts(self, level: float) -> tuple[FloatArray, list[int]]:
        """
        Choose where links leave the streets of one level.

        Stairs that reached such a street often go on below it; others start
        along it, closer together where the town is dense.

        Parameters
        ----------
        level
            Height of the contour.

        Returns
        -------
        points, streets
            Shape (n, 2), and the index of the street each leaves.
        """
        town, rng = self.town, self.town.rng
        going_on = np.array([q for q, k in self.landed if self.levels[k] == level]).reshape(-1, 2)
        points: list[FloatArray] = []
        streets: list[int] = []
        for k in np.flatnonzero(self.levels == level).tolist():
            for q, j in self.landed:
                if j == k and rng.random() < GOES_ON_SHARE:
                    points.append(q)
                    streets.append(k)
            at = rng.uniform(10, 40)
            while at < self.lines[k].length:
                p = np.array(self.lines[k].interpolate(at).coords[0])
                if not len(going_on) or np.hypot(*(going_on - p).T).min() > 42:
                    points.append(p)
                    streets.append(k)
                sparse = max(0.0, 0.6 - float(town.urban_at(p)[0]))
                at += rng.uniform(0.5, 1.5) * (62 + 190 * sparse**1.2)
        return np.array(points).reshape(-1, 2), streets

    def follow(self, level: float) -> None:
        """
        Run the links of one level down to the next street below.

        Parameters
        ----------
        level
            Height of the contour.
        """
        p, streets = self.starts(level)
        turn = self.town.rng.uniform(-SLANT_RAD, SLANT_RAD, len(p))
        cos, sin = np.cos(turn), np.sin(turn)
        track = [p]
        for _ in range(STEPS):
            g = self.town.terrain.uphill(p)
            down = -np.c_[cos * g[:, 0] - sin * g[:, 1], sin * g[:, 0] + cos * g[:, 1]]
            p = p + STEP_M * down / (np.hypot(*g.T)[:, None] + 1e-6)
            track.append(p)
        for k, path in zip(streets, np.array(track).transpose(1, 0, 2), strict=True):
            self._keep_to_next_street(k, LineString(path))

    def _keep_to_next_street(self, street: int, path: LineString) -> None:
        """Cut a path at the first street it meets, and keep it if nothing runs beside it."""
        nearest, below = LONGEST_M, -1
        for j in self.tree.query(path, "intersects").tolist():
            for hit in shapely.get_parts(path.intersection(self.lines[j])):
                at = path.project(Point(hit.coords[0]))
                if (14 if j != street else 45) < at < nearest:
                    nearest, below = at, j
        if below < 0:
            return
        cut = shapely.ops.substring(path, 0, nearest)
        probe = points_along(cut, (0.2, 0.5, 0.8))
        if (self.town.bank_at(probe) < 8).any():
            return
        if self.middles and np.hypot(*(np.array(self.middles) - probe[1]).T).min() < APART_M:
            return
        self.middles.append(probe[1])
        self.landed.append((np.array(cut.coords[-1]), below))
        self.kept.append(cut.simplify(2.0))


def draw_crossings(town: Town) -> None:
    """
    Add the cross links; their slope tells later whether they are lanes, paths or stairs.

    Parameters
    ----------
    town
        Gets lines.
    """
    descents = Descents(town)
    for level in sorted(set(descents.levels[descents.levels >= 0].tolist()), reverse=True):
        descents.follow(level)
    town.lines += [StreetLine(line, LANE) for line in descents.kept]
