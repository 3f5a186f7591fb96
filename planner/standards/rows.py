"""Records of single centres and units, made from columns only when somebody asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, overload

import numpy as np

from planner.domain.judged_units import UnitResult
from planner.domain.standard import VERDICT_ORDER, ClauseResult, Judgement
from planner.standards.applicability import REASONS
from planner.standards.verdicts import NONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.arrays import FloatArray
    from planner.domain.judged_units import UnitColumn
    from planner.domain.standard import Clause
    from planner.domain.verdict_columns import ClauseColumn, VerdictColumns

_MISSING: Final = {
    "level_blank": "level",
    "status_blank": "status",
    "district_blank": "district",
}
_COUNTED: Final = {
    "households": "households",
    "residential_land": "residential_land_m2",
    "communities": "areas.community",
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
        self._lists: tuple[ColumnLists, ...] | None = None

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
        if self._lists is None:
            self._lists = tuple(ColumnLists(column) for column in columns.clauses)
        return Judgement(
            centre_id=self._centre_id[row],
            verdict=VERDICT_ORDER[columns.verdict[row]],
            clause_results=ClauseRow(self._lists, row),
            verdict_by_rule_set={
                name: VERDICT_ORDER[codes[row]] for name, codes in columns.by_rule_set.items()
            },
            verdict_by_group={
                name: VERDICT_ORDER[codes[row]] for name, codes in columns.by_group.items()
            },
        )


class ClauseRow(Sequence[ClauseResult]):
    """The results of one centre, clause by clause, made when asked for."""

    def __init__(self, lists: tuple[ColumnLists, ...], row: int) -> None:
        self._lists = lists
        self._row = row

    def __len__(self) -> int:
        return len(self._lists)

    @overload
    def __getitem__(self, index: int) -> ClauseResult: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[ClauseResult, ...]: ...

    def __getitem__(self, index: int | slice) -> ClauseResult | tuple[ClauseResult, ...]:
        if isinstance(index, slice):
            return tuple(lists.result(self._row) for lists in self._lists[index])
        return self._lists[index].result(self._row)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # as of any sequence that compares by content


class ColumnLists:
    """The arrays of one clause as lists of plain values, for making records of single rows."""

    def __init__(self, column: ClauseColumn) -> None:
        self.column = column
        self.verdict = [VERDICT_ORDER[code] for code in column.verdict.tolist()]
        self.reason = [REASONS[code] for code in column.reason.tolist()]
        self.measured = plain(column.measured)
        self.margin = plain(column.margin)
        self.needed = plain(column.needed)
        self.decides = plain(column.decides)
        self.if_applies = column.if_applies.tolist()

    def result(self, row: int) -> ClauseResult:
        """Return what the clause says of one centre."""
        clause, reason, verdict = self.column.clause, self.reason[row], self.verdict[row]
        said = self.if_applies[row]
        return ClauseResult(
            clause_id=clause.clause_id,
            rule_set_id=self.column.rule_set_id,
            verdict=verdict,
            measured=self.measured[row],
            required=clause.value,
            margin=self.margin[row],
            reason=reason,
            needed=self.needed[row],
            missing=missing_fields(clause, reason) if verdict == "cannot_tell" else (),
            decides=self.decides[row],
            if_applies=None if said == NONE else VERDICT_ORDER[said],
        )


def plain(column: FloatArray) -> list[float | None]:
    """Return an array as a list, `None` for what is not finite."""
    listed: list[float | None] = column.tolist()
    for row in np.flatnonzero(~np.isfinite(column)).tolist():
        listed[row] = None
    return listed


class UnitRows(Sequence[UnitResult]):
    """
    One result a clause and unit; equal to any sequence of equal results.

    Parameters
    ----------
    columns
        What the clauses say of all units, clause by clause.
    """

    def __init__(self, columns: Sequence[UnitColumn]) -> None:
        self._columns = tuple(columns)
        self._made: tuple[UnitResult, ...] | None = None

    def __len__(self) -> int:
        return sum(len(column.verdict) for column in self._columns)

    @overload
    def __getitem__(self, index: int) -> UnitResult: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[UnitResult, ...]: ...

    def __getitem__(self, index: int | slice) -> UnitResult | tuple[UnitResult, ...]:
        if self._made is None:
            self._made = tuple(one for column in self._columns for one in _unit_results(column))
        return self._made[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # as of any sequence that compares by content


def _unit_results(column: UnitColumn) -> Iterator[UnitResult]:
    clause, unit = column.clause, column.unit
    verdicts = [VERDICT_ORDER[code] for code in column.verdict.tolist()]
    reasons = [REASONS[code] for code in column.reason.tolist()]
    figures = zip(
        *(
            plain(values)
            for values in (
                column.measured,
                column.margin,
                column.needed,
                column.decides,
                column.numerator,
                column.denominator,
                column.over_households,
                column.beyond,
            )
        ),
        strict=True,
    )
    counts = column.centres.tolist()
    for row, (measured, margin, needed, decides, over, under, more, beyond) in enumerate(figures):
        yield UnitResult(
            level=unit.level,
            unit_id=unit.unit_id[row],
            name=unit.name[row],
            clause_id=clause.clause_id,
            rule_set_id=column.rule_set_id,
            verdict=verdicts[row],
            measured=measured,
            required=clause.value,
            margin=margin,
            reason=reasons[row],
            needed=needed,
            missing=missing_fields(clause, reasons[row]) if verdicts[row] == "cannot_tell" else (),
            decides=decides,
            numerator=over,
            denominator=under,
            centres=counts[row],
            over_households=more,
            beyond=beyond,
        )


def missing_fields(clause: Clause, reason: str) -> tuple[str, ...]:
    """Return the fields that are blank, doubtful or contradict each other."""
    if reason in _MISSING:
        return (_MISSING[reason],)
    if reason == "scope_unknown":
        return (clause.other_scope or "plan_scope",)
    if reason == "exceeds_whole":
        return (clause.measures, clause.part_of or "")
    if reason == "households_blank":
        return (clause.per or "households",)
    if clause.rule_type == "share" and clause.share_of in _COUNTED:
        return (_COUNTED[clause.share_of],)
    return (clause.measures,)
