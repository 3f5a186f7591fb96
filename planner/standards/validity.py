"""On which day rules hold, and what is told of those that others have superseded."""

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
    successor is applied beyond its last day too (`supersession_notices` warns): the plan may
    have been drawn up under it. A clause with days of its own counts on those alone.
    """
    start = clause.valid_from or rule_set.valid_from
    end = clause.valid_to
    if end is None and rule_set.superseded_by is None:
        end = rule_set.valid_to
    return start <= day and (end is None or day <= end)


def supersession_notices(rule_sets: Sequence[RuleSet], day: date) -> tuple[Fault, ...]:
    """
    Warn of rule sets that another one has superseded, wholly or in part, on a day.

    Parameters
    ----------
    rule_sets
        Those that are applied.
    day
        Day of the plan.

    Returns
    -------
    notices
        One for each rule set whose successor (one of those given, else a shipped one) holds
        on that day, or whose own last day has passed.
    """
    known = {rule_set.rule_set_id: rule_set.valid_from for rule_set in rule_sets}
    notices = []
    for rule_set in rule_sets:
        later = rule_set.superseded_by
        if later is None:
            continue
        start = known[later] if later in known else _first_day(later)
        ended = rule_set.valid_to is not None and rule_set.valid_to < day
        if ended or (start is not None and start <= day):
            since = f" since {start}" if start is not None else ""
            notices.append(
                Fault(
                    f"rule set {rule_set.rule_set_id} is superseded by {later}{since}, "
                    f"wholly or in part; it is applied as the study asks (plan date {day})",
                    field="standards.rule_sets",
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
