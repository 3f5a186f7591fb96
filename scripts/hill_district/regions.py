"""Contiguous groups of faces with about equal weight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from scripts.hill_district.settings import FloatArray, IntArray

TRIES = 6
TURNS = 60
LIGHT, HEAVY, CRUMB = 0.84, 1.25, 0.02
"""Shares of the mean weight: what is too light, too heavy, or moves without counting."""


class Faces:
    """
    What is grouped: middles, weights, and who borders whom.

    Parameters
    ----------
    centre : shape (n, 2)
        Middles.
    weight : shape (n,)
        Weights, mostly persons.
    pairs : shape (n_pairs, 2)
        Neighbours.
    """

    def __init__(self, centre: FloatArray, weight: FloatArray, pairs: IntArray) -> None:
        self.centre, self.weight, self.pairs = centre, weight, pairs
        self.links: list[list[int]] = [[] for _ in weight]
        for a, b in pairs.tolist():
            self.links[a].append(b)
            self.links[b].append(a)

    def select(self, rows: IntArray) -> Faces:
        """
        Take some of the faces, renumbered.

        Parameters
        ----------
        rows : shape (n_rows,)
            Which.

        Returns
        -------
        faces
            Those and the borders between them.
        """
        number = np.full(len(self.weight), -1)
        number[rows] = np.arange(len(rows))
        pairs = number[self.pairs]
        return Faces(self.centre[rows], self.weight[rows], pairs[(pairs >= 0).all(axis=1)])


def partition(faces: Faces, count: int, rng: np.random.Generator) -> IntArray:
    """
    Group faces into regions; none reaches across a gap such as the river.

    Parameters
    ----------
    faces
        What to group.
    count
        How many regions in all.
    rng
        Source of the seeds.

    Returns
    -------
    region : shape (n,)
        0 to `count` - 1.
    """
    n = len(faces.weight)
    ones = np.ones(len(faces.pairs))
    side = connected_components(
        sparse.coo_matrix((ones, faces.pairs.T), shape=(n, n)), directed=False
    )[1]
    load = np.bincount(side, faces.weight)
    large = np.flatnonzero(load > 0.5 * load.sum() / count)
    share = np.maximum(1, np.rint(load[large] / load[large].sum() * count).astype(int))
    share[share.argmax()] += count - share.sum()
    region, first = np.full(n, -1), 0
    for k, groups in zip(large, share, strict=True):
        rows = np.flatnonzero(side == k)
        region[rows] = first + _grow_best(faces.select(rows), int(groups), rng)
        first += int(groups)
    left, known = np.flatnonzero(region < 0), np.flatnonzero(region >= 0)
    if len(left):
        region[left] = region[known[cKDTree(faces.centre[known]).query(faces.centre[left])[1]]]
    return region


def _grow_best(faces: Faces, count: int, rng: np.random.Generator) -> IntArray:
    """Grow from several sets of seeds and keep the most even result."""
    best, least = np.zeros(len(faces.weight), int), np.inf
    for _ in range(TRIES):
        region = _grow(faces, _seeds(faces, count, rng))
        _even_out(faces, region, count)
        load = np.bincount(region, faces.weight, count)
        if load.max() - load.min() < least:
            best, least = region, load.max() - load.min()
    return best


def _seeds(faces: Faces, count: int, rng: np.random.Generator) -> FloatArray:
    """Weighted k-means of the middles."""
    chance = (faces.weight + 1e-9) / (faces.weight + 1e-9).sum()
    seeds = faces.centre[rng.choice(len(chance), count, replace=False, p=chance)]
    for _ in range(25):
        nearest = cKDTree(seeds).query(faces.centre)[1]
        for k in range(count):
            mine = nearest == k
            if faces.weight[mine].sum() > 0:
                seeds[k] = np.average(faces.centre[mine], axis=0, weights=faces.weight[mine])
    return seeds


def _grow(faces: Faces, seeds: FloatArray) -> IntArray:
    """From one face a seed, the lightest region always takes the next free neighbour."""
    count = len(seeds)
    region, load = np.full(len(faces.weight), -1), np.zeros(count)
    border: list[set[int]] = []
    for k in range(count):
        free = np.flatnonzero(region < 0)
        first = int(free[np.argmin(np.hypot(*(faces.centre[free] - seeds[k]).T))])
        region[first], load[k] = k, faces.weight[first]
        border.append(set(faces.links[first]))
    growing = set(range(count))
    while growing:
        k = min(growing, key=lambda g: (load[g], g))
        border[k] = {f for f in border[k] if region[f] < 0}
        if not border[k]:
            growing.discard(k)
            continue
        order = sorted(border[k])
        away = np.hypot(*(faces.centre[order] - seeds[k]).T)
        face = order[int(np.argmin(away))]
        region[face] = k
        load[k] += faces.weight[face]
        border[k] |= set(faces.links[face])
    return region


def _even_out(faces: Faces, region: IntArray, count: int) -> None:
    """Move border faces to lighter or more enclosing regions, keeping each in one piece."""
    load = np.bincount(region, faces.weight, count).astype(np.float64)
    mean = load.sum() / count
    for _ in range(TURNS):
        moved = 0
        for gain, _, k, face in sorted(_wishes(faces, region, load), reverse=True)[:60]:
            old = int(region[face])
            needed = load[k] < LIGHT * mean or load[old] > HEAVY * mean
            fair = faces.weight[face] <= max(load[old] - load[k], CRUMB * mean)
            if old == k or moved > max(3, count) or not fair or not (gain > 0 or needed):
                continue
            if _holds_without(faces, region, face) and k in region[faces.links[face]]:
                load[old] -= faces.weight[face]
                load[k] += faces.weight[face]
                region[face] = k
                moved += 1
        if not moved:
            return


def _wishes(faces: Faces, region: IntArray, load: FloatArray) -> list[tuple[int, float, int, int]]:
    """List possible moves: borders gained, weight, region to join, face."""
    mean = load.mean()
    out = []
    for face, links in enumerate(faces.links):
        around, old, weight = region[links].tolist(), int(region[face]), float(faces.weight[face])
        for k in sorted(set(around) - {old}):
            gain = around.count(k) - around.count(old)
            needed = load[k] < LIGHT * mean or load[old] > HEAVY * mean
            if (needed and weight < load[old] - load[k]) or (gain > 0 and weight < CRUMB * mean):
                out.append((gain, weight, k, face))
    return out


def _holds_without(faces: Faces, region: IntArray, face: int) -> bool:
    """Tell whether the region of a face stays in one piece when the face leaves it."""
    rest = set(np.flatnonzero(region == region[face]).tolist()) - {face}
    if not rest:
        return False
    seen: set[int] = set()
    open_faces = [min(rest)]
    while open_faces:
        f = open_faces.pop()
        if f not in seen:
            seen.add(f)
            open_faces += [g for g in faces.links[f] if g in rest and g not in seen]
    return seen == rest
