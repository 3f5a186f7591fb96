"""Studies whose people are given by polygon, raster or community, from their files to the end."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from rasterio.transform import Affine

import planner
from planner.domain.ledger import Ledger
from planner.errors import PlannerError
from planner.inputs.study import read_study_file
from planner.pipeline.check import check_inputs
from planner.pipeline.people import place_population
from planner.pipeline.streets import open_streets
from tests.real.studies import write_porto_alegre
from tests.scenes.town import TO_LONLAT, Town

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.places import Demand

TOWN = Town("+1" + "-" * 60 + "+")
"""A street of 620 m from west to east with a centre near its western end."""


def square(west: float, east: float, half: float = 20.0) -> shapely.Polygon:
    """Return a box along the street, metres from its western end."""
    return shapely.transform(
        shapely.box(west, -half, east, half),
        lambda xy: np.column_stack(TO_LONLAT.transform(xy[:, 0], xy[:, 1])),
    )


def study(folder: Path, demand: str, more: str = "") -> Path:
    """Write the town with another `[demand]`."""
    path = TOWN.write(folder)
    text = path.read_text("utf-8").replace('source = "population.csv"', demand)
    path.write_text(text + more, encoding="utf-8")
    return path


def write(path: Path, shapes: list[shapely.Geometry], **columns: list[object]) -> None:
    gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326").to_file(path)


def demand_of(path: Path) -> Demand:
    return planner.evaluate(path, threads=1).records.demand


def rules(demand: Demand) -> dict[str, float]:
    assert isinstance(demand.ledger, Ledger)
    return {entry.rule: round(entry.persons, 6) for entry in demand.ledger.entries}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    TOWN.write(tmp_path)
    write(tmp_path / "census.gpkg", [square(0, 100), square(100, 300)], persons=[64, 256])
    write(
        tmp_path / "communities.gpkg",
        [square(0, 300), square(300, 620)],
        name=["东社区", "西社区"],
    )
    write(
        tmp_path / "buildings.gpkg",
        [square(10, 20, 5), square(60, 70, 5), square(200, 210, 5)],
        use=["住宅", "apartments", "办公"],
        floors=[1, 3, 9],
    )
    write(tmp_path / "land.gpkg", [square(250, 280)], landuse=["residential"])
    return tmp_path


def test_polygons_over_buildings_then_land_to_the_person(folder: Path) -> None:
    path = study(folder, 'source = "census.gpkg"\nbuildings = "buildings.gpkg"\nland = "land.gpkg"')
    demand = demand_of(path)
    assert demand.persons[:2] == pytest.approx([16.0, 48.0], rel=1e-4)
    assert rules(demand) == {"buildings": 64.0, "land": 256.0}


def test_a_workbook_by_community_along_the_streets_with_control_total(folder: Path) -> None:
    pd.DataFrame({"社区": ["东社区", "西社区"], "人口": [32, 96]}).to_excel(
        folder / "people.xlsx", index=False
    )
    path = study(
        folder,
        'source = "people.xlsx"\ntotal_persons = 100\nnational_shares = true',
        '[areas]\ncommunity = "communities.gpkg"\n',
    )
    result = planner.evaluate(path, threads=1)
    demand = result.records.demand
    assert rules(demand) == {"frontage": 128.0}
    assert demand.groups["60+"].sum() == pytest.approx(128 * 0.2187)
    east = demand.xy[:, 0] < np.median(demand.xy[:, 0])
    assert demand.persons[east].max() == pytest.approx(32 / 12, rel=1e-3)
    notices = "\n".join(map(str, result.records.notices))
    assert "the file holds 128 persons, the study's control total is 100: they differ" in notices
    assert "found +28.0%" in notices


def test_a_raster_in_another_crs_keeps_its_people(folder: Path) -> None:
    lonlat = np.array(TO_LONLAT.transform(-50.0, 50.0))
    corner = gpd.GeoSeries([shapely.Point(lonlat)], crs=4326).to_crs("EPSG:4545").iloc[0]
    with rasterio.open(
        folder / "people.tif",
        "w",
        driver="GTiff",
        height=1,
        width=8,
        count=1,
        dtype="float32",
        crs="EPSG:4545",
        transform=Affine(100, 0, corner.x, 0, -100, corner.y),
    ) as raster:
        raster.write(np.array([[0, 1, 2, 4, 8, 16, 0, 0]], dtype=np.float32), 1)
    # The street is a line: its box has no height, and cells beside it have their middle outside.
    settings = read_study_file(study(folder, 'source = "people.tif"'))
    streets = open_streets(settings.streets.source)
    west, south, east, north = streets.bounds_lonlat
    wide = dataclasses.replace(streets, bounds_lonlat=(west, south - 0.001, east, north + 0.001))
    demand = place_population(settings, wide)
    assert demand.persons.sum() == pytest.approx(31.0, rel=1e-9)
    assert rules(demand) == {"frontage": 31.0}


def test_points_have_a_ledger_too(tmp_path: Path) -> None:
    demand = demand_of(Town("+1---a--b+").write(tmp_path))
    assert rules(demand) == {"points": 3.0}
    assert demand.ledger is not None
    assert demand.ledger.persons_missing == 0.0


def test_points_that_the_study_calls_cells_are_shared(tmp_path: Path) -> None:
    town = Town("+1" + "-" * 20 + "c" + "-" * 20 + "+")
    path = town.write(tmp_path)
    text = path.read_text("utf-8")
    path.write_text(
        text.replace('"population.csv"', '"population.csv"\ncell = "square"\ncell_size_m = 100'),
        encoding="utf-8",
    )
    demand = demand_of(path)
    assert len(demand.persons) == 4
    assert demand.persons == pytest.approx([1.0] * 4)


def test_faults_of_people_buildings_and_land_are_told_at_once(folder: Path) -> None:
    write(folder / "census.gpkg", [square(0, 100)], persons=[-1])
    write(folder / "buildings.gpkg", [square(0, 10)], use=["office"])
    write(folder / "land.gpkg", [square(0, 10)], landuse=["A1"])
    path = study(folder, 'source = "census.gpkg"\nbuildings = "buildings.gpkg"\nland = "land.gpkg"')
    with pytest.raises(PlannerError) as caught:
        planner.evaluate(path, threads=1)
    told = [(fault.file, fault.message) for fault in caught.value.faults]
    assert told == [
        ("census.gpkg", "is negative"),
        ("buildings.gpkg", "none of the rows is residential"),
        ("land.gpkg", "none of the rows is residential"),
    ]


def test_boundaries_with_a_fault_are_told_once_though_people_are_joined_to_them(
    folder: Path,
) -> None:
    write(folder / "communities.gpkg", [shapely.Point(106.5, 29.5)], name=["甲"])
    pd.DataFrame({"社区": ["甲"], "人口": [1]}).to_excel(folder / "people.xlsx", index=False)
    path = study(folder, 'source = "people.xlsx"', '[areas]\ncommunity = "communities.gpkg"\n')
    faults = check_inputs(path).faults
    assert [fault.message for fault in faults if fault.file == "communities.gpkg"] == [
        "holds shapes that are not polygons"
    ]


def test_check_lists_people_by_polygon_though_the_plan_has_a_fault(folder: Path) -> None:
    path = study(folder, 'source = "census.gpkg"')
    (folder / "centres.csv").write_text("name\n甲\n", "utf-8")
    result = check_inputs(path)
    assert result.faults
    assert "census.gpkg" in [file.file for file in result.files]


def test_check_leaves_a_raster_out_where_the_streets_are_missing(folder: Path) -> None:
    path = study(folder, 'source = "census.tif"')
    (folder / "census.tif").write_bytes(b"II*\x00")
    (folder / "streets.osm").unlink()
    messages = [fault.message for fault in check_inputs(path).faults]
    assert messages == ["the file does not exist"]


@pytest.mark.shared_data
def test_hexagons_of_porto_alegre_keep_their_people_each_and_in_all(
    shared_data: Path, tmp_path: Path
) -> None:
    path = write_porto_alegre(shared_data, tmp_path)
    text = path.read_text("utf-8")
    path.write_text(
        text.replace("[centres]", 'cell = "hexagon"\ncell_size_m = 306\n\n[centres]', 1), "utf-8"
    )
    settings = read_study_file(path)
    demand = place_population(settings, open_streets(settings.streets.source))
    table = pd.read_csv(shared_data / "porto-alegre" / "population_hexgrid.csv")
    cell = pd.Series(demand.demand_id).str.rsplit("/", n=1).str[0]
    sums = pd.Series(demand.persons).groupby(cell.to_numpy()).sum()
    expected = table.set_index("id")["population"]
    assert sums.reindex(expected.index).fillna(0.0).to_numpy() == pytest.approx(
        expected.to_numpy(dtype=float), rel=1e-9
    )
    assert demand.persons.sum() == pytest.approx(812_935, rel=1e-9)
    assert demand.ledger is not None
    assert demand.ledger.persons_missing == pytest.approx(0.0, abs=1e-3)


def test_buildings_alone_take_the_total_of_the_study(folder: Path) -> None:
    # 50 m² of one floor and 50 of three are homes; the office of nine is not.
    path = study(folder, 'source = "buildings.gpkg"\ntotal_persons = 400')
    demand = demand_of(path)
    assert demand.persons == pytest.approx([100, 300], rel=1e-6)
    assert rules(demand) == {"buildings": 400}
    assert demand.ledger is not None
    assert demand.ledger.source == "buildings"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("", "how many live in all of them"),
        ('\ntotal_persons = 4\nbuildings = "buildings.gpkg"', "the source is buildings itself"),
        ('\ntotal_persons = 4\npersons = "people"', "people"),
    ],
)
def test_buildings_that_cannot_be_counted_are_a_fault(folder: Path, more: str, told: str) -> None:
    with pytest.raises(PlannerError, match=told):
        demand_of(study(folder, 'source = "buildings.gpkg"' + more))
