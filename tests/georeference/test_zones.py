"""Which coordinate system numbers are in: told by range, and judged by the streets."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import prcoords
import pytest
from pyproj import Transformer

from planner.domain.places import Centre, Centres, Demand
from planner.domain.study import CentresSettings, DemandSettings
from planner.errors import InputInvalid
from planner.georeference.datum import from_wgs84, to_wgs84
from planner.georeference.locate import locate_centres, locate_demand
from planner.inputs.bare_numbers import read_bare_numbers
from planner.inputs.centres import read_centres
from planner.inputs.demand import read_demand
from tests.georeference.plans import grid_streets

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.arrays import FloatArray

# 解放碑: EPSG:4544 and EPSG:4545, from the registry of PROJ.
LON, LAT = 106.5775, 29.5586
ZONE_105, ZONE_108 = (652_886.0, 3_272_223.0), (362_138.0, 3_272_029.0)


def _in(crs: str, lonlat: FloatArray) -> FloatArray:
    """Return degrees in a CRS, by PROJ alone."""
    return np.column_stack(
        Transformer.from_crs("EPSG:4490", crs, always_xy=True).transform(*lonlat.T)
    )


def _places(count: int = 8) -> FloatArray:
    """Return places across the border of the two zones, 106.5 E."""
    return np.column_stack(
        [np.linspace(106.501, 106.565, count), np.linspace(29.502, 29.56, count)]
    )


@pytest.mark.parametrize(
    ("numbers", "crs", "lonlat_of_numbers"),
    [
        ((LON, LAT), "EPSG:4326", (LON, LAT)),
        ((LAT, LON), "EPSG:4326", (LON, LAT)),
        (ZONE_105, "EPSG:4544", ZONE_105),
        (ZONE_105[::-1], "EPSG:4544", ZONE_105),
        (ZONE_108, "EPSG:4545", ZONE_108),
        (ZONE_108[::-1], "EPSG:4545", ZONE_108),
        ((35_652_886.0, 3_272_223.0), "EPSG:4523", (35_652_886.0, 3_272_223.0)),
        ((3_272_029.0, 36_362_138.0), "EPSG:4524", (36_362_138.0, 3_272_029.0)),
        ((11_864_153.0, 3_449_000.0), "EPSG:3857", (11_864_153.0, 3_449_000.0)),
        ((3_449_000.0, 11_864_153.0), "EPSG:3857", (11_864_153.0, 3_449_000.0)),
    ],
)
def test_numbers_are_told_by_where_they_lie(
    numbers: tuple[float, float], crs: str, lonlat_of_numbers: tuple[float, float]
) -> None:
    found = read_bare_numbers(np.array([numbers]), rows=[2])
    assert found.crs == crs
    assert found.xy.tolist() == [list(lonlat_of_numbers)]
    said = " ".join(notice.message for notice in found.notices)
    assert crs in said
    assert ("exchanged" in said) == (numbers != lonlat_of_numbers)


@pytest.mark.parametrize("numbers", [(5e5, 4e6), (1e9, 3.27e6), (200.0, 3.27e6)])
def test_numbers_that_fit_nothing_are_not_guessed(numbers: tuple[float, float]) -> None:
    found = read_bare_numbers(np.array([numbers, (np.nan, np.nan)]), rows=[2, 3])
    assert found.crs == ""
    assert found.notices == ()


def test_a_stray_row_among_good_ones_stays_a_stray() -> None:
    rows = np.array([ZONE_108, ZONE_108, (1.0, 2.0), (np.nan, 3.0)])
    found = read_bare_numbers(rows, rows=[2, 3, 4, 5])
    assert found.crs == "EPSG:4545"
    assert found.xy[2].tolist() == [1.0, 2.0], "0 and 1 are no degrees of the city"
    exchanged = read_bare_numbers(rows[:, ::-1], rows=[2, 3, 4, 5])
    assert exchanged.xy[2].tolist() == [1.0, 2.0], "read as the others are"


def test_two_zones_in_one_table_come_out_right_to_a_metre() -> None:
    lonlat = _places()
    west, east = _in("EPSG:4544", lonlat), _in("EPSG:4545", lonlat)
    mixed = np.where((np.arange(8) < 5)[:, None], west, east)
    mixed[6] = mixed[6][::-1]
    found = read_bare_numbers(mixed, rows=list(range(2, 10)))
    assert found.crs == "EPSG:4544"
    assert np.abs(found.xy - west).max() < 0.01
    texts = [str(notice) for notice in found.notices]
    assert any("row 7, 8, 9" in text and "EPSG:4545" in text for text in texts)
    assert any("row 8" in text and "exchanged" in text for text in texts)


def test_a_plan_of_two_zones_read_from_a_table_stands_where_it_should(tmp_path: Path) -> None:
    """Surveyors' X is north; the rows of the western district are in its own zone."""
    lonlat = _places()
    west, east = _in("EPSG:4544", lonlat), _in("EPSG:4545", lonlat)
    rows = [
        f"中心{i},{(west if i < 3 else east)[i, 1]:.3f},{(west if i < 3 else east)[i, 0]:.3f}"
        for i in range(8)
    ]
    path = tmp_path / "布点 规划.csv"
    path.write_text("名称,X坐标,Y坐标\n" + "\n".join(rows), encoding="utf-8")
    centres = read_centres(CentresSettings(source=path))
    assert not centres.crs_stated
    located = locate_centres(centres, grid_streets())
    assert np.abs(located.xy - _in(grid_streets().crs, lonlat)).max() < 1.0
    assert len(located.centre) == 8


def test_two_files_in_two_zones_meet(tmp_path: Path) -> None:
    lonlat = _places()
    located = []
    for crs in ("EPSG:4544", "EPSG:4524"):
        xy = _in(crs, lonlat)
        path = tmp_path / f"{crs[5:]}.csv"
        lines = [f"{x:.3f},{y:.3f},10" for x, y in xy]
        path.write_text("x,y,人口\n" + "\n".join(lines), encoding="utf-8")
        located.append(locate_demand(read_demand(DemandSettings(source=path)), grid_streets()))
    assert np.abs(located[0].xy - located[1].xy).max() < 0.01


def test_a_declared_crs_is_honoured_with_its_axes_mended(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(f"name,x,y\na,{ZONE_108[1]},{ZONE_108[0]}\n", encoding="utf-8")
    centres = read_centres(CentresSettings(source=path, crs="EPSG:4545"))
    assert (centres.crs, centres.crs_stated) == ("EPSG:4545", True)
    assert centres.xy.tolist() == [list(ZONE_108)]


def test_eastings_that_look_like_northings_of_the_city_are_left_alone(tmp_path: Path) -> None:
    """The Finnish grid has eastings of 3.38 million in Helsinki."""
    path = tmp_path / "plan.csv"
    path.write_text("name,x,y\na,3385000,6675000\n", encoding="utf-8")
    centres = read_centres(CentresSettings(source=path, crs="EPSG:2393"))
    assert centres.xy.tolist() == [[3_385_000.0, 6_675_000.0]]
    assert centres.notices == ()


def _centres(xy: FloatArray, crs: str) -> Centres:
    return Centres(
        centre=tuple(Centre(f"C{i}", f"中心{i}", row=i + 2) for i in range(len(xy))),
        xy=xy,
        crs=crs,
        source_crs=crs,
        file="plan.shp",
    )


@pytest.mark.parametrize(
    ("written", "declared", "fits"),
    [
        ("EPSG:4544", "EPSG:4545", "EPSG:4544"),
        ("EPSG:4545", "EPSG:4543", "EPSG:4545"),
        ("EPSG:4545", "EPSG:4546", "EPSG:4545"),
        ("EPSG:4524", "EPSG:4545", "EPSG:4524"),
        ("EPSG:3857", "EPSG:4545", "EPSG:3857"),
    ],
)
def test_a_wrong_zone_is_refused_and_the_right_one_named(
    written: str, declared: str, fits: str
) -> None:
    xy = _in(written, _places())
    with pytest.raises(InputInvalid) as caught:
        locate_centres(_centres(xy, declared), grid_streets())
    (fault,) = caught.value.faults
    assert fault.message == "no place of the file lies near the streets"
    assert fault.hint is not None
    assert fault.hint.startswith(f"the numbers fit {fits} ")
    assert f"not {declared}" in fault.hint


def test_degrees_in_a_layer_of_metres_and_exchanged_axes_are_named() -> None:
    with pytest.raises(InputInvalid, match=r"fit EPSG:4490 \(degrees\), not EPSG:4545"):
        locate_centres(_centres(_places(), "EPSG:4545"), grid_streets())
    with pytest.raises(InputInvalid, match="with x and y exchanged"):
        locate_centres(_centres(_in("EPSG:4544", _places())[:, ::-1], "EPSG:4545"), grid_streets())
    with pytest.raises(InputInvalid, match="look swapped"):
        locate_centres(_centres(_places()[:, ::-1], "EPSG:4490"), grid_streets())


def test_rows_of_another_zone_under_a_declared_one_are_refused_by_row() -> None:
    xy = _in("EPSG:4545", _places())
    xy[[1, 4]] = _in("EPSG:4544", _places())[[1, 4]]
    with pytest.raises(InputInvalid) as caught:
        locate_centres(_centres(xy, "EPSG:4545"), grid_streets())
    (fault,) = caught.value.faults
    assert fault.message == "2 rows are in another coordinate system than the rest"
    assert fault.row == "3, 6"
    assert fault.found == "EPSG:4544 (CGCS2000, zone of 105°E)"


def test_rows_from_nowhere_are_still_only_set_aside() -> None:
    xy = _in("EPSG:4545", _places())
    xy[3] = (1.0, 1.0)
    located = locate_centres(_centres(xy, "EPSG:4545"), grid_streets())
    assert [row.reason for row in located.quarantine] == ["outside_streets"]


def test_the_shift_agrees_with_an_independent_converter_to_a_centimetre() -> None:
    lonlat = np.random.default_rng(1).uniform((106.25, 29.13), (107.0, 30.13), (200, 2))
    metres = np.array([96_900.0, 110_850.0])
    for datum, forward in (("gcj02", prcoords.wgs_gcj), ("bd09", prcoords.wgs_bd)):
        there = np.array([forward((lat, lon)) for lon, lat in lonlat])[:, ::-1]
        assert np.abs((from_wgs84(lonlat, datum) - there) * metres).max() < 0.01
        assert np.abs((to_wgs84(there, datum) - lonlat) * metres).max() < 0.01


# --- one place, several centres -----------------------------------------------------------


def test_centres_built_together_know_each_other_and_a_row_written_twice_is_set_aside() -> None:
    xy = _in(grid_streets().crs, _places(5))
    xy[1] = xy[0] + (0.4, 0.3)  # half a metre off
    xy[2] = xy[0]
    xy[3] = xy[0] + (0.0, 1.5)
    rows = (
        Centre("A", "望江中心", row=2, level="street"),
        Centre("B", "黄桷家园", row=3, level="community"),
        Centre("C", "望江中心", row=4, level="street"),
        Centre("D", "望江中心", row=5, level="street"),
        Centre("E", "远处", row=6, level="street"),
    )
    centres = dataclasses.replace(_centres(xy, grid_streets().crs), centre=rows)
    located = locate_centres(centres, grid_streets(), datum="wgs84")
    assert {c.centre_id: c.co_located_with for c in located.centre} == {
        "A": ("B",), "B": ("A",), "D": (), "E": (),
    }  # fmt: skip
    (second,) = located.quarantine
    assert (second.row, second.reason, second.detail) == (4, "same_coordinates", "row 2")
    assert (second.lon, second.lat) == pytest.approx(tuple(_places(5)[0]), abs=1e-6)
    assert len(located.xy) == 4


@pytest.mark.parametrize("other", [{"level": "community"}, {"name": "乙"}, {"level": None}])
def test_another_level_or_name_makes_another_centre(other: dict[str, str]) -> None:
    xy = _in(grid_streets().crs, np.repeat(_places(1), 2, axis=0))
    first = Centre("A", "甲", row=2, level="street")
    second = dataclasses.replace(first, centre_id="B", row=3, **other)  # type: ignore[arg-type]
    centres = dataclasses.replace(_centres(xy, grid_streets().crs), centre=(first, second))
    located = locate_centres(centres, grid_streets(), datum="wgs84")
    assert [c.co_located_with for c in located.centre] == [("B",), ("A",)]
    assert located.quarantine == ()


def test_a_row_written_three_times_is_counted_once() -> None:
    xy = _in(grid_streets().crs, np.repeat(_places(1), 3, axis=0))
    rows = tuple(Centre(label, "甲", row=i) for i, label in enumerate("ABC"))
    centres = dataclasses.replace(_centres(xy, grid_streets().crs), centre=rows)
    located = locate_centres(centres, grid_streets(), datum="wgs84")
    assert [c.centre_id for c in located.centre] == ["A"]
    assert [row.detail for row in located.quarantine] == ["row 0", "row 0"]
    assert located.centre[0].co_located_with == ()


def test_demand_of_a_wrong_zone_is_refused_too() -> None:
    demand = Demand(
        demand_id=("a", "b"),
        xy=_in("EPSG:4544", _places(2)),
        crs="EPSG:4545",
        persons=np.ones(2),
        row=(2, 3),
        file="人口.csv",
    )
    with pytest.raises(InputInvalid, match="the numbers fit EPSG:4544"):
        locate_demand(demand, grid_streets())
