"""People of polygons over buildings, land and frontage: shares by hand, and nobody lost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.ledger import Ledger
from planner.domain.network import EdgeFlag
from planner.domain.places import Demand, QuarantinedRow
from planner.domain.population import (
    RESIDENTIAL,
    USE_UNKNOWN,
    Buildings,
    LandParcels,
    PopulationAreas,
)
from planner.georeference.crs import project
from planner.georeference.spread import spread_population
from planner.network.build import build_streets
from tests.network.drawing import DEGREE_M, NORTH_DEGREE_M, ORIGIN_LON, Way, draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray
    from planner.domain.network import Streets

PLACES = {
    "a": (0, 0),
    "b": (100, 0),
    "c": (0, 50),
    "d": (300, 50),
    "e": (0, 1000),
    "f": (400, 1000),
}
WEST_STREET, EAST_STREET = 100, 101


def streets_of(*ways: Way | str) -> Streets:
    return build_streets(draw(PLACES, *ways))


STREETS = streets_of("ab", "cd", "ef")
"""A street of 100 m, one of 300 m, and one of 400 m a kilometre to the north."""


def at(xy: FloatArray) -> FloatArray:
    """Turn metres of the drawing into the working CRS."""
    lonlat = np.column_stack([ORIGIN_LON + xy[:, 0] / DEGREE_M, xy[:, 1] / NORTH_DEGREE_M])
    return project(lonlat, "EPSG:4326", STREETS.crs)


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.transform(shapely.box(west, south, east, north), at)


AROUND_BOTH = box(-10, -10, 310, 60)
NOWHERE = box(2_000, 2_000, 2_100, 2_100)


def areas_of(
    *persons: float,
    geometry: Sequence[shapely.Polygon] = (AROUND_BOTH,),
    **more: object,
) -> PopulationAreas:
    shapes = np.empty(len(geometry), dtype=object)
    shapes[:] = geometry
    return PopulationAreas(
        source="polygons",
        area_id=tuple(f"A{i}" for i in range(len(persons))),
        geometry=shapes,
        crs=STREETS.crs,
        persons=np.array(persons, dtype=np.float64),
        row=tuple(range(1, len(persons) + 1)),
        file="census.gpkg",
        **more,  # type: ignore[arg-type] # what a test adds
    )


def buildings_of(
    *shapes: shapely.Geometry,
    floors: Sequence[float] = (),
    floor_area_m2: Sequence[float] = (),
    use: Sequence[int] = (),
) -> Buildings:
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    blank = [math.nan] * len(shapes)
    return Buildings(
        geometry=geometry,
        crs=STREETS.crs,
        use=np.array(use or [RESIDENTIAL] * len(shapes), dtype=np.int32),
        floor_area_m2=np.array(floor_area_m2 or blank),
        floors=np.array(floors or blank),
        file="buildings.gpkg",
    )


def point(x: float, y: float) -> shapely.Point:
    return shapely.transform(shapely.Point(x, y), at)


def rules(demand: Demand) -> dict[str, tuple[int, int, float]]:
    assert demand.ledger is not None
    return {
        entry.rule: (entry.n_sources, entry.n_points, round(entry.persons, 6))
        for entry in demand.ledger.entries
    }


def said(demand: Demand) -> str:
    return "\n".join(str(notice) for notice in demand.notices)


def test_two_buildings_of_one_and_three_parts_of_floor_area_take_25_and_75_of_100() -> None:
    low, high = box(10, 10, 30, 30), box(50, 10, 70, 30)
    demand = spread_population(
        areas_of(100), STREETS, buildings=buildings_of(low, high, floors=[2, 6])
    )
    assert demand.persons == pytest.approx([25.0, 75.0], rel=1e-6)
    assert demand.demand_id == ("A0/1", "A0/2")
    assert demand.row == (1, 1)
    assert shapely.contains(low, shapely.Point(demand.xy[0]))
    assert rules(demand) == {"buildings": (1, 2, 100.0)}


def test_a_stated_floor_area_beats_footprint_times_floors() -> None:
    demand = spread_population(
        areas_of(100),
        STREETS,
        buildings=buildings_of(
            box(10, 10, 30, 30), box(50, 10, 70, 30), floors=[9, 1], floor_area_m2=[1_000, 4_000]
        ),
    )
    assert demand.persons.tolist() == [20.0, 80.0]


def test_floors_that_are_not_stated_are_the_median_of_those_stated_and_it_is_told() -> None:
    places = [box(x, 10, x + 10, 20) for x in (10, 30, 50, 70)]
    demand = spread_population(
        areas_of(100), STREETS, buildings=buildings_of(*places, floors=[2, 4, 10, math.nan])
    )
    assert demand.persons == pytest.approx([10.0, 20.0, 50.0, 20.0], rel=1e-6)
    assert "1 buildings say neither floor area nor floors: 4 floors are assumed" in said(demand)


def test_buildings_drawn_as_points_weigh_as_their_floors_where_nothing_has_a_size() -> None:
    demand = spread_population(
        areas_of(90), STREETS, buildings=buildings_of(point(1, 1), point(2, 2), floors=[3, 6])
    )
    assert demand.persons.tolist() == [30.0, 60.0]


def test_a_point_among_buildings_of_known_size_is_a_middling_one() -> None:
    demand = spread_population(
        areas_of(80),
        STREETS,
        buildings=buildings_of(
            point(1, 1), point(2, 2), point(3, 3), floor_area_m2=[100, 300, math.nan]
        ),
    )
    assert demand.persons == pytest.approx([80 / 6, 40.0, 80 / 3])


def test_buildings_of_unknown_use_serve_only_where_no_residential_one_is() -> None:
    with_home, without = box(-10, -10, 100, 60), box(150, -10, 310, 60)
    demand = spread_population(
        areas_of(8, 16, geometry=(with_home, without)),
        STREETS,
        buildings=buildings_of(
            point(1, 1), point(2, 2), point(200, 2), use=[RESIDENTIAL, USE_UNKNOWN, USE_UNKNOWN]
        ),
    )
    assert demand.persons.tolist() == [8.0, 16.0]
    assert rules(demand) == {"buildings": (1, 1, 8.0), "buildings_unknown_use": (1, 1, 16.0)}


def test_frontage_of_100_m_and_300_m_takes_25_and_75() -> None:
    demand = spread_population(areas_of(100), STREETS)
    north = demand.xy[:, 1] > at(np.array([[0.0, 25.0]]))[0, 1]
    assert demand.persons[~north].sum() == pytest.approx(25.0, rel=1e-6)
    assert demand.persons[north].sum() == pytest.approx(75.0, rel=1e-6)
    assert rules(demand) == {"frontage": (1, 16, 100.0)}


def test_only_the_part_of_a_street_inside_the_polygon_takes_people() -> None:
    demand = spread_population(areas_of(64, geometry=(box(-10, 40, 100, 60),)), STREETS)
    assert len(demand.persons) == 4
    assert demand.persons == pytest.approx([16.0] * 4)


@pytest.mark.parametrize(
    "closed",
    [
        Way("cd", kind="motorway"),
        Way("cd", kind="steps"),
        Way("cd", flags=EdgeFlag.BRIDGE),
        Way("cd", flags=EdgeFlag.TUNNEL),
        Way("cd", flags=EdgeFlag.STEPS),
    ],
    ids=["motor road", "steps", "bridge", "tunnel", "flight"],
)
def test_nobody_lives_along_motor_roads_bridges_tunnels_and_steps(closed: Way) -> None:
    demand = spread_population(areas_of(100), streets_of("ab", closed))
    assert (demand.xy[:, 1] < at(np.array([[0.0, 25.0]]))[0, 1]).all()


def test_people_live_along_private_ways() -> None:
    demand = spread_population(
        areas_of(100), streets_of("ab", Way("cd", kind="service", flags=EdgeFlag.PRIVATE))
    )
    north = demand.xy[:, 1] > at(np.array([[0.0, 25.0]]))[0, 1]
    assert demand.persons[north].sum() == pytest.approx(75.0, rel=1e-6)


def test_residential_land_takes_people_by_its_area_inside_the_polygon() -> None:
    parcels = np.array([box(-200, -200, 100, 60), box(200, 0, 310, 35)], dtype=object)
    demand = spread_population(
        areas_of(110), STREETS, land=LandParcels(parcels, STREETS.crs, file="land.gpkg")
    )
    east = demand.xy[:, 0] > at(np.array([[150.0, 0.0]]))[0, 0]
    # 110 m by 70 m are inside of the first parcel, 110 m by 35 m of the second.
    assert demand.persons[east].sum() == pytest.approx(110 / 3, rel=1e-4)
    assert demand.persons[~east].sum() == pytest.approx(110 * 2 / 3, rel=1e-4)
    assert all(shapely.intersects(parcels, shapely.Point(xy)).any() for xy in demand.xy)
    assert set(rules(demand)) == {"land"}


def test_a_small_piece_of_land_between_lattice_points_is_one_place() -> None:
    parcels = np.array([box(11, 11, 14, 14)], dtype=object)
    demand = spread_population(areas_of(5), STREETS, land=LandParcels(parcels, STREETS.crs))
    assert demand.persons.tolist() == [5.0]
    assert shapely.contains(parcels[0], shapely.Point(demand.xy[0]))


def test_each_polygon_takes_the_first_rule_that_has_anything_in_it_and_the_ledger_says_so() -> None:
    four = (box(-10, -10, 310, 20), box(-10, 40, 310, 60), box(-10, 990, 410, 1010), NOWHERE)
    demand = spread_population(
        areas_of(1, 2, 4, 8, geometry=four),
        STREETS,
        buildings=buildings_of(point(5, 5)),
        land=LandParcels(np.array([box(0, 45, 10, 55)], dtype=object), STREETS.crs),
    )
    assert rules(demand) == {
        "buildings": (1, 1, 1.0),
        "land": (1, 1, 2.0),
        "frontage": (1, 16, 4.0),
        "middle": (1, 1, 8.0),
    }
    assert "8 persons of 1 polygons were left in the middle, as nothing was inside" in said(demand)
    assert demand.xy[-1] == pytest.approx(at(np.array([[2050.0, 2050.0]]))[0], abs=0.01)


def test_the_middle_of_a_bent_polygon_lies_inside_it() -> None:
    bent = shapely.difference(box(2_000, 2_000, 2_100, 2_100), box(2_010, 2_010, 2_100, 2_100))
    demand = spread_population(areas_of(3, geometry=(bent,)), STREETS)
    assert shapely.intersects(bent, shapely.Point(demand.xy[0]))


def test_people_of_overlapping_polygons_are_counted_once_each_in_their_own() -> None:
    demand = spread_population(
        areas_of(32, 64, geometry=(AROUND_BOTH, AROUND_BOTH)),
        STREETS,
        buildings=buildings_of(point(1, 1), point(2, 2)),
    )
    assert demand.persons.tolist() == [16.0, 16.0, 32.0, 32.0]


def test_households_and_groups_go_with_the_persons_and_blanks_stay_blank() -> None:
    demand = spread_population(
        areas_of(
            100,
            60,
            geometry=(AROUND_BOTH, NOWHERE),
            households=np.array([40.0, math.nan]),
            groups={"60+": np.array([20.0, 6.0])},
        ),
        STREETS,
        buildings=buildings_of(point(1, 1), point(2, 2), floor_area_m2=[100, 300]),
    )
    assert demand.households is not None
    assert demand.households[:2].tolist() == [10.0, 30.0]
    assert math.isnan(demand.households[2])
    assert demand.groups["60+"].tolist() == [5.0, 15.0, 6.0]


def test_polygons_without_people_become_no_point_and_are_counted() -> None:
    demand = spread_population(areas_of(0, 7, geometry=(AROUND_BOTH, NOWHERE)), STREETS)
    assert demand.persons.tolist() == [7.0]
    assert demand.ledger is not None
    assert demand.ledger.n_empty == 1
    assert "1 polygons have 0 persons" in said(demand)


def test_the_ledger_holds_whom_was_set_aside_and_adds_up() -> None:
    rows = (
        QuarantinedRow("demand", 5, "e", "outside_streets", persons=11.0),
        QuarantinedRow("demand", 6, "f", "no_persons"),
    )
    ledger = spread_population(areas_of(100, quarantine=rows), STREETS).ledger
    assert ledger is not None
    assert ledger.persons_read == pytest.approx(111.0)
    assert ledger.persons_placed == pytest.approx(100.0)
    assert ledger.persons_set_aside == pytest.approx(11.0)
    assert ledger.persons_missing == pytest.approx(0.0, abs=1e-9)
    assert [(entry.rule, entry.reason) for entry in ledger.entries] == [
        ("frontage", ""),
        ("set_aside", "no_persons"),
        ("set_aside", "outside_streets"),
    ]


def test_nobody_at_all_is_no_fault() -> None:
    demand = spread_population(areas_of(0), STREETS)
    assert demand.persons.shape == (0,)
    assert demand.xy.shape == (0, 2)
    assert demand.ledger == Ledger("polygons", 0.0, (), n_empty=1)


@st.composite
def scenes(
    draw_from: st.DrawFn,
) -> tuple[PopulationAreas, Buildings | None, LandParcels | None]:
    """Polygons, buildings and land anywhere, of any size, touching or not."""

    def boxes(n: int) -> list[shapely.Polygon]:
        return [
            box(x, y, x + w, y + h)
            for x, y, w, h in draw_from(
                st.lists(
                    st.tuples(*(st.integers(0, 400),) * 2, *(st.integers(1, 300),) * 2),
                    min_size=n,
                    max_size=n,
                )
            )
        ]

    n_areas = draw_from(st.integers(1, 5))
    count = st.floats(0, 1e6, allow_subnormal=False)
    persons = draw_from(st.lists(count, min_size=n_areas, max_size=n_areas))
    elders = draw_from(st.lists(count, min_size=n_areas, max_size=n_areas))
    areas = areas_of(*persons, geometry=boxes(n_areas), groups={"60+": np.array(elders)})
    n_homes = draw_from(st.integers(0, 6))
    homes = buildings_of(
        *boxes(n_homes),
        floors=draw_from(
            st.lists(
                st.sampled_from([0.0, 1.0, 33.0, math.nan]), min_size=n_homes, max_size=n_homes
            )
        ),
        use=draw_from(
            st.lists(
                st.sampled_from([RESIDENTIAL, USE_UNKNOWN]), min_size=n_homes, max_size=n_homes
            )
        ),
    )
    parcels = np.empty(draw_from(st.integers(0, 3)), dtype=object)
    parcels[:] = boxes(len(parcels))
    return (
        areas,
        homes if n_homes else None,
        LandParcels(parcels, STREETS.crs) if len(parcels) else None,
    )


@settings(max_examples=40, deadline=None)
@given(scenes())
def test_the_people_of_every_polygon_are_all_there_after_sharing(
    scene: tuple[PopulationAreas, Buildings | None, LandParcels | None],
) -> None:
    areas, buildings, land = scene
    demand = spread_population(areas, STREETS, buildings=buildings, land=land)
    polygon = np.array([int(label.split("/")[0][1:]) for label in demand.demand_id], dtype=np.int64)
    for before, after in (
        (areas.persons, demand.persons),
        (areas.groups["60+"], demand.groups["60+"]),
    ):
        sums = np.bincount(polygon, weights=after, minlength=len(before))
        assert sums == pytest.approx(before, rel=1e-9)
    assert len(set(demand.demand_id)) == len(demand.demand_id)
    assert demand.ledger is not None
    assert demand.ledger.persons_placed == pytest.approx(areas.persons.sum(), rel=1e-9)
    assert all(
        shapely.dwithin(areas.geometry[i], shapely.Point(xy), 1e-6)
        for i, xy in zip(polygon, demand.xy, strict=True)
    )
