"""Rule sets as plain dictionaries, for JSON and notebooks: one, all, or two compared."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Any

from planner.domain.standard import LifeCircle
from planner.standards.catalogue import list_rule_sets, load_rule_set
from planner.standards.compare import compare_rule_sets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.domain.standard import Clause, RuleSet, ValueChange


def describe_rule_sets() -> list[dict[str, Any]]:
    """Return the shipped rule sets, one plain dictionary each."""
    return [describe_rule_set(name) for name in list_rule_sets()]


def describe_rule_set(name: str) -> dict[str, Any]:
    """Return a rule set as a plain dictionary, dates as text."""
    record = dataclasses.asdict(load_rule_set(name))
    return {key: _plain(value) for key, value in record.items()}


def diff_rule_sets(before: str, after: str) -> dict[str, Any]:
    """
    Return what differs between two rule sets, clause by clause, as a plain dictionary.

    Parameters
    ----------
    before, after
        Shipped ids, or paths of TOML files.

    Returns
    -------
    difference
        `before` and `after` (id, title, when valid), `about` (what they say of themselves
        and say differently), `only_before`, `only_after` (rules of one alone), `changed`
        (rules of both, with each value that differs), `same` (ids of the rules alike).

    Raises
    ------
    StandardsError
        If a rule set is unknown or its file is wrong.
    """
    found = compare_rule_sets(load_rule_set(before), load_rule_set(after))
    return {
        "schema": "planner.standards_diff/1",
        "before": _cover(found.before),
        "after": _cover(found.after),
        "about": _changes(found.about),
        "only_before": [_rule(rule) for rule in found.only_before],
        "only_after": [_rule(rule) for rule in found.only_after],
        "changed": [
            {**_name(change.before), "changes": _changes(change.changes)}
            for change in found.changed
        ],
        "same": list(found.same),
    }


def _cover(rule_set: RuleSet) -> dict[str, Any]:
    keys = ("rule_set_id", "title", "title_en", "valid_from", "valid_to")
    return {key: _plain(getattr(rule_set, key)) for key in keys}


def _name(rule: LifeCircle | Clause) -> dict[str, Any]:
    """Return what tells a rule from others."""
    if isinstance(rule, LifeCircle):
        kind, rule_id = "life_circle", rule.circle_id
    else:
        kind, rule_id = "clause", rule.clause_id
    return {"kind": kind, "id": rule_id, "name_zh": rule.name_zh, "name_en": rule.name_en}


def _rule(rule: LifeCircle | Clause) -> dict[str, Any]:
    record = dataclasses.asdict(rule)
    return _name(rule) | {key: _plain(value) for key, value in record.items()}


def _changes(changes: Iterable[ValueChange]) -> list[dict[str, Any]]:
    return [
        {"field": item.field, "before": _plain(item.before), "after": _plain(item.after)}
        for item in changes
    ]


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of a record, as JSON holds it
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
