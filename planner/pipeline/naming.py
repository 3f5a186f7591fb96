"""Names for proposals: the community they lie in, and the street they stand on."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from planner.coverage.areas import locate_in_areas

if TYPE_CHECKING:
    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.network import AccessPoints
    from planner.domain.siting import SitingPlan


def name_proposals(
    plan: SitingPlan, records: EvaluationRecords, access: AccessPoints
) -> SitingPlan:
    """
    Return the plan with `community` and `street_name` filled where they are known.

    Parameters
    ----------
    plan
        A siting plan; `access` holds one access point for each of its proposals.
    """
    streets = records.network.streets
    communities = next((area for area in records.areas if area.level == "community"), None)
    named = []
    for row, proposal in enumerate(plan.proposals):
        community, street_name = "", ""
        if communities is not None:
            index = int(locate_in_areas(np.array([proposal.xy]), communities)[0])
            community = communities.name[index] if index >= 0 else ""
        edge = int(access.edge_index[row])
        if edge >= 0 and streets.edge_name[edge] >= 0:
            street_name = streets.names[streets.edge_name[edge]]
        named.append(dataclasses.replace(proposal, community=community, street_name=street_name))
    return dataclasses.replace(plan, proposals=tuple(named))
