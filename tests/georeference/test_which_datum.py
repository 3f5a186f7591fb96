"""The datum of a plan: told right from what its rows name, never told wrong, else asked for."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import prcoords
import pytest
import shapely

from planner.domain.places import Areas, Centre, Centres
from planner.errors import InputInvalid
from planner.georeference.crs import project
from planner.georeference.decide import tell_residuals
from planner.georeference.locate import locate_centres
from planner.georeference.named_places import find_named_areas, find_named_roads, plain_name
from planner.georeference.which_datum import weigh_datums
from tests.georeference.plans import grid_streets, make_plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray
    from tests.georeference.plans import Plan

SEEDS = range(100)


def _told(plan: Plan, datum: str, **read: Any) -> str:  # noqa: ANN401 - any setting
    """Return `right`, `wrong`, or why nothing is told."""
    centres = plan.as_read(datum, **read)
    test = weigh_datums(centres.centre, centres.xy, grid_streets(), (plan.areas,), asked="auto")
    if test.outcome != "clear":
        return test.outcome
    return "right" if test.best == datum else "wrong"


@pytest.mark.parametrize(
    ("named", "fewest_right"),
    [
        ({}, 95),
        ({"wrong_share": 0.1, "misspelt_share": 0.1}, 95),
        ({"wrong_share": 0.1, "near_border": True}, 95),
        ({"wrong_share": 0.1, "n_communities": 12}, 95),  # 4 km² each: larger than the shift
        ({"n_centres": 10, "n_communities": 12, "wrong_share": 0.3}, 0),  # asked, not guessed
        ({"wrong_share": 1.0}, 0),
    ],
    ids=["sound", "slips", "borders", "large", "few", "nonsense"],
)
def test_a_shifted_plan_is_told_right_and_never_wrong(
    named: dict[str, Any], fewest_right: int
) -> None:
    plans = [make_plan(seed, **named) for seed in SEEDS]
    for datum in ("wgs84", "gcj02", "bd09"):
        told = [_told(plan, datum) for plan in plans]
        assert told.count("wrong") == 0
        assert told.count("right") >= fewest_right


def test_coordinates_corrected_twice_fit_no_datum() -> None:
    plan = make_plan(1)
    shift = np.array([prcoords.wgs_gcj((lat, lon)) for lon, lat in plan.lonlat])[:, ::-1]
    twice = dataclasses.replace(plan, lonlat=plan.lonlat - (shift - plan.lonlat))
    assert _told(twice, "wgs84") == "no_fit"


def test_a_datum_that_the_streets_speak_against_is_asked_for() -> None:
    """Areas from a web map fit centres from a web map, and both are off the streets."""
    random = np.random.default_rng(7)
    streets, plan = grid_streets(), make_plan(7, n_centres=60)
    # Centres on the streets from west to east, which GCJ-02 moves off by some 290 m.
    xy = project(plan.lonlat, "EPSG:4326", streets.crs)
    xy[:, 1] = streets.node_xy[:, 1].min() + 280.0 * random.integers(3, 20, 60)
    homes = shapely.points(xy)
    names = [next(i for i, a in enumerate(plan.areas.geometry) if a.covers(h)) for h in homes]
    lonlat = project(xy, streets.crs, "EPSG:4326")
    shifted_areas = dataclasses.replace(
        plan.areas,
        geometry=shapely.transform(
            plan.areas.geometry,
            lambda corners: _shifted(corners, streets.crs),
        ),
    )
    shifted = _shifted(xy, streets.crs)
    centres = tuple(
        dataclasses.replace(centre, community=f"第{i}社区")
        for centre, i in zip(plan.centre, names, strict=True)
    )
    test = weigh_datums(
        centres, project(shifted, streets.crs, "EPSG:4326"), streets, (shifted_areas,), asked="auto"
    )
    assert test.best == "wgs84"
    assert test.outcome == "contradicted"
    assert test.residuals[0].in_area_share == 1.0
    assert test.residuals[1].street_m < 1.0 < test.residuals[0].street_m
    assert weigh_datums(centres, lonlat, streets, (plan.areas,), asked="auto").outcome == "clear"


def _shifted(xy: FloatArray, crs: str) -> FloatArray:
    lonlat = project(xy, crs, "EPSG:4326")
    moved = np.array([prcoords.wgs_gcj((lat, lon)) for lon, lat in lonlat])[:, ::-1]
    return project(moved, "EPSG:4326", crs)


def test_the_residuals_are_those_of_a_ruler() -> None:
    """A square community of 400 m: two centres in it, one 30 m out, one 250 m out."""
    streets = grid_streets()
    origin = streets.node_xy.mean(axis=0)
    square = shapely.box(*origin, *(origin + 400.0))
    xy = origin + np.array([[100.0, 100.0], [300.0, 200.0], [430.0, 200.0], [200.0, -250.0]])
    centre = tuple(Centre(f"C{i}", "中心", row=i, community="黄桷坪") for i in range(4))
    areas = Areas("community", ("1",), ("黄桷坪社区",), np.array([square]), streets.crs)
    lonlat = project(xy, streets.crs, "EPSG:4326")
    test = weigh_datums(centre, lonlat, streets, (areas,), asked="auto")
    assert (test.n_centres, test.n_named, test.outcome) == (4, 4, "unclear"), "four are too few"
    left = test.residuals[0]
    assert left.datum == "wgs84"
    assert left.in_area_share == 0.5
    assert left.out_of_area_m == pytest.approx(140.0, abs=0.1)
    assert left.log_likelihood == 0.0


def test_the_likelihood_is_the_formula_that_is_written_down() -> None:
    streets = grid_streets()
    origin = streets.node_xy.mean(axis=0)
    square = shapely.box(*origin, *(origin + 400.0))
    areas = Areas("community", ("1",), ("甲社区",), np.array([square]), streets.crs)
    lonlat = project(origin[None, :] + 200.0, streets.crs, "EPSG:4326")
    test = weigh_datums(
        (Centre("C", "中心", row=2, community="甲社区"),), lonlat, streets, (areas,), asked="auto"
    )
    from_gcj = np.array([prcoords.gcj_wgs_bored((lat, lon)) for lon, lat in lonlat])[:, ::-1]
    out_m = shapely.distance(shapely.points(project(from_gcj, "EPSG:4326", streets.crs))[0], square)
    expected = np.log(0.1 + 0.9 * np.exp(-out_m / 60.0))
    assert test.residuals[1].log_likelihood == pytest.approx(expected, abs=1e-3)
    assert test.residuals[1].out_of_area_m == pytest.approx(out_m, abs=0.05)


def test_roads_in_addresses_tell_where_no_area_is_known() -> None:
    """The streets from west to east are 280 m apart; GCJ-02 moves 290 m south and 390 m east."""
    streets = grid_streets()
    random = np.random.default_rng(3)
    rows = random.integers(4, 20, 40)
    xy = streets.node_xy.min(axis=0) + np.column_stack(
        [random.uniform(1_500.0, 5_500.0, 40), rows * 280.0 + random.uniform(-20.0, 20.0, 40)]
    )
    lonlat = project(xy, streets.crs, "EPSG:4326")
    centre = tuple(
        Centre(f"C{i}", "中心", row=i, address=f"{chr(0x6000 + r)}水路{i}号")
        for i, r in enumerate(rows.tolist())
    )
    test = weigh_datums(centre, lonlat, streets, (), asked="auto")
    assert (test.n_named, test.n_on_roads) == (0, 40)
    assert test.best == "wgs84"
    assert test.residuals[0].road_m < 21.0
    assert test.residuals[1].road_m > 200.0
    moved = np.array([prcoords.wgs_gcj((lat, lon)) for lon, lat in lonlat])[:, ::-1]
    assert weigh_datums(centre, moved, streets, (), asked="auto").best == "gcj02"


def test_a_road_is_not_heard_in_the_name_of_a_street_office() -> None:
    streets = dataclasses.replace(
        grid_streets(), names=("望江街", "人民路", *grid_streets().names[2:])
    )
    centres = tuple(
        Centre(str(i), name, row=i)
        for i, name in enumerate(["望江街道中心", "望江街15号中心", "人民路社区中心", "路边"])
    )
    assert find_named_roads(centres, streets).index.tolist() == [1, 2]


def test_a_community_goes_before_its_street_and_full_names_before_stems() -> None:
    square = np.array([shapely.box(i, 0, i + 1, 1) for i in range(3)], dtype=object)
    communities = Areas(
        "community", ("1", "2", "3"), ("新华社区", "新华村", "共和社区"), square, "EPSG:4545"
    )
    street = Areas("street", ("S",), ("望江街道",), square[2:], "EPSG:4545")
    district = Areas("district", ("D",), ("江津区",), square[:1], "EPSG:4545")
    rows = [
        Centre("A", "甲", row=2, community="新华村", street="望江街道"),
        Centre("B", "乙", row=3, community="新华社区居委会"),
        Centre("C", "丙", row=4, community="弟三社区", street="望江街道办事处"),
        Centre("D", "丁", row=5, district="江津区"),
    ]
    named = find_named_areas(tuple(rows), (district, street, communities))
    assert named.index.tolist() == [0, 1, 2]
    assert named.shape[0].equals(square[1])
    assert named.shape[1].equals(square[0])
    assert named.shape[2].equals(square[2])


@pytest.mark.parametrize(
    ("told", "plain"),
    [("黄桷坪 社区居委会", "黄桷坪"), ("（Ａ）社区", "a"), ("社区", "社区"), ("望江街道", "望江")],
)
def test_names_are_compared_without_what_offices_add(told: str, plain: str) -> None:
    assert plain_name(told) == plain


# --- what becomes of the test -------------------------------------------------------------


def _located(centres: Centres, areas: Sequence[Areas] = (), datum: str = "auto") -> Centres:
    return locate_centres(centres, grid_streets(), datum=datum, areas=areas)


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
def test_a_table_from_a_web_map_comes_out_right_to_a_metre(datum: str) -> None:
    plan = make_plan(5)
    located = _located(plan.as_read(datum), [plan.areas])
    true = project(plan.lonlat, "EPSG:4326", grid_streets().crs)
    assert np.abs(located.xy - true).max() < 1.0
    assert located.datum_test is not None
    assert (located.datum_test.used, located.datum_test.n_named) == (datum, 60)
    (notice,) = located.notices
    assert notice.message.startswith("the coordinates were found to be")
    assert notice.found is not None
    assert "100 % of 60 in their community" in notice.found
    assert notice.found.count("|") == 2, "every datum tried is told with what it leaves over"


def test_without_any_evidence_the_datum_of_plain_degrees_is_asked_for() -> None:
    plan = make_plan(5)
    with pytest.raises(InputInvalid) as caught:
        _located(plan.as_read("wgs84"))
    (fault,) = caught.value.faults
    assert "nothing tells whether" in fault.message
    assert (fault.file, fault.field) == ("layout_plan.xlsx", "centres.datum")
    assert fault.hint is not None
    assert 'datum = "wgs84"' in fault.hint


def test_evidence_that_is_not_clear_is_shown_with_the_question() -> None:
    plan = make_plan(0, wrong_share=1.0)
    with pytest.raises(InputInvalid) as caught:
        _located(plan.as_read("gcj02"), [plan.areas])
    (fault,) = caught.value.faults
    assert fault.found is not None
    for name in ("WGS 84", "GCJ-02", "BD-09"):
        assert name in fault.found
    assert "of 60 in their community" in fault.found


def test_a_stated_crs_is_honoured_where_the_names_tell_nothing() -> None:
    plan = make_plan(5)
    located = _located(plan.as_read("wgs84", stated=True))
    (notice,) = located.notices
    assert "the datum was not tested" in notice.message
    doubtful = make_plan(0, wrong_share=1.0)
    located = _located(doubtful.as_read("wgs84", stated=True), [doubtful.areas])
    (notice,) = located.notices
    assert "does not tell the datum" in notice.message


def test_a_stated_crs_does_not_hide_a_web_maps_shift() -> None:
    plan = make_plan(5)
    located = _located(plan.as_read("gcj02", stated=True), [plan.areas])
    assert located.datum_test is not None
    assert located.datum_test.used == "gcj02"


def test_survey_metres_told_by_range_are_not_asked_about() -> None:
    """Web maps give degrees or web Mercator, never metres of a survey grid."""
    read = make_plan(5).as_read("wgs84")
    metres = dataclasses.replace(
        read, xy=project(read.xy, "EPSG:4326", "EPSG:4545"), crs="EPSG:4545"
    )
    assert len(_located(metres).centre) == 60
    web = dataclasses.replace(read, xy=project(read.xy, "EPSG:4326", "EPSG:3857"), crs="EPSG:3857")
    with pytest.raises(InputInvalid, match="nothing tells whether"):
        _located(web)


def test_a_stated_datum_is_used_and_doubted_where_the_names_speak_for_another() -> None:
    plan = make_plan(5)
    located = _located(plan.as_read("gcj02"), [plan.areas], datum="cgcs2000")
    assert located.datum_test is not None
    assert located.datum_test.used == "cgcs2000"
    (notice,) = located.notices
    assert "the study says cgcs2000, but the coordinates look like GCJ-02" in notice.message
    assert _located(plan.as_read("wgs84"), [plan.areas], datum="cgcs2000").notices == ()


def test_rows_repeated_at_one_place_count_once() -> None:
    plan = make_plan(5, n_centres=3)
    many = dataclasses.replace(
        plan,
        lonlat=np.repeat(plan.lonlat, 20, axis=0),
        centre=tuple(
            dataclasses.replace(centre, centre_id=f"{centre.centre_id}-{i}", name=f"{i}")
            for centre in plan.centre
            for i in range(20)
        ),
    )
    assert _told(many, "wgs84") == "unclear", "three places prove nothing"


def test_buildings_are_told_in_the_residuals_and_may_speak_against_the_names() -> None:
    """A square of 30 m stands round every centre: 0 m from it, 480 m away where shifted."""
    plan = make_plan(3)
    streets = grid_streets()
    centres = plan.as_read("gcj02")
    true_xy = project(plan.lonlat, "EPSG:4326", streets.crs)
    houses = shapely.box(*(true_xy - 15.0).T, *(true_xy + 15.0).T)
    test = weigh_datums(
        centres.centre, centres.xy, streets, (plan.areas,), asked="auto", footprints=houses
    )
    assert (test.outcome, test.best) == ("clear", "gcj02")
    by_datum = {left.datum: left.building_m for left in test.residuals}
    assert by_datum["gcj02"] == 0.0
    assert by_datum["wgs84"] > 100.0
    assert "0 m to a building" in tell_residuals(test)
    # The same names, but the buildings stand where the numbers say without any shift.
    as_read_xy = project(centres.xy, "EPSG:4326", streets.crs)
    shifted = shapely.box(*(as_read_xy - 15.0).T, *(as_read_xy + 15.0).T)
    contrary = weigh_datums(
        centres.centre, centres.xy, streets, (plan.areas,), asked="auto", footprints=shifted
    )
    assert contrary.outcome == "contradicted"
