"""Every input of a study, read, checked and put on the ground; all faults at once."""

from __future__ import annotations

import contextlib
import dataclasses
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from planner.coverage.area_faults import find_area_faults
from planner.coverage.service import check_overrides
from planner.domain.evaluation import StudyInputs
from planner.domain.places import SCOPES
from planner.domain.placing import EntranceAccess
from planner.domain.progress import Progress, SilentProgress
from planner.domain.shelf import Same, Shelf, file_key
from planner.errors import (
    CoarseDemandWarning,
    Fault,
    InputError,
    InputInvalid,
    PlannerError,
    StudyKeyError,
)
from planner.georeference.datum import in_shifted_box
from planner.georeference.entrances import list_entrances, pick_main_entrances
from planner.georeference.lattice import measure_lattice_spacing
from planner.georeference.locate import (
    locate_areas,
    locate_candidates,
    locate_centres,
)
from planner.georeference.population import locate_footprints
from planner.georeference.snap import snap_places
from planner.georeference.snap_report import report_centre_snaps, report_demand_snaps
from planner.inputs.areas import read_areas
from planner.inputs.candidates import read_candidates
from planner.inputs.centres import read_centres
from planner.inputs.population_buildings import read_buildings
from planner.network.findings import find_network_faults
from planner.network.walking import find_profile, time_streets
from planner.pipeline.land import land_files, place_study_land
from planner.pipeline.people import people_files, place_population, read_people
from planner.pipeline.streets import open_heights, open_streets
from planner.pipeline.walkers import norm_network, study_profile
from planner.standards.catalogue import load_rule_set

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.arrays import GeometryArray, IntArray
    from planner.domain.network import AccessPoints, StreetNetwork, Streets
    from planner.domain.places import Areas, Candidates, Centres, Demand
    from planner.domain.population import LandPlaces
    from planner.domain.standard import RuleSet
    from planner.domain.study import StudySettings

_Record = TypeVar("_Record")
_LATTICE_SHARE_OF_REACH = 0.25
CONTROL_TOLERANCE = 0.05
"""A control total further off than this, of itself, contradicts the file."""


class _FaultList:
    """Collects what several readers find, so that a planner mends all at once."""

    def __init__(self) -> None:
        self.errors: list[PlannerError] = []

    def read(self, reader: Callable[[], _Record]) -> _Record | None:
        try:
            return reader()
        except PlannerError as error:
            self.errors.append(error)
            return None

    def raise_if_any(self) -> None:
        if not self.errors:
            return
        if len(self.errors) == 1:
            raise self.errors[0]
        # Boundaries that people are joined to are read for the areas too.
        faults = list(dict.fromkeys(fault for error in self.errors for fault in error.faults))
        kinds = {type(error) for error in self.errors}
        kind = kinds.pop() if len(kinds) == 1 else InputError
        raise kind(faults)


def read_inputs(
    settings: StudySettings, *, shelf: Shelf | None = None, progress: Progress | None = None
) -> StudyInputs:
    """
    Read every input of a study and put it on the ground; raise once with all faults.

    Parameters
    ----------
    settings
        The study.
    shelf
        Where records shared with other studies of this process are kept.
    progress
        Listener.

    Returns
    -------
    inputs
        All records in the working CRS of the streets, snapped.

    Raises
    ------
    PlannerError
        With the faults of all files.
    """
    progress = progress or SilentProgress()
    shelf = shelf or Shelf()
    faults = _FaultList()
    rule_sets = faults.read(lambda: _load_rule_sets(settings))
    network = faults.read(lambda: _open_network(settings, shelf, progress))
    progress.begin("inputs")
    people = faults.read(lambda: _place_people(settings, network, shelf))
    areas = [
        faults.read(lambda path=path, level=level: _place_areas(path, level, network, shelf))  # type: ignore[misc]
        for level, path in _area_files(settings)
    ]
    located = tuple(area for area in areas if area is not None)
    plan = faults.read(lambda: _place_centres(settings, network, located, shelf))
    candidates = faults.read(lambda: _place_candidates(settings, network))
    land = _place_land(settings, network, located, shelf, faults)
    faults.read(lambda: _check_robust_profiles(settings))
    if rule_sets is not None:
        faults.read(lambda: _check_siting(settings, rule_sets[0]))
    faults.raise_if_any()
    progress.end()
    # Every None above came with a fault, which was raised.
    assert network is not None  # noqa: S101
    assert people is not None  # noqa: S101
    assert plan is not None  # noqa: S101
    assert rule_sets is not None  # noqa: S101
    (demand, demand_access), (centres, (centre_access, entrances)) = people, plan
    longest_s = max(circle.limit_s for circle in rule_sets[0].life_circles)
    findings = find_network_faults(
        network,
        demand_xy=demand.xy,
        persons=demand.persons,
        demand_access=demand_access,
        centres_xy=centres.xy,
        centre_access=centre_access,
        longest_walk_m=longest_s * study_profile(settings).speed_m_s,
    )
    return StudyInputs(
        settings=settings,
        network=network,
        demand=demand,
        demand_access=demand_access,
        centres=centres,
        centre_access=centre_access,
        areas=located,
        candidates=candidates,
        rule_sets=rule_sets,
        notices=(
            *_input_notices(settings, network, demand, demand_access, centres, located, rule_sets),
            *(notice for one in land for notice in one.notices),
        ),
        land=land,
        network_findings=findings,
        entrances=entrances,
        snap_reports=(
            report_demand_snaps(demand, demand_access, limit_m=settings.walking.snap_limit_m),
            report_centre_snaps(centres, centre_access, limit_m=settings.walking.snap_limit_m),
        ),
    )


def network_key(settings: StudySettings) -> tuple[object, ...]:
    """Return what tells one timed network from another on a shelf."""
    walking = settings.walking
    return (
        file_key(settings.streets.source),
        *(file_key(path) for path in settings.streets.elevation),
        repr(settings.streets),
        study_profile(settings),
        walking.private_ways,
    )


def people_key(settings: StudySettings) -> tuple[object, ...]:
    """Return what tells one snapped demand from another on a shelf."""
    demand = settings.demand
    return (
        network_key(settings),
        repr(demand),
        people_files(settings),
        settings.walking.snap_limit_m,
    )


def _open_network(settings: StudySettings, shelf: Shelf, progress: Progress) -> StreetNetwork:
    profile = study_profile(settings)
    source, elevation = settings.streets.source, settings.streets.elevation
    streets = shelf.take(
        ("streets", repr(settings.streets), file_key(source)),
        lambda: open_streets(source, settings=settings.streets, progress=progress),
    )
    heights = shelf.take(
        ("heights", Same(streets), *(file_key(path) for path in elevation)),
        lambda: open_heights(streets, elevation, progress=progress),
    )
    return shelf.take(
        ("network", network_key(settings)),
        lambda: time_streets(
            streets, profile, heights=heights, private_ways=settings.walking.private_ways
        ),
    )


def _place_people(
    settings: StudySettings, network: StreetNetwork | None, shelf: Shelf
) -> tuple[Demand, AccessPoints] | None:
    def place() -> tuple[Demand, AccessPoints]:
        assert network is not None  # noqa: S101 - asked below
        demand = place_population(settings, network.streets)
        return demand, snap_places(network, demand.xy, limit_m=settings.walking.snap_limit_m)

    if network is None:
        read_people(settings)  # for its faults
        return None
    return shelf.take(("people", people_key(settings)), place)


def _place_land(
    settings: StudySettings,
    network: StreetNetwork | None,
    areas: tuple[Areas, ...],
    shelf: Shelf,
    faults: _FaultList,
) -> tuple[LandPlaces, ...]:
    """Put places on the land that is counted by its area; faults go to the list."""
    found = [
        faults.read(
            lambda measure=measure, path=path: place_study_land(  # type: ignore[misc]
                settings,
                measure,
                path,
                network,
                areas,
                key=network_key(settings),
                shelf=shelf,
            )
        )
        for measure, path in land_files(settings)
    ]
    return tuple(land for land in found if land is not None)


def _place_areas(
    path: Path, level: str, network: StreetNetwork | None, shelf: Shelf
) -> Areas | None:
    if network is None:
        read_areas(path, level=level)  # for its faults
        return None
    return shelf.take(
        ("areas", level, file_key(path), network.streets.crs),
        lambda: locate_areas(read_areas(path, level=level), network.streets),
    )


def _place_centres(
    settings: StudySettings,
    network: StreetNetwork | None,
    areas: tuple[Areas, ...],
    shelf: Shelf,
) -> tuple[Centres, tuple[AccessPoints, EntranceAccess | None]] | None:
    centres = read_centres(settings.centres)
    if network is None:
        return None
    centres = locate_centres(
        centres,
        network.streets,
        datum=settings.centres.datum,
        areas=areas,
        footprints=_footprints(settings, network.streets),
    )
    return centres, _snap_centres(network, centres, settings, shelf)


def _footprints(settings: StudySettings, streets: Streets) -> GeometryArray | None:
    """Return the buildings of a study whose plan's datum is to be told, where maps are shifted."""
    source, box = settings.demand.buildings, np.array(streets.bounds_lonlat).reshape(2, 2)
    if source is None or settings.centres.datum != "auto" or not in_shifted_box(box).any():
        return None
    with contextlib.suppress(PlannerError):  # told where the people are read
        return locate_footprints(read_buildings(source), streets)
    return None


def _place_candidates(settings: StudySettings, network: StreetNetwork | None) -> Candidates | None:
    siting = settings.siting
    if siting is None or not isinstance(siting.candidates, Path):
        return None
    candidates = read_candidates(siting.candidates)
    return None if network is None else locate_candidates(candidates, network.streets)


def _load_rule_sets(settings: StudySettings) -> tuple[RuleSet, ...]:
    rule_sets = [load_rule_set(name) for name in settings.standards.rule_sets]
    first = rule_sets[0]
    if not first.life_circles:
        raise StudyKeyError(
            Fault(
                f"the first rule set, {first.rule_set_id}, defines no life circle",
                file=settings.path.name,
                field="standards.rule_sets",
                hint="name a rule set with life circles first",
            )
        )
    own = settings.standards.serves
    check_overrides(own, first.life_circles, file=settings.path.name)
    circles = tuple(
        dataclasses.replace(circle, serves=own.get(circle.circle_id, circle.serves))
        for circle in first.life_circles
    )
    rule_sets[0] = dataclasses.replace(first, life_circles=circles)
    return tuple(rule_sets)


def _area_files(settings: StudySettings) -> list[tuple[str, Path]]:
    named = (
        ("community", settings.areas.community),
        ("street", settings.areas.street),
        ("district", settings.areas.district),
        ("plan_scope", settings.areas.plan_scope),
        ("urban_unbuilt", settings.areas.urban_unbuilt),
    )
    return [(level, path) for level, path in named if path is not None]


def _check_siting(settings: StudySettings, rule_set: RuleSet) -> None:
    circle_ids = [circle.circle_id for circle in rule_set.life_circles]
    if settings.siting is not None and settings.siting.life_circle not in circle_ids:
        raise StudyKeyError(
            Fault(
                f"{rule_set.rule_set_id} has no such life circle",
                file=settings.path.name,
                field="siting.life_circle",
                found=settings.siting.life_circle,
                expected=" or ".join(circle_ids),
            )
        )


def _check_robust_profiles(settings: StudySettings) -> None:
    """Look up the profiles of other walkers; raise for the first unknown one."""
    named = [("coverage.robust_profiles", name) for name in settings.coverage.robust_profiles]
    if settings.siting is not None:
        named += [("siting.walkers", name) for name in settings.siting.walkers]
    for field, name in named:
        try:
            find_profile(name, own=settings.walking.profiles)
        except StudyKeyError as error:
            raise StudyKeyError(
                [
                    dataclasses.replace(fault, file=settings.path.name, field=field)
                    for fault in error.faults
                ]
            ) from error


def _snap_centres(
    network: StreetNetwork, centres: Centres, settings: StudySettings, shelf: Shelf
) -> tuple[AccessPoints, EntranceAccess | None]:
    """Return where each centre meets the streets, and where each entrance does if any is named."""
    limit_m = settings.walking.snap_limit_m
    listed = list_entrances(centres)
    access = snap_places(network, listed.xy, limit_m=limit_m)
    main = pick_main_entrances(listed, access, len(centres.centre))
    off = np.flatnonzero(main.edge_index < 0)
    if len(off):
        every_way = norm_network(network, settings, shelf)
        anyone = pick_main_entrances(
            listed, snap_places(every_way, listed.xy, limit_m=limit_m), len(centres.centre)
        )
        _refuse_far(centres, main, off[anyone.edge_index[off] < 0], limit_m)
    if not any(centre.entrances for centre in centres.centre):
        return main, None
    return main, EntranceAccess(centre_index=listed.centre_index, access=access)


def _refuse_far(centres: Centres, main: AccessPoints, far: IntArray, limit_m: float) -> None:
    if len(far):
        raise InputInvalid(
            [
                Fault(
                    "the centre is too far from any street that can be walked",
                    file=centres.file,
                    row=centres.centre[i].row,
                    field="coordinates",
                    found=f"{centres.centre[i].name}, {main.distance_m[i]:.0f} m from a street",
                    expected=f"at most {limit_m:.0f} m (walking.snap_limit_m)",
                    hint="check the coordinates and their datum",
                )
                for i in far
            ]
        )


def _input_notices(
    settings: StudySettings,
    network: StreetNetwork,
    demand: Demand,
    demand_access: AccessPoints,
    centres: Centres,
    areas: tuple[Areas, ...],
    rule_sets: tuple[RuleSet, ...],
) -> tuple[Fault, ...]:
    notices = list(network.streets.notices)
    notices += [] if network.heights is None else network.heights.notices
    notices += [*demand.notices, *centres.notices]
    for area in areas:
        notices.extend(area.notices)
        if area.level not in SCOPES:
            notices.extend(find_area_faults(area, demand.xy, demand.persons))
    spacing_m = measure_lattice_spacing(demand.xy)
    speed_m_s = study_profile(settings).speed_m_s
    shortest_m = min(circle.limit_s for circle in rule_sets[0].life_circles) * speed_m_s
    if spacing_m is not None and spacing_m > _LATTICE_SHARE_OF_REACH * shortest_m:
        text = (
            f"the demand points stand on a lattice of {spacing_m:.0f} m, coarser than a quarter "
            f"of the shortest circle's reach ({shortest_m:.0f} m): its shares are rough"
        )
        warnings.warn(text, CoarseDemandWarning, stacklevel=3)
        notices.append(Fault(text, file=demand.file))
    off = demand_access.edge_index < 0
    if off.any():
        notices.append(
            Fault(
                f"{int(off.sum())} demand points ({demand.persons[off].sum():,.0f} persons) lie "
                f"more than {settings.walking.snap_limit_m:.0f} m from any street: they count as "
                "not covered",
                file=demand.file,
            )
        )
    total = settings.demand.total_persons
    read = float(demand.persons.sum()) + sum(row.persons for row in demand.quarantine)
    if total is not None and abs(read - total) > 0.5:  # noqa: PLR2004 - half a person
        notices.append(_tell_total(demand, read, total))
    return tuple(notices)


def _tell_total(demand: Demand, read: float, total: float) -> Fault:
    if abs(read - total) <= CONTROL_TOLERANCE * total:
        return Fault(
            f"the file holds {read:,.0f} persons, the study's control total is {total:,.0f}",
            file=demand.file,
            field="demand.total_persons",
        )
    return Fault(
        f"the file holds {read:,.0f} persons, the study's control total is {total:,.0f}: they "
        f"differ by more than {CONTROL_TOLERANCE:.0%}",
        file=demand.file,
        field="demand.total_persons",
        found=f"{read / total - 1.0:+.1%}",
        hint="is it another year or place, or are rows missing or counted twice?",
    )
