"""Land as places that share its area: nothing is lost, nothing counted twice."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.places import Areas
from planner.domain.population import LandParcels
from planner.errors import InputInvalid
from planner.georeference.land import place_land
from tests.georeference.test_spread import STREETS

# A corner of the lattice inside the streets' box.
EAST, NORTH = (np.floor(STREETS.shape_xy.min(axis=0) / 50.0) * 50.0).tolist()


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def parcels(*shapes: shapely.Geometry) -> LandParcels:
    return LandParcels(np.array(shapes, dtype=object), STREETS.crs, file="land.gpkg")


def areas(*shapes: shapely.Geometry) -> Areas:
    ids = tuple(f"a{n}" for n in range(len(shapes)))
    return Areas("community", ids, ids, np.array(shapes, dtype=object), STREETS.crs)


def test_land_is_covered_by_points_of_a_lattice_that_share_its_area() -> None:
    # Lattice lines at 50, 100 and 150 m to the east, at 50 and 100 m to the north.
    xy, area_m2, notices = place_land(parcels(box(40, 40, 160, 110)), STREETS)
    assert sorted(map(tuple, (xy - [EAST, NORTH]).tolist())) == [
        (x, y) for x in (50.0, 100.0, 150.0) for y in (50.0, 100.0)
    ]
    assert area_m2 == pytest.approx([120 * 70 / 6] * 6)
    assert str(notices[-1]).startswith("land.gpkg: 0.8 ha of land are counted by 6 places")


def test_a_piece_too_small_for_the_lattice_is_one_place_inside_it() -> None:
    xy, area_m2, _ = place_land(parcels(box(10, 10, 20, 30)), STREETS)
    assert area_m2.tolist() == [200]
    assert 10 < xy[0, 0] - EAST < 20
    assert 10 < xy[0, 1] - NORTH < 30


def test_parcels_that_overlap_are_counted_once() -> None:
    _, area_m2, _ = place_land(parcels(box(0, 0, 100, 10), box(60, 0, 160, 10)), STREETS)
    assert area_m2.sum() == pytest.approx(1600)


def test_land_outside_the_areas_of_the_study_is_left_out_and_told() -> None:
    own = areas(box(0, 0, 50, 100), box(50, 0, 80, 100))
    _, area_m2, notices = place_land(parcels(box(0, 0, 280, 100)), STREETS, [own])
    assert area_m2.sum() == pytest.approx(80 * 100)
    assert "2.0 ha of land outside the study are left out" in str(notices[-1])


def test_land_of_another_place_is_refused() -> None:
    with pytest.raises(InputInvalid, match="nothing of the land lies in the areas"):
        place_land(parcels(box(0, 0, 50, 50)), STREETS, [areas(box(100, 100, 200, 200))])


@given(
    st.lists(
        st.tuples(*[st.integers(0, 300)] * 2, *[st.integers(1, 200)] * 2), min_size=1, max_size=6
    )
)
def test_the_area_of_the_land_is_kept(shapes: list[tuple[int, int, int, int]]) -> None:
    drawn = [box(x, y, x + width, y + height) for x, y, width, height in shapes]
    xy, area_m2, _ = place_land(parcels(*drawn), STREETS)
    land = shapely.union_all(drawn)
    assert area_m2.sum() == pytest.approx(land.area, rel=1e-9)
    assert all(land.buffer(1e-6).contains(shapely.points(xy)))
