"""What each proposal is for: the gap it fills, the clause it serves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from planner.report.coordinates import to_lonlat
from planner.report.group_gains import count_group_gains
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from planner.domain.arrays import Int32Array, IntArray
    from planner.domain.coverage import Gap
    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.domain.siting import Proposal
    from planner.domain.standard import LifeCircle
    from planner.report.words import Words


@dataclass(frozen=True, slots=True)
class Project:
    """
    One line of the list of projects, in the words of the study.

    Attributes
    ----------
    order, proposal_id, action
        As in the proposal; `action` in words.
    lon, lat
        Degrees.
    community, street_name
        Where it lies.
    persons_gained
        By circle id.
    floor_area_m2, convenience_area_m2, cost_yuan
        `None` where not known.
    gap
        Id and name of the gap it takes most people out of, empty where none.
    clause
        The clause it serves: those an expansion mends, or the circle a new centre is for.
    centre, added_m2
        Id and name of the centre to expand, and the floor area it gains.
    phase
        Name of the phase it is built in, empty without phases.
    groups_gained
        By circle id and group.
    households_gained
        More households with room, `None` where room was not asked about.
    """

    order: int
    proposal_id: str
    action: str
    lon: float
    lat: float
    community: str
    street_name: str
    persons_gained: dict[str, float]
    floor_area_m2: float | None
    convenience_area_m2: float | None
    cost_yuan: float | None
    gap: str
    clause: str
    centre: str = ""
    added_m2: float | None = None
    phase: str = ""
    groups_gained: dict[tuple[str, str], float] = field(default_factory=dict)
    households_gained: float | None = None


def list_projects(
    records: EvaluationRecords, proposals: ProposalRecords | None, words: Words
) -> list[Project]:
    """List the proposals in their order; empty without siting."""
    if proposals is None:
        return []
    found = []
    plan = proposals.plan
    membership = GapMembership(records)
    groups = count_group_gains(records, proposals)
    lonlat = to_lonlat(
        np.array([one.xy for one in plan.proposals]).reshape(-1, 2), records.network.streets.crs
    )
    for index, one in enumerate(plan.proposals):
        gap = find_gap(records, proposals, index, membership)
        found.append(
            Project(
                order=one.order,
                proposal_id=one.proposal_id,
                action=words.named("action", one.action),
                lon=float(lonlat[index, 0]),
                lat=float(lonlat[index, 1]),
                community=one.community,
                street_name=one.street_name,
                persons_gained=one.persons_gained,
                floor_area_m2=one.floor_area_m2,
                convenience_area_m2=one.convenience_area_m2,
                cost_yuan=one.cost_yuan,
                gap="" if gap is None else f"{gap.gap_id} {gap.name}".strip(),
                clause=_clause(records, proposals, one, words),
                centre=f"{one.centre_id} {one.centre_name}".strip(),
                added_m2=one.added_m2,
                phase=one.phase,
                groups_gained=groups[index],
                households_gained=one.households_gained,
            )
        )
    return sorted(found, key=lambda project: project.order)


class GapMembership:
    """Which gaps each demand point lies in, so that not every gap is asked for every proposal."""

    def __init__(self, records: EvaluationRecords) -> None:
        self.gaps = records.coverage.gaps
        of_gap = [np.full(len(gap.demand_index), place) for place, gap in enumerate(self.gaps)]
        members = [gap.demand_index for gap in self.gaps]
        none = np.empty(0, dtype=np.int64)
        self._demand_index = np.concatenate([none, *members])
        self._place = np.concatenate([none, *of_gap])

    def touched(self, demand_index: IntArray | Int32Array) -> IntArray:
        """Return the places of the gaps that hold any of some demand points, ascending."""
        return np.unique(self._place[np.isin(self._demand_index, demand_index)])


def find_gap(
    records: EvaluationRecords,
    proposals: ProposalRecords,
    index: int,
    membership: GapMembership | None = None,
) -> Gap | None:
    """
    Find the gap that a proposal takes most people out of.

    Gaps of the circle asked for come first; where it fills none of them, the gap of
    another circle with most people within that circle's limit of it.
    """
    membership = membership or GapMembership(records)
    walks = proposals.walks
    row = slice(walks.indptr[index], walks.indptr[index + 1])
    limits = {circle.circle_id: circle.limit_s for circle in _circles(records)}
    best: tuple[bool, float] = (False, 0.0)
    found = None
    for place in membership.touched(walks.demand_index[row]):
        gap = membership.gaps[place]
        near = walks.travel_time_s[row] <= limits[gap.circle_id] + LIMIT_TOLERANCE_S
        inside = np.intersect1d(walks.demand_index[row][near], gap.demand_index)
        persons = float(records.demand.persons[inside].sum())
        rank = (gap.circle_id == proposals.plan.circle_id, persons)
        if persons > 0 and rank > best:
            best, found = rank, gap
    return found


def _circles(records: EvaluationRecords) -> tuple[LifeCircle, ...]:
    return records.judgements.rule_sets[0].life_circles


def _clause(
    records: EvaluationRecords, proposals: ProposalRecords, one: Proposal, words: Words
) -> str:
    rules = records.judgements.rule_sets[0]
    if one.action == "expand":
        if one.clause_ids:
            return " · ".join(
                words.of(clause) for clause in rules.clauses if clause.clause_id in one.clause_ids
            )
        away = np.hypot(*(np.asarray(records.centres.xy) - one.xy).T)
        judgement = records.judgements.judgement[int(away.argmin())]
        failed = {
            result.clause_id
            for result in judgement.clause_results
            if result.verdict == "fail" and result.rule_set_id == rules.rule_set_id
        }
        return " · ".join(
            words.of(clause)
            for clause in rules.clauses
            if clause.clause_id in failed and clause.force == "must"
        )
    return next(
        (
            words.of(circle)
            for circle in rules.life_circles
            if circle.circle_id == proposals.plan.circle_id
        ),
        "",
    )
