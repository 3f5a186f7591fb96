"""Two rule sets side by side: what stands in one only, and what each says differently."""

from __future__ import annotations

import dataclasses
from datetime import date

from planner.domain.standard import LifeCircle, RuleSet, ValueChange
from planner.standards.catalogue import load_rule_set
from planner.standards.compare import compare_rule_sets

SHIPPED = load_rule_set("chongqing-2018")
OLD = dataclasses.replace(SHIPPED, clauses=SHIPPED.clauses[:3])
FIVE, FIFTEEN = OLD.life_circles
TOTAL, CONVENIENCE, WORKERS = OLD.clauses


def _with(**changes: object) -> RuleSet:
    return dataclasses.replace(OLD, **changes)  # type: ignore[arg-type] # fields of a rule set


def test_a_rule_set_does_not_differ_from_itself() -> None:
    found = compare_rule_sets(OLD, OLD)
    assert (found.about, found.only_before, found.only_after, found.changed) == ((), (), (), ())
    assert found.same == (
        "basic_5min",
        "daily_15min",
        "floor_area_total",
        "floor_area_convenience",
        "social_workers",
    )


def test_rules_of_one_set_alone_are_named_on_their_side() -> None:
    new = _with(life_circles=(FIVE,), clauses=(WORKERS,))
    found = compare_rule_sets(OLD, new)
    assert found.only_before == (FIFTEEN, TOTAL, CONVENIENCE)
    assert found.only_after == ()
    turned = compare_rule_sets(new, OLD)
    assert (turned.only_before, turned.only_after) == ((), (FIFTEEN, TOTAL, CONVENIENCE))


def test_each_value_that_differs_is_told_with_both_sides() -> None:
    stricter = dataclasses.replace(TOTAL, value=3000.0, force="should")
    found = compare_rule_sets(OLD, _with(clauses=(stricter, CONVENIENCE, WORKERS)))
    (change,) = found.changed
    assert (change.before, change.after) == (TOTAL, stricter)
    assert change.changes == (
        ValueChange("force", "must", "should"),
        ValueChange("value", 2700.0, 3000.0),
    )
    assert "floor_area_total" not in found.same


def test_another_order_of_the_rules_is_no_difference() -> None:
    found = compare_rule_sets(OLD, _with(clauses=OLD.clauses[::-1]))
    assert (found.changed, found.only_before, found.only_after) == ((), (), ())


def test_a_circle_and_a_clause_of_the_same_id_stay_apart() -> None:
    circle: LifeCircle = dataclasses.replace(FIVE, circle_id=TOTAL.clause_id)
    found = compare_rule_sets(_with(life_circles=(circle,)), _with(life_circles=()))
    assert found.only_before == (circle,)
    assert found.changed == ()


def test_what_rule_sets_say_of_themselves_is_told_apart_from_their_ids() -> None:
    new = _with(rule_set_id="own", valid_to=date(2030, 1, 1), notes=())
    assert compare_rule_sets(OLD, new).about == (
        ValueChange("valid_to", None, date(2030, 1, 1)),
        ValueChange("notes", OLD.notes, ()),
    )
