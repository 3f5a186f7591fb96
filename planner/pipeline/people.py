"""The people of a study on the ground, from whatever file has them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from planner.domain.ledger import Ledger, LedgerEntry, list_set_aside, order_entries
from planner.domain.places import Demand
from planner.domain.population import Buildings
from planner.domain.shelf import file_key
from planner.errors import InputError, PlannerError
from planner.georeference.locate import locate_demand
from planner.georeference.national_shares import apply_national_shares
from planner.georeference.population import cells_of_points, locate_layer, locate_population
from planner.georeference.residents import house_people
from planner.georeference.spread import spread_population
from planner.inputs.population_buildings import read_buildings, read_residential_land
from planner.inputs.population_source import is_raster, read_population
from planner.inputs.tables import require_file

if TYPE_CHECKING:
    from planner.domain.network import Streets
    from planner.domain.population import LandParcels, PopulationAreas
    from planner.domain.study import StudySettings


def place_population(settings: StudySettings, streets: Streets) -> Demand:
    """
    Read the people of a study, and put them where they live.

    Points stay where their rows say, unless `[demand] cell` makes cells of them. Polygons, cells
    and communities are shared over buildings, residential land or frontage (`spread_population`).

    Parameters
    ----------
    settings
        The study.
    streets
        Its streets.

    Returns
    -------
    demand
        In the working CRS, with its `ledger`.

    Raises
    ------
    PlannerError
        With the faults of all files of `[demand]`.
    """
    people, buildings, land = _read_all(settings, streets)
    asked = settings.demand
    if isinstance(people, Buildings):
        # Read only where the study gives the total.
        demand = house_people(people, streets, persons=asked.total_persons or 0.0)
        return apply_national_shares(demand) if asked.national_shares else demand
    if isinstance(people, Demand):
        demand = locate_demand(people, streets)
        if asked.cell is None or asked.cell_size_m is None:
            demand = dataclasses.replace(demand, ledger=_ledger_of_points(demand))
            return apply_national_shares(demand) if asked.national_shares else demand
        areas = cells_of_points(demand, cell=asked.cell, cell_size_m=asked.cell_size_m)
    else:
        areas = locate_population(people, streets)
    demand = spread_population(
        areas,
        streets,
        buildings=None if buildings is None else locate_layer(buildings, streets),
        land=None if land is None else locate_layer(land, streets),
    )
    return apply_national_shares(demand) if asked.national_shares else demand


def read_people(settings: StudySettings) -> Demand | PopulationAreas | Buildings | None:
    """
    Read the people of a study without its streets, for what can be said of them.

    `None` for a raster, which is read around the streets alone.
    """
    if is_raster(settings.demand.source):
        require_file(settings.demand.source)
        return None
    return read_population(settings.demand, communities=settings.areas.community)


def people_files(settings: StudySettings) -> tuple[object, ...]:
    """Return what tells the files behind the people of one study from those of another."""
    asked = settings.demand
    files = [asked.source, asked.buildings, asked.land, settings.areas.community]
    return tuple(None if path is None else file_key(path) for path in files)


def _read_all(
    settings: StudySettings, streets: Streets
) -> tuple[Demand | PopulationAreas | Buildings, Buildings | None, LandParcels | None]:
    """Read every file of `[demand]`; raise once with the faults of all."""
    asked = settings.demand
    people = buildings = land = None
    errors: list[PlannerError] = []
    try:
        people = read_population(
            asked, communities=settings.areas.community, bounds_lonlat=streets.bounds_lonlat
        )
    except PlannerError as error:
        errors.append(error)
    try:
        buildings = None if asked.buildings is None else read_buildings(asked.buildings)
    except PlannerError as error:
        errors.append(error)
    try:
        land = None if asked.land is None else read_residential_land(asked.land)
    except PlannerError as error:
        errors.append(error)
    if errors:
        kinds = {type(error) for error in errors}
        kind = kinds.pop() if len(kinds) == 1 else InputError
        raise errors[0] if len(errors) == 1 else kind([f for e in errors for f in e.faults])
    assert people is not None  # noqa: S101 - its error was raised
    return people, buildings, land


def _ledger_of_points(demand: Demand) -> Ledger:
    n, persons = len(demand.demand_id), float(demand.persons.sum())
    set_aside = list_set_aside((row.reason, row.persons) for row in demand.quarantine)
    stayed = [LedgerEntry("points", n, n, persons)] if n else []
    return Ledger(
        source="points",
        persons_read=persons + sum(entry.persons for entry in set_aside),
        entries=order_entries([*stayed, *set_aside]),
    )
