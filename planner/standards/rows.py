"""Judgements of single centres, made from columns only when somebody asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, overload

from planner.domain.standard import VERDICT_ORDER, ClauseResult, Judgement
from planner.standards.applicability import REASONS
from planner.standards.verdicts import NONE

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.domain.standard import Clause
    from planner.domain.verdict_columns import ClauseColumn, VerdictColumns

_MISSING: Final = {
    "level_blank": "level",
    "status_blank": "status",
    "district_blank": "district",
}


class JudgementRows(Sequence[Judgement]):
    """
    One judgement a centre; equal to any sequence of equal judgements.

    Parameters
    ----------
    centre_id
        Ids of the centres, in their order.
    columns
        What the clauses say of all of them.
    """

    def __init__(self, centre_id: Sequence[str], columns: VerdictColumns) -> None:
        self._centre_id = tuple(centre_id)
        self._columns = columns
        self._made: dict[int, Judgement] = {}

    def __len__(self) -> int:
        return len(self._centre_id)

    @overload
    def __getitem__(self, index: int) -> Judgement: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Judgement, ...]: ...

    def __getitem__(self, index: int | slice) -> Judgement | tuple[Judgement, ...]:
        if isinstance(index, slice):
            return tuple(self[row] for row in range(*index.indices(len(self))))
        row = range(len(self))[index]
        if row not in self._made:
            self._made[row] = self._make(row)
        return self._made[row]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Sequence)
            and len(other) == len(self)
            and all(one == two for one, two in zip(self, other, strict=True))
        )

    __hash__ = None  # type: ignore[assignment]  # as of any sequence that compares by content

    def _make(self, row: int) -> Judgement:
        columns = self._columns
        return Judgement(
            centre_id=self._centre_id[row],
            verdict=VERDICT_ORDER[columns.verdict[row]],
            clause_results=tuple(_clause_result(column, row) for column in columns.clauses),
            verdict_by_rule_set={
                name: VERDICT_ORDER[codes[row]] for name, codes in columns.by_rule_set.items()
            },
            verdict_by_group={
                name: VERDICT_ORDER[codes[row]] for name, codes in columns.by_group.items()
            },
        )


def _clause_result(column: ClauseColumn, row: int) -> ClauseResult:
    reason, said = REASONS[column.reason[row]], int(column.if_applies[row])
    verdict = VERDICT_ORDER[column.verdict[row]]
    return ClauseResult(
        clause_id=column.clause.clause_id,
        rule_set_id=column.rule_set_id,
        verdict=verdict,
        measured=_number(column.measured, row),
        required=column.clause.value,
        margin=_number(column.margin, row),
        reason=reason,
        needed=_number(column.needed, row),
        missing=missing_fields(column.clause, reason) if verdict == "cannot_tell" else (),
        decides=_number(column.decides, row),
        if_applies=None if said == NONE else VERDICT_ORDER[said],
    )


def missing_fields(clause: Clause, reason: str) -> tuple[str, ...]:
    """Return the fields that are blank, doubtful or contradict each other."""
    if reason in _MISSING:
        return (_MISSING[reason],)
    if reason == "scope_unknown":
        return (clause.other_scope or "plan_scope",)
    if reason == "exceeds_whole":
        return (clause.measures, clause.part_of or "")
    return (clause.measures,)


def _number(column: FloatArray, row: int) -> float | None:
    value = float(column[row])
    return None if value != value else value  # noqa: PLR0124 - NaN is the only such value
