"""One total over residential buildings by floor area: nobody is lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon

from planner.domain.population import RESIDENTIAL, USE_UNKNOWN, Buildings
from planner.errors import InputInvalid
from planner.georeference.residents import house_people
from tests.georeference.test_land import EAST, NORTH, box
from tests.georeference.test_spread import STREETS


def buildings(
    shapes: list[Polygon | Point],
    use: list[int] | None = None,
    floors: list[float] | None = None,
    area_m2: list[float] | None = None,
) -> Buildings:
    blank = [np.nan] * len(shapes)
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    return Buildings(
        geometry=geometry,
        crs=STREETS.crs,
        use=np.array(use or [RESIDENTIAL] * len(shapes), dtype=np.int32),
        floor_area_m2=np.array(area_m2 or blank),
        floors=np.array(floors or blank),
        file="homes.gpkg",
        row=tuple(range(2, len(shapes) + 2)),
    )


def test_floor_area_is_footprint_times_floors() -> None:
    # 100 m² of 1 floor, 200 m² of 3: one part of seven, and six.
    drawn = [box(0, 0, 10, 10), box(20, 0, 40, 10)]
    demand = house_people(buildings(drawn, floors=[1, 3]), STREETS, persons=700)
    assert demand.persons == pytest.approx([100, 600])
    assert demand.demand_id == ("building-2", "building-3")
    assert demand.row == (2, 3)
    assert demand.ledger is not None
    assert [(one.rule, one.persons) for one in demand.ledger.entries] == [("buildings", 700)]


def test_only_residential_buildings_take_people_where_any_is_known() -> None:
    drawn = [box(0, 0, 10, 10), box(20, 0, 30, 10)]
    told = buildings(drawn, use=[USE_UNKNOWN, RESIDENTIAL])
    demand = house_people(told, STREETS, persons=8)
    assert (demand.demand_id, demand.persons.tolist()) == (("building-3",), [8])
    assert any("1 buildings whose use is not known" in str(one) for one in demand.notices)
    unknown = buildings(drawn, use=[USE_UNKNOWN, USE_UNKNOWN])
    assert house_people(unknown, STREETS, persons=8).persons.tolist() == [4, 4]


def test_points_weigh_by_their_floor_area() -> None:
    points = [Point(EAST + 5, NORTH + 5), Point(EAST + 50, NORTH + 5)]
    demand = house_people(buildings(points, area_m2=[100, 300]), STREETS, persons=4)
    assert demand.persons.tolist() == [1, 3]


def test_buildings_of_another_place_take_nobody() -> None:
    drawn = [box(0, 0, 10, 10), box(50_000, 0, 50_010, 10)]
    demand = house_people(buildings(drawn), STREETS, persons=8)
    assert demand.persons.tolist() == [8]
    assert any("1 buildings more than 1 km beyond" in str(one) for one in demand.notices)
    with pytest.raises(InputInvalid, match="near the streets"):
        house_people(buildings(drawn[1:]), STREETS, persons=8)


@given(
    st.lists(st.tuples(st.integers(1, 60), st.integers(1, 40)), min_size=1, max_size=30),
    st.floats(0.1, 1e7),
)
def test_the_total_is_kept(sizes: list[tuple[int, int]], persons: float) -> None:
    drawn = [box(0, 0, width, 10) for width, _ in sizes]
    demand = house_people(
        buildings(drawn, floors=[float(floors) for _, floors in sizes]), STREETS, persons=persons
    )
    assert demand.persons.sum() == pytest.approx(persons, rel=1e-9)
