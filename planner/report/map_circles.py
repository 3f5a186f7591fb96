"""The shapes of coverage: united isochrones by state, what proposals add, the study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from planner.domain.service import is_in_service, offers_service
from planner.report.map_detail import DISTRICT

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray
    from planner.domain.coverage import State
    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.domain.places import Areas
    from planner.domain.standard import LifeCircle
    from planner.report.drawn_shapes import DrawnShapes
    from planner.report.map_detail import Detail
    from planner.report.map_plane import MapPlane

_SLIVER_M: Final = 6.0
_STATES: Final[tuple[State, ...]] = ("existing", "plan")


def unite_bands(
    records: EvaluationRecords, proposals: ProposalRecords | None, shapes: DrawnShapes
) -> dict[str, list[Any]]:
    """
    Unite the isochrones of the centres in service, by state and circle.

    The shapes united are the simplified ones, so that a band ends where the shapes of its
    centres do.

    Returns
    -------
    bands
        State -> one shape for each circle, in the rule set's order; under `added`
        what proposals add to the plan, and where centres close under `kept` what is left of it.
    """
    circles = records.judgements.rule_sets[0].life_circles
    drawn = [
        shapes.simplify(one.geometry, circle.limit_s)
        for circle, one in zip(circles, records.isochrones, strict=True)
    ]
    bands: dict[str, list[Any]] = {
        state: [
            shapes.unite(one[_mask(records, circle, state)])
            for circle, one in zip(circles, drawn, strict=True)
        ]
        for state in _STATES
    }
    if proposals is not None and proposals.plan.proposals:
        built = [
            shapes.simplify(one.geometry, circle.limit_s)
            for circle, one in zip(circles, proposals.isochrones, strict=True)
        ]
        stands = bands["plan"]
        if proposals.plan.closings:
            gone = [one.centre_index for one in proposals.plan.closings]
            stays = np.ones(len(records.centres.centre), dtype=bool)
            stays[gone] = False
            stands = [
                shapes.unite(one[_mask(records, circle, "plan") & stays])
                for circle, one in zip(circles, drawn, strict=True)
            ]
            bands["kept"] = stands
        bands["with_proposals"] = [
            shapes.unite([plan, *new]) for plan, new in zip(stands, built, strict=True)
        ]
        bands["added"] = [
            added_shape(plan, shapes.unite(new)) for plan, new in zip(stands, built, strict=True)
        ]
    return bands


def pack_bands(
    bands: dict[str, list[Any]], plane: MapPlane, shapes: DrawnShapes, detail: Detail = DISTRICT
) -> dict[str, list[str]]:
    """Pack the united isochrones of `unite_bands`."""
    return {
        name: [
            shapes.pack(shape, plane, step=detail.step, least_ring_m2=detail.least_ring_m2)
            for shape in united
        ]
        for name, united in bands.items()
    }


def added_shape(plan: Any, built: Any) -> Any:  # noqa: ANN401 -- shapely has no types
    """Return what the shape of proposals adds to the plan's, without slivers."""
    return shapely.buffer(shapely.buffer(shapely.difference(built, plan), -_SLIVER_M), _SLIVER_M)


def study_limit(areas: tuple[Areas, ...]) -> Any | None:  # noqa: ANN401 -- shapely has no types
    """Return the limit of the study: all areas of the largest level given, `None` without."""
    for level in ("district", "street", "community"):
        for area in areas:
            if area.level == level and len(area.geometry):
                return shapely.buffer(shapely.buffer(shapely.union_all(area.geometry), 1.0), -1.0)
    return None


def _mask(records: EvaluationRecords, circle: LifeCircle, state: State) -> BoolArray:
    return np.array(
        [
            offers_service(centre, circle.serves) and is_in_service(centre, state)
            for centre in records.centres.centre
        ],
        dtype=bool,
    )
