"""What can be done, size by size: floor areas to choose from, and what each costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.errors import Fault, SitingInvalid

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.siting import Proposal
    from planner.domain.study import SitingSettings
    from planner.siting.options import Options


@dataclass(frozen=True, slots=True)
class SizedOptions:
    """
    The options of a question once for each size.

    Attributes
    ----------
    option : int64, shape (n_sized,)
        Position in the options without sizes.
    floor_area_m2 : float64, shape (n_sized,)
        Of the centre once it is done.
    more_m2 : float64, shape (n_sized,)
        Of that, beyond what the option has without sizes.
    cost_yuan : float64, shape (n_sized,), or None
        NaN where unknown.
    """

    option: IntArray
    floor_area_m2: FloatArray
    more_m2: FloatArray
    cost_yuan: FloatArray | None

    def describe(self, proposal: Proposal, sized: int) -> Proposal:
        """Return a proposal of the option at this size."""
        more = float(self.more_m2[sized])
        cost = None if self.cost_yuan is None else float(self.cost_yuan[sized])
        area = float(self.floor_area_m2[sized])
        return replace(
            proposal,
            floor_area_m2=area if np.isfinite(area) else None,
            added_m2=None if proposal.added_m2 is None else proposal.added_m2 + more,
            cost_yuan=cost if cost is not None and np.isfinite(cost) else None,
        )


def choose_sizes(settings: SitingSettings, floor_area_m2: float | None) -> tuple[float, ...]:
    """
    Return the floor areas of new centres to choose from, ascending.

    Raises
    ------
    SitingInvalid
        If neither the study nor the rule set says any, or one is below the rule set's.
    """
    sizes = tuple(sorted(set(settings.sizes_m2)))
    if not sizes and floor_area_m2 is None:
        raise SitingInvalid(
            Fault(
                "How many a new centre holds follows from its floor area, and none is known",
                field="siting.sizes_m2",
                expected="sizes_m2 = [2700]",
                hint="the rule set asks for no floor area of a new centre",
            )
        )
    small = [size for size in sizes if floor_area_m2 is not None and size < floor_area_m2]
    if small:
        raise SitingInvalid(
            [
                Fault(
                    "A new centre of this size would not meet the rule set",
                    field="siting.sizes_m2",
                    found=f"{size:g} m2",
                    expected=f"at least {floor_area_m2:g} m2",
                )
                for size in small
            ]
        )
    return sizes or (float(floor_area_m2 or 0.0),)


def list_sizes(
    options: Options, settings: SitingSettings, sizes_m2: tuple[float, ...]
) -> SizedOptions:
    """
    List every option once for each size, an expansion for those beyond what it is mended to.

    A candidate's own cost is that of the smallest size; each further square metre costs
    `cost_per_m2`.

    Raises
    ------
    SitingInvalid
        If a budget is given, sizes are to be chosen from, and `cost_per_m2` is not known.
    """
    if settings.budget is not None and len(sizes_m2) > 1 and settings.cost_per_m2 is None:
        raise SitingInvalid(
            Fault(
                "A choice of sizes under a budget needs the cost of a square metre",
                field="siting.cost_per_m2",
                expected="cost_per_m2 = 6000",
            )
        )
    option, area, more, kept = [], [], [], options.kept
    for one in range(options.n_options):
        least = sizes_m2[0]
        if options.expansions is not None and one < options.n_expansions:
            mended = float(options.expansions.floor_area_m2[one])
            least = least if np.isnan(mended) else mended
        larger = () if kept[one] else [size for size in sizes_m2 if size > least]
        for size in (least, *larger):
            option.append(one)
            area.append(size)
            more.append(size - least)
    place, extra = np.array(option, np.int64), np.array(more, np.float64)
    cost = options.cost_yuan
    if cost is not None:
        per_m2 = np.nan if settings.cost_per_m2 is None else settings.cost_per_m2
        cost = cost[place] + np.where(extra > 0, extra * per_m2, 0.0)
    return SizedOptions(place, np.array(area, np.float64), extra, cost)
