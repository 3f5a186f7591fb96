"""Shares of one state: who is covered, by which centres, out of whom."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.coverage.cover import cover_state, is_covered, stack_walks
from planner.coverage.service import in_service
from planner.coverage.totals import share_of, total_persons
from planner.units import LIMIT_TOLERANCE_S, UNREACHED
from tests.coverage.scene import BASIC, DAILY, centres_of, named, powers, walks_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray
    from planner.domain.coverage import CircleCoverage, State, StateCoverage
    from planner.domain.reach import Walks
    from planner.domain.standard import LifeCircle, Verdict


def cover(
    walks: Walks,
    persons: FloatArray,
    *,
    verdicts: Sequence[Verdict] | None = None,
    circles: Sequence[LifeCircle] = (BASIC,),
    open_now: Sequence[bool] | None = None,
    serving: Sequence[Sequence[bool]] | None = None,
    households: FloatArray | None = None,
    state: State = "plan",
) -> StateCoverage:
    n_places = walks.indptr.size - 1
    every = np.ones((len(circles), n_places), dtype=np.bool_)
    return cover_state(
        state,
        walks=walks,
        persons=persons,
        households=households,
        in_service_mask=every[0] if open_now is None else np.array(open_now, dtype=np.bool_),
        serves_masks=every if serving is None else np.array(serving, dtype=np.bool_),
        verdicts=["pass"] * n_places if verdicts is None else verdicts,
        circles=circles,
    )


def basic(walks: Walks, persons: FloatArray, **settings: object) -> CircleCoverage:
    return cover(walks, persons, **settings).life_circles[0]  # type: ignore[arg-type]  # passed on


def test_a_limit_is_inclusive_with_one_tolerance() -> None:
    walks = walks_of([{0: 300.0, 1: 300.0 + LIMIT_TOLERANCE_S, 2: 300.002, 3: 299.0}], 4)
    assert named(basic(walks, powers(4)).persons_covered, "abcd") == "abd"


def test_two_centres_cover_a_person_once_and_the_faster_is_named() -> None:
    walks = walks_of([{0: 100.0, 1: 250.0}, {1: 200.0, 2: 50.0}], 3)
    found = cover(walks, powers(3))
    assert found.life_circles[0].persons_covered == 7.0
    assert found.travel_time_s.tolist() == [[100.0, 200.0, 50.0]]
    assert found.centre_index.tolist() == [[0, 1, 1]]


@pytest.mark.parametrize("verdicts", [["pass"] * 3, ["fail", "cannot_tell", "pass"]])
def test_of_equally_fast_centres_the_first_is_named_whatever_the_verdicts(
    verdicts: list[Verdict],
) -> None:
    found = cover(walks_of([{0: 90.0}] * 3, 1), powers(1), verdicts=verdicts)
    assert found.centre_index.tolist() == [[0]]


def test_three_shares_by_verdict() -> None:
    # Each of five centres alone reaches one home.
    walks = walks_of([{home: 60.0} for home in range(5)], 6)
    found = basic(
        walks,
        powers(6),
        verdicts=["pass", "fail", "cannot_tell", "not_applicable", "below_recommended"],
    )
    assert named(found.persons_covered, "pfcnbx") == "pfcnb"
    assert named(found.persons_covered_pass, "pfcnbx") == "p"
    assert named(found.persons_covered_not_failing, "pfcnbx") == "pcnb"
    assert (found.centres, found.centres_pass, found.centres_not_failing) == (5, 1, 4)
    assert found.share_covered == 31 / 63
    assert found.share_covered_pass == 1 / 63
    assert found.share_covered_not_failing == 29 / 63


def test_times_of_passing_and_of_not_failing_centres_are_their_own() -> None:
    walks = walks_of([{0: 100.0}, {0: 200.0}, {0: 250.0}], 1)
    found = cover(walks, powers(1), verdicts=["fail", "cannot_tell", "pass"])
    assert found.travel_time_s.tolist() == [[100.0]]
    assert found.travel_time_not_failing_s.tolist() == [[200.0]]
    assert found.travel_time_pass_s.tolist() == [[250.0]]


def test_who_is_off_the_network_stays_in_the_denominator() -> None:
    found = cover(walks_of([{0: 10.0}], 2), np.array([1.0, 3.0]))
    assert found.life_circles[0].persons == 4.0
    assert found.life_circles[0].share_covered == 0.25
    assert found.travel_time_s[0, 1] == UNREACHED
    assert found.centre_index[0, 1] == -1


def test_states_take_the_centres_in_service() -> None:
    statuses = ("existing", "expanded", "new", "closed", None)
    centres = centres_of(*({"status": status} for status in statuses))
    walks = walks_of([{home: 60.0} for home in range(5)], 5)

    def covered(state: State) -> str:
        mask = in_service(centres, state).tolist()
        found = basic(walks, powers(5), open_now=mask, state=state)
        return named(found.persons_covered, "ex+-?")

    assert covered("existing") == "ex-?"
    assert covered("plan") == "ex+?"


def test_each_circle_counts_its_own_centres_and_limit() -> None:
    walks = walks_of([{0: 100.0, 1: 800.0}, {2: 100.0, 3: 901.0}], 4)
    found = cover(
        walks,
        powers(4),
        circles=(BASIC, DAILY),
        serving=[[True, False], [True, True]],
    )
    five, fifteen = found.life_circles
    assert (five.circle_id, fifteen.circle_id) == ("basic_5min", "daily_15min")
    assert named(five.persons_covered, "abcd") == "a"
    assert named(fifteen.persons_covered, "abcd") == "abc"
    assert (five.centres, fifteen.centres) == (1, 2)
    assert (five.points_covered, fifteen.points_covered, five.points) == (1, 3, 4)


def test_travel_times_are_kept_beyond_the_limit() -> None:
    # The tables say how far the uncovered have to go.
    assert cover(walks_of([{0: 1700.0}], 1), powers(1)).travel_time_s.tolist() == [[1700.0]]


def test_proposals_stacked_after_centres_count_as_further_places() -> None:
    walks = stack_walks(walks_of([{0: 60.0}, {1: 400.0}], 3), walks_of([{1: 60.0, 2: 70.0}], 3))
    found = cover(walks, powers(3), verdicts=["fail", "fail", "pass"], state="with_proposals")
    assert found.centre_index.tolist() == [[0, 2, 2]]
    assert named(found.life_circles[0].persons_covered_pass, "abc") == "bc"


def test_stacking_keeps_the_rows_and_the_shorter_limit() -> None:
    stacked = stack_walks(walks_of([{0: 1.0}, {}], 2, 1800.0), walks_of([{1: 2.0}], 2, 900.0))
    assert stacked.indptr.tolist() == [0, 1, 1, 2]
    assert stacked.demand_index.tolist() == [0, 1]
    assert stacked.travel_time_s.tolist() == [1.0, 2.0]
    assert stacked.limit_s == 900.0


def test_walks_to_other_demand_cannot_be_stacked() -> None:
    with pytest.raises(ValueError, match="cannot be stacked"):
        stack_walks(walks_of([{}], 2), walks_of([{}], 3))


def test_households_are_counted_beside_persons_and_blanks_left_out() -> None:
    found = basic(
        walks_of([{0: 1.0, 2: 1.0}], 3), powers(3), households=np.array([4.0, 8.0, math.nan])
    )
    assert (found.households, found.households_covered) == (12.0, 4.0)
    without = basic(walks_of([{0: 1.0}], 1), powers(1))
    assert without.households is None
    assert without.households_covered is None


def test_with_nobody_to_cover_shares_are_zero() -> None:
    found = basic(walks_of([{0: 1.0}], 1), np.zeros(1))
    assert (found.persons, found.share_covered) == (0.0, 0.0)
    assert basic(walks_of([{}], 0), np.zeros(0)).share_covered == 0.0


def test_without_a_centre_nobody_is_covered() -> None:
    found = cover(walks_of([], 2), powers(2))
    assert found.life_circles[0].persons_covered == 0.0
    assert found.life_circles[0].centres == 0


def test_sums_do_not_depend_on_the_order_of_the_rows() -> None:
    persons = np.random.default_rng(1).random(10_000) * 100.0
    shuffled = np.random.default_rng(2).permutation(persons)
    assert total_persons(persons) == total_persons(shuffled) == math.fsum(persons)
    assert total_persons(np.array([2.0**53, 1.0, 1.0])) == 2.0**53 + 2.0
    assert share_of(1.0, 4.0) == 0.25


def test_unreached_is_never_covered() -> None:
    assert is_covered(np.array([UNREACHED]), 900.0).tolist() == [False]


def test_what_is_not_about_the_same_places_is_refused() -> None:
    walks = walks_of([{0: 1.0}], 1)
    with pytest.raises(ValueError, match="persons has shape"):
        cover(walks, powers(2))
    with pytest.raises(ValueError, match="for each of the 1 places"):
        cover(walks, powers(1), verdicts=["pass", "pass"])
    with pytest.raises(ValueError, match="for each of the 1 places"):
        cover(walks, powers(1), open_now=[True, True])
    with pytest.raises(ValueError, match="serves_masks has shape"):
        cover(walks, powers(1), serving=[[True], [True]])
    with pytest.raises(ValueError, match="before a circle"):
        cover(walks_of([{0: 1.0}], 1, 600.0), powers(1), circles=(DAILY,))
