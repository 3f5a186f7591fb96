"""Figures of coverage by whatever is counted, of robustness and of room, as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.domain.indicators import CENTRE_SETS, GROUP_PREFIX
from planner.domain.robustness import FRAGILE, ROBUST, UNCOVERED, VARIATION_KINDS

if TYPE_CHECKING:
    from planner.domain.arrays import IntArray
    from planner.domain.capacity import Allocation, CircleCapacity, FloatingCatchment
    from planner.domain.coverage import Coverage
    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.indicators import Indicator
    from planner.domain.robustness import CircleRobustness
    from planner.report.words import Words

STANDINGS = {ROBUST: "robust", FRAGILE: "fragile", UNCOVERED: "uncovered"}
"""What each value of `CircleRobustness.home_standing` is called."""

_SETS = dict(zip(CENTRE_SETS, ("", "_pass", "_not_failing"), strict=True))


def name_measure(measure: str, words: Words) -> str:
    """Return what is counted in words; groups keep the name their column has."""
    if measure.startswith(GROUP_PREFIX):
        return words("measure.group", name=measure.removeprefix(GROUP_PREFIX))
    return words.named("measure", measure)


def name_assumed(name: str, words: Words) -> str:
    """Return a group or `households` in words."""
    return words("measure.households") if name == "households" else name


def tell_community_rule(coverage: Coverage, words: Words) -> str | None:
    """Return when a community counts as covered, `None` where nothing is said of it."""
    rule = coverage.community_rule
    if rule is None:
        return None
    if rule.when == "centre":
        return words("define.community_centre")
    return words("define.community_share", share=f"{rule.at_share:.0%}")


def name_variation(kind: str, name: str, words: Words) -> str:
    """Return how a thing is varied in words: a factor, a profile, a direction, a centre."""
    if kind == "speed":
        return words("variation.times", factor=name)
    return words.named(kind, name)


def index_counts(coverage: Coverage) -> dict[tuple[str, str, str, str], tuple[Indicator, int]]:
    """Return each count by state, level, area (empty for the whole) and measure, with its row."""
    return {
        (one.state, one.level, area_id, one.measure): (one, row)
        for one in coverage.indicators
        for row, area_id in enumerate(one.area_id)
    }


def count_homes(robustness: CircleRobustness) -> dict[str, int]:
    """Return how many homes are robust, fragile and uncovered."""
    standing = np.asarray(robustness.home_standing)
    return {name: int((standing == value).sum()) for value, name in STANDINGS.items()}


def list_only_centres(robustness: CircleRobustness) -> IntArray:
    """Return the centres that are the only one for anybody, those for most persons first."""
    persons = np.asarray(robustness.centre_only_persons)
    order = np.argsort(-persons, kind="stable")
    found: IntArray = order[persons[order] > 0]
    return found


def describe_indicators(coverage: Coverage) -> list[dict[str, Any]]:
    """Return every count of the whole study, by state and measure, each share with its numbers."""
    return [_describe_indicator(one) for one in coverage.indicators if one.level == "whole"]


def describe_community_rule(coverage: Coverage) -> dict[str, Any] | None:
    """Return when a community counts as covered."""
    rule = coverage.community_rule
    return None if rule is None else {"when": rule.when, "at_share": rule.at_share}


def describe_robustness(records: EvaluationRecords, coverage: Coverage) -> list[dict[str, Any]]:
    """Return robust and fragile coverage of each circle, and who depends on one centre."""
    return [_describe_circle(records, one) for one in coverage.robustness]


def describe_capacity(coverage: Coverage) -> list[dict[str, Any]]:
    """Return who finds room in each circle, by each way of going."""
    return [_describe_room(one) for one in coverage.capacity]


def describe_equity(coverage: Coverage) -> list[dict[str, Any]]:
    """Return how evenly the walks of each circle are spread over the people."""
    return [
        {
            "life_circle": circle.circle_id,
            "persons_without_walk": circle.persons_without_walk,
            "lowest_street_m": circle.lowest_street_m,
            "rows": [
                {
                    "part": row.part,
                    "persons": row.persons,
                    "persons_timed": row.persons_timed,
                    "persons_covered": row.persons_covered,
                    "share_covered": row.share_covered,
                    "persons_beyond_twice": row.persons_beyond_twice,
                    "share_beyond_twice": row.share_beyond_twice,
                    "mean_s": row.mean_s,
                    "gini": row.gini,
                    "deciles_s": list(row.deciles_s),
                }
                for row in circle.rows
            ],
        }
        for circle in coverage.equity
    ]


def describe_ledger(records: EvaluationRecords) -> dict[str, Any] | None:
    """Return where the people of the file went, `None` where it was not recorded."""
    ledger = records.demand.ledger
    if ledger is None:
        return None
    return {
        "source": ledger.source,
        "persons_read": ledger.persons_read,
        "persons_placed": ledger.persons_placed,
        "persons_set_aside": ledger.persons_set_aside,
        "entries": [
            {
                "rule": one.rule,
                "reason": one.reason,
                "sources": one.n_sources,
                "points": one.n_points,
                "persons": one.persons,
            }
            for one in ledger.entries
        ],
    }


def _describe_indicator(indicator: Indicator) -> dict[str, Any]:
    return {
        "state": indicator.state,
        "measure": indicator.measure,
        "not_known": float(np.sum(indicator.not_known)),
        "life_circles": [
            {"id": circle_id, "whole": float(indicator.whole[0])}
            | {
                f"{figure}{suffix}": float(getattr(indicator, figure)[one, position, 0])
                for one, suffix in enumerate(_SETS.values())
                for figure in ("covered", "share")
            }
            for position, circle_id in enumerate(indicator.circle_id)
        ],
    }


def _describe_circle(records: EvaluationRecords, circle: CircleRobustness) -> dict[str, Any]:
    homes = count_homes(circle)
    centres = records.centres.centre
    return {
        "life_circle": circle.circle_id,
        "persons": circle.persons,
        "persons_robust": circle.persons_robust,
        "persons_fragile": circle.persons_fragile,
        "persons_uncovered": circle.persons_uncovered,
        "homes_robust": homes["robust"],
        "homes_fragile": homes["fragile"],
        "homes_uncovered": homes["uncovered"],
        "persons_lost_by": {
            kind: circle.persons_lost_by[kind]
            for kind in VARIATION_KINDS
            if kind in circle.persons_lost_by
        },
        "variations": [
            {
                "kind": one.kind,
                "name": one.name,
                "decides": one.decides,
                "persons_covered": one.persons_covered,
                "share_covered": one.share_covered,
                "persons_lost": one.persons_lost,
                "persons_gained": one.persons_gained,
            }
            for one in circle.variations
        ],
        "only_centres": [
            {
                "id": centres[index].centre_id,
                "persons": float(circle.centre_only_persons[index]),
            }
            for index in list_only_centres(circle).tolist()
        ],
    }


def _describe_room(circle: CircleCapacity) -> dict[str, Any]:
    return {
        "life_circle": circle.circle_id,
        "m2_per_100_households": circle.m2_per_100_households,
        "persons_per_household": circle.persons_per_household,
        "persons": circle.persons,
        "persons_uncovered": circle.persons_uncovered,
        "households": circle.households,
        "households_assumed": circle.households_assumed,
        "centres": int(np.sum(circle.serving)),
        "centres_without_area": circle.centres_without_area,
        "nearest": _describe_allocation(circle.nearest),
        "flow": _describe_allocation(circle.flow),
        "2sfca": _describe_catchment(circle.floating),
        "e2sfca": _describe_catchment(circle.enhanced),
    }


def _describe_allocation(allocation: Allocation) -> dict[str, Any]:
    return {
        "persons_with_room": allocation.persons_with_room,
        "persons_without_room": allocation.persons_without_room,
        "persons_room_unknown": allocation.persons_room_unknown,
        "mean_walk_s": allocation.mean_walk_s,
    }


def _describe_catchment(catchment: FloatingCatchment) -> dict[str, Any]:
    return {
        "mean_m2_per_100_households": catchment.mean_m2_per_100_households,
        "persons_below": catchment.persons_below,
        "index": catchment.index,
    }
