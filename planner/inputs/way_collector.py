"""What streaming a street file gathers: walkable ways as runs of node ids, and marked nodes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.network import EdgeFlag
from planner.inputs.foot_access import WayVerdict, barrier_bars, judge_way
from planner.inputs.node_tags import ground_level, has_signal, is_door, stops_wheels
from planner.inputs.way_measures import measure_way
from planner.inputs.way_tags import belt_direction_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import osmium

UNKNOWN_PLACE: Final = np.iinfo(np.int64).max
"""Stands for the coordinate of a node that the file does not place."""
NO_SQUARE: Final = -1
OWN_SQUARE: Final = -2
"""In `way_square`: the outline is a square by itself."""

_LIFT: Final = int(EdgeFlag.LIFT)
_CLOSED: Final = int(EdgeFlag.NO_FORWARD | EdgeFlag.NO_BACKWARD)
_NOT_CROSSED: Final = int(EdgeFlag.STEPS | EdgeFlag.LIFT | EdgeFlag.ESCALATOR)
_SMALLEST_RING: Final = 4


@dataclass(frozen=True, slots=True)
class Lift:
    """A lift drawn as a node or an outline: its flags, and the level nearest to the ground."""

    flags: int
    ground_level: float


@dataclass(slots=True)
class WayCollector:
    """
    Gathers ways and nodes one by one; all lists of a way, and all of a vertex, are parallel.

    Attributes
    ----------
    ref, x, y
        Vertices of the ways: node id, and place in ten-millionths of a degree.
    way_square
        `NO_SQUARE`, `OWN_SQUARE`, or a number below it for each square drawn as a relation.
    lifts
        Lifts drawn as nodes, by node id.
    lift_outlines
        Node ids around each lift drawn as an outline.
    """

    way_id: list[int] = field(default_factory=list)
    way_size: list[int] = field(default_factory=list)
    way_kind: list[int] = field(default_factory=list)
    way_flags: list[int] = field(default_factory=list)
    way_name: list[int] = field(default_factory=list)
    way_square: list[int] = field(default_factory=list)
    way_incline: list[float] = field(default_factory=list)
    way_step_count: list[float] = field(default_factory=list)
    way_waits: list[float] = field(default_factory=list)
    way_rise_m: list[float] = field(default_factory=list)
    way_crossing: list[bool] = field(default_factory=list)
    way_level: list[float] = field(default_factory=list)
    ref: list[int] = field(default_factory=list)
    x: list[int] = field(default_factory=list)
    y: list[int] = field(default_factory=list)
    barred: list[int] = field(default_factory=list)
    signals: list[int] = field(default_factory=list)
    wheels_barred: list[int] = field(default_factory=list)
    doors: list[int] = field(default_factory=list)
    lifts: dict[int, Lift] = field(default_factory=dict)
    lift_outlines: list[tuple[list[int], Lift]] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add_node(self, node_id: int, tags: Mapping[str, str]) -> None:
        """Note what stops people or wheels, makes them wait, or lets them in or up."""
        if barrier_bars(tags):
            self.barred.append(node_id)
        if stops_wheels(tags):
            self.wheels_barred.append(node_id)
        if is_door(tags):
            self.doors.append(node_id)
        if has_signal(tags):
            self.signals.append(node_id)
        elif tags.get("highway") == "elevator":
            self.counts["lift_nodes"] += 1
            self.lifts[node_id] = self._lift(tags)

    def _lift(self, tags: Mapping[str, str]) -> Lift:
        verdict = judge_way(tags)
        # A lift closed to the public still keeps its levels apart.
        flags = _LIFT | _CLOSED if verdict.left_out else verdict.flags
        return Lift(flags, ground_level(tags))

    def add_way(
        self, way_id: int, tags: Mapping[str, str], nodes: Iterable[osmium.osm.NodeRef]
    ) -> None:
        """Judge a way and keep it with its nodes where people may walk it."""
        verdict = judge_way(tags)
        if verdict.left_out:
            if verdict.left_out != "not_a_street" or "highway" in tags:
                self.counts["ways_read"] += 1
                self.counts[f"left_out_{verdict.left_out}"] += 1
            return
        self.counts["ways_read"] += 1
        start = len(self.ref)
        for node in nodes:
            location = node.location
            self.ref.append(node.ref)
            known = location.valid()
            self.x.append(location.x if known else UNKNOWN_PLACE)
            self.y.append(location.y if known else UNKNOWN_PLACE)
        size = len(self.ref) - start
        closed = size >= _SMALLEST_RING and self.ref[start] == self.ref[-1]
        if closed and verdict.kind == "elevator":
            self._take_outline(start, tags)
            return
        square = NO_SQUARE
        if tags.get("area") == "yes":
            self.counts["areas"] += 1
            if closed and verdict.flags & _NOT_CROSSED == 0:
                square = OWN_SQUARE
        self._keep(way_id, tags, verdict, size, square)

    def _take_outline(self, start: int, tags: Mapping[str, str]) -> None:
        """Take a lift drawn as an outline out of the ways: it becomes one node of theirs."""
        ring = self.ref[start:]
        del self.ref[start:], self.x[start:], self.y[start:]
        self.counts["lifts_drawn_as_outline"] += 1
        self.lift_outlines.append((ring, self._lift(tags)))

    def add_area(
        self, relation_id: int, tags: Mapping[str, str], lines: list[list[int]], *, whole: bool
    ) -> None:
        """Keep the rings of a square drawn as a relation; their places are looked up later."""
        verdict = judge_way(tags)
        self.counts["areas"] += 1
        self.counts["areas_drawn_as_relations"] += 1
        crossed = whole and verdict.flags & _NOT_CROSSED == 0
        # Ids of ways and relations overlap, so relations are numbered here, downwards.
        square = OWN_SQUARE - self.counts["areas_drawn_as_relations"] if crossed else NO_SQUARE
        for line in lines:
            self.ref.extend(line)
            self.x.extend([UNKNOWN_PLACE] * len(line))
            self.y.extend([UNKNOWN_PLACE] * len(line))
            self._keep(-abs(relation_id), tags, verdict, len(line), square)

    def _keep(
        self, way_id: int, tags: Mapping[str, str], verdict: WayVerdict, size: int, square: int
    ) -> None:
        if tags.get("sidewalk") == "separate":
            self.counts["pavement_drawn_apart"] += 1
        if belt_direction_unknown(verdict.flags):
            self.counts["belt_direction_unknown"] += 1
        measures = measure_way(tags, verdict.flags, self.counts)
        name = tags.get("name", "")
        self.way_id.append(way_id)
        self.way_size.append(size)
        self.way_kind.append(self.kinds.setdefault(verdict.kind, len(self.kinds)))
        self.way_flags.append(verdict.flags)
        self.way_name.append(self.names.setdefault(name, len(self.names)) if name else -1)
        self.way_square.append(square)
        self.way_incline.append(measures.incline)
        self.way_step_count.append(measures.step_count)
        self.way_waits.append(measures.waits)
        self.way_rise_m.append(measures.rise_m)
        self.way_crossing.append(measures.crossing)
        self.way_level.append(measures.level)
