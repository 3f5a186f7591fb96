"""What can be done: expand a centre of the plan, or build at a candidate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.reach import Walks
from planner.domain.siting import Proposal
from planner.siting.problem import CoverArrays
from planner.siting.question import cost_of_each
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.places import Candidates
    from planner.domain.siting import Expansions
    from planner.domain.study import SitingSettings


@dataclass(frozen=True, slots=True)
class Options:
    """
    Expansions first, then candidates: of two that gain the same, the expansion is taken.

    Attributes
    ----------
    candidates, expansions
        As given; `expansions` is `None` where none counts.
    walks
        One row an option.
    serves : bool, shape (n_circles, n_options)
        A new centre serves every circle, an expanded one those it serves today.
    cost_yuan : float64, shape (n_options,), or None
        NaN where unknown.
    floor_area_m2, convenience_area_m2
        Size of a new centre.
    """

    candidates: Candidates
    expansions: Expansions | None
    walks: Walks
    serves: BoolArray
    cost_yuan: FloatArray | None
    floor_area_m2: float | None
    convenience_area_m2: float | None

    @property
    def n_expansions(self) -> int:
        """Number of expansions, the first options."""
        return 0 if self.expansions is None else len(self.expansions.centre_id)

    @property
    def kept(self) -> BoolArray:
        """Tell which options keep a centre that may close, shape (n_options,)."""
        kept = np.zeros(self.n_options, np.bool_)
        if self.expansions is not None:
            kept[: self.n_expansions] = [one == "keep" for one in self.expansions.action]
        return kept

    @property
    def n_options(self) -> int:
        """Number of options."""
        return self.walks.indptr.size - 1

    @property
    def xy(self) -> FloatArray:
        """Places of the options, working CRS, shape (n_options, 2)."""
        if self.expansions is None:
            return self.candidates.xy
        return np.concatenate([self.expansions.xy, self.candidates.xy])

    def name(self, option: int) -> str:
        """Return the label of an option as its file says it."""
        if self.expansions is not None and option < self.n_expansions:
            return self.expansions.centre_id[option]
        return self.candidates.candidate_id[option - self.n_expansions]

    def inside(self, circle: int, limit_s: float) -> BoolArray:
        """Tell which walks count for a circle: short enough, of an option that serves it."""
        served = np.repeat(self.serves[circle], np.diff(self.walks.indptr))
        counts: BoolArray = (self.walks.travel_time_s <= limit_s + LIMIT_TOLERANCE_S) & served
        return counts

    def propose(self, option: int, order: int, persons_gained: dict[str, float]) -> Proposal:
        """Describe an option as the proposal number `order` (from 1)."""
        cost = None if self.cost_yuan is None else _known(float(self.cost_yuan[option]))
        xy = self.xy[option]
        place = (float(xy[0]), float(xy[1]))
        expansions = self.expansions
        if expansions is None or option >= self.n_expansions:
            return Proposal(
                proposal_id=f"P{order}",
                order=order,
                action="build",
                candidate_index=option - self.n_expansions,
                xy=place,
                persons_gained=persons_gained,
                floor_area_m2=self.floor_area_m2,
                convenience_area_m2=self.convenience_area_m2,
                cost_yuan=cost,
            )
        return Proposal(
            proposal_id=f"P{order}",
            order=order,
            action=expansions.action[option],
            candidate_index=-1,
            xy=place,
            persons_gained=persons_gained,
            floor_area_m2=_known(float(expansions.floor_area_m2[option])),
            convenience_area_m2=_known(float(expansions.convenience_area_m2[option])),
            cost_yuan=cost,
            centre_index=int(expansions.centre_index[option]),
            centre_id=expansions.centre_id[option],
            centre_name=expansions.centre_name[option],
            added_m2=float(expansions.added_m2[option]),
            clause_ids=expansions.clause_ids[option],
        )

    def propose_all(
        self, chosen: IntArray, gains: list[dict[str, float]], phase: list[str]
    ) -> tuple[Proposal, ...]:
        """Describe the options chosen, in their order, with their gains and phases."""
        return tuple(
            replace(self.propose(int(one), order + 1, gains[order]), phase=name)
            for order, (one, name) in enumerate(zip(chosen, phase, strict=True))
        )


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


def list_options(
    candidates: Candidates,
    walks: Walks,
    n_circles: int,
    settings: SitingSettings,
    sizes_m2: tuple[float | None, float | None],
    expansions: Expansions | None,
) -> Options:
    """
    Put expansions and candidates into one list, each with its cost.

    An expansion costs `cost_per_m2` times the floor area it adds; under a budget it counts only
    where `cost_per_m2` says what that is.

    Raises
    ------
    SitingInvalid
        As `cost_of_each`.
    """
    cost = cost_of_each(candidates, settings, sizes_m2[0])
    build = np.ones((n_circles, len(candidates.candidate_id)), np.bool_)
    kept = np.array([one == "keep" for one in expansions.action] if expansions else [], np.bool_)
    priced = settings.budget is None or settings.cost_per_m2 is not None or bool(kept.all())
    if expansions is None or not priced or not expansions.centre_id:
        return Options(candidates, None, walks, build, cost, *sizes_m2)
    per_m2 = np.nan if settings.cost_per_m2 is None else settings.cost_per_m2
    own = expansions.added_m2 * per_m2
    if settings.closing_saves_per_m2 is not None:
        own[kept] = expansions.floor_area_m2[kept] * settings.closing_saves_per_m2
    if cost is not None:
        cost = np.concatenate([own, cost])
    elif settings.cost_per_m2 is not None:
        cost = np.concatenate([own, np.full(build.shape[1], np.nan)])
    first = expansions.walks
    stacked = Walks(
        indptr=np.concatenate([first.indptr, walks.indptr[1:] + first.indptr[-1]]),
        demand_index=np.concatenate([first.demand_index, walks.demand_index]),
        travel_time_s=np.concatenate([first.travel_time_s, walks.travel_time_s]),
        n_demand=walks.n_demand,
        limit_s=min(first.limit_s, walks.limit_s),
    )
    serves = np.hstack([expansions.serves, build])
    return Options(candidates, expansions, stacked, serves, cost, *sizes_m2)


def keep_more(kept: BoolArray, chosen: IntArray, price: FloatArray, limit: float) -> IntArray:
    """
    Put the centres kept first, with those that need not close: the limit has room for them.

    Parameters
    ----------
    kept, price : shape (n_options,)
        Which options keep a centre, and what each takes of the limit.
    chosen
        A choice.
    limit
        Largest sum of prices.
    """
    left = limit - float(price[chosen].sum())
    done = np.zeros(kept.size, np.bool_)
    done[chosen] = True
    idle = np.flatnonzero(kept & ~done)
    for one in idle[np.argsort(price[idle], kind="stable")]:
        if price[one] <= left * (1 + 1e-12):
            chosen = np.append(chosen, one)
            left -= float(price[one])
    return np.concatenate([chosen[kept[chosen]], chosen[~kept[chosen]]])


def cover_arrays(
    options: Options, persons: FloatArray, covered: BoolArray, circle: int, limit_s: float
) -> CoverArrays:
    """Keep the walks that count for a circle; who is covered already counts for nothing."""
    inside = options.inside(circle, limit_s)
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(inside)])
    return CoverArrays(
        indptr=before[options.walks.indptr],
        index=options.walks.demand_index[inside],
        persons=np.where(covered, 0.0, persons),
    )
