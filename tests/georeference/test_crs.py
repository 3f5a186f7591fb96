"""Coordinates and datums, against published values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import InputInvalid
from planner.georeference.crs import lacks_datum_shift, lonlat_of, project
from planner.georeference.datum import from_wgs84, in_shifted_box, to_wgs84

METRES_TO_A_DEGREE = 111_320.0


def test_x_comes_first_whatever_the_registry_says() -> None:
    # 解放碑 in the zone of 105° E and of 108° E; EPSG lists the axes as northing, easting.
    place = np.array([[106.5775, 29.5586]])
    assert project(place, "EPSG:4490", "EPSG:4544").round().tolist() == [[652886, 3272223]]
    assert project(place, "EPSG:4490", "EPSG:4545").round().tolist() == [[362138, 3272029]]


def test_there_and_back_is_the_same_place() -> None:
    place = np.array([[106.5775, 29.5586], [106.2, 29.1]])
    back = lonlat_of(project(place, "EPSG:4326", "EPSG:4545"), "EPSG:4545")
    assert np.abs(back - place).max() < 1e-9


def test_the_same_crs_gives_a_copy_of_its_own() -> None:
    place = np.array([[1.0, 2.0]])
    copy = project(place, "EPSG:4545", "EPSG:4545")
    assert copy.tolist() == [[1.0, 2.0]]
    copy[0, 0] = 9.0
    assert place[0, 0] == 1.0


def test_a_place_without_an_image_becomes_nan_and_spoils_no_other() -> None:
    places = np.array([[1e12, 1e12], [np.nan, 1.0], [362138.0, 3272029.0]])
    lonlat = lonlat_of(places, "EPSG:4545")
    assert np.isnan(lonlat[:2]).all()
    assert lonlat[2] == pytest.approx([106.5775, 29.5586], abs=1e-5)


def test_no_place_is_no_place() -> None:
    assert project(np.zeros((0, 2)), "EPSG:4326", "EPSG:4545").shape == (0, 2)


def test_a_datum_shift_that_is_known_is_made() -> None:
    # Amersfoort, the origin of the Dutch grid, on WGS 84 (Schreutelkamp & Strang van Hees 2001);
    # without the shift it would be a hundred metres off.
    crs = "+proj=tmerc +lat_0=0 +lon_0=5.5 +k=1 +x_0=500000 +y_0=0 +datum=WGS84 +units=m +no_defs"
    direct = project(np.array([[155_000.0, 463_000.0]]), "EPSG:28992", crs)
    lonlat = lonlat_of(direct, crs)
    assert lonlat[0] == pytest.approx([5.38720621, 52.15517440], abs=1e-5)


@pytest.mark.parametrize("crs", ["EPSG:99999", "重庆市独立坐标系", ""])
def test_an_unknown_crs_is_a_fault_with_an_example(crs: str) -> None:
    with pytest.raises(InputInvalid, match=r"coordinate system is unknown.*EPSG:4545"):
        project(np.zeros((1, 2)), crs, "EPSG:4326")


@pytest.mark.parametrize(
    ("crs", "lacks"),
    [
        ("EPSG:4326", False),
        ("EPSG:4490", False),
        ("EPSG:4545", False),
        ("EPSG:32648", False),
        ("EPSG:28992", False),
        ("EPSG:4610", True),  # Xian 1980
        ("EPSG:2359", True),  # Xian 1980, 3-degree zone 35
        ('LOCAL_CS["survey",UNIT["metre",1]]', False),  # no datum at all: nothing to tell
    ],
)
def test_a_datum_without_a_known_shift_is_found_out(crs: str, *, lacks: bool) -> None:
    assert lacks_datum_shift(crs) is lacks


# Test points that the public converters carry (eviltransform): WGS 84, then GCJ-02.
GCJ_POINTS = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
]


@pytest.mark.parametrize(("wgs84", "gcj02"), GCJ_POINTS)
def test_web_map_coordinates_come_back_to_the_millimetre(
    wgs84: tuple[float, float], gcj02: tuple[float, float]
) -> None:
    assert from_wgs84(np.array([wgs84]), "gcj02")[0] == pytest.approx(gcj02, abs=1e-9)
    assert to_wgs84(np.array([gcj02]), "gcj02")[0] == pytest.approx(wgs84, abs=1e-8)


def test_the_shift_in_the_mountain_city_is_that_measured_by_others() -> None:
    # Half a kilometre for GCJ-02, more than the whole five-minute circle; double for BD-09.
    places = np.column_stack([np.linspace(106.25, 107.0, 50), np.linspace(29.13, 30.13, 50)])
    scale = METRES_TO_A_DEGREE * np.column_stack([np.cos(np.radians(places[:, 1])), np.ones(50)])
    shift_m = {
        datum: np.hypot(*((from_wgs84(places, datum) - places) * scale).T)
        for datum in ("gcj02", "bd09")
    }
    assert (shift_m["gcj02"] > 465).all()
    assert (shift_m["gcj02"] < 515).all()
    assert (shift_m["bd09"] > 1_040).all()
    assert (shift_m["bd09"] < 1_100).all()


@given(st.floats(73.5, 135.0), st.floats(18.0, 53.5), st.sampled_from(["gcj02", "bd09"]))
def test_every_shifted_place_comes_back(lon: float, lat: float, datum: str) -> None:
    place = np.array([[lon, lat]])
    back = to_wgs84(from_wgs84(place, datum), datum)
    assert np.abs(back - place).max() * METRES_TO_A_DEGREE < 1e-3


def test_the_national_datum_is_wgs84() -> None:
    place = np.array([[106.55, 29.56]])
    for datum in ("auto", "wgs84", "cgcs2000"):
        assert to_wgs84(place, datum).tolist() == place.tolist()


def test_abroad_nothing_is_shifted() -> None:
    place = np.array([[7.42, 43.73]])
    assert not in_shifted_box(place).any()
    assert to_wgs84(place, "gcj02").tolist() == place.tolist()


def test_an_unknown_place_stays_unknown_and_spoils_no_other() -> None:
    places = np.array([[np.nan, np.nan], [116.38404722455657, 39.91334545536069]])
    back = to_wgs84(places, "gcj02")
    assert np.isnan(back[0]).all()
    assert back[1] == pytest.approx([116.377817, 39.911954], abs=1e-8)
    assert np.isnan(to_wgs84(places[:1], "gcj02")).all()


def test_an_unknown_datum_is_a_fault_with_the_known_ones() -> None:
    with pytest.raises(InputInvalid, match="found gcj-02; expected auto or wgs84"):
        to_wgs84(np.zeros((1, 2)), "gcj-02")
