"""
Loops of maximal cover: greedy, swap, ruin and recreate.

Every loop is one thread and takes its random numbers from an array, so the
same input gives the same answer; where a loop could run long it counts its own
steps against `work_limit` instead of looking at a clock.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Indices = NDArray[np.int32]
    Flags = NDArray[np.bool_]


class Covering(NamedTuple):
    """
    Who covers whom, read both ways.

    `indptr, demand` list the demand of each candidate (ascending, no repeats),
    `coverer_indptr, coverer` the candidates of each demand, `weight` its persons
    (greater than 0). No row is empty.
    """

    indptr: Ints
    demand: Indices
    coverer_indptr: Ints
    coverer: Indices
    weight: Floats


@njit(cache=True, nogil=True)
def sum_rows(indptr: Ints, index: Indices, value: Floats) -> Floats:
    """Sum `value` over each row."""
    total = np.zeros(indptr.size - 1, np.float64)
    for row in range(indptr.size - 1):
        for place in range(indptr[row], indptr[row + 1]):
            total[row] += value[index[place]]
    return total


@njit(cache=True, nogil=True)
def count_covers(indptr: Ints, index: Indices, chosen: Ints, n_demand: int) -> Indices:
    """Count, for each demand, the chosen candidates that cover it."""
    count = np.zeros(n_demand, np.int32)
    for k in range(chosen.size):
        for place in range(indptr[chosen[k]], indptr[chosen[k] + 1]):
            count[index[place]] += 1
    return count


@njit(cache=True, nogil=True)
def greedy_cover(
    indptr: Ints, index: Indices, weight: Floats, covered: Flags, count: int
) -> tuple[Ints, Floats]:
    """
    Add the candidate of most gain, `count` times or until none gains.

    Gains are looked up lazily: one that was computed earlier can only have
    shrunk. Ties go to the lower number. `covered` marks what does not count any
    more and is written over. Returns the order and the gain of each.
    """
    gain = np.zeros(indptr.size - 1, np.float64)
    for row in range(indptr.size - 1):
        for place in range(indptr[row], indptr[row + 1]):
            if not covered[index[place]]:
                gain[row] += weight[index[place]]
    queue = [(-gain[row], row) for row in range(indptr.size - 1)]
    heapq.heapify(queue)
    order = np.empty(count, np.int64)
    added = np.empty(count, np.float64)
    n_chosen = 0
    while n_chosen < count and len(queue) > 0:
        row = heapq.heappop(queue)[1]
        now = 0.0
        for place in range(indptr[row], indptr[row + 1]):
            if not covered[index[place]]:
                now += weight[index[place]]
        if now <= 0.0:
            continue
        if len(queue) > 0 and (-now, row) > queue[0]:
            heapq.heappush(queue, (-now, row))
            continue
        order[n_chosen] = row
        added[n_chosen] = now
        n_chosen += 1
        for place in range(indptr[row], indptr[row + 1]):
            covered[index[place]] = True
    return order[:n_chosen].copy(), added[:n_chosen].copy()


@njit(cache=True, nogil=True)
def _least(loss: Floats, chosen: Ints) -> int:
    least = chosen[0]
    for k in range(chosen.size):
        if loss[chosen[k]] < loss[least]:
            least = chosen[k]
    return int(least)


@njit(cache=True, nogil=True)
def swap_cover(covering: Covering, chosen: Ints, least_gain: float, work_limit: int) -> Ints:
    """
    Exchange one chosen candidate for one outside while that gains.

    Candidates come in turn; each takes its best exchange. `keeper` sums the
    numbers of the chosen candidates that cover a demand, so where only one does
    it names that one, and the best exchange costs one look at each demand of
    the candidate. An exchange must gain more than `least_gain`.
    """
    indptr, index, _, _, weight = covering
    n_candidates = indptr.size - 1
    chosen = chosen.copy()
    if chosen.size in (0, n_candidates):
        return chosen
    covers = np.zeros(weight.size, np.int32)
    keeper = np.zeros(weight.size, np.int64)
    slot = np.full(n_candidates, -1, np.int64)
    for k in range(chosen.size):
        slot[chosen[k]] = k
        for place in range(indptr[chosen[k]], indptr[chosen[k] + 1]):
            covers[index[place]] += 1
            keeper[index[place]] += chosen[k]
    loss = np.zeros(n_candidates, np.float64)
    for demand in range(weight.size):
        if covers[demand] == 1:
            loss[keeper[demand]] += weight[demand]
    shared = np.zeros(n_candidates, np.float64)
    met = np.empty(n_candidates, np.int64)
    cheapest = _least(loss, chosen)
    idle = 0
    work = 0
    one = -1
    while idle < n_candidates and work < work_limit:
        one = (one + 1) % n_candidates
        idle += 1
        if slot[one] >= 0:
            continue
        gain = 0.0
        n_met = 0
        work += indptr[one + 1] - indptr[one] + 1
        for place in range(indptr[one], indptr[one + 1]):
            demand = index[place]
            if covers[demand] == 0:
                gain += weight[demand]
            elif covers[demand] == 1:
                if shared[keeper[demand]] == 0.0:
                    met[n_met] = keeper[demand]
                    n_met += 1
                shared[keeper[demand]] += weight[demand]
        out = cheapest
        best = gain - loss[cheapest] + shared[cheapest]
        for k in range(n_met):
            value = gain - loss[met[k]] + shared[met[k]]
            if value > best:
                best = value
                out = met[k]
        for k in range(n_met):
            shared[met[k]] = 0.0
        if best <= least_gain:
            continue
        idle = 0
        work += indptr[out + 1] - indptr[out] + chosen.size
        chosen[slot[out]] = one
        slot[one] = slot[out]
        slot[out] = -1
        for place in range(indptr[one], indptr[one + 1]):
            demand = index[place]
            if covers[demand] == 1:
                loss[keeper[demand]] -= weight[demand]
            elif covers[demand] == 0:
                loss[one] += weight[demand]
            covers[demand] += 1
            keeper[demand] += one
        for place in range(indptr[out], indptr[out + 1]):
            demand = index[place]
            covers[demand] -= 1
            keeper[demand] -= out
            if covers[demand] == 1:
                loss[keeper[demand]] += weight[demand]
        loss[out] = 0.0
        cheapest = _least(loss, chosen)
    return chosen


@njit(cache=True, nogil=True)
def _open(one: int, covering: Covering, covers: Indices, gain: Floats, step: int) -> int:
    """Open (`step` 1) or close (-1) a candidate, keeping all gains; return the steps taken."""
    indptr, index, coverer_indptr, coverer, weight = covering
    work = indptr[one + 1] - indptr[one]
    flips = 1 if step > 0 else 0
    for place in range(indptr[one], indptr[one + 1]):
        demand = index[place]
        covers[demand] += step
        if covers[demand] == flips:
            for other in range(coverer_indptr[demand], coverer_indptr[demand + 1]):
                gain[coverer[other]] -= step * weight[demand]
            work += coverer_indptr[demand + 1] - coverer_indptr[demand]
    return int(work)


@njit(cache=True, nogil=True)
def _draw(draws: Floats, cursor: Ints, below: int) -> int:
    """Return the next whole random number from 0 to `below - 1`."""
    cursor[0] = (cursor[0] + 1) % draws.size
    return int(draws[cursor[0]] * below)


@njit(cache=True, nogil=True)
def _pick_neighbours(
    covering: Covering,
    chosen: Ints,
    slot: Ints,
    draws: Floats,
    cursor: Ints,
    picked: Ints,
    size: int,
) -> int:
    """
    Pick slots of up to `size` chosen candidates close to each other.

    From one already picked, a walk goes to a demand of it, to a coverer of that,
    to a demand of that, and takes a chosen candidate met there.
    """
    indptr, index, coverer_indptr, coverer, _ = covering
    picked[0] = _draw(draws, cursor, chosen.size)
    n_picked = 1
    for _ in range(6 * size):
        if n_picked == size:
            break
        here = chosen[picked[_draw(draws, cursor, n_picked)]]
        for _hop in range(2):
            degree = indptr[here + 1] - indptr[here]
            demand = index[indptr[here] + _draw(draws, cursor, degree)]
            degree = coverer_indptr[demand + 1] - coverer_indptr[demand]
            here = coverer[coverer_indptr[demand] + _draw(draws, cursor, degree)]
        first = _draw(draws, cursor, degree)
        for k in range(degree):
            other = slot[coverer[coverer_indptr[demand] + (first + k) % degree]]
            new = other >= 0
            for known in range(n_picked):
                new = new and picked[known] != other
            if new:
                picked[n_picked] = other
                n_picked += 1
                break
    return n_picked


@njit(cache=True, nogil=True)
def ruin_and_recreate(
    covering: Covering,
    chosen: Ints,
    draws: Floats,
    largest_ruin: int,
    patience: float,
    least_gain: float,
    work_limit: int,
) -> Ints:
    """
    Close some neighbouring candidates, open as many anew, keep what is not much worse.

    What is kept may be `patience` persons below the best so far, less and less
    of it until none at the end (record-to-record travel); the best is returned.

    Gains of all candidates are kept up to date, so a move costs only the demand
    that changes state. Reopening is greedy with noise of up to 10 %, then each
    is placed once more exactly, up to three times over.
    """
    indptr, index, _, _, weight = covering
    n_candidates = indptr.size - 1
    chosen = chosen.copy()
    if chosen.size in (0, n_candidates):
        return chosen
    covers = np.zeros(weight.size, np.int32)
    gain = np.zeros(n_candidates, np.float64)
    slot = np.full(n_candidates, -1, np.int64)
    for row in range(n_candidates):
        for place in range(indptr[row], indptr[row + 1]):
            gain[row] += weight[index[place]]
    for k in range(chosen.size):
        slot[chosen[k]] = k
        _open(chosen[k], covering, covers, gain, 1)
    largest_ruin = min(largest_ruin, chosen.size)
    picked = np.empty(largest_ruin, np.int64)
    before = np.empty(largest_ruin, np.int64)
    cursor = np.zeros(1, np.int64)
    work = 0
    best_chosen = chosen.copy()
    behind = 0.0
    while work < work_limit:
        size = 1 + _draw(draws, cursor, largest_ruin)
        size = _pick_neighbours(covering, chosen, slot, draws, cursor, picked, size)
        change = 0.0
        for k in range(size):
            one = chosen[picked[k]]
            before[k] = one
            work += _open(one, covering, covers, gain, -1)
            slot[one] = -1
            change -= gain[one]
        for k in range(size):
            best = -1
            best_gain = -1.0
            for one in range(n_candidates):
                if gain[one] > best_gain * 0.9 and slot[one] < 0:
                    cursor[0] = (cursor[0] + 1) % draws.size
                    noisy = gain[one] * (1.0 + 0.1 * draws[cursor[0]])
                    if noisy > best_gain:
                        best_gain = noisy
                        best = one
            change += gain[best]
            chosen[picked[k]] = best
            slot[best] = picked[k]
            work += n_candidates + _open(best, covering, covers, gain, 1)
        for _ in range(3):
            moved = False
            for k in range(size):
                one = chosen[picked[k]]
                work += n_candidates + _open(one, covering, covers, gain, -1)
                slot[one] = -1
                best = one
                for other in range(n_candidates):
                    if gain[other] > gain[best] + least_gain and slot[other] < 0:
                        best = other
                moved = moved or best != one
                change += gain[best] - gain[one]
                chosen[picked[k]] = best
                slot[best] = picked[k]
                work += _open(best, covering, covers, gain, 1)
            if not moved:
                break
        if behind - change <= patience * (1.0 - work / work_limit) + least_gain:
            behind -= change
            if behind < -least_gain:
                behind = 0.0
                best_chosen[:] = chosen
            continue
        for k in range(size):
            one = chosen[picked[k]]
            work += _open(one, covering, covers, gain, -1)
            slot[one] = -1
        for k in range(size):
            chosen[picked[k]] = before[k]
            slot[before[k]] = picked[k]
            work += _open(before[k], covering, covers, gain, 1)
    return best_chosen
