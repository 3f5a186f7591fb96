"""Nodes and ways put behind those of the street file."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planner.domain.arrays import IntArray
    from planner.domain.network import RawWays

_Scalar = TypeVar("_Scalar", bound=np.generic)


@dataclass(slots=True)
class AddedWays:
    """
    Gathers nodes and ways, and puts them behind those that are there.

    Attributes
    ----------
    ways
        What is there; it is not changed.
    """

    ways: RawWays
    _lonlat: list[tuple[float, float]] = field(default_factory=list)
    _rows: list[list[int]] = field(default_factory=list)
    _ids: list[int] = field(default_factory=list)
    _kinds: list[int] = field(default_factory=list)
    _flags: list[int] = field(default_factory=list)
    _names: list[int] = field(default_factory=list)
    _rises_m: list[float] = field(default_factory=list)
    _new_kinds: list[str] = field(default_factory=list)

    def add_node(self, lon: float, lat: float) -> int:
        """Add a node, degrees; return its position."""
        self._lonlat.append((lon, lat))
        return len(self.ways.node_id) + len(self._lonlat) - 1

    def kind(self, name: str) -> int:
        """Return the position of a kind of way, put behind the others where it is new."""
        kinds = [*self.ways.kinds, *self._new_kinds]
        if name not in kinds:
            self._new_kinds.append(name)
            return len(kinds)
        return kinds.index(name)

    def add_way(
        self,
        nodes: list[int],
        *,
        way_id: int,
        kind: int,
        flags: int,
        name: int = -1,
        rise_m: float = math.nan,
    ) -> None:
        """Add a way over nodes given by their positions."""
        self._rows.append(nodes)
        self._ids.append(way_id)
        self._kinds.append(kind)
        self._flags.append(flags)
        self._names.append(name)
        self._rises_m.append(rise_m)

    def joined(self, way_node: IntArray | None = None) -> RawWays:
        """
        Return the ways with what was added behind them.

        Parameters
        ----------
        way_node
            Takes the place of the nodes of the ways that were there.
        """
        ways = self.ways
        n, last_id = len(self._rows), int(ways.node_id[-1])
        sizes = [len(row) for row in self._rows]
        start = ways.way_node if way_node is None else way_node
        return dataclasses.replace(
            ways,
            node_id=_behind(ways.node_id, [last_id + 1 + i for i in range(len(self._lonlat))]),
            node_lonlat=np.concatenate(
                [ways.node_lonlat, np.array(self._lonlat, dtype=np.float64).reshape(-1, 2)]
            ),
            way_id=_behind(ways.way_id, self._ids),
            way_indptr=_behind(ways.way_indptr, (ways.way_indptr[-1] + np.cumsum(sizes)).tolist()),
            way_node=_behind(start, [node for row in self._rows for node in row]),
            way_kind=_behind(ways.way_kind, self._kinds),
            way_flags=_behind(ways.way_flags, self._flags),
            way_name=_behind(ways.way_name, self._names),
            kinds=(*ways.kinds, *self._new_kinds),
            way_incline=_maybe(ways.way_incline, [math.nan] * n),
            way_step_count=_maybe(ways.way_step_count, [math.nan] * n),
            way_waits=_maybe(ways.way_waits, [0.0] * n),
            way_rise_m=self._with_rises(),
            way_area=_maybe(ways.way_area, [False] * n),
            way_square=_maybe(ways.way_square, [-1] * n),
            way_crossing=_maybe(ways.way_crossing, [False] * n),
            way_level=_maybe(ways.way_level, [math.nan] * n),
        )

    def _with_rises(self) -> NDArray[np.float32] | None:
        stated = self.ways.way_rise_m
        if stated is None and any(not math.isnan(rise_m) for rise_m in self._rises_m):
            stated = np.full(len(self.ways.way_id), np.nan, dtype=np.float32)
        return _maybe(stated, self._rises_m)


def _behind(array: NDArray[_Scalar], more: Sequence[float]) -> NDArray[_Scalar]:
    return np.concatenate([array, np.array(more, dtype=array.dtype)])


def _maybe(array: NDArray[_Scalar] | None, more: Sequence[float]) -> NDArray[_Scalar] | None:
    return None if array is None else _behind(array, more)
