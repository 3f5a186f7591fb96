"""All the records of one run together: what the reports read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.domain.arrays import IntArray
    from planner.domain.coverage import Coverage
    from planner.domain.findings import NetworkFindings
    from planner.domain.network import AccessPoints, StreetNetwork
    from planner.domain.places import Areas, Candidates, Centres, Demand, QuarantinedRow
    from planner.domain.placing import EntranceAccess, SnapReport
    from planner.domain.population import LandPlaces
    from planner.domain.reach import Isochrones, Walks
    from planner.domain.recount import Recount
    from planner.domain.siting import SitingPlan
    from planner.domain.standard import Judgements, RuleSet
    from planner.domain.study import StudySettings
    from planner.errors import Fault


@dataclass(frozen=True, slots=True)
class StudyInputs:
    """
    Every input of a study, read and put on the ground.

    Attributes
    ----------
    settings, network
        The study and its streets, timed for its profile.
    demand, demand_access, centres, centre_access, areas
        As in `EvaluationRecords`.
    candidates
        Places to build read from a file, `None` where streets give them.
    rule_sets
        Rule sets in force for the study; the first gives circles and verdicts.
    notices
        Warnings and assumptions so far.
    network_findings
        What a look over the streets found, `None` where they were not looked over.
    entrances
        Where every entrance meets the streets, `None` where no centre names any.
    snap_reports
        How far demand and centres are from their streets.
    land
        Land that is counted by its area.
    """

    settings: StudySettings
    network: StreetNetwork
    demand: Demand
    demand_access: AccessPoints
    centres: Centres
    centre_access: AccessPoints
    areas: tuple[Areas, ...]
    candidates: Candidates | None
    rule_sets: tuple[RuleSet, ...]
    notices: tuple[Fault, ...]
    network_findings: NetworkFindings | None = None
    entrances: EntranceAccess | None = None
    snap_reports: tuple[SnapReport, ...] = ()
    land: tuple[LandPlaces, ...] = ()


@dataclass(frozen=True, slots=True)
class EvaluationRecords:
    """
    What one evaluation knows; every coordinate is in `network.streets.crs`.

    Attributes
    ----------
    settings, network
        The study and its streets.
    demand, demand_access
        People and where they meet the streets.
    centres, centre_access
        The plan and where it meets the streets.
    areas
        Levels given, each an `Areas`; `plan_scope` among them where given.
    area_index
        By level: int64 array, shape (n_demand,), area of each demand point, -1 outside.
    judgements
        Verdicts.
    walks
        Centre to demand, within twice the longest circle, chosen direction.
    coverage
        The figures (states `existing`, `plan`).
    isochrones
        One record for each circle, in order; shape (n_centres,) each.
    quarantine
        Rows set aside, all nouns.
    notices
        Warnings and assumptions, all stages, in order.
    candidates
        Places to build that the study names, `None` where streets give them.
    network_findings, entrances, snap_reports
        As in `StudyInputs`.
    recount
        Homes of the community with the most persons outside the longest circle, so that its
        share can be added up again; `None` where the study has no communities.
    land, land_walks
        Land that is counted by its area, and the walks from every centre to it.
    """

    settings: StudySettings
    network: StreetNetwork
    demand: Demand
    demand_access: AccessPoints
    centres: Centres
    centre_access: AccessPoints
    areas: tuple[Areas, ...]
    area_index: dict[str, IntArray]
    judgements: Judgements
    walks: Walks
    coverage: Coverage
    isochrones: tuple[Isochrones, ...]
    quarantine: tuple[QuarantinedRow, ...]
    notices: tuple[Fault, ...]
    candidates: Candidates | None = None
    network_findings: NetworkFindings | None = None
    entrances: EntranceAccess | None = None
    snap_reports: tuple[SnapReport, ...] = ()
    recount: Recount | None = None
    land: tuple[LandPlaces, ...] = ()
    land_walks: tuple[Walks, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposalRecords:
    """
    What siting adds to an evaluation.

    Attributes
    ----------
    plan
        Proposals, bound, curve.
    access
        Where the proposals meet the streets.
    walks
        Proposal to demand, like the evaluation's.
    coverage
        With the state `with_proposals` added.
    isochrones
        One record a circle, shape (n_proposals,) each.
    """

    plan: SitingPlan
    access: AccessPoints
    walks: Walks
    coverage: Coverage
    isochrones: tuple[Isochrones, ...]
