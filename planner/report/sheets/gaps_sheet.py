"""缺口: where people are not covered, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.report.coordinates import to_lonlat
from planner.report.sheets.layout import Column, Sheet
from planner.report.sheets.summary_sheet import circle_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.coverage import Coverage, Gap
    from planner.domain.evaluation import EvaluationRecords
    from planner.report.sheets.layout import Book, Cell
    from planner.report.words import Words

_SECONDS_A_MINUTE = 60.0


def write_gaps_sheet(book: Book, records: EvaluationRecords, coverage: Coverage) -> None:
    """Write the gaps, and below them the people whom only failing centres cover."""
    words = book.words
    sheet = Sheet(book, "sheet.gaps", words("title.gaps"))
    sheet.note(words("define.covered"))
    sheet.table(
        _columns(coverage.gaps, words, "gap_persons"),
        _rows(records, coverage.gaps, words),
        filtered=True,
    )
    if coverage.undersized:
        sheet.section(words("undersized"))
        sheet.note(words("define.undersized"))
        sheet.table(
            _columns(coverage.undersized, words, "undersized_persons"),
            _rows(records, coverage.undersized, words),
        )


def _groups(gaps: tuple[Gap, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for gap in gaps for name in gap.groups))


def _columns(gaps: tuple[Gap, ...], words: Words, persons: str) -> list[Column]:
    return [
        Column(words("col.id"), width=8),
        Column(words("col.name"), width=28),
        Column(words("col.circle"), width=22),
        Column(words(f"col.{persons}"), "number"),
        Column(words("col.persons"), "number", 14),
        Column(words("col.gap_share"), "share"),
        Column(words("col.points"), "number"),
        Column(words("col.reason"), width=20),
        Column(words("col.nearest_centre"), width=28),
        Column(words("col.straight"), "number"),
        Column(words("col.walk"), "minutes"),
        Column(words("col.middle_walk"), "minutes", 14),
        Column(words("col.community")),
        Column(words("col.street_name")),
        Column(words("col.lon"), "degrees"),
        Column(words("col.lat"), "degrees"),
        *(Column(words("measure.group", name=name), "number") for name in _groups(gaps)),
    ]


def _rows(records: EvaluationRecords, gaps: tuple[Gap, ...], words: Words) -> Iterator[list[Cell]]:
    names = circle_names(records, words)
    centres = records.centres.centre
    total = float(records.demand.persons.sum())
    middles = to_lonlat(
        np.array([gap.xy for gap in gaps]).reshape(-1, 2), records.network.streets.crs
    )
    for gap, (lon, lat) in zip(gaps, middles, strict=True):
        middle_s = gap.middle_time_s
        yield [
            gap.gap_id,
            gap.name,
            names.get(gap.circle_id, gap.circle_id),
            gap.persons,
            total,
            gap.persons / total if total else None,
            gap.points,
            words.named("gap_reason", gap.reason),
            centres[gap.nearest_centre_index].name if gap.nearest_centre_index >= 0 else None,
            gap.straight_m,
            gap.travel_time_s / _SECONDS_A_MINUTE,
            None if middle_s is None else middle_s / _SECONDS_A_MINUTE,
            gap.community,
            gap.street_name,
            float(lon),
            float(lat),
            *(gap.groups.get(name) for name in _groups(gaps)),
        ]
