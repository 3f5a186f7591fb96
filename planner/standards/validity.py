"""On which day rules hold, and what is told of those that do not yet, or no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import Fault, StandardsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from planner.domain.standard import Clause, RuleSet


def holds_on(clause: Clause, rule_set: RuleSet, day: date) -> bool:
    """
    Tell whether a clause is applied on a day.

    A rule set counts from its first day to its last, both inclusive. One that names its
    successor is applied beyond its last day too (`validity_notices` warns): the plan may
    have been drawn up under it. A clause with days of its own counts on those alone.
    """
    start = clause.valid_from or rule_set.valid_from
    end = clause.valid_to
    if end is None and rule_set.superseded_by is None:
        end = rule_set.valid_to
    return start <= day and (end is None or day <= end)


def validity_notices(rule_sets: Sequence[RuleSet], day: date) -> tuple[Fault, ...]:
    """
    Warn of rule sets that do not hold yet on a day, or that another one has superseded.

    Parameters
    ----------
    rule_sets
        Those that are applied.
    day
        Day of the plan.

    Returns
    -------
    notices
        One for each rule set that begins later (it judges nothing), and one for each whose
        successor (one of those given, else a shipped one) holds on that day, wholly or in
        part, or whose own last day has passed.
    """
    known = {rule_set.rule_set_id: rule_set.valid_from for rule_set in rule_sets}
    notices = []
    for rule_set in rule_sets:
        if rule_set.judges and rule_set.valid_from > day:
            notices.append(
                Fault(
                    f"rule set {rule_set.rule_set_id} does not hold yet on the plan's date "
                    f"({day}), but from {rule_set.valid_from} on: it judges nothing",
                    field="standards.plan_date",
                    hint="give the date of the plan as [standards] plan_date",
                )
            )
        later = rule_set.superseded_by
        if later is None:
            continue
        start = known[later] if later in known else _first_day(later)
        ended = rule_set.valid_to is not None and rule_set.valid_to < day
        if ended or (start is not None and start <= day):
            notices.append(
                Fault(
                    f"rule set {rule_set.rule_set_id} is superseded, wholly or in part, by "
                    f"{later}; it is applied as the study asks (plan date {day})",
                    field="standards.rule_sets",
                    found=f"{later} {start}" if start is not None else later,
                    hint=f"see `planner standards diff {rule_set.rule_set_id} {later}`",
                )
            )
    return tuple(notices)


def _first_day(name: str) -> date | None:
    from planner.standards.catalogue import load_rule_set

    try:
        return load_rule_set(name).valid_from
    except StandardsError:
        return None
