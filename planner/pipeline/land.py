"""Residential and built-up land of a study, and how much of it the life circles cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.coverage.areas import locate_in_areas
from planner.coverage.cover import cover_state
from planner.coverage.indicators import count_land
from planner.domain.places import SCOPES
from planner.domain.population import LandPlaces
from planner.domain.shelf import Shelf, file_key
from planner.georeference.land import place_land
from planner.georeference.snap import snap_places
from planner.inputs.population_buildings import read_built_up_land, read_residential_land

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.domain.arrays import BoolArray
    from planner.domain.coverage import State
    from planner.domain.indicators import Indicator
    from planner.domain.network import StreetNetwork
    from planner.domain.places import Areas
    from planner.domain.population import LandMeasure
    from planner.domain.reach import Walks
    from planner.domain.standard import LifeCircle, Verdict
    from planner.domain.study import StudySettings


def land_files(settings: StudySettings) -> tuple[tuple[LandMeasure, Path], ...]:
    """Return the land a study counts: by `[coverage]`, residential land else by `[demand] land`."""
    residential = settings.coverage.residential_land or settings.demand.land
    named: tuple[tuple[LandMeasure, Path | None], ...] = (
        ("residential_land_m2", residential),
        ("built_up_m2", settings.coverage.built_up),
    )
    return tuple((measure, path) for measure, path in named if path is not None)


def place_study_land(
    settings: StudySettings,
    measure: LandMeasure,
    path: Path,
    network: StreetNetwork | None,
    areas: tuple[Areas, ...],
    *,
    key: tuple[object, ...],
    shelf: Shelf,
) -> LandPlaces | None:
    """
    Read land and put places on it that walk as homes do.

    Parameters
    ----------
    settings, measure, path
        The study, what is counted, and its file.
    network
        Streets; without them the file is only read, for its faults.
    areas
        Administrative areas: land outside them is not the study's.
    key, shelf
        What tells this network from others, and where the places are kept.

    Raises
    ------
    PlannerError
        With the faults of the file.
    """
    read = read_residential_land if measure == "residential_land_m2" else read_built_up_land
    if network is None:
        read(path)
        return None

    def place() -> LandPlaces:
        own = tuple(area for area in areas if area.level not in SCOPES)
        parcels = read(path)
        xy, area_m2, notices = place_land(parcels, network.streets, own)
        limit_m = settings.walking.snap_limit_m
        access = snap_places(network, xy, limit_m=limit_m)
        return LandPlaces(measure, xy, area_m2, access, file=parcels.file, notices=notices)

    kept = (
        "land",
        measure,
        file_key(path),
        key,
        settings.walking.snap_limit_m,
        *(file_key(one) for one in _area_paths(settings)),
    )
    return shelf.take(kept, place)


def indicate_land(
    land: LandPlaces,
    walks: Walks,
    states: Sequence[tuple[State, BoolArray, Sequence[Verdict]]],
    *,
    circles: tuple[LifeCircle, ...],
    areas: Sequence[Areas],
) -> tuple[Indicator, ...]:
    """
    Count the land covered in each state.

    Parameters
    ----------
    land
        Places with the land they stand for.
    walks
        From every centre, and proposals behind them, to the places.
    states
        Name; which centres are in service and serve each circle, shape (n_circles, n_places);
        and the verdict of each.
    circles, areas
        As in `count_land`.
    """
    own = tuple(area for area in areas if area.level not in SCOPES)
    index = {area.level: locate_in_areas(land.xy, area) for area in own}
    found: list[Indicator] = []
    for state, serving, verdicts in states:
        covered = cover_state(
            state,
            walks=walks,
            persons=land.area_m2,
            households=None,
            in_service_mask=np.ones(serving.shape[1], dtype=np.bool_),
            serves_masks=serving,
            verdicts=verdicts,
            circles=circles,
        )
        found += count_land(
            covered,
            measure=land.measure,
            circles=circles,
            area_m2=land.area_m2,
            areas=own,
            area_index=index,
        )
    return tuple(found)


def _area_paths(settings: StudySettings) -> tuple[Path, ...]:
    named = (settings.areas.community, settings.areas.street, settings.areas.district)
    return tuple(path for path in named if path is not None)
