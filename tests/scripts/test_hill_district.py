"""The synthetic demo study: repeatable, complete, small, and as faulty as it says."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import osmium
import pandas as pd
import pytest
import rasterio
import shapely

from scripts.data_registry import differences
from scripts.hill_district.district import make_district, write_district
from scripts.hill_district.settings import Settings

DATA = Path(__file__).resolve().parents[2] / "data"
DEMO, HELSINKI = DATA / "demo", DATA / "helsinki"
SMALL = Settings(size_m=2000.0, persons=9_000, streets=2, communities=6, compounds=4)
SMALLEST_BYTES, LARGEST_BYTES = 300_000, 3_000_000
DEMO_FILES = {
    "README.md",
    "communities.gpkg",
    "district.gpkg",
    "elevation.tif",
    "layout_plan.xlsx",
    "plan_scope.gpkg",
    "population.csv",
    "streets.osm.pbf",
    "streets_admin.gpkg",
    "study.toml",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("山城 small")
    write_district(make_district(SMALL), folder)
    return folder


@pytest.fixture(scope="module")
def plan() -> pd.DataFrame:
    sheet = openpyxl.load_workbook(DEMO / "layout_plan.xlsx")["布点规划"]
    header, *rows = sheet.iter_rows(values_only=True)
    return pd.DataFrame(rows, columns=list(header), dtype=object)


def read_extract(path: Path) -> tuple[dict[int, dict[str, str]], list[tuple[list[int], Any]]]:
    nodes: dict[int, dict[str, str]] = {}
    ways: list[tuple[list[int], Any]] = []
    for thing in osmium.FileProcessor(str(path)):
        tags = {t.k: t.v for t in thing.tags}
        if thing.is_node():
            nodes[thing.id] = tags
        elif thing.is_way():
            ways.append(([n.ref for n in thing.nodes], tags))
    return nodes, ways


def test_the_same_settings_give_the_same_bytes(small: Path, tmp_path: Path) -> None:
    write_district(make_district(SMALL), tmp_path)
    for first in sorted(small.iterdir()):
        assert first.read_bytes() == (tmp_path / first.name).read_bytes(), first.name
    assert {f.name for f in tmp_path.iterdir()} == DEMO_FILES


def test_writing_over_an_older_study_gives_the_same_bytes(small: Path) -> None:
    before = {f.name: f.read_bytes() for f in small.iterdir()}
    write_district(make_district(SMALL), small)
    assert {f.name: f.read_bytes() for f in small.iterdir()} == before


def test_another_seed_gives_another_district(small: Path) -> None:
    other = make_district(Settings(**{**vars(SMALL), "seed": 8}))
    homes = pd.read_csv(small / "population.csv", encoding="utf-8-sig")
    assert other.buildings["persons"].sum() == homes["人口"].sum() == SMALL.persons
    assert len(other.buildings) != len(homes)


def test_every_person_of_a_small_district_lives_somewhere(small: Path) -> None:
    homes = pd.read_csv(small / "population.csv", encoding="utf-8-sig")
    assert homes["人口"].sum() == SMALL.persons
    assert homes["demand_id"].is_unique
    assert (homes["户数"] <= homes["人口"]).all()


def test_the_demo_is_complete_and_small() -> None:
    sizes = {f.name: f.stat().st_size for f in DEMO.iterdir()}
    assert set(sizes) == DEMO_FILES
    assert SMALLEST_BYTES < sum(sizes.values()) < LARGEST_BYTES
    assert sum(f.stat().st_size for f in HELSINKI.iterdir()) < LARGEST_BYTES


def test_the_demo_says_that_it_is_synthetic() -> None:
    for name in ("README.md", "study.toml"):
        text = (DEMO / name).read_text(encoding="utf-8")
        assert "示范数据" in text
        assert "synthetic" in text
    assert "synthetic" in osmium.io.Reader(str(DEMO / "streets.osm.pbf")).header().get("generator")


def test_the_demo_has_the_persons_its_study_file_says() -> None:
    study = tomllib.loads((DEMO / "study.toml").read_text(encoding="utf-8"))
    assert (DEMO / "population.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    homes = pd.read_csv(DEMO / "population.csv", encoding="utf-8-sig")
    assert homes["人口"].dtype == np.int64
    assert homes["人口"].min() > 0
    assert homes["人口"].sum() == study["demand"]["total_persons"]
    assert 40_000 <= homes["人口"].sum() <= 50_000


def test_every_file_a_study_names_is_there() -> None:
    for folder in (DEMO, HELSINKI):
        study = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))
        named = [study[k]["source"] for k in ("streets", "demand", "centres")]
        named += study.get("areas", {}).values()
        assert all((folder / name).is_file() for name in named)


def test_ways_share_nodes_that_all_exist() -> None:
    nodes, ways = read_extract(DEMO / "streets.osm.pbf")
    used = [ref for refs, _ in ways for ref in refs]
    assert set(used) == set(nodes)
    streets = [refs for refs, tags in ways if "highway" in tags]
    ways_at = pd.Series([ref for refs in streets for ref in set(refs)]).value_counts()
    assert (ways_at > 1).sum() > 1000
    assert all(len(refs) > 1 for refs in streets)


def test_the_streets_have_what_a_hill_town_has() -> None:
    nodes, ways = read_extract(DEMO / "streets.osm.pbf")
    tags = [t for _, t in ways]
    stairs = [t for t in tags if t.get("highway") == "steps"]
    assert len(stairs) > 200
    assert all(t["incline"] in {"up", "down"} for t in stairs)
    assert sum("step_count" in t for t in stairs) > 100
    assert [t["incline"] for t in tags if t.get("conveying") == "forward"] == ["up"]
    assert sum(t.get("highway") == "elevator" for t in tags) == 2
    assert sum(t.get("tunnel") == "yes" and t["layer"] == "-1" for t in tags) == 1
    bridges = [t for t in tags if t.get("bridge") == "yes"]
    assert sum(t["name"].endswith("大桥") for t in bridges) == 3
    assert all("layer" in t for t in bridges)
    gates = {i for i, t in nodes.items() if t.get("barrier") == "gate"}
    private = [refs for refs, t in ways if t.get("access") == "private"]
    assert len(gates) > 10
    assert gates <= {ref for refs in private for ref in refs}


def test_heights_declare_scale_and_nodata() -> None:
    with rasterio.open(DEMO / "elevation.tif") as raster:
        assert (raster.crs.to_epsg(), raster.nodata, raster.scales) == (4545, -32768, (0.1,))
        heights = raster.read(1) * raster.scales[0]
    assert 150 < heights.min() < 200
    assert 350 < heights.max() < 450


def test_areas_fit_together_without_overlap() -> None:
    communities = gpd.read_file(DEMO / "communities.gpkg")
    streets = gpd.read_file(DEMO / "streets_admin.gpkg")
    district = gpd.read_file(DEMO / "district.gpkg")
    scope = gpd.read_file(DEMO / "plan_scope.gpkg")
    assert 15 <= len(communities) <= 20
    assert len(streets) == 3
    assert communities["id"].is_unique
    assert communities["name"].is_unique
    assert set(communities["street"]) == set(streets["name"])
    for layer in (communities, streets, district, scope):
        assert layer.crs.to_epsg() == 4490
        assert layer.is_valid.all()
        assert set(layer.geom_type) == {"Polygon"}
    assert shapely.coverage_is_valid(communities.geometry.to_numpy())
    assert shapely.coverage_is_valid(streets.geometry.to_numpy())
    both = communities.union_all().symmetric_difference(streets.union_all()).area
    assert both < 1e-12
    assert scope.geometry[0].contains(district.geometry[0])


def test_every_home_lies_in_the_district_and_nearly_every_one_in_a_community() -> None:
    homes = pd.read_csv(DEMO / "population.csv", encoding="utf-8-sig")
    points = shapely.points(homes["lon"], homes["lat"])
    assert gpd.read_file(DEMO / "district.gpkg").geometry[0].contains(points).all()
    land = gpd.read_file(DEMO / "communities.gpkg").union_all()
    assert shapely.contains(land, points).mean() > 0.999


def test_the_plan_is_one_plain_sheet() -> None:
    book = openpyxl.load_workbook(DEMO / "layout_plan.xlsx")
    assert book.sheetnames == ["布点规划"]
    assert not book["布点规划"].merged_cells.ranges


def test_exactly_one_centre_is_without_coordinates(plan: pd.DataFrame) -> None:
    placed = plan[["经度", "纬度"]].notna()
    assert len(plan) - placed.all(axis=1).sum() == 1
    assert (placed["经度"] == placed["纬度"]).all()
    assert not plan.loc[placed["经度"]].duplicated(["经度", "纬度"]).any()


def test_the_plan_holds_the_faults_it_is_meant_to_hold(plan: pd.DataFrame) -> None:
    area, part = plan["建筑面积(㎡)"], plan["其中便民服务中心面积(㎡)"]
    assert ((area == 2700) & (part == 800)).sum() == 1
    assert (area == 2699).sum() == 1
    assert (part == 799).sum() == 1
    assert (area == "约1200").sum() == 1
    assert area.isna().sum() == 1
    assert part.isna().sum() > 1
    assert plan["状态"].isna().sum() == 1
    figures = area.where(area != "约1200", None).astype(float)
    assert (part.astype(float) > figures).sum() == 1
    assert set(plan["状态"].dropna()) == {"现状", "新建", "改扩建", "撤销"}
    assert set(plan["级别"]) == {"区级", "街道级", "社区级"}
    assert set(plan["类型"]) == {"综合服务中心", "便民服务中心", "党群服务中心"}
    assert 18 <= len(plan) <= 24


def test_some_communities_are_left_without_a_comprehensive_centre(plan: pd.DataFrame) -> None:
    names = set(gpd.read_file(DEMO / "communities.gpkg")["name"])
    served = plan[(plan["类型"] == "综合服务中心") & plan["经度"].notna()]["所属社区"].dropna()
    assert set(served) < names
    assert 2 <= len(names - set(served)) <= 6


def test_the_registry_knows_every_data_file() -> None:
    assert differences(DATA) == []
