"""覆盖: one filterable table of every share, whole study and areas, by state and circle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.domain.indicators import GROUP_PREFIX
from planner.domain.population import LAND_MEASURES
from planner.report.counts import index_counts, name_measure, tell_community_rule
from planner.report.sheets.layout import Column, Sheet
from planner.report.sheets.summary_sheet import basis_cells, basis_columns, circle_names
from planner.report.slope import describe_losses, slope_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.coverage import AreaFigures, CircleCoverage, Coverage
    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.indicators import Indicator
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
    rule = tell_community_rule(coverage, words) if coverage.indicators else None
    if rule:
        sheet.note(rule)
    if records.land:
        sheet.note(words("define.land"))
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
            *_count_columns(coverage, words),
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
    counts = _Counts(coverage)
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
                *counts.cells(state.state, "whole", "", circle.circle_id),
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
                *counts.of_homes(area.state, area.level, area.area_id, circle_id, area.points),
                *counts.cells(area.state, area.level, area.area_id, circle_id),
                *basis,
            ]
    yield from ([*row, *basis] for row in _outside_rows(coverage, names, limits, words))


def _outside_rows(
    coverage: Coverage, names: dict[str, str], limits: dict[str, float], words: Words
) -> Iterator[list[Cell]]:
    """Return the people who live in no area of a level, so that its rows add up to the whole."""
    counts = _Counts(coverage)
    for indicator in coverage.indicators:
        counted = indicator.measure == "persons" and indicator.level != "whole"
        if not counted or "" not in indicator.area_id:
            continue
        row = indicator.area_id.index("")
        for position, circle_id in enumerate(indicator.circle_id):
            place = (indicator.state, indicator.level, "", circle_id)
            yield [
                words.named("level", indicator.level),
                words("area.none"),
                None,
                words(f"state.{indicator.state}"),
                names.get(circle_id, circle_id),
                limits[circle_id] / _SECONDS_A_MINUTE,
                *_outside_cells(indicator, row, position),
                *counts.of_homes(*place),
                *counts.cells(*place),
            ]


def _outside_cells(indicator: Indicator, row: int, position: int) -> list[Cell]:
    """Return the cells of `_area_cells` for people who live in no area of a level."""
    sums: list[Cell] = [float(indicator.whole[row])]
    for which in range(len(indicator.covered)):
        sums.append(float(indicator.covered[which, position, row]))
        sums.append(float(indicator.share[which, position, row]))
    return [*sums, None, None, None]


class _Counts:
    """What else is counted than persons, by state, area and circle."""

    def __init__(self, coverage: Coverage) -> None:
        self.found = index_counts(coverage)
        self.groups = _groups(coverage)

    def triple(
        self, measure: str, state: str, level: str, area_id: str, circle_id: str
    ) -> tuple[float | None, float | None, float | None]:
        """Return the whole, the covered part and its share, by all centres in service."""
        known = self.found.get((state, level, area_id, measure))
        if known is None or circle_id not in known[0].circle_id:
            return None, None, None
        one, row = known
        position = one.circle_id.index(circle_id)
        return (
            float(one.whole[row]),
            float(one.covered[0, position, row]),
            float(one.share[0, position, row]),
        )

    def of_homes(
        self, state: str, level: str, area_id: str, circle_id: str, known: int | None = None
    ) -> list[Cell]:
        """Return the homes, those covered, the households and those covered."""
        points, homes, _ = self.triple("homes", state, level, area_id, circle_id)
        whole, covered, _ = self.triple("households", state, level, area_id, circle_id)
        return [known if points is None else points, homes, whole, covered]

    def cells(self, state: str, level: str, area_id: str, circle_id: str) -> list[Cell]:
        """Return the cells of `_count_columns`."""
        if not self.found:
            return []
        at = (state, level, area_id, circle_id)
        return [
            self.triple("homes", *at)[2],
            self.triple("households", *at)[2],
            *self.triple("communities", *at),
            *(cell for group in self.groups for cell in self.triple(group, *at)),
        ]


def _groups(coverage: Coverage) -> tuple[str, ...]:
    measures = dict.fromkeys(one.measure for one in coverage.indicators)
    return tuple(
        name for name in measures if name.startswith(GROUP_PREFIX) or name in LAND_MEASURES
    )


def _count_columns(coverage: Coverage, words: Words) -> list[Column]:
    if not coverage.indicators:
        return []
    columns = [
        Column(words("col.points_share"), "share"),
        Column(words("col.households_share"), "share"),
        Column(words("col.communities"), "number"),
        Column(words("col.communities_covered"), "number"),
        Column(words("col.communities_share"), "share"),
    ]
    for group in _groups(coverage):
        name = name_measure(group, words)
        columns += [
            Column(f"{name} · {words('col.whole')}", "number"),
            Column(f"{name} · {words('col.covered')}", "number"),
            Column(f"{name} · {words('col.share')}", "share"),
        ]
    return columns


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
    ]
