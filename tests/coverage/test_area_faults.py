"""Areas that overlap or leave slivers, and people in two of them or in none."""

from __future__ import annotations

import numpy as np
import shapely

from planner.coverage.area_faults import find_area_faults
from planner.coverage.areas import count_areas
from planner.domain.places import Areas
from tests.coverage.scene import CRS, areas_of

AT = np.array([[5.0, 5.0], [99.0, 5.0], [150.0, 5.0], [500.0, 5.0], [np.nan, 1.0]])
PERSONS = np.array([1.0, 2.0, 4.0, 8.0, 16.0])


def test_areas_that_fit_together_and_hold_everybody_have_no_fault() -> None:
    areas = areas_of((0, 0, 100, 100), (100, 0, 200, 100))
    assert find_area_faults(areas, AT[:3], PERSONS[:3]) == ()


def test_an_overlap_names_the_pair_its_size_and_who_lives_there() -> None:
    areas = areas_of((0, 0, 100, 100), (98, 0, 200, 100), (300, 0, 400, 100))
    (fault,) = find_area_faults(areas, AT[:3], PERSONS[:3])
    assert "1 pairs of areas overlap, by 200 m²" in str(fault)
    assert "社区0 and 社区1 (200 m²)" in str(fault)
    assert "1 demand points (2 persons) lie in two of them and count in the first" in str(fault)
    assert count_areas(AT, areas).tolist() == [1, 2, 1, 0, 0]


def test_of_many_overlaps_the_largest_are_named() -> None:
    areas = areas_of(*((100 * n, 0, 100 * n + 101 + n, 100) for n in range(5)))
    (fault,) = find_area_faults(areas, AT[:2], PERSONS[:2])
    assert "4 pairs" in str(fault)
    assert fault.found is not None
    assert fault.found.startswith("社区3 and 社区4 (400 m²)")
    assert fault.found.endswith("…")


def test_borders_drawn_twice_within_the_width_of_a_pen_are_no_overlap() -> None:
    areas = areas_of((0, 0, 100, 100), (99.95, 0, 200, 100))
    assert find_area_faults(areas, AT[:1], PERSONS[:1]) == ()


def test_holes_between_areas_are_told_with_their_size() -> None:
    ring = shapely.difference(shapely.box(0, 0, 100, 100), shapely.box(40, 40, 60, 60))
    geometry = np.array([ring, shapely.box(41, 40, 60, 60)], dtype=object)
    areas = Areas("community", ("a", "b"), ("甲", "乙"), geometry, CRS, file="c.gpkg")
    (fault,) = find_area_faults(areas, AT[:1], PERSONS[:1])
    assert "1 holes between them, 20 m²" in str(fault)
    assert "c.gpkg" in str(fault)


def test_people_in_no_area_are_counted_and_told() -> None:
    areas = areas_of((0, 0, 100, 100))
    (fault,) = find_area_faults(areas, AT, PERSONS)
    assert "3 demand points (28 persons) lie in no community" in str(fault)
    assert fault.found == "90.32% of all"


def test_without_areas_everybody_is_in_none() -> None:
    nothing = Areas("street", (), (), np.array([], dtype=object), CRS)
    (fault,) = find_area_faults(nothing, AT, PERSONS)
    assert "5 demand points" in str(fault)
    assert find_area_faults(nothing, AT[:0], PERSONS[:0]) == ()
