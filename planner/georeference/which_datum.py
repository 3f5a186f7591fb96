"""Which datum a plan's coordinates are in: weighed by what its rows name, never assumed."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from planner.domain.network import NO_SNAP
from planner.domain.placing import TESTED_DATUMS, DatumResidual, DatumTest
from planner.georeference.crs import LONLAT, project
from planner.georeference.datum import to_wgs84
from planner.georeference.named_places import Named, find_named_areas, find_named_roads
from planner.georeference.snap import draw_edges

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.domain.arrays import BoolArray, FloatArray, GeometryArray
    from planner.domain.network import Streets
    from planner.domain.places import Areas, Centre
    from planner.domain.placing import DatumOutcome

CLEAR_ODDS: Final = 1_000.0
"""One datum wins where the names are this many times as likely as under any other."""
FEWEST_ROWS: Final = 5
"""Fewer rows that name something prove nothing: three slips of a pen are soon made."""
FITTING_SHARE: Final = 0.6
"""The winner must put at least so many rows where their names say."""

_AREA_BLUR_M: Final = 60.0
"""A centre just across the border of its community: borders and places are drawn so roughly."""
_AREA_NEAR_M: Final = 100.0
_WRONG_AREA: Final = 0.1
"""Share of rows that name a wrong area, as plans have them: it bounds what one row can say."""
_ROAD_BLUR_M: Final = 120.0
_ROAD_NEAR_M: Final = 250.0
_WRONG_ROAD: Final = 0.4
"""A community named after a road is often not on it."""
_MOST_ROWS: Final = 5_000
_MOST_SHIFTED_ROWS: Final = 500
_MOST_STREET_ROWS: Final = 2_000
_SHIFTS_M: Final = (250.0, 500.0, 1_000.0)
_DIRECTIONS: Final = 8
_SIGN_Z: Final = 3.3
"""Standard deviations of a fair coin: one chance in two thousand."""
_STREET_GAIN_M: Final = 5.0
_FEWEST_CONTRARY: Final = 20


def weigh_datums(
    centres: tuple[Centre, ...],
    lonlat: FloatArray,
    streets: Streets,
    areas: Iterable[Areas],
    *,
    asked: str,
    footprints: GeometryArray | None = None,
) -> DatumTest:
    """
    Weigh each datum by the communities, streets and roads that the rows of a plan name.

    The likelihood of a row under a datum is `w + (1 - w) exp(-d / b)`: `d` is how far the
    row would stand from what it names, `b` how roughly such places are drawn (60 m for
    areas, 120 m for roads), `w` how often a name is wrong (10 % and 40 %), so that one row
    can say no more than 10 to 1. Rows that repeat a place and a name count once. The best
    datum is `clear` where the names are at least 1,000 times as likely as under the next, at
    least 5 rows name something, 60 % of them stand within 100 m of their area (250 m of
    their road), no plain shift of the whole plan explains the names 1,000 times better, and
    the distances to the streets and to the buildings do not speak against it.

    Parameters
    ----------
    centres
        Rows near the streets.
    lonlat : shape (n_centres, 2)
        Degrees as the file gives them, not converted.
    streets
        The streets of the study.
    areas
        Areas in the working CRS.
    asked
        What the study says; told in the result.
    footprints
        Buildings in the working CRS, of any use, where the study has some.

    Returns
    -------
    test
        `used` is the datum asked for: who decides sets another.
    """
    area_rows = find_named_areas(centres, areas)
    road_rows = find_named_roads(centres, streets)
    evidence = _Evidence(_sample(area_rows, lonlat), _sample(road_rows, lonlat))
    places = [project(to_wgs84(lonlat, datum), LONLAT, streets.crs) for datum in TESTED_DATUMS]
    street_m = _street_distances(places, streets)
    building_m = _building_distances(places, footprints)
    fits = np.array([evidence.log_likelihood(xy) for xy in places])
    best = int(fits.argmax())
    outcome: DatumOutcome = "clear"
    if len(evidence) == 0:
        outcome = "untestable"
    elif len(evidence) < FEWEST_ROWS or np.sort(fits)[-2] > fits[best] - math.log(CLEAR_ODDS):
        outcome = "unclear"
    elif evidence.near_share(places[best]) < FITTING_SHARE or _shift_is_better(
        evidence, places[best]
    ):
        outcome = "no_fit"
    elif _contradict(street_m, best) or _contradict(building_m, best):
        outcome = "contradicted"
    return DatumTest(
        asked=asked,
        outcome=outcome,
        best=None if outcome == "untestable" else TESTED_DATUMS[best],
        used=asked,
        n_centres=len(centres),
        n_named=len(area_rows.index),
        n_on_roads=len(road_rows.index),
        residuals=tuple(
            dataclasses.replace(
                evidence.residual(i, xy, street_m[i], float(fits[i] - fits[best])),
                building_m=_median(building_m[i]),
            )
            for i, xy in enumerate(places)
        ),
    )


class _Evidence:
    """The rows that name an area or a road."""

    def __init__(self, areas: Named, roads: Named) -> None:
        self.areas, self.roads = areas, roads

    def __len__(self) -> int:
        return len(np.union1d(self.areas.index, self.roads.index))

    def log_likelihood(self, xy: FloatArray) -> float:
        """Return the logarithm of how likely the names are with the centres at `xy`."""
        area_m, road_m = self.areas.distances_m(xy), self.roads.distances_m(xy)
        return _log_sum(area_m, _WRONG_AREA, _AREA_BLUR_M) + _log_sum(
            road_m, _WRONG_ROAD, _ROAD_BLUR_M
        )

    def near_share(self, xy: FloatArray) -> float:
        """Return the share of names that the places agree with, roughly."""
        near = [
            self.areas.distances_m(xy) <= _AREA_NEAR_M,
            self.roads.distances_m(xy) <= _ROAD_NEAR_M,
        ]
        # A road in a name says little, so it is asked only where no area speaks.
        return float((near[0] if len(near[0]) else near[1]).mean())

    def residual(
        self, number: int, xy: FloatArray, street_m: FloatArray, log_likelihood: float
    ) -> DatumResidual:
        """Return what is left over under one datum."""
        area_m, road_m = self.areas.distances_m(xy), self.roads.distances_m(xy)
        outside = area_m[area_m > 0.0]
        return DatumResidual(
            datum=TESTED_DATUMS[number],
            in_area_share=float((area_m == 0.0).mean()) if len(area_m) else math.nan,
            out_of_area_m=float(np.median(outside)) if len(outside) else 0.0,
            road_m=_median(road_m),
            street_m=_median(street_m),
            log_likelihood=log_likelihood,
        )


def _log_sum(distance_m: FloatArray, wrong: float, blur_m: float) -> float:
    return float(np.log(wrong + (1.0 - wrong) * np.exp(-distance_m / blur_m)).sum())


def _median(distance_m: FloatArray) -> float:
    return float(np.median(distance_m)) if len(distance_m) else math.nan


def _sample(named: Named, lonlat: FloatArray) -> Named:
    """Return one row for each place and name, evenly thinned where they are very many."""
    if len(named.index) == 0:
        return named
    # Shapes found by one name are one object, whatever they hold.
    key = np.column_stack(
        [
            np.round(lonlat[named.index], 6),
            np.array([id(shape) for shape in named.shape], dtype=np.float64),
        ]
    )
    first = np.sort(np.unique(key, axis=0, return_index=True)[1])
    return named.take(_thinned(len(first), _MOST_ROWS, of=first))


def _thinned(count: int, most: int, *, of: np.ndarray | None = None) -> np.ndarray:
    index = np.arange(count) if of is None else of
    if count <= most:
        return index
    return index[np.linspace(0, count - 1, most).astype(np.int64)]


def _street_distances(places: list[FloatArray], streets: Streets) -> list[FloatArray]:
    """Return how far some centres are from any street that people are put on, by datum."""
    usable = np.flatnonzero((streets.edge_flags & np.uint16(NO_SNAP)) == 0)
    chosen = _thinned(len(places[0]), _MOST_STREET_ROWS)
    if len(usable) == 0 or len(chosen) == 0:
        return [np.zeros(0) for _ in places]
    tree = shapely.STRtree(draw_edges(streets, usable))
    return [
        tree.query_nearest(shapely.points(xy[chosen]), return_distance=True, all_matches=False)[1]
        for xy in places
    ]


def _building_distances(
    places: list[FloatArray], footprints: GeometryArray | None
) -> list[FloatArray]:
    """Return how far some centres are from any building, by datum; 0 inside one."""
    chosen = _thinned(len(places[0]), _MOST_STREET_ROWS)
    if footprints is None or len(footprints) == 0 or len(chosen) == 0:
        return [np.zeros(0) for _ in places]
    tree = shapely.STRtree(footprints)
    return [
        tree.query_nearest(shapely.points(xy[chosen]), return_distance=True, all_matches=False)[1]
        for xy in places
    ]


def _shift_is_better(evidence: _Evidence, xy: FloatArray) -> bool:
    """Tell whether a plain shift of all places explains the names much better."""
    few = _Evidence(
        evidence.areas.take(_thinned(len(evidence.areas.index), _MOST_SHIFTED_ROWS)),
        evidence.roads.take(_thinned(len(evidence.roads.index), _MOST_SHIFTED_ROWS)),
    )
    bar = few.log_likelihood(xy) + math.log(CLEAR_ODDS)
    angle = np.arange(_DIRECTIONS) * 2.0 * np.pi / _DIRECTIONS
    ways = np.column_stack([np.cos(angle), np.sin(angle)])
    return any(
        few.log_likelihood(xy + way * shift_m) > bar for shift_m in _SHIFTS_M for way in ways
    )


def _contradict(distance_m: list[FloatArray], best: int) -> bool:
    """Tell whether another datum puts the centres nearer to what stands there, by a sign test."""
    return any(
        _is_nearer(other, distance_m[best]) for i, other in enumerate(distance_m) if i != best
    )


def _is_nearer(one: FloatArray, other: FloatArray) -> bool:
    differ: BoolArray = one != other
    count = int(differ.sum())
    if count < _FEWEST_CONTRARY or np.median(other) - np.median(one) < _STREET_GAIN_M:
        return False
    nearer = int((one < other).sum())
    return bool(nearer - count / 2.0 >= _SIGN_Z * math.sqrt(count) / 2.0)
