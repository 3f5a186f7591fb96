"""汇总: what the figures are based on, the states, the verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.domain.standard import VERDICTS
from planner.report.counts import name_assumed, tell_community_rule
from planner.report.sheets.count_tables import (
    counted_columns,
    counted_rows,
    robust_columns,
    robust_rows,
    room_columns,
    room_rows,
)
from planner.report.sheets.layout import Column, Sheet
from planner.report.sheets.plan_table import write_plan_tables
from planner.report.slope import slope_and_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.coverage import Coverage
    from planner.domain.evaluation import EvaluationRecords
    from planner.report.sheets.layout import Book, Cell, Style
    from planner.report.words import Words

_SECONDS_A_MINUTE = 60.0


def figure_columns(words: Words) -> list[Column]:
    """Return the columns of the three shares, each with its numbers."""
    return [
        Column(words("col.circle"), width=22),
        Column(words("col.limit"), "minutes"),
        Column(words("col.persons"), "number", 14),
        Column(words("col.centres"), "number"),
        Column(words("col.covered"), "number"),
        Column(words("col.share"), "share"),
        Column(words("col.centres_pass"), "number"),
        Column(words("col.covered_pass"), "number"),
        Column(words("col.share_pass"), "share"),
        Column(words("col.centres_not_failing"), "number"),
        Column(words("col.covered_not_failing"), "number"),
        Column(words("col.share_not_failing"), "share"),
    ]


def figure_cells(circle: dict[str, Any], names: dict[str, str]) -> list[Cell]:
    """Return the cells of `figure_columns` for one circle of the summary."""
    return [
        names.get(circle["id"], circle["id"]),
        circle["limit_s"] / _SECONDS_A_MINUTE,
        circle["persons"],
        circle["centres"],
        circle["persons_covered"],
        circle["share_covered"],
        circle["centres_pass"],
        circle["persons_covered_pass"],
        circle["share_covered_pass"],
        circle["centres_not_failing"],
        circle["persons_covered_not_failing"],
        circle["share_covered_not_failing"],
    ]


def basis_columns(words: Words) -> list[Column]:
    """Return the columns that say under what a figure holds."""
    return [
        Column(words("col.profile"), width=16),
        Column(words("col.direction"), width=14),
        Column(words("col.rule_set"), width=18),
    ]


def basis_cells(summary: dict[str, Any], words: Words) -> list[Cell]:
    """Return the cells of `basis_columns`."""
    return [
        words.named("profile", summary["profile"]),
        words.named("direction", summary["direction"]),
        summary["rule_sets"][0],
    ]


def circle_names(records: EvaluationRecords, words: Words) -> dict[str, str]:
    """Return what each circle is called, by id."""
    return {
        circle.circle_id: words.of(circle)
        for circle in records.judgements.rule_sets[0].life_circles
    }


def write_summary_sheet(
    book: Book, records: EvaluationRecords, coverage: Coverage, summary: dict[str, Any]
) -> None:
    """Write the sheet; `coverage` has the state with proposals where siting ran."""
    words = book.words
    names = circle_names(records, words)
    sheet = Sheet(book, "sheet.summary", summary["study"])
    sheet.section(words("states"))
    sheet.table(
        [Column(words("col.state"), width=26), *figure_columns(words), *basis_columns(words)],
        (
            [words(f"state.{state}"), *figure_cells(circle, names), *basis_cells(summary, words)]
            for state, figures in summary["states"].items()
            for circle in figures["life_circles"]
        ),
    )
    sheet.section(words("verdicts"))
    sheet.table(
        [Column(words("col.verdict"), width=26), Column(words("col.count"), "number")],
        ([words(f"verdict.{name}"), summary["centres"][name]] for name in VERDICTS),
    )
    write_plan_tables(sheet, records)
    _write_counts(sheet, records, coverage, names)
    _write_comparisons(sheet, summary, names)
    sheet.section(words("basis"))
    sheet.facts(_basis(records, summary, words))
    sheet.section(words("definitions"))
    room = "capacity_told" if coverage.capacity else "capacity"
    for key in ("covered", "shares", "denominator", "states", "serves", "blank", room):
        sheet.note(words(f"define.{key}"))
    if not summary["network"]["heights_counted"]:
        sheet.note(words("define.slope"))


def _write_counts(
    sheet: Sheet, records: EvaluationRecords, coverage: Coverage, names: dict[str, str]
) -> None:
    """Write what else is counted than persons, what of it lasts, and who finds room."""
    words = sheet.book.words
    if coverage.indicators:
        sheet.section(words("counted"))
        rule = tell_community_rule(coverage, words)
        if rule:
            sheet.note(rule)
        if records.land:
            sheet.note(words("define.land"))
        if records.demand.assumed:
            assumed = (name_assumed(name, words) for name in records.demand.assumed)
            sheet.note(words("define.assumed", names=" · ".join(assumed)))
        sheet.table(counted_columns(words), counted_rows(coverage, names, words))
    if coverage.robustness:
        sheet.section(words("robustness.totals"))
        sheet.note(words("define.robust"))
        sheet.table(robust_columns(words), robust_rows(coverage, names))
    if coverage.capacity:
        sheet.section(words("capacity.totals"))
        sheet.note(words("define.nearest"))
        sheet.table(room_columns(words), room_rows(coverage, names, words))


def _write_comparisons(sheet: Sheet, summary: dict[str, Any], names: dict[str, str]) -> None:
    words = sheet.book.words
    sheet.section(words("alternatives"))
    sheet.table(
        [Column(f"{words('col.profile')} · {words('col.direction')}"), *figure_columns(words)],
        (
            [
                (
                    f"{words.named('profile', other['profile'])} · "
                    f"{words.named('direction', other['direction'])}"
                ),
                *figure_cells(circle, names),
            ]
            for other in summary["alternatives"]
            for circle in other["life_circles"]
        ),
    )
    sheet.section(words("by_level"))
    sheet.table(
        [
            Column(words("col.level")),
            Column(words("col.circle")),
            Column(words("col.centres"), "number"),
            Column(words("col.persons"), "number"),
            Column(words("col.covered"), "number"),
            Column(words("col.share"), "share"),
        ],
        (
            [
                words.named("level", row["level"]),
                names.get(row["life_circle"], row["life_circle"]),
                row["centres"],
                summary["demand"]["persons"],
                row["persons_covered"],
                row["share_covered"],
            ]
            for row in summary["shares_by_level"]
        ),
    )
    sheet.section(words("losses"))
    sheet.note(words("define.losses"))
    sheet.table(_loss_columns(words), (_loss_cells(one, names) for one in summary["life_circles"]))


def _loss_columns(words: Words) -> list[Column]:
    """Each share of persons stands behind its denominator and what is left of it."""
    return [
        Column(words("col.circle")),
        Column(words("col.loss_detour"), "share"),
        Column(words("col.loss_terrain"), "share"),
        Column(words("col.persons_in_circle"), "number"),
        Column(words("col.persons_flat"), "number"),
        Column(words("col.loss_detour_persons"), "share"),
        Column(words("col.persons_mountain"), "number"),
        Column(words("col.loss_terrain_persons"), "share"),
    ]


def _loss_cells(circle: dict[str, Any], names: dict[str, str]) -> list[Cell]:
    return [
        names.get(circle["id"], circle["id"]),
        circle["loss_detour_share"],
        circle["loss_terrain_share"],
        circle["persons_in_circle"],
        circle["persons_flat"],
        circle["loss_detour_persons_share"],
        circle["persons_covered"],
        circle["loss_terrain_persons_share"],
    ]


def _basis(
    records: EvaluationRecords, summary: dict[str, Any], words: Words
) -> Iterator[tuple[str, Cell, Style]]:
    walking, profile = records.settings.walking, records.network.profile
    network, demand = summary["network"], summary["demand"]
    yield words("basis.study"), summary["study"], "text"
    yield words("basis.rule_sets"), " · ".join(summary["rule_sets"]), "text"
    yield words("basis.plan_date"), summary["standards"]["plan_date"], "text"
    yield words("basis.profile"), words.named("profile", summary["profile"]), "text"
    yield words("basis.speed"), None if profile is None else profile.speed_m_s, "decimal"
    yield words("basis.direction"), words.named("direction", summary["direction"]), "text"
    yield words("basis.slope"), slope_and_source(summary, words), "text"
    yield (
        words("basis.network"),
        words(
            "basis.network_value",
            nodes=network["nodes"],
            edges=network["edges"],
            length_km=network["length_km"],
            component=network["largest_component_share"],
        ),
        "text",
    )
    yield words("basis.persons"), demand["persons"], "number"
    yield words("basis.persons_quarantined"), demand["persons_quarantined"], "number"
    yield words("basis.persons_off"), demand["persons_off_network"], "number"
    yield words("basis.snap_limit"), walking.snap_limit_m, "number"
    yield words("basis.private_ways"), walking.private_ways, "text"
