"""Other choices that are nearly as good, and what they cost in coverage."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.siting import AlternativeSites
from planner.siting.answers import order_by_rules
from planner.siting.problem import covered_persons
from planner.siting.rules import no_rules
from planner.siting.solve.floored import search_floored
from planner.siting.solve.ruled import search_ruled
from planner.siting.solve.search import status_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import IntArray
    from planner.siting.answers import Asked
    from planner.siting.options import Options
    from planner.siting.rules import Rules
    from planner.siting.solve.grouped import Floor
    from planner.siting.solve.search import Found


def find_alternatives(
    asked: Asked,
    options: Options,
    rules: Rules | None,
    chosen: IntArray,
    weight: float,
    floors: Sequence[Floor] = (),
) -> tuple[AlternativeSites, ...]:
    """
    Find the best choices that differ enough from the plan and from each other.

    Each is the answer to the question with one more rule for each choice before it: of the
    sites of that choice at least `differ_in` are not taken. Its bound holds for all such choices,
    however they were looked for.

    Parameters
    ----------
    asked
        The question; of a target, what as many sites can cover.
    options
        What can be done.
    rules
        Those of the study, `None` without.
    chosen : shape (n_chosen,)
        The plan.
    floors
        What every choice must reach.
    weight
        What objectives are divided by, see `Aim`.

    Returns
    -------
    alternatives
        Fewer than asked for where no other choice differs enough.
    """
    asked = replace(asked, limits=replace(asked.limits, watch=None))
    settings = asked.settings
    own = rules or no_rules(options.n_options)
    limit = settings.budget if asked.price is not None else settings.count or chosen.size
    best = covered_persons(asked.arrays, chosen)
    taken = [np.sort(chosen)]
    found: list[AlternativeSites] = []
    while len(found) < settings.alternatives:
        groups = tuple((one, one.size - settings.differ_in) for one in taken)
        if any(most < int(np.isin(group, own.must).sum()) for group, most in groups):
            break
        another = replace(own, groups=(*own.groups, *groups))
        answer = _search(asked, another, float(limit or 0), floors)
        order = order_by_rules(asked.arrays, own, answer.chosen)
        if not order.size or any(np.array_equal(np.sort(order), one) for one in taken):
            break
        persons = covered_persons(asked.arrays, order)
        status = status_of(answer, asked.limits)
        bound = persons if status == "optimal" else max(persons, answer.bound)
        names = tuple(options.name(int(one)) for one in order)
        new = np.isin(order, chosen, invert=True)
        found.append(
            AlternativeSites(
                names=names,
                xy=tuple((float(x), float(y)) for x, y in options.xy[order]),
                new=tuple(name for name, is_new in zip(names, new, strict=True) if is_new),
                objective=(asked.base + persons) / weight,
                bound=(asked.base + bound) / weight,
                loss=(best - persons) / weight,
                status=status,
            )
        )
        taken.append(np.sort(order))
    return tuple(found)


def _search(asked: Asked, rules: Rules, limit: float, floors: Sequence[Floor]) -> Found:
    if floors:
        return search_floored(
            asked.arrays, rules, asked.limits, limit=limit, price=asked.price, floors=floors
        ).found
    return search_ruled(
        asked.arrays, rules, asked.limits, limit=limit, price=asked.price, seed=asked.seed
    ).found
