"""Which centre is in service in which state, and which life circle it serves."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.places import LEVELS
from planner.domain.service import is_in_service, offers_service
from planner.errors import Fault, StudyKeyError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.domain.arrays import BoolArray
    from planner.domain.coverage import State
    from planner.domain.places import Centres
    from planner.domain.standard import LifeCircle

_KINDS: Final = ("comprehensive", "convenience", "party_service", "other")


def in_service(centres: Centres, state: State) -> BoolArray:
    """
    Tell which centres serve anyone in a state of the plan.

    Parameters
    ----------
    centres
        The plan.
    state
        `existing`: existing, expanded (at the old size) and closed centres.
        `plan` and `with_proposals`: existing, expanded and new centres. A centre
        with a blank status is in service in every state.

    Returns
    -------
    mask : shape (n_centres,)
    """
    return np.array([is_in_service(centre, state) for centre in centres.centre], dtype=np.bool_)


def serves(
    centres: Centres,
    circle: LifeCircle,
    *,
    overrides: Mapping[str, Sequence[tuple[str, str]]] | None = None,
) -> BoolArray:
    """
    Tell which centres offer the service of a life circle, by level and kind.

    Whether they are in service is another question, see `in_service`.

    Parameters
    ----------
    centres
        The plan.
    circle
        Its `serves` lists the pairs of level and kind that count.
    overrides
        Pairs by circle id that replace those of the rule set (`[standards.serves]`).

    Returns
    -------
    mask : shape (n_centres,)
        A centre without a level serves every circle that its kind serves at any
        level; `level_notices` lists such centres.
    """
    pairs = (overrides or {}).get(circle.circle_id, circle.serves)
    return np.array([offers_service(centre, pairs) for centre in centres.centre], dtype=np.bool_)


def level_notices(centres: Centres) -> tuple[Fault, ...]:
    """
    Warn of each centre whose level is blank: it is counted for every circle of its kind.

    Returns
    -------
    notices
        One a centre, in their order.
    """
    return tuple(
        Fault(
            f"centre `{centre.name}` has no level and is counted for every circle of its kind",
            file=centres.file or None,
            row=centre.row,
            field="level",
            expected=f"one of {', '.join(LEVELS)}",
            hint="fill the level in to count the centre for its own circle only",
        )
        for centre in centres.centre
        if centre.level is None
    )


def check_overrides(
    overrides: Mapping[str, Sequence[tuple[str, str]]],
    circles: Sequence[LifeCircle],
    *,
    file: str | None = None,
) -> None:
    """
    Check `[standards.serves]` against the circles of the rule set.

    Raises
    ------
    StudyKeyError
        If a circle is not one of `circles`, or a level or kind is unknown: every
        fault, with the nearest known name.
    """
    known = [circle.circle_id for circle in circles]
    faults = [
        _unknown("life circle", circle_id, known, "standards.serves", file)
        for circle_id in overrides
        if circle_id not in known
    ]
    for circle_id, pairs in overrides.items():
        field = f"standards.serves.{circle_id}"
        for level, kind in pairs:
            if level not in LEVELS:
                faults.append(_unknown("level", level, LEVELS, field, file))
            if kind not in _KINDS:
                faults.append(_unknown("kind", kind, _KINDS, field, file))
    if faults:
        raise StudyKeyError(faults)


def _unknown(what: str, name: str, known: Sequence[str], field: str, file: str | None) -> Fault:
    """Name an unknown word and the nearest known one."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return Fault(
        f"unknown {what}",
        file=file,
        field=field,
        found=name,
        expected=f"one of {', '.join(known)}",
        hint=f"did you mean `{near[0]}`?" if near else None,
    )
