"""Which centres fail a `must` clause, for those who want a run to say so with its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.domain.evaluation import EvaluationRecords


def list_failed_clauses(records: EvaluationRecords, *, language: str) -> list[str]:
    """
    Return one line for each centre and `must` clause of the first rule set that it fails.

    Every group counts, staffing as well as floor area: a centre may fail here whose verdict,
    which is that of its floor area, is `pass`.

    Parameters
    ----------
    records
        The evaluation.
    language
        `zh` or `en`: the name of the clause.
    """
    rule_set = records.judgements.rule_sets[0]
    must = {clause.clause_id: clause for clause in rule_set.clauses if clause.force == "must"}
    lines = []
    for centre, judgement in zip(records.centres.centre, records.judgements.judgement, strict=True):
        for result in judgement.clause_results:
            if result.rule_set_id != rule_set.rule_set_id or result.verdict != "fail":
                continue
            clause = must.get(result.clause_id)
            if clause is not None:
                name = clause.name_zh if language == "zh" else clause.name_en
                lines.append(
                    f"{centre.name}: {name}: {result.measured:g} {clause.unit}, "
                    f"required 要求 {clause.comparison} {result.required:g}"
                )
    return lines
