"""人口去向: where the people of the file went; 均衡性: how evenly their walks are spread."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.domain.equity import DECILES
from planner.domain.indicators import GROUP_PREFIX
from planner.report.coordinates import to_lonlat
from planner.report.counts import name_assumed, name_measure
from planner.report.sheets.layout import Column, Sheet
from planner.report.sheets.summary_sheet import circle_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.equity import EquityRow
    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.ledger import Ledger
    from planner.report.sheets.layout import Book, Cell, Style
    from planner.report.words import Words

_SECONDS_A_MINUTE = 60.0
_HEIGHTS = re.compile(r"height:(\d+)-(\d*)")


def write_ledger_sheet(book: Book, records: EvaluationRecords) -> None:
    """Write where the people of the file went, and that nobody is missing."""
    words = book.words
    sheet = Sheet(book, "sheet.ledger", words("title.ledger"))
    ledger = records.demand.ledger
    if ledger is None:
        sheet.note(words("ledger.none"))
        return
    sheet.note(words("define.ledger"))
    if records.demand.assumed:
        names = (name_assumed(name, words) for name in records.demand.assumed)
        sheet.note(words("define.assumed", names=" · ".join(names)))
    sheet.row += 1
    sheet.facts(_ledger_facts(ledger, words))
    sheet.row += 1
    sheet.table(
        [
            Column(words("col.rule_shared"), width=30),
            Column(words("col.reason"), width=20),
            Column(words("col.sources"), "number"),
            Column(words("col.points"), "number"),
            Column(words("col.persons_aside"), "number"),
            Column(words("col.of_read"), "share"),
        ],
        (
            [
                words(f"shared.{entry.rule}"),
                words.named("quarantine", entry.reason),
                entry.n_sources,
                entry.n_points,
                entry.persons,
                entry.persons / ledger.persons_read if ledger.persons_read else None,
            ]
            for entry in ledger.entries
        ),
    )


def write_equity_sheet(book: Book, records: EvaluationRecords) -> None:
    """Write the clusters that walk farthest, then one row a circle and part of the people."""
    words = book.words
    sheet = Sheet(book, "sheet.equity", words("title.equity"))
    if not records.coverage.equity:
        sheet.note(words("equity.none"))
        return
    sheet.note(words("define.equity"))
    lowest = records.coverage.equity[0].lowest_street_m
    if lowest is not None:
        sheet.note(words("define.height_bands", metres=f"{lowest:,.0f}"))
    sheet.row += 1
    sheet.table(_equity_columns(words), _equity_rows(records, words), filtered=True)
    sheet.section(words("equity.worst"))
    sheet.table(
        [
            Column(words("col.circle")),
            Column(words("col.id")),
            Column(words("col.name")),
            Column(words("col.gap_persons"), "number"),
            Column(words("col.walk"), "minutes"),
            Column(words("col.reason")),
            Column(words("col.lon"), "degrees"),
            Column(words("col.lat"), "degrees"),
        ],
        _worst_rows(records, words),
    )


def _ledger_facts(ledger: Ledger, words: Words) -> Iterator[tuple[str, Cell, Style]]:
    yield words("ledger.source"), words.named("ledger_source", ledger.source), "text"
    yield words("ledger.read"), ledger.persons_read, "number"
    yield words("ledger.placed"), ledger.persons_placed, "number"
    yield words("ledger.aside"), ledger.persons_set_aside, "number"
    yield words("ledger.missing"), round(ledger.persons_missing, 3) + 0.0, "number"
    yield words("ledger.empty"), ledger.n_empty, "number"


def _equity_columns(words: Words) -> list[Column]:
    return [
        Column(words("col.circle"), width=22),
        Column(words("col.part"), width=22),
        Column(words("col.persons"), "number", 14),
        Column(words("col.covered"), "number"),
        Column(words("col.share"), "share"),
        Column(words("col.beyond_twice"), "number", 14),
        Column(words("col.beyond_twice_share"), "share"),
        Column(words("col.timed"), "number", 14),
        Column(words("col.mean_walk"), "minutes"),
        Column(words("col.gini"), "ratio"),
        *(Column(words("col.decile", share=f"{share:.0%}"), "minutes") for share in DECILES),
    ]


def _equity_rows(records: EvaluationRecords, words: Words) -> Iterator[list[Cell]]:
    names = circle_names(records, words)
    for circle in records.coverage.equity:
        for row in circle.rows:
            yield [
                names.get(circle.circle_id, circle.circle_id),
                _name_part(row, words),
                row.persons,
                row.persons_covered,
                row.share_covered,
                row.persons_beyond_twice,
                row.share_beyond_twice,
                row.persons_timed,
                row.mean_s / _SECONDS_A_MINUTE,
                row.gini,
                *(time_s / _SECONDS_A_MINUTE for time_s in row.deciles_s),
            ]


def _name_part(row: EquityRow, words: Words) -> str:
    if row.part.startswith(GROUP_PREFIX):
        return name_measure(row.part, words)
    band = _HEIGHTS.fullmatch(row.part)
    if band is None:
        return words.named("part", row.part)
    low, high = band.groups()
    if not high:
        return words("part.height_above", low=low)
    return words("part.height", low=low, high=high)


def _worst_rows(records: EvaluationRecords, words: Words) -> Iterator[list[Cell]]:
    names = circle_names(records, words)
    for circle in records.coverage.equity:
        for one in circle.worst:
            (place,) = to_lonlat([one.xy], records.network.streets.crs)
            yield [
                names.get(circle.circle_id, circle.circle_id),
                one.gap_id,
                one.name,
                one.persons,
                one.travel_time_s / _SECONDS_A_MINUTE,
                words.named("gap_reason", one.reason),
                float(place[0]),
                float(place[1]),
            ]
