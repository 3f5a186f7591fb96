"""At least a share of the people of every street, and why there is no such plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.errors import Fault, SitingInvalid
from planner.siting.answers import Answer
from planner.siting.rules import no_rules
from planner.siting.solve.floored import search_floored
from planner.siting.solve.grouped import Floor, list_allowed

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.places import Candidates
    from planner.domain.siting import SitingGround
    from planner.domain.study import SitingSettings
    from planner.siting.answers import Asked
    from planner.siting.rules import Rules
    from planner.siting.solve.floored import FlooredFound
    from planner.siting.solve.search import Limits

MOST_NAMED = 5
"""So many streets are named in a message."""


@dataclass(frozen=True, slots=True)
class StreetFloors:
    """
    Floors of streets.

    Attributes
    ----------
    floors
        Those not reached already, in the demand of the question.
    street : int64, shape (n_floors,)
        Street of each.
    persons, covered : float64, shape (n_streets,)
        Persons of each street, and those covered already.
    share
        That must be covered.
    """

    floors: tuple[Floor, ...]
    street: IntArray
    persons: FloatArray
    covered: FloatArray
    share: float


def make_floors(
    settings: SitingSettings,
    ground: SitingGround,
    persons: FloatArray,
    covered: FloatArray,
    *,
    offset: int,
    weight: float,
) -> StreetFloors | None:
    """
    Return the floors that a study asks for, `None` where it asks for none.

    Parameters
    ----------
    settings, ground
        The question; streets and the people in them.
    persons : shape (n_demand,)
        Persons at each demand point.
    covered : bool, shape (n_demand,)
        Who is covered already in the circle of the floors.
    offset, weight
        Where the demand of that circle begins in the question, and its weight there.

    Raises
    ------
    SitingInvalid
        If the streets are not known, or the question is one that keeps no floors.
    """
    if settings.street_floor is None:
        return None
    faults = []
    if not ground.street_name or ground.demand_area is None:
        faults.append(
            Fault(
                "A floor for every street needs to know the streets",
                field="siting.street_floor",
                hint="give the street areas in [areas]: street = FILE",
            )
        )
    if settings.target is not None or settings.walkers:
        faults.append(
            Fault(
                "A floor for every street is asked with a count or a budget, and one walker",
                field="siting.street_floor",
                hint="leave out target and walkers",
            )
        )
    if settings.weights and settings.life_circle not in settings.weights:
        faults.append(
            Fault(
                "The circle of the floor has no weight",
                field="siting.weights",
                found=settings.life_circle,
            )
        )
    if faults or ground.demand_area is None:
        raise SitingInvalid(faults)
    n_streets, where = len(ground.street_name), ground.demand_area
    inside = where >= 0
    whole = np.bincount(where[inside], persons[inside], n_streets)
    now = np.bincount(where[inside], np.where(covered, persons, 0.0)[inside], n_streets)
    needed = settings.street_floor * whole - now
    streets = np.flatnonzero(needed > 1e-9 * np.maximum(whole, 1.0))
    return StreetFloors(
        floors=tuple(
            Floor(
                np.flatnonzero((where == street) & ~covered.astype(np.bool_)) + offset,
                float(needed[street]) * weight,
            )
            for street in streets
        ),
        street=streets,
        persons=whole.astype(np.float64),
        covered=now.astype(np.float64),
        share=settings.street_floor,
    )


def answer_by_floors(
    asked: Asked,
    rules: Rules | None,
    floors: StreetFloors,
    candidates: Candidates,
    demand_xy: FloatArray | None,
) -> Answer:
    """Answer a question with floors; positions are the options'."""
    own = rules or no_rules(asked.arrays.n_candidates)
    limit = asked.settings.budget if asked.price is not None else asked.settings.count
    found = search_floored(
        asked.arrays,
        own,
        asked.limits,
        limit=float(limit or 0),
        price=asked.price,
        floors=floors.floors,
    )
    counts = (("floors", len(floors.floors)),)
    if found.kept:
        return Answer(found.found, None, counts=counts)
    if found.short:
        message = _tell_short(asked, own, floors, found, candidates, demand_xy, float(limit or 0))
    elif found.infeasible:
        message = _tell_conflict(asked, own, floors, float(limit or 0))
    else:
        message = (
            f"No choice was found that covers {floors.share:.0%} of every street, and none is "
            "proved not to exist.\nLower street_floor, or allow more centres."
        )
    none = replace(found.found, chosen=np.zeros(0, np.int64), persons=0.0)
    return Answer(none, None, message, infeasible=found.infeasible, counts=counts)


def _tell_short(
    asked: Asked,
    rules: Rules,
    floors: StreetFloors,
    found: FlooredFound,
    candidates: Candidates,
    demand_xy: FloatArray | None,
    limit: float,
) -> str:
    """Say which streets cannot be reached by all candidates together, and why."""
    persons = asked.arrays.persons / asked.settings.weights.get(asked.settings.life_circle, 1.0)
    price = np.ones(rules.n_options) if asked.price is None else asked.price
    allowed = list_allowed(rules, price, limit)
    counted = np.repeat(allowed, np.diff(asked.arrays.indptr))
    near = np.bincount(asked.arrays.index[counted], minlength=persons.size) > 0
    offered = np.flatnonzero(allowed[rules.n_options - len(candidates.xy) :])
    parts = []
    for number in found.short[:MOST_NAMED]:
        street, floor = int(floors.street[number]), floors.floors[number]
        alone = floor.members[~near[floor.members]]
        left = float(persons[alone].sum())
        most = (floors.persons[street] - left) / floors.persons[street]
        text = (
            f"{asked.ground.street_name[street]} cannot reach {floors.share:.0%}: {left:,.0f} "
            f"persons have no candidate within {asked.limit_s / 60:g} minutes, at most "
            f"{most:.1%} can be covered"
        )
        if demand_xy is not None and offered.size and alone.size:
            largest = alone[np.argmax(persons[alone])] % len(demand_xy)
            away = np.hypot(*(candidates.xy[offered] - demand_xy[largest]).T)
            nearest = int(offered[np.argmin(away)])
            text += (
                f".\nOf these the largest home is nearest to {candidates.candidate_id[nearest]}, "
                f"{away.min():,.0f} m away in a straight line"
            )
        parts.append(text)
    more = len(found.short) - len(parts)
    parts += [f"And {more} more streets"] if more else []
    return ".\n".join([*parts, "Lower street_floor, or give candidates there."])


def _tell_conflict(asked: Asked, rules: Rules, floors: StreetFloors, limit: float) -> str:
    """Name streets whose floors exclude each other, so few that without any one they do not."""
    silent = replace(asked.limits, watch=None)

    def excluded(numbers: list[int]) -> bool:
        tried = search_floored(
            asked.arrays,
            rules,
            silent,
            limit=limit,
            price=asked.price,
            floors=[floors.floors[number] for number in numbers],
        )
        return tried.infeasible

    left = list(range(len(floors.floors)))
    for number in tuple(left):
        without = [other for other in left if other != number]
        if without and excluded(without):
            left = without
    money = asked.price is not None
    what = f"{limit:,.0f} yuan" if money else f"{limit:.0f} new centres"
    relax = (
        f"{'Raise the budget' if money else 'Allow more centres'}, lower street_floor, or relax "
        "a rule."
    )

    def now(number: int) -> str:
        street = int(floors.street[number])
        share = floors.covered[street] / floors.persons[street]
        return f"{asked.ground.street_name[street]} {share:.0%}"

    if len(left) == 1:
        most = _most_of(silent, asked, rules, floors, left[0], limit)
        return (
            f"{what} cannot cover {floors.share:.0%} of one street (covered now): {now(left[0])}.\n"
            f"At most {most:.1%} of its persons can be covered.\n{relax}"
        )
    names = ", ".join(now(number) for number in left[: 2 * MOST_NAMED])
    return (
        f"{what} cannot cover {floors.share:.0%} of each of {len(left)} streets at once (covered "
        f"now): {names}.\nWithout any one of them the others can be covered.\n{relax}"
    )


def _most_of(
    limits: Limits, asked: Asked, rules: Rules, floors: StreetFloors, number: int, limit: float
) -> float:
    """Return a bound on the share of one street that the question's own means can cover."""
    street, members = int(floors.street[number]), floors.floors[number].members
    alone = np.zeros_like(asked.arrays.persons)
    alone[members] = asked.arrays.persons[members]
    if not alone.any():
        return float(floors.covered[street] / floors.persons[street])
    found = search_floored(
        replace(asked.arrays, persons=alone),
        rules,
        replace(limits, base=0.0),
        limit=limit,
        price=asked.price,
        floors=(),
    )
    weight = asked.settings.weights.get(asked.settings.life_circle, 1.0)
    reached = floors.covered[street] + found.found.bound / weight
    return float(min(reached / floors.persons[street], 1.0))
