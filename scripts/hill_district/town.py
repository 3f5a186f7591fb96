"""The town while its streets are being drawn: lines, spans, and where it has grown dense."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy import ndimage

from scripts.hill_district.names import NamePool
from scripts.hill_district.settings import LOOP_M

if TYPE_CHECKING:
    from shapely.geometry import LineString, Polygon

    from scripts.hill_district.settings import FloatArray, Settings
    from scripts.hill_district.terrain import Terrain

CORE_SPREAD_M = 430.0
CORES_APART_M = 820.0
NEW_CORES = 4


@dataclass
class StreetLine:
    """
    One line on its way to become edges of the graph.

    Parameters
    ----------
    line
        Local metres.
    highway
        Value of the tag, or `settings.LANE`.
    name
        Name, maybe empty.
    level
        Height of the contour it follows, -1 for none.
    span
        `river`, `valley` or `tunnel` for what is not on the ground, else empty.
    tags
        Further tags: bridge, tunnel, layer.
    """

    line: LineString
    highway: str
    name: str = ""
    level: float = -1.0
    span: str = ""
    tags: dict[str, str | int] = field(default_factory=dict)


class Town:
    """
    What the steps that draw streets work on; each adds to `lines` or `spans`.

    Parameters
    ----------
    settings
        Size and counts.
    terrain
        The ground.
    rng
        Source of the choices.

    Attributes
    ----------
    urban : shape (n, n)
        0..1, how much a town has grown here.
    cores, old_town : shape (n, 2), shape (2,)
        Where it grew from; the oldest of them.
    contour_field : shape (n, n)
        Smoothed heights, tilted a little so that streets along its contours slope gently.
    arterials
        The long streets drawn along each contour of the arterial heights.
    """

    def __init__(self, settings: Settings, terrain: Terrain, rng: np.random.Generator) -> None:
        self.settings, self.terrain, self.rng = settings, terrain, rng
        self.water: Polygon = terrain.water()
        self.lines: list[StreetLine] = []
        self.spans: list[StreetLine] = []
        self.arterials: dict[float, list[LineString]] = {}
        self.names = NamePool(rng)
        self.cores, self.old_town = self._find_cores()
        self.urban = self._urban_field()
        phase = rng.uniform(0, 2 * np.pi, 2)
        inland = np.clip(terrain.bank_m / 120, 0, 1)
        roll = 7 * np.sin(terrain.grid_x / 300 + phase[0])
        roll += 5 * np.sin(terrain.grid_y / 240 + phase[1])
        self.contour_field = terrain.smooth_m + roll * inland

    def _find_cores(self) -> tuple[FloatArray, FloatArray]:
        """Choose the heads of the peninsulas, then gentle spots far from each other."""
        terrain, size = self.terrain, self.settings.size_m
        river = terrain.river
        cores = []
        for at in np.arange(LOOP_M / 2, river.length, LOOP_M / 2):
            around = np.clip([at, at - 1000, at + 1000], 0, river.length)
            bend, before, after = shapely.get_coordinates(river.interpolate(around))
            cores.append(bend + 0.62 * ((before + after) / 2 - bend))
        inside = [c for c in cores if (np.abs(c / size - 0.5) < 0.47).all()]
        chosen = inside or [np.array([size / 2, size / 2])]
        heads = np.array(chosen)
        old_town = heads[np.argmin(np.hypot(*(heads - [0.5 * size, 0.35 * size]).T))]
        spots = self.rng.uniform(0.12, 0.88, (400, 2)) * size
        gentle = terrain.at(spots, terrain.slope) < 0.30
        fit = gentle & (terrain.at(spots, terrain.bank_m) > 250) & (terrain.at(spots) < 300)
        most = len(heads) + NEW_CORES * (size / 4000) ** 2
        for p in spots[fit]:
            if len(chosen) < most and np.hypot(*(np.array(chosen) - p).T).min() > CORES_APART_M:
                chosen.append(p)
        return np.array(chosen), old_town

    def _urban_field(self) -> FloatArray:
        """Dense at the cores, little on steep ground, nothing on the water."""
        terrain = self.terrain
        urban = np.zeros_like(terrain.bank_m)
        for x, y in self.cores:
            square = (terrain.grid_x - x) ** 2 + (terrain.grid_y - y) ** 2
            urban = np.maximum(urban, np.exp(-square / (2 * CORE_SPREAD_M**2)))
        urban *= np.clip(1.5 - 1.4 * terrain.slope, 0.15, 1) * np.clip(terrain.bank_m / 40, 0, 1)
        return np.asarray(ndimage.gaussian_filter(urban, 3))

    def urban_at(self, xy: FloatArray) -> FloatArray:
        """
        Tell how dense the town is at points.

        Parameters
        ----------
        xy : shape (n, 2)
            Local metres.

        Returns
        -------
        urban : shape (n,)
            0..1.
        """
        return self.terrain.at(xy, self.urban)

    def bank_at(self, xy: FloatArray) -> FloatArray:
        """
        Tell how far points are from the water.

        Parameters
        ----------
        xy : shape (n, 2)
            Local metres.

        Returns
        -------
        bank_m : shape (n,)
            Metres, negative on the water.
        """
        return self.terrain.at(xy, self.terrain.bank_m)
