"""Land that is counted by its area: places that stand for it, each walking as a home would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planner.errors import Fault, InputInvalid
from planner.georeference.locate import MARGIN_M
from planner.georeference.population import locate_layer
from planner.georeference.sharing_places import cover_pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray, GeometryArray
    from planner.domain.network import Streets
    from planner.domain.places import Areas
    from planner.domain.population import LandParcels

_M2_A_HECTARE = 10_000.0


def place_land(
    parcels: LandParcels, streets: Streets, areas: Sequence[Areas] = ()
) -> tuple[FloatArray, FloatArray, tuple[Fault, ...]]:
    """
    Put places on land that share its area, for coverage by area.

    Parcels that overlap are counted once. What lies outside the study is left out: outside all
    of its administrative areas where it gives any, else more than 1 km beyond the streets' box.

    Parameters
    ----------
    parcels
        In any CRS.
    streets
        The streets of the study.
    areas
        Its administrative areas, in the working CRS.

    Returns
    -------
    xy : shape (n_places, 2)
        Working CRS: points of a 50 m lattice, or one point in a piece too small for that.
    area_m2 : shape (n_places,)
        Land each place stands for; the sum is the land inside the study, to rounding.
    notices
        How much was counted, and how much left out.

    Raises
    ------
    InputInvalid
        If nothing of the land lies in the study.
    """
    located = locate_layer(parcels, streets)
    land = shapely.union_all(located.geometry)
    inside = shapely.intersection(land, _extent(streets, areas))
    pieces: GeometryArray = shapely.get_parts(inside)
    # Borders that only touch leave lines and points.
    pieces = pieces[shapely.area(pieces) > 0.0]
    left_out_m2 = max(float(shapely.area(land) - shapely.area(pieces).sum()), 0.0)
    if not len(pieces):
        raise InputInvalid(
            Fault(
                "nothing of the land lies in the areas of the study",
                file=parcels.file,
                hint="check its coordinate system, and whether it is of this place",
            )
        )
    piece, xy, area_m2 = cover_pieces(pieces)
    del piece
    counted = Fault(
        f"{area_m2.sum() / _M2_A_HECTARE:,.1f} ha of land are counted by {len(xy):,} places",
        file=parcels.file,
    )
    notices = [*parcels.notices, counted]
    if left_out_m2 > 1.0:
        notices.append(
            Fault(
                f"{left_out_m2 / _M2_A_HECTARE:,.1f} ha of land outside the study are left out",
                file=parcels.file,
            )
        )
    return xy, area_m2, tuple(notices)


def _extent(streets: Streets, areas: Sequence[Areas]) -> shapely.Geometry:
    """Return what belongs to the study."""
    if areas:
        return shapely.union_all(np.concatenate([one.geometry for one in areas]))
    (west, south), (east, north) = streets.shape_xy.min(axis=0), streets.shape_xy.max(axis=0)
    return shapely.box(west - MARGIN_M, south - MARGIN_M, east + MARGIN_M, north + MARGIN_M)
