"""Where candidates, centres and people lie: what the rules of siting and its words need."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from planner.coverage.areas import locate_in_areas
from planner.domain.siting import SitingGround
from planner.georeference.locate import locate_areas
from planner.inputs.areas import read_areas

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray
    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.places import Candidates
    from planner.domain.siting import Expansions
    from planner.domain.study import SitingSettings


def survey_ground(
    records: EvaluationRecords,
    siting: SitingSettings,
    candidates: Candidates,
    expansions: Expansions | None,
) -> SitingGround:
    """
    Say in which street each option lies, where nothing may be built, and where people live.

    Raises
    ------
    InputError
        If the file that `must_not` names cannot be read.
    """
    streets = next((area for area in records.areas if area.level == "street"), None)
    named = next(
        (
            area
            for level in ("street", "community")
            for area in records.areas
            if area.level == level
        ),
        None,
    )
    old = np.zeros((0, 2)) if expansions is None else expansions.xy
    return SitingGround(
        candidate_street=None if streets is None else locate_in_areas(candidates.xy, streets),
        expansion_street=None if streets is None else locate_in_areas(old, streets),
        street_name=() if streets is None else streets.name,
        forbidden=_forbidden(records, siting, candidates),
        demand_area=None if named is None else records.area_index[named.level],
        area_name=() if named is None else named.name,
    )


def _forbidden(
    records: EvaluationRecords, siting: SitingSettings, candidates: Candidates
) -> BoolArray | None:
    if not isinstance(siting.must_not, Path):
        return None
    closed = locate_areas(read_areas(siting.must_not, level="must_not"), records.network.streets)
    inside: BoolArray = locate_in_areas(candidates.xy, closed) >= 0
    return inside
