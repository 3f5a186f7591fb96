"""Shares of the census, applied to people whose groups or households are not given."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from planner.errors import Fault

if TYPE_CHECKING:
    from planner.domain.places import Demand

SHARE_60_PLUS: Final = 0.2187
PERSONS_PER_HOUSEHOLD: Final = 2.45
SOURCE: Final = "seventh national census 2020, communiqués of Chongqing"
GROUP_60_PLUS: Final = "60+"


def apply_national_shares(demand: Demand) -> Demand:
    """
    Return demand with the groups and households that its file does not give.

    Of the persons 21.87 % are 60 or older, and a household has 2.45 persons: the whole of
    Chongqing in the census of 2020. Where the file has any group, or households, it is believed.

    Parameters
    ----------
    demand
        People of a study.

    Returns
    -------
    demand
        `assumed` names what was applied; a notice gives share and source.
    """
    groups, households = demand.groups, demand.households
    assumed, notices = list(demand.assumed), list(demand.notices)
    if not groups:
        groups = {GROUP_60_PLUS: demand.persons * SHARE_60_PLUS}
        assumed.append(GROUP_60_PLUS)
        notices.append(
            Fault(
                f"no groups are given: {SHARE_60_PLUS:.2%} of all persons are taken to be 60 or "
                "older, everywhere alike",
                file=demand.file,
                field="demand.national_shares",
                found=SOURCE,
            )
        )
    if households is None:
        households = demand.persons / PERSONS_PER_HOUSEHOLD
        assumed.append("households")
        notices.append(
            Fault(
                f"no households are given: {PERSONS_PER_HOUSEHOLD:g} persons are taken to be one",
                file=demand.file,
                field="demand.national_shares",
                found=SOURCE,
            )
        )
    return dataclasses.replace(
        demand,
        groups=groups,
        households=households,
        assumed=tuple(assumed),
        notices=tuple(notices),
    )
