"""People of polygons over the places inside them; no one is lost, no one is counted twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from planner.domain.ledger import Ledger, LedgerEntry, list_set_aside, order_entries
from planner.domain.places import Demand
from planner.domain.population import RESIDENTIAL, USE_UNKNOWN
from planner.errors import Fault
from planner.georeference.sharing_places import (
    SharingPlaces,
    places_of_buildings,
    places_on_land,
    places_on_streets,
    weigh_buildings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.domain.arrays import BoolArray, FloatArray, GeometryArray, IntArray
    from planner.domain.ledger import SharingRule
    from planner.domain.network import Streets
    from planner.domain.population import Buildings, LandParcels, PopulationAreas

    _Finder = Callable[[GeometryArray], SharingPlaces]


@dataclass(frozen=True, slots=True)
class _Shares:
    """Places of one rule: which polygon each is in, and its share of the polygon's people."""

    rule: SharingRule
    area_index: IntArray
    xy: FloatArray
    share: FloatArray


def spread_population(
    areas: PopulationAreas,
    streets: Streets,
    *,
    buildings: Buildings | None = None,
    land: LandParcels | None = None,
) -> Demand:
    """
    Share the people of polygons over the places inside them.

    Each polygon takes the first of these that has anything inside it: residential buildings, by
    floor area; buildings whose use is not known, by floor area; residential land, by area; the
    streets, by length; else its people stay in its middle. Persons, households and groups are
    shared alike, and the sum over a polygon's places is what the polygon has.

    Parameters
    ----------
    areas
        People by polygon, in the working CRS.
    streets
        Streets of the study.
    buildings, land
        In the working CRS, where the study gives them.

    Returns
    -------
    demand
        One point for each place that anyone went to, polygon by polygon; `ledger` says how many
        went where by which rule.
    """
    peopled = _peopled(areas)
    left = np.flatnonzero(peopled)
    rules, notices = _rules(streets, buildings, land)
    shares: list[_Shares] = []
    for rule, find in rules:
        if not left.size:
            break
        found, served = _share_out(rule, left, find(areas.geometry[left]))
        shares.append(found)
        left = left[~served]
    if left.size:
        shares.append(_Shares("middle", left, _middles(areas.geometry[left]), np.ones(left.size)))
    return _assemble(areas, shares, peopled, [*areas.notices, *notices])


def _peopled(areas: PopulationAreas) -> BoolArray:
    """Tell which polygons have anyone, or any household."""
    peopled: BoolArray = areas.persons > 0.0
    counts = [*areas.groups.values(), *([] if areas.households is None else [areas.households])]
    for count in counts:
        peopled = peopled | (np.nan_to_num(count) > 0.0)
    return peopled


def _rules(
    streets: Streets, buildings: Buildings | None, land: LandParcels | None
) -> tuple[list[tuple[SharingRule, _Finder]], list[Fault]]:
    """Return the rules in their order, and what was assumed for them."""
    rules: list[tuple[SharingRule, _Finder]] = []
    notices: list[Fault] = []
    if buildings is not None:
        weight, assumed = weigh_buildings(buildings)
        notices += [*buildings.notices, *assumed]

        def homes(use: int) -> _Finder:
            return lambda areas: places_of_buildings(areas, buildings, weight, use=use)

        rules += [
            ("buildings", homes(RESIDENTIAL)),
            ("buildings_unknown_use", homes(USE_UNKNOWN)),
        ]
    if land is not None:
        notices += land.notices
        rules.append(("land", lambda areas: places_on_land(areas, land.geometry)))
    rules.append(("frontage", lambda areas: places_on_streets(areas, streets)))
    return rules, notices


def _share_out(
    rule: SharingRule, left: IntArray, places: SharingPlaces
) -> tuple[_Shares, BoolArray]:
    """Turn weights into shares; tell which of the polygons left had anything inside."""
    total = np.bincount(places.area_index, weights=places.weight, minlength=left.size)
    served: BoolArray = total > 0.0
    used = served[places.area_index] & (places.weight > 0.0)
    area = places.area_index[used]
    share = places.weight[used] / total[area]
    return _Shares(rule, left[area], places.xy[used], share), served


def _middles(areas: GeometryArray) -> FloatArray:
    """Return the centroid of each polygon where it lies inside, else a point that does."""
    middle = shapely.centroid(areas)
    outside = ~shapely.intersects(areas, middle)
    middle[outside] = shapely.point_on_surface(areas[outside])
    xy: FloatArray = shapely.get_coordinates(middle).reshape(-1, 2)
    return xy


def _assemble(
    areas: PopulationAreas, shares: Sequence[_Shares], peopled: BoolArray, notices: list[Fault]
) -> Demand:
    area = np.concatenate([np.zeros(0, np.int64), *(part.area_index for part in shares)])
    order = np.argsort(area, kind="stable")
    area = area[order]
    xy = np.vstack([np.zeros((0, 2)), *(part.xy for part in shares)])[order]
    share = np.concatenate([np.zeros(0), *(part.share for part in shares)])[order]
    first = np.searchsorted(area, area)
    number = (np.arange(len(area)) - first + 1).tolist()
    entries = [
        LedgerEntry(
            part.rule,
            n_sources=len(np.unique(part.area_index)),
            n_points=len(part.share),
            persons=float((areas.persons[part.area_index] * part.share).sum()),
        )
        for part in shares
        if len(part.share)
    ]
    set_aside = list_set_aside((row.reason, row.persons) for row in areas.quarantine)
    ledger = Ledger(
        source=areas.source,
        persons_read=float(areas.persons.sum()) + sum(entry.persons for entry in set_aside),
        entries=order_entries([*entries, *set_aside]),
        n_empty=int((~peopled).sum()),
    )
    rows = area.tolist()
    return Demand(
        demand_id=tuple(f"{areas.area_id[i]}/{n}" for i, n in zip(rows, number, strict=True)),
        xy=xy,
        crs=areas.crs,
        persons=areas.persons[area] * share,
        row=tuple(areas.row[i] for i in rows),
        households=None if areas.households is None else areas.households[area] * share,
        groups={name: count[area] * share for name, count in areas.groups.items()},
        file=areas.file,
        notices=(*notices, *_tell(areas, ledger)),
        quarantine=areas.quarantine,
        read=areas.read,
        ledger=ledger,
    )


_WORDS: Final[dict[str, str]] = {
    "buildings": "{} persons of {} polygons were shared over residential buildings, by floor area",
    "buildings_unknown_use": "{} persons of {} polygons were shared over buildings whose use is "
    "not known, by floor area: no residential one was inside",
    "land": "{} persons of {} polygons were shared over residential land, by area",
    "frontage": "{} persons of {} polygons were shared along the streets, by length",
    "middle": "{} persons of {} polygons were left in the middle, as nothing was inside",
}


def _tell(areas: PopulationAreas, ledger: Ledger) -> list[Fault]:
    """Say how many went where: nobody is moved silently."""
    notices = [
        Fault(
            _WORDS[entry.rule].format(f"{entry.persons:,.0f}", f"{entry.n_sources:,}"),
            file=areas.file,
            found=f"{entry.n_points:,} points",
        )
        for entry in ledger.entries
        if entry.rule in _WORDS
    ]
    if ledger.n_empty:
        notices.append(Fault(f"{ledger.n_empty:,} polygons have 0 persons", file=areas.file))
    return notices
