"""Walking profiles: who walks how fast, with where each figure was read."""

from __future__ import annotations

import dataclasses
import tomllib
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from planner.domain.profile_tables import (
    BARRED,
    BASE,
    CERTAINTIES,
    FIGURES,
    STEP_SPEEDS,
    as_figure,
    find_profile_faults,
    nearest,
)
from planner.domain.walking import WalkingFigure, WalkingProfile
from planner.errors import Fault, StudyKeyError

if TYPE_CHECKING:
    from collections.abc import Mapping

_DEFAULT_BASE: Final = "adult"
"""What gives a study's own profile the figures it does not, its speeds apart."""
_UP_LONG: Final = "steps_up_long_m_s"
_SPEEDS: Final = ("speed_m_s", "steps", *STEP_SPEEDS)
_WORDS_ONLY: Final = ("steps", "escalators")
"""Figures that are told by a field left `None`."""


def find_profile(
    profile_id: str, *, own: Mapping[str, Mapping[str, Any]] | None = None
) -> WalkingProfile:
    """
    Return a walking profile by its name.

    Parameters
    ----------
    profile_id
        `norm`, `adult`, `elderly`, `child_with_carer`, `wheelchair`, or a name in `own`.
    own
        Further profiles, by name; one with a shipped name replaces it. Each gives
        figures as plain values, or as tables of `value`, `certainty` and `source`. With
        `base` it takes from that shipped profile what it does not give; without, it must
        give `speed_m_s`, and `steps_up_m_s` and `steps_down_m_s` or `steps = "barred"`,
        and takes the rest from `adult`.

    Returns
    -------
    profile
        Its `certainty` is that of its least certain speed.

    Raises
    ------
    StudyKeyError
        If no profile has this name (the message names the nearest one), or anything is
        wrong with any profile of `own`: all faults of all of them are told.

    Examples
    --------
    >>> find_profile("norm").speed_m_s * 60
    60.0
    >>> find_profile("brisk", own={"brisk": {"base": "adult", "speed_m_s": 1.5}}).speed_m_s
    1.5
    """
    own = own or {}
    faults = [fault for name, table in own.items() for fault in find_profile_faults(name, table)]
    if faults:
        raise StudyKeyError(faults)
    known = tuple({**_shipped(), **own})
    if profile_id not in known:
        raise StudyKeyError(
            Fault(
                "no walking profile has this name",
                field="walking.profile",
                found=profile_id,
                expected=" or ".join(known),
                hint=f"did you mean {nearest(profile_id, known)}?",
            )
        )
    if profile_id in own:
        return _make_profile(profile_id, _complete(profile_id, own[profile_id]))
    return _make_profile(profile_id, _shipped_figures(profile_id))


def flatten_profile(profile: WalkingProfile) -> WalkingProfile:
    """
    Return the same walker in a town without heights.

    Parameters
    ----------
    profile
        Who is walking.

    Returns
    -------
    profile
        No slope counts or bars, and steps are walked at the flat speed where the walker
        may use them at all. Waits and belts stay: they are no matter of terrain.
    """
    speed_m_s = None if profile.steps_up_m_s is None else profile.speed_m_s
    return dataclasses.replace(
        profile,
        slope="none",
        max_slope=None,
        steps_up_m_s=speed_m_s,
        steps_down_m_s=speed_m_s,
        steps_up_long_m_s=None,
    )


@lru_cache(maxsize=1)
def _shipped() -> dict[str, dict[str, Any]]:
    file = resources.files("planner.network").joinpath("profiles.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _shipped_figures(profile_id: str) -> dict[str, dict[str, Any]]:
    table = dict(_shipped()[profile_id])
    base = table.pop(BASE, None)
    return table if base is None else _inherit(_shipped_figures(base), table)


def _complete(profile_id: str, table: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Fill the table of a study's own profile from its base."""
    base = _shipped_figures(table.get(BASE, _DEFAULT_BASE))
    if BASE not in table:
        # A speed of somebody else would go unnoticed among the study's own.
        base = {key: figure for key, figure in base.items() if key not in (*_SPEEDS, _UP_LONG)}
    given = {key: as_figure(value) for key, value in table.items() if key != BASE}
    figures = _inherit(base, given)
    missing = [key for key in STEP_SPEEDS if key not in figures]
    if missing and figures.get("steps", {}).get("value") != BARRED:
        raise StudyKeyError(
            Fault(
                "the walking profile lacks this speed, as its base is barred from steps",
                field=f"walking.profiles.{profile_id}.{missing[0]}",
                expected="m/s",
            )
        )
    return figures


def _inherit(
    base: dict[str, dict[str, Any]], figures: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Let figures given replace those of the base, and what contradicts them there."""
    if any(key in figures for key in STEP_SPEEDS):
        base = {key: figure for key, figure in base.items() if key != "steps"}
    together = {**base, **figures}
    if together.get("steps", {}).get("value") == BARRED:
        for key in (*STEP_SPEEDS, _UP_LONG):
            together.pop(key, None)
    return together


def _make_profile(profile_id: str, figures: Mapping[str, Mapping[str, Any]]) -> WalkingProfile:
    value = {key: figures[key]["value"] for key in FIGURES if key in figures}
    value = {key: float(v) if type(v) is int else v for key, v in value.items()}
    fields: dict[str, Any] = {key: v for key, v in value.items() if key not in _WORDS_ONLY}
    for key in STEP_SPEEDS:
        fields.setdefault(key, None)
    if value.get("escalators") == BARRED:
        fields["escalator_m_s"] = None
    if _UP_LONG in value:
        # A slower walker than the base does not gain by tiring.
        fields[_UP_LONG] = min(value[_UP_LONG], value["steps_up_m_s"])
    speeds = {key: figures[key] for key in _SPEEDS if key in figures}
    return WalkingProfile(
        profile_id=profile_id,
        source="; ".join(f"{key}: {figure['source']}" for key, figure in speeds.items()),
        certainty=max((f["certainty"] for f in speeds.values()), key=CERTAINTIES.index),
        figures=tuple(
            WalkingFigure(key, v, figures[key]["certainty"], figures[key]["source"])
            for key, v in value.items()
        ),
        **fields,
    )
