"""复算: the homes of one community, and its shares as formulas over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from planner.report.sheets.layout import Column, Formula, Sheet
from planner.report.sheets.summary_sheet import circle_names
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.recount import Recount
    from planner.report.sheets.layout import Book, Cell
    from planner.report.words import Words

_PERSONS = 2
_FIRST_CIRCLE = 3
_A_CIRCLE = 3
_HEADS = 4
"""Rows from the last circle's row to the first home's: a blank, a head, the table's head."""


def write_recount_sheet(book: Book, records: EvaluationRecords, recount: Recount | None) -> None:
    """
    Write the shares of one area as formulas over its listed homes, beside what was printed.

    Parameters
    ----------
    book
        The workbook.
    records
        The evaluation.
    recount
        Homes of the area; without it the sheet says why it is empty.
    """
    words = book.words
    sheet = Sheet(book, "sheet.recount", words("title.recount"))
    if recount is None:
        sheet.note(words("recount.none"))
        return
    walking = records.settings.walking
    sheet.note(words("define.recount", tolerance=f"{LIMIT_TOLERANCE_S:g}"))
    sheet.note(
        words(
            "recount.head",
            study=records.settings.name,
            level=words.named("level", recount.level),
            name=recount.name or recount.area_id,
            state=words.named("state", recount.state),
        )
    )
    sheet.note(
        words(
            "recount.basis",
            rules=", ".join(rules.rule_set_id for rules in records.judgements.rule_sets),
            profile=words.named("profile", walking.profile),
            direction=words.named("direction", walking.direction),
        )
    )
    sheet.row += 1
    shares = sheet.row + 1
    homes = shares + len(recount.circle_id) + _HEADS - 1
    sheet.table(_share_columns(words), _share_rows(records, recount, words, shares, homes))
    sheet.section(words("recount.homes", homes=len(recount.demand_id)))
    sheet.table(
        _home_columns(records, recount, words), _home_rows(recount, shares, homes), filtered=True
    )


def _share_columns(words: Words) -> list[Column]:
    return [
        Column(words("col.circle"), width=26),
        Column(words("col.limit_s"), "number"),
        Column(words("col.persons"), "decimal", 14),
        Column(words("col.covered"), "decimal", 14),
        Column(words("col.share"), "share"),
        Column(words("col.share_printed"), "share", 14),
    ]


def _share_rows(
    records: EvaluationRecords, recount: Recount, words: Words, shares: int, homes: int
) -> Iterator[list[Cell]]:
    names = circle_names(records, words)
    last = homes + max(len(recount.demand_id), 1) - 1
    persons = _range(_PERSONS, homes, last)
    for place, circle in enumerate(recount.circle_id):
        row = shares + place
        covered = _range(_FIRST_CIRCLE + _A_CIRCLE * place + 2, homes, last)
        whole, part = xl_rowcol_to_cell(row, 2), xl_rowcol_to_cell(row, 3)
        share = recount.share_covered[place]
        yield [
            names.get(circle, circle),
            recount.limit_s[place],
            Formula(f"=SUM({persons})", recount.persons_total),
            Formula(f"=SUMPRODUCT({persons},{covered})", recount.persons_covered[place]),
            Formula(f'=IF({whole}=0,"",{part}/{whole})', share),
            share,
        ]


def _home_columns(records: EvaluationRecords, recount: Recount, words: Words) -> list[Column]:
    columns = [
        Column(words("col.demand_id"), width=26),
        Column(words("col.row")),
        Column(words("col.persons"), "decimal", 14),
    ]
    names = circle_names(records, words)
    for circle in recount.circle_id:
        name = names.get(circle, circle)
        columns += [
            Column(words("col.time_s", circle=name), "decimal", 16),
            Column(words("col.by_centre", circle=name), width=16),
            Column(words("col.covered_01", circle=name), "number", 16),
        ]
    return columns


def _home_rows(recount: Recount, shares: int, homes: int) -> Iterator[list[Cell]]:
    for home, demand_id in enumerate(recount.demand_id):
        row: list[Cell] = [demand_id, recount.row[home], float(recount.persons[home])]
        for place in range(len(recount.circle_id)):
            at = xl_rowcol_to_cell(homes + home, _FIRST_CIRCLE + _A_CIRCLE * place)
            limit = xl_rowcol_to_cell(shares + place, 1, row_abs=True, col_abs=True)
            row += [
                float(recount.time_s[place, home]),
                recount.centre_id[place][home],
                Formula(
                    f"=IF(ISNUMBER({at}),IF({at}<={limit}+{LIMIT_TOLERANCE_S},1,0),0)",
                    int(recount.covered[place, home]),
                ),
            ]
        yield row


def _range(column: int, first: int, last: int) -> str:
    return f"{xl_rowcol_to_cell(first, column)}:{xl_rowcol_to_cell(last, column)}"
