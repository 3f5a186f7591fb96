"""Where homes gained and lost a circle, as a picture that needs nothing but the page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.comparison import CircleHomes, Comparison

_WIDE = 1000.0
_MARGIN = 12.0
_LEAST_DEGREES = 1e-4
_MARKS = {"opened": "opened", "closed": "closed"}


class Picture:
    """
    A plane of pixels over all homes and centres of a comparison.

    Longitudes are shrunk by the cosine of the middle latitude: at the size of a city that
    is a true map to a fraction of a pixel.
    """

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        places = np.concatenate([comparison.homes.lonlat, _centre_places(comparison)])
        if not len(places):
            places = np.zeros((1, 2))
        low, high = places.min(axis=0), places.max(axis=0)
        self._west, self._north = float(low[0]), float(high[1])
        self._shrink = math.cos(math.radians(float(low[1] + high[1]) / 2.0))
        across = max(float(high[0] - low[0]) * self._shrink, _LEAST_DEGREES)
        down = max(float(high[1] - low[1]), _LEAST_DEGREES)
        self._scale = (_WIDE - 2.0 * _MARGIN) / max(across, down)
        self.width = across * self._scale + 2.0 * _MARGIN
        self.height = down * self._scale + 2.0 * _MARGIN

    def pixels(self, lonlat: FloatArray) -> FloatArray:
        """Return pixels, x to the right and y down, shape (n, 2)."""
        x = (lonlat[:, 0] - self._west) * self._shrink * self._scale + _MARGIN
        y = (self._north - lonlat[:, 1]) * self._scale + _MARGIN
        return np.column_stack([x, y])

    def homes(self) -> str:
        """Return all homes as one faint drawing, for `draw` to use: one dot a pixel."""
        dots = np.unique(np.rint(self.pixels(self.comparison.homes.lonlat)).astype(int), axis=0)
        squares = "".join(f"M{x - 1} {y - 1}h2v2h-2z" for x, y in dots.tolist())
        return (
            '<svg class="store" aria-hidden="true"><defs>'
            f'<path id="homes" d="{squares}"/></defs></svg>\n'
        )

    def draw(self, circle: CircleHomes, title: str) -> str:
        """Return the picture of one circle; `title` is escaped already."""
        return (
            f'<svg viewBox="0 0 {self.width:.0f} {self.height:.0f}" role="img" '
            f'aria-label="{title}"><use class="same" href="#homes"/>'
            f'<g class="lost">{self._dots(circle.lost, self.comparison.homes.persons_a)}</g>'
            f'<g class="gained">{self._dots(circle.gained, self.comparison.homes.persons_b)}</g>'
            f"{self._centres()}</svg>\n"
        )

    def _dots(self, members: IntArray, persons: FloatArray) -> str:
        """Draw homes as discs, their area by persons."""
        most = float(persons.max(initial=1.0))
        at = self.pixels(self.comparison.homes.lonlat[members])
        radii = 2.5 + 5.0 * np.sqrt(np.maximum(persons[members], 0.0) / max(most, 1.0))
        return "".join(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
            for (x, y), radius in zip(at.tolist(), radii.tolist(), strict=True)
        )

    def _centres(self) -> str:
        """Draw the centres that changed as triangles: opened, closed, or changed otherwise."""
        drawn = []
        for change in self.comparison.centres:
            known = change.b or change.a
            if known is None:
                continue
            ((x, y),) = self.pixels(np.array([[known.lon, known.lat]])).tolist()
            kind = next((_MARKS[one] for one in change.changes if one in _MARKS), "centre")
            drawn.append(f'<path class="{kind}" d="M{x - 7:.1f} {y + 5:.1f}h14l-7 -12z"/>')
        return "".join(drawn)


def _centre_places(comparison: Comparison) -> FloatArray:
    found: Sequence[tuple[float, float]] = [
        (one.lon, one.lat)
        for change in comparison.centres
        for one in (change.a, change.b)
        if one is not None
    ]
    return np.array(found, dtype=np.float64).reshape(-1, 2)
