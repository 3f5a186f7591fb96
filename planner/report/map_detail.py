"""How much detail a page carries: all of a district's, the outlines of a city's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.coverage import Gap
    from planner.domain.evaluation import EvaluationRecords

CITY_CENTRES: Final = 500
CITY_HOMES: Final = 60_000
CITY_EDGES: Final = 400_000
"""A study with more of any of these is a city: its page keeps to 15 MB, not to 3."""


@dataclass(frozen=True, slots=True)
class Detail:
    """
    What the page of a study carries; the rest is in `results.gpkg`.

    Attributes
    ----------
    is_city
        Whether anything is left out.
    centre_shapes
        Whether every centre carries its own isochrones.
    most_gaps
        Gaps kept for each circle, the largest first.
    step
        Streets and united isochrones are drawn to so many pixels of the largest zoom.
    least_ring_m2
        Islands and holes of united isochrones that are smaller are left out.
    coarser
        Isochrones are drawn so many times coarser.
    """

    is_city: bool = False
    centre_shapes: bool = True
    most_gaps: int = 1_000
    step: int = 1
    least_ring_m2: float = 0.0
    coarser: float = 1.0

    def keep_gaps(self, gaps: Sequence[Gap]) -> list[Gap]:
        """Return the gaps that the page lists, in their order."""
        kept: list[Gap] = []
        for circle_id in dict.fromkeys(gap.circle_id for gap in gaps):
            own = [gap for gap in gaps if gap.circle_id == circle_id]
            largest = sorted(own, key=lambda gap: -gap.persons)[: self.most_gaps]
            names = {gap.gap_id for gap in largest}
            kept += [gap for gap in own if gap.gap_id in names]
        return kept


DISTRICT: Final = Detail()
CITY: Final = Detail(
    is_city=True, centre_shapes=False, most_gaps=300, step=4, least_ring_m2=600.0, coarser=4.0
)


def choose_detail(records: EvaluationRecords) -> Detail:
    """Return the detail that the page of a study carries."""
    streets = records.network.streets
    is_city = (
        len(records.centres.centre) > CITY_CENTRES
        or len(records.demand.demand_id) > CITY_HOMES
        or len(streets.edge_start) > CITY_EDGES
    )
    return CITY if is_city else DISTRICT
