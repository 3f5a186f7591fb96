"""Places in the working CRS: what belongs to the study, what is set aside, what is a fault."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from planner.domain.places import Areas, Candidates, Centre, Centres, Demand, QuarantinedRow
from planner.errors import InputInvalid
from planner.georeference.crs import lonlat_of, project
from planner.georeference.datum import from_wgs84
from planner.georeference.locate import (
    locate_areas,
    locate_candidates,
    locate_centres,
    locate_demand,
)
from planner.network.build import build_streets
from tests.network.drawing import ORIGIN_LON, draw

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.domain.network import Streets

NEAR = (106.552, 29.562)
SOUTH_0_9_KM = (106.551, 29.55 - 0.0081)  # of the southernmost street
SOUTH_1_1_KM = (106.551, 29.55 - 0.0100)
FAR = (106.90, 29.56)


@pytest.fixture(scope="module")
def streets() -> Streets:
    """Return a street from 106.55 E 29.55 N some 1.4 km to the north-east."""
    ways = draw({"a": (0, 0), "b": (1_000, 1_000)}, "ab", lat=29.55)
    lonlat = ways.node_lonlat + np.array([106.55 - ORIGIN_LON, 0.0])
    return build_streets(dataclasses.replace(ways, node_lonlat=lonlat))


def demand_at(*places: tuple[float, float], crs: str = "EPSG:4490") -> Demand:
    n = len(places)
    return Demand(
        demand_id=tuple(f"H{i}" for i in range(n)),
        xy=np.array(places, dtype=np.float64).reshape(-1, 2),
        crs=crs,
        persons=np.power(2.0, np.arange(n), dtype=np.float64),
        row=tuple(range(2, n + 2)),
        households=np.arange(10, n + 10, dtype=np.float64),
        groups={"elderly": np.arange(20, n + 20, dtype=np.float64)},
        file="population.csv",
    )


def centres_at(*places: tuple[float, float], crs: str = "EPSG:4490") -> Centres:
    return Centres(
        centre=tuple(Centre(f"C{i}", f"中心{i}", row=i + 2) for i in range(len(places))),
        xy=np.array(places, dtype=np.float64).reshape(-1, 2),
        crs=crs,
        source_crs=crs,
        file="layout_plan.xlsx",
    )


def there(streets: Streets, *places: tuple[float, float]) -> FloatArray:
    return project(np.array(places), "EPSG:4326", streets.crs)


def test_demand_is_put_into_the_crs_of_the_streets(streets: Streets) -> None:
    located = locate_demand(demand_at(NEAR), streets)
    assert located.crs == streets.crs
    assert located.xy == pytest.approx(there(streets, NEAR), abs=1e-3)
    assert located.quarantine == ()


def test_every_crs_of_the_file_gives_the_same_place(streets: Streets) -> None:
    for crs in ("EPSG:4326", "EPSG:4490", "EPSG:4544", "EPSG:4545", "EPSG:32648", "EPSG:3857"):
        (place,) = project(np.array([NEAR]), "EPSG:4326", crs).tolist()
        located = locate_demand(demand_at((place[0], place[1]), crs=crs), streets)
        assert located.xy == pytest.approx(there(streets, NEAR), abs=1e-3), crs


def test_rows_away_from_the_streets_are_set_aside_with_all_they_hold(streets: Streets) -> None:
    located = locate_demand(demand_at(FAR, NEAR, FAR, NEAR), streets)
    assert located.demand_id == ("H1", "H3")
    assert located.persons.tolist() == [2, 8]
    assert located.row == (3, 5)
    assert located.households is not None
    assert located.households.tolist() == [11, 13]
    assert located.groups["elderly"].tolist() == [21, 23]
    assert [(q.noun, q.label, q.row, q.reason, q.persons) for q in located.quarantine] == [
        ("demand", "H0", 2, "outside_streets", 1.0),
        ("demand", "H2", 4, "outside_streets", 4.0),
    ]
    assert (located.quarantine[0].lon, located.quarantine[0].lat) == pytest.approx(FAR, abs=1e-6)
    assert located.quarantine[0].detail == "106.900000, 29.560000"


def test_a_kilometre_beyond_the_last_street_still_belongs_to_the_study(streets: Streets) -> None:
    located = locate_demand(demand_at(SOUTH_0_9_KM, SOUTH_1_1_KM), streets)
    assert located.demand_id == ("H0",)


def test_a_row_without_a_place_is_set_aside(streets: Streets) -> None:
    located = locate_demand(demand_at(NEAR, (np.nan, 29.56)), streets)
    assert located.demand_id == ("H0",)
    assert np.isnan(located.quarantine[0].lon)


def test_demand_without_households_stays_without(streets: Streets) -> None:
    demand = dataclasses.replace(demand_at(NEAR), households=None)
    assert locate_demand(demand, streets).households is None


def test_nothing_that_came_in_is_changed(streets: Streets) -> None:
    demand = demand_at(NEAR, FAR)
    before = demand.xy.copy()
    locate_demand(demand, streets)
    assert np.array_equal(demand.xy, before)
    assert len(demand.demand_id) == 2


def test_centres_away_from_the_streets_are_set_aside(streets: Streets) -> None:
    located = locate_centres(centres_at(FAR, NEAR), streets)
    assert [centre.centre_id for centre in located.centre] == ["C1"]
    assert located.xy == pytest.approx(there(streets, NEAR), abs=1e-3)
    assert located.source_crs == "EPSG:4490"
    (row,) = located.quarantine
    assert (row.noun, row.label, row.row, row.persons) == ("centres", "中心0", 2, 0.0)


def test_no_rows_are_no_fault(streets: Streets) -> None:
    assert locate_centres(centres_at(), streets).centre == ()
    assert locate_demand(demand_at(), streets).demand_id == ()


def test_a_file_from_elsewhere_is_a_fault_with_both_boxes(streets: Streets) -> None:
    with pytest.raises(InputInvalid) as caught:
        locate_demand(demand_at((-51.2, -30.0), (-51.1, -30.1)), streets)
    (fault,) = caught.value.faults
    assert fault.file == "population.csv"
    assert fault.found == "places in longitude -51.2000 to -51.1000, latitude -30.1000 to -30.0000"
    assert fault.expected is not None
    assert fault.expected.startswith("places in longitude 106.5500 to 106.5590, latitude 29.55")
    assert fault.hint is not None
    assert "EPSG:4490" in fault.hint


def test_swapped_columns_are_recognised(streets: Streets) -> None:
    for crs in ("EPSG:4490", "EPSG:4545"):
        (place,) = project(np.array([NEAR]), "EPSG:4326", crs).tolist()
        with pytest.raises(InputInvalid, match="look swapped"):
            locate_centres(centres_at((place[1], place[0]), crs=crs), streets)


def test_places_nowhere_on_earth_are_a_fault(streets: Streets) -> None:
    with pytest.raises(InputInvalid, match="no point on the earth"):
        locate_demand(demand_at((1e12, 1e12), crs="EPSG:4545"), streets)


def test_a_long_crs_is_named_not_quoted(streets: Streets) -> None:
    from pyproj import CRS

    with pytest.raises(InputInvalid, match=r"read as China Geodetic Coordinate System 2000\)"):
        locate_demand(demand_at((-51.2, -30.0), crs=CRS.from_epsg(4490).to_wkt()), streets)


def test_an_unknown_crs_is_a_fault_of_its_file(streets: Streets) -> None:
    with pytest.raises(InputInvalid, match=r"layout_plan\.xlsx.*coordinate system is unknown"):
        locate_centres(centres_at(NEAR, crs="EPSG:1"), streets)


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_web_map_coordinates_are_converted(streets: Streets, datum: str) -> None:
    (place,) = from_wgs84(np.array([NEAR]), datum).tolist()
    located = locate_centres(centres_at((place[0], place[1])), streets, datum=datum)
    assert located.xy == pytest.approx(there(streets, NEAR), abs=1e-2)
    assert located.notices == ()


def test_an_untested_datum_is_said_once_and_only_where_maps_are_shifted(streets: Streets) -> None:
    (notice,) = locate_centres(centres_at(NEAR, NEAR), streets).notices
    assert "datum was not tested" in notice.message
    assert notice.file == "layout_plan.xlsx"
    assert notice.hint is not None
    assert "gcj02 or bd09" in notice.hint
    (notice,) = locate_demand(demand_at(NEAR), streets).notices
    assert notice.hint is not None
    assert "convert them to WGS 84 first" in notice.hint, "a study names no datum of demand"
    assert locate_centres(centres_at(NEAR), streets, datum="cgcs2000").notices == ()
    ways = draw({"a": (0, 0), "b": (1_000, 0)}, "ab")
    abroad = build_streets(ways)
    place = (float(ways.node_lonlat[0, 0]), 0.0)
    assert locate_centres(centres_at(place), abroad).notices == ()


def test_a_datum_without_a_shift_is_said(streets: Streets) -> None:
    notices = locate_demand(demand_at(NEAR, crs="EPSG:4610"), streets, datum="wgs84").notices
    (notice,) = notices
    assert "may be off by some 100 m" in notice.message
    assert notice.found == "EPSG:4610"


def test_rows_the_reader_set_aside_get_their_degrees(streets: Streets) -> None:
    (place,) = project(np.array([NEAR]), "EPSG:4326", "EPSG:4545").tolist()
    rows = (
        QuarantinedRow("demand", 2, "A", "no_persons", lon=place[0], lat=place[1]),
        QuarantinedRow("demand", 3, "B", "no_coordinates"),
        QuarantinedRow("demand", 4, "C", "same_coordinates", lon=NEAR[0], lat=NEAR[1]),
    )
    demand = demand_at((place[0], place[1]), (place[0] + 9e4, place[1]), crs="EPSG:4545")
    located = locate_demand(dataclasses.replace(demand, quarantine=rows), streets)
    assert [row.label for row in located.quarantine] == ["A", "B", "C", "H1"]
    for row in (located.quarantine[0], located.quarantine[2]):
        assert (row.lon, row.lat) == pytest.approx(NEAR, abs=1e-6)
    assert np.isnan(located.quarantine[1].lon)


def test_candidates_away_from_the_streets_are_left_out_with_a_notice(streets: Streets) -> None:
    places = [NEAR, *[FAR] * 6]
    candidates = Candidates(
        candidate_id=tuple(f"K{i}" for i in range(7)),
        xy=np.array(places),
        crs="EPSG:4490",
        cost_yuan=np.arange(7, dtype=np.float64),
        file="parcels.gpkg",
    )
    located = locate_candidates(candidates, streets, datum="wgs84")
    assert located.candidate_id == ("K0",)
    assert located.cost_yuan is not None
    assert located.cost_yuan.tolist() == [0.0]
    (notice,) = located.notices
    assert notice.message == "6 candidates lie away from the streets and are left out"
    assert notice.found == "K1, K2, K3, K4, K5, …"
    inside = dataclasses.replace(
        candidates, candidate_id=("K0",), xy=np.array([NEAR]), cost_yuan=None
    )
    located = locate_candidates(inside, streets, datum="wgs84")
    assert located.cost_yuan is None
    assert located.notices == ()


def areas_of(*geometry: shapely.Geometry, crs: str = "EPSG:4490") -> Areas:
    names = tuple(f"社区{i}" for i in range(len(geometry)))
    return Areas("community", names, names, np.array(geometry), crs, file="communities.gpkg")


def test_areas_are_reprojected_whole_with_their_holes(streets: Streets) -> None:
    box = shapely.box(106.5, 29.5, 106.6, 29.6) - shapely.box(106.54, 29.54, 106.56, 29.56)
    located = locate_areas(areas_of(box), streets)
    assert located.crs == streets.crs
    corners = shapely.get_coordinates(located.geometry)
    back = lonlat_of(corners, streets.crs)
    assert back == pytest.approx(shapely.get_coordinates(box), abs=1e-8)
    assert shapely.get_num_interior_rings(located.geometry[0]) == 1


def test_an_area_that_touches_itself_is_mended(streets: Streets) -> None:
    bow = shapely.Polygon([(106.5, 29.5), (106.6, 29.6), (106.6, 29.5), (106.5, 29.6)])
    located = locate_areas(areas_of(bow), streets)
    assert shapely.is_valid(located.geometry).all()


def test_areas_in_an_unknown_crs_are_a_fault(streets: Streets) -> None:
    with pytest.raises(InputInvalid, match=r"communities\.gpkg.*unknown"):
        locate_areas(areas_of(shapely.box(0, 0, 1, 1), crs="chongqing"), streets)
