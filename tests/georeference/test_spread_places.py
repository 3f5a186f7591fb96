"""Polygons of people on the ground: what lies away, what overlaps, and points made into cells."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from planner.domain.places import Demand
from planner.domain.population import RESIDENTIAL, Buildings, LandParcels, PopulationAreas
from planner.errors import InputInvalid
from planner.georeference.crs import project
from planner.georeference.national_shares import apply_national_shares
from planner.georeference.population import cells_of_points, locate_layer, locate_population
from planner.network.build import build_streets
from tests.network.drawing import ORIGIN_LON, draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray
    from planner.domain.network import Streets

HERE = (106.552, 29.562)
AWAY = (106.9, 29.562)


@pytest.fixture(scope="module")
def streets() -> Streets:
    """Return a street from 106.55 E 29.55 N some 1.4 km to the north-east."""
    ways = draw({"a": (0, 0), "b": (1_000, 1_000)}, "ab", lat=29.55)
    lonlat = ways.node_lonlat + np.array([106.55 - ORIGIN_LON, 0.0])
    return build_streets(dataclasses.replace(ways, node_lonlat=lonlat))


def box(lon: float, lat: float, width: float = 0.001) -> shapely.Polygon:
    return shapely.box(lon, lat, lon + width, lat + width)


def areas_of(*shapes: shapely.Polygon, crs: str = "EPSG:4490") -> PopulationAreas:
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    n = len(shapes)
    return PopulationAreas(
        source="polygons",
        area_id=tuple(f"A{i}" for i in range(n)),
        geometry=geometry,
        crs=crs,
        persons=np.power(2.0, np.arange(n), dtype=np.float64),
        row=tuple(range(1, n + 1)),
        households=np.arange(n, dtype=np.float64),
        groups={"60+": np.arange(n, dtype=np.float64)},
        file="census.gpkg",
    )


def demand_at(xy: Sequence[tuple[float, float]] | FloatArray, **more: object) -> Demand:
    points = np.array(xy, dtype=np.float64).reshape(-1, 2)
    n = len(points)
    return Demand(
        demand_id=tuple(f"H{i}" for i in range(n)),
        xy=points,
        crs="EPSG:4545",
        persons=np.full(n, 10.0),
        row=tuple(range(2, n + 2)),
        file="grid.csv",
        **more,  # type: ignore[arg-type] # what a test adds
    )


def said(record: PopulationAreas | Demand) -> str:
    return "\n".join(str(notice) for notice in record.notices)


def test_polygons_come_into_the_working_crs(streets: Streets) -> None:
    located = locate_population(areas_of(box(*HERE)), streets)
    assert located.crs == streets.crs
    corners = shapely.get_coordinates(located.geometry)
    expected = project(shapely.get_coordinates(box(*HERE)), "EPSG:4490", streets.crs)
    assert corners == pytest.approx(expected, abs=1e-6)


def test_polygons_away_from_the_streets_are_set_aside_with_their_persons(streets: Streets) -> None:
    located = locate_population(areas_of(box(*HERE), box(*AWAY), box(*HERE)), streets)
    assert located.area_id == ("A0", "A2")
    assert located.persons.tolist() == [1.0, 4.0]
    assert located.households is not None
    assert located.households.tolist() == located.groups["60+"].tolist() == [0.0, 2.0]
    (row,) = located.quarantine
    assert (row.reason, row.row, row.label, row.persons) == ("outside_streets", 2, "A1", 2.0)
    assert (row.lon, row.lat) == pytest.approx((106.9005, 29.5625))


def test_a_polygon_around_the_whole_city_is_kept_though_its_middle_lies_away(
    streets: Streets,
) -> None:
    located = locate_population(areas_of(box(106.5, 29.5, width=0.9)), streets)
    assert located.persons.tolist() == [1.0]


def test_polygons_none_of_which_meets_the_streets_are_a_fault(streets: Streets) -> None:
    with pytest.raises(InputInvalid, match="no place of the file lies near the streets"):
        locate_population(areas_of(box(*AWAY)), streets)
    with pytest.raises(InputInvalid, match="the coordinate system is unknown"):
        locate_population(areas_of(box(*AWAY), crs="EPSG:0"), streets)


def test_overlapping_polygons_are_told_with_their_area_and_slivers_are_not(
    streets: Streets,
) -> None:
    lon, lat = HERE
    half = box(lon + 0.0005, lat)
    sliver = box(lon - 0.001 + 1e-6, lat)
    located = locate_population(areas_of(box(lon, lat), half, sliver), streets)
    # Half of 0.001° by 0.001°: 48.4 m by 110.9 m here.
    assert "1 pairs of polygons overlap, by 0.5 ha: the persons of each are counted once" in said(
        located
    )
    assert "found A0 and A1" in said(located)
    assert located.persons.tolist() == [1.0, 2.0, 4.0]


def test_cells_of_a_raster_are_not_searched_for_overlaps(streets: Streets) -> None:
    twice = dataclasses.replace(areas_of(box(*HERE), box(*HERE)), source="raster")
    assert locate_population(twice, streets).notices == ()


def test_buildings_and_land_come_into_the_working_crs_or_are_a_fault_elsewhere(
    streets: Streets,
) -> None:
    shape = np.array([box(*HERE)], dtype=object)
    blank = np.array([math.nan])
    homes = Buildings(shape, "EPSG:4490", np.array([RESIDENTIAL], np.int32), blank, blank)
    assert locate_layer(homes, streets).crs == streets.crs
    land = LandParcels(np.array([box(*AWAY)], dtype=object), "EPSG:4490", file="land.gpkg")
    with pytest.raises(InputInvalid, match="nothing of the layer lies near the streets") as caught:
        locate_layer(land, streets)
    (fault,) = caught.value.faults
    assert fault.found == "longitude 106.9000 to 106.9010, latitude 29.5620 to 29.5630"


def test_a_square_cell_has_its_size_and_stands_upright_alone() -> None:
    (cell,) = cells_of_points(demand_at([(500, 900)]), cell="square", cell_size_m=100).geometry
    assert cell.bounds == pytest.approx((450, 850, 550, 950))
    assert cell.area == pytest.approx(1e4)


def test_a_hexagon_has_its_width_between_opposite_sides() -> None:
    (cell,) = cells_of_points(demand_at([(0, 0)]), cell="hexagon", cell_size_m=100).geometry
    assert cell.bounds[0::2] == pytest.approx((-50, 50))
    assert cell.area == pytest.approx(math.sqrt(3) / 2 * 1e4)


@pytest.mark.parametrize("turn", [0.0, 0.3, 0.5])
@pytest.mark.parametrize(("cell", "base"), [("square", 90.0), ("hexagon", 60.0)])
def test_cells_of_a_turned_lattice_touch_and_do_not_overlap(
    cell: str, base: float, turn: float
) -> None:
    angle = turn + np.radians([0.0, base])
    step = 100.0 * np.column_stack([np.cos(angle), np.sin(angle)])
    index = np.array([(i, j) for i in range(7) for j in range(7)])
    areas = cells_of_points(demand_at(index @ step), cell=cell, cell_size_m=100)
    sizes = shapely.area(areas.geometry)
    assert shapely.area(shapely.union_all(areas.geometry)) == pytest.approx(sizes.sum(), rel=1e-9)
    assert areas.notices == ()


def test_points_farther_apart_than_their_cells_stand_upright() -> None:
    areas = cells_of_points(demand_at([(0, 0), (300, 400)]), cell="square", cell_size_m=100)
    assert areas.geometry[0].bounds == pytest.approx((-50, -50, 50, 50))


def test_a_cell_size_that_the_lattice_contradicts_is_told_with_both() -> None:
    lattice = [(100.0 * i, 100.0 * j) for i in range(7) for j in range(7)]
    areas = cells_of_points(demand_at(lattice), cell="square", cell_size_m=250)
    assert "the points stand 100 m apart, the study says cells of 250 m" in said(areas)


def test_national_shares_are_applied_marked_and_sourced() -> None:
    demand = apply_national_shares(demand_at([(0, 0)]))
    assert demand.groups["60+"].tolist() == pytest.approx([2.187])
    assert demand.households == pytest.approx([10 / 2.45])
    assert demand.assumed == ("60+", "households")
    assert "21.87% of all persons are taken to be 60 or older" in said(demand)
    assert "found seventh national census 2020" in said(demand)


def test_what_a_file_counts_itself_beats_national_shares() -> None:
    given = demand_at([(0, 0)], households=np.array([3.0]), groups={"0-14": np.array([1.0])})
    assert apply_national_shares(given) == given
