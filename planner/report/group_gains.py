"""Whom each proposal gains, group by group: older people, children, households."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.domain.service import offers_service
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.report.words import Words


def list_groups(records: EvaluationRecords) -> tuple[str, ...]:
    """Return the groups of the people, `households` last where they are known."""
    households = () if records.demand.households is None else ("households",)
    return (*records.demand.groups, *households)


def name_group(group: str, words: Words) -> str:
    """Return what a group is called: as its column is, households in words."""
    return words("measure.households") if group == "households" else group


def count_group_gains(
    records: EvaluationRecords, proposals: ProposalRecords
) -> list[dict[tuple[str, str], float]]:
    """
    Count what each proposal adds to the plan and to those before it, in every group.

    Parameters
    ----------
    records, proposals
        The evaluation, and what siting adds.

    Returns
    -------
    gains
        One a proposal, as the plan has them: (circle id, group) -> persons of the group newly
        within the limit; empty where people have no groups.
    """
    plan, demand = proposals.plan, records.demand
    if not list_groups(records):
        return [{} for _ in plan.proposals]
    values = dict(demand.groups)
    if demand.households is not None:
        values["households"] = demand.households
    now = next(one for one in records.coverage.states if one.state == "plan")
    times = now.travel_time_pass_s if plan.base == "pass" else now.travel_time_s
    gains: list[dict[tuple[str, str], float]] = [{} for _ in plan.proposals]
    order = sorted(range(len(plan.proposals)), key=lambda one: plan.proposals[one].order)
    for number, circle in enumerate(records.judgements.rule_sets[0].life_circles):
        covered = times[number] <= circle.limit_s + LIMIT_TOLERANCE_S
        for index in order:
            one = plan.proposals[index]
            serves = one.action != "expand" or offers_service(
                records.centres.centre[one.centre_index], circle.serves
            )
            new = _reached(proposals, index, circle.limit_s) if serves else np.zeros(0, np.int64)
            new = new[~covered[new]]
            covered[new] = True
            for group, persons in values.items():
                gains[index][circle.circle_id, group] = float(np.nansum(persons[new]))
    return gains


def _reached(proposals: ProposalRecords, index: int, limit_s: float) -> FloatArray:
    walks = proposals.walks
    row = slice(int(walks.indptr[index]), int(walks.indptr[index + 1]))
    near = walks.travel_time_s[row] <= limit_s + LIMIT_TOLERANCE_S
    found: FloatArray = walks.demand_index[row][near].astype(np.int64)
    return found
