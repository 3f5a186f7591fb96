"""Whether a clause applies to each centre: yes, no, or it cannot be told, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.standards.zones import INSIDE, OUTSIDE, UNKNOWN, district_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.domain.arrays import BoolArray, ByteArray, IntArray
    from planner.domain.standard import Clause
    from planner.standards.columns import CentreColumns

REASONS: Final = (
    "",
    "not_in_force",
    "status_closed",
    "kind_other",
    "level_other",
    "status_existing",
    "status_expanded",
    "status_other",
    "outside_scope",
    "district_other",
    "rural",
    "level_blank",
    "status_blank",
    "scope_unknown",
    "district_blank",
    "value_blank",
    "exceeds_whole",
    "approximate",
    "below_band",
    "above_band",
    "no_parents_named",
    "parent_not_found",
    "parent_other_level",
    "co_located",
    "households_blank",
    "no_homes",
    "beyond_search",
)
"""Keys of why a clause does not apply or cannot be told; columns hold positions in it."""

_CODE: Final = {reason: code for code, reason in enumerate(REASONS)}


def reason_code(reason: str) -> int:
    """Return the position of a reason in `REASONS`."""
    return _CODE[reason]


@dataclass(frozen=True, slots=True)
class Bearing:
    """
    Whether a clause applies, one value a centre.

    Attributes
    ----------
    applies, open : bool, shape (n_centres,)
        True where it does, and where it cannot be told; where neither, it does not.
    reason : uint8, shape (n_centres,)
        Position in `REASONS`, 0 where it applies.
    """

    applies: BoolArray
    open: BoolArray
    reason: ByteArray


def bearing_of(
    clause: Clause,
    columns: CentreColumns,
    *,
    in_force: bool,
    scope: IntArray,
    zones: Mapping[str, IntArray],
    apply_to_existing: bool,
) -> Bearing:
    """
    Tell whether a clause applies to each centre.

    What certainly excludes the clause goes before what leaves it open: a blank
    status does not matter for a street-level centre when the clause is for
    communities.

    Parameters
    ----------
    clause, columns
        The two to bring together. In state `existing` a closed centre still stands, so it
        can be judged then.
    in_force
        Whether the clause holds on the day of the plan.
    scope : shape (n_centres,)
        1 inside the plan's scope, 0 outside, -1 unknown.
    zones
        The same for further zones, by the key a clause's `other_scope` names.
    apply_to_existing
        Whether clauses for new centres are put to existing ones too.
    """
    excluded = _exclusions(clause, columns, scope, zones, apply_to_existing=apply_to_existing)
    doubts = _doubts(clause, columns, scope, zones)
    reason = np.zeros(len(columns), dtype=np.uint8)
    for name, where in reversed(doubts):
        reason[where] = _CODE[name]
    opened = reason > 0
    for name, where in reversed(excluded):
        reason[where] = _CODE[name]
        opened &= ~where
    if not in_force:
        reason[:] = _CODE["not_in_force"]
        opened[:] = False
    return Bearing(applies=reason == 0, open=opened, reason=reason)


def _exclusions(
    clause: Clause,
    columns: CentreColumns,
    scope: IntArray,
    zones: Mapping[str, IntArray],
    *,
    apply_to_existing: bool,
) -> list[tuple[str, BoolArray]]:
    """List what certainly excludes the clause, the first reason first."""
    found: list[tuple[str, BoolArray]] = []
    status, existing = columns.codes("status"), columns.state == "existing"
    if not existing:
        found.append(("status_closed", columns.named("status", ("closed",))))
    if clause.kinds:
        found.append(("kind_other", ~columns.named("kind", clause.kinds)))
    if clause.levels:
        known = columns.codes("level") >= 0
        found.append(("level_other", known & ~columns.named("level", clause.levels)))
    statuses = _statuses(clause, apply_to_existing=apply_to_existing, existing=existing)
    if statuses:
        other = (status >= 0) & ~columns.named("status", statuses)
        found += [
            (f"status_{name}", other & columns.named("status", (name,)))
            for name in ("existing", "expanded", "closed")
        ]
        found.append(("status_other", other & columns.named("status", ("new",))))
    if clause.in_plan_scope:
        found.append(("outside_scope", scope == OUTSIDE))
    if clause.districts:
        wanted = _districts(clause.districts, columns)
        found.append(("district_other", wanted == OUTSIDE))
    if clause.other_scope:
        name = "rural" if clause.other_scope == "urban" else "outside_scope"
        found.append((name, _zone(clause.other_scope, columns, zones) == OUTSIDE))
    return found


def _doubts(
    clause: Clause, columns: CentreColumns, scope: IntArray, zones: Mapping[str, IntArray]
) -> list[tuple[str, BoolArray]]:
    """List what leaves open whether the clause applies, the first reason first."""
    found: list[tuple[str, BoolArray]] = []
    if clause.levels:
        found.append(("level_blank", columns.codes("level") < 0))
    if clause.statuses:
        found.append(("status_blank", columns.codes("status") < 0))
    if clause.in_plan_scope:
        found.append(("scope_unknown", scope == UNKNOWN))
    if clause.districts:
        found.append(("district_blank", _districts(clause.districts, columns) == UNKNOWN))
    if clause.other_scope:
        zone = _zone(clause.other_scope, columns, zones)
        found.append(("scope_unknown", zone == UNKNOWN))
    return found


def _statuses(clause: Clause, *, apply_to_existing: bool, existing: bool) -> Sequence[str]:
    """Return the statuses the clause is put to; empty means any."""
    if apply_to_existing and "new" in clause.statuses:
        standing = ("existing", "expanded", "closed")
        return (*clause.statuses, *(standing if existing else standing[:2]))
    return clause.statuses


def _districts(names: Sequence[str], columns: CentreColumns) -> IntArray:
    """Tell which centres lie in one of some districts, by any of the districts' names."""
    wanted = {district_on(name, None, columns.day) for name in names} | set(names)
    return np.array(
        [
            UNKNOWN if own is None else (INSIDE if {own, told} & wanted else OUTSIDE)
            for own, told in zip(columns.texts("district"), columns.districts(), strict=True)
        ],
        dtype=np.int64,
    )


def _zone(name: str, columns: CentreColumns, zones: Mapping[str, IntArray]) -> IntArray:
    """Return a further zone: given, or told from names, or unknown."""
    if name in zones:
        return zones[name]
    if name == "urban":
        return np.where(columns.villages(), OUTSIDE, INSIDE).astype(np.int64)
    return np.full(len(columns), UNKNOWN, dtype=np.int64)
