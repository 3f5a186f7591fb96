"""接入: how far homes and centres are from their streets, and which are farthest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.report.coordinates import to_lonlat
from planner.report.sheets.layout import Column, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.evaluation import EvaluationRecords
    from planner.report.sheets.layout import Book, Cell
    from planner.report.words import Words


def write_snap_sheet(book: Book, records: EvaluationRecords) -> None:
    """Write the sheet: one row a file, then the farthest places."""
    words = book.words
    sheet = Sheet(book, "sheet.snap", words("title.snap"))
    if not records.snap_reports:
        sheet.note(words("snap.none"))
        return
    sheet.note(words("define.snap"))
    sheet.row += 1
    sheet.table(
        [
            Column(words("col.noun"), width=14),
            Column(words("col.places"), "number"),
            Column(words("col.median"), "decimal"),
            Column(words("col.p95"), "decimal"),
            Column(words("col.largest"), "decimal"),
            Column(words("basis.snap_limit"), "number"),
            Column(words("col.off"), "number", 16),
            Column(words("col.switched"), "number", 16),
        ],
        (
            [
                words(f"noun.{one.noun}"),
                one.n_places,
                one.median_m,
                one.p95_m,
                one.largest_m,
                one.limit_m,
                one.n_off,
                one.n_switched,
            ]
            for one in records.snap_reports
        ),
    )
    sheet.section(words("snap.farthest"))
    sheet.table(
        [
            Column(words("col.noun"), width=14),
            Column(words("col.id"), width=24),
            Column(words("col.row"), width=10),
            Column(words("col.snap_distance"), "decimal"),
            Column(words("col.persons_aside"), "number"),
            Column(words("col.is_off"), width=14),
            Column(words("col.lon"), "degrees"),
            Column(words("col.lat"), "degrees"),
        ],
        _farthest_rows(records, words),
        filtered=True,
    )


def _farthest_rows(records: EvaluationRecords, words: Words) -> Iterator[list[Cell]]:
    for report in records.snap_reports:
        far = report.farthest
        lonlat = to_lonlat(far.xy.reshape(-1, 2), records.network.streets.crs)
        for place, label in enumerate(far.label):
            yield [
                words(f"noun.{report.noun}"),
                label,
                str(far.row[place]),
                float(far.distance_m[place]),
                float(far.persons[place]) if report.noun == "demand" else None,
                words("yes" if far.off[place] else "no"),
                float(lonlat[place, 0]),
                float(lonlat[place, 1]),
            ]
