"""The shapes of coverage: united isochrones by state, what proposals add, gaps, the study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray
    from planner.domain.coverage import State
    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.domain.places import Areas, Centre
    from planner.domain.standard import LifeCircle
    from planner.report.map_plane import MapPlane

ISOCHRONE_TOLERANCE_M: Final = {True: 2.0, False: 4.0}
"""How far a drawn line may lie from the isochrone's: short circles, and longer ones."""

_SHORT_CIRCLE_S: Final = 450.0
_SLIVER_M: Final = 6.0
_GAP_NEAREST_M: Final = 35.0
_GAP_FARTHEST_M: Final = 180.0


def serves_circle(centre: Centre, circle: LifeCircle) -> bool:
    """Tell whether a centre serves a circle; without a level it serves all that its kind does."""
    return any(
        kind == centre.kind and (centre.level is None or level == centre.level)
        for level, kind in circle.serves
    )


def in_service(centre: Centre, state: State) -> bool:
    """Tell whether a centre is in service in a state; a blank status counts in both."""
    if centre.status is None:
        return True
    return centre.status != ("new" if state == "existing" else "closed")


def tolerance_m(limit_s: float) -> float:
    """Return how much the outline of a circle may be simplified."""
    return ISOCHRONE_TOLERANCE_M[limit_s <= _SHORT_CIRCLE_S]


def unite_isochrones(
    records: EvaluationRecords, proposals: ProposalRecords | None
) -> dict[State, list[Any]]:
    """
    Unite the isochrones of the centres in service, by state and circle.

    Returns
    -------
    bands
        State -> one geometry for each circle, in the rule set's order.
    """
    circles = records.judgements.rule_sets[0].life_circles
    states: tuple[State, ...] = ("existing", "plan")
    bands: dict[State, list[Any]] = {state: [] for state in states}
    for state in states:
        for circle, drawn in zip(circles, records.isochrones, strict=True):
            serving = _mask(records, circle, state)
            bands[state].append(shapely.union_all(drawn.geometry[serving]))
    if proposals is not None and proposals.plan.proposals:
        bands["with_proposals"] = [
            shapely.union_all([plan, *added.geometry])
            for plan, added in zip(bands["plan"], proposals.isochrones, strict=True)
        ]
    return bands


def added_shape(plan: Any, with_proposals: Any) -> Any:  # noqa: ANN401 -- shapely has no types
    """Return what proposals add to the plan's shape, without slivers."""
    return shapely.buffer(
        shapely.buffer(shapely.difference(with_proposals, plan), -_SLIVER_M), _SLIVER_M
    )


def draw_gap(xy: FloatArray) -> Any:  # noqa: ANN401 -- shapely has no types
    """
    Draw the outline of a gap around its members.

    Parameters
    ----------
    xy : shape (n_members, 2)
        Demand points of the gap, metres. Disks that just meet their neighbours are
        united and closed, so that scattered buildings and a coarse grid both give
        one shape.
    """
    apart_m = _GAP_NEAREST_M
    if len(xy) > 1:
        distance_m = cKDTree(xy).query(xy, k=2)[0][:, 1]
        typical_m = 0.6 * float(np.quantile(distance_m, 0.9))
        apart_m = min(max(typical_m, _GAP_NEAREST_M), _GAP_FARTHEST_M)
    united = shapely.union_all(shapely.buffer(shapely.points(xy), apart_m, quad_segs=6))
    closed = shapely.buffer(shapely.buffer(united, 0.6 * apart_m), -0.6 * apart_m)
    return shapely.simplify(closed, 3.0)


def pack_bands(
    bands: dict[State, list[Any]], circles: tuple[LifeCircle, ...], plane: MapPlane
) -> dict[str, list[str]]:
    """Pack the united isochrones, and under `added` what proposals add to the plan."""
    packed: dict[str, list[str]] = {
        state: [
            plane.pack_polygon(shape, tolerance_m=tolerance_m(circle.limit_s))
            for shape, circle in zip(shapes, circles, strict=True)
        ]
        for state, shapes in bands.items()
    }
    if "with_proposals" in bands:
        packed["added"] = [
            plane.pack_polygon(added_shape(plan, after), tolerance_m=tolerance_m(circle.limit_s))
            for plan, after, circle in zip(
                bands["plan"], bands["with_proposals"], circles, strict=True
            )
        ]
    return packed


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
            serves_circle(centre, circle) and in_service(centre, state)
            for centre in records.centres.centre
        ],
        dtype=bool,
    )
