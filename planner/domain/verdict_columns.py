"""Verdicts of many centres as arrays: what the records of single centres are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.domain.arrays import ByteArray, FloatArray
    from planner.domain.standard import Clause


@dataclass(frozen=True, slots=True)
class ClauseColumn:
    """
    What one clause says of every centre.

    Attributes
    ----------
    rule_set_id, clause
        The clause.
    verdict : uint8, shape (n_centres,)
        Position in `VERDICT_ORDER`.
    reason : uint8, shape (n_centres,)
        Position in the list of reasons of the standards' room, 0 for none.
    measured, margin, needed, decides : float64, shape (n_centres,)
        As in `ClauseResult`, NaN for `None`.
    if_applies : uint8, shape (n_centres,)
        As in `ClauseResult`, 255 for `None`.
    """

    rule_set_id: str
    clause: Clause
    verdict: ByteArray
    reason: ByteArray
    measured: FloatArray
    margin: FloatArray
    needed: FloatArray
    decides: FloatArray
    if_applies: ByteArray


@dataclass(frozen=True, slots=True)
class VerdictColumns:
    """
    The verdicts of all centres, every array of shape (n_centres,).

    Attributes
    ----------
    verdict
        Of the first rule set; positions in `VERDICT_ORDER`.
    by_rule_set, by_group
        By the id of each rule set; by group of the first.
    clauses
        One column a clause that judges centres, in order.
    """

    verdict: ByteArray
    by_rule_set: dict[str, ByteArray]
    by_group: dict[str, ByteArray]
    clauses: tuple[ClauseColumn, ...]
