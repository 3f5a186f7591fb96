"""Switchback roads up the slopes, and the terrace streets that have to give way to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon

from scripts.hill_district.settings import LANE, RANK
from scripts.hill_district.shapes import rounded
from scripts.hill_district.town import StreetLine

if TYPE_CHECKING:
    from scripts.hill_district.settings import FloatArray
    from scripts.hill_district.town import Town

GRADE, HAIRPIN_GRADE = 0.070, 0.10
STEP_M = 14.0
CLIMB_SUFFIX = "支路"
HIGHEST_M = 318.0


def draw_climbs(town: Town) -> None:
    """
    Add switchback roads from the riverside, and from each core, up to the high streets.

    Parameters
    ----------
    town
        Its arterials must have been drawn; gets lines.
    """
    starts = [(-2.0, (float(x), float(y))) for x, y in town.cores]
    for piece in town.arterials.get(182, []):
        for x, y in shapely.get_coordinates(
            piece.interpolate(np.arange(150, piece.length - 100, 180))
        ):
            starts.append((-float(town.urban_at(np.array([x, y]))[0]), (float(x), float(y))))
    done: list[tuple[float, float]] = []
    for score, p in sorted(starts):
        if score > -0.10 or any(np.hypot(p[0] - q[0], p[1] - q[1]) < 520 for q in done):
            continue
        done.append(p)
        path = _climb_from(town, np.array(p))
        if len(path) > 9:
            line = rounded(LineString(path))
            if line.length > 220:
                name = town.names.take(CLIMB_SUFFIX)
                town.lines.append(StreetLine(line.simplify(1.0), "tertiary", name))


def _climb_from(town: Town, start: FloatArray) -> list[FloatArray]:
    """Walk up at a fixed grade, turning back after each leg, until the town or the slope ends."""
    terrain, rng = town.terrain, town.rng
    p, run, side, path = start, 0.0, rng.choice([-1.0, 1.0]), [start]
    leg = rng.uniform(170, 300)
    for _ in range(170):
        gradient = terrain.uphill(p)[0]
        steep = np.hypot(*gradient)
        if steep < 1e-3:
            break
        up, level = gradient / steep, np.array([-gradient[1], gradient[0]]) / steep
        rise = min(1.0, GRADE / steep)
        if run < STEP_M + 1 and len(path) > 2:
            rise = max(rise, min(0.8, HAIRPIN_GRADE / steep))
        p = p + STEP_M * (rise * up + np.sqrt(1 - rise**2) * side * level)
        if not _may_climb_to(town, p, path):
            break
        path.append(p)
        run += STEP_M
        if run > leg and steep > 0.12:
            side, run, leg = -side, 0.0, rng.uniform(170, 300)
    return path


def _may_climb_to(town: Town, p: FloatArray, path: list[FloatArray]) -> bool:
    """Tell whether a climb may go on to a point: on dry town ground, not into its own path."""
    inside = (np.abs(p / town.settings.size_m - 0.5) < 0.49).all()
    if not inside or town.bank_at(p)[0] < 22 or town.terrain.at(p)[0] > HIGHEST_M:
        return False
    back = np.array(path[:-5]).reshape(-1, 2)
    if town.urban_at(p)[0] < 0.07:
        return False
    return not len(back) or bool(np.hypot(*(back - p).T).min() >= 16)


def thin_terraces(town: Town) -> None:
    """
    Drop what of the terrace streets hugs a climb, and tie the cut ends to a larger street.

    Parameters
    ----------
    town
        Its lines are replaced.
    """
    large = [s for s in town.lines if RANK[s.highway] <= RANK["tertiary"]]
    small = [s for s in town.lines if RANK[s.highway] > RANK["tertiary"]]
    climbs = [s.line for s in large if s.name.endswith(CLIMB_SUFFIX)]
    beside = shapely.union_all(shapely.buffer(climbs, 24, quad_segs=3)) if climbs else Polygon()
    mains = shapely.union_all([s.line for s in large])
    shapely.prepare(beside)
    town.lines = large
    for street in small:
        rest = street.line.difference(beside) if beside.intersects(street.line) else street.line
        for part in shapely.get_parts(rest):
            if part.length < 70:
                continue
            town.lines.append(StreetLine(part, street.highway, street.name, street.level))
            for end in (Point(part.coords[0]), Point(part.coords[-1])):
                if 1 < end.distance(mains) < 34:
                    tie = shapely.shortest_line(end, mains)
                    town.lines.append(StreetLine(tie, LANE, street.name))
