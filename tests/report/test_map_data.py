"""What the map page carries is what the records say."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import pytest
import shapely

from planner.domain.coverage import STATES
from planner.domain.places import Centre
from planner.domain.service import is_in_service, offers_service
from planner.domain.shelf import Shelf
from planner.report.drawn_shapes import DrawnShapes, draw_gap
from planner.report.map_circles import (
    added_shape,
    study_limit,
    unite_bands,
)
from planner.report.map_data import build_map_data
from planner.report.map_people import whole_seconds
from planner.report.map_places import choose_level, finite
from planner.report.map_plane import MapPlane
from planner.report.map_streets import LOCAL, STEPS, label_streets, pack_streets, street_weights
from planner.report.map_text import LONGEST_TEXT, clean_text
from planner.report.summary import make_summary
from tests.report import town
from tests.report.hills import make_findings, with_findings, with_heights
from tests.report.records import CIRCLES, make_proposals, make_records
from tests.report.test_map_packing import read_varints, unfold

if TYPE_CHECKING:
    from planner.domain.coverage import State
    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.places import Status

EVERYWHERE = (0.0, 0.0, 1e7, 1e7)


def read_lines(text: str) -> list[np.ndarray[Any, np.dtype[np.int64]]]:
    """Read packed lines with a slow twin of the page's reader."""
    numbers = read_varints(base64.b64decode(text))
    sizes, steps = numbers[1 : 1 + numbers[0]], numbers[1 + numbers[0] :]
    points = np.cumsum(np.array([unfold(step) for step in steps]).reshape(-1, 2), axis=0)
    return np.split(points, np.cumsum(sizes)[:-1]) if sizes else []


def data_of(*, hostile: bool = False) -> dict[str, Any]:
    records = make_records(hostile=hostile)
    proposals = make_proposals(records)
    return build_map_data(records, proposals, make_summary(records, proposals), made="2026-11-24")


# ---------- the plane ----------


def test_a_pixel_of_the_page_is_the_web_mercator_pixel_at_zoom_18() -> None:
    plane = MapPlane.over(town.CRS, (town.X0, town.Y0, town.X0 + 1000, town.Y0 + 1000))
    place = np.array([[town.X0 + 400, town.Y0 + 200]])
    lon, lat = pyproj.Transformer.from_crs(town.CRS, "EPSG:4326", always_xy=True).transform(
        *place[0]
    )
    # The formula of slippy maps, on the sphere.
    x = (lon + 180) / 360 * 256 * 2**18
    y = (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * 256 * 2**18
    found = plane.to_pixels(place)[0] + np.array(plane.origin)
    # The working CRS and WGS 84 differ in their ellipsoids by less than a pixel.
    assert np.abs(found - [x, y]).max() <= 1.0


def test_a_polygon_is_packed_with_its_holes_and_tiny_rings_are_left_out() -> None:
    plane = MapPlane.over(town.CRS, (town.X0, town.Y0, town.X0 + 1000, town.Y0 + 1000))
    at = shapely.Point(town.X0 + 500, town.Y0 + 500)
    ring = at.buffer(200).difference(at.buffer(100))
    dust = shapely.Point(town.X0 + 900, town.Y0 + 900).buffer(0.05)
    packed = read_lines(plane.pack_polygon(shapely.union(ring, dust)))
    assert len(packed) == 2
    assert all((line[0] == line[-1]).all() for line in packed)


def test_simplified_rings_stay_within_the_tolerance() -> None:
    plane = MapPlane.over(town.CRS, (town.X0, town.Y0, town.X0 + 1000, town.Y0 + 1000))
    disk = shapely.Point(town.X0 + 500, town.Y0 + 500).buffer(300, quad_segs=64)
    whole, rough = (
        read_lines(plane.pack_polygon(disk, tolerance_m=tolerance))[0] for tolerance in (0, 4)
    )
    assert len(rough) < len(whole) / 4
    distance = shapely.hausdorff_distance(shapely.LinearRing(whole), shapely.LinearRing(rough))
    assert distance <= 4 / 0.5 + 1


def test_what_is_no_polygon_packs_to_nothing() -> None:
    plane = MapPlane.over(town.CRS, (0, 0, 1, 1))
    assert read_lines(plane.pack_polygon(shapely.Point(0, 0))) == []
    assert read_lines(plane.pack_polygon(shapely.GeometryCollection())) == []


# ---------- streets ----------


def test_steps_are_drawn_as_steps_and_links_as_what_they_link() -> None:
    streets = make_records().network.streets
    weights = street_weights(streets)
    assert weights[3] == STEPS, "the lane with the flag"
    linked = replace(streets, kinds=tuple(f"{kind}_link" for kind in streets.kinds))
    assert street_weights(linked).tolist() == weights.tolist()
    assert set(street_weights(replace(streets, kinds=()))) == {LOCAL, STEPS}


def test_pieces_of_a_street_are_joined_and_far_streets_left_out() -> None:
    streets = make_records().network.streets
    plane = MapPlane.over(town.CRS, (town.X0, town.Y0, town.X0 + 3000, town.Y0 + 300))
    every = pack_streets(streets, plane, EVERYWHERE)
    drawn = {weight: len(read_lines(text)) for weight, text in every.items()}
    assert drawn[str(STEPS)] == 1
    assert sum(drawn.values()) < len(streets.edge_length_m), "edges in one line are one line"
    nowhere = pack_streets(streets, plane, (0.0, 0.0, 1.0, 1.0))
    assert all(read_lines(text) == [] for text in nowhere.values())
    assert label_streets(streets, plane, (0.0, 0.0, 1.0, 1.0)) == []


def test_a_label_runs_from_left_to_right_along_its_street() -> None:
    streets = make_records().network.streets
    plane = MapPlane.over(town.CRS, (town.X0, town.Y0, town.X0 + 3000, town.Y0 + 300))
    labels = label_streets(streets, plane, EVERYWHERE)
    assert {row[0] for row in labels} == {"人民路", "滨江路"}, "steps carry no label"
    assert all(row[1] <= row[3] for row in labels)


def test_a_street_without_a_readable_name_has_no_label() -> None:
    streets = replace(make_records().network.streets, names=("\u202e", "b", " \n "))
    plane = MapPlane.over(town.CRS, (town.X0, town.Y0, town.X0 + 3000, town.Y0 + 300))
    assert label_streets(streets, plane, EVERYWHERE) == []


# ---------- circles, gaps, the study ----------


@pytest.mark.parametrize(
    ("status", "states"),
    [
        ("existing", {"existing", "plan", "with_proposals"}),
        ("expanded", {"existing", "plan", "with_proposals"}),
        ("new", {"plan", "with_proposals"}),
        ("closed", {"existing"}),
        (None, {"existing", "plan", "with_proposals"}),
    ],
)
def test_a_centre_is_in_service_as_its_status_says(
    status: Status | None, states: set[State]
) -> None:
    centre = Centre("C", "C", 2, status=status)
    assert {state for state in STATES if is_in_service(centre, state)} == states


def test_a_centre_without_a_level_serves_every_circle_of_its_kind() -> None:
    assert all(offers_service(Centre("C", "C", 2), circle.serves) for circle in CIRCLES)
    hall = Centre("C", "C", 2, level="district")
    assert not any(offers_service(hall, circle.serves) for circle in CIRCLES)
    other = Centre("C", "C", 2, kind="other")
    assert not any(offers_service(other, circle.serves) for circle in CIRCLES)


def test_each_state_unites_the_shapes_of_its_own_centres() -> None:
    records = make_records()
    bands = unite_bands(records, make_proposals(records), DrawnShapes(Shelf()))
    basic, daily = bands["existing"]
    assert basic.is_empty, "no community centre exists yet"
    assert shapely.equals(daily, records.isochrones[1].geometry[0]), "C1 alone"
    assert shapely.covers(bands["plan"][1], daily)
    assert bands["with_proposals"][0].area > bands["plan"][0].area
    assert set(unite_bands(records, None, DrawnShapes(Shelf()))) == {"existing", "plan"}


def test_what_proposals_add_has_no_slivers() -> None:
    plan, built = shapely.box(0, 0, 100, 100), shapely.box(0, 0, 105, 100)
    assert added_shape(plan, built).is_empty, "5 m wide"
    assert added_shape(plan, shapely.box(0, 0, 200, 100)).area == pytest.approx(10_000, rel=0.01)


def test_the_outline_of_a_gap_holds_its_homes_and_joins_a_coarse_grid() -> None:
    grid = np.array([[x, y] for x in (0.0, 250.0) for y in (0.0, 250.0)])
    outline = draw_gap(grid)
    assert outline.geom_type == "Polygon"
    assert all(outline.contains(shapely.Point(home)) for home in grid)
    alone = draw_gap(np.array([[0.0, 0.0]]))
    assert alone.contains(shapely.Point(0, 0))
    assert alone.area < 5000


def test_the_study_ends_where_its_largest_areas_end() -> None:
    records = make_records()
    limit = study_limit(records.areas)
    streets = next(area for area in records.areas if area.level == "street")
    assert shapely.area(limit) == pytest.approx(
        float(shapely.area(streets.geometry).sum()), rel=1e-3
    )
    assert study_limit(()) is None


def test_the_finest_level_given_is_the_one_listed() -> None:
    records = make_records()
    chosen = choose_level(records.areas)
    assert chosen is not None
    assert chosen.level == "community"
    assert choose_level(tuple(area for area in records.areas if area.level == "street")) is not None
    assert choose_level(()) is None


# ---------- people, texts, the whole ----------


def test_a_rounded_time_stays_on_its_side_of_the_limit() -> None:
    times = np.array([299.6, 300.0005, 300.002, 300.49, 0.2, np.inf])
    assert whole_seconds(times, 300.0).tolist() == [301, 301, 302, 302, 1, 0]
    assert whole_seconds(np.array([300.3]), 300.5).tolist() == [301]


def test_a_text_is_one_line_without_marks_that_turn_it_and_not_endless() -> None:
    assert clean_text("a\r\n\tb\u202e\u2066c\u2028d\x00") == "a b c d".replace("b c", "bc")
    assert clean_text("长" * 10_000) == "长" * (LONGEST_TEXT - 1) + "…"
    assert clean_text(None) == clean_text("") == ""


def test_what_json_cannot_hold_becomes_nothing() -> None:
    assert [finite(value) for value in (None, float("inf"), float("nan"), 2.0)] == [
        None,
        None,
        None,
        2.0,
    ]


def test_a_gap_says_who_meets_it_and_an_unreached_one_has_no_minutes() -> None:
    data = data_of()
    by_id = {gap["id"]: gap for gap in data["gaps"]}
    assert by_id["G5"]["met_by"] == [1], "P1 reaches the 64 people of d6"
    assert by_id["G4"]["met_by"] == [], "d7 is off the network"
    assert by_id["G4"]["travel_time_s"] is None
    assert by_id["G2"]["met_by"] == [1], "64 of 96 people"


def test_gaps_without_siting_are_met_by_nobody() -> None:
    records = make_records()
    data = build_map_data(records, None, make_summary(records, None), made="2026-11-24")
    assert {tuple(gap["met_by"]) for gap in data["gaps"]} == {()}
    assert data["proposals"] == []
    assert data["siting"] is None
    assert data["states"] == ["existing", "plan"]


def test_a_state_that_the_summary_does_not_tell_is_not_offered() -> None:
    records = make_records()
    proposals = make_proposals(records)
    summary = make_summary(records, proposals)
    summary["states"]["with_proposals"] = {"life_circles": []}
    data = build_map_data(records, proposals, summary, made="2026-11-24")
    assert data["states"] == ["existing", "plan"]
    assert set(data["homes"]["walks"]) == {"existing", "plan"}


def test_no_home_at_all_still_makes_a_page() -> None:
    records = make_records(gaps=False, areas=False, centres=1)
    empty = replace(
        records,
        demand=replace(
            records.demand, demand_id=(), xy=np.empty((0, 2)), persons=np.empty(0), row=()
        ),
        centres=replace(records.centres, centre=(), xy=np.empty((0, 2))),
        isochrones=tuple(replace(one, geometry=one.geometry[:0]) for one in records.isochrones),
        coverage=replace(
            records.coverage,
            centres=(),
            states=tuple(
                replace(
                    state,
                    travel_time_s=np.empty((2, 0)),
                    centre_index=np.empty((2, 0), dtype=np.int32),
                )
                for state in records.coverage.states
            ),
        ),
    )
    data = build_map_data(empty, None, make_summary(records, None), made="2026-11-24")
    assert data["homes"]["count"] == 0
    assert data["view"][0] < data["view"][2]


def test_clauses_not_read_in_the_original_are_counted_by_certainty() -> None:
    records = make_records()
    rules = records.judgements.rule_sets[0]
    doubted = replace(
        rules,
        clauses=tuple(
            replace(clause, certainty="unverified" if i else "second-hand")
            for i, clause in enumerate(rules.clauses)
        ),
    )
    records = replace(records, judgements=replace(records.judgements, rule_sets=(doubted,)))
    data = build_map_data(records, None, make_summary(records, None), made="2026-11-24")
    assert data["rule_sets"][0]["not_read"] == {"second-hand": 1, "unverified": 2}


# ---------- the streets' check ----------


def findings_of(records: EvaluationRecords) -> dict[str, Any]:
    found: dict[str, Any] = build_map_data(
        records, None, make_summary(records, None), made="2026-11-24"
    )
    return found


def test_the_street_check_carries_every_kind_its_lines_and_its_places() -> None:
    data = findings_of(with_findings(make_records()))
    kinds = data["findings"]["kinds"]
    assert [one["count"] for one in kinds] == [1, 2, 1, 23, 3]
    assert kinds[0]["text"][0].startswith("孤立路段 1 处")
    assert kinds[0]["text"][1].startswith("islands")
    # The lane n1 to n4 has four vertices on one line: two are left; the two edges of the
    # bridge are one line once joined.
    lane, bridge = (read_lines(kinds[k]["lines"]) for k in (0, 4))
    assert [len(line) for line in lane] == [2]
    assert len(bridge) == 1
    assert read_lines(kinds[1]["lines"]) == []
    places = data["findings"]["places"]
    assert [one["kind"] for one in places] == [0, 1, 1, 2, 4]
    assert (places[0]["name"], places[0]["label"], places[0]["length_m"]) == (
        "和平梯道", "104", 300.0,
    )  # fmt: skip
    assert (places[1]["name"], places[1]["edge_distance_m"]) == ("", 0.0)
    middle = (lane[0][0] + lane[0][-1]) / 2
    assert np.abs(middle - [places[0]["x"], places[0]["y"]]).max() <= 1
    assert len(read_lines(data["findings"]["edge"])[0]) == 4


def test_a_street_without_a_name_is_not_named_for_the_page() -> None:
    records = with_findings(make_records())
    streets = replace(records.network.streets, edge_name=np.full(6, -1, dtype=np.int32))
    unnamed = replace(records, network=replace(records.network, streets=streets))
    assert findings_of(unnamed)["findings"]["places"][0]["name"] == ""


def test_streets_on_one_line_have_no_edge_of_the_data_to_draw() -> None:
    found = replace(make_findings(), data_edge_xy=np.array([[town.X0, town.Y0]]))
    records = replace(make_records(), network_findings=found)
    assert findings_of(records)["findings"]["edge"] == ""
    nothing = findings_of(make_records())["findings"]
    assert nothing == {"kinds": [], "places": [], "edge": ""}


def test_the_page_names_the_files_of_the_heights() -> None:
    assert ["elevation", "dem.tif"] in findings_of(with_heights(make_records()))["sources"]
    assert "elevation" not in dict(findings_of(make_records())["sources"])
