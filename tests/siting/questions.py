"""Small siting questions, and answers by trying everything."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Arrays = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


@dataclass(frozen=True)
class Question:
    """Who covers whom, as sets."""

    covers: tuple[frozenset[int], ...]
    persons: tuple[float, ...]

    @property
    def arrays(self) -> Arrays:
        rows = [sorted(row) for row in self.covers]
        indptr = np.cumsum([0, *(len(row) for row in rows)])
        index = np.array([demand for row in rows for demand in row], np.int64)
        return indptr, index, np.array(self.persons)

    def value(self, chosen: tuple[int, ...]) -> float:
        covered = frozenset[int]().union(*(self.covers[one] for one in chosen))
        return math.fsum(self.persons[demand] for demand in covered)

    def choices(self, count: int | None = None) -> Iterator[tuple[int, ...]]:
        """List every choice of at most `count` candidates, the smaller first."""
        n_candidates = len(self.covers)
        for size in range((n_candidates if count is None else count) + 1):
            yield from combinations(range(n_candidates), size)

    def most(self, count: int) -> float:
        return max(self.value(choice) for choice in self.choices(count))

    def greedy(self, count: int) -> float:
        """Add what gains most, by the textbook."""
        chosen: tuple[int, ...] = ()
        for _ in range(count):
            options = [(*chosen, one) for one in range(len(self.covers))]
            chosen = max(options, key=self.value)
        return self.value(chosen)


@st.composite
def questions(draw: st.DrawFn, *, whole: bool | None = None) -> Question:
    """Draw questions with repeats, empty rows, demand nobody covers, and ties."""
    n_demand = draw(st.integers(1, 9))
    n_candidates = draw(st.integers(1, 8))
    rows = st.frozensets(st.integers(0, n_demand - 1), max_size=n_demand)
    covers = draw(st.lists(rows, min_size=n_candidates, max_size=n_candidates))
    use_whole = draw(st.booleans()) if whole is None else whole
    weight: st.SearchStrategy[float] = (
        st.integers(0, 9).map(float)
        if use_whole
        else st.floats(0, 100, allow_nan=False).map(lambda value: round(value, 3))
    )
    persons = draw(st.lists(weight, min_size=n_demand, max_size=n_demand).filter(any))
    return Question(tuple(covers), tuple(persons))


def random_question(n_candidates: int, n_demand: int, degree: int, *, seed: int = 0) -> Arrays:
    """Points on a square, each candidate covering the `degree` nearest or so."""
    rng = np.random.default_rng(seed)
    candidate, demand = rng.random((n_candidates, 2)), rng.random((n_demand, 2))
    radius = math.sqrt(degree / n_demand / math.pi)
    near = np.hypot(*(candidate[:, None] - demand[None]).transpose(2, 0, 1)) <= radius
    indptr = np.concatenate([[0], near.sum(axis=1).cumsum()])
    return indptr, np.nonzero(near)[1], rng.integers(1, 100, n_demand).astype(np.float64)


def read_sjc(folder: Path, radius_m: float, *, homes: int = 324) -> Arrays:
    """São José dos Campos: homes that are candidates too, distances in a straight line."""
    xy = np.loadtxt(folder / f"SJC{homes}.txt", skiprows=1)
    persons = np.loadtxt(folder / f"demand-SJC{homes}.dat").ravel()
    near = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) <= radius_m
    indptr = np.concatenate([np.zeros(1, np.int64), near.sum(axis=1).cumsum()])
    return indptr, np.nonzero(near)[1], persons


def read_san_francisco(folder: Path, radius_m: float) -> Arrays:
    """San Francisco's census blocks, candidates and demand; haversine with R = 6,378,137 m."""
    places, demands = (folder / "points.txt").read_text(encoding="utf-8").split("DEMAND_SECTION")
    lines = places.split("NODE_COORD_SECTION")[1].strip().splitlines()
    latlon = np.radians(np.array([line.split() for line in lines], np.float64))
    persons = np.array(demands.split()[: len(latlon)], np.float64)
    rows = []
    for lat, lon in latlon:
        half = np.sin((latlon[:, 0] - lat) / 2) ** 2
        half += np.cos(lat) * np.cos(latlon[:, 0]) * np.sin((latlon[:, 1] - lon) / 2) ** 2
        rows.append(np.flatnonzero(2 * 6_378_137 * np.arcsin(np.sqrt(half)) <= radius_m))
    indptr = np.cumsum([0, *(row.size for row in rows)])
    return indptr, np.concatenate(rows), persons


def read_best_known(file: Path) -> tuple[float, NDArray[np.int64]]:
    """Read persons covered and candidates of a published solution."""
    first, second = file.read_text(encoding="utf-8").strip().splitlines()[:2]
    return float(first.split(":")[1]), np.array(second.split(":")[1].split(), np.int64)
