"""One call that makes a district, one that writes its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Transformer
from shapely.geometry import Polygon, box

from scripts.hill_district.ascents import add_lifts_and_escalator, finish_tags
from scripts.hill_district.buildings import house_people, place_buildings
from scripts.hill_district.climbs import draw_climbs, thin_terraces
from scripts.hill_district.communities import draw_communities
from scripts.hill_district.compounds import enclose_compounds
from scripts.hill_district.contours import draw_contour_streets
from scripts.hill_district.crossings import draw_crossings
from scripts.hill_district.graph import StreetGraph, build_graph
from scripts.hill_district.heights import settle_heights
from scripts.hill_district.plan import DISTRICT, draw_up_plan
from scripts.hill_district.settings import AREA_CRS, CRS, Settings
from scripts.hill_district.spans import draw_spans
from scripts.hill_district.terrain import Terrain
from scripts.hill_district.town import Town
from scripts.hill_district.write_files import (
    write_elevation,
    write_plan,
    write_polygons,
    write_population,
)
from scripts.hill_district.write_osm import write_streets

if TYPE_CHECKING:
    from scripts.hill_district.settings import FloatArray

TEMPLATES = Path(__file__).parent / "templates"
SCOPE_MARGIN_M = 100.0
CENTRE_STREETS = ["secondary", "tertiary", "residential"]


@dataclass(frozen=True)
class District:
    """
    Everything of one district, in local metres.

    Parameters
    ----------
    settings
        What it was made from.
    terrain
        Heights, and where local metres lie.
    water
        The river.
    graph
        The streets.
    buildings
        With persons and households.
    communities, streets
        Administrative areas.
    """

    settings: Settings
    terrain: Terrain
    water: Polygon
    graph: StreetGraph
    buildings: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame

    def to_lonlat(self, xy: FloatArray) -> FloatArray:
        """
        Turn local metres into CGCS2000 longitude and latitude.

        Parameters
        ----------
        xy : shape (n, 2)
            Local metres.

        Returns
        -------
        lonlat : shape (n, 2)
            Degrees, rounded to seven places (a centimetre).
        """
        place = Transformer.from_crs(CRS, AREA_CRS, always_xy=True)
        lon, lat = place.transform(xy[:, 0] + self.terrain.west, xy[:, 1] + self.terrain.south)
        return np.asarray(np.c_[lon, lat]).round(7)

    def plan(self) -> pd.DataFrame:
        """
        Draw up the layout plan.

        Returns
        -------
        table
            One row a centre.
        """
        e = self.graph.on_ground()
        fit = e.loc[e["highway"].isin(CENTRE_STREETS), ["u", "v"]].to_numpy()
        return draw_up_plan(
            self.communities,
            self.buildings,
            self.graph.xy[np.unique(fit)],
            to_lonlat=self.to_lonlat,
            seed=self.settings.seed,
        )


def make_district(settings: Settings) -> District:
    """
    Make a district; the same settings make the same one.

    Parameters
    ----------
    settings
        Seed, size and counts.

    Returns
    -------
    district
        Everything of it.
    """
    rng = np.random.default_rng(settings.seed)
    terrain = Terrain(settings, rng)
    town = Town(settings, terrain, rng)
    draw_contour_streets(town)
    draw_spans(town)
    draw_climbs(town)
    thin_terraces(town)
    draw_crossings(town)
    graph = build_graph(town)
    settle_heights(graph, terrain)
    compounds = enclose_compounds(town, graph)
    for _ in range(3):  # the earthworks of the compounds must not bend the roads
        terrain.cut_and_fill(graph.xy, graph.heights_m, 9.0)
    terrain.refresh()
    add_lifts_and_escalator(town, graph)
    finish_tags(graph, town.names)
    buildings = house_people(place_buildings(town, graph, compounds), settings.persons)
    communities, streets = draw_communities(town, graph, buildings)
    return District(settings, terrain, town.water, graph, buildings, communities, streets)


def write_district(district: District, out: Path) -> None:
    """
    Write the study: streets, heights, people, areas, plan, study file and README.

    Parameters
    ----------
    district
        What to write.
    out
        Folder; it is made, and files that are there are replaced.
    """
    out.mkdir(parents=True, exist_ok=True)
    terrain, graph, settings = district.terrain, district.graph, district.settings
    to_lonlat = district.to_lonlat
    write_streets(
        out / "streets.osm.pbf", graph, district.water, to_lonlat=to_lonlat, seed=settings.seed
    )
    write_elevation(
        out / "elevation.tif",
        terrain.heights_m,
        west=terrain.west,
        south=terrain.south,
        cell_m=terrain.cell_m,
        crs=CRS,
    )
    homes = homes_table(district)
    write_population(out / "population.csv", homes)
    write_polygons(
        out / "communities.gpkg", district.communities.drop(columns="persons"), to_lonlat
    )
    write_polygons(out / "streets_admin.gpkg", district.streets, to_lonlat)
    size, margin = settings.size_m, SCOPE_MARGIN_M
    frames = (
        ("district.gpkg", "D01", DISTRICT, box(0, 0, size, size)),
        (
            "plan_scope.gpkg",
            "M01",
            "主城区范围（示范）",
            box(-margin, -margin, size + margin, size + margin),
        ),
    )
    for name, label, title, frame in frames:
        area = gpd.GeoDataFrame({"id": [label], "name": [title]}, geometry=[frame])
        write_polygons(out / name, area, to_lonlat)
    plan = district.plan()
    write_plan(out / "layout_plan.xlsx", plan)
    spans = graph.edges["span"].value_counts()
    figures = {
        "lifts": spans.get("lift", 0),
        "bridges": spans.get("river", 0),
        "gates": int((graph.edges["barrier"] == "gate").sum()),
        "cell": round(terrain.cell_m),
        "homes": len(homes),
        "persons": settings.persons,
        "households": homes["户数"].sum(),
        "communities": len(district.communities),
        "streets": len(district.streets),
        "centres": len(plan),
        "seed": settings.seed,
    }
    for name in ("study.toml", "README.md"):
        template = Template((TEMPLATES / name).read_text(encoding="utf-8"))
        (out / name).write_bytes(template.substitute(figures).encode())


def homes_table(district: District) -> pd.DataFrame:
    """
    Give the population table.

    Parameters
    ----------
    district
        What to tabulate.

    Returns
    -------
    homes
        One row a building that people live in.
    """
    b = district.buildings[district.buildings["persons"] > 0]
    lonlat = district.to_lonlat(np.c_[b.centroid.x, b.centroid.y])
    return pd.DataFrame(
        {
            "demand_id": [f"H{i + 1:04d}" for i in range(len(b))],
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
            "人口": b["persons"].to_numpy(),
            "户数": b["households"].to_numpy(),
            "层数": b["floors"].to_numpy(),
            "建筑面积": b["floor_area_m2"].to_numpy(),
            "类型": b["quarter"].to_numpy(),
        }
    )
