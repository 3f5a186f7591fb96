"""What the rows of a plan name (communities, streets, roads), and how far from it they stand."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from planner.units import UNREACHED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from planner.domain.arrays import FloatArray, GeometryArray, IntArray
    from planner.domain.network import Streets
    from planner.domain.places import Areas, Centre

_SILENT: Final = re.compile(r"[\s·•,，、.。()（）\-—_]+")
_SUFFIXES: Final = (
    "社区居民委员会",
    "社区居委会",
    "居民委员会",
    "村民委员会",
    "街道办事处",
    "镇人民政府",
    "办事处",
    "居委会",
    "村委会",
    "社区",
    "街道",
)
_ROAD_ENDS: Final = ("路", "街", "大道", "巷")
"""坡, 梯 and 沟 end the names of far more communities than roads."""
_SHORTEST_ROAD: Final = 3
"""Characters: 新街 or 中路 stand in too many names to speak of one road."""


@dataclass(frozen=True, slots=True)
class Named:
    """
    Rows that name something, and its shape.

    Attributes
    ----------
    index : int64, shape (n,)
        Positions among the centres, ascending.
    shape : shape (n,)
        What each names: an area, or the line of a road.
    """

    index: IntArray
    shape: GeometryArray

    def take(self, chosen: IntArray) -> Named:
        """Return some of them."""
        return Named(self.index[chosen], self.shape[chosen])

    def distances_m(self, xy: FloatArray) -> FloatArray:
        """Return how far each stands from what it names, 0 inside; `xy` of all centres."""
        found: FloatArray = shapely.distance(shapely.points(xy[self.index]), self.shape)
        return np.where(np.isnan(found), UNREACHED, found)


def plain_name(text: str) -> str:
    """
    Return the name of an area as it is compared.

    Examples
    --------
    >>> plain_name("黄桷坪 社区居委会"), plain_name("（ＡＢ）社区"), plain_name("社区")
    ('黄桷坪', 'ab', '社区')
    """
    text = _SILENT.sub("", unicodedata.normalize("NFKC", text).casefold())
    for suffix in _SUFFIXES:
        if text.endswith(suffix) and len(text) > len(suffix):
            return text.removesuffix(suffix)
    return text


def find_named_areas(centres: tuple[Centre, ...], areas: Iterable[Areas]) -> Named:
    """
    Look up the community of each centre, else its street, among the areas given.

    Areas of one name are taken as one: the centre may stand in any of them.

    Parameters
    ----------
    centres
        The rows.
    areas
        Levels in any order, in the working CRS; others than community and street are left out.
    """
    by_level = {item.level: _AreaFinder(item) for item in areas}
    index, shapes = [], []
    for i, centre in enumerate(centres):
        for level, name in (("community", centre.community), ("street", centre.street)):
            shape = by_level[level](name) if name and level in by_level else None
            if shape is not None:
                index.append(i)
                shapes.append(shape)
                break
    return _named(index, shapes)


class _AreaFinder:
    """Areas of one level by their names."""

    def __init__(self, areas: Areas) -> None:
        self._geometry = areas.geometry
        self._by_text: dict[str, list[int]] = {}
        self._by_plain: dict[str, list[int]] = {}
        for i, name in enumerate(areas.name):
            self._by_text.setdefault(name.strip(), []).append(i)
            self._by_plain.setdefault(plain_name(name), []).append(i)
        self._found: dict[str, shapely.Geometry | None] = {}

    def __call__(self, name: str) -> shapely.Geometry | None:
        if name not in self._found:
            # 新华社区 and 新华村 are two: the full name goes before its stem.
            which = self._by_text.get(name.strip()) or self._by_plain.get(plain_name(name))
            self._found[name] = None if which is None else shapely.union_all(self._geometry[which])
        return self._found[name]


def find_named_roads(centres: tuple[Centre, ...], streets: Streets) -> Named:
    """Look up the longest road of the network that an address, else a name, speaks of."""
    roads = {
        name: i
        for i, name in enumerate(streets.names)
        if len(name) >= _SHORTEST_ROAD and name.endswith(_ROAD_ENDS)
    }
    spoken = _spoken_finder(roads)
    index, road = [], []
    for i, centre in enumerate(centres):
        name = spoken(centre.address or "") or spoken(centre.name)
        if name is not None:
            index.append(i)
            road.append(roads[name])
    lines = {number: _road_line(streets, number) for number in set(road)}
    return _named(index, [lines[number] for number in road])


def _spoken_finder(roads: dict[str, int]) -> Callable[[str], str | None]:
    lengths = sorted({len(name) for name in roads}, reverse=True)

    def spoken(text: str) -> str | None:
        for length in lengths:
            for start in range(len(text) - length + 1):
                stop = start + length
                # 望江街道 is an area, no 望江街.
                if text[start:stop] in roads and not text[stop - 1 :].startswith("街道"):
                    return text[start:stop]
        return None

    return spoken


def _road_line(streets: Streets, name: int) -> shapely.Geometry:
    lines = [
        shapely.linestrings(
            streets.shape_xy[streets.shape_indptr[edge] : streets.shape_indptr[edge + 1]]
        )
        for edge in np.flatnonzero(streets.edge_name == name).tolist()
    ]
    return shapely.multilinestrings(lines)


def _named(index: list[int], shapes: list[shapely.Geometry]) -> Named:
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return Named(np.array(index, dtype=np.int64), found)
