"""
How many any choice could serve where places hold only so many: a Lagrangian bound.

The rule "no more of a class are served than there are" is given a price. What is left falls apart
into single places: each serves the classes that earn most until it is full, and the limit buys the
places worth most for their price, the last of them in part (Cornuéjols, Sridharan and Thizy 1991).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner._kernels.room import Rooms, serve_by_worth, value_rooms
from planner.siting.bound import follow_slopes
from planner.siting.solve.room_exact import worth_most

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.siting.solve.room_problem import RoomProblem

MOST_ROUNDS = 1500
BOUND_WORK = 6_000_000_000
"""Rounds times pairs of states and classes; some seconds."""
HALVINGS = 60


@dataclass(frozen=True, slots=True)
class RoomBound:
    """
    A proved bound and what it says of each option.

    Attributes
    ----------
    served
        No choice serves more.
    with_it : float64, shape (n_options,)
        No choice that does this option serves more; `-inf` for options left out.
    worth : float64, shape (n_options,)
        What the option is worth at the bound's prices, less what it takes of the limit.
    """

    served: float
    with_it: FloatArray
    worth: FloatArray


class _Places:
    """States of all nodes, and which of them an option or a standing place is."""

    def __init__(self, problem: RoomProblem) -> None:
        asked = problem.asked
        n_layers, n_places = len(asked.layers), asked.n_places
        self.options = np.flatnonzero(problem.useful)
        order = np.argsort(asked.place[self.options], kind="stable")
        self.options = self.options[order]
        place = asked.place[self.options]
        # a state for what stands at every node, then its options
        count = np.bincount(place, minlength=n_places) + 1
        first = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.tile(count, n_layers))])
        room = np.zeros(int(first[-1]))
        room[first[:-1]] = asked.standing.ravel()
        within = np.arange(place.size) - np.searchsorted(place, place) + 1
        layer = np.arange(n_layers)[:, None]
        self.state = first[layer * n_places + place[None]] + within[None]
        room[self.state] = asked.room[:, self.options]
        self.stands = first[:-1].reshape(n_layers, n_places)
        self.rooms = Rooms(first, room)
        self.place, self.price = place, asked.price[self.options]
        self.group = np.flatnonzero(np.concatenate([[True], place[1:] != place[:-1]]))
        self.of_group = np.repeat(
            np.arange(self.group.size), np.diff(np.append(self.group, place.size))
        )


def bound_room(problem: RoomProblem, served: float, *, close_enough: float) -> RoomBound:
    """
    Bound what any choice can serve.

    Parameters
    ----------
    problem
        The question; musts and floors are left out, so the bound holds with them too.
    served
        What the best choice known serves.
    close_enough
        Stop once the bound is that near.

    Returns
    -------
    bound
        Valid whatever the number of rounds.
    """
    places = _Places(problem)
    weight, limit = problem.weight, max(problem.asked.limit, 0.0)
    entries = int((np.diff(problem.pairs.indptr) * np.diff(places.rooms.indptr)).sum())

    def evaluate(price: FloatArray) -> tuple[float, FloatArray]:
        earned = price / weight
        order = np.argsort(-earned, kind="stable")
        value, kept, gain = _value(problem, places, earned, order)
        toll, part = _buy(gain, places, limit)
        bound = float((weight - price).sum()) + kept + _bought(gain, places, limit, toll)
        parts = np.zeros(value.size)
        taken = np.bincount(places.place, part, minlength=problem.asked.n_places)
        parts[places.stands] = np.maximum(1.0 - taken, 0.0)
        parts[places.state] = part
        served_now = serve_by_worth(problem.pairs, places.rooms, weight, earned, order, parts)
        return bound, served_now / weight - 1.0

    degree = np.maximum(np.diff(problem.pairs.coverer_indptr), 1)
    rounds = max(60, min(MOST_ROUNDS, BOUND_WORK // max(entries, 1)))
    bound, price = follow_slopes(
        evaluate,
        weight / degree,
        weight,
        lambda _: served,
        rounds=rounds,
        close_enough=close_enough,
    )
    earned = price / weight
    _, kept, gain = _value(problem, places, earned, np.argsort(-earned, kind="stable"))
    worth_of = np.zeros(problem.asked.n_options)
    worth_of[places.options] = gain
    # at these prices with whole options and the rules: no option is bought in part
    whole = float((weight - price).sum()) + kept + worth_most(problem, worth_of)
    toll, _ = _buy(gain, places, limit)
    net = gain - toll * places.price
    best = np.maximum(np.maximum.reduceat(net, places.group), 0.0) if net.size else net
    with_it = np.full(problem.asked.n_options, -np.inf)
    with_it[places.options] = bound - best[places.of_group] + net
    worth = np.full(problem.asked.n_options, -np.inf)
    worth[places.options] = net
    return RoomBound(min(bound, whole), with_it, worth)


def _value(
    problem: RoomProblem, places: _Places, earned: FloatArray, order: IntArray
) -> tuple[FloatArray, float, FloatArray]:
    """Return the worth of all states, of what stands, and of each option beyond that."""
    value = value_rooms(problem.pairs, places.rooms, problem.weight, earned, order)
    stands = value[places.stands].sum(axis=0)
    gain: FloatArray = value[places.state].sum(axis=0) - stands[places.place]
    return value, float(stands.sum()), gain


def _buy(gain: FloatArray, places: _Places, limit: float) -> tuple[float, FloatArray]:
    """
    Buy what is worth most for its price, at most one option a place, the last in part.

    Returns
    -------
    toll, part
        What a unit of the limit is worth, and which part of each option is bought.
    """
    if not gain.size:
        return 0.0, gain
    low, high = 0.0, 0.0
    dear, spent_dear = _pick(gain, places, low)
    if spent_dear <= limit:
        return low, dear
    positive = places.price > 0
    high = float((gain[positive] / places.price[positive]).max(initial=0.0)) + 1.0
    cheap, spent_cheap = _pick(gain, places, high)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        picked, spent = _pick(gain, places, middle)
        if spent <= limit:
            high, cheap, spent_cheap = middle, picked, spent
        else:
            low, dear, spent_dear = middle, picked, spent
    share = (limit - spent_cheap) / (spent_dear - spent_cheap)
    return high, cheap + min(max(share, 0.0), 1.0) * (dear - cheap)


def _pick(gain: FloatArray, places: _Places, toll: float) -> tuple[FloatArray, float]:
    """Pick the best option of each place at a toll, and say what they take."""
    net = gain - toll * places.price
    best = np.maximum.reduceat(net, places.group)
    part = np.zeros(gain.size)
    winner: BoolArray = (net == best[places.of_group]) & (net > 0)
    # of several that are worth the same the first
    first = np.full(places.group.size, gain.size, np.int64)
    np.minimum.at(first, places.of_group[winner], np.flatnonzero(winner))
    part[first[first < gain.size]] = 1.0
    return part, float((part * places.price).sum())


def _bought(gain: FloatArray, places: _Places, limit: float, toll: float) -> float:
    """Bound what the limit buys at any toll."""
    if not gain.size:
        return 0.0
    net = np.maximum.reduceat(gain - toll * places.price, places.group)
    return toll * limit + float(np.maximum(net, 0.0).sum())
