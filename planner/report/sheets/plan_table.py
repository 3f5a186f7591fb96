"""What each rule set says of the plan as a whole: a row a rule set, then a row a clause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.domain.standard import VERDICT_ORDER
from planner.report.sheets.layout import Column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.evaluation import EvaluationRecords
    from planner.report.sheets.layout import Cell, Sheet
    from planner.report.words import Words


def write_plan_tables(sheet: Sheet, records: EvaluationRecords) -> None:
    """Write the verdict of the plan by rule set, and what its clauses miss and count."""
    if not records.judgements.plan_verdicts:
        return
    words = sheet.book.words
    sheet.section(words("plan_verdicts"))
    sheet.note(words("define.plan_verdict"))
    sheet.table(
        [
            Column(words("col.rule_set"), width=26),
            Column(words("col.verdict")),
            *(Column(words(f"verdict.{verdict}"), "number") for verdict in VERDICT_ORDER),
        ],
        (
            [
                one.rule_set_id,
                words.named("verdict", one.verdict)
                if one.basis == "must"
                else words(f"basis.{one.basis}"),
                *(one.centres.get(verdict, 0) for verdict in VERDICT_ORDER),
            ]
            for one in records.judgements.plan_verdicts
        ),
    )
    sheet.row += 1
    sheet.table(
        [
            Column(words("col.rule_set"), width=26),
            Column(words("col.rule"), width=26),
            Column(words("col.force")),
            Column(words("col.needed"), "number"),
            Column(words("col.needed_unit"), width=10),
            Column(words("col.required"), "number"),
            Column(words("col.unit"), width=16),
            Column(words("col.reaching"), "number"),
            Column(words("col.measured_centres"), "number"),
            Column(words("col.blank_centres"), "number"),
            Column(words("col.certainty")),
        ],
        _clause_rows(records, words),
    )


def _clause_rows(records: EvaluationRecords, words: Words) -> Iterator[list[Cell]]:
    rules = {one.rule_set_id: one for one in records.judgements.rule_sets}
    for one in records.judgements.plan_verdicts:
        reaching = {reach.clause_id: reach for reach in one.indicators}
        for clause in rules[one.rule_set_id].clauses:
            reach, needed = reaching.get(clause.clause_id), one.needed.get(clause.clause_id)
            if reach is None and needed is None:
                continue
            yield [
                one.rule_set_id,
                words.of(clause),
                words.named("force", clause.force),
                needed,
                "" if needed is None else words.named("unit", clause.needed_unit),
                clause.value,
                words.named("unit", clause.unit),
                None if reach is None else reach.count,
                None if reach is None else reach.measured,
                None if reach is None else reach.blank,
                words.named("certainty", clause.certainty),
            ]
