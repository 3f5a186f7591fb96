"""
The planning model with room: two sizes, expansion, two circles, street floors, spacing.

Run as `python -m benchmarks.siting_room`. The towns of `siting_plan`: 50,000 made-up homes, 200
sites that can be built small or large, 40 old centres that stand and can be made larger; 25 large
ones would hold nine tenths of the people. Within half a percent is wanted in sixty seconds, from
the walks on. Every answer is held against floors, spacing and money again, and its flow counted by
scipy.
"""

from __future__ import annotations

import argparse
import resource
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import maximum_flow

from benchmarks.siting_plan import HOMES, OLD, SITES, make_question
from benchmarks.stopwatch import describe_machine
from planner.siting.problem import CoverArrays
from planner.siting.solve.grouped import Floor
from planner.siting.solve.room import search_room
from planner.siting.solve.room_problem import RoomQuestion
from planner.siting.solve.search import Limits, gap_share

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, IntArray

SMALL_M2, LARGE_M2, MORE_M2 = 800.0, 2700.0, 1300.0
SMALL, LARGE, MORE = 1.0, 2.6, 1.2
HELD_BY_25 = 0.9
NEAR_WEIGHT = 0.5
WANTED_GAP, WANTED_S = 0.005, 60.0
PARTS = 1_000
"""Of a person, for the whole numbers that scipy counts in."""
_KIB = 1024.0


def make_room_question(limit: float) -> RoomQuestion:
    """Give the sites of the planning model room, sizes and prices."""
    question = make_question()
    n_places = question.arrays.n_candidates
    layers = tuple(_layer(question.arrays, number, n_places) for number in range(2))
    per_m2 = HELD_BY_25 * float(layers[0].persons.sum()) / (25 * LARGE_M2)
    old_m2 = np.random.default_rng(2).choice([400.0, 800.0, 1500.0], OLD)
    weights = np.array([[1.0], [NEAR_WEIGHT]])
    standing = weights * per_m2 * np.concatenate([np.zeros(SITES), old_m2])
    place = np.concatenate([np.arange(SITES), np.arange(n_places)])
    area = np.concatenate([np.full(SITES, SMALL_M2), np.full(SITES, LARGE_M2), old_m2 + MORE_M2])
    price = np.concatenate([np.full(SITES, SMALL), np.full(SITES, LARGE), np.full(OLD, MORE)])
    stands = np.zeros(HOMES, np.bool_)
    stands[layers[0].index[layers[0].indptr[SITES] :]] = True
    persons = layers[0].persons
    floors = []
    for floor in question.floors:
        left = floor.members[~stands[floor.members]]
        least = floor.least - float(persons[floor.members[stands[floor.members]]].sum())
        if least > 0:
            floors.append(Floor(left, least))
    return RoomQuestion(
        layers=layers,
        standing=standing,
        place=place,
        room=weights * per_m2 * area,
        price=price,
        limit=limit,
        rows=tuple(
            (np.flatnonzero(np.isin(place, members)), most)
            for members, most in question.rules.rows(np.zeros(0, np.int64))
        ),
        musts=(np.flatnonzero(place == 0),),
        floors=tuple(floors),
        reach=layers[0],
    )


def _layer(arrays: CoverArrays, number: int, n_places: int) -> CoverArrays:
    inside = (arrays.index >= number * HOMES) & (arrays.index < (number + 1) * HOMES)
    owner = np.repeat(np.arange(n_places), np.diff(arrays.indptr))
    size = np.bincount(owner[inside], minlength=n_places)
    return CoverArrays(
        np.concatenate([np.zeros(1, np.int64), np.cumsum(size)]),
        (arrays.index[inside] - number * HOMES).astype(np.int32),
        arrays.persons[number * HOMES : (number + 1) * HOMES],
    )


def count_flow(layer: CoverArrays, room: FloatArray) -> float:
    """Count by scipy how many places with so much room serve."""
    n_places, n_homes = layer.n_candidates, layer.persons.size
    owner = np.repeat(np.arange(n_places), np.diff(layer.indptr))
    first, last = n_places + n_homes, n_places + n_homes + 1
    rows = np.concatenate([np.full(n_places, first), owner, n_places + np.arange(n_homes)])
    columns = np.concatenate([np.arange(n_places), n_places + layer.index, np.full(n_homes, last)])
    most = np.concatenate([room, layer.persons[layer.index], layer.persons])
    whole = np.floor(most * PARTS).astype(np.int32)
    graph = sparse.csr_matrix((whole, (rows, columns)), shape=(last + 1, last + 1))
    return float(maximum_flow(graph, first, last).flow_value) / PARTS


def hold(asked: RoomQuestion, chosen: IntArray, served: float) -> None:
    """Hold an answer against every rule, and count it again."""
    done = np.zeros(asked.n_options, np.bool_)
    done[chosen] = True
    counted = 0.0
    for number, layer in enumerate(asked.layers):
        room = asked.standing[number].copy()
        room[asked.place[chosen]] = asked.room[number, chosen]
        counted += count_flow(layer, room)
    here = np.isin(np.arange(asked.n_places), asked.place[chosen])
    owner = np.repeat(np.arange(asked.n_places), np.diff(asked.layers[0].indptr))
    reached = np.zeros(HOMES, np.bool_)
    reached[asked.layers[0].index[here[owner]]] = True
    persons = asked.layers[0].persons
    wrong = [
        float(asked.price[chosen].sum()) > asked.limit + 1e-9,
        np.unique(asked.place[chosen]).size < chosen.size,
        any(done[members].sum() > most for members, most in asked.rows),
        not all(done[members].any() for members in asked.musts),
        any(
            persons[floor.members[reached[floor.members]]].sum() < floor.least - 1e-6
            for floor in asked.floors
        ),
        abs(counted - served) > 1e-4 * served,
    ]
    if any(wrong):
        raise RuntimeError(f"the answer does not keep what was asked: {wrong}, {counted}")


def main() -> None:
    """Measure three budgets and print a table."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    search_room(replace(make_room_question(2.6), floors=(), reach=None), Limits(gap=0.5), seed=0)
    print(describe_machine())
    print()
    print("| money | floors | done | plan | bound | gap (wanted) | s (wanted) | memory MB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for limit in (15.0, 25.0, 39.0):
        asked = make_room_question(limit)
        began = time.perf_counter()
        found = search_room(asked, Limits(gap=WANTED_GAP), seed=0)
        seconds = time.perf_counter() - began
        hold(asked, found.found.chosen, found.found.persons)
        gap = gap_share(found.found.persons, found.found.bound)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB
        print(
            f"| {limit:g} | {len(asked.floors)} | {found.found.chosen.size} | "
            f"{found.found.persons:,.0f} | {found.found.bound:,.0f} | "
            f"{gap:.2%} ({WANTED_GAP:.1%}) | {seconds:.1f} ({WANTED_S:g}) | {memory:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
