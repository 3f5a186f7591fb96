"""承载: whether the centres have room for those who would come to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.report.sheets.count_tables import room_columns, room_rows
from planner.report.sheets.layout import Column, Sheet
from planner.report.sheets.summary_sheet import circle_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.capacity import Allocation
    from planner.domain.evaluation import EvaluationRecords
    from planner.report.sheets.layout import Book, Cell
    from planner.report.words import Words


def write_capacity_sheet(book: Book, records: EvaluationRecords) -> None:
    """Write the sheet: totals by way of going, floating catchments, one row a centre."""
    words = book.words
    sheet = Sheet(book, "sheet.capacity", words("title.capacity"))
    if not records.coverage.capacity:
        sheet.note(words("capacity.none"))
        return
    first = records.coverage.capacity[0]
    sheet.note(
        words("define.room", m2=first.m2_per_100_households, persons=first.persons_per_household)
    )
    sheet.note(words("define.nearest"))
    sheet.section(words("capacity.totals"))
    names = circle_names(records, words)
    sheet.table(room_columns(words), room_rows(records.coverage, names, words))
    sheet.section(words("capacity.floating"))
    sheet.note(words("define.floating"))
    sheet.table(_floating_columns(words), _floating_rows(records, words))
    sheet.section(words("capacity.centres"))
    sheet.table(_centre_columns(words), _centre_rows(records, words), filtered=True)


def _floating_columns(words: Words) -> list[Column]:
    return [
        Column(words("col.circle")),
        Column(words("col.method")),
        Column(words("col.mean_ratio"), "decimal"),
        Column(words("col.index"), "ratio"),
        Column(words("col.persons_below"), "number"),
        Column(words("col.persons"), "number"),
    ]


def _floating_rows(records: EvaluationRecords, words: Words) -> Iterator[list[Cell]]:
    names = circle_names(records, words)
    for circle in records.coverage.capacity:
        for catchment in (circle.floating, circle.enhanced):
            yield [
                names.get(circle.circle_id, circle.circle_id),
                words(f"method.{catchment.method}"),
                catchment.mean_m2_per_100_households,
                catchment.index,
                catchment.persons_below,
                circle.persons,
            ]


def _centre_columns(words: Words) -> list[Column]:
    return [
        Column(words("col.circle")),
        Column(words("col.id")),
        Column(words("col.name")),
        Column(words("col.floor_area"), "number"),
        Column(words("col.room_households"), "number"),
        *(
            Column(words(f"col.{figure}", method=words(f"method.{method}")), "number", 16)
            for method in ("nearest", "flow")
            for figure in (
                "to_it_persons",
                "to_it_households",
                "over_households",
                "spare_households",
            )
        ),
    ]


def _centre_rows(records: EvaluationRecords, words: Words) -> Iterator[list[Cell]]:
    names = circle_names(records, words)
    for circle in records.coverage.capacity:
        for index, centre in enumerate(records.centres.centre):
            if not circle.serving[index]:
                continue
            yield [
                names.get(circle.circle_id, circle.circle_id),
                centre.centre_id,
                centre.name,
                centre.floor_area_m2,
                float(circle.room_households[index]),
                *_allocation_cells(circle.nearest, index),
                *_allocation_cells(circle.flow, index),
            ]


def _allocation_cells(allocation: Allocation, index: int) -> list[Cell]:
    return [
        float(allocation.centre_persons[index]),
        float(allocation.centre_households[index]),
        float(allocation.centre_over_households[index]),
        float(allocation.centre_spare_households[index]),
    ]
