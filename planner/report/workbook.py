"""一张表: `tables.xlsx`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.report.sheets.capacity_sheet import write_capacity_sheet
from planner.report.sheets.centres_sheet import write_centres_sheet
from planner.report.sheets.coverage_sheet import write_coverage_sheet
from planner.report.sheets.gaps_sheet import write_gaps_sheet
from planner.report.sheets.layout import Book
from planner.report.sheets.network_sheet import write_network_sheet
from planner.report.sheets.people_sheet import write_equity_sheet, write_ledger_sheet
from planner.report.sheets.proposals_sheet import write_proposals_sheet
from planner.report.sheets.recount_sheet import write_recount_sheet
from planner.report.sheets.robustness_sheet import write_robustness_sheet
from planner.report.sheets.snap_sheet import write_snap_sheet
from planner.report.sheets.sources_sheet import write_quarantine_sheet, write_sources_sheet
from planner.report.sheets.summary_sheet import write_summary_sheet
from planner.report.sheets.units_sheet import write_units_sheet
from planner.report.words import choose_words

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.errors import Fault


def write_workbook(
    records: EvaluationRecords,
    proposals: ProposalRecords | None,
    summary: dict[str, Any],
    path: Path,
    *,
    notices: tuple[Fault, ...] | None = None,
) -> None:
    """
    Write the tables of a run as an Excel workbook; the same records, the same bytes.

    Parameters
    ----------
    records, proposals
        What was found.
    summary
        As `make_summary` gives it: the figures of the workbook are the same numbers.
    path
        Where to write.
    notices
        Warnings and assumptions to list, those of the records where not given.
    """
    words = choose_words(records.settings.language)
    coverage = records.coverage if proposals is None else proposals.coverage
    book = Book(path, words, summary["study"])
    write_summary_sheet(book, records, coverage, summary)
    write_coverage_sheet(book, records, coverage, summary)
    write_centres_sheet(book, records)
    write_gaps_sheet(book, records, coverage)
    write_proposals_sheet(book, records, proposals)
    write_sources_sheet(book, records, records.notices if notices is None else notices)
    write_robustness_sheet(book, records)
    write_capacity_sheet(book, records)
    write_equity_sheet(book, records)
    write_units_sheet(book, records)
    write_network_sheet(book, records)
    write_snap_sheet(book, records)
    write_ledger_sheet(book, records)
    write_recount_sheet(book, records, records.recount)
    write_quarantine_sheet(book, records)
    book.close()
