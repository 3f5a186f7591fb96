"""River bridges, a valley viaduct and a tunnel: level chords of the arterial contours."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely.geometry import LineString

from scripts.hill_district.town import StreetLine

if TYPE_CHECKING:
    from scripts.hill_district.settings import FloatArray
    from scripts.hill_district.town import Town

CHORD_LEVELS = (222, 262, 302)
LONGEST_M, SHORTEST_M = 620.0, 150.0
SQUARE = 0.8
"""Least cosine between the chord and the fall line at both ends: it leaves the slope squarely."""


class Chord(NamedTuple):
    """A possible span; the lowest score of its kind is built first."""

    score: float
    first: int
    second: int
    start: FloatArray
    end: FloatArray


def draw_spans(town: Town) -> None:
    """
    Choose the chords to build and add them with their approaches.

    Parameters
    ----------
    town
        Its arterials must have been drawn; gets spans and lines.
    """
    found: dict[str, list[Chord]] = {"river": [], "valley": [], "tunnel": []}
    for level in CHORD_LEVELS:
        pieces = town.arterials.get(level, [])
        if pieces:
            points = np.vstack([shapely.get_coordinates(p.segmentize(25)) for p in pieces])
            for kind, chord in _possible_chords(town, points, crosses_river=level == 222):
                found[kind].append(chord)
    wanted = {"river": town.settings.river_bridges, "valley": 1, "tunnel": 1}
    kept: list[tuple[FloatArray, str]] = []
    for kind, chords in found.items():
        count = 0
        for chord in sorted(chords, key=lambda c: c[:3]):
            middle = (chord.start + chord.end) / 2
            apart = all(
                np.hypot(*(middle - m)) > (900 if k == kind == "river" else 450) for m, k in kept
            )
            if apart and count < wanted[kind]:
                kept.append((middle, kind))
                count += 1
                _build(town, kind, chord)


def _possible_chords(
    town: Town, points: FloatArray, *, crosses_river: bool
) -> list[tuple[str, Chord]]:
    """List the chords between points of one arterial that bridge water, a valley, or a ridge."""
    terrain = town.terrain
    pairs = cKDTree(points).query_pairs(LONGEST_M, output_type="ndarray")
    slope, deck, urban = terrain.uphill(points), terrain.at(points), town.urban_at(points)
    along = points[pairs[:, 1]] - points[pairs[:, 0]]
    length = np.hypot(*along.T)
    squareness = [
        np.abs((slope[end] * along).sum(1)) / (np.hypot(*slope[end].T) * length + 1e-9)
        for end in (pairs[:, 0], pairs[:, 1])
    ]
    fair = (length > SHORTEST_M) & (np.minimum(*squareness) > SQUARE)
    fair &= np.abs(np.diff(deck[pairs], axis=1)[:, 0]) < 0.06 * length
    out = []
    for (i, j), run, span_m in zip(pairs[fair], along[fair], length[fair], strict=True):
        probe = points[i] + np.linspace(0.06, 0.94, 15)[:, None] * run
        above = terrain.at(probe) - deck[[i, j]].min()
        bank, lively = town.bank_at(probe), urban[[i, j]].min()
        mean = above.mean()
        kind, score = "", 0.0
        if (bank < 0).any() and (above < 2).all() and crosses_river:
            kind, score = "river", span_m - 120 * lively
        elif (bank > 15).all() and (above < -1).all() and mean < -9 and span_m < 380:
            kind, score = "valley", span_m + 8 * mean - 300 * lively
        elif (bank > 15).all() and (above > 1).all() and mean > 22 and span_m > 220:
            kind, score = "tunnel", 0.4 * span_m - 4 * mean - 600 * lively
        if kind:
            out.append((kind, Chord(float(score), int(i), int(j), points[i], points[j])))
    return out


def _build(town: Town, kind: str, chord: Chord) -> None:
    """Add one span, and a short approach at each end even where the arterial faded out."""
    kinds: dict[str, tuple[str, str, dict[str, str | int]]] = {
        "river": ("secondary", "大桥", {"bridge": "yes", "layer": 2}),
        "valley": ("tertiary", "高架桥", {"bridge": "viaduct", "layer": 1}),
        "tunnel": ("secondary", "隧道", {"tunnel": "yes", "layer": -1}),
    }
    highway, suffix, tags = kinds[kind]
    line = LineString([chord.start, chord.end])
    name = town.names.take(suffix)
    town.spans.append(StreetLine(line, highway, name, span=kind, tags=tags))
    step = 2 * (chord.end - chord.start) / line.length
    for end in (chord.start, chord.end):
        town.lines.append(StreetLine(LineString([end - step, end + step]), highway, level=0.0))
