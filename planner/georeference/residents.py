"""People of a whole place, known only as one total, put into its residential buildings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planner.domain.ledger import Ledger, LedgerEntry
from planner.domain.places import Demand
from planner.domain.population import RESIDENTIAL
from planner.errors import Fault, InputInvalid
from planner.georeference.locate import MARGIN_M
from planner.georeference.population import locate_layer
from planner.georeference.sharing_places import weigh_buildings

if TYPE_CHECKING:
    from planner.domain.ledger import SharingRule
    from planner.domain.network import Streets
    from planner.domain.population import Buildings


def house_people(buildings: Buildings, streets: Streets, *, persons: float) -> Demand:
    """
    Share one total over buildings by their floor area: each building is a place of demand.

    Residential buildings take all of it; where none is known to be residential, those whose use
    is not known do. Buildings more than 1 km beyond the streets' box are left out, and told.

    Parameters
    ----------
    buildings
        In any CRS.
    streets
        The streets of the study.
    persons
        All who live in the buildings, more than 0.

    Returns
    -------
    demand
        One point inside each building that takes anybody; their sum is `persons` to rounding.

    Raises
    ------
    InputInvalid
        If the CRS is unknown, or no building lies near the streets.
    """
    located = locate_layer(buildings, streets)
    weight, assumed = weigh_buildings(located)
    points = shapely.point_on_surface(located.geometry)
    xy = shapely.get_coordinates(points).reshape(-1, 2)
    west_south = streets.shape_xy.min(axis=0) - MARGIN_M
    east_north = streets.shape_xy.max(axis=0) + MARGIN_M
    near = ((xy >= west_south) & (xy <= east_north)).all(axis=1)
    homes = located.use == RESIDENTIAL
    rule: SharingRule = "buildings" if (homes & near).any() else "buildings_unknown_use"
    if rule == "buildings_unknown_use":
        homes = ~homes
    chosen = np.flatnonzero(homes & near & (weight > 0.0))
    if not chosen.size:
        raise InputInvalid(Fault("no building has any floor area", file=buildings.file))
    share = weight[chosen] / weight[chosen].sum()
    notices = [*located.notices, *assumed]
    left_out = {
        "buildings more than 1 km beyond the streets were left out": int(np.sum(~near)),
        "buildings whose use is not known were left out: others are residential": (
            int(np.sum(~homes & near)) if rule == "buildings" else 0
        ),
    }
    notices += [
        Fault(f"{count:,} {what}", file=buildings.file) for what, count in left_out.items() if count
    ]
    notices.append(
        Fault(
            f"{persons:,.0f} persons, the study's control total, were shared over "
            f"{len(chosen):,} buildings by floor area",
            file=buildings.file,
            field="demand.total_persons",
        )
    )
    rows = tuple(buildings.row[i] for i in chosen.tolist())
    return Demand(
        demand_id=tuple(f"building-{row}" for row in rows),
        xy=xy[chosen],
        crs=streets.crs,
        persons=persons * share,
        row=rows,
        file=buildings.file,
        notices=tuple(notices),
        read=buildings.read,
        ledger=Ledger(
            source="buildings",
            persons_read=persons,
            entries=(
                LedgerEntry(
                    rule, n_sources=len(chosen), n_points=len(chosen), persons=float(persons)
                ),
            ),
            n_empty=int(np.sum(homes & near & ~(weight > 0.0))),
        ),
    )
