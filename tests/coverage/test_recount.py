"""The homes of one community, and its share added up again from them."""

from __future__ import annotations

import numpy as np
import pytest

from planner.coverage.areas import area_figures, locate_in_areas
from planner.coverage.cover import cover_state
from planner.coverage.recount import list_homes
from tests.coverage.scene import BASIC, DAILY, areas_of, demand_of, powers, walks_of

AT = np.array([[x, 5.0] for x in (1, 2, 3, 11, 99)])
AREAS = areas_of((0, 0, 10, 10), (10, 0, 20, 10), (20, 0, 30, 10))
DEMAND = demand_of(AT, powers(5))
INDEX = locate_in_areas(AT, AREAS)
COVERAGE = cover_state(
    "plan",
    walks=walks_of([{0: 100.0, 1: 300.001, 2: 600.0}, {2: 500.0, 3: 20.0, 4: 901.0}], 5),
    persons=DEMAND.persons,
    households=None,
    in_service_mask=np.ones(2, dtype=np.bool_),
    serves_masks=np.ones((2, 2), dtype=np.bool_),
    verdicts=["pass", "pass"],
    circles=(BASIC, DAILY),
)


def test_a_community_is_listed_home_by_home() -> None:
    found = list_homes(
        COVERAGE, demand=DEMAND, areas=AREAS, area_index=INDEX, area=0, place_id=["n1", "n2"]
    )
    assert found.name == "社区0"
    assert list(found.demand_id) == ["d0", "d1", "d2"]
    assert list(found.row) == [2, 3, 4]
    assert found.persons.tolist() == [1, 2, 4]
    assert found.time_s[0].tolist() == [100, 300.001, 500]
    assert list(found.centre_id[0]) == ["n1", "n1", "n2"]
    assert found.covered.tolist() == [[True, True, False], [True, True, True]]
    assert list(found.persons_covered) == [3, 7]
    assert list(found.share_covered) == [3 / 7, 1]


@pytest.mark.parametrize("area", [-1, 0, 1, 2])
def test_what_is_added_up_agrees_with_the_figures_of_the_area(area: int) -> None:
    found = list_homes(
        COVERAGE, demand=DEMAND, areas=AREAS, area_index=INDEX, area=area, place_id=["n1", "n2"]
    )
    figures = area_figures(COVERAGE, AREAS, INDEX, DEMAND.persons, (BASIC, DAILY))[area]
    assert (found.area_id, found.name) == (figures.area_id, figures.name)
    assert found.persons_total == figures.persons
    for row, circle_id in enumerate(found.circle_id):
        assert found.persons_covered[row] == figures.persons_covered[circle_id]
        assert found.share_covered[row] == figures.share_covered[circle_id]


def test_a_home_that_nobody_reaches_names_no_centre() -> None:
    coverage = cover_state(
        "plan",
        walks=walks_of([{}], 5),
        persons=DEMAND.persons,
        households=None,
        in_service_mask=np.ones(1, dtype=np.bool_),
        serves_masks=np.ones((1, 1), dtype=np.bool_),
        verdicts=["pass"],
        circles=(BASIC,),
    )
    found = list_homes(
        coverage, demand=DEMAND, areas=AREAS, area_index=INDEX, area=-1, place_id=["n1"]
    )
    assert found.centre_id == (("",),)
    assert list(found.share_covered) == [0]


def test_there_is_no_area_beyond_the_last() -> None:
    with pytest.raises(IndexError, match="3 areas"):
        list_homes(COVERAGE, demand=DEMAND, areas=AREAS, area_index=INDEX, area=3, place_id=[])
