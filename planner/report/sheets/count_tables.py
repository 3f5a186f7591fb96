"""Tables of counts that stand on several sheets: what is counted, robust homes, room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.domain.robustness import VARIATION_KINDS
from planner.report.counts import count_homes, name_measure
from planner.report.sheets.layout import Column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.coverage import Coverage
    from planner.domain.robustness import CircleRobustness
    from planner.report.sheets.layout import Cell
    from planner.report.words import Words

_SECONDS_A_MINUTE = 60.0


def counted_columns(words: Words) -> list[Column]:
    """Return the columns of coverage by whatever is counted, each share with its numbers."""
    return [
        Column(words("col.state"), width=26),
        Column(words("col.measure"), width=22),
        Column(words("col.circle"), width=22),
        Column(words("col.whole"), "number", 14),
        Column(words("col.counted"), "number"),
        Column(words("col.share"), "share"),
        Column(words("col.counted_pass"), "number"),
        Column(words("col.share_pass"), "share"),
        Column(words("col.counted_not_failing"), "number"),
        Column(words("col.share_not_failing"), "share"),
        Column(words("col.not_known"), "number"),
    ]


def counted_rows(coverage: Coverage, names: dict[str, str], words: Words) -> Iterator[list[Cell]]:
    """Return one row a state, measure and circle of the whole study for `counted_columns`."""
    for one in coverage.indicators:
        if one.level != "whole":
            continue
        for position, circle_id in enumerate(one.circle_id):
            yield [
                words(f"state.{one.state}"),
                name_measure(one.measure, words),
                names.get(circle_id, circle_id),
                float(one.whole[0]),
                *(
                    float(figure[which, position, 0])
                    for which in range(len(one.covered))
                    for figure in (one.covered, one.share)
                ),
                float(np.sum(one.not_known)),
            ]


def robust_columns(words: Words) -> list[Column]:
    """Return the columns of robust, fragile and uncovered persons and homes."""
    return [
        Column(words("col.circle"), width=26),
        Column(words("col.persons"), "number", 16),
        Column(words("col.persons_robust"), "number", 16),
        Column(words("col.share_robust"), "share", 14),
        Column(words("col.persons_fragile"), "number"),
        Column(words("col.share_fragile"), "share"),
        Column(words("col.persons_uncovered"), "number"),
        Column(words("col.share_uncovered"), "share"),
        Column(words("col.homes_robust"), "number"),
        Column(words("col.homes_fragile"), "number"),
        Column(words("col.homes_uncovered"), "number"),
        *(
            Column(words("col.lost_by", kind=words(f"variation.{kind}")), "number", 14)
            for kind in VARIATION_KINDS
        ),
    ]


def robust_rows(coverage: Coverage, names: dict[str, str]) -> Iterator[list[Cell]]:
    """Return one row a circle for `robust_columns`."""
    for circle in coverage.robustness:
        homes = count_homes(circle)
        yield [
            names.get(circle.circle_id, circle.circle_id),
            circle.persons,
            circle.persons_robust,
            share_of_all(circle.persons_robust, circle),
            circle.persons_fragile,
            share_of_all(circle.persons_fragile, circle),
            circle.persons_uncovered,
            share_of_all(circle.persons_uncovered, circle),
            homes["robust"],
            homes["fragile"],
            homes["uncovered"],
            *(circle.persons_lost_by.get(kind) for kind in VARIATION_KINDS),
        ]


def share_of_all(persons: float, circle: CircleRobustness) -> float | None:
    """Return a number of persons over all, `None` where nobody lives."""
    return persons / circle.persons if circle.persons else None


def room_columns(words: Words) -> list[Column]:
    """Return the columns of who finds room."""
    return [
        Column(words("col.circle"), width=26),
        Column(words("col.method"), width=20),
        Column(words("col.persons"), "number", 16),
        Column(words("col.with_room"), "number", 14),
        Column(words("col.without_room"), "number", 14),
        Column(words("col.room_unknown"), "number", 14),
        Column(words("col.persons_uncovered"), "number"),
        Column(words("col.mean_walk"), "minutes"),
        Column(words("col.households"), "number"),
    ]


def room_rows(coverage: Coverage, names: dict[str, str], words: Words) -> Iterator[list[Cell]]:
    """Return one row a circle and way of going for `room_columns`."""
    for circle in coverage.capacity:
        for allocation in (circle.nearest, circle.flow):
            yield [
                names.get(circle.circle_id, circle.circle_id),
                words(f"method.{allocation.method}"),
                circle.persons,
                allocation.persons_with_room,
                allocation.persons_without_room,
                allocation.persons_room_unknown,
                circle.persons_uncovered,
                allocation.mean_walk_s / _SECONDS_A_MINUTE,
                circle.households,
            ]
