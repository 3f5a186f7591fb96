"""覆盖: one filterable table of every share, whole study and areas, by state and circle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.report.sheets.layout import Column, Sheet
from planner.report.sheets.summary_sheet import basis_cells, basis_columns, circle_names
from planner.report.slope import describe_losses, slope_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.coverage import AreaFigures, CircleCoverage, Coverage
    from planner.domain.evaluation import EvaluationRecords
    from planner.report.sheets.layout import Book, Cell
    from planner.report.words import Words

_SECONDS_A_MINUTE = 60.0
_LOSSES = {
    "loss_detour_share": "loss_detour",
    "loss_terrain_share": "loss_terrain",
    "loss_detour_persons_share": "loss_detour_persons",
    "loss_terrain_persons_share": "loss_terrain_persons",
}


def write_coverage_sheet(
    book: Book, records: EvaluationRecords, coverage: Coverage, summary: dict[str, Any]
) -> None:
    """Write the sheet; `coverage` has the state with proposals where siting ran."""
    words = book.words
    sheet = Sheet(book, "sheet.coverage", words("title.coverage"))
    sheet.note(words("define.covered"))
    sheet.note(f"{words('define.denominator')} {slope_text(summary, words)}")
    sheet.table(
        [
            Column(words("col.level")),
            Column(words("col.name"), width=20),
            Column(words("col.id")),
            Column(words("col.state")),
            Column(words("col.circle"), width=22),
            Column(words("col.limit"), "minutes"),
            Column(words("col.persons"), "number", 14),
            Column(words("col.covered"), "number"),
            Column(words("col.share"), "share"),
            Column(words("col.covered_pass"), "number"),
            Column(words("col.share_pass"), "share"),
            Column(words("col.covered_not_failing"), "number"),
            Column(words("col.share_not_failing"), "share"),
            Column(words("col.centres"), "number"),
            Column(words("col.centres_pass"), "number"),
            Column(words("col.centres_not_failing"), "number"),
            Column(words("col.points"), "number"),
            Column(words("col.points_covered"), "number"),
            Column(words("col.households"), "number"),
            Column(words("col.households_covered"), "number"),
            *basis_columns(words),
            *(Column(words(f"col.{name}"), "share") for name in _LOSSES.values()),
        ],
        _rows(records, coverage, summary, words),
        filtered=True,
    )


def _rows(
    records: EvaluationRecords, coverage: Coverage, summary: dict[str, Any], words: Words
) -> Iterator[list[Cell]]:
    names = circle_names(records, words)
    basis = basis_cells(summary, words)
    for state in coverage.states:
        for circle in state.life_circles:
            head: list[Cell] = [words("level.study"), summary["study"], None]
            lost: list[Cell] = []
            if state.state == "plan":
                losses = describe_losses(coverage, circle.circle_id)
                lost = [losses[key] for key in _LOSSES]
            yield [
                *head,
                words(f"state.{state.state}"),
                *_study_cells(circle, names),
                *basis,
                *lost,
            ]
    limits = {circle.circle_id: circle.limit_s for circle in coverage.states[0].life_circles}
    for area in coverage.areas:
        for circle_id, limit_s in limits.items():
            yield [
                words.named("level", area.level),
                area.name,
                area.area_id,
                words(f"state.{area.state}"),
                names.get(circle_id, circle_id),
                limit_s / _SECONDS_A_MINUTE,
                *_area_cells(area, circle_id),
                *basis,
            ]


def _study_cells(circle: CircleCoverage, names: dict[str, str]) -> list[Cell]:
    return [
        names.get(circle.circle_id, circle.circle_id),
        circle.limit_s / _SECONDS_A_MINUTE,
        circle.persons,
        circle.persons_covered,
        circle.share_covered,
        circle.persons_covered_pass,
        circle.share_covered_pass,
        circle.persons_covered_not_failing,
        circle.share_covered_not_failing,
        circle.centres,
        circle.centres_pass,
        circle.centres_not_failing,
        circle.points,
        circle.points_covered,
        circle.households,
        circle.households_covered,
    ]


def _area_cells(area: AreaFigures, circle_id: str) -> list[Cell]:
    return [
        area.persons,
        area.persons_covered.get(circle_id),
        area.share_covered.get(circle_id),
        area.persons_covered_pass.get(circle_id),
        area.share_covered_pass.get(circle_id),
        area.persons_covered_not_failing.get(circle_id),
        area.share_covered_not_failing.get(circle_id),
        None,
        None,
        None,
        area.points,
        None,
        None,
        None,
    ]
