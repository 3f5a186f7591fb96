"""稳健性: who stays covered when walkers, directions or centres are others than planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.report.counts import list_only_centres, name_variation
from planner.report.sheets.count_tables import robust_columns, robust_rows, share_of_all
from planner.report.sheets.layout import Column, Sheet
from planner.report.sheets.summary_sheet import circle_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.evaluation import EvaluationRecords
    from planner.report.sheets.layout import Book, Cell
    from planner.report.words import Words


def write_robustness_sheet(book: Book, records: EvaluationRecords) -> None:
    """Write the sheet: totals, variations, centres that are the only one, areas."""
    words = book.words
    sheet = Sheet(book, "sheet.robustness", words("title.robustness"))
    if not records.coverage.robustness:
        sheet.note(words("robustness.none"))
        return
    sheet.note(words("define.robust"))
    sheet.section(words("robustness.totals"))
    names = circle_names(records, words)
    sheet.table(robust_columns(words), robust_rows(records.coverage, names))
    sheet.section(words("robustness.variations"))
    sheet.table(_variation_columns(words), _variation_rows(records, words))
    sheet.section(words("robustness.only"))
    sheet.note(words("define.only"))
    sheet.table(_only_columns(words), _only_rows(records, words))
    if any(circle.bands for circle in records.coverage.robustness):
        sheet.section(words("robustness.bands"))
        sheet.note(words("define.bands"))
        sheet.table(_band_columns(words), _band_rows(records, words), filtered=True)


def _variation_columns(words: Words) -> list[Column]:
    return [
        Column(words("col.circle")),
        Column(words("col.variation")),
        Column(words("col.how")),
        Column(words("col.decides"), width=14),
        Column(words("col.covered"), "number"),
        Column(words("col.share"), "share"),
        Column(words("col.persons_lost"), "number"),
        Column(words("col.persons_gained"), "number"),
    ]


def _variation_rows(records: EvaluationRecords, words: Words) -> Iterator[list[Cell]]:
    names = circle_names(records, words)
    centre_names = {centre.centre_id: centre.name for centre in records.centres.centre}
    for circle in records.coverage.robustness:
        for one in circle.variations:
            closed = centre_names.get(one.name) or one.name
            yield [
                names.get(circle.circle_id, circle.circle_id),
                words(f"variation.{one.kind}"),
                closed if one.kind == "closure" else name_variation(one.kind, one.name, words),
                words("yes" if one.decides else "no"),
                one.persons_covered,
                one.share_covered,
                one.persons_lost,
                one.persons_gained,
            ]


def _only_columns(words: Words) -> list[Column]:
    return [
        Column(words("col.circle")),
        Column(words("col.id")),
        Column(words("col.name")),
        Column(words("col.only_persons"), "number"),
        Column(words("col.gap_share"), "share"),
    ]


def _only_rows(records: EvaluationRecords, words: Words) -> Iterator[list[Cell]]:
    names = circle_names(records, words)
    for circle in records.coverage.robustness:
        for index in list_only_centres(circle).tolist():
            centre = records.centres.centre[index]
            persons = float(circle.centre_only_persons[index])
            yield [
                names.get(circle.circle_id, circle.circle_id),
                centre.centre_id,
                centre.name,
                persons,
                share_of_all(persons, circle),
            ]


def _band_columns(words: Words) -> list[Column]:
    return [
        Column(words("col.circle")),
        Column(words("col.level")),
        Column(words("col.id")),
        Column(words("col.name")),
        Column(words("col.persons"), "number"),
        Column(words("col.covered"), "number"),
        Column(words("col.persons_robust"), "number"),
        Column(words("col.persons_fragile"), "number"),
        Column(words("col.share"), "share"),
        Column(words("col.share_low"), "share"),
        Column(words("col.low_by"), width=20),
        Column(words("col.share_high"), "share"),
        Column(words("col.high_by"), width=20),
    ]


def _band_rows(records: EvaluationRecords, words: Words) -> Iterator[list[Cell]]:
    names = circle_names(records, words)
    centre_names = {centre.centre_id: centre.name for centre in records.centres.centre}
    for circle in records.coverage.robustness:
        for band in circle.bands:
            for row, (area_id, name) in enumerate(zip(band.area_id, band.name, strict=True)):
                yield [
                    names.get(circle.circle_id, circle.circle_id),
                    words.named("level", band.level),
                    area_id,
                    name or (area_id or words("area.none")),
                    float(band.persons[row]),
                    float(band.persons_covered[row]),
                    float(band.persons_robust[row]),
                    float(band.persons_fragile[row]),
                    float(band.share[row]),
                    float(band.share_low[row]),
                    _told_by(band.low_by[row], centre_names, words),
                    float(band.share_high[row]),
                    _told_by(band.high_by[row], centre_names, words),
                ]


def _told_by(key: str, centre_names: dict[str, str], words: Words) -> str:
    """Return in words what `kind:name` names."""
    kind, colon, name = key.partition(":")
    if not colon:
        return words.named("variation", kind)
    if kind == "closure":
        name = centre_names.get(name) or name
        return f"{words('variation.closure')} · {name}"
    return f"{words.named('variation', kind)} · {name_variation(kind, name, words)}"
