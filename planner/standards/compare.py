"""Two rule sets side by side, clause by clause."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final

from planner.domain.standard import RuleChange, RuleSetDifference, ValueChange

if TYPE_CHECKING:
    from planner.domain.standard import Clause, LifeCircle, RuleSet

_RULES: Final = ("life_circles", "clauses")
_IDS: Final = ("rule_set_id", "circle_id", "clause_id")


def compare_rule_sets(before: RuleSet, after: RuleSet) -> RuleSetDifference:
    """
    Compare two rule sets, rule by rule; rules with the same id belong together.

    Parameters
    ----------
    before, after
        Any two rule sets; which is the older one is not asked.

    Returns
    -------
    difference
        Life circles before clauses, each in the order of its rule set; a rule whose
        only difference is its wording, source or certainty is told as changed too.

    Examples
    --------
    >>> from planner.standards.catalogue import load_rule_set
    >>> both = load_rule_set("chongqing-2018"), load_rule_set("chongqing-2022-unbuilt")
    >>> [rule.clause_id for rule in compare_rule_sets(*both).only_before[2:4]]
    ['floor_area_convenience', 'social_workers']
    """
    old, new = _by_key(before), _by_key(after)
    shared = [key for key in old if key in new]
    changed = [
        RuleChange(old[key], new[key], changes)
        for key in shared
        if (changes := _changes(old[key], new[key]))
    ]
    return RuleSetDifference(
        before=before,
        after=after,
        about=_changes(before, after),
        only_before=tuple(rule for key, rule in old.items() if key not in new),
        only_after=tuple(rule for key, rule in new.items() if key not in old),
        changed=tuple(changed),
        same=tuple(key[1] for key in shared if not _changes(old[key], new[key])),
    )


def _by_key(rule_set: RuleSet) -> dict[tuple[str, str], LifeCircle | Clause]:
    """Index rules by kind and id: a circle and a clause of the same id stay apart."""
    circles = {("life_circle", rule.circle_id): rule for rule in rule_set.life_circles}
    clauses = {("clause", rule.clause_id): rule for rule in rule_set.clauses}
    return {**circles, **clauses}


def _changes(
    before: RuleSet | LifeCircle | Clause, after: RuleSet | LifeCircle | Clause
) -> tuple[ValueChange, ...]:
    """Return the values that differ, ids and the rules themselves left out."""
    return tuple(
        ValueChange(field.name, old, new)
        for field in fields(before)
        if field.name not in (*_RULES, *_IDS)
        and (old := getattr(before, field.name)) != (new := getattr(after, field.name))
    )
