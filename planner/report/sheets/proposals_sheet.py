"""建议: what to build, with the proof, and the curve of shares."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from planner.domain.siting import CostPoint
from planner.report.group_gains import list_groups, name_group
from planner.report.project_rows import list_projects
from planner.report.sheets.layout import Column, Sheet
from planner.report.sheets.summary_sheet import circle_names
from planner.report.siting_words import counts_households, counts_persons, tell_aim, tell_message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.domain.siting import SitingPlan
    from planner.report.sheets.layout import Book, Cell, Style
    from planner.report.words import Words


def write_proposals_sheet(
    book: Book, records: EvaluationRecords, proposals: ProposalRecords | None
) -> None:
    """Write the sheet; without siting it says so, under its head."""
    words = book.words
    sheet = Sheet(book, "sheet.proposals", words("title.proposals"))
    if proposals is None:
        sheet.note(words("basis.siting_absent"))
    else:
        sheet.facts(_proof(records, proposals.plan, words))
    circles = circle_names(records, words)
    room = proposals is not None and counts_households(proposals.plan.question)
    sheet.row += 1
    sheet.table(
        [
            Column(words("col.order"), "number", 8),
            Column(words("col.id"), width=20),
            Column(words("col.action"), width=10),
            *(Column(f"{words('col.gained')} · {name}", "number") for name in circles.values()),
            *(
                Column(f"{words('col.gained')} · {name} · {name_group(group, words)}", "number")
                for name in circles.values()
                for group in list_groups(records)
            ),
            Column(words("col.lon"), "degrees"),
            Column(words("col.lat"), "degrees"),
            Column(words("col.community")),
            Column(words("col.street_name")),
            Column(words("col.size"), "number"),
            Column(words("col.convenience_area"), "number"),
            Column(words("col.cost"), "money"),
            Column(words("col.phase"), width=8),
            Column(words("col.gap")),
            Column(words("col.clause"), width=30),
            Column(words("col.expanded_centre"), width=28),
            Column(words("col.added"), "number"),
            *([Column(words("col.households_gained"), "number")] if room else []),
        ],
        (
            [
                project.order,
                project.proposal_id,
                project.action,
                *(project.persons_gained.get(circle) for circle in circles),
                *(
                    project.groups_gained.get((circle, group))
                    for circle in circles
                    for group in list_groups(records)
                ),
                project.lon,
                project.lat,
                project.community,
                project.street_name,
                project.floor_area_m2,
                project.convenience_area_m2,
                project.cost_yuan,
                project.phase,
                project.gap,
                project.clause,
                project.centre,
                project.added_m2,
                *([project.households_gained] if room else []),
            ]
            for project in list_projects(records, proposals, words)
        ),
        filtered=True,
    )
    if proposals is not None:
        _write_closings(sheet, records, proposals.plan)
        _write_phases(sheet, records, proposals.plan)
        _write_curves(sheet, records, proposals.plan)
        _write_alternatives(sheet, proposals.plan)


def _proof(
    records: EvaluationRecords, plan: SitingPlan, words: Words
) -> Iterator[tuple[str, Cell, Style]]:
    names = circle_names(records, words)
    yield words("basis.siting_circle"), tell_aim(plan, words, names), "text"
    yield words("basis.siting_base"), words.named("base", plan.base), "text"
    yield words("basis.siting_status"), words.named("siting", plan.status), "text"
    yield words("basis.persons"), float(records.demand.persons.sum()), "number"
    if counts_persons(plan.question):
        yield words("basis.siting_objective"), plan.objective, "number"
        yield words("basis.siting_bound"), plan.bound, "number"
    elif counts_households(plan.question):
        yield words("basis.capacity_objective"), plan.objective, "number"
        yield words("basis.capacity_bound"), plan.bound, "number"
        yield words("col.households"), plan.counts["households"], "number"
    elif math.isfinite(plan.objective):
        yield words(f"basis.{plan.question}_objective"), plan.objective / 60.0, "minutes"
        yield words("basis.walk_bound"), plan.bound / 60.0, "minutes"
    yield words("basis.siting_gap"), plan.bound_gap_share, "share"
    stopped_by = tell_message(plan.stopped_by, words.language)
    yield words("basis.siting_stopped"), stopped_by, "text"
    yield words("basis.siting_reproducible"), words("yes" if plan.reproducible else "no"), "text"
    if plan.message:
        yield words("basis.siting_message"), tell_message(plan.message, words.language), "text"


def _write_closings(sheet: Sheet, records: EvaluationRecords, plan: SitingPlan) -> None:
    if not plan.closings:
        return
    words = sheet.book.words
    names = circle_names(records, words)
    sheet.section(words("closings"))
    sheet.note(words("closings.note"))
    sheet.table(
        [
            Column(words("col.id"), width=20),
            Column(words("col.name")),
            Column(words("col.action"), width=10),
            Column(words("col.saved"), "money"),
            *(Column(f"{words('col.lost')} · {name}", "number") for name in names.values()),
        ],
        (
            [
                one.centre_id,
                one.name,
                words("action.close"),
                one.saved_yuan,
                *(one.persons_lost.get(circle) for circle in names),
            ]
            for one in plan.closings
        ),
    )


def _write_phases(sheet: Sheet, records: EvaluationRecords, plan: SitingPlan) -> None:
    if not plan.phases:
        return
    words = sheet.book.words
    sheet.section(words("phases"))
    sheet.note(words("phases.proved" if plan.phases_proved else "phases.open"))
    total = float(records.demand.persons.sum())
    sheet.table(
        [
            Column(words("col.phase")),
            Column(words("figure.new_centres"), "number"),
            Column(words("col.cost"), "money"),
            Column(words("col.persons"), "number"),
            Column(words("col.covered"), "number"),
            Column(words("col.share"), "share"),
        ],
        (
            [
                one.name,
                one.proposals,
                one.cost_yuan,
                total,
                one.persons_covered,
                one.share_covered,
            ]
            for one in plan.phases
        ),
    )


def _write_curves(sheet: Sheet, records: EvaluationRecords, plan: SitingPlan) -> None:
    """Write share against number, and against money where costs are known."""
    words = sheet.book.words
    total = float(records.demand.persons.sum())
    for title, points in (("curve", plan.curve), ("cost_curve", plan.cost_curve)):
        if not points:
            continue
        sheet.section(words(title))
        money = [Column(words("col.cost"), "money")] if title == "cost_curve" else []
        sheet.table(
            [
                *money,
                Column(words("figure.new_centres"), "number"),
                Column(words("col.persons"), "number"),
                Column(words("col.covered"), "number"),
                Column(words("col.share"), "share"),
                Column(words("col.bound_share"), "share"),
                Column(words("col.solved")),
            ],
            (
                [
                    *([point.cost_yuan] if isinstance(point, CostPoint) else []),
                    point.count,
                    total,
                    point.persons_covered,
                    point.share_covered,
                    point.bound_share,
                    words.named("siting", point.status),
                ]
                for point in points
            ),
        )


def _write_alternatives(sheet: Sheet, plan: SitingPlan) -> None:
    if not plan.alternatives:
        return
    words = sheet.book.words
    sheet.section(words("alternative_sites"))
    sheet.note(words("alternative_sites.note"))
    sheet.table(
        [
            Column(words("col.order"), "number", 8),
            Column(words("col.covered"), "number"),
            Column(words("col.loss"), "number"),
            Column(words("basis.siting_bound"), "number"),
            Column(words("col.solved")),
            Column(words("col.sites"), width=40),
            Column(words("col.new_sites"), width=40),
        ],
        (
            [
                number,
                one.objective,
                one.loss,
                one.bound,
                words.named("siting", one.status),
                ", ".join(one.names),
                ", ".join(one.new),
            ]
            for number, one in enumerate(plan.alternatives, start=1)
        ),
    )
