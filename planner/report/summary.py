"""The figures of a run as one plain document: `summary.json`."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.domain.coverage import STATES
from planner.domain.places import LEVELS
from planner.domain.standard import VERDICTS
from planner.report.coordinates import to_lonlat
from planner.report.counts import (
    describe_capacity,
    describe_community_rule,
    describe_equity,
    describe_indicators,
    describe_ledger,
    describe_robustness,
)
from planner.report.findings import describe_findings
from planner.report.siting_words import tell_aim, tell_message
from planner.report.slope import describe_heights, describe_losses
from planner.report.words import LANGUAGES, Words
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.coverage import AreaFigures, CircleCoverage, Coverage, Gap
    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.domain.siting import SitingPlan

SCHEMA = "planner.summary/1"

_METRES_A_KM = 1000.0


def make_summary(records: EvaluationRecords, proposals: ProposalRecords | None) -> dict[str, Any]:
    """
    Gather the figures of a run, each share with its numbers.

    Parameters
    ----------
    records
        The evaluation.
    proposals
        What siting added, `None` where it did not run: `siting` is then `None` and
        `states` has no `with_proposals`.

    Returns
    -------
    summary
        As the contract of outputs has it: `life_circles` is the plan's; places in
        degrees; no NaN or infinity anywhere (`None` instead).
    """
    coverage = records.coverage if proposals is None else proposals.coverage
    states = {state.state: state for state in coverage.states}
    walking = records.settings.walking
    summary: dict[str, Any] = {
        "schema": SCHEMA,
        "study": records.settings.name,
        "rule_sets": [rules.rule_set_id for rules in records.judgements.rule_sets],
        "profile": walking.profile,
        "direction": walking.direction,
        "network": _network(records),
        "demand": _demand(records),
        "life_circles": [
            {**_circle(circle), **describe_losses(coverage, circle.circle_id)}
            for circle in states["plan"].life_circles
        ],
        "states": {
            name: {"life_circles": [_circle(circle) for circle in states[name].life_circles]}
            for name in STATES
            if name in states
        },
        "centres": _centres(records),
        "areas": {level: _areas(coverage, level) for level in LEVELS},
        "gaps": _gaps(records, coverage.gaps),
        "siting": None if proposals is None else _siting(records, proposals.plan),
        "shares_by_level": _shares_by_level(records),
        "alternatives": [
            {
                "profile": other.profile,
                "direction": other.direction,
                "life_circles": [_circle(circle) for circle in other.life_circles],
            }
            for other in coverage.alternatives
        ],
        "indicators": describe_indicators(coverage),
        "community_rule": describe_community_rule(coverage),
        "robustness": describe_robustness(records, coverage),
        "capacity": describe_capacity(coverage),
        "equity": describe_equity(coverage),
        "undersized": _gaps(records, coverage.undersized),
        "ledger": describe_ledger(records),
        "quarantine": _quarantine(records),
        "standards": _standards(records),
        "plan_verdicts": describe_plan_verdicts(records),
        "notes": _notes(records),
    }
    finite: dict[str, Any] = _finite(summary)
    return finite


def write_json(document: dict[str, Any], path: Path) -> None:
    """Write a document as UTF-8 JSON in its own order: the same document, the same bytes."""
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _finite(value: Any) -> Any:  # noqa: ANN401 -- any JSON value, in and out
    """Return the value as JSON can hold it: plain numbers, nothing infinite."""
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _circle(circle: CircleCoverage) -> dict[str, Any]:
    return {
        "id": circle.circle_id,
        "limit_s": circle.limit_s,
        "centres": circle.centres,
        "persons": circle.persons,
        "persons_covered": circle.persons_covered,
        "share_covered": circle.share_covered,
        "persons_covered_pass": circle.persons_covered_pass,
        "share_covered_pass": circle.share_covered_pass,
        "persons_covered_not_failing": circle.persons_covered_not_failing,
        "share_covered_not_failing": circle.share_covered_not_failing,
        "centres_pass": circle.centres_pass,
        "centres_not_failing": circle.centres_not_failing,
        "points": circle.points,
        "points_covered": circle.points_covered,
        "households": circle.households,
        "households_covered": circle.households_covered,
    }


def _network(records: EvaluationRecords) -> dict[str, Any]:
    """Count the streets that this profile may walk, in one direction at least."""
    network, streets = records.network, records.network.streets
    walkable = np.isfinite(network.edge_time_s).any(axis=1)
    nodes = np.unique(np.concatenate([streets.edge_start[walkable], streets.edge_end[walkable]]))
    largest = network.node_component[nodes] == 0
    return {
        "nodes": len(nodes),
        "edges": int(walkable.sum()),
        "length_km": float(streets.edge_length_m[walkable].sum()) / _METRES_A_KM,
        "largest_component_share": float(largest.mean()) if len(nodes) else 0.0,
        **describe_heights(records),
        "findings": describe_findings(records.network_findings),
    }


def _demand(records: EvaluationRecords) -> dict[str, Any]:
    off = records.demand_access.edge_index < 0
    return {
        "points": len(records.demand.persons),
        "persons": float(records.demand.persons.sum()),
        "persons_quarantined": sum(
            (row.persons for row in records.quarantine if row.noun == "demand"), 0.0
        ),
        "persons_off_network": float(records.demand.persons[off].sum()),
        "points_off_network": int(off.sum()),
    }


def _centres(records: EvaluationRecords) -> dict[str, int]:
    verdicts = [judgement.verdict for judgement in records.judgements.judgement]
    return {"count": len(verdicts)} | {name: verdicts.count(name) for name in VERDICTS}


def _area(area: AreaFigures) -> dict[str, Any]:
    return {
        "id": area.area_id,
        "name": area.name,
        "persons": area.persons,
        "persons_covered": area.persons_covered,
        "share_covered": area.share_covered,
        "persons_covered_pass": area.persons_covered_pass,
        "share_covered_pass": area.share_covered_pass,
        "persons_covered_not_failing": area.persons_covered_not_failing,
        "share_covered_not_failing": area.share_covered_not_failing,
        "points": area.points,
    }


def _areas(coverage: Coverage, level: str) -> list[dict[str, Any]]:
    return [_area(a) for a in coverage.areas if a.level == level and a.state == "plan"]


def _gaps(records: EvaluationRecords, gaps: tuple[Gap, ...]) -> list[dict[str, Any]]:
    lonlat = to_lonlat(
        np.array([gap.xy for gap in gaps]).reshape(-1, 2), records.network.streets.crs
    )
    return [
        {
            "id": gap.gap_id,
            "persons": gap.persons,
            "lon": float(lon),
            "lat": float(lat),
            "life_circle": gap.circle_id,
            "name": gap.name,
            "points": gap.points,
            "reason": gap.reason,
            "straight_m": gap.straight_m,
            "travel_time_s": gap.travel_time_s,
            "middle_time_s": gap.middle_time_s,
            "groups": gap.groups,
        }
        for gap, (lon, lat) in zip(gaps, lonlat, strict=True)
    ]


def _siting(records: EvaluationRecords, plan: SitingPlan) -> dict[str, Any]:
    circles = records.judgements.rule_sets[0].life_circles
    lonlat = to_lonlat(
        np.array([one.xy for one in plan.proposals]).reshape(-1, 2), records.network.streets.crs
    )
    return {
        "status": plan.status,
        "objective": plan.objective,
        "bound": plan.bound,
        "bound_gap_share": plan.bound_gap_share,
        "reproducible": plan.reproducible,
        "life_circle": plan.circle_id,
        "question": plan.question,
        "asked": [
            tell_aim(
                plan,
                Words(language),
                {one.circle_id: Words(language).of(one) for one in circles},
            )
            for language in LANGUAGES
        ],
        "weights": plan.weights,
        "walkers": list(plan.walkers),
        "walkers_by": plan.walkers_by,
        "base": plan.base,
        "stopped_by": plan.stopped_by,
        "message": tell_message(plan.message, "en"),
        "message_zh": tell_message(plan.message, "zh"),
        "proposals": [
            {
                "id": one.proposal_id,
                "order": one.order,
                "action": one.action,
                "lon": float(lon),
                "lat": float(lat),
                "persons_gained": one.persons_gained,
                "floor_area_m2": one.floor_area_m2,
                "added_m2": one.added_m2,
                "centre_id": one.centre_id,
                "cost_yuan": one.cost_yuan,
                "community": one.community,
                "street_name": one.street_name,
                "phase": one.phase,
                "households_gained": one.households_gained,
            }
            for one, (lon, lat) in zip(plan.proposals, lonlat, strict=True)
        ],
        "curve": [
            {
                "count": point.count,
                "share_covered": point.share_covered,
                "persons_covered": point.persons_covered,
                "bound_share": point.bound_share,
                "status": point.status,
            }
            for point in plan.curve
        ],
        "cost_curve": [dataclasses.asdict(one) for one in plan.cost_curve],
        "alternatives": [
            {
                "sites": list(one.names),
                "new": list(one.new),
                "objective": one.objective,
                "bound": one.bound,
                "loss": one.loss,
                "status": one.status,
            }
            for one in plan.alternatives
        ],
        "closings": [
            {
                "centre_id": one.centre_id,
                "name": one.name,
                "saved_yuan": one.saved_yuan,
                "persons_lost": one.persons_lost,
            }
            for one in plan.closings
        ],
        "phases": [dataclasses.asdict(one) for one in plan.phases],
        "phases_proved": plan.phases_proved,
        "counts": plan.counts,
    }


def _shares_by_level(records: EvaluationRecords) -> list[dict[str, Any]]:
    """
    Count what the centres of each level cover on their own, in the plan.

    Which level serves which circle is an inference; these figures stand beside it.
    """
    centres, walks, persons = records.centres.centre, records.walks, records.demand.persons
    owner = np.repeat(np.arange(len(centres)), np.diff(walks.indptr))
    total = float(persons.sum())
    found = []
    for circle in records.judgements.rule_sets[0].life_circles:
        kinds = {kind for _, kind in circle.serves}
        near = walks.travel_time_s <= circle.limit_s + LIMIT_TOLERANCE_S
        for level in LEVELS:
            of_level = np.array(
                [c.level == level and c.kind in kinds and c.status != "closed" for c in centres],
                dtype=bool,
            )
            covered = np.zeros(walks.n_demand, dtype=bool)
            covered[walks.demand_index[near & of_level[owner]]] = True
            sum_covered = float(persons[covered].sum())
            found.append(
                {
                    "life_circle": circle.circle_id,
                    "level": level,
                    "centres": int(of_level.sum()),
                    "persons_covered": sum_covered,
                    "share_covered": sum_covered / total if total else 0.0,
                }
            )
    return found


def _quarantine(records: EvaluationRecords) -> dict[str, int]:
    nouns = [row.noun for row in records.quarantine]
    return {
        "rows": len(nouns),
        "demand": nouns.count("demand"),
        "centres": nouns.count("centres"),
    }


def _standards(records: EvaluationRecords) -> dict[str, Any]:
    return {
        "plan_date": records.judgements.plan_date.isoformat(),
        "apply_to_existing": records.settings.standards.apply_to_existing,
        "rule_sets": [
            {
                "id": rules.rule_set_id,
                "title": rules.title,
                "title_en": rules.title_en,
                "valid_from": rules.valid_from.isoformat(),
                "superseded_by": rules.superseded_by,
                "not_read": [
                    clause.clause_id for clause in rules.clauses if clause.certainty != "read"
                ],
            }
            for rules in records.judgements.rule_sets
        ],
        "serves": [
            {
                "life_circle": circle.circle_id,
                "serves": [{"level": level, "kind": kind} for level, kind in circle.serves],
                "certainty": circle.serves_certainty,
            }
            for circle in records.judgements.rule_sets[0].life_circles
        ],
    }


def describe_plan_verdicts(records: EvaluationRecords) -> list[dict[str, Any]]:
    """Return what each rule set says of the plan as a whole, and what it is not sure of."""
    clauses = {
        (rules.rule_set_id, clause.clause_id): clause
        for rules in records.judgements.rule_sets
        for clause in rules.clauses
    }

    def name(rule_set_id: str, clause_id: str) -> dict[str, str]:
        clause = clauses[rule_set_id, clause_id]
        return {
            "clause": clause_id,
            "name": clause.name_zh,
            "name_en": clause.name_en,
            "force": clause.force,
            "certainty": clause.certainty,
        }

    return [
        {
            "rule_set": one.rule_set_id,
            "verdict": one.verdict,
            "basis": one.basis,
            "centres": one.centres,
            "units": one.units,
            "needed": [
                {
                    **name(one.rule_set_id, clause_id),
                    "needed": needed,
                    "unit": clauses[one.rule_set_id, clause_id].needed_unit,
                }
                for clause_id, needed in one.needed.items()
            ],
            "reaching": [
                {
                    **name(one.rule_set_id, reach.clause_id),
                    "value": reach.value,
                    "unit": reach.unit,
                    "centres": reach.count,
                    "measured": reach.measured,
                    "blank": reach.blank,
                }
                for reach in one.indicators
            ],
        }
        for one in records.judgements.plan_verdicts
    ]


def _notes(records: EvaluationRecords) -> dict[str, Any]:
    return {
        "slope_not_counted": not describe_heights(records)["heights_counted"],
        "covered_by": "travel_time",
        "serves_is_inference": any(
            circle.serves_certainty == "inference"
            for circle in records.judgements.rule_sets[0].life_circles
        ),
        "notices": len(records.notices),
    }
