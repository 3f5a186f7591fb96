"""
The records of one evaluated town, made by hand: `make_records`, `make_proposals`.

Figures of the full town (255 persons, norm, to the centre, 300 s and 900 s), worked out
on paper from the drawing in `town`:

====================  ==================  =======================  ==================
state, circle         all                 pass                     not failing
====================  ==================  =======================  ==================
existing, basic       0 (no centre)       0                        0
existing, daily       C1: 31              0                        C1: 31
plan, basic           C2 C3 C4: 4+8+16    C2: 4+8                  C2 C4: 28
plan, daily           all: 63             C2: 2+4+8+16             C1 C2 C4: 31
with P1 P2 P3, basic  28 + 64 + 1         12 + 64 + 1 (P3: 0)      28 + 64 + 1
with P1 P2 P3, daily  63 + 64             30 + 32 + 64 + 1         31 + 32 + 64
====================  ==================  =======================  ==================
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.coverage import (
    Alternative,
    AreaFigures,
    CentreFigures,
    CircleCoverage,
    Coverage,
    Gap,
    State,
    StateCoverage,
)
from planner.domain.evaluation import EvaluationRecords, ProposalRecords
from planner.domain.places import Candidates
from planner.domain.siting import CurvePoint, Proposal, SitingPlan
from planner.domain.standard import (
    Clause,
    ClauseResult,
    Judgement,
    Judgements,
    LifeCircle,
    Verdict,
)
from planner.domain.study import (
    AreasSettings,
    CentresSettings,
    DemandSettings,
    OutputSettings,
    SitingSettings,
    StandardsSettings,
    StreetsSettings,
    StudySettings,
    WalkingSettings,
)
from planner.errors import Fault
from planner.units import LIMIT_TOLERANCE_S, UNREACHED
from tests.report import town
from tests.report.rules import CHONGQING_2018, CONVENIENCE_AREA, FLOOR_AREA, SOCIAL_WORKERS

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.places import Centre
    from planner.domain.reach import Walks

CIRCLES = CHONGQING_2018.life_circles


def make_records(
    *,
    hostile: bool = False,
    areas: bool = True,
    households: bool = True,
    centres: int = 4,
    gaps: bool = True,
    language: str = "zh",
    folder: Path = Path("study"),
    formats: tuple[str, ...] = (),
    crs: str | None = None,
    pdf: bool = False,
) -> EvaluationRecords:
    """
    Make the evaluated town.

    Parameters
    ----------
    hostile
        Names of the study, a centre and a home carry formulas and markup.
    areas
        Two communities and their street; without, no areas at all.
    households
        Demand has households (blank for the last home).
    centres
        So many of the four centres, from the first: 1 leaves a street centre only.
    gaps
        With the five gaps of the plan.
    language, folder, formats, crs, pdf
        Settings of the study and its outputs.
    """
    demand = town.make_demand(hostile=hostile, households=households)
    place = town.make_centres(hostile=hostile, count=centres)
    judgement = tuple(judge(centre) for centre in place.centre)
    walks = town.make_walks(town.CENTRES[:centres])
    area_records = town.make_areas() if areas else ()
    area_index = {
        "community": np.array([0, 0, 0, 0, 0, 1, 1, -1]),
        "street": np.array([0, 0, 0, 0, 0, 0, 0, -1]),
    }
    records = EvaluationRecords(
        settings=_settings(hostile, areas, language, folder, OutputSettings(crs, formats, pdf)),
        network=town.make_network(),
        demand=demand,
        demand_access=town.make_access(
            town.HOMES, town.HOME_EDGES, town.HOME_FRACTIONS, off_network=demand.xy[7]
        ),
        centres=place,
        centre_access=town.make_access(
            town.CENTRES[:centres], town.CENTRE_EDGES[:centres], (1.0,) * centres
        ),
        areas=area_records,
        area_index=area_index if areas else {},
        judgements=Judgements((CHONGQING_2018,), date(2018, 10, 1), judgement),
        walks=walks,
        coverage=Coverage((), (), (), ()),
        isochrones=town.make_isochrones(
            town.CENTRES[:centres], tuple(circle.limit_s for circle in CIRCLES)
        ),
        quarantine=demand.quarantine + place.quarantine,
        notices=(
            Fault(
                "bare numbers are read as square metres",
                file="layout_plan.xlsx",
                field="floor_area_m2",
            ),
            Fault(
                "1 demand point is farther from any street than snap_limit_m",
                file="population.csv",
                hint="it stays in the denominator, uncovered",
            ),
        ),
    )
    return replace(records, coverage=_coverage(records, gaps=gaps))


def make_proposals(records: EvaluationRecords) -> ProposalRecords:
    """Make three proposals for the town: two to build, one to expand."""
    xy = town.place_xy(town.PROPOSALS)
    walks = town.make_walks(town.PROPOSALS)
    base, persons = 63.0, 255.0
    plan = SitingPlan(
        circle_id="daily_15min",
        base="all",
        candidates=Candidates(("N6", "N0"), xy[:2], town.CRS),
        proposals=(
            Proposal(
                "P1", 1, "build", 0, (float(xy[0, 0]), float(xy[0, 1])),
                {"basic_5min": 64.0, "daily_15min": 64.0}, 2700.0, 800.0, 6_000_000.0,
                "滨江社区", "滨江路",
            ),
            Proposal(
                "P2", 2, "build", 1, (float(xy[1, 0]), float(xy[1, 1])),
                {"basic_5min": 1.0, "daily_15min": 0.0}, 2700.0, 800.0, None,
                "人民社区", "人民路",
            ),
            Proposal(
                "P3", 3, "expand", -1, (float(xy[2, 0]), float(xy[2, 1])),
                {"basic_5min": 0.0, "daily_15min": 0.0}, 2700.0, 900.0, 2_500_000.0,
                "滨江社区", "滨江路",
            ),
        ),
        status="optimal",
        objective=base + 64.0,
        bound=base + 64.0,
        bound_gap_share=0.0,
        stopped_by="proved",
        curve=(
            CurvePoint(0, base / persons, base, base / persons, "optimal"),
            CurvePoint(1, 127.0 / persons, 127.0, 127.0 / persons, "optimal"),
            CurvePoint(2, 127.0 / persons, 127.0, 127.0 / persons, "optimal"),
        ),
        counts={"candidates": 2},
    )  # fmt: skip
    added = _with_proposals(records, walks)
    return ProposalRecords(
        plan=plan,
        access=town.make_access(town.PROPOSALS, town.PROPOSAL_EDGES, town.PROPOSAL_FRACTIONS),
        walks=walks,
        coverage=replace(
            records.coverage,
            states=(*records.coverage.states, added),
            areas=(*records.coverage.areas, *_area_figures(records, added)),
        ),
        isochrones=town.make_isochrones(
            town.PROPOSALS, tuple(circle.limit_s for circle in CIRCLES)
        ),
    )


def judge(centre: Centre) -> Judgement:
    """Judge a centre by the three clauses; existing and street centres are not judged."""

    def apply(clause: Clause, measured: float | None) -> ClauseResult:
        verdict: Verdict = "not_applicable"
        reason, margin = "level_other", None
        if centre.level == "community":
            margin = None if measured is None else measured - clause.value
            verdict, reason = "cannot_tell", "value_blank"
            if margin is not None:
                verdict, reason = ("pass" if margin >= 0 else "fail"), ""
        return ClauseResult(
            clause.clause_id, "chongqing-2018", verdict, measured, clause.value, margin, reason
        )

    results = (
        apply(FLOOR_AREA, centre.floor_area_m2),
        apply(CONVENIENCE_AREA, centre.convenience_area_m2),
        apply(SOCIAL_WORKERS, centre.social_workers),
    )
    order: tuple[Verdict, ...] = ("fail", "cannot_tell", "pass", "not_applicable")
    area = min((result.verdict for result in results[:2]), key=order.index)
    return Judgement(
        centre.centre_id,
        area,
        results,
        {"chongqing-2018": area},
        {"floor_area": area, "staffing": results[2].verdict},
    )


def _settings(
    hostile: bool,  # noqa: FBT001 -- handed on from the keyword of `make_records`
    areas: bool,  # noqa: FBT001
    language: str,
    folder: Path,
    output: OutputSettings,
) -> StudySettings:
    return StudySettings(
        path=folder / "study.toml",
        name=town.HOSTILE_TITLE if hostile else "示范镇",
        language=language,
        streets=StreetsSettings(folder / "streets.osm.pbf"),
        walking=WalkingSettings(),
        demand=DemandSettings(folder / "population.csv", persons="人口"),
        centres=CentresSettings(folder / "layout_plan.xlsx"),
        areas=AreasSettings(folder / "communities.gpkg", folder / "streets_admin.gpkg")
        if areas
        else AreasSettings(),
        standards=StandardsSettings(plan_date=date(2018, 10, 1)),
        siting=SitingSettings(count=3),
        output=output,
        credits=("© OpenStreetMap contributors",),
    )


def _serving(records: EvaluationRecords, circle: LifeCircle) -> BoolArray:
    return np.array([(c.level, c.kind) in circle.serves for c in records.centres.centre])


def _fastest(walks: Walks, mask: BoolArray) -> tuple[FloatArray, IntArray]:
    """Return the fastest walk from any place of the mask, and that place."""
    times = np.full(walks.n_demand, UNREACHED)
    nearest = np.full(walks.n_demand, -1)
    for place in np.flatnonzero(mask):
        row = slice(walks.indptr[place], walks.indptr[place + 1])
        for home, time_s in zip(walks.demand_index[row], walks.travel_time_s[row], strict=True):
            if time_s < times[home]:
                times[home], nearest[home] = time_s, place
    return times, nearest


def _state(records: EvaluationRecords, state: State, in_service: BoolArray) -> StateCoverage:
    verdicts = np.array([one.verdict for one in records.judgements.judgement])
    masks = (
        in_service,
        in_service & (verdicts == "pass"),
        in_service & (verdicts != "fail"),
    )
    times, nearest, counts = [], [], []
    for circle in CIRCLES:
        serving = [mask & _serving(records, circle) for mask in masks]
        found = [_fastest(records.walks, mask) for mask in serving]
        times.append([one[0] for one in found])
        nearest.append(found[0][1])
        counts.append([int(mask.sum()) for mask in serving])
    return _count(records, state, np.array(times), np.array(nearest), counts)


def _count(
    records: EvaluationRecords,
    state: State,
    times: FloatArray,
    nearest: IntArray,
    counts: list[list[int]],
) -> StateCoverage:
    persons, households = records.demand.persons, records.demand.households
    figures = []
    for position, circle in enumerate(CIRCLES):
        inside = times[position] <= circle.limit_s + LIMIT_TOLERANCE_S
        covered = [float(persons[mask].sum()) for mask in inside]
        total = float(persons.sum())
        figures.append(
            CircleCoverage(
                circle.circle_id,
                circle.limit_s,
                total,
                counts[position][0],
                covered[0],
                covered[0] / total,
                counts[position][1],
                covered[1],
                covered[1] / total,
                counts[position][2],
                covered[2],
                covered[2] / total,
                points_covered=int(inside[0].sum()),
                points=len(persons),
                households=None if households is None else float(np.nansum(households)),
                households_covered=None
                if households is None
                else float(np.nansum(households[inside[0]])),
            )
        )
    return StateCoverage(
        state,
        tuple(figures),
        times[:, 0],
        nearest.astype(np.int32),
        times[:, 1],
        times[:, 2],
    )


def _with_proposals(records: EvaluationRecords, walks: Walks) -> StateCoverage:
    plan = records.coverage.states[1]
    built = _fastest(walks, np.ones(3, dtype=bool))
    before = np.stack(
        [plan.travel_time_s, plan.travel_time_pass_s, plan.travel_time_not_failing_s], axis=1
    )
    nearest = np.where(
        built[0] < plan.travel_time_s, built[1] + len(records.centres.centre), plan.centre_index
    )
    counts = [
        [one.centres + 2, one.centres_pass + 3, one.centres_not_failing + 3]
        for one in plan.life_circles
    ]
    return _count(records, "with_proposals", np.minimum(before, built[0]), nearest, counts)


def _area_figures(records: EvaluationRecords, state: StateCoverage) -> tuple[AreaFigures, ...]:
    figures = []
    persons = records.demand.persons
    limits = np.array([circle.limit_s for circle in CIRCLES])[:, None] + LIMIT_TOLERANCE_S
    names = [circle.circle_id for circle in CIRCLES]
    kinds = (state.travel_time_s, state.travel_time_pass_s, state.travel_time_not_failing_s)
    for level in records.areas:
        for position, area_id in enumerate(level.area_id):
            here = records.area_index[level.level] == position
            total = float(persons[here].sum())
            sums = [
                dict(zip(names, (((times <= limits) & here) @ persons).tolist(), strict=True))
                for times in kinds
            ]
            shares: list[dict[str, float | None]] = [
                {name: value / total for name, value in row.items()} for row in sums
            ]
            figures.append(
                AreaFigures(
                    area_id,
                    level.name[position],
                    level.level,
                    state.state,
                    total,
                    sums[0],
                    shares[0],
                    sums[1],
                    shares[1],
                    sums[2],
                    shares[2],
                    int(here.sum()),
                )
            )
    return tuple(figures)


def _centre_figures(records: EvaluationRecords, plan: StateCoverage) -> tuple[CentreFigures, ...]:
    persons = records.demand.persons
    figures = []
    for index, centre in enumerate(records.centres.centre):
        reached, nearest = {}, {}
        only = np.arange(len(records.centres.centre)) == index
        times = _fastest(records.walks, only)[0]
        for position, circle in enumerate(CIRCLES):
            serves = bool(_serving(records, circle)[index])
            inside = (times <= circle.limit_s + LIMIT_TOLERANCE_S) & serves
            reached[circle.circle_id] = float(persons[inside].sum())
            own = inside & (plan.centre_index[position] == index)
            nearest[circle.circle_id] = float(persons[own].sum())
        figures.append(CentreFigures(centre.centre_id, reached, nearest))
    return tuple(figures)


def _gaps(records: EvaluationRecords) -> tuple[Gap, ...]:
    xy, named = records.demand.xy, bool(records.areas)
    rows = (
        # id, circle, members, community, street, nearest centre, straight, walk, reason
        ("G1", 0, (7,), "", "", 2, 2332.4, UNREACHED, "off_network"),
        ("G2", 0, (5, 6), "滨江社区", "滨江路", 2, 1000.0, 1000.0, "too_far"),
        ("G3", 0, (0, 1), "人民社区", "人民路", 3, 366.7, 441.3, "detour"),
        ("G4", 1, (7,), "", "", 2, 2332.4, UNREACHED, "off_network"),
        ("G5", 1, (6,), "滨江社区", "滨江路", 2, 1200.0, 1200.0, "too_far"),
    )
    found = []
    for gap_id, circle, members, community, street, nearest, straight_m, walk_s, reason in rows:
        index = np.array(members, dtype=np.int64)
        persons = records.demand.persons[index]
        middle = xy[index[int(persons.argmax())]]
        known = community if named else ""
        found.append(
            Gap(
                gap_id, CIRCLES[circle].circle_id, float(persons.sum()), len(members),
                (float(middle[0]), float(middle[1])), " ".join(filter(None, (known, street))),
                known, street, index, min(nearest, len(records.centres.centre) - 1), straight_m,
                walk_s, reason,
            )
        )  # fmt: skip
    return tuple(found)


def _coverage(records: EvaluationRecords, *, gaps: bool) -> Coverage:
    status = np.array([centre.status for centre in records.centres.centre])
    existing = _state(records, "existing", status == "existing")
    plan = _state(records, "plan", status != "closed")
    return Coverage(
        states=(existing, plan),
        centres=_centre_figures(records, plan),
        areas=(*_area_figures(records, existing), *_area_figures(records, plan)),
        gaps=_gaps(records) if gaps else (),
        alternatives=(
            Alternative("norm", "to_centre", plan.life_circles),
            Alternative("norm", "from_centre", plan.life_circles),
        ),
        loss_detour_share={"basic_5min": 0.4, "daily_15min": 0.5},
        loss_terrain_share={"basic_5min": 0.0, "daily_15min": 0.0},
    )
