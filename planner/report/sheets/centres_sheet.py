"""中心: one row a centre, every clause with what was measured and what is required."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.report.coordinates import to_lonlat
from planner.report.sheets.layout import Column, Sheet
from planner.report.sheets.summary_sheet import circle_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.places import Centre
    from planner.domain.standard import Clause, ClauseResult, Judgement, RuleSet
    from planner.report.sheets.layout import Book, Cell
    from planner.report.words import Words


_MEASURES = {
    "floor_area_m2": "col.floor_area",
    "floor_area_existing_m2": "col.floor_area_existing",
    "convenience_area_m2": "col.convenience_area",
}


def write_centres_sheet(book: Book, records: EvaluationRecords) -> None:
    """Write the sheet."""
    words = book.words
    sheet = Sheet(book, "sheet.centres", words("title.centres"))
    sheet.note(words("define.blank"))
    sheet.note(words("define.serves"))
    sheet.note(words("define.needed"))
    if records.coverage.robustness:
        sheet.note(f"{words('col.only_persons')}: {words('define.only')}")
    columns = [
        *_place_columns(words),
        *_verdict_columns(records, words),
        *_reach_columns(records, words),
        *_clause_columns(records, words),
    ]
    sheet.table(columns, _rows(records, words), filtered=True)


def _place_columns(words: Words) -> list[Column]:
    return [
        Column(words("col.id"), width=10),
        Column(words("col.name"), width=28),
        Column(words("col.level"), width=10),
        Column(words("col.kind")),
        Column(words("col.status"), width=10),
        Column(words("col.district"), width=12),
        Column(words("col.street"), width=12),
        Column(words("col.community"), width=12),
        Column(words("col.floor_area"), "number"),
        Column(words("col.floor_area_existing"), "number"),
        Column(words("col.convenience_area"), "number"),
        Column(words("col.approximate"), width=12),
        Column(words("col.phase"), width=8),
        Column(words("col.co_located"), width=20),
        Column(words("col.entrances"), "number", 10),
    ]


def _groups(records: EvaluationRecords) -> list[str]:
    """Return the groups that any centre has a verdict of, besides the floor area."""
    found: dict[str, None] = {}
    for judgement in records.judgements.judgement:
        found |= dict.fromkeys(judgement.verdict_by_group)
    return [group for group in found if group != "floor_area"]


def _other_rule_sets(records: EvaluationRecords) -> list[str]:
    return [rules.rule_set_id for rules in records.judgements.rule_sets[1:]]


def _verdict_columns(records: EvaluationRecords, words: Words) -> list[Column]:
    named = [words.named("group", group) for group in _groups(records)]
    return [
        Column(words("col.verdict"), width=12),
        *(
            Column(f"{words('col.verdict')} · {name}", width=12)
            for name in (*named, *_other_rule_sets(records))
        ),
    ]


def _reach_columns(records: EvaluationRecords, words: Words) -> list[Column]:
    names = circle_names(records, words)
    only_one = [names.get(c.circle_id, c.circle_id) for c in records.coverage.robustness]
    return [
        *(
            Column(f"{words(f'col.{figure}')} · {name}", "number", 14)
            for name in names.values()
            for figure in ("persons_reached", "persons_nearest")
        ),
        *(Column(f"{words('col.only_persons')} · {name}", "number", 14) for name in only_one),
        Column(words("col.snap_distance"), "decimal"),
        Column(words("col.lon"), "degrees"),
        Column(words("col.lat"), "degrees"),
        Column(words("col.row"), width=8),
    ]


def _centre_clauses(rules: RuleSet) -> list[Clause]:
    """Return the clauses that judge centres; those of units have a sheet of their own."""
    return [clause for clause in rules.clauses if clause.judged_unit == "centre"]


def _clause_columns(records: EvaluationRecords, words: Words) -> list[Column]:
    columns = []
    several = len(records.judgements.rule_sets) > 1
    for rules in records.judgements.rule_sets:
        prefix = f"{rules.rule_set_id} " if several else ""
        for clause in _centre_clauses(rules):
            name = f"{prefix}{words.of(clause)}"
            unit = words.named("unit", clause.unit)
            columns += [
                Column(f"{name} · {words('col.measured')} ({unit})", "number"),
                Column(f"{name} · {words('col.required')} {clause.comparison}", "number"),
                Column(f"{name} · {words('col.margin')}", "margin"),
                Column(f"{name} · {words('col.needed')}", "number"),
                Column(f"{name} · {words('col.verdict')}", width=12),
                Column(f"{name} · {words('col.reason')}", width=20),
                Column(f"{name} · {words('col.decides_at')}", "number"),
                Column(f"{name} · {words('col.source')}", width=20),
                Column(f"{name} · {words('col.certainty')}", width=10),
            ]
    return columns


def _rows(records: EvaluationRecords, words: Words) -> Iterator[list[Cell]]:
    lonlat = to_lonlat(np.asarray(records.centres.xy).reshape(-1, 2), records.centres.crs)
    figures = {figures.centre_id: figures for figures in records.coverage.centres}
    for index, centre in enumerate(records.centres.centre):
        judgement = records.judgements.judgement[index]
        reach = figures.get(centre.centre_id)
        yield [
            *_place_cells(centre, words),
            words.named("verdict", judgement.verdict),
            *(
                words.named("verdict", judgement.verdict_by_group.get(group))
                for group in _groups(records)
            ),
            *(
                words.named("verdict", judgement.verdict_by_rule_set.get(name))
                for name in _other_rule_sets(records)
            ),
            *(
                None if reach is None else table.get(circle)
                for circle in circle_names(records, words)
                for table in (
                    ({}, {}) if reach is None else (reach.persons_reached, reach.persons_nearest)
                )
            ),
            *(float(one.centre_only_persons[index]) for one in records.coverage.robustness),
            float(records.centre_access.distance_m[index]),
            float(lonlat[index, 0]),
            float(lonlat[index, 1]),
            str(centre.row),
            *_clause_cells(records.judgements.rule_sets, judgement, words),
        ]


def _place_cells(centre: Centre, words: Words) -> list[Cell]:
    return [
        centre.centre_id,
        centre.name,
        words.named("level", centre.level),
        words.named("kind", centre.kind),
        words.named("status", centre.status),
        centre.district,
        centre.street,
        centre.community,
        centre.floor_area_m2,
        centre.floor_area_existing_m2,
        centre.convenience_area_m2,
        " · ".join(
            words(_MEASURES[name]) if name in _MEASURES else name for name in centre.approximate
        ),
        centre.phase,
        " · ".join(centre.co_located_with),
        len(centre.entrances) or None,
    ]


def _clause_cells(
    rule_sets: tuple[RuleSet, ...], judgement: Judgement, words: Words
) -> Iterator[Cell]:
    results: dict[tuple[str, str], ClauseResult] = {
        (result.rule_set_id, result.clause_id): result for result in judgement.clause_results
    }
    for rules in rule_sets:
        for clause in _centre_clauses(rules):
            result = results.get((rules.rule_set_id, clause.clause_id))
            if result is None:
                yield from (None,) * 9
                continue
            yield result.measured
            yield result.required
            yield result.margin
            yield result.needed
            yield words.named("verdict", result.verdict)
            yield words.named("reason", result.reason)
            yield result.decides
            yield clause.source
            yield words.named("certainty", clause.certainty)
