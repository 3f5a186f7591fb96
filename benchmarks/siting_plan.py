"""
The planning model: build or expand, two circles by weight, street floors, spacing, a must-have.

Run as `python -m benchmarks.siting_plan`. 50,000 made-up homes in towns, 200 sites and 40 old
centres to expand, 40 streets each of which must reach a floor; within half a percent is wanted in
five seconds, from the coverage sets on. Every answer is held against floors, spacing, money and the
must-have again.
"""

from __future__ import annotations

import argparse
import resource
import time
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from benchmarks.stopwatch import describe_machine
from planner.siting.aims import stack_covers
from planner.siting.problem import CoverArrays
from planner.siting.rules import find_rivals, no_rules
from planner.siting.solve.floored import search_floored
from planner.siting.solve.grouped import Floor
from planner.siting.solve.search import Limits, gap_share

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.siting.rules import Rules
    from planner.siting.solve.floored import FlooredFound

HOMES, SITES, OLD, STREETS, TOWNS = 50_000, 200, 40, 40, 40
SIDE_KM, SPREAD_KM = 20.0, 1.2
FAR_KM, NEAR_KM, SPACING_KM = 1.5, 0.6, 0.4
FLOOR, OF_REACHABLE = 0.10, 0.5
"""Of each street a tenth, or half of what all sites together reach where that is less."""
BUILD, EXPAND = 2.6, 1.2
WANTED_GAP, WANTED_S = 0.005, 5.0
_KIB = 1024.0


class Question(NamedTuple):
    """Who covers whom in both circles, prices, floors and rules."""

    arrays: CoverArrays
    price: FloatArray
    floors: list[Floor]
    rules: Rules


def make_question(seed: int = 3) -> Question:
    """Make the towns, their streets and sites."""
    rng = np.random.default_rng(seed)
    towns = rng.uniform(0.0, SIDE_KM, (TOWNS, 2))
    sizes = rng.dirichlet(np.ones(TOWNS))
    homes = towns[rng.choice(TOWNS, HOMES, p=sizes)] + rng.normal(0.0, SPREAD_KM, (HOMES, 2))
    half = SITES // 2
    sites = np.concatenate(
        [
            homes[rng.choice(HOMES, half)],
            rng.uniform(-2.0, SIDE_KM + 2.0, (SITES - half, 2)),
            homes[rng.choice(HOMES, OLD)],
        ]
    )
    persons = rng.integers(1, 100, HOMES).astype(np.float64)
    street = cKDTree(homes[rng.choice(HOMES, STREETS, replace=False)]).query(homes)[1]
    far = _cover(sites, homes, FAR_KM, persons)
    near = _cover(sites, homes, NEAR_KM, persons * 0.5)
    reached = np.zeros(HOMES, np.bool_)
    reached[far.index] = True
    floors = []
    for one in range(STREETS):
        members = np.flatnonzero(street == one)
        within = float(persons[members[reached[members]]].sum())
        least = min(FLOOR * float(persons[members].sum()), OF_REACHABLE * within)
        if least > 0:
            floors.append(Floor(members, least))
    rival_indptr, rival = find_rivals(sites, SPACING_KM)
    rules = replace(
        no_rules(len(sites)),
        must=np.zeros(1, np.int64),
        rival_indptr=rival_indptr,
        rival=rival,
    )
    price = np.concatenate([np.full(SITES, BUILD), np.full(OLD, EXPAND)])
    return Question(stack_covers([far, near]), price, floors, rules)


def _cover(sites: FloatArray, homes: FloatArray, radius: float, persons: FloatArray) -> CoverArrays:
    rows = cKDTree(homes).query_ball_point(sites, radius, return_sorted=True)
    return CoverArrays(
        np.cumsum([0, *(len(row) for row in rows)]).astype(np.int64),
        np.concatenate([np.array(row, np.int32) for row in rows]),
        persons,
    )


def hold(question: Question, found: FlooredFound, limit: float, price: FloatArray) -> None:
    """Hold an answer against every demand, by plain loops."""
    chosen, arrays = found.found.chosen, question.arrays
    covered = np.zeros(arrays.persons.size, np.bool_)
    for one in chosen:
        covered[arrays.index[arrays.indptr[one] : arrays.indptr[one + 1]]] = True
    wrong = [
        price[chosen].sum() > limit + 1e-9,
        0 not in chosen,
        not np.isclose(arrays.persons[covered].sum(), found.found.persons),
        *(
            arrays.persons[floor.members[covered[floor.members]]].sum() < floor.least - 1e-6
            for floor in question.floors
        ),
    ]
    ends = question.rules.rival_indptr
    wrong += [
        np.isin(question.rules.rival[ends[one] : ends[one + 1]], chosen).any() for one in chosen
    ]
    if any(wrong):
        raise RuntimeError("the answer does not keep what was asked")


def main() -> None:
    """Measure three questions and print a table."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    question = make_question()
    print(describe_machine())
    print()
    print("| limit | floors | chosen | plan | bound | gap (wanted) | s (wanted) | memory MB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, limit, money in (
        ("money for 15 new centres", 15 * BUILD, True),
        ("money for 25 new centres", 25 * BUILD, True),
        ("20 centres", 20.0, False),
    ):
        price = question.price if money else np.ones(question.price.size)
        began = time.perf_counter()
        found = search_floored(
            question.arrays,
            question.rules,
            Limits(gap=WANTED_GAP),
            limit=limit,
            price=question.price if money else None,
            floors=question.floors,
        )
        seconds = time.perf_counter() - began
        hold(question, found, limit, price)
        gap = gap_share(found.found.persons, found.found.bound)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB
        print(
            f"| {name} | {len(question.floors)} | {found.found.chosen.size} | "
            f"{found.found.persons:,.0f} | {found.found.bound:,.0f} | "
            f"{gap:.2%} ({WANTED_GAP:.1%}) | {seconds:.1f} ({WANTED_S:g}) | {memory:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
