"""Figures by centre and by area, and the area that detours and terrain take."""

from __future__ import annotations

import math

import numpy as np
import pytest

from planner.coverage.areas import area_figures, locate_in_areas
from planner.coverage.centres import centre_figures
from planner.coverage.cover import cover_state
from planner.coverage.losses import detour_and_terrain, loss_share
from tests.coverage.scene import BASIC, DAILY, areas_of, centres_of, named, powers, walks_of

CIRCLES = (BASIC, DAILY)


def test_reached_counts_everybody_within_and_nearest_counts_each_person_once() -> None:
    # b is as near to both, c nearer to the second, d is only within 15 minutes.
    walks = walks_of([{0: 10.0, 1: 200.0, 2: 250.0, 3: 900.0}, {1: 200.0, 2: 100.0, 3: 901.0}], 4)
    centres = centres_of({}, {})
    serving = np.array([[True, True], [True, False]])
    found = cover_state(
        "plan",
        walks=walks,
        persons=powers(4),
        households=None,
        in_service_mask=np.array([True, True]),
        serves_masks=serving,
        verdicts=["pass", "pass"],
        circles=CIRCLES,
    )
    first, second = centre_figures(
        centres, walks, powers(4), found, circles=CIRCLES, serving=serving
    )
    assert (first.centre_id, second.centre_id) == ("c0", "c1")
    assert named(first.persons_reached["basic_5min"], "abcd") == "abc"
    assert named(second.persons_reached["basic_5min"], "abcd") == "bc"
    assert named(first.persons_nearest["basic_5min"], "abcd") == "ab"
    assert named(second.persons_nearest["basic_5min"], "abcd") == "c"
    assert named(first.persons_reached["daily_15min"], "abcd") == "abcd"
    assert second.persons_reached["daily_15min"] == 0.0  # does not serve that circle
    for row, circle in enumerate(CIRCLES):
        nearest = first.persons_nearest[circle.circle_id] + second.persons_nearest[circle.circle_id]
        assert nearest == found.life_circles[row].persons_covered


def test_a_closed_centre_reaches_nobody_in_the_plan() -> None:
    walks = walks_of([{0: 10.0}], 1)
    serving = np.zeros((1, 1), dtype=np.bool_)
    found = cover_state(
        "plan",
        walks=walks,
        persons=powers(1),
        households=None,
        in_service_mask=np.zeros(1, dtype=np.bool_),
        serves_masks=np.ones((1, 1), dtype=np.bool_),
        verdicts=["not_applicable"],
        circles=(BASIC,),
    )
    (closed,) = centre_figures(
        centres_of({"status": "closed"}), walks, powers(1), found, circles=(BASIC,), serving=serving
    )
    assert closed.persons_reached == closed.persons_nearest == {"basic_5min": 0.0}


def test_a_point_on_a_shared_border_belongs_to_the_first_area() -> None:
    areas = areas_of((0, 0, 10, 10), (10, 0, 20, 10))
    xy = np.array([[5.0, 5.0], [10.0, 5.0], [15.0, 5.0], [20.0, 10.0], [30.0, 5.0]])
    assert locate_in_areas(xy, areas).tolist() == [0, 0, 1, 1, -1]


def test_of_overlapping_areas_the_first_counts() -> None:
    areas = areas_of((5, 0, 15, 10), (0, 0, 10, 10))
    assert locate_in_areas(np.array([[7.0, 5.0]]), areas).tolist() == [0]


def test_a_point_without_coordinates_is_in_no_area() -> None:
    assert locate_in_areas(np.array([[math.nan, 1.0]]), areas_of((0, 0, 2, 2))).tolist() == [-1]
    assert locate_in_areas(np.empty((0, 2)), areas_of((0, 0, 2, 2))).tolist() == []
    assert locate_in_areas(np.ones((1, 2)), areas_of()).tolist() == [-1]


def test_areas_count_each_person_once_and_add_up_to_the_whole() -> None:
    areas = areas_of((0, 0, 10, 10), (10, 0, 20, 10), (40, 0, 50, 10))
    xy = np.array([[5.0, 5.0], [10.0, 5.0], [15.0, 5.0], [30.0, 5.0]])
    walks = walks_of([{0: 100.0, 1: 400.0, 3: 10.0}, {2: 100.0}], 4)
    found = cover_state(
        "existing",
        walks=walks,
        persons=powers(4),
        households=None,
        in_service_mask=np.ones(2, dtype=np.bool_),
        serves_masks=np.ones((2, 2), dtype=np.bool_),
        verdicts=["pass", "fail"],
        circles=CIRCLES,
    )
    figures = area_figures(found, areas, locate_in_areas(xy, areas), powers(4), CIRCLES)
    west, east, empty, outside = figures
    assert (west.area_id, west.name, west.level, west.state) == (
        "a0",
        "社区0",
        "community",
        "existing",
    )
    assert named(west.persons, "abcd") == "ab"
    assert named(west.persons_covered["basic_5min"], "abcd") == "a"
    assert west.share_covered == {"basic_5min": 1 / 3, "daily_15min": 1.0}
    assert west.points == 2
    assert east.share_covered["basic_5min"] == 1.0
    assert east.persons_covered_pass["basic_5min"] == 0.0
    assert east.share_covered_not_failing["basic_5min"] == 0.0
    assert (empty.persons, empty.share_covered["basic_5min"]) == (0.0, None)
    assert empty.share_covered_pass["daily_15min"] is None
    assert (outside.area_id, outside.name, outside.persons) == ("", "", 8.0)
    assert sum(one.persons for one in figures) == 15.0
    for row, circle in enumerate(CIRCLES):
        whole = found.life_circles[row]
        name = circle.circle_id
        assert sum(one.persons_covered[name] for one in figures) == whole.persons_covered
        assert sum(one.persons_covered_pass[name] for one in figures) == whole.persons_covered_pass
        assert (
            sum(one.persons_covered_not_failing[name] for one in figures)
            == whole.persons_covered_not_failing
        )


def test_no_outside_row_where_nobody_lives_outside() -> None:
    areas = areas_of((0, 0, 10, 10))
    found = cover_state(
        "plan",
        walks=walks_of([{}], 1),
        persons=powers(1),
        households=None,
        in_service_mask=np.ones(1, dtype=np.bool_),
        serves_masks=np.ones((1, 1), dtype=np.bool_),
        verdicts=["pass"],
        circles=(BASIC,),
    )
    assert len(area_figures(found, areas, np.array([0]), powers(1), (BASIC,))) == 1


def test_losses_weigh_centres_by_their_area() -> None:
    # 60 of 120 reached, though the mean of the two shares would be 25 %.
    assert loss_share(np.array([50.0, 10.0]), np.array([100.0, 20.0])) == 0.5
    assert loss_share(np.array([100.0, 10.0]), np.array([100.0, 20.0])) == pytest.approx(1 / 12)


def test_a_gain_is_not_hidden_as_no_loss() -> None:
    assert loss_share(np.array([110.0]), np.array([100.0])) == pytest.approx(-0.1)


def test_nothing_to_lose_is_no_loss() -> None:
    assert loss_share(np.zeros(2), np.zeros(2)) == 0.0
    assert loss_share(np.zeros(0), np.zeros(0)) == 0.0


def test_a_plain_grid_of_streets_loses_36_percent_of_the_circle() -> None:
    # What is within r along a fine grid is a square on its corner: area 2 r².
    diamond = np.array([2.0 * 300.0**2])
    found = detour_and_terrain(
        flat_area_m2=diamond, mountain_area_m2=0.75 * diamond, limit_s=300.0, speed_m_s=1.0
    )
    assert found.detour == pytest.approx(1.0 - 2.0 / math.pi)
    assert found.terrain == pytest.approx(0.25)
