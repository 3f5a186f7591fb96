"""The planner's searches against those of other tools: equal answers first, then times in turns."""

from __future__ import annotations

import functools
import importlib.util
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from benchmarks.peers import Igraph, NetworkxEgo, NetworkxLengths, Pandana, PandanaCore, Scipy
from benchmarks.stopwatch import take_turns, time_once
from planner.reach.times import compute_reach, find_nearest_centre, sum_within_limit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.hill_city import HillCity
    from benchmarks.peers import Peer, Row
    from benchmarks.stopwatch import Times
    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.network import StreetNetwork
    from planner.domain.reach import Reach

THREADS = 2
LIMITS_S = (300.0, 900.0)
PLANNER = "planner compute_reach"
_EQUAL_S = 0.01
_SUM_REPEATS = 2
_NEAREST_REPEATS = 7

_P = TypeVar("_P", bound="Peer")


@dataclass(frozen=True, slots=True)
class Lap:
    """
    One tool's times beside the planner's, taken in turns.

    Attributes
    ----------
    tool, use
        Who, and how it was used.
    task
        `lists 300`, `lists 900`, `nearest`, `sums 300` or `sums 900`.
    tool_count, planner_count
        Sources searched by each; for `nearest` and `sums`, 1.
    tool_times, planner_times
        Of all of them together.
    """

    tool: str
    use: str
    task: str
    tool_count: int
    planner_count: int
    tool_times: Times
    planner_times: Times

    @property
    def tool_each_s(self) -> float:
        """Seconds of the tool for one source."""
        return self.tool_times.best_s / self.tool_count

    @property
    def planner_each_s(self) -> float:
        """Seconds of the planner for one source."""
        return self.planner_times.best_s / self.planner_count

    @property
    def ratio(self) -> float:
        """How many times faster the planner is."""
        return self.tool_each_s / self.planner_each_s


@dataclass(frozen=True, slots=True)
class Race:
    """
    What was run.

    Attributes
    ----------
    laps
        One for each tool and task.
    notes
        What was built and how long that took, what is missing, what was found equal.
    reached
        Nodes within each limit of a source, on average.
    """

    laps: tuple[Lap, ...]
    notes: tuple[str, ...]
    reached: dict[float, float]

    def find(self, tool: str, task: str) -> Lap | None:
        """Return the lap of a tool at a task, None where it did not run."""
        return next((lap for lap in self.laps if (lap.tool, lap.task) == (tool, task)), None)

    def planner_runs(self, task: str) -> list[Times]:
        """Return the planner's times at a task, beside whomever they were taken."""
        return [lap.planner_times for lap in self.laps if lap.task == task]


def run_race(
    city: HillCity, network: StreetNetwork, *, n_sources: int = 10_000, n_centres: int = 2_000
) -> Race:
    """Run every tool that is installed on the same sources."""
    rng = np.random.default_rng(7)
    n_nodes = len(city.node_xy)
    sources = rng.choice(n_nodes, min(n_sources, n_nodes), replace=False)
    course = _Course(network, sources)
    centres = np.sort(rng.choice(n_nodes, min(n_centres, n_nodes // 10), replace=False))
    value = rng.integers(0, 8, n_nodes).astype(np.float64)
    laps: list[Lap] = []
    notes: list[str] = []
    scipy = _built(Scipy, city, notes)
    laps += course.run(scipy)
    laps.append(_race_nearest(network, centres, scipy.name, scipy.nearest))
    del scipy
    if _is_there("networkx", notes):
        lengths = _built(NetworkxLengths, city, notes)
        laps += [*course.run(lengths), *course.run(NetworkxEgo(lengths))]
        del lengths
    if _is_there("igraph", notes):
        laps += course.run(_built(Igraph, city, notes))
    if _is_there("pandana", notes):
        pandana = _built(Pandana, city, notes)
        laps += [*course.run(pandana), *course.run(PandanaCore(pandana, n_nodes))]
        laps += _race_sums(network, value, pandana)
        began = time_once(lambda: pandana.set_centres(centres, LIMITS_S[-1]))
        notes.append(f"pandana: centres set in {began:.2f} s, not counted")
        laps.append(
            _race_nearest(network, centres, pandana.name, lambda _, limit: pandana.nearest(limit))
        )
    return Race(tuple(laps), (*notes, *course.notes), course.reached)


class _Course:
    """The sources that all tools search from, and the planner's answer."""

    def __init__(self, network: StreetNetwork, sources: IntArray) -> None:
        self.network = network
        self.sources = sources
        self.answers = {limit_s: self._search(limit_s) for limit_s in LIMITS_S}
        self.reached = {
            limit_s: float(np.diff(reach.indptr).mean()) for limit_s, reach in self.answers.items()
        }
        # Fewer sources are taken evenly over how much they reach, so that they stand for all.
        self.by_reach = np.argsort(np.diff(self.answers[LIMITS_S[-1]].indptr), kind="stable")
        self.notes: list[str] = []

    def run(self, peer: Peer) -> Iterator[Lap]:
        """Compare the answers at every limit, then the times."""
        count = min(peer.n_sources, len(self.sources))
        spread = np.linspace(0, len(self.sources) - 1, count).round().astype(np.int64)
        chosen = self.by_reach[spread]
        chosen = chosen[np.argsort(self.sources[chosen])]
        sources = self.sources[chosen]
        worst = [
            _compare(
                self.answers[limit_s],
                chosen,
                peer.rows(peer.search(sources, limit_s), sources),
                peer.name,
            )
            for limit_s in LIMITS_S
        ]
        apart = [seconds for seconds in worst if seconds is not None]
        self.notes.append(
            f"{peer.name}: the same nodes from all {count:,} sources at 5 and 15 min, "
            + (f"times at most {max(apart):g} s apart" if apart else "it tells no times")
        )
        for limit_s in LIMITS_S:
            works = {
                "planner": functools.partial(self._search, limit_s),
                "tool": functools.partial(peer.search, sources, limit_s),
            }
            times = take_turns(works, peer.repeats)
            yield Lap(
                peer.name,
                peer.use,
                f"lists {limit_s:g}",
                count,
                len(self.sources),
                times["tool"],
                times["planner"],
            )

    def _search(self, limit_s: float) -> Reach:
        return compute_reach(self.network, self.sources, limit_s=limit_s, threads=THREADS)


def _compare(reach: Reach, chosen: IntArray, found: list[Row], name: str) -> float | None:
    """Return by how much times differ at most, None where none are told; stop if answers differ."""
    worst = None
    if len(found) != len(chosen):
        raise SystemExit(f"{name} answers for {len(found)} of {len(chosen)} sources")
    for source, (node, time_s) in zip(chosen.tolist(), found, strict=True):
        row = slice(reach.indptr[source], reach.indptr[source + 1])
        if not np.array_equal(reach.node[row], node):
            raise SystemExit(
                f"{name} reaches {len(node)} nodes from source {source}, "
                f"the planner {row.stop - row.start}: the times mean nothing"
            )
        if time_s is not None:
            worst = max(worst or 0.0, float(np.abs(reach.travel_time_s[row] - time_s).max()))
    if worst is not None and worst > _EQUAL_S:
        raise SystemExit(f"{name} differs by {worst} s: the times mean nothing")
    return worst


def _race_nearest(
    network: StreetNetwork,
    centres: IntArray,
    name: str,
    nearest: Callable[[IntArray, float], FloatArray],
) -> Lap:
    """Compare the walk from every node to its nearest centre; the planner says also which it is."""
    limit_s = LIMITS_S[-1]
    ours = functools.partial(find_nearest_centre, network, centres, limit_s=limit_s)
    theirs = functools.partial(nearest, centres, limit_s)
    found = [np.minimum(time_s, limit_s) for time_s in (ours().travel_time_s, theirs())]
    if np.abs(found[0] - found[1]).max() > _EQUAL_S:
        raise SystemExit(f"{name}: walks to the nearest centre differ, the times mean nothing")
    times = take_turns({"planner": ours, "tool": theirs}, _NEAREST_REPEATS)
    use = f"nearest of {len(centres)} for every node"
    return Lap(name, use, "nearest", 1, 1, times["tool"], times["planner"])


def _is_there(name: str, notes: list[str]) -> bool:
    """Say whether a tool is installed, and note it where it is not."""
    if importlib.util.find_spec(name) is not None:
        return True
    notes.append(f"**{name} is not installed: not compared**")
    return False


def _built(make: Callable[[HillCity], _P], city: HillCity, notes: list[str]) -> _P:
    """Build a tool's own form of the city, and note how long that took."""
    began = time.perf_counter()
    peer = make(city)
    notes.append(f"{peer.name}: built in {time.perf_counter() - began:.1f} s, not counted")
    return peer


def _race_sums(network: StreetNetwork, value: FloatArray, peer: Pandana) -> Iterator[Lap]:
    """Compare the sums over the reach of every node."""
    peer.set_values(value)
    every = np.arange(len(value))
    for limit_s in LIMITS_S:
        ours = functools.partial(
            sum_within_limit, network, every, value, limit_s=limit_s, threads=THREADS
        )
        theirs = functools.partial(peer.sums, limit_s)
        if not np.array_equal(ours(), theirs()):
            raise SystemExit(f"{peer.name}: sums differ, the times mean nothing")
        times = take_turns({"planner": ours, "tool": theirs}, _SUM_REPEATS)
        yield Lap(
            "pandana aggregate",
            "over all nodes; 2 threads",
            f"sums {limit_s:g}",
            1,
            1,
            times["tool"],
            times["planner"],
        )
