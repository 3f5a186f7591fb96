"""Shares by what is counted: to the person, with numerator and denominator."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.coverage.areas import locate_in_areas
from planner.coverage.cover import cover_state
from planner.coverage.indicators import (
    count_indicators,
    find_served_communities,
    locate_communities,
)
from planner.domain.indicators import CommunityRule
from tests.coverage.scene import BASIC, DAILY, areas_of, demand_of, named, powers, walks_of

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.domain.indicators import Indicator
    from planner.domain.places import Areas, Demand
    from planner.domain.standard import Verdict

LETTERS = "abcdefgh"
AT = np.array([[x, 5.0] for x in (1, 2, 3, 11, 12, 21, 22, 99)])
"""a, b, c live in community 0, d and e in 1, f and g in 2, h in none."""
COMMUNITIES = areas_of((0, 0, 10, 10), (10, 0, 20, 10), (20, 0, 30, 10), (30, 0, 40, 10))
STREETS = areas_of((0, 0, 20, 10), (20, 0, 40, 10), level="street")
TIMES = [{0: 100.0, 1: 300.0, 2: 301.0, 3: 299.0}, {4: 100.0, 5: 900.0}, {6: 50.0}]
"""Three centres: the first passes, the second cannot be told, the third fails."""


def count(
    *,
    demand: Demand | None = None,
    areas: tuple[Areas, ...] = (COMMUNITIES, STREETS),
    rule: CommunityRule | None = None,
    served: np.ndarray | None = None,
    times: list[dict[int, float]] | None = None,
) -> tuple[Indicator, ...]:
    demand = demand or demand_of(AT, powers(8))
    times = TIMES if times is None else times
    every = np.ones((2, len(times)), dtype=np.bool_)
    verdicts: tuple[Verdict, ...] = ("pass", "cannot_tell", "fail", "pass")
    coverage = cover_state(
        "plan",
        walks=walks_of(times, len(demand.persons)),
        persons=demand.persons,
        households=demand.households,
        in_service_mask=every[0],
        serves_masks=every,
        verdicts=verdicts[: len(times)],
        circles=(BASIC, DAILY),
    )
    return count_indicators(
        coverage,
        circles=(BASIC, DAILY),
        demand=demand,
        areas=areas,
        area_index={area.level: locate_in_areas(demand.xy, area) for area in areas},
        rule=rule or CommunityRule(),
        community_served=served,
    )


def one(found: tuple[Indicator, ...], level: str, measure: str) -> Indicator:
    return next(i for i in found if (i.level, i.measure) == (level, measure))


def test_persons_are_named_to_the_last_one_by_all_by_passing_and_by_not_failing() -> None:
    whole = one(count(), "whole", "persons")
    assert named(float(whole.whole[0]), LETTERS) == LETTERS
    by_set = [[named(float(v), LETTERS) for v in rows[:, 0]] for rows in whole.covered]
    # By all centres; without the failing one of g; by the passing one of a, b, c, d.
    assert by_set == [["abdeg", "abcdefg"], ["abd", "abcd"], ["abde", "abcdef"]]


def test_each_area_stands_beside_its_own_denominator_and_nobody_is_lost() -> None:
    by_community = one(count(), "community", "persons")
    assert by_community.area_id == ("a0", "a1", "a2", "a3", "")
    assert [named(float(v), LETTERS) for v in by_community.whole] == ["abc", "de", "fg", "", "h"]
    five = by_community.covered[0, 0]
    assert [named(float(v), LETTERS) for v in five] == ["ab", "de", "g", "", ""]
    assert by_community.share[0, 0].tolist()[:3] == [3 / 7, 1.0, 64 / 96]
    assert np.isnan(by_community.share[0, 0, 3]), "a share of nobody is none"
    assert by_community.share[0, 0, 4] == 0.0


def test_homes_are_counted_as_homes() -> None:
    homes = one(count(), "street", "homes")
    assert homes.whole.tolist() == [5, 2, 1]
    assert homes.covered[0].tolist() == [[4, 1, 0], [5, 2, 0]]


def test_households_that_are_blank_are_in_neither_number_and_told() -> None:
    blank = np.array([1.0, np.nan, 4.0, 8.0, np.nan, 32.0, 64.0, 128.0])
    demand = dataclasses.replace(demand_of(AT, powers(8)), households=blank)
    households = one(count(demand=demand), "community", "households")
    assert [named(float(v), LETTERS) for v in households.whole] == ["ac", "d", "fg", "", "h"]
    assert named(float(households.covered[0, 0, 0]), LETTERS) == "a"
    assert households.not_known.tolist() == [1, 1, 0, 0, 0]
    assert one(count(demand=demand), "whole", "households").not_known.tolist() == [2]
    assert not [i for i in count() if i.measure == "households"], "not known is left out, not 0"


def test_groups_of_persons_go_through_every_level() -> None:
    old = np.array([1.0, 0.0, 1.0, 0.0, 2.0, 0.0, 1.0, 1.0])
    demand = dataclasses.replace(demand_of(AT, powers(8)), groups={"60+": old})
    found = count(demand=demand)
    assert one(found, "whole", "group:60+").whole.tolist() == [6]
    assert one(found, "street", "group:60+").whole.tolist() == [4, 1, 1]
    assert one(found, "street", "group:60+").covered[0, 0].tolist() == [3, 1, 0]


def test_a_community_counts_where_enough_of_its_people_are_covered() -> None:
    # Shares by all centres in five minutes: 3/7, 1, 2/3; nobody lives in the fourth.
    for at_share, counted in ((0.8, 1), (2 / 3, 2), (3 / 7, 3), (3 / 7 + 1e-6, 2)):
        found = count(rule=CommunityRule("share", at_share))
        whole = one(found, "whole", "communities")
        assert whole.whole.tolist() == [3]
        assert whole.covered[0, 0].tolist() == [counted]
    by_street = one(found, "street", "communities")
    assert by_street.whole.tolist() == [2, 1]
    assert by_street.covered[0, 0].tolist() == [1, 1]
    assert not [i for i in found if (i.level, i.measure) == ("community", "communities")]


def test_a_community_may_count_where_a_centre_that_serves_stands_in_it() -> None:
    places = np.array([[5.0, 5.0], [15.0, 5.0], [35.0, 5.0], [200.0, 5.0]])
    sets = np.ones((3, 2, 4), dtype=np.bool_)
    sets[1, :, 1] = False  # the second does not pass
    sets[:, 0, 2] = False  # the third serves the longer circle only
    served = find_served_communities(COMMUNITIES, places, sets)
    found = count(rule=CommunityRule("centre"), served=served)
    whole = one(found, "whole", "communities")
    assert whole.whole.tolist() == [4], "empty ones too: the rule asks for a centre, not people"
    assert whole.covered[:, :, 0].tolist() == [[2, 3], [1, 2], [2, 3]]


def test_the_rule_of_centres_counts_none_where_no_centre_is_known() -> None:
    whole = one(count(rule=CommunityRule("centre")), "whole", "communities")
    assert whole.covered.sum() == 0


def test_a_community_belongs_to_the_street_its_file_names_else_to_that_around_it() -> None:
    communities = dataclasses.replace(COMMUNITIES, parent_name=("社区1", "", "unheard of", ""))
    assert locate_communities(communities, STREETS).tolist() == [1, 0, 1, 1]
    small = areas_of((0, 0, 20, 10), level="street")
    assert locate_communities(COMMUNITIES, small).tolist() == [0, 0, -1, -1]
    found = count(areas=(COMMUNITIES, small))
    assert one(found, "street", "communities").area_id == ("a0", "")
    assert one(found, "street", "communities").whole.tolist() == [2, 1]


def test_without_areas_there_is_the_whole_alone() -> None:
    found = count(areas=())
    assert [(i.level, i.measure) for i in found] == [("whole", "persons"), ("whole", "homes")]


PERSONS = st.lists(st.floats(0.0, 1e6), min_size=8, max_size=8).map(np.array)


@given(persons=PERSONS, data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_order_of_homes_does_not_move_a_bit(persons: FloatArray, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(8)))
    to = {old: new for new, old in enumerate(order)}
    times = [{to[home]: s for home, s in row.items()} for row in TIMES]
    there = count(demand=demand_of(AT, persons))
    again = count(demand=demand_of(AT[order], persons[order]), times=times)
    for a, b in zip(there, again, strict=True):
        assert np.array_equal(a.whole, b.whole)
        assert np.array_equal(a.covered, b.covered)


@given(persons=PERSONS, more=st.dictionaries(st.integers(0, 7), st.floats(0.0, 1800.0)))
@settings(max_examples=60, deadline=None)
def test_levels_add_up_and_one_more_centre_never_takes_away(
    persons: FloatArray, more: dict[int, float]
) -> None:
    demand = demand_of(AT, persons)
    before, after = count(demand=demand), count(demand=demand, times=[*TIMES, more])
    for indicator, larger in zip(before, after, strict=True):
        assert np.all(larger.covered >= indicator.covered)
        assert np.all(indicator.covered <= indicator.whole)
        whole = one(before, "whole", indicator.measure)
        assert np.allclose(indicator.covered.sum(axis=2), whole.covered.sum(axis=2), rtol=1e-12)
        if indicator.measure != "communities":
            assert np.isclose(
                indicator.whole.sum(),
                persons.sum() if indicator.measure == "persons" else 8,
                rtol=1e-12,
            )
