"""Whether a clause applies to a centre: yes, no, or it cannot be told, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from planner.domain.coverage import State
    from planner.domain.places import Centre
    from planner.domain.standard import Clause

INSIDE: Final = 1
OUTSIDE: Final = 0
UNKNOWN: Final = -1


@dataclass(frozen=True, slots=True)
class Bearing:
    """`applies` is `None` where it cannot be told; `reason` is a key of `ClauseResult`."""

    applies: bool | None
    reason: str = ""


def bearing_of(
    clause: Clause,
    centre: Centre,
    *,
    in_force: bool,
    scope: int,
    apply_to_existing: bool,
    state: State,
) -> Bearing:
    """
    Tell whether a clause applies to a centre.

    What certainly excludes the clause goes before what leaves it open: a blank
    status does not matter for a street-level centre when the clause is for
    communities.

    Parameters
    ----------
    clause, centre
        The two to bring together.
    in_force
        Whether the clause's rule set holds on the day of the plan.
    scope
        1 inside the plan's scope, 0 outside, -1 unknown.
    apply_to_existing
        Whether clauses for new centres are put to existing ones too.
    state
        In `existing` a closed centre still stands, so it can be judged then.
    """
    excluded = _exclusion(
        clause,
        centre,
        in_force=in_force,
        scope=scope,
        statuses=_statuses(clause, apply_to_existing=apply_to_existing, state=state),
        closed_counts=state == "existing",
    )
    if excluded:
        return Bearing(applies=False, reason=excluded)
    doubt = _doubt(clause, centre, scope)
    return Bearing(applies=None if doubt else True, reason=doubt)


def _statuses(clause: Clause, *, apply_to_existing: bool, state: State) -> tuple[str, ...]:
    """Return the statuses the clause is put to; empty means any."""
    if apply_to_existing and "new" in clause.statuses:
        standing = ("existing", "expanded", "closed")
        return clause.statuses + (standing if state == "existing" else standing[:2])
    return clause.statuses


def _exclusion(
    clause: Clause,
    centre: Centre,
    *,
    in_force: bool,
    scope: int,
    statuses: tuple[str, ...],
    closed_counts: bool,
) -> str:
    """Return the key of what certainly excludes the clause, empty where nothing does."""
    status, level = centre.status, centre.level
    closed = status == "closed" and not closed_counts
    tests = (
        (not in_force, "not_in_force"),
        (closed, "status_closed"),
        (bool(clause.kinds) and centre.kind not in clause.kinds, "kind_other"),
        (bool(clause.levels) and level is not None and level not in clause.levels, "level_other"),
        (
            bool(statuses) and status is not None and status not in statuses,
            "status_other" if status == "new" else f"status_{status}",
        ),
        (clause.in_plan_scope and scope == OUTSIDE, "outside_scope"),
    )
    return next((reason for holds, reason in tests if holds), "")


def _doubt(clause: Clause, centre: Centre, scope: int) -> str:
    """Return the key of what leaves open whether the clause applies, else empty."""
    tests = (
        (bool(clause.levels) and centre.level is None, "level_blank"),
        (bool(clause.statuses) and centre.status is None, "status_blank"),
        (clause.in_plan_scope and scope == UNKNOWN, "scope_unknown"),
        (bool(clause.other_scope), "scope_unknown"),
    )
    return next((reason for holds, reason in tests if holds), "")
