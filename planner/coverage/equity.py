"""How evenly walks are spread: by age, by height, and who walks farthest."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.coverage.cover import is_covered
from planner.coverage.totals import total_persons
from planner.domain.equity import DECILES, HEIGHT_EDGES_M, CircleEquity, EquityRow, WorstHomes
from planner.domain.indicators import GROUP_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.domain.arrays import FloatArray
    from planner.domain.coverage import Gap, StateCoverage
    from planner.domain.network import AccessPoints, StreetNetwork
    from planner.domain.places import Demand
    from planner.domain.standard import LifeCircle

WORST_LISTED: Final = 20

_ROUNDING: Final = 1e-12


def measure_equity(
    plan: StateCoverage,
    *,
    circles: Sequence[LifeCircle],
    demand: Demand,
    gaps: Sequence[Gap],
    height_m: FloatArray | None = None,
    lowest_street_m: float | None = None,
) -> tuple[CircleEquity, ...]:
    """
    Measure how evenly the walks of a state are spread over the people.

    Parameters
    ----------
    plan
        The state; its times are known to twice the longest circle.
    circles
        Life circles, in its order.
    demand
        People, and their groups.
    gaps
        Its gaps: the clusters that walk farthest are among them.
    height_m : shape (n_demand,), or None
        Height of each home above the lowest street, NaN where not known (`home_heights`).
    lowest_street_m
        Height of that street.

    Returns
    -------
    equity
        One record a circle.
    """
    parts = list(_parts(demand, height_m))
    found = []
    for row, circle in enumerate(circles):
        time_s = plan.travel_time_s[row]
        here = [(gap, _walk_of(gap)) for gap in gaps if gap.circle_id == circle.circle_id]
        walked = [item for item in here if np.isfinite(item[1])]
        walked.sort(key=lambda item: (-item[1], -item[0].persons, item[0].gap_id))
        found.append(
            CircleEquity(
                circle_id=circle.circle_id,
                limit_s=circle.limit_s,
                rows=tuple(_row(part, persons, time_s, circle.limit_s) for part, persons in parts),
                worst=tuple(
                    WorstHomes(gap.gap_id, gap.name, gap.persons, walk_s, gap.xy, gap.reason)
                    for gap, walk_s in walked[:WORST_LISTED]
                ),
                persons_without_walk=total_persons(
                    np.array([gap.persons for gap, walk_s in here if not np.isfinite(walk_s)])
                ),
                lowest_street_m=lowest_street_m,
            )
        )
    return tuple(found)


def home_heights(
    network: StreetNetwork, access: AccessPoints
) -> tuple[FloatArray, float] | tuple[None, None]:
    """
    Find how high homes lie above the lowest street, where they meet the streets.

    Returns
    -------
    height_m, lowest_street_m
        Metres, float64, shape (n_places,), NaN where not known; and the height of the lowest
        junction that can be walked. Nothing where the streets have no heights.
    """
    heights, streets = network.heights, network.streets
    if heights is None:
        return None, None
    node_m = heights.node_m.astype(np.float64)
    walkable = np.isfinite(network.edge_time_s).any(axis=1)
    used = np.unique(np.concatenate([streets.edge_start[walkable], streets.edge_end[walkable]]))
    known = node_m[used][np.isfinite(node_m[used])]
    if known.size == 0:
        return None, None
    lowest_m = float(known.min())
    edge = access.edge_index
    start_m, end_m = node_m[streets.edge_start[edge]], node_m[streets.edge_end[edge]]
    above_m = start_m + access.fraction * (end_m - start_m) - lowest_m
    return np.where(edge >= 0, above_m, np.nan), lowest_m


def weighted_quantiles(values: FloatArray, weights: FloatArray) -> tuple[float, ...]:
    """
    Return the deciles: the least value that so large a share of the weights does not exceed.

    Examples
    --------
    >>> weighted_quantiles(np.array([1.0, 2.0]), np.array([3.0, 7.0]))
    (1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0)
    """
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weights[order]) / weights.sum()
    place = np.searchsorted(share, np.array(DECILES) - _ROUNDING, side="left")
    return tuple(values[order][np.minimum(place, values.size - 1)].tolist())


def weighted_gini(values: FloatArray, weights: FloatArray) -> float:
    """
    Return the Gini index of values 0 or more, each counted `weights` times.

    Half the mean difference between two people drawn at random, over the mean
    (Lerman and Yitzhaki 1989 for weights). NaN without weights, 0 where all values are 0.

    Examples
    --------
    >>> weighted_gini(np.array([0.0, 100.0]), np.array([3.0, 1.0]))
    0.75
    """
    order = np.lexsort((weights, values))
    weight, value = weights[order], values[order]
    total, amount = float(weight.sum()), float(weight @ value)
    if total <= 0.0:
        return float("nan")
    if amount <= 0.0:
        return 0.0
    up_to = np.cumsum(weight * value)
    between = float(weight @ (2.0 * up_to - weight * value))
    return 1.0 - between / (total * amount)


def _parts(demand: Demand, height_m: FloatArray | None) -> Iterator[tuple[str, FloatArray]]:
    """List the parts of the people: name, and persons of it at each home."""
    persons = demand.persons
    yield "all", persons
    for name, group in demand.groups.items():
        yield f"{GROUP_PREFIX}{name}", np.nan_to_num(group, nan=0.0)
    if height_m is None:
        return
    for low, high in pairwise((*HEIGHT_EDGES_M, np.inf)):
        band = f"{low:.0f}-" if high == np.inf else f"{low:.0f}-{high:.0f}"
        # Streets may dip below their junctions: what lies lower belongs to the lowest band.
        within = (height_m < high) & ((height_m >= low) | (low == HEIGHT_EDGES_M[0]))
        yield f"height:{band}", np.where(within, persons, 0.0)
    unknown = np.isnan(height_m)
    if float(persons[unknown].sum()) > 0.0:
        yield "height:unknown", np.where(unknown, persons, 0.0)


def _row(part: str, persons: FloatArray, time_s: FloatArray, limit_s: float) -> EquityRow:
    there = persons > 0.0
    timed = there & np.isfinite(time_s)
    total = total_persons(persons)
    persons_timed = total_persons(persons[timed])
    covered = total_persons(persons[is_covered(time_s, limit_s)])
    beyond = total_persons(persons[~is_covered(time_s, 2.0 * limit_s)])
    mean_s = float("nan")
    if persons_timed > 0.0:
        mean_s = total_persons(persons[timed] * time_s[timed]) / persons_timed
    return EquityRow(
        part=part,
        persons=total,
        persons_timed=persons_timed,
        deciles_s=weighted_quantiles(time_s[there], persons[there]) if there.any() else (),
        mean_s=mean_s,
        gini=weighted_gini(time_s[timed], persons[timed]),
        persons_covered=covered,
        share_covered=covered / total if total > 0.0 else None,
        persons_beyond_twice=beyond,
        share_beyond_twice=beyond / total if total > 0.0 else None,
    )


def _walk_of(gap: Gap) -> float:
    """Return the mean walk of a gap, that of its middle where some walk beyond the search."""
    if np.isfinite(gap.travel_time_s) or gap.middle_time_s is None:
        return gap.travel_time_s
    return gap.middle_time_s
