"""Robust, fragile, uncovered; the only one for whom; and the band of each community."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.coverage.areas import locate_in_areas
from planner.coverage.cover import cover_state
from planner.coverage.robustness import find_covered, judge_robustness
from planner.domain.robustness import VARIATION_KINDS, VariedCover
from planner.units import LIMIT_TOLERANCE_S, UNREACHED
from tests.coverage.scene import BASIC, DAILY, areas_of, named, powers, walks_of

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.domain.coverage import StateCoverage
    from planner.domain.robustness import CircleRobustness

LETTERS = "abcdef"
CIRCLES = (BASIC, DAILY)
TIMES = [
    {0: 100.0, 1: 290.0, 2: 240.0, 4: 340.0},
    {0: 200.0, 2: 230.0, 3: 100.0},
]
"""Five minutes: a and c by both, b by the first alone, d by the second alone; e just not, f not."""
AT = np.array([[x, 5.0] for x in (1, 2, 11, 12, 21, 22)])
AREAS = areas_of((0, 0, 10, 10), (10, 0, 20, 10), (20, 0, 21.5, 10), (50, 0, 60, 10))


def plan_of(
    times: list[dict[int, float]], persons: FloatArray, serving: np.ndarray
) -> StateCoverage:
    return cover_state(
        "plan",
        walks=walks_of(times, len(persons)),
        persons=persons,
        households=None,
        in_service_mask=np.ones(len(times), dtype=np.bool_),
        serves_masks=serving,
        verdicts=["pass"] * len(times),
        circles=CIRCLES,
    )


def judge(
    times: list[dict[int, float]] | None = None,
    *,
    persons: FloatArray | None = None,
    factors: tuple[float, ...] = (0.8, 0.9, 1.1, 1.2),
    others: tuple[VariedCover, ...] = (),
    serving: np.ndarray | None = None,
) -> tuple[CircleRobustness, ...]:
    times = TIMES if times is None else times
    persons = powers(6) if persons is None else persons
    serving = np.ones((2, len(times)), dtype=np.bool_) if serving is None else serving
    walks = walks_of(times, len(persons))
    speeds = tuple(
        VariedCover(
            "speed",
            f"{factor:g}",
            decides=True,
            covered=find_covered(walks, serving, CIRCLES, time_factor=1 / factor),
        )
        for factor in factors
    )
    return judge_robustness(
        plan_of(times, persons, serving),
        circles=CIRCLES,
        walks=walks,
        serving=serving,
        persons=persons,
        variations=(*speeds, *others),
        centre_id=[f"c{number}" for number in range(len(times))],
        areas=(AREAS,),
        area_index={"community": locate_in_areas(AT[: len(persons)], AREAS)},
    )


def only(covered: str, *, kind: str = "profile", decides: bool = True) -> VariedCover:
    mask = np.array([[letter in covered for letter in LETTERS]] * 2)
    return VariedCover(kind, "elderly", decides=decides, covered=mask)  # type: ignore[arg-type]  # one of the kinds


def test_a_home_is_robust_if_nothing_takes_its_circle_away() -> None:
    # At 0.8 of the speed 240 s are 300 s and still within; 290 s are not at 0.9 either.
    five = judge()[0]
    assert named(five.persons_robust, LETTERS) == "ac"
    assert named(five.persons_fragile, LETTERS) == "bd"
    assert named(five.persons_uncovered, LETTERS) == "ef"
    assert five.home_standing.tolist() == [2, 1, 2, 1, 0, 0]
    assert five.persons == 63


def test_what_takes_it_away_is_told_home_by_home() -> None:
    five = judge(others=(only("bcd"), only("abce", kind="direction")))[0]
    assert VARIATION_KINDS == ("speed", "profile", "direction", "closure")
    assert five.home_lost_by.tolist() == [2, 1 + 8, 0, 4 + 8, 0, 0]
    lost = {kind: named(persons, LETTERS) for kind, persons in five.persons_lost_by.items()}
    assert lost == {"speed": "b", "profile": "a", "direction": "d", "closure": "bd"}
    assert named(five.persons_robust, LETTERS) == "c"


def test_each_variation_says_who_is_lost_and_who_gained() -> None:
    five = {v.kind + v.name: v for v in judge(others=(only("abcf"),))[0].variations}
    assert named(five["speed0.9"].persons_lost, LETTERS) == "b"
    assert named(five["speed1.1"].persons_covered, LETTERS) == "abcd"
    assert named(five["speed1.2"].persons_gained, LETTERS) == "e"
    assert named(five["profileelderly"].persons_covered, LETTERS) == "abcf"
    assert five["profileelderly"].share_covered == (1 + 2 + 4 + 32) / 63
    assert named(five["closurec1"].persons_lost, LETTERS) == "d", "the closure that costs most"


def test_a_variation_that_does_not_decide_is_told_and_nothing_more() -> None:
    five = judge(others=(only("", decides=False),))[0]
    assert named(five.persons_robust, LETTERS) == "ac"
    assert named(five.variations[-2].persons_lost, LETTERS) == "abcd"
    assert five.persons_lost_by["profile"] == 0


def test_only_one_for_whom() -> None:
    five, fifteen = judge()
    assert [named(float(p), LETTERS) for p in five.centre_only_persons] == ["b", "d"]
    assert [named(float(p), LETTERS) for p in fifteen.centre_only_persons] == ["be", "d"]
    assert five.second_time_s.tolist() == [200.0, UNREACHED, 240.0] + [UNREACHED] * 3


def test_a_centre_that_does_not_serve_the_circle_saves_nobody() -> None:
    serving = np.array([[True, False], [True, True]])
    five, fifteen = judge(serving=serving)
    assert [named(float(p), LETTERS) for p in five.centre_only_persons] == ["abc", ""]
    assert named(fifteen.persons_uncovered, LETTERS) == "f"


def test_an_area_has_a_band_and_what_makes_its_ends() -> None:
    (band,) = judge()[0].bands
    assert band.area_id == ("a0", "a1", "a2", "a3", "")
    assert [named(float(p), LETTERS) for p in band.persons] == ["ab", "cd", "e", "", "f"]
    assert band.share.tolist()[:3] == [1.0, 1.0, 0.0]
    assert band.share_low.tolist()[:3] == [1 / 3, 4 / 12, 0.0]
    assert band.share_high.tolist()[:3] == [1.0, 1.0, 1.0]
    assert np.isnan(band.share[3])
    assert band.low_by[:3] == ("speed:0.8", "closure:c1", "plan")
    assert band.high_by[:3] == ("plan", "plan", "speed:1.2")
    assert [named(float(p), LETTERS) for p in band.persons_robust] == ["a", "c", "", "", ""]
    assert [named(float(p), LETTERS) for p in band.persons_fragile] == ["b", "d", "", "", ""]


def test_of_several_centres_an_area_depends_on_the_one_for_most() -> None:
    # Community 0 holds a and b, each with one centre of its own.
    (band,) = judge([{0: 10.0}, {1: 10.0}], persons=powers(6), factors=())[0].bands
    assert band.low_by[0] == "closure:c1"
    assert band.share_low[0] == 1 / 3
    (band,) = judge([{0: 10.0}, {1: 10.0}], persons=np.ones(6), factors=())[0].bands
    assert band.low_by[0] == "closure:c0", "of equals the first"


def test_a_plan_without_centres_is_uncovered_and_nothing_can_be_closed() -> None:
    five = judge([], factors=(1.2,))[0]
    assert five.persons_uncovered == 63
    assert [v.kind for v in five.variations] == ["speed"]
    assert five.centre_only_persons.size == 0


def test_walks_too_short_for_a_faster_walker_are_refused() -> None:
    walks = walks_of(TIMES, 6, limit_s=1000.0)
    with pytest.raises(ValueError, match="before a circle"):
        find_covered(walks, np.ones((2, 2), dtype=np.bool_), CIRCLES, time_factor=1 / 1.2)


PERSONS = st.lists(st.floats(0.0, 1e6), min_size=6, max_size=6).map(np.array)
WALKS = st.lists(st.dictionaries(st.integers(0, 5), st.floats(0.0, 1800.0)), min_size=1, max_size=4)


@given(times=WALKS, persons=PERSONS)
@settings(max_examples=60, deadline=None)
def test_closing_each_centre_by_hand_gives_the_same(
    times: list[dict[int, float]], persons: FloatArray
) -> None:
    every = np.ones((2, len(times)), dtype=np.bool_)
    before = plan_of(times, persons, every)
    for row, circle in enumerate(judge(times, persons=persons, factors=())):
        limit = CIRCLES[row].limit_s + LIMIT_TOLERANCE_S
        covered = before.travel_time_s[row] <= limit
        stays = covered.copy()
        for closed in range(len(times)):
            left = [{} if number == closed else row_ for number, row_ in enumerate(times)]
            now = plan_of(left, persons, every).travel_time_s[row] <= limit
            assert not np.any(now & ~covered), "closing never covers"
            lost = persons[covered & ~now].sum()
            assert circle.centre_only_persons[closed] == pytest.approx(lost, rel=1e-12)
            stays &= now
        assert np.array_equal(circle.home_standing == 2, stays)
        parts = circle.persons_robust + circle.persons_fragile + circle.persons_uncovered
        assert parts == pytest.approx(circle.persons, rel=1e-12)


@given(times=WALKS, persons=PERSONS, data=st.data())
@settings(max_examples=40, deadline=None)
def test_the_order_of_homes_does_not_move_a_bit(
    times: list[dict[int, float]], persons: FloatArray, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(6)))
    to = {old: new for new, old in enumerate(order)}
    moved = [{to[home]: s for home, s in row.items()} for row in times]
    for a, b in zip(
        judge(times, persons=persons), judge(moved, persons=persons[order]), strict=True
    ):
        for field in ("persons_robust", "persons_fragile", "persons_lost_by", "variations"):
            assert getattr(a, field) == getattr(b, field)
        assert np.array_equal(a.centre_only_persons, b.centre_only_persons)
        assert np.array_equal(a.home_standing[list(order)], b.home_standing)


@given(times=WALKS, persons=PERSONS, slower=st.floats(0.5, 1.0))
@settings(max_examples=40, deadline=None)
def test_one_more_minute_never_takes_a_covered_home(
    times: list[dict[int, float]], persons: FloatArray, slower: float
) -> None:
    every = np.ones((2, len(times)), dtype=np.bool_)
    walks = walks_of(times, 6)
    at_speed = find_covered(walks, every, CIRCLES)
    slowly = find_covered(walks, every, CIRCLES, time_factor=1 / slower)
    assert not np.any(slowly & ~at_speed)
    longer = tuple(dataclasses.replace(c, limit_s=c.limit_s + 60.0) for c in CIRCLES)
    assert not np.any(at_speed & ~find_covered(walks, every, longer))
