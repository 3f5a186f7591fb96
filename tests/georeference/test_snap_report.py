"""How far places are from their streets: the figures by hand, the worst by name."""

from __future__ import annotations

import numpy as np
import pytest

from planner.domain.network import AccessPoints
from planner.domain.places import Centre, Centres, Demand
from planner.georeference.snap_report import report_centre_snaps, report_demand_snaps


def _access(*distance_m: float, off: tuple[int, ...] = ()) -> AccessPoints:
    n = len(distance_m)
    edge = np.arange(n)
    edge[list(off)] = -1
    return AccessPoints(
        edge_index=edge,
        fraction=np.zeros(n),
        distance_m=np.array(distance_m, dtype=np.float64),
        xy=np.column_stack([np.arange(n), np.ones(n)]),
        switched=np.arange(n) == 1,
    )


def _demand(n: int) -> Demand:
    return Demand(
        demand_id=tuple(f"H{i}" for i in range(n)),
        xy=np.column_stack([np.arange(n), np.zeros(n)]),
        crs="working",
        persons=np.power(2.0, np.arange(n), dtype=np.float64),
        row=tuple(range(2, n + 2)),
    )


def test_the_distribution_is_that_of_hand_arithmetic() -> None:
    # 0, 10, …, 200 m: the middle is 100, 95 % of the way is 190, the end 200.
    report = report_demand_snaps(
        _demand(21), _access(*np.arange(21) * 10.0, off=(20,)), limit_m=195.0
    )
    assert (report.median_m, report.p95_m, report.largest_m) == (100.0, 190.0, 200.0)
    assert (report.n_places, report.n_off, report.n_switched, report.limit_m) == (21, 1, 1, 195.0)
    assert len(report.farthest.index) == 20, "so many are looked at one by one"


def test_the_farthest_come_first_with_their_rows_and_places() -> None:
    report = report_demand_snaps(
        _demand(4), _access(5.0, 30.0, 30.0, np.inf, off=(3,)), limit_m=200.0, most=3
    )
    far = report.farthest
    assert far.label == ("H3", "H1", "H2"), "equally far ones in the order of the file"
    assert far.row == (5, 3, 4)
    assert far.off.tolist() == [True, False, False]
    assert far.persons.tolist() == [8.0, 2.0, 4.0]
    assert far.xy.tolist() == [[3, 0], [1, 0], [2, 0]]
    assert far.street_xy.tolist() == [[3, 1], [1, 1], [2, 1]]
    # A place without any street has no distance to tell of.
    assert (report.median_m, report.largest_m) == (30.0, 30.0)


def test_centres_are_told_by_name() -> None:
    centres = Centres(
        centre=(Centre("A", "甲中心", row=2), Centre("B", "乙中心", row=9)),
        xy=np.zeros((2, 2)),
        crs="working",
        source_crs="EPSG:4490",
    )
    report = report_centre_snaps(centres, _access(3.0, 8.0), limit_m=200.0)
    assert report.noun == "centres"
    assert report.farthest.label == ("乙中心", "甲中心")
    assert report.farthest.row == (9, 2)
    assert report.farthest.persons.tolist() == [0.0, 0.0]


def test_no_places_have_no_distances() -> None:
    report = report_demand_snaps(_demand(0), _access(), limit_m=200.0)
    assert (report.n_places, report.n_off) == (0, 0)
    assert np.isnan([report.median_m, report.p95_m, report.largest_m]).all()
    assert report.farthest.label == ()
    assert report.median_m != pytest.approx(0.0)
