"""单元判定: what the clauses say of communities, streets, districts and the plan."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from planner.domain.standard import VERDICT_ORDER
from planner.report.sheets.layout import Column, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.judged_units import UnitResult
    from planner.domain.standard import Clause
    from planner.report.sheets.layout import Book, Cell
    from planner.report.words import Words


def write_units_sheet(book: Book, records: EvaluationRecords) -> None:
    """Write the sheet: verdicts counted by clause, then one row a unit and clause."""
    words = book.words
    sheet = Sheet(book, "sheet.units", words("title.units"))
    if not records.judgements.units:
        sheet.note(words("units.none"))
        return
    clauses = _clauses(records)
    sheet.note(words("define.needed"))
    sheet.section(words("verdict_units"))
    sheet.table(_count_columns(words), _count_rows(records, clauses, words))
    sheet.row += 1
    sheet.table(_columns(words), _rows(records, clauses, words), filtered=True)


def _clauses(records: EvaluationRecords) -> dict[tuple[str, str], Clause]:
    return {
        (rules.rule_set_id, clause.clause_id): clause
        for rules in records.judgements.rule_sets
        for clause in rules.clauses
    }


def _count_columns(words: Words) -> list[Column]:
    return [
        Column(words("col.rule_set"), width=18),
        Column(words("col.level"), width=10),
        Column(words("col.rule"), width=26),
        *(Column(words(f"verdict.{verdict}"), "number") for verdict in VERDICT_ORDER),
        Column(words("col.needed"), "number", 16),
        Column(words("col.needed_unit"), width=10),
    ]


def _count_rows(
    records: EvaluationRecords, clauses: dict[tuple[str, str], Clause], words: Words
) -> Iterator[list[Cell]]:
    groups: dict[tuple[str, str, str], list[UnitResult]] = {}
    for one in records.judgements.units:
        groups.setdefault((one.rule_set_id, one.level, one.clause_id), []).append(one)
    for (rule_set_id, level, clause_id), results in groups.items():
        clause = clauses.get((rule_set_id, clause_id))
        counts = Counter(one.verdict for one in results)
        needed = [one.needed for one in results if one.needed is not None]
        yield [
            rule_set_id,
            words.named("level", level),
            clause_id if clause is None else words.of(clause),
            *(counts[verdict] for verdict in VERDICT_ORDER),
            sum(needed) if needed else None,
            "" if clause is None else words.named("unit", clause.needed_unit),
        ]


def _columns(words: Words) -> list[Column]:
    return [
        Column(words("col.rule_set"), width=18),
        Column(words("col.level"), width=10),
        Column(words("col.id")),
        Column(words("col.name"), width=20),
        Column(words("col.rule"), width=26),
        Column(words("col.force"), width=8),
        Column(words("col.verdict")),
        Column(words("col.measured"), "decimal"),
        Column(words("col.comparison"), width=10),
        Column(words("col.required"), "decimal"),
        Column(words("col.margin"), "margin"),
        Column(words("col.unit"), width=16),
        Column(words("col.needed"), "decimal", 16),
        Column(words("col.needed_unit"), width=10),
        Column(words("col.numerator"), "decimal"),
        Column(words("col.denominator"), "decimal"),
        Column(words("col.centres_counted"), "number"),
        Column(words("col.over"), "number"),
        Column(words("col.beyond"), "number"),
        Column(words("col.reason"), width=22),
        Column(words("col.missing"), width=18),
        Column(words("col.decides_at"), "decimal"),
        Column(words("col.source"), width=22),
        Column(words("col.certainty"), width=10),
    ]


def _rows(
    records: EvaluationRecords, clauses: dict[tuple[str, str], Clause], words: Words
) -> Iterator[list[Cell]]:
    for one in records.judgements.units:
        clause = clauses.get((one.rule_set_id, one.clause_id))
        yield [
            one.rule_set_id,
            words.named("level", one.level),
            one.unit_id,
            one.name,
            one.clause_id if clause is None else words.of(clause),
            "" if clause is None else words.named("force", clause.force),
            words.named("verdict", one.verdict),
            one.measured,
            "" if clause is None else clause.comparison,
            one.required,
            one.margin,
            "" if clause is None else words.named("unit", clause.unit),
            one.needed,
            "" if clause is None or one.needed is None else words.named("unit", clause.needed_unit),
            one.numerator,
            one.denominator,
            one.centres,
            one.over_households,
            one.beyond,
            words.named("reason", one.reason),
            " · ".join(words.named("field", name) for name in one.missing),
            one.decides,
            "" if clause is None else clause.source,
            "" if clause is None else words.named("certainty", clause.certainty),
        ]
