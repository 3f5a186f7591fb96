"""People of a study from whatever file has them: points, polygons, a raster, communities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import Fault, InputInvalid
from planner.inputs.areas import read_areas
from planner.inputs.columns import DEMAND_COLUMNS
from planner.inputs.demand import demand_of_table
from planner.inputs.population_buildings import holds_buildings, read_buildings
from planner.inputs.population_polygons import holds_polygons, polygons_of_table
from planner.inputs.population_rasters import RASTER_SUFFIXES, read_population_raster
from planner.inputs.population_table import communities_of_table, names_communities
from planner.inputs.recognise import recognise_columns
from planner.inputs.tables import read_table

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.places import Demand
    from planner.domain.population import Buildings, PopulationAreas
    from planner.domain.study import DemandSettings
    from planner.inputs.grid_window import Box
    from planner.inputs.tables import SourceTable


def read_population(
    settings: DemandSettings, *, communities: Path | None = None, bounds_lonlat: Box | None = None
) -> Demand | PopulationAreas | Buildings:
    """
    Read the people of a study.

    A raster gives people by cell; a layer of polygons, by polygon; a table that says of no row
    where it stands but names communities, by community; buildings with a size and no persons
    wait for the study's total; everything else is points.

    Parameters
    ----------
    settings
        `[demand]` of the study.
    communities
        Boundaries of communities, `[areas] community`, for a table by community.
    bounds_lonlat
        Box of the streets, degrees, for a raster: `None` reads all of it.

    Returns
    -------
    people
        `Demand` for points; `PopulationAreas` for what is to be spread; `Buildings` for what
        `total_persons` is to be shared over.

    Raises
    ------
    InputMissing, InputUnreadable, InputInvalid
        As the readers of each kind of file say.
    """
    if is_raster(settings.source):
        _refuse_cells(settings)
        return read_population_raster(settings.source, bounds_lonlat=bounds_lonlat)
    table = read_table(settings.source, DEMAND_COLUMNS, layer=settings.layer)
    if _is_of_buildings(table, settings):
        _refuse_cells(settings)
        _check_buildings(table, settings)
        return read_buildings(settings.source, layer=settings.layer, crs=settings.crs)
    if holds_polygons(table):
        _refuse_cells(settings)
        return polygons_of_table(table, settings)
    if table.geometry is not None or _says_where(table, settings) or not names_communities(table):
        return demand_of_table(table, settings)
    _refuse_cells(settings)
    if communities is None:
        raise InputInvalid(
            Fault(
                "its rows are communities, but the study has no boundaries for them",
                file=table.file,
                layer=table.layer,
                expected='[areas] community = "…"',
                hint="name the boundaries, or give the rows coordinates",
            ),
            notices=table.notices,
        )
    return communities_of_table(table, settings, read_areas(communities, level="community"))


def is_raster(path: Path) -> bool:
    """Tell by its name whether a file of people is a raster."""
    return path.suffix.lower() in RASTER_SUFFIXES


def _is_of_buildings(table: SourceTable, settings: DemandSettings) -> bool:
    """Tell buildings without persons from any file that counts people."""
    if settings.persons is not None or "persons" in settings.columns:
        return False
    columns = recognise_columns(
        table.headers, DEMAND_COLUMNS, chosen=settings.columns, file=table.file, faults=[]
    )
    if "persons" in columns or not holds_buildings(table):
        return False
    return table.geometry is not None or _says_where(table, settings)


def _check_buildings(table: SourceTable, settings: DemandSettings) -> None:
    faults = []
    if settings.total_persons is None:
        faults.append(
            Fault(
                "these are buildings without persons: how many live in all of them?",
                file=table.file,
                layer=table.layer,
                field="demand.total_persons",
                expected="total_persons = … in [demand], or a column of persons",
                hint="the total is shared over residential buildings by floor area",
            )
        )
    if settings.buildings is not None:
        faults.append(
            Fault(
                "the source is buildings itself",
                file=table.file,
                field="demand.buildings",
                found=settings.buildings.name,
                hint="remove it, or give a source that counts people",
            )
        )
    if faults:
        raise InputInvalid(faults, notices=table.notices)


def _says_where(table: SourceTable, settings: DemandSettings) -> bool:
    columns = recognise_columns(
        table.headers, DEMAND_COLUMNS, chosen=settings.columns, file=table.file, faults=[]
    )
    return any(name in columns for name in ("lon", "lat", "x", "y"))


def _refuse_cells(settings: DemandSettings) -> None:
    if settings.cell is None:
        return
    raise InputInvalid(
        Fault(
            "cell is for points that stand for cells: this file says itself where people live",
            file=settings.source.name,
            field="demand.cell",
            found=settings.cell,
            hint="remove cell and cell_size_m from the study",
        )
    )
