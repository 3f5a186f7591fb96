"""
Counts, robustness, room, units and placing for the town, made by hand.

Of the plan's 15-minute circle (63 of 255 persons): closing C1 takes d0 (1 person) away and
closing C3 takes d5 (32); the homes d1 to d4 (30 persons) keep another centre.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.domain.capacity import Allocation, CircleCapacity, FloatingCatchment
from planner.domain.equity import CircleEquity, EquityRow, WorstHomes
from planner.domain.indicators import CommunityRule, Indicator
from planner.domain.judged_units import UnitResult
from planner.domain.ledger import Ledger, LedgerEntry
from planner.domain.placing import DatumResidual, DatumTest, FarPlaces, SnapReport
from planner.domain.robustness import (
    FRAGILE,
    ROBUST,
    UNCOVERED,
    AreaBand,
    CircleRobustness,
    Variation,
)
from planner.domain.walking import WalkingFigure
from tests.report.rules import CHONGQING_2018, FLOOR_AREA
from tests.report.town import X0, Y0

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.domain.capacity import AllocationMethod
    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.indicators import IndicatorLevel
    from planner.domain.robustness import VariationKind

CIRCLES = ("basic_5min", "daily_15min")

PRESENCE = replace(
    FLOOR_AREA,
    clause_id="community_presence",
    measures="centres",
    value=1.0,
    unit="centres",
    judged_unit="community",
    rule_type="presence",
    name_zh="每个社区有中心",
    name_en="A centre in every community",
)


def with_counts(records: EvaluationRecords) -> EvaluationRecords:
    """Give the coverage its counts, robustness and room."""
    coverage = replace(
        records.coverage,
        indicators=make_indicators(),
        community_rule=CommunityRule(),
        robustness=make_robustness(),
        capacity=(make_capacity(),),
    )
    return replace(records, coverage=coverage)


def make_indicators() -> tuple[Indicator, ...]:
    """Count homes, households, communities and one group, of the plan."""
    return (
        _indicator("whole", "homes", [[3, 6], [2, 4], [3, 5]], [8]),
        _indicator("whole", "households", [[14, 32], [6, 15], [14, 16]], [64], blank=[1]),
        _indicator("whole", "group:老年人", [[2, 4], [1, 2], [2, 3]], [16]),
        _indicator("whole", "communities", [[0, 1], [0, 0], [0, 1]], [2]),
        _rows("homes", [[[3, 0, 0], [5, 1, 0]]] * 3, [5, 2, 1]),
        _rows("persons", [[[28, 0, 0], [31, 32, 0]]] * 3, [31, 96, 128]),
        _rows("households", [[[14, 0, 0], [16, 16, 0]]] * 3, [16, 48, 0]),
    )


def _indicator(
    level: IndicatorLevel,
    measure: str,
    covered: list[list[int]],
    whole: list[int],
    *,
    blank: list[int] | None = None,
) -> Indicator:
    return _make(level, measure, ("",), ("",), np.array(covered)[:, :, None], whole, blank)


def _rows(measure: str, covered: list[list[list[int]]], whole: list[int]) -> Indicator:
    ids, names = ("K1", "K2", ""), ("人民社区", "滨江社区", "")
    return _make("community", measure, ids, names, np.array(covered), whole, None)


def _make(
    level: IndicatorLevel,
    measure: str,
    ids: tuple[str, ...],
    names: tuple[str, ...],
    covered: Any,  # noqa: ANN401 -- an array of whole numbers
    whole: list[int],
    blank: list[int] | None,
) -> Indicator:
    all_of_it = np.array(whole, dtype=np.float64)
    part = covered.astype(np.float64)
    with np.errstate(invalid="ignore"):
        share = part / all_of_it
    return Indicator(
        "plan", level, measure, CIRCLES, ids, names, all_of_it, part, share,
        np.array(blank or [0] * len(whole), dtype=np.float64),
    )  # fmt: skip


def make_robustness() -> tuple[CircleRobustness, ...]:
    """Judge both circles; only the longer has bands."""
    nobody = np.zeros(4)
    basic = CircleRobustness(
        circle_id="basic_5min",
        persons=255.0,
        persons_robust=8.0,
        persons_fragile=20.0,
        persons_uncovered=227.0,
        variations=(_vary("speed", "0.8", 12.0, 16.0, decides=True),),
        persons_lost_by={"speed": 16.0, "closure": 20.0},
        home_standing=_standing((2, 4), (3,)),
        home_lost_by=np.zeros(8, dtype=np.uint8),
        centre_only_persons=nobody,
        second_time_s=np.full(8, np.inf),
    )
    daily = CircleRobustness(
        circle_id="daily_15min",
        persons=255.0,
        persons_robust=30.0,
        persons_fragile=33.0,
        persons_uncovered=192.0,
        variations=(
            _vary("speed", "0.8", 62.0, 1.0, decides=True),
            _vary("profile", "wheelchair", 47.0, 16.0, decides=False),
            _vary("closure", "C3", 31.0, 32.0, decides=True),
        ),
        persons_lost_by={"speed": 1.0, "closure": 33.0},
        home_standing=_standing((0, 5), (1, 2, 3, 4)),
        home_lost_by=np.zeros(8, dtype=np.uint8),
        centre_only_persons=np.array([1.0, 0.0, 32.0, 0.0]),
        second_time_s=np.array([np.inf, 300, 312, 600, 600, np.inf, np.inf, np.inf]),
        bands=(
            AreaBand(
                "community", ("K1", "K2", ""), ("人民社区", "滨江社区", ""),
                persons=np.array([31.0, 96.0, 128.0]),
                persons_robust=np.array([30.0, 0.0, 0.0]),
                persons_fragile=np.array([1.0, 32.0, 0.0]),
                persons_covered=np.array([31.0, 32.0, 0.0]),
                share=np.array([1.0, 1 / 3, 0.0]),
                share_low=np.array([30 / 31, 0.0, 0.0]),
                share_high=np.array([1.0, 1 / 3, 0.0]),
                low_by=("speed:0.8", "closure:C3", "plan"),
                high_by=("plan", "profile:adult", "plan"),
            ),
        ),
    )  # fmt: skip
    return basic, daily


def _vary(
    kind: VariationKind, name: str, covered: float, lost: float, *, decides: bool
) -> Variation:
    return Variation(kind, name, decides, covered, covered / 255, lost, 0.0)


def _standing(fragile: tuple[int, ...], robust: tuple[int, ...]) -> Any:  # noqa: ANN401 -- an array
    standing = np.full(8, UNCOVERED, dtype=np.uint8)
    standing[list(fragile)] = FRAGILE
    standing[list(robust)] = ROBUST
    return standing


def make_capacity() -> CircleCapacity:
    """Send 32 households of the 15-minute circle to C1 and C3; C2's area is not known."""
    return CircleCapacity(
        circle_id="daily_15min",
        m2_per_100_households=30.0,
        persons_per_household=2.0,
        persons=255.0,
        persons_uncovered=192.0,
        households=128.0,
        households_assumed=64.0,
        serving=np.array([True, True, True, False]),
        centres_without_area=1,
        room_households=np.array([20.0, np.nan, 10.0, np.nan]),
        nearest=_allocation("nearest", 45.0, 12.0, [15.0, 1.0, 16.0], [0.0, np.nan, 6.0]),
        flow=_allocation("flow", 49.0, 8.0, [17.0, 1.0, 14.0], [0.0, np.nan, 4.0]),
        floating=_catchment("2sfca", 24.0),
        enhanced=_catchment("e2sfca", 21.0),
    )


def _allocation(
    method: AllocationMethod,
    with_room: float,
    without: float,
    households: list[float],
    over: list[float],
) -> Allocation:
    went: FloatArray = np.array([*households, 0.0])
    return Allocation(
        method, with_room, without, 6.0, 240.0, went, 2.0 * went,
        np.array([*over, np.nan]), np.array([20.0 - households[0], np.nan, 0.0, np.nan]),
        np.full(8, np.nan),
    )  # fmt: skip


def _catchment(method: Any, mean: float) -> FloatingCatchment:  # noqa: ANN401 -- one of two words
    return FloatingCatchment(method, (1.0,), np.zeros(8), mean, 200.0, mean / 30.0)


def with_people(records: EvaluationRecords) -> EvaluationRecords:
    """Give the people a ledger, the walks their spread, and d5 to failing centres alone."""
    ledger = Ledger(
        "polygons",
        767.0,
        (
            LedgerEntry("buildings", 3, 7, 127.0),
            LedgerEntry("frontage", 1, 1, 128.0),
            LedgerEntry("set_aside", 1, 0, 512.0, "no_coordinates"),
        ),
        n_empty=2,
    )
    everybody = EquityRow(
        "all", 255.0, 127.0, (300.0,) * 4 + (np.inf,) * 5, 954.0, 0.25, 63.0, 63 / 255, 128.0,
        128 / 255,
    )  # fmt: skip
    equity = CircleEquity(
        circle_id="daily_15min",
        limit_s=900.0,
        rows=(
            everybody,
            replace(everybody, part="group:老年人", persons=16.0),
            replace(everybody, part="height:20-50", persons=4.0),
            replace(everybody, part="height:200-", persons=2.0),
            replace(everybody, part="height:unknown", persons=1.0, mean_s=np.nan, gini=np.nan),
        ),
        worst=(WorstHomes("G5", "滨江社区", 64.0, 1200.0, (X0 + 3000, Y0), "too_far"),),
        persons_without_walk=128.0,
        lowest_street_m=180.0,
    )
    gap = replace(
        records.coverage.gaps[-1],
        gap_id="U2-1",
        persons=32.0,
        points=1,
        reason="undersized",
        demand_index=np.array([5]),
    )
    gaps = tuple(
        replace(one, groups={"老年人": 7.0}, middle_time_s=2400.0) if one.gap_id == "G5" else one
        for one in records.coverage.gaps
    )
    coverage = replace(records.coverage, equity=(equity,), undersized=(gap,), gaps=gaps)
    demand = replace(records.demand, ledger=ledger, assumed=("households", "老年人"))
    return replace(records, coverage=coverage, demand=demand)


def with_units(records: EvaluationRecords) -> EvaluationRecords:
    """Judge two communities by a clause on units, and one centre by what it would take."""
    rules = replace(CHONGQING_2018, clauses=(*CHONGQING_2018.clauses, PRESENCE))
    judged = []
    for one in records.judgements.judgement:
        results = [
            replace(result, needed=900.0, decides=2700.0)
            if one.centre_id == "C3" and result.clause_id == FLOOR_AREA.clause_id
            else result
            for result in one.clause_results
        ]
        judged.append(replace(one, clause_results=tuple(results)))
    units = (
        UnitResult(
            "community", "K1", "人民社区", PRESENCE.clause_id, rules.rule_set_id,
            "pass", 2.0, 1.0, 1.0, centres=2,
        ),
        UnitResult(
            "community", "K2", "=1+1", PRESENCE.clause_id, rules.rule_set_id,
            "fail", 0.0, 1.0, -1.0, needed=1.0, missing=("level", "pool"), numerator=0.0,
            denominator=48.0, over_households=48.0, beyond=96.0,
        ),
    )  # fmt: skip
    judgements = replace(
        records.judgements, rule_sets=(rules,), judgement=tuple(judged), units=units
    )
    return replace(records, judgements=judgements)


def with_placing(records: EvaluationRecords) -> EvaluationRecords:
    """Test the datum, build C2 and C3 together, give C2 two doors, and the profile its figures."""
    test = DatumTest(
        asked="auto",
        outcome="clear",
        best="wgs84",
        used="wgs84",
        n_centres=4,
        n_named=3,
        n_on_roads=1,
        residuals=(
            DatumResidual("wgs84", 1.0, 0.0, 3.5, 2.5, 0.0),
            DatumResidual("gcj02", 0.25, 480.0, float("nan"), 31.0, -12.5),
        ),
    )
    centre = list(records.centres.centre)
    centre[1] = replace(
        centre[1],
        co_located_with=("C3",),
        entrances=((X0 + 880.0, Y0), (X0 + 920.0, Y0)),
    )
    profile = records.network.profile
    assert profile is not None
    figures = (
        WalkingFigure("speed_m_s", 1.0, "convention", "60 m/min"),
        WalkingFigure("wheels", value=False, certainty="read", source="=SUM(1)"),
        WalkingFigure("slope", "none", "unverified", ""),
    )
    snapped = SnapReport(
        "demand", 8, 1, 2, 200.0, 0.0, 1304.2, 2000.0,
        FarPlaces(
            np.array([7, 1]), ("d7", "=d1"), (9, "Sheet1!3"), np.array([2000.0, 12.0]),
            np.array([(X0 + 3000, Y0 + 2000), (X0 + 300, Y0 - 12)]),
            np.array([(X0 + 3000, Y0 + 2000), (X0 + 300, Y0)]),
            np.array([True, False]), np.array([128.0, 2.0]),
        ),
    )  # fmt: skip
    return replace(
        records,
        snap_reports=(snapped,),
        centres=replace(records.centres, centre=tuple(centre), datum_test=test),
        network=replace(records.network, profile=replace(profile, figures=figures)),
    )
