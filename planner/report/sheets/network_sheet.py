"""路网: what a look over the streets found, and where to look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.report.findings import list_finding_places, tell_finding
from planner.report.sheets.layout import Column, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.evaluation import EvaluationRecords
    from planner.report.sheets.layout import Book, Cell
    from planner.report.words import Words

_METRES_A_KM = 1000.0


def write_network_sheet(book: Book, records: EvaluationRecords) -> None:
    """Write the sheet: the kinds with their numbers, then one row a place."""
    words = book.words
    sheet = Sheet(book, "sheet.network", words("title.network"))
    found = records.network_findings
    if found is None or not found.findings:
        sheet.note(words("network.not_looked" if found is None else "network.nothing"))
        return
    sheet.note(words("network.no_fault"))
    sheet.section(words("network.kinds"))
    sheet.table(_kind_columns(words), _kind_rows(records, words))
    sheet.section(words("network.places"))
    most = max(len(one.places.index) for one in found.findings)
    sheet.note(words("network.places_cut", count=most))
    sheet.table(_place_columns(words), _place_rows(records, words), filtered=True)


def _kind_columns(words: Words) -> list[Column]:
    return [
        Column(words("col.finding"), width=24),
        Column(words("col.severity"), width=24),
        Column(words("col.count"), "number"),
        Column(words("col.count_share"), "share"),
        Column(words("col.length_km"), "decimal"),
        Column(words("col.length_share"), "share"),
        Column(words("col.persons_concerned"), "number"),
        Column(words("col.persons_share"), "share"),
        Column(words("col.centres_concerned"), "number"),
        Column(words("col.told"), width=60),
    ]


def _kind_rows(records: EvaluationRecords, words: Words) -> Iterator[list[Cell]]:
    found = records.network_findings
    for one in found.findings if found else ():
        yield [
            words(f"finding.{one.kind}"),
            words(f"severity.{one.severity}"),
            one.count,
            one.share,
            one.length_m / _METRES_A_KM if one.length_share is not None else None,
            one.length_share,
            one.persons if one.persons_share is not None else None,
            one.persons_share,
            one.centres or None,
            tell_finding(one, found, words) if found else None,
        ]


def _place_columns(words: Words) -> list[Column]:
    return [
        Column(words("col.finding"), width=24),
        Column(words("col.name"), width=24),
        Column(words("col.id")),
        Column(words("col.count"), "number"),
        Column(words("col.length_m"), "number"),
        Column(words("col.edge_distance"), "number"),
        Column(words("col.persons_concerned"), "number"),
        Column(words("col.lon"), "degrees"),
        Column(words("col.lat"), "degrees"),
    ]


def _place_rows(records: EvaluationRecords, words: Words) -> Iterator[list[Cell]]:
    for row in list_finding_places(records):
        yield [
            words(f"finding.{row.kind}"),
            row.name,
            row.label,
            row.count,
            row.length_m,
            row.edge_distance_m,
            row.persons or None,
            row.lon,
            row.lat,
        ]
