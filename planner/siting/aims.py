"""What a question adds up: persons of one circle, or of several circles and walkers by weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.errors import Fault, SitingInvalid
from planner.siting.options import cover_arrays
from planner.siting.problem import CoverArrays
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray
    from planner.domain.standard import LifeCircle
    from planner.domain.study import SitingSettings
    from planner.siting.options import Options


@dataclass(frozen=True, slots=True)
class Aim:
    """
    Persons of one or more layers, a circle as one walker walks it, each with its weight.

    Attributes
    ----------
    arrays
        Who covers whom: the demand of all layers, one after the other; persons times weight,
        0 where covered already.
    persons
        Persons times weight of every layer, shape (n_layers * n_demand,).
    base
        Of those, what is covered already.
    weight
        Sum of the weights: a sum over the layers divided by it is a number of persons.
    """

    arrays: CoverArrays
    persons: FloatArray
    base: float
    weight: float

    @property
    def total(self) -> float:
        """Persons times weight in all."""
        return float(self.persons.sum())


def weigh_circles(settings: SitingSettings, circles: Sequence[LifeCircle]) -> dict[int, float]:
    """
    Return the circles that a question adds up, by position, with their weights.

    Raises
    ------
    SitingInvalid
        If a weight is of no circle, or a target is asked of more than one.
    """
    ids = [circle.circle_id for circle in circles]
    if not settings.weights:
        return {ids.index(settings.life_circle): 1.0}
    faults = [
        Fault(
            "The rule set has no such life circle",
            field=f"siting.weights.{name}",
            found=name,
            expected=", ".join(ids),
        )
        for name in settings.weights
        if name not in ids
    ]
    if settings.target is not None:
        faults.append(
            Fault(
                "A target is a share of one circle: weights have none",
                field="siting.target",
                hint="ask for a count or a budget, or leave out the weights",
            )
        )
    if faults:
        raise SitingInvalid(faults)
    return {ids.index(name): weight for name, weight in settings.weights.items()}


def make_aim(
    walkers: Sequence[tuple[Options, FloatArray]],
    persons: FloatArray,
    weights: dict[int, float],
    circles: Sequence[LifeCircle],
) -> Aim:
    """
    Stack the layers of a question.

    Parameters
    ----------
    walkers
        Options as each walker reaches them, and the fastest walks to what counts already,
        shape (n_circles, n_demand); all walkers weigh the same.
    persons : shape (n_demand,)
        Persons at each demand point.
    weights
        Of each circle that counts, by position.
    circles
        The circles.
    """
    layers, shares, base = [], [], 0.0
    for options, base_time_s in walkers:
        for circle, weight in weights.items():
            limit_s = circles[circle].limit_s
            covered = base_time_s[circle] <= limit_s + LIMIT_TOLERANCE_S
            layers.append(cover_arrays(options, persons * weight, covered, circle, limit_s))
            shares.append(persons * weight)
            base += float((persons * weight)[covered].sum())
    arrays = layers[0] if len(layers) == 1 else stack_covers(layers)
    return Aim(arrays, np.concatenate(shares), base, sum(weights.values()) * len(walkers))


def stack_covers(layers: Sequence[CoverArrays]) -> CoverArrays:
    """Put the demand of several coverings of the same options one after the other."""
    n_options, n_demand = layers[0].n_candidates, layers[0].persons.size
    owner = np.concatenate(
        [np.repeat(np.arange(n_options), np.diff(layer.indptr)) for layer in layers]
    )
    index = np.concatenate(
        [layer.index.astype(np.int64) + number * n_demand for number, layer in enumerate(layers)]
    )
    order = np.argsort(owner, kind="stable")
    sizes = np.bincount(owner, minlength=n_options)
    return CoverArrays(
        np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)]),
        index[order].astype(np.int32),
        np.concatenate([layer.persons for layer in layers]),
    )
