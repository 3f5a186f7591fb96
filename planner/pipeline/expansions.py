"""Centres of a plan that would pass if they were larger: what is missing, and whom they reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.coverage.cover import stack_walks
from planner.coverage.service import in_service, serves
from planner.domain.places import SCOPES
from planner.domain.reach import Walks
from planner.domain.siting import Expansions
from planner.standards.judge import judge_centres

if TYPE_CHECKING:
    from planner.domain.arrays import IntArray
    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.standard import Clause, ClauseResult


def find_expansions(
    records: EvaluationRecords, leave_out: frozenset[int] = frozenset()
) -> Expansions:
    """
    Find the centres in service that do not pass, and would with the floor area they miss.

    What a clause asks of a new centre is asked of every one of its level and kind, whatever
    its status and place: an old centre below that size is what an expansion mends. Where a
    figure is blank nobody can say what is missing, so such a centre is not offered, unless
    the blank part would fit into what is added anyway.

    Parameters
    ----------
    records
        The evaluation.
    leave_out
        Positions of centres that are not offered.

    Returns
    -------
    expansions
        In the order of the centres. Of several sizes missed the largest is what is added:
        the convenience part lies within the whole.
    """
    rule_set = records.judgements.rule_sets[0]
    clauses = {
        clause.clause_id: clause
        for clause in rule_set.clauses
        if clause.force == "must" and clause.group == "floor_area"
    }
    everywhere = np.ones(len(records.centres.centre), dtype=np.int64)
    judged = judge_centres(
        records.centres,
        (rule_set,),
        plan_date=records.judgements.plan_date,
        apply_to_existing=True,
        in_plan_scope=everywhere,
        zones=dict.fromkeys(SCOPES, everywhere),
    )
    masks = np.stack([serves(records.centres, circle) for circle in rule_set.life_circles])
    offered = in_service(records.centres, "plan") & masks.any(axis=0)
    added, chosen, mended, unknown = [], [], [], 0
    for place in np.flatnonzero(offered).tolist():
        if place in leave_out or records.judgements.judgement[place].verdict == "pass":
            continue
        results = [
            one for one in judged.judgement[place].clause_results if one.clause_id in clauses
        ]
        missing_m2, known = _missing(results, clauses)
        unknown += not known
        if known and missing_m2 > 0:
            added.append(missing_m2)
            chosen.append(place)
            mended.append(tuple(one for one in results if one.verdict in ("fail", "cannot_tell")))
    index = np.array(chosen, dtype=np.int64)
    named = [records.centres.centre[place] for place in chosen]

    def size_after(measure: str) -> list[float]:
        sizes = []
        for centre, results in zip(named, mended, strict=True):
            has = getattr(centre, measure)
            asked = [one.required for one in results if clauses[one.clause_id].measures == measure]
            sizes.append(max(asked, default=np.nan if has is None else has))
        return sizes

    return Expansions(
        centre_index=index,
        centre_id=tuple(centre.centre_id for centre in named),
        centre_name=tuple(centre.name for centre in named),
        clause_ids=tuple(tuple(one.clause_id for one in results) for results in mended),
        xy=records.centres.xy[index],
        added_m2=np.array(added, dtype=np.float64),
        floor_area_m2=np.array(size_after("floor_area_m2"), dtype=np.float64),
        convenience_area_m2=np.array(size_after("convenience_area_m2"), dtype=np.float64),
        walks=take_walks(records.walks, index),
        serves=masks[:, index],
        action=("expand",) * len(index),
        counts={"expansions": len(chosen), "expansions_unknown": unknown},
    )


def find_shared_sites(
    records: EvaluationRecords,
    sizes_m2: tuple[float | None, float | None],
    leave_out: frozenset[int] = frozenset(),
) -> Expansions:
    """
    Find the centres in service beside which a new one can be built: those of another service.

    Parameters
    ----------
    records
        The evaluation.
    sizes_m2
        Floor area of a new centre, and of its convenience part; `None` without such a clause.
    leave_out
        Positions of centres that are not offered.

    Returns
    -------
    sites
        Centres of the plan that do not serve every circle; the new one serves them all, is as
        large as any new one, and is reached by the entrances that are there.
    """
    circles = records.judgements.rule_sets[0].life_circles
    masks = np.stack([serves(records.centres, circle) for circle in circles])
    found = np.flatnonzero(in_service(records.centres, "plan") & ~masks.all(axis=0))
    index = np.array([one for one in found.tolist() if one not in leave_out], dtype=np.int64)
    named = [records.centres.centre[place] for place in index.tolist()]
    whole, part = (np.nan if size is None else size for size in sizes_m2)
    return Expansions(
        centre_index=index,
        centre_id=tuple(centre.centre_id for centre in named),
        centre_name=tuple(centre.name for centre in named),
        clause_ids=((),) * len(index),
        xy=records.centres.xy[index],
        added_m2=np.full(len(index), whole),
        floor_area_m2=np.full(len(index), whole),
        convenience_area_m2=np.full(len(index), part),
        walks=take_walks(records.walks, index),
        serves=np.ones((len(circles), len(index)), dtype=np.bool_),
        action=("co_locate",) * len(index),
        counts={"shared_sites": len(index)},
    )


def join_expansions(one: Expansions | None, other: Expansions | None) -> Expansions | None:
    """Put two lists of options at centres of the plan into one."""
    if one is None or other is None:
        return one or other
    return Expansions(
        centre_index=np.concatenate([one.centre_index, other.centre_index]),
        centre_id=one.centre_id + other.centre_id,
        centre_name=one.centre_name + other.centre_name,
        clause_ids=one.clause_ids + other.clause_ids,
        xy=np.concatenate([one.xy, other.xy]),
        added_m2=np.concatenate([one.added_m2, other.added_m2]),
        floor_area_m2=np.concatenate([one.floor_area_m2, other.floor_area_m2]),
        convenience_area_m2=np.concatenate([one.convenience_area_m2, other.convenience_area_m2]),
        walks=stack_walks(one.walks, other.walks),
        serves=np.hstack([one.serves, other.serves]),
        action=one.action + other.action,
        counts=one.counts | other.counts,
    )


def _missing(results: list[ClauseResult], clauses: dict[str, Clause]) -> tuple[float, bool]:
    """Return the floor area that makes a centre pass, and whether that can be told."""
    missing_m2 = max(
        (one.needed or 0.0 for one in results if one.verdict == "fail"),
        default=0.0,
    )
    known = all(
        clauses[one.clause_id].part_of is not None and one.required <= missing_m2
        for one in results
        if one.verdict == "cannot_tell"
    )
    return missing_m2, known


def take_walks(walks: Walks, chosen: IntArray) -> Walks:
    """Return the walks of some places, in that order."""
    rows = [slice(int(walks.indptr[one]), int(walks.indptr[one + 1])) for one in chosen]
    sizes = np.array([row.stop - row.start for row in rows], dtype=np.int64)
    demand, time_s = walks.demand_index, walks.travel_time_s
    return Walks(
        indptr=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)]),
        demand_index=np.concatenate([demand[:0], *(demand[row] for row in rows)]),
        travel_time_s=np.concatenate([time_s[:0], *(time_s[row] for row in rows)]),
        n_demand=walks.n_demand,
        limit_s=walks.limit_s,
    )
