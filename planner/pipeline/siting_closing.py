"""Centres that may close: which they are, and who counts without them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import numpy as np

from planner.coverage.cover import find_nearest
from planner.domain.siting import Expansions
from planner.errors import Fault, SitingInvalid
from planner.pipeline.expansions import take_walks

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FloatArray
    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.reach import Walks
    from planner.domain.study import SitingSettings


def find_keeps(
    records: EvaluationRecords, siting: SitingSettings, counting: BoolArray
) -> Expansions:
    """
    Find the centres that may close, each as something to keep.

    Parameters
    ----------
    records
        The evaluation.
    siting
        The question; its `may_close` names centres.
    counting : shape (n_circles, n_centres)
        Centres of the plan that count in each circle.

    Raises
    ------
    SitingInvalid
        With every fault: a centre that is not there, does not count, or whose floor area is
        needed and not known.
    """
    named = [one.centre_id for one in records.centres.centre]
    place = {name: number for number, name in enumerate(named)}
    measured = siting.budget is not None or siting.capacity
    faults, chosen = [], []
    for name in dict.fromkeys(siting.may_close):
        if name not in place:
            near = difflib.get_close_matches(name, named, n=1)
            faults.append(
                Fault(
                    "There is no such centre",
                    field="siting.may_close",
                    found=name,
                    hint=f"did you mean `{near[0]}`?" if near else None,
                )
            )
            continue
        number = place[name]
        if not counting[:, number].any():
            faults.append(
                Fault(
                    "A centre that does not count is none that could close",
                    field="siting.may_close",
                    found=name,
                    hint="it is not in service, serves no circle, or does not pass (base)",
                )
            )
        elif measured and records.centres.centre[number].floor_area_m2 is None:
            faults.append(
                Fault(
                    "The floor area of a centre that may close is not known",
                    field="siting.may_close",
                    found=name,
                )
            )
        chosen.append(number)
    if faults:
        raise SitingInvalid(faults)
    index = np.array(sorted(chosen), dtype=np.int64)
    centres = [records.centres.centre[number] for number in index.tolist()]

    def sizes(measure: str) -> FloatArray:
        known = [getattr(one, measure) for one in centres]
        return np.array([np.nan if value is None else value for value in known], dtype=np.float64)

    return Expansions(
        centre_index=index,
        centre_id=tuple(one.centre_id for one in centres),
        centre_name=tuple(one.name for one in centres),
        clause_ids=((),) * len(centres),
        xy=records.centres.xy[index],
        added_m2=np.zeros(len(centres)),
        floor_area_m2=sizes("floor_area_m2"),
        convenience_area_m2=sizes("convenience_area_m2"),
        walks=take_walks(records.walks, index),
        serves=counting[:, index],
        action=("keep",) * len(centres),
    )


def without(counting: BoolArray, centre_index: object) -> BoolArray:
    """Return who counts when some centres do not."""
    left = counting.copy()
    left[:, centre_index] = False  # type: ignore[index]
    return left


def find_fastest(walks: Walks, counting: BoolArray) -> FloatArray:
    """
    Return the fastest walk to a centre that counts.

    Parameters
    ----------
    walks
        One row a centre.
    counting : shape (n_circles, n_centres)
        Centres that count in each circle.

    Returns
    -------
    time_s : shape (n_circles, n_demand)
        `UNREACHED` for none.
    """
    return np.stack([find_nearest(walks, counts).travel_time_s for counts in counting])
