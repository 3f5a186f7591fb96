"""Streets along contours: arterials, terrace streets, the riverside walk and hill trails."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scripts.hill_district.shapes import contour_lines, pieces_where
from scripts.hill_district.town import StreetLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from scripts.hill_district.settings import BoolArray, FloatArray
    from scripts.hill_district.town import Town


class Terrace(NamedTuple):
    """A street along a contour: where it is allowed and what it is called."""

    level: float
    highway: str
    suffix: str
    steepest: float
    """Steepest ground it is built on; infinite for arterials."""
    least_urban: float
    shortest_m: float


ARTERIALS = (
    Terrace(182, "primary", "滨江路", np.inf, 0.02, 260),
    Terrace(222, "secondary", "大道", np.inf, 0.03, 260),
    Terrace(262, "tertiary", "路", np.inf, 0.10, 260),
    Terrace(302, "tertiary", "路", np.inf, 0.14, 260),
)
RIVERSIDE_LEVEL, TRAIL_LEVEL = 168.5, 322.0
STEEPEST_BY_STEP = {0: 0.48, 10: 0.17, 5: 0.085, 15: 0.085}
"""Between two benches of 20 m: the flatter the ground, the more terraces fit."""


def terraces() -> list[Terrace]:
    """
    List the streets along contours, arterials first.

    Returns
    -------
    terraces
        Every five metres of height that no arterial is close to.
    """
    out = list(ARTERIALS)
    for level in np.arange(192.0, 352.0, 5.0):
        if all(abs(level - a.level) >= 4 for a in ARTERIALS):
            step = round((level - 182) % 20)
            least = 0.17 if step == 0 else 0.22
            out.append(Terrace(level, "residential", "街", STEEPEST_BY_STEP[step], least, 130))
    return out


def draw_contour_streets(town: Town) -> None:
    """
    Add the streets along contours.

    Parameters
    ----------
    town
        Gets lines and arterials.
    """
    cell = town.terrain.cell_m
    for terrace in terraces():
        allowed = _allowed(town, terrace)
        for line in contour_lines(town.contour_field, terrace.level, cell):
            for piece in pieces_where(line, allowed, terrace.shortest_m):
                if np.isinf(terrace.steepest):
                    town.arterials.setdefault(terrace.level, []).append(piece)
                name = town.names.take(terrace.suffix)
                town.lines.append(StreetLine(piece, terrace.highway, name, level=terrace.level))
    paths = (
        (RIVERSIDE_LEVEL, "江岸步道", 6.0, 0.12, 200.0),
        (TRAIL_LEVEL, "山城步道", 22.0, 0.05, 300.0),
    )
    for level, suffix, bank_m, least_urban, shortest_m in paths:

        def dry(xy: FloatArray, bank_m: float = bank_m, least: float = least_urban) -> BoolArray:
            return (town.bank_at(xy) > bank_m) & (town.urban_at(xy) > least)

        for line in contour_lines(town.contour_field, level, cell):
            for piece in pieces_where(line, dry, shortest_m):
                name = town.names.take(suffix)
                town.lines.append(StreetLine(piece, "footway", name, level=0.0))


def _allowed(town: Town, terrace: Terrace) -> Callable[[FloatArray], BoolArray]:
    """Give the test that points of a street along a contour have to pass."""
    terrain = town.terrain

    def test(xy: FloatArray) -> BoolArray:
        grown = (town.bank_at(xy) > 22) & (town.urban_at(xy) > terrace.least_urban)
        return grown & (terrain.at(xy, terrain.slope) < terrace.steepest)

    return test
