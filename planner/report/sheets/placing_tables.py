"""How sure it is where places are, and the figures of the walking profile, for 来源."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.report.sheets.layout import Column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.placing import DatumTest
    from planner.report.sheets.layout import Cell, Sheet, Style
    from planner.report.words import Words


def write_datum_test(sheet: Sheet, records: EvaluationRecords) -> None:
    """Write what was found of the datum of the plan, each datum with what is left over."""
    test, words = records.centres.datum_test, sheet.book.words
    if test is None:
        return
    sheet.section(words("basis.datum_test"))
    sheet.facts(_datum_facts(test, words))
    sheet.table(
        [
            Column(words("col.datum"), width=24),
            Column(words("col.in_area"), "share", 14),
            Column(words("col.out_of_area"), "number", 14),
            Column(words("col.to_road"), "number", 14),
            Column(words("col.to_street"), "number", 14),
            Column(words("col.to_building"), "number", 14),
            Column(words("col.likelihood"), "decimal", 14),
        ],
        (
            [
                words.named("datum", one.datum),
                one.in_area_share,
                one.out_of_area_m,
                one.road_m,
                one.street_m,
                one.building_m,
                one.log_likelihood,
            ]
            for one in test.residuals
        ),
    )


def write_walking_figures(sheet: Sheet, records: EvaluationRecords) -> None:
    """Write every figure of the walking profile with its certainty and source."""
    profile, words = records.network.profile, sheet.book.words
    if profile is None or not profile.figures:
        return
    sheet.section(
        f"{words('basis.walking_figures')} · {words.named('profile', profile.profile_id)}"
    )
    sheet.table(
        [
            Column(words("col.item"), width=24),
            Column(words("col.value"), width=14),
            Column(words("col.certainty")),
            Column(words("col.source"), width=44),
        ],
        (
            [
                one.name,
                _told(one.value, words),
                words.named("certainty", one.certainty),
                one.source,
            ]
            for one in profile.figures
        ),
    )


def _datum_facts(test: DatumTest, words: Words) -> Iterator[tuple[str, Cell, Style]]:
    yield words("basis.datum_asked"), words.named("datum", test.asked), "text"
    yield words("basis.datum_used"), words.named("datum", test.used), "text"
    yield words("basis.datum_outcome"), words(f"datum_outcome.{test.outcome}"), "text"
    yield words("basis.datum_best"), words.named("datum", test.best), "text"
    yield words("basis.datum_centres"), test.n_centres, "number"
    yield words("basis.datum_named"), test.n_named, "number"
    yield words("basis.datum_roads"), test.n_on_roads, "number"


def _told(value: float | str | bool, words: Words) -> str:  # noqa: FBT001 -- a figure's own value
    if isinstance(value, bool):
        return words("yes" if value else "no")
    return value if isinstance(value, str) else f"{value:g}"
