"""Share of persons covered against money."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.siting import CostPoint
from planner.siting.problem import covered_persons
from planner.siting.rules import no_rules
from planner.siting.solve.ruled import search_ruled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.siting import CurvePoint, SolveStatus
    from planner.siting.answers import Asked
    from planner.siting.rules import Rules

STEPS: Final = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
"""Points of the curve, in shares of what the plan costs, or of its budget."""
LARGEST: Final = 20_000_000
"""Entries of the covering beyond which no curve is drawn: six searches would take too long."""


def draw_cost_curve(
    asked: Asked,
    rules: Rules | None,
    cost_yuan: FloatArray | None,
    chosen: IntArray,
    curve: Sequence[CurvePoint],
) -> tuple[CostPoint, ...]:
    """
    Find what other amounts of money would cover, with a bound on each.

    Without exact search: a point is `optimal` where its bound meets it, else `stopped`.

    Parameters
    ----------
    asked, rules
        The question and its rules; what must be chosen is paid for in every point.
    cost_yuan : shape (n_options,)
        Cost of each option; options without one are left out of the curve.
    chosen
        The plan; it is a point of the curve where all its costs are known.
    curve
        Share against number: where all cost the same it is the curve of cost too.

    Returns
    -------
    curve
        From nothing spent on, neither shares nor bounds fall; empty where costs are not known.
    """
    if cost_yuan is None or asked.arrays.index.size > LARGEST:
        return ()
    known = np.isfinite(cost_yuan)
    if known.all() and cost_yuan.min() == cost_yuan.max():
        return _from_numbers(curve, float(cost_yuan[0]))
    spent = float(cost_yuan[chosen].sum())
    whole = asked.settings.budget or spent
    if not known.any() or not np.isfinite(spent) or not whole > 0:
        return ()
    own = rules or no_rules(asked.arrays.n_candidates)
    if not known[own.must].all():
        return ()
    price = np.where(known, cost_yuan, np.inf)
    own = replace(own, allowed=own.allowed & known)
    price = np.where(known, price, float(price[known].sum()) + 1.0)
    plan = covered_persons(asked.arrays, chosen)
    limits = replace(asked.limits, max_nodes=0, watch=None)
    points = [_point(asked, 0.0, 0, 0.0, 0.0)]
    for share in STEPS:
        money = share * whole
        if money < float(price[own.must].sum()):
            continue
        ruled = search_ruled(asked.arrays, own, limits, limit=money, price=price, seed=asked.seed)
        persons, bound, count = ruled.found.persons, ruled.found.bound, ruled.found.chosen.size
        if money >= spent and plan > persons:
            persons, count = plan, chosen.size
        points.append(_point(asked, money, count, persons, max(bound, persons)))
    return _rising(points)


def _from_numbers(curve: Sequence[CurvePoint], price: float) -> tuple[CostPoint, ...]:
    return tuple(
        CostPoint(
            cost_yuan=point.count * price,
            count=point.count,
            share_covered=point.share_covered,
            persons_covered=point.persons_covered,
            bound_share=point.bound_share,
            status=point.status,
        )
        for point in curve
    )


def _point(asked: Asked, money: float, count: int, persons: float, bound: float) -> CostPoint:
    return CostPoint(
        cost_yuan=money,
        count=count,
        share_covered=min((asked.base + persons) / asked.total, 1.0),
        persons_covered=asked.base + persons,
        bound_share=min((asked.base + bound) / asked.total, 1.0),
        status="optimal" if bound <= persons * (1 + 1e-9) else "stopped",
    )


def _rising(points: list[CostPoint]) -> tuple[CostPoint, ...]:
    """Let no point fall behind one of less money: that choice can be afforded too."""
    risen: list[CostPoint] = []
    for point in points:
        if risen and risen[-1].persons_covered > point.persons_covered:
            last = risen[-1]
            bound = max(point.bound_share, last.share_covered)
            status: SolveStatus = "optimal" if bound <= last.share_covered else "stopped"
            held = replace(last, cost_yuan=point.cost_yuan, bound_share=bound, status=status)
            risen.append(held)
        else:
            risen.append(point)
    return tuple(risen)
