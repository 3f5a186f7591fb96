"""Made plans, units and walks for the tests of the standards."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.domain.judged_units import UnitFigures
from planner.domain.places import Centre, Centres, Demand
from planner.domain.reach import Walks
from planner.standards.judge import judge_centres
from planner.standards.judge_coverage import CoverageInputs, judge_coverage
from planner.standards.judge_units import judge_units
from planner.standards.unit_figures import list_units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.coverage import State
    from planner.domain.judged_units import UnitResult
    from planner.domain.standard import ClauseResult, JudgedUnit, RuleSet

DAY = date(2024, 6, 1)
HERE: dict[str, Any] = {"district": "渝中区", "street": "甲街道", "community": "一社区"}


def plan_of(*rows: dict[str, Any]) -> Centres:
    centre = tuple(
        Centre(**{"centre_id": f"c{row}", "name": f"中心{row}", "row": row + 2, **values})
        for row, values in enumerate(rows)
    )
    xy = np.zeros((len(centre), 2))
    return Centres(centre=centre, xy=xy, crs="EPSG:4545", source_crs="EPSG:4490")


def clause_result(
    rules: RuleSet,
    clause_id: str,
    *rows: dict[str, Any],
    day: date = DAY,
    **settings: Any,  # noqa: ANN401 - passed on
) -> ClauseResult:
    """What a clause says of the first centre."""
    given = {"apply_to_existing": False, "in_plan_scope": None, **settings}
    judged = judge_centres(plan_of(*rows), [rules], plan_date=day, **given)
    return next(one for one in judged.judgement[0].clause_results if one.clause_id == clause_id)


def community(
    *, persons: float = np.nan, households: float = np.nan, centres: Sequence[int] = ()
) -> UnitFigures:
    """One community with known people, and the unit of each centre."""
    return unit_of("community", persons=persons, households=households, centres=centres)


def unit_of(
    level: JudgedUnit,
    *,
    persons: float = np.nan,
    households: float = np.nan,
    centres: Sequence[int] = (),
) -> UnitFigures:
    return UnitFigures(
        level=level,
        unit_id=("u1",),
        name=("一",),
        parent=("",),
        centre_unit=np.array(centres, dtype=np.int64),
        persons=np.array([persons]),
        households=np.array([households]),
        complete=True,
    )


def unit_result(
    rules: RuleSet,
    clause_id: str,
    unit: UnitFigures,
    *rows: dict[str, Any],
    day: date = DAY,
    **settings: Any,  # noqa: ANN401 - passed on
) -> UnitResult:
    """What a clause says of the first unit."""
    found = judge_units(
        plan_of(*rows), [rules], [unit], plan_date=day, **{"in_plan_scope": None, **settings}
    )
    return next(one for one in found.results if one.clause_id == clause_id)


def named_units(
    level: JudgedUnit, *rows: dict[str, Any], day: date = DAY, state: State = "plan"
) -> UnitFigures:
    return list_units(plan_of(*rows), level, day=day, state=state)


def walks_of(rows: Sequence[dict[int, float]], n_demand: int, limit: float = 3000.0) -> Walks:
    """Walks from each centre: demand index -> seconds (or metres)."""
    counts = [len(row) for row in rows]
    index = [one for row in rows for one in sorted(row)]
    times = [row[one] for row in rows for one in sorted(row)]
    return Walks(
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        demand_index=np.array(index, dtype=np.int32),
        travel_time_s=np.array(times, dtype=np.float64),
        n_demand=n_demand,
        limit_s=limit,
    )


def homes(
    persons: Sequence[float],
    xy: Sequence[Sequence[float]] | None = None,
    **more: Any,  # noqa: ANN401 - passed on
) -> Demand:
    count = len(persons)
    return Demand(
        demand_id=tuple(f"d{row}" for row in range(count)),
        xy=np.zeros((count, 2)) if xy is None else np.asarray(xy, dtype=np.float64),
        crs="EPSG:4545",
        persons=np.asarray(persons, dtype=np.float64),
        row=tuple(range(count)),
        **more,
    )


def coverage_result(
    rules: RuleSet,
    clause_id: str,
    inputs: CoverageInputs,
    units: Sequence[UnitFigures] | None = None,
    *,
    day: date = DAY,
    state: State = "plan",
) -> UnitResult:
    """What a clause on coverage says of the first unit; the plan where none is given."""
    if units is None:
        units = [list_units(inputs.centres, "plan", day=day, persons=inputs.demand.persons)]
    found = judge_coverage(inputs, [rules], units, plan_date=day, state=state)
    return next(one for one in found.results if one.clause_id == clause_id)
