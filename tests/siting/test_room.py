"""Most served where places hold only so many: against counting every choice."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner._kernels.room import count_gain
from planner.siting.problem import CoverArrays
from planner.siting.solve.grouped import Floor
from planner.siting.solve.room import search_room
from planner.siting.solve.room_bound import bound_room
from planner.siting.solve.room_plan import plan_room
from planner.siting.solve.room_problem import RoomProblem, RoomQuestion
from planner.siting.solve.search import Limits

EXACT = Limits(gap=0.0, max_nodes=None)


def layer(rows: list[list[int]], demand: list[float]) -> CoverArrays:
    """Return who is within reach of each place."""
    sizes = np.cumsum([0, *(len(row) for row in rows)])
    index = np.array([one for row in rows for one in sorted(row)], np.int32)
    return CoverArrays(sizes.astype(np.int64), index, np.array(demand, np.float64))


def most_served(asked: RoomQuestion, chosen: tuple[int, ...]) -> float:
    """Count by networkx, layer by layer, who is served with a choice done."""
    total = 0.0
    for number, arrays in enumerate(asked.layers):
        room = asked.standing[number].copy()
        for one in chosen:
            room[asked.place[one]] = asked.room[number, one]
        net: nx.DiGraph[object] = nx.DiGraph()
        net.add_node("from")
        net.add_node("to")
        for place, holds in enumerate(room):
            net.add_edge("from", ("place", place), capacity=float(holds))
            for one in arrays.index[arrays.indptr[place] : arrays.indptr[place + 1]]:
                net.add_edge(("place", place), ("home", int(one)))
        for one, persons in enumerate(arrays.persons):
            net.add_edge(("home", one), "to", capacity=float(persons))
        total += nx.maximum_flow_value(net, "from", "to")
    return total


def keeps(asked: RoomQuestion, chosen: tuple[int, ...]) -> bool:
    """Tell whether a choice keeps everything asked, by plain loops."""
    done = set(chosen)
    reached: set[int] = set()
    reach = asked.reach or layer([[]] * asked.n_places, [])
    for one in chosen:
        ends = reach.indptr[asked.place[one] : asked.place[one] + 2]
        reached |= set(reach.index[ends[0] : ends[1]].tolist())
    return all(
        [
            sum(asked.price[one] for one in chosen) <= asked.limit + 1e-9,
            len({int(asked.place[one]) for one in chosen}) == len(chosen),
            asked.barred is None or not any(asked.barred[one] for one in chosen),
            *(len(set(members.tolist()) & done) <= most for members, most in asked.rows),
            *(bool(set(members.tolist()) & done) for members in asked.musts),
            *(
                sum(reach.persons[own] for own in floor.members if own in reached)
                >= floor.least - 1e-9
                for floor in asked.floors
            ),
        ]
    )


def best_by_counting(asked: RoomQuestion) -> float | None:
    """Return what the best of all choices serves, `None` where none keeps the rules."""
    served = [
        most_served(asked, chosen)
        for size in range(asked.n_options + 1)
        for chosen in combinations(range(asked.n_options), size)
        if keeps(asked, chosen)
    ]
    return max(served, default=None)


@st.composite
def questions(draw: st.DrawFn) -> RoomQuestion:
    """Draw a small question: sizes, standing places, two circles, rules and floors."""
    n_places, n_homes = draw(st.integers(1, 4)), draw(st.integers(1, 6))
    n_layers = draw(st.integers(1, 2))
    homes = st.lists(st.integers(0, n_homes - 1), max_size=n_homes, unique=True)
    rows = [draw(st.lists(homes, min_size=n_places, max_size=n_places)) for _ in range(n_layers)]
    demand = st.lists(st.integers(0, 9).map(float), min_size=n_homes, max_size=n_homes)
    layers = tuple(layer(own, draw(demand)) for own in rows)
    whole = st.integers(0, 12).map(float)
    standing = np.array([[draw(whole) for _ in range(n_places)] for _ in range(n_layers)])
    standing[:, draw(st.lists(st.integers(0, n_places - 1), max_size=n_places))] = 0.0
    n_options = draw(st.integers(1, 6))
    place = np.array([draw(st.integers(0, n_places - 1)) for _ in range(n_options)], np.int64)
    more = np.array([[draw(whole) for _ in range(n_options)] for _ in range(n_layers)])
    price = np.array([draw(st.integers(0, 5)) for _ in range(n_options)], np.float64)

    def at_places(places: list[int]) -> np.ndarray:
        return np.flatnonzero(np.isin(place, places))

    some = st.lists(st.integers(0, n_places - 1), min_size=1, max_size=n_places, unique=True)
    rules = [
        (at_places(draw(some)), draw(st.integers(1, 2))) for _ in range(draw(st.integers(0, 1)))
    ]
    musts = [at_places(draw(some)) for _ in range(draw(st.integers(0, 1)))]
    floors: tuple[Floor, ...] = ()
    if draw(st.booleans()):
        members = np.array(sorted(draw(homes)), np.int64)
        least = draw(st.integers(1, 6))
        floors = (Floor(members, float(least)),) if members.size else ()
    return RoomQuestion(
        layers=layers,
        standing=standing,
        place=place,
        room=standing[:, place] + more,
        price=price,
        limit=float(draw(st.integers(0, 10))),
        rows=tuple(rules),
        musts=tuple(own for own in musts if own.size),
        barred=np.isin(place, draw(st.lists(st.integers(0, n_places - 1), max_size=1))),
        floors=floors,
        reach=layers[0] if floors else None,
    )


@given(questions())
@settings(max_examples=150, deadline=None)
def test_no_choice_serves_more(asked: RoomQuestion) -> None:
    found = search_room(asked, EXACT, seed=0)
    best = best_by_counting(asked)
    if best is None:
        assert not found.kept
        assert found.infeasible
        return
    chosen = tuple(found.found.chosen.tolist())
    assert found.kept
    assert keeps(asked, chosen)
    assert most_served(asked, chosen) == pytest.approx(found.found.persons)
    assert found.found.persons == pytest.approx(best, abs=1e-4)
    assert found.found.bound >= best - 1e-4
    assert found.standing == pytest.approx(most_served(asked, ()))


@given(questions())
@settings(max_examples=100, deadline=None)
def test_the_bound_holds_and_rules_out_nothing_better(asked: RoomQuestion) -> None:
    best = best_by_counting(asked)
    if best is None:
        return
    problem = RoomProblem(asked)
    bound = bound_room(problem, 0.0, close_enough=0.0)
    assert bound.served >= best - 1e-6
    for one in np.flatnonzero(problem.useful):
        with_it = [
            most_served(asked, chosen)
            for size in range(asked.n_options + 1)
            for chosen in combinations(range(asked.n_options), size)
            if int(one) in chosen and keeps(asked, chosen)
        ]
        assert bound.with_it[one] >= max(with_it, default=-np.inf) - 1e-6


@given(questions(), st.data())
@settings(max_examples=100, deadline=None)
def test_a_flow_stays_the_largest_through_changes(asked: RoomQuestion, data: st.DataObject) -> None:
    problem = RoomProblem(asked)
    state = problem.start()
    done: list[int] = []
    for one in data.draw(st.lists(st.integers(0, asked.n_options - 1), max_size=8)):
        if one in done:
            problem.remove(state, one)
            done.remove(one)
        elif asked.place[one] not in asked.place[done]:
            before = problem.served(state)
            gain = problem.gain(state, one)
            problem.add(state, one)
            assert problem.served(state) - before == pytest.approx(gain)
            done.append(one)
        assert problem.served(state) == pytest.approx(most_served(asked, tuple(done)))
        assert (state.room >= -1e-9).all()
        assert (state.sent >= 0).all()


@given(questions())
@settings(max_examples=60, deadline=None)
def test_without_an_exact_search_the_bound_still_holds(asked: RoomQuestion) -> None:
    found = search_room(asked, Limits(max_nodes=0), seed=0)
    best = best_by_counting(asked)
    if best is None:
        assert not found.kept
        return
    assert found.found.bound >= best - 1e-4
    if found.kept:
        assert keeps(asked, tuple(found.found.chosen.tolist()))
        assert found.found.persons <= best + 1e-6


def town() -> RoomQuestion:
    """
    Two places that reach the same 100 households, and one that reaches 30 others.

    A holds 60 small or 90 large, B 40, C 25: with money for two the best is A large (90) with B
    (10 more) for 5, or A small with C (60 + 25 = 85) for 3.
    """
    return RoomQuestion(
        layers=(layer([[0, 1], [0, 1], [2]], [70.0, 30.0, 30.0]),),
        standing=np.zeros((1, 3)),
        place=np.array([0, 0, 1, 2]),
        room=np.array([[60.0, 90.0, 40.0, 25.0]]),
        price=np.array([2.0, 4.0, 1.0, 1.0]),
        limit=3.0,
    )


@pytest.mark.parametrize(
    ("limit", "chosen", "served"),
    [
        (1.0, [2], 40.0),
        (2.0, [2, 3], 65.0),
        (3.0, [0, 2], 100.0),
        (4.0, [0, 2, 3], 125.0),
        (6.0, [0, 2, 3], 125.0),
    ],
)
def test_the_town_by_hand(limit: float, chosen: list[int], served: float) -> None:
    asked = town()
    found = search_room(
        RoomQuestion(asked.layers, asked.standing, asked.place, asked.room, asked.price, limit),
        EXACT,
        seed=0,
    )
    assert found.found.chosen.tolist() == chosen
    assert found.found.persons == served
    assert found.found.stopped_by == "proof"


def test_nothing_idle_is_built() -> None:
    asked = town()
    free = RoomQuestion(
        asked.layers, asked.standing, asked.place, asked.room, np.zeros(4), asked.limit
    )
    found = search_room(free, EXACT, seed=0)
    assert found.found.persons == 125.0
    for one in found.found.chosen:
        rest = tuple(int(other) for other in found.found.chosen if other != one)
        assert most_served(free, rest) < 125.0


def test_the_same_seed_gives_the_same_plan() -> None:
    asked = town()
    problem = RoomProblem(asked)
    one, other = (plan_room(problem, (), seed=3)[0].tolist() for _ in range(2))
    assert one == other


def test_counting_a_gain_changes_nothing() -> None:
    problem = RoomProblem(town())
    state = problem.start()
    before = [field.copy() for field in state]
    gain = count_gain(problem.pairs, state, np.array([0]), np.array([90.0]), problem.least)
    assert gain == 90.0
    for field, known in zip(state, before, strict=True):
        assert np.array_equal(field, known)
