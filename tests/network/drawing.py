"""Ways drawn by hand: named places in metres, ways as strings of names."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.network import RawWays

if TYPE_CHECKING:
    from collections.abc import Mapping

DEGREE_M = 6_378_137.0 * math.pi / 180.0
"""Metres to a degree of longitude on the equator, where the drawings lie."""
NORTH_DEGREE_M = DEGREE_M * (1.0 - 0.0066943799901413165)
"""Metres to a degree of latitude there: the radius of curvature is a·(1 - e²)."""
ORIGIN_LON = 0.1
"""A little east of the meridian of the working CRS."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way: the names of its places, one letter each, and what it carries."""

    path: str
    flags: int = 0
    way_id: int | None = None
    kind: str = "footway"
    name: str | None = None


def draw(
    places: Mapping[str, tuple[float, float]], *ways: Way | str, barred: str = "", lat: float = 0.0
) -> RawWays:
    """
    Make ways near the equator; `places` are metres east and north of the origin.

    Letters stand for nodes: their ids are those of the letters, their order too.
    """
    drawn = [way if isinstance(way, Way) else Way(way) for way in ways]
    letters = sorted(places)
    position = {letter: i for i, letter in enumerate(letters)}
    lonlat = [
        (ORIGIN_LON + places[letter][0] / DEGREE_M, lat + places[letter][1] / NORTH_DEGREE_M)
        for letter in letters
    ]
    kinds = tuple(dict.fromkeys(way.kind for way in drawn))
    names = tuple(dict.fromkeys(way.name for way in drawn if way.name is not None))
    return RawWays(
        node_id=np.array([ord(letter) for letter in letters], dtype=np.int64),
        node_lonlat=np.array(lonlat).reshape(-1, 2),
        way_id=np.array(
            [100 + i if way.way_id is None else way.way_id for i, way in enumerate(drawn)],
            dtype=np.int64,
        ),
        way_indptr=np.cumsum([0, *(len(way.path) for way in drawn)]).astype(np.int64),
        way_node=np.array([position[c] for way in drawn for c in way.path], dtype=np.int64),
        way_kind=np.array([kinds.index(way.kind) for way in drawn], dtype=np.int32),
        way_flags=np.array([way.flags for way in drawn], dtype=np.uint16),
        way_name=np.array(
            [-1 if way.name is None else names.index(way.name) for way in drawn], dtype=np.int32
        ),
        kinds=kinds,
        names=names,
        barred_node=np.array([position[c] for c in barred], dtype=np.int64),
        counts={"ways_read": len(drawn)},
    )
